"""What agencies ask each other: who may ask, answer and know of it, on both databases."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any

import pytest
from cases.warehouse_rows import Clock, Warehouse

from lianshen.cases import Casebook, services
from lianshen.cases.domain import Principal
from lianshen.cases.errors import Conflict, Forbidden, NotFound, Refused
from lianshen.cases.events import verify_events
from lianshen.cases.filters import CaseFilter
from lianshen.cases.inquiry_filter import InquiryFilter
from lianshen.cases.services import inquiring, inquiry_reading, inquiry_telling, notices
from lianshen.cases.services.inquiry_paging import page_inquiries

ASKED = "请核实该参保人住院期间异地就医备案是否有效。"
ANSWER = "经核查，该参保人备案自十一月一日起有效，就医地相符。"
Row = dict[str, Any]


@pytest.fixture
def insured() -> Principal:
    """Return who is told of Mianyang's persons wherever they are treated."""
    return Principal(7, "mianyang03", "绵阳参保", "handler", "510700", sees_insured=True)


@pytest.fixture
def leshan() -> Principal:
    return Principal(8, "leshan01", "乐山经办1", "handler", "511100", sees_insured=True)


@pytest.fixture
def case(warehouse: Warehouse, book: Casebook, reviewer: Principal, chengdu: Principal) -> Row:
    """Return a case that Chengdu works on: a person of Mianyang, one settlement."""
    warehouse.settle("S1", fix_blng_admdvs="510100")
    warehouse.line("L1", "S1", "120.00")
    warehouse.find("PL-11", "S1", "90.00", lines=("L1",))
    warehouse.assemble(book.engine)
    found = services.list_cases(reviewer, book, CaseFilter())["items"][0]
    return accepted(book, reviewer, chengdu, found["case_no"])


def accepted(book: Casebook, reviewer: Principal, chengdu: Principal, case_no: str) -> Row:
    """Take a new case to the desk of Chengdu."""
    version = services.get_case(reviewer, book, case_no)["version"]
    services.transition(reviewer, book, case_no, "release", version)
    return services.transition(chengdu, book, case_no, "accept", version + 1)


@pytest.fixture
def query(case: Row, book: Casebook, chengdu: Principal) -> Row:
    return inquiring.ask(chengdu, book, case["case_no"], "filing", ASKED)


def act(p: Principal, book: Casebook, inquiry: Row, action: str, **said: Any) -> Row:
    now = inquiry_reading.get_inquiry(p, book, inquiry["inquiry_no"])
    return inquiring.act(p, book, inquiry["inquiry_no"], action, now["version"], **said)


def numbers(p: Principal, book: Casebook, **wanted: Any) -> list[str]:
    return [one["inquiry_no"] for one in inquiry_reading.list_inquiries(p, book, InquiryFilter(**wanted))["items"]]


def test_the_insured_region_answers_a_query_and_the_asker_ends_it_while_the_case_stays_where_it_is(
    book: Casebook, case: Row, query: Row, chengdu: Principal, insured: Principal
) -> None:
    assert (query["state"], query["to_agency"], query["due_at"]) == ("sent", "510700", date(2026, 11, 30))
    assert query["facts"]["institution"] == "成都模拟医院"
    assert query["facts"]["fund_fee"] == 600000
    assert query["actions"] == ["prolong", "withdraw"]
    assert inquiry_reading.get_inquiry(insured, book, query["inquiry_no"])["actions"] == ["accept", "decline", "answer"]
    act(insured, book, query, "accept")
    answered = act(insured, book, query, "answer", text=ANSWER, outcome="denies")
    assert (answered["state"], answered["outcome_name"], answered["days_left"]) == ("answered", "情况不属实", None)
    with pytest.raises(Forbidden):
        act(insured, book, query, "close")
    assert act(chengdu, book, query, "close")["state"] == "closed"
    assert services.get_case(chengdu, book, case["case_no"])["state"] == "accepted"
    trail = [event["action"] for event in services.get_events(chengdu, book, case["case_no"])]
    assert trail[:4] == ["query.close", "query.answer", "query.accept", "query.ask"]
    told = [(one["agency"], one["text"]) for p in (insured, chengdu) for one in notices.list_notices(p, book)]
    assert ("510700", "成都市来函：参保地核实，异地就医备案") in told
    assert ("510100", f"参保地核实 {query['inquiry_no']} 答复：情况不属实") in told
    assert verify_events(book.engine) is None


