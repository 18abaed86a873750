"""What a night's findings become, on both databases."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from cases.warehouse_rows import TEXTS, Warehouse
from sqlalchemy.engine import Engine

from lianshen.cases import Casebook, assemble, open_casebook, services
from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.errors import CasebookError
from lianshen.cases.events import verify_events
from lianshen.cases.filters import CaseFilter
from lianshen.cases.services import attaching
from lianshen.cases.store import writing
from lianshen.cases.texts import TextMissing

TOLD = ("cases", "case_settlement", "case_finding", "case_line", "dossier")


def contents(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Return what the casebook says of cases, without order."""
    with engine.connect() as con:
        return {
            name: sorted(
                (tuple(map(str, row)) for row in con.execute(sa.select(t.metadata.tables[name]))),
            )
            for name in TOLD
        }


def cases(engine: Engine) -> list[sa.RowMapping]:
    with engine.connect() as con:
        return list(con.execute(sa.select(t.cases).order_by(t.cases.c.first_setl_id)).mappings())


def actions(engine: Engine) -> list[str]:
    with engine.connect() as con:
        return list(con.scalars(sa.select(t.event.c.action).order_by(t.event.c.seq)))


def child_drug(warehouse: Warehouse, setl_id: str = "S1", **settled: Any) -> str:
    """Add a settlement with two lines of which one is a drug for children."""
    warehouse.settle(setl_id, **settled)
    warehouse.line(f"{setl_id}L1", setl_id, "120.00")
    warehouse.line(f"{setl_id}L2", setl_id, "80.00")
    facts = {"because_age": 61, "because_item": "小儿制剂", "because_limit": "14岁以下"}
    return warehouse.find("PL-04", setl_id, "84.00", lines=(f"{setl_id}L1",), because=facts)


def test_a_night_without_findings_raises_no_case(warehouse: Warehouse, engine: Engine) -> None:
    warehouse.settle("S1")
    assert warehouse.assemble(engine).new == 0
    assert cases(engine) == []
    assert actions(engine) == []


def test_a_finding_becomes_a_case_of_the_agency_that_holds_the_agreement(warehouse: Warehouse, engine: Engine) -> None:
    child_drug(warehouse)
    result = warehouse.assemble(engine)
    assert (result.new, result.by_agency, result.at_issue) == (1, {"510100": 1}, 8400)
    (case,) = cases(engine)
    assert case["case_no"].startswith("SC20261119-")
    assert len(case["case_no"]) == 17
    assert (case["treating_agency"], case["insu_pool"], case["state"]) == ("510100", "5107", "new")
    assert (case["at_issue"], case["total_fee"], case["fund_fee"]) == (8400, 1_000_000, 600_000)
    assert case["night"] == date(2026, 11, 19)
    assert actions(engine) == ["raised"]


def test_the_sentence_holds_the_numbers_of_the_finding(
    warehouse: Warehouse, book: Casebook, reviewer: Principal
) -> None:
    child_drug(warehouse)
    warehouse.assemble(book.engine)
    number = cases(book.engine)[0]["case_no"]
    (found,) = services.get_findings(reviewer, book, number)
    assert found["sentence_zh"] == "患者61岁，小儿制剂限14岁以下使用。"


def test_a_finding_keeps_the_labels_that_its_facts_had_when_it_was_sealed(
    warehouse: Warehouse, book: Casebook, reviewer: Principal
) -> None:
    child_drug(warehouse)
    warehouse.assemble(book.engine)
    number = cases(book.engine)[0]["case_no"]
    labels = {"because_age": "年龄（岁）", "because_item": "项目"}
    (found,) = services.get_findings(reviewer, book, number)
    assert found["labels"] == labels
    sealed = services.get_dossier(reviewer, book, number)["body"]["findings"]
    assert [finding["labels"] for finding in sealed] == [labels]


def test_a_finding_that_nobody_explains_stops_the_assembly(warehouse: Warehouse, engine: Engine) -> None:
    child_drug(warehouse)
    with pytest.raises(TextMissing, match="PL-04"):
        assemble(warehouse.con, engine, texts={})
    warehouse.con.execute("UPDATE audit.finding SET because = '{}'")
    with pytest.raises(TextMissing, match="because_age"):
        assemble(warehouse.con, engine, texts=TEXTS)
    assert cases(engine) == []


def test_a_finding_that_was_never_priced_stops_the_assembly(warehouse: Warehouse, engine: Engine) -> None:
    warehouse.settle("S1")
    warehouse.find("PL-11", "S1", a2="12.00", counted=None, counted_a2=None)
    with pytest.raises(CasebookError, match="price_findings"):
        warehouse.assemble(engine)


