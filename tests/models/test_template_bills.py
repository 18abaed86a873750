"""FR-13: ordinary bills are quiet; a template, and tests for everybody, come out with what they have in common."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import duckdb
import numpy as np
import pytest
from models.ring_rows import Bill, add, empty, frames_of, moment

from lianshen.anomaly.features import Frame
from lianshen.anomaly.learned import Learned
from lianshen.anomaly.subject import Frames, Judged
from lianshen.anomaly.windows import read_window
from lianshen_models.template_bills import MODEL

DISEASES = ("J18", "I63", "E11", "K29", "M47", "G45")
MONTH = "2026-11"
SINCE, UNTIL = date(2026, 11, 1), date(2026, 12, 1)
KINDS = {f"T{number:02d}": "04" for number in range(30)}


def stay(rng: np.random.Generator, number: int, place: str) -> Bill:
    """Return a stay with drugs of its own, some that go with the disease, and a few of the usual tests."""
    disease = DISEASES[int(rng.integers(len(DISEASES)))]
    base = 40 * DISEASES.index(disease)
    drugs = rng.choice(np.arange(base, base + 60), 18, replace=False)
    tests = rng.choice(30, 6, replace=False)
    items = {f"D{one:03d}": int(rng.integers(1, 6)) for one in drugs} | {f"T{one:02d}": 1 for one in tests}
    day = moment(date(2026, 11, 1)) + timedelta(days=int(rng.integers(0, 28)))
    return Bill(f"S{number:05d}", f"P{number}", place, day, icd3=disease, items=items, kinds=KINDS)


def ordinary() -> list[Bill]:
    rng = np.random.default_rng(5)
    return [stay(rng, number, f"H{number % 12:02d}") for number in range(600)]


def copied(count: int, diseases: tuple[str, ...] = DISEASES, place: str = "H03") -> list[Bill]:
    """Return stays whose bills are one template of 24 items without one of them."""
    template = {f"D{10 * number:03d}": 1 + number % 4 for number in range(24)}
    bills = []
    for number in range(count):
        items = {item: lines for place_, (item, lines) in enumerate(template.items()) if place_ != number % 24}
        day = moment(date(2026, 11, 2)) + timedelta(days=number % 20)
        bills.append(
            Bill(f"C{number:03d}", f"Q{number}", place, day, icd3=diseases[number % len(diseases)], items=items)
        )
    return bills


def package(count: int, have_it: int) -> list[Bill]:
    """Return a department's stays, of which ``have_it`` got the same seven tests."""
    rng, bills = np.random.default_rng(9), []
    for number in range(count):
        one = stay(rng, 90_000 + number, "H05")
        drugs = {item: lines for item, lines in one.items.items() if item.startswith("D")}
        tests = {f"T{test:02d}": 1 for test in range(7)} if number < have_it else {"T20": 1}
        bills.append(
            Bill(
                one.setl_id,
                one.person,
                "H05",
                one.at,
                icd3=one.icd3,
                department="A07",
                items=drugs | tests,
                kinds=KINDS,
            )
        )
    return bills


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


def test_ordinary_stays_are_no_template(con: duckdb.DuckDBPyConnection, learned: Learned) -> None:
    assert not judged(con, learned).is_finding.any()


def test_a_template_written_for_different_diseases_is_found_with_its_items(
    con: duckdb.DuckDBPyConnection, learned: Learned
) -> None:
    add(con, copied(16))
    found = judged(con, learned)
    assert list(found.is_finding) == [True]
    assert found.institution[0] == "H03"
    assert set(found.members[0]) == {f"C{number:03d}" for number in range(16)}
    assert found.percentile[0] > 0.9
    assert found.actual[0] == 16
    assert found.expected[0] < 1
    assert found.exposure_fen[0] == 16 * 100_000
    assert found.because[0]["because_diagnoses"] == len(DISEASES)
    assert "名D" in found.because[0]["because_items"]
    texts = [reason.text_zh for reason in found.reasons[0]]
    assert any("6种主要诊断" in text and "J18（3例）" in text for text in texts)
    assert any("实有16例" in text for text in texts)


def test_seven_bills_alike_are_shown_and_are_no_finding(con: duckdb.DuckDBPyConnection, learned: Learned) -> None:
    add(con, copied(7))
    found = judged(con, learned)
    assert list(found.is_finding) == [False]
    assert len(found.members[0]) == 7


def test_one_diseases_pathway_is_no_template(con: duckdb.DuckDBPyConnection, learned: Learned) -> None:
    add(con, copied(20, diseases=("J18",)))
    assert len(judged(con, learned)) == 0


