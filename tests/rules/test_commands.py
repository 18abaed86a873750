"""What was found about institutions and regions, from the command line."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from lianshen.cli import rules as command
from lianshen.content import content_root
from lianshen.errors import UsageError
from lianshen.rules import load_rules, screen
from lianshen.rules.tables import LOGICAL, Tables
from lianshen.warehouse import open_warehouse
from lianshen.warehouse.publish import publish

CONTENT = content_root()


def run(*arguments: str) -> Result:
    app = typer.Typer()
    command.register(app)
    return CliRunner().invoke(app, ["rules", *arguments])


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Publish a night in which a fund did not balance and a region ran low."""
    monkeypatch.setenv("LIANSHEN_HOME", str(tmp_path))
    con = open_warehouse(None, content=CONTENT)
    rows = [{"in_interest": "83.00"}, {"insured_region": "511500", "out_clear": "800000.00", "closing": "200000.00"}]
    con.execute(
        f"INSERT INTO {LOGICAL['revolv_fund_d'][0]} BY NAME {Tables(CONTENT / 'sql').select('revolv_fund_d', rows)}"
    )
    con.execute("INSERT INTO intake.package VALUES ('2026-11-20', ?, 1, 'test', '')", [date(2026, 11, 20)])
    screen(con, [rule for rule in load_rules(CONTENT) if rule.id == "CL-06"], night="2026-11-20")
    publish(con, tmp_path / "published", "2026-11-20")
    con.close()


@pytest.mark.usefixtures("published")
def test_findings_are_listed_the_gravest_first_with_whom_and_what() -> None:
    shown = run("subjects")
    assert shown.exit_code == 0, shown.output
    assert "CL-06 周转金余额预警与超用 · 2 findings" in shown.output
    assert "南充市 511300 · 2026-11-19 · → 南充市 · severity 3, 83.00 at issue" in shown.output
    assert shown.output.index("511300") < shown.output.index("511500")
    assert "1 of 2 findings" in run("subjects", "--top", "1").output


@pytest.mark.usefixtures("published")
def test_as_json_every_finding_has_its_facts_its_sentence_and_exact_amounts() -> None:
    found = json.loads(run("subjects", "--rule", "cl-06", "--agency", "511300", "--json").output)
    (one,) = found
    assert (one["subject_id"], one["period"], one["insu_pool"], one["as_of"]) == (
        "511300", "2026-11-19", "5113", "2026-11-20",
    )  # fmt: skip
    assert one["a2"] == "83.00"
    assert one["because"]["because_difference"] == "83.00"
    assert one["sentence_zh"].startswith("2026-11-19，周转金当日账不平")


@pytest.mark.usefixtures("published")
def test_where_nothing_was_found_it_says_so_and_an_unknown_rule_is_refused() -> None:
    assert "nothing found" in run("subjects", "--rule", "CL-01").output
    refused = run("subjects", "--rule", "CL-99")
    assert isinstance(refused.exception, UsageError)


def test_every_rule_is_listed_with_what_it_is_about() -> None:
    listed = {head["id"]: head["subject"] for head in json.loads(run("list", "--json").output)}
    assert (listed["PL-04"], listed["CL-01"], listed["CL-06"]) == ("settlement", "institution", "region")
    shown = json.loads(run("show", "CL-06", "--json").output)
    assert shown["subject"] == "region"
    assert "revolv_fund_d" in shown["sql"]
