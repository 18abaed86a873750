"""Money that comes back: a ledger on the case. An entry is never changed; a wrong one is followed by its negative."""

from __future__ import annotations

import re
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lianshen.cases import domain
from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.errors import Forbidden, Refused
from lianshen.cases.services.acting import conflict
from lianshen.cases.services.ledger import Actor, Entry, enter
from lianshen.cases.services.reading import fetch
from lianshen.cases.services.scope import Row, situation
from lianshen.cases.store import Casebook, writing

CYCLE = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def record_recovery(
    p: Principal, book: Casebook, case_no: str, amount: int, way: str, voucher: str, day: date, version: int, *,
    cycle: str | None = None, text: str = "",
) -> int:  # fmt: skip
    """Enter ``amount`` fen that came back on ``day``; return the number of the entry.

    ``way`` is a code of ``WAYS``; ``cycle`` the month of the clearing that carries it (YYYY-MM). What comes back,
    penalties apart, may not exceed what was determined.

    :raises Refused: for an impossible amount, day, way, voucher or cycle.
    """
    with writing(book.engine) as con:
        row = _recoverable(p, con, case_no, version)
        if way not in domain.WAYS:
            raise Refused(f"追回方式 {way!r} 无效；请选择：{'、'.join(domain.WAYS)}")
        if not voucher.strip():
            raise Refused("请填写凭证号")
        if day > book.today:
            raise Refused(f"追回日期 {day} 晚于今天")
        if cycle and not CYCLE.fullmatch(cycle):
            raise Refused(f"清算月份 {cycle!r} 无效；格式为 YYYY-MM")
        owed = 0 if way == "penalty" else (row["determined"] or 0) - row["recovered"]
        if amount == 0 or (way == "penalty" and amount < 0):
            raise Refused("追回金额不能为 0，违约金不能为负")
        if way != "penalty" and not domain.within_limit(amount, owed):
            raise Refused(f"追回金额 {amount / 100:.2f} 应在 0 与尚未追回的 {owed / 100:.2f} 之间")
        entry = Entry(amount, way, voucher.strip(), day, cycle or None, text.strip() or None)
        return enter(con, book, Actor(p.login, p.name, p.ip), row, entry).number


def reverse_recovery(p: Principal, book: Casebook, case_no: str, entry: int, text: str, version: int) -> int:
    """Enter the negative of an entry that was wrong; return the number of the new one.

    :raises Refused: without a reason, for an entry that is not there or was reversed already.
    """
    if not text.strip():
        raise Refused("冲销须填写原因")
    with writing(book.engine) as con:
        row = _recoverable(p, con, case_no, version)
        r = t.recovery.c
        wrong = con.execute(sa.select(t.recovery).where(r.case_no == case_no, r.id == entry)).mappings().one_or_none()
        if wrong is None or wrong["reverses"] is not None:
            raise Refused(f"案件 {case_no} 没有可冲销的追回记录 {entry}")
        if con.scalar(sa.select(sa.func.count()).where(r.reverses == entry)):
            raise Refused(f"追回记录 {entry} 已经冲销")
        negative = Entry(
            -wrong["amount"], wrong["way"], wrong["voucher"], book.today, wrong["cycle"], text.strip(), reverses=entry
        )
        return enter(con, book, Actor(p.login, p.name, p.ip), row, negative).number


def get_recoveries(p: Principal, book: Casebook, case_no: str) -> list[Row]:
    """Return the entries of a case in their order; amounts in fen."""
    with book.engine.connect() as con:
        fetch(p, con, case_no, informed=True)
        query = sa.select(t.recovery).where(t.recovery.c.case_no == case_no).order_by(t.recovery.c.id)
        rows = [dict(row) for row in con.execute(query).mappings()]
    reversed_ones = {row["reverses"] for row in rows}
    return [{**row, "way_name": domain.WAYS[row["way"]], "is_reversed": row["id"] in reversed_ones} for row in rows]


def get_appeals(p: Principal, book: Casebook, case_no: str) -> list[Row]:
    """Return the rounds of the institution's appeal."""
    with book.engine.connect() as con:
        fetch(p, con, case_no)
        query = sa.select(t.appeal).where(t.appeal.c.case_no == case_no).order_by(t.appeal.c.round)
        rows = [dict(row) for row in con.execute(query).mappings()]
    return [{**row, "outcome_name": domain.OUTCOMES.get(row["outcome"] or "", "复议中")} for row in rows]


def _recoverable(p: Principal, con: Connection, case_no: str, version: int) -> sa.RowMapping:
    row = fetch(p, con, case_no, lock=True)
    if row["version"] != version:
        raise conflict(con, row)
    if not domain.may_recover(p, situation(row)):
        raise Forbidden(f"{p.role_name}不能在“{domain.STATES[row['state']][0]}”登记案件 {case_no} 的追回")
    return row
