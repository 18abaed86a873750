"""Pictures of every page: light and dark, full, empty and failing, on a small and on a large screen.

``PYTHONPATH=tests python -m support.screenshots FOLDER [--home HOME] [--only TEXT]`` writes
``FOLDER/<state>-<theme>-<width>/<page>.png``. Without a home the casebook of the tests is shown; with one, a copy of
its casebook with its published snapshot, to which the accounts of the tests are added.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import dash
from dashboards.conftest import Server
from dashboards.kinds import RULE_NAMES
from dashboards.seed import ACCOUNTS, LEAD, PASSWORD, seed
from playwright.sync_api import Browser, Page, sync_playwright

from lianshen.cases import services
from lianshen.cases.filters import CaseFilter
from lianshen.cases.store import Casebook, open_casebook
from lianshen.rules.catalogue import rule_texts
from lianshen_dashboards.app import create_app
from lianshen_dashboards.rule_names import rule_names

SIZES = ((1366, 768), (1920, 1080))
THEMES = ("light", "dark")
STATES = ("full", "empty", "failing")
WHO = {"users": "xitong", "webhooks": "xitong", "audit": "shenji", "reports": "fuze"}
"""Who opens a page, by its name; anybody else is the centre's reviewer."""
QUIET_MS = 500
MOST_MS = 12_000


def samples(book: Casebook, published: Path | None) -> dict[str, str]:
    """Return a value for each parameter in the pages' addresses, or for the page where the parameter is a code."""
    found = services.list_cases(LEAD, book, CaseFilter(), 0, 1)["items"]
    case = found[0] if found else {}
    nights = sorted(path.name for path in published.glob("*")) if published and published.exists() else []
    return {
        "case_no": case.get("case_no", "SC20260101-AAAAAA"),
        "person": case.get("person", "p0"),
        "institution": case.get("fixmedins_code", "H0"),
        "region": case.get("treating_agency", "510100"),
        "rule": case.get("main_rule", "PL-04"),
        "night": str(case.get("night", nights[-1][:10] if nights else "2026-11-20")),
        "model": "MD-11",
        "name": "MD-11",
        "inquiry_no": _inquiry(book),
    }


def _inquiry(book: Casebook) -> str:
    with book.engine.connect() as con:
        return str(con.exec_driver_sql("SELECT min(inquiry_no) FROM inquiry").scalar() or "none")


