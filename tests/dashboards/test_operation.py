"""The server as it is run: TLS, probes, metrics, logs without personal data, and a stop that loses nothing."""

from __future__ import annotations

import io
import json
import logging
import re
import shutil
import signal
import sqlite3
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from dashboards.conftest import SignIn
from dashboards.kinds import RULE_NAMES
from dashboards.seed import PASSWORD
from dashboards.served import Running, free_port, own_home
from fastapi import FastAPI
from starlette.testclient import TestClient

from lianshen.cases import services
from lianshen.cases import tables as t
from lianshen.cases.domain import STATES
from lianshen.cases.migrating import migrate, migrate_back
from lianshen.cases.store import Casebook, writing
from lianshen_dashboards.app import create_app
from lianshen_dashboards.logs import JsonLines, request_number

STOPPED = (0, -signal.SIGTERM)
TOKEN = "a-token-of-the-monitoring"


def metric(text: str, name: str, **labels: str) -> float:
    """Return one sample of an exposition."""
    for line in text.splitlines():
        if line.startswith(name) and all(f'{key}="{value}"' in line for key, value in labels.items()):
            return float(line.rsplit(" ", 1)[1])
    raise LookupError(f"no {name} {labels} in:\n{text}")


def test_alive_and_ready_need_no_session_and_say_nothing_of_the_data(app: FastAPI, book: Casebook) -> None:
    client = TestClient(app)
    assert client.get("/healthz").text == "ok"
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"casebook": "ok", "snapshot": "not used"})
    migrate_back(book.engine, "0002")
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["casebook"]) == (503, "not at the newest migration")
    assert client.get("/healthz").status_code == 200
    migrate(book.engine)
    assert client.get("/readyz").status_code == 200


def test_a_server_without_a_night_or_without_its_casebook_is_not_ready(book: Casebook, tmp_path: Path) -> None:
    client = TestClient(create_app(book, tmp_path / "published", RULE_NAMES))
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["snapshot"]) == (503, "no night published yet")
    with writing(book.engine) as con:
        con.exec_driver_sql("DROP TABLE alembic_version")
    assert client.get("/readyz").json()["casebook"] != "ok"


def test_the_metrics_answer_only_who_holds_the_token(book: Casebook) -> None:
    client = TestClient(create_app(book, None, RULE_NAMES, metrics_token=TOKEN))
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer guess"}).status_code == 401
    assert client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
    assert TestClient(create_app(book, None, RULE_NAMES)).get("/metrics").status_code == 404


def test_the_metrics_count_requests_by_template_and_cases_by_state(book: Casebook) -> None:
    app = create_app(book, None, RULE_NAMES, metrics_token=TOKEN)
    client = TestClient(app, follow_redirects=False)
    client.post("/login", data={"login": "shenhe", "password": PASSWORD})
    number = client.get("/api/v1/cases").json()["items"][0]["case_no"]
    assert client.get(f"/cases/{number}").status_code == 200
    assert client.get(f"/api/v1/cases/{number}").status_code == 200
    assert client.get("/nowhere/at/all").status_code in (200, 404)
    text = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
    assert metric(text, "lianshen_requests_total", route="/api/v1/cases/{case_no}", status="200") == 1
    assert metric(text, "lianshen_requests_total", route="/cases/…") == 1
    assert metric(text, "lianshen_requests_total", route="other") == 1
    assert metric(text, "lianshen_request_seconds_count", route="/login", method="POST") == 1
    assert metric(text, "lianshen_sessions") == 1
    with book.engine.connect() as con:
        new = con.scalar(sa.select(sa.func.count()).where(t.cases.c.state == "new"))
    assert metric(text, "lianshen_cases", state="new") == new
    assert {state for state in STATES if f'lianshen_cases{{state="{state}"}}' in text} == set(STATES)
    assert metric(text, "lianshen_outbox", state="dead") == 0
    # No label and no help text names a case, a login or an institution.
    for private in (number, "shenhe", "周审核", "医院"):
        assert private not in text


def test_every_answer_has_the_number_of_its_request(app: FastAPI) -> None:
    client = TestClient(app)
    assert re.fullmatch(r"[0-9a-f]{32}", client.get("/healthz").headers["x-request-id"])
    assert client.get("/login", headers={"X-Request-Id": "proxy-4711.a"}).headers["x-request-id"] == "proxy-4711.a"
    odd = client.get("/login", headers={"X-Request-Id": "a b\"'<script>"}).headers["x-request-id"]
    assert re.fullmatch(r"[0-9a-f]{32}", odd)


