"""Schemes of groups of patients: admitted together for nothing much, or brought by the bus."""

from __future__ import annotations

import numpy as np

from lianshen.province.medicine import IS_MILD, diagnosis
from lianshen.province.people import LONG_RESIDENT
from lianshen.province.places import PRIMARY, SECONDARY
from lianshen.province.regions import HOME_POOLS
from lianshen.province.schemes.builder import WHOLE, SchemeBuilder, later, one_by_one

_DAYS = 5
_WEEK = 7
_LONGEST = 9
_FAR = 240
"""Minutes by road."""
_MILD = ("J20", "R42", "K29", "M47", "I10", "G45", "E11")


def ghost_admissions(b: SchemeBuilder, size: int) -> None:
    """A group is admitted together, twice where there is time, for what a clinic could treat, and leaves together."""
    instance = b.begin()
    place = b.quiet(int(b.rng.choice([PRIMARY, SECONDARY])))
    pool = b.regions.pool_code[int(b.places.pool[place])]
    again = b.nights > _WEEK
    first = int(b.rng.integers(0, b.nights - _WEEK if again else b.nights))
    rounds = (first, first + _WEEK) if again else (first,)
    home = str(b.pick([code for code in b.regions.pool_code[: HOME_POOLS - 1] if code != pool]))
    for _ in range(max(3, -(-size // len(rounds)))):
        who = b.person(insured=home, treat=pool, age=(50, 74), filing=LONG_RESIDENT)
        b.file(who, LONG_RESIDENT, b.start - 90)
        for night in rounds:
            cost = float(np.exp(b.rng.normal(7.9, 0.12)))
            disease = diagnosis(str(b.pick(list(_MILD))))
            level = int(b.places.level[place])
            bill = b.stay(
                who, b.start + night, _DAYS, level=level, diag=disease, place=place, target=cost, lines=42, nth=1
            )
            b.bill(bill, "ghost_admissions", WHOLE, instance, file=False)


def source_cluster(b: SchemeBuilder, size: int) -> None:
    """Busloads of people of one county are admitted to a small hospital half a day's drive away, week after week."""
    instance = b.begin()
    place = b.quiet(PRIMARY)
    pool = int(b.places.pool[place])
    minutes = b.regions.minutes[pool]
    far = np.flatnonzero((minutes >= min(_FAR, int(minutes.max()))) & (np.arange(HOME_POOLS) < HOME_POOLS - 1))
    home = int(b.pick([int(one) for one in far if one != pool]))
    counties = b.regions.counties_of[home]
    county = int(counties[int(b.rng.integers(0, len(counties)))])
    last = b.nights - 1 - _LONGEST
    arrivals = [day for day in (last, last - _WEEK, last - 2 * _WEEK) if day >= -4] or [last]
    per_bus = max(5, -(-size // len(arrivals)))
    for arrives in arrivals:
        for bill in one_by_one(b.admitted(per_bus, place, wanted=IS_MILD, county=county, longest=_LONGEST)):
            days = b.start + arrives - int(bill.begin[0])
            b.bill(later(bill, days), "source_cluster", WHOLE, instance)
