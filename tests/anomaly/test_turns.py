"""Models take turns: each gives its strangest subject, and one settlement of a subject is enough."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianshen.anomaly.turns import Queue, read_named, take_turns
from lianshen.warehouse import open_warehouse

DOCTOR, RING, STAY = "DR-12", "FR-10", "AN-01"


def one_by_one(*settlements: str) -> list[tuple[str]]:
    return [(one,) for one in settlements]


def test_two_models_of_single_stays_give_one_stay_each_in_turn() -> None:
    assert list(take_turns([one_by_one("a", "b"), one_by_one("x", "y")])) == ["a", "x", "b", "y"]


def test_the_settlements_of_one_ring_take_one_place() -> None:
    ring = [tuple(f"r{n}" for n in range(30)), ("s1", "s2")]
    assert list(take_turns([ring, one_by_one("a", "b")])) == ["r0", "a", "s1", "b"]


def test_a_model_with_much_to_say_does_not_push_back_one_that_says_one_thing() -> None:
    much = one_by_one(*(f"m{n}" for n in range(500)))
    assert "doctor" in list(take_turns([much, [("doctor", "more of his")]]))[:2]


def test_a_subject_that_another_model_has_shown_is_not_shown_again() -> None:
    # The loop and the resale ring are the same people; the second model goes on to its next.
    assert list(take_turns([[("p1", "p2")], [("p1", "p3"), ("q1", "q2")]])) == ["p1", "q1"]


def test_two_overlapping_rings_of_one_model_are_one() -> None:
    assert list(take_turns([[("p1", "p2"), ("p2", "p1"), ("q1",)]])) == ["p1", "q1"]


def test_a_dear_stay_shows_nothing_of_the_hospital_that_names_it_among_others() -> None:
    assert list(take_turns([one_by_one("dear"), [("h1", "h2", "dear")]])) == ["dear", "h1"]


def test_what_is_looked_at_for_another_reason_meanwhile_counts_as_shown() -> None:
    looked_at: set[str] = set()
    turns = take_turns([[("a", "b"), ("c", "d"), ("e",)]], looked_at)
    assert next(turns) == "a"
    looked_at.add("c")
    assert list(turns) == ["e"]


queues = st.lists(
    st.lists(st.lists(st.integers(0, 40).map(str), min_size=1, max_size=6, unique=True).map(tuple), max_size=8),
    max_size=5,
)


@given(queues, st.frozensets(st.integers(0, 40).map(str), max_size=6))
def test_every_subject_is_shown_and_nothing_twice(said: Sequence[Queue], looked_at: frozenset[str]) -> None:
    shown = list(take_turns(said, looked_at))
    assert len(set(shown)) == len(shown)
    assert looked_at.isdisjoint(shown)
    for queue in said:
        for subject in queue:
            assert {*shown, *looked_at} & set(subject)


@given(st.lists(st.integers(0, 12), min_size=1, max_size=6))
def test_nobody_has_a_second_turn_before_everybody_had_the_first(sizes: list[int]) -> None:
    said = [one_by_one(*(f"{model}/{n}" for n in range(size))) for model, size in enumerate(sizes)]
    rounds = [int(key.split("/")[1]) for key in take_turns(said)]
    assert rounds == sorted(rounds)
    assert len(rounds) == sum(sizes)


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a warehouse in which a doctor, a ring and single stays were judged, and nothing was found."""
    with open_warehouse(None) as opened:
        say(opened, DOCTOR, "doctor", "H1/D1", 2.0, ["S1", "S2"])
        say(opened, DOCTOR, "doctor", "H1/D2", 4.0, ["S3"])
        say(opened, RING, "network", "ring", 9.0, ["S4", "S5"])
        for setl_id, score in (("S6", 0.5), ("S7", 0.7)):
            opened.execute(
                "INSERT INTO audit.score BY NAME "
                "SELECT ? AS model_id, 'v' AS model_version, ? AS setl_id, ? AS score, '[]' AS reasons",
                [STAY, setl_id, score],
            )
        yield opened


def say(
    con: duckdb.DuckDBPyConnection, model: str, kind: str, subject: str, score: float, members: list[str],
    *, found: bool = False, period: str = "2026-11",
) -> None:  # fmt: skip
    con.execute(
        "INSERT INTO audit.subject_score BY NAME SELECT ? AS model_id, 'v' AS model_version, ? AS subject_kind, "
        "? AS subject_id, ? AS period, ? AS score, 0.9 AS percentile, '同级' AS peers, 9 AS peer_rows, 0 AS exposure, "
        "? AS is_finding, '[]' AS reasons, ? AS members",
        [model, kind, subject, period, score, found, json.dumps(members)],
    )


def find(con: duckdb.DuckDBPyConnection, table: str, model: str, **given: object) -> None:
    """Write a finding; what must be there and is not given gets the zero of its type."""
    described = con.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'audit' AND table_name = ? "
        "AND is_nullable = 'NO'", [table],
    ).fetchall()  # fmt: skip
    zeros = {"VARCHAR": "-", "DATE": date(2026, 11, 10), "BOOLEAN": False, "JSON": "{}"}
    row = {name: zeros.get(kind, 0) for name, kind in described} | {"source_id": model, **given}
    marks = ", ".join("?" for _ in row)
    con.execute(f"INSERT INTO audit.{table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))


def test_where_nothing_was_found_the_strangest_of_each_model_still_comes_first(con: duckdb.DuckDBPyConnection) -> None:
    named = read_named(con, [DOCTOR, RING, STAY])
    assert [(one.model, one.settlements) for one in named] == [
        (STAY, ("S7",)), (STAY, ("S6",)), (DOCTOR, ("S3",)), (DOCTOR, ("S1", "S2")), (RING, ("S4", "S5")),
    ]  # fmt: skip
    assert not any(one.is_finding for one in named)
    assert read_named(con, [DOCTOR, RING, STAY], findings_since=date(2026, 10, 1)) == []


def test_what_a_model_found_comes_before_what_only_scores_higher(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("UPDATE audit.subject_score SET is_finding = TRUE WHERE subject_id IN ('H1/D1', 'ring')")
    find(con, "subject_finding", DOCTOR, finding_id="f1", subject_id="H1/D1", period="2026-11")
    find(con, "finding", RING, finding_id="f2", setl_id="S5")
    find(con, "finding", STAY, finding_id="f3", setl_id="S6")
    named = read_named(con, [DOCTOR, RING, STAY], findings_since=date(2026, 10, 1))
    assert [(one.model, one.subject, one.is_finding) for one in named] == [
        (STAY, "S6", True), (DOCTOR, "H1/D1", True), (RING, "ring", True),
    ]  # fmt: skip
    # Of the ring, the settlement that carries the finding first.
    assert named[2].settlements == ("S5", "S4")


def test_what_was_muted_is_no_finding(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("UPDATE audit.subject_score SET is_finding = TRUE WHERE subject_id = 'H1/D1'")
    assert read_named(con, [DOCTOR], findings_since=date(2026, 10, 1)) == []


def test_a_doctor_of_two_months_is_one_subject_and_older_months_are_over(con: duckdb.DuckDBPyConnection) -> None:
    for month, setl_id in (("2026-12", "S8"), ("2026-08", "S9")):
        say(con, DOCTOR, "doctor", "H1/D1", 3.0, [setl_id], found=True, period=month)
        find(con, "subject_finding", DOCTOR, finding_id=month, subject_id="H1/D1", period=month)
    (doctor,) = read_named(con, [DOCTOR], findings_since=date(2026, 11, 1))
    assert (doctor.subject, doctor.settlements) == ("H1/D1", ("S8",))
