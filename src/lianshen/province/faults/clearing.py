"""Faults of reconciliation and clearing: CL-01 … CL-06 and CL-08.

These lie in tables that are made of many settlements, so what is planned here is only which kinds come on which night;
the tables are made in the wrong way where they are made. Faults that are one settlement's are planted like any other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from lianshen.province.bills import Bills
from lianshen.province.faults.builder import Builder
from lianshen.province.faults.planted import FAULT, LOOK_ALIKE
from lianshen.province.medicine import diagnosis
from lianshen.province.people import REFERRAL
from lianshen.province.places import Places

if TYPE_CHECKING:
    from lianshen.province.truth import Truth

T = TypeVar("T")

KINDS = {
    "CL-01": ("fund", "count", "missing", "total"),
    "CL-02": ("amount", "unlisted", "only_here", "flag"),
    "CL-03": ("insured", "amount", "none", "treating"),
    "CL-04": ("twice", "reversed"),
    "CL-05": ("type", "amount"),
    "CL-06": ("yellow", "unbalanced", "red", "over", "unconnected"),
}
"""Kinds of fault by rule, the commonest first."""
NEIGHBOURS = {
    "CL-01": ("late", "reversal"),
    "CL-02": ("renumbered", "reversal"),
    "CL-03": ("batch",),
    "CL-04": ("rejected", "taken_off"),
    "CL-05": ("mapped",),
    "CL-06": ("refilled",),
}
ARCHIVING = ["5103", "5111", "5118"]
"""Pools whose agencies keep their archives here: of every settlement of outsiders that they hold."""
RATE, NEIGHBOUR_RATE = 1.6e-4, 0.3e-4
CLEARED_EVERY = 7
_FIRST_GROUP = 1_000_000


def is_clearing_day(on: int, last: int) -> bool:
    """Return whether institutions apply for clearing on this day: weekly, and on the last day of a province."""
    return (on - 1) % CLEARED_EVERY == 0 or on == last


@dataclass(frozen=True)
class Orders:
    """Which kinds of fault and of innocent neighbour come on which day, by (rule, day)."""

    faults: dict[tuple[str, int], list[str]]
    neighbours: dict[tuple[str, int], list[str]]

    @classmethod
    def none(cls) -> Orders:
        """Return no orders."""
        return cls({}, {})


def plan_orders(
    rng: np.random.Generator, start: int, nights: int, settlements: int, fewest: tuple[int, int] = (2, 1)
) -> Orders:
    """Return at least ``fewest`` faults, and neighbours of each kind, of every rule that has a day on which it can be
    planted; the kinds of fault come in turn."""
    last = start + nights - 1
    faults: dict[tuple[str, int], list[str]] = defaultdict(list)
    neighbours: dict[tuple[str, int], list[str]] = defaultdict(list)
    everyday = list(range(start, last + 1))
    clearings = [on for on in everyday if is_clearing_day(on, last)]
    days = {
        "CL-03": [on for on in everyday if start + 2 <= on < last],
        "CL-04": clearings,
        "CL-05": clearings,
        # A fund that is refilled the day after, so that the next alert is one of its own.
        "CL-06": everyday[1:],
    }
    innocent = days | {"CL-03": [on for on in everyday if on + 4 <= last] or everyday[-2:]}
    for rule, kinds in KINDS.items():
        on = days.get(rule, everyday)
        for turn in range(max(fewest[0], round(settlements * RATE)) if on else 0):
            faults[rule, on[int(rng.integers(0, len(on)))]].append(kinds[turn % len(kinds)])
    for rule, kinds in NEIGHBOURS.items():
        on = innocent.get(rule, everyday)
        for kind in kinds if on else ():
            for _ in range(max(fewest[1], round(settlements * NEIGHBOUR_RATE))):
                neighbours[rule, on[int(rng.integers(0, len(on)))]].append(kind)
    return Orders(dict(faults), dict(neighbours))


@dataclass
class Tonight:
    """The orders of one night, and where what was planted is written down."""

    rng: np.random.Generator
    on: int
    places: Places
    orders: Orders
    truth: Truth
    touched: set[int]
    """Settlements that a fault needs, or that dirt has spoiled: no other fault takes them."""
    batch_late: set[int]
    """Settlements whose three-party records come two days late."""
    used: set[int] = field(default_factory=set)
    """Institutions or regions that have a fault tonight."""

    def wanted(self, rule: str) -> list[str]:
        """Return the kinds of fault that tonight wants."""
        return self.orders.faults.get((rule, self.on), [])

    def neighbours(self, rule: str) -> list[str]:
        """Return the kinds of innocent neighbour that tonight wants."""
        return self.orders.neighbours.get((rule, self.on), [])

    def choose(self, options: Sequence[T]) -> T | None:
        """Return one of ``options``, None where there is none."""
        return options[int(self.rng.integers(0, len(options)))] if len(options) else None

    def fault(
        self, rule: str, subject: int | str, period: str, note: str, *, settlement: int | None = None,
        a2: int | None = None,
    ) -> None:  # fmt: skip
        """Write down a planted fault; ``subject`` is an institution's number or a region's code."""
        self._write(rule, FAULT, subject, period, note, settlement, a2)

    def look_alike(
        self, rule: str, subject: int | str, period: str, note: str, *, settlement: int | None = None
    ) -> None:
        """Write down an innocent neighbour."""
        self._write(rule, LOOK_ALIKE, subject, period, note, settlement, None)

    def _write(
        self, rule: str, kind: str, subject: int | str, period: str, note: str, settlement: int | None, a2: int | None
    ) -> None:
        code = self.places.code[subject] if isinstance(subject, int) else subject
        group = _FIRST_GROUP + len(self.truth.planted)
        self.truth.about_subject(rule, kind, code, period, note, self.on, group=group, settlement=settlement, a2=a2)


def _old_stay(b: Builder, settled: int, treat: str | None = None) -> Bills:
    """Return a stay in another region that was settled on this day, which may lie before the first night."""
    who = b.person(filing=REFERRAL, age=(35, 75), treat=treat)
    disease = diagnosis(str(b.pick(["J18", "I63", "K80", "J44"])))
    return b.stay(who, settled, int(b.rng.integers(5, 10)), diag=disease, level=int(b.pick([2, 3])))


def _month(day_number: int, back: int, day: int) -> int:
    """Return a day of the month that lies ``back`` months before that of ``day_number``, both since 1970."""
    of = date.fromordinal(day_number + date(1970, 1, 1).toordinal())
    months = of.year * 12 + of.month - 1 - back
    return date(months // 12, months % 12 + 1, day).toordinal() - date(1970, 1, 1).toordinal()


def cl04_late(b: Builder, rule: str) -> None:
    """In no application though the day for it has long passed."""
    back = 2 if b.rng.random() < 0.7 else 4
    settled = _month(b.start + b.nights - 1, back, int(b.rng.integers(3, 26)))
    b.plant(_old_stay(b, settled), rule, FAULT, "逾期未清算" if back == 2 else "严重逾期未清算", uncleared=True)


def cl04_not_due(b: Builder, rule: str) -> None:
    """In no application yet, and still in time for one."""
    b.plant(_old_stay(b, b.start + b.nights - 1), rule, LOOK_ALIKE, "未到申报截止日", uncleared=True)


def cl08(b: Builder, rule: str) -> None:
    """An archive of a settlement of some weeks ago that lacks an item."""
    item = int(b.rng.integers(0, 3))
    settled = b.start - int(b.rng.integers(36, 50))
    name = ("结算清单", "票据", "备案凭证")[item]
    bill = _old_stay(b, settled, str(b.pick(ARCHIVING)))
    b.plant(bill, rule, FAULT, f"超过归档期限仍缺{name}", archive=item)


def cl08_whole(b: Builder, rule: str) -> None:
    """An old settlement with everything in its archive."""
    b.plant(_old_stay(b, b.start - 40, str(b.pick(ARCHIVING))), rule, LOOK_ALIKE, "档案齐全")


def cl08_not_due(b: Builder, rule: str) -> None:
    """An item is missing, and its time has not passed."""
    bill = _old_stay(b, b.start + b.nights - 1, str(b.pick(ARCHIVING)))
    b.plant(bill, rule, LOOK_ALIKE, "未到归档期限", archive=1)


CLEARING_FAULTS = [("CL-04", cl04_late), ("CL-08", cl08)]
CLEARING_LOOK_ALIKES = [("CL-04", cl04_not_due), ("CL-08", cl08_whole), ("CL-08", cl08_not_due)]
