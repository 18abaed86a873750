"""The clocks of a case between release and decision: working days, pauses, extensions, and ways round."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from cases.moving import LONG, STAFF, do, lead_to
from cases.warehouse_rows import Clock, Warehouse

from lianshen.agency import CENTRE
from lianshen.cases import Casebook, services
from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.errors import Forbidden, NotFound, Refused
from lianshen.cases.events import verify_events
from lianshen.cases.filters import CaseFilter
from lianshen.cases.services import attaching, inquiring, inquiry_reading
from lianshen.cases.store import writing

Case = dict[str, Any]
MIANYANG = Principal(7, "mianyang03", "绵阳经办3", "handler", "510700")
REVIEWER, LEAD, CHENGDU, CHENGDU_LEAD = STAFF.values()
MONDAY = date(2026, 11, 23)


def stand_at(clock: Clock, day: date) -> None:
    clock.passed = timedelta(days=(day - MONDAY).days)


def notices(book: Casebook, case: Case) -> list[tuple[str, str | None, str]]:
    n = t.notice.c
    with book.engine.connect() as con:
        query = sa.select(n.agency, n.login, n.kind).where(n.case_no == case["case_no"]).order_by(n.id)
        return [tuple(row) for row in con.execute(query)]


def test_a_clock_counts_the_sunday_that_is_worked_and_leaves_out_the_holidays(
    book: Casebook, case: Case, clock: Clock
) -> None:
    stand_at(clock, date(2026, 9, 18))
    released = do(REVIEWER, book, case, "release")
    # Friday; Sunday the 20th is worked in exchange for National Day.
    assert released["accept_by"] == date(2026, 9, 21)
    # 25 September and 1 to 7 October are off, 10 October is worked.
    assert released["due_at"] == date(2026, 11, 5)


def test_a_high_risk_has_half_the_time(warehouse: Warehouse, book: Casebook) -> None:
    warehouse.settle("S1")
    warehouse.find("ST-04", "S1", "500.00", severity=3)
    warehouse.assemble(book.engine)
    case = services.list_cases(REVIEWER, book, CaseFilter())["items"][0]
    assert do(REVIEWER, book, case, "release")["due_at"] == date(2026, 12, 14)


def test_the_institution_is_heard_within_its_term_and_the_clock_goes_on(
    book: Casebook, case: Case, clock: Clock
) -> None:
    due = lead_to(book, case, "accept")["due_at"]
    with pytest.raises(Refused, match="须填写说明"):
        do(CHENGDU, book, case, "ask_institution")
    hearing = do(CHENGDU, book, case, "ask_institution", text="请书面说明用药依据")
    assert (hearing["state"], hearing["reply_by"], hearing["due_at"]) == ("hearing", date(2026, 11, 30), due)
    assert hearing["days_left"] == 30
    with pytest.raises(Refused, match="须填写说明"):
        do(CHENGDU, book, case, "statement")
    with pytest.raises(Refused, match="尚未逾期"):
        do(CHENGDU, book, case, "statement", reason="timeout")
    with pytest.raises(Refused, match="申辩类型"):
        do(CHENGDU, book, case, "statement", reason="late", text="说明")
    heard = do(CHENGDU, book, case, "statement", text="机构认为符合指南")
    assert (heard["state"], heard["reply_by"], heard["due_at"]) == ("accepted", None, due)


def test_an_institution_that_says_nothing_is_noted_the_day_after_its_term(
    book: Casebook, case: Case, clock: Clock
) -> None:
    lead_to(book, case, "accept")
    do(CHENGDU, book, case, "ask_institution", text="请书面说明")
    stand_at(clock, date(2026, 11, 30))
    with pytest.raises(Refused, match="2026-11-30"):
        do(CHENGDU, book, case, "statement", reason="timeout")
    stand_at(clock, date(2026, 12, 1))
    assert do(CHENGDU, book, case, "statement", reason="timeout")["state"] == "accepted"
    assert services.get_events(CHENGDU, book, case["case_no"])[0]["reason"] == "逾期未申辩"


def test_while_evidence_is_awaited_the_clock_stands_still(book: Casebook, case: Case, clock: Clock) -> None:
    due = lead_to(book, case, "accept")["due_at"]
    waiting = do(CHENGDU, book, case, "ask_evidence", text="请提供备案记录", agency=CENTRE)
    assert (waiting["state"], waiting["days_left"], waiting["reply_by"]) == ("evidence", None, date(2026, 12, 7))
    assert (CENTRE, None, "ask_evidence") in notices(book, case)
    stand_at(clock, date(2026, 11, 30))
    provided = do(REVIEWER, book, case, "provide", text="备案记录见附件")
    assert provided["state"] == "accepted"
    assert provided["due_at"] == book.workdays.add(due, 5)
    assert (provided["paused_on"], provided["reply_by"]) == (None, None)


def test_over_a_weekend_a_pause_gives_back_one_day_and_never_more_than_evidence_may_take(
    book: Casebook, case: Case, clock: Clock
) -> None:
    stand_at(clock, date(2026, 11, 27))
    due = lead_to(book, case, "accept")["due_at"]
    do(CHENGDU, book, case, "ask_evidence", text="请提供备案记录")
    stand_at(clock, date(2026, 11, 30))
    after = do(CHENGDU, book, case, "provide", text="已取得")
    assert after["due_at"] == book.workdays.add(due, 1)
    do(CHENGDU, book, case, "ask_evidence", text="请补充")
    stand_at(clock, date(2027, 1, 18))
    late = do(CHENGDU, book, case, "provide", text="迟到的证据")
    assert late["due_at"] == book.workdays.add(after["due_at"], book.terms.evidence_days)


def test_the_agency_that_is_asked_gives_the_evidence_itself_and_never_sees_the_case(
    book: Casebook, case: Case, clock: Clock
) -> None:
    due = lead_to(book, case, "accept")["due_at"]
    do(CHENGDU, book, case, "ask_evidence", text="请提供该参保人的备案记录", agency="510700")
    (letter,) = inquiry_reading.of_case(CHENGDU, book, case["case_no"])
    number = letter["inquiry_no"]
    assert (letter["kind"], letter["to_agency"], letter["due_at"]) == ("query", "510700", date(2026, 12, 7))
    seen = inquiry_reading.get_inquiry(MIANYANG, book, number)
    assert (seen["case_no"], "answer" in seen["actions"], seen["may_attach"]) == (None, True, True)
    with pytest.raises(NotFound):
        services.get_case(MIANYANG, book, case["case_no"])
    attaching.add_attachment(MIANYANG, book, number, "备案表.pdf", b"%PDF-1.7\n%%EOF", "evidence", of="inquiry")
    stand_at(clock, date(2026, 11, 30))
    inquiring.act(MIANYANG, book, number, "answer", 1, text="备案自十一月一日起有效，见附件。", outcome="confirms")
    after = services.get_case(CHENGDU, book, case["case_no"])
    assert (after["state"], after["due_at"]) == ("accepted", book.workdays.add(due, 5))
    assert (after["paused_on"], after["reply_by"]) == (None, None)
    last = services.get_events(CHENGDU, book, case["case_no"])[0]
    assert (last["action"], last["actor"]) == ("provide", "mianyang03")
    assert number in last["reason"]
    assert verify_events(book.engine) is None


def test_another_agency_than_the_insured_one_is_entrusted_and_an_old_answer_moves_nothing(
    book: Casebook, case: Case
) -> None:
    lead_to(book, case, "accept")
    do(CHENGDU, book, case, "ask_evidence", text="请提供该院的收费清单原件", agency="510300")
    (first,) = inquiry_reading.of_case(CHENGDU, book, case["case_no"])
    assert first["kind"] == "entrusted"
    do(CHENGDU, book, case, "provide", text="先行取得复印件")
    do(CHENGDU, book, case, "ask_evidence", text="请提供该参保人的备案记录", agency="510700")
    zigong = Principal(8, "zigong01", "自贡经办", "handler", "510300")
    inquiring.act(zigong, book, first["inquiry_no"], "accept", 1)
    inquiring.act(zigong, book, first["inquiry_no"], "answer", 2, text="收费清单原件已寄出。", outcome="genuine")
    assert services.get_case(CHENGDU, book, case["case_no"])["state"] == "evidence"


def test_evidence_is_not_asked_of_oneself_and_says_what_is_needed(book: Casebook, case: Case) -> None:
    lead_to(book, case, "accept")
    with pytest.raises(Refused, match="本机构"):
        do(CHENGDU, book, case, "ask_evidence", text="请提供该参保人的备案记录", agency="510100")
    with pytest.raises(Refused, match="至少 10 个字"):
        do(CHENGDU, book, case, "ask_evidence", text="请提供", agency="510700")
    assert services.get_case(CHENGDU, book, case["case_no"])["state"] == "accepted"


def test_evidence_is_asked_of_an_agency_that_exists(book: Casebook, case: Case) -> None:
    lead_to(book, case, "accept")
    with pytest.raises(Refused, match="补证对象"):
        do(CHENGDU, book, case, "ask_evidence", text="请提供", agency="440100")


def test_an_extension_is_granted_once(book: Casebook, case: Case) -> None:
    due = lead_to(book, case, "accept")["due_at"]
    with pytest.raises(Forbidden):
        do(CHENGDU, book, case, "ask_extension", text="病历尚未调取")
    asked = do(CHENGDU_LEAD, book, case, "ask_extension", text="病历尚未调取")
    assert (asked["state"], asked["extension"], asked["due_at"]) == ("accepted", "asked", due)
    granted = do(REVIEWER, book, case, "grant_extension")
    assert (granted["extension"], granted["due_at"]) == ("granted", book.workdays.add(due, 10))
    with pytest.raises(Forbidden):
        do(CHENGDU_LEAD, book, case, "ask_extension", text="再次申请")
    with pytest.raises(Forbidden):
        do(REVIEWER, book, case, "grant_extension")


def test_a_refused_extension_leaves_the_day_as_it_was(book: Casebook, case: Case) -> None:
    due = lead_to(book, case, "accept")["due_at"]
    do(CHENGDU_LEAD, book, case, "ask_extension", text="病历尚未调取")
    refused = do(REVIEWER, book, case, "refuse_extension", text="时间充足")
    assert (refused["extension"], refused["due_at"]) == ("refused", due)
    with pytest.raises(Forbidden):
        do(CHENGDU_LEAD, book, case, "ask_extension", text="再次申请")


def test_a_return_gives_five_days_only_where_fewer_are_left(book: Casebook, case: Case, clock: Clock) -> None:
    due = lead_to(book, case, "submit")["due_at"]
    assert do(REVIEWER, book, case, "return", text="请补充首页")["due_at"] == due
    stand_at(clock, due)
    do(CHENGDU, book, case, "submit", text=LONG, worth_checking=True)
    assert do(REVIEWER, book, case, "return", text="仍缺首页")["due_at"] == book.workdays.add(due, 5)


def test_a_misrouted_case_goes_back_to_the_centre_and_on_to_another_agency(
    book: Casebook, case: Case, clock: Clock, mianyang: Principal
) -> None:
    do(REVIEWER, book, case, "release")
    with pytest.raises(Refused, match="须填写说明"):
        do(CHENGDU, book, case, "reject_scope")
    misrouted = do(CHENGDU, book, case, "reject_scope", text="协议由绵阳管理")
    assert (misrouted["state"], misrouted["misroutes"], misrouted["assignee"]) == ("misrouted", 1, None)
    with pytest.raises(Forbidden):
        do(CHENGDU, book, case, "accept")
    stand_at(clock, date(2026, 11, 30))
    for agency in (None, "440100", "510104"):
        with pytest.raises(Refused, match="改派到的经办机构"):
            do(LEAD, book, case, "transfer", text="改派", agency=agency)
    moved = do(LEAD, book, case, "transfer", text="协议确在绵阳", agency="510700")
    assert (moved["state"], moved["treating_agency"], moved["accept_by"]) == ("released", "510700", date(2026, 12, 2))
    with pytest.raises(NotFound):
        services.get_case(CHENGDU, book, case["case_no"])
    assert do(mianyang, book, case, "accept")["assignee"] == "mianyang01"
    told = notices(book, case)
    assert ("510000", None, "reject_scope") in told
    assert ("510700", None, "transfer") in told


def test_a_transfer_to_where_it_is_is_refused_unless_it_was_sent_back(book: Casebook, case: Case) -> None:
    do(REVIEWER, book, case, "release")
    with pytest.raises(Refused, match="已在该经办机构"):
        do(LEAD, book, case, "transfer", text="改派", agency="510100")
    do(CHENGDU, book, case, "reject_scope", text="非本辖区")
    assert do(LEAD, book, case, "transfer", text="协议属成都", agency="510100")["state"] == "released"


def test_a_transfer_is_not_undone(book: Casebook, case: Case) -> None:
    do(REVIEWER, book, case, "release")
    do(LEAD, book, case, "transfer", text="改派", agency="510700")
    with pytest.raises(Forbidden):
        do(LEAD, book, case, "undo")


def test_what_was_taken_back_is_no_longer_announced(book: Casebook, case: Case) -> None:
    do(REVIEWER, book, case, "release")
    assert notices(book, case) == [("510100", None, "release"), ("510700", None, "insured_release")]
    do(REVIEWER, book, case, "undo")
    assert notices(book, case) == []


def test_the_region_that_insures_is_told_of_release_and_result(book: Casebook, case: Case) -> None:
    lead_to(book, case, "confirm")
    assert [kind for agency, _, kind in notices(book, case) if agency == "510700"] == [
        "insured_release",
        "insured_confirm",
    ]


def test_a_lead_gives_a_case_to_somebody_who_works_there(book: Casebook, case: Case) -> None:
    lead_to(book, case, "accept")
    with writing(book.engine) as con:
        for login, role, agency, active in (
            ("chengdu07", "handler", "510100", True),
            ("chengdu08", "handler", "510100", False),
            ("mianyang01", "handler", "510700", True),
            ("jinjiang01", "handler", "510104", True),
            ("shenhe02", "reviewer", None, True),
        ):
            con.execute(t.users.insert().values(
                login=login, name=login, role=role, agency=agency, is_active=active, password_hash="-", failures=0,
                created_at=book.now()))  # fmt: skip
    for wrong in ("chengdu08", "mianyang01", "jinjiang01", "shenhe02", "nobody", "", None):
        with pytest.raises(Refused, match="不是本机构"):
            do(CHENGDU_LEAD, book, case, "assign", assignee=wrong)
    given = do(CHENGDU_LEAD, book, case, "assign", assignee=" Chengdu07 ")
    assert (given["state"], given["assignee"]) == ("accepted", "chengdu07")
    assert notices(book, case)[-1] == ("510100", "chengdu07", "assign")
    with pytest.raises(Forbidden):
        do(CHENGDU, book, case, "ask_institution", text="请说明")
    assert verify_events(book.engine) is None


def test_what_is_refused_in_bulk_is_denied_and_the_rest_is_done(
    warehouse: Warehouse, book: Casebook, case: Case
) -> None:
    lead_to(book, case, "confirm")
    archived = services.bulk(CHENGDU, book, "archive", [services.get_case(CHENGDU, book, case["case_no"])])
    assert archived == {"ok": [], "conflict": [], "denied": [case["case_no"]]}, "90.00 are still outstanding"


def test_a_county_is_told_where_somebody_works_there_and_its_city_otherwise(
    warehouse: Warehouse, book: Casebook
) -> None:
    for number, county in enumerate(("510104", "510105")):
        warehouse.settle(f"S{number}", fix_blng_admdvs=county)
        warehouse.find("PL-11", f"S{number}", "10.00")
    warehouse.assemble(book.engine)
    with writing(book.engine) as con:
        con.execute(t.users.insert().values(
            login="jinjiang01", name="锦江", role="handler", agency="510104", is_active=True, password_hash="-",
            failures=0, created_at=book.now()))  # fmt: skip
    cases = services.list_cases(REVIEWER, book, CaseFilter(), sort="case_no")["items"]
    told = {}
    for case in cases:
        do(REVIEWER, book, case, "release")
        told[case["county"]] = notices(book, case)[0][0]
    assert told == {"510104": "510104", "510105": "510100"}
