"""The life of a case between the centre and an agency, on both databases."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any

import pytest
from cases.moving import LONG, do
from cases.warehouse_rows import Clock, Warehouse

from lianshen.cases import Casebook, services
from lianshen.cases.domain import Principal
from lianshen.cases.errors import Conflict, Forbidden, NotFound, Refused
from lianshen.cases.events import verify_events
from lianshen.cases.filters import CaseFilter


def determine_all(
    p: Principal, book: Casebook, case: dict[str, Any], how: str = "full", reason: str = "violation"
) -> int:
    return services.determine_rest(p, book, case["case_no"], how, reason)


def test_a_case_goes_from_the_centre_to_the_agency_and_back_and_is_closed(
    book: Casebook, case: dict[str, Any], reviewer: Principal, chengdu: Principal
) -> None:
    released = do(reviewer, book, case, "release")
    assert (released["state"], released["actions"]) == ("released", ["undo"])
    assert do(chengdu, book, case, "accept")["assignee"] == "chengdu01"
    assert determine_all(chengdu, book, case) == 2
    submitted = do(chengdu, book, case, "submit", text=LONG, worth_checking=True)
    assert (submitted["decision"], submitted["determined"]) == ("confirmed", 9000)
    do(reviewer, book, case, "return", text="请补充病历首页")
    again = do(chengdu, book, case, "submit", text=LONG, worth_checking=True)
    assert again["state"] == "submitted"
    assert do(reviewer, book, case, "confirm")["state"] == "closed"
    told = [event["action"] for event in services.get_events(reviewer, book, case["case_no"])]
    assert told[::-1] == ["raised", "release", "accept", "determine", "submit", "return", "submit", "confirm"]
    assert verify_events(book.engine) is None


def test_an_agency_does_not_see_a_case_before_its_release_nor_anothers_case_ever(
    book: Casebook, case: dict[str, Any], reviewer: Principal, chengdu: Principal, mianyang: Principal
) -> None:
    number = case["case_no"]
    for p in (chengdu, mianyang):
        with pytest.raises(NotFound) as hidden:
            services.get_case(p, book, number)
        with pytest.raises(NotFound) as missing:
            services.get_case(p, book, "SC20261119-NOSUCH")
        assert str(hidden.value).split("：")[1] == str(missing.value).split("：")[1]
    do(reviewer, book, case, "release")
    assert services.get_case(chengdu, book, number)["state"] == "released"
    for read in (services.get_case, services.get_lines, services.get_findings, services.get_events,
                 services.related, services.get_dossier, services.log_view):  # fmt: skip
        with pytest.raises(NotFound):
            read(mianyang, book, number)
    with pytest.raises(NotFound):
        services.transition(mianyang, book, number, "accept", 1)
    assert services.list_cases(mianyang, book, CaseFilter(region=("510100",)))["total"] == 0
    assert services.facets(mianyang, book, CaseFilter())["state"] == {}
    assert services.totals(mianyang, book)["cases"] == 0


@pytest.mark.parametrize("role", ["sysadmin", "secadmin", "auditor"])
def test_administrators_see_no_case(book: Casebook, case: dict[str, Any], role: Any) -> None:
    admin = Principal(9, "admin01", "管理员", role)
    assert services.list_cases(admin, book, CaseFilter())["total"] == 0
    with pytest.raises(NotFound):
        services.get_case(admin, book, case["case_no"])


def test_who_comes_second_is_told_who_was_first(
    book: Casebook, case: dict[str, Any], reviewer: Principal, other_reviewer: Principal
) -> None:
    services.transition(reviewer, book, case["case_no"], "release", case["version"])
    with pytest.raises(Conflict, match=r"周审核 11-23 10:00 下发 → 待签收") as told:
        services.transition(other_reviewer, book, case["case_no"], "drop", case["version"], reason="edge")
    assert told.value.version == case["version"] + 1


def test_of_two_at_the_same_moment_one_wins_and_the_trail_has_one_release(
    book: Casebook, case: dict[str, Any], reviewer: Principal, other_reviewer: Principal
) -> None:
    start, outcome = threading.Barrier(2), []

    def act(p: Principal) -> None:
        start.wait()
        try:
            services.transition(p, book, case["case_no"], "release", case["version"])
            outcome.append("ok")
        except Conflict:
            outcome.append("conflict")

    threads = [threading.Thread(target=act, args=(p,)) for p in (reviewer, other_reviewer)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome) == ["conflict", "ok"]
    told = [event["action"] for event in services.get_events(reviewer, book, case["case_no"])]
    assert told == ["release", "raised"]
    assert verify_events(book.engine) is None


def test_many_writers_at_once_keep_one_chain(warehouse: Warehouse, book: Casebook, reviewer: Principal) -> None:
    for n in range(12):
        warehouse.settle(f"S{n:02}")
        warehouse.find("PL-11", f"S{n:02}", "10.00")
    warehouse.assemble(book.engine)
    items = services.list_cases(reviewer, book, CaseFilter())["items"]
    failed: list[Exception] = []

    def act(some: list[dict[str, Any]]) -> None:
        try:
            for item in some:
                services.comment(reviewer, book, item["case_no"], "看过")
        except Exception as error:  # noqa: BLE001  a thread's failure must reach the test
            failed.append(error)

    threads = [threading.Thread(target=act, args=(items[n::4],)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert verify_events(book.engine) is None


def test_a_release_is_undone_within_a_minute_and_not_after(
    book: Casebook, case: dict[str, Any], clock: Clock, reviewer: Principal, other_reviewer: Principal, lead: Principal
) -> None:
    do(reviewer, book, case, "release")
    with pytest.raises(Forbidden):
        do(other_reviewer, book, case, "undo")
    clock.forward(seconds=60)
    undone = do(reviewer, book, case, "undo")
    assert (undone["state"], undone["due_at"]) == ("new", None)
    do(reviewer, book, case, "release")
    clock.forward(seconds=61)
    with pytest.raises(Forbidden, match="60 秒"):
        do(reviewer, book, case, "undo")
    with pytest.raises(Refused, match="须填写说明"):
        do(lead, book, case, "withdraw")
    assert do(lead, book, case, "withdraw", text="下发有误")["state"] == "new"


def test_dropping_takes_a_reason_and_a_high_risk_takes_a_lead(
    warehouse: Warehouse, book: Casebook, case: dict[str, Any], reviewer: Principal, lead: Principal
) -> None:
    with pytest.raises(Refused, match="筛除原因"):
        do(reviewer, book, case, "drop")
    with pytest.raises(Refused, match="说明"):
        do(reviewer, book, case, "drop", reason="other")
    dropped = do(reviewer, book, case, "drop", reason="explained", text="主任医师已说明")
    assert dropped["state"] == "dropped"
    with pytest.raises(Forbidden):
        do(reviewer, book, case, "restore", text="复查")
    assert do(lead, book, case, "restore", text="复查发现疑点")["state"] == "new"
    warehouse.settle("S2")
    warehouse.find("PL-11", "S2", "10.00", severity=3)
    warehouse.assemble(book.engine)
    high = services.list_cases(reviewer, book, CaseFilter(severity=(3,)))["items"][0]
    with pytest.raises(Forbidden):
        do(reviewer, book, high, "drop", reason="edge")
    assert do(lead, book, high, "drop", reason="edge")["state"] == "dropped"


def test_only_who_accepted_enters_amounts_within_the_lines_limit_and_with_a_reason_that_fits(
    book: Casebook, case: dict[str, Any], reviewer: Principal, chengdu: Principal
) -> None:
    number = case["case_no"]
    do(reviewer, book, case, "release")
    with pytest.raises(Forbidden):
        services.set_determination(chengdu, book, number, "L1", 100, "violation")
    do(chengdu, book, case, "accept")
    colleague = Principal(8, "chengdu09", "成都经办9", "handler", "510100")
    with pytest.raises(Forbidden):
        services.set_determination(colleague, book, number, "L1", 100, "violation")
    for amount, reason in ((5401, "violation"), (-1, "violation"), (100, "clinical"), (0, "violation"), (0, "nonsense"),
                           (0, "other")):  # fmt: skip
        with pytest.raises(Refused):
            services.set_determination(chengdu, book, number, "L1", amount, reason)
    with pytest.raises(Refused):
        services.set_determination(chengdu, book, number, "L9", 1, "violation")
    assert services.set_determination(chengdu, book, number, "L1", 5400, "violation")["determined"] == 5400
    with pytest.raises(Refused, match="还有 1 条"):
        do(chengdu, book, case, "submit", text=LONG, worth_checking=True)
    services.set_determination(chengdu, book, number, "L2", 0, "clinical")
    with pytest.raises(Refused, match="至少 20 个字"):
        do(chengdu, book, case, "submit", text="属实", worth_checking=True)
    with pytest.raises(Refused, match="是否值得"):
        do(chengdu, book, case, "submit", text=LONG)
    submitted = do(chengdu, book, case, "submit", text=LONG, worth_checking=True)
    assert (submitted["decision"], submitted["determined"]) == ("partial", 5400)


def test_a_determination_is_taken_back_and_the_trail_keeps_both(
    book: Casebook, case: dict[str, Any], reviewer: Principal, chengdu: Principal
) -> None:
    do(reviewer, book, case, "release")
    do(chengdu, book, case, "accept")
    services.set_determination(chengdu, book, case["case_no"], "L1", 100, "partly")
    services.set_determination(chengdu, book, case["case_no"], "L1", None, None)
    line = next(line for line in services.get_lines(chengdu, book, case["case_no"]) if line["bkkp_sn"] == "L1")
    assert (line["determined"], line["reason"], line["determined_by"]) == (None, None, None)
    told = [e["detail"] for e in services.get_events(chengdu, book, case["case_no"]) if e["action"] == "determine"]
    assert [(detail["was"], detail["fen"]) for detail in told[::-1]] == [(None, 100), (100, None)]


def test_dismissing_a_high_risk_needs_the_regions_lead(
    warehouse: Warehouse, book: Casebook, reviewer: Principal, chengdu: Principal, chengdu_lead: Principal
) -> None:
    warehouse.settle("S1")
    warehouse.find("ST-04", "S1", "500.00", severity=3)
    warehouse.assemble(book.engine)
    case = services.list_cases(reviewer, book, CaseFilter())["items"][0]
    do(reviewer, book, case, "release")
    do(chengdu, book, case, "accept")
    determine_all(chengdu, book, case, "none", "policy")
    with pytest.raises(Forbidden, match="负责人"):
        do(chengdu, book, case, "submit", text=LONG, worth_checking=False)
    assert do(chengdu_lead, book, case, "submit", text=LONG, worth_checking=False)["decision"] == "dismissed"


def test_the_centre_handles_cases_of_other_provinces_with_four_eyes(
    warehouse: Warehouse, book: Casebook, reviewer: Principal, other_reviewer: Principal, chengdu: Principal
) -> None:
    warehouse.settle("S1", treating_agency="510000", fixmedins_code="H44010000001")
    warehouse.find("ST-04", "S1", "500.00")
    warehouse.assemble(book.engine)
    case = services.list_cases(reviewer, book, CaseFilter(region=("510000",)))["items"][0]
    do(reviewer, book, case, "release")
    with pytest.raises(NotFound):
        do(chengdu, book, case, "accept")
    do(reviewer, book, case, "accept")
    determine_all(reviewer, book, case)
    do(reviewer, book, case, "submit", text=LONG, worth_checking=True)
    with pytest.raises(Forbidden):
        do(reviewer, book, case, "confirm")
    assert do(other_reviewer, book, case, "confirm")["state"] == "closed"


def test_deadlines_are_working_days(book: Casebook, case: dict[str, Any], clock: Clock, reviewer: Principal) -> None:
    released = do(reviewer, book, case, "release")
    assert released["accept_by"] == date(2026, 11, 25)
    # 30 working days from 23 November, with 1 January 2027 off.
    assert (released["due_at"], released["days_left"]) == (date(2027, 1, 5), 30)
    assert services.list_cases(reviewer, book, CaseFilter(due="7d"))["total"] == 0
    clock.forward(days=44)
    late = services.get_case(reviewer, book, case["case_no"])
    assert late["days_left"] == -1
    assert services.list_cases(reviewer, book, CaseFilter(due="overdue"))["total"] == 1
    assert services.ageing(reviewer, book)[0]["age"] == "超期 1–7 天"


def test_a_bulk_action_tells_for_each_case_what_became_of_it(
    warehouse: Warehouse, book: Casebook, reviewer: Principal, lead: Principal
) -> None:
    for setl_id, severity in (("S1", 2), ("S2", 2), ("S3", 3)):
        warehouse.settle(setl_id)
        warehouse.find("PL-11", setl_id, "10.00", severity=severity)
    warehouse.assemble(book.engine)
    high, *normal = services.list_cases(reviewer, book, CaseFilter())["items"]
    services.transition(lead, book, normal[0]["case_no"], "release", normal[0]["version"])
    outcome = services.bulk(reviewer, book, "drop", [high, *normal, {"case_no": "SC1", "version": 1}], reason="edge")
    assert outcome == {
        "ok": [normal[1]["case_no"]],
        "conflict": [normal[0]["case_no"]],
        "denied": [high["case_no"], "SC1"],
    }
    with pytest.raises(Refused):
        services.bulk(reviewer, book, "submit", [high])
    with pytest.raises(Refused, match="一次最多 200 件"):
        services.bulk(reviewer, book, "release", [high] * 201)


def test_opening_a_case_is_logged_and_a_remark_is_in_the_trail(
    book: Casebook, case: dict[str, Any], reviewer: Principal
) -> None:
    services.log_view(reviewer, book, case["case_no"])
    services.comment(reviewer, book, case["case_no"], "  待电话核实 ")
    assert services.get_events(reviewer, book, case["case_no"])[0]["reason"] == "待电话核实"
    with pytest.raises(Refused):
        services.comment(reviewer, book, case["case_no"], " ")
    with pytest.raises(Forbidden):
        services.comment(Principal(7, "guanli01", "管理", "manager"), book, case["case_no"], "好")
