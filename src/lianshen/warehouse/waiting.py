"""Fee lines of a settlement that was set aside wait with it, and are released when it arrives.

Waiting follows from what was received, in either order: a line waits while its settlement has a row in
quarantine and none in ``settled.setl_d``. A waiting line is the newest version of its key, as if it were settled.
"""

from __future__ import annotations

import duckdb


def recall_lines(con: duckdb.DuckDBPyConnection) -> None:
    """Bring waiting lines back for which the batch has another version, so that the versions can be compared."""
    con.execute("CREATE OR REPLACE TEMP TABLE _recalled (setl_id VARCHAR)")
    waiting = con.execute("SELECT COUNT(*) FROM intake.waiting_line").fetchone()
    if not waiting or not waiting[0]:
        return
    same = "SEMI JOIN stage.fee_list_d AS t ON t.bkkp_sn = w.bkkp_sn"
    con.execute(f"INSERT INTO _recalled SELECT DISTINCT w.setl_id FROM intake.waiting_line AS w {same}")
    con.execute(f"INSERT INTO settled.fee_list_d SELECT w.* FROM intake.waiting_line AS w {same}")
    con.execute("DELETE FROM intake.waiting_line WHERE bkkp_sn IN (SELECT bkkp_sn FROM stage.fee_list_d)")


def hold_and_release_lines(con: duckdb.DuckDBPyConnection, package: str) -> set[str]:
    """Hold and release lines after a package was merged; return the packages whose accounts this moved."""
    con.execute(
        """CREATE OR REPLACE TEMP TABLE _held AS
           SELECT DISTINCT q.primary_key AS setl_id FROM intake.quarantine_row AS q
           ANTI JOIN settled.setl_d AS s ON s.setl_id = q.primary_key
           WHERE q.table_name = 'setl_d' AND q.primary_key IS NOT NULL"""
    )
    moved = set[str]()
    released = "FROM intake.waiting_line AS w ANTI JOIN _held AS h ON h.setl_id = w.setl_id"
    moved |= {str(p) for (p,) in con.execute(f"SELECT DISTINCT w._package {released}").fetchall()}
    con.execute(f"INSERT INTO intake.touched SELECT DISTINCT 'settlement', w.setl_id, NULL, NULL {released}")
    con.execute(f"INSERT INTO settled.fee_list_d SELECT w.* {released}")
    con.execute("DELETE FROM intake.waiting_line WHERE setl_id NOT IN (SELECT setl_id FROM _held)")
    # Only what this package brought or set aside can have begun to wait.
    con.execute(
        """CREATE OR REPLACE TEMP TABLE _newly_held AS
           SELECT setl_id FROM _held WHERE setl_id IN (
               SELECT primary_key FROM intake.quarantine_row WHERE table_name = 'setl_d' AND package = $package
               UNION ALL SELECT setl_id FROM settled.fee_list_d WHERE _package = $package
               UNION ALL SELECT setl_id FROM _recalled)""",
        {"package": package},
    )
    found = con.execute("SELECT COUNT(*) FROM _newly_held").fetchone()
    if found and found[0]:
        held = "FROM settled.fee_list_d AS l SEMI JOIN _newly_held AS h ON h.setl_id = l.setl_id"
        moved |= {str(p) for (p,) in con.execute(f"SELECT DISTINCT l._package {held}").fetchall()}
        con.execute(f"INSERT INTO intake.waiting_line SELECT l.* {held}")
        con.execute("DELETE FROM settled.fee_list_d WHERE setl_id IN (SELECT setl_id FROM _newly_held)")
    return moved
