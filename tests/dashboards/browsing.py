"""Driving the pages in Chromium: sign in, wait for what is shown, and collect what must not happen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from dashboards.conftest import Server
from dashboards.seed import PASSWORD
from playwright.sync_api import Browser, Page

Open = Callable[..., Page]
HIGHLIGHTED = "document.querySelector('.ag-pinned-left-cols-container .ag-row-focus')?.getAttribute('row-id')"


@contextmanager
def opener(chromium: Browser, server: Server) -> Iterator[Open]:
    """Yield a function that signs in and opens a page; every page's errors and foreign requests are collected."""
    contexts = []

    def enter(login: str, path: str = "/", **options: Any) -> Page:
        context = chromium.new_context(locale="zh-CN", viewport={"width": 1600, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.troubles = []
        page.on("pageerror", lambda error: page.troubles.append(f"error: {error}"))
        page.on("console", lambda said: said.type == "error" and page.troubles.append(f"console: {said.text}"))
        page.on("request", lambda asked: _own(asked.url, server.url) or page.troubles.append(f"foreign: {asked.url}"))
        page.goto(f"{server.url}/login?next={path.replace('&', '%26')}")
        page.fill("#login", login)
        page.fill("#password", PASSWORD)
        page.click("button")
        page.wait_for_selector("#shell")
        return page

    try:
        yield enter
    finally:
        for context in contexts:
            context.close()


def _own(url: str, base: str) -> bool:
    return urlsplit(url).netloc == urlsplit(base).netloc or url.startswith(("data:", "blob:"))


def pane_case(page: Page) -> str:
    return str(page.get_attribute("#pane [data-case]", "data-case"))


def until(page: Page, expression: str) -> None:
    """Wait until an expression is true; Playwright's own way needs ``eval``, which the policy forbids."""
    for _ in range(200):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never true: {expression}")


def wait_settled(page: Page) -> str:
    """Wait until the highlighted row and the pane are the same case, and return it."""
    page.wait_for_selector("#pane [data-case]")
    for _ in range(100):
        shown = page.evaluate("document.querySelector('#pane [data-case]')?.dataset.case")
        if shown and shown == page.evaluate(HIGHLIGHTED) == page.evaluate("lianshen.queue.focus?.data.case_no"):
            return str(shown)
        page.wait_for_timeout(50)
    raise AssertionError(f"highlighted {page.evaluate(HIGHLIGHTED)}, pane {pane_case(page)}")
