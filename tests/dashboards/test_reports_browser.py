"""Paper in a real browser: the queue's own button, the page of reports, and its downloads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from cases.paper_reading import pdf_text
from dashboards.browsing import Open, opener, wait_settled
from dashboards.conftest import Server
from playwright.sync_api import Browser, expect

pytestmark = pytest.mark.browser


@pytest.fixture
def open_as(chromium: Browser, server: Server) -> Iterator[Open]:
    with opener(chromium, server) as enter:
        yield enter


def test_the_queues_button_takes_out_what_is_shown(open_as: Open, tmp_path: Path) -> None:
    page = open_as("shenhe", "/queue?state=new&severity=3", accept_downloads=True)
    wait_settled(page)
    with page.expect_download() as taken:
        page.click("[data-export]")
    taken.value.save_as(tmp_path / "q.xlsx")
    workbook = openpyxl.load_workbook(tmp_path / "q.xlsx")
    heads = [cell.value for cell in workbook["案件"][1]]
    # This view hides who works on a case and by when.
    assert heads[:3] == ["案件编号", "风险", "涉及基金(元)"]
    assert "经办" not in heads
    assert {row[1].value for row in workbook["案件"].iter_rows(min_row=2)} == {"高"}
    expect(page.locator("#toast")).to_contain_text("审计记录")
    assert page.troubles == []  # type: ignore[attr-defined]


def test_a_manager_goes_from_the_quarter_to_the_month_and_takes_the_bulletin_along(
    open_as: Open, tmp_path: Path
) -> None:
    page = open_as("guanli", "/reports", accept_downloads=True)
    expect(page.locator(".report-head h1")).to_have_text("2026年第四季度考核")
    page.wait_for_selector(".plot .main-svg")
    page.click(".card .row >> text=追回率")
    expect(page.locator(".card .heading h2", has_text="追回率")).to_be_visible()
    page.click("text=2026年11月")
    expect(page.locator(".report-head h1")).to_have_text("2026年11月通报")
    with page.expect_download() as taken:
        page.click("text=下载 PDF")
    taken.value.save_as(tmp_path / "b.pdf")
    assert taken.value.suggested_filename == "通报-2026-11.pdf"
    assert "异地就医审核情况的通报" in pdf_text((tmp_path / "b.pdf").read_bytes())
    assert page.troubles == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("period", ["2026Q4", "2026-11", "none"])
def test_everybody_can_read_the_reports(open_as: Open, scheme: str, period: str) -> None:
    page = open_as("fuze", f"/reports?period={period}", color_scheme=scheme, bypass_csp=True)
    page.wait_for_selector(".report-columns")
    page.wait_for_timeout(500)
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
    assert [(one["id"], one["nodes"][0]["html"][:120]) for one in found.response["violations"]] == []
    page.set_viewport_size({"width": 1366, "height": 768})
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366
