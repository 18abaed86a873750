"""Who comes for care on a night: the everyday bills, and the planted ones beside them."""

from __future__ import annotations

import numpy as np

from lianshen.province.admissions import stays
from lianshen.province.arrow import Ints
from lianshen.province.bills import Bills, visits
from lianshen.province.faults import Directed
from lianshen.province.places import PRIMARY, SECONDARY, TERTIARY
from lianshen.province.world import World

REVERSED = 0.025
"""Share of settlements that are taken back."""
FOLLOW_UP_AFTER = 8
"""Nights after which a quarter of those discharged come back as outpatients."""


def bills_of_night(world: World, night: int) -> tuple[Bills, list[Directed]]:
    """Return the everyday and the planted bills of a night."""
    rng, on, counts = world.rng(night, 1), world.start + night, world.counts
    directed = world.directed.get(night, [])
    clinic_rows = _round(world.clinic_pool, night * (counts["clinic"] + counts["shop"]), counts["clinic"])
    extra = round(world.per_night * REVERSED * 1.6) + len(directed)
    # A small province keeps half of its drugstore visits, however much is planted.
    shop = max(counts["shop"] - extra, counts["shop"] // 2, 4)
    fresh = _round(world.clinic_pool, night * (counts["clinic"] + counts["shop"]) + counts["clinic"], shop)
    if night > 0:
        # Yesterday's outpatients fill their prescriptions.
        before = _round(world.clinic_pool, (night - 1) * (counts["clinic"] + counts["shop"]), counts["clinic"])
        some = min(shop * 3 // 10, len(before))
        # Who has moved in the meantime is known to the drugstore under the new number.
        moved = world.second_number[before[:some]]
        fresh[:some] = np.where(moved >= 0, moved, before[:some])
    per_night = len(world.stay_pool) // world.nights
    inpatients = world.stay_pool[night * per_night : (night + 1) * per_night]
    level = np.repeat(
        [PRIMARY, SECONDARY, TERTIARY], [counts["primary"], counts["secondary"], counts["tertiary"] + counts["abroad"]]
    )[: len(inpatients)]
    if night >= FOLLOW_UP_AFTER:
        back = world.stay_pool[(night - FOLLOW_UP_AFTER) * per_night : (night - FOLLOW_UP_AFTER + 1) * per_night]
        back = back[back % 4 == 0]
        clinic_rows[: len(back)] = back[: len(clinic_rows)]
    chronic_rows = _round(world.chronic_pool, night * counts["chronic"], counts["chronic"])
    people, places = world.people, world.places
    parts = [
        stays(rng, people, places, inpatients, level, on),
        visits(rng, people, places, clinic_rows, on, shop=False),
        visits(rng, people, places, chronic_rows, on, shop=False, chronic=True),
        visits(rng, people, places, fresh, on, shop=True),
    ]
    everyday = Bills.join([part for part in parts if len(part)])
    planted = []
    for number, one in enumerate(directed):
        one.bill.directed[0] = number
        planted.append(one.bill)
    return Bills.join([everyday, *planted]), directed


def _round(pool: Ints, first: int, n: int) -> Ints:
    """Return ``n`` people of a pool, going round."""
    return pool[(first + np.arange(n)) % len(pool)]
