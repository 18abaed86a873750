"""CO-04: people who meet at a hospital by chance are no group; those who come together twice, or by the bus, are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import duckdb
import numpy as np
import pytest
from models.ring_rows import Bill, add, empty, frames_of, moment

from lianshen.anomaly.learned import Learned
from lianshen.anomaly.subject import Judged
from lianshen.anomaly.windows import read_window
from lianshen_models.co_admission import MODEL

MONTH, SINCE, UNTIL = "2026-11", date(2026, 6, 1), date(2026, 12, 1)
DISEASES = ("J44", "I63", "E11", "K29", "M47")


def stay(
    name: str, person: str, begins: date, *, place: str = "H1", days: int = 6, icd3: str = "E11",
    address: str | None = None, insured: str = "510704",
) -> Bill:  # fmt: skip
    leaves = moment(begins + timedelta(days=days))
    return Bill(name, person, place, leaves, days=days, icd3=icd3, address=address, insured=insured, items={"D1": 3})


def ordinary() -> list[Bill]:
    """Return 700 stays over five months at six hospitals; some people come back, each in their own time."""
    rng, bills = np.random.default_rng(6), []
    for number in range(700):
        person = number % 520
        bills.append(
            stay(
                f"S{number:04d}", f"P{person}", date(2026, 6, 10) + timedelta(days=int(rng.integers(150))),
                place=f"H{person % 6}", days=int(rng.integers(3, 14)), icd3=DISEASES[int(rng.integers(5))],
                address=f"A{person // 3}", insured=f"5107{person % 7:02d}",
            )
        )  # fmt: skip
    return bills


def group(persons: int, rounds: int, *, name: str = "G", spread: int = 0, **more: str) -> list[Bill]:
    """Return people who come to H1 together, a fortnight apart; the last round settles in November."""
    return [
        stay(
            f"{name}{round_}{seat:02d}", f"{name}{seat}",
            date(2026, 11, 10) - timedelta(days=14 * round_ - seat % (spread + 1)), icd3=DISEASES[seat % 5],
            address=more.get("address"), insured=more.get("insured", f"5120{seat:02d}"),
        )
        for round_ in range(rounds)
        for seat in range(persons)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def full() -> Iterator[duckdb.DuckDBPyConnection]:
    con = empty()
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


def judged(con: duckdb.DuckDBPyConnection, learned: Learned) -> Judged:
    return MODEL.judge(learned, frames_of(con, MODEL, SINCE, UNTIL), MONTH)


def test_people_who_come_back_in_their_own_time_are_no_group(con: duckdb.DuckDBPyConnection, learned: Learned) -> None:
    assert not judged(con, learned).is_finding.any()


def test_six_who_come_together_twice_are_found_whatever_their_diseases(
    con: duckdb.DuckDBPyConnection, learned: Learned
) -> None:
    add(con, group(6, 2))
    found = judged(con, learned)
    assert list(found.is_finding) == [True]
    assert len(found.members[0]) == 12
    assert found.because[0]["because_how"] == "先后2次结伴住院"
    assert found.because[0]["because_persons"] == 6
    assert found.because[0]["because_days"] == "2026-10-27、2026-11-10"
    assert found.because[0]["because_fund"] == "12000.00"
    texts = [reason.text_zh for reason in found.reasons[0]]
    assert any("两人偶遇次数预期" in text and "概率低于" in text for text in texts)
    assert any("主要诊断5种" in text for text in texts)
    assert any("均为6至6天" in text for text in texts)
    assert found.percentile[0] > 0.8


def test_three_times_within_three_days_of_each_other_is_together_too(
    con: duckdb.DuckDBPyConnection, learned: Learned
) -> None:
    add(con, group(6, 3, spread=2))
    found = judged(con, learned)
    assert list(found.is_finding) == [True]
    assert found.actual[0] == 3


def test_a_couple_that_always_comes_together_is_no_group(con: duckdb.DuckDBPyConnection, learned: Learned) -> None:
    add(con, group(2, 4))
    assert not judged(con, learned).is_finding.any()


def test_once_is_not_again_and_from_everywhere_is_no_bus(con: duckdb.DuckDBPyConnection, learned: Learned) -> None:
    add(con, group(9, 1))
    assert not judged(con, learned).is_finding.any()


def test_eight_of_one_county_on_one_day_are_a_bus_and_of_one_address_sooner(
    con: duckdb.DuckDBPyConnection, learned: Learned
) -> None:
    add(con, group(10, 1, insured="512099"))
    found = judged(con, learned)
    assert [one["because_how"] for one in found.because if "区县" in one["because_how"]]
    assert found.is_finding.any()
    add(con, group(6, 1, name="K", address="AK"))
    again = judged(con, learned)
    assert any(
        "同一住址" in one["because_how"] and flag for one, flag in zip(again.because, again.is_finding, strict=True)
    )


def test_a_county_that_always_comes_is_expected(con: duckdb.DuckDBPyConnection, learned: Learned) -> None:
    rng = np.random.default_rng(8)
    usual = [
        stay(f"U{n}", f"U{n}", date(2026, 6, 10) + timedelta(days=int(rng.integers(150))), place="H9", insured="512099")
        for n in range(300)
    ]
    add(con, usual)
    assert not judged(con, learned).is_finding.any()


@pytest.mark.parametrize("icd3", ["A09", "J10", "T62", "Z51"])
def test_what_comes_in_waves_is_not_looked_at(icd3: str, con: duckdb.DuckDBPyConnection) -> None:
    con.execute("DELETE FROM profile.bill")
    add(con, [stay("W1", "W1", date(2026, 11, 2), icd3=icd3), stay("W2", "W2", date(2026, 11, 2))])
    assert list(read_window(con, "admission", SINCE, UNTIL).key) == ["W2"]


def test_what_came_later_changes_nothing_and_order_does_not_matter(
    con: duckdb.DuckDBPyConnection, learned: Learned
) -> None:
    add(con, group(6, 2))
    once = judged(con, learned)
    add(con, [stay(f"Z{n}", f"G{n % 6}", date(2026, 12, 2)) for n in range(30)])
    frames = frames_of(con, MODEL, SINCE, date(2027, 1, 1))
    mixed = {name: frame.where(np.random.default_rng(1).permutation(len(frame))) for name, frame in frames.items()}
    for again in (judged(con, learned), MODEL.judge(learned, frames, MONTH), MODEL.judge(learned, mixed, MONTH)):
        assert list(again.subject_id) == list(once.subject_id)
        assert again.score == pytest.approx(once.score)
        assert again.because == once.because
        assert list(again.members) == list(once.members)
