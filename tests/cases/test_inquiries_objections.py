"""A person's objection: taken in, explained, recalculated, decided, and what is settled again, on both databases."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from cases.warehouse_rows import Clock, Warehouse

from lianshen.cases import Casebook, services
from lianshen.cases.domain import Principal
from lianshen.cases.errors import Forbidden, NotFound, Refused
from lianshen.cases.events import verify_events
from lianshen.cases.filters import CaseFilter
from lianshen.cases.inquiry_filter import InquiryFilter
from lianshen.cases.services import inquiring, inquiry_reading, notices, objections

SAID = "本人已办理长期居住备案，报销比例仍按临时外出计算，请求复核。"
EXPLAINED = "按参保地职工医保政策，起付线六百元，支付比例百分之八十。"
Row = dict[str, Any]
STEPS = [{"step": "fund", "zh": "基金支付", "en": "Funds", "amount": "6200.00", "paid": "6000.00"}]


@pytest.fixture
def insured() -> Principal:
    return Principal(7, "mianyang03", "绵阳参保", "handler", "510700", sees_insured=True)


@pytest.fixture
def case(warehouse: Warehouse, book: Casebook, reviewer: Principal) -> Row:
    """Return a case still at the centre: a person of Mianyang, treated in Chengdu, with its computation."""
    warehouse.settle("S1", fix_blng_admdvs="510100")
    warehouse.con.execute("INSERT INTO audit.explanation VALUES ('S1', ?)", [json.dumps(STEPS, ensure_ascii=False)])
    warehouse.line("L1", "S1", "120.00")
    warehouse.find("PL-11", "S1", "90.00", lines=("L1",))
    warehouse.assemble(book.engine)
    return services.list_cases(reviewer, book, CaseFilter())["items"][0]


@pytest.fixture
def objection(case: Row, book: Casebook, insured: Principal) -> Row:
    return objections.receive(insured, book, "S1", "filing", SAID)


def act(p: Principal, book: Casebook, one: Row, action: str, **said: Any) -> Row:
    now = inquiry_reading.get_inquiry(p, book, one["inquiry_no"])
    return inquiring.act(p, book, one["inquiry_no"], action, now["version"], **said)


def test_an_objection_is_explained_recalculated_upheld_and_named_to_whom_settles_again(
    book: Casebook, case: Row, objection: Row, insured: Principal, chengdu: Principal, reviewer: Principal
) -> None:
    assert (objection["state"], objection["due_at"]) == ("received", date(2026, 11, 30))
    assert act(insured, book, objection, "accept")["due_at"] == date(2026, 12, 21)
    with pytest.raises(Forbidden):
        act(insured, book, objection, "uphold", text=EXPLAINED, outcome="upheld")
    act(insured, book, objection, "explain", text=EXPLAINED)
    with pytest.raises(Refused, match="重算后的基金支付金额"):
        act(insured, book, objection, "recalculate", text="更正备案类型后重算")
    act(insured, book, objection, "recalculate", text="更正备案类型后重算", recalculated=620000)
    decided = act(insured, book, objection, "uphold", text="备案类型录入有误，应予更正。", outcome="upheld")
    assert (decided["state"], decided["outcome_name"], decided["recalculated"]) == ("decided", "异议成立", 620000)
    assert act(insured, book, objection, "close")["state"] == "closed"
    trail = services.get_events(reviewer, book, case["case_no"])
    assert trail[0]["action"] == "resettle"
    assert trail[0]["detail"] == {"inquiry": objection["inquiry_no"], "setl_id": "S1", "fen": 620000}
    told = notices.list_notices(chengdu, book)[0]
    assert told["text"] == "参保人异议成立，结算 S1 须更正并重新结算"
    # Whose objection it was, and a case that is still at the centre, are not the treating agency's to know.
    assert (told["inquiry_no"], told["case_no"]) == (None, None)
    assert notices.list_notices(reviewer, book)[0]["case_no"] == case["case_no"]
    assert verify_events(book.engine) is None


def test_the_treating_agency_knows_nothing_of_an_objection_even_when_it_has_the_case(
    book: Casebook, case: Row, objection: Row, chengdu: Principal, reviewer: Principal
) -> None:
    number = case["case_no"]
    services.transition(reviewer, book, number, "release", case["version"])
    assert inquiry_reading.of_case(chengdu, book, number) == []
    assert inquiry_reading.list_inquiries(chengdu, book, InquiryFilter())["total"] == 0
    assert all("objection" not in one["action"] for one in services.get_events(chengdu, book, number))
    with pytest.raises(NotFound):
        objections.explanation(chengdu, book, objection["inquiry_no"])
    assert [one["inquiry_no"] for one in inquiry_reading.of_case(reviewer, book, number)] == [objection["inquiry_no"]]


def test_the_insured_region_reads_the_computation_but_not_the_case_that_the_centre_still_holds(
    book: Casebook, case: Row, objection: Row, insured: Principal, reviewer: Principal
) -> None:
    found = objections.explanation(insured, book, objection["inquiry_no"])
    assert found["settlement"]["fund_pay_sumamt"] == "6000.00"
    assert found["steps"] == STEPS
    assert set(found) == {"settlement", "recomputed", "steps"}
    assert inquiry_reading.get_inquiry(insured, book, objection["inquiry_no"])["case_no"] is None
    assert inquiry_reading.get_inquiry(reviewer, book, objection["inquiry_no"])["case_no"] == case["case_no"]


def test_objection_and_investigation_about_one_settlement_name_each_other(
    book: Casebook, objection: Row, insured: Principal, chengdu: Principal
) -> None:
    sent = inquiring.entrust(insured, book, "stay", SAID, setl_id="S1")
    assert [one["inquiry_no"] for one in sent["others"]] == [objection["inquiry_no"]]
    assert inquiry_reading.get_inquiry(chengdu, book, sent["inquiry_no"])["others"] == []


def test_a_settlement_of_another_region_looks_like_one_that_does_not_exist(
    book: Casebook, case: Row, chengdu: Principal, reviewer: Principal
) -> None:
    said = []
    for setl_id in ("S1", "S7"):
        with pytest.raises(Refused) as refused:
            objections.receive(chengdu, book, setl_id, "amount", SAID)
        said.append(str(refused.value).replace(setl_id, ""))
    assert said[0] == said[1]
    with pytest.raises(Forbidden):
        objections.receive(reviewer, book, "S1", "amount", SAID)


def test_one_settlement_has_one_open_objection(
    book: Casebook, objection: Row, insured: Principal, mianyang: Principal
) -> None:
    with pytest.raises(Refused, match=objection["inquiry_no"]):
        objections.receive(mianyang, book, "S1", "amount", SAID)
    act(insured, book, objection, "refuse", text="已超过异议期限，不予受理。")
    again = objections.receive(mianyang, book, "S1", "amount", SAID)
    assert act(insured, book, again, "withdraw", text="本人撤回")["state"] == "withdrawn"


def test_an_objection_is_dismissed_only_after_it_was_explained(
    book: Casebook, clock: Clock, objection: Row, insured: Principal
) -> None:
    act(insured, book, objection, "accept")
    with pytest.raises(Forbidden):
        act(insured, book, objection, "dismiss", text=EXPLAINED, outcome="dismissed")
    clock.forward(days=1)
    act(insured, book, objection, "explain", text=EXPLAINED)
    ended = act(insured, book, objection, "dismiss", text="计算无误，维持原结算。", outcome="dismissed")
    assert (ended["outcome_name"], ended["answered_by"]) == ("异议不成立", "mianyang03")
    assert [one["reason"] for one in ended["history"]][2] == EXPLAINED


def test_a_settlement_that_no_case_holds_is_explained_from_what_was_published(
    book: Casebook, insured: Principal
) -> None:
    from lianshen.cases.services.stays import of_settlement

    row = {
        "setl_id": "S5", "person": "a1", "insu_pool": "5107", "treating_agency": "510100", "fixmedins_name": "甲医院",
        "hosp_lv": "02", "main_diag_name": "肺炎", "begndate": date(2026, 11, 1), "enddate": date(2026, 11, 4),
        "setl_date": date(2026, 11, 4), "medfee_sumamt": "10.10", "fund_pay_sumamt": "6.06",
    }  # fmt: skip
    one = objections.receive(insured, book, "S5", "amount", SAID, settlement=of_settlement(row))
    published = {"settlement": row, "recomputed": {}, "steps": STEPS}
    assert objections.explanation(insured, book, one["inquiry_no"], published)["steps"] == STEPS
    other = {**published, "settlement": {**row, "setl_id": "S6"}}
    assert objections.explanation(insured, book, one["inquiry_no"], other)["steps"] == []
    assert objections.explanation(insured, book, one["inquiry_no"])["settlement"] == {}
