"""Suppressors that look at findings together (S-SMALL): what one rule found of a person in a month.

A group has findings about settlements that the night does not say anew. These are found again from where they are
kept, so that the whole group goes or stays together, whichever of it came last.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from lianshen.rules.document import Rule

_GROUP = "source_id, person, STRFTIME(subject_date, '%Y-%m')"
_SAME = """source_id, source_version, fingerprint, certainty, severity, level, setl_id, linked_setl_id, person,
    fixmedins_code, treating_agency, insu_admdvs, subject_date, a0, a1, a2, exposure, is_provisional, because"""


def add_up(con: duckdb.DuckDBPyConnection, rules: Sequence[Rule], digest: str) -> None:
    """Move those rows of ``found`` to the suppressed ones that such a suppressor excuses.

    Fills ``refound`` with the ids of findings that were brought back. ``digest`` is the SQL of a finding's lines.
    """
    con.execute("CREATE OR REPLACE TEMP TABLE refound (finding_id VARCHAR, suppressor VARCHAR)")
    named = {one.code: one for rule in rules for one in rule.suppressors if one.head.about == "finding"}
    for code in sorted(named):
        of = [rule.id for rule in rules if code in rule.head.suppressors]
        _bring_back(con, code, of, digest)
        con.execute("DELETE FROM work.found_finding")
        con.execute(
            "INSERT INTO work.found_finding SELECT finding_id, source_id, setl_id, person, fixmedins_code, "
            "subject_date, STRFTIME(subject_date, '%Y-%m'), a1, NULL FROM found "
            "WHERE suppressor IS NULL AND list_contains(?, source_id)",
            [of],
        )
        con.execute("CREATE OR REPLACE TEMP VIEW found_finding AS FROM work.found_finding")
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE excused AS SELECT finding_id, reason FROM ({named[code].duckdb_sql})",
            named[code].arguments(),
        )
        con.execute("DROP VIEW temp.found_finding")
        con.execute("DELETE FROM work.found_finding")
        for table in ("found", "found_line"):
            con.execute(
                f"UPDATE {table} AS f SET suppressor = '{code}', reason = e.reason FROM excused AS e "
                "WHERE f.finding_id = e.finding_id AND f.suppressor IS NULL"
            )
        con.execute("DROP TABLE temp.excused")


def _bring_back(con: duckdb.DuckDBPyConnection, code: str, rule_ids: list[str], digest: str) -> None:
    """Add to ``found`` what is kept of the groups that the night changes, about settlements that it does not."""
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE held AS
        WITH kept_ones AS (
            SELECT finding_id, NULL AS suppressor, {_SAME} FROM audit.finding
            ANTI JOIN audit.lowered_finding USING (finding_id)
            UNION ALL SELECT finding_id, NULL, {_SAME.replace("severity", "w.found_severity")} FROM audit.finding
            INNER JOIN audit.lowered_finding AS w USING (finding_id)
            UNION ALL SELECT finding_id, NULL, {_SAME} FROM audit.shadow_finding
            UNION ALL SELECT finding_id, suppressor, {_SAME} FROM audit.suppressed_finding WHERE suppressor = '{code}'
        )
        SELECT k.*, r.target, r.is_priced, a.setl_id IS NOT NULL AS is_said_anew
        FROM kept_ones AS k
        INNER JOIN screened_rule AS r ON k.source_id = r.source_id
        LEFT JOIN affected AS a ON k.setl_id = a.setl_id AND r.days = a.days
        WHERE list_contains(?, k.source_id)
        """,
        [rule_ids],
    )
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE brought AS
        SELECT * FROM held WHERE NOT is_said_anew AND ({_GROUP}) IN (
            SELECT ({_GROUP}) FROM held WHERE is_said_anew
            UNION
            SELECT ({_GROUP}) FROM found WHERE suppressor IS NULL AND list_contains(?, source_id)
        )
        """,
        [rule_ids],
    )
    con.execute("INSERT INTO refound SELECT finding_id, suppressor FROM brought")
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE brought_line AS
        SELECT l.finding_id, l.bkkp_sn, l.setl_id, l.a0, l.a1, l.because FROM audit.finding_line AS l
        SEMI JOIN (FROM brought WHERE suppressor IS NULL) AS b ON l.finding_id = b.finding_id
        UNION ALL
        SELECT l.finding_id, l.bkkp_sn, l.setl_id, l.a0, l.a1, l.because FROM audit.suppressed_line AS l
        SEMI JOIN (FROM brought WHERE suppressor = '{code}') AS b ON l.finding_id = b.finding_id
        WHERE l.suppressor = '{code}'
        """
    )
    con.execute(
        f"""
        INSERT INTO found BY NAME
        SELECT b.finding_id, {", ".join("b." + name.strip() for name in _SAME.split(",") if name.strip() != "a2")},
            CASE WHEN b.is_priced THEN b.a2 END AS a2, d.lines, b.target, b.is_priced
        FROM brought AS b
        LEFT JOIN (SELECT l.finding_id, {digest} AS lines FROM brought_line AS l GROUP BY l.finding_id) AS d
            ON b.finding_id = d.finding_id
        """
    )
    con.execute("INSERT INTO found_line BY NAME FROM brought_line")
    for table in ("held", "brought", "brought_line"):
        con.execute(f"DROP TABLE temp.{table}")
