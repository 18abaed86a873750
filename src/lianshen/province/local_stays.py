"""How hospitals treat their neighbours: what is never networked, added up by month and case mix.

Local stays are drawn, and priced line by line, as the stays of the province are. Hospitals draw from them by level, so
that thousands of stays a month cost little. Everything random comes from a stream of its own, and cells below five
persons are merged as ``docs/landing.md`` says.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import pyarrow as pa

from lianshen.province.admissions import stays
from lianshen.province.arrow import Ints, decimal, moment, pick, same
from lianshen.province.bills import DAY, MED_TYPES, Bills
from lianshen.province.drawing import draw_lines
from lianshen.province.lines import Lines
from lianshen.province.medicine import DIAGNOSES
from lianshen.province.people import LOCAL, OUTGOING, draw_people
from lianshen.province.places import PRIMARY, SECONDARY, TERTIARY
from lianshen.province.regions import HOME_POOLS
from lianshen.province.world import World
from lianshen.settlement import line_amount

LEAST_PERSONS = 5
MONTHS_BEFORE = 3
"""Months that the first night brings."""
_STREAM = 22
_PRICED_LATEST = 24_000
"""Stays that are drawn line by line, at most; hospitals draw theirs from these."""
_MONTHLY = {PRIMARY: 150, SECONDARY: 500, TERTIARY: 900}
"""Local stays of a hospital in a month, in a province of 5,000 settlements a night."""
_FULL = 5_000
_NOT_COMPARED = ("23", "24")
_CATEGORIES = {
    "western": ("09",), "patent": ("11",), "herbal": ("10",), "material": ("08",), "laboratory": ("04",),
    "examination": ("03",), "treatment": ("05", "12"), "surgery": ("06",), "nursing": ("07",), "bed": ("01",),
    "consultation": ("02",),
}  # fmt: skip
"""Charge types of each category; whatever else is charged is ``other``."""
AMOUNTS = (*_CATEGORIES, "other")
AGE_BANDS = (7, 18, 45, 60, 75)
"""First year of life of each age band but the first."""
_MILLION = 1_000_000
_MERGED = -1
_RADIX = 1_000
"""More than there are diagnoses, operations, age bands or sexes."""


@dataclass(frozen=True)
class LocalStays:
    """One row per stay; ``amounts`` (rows × categories) in fen, ``tests`` are lines of laboratory and examination."""

    level: Ints
    icd3: Ints
    """Position in :func:`_diseases`."""
    operation: Ints
    """Position in :func:`_operations`."""
    age_band: Ints
    sex: Ints
    days: Ints
    tests: Ints
    amounts: Ints

    def __len__(self) -> int:
        return len(self.level)

    def take(self, rows: Ints) -> LocalStays:
        """Return some rows."""
        return LocalStays(*(getattr(self, field.name)[rows] for field in fields(self)))


def local_table(world: World, night: int) -> pa.Table | None:
    """Return ``local_stay_d`` as it comes on a night: months that are over by then and were not sent; None for none."""
    on = world.start + night
    this = int(np.datetime64(on, "D").astype("datetime64[M]").astype(np.int64))
    before = int(np.datetime64(on - 1, "D").astype("datetime64[M]").astype(np.int64))
    months = range(this - MONTHS_BEFORE, this) if night == 0 else range(before, this)
    parts = [_month_table(world, month, on) for month in months]
    return pa.concat_tables(parts).combine_chunks() if parts else None


def _month_table(world: World, month: int, on: int) -> pa.Table:
    rng = np.random.default_rng([world.seed, 0, month, _STREAM])
    last = int(np.datetime64(month + 1, "M").astype("datetime64[D]").astype(np.int64)) - 1
    priced = price_stays(world, rng, min(3 * world.per_night, _PRICED_LATEST) // MONTHS_BEFORE, last)
    places = world.places
    hospitals = np.flatnonzero((places.pool < HOME_POOLS) & np.isin(places.level, list(_MONTHLY)))
    scale = min(1.0, world.per_night / _FULL)
    usual = np.array([_MONTHLY[int(level)] for level in places.level[hospitals]]) * scale
    many = np.asarray(rng.poisson(usual), dtype=np.int64)
    of_level = {level: np.flatnonzero(priced.level == level) for level in _MONTHLY}
    drawn = np.concatenate(
        [rng.choice(of_level[int(at)], n) for at, n in zip(places.level[hospitals], many.tolist(), strict=True)]
    )
    return cells_table(priced.take(drawn), np.repeat(hospitals, many), world, month, on)


def price_stays(world: World, rng: np.random.Generator, many: int, last: int) -> LocalStays:
    """Return about ``many`` stays of local people who left in the month that ends with the day ``last``."""
    people = draw_people(rng, world.regions, many, last, ages="stay", employees=0.45)
    people.pool = np.where(people.scope == OUTGOING, people.pool, people.treat)
    people.treat = people.pool.copy()
    people.scope = np.full(len(people), LOCAL)
    who = np.flatnonzero(people.pool < HOME_POOLS)
    level = np.array([PRIMARY, SECONDARY, TERTIARY])[np.arange(len(who)) % 3]
    bills = stays(rng, people, world.places, who, level, last)
    med_type = np.array(MED_TYPES)[bills.med_type]
    lines = draw_lines(rng, world.ledger, bills, people, world.places)
    items = world.catalogue.items
    is_intensive = np.array([item.name.startswith(("重症监护", "监护病房床位费")) for item in items])[lines.item]
    intensive = np.bincount(lines.owner, is_intensive, len(bills)) > 0
    amounts, tests = _charged(world, bills, lines)
    kept = np.flatnonzero(~intensive & ~np.isin(med_type, _NOT_COMPARED) & (amounts.sum(axis=1) > 0))
    age = people.age(bills.person, bills.begin)
    everything = LocalStays(
        level=level,
        icd3=_position([d.icd3 for d in DIAGNOSES], _diseases())[bills.diag],
        operation=_position([d.operation[:4] or "-" for d in DIAGNOSES], _operations())[bills.diag],
        age_band=np.searchsorted(AGE_BANDS, age, side="right"),
        sex=people.sex[bills.person],
        days=np.maximum(bills.end - bills.begin, 1),
        tests=tests,
        amounts=amounts,
    )
    return everything.take(kept)


def _charged(world: World, bills: Bills, lines: Lines) -> tuple[Ints, Ints]:
    """Return the fen of each stay by category, and its lines of laboratory and examination."""
    items = world.catalogue.items
    of_type = {kind: number for number, kinds in enumerate(_CATEGORIES.values()) for kind in kinds}
    category = np.array([of_type.get(item.category, len(_CATEGORIES)) for item in items])[lines.item]
    cell = lines.owner * len(AMOUNTS) + category
    worth = line_amount(lines.quantity, lines.price)
    amounts = np.bincount(cell, worth, len(bills) * len(AMOUNTS)).round().astype(np.int64).reshape(len(bills), -1)
    is_test = np.isin(category, [list(AMOUNTS).index("laboratory"), list(AMOUNTS).index("examination")])
    return amounts, np.bincount(lines.owner[is_test], minlength=len(bills)).astype(np.int64)


def cells_table(some: LocalStays, place: Ints, world: World, month: int, on: int) -> pa.Table:
    """Return the stays of a month as rows of ``local_stay_d``; every stay is another person's."""
    key = np.column_stack([place, some.icd3, some.operation, some.age_band, some.sex])
    # Only what is too small is merged further, so that every stay is in one cell.
    for columns in ((4,), (3, 4), (2, 3, 4), (1, 2, 3, 4)):
        _, cell, count = _cells_of(key)
        small = np.flatnonzero(count[cell] < LEAST_PERSONS)
        key[small[:, None], columns] = _MERGED
    first, cell, count = _cells_of(key)
    kept = count >= LEAST_PERSONS
    cells, n = key[first[kept]], int(kept.sum())

    def total(values: Ints) -> Ints:
        return np.bincount(cell, values, len(count)).round().astype(np.int64)[kept]

    def logs(values: Ints, unit: int) -> tuple[Ints, Ints]:
        log = np.log(values / unit)
        return total(log * _MILLION), total(log * log * _MILLION)

    whole = some.amounts.sum(axis=1)
    ln_fee, ln_days, ln_tests = logs(whole, 100), logs(some.days, 1), logs(some.tests + 1, 1)
    year = np.datetime64(month, "M").astype(object)
    return pa.table(
        {
            "fixmedins_code": pick(cells[:, 0], world.places.code),
            "setl_ym": same(f"{year:%Y%m}", n),
            "icd3": pick(cells[:, 1] - _MERGED, ["*", *_diseases()]),
            "oprn_class": pick(cells[:, 2] - _MERGED, ["*", *_operations()]),
            "age_band": pick(cells[:, 3] - _MERGED, ["*", "0", "1", "2", "3", "4", "5"]),
            "gend": pick(cells[:, 4] - _MERGED, ["*", "9", "1", "2"]),
            "psn_cnt": pa.array(count[kept].astype(np.int32)),
            "stay_cnt": pa.array(count[kept].astype(np.int32)),
            "medfee_sumamt": decimal(total(whole)),
            "days_sum": pa.array(total(some.days).astype(np.int32)),
            "test_cnt": pa.array(total(some.tests).astype(np.int32)),
            "ln_fee_sum": decimal(ln_fee[0], 18, 6),
            "ln_fee_sumsq": decimal(ln_fee[1], 18, 6),
            "ln_days_sum": decimal(ln_days[0], 18, 6),
            "ln_days_sumsq": decimal(ln_days[1], 18, 6),
            "ln_test_sum": decimal(ln_tests[0], 18, 6),
            "ln_test_sumsq": decimal(ln_tests[1], 18, 6),
            **{f"{name}_amt": decimal(total(some.amounts[:, number])) for number, name in enumerate(AMOUNTS)},
            "vali_flag": same("1", n),
            "updt_time": moment(np.full(n, on * DAY + 7 * 3600)),
        }
    )


def _cells_of(key: Ints) -> tuple[Ints, Ints, Ints]:
    """Return the first row of each cell, the cell of each row, and the rows of each cell."""
    number = key[:, 0].copy()
    for column in range(1, key.shape[1]):
        number = number * _RADIX + key[:, column] - _MERGED
    _, first, cell, count = np.unique(number, return_index=True, return_inverse=True, return_counts=True)
    return first, cell, count


def _diseases() -> list[str]:
    return sorted({d.icd3 for d in DIAGNOSES})


def _operations() -> list[str]:
    return sorted({d.operation[:4] or "-" for d in DIAGNOSES})


def _position(words: list[str], known: list[str]) -> Ints:
    return np.array([known.index(word) for word in words], dtype=np.int64)
