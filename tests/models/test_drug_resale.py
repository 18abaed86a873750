"""FR-02: customers of a busy drugstore are no ring; five who always come together for such drugs are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import duckdb
import numpy as np
import pytest
from models.ring_rows import Bill, add, empty, frames_of, moment

from lianshen.anomaly.learned import Learned
from lianshen.anomaly.subject import Judged
from lianshen_models.drug_resale import MODEL

MONTH, SINCE, UNTIL = "2026-11", date(2026, 8, 1), date(2026, 12, 1)
FIRST = date(2026, 11, 2)
PRONE = [f"R{number}" for number in range(6)]


def purchase(
    number: int, person: str, on: date, minute: int, items: dict[str, int], *, shop: str = "P1", care: str = "RX"
) -> Bill:
    return Bill(
        f"B{number:05d}", person, shop, moment(on, minute), care=care, level="DRUGSTORE", icd3=None, items=items, days=0
    )


def ordinary() -> list[Bill]:
    """Return 900 purchases of 500 people at three shops, and of 150 patients who come monthly, for one such drug."""
    rng, bills = np.random.default_rng(2), []
    for number in range(900):
        items = {f"D{int(rng.integers(20))}": 3, PRONE[int(rng.integers(len(PRONE)))]: 1}
        on, minute = date(2026, 9, 1) + timedelta(days=int(rng.integers(85))), int(rng.integers(480, 1080))
        bills.append(purchase(number, f"P{number % 500}", on, minute, items, shop=f"P{number % 3}"))
    for number in range(150):
        for month in (8, 9, 10, 11):
            on = date(2026, month, 1 + (number + int(rng.integers(4))) % 28)
            items, minute = {PRONE[number % 3]: 1, "D1": 4}, int(rng.integers(480, 1080))
            bills.append(
                purchase(5000 + 10 * number + month - 8, f"M{number}", on, minute, items, shop=f"P{number % 3}")
            )
    return bills


def ring(size: int = 5, dates: int = 4, *, items: int = 4, name: str = "X", apart: int = 2) -> list[Bill]:
    """Return people who come one after the other on several dates and buy such drugs and nothing else."""
    return [
        purchase(
            10_000 + 100 * date_ + seat,
            f"{name}{seat}",
            FIRST + timedelta(days=5 * date_),
            600 + apart * seat,
            {PRONE[(date_ + more) % len(PRONE)]: 1 for more in range(items)},
        )
        for date_ in range(dates)
        for seat in range(size)
    ]


@pytest.fixture(scope="module")
def full() -> Iterator[duckdb.DuckDBPyConnection]:
    con = empty()
    con.execute("DELETE FROM knowledge.drug_supply")
    con.execute(
        "INSERT INTO knowledge.drug_supply SELECT 'K' || code, code, '药' || code, 28, '1', '', '', DATE '2024-01-01', "
        "NULL FROM (SELECT UNNEST(?) AS code)",
        [PRONE],
    )
    add(con, ordinary())
    yield con
    con.close()


@pytest.fixture(scope="module")
def learned(full: duckdb.DuckDBPyConnection) -> Learned:
    return MODEL.learn(frames_of(full, MODEL, SINCE, UNTIL), 11)


@pytest.fixture
def con(full: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield the ordinary warehouse; what a test adds goes again."""
    full.begin()
    yield full
    full.rollback()


def judged(con: duckdb.DuckDBPyConnection, learned: Learned, month: str = MONTH) -> Judged:
    return MODEL.judge(learned, frames_of(con, MODEL, SINCE, UNTIL), month)


def test_customers_of_a_busy_shop_are_no_ring(con: duckdb.DuckDBPyConnection, learned: Learned) -> None:
    assert len(judged(con, learned)) == 0


