"""Settlements that share with others what no two persons share: a traceability code, a credential, a bed.

Rules about such networks compare settlements of different persons, so a night that touches one of them looks at the
others too, and reads what these share with.
"""

from __future__ import annotations

import duckdb

from lianshen.warehouse.tables import sql_folder

LINKING = frozenset({"drug_trac_codg", "mdtrt_cert_no_hash", "wardarea_bed"})
"""Columns by which a rule compares settlements of different persons."""
LINKED_TABLES = {"setl_d": "setl_id", "drug_trac_d": "setl_id", "mdtrt_d": "mdtrt_id"}
"""The landed tables that hold them, and what leads to the settlement."""


def partners_sql(con: duckdb.DuckDBPyConnection, subject: str) -> str:
    """Return a SELECT of the partners (setl_id) of the settlements that ``subject`` selects, in one step."""
    query = (sql_folder(con) / "marts" / "partner.sql").read_text("utf-8")
    return f"WITH subject AS ({subject}) SELECT p.setl_id FROM ({query}) AS p"


def touch_partners_of_old(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """Touch what the rows in ``_beaten`` shared with others, before they are replaced by rows that may not."""
    if table not in LINKED_TABLES:
        return
    beaten = (
        f"SELECT s.* FROM settled.{table} AS s SEMI JOIN (FROM _beaten WHERE NOT is_same) AS b ON s.rowid = b.old_id"
    )
    if LINKED_TABLES[table] == "mdtrt_id":
        beaten = f"SELECT h.* FROM settled.setl_d AS h SEMI JOIN ({beaten}) AS v ON h.mdtrt_id = v.mdtrt_id"
    con.execute(
        "INSERT INTO intake.touched SELECT 'settlement', setl_id, NULL, NULL "
        f"FROM ({partners_sql(con, f'SELECT setl_id FROM ({beaten})')})"
    )
