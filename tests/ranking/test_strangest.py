"""Models take turns in the centre's list, so that a scheme that nobody confirmed yet is looked at."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from cases.warehouse_rows import SCHEMA, Clock, Warehouse
from ranking.test_night import ranks, ranks_after_release, small, stays

from lianshen.cases import Casebook, services
from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.ranking import RankingSettings, rank

DOCTOR, HOSPITAL = "DR-12", "XR-22"
MODELS = {DOCTOR, HOSPITAL, "MD-11"}
A_CASE = 4
"""Minutes of one case at the centre: a rule decides by itself."""


@pytest.fixture
def judged(warehouse: Warehouse) -> Warehouse:
    """Return the warehouse with room for what models say of institutions and doctors."""
    warehouse.con.execute("SET schema = 'audit'")
    for name in ("subject_score", "subject_finding"):
        warehouse.con.execute((SCHEMA / "audit" / f"{name}.sql").read_text(encoding="utf-8"))
    warehouse.con.execute("SET schema = 'main'")
    return warehouse


def say(warehouse: Warehouse, model: str, subject: str, *members: str, score: float = 9.0) -> None:
    """Let a model find a doctor or an institution, and name settlements."""
    kind = "doctor" if "/" in subject else "institution"
    warehouse._insert(
        "audit.subject_score", model_id=model, subject_kind=kind, subject_id=subject, period="2026-11", score=score,
        percentile=0.99, is_finding=True, reasons="[]", members=json.dumps(members),
    )  # fmt: skip
    warehouse._insert(
        "audit.subject_finding", finding_id=f"{model} {subject}", source_id=model, subject_kind=kind,
        subject_id=subject, period="2026-11", because="{}",
    )  # fmt: skip


def with_share(shipped: RankingSettings, cases: int, share: float) -> RankingSettings:
    """Return the assumptions with minutes for so many cases at the centre, and a share of them for models' turns."""
    settings = small(shipped, centre=A_CASE * cases)
    exploration = settings.exploration.model_copy(update={"strangest": share})
    return settings.model_copy(update={"exploration": exploration})


def chosen(book: Casebook) -> dict[str, str]:
    return {setl_id: row["chosen"] for setl_id, row in ranks(book).items() if row["chosen"]}


def centre(book: Casebook, night: str) -> dict[str, Any]:
    with book.engine.connect() as con:
        query = sa.select(t.rank_night.c.desks).where(t.rank_night.c.night == night)
        return dict(con.execute(query).scalar_one()["510000"])


def drop(book: Casebook, reviewer: Principal, setl_id: str) -> None:
    case_no = ranks(book)[setl_id]["case_no"]
    case = services.get_case(reviewer, book, case_no)
    services.transition(reviewer, book, case_no, "drop", case["version"], reason="small")


def test_where_no_model_speaks_the_share_goes_to_the_best(
    judged: Warehouse, book: Casebook, shipped: RankingSettings
) -> None:
    stays(judged, book, 5)
    rank(judged.con, book, with_share(shipped, 3, 0.4), night="a", models=MODELS)
    assert chosen(book) == {"S5": "best", "S4": "best", "S3": "best"}
    assert centre(book, "a")["strange"] == 0


def test_a_warehouse_in_which_no_model_ever_judged_is_ranked_as_before(
    warehouse: Warehouse, book: Casebook, shipped: RankingSettings
) -> None:
    stays(warehouse, book, 2)
    rank(warehouse.con, book, with_share(shipped, 1, 1.0), night="a", models=MODELS)
    assert chosen(book) == {"S2": "best"}


def test_one_case_of_a_doctor_whom_a_model_found_is_listed_though_it_is_worth_least(
    judged: Warehouse, book: Casebook, shipped: RankingSettings
) -> None:
    stays(judged, book, 5)
    say(judged, DOCTOR, "H1/D1", "S1", "S2", "of no case")
    rank(judged.con, book, with_share(shipped, 3, 0.4), night="a", models=MODELS)
    assert chosen(book) == {"S5": "best", "S4": "best", "S1": "strange"}
    found = ranks(book)
    assert [found[key]["basis"]["named_by"] for key in ("S1", "S2", "S3")] == [[DOCTOR], [DOCTOR], []]
    assert (centre(book, "a")["strange"], centre(book, "a")["chosen"]) == (1, 3)


def test_who_is_listed_anyway_needs_no_turn(judged: Warehouse, book: Casebook, shipped: RankingSettings) -> None:
    stays(judged, book, 5)
    say(judged, DOCTOR, "H1/D1", "S5", "S1")
    rank(judged.con, book, with_share(shipped, 3, 0.4), night="a", models=MODELS)
    assert chosen(book) == {"S5": "best", "S4": "best", "S3": "best"}


def test_once_somebody_saw_one_case_of_a_doctor_the_next_doctor_has_the_turn(
    judged: Warehouse, book: Casebook, shipped: RankingSettings, reviewer: Principal
) -> None:
    stays(judged, book, 9)
    say(judged, DOCTOR, "H1/D1", "S1", "S2")
    say(judged, DOCTOR, "H1/D2", "S3", "S4", score=5.0)
    settings = with_share(shipped, 3, 0.4)
    rank(judged.con, book, settings, night="a", models=MODELS)
    assert chosen(book) == {"S9": "best", "S8": "best", "S1": "strange"}
    drop(book, reviewer, "S1")
    rank(judged.con, book, settings, night="b", models=MODELS)
    assert chosen(book) == {"S9": "best", "S8": "best", "S3": "strange"}