def test_only_its_two_agencies_and_the_centre_know_that_an_inquiry_exists(
    book: Casebook, query: Row, reviewer: Principal, leshan: Principal
) -> None:
    number = query["inquiry_no"]
    analyst, admin = Principal(9, "fenxi", "分析", "analyst"), Principal(10, "audit", "审计", "auditor")
    for p in (leshan, analyst, admin):
        with pytest.raises(NotFound) as hidden:
            inquiry_reading.get_inquiry(p, book, number)
        with pytest.raises(NotFound) as missing:
            inquiry_reading.get_inquiry(p, book, "HS20261123-NOSUCH")
        assert str(hidden.value).split("：")[1] == str(missing.value).split("：")[1]
        for act_on in (inquiring.act, inquiry_reading.log_view, inquiry_reading.letter_facts):
            with pytest.raises(NotFound):
                act_on(p, book, number, *(("answer", 1) if act_on is inquiring.act else ()))
        assert numbers(p, book) == []
        assert inquiry_reading.count_waiting(p, book) == {"in": 0, "out": 0, "objection": 0, "all": 0}
    assert numbers(reviewer, book) == [number]
    assert inquiry_reading.get_inquiry(reviewer, book, number)["actions"] == []
    with pytest.raises(Forbidden):
        inquiring.act(reviewer, book, number, "answer", 1, text=ANSWER, outcome="denies")


def test_who_is_asked_learns_of_the_case_only_where_the_account_is_told_of_insured_persons(
    book: Casebook, case: Row, query: Row, insured: Principal, mianyang: Principal
) -> None:
    number = query["inquiry_no"]
    assert inquiry_reading.get_inquiry(insured, book, number)["case_no"] == case["case_no"]
    assert inquiry_reading.get_inquiry(mianyang, book, number)["case_no"] is None
    with pytest.raises(NotFound):
        inquiry_reading.of_case(mianyang, book, case["case_no"])
    assert [one["inquiry_no"] for one in inquiry_reading.of_case(insured, book, case["case_no"])] == [number]


def test_a_query_is_asked_by_the_agency_that_works_on_the_case_and_says_what_it_wants(
    book: Casebook, case: Row, reviewer: Principal, chengdu: Principal, insured: Principal, leshan: Principal
) -> None:
    number = case["case_no"]
    for p, error in ((reviewer, Forbidden), (insured, NotFound), (leshan, NotFound)):
        with pytest.raises(error):
            inquiring.ask(p, book, number, "filing", ASKED)
    with pytest.raises(Refused, match="至少 10 个字"):
        inquiring.ask(chengdu, book, number, "filing", "请核实")
    with pytest.raises(Refused, match="事由"):
        inquiring.ask(chengdu, book, number, "weather", ASKED)


def test_a_person_insured_where_they_were_treated_is_nobody_elses_to_ask_about(
    book: Casebook, warehouse: Warehouse, reviewer: Principal, chengdu: Principal
) -> None:
    warehouse.settle("S2", insu_admdvs="510100", insu_pool="5101", scope="LOCAL")
    warehouse.line("L2", "S2", "120.00")
    warehouse.find("PL-11", "S2", "90.00", lines=("L2",))
    warehouse.assemble(book.engine)
    number = services.list_cases(reviewer, book, CaseFilter())["items"][0]["case_no"]
    accepted(book, reviewer, chengdu, number)
    with pytest.raises(Refused, match="本机构"):
        inquiring.ask(chengdu, book, number, "filing", ASKED)


