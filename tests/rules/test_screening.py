"""Screening a night: what it reads, what it replaces, and that one bad rule does not stop the others."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb
import pytest

from lianshen.content import content_root
from lianshen.rules import Rule, load_rules, screen
from lianshen.rules.engines import DuckDBEngine, run_example
from lianshen.rules.tables import LOGICAL, Tables
from lianshen.warehouse import open_warehouse

CONTENT = content_root()
TABLES = Tables(CONTENT / "sql")
RULES = {rule.id: rule for rule in load_rules(CONTENT)}
# The line view is a table here, so that rows can be put straight into it.
VIEWS = ("fee_line", "filing")
# One line that makes up the whole of the base settlement.
WHOLE_STAY = {
    "pric": "10000.00", "det_item_fee_sumamt": "10000.00", "fulamt_ownpay_amt": "500.00", "preselfpay_amt": "700.00",
    "inscp_amt": "8800.00",
}  # fmt: skip


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = open_warehouse(None, content=CONTENT)
    for name in VIEWS:
        connection.execute(f"CREATE OR REPLACE TABLE {name}_rows AS FROM mart.{name} LIMIT 0")
        connection.execute(f"DROP VIEW mart.{name}")
        connection.execute(f"CREATE TABLE mart.{name} AS FROM {name}_rows")
    yield connection
    connection.close()


def put(con: duckdb.DuckDBPyConnection, table: str, *rows: dict[str, Any]) -> None:
    if table == "reached":
        for row in rows:
            reach(con, {**TABLES.base[table], **row}["as_of"])
        return
    place = LOGICAL[table][0]
    # Several logical tables show the headers: a settlement is put there once.
    once = f"WHERE setl_id NOT IN (SELECT setl_id FROM {place})" if place == "mart.settlement" else ""
    con.execute(f"INSERT INTO {place} BY NAME SELECT * FROM ({TABLES.select(table, list(rows))}) AS given {once}")


def reach(con: duckdb.DuckDBPyConnection, day: date) -> None:
    """Say that the package of a business date was received."""
    con.execute("INSERT INTO intake.package VALUES (?, ?, 1, 'test', '')", [day.isoformat(), day])


def touch(con: duckdb.DuckDBPyConnection, *setl_ids: str) -> None:
    """Say that a night touched these settlements and their persons."""
    con.execute("DELETE FROM work.touched_settlement")
    con.execute("DELETE FROM work.touched_person")
    con.execute("INSERT INTO work.touched_settlement SELECT UNNEST(?::VARCHAR[])", [list(setl_ids)])
    con.execute(
        "INSERT INTO work.touched_person SELECT person, MIN(begndate), MAX(enddate) FROM mart.settlement "
        "WHERE setl_id IN (SELECT setl_id FROM work.touched_settlement) GROUP BY person"
    )
    con.execute(
        "INSERT OR IGNORE INTO work.touched_institution "
        "SELECT fixmedins_code, STRFTIME(setl_date, '%Y-%m') AS month, MIN(setl_date), MAX(setl_date) "
        "FROM mart.settlement WHERE setl_id IN (SELECT setl_id FROM work.touched_settlement) "
        "GROUP BY fixmedins_code, month"
    )


def findings(con: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    query = "SELECT source_id, setl_id, linked_setl_id, a0, a1, exposure FROM audit.finding ORDER BY ALL"
    return con.execute(query).fetchall()


def subject_findings(con: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    query = (
        "SELECT source_id, subject_id, period, setl_id, a0, a1, a2, exposure FROM audit.subject_finding ORDER BY ALL"
    )
    return con.execute(query).fetchall()


def dirty(con: duckdb.DuckDBPyConnection) -> list[str]:
    found = con.execute("SELECT setl_id FROM work.dirty_settlement ORDER BY 1").fetchall()
    con.execute("DELETE FROM work.dirty_settlement")
    return [row[0] for row in found]


def given(con: duckdb.DuckDBPyConnection, rule: Rule, name: str) -> None:
    """Put the rows of one of the rule's own examples into the warehouse, over its shipped knowledge."""
    example = next(example for example in rule.examples if example.name == name)
    for table in sorted(rule.tables):
        if LOGICAL[table][0].startswith("knowledge."):
            con.execute(f"DELETE FROM {LOGICAL[table][0]}")
        if example.given.get(table):
            put(con, table, *example.given[table])


