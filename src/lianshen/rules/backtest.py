"""Try a rule on history: what it would find, what that is worth, what is new about it, what it would cost to look at.

A trial runs on a rehearsal warehouse (:mod:`lianshen.warehouse.rehearsal`) by the code of the night, and is measured
there. Nothing is written to the real one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from statistics import NormalDist
from typing import Any

import duckdb

from lianshen.errors import LianshenError, UsageError
from lianshen.rules.document import Rule
from lianshen.rules.screening import screen
from lianshen.warehouse.rehearsal import HISTORY, touch_period

MINUTES = {"definite": 6, "suspicious": 20}
"""Assumed minutes of a reviewer for one settlement, by certainty, until times of work are recorded."""
CONFIDENCE = 0.95
HOSPITAL_LEVELS = (
    ("三级", ("01", "02", "03", "04")), ("二级", ("05", "06", "07")), ("一级", ("08", "09", "10")),
)  # fmt: skip

Price = Callable[[duckdb.DuckDBPyConnection], object]


class TrialFailed(LianshenError):
    """The rule's SQL failed on this history."""


@dataclass(frozen=True)
class Part:
    """A share of what a trial found: of a region, a level of hospitals, or what another rule has found as well."""

    name: str
    findings: int
    a0: Decimal
    a1: Decimal
    a2: Decimal
    exposure: Decimal


@dataclass(frozen=True)
class Trial:
    """What one version of a rule finds in a period. Amounts in yuan."""

    rule_id: str
    version: int
    params: dict[str, str]
    looked_at: int
    """Settlements of the period."""
    settlements: int
    """... of which this many have a finding."""
    institutions: int
    total: Part
    suppressed: int
    seconds: float
    by_region: tuple[Part, ...]
    by_level: tuple[Part, ...]
    caught: Part
    """Findings that another rule in use has as well: the same settlement, and a common line where both name lines."""
    fresh: Part
    """All others: what the rule adds."""
    overlap: tuple[Part, ...]
    """``caught`` by the other rule; a finding that several have counts with each."""
    live: int
    """Findings that the night has of this rule about the same period."""
    live_kept: int
    """... of which the trial finds this many again."""
    minutes: int
    """Assumed minutes of a reviewer for one settlement."""
    decided: int
    upheld: int
    """Of the findings whose cases agencies have decided, how many were upheld at least in part."""

    @property
    def hours(self) -> float:
        """Hours that reviewers would need for everything that it finds."""
        return self.settlements * self.minutes / 60

    @property
    def precision_low(self) -> float | None:
        """Lower bound of the share upheld, one-sided 95 %, by Wilson's score; None where nothing was decided."""
        return lower_bound(self.upheld, self.decided)


@dataclass(frozen=True)
class Comparison:
    """One trial, or two side by side: as the rule stands, and changed."""

    since: date
    until: date
    trials: tuple[Trial, ...]
    both: int = 0
    """Findings that both have."""
    only: tuple[int, ...] = field(default=())
    """Findings that only the first, and only the second have."""


def lower_bound(upheld: int, decided: int, confidence: float = CONFIDENCE) -> float | None:
    """Return the one-sided lower bound of a share by Wilson's score; None without a decision.

    E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927).
    """
    if not decided:
        return None
    z = NormalDist().inv_cdf(confidence)
    share = upheld / decided
    middle = share + z * z / (2 * decided)
    spread = z * math.sqrt(share * (1 - share) / decided + z * z / (4 * decided * decided))
    return max(0.0, (middle - spread) / (1 + z * z / decided))


def with_params(rule: Rule, values: Mapping[str, str]) -> Rule:
    """Return the rule with other numbers.

    :raises UsageError: a name that the rule does not have, no number, or one outside the limits that its file gives.
    """
    params = dict(rule.head.params)
    for name, text in values.items():
        if name not in params:
            known = ", ".join(params) or "none"
            raise UsageError(f"{rule.id} has no parameter {name}; it has: {known}")
        try:
            value = Decimal(text)
        except ArithmeticError as error:
            raise UsageError(f"--param {name}={text}: want a number such as {params[name].default}") from error
        if not params[name].least <= value <= params[name].most:
            limits = f"{params[name].least} to {params[name].most}"
            raise UsageError(f"--param {name}={text}: outside the limits of the rule, {limits}: change its file first")
        params[name] = params[name].model_copy(update={"default": value})
    return replace(rule, head=rule.head.model_copy(update={"params": params}))


def backtest(
    con: duckdb.DuckDBPyConnection,
    versions: tuple[Rule, ...],
    since: date,
    until: date,
    *,
    price: Price,
    decided: Mapping[str, bool] | None = None,
    minutes: int | None = None,
    progress: Callable[[str], None] | None = None,
) -> Comparison:
    """Run one or two versions of a rule on what was settled from ``since`` to ``until``, both included.

    ``con`` is a rehearsal; ``price`` gives the findings of ``work.dirty_settlement`` their fund at issue; ``decided``
    says of findings by id whether an agency upheld them. A draft is tried as if it were active.

    :raises TrialFailed: the SQL of a version failed.
    """
    looked_at = touch_period(con, since, until)
    _list_decided(con, decided or {})
    trials = []
    for number, rule in enumerate(versions):
        if progress is not None:
            progress(f"{rule.id} version {rule.head.version}: {looked_at:,} settlements")
        trials.append(_trial(con, rule, looked_at, price, minutes, (since, until)))
        con.execute(f"CREATE OR REPLACE TEMP TABLE trial_{number} AS SELECT * FROM trial_finding")
    if len(versions) == 1:
        return Comparison(since, until, tuple(trials))
    counted = _row(
        con,
        "SELECT COUNT(*) FILTER (WHERE a.finding_id IS NOT NULL AND b.finding_id IS NOT NULL), "
        "COUNT(*) FILTER (WHERE b.finding_id IS NULL), COUNT(*) FILTER (WHERE a.finding_id IS NULL) "
        "FROM temp.trial_0 AS a FULL JOIN temp.trial_1 AS b ON a.finding_id = b.finding_id",
    )
    return Comparison(since, until, tuple(trials), counted[0], (counted[1], counted[2]))