def test_persons_of_other_provinces_are_asked_about_through_the_centre(
    book: Casebook, warehouse: Warehouse, reviewer: Principal, chengdu: Principal
) -> None:
    warehouse.settle("S2", insu_admdvs="440100", insu_pool="4401", scope="CROSS_PROV")
    warehouse.line("L2", "S2", "120.00")
    warehouse.find("PL-11", "S2", "90.00", lines=("L2",))
    warehouse.assemble(book.engine)
    number = services.list_cases(reviewer, book, CaseFilter())["items"][0]["case_no"]
    accepted(book, reviewer, chengdu, number)
    asked = inquiring.ask(chengdu, book, number, "entitlement", ASKED)
    assert asked["to_agency"] == "510000"
    assert act(reviewer, book, asked, "answer", text=ANSWER, outcome="unclear")["state"] == "answered"


def test_the_insured_region_entrusts_the_treating_region_which_first_takes_it_up(
    book: Casebook, case: Row, insured: Principal, mianyang: Principal, chengdu: Principal, leshan: Principal
) -> None:
    sent = inquiring.entrust(insured, book, "stay", ASKED, case_no=case["case_no"])
    assert (sent["from_agency"], sent["to_agency"], sent["due_at"]) == ("510700", "510100", date(2026, 12, 21))
    with pytest.raises(Forbidden):
        act(chengdu, book, sent, "answer", text=ANSWER, outcome="genuine")
    act(chengdu, book, sent, "accept")
    act(insured, book, sent, "prolong", text="病历在封存中")
    assert inquiry_reading.get_inquiry(insured, book, sent["inquiry_no"])["due_at"] == date(2027, 1, 5)
    with pytest.raises(Refused, match="须选择结果"):
        act(chengdu, book, sent, "answer", text=ANSWER)
    with pytest.raises(Refused, match="须选择结果"):
        act(chengdu, book, sent, "answer", text=ANSWER, outcome="upheld")
    act(chengdu, book, sent, "answer", text=ANSWER, outcome="not_genuine")
    again = act(insured, book, sent, "ask_again", text="请附护理记录")
    assert (again["state"], again["outcome"]) == ("accepted", None)
    act(chengdu, book, sent, "answer", text=ANSWER, outcome="partly")
    assert act(insured, book, sent, "close")["actions"] == []
    said = inquiry_reading.get_inquiry(insured, book, sent["inquiry_no"])["history"]
    assert [one["action"].split(".")[1] for one in said] == [
        "ask", "accept", "prolong", "answer", "ask_again", "answer", "close",
    ]  # fmt: skip
    # Who is not told of insured persons may not name the case, but may name a settlement of the own region.
    with pytest.raises(NotFound):
        inquiring.entrust(mianyang, book, "stay", ASKED, case_no=case["case_no"])
    assert inquiring.entrust(mianyang, book, "stay", ASKED, setl_id="S1")["setl_id"] == "S1"
    for setl_id in ("S1", "S9"):
        with pytest.raises(Refused, match="没有本地参保人的结算"):
            inquiring.entrust(leshan, book, "stay", ASKED, setl_id=setl_id)


def test_an_investigation_that_contradicts_a_settlement_without_a_case_is_told_to_the_centre(
    book: Casebook, warehouse: Warehouse, insured: Principal, chengdu: Principal, reviewer: Principal
) -> None:
    from lianshen.cases.services.stays import of_settlement

    columns = {
        "setl_id": "S5", "person": "a1", "insu_pool": "5107", "treating_agency": "510100", "fixmedins_name": "甲医院",
        "hosp_lv": "02", "main_diag_name": "肺炎", "begndate": date(2026, 11, 1), "enddate": date(2026, 11, 4),
        "setl_date": date(2026, 11, 4), "medfee_sumamt": "10.10", "fund_pay_sumamt": "6.06",
    }  # fmt: skip
    sent = inquiring.entrust(insured, book, "stay", ASKED, setl_id="S5", settlement=of_settlement(columns))
    assert (sent["case_no"], sent["facts"]["total_fee"]) == (None, 1010)
    act(chengdu, book, sent, "accept")
    act(chengdu, book, sent, "answer", text=ANSWER, outcome="not_genuine")
    assert "尚无案件" in notices.list_notices(reviewer, book)[0]["text"]
    with pytest.raises(Refused):
        inquiring.entrust(insured, book, "stay", ASKED, setl_id="S6", settlement=of_settlement(columns))