def test_five_who_always_come_together_are_found_with_how_often_and_what_is_unusual(
    con: duckdb.DuckDBPyConnection, learned: Learned
) -> None:
    add(con, ring())
    found = judged(con, learned)
    assert list(found.is_finding) == [True]
    assert len(found.members[0]) == 20
    assert found.because[0]["because_persons"] == 5
    assert found.because[0]["because_dates"] == 4
    assert float(found.because[0]["because_expected"].removeprefix("不到")) < 0.5
    assert found.because[0]["because_high"] == 5
    assert found.because[0]["because_in_scope"] == "8000.00"
    assert "药R" in found.because[0]["because_drugs"]
    names = [reason.name for reason in found.reasons[0]]
    assert names[0] == "meetings"
    assert "generics" in names
    assert found.percentile[0] > 0.7


def test_a_couple_is_shown_and_is_no_finding(con: duckdb.DuckDBPyConnection, learned: Learned) -> None:
    add(con, ring(size=2))
    assert list(judged(con, learned).is_finding) == [False]


def test_neighbours_who_fetch_one_drug_a_month_are_no_finding(con: duckdb.DuckDBPyConnection, learned: Learned) -> None:
    add(con, [one for seat in range(4) for one in monthly(seat)])
    assert not judged(con, learned).is_finding.any()


def monthly(seat: int) -> list[Bill]:
    """Return a patient's drug of every month, beside other drugs and tests, fetched with the neighbours."""
    return [
        Bill(
            f"N{seat}{month}", f"N{seat}", "P1", moment(date(2026, month, 5), 600 + seat), care="OTP", icd3="J44",
            items={PRONE[0]: 1, "D1": 20, "T1": 2}, kinds={"T1": "04"}, days=0,
        )
        for month in (9, 10, 11)
    ]  # fmt: skip


def test_two_dates_are_not_enough_and_an_hour_apart_is_not_together(
    con: duckdb.DuckDBPyConnection, learned: Learned
) -> None:
    add(con, ring(dates=2))
    assert len(judged(con, learned)) == 0
    add(con, ring(name="Y", apart=60))
    assert len(judged(con, learned)) == 0


def test_what_came_later_changes_nothing_and_order_does_not_matter(
    con: duckdb.DuckDBPyConnection, learned: Learned
) -> None:
    add(con, ring())
    once = judged(con, learned)
    later = [purchase(20_000 + n, f"X{n % 5}", date(2026, 12, 3), 600, {PRONE[0]: 9}) for n in range(10)]
    add(con, later)
    frames = frames_of(con, MODEL, SINCE, date(2027, 1, 1))
    mixed = {name: frame.where(np.random.default_rng(1).permutation(len(frame))) for name, frame in frames.items()}
    for again in (judged(con, learned), MODEL.judge(learned, frames, MONTH), MODEL.judge(learned, mixed, MONTH)):
        assert list(again.subject_id) == list(once.subject_id)
        assert again.because == once.because
        assert list(again.members) == list(once.members)
        assert again.score == pytest.approx(once.score)


def test_a_ring_that_did_not_meet_in_the_month_is_not_said_again(
    con: duckdb.DuckDBPyConnection, learned: Learned
) -> None:
    add(con, ring())
    frames = frames_of(con, MODEL, date(2026, 9, 1), date(2027, 1, 1))
    assert len(MODEL.judge(learned, frames, "2026-12")) == 0


def test_a_ring_of_another_shop_changes_no_score(con: duckdb.DuckDBPyConnection, learned: Learned) -> None:
    add(con, ring())
    once = judged(con, learned)
    other = [
        Bill(
            f"O{bill.setl_id}", f"O{bill.person}", "P9", bill.at, care="RX", level="DRUGSTORE", items=bill.items, days=0
        )
        for bill in ring(size=7)
    ]
    add(con, other)
    both = judged(con, learned)
    place = list(both.subject_id).index(once.subject_id[0])
    assert both.score[place] == pytest.approx(once.score[0])
    assert both.is_finding.sum() == 2
