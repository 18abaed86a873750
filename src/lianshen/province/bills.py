"""What a night settles, before any money: who, where, from when to when, for what."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lianshen.province.arrow import Ints
from lianshen.province.medicine import (
    CHRONIC,
    CHRONIC_DIALYSIS,
    CLINIC,
    CLINIC_CHILD,
    CLINIC_MEN,
    CLINIC_TCM,
    CLINIC_WOMEN,
    DEPARTMENT_OF,
    EMERGENCY,
    SHOP,
    diagnosis,
    draw_clinic,
)
from lianshen.province.people import (
    IN_PROVINCE,
    INCOMING,
    LOCAL,
    OUTGOING,
    People,
)
from lianshen.province.places import DRUGSTORE, PRIMARY, SECONDARY, TERTIARY, Places
from lianshen.province.regions import HOME_POOLS

SHOPPING, CLINIC_VISIT, EMERGENCY_VISIT, CHRONIC_VISIT, STAY = range(5)
CARES = ["RX", "OTP", "ER", "OPSP", "IPT"]
SCOPES = ["LOCAL", "IN_PROV", "CROSS_PROV", "CROSS_PROV"]
DAY = 86_400
SHARES = {
    "shop": 0.45,
    "clinic": 0.37,
    "chronic": 0.06,
    "primary": 0.015,
    "secondary": 0.035,
    "tertiary": 0.06,
    "abroad": 0.01,
}
"""Share of settlements by stream; "abroad" are the inpatients from other provinces on top of those of the scopes."""
_NO = -1
_DEAREST_PURCHASE = 70_000
"""Fen that an everyday purchase at a drugstore aims at, at most: who spends far more in a day is asked why."""


@dataclass
class Bills:
    """One row per settlement of a night; dates are days since 1970, times seconds since 1970 local time."""

    person: Ints
    place: Ints
    care: Ints
    begin: Ints
    end: Ints
    begin_time: Ints
    end_time: Ints
    settle_time: Ints
    diag: Ints
    profile: Ints
    department: Ints
    filing: Ints
    """Kind of filing that the paying system believed in."""
    true_filing: Ints
    """Kind that really applied."""
    nth: Ints
    med_type: Ints
    """Position in MED_TYPES."""
    leave: Ints
    """``dscg_way`` as a number, 0 for none."""
    transferred_from: Ints
    """Row of the night that this stay continues, -1 for none."""
    target: Ints
    """Cost aimed at, in fen."""
    lines: Ints
    """Number of lines aimed at."""
    directed: Ints
    """Position in the night's list of directed bills, -1 for everyday ones."""

    def __len__(self) -> int:
        return len(self.person)

    def take(self, rows: NDArray[Any]) -> Bills:
        """Return some rows."""
        return Bills(*(getattr(self, field.name)[rows] for field in fields(self)))

    @classmethod
    def join(cls, parts: list[Bills]) -> Bills:
        """Return all rows of ``parts``."""
        return cls(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)))


def scope_of(bills: Bills, people: People, places: Places) -> Ints:
    """Return LOCAL, IN_PROVINCE, INCOMING or OUTGOING of each bill, by the pools of person and institution."""
    insured, treating = people.pool[bills.person], places.pool[bills.place]
    return np.select(
        [insured == treating, treating >= HOME_POOLS, insured >= HOME_POOLS], [LOCAL, OUTGOING, INCOMING], IN_PROVINCE
    )


MED_TYPES = ["41", "11", "13", "140104", "21", "23", "24", "25", "28"]
M_SHOP, M_CLINIC, M_EMERGENCY, M_CHRONIC, M_STAY, M_REFERRED, M_FROM_EMERGENCY, M_REMOTE, M_DAY_SURGERY = range(9)


def times(rng: np.random.Generator, n: int) -> Ints:
    """Return seconds of the day with two peaks, 3 % at night."""
    peak = np.where(rng.random(n) < 0.55, rng.normal(10.4, 1.1, n), rng.normal(15.6, 1.1, n))
    hour = np.where(rng.random(n) < 0.03, 19.5 + rng.random(n) * 3, np.clip(peak, 7.6, 18.9))
    return (hour * 3600).astype(np.int64)


def _lines(rng: np.random.Generator, n: int, median: float, p95: float, top: int) -> Ints:
    return np.clip(rng.lognormal(np.log(median), np.log(p95 / median) / 1.645, n).round(), 1, top).astype(np.int64)


