"""Fee lines of a night: what was charged, when, how much of it, at what price."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lianshen.province.arrow import Flags, Ints
from lianshen.province.bills import DAY, Bills
from lianshen.province.catalogue import Catalogue
from lianshen.province.people import People
from lianshen.province.places import PRIMARY, Places
from lianshen.settlement import UNLIMITED

ONE = 10_000
CENT = 10_000
"""A cent in millionths of a yuan."""
SCALABLE = ("08", "09", "10", "11")
"""Charge categories whose quantities stretch with the cost of the case."""


@dataclass
class Lines:
    """One row per fee line; quantities in ten-thousandths, prices in millionths of a yuan, money in fen."""

    owner: Ints
    """Row of the bill."""
    item: Ints
    quantity: Ints
    price: Ints
    time: Ints
    amount: Ints
    """-1: quantity x price; else the amount as charged."""
    covered: Ints
    """0 as the catalogue says; 1 settled as covered although it is not."""
    restricted: Ints
    """0 no restriction; 1 restricted and approved; 2 restricted and not met."""
    flaw: Ints
    """0 none; 1 malformed code; 2 no doctor; 3 copy of the line before."""
    mark: Ints
    """1 where the line is what a planted record is about."""

    def __len__(self) -> int:
        return len(self.owner)

    def take(self, rows: NDArray[Any]) -> Lines:
        """Return some rows."""
        return Lines(*(getattr(self, field.name)[rows] for field in fields(self)))

    @classmethod
    def join(cls, parts: list[Lines]) -> Lines:
        """Return all rows of ``parts``."""
        return cls(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)))

    @classmethod
    def of(cls, owner: Ints, item: Ints, quantity: Ints, price: Ints, time: Ints) -> Lines:
        """Return plain lines."""
        n = len(owner)
        nothing = np.zeros(n, dtype=np.int64)
        return cls(
            owner, item, quantity, price, time, np.full(n, -1), nothing, nothing.copy(), nothing.copy(), nothing.copy()
        )


@dataclass(frozen=True)
class Ledger:
    """What the line generator needs to know of the catalogue, worked out once."""

    catalogue: Catalogue
    baskets: list[NDArray[np.float64]]
    region_of_pool: Ints
    beds: Ints
    consults: Ints
    nursing: Ints
    heating: Ints
    is_service: Flags
    is_hourly: Flags
    scalable: Flags
    operations: dict[str, Ints]
    implants: dict[str, Ints]
    anaesthesia: Ints
    dialysis: Ints
    dialysis_goods: Ints

    @classmethod
    def of(cls, catalogue: Catalogue, baskets: list[NDArray[np.float64]], pools: list[str]) -> Ledger:
        """Return the ledger; only class A beds and consultations are everyday ones."""
        items = catalogue.items
        operations: dict[str, list[int]] = {}
        implants: dict[str, list[int]] = {}
        for i, item in enumerate(items):
            if item.kind.startswith("op_"):
                operations.setdefault(item.kind[3:], []).append(i)
            if item.setting.startswith("op_"):
                implants.setdefault(item.setting[3:], []).append(i)
        goods = [i for i, item in enumerate(items) if item.kind == "dialysis" and item.list_type == "301"]
        return cls(
            catalogue,
            baskets,
            catalogue.regions_of(pools),
            catalogue.where(kind="bed"),
            catalogue.where(kind="consult"),
            catalogue.where(kind="nursing"),
            catalogue.where(kind="heating"),
            np.array([item.list_type == "201" for item in items]),
            np.array([item.kind in ("hourly", "nbhour") for item in items]),
            np.array([item.category in SCALABLE and item.kind != "implant" for item in items]),
            {k: np.array(v) for k, v in operations.items()},
            {k: np.array(v) for k, v in implants.items()},
            catalogue.where(kind="anes"),
            np.array([i for i, item in enumerate(items) if item.kind == "dialysis" and item.list_type == "201"])[:1],
            np.array(goods),
        )


def prices(ledger: Ledger, bills: Bills, people: People, places: Places, item: Ints, owner: Ints, time: Ints) -> Ints:
    """Return what the institution charges: for services the regulated price of its level and region or 5 % less."""
    catalogue = ledger.catalogue
    place = bills.place[owner]
    phase = catalogue.phase(time // DAY)
    region = ledger.region_of_pool[places.pool[place]]
    level = np.maximum(places.level[place], PRIMARY) - 1
    ceiling = catalogue.limit[phase, region, level, item]
    cheap = (place * 13 + item) % 10 < 3
    regulated = np.where(cheap, ceiling // 100 * 95 // CENT * CENT, ceiling)
    return np.asarray(
        np.where(ledger.is_service[item] & (ceiling < UNLIMITED), regulated, catalogue.price[item]), dtype=np.int64
    )
