"""Read the published snapshot: DuckDB in memory over its Parquet files, nothing else within reach."""

from __future__ import annotations

from pathlib import Path

import duckdb

from lianshen.errors import LianshenError
from lianshen.warehouse.publish import TABLES, current_snapshot


class NothingPublished(LianshenError):
    """No night has been published yet."""


def open_published(folder: Path) -> duckdb.DuckDBPyConnection:
    """Return an in-memory connection with one view per published table, of the snapshot in force now.

    The connection can read that snapshot's files and no others. A snapshot published later is seen by
    whoever opens again.
    """
    snapshot = current_snapshot(folder)
    if snapshot is None or not snapshot.is_dir():
        raise NothingPublished(
            f"no snapshot in {folder}: screen a night first, with `lianshen night` or `lianshen demo`"
        )
    con = duckdb.connect()
    con.execute("SET TimeZone = 'Asia/Shanghai'")
    con.execute(f"SET allowed_directories = ['{snapshot.resolve()}/']")
    con.execute("SET enable_external_access = false")
    for name in TABLES:
        con.execute(f"CREATE VIEW {name} AS FROM read_parquet('{snapshot.resolve() / name}.parquet')")
    con.execute("SET lock_configuration = true")
    return con
