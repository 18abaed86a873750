"""FR-10: a drugstore at the gate is everybody's; one doctor's drugstore far away, with the same patients, is a loop."""

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
from lianshen_models.referral_loop import MODEL

MONTH, SINCE, UNTIL = "2026-11", date(2026, 8, 1), date(2026, 12, 1)
FIRST = date(2026, 11, 2)
SHOPS = [f"P{number}" for number in range(12)]


def visit(name: str, on: date, hospital: str, doctor: str, pool: str = "5101") -> Bill:
    return Bill(
        f"V{name}", f"N{name}", hospital, moment(on, 500), care="OTP", doctor=doctor, items={"D1": 1}, days=0, pool=pool
    )


def fill(name: str, person: str, on: date, shop: str, pool: str = "5101", doctor: str | None = None) -> Bill:
    return Bill(
        f"F{name}", person, shop, moment(on, 900), care="RX", level="DRUGSTORE", icd3=None, items={"D2": 2}, days=0,
        pool=pool, doctor=doctor, circulated="1" if doctor else None,
    )  # fmt: skip


def ordinary() -> list[Bill]:
    """Return 1,500 visits to four hospitals of six doctors each, and a purchase after each, mostly at the gate."""
    rng, bills = np.random.default_rng(4), []
    for number in range(1500):
        hospital, doctor = number % 4, int(rng.integers(6))
        on = date(2026, 10, 1) + timedelta(days=int(rng.integers(55)))
        shop = SHOPS[hospital] if rng.random() < 0.7 else SHOPS[int(rng.integers(12))]
        name = f"{number:05d}"
        bills.append(visit(name, on, f"H{hospital}", f"D{hospital}{doctor}"))
        bills.append(fill(name, f"N{name}", on + timedelta(days=1), shop))
    return bills


def loop(count: int, *, patients: int, shop: str = "PFAR", pool: str = "5120", doctors: int = 1) -> list[Bill]:
    """Return prescriptions of new doctors of H0 that are filled at one drugstore."""
    bills = [visit(f"L{one}", FIRST, "H0", f"DL{one}") for one in range(doctors)]
    for number in range(count):
        on = FIRST + timedelta(days=number % 20)
        person, doctor = f"Q{number % patients}", f"DL{number % patients % doctors}"
        bills.append(fill(f"Q{number:03d}", person, on, shop, pool, doctor))
    return bills


@pytest.fixture(scope="module")
def full() -> Iterator[duckdb.DuckDBPyConnection]:
    con = empty()
    con.execute("DELETE FROM knowledge.travel")
    con.execute("INSERT INTO knowledge.travel VALUES ('5101', '5120', 240), ('5101', '5106', 40)")
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


def test_a_drugstore_at_the_gate_is_everybodys(con: duckdb.DuckDBPyConnection, learned: Learned) -> None:
    assert len(judged(con, learned)) == 0


def test_thirty_prescriptions_filled_far_away_are_found_with_patients_and_distance(
    con: duckdb.DuckDBPyConnection, learned: Learned
) -> None:
    add(con, loop(30, patients=25))
    found = judged(con, learned)
    assert list(found.is_finding) == [True]
    assert found.institution[0] == "PFAR"
    assert len(found.members[0]) == 30
    assert found.because[0]["because_fills"] == 30
    assert found.because[0]["because_share"] == "100%"
    assert found.because[0]["because_patients"] == 25
    assert "240分钟" in found.because[0]["because_distance"]
    assert found.because[0]["because_doctor_codes"] == "DL0"
    assert found.exposure_fen[0] == 30 * 100_000
    assert any("预期不到0.1笔" in reason.text_zh for reason in found.reasons[0])
    assert found.percentile[0] > 0.95


def test_twenty_nine_of_as_many_patients_are_shown_and_are_no_finding(
    con: duckdb.DuckDBPyConnection, learned: Learned
) -> None:
    add(con, loop(29, patients=29))
    assert list(judged(con, learned).is_finding) == [False]


def test_fourteen_of_two_doctors_are_enough_when_the_same_seven_came_back_from_far(
    con: duckdb.DuckDBPyConnection, learned: Learned
) -> None:
    add(con, loop(14, patients=7, doctors=2))
    found = judged(con, learned)
    assert list(found.is_finding) == [True]
    assert found.because[0]["because_doctors"] == 2


def test_fourteen_at_a_drugstore_forty_minutes_away_are_too_few(
    con: duckdb.DuckDBPyConnection, learned: Learned
) -> None:
    add(con, loop(14, patients=7, doctors=2, pool="5106"))
    assert not judged(con, learned).is_finding.any()


def test_the_only_drugstore_that_the_whole_city_goes_to_is_no_loop(
    con: duckdb.DuckDBPyConnection, learned: Learned
) -> None:
    names = [(hospital, f"{hospital}{number}", number) for hospital in ("H8", "H9") for number in range(120)]
    days = {name: FIRST + timedelta(days=number % 20) for _, name, number in names}
    add(con, [visit(name, days[name], hospital, f"E{hospital}{n % 3}", "5106") for hospital, name, n in names])
    add(con, [fill(name, f"N{name}", days[name], "PDTP", "5106") for _, name, _ in names])
    assert not judged(con, learned).is_finding.any()


def test_purchases_of_other_things_do_not_thin_out_what_was_prescribed(
    con: duckdb.DuckDBPyConnection, learned: Learned
) -> None:
    others = [visit(f"T{number}", FIRST, "H0", "DL0") for number in range(40)]
    others += [fill(f"T{number}", f"NT{number}", FIRST, SHOPS[number % 12]) for number in range(40)]
    add(con, loop(30, patients=25) + others)
    assert list(judged(con, learned).is_finding) == [True]


def test_a_purchase_belongs_to_the_doctor_seen_within_three_days_before(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("DELETE FROM profile.bill")
    add(
        con,
        [
            visit("A", date(2026, 11, 2), "H0", "D1"),
            visit("B", date(2026, 11, 2), "H0", "D2"),
            visit("C", date(2026, 11, 9), "H0", "D3"),
            fill("A", "NA", date(2026, 11, 4), "P1"),
            fill("B", "NB", date(2026, 11, 6), "P1"),
            fill("C", "NC", date(2026, 11, 8), "P1"),
        ],
    )
    frame = read_window(con, "doctor_shop", SINCE, UNTIL)
    assert list(zip(frame.key, frame["doctor"], strict=True)) == [("FA", "D1")]
    assert len(read_window(con, "doctor_shop", date(2026, 11, 3), UNTIL)) == 0, "what came before is not looked at"


def test_what_came_later_changes_nothing_and_order_does_not_matter(
    con: duckdb.DuckDBPyConnection, learned: Learned
) -> None:
    add(con, loop(30, patients=25))
    once = judged(con, learned)
    add(con, [fill(f"Z{number}", f"Z{number}", date(2026, 12, 2), SHOPS[1], doctor="DL0") for number in range(90)])
    frames = frames_of(con, MODEL, SINCE, date(2027, 1, 1))
    mixed = {name: frame.where(np.random.default_rng(1).permutation(len(frame))) for name, frame in frames.items()}
    for again in (judged(con, learned), MODEL.judge(learned, frames, MONTH), MODEL.judge(learned, mixed, MONTH)):
        assert list(again.subject_id) == list(once.subject_id)
        assert again.because == once.because
        assert list(again.members) == list(once.members)
