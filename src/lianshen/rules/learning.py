"""What casework teaches: findings like those that were never upheld get the lowest severity (S-LEARN).

They stay findings. What their rule had said of the severity is kept, and comes back when the experience no longer
holds. The casebook as it stood when the night began decides, over all findings, not only those of the night.
"""

from __future__ import annotations

import duckdb

from lianshen.rules.suppressor import SuppressorRule

LOWEST = 1

# Only rules and institutions with experience are worth looking at; the item is that of all lines, or none.
_CANDIDATES = """
INSERT INTO work.found_finding
WITH
known AS (SELECT DISTINCT source_id, fixmedins_code FROM casework.verdict WHERE NOT is_upheld),
candidate AS (SELECT f.* FROM audit.finding AS f SEMI JOIN known USING (source_id, fixmedins_code)),
item AS (
    SELECT n.finding_id, CASE WHEN COUNT(DISTINCT l.hilist_code) = 1 THEN MIN(l.hilist_code) ELSE '*' END AS hilist_code
    FROM audit.finding_line AS n
    SEMI JOIN candidate AS c ON n.finding_id = c.finding_id
    INNER JOIN mart.fee_line AS l ON n.bkkp_sn = l.bkkp_sn
    GROUP BY n.finding_id
)
SELECT c.finding_id, c.source_id, c.setl_id, c.person, c.fixmedins_code, c.subject_date,
    STRFTIME(c.subject_date, '%Y-%m'), c.a1, i.hilist_code
FROM candidate AS c LEFT JOIN item AS i ON c.finding_id = i.finding_id
"""


def lower(con: duckdb.DuckDBPyConnection, one: SuppressorRule) -> None:
    """Lower the severity of the findings that ``one`` names and restore that of others; both become dirty."""
    if con.execute("SELECT EXISTS (FROM casework.verdict) OR EXISTS (FROM audit.lowered_finding)").fetchone() == (
        False,
    ):
        return
    con.execute("DELETE FROM work.found_finding")
    con.execute(_CANDIDATES)
    con.execute("CREATE OR REPLACE TEMP VIEW found_finding AS FROM work.found_finding")
    con.execute("CREATE OR REPLACE TEMP VIEW verdict AS FROM casework.verdict")
    con.execute("CREATE OR REPLACE TEMP VIEW reached AS FROM intake.reached")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE doubted AS "
        f"SELECT finding_id, MIN(reason) AS reason FROM ({one.duckdb_sql}) GROUP BY finding_id",
        one.arguments(),
    )
    for name in one.head.reads:
        con.execute(f"DROP VIEW temp.{name}")
    con.execute("DELETE FROM work.found_finding")
    con.begin()
    try:
        _restore(con)
        _lower(con, one.code)
        con.commit()
    except BaseException:
        con.rollback()
        raise
    con.execute("DROP TABLE temp.doubted")


def _restore(con: duckdb.DuckDBPyConnection) -> None:
    gone = "o.finding_id NOT IN (SELECT finding_id FROM doubted)"
    con.execute(
        "INSERT OR IGNORE INTO work.dirty_settlement SELECT f.setl_id FROM audit.finding AS f "
        f"INNER JOIN audit.lowered_finding AS o ON f.finding_id = o.finding_id WHERE {gone}"
    )
    con.execute(
        "UPDATE audit.finding AS f SET severity = o.found_severity FROM audit.lowered_finding AS o "
        f"WHERE f.finding_id = o.finding_id AND {gone}"
    )
    con.execute(f"DELETE FROM audit.lowered_finding AS o WHERE {gone}")


def _lower(con: duckdb.DuckDBPyConnection, code: str) -> None:
    con.execute(
        "UPDATE audit.lowered_finding AS o SET reason = d.reason FROM doubted AS d WHERE o.finding_id = d.finding_id"
    )
    con.execute(
        "INSERT OR IGNORE INTO work.dirty_settlement SELECT f.setl_id FROM audit.finding AS f "
        f"SEMI JOIN doubted AS d ON f.finding_id = d.finding_id WHERE f.severity > {LOWEST}"
    )
    con.execute(
        f"INSERT INTO audit.lowered_finding SELECT f.finding_id, '{code}', d.reason, f.severity "
        f"FROM audit.finding AS f INNER JOIN doubted AS d ON f.finding_id = d.finding_id WHERE f.severity > {LOWEST}"
    )
    con.execute(
        f"UPDATE audit.finding AS f SET severity = {LOWEST} FROM doubted AS d "
        f"WHERE f.finding_id = d.finding_id AND f.severity > {LOWEST}"
    )
