"""The queue in a real browser: views, the whole of a filter, result by result, the network, small and dark screens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from dashboards.browsing import Open, opener, until, wait_settled
from dashboards.conftest import Server
from dashboards.seed import LEAD, PASSWORD
from playwright.sync_api import Browser, Page, expect

from lianshen.cases import services
from lianshen.cases.domain import Principal
from lianshen.cases.filters import CaseFilter
from lianshen.cases.services import views
from lianshen.cases.store import Casebook

pytestmark = pytest.mark.browser
SHENHE2 = Principal(2, "shenhe2", "吴审核", "reviewer")
SHENHE = Principal(1, "shenhe", "周审核", "reviewer")
MOVED_ON = """(() => { const shown = document.querySelector('#pane [data-case]')?.dataset.case;
    return shown && shown !== 'CASE' && shown === lianshen.queue.focus?.data.case_no; })()"""


@pytest.fixture
def open_as(chromium: Browser, server: Server) -> Iterator[Open]:
    """Yield a function that signs in and opens a page."""
    with opener(chromium, server) as enter:
        yield enter


def every(book: Casebook, **wanted: Any) -> list[dict[str, Any]]:
    return list(services.list_cases(LEAD, book, CaseFilter(**wanted), 0, 500)["items"])


def test_over_twenty_fast_actions_highlight_pane_and_target_are_the_same_case(open_as: Open, book: Casebook) -> None:
    page = open_as("shenhe", "/queue?state=new")
    wait_settled(page)
    before = {case["case_no"] for case in every(book, state=("new",))}
    meant: list[str] = []
    for turn in range(20):
        for _ in range(turn % 3):
            page.keyboard.press("j")
        shown = wait_settled(page)
        meant.append(shown)
        page.keyboard.press("r")
        until(page, MOVED_ON.replace("CASE", shown))
    now = {case["case_no"] for case in every(book, state=("new",))}
    assert before - now == set(meant)
    assert len(meant) == len(set(meant)) == 20
    assert page.troubles == []


ADDRESSES = {
    "state=closed": "state", "rule=AD-01": "rule", "region=510100,510700": "region", "level=02": "level",
    "severity=3": "severity", "due=overdue": "due", "min_amount=500": None, "q=模拟人民医院": None,
    "unrecovered=true": None, "insured=510100": None, "since=2026-10-01&until=2026-11-01": None,
    "decision=confirmed": None, "state=new&sort=-discharge": "state",
}  # fmt: skip
"""Addresses of the queue, and the chip that shows what each asks for."""


def test_an_address_gives_the_same_rows_chips_and_counts_again(open_as: Open, book: Casebook) -> None:
    page = open_as("shenhe", "/me")
    base = page.url.split("/me")[0]
    for query, chip in ADDRESSES.items():
        expected = services.list_cases(LEAD, book, CaseFilter.strict(query))
        seen = []
        for _ in range(2):
            # The second time from what the page itself wrote into the address.
            page.goto(f"{base}/queue?{query}" if not seen else page.url)
            assert wait_settled(page) == expected["items"][0]["case_no"], query
            expect(page.locator("#count")).to_contain_text(f"共 {expected['total']:,} 件")
            if chip:
                expect(page.locator(f"#chip-{chip} summary")).to_have_class("on")
            until(page, "document.querySelector('[role=tab] .count')?.textContent")
            assert CaseFilter.from_query(page.url.split("?")[1]) == (CaseFilter.strict(query), [])
            seen.append(page.locator(".views").inner_text())
        assert seen[0] == seen[1], query
    assert page.troubles == []


def test_each_tab_shows_as_many_cases_as_it_says(open_as: Open) -> None:
    page = open_as("fuze", "/queue")
    wait_settled(page)
    until(page, "document.querySelector('#view-all .count')?.textContent")
    for tab in page.locator(".views button").all():
        number = tab.locator(".count").inner_text()
        tab.click()
        expect(tab).to_have_attribute("aria-selected", "true")
        expect(page.locator("#count")).to_contain_text(f"共 {number} 件" if number != "0" else "没有符合条件")


def test_a_view_is_saved_made_the_beginning_of_the_day_and_opened_from_the_start_page(
    open_as: Open, book: Casebook
) -> None:
    page = open_as("shenhe", "/queue?state=submitted&severity=2")
    wait_settled(page)
    page.click("#chip-views summary")
    expect(page.locator("#view-list")).to_contain_text("还没有保存的视图")
    page.fill("#view-name", "中风险待确认")
    page.click("#view-save")
    expect(page.locator("#view-list .name")).to_have_text("中风险待确认")
    assert views.list_views(SHENHE, book)[0]["query"] == "state=submitted&severity=2"
    page.click("#view-list .star")
    expect(page.locator("#view-list .star.on")).to_be_visible()
    page.goto(page.url.split("/queue")[0] + "/")
    page.wait_for_url("**/queue?state=submitted&severity=2")
    wait_settled(page)
    page.click("#chip-views summary")
    page.click("#view-list button[aria-label*='删除']")
    expect(page.locator("#view-list")).to_contain_text("还没有保存的视图")
    assert views.list_views(SHENHE, book) == []


def test_every_case_of_a_filter_is_released_and_each_is_told(open_as: Open, book: Casebook) -> None:
    wanted = every(book, state=("new",), region=("510700",), severity=(1, 2))
    page = open_as("shenhe", "/queue?state=new&region=510700&severity=1,2")
    wait_settled(page)
    page.keyboard.press("s")
    expect(page.locator("#selection")).to_contain_text(f"全部 {len(wanted)} 件")
    page.keyboard.press("r")
    expect(page.locator("dialog#many h2")).to_have_text(f"对全部 {len(wanted)} 件执行“下发”？")
    page.click("[data-many=do]")
    expect(page.locator("#toast")).to_contain_text(f"已下发 {len(wanted)} 件")
    page.click("#toast button:has-text('明细')")
    expect(page.locator("#result-list a")).to_have_count(len(wanted))
    assert {services.get_case(LEAD, book, case["case_no"])["state"] for case in wanted} == {"released"}
    assert page.troubles == []


def test_the_whole_of_a_filter_is_refused_when_its_number_moved(open_as: Open, book: Casebook) -> None:
    wanted = every(book, state=("new",), region=("510100",), severity=(1, 2))
    page = open_as("shenhe", "/queue?state=new&region=510100&severity=1,2")
    wait_settled(page)
    page.click("#choose-all")
    services.transition(LEAD, book, wanted[-1]["case_no"], "release", wanted[-1]["version"])
    page.keyboard.press("r")
    page.click("[data-many=do]")
    expect(page.locator("#toast .bad")).to_contain_text(f"从 {len(wanted)} 件变为 {len(wanted) - 1} 件")
    states = {services.get_case(LEAD, book, case["case_no"])["state"] for case in wanted[:-1]}
    assert states == {"new"}


def test_of_several_selected_one_that_another_moved_is_named(open_as: Open, book: Casebook) -> None:
    page = open_as("shenhe", "/queue?state=new&severity=2")
    taken = wait_settled(page)
    for key in ("x", "j", "x", "j", "x"):
        page.keyboard.press(key)
    expect(page.locator("#selection")).to_contain_text("已选 3 件")
    case = services.get_case(LEAD, book, taken)
    services.transition(LEAD, book, taken, "drop", case["version"], reason="edge")
    page.keyboard.press("r")
    expect(page.locator("#toast")).to_contain_text("已下发 2 件；1 件已被他人处理，未改动")
    page.click("#toast button:has-text('明细')")
    expect(page.locator("#result-list section").first).to_contain_text(taken)


def test_undo_works_within_its_time_and_is_gone_afterwards(open_as: Open, book: Casebook) -> None:
    page = open_as("shenhe", "/queue?state=new&severity=2")
    first = wait_settled(page)
    page.clock.install()
    page.keyboard.press("r")
    expect(page.locator("#toast")).to_contain_text("已下发 1 件")
    page.clock.fast_forward(7_000)
    expect(page.locator("#toast .toast")).to_have_count(1)
    page.clock.fast_forward(2_000)
    expect(page.locator("#toast .toast")).to_have_count(0)
    page.keyboard.press("z")
    page.clock.run_for(500)
    assert services.get_case(LEAD, book, first)["state"] == "released"


def test_the_network_comes_back_and_so_do_the_rows_without_anything_lost(open_as: Open) -> None:
    page = open_as("shenhe", "/queue?state=new")
    wait_settled(page)
    page.context.set_offline(True)
    page.evaluate("dash_clientside.set_props('f-severity', {value: ['2']})")
    expect(page.locator("#count")).to_contain_text("网络中断，正在等待恢复")
    page.context.set_offline(False)
    wait_settled(page)
    expect(page.locator("#count")).to_contain_text("共 ")
    assert page.url.endswith("state=new&severity=2")


def test_a_case_that_leaves_ones_scope_while_it_is_worked_on_keeps_what_was_typed(
    open_as: Open, book: Casebook
) -> None:
    case = next(one for one in every(book, state=("released",), region=("510700",)) if not one["county"])
    page = open_as("mianyang", f"/cases/{case['case_no']}")
    page.wait_for_selector("#side button:has-text('签收')")
    services.transition(LEAD, book, case["case_no"], "withdraw", case["version"], text="误发")
    page.click("#side button:has-text('签收')")
    expect(page.locator("#main")).to_contain_text("管辖范围")


def test_the_insured_region_reads_result_and_summary_and_nothing_else(open_as: Open, book: Casebook) -> None:
    viewer = Principal(9, "bazhong", "巴中经办", "handler", "511900", sees_insured=True)
    found = services.list_cases(viewer, book, CaseFilter(side="insured"))
    page = open_as("bazhong", "/queue")
    page.click("#view-insured")
    page.wait_for_url("**/queue?side=insured")
    wait_settled(page)
    expect(page.locator("#count")).to_contain_text(f"共 {found['total']} 件")
    expect(page.locator("#pane")).to_contain_text("认定金额")
    expect(page.locator("#pane .why-short")).to_have_count(0)
    expect(page.locator(".bar [data-act]")).to_have_count(0)
    assert page.troubles == []


def test_ones_own_page_changes_password_and_ends_other_sessions(open_as: Open, book: Casebook) -> None:
    services.sign_in(book, "shenhe2", PASSWORD)
    page = open_as("shenhe2", "/me")
    expect(page.locator("#me-sessions tbody tr")).to_have_count(2)
    page.click("#me-sessions-end")
    expect(page.locator("#me-sessions-said")).to_contain_text("已退出其他 1 处登录")
    for name, text in (("old", PASSWORD), ("new", "a-new-and-long-one"), ("again", "another-one-here")):
        page.fill(f"#me-{name}", text)
    page.click("#me-password-do")
    expect(page.locator("#me-password-said")).to_contain_text("不一致")
    page.fill("#me-again", "a-new-and-long-one")
    page.click("#me-password-do")
    expect(page.locator("#me-password-said")).to_contain_text("密码已修改")
    assert services.sign_in(book, "shenhe2", "a-new-and-long-one").principal.login == "shenhe2"
    views.save_view(SHENHE2, book, "乙", "state=submitted")
    page.reload()
    page.click(".me .row button:has-text('乙')")
    expect(page.locator("#me-view-said")).to_contain_text("已保存")
    assert views.default_query(SHENHE2, book) == "state=submitted"
    page.click("[data-theme-choice=dark]")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    expect(page.locator("[data-theme-choice=dark]")).to_have_attribute("aria-pressed", "true")
    assert page.troubles == []


def test_columns_are_those_of_the_view(open_as: Open) -> None:
    page = open_as("fuze", "/queue?state=new")
    wait_settled(page)

    def shown() -> list[str]:
        api = "dash_ag_grid.getApi('grid')"
        ids: list[str] = page.evaluate(f"{api}.getAllDisplayedColumns().map((column) => column.getColId())")
        return ids

    assert not {"due_at", "assignee", "decision", "recovered"} & set(shown())
    page.click("#view-working")
    until(page, "lianshen.queue.query === 'state=accepted,returned'")
    wait_settled(page)
    assert shown().index("due_at") == shown().index("severity") + 1
    page.click("#view-closed")
    until(page, "lianshen.queue.query === 'state=closed'")
    wait_settled(page)
    at = shown().index("at_issue")
    assert shown()[at + 1 : at + 4] == ["decision", "determined", "recovered"]
    expect(page.locator(".bar [data-act=release]")).to_be_hidden()


def axe_troubles(page: Page) -> list[str]:
    """Return the violations of WCAG 2 A and AA, each with where it is."""
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
    return [
        f"{one['id']}: {node['target']} {node['html'][:120]}"
        for one in found.response["violations"]
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_breaks_the_rules_of_accessibility(open_as: Open, book: Casebook, scheme: str) -> None:
    case_no = every(book, state=("submitted",))[0]["case_no"]
    page = open_as("fuze", "/me", color_scheme=scheme, bypass_csp=True)
    base = page.url.split("/me")[0]
    troubles = {}
    for path in ("/me", "/queue?state=new", "/queue?q=nothing-like-this", f"/cases/{case_no}", "/overview", "/runs",
                 "/rules", "/rules/PL-04", "/regions/510700", "/institutions", "/models", "/inquiries", "/reports",
                 "/notices", "/no-such-page"):  # fmt: skip
        page.goto(base + path)
        page.wait_for_selector("#main > div > div > *")
        page.wait_for_timeout(700)
        for chip in ("region", "due") if path == "/queue?state=new" else ():
            page.click(f"#chip-{chip} summary")
            if found := axe_troubles(page):
                troubles[f"{path}, {chip}"] = found
        if found := axe_troubles(page):
            troubles[path] = found
    assert troubles == {}