def first_flag(rule: Rule) -> str:
    return next(example.name for example in rule.examples if example.kind == "flag")


def test_a_correct_night_finds_nothing(con: duckdb.DuckDBPyConnection) -> None:
    put(con, "settlement", {})
    put(con, "fee_line", WHOLE_STAY)
    put(con, "recomputed", {})
    for table in ("setl_fund_d", "hilist_b", "stmt_d", "clr_appy_d", "clr_detl_d", "reached"):
        put(con, table, {})
    touch(con, "S1")
    runs = screen(con, list(RULES.values()), night="2026-11-01")
    assert [run.error for run in runs if run.error] == []
    assert findings(con) == []
    assert subject_findings(con) == []
    assert dirty(con) == []


@pytest.mark.parametrize("rule_id", sorted(RULES))
def test_the_night_finds_what_the_example_finds(con: duckdb.DuckDBPyConnection, rule_id: str) -> None:
    rule = RULES[rule_id]
    name = first_flag(rule)
    given(con, rule, name)
    touch(con, *(row[0] for row in con.execute("SELECT setl_id FROM mart.settlement").fetchall()))
    if not con.execute("SELECT * FROM intake.package").fetchall():
        reach(con, date(2026, 11, 20))
    runs = screen(con, [rule], night="2026-11-01")
    assert runs[0].error is None
    example = next(example for example in rule.examples if example.name == name)
    expected = run_example(rule, example, DuckDBEngine(), TABLES)
    rows = findings(con) if rule.head.is_about_settlements else subject_findings(con)
    amounts = 3 if rule.head.is_about_settlements else 4
    found = {"/".join(part for part in row[1:-amounts] if part): row[-amounts:] for row in rows}
    wanted = {
        key: (one.a0, one.a1, one.exposure)
        if rule.head.is_about_settlements
        else (one.a0, one.a1, one.a2, one.exposure)
        for key, one in expected.items()
    }
    assert found == wanted
    assert runs[0].findings == len(wanted)


def test_what_is_found_about_institutions_is_said_anew_each_night(con: duckdb.DuckDBPyConnection) -> None:
    rule = RULES["CL-01"]
    given(con, rule, first_flag(rule))
    put(con, "agency", {"code": "510100", "pool": "5101"})
    screen(con, [rule], night="2026-11-20")
    before = con.execute("FROM audit.subject_finding").fetchall()
    assert [(row[1], row[7], row[8], row[10]) for row in before] == [("CL-01", "H51010000001", "2026-11-09", "510100")]
    # Nothing is touched, nothing changes, and no case is raised.
    screen(con, [rule], night="2026-11-20")
    assert con.execute("FROM audit.subject_finding").fetchall() == before
    assert dirty(con) == []
    assert findings(con) == []
    con.execute("UPDATE settled.stmt_d SET fund_pay_sumamt = 6800")
    runs = screen(con, [rule], night="2026-11-21")
    assert (runs[0].findings, subject_findings(con)) == (0, [])


def test_a_rule_about_institutions_that_fails_keeps_what_it_had_found(con: duckdb.DuckDBPyConnection) -> None:
    rule, other = RULES["CL-01"], RULES["CL-06"]
    given(con, rule, first_flag(rule))
    screen(con, [rule, other], night="2026-11-20")
    before = subject_findings(con)
    assert before != []
    broken = dataclasses.replace(rule, query=rule.query.copy().where("CAST(fixmedins_code AS INTEGER) > 0"))
    runs = screen(con, [broken, other], night="2026-11-21")
    assert [(run.rule_id, run.error is None) for run in runs] == [("CL-01", False), ("CL-06", True)]
    assert subject_findings(con) == before
    # A rule that is no longer there leaves nothing behind.
    screen(con, [other], night="2026-11-22")
    assert subject_findings(con) == []


