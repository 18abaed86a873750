"""Nothing of others' cases is anywhere: not in answers, counts, exports, pages, errors, or the work of a 404."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from dashboards.conftest import callback_with
from dashboards.office import Office
from dashboards.seed import ACCOUNTS, SEES_INSURED
from fastapi import FastAPI

from lianshen.cases import tables as t
from lianshen.cases.domain import Principal, Situation, in_scope, is_informed
from lianshen.cases.services.scope import SITUATION

STRANGERS = ("chengdu", "fucheng", "bazhong", "xitong", "anquan")
"""Who is kept from most cases; the auditor reads numbers of cases in the trail by office."""
STAFF = {
    login: Principal(90 + n, login, name, role, agency, sees_insured=login in SEES_INSURED)  # type: ignore[arg-type]
    for n, (login, name, role, agency) in enumerate(ACCOUNTS)
}
MISSING = "SC20260101-AAAAAA"
BODIES: dict[str, dict[str, Any]] = {
    "/lines/x/determination": {"amount": "0.00", "reason": "clinical"},
    "/determine-rest": {"how": "none", "reason": "clinical"},
    "/recoveries": {"amount": "0.01", "way": "refund", "voucher": "V1", "day": "2026-11-01", "version": 1},
    "/recoveries/1/reverse": {"text": "录错", "version": 1},
    "/unmask": {"reason": "核对身份"},
    "/accept": {"version": 1},
    "/confirm": {"version": 1},
    "/transfer": {"version": 1, "agency": "510100", "text": "改派"},
}


def rows(office: Office) -> list[sa.RowMapping]:
    with office.book.engine.connect() as con:
        return list(con.execute(sa.select(t.cases)).mappings())


def knows(p: Principal, row: sa.RowMapping) -> bool:
    case = Situation(**{name: row[name] for name in SITUATION})
    return in_scope(p, case) or is_informed(p, case)


def foreign_marks(office: Office, login: str) -> set[str]:
    """Return what names cases that the account may not know, and none that it may."""
    marks: set[str] = set()
    own: set[str] = set()
    for row in rows(office):
        names = {row["case_no"], row["person"], row["person"][:8].upper(), row["fixmedins_code"], row["first_setl_id"]}
        (own if knows(STAFF[login], row) else marks).update(names)
    return marks - own


def a_foreign_case(office: Office, login: str) -> sa.RowMapping:
    return next(row for row in rows(office) if row["state"] == "archived" and not knows(STAFF[login], row))


def text_of(content: bytes) -> str:
    """Return what an answer says; of a workbook, document or archive, what its parts say."""
    if content[:2] != b"PK":
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return "\n".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())


def routes(office: Office, method: str) -> Iterator[str]:
    app: FastAPI = office.app
    for path, known in app.openapi()["paths"].items():
        if method in known:
            yield path


def assert_free(text: str, marks: set[str], where: str) -> None:
    found = [mark for mark in marks if mark in text]
    assert not found, (where, found[:5])


@pytest.mark.parametrize("login", STRANGERS)
def test_no_list_names_a_case_of_others(office: Office, login: str) -> None:
    marks, client = foreign_marks(office, login), office.enter(login)
    assert len(marks) > 100
    asked = 0
    for path in routes(office, "get"):
        if "{" in path:
            continue
        answer = client.get(path)
        assert answer.status_code < 500, (path, answer.text)
        assert_free(text_of(answer.content), marks, path)
        asked += answer.status_code == 200
    assert asked > 3


@pytest.mark.parametrize("login", STRANGERS)
def test_no_filter_finds_or_counts_a_case_of_others(office: Office, login: str) -> None:
    client, case = office.enter(login), a_foreign_case(office, login)
    own = [row for row in rows(office) if in_scope(STAFF[login], Situation(**{name: row[name] for name in SITUATION}))]
    facets = client.get("/api/v1/cases/facets").json()
    assert sum(facets["state"].values()) == len(own)
    assert set(facets["region"]) == {row["treating_agency"] for row in own}
    assert set(facets["insured"]) == {row["insu_pool"] for row in own}
    queries = [f"q={case['case_no']}", f"q={case['fixmedins_name']}", f"person={case['person']}",
               f"inst={case['fixmedins_code']}", f"assignee={case['assignee']}", "state=new", "state=dropped",
               f"region={case['treating_agency']}&state={case['state']}", "county=510703"]  # fmt: skip
    marks = foreign_marks(office, login)
    for query in queries:
        found = client.get(f"/api/v1/cases?{query}")
        assert found.status_code == 200, found.text
        assert_free(found.text, marks - set(query.split("=")), query)
        assert found.json()["total"] <= len(own)
        counted = client.get(f"/api/v1/cases/facets?{query}").json()
        assert sum(counted["severity"].values()) <= len(own)


@pytest.mark.parametrize("login", STRANGERS)
def test_a_hidden_case_answers_as_a_missing_one_with_as_much_work(office: Office, login: str) -> None:
    client, hidden = office.enter(login), str(a_foreign_case(office, login)["case_no"])
    statements: list[str] = []
    listener = lambda _con, _cursor, said, *_: statements.append(said)  # noqa: E731
    sa.event.listen(office.book.engine, "before_cursor_execute", listener)
    try:
        asked = [("get", path) for path in routes(office, "get") if "{case_no}" in path]
        asked += [("post", f"/api/v1/cases/{{case_no}}{tail}") for tail in BODIES]
        for method, path in asked:
            said: list[tuple[int, str, int]] = []
            for number in (hidden, MISSING):
                # The first request of a minute also says that the session is alive.
                client.get("/api/v1/me")
                statements.clear()
                url = path.replace("{case_no}", number).replace("{file_id}", "1")
                body = {"json": BODIES[path.removeprefix("/api/v1/cases/{case_no}")]} if method == "post" else {}
                answer = client.request(method, url, **body)  # type: ignore[arg-type]
                said.append((answer.status_code, answer.text.replace(number, "X"), len(statements)))
            assert said[0] == said[1], (method, path)
            assert said[0][0] in (403, 404), (method, path, said[0])
            if said[0][0] == 403:
                # A role may be kept from a whole route: then nobody has asked for the case.
                assert STAFF[login].role not in ("handler", "region_lead"), (method, path)
    finally:
        sa.event.remove(office.book.engine, "before_cursor_execute", listener)


def open_page(office: Office, login: str, path: str, search: str = "") -> str:
    """Return what Dash puts on a page, asked for directly."""
    client = office.enter(login)
    known = callback_with(client, "_pages_content.children")
    names = known["output"].strip(".").split("...")
    given = {"pathname": path, "search": search}
    body = {
        "output": known["output"],
        "outputs": [{"id": name.rsplit(".", 1)[0], "property": name.rsplit(".", 1)[1]} for name in names],
        "inputs": [{**one, "value": given.get(one["property"])} for one in known["inputs"]],
        "state": [{**one, "value": None} for one in known["state"]],
        "changedPropIds": ["_pages_location.pathname"],
    }
    answer = client.post("/_dash-update-component", json=body)
    assert answer.status_code == 200, (path, answer.text)
    return str(answer.text)


@pytest.mark.parametrize("login", STRANGERS)
def test_no_page_shows_a_case_of_others(office: Office, login: str) -> None:
    case, marks = a_foreign_case(office, login), foreign_marks(office, login)
    code, person = case["fixmedins_code"], case["person"]
    paths = ["/queue", "/overview", "/institutions", "/inquiries", "/notices", "/me", "/reports", "/admin/users",
             "/admin/webhooks", "/ask", f"/regions/{case['treating_agency']}", f"/institutions/{code}",
             f"/persons/{person}", f"/cases/{case['case_no']}"]  # fmt: skip
    for path in paths:
        asked_for = {code, person, case["case_no"], person[:8].upper()}
        assert_free(open_page(office, login, path), marks - asked_for, path)


@pytest.mark.parametrize("login", STRANGERS)
def test_the_page_of_a_hidden_case_is_that_of_a_missing_one(office: Office, login: str) -> None:
    hidden = str(a_foreign_case(office, login)["case_no"])
    shown = open_page(office, login, f"/cases/{hidden}").replace(hidden, "X")
    assert shown == open_page(office, login, f"/cases/{MISSING}").replace(MISSING, "X")


def test_the_insured_region_reads_the_summary_and_what_came_back_and_nothing_else(office: Office) -> None:
    client = office.enter("bazhong")
    office.put("archived", recovered=100)
    case = client.get(f"/api/v1/cases/{office.case_no}")
    assert case.status_code == 200, case.text
    told = case.json()
    assert (told["state"], told["recovered"], told["actions"]) == ("archived", "1.00", [])
    assert not told.get("findings")
    assert not {"lines", "events", "dossier"} & {name for name, value in told.items() if value}
    assert client.get(f"/api/v1/cases/{office.case_no}/recoveries").status_code == 200
    for path in routes(office, "get"):
        if path.startswith("/api/v1/cases/{case_no}/") and not re.search("recoveries|inquiries", path):
            url = path.replace("{case_no}", office.case_no).replace("{file_id}", "1")
            assert client.get(url).status_code == 404, path
    listed = client.get("/api/v1/cases?side=insured").json()
    assert office.case_no in {row["case_no"] for row in listed["items"]}
    assert client.get("/api/v1/cases").json()["total"] == len(
        [row for row in rows(office) if row["treating_agency"] == "511900" and row["state"] not in ("new", "dropped")]
    )
