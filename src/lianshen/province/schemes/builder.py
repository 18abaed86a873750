"""Collects the bills of schemes: people of their own, ordinary stays of theirs, and what is added to a bill."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lianshen.province.admissions import stays
from lianshen.province.arrow import Flags, Ints
from lianshen.province.bills import DAY, Bills
from lianshen.province.faults.builder import Builder
from lianshen.province.faults.draft import Draft
from lianshen.province.faults.planted import Directed
from lianshen.province.lines import ONE
from lianshen.province.medicine import DIAGNOSES
from lianshen.province.people import IN_PROVINCE, INCOMING, OUTGOING, People, draw_people
from lianshen.province.regions import HOME_POOLS
from lianshen.settlement import line_amount

MARKED, WHOLE, NOTHING, INNOCENT = "marked", "whole", "nothing", "innocent"
"""What of a bill would not have been billed: its marked lines, all of it, nothing (it carries the scheme, as the visit
does at which was prescribed), or it belongs to no scheme and only stands beside one."""
DESTINATIONS = ("5101", "5107", "5113", "5105", "5106", "5115", "5111")
"""Pools to which people travel for care."""
_MOST_LINES = 70


@dataclass
class SchemeBuilder(Builder):
    """Collects bills of schemes; every draw comes from its own generator."""

    instance: int = 0
    taken: set[int] = field(default_factory=set)
    """Institutions that have a scheme already."""

    def begin(self) -> int:
        """Begin a scheme and return its number."""
        self.instance += 1
        return self.instance

    def bill(self, bill: Bills, scheme: str, excess: str, instance: int, **more: Any) -> Directed:
        """Add a bill of a scheme; ``excess`` is one of MARKED, WHOLE, NOTHING and INNOCENT."""
        return self.plant(bill, scheme, excess, "", group=instance, **more)

    def quiet(self, level: int, pool: str | None = None) -> int:
        """Return an institution that few visit and that has no scheme yet, in ``pool`` or in one that people travel
        to; where all have one, any."""
        pools = [pool] if pool is not None else list(DESTINATIONS)
        members = [self.places.members[self.regions.pool(code), level] for code in pools]
        fit = [int(place) for some in members for place in some[len(some) // 2 :] if int(place) not in self.taken]
        everybody = [int(place) for some in members for place in some]
        place = int(self.pick(fit or everybody))
        self.taken.add(place)
        return place

    def out_of_the_way(self, *levels: int) -> int:
        """Return one of the hospitals of these levels that the fewest from elsewhere visit, and that has no scheme yet:
        what it does there is nearly all that it does."""
        inflow = self.regions.outflow @ self.regions.flow
        visits = {
            int(place): float(inflow[pool]) / (rank + 1.6) / float((1 / (np.arange(len(members)) + 1.6)).sum())
            for (pool, level), members in self.places.members.items()
            if level in levels and pool < HOME_POOLS - 1
            for rank, place in enumerate(members)
        }
        free = sorted((place for place in visits if place not in self.taken), key=lambda place: visits[place])
        place = int(self.pick(free[: max(1, len(visits) // 4)] or list(visits)))
        self.taken.add(place)
        return place

    def nights_for(self, n: int) -> Ints:
        """Return a night for each of ``n`` bills."""
        return self.rng.integers(0, self.nights, n)

    def admitted(
        self, n: int, place: int, *, wanted: Flags | None = None, county: int | None = None, longest: int = 60
    ) -> Bills:
        """Return ``n`` ordinary stays of new people from elsewhere at one hospital, settled on the first day.

        ``wanted`` flags the diagnoses that will do, ``county`` is where all of them live, ``longest`` the most days.
        """
        pool, level = int(self.places.pool[place]), int(self.places.level[place])
        kept: list[tuple[People, Bills]] = []
        while sum(len(bills) for _, bills in kept) < n:
            drawn = draw_people(self.rng, self.regions, 60 + 6 * n, self.start, ages="stay", employees=0.45)
            drawn = drawn.take(np.flatnonzero((drawn.pool != pool) & (drawn.scope != OUTGOING)))
            if county is not None:
                drawn.county[:], drawn.pool[:] = county, int(self.regions.county_pool[county])
            drawn.treat[:] = pool
            drawn.scope[:] = np.where(drawn.pool < HOME_POOLS, IN_PROVINCE, INCOMING)
            bills = stays(self.rng, drawn, self.places, np.arange(len(drawn)), np.full(len(drawn), level), self.start)
            fit = bills.end - bills.begin <= longest
            fit &= np.ones(len(bills), dtype=bool) if wanted is None else wanted[bills.diag]
            kept.append((drawn, bills.take(np.flatnonzero(fit))))
        made = Bills.join([self._adopt(drawn, bills) for drawn, bills in kept]).take(np.arange(n))
        made.place[:] = place
        return made

    def _adopt(self, drawn: People, bills: Bills) -> Bills:
        """Make the people of these bills people of the province."""
        bills.person = self.people.add(drawn.take(bills.person))
        return bills

    def hospitals(self, n: int) -> list[int]:
        """Return hospitals as the everyday inpatients choose them."""
        levels = self.rng.choice([1, 2, 3], n, p=[0.12, 0.29, 0.59])
        weight = (self.regions.outflow @ self.regions.flow)[:HOME_POOLS]
        pools = self.rng.choice(HOME_POOLS, n, p=weight / weight.sum())
        return [int(place) for place in self.places.choose(self.rng, pools, levels)]


def one_by_one(bills: Bills) -> list[Bills]:
    """Return each bill by itself."""
    return [bills.take(np.array([row])) for row in range(len(bills))]


def later(bill: Bills, days: int) -> Bills:
    """Return a copy of a bill with everything ``days`` later."""
    moved = Bills(*(getattr(bill, one.name).copy() for one in fields(bill)))
    for name in ("begin", "end"):
        getattr(moved, name)[:] += days
    for name in ("begin_time", "end_time", "settle_time"):
        getattr(moved, name)[:] += days * DAY
    return moved


def diagnoses(profiles: set[int] | None = None, *, operated: bool | None = None) -> Flags:
    """Return which diagnoses have one of ``profiles`` and are operated or not."""
    return np.array(
        [
            (profiles is None or d.profile in profiles) and (operated is None or bool(d.operation) == operated)
            for d in DIAGNOSES
        ]
    )


def weights(draft: Draft, profile: int, category: str) -> NDArray[np.float64]:
    """Return how often each item of a charge category is drawn for a profile; zero for all others."""
    ledger = draft.ledger
    drawn = np.diff(ledger.baskets[profile], prepend=0.0)
    fit = np.array([item.category == category for item in ledger.catalogue.items])
    return np.where(fit & ~ledger.is_hourly & (ledger.catalogue.supply_days == 0), drawn, 0.0)


def pad(draft: Draft, row: int, shares: dict[str, float], ratio: float) -> None:
    """Add marked lines until the bill costs about ``ratio`` times what it did, by shares of the charge categories.

    What is added are ordinary items of the care, each once on a day, at the institution's ordinary prices.
    """
    lines, bills, rng = draft.of(row), draft.bills, draft.rng
    billed = int(line_amount(draft.lines.quantity[lines], draft.lines.price[lines]).sum())
    begin = int(bills.begin[row])
    there = {
        (int(item), int(time) // DAY - begin)
        for item, time in zip(draft.lines.item[lines], draft.lines.time[lines], strict=True)
    }
    left, days = 0.0, draft.days(row)
    total = sum(shares.values())
    for category, share in shares.items():
        left += billed * (ratio - 1) * share / total
        weight = weights(draft, int(bills.profile[row]), category)
        if not weight.any():
            continue
        chosen = rng.choice(len(weight), 4 * _MOST_LINES, p=weight / weight.sum())
        item: list[int] = []
        count: list[int] = []
        time: list[int] = []
        for number in chosen.tolist():
            offset = int(rng.integers(0, days))
            if left <= 0 or len(item) == _MOST_LINES:
                break
            when = draft.at(row, offset, 8.0 + 9 * float(rng.random()))
            price = draft.price(row, number, when) / 10_000
            if (number, offset) in there or price > max(left, 1) * 1.5:
                continue
            there.add((number, offset))
            many = 1 if draft.ledger.is_service[number] else max(1, round(left / (12 * price)))
            left -= many * price
            item.append(number)
            count.append(many)
            time.append(when)
        if item:
            draft.add_lines(row, np.array(item), np.array(count) * ONE, np.array(time))


def replace_lines(draft: Draft, row: int, items: list[int], counts: list[int], offsets: list[int]) -> None:
    """Leave in a bill only these marked lines; ``offsets`` are the days of the care."""
    draft.lines.quantity[draft.of(row)] = 0
    add_marked(draft, row, items, counts, offsets)


def add_marked(draft: Draft, row: int, items: list[int], counts: list[int], offsets: list[int]) -> None:
    """Add marked lines on days of the care."""
    last = draft.days(row) - 1
    time = [draft.at(row, min(offset, last), 8.5 + number % 9) for number, offset in enumerate(offsets)]
    draft.add_lines(row, np.array(items), np.array(counts) * ONE, np.array(time))
