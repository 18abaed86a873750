"""Clearing between regions: what was stated and held, who owes whom, and the revolving fund that pays meanwhile."""

from lianshen.clearing.closing import Closing, Verified, close, closed_months, month_as_it_stands, reached, verify
from lianshen.clearing.errors import ClearingError, MonthNotClosed, MonthNotOver
from lianshen.clearing.fund import FundFacts, FundPosition, fund_positions, line_of, request_topup, state_of
from lianshen.clearing.ledger import balances, differences, post
from lianshen.clearing.months import Month
from lianshen.clearing.netting import NetLine, Position, positions
from lianshen.clearing.reconcile import Reconciled, first_day, reconcile
from lianshen.clearing.statement import Statement, statement
from lianshen.clearing.terms import Term, Terms
from lianshen.clearing.timetable import Late, Timetable, late

__all__ = [
    "ClearingError",
    "Closing",
    "FundFacts",
    "FundPosition",
    "Late",
    "Month",
    "MonthNotClosed",
    "MonthNotOver",
    "NetLine",
    "Position",
    "Reconciled",
    "Statement",
    "Term",
    "Terms",
    "Timetable",
    "Verified",
    "balances",
    "close",
    "closed_months",
    "differences",
    "first_day",
    "fund_positions",
    "late",
    "line_of",
    "month_as_it_stands",
    "positions",
    "post",
    "reached",
    "reconcile",
    "request_topup",
    "state_of",
    "statement",
    "verify",
]
