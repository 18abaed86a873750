"""What an agency is told: once, to the right desk, and read when somebody there has read it."""

from __future__ import annotations

import pytest
from cases.warehouse_rows import Warehouse

from lianshen.cases import Casebook, services
from lianshen.cases.domain import Principal
from lianshen.cases.filters import CaseFilter
from lianshen.cases.services import inquiring, notices


@pytest.fixture
def released(warehouse: Warehouse, book: Casebook, reviewer: Principal) -> str:
    return release_another(warehouse, book, reviewer, "S1")


def release_another(warehouse: Warehouse, book: Casebook, reviewer: Principal, setl_id: str) -> str:
    """Release a case of Chengdu and return its number."""
    warehouse.settle(setl_id, fix_blng_admdvs="510100", person=f"p{setl_id}")
    warehouse.line(f"L{setl_id}", setl_id, "120.00")
    warehouse.find("PL-11", setl_id, "90.00", lines=(f"L{setl_id}",))
    warehouse.assemble(book.engine)
    case = services.list_cases(reviewer, book, CaseFilter(state=("new",)))["items"][0]
    services.transition(reviewer, book, case["case_no"], "release", case["version"])
    return str(case["case_no"])


def test_a_release_is_told_to_the_agency_and_read_for_all_of_it_by_whoever_reads_it(
    book: Casebook, released: str, chengdu: Principal, chengdu_lead: Principal, mianyang: Principal
) -> None:
    told = notices.list_notices(chengdu, book)
    assert [(one["kind"], one["case_no"]) for one in told] == [("release", released)]
    assert notices.count_unread(chengdu_lead, book) == 1
    assert notices.mark_read(mianyang, book, [told[0]["id"]]) == 0
    assert notices.mark_read(chengdu, book, [told[0]["id"]]) == 1
    assert notices.mark_read(chengdu, book, [told[0]["id"]]) == 0
    assert notices.count_unread(chengdu_lead, book) == 0
    assert notices.list_notices(chengdu_lead, book, unread=True) == []
    assert notices.list_notices(chengdu_lead, book)[0]["read_by"] == "chengdu01"


def test_what_is_for_one_person_is_not_shown_to_another(
    book: Casebook, released: str, chengdu: Principal, chengdu_lead: Principal, reviewer: Principal
) -> None:
    services.add_user(services.OPERATOR, book, chengdu.login, chengdu.name, "handler", "510100", "pages-are-tested")
    version = services.get_case(chengdu, book, released)["version"]
    services.transition(chengdu, book, released, "accept", version)
    services.transition(chengdu_lead, book, released, "ask_extension", version + 1, text="病历在外地")
    services.transition(reviewer, book, released, "grant_extension", version + 2)
    assert [one["kind"] for one in notices.list_notices(chengdu, book)] == ["grant_extension", "release"]
    assert [one["kind"] for one in notices.list_notices(chengdu_lead, book)] == ["release"]
    assert [one["kind"] for one in notices.list_notices(reviewer, book)] == ["ask_extension"]


def test_marking_all_leaves_what_came_after_the_list_was_looked_at(
    book: Casebook, warehouse: Warehouse, released: str, reviewer: Principal, chengdu: Principal
) -> None:
    seen = notices.list_notices(chengdu, book)[0]["id"]
    release_another(warehouse, book, reviewer, "S2")
    assert notices.mark_read(chengdu, book, until=seen) == 1
    assert [one["kind"] for one in notices.list_notices(chengdu, book, unread=True)] == ["release"]
    assert notices.list_notices(chengdu, book, before=seen + 1)[0]["id"] == seen
    assert notices.list_notices(chengdu, book, before=seen) == []


def test_a_notice_that_was_taken_back_leaves_its_number_to_nobody(
    book: Casebook, warehouse: Warehouse, released: str, reviewer: Principal, lead: Principal, chengdu: Principal
) -> None:
    seen = notices.list_notices(chengdu, book)[0]["id"]
    version = services.get_case(reviewer, book, released)["version"]
    services.transition(lead, book, released, "withdraw", version, text="证据待补")
    release_another(warehouse, book, reviewer, "S2")
    assert notices.mark_read(chengdu, book, until=seen) == 0
    assert [one["kind"] for one in notices.list_notices(chengdu, book)] == ["release", "withdraw"]


def test_a_county_where_nobody_works_is_told_through_its_city(
    book: Casebook, released: str, mianyang: Principal
) -> None:
    county = Principal(11, "fucheng", "涪城经办", "handler", "510703")
    sent = inquiring.entrust(county, book, "stay", "请核实该次住院是否真实发生。", setl_id="S1")
    taken = Principal(4, "chengdu01", "成都经办1", "handler", "510100")
    inquiring.act(taken, book, sent["inquiry_no"], "decline", 1, text="不在本机构")
    assert notices.list_notices(county, book) == []
    assert "退回" in notices.list_notices(mianyang, book)[0]["text"]
    services.add_user(services.OPERATOR, book, "fucheng", "涪城经办", "handler", "510703", "pages-are-tested")
    again = inquiring.entrust(county, book, "stay", "请核实该次住院是否真实发生。", setl_id="S1")
    inquiring.act(taken, book, again["inquiry_no"], "decline", 1, text="不在本机构")
    assert again["inquiry_no"] in notices.list_notices(county, book)[0]["text"]


@pytest.mark.parametrize("role", ["manager", "analyst", "sysadmin", "auditor"])
def test_who_handles_nothing_is_told_nothing(book: Casebook, released: str, role: str) -> None:
    somebody = Principal(9, "jia", "甲", role)  # type: ignore[arg-type]
    assert notices.list_notices(somebody, book) == []
    assert notices.count_unread(somebody, book) == 0
