"""The server is killed in the middle of writes and deliveries: nothing is lost, nothing is done or told twice.

Four times in every run; ``LIANSHEN_KILLS=50`` for more.
"""

from __future__ import annotations

import json
import os
import random
import threading
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from dashboards.seed import LEAD, PASSWORD
from dashboards.served import Running, own_home
from dashboards.systems import SECURITY

from lianshen.cases import services
from lianshen.cases import tables as t
from lianshen.cases.addresses import Reach
from lianshen.cases.events import verify_events
from lianshen.cases.filters import CaseFilter
from lianshen.cases.keeping import check_casebook
from lianshen.cases.services.webhooks import add_webhook
from lianshen.cases.store import Casebook, connect

pytestmark = pytest.mark.slow
KILLS = int(os.environ.get("LIANSHEN_KILLS", "4"))
PEOPLE = 5
AGENCY = "510700"
STEPS = ("release", "withdraw")


@dataclass
class Receiver:
    """Another system that takes what it is sent, and now and then fails or takes it without saying so."""

    got: list[tuple[str, bytes]] = field(default_factory=list)
    server: ThreadingHTTPServer | None = None

    def open(self) -> str:
        receiver, draw = self, random.Random(3)

        class Hook(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((str(self.headers["Idempotency-Key"]), body))
                self.send_response(503 if draw.random() < 0.1 else 200)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_address[1]}/hook"


class Person:
    """Somebody who releases and takes back cases of their own, and asks again with the same key until answered."""

    def __init__(self, world: World, cases: list[tuple[str, int]]) -> None:
        self.world = world
        self.cases = dict(cases)
        self.did: dict[str, list[str]] = defaultdict(list)
        self.troubles: list[str] = []
        self.thread = threading.Thread(target=self.work, daemon=True)

    def work(self) -> None:
        turn = 0
        while not self.world.over.is_set():
            case_no = list(self.cases)[turn % len(self.cases)]
            turn += 1
            action = STEPS[len(self.did[case_no]) % 2]
            version = self.until_answered(case_no, action, self.cases[case_no])
            if version is None:
                return
            self.did[case_no].append(action)
            self.cases[case_no] = version

    def until_answered(self, case_no: str, action: str, version: int) -> int | None:
        """Return the version afterwards; None where the answer is one that must not be."""
        key = uuid.uuid4().hex
        while True:
            try:
                client = self.world.client()
                said = {"version": version, "text": "核对后下发。"}
                answer = client.post(f"/api/v1/cases/{case_no}/{action}", json=said, headers={"Idempotency-Key": key})
                kind = answer.json().get("type", "") if answer.status_code != 200 else ""
                if kind.endswith("key-lost"):
                    # It took effect, and the answer went down with the server.
                    return int(client.get(f"/api/v1/cases/{case_no}").json()["version"])
            except httpx.TransportError:
                time.sleep(0.05)
                continue
            if answer.status_code == 200:
                return int(answer.json()["version"])
            if not kind.endswith("key-in-use") and answer.status_code != 503:
                self.troubles.append(f"{case_no} {action} v{version}: {answer.status_code} {answer.text}")
                return None
            time.sleep(0.3)


@dataclass
class World:
    """The server that runs now, if one does, and the session that outlives it."""

    home: Path
    over: threading.Event = field(default_factory=threading.Event)
    running: Running | None = None
    cookies: dict[str, str] = field(default_factory=dict)

    def start(self) -> None:
        self.running = Running(self.home, "--log-level", "warning")
        url = self.running.wait()
        if not self.cookies:
            entered = httpx.post(f"{url}/login", data={"login": "fuze", "password": PASSWORD}, trust_env=False)
            self.cookies = dict(entered.cookies)

    def kill(self) -> None:
        assert self.running is not None
        self.running.process.kill()
        self.running.process.wait()

    def client(self) -> httpx.Client:
        assert self.running is not None
        return httpx.Client(
            base_url=f"http://127.0.0.1:{self.running.port}",
            cookies=self.cookies,
            headers={"X-CSRFToken": self.cookies["_csrf_token"]},
            trust_env=False,
            timeout=30,
        )


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    one = Receiver()
    yield one
    if one.server is not None:
        one.server.shutdown()


