"""A night's ranking in the casebook, on both databases: every open case has its place, and none is lost."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from cases.warehouse_rows import Clock, Warehouse
from ranking.conftest import receive

from lianshen.cases import Casebook, services
from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.events import verify_events
from lianshen.cases.filters import CaseFilter
from lianshen.ranking import RankingSettings, rank

NIGHT = date(2026, 11, 20)


def ranks(book: Casebook) -> dict[str, Any]:
    with book.engine.connect() as con:
        query = sa.select(t.case_rank, t.cases.c.first_setl_id, t.cases.c.per_hour).join(t.cases)
        return {row["first_setl_id"]: dict(row) for row in con.execute(query).mappings()}


def stays(warehouse: Warehouse, book: Casebook, number: int, rule: str = "PL-11") -> None:
    """Raise cases S1, S2 …, each of a person of its own, with 100, 200 … yuan at issue."""
    for n in range(1, number + 1):
        warehouse.settle(f"S{n}", person=f"p{n:03}")
        warehouse.find(rule, f"S{n}", f"{n * 100}.00")
    warehouse.assemble(book.engine)
    receive(warehouse, NIGHT)


def small(settings: RankingSettings, *, centre: int, agency: int = 10_000, oldest: float = 0.0) -> RankingSettings:
    """Return the assumptions with so many minutes at the desks."""
    hands = settings.capacity.centre
    capacity = settings.capacity.model_copy(update={
        "centre": hands.model_copy(update={"people": 1, "minutes": centre}),
        "agency": hands.model_copy(update={"people": 1, "minutes": agency}), "agencies": {}})  # fmt: skip
    exploration = settings.exploration.model_copy(update={"oldest": oldest, "control": 0.0})
    return settings.model_copy(update={"capacity": capacity, "exploration": exploration})


def test_a_case_is_worth_its_probability_times_what_is_at_issue(
    warehouse: Warehouse, book: Casebook, shipped: RankingSettings
) -> None:
    stays(warehouse, book, 1)
    rank(warehouse.con, book, shipped, night="2026-11-20")
    (row,) = ranks(book).values()
    assert row["chance"] == pytest.approx(shipped.prior.upheld["PL"].definite)
    assert row["expected"] == pytest.approx(row["chance"] * row["kept"] * 10_000, abs=1)
    assert row["low"] < row["expected"] < row["high"]
    assert row["basis"]["source"] == "prior"
    assert (row["place"], row["chosen"]) == (1, "best")


def test_the_best_yuan_per_hour_come_first_and_what_does_not_fit_waits(
    warehouse: Warehouse, book: Casebook, shipped: RankingSettings, reviewer: Principal
) -> None:
    stays(warehouse, book, 5)
    said = rank(warehouse.con, book, small(shipped, centre=9), night="2026-11-20")
    found = ranks(book)
    assert sorted(found, key=lambda key: found[key]["place"]) == ["S5", "S4", "S3", "S2", "S1"]
    assert {key for key, row in found.items() if row["chosen"]} == {"S5", "S4"}
    assert (said.cases, said.chosen, said.waiting) == (5, 2, 3)
    listed = services.list_cases(reviewer, book, CaseFilter())["items"]
    assert [row["at_issue"] for row in listed] == [50_000, 40_000, 30_000, 20_000, 10_000]


def test_what_did_not_fit_comes_up_the_next_day(
    warehouse: Warehouse, book: Casebook, clock: Clock, shipped: RankingSettings, reviewer: Principal
) -> None:
    stays(warehouse, book, 5)
    settings, seen = small(shipped, centre=9), []
    for night in range(4):
        rank(warehouse.con, book, settings, night=f"night {night}")
        found = ranks(book)
        chosen = [row["case_no"] for row in found.values() if row["chosen"]]
        waiting = [row for row in found.values() if row["place"] and not row["chosen"]]
        assert len(seen) + len(chosen) + len(waiting) == 5
        for case_no in chosen:
            case = services.get_case(reviewer, book, case_no)
            services.transition(reviewer, book, case_no, "drop", case["version"], reason="small")
        seen += chosen
        clock.forward(days=1)
    assert len(set(seen)) == 5


def test_ranking_twice_changes_nothing(warehouse: Warehouse, book: Casebook, shipped: RankingSettings) -> None:
    stays(warehouse, book, 3)
    rank(warehouse.con, book, shipped, night="2026-11-20")
    before = ranks(book)
    with book.engine.connect() as con:
        head = con.execute(sa.select(t.event_head)).one()
    rank(warehouse.con, book, shipped, night="2026-11-20")
    with book.engine.connect() as con:
        assert con.execute(sa.select(t.event_head)).one() == head
    assert ranks(book) == before
    assert verify_events(book.engine) is None


def test_a_case_that_a_person_moved_on_leaves_the_list(
    warehouse: Warehouse, book: Casebook, shipped: RankingSettings, reviewer: Principal
) -> None:
    stays(warehouse, book, 1)
    rank(warehouse.con, book, shipped, night="a")
    (row,) = ranks(book).values()
    case = services.get_case(reviewer, book, row["case_no"])
    services.transition(reviewer, book, row["case_no"], "release", case["version"])
    rank(warehouse.con, book, shipped, night="b")
    (row,) = ranks(book).values()
    assert (row["desk"], row["minutes"]) == ("510100", shipped.minutes.billing.agency)
    case = services.get_case(reviewer, book, row["case_no"])
    services.transition(reviewer, book, row["case_no"], "undo", case["version"])
    case = services.get_case(reviewer, book, row["case_no"])
    services.transition(reviewer, book, row["case_no"], "drop", case["version"], reason="small")
    rank(warehouse.con, book, shipped, night="c")
    (row,) = ranks(book).values()
    assert (row["place"], row["chosen"]) == (0, None)


def test_a_model_alone_is_expected_to_bring_back_nothing_and_still_has_its_place(
    warehouse: Warehouse, book: Casebook, shipped: RankingSettings
) -> None:
    warehouse.settle("S1", person="p1")
    warehouse.find("MD-11", "S1", "0.00", exposure="4000.00")
    warehouse.assemble(book.engine)
    receive(warehouse, NIGHT)
    rank(warehouse.con, book, shipped, night="a", models={"MD-11"})
    (row,) = ranks(book).values()
    assert (row["kind"], row["expected"], row["low"], row["high"]) == ("model", 0, 0, 0)
    assert row["worth"] > 0
    assert row["per_hour"] > 0


def test_a_deadline_comes_before_money(
    warehouse: Warehouse, book: Casebook, clock: Clock, shipped: RankingSettings, reviewer: Principal
) -> None:
    stays(warehouse, book, 2)
    settings = small(shipped, centre=100, agency=30)
    first = ranks_after_release(book, reviewer, "S1")
    clock.forward(days=40)
    ranks_after_release(book, reviewer, "S2")
    rank(warehouse.con, book, settings, night="a")
    found = ranks(book)
    assert found["S1"]["case_no"] == first
    assert (found["S1"]["chosen"], found["S1"]["place"]) == ("due", 1)
    assert found["S2"]["chosen"] is None


def ranks_after_release(book: Casebook, reviewer: Principal, setl_id: str) -> str:
    with book.engine.connect() as con:
        case_no = con.scalar(sa.select(t.cases.c.case_no).where(t.cases.c.first_setl_id == setl_id))
    case = services.get_case(reviewer, book, str(case_no))
    services.transition(reviewer, book, str(case_no), "release", case["version"])
    return str(case_no)


def test_who_waits_longest_gets_a_share_of_the_hours(
    warehouse: Warehouse, book: Casebook, clock: Clock, shipped: RankingSettings
) -> None:
    stays(warehouse, book, 1)
    settings = small(shipped, centre=8, oldest=0.5)
    rank(warehouse.con, book, replace_capacity(settings, 0), night="a")
    clock.forward(days=1)
    for n in (8, 9):
        warehouse.settle(f"S{n}", person=f"q{n}")
        warehouse.find("PL-11", f"S{n}", f"{n * 100}.00")
    warehouse.assemble(book.engine)
    rank(warehouse.con, book, settings, night="b")
    found = ranks(book)
    assert (found["S1"]["chosen"], found["S9"]["chosen"], found["S8"]["chosen"]) == ("oldest", "best", None)


def replace_capacity(settings: RankingSettings, minutes: int) -> RankingSettings:
    return small(settings, centre=minutes, oldest=settings.exploration.oldest)
