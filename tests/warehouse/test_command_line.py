"""``lianshen warehouse`` answers from a real warehouse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.parcels import deliver, receive, row
from typer.testing import CliRunner

from lianshen.cli import build_app
from lianshen.errors import LianshenError
from lianshen.warehouse import open_warehouse


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LIANSHEN_HOME", str(tmp_path))
    landing = tmp_path / "landing"
    rows = [row("setl_d"), row("setl_d", setl_id="S2", insutype="999", colour="blue")]
    with open_warehouse(tmp_path / "warehouse.duckdb") as con:
        receive(con, deliver(landing, "2026-11-18", setl_d=rows))
    deliver(landing, "2026-11-19", setl_d=[row("setl_d")])
    return tmp_path


def ask(*words: str) -> Any:
    result = CliRunner().invoke(build_app(), ["warehouse", *words, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def test_packages_account_and_quarantine_are_shown(home: Path) -> None:
    assert [(p["package"], p["state"]) for p in ask("packages")] == [
        ("2026-11-18", "received"), ("2026-11-19", "waiting")]  # fmt: skip
    (entry,) = ask("account", "2026-11-18")
    assert (entry["received"], entry["accepted"], entry["set_aside"], entry["closes"]) == (2, 1, 1, True)
    assert entry["unknown_columns"] == ["colour"]
    assert [(r["primary_key"], r["column_name"], r["value"]) for r in ask("quarantine")] == [("S2", "insutype", "999")]
    assert ask("quarantine", "--table", "fee_list_d") == []
    for words in (["packages"], ["account"], ["quarantine", "--raw"]):
        result = CliRunner().invoke(build_app(), ["warehouse", *words])
        assert result.exit_code == 0, result.output


def test_a_replay_without_a_fix_releases_nothing(home: Path) -> None:
    (entry,) = ask("replay")
    assert (entry["received"], entry["set_aside"]) == (2, 1)
    assert len(ask("quarantine")) == 1


def test_an_unknown_package_is_an_error_that_says_where_to_look(home: Path) -> None:
    result = CliRunner().invoke(build_app(), ["warehouse", "account", "2020-01-01"])
    assert isinstance(result.exception, LianshenError)
    assert "lianshen warehouse packages" in str(result.exception)


def test_a_key_is_made_once(home: Path) -> None:
    made = CliRunner().invoke(build_app(), ["warehouse", "key"])
    assert "fingerprint" in made.output
    again = CliRunner().invoke(build_app(), ["warehouse", "key"])
    assert "never overwritten" in str(again.exception)
