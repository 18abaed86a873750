"""An agency's system works its agency's queue with a token, and reaches nothing else with it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from dashboards.conftest import SignIn
from dashboards.seed import LEAD
from dashboards.systems import SECURITY, first, system
from fastapi import FastAPI
from sqlalchemy import select
from starlette.testclient import TestClient
from typer.testing import CliRunner

from lianshen.cases import Casebook, services
from lianshen.cases import tables as t
from lianshen.cases.services import tokens
from lianshen.cli import build_app
from lianshen_dashboards.app import create_app


def test_a_system_reads_and_moves_its_own_agencys_cases_without_a_cookie(app: FastAPI, book: Casebook) -> None:
    client = system(app, book)
    me = client.get("/api/v1/me").json()
    assert (me["login"], me["role"], me["agency"]) == ("api:mianyang-his", "handler", "510700")
    case = first(client, "state=released")
    answer = client.post(f"/api/v1/cases/{case['case_no']}/accept", json={"version": case["version"]})
    assert answer.status_code == 200, answer.text
    assert answer.json()["assignee"] == "api:mianyang-his"
    event = services.get_events(LEAD, book, case["case_no"])[0]
    assert (event["actor"], event["action"]) == ("api:mianyang-his", "accept")
    assert not client.cookies


def test_only_the_hash_of_a_token_is_kept(book: Casebook) -> None:
    made = tokens.add_token(SECURITY, book, "mianyang-his", "handler", "510700")
    with book.engine.connect() as con:
        kept = str(con.execute(select(t.api_token)).mappings().all()) + str(con.execute(select(t.event.c.detail)).all())
    assert made.token not in kept
    assert made.token.removeprefix(tokens.PREFIX) not in kept


@pytest.mark.parametrize("header", ["Bearer lst_guessed", "Bearer ", "Basic c2hlbmhlOnBhZ2Vz", "lst_guessed"])
def test_a_token_that_is_none_is_refused(app: FastAPI, header: str) -> None:
    answer = TestClient(app).get("/api/v1/me", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_token_ends_on_its_day_and_when_it_is_revoked(app: FastAPI, book: Casebook) -> None:
    later = TestClient(create_app(Casebook(book.engine, now=lambda: book.now() + timedelta(days=31))))
    client = system(app, book, days=30)
    assert client.get("/api/v1/me").status_code == 200
    assert later.get("/api/v1/me", headers=dict(client.headers)).status_code == 401
    tokens.revoke_token(SECURITY, book, "mianyang-his")
    assert client.get("/api/v1/me").status_code == 401


def test_a_token_opens_the_interface_only(app: FastAPI, book: Casebook) -> None:
    client = system(app, book)
    for path in ("/queue", "/_dash-layout", "/_dash-dependencies", "/assets/60-core.js"):
        assert client.get(path).status_code == 403
    assert client.post("/_dash-update-component", json={}).status_code == 403


def test_a_request_is_either_a_persons_or_a_systems(sign_in: SignIn, app: FastAPI, book: Casebook) -> None:
    bearer = system(app, book).headers["Authorization"]
    person = sign_in("shenhe")
    assert person.get("/api/v1/me", headers={"Authorization": bearer}).status_code == 400
    assert person.get("/api/v1/me", headers={"Authorization": "Bearer wrong"}).status_code == 400


def test_who_may_give_tokens(sign_in: SignIn, app: FastAPI, book: Casebook) -> None:
    body = {"name": "deyang-his", "role": "handler", "agency": "510600", "days": 10}
    for login in ("shenhe", "fuze", "mianyang2", "guanli"):
        assert sign_in(login).post("/api/v1/tokens", json=body).status_code == 403
        assert sign_in(login).get("/api/v1/tokens").status_code == 403
    assert system(app, book).post("/api/v1/tokens", json=body).status_code == 403
    administrator = sign_in("xitong")
    made = administrator.post("/api/v1/tokens", json=body).json()
    listed = administrator.get("/api/v1/tokens").json()
    assert listed[0]["name"] == "deyang-his"
    assert "token_hash" not in listed[0]
    assert made["token"] not in json.dumps(listed)
    client = TestClient(app, headers={"Authorization": f"Bearer {made['token']}"})
    assert client.get("/api/v1/me").json()["agency"] == "510600"
    assert administrator.post("/api/v1/tokens/deyang-his/revoke").status_code == 200
    assert client.get("/api/v1/me").status_code == 401
    assert administrator.post("/api/v1/tokens", json=body).status_code == 422  # a name is given once


@pytest.mark.parametrize(
    "wrong",
    [{"role": "lead"}, {"role": "secadmin"}, {"agency": "999999"}, {"days": 0}, {"days": 4000}, {"name": "Ä"}],
)
def test_a_token_for_more_than_an_agencys_work_is_refused(sign_in: SignIn, wrong: dict[str, object]) -> None:
    body = {"name": "deyang-his", "role": "handler", "agency": "510600", "days": 10}
    assert sign_in("xitong").post("/api/v1/tokens", json={**body, **wrong}).status_code == 422


def test_tokens_from_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANSHEN_HOME", str(tmp_path))
    run, commands = CliRunner(), build_app()
    made = run.invoke(commands, ["tokens", "add", "chengdu-his", "--agency", "510100", "--json"])
    assert made.exit_code == 0, made.output
    assert json.loads(made.output)["token"].startswith("lst_")
    assert "valid" in run.invoke(commands, ["tokens", "list"]).output
    assert run.invoke(commands, ["tokens", "revoke", "chengdu-his"]).exit_code == 0
    assert json.loads(run.invoke(commands, ["tokens", "list", "--json"]).output)[0]["is_valid"] is False
