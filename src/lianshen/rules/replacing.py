"""Put what the rules found in the place of what they had found before about the same settlements."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from lianshen.rules.adding_up import add_up
from lianshen.rules.document import Rule

TARGETS = ("finding", "shadow_finding")

_COLUMNS = """finding_id, source_id, source_version, fingerprint, certainty, severity, level, setl_id, linked_setl_id,
    person, fixmedins_code, treating_agency, insu_admdvs, subject_date, a0, a1, a2, exposure, is_provisional, because"""
# Everything but the price, which is given later unless the rule gives it.
_COMPARED = """{0}.source_version, {0}.fingerprint, {0}.certainty, {0}.level, {0}.person,
    {0}.fixmedins_code, {0}.treating_agency, {0}.insu_admdvs, {0}.subject_date, {0}.a0, {0}.a1, {0}.exposure,
    {0}.is_provisional, CAST({0}.because AS VARCHAR)"""


def _digest_sql(alias: str) -> str:
    row = f"CONCAT_WS('|', {alias}.bkkp_sn, {alias}.a0, {alias}.a1, {alias}.because)"
    return f"MD5(STRING_AGG({row}, '~' ORDER BY {alias}.bkkp_sn, {row}) FILTER (WHERE {alias}.bkkp_sn IS NOT NULL))"


def replace_findings(con: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> dict[str, tuple[int, int]]:
    """Replace the findings of ``rules`` about the settlements in ``affected`` by those in ``found_line``.

    A finding that is the same to the letter stays, with the price it has, unless its settlement itself was touched:
    then it is priced again. Settlements of which anything changed become dirty. Returns how many findings each
    rule has about the affected settlements, and how many were suppressed, wholly or in part.
    """
    _list_rules(con, rules)
    _group(con)
    add_up(con, rules, _digest_sql("l"))
    _keep(con)
    con.begin()
    try:
        con.execute(
            f"""
            INSERT OR IGNORE INTO work.dirty_settlement
            SELECT setl_id FROM audit.finding WHERE finding_id IN ({_gone_sql("finding")})
            UNION
            SELECT setl_id FROM found
            WHERE target = 'finding' AND suppressor IS NULL AND finding_id NOT IN (SELECT finding_id FROM kept)
            """
        )
        for target in TARGETS:
            con.execute(f"CREATE OR REPLACE TEMP TABLE gone AS {_gone_sql(target)}")
            for table in ("finding_line", "lowered_finding"):
                con.execute(f"DELETE FROM audit.{table} WHERE finding_id IN (SELECT finding_id FROM gone)")
            con.execute(f"DELETE FROM audit.{target} WHERE finding_id IN (SELECT finding_id FROM gone)")
        for target in TARGETS:
            con.execute(
                f"INSERT INTO audit.{target} ({_COLUMNS}) SELECT {_COLUMNS} FROM found "
                f"WHERE target = '{target}' AND suppressor IS NULL AND finding_id NOT IN (SELECT finding_id FROM kept)"
            )
        con.execute(
            "INSERT INTO audit.finding_line SELECT finding_id, bkkp_sn, setl_id, a0, a1, because FROM found_line "
            "WHERE bkkp_sn IS NOT NULL AND suppressor IS NULL AND finding_id NOT IN (SELECT finding_id FROM kept) "
            "AND finding_id IN (SELECT finding_id FROM found)"
        )
        _replace_suppressed(con)
        con.commit()
    except BaseException:
        con.rollback()
        raise
    counts = con.execute(
        """
        SELECT source_id, COUNT(*) FILTER (suppressor IS NULL),
            COUNT(DISTINCT finding_id) FILTER (suppressor IS NOT NULL)
        FROM found WHERE finding_id NOT IN (SELECT finding_id FROM refound) GROUP BY source_id
        """
    ).fetchall()
    for table in ("found", "kept", "gone", "refound", "screened_rule"):
        con.execute(f"DROP TABLE temp.{table}")
    return {rule: (found, suppressed) for rule, found, suppressed in counts}


def _replace_suppressed(con: duckdb.DuckDBPyConnection) -> None:
    """Do the same for what suppressors took away; it has no price, so there is nothing to keep."""
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE gone AS
        SELECT o.finding_id, o.suppressor FROM audit.suppressed_finding AS o
        INNER JOIN screened_rule AS r ON o.source_id = r.source_id
        INNER JOIN affected AS a ON o.setl_id = a.setl_id AND r.days = a.days
        UNION
        SELECT finding_id, suppressor FROM refound WHERE suppressor IS NOT NULL
        """
    )
    for table in ("suppressed_line", "suppressed_finding"):
        con.execute(
            f"DELETE FROM audit.{table} WHERE (finding_id, suppressor) IN (SELECT (finding_id, suppressor) FROM gone)"
        )
    con.execute(
        f"INSERT INTO audit.suppressed_finding BY NAME SELECT {_COLUMNS}, suppressor, reason FROM found "
        "WHERE suppressor IS NOT NULL"
    )
    con.execute(
        "INSERT INTO audit.suppressed_line BY NAME "
        "SELECT finding_id, suppressor, bkkp_sn, setl_id, a0, a1, because FROM found_line "
        "WHERE bkkp_sn IS NOT NULL AND suppressor IS NOT NULL AND finding_id IN (SELECT finding_id FROM found)"
    )


