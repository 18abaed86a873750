"""The state of an installation as comparable rows: what must be the same however the nights came."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import sqlalchemy as sa

# What happened when (ledger) may differ; what is known may not.
SCHEMAS = ("settled", "intake", "mart", "audit", "clearing")
NOT_COMPARED = {"intake.package"}  # says when a package was received
CASE_TABLES = ("cases", "case_settlement", "case_finding", "case_line", "dossier")
CLOCK_COLUMNS = {"created_at", "updated_at", "sealed_at", "raised_at"}


def warehouse_state(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[Any, ...]]]:
    """Return the sorted rows of every compared table."""
    tables = connection.execute(
        "SELECT table_schema || '.' || table_name FROM information_schema.tables "
        f"WHERE table_schema IN {SCHEMAS} AND table_type = 'BASE TABLE' ORDER BY 1"
    ).fetchall()
    return {
        name: sorted(map(str, connection.execute(f"SELECT * FROM {name}").fetchall()))
        for (name,) in tables
        if name not in NOT_COMPARED
    }


def casebook_state(engine: sa.Engine) -> dict[str, list[str]]:
    """Return the sorted rows of the case tables without the columns that hold a clock or a running number."""
    metadata = sa.MetaData()
    metadata.reflect(engine)
    state = {}
    with engine.connect() as connection:
        for name in CASE_TABLES:
            table = metadata.tables[name]
            columns = [c for c in table.columns if c.name not in CLOCK_COLUMNS and not is_running_number(c)]
            state[name] = sorted(str(tuple(row)) for row in connection.execute(sa.select(*columns)))
    return state


def is_running_number(column: sa.Column[Any]) -> bool:
    return bool(column.primary_key and isinstance(column.type, sa.Integer))


def state_of(home: Path) -> dict[str, Any]:
    """Return the whole comparable state under ``home``."""
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        state: dict[str, Any] = dict(warehouse_state(connection))
    engine = sa.create_engine(f"sqlite:///{home / 'casebook.sqlite'}")
    state.update(casebook_state(engine))
    engine.dispose()
    return state


def differences(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Return, per table, a few rows that only one of the states has. Empty when they are the same."""
    found = {}
    for name in sorted({*one, *other}):
        left, right = set(one.get(name, [])), set(other.get(name, []))
        if left != right or len(one.get(name, [])) != len(other.get(name, [])):
            found[name] = {
                "only in the first": sorted(left - right)[:3],
                "only in the second": sorted(right - left)[:3],
            }
    return found
