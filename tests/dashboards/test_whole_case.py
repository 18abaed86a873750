"""A whole case in a real browser: from its release to its recovery and archive, by four people in four sessions."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from dashboards.conftest import Server
from dashboards.seed import CONCLUSION, LEAD, PASSWORD
from playwright.sync_api import Browser, Page, expect

from lianshen.cases import services
from lianshen.cases import tables as t
from lianshen.cases.events import verify_events
from lianshen.cases.filters import CaseFilter
from lianshen.cases.keeping import check_casebook
from lianshen.cases.store import Casebook
from lianshen_dashboards.texts import say

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Open = Callable[[str, str], "Desk"]
STATEMENT = "医院书面申辩：该项目按医嘱执行，但收费数量录入有误，同意退回多收部分。"
APPEAL = "机构复议：第一条明细系真实用药，附用药记录，请求重新认定。"
AGAIN = "复议核查：第一条明细有用药记录佐证，予以核减；其余维持原认定。"


class Desk:
    """One person's session on a case page."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.base = base
        self.troubles: list[str] = []
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: self.troubles.append(f"error: {error}"))
        page.on("console", lambda said: said.type == "error" and self.troubles.append(f"console: {said.text}"))

    def sign_in(self, login: str, path: str) -> None:
        self.page.goto(f"{self.base}/login?next={path}")
        self.page.fill("#login", login)
        self.page.fill("#password", PASSWORD)
        self.page.click("button")
        self.page.wait_for_selector("#form")

    def look(self, case_no: str) -> None:
        """Open the case, or open it again to see what others did."""
        self.page.goto(f"{self.base}/cases/{case_no}")
        self.page.wait_for_selector("#form")

    def act(self, action: str, done: str, text: str = "") -> None:
        """Take an action by its form and wait until the page says what came of it."""
        form = self.page.locator(f".form[data-action='{action}']")
        if not form.count():
            self.page.click(f'[id=\'{{"choose":"{action}"}}\']')
            form.wait_for()
        if text:
            form.locator("textarea").fill(text)
        form.locator(f'[id=\'{{"do":"{action}"}}\']').click()
        expect(self.page.locator("#done")).to_contain_text(done)

    def offered(self) -> set[str]:
        """Return the actions that the page offers."""
        ids = self.page.eval_on_selector_all("#form button", "found => found.map(one => one.id)")
        return {match[2] for one in ids if (match := re.search(r'"(choose|do)":"(\w+)"', one))}

    def amount(self, row: int, yuan: str) -> None:
        """Type an amount into a row of the lines and leave with Enter."""
        self.page.click(f"#lines .ag-center-cols-container .ag-row[row-index='{row}'] .ag-cell[col-id='determined']")
        self.page.keyboard.press("Control+a")
        with self.page.expect_response(re.compile("_dash-update-component")):
            self.page.keyboard.type(yuan)
            self.page.keyboard.press("Enter")
        self.page.wait_for_timeout(150)

    def reason(self, row: int, label: str) -> None:
        """Choose the reason of a row."""
        self.page.click(f"#lines .ag-center-cols-container .ag-row[row-index='{row}'] .ag-cell[col-id='reason']")
        self.page.click("#lines .ag-cell-inline-editing .ag-picker-field-wrapper")
        with self.page.expect_response(re.compile("_dash-update-component")):
            self.page.click(f".ag-list-item:has-text('{label}')")
        self.page.wait_for_timeout(150)

    def recover(self, fen: int, voucher: str, way: str) -> None:
        """Enter money that came back."""
        form = self.page.locator("#side .ledger > details")
        if form.get_attribute("open") is None:
            form.locator("summary").click()
        for name, value in (("amount", yuan(fen)), ("voucher", voucher), ("cycle", "2026-12")):
            self.page.fill(f'#side .ledger [id=\'{{"field":"{name}"}}\']', value)
        self.page.click(f"#side .ledger label:has-text('{way}') >> nth=-1")
        self.page.click('#side .ledger [id=\'{"do":"recover"}\']')
        expect(self.page.locator("#done")).to_contain_text(say("ledger.entered"))
        expect(self.page.locator("#side .entries")).to_contain_text(voucher)

    def attach(self, name: str, body: bytes) -> None:
        """Choose a file as the answer of the institution's kind."""
        with self.page.expect_file_chooser() as chosen:
            self.page.click("#drop-files [data-upload] >> nth=0")
        chosen.value.set_files({"name": name, "mimeType": "application/pdf", "buffer": body})
        expect(self.page.locator("#files")).to_contain_text(name)


@pytest.fixture
def session(chromium: Browser, server: Server) -> Iterator[Open]:
    """Return a function that opens a browser session of a person at an address."""
    contexts = []

    def enter(login: str, path: str) -> Desk:
        context = chromium.new_context(locale="zh-CN", viewport={"width": 1366, "height": 768})
        contexts.append(context)
        desk = Desk(context.new_page(), server.url)
        desk.sign_in(login, path)
        return desk

    yield enter
    for context in contexts:
        context.close()


def yuan(fen: int) -> str:
    return f"{fen / 100:.2f}"


def one_case(book: Casebook) -> str:
    """Return a new case of Mianyang with two or three lines that carry money."""
    found = services.list_cases(LEAD, book, CaseFilter(state=("new",), region=("510700",)), 0, 100)["items"]
    for case in found:
        lines = services.get_lines(LEAD, book, case["case_no"])
        if 2 <= len(lines) <= 3 and all(line["at_most"] > 100 for line in lines):
            return str(case["case_no"])
    raise LookupError("no such case in the seed")


