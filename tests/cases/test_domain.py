"""Who may do what: the whole matrix, and what determinations amount to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianshen.cases.building import shares
from lianshen.cases.domain import (
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
    person_label,
    within_limit,
)

AGENCY = {"handler": "510100", "region_lead": "510100"}
MAY = {
    ("reviewer", "new"): ["release", "drop"],
    ("lead", "new"): ["release", "drop"],
    ("reviewer", "submitted"): ["confirm", "return"],
    ("lead", "submitted"): ["confirm", "return"],
    ("lead", "released"): ["withdraw"],
    ("lead", "dropped"): ["restore"],
    ("handler", "released"): ["accept"],
    ("region_lead", "released"): ["accept"],
    ("handler", "accepted"): ["submit"],
    ("region_lead", "accepted"): ["submit"],
    ("handler", "returned"): ["submit"],
    ("region_lead", "returned"): ["submit"],
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", STATES)
def test_every_role_in_every_state_may_do_what_the_table_says_and_nothing_else(role: str, state: str) -> None:
    p = Principal(1, "me", "某", role, AGENCY.get(role))  # type: ignore[arg-type]
    case = Situation(state, "510100", severity=2, assignee="me" if role == "handler" else None, moved_by="other")
    assert actions_for(p, case) == MAY.get((role, state), [])


@pytest.mark.parametrize("state", STATES)
def test_another_agencys_people_may_do_nothing_and_know_nothing(state: str) -> None:
    for role in ("handler", "region_lead", "manager"):
        p = Principal(1, "me", "某", role, "510700")
        assert actions_for(p, Situation(state, "510100", assignee="me", moved_by="me")) == []
        assert not in_scope(p, Situation(state, "510100"))


def test_an_unknown_action_is_not_allowed() -> None:
    assert not allowed(Principal(1, "me", "某", "lead"), "delete", Situation("new", "510100"))


def test_every_action_leads_from_known_states_to_a_known_state() -> None:
    for rule in TRANSITIONS.values():
        assert set(rule.sources) | {rule.to} <= set(STATES)


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
