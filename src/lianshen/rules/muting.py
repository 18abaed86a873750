"""Mutes in a night: what a rule finds about a muted institution or item is kept and counted, and becomes no case.

A mute holds for the rule's own date of a record (the day of the charge, of the admission …), never for the day of
the run: nights in any order, and all at once, mute the same rows.
"""

from __future__ import annotations

import duckdb

from lianshen.rules.engines import period_day

CODE = "MUTE"
"""Stands in ``suppressor`` beside the codes of the shared suppressors."""

# Of several mutes the one that ends last gives the reason.
_REASON = """FIRST(k.reason_zh || '（' || k.muted_by || '，至' || k.valid_until || '）'
    ORDER BY k.valid_until DESC, k.reason_zh, k.muted_by)"""


def mute(con: duckdb.DuckDBPyConnection) -> None:
    """Set ``suppressor`` and ``reason`` of the rows of ``found_line`` that are muted and not excused otherwise.

    The item is that of the fee line; a row without a line is muted by its institution only.
    """
    if con.execute("SELECT EXISTS (FROM knowledge.rule_mute)").fetchone() == (False,):
        return
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE muted_line AS
        SELECT l.bkkp_sn, l.hilist_code FROM mart.fee_line AS l
        WHERE l.bkkp_sn IN (
            SELECT r.bkkp_sn FROM found_line AS r
            WHERE r.suppressor IS NULL
                AND r.source_id IN (SELECT rule_id FROM knowledge.rule_mute WHERE hilist_code IS NOT NULL)
        )
        """
    )
    con.execute(
        f"""
        UPDATE found_line AS f SET suppressor = '{CODE}', reason = m.reason
        FROM (
            SELECT r.rowid AS row_number, {_REASON} AS reason
            FROM found_line AS r
            LEFT JOIN muted_line AS l ON r.bkkp_sn = l.bkkp_sn
            INNER JOIN knowledge.rule_mute AS k
                ON r.source_id = k.rule_id
                AND r.subject_date >= k.valid_from AND r.subject_date < k.valid_until
                AND (k.fixmedins_code IS NULL OR k.fixmedins_code = r.fixmedins_code)
                AND (k.hilist_code IS NULL OR k.hilist_code = l.hilist_code)
            WHERE r.suppressor IS NULL
            GROUP BY r.rowid
        ) AS m
        WHERE f.rowid = m.row_number
        """
    )
    con.execute("DROP TABLE temp.muted_line")


def unmute_subjects(con: duckdb.DuckDBPyConnection) -> None:
    """Put back what mutes keep of the rules about institutions, so that the night replaces it like the rest."""
    con.execute(
        "INSERT INTO audit.subject_finding BY NAME "
        "SELECT * EXCLUDE (suppressor, reason) FROM audit.suppressed_subject_finding"
    )
    con.execute("DELETE FROM audit.suppressed_subject_finding")


def mute_subjects(con: duckdb.DuckDBPyConnection) -> None:
    """Keep apart the findings about muted institutions; the first day of their period is held against the mute."""
    con.execute(
        f"""
        INSERT INTO audit.suppressed_subject_finding BY NAME
        SELECT f.*, '{CODE}' AS suppressor, m.reason
        FROM audit.subject_finding AS f
        INNER JOIN (
            SELECT o.finding_id, {_REASON} AS reason
            FROM audit.subject_finding AS o
            INNER JOIN knowledge.rule_mute AS k
                ON o.source_id = k.rule_id AND o.subject_kind = 'institution' AND o.subject_id = k.fixmedins_code
                AND k.hilist_code IS NULL
                AND {period_day("o.period")} >= k.valid_from AND {period_day("o.period")} < k.valid_until
            GROUP BY o.finding_id
        ) AS m ON f.finding_id = m.finding_id
        """
    )
    con.execute(
        "DELETE FROM audit.subject_finding WHERE finding_id IN "
        "(SELECT finding_id FROM audit.suppressed_subject_finding)"
    )