def test_four_people_take_a_case_from_its_release_to_its_archive(session: Open, book: Casebook) -> None:
    number = one_case(book)
    limits = [line["at_most"] for line in services.get_lines(LEAD, book, number)]

    # The centre sends it out; the agency takes it up and hears the institution.
    reviewer = session("shenhe", f"/cases/{number}")
    reviewer.act("release", "待签收", "请核对原始病历与收费清单。")
    handler = session("mianyang", f"/cases/{number}")
    handler.act("accept", "核查中")
    handler.act("ask_institution", "待机构申辩")
    handler.attach("申辩书.pdf", b"%PDF-1.7 statement of the hospital")
    handler.act("statement", "核查中", STATEMENT)

    # It needs longer; the agency's lead asks and the centre grants.
    leader = session("mianyang2", f"/cases/{number}")
    leader.act("ask_extension", "核查中", "病历需从分院调取。")
    due = services.get_case(LEAD, book, number)["due_at"]
    reviewer.look(number)
    reviewer.act("grant_extension", "核查中")
    assert services.get_case(LEAD, book, number)["due_at"] > due

    # Line by line, submitted, returned once, submitted again.
    handler.look(number)
    for row, limit in enumerate(limits):
        handler.amount(row, yuan(limit))
    expect(handler.page.locator("#progress")).to_contain_text("属实")
    handler.page.click("#side label:has-text('值得') >> nth=0")
    handler.act("submit", "待确认", CONCLUSION)
    reviewer.look(number)
    reviewer.act("return", "退回补充", "请写明退款方式。")
    handler.look(number)
    handler.page.click("#side label:has-text('值得') >> nth=0")
    handler.act("submit", "待确认", CONCLUSION + "医院同意从下期拨付中扣回。")

    # Somebody else than who released it confirms.
    other = session("shenhe2", f"/cases/{number}")
    assert {"confirm", "return"} <= other.offered()
    other.act("confirm", "已办结")

    # The institution appeals and is right about one line.
    leader.look(number)
    leader.act("appeal", "复议中", APPEAL)
    leader.reason(0, "临床需要，有病历依据")
    expect(leader.page.locator("#progress")).to_contain_text("部分属实")
    leader.page.click("#side label:has-text('值得') >> nth=0")
    leader.act("submit", "待确认", AGAIN)
    other.look(number)
    other.act("confirm", "已办结")
    closed = services.get_case(LEAD, book, number)
    assert (closed["decision"], closed["determined"]) == ("partial", sum(limits[1:]))
    (appeal,) = services.get_appeals(LEAD, book, number)
    assert (appeal["outcome"], appeal["determined_before"]) == ("partly", sum(limits))

    # The money comes back in two parts; the first was booked wrong and is reversed.
    handler.look(number)
    first = closed["determined"] // 2
    handler.recover(first - 1, "拨付-2026-1201", "扣款")
    handler.page.click("#side .entries summary")
    handler.page.fill("#side .entries input", "金额录入有误。")
    handler.page.click("#side .entries button:has-text('冲')")
    expect(handler.page.locator("#done")).to_contain_text(say("ledger.reversed_done"))
    handler.recover(first, "拨付-2026-1201-更正", "扣款")
    handler.recover(closed["determined"] - first, "退款-0087", "退回")
    assert services.get_case(LEAD, book, number)["recovered"] == closed["determined"]

    leader.look(number)
    leader.act("archive", "已归档")
    archived_is_whole(leader, book, number)
    story_is_told_once(book, number)
    for desk in (reviewer, handler, leader, other):
        assert desk.troubles == []


def archived_is_whole(leader: Desk, book: Casebook, number: str) -> None:
    """The case file that the browser saves holds every piece of the list, with the hashes of the list."""
    leader.look(number)
    expect(leader.page.locator("#side .archive")).to_be_visible()
    with leader.page.expect_download() as saved:
        leader.page.click("#side .archive a[href$='file.zip']")
    with zipfile.ZipFile(io.BytesIO(saved.value.path().read_bytes())) as file:
        hashes = {hashlib.sha256(file.read(name)).hexdigest() for name in file.namelist()}
        told = "".join(file.namelist())
    pieces = services.get_archive(LEAD, book, number)
    assert pieces
    assert {piece["sha256"] for piece in pieces} <= hashes
    assert "申辩书" in told


def story_is_told_once(book: Casebook, number: str) -> None:
    """The trail holds each step once, in order, by whom; the chain and the sums hold."""
    moves = [
        (event["actor"], event["action"])
        for event in reversed(services.get_events(LEAD, book, number))
        if event["action"] not in ("raised", "determine", "view")
    ]
    expected = [
        ("shenhe", "release"), ("mianyang", "accept"), ("mianyang", "ask_institution"), ("mianyang", "statement"),
        ("mianyang2", "ask_extension"), ("shenhe", "grant_extension"), ("mianyang", "submit"), ("shenhe", "return"),
        ("mianyang", "submit"), ("shenhe2", "confirm"), ("mianyang2", "appeal"), ("mianyang2", "submit"),
        ("shenhe2", "confirm"), ("mianyang2", "archive"),
    ]  # fmt: skip
    assert [move for move in moves if move[1] in {action for _, action in expected}] == expected
    with book.engine.connect() as con:
        seen = set(con.scalars(sa.select(t.view_log.c.login).where(t.view_log.c.case_no == number)))
    assert {"shenhe", "shenhe2", "mianyang", "mianyang2"} <= seen
    assert verify_events(book.engine) is None
    assert [check.name for check in check_casebook(book.engine) if check.wrong] == []
