"""Inquiries and notices through the interface and on their pages: who may, who may not, and what is shown."""

from __future__ import annotations

import json
from typing import Any

import pytest
from dashboards.conftest import Client, SignIn, callback_with
from dashboards.seed import LEAD

from lianshen.cases import services
from lianshen.cases.filters import CaseFilter
from lianshen.cases.services import inquiry_reading
from lianshen.cases.store import Casebook

ASKED = "请核实该参保人住院期间异地就医备案是否有效。"
ANSWER = "经核查，该参保人备案自十一月一日起有效，就医地相符。"
Row = dict[str, Any]


@pytest.fixture
def case(book: Casebook) -> Row:
    """Return a case that Mianyang works on, of a person insured in Bazhong."""
    f = CaseFilter(state=("accepted", "returned"), region=("510700",), insured=("511900",))
    return dict(services.list_cases(LEAD, book, f)["items"][0])


@pytest.fixture
def asker(sign_in: SignIn) -> Client:
    return sign_in("mianyang")


@pytest.fixture
def insured(sign_in: SignIn) -> Client:
    return sign_in("bazhong")


def ask(client: Client, **given: Any) -> Any:
    return client.post("/api/v1/inquiries", json={"topic": "filing", "text": ASKED, "kind": "query", **given})


def step(client: Client, one: Row, action: str, **given: Any) -> Any:
    body = {"version": one["version"], **given}
    return client.post(f"/api/v1/inquiries/{one['inquiry_no']}/{action}", json=body)


def test_a_query_goes_there_and_back_over_the_interface(asker: Client, insured: Client, case: Row) -> None:
    before = insured.get("/api/v1/notices/unread").json()["unread"]
    sent = ask(asker, case_no=case["case_no"])
    assert sent.status_code == 200, sent.text
    one = sent.json()
    assert (one["state"], one["to_name"], one["facts"]["fund_fee"][-3]) == ("sent", "巴中市", ".")
    assert [row["inquiry_no"] for row in insured.get("/api/v1/inquiries?tab=in").json()["items"]] == [one["inquiry_no"]]
    assert insured.get("/api/v1/inquiries/waiting").json()["in"] == 1
    assert insured.get("/api/v1/notices/unread").json() == {"unread": before + 1}
    assert step(insured, one, "answer", text=ANSWER).status_code == 422
    answered = step(insured, one, "answer", text=ANSWER, outcome="denies")
    assert answered.json()["answer"] == ANSWER
    late = step(insured, one, "answer", text=ANSWER, outcome="denies")
    assert (late.status_code, late.json()["version"]) == (409, 2)
    assert "协同事项" in late.json()["detail"]
    assert insured.get(f"/api/v1/inquiries/{one['inquiry_no']}").headers["etag"] == '"2"'
    tagged = {"If-Match": '"1"'}
    assert insured.post(f"/api/v1/inquiries/{one['inquiry_no']}/close", json={}, headers=tagged).status_code == 412
    assert insured.post(f"/api/v1/inquiries/{one['inquiry_no']}/close", json={}).status_code == 428
    assert step(insured, answered.json(), "close").status_code == 403
    assert step(asker, answered.json(), "close").json()["state"] == "closed"
    about = asker.get(f"/api/v1/cases/{case['case_no']}/inquiries").json()
    assert [row["inquiry_no"] for row in about] == [one["inquiry_no"]]
    assert asker.get("/api/v1/inquiries?q=nothing&due=never").status_code == 422
    assert step(asker, one, "explode").status_code == 404


@pytest.mark.parametrize("login", ["chengdu", "fenxi", "xitong", "anquan", "shenji"])
def test_to_everybody_else_an_inquiry_is_not_there(sign_in: SignIn, asker: Client, case: Row, login: str) -> None:
    one = ask(asker, case_no=case["case_no"]).json()
    client, number = sign_in(login), one["inquiry_no"]
    for path in ("", "/explanation", "/attachments", "/letter.pdf"):
        hidden = client.get(f"/api/v1/inquiries/{number}{path}")
        missing = client.get(f"/api/v1/inquiries/HS20260101-AAAAAA{path}")
        assert hidden.status_code == missing.status_code == 404, path
        assert hidden.text.replace(number, "X") == missing.text.replace("HS20260101-AAAAAA", "X")
    for action in ("accept", "answer", "close", "withdraw"):
        assert step(client, one, action, text=ANSWER, outcome="denies").status_code == 404
    assert client.get("/api/v1/inquiries").json() == {"items": [], "total": 0}
    assert number not in client.get("/api/v1/notices").text