def addresses(values: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the name and the address of every page that is registered, and of some states of them."""
    for name, page in dash.page_registry.items():
        template = page.get("path_template") or page["path"]
        if name == "not_found_404":
            yield name, "/no-such-page"
            continue
        parts = []
        for part in template.split("/"):
            value = values.get(part.strip("<>")) or values.get(name, "none")
            parts.append(quote(value) if part.startswith("<") else part)
        yield name, "/".join(parts)
    yield "case_missing", "/cases/SC20260101-AAAAAA"
    yield "queue_nothing", "/queue?q=nothing-like-this"
    yield "queue_unknown_filter", "/queue?state=new&colour=red"


@contextmanager
def serving(state: str, home: Path | None) -> Iterator[tuple[Server, Casebook, Path | None]]:
    """Yield a server whose casebook is full, empty, or loses its cases after everybody has signed in."""
    with tempfile.TemporaryDirectory(prefix="lianshen-pictures-") as room:
        file = Path(room) / "casebook.sqlite"
        published = home / "published" if home else None
        if state == "empty":
            book, published = Casebook(open_casebook(f"sqlite:///{file}")), None
        elif home is not None:
            with sqlite3.connect(home / "casebook.sqlite") as source, sqlite3.connect(file) as copy:
                source.backup(copy)
            book = Casebook(open_casebook(f"sqlite:///{file}"))
        else:
            book = seed(file)
        known = {user["login"] for user in services.list_users(services.OPERATOR, book)}
        for login, name, role, agency in ACCOUNTS:
            if login not in known:
                services.add_user(services.OPERATOR, book, login, name, role, agency, PASSWORD)
        names = rule_names(book) if home else RULE_NAMES
        app = create_app(book, published, names, rule_texts(), home / "backtests" if home else None)
        server = Server(app)
        server.start()
        try:
            yield server, book, published
        finally:
            server.stop()
            book.engine.dispose()


def settle(page: Page) -> None:
    """Wait until nothing is loading, or long enough: a failing page may never finish."""
    page.wait_for_timeout(QUIET_MS)
    waited = QUIET_MS
    while waited < MOST_MS and page.evaluate(
        "!!document.querySelector('._dash-loading, [data-dash-is-loading=true], .ag-overlay-loading-wrapper, .waiting')"
    ):
        page.wait_for_timeout(200)
        waited += 200
    page.wait_for_timeout(QUIET_MS)


class Studio:
    """Signed-in browser contexts by login and look."""

    def __init__(self, browser: Browser, server: Server) -> None:
        self.browser = browser
        self.server = server
        self.cookies: dict[str, list[dict[str, object]]] = {}

    def page(self, login: str, theme: str, size: tuple[int, int]) -> Page:
        """Return a new page of that person, with that look."""
        look = {"width": size[0], "height": size[1]}
        context = self.browser.new_context(locale="zh-CN", viewport=look, color_scheme=theme)  # type: ignore[arg-type]
        page = context.new_page()
        page.set_default_timeout(20_000)
        if login not in self.cookies:
            page.goto(f"{self.server.url}/login")
            page.fill("#login", login)
            page.fill("#password", PASSWORD)
            page.click("button")
            page.wait_for_selector("#shell")
            self.cookies[login] = context.cookies()  # type: ignore[assignment]
        context.add_cookies(self.cookies[login])  # type: ignore[arg-type]
        return page


@dataclass(frozen=True)
class Wanted:
    """Which pictures: of pages whose name contains ``only``, in these looks and sizes, from this home."""

    out: Path
    home: Path | None
    only: str
    themes: tuple[str, ...]
    sizes: tuple[tuple[int, int], ...]


def shoot(state: str, chosen: Wanted, browser: Browser) -> int:
    """Write the pictures of one state; return how many."""
    out, home, only = chosen.out, chosen.home, chosen.only
    taken = 0
    with serving(state, home) as (server, book, published):
        studio = Studio(browser, server)
        wanted = [pair for pair in addresses(samples(book, published)) if only in pair[0]]
        for login in {"shenhe", *WHO.values()}:
            studio.page(login, "light", SIZES[0]).context.close()
        if state == "failing":
            with sqlite3.connect(str(book.engine.url.database)) as con:
                con.execute("PRAGMA foreign_keys=OFF")
                con.execute("ALTER TABLE cases RENAME TO cases_gone")
        for theme in chosen.themes:
            for size in chosen.sizes:
                folder = out / f"{state}-{theme}-{size[0]}"
                folder.mkdir(parents=True, exist_ok=True)
                if not only or only in "login":
                    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=theme)  # type: ignore[arg-type]
                    page = context.new_page()
                    page.goto(f"{server.url}/login")
                    page.screenshot(path=folder / "login.png")
                    context.close()
                for name, path in wanted:
                    page = studio.page(WHO.get(name, "shenhe"), theme, size)
                    page.goto(server.url + path)
                    settle(page)
                    page.screenshot(path=folder / f"{name}.png")
                    page.context.close()
                    taken += 1
    return taken


def main() -> None:
    """Take the pictures that the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--home", type=Path, help="home folder with a casebook and a published snapshot")
    parser.add_argument("--only", default="", help="only pages whose name contains this")
    parser.add_argument("--theme", choices=THEMES, action="append", help="only this look; may be given again")
    parser.add_argument("--width", type=int, action="append", help="only this width of the window")
    parser.add_argument("--state", choices=STATES, action="append", help="only this state; may be given again")
    given = parser.parse_args()
    sizes = tuple(size for size in SIZES if not given.width or size[0] in given.width)
    chosen = Wanted(given.out, given.home, given.only, tuple(given.theme or THEMES), sizes)
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--headless=new", "--disable-gpu"]
        )
        for state in given.state or STATES:
            taken = shoot(state, chosen, browser)
            print(f"{state}: {taken} pictures in {given.out}")
        browser.close()


if __name__ == "__main__":
    main()