def _fen(rng: np.random.Generator, n: int, mu: float, sigma: float) -> Ints:
    return (np.clip(rng.lognormal(mu, sigma, n), 4.0, 400_000.0) * 100).astype(np.int64)


def clinic_profile(rng: np.random.Generator, people: People, who: Ints, on: Ints) -> Ints:
    """Return the kind of clinic visit that fits sex and age."""
    age, sex, u = people.age(who, on), people.sex[who], rng.random(len(who))
    adult = np.select(
        [u < 0.06, u < 0.12, u < 0.22], [EMERGENCY, CLINIC_TCM, np.where(sex == 2, CLINIC_WOMEN, CLINIC)], CLINIC
    )
    adult = np.where((sex == 1) & (age >= 50) & (u > 0.9), CLINIC_MEN, adult)
    return np.where(age <= 12, np.where(u < 0.06, EMERGENCY, CLINIC_CHILD), adult)


def visits(
    rng: np.random.Generator, people: People, places: Places, who: Ints, on: int, *, shop: bool, chronic: bool = False
) -> Bills:
    """Return outpatient, chronic-disease or drugstore visits of these people on one day."""
    n = len(who)
    days = np.full(n, on)
    treat = people.treat[who]
    if shop:
        care, profile = np.full(n, SHOPPING), np.full(n, SHOP)
        level = np.full(n, DRUGSTORE)
        target, lines = np.minimum(_fen(rng, n, 4.31, 0.80), _DEAREST_PURCHASE), _lines(rng, n, 2, 6, 12)
    elif chronic:
        care = np.full(n, CHRONIC_VISIT)
        profile = np.where(who % 11 == 0, CHRONIC_DIALYSIS, CHRONIC)
        level = np.where(who % 3 == 0, PRIMARY, SECONDARY)
        target, lines = _fen(rng, n, 6.03, 0.90), _lines(rng, n, 5, 12, 14)
    else:
        profile = clinic_profile(rng, people, who, days)
        care = np.where(profile == EMERGENCY, EMERGENCY_VISIT, CLINIC_VISIT)
        level = np.select([rng.random(n) < 0.45, rng.random(n) < 0.6], [TERTIARY, SECONDARY], PRIMARY)
        target, lines = _fen(rng, n, 5.30, 1.00), _lines(rng, n, 5, 15, 40)
    level = np.where(people.scope[who] == OUTGOING, np.where(level == DRUGSTORE, DRUGSTORE, TERTIARY), level)
    if chronic:
        # A chronic patient keeps to one clinic: the same drug from two places would look like hoarding.
        place = np.array(
            [
                m[int(w) * 7 % len(m)]
                for w, m in ((w, places.members[int(p), int(v)]) for w, p, v in zip(who, treat, level, strict=True))
            ],
            dtype=np.int64,
        )
        diag = draw_clinic(np.random.default_rng(0), profile)
        fixed = np.array([diagnosis(c, CHRONIC) for c in ("I10", "E11", "I25", "J44")])
        diag = np.where(profile == CHRONIC, fixed[who % 4], diag)
    else:
        place = places.choose(rng, treat, level)
        diag = draw_clinic(rng, profile)
    begin_time = on * DAY + times(rng, n)
    settle = begin_time + (600 + rng.random(n) * 3600).astype(np.int64)
    med = np.select(
        [care == SHOPPING, care == CHRONIC_VISIT, care == EMERGENCY_VISIT], [M_SHOP, M_CHRONIC, M_EMERGENCY], M_CLINIC
    )
    filing = people.filing[who]
    return Bills(
        person=who,
        place=place,
        care=care,
        begin=days,
        end=days.copy(),
        begin_time=begin_time,
        end_time=settle - 60,
        settle_time=settle,
        diag=diag,
        profile=profile,
        department=np.where(diag >= 0, DEPARTMENT_OF[np.maximum(diag, 0)], 0),
        filing=filing,
        true_filing=filing.copy(),
        nth=np.ones(n, dtype=np.int64),
        med_type=med,
        leave=np.zeros(n, dtype=np.int64),
        transferred_from=np.full(n, _NO),
        target=target,
        lines=lines,
        directed=np.full(n, _NO),
    )


__all__ = [
    "CARES",
    "CHRONIC_VISIT",
    "CLINIC_VISIT",
    "DAY",
    "EMERGENCY_VISIT",
    "IN_PROVINCE",
    "MED_TYPES",
    "SCOPES",
    "SHARES",
    "SHOPPING",
    "STAY",
    "Bills",
    "clinic_profile",
    "scope_of",
    "times",
    "visits",
]
