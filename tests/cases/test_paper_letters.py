"""Letters of a case: what they say, how they are numbered, who may have them, on both databases."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from cases.paper_reading import pdf_fonts, pdf_text, word_of, word_text
from cases.warehouse_rows import Warehouse

from lianshen.cases import Casebook, services
from lianshen.cases.domain import Principal
from lianshen.cases.errors import Forbidden, NotFound, Refused
from lianshen.cases.events import verify_events
from lianshen.cases.filters import CaseFilter
from lianshen.cases.letters.case_letters import letters_of
from lianshen.cases.services.letters import case_letter

LONG = "经核查病历与医嘱，该药品用于成年患者，违规属实，应予退回。"
Case = dict[str, Any]
Step = Callable[..., Case]


@pytest.fixture
def case(warehouse: Warehouse, book: Casebook, reviewer: Principal) -> Case:
    """Return a case that was released to Chengdu: two lines hit, 90.00 at issue."""
    warehouse.settle("S1", fix_blng_admdvs="510100")
    warehouse.line("L1", "S1", "120.00")
    warehouse.line("L2", "S1", "80.00")
    warehouse.find("PL-11", "S1", "90.00", lines=("L1", "L2"))
    warehouse.assemble(book.engine)
    (one,) = services.list_cases(reviewer, book, CaseFilter())["items"]
    return services.transition(reviewer, book, one["case_no"], "release", one["version"])


def do(p: Principal, book: Casebook, case: Case, action: str, **said: Any) -> Case:
    now = services.get_case(p, book, case["case_no"])
    return services.transition(p, book, case["case_no"], action, now["version"], **said)


def offered(p: Principal, book: Casebook, case: Case) -> list[str]:
    now = services.get_case(p, book, case["case_no"])
    return letters_of(now, services.get_events(p, book, case["case_no"]))


def close(book: Casebook, case: Case, handler: Principal, reviewer: Principal) -> None:
    services.determine_rest(handler, book, case["case_no"], "full", "violation")
    do(handler, book, case, "submit", text=LONG, worth_checking=True)
    do(reviewer, book, case, "confirm")


def test_the_letter_to_the_agency_says_what_the_case_is_and_carries_its_fonts(
    book: Casebook, case: Case, reviewer: Principal
) -> None:
    paper = case_letter(reviewer, book, case["case_no"], "协查函", "pdf")
    text = pdf_text(paper.body)
    for fact in (
        case["case_no"], "成都市医疗保障经办机构：", "成都模拟医院", "S1", "绵阳市", "6,000.00", "90.00", "R Art.9",
        "超限定单价收费", "第十一条、第十二条", "注射用模拟药", "川医保异协〔2026〕1号", "2026年11月23日",
        "2026年11月25日前签收", "抄送：绵阳市医疗保障经办机构", "周审核", "—2—",
    ):  # fmt: skip
        assert "".join(fact.split()) in text, fact
    fonts = list(pdf_fonts(paper.body))
    assert fonts
    assert all(embedded for _, embedded in fonts)
    # 10.1: the first page of a letter has no number.
    assert "—1—" not in text


def test_the_word_file_says_the_same_on_the_standard_page(book: Casebook, case: Case, reviewer: Principal) -> None:
    paper = case_letter(reviewer, book, case["case_no"], "协查函", "docx")
    text = word_text(paper.body)
    for fact in ("成都模拟医院", "注射用模拟药", "90.00", "川医保异协〔2026〕1号", "关于协助核查异地就医疑点费用的函"):
        assert fact in text
    section = word_of(paper.body).sections[0]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(margin.mm) for margin in margins if margin is not None] == [37, 35, 28, 26]
    assert "四川省医疗保险异地结算中心" in section.first_page_header.paragraphs[0].text
    grid = section._sectPr.xpath("w:docGrid")[0]
    assert [value for name, value in grid.items() if name.endswith("linePitch")] == ["580"]
    assert "周审核" in section.header._element.xml


def test_a_notice_asks_for_a_reply_and_after_the_decision_tells_of_the_appeal(
    book: Casebook, case: Case, reviewer: Principal, chengdu: Principal
) -> None:
    do(chengdu, book, case, "accept")
    with pytest.raises(Refused, match="没有告知书"):
        case_letter(chengdu, book, case["case_no"], "告知书", "pdf")
    assert offered(chengdu, book, case) == ["协查函"]
    do(chengdu, book, case, "ask_institution", text="请说明该药品使用依据。")
    assert offered(chengdu, book, case) == ["协查函", "告知书"]
    asked = pdf_text(case_letter(chengdu, book, case["case_no"], "告知书", "pdf").body)
    for fact in ("成都模拟医院：", "请说明该药品使用依据", "2026年11月30日前", "陈述、申辩", "成都医保告〔2026〕1号"):
        assert fact in asked
    do(chengdu, book, case, "statement", text="机构认可。")
    close(book, case, chengdu, reviewer)
    assert offered(chengdu, book, case) == ["协查函", "告知书", "办结单"]
    told = pdf_text(case_letter(chengdu, book, case["case_no"], "告知书", "pdf").body)
    for fact in (
        "成都医保告〔2026〕2号", "处理告知书", "违规费用涉及医疗保障基金90.00元", "2026年12月7日前", "复议不加重",
        LONG, "违规属实",
    ):  # fmt: skip
        assert fact in told, fact


def test_the_closing_sheet_tells_the_whole_way_and_the_money(
    book: Casebook, case: Case, reviewer: Principal, chengdu: Principal
) -> None:
    do(chengdu, book, case, "accept")
    with pytest.raises(Refused, match="尚未办结"):
        case_letter(chengdu, book, case["case_no"], "办结单", "docx")
    close(book, case, chengdu, reviewer)
    version = services.get_case(chengdu, book, case["case_no"])["version"]
    services.record_recovery(
        chengdu, book, case["case_no"], 4000, "deduction", "KK-1", book.today, version, cycle="2026-11"
    )
    text = pdf_text(case_letter(reviewer, book, case["case_no"], "办结单", "pdf").body)
    for fact in ("异地就医疑点案件办结单", "签收", "成都经办1", "提交", "确认办结", "属实", "KK-1", "40.00", "—1—"):
        assert fact in text, fact


def test_a_letter_keeps_its_number_and_every_copy_is_in_the_trail(
    book: Casebook, case: Case, reviewer: Principal, other_reviewer: Principal, warehouse: Warehouse
) -> None:
    for p, form in ((reviewer, "pdf"), (other_reviewer, "docx")):
        case_letter(p, book, case["case_no"], "协查函", form)  # type: ignore[arg-type]
    warehouse.settle("S2", fix_blng_admdvs="510100", person="ffff00001111")
    warehouse.line("L3", "S2", "60.00")
    warehouse.find("PL-11", "S2", "30.00", lines=("L3",))
    warehouse.assemble(book.engine)
    (other,) = services.list_cases(reviewer, book, CaseFilter(state=("new",)))["items"]
    services.transition(reviewer, book, other["case_no"], "release", other["version"])
    assert "〔2026〕2号" in word_text(case_letter(reviewer, book, other["case_no"], "协查函", "docx").body)
    events = [e for e in services.get_events(reviewer, book, case["case_no"]) if e["action"] == "letter"]
    assert [e["detail"]["number"] for e in events] == ["川医保异协〔2026〕1号"] * 2
    assert [(e["actor"], e["detail"]["as"]) for e in events] == [("shenhe02", "docx"), ("shenhe01", "pdf")]
    assert verify_events(book.engine) is None


def test_letters_stay_within_the_scope_and_are_not_for_every_role(
    book: Casebook, case: Case, mianyang: Principal, chengdu: Principal
) -> None:
    insured = Principal(7, "canbao", "绵阳参保", "handler", "510700", sees_insured=True)
    for stranger in (mianyang, insured):
        with pytest.raises(NotFound) as hidden:
            case_letter(stranger, book, case["case_no"], "协查函", "pdf")
        with pytest.raises(NotFound) as missing:
            case_letter(stranger, book, "SC20261120-000000", "协查函", "pdf")
        assert str(hidden.value).replace(case["case_no"], "") == str(missing.value).replace("SC20261120-000000", "")
    with pytest.raises(Forbidden):
        case_letter(Principal(8, "fenxi", "分析甲", "analyst"), book, case["case_no"], "协查函", "pdf")
    with pytest.raises(Refused, match="无效"):
        case_letter(chengdu, book, case["case_no"], "情书", "pdf")
    events = json.dumps(services.get_events(chengdu, book, case["case_no"]), default=str)
    assert "letter" not in events


def test_a_case_that_was_not_released_has_no_letter(book: Casebook, warehouse: Warehouse, reviewer: Principal) -> None:
    warehouse.settle("S9", fix_blng_admdvs="510100")
    warehouse.line("L9", "S9", "10.00")
    warehouse.find("PL-11", "S9", "5.00", lines=("L9",))
    warehouse.assemble(book.engine)
    (one,) = services.list_cases(reviewer, book, CaseFilter())["items"]
    with pytest.raises(Refused, match="尚未下发"):
        case_letter(reviewer, book, one["case_no"], "协查函", "pdf")
