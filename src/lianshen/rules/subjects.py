"""Rules about institutions and regions: their findings are replaced each night.

Reconciliation, clearing, archives and time limits concern no single settlement, so such a rule is evaluated whole. A
rule about institutions with a look-back is evaluated for the institutions and months that the night touched. What is
found is a function of the warehouse and of the day that it has reached. A rule that fails stops itself: its old
findings stay.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import duckdb

from lianshen.agency import CENTRE
from lianshen.findings import finding_id_sql
from lianshen.rules.document import Rule
from lianshen.rules.engines import narrowed, period_day
from lianshen.rules.months import Months
from lianshen.rules.muting import mute_subjects, unmute_subjects
from lianshen.rules.runs import RuleRun

_FOUND = """
CREATE OR REPLACE TEMP TABLE found_subject (
    finding_id VARCHAR, source_id VARCHAR, source_version INTEGER, fingerprint VARCHAR, certainty VARCHAR,
    severity INTEGER, subject_kind VARCHAR, subject_id VARCHAR, period VARCHAR, setl_id VARCHAR, agency VARCHAR,
    insu_pool VARCHAR, a0 DECIMAL(18, 2), a1 DECIMAL(18, 2), a2 DECIMAL(18, 2), exposure DECIMAL(18, 2), because JSON
)
"""

# What a narrowed rule found about what the night does not say anew stays, and what models say is theirs to replace.
_GONE = """
DELETE FROM audit.subject_finding AS f
WHERE NOT list_contains(?, f.source_id) AND (list_contains(?, f.source_id) OR NOT EXISTS (
    SELECT 1 FROM narrowed_rule AS r WHERE r.source_id = f.source_id AND NOT EXISTS (
        SELECT 1 FROM said_anew AS m
        WHERE m.source_id = r.source_id AND m.month = LEFT(f.period, 7)
            AND (r.peers OR m.fixmedins_code = f.subject_id)
    )
)) AND f.source_id NOT IN (SELECT model_id FROM audit.subject_score)
"""

# The day reached is the warehouse's, not that of the night which happened to say the finding.
_SAME_DAY = """
UPDATE audit.subject_finding SET as_of = (SELECT as_of FROM intake.reached)
WHERE NOT list_contains(?, source_id) AND as_of <> (SELECT as_of FROM intake.reached)
"""

_MUTED = """
SELECT source_id, COUNT(DISTINCT finding_id) FROM found_subject
WHERE finding_id IN (SELECT finding_id FROM audit.suppressed_subject_finding) GROUP BY source_id
"""

# The weightiest row gives the facts: by amount, then by what it says, so that the order of rows does not matter.
_REPLACED = f"""
INSERT INTO audit.subject_finding
WITH
institution AS (
    SELECT fixmedins_code, LEFT(fix_blng_admdvs, 4) AS pool FROM settled.fixmedins_b
    QUALIFY ROW_NUMBER() OVER (PARTITION BY fixmedins_code ORDER BY begntime DESC) = 1
)
SELECT
    f.finding_id, f.source_id, MAX(f.source_version), MAX(f.fingerprint), MAX(f.certainty), MAX(f.severity),
    f.subject_kind, f.subject_id, f.period, f.setl_id,
    COALESCE(MAX(f.agency), MAX(s.treating_agency), MAX(a.code), '{CENTRE}'),
    COALESCE(MAX(f.insu_pool), MAX(s.insu_pool)),
    (SELECT as_of FROM intake.reached), SUM(f.a0), SUM(f.a1), SUM(f.a2), SUM(f.exposure),
    FIRST(f.because ORDER BY f.a1 DESC, f.a0 DESC, CAST(f.because AS VARCHAR))
FROM found_subject AS f
LEFT JOIN mart.settlement AS s ON f.setl_id = s.setl_id
LEFT JOIN institution AS i ON f.subject_kind = 'institution' AND f.subject_id = i.fixmedins_code
LEFT JOIN knowledge.agency AS a ON a.pool = COALESCE(i.pool, CASE f.subject_kind
    WHEN 'region' THEN LEFT(f.subject_id, 4) ELSE SUBSTRING(f.subject_id, 2, 4) END)
GROUP BY f.finding_id, f.source_id, f.subject_kind, f.subject_id, f.period, f.setl_id
"""


def screen_subjects(con: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> list[RuleRun]:
    """Evaluate the rules over what they look at and replace what they had found; return what each did.

    Findings of a rule in shadow are counted and not kept. ``rules`` are all that are in use: what others had found
    goes. Before anything was received there is no day to count limits to, and nothing is evaluated.
    """
    if con.execute("SELECT as_of FROM intake.reached").fetchone() in (None, (None,)):
        return [RuleRun(rule.id, rule.fingerprint, 0, 0, 0.0) for rule in rules]
    con.execute(_FOUND)
    months = Months(con, rules)
    runs = [_run(con, rule, months) for rule in rules]
    failed = [run.rule_id for run in runs if run.error is not None]
    shadow = [rule.id for rule in rules if rule.head.status == "shadow"]
    counts = dict(
        con.execute("SELECT source_id, COUNT(DISTINCT finding_id) FROM found_subject GROUP BY source_id").fetchall()
    )
    con.begin()
    try:
        con.execute("DELETE FROM found_subject WHERE list_contains(?, source_id)", [shadow])
        unmute_subjects(con)
        con.execute(_GONE, [failed, shadow])
        con.execute(_REPLACED)
        con.execute(_SAME_DAY, [failed])
        mute_subjects(con)
        con.commit()
    except BaseException:
        con.rollback()
        raise
    muted = dict(con.execute(_MUTED).fetchall())
    con.execute("DROP TABLE found_subject")
    months.drop()
    return [
        replace(
            run,
            findings=counts.get(run.rule_id, 0) - muted.get(run.rule_id, 0),
            suppressed=muted.get(run.rule_id, 0),
        )
        for run in runs
    ]


def _run(con: duckdb.DuckDBPyConnection, rule: Rule, months: Months) -> RuleRun:
    started = time.perf_counter()
    rows, error = 0, None
    try:
        if months.has_work(rule):
            rows = months.define(rule)
            con.execute(_find_sql(rule, months.restriction(rule)), rule.arguments())
    except duckdb.Error as failure:
        error = str(failure).strip()
    return RuleRun(rule.id, rule.fingerprint, rows, 0, time.perf_counter() - started, error)


def _find_sql(rule: Rule, restriction: str) -> str:
    def column(name: str, otherwise: str = "NULL") -> str:
        return f"r.{name}" if name in rule.columns else otherwise

    head = rule.head
    facts = ", ".join(f"'{name}': CAST(r.{name} AS VARCHAR)" for name in rule.because)
    return f"""
        INSERT INTO found_subject
        SELECT {finding_id_sql(rule.id, "r.subject_id || '/' || r.period", column("setl_id"))},
            '{rule.id}', {head.version}, '{rule.fingerprint}', '{head.certainty}',
            COALESCE({column("severity")}, {head.severity}), '{head.subject}', r.subject_id, r.period,
            {column("setl_id")}, {column("agency")}, {column("insu_pool")},
            ROUND(r.a0, 2), ROUND(r.a1, 2), ROUND({column("a2")}, 2), ROUND(COALESCE({column("exposure")}, 0), 2),
            to_json({{{facts}}})
        FROM ({rule.duckdb_sql}) AS r
        WHERE {narrowed(rule, period_day("r.period"))} AND {restriction}
    """
