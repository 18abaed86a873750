"""How agencies do, whether an institution is a pattern, a person over places, and the auditor's view."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cases.snapshots import publish_some
from cases.warehouse_rows import Clock, Warehouse

from lianshen.cases import Casebook, services
from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.errors import Forbidden, NotFound
from lianshen.cases.filters import CaseFilter
from lianshen.cases.services import auditing, insight, institutions, peers, persons
from lianshen.cases.services.auditing import TrailFilter

LONG = "经核查病历与医嘱，该药品用于成年患者，违规属实，应予退回。"
AUDITOR = Principal(8, "shenji01", "审计员甲", "auditor")
MANAGER = Principal(7, "guanli01", "管理甲", "manager")
SYSADMIN = Principal(6, "xitong01", "系统管理员", "sysadmin")
MIANYANG_PLACE = {"treating_agency": "510700", "fixmedins_code": "H51070000001", "fixmedins_name": "绵阳模拟医院",
                  "insu_admdvs": "510100", "insu_pool": "5101"}  # fmt: skip


@pytest.fixture
def cases(warehouse: Warehouse, book: Casebook, reviewer: Principal) -> list[str]:
    """Return three cases of Chengdu (S1, S2, S3: three persons, one place) and one of Mianyang, none released."""
    for number, person in (("S1", "aaaaaaaa01"), ("S2", "bbbbbbbb02"), ("S3", "cccccccc03")):
        warehouse.settle(number, person=person)
        warehouse.line(f"L{number}", number, "200.00")
        warehouse.find("PL-11", number, "90.00", lines=(f"L{number}",))
    warehouse.settle("S9", person="aaaaaaaa01", **MIANYANG_PLACE)
    warehouse.line("L9", "S9", "300.00")
    warehouse.find("PL-04", "S9", "70.00", lines=("L9",), because={"because_age": 61, "because_item": "药",
                                                                  "because_limit": "儿童"})  # fmt: skip
    warehouse.assemble(book.engine)
    rows = services.list_cases(reviewer, book, CaseFilter(), sort="case_no")["items"]
    by_settlement = {services.get_case(reviewer, book, row["case_no"])["setl_ids"][0]: row["case_no"] for row in rows}
    return [by_settlement[number] for number in ("S1", "S2", "S3", "S9")]


def do(p: Principal, book: Casebook, case_no: str, action: str, **said: Any) -> None:
    services.transition(p, book, case_no, action, services.get_case(p, book, case_no)["version"], **said)


def close(book: Casebook, case_no: str, reviewer: Principal, handler: Principal) -> None:
    do(handler, book, case_no, "accept")
    services.determine_rest(handler, book, case_no, "full", "violation")
    do(handler, book, case_no, "submit", text=LONG, worth_checking=True)
    do(reviewer, book, case_no, "confirm")


def test_a_week_says_how_many_of_its_cases_were_closed_by_which_working_day(
    book: Casebook, clock: Clock, cases: list[str], reviewer: Principal, chengdu: Principal
) -> None:
    for case_no in cases[:3]:
        do(reviewer, book, case_no, "release")
    clock.forward(days=2)
    close(book, cases[0], reviewer, chengdu)
    clock.forward(days=5)
    close(book, cases[1], reviewer, chengdu)
    week = {"week": date(2026, 11, 23), "released": 3, "age": 5, "closed": [(2, 1), (5, 2)]}
    assert insight.closing_weeks(reviewer, book) == [week]
    assert insight.closing_weeks(chengdu, book, CaseFilter(region=("510700",))) == []


def test_a_day_is_a_day_in_shanghai(book: Casebook, clock: Clock, cases: list[str], reviewer: Principal) -> None:
    clock.forward(hours=-10.5)  # Sunday 23:30 in Shanghai, Sunday afternoon in UTC
    do(reviewer, book, cases[0], "release")
    clock.forward(hours=1)  # Monday 00:30, still Sunday in UTC
    do(reviewer, book, cases[1], "release")
    assert [row["week"] for row in insight.closing_weeks(reviewer, book)] == [date(2026, 11, 16), date(2026, 11, 23)]


def test_the_fullest_desk_stands_first_and_what_nobody_took_on_last(
    book: Casebook, clock: Clock, cases: list[str], reviewer: Principal, chengdu: Principal, mianyang: Principal
) -> None:
    services.add_user(services.OPERATOR, book, "chengdu01", "成都经办1", "handler", "510100", "pages-are-tested")
    for case_no in cases:
        do(reviewer, book, case_no, "release")
    do(chengdu, book, cases[0], "accept")
    clock.forward(days=60)
    rows = insight.workload(reviewer, book)
    assert [(row["login"], row["open"], row["overdue"]) for row in rows] == [("chengdu01", 1, 1), (None, 3, 3)]
    assert rows[0]["name"] == "成都经办1"
    assert rows[0]["at_issue"] == 9000
    assert [row["open"] for row in insight.workload(mianyang, book)] == [1]


def test_quality_counts_what_came_back_what_was_taken_up_again_and_what_was_not_theirs(
    book: Casebook, cases: list[str], reviewer: Principal, lead: Principal, chengdu: Principal
) -> None:
    for case_no in cases[:3]:
        do(reviewer, book, case_no, "release")
    close(book, cases[0], reviewer, chengdu)
    do(chengdu, book, cases[1], "accept")
    services.determine_rest(chengdu, book, cases[1], "full", "violation")
    do(chengdu, book, cases[1], "submit", text=LONG, worth_checking=True)
    do(reviewer, book, cases[1], "return", text="请补充病历首页")
    do(chengdu, book, cases[2], "reject_scope", text="协议不在本市")
    found = {row["what"]: (row["part"], row["whole"]) for row in insight.quality(reviewer, book)}
    assert found == {"in_time": (1, 1), "returned": (1, 2), "reopened": (0, 1), "appealed": (0, 0),
                     "misrouted": (1, 3), "archived": (0, 1)}  # fmt: skip
    do(lead, book, cases[0], "reopen", text="有新证据")
    assert ("reopened", 1, 1) in {(row["what"], row["part"], row["whole"]) for row in insight.quality(reviewer, book)}


def test_money_that_came_back_stands_in_its_month_and_in_every_sum(
    book: Casebook, cases: list[str], reviewer: Principal, chengdu: Principal, mianyang: Principal
) -> None:
    do(reviewer, book, cases[0], "release")
    close(book, cases[0], reviewer, chengdu)
    version = services.get_case(chengdu, book, cases[0])["version"]
    services.record_recovery(chengdu, book, cases[0], 6000, "deduction", "K-1", date(2026, 11, 20), version)
    services.record_recovery(chengdu, book, cases[0], 100, "penalty", "K-2", date(2026, 11, 20), version + 1)
    assert insight.recovered_by_month(reviewer, book) == [
        {"month": "2026-11", "way": "deduction", "name": "扣款", "fen": 6000},
        {"month": "2026-11", "way": "penalty", "name": "违约金", "fen": 100},
    ]
    assert insight.recovered_by_month(mianyang, book) == []
    assert services.totals(reviewer, book)["recovered"] == 6000
    assert [row["recovered"] for row in services.region_stats(reviewer, book)] == [6000, 0]
    assert services.funnel(reviewer, book)[-1] == {"step": "recovered", "name": "追回", "cases": 1, "fen": 6000}


def test_an_agency_sees_its_own_institutions_and_of_them_only_what_was_released(
    book: Casebook, cases: list[str], warehouse: Warehouse, tmp_path: Path, reviewer: Principal, chengdu: Principal,
    mianyang: Principal,
) -> None:  # fmt: skip
    published = publish_some(warehouse.con, tmp_path)
    assert [row["code"] for row in institutions.institutions(reviewer, book)] == ["H51010000001", "H51070000001"]
    assert institutions.institutions(chengdu, book) == []
    do(reviewer, book, cases[0], "release")
    rows = institutions.institutions(chengdu, book)
    assert [(row["code"], row["cases"], row["at_issue"]) for row in rows] == [("H51010000001", 1, 9000)]
    own = institutions.get_institution(chengdu, book, published, "H51010000001")
    assert (own["beds"], own["name"]) == (300, "成都模拟医院")
    for read in (institutions.get_institution, peers.institution_chart, peers.rule_mix, institutions.subject_findings):
        with pytest.raises(NotFound):
            read(mianyang, book, published, "H51010000001")
    assert institutions.top_items(mianyang, book, "H51010000001") == []
    assert [(row["name"], row["at_issue"]) for row in institutions.top_items(chengdu, book, "H51010000001")] == [
        ("注射用模拟药", 9000)
    ]


def test_an_institution_far_above_its_peers_is_seen_and_peers_of_other_agencies_are_one_number(
    book: Casebook, warehouse: Warehouse, tmp_path: Path, reviewer: Principal, chengdu: Principal
) -> None:
    number = 0
    for place in range(12):
        of_chengdu = place < 2
        for _ in range(40):
            number += 1
            where = {"fixmedins_code": f"H{place:03d}", "fixmedins_name": f"{place} 号医院"}
            where |= {} if of_chengdu else {"treating_agency": "510700"}
            warehouse.settle(f"S{number}", person=f"{number:012x}", fixmedins_type="1", **where)
            if number % 40 < (20 if place == 0 else 2):
                warehouse.find("ST-04", f"S{number}", "10.00")
    warehouse.assemble(book.engine)
    published = publish_some(warehouse.con, tmp_path)
    for case in services.list_cases(reviewer, book, CaseFilter(), 0, 500)["items"]:
        do(reviewer, book, case["case_no"], "release")
    (seen,) = peers.compare(reviewer, book, published).values()
    assert seen.funnel is not None
    assert seen.funnel.peers == 12
    assert [one.code for one in seen.placed if one.place == 2] == ["H000"]
    (own,) = peers.compare(chengdu, book, published).values()
    assert [one.code for one in own.placed] == ["H000", "H001"]
    assert own.funnel == seen.funnel
    centre, months = peers.institution_chart(chengdu, book, published, "H000")
    assert (centre, [(one.month, one.rate.hits, one.rate.size) for one in months]) == (0.5, [("2026-11", 20, 40)])
    (mix,) = peers.rule_mix(chengdu, book, published, "H000")
    assert (mix["rule"], mix["cases"], mix["own"], mix["peers"]) == ("ST-04", 20, 1.0, 1.0)


def test_fewer_than_ten_peers_are_no_yardstick(
    book: Casebook, cases: list[str], warehouse: Warehouse, tmp_path: Path, reviewer: Principal
) -> None:
    published = publish_some(warehouse.con, tmp_path)
    assert peers.compare(reviewer, book, published) == {}
    assert [row["peers"] for row in peers.rule_mix(reviewer, book, published, "H51010000001")] == [None]
    assert peers.compare(reviewer, book, None) == {}


def test_findings_about_an_institution_are_for_the_province_and_the_agency_that_has_to_act(
    book: Casebook, cases: list[str], warehouse: Warehouse, tmp_path: Path, reviewer: Principal, chengdu: Principal
) -> None:
    publish_some(warehouse.con, tmp_path)
    for agency, key in (("510100", "F1"), ("510000", "F2")):
        warehouse.con.execute(
            "INSERT INTO audit.subject_finding VALUES (?, 'CL-01', 1, 'f', 'definite', 2, 'institution', "
            "'H51010000001', '2026-11', NULL, ?, NULL, DATE '2026-11-20', 12.34, 12.34, 12.34, 0, ?)",
            [key, agency, json.dumps({"because_n": 3})],
        )
    published = publish_some(warehouse.con, tmp_path)
    do(reviewer, book, cases[0], "release")
    every = institutions.subject_findings(reviewer, book, published, "H51010000001")
    assert [(row["finding_id"], row["a2"], row["because"]) for row in every] == [
        ("F1", 1234, {"because_n": 3}), ("F2", 1234, {"because_n": 3}),
    ]  # fmt: skip
    own = institutions.subject_findings(chengdu, book, published, "H51010000001")
    assert [row["finding_id"] for row in own] == ["F1"]


def test_a_person_is_seen_as_far_as_the_scope_reaches_and_the_look_is_logged(
    book: Casebook, cases: list[str], warehouse: Warehouse, tmp_path: Path, reviewer: Principal, chengdu: Principal,
    mianyang: Principal,
) -> None:  # fmt: skip
    published = publish_some(warehouse.con, tmp_path)
    for case_no in cases:
        do(reviewer, book, case_no, "release")
    whole = persons.get_person(reviewer, book, published, "aaaaaaaa01")
    assert [row["setl_id"] for row in whole.settlements] == ["S1", "S9"]
    assert {case["case_no"] for case in whole.cases} == {cases[0], cases[3]}
    own = persons.get_person(chengdu, book, published, "AAAAAAAA")
    assert [row["setl_id"] for row in own.settlements] == ["S1"]
    assert [(row["fee"], row["fund"]) for row in own.settlements] == [(1_000_000, 600_000)]
    assert [case["case_no"] for case in own.cases] == [cases[0]]
    assert own.label != "aaaaaaaa01"
    with book.engine.connect() as con:
        seen = con.execute(sa.select(t.view_log.c.login, t.view_log.c.case_no, t.view_log.c.what)).all()
    assert ("chengdu01", cases[0], "person") in {tuple(row) for row in seen}
    for p, person in ((mianyang, "bbbbbbbb02"), (MANAGER, "aaaaaaaa01"), (AUDITOR, "aaaaaaaa01"), (reviewer, "aaaa")):
        with pytest.raises(NotFound):
            persons.get_person(p, book, published, person)


def test_the_insured_region_sees_its_own_person_elsewhere(
    book: Casebook, cases: list[str], warehouse: Warehouse, tmp_path: Path, reviewer: Principal
) -> None:
    published = publish_some(warehouse.con, tmp_path)
    for case_no in cases:
        do(reviewer, book, case_no, "release")
    told = Principal(9, "mianyang03", "绵阳参保地", "handler", "510700", sees_insured=True)
    # Insured in Mianyang, treated in Chengdu; and treated in Mianyang, insured in Chengdu.
    view = persons.get_person(told, book, published, "aaaaaaaa01")
    assert [row["setl_id"] for row in view.settlements] == ["S1", "S9"]


def test_eight_characters_that_two_people_share_name_nobody(
    book: Casebook, warehouse: Warehouse, reviewer: Principal
) -> None:
    for number, person in (("S1", "aaaaaaaa01"), ("S2", "aaaaaaaa02")):
        warehouse.settle(number, person=person)
        warehouse.find("ST-04", number, "10.00")
    warehouse.assemble(book.engine)
    with pytest.raises(NotFound):
        persons.get_person(reviewer, book, None, "aaaaaaaa")
    assert len(persons.get_person(reviewer, book, None, "aaaaaaaa02").cases) == 1


def test_the_auditor_finds_an_event_by_case_person_action_and_day(
    book: Casebook, clock: Clock, cases: list[str], reviewer: Principal
) -> None:
    do(reviewer, book, cases[0], "release")
    clock.forward(days=1)
    do(reviewer, book, cases[1], "release")
    every = auditing.search_trail(AUDITOR, book, TrailFilter())
    assert [row["seq"] for row in every] == sorted((row["seq"] for row in every), reverse=True)
    assert [row["case_no"] for row in auditing.search_trail(AUDITOR, book, TrailFilter(action="release"))] == [
        cases[1], cases[0],
    ]  # fmt: skip
    monday = TrailFilter(action="release", since=date(2026, 11, 23), until=date(2026, 11, 23))
    assert [row["case_no"] for row in auditing.search_trail(AUDITOR, book, monday)] == [cases[0]]
    found = auditing.search_trail(AUDITOR, book, TrailFilter(case_no=cases[0], actor="shenhe01"))
    assert [row["action"] for row in found] == ["release"]
    assert auditing.search_trail(AUDITOR, book, TrailFilter(), before=every[0]["seq"], limit=1) == [every[1]]
    assert "release" in auditing.trail_actions(AUDITOR, book)
    assert auditing.search_trail(AUDITOR, book, TrailFilter(since=date.min, until=date.max)) == every


def test_the_auditor_sees_who_looked_at_a_case_and_nobody_else_does(
    book: Casebook, cases: list[str], reviewer: Principal, lead: Principal
) -> None:
    services.log_view(reviewer, book, cases[0])
    seen = auditing.search_views(AUDITOR, book, TrailFilter(case_no=cases[0]))
    assert [(row["login"], row["what"]) for row in seen] == [("shenhe01", "case")]
    for p in (lead, reviewer, SYSADMIN, MANAGER, Principal(5, "anquan01", "安全", "secadmin")):
        for read in (auditing.search_trail, auditing.search_views, auditing.export_trail):
            with pytest.raises(Forbidden):
                read(p, book, TrailFilter())
        for state in (auditing.chain_state, auditing.verify_trail, auditing.trail_actions):
            with pytest.raises(Forbidden):
                state(p, book)


def test_walking_the_chain_and_taking_it_out_stand_in_the_chain(
    book: Casebook, cases: list[str], reviewer: Principal
) -> None:
    do(reviewer, book, cases[0], "release")
    assert auditing.chain_state(AUDITOR, book)["checked"] is None
    found = auditing.verify_trail(AUDITOR, book)
    assert found["broken"] is None
    state = auditing.chain_state(AUDITOR, book)
    assert (state["seq"], state["checked"]["actor"]) == (found["events"] + 1, "shenji01")
    taken = "".join(auditing.trail_csv(auditing.export_trail(AUDITOR, book, TrailFilter(case_no=cases[0]))))
    rows = list(csv.DictReader(io.StringIO(taken)))
    assert [row["操作"] for row in rows] == ["raised", "release"]
    (exported,) = auditing.search_trail(AUDITOR, book, TrailFilter(action="export"))
    assert json.loads(exported["detail"])["filter"] == {"case_no": cases[0]}
    assert auditing.verify_trail(AUDITOR, book)["broken"] is None


def test_a_link_that_was_slipped_in_is_told_to_the_auditor(
    book: Casebook, cases: list[str], reviewer: Principal
) -> None:
    do(reviewer, book, cases[0], "release")
    seq = auditing.chain_state(AUDITOR, book)["seq"]
    with book.engine.begin() as con:
        last = dict(con.execute(sa.select(t.event).where(t.event.c.seq == seq)).mappings().one())
        con.execute(t.event.insert().values({**last, "seq": seq + 1, "prev_hash": "0" * 64, "hash": "0" * 64}))
    found = auditing.verify_trail(AUDITOR, book)
    assert (found["broken"].seq, found["is_noted"]) == (seq + 1, False)


def test_money_in_the_snapshot_becomes_fen(
    book: Casebook, warehouse: Warehouse, tmp_path: Path, reviewer: Principal
) -> None:
    warehouse.settle("S1", person="aaaaaaaa01", medfee_sumamt=Decimal("0.29"), fund_pay_sumamt=Decimal("0.07"))
    warehouse.find("ST-04", "S1", "0.01")
    warehouse.assemble(book.engine)
    view = persons.get_person(reviewer, book, publish_some(warehouse.con, tmp_path), "aaaaaaaa01")
    assert [(row["fee"], row["fund"]) for row in view.settlements] == [(29, 7)]