def test_the_same_night_twice_changes_nothing(warehouse: Warehouse, engine: Engine) -> None:
    child_drug(warehouse)
    warehouse.settle("S2", fixmedins_code="H2")
    warehouse.find("ST-04", "S2", "500.00")
    warehouse.assemble(engine)
    first, trail = contents(engine), actions(engine)
    warehouse.everything_dirty()
    result = warehouse.assemble(engine)
    assert (result.new, result.changed, result.unchanged, result.removed) == (0, 0, 2, 0)
    assert contents(engine) == first
    assert actions(engine) == trail


def test_two_nights_and_one_give_the_same_cases(warehouse: Warehouse, engine: Engine, tmp_path: Any) -> None:
    child_drug(warehouse, "S5")
    warehouse.assemble(engine)
    warehouse.settle("S3", begndate=date(2026, 11, 1), enddate=date(2026, 11, 9))
    warehouse.find("AD-01", "S3", linked_setl_id="S5", exposure="900.00")
    result = warehouse.assemble(engine)
    assert (result.new, result.removed) == (1, 1)
    at_once = open_casebook(f"sqlite:///{tmp_path / 'other.sqlite'}")
    warehouse.everything_dirty()
    warehouse.assemble(at_once)
    assert contents(engine) == contents(at_once)
    at_once.dispose()


def test_linked_stays_of_one_institution_are_one_case(warehouse: Warehouse, engine: Engine) -> None:
    warehouse.settle("S1", begndate=date(2026, 11, 1), enddate=date(2026, 11, 9), setl_date=date(2026, 11, 9))
    warehouse.settle("S2", begndate=date(2026, 11, 10), enddate=date(2026, 11, 18))
    warehouse.find("AD-01", "S2", linked_setl_id="S1", exposure="900.00")
    warehouse.assemble(engine)
    (case,) = cases(engine)
    assert (case["first_setl_id"], case["settlements"], case["total_fee"]) == ("S1", 2, 2_000_000)
    assert (case["admit"], case["discharge"], case["night"]) == (
        date(2026, 11, 1), date(2026, 11, 18), date(2026, 11, 19),
    )  # fmt: skip


def test_settlements_of_one_visit_are_one_case(warehouse: Warehouse, engine: Engine) -> None:
    warehouse.settle("S1", mdtrt_id="M1")
    warehouse.settle("S2", mdtrt_id="M1")
    warehouse.find("PL-11", "S1", "10.00")
    warehouse.find("PL-11", "S2", "20.00")
    warehouse.assemble(engine)
    assert [case["at_issue"] for case in cases(engine)] == [3000]


def test_stays_without_a_link_are_cases_of_their_own(warehouse: Warehouse, engine: Engine) -> None:
    for setl_id in ("S1", "S2"):
        warehouse.settle(setl_id)
        warehouse.find("PL-11", setl_id, "10.00")
    warehouse.assemble(engine)
    assert len(cases(engine)) == 2


def test_a_link_between_institutions_gives_each_its_case_and_shows_the_other(
    warehouse: Warehouse, book: Casebook, reviewer: Principal, chengdu: Principal
) -> None:
    warehouse.settle("S1")
    warehouse.settle("S2", fixmedins_code="H51070000002", treating_agency="510700")
    warehouse.find("AD-06", "S1", "100.00", linked_setl_id="S2")
    warehouse.find("AD-06", "S2", "200.00", linked_setl_id="S1")
    warehouse.assemble(book.engine)
    here, there = cases(book.engine)
    assert (here["at_issue"], there["at_issue"]) == (10_000, 20_000)
    (found,) = services.get_findings(reviewer, book, here["case_no"])
    assert found["linked_case_no"] == there["case_no"]
    relatives = services.related(reviewer, book, here["case_no"])
    assert [case["case_no"] for case in relatives["linked"]] == [there["case_no"]]
    services.transition(reviewer, book, here["case_no"], "release", here["version"])
    (found,) = services.get_findings(chengdu, book, here["case_no"])
    assert found["linked_case_no"] is None, "the other city's case is not this city's to know"
    assert services.related(chengdu, book, here["case_no"])["linked"] == []


def test_another_persons_stay_at_the_same_institution_is_another_case(warehouse: Warehouse, engine: Engine) -> None:
    warehouse.settle("S1")
    warehouse.settle("S2", person="ffffffff")
    warehouse.find("AD-06", "S1", "100.00", linked_setl_id="S2")
    warehouse.assemble(engine)
    assert [case["settlements"] for case in cases(engine)] == [1]


