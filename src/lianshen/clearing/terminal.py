"""Clearing on the terminal."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from lianshen.clearing.closing import Closing
from lianshen.clearing.fund import FundPosition
from lianshen.clearing.ledger import Balance, FundDifference
from lianshen.clearing.netting import positions
from lianshen.clearing.reconcile import Reconciled
from lianshen.clearing.terms import Terms
from lianshen.clearing.texts import ACCOUNTS, BASES, LINES, STAGES, STATES, runs_dry
from lianshen.clearing.timetable import Late, Timetable


def print_reconciled(result: Reconciled) -> None:
    """Print a reconciliation, one row per treating agency."""
    table = _table(
        f"{result.open_items:,} to look at", "agency", "statements", "balanced", "differ", "missing", "fund off"
    )
    for row in result.agencies:
        counts = (row.statements, row.balanced, row.differing, row.missing)
        table.add_row(row.agency or "?", *(f"{n:,}" for n in counts), f"{row.fund_off:,.2f}")
    Console().print(table)
    disagree = sum(row.agency_disagrees for row in result.agencies)
    for name, found in (("statements", result.statements), ("details", result.details), ("partners", result.partners)):
        _say(f"{name}: " + (", ".join(f"{kind} {count:,}" for kind, count in found.items()) or "none"))
    _say(f"the treating agency's own result is another: {disagree:,}")


def print_closing(closing: Closing) -> None:
    """Print what each region owes and is owed in a month."""
    said = {
        "CLOSED": f"closed as of {closing.as_of}",
        "UNCHANGED": f"was closed as of {closing.as_of}: nothing is changed, what came later goes into the next month",
        "PROVISIONAL": f"as it stands on {closing.as_of}: nothing is written",
    }
    table = _table(str(closing.month), "region", "scope", "payable", "receivable", "net", texts=2)
    for row in positions(closing.lines):
        table.add_row(row.region, row.scope, *(f"{n:,.2f}" for n in (row.payable, row.receivable, row.net)))
    Console().print(table)
    _say(said[closing.state])
    prior = sum((line.amount for line in closing.lines if line.kind == "PRIOR"), Decimal(0))
    _say(
        f"{closing.settlements:,} settlements, fund {closing.fund:,.2f}, of it earlier months {prior:,.2f}; "
        f"deductions given back {closing.deductions:,.2f}; hash {closing.hash[:16]}"
    )


def print_funds(
    found: list[FundPosition], names: dict[str, str], off: list[FundDifference], books: list[Balance]
) -> None:
    """Print the funds, the days whose stated balance is off, and the accounts."""
    table = _table("周转金（元）", "地区", "状态", "余额", "额度", "使用率", "预计用尽", texts=2)
    colours = {"GREEN": "green", "YELLOW": "yellow", "RED": "red", "OVERDRAWN": "bold red"}
    for row in found:
        facts = row.facts
        usage = "–" if facts.usage is None else f"{facts.usage * 100:.2f}%"
        quota = "–" if facts.quota is None else f"{facts.quota:,.2f}"
        state = f"[{colours[row.line]}]{LINES[row.line]} {STATES[row.state]}[/]"
        day = str(row.forecast.dry_on or "–")
        table.add_row(names.get(row.region, row.region), state, f"{facts.balance:,.2f}", quota, usage, day)
    Console().print(table)
    if len(found) == 1:
        _print_basis(found[0])
    for gap in off:
        _say(f"{gap.region} {gap.day}: {gap.kind} {gap.amount:,.2f}")
    for book in books:
        account = ACCOUNTS[book.account]
        _say(f"{book.region} {account}: +{book.came_in:,.2f} -{book.went_out:,.2f} = {book.closing:,.2f}")


def print_timetable(table: Timetable, terms: Terms, found: list[Late], names: dict[str, str]) -> None:
    """Print the days of a month with their sources, and who is late with any month."""
    days = asdict(table)
    for name, term in (
        ("declare_by", "declare_day"),
        ("postponed_until", "postpone_months"),
        ("notice_on", "notice_day"),
        ("request_by", "request_workdays"),
        ("pay_by", "pay_workdays"),
        ("year_ends_by", "year_end_months"),
    ):
        _say(f"{name:16} {days[name]}  {terms[term].note_zh} {terms[term].value}（{terms[term].source}）")
    if not days["workdays_known"]:
        _say("the calendar of holidays does not know the year: working days count weekends only")
    for row in found:
        _say(
            f"{row.month} {names.get(row.region, row.region)}: {STAGES[row.stage]}, {row.days} days after {row.due}, "
            f"{row.settlements:,} settlements, {row.fund:,.2f} yuan"
        )


def _say(text: str) -> None:
    Console(highlight=False, soft_wrap=True).print(text, markup=False)


def _print_basis(row: FundPosition) -> None:
    """Print what the figures of one fund rest on."""
    facts, computed = row.facts, row.computed
    basis = BASES[computed.basis].format(counted=computed.counted)
    source = "取自账户" if row.quota_source == "STATED" else "取自测算"
    _say(f"截至 {facts.day}；上次补充 {facts.refilled_on or '无'}，此后支出 {facts.spent:,.2f}")
    _say(f"额度{source}；按历史测算 {'–' if computed.amount is None else f'{computed.amount:,.2f}'}（{basis}）")
    if row.refill_by is not None:
        _say(f"{facts.requested_on} 申请补充，应于 {row.refill_by} 前到账")
    _say(f"预计用尽：{runs_dry(row.forecast)}，依据最近 {row.forecast.days_used} 天")
    if row.forecast.unusual:
        days = "、".join(str(day) for day in row.forecast.unusual)
        _say(f"支出异常、只按常见上限计入的日子：{days}")


def _table(title: str, *heads: str, texts: int = 1) -> Table:
    """Return a table whose first columns are text and whose others are figures that are never cut."""
    table = Table(title=title, box=SIMPLE, pad_edge=False)
    for number, head in enumerate(heads):
        table.add_column(head, justify="left" if number < texts else "right", no_wrap=True)
    return table
