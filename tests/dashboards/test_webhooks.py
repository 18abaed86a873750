"""Agencies' systems are told over real HTTP: signed, again and again until they take it, under the same key."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from dashboards.conftest import SignIn
from dashboards.seed import LEAD, REVIEWER
from dashboards.systems import SECURITY, system
from fastapi import FastAPI
from support.receiver import Behaviour, Received, Receiver
from typer.testing import CliRunner

from lianshen.cases import services
from lianshen.cases.addresses import Reach
from lianshen.cases.delivery import Deliverer, Patience
from lianshen.cases.filters import CaseFilter
from lianshen.cases.services import webhooks
from lianshen.cases.signing import HEADER, verify
from lianshen.cases.store import Casebook
from lianshen.cli import build_app

HERE = Reach(plain=True, loopback=True)
QUICK = Patience(timeout=1.0, attempts=4, first=0.05, longest=0.2, poll=0.05, random=random.Random(4))
Start = Callable[[Behaviour], Receiver]
T = TypeVar("T")


@pytest.fixture
def start() -> Iterator[Start]:
    """Return a function that starts receivers; they stop at the end."""
    running: list[Receiver] = []

    def begin(behaviour: Behaviour) -> Receiver:
        running.append(Receiver(behaviour))
        return running[-1]

    yield begin
    for receiver in running:
        receiver.stop()


def take(_number: int, _request: Received) -> str:
    return "take"


def release(book: Casebook, number: int, agency: str = "510700") -> list[str]:
    """Release so many new cases of the agency; return their numbers."""
    found = services.list_cases(LEAD, book, CaseFilter(state=("new",), region=(agency,)), 0, number)["items"]
    assert len(found) == number
    for case in found:
        services.transition(REVIEWER, book, case["case_no"], "release", case["version"])
    return [case["case_no"] for case in found]


def by_itself(work: Callable[[], T]) -> T:
    """Return what the work gives in a thread of its own: a browser test in this process keeps its loop running."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()


def deliver(book: Casebook, reach: Reach = HERE) -> int:
    return by_itself(lambda: asyncio.run(Deliverer(book, reach, QUICK).run(until_empty=True)))


def deliver_for(book: Casebook, until: Callable[[], bool], seconds: float = 20.0) -> float:
    """Deliver in the background, as the server does, until something holds; return how long that took."""
    deliverer = Deliverer(book, HERE, QUICK)
    thread = deliverer.start()
    began = time.monotonic()
    while not until():
        assert time.monotonic() < began + seconds, "it did not come to that"
        time.sleep(0.02)
    took = time.monotonic() - began
    deliverer.stop()
    thread.join(10)
    return took


def test_a_system_is_told_with_a_signature_that_only_its_secret_makes(book: Casebook, start: Start) -> None:
    receiver = start(take)
    made = webhooks.add_webhook(SECURITY, book, "510700", receiver.url, HERE)
    numbers = release(book, 3)
    assert deliver(book) == 3
    assert [request.said["case"]["case_no"] for request in receiver.received] == numbers
    request = receiver.received[0]
    signature = request.headers[HEADER.lower()]
    assert verify(made.secret, signature, request.body, book.now())
    assert not verify(made.secret + "x", signature, request.body, book.now())
    assert not verify(made.secret, signature, request.body + b" ", book.now())
    assert not verify(made.secret, signature, request.body, book.now() + timedelta(minutes=6))
    assert request.said["id"] == request.key
    assert deliver(book) == 0


def test_a_delivery_says_nothing_of_persons_or_money(book: Casebook, start: Start) -> None:
    receiver = start(take)
    webhooks.add_webhook(SECURITY, book, "510700", receiver.url, HERE)
    release(book, 1)
    deliver(book)
    said = receiver.received[0].said
    assert set(said) == {"id", "type", "sequence", "at", "case", "url"}
    assert set(said["case"]) == {"case_no", "state", "before", "version", "severity", "due_at", "decision"}


