"""Cases as an Excel workbook: the columns that are shown, real dates and numbers, and a sheet that says what this is.

Rows go to the file one after another (XlsxWriter's constant memory), so that fifty thousand cost no more than ten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lianshen.cases.domain import DECISIONS, SEVERITIES, STATES, Principal
from lianshen.cases.errors import Refused
from lianshen.cases.filters import DEFAULT_SORT, CaseFilter
from lianshen.cases.services.exporting import COLUMNS, Kind, export_cases
from lianshen.cases.services.scope import LEVELS, Row, agency_name, pool_name
from lianshen.cases.store import Casebook
from lianshen.config import SHANGHAI
from lianshen.errors import MissingExtra

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

LONGEST = 32_767
"""Characters that a cell can hold."""
CUT = "…（超长，已截断）"
CASES, FILTER = "案件", "筛选条件"
FORMATS: dict[str, dict[str, Any]] = {
    "text": {},
    "money": {"num_format": "#,##0.00"},
    "date": {"num_format": "yyyy-mm-dd"},
    "count": {"num_format": "0"},
    "score": {"num_format": "0.00"},
    "head": {"bold": True, "bg_color": "#E8EEF4", "bottom": 1},
}
FIELDS = {
    "q": "搜索", "state": "状态", "rule": "规则", "region": "就医地", "insured": "参保地", "level": "等级",
    "severity": "风险", "min_amount": "最低涉及基金(元)", "due": "时限", "since": "批次自", "until": "批次至",
    "person": "参保人", "inst": "机构", "side": "范围", "county": "县区", "mine": "我的", "assignee": "经办",
    "decision": "结论", "changed": "证据有变化", "unrecovered": "尚未追回", "sort": "排序", "view": "视图",
}  # fmt: skip


def columns_named(names: str) -> list[str]:
    """Return the columns of a comma separated list; an empty one means all.

    :raises Refused: naming one that is unknown.
    """
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    if unknown := [name for name in wanted if name not in COLUMNS]:
        raise Refused(f"没有“{unknown[0]}”这一列；可选：{'、'.join(COLUMNS)}")
    return list(dict.fromkeys(wanted)) or list(COLUMNS)


def export_workbook(
    p: Principal, book: Casebook, f: CaseFilter, path: Path, *, columns: Sequence[str] = tuple(COLUMNS),
    rule_names: Mapping[str, str] | None = None,
) -> int:  # fmt: skip
    """Write the cases of a filter to a workbook and record the export; return how many.

    :raises Refused: if the filter matches more than an export may hold; then nothing is written or recorded.
    :raises MissingExtra: without XlsxWriter.
    """
    try:
        from xlsxwriter import Workbook
    except ImportError as error:
        raise MissingExtra("xlsxwriter", "reports", "An Excel export") from error
    rows = export_cases(p, book, f, what="xlsx")
    with Workbook(str(path), {"constant_memory": True}) as workbook:
        looks = {kind: workbook.add_format(look) for kind, look in FORMATS.items()}
        count = _cases(workbook, looks, rows, columns, rule_names or {})
        _filter(workbook, looks, p, book, f, count)
    return count


def _cases(
    workbook: Workbook, looks: Mapping[str, Any], rows: Iterable[Row], columns: Sequence[str], names: Mapping[str, str]
) -> int:
    sheet = workbook.add_worksheet(CASES)
    sheet.freeze_panes(1, 1)
    for place, name in enumerate(columns):
        sheet.set_column(place, place, COLUMNS[name].width)
        sheet.write_string(0, place, COLUMNS[name].head, looks["head"])
    count = 0
    for row in rows:
        count += 1
        row["title_zh"] = names.get(row["main_rule"], row["title_zh"])
        for place, name in enumerate(columns):
            column = COLUMNS[name]
            write_cell(sheet, count, place, column.kind, row[column.value], looks[column.kind])
    sheet.autofilter(0, 0, count, len(columns) - 1)
    return count


def write_cell(sheet: Worksheet, row: int, place: int, kind: Kind, value: Any, look: Any) -> None:
    """Write a value as what it is. Text is always text: what looks like a formula is never one."""
    if value is None:
        return
    if kind == "money":
        sheet.write_number(row, place, Decimal(value) / 100, look)
    elif kind == "date" and isinstance(value, date):
        sheet.write_datetime(row, place, datetime(value.year, value.month, value.day), look)  # noqa: DTZ001 - Excel has no zones
    elif kind in ("count", "score"):
        sheet.write_number(row, place, value, look)
    else:
        text = str(value)
        sheet.write_string(row, place, text if len(text) <= LONGEST else text[: LONGEST - len(CUT)] + CUT, look)


def _filter(
    workbook: Workbook, looks: Mapping[str, Any], p: Principal, book: Casebook, f: CaseFilter, count: int
) -> None:
    sheet = workbook.add_worksheet(FILTER)
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, 80)
    place = agency_name(p.agency) if p.agency else "全省"
    said: list[tuple[str, Any, Kind]] = [
        ("导出人", f"{p.name}（{p.login}，{p.role_name}，{place}）", "text"),
        ("导出时间", book.now().astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S"), "text"),
        ("行数", count, "count"),
    ]
    chosen = [name for name in type(f).model_fields if getattr(f, name) not in (None, False, ())]
    said += [(FIELDS[name], _said(name, getattr(f, name)), "text") for name in chosen]
    said += [] if chosen else [("筛选", "无（范围内全部案件）", "text")]
    said += [("排序", DEFAULT_SORT, "text")] if f.sort is None else []
    said.append(("网址参数", f.to_query() or "（无）", "text"))
    for row, (name, value, kind) in enumerate(said):
        sheet.write_string(row, 0, name, looks["head"])
        write_cell(sheet, row, 1, kind, value, looks[kind])


WORDS: Mapping[str, Callable[[Any], str]] = {
    "state": lambda code: STATES[code][0],
    "severity": lambda level: SEVERITIES[level],
    "decision": lambda code: DECISIONS[code],
    "region": agency_name,
    "insured": lambda code: pool_name(code[:4]),
    "level": lambda code: LEVELS.get(code, code),
}


def _said(name: str, value: Any) -> str:
    if isinstance(value, tuple):
        return "、".join(WORDS.get(name, str)(one) for one in value)
    return "是" if value is True else str(value)
