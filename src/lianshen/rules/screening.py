"""Run the rules over what a night touched, and put their findings in the place of the old ones.

A rule that decides from the settlement alone reads the touched settlements. A rule with a
look-back of N days reads the touched persons' settlements within twice that distance, and what it
says about those within N days replaces what it said before. So the findings are a function of
the warehouse, whatever the order in which the rows came. A rule that fails stops itself: its
old findings stay, the others run.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import duckdb

from lianshen.findings import finding_id_sql
from lianshen.rules.document import Rule
from lianshen.rules.engines import narrowed, translated
from lianshen.rules.tables import LOGICAL

OWN, HISTORY = "own", "history"

_COLUMNS = """finding_id, source_id, source_version, fingerprint, certainty, severity, level, setl_id, linked_setl_id,
    person, fixmedins_code, treating_agency, insu_admdvs, subject_date, a0, a1, a2, exposure, is_provisional, because"""


@dataclass(frozen=True)
class RuleRun:
    """What one rule did in one night. ``findings`` are those about the settlements it looked at."""

    rule_id: str
    fingerprint: str
    rows_read: int
    findings: int
    seconds: float
    error: str | None = None


def screen(
    con: duckdb.DuckDBPyConnection,
    rules: Sequence[Rule],
    *,
    night: str,
    progress: Callable[[str], None] | None = None,
) -> list[RuleRun]:
    """Run every rule that is not a draft over ``work.touched_*``; return and record what each did.

    Changed settlements are added to ``work.dirty_settlement``. Running it again changes nothing.
    """
    wanted = [rule for rule in rules if rule.head.status != "draft"]
    scopes = _Scopes(con, max((rule.head.look_back_days or 0 for rule in wanted), default=0))
    runs = []
    for rule in wanted:
        if progress is not None:
            progress(f"{rule.id} {rule.head.title}")
        runs.append(_run_rule(con, rule, scopes))
    scopes.drop()
    _record(con, night, runs)
    return runs


class _Scopes:
    """The rows that rules read in a night, materialised once and only when a rule asks for them."""

    def __init__(self, con: duckdb.DuckDBPyConnection, longest: int) -> None:
        self._con = con
        self._made: dict[str, int] = {}
        con.execute(
            "CREATE OR REPLACE TEMP TABLE scope_own AS SELECT s.setl_id, s.person FROM mart.settlement AS s "
            "SEMI JOIN work.touched_settlement AS t ON s.setl_id = t.setl_id WHERE s.counts"
        )
        con.execute(
            "CREATE OR REPLACE TEMP TABLE scope_history AS SELECT s.setl_id, s.person FROM mart.settlement AS s "
            "INNER JOIN work.touched_person AS p ON s.person = p.person WHERE s.counts "
            f"AND s.enddate >= p.first_date - {2 * longest} AND s.begndate <= p.last_date + {2 * longest}"
        )

    def define(self, rule: Rule) -> int:
        """Let the rule's tables stand for what it may read; return how many rows that is."""
        scope = HISTORY if rule.head.look_back_days is not None else OWN
        rows = 0
        for name in rule.head.reads:
            source = self._materialised(name, scope)
            rows += self._made.get(source, 0)
            where = ""
            if name == "fee_line" and rule.head.dated_by == "fee_date":
                where = f" WHERE {narrowed(rule, 'fee_date')}"
            self._con.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT * FROM {source}{where}")
        return rows

    def _materialised(self, name: str, scope: str) -> str:
        place, kind = LOGICAL[name]
        if kind == "shared":
            return place
        key = "person" if kind == "person" else "setl_id"
        table = f"screened_{scope}_{name}"
        if table not in self._made:
            made = self._con.execute(
                f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT r.* FROM {place} AS r "
                f"WHERE r.{key} IN (SELECT s.{key} FROM scope_{scope} AS s)"
            ).fetchone()
            self._made[table] = int(made[0]) if made else 0
        return table

    def drop(self) -> None:
        for name in LOGICAL:
            self._con.execute(f"DROP VIEW IF EXISTS temp.{name}")
        for table in [*self._made, "scope_own", "scope_history", "found", "found_line", "kept", "affected"]:
            self._con.execute(f"DROP TABLE IF EXISTS temp.{table}")


