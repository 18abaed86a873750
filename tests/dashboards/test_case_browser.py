"""One case in a real browser with all its panels: evidence, forms, money, files, identifiers, archive."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from dashboards.conftest import Server
from dashboards.seed import LEAD, PASSWORD
from playwright.sync_api import Browser, Page, expect

from lianshen.cases import services
from lianshen.cases.filters import CaseFilter
from lianshen.cases.store import Casebook

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
HOME = "510700"
SMALL = {"width": 1366, "height": 768}
PAPER = b"%PDF-1.7\n1 0 obj\n%%EOF"


@pytest.fixture
def open_case(chromium: Browser, server: Server) -> Iterator[Open]:
    """Return a function that signs in and opens a case under the strict policy; errors and requests are collected."""
    contexts = []

    def enter(login: str, case_no: str, theme: str = "light", back: str = "") -> Page:
        context = chromium.new_context(locale="zh-CN", viewport=SMALL)
        contexts.append(context)
        context.add_init_script(f"localStorage.setItem('lianshen-theme', '{theme}')")
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.troubles = []
        page.on("pageerror", lambda error: page.troubles.append(f"error: {error}"))
        page.on("console", lambda told: told.type == "error" and page.troubles.append(f"console: {told.text}"))
        own = urlsplit(server.url).netloc
        page.on(
            "request",
            lambda asked: urlsplit(asked.url).netloc in (own, "") or page.troubles.append(f"foreign: {asked.url}"),
        )
        page.goto(f"{server.url}/login?next=/cases/{case_no}{back}")
        page.fill("#login", login)
        page.fill("#password", PASSWORD)
        page.click("button")
        page.wait_for_selector("#side")
        return page

    yield enter
    for context in contexts:
        context.close()


def some_case(
    book: Casebook, state: str, has: Callable[[dict[str, Any]], object] = bool, **more: Any
) -> dict[str, Any]:
    """Return a case of Mianyang in a state."""
    f = CaseFilter(state=(state,), region=(HOME,), **more)
    return next(case for case in services.list_cases(LEAD, book, f, 0, 100)["items"] if has(case))


def shown(page: Page) -> None:
    """Wait until every picture of the page is drawn and the peers are compared."""
    expect(page.locator("#peers")).not_to_contain_text("正在比较")
    for place in page.locator(".drawing").all():
        expect(place.locator("svg.main-svg").first).to_be_attached()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("state", ["accepted", "closed"])
def test_the_page_fits_and_is_readable_by_everybody(open_case: Open, book: Casebook, state: str, theme: str) -> None:
    page = open_case("mianyang2", some_case(book, state)["case_no"], theme)
    shown(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= SMALL["width"]
    expect(page.locator("#form .form > .buttons:last-child .btn")).to_be_in_viewport()
    for number, title in enumerate(
        ("为何列为疑点", "费用明细与认定", "参保人时间线", "同级对照", "相关案件", "原始结算与复算步骤"), 1
    ):
        expect(page.locator(".section-title").nth(number - 1)).to_contain_text(title)
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]})
    assert found.violations_count == 0, found.generate_report()
    assert page.troubles == []


def test_every_picture_has_words_and_a_table_of_its_numbers(open_case: Open, book: Casebook) -> None:
    page = open_case("mianyang2", some_case(book, "accepted", rule=("PL-11",))["case_no"])
    shown(page)
    plots = page.locator("figure.plot")
    assert plots.count() >= 2
    for plot in plots.all():
        assert len(plot.get_attribute("aria-label") or "") > 6
    tables = page.locator("details.data")
    assert tables.count() == plots.count()
    for table in tables.all():
        table.locator("summary").click()
        assert table.locator("tbody tr").count() > 0


def test_files_money_identifiers_and_archive_on_one_case(open_case: Open, book: Casebook, tmp_path: Path) -> None:
    case = some_case(book, "closed", lambda case: (case["determined"] or 0) > 500)
    number = case["case_no"]
    page = open_case("mianyang2", number)
    paper = tmp_path / "病历.pdf"
    paper.write_bytes(PAPER)
    with page.expect_file_chooser() as chooser:
        page.click("#drop-files [data-upload=record]")
    chooser.value.set_files(paper)
    expect(page.locator("#files li")).to_contain_text("病历.pdf")
    with page.expect_download() as saved:
        page.click("#files li a")
    assert Path(saved.value.path()).read_bytes() == PAPER
    wrong = tmp_path / "程序.pdf"
    wrong.write_bytes(b"MZ\x90")
    with page.expect_file_chooser() as chooser:
        page.click("#drop-files [data-upload=other]")
    chooser.value.set_files(wrong)
    expect(page.locator("#toast")).to_contain_text("不是可接收的类型")
    assert page.locator("#files li").count() == 1

    page.click("#side .ledger summary:has-text('登记追回')")
    page.fill("""[id='{"field":"amount"}']""", "2.00")
    page.fill("""[id='{"field":"voucher"}']""", "K-2026-1")
    page.fill("""[id='{"field":"cycle"}']""", "2026-11")
    page.click("""[id='{"do":"recover"}']""")
    expect(page.locator("#done")).to_contain_text("已登记追回")
    expect(page.locator("#case-head .amounts")).to_contain_text("已追回")
    expect(page.locator(".entries li")).to_contain_text("K-2026-1")

    page.fill("#form textarea", "余款按月在清算中扣回。")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#done")).to_contain_text("已归档")
    page.click(".archive summary")
    expect(page.locator(".archive tbody tr")).to_have_count(len(services.get_archive(LEAD, book, number)))
    with page.expect_download() as saved:
        page.click("a:has-text('下载案卷 ZIP')")
    assert saved.value.suggested_filename == f"{number}.zip"
    troubles = [one for one in page.troubles if "422" not in one]
    assert troubles == []


def test_full_identifiers_vanish_after_a_minute(open_case: Open, book: Casebook) -> None:
    case = some_case(book, "accepted")
    page = open_case("mianyang2", case["case_no"])
    page.clock.install()
    page.click("summary:has-text('查看完整编号')")
    page.fill("#unmask-why", "与机构核对参保人身份")
    page.click("#unmask-show")
    expect(page.locator("#unmasked")).to_contain_text(case["person"])
    expect(page.locator("#history")).to_contain_text("与机构核对参保人身份")
    page.clock.run_for(61_000)
    expect(page.locator("#unmasked")).to_have_count(0)
    assert case["person"] not in page.inner_text(".case-main")


def test_a_case_that_left_while_somebody_typed_gives_back_the_text(open_case: Open, book: Casebook) -> None:
    case = some_case(book, "released")
    page = open_case("mianyang2", case["case_no"])
    page.click("#form button:has-text('非本辖区')")
    page.fill("#form textarea", "协议由成都市签订")
    services.transition(LEAD, book, case["case_no"], "withdraw", case["version"], text="需要补充证据")
    page.click("#form .btn.danger")
    expect(page.locator("#side")).to_contain_text("案件已移出您的管辖范围")
    expect(page.locator("#side")).to_contain_text("协议由成都市签订")


def test_the_cases_before_and_after_are_one_key_away(open_case: Open, book: Casebook) -> None:
    f = CaseFilter(state=("accepted",), region=(HOME,))
    numbers = [case["case_no"] for case in services.list_cases(LEAD, book, f, 0, 3)["items"]]
    page = open_case("mianyang2", numbers[0], back="%3Fback=state%3Daccepted")
    expect(page.locator("#walk-before")).to_have_count(0)
    page.click("#case-head h1")
    page.wait_for_selector("#walk-after")
    page.keyboard.press("j")
    expect(page.locator("#case-head")).to_contain_text(numbers[1])
    page.wait_for_selector("#walk-before")
    page.keyboard.press("k")
    expect(page.locator("#case-head")).to_contain_text(numbers[0])
