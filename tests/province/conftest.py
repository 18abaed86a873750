"""A small province, made once: five nights of 500 settlements."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from lianshen.province import generate
from lianshen.province.landing import SNAPSHOTS

NIGHTS, SETTLEMENTS, SEED = 5, 500, 7


@pytest.fixture(scope="session")
def province(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a clean province with planted faults."""
    out = tmp_path_factory.mktemp("province")
    generate(out, seed=SEED, nights=NIGHTS, settlements_per_night=SETTLEMENTS, start=date(2026, 11, 1))
    return out


@pytest.fixture(scope="session")
def _landed(province: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    con = duckdb.connect()
    names = {file.stem for file in (province / "landing").glob("*/*.parquet")}
    for name in sorted(names):
        newest = "" if name not in SNAPSHOTS else "ORDER BY filename DESC"
        files = str(province / "landing" / "*" / f"{name}.parquet")
        source = f"SELECT *, filename FROM READ_PARQUET('{files}', filename = true, union_by_name = true) {newest}"
        if name in SNAPSHOTS:
            last = sorted((province / "landing").glob(f"*/{name}.parquet"))[-1]
            source = f"SELECT * FROM READ_PARQUET('{last}')"
        con.execute(f"CREATE TABLE {name} AS {source}")
    for key in ("planted", "unsent", "dirty"):
        con.execute(f"CREATE TABLE {key} AS SELECT * FROM READ_PARQUET('{province / 'truth' / key}.parquet')")
    con.execute(
        """
        CREATE VIEW counts AS
        SELECT s.* FROM setl_d AS s
        WHERE s.refd_setl_flag = '0' AND s.setl_id NOT IN (
            SELECT r.init_setl_id FROM setl_d AS r WHERE r.refd_setl_flag = '1')
        """
    )
    con.execute(
        """CREATE TABLE touched AS SELECT setl_id FROM planted
        UNION SELECT linked_setl_id FROM planted WHERE linked_setl_id IS NOT NULL"""
    )
    con.execute("CREATE VIEW plain AS SELECT * FROM counts WHERE setl_id NOT IN (SELECT setl_id FROM touched)")
    yield con
    con.close()


@pytest.fixture
def landed(_landed: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Return the landed tables by name, ``counts`` (in force) and ``plain`` (in force and not planted)."""
    return _landed