def _run_rule(con: duckdb.DuckDBPyConnection, rule: Rule, scopes: _Scopes) -> RuleRun:
    started = time.perf_counter()
    rows = 0
    try:
        rows = scopes.define(rule)
        _find(con, rule)
        found = _replace(con, rule)
    except duckdb.Error as error:
        return RuleRun(rule.id, rule.fingerprint, rows, 0, time.perf_counter() - started, str(error).strip())
    return RuleRun(rule.id, rule.fingerprint, rows, found, time.perf_counter() - started)


def _affected_sql(rule: Rule) -> str:
    days = rule.head.look_back_days
    touched = "SELECT setl_id FROM work.touched_settlement"
    if days is None:
        return touched
    return (
        f"{touched} UNION SELECT s.setl_id FROM mart.settlement AS s "
        "INNER JOIN work.touched_person AS p ON s.person = p.person WHERE s.counts "
        f"AND s.enddate >= p.first_date - {days} AND s.begndate <= p.last_date + {days}"
    )


def _find(con: duckdb.DuckDBPyConnection, rule: Rule) -> None:
    """Fill the temporary tables ``found_line`` (a row per row of the rule) and ``found`` (a row per finding)."""

    def column(name: str, otherwise: str) -> str:
        return f"r.{name}" if name in rule.columns else otherwise

    facts = ", ".join(f"'{name}': CAST(r.{name} AS VARCHAR)" for name in rule.because)
    dated_by_line = rule.head.dated_by == "fee_date"
    lines = "LEFT JOIN fee_line AS l ON r.bkkp_sn = l.bkkp_sn " if dated_by_line and "bkkp_sn" in rule.columns else ""
    day = "COALESCE(l.fee_date, s.begndate)" if lines else f"s.{'begndate' if dated_by_line else rule.head.dated_by}"
    narrow = "TRUE" if dated_by_line else narrowed(rule, day)
    con.execute(f"CREATE OR REPLACE TEMP TABLE affected AS {_affected_sql(rule)}")
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE found_line AS
        SELECT {finding_id_sql(rule.id, "r.setl_id", column("linked_setl_id", "NULL"))} AS finding_id,
            r.setl_id, CAST({column("linked_setl_id", "NULL")} AS VARCHAR) AS linked_setl_id,
            CAST({column("bkkp_sn", "NULL")} AS VARCHAR) AS bkkp_sn,
            CAST(ROUND(r.a0, 2) AS DECIMAL(18, 2)) AS a0, CAST(ROUND(r.a1, 2) AS DECIMAL(18, 2)) AS a1,
            CAST(ROUND({column("a2", "NULL")}, 2) AS DECIMAL(18, 2)) AS a2,
            CAST(ROUND(COALESCE({column("exposure", "NULL")}, 0), 2) AS DECIMAL(18, 2)) AS exposure,
            CAST(COALESCE({column("severity", "NULL")}, {rule.head.severity}) AS INTEGER) AS severity,
            {day} AS subject_date, to_json({{{facts}}}) AS because,
            s.person, s.fixmedins_code, s.treating_agency, s.insu_admdvs
        FROM ({translated(rule, "duckdb")}) AS r
        INNER JOIN mart.settlement AS s ON r.setl_id = s.setl_id
        {lines}
        WHERE {narrow} AND r.setl_id IN (SELECT setl_id FROM affected)
        """,
        rule.arguments(),
    )
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE found AS
        SELECT f.finding_id, '{rule.id}' AS source_id, {rule.head.version} AS source_version,
            '{rule.fingerprint}' AS fingerprint, '{rule.head.certainty}' AS certainty, MAX(f.severity) AS severity,
            '{rule.head.level}' AS level, f.setl_id, f.linked_setl_id, f.person, f.fixmedins_code, f.treating_agency,
            f.insu_admdvs, MIN(f.subject_date) AS subject_date,
            CAST(SUM(f.a0) AS DECIMAL(18, 2)) AS a0, CAST(SUM(f.a1) AS DECIMAL(18, 2)) AS a1,
            CAST(SUM(f.a2) AS DECIMAL(18, 2)) AS a2, CAST(SUM(f.exposure) AS DECIMAL(18, 2)) AS exposure,
            COALESCE(BOOL_OR(p.is_provisional), FALSE) AS is_provisional,
            FIRST(f.because ORDER BY f.a1 DESC, f.a0 DESC, f.bkkp_sn, CAST(f.because AS VARCHAR)) AS because,
            {_digest_sql("f")} AS lines
        FROM found_line AS f
        LEFT JOIN audit.recomputed AS p ON f.setl_id = p.setl_id
        GROUP BY f.finding_id, f.setl_id, f.linked_setl_id, f.person, f.fixmedins_code, f.treating_agency, f.insu_admdvs
        """
    )


