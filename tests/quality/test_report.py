"""Pages and tables that people read, and the commands that print them."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

from lianshen.cli.quality import register
from lianshen.quality import CheckResult, record, render_html, render_terminal
from lianshen.warehouse.connect import open_warehouse
from lianshen.warehouse.publish import publish
from lianshen.warehouse.tables import create_tables

MISSING = CheckResult(
    package="2026-11-20",
    table="setl_d",
    code="N-psn_no",
    title_zh="人员编号缺失",
    title_en="person number: missing",
    column="psn_no",
    severity="set_aside",
    expectation="expect_column_values_to_not_be_null",
    evaluated=20000,
    unexpected=1,
    passed=False,
    sample=({"file": "setl_d.csv", "row": 7, "value": None},),
)
WARNED = replace(
    MISSING,
    code="i1_price",
    table="fee_list_d",
    title_zh="不成立：I1 <金额>",
    severity="warn",
    unexpected=10,
    sample=({"file": "a.csv", "row": 1, "value": "<script>alert(1)</script>"},),
)
FINE = replace(MISSING, code="C-gend", title_zh="性别不在代码表 gend 中", unexpected=0, passed=True, sample=())
STOPPED = replace(
    MISSING, table="diag_d", code="STOP", title_zh="暂存行占比", severity="stop", evaluated=10, unexpected=4, sample=()
)
RESULTS = [MISSING, WARNED, FINE, STOPPED]


def test_the_page_needs_nothing_from_anywhere(tmp_path: Path) -> None:
    page = render_html(RESULTS)
    assert "<script" not in page
    assert not re.search(r"(src|href|@import|url\()", page)
    assert "http" not in page


def test_the_page_says_what_was_found_where_and_how_often() -> None:
    page = render_html(RESULTS)
    for text in ("人员编号缺失", "第 7 行", "空", "&lt;0.01%", "20,000", "整表停收", "费用明细", "40.00%"):
        assert text in page
    assert "&lt;script&gt;alert(1)" in page
    assert page.index("诊断") < page.index("结算主表") < page.index("费用明细"), "the worst table comes first"


def test_without_results_the_page_says_so() -> None:
    assert "没有可显示的检查结果" in render_html([])


def test_the_terminal_shows_what_did_not_pass_worst_first_and_all_on_request() -> None:
    def lines(everything: bool) -> str:
        console = Console(width=160, record=True, file=io.StringIO())
        console.print(render_terminal(RESULTS, everything=everything))
        return console.export_text()

    short = lines(everything=False)
    assert "4 项，通过 1 项" in short
    assert short.index("STOP") < short.index("N-psn_no") < short.index("i1_price")
    assert "C-gend" not in short
    assert "C-gend" in lines(everything=True)


@pytest.fixture
def app() -> typer.Typer:
    application = typer.Typer()
    register(application)
    return application


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the home folder of an installation that checked two packages."""
    monkeypatch.setenv("LIANSHEN_HOME", str(tmp_path))
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as con:
        create_tables(con)
        record(con, "2026-11-19", [replace(FINE, package="2026-11-19")])
        record(con, "2026-11-20", RESULTS)
    return tmp_path


def test_the_command_shows_the_latest_package_and_a_named_one(home: Path, app: typer.Typer) -> None:
    latest = json.loads(CliRunner().invoke(app, ["quality", "show", "--json"]).stdout)
    assert {row["code"] for row in latest} == {"N-psn_no", "i1_price", "C-gend", "STOP"}
    assert latest[0]["share"] == 0.4
    named = json.loads(CliRunner().invoke(app, ["quality", "show", "2026-11-19", "--json"]).stdout)
    assert [row["code"] for row in named] == ["C-gend"]


def test_the_command_writes_the_page(home: Path, app: typer.Typer) -> None:
    target = home / "reports" / "quality.html"
    result = CliRunner().invoke(app, ["quality", "show", "--html", str(target)])
    assert result.exit_code == 0
    assert "人员编号缺失" in target.read_text(encoding="utf-8")


def test_an_unknown_package_is_refused_with_those_that_there_are(home: Path, app: typer.Typer) -> None:
    result = CliRunner().invoke(app, ["quality", "show", "2026-11-21"])
    assert "known are 2026-11-19, 2026-11-20" in str(result.exception)


def test_the_command_lists_the_checks_of_a_table(app: typer.Typer) -> None:
    result = CliRunner().invoke(app, ["quality", "suites", "setl_d", "--json"])
    checks = {check["code"]: check for check in json.loads(result.stdout)}
    assert checks["C-gend"]["expectation"] == "expect_column_values_to_be_in_set"
    assert checks["C-gend"]["wanted"] == "1, 2, 9"
    assert checks["i5_funds"]["severity"] == "warn"


def test_while_a_night_holds_the_warehouse_the_last_snapshot_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, app: typer.Typer
) -> None:
    monkeypatch.setenv("LIANSHEN_HOME", str(tmp_path))
    file = tmp_path / "warehouse.duckdb"
    with open_warehouse(file, memory_limit="1GB") as con:
        record(con, "2026-11-20", RESULTS)
        publish(con, tmp_path / "published", "2026-11-20")
    holder = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as night:
        assert night.stdout is not None
        assert night.stdin is not None
        assert night.stdout.readline() == "held\n"
        shown = json.loads(CliRunner().invoke(app, ["quality", "show", "--json"]).stdout)
        night.stdin.close()
    assert {row["code"] for row in shown} == {"N-psn_no", "i1_price", "C-gend", "STOP"}


def test_before_the_first_night_the_command_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, app: typer.Typer
) -> None:
    monkeypatch.setenv("LIANSHEN_HOME", str(tmp_path))
    assert "no warehouse yet" in str(CliRunner().invoke(app, ["quality", "show"]).exception)
