"""In a real browser: one agency asks, another answers, each in a session of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from dashboards.conftest import Server
from dashboards.seed import LEAD, PASSWORD
from playwright.sync_api import Browser, Page, expect

from lianshen.cases import services
from lianshen.cases.filters import CaseFilter
from lianshen.cases.services import inquiry_reading
from lianshen.cases.store import Casebook

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
ASKED = "请核实该参保人住院期间异地就医备案是否有效。"
ANSWER = "经核查，该参保人备案自十一月一日起有效，就医地相符。"


@pytest.fixture
def open_as(chromium: Browser, server: Server) -> Iterator[Open]:
    """Return a function that signs in and opens a page at 1366×768; what a page complains of is collected."""
    contexts = []

    def enter(login: str, path: str, **options: Any) -> Page:
        context = chromium.new_context(locale="zh-CN", viewport={"width": 1366, "height": 768}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.troubles = []
        page.on("pageerror", lambda error: page.troubles.append(str(error)))
        page.on("console", lambda said: said.type == "error" and page.troubles.append(said.text))
        page.goto(f"{server.url}/login?next={path.replace('&', '%26')}")
        page.fill("#login", login)
        page.fill("#password", PASSWORD)
        page.click("button")
        page.wait_for_selector("#shell")
        return page

    yield enter
    for context in contexts:
        context.close()


@pytest.fixture
def case(book: Casebook) -> dict[str, Any]:
    """Return a case that Mianyang works on, of a person insured in Bazhong."""
    f = CaseFilter(state=("accepted", "returned"), region=("510700",), insured=("511900",))
    return dict(services.list_cases(LEAD, book, f)["items"][0])


def fits(page: Page) -> bool:
    """Return whether nothing has to be scrolled sideways."""
    return bool(
        page.evaluate("document.querySelector('main').scrollWidth <= document.querySelector('main').clientWidth")
    )


def test_a_query_is_asked_on_the_case_answered_in_another_session_and_closed_by_the_asker(
    open_as: Open, book: Casebook, case: dict[str, Any]
) -> None:
    asker = open_as("mianyang", f"/cases/{case['case_no']}")
    asker.click("#inquiries-card a:has-text('向参保地核实')")
    asker.wait_for_selector("#ask")
    asker.fill("#ask textarea", "短")
    asker.click("#ask-send")
    expect(asker.locator("#ask-said")).to_contain_text("至少 10 个字")
    asker.fill("#ask textarea", ASKED)
    asker.click("#ask-send")
    asker.wait_for_url("**/inquiries/HS*")
    number = asker.url.rsplit("/", 1)[1]
    expect(asker.locator("#inquiry-head")).to_contain_text("绵阳市 → 巴中市")
    assert fits(asker)

    answerer = open_as("bazhong", "/inquiries")
    expect(answerer.locator("#unread")).not_to_be_empty()
    answerer.click(f"a:has-text('{number}')")
    answerer.fill("#inquiry-side textarea", ANSWER)
    answerer.click("#inquiry-side button:has-text('答复')")
    expect(answerer.locator("#inquiry-side [role=alert]")).to_contain_text("须选择结果")
    assert answerer.input_value("#inquiry-side textarea") == ANSWER
    answerer.click("#inquiry-side label:has-text('情况不属实')")
    answerer.click("#inquiry-side button:has-text('答复')")
    expect(answerer.locator("#done")).to_contain_text("已答复")
    expect(answerer.locator("#inquiry-answer")).to_contain_text(ANSWER)

    with answerer.expect_file_chooser() as chooser:
        answerer.click("#inquiry-files [data-upload=letter]")
    chooser.value.set_files({"name": "备案截图.png", "mimeType": "image/png", "buffer": PNG})
    expect(answerer.locator("#inquiry-files")).to_contain_text("备案截图.png")

    # The asker still looks at the inquiry as it was, types, and is told what happened.
    asker.fill("#inquiry-side textarea", "已不需要")
    asker.click("#inquiry-side button:has-text('撤回')")
    expect(asker.locator("#inquiry-side [role=alert]")).to_contain_text("已被更新：巴中经办")
    assert asker.input_value("#inquiry-side textarea") == "已不需要"
    asker.click("#inquiry-side button:has-text('办结')")
    expect(asker.locator("#done")).to_contain_text("已办结")
    assert inquiry_reading.get_inquiry(LEAD, book, number)["state"] == "closed"
    assert services.get_case(LEAD, book, case["case_no"])["state"] == case["state"]
    asker.goto(asker.url.split("/inquiries")[0] + f"/cases/{case['case_no']}")
    expect(asker.locator("#inquiries-card")).to_contain_text(number)
    expect(asker.locator("#history")).to_contain_text("参保地核实：答复")
    assert asker.troubles == answerer.troubles == []


def test_an_objection_is_taken_in_explained_from_the_computation_and_upheld(
    open_as: Open, book: Casebook, case: dict[str, Any]
) -> None:
    setl_id = services.get_case(LEAD, book, case["case_no"])["setl_ids"][0]
    page = open_as("bazhong", "/inquiries?tab=objection")
    page.click("a:has-text('登记异议')")
    page.fill("#search-setl", setl_id)
    page.click("button:has-text('查找结算')")
    expect(page.locator("#ask")).to_contain_text("绵阳模拟中心医院")
    page.click("#ask label:has-text('备案认定')")
    page.fill("#ask textarea", "本人已办理长期居住备案，请求复核。")
    page.click("#ask-send")
    page.wait_for_url("**/inquiries/YY*")
    expect(page.locator("#inquiry-main")).to_contain_text("结算是怎样算出来的")
    page.click("#inquiry-side button:has-text('受理') >> nth=0")
    expect(page.locator("#done")).to_contain_text("办理中")
    assert "该笔结算按以下步骤计算" in page.input_value("#inquiry-side textarea")
    page.click("#inquiry-side button:has-text('解释说明')")
    expect(page.locator("#done")).to_contain_text("已解释")
    page.fill("#inquiry-side textarea", "备案类型已更正，按长期居住重算。")
    page.fill("#inquiry-side label:has-text('重算后基金支付') input", "12,345.67")
    page.click("#inquiry-side button:has-text('登记重算')")
    expect(page.locator("#done")).to_contain_text("已重算")
    page.fill("#inquiry-side textarea", "备案类型录入有误，应予更正并补付。")
    page.click("#inquiry-side label:has-text('异议成立')")
    page.click("#inquiry-side button:has-text('认定成立')")
    expect(page.locator("#inquiry-head")).to_contain_text("已决定：异议成立")
    expect(page.locator("#inquiry-answer")).to_contain_text("12,345.67")
    assert page.troubles == []

    treating = open_as("mianyang", "/notices?unread=true")
    told = f"参保人异议成立，结算 {setl_id} 须更正并重新结算"
    row = treating.locator("#notices tr", has_text=told)
    expect(treating.locator("#unread")).not_to_be_empty()
    before = int(treating.inner_text("#unread"))
    row.get_by_role("button").click()
    expect(row).to_have_count(0)
    expect(treating.locator("#unread")).to_have_text(str(before - 1))
    assert treating.troubles == []


def test_filters_and_search_are_in_the_address_and_nothing_scrolls_sideways(
    open_as: Open, case: dict[str, Any]
) -> None:
    page = open_as("bazhong", "/inquiries")
    assert fits(page)
    page.click(".pick-line a:has-text('即将到期')")
    expect(page.locator(".pick-line a.on")).to_contain_text(["不限", "即将到期", "不限"])
    assert page.url.endswith("/inquiries?tab=in&due=soon")
    page.fill("#search-q", "备案")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("[&]q="))
    page.reload()
    assert page.input_value("#search-q") == "备案"
    expect(page.locator("#inquiries")).to_contain_text("没有符合条件的协同事项")
    page.goto(page.url.split("/inquiries")[0] + "/queue?side=insured")
    page.wait_for_selector("#pane [data-case]")
    assert page.locator(".bar [data-act]").count() == 0
    page.keyboard.press("Enter")
    expect(page.locator("#inquiries-card")).to_contain_text("委托就医地协查")
    assert fits(page)
    page.goto(page.url.split("/cases")[0] + "/inquiries/HS20260101-AAAAAA")
    expect(page.locator("#not-found")).to_contain_text("协同事项不存在")
    assert page.troubles == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_can_be_read_by_everybody(open_as: Open, book: Casebook, case: dict[str, Any], scheme: str) -> None:
    page = open_as("bazhong", "/inquiries", color_scheme=scheme, bypass_csp=True)
    base = page.url.split("/inquiries")[0]
    setl_id = services.get_case(LEAD, book, case["case_no"])["setl_ids"][0]
    for path in (
        "/inquiries",
        "/inquiries?tab=objection",
        "/inquiries/HS20260101-AAAAAA",
        "/notices",
        f"/ask?kind=objection&setl={setl_id}",
        "/queue?side=insured",
        f"/cases/{case['case_no']}",
    ):
        page.goto(base + path)
        page.wait_for_selector("#main > div > div > *")
        page.wait_for_timeout(800)
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa"]}).response["violations"]
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == [], path
