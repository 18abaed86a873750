"""A published snapshot of a test's small warehouse, by the queries that publish the real one."""

from __future__ import annotations

from pathlib import Path

from duckdb import DuckDBPyConnection

from lianshen.warehouse.publish import POINTER, TABLES

SCHEMA = Path(__file__).parents[2] / "sql" / "schema"
READ = ("settlement", "institution_month", "finding", "subject_finding", "score", "institution")


def publish_some(con: DuckDBPyConnection, folder: Path) -> Path:
    """Publish the tables that comparisons read, and return the folder; the register of institutions is made up."""
    if not con.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'subject_finding'").fetchone():
        con.execute("SET schema = 'audit'")
        con.execute((SCHEMA / "audit" / "subject_finding.sql").read_text(encoding="utf-8"))
        con.execute("SET schema = 'main'")
    con.execute(
        """
        CREATE SCHEMA IF NOT EXISTS settled;
        CREATE OR REPLACE TABLE settled.fixmedins_b AS
        SELECT DISTINCT fixmedins_code, TIMESTAMP '2020-01-01' AS begntime, 300 AS aprv_bed_cnt, '91510100X' AS uscc
        FROM mart.settlement
        """
    )
    snapshot = folder / "snapshot"
    snapshot.mkdir(parents=True, exist_ok=True)
    for name in READ:
        con.execute(f"COPY ({TABLES[name]}) TO '{snapshot / name}.parquet' (FORMAT parquet)")
    (folder / POINTER).write_text("snapshot\n", encoding="utf-8")
    return folder