def test_one_that_fails_hangs_up_or_says_nothing_gets_it_again_under_the_same_key(book: Casebook, start: Start) -> None:
    receiver = start(lambda number, request: {1: "503", 2: "close", 3: "hang"}.get(number, "take"))
    webhooks.add_webhook(SECURITY, book, "510700", receiver.url, HERE)
    release(book, 1)
    deliver_for(book, lambda: len(receiver.taken) == 1)
    assert len(receiver.received) == 4
    assert len({request.key for request in receiver.received}) == 1
    assert len({request.body for request in receiver.received}) == 1
    assert len({request.headers[HEADER.lower()] for request in receiver.received}) >= 1
    assert webhooks.list_webhooks(SECURITY, book)[0]["dead"] == 0


@pytest.mark.parametrize("how", ["hang", "drip"])
def test_a_system_that_hangs_holds_up_no_other(book: Casebook, start: Start, how: str) -> None:
    bad, good = start(lambda number, request: how), start(take)
    webhooks.add_webhook(SECURITY, book, "510700", bad.url, HERE)
    webhooks.add_webhook(SECURITY, book, "510700", good.url, HERE)
    release(book, 4)
    # One after the other, each of the four would wait for one that hangs.
    assert deliver_for(book, lambda: len(good.taken) == 4) < 3 * QUICK.timeout
    deliver_for(book, lambda: any(letter["attempts"] for letter in webhooks.dead_letters(SECURITY, book)))
    assert webhooks.dead_letters(SECURITY, book)[0]["last_error"] == "no answer within 1 s"


def test_after_the_last_attempt_it_is_a_dead_letter_and_may_be_sent_again(book: Casebook, start: Start) -> None:
    well = [False]
    receiver = start(lambda number, request: "take" if well[0] else "500")
    webhooks.add_webhook(SECURITY, book, "510700", receiver.url, HERE)
    release(book, 2)
    deliver_for(book, lambda: len(webhooks.dead_letters(SECURITY, book)) == 2)
    assert len(receiver.received) == 2 * QUICK.attempts
    assert {letter["last_error"] for letter in webhooks.dead_letters(SECURITY, book)} == {"status 500"}
    well[0] = True
    assert deliver(book) == 0
    assert webhooks.replay(SECURITY, book) == 2
    assert deliver(book) == 2
    assert set(receiver.taken) == {request.key for request in receiver.received}
    assert webhooks.dead_letters(SECURITY, book) == []


def test_nobody_is_sent_on_to_another_address(book: Casebook, start: Start) -> None:
    receiver = start(lambda number, request: "move")
    webhooks.add_webhook(SECURITY, book, "510700", receiver.url, HERE)
    release(book, 1)
    deliver_for(book, lambda: bool(webhooks.dead_letters(SECURITY, book)))
    assert {request.path for request in receiver.received} == {"/lianshen"}


def test_a_name_that_means_this_machine_is_not_connected_to(book: Casebook, start: Start) -> None:
    receiver = start(take)
    port = receiver.url.split(":")[2]
    webhooks.add_webhook(SECURITY, book, "510700", f"http://localhost:{port}", Reach(plain=True))
    release(book, 1)
    deliver(book, Reach(plain=True))
    assert receiver.received == []
    assert deliver_error(book).startswith("OutOfReach")


def test_an_address_that_was_allowed_once_is_judged_at_each_sending(book: Casebook, start: Start) -> None:
    receiver = start(take)
    webhooks.add_webhook(SECURITY, book, "510700", receiver.url, HERE)
    release(book, 1)
    deliver(book, Reach())
    assert receiver.received == []
    assert deliver_error(book).startswith("Refused")


def deliver_error(book: Casebook) -> str:
    from sqlalchemy import select

    from lianshen.cases import tables as t

    with book.engine.connect() as con:
        return str(con.scalar(select(t.outbox.c.last_error)))


