"""The administrators' page of agencies' systems: what is told where, what failed, pausing and sending again."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from dashboards.conftest import SignIn, callback_with
from dashboards.seed import LEAD
from dashboards.systems import SECURITY
from dashboards.test_insight_pages import open_page
from starlette.testclient import TestClient

from lianshen.cases import services
from lianshen.cases.addresses import Reach
from lianshen.cases.filters import CaseFilter
from lianshen.cases.services import outbox, webhooks
from lianshen.cases.store import Casebook

PATH = "/admin/webhooks"


def press(client: TestClient, action: str, number: int) -> str:
    """Post to Dash what a button would, whatever the page shows; return the answer as text."""
    known = callback_with(client, "webhooks-said.children")
    one = {"hook": str(number), "do": action}
    body: dict[str, Any] = {
        "output": known["output"],
        "outputs": [{"id": name, "property": "children"} for name in ("webhooks-said", "webhooks-lists")],
        "inputs": [[{"id": one, "property": "n_clicks", "value": 1}]],
        "state": [],
        "changedPropIds": [json.dumps(one, separators=(",", ":"), sort_keys=True) + ".n_clicks"],
    }
    answer = client.post("/_dash-update-component", json=body)
    assert answer.status_code == 200, answer.text
    return json.dumps(answer.json(), ensure_ascii=False)


def give_up(book: Casebook) -> int:
    """Register a system of Mianyang, release a case to it and let the delivery die; return the webhook's number."""
    made = webhooks.add_webhook(SECURITY, book, "510700", "https://his.example.cn/lianshen", Reach())
    new = services.list_cases(LEAD, book, CaseFilter(state=("new",), region=("510700",)), 0, 1)["items"][0]
    services.transition(LEAD, book, new["case_no"], "release", new["version"])
    taken = outbox.take(book, made.id, timedelta(seconds=30))
    assert taken is not None
    outbox.note_failed(book, taken, "status 503", None)
    return made.id


def test_only_administrators_see_where_agencies_systems_are_told(sign_in: SignIn, book: Casebook) -> None:
    number = give_up(book)
    for login in ("shenhe", "fuze", "mianyang", "guanli"):
        page = open_page(sign_in(login), PATH)
        assert "只有系统、安全、审计三类管理员可以查看接口推送" in page
        assert "his.example.cn" not in page
        assert "his.example.cn" not in press(sign_in(login), "pause", 1)
    for login in ("xitong", "anquan", "shenji"):
        page = open_page(sign_in(login), PATH)
        assert "https://his.example.cn/lianshen" in page
        assert "绵阳市" in page
        assert "status 503" in page
        assert "SC2026" not in page
        assert (f"暂停 {number}" in page) is (login != "shenji")


def test_the_system_administrator_pauses_goes_on_and_sends_again(sign_in: SignIn, book: Casebook) -> None:
    number = give_up(book)
    system = sign_in("xitong")
    assert "已暂停" in press(system, "pause", number)
    assert webhooks.list_webhooks(SECURITY, book)[0]["paused_at"] is not None
    assert "1 件推送将以原来的键值重发" in press(system, "replay", number)
    assert outbox.hooks_due(book) == []
    assert "已恢复" in press(system, "resume", number)
    assert outbox.hooks_due(book) == [number]
    assert "没有未送达的推送" in open_page(system, PATH)


def test_an_auditor_reads_and_does_nothing_and_what_is_not_there_is_refused(sign_in: SignIn, book: Casebook) -> None:
    number = give_up(book)
    assert "不能管理推送地址" in press(sign_in("shenji"), "pause", number)
    assert webhooks.list_webhooks(SECURITY, book)[0]["paused_at"] is None
    assert "不存在或已移除" in press(sign_in("xitong"), "pause", number + 1)
    assert "没有这个操作" in press(sign_in("xitong"), "fly", number)


def test_a_house_without_systems_is_told_how_to_register_one(sign_in: SignIn) -> None:
    assert "还没有登记推送地址" in open_page(sign_in("xitong"), PATH)
