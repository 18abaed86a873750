"""The review app over a seeded casebook: in process for the interface, on a port for the browser."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from dashboards.described import client_hooks
from dashboards.kinds import RULE_NAMES
from dashboards.office import HOME, Office
from dashboards.seed import LEAD, PASSWORD, seed
from fastapi import FastAPI
from starlette.testclient import TestClient

from lianshen.cases import services
from lianshen.cases.filters import CaseFilter
from lianshen.cases.store import Casebook, connect
from lianshen.rules.catalogue import rule_texts
from lianshen_dashboards.app import create_app

Client = TestClient
SignIn = Callable[[str], TestClient]


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Casebook]:
    """Seed once; tests work on copies."""
    path = tmp_path_factory.mktemp("casebook") / "casebook.sqlite"
    book = seed(path)
    with sqlite3.connect(path) as con:
        con.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path, book


@pytest.fixture
def book(seeded: tuple[Path, Casebook], tmp_path: Path) -> Iterator[Casebook]:
    """Yield a casebook of one's own."""
    path, original = seeded
    copy = tmp_path / "casebook.sqlite"
    shutil.copy(path, copy)
    engine = connect(f"sqlite:///{copy}")
    yield Casebook(engine, now=original.now)
    engine.dispose()


@pytest.fixture(scope="module")
def office(seeded: tuple[Path, Casebook], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Yield an app for the whole module, and an archived case of the city of Mianyang."""
    path, original = seeded
    copy = tmp_path_factory.mktemp("office") / "casebook.sqlite"
    shutil.copy(path, copy)
    engine = connect(f"sqlite:///{copy}")
    book = Casebook(engine, now=original.now)
    found = services.list_cases(LEAD, book, CaseFilter(region=(HOME,), severity=(2,)), 0, 50)["items"]
    case_no = next(case["case_no"] for case in found if case["state"] == "archived" and not case["county"])
    yield Office(book, create_app(book, None, RULE_NAMES, rule_texts()), case_no)
    engine.dispose()


@pytest.fixture
def app(book: Casebook) -> FastAPI:
    return create_app(book, None, RULE_NAMES, rule_texts())


@pytest.fixture
def sign_in(app: FastAPI) -> SignIn:
    """Return a function that gives a client signed in under a name, with the header that writes need."""

    def enter(login: str) -> TestClient:
        client = TestClient(app, follow_redirects=False)
        client.event_hooks = client_hooks(app)
        answer = client.post("/login", data={"login": login, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        client.headers["X-CSRFToken"] = client.cookies["_csrf_token"]
        return client

    return enter


def callback_with(client: TestClient, *outputs: str) -> dict[str, Any]:
    """Return what Dash says of the callback that has all these outputs."""
    for known in client.get("/_dash-dependencies").json():
        if all(one in known["output"] for one in outputs):
            return dict(known)
    raise LookupError(f"no callback gives {outputs}")


def forge_action(client: TestClient, action: str, case_no: str, version: int, typed: dict[str, Any]) -> Any:
    """Post to Dash what the button of a case page would, whatever the page shows."""
    known = callback_with(client, "side.children", "case-head.children")
    names = known["output"].strip(".").split("...")
    at = {"case_no": case_no, "version": version, "back": ""}
    field_ids = [{"field": name} for name in typed]

    def given(one: dict[str, Any]) -> Any:
        wanted, name = one["id"], one["property"]
        if wanted == "at":
            return {"id": wanted, "property": name, "value": at}
        if "field" not in wanted:
            return [] if wanted.startswith("{") else {"id": wanted, "property": name, "value": None}
        values = field_ids if name == "id" else list(typed.values())
        return [{"id": one, "property": name, "value": value} for one, value in zip(field_ids, values, strict=True)]

    body = {
        "output": known["output"],
        "outputs": [{"id": name.rsplit(".", 1)[0], "property": name.rsplit(".", 1)[1]} for name in names],
        "inputs": [[{"id": {"do": action}, "property": "n_clicks", "value": 1}]],
        "state": [given(one) for one in known["state"]],
        "changedPropIds": [f'{{"do":"{action}"}}.n_clicks'],
    }
    return client.post("/_dash-update-component", json=body)


class Server:
    """The app on a free port in a thread."""

    def __init__(self, app: FastAPI) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self._server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error"))
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def start(self) -> None:
        self._thread.start()
        until = time.monotonic() + 20
        while not self._server.started:
            assert time.monotonic() < until, "the server did not start"
            time.sleep(0.05)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)


@pytest.fixture
def server(app: FastAPI) -> Iterator[Server]:
    running = Server(app)
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Yield a headless browser; ``CHROMIUM`` names another one than Debian's."""
    from playwright.sync_api import sync_playwright

    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium: install Debian's package chromium, or set CHROMIUM")
        pytest.skip("no Chromium: install Debian's package chromium, or set CHROMIUM")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--headless=new", "--disable-gpu"])
        yield browser
        browser.close()
