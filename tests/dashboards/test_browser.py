"""In a real browser: the day of a reviewer and a handler, and what must hold on every page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from dashboards.browsing import Open, opener, until, wait_settled
from dashboards.conftest import Server
from dashboards.seed import CONCLUSION, LEAD, PASSWORD
from playwright.sync_api import Browser, Page, expect

from lianshen.cases import services
from lianshen.cases.filters import CaseFilter
from lianshen.cases.store import Casebook

pytestmark = pytest.mark.browser
PAGES = (
    "/queue?state=new",
    "/queue?q=nothing-like-this",
    "/overview",
    "/runs",
    "/runs/2026-11-20",
    "/rules",
    "/rules/PL-04",
    "/cases/SC20260101-AAAAAA",
    "/no-such-page",
)


@pytest.fixture
def open_as(chromium: Browser, server: Server) -> Iterator[Open]:
    """Yield a function that signs in and opens a page; every page's errors and foreign requests are collected."""
    with opener(chromium, server) as enter:
        yield enter


def test_a_suspicion_goes_from_the_queue_to_its_confirmation(open_as: Open, book: Casebook) -> None:
    queue = "/queue?state=new&region=510700&severity=1,2"
    reviewer = open_as("shenhe", queue)
    first = wait_settled(reviewer)
    reviewer.keyboard.press("j")
    until(reviewer, f"document.querySelector('#pane [data-case]')?.dataset.case !== '{first}'")
    second = wait_settled(reviewer)
    reviewer.keyboard.press("k")
    until(reviewer, f"document.querySelector('#pane [data-case]')?.dataset.case === '{first}'")
    assert wait_settled(reviewer) == first != second

    reviewer.keyboard.press("r")
    expect(reviewer.locator("#toast")).to_contain_text("已下发 1 件")
    assert services.get_case(LEAD, book, first)["state"] == "released"
    assert wait_settled(reviewer) == second
    reviewer.keyboard.press("z")
    expect(reviewer.locator("#toast")).to_contain_text("已撤销 1 件")
    assert services.get_case(LEAD, book, first)["state"] == "new"
    assert wait_settled(reviewer) == first

    reviewer.keyboard.press("Enter")
    reviewer.wait_for_selector(".case-head")
    reviewer.fill("#side textarea", "请核对原始病历。")
    reviewer.click("#side button:has-text('下发')")
    expect(reviewer.locator("#done")).to_contain_text("待签收")

    handler = open_as("mianyang", f"/cases/{first}")
    handler.click("#side button:has-text('签收')")
    expect(handler.locator("#done")).to_contain_text("核查中")
    enter_amount(handler, 0, "0")
    expect(handler.locator("#line-message")).to_contain_text("请选择理由")
    limits = [line["at_most"] for line in services.get_lines(LEAD, book, first)]
    for index, limit in enumerate(limits):
        enter_amount(handler, index, f"{limit // 100}.{limit % 100:02d}")
    expect(handler.locator("#progress")).to_contain_text("结论将为：属实")
    handler.fill("#side textarea", CONCLUSION)
    handler.click("#side label:has-text('不值得') >> nth=-1")
    handler.click("#side label:has-text('值得') >> nth=0")
    handler.click("#side button:has-text('提交')")
    expect(handler.locator("#done")).to_contain_text("待确认")

    reviewer.goto(f"{reviewer.url.split('/cases')[0]}/cases/{first}")
    expect(reviewer.locator("#side")).to_contain_text("市州结论：属实")
    reviewer.click("#side button:has-text('确认办结')")
    expect(reviewer.locator("#done")).to_contain_text("已办结")
    closed = services.get_case(LEAD, book, first)
    assert (closed["state"], closed["decision"], closed["determined"]) == ("closed", "confirmed", sum(limits))
    assert reviewer.troubles == handler.troubles == []


def enter_amount(page: Page, row: int, amount: str) -> None:
    """Type an amount into a row of the lines and leave with Enter."""
    page.click(f"#lines .ag-center-cols-container .ag-row[row-index='{row}'] .ag-cell[col-id='determined']")
    page.keyboard.press("Control+a")
    with page.expect_response(re.compile("_dash-update-component")):
        page.keyboard.type(amount)
        page.keyboard.press("Enter")
    page.wait_for_timeout(150)


def test_what_is_highlighted_is_what_the_pane_shows_and_what_the_next_key_does(open_as: Open, book: Casebook) -> None:
    page = open_as("shenhe", "/queue?state=new")
    before = {case["case_no"] for case in services.list_cases(LEAD, book, CaseFilter(state=("new",)), 0, 500)["items"]}
    released: list[str] = []
    wait_settled(page)
    for turn in range(8):
        if turn % 2:
            page.keyboard.press("j")
        page.keyboard.press("r")
        shown = page.locator("#toast .toast")
        expect(shown).to_contain_text("已下发 1 件")
        now = {case["case_no"] for case in services.list_cases(LEAD, book, CaseFilter(state=("new",)), 0, 500)["items"]}
        gone = before - now - set(released)
        assert len(gone) == 1
        released += gone
        page.evaluate("lianshen.clearToast()")
        assert wait_settled(page) not in released
    assert page.troubles == []


def test_a_button_in_the_pane_acts_on_the_panes_case_whatever_is_selected(open_as: Open, book: Casebook) -> None:
    page = open_as("shenhe", "/queue?state=new")
    first = wait_settled(page)
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    page.keyboard.press("k")
    page.keyboard.press("k")
    assert wait_settled(page) == first
    expect(page.locator("#selection")).to_contain_text("已选 2 件")
    page.click("#pane [data-act=release]")
    expect(page.locator("#toast")).to_contain_text("已下发 1 件")
    assert services.get_case(LEAD, book, first)["state"] == "released"


