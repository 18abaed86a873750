"""Try a rule on history: what it would find, what that is worth, what is new about it, what it would cost to look at.

A trial runs on a rehearsal warehouse (:mod:`lianshen.warehouse.rehearsal`) by the code of the night, and is measured
there. Nothing is written to the real one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

import duckdb

from lianshen.errors import LianshenError, UsageError
from lianshen.rules.backtest_measure import measure, row
from lianshen.rules.backtest_result import Comparison, Trial
from lianshen.rules.document import Rule
from lianshen.rules.screening import screen
from lianshen.warehouse.rehearsal import forget, touch_period

MINUTES = {"definite": 6, "suspicious": 20}
"""Assumed minutes of a reviewer for one settlement, by certainty, until times of work are recorded."""

Price = Callable[[duckdb.DuckDBPyConnection], object]


class TrialFailed(LianshenError):
    """The rule's SQL failed on this history."""


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
    minutes: int | None = None,
    progress: Callable[[str], None] | None = None,
) -> Comparison:
    """Run one or two versions of a rule on what was settled from ``since`` to ``until``, both included.

    ``con`` is a rehearsal; ``price`` gives the findings of ``work.dirty_settlement`` their fund at issue. A draft is
    tried as if it were active. What agencies decided is what the last night saw of the casebook.

    :raises TrialFailed: the SQL of a version failed.
    """
    looked_at = touch_period(con, since, until)
    trials = []
    for number, rule in enumerate(versions):
        if progress is not None:
            progress(f"{rule.id} version {rule.head.version}: {looked_at:,} settlements")
        trials.append(_trial(con, rule, looked_at, price, minutes or MINUTES[rule.head.certainty], (since, until)))
        con.execute(f"CREATE OR REPLACE TEMP TABLE trial_{number} AS SELECT * FROM trial_finding")
    if len(versions) == 1:
        return Comparison(since, until, tuple(trials))
    both, first, second = row(
        con,
        "SELECT COUNT(*) FILTER (WHERE a.finding_id IS NOT NULL AND b.finding_id IS NOT NULL), "
        "COUNT(*) FILTER (WHERE b.finding_id IS NULL), COUNT(*) FILTER (WHERE a.finding_id IS NULL) "
        "FROM temp.trial_0 AS a FULL JOIN temp.trial_1 AS b ON a.finding_id = b.finding_id",
    )
    return Comparison(since, until, tuple(trials), both, (first, second))


def _trial(
    con: duckdb.DuckDBPyConnection, rule: Rule, looked_at: int, price: Price, minutes: int, period: tuple[date, date]
) -> Trial:
    forget(con)
    tried = replace(rule, head=rule.head.model_copy(update={"status": "active"}))
    run = screen(con, [tried], night="trial")[0]
    if run.error is not None:
        raise TrialFailed(f"{rule.path.name}: its SQL fails on this history: {run.error}")
    price(con)
    return measure(con, rule, run, looked_at, minutes, period)
