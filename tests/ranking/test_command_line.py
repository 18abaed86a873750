"""The ranking from the command line."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from cases.warehouse_rows import Warehouse
from ranking.conftest import receive
from typer.testing import CliRunner

from lianshen.cases import Casebook, open_casebook
from lianshen.cli import build_app
from lianshen.ranking import RankingSettings, rank


@pytest.fixture
def home(tmp_path: Path, warehouse: Warehouse, shipped: RankingSettings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a home folder whose casebook was ranked."""
    book = Casebook(open_casebook(f"sqlite:///{tmp_path / 'casebook.sqlite'}"))
    for n in range(3):
        warehouse.settle(f"S{n}", person=f"p{n}")
    for n in range(2):
        warehouse.find("PL-11", f"S{n}", f"{n + 1}00.00")
    warehouse.assemble(book.engine)
    receive(warehouse, date(2026, 11, 20))
    rank(warehouse.con, book, shipped, night="2026-11-20")
    book.engine.dispose()
    monkeypatch.setenv("LIANSHEN_HOME", str(tmp_path))
    return tmp_path


def run(*arguments: str) -> str:
    done = CliRunner().invoke(build_app(), ["ranking", *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return str(done.output)


def test_tonights_list_comes_with_its_reasons(home: Path) -> None:
    assert "best" in run("show")
    assert "0 in turn of models" in run("show")
    said = json.loads(run("show", "--json"))
    assert [case["place"] for case in said["cases"]] == [1, 2]
    assert said["cases"][0]["expected"] > said["cases"][1]["expected"]
    assert said["cases"][0]["basis"]["source"] == "prior"
    assert said["desks"][0]["desk"] == "510000"
    assert json.loads(run("show", "--waiting", "--json"))["cases"] == []
    assert json.loads(run("show", "--desk", "510700", "--json"))["cases"] == []


def test_before_there_are_answers_and_decisions_it_says_so(home: Path) -> None:
    assert "no answers yet" in run("sample")
    assert json.loads(run("sample", "--json"))["blind"] is None
    assert "too few decisions" in run("leniency")
    assert json.loads(run("leniency", "--json"))["source"] == "prior"


def test_an_audit_is_drawn_and_extrapolated(home: Path) -> None:
    rows, out = home / "rows.csv", home / "sample.csv"
    rows.write_text("setl_id,stratum\n" + "".join(f"S{n},住院\n" for n in range(100)), encoding="utf-8")
    assert "30 of 100 rows drawn with seed 7" in run(
        "draw", str(rows), "--size", "30", "--seed", "7", "--out", str(out)
    )
    drawn = out.read_text(encoding="utf-8-sig").splitlines()
    filled = [drawn[0], *(line + ("20.00" if n < 3 else "0") for n, line in enumerate(drawn[1:]))]
    out.write_text("\n".join(filled), encoding="utf-8")
    said = json.loads(run("extrapolate", str(out), str(rows), "--json"))
    assert said["total"] == pytest.approx(20_000)
    assert 6_000 <= said["lower"] < said["total"]