def test_the_centre_and_the_manager_read_and_neither_answers_for_a_region(
    sign_in: SignIn, asker: Client, case: Row
) -> None:
    one = ask(asker, case_no=case["case_no"]).json()
    for login in ("shenhe", "fuze", "guanli"):
        client = sign_in(login)
        assert client.get(f"/api/v1/inquiries/{one['inquiry_no']}").json()["actions"] == []
        assert step(client, one, "answer", text=ANSWER, outcome="denies").status_code == 403


def test_an_objection_is_taken_in_for_the_own_person_and_explained_by_the_computation(
    insured: Client, sign_in: SignIn, book: Casebook, case: Row
) -> None:
    setl_id = services.get_case(LEAD, book, case["case_no"])["setl_ids"][0]
    taken = ask(insured, kind="objection", setl_id=setl_id)
    assert taken.status_code == 200, taken.text
    one = taken.json()
    found = insured.get(f"/api/v1/inquiries/{one['inquiry_no']}/explanation").json()
    assert found["settlement"]["setl_id"] == setl_id
    assert found["settlement"].keys() >= {"fund_pay_sumamt", "act_pay_dedc"}
    treating = sign_in("mianyang")
    assert treating.get(f"/api/v1/inquiries/{one['inquiry_no']}").status_code == 404
    foreign = ask(treating, kind="objection", setl_id=setl_id)
    nothing = ask(treating, kind="objection", setl_id="NO-SUCH")
    assert foreign.status_code == nothing.status_code == 422
    assert foreign.text.replace(setl_id, "X") == nothing.text.replace("NO-SUCH", "X")
    steps = ("accept", {}), ("explain", {"text": ANSWER}), ("recalculate", {"text": "已更正", "recalculated": "123.45"})
    for action, given in steps:
        answer = step(insured, one, action, **given)
        assert answer.status_code == 200, answer.text
        one = answer.json()
    assert one["recalculated"] == "123.45"
    assert one["history"][-1]["detail"]["fen"] == 12345


def forge(client: Client, action: str, one: Row, **typed: Any) -> str:
    """Post to Dash what the button of an inquiry's page would, whatever the page shows; return the answer."""
    output = str(callback_with(client, "inquiry-side.children", "inquiry-main.children")["output"])
    names = output.strip(".").split("...")
    at = {"inquiry_no": one["inquiry_no"], "version": one["version"]}
    body = {
        "output": output,
        "outputs": [{"id": name.rsplit(".", 1)[0], "property": name.rsplit(".", 1)[1]} for name in names],
        "inputs": [[{"id": {"step": action}, "property": "n_clicks", "value": 1}]],
        "state": [
            [{"id": {"field": name}, "property": "value", "value": value} for name, value in typed.items()],
            [{"id": {"field": name}, "property": "id", "value": {"field": name}} for name in typed],
            {"id": "inquiry-at", "property": "data", "value": at},
        ],
        "changedPropIds": [f'{{"step":"{action}"}}.n_clicks'],
    }
    answer = client.post("/_dash-update-component", json=body)
    assert answer.status_code == 200, answer.text
    return str(answer.json())


@pytest.mark.parametrize("login", ["chengdu", "fenxi", "xitong", "shenhe", "guanli", "mianyang"])
@pytest.mark.parametrize("action", ["accept", "answer", "decline", "close", "explode"])
def test_a_forged_post_to_dash_does_no_more_than_the_interface(
    sign_in: SignIn, asker: Client, case: Row, book: Casebook, login: str, action: str
) -> None:
    one = ask(asker, case_no=case["case_no"]).json()
    told = forge(sign_in(login), action, one, text=ANSWER, outcome="denies")
    after = inquiry_reading.get_inquiry(LEAD, book, one["inquiry_no"])
    assert (after["state"], after["version"]) == ("sent", 1)
    if login in ("chengdu", "fenxi", "xitong"):
        assert "协同事项不存在" in told
        assert one["inquiry_no"] not in told
        assert ASKED not in told


