"""Deductions that a clearing carried, entered in the ledgers of their cases.

What a treating agency withheld from an institution for a case arrives with the clearing's own records (det_d). Nobody
should have to type it a second time: the night enters it, with the month of the clearing that carries it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import sqlalchemy as sa

from lianshen.cases import tables as t
from lianshen.cases.domain import DECIDED
from lianshen.cases.events import SYSTEM, Event, append
from lianshen.cases.store import Casebook, writing

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

WITHHELD = """
    SELECT case_id, LEFT(clr_ym, 4) || '-' || RIGHT(clr_ym, 2), 'DET-' || clr_ym || '-' || det_type,
        CAST(det_amt * 100 AS BIGINT), CAST(updt_time AS DATE)
    FROM settled.det_d
    WHERE det_type IN ('10', '20') AND detd_stas IN ('20', '30') AND det_amt > 0
    ORDER BY ALL
"""
"""Review and inspection deductions that were taken; prepayment and retention are no findings."""


@dataclass(frozen=True)
class Carried:
    """What was entered: how many deductions, their fen, and how many could not be, being more than was determined."""

    entered: int
    fen: int
    left: int


def enter_carried(con: DuckDBPyConnection, book: Casebook) -> Carried:
    """Enter every deduction of ``settled.det_d`` that its case's ledger lacks; running again enters nothing.

    A deduction of a case without a decision waits for it. One that would bring back more than was determined is left
    for the agency to look at: it may have been typed in already, or be too much.
    """
    withheld = con.execute(WITHHELD).fetchall()
    entered = fen = left = 0
    with writing(book.engine) as trail:
        for row in _open_cases(trail, {case_no for case_no, *_ in withheld}):
            known = set(trail.scalars(sa.select(t.recovery.c.voucher).where(t.recovery.c.case_no == row["case_no"])))
            recovered, version = row["recovered"], row["version"]
            for case_no, cycle, voucher, amount, day in withheld:
                if case_no != row["case_no"] or voucher in known:
                    continue
                if recovered + amount > (row["determined"] or 0):
                    left += 1
                    continue
                recovered += amount
                entered, fen = entered + 1, fen + amount
                _enter(trail, book, row, amount, voucher, cycle, day)
            if recovered != row["recovered"]:
                c = t.cases.c
                moved = t.cases.update().where(c.case_no == row["case_no"], c.version == version)
                trail.execute(moved.values(recovered=recovered, version=version + 1))
    return Carried(entered, fen, left)


def _open_cases(con: sa.Connection, case_nos: set[str]) -> list[sa.RowMapping]:
    c = t.cases.c
    found: list[sa.RowMapping] = []
    wanted = sorted(case_nos)
    for start in range(0, len(wanted), 500):
        some = c.case_no.in_(wanted[start : start + 500])
        owing = sa.func.coalesce(c.determined, 0) > c.recovered
        query = sa.select(t.cases).where(some, owing, c.state.in_(DECIDED)).order_by(c.case_no).with_for_update()
        found += con.execute(query).mappings().all()
    return found


def _enter(
    con: sa.Connection, book: Casebook, row: sa.RowMapping, amount: int, voucher: str, cycle: str, day: date
) -> None:
    now = book.now()
    con.execute(
        t.recovery.insert().values(
            case_no=row["case_no"], amount=amount, way="deduction", voucher=voucher, day=day, cycle=cycle,
            entered_by=SYSTEM[0], entered_at=now,
        )
    )  # fmt: skip
    detail = {"fen": amount, "way": "deduction", "voucher": voucher, "day": str(day), "cycle": cycle}
    event = Event("recover", *SYSTEM, row["case_no"], row["state"], row["state"], "清算扣回", detail)
    append(con, now, [event])