def test_pauses_double_and_differ_and_end() -> None:
    patience = Patience(attempts=12, first=5.0, longest=600.0, random=random.Random(1))
    pauses = [patience.pause(failures) for failures in range(1, 12)]
    for failures, pause in enumerate(pauses):
        whole = min(600.0, 5.0 * 2**failures)
        assert pause is not None
        assert whole / 2 <= pause.total_seconds() <= whole
    assert len({pause and pause.total_seconds() for pause in pauses}) == 11
    assert patience.pause(12) is None


def test_two_deliverers_at_once_send_each_letter_once(book: Casebook, start: Start) -> None:
    receiver = start(take)
    for _ in range(3):
        webhooks.add_webhook(SECURITY, book, "510700", receiver.url, HERE)
    release(book, 4)

    async def both() -> list[int]:
        return await asyncio.gather(*(Deliverer(book, HERE, QUICK).run(until_empty=True) for _ in range(3)))

    assert sum(by_itself(lambda: asyncio.run(both()))) == 12
    assert set(receiver.taken.values()) == {1}
    assert len(receiver.taken) == 12


def test_who_may_see_and_change_webhooks(sign_in: SignIn, app: FastAPI, book: Casebook) -> None:
    body = {"agency": "510700", "url": "https://10.51.7.9/lianshen"}
    for client in (sign_in("shenhe"), sign_in("mianyang2"), sign_in("guanli"), system(app, book)):
        assert client.get("/api/v1/webhooks").status_code == 403
        assert client.get("/api/v1/webhooks/dead").status_code == 403
        assert client.post("/api/v1/webhooks", json=body).status_code == 403
        assert client.post("/api/v1/webhooks/replay", json={}).status_code == 403
        assert client.post("/api/v1/webhooks/1/remove").status_code == 403
    administrator = sign_in("xitong")
    made = administrator.post("/api/v1/webhooks", json=body).json()
    assert made["secret"].startswith("whs_")
    listed = administrator.get("/api/v1/webhooks").json()
    assert [(one["url"], one["waiting"], one["dead"]) for one in listed] == [(body["url"], 0, 0)]
    assert made["secret"] not in json.dumps(listed)
    assert administrator.get("/api/v1/webhooks/dead").json() == []
    assert administrator.post("/api/v1/webhooks/replay", json={}).json() == {"letters": 0}
    assert administrator.post(f"/api/v1/webhooks/{made['id']}/remove").status_code == 200
    assert administrator.post(f"/api/v1/webhooks/{made['id']}/remove").status_code == 422
    wrong: list[dict[str, Any]] = [{"url": "file:///etc/passwd"}, {"url": "https://127.0.0.1/"}, {"agency": "999999"}]
    for other in wrong:
        assert administrator.post("/api/v1/webhooks", json={**body, **other}).status_code == 422


def test_webhooks_from_the_command_line(book: Casebook, start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    well = [False]
    receiver = start(lambda number, request: "take" if well[0] else "500")
    settings = {"CASEBOOK": f"sqlite:///{book.engine.url.database}", "WEBHOOK_PLAIN": "1", "WEBHOOK_LOOPBACK": "1",
                "WEBHOOK_ATTEMPTS": "1"}  # fmt: skip
    for name, value in settings.items():
        monkeypatch.setenv(f"LIANSHEN_{name}", value)
    run, commands = CliRunner(), build_app()

    def said(*words: str) -> str:
        done = by_itself(lambda: run.invoke(commands, ["webhooks", *words]))
        assert done.exit_code == 0, done.output
        return done.output

    made = json.loads(said("add", receiver.url, "--agency", "510700", "--json"))
    release(Casebook(book.engine), 1)  # by the machine's clock, as the command delivers
    assert "0 delivered" in said("deliver", "--once")
    assert "dead=1" in said("list")
    letter = json.loads(said("dead", "--json"))[0]
    assert letter["last_error"] == "status 500"
    well[0] = True
    assert "1 letters" in said("replay", str(letter["id"]))
    assert "1 delivered" in said("deliver", "--once")
    assert receiver.received[-1].key == letter["key"]
    assert said("dead", "--json").strip() == "[]"
    said("remove", str(made["id"]))
    assert json.loads(said("list", "--json"))[0]["is_active"] is False