def test_dropping_asks_for_a_reason_and_escape_leaves_everything_as_it_was(open_as: Open, book: Casebook) -> None:
    page = open_as("shenhe", "/queue?state=new&severity=2")
    case_no = wait_settled(page)
    page.keyboard.press("d")
    page.wait_for_selector("dialog#reasons[open]")
    page.keyboard.press("Escape")
    assert services.get_case(LEAD, book, case_no)["state"] == "new"
    page.keyboard.press("d")
    page.wait_for_selector("dialog#reasons[open]")
    page.keyboard.press("2")
    expect(page.locator("#toast")).to_contain_text("已筛除 1 件")
    assert services.get_case(LEAD, book, case_no)["state"] == "dropped"


def test_the_filter_is_in_the_address_and_survives_a_reload_and_the_way_back(open_as: Open) -> None:
    page = open_as("shenhe", "/queue")
    wait_settled(page)
    page.click("#chip-region summary")
    page.click("#chip-region label:has-text('绵阳市')")
    page.click("#chip-severity summary")
    page.click("#chip-severity label:has-text('高')")
    until(page, "location.search === '?region=510700&severity=3'")
    page.wait_for_timeout(600)
    count = page.inner_text("#count")
    page.reload()
    wait_settled(page)
    assert page.inner_text("#count") == count
    expect(page.locator("#chip-region summary")).to_have_text("就医地：绵阳市")
    for _ in range(3):
        page.keyboard.press("j")
    chosen = wait_settled(page)
    page.keyboard.press("Enter")
    page.wait_for_selector(".case-head")
    page.keyboard.press("u")
    page.wait_for_selector("#grid")
    assert wait_settled(page) == chosen
    assert page.url.endswith("/queue?region=510700&severity=3")


def test_an_empty_queue_says_what_to_do(open_as: Open) -> None:
    page = open_as("shenhe", "/queue?q=nothing-like-this")
    expect(page.locator("#no-rows")).to_contain_text("没有符合条件的案件")
    page.click("#no-rows button:has-text('清除筛选')")
    wait_settled(page)
    assert "q=" not in page.url


def test_a_conflict_keeps_what_was_typed(open_as: Open, book: Casebook) -> None:
    case = services.list_cases(LEAD, book, CaseFilter(state=("new",), severity=(2,)), 0, 1)["items"][0]
    page = open_as("shenhe", f"/cases/{case['case_no']}")
    page.fill("#side textarea", "我写的说明")
    page.click("#side button:has-text('筛除')")
    page.click("#side label:has-text('金额过小')")
    services.transition(LEAD, book, case["case_no"], "drop", case["version"], reason="edge")
    services.transition(LEAD, book, case["case_no"], "restore", case["version"] + 1, text="误筛")
    page.click("#form .btn.danger")
    expect(page.locator("#side")).to_contain_text("已被更新：郑负责")
    assert page.input_value("#side textarea") == "我写的说明"
    page.click("#form button:has-text('下发')")
    expect(page.locator("#form [data-action=release]")).to_be_visible()
    assert page.input_value("#side textarea") == "我写的说明"
    page.click("#form button:has-text('下发')")
    expect(page.locator("#done")).to_contain_text("待签收")


def test_a_session_that_ended_leads_to_sign_in_and_back_to_the_same_page(open_as: Open) -> None:
    page = open_as("shenhe", "/queue?state=new")
    wait_settled(page)
    page.context.clear_cookies()
    page.keyboard.press("j")
    page.wait_for_url("**/login?expired=1&next=*")
    expect(page.locator(".said.amber:not(.old)")).to_contain_text("登录已过期")
    page.fill("#login", "shenhe")
    page.fill("#password", PASSWORD)
    page.click("button")
    page.wait_for_url("**/queue?state=new")
    wait_settled(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_stays_at_home_and_within_the_policy(open_as: Open, book: Casebook, scheme: str) -> None:
    page = open_as("shenhe", "/overview", color_scheme=scheme)
    base = page.url.split("/overview")[0]
    some = services.list_cases(LEAD, book, CaseFilter(), 0, 500)["items"]
    kinds = {case["main_rule"]: f"/cases/{case['case_no']}" for case in some}
    for path in (*PAGES, *kinds.values()):
        page.goto(base + path)
        page.wait_for_selector("#main > div > div > *")
        page.wait_for_timeout(500)
        assert page.evaluate("document.documentElement.dataset.theme") == scheme
        assert page.troubles == [], path


@pytest.mark.parametrize("path", ["/queue?state=new", "/overview", "/runs", "case"])
def test_a_small_screen_needs_no_sideways_scrolling(open_as: Open, book: Casebook, path: str) -> None:
    page = open_as("shenhe", "/overview")
    page.set_viewport_size({"width": 1366, "height": 768})
    case_no = services.list_cases(LEAD, book, CaseFilter(state=("new",)), 0, 1)["items"][0]["case_no"]
    page.goto(page.url.split("/overview")[0] + (f"/cases/{case_no}" if path == "case" else path))
    page.wait_for_timeout(1500)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.querySelector('main').scrollWidth <= document.querySelector('main').clientWidth")
    if path == "case":
        expect(page.locator("#side .btn.primary")).to_be_in_viewport()


def test_a_failing_callback_is_said_and_not_swallowed(open_as: Open, book: Casebook, monkeypatch: Any) -> None:
    page = open_as("shenhe", "/queue?state=new")
    wait_settled(page)

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(services, "get_findings", broken)
    page.keyboard.press("j")
    expect(page.locator("#toast .bad")).to_contain_text("操作未完成：RuntimeError")
