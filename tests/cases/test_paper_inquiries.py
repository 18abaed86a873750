"""Letters between agencies: what one asks, what the other answers, on both databases."""

from __future__ import annotations

from typing import Any

import pytest
from cases.paper_reading import pdf_text, word_text
from cases.warehouse_rows import Warehouse

from lianshen.cases import Casebook, services
from lianshen.cases.domain import Principal
from lianshen.cases.errors import NotFound, Refused
from lianshen.cases.filters import CaseFilter
from lianshen.cases.services import inquiring
from lianshen.cases.services.letters import inquiry_letter

ASKED = "请核实该参保人住院期间异地就医备案是否有效。"
ANSWER = "经核查，该参保人备案自十一月一日起有效，就医地相符。"
INSURED = Principal(7, "mianyang03", "绵阳参保", "handler", "510700", sees_insured=True)
LESHAN = Principal(8, "leshan01", "乐山经办1", "handler", "511100", sees_insured=True)


@pytest.fixture
def query(warehouse: Warehouse, book: Casebook, reviewer: Principal, chengdu: Principal) -> dict[str, Any]:
    """Return what Chengdu asks Mianyang about a case."""
    warehouse.settle("S1", fix_blng_admdvs="510100")
    warehouse.line("L1", "S1", "120.00")
    warehouse.find("PL-11", "S1", "90.00", lines=("L1",))
    warehouse.assemble(book.engine)
    (case,) = services.list_cases(reviewer, book, CaseFilter())["items"]
    services.transition(reviewer, book, case["case_no"], "release", case["version"])
    services.transition(chengdu, book, case["case_no"], "accept", case["version"] + 1)
    return inquiring.ask(chengdu, book, case["case_no"], "filing", ASKED)


def test_the_letter_that_asks_and_the_one_that_answers_carry_the_facts(
    book: Casebook, query: dict[str, Any], chengdu: Principal
) -> None:
    number = query["inquiry_no"]
    asked = pdf_text(inquiry_letter(chengdu, book, number, "委托协查函", "pdf").body)
    for fact in (
        "绵阳市医疗保障经办机构：", "成都市医疗保障经办机构", "成都医保委〔2026〕1号", ASKED,
        query["case_no"], "2026年11月30日前", number, "第十二条",
    ):  # fmt: skip
        assert fact in asked, fact
    with pytest.raises(Refused, match="未答复"):
        inquiry_letter(INSURED, book, number, "复函", "docx")
    inquiring.act(INSURED, book, number, "answer", query["version"], text=ANSWER, outcome="denies")
    answered = word_text(inquiry_letter(INSURED, book, number, "复函", "docx").body)
    for fact in ("绵阳医保复〔2026〕1号", ANSWER, "情况不属实", "成都市医疗保障经办机构：", "的复函"):
        assert fact in answered, fact


def test_a_region_that_is_not_asked_has_no_letter_and_does_not_learn_of_it(
    book: Casebook, query: dict[str, Any]
) -> None:
    for number in (query["inquiry_no"], "HS20261123-000000"):
        with pytest.raises(NotFound):
            inquiry_letter(LESHAN, book, number, "委托协查函", "pdf")


def test_a_letter_between_agencies_keeps_its_number_and_is_in_the_trail(
    book: Casebook, query: dict[str, Any], chengdu: Principal, reviewer: Principal
) -> None:
    for p in (chengdu, INSURED):
        inquiry_letter(p, book, query["inquiry_no"], "委托协查函", "pdf")
    events = services.get_events(reviewer, book, query["case_no"])
    told = [(event["actor"], event["detail"]["number"]) for event in events if event["action"] == "letter"]
    assert told == [("mianyang03", "成都医保委〔2026〕1号"), ("chengdu01", "成都医保委〔2026〕1号")]
    with pytest.raises(Refused, match="无效"):
        inquiry_letter(chengdu, book, query["inquiry_no"], "协查函", "pdf")
