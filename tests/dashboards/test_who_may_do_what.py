"""Each role, state and action, through the services, the interface and forged posts to Dash: the same answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from cases.matrix import HANDLERS, MAY, OUT_OF_SIGHT, REGION_LEADS
from dashboards.conftest import forge_action
from dashboards.office import VERSION, Office
from dashboards.seed import ACCOUNTS, LEAD, SEES_INSURED
from starlette.testclient import TestClient

from lianshen.cases import services
from lianshen.cases.domain import ROLES, STATES, TRANSITIONS, Principal
from lianshen.cases.errors import Conflict, Forbidden, NotFound, Refused

COUNTY = "510703"
CONCLUSION = "调取病历与收费清单逐项核对，情况与疑点描述一致，机构书面认可。"
GIVEN: dict[str, dict[str, Any]] = {
    action: {"text": "原因与经过已核实，见所附材料。"} for action, rule in TRANSITIONS.items() if rule.needs_reason
} | {
    "drop": {"reason": "edge"},
    "transfer": {"text": "协议由成都管理", "agency": "510100"},
    "assign": {"assignee": "mianyang2"},
    "submit": {"text": CONCLUSION, "worth_checking": True},
    "archive": {"text": "机构已破产，余款无法追回。"},
}
"""What each action needs to be taken at all."""
NEEDS = {action for action, rule in TRANSITIONS.items() if rule.needs_reason} | {"drop", "assign", "submit", "archive"}
COLLEAGUE = {"released": {"accept", "reject_scope"}}
# What each account may do with a case of the city of Mianyang that is assigned to its handler.
MAY_IN_CITY: dict[str, dict[str, set[str]]] = {
    "shenhe2": MAY["reviewer"],
    "fuze": MAY["lead"],
    "mianyang": HANDLERS,
    "mianyang2": REGION_LEADS,
}
# And with one of the county of Fucheng that is assigned to the county's handler.
MAY_IN_COUNTY = {**MAY_IN_CITY, "mianyang": COLLEAGUE, "fucheng": HANDLERS}
SOMEBODY_MAY = {state: set().union(*(may.get(state, set()) for may in MAY_IN_CITY.values())) for state in STATES}
PROVINCE = {"shenhe", "shenhe2", "fuze", "guanli", "fenxi"}
OWN = {"mianyang", "mianyang2"}
LOGINS = [login for login, *_ in ACCOUNTS if login != "shenhe"]
STAFF = {
    login: Principal(90 + n, login, name, role, agency, sees_insured=login in SEES_INSURED)  # type: ignore[arg-type]
    for n, (login, name, role, agency) in enumerate(ACCOUNTS)
}


def sees(login: str, state: str, *, county: bool = False) -> bool:
    own = login in OWN or (county and login == "fucheng")
    return login in PROVINCE or (own and state not in OUT_OF_SIGHT)


def expected(login: str, state: str, action: str, may: dict[str, dict[str, set[str]]], *, county: bool = False) -> int:
    if not sees(login, state, county=county):
        return 404
    return 200 if action in may.get(login, {}).get(state, set()) else 403


ERRORS = {NotFound: 404, Forbidden: 403, Refused: 422, Conflict: 409}


def by_service(office: Office, login: str, action: str, version: int = VERSION) -> int:
    try:
        services.transition(STAFF[login], office.book, office.case_no, action, version, **GIVEN.get(action, {}))
    except tuple(ERRORS) as error:
        return ERRORS[type(error)]
    return 200


def by_interface(office: Office, login: str, action: str, version: int = VERSION) -> int:
    url = f"/api/v1/cases/{office.case_no}/{action}"
    return office.enter(login).post(url, json={"version": version, **GIVEN.get(action, {})}).status_code


WAYS: dict[str, Callable[[Office, str, str], int]] = {"service": by_service, "interface": by_interface}


def test_every_account_of_the_matrix_is_one_of_its_roles() -> None:
    assert {role for _, _, role, _ in ACCOUNTS} == set(ROLES)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("login", LOGINS)
def test_each_action_in_each_state_is_answered_exactly(office: Office, login: str, way: str) -> None:
    for state in STATES:
        office.put(state)
        for action in TRANSITIONS:
            code = WAYS[way](office, login, action)
            assert code == expected(login, state, action, MAY_IN_CITY), (state, action)
            if code == 200:
                assert office.stands() == (TRANSITIONS[action].to or state, VERSION + 1), (state, action)
                office.put(state)
            else:
                assert office.stands() == (state, VERSION), (state, action)


@pytest.mark.parametrize("login", ["fucheng", "mianyang", "mianyang2", "chengdu", "bazhong", "fuze"])
def test_a_countys_case_is_worked_by_the_county_and_seen_by_its_city(office: Office, login: str) -> None:
    for state in STATES:
        for action in TRANSITIONS:
            office.put(state, county=COUNTY, assignee="fucheng")
            code = by_service(office, login, action)
            assert code == expected(login, state, action, MAY_IN_COUNTY, county=True), (state, action)


@pytest.mark.parametrize("login", LOGINS)
def test_a_forged_post_to_dash_does_no_more(office: Office, login: str) -> None:
    client = office.enter(login)
    for state in STATES:
        office.put(state)
        for action in TRANSITIONS:
            wanted = expected(login, state, action, MAY_IN_CITY)
            if wanted == 403 and action not in SOMEBODY_MAY[state]:
                continue  # the services were asked already, and every answer here draws a page
            typed = {key: value for key, value in GIVEN.get(action, {}).items() if key != "worth_checking"}
            answer = forge_action(client, action, office.case_no, VERSION, {**typed, "worth": "yes"})
            assert answer.status_code == 200, (state, action, answer.text)
            if wanted == 200:
                assert office.stands() == (TRANSITIONS[action].to or state, VERSION + 1), (state, action, answer.text)
                office.put(state)
                continue
            assert office.stands() == (state, VERSION), (state, action)
            if wanted == 404:
                assert "移出您的管辖范围" in answer.text
                assert office.case_no not in answer.text
                break  # the rest of the state is as invisible


@pytest.mark.parametrize("way", WAYS)
def test_what_changed_in_between_is_a_conflict_for_whoever_may_see_it(office: Office, way: str) -> None:
    for login in LOGINS:
        office.put("submitted")
        for stale in (VERSION - 1, VERSION + 1, 0):
            code = WAYS[way](office, login, "confirm", stale)  # type: ignore[call-arg]
            assert code == (409 if sees(login, "submitted") else 404), (login, stale)


def test_a_conflict_tells_the_version_to_look_at_and_nothing_to_strangers(office: Office) -> None:
    office.put("submitted")
    url, body = f"/api/v1/cases/{office.case_no}/confirm", {"version": 1}
    told = office.enter("shenhe2").post(url, json=body).json()
    assert (told["status"], told["version"], told["state"]) == (409, VERSION, "待确认")
    assert "version" not in office.enter("chengdu").post(url, json=body).json()


@pytest.mark.parametrize("action", sorted(NEEDS))
def test_what_is_missing_is_told_to_who_may_and_to_nobody_else(office: Office, action: str) -> None:
    state = TRANSITIONS[action].sources[0]
    extension = "asked" if action == "refuse_extension" else None
    for login in LOGINS:
        office.put(state, extension=extension)
        url = f"/api/v1/cases/{office.case_no}/{action}"
        may = action in MAY_IN_CITY.get(login, {}).get(state, set())
        may = may or (action == "refuse_extension" and login in ("shenhe2", "fuze"))
        wanted = 422 if may else 403 if sees(login, state) else 404
        assert office.enter(login).post(url, json={"version": VERSION}).status_code == wanted, login


def test_without_a_session_or_its_token_nothing_is_answered(office: Office) -> None:
    office.put("submitted")
    url, body = f"/api/v1/cases/{office.case_no}/confirm", {"version": VERSION}
    stranger = TestClient(office.app, follow_redirects=False)
    assert stranger.post(url, json=body).status_code == 401
    assert stranger.get("/api/v1/cases").status_code == 401
    for header in ("", "wrong"):
        refused = office.enter("shenhe2").post(url, json=body, headers={"X-CSRFToken": header})
        assert refused.status_code == 403
    assert office.stands() == ("submitted", VERSION)


def test_an_action_that_does_not_exist_is_not_found_for_anybody(office: Office) -> None:
    office.put("submitted")
    url = f"/api/v1/cases/{office.case_no}/delete"
    answers = [office.enter(login).post(url, json={"version": VERSION}) for login in ("fuze", "chengdu")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].json() == answers[1].json(), "the answer says nothing of the case"


def test_only_the_assignee_or_a_lead_enters_amounts_and_money(office: Office) -> None:
    line = services.get_lines(LEAD, office.book, office.case_no)[0]
    amounts = f"/api/v1/cases/{office.case_no}/lines/{line['bkkp_sn']}/determination"
    money = f"/api/v1/cases/{office.case_no}/recoveries"
    amount = {"amount": "0.00", "reason": "clinical"}
    for login in LOGINS:
        for state in STATES:
            office.put(state)
            mine = login in OWN
            wanted = 200 if mine and state in ("accepted", "returned", "appealed") else 403
            wanted = wanted if sees(login, state) else 404
            assert office.enter(login).post(amounts, json=amount).status_code == wanted, (login, state)
            came = {"amount": "0.01", "way": "refund", "voucher": "V1", "day": "2026-11-01", "version": VERSION}
            wanted = 200 if mine and state in ("closed", "appealed", "archived") else 403
            wanted = wanted if sees(login, state) else 404
            assert office.enter(login).post(money, json=came).status_code == wanted, (login, state)