def test_exposure_alone_raises_a_case_without_money_at_issue(
    warehouse: Warehouse, book: Casebook, reviewer: Principal
) -> None:
    warehouse.settle("S1")
    warehouse.find("AD-01", "S1", a2=None, counted_a2=None, exposure="900.00")
    warehouse.assemble(book.engine)
    (case,) = cases(book.engine)
    assert (case["at_issue"], case["exposure"], case["certainty"]) == (0, 90_000, "suspicious")
    (line,) = services.get_lines(reviewer, book, case["case_no"])
    assert (line["at_issue"], line["at_most"], line["is_fee_line"]) == (0, 90_000, False)


def test_a_case_of_bad_data_alone_is_of_low_severity(warehouse: Warehouse, engine: Engine) -> None:
    warehouse.settle("S1")
    warehouse.find("MG-02", "S1", a2=None, counted_a2=None, severity=3)
    warehouse.settle("S2")
    warehouse.find("MG-02", "S2", a2=None, counted_a2=None, severity=3)
    warehouse.find("PL-11", "S2", "10.00", severity=2)
    warehouse.assemble(engine)
    assert [case["severity"] for case in cases(engine)] == [1, 3]


def test_small_episodes_are_counted_and_raise_no_case_where_the_operator_says_so(
    warehouse: Warehouse, engine: Engine
) -> None:
    warehouse.settle("S1")
    warehouse.find("PL-11", "S1", "19.99")
    warehouse.settle("S2")
    warehouse.find("PL-11", "S2", "20.00")
    result = warehouse.assemble(engine, min_at_issue=2000)
    assert (result.new, result.small) == (1, 1)
    assert [case["first_setl_id"] for case in cases(engine)] == ["S2"]


def test_a_line_hit_by_two_rules_is_one_line_with_both_shares(
    warehouse: Warehouse, book: Casebook, reviewer: Principal
) -> None:
    child_drug(warehouse)
    warehouse.find("PL-11", "S1", "10.00", lines=("S1L1", "S1L2"))
    warehouse.assemble(book.engine)
    lines = services.get_lines(reviewer, book, cases(book.engine)[0]["case_no"])
    assert [(line["bkkp_sn"], line["rules"], line["at_issue"]) for line in lines] == [
        ("S1L1", ["PL-04", "PL-11"], 8400 + 600),
        ("S1L2", ["PL-11"], 400),
    ]


def test_a_finding_that_vanishes_takes_its_new_case_along_and_leaves_the_trail_whole(
    warehouse: Warehouse, engine: Engine
) -> None:
    key = child_drug(warehouse)
    warehouse.assemble(engine)
    warehouse.lose(key)
    assert warehouse.assemble(engine).removed == 1
    assert all(rows == [] for rows in contents(engine).values())
    assert actions(engine) == ["raised", "removed"]
    assert verify_events(engine) is None


PAPER = b"%PDF-1.7\n1 0 obj\n%%EOF"


def test_a_case_with_a_file_is_not_removed_but_dropped_and_the_file_stays(
    warehouse: Warehouse, book: Casebook, reviewer: Principal, lead: Principal
) -> None:
    key = child_drug(warehouse)
    warehouse.assemble(book.engine)
    number = cases(book.engine)[0]["case_no"]
    file = attaching.add_attachment(reviewer, book, number, "备案表.pdf", PAPER, "evidence")["id"]
    warehouse.lose(key)
    assert warehouse.assemble(book.engine).removed == 0
    case = services.get_case(reviewer, book, number)
    assert (case["state"], case["moved_by"]) == ("dropped", "system")
    assert attaching.get_attachment(reviewer, book, number, file)["body"] == PAPER
    for _ in range(2):
        warehouse.everything_dirty()
        warehouse.assemble(book.engine)
    assert actions(book.engine) == ["raised", "attach", "drop", "evidence_changed"]
    # Taken back by a lead, it is dropped again by the next night: there is still nothing in it.
    version = services.get_case(lead, book, number)["version"]
    services.transition(lead, book, number, "restore", version, text="再看一眼")
    warehouse.everything_dirty()
    warehouse.assemble(book.engine)
    assert services.get_case(reviewer, book, number)["state"] == "dropped"
    assert verify_events(book.engine) is None


