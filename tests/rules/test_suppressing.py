"""What suppressors take away in a night: kept with its reason, counted, and the same whatever came first."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb
import pytest

from lianshen.content import content_root
from lianshen.rules import Rule, RuleFileError, load_rules, screen
from lianshen.rules.document import read_rule
from lianshen.rules.suppressor import read_suppressor, suppressors_of
from lianshen.rules.tables import LOGICAL, Tables
from lianshen.warehouse import open_warehouse

CONTENT = content_root()
TABLES = Tables(CONTENT / "sql")
RULES = {rule.id: rule for rule in load_rules(CONTENT) if rule.id in ("AD-01", "PL-04")}
CHILD = {"hilist_code": "XCHILD"}


def naming(rule: Rule, *codes: str) -> Rule:
    """Return the rule as if its header named these suppressors, and no others."""
    known = suppressors_of(TABLES)
    head = rule.head.model_copy(update={"suppressors": list(codes)})
    return dataclasses.replace(rule, head=head, suppressors=tuple(known[code] for code in sorted(codes)))


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = open_warehouse(None, content=CONTENT)
    connection.execute("CREATE TABLE fee_line_rows AS FROM mart.fee_line LIMIT 0")
    connection.execute("DROP VIEW mart.fee_line")
    connection.execute("CREATE TABLE mart.fee_line AS FROM fee_line_rows")
    connection.execute("DELETE FROM knowledge.age_limit")
    put(connection, "age_limit", {"hilist_code": "XCHILD", "min_days": 0, "max_days": 5478})
    yield connection
    connection.close()


def put(con: duckdb.DuckDBPyConnection, table: str, *rows: dict[str, Any]) -> None:
    con.execute(f"INSERT INTO {LOGICAL[table][0]} BY NAME {TABLES.select(table, list(rows))}")


def night(con: duckdb.DuckDBPyConnection, rule: Rule, *setl_ids: str) -> Any:
    """Screen what touches these settlements; return what the rule did."""
    for table in ("touched_settlement", "touched_person"):
        con.execute(f"DELETE FROM work.{table}")
    con.execute("INSERT INTO work.touched_settlement SELECT UNNEST(?::VARCHAR[])", [list(setl_ids)])
    con.execute(
        "INSERT INTO work.touched_person SELECT person, MIN(begndate), MAX(enddate) FROM mart.settlement "
        "WHERE setl_id IN (SELECT setl_id FROM work.touched_settlement) GROUP BY person"
    )
    return screen(con, [rule], night="2026-11-20")[0]


def state(con: duckdb.DuckDBPyConnection) -> dict[str, list[Any]]:
    tables = ("finding", "finding_line", "suppressed_finding", "suppressed_line", "lowered_finding")
    return {name: con.execute(f"FROM audit.{name} ORDER BY ALL").fetchall() for name in tables}


def settle(con: duckdb.DuckDBPyConnection, number: int, inscp: str, **changes: Any) -> None:
    """Put a settlement with one line of a children's item, dispensed to a woman of sixty."""
    put(con, "settlement", {"setl_id": f"S{number}", "mdtrt_id": f"V{number}", **changes})
    line = {"setl_id": f"S{number}", "mdtrt_id": f"V{number}", "bkkp_sn": f"L{number}"}
    put(con, "fee_line", {**line, **CHILD, "inscp_amt": inscp, "det_item_fee_sumamt": inscp})


def test_what_is_not_excused_stays_a_finding(con: duckdb.DuckDBPyConnection) -> None:
    settle(con, 1, "25.00")
    run = night(con, naming(RULES["PL-04"], "S-TRF"), "S1")
    assert (run.findings, run.suppressed) == (1, 0)
    assert state(con)["suppressed_finding"] == []


