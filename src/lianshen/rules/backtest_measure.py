"""What a trial found, measured on its rehearsal: sums, shares, what other rules have as well, what was decided."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb

from lianshen.errors import LianshenError
from lianshen.rules.backtest_result import Part, Trial
from lianshen.rules.document import Rule
from lianshen.rules.runs import RuleRun
from lianshen.warehouse.rehearsal import HISTORY

_HOSPITAL_LEVELS = {
    "三级": ("01", "02", "03", "04"),
    "二级": ("05", "06", "07"),
    "一级": ("08", "09", "10"),
}


def measure(
    con: duckdb.DuckDBPyConnection, rule: Rule, run: RuleRun, looked_at: int, minutes: int, period: tuple[date, date]
) -> Trial:
    """Return what the screening of one rule on a rehearsal comes to; leaves its findings in ``temp.trial_finding``."""
    about_settlements = rule.head.is_about_settlements
    con.execute(_found_sql(rule), None if about_settlements else period)
    con.execute(_CAUGHT, {"rule": rule.id})
    settlements, institutions = row(
        con,
        "SELECT COUNT(DISTINCT COALESCE(setl_id, finding_id)), COUNT(DISTINCT fixmedins_code) FROM temp.trial_finding",
    )
    live, kept = row(con, _LIVE if about_settlements else _LIVE_SUBJECT, {"rule": rule.id})
    decided, upheld = row(con, _DECIDED)
    is_caught = "finding_id IN (SELECT finding_id FROM temp.trial_caught)"
    return Trial(
        rule_id=rule.id,
        version=rule.head.version,
        params={name: str(param.default) for name, param in rule.head.params.items()},
        looked_at=looked_at,
        settlements=settlements,
        institutions=institutions,
        total=_part(con, "total", "TRUE"),
        suppressed=run.suppressed,
        seconds=run.seconds,
        by_region=_parts(con, "COALESCE(g.name_zh, f.treating_agency)"),
        by_level=_parts(con, _LEVEL),
        caught=_part(con, "caught", is_caught),
        fresh=_part(con, "fresh", f"NOT ({is_caught})"),
        overlap=_overlap(con),
        live=live,
        live_kept=kept,
        minutes=minutes,
        decided=decided,
        upheld=upheld,
    )


_LEVEL = " ".join(
    ["CASE WHEN s.fixmedins_type = '2' THEN '药店'"]
    + [
        f"WHEN s.hosp_lv IN ({', '.join(repr(code) for code in codes)}) THEN '{name}'"
        for name, codes in _HOSPITAL_LEVELS.items()
    ]
    + ["ELSE '未定级' END"]
)

_CAUGHT = f"""
CREATE OR REPLACE TEMP TABLE trial_caught AS
SELECT DISTINCT f.finding_id, o.source_id
FROM temp.trial_finding AS f
INNER JOIN {HISTORY}.audit.finding AS o ON f.setl_id = o.setl_id AND o.source_id <> $rule
WHERE
    NOT EXISTS (FROM audit.finding_line AS l WHERE l.finding_id = f.finding_id)
    OR NOT EXISTS (FROM {HISTORY}.audit.finding_line AS l WHERE l.finding_id = o.finding_id)
    OR EXISTS (
        FROM audit.finding_line AS l
        INNER JOIN {HISTORY}.audit.finding_line AS m ON l.bkkp_sn = m.bkkp_sn
        WHERE l.finding_id = f.finding_id AND m.finding_id = o.finding_id
    )
"""

_LIVE = f"""
SELECT COUNT(*), COUNT(f.finding_id)
FROM {HISTORY}.audit.finding AS o
SEMI JOIN work.touched_settlement AS t ON o.setl_id = t.setl_id
LEFT JOIN temp.trial_finding AS f ON o.finding_id = f.finding_id
WHERE o.source_id = $rule
"""
_LIVE_SUBJECT = f"""
SELECT COUNT(*), COUNT(f.finding_id)
FROM {HISTORY}.audit.subject_finding AS o LEFT JOIN temp.trial_finding AS f ON o.finding_id = f.finding_id
WHERE o.source_id = $rule
"""
_DECIDED = """
SELECT COUNT(*), COUNT(*) FILTER (WHERE v.is_upheld)
FROM temp.trial_finding AS f
INNER JOIN (SELECT finding_id, BOOL_OR(is_upheld) AS is_upheld FROM casework.verdict GROUP BY finding_id) AS v
    ON f.finding_id = v.finding_id
"""


def _found_sql(rule: Rule) -> str:
    amounts = "f.a0, f.a1, COALESCE(f.a2, 0) AS a2, f.exposure, f.because"
    if rule.head.is_about_settlements:
        return (
            "CREATE OR REPLACE TEMP TABLE trial_finding AS SELECT f.finding_id, f.setl_id, f.fixmedins_code, "
            f"f.treating_agency, f.subject_date, {amounts} FROM audit.finding AS f"
        )
    day = "CAST(RPAD(f.period, 10, '-01') AS DATE)"
    return (
        "CREATE OR REPLACE TEMP TABLE trial_finding AS SELECT f.finding_id, f.setl_id, "
        "CASE f.subject_kind WHEN 'institution' THEN f.subject_id END AS fixmedins_code, f.agency AS treating_agency, "
        f"{day} AS subject_date, {amounts} FROM audit.subject_finding AS f "
        f"WHERE {day} BETWEEN DATE_TRUNC('month', CAST(? AS DATE)) AND CAST(? AS DATE)"
    )


_SUMS = "COUNT(*), COALESCE(SUM(f.a0), 0), COALESCE(SUM(f.a1), 0), COALESCE(SUM(f.a2), 0), COALESCE(SUM(f.exposure), 0)"


def _part(con: duckdb.DuckDBPyConnection, name: str, where: str) -> Part:
    return Part(name, *row(con, f"SELECT {_SUMS} FROM temp.trial_finding AS f WHERE {where}"))


def _parts(con: duckdb.DuckDBPyConnection, by: str) -> tuple[Part, ...]:
    rows = con.execute(
        f"SELECT {by} AS name, {_SUMS} FROM temp.trial_finding AS f "
        "LEFT JOIN (FROM settled.fixmedins_b QUALIFY ROW_NUMBER() OVER (PARTITION BY fixmedins_code "
        "ORDER BY begntime DESC) = 1) AS s ON f.fixmedins_code = s.fixmedins_code "
        "LEFT JOIN knowledge.agency AS g ON f.treating_agency = g.code GROUP BY ALL ORDER BY 2 DESC, 1"
    ).fetchall()
    return tuple(Part(*values) for values in rows)


def _overlap(con: duckdb.DuckDBPyConnection) -> tuple[Part, ...]:
    rows = con.execute(
        f"SELECT c.source_id, {_SUMS} FROM temp.trial_finding AS f "
        "INNER JOIN temp.trial_caught AS c ON f.finding_id = c.finding_id GROUP BY ALL ORDER BY 2 DESC, 1"
    ).fetchall()
    return tuple(Part(*values) for values in rows)


def row(con: duckdb.DuckDBPyConnection, sql: str, arguments: Any = None) -> tuple[Any, ...]:
    """Return the only row of a query."""
    found = con.execute(sql, arguments).fetchone()
    if found is None:
        raise LianshenError("the trial's warehouse gave no answer: open a new one")
    return tuple(found)
