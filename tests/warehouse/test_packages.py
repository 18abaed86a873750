"""Which folders are packages, and what an unusable manifest says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from support.parcels import KEY, deliver, row

from lianshen.warehouse import PackageRefused, find_packages, stage


def test_packages_come_in_the_order_of_date_and_sequence(tmp_path: Path) -> None:
    for name in ("2026-11-19", "2026-11-18.10", "2026-11-18.2", "2026-11-18"):
        deliver(tmp_path, name, setl_d=[row("setl_d")])
    (tmp_path / "2026-11-17").mkdir()
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "manifest.json").write_text("{}")
    assert [package.name for package in find_packages(tmp_path)] == [
        "2026-11-18", "2026-11-18.2", "2026-11-18.10", "2026-11-19"]  # fmt: skip


def test_a_landing_folder_that_is_not_there_has_no_packages(tmp_path: Path) -> None:
    assert find_packages(tmp_path / "nowhere") == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": "lianshen-landing/2"}, "format"),
        ({"business_date": "2026-11-19"}, "rename the folder or correct the manifest"),
        ({"sequence": 2}, "rename the folder or correct the manifest"),
        ({"tables": {"setl_d": {"mode": "delta", "files": [{"name": "../x.csv", "rows": 1, "sha256": "0" * 64}]}}},
         "not the name of a file"),
        ({"tables": {"setl_d": {"mode": "delta", "files": [{"name": "x.xlsx", "rows": 1, "sha256": "0" * 64}]}}},
         "neither .parquet, .csv nor .csv.gz"),
        ({"tables": {"setl_d": {"mode": "delta", "files": [], "control": {"medfee_sumamt": "1e3"}}}},
         "not a decimal number"),
        ({"tables": {"setl_d": {"mode": "delta", "files": [{"name": "a.csv", "rows": 1, "sha256": "short"}]}}},
         "sha256"),
    ],
)  # fmt: skip
def test_an_unusable_manifest_is_refused_and_hides_no_other_package(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    deliver(tmp_path, "2026-11-18", setl_d=[row("setl_d")])
    deliver(tmp_path, "2026-11-19", setl_d=[row("setl_d")])
    path = tmp_path / "2026-11-18" / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **change}), "utf-8")
    broken, sound = find_packages(tmp_path)
    with pytest.raises(PackageRefused, match=r"manifest\.json") as caught:
        stage(con, broken, KEY)
    assert said in str(caught.value)
    assert stage(con, sound, KEY).tables["setl_d"].stopped is None


def test_what_this_version_does_not_know_in_a_manifest_is_ignored(tmp_path: Path) -> None:
    deliver(tmp_path, "2026-11-18", setl_d=[row("setl_d")])
    path = tmp_path / "2026-11-18" / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["made_by"] = "job 7"
    manifest["tables"]["setl_d"]["files"][0]["bytes"] = 12
    path.write_text(json.dumps(manifest), "utf-8")
    assert find_packages(tmp_path)[0].refused is None
