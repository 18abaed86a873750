"""Whatever a sender does, the others' nights go on, and every row and yuan is accounted for."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from support.small_province import FIRST, days

from lianshen.config import Settings
from lianshen.province import generate
from lianshen.warehouse import PackageRefused, account
from lianshen_flows import steps
from lianshen_flows.nightly import run_nights


@pytest.mark.parametrize("written_as", ["parquet", "csv", "csv-gb18030"])
def test_every_row_and_yuan_is_accounted_for_with_dirt_of_every_kind(written_as: str, tmp_path: Path) -> None:
    generate(
        tmp_path,
        seed=23,
        nights=2,
        settlements_per_night=150,
        start=FIRST,
        format=written_as,  # type: ignore[arg-type]
        dirty=0.05,
        oddities=True,
    )
    with steps.open_workshop(Settings(home=tmp_path, memory_limit="1GB", threads=1)) as workshop:
        for package in steps.all_packages(workshop):
            staged = steps.receive(workshop, package)
            steps.check(workshop, staged)
            steps.settle_in(workshop, staged)
        rows = account(workshop.connection)
    manifests = {path.parent.name: json.loads(path.read_text()) for path in tmp_path.glob("landing/*/manifest.json")}
    declared = {
        (package, table): sum(file["rows"] for file in entry["files"])
        for package, manifest in manifests.items()
        for table, entry in manifest["tables"].items()
    }
    assert {(row.package, row.table): row.received for row in rows} == declared
    assert [row for row in rows if not row.closes] == []
    assert sum(row.set_aside for row in rows) > 0
    assert sum(row.superseded for row in rows) > 0


@pytest.fixture
def landing(province: Path, tmp_path: Path) -> Path:
    """Return a landing folder of one's own with the first two nights."""
    folder = tmp_path / "landing"
    for day in days(0, 1):
        shutil.copytree(province / "landing" / day.isoformat(), folder / day.isoformat())
    return folder


def screened(home: Path) -> list[str]:
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        return [row[0] for row in connection.execute("SELECT DISTINCT night FROM ledger.run ORDER BY 1").fetchall()]


def test_a_manifest_that_cannot_be_read_holds_up_only_its_own_night(landing: Path, tmp_path: Path) -> None:
    (landing / days(0)[0].isoformat() / "manifest.json").write_text("{", encoding="utf-8")
    settings = Settings(home=tmp_path, landing=landing, memory_limit="1GB", threads=1)
    with steps.open_workshop(settings) as workshop, pytest.raises(PackageRefused, match="2026-11-01"):
        run_nights(workshop)
    assert screened(tmp_path) == ["2026-11-02"]


def test_a_package_altered_after_it_was_received_is_refused_and_nothing_changes(
    landing: Path, after_first_night: Callable[[], Path], settings_for: Callable[[Path], Settings]
) -> None:
    home = after_first_night()
    with steps.open_workshop(settings_for(home).model_copy(update={"landing": landing})) as workshop:
        manifest = landing / "2026-11-01" / "manifest.json"
        manifest.write_text(manifest.read_text().replace('"source": "', '"source": "another-'), encoding="utf-8")
        with pytest.raises(PackageRefused, match=r"2026-11-01"):
            run_nights(workshop)
    assert screened(home) == ["2026-11-01", "2026-11-02"]


def test_a_folder_without_manifest_is_still_arriving(landing: Path, tmp_path: Path) -> None:
    (landing / "2026-11-02" / "manifest.json").unlink()
    settings = Settings(home=tmp_path, landing=landing, memory_limit="1GB", threads=1)
    with steps.open_workshop(settings) as workshop:
        assert [report.night for report in run_nights(workshop)] == ["2026-11-01"]