def _list_rules(con: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> None:
    con.execute(
        "CREATE OR REPLACE TEMP TABLE screened_rule "
        "(source_id VARCHAR, days INTEGER, target VARCHAR, is_priced BOOLEAN)"
    )
    if rules:
        con.executemany(
            "INSERT INTO screened_rule VALUES (?, ?, ?, ?)",
            [
                (
                    rule.id,
                    rule.head.look_back_days or 0,
                    "shadow_finding" if rule.head.status == "shadow" else "finding",
                    "a2" in rule.columns,
                )
                for rule in rules
            ],
        )


def _group(con: duckdb.DuckDBPyConnection) -> None:
    """Fill ``found``: one row per finding, and one per suppressor that took some of it away.

    The facts are those of the weightiest row.
    """
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE found AS
        SELECT f.finding_id, f.source_id, MAX(f.source_version) AS source_version, MAX(f.fingerprint) AS fingerprint,
            MAX(f.certainty) AS certainty, MAX(f.severity) AS severity, MAX(f.level) AS level, f.setl_id,
            f.linked_setl_id, f.person, f.fixmedins_code, f.treating_agency, f.insu_admdvs,
            MIN(f.subject_date) AS subject_date, CAST(SUM(f.a0) AS DECIMAL(18, 2)) AS a0,
            CAST(SUM(f.a1) AS DECIMAL(18, 2)) AS a1, CAST(SUM(f.a2) AS DECIMAL(18, 2)) AS a2,
            CAST(SUM(f.exposure) AS DECIMAL(18, 2)) AS exposure,
            COALESCE(BOOL_OR(p.is_provisional), FALSE) AS is_provisional,
            FIRST(f.because ORDER BY f.a1 DESC, f.a0 DESC, f.bkkp_sn, CAST(f.because AS VARCHAR)) AS because,
            {_digest_sql("f")} AS lines, MAX(r.target) AS target, BOOL_OR(r.is_priced) AS is_priced,
            f.suppressor, MIN(f.reason) AS reason
        FROM found_line AS f
        INNER JOIN screened_rule AS r ON f.source_id = r.source_id
        LEFT JOIN audit.recomputed AS p ON f.setl_id = p.setl_id
        GROUP BY f.finding_id, f.source_id, f.setl_id, f.linked_setl_id, f.person, f.fixmedins_code,
            f.treating_agency, f.insu_admdvs, f.suppressor
        """
    )


def _keep(con: duckdb.DuckDBPyConnection) -> None:
    """Fill ``kept``: findings that stand as they are and whose settlement was not touched itself."""
    same = f"({_COMPARED.format('f')}) = ({_COMPARED.format('o')})"
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE kept AS
        WITH
        old AS (
            SELECT 'finding' AS target, * FROM audit.finding
            UNION ALL BY NAME
            SELECT 'shadow_finding' AS target, * FROM audit.shadow_finding
        ),
        old_lines AS (
            SELECT l.finding_id, {_digest_sql("l")} AS lines FROM audit.finding_line AS l
            WHERE l.finding_id IN (SELECT finding_id FROM found) GROUP BY l.finding_id
        )
        SELECT f.finding_id
        FROM found AS f
        INNER JOIN old AS o ON f.finding_id = o.finding_id AND f.target = o.target
        LEFT JOIN old_lines AS d ON f.finding_id = d.finding_id
        LEFT JOIN audit.lowered_finding AS w ON f.finding_id = w.finding_id
        WHERE f.suppressor IS NULL AND {same} AND f.severity = COALESCE(w.found_severity, o.severity)
            AND (NOT f.is_priced OR o.a2 IS NOT DISTINCT FROM f.a2)
            AND f.lines IS NOT DISTINCT FROM d.lines
            AND f.setl_id NOT IN (SELECT setl_id FROM work.touched_settlement)
        """
    )


def _gone_sql(target: str) -> str:
    """Return the ids in ``audit.<target>`` of findings about affected settlements that no longer hold."""
    return f"""
        SELECT o.finding_id FROM audit.{target} AS o
        INNER JOIN screened_rule AS r ON o.source_id = r.source_id
        INNER JOIN affected AS a ON o.setl_id = a.setl_id AND r.days = a.days
        WHERE o.finding_id NOT IN (SELECT finding_id FROM kept)
        UNION
        SELECT o.finding_id FROM audit.{target} AS o
        WHERE o.finding_id IN (SELECT finding_id FROM refound) AND o.finding_id NOT IN (SELECT finding_id FROM kept)
    """