def test_an_excused_settlement_is_kept_with_the_reason_and_counted(con: duckdb.DuckDBPyConnection) -> None:
    settle(con, 1, "25.00", dscg_way="2")
    rule = naming(RULES["PL-04"], "S-TRF")
    run = night(con, rule, "S1")
    assert (run.findings, run.suppressed, run.error) == (0, 1, None)
    after = state(con)
    assert after["finding"] == []
    assert after["finding_line"] == []
    kept = con.execute("SELECT source_id, suppressor, reason, setl_id, a1 FROM audit.suppressed_finding").fetchone()
    assert kept is not None
    assert (*kept[:4], str(kept[4])) == ("PL-04", "S-TRF", "医嘱转院（离院方式 2）", "S1", "25.00")
    assert con.execute("SELECT bkkp_sn FROM audit.suppressed_line").fetchall() == [("L1",)]
    assert con.execute("SELECT findings, suppressed FROM ledger.rule_run").fetchall() == [(0, 1)]
    night(con, rule, "S1")
    assert state(con) == after
    # A correction takes the excuse away.
    con.execute("UPDATE mart.settlement SET dscg_way = '1'")
    night(con, rule, "S1")
    assert [len(rows) for rows in state(con).values()] == [1, 1, 0, 0, 0]


def test_single_lines_are_excused_and_the_rest_stays(con: duckdb.DuckDBPyConnection) -> None:
    settle(con, 1, "25.00")
    put(con, "fee_line", {**CHILD, "bkkp_sn": "L2", "fee_date": date(2026, 11, 6), "inscp_amt": "30.00"})
    approval = {"hilist_code": "XCHILD", "begndate": date(2026, 11, 5), "enddate": date(2026, 11, 30)}
    put(con, "spdrug_appr_d", approval)
    run = night(con, naming(RULES["PL-04"], "S-SPEC"), "S1")
    assert (run.findings, run.suppressed) == (1, 1)
    found = con.execute(
        "SELECT f.a1, l.bkkp_sn FROM audit.finding AS f JOIN audit.finding_line AS l USING (finding_id)"
    )
    assert [(str(a1), line) for a1, line in found.fetchall()] == [("25.00", "L1")]
    assert con.execute("SELECT bkkp_sn FROM audit.suppressed_line").fetchall() == [("L2",)]


def test_a_pair_is_excused_where_the_earlier_stay_ended_by_a_transfer(con: duckdb.DuckDBPyConnection) -> None:
    rule = naming(RULES["AD-01"], "S-NB")
    later = {"setl_id": "S2", "mdtrt_id": "V2", "begndate": date(2026, 11, 14), "enddate": date(2026, 11, 20)}
    put(con, "settlement", {}, later)
    assert night(con, rule, "S1", "S2").findings == 1
    con.execute("UPDATE mart.settlement SET nwb_flag = '1' WHERE setl_id = 'S1'")
    run = night(con, rule, "S1")
    assert (run.findings, run.suppressed) == (0, 1)
    assert con.execute("SELECT setl_id, linked_setl_id FROM audit.suppressed_finding").fetchall() == [("S2", "S1")]


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1), (2, 3, 1), (3, 1, 2)])
def test_small_amounts_of_a_month_are_added_up_whichever_came_first(
    con: duckdb.DuckDBPyConnection, order: tuple[int, ...]
) -> None:
    rule = naming(RULES["PL-04"], "S-SMALL")
    amounts = {1: "9.00", 2: "8.00", 3: "3.00"}
    for place, number in enumerate(order, 1):
        settle(con, number, amounts[number])
        night(con, rule, f"S{number}")
        small = place < len(order)
        counts = [len(rows) for rows in state(con).values()]
        assert counts == ([0, 0, place, place, 0] if small else [place, place, 0, 0, 0])
    found = state(con)
    night(con, rule, "S1", "S2", "S3")
    assert state(con) == found
    # One of them is reversed: the others are too small again, though nothing touched them.
    con.execute("UPDATE mart.settlement SET counts = FALSE WHERE setl_id = 'S3'")
    con.execute("DELETE FROM mart.fee_line WHERE setl_id = 'S3'")
    run = night(con, rule, "S3")
    assert (run.findings, run.suppressed) == (0, 0)
    assert [len(rows) for rows in state(con).values()] == [0, 0, 2, 2, 0]
    assert {row[0] for row in con.execute("SELECT setl_id FROM work.dirty_settlement").fetchall()} == {"S1", "S2", "S3"}


