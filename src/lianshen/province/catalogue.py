"""The demo catalogue: items, what each region pays for them on which day, and what services may cost where."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lianshen.province.arrow import Ints, day
from lianshen.settlement import UNLIMITED

LEVELS = 3
CLASS_C = 3
UNLISTED = 0
EPOCH = date(1970, 1, 1)
PROVINCE = "510000"


@dataclass(frozen=True)
class Item:
    """One row of ``knowledge/demo_catalogue.csv``, as text."""

    code: str
    name: str
    list_type: str
    item_class: str
    category: str
    unit: str
    price: str
    share: str
    limit: str
    ceilings: tuple[str, str, str]
    weight: float
    setting: str
    kind: str
    generic: str
    begins: str
    ends: str


@dataclass(frozen=True)
class Variant:
    """A region's own row, or a change on a day; empty text leaves what held before."""

    code: str
    region: str
    item_class: str
    share: str
    limit: str
    ceilings: tuple[str, str, str]
    begins: str


@dataclass(frozen=True)
class Interval:
    """A value of a region that holds from ``begins`` to ``ends`` (last day; None: open), days since 1970."""

    item: int
    region: str
    begins: int
    ends: int | None
    value: str
    kind: str


@dataclass(frozen=True)
class Catalogue:
    """Items and lookups by (phase of the calendar, region, item)."""

    items: list[Item]
    price: Ints
    """Usual price in millionths of a yuan."""
    phases: Ints
    """First day of each phase; the first begins before everything."""
    region: dict[str, int]
    """Number of each pool that has rows of its own; every other pool is 0, the province's rows."""
    item_class: Ints
    """(phase, region, item): 1, 2, 3, or 0 where the item is not listed."""
    share: Ints
    """(phase, region, item): pre-self-pay in ten-thousandths."""
    limit: Ints
    """(phase, region, level, item): payment limit or regulated price in millionths of a yuan."""
    classes: list[Interval]
    limits: list[Interval]
    shares: list[Interval]
    supply_days: NDArray[np.float64]
    """Days that one unit lasts; 0 where unknown."""

    def where(self, **wanted: str) -> Ints:
        """Return the items whose attributes have these values, as positions."""
        return np.array(
            [i for i, item in enumerate(self.items) if all(getattr(item, k) == v for k, v in wanted.items())],
            dtype=np.int64,
        )

    def phase(self, days: Ints) -> Ints:
        """Return the phase of each day."""
        return np.asarray(np.searchsorted(self.phases, days, side="right") - 1, dtype=np.int64)

    def regions_of(self, pool_code: list[str]) -> Ints:
        """Return the catalogue region of each pool."""
        return np.array([self.region.get(code, 0) for code in pool_code], dtype=np.int64)


def _days(text: str) -> int:
    return (date.fromisoformat(text) - EPOCH).days


def millionths(text: str) -> int:
    """Return yuan as text in millionths, :data:`UNLIMITED` for an empty text."""
    return int(Decimal(text) * 1_000_000) if text else UNLIMITED


def read_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV with a header."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def load_catalogue(knowledge: Path) -> Catalogue:
    """Return the catalogue from ``demo_catalogue.csv``, ``demo_regional.csv`` and ``drug_supply.csv``."""
    items = [
        Item(
            r["hilist_code"],
            r["hilist_name"],
            r["list_type"],
            r["chrgitm_lv"],
            r["med_chrgitm_type"],
            r["unit"],
            r["price"],
            r["selfpay_prop"],
            r["limit_any"],
            (r["ceiling_1"], r["ceiling_2"], r["ceiling_3"]),
            float(r["weight"]),
            r["setting"],
            r["kind"],
            r["generic"],
            r["begndate"],
            r["enddate"],
        )
        for r in read_rows(knowledge / "demo_catalogue.csv")
    ]
    variants = [
        Variant(
            r["hilist_code"],
            r["insu_admdvs"],
            r["chrgitm_lv"],
            r["selfpay_prop"],
            r["limit_any"],
            (r["ceiling_1"], r["ceiling_2"], r["ceiling_3"]),
            r["begndate"],
        )
        for r in read_rows(knowledge / "demo_regional.csv")
    ]
    number = {item.code: i for i, item in enumerate(items)}
    classes: list[Interval] = []
    limits: list[Interval] = []
    shares: list[Interval] = []
    rows = [(number[v.code], v) for v in variants]
    rows += [
        (i, Variant(item.code, PROVINCE, item.item_class, item.share, item.limit, item.ceilings, item.begins))
        for i, item in enumerate(items)
    ]
    rows.sort(key=lambda row: (row[0], row[1].region, row[1].begins))
    for i, v in rows:
        last = _days(items[i].ends) if items[i].ends else None
        begins = _days(v.begins)
        _append(classes, Interval(i, v.region, begins, last, v.item_class, ""))
        if v.limit:
            _append(limits, Interval(i, v.region, begins, last, v.limit, "0"))
        for level, ceiling in enumerate(v.ceilings, 1):
            if ceiling:
                _append(limits, Interval(i, v.region, begins, last, ceiling, str(level)))
        if v.item_class == "02" and v.share:
            _append(shares, Interval(i, v.region, begins, last, v.share, "10"))
        elif v.item_class != "02":
            _close(shares, i, v.region, begins)
    supply = np.zeros(len(items))
    for r in read_rows(knowledge / "drug_supply.csv"):
        supply[number[r["hilist_code"]]] = float(r["days_per_unit"])
    return _resolve(items, classes, limits, shares, supply)


