"""Accounts and cases from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from cases.warehouse_rows import Warehouse
from typer.testing import CliRunner, Result

from lianshen.cases import mark_demo, open_casebook
from lianshen.cli import cases, users
from lianshen.errors import LianshenError


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the casebook of a home folder of its own."""
    monkeypatch.setenv("LIANSHEN_HOME", str(tmp_path))
    monkeypatch.delenv("LIANSHEN_CASEBOOK", raising=False)
    return f"sqlite:///{tmp_path / 'casebook.sqlite'}"


def run(*arguments: str, stdin: str = "") -> Result:
    app = typer.Typer()
    users.register(app)
    cases.register(app)
    return CliRunner().invoke(app, list(arguments), input=stdin)


def test_accounts_are_added_listed_and_disabled(url: str) -> None:
    made = run("users", "add", "chengdu01", "--name", "成都经办1", "--role", "handler", "--agency", "510100",
               "--password-stdin", stdin="mulberry-2026\n")  # fmt: skip
    assert made.exit_code == 0, made.output
    assert run("users", "passwd", "chengdu01", "--password-stdin", stdin="another-2026\n").exit_code == 0
    assert run("users", "disable", "chengdu01").exit_code == 0
    (row,) = json.loads(run("users", "list", "--json").output)
    assert (row["login"], row["agency"], row["is_active"]) == ("chengdu01", "510100", False)
    assert "disabled" in run("users", "list").output


def test_an_account_of_a_county_is_granted_placed_and_unlocked(url: str) -> None:
    made = run("users", "add", "jinjiang01", "--name", "锦江经办", "--role", "handler", "--agency", "510104",
               "--insured", "--password-stdin", stdin="mulberry-2026\n")  # fmt: skip
    assert made.exit_code == 0, made.output
    listed = run("users", "list").output
    assert "password due" in listed
    assert "insured region" in listed
    assert run("users", "passwd", "jinjiang01", "--lasting", "--password-stdin", stdin="another-2026\n").exit_code == 0
    assert run("users", "grant", "jinjiang01", "region_lead").exit_code == 0
    assert run("users", "place", "jinjiang01", "--agency", "510700").exit_code == 0
    assert run("users", "unlock", "jinjiang01").exit_code == 0
    (row,) = json.loads(run("users", "list", "--json").output)
    assert (row["role"], row["agency"], row["is_due"], row["is_locked"]) == ("region_lead", "510700", False, False)
    assert run("users", "grant", "jinjiang01").exit_code == 0
    (row,) = json.loads(run("users", "list", "--json").output)
    assert row["role"] == ""
    separated = {row["role"] for row in json.loads(run("users", "roles", "--json").output) if row["is_separated"]}
    assert separated == {"sysadmin", "secadmin", "auditor"}


def test_demo_accounts_are_for_demonstration_data_and_for_the_first_time(url: str) -> None:
    refused = run("users", "demo")
    assert isinstance(refused.exception, LianshenError)
    engine = open_casebook(url)
    mark_demo(engine)
    engine.dispose()
    made = json.loads(run("users", "demo", "--json").output)
    assert {row["role"] for row in made} >= {"reviewer", "lead", "handler", "region_lead", "manager", "sysadmin"}
    assert len({row["password"] for row in made}) == len(made)
    assert isinstance(run("users", "demo").exception, LianshenError)
    assert json.loads(run("users", "demo", "--json", "--force").output) == []


def test_cases_are_listed_shown_exported_and_their_trail_proved(url: str, warehouse: Warehouse, tmp_path: Path) -> None:
    engine = open_casebook(url)
    warehouse.settle("S1")
    warehouse.line("L1", "S1")
    warehouse.find("PL-11", "S1", "12.34", lines=("L1",))
    warehouse.assemble(engine)
    engine.dispose()
    listed = run("cases", "list", "state=new", "--json")
    (case,) = json.loads(listed.output)["items"]
    assert case["at_issue"] == 1234
    assert "12.34" in run("cases", "list").output
    assert isinstance(run("cases", "list", "colour=red").exception, LianshenError)
    shown = json.loads(run("cases", "show", case["case_no"], "--json").output)
    assert [row["bkkp_sn"] for row in shown["line_rows"]] == ["L1"]
    assert "与规定不符" in run("cases", "show", case["case_no"]).output
    out = tmp_path / "out" / "cases.csv"
    assert run("cases", "export", "state=new", "--out", str(out)).exit_code == 0
    assert case["case_no"] in out.read_text(encoding="utf-8-sig")
    lines = tmp_path / "cases.jsonl"
    assert run("cases", "export", "--json", "--out", str(lines)).exit_code == 0
    assert json.loads(lines.read_text(encoding="utf-8"))["case_no"] == case["case_no"]
