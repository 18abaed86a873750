"""Pages by cursor, versions by ETag, and every refusal as a problem document with its exact status."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest
from dashboards.conftest import SignIn
from dashboards.seed import LEAD
from dashboards.systems import first, post, system
from fastapi import FastAPI
from starlette.testclient import TestClient

from lianshen.cases import services
from lianshen.cases.filters import DEFAULT_SORT, SORTABLE, CaseFilter
from lianshen.cases.store import Casebook

SORTS = [*SORTABLE, *(f"-{name}" for name in SORTABLE), "due_at,-score", "-state,assignee,at_issue"]


def walk(client: TestClient, query: str, limit: int) -> list[str]:
    """Return the case numbers of all pages, following the cursors."""
    numbers: list[str] = []
    url = f"/api/v1/cases?limit={limit}" + (f"&{query}" if query else "")
    while True:
        answer = client.get(url)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        numbers += [row["case_no"] for row in page["items"]]
        if page["next"] is None:
            assert "link" not in answer.headers
            return numbers
        assert len(page["items"]) == limit
        link = answer.headers["link"]
        assert link.endswith('>; rel="next"')
        url = link[1:].partition(">")[0]


@pytest.mark.parametrize("sort", SORTS)
def test_the_pages_are_the_list_whatever_the_order(sign_in: SignIn, book: Casebook, sort: str) -> None:
    whole = services.list_cases(LEAD, book, CaseFilter(sort=sort), 0, 500)["items"]
    assert len(whole) > 100
    assert walk(sign_in("fuze"), f"sort={sort}", 37) == [case["case_no"] for case in whole]


def test_a_page_stays_within_the_filter_and_the_scope(app: FastAPI, book: Casebook) -> None:
    client = system(app, book)
    numbers = walk(client, "state=released,accepted", 1)
    assert numbers
    rows = client.get("/api/v1/cases?state=released,accepted&end=500").json()["items"]
    assert numbers == [row["case_no"] for row in rows]


def test_only_the_first_page_counts(sign_in: SignIn) -> None:
    client = sign_in("shenhe")
    begin = client.get("/api/v1/cases?limit=5").json()
    assert begin["total"] > 5
    assert begin["at_issue"] is not None
    following = client.get(f"/api/v1/cases?limit=5&cursor={begin['next']}").json()
    assert following["total"] is None
    assert not {row["case_no"] for row in begin["items"]} & {row["case_no"] for row in following["items"]}


def test_what_leaves_the_list_in_between_shifts_nobody(sign_in: SignIn) -> None:
    client = sign_in("fuze")
    all_of_it = walk(client, "state=new", 500)
    begin = client.get("/api/v1/cases?state=new&limit=5").json()
    gone = begin["items"][0]
    client.post(f"/api/v1/cases/{gone['case_no']}/release", json={"version": gone["version"]})
    following = client.get(f"/api/v1/cases?state=new&limit=500&cursor={begin['next']}").json()
    assert [row["case_no"] for row in following["items"]] == all_of_it[5:]


def forged(*values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    ["x", "", "%00", "[]", forged(), forged("score", 1, "x"), forged(DEFAULT_SORT, "a", 1, 1, "x"),
     forged(DEFAULT_SORT, 1, 1, 2**70, "x"), forged(DEFAULT_SORT, 1, 1, 1, "x\x00"),
     forged(DEFAULT_SORT, None, 1, 1, "x"), "中"],
)  # fmt: skip
def test_a_cursor_that_is_none_of_ours_is_refused(sign_in: SignIn, cursor: str) -> None:
    answer = sign_in("shenhe").get(f"/api/v1/cases?cursor={quote(cursor, safe='%')}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "limit=x", "start=-1", "end=99999999999999999999", "foo=1"])
def test_a_page_that_is_none_is_refused(sign_in: SignIn, query: str) -> None:
    assert sign_in("shenhe").get(f"/api/v1/cases?{query}").status_code == 422


def test_a_write_names_the_version_by_tag_or_in_its_body(app: FastAPI, book: Casebook) -> None:
    client = system(app, book)
    case = first(client, "state=released")
    read = client.get(f"/api/v1/cases/{case['case_no']}")
    tag = read.headers["etag"]
    assert tag == f'"{case["version"]}"'
    url = f"/api/v1/cases/{case['case_no']}/accept"
    assert post(client, url, {}).status_code == 428
    assert post(client, url, {}, **{"If-Match": "*"}).status_code == 428
    stale = f'"{case["version"] - 1}"'
    late = post(client, url, {}, **{"If-Match": stale})
    assert late.status_code == 412
    assert late.json()["version"] == case["version"]
    for other in (f"W/{tag}", "x", '"x"', f"{tag}, {stale}"):
        assert post(client, url, {}, **{"If-Match": other}).status_code == 412
    assert post(client, url, {"version": case["version"] - 1}).status_code == 409
    assert post(client, url, {"version": case["version"] - 1}, **{"If-Match": tag}).status_code == 422
    done = post(client, url, {}, **{"If-Match": tag})
    assert done.status_code == 200
    assert done.headers["etag"] == f'"{case["version"] + 1}"'
    assert post(client, url, {}, **{"If-Match": tag}).status_code == 412


def test_a_recovery_names_the_version_that_comes_after_it(sign_in: SignIn, app: FastAPI, book: Casebook) -> None:
    lead = system(app, book, role="region_lead")
    case = next(row for row in lead.get("/api/v1/cases?state=closed&end=50").json()["items"]
                if row["determined"] not in (None, "0.00"))  # fmt: skip
    body = {"amount": "0.01", "way": "refund", "voucher": "V-1", "day": "2026-11-01"}
    url = f"/api/v1/cases/{case['case_no']}/recoveries"
    tag = lead.get(f"/api/v1/cases/{case['case_no']}").headers["etag"]
    entered = post(lead, url, body, **{"If-Match": tag})
    assert entered.status_code == 200, entered.text
    assert entered.json()["version"] == case["version"] + 1
    assert post(lead, url, body, **{"If-Match": tag}).status_code == 412
    again = post(lead, f"{url}/{entered.json()['entry']}/reverse", {"text": "记错"},
                 **{"If-Match": entered.headers["etag"]})  # fmt: skip
    assert again.status_code == 200, again.text
    assert lead.get(f"/api/v1/cases/{case['case_no']}").json()["recovered"] == "0.00"


def test_every_refusal_is_a_problem_document(sign_in: SignIn) -> None:
    client = sign_in("shenhe")
    asked = [
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/v1/cases/SC20260101-AAAAAA", 404),
        ("DELETE", "/api/v1/cases", 405),
        ("PUT", "/api/v1/me", 405),
        ("TRACE", "/api/v1/bulk", 405),
        ("POST", "/api/v1/bulk", 422),
        ("GET", "/api/v1/cases?state=unheard", 422),
        ("POST", "/api/v1/cases/SC20260101-AAAAAA/fly", 404),
    ]
    for method, path, status in asked:
        answer = client.request(method, path)
        assert answer.status_code == status, (method, path, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
        said = answer.json()
        assert said["status"] == status
        assert {"type", "title", "detail"} <= set(said)
    assert client.delete("/api/v1/cases").headers["allow"] == "GET"


def test_the_description_says_who_may_ask_and_what_may_come(sign_in: SignIn) -> None:
    said = sign_in("shenhe").get("/api/openapi.json").json()
    assert set(said["components"]["securitySchemes"]) == {"token", "session", "forgery"}
    for path, operations in said["paths"].items():
        assert path.startswith("/api/v1/")
        for method, operation in operations.items():
            assert {"401", "403", "404", "422"} <= set(operation["responses"]), path
            assert {"token": []} in operation["security"]
            if method == "post":
                assert "Idempotency-Key" in [parameter["name"] for parameter in operation["parameters"]]
                assert {"409", "412", "428"} <= set(operation["responses"])
    assert "HTTPValidationError" not in json.dumps(said)
    listed = {parameter["name"]: parameter for parameter in said["paths"]["/api/v1/cases"]["get"]["parameters"]}
    assert "released" in listed["state"]["schema"]["anyOf"][0]["items"]["enum"]
    assert {"cursor", "limit", "sort", "q", "region"} <= set(listed)
