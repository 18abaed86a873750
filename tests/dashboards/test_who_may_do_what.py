"""Each role, state and action, through the interface and through a forged post to Dash: the same answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from dashboards.conftest import SignIn, forge_action
from dashboards.seed import LEAD

from lianshen.cases import services
from lianshen.cases.domain import STATES, TRANSITIONS
from lianshen.cases.filters import CaseFilter
from lianshen.cases.store import Casebook

HOME = "510700"
UNSEEN = ("new", "dropped")
# What each account may do with a case of Mianyang that is not of high severity and that others moved last.
MAY = {
    "shenhe2": {"new": {"release", "drop"}, "submitted": {"confirm", "return"}},
    "fuze": {
        "new": {"release", "drop"},
        "released": {"withdraw"},
        "submitted": {"confirm", "return"},
        "dropped": {"restore"},
    },
    "mianyang": {"released": {"accept"}},
    "mianyang2": {"released": {"accept"}, "accepted": {"submit"}, "returned": {"submit"}},
    "chengdu": {},
    "guanli": {},
    "xitong": {},
}
SEES = {
    "shenhe2": set(STATES),
    "fuze": set(STATES),
    "mianyang": set(STATES) - set(UNSEEN),
    "mianyang2": set(STATES) - set(UNSEEN),
    "chengdu": set(),
    "guanli": set(STATES),
    "xitong": set(),
}
GIVEN = {
    "restore": {"text": "有新线索"},
    "drop": {"reason": "edge"},
    "withdraw": {"text": "改派"},
    "return": {"text": "请补充"},
    "submit": {},
}


def cases_in(book: Casebook, state: str) -> Iterator[tuple[str, int]]:
    """Yield cases of Mianyang in the state, each once."""
    found = services.list_cases(LEAD, book, CaseFilter(state=(state,), region=(HOME,), severity=(1, 2)), 0, 50)
    for case in found["items"]:
        yield case["case_no"], case["version"]


@pytest.mark.parametrize("login", MAY)
@pytest.mark.parametrize("state", STATES)
def test_the_interface_answers_each_role_exactly(sign_in: SignIn, book: Casebook, login: str, state: str) -> None:
    client, cases = sign_in(login), cases_in(book, state)
    case_no, version = next(cases)
    for action in TRANSITIONS:
        answer = client.post(f"/api/v1/cases/{case_no}/{action}", json={"version": version, **GIVEN.get(action, {})})
        if state not in SEES[login]:
            assert answer.status_code == 404, (action, answer.text)
        elif action not in MAY[login].get(state, set()):
            assert answer.status_code == 403, (action, answer.text)
        elif action == "submit":
            assert answer.status_code == 422, answer.text  # no conclusion was given
        else:
            assert answer.status_code == 200, (action, answer.text)
            assert answer.json()["state"] == TRANSITIONS[action].to
            case_no, version = next(cases, (case_no, version))


@pytest.mark.parametrize("login", MAY)
@pytest.mark.parametrize("state", STATES)
def test_a_forged_post_to_dash_does_no_more(sign_in: SignIn, book: Casebook, login: str, state: str) -> None:
    client, cases = sign_in(login), cases_in(book, state)
    case_no, version = next(cases)
    for action in TRANSITIONS:
        answer = forge_action(client, action, case_no, version, GIVEN.get(action, {}))
        assert answer.status_code == 200
        after = services.get_case(LEAD, book, case_no)
        if action in MAY[login].get(state, set()) and action != "submit":
            assert after["state"] == TRANSITIONS[action].to
            case_no, version = next(cases, (case_no, version))
        else:
            assert (after["state"], after["version"]) == (state, version)
        if state not in SEES[login]:
            assert "移出您的管辖范围" in answer.text
            assert case_no not in answer.text


@pytest.mark.parametrize("path", ["", "/lines", "/events", "/related"])
def test_a_case_of_another_agency_looks_like_one_that_does_not_exist(
    sign_in: SignIn, book: Casebook, path: str
) -> None:
    case_no, _ = next(cases_in(book, "accepted"))
    client = sign_in("chengdu")
    missing = client.get(f"/api/v1/cases/SC20260101-AAAAAA{path}")
    hidden = client.get(f"/api/v1/cases/{case_no}{path}")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.text.replace(case_no, "X") == missing.text.replace("SC20260101-AAAAAA", "X")


def test_a_handler_lists_only_released_cases_of_the_own_agency(sign_in: SignIn) -> None:
    rows = sign_in("mianyang").get("/api/v1/cases?end=500").json()["items"]
    assert rows
    assert {row["treating_agency"] for row in rows} == {HOME}
    assert not {row["state"] for row in rows} & set(UNSEEN)


def test_the_administrator_of_accounts_sees_no_case_and_no_sum(sign_in: SignIn) -> None:
    client = sign_in("xitong")
    assert client.get("/api/v1/cases").json() == {"items": [], "total": 0, "at_issue": "0.00"}
    assert all(counts == {} for counts in client.get("/api/v1/cases/facets").json().values())


def test_only_the_assignee_enters_amounts(sign_in: SignIn, book: Casebook) -> None:
    case_no, version = next(cases_in(book, "released"))
    line = services.get_lines(LEAD, book, case_no)[0]
    url = f"/api/v1/cases/{case_no}/lines/{line['bkkp_sn']}/determination"
    body = {"amount": "0.00", "reason": "clinical"}
    handler = sign_in("mianyang")
    assert handler.post(url, json=body).status_code == 403
    assert handler.post(f"/api/v1/cases/{case_no}/accept", json={"version": version}).status_code == 200
    assert handler.post(url, json=body).status_code == 200
    assert sign_in("chengdu").post(url, json=body).status_code == 404
    assert sign_in("shenhe").post(url, json=body).status_code == 403
