"""A warehouse to try things on: it reads an existing one and keeps what it finds to itself.

A trial of a rule must be what a night would do, by the same code, and must not leave a trace. So everything that a
night reads is a view of the real warehouse, attached to be read only; what a night writes are empty tables in memory.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import duckdb

from lianshen.warehouse.connect import open_warehouse, read_warehouse
from lianshen.warehouse.tables import quoted

READ = ("settled", "intake", "mart", "knowledge", "casework", "clearing")
"""Schemas whose tables are all those of the real warehouse; their views are this version's own, over these."""
READ_TABLES = (
    ("audit", "recomputed"), ("audit", "line_difference"), ("work", "policy_value"),
)  # fmt: skip
"""... and of the others these tables."""
HISTORY = "history"
"""Name of the attached warehouse: what it found itself is ``history.audit.finding``."""


def open_rehearsal(
    path: Path, *, content: Path | None = None, memory_limit: str = "4GB", threads: int = 2
) -> duckdb.DuckDBPyConnection:
    """Return a warehouse in memory over the one at ``path``.

    Raise :class:`WarehouseError` while a night writes to that, or where there is none.
    """
    read_warehouse(path, content=content).close()
    con = open_warehouse(None, content=content, memory_limit=memory_limit, threads=threads)
    try:
        # Its own: two trials at once would take away what the other one put down.
        con.execute("SET temp_directory = ?", [str(path.with_name(f"{path.name}.{os.getpid()}.trial.tmp"))])
        con.execute(f"ATTACH '{str(path).replace(chr(39), chr(39) * 2)}' AS {HISTORY} (READ_ONLY)")
        for schema, table in _readable(con):
            con.execute(f"DROP TABLE IF EXISTS {schema}.{quoted(table)}")
            con.execute(f"CREATE VIEW {schema}.{quoted(table)} AS SELECT * FROM {HISTORY}.{schema}.{quoted(table)}")
    except BaseException:
        con.close()
        raise
    return con


def forget(con: duckdb.DuckDBPyConnection) -> None:
    """Take away what was found on the rehearsal so far."""
    own = con.execute(
        "SELECT schema_name || '.' || table_name FROM duckdb_tables() "
        "WHERE database_name = current_database() AND schema_name = 'audit'"
    ).fetchall()
    for (table,) in [*own, ("work.dirty_settlement",)]:
        con.execute(f"DELETE FROM {table}")


def touch_period(con: duckdb.DuckDBPyConnection, since: date, until: date) -> int:
    """Have the next screening look at what was settled from ``since`` to ``until``, both included; return how many."""
    for table in ("settlement", "person", "institution"):
        con.execute(f"DELETE FROM work.touched_{table}")
    made = con.execute(
        "INSERT INTO work.touched_settlement SELECT setl_id FROM mart.settlement "
        "WHERE counts AND setl_date BETWEEN ? AND ?",
        [since, until],
    ).fetchone()
    con.execute(
        "INSERT INTO work.touched_person SELECT s.person, MIN(s.begndate), MAX(s.enddate) FROM mart.settlement AS s "
        "SEMI JOIN work.touched_settlement AS t ON s.setl_id = t.setl_id GROUP BY s.person"
    )
    con.execute(
        "INSERT INTO work.touched_institution SELECT s.fixmedins_code, STRFTIME(s.setl_date, '%Y-%m') AS month, "
        "MIN(s.setl_date), MAX(s.setl_date) FROM mart.settlement AS s "
        "SEMI JOIN work.touched_settlement AS t ON s.setl_id = t.setl_id GROUP BY ALL"
    )
    return int(made[0]) if made else 0


def _readable(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Return schema and name of every table of the real warehouse that is read, not found."""
    there = con.execute(
        f"SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = '{HISTORY}' ORDER BY ALL"
    ).fetchall()
    return [(schema, table) for schema, table in there if schema in READ or (schema, table) in READ_TABLES]