def test_a_forged_answer_of_the_asked_region_is_an_answer(asker: Client, insured: Client, case: Row) -> None:
    one = ask(asker, case_no=case["case_no"]).json()
    assert "已答复" in forge(insured, "answer", one, text=ANSWER, outcome="denies")


def test_notices_are_read_once_for_the_agency(asker: Client, insured: Client, case: Row) -> None:
    ask(asker, case_no=case["case_no"])
    told = insured.get("/api/v1/notices?unread=true").json()
    assert "来函" in told[0]["text"]
    assert insured.post("/api/v1/notices/read", json={}).status_code == 422
    assert asker.post("/api/v1/notices/read", json={"ids": [told[0]["id"]]}).json() == {"read": 0}
    assert insured.post("/api/v1/notices/read", json={"until": told[0]["id"]}).json()["read"] == len(told)
    assert insured.get("/api/v1/notices/unread").json() == {"unread": 0}


def test_the_trail_of_a_decided_case_tells_its_amount_in_yuan(sign_in: SignIn, book: Casebook) -> None:
    case = services.list_cases(LEAD, book, CaseFilter(state=("closed",), decision=("confirmed",)))["items"][0]
    events = sign_in("shenhe").get(f"/api/v1/cases/{case['case_no']}/events").json()
    submitted = next(event for event in events if event["action"] == "submit")
    assert submitted["detail"]["determined"] == f"{case['determined'] // 100}.{case['determined'] % 100:02d}"


def send(client: Client, case_no: str, text: str, key: str = "k1") -> str:
    """Post to Dash what a click on 发出 would; return the answer as text."""
    known = callback_with(client, "ask-said.children", "_pages_location.href")
    names = known["output"].strip(".").split("...")
    typed = {"topic": "filing", "text": text, "subject": ""}
    body = {
        "output": known["output"],
        "outputs": [{"id": name.rpartition(".")[0], "property": name.rpartition(".")[2]} for name in names],
        "inputs": [{"id": "ask-send", "property": "n_clicks", "value": 1}],
        "state": [
            [{"id": {"field": name}, "property": "value", "value": value} for name, value in typed.items()],
            [{"id": {"field": name}, "property": "id", "value": {"field": name}} for name in typed],
            {"id": "ask-about", "property": "data",
             "value": {"kind": "query", "case_no": case_no, "setl_id": "", "key": key}},
        ],
        "changedPropIds": ["ask-send.n_clicks"],
    }  # fmt: skip
    answer = client.post("/_dash-update-component", json=body)
    assert answer.status_code == 200, answer.text
    return json.dumps(answer.json(), ensure_ascii=False)


def test_a_form_that_is_sent_twice_asks_once(asker: Client, case: Row) -> None:
    assert "至少 10 个字" in send(asker, case["case_no"], "请核实")
    first = send(asker, case["case_no"], ASKED)
    assert "/inquiries/HS" in first
    assert send(asker, case["case_no"], ASKED) == first
    assert "本表单已发出过一份" in send(asker, case["case_no"], ASKED + "另请附表。")
    assert len(asker.get(f"/api/v1/cases/{case['case_no']}/inquiries").json()) == 1
    assert send(asker, case["case_no"], ASKED, "k2") != first
    pages = asker.get("/api/v1/inquiries?tab=out&limit=1")
    assert (pages.json()["total"], len(pages.json()["items"])) == (2, 1)
    assert f"cursor={pages.json()['next']}" in pages.headers["link"]
    rest = asker.get(f"/api/v1/inquiries?tab=out&limit=1&cursor={pages.json()['next']}").json()
    assert (rest["next"], len(rest["items"])) == (None, 1)
