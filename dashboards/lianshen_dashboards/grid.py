"""What all AG Grid tables share: the theme from the tokens, Chinese words, and functions by name."""

from __future__ import annotations

from typing import Any

THEME_PARAMETERS = {
    "accentColor": "var(--primary)",
    "backgroundColor": "var(--surface)",
    "foregroundColor": "var(--text)",
    "borderColor": "var(--line)",
    "headerBackgroundColor": "var(--sunken)",
    "oddRowBackgroundColor": "var(--surface)",
    "rowHoverColor": "var(--primary-soft)",
    "selectedRowBackgroundColor": "var(--primary-soft)",
    "headerColumnResizeHandleColor": "var(--line-strong)",
    "fontFamily": "inherit",
}
THEME_NUMBERS = {"fontSize": 13, "rowHeight": 34, "headerHeight": 34, "cellHorizontalPadding": 10}

LOCALE = {
    "loadingOoo": "正在载入…",
    "noRowsToShow": "没有数据",
    "sortAscending": "升序",
    "sortDescending": "降序",
    "ariaRowSelect": "按空格键选择此行",
    "ariaRowDeselect": "按空格键取消选择此行",
    "ariaRowToggleSelection": "按空格键切换选择",
    "ariaRowSelectAll": "按空格键选择所有行",
    "ariaSortableColumn": "按 Enter 键排序",
    "ariaColumnSelectAll": "按空格键选择所有列",
    "ariaUnchecked": "未选中",
    "ariaChecked": "已选中",
    "ariaIndeterminate": "部分选中",
}


def function(expression: str) -> dict[str, str]:
    """Return an expression that the grid evaluates in the browser without ``eval``."""
    return {"function": expression}


def theme() -> dict[str, str]:
    """Return the theme: every colour a token, so that light and dark need no second grid."""
    parts = [f"{name}:'{value}'" for name, value in THEME_PARAMETERS.items()]
    parts += [f"{name}:{value}" for name, value in THEME_NUMBERS.items()]
    return function(f"themeQuartz.withParams({{{','.join(parts)},columnBorder:false,wrapperBorder:false}})")


def options(**more: Any) -> dict[str, Any]:
    """Return grid options with what every table has."""
    return {"theme": theme(), "localeText": LOCALE, "animateRows": False, "tooltipShowDelay": 600, **more}


MONEY: dict[str, Any] = {
    "type": "rightAligned",
    "valueFormatter": function("money(params.value)"),
    "cellClass": ["ag-right-aligned-cell", "number"],
}
DEFAULT_COLUMN: dict[str, Any] = {"resizable": True, "sortable": True, "suppressHeaderMenuButton": True}
