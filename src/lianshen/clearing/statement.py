"""One region's statement of a month: what it owes each other region by fund type, what it is owed, and the net."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lianshen.clearing.closing import Closing
from lianshen.clearing.months import Month
from lianshen.clearing.netting import ZERO, NetLine
from lianshen.clearing.regions import FUND_NAMES


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """What passes between the region and one partner. ``funds`` follow the side's columns; all amounts in yuan."""

    partner: str
    records: int
    funds: tuple[Decimal, ...]
    deductions: Decimal
    prior: Decimal

    @property
    def total(self) -> Decimal:
        """Return the funds and the deductions; ``prior`` is a part of the funds."""
        return sum(self.funds, self.deductions)


@dataclass(frozen=True, slots=True)
class Side:
    """The payable or the receivable half of a statement, one row per partner."""

    fund_types: tuple[str, ...]
    rows: tuple[PartnerRow, ...]

    @property
    def totals(self) -> PartnerRow:
        """Return the line that adds the rows up."""
        return PartnerRow(
            partner="",
            records=sum(row.records for row in self.rows),
            funds=tuple(sum((row.funds[i] for row in self.rows), ZERO) for i in range(len(self.fund_types))),
            deductions=sum((row.deductions for row in self.rows), ZERO),
            prior=sum((row.prior for row in self.rows), ZERO),
        )

    @property
    def total(self) -> Decimal:
        return self.totals.total


@dataclass(frozen=True, slots=True)
class Statement:
    """A region's month. ``is_provisional``: the month is not closed and the figures will still change."""

    region: str
    month: Month
    as_of: date
    is_provisional: bool
    hash: str
    payable: Side
    receivable: Side
    lines: tuple[NetLine, ...]

    @property
    def net(self) -> Decimal:
        """Return what the region gets (positive) or pays (negative)."""
        return self.receivable.total - self.payable.total


def statement(closing: Closing, region: str) -> Statement:
    """Return one region's statement of a month; one without settlements has empty sides."""
    payable = [line for line in closing.lines if line.insu_region == region]
    receivable = [line for line in closing.lines if line.treat_region == region]
    return Statement(
        region=region,
        month=closing.month,
        as_of=closing.as_of,
        is_provisional=closing.state == "PROVISIONAL",
        hash=closing.hash,
        payable=_side(payable, "treat_region"),
        receivable=_side(receivable, "insu_region"),
        lines=(*payable, *receivable),
    )


def _side(lines: Iterable[NetLine], partner: str) -> Side:
    lines = list(lines)
    used = {line.fund_type for line in lines if line.kind != "DEDUCTION"}
    order = [*FUND_NAMES, *sorted(used - FUND_NAMES.keys())]
    types = tuple(code for code in order if code in used)
    rows = []
    # The province's own regions first, then other provinces.
    for code in sorted({getattr(line, partner) for line in lines}, key=lambda code: (code.endswith("0000"), code)):
        own = [line for line in lines if getattr(line, partner) == code]
        paid = [line for line in own if line.kind != "DEDUCTION"]
        rows.append(
            PartnerRow(
                partner=code,
                records=sum(x.records for x in paid),
                funds=tuple(sum((x.amount for x in paid if x.fund_type == fund), ZERO) for fund in types),
                deductions=sum((x.amount for x in own if x.kind == "DEDUCTION"), ZERO),
                prior=sum((x.amount for x in paid if x.kind == "PRIOR"), ZERO),
            )
        )
    return Side(types, tuple(rows))
