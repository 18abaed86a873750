"""The letters between agencies: what one asks the other, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from lianshen.cases.letters.facts import REGULATION, money
from lianshen.cases.letters.offices import office
from lianshen.config import SHANGHAI
from lianshen.paper import Block, Document, Facts, Heading, Paragraph
from lianshen.paper.document import chinese_day

Said = Mapping[str, Any]
ASKING, ANSWERING = "委托协查函", "复函"
SERIES = {ASKING: "委", ANSWERING: "复"}
TITLES = {"query": "关于核实参保人员有关情况的函", "entrusted": "关于委托协查异地就医费用的函"}
ARTICLES = {"query": "第十二条", "entrusted": "第十一条、第十二条", "objection": "第十九条"}


def letters_of(inquiry: Said) -> list[str]:
    """Return the letters that an inquiry has now: an objection is told in person, an answer comes when it comes."""
    asked = [] if inquiry["kind"] == "objection" else [ASKING]
    return [*asked, ANSWERING] if inquiry["answered_at"] else asked


def asking(said: Said, from_agency: str, to_agency: str, number: str, mark: str) -> Document:
    """Return the letter that asks: a query to the insured region, or an investigation entrusted to another."""
    blocks: list[Block] = [
        Paragraph(f"依据{REGULATION}{ARTICLES[said['kind']]}，现就“{said['subject']}”（{said['topic']}）函请协助。"),
        Heading("一、基本情况"), Facts(tuple(said["facts"])),
        Heading("二、请协助事项"), *_paragraphs(said["text"]),
        Heading("三、反馈"),
        Paragraph(f"请于{chinese_day(said['due'])}前通过系统答复，并附有关材料。协同编号：{said['number']}。"),
    ]  # fmt: skip
    writer = office(from_agency)
    return Document(
        "letter", writer, number, TITLES[said["kind"]], office(to_agency), tuple(blocks), writer,
        _day(said["asked_on"]), (), "", mark,
    )  # fmt: skip


def answering(said: Said, from_agency: str, to_agency: str, number: str, mark: str) -> Document:
    """Return the answer: to the agency that asked, or on an objection to the person."""
    is_objection = said["kind"] == "objection"
    opening = (
        f"你对异地就医结算提出的异议“{said['subject']}”（编号{said['number']}）收悉。"
        f"依据{REGULATION}第十九条，现答复如下："
        if is_objection
        else f"你单位关于“{said['subject']}”的来函（协同编号{said['number']}）收悉。经核查，现函复如下："
    )
    blocks: list[Block] = [
        Paragraph(opening),
        Heading("一、基本情况"), Facts(tuple(said["facts"])),
        Heading("二、核查情况"), *_paragraphs(said["answer"]),
        Heading("三、结论"), Paragraph(f"{said['outcome'] or '见核查情况'}。"),
    ]  # fmt: skip
    if is_objection and said["recalculated"] is not None:
        blocks.append(Paragraph(f"经重新计算，基金应支付{money(said['recalculated'])}元。"))
    writer = office(to_agency)
    title = "异地就医结算异议处理答复" if is_objection else f"{TITLES[said['kind']].removesuffix('的函')}的复函"
    addressee = said["to_name"] if is_objection else office(from_agency)
    return Document(
        "letter", writer, number, title, addressee, tuple(blocks), writer, _day(said["answered_on"]), (), "", mark
    )


def _paragraphs(text: str | None) -> list[Block]:
    return [Paragraph(part.strip()) for part in (text or "—").splitlines() if part.strip()]


def _day(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()
