"""Deductions that a clearing carried, entered in the ledgers of their cases.

What a treating agency withheld from an institution for a case arrives with the clearing's own records (det_d). Nobody
should have to type it a second time: the night enters it, with the month of the clearing that carries it. What it may
not enter it says to the agency, once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from lianshen.cases import tables as t
from lianshen.cases.domain import DECIDED
from lianshen.cases.events import SYSTEM
from lianshen.cases.services.ledger import Actor, Entry, enter
from lianshen.cases.services.telling import Notice, desk_of, notify, staff
from lianshen.cases.store import Casebook, writing

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PREFIX = "DET-"
WITHHELD = f"""
    SELECT case_id, LEFT(clr_ym, 4) || '-' || RIGHT(clr_ym, 2), '{PREFIX}' || clr_ym || '-' || det_type,
        CASE WHEN detd_stas IN ('20', '30') THEN CAST(det_amt * 100 AS BIGINT) ELSE 0 END, CAST(updt_time AS DATE)
    FROM settled.det_d
    WHERE det_type IN ('10', '20')
    ORDER BY ALL
"""
"""Review and inspection deductions as they stand, nothing where they are not taken; prepayment and retention are no
findings."""
KIND = "carried"
"""Of the notices to agencies, by which a night knows what it has said."""
AT_ONCE = 500


@dataclass(frozen=True)
class Carried:
    """What a night did with deductions.

    ``entered`` of them came to ``fen``; ``left`` stand otherwise in their ledger, being more than was determined or
    changed since they were entered; of ``told`` their agencies learned now.
    """

    entered: int
    fen: int
    left: int
    told: int


@dataclass(frozen=True)
class Deduction:
    """One deduction of det_d in fen: what was withheld for a case in a clearing month, by its voucher."""

    case_no: str
    cycle: str
    voucher: str
    fen: int
    day: date


def enter_carried(con: DuckDBPyConnection, book: Casebook) -> Carried:
    """Enter every deduction of ``settled.det_d`` that its case's ledger lacks; running again enters nothing.

    A deduction of a case without a decision waits for it. One that would bring back more than was determined is left
    for the agency to look at: it may have been typed in already, or be too much. So is one whose ledger says another
    amount: it changed after it was entered, and which of the two holds is the agency's to say.
    """
    withheld = [Deduction(*row) for row in con.execute(WITHHELD).fetchall()]
    entered: list[Deduction] = []
    left: list[tuple[Mapping[str, Any], str]] = []
    with writing(book.engine) as trail:
        known = _known(trail)
        open_ones = [one for one in withheld if one.fen != known.get((one.case_no, one.voucher), 0)]
        cases = _decided_cases(trail, [one.case_no for one in open_ones])
        for one in open_ones:
            if (case := cases.get(one.case_no)) is None:
                continue
            held = known.get((one.case_no, one.voucher))
            if held is None and one.fen <= (case["determined"] or 0) - case["recovered"]:
                entry = Entry(one.fen, "deduction", one.voucher, one.day, one.cycle, "清算扣回")
                cases[one.case_no] = enter(trail, book, Actor(*SYSTEM), case, entry).case
                entered.append(one)
            else:
                left.append((case, _said(one, held)))
        told = _tell(trail, book, left)
    return Carried(len(entered), sum(one.fen for one in entered), len(left), told)


def _known(con: sa.Connection) -> dict[tuple[str, str], int]:
    """Return what the ledgers hold under the vouchers of clearings, their reversals taken off; fen."""
    r = t.recovery.c
    query = sa.select(r.case_no, r.voucher, sa.func.sum(r.amount)).where(r.voucher.startswith(PREFIX))
    return {(case_no, voucher): int(fen) for case_no, voucher, fen in con.execute(query.group_by(r.case_no, r.voucher))}


def _decided_cases(con: sa.Connection, case_nos: Iterable[str]) -> dict[str, Mapping[str, Any]]:
    """Return the cases in which money may come back, locked in the order of their numbers."""
    c = t.cases.c
    found: dict[str, Mapping[str, Any]] = {}
    for some in _some(case_nos):
        query = sa.select(t.cases).where(c.case_no.in_(some), c.state.in_(DECIDED)).order_by(c.case_no)
        found |= {row["case_no"]: dict(row) for row in con.execute(query.with_for_update()).mappings()}
    return found


def _some(case_nos: Iterable[str]) -> Iterator[list[str]]:
    """Yield case numbers in their order, as many at once as a statement takes well."""
    every = sorted(set(case_nos))
    return (every[start : start + AT_ONCE] for start in range(0, len(every), AT_ONCE))


def _said(one: Deduction, held: int | None) -> str:
    """Return what an agency is told of a deduction that could not be entered as it is."""
    carried = f"{one.cycle} 清算扣款 {one.fen / 100:.2f} 元（{one.voucher}）"
    if held is not None:
        return f"{carried}与台账登记的 {held / 100:.2f} 元不一致，请核对后冲销或补登"
    return f"{carried}超过尚未追回的金额，未自动登记，请核对"


def _tell(con: sa.Connection, book: Casebook, left: Sequence[tuple[Mapping[str, Any], str]]) -> int:
    """Tell each agency what it was not told before; return how much that was."""
    n = t.notice.c
    known: set[tuple[str, str]] = set()
    for some in _some(case["case_no"] for case, _ in left):
        query = sa.select(n.case_no, n.text).where(n.kind == KIND, n.case_no.in_(some))
        known |= {(case_no, text) for case_no, text in con.execute(query)}
    people = staff(con) if left else {}
    news: list[Notice] = [
        (desk_of(case, people), None, KIND, case["case_no"], text)
        for case, text in left
        if (case["case_no"], text) not in known
    ]
    notify(con, book, news)
    return len(news)