def test_a_case_that_was_dropped_before_anybody_spoke_of_the_doctor_shows_nothing_of_him(
    judged: Warehouse, book: Casebook, shipped: RankingSettings, reviewer: Principal
) -> None:
    stays(judged, book, 5)
    settings = with_share(shipped, 3, 0.4)
    rank(judged.con, book, settings, night="a", models=MODELS)
    drop(book, reviewer, "S1")
    say(judged, DOCTOR, "H1/D1", "S1", "S2")
    rank(judged.con, book, settings, night="b", models=MODELS)
    assert chosen(book)["S2"] == "strange"


def test_another_model_begins_each_day(
    judged: Warehouse, book: Casebook, clock: Clock, shipped: RankingSettings
) -> None:
    stays(judged, book, 9)
    say(judged, DOCTOR, "H1/D1", "S1")
    say(judged, HOSPITAL, "H1", "S2")
    settings = with_share(shipped, 3, 0.4)
    first = []
    for day in range(4):
        rank(judged.con, book, settings, night=f"night {day}", models=MODELS)
        first += [setl_id for setl_id, why in chosen(book).items() if why == "strange"]
        clock.forward(days=1)
    assert sorted(first[:2]) == ["S1", "S2"]
    assert first == [*first[:2], *first[:2]]


def test_a_case_that_only_a_model_found_has_its_turn_too(
    judged: Warehouse, book: Casebook, shipped: RankingSettings
) -> None:
    for n in range(2):
        judged.settle(f"M{n}", person=f"m{n}", setl_date=date(2026, 11, 10))
        judged.find("MD-11", f"M{n}", "0.00", exposure="10.00")
        judged._insert("audit.score", model_id="MD-11", setl_id=f"M{n}", score=2.0 - n, reasons="[]")
    stays(judged, book, 9)
    settings = with_share(shipped, 9, 0.3)
    assert shipped.minutes.model.centre <= int(A_CASE * 9 * 0.3) < 2 * shipped.minutes.model.centre
    rank(judged.con, book, settings, night="a", models=MODELS)
    found = ranks(book)
    assert (found["M0"]["chosen"], found["M1"]["chosen"]) == ("strange", None)
    assert (found["M0"]["kind"], found["M0"]["expected"]) == ("model", 0)
    assert found["M0"]["basis"]["named_by"] == [], "its own finding says it already"


def test_at_an_agency_deadlines_rule_and_no_model_has_a_turn(
    judged: Warehouse, book: Casebook, shipped: RankingSettings, reviewer: Principal
) -> None:
    stays(judged, book, 3)
    say(judged, DOCTOR, "H1/D1", "S1")
    for n in (1, 2, 3):
        ranks_after_release(book, reviewer, f"S{n}")
    settings = small(shipped, centre=100, agency=shipped.minutes.billing.agency)
    exploration = settings.exploration.model_copy(update={"strangest": 1.0})
    rank(judged.con, book, settings.model_copy(update={"exploration": exploration}), night="a", models=MODELS)
    assert chosen(book) == {"S3": "best"}


def test_a_doctor_of_whom_no_case_speaks_is_told_of_apart(
    judged: Warehouse, book: Casebook, shipped: RankingSettings
) -> None:
    stays(judged, book, 3)
    judged.settle("of no case", person="q1")
    say(judged, DOCTOR, "H1/D1", "of no case", "nor this")
    say(judged, DOCTOR, "H1/D2", "S1", score=5.0)
    rank(judged.con, book, with_share(shipped, 3, 0.4), night="a", models=MODELS)
    assert centre(book, "a")["apart"] == [
        {"model": DOCTOR, "kind": "doctor", "subject": "H1/D1", "setl_id": "of no case", "institution": "H51010000001",
         "name": "成都模拟医院"},
    ]  # fmt: skip


def test_a_doctor_and_his_hospital_are_both_told_of_and_models_take_turns(
    judged: Warehouse, book: Casebook, shipped: RankingSettings
) -> None:
    stays(judged, book, 1)
    for n in range(3):
        say(judged, DOCTOR, f"H1/D{n}", f"of no case {n}", score=9.0 - n)
    say(judged, HOSPITAL, "H1", "of no case 0")
    rank(judged.con, book, with_share(shipped, 3, 0.4), night="a", models=MODELS)
    told = [(one["model"], one["subject"]) for one in centre(book, "a")["apart"]]
    assert sorted(told[:2]) == [(DOCTOR, "H1/D0"), (HOSPITAL, "H1")]
    assert told[2:] == [(DOCTOR, "H1/D1"), (DOCTOR, "H1/D2")]


def test_of_a_doctor_whose_case_somebody_saw_nothing_is_told_apart(
    judged: Warehouse, book: Casebook, shipped: RankingSettings, reviewer: Principal
) -> None:
    stays(judged, book, 3)
    say(judged, DOCTOR, "H1/D1", "S1", "of no case")
    settings = with_share(shipped, 3, 0.4)
    for night in "ab":
        rank(judged.con, book, settings, night=night, models=MODELS)
        assert centre(book, night)["apart"] == []
        if night == "a":
            drop(book, reviewer, "S1")


def test_doing_it_twice_changes_nothing(judged: Warehouse, book: Casebook, shipped: RankingSettings) -> None:
    stays(judged, book, 5)
    say(judged, DOCTOR, "H1/D1", "S1", "S2")
    settings = with_share(shipped, 3, 0.4)
    rank(judged.con, book, settings, night="a", models=MODELS)
    before = ranks(book)
    rank(judged.con, book, settings, night="a", models=MODELS)
    assert ranks(book) == before
