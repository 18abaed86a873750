"""What a person waits for, in Debian's Chromium: rows after a filter, the pane after a key, the page of a case."""

from __future__ import annotations

import os
import random
import shutil
from typing import Any

from benchmarks.casework_calls import Found, cost

# Times are taken in the page, to the frame after the one in which what was asked for is there.
ARRIVE = """async (there) => {
  const until = performance.now() + 15000;
  const is_there = new Function('return ' + there);
  while (performance.now() < until) {
    const done = is_there();
    await new Promise((next) => requestAnimationFrame(next));
    if (done) { await new Promise((next) => requestAnimationFrame(next)); return performance.now(); }
  }
  throw new Error('never there: ' + there);
}"""
ROWS = """(() => { const Q = lianshen.queue, api = Q.grid(); if (!api || Q.query !== window.wantedQuery) return false;
  const done = Q.timings.filter((one) => one.what === 'rows').length > window.rowsBefore;
  const cell = document.querySelector('.ag-center-cols-container .ag-row .ag-cell');
  return done && (document.querySelector('#no-rows.on') || cell?.textContent); })()"""
PANE = """(() => { const { focus } = lianshen.queue;
  const shown = document.querySelector('#pane [data-case]')?.dataset.case;
  return focus?.index === window.wantedRow && shown === focus.data.case_no; })()"""
PAGE = """document.querySelector('.case-head') && document.querySelector('#side')
  && document.querySelector('#lines .ag-row')"""
PRESSED = """document.addEventListener('keydown', () => { window.at = performance.now() },
  {capture: true, once: true})"""
FILTERS = (
    {"f-state": ["submitted"]}, {"f-state": ["closed"]}, {"f-state": []}, {"f-region": ["510100"]}, {"f-region": []},
    {"f-severity": ["3"]}, {"f-rule": ["AD-01"]}, {"f-rule": [], "f-severity": []}, {"f-state": ["released"]},
    {"f-min_amount": "5000"}, {"f-min_amount": ""}, {"f-state": ["new"]},
)  # fmt: skip
TEXTS = ("人民医院", "肺炎", "妇幼", "成都新区", "")


def browse(url: str, person: dict[str, str]) -> Found:
    """Return what a reviewer waits for, warm: everything was open once before."""
    from playwright.sync_api import sync_playwright

    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--headless=new", "--disable-gpu"])
        # The page's policy forbids to make functions of texts, which is how times are taken.
        context = browser.new_context(viewport={"width": 1366, "height": 768}, bypass_csp=True)
        context.add_cookies([{"name": name, "value": person[kept], "url": url}
                             for name, kept in (("sid", "token"), ("_csrf_token", "csrf"))])  # fmt: skip
        page = context.new_page()
        page.set_default_timeout(30_000)
        times: dict[str, list[float]] = {}
        _filters(page, url, times)
        _next_cases(page, url, times)
        _case_pages(page, url, times)
        browser.close()
    return {name: cost(some) for name, some in times.items()}


def _ready(page: Any, url: str) -> None:
    page.goto(f"{url}/queue?state=new")
    page.wait_for_selector("#pane [data-case]")
    page.wait_for_timeout(300)


def _filters(page: Any, url: str, times: dict[str, list[float]]) -> None:
    _ready(page, url)
    changes: list[dict[str, Any]] = [*FILTERS, *FILTERS, *({"f-q": text} for text in TEXTS)]
    for change in changes:
        name = "filter to rows, text" if "f-q" in change else "filter to rows"
        begun = page.evaluate(
            """(change) => { const Q = lianshen.queue; const before = Q.query;
            window.rowsBefore = Q.timings.filter((one) => one.what === 'rows').length;
            const at = performance.now();
            for (const [id, value] of Object.entries(change)) dash_clientside.set_props(id, {value});
            const watch = () => { window.wantedQuery = Q.query; if (Q.query === before) requestAnimationFrame(watch); };
            watch(); return at; }""",
            change,
        )
        times.setdefault(name, []).append(page.evaluate(ARRIVE, ROWS) - begun)
        page.wait_for_timeout(700)


def _next_cases(page: Any, url: str, times: dict[str, list[float]]) -> None:
    _ready(page, url)
    for turn in range(25):
        page.evaluate(f"window.wantedRow = lianshen.queue.focus.index + 1; window.at = {turn}")
        page.evaluate(PRESSED)
        page.keyboard.press("j")
        arrived = page.evaluate(ARRIVE, PANE)
        times.setdefault("next case", []).append(arrived - page.evaluate("window.at"))
        page.wait_for_timeout(250)


def _case_pages(page: Any, url: str, times: dict[str, list[float]]) -> None:
    draw = random.Random(2)
    for turn in range(14):
        _ready(page, url)
        for _ in range(draw.randint(0, 6)):
            page.keyboard.press("j")
            page.wait_for_timeout(120)
        page.evaluate(PRESSED)
        page.keyboard.press("Enter")
        arrived = page.evaluate(ARRIVE, PAGE)
        if turn > 1:
            times.setdefault("case page", []).append(arrived - page.evaluate("window.at"))
        page.wait_for_timeout(300)
