"""The server is killed in the middle of writes and deliveries: nothing is lost, and nothing is done or told twice."""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from dashboards.seed import LEAD
from dashboards.systems import SECURITY
from sqlalchemy import select
from support.receiver import Receiver

from lianshen.cases import services
from lianshen.cases import tables as t
from lianshen.cases.addresses import Reach
from lianshen.cases.events import verify_events
from lianshen.cases.filters import CaseFilter
from lianshen.cases.keeping.moving import move
from lianshen.cases.services import tokens, webhooks
from lianshen.cases.store import Casebook, connect

KILLS = int(os.environ.get("LIANSHEN_KILLS", "2"))
"""Enough for every run; fifty now and then."""
AGENCY = "510700"
WRITERS = 3
PLAIN = False
"""Nothing is encrypted here, and a client need not read the certificates of the world."""


class Killed:
    """``lianshen serve`` in a process of its own, over the casebook of a test, that is killed and started again."""

    def __init__(self, book: Casebook, home: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment = {
            **os.environ,
            "LIANSHEN_HOME": str(home),
            "LIANSHEN_CASEBOOK": book.engine.url.render_as_string(hide_password=False),
            "LIANSHEN_WEBHOOK_PLAIN": "1",
            "LIANSHEN_WEBHOOK_LOOPBACK": "1",
            "LIANSHEN_WEBHOOK_TIMEOUT": "1",
            "LIANSHEN_WEBHOOK_FIRST_WAIT": "0.2",
            "LIANSHEN_WEBHOOK_ATTEMPTS": "100",
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._log = home / "server.log"

    def start(self) -> None:
        command = [str(Path(sys.executable).parent / "lianshen"), "serve", "--port", str(self.port)]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(command, env=self._environment, stdout=log, stderr=log)
        until = time.monotonic() + 90
        with httpx.Client(timeout=1.0, verify=PLAIN) as asking:
            while True:
                assert self._process.poll() is None, self._log.read_text(encoding="utf-8")[-5000:]
                assert time.monotonic() < until, "the server did not start"
                try:
                    if asking.get(f"{self.url}/healthz").status_code == 200:
                        return
                except httpx.HTTPError:
                    time.sleep(0.1)

    def kill(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def book(request: pytest.FixtureRequest, seeded: tuple[Path, Casebook], tmp_path: Path) -> Iterator[Casebook]:
    """Yield the casebook of the tests on each database; the one on PostgreSQL was moved there."""
    path, original = seeded
    copy = tmp_path / "casebook.sqlite"
    shutil.copy(path, copy)
    url = f"sqlite:///{copy}"
    if request.param == "postgresql":
        there = request.getfixturevalue("postgres_url")
        move(url, there)
        url = there
    engine = connect(url)
    yield Casebook(engine, now=original.now)
    engine.dispose()


@pytest.fixture
def killed(book: Casebook, tmp_path: Path) -> Iterator[Killed]:
    server = Killed(book, tmp_path)
    yield server
    server.kill()


class Writer(threading.Thread):
    """A system that asks for evidence and gives it without end, repeating each request until it is answered."""

    def __init__(self, url: str, token: str, cases: list[dict[str, Any]], over: threading.Event) -> None:
        super().__init__(daemon=True)
        self._http = httpx.Client(base_url=f"{url}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=5.0,
                                  verify=PLAIN)  # fmt: skip
        self._cases = cases
        self._over = over
        self.done: Counter[str] = Counter()
        self.repeated = 0
        self.wrong: list[str] = []

    def run(self) -> None:
        while not self._over.is_set():
            for case in self._cases:
                for action, text in (("ask_evidence", "请补充病历首页。"), ("provide", "已补充。")):
                    self._once(case, action, text)

    def _once(self, case: dict[str, Any], action: str, text: str) -> None:
        key, body = uuid.uuid4().hex, {"version": case["version"], "text": text}
        while True:
            try:
                answer = self._http.post(
                    f"/cases/{case['case_no']}/{action}", json=body, headers={"Idempotency-Key": key}
                )
            except httpx.HTTPError:
                self.repeated += 1
                time.sleep(0.1)
                continue
            kind = answer.json().get("type") if answer.status_code >= 400 else None
            if kind == "/problems/key-in-use" or answer.status_code >= 500:
                time.sleep(0.3)
                continue
            if answer.status_code != 200 and kind != "/problems/key-lost":
                self.wrong.append(answer.text)
            self.done[case["case_no"]] += 1
            case["version"] += 1
            return


@pytest.mark.slow
def test_a_server_killed_in_the_middle_of_writes_and_deliveries_loses_and_doubles_nothing(
    book: Casebook, killed: Killed
) -> None:
    receiver = Receiver()
    webhooks.add_webhook(SECURITY, book, AGENCY, receiver.url, Reach(plain=True, loopback=True))
    # The server's clock is the machine's, and the casebook's of this test stands some days before it.
    token = tokens.add_token(SECURITY, book, "mianyang-his", "region_lead", AGENCY, 366).token
    accepted = CaseFilter(state=("accepted",), region=(AGENCY,))
    cases = services.list_cases(LEAD, book, accepted, 0, 50)["items"]
    assert len(cases) >= WRITERS
    before = {case["case_no"]: len(services.get_events(LEAD, book, case["case_no"])) for case in cases}
    over = threading.Event()
    moments = random.Random(50)
    killed.start()
    writers = [Writer(killed.url, token, cases[start::WRITERS], over) for start in range(WRITERS)]
    for writer in writers:
        writer.start()
    for _ in range(KILLS):
        time.sleep(moments.uniform(0.3, 2.0))
        killed.kill()
        killed.start()
    time.sleep(1.0)
    over.set()
    for writer in writers:
        writer.join(120)
        assert not writer.is_alive()
    wrong = [answer for writer in writers for answer in writer.wrong]
    assert wrong == []
    done = sum((writer.done for writer in writers), Counter[str]())
    assert done.total() > 5 * KILLS

    # Each request took effect once: as many events as answers, one version each.
    for case in cases:
        number = case["case_no"]
        assert len(services.get_events(LEAD, book, number)) - before[number] == done[number]
        assert services.get_case(LEAD, book, number)["version"] == case["version"]
    assert verify_events(book.engine) is None

    # Each event was told under one key, which always said the same.
    receiver.wait_for(done.total(), 90)
    bodies: dict[str, set[bytes]] = {}
    for request in receiver.received:
        bodies.setdefault(request.key, set()).add(request.body)
    assert all(len(said) == 1 for said in bodies.values())
    told = Counter(request.said["case"]["case_no"] for request in {one.key: one for one in receiver.received}.values())
    assert told == done
    time.sleep(0.5)
    with book.engine.connect() as con:
        assert set(con.scalars(select(t.outbox.c.state))) == {"delivered"}
    print(f"{KILLS} kills, {done.total()} writes, {sum(writer.repeated for writer in writers)} repeated after a loss, "
          f"{len(receiver.received) - len(bodies)} deliveries made twice")  # fmt: skip
    receiver.stop()
