"""Whatever settlements come, in whatever order and month: the nets add to zero and nothing is lost."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.clearing_books import CHENGDU, JILIN, LESHAN, MIANYANG, PROVINCIAL, ClearingBooks

from lianshen.clearing import Closing, Month, close, positions, statement
from lianshen.clearing.regions import own_regions

MONTHS = (Month(2026, 10), Month(2026, 11), Month(2026, 12))
REGIONS = (CHENGDU, MIANYANG, LESHAN, PROVINCIAL, JILIN)
NOTHING = Decimal("0.00")
HERE = frozenset({CHENGDU, MIANYANG, LESHAN, PROVINCIAL})


@dataclass(frozen=True)
class Drawn:
    """A settlement, the month it belongs to and the closing after which it arrives (0: before the first)."""

    insured: str
    treating: str
    fen: int
    month: int
    arrives: int


DRAWN = st.lists(
    st.builds(
        Drawn,
        insured=st.sampled_from(REGIONS),
        treating=st.sampled_from(REGIONS),
        fen=st.integers(-10_000_000, 10_000_000).filter(bool),
        month=st.integers(0, 2),
        arrives=st.integers(0, 2),
    ),
    min_size=1,
    max_size=12,
)


def _yuan(fen: int) -> Decimal:
    return Decimal(fen) / 100


def _crosses(row: Drawn) -> bool:
    return row.insured != row.treating and bool(HERE & {row.insured, row.treating})


def _close_all(books: ClearingBooks, rows: list[Drawn], *, order: bool = True) -> list[Closing]:
    """Close three months; each settlement is there from its own arrival, late ones after their month was closed."""
    books.empty()
    books.reach(date(2027, 1, 31))
    # A settlement of the first month, so that every example begins its books with it.
    books.settle("FIRST", MONTHS[0].first, "1.00")
    closings = []
    numbered = list(enumerate(rows))
    for turn, month in enumerate(MONTHS):
        for number, row in numbered if order else reversed(numbered):
            if row.arrives == turn:
                day = MONTHS[row.month].day(15)
                books.settle(f"S{number}", day, _yuan(row.fen), insured=row.insured, treating=row.treating)
        books.refresh()
        closings.append(close(books.con, month))
    return closings


PROPERTY = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@PROPERTY
@given(rows=DRAWN)
def test_every_fen_has_two_ends_and_none_is_lost(books: ClearingBooks, rows: list[Drawn]) -> None:
    closings = _close_all(books, rows)
    # What belongs to a month not closed at its arrival is in it; what came later is in a later one.
    owed = sum((_yuan(row.fen) for row in rows if _crosses(row)), Decimal("1.00"))
    assert sum((closing.fund for closing in closings), NOTHING) == owed
    for closing in closings:
        nets: dict[str, Decimal] = defaultdict(Decimal)
        for position in positions(closing.lines):
            nets[position.scope] += position.net
        assert set(nets.values()) <= {NOTHING}
        statements = [statement(closing, region) for region in own_regions()]
        abroad = sum((line.amount for line in closing.lines if line.insu_region not in HERE), NOTHING)
        sent = sum((line.amount for line in closing.lines if line.treat_region not in HERE), NOTHING)
        assert sum((found.payable.total for found in statements), abroad) == closing.fund
        assert sum((found.receivable.total for found in statements), sent) == closing.fund


@PROPERTY
@given(rows=DRAWN)
def test_the_order_in_which_settlements_lie_decides_nothing(books: ClearingBooks, rows: list[Drawn]) -> None:
    forwards = _close_all(books, rows)
    backwards = _close_all(books, rows, order=False)
    assert [(c.fund, c.lines) for c in forwards] == [(c.fund, c.lines) for c in backwards]
    assert [c.hash for c in forwards] == [c.hash for c in backwards]


@PROPERTY
@given(rows=DRAWN, later=st.integers(0, 2))
def test_a_settlement_and_its_reversal_clear_to_nothing(books: ClearingBooks, rows: list[Drawn], later: int) -> None:
    books.empty()
    books.reach(date(2027, 1, 31))
    books.settle("FIRST", MONTHS[0].first, "1.00")
    for number, row in enumerate(rows):
        pair = {"insured": row.insured, "treating": row.treating}
        back = min(row.month + later, 2)
        books.settle(f"S{number}", MONTHS[row.month].day(3), _yuan(abs(row.fen)), **pair)
        books.settle(f"R{number}", MONTHS[back].day(20), -_yuan(abs(row.fen)), reverses=f"S{number}", **pair)
    books.refresh()
    closings = [close(books.con, month) for month in MONTHS]
    assert sum((closing.fund for closing in closings), Decimal(0)) == Decimal("1.00")
    by_pair: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for closing in closings:
        for line in closing.lines:
            by_pair[line.insu_region, line.treat_region, line.fund_type] += line.amount
    assert {pair: amount for pair, amount in by_pair.items() if amount} == {(MIANYANG, CHENGDU, "310100"): Decimal(1)}
