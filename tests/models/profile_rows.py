"""Rows written straight into ``profile.bill``, and a warehouse that takes them for settlements of its own."""

from __future__ import annotations

from datetime import date

import duckdb
import pandas as pd

from lianshen.anomaly.profiles import note_views


def put(con: duckdb.DuckDBPyConnection, table: str, rows: pd.DataFrame) -> None:
    """Insert rows by the names of their columns."""
    con.register("rows_to_put", rows)
    con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM rows_to_put")
    con.unregister("rows_to_put")


def as_settlements(con: duckdb.DuckDBPyConnection, reached: date) -> None:
    """Let the warehouse believe that the profiles are of settlements that count, all of them looked at by ``reached``.

    Columns that profiles do not hold are filled with nothing in particular.
    """
    kinds = con.execute(
        "SELECT column_name, data_type, is_nullable FROM information_schema.columns "
        "WHERE table_schema = 'mart' AND table_name = 'settlement'"
    ).fetchall()
    held = {name for (name,) in con.execute("SELECT column_name FROM (DESCRIBE profile.bill)").fetchall()}
    filler = {
        "VARCHAR": "''", "BOOLEAN": "FALSE", "INTEGER": "0", "BIGINT": "0", "DATE": "setl_date",
        "TIMESTAMP": "settled_at",
    }  # fmt: skip
    told = {"counts": "TRUE", "medfee_sumamt": "cost_fen / 100", "fund_pay_sumamt": "fund_fen / 100"}
    chosen = []
    for name, kind, nullable in kinds:
        if name in held:
            chosen.append(name)
        elif name in told or nullable == "NO":
            chosen.append(f"{told.get(name) or filler.get(kind, '0')} AS {name}")
    con.execute(f"INSERT INTO mart.settlement BY NAME SELECT {', '.join(chosen)} FROM profile.bill")
    note_views(con)
    con.execute("DELETE FROM work.touched_settlement")
    con.execute("INSERT INTO intake.package VALUES ('p', ?, 1, 's', 'x')", [reached])
