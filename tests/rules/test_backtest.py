"""A rule is tried on history by the code of the night, beside the rule as it is, and without a trace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from lianshen.cli import build_app
from lianshen.content import content_root
from lianshen.errors import UsageError
from lianshen.policy import PolicyBook
from lianshen.recompute import price_findings, recompute
from lianshen.rules import Rule, load_rules, screen
from lianshen.rules.backtest import TrialFailed, backtest, with_params
from lianshen.rules.backtest_excel import write_excel
from lianshen.rules.backtest_result import Comparison, lower_bound
from lianshen.rules.backtest_store import keep, kept
from lianshen.rules.tables import Tables
from lianshen.warehouse import marts, open_warehouse
from lianshen.warehouse.rehearsal import open_rehearsal

CONTENT = content_root()
TABLES = Tables(CONTENT / "sql")
RULES = {rule.id: rule for rule in load_rules(CONTENT)}
BOOK = PolicyBook.load(CONTENT / "policies")
CHILD_ITEM = "XR05XXX077K003771700181"
SENT = datetime.combine(date(2026, 11, 20), time())
NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))


def settle(con: duckdb.DuckDBPyConnection, number: int, birth: date, item: str, day: date = date(2026, 11, 9)) -> None:
    """Settle one stay with one line of 80.00 in scope."""
    psn = f"5113000000000000000{number}"
    header = {"setl_id": f"S{number}", "mdtrt_id": f"V{number}", "psn_no": psn, "brdy": birth,
              "medfee_sumamt": "80.00", "fulamt_ownpay_amt": "0.00", "preselfpay_amt": "0.00", "inscp_amt": "80.00",
              "setl_time": datetime.combine(day, time(8)), "begndate": day, "enddate": day}  # fmt: skip
    base = TABLES.base["settlement"]
    names = con.execute("DESCRIBE settled.setl_d").fetchall()
    row = {n[0]: header.get(n[0], base.get(n[0])) for n in names} | {
        "refd_setl_flag": "0", "vali_flag": "1", "updt_time": SENT, "_package": "2026-11-20",
        "_file": "f", "_row": number,
    }  # fmt: skip
    insert(con, "settled.setl_d", row)
    line = {**TABLES.base["fee_line"], "bkkp_sn": f"L{number}", "feedetl_sn": f"F{number}", "setl_id": f"S{number}",
            "mdtrt_id": f"V{number}", "psn_no": psn, "hilist_code": item, "pric": "80", "cnt": "1",
            "det_item_fee_sumamt": "80.00", "inscp_amt": "80.00", "vali_flag": "1",
            "fee_ocur_time": datetime.combine(day, time(9)),
            "updt_time": SENT, "_package": "2026-11-20", "_file": "f", "_row": number}  # fmt: skip
    kept_names = [n[0] for n in con.execute("DESCRIBE settled.fee_list_d").fetchall()]
    insert(con, "settled.fee_list_d", {n: line.get(n) for n in kept_names})
    con.execute("INSERT INTO intake.touched VALUES ('settlement', ?, NULL, NULL)", [f"S{number}"])


def insert(con: duckdb.DuckDBPyConnection, table: str, row: dict[str, Any]) -> None:
    marks = ", ".join("?" for _ in row)
    con.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))


def night(path: Path, *rules: Rule, fill: Callable[[duckdb.DuckDBPyConnection], None] = lambda con: None) -> None:
    with open_warehouse(path, content=CONTENT) as con:
        fill(con)
        marts.refresh(con)
        recompute(con, BOOK)
        screen(con, list(rules), night="2026-11-20")
        price_findings(con, BOOK)
        marts.clear_touched(con)


def five_stays(con: duckdb.DuckDBPyConnection) -> None:
    settle(con, 1, date(2018, 5, 1), CHILD_ITEM)
    settle(con, 2, date(1966, 5, 20), CHILD_ITEM)
    settle(con, 3, date(2011, 11, 5), CHILD_ITEM)  # fifteen years and four days: within the grace
    settle(con, 4, date(1966, 5, 20), CHILD_ITEM, date(2026, 9, 3))
    settle(con, 5, date(1972, 2, 2), CHILD_ITEM)
    insert(con, "intake.package", {"package": "2026-11-20", "business_date": date(2026, 11, 20), "sequence": 1,
                                   "source": "t", "manifest_sha256": ""})  # fmt: skip


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    path = tmp_path / "warehouse.duckdb"
    night(path, RULES["PL-04"], fill=five_stays)
    return path


def run(path: Path, *versions: Rule) -> Comparison:
    with open_rehearsal(path, content=CONTENT) as con:
        return backtest(con, versions, *NOVEMBER, price=lambda c: price_findings(c, BOOK))


def test_a_trial_finds_in_its_period_what_the_night_found(warehouse: Path) -> None:
    trial = run(warehouse, RULES["PL-04"]).trials[0]
    assert (trial.looked_at, trial.total.findings, trial.settlements) == (4, 2, 2)
    assert (trial.live, trial.live_kept) == (2, 2)
    assert trial.total.a1 == Decimal("160.00")
    assert [part.findings for part in trial.by_region] == [2]
    assert (trial.fresh.findings, trial.caught.findings) == (2, 0)
    assert trial.precision_low is None
    assert trial.hours == pytest.approx(2 * 6 / 60)


def test_a_trial_leaves_no_trace(warehouse: Path) -> None:
    before = warehouse.read_bytes()
    run(warehouse, RULES["PL-04"], with_params(RULES["PL-04"], {"grace_days": "60"}))
    assert warehouse.read_bytes() == before


def test_two_versions_stand_side_by_side(warehouse: Path) -> None:
    # The child's limit is 5,478 days; on 9 November the one born in 2011 is 5,483 days old.
    found = run(warehouse, with_params(RULES["PL-04"], {"grace_days": "0"}), RULES["PL-04"])
    assert [trial.total.findings for trial in found.trials] == [3, 2]
    assert (found.both, found.only) == (2, (1, 0))


def test_what_another_rule_has_on_the_same_line_is_not_new(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    twin = replace(RULES["PL-04"], head=RULES["PL-04"].head.model_copy(update={"id": "PL-99"}))
    night(path, twin, fill=five_stays)
    trial = run(path, RULES["PL-04"]).trials[0]
    assert (trial.caught.findings, trial.fresh.findings) == (trial.total.findings, 0)
    assert [part.name for part in trial.overlap] == ["PL-99"]
    assert (trial.live, trial.live_kept) == (0, 0)


def test_a_draft_can_be_tried(warehouse: Path) -> None:
    draft = replace(RULES["PL-04"], head=RULES["PL-04"].head.model_copy(update={"status": "draft"}))
    assert run(warehouse, draft).trials[0].total.findings == 2


def test_past_decisions_bound_the_precision_from_below(warehouse: Path) -> None:
    with open_warehouse(warehouse, content=CONTENT) as con:
        con.execute(
            "INSERT INTO casework.verdict (finding_id, source_id, fixmedins_code, decided_on, is_upheld) "
            "SELECT finding_id, source_id, fixmedins_code, DATE '2026-11-19', TRUE FROM audit.finding"
        )
    trial = run(warehouse, RULES["PL-04"]).trials[0]
    assert (trial.decided, trial.upheld) == (2, 2)
    assert trial.precision_low == pytest.approx(lower_bound(2, 2))


def test_sql_that_fails_on_this_history_is_told(warehouse: Path) -> None:
    broken = RULES["PL-04"]
    query = broken.query.copy().where("1 = CAST(l.hilist_code AS INTEGER)")
    with pytest.raises(TrialFailed, match="PL-04"):
        run(warehouse, replace(broken, query=query))


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [("no_such", "1", "has no parameter"), ("grace_days", "soon", "want a number"), ("grace_days", "9999", "limits")],
)
def test_a_number_that_the_rule_does_not_allow_is_refused(name: str, value: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        with_params(RULES["PL-04"], {name: value})


@given(st.integers(0, 500), st.integers(1, 500))
def test_the_lower_bound_lies_under_the_share_and_rises_with_experience(upheld: int, decided: int) -> None:
    upheld = min(upheld, decided)
    low = lower_bound(upheld, decided)
    more = lower_bound(upheld * 10, decided * 10)
    assert low is not None
    assert more is not None
    assert 0 <= low <= upheld / decided + 1e-12
    assert low <= more + 1e-12


def test_nothing_decided_gives_no_bound() -> None:
    assert lower_bound(0, 0) is None


def test_the_workbook_holds_the_sums_and_every_finding(warehouse: Path, tmp_path: Path) -> None:
    rule = RULES["PL-04"]
    with open_rehearsal(warehouse, content=CONTENT) as con:
        found = backtest(con, (rule,), *NOVEMBER, price=lambda c: price_findings(c, BOOK))
        path = write_excel(con, found, rule, tmp_path / "backtest.xlsx")
    book = openpyxl.load_workbook(path)
    shown = {row[0].value: row[1].value for row in book["概要"].iter_rows(min_row=5) if row[0].value}
    assert shown["疑点"] == "2"
    assert shown["范围内 A1（元）"] == "160.00"
    listed = list(book["疑点 现行"].iter_rows(min_row=4, values_only=True))
    assert sorted(row[0] for row in listed) == ["S2", "S5"]
    assert all("项目" in row[9] for row in listed)


def test_kept_back_tests_come_newest_first_and_rubbish_is_passed_over(warehouse: Path, tmp_path: Path) -> None:
    found = run(warehouse, RULES["PL-04"])
    keep(found, tmp_path / "kept", datetime(2026, 11, 20, 9, tzinfo=UTC))
    keep(found, tmp_path / "kept", datetime(2026, 11, 21, 9, tzinfo=UTC))
    (tmp_path / "kept" / "PL-04_rubbish.json").write_text("{", encoding="utf-8")
    listed = kept(tmp_path / "kept", "PL-04")
    assert [one["made_at"][:10] for one in listed] == ["2026-11-21", "2026-11-20"]
    assert listed[0]["trials"][0]["total"]["a1"] == "160.00"
    assert kept(tmp_path / "nowhere") == []


def test_the_command_prints_json_and_keeps_the_result(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANSHEN_HOME", str(warehouse.parent))
    args = ["rules", "backtest", "pl-04", "--from", "2026-11-01", "--to", "2026-11-30", "--param", "grace_days=0"]
    result = CliRunner().invoke(build_app(), [*args, "--json"])
    assert result.exit_code == 0, result.output
    assert '"only"' in result.stdout
    assert len(kept(warehouse.parent / "backtests", "PL-04")) == 1


def test_the_earlier_day_comes_first(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANSHEN_HOME", str(warehouse.parent))
    args = ["rules", "backtest", "PL-04", "--from", "2026-11-30", "--to", "2026-11-01"]
    result = CliRunner().invoke(build_app(), args)
    assert isinstance(result.exception, UsageError)
