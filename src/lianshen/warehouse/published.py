"""Read the published snapshot: DuckDB in memory over its Parquet files, nothing else within reach."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from lianshen.errors import LianshenError
from lianshen.warehouse.publish import TABLES, current_snapshot


class NothingPublished(LianshenError):
    """No night has been published yet."""


def open_published(folder: Path) -> duckdb.DuckDBPyConnection:
    """Return an in-memory connection with one view per published table, of the snapshot in force now.

    The connection can read that snapshot's files and no others. A snapshot published later is seen by
    whoever opens again. What an older version did not publish has no view until the next night.
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
        file = snapshot.resolve() / f"{name}.parquet"
        if file.exists():
            con.execute(f"CREATE VIEW {name} AS FROM read_parquet('{file}')")
    con.execute("SET lock_configuration = true")
    return con


def rows_of(folder: Path | None, query: str, values: list[Any] | None = None) -> list[dict[str, Any]]:
    """Return the rows of a query over the snapshot in force, which is opened for one answer.

    None where nothing has been published yet, or not by a version that published what is asked for.
    """
    if folder is None:
        return []
    try:
        con = open_published(folder)
    except NothingPublished:
        return []
    with con:
        try:
            answer = con.execute(query, values or [])
        except duckdb.CatalogException:
            if set(TABLES) <= {name for (name,) in con.execute("SHOW TABLES").fetchall()}:
                raise
            return []
        names = [column[0] for column in answer.description or []]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
