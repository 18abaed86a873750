"""Taking cases out: every export is in the trail with its filter, and no cell becomes a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TextIO

import sqlalchemy as sa

from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.errors import Refused
from lianshen.cases.events import Event, append
from lianshen.cases.filters import DEFAULT_SORT, CaseFilter
from lianshen.cases.services.scope import LISTED, Row, conditions, present, select_sort
from lianshen.cases.store import Casebook, writing

FORMULA = ("=", "+", "-", "@", "\t", "\r")
Kind = Literal["text", "money", "date", "count", "score"]


@dataclass(frozen=True)
class Column:
    """A column: its head, what its cells are, how wide it is, and the name of its value in a case."""

    head: str
    kind: Kind
    width: int
    value: str


COLUMNS: dict[str, Column] = {
    "case_no": Column("案件编号", "text", 22, "case_no"),
    "severity": Column("风险", "text", 6, "severity_name"),
    "at_issue": Column("涉及基金(元)", "money", 15, "at_issue"),
    "exposure": Column("估算涉及(元)", "money", 15, "exposure"),
    "rule": Column("疑点类型", "text", 28, "title_zh"),
    "inst": Column("就医机构", "text", 30, "fixmedins_name"),
    "inst_code": Column("机构编码", "text", 16, "fixmedins_code"),
    "level": Column("等级", "text", 10, "level_name"),
    "region": Column("就医地", "text", 12, "region_name"),
    "insured": Column("参保地", "text", 12, "insured_name"),
    "person": Column("参保人", "text", 18, "person_name"),
    "diag": Column("主要诊断", "text", 24, "diag_name"),
    "admit": Column("入院日期", "date", 12, "admit"),
    "discharge": Column("出院日期", "date", 12, "discharge"),
    "score": Column("评分", "score", 8, "score"),
    "state": Column("状态", "text", 12, "state_name"),
    "due_at": Column("时限", "date", 12, "due_at"),
    "reply_by": Column("答复期限", "date", 12, "reply_by"),
    "days_left": Column("剩余工作日", "count", 10, "days_left"),
    "assignee": Column("经办", "text", 14, "assignee"),
    "decision": Column("结论", "text", 10, "decision_name"),
    "determined": Column("认定金额(元)", "money", 15, "determined"),
    "recovered": Column("追回(元)", "money", 15, "recovered"),
    "total_fee": Column("总费用(元)", "money", 15, "total_fee"),
    "fund_fee": Column("基金支付(元)", "money", 15, "fund_fee"),
    "night": Column("批次", "date", 12, "night"),
    "expected": Column("预计追回(元)", "money", 15, "expected"),
    "per_hour": Column("每小时预计(元)", "money", 15, "per_hour"),
}
"""Every column by the name that the queue gives it, in the order of a workbook that asks for none."""


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
    shown = [COLUMNS[name] for name in columns]
    writer.writerow([column.head for column in shown])
    count = 0
    for row in rows:
        writer.writerow([cell(column.kind, row[column.value]) for column in shown])
        count += 1
    return count


def cell(kind: Kind, value: Any) -> str:
    """Return what stands in a cell: yuan for money, and text that a spreadsheet cannot take for a formula."""
    if value is None:
        return ""
    if kind == "money":
        return yuan(value)
    text = str(value)
    return f"'{text}" if kind == "text" and text.startswith(FORMULA) else text


def yuan(fen: int) -> str:
    """Return fen as exact yuan: ``-1234`` is ``-12.34``."""
    whole, part = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole}.{part:02d}"
