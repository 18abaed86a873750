"""Taking cases out: every export is in the trail with its filter, and no cell becomes a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TextIO

import sqlalchemy as sa

from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.errors import Refused
from lianshen.cases.events import Event, append
from lianshen.cases.filters import DEFAULT_SORT, CaseFilter
from lianshen.cases.services.scope import LISTED, Row, conditions, present, select_sort
from lianshen.cases.store import Casebook, writing

FORMULA = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = {
    "case_no": "案件编号", "severity_name": "风险", "at_issue": "涉及基金(元)", "exposure": "估算涉及(元)",
    "title_zh": "疑点类型", "fixmedins_code": "机构编码", "fixmedins_name": "就医机构", "level_name": "等级",
    "region_name": "就医地", "insured_name": "参保地", "person_name": "参保人", "sex_name": "性别", "age_years": "年龄",
    "diag_name": "主要诊断", "admit": "入院日期", "discharge": "出院日期", "total_fee": "总费用(元)",
    "fund_fee": "基金支付(元)", "night": "批次", "state_name": "状态", "assignee": "经办", "due_at": "时限",
    "decision_name": "结论", "determined": "认定金额(元)",
}  # fmt: skip
"""Columns of an export and their headings, in order."""
MONEY = frozenset({"at_issue", "exposure", "total_fee", "fund_fee", "determined", "gross"})


def export_cases(
    p: Principal, book: Casebook, f: CaseFilter, *, most: int = 50_000, what: str = "csv"
) -> Iterator[Row]:
    """Record the export, then return its cases in the order of the filter, one at a time.

    :raises Refused: if the filter matches more than ``most`` cases.
    """
    where = conditions(p, book, f)
    with writing(book.engine) as con:
        count = con.scalar(sa.select(sa.func.count()).select_from(t.cases).where(*where)) or 0
        if count > most:
            raise Refused(f"符合条件的案件有 {count} 件，一次最多导出 {most} 件；请缩小筛选范围")
        detail = {"filter": f.to_query(), "cases": count, "as": what}
        append(con, book.now(), [Event("export", p.login, p.name, detail=detail, ip=p.ip)])
    return _rows(p, book, f)


def _rows(p: Principal, book: Casebook, f: CaseFilter) -> Iterator[Row]:
    query = sa.select(*LISTED).where(*conditions(p, book, f)).order_by(*select_sort(f.sort or DEFAULT_SORT))
    with book.engine.connect().execution_options(stream_results=True, max_row_buffer=1_000) as con:
        for row in con.execute(query).mappings():
            yield present(p, book, row)


def write_csv(rows: Iterable[Row], file: TextIO, columns: Sequence[str] = tuple(COLUMNS)) -> int:
    """Write cases with Chinese headings and amounts in yuan; return how many. Open the file as ``utf-8-sig``."""
    writer = csv.writer(file)
    writer.writerow([COLUMNS[name] for name in columns])
    count = 0
    for row in rows:
        writer.writerow([cell(name, row[name]) for name in columns])
        count += 1
    return count


def cell(name: str, value: Any) -> str:
    """Return what stands in a cell: yuan for money, and text that a spreadsheet cannot take for a formula."""
    if value is None:
        return ""
    if name in MONEY:
        return yuan(value)
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def yuan(fen: int) -> str:
    """Return fen as exact yuan: ``-1234`` is ``-12.34``."""
    whole, part = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole}.{part:02d}"