@pytest.fixture
def home(seeded: tuple[Path, Casebook], tmp_path: Path) -> Path:
    return own_home(seeded[0], tmp_path)


@pytest.fixture
def world(home: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Yield a home whose agency has a webhook, and whose lead has time."""
    for name, value in (("PLAIN", "true"), ("LOOPBACK", "true"), ("FIRST_WAIT", "0.2"), ("TIMEOUT", "2")):
        monkeypatch.setenv(f"LIANSHEN_WEBHOOK_{name}", value)
    book = Casebook(connect(f"sqlite:///{home / 'casebook.sqlite'}"))
    add_webhook(SECURITY, book, AGENCY, receiver.open(), Reach(True, True))
    book.engine.dispose()
    found = World(home)
    yield found
    found.over.set()
    if found.running is not None and found.running.process.poll() is None:
        found.kill()


def test_a_server_that_is_killed_loses_nothing_and_does_nothing_twice(world: World, receiver: Receiver) -> None:
    book = Casebook(connect(f"sqlite:///{world.home / 'casebook.sqlite'}"))
    found = services.list_cases(LEAD, book, CaseFilter(state=("new",), region=(AGENCY,)), 0, 100)["items"]
    with book.engine.connect() as con:
        began = con.scalar(sa.select(t.event_head.c.seq)) or 0
    world.start()
    people = [Person(world, [(c["case_no"], c["version"]) for c in found[n::PEOPLE]]) for n in range(PEOPLE)]
    assert all(person.cases for person in people)
    for person in people:
        person.thread.start()
    draw = random.Random(11)
    for _ in range(KILLS):
        time.sleep(draw.uniform(0.3, 2.5))
        world.kill()
        world.start()
    time.sleep(1)
    world.over.set()
    for person in people:
        person.thread.join(90)
        assert not person.thread.is_alive()
    assert [trouble for person in people for trouble in person.troubles] == []
    done = {case_no: actions for person in people for case_no, actions in person.did.items()}
    assert sum(len(actions) for actions in done.values()) > KILLS

    # What was answered is in the trail, in its order, once; and nothing else is.
    with book.engine.connect() as con:
        e = t.event.c
        rows = con.execute(sa.select(e.case_no, e.action).where(e.seq > began, e.action.in_(STEPS)).order_by(e.seq))
        told: dict[str, list[str]] = defaultdict(list)
        for case_no, action in rows:
            told[case_no].append(action)
    assert told == done
    assert verify_events(book.engine) is None
    assert [check.name for check in check_casebook(book.engine) if check.wrong] == []
    everything_arrives(book, receiver, done)


def everything_arrives(book: Casebook, receiver: Receiver, done: dict[str, list[str]]) -> None:
    """Each change is told; what is told twice has the same key and says the same."""
    o = t.outbox.c
    until = time.monotonic() + 90
    while time.monotonic() < until:
        with book.engine.connect() as con:
            rows = con.execute(sa.select(o.key, o.case_no, o.state, o.body)).all()
        if all(row.state == "delivered" for row in rows):
            break
        time.sleep(0.3)
    assert Counter(row.state for row in rows) == {"delivered": len(rows)}
    bodies: dict[str, set[bytes]] = defaultdict(set)
    for key, body in list(receiver.got):
        bodies[key].add(body)
    assert set(bodies) == {row.key for row in rows}
    assert all(len(said) == 1 for said in bodies.values())
    changes = Counter((row.case_no, json.loads(row.body)["type"]) for row in rows)
    expected = Counter((case_no, f"case.{action}") for case_no, actions in done.items() for action in actions)
    assert changes == expected