def _digest_sql(alias: str) -> str:
    row = f"CONCAT_WS('|', {alias}.bkkp_sn, {alias}.a0, {alias}.a1, {alias}.because)"
    return f"MD5(STRING_AGG({row}, '~' ORDER BY {alias}.bkkp_sn, {row}) FILTER (WHERE {alias}.bkkp_sn IS NOT NULL))"


def _replace(con: duckdb.DuckDBPyConnection, rule: Rule) -> int:
    """Put ``found`` in the place of the rule's findings about the affected settlements; return how many there are.

    A finding that is the same to the letter stays, with the price it has, unless its settlement itself was touched:
    then it is priced again.
    """
    target = "shadow_finding" if rule.head.status == "shadow" else "finding"
    other = "finding" if target == "shadow_finding" else "shadow_finding"
    same = "o.a2 IS NOT DISTINCT FROM f.a2" if "a2" in rule.columns else "TRUE"
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE kept AS
        WITH old AS (
            SELECT o.*, d.lines FROM audit.{target} AS o
            LEFT JOIN (
                SELECT finding_id, {_digest_sql("l")} AS lines FROM audit.finding_line AS l
                WHERE finding_id IN (SELECT finding_id FROM found) GROUP BY finding_id
            ) AS d ON o.finding_id = d.finding_id
            WHERE o.source_id = '{rule.id}' AND o.setl_id NOT IN (SELECT setl_id FROM work.touched_settlement)
        )
        SELECT f.finding_id FROM found AS f INNER JOIN old AS o ON f.finding_id = o.finding_id
        WHERE {same} AND f.lines IS NOT DISTINCT FROM o.lines
            AND (f.source_version, f.fingerprint, f.certainty, f.severity, f.level, f.person, f.fixmedins_code,
                 f.treating_agency, f.insu_admdvs, f.subject_date, f.a0, f.a1, f.exposure, f.is_provisional,
                 CAST(f.because AS VARCHAR))
              = (o.source_version, o.fingerprint, o.certainty, o.severity, o.level, o.person, o.fixmedins_code,
                 o.treating_agency, o.insu_admdvs, o.subject_date, o.a0, o.a1, o.exposure, o.is_provisional,
                 CAST(o.because AS VARCHAR))
        """
    )
    gone = (
        f"source_id = '{rule.id}' AND setl_id IN (SELECT setl_id FROM affected) "
        "AND finding_id NOT IN (SELECT finding_id FROM kept)"
    )
    con.begin()
    try:
        if target == "finding":
            con.execute(
                "INSERT OR IGNORE INTO work.dirty_settlement "
                f"SELECT setl_id FROM audit.finding WHERE {gone} "
                "UNION SELECT setl_id FROM found WHERE finding_id NOT IN (SELECT finding_id FROM kept)"
            )
        for table in (target, other):
            ids = f"SELECT finding_id FROM audit.{table} WHERE {gone}"
            con.execute(f"DELETE FROM audit.finding_line WHERE finding_id IN ({ids})")
            con.execute(f"DELETE FROM audit.{table} WHERE {gone}")
        con.execute(
            f"INSERT INTO audit.{target} ({_COLUMNS}) SELECT {_COLUMNS} FROM found "
            "WHERE finding_id NOT IN (SELECT finding_id FROM kept)"
        )
        con.execute(
            "INSERT INTO audit.finding_line SELECT finding_id, bkkp_sn, setl_id, a0, a1, because FROM found_line "
            "WHERE bkkp_sn IS NOT NULL AND finding_id NOT IN (SELECT finding_id FROM kept)"
        )
        con.commit()
    except BaseException:
        con.rollback()
        raise
    counted = con.execute("SELECT COUNT(*) FROM found").fetchone()
    return int(counted[0]) if counted else 0


def _record(con: duckdb.DuckDBPyConnection, night: str, runs: Sequence[RuleRun]) -> None:
    con.begin()
    con.execute("DELETE FROM ledger.rule_run WHERE night = ?", [night])
    if runs:
        con.executemany(
            "INSERT INTO ledger.rule_run (night, rule_id, fingerprint, rows_read, findings, seconds, error) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(night, r.rule_id, r.fingerprint, r.rows_read, r.findings, r.seconds, r.error) for r in runs],
        )
    con.commit()
