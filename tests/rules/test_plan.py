"""How a night goes through the rules is told beforehand, and what it did afterwards, with what failed."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest
import typer
from typer.testing import CliRunner, Result

from lianshen.cli import rules as command
from lianshen.content import content_root
from lianshen.rules import load_rules, screen
from lianshen.rules.plan import last_night, plan
from lianshen.rules.tables import Tables
from lianshen.warehouse import open_warehouse, publish
from lianshen.warehouse.snapshot import list_runs, read_run

CONTENT = content_root()
TABLES = Tables(CONTENT / "sql")
RULES = {rule.id: rule for rule in load_rules(CONTENT)}
NIGHT = "2026-11-20"


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = open_warehouse(None, content=CONTENT)
    connection.execute("INSERT INTO intake.package VALUES (?, ?, 1, 'test', '')", [NIGHT, date(2026, 11, 20)])
    connection.execute(f"INSERT INTO mart.settlement BY NAME {TABLES.select('settlement', [{}])}")
    connection.execute("INSERT INTO work.touched_settlement VALUES ('S1')")
    connection.execute("INSERT INTO work.touched_person VALUES ('P1', '2026-11-02', '2026-11-09')")
    yield connection
    connection.close()


def run(*arguments: str) -> Result:
    app = typer.Typer()
    command.register(app)
    return CliRunner().invoke(app, ["rules", *arguments])


def test_every_rule_that_runs_has_its_place_scope_and_columns() -> None:
    steps = {step.rule_id: step for step in plan(RULES.values(), TABLES)}
    assert [step.order for step in steps.values()] == list(range(1, len(steps) + 1))
    assert (steps["PL-04"].scope, steps["PL-04"].look_back_days) == ("own", None)
    assert (steps["AD-01"].scope, steps["AD-01"].look_back_days) == ("history", 30)
    assert steps["CL-01"].scope == "whole"
    assert steps["MG-12"].scope == "institution"
    assert steps["FR-01"].features == ["drug_fill"]
    copied = steps["PL-04"].reads
    assert "inscp_amt" in copied["fee_line"]
    assert "crte_time" not in copied["fee_line"]
    assert copied["age_limit"] == [], "knowledge is read where it lies"
    assert {step.night for step in steps.values()} == {None}


def test_a_rule_that_fails_when_it_runs_stops_itself_and_is_shown(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = RULES["ST-02"]
    broken = dataclasses.replace(good, query=good.query.copy().where("a_column_that_is_gone > 0"))
    rules = [broken, RULES["AD-01"], RULES["CL-01"]]
    started = "'2026-11-21 01:00:00', '2026-11-21 01:01:00', 'done', '{}'"
    con.execute(f"INSERT INTO ledger.run VALUES ('r', ?, {started})", [NIGHT])
    errors = {run.rule_id: run.error for run in screen(con, rules, night=NIGHT)}
    assert errors["AD-01"] is None
    assert errors["CL-01"] is None
    assert errors["ST-02"] is not None
    steps = {step.rule_id: step for step in plan(rules, TABLES, last_night(con, "ledger.rule_run"))}
    assert steps["ST-02"].error == errors["ST-02"]
    assert (steps["AD-01"].night, steps["AD-01"].error, steps["AD-01"].findings) == (NIGHT, None, 0)
    publish(con, tmp_path / "published", NIGHT)
    assert [run["failed_rules"] for run in list_runs(tmp_path / "published")] == [1]
    shown = read_run(tmp_path / "published", NIGHT)
    assert shown is not None
    assert [row["rule_id"] for row in shown["rules"] if row["error"]] == ["ST-02"]
    monkeypatch.setenv("LIANSHEN_HOME", str(tmp_path))
    told = run("plan")
    assert told.exit_code == 0, told.output
    assert f"ST-02 failed: {errors['ST-02'].splitlines()[0]}" in told.output
    as_json = {step["rule_id"]: step for step in json.loads(run("plan", "--json").output)}
    assert (as_json["ST-02"]["error"], as_json["AD-01"]["findings"]) == (errors["ST-02"], 0)
