"""The interface: exact status codes, exact money, and a filter that refuses what it does not know."""

from __future__ import annotations

import pytest
from dashboards.conftest import SignIn
from dashboards.seed import LEAD

from lianshen.cases import services
from lianshen.cases.filters import CaseFilter
from lianshen.cases.store import Casebook


def test_money_is_exact_text_and_the_sum_is_over_all_rows(sign_in: SignIn, book: Casebook) -> None:
    page = sign_in("shenhe").get("/api/v1/cases?state=new&end=3").json()
    whole = services.list_cases(LEAD, book, CaseFilter(state=("new",)), 0, 500)
    assert len(page["items"]) == 3
    assert page["total"] == whole["total"]
    assert page["at_issue"] == f"{whole['at_issue'] // 100}.{whole['at_issue'] % 100:02d}"
    first = whole["items"][0]
    assert page["items"][0]["at_issue"] == f"{first['at_issue'] // 100}.{first['at_issue'] % 100:02d}"


def test_later_pages_leave_out_the_count(sign_in: SignIn) -> None:
    page = sign_in("shenhe").get("/api/v1/cases?start=100&end=120").json()
    assert page["total"] is None
    assert page["at_issue"] is None
    assert len(page["items"]) == 20


@pytest.mark.parametrize(
    "query",
    [
        "colour=red",
        "state=unknown",
        "severity=9",
        "due=tomorrow",
        "min_amount=-1",
        "sort=password",
        "start=-1",
        "end=abc",
    ],
)
def test_what_the_filter_does_not_know_is_refused_by_name(sign_in: SignIn, query: str) -> None:
    answer = sign_in("shenhe").get(f"/api/v1/cases?{query}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert query.split("=")[0] in answer.json()["detail"]


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v2/cases", "/api/v1/cases/X/fly"])
def test_an_unknown_address_is_not_answered_with_a_page(sign_in: SignIn, path: str) -> None:
    client = sign_in("shenhe")
    answer = client.post(path, json={"version": 1}) if path.endswith("fly") else client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_who_comes_second_learns_who_was_first(sign_in: SignIn, book: Casebook) -> None:
    case = services.list_cases(LEAD, book, CaseFilter(state=("new",)), 0, 1)["items"][0]
    url = f"/api/v1/cases/{case['case_no']}/release"
    assert sign_in("shenhe").post(url, json={"version": case["version"]}).status_code == 200
    late = sign_in("shenhe2").post(url, json={"version": case["version"]})
    assert late.status_code == 409
    problem = late.json()
    assert problem["by"] == "周审核"
    assert problem["version"] == case["version"] + 1
    assert "下发" in problem["detail"]


def test_many_at_once_each_have_their_own_result_and_can_be_taken_back(sign_in: SignIn, book: Casebook) -> None:
    client = sign_in("shenhe")
    rows = client.get("/api/v1/cases?state=new&end=4").json()["items"]
    closed = client.get("/api/v1/cases?state=closed&end=1").json()["items"][0]
    items = [{"case_no": row["case_no"], "version": row["version"]} for row in rows[:3]]
    items.append({"case_no": rows[3]["case_no"], "version": rows[3]["version"] + 7})
    items.append({"case_no": closed["case_no"], "version": closed["version"]})
    result = client.post("/api/v1/bulk", json={"action": "release", "items": items}).json()
    assert sorted(result["ok"]) == sorted(row["case_no"] for row in rows[:3])
    assert result["conflict"] == [rows[3]["case_no"]]
    assert result["denied"] == [closed["case_no"]]
    back = [{"case_no": row["case_no"], "version": row["version"] + 1} for row in rows[:3]]
    assert len(client.post("/api/v1/bulk", json={"action": "undo", "items": back}).json()["ok"]) == 3
    assert services.get_case(LEAD, book, rows[0]["case_no"])["state"] == "new"


def test_dropping_many_needs_a_reason(sign_in: SignIn) -> None:
    client = sign_in("fuze")
    row = client.get("/api/v1/cases?state=new&end=1").json()["items"][0]
    body = {"action": "drop", "items": [{"case_no": row["case_no"], "version": row["version"]}]}
    assert client.post("/api/v1/bulk", json=body).status_code == 422
    assert client.post("/api/v1/bulk", json={**body, "reason": "explained"}).json()["ok"] == [row["case_no"]]


def test_an_amount_beyond_the_line_is_refused(sign_in: SignIn, book: Casebook) -> None:
    handler = sign_in("mianyang")
    row = handler.get("/api/v1/cases?state=released&end=1").json()["items"][0]
    handler.post(f"/api/v1/cases/{row['case_no']}/accept", json={"version": row["version"]})
    line = handler.get(f"/api/v1/cases/{row['case_no']}/lines").json()[0]
    url = f"/api/v1/cases/{row['case_no']}/lines/{line['bkkp_sn']}/determination"
    assert handler.post(url, json={"amount": line["at_most"], "reason": "violation"}).status_code == 200
    assert handler.post(url, json={"amount": "99999999.99", "reason": "violation"}).status_code == 422
    assert handler.post(url, json={"amount": "1.005", "reason": "violation"}).status_code == 422
    assert services.get_lines(LEAD, book, row["case_no"])[0]["determined"] is not None


def test_reading_a_case_is_recorded(sign_in: SignIn, book: Casebook) -> None:
    from sqlalchemy import select

    from lianshen.cases import tables as t

    client = sign_in("mianyang")
    case_no = client.get("/api/v1/cases?end=1").json()["items"][0]["case_no"]
    assert client.get(f"/api/v1/cases/{case_no}").json()["findings"][0]["sentence_zh"]
    with book.engine.connect() as con:
        assert (case_no, "mianyang") in con.execute(select(t.view_log.c.case_no, t.view_log.c.login)).all()


def test_the_description_of_the_interface_names_every_route(sign_in: SignIn) -> None:
    paths = sign_in("shenhe").get("/api/openapi.json").json()["paths"]
    assert {"/api/v1/cases", "/api/v1/cases/facets", "/api/v1/cases/{case_no}/{action}", "/api/v1/bulk"} <= set(paths)
