"""How a back-test reads, wherever it is shown: terminal, Excel and page take these over its plain values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

Values = Mapping[str, Any]
"""A trial as :func:`lianshen.rules.backtest_store.as_dict` gives it."""

ROWS: tuple[tuple[str, Callable[[Values], str]], ...] = (
    ("参与筛查的结算", lambda t: f"{t['looked_at']:,}"),
    ("疑点", lambda t: f"{t['total']['findings']:,}"),
    ("涉及结算", lambda t: f"{t['settlements']:,}"),
    ("涉及机构", lambda t: f"{t['institutions']:,}"),
    ("费用总额 A0（元）", lambda t: yuan(t["total"]["a0"])),
    ("范围内 A1（元）", lambda t: yuan(t["total"]["a1"])),
    ("基金 A2（元）", lambda t: yuan(t["total"]["a2"])),
    ("估算风险（元）", lambda t: yuan(t["total"]["exposure"])),
    ("已排除（例外情形）", lambda t: f"{t['suppressed']:,}"),
    ("其他规则已发现", lambda t: f"{t['caught']['findings']:,}（A2 {yuan(t['caught']['a2'])}）"),
    ("新增", lambda t: f"{t['fresh']['findings']:,}（A2 {yuan(t['fresh']['a2'])}）"),
    ("现行结果 / 其中仍在", lambda t: f"{t['live']:,} / {t['live_kept']:,}"),
    ("审核工时（小时）", lambda t: f"{t['hours']:,.1f}（每笔 {t['minutes']} 分钟）"),
    ("已办结 / 属实", lambda t: f"{t['decided']:,} / {t['upheld']:,}"),
    ("准确率下限（95%）", lambda t: "尚无办结" if t["precision_low"] is None else f"{t['precision_low']:.1%}"),
    ("耗时（秒）", lambda t: f"{t['seconds']:.2f}"),
)
PARTS = (("就医地", "by_region"), ("机构等级", "by_level"), ("重叠的规则", "overlap"))


def yuan(value: str) -> str:
    """Return an amount as people read it."""
    return f"{Decimal(value):,.2f}"


def heads(found: Values) -> list[str]:
    """Return the heading of each version's column."""
    first, *others = found["trials"]
    return [f"现行（版本 {first['version']}）", *[f"试算（{_changed(first, trial)}）" for trial in others]]


def in_common(found: Values) -> str | None:
    """Return how many findings both versions have, or only one; None for a single version."""
    if not found["only"]:
        return None
    return f"两版都有 {found['both']:,}；仅现行 {found['only'][0]:,}；仅试算 {found['only'][1]:,}"


def _changed(first: Values, trial: Values) -> str:
    changed = [f"{name}={value}" for name, value in trial["params"].items() if first["params"].get(name) != value]
    return "、".join(changed) or f"版本 {trial['version']}"
