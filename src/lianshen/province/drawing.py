"""Draws the fee lines of a night: by the day, for operations and dialysis, and from the basket of the care."""

from __future__ import annotations

import numpy as np

from lianshen.province.arrow import Flags, Ints
from lianshen.province.bills import DAY, STAY, Bills, scope_of
from lianshen.province.lines import CENT, ONE, Ledger, Lines, prices
from lianshen.province.medicine import CHRONIC_DIALYSIS, DIAGNOSES, DIALYSIS, IS_OPERATED, SHOP
from lianshen.province.people import OUTGOING, People
from lianshen.province.places import Places

_OPERATION_OF = {"C20": "C18", "H26": "H25"}
_ONE_OF = (("人工膝关节系统",), ("人工髋关节系统",), ("人工晶体", "进口人工晶体"), ("髓内钉系统",))
"""Prostheses of which an operation puts in one."""


def draw_lines(rng: np.random.Generator, ledger: Ledger, bills: Bills, people: People, places: Places) -> Lines:
    """Return the lines of all bills that have any, by bill and time; care in other provinces sends none."""
    has = scope_of(bills, people, places) != OUTGOING
    stay = np.flatnonzero(has & (bills.care == STAY))
    parts = [
        _by_the_day(rng, ledger, bills, stay),
        _operations(rng, ledger, bills, stay),
        _dialysis(rng, ledger, bills, has),
    ]
    parts.append(_basket(rng, ledger, bills, has))
    lines = Lines.join(parts)
    lines = lines.take(np.argsort(lines.owner * 2**34 + (lines.time - 15_000 * DAY), kind="stable"))
    lines.price = prices(ledger, bills, people, places, lines.item, lines.owner, lines.time)
    _stretch(rng, ledger, bills, lines)
    midnight = places.stamps_midnight[bills.place][lines.owner]
    lines.time = np.where(midnight, lines.time // DAY * DAY, lines.time)
    u = rng.random(len(lines))
    drug = np.array([item.item_class == "02" and item.list_type == "101" for item in ledger.catalogue.items])[
        lines.item
    ]
    lines.restricted = np.where(drug & (u < 0.02), np.where(u < 0.006, 2, 1), 0)
    return lines


def _within(rng: np.random.Generator, bills: Bills, owner: Ints, offset: Ints) -> Ints:
    """Return a second of the stay's ``offset``-th day, inside the stay."""
    start = np.maximum((bills.begin[owner] + offset) * DAY + 6 * 3600 + 1800, bills.begin_time[owner] + 60)
    stop = np.minimum((bills.begin[owner] + offset) * DAY + 22 * 3600, bills.end_time[owner] - 60)
    drawn = (rng.random(len(owner)) * np.maximum(stop - start, 1)).astype(np.int64)
    return np.asarray(start + drawn, dtype=np.int64)


def _by_the_day(rng: np.random.Generator, ledger: Ledger, bills: Bills, stay: Ints) -> Lines:
    """Bed, consultation, nursing, heating: one a day, counting in and not out."""
    nights = np.maximum(bills.end[stay] - bills.begin[stay], 1)
    owner = np.repeat(stay, nights)
    offset = np.arange(nights.sum()) - np.repeat(np.cumsum(nights) - nights, nights)
    beds = np.where(rng.random(len(stay)) < 0.75, ledger.beds[0], ledger.beds[1])
    consult = np.full(len(stay), ledger.consults[0])
    nursing = ledger.nursing[np.where(rng.random(len(stay)) < 0.3, 0, 1)]
    parts = []
    for items, some in ((beds, 1.0), (consult, 1.0), (nursing, 1.0), (np.full(len(stay), ledger.heating[0]), 0.35)):
        rows = np.repeat(rng.random(len(stay)) < some, nights)
        whose = owner[rows]
        item = np.repeat(items, nights)[rows]
        one = np.full(len(whose), ONE)
        parts.append(Lines.of(whose, item, one, one * 0, _within(rng, bills, whose, offset[rows])))
    return Lines.join(parts)


def _operations(rng: np.random.Generator, ledger: Ledger, bills: Bills, stay: Ints) -> Lines:
    """The operation itself, its anaesthesia and what was put in, on the second day."""
    operated = stay[IS_OPERATED[bills.diag[stay]] & (bills.profile[stay] != DIALYSIS)]
    owner: list[Ints] = []
    item: list[Ints] = []
    count: list[Ints] = []
    keys = np.array([_OPERATION_OF.get(d.icd3, d.icd3) for d in DIAGNOSES])[bills.diag[operated]]
    for key in np.unique(keys):
        rows = operated[keys == key]
        for i in ledger.operations.get(str(key), np.empty(0, dtype=np.int64)):
            owner.append(rows)
            item.append(np.full(len(rows), i))
            count.append(np.ones(len(rows), dtype=np.int64))
        goods = ledger.implants.get(str(key), np.empty(0, dtype=np.int64))
        for _ in range(2 if len(goods) else 0):
            owner.append(rows)
            item.append(goods[(rng.random(len(rows)) * len(goods)).astype(np.int64)])
            count.append(1 + (rng.random(len(rows)) * 1.6).astype(np.int64))
    for i in ledger.anaesthesia:
        rows = operated[rng.random(len(operated)) < 0.6]
        owner.append(rows)
        item.append(np.full(len(rows), i))
        count.append(np.ones(len(rows), dtype=np.int64))
    if not owner:
        return _nothing()
    whose, what, many = np.concatenate(owner), np.concatenate(item), np.concatenate(count)
    # Two draws of the same implant are one line: equal lines would look charged twice.
    _, first = np.unique(whose * 10_000 + what, return_index=True)
    whose, what, many = whose[first], what[first], many[first]
    # Nobody gets two artificial knees in one operation, nor one of each make.
    kind = _prostheses(ledger)[what]
    _, once = np.unique(np.where(kind >= 0, whose * 100 + kind, -1 - np.arange(len(what))), return_index=True)
    once.sort()
    whose, what, many = whose[once], what[once], np.where(kind >= 0, 1, many)[once]
    day = np.minimum(1, bills.end[whose] - bills.begin[whose])
    return Lines.of(whose, what, many * ONE, many * 0, _within(rng, bills, whose, day))


def _prostheses(ledger: Ledger) -> Ints:
    """Return of which kind of prosthesis each item is, -1 for all others."""
    found = np.full(len(ledger.catalogue.items), -1, dtype=np.int64)
    for number, words in enumerate(_ONE_OF):
        for i, item in enumerate(ledger.catalogue.items):
            if item.name.startswith(words):
                found[i] = number
    return found


def _dialysis(rng: np.random.Generator, ledger: Ledger, bills: Bills, has: Flags) -> Lines:
    """A session every second or third day, with what it uses."""
    rows = np.flatnonzero(has & ((bills.profile == DIALYSIS) | (bills.profile == CHRONIC_DIALYSIS)))
    if not len(rows):
        return _nothing()
    sessions = (bills.end[rows] - bills.begin[rows]) // 3 + 1
    owner = np.repeat(rows, sessions)
    offset = (np.arange(sessions.sum()) - np.repeat(np.cumsum(sessions) - sessions, sessions)) * 3
    parts = []
    for i in (int(ledger.dialysis[0]), *(int(i) for i in ledger.dialysis_goods[::2])):
        one = np.full(len(owner), ONE)
        parts.append(Lines.of(owner, np.full(len(owner), i), one, one * 0, _within(rng, bills, owner, offset)))
    return Lines.join(parts)


def _basket(rng: np.random.Generator, ledger: Ledger, bills: Bills, has: Flags) -> Lines:
    """Everything else, drawn from the basket of the profile; an item stands once a day in a bill."""
    days = np.maximum(bills.end - bills.begin, 0) + 1
    rows = np.flatnonzero(has)
    rows = rows[bills.profile[rows] != CHRONIC_DIALYSIS]
    want = np.maximum(bills.lines[rows] - np.where(bills.care[rows] == STAY, 3 * np.maximum(days[rows] - 1, 1), 0), 1)
    # Items drawn twice on one day fall away, so draw a few more.
    want = np.where(bills.care[rows] == STAY, want * 12 // 10 + 2, want)
    owner = np.repeat(rows, want)
    u = rng.random(len(owner))
    profile = bills.profile[owner]
    item = np.empty(len(owner), dtype=np.int64)
    for one in np.unique(profile):
        these = np.flatnonzero(profile == one)
        item[these] = np.searchsorted(ledger.baskets[int(one)], u[these], side="right")
    item = np.minimum(item, len(ledger.catalogue.items) - 1)
    offset = (rng.random(len(owner)) * days[owner]).astype(np.int64)
    # Who is admitted is examined at once: of every stay something is done on the first two days.
    opening = np.flatnonzero((np.diff(owner, prepend=-1) != 0) & (bills.care[owner] == STAY))
    offset[opening] = np.minimum(offset[opening], 1)
    _, first = np.unique((owner * 64 + offset) * 1024 + item, return_index=True)
    owner, item, offset = owner[first], item[first], offset[first]
    hourly = ledger.is_hourly[item]
    edge = (offset == 0) | (offset == days[owner] - 1)
    keep = ~(hourly & (days[owner] == 1))
    hours = np.where(
        edge, 1 + (rng.random(len(owner)) * 6).astype(np.int64), 4 + (rng.random(len(owner)) * 17).astype(np.int64)
    )
    category = np.array([x.category for x in ledger.catalogue.items])
    herb = (category == "10")[item]
    many = np.where(hourly, hours, np.where(herb, 42 + (rng.random(len(owner)) * 15).astype(np.int64) * 7, 1))
    supply = ledger.catalogue.supply_days[item]
    # About a month of a chronic disease's drug; one pack in a drugstore.
    month = np.clip(np.floor(30 / np.maximum(supply, 1)), 1, 4).astype(np.int64)
    many = np.where((supply > 0) & (profile[first] != SHOP), month, many)
    return Lines.of(owner, item, many * ONE, many * 0, _within(rng, bills, owner, offset)).take(np.flatnonzero(keep))


def _stretch(rng: np.random.Generator, ledger: Ledger, bills: Bills, lines: Lines) -> None:
    """Set quantities of drugs and materials so that the bill comes near the cost it aims at."""
    worth = lines.quantity.astype(np.float64) * lines.price / (ONE * CENT)
    supply = ledger.catalogue.supply_days[lines.item] > 0
    stretches = ledger.scalable[lines.item] & ~supply
    total = np.bincount(lines.owner, worth, len(bills))
    loose = np.bincount(lines.owner, np.where(stretches, worth, 0.0), len(bills))
    factor = np.clip((bills.target - total + loose) / np.maximum(loose, 1.0), 0.3, 9.0)
    jitter = rng.lognormal(0.0, 0.35, len(lines))
    wanted = lines.quantity / ONE * factor[lines.owner] * jitter
    lines.quantity = np.where(stretches, np.maximum(wanted.round(), 1).astype(np.int64) * ONE, lines.quantity)


def _nothing() -> Lines:
    none = np.empty(0, dtype=np.int64)
    return Lines.of(none, none, none, none, none)