def test_whoever_comes_second_is_told_who_was_first(book: Casebook, query: Row, insured: Principal) -> None:
    number = query["inquiry_no"]
    inquiring.act(insured, book, number, "accept", 1)
    with pytest.raises(Conflict, match=r"绵阳参保.*签收.*办理中") as late:
        inquiring.act(insured, book, number, "answer", 1, text=ANSWER, outcome="denies")
    assert late.value.version == 2


def test_of_many_answers_at_once_one_is_kept_and_each_loser_is_told(
    book: Casebook, query: Row, insured: Principal
) -> None:
    number, outcomes = query["inquiry_no"], []

    def answer() -> None:
        try:
            inquiring.act(insured, book, number, "answer", 1, text=ANSWER, outcome="denies")
            outcomes.append("kept")
        except Conflict:
            outcomes.append("told")

    threads = [threading.Thread(target=answer) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["kept"] + ["told"] * 7
    read = inquiry_reading.get_inquiry(insured, book, number)
    assert (read["version"], len(read["history"])) == (2, 2)
    assert verify_events(book.engine) is None


def test_what_falls_due_is_said_once_and_what_is_overdue_to_both_sides_and_the_centre(
    book: Casebook, clock: Clock, query: Row, insured: Principal, chengdu: Principal, reviewer: Principal
) -> None:
    assert inquiry_telling.remind(book) == 0
    clock.forward(days=3)
    assert (inquiry_telling.remind(book), inquiry_telling.remind(book)) == (1, 0)
    assert "即将到期" in notices.list_notices(insured, book)[0]["text"]
    assert numbers(insured, book, due="soon") == [query["inquiry_no"]]
    clock.forward(days=5)
    assert (inquiry_telling.remind(book), inquiry_telling.remind(book)) == (1, 0)
    for p in (insured, chengdu, reviewer):
        assert "已超期" in notices.list_notices(p, book)[0]["text"]
    assert numbers(insured, book, due="overdue") == [query["inquiry_no"]]
    assert inquiry_reading.get_inquiry(insured, book, query["inquiry_no"])["days_left"] == -1


def test_tabs_and_filters_say_which_side_one_is_on(
    book: Casebook, query: Row, insured: Principal, chengdu: Principal
) -> None:
    number = query["inquiry_no"]
    assert numbers(insured, book, tab="in") == numbers(chengdu, book, tab="out") == [number]
    assert numbers(insured, book, tab="out") == numbers(chengdu, book, tab="in") == []
    assert numbers(insured, book, q=number.lower()) == numbers(insured, book, q="备案") == [number]
    assert numbers(insured, book, kind=("entrusted",)) == numbers(insured, book, state=("closed",)) == []
    assert inquiry_reading.count_waiting(insured, book) == {"in": 1, "out": 0, "objection": 0, "all": 1}
    assert (
        InquiryFilter.from_query({"tab": "in", "kind": "query,nonsense", "due": "soon"}).to_query() == "tab=in&due=soon"
    )


@pytest.mark.parametrize("role", ["analyst", "sysadmin", "secadmin", "auditor"])
@pytest.mark.parametrize("tab", ["in", "out", "objection", "all"])
def test_no_tab_shows_an_inquiry_to_who_may_not_know_of_it_even_with_an_agency(
    book: Casebook, query: Row, role: Any, tab: str
) -> None:
    for agency in ("510700", "510100"):
        assert numbers(Principal(13, "yi", "乙", role, agency), book, tab=tab) == []


def test_a_manager_of_a_region_reads_what_is_its_own(book: Casebook, query: Row) -> None:
    manager = Principal(13, "yi", "乙", "manager", "510700")
    assert numbers(manager, book, tab="in") == [query["inquiry_no"]]
    assert numbers(manager, book, tab="out") == []
    assert numbers(Principal(13, "yi", "乙", "manager", "511100"), book) == []
    assert inquiry_reading.get_inquiry(manager, book, query["inquiry_no"])["actions"] == []


def test_a_city_answers_for_its_counties_and_a_county_only_for_itself(book: Casebook, case: Row) -> None:
    county = Principal(11, "fucheng", "涪城经办", "handler", "510703", sees_insured=True)
    other = Principal(12, "youxian", "游仙经办", "handler", "510704", sees_insured=True)
    city = Principal(7, "mianyang03", "绵阳参保", "handler", "510700", sees_insured=True)
    sent = inquiring.entrust(county, book, "stay", ASKED, setl_id="S1")
    assert numbers(county, book, tab="out") == numbers(city, book, tab="out") == [sent["inquiry_no"]]
    assert numbers(other, book) == []
    assert act(city, book, sent, "withdraw", text="已自行核实")["state"] == "withdrawn"


def test_the_letter_says_who_asks_whom_about_which_stay_and_by_when(
    book: Casebook, case: Row, query: Row, chengdu: Principal, mianyang: Principal
) -> None:
    facts = inquiry_reading.letter_facts(chengdu, book, query["inquiry_no"])
    assert (facts["from_name"], facts["to_name"], facts["due"]) == ("成都市", "绵阳市", date(2026, 11, 30))
    assert ("案件编号", case["case_no"]) in facts["facts"]
    assert ("医疗费用总额", "10,000.00 元") in facts["facts"]
    assert ("就诊日期", "2026-11-10 至 2026-11-18") in facts["facts"]
    hidden = inquiry_reading.letter_facts(mianyang, book, query["inquiry_no"])["facts"]
    assert "案件编号" not in dict(hidden)


def test_going_through_pages_shows_each_inquiry_once_though_some_are_answered_meanwhile(
    book: Casebook, case: Row, clock: Clock, chengdu: Principal, insured: Principal
) -> None:
    asked = []
    for _ in range(7):
        asked.append(inquiring.ask(chengdu, book, case["case_no"], "filing", ASKED)["inquiry_no"])
        clock.forward(days=len(asked) % 2)
    first = page_inquiries(chengdu, book, InquiryFilter(), None, 2)
    assert first["total"] == 7
    seen = [one["inquiry_no"] for one in first["items"]]
    # What was seen leaves its place for the end: it comes again there, and nothing is left out.
    for number in seen:
        inquiring.act(insured, book, number, "answer", 1, text="备案自十一月一日起有效。", outcome="confirms")
    cursor, pages = first["next"], 1
    while cursor:
        page = page_inquiries(chengdu, book, InquiryFilter(), cursor, 2)
        assert page["total"] is None
        assert len(page["items"]) <= 2
        seen += [one["inquiry_no"] for one in page["items"]]
        cursor, pages = page["next"], pages + 1
    assert (sorted(set(seen)), pages) == (sorted(asked), 5)
    whole = numbers(chengdu, book)
    assert whole == seen[2:]
    for bad in ("", "!", "WyJ4Il0", "WzAsIjIwMjYtMTMtMDEiLCJ4Il0"):
        with pytest.raises(Refused, match="cursor"):
            page_inquiries(chengdu, book, InquiryFilter(), bad, 2)


def test_opening_an_inquiry_is_logged(book: Casebook, query: Row, insured: Principal) -> None:
    from lianshen.cases import tables as t

    inquiry_reading.log_view(insured, book, query["inquiry_no"])
    with book.engine.connect() as con:
        seen = con.execute(t.view_log.select()).mappings().all()
    assert [(one["login"], one["case_no"], one["what"]) for one in seen] == [
        ("mianyang03", query["inquiry_no"], "inquiry")
    ]
