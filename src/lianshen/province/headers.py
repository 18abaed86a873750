"""What the money of a night is kept in: lines as split, what decides benefits, how people pay, headers of bills."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from lianshen.province.arrow import Flags, Ints
from lianshen.settlement import LineSplit


@dataclass
class Split:
    """Lines as split, with what the catalogue said; fen, ten-thousandths, millionths."""

    amount: Ints
    parts: LineSplit
    item_class: Ints
    share: Ints
    limit: Ints


@dataclass
class Facts:
    """What decides the benefits of each bill, as arrays; a fault changes them for single rows. Amounts in fen."""

    filing: Ints
    level: list[str]
    psn_type: Ints
    pool: list[str]
    nth: Ints
    counted: Ints
    """Admission of the year as the record shows it."""
    cap_used: Ints
    """Paid by the pooled fund in the year: for stays and chronic diseases, or for outpatient care."""
    burden: Ints
    deductible_paid: Ints
    """Share of the year's outpatient deductible that was paid before, in ten-thousandths; -1: ``deductible_before``."""
    deductible_before: Ints
    """Amount of it that was paid before."""
    tier_used: Ints
    civil_used: Ints
    enterprise_used: Ints
    veteran_used: Ints
    assist_used: Ints

    def take(self, rows: Ints) -> Facts:
        """Return the facts of some bills, as copies."""
        found: dict[str, Any] = {}
        for field in fields(self):
            values = getattr(self, field.name)
            found[field.name] = [values[int(i)] for i in rows] if isinstance(values, list) else values[rows]
        return Facts(**found)


@dataclass
class Purse:
    """How the person would pay each bill: from the own account, or from a relative's; fen."""

    uses: Flags
    asks_family: Flags
    opening: Ints
    """In the account when it is first looked at."""
    family: Ints
    """In the relative's account."""

    def take(self, rows: Ints) -> Purse:
        """Return the purses of some bills."""
        return Purse(*(getattr(self, field.name)[rows] for field in fields(self)))


@dataclass
class Header:
    """Amounts of each bill in fen; faults may break them afterwards."""

    total: Ints
    own: Ints
    over: Ints
    pre: Ints
    scope: Ints
    deductible_standard: Ints
    deductible_due: Ints
    deductible: Ints
    hifp: Ints
    civil: Ints
    hifmi: Ints
    hifob: Ints
    maf: Ints
    hifes: Ints
    hifdm: Ints
    other: Ints
    fund: Ints
    psn: Ints
    account: Ints
    family: Ints
    cash: Ints
    balance: Ints
    """In the account afterwards, -1 where there is none."""
    ratio: Ints
    """``pool_prop_selfpay`` in ten-thousandths."""
    cap_room: Ints
    """-1 where the record does not say."""
    burden_scope: Ints
    civil_room: Ints
    assist_room: Ints
    fund_shift: Ints
    """What a fault added to the pooled fund's row in ``setl_fund_d``."""

    @classmethod
    def empty(cls, n: int) -> Header:
        """Return ``n`` headers of nothing."""
        return cls(*(np.zeros(n, dtype=np.int64) for _ in fields(cls)))

    def put(self, rows: Ints, other: Header) -> None:
        """Write ``other``, one header per row, into some rows."""
        for field in fields(self):
            getattr(self, field.name)[rows] = getattr(other, field.name)

    def copy(self, rows: Ints, source: Ints) -> None:
        """Make some rows equal to others."""
        for field in fields(self):
            values = getattr(self, field.name)
            values[rows] = values[source]