def test_files_of_a_case_go_where_its_settlements_went(
    warehouse: Warehouse, book: Casebook, reviewer: Principal
) -> None:
    child_drug(warehouse, "S5")
    warehouse.assemble(book.engine)
    old = cases(book.engine)[0]["case_no"]
    for name in ("备案表.pdf", "病历.pdf"):
        attaching.add_attachment(reviewer, book, old, name, PAPER + name.encode(), "evidence")
    warehouse.settle("S3", begndate=date(2026, 11, 1), enddate=date(2026, 11, 9))
    warehouse.find("AD-01", "S3", linked_setl_id="S5", exposure="900.00")
    result = warehouse.assemble(book.engine)
    assert (result.new, result.removed) == (1, 1)
    (new,) = cases(book.engine)
    assert new["case_no"] != old
    assert [file["name"] for file in attaching.list_attachments(reviewer, book, new["case_no"])] == [
        "备案表.pdf", "病历.pdf"
    ]  # fmt: skip
    moved = services.get_events(reviewer, book, new["case_no"])[0]
    assert moved["action"] == "files_moved"
    assert [file["name"] for file in moved["detail"]["files"]] == ["备案表.pdf", "病历.pdf"]
    assert verify_events(book.engine) is None


def test_a_settlement_that_was_withdrawn_takes_its_new_case_along(warehouse: Warehouse, engine: Engine) -> None:
    key = child_drug(warehouse)
    warehouse.assemble(engine)
    warehouse.lose(key)
    warehouse.con.execute("DELETE FROM mart.settlement")
    assert warehouse.assemble(engine).removed == 1
    assert cases(engine) == []


def test_a_corrected_finding_replaces_the_new_case_and_moves_its_version(
    warehouse: Warehouse, book: Casebook, reviewer: Principal
) -> None:
    key = child_drug(warehouse)
    warehouse.assemble(book.engine)
    before = cases(book.engine)[0]
    warehouse.con.execute("UPDATE audit.finding SET counted_a2 = 70 WHERE finding_id = ?", [key])
    warehouse.everything_dirty()
    assert warehouse.assemble(book.engine).changed == 1
    after = cases(book.engine)[0]
    assert (after["case_no"], after["at_issue"]) == (before["case_no"], 7000)
    assert after["version"] != before["version"]
    assert actions(book.engine) == ["raised", "reassembled"]


def test_a_released_case_keeps_its_sealed_evidence_and_is_told_once_of_the_change(
    warehouse: Warehouse, book: Casebook, reviewer: Principal
) -> None:
    key = child_drug(warehouse)
    warehouse.assemble(book.engine)
    case = cases(book.engine)[0]
    services.transition(reviewer, book, case["case_no"], "release", case["version"])
    sealed = services.get_dossier(reviewer, book, case["case_no"])["sha256"]
    warehouse.con.execute("UPDATE audit.finding SET counted_a2 = 70 WHERE finding_id = ?", [key])
    for _ in range(2):
        warehouse.everything_dirty()
        warehouse.assemble(book.engine)
    now = services.get_case(reviewer, book, case["case_no"])
    assert (now["at_issue"], now["evidence_changed"]) == (8400, True)
    assert services.get_dossier(reviewer, book, case["case_no"])["sha256"] == sealed
    told = [e for e in services.get_events(reviewer, book, case["case_no"]) if e["action"] == "evidence_changed"]
    assert [event["detail"]["moved"] for event in told] == [
        [{"finding": key, "rule": "PL-04", "counted": [8400, 7000]}]
    ]
    changed = services.list_cases(reviewer, book, CaseFilter(changed=True))
    assert changed["total"] == 1
    warehouse.con.execute("UPDATE audit.finding SET counted_a2 = 84 WHERE finding_id = ?", [key])
    warehouse.everything_dirty()
    warehouse.assemble(book.engine)
    assert not services.get_case(reviewer, book, case["case_no"])["evidence_changed"]


def test_a_case_that_comes_back_to_new_takes_up_the_evidence_of_the_day(
    warehouse: Warehouse, book: Casebook, reviewer: Principal
) -> None:
    key = child_drug(warehouse)
    warehouse.assemble(book.engine)
    case = cases(book.engine)[0]
    moved = services.transition(reviewer, book, case["case_no"], "release", case["version"])
    warehouse.con.execute("UPDATE audit.finding SET counted_a2 = 70 WHERE finding_id = ?", [key])
    warehouse.everything_dirty()
    warehouse.assemble(book.engine)
    moved = services.get_case(reviewer, book, case["case_no"])
    services.transition(reviewer, book, case["case_no"], "undo", moved["version"])
    warehouse.settle("S9", person="somebody else")
    warehouse.assemble(book.engine)
    assert [case["at_issue"] for case in cases(book.engine)] == [7000]


