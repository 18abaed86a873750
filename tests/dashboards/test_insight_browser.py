"""Overview, institutions and accounts in a browser: a mark leads to its cases, and roles are given by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from cases.snapshots import publish_some
from dashboards.conftest import Server
from dashboards.kinds import RULE_NAMES
from dashboards.seed import LEAD, PASSWORD
from dashboards.synthetic import fill, warehouse
from fastapi import FastAPI

from lianshen.cases import services
from lianshen.cases.filters import CaseFilter
from lianshen.cases.services import accounts
from lianshen.cases.store import Casebook
from lianshen.rules.catalogue import rule_texts
from lianshen_dashboards.app import create_app

pytestmark = pytest.mark.browser
Enter = Callable[[str, str], Any]


@pytest.fixture
def app(book: Casebook, tmp_path: Path) -> FastAPI:
    with warehouse() as con:
        fill(con, 189)
        published = publish_some(con, tmp_path / "published")
    return create_app(book, published, RULE_NAMES, rule_texts())


@pytest.fixture
def enter(server: Server, chromium: Any) -> Iterator[Enter]:
    """Return a function that signs in under a name and opens a page."""
    opened = []

    def sign_in(login: str, path: str) -> Any:
        context = chromium.new_context(viewport={"width": 1366, "height": 768}, bypass_csp=True)
        opened.append(context)
        page = context.new_page()
        page.goto(f"{server.url}/login")
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/login" not in url)
        page.goto(server.url + path)
        page.wait_for_selector("#_pages_content .page", timeout=30_000)
        return page

    yield sign_in
    for context in opened:
        context.close()


def test_a_bar_of_the_deadlines_leads_to_just_those_cases(enter: Enter, book: Casebook) -> None:
    page = enter("guanli", "/overview")
    page.wait_for_selector(".plot .barlayer .point", state="attached", timeout=30_000)
    late = services.list_cases(LEAD, book, CaseFilter(due="overdue"), 0, 1)["total"]
    assert late
    page.locator("a.kpi").nth(2).click()
    page.wait_for_url("**/queue?due=overdue")
    page.wait_for_selector(".ag-center-cols-container .ag-row")
    page.go_back()
    page.wait_for_selector(".plot .barlayer .point", state="attached", timeout=30_000)
    page.wait_for_timeout(300)
    bars = page.locator(".plot .barlayer .trace").last.locator(".point path").all()
    boxes = [box for bar in bars if (box := bar.bounding_box()) and box["width"] > 8]
    page.mouse.wheel(0, boxes[0]["y"] - 300)
    page.wait_for_timeout(300)
    box = next(box for bar in bars if (box := bar.bounding_box()) and box["width"] > 8)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url("**/queue?region=*")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366


def test_the_numbers_of_every_plot_stand_in_a_table_and_axe_finds_nothing(enter: Enter) -> None:
    page = enter("guanli", "/overview")
    page.wait_for_selector(".plot svg.main-svg", timeout=30_000)
    tables = page.locator("details.data")
    assert tables.count() == page.locator("figure.plot").count() == 2
    tables.first.locator("summary").click()
    assert "成都市" in tables.first.inner_text()
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]})
    assert found.violations_count == 0, found.generate_report()


def test_institutions_are_found_by_typing_and_opened_by_name(enter: Enter) -> None:
    page = enter("shenhe", "/institutions")
    page.wait_for_selector("#institutions .ag-row a", timeout=30_000)
    page.fill("#institutions-q", "绵阳")
    page.wait_for_timeout(400)
    names = page.locator("#institutions .ag-pinned-left-cols-container a").all_inner_texts()
    assert names
    assert all(name.startswith("绵阳") for name in names)
    page.locator("#institutions .ag-pinned-left-cols-container a").first.click()
    page.wait_for_url("**/institutions/H*")
    page.wait_for_selector("h1:has-text('绵阳')")


def test_a_role_is_given_by_the_security_administrator_with_keys_and_mouse(enter: Enter, book: Casebook) -> None:
    system = enter("xitong", "/admin/users")
    system.get_by_label("用户名").first.fill("deyang01")
    system.get_by_label("姓名").fill("德阳经办")
    system.get_by_label("经办机构").first.fill("德阳")
    system.get_by_role("button", name="新建账号").click()
    system.wait_for_selector(".one-time")
    security = enter("anquan", "/admin/users")
    security.get_by_label("用户名").fill("deyang01")
    security.get_by_role("radio", name="市州经办").click()
    security.get_by_role("button", name="授予").click()
    security.wait_for_selector(".banner.green")
    made = next(user for user in accounts.list_users(services.OPERATOR, book) if user["login"] == "deyang01")
    assert (made["role"], made["agency"]) == ("handler", "510600")
    for page in (system, security):
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]})
        assert found.violations_count == 0, found.generate_report()
