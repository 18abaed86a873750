"""A request that is repeated with its key does nothing twice and gets the answer of the first."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from dashboards.conftest import SignIn
from dashboards.seed import LEAD
from dashboards.systems import first, post, system
from fastapi import FastAPI
from sqlalchemy import func, select

from lianshen.cases import services
from lianshen.cases import tables as t
from lianshen.cases.store import Casebook, writing
from lianshen_dashboards.app import create_app


def events_of(book: Casebook, case_no: str) -> int:
    return len(services.get_events(LEAD, book, case_no))


def test_the_same_request_again_gets_the_same_answer_and_moves_nothing(app: FastAPI, book: Casebook) -> None:
    client = system(app, book)
    case = first(client, "state=released")
    url, body = f"/api/v1/cases/{case['case_no']}/accept", {"version": case["version"]}
    once = post(client, url, body, "one")
    before = events_of(book, case["case_no"])
    again = post(client, url, body, "one")
    assert once.status_code == again.status_code == 200
    assert again.content == once.content
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in once.headers
    assert events_of(book, case["case_no"]) == before
    assert post(client, url, body).status_code == 409  # with a key of its own it is a second request


def test_a_refusal_is_repeated_too(app: FastAPI, book: Casebook) -> None:
    client = system(app, book)
    case = first(client, "state=released")
    url, body = f"/api/v1/cases/{case['case_no']}/accept", {"version": case["version"] + 5}
    assert post(client, url, body, "one").status_code == 409
    repeated = post(client, url, body, "one")
    assert repeated.status_code == 409
    assert repeated.json()["type"] == "/problems/conflict"
    assert repeated.headers["content-type"] == "application/problem+json"


def test_the_key_of_another_request_is_refused(app: FastAPI, book: Casebook) -> None:
    client = system(app, book)
    case = first(client, "state=released")
    url = f"/api/v1/cases/{case['case_no']}"
    assert post(client, f"{url}/accept", {"version": case["version"]}, "one").status_code == 200
    for other, body in (("accept", {"version": case["version"] + 1}), ("submit", {"version": case["version"]})):
        refused = post(client, f"{url}/{other}", body, "one")
        assert refused.status_code == 422
        assert refused.json()["type"] == "/problems/key-reused"


def test_two_systems_may_use_the_same_key(app: FastAPI, book: Casebook) -> None:
    one, other = system(app, book), system(app, book, "mianyang-other")
    case = first(one, "state=released")
    url, body = f"/api/v1/cases/{case['case_no']}/accept", {"version": case["version"]}
    assert post(one, url, body, "one").status_code == 200
    assert post(other, url, body, "one").status_code == 409


@pytest.mark.parametrize("key", ["", "with space", "x" * 101, "中"])
def test_a_key_that_is_none_is_refused(app: FastAPI, book: Casebook, key: str) -> None:
    answer = system(app, book).post("/api/v1/bulk", json={}, headers={b"Idempotency-Key": key.encode()})
    assert answer.status_code == 400


def test_it_survives_a_restart_and_is_forgotten_after_a_day(app: FastAPI, book: Casebook) -> None:
    client = system(app, book)
    case = first(client, "state=released")
    url, body = f"/api/v1/cases/{case['case_no']}/accept", {"version": case["version"]}
    post(client, url, body, "one")
    restarted = system(create_app(book), book, "unused")
    restarted.headers["Authorization"] = client.headers["Authorization"]
    assert post(restarted, url, body, "one").headers["idempotent-replayed"] == "true"
    tomorrow = Casebook(book.engine, now=lambda: book.now() + timedelta(hours=25))
    late = system(create_app(tomorrow), book, "unused-2")
    late.headers["Authorization"] = client.headers["Authorization"]
    assert post(late, url, body, "one").status_code == 409
    with book.engine.connect() as con:
        assert con.scalar(select(func.count()).select_from(t.idempotency)) == 1


def test_while_the_first_is_under_way_the_second_waits_outside(app: FastAPI, book: Casebook) -> None:
    client = system(app, book)
    case = first(client, "state=released")
    url, body = f"/api/v1/cases/{case['case_no']}/accept", {"version": case["version"]}
    answers: list[int] = []
    with writing(book.engine):  # the first cannot move the case before this ends
        threads = [threading.Thread(target=lambda: answers.append(post(client, url, body, "one").status_code))
                   for _ in range(6)]  # fmt: skip
        for thread in threads:
            thread.start()
    for thread in threads:
        thread.join()
    assert answers.count(200) >= 1
    assert set(answers) <= {200, 409}
    assert [event["action"] for event in services.get_events(LEAD, book, case["case_no"])].count("accept") == 1


def test_a_secret_is_not_shown_a_second_time(sign_in: SignIn) -> None:
    client = sign_in("xitong")
    body = {"name": "deyang-his", "role": "handler", "agency": "510600"}
    assert post(client, "/api/v1/tokens", body, "one").json()["token"].startswith("lst_")
    again = post(client, "/api/v1/tokens", body, "one")
    assert again.status_code == 200
    assert again.json()["token"] is None
