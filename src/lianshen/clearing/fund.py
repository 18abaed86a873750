"""Each region's revolving fund: balance, usage, line, state and when it runs dry."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import duckdb

from lianshen.clearing.closing import closed_months
from lianshen.clearing.errors import ClearingError
from lianshen.clearing.forecast import Forecast, forecast
from lianshen.clearing.months import Month
from lianshen.clearing.quota import Quota, quota
from lianshen.clearing.terms import Terms
from lianshen.workdays import Workdays

BASIS_POINT = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class FundFacts:
    """What the state of a fund follows from on one day; amounts in yuan."""

    day: date
    balance: Decimal
    has_moved: bool
    quota: Decimal | None
    spent: Decimal
    refilled_on: date | None
    requested_on: date | None
    year_is_settled: bool

    @property
    def usage(self) -> Decimal | None:
        """Return what was paid since the last refill as a share of the quota; None without a quota."""
        if not self.quota or self.quota < 0:
            return None
        return (max(self.spent, Decimal(0)) / self.quota).quantize(BASIS_POINT, ROUND_HALF_UP)


def line_of(usage: Decimal | None, balance: Decimal, terms: Terms) -> str:
    """Return GREEN, YELLOW, RED or OVERDRAWN. Sources and certainty of the lines stand in the terms."""
    if balance < 0 or (usage is not None and usage > 1):
        return "OVERDRAWN"
    if usage is None or usage < terms.share("yellow_share"):
        return "GREEN"
    return "RED" if usage >= terms.share("red_share") else "YELLOW"


def state_of(facts: FundFacts, terms: Terms) -> str:
    """Return where the fund is in its year.

    ALLOCATED → FUNDED → IN_USE → YELLOW → RED → TOPUP_REQUESTED → REPLENISHED → IN_USE …, and YEAR_END_SETTLED once
    December is closed and nothing was paid yet in the new year.
    """
    if facts.year_is_settled and facts.spent <= 0:
        return "YEAR_END_SETTLED"
    if facts.requested_on is not None and (facts.refilled_on is None or facts.refilled_on < facts.requested_on):
        return "TOPUP_REQUESTED"
    if facts.refilled_on is not None and facts.spent <= 0:
        return "REPLENISHED"
    line = line_of(facts.usage, facts.balance, terms)
    if line != "GREEN":
        return "RED" if line == "OVERDRAWN" else line
    if facts.spent > 0:
        return "IN_USE"
    return "FUNDED" if facts.balance > 0 or facts.has_moved else "ALLOCATED"


@dataclass(frozen=True, slots=True)
class FundPosition:
    """A region's fund on the last day booked. ``quota_source``: STATED in the account, or COMPUTED from history.

    ``refill_by`` is the day by which a request that still stands has to be paid: the agency's and finance's days.
    """

    region: str
    facts: FundFacts
    quota_source: str
    computed: Quota
    line: str
    state: str
    refill_by: date | None
    forecast: Forecast


def fund_positions(con: duckdb.DuckDBPyConnection, workdays: Workdays, region: str | None = None) -> list[FundPosition]:
    """Return the funds of all regions that have an account, or of one; raise :class:`ClearingError` without any."""
    days: dict[str, list[tuple[FundFacts, Decimal]]] = {}
    rows = con.execute(
        """
        SELECT f.insu_region, f.acct_date, f.closing, f.opening <> 0 OR f.in_replenish <> 0, f.quota, f.spent,
            f.refilled_on, t.requested_on, f.out_clear
        FROM clearing.fund_day AS f
        ASOF LEFT JOIN clearing.topup_request AS t
            ON f.insu_region = t.insu_region AND f.acct_date >= t.requested_on
        WHERE $region IS NULL OR f.insu_region = $region
        ORDER BY f.insu_region, f.acct_date
        """,
        {"region": region},
    ).fetchall()
    for code, day, closing, moved, stated, spent, refilled, requested, out in rows:
        facts = FundFacts(day, closing, moved, stated, spent, refilled, requested, False)
        days.setdefault(code, []).append((facts, out))
    if not days:
        whose = f"region {region}" if region else "any region"
        raise ClearingError(f"no account of the revolving fund of {whose} was received (table revolv_fund_d)")
    since, paid = _paid(con)
    closed = closed_months(con)
    computed = {
        code: quota(
            paid.get(code, {}),
            since or found[0][0].day,
            found[-1][0].day,
            Terms.read(con, found[-1][0].day).whole("quota_months"),
        )
        for code, found in days.items()
    }
    return [_position(con, code, found, computed[code], closed, workdays) for code, found in days.items()]


def _position(
    con: duckdb.DuckDBPyConnection,
    region: str,
    days: list[tuple[FundFacts, Decimal]],
    computed: Quota,
    closed: list[Month],
    workdays: Workdays,
) -> FundPosition:
    last = days[-1][0]
    terms = Terms.read(con, last.day)
    facts = replace(
        last,
        quota=last.quota if last.quota is not None else computed.amount,
        year_is_settled=Month(last.day.year - 1, 12) in closed
        and not any(out for facts, out in days if facts.day.year == last.day.year),
    )
    state = state_of(facts, terms)
    days_to_pay = terms.whole("request_workdays") + terms.whole("pay_workdays")
    asked_on = facts.requested_on if state == "TOPUP_REQUESTED" else None
    return FundPosition(
        region=region,
        facts=facts,
        quota_source="STATED" if last.quota is not None else "COMPUTED",
        computed=computed,
        line=line_of(facts.usage, facts.balance, terms),
        state=state,
        refill_by=workdays.add(asked_on, days_to_pay) if asked_on else None,
        forecast=forecast(_fen(facts.balance), [(facts.day, _fen(out)) for facts, out in days], workdays),
    )


def _fen(yuan: Decimal) -> int:
    return int(yuan * 100)


def _paid(con: duckdb.DuckDBPyConnection) -> tuple[date | None, dict[str, dict[Month, Decimal]]]:
    """Return the first day of any settlement, and what each own region had to pay by month of settlement."""
    found: dict[str, dict[Month, Decimal]] = {}
    rows = con.execute(
        "SELECT f.insu_region, f.setl_month, SUM(f.amount), MIN(f.setl_date) FROM clearing.settlement_fund AS f "
        "SEMI JOIN knowledge.agency AS a ON f.insu_region = a.code GROUP BY ALL"
    ).fetchall()
    for region, month, amount, _ in rows:
        found.setdefault(region, {})[Month.parse(month)] = amount
    return min((row[3] for row in rows), default=None), found


def request_topup(con: duckdb.DuckDBPyConnection, position: FundPosition) -> Decimal:
    """Book a region's request to be refilled up to its quota, as of its last day, and return the amount.

    Asking again on the same day changes nothing. Raise :class:`ClearingError` when nothing is missing.
    """
    facts = position.facts
    missing = (facts.quota or Decimal(0)) - facts.balance
    if missing <= 0:
        raise ClearingError(
            f"{position.region}: the balance {facts.balance} is not below the quota; nothing to ask for"
        )
    con.execute("INSERT OR IGNORE INTO clearing.topup_request VALUES (?, ?, ?)", [position.region, facts.day, missing])
    return missing
