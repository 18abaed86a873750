"""Who may do what: the whole matrix, and what determinations amount to."""

from __future__ import annotations

import pytest
from cases.matrix import CENTRES, HANDLERS, IN_HAND, LEADS, MAY, OUT_OF_SIGHT, REGION_LEADS
from hypothesis import given
from hypothesis import strategies as st

from lianshen.cases.building import shares
from lianshen.cases.domain import (
    MOST_APPEALS,
    REGIONAL,
    ROLES,
    STATES,
    TRANSITIONS,
    Determined,
    Principal,
    Situation,
    actions_for,
    allowed,
    derive_decision,
    in_scope,
    is_informed,
    may_determine,
    may_recover,
    person_label,
    within_limit,
)

HOME, ELSEWHERE, COUNTY, OTHER_COUNTY = "510100", "510700", "510104", "510105"
CENTRE = "510000"


def person(role: str, agency: str | None = None, **more: object) -> Principal:
    return Principal(1, "me", "某", role, agency or (HOME if role in REGIONAL else None), **more)  # type: ignore[arg-type]


def case_in(state: str, agency: str = HOME, **more: object) -> Situation:
    usual = {"severity": 2, "assignee": "me", "moved_by": "other", "moved_action": "x", "insu_pool": "5107"}
    return Situation(state, agency, **{**usual, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", STATES)
def test_every_role_in_every_state_may_do_what_the_table_says_and_nothing_else(role: str, state: str) -> None:
    case = case_in(state, assignee="me" if role in REGIONAL else "handler")
    assert set(actions_for(person(role), case)) == MAY.get(role, {}).get(state, set())


@pytest.mark.parametrize("state", STATES)
def test_a_colleague_of_the_assignee_may_only_take_what_nobody_has(state: str) -> None:
    case = case_in(state, assignee="colleague")
    assert set(actions_for(person("handler"), case)) == ({"accept", "reject_scope"} if state == "released" else set())
    assert set(actions_for(person("region_lead"), case)) == REGION_LEADS[state]
    assert not may_determine(person("handler"), case)
    assert not may_recover(person("handler"), case)


@pytest.mark.parametrize("state", STATES)
def test_another_agencys_people_may_do_nothing_and_know_nothing(state: str) -> None:
    for role in ("handler", "region_lead", "manager"):
        for agency in (ELSEWHERE, OTHER_COUNTY, CENTRE):
            p = person(role, agency)
            case = case_in(state, county=COUNTY, moved_by="me", moved_action="release")
            assert actions_for(p, case) == []
            assert not in_scope(p, case)
            assert not is_informed(p, case)
            assert not may_determine(p, case)
            assert not may_recover(p, case)


@pytest.mark.parametrize("state", STATES)
def test_a_county_works_what_its_own_agreements_cover_and_its_city_works_all(state: str) -> None:
    county, city = person("handler", COUNTY), person("handler", HOME)
    of_county, of_city = case_in(state, county=COUNTY), case_in(state)
    assert set(actions_for(county, of_county)) == set(actions_for(city, of_county)) == HANDLERS.get(state, set())
    assert set(actions_for(city, of_city)) == HANDLERS.get(state, set())
    assert actions_for(county, of_city) == []
    assert in_scope(city, of_county) == (state not in OUT_OF_SIGHT) == in_scope(county, of_county)
    assert not in_scope(county, of_city)


@pytest.mark.parametrize("state", STATES)
def test_the_region_that_insures_is_told_what_came_of_it_and_acts_on_nothing(state: str) -> None:
    for p in (person("handler", ELSEWHERE, sees_insured=True), person("region_lead", ELSEWHERE, sees_insured=True)):
        case = case_in(state, moved_by="me", moved_action="release")
        assert is_informed(p, case) == (state not in OUT_OF_SIGHT)
        assert not in_scope(p, case)
        assert actions_for(p, case) == []
        assert not is_informed(p, case_in(state, insu_pool="5101"))
    at_home = person("handler", ELSEWHERE, sees_insured=True)
    assert not is_informed(at_home, case_in(state, ELSEWHERE)), "who was treated at home is no matter of another region"


@pytest.mark.parametrize("state", STATES)
def test_the_centre_handles_what_was_treated_in_other_provinces_with_four_eyes(state: str) -> None:
    case = case_in(state, CENTRE, moved_by="me", moved_action="x")
    reviewer = set(actions_for(person("reviewer"), case))
    assert reviewer == CENTRES.get(state, set()) - {"confirm"} | HANDLERS.get(state, set())
    lead = set(actions_for(person("lead"), case))
    assert lead == LEADS.get(state, set()) - {"confirm"} | REGION_LEADS[state]
    for role in ("handler", "region_lead"):
        assert actions_for(person(role), case) == []


def test_who_released_or_dropped_may_undo_it_and_nothing_else_is_undone() -> None:
    for state, action in (("released", "release"), ("dropped", "drop")):
        assert allowed(person("reviewer"), "undo", case_in(state, moved_by="me", moved_action=action))
        assert not allowed(person("reviewer"), "undo", case_in(state, moved_by="other", moved_action=action))
    assert not allowed(person("lead"), "undo", case_in("released", moved_by="me", moved_action="transfer"))


def test_a_high_risk_is_dropped_by_a_lead_only() -> None:
    assert not allowed(person("reviewer"), "drop", case_in("new", severity=3))
    assert allowed(person("lead"), "drop", case_in("new", severity=3))


@pytest.mark.parametrize("extension", [None, "asked", "granted", "refused"])
def test_an_extension_is_asked_for_once_and_answered_where_it_was_asked(extension: str | None) -> None:
    for state in (*IN_HAND, "hearing", "evidence"):
        case = case_in(state, extension=extension)
        assert allowed(person("region_lead"), "ask_extension", case) == (extension is None)
        for answer in ("grant_extension", "refuse_extension"):
            assert allowed(person("reviewer"), answer, case) == (extension == "asked")
            assert not allowed(person("region_lead"), answer, case)


def test_there_are_two_rounds_of_appeal() -> None:
    assert allowed(person("handler"), "appeal", case_in("closed", appeal_round=1))
    assert not allowed(person("handler"), "appeal", case_in("closed", appeal_round=MOST_APPEALS))


def test_amounts_and_money_are_entered_by_the_agency_at_its_time() -> None:
    for state in STATES:
        assert may_determine(person("handler"), case_in(state)) == (state in (*IN_HAND, "appealed"))
        assert may_recover(person("handler"), case_in(state)) == (state in ("closed", "appealed", "archived"))
        for role in ("reviewer", "lead", "manager", "analyst", "sysadmin", "secadmin", "auditor"):
            assert not may_determine(person(role), case_in(state))
            assert not may_recover(person(role), case_in(state))


def test_an_unknown_action_is_not_allowed() -> None:
    assert not allowed(Principal(1, "me", "某", "lead"), "delete", Situation("new", "510100"))


def test_every_action_leads_from_known_states_to_a_known_state() -> None:
    for rule in TRANSITIONS.values():
        assert set(rule.sources) | {rule.to or "new"} <= set(STATES)


def test_open_lines_decide_nothing() -> None:
    assert derive_decision([]) is None
    assert derive_decision([Determined(100, 100, True), Determined(50, None, None)]) is None


@pytest.mark.parametrize(
    ("amounts", "decision"),
    [
        (((100, 100, True), (50, 50, True)), "confirmed"),
        (((100, 0, False), (50, 0, False)), "dismissed"),
        (((100, 100, True), (50, 0, False)), "partial"),
        (((100, 99, True),), "partial"),
        (((-100, -100, True),), "confirmed"),
        (((0, 0, True),), "confirmed"),
        (((0, 0, False),), "dismissed"),
        (((0, None, None), (70, 70, True)), "confirmed"),
    ],
)
def test_the_decision_follows_from_the_lines(amounts: tuple[tuple[int, int, bool], ...], decision: str) -> None:
    assert derive_decision(Determined(*values) for values in amounts) == decision


def test_a_limit_below_zero_is_money_the_fund_owes() -> None:
    assert within_limit(-500, -1000)
    assert not within_limit(1, -1000)
    assert not within_limit(-1001, -1000)


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 10**9), min_size=1, max_size=40))
def test_shares_add_up_to_the_fen_and_keep_the_sign(total: int, weights: list[int]) -> None:
    parts = shares(total, weights)
    assert sum(parts) == total
    assert len(parts) == len(weights)
    assert all(part * total >= 0 for part in parts)
    if sum(weights):
        assert all(
            abs(part * sum(weights) - total * weight) < sum(weights)
            for part, weight in zip(parts, weights, strict=True)
        )


def test_a_fen_that_cannot_be_split_goes_to_the_first_line() -> None:
    assert shares(100, [0, 0, 0]) == [34, 33, 33]
    assert shares(-1, [1, 1]) == [-1, 0]
    assert shares(5, []) == []


def test_a_person_is_shown_as_a_pseudonym() -> None:
    assert person_label("a1b2c3d4e5f6a7b8") == "参保人 A1B2C3D4"
    assert "5100" not in person_label("51000000000000000001")
