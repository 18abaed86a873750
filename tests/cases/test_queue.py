"""Lists, facets and figures over a small queue, on both databases."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from cases.warehouse_rows import Warehouse

from lianshen.cases import Casebook, services
from lianshen.cases.domain import Principal
from lianshen.cases.errors import Refused
from lianshen.cases.filters import CaseFilter


@pytest.fixture
def queue(warehouse: Warehouse, book: Casebook) -> Casebook:
    """Return a casebook with four cases: three of Chengdu, one of Mianyang."""
    for setl_id, given, finds in (
        ("S1", {}, [("PL-11", "100.00", 3)]),
        ("S2", {"main_diag_name": "胃炎_50%"}, [("PL-11", "20.00", 2), ("MG-02", "0.00", 1)]),
        ("S3", {"person": "ffff0000aaaa", "setl_date": date(2026, 11, 20)}, [("ST-04", "-30.00", 2)]),
        ("S4", {"treating_agency": "510700", "fixmedins_code": "H2", "fixmedins_name": "绵阳模拟医院", "hosp_lv": "05"},
         [("ST-04", "400.00", 2)]),
    ):  # fmt: skip
        warehouse.settle(setl_id, **given)
        for rule, counted, severity in finds:
            warehouse.find(rule, setl_id, counted, severity=severity)
    warehouse.assemble(book.engine)
    return book


def found(p: Principal, book: Casebook, query: str) -> list[int]:
    return [case["at_issue"] for case in services.list_cases(p, book, CaseFilter.strict(query))["items"]]


def test_the_most_severe_and_dearest_come_first(queue: Casebook, reviewer: Principal) -> None:
    page = services.list_cases(reviewer, queue, CaseFilter())
    assert [case["at_issue"] for case in page["items"]] == [10_000, 40_000, 2000, -3000]
    assert (page["total"], page["at_issue"]) == (4, 49_000)


@pytest.mark.parametrize(
    ("query", "amounts"),
    [
        ("rule=MG-02", [2000]),
        ("rule=ST-04,MG-02", [40_000, 2000, -3000]),
        ("rule=PL-1", []),
        ("region=510700", [40_000]),
        ("level=05", [40_000]),
        ("severity=3", [10_000]),
        ("min_amount=20.00", [10_000, 40_000, 2000]),
        ("min_amount=20.01", [10_000, 40_000]),
        ("min_amount=0", [10_000, 40_000, 2000]),
        ("since=2026-11-20", [-3000]),
        ("until=2026-11-19", [10_000, 40_000, 2000]),
        ("insured=510700", [10_000, 40_000, 2000, -3000]),
        ("insured=5101", []),
        ("person=ffff0000aaaa", [-3000]),
        ("person=FFFF0000", [-3000]),
        ("inst=H2", [40_000]),
        ("q=绵阳", [40_000]),
        ("q=50%25", [2000]),
        ("q=%25", [2000]),
        ("q=_", [2000]),
        ("q=ffff0000", [-3000]),
        ("q=sc20261120", [-3000]),
        ("q='; DROP TABLE cases; --", []),
        ("state=closed", []),
        ("mine=true", []),
        ("assignee=chengdu01", []),
        ("decision=confirmed", []),
        ("changed=true", []),
        ("sort=at_issue", [-3000, 2000, 10_000, 40_000]),
        ("sort=-inst,at_issue", [40_000, -3000, 2000, 10_000]),
        ("sort=due_at,at_issue", [10_000, -3000, 2000, 40_000]),
        ("sort=-due_at,at_issue", [10_000, -3000, 2000, 40_000]),
    ],
)
def test_each_filter_finds_its_cases(queue: Casebook, reviewer: Principal, query: str, amounts: list[int]) -> None:
    if "due_at" in query:
        high = services.list_cases(reviewer, queue, CaseFilter(severity=(3,)))["items"]
        services.bulk(reviewer, queue, "release", high)
    assert found(reviewer, queue, query) == amounts


def test_pages_never_overlap_and_never_exceed_five_hundred(queue: Casebook, reviewer: Principal) -> None:
    every = [services.list_cases(reviewer, queue, CaseFilter(), n, n + 1)["items"][0]["case_no"] for n in range(4)]
    assert len(set(every)) == 4
    assert services.list_cases(reviewer, queue, CaseFilter(), 0, 10**9, want_total=False)["total"] is None
    assert services.list_cases(reviewer, queue, CaseFilter(), 3, 1)["items"] == []


def test_a_facet_counts_what_the_other_filters_leave_and_ignores_itself(queue: Casebook, reviewer: Principal) -> None:
    counts = services.facets(reviewer, queue, CaseFilter.strict("region=510100&rule=PL-11"))
    assert counts["region"] == {"510100": 2}
    assert counts["rule"] == {"PL-11": 2, "MG-02": 1, "ST-04": 1}
    assert counts["severity"] == {"3": 1, "2": 1}


def test_a_listed_case_carries_its_words_and_no_personal_number(queue: Casebook, reviewer: Principal) -> None:
    case = services.list_cases(reviewer, queue, CaseFilter(rule=("MG-02",)))["items"][0]
    assert (case["region_name"], case["insured_name"], case["level_name"]) == ("成都市", "绵阳市", "三级甲等")
    assert (case["state_name"], case["severity_name"], case["sex_name"]) == ("待复核", "中", "女")
    assert (case["person_name"], case["rules"]) == ("参保人 A1B2C3D4", ["MG-02", "PL-11"])
    assert case["title_zh"] == "超限定单价收费等 2 项"
    assert case["actions"] == ["release", "drop"]


def test_figures_add_up_and_respect_filter_and_scope(queue: Casebook, reviewer: Principal, chengdu: Principal) -> None:
    services.bulk(reviewer, queue, "release", services.list_cases(reviewer, queue, CaseFilter(severity=(3,)))["items"])
    totals = services.totals(reviewer, queue)
    assert (totals["cases"], totals["new"], totals["open"], totals["at_issue"]) == (4, 3, 1, 49_000)
    regions = {row["region"]: row for row in services.region_stats(reviewer, queue)}
    assert (regions["510100"]["cases"], regions["510100"]["released"]) == (3, 10_000)
    assert regions["510700"]["at_issue"] == 40_000
    rules = {row["rule"]: row for row in services.rule_stats(reviewer, queue)}
    assert (rules["PL-11"]["cases"], rules["PL-11"]["at_issue"], rules["MG-02"]["cases"]) == (2, 12_000, 1)
    states = {row["state"]: row["cases"] for row in services.state_sums(reviewer, queue)}
    assert states == {"new": 3, "released": 1}
    assert [(step["cases"], step["fen"]) for step in services.funnel(reviewer, queue)] == [
        (4, 49_000), (1, 10_000), (0, 0), (0, 0), (0, 0),
    ]  # fmt: skip
    assert [row["cases"] for row in services.nightly(reviewer, queue)] == [3, 1]
    assert services.totals(chengdu, queue)["cases"] == 1
    assert services.totals(reviewer, queue, CaseFilter(region=("510700",)))["cases"] == 1


def test_an_export_is_in_the_trail_and_no_cell_becomes_a_formula(
    queue: Casebook, reviewer: Principal, warehouse: Warehouse, tmp_path: Any
) -> None:
    warehouse.settle("S5", fixmedins_name="=HYPERLINK(1)", fixmedins_code="H5")
    warehouse.find("PL-11", "S5", "-12.05")
    warehouse.assemble(queue.engine)
    out = tmp_path / "cases.csv"
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        assert services.write_csv(services.export_cases(reviewer, queue, CaseFilter(inst="H5")), file) == 1
    text = out.read_text(encoding="utf-8-sig")
    assert "'=HYPERLINK(1)" in text
    assert ",-12.05," in text
    from lianshen.cases import tables as t

    with queue.engine.connect() as con:
        last = con.execute(t.event.select().order_by(t.event.c.seq.desc()).limit(1)).mappings().one()
    assert (last["action"], last["actor"]) == ("export", "shenhe01")
    assert "inst=H5" in last["detail"]
    with pytest.raises(Refused, match="最多导出 2 件"):
        services.export_cases(reviewer, queue, CaseFilter(), most=2)
