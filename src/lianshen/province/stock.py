"""Stock and packs: what some institutions bought, and which packs some drugstores scanned."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from lianshen.province.arrow import Flags, Ints, decimal, digits, moment, pick, same
from lianshen.province.bills import DAY
from lianshen.province.catalogue import Catalogue
from lianshen.province.lines import CENT, ONE
from lianshen.province.places import DRUGSTORE, Places
from lianshen.province.regions import HOME_POOLS
from lianshen.province.tables import LINES_PER_BILL, Night, setl_id

_GOODS = ("101", "102", "103", "301")
_DRUGS = ("101", "102")
_STOCKTAKE, _PURCHASE = 0, 1
_KINDS = ["3501", "3503"]
_MARGIN = 112
"""Hundredths of what was sold that is bought."""
_PER_NIGHT = 10**8


def keeps_stock(places: Places) -> Flags:
    """Return which institutions send their movements of stock: some drugstores and some hospitals."""
    number = np.arange(len(places.code))
    some = np.where(places.level == DRUGSTORE, number % 12 == 1, number % 11 == 3)
    return np.asarray((places.pool < HOME_POOLS) & some)


def scans_packs(places: Places) -> Flags:
    """Return which drugstores scan every pack that they sell."""
    return np.asarray((places.pool < HOME_POOLS) & (places.level == DRUGSTORE) & (np.arange(len(places.code)) % 4 == 2))


def opening_stock(places: Places, catalogue: Catalogue, start: int) -> pa.Table:
    """Return the stocktake with which the movements begin: on the last evening before the quarter of ``start``."""
    goods = np.array([i for i, item in enumerate(catalogue.items) if item.list_type in _GOODS])
    place, item = (a.ravel() for a in np.meshgrid(np.flatnonzero(keeps_stock(places)), goods, indexing="ij"))
    consumable = np.array([entry.list_type == "301" for entry in catalogue.items])[item]
    held = ~(consumable & (places.level[place] == DRUGSTORE))
    place, item = place[held], item[held]
    months = np.datetime64(start, "D").astype("datetime64[M]").astype(np.int64)
    quarter = np.int64(months // 3 * 3).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    many = np.where(places.level[place] == DRUGSTORE, 20 + (place + item) % 30, 150 + (place * 7 + item) % 200)
    many = many * np.where(np.array([catalogue.items[i].list_type == "103" for i in item]), 40, 1)
    time = np.full(len(place), quarter * DAY - 4 * 3600)
    return _movements(places, catalogue, place, item, many * ONE, time, _STOCKTAKE, 0)


def purchases(night: Night, catalogue: Catalogue, number: int, unstocked: Ints) -> pa.Table:
    """Return what institutions that keep stock bought to cover what the night's bills sold.

    Bought is on the first morning of every five days of a month in which something was charged. ``unstocked`` holds
    the rows of planted bills whose marked lines nobody bought. ``number`` is the night's, from 1.
    """
    b, x = night.bills, night.lines
    is_good = np.array([item.list_type in _GOODS for item in catalogue.items])
    sold = is_good[x.item] & keeps_stock(night.places)[b.place[x.owner]] & (night.reverses < 0)[x.owner]
    sold &= ~(np.isin(x.owner, unstocked) & (x.mark == 1)) & (x.quantity > 0)
    rows = np.flatnonzero(sold)
    days = x.time[rows] // DAY
    month = days.astype("datetime64[D]").astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    bought_on = month + (days - month) // 5 * 5
    key = (b.place[x.owner[rows]] * 10_000 + x.item[rows]) * 100_000 + bought_on
    groups, of = np.unique(key, return_inverse=True)
    quantity = np.bincount(of, x.quantity[rows].astype(np.float64), len(groups)).astype(np.int64)
    bought = -(-quantity * _MARGIN // (100 * ONE)) * ONE
    place, item = groups // 10**9, groups // 100_000 % 10_000
    time = groups % 100_000 * DAY + 6 * 3600 + 1_800
    return _movements(night.places, catalogue, place, item, bought, time, _PURCHASE, number * _PER_NIGHT)


def _movements(
    places: Places, catalogue: Catalogue, place: Ints, item: Ints, quantity: Ints, time: Ints, kind: int, serial: int
) -> pa.Table:
    """Return ``invchg_d``; hospitals add nothing to what they paid, but to herbal pieces."""
    n, price = len(place), catalogue.price[item]
    herb = np.array([entry.list_type == "103" for entry in catalogue.items])[item]
    shop = places.level[place] == DRUGSTORE
    paid = np.where(herb | shop, -(-price * 84 // (100 * CENT)) * CENT, price)
    return pa.table(
        {
            "invchg_sn": digits(serial + np.arange(n), 14, "V"),
            "fixmedins_code": pick(place, places.code),
            "hilist_code": pick(item, [entry.code for entry in catalogue.items]),
            "inv_chg_type": same(_KINDS[kind], n),
            "inv_chg_time": moment(time),
            "cnt": decimal(quantity, 16, 4),
            "pric": decimal(paid, 16, 6),
            "manu_lotnum": digits(time // DAY * 100 + item % 100, 7, "L"),
            "trdn_flag": same("0", n),
            "updt_time": moment(time + 40_000),
        }
    )


def pack_table(night: Night, catalogue: Catalogue, number: int) -> pa.Table:
    """Return ``drug_trac_d``: every pack that a scanning drugstore sold, each with a code of its own.

    A reversal brings none. ``number`` is the night's, from 1.
    """
    b, x = night.bills, night.lines
    is_drug = np.array([item.list_type in _DRUGS for item in catalogue.items])
    is_sale = night.reverses < 0
    lines = np.flatnonzero(is_drug[x.item] & scans_packs(night.places)[b.place[x.owner]] & is_sale[x.owner])
    packs = np.minimum(-(-x.quantity[lines] // ONE), 99)
    line = np.repeat(lines, packs)
    n = len(line)
    nth = np.arange(n) - np.repeat(np.cumsum(packs) - packs, packs)
    owner = x.owner[line]
    first = np.searchsorted(x.owner, np.arange(len(b)))
    serial = night.settlement[owner] * LINES_PER_BILL + (line - first[owner]) + 1
    return pa.table(
        {
            # Seven digits of the product, thirteen of the pack.
            "drug_trac_codg": digits(
                (8_000_000 + x.item[line]) % 10**7 * 10**11 + number * 10**7 + np.arange(n), 18, "81"
            ),
            "bkkp_sn": digits(serial, 19, "B"),
            "setl_id": setl_id(night.settlement[owner]),
            "fixmedins_code": pick(b.place[owner], night.places.code),
            "scan_time": moment(x.time[line]),
            "trdn_flag": same("0", n),
            "cnt": decimal(np.minimum(x.quantity[line] - nth * ONE, ONE), 16, 4),
            "pack_cnt": decimal(np.full(n, ONE), 16, 4),
            "vali_flag": same("1", n),
            "updt_time": moment(night.updated[owner]),
        }
    )
