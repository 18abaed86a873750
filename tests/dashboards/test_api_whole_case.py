"""A regional system works its queue through the interface alone: from the release to the archive, told by webhook."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from dashboards.conftest import Server
from dashboards.seed import PASSWORD
from dashboards.systems import SECURITY
from support.receiver import Receiver

from lianshen.cases.addresses import Reach
from lianshen.cases.delivery import Deliverer, Patience
from lianshen.cases.events import verify_events
from lianshen.cases.services import tokens, webhooks
from lianshen.cases.signing import HEADER, verify
from lianshen.cases.store import Casebook

HERE = Reach(plain=True, loopback=True)
CONCLUSION = "经核查病历与收费清单逐项比对，所列费用违反规定，机构书面认可，应予退回。"


class RegionalSystem:
    """What an agency's own system does: it listens, reads what it was told of, and writes each thing once."""

    def __init__(self, base: str, token: str, receiver: Receiver) -> None:
        self.http = httpx.Client(base_url=f"{base}/api/v1", headers={"Authorization": f"Bearer {token}"})
        self.receiver = receiver
        self.written = 0

    def wait_until_told(self, kind: str, case_no: str) -> dict[str, Any]:
        """Wait for news of a kind about a case; return what it said."""
        for _ in range(400):
            for request in self.receiver.received:
                if request.said["type"] == kind and request.said["case"]["case_no"] == case_no:
                    return request.said
            threading.Event().wait(0.05)
        raise AssertionError(f"not told of {kind}: {[request.said['type'] for request in self.receiver.received]}")

    def get(self, path: str) -> Any:
        answer = self.http.get(path)
        answer.raise_for_status()
        return answer.json()

    def tag(self, case_no: str) -> str:
        """Return the ETag of a case as it is now."""
        return self.http.get(f"/cases/{case_no}").headers["etag"]

    def write(self, path: str, body: dict[str, Any], tag: str | None = None) -> Any:
        """Write once, and once more as after a lost answer: the second gets the answer of the first."""
        self.written += 1
        headers = {"Idempotency-Key": f"his-{self.written}", **({"If-Match": tag} if tag else {})}
        answer = self.http.post(path, json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        again = self.http.post(path, json=body, headers=headers)
        assert (again.status_code, again.content) == (200, answer.content)
        assert again.headers["idempotent-replayed"] == "true"
        return answer.json()


def person(base: str, login: str) -> httpx.Client:
    """Return a client signed in as a person at the centre."""
    client = httpx.Client(base_url=base)
    assert client.post("/login", data={"login": login, "password": PASSWORD}).status_code == 303
    client.headers["X-CSRFToken"] = client.cookies["_csrf_token"]
    client.base_url = httpx.URL(f"{base}/api/v1")
    return client


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    # Every third delivery fails at first: news arrives all the same.
    running = Receiver(lambda number, request: "503" if number % 3 == 0 else "take")
    yield running
    running.stop()


@pytest.fixture
def secret(book: Casebook, receiver: Receiver) -> Iterator[str]:
    """Deliver in the background to the receiver of Mianyang, as the server does; yield its secret."""
    made = webhooks.add_webhook(SECURITY, book, "510700", receiver.url, HERE)
    deliverer = Deliverer(book, HERE, Patience(timeout=2.0, first=0.05, longest=0.2, poll=0.05))
    thread = deliverer.start()
    yield made.secret
    deliverer.stop()
    thread.join(10)


def test_a_regional_system_takes_a_case_from_its_release_to_the_archive(
    server: Server, book: Casebook, receiver: Receiver, secret: str
) -> None:
    token = tokens.add_token(SECURITY, book, "mianyang-his", "region_lead", "510700").token
    his = RegionalSystem(server.url, token, receiver)
    centre, other = person(server.url, "shenhe"), person(server.url, "shenhe2")

    case = centre.get("/cases?state=new&region=510700&severity=3&limit=1").json()["items"][0]
    number, path = case["case_no"], f"/cases/{case['case_no']}"
    assert his.http.get(path).status_code == 404
    assert centre.post(f"{path}/release", json={"version": case["version"]}).status_code == 200

    # It is told, finds the case in its queue, takes it and reads what it is about.
    told = his.wait_until_told("case.release", number)
    assert told["case"]["state"] == "released"
    queue: list[str] = []
    cursor = ""
    while cursor is not None:
        page = his.get(f"/cases?state=released&limit=2{f'&cursor={cursor}' if cursor else ''}")
        queue += [row["case_no"] for row in page["items"]]
        cursor = page["next"]
    assert number in queue
    assert his.get(told["url"].removeprefix("/api/v1"))["findings"]
    assert his.write(f"{path}/accept", {}, his.tag(number))["assignee"] == "api:mianyang-his"

    # Each line is determined; one is taken back and done again with the rest.
    lines = his.get(f"{path}/lines")
    one = lines[0]
    his.write(f"{path}/lines/{one['bkkp_sn']}/determination", {"amount": one["at_most"], "reason": "violation"})
    his.write(f"{path}/lines/{one['bkkp_sn']}/determination", {"amount": None})
    assert his.write(f"{path}/determine-rest", {"how": "full", "reason": "violation"})["lines"] == len(lines)

    # The institution is heard.
    asked = his.write(f"{path}/ask_institution", {"text": "请就所列费用于五个工作日内书面说明。"}, his.tag(number))
    assert asked["state"] == "hearing"
    his.write(f"{path}/statement", {"text": "机构认可所列费用，愿意退回。"}, his.tag(number))
    body = {"text": CONCLUSION, "worth_checking": True}
    assert his.write(f"{path}/submit", body, his.tag(number))["decision"] == "confirmed"

    # The centre sends it back once, and confirms.
    for action, extra in (("return", {"text": "请补充机构书面说明的日期。"}), ("confirm", {})):
        version = other.get(path).json()["version"]
        assert other.post(f"{path}/{action}", json={"version": version, **extra}).status_code == 200
        assert his.wait_until_told(f"case.{action}", number)["case"]["version"] == version + 1
        if action == "return":
            his.write(f"{path}/submit", {**body, "text": CONCLUSION + "说明日期为十一月三日。"}, his.tag(number))

    # The money comes back in two parts, one entered wrongly and reversed.
    closed = his.get(path)
    assert (closed["state"], closed["may_recover"]) == ("closed", True)
    owed = round(float(closed["determined"]) * 100)
    assert owed > 0
    first, today = owed // 2, "2026-11-19"
    entry = {"way": "deduction", "voucher": "KK-1", "day": today, "cycle": "2026-11"}
    wrong = his.write(f"{path}/recoveries", {**entry, "amount": f"{first / 100:.2f}"}, his.tag(number))
    his.write(f"{path}/recoveries/{wrong['entry']}/reverse", {"text": "凭证号有误", "version": wrong["version"]})
    for part, voucher in ((first, "KK-2"), (owed - first, "KK-3")):
        if part:
            his.write(f"{path}/recoveries", {**entry, "amount": f"{part / 100:.2f}", "voucher": voucher},
                      his.tag(number))  # fmt: skip
    assert his.get(path)["recovered"] == closed["determined"]
    assert his.write(f"{path}/archive", {}, his.tag(number))["state"] == "archived"

    # What happened stands in the trail once, and everything of it was told, signed, in one piece.
    happened = [event["action"] for event in reversed(his.get(f"{path}/events"))]
    assert [action for action in happened if action not in ("raised", "export")] == [
        "release", "accept", "determine", "determine", "determine", "ask_institution", "statement", "submit", "return",
        "submit", "confirm", "recover", "reverse", "recover", "recover", "archive",
    ]  # fmt: skip
    his.wait_until_told("case.archive", number)
    money = ["recover", "reverse", *(["recover"] * len([part for part in (first, owed - first) if part]))]
    moves = ["release", "accept", "ask_institution", "statement", "submit", "return", "submit", "confirm", *money,
             "archive"]  # fmt: skip
    receiver.wait_for(len(moves))
    taken = {request.key: request for request in receiver.received}
    by_sequence = sorted((request.said for request in taken.values()), key=lambda said: said["sequence"])
    assert [said["type"] for said in by_sequence] == [f"case.{move}" for move in moves]
    assert all(verify(secret, request.headers[HEADER.lower()], request.body, book.now()) for request in taken.values())
    assert len(receiver.received) > len(moves)
    assert verify_events(book.engine) is None