def test_only_over_tls_are_cookies_secure_and_browsers_told_to_stay(app: FastAPI) -> None:
    signed = {"login": "shenhe", "password": PASSWORD}
    clear = TestClient(app, follow_redirects=False).post("/login", data=signed)
    assert "secure" not in clear.headers["set-cookie"].lower()
    assert "strict-transport-security" not in clear.headers
    safe = TestClient(app, base_url="https://testserver", follow_redirects=False).post("/login", data=signed)
    cookies = safe.headers.get_list("set-cookie")
    assert len(cookies) == 2
    assert all("secure" in cookie.lower() for cookie in cookies)
    assert safe.headers["strict-transport-security"].startswith("max-age=31536000")


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Yield what is logged while a test runs, as the server would write it."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    # The client of the tests logs what it asks for.
    handler.addFilter(lambda record: not record.name.startswith("http"))
    level = logging.root.level
    logging.root.addHandler(handler)
    logging.root.setLevel("INFO")
    yield written
    logging.root.removeHandler(handler)
    logging.root.setLevel(level)


def test_the_log_tells_of_requests_and_not_of_persons(
    app: FastAPI, sign_in: SignIn, book: Casebook, lines: io.StringIO
) -> None:
    client = sign_in("shenhe")
    client.get("/api/v1/cases?q=张三丰")
    case = client.get("/api/v1/cases").json()["items"][0]
    client.get(f"/persons/{case['person']}?q=510101199003071234")
    client.get(f"/api/v1/cases/{case['case_no']}")
    client.post(f"/api/v1/cases/{case['case_no']}/comment", json={"text": "患者李四的手机号13800000000"})
    logged = lines.getvalue()
    told = [json.loads(line) for line in logged.splitlines()]
    requests = [line for line in told if line["message"] == "request" and line["logger"] == "lianshen.request"]
    assert {"/login", "/api/v1/cases", "/api/v1/cases/{case_no}"} <= {line["route"] for line in requests}
    assert all(line["ms"] >= 0 and len(line["request"]) == 32 for line in requests)
    for private in (case["person"], case["case_no"], "张三丰", "510101199003071234", "13800000000", PASSWORD,
                    "testclient", "shenhe", "周审核"):  # fmt: skip
        assert private not in logged, private


def test_a_traceback_in_the_log_says_where_and_not_what_was_typed() -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    log = logging.Logger("lianshen.test")
    log.addHandler(handler)
    remembered = request_number.set("r-12345678")
    try:
        raise ValueError("患者李四的手机号13800000000")
    except ValueError as error:
        log.error("callback failed", exc_info=error, extra={"kind": "ValueError", "login": "shenhe"})
    finally:
        request_number.reset(remembered)
    (line,) = written.getvalue().splitlines()
    said = json.loads(line)
    assert "13800000000" not in line
    assert "shenhe" not in line
    assert (said["error"], said["request"], said["kind"]) == ("ValueError", "r-12345678", "ValueError")
    assert any("test_operation.py" in where for where in said["where"])


def test_a_database_error_does_not_quote_the_values(book: Casebook) -> None:
    with pytest.raises(sa.exc.IntegrityError) as error, writing(book.engine) as con:
        con.execute(t.note.insert(), [{"name": "kind", "value": "李四13800000000"}])
    assert "13800000000" not in str(error.value)


# --- The command itself, as a process.


