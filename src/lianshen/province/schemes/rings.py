"""Schemes of drugstores: drugs bought to be sold on, and prescriptions that all go to one shop."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from lianshen.province.bills import DAY, Bills
from lianshen.province.faults.draft import Draft
from lianshen.province.faults.planted import Rows
from lianshen.province.medicine import CLINIC, SHOP, diagnosis
from lianshen.province.people import LONG_RESIDENT
from lianshen.province.places import DRUGSTORE, SECONDARY
from lianshen.province.regions import HOME_POOLS
from lianshen.province.schemes.builder import INNOCENT, NOTHING, WHOLE, SchemeBuilder, replace_lines

_DATES = 4
_FAR = 90
"""Minutes by road."""
_TWO_ROUNDS = 8
_AGAIN = 6
_CLINIC_DIAGNOSES = ("I10", "E11", "K29", "M47")


def _drugs(b: SchemeBuilder, *kinds: str) -> list[list[int]]:
    """Return the drugs of these kinds that a drugstore sells, by generic: several makes of one are the same drug."""
    found: dict[str, list[int]] = {}
    for number, item in enumerate(b.ledger.catalogue.items):
        if item.kind in kinds and "R" in item.setting and item.list_type == "101":
            found.setdefault(item.generic, []).append(number)
    return [makes for _, makes in sorted(found.items())]


def _sold(items: list[int], draft: Draft, row: int) -> None:
    replace_lines(draft, row, items, [1] * len(items), [0] * len(items))


def drug_resale_ring(b: SchemeBuilder, size: int) -> None:
    """A few people buy drugs that are easily sold on, at one shop within minutes of each other, on several dates."""
    instance = b.begin()
    shop = b.quiet(DRUGSTORE)
    pool = b.regions.pool_code[int(b.places.pool[shop])]
    dates = np.sort(b.rng.choice(b.nights, min(_DATES, b.nights), replace=False))
    drugs = _drugs(b, "resale")
    ring = [b.person(treat=pool, age=(30, 66), insurance=0) for _ in range(max(3, -(-size // len(dates))))]
    for number, date in enumerate(dates.tolist()):
        opens = (b.start + date) * DAY + int(b.rng.integers(9 * 3600, 18 * 3600))
        for seat, who in enumerate(ring):
            makes = [drugs[(2 * number + seat + more) % len(drugs)] for more in range(2)]
            bought = [one[(seat + number) % len(one)] for one in makes]
            bill = _purchase(b, who, b.start + date, shop, opens + 75 * seat + int(b.rng.integers(0, 50)))
            b.bill(bill, "drug_resale_ring", WHOLE, instance, edit_lines=partial(_sold, bought))


def _purchase(b: SchemeBuilder, who: int, on: int, shop: int, at: int) -> Bills:
    """Return a purchase at a drugstore at a moment."""
    bill = b.visit(who, on, 9.0, care=0, profile=SHOP, med_type=0, place=shop, target=200.0, lines=1)
    bill.begin_time[0], bill.end_time[0], bill.settle_time[0] = at - 500, at - 60, at
    return bill


def referral_loop(b: SchemeBuilder, size: int) -> None:
    """What two doctors prescribe to the same few patients is filled at one shop, in another city.

    As many innocent prescriptions of other doctors are filled at shops nearby.
    """
    instance = b.begin()
    hospital = b.quiet(SECONDARY)
    there = int(b.places.pool[hospital])
    cities = b.regions.pool_code[: HOME_POOLS - 1]
    far = [code for code in cities if b.regions.minutes[there, b.regions.pool(code)] > _FAR]
    shop = b.quiet(DRUGSTORE, str(b.pick(far or [cities[(there + 1) % len(cities)]])))
    doctors = [_doctor(b, hospital, number) for number in range(2)]
    rounds = (0, _AGAIN) if b.nights > _TWO_ROUNDS else (0,)
    home = str(b.pick([code for code in cities if code != cities[there]]))
    pool = b.regions.pool_code[there]
    patients = [
        b.person(insured=home, treat=pool, age=(45, 75), filing=LONG_RESIDENT)
        for _ in range(max(4, -(-size // (2 * len(rounds)))))
    ]
    for seat, who in enumerate(patients):
        first = int(b.rng.integers(0, max(b.nights - 1 - rounds[-1], 1)))
        for number, after in enumerate(rounds):
            _prescribed(b, instance, who, first + after, hospital, doctors[seat % 2], shop, seat + 3 * number, True)
    for _ in range(len(patients) * len(rounds)):
        (place,) = b.hospitals(1)
        near = b.regions.pool_code[int(b.places.pool[place])]
        who = b.person(treat=near, age=(45, 75), filing=LONG_RESIDENT)
        shops = b.places.members[int(b.places.pool[place]), DRUGSTORE]
        nearby = int(shops[int(b.rng.integers(0, len(shops)))])
        night, drug = int(b.rng.integers(0, max(b.nights - 1, 1))), int(b.rng.integers(0, 60))
        _prescribed(b, instance, who, night, place, _doctor(b, place, drug), nearby, drug, False)


def _doctor(b: SchemeBuilder, hospital: int, number: int) -> int:
    """Return a doctor of a hospital's first department."""
    return int(b.places.first_doctor[hospital]) + number % int(b.places.doctors_per_department[hospital])


def _prescribed(
    b: SchemeBuilder,
    instance: int,
    who: int,
    night: int,
    hospital: int,
    doctor: int,
    shop: int,
    drug: int,
    guilty: bool,
) -> None:
    """Plant a visit and, on the day after, the purchase of what was prescribed outside the hospital."""
    on, last = b.start + night, b.start + b.nights - 1
    disease = diagnosis(str(b.pick(list(_CLINIC_DIAGNOSES))), CLINIC)
    hour = 8.5 + 7 * float(b.rng.random())
    visit = b.visit(who, on, hour, care=1, profile=CLINIC, diag=disease, place=hospital, target=120.0, lines=4)
    b.bill(visit, "referral_loop", NOTHING if guilty else INNOCENT, instance, doctor=doctor)
    drugs = _drugs(b, "chronic", "resale")
    bought = [drugs[(drug * 5 + more * 7) % len(drugs)][0] for more in range(3 if guilty else 1 + drug % 3)]
    at = min(on + 1, last) * DAY + int(b.rng.integers(17 * 3600, 20 * 3600))
    number = f"WP{b.group:06d}{len(b.directed):06d}"

    def prescribed_elsewhere(rows: Rows) -> list[dict[str, Any]]:
        return [{**row, "rx_circ_flag": "1", "rxno": number} for row in rows]

    b.bill(
        _purchase(b, who, min(on + 1, last), shop, at),
        "referral_loop",
        WHOLE if guilty else INNOCENT,
        instance,
        doctor=doctor,
        edit_lines=partial(_sold, bought),
        rows={"fee_list_d": prescribed_elsewhere},
    )
