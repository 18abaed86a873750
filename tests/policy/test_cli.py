"""The commands about policies and settlements."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from lianshen.cli import policy, settle
from lianshen.errors import UsageError
from lianshen.policy import PolicyError
from lianshen.warehouse import WarehouseError


def app() -> typer.Typer:
    made = typer.Typer()
    policy.register(made)
    settle.register(made)
    return made


def test_the_values_of_a_day_as_json_with_their_sources() -> None:
    told = json.loads(CliRunner().invoke(app(), ["policy", "on", "2026-11-08", "510700", "--json"]).output)
    (deductible,) = [row for row in told["values"] if row["parameter"] == "remote.deductible"]
    assert (told["pack"], told["is_provisional"]) == ("mianyang", False)
    assert (deductible["value"], deductible["since"], deductible["kind"]) == ("700.00", "2026-11-08", "illustrative")


def test_the_values_of_a_day_as_a_table() -> None:
    shown = CliRunner().invoke(app(), ["policy", "on", "2026-11-07", "5107"]).output
    assert "inpatient.deductible" in shown
    assert "绵阳市" in shown


def test_a_day_or_a_pool_that_does_not_exist_is_a_usage_error() -> None:
    for arguments in (["policy", "on", "8 November", "5107"], ["policy", "on", "2026-11-08", "5102"]):
        assert isinstance(CliRunner().invoke(app(), arguments).exception, UsageError)


@pytest.mark.parametrize("region", ["绵阳", "绵阳市", "mianyang", "5107", "510724"])
def test_a_region_goes_by_its_name_its_pool_or_its_code(region: str) -> None:
    told = json.loads(CliRunner().invoke(app(), ["policy", "on", "2026-11-08", "--region", region, "--json"]).output)
    assert (told["pool"], told["pack"]) == ("5107", "mianyang")


def test_a_region_is_given_once() -> None:
    for arguments in (["policy", "on", "2026-11-08"], ["policy", "on", "2026-11-08", "5107", "--region", "5106"]):
        assert "give the region once" in str(CliRunner().invoke(app(), arguments).exception)


@pytest.mark.parametrize(("insutype", "others"), [("310", "resident"), ("390", "employee")])
def test_one_insurance_sees_its_own_values_only(insutype: str, others: str) -> None:
    arguments = ["policy", "on", "2026-11-08", "--region", "5107", "--insutype", insutype, "--json"]
    told = json.loads(CliRunner().invoke(app(), arguments).output)
    values = {row["parameter"]: row["value"] for row in told["values"]}
    assert others not in values["inpatient.ratio"]
    assert ("supplement.catastrophic" in values, "supplement.large_amount" in values) == (
        insutype == "390", insutype == "310",
    )  # fmt: skip
    refused = CliRunner().invoke(app(), ["policy", "on", "2026-11-08", "5107", "--insutype", "320"]).exception
    assert isinstance(refused, UsageError)


def test_what_prevailed_over_what_and_until_when_is_shown() -> None:
    told = json.loads(CliRunner().invoke(app(), ["policy", "on", "2027-01-01", "--region", "雅安", "--json"]).output)
    (limit,) = [row for row in told["values"] if row["parameter"] == "assistance.limit"]
    assert (limit["value"], limit["rank"], limit["until"]) == ("55000.00", "provincial", "2028-01-01")
    assert limit["won_over"][0].startswith("group-c 50000.00")
    (ceiling,) = [row for row in told["values"] if row["bound"]]
    assert (ceiling["rank"], ceiling["bound"], len(ceiling["won_over"])) == ("national", "most", 2)
    assert told["is_provisional"] is True
    shown = CliRunner().invoke(app(), ["policy", "on", "2027-01-01", "--region", "雅安"], env={"COLUMNS": "140"}).output
    assert "provisional: reviewed through 2026-12-31 only" in shown
    assert "beats group-c 50000.00" in shown
    assert "at most" in shown


def test_check_finds_the_packs_sound_and_says_what_is_wrong_with_faulty_ones(
    own_packs: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert "all right" in CliRunner().invoke(app(), ["policy", "check"]).output
    folder = own_packs("examples.yaml", ('hifp: "17000.00"', 'hifp: "17000.01"'))  # type: ignore[operator]
    for name in ("sql", "knowledge"):
        (folder.parent / name).mkdir()
    monkeypatch.setenv("LIANSHEN_CONTENT", str(folder.parent))
    error = CliRunner().invoke(app(), ["policy", "check"]).exception
    assert isinstance(error, PolicyError)
    assert "hifp 17000.00, expected 17000.01" in str(error)


def test_explaining_without_a_warehouse_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LIANSHEN_HOME", str(tmp_path))
    error = CliRunner().invoke(app(), ["settle", "explain", "S1"]).exception
    assert isinstance(error, WarehouseError)
    assert "made by the first night: lianshen night" in str(error)
