"""How regions, funds and kinds of lines are called in statements."""

from __future__ import annotations

from functools import cache

import duckdb

from lianshen.agency import agencies
from lianshen.errors import UsageError

NATIONAL_CENTRE = "000000"
"""The national centre, through which provinces pay each other."""

FUND_NAMES = {
    "310100": "职工统筹基金",
    "310200": "个人账户",
    "320100": "公务员补助",
    "330100": "大病（大额）",
    "350100": "伤残人员",
    "370100": "企业补充",
    "390100": "居民基本基金",
    "610100": "医疗救助",
    "910100": "其他基金",
}
"""The national fund types of clearing, short enough for the head of a column."""

KIND_NAMES = {"CURRENT": "本月", "PRIOR": "以前月份", "DEDUCTION": "扣款返还"}


def region_names(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return the Chinese name of every region that can stand in a statement, by code."""
    rows = con.execute(
        "SELECT code, name_zh FROM knowledge.province UNION ALL SELECT code, name_zh FROM knowledge.agency"
    )
    return {NATIONAL_CENTRE: "国家异地就医结算平台", **dict(rows.fetchall())}


@cache
def own_regions() -> tuple[str, ...]:
    """Return the codes of the province's own regions, in the order of the agencies."""
    return tuple(agencies())


def require_region(code: str) -> str:
    """Return the code of one of the province's regions; raise :class:`UsageError` for any other."""
    found = [own for own in own_regions() if code in (own, own[:4])]
    if not found:
        raise UsageError(f"'{code}' is no region of the province: give one of {', '.join(own_regions())}")
    return found[0]