def verdicts(con: duckdb.DuckDBPyConnection, *upheld: bool) -> None:
    con.execute("DELETE FROM casework.verdict")
    for number, holds in enumerate(upheld):
        put(con, "verdict", {"finding_id": f"F{number}", "source_id": "PL-04", **CHILD, "is_upheld": holds})


def test_what_was_never_upheld_gets_the_lowest_severity_and_gets_it_back(con: duckdb.DuckDBPyConnection) -> None:
    rule = naming(RULES["PL-04"])
    settle(con, 1, "25.00")
    con.execute("INSERT INTO intake.package VALUES ('2026-11-20', DATE '2026-11-20', 1, 'test', '')")
    severity = "SELECT severity FROM audit.finding"
    night(con, rule, "S1")
    before = con.execute(severity).fetchone()
    assert before == (rule.head.severity,)
    verdicts(con, False, False, False)
    # Nothing is touched: the casebook alone has changed.
    night(con, rule)
    assert con.execute(severity).fetchone() == (1,)
    assert con.execute("SELECT suppressor, found_severity FROM audit.lowered_finding").fetchall() == [
        ("S-LEARN", rule.head.severity)
    ]
    lowered = state(con)
    night(con, rule, "S1")
    assert state(con) == lowered
    verdicts(con, False, False, False, True)
    night(con, rule)
    assert con.execute(severity).fetchone() == before
    assert state(con)["lowered_finding"] == []


def test_a_rule_whose_suppressor_fails_keeps_what_it_had_found(con: duckdb.DuckDBPyConnection) -> None:
    settle(con, 1, "25.00", dscg_way="2")
    rule = naming(RULES["PL-04"], "S-TRF")
    night(con, rule, "S1")
    before = state(con)
    con.execute("UPDATE mart.settlement SET main_diag_code = 'J15'")
    one = rule.suppressors[0]
    broken = dataclasses.replace(one, query=one.query.copy().where("CAST(setl_id AS INTEGER) > 0"))
    run = night(con, dataclasses.replace(rule, suppressors=(broken,)), "S1")
    assert run.error is not None
    assert run.error.startswith("suppressor S-TRF: ")
    assert state(con) == before


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("suppressors: []", "suppressors: [S-SPEC]", "excuses fee lines, and this rule returns no bkkp_sn"),
        ("suppressors: []", "suppressors: [S-REF]", "the marts leave it out for every rule"),
        ("suppressors: []", "suppressors: [S-TRF]\nsuppressors_in_sql: [S-TRF]", "S-TRF is named twice"),
    ],
)
def test_what_a_header_must_not_name_is_refused(tmp_path: Any, was: str, becomes: str, said: str) -> None:
    source = next((CONTENT / "sql" / "rules" / "admission").glob("AD-01_*.sql"))
    text = source.read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith("suppressors_in_sql"))
    path = tmp_path / "admission" / source.name
    path.parent.mkdir()
    path.write_text(text.replace(line, was).replace(was, becomes), encoding="utf-8")
    with pytest.raises(RuleFileError, match=said):
        read_rule(path, TABLES)


def test_a_suppressor_file_is_read_as_strictly_as_a_rule(tmp_path: Any) -> None:
    source = CONTENT / "sql" / "suppressors" / "S-TRF.sql"
    path = tmp_path / "S-TRF.sql"
    path.write_text(source.read_text(encoding="utf-8").replace("reads: [settlement]", "reads: [settlement, fee_line]"))
    with pytest.raises(RuleFileError, match="the SQL does not read fee_line"):
        read_suppressor(path, TABLES)
