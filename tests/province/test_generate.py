"""The same seed gives the same province, in every format, with an answer key that stays outside the landing folder."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest

from lianshen.content import content_root
from lianshen.errors import UsageError
from lianshen.province import generate
from lianshen.province.catalogue import load_catalogue
from lianshen.province.faults import FAULTS, LOOK_ALIKES
from lianshen.province.faults.clearing import KINDS, NEIGHBOURS
from lianshen.province.landing import Format

START = date(2026, 11, 1)


def small(out: Path, *, seed: int = 3, format: Format = "parquet", dirty: float = 0.0, faults: bool = True) -> Path:
    """Write one night of 60 settlements."""
    generate(out, seed=seed, nights=1, settlements_per_night=60, start=START, format=format, dirty=dirty, faults=faults)
    return out / "landing" / "2026-11-01"


def as_text(table: pa.Table) -> pa.Table:
    """Return every cell as text, times to the second."""
    columns = [c.cast(pa.timestamp("s")) if pa.types.is_timestamp(c.type) else c for c in table.itercolumns()]
    return pa.table([column.cast(pa.string()) for column in columns], names=table.column_names)


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    one, two = small(tmp_path / "one"), small(tmp_path / "two")
    assert {f.name: f.read_bytes() for f in one.iterdir()} == {f.name: f.read_bytes() for f in two.iterdir()}


def test_another_seed_gives_another_province(tmp_path: Path) -> None:
    one, two = small(tmp_path / "one"), small(tmp_path / "two", seed=4)
    assert (one / "fee_list_d.parquet").read_bytes() != (two / "fee_list_d.parquet").read_bytes()


@pytest.mark.parametrize("format", ["csv", "csv.gz", "csv-gb18030"])
def test_every_format_holds_the_same_tables(tmp_path: Path, format: Format) -> None:
    parquet, other = small(tmp_path / "parquet"), small(tmp_path / "other", format=format)
    for name in ("setl_d", "fee_list_d", "psn_b", "hilist_lmtpric_d"):
        wanted = as_text(pq.read_table(parquet / f"{name}.parquet"))
        file = other / f"{name}.{'csv' if format == 'csv-gb18030' else format}"
        read = pacsv.ReadOptions(encoding="gb18030" if format == "csv-gb18030" else "utf8")
        types = dict.fromkeys(wanted.column_names, pa.string())
        got = pacsv.read_csv(
            file, read, convert_options=pacsv.ConvertOptions(column_types=types, strings_can_be_null=True)
        )
        assert got.column_names == wanted.column_names
        assert got.to_pylist() == wanted.to_pylist()


def test_the_manifest_states_rows_hashes_and_sums(tmp_path: Path) -> None:
    folder = small(tmp_path)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["format"] == "lianshen-landing/1"
    assert manifest["business_date"] == "2026-11-01"
    assert manifest["tables"]["psn_b"]["mode"] == "snapshot"
    assert manifest["tables"]["setl_d"]["mode"] == "delta"
    for name, entry in manifest["tables"].items():
        table = pq.read_table(folder / entry["files"][0]["name"])
        assert entry["files"][0]["rows"] == table.num_rows, name
    declared = manifest["tables"]["setl_d"]["control"]["medfee_sumamt"]
    total = sum(pq.read_table(folder / "setl_d.parquet")["medfee_sumamt"].to_pylist())
    assert declared == str(total)


def test_the_answer_key_is_never_in_the_landing_folder(province: Path) -> None:
    assert not list((province / "landing").rglob("*planted*"))
    assert (province / "truth" / "planted.parquet").exists()


def test_every_rule_has_faults_and_innocent_neighbours(landed: duckdb.DuckDBPyConnection) -> None:
    planted = landed.execute(
        "SELECT rule_id, COUNT(DISTINCT group_id) FROM planted WHERE kind = 'fault' GROUP BY rule_id"
    ).fetchall()
    assert {rule for rule, _ in planted} == {rule for rule, _ in FAULTS} | set(KINDS)
    assert min(count for _, count in planted) >= 2
    neighbours = landed.execute("SELECT DISTINCT rule_id FROM planted WHERE kind = 'look_alike'").fetchall()
    assert {rule for (rule,) in neighbours} == {rule for rule, _ in LOOK_ALIKES} | set(NEIGHBOURS)
    assert {rule for rule, _ in FAULTS} - {"MD-11"} == {rule for rule, _ in LOOK_ALIKES}


def test_a_planted_fault_is_never_on_a_settlement_that_was_taken_back(landed: duckdb.DuckDBPyConnection) -> None:
    row = landed.execute(
        """SELECT COUNT(*) FROM planted AS p INNER JOIN setl_d AS r ON r.init_setl_id = p.setl_id
        WHERE p.kind = 'fault' AND p.rule_id <> 'ST-09'"""
    ).fetchone()
    assert row == (0,)


def test_planted_settlements_arrive(landed: duckdb.DuckDBPyConnection) -> None:
    missing = landed.execute(
        """SELECT COALESCE(linked_setl_id, setl_id) AS setl_id FROM planted
        WHERE period IS NULL OR linked_setl_id IS NOT NULL
        EXCEPT SELECT setl_id FROM setl_d"""
    ).fetchall()
    assert missing == []


def test_a_province_without_faults_has_an_empty_answer_key(tmp_path: Path) -> None:
    small(tmp_path, faults=False)
    assert pq.read_table(tmp_path / "truth" / "planted.parquet").num_rows == 0


def test_certificate_numbers_carry_their_check_digit_and_the_sex(landed: duckdb.DuckDBPyConnection) -> None:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    people = landed.execute("SELECT certno, gend, STRFTIME(brdy, '%Y%m%d') FROM psn_b LIMIT 300").fetchall()
    for number, sex, birth in people:
        assert number[17] == "10X98765432"[sum(int(d) * w for d, w in zip(number, weights, strict=False)) % 11]
        assert (int(number[16]) % 2 == 1) == (sex == "1")
        assert number[6:14] == birth


def test_the_scopes_and_streams_have_their_shares(landed: duckdb.DuckDBPyConnection) -> None:
    shares = dict(
        landed.execute("SELECT pay_loc, COUNT(*) / SUM(COUNT(*)) OVER () FROM plain GROUP BY pay_loc").fetchall()
    )
    assert 0.62 < shares["3"] < 0.85
    assert 0.12 < shares["4"] < 0.34
    care = dict(
        landed.execute("SELECT med_type, COUNT(*) / SUM(COUNT(*)) OVER () FROM plain GROUP BY med_type").fetchall()
    )
    assert 0.25 < care["41"] < 0.50


def test_a_folder_with_packages_is_not_written_over(tmp_path: Path) -> None:
    small(tmp_path)
    with pytest.raises(UsageError, match="holds packages already"):
        small(tmp_path)


@pytest.mark.parametrize(("nights", "settlements"), [(0, 100), (1, 10)])
def test_counts_that_make_no_sense_are_refused(tmp_path: Path, nights: int, settlements: int) -> None:
    with pytest.raises(UsageError, match="at least 1 night of 40"):
        generate(tmp_path, seed=1, nights=nights, settlements_per_night=settlements, start=START)


def test_a_citys_own_row_wins_over_the_provinces_and_a_change_begins_on_its_day() -> None:
    catalogue = load_catalogue(content_root() / "knowledge")
    names = [item.name for item in catalogue.items]
    scan = next(i for i, name in enumerate(names) if name.startswith("X线计算机体层平扫"))
    chest = next(i for i, name in enumerate(names) if name.startswith("X线摄影胸部正侧位"))
    epoch = date(1970, 1, 1)
    before, after = catalogue.phase(np.array([(date(2026, 11, 4) - epoch).days, (date(2026, 11, 5) - epoch).days]))
    assert catalogue.share[before, catalogue.region["5101"], scan] == 500
    assert catalogue.share[before, 0, scan] == 1000
    assert catalogue.limit[before, 0, 2, chest] == 75_000_000
    assert catalogue.limit[after, 0, 2, chest] == 67_500_000