def test_a_rule_about_institutions_in_shadow_is_counted_and_not_kept(con: duckdb.DuckDBPyConnection) -> None:
    rule = RULES["CL-01"]
    given(con, rule, first_flag(rule))
    shadow = dataclasses.replace(rule, head=rule.head.model_copy(update={"status": "shadow"}))
    runs = screen(con, [shadow], night="2026-11-20")
    assert (runs[0].findings, subject_findings(con)) == (1, [])


def test_before_anything_was_received_there_is_no_day_to_count_to(con: duckdb.DuckDBPyConnection) -> None:
    put(con, "revolv_fund_d", {"in_interest": "83.00"})
    runs = screen(con, [RULES["CL-06"]], night="none")
    assert (runs[0].findings, runs[0].error, subject_findings(con)) == (0, None, [])


def test_screening_again_changes_nothing_and_dirties_nothing_that_was_not_touched(
    con: duckdb.DuckDBPyConnection,
) -> None:
    rule = RULES["AD-01"]
    given(con, rule, first_flag(rule))
    every = [row[0] for row in con.execute("SELECT setl_id FROM mart.settlement ORDER BY begndate").fetchall()]
    touch(con, *every)
    screen(con, [rule], night="2026-11-01")
    before = findings(con)
    assert dirty(con) != []
    # Only the earlier stay is touched: the finding about the later one is said anew, and is the same.
    touch(con, every[0])
    screen(con, [rule], night="2026-11-02")
    assert findings(con) == before
    assert dirty(con) == []


def test_a_finding_goes_when_its_settlement_no_longer_counts(con: duckdb.DuckDBPyConnection) -> None:
    rule = RULES["PL-04"]
    given(con, rule, first_flag(rule))
    touch(con, "S1")
    screen(con, [rule], night="2026-11-01")
    assert [row[1] for row in findings(con)] == ["S1"]
    dirty(con)
    con.execute("UPDATE mart.settlement SET counts = FALSE WHERE setl_id = 'S1'")
    con.execute("DELETE FROM mart.fee_line")
    screen(con, [rule], night="2026-11-02")
    assert findings(con) == []
    assert con.execute("SELECT COUNT(*) FROM audit.finding_line").fetchone() == (0,)
    assert dirty(con) == ["S1"]


def test_a_rule_that_fails_stops_itself_and_keeps_what_it_had_found(con: duckdb.DuckDBPyConnection) -> None:
    good, other = RULES["PL-04"], RULES["MD-03"]
    given(con, good, first_flag(good))
    touch(con, "S1")
    screen(con, [good], night="2026-11-01")
    before = findings(con)
    query = good.query.copy().where("CAST(s.setl_id AS INTEGER) > 0")
    broken = dataclasses.replace(good, query=query)
    runs = screen(con, [broken, other], night="2026-11-02")
    assert [(run.rule_id, run.error is None) for run in runs] == [("PL-04", False), ("MD-03", True)]
    assert findings(con) == before
    recorded = con.execute("SELECT rule_id, error IS NULL FROM ledger.rule_run WHERE night = '2026-11-02' ORDER BY 1")
    assert recorded.fetchall() == [("MD-03", True), ("PL-04", False)]


def test_a_rule_in_shadow_is_counted_and_never_reaches_a_queue(con: duckdb.DuckDBPyConnection) -> None:
    rule = RULES["PL-04"]
    given(con, rule, first_flag(rule))
    touch(con, "S1")
    shadow = dataclasses.replace(rule, head=rule.head.model_copy(update={"status": "shadow"}))
    runs = screen(con, [shadow], night="2026-11-01")
    assert runs[0].findings == 1
    assert findings(con) == []
    assert dirty(con) == []
    assert con.execute("SELECT setl_id FROM audit.shadow_finding").fetchall() == [("S1",)]