def test_a_finding_that_links_to_a_released_stay_makes_a_case_of_its_own(
    warehouse: Warehouse, book: Casebook, reviewer: Principal
) -> None:
    child_drug(warehouse)
    warehouse.assemble(book.engine)
    held = cases(book.engine)[0]
    services.transition(reviewer, book, held["case_no"], "release", held["version"])
    warehouse.settle("S0", begndate=date(2026, 11, 1), enddate=date(2026, 11, 9))
    warehouse.find("AD-01", "S0", linked_setl_id="S1", exposure="900.00")
    warehouse.assemble(book.engine)
    fresh, kept = cases(book.engine)
    assert (fresh["first_setl_id"], fresh["settlements"], fresh["state"]) == ("S0", 1, "new")
    assert (kept["case_no"], kept["state"], kept["changed_sha256"]) == (held["case_no"], "released", None)
    (found,) = services.get_findings(reviewer, book, fresh["case_no"])
    assert found["linked_case_no"] == held["case_no"]


def test_the_dossier_holds_settlement_lines_texts_and_explanation_but_no_personal_number(
    warehouse: Warehouse, book: Casebook, reviewer: Principal
) -> None:
    child_drug(warehouse)
    steps = [
        {"step": "deductible", "zh": "起付线", "en": "deductible", "amount": "800.00", "policy": "p", "since": None}
    ]
    warehouse.con.execute("INSERT INTO audit.explanation VALUES ('S1', ?)", [json.dumps(steps, ensure_ascii=False)])
    warehouse.con.execute("INSERT INTO audit.recomputed (setl_id, status, paid_fund) VALUES ('S1', 'recomputed', 6000)")
    warehouse.assemble(book.engine)
    dossier = services.get_dossier(reviewer, book, cases(book.engine)[0]["case_no"])
    body = dossier["body"]
    assert dossier["sealed"]
    assert [line["bkkp_sn"] for line in body["lines"]] == ["S1L1", "S1L2"]
    assert body["lines"][0]["det_item_fee_sumamt"] == "120.00"
    assert body["settlements"][0]["fund_pay_sumamt"] == "6000.00"
    assert body["recomputed"][0]["paid_fund"] == "6000.00"
    assert body["steps"] == {"S1": steps}
    assert [(rule["id"], rule["version"], rule["basis"]) for rule in body["rules"]] == [("PL-04", 1, ["R Art.9"])]
    assert "51000000000000000001" not in json.dumps(body)


def test_two_keys_that_share_a_number_get_different_ones(
    warehouse: Warehouse, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lianshen.cases import assembly, grouping

    def colliding(episode: grouping.Episode, letters: int = 6) -> str:
        return "SC20261119-AAAAAA" if letters == 6 else grouping.case_number(episode, letters)

    monkeypatch.setattr(assembly, "case_number", colliding)
    for setl_id in ("S1", "S2"):
        warehouse.settle(setl_id)
        warehouse.find("PL-11", setl_id, "10.00")
    warehouse.assemble(engine)
    first = {case["case_key"]: case["case_no"] for case in cases(engine)}
    assert len(set(first.values())) == 2
    warehouse.everything_dirty()
    assert warehouse.assemble(engine).unchanged == 2
    assert {case["case_key"]: case["case_no"] for case in cases(engine)} == first


def test_what_people_added_to_a_new_case_stays_when_its_findings_change(
    warehouse: Warehouse, book: Casebook, reviewer: Principal
) -> None:
    warehouse.settle("S1")
    warehouse.find("PL-11", "S1", "10.00")
    warehouse.assemble(book.engine)
    case = services.list_cases(reviewer, book, CaseFilter())["items"][0]
    with writing(book.engine) as con:
        con.execute(t.attachment.insert().values(
            case_no=case["case_no"], name="说明.txt", media_type="text/plain", bytes=1, sha256="0" * 64, body=b"x",
            kind="other", added_by="shenhe01", added_at=book.now()))  # fmt: skip
    warehouse.find("ST-04", "S1", "20.00")
    assert warehouse.assemble(book.engine).changed == 1
    after = services.get_case(reviewer, book, case["case_no"])
    assert after["findings"] == 2
    assert after["version"] != case["version"]
    with book.engine.connect() as con:
        assert con.scalars(sa.select(t.attachment.c.name)).all() == ["说明.txt"]
