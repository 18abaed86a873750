"""Settlements as the provincial centre gets them: what reconciliation, clearing and archives are made of.

A settlement enters the books on the night on which it arrives, so that nothing is stated, cleared or archived that the
centre does not hold.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lianshen.province.arrow import Flags, Ints
from lianshen.province.bills import DAY, STAY, scope_of
from lianshen.province.faults.planted import Directed
from lianshen.province.people import LOCAL, RESIDENT
from lianshen.province.tables import Night, clearing

NATIONAL_FUNDS = ["310100", "390100", "320100", "330100", "610100", "910100", "370100", "350100"]
"""National fund types, in the order of the columns of :attr:`Received.parts`."""


@dataclass
class Received:
    """One row per settlement, reversals included with negative amounts in fen."""

    number: Ints
    visit: Ints
    sender: Ints
    person: Ints
    place: Ints
    insurance: Ints
    kind: Ints
    """Position in CLEARING_TYPES."""
    scope: Ints
    insured: Ints
    """Pool of the insured region."""
    treating: Ints
    settled: Ints
    """Day of settlement."""
    is_stay: Flags
    reverses: Ints
    """Number of the settlement that this one takes back, -1 for none."""
    is_taken_back: Flags
    """Another settlement takes this one back, tonight or on a later night that still comes."""
    total: Ints
    recognised: Ints
    fund: Ints
    account: Ints
    cash: Ints
    parts: Ints
    """(n, 8): what each national fund type pays, as the fund rows say."""
    is_planted: Flags
    is_late: Flags
    """Arrives after the night of its settlement."""
    is_uncleared: Flags
    """Planted to be left out of every application."""
    archive: Ints
    """Position of the item that its archive is planted to lack, -1 for none."""

    def __len__(self) -> int:
        return len(self.number)

    def take(self, rows: NDArray[Any]) -> Received:
        """Return some rows."""
        return Received(*(getattr(self, field.name)[rows] for field in fields(self)))

    @classmethod
    def join(cls, parts: list[Received]) -> Received:
        """Return all rows of ``parts``, of which there is at least one."""
        return cls(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)))

    @property
    def is_remote(self) -> Flags:
        """Return which were treated outside the insured region."""
        return np.asarray(self.scope != LOCAL)

    @property
    def is_reversal(self) -> Flags:
        """Return which take another one back."""
        return np.asarray(self.reverses >= 0)


def received(night: Night, wait: Ints, left: int, directed: list[Directed]) -> Received:
    """Return the settlements of a night, whenever they arrive (``wait`` nights later; ``left`` more nights come)."""
    b, h = night.bills, night.header
    scope = scope_of(b, night.people, night.places)
    sign = np.where(night.reverses >= 0, -1, 1)
    insurance = night.people.insurance[b.person]
    resident = insurance == RESIDENT
    pooled = h.hifp + h.fund_shift
    columns = (
        np.where(resident, 0, pooled),
        np.where(resident, pooled, 0),
        h.civil,
        h.hifob + h.hifmi,
        h.maf,
        h.other,
        h.hifes,
        h.hifdm,
    )
    # What the header says counts: under another institution's code it is the other's settlement.
    place = b.place.copy()
    for row, column, word in night.says:
        if column == "fixmedins_code" and word in night.places.code:
            place[row] = night.places.code.index(word)
    planted = [directed[number] if number >= 0 else None for number in b.directed.tolist()]
    return Received(
        number=night.settlement,
        visit=night.visit,
        sender=night.sender,
        person=b.person,
        place=place,
        insurance=insurance,
        kind=clearing(scope, b.care),
        scope=scope,
        insured=night.people.pool[b.person],
        treating=night.places.pool[b.place],
        settled=b.settle_time // DAY,
        is_stay=b.care == STAY,
        reverses=night.reverses,
        is_taken_back=np.isin(night.settlement, night.reverses[wait <= left]),
        total=h.total * sign,
        recognised=h.scope * sign,
        fund=h.fund * sign,
        account=h.account * sign,
        cash=h.cash * sign,
        parts=np.stack(columns, axis=1) * sign[:, None],
        is_planted=night.is_planted,
        is_late=wait > 0,
        is_uncleared=np.array([one is not None and one.uncleared for one in planted], dtype=bool),
        archive=np.array([-1 if one is None else one.archive for one in planted], dtype=np.int64),
    )