def _append(intervals: list[Interval], new: Interval) -> None:
    """Add ``new`` and let what held before in the same region end the day before."""
    _close(intervals, new.item, new.region, new.begins, new.kind)
    intervals.append(new)


def _close(intervals: list[Interval], item: int, region: str, begins: int, kind: str | None = None) -> None:
    for at, old in enumerate(intervals):
        is_open = old.ends is None or old.ends >= begins
        if old.item == item and old.region == region and is_open and kind in (None, old.kind):
            intervals[at] = Interval(old.item, old.region, old.begins, begins - 1, old.value, old.kind)


def _resolve(
    items: list[Item],
    classes: list[Interval],
    limits: list[Interval],
    shares: list[Interval],
    supply: NDArray[np.float64],
) -> Catalogue:
    """Lay the intervals out as arrays: the province's rows first, then each city's on top."""
    cuts = {row.begins for rows in (classes, limits, shares) for row in rows}
    cuts |= {row.ends + 1 for rows in (classes, limits, shares) for row in rows if row.ends is not None}
    phases = np.array(sorted({-10_000, *cuts}), dtype=np.int64)
    cities = sorted({row.region for rows in (classes, limits, shares) for row in rows} - {PROVINCE})
    region = {city[:4]: number for number, city in enumerate(cities, 1)}
    shape = (len(phases), len(cities) + 1, len(items))
    item_class = np.zeros(shape, dtype=np.int64)
    share = np.zeros(shape, dtype=np.int64)
    limit = np.full((shape[0], shape[1], LEVELS, shape[2]), UNLIMITED, dtype=np.int64)
    for only_city in (False, True):
        for row in classes:
            item_class[_cells(row, phases, region, only_city)] = int(row.value)
        for row in shares:
            share[_cells(row, phases, region, only_city)] = int(Decimal(row.value) * 10_000)
        for kind in "0123":
            for row in limits:
                if row.kind == kind:
                    span, where, item = _cells(row, phases, region, only_city)
                    level = slice(None) if kind == "0" else int(kind) - 1
                    limit[span, where, level, item] = millionths(row.value)
    share[item_class != 2] = 0
    prices = np.array([millionths(item.price) for item in items], dtype=np.int64)
    return Catalogue(items, prices, phases, region, item_class, share, limit, classes, limits, shares, supply)


def _cells(row: Interval, phases: Ints, region: dict[str, int], only_city: bool) -> tuple[slice, slice | int, int]:
    """Return the cells that one row fills; nothing when it belongs to the other pass."""
    first = int(np.searchsorted(phases, row.begins))
    last = len(phases) if row.ends is None else int(np.searchsorted(phases, row.ends + 1))
    is_city = row.region != PROVINCE
    if is_city != only_city:
        return slice(0, 0), 0, row.item
    return slice(first, last), (region[row.region[:4]] if is_city else slice(None)), row.item


def catalogue_tables(catalogue: Catalogue) -> dict[str, pa.Table]:
    """Return ``hilist_b``, ``hilist_lmtpric_d`` and ``hilist_selfpay_prop_b``."""
    items = catalogue.items

    def base(rows: list[Interval]) -> dict[str, pa.Array]:
        ends = np.array([row.ends or 0 for row in rows], dtype=np.int64)
        return {
            "hilist_code": pa.array([items[row.item].code for row in rows], pa.string()),
            "insu_admdvs": pa.array([row.region for row in rows], pa.string()),
            "begndate": day(np.array([row.begins for row in rows], dtype=np.int64)),
            "enddate": day(ends, np.array([row.ends is None for row in rows])),
        }

    listed = [row for row in catalogue.classes if row.ends is None or row.ends >= row.begins]
    limits = [row for row in catalogue.limits if row.ends is None or row.ends >= row.begins]
    shares = [row for row in catalogue.shares if row.ends is None or row.ends >= row.begins]
    return {
        "hilist_b": pa.table(
            {
                **base(listed),
                "hilist_name": pa.array([items[row.item].name for row in listed], pa.string()),
                "list_type": pa.array([items[row.item].list_type for row in listed], pa.string()),
                "chrgitm_lv": pa.array([row.value for row in listed], pa.string()),
                "med_chrgitm_type": pa.array([items[row.item].category for row in listed], pa.string()),
                "vali_flag": pa.array(["1"] * len(listed), pa.string()),
            }
        ),
        "hilist_lmtpric_d": pa.table(
            {
                **base(limits),
                "hilist_lmtpric_type": pa.array([row.kind for row in limits], pa.string()),
                "hilist_pric_uplmt_amt": pa.array([Decimal(row.value) for row in limits], pa.decimal128(16, 6)),
            }
        ),
        "hilist_selfpay_prop_b": pa.table(
            {
                **base(shares),
                "selfpay_prop_psn_type": pa.array(["0"] * len(shares), pa.string()),
                "selfpay_prop_type": pa.array(["10"] * len(shares), pa.string()),
                "selfpay_prop": pa.array([Decimal(row.value) for row in shares], pa.decimal128(5, 4)),
            }
        ),
    }