def _trial(
    con: duckdb.DuckDBPyConnection,
    rule: Rule,
    looked_at: int,
    price: Price,
    minutes: int | None,
    period: tuple[date, date],
) -> Trial:
    for table in (
        "finding",
        "finding_line",
        "shadow_finding",
        "suppressed_finding",
        "subject_finding",
        "suppressed_subject_finding",
    ):
        con.execute(f"DELETE FROM audit.{table}")
    con.execute("DELETE FROM work.dirty_settlement")
    tried = replace(rule, head=rule.head.model_copy(update={"status": "active"}))
    run = screen(con, [tried], night="trial")[0]
    if run.error is not None:
        raise TrialFailed(f"{rule.path.name}: its SQL fails on this history: {run.error}")
    price(con)
    con.execute(_found_sql(rule), period if not rule.head.is_about_settlements else None)
    con.execute(_CAUGHT, {"rule": rule.id})
    minute = minutes or MINUTES[rule.head.certainty]
    fresh = "finding_id NOT IN (SELECT finding_id FROM temp.trial_caught)"
    caught = f"NOT ({fresh})"
    live = _row(con, _LIVE if rule.head.is_about_settlements else _LIVE_SUBJECT, {"rule": rule.id})
    decided = _row(con, _DECIDED)
    counted = _row(
        con,
        "SELECT COUNT(DISTINCT COALESCE(setl_id, finding_id)), COUNT(DISTINCT fixmedins_code) FROM temp.trial_finding",
    )
    suppressed = _row(con, "SELECT COUNT(DISTINCT finding_id) FROM audit.suppressed_finding")
    return Trial(
        rule_id=rule.id,
        version=rule.head.version,
        params={name: str(param.default) for name, param in rule.head.params.items()},
        looked_at=looked_at,
        settlements=counted[0],
        institutions=counted[1],
        total=_part(con, "total", "TRUE"),
        suppressed=suppressed[0],
        seconds=run.seconds,
        by_region=_parts(con, "COALESCE(g.name_zh, f.treating_agency)"),
        by_level=_parts(con, _LEVEL),
        caught=_part(con, "caught", caught),
        fresh=_part(con, "fresh", fresh),
        overlap=_overlap(con),
        live=live[0],
        live_kept=live[1],
        minutes=minute,
        decided=decided[0],
        upheld=decided[1],
    )


_LEVEL = " ".join(
    ["CASE WHEN s.fixmedins_type = '2' THEN '药店'"]
    + [
        f"WHEN s.hosp_lv IN ({', '.join(repr(code) for code in codes)}) THEN '{name}'"
        for name, codes in HOSPITAL_LEVELS
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
SELECT COUNT(*), COUNT(*) FILTER (WHERE d.upheld)
FROM temp.trial_finding AS f INNER JOIN temp.trial_decided AS d ON f.finding_id = d.finding_id
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
    return Part(name, *_row(con, f"SELECT {_SUMS} FROM temp.trial_finding AS f WHERE {where}"))


def _parts(con: duckdb.DuckDBPyConnection, by: str) -> tuple[Part, ...]:
    rows = con.execute(
        f"SELECT {by} AS name, {_SUMS} FROM temp.trial_finding AS f "
        "LEFT JOIN (FROM settled.fixmedins_b QUALIFY ROW_NUMBER() OVER (PARTITION BY fixmedins_code "
        "ORDER BY begntime DESC) = 1) AS s ON f.fixmedins_code = s.fixmedins_code "
        "LEFT JOIN knowledge.agency AS g ON f.treating_agency = g.code GROUP BY ALL ORDER BY 2 DESC, 1"
    ).fetchall()
    return tuple(Part(*row) for row in rows)


def _overlap(con: duckdb.DuckDBPyConnection) -> tuple[Part, ...]:
    rows = con.execute(
        f"SELECT c.source_id, {_SUMS} FROM temp.trial_finding AS f "
        "INNER JOIN temp.trial_caught AS c ON f.finding_id = c.finding_id GROUP BY ALL ORDER BY 2 DESC, 1"
    ).fetchall()
    return tuple(Part(*row) for row in rows)


def _list_decided(con: duckdb.DuckDBPyConnection, decided: Mapping[str, bool]) -> None:
    con.execute("CREATE OR REPLACE TEMP TABLE trial_decided (finding_id VARCHAR, upheld BOOLEAN)")
    if decided:
        con.executemany("INSERT INTO temp.trial_decided VALUES (?, ?)", [list(item) for item in decided.items()])


def _row(con: duckdb.DuckDBPyConnection, sql: str, arguments: Any = None) -> tuple[Any, ...]:
    row = con.execute(sql, arguments).fetchone()
    if row is None:
        raise TrialFailed("the trial's warehouse gave no answer")
    return tuple(row)