@pytest.fixture
def home(seeded: tuple[Path, Casebook], tmp_path: Path) -> Path:
    return own_home(seeded[0], tmp_path)


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """Return a certificate for this machine and its key, made by openssl."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl")
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
               "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
               "-keyout", str(key), "-out", str(cert)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    return cert, key


@pytest.fixture
def serving(home: Path) -> Iterator[Any]:
    """Yield a function that starts the command; what still runs at the end is stopped."""
    started: list[Running] = []

    def start(*options: str) -> Running:
        started.append(Running(home, *options))
        return started[-1]

    yield start
    for running in started:
        if running.process.poll() is None:
            running.process.kill()
            running.process.wait()


@pytest.mark.slow
def test_one_command_serves_over_tls_with_its_metrics_apart(
    serving: Any, certificate: tuple[Path, Path], home: Path
) -> None:
    cert, key = certificate
    metrics = f"127.0.0.1:{free_port()}"
    running = serving("--cert", str(cert), "--key", str(key), "--metrics", metrics)
    trusted = ssl.create_default_context(cafile=str(cert))
    url = running.wait(trusted, "https")
    with httpx.Client(base_url=url, verify=trusted, trust_env=False) as client:
        entered = client.post("/login", data={"login": "shenhe", "password": PASSWORD})
        assert entered.status_code == 303
        assert "Secure" in entered.headers["set-cookie"]
        assert "strict-transport-security" in entered.headers
        assert "server" not in entered.headers
        assert client.get("/api/v1/cases").status_code == 200
        assert client.get("/readyz").status_code == 503  # no night yet
        assert client.get("/metrics").status_code == 404
    with pytest.raises(httpx.TransportError):
        httpx.get(f"http://127.0.0.1:{running.port}/healthz", trust_env=False)
    text = httpx.get(f"http://{metrics}/metrics", trust_env=False).text
    assert metric(text, "lianshen_requests_total", route="/login") == 1
    assert metric(text, "process_resident_memory_bytes") > 0
    assert running.stop() in STOPPED
    told = [json.loads(line) for line in running.log.read_text().splitlines() if line.startswith("{")]
    assert any(line["message"] == "request" and line["route"] == "/login" for line in told)


@pytest.mark.slow
def test_a_stop_lets_what_runs_finish(serving: Any, home: Path) -> None:
    running = serving()
    url = running.wait()
    hold = sqlite3.connect(home / "casebook.sqlite", isolation_level=None)
    hold.execute("BEGIN IMMEDIATE")
    answers: list[httpx.Response] = []

    def enter() -> None:
        answers.append(httpx.post(f"{url}/login", data={"login": "shenhe", "password": PASSWORD}, trust_env=False,
                                  timeout=30))  # fmt: skip

    waiting = threading.Thread(target=enter)
    waiting.start()
    time.sleep(1.5)
    running.process.send_signal(signal.SIGTERM)
    time.sleep(1)
    assert running.process.poll() is None
    hold.execute("ROLLBACK")
    hold.close()
    waiting.join(30)
    assert [answer.status_code for answer in answers] == [303]
    assert running.process.wait(30) in STOPPED


@pytest.mark.slow
def test_behind_a_proxy_the_client_is_whom_the_proxy_names(serving: Any, home: Path) -> None:
    running = serving("--proxy", "127.0.0.1", "--log-level", "warning")
    url = running.wait()
    told = {"X-Forwarded-For": "10.20.30.40", "X-Forwarded-Proto": "https"}
    entered = httpx.post(f"{url}/login", data={"login": "shenhe", "password": PASSWORD}, headers=told, trust_env=False)
    assert "Secure" in entered.headers["set-cookie"]
    with sqlite3.connect(home / "casebook.sqlite") as con:
        assert con.execute("SELECT ip FROM sessions").fetchall() == [("10.20.30.40",)]
    assert running.stop() in STOPPED
    assert "{" not in running.log.read_text()


@pytest.mark.slow
def test_two_processes_share_the_counters_and_the_sessions(serving: Any, home: Path) -> None:
    metrics = f"127.0.0.1:{free_port()}"
    running = serving("--workers", "2", "--metrics", metrics)
    url = running.wait()
    with httpx.Client(base_url=url, trust_env=False) as client:
        client.post("/login", data={"login": "shenhe", "password": PASSWORD})
        answers = []
        for _ in range(12):
            answers.append(client.get("/api/v1/cases", headers={"Connection": "close"}).status_code)
    assert answers == [200] * 12
    text = httpx.get(f"http://{metrics}/metrics", trust_env=False).text
    assert metric(text, "lianshen_requests_total", route="/api/v1/cases", status="200") == 12
    running.stop()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--host", "0.0.0.0"), "in clear"),
        (("--cert", "CERT"), "takes both"),
        (("--metrics", "9464"), "ADDRESS:PORT"),
        (("--log-level", "loud"), "debug, info"),
    ],
)
def test_a_server_that_would_be_unsafe_or_cannot_be_meant_does_not_start(
    options: tuple[str, ...], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import typer
    from typer.testing import CliRunner

    from lianshen_dashboards import commands

    monkeypatch.setenv("LIANSHEN_HOME", str(tmp_path))
    (tmp_path / "CERT").write_text("")
    app = typer.Typer()
    app.callback()(lambda: None)
    commands.register(app)
    given = [str(tmp_path / one) if one == "CERT" else one for one in options]
    refused = CliRunner().invoke(app, ["serve", *given])
    assert told in str(refused.exception)


def test_a_password_that_is_due_is_changed_where_one_signs_in(app: FastAPI, book: Casebook) -> None:
    services.set_password(services.OPERATOR, book, "shenhe", "chosen-by-him-1", must_change=True)
    client = TestClient(app, follow_redirects=False)
    asked = client.post("/login", data={"login": "shenhe", "password": "chosen-by-him-1"})
    assert asked.status_code == 401
    assert "new_password" in asked.text
    said = {"login": "shenhe", "password": "chosen-by-him-1", "new_password": "mine-alone-2026"}
    differs = client.post("/login", data={**said, "new_again": "mine-alone-2025"})
    assert (differs.status_code, "不一致" in differs.text) == (422, True)
    same = client.post("/login", data={**said, "new_password": "chosen-by-him-1", "new_again": "chosen-by-him-1"})
    assert (same.status_code, "相同" in same.text) == (422, True)
    assert client.post("/login", data={**said, "new_again": "mine-alone-2026"}).status_code == 303
    assert client.get("/api/v1/me").status_code == 200
