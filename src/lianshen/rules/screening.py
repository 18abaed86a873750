"""Run the rules over what a night touched, and put their findings in the place of the old ones.

A rule that decides from the settlement alone reads the touched settlements. A rule with a
look-back of N days reads the touched persons' settlements within twice that distance, and what it
says about those within N days replaces what it said before. What a suppressor excuses is taken away
before it becomes a finding. So the findings are a function of
the warehouse, whatever the order in which the rows came. A rule that fails stops itself: its
old findings stay, the others run.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import duckdb

from lianshen.findings import finding_id_sql
from lianshen.rules.document import Rule
from lianshen.rules.engines import narrowed
from lianshen.rules.learning import lower
from lianshen.rules.muting import mute
from lianshen.rules.replacing import replace_findings
from lianshen.rules.runs import RuleRun
from lianshen.rules.scopes import Scopes
from lianshen.rules.subjects import screen_subjects
from lianshen.rules.suppressing import suppress

__all__ = ["RuleRun", "screen"]


_FOUND_LINE = """
CREATE OR REPLACE TEMP TABLE found_line (
    finding_id VARCHAR, source_id VARCHAR, source_version INTEGER, fingerprint VARCHAR, certainty VARCHAR,
    severity INTEGER, level VARCHAR, setl_id VARCHAR, linked_setl_id VARCHAR, bkkp_sn VARCHAR,
    a0 DECIMAL(18, 2), a1 DECIMAL(18, 2), a2 DECIMAL(18, 2), exposure DECIMAL(18, 2), subject_date DATE, because JSON,
    person VARCHAR, fixmedins_code VARCHAR, treating_agency VARCHAR, insu_admdvs VARCHAR,
    suppressor VARCHAR, reason VARCHAR
)
"""


def screen(
    con: duckdb.DuckDBPyConnection,
    rules: Sequence[Rule],
    *,
    night: str,
    progress: Callable[[str], None] | None = None,
) -> list[RuleRun]:
    """Run every rule that is not a draft over ``work.touched_*``; return and record what each did.

    Changed settlements are added to ``work.dirty_settlement``. Rules about institutions and regions follow, over the
    whole warehouse. Running it again changes nothing.
    """
    in_use = [rule for rule in rules if rule.head.status != "draft"]
    wanted = [rule for rule in in_use if rule.head.is_about_settlements]
    scopes = Scopes(con, wanted)
    con.execute(_FOUND_LINE)
    runs = []
    for rule in wanted:
        if progress is not None:
            progress(f"{rule.id} {rule.head.title}")
        runs.append(_run_rule(con, rule, scopes))
    broken = suppress(con, [rule for rule in wanted if rule.suppressors])
    mute(con)
    runs = [_with_suppressors(run, rule, broken) for run, rule in zip(runs, wanted, strict=True)]
    failed = {run.rule_id for run in runs if run.error is not None}
    counts = replace_findings(con, [rule for rule in wanted if rule.id not in failed])
    for one in {one.code: one for rule in wanted for one in rule.lowering}.values():
        lower(con, one)
    none = (0, 0)
    runs = [
        replace(run, findings=counts.get(run.rule_id, none)[0], suppressed=counts.get(run.rule_id, none)[1])
        for run in runs
    ]
    con.execute("DROP TABLE found_line")
    scopes.drop()
    if progress is not None:
        progress("rules about institutions and regions")
    runs += screen_subjects(con, [rule for rule in in_use if not rule.head.is_about_settlements])
    _record(con, night, runs)
    return runs


def _run_rule(con: duckdb.DuckDBPyConnection, rule: Rule, scopes: Scopes) -> RuleRun:
    started = time.perf_counter()
    rows, error = 0, None
    try:
        rows = scopes.define(rule)
        con.execute(_find_sql(rule), rule.arguments())
    except duckdb.Error as failure:
        error = str(failure).strip()
    return RuleRun(rule.id, rule.fingerprint, rows, 0, time.perf_counter() - started, error)


def _with_suppressors(run: RuleRun, rule: Rule, broken: dict[str, str]) -> RuleRun:
    """Return the run with the error of a suppressor that the rule names: what is left of its rows is not known."""
    errors = [broken[code] for code in rule.head.suppressors if code in broken]
    return replace(run, error=errors[0]) if errors and run.error is None else run


def _find_sql(rule: Rule) -> str:
    """Return the INSERT that adds the rule's rows about affected settlements to ``found_line``."""

    def column(name: str, otherwise: str) -> str:
        return f"r.{name}" if name in rule.columns else otherwise

    head = rule.head
    facts = ", ".join(f"'{name}': CAST(r.{name} AS VARCHAR)" for name in rule.because)
    by_line = head.dated_by == "fee_date"
    dated = next((name for name in ("fee_line", "drug_fill") if name in head.reads), None)
    lines = (
        f"LEFT JOIN {dated} AS l ON r.bkkp_sn = l.bkkp_sn" if by_line and dated and "bkkp_sn" in rule.columns else ""
    )
    day = "COALESCE(l.fee_date, s.begndate)" if lines else f"s.{'begndate' if by_line else head.dated_by}"
    return f"""
        INSERT INTO found_line
        SELECT {finding_id_sql(rule.id, "r.setl_id", column("linked_setl_id", "NULL"))},
            '{rule.id}', {head.version}, '{rule.fingerprint}', '{head.certainty}',
            COALESCE({column("severity", "NULL")}, {head.severity}), '{head.level}',
            r.setl_id, {column("linked_setl_id", "NULL")}, {column("bkkp_sn", "NULL")},
            ROUND(r.a0, 2), ROUND(r.a1, 2), ROUND({column("a2", "NULL")}, 2),
            ROUND(COALESCE({column("exposure", "NULL")}, 0), 2), {day}, to_json({{{facts}}}),
            s.person, s.fixmedins_code, s.treating_agency, s.insu_admdvs, NULL, NULL
        FROM ({rule.duckdb_sql}) AS r
        INNER JOIN mart.settlement AS s ON r.setl_id = s.setl_id
        {lines}
        WHERE {narrowed(rule, day) if lines or not by_line else "TRUE"}
            AND r.setl_id IN (SELECT setl_id FROM affected WHERE days = {head.look_back_days or 0})
    """


def _record(con: duckdb.DuckDBPyConnection, night: str, runs: Sequence[RuleRun]) -> None:
    con.begin()
    con.execute("DELETE FROM ledger.rule_run WHERE night = ?", [night])
    if runs:
        con.executemany(
            "INSERT INTO ledger.rule_run "
            "(night, rule_id, fingerprint, rows_read, findings, seconds, error, suppressed) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (night, r.rule_id, r.fingerprint, r.rows_read, r.findings, r.seconds, r.error, r.suppressed)
                for r in runs
            ],
        )
    con.commit()