def test_one_odd_diagnosis_among_bills_of_one_disease_is_no_template(
    con: duckdb.DuckDBPyConnection, learned: Learned
) -> None:
    add(con, copied(20, diseases=("J18",) * 9 + ("E11",)))
    assert not judged(con, learned).is_finding.any()


def test_the_same_bill_at_twenty_hospitals_is_no_template(con: duckdb.DuckDBPyConnection, learned: Learned) -> None:
    for number, bill in enumerate(copied(20)):
        add(con, [Bill(bill.setl_id, bill.person, f"N{number}", bill.at, icd3=bill.icd3, items=bill.items)])
    assert not judged(con, learned).is_finding.any()


def test_seven_tests_for_everybody_in_a_department_are_found_with_each_tests_share(
    con: duckdb.DuckDBPyConnection, learned: Learned
) -> None:
    add(con, package(30, have_it=28))
    (found,) = np.flatnonzero(judged(con, learned).is_finding)
    all_of_them = judged(con, learned)
    assert "同一组7项检查检验" in all_of_them.because[found]["because_pattern"]
    assert len(all_of_them.members[found]) == 28
    assert {"名T00", "名T05"} <= set(all_of_them.because[found]["because_items"].split("、"))
    first = all_of_them.reasons[found][0]
    assert first.text_zh.startswith("名T0")
    assert float(first.actual or 0) > 0.9 > 0.4 > float(first.expected or 1)


def test_tests_that_no_peer_ever_had_are_found_too(con: duckdb.DuckDBPyConnection, learned: Learned) -> None:
    new = {f"N{number}": "04" for number in range(6)}
    bills = [
        replace(bill, items={**bill.items, **dict.fromkeys(new, 1)}, kinds={**KINDS, **new}) for bill in package(25, 0)
    ]
    add(con, bills)
    found = judged(con, learned)
    assert found.is_finding.sum() == 1
    (row,) = np.flatnonzero(found.is_finding)
    assert "是1000.0倍" in found.reasons[row][0].text_zh
    # The seventh is one that a fifth of the peers get; each costs 100 yuan.
    assert "同一组7项" in found.because[row]["because_pattern"]
    assert found.exposure_fen[row] == pytest.approx(25 * (6 + 0.83) * 10_000, rel=0.01)


def test_tests_that_half_of_the_department_gets_are_no_package(
    con: duckdb.DuckDBPyConnection, learned: Learned
) -> None:
    add(con, package(30, have_it=16))
    assert not judged(con, learned).is_finding.any()


def test_what_is_judged_does_not_depend_on_the_order_of_rows_nor_on_later_months(
    con: duckdb.DuckDBPyConnection, learned: Learned
) -> None:
    add(con, copied(16))
    frames = frames_of(con, MODEL, SINCE, UNTIL)
    once = MODEL.judge(learned, frames, MONTH)
    mixed: Frames = {
        name: frame.where(np.random.default_rng(3).permutation(len(frame))) for name, frame in frames.items()
    }
    assert_same(once, MODEL.judge(learned, mixed, MONTH))
    later = [Bill(f"L{n}", f"L{n}", "H03", moment(date(2026, 12, 3)), icd3=b.icd3, items=b.items) for n, b in
             enumerate(copied(20))]  # fmt: skip
    add(con, later)
    assert_same(once, MODEL.judge(learned, frames_of(con, MODEL, SINCE, UNTIL), MONTH))
    assert_same(once, MODEL.judge(learned, frames_of(con, MODEL, SINCE, date(2027, 1, 1)), MONTH))


def test_two_months_earlier_everything_is_the_same_but_for_the_month(
    con: duckdb.DuckDBPyConnection, learned: Learned
) -> None:
    add(con, copied(16))
    con.execute("UPDATE profile.bill SET setl_date = setl_date - 61, setl_month = STRFTIME(setl_date - 61, '%Y-%m')")
    found = MODEL.judge(learned, frames_of(con, MODEL, date(2026, 9, 1), date(2026, 10, 1)), "2026-09")
    assert [len(some) for some in found.members] == [16]


def test_stays_for_one_procedure_are_left_out(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("DELETE FROM profile.bill")
    items = {f"D{number}": 1 for number in range(12)}
    add(con, [Bill(f"S{n}", f"P{n}", "H1", moment(date(2026, 11, 2)), icd3=icd3, items=items) for n, icd3 in
              enumerate(("H25", "N18", "K64", "J18"))])  # fmt: skip
    frame: Frame = read_window(con, "bill_items", SINCE, UNTIL)
    assert list(frame["icd3"]) == ["J18"]


def assert_same(one: Judged, other: Judged) -> None:
    assert list(one.subject_id) == list(other.subject_id)
    assert one.score == pytest.approx(other.score)
    assert list(one.members) == list(other.members)
    assert one.because == other.because
