"""Probes of the models of rings: buyers, prescriptions, copied bills and parties are added to later data.

What is added is made of what is there: places, days, drugs, prices and diseases are those of other rows, persons and
settlements are new.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np

from lianshen.anomaly.features import Frame
from lianshen.anomaly.planting import copies, distinct, graded, joined, lists_of, with_lists
from lianshen.anomaly.spec import Ints
from lianshen.anomaly.subject import Frames, Planting, Probe

RINGS = 10
LEAST_ROWS = 50
"""Of a month, for rings to be planted among them."""
EPOCH = date(2020, 1, 1)


def _month(frame: Frame, month: str) -> Ints:
    rows = np.flatnonzero(frame["setl_month"] == month)
    return rows if len(rows) >= LEAST_ROWS else rows[:0]


def buyers_together(frames: Frames, month: str, rng: np.random.Generator) -> tuple[Frames, list[Planting]]:
    """FR-02: add rings of four to eight buyers who come one after the other on some dates, not all each time."""
    fills, months = frames["resale_fill"], frames["buyer_month"]
    now = _month(fills, month)
    days = np.unique(fills["day_number"][now])
    if len(days) < 3:
        return frames, []
    plantings: list[Planting] = []
    added, bought = [fills], [months]
    for ring in range(RINGS):
        persons = [f"PROBE-{ring}-{seat}" for seat in range(4 + ring % 5)]
        comes = 0.5 + 0.5 * ring / (RINGS - 1)
        dates = np.sort(rng.choice(days, min(3 + ring % 4, len(days)), replace=False))
        at = int(rng.choice(now))
        opens = int(rng.integers(480, 1020))
        shown: list[str] = []
        for on in dates.tolist():
            for seat, person in enumerate(persons):
                if rng.random() > comes:
                    continue
                # From one drug, as many customers buy, to five.
                basket = rng.choice(now, 1 + ring // 2, replace=False)
                key = f"PROBE-{ring}-{on}-{seat}"
                shown.append(key)
                added.append(
                    copies(
                        fills, basket, setl_id=key, setl_month=month, day_number=on,
                        minute=on * 1440 + opens + 2 * seat, person=person,
                        fixmedins_code=fills["fixmedins_code"][at], level=fills["level"][at],
                        treat_pool=fills["treat_pool"][at], cost_fen=int(fills["cost_fen"][basket].sum()),
                    )
                )  # fmt: skip
        rows = np.zeros(len(persons), dtype=np.int64)
        bought.append(copies(months, rows, person=persons, setl_month=month, n_bills=len(dates), n_tests=0))
        plantings.append(tuple(shown))
    return {**frames, "resale_fill": joined(*added), "buyer_month": joined(*bought)}, plantings


def one_drugstore(frames: Frames, month: str, rng: np.random.Generator) -> tuple[Frames, list[Planting]]:
    """FR-10: add doctors of whose 12 to 60 prescriptions at least six in ten are filled at one drugstore."""
    fills = frames["doctor_shop"]
    now = _month(fills, month)
    shops = distinct(fills["shop"][now])
    if len(shops) < 2:
        return frames, []
    plantings: list[Planting] = []
    added = [fills]
    for ring, many in enumerate(np.rint(graded(RINGS, 12, 60)).astype(int).tolist()):
        there = now[fills["shop"][now] == shops[int(rng.integers(len(shops)))]]
        at = int(rng.choice(there))
        colleagues = now[fills["hospital"][now] == fills["hospital"][at]]
        keys = [f"PROBE-{ring}-{number}" for number in range(many)]
        # Each patient comes back two or three times, of the slight rings hardly any.
        patients = [f"PROBE-{ring}-{number % max(many // (1 + ring // 4), 1)}" for number in range(many)]
        others = rng.choice(colleagues, round(many * float(rng.uniform(0, 0.5))))
        whose: dict[str, Any] = {"doctor": f"PROBE-{ring}", "is_stated": True}
        added.append(copies(fills, [at] * many, setl_id=keys, setl_month=month, person=patients, **whose))
        strangers = [f"PROBE-{ring}-X{number}" for number in range(len(others))]
        added.append(copies(fills, others, setl_id=strangers, person=strangers, **whose))
        plantings.append(tuple(keys))
    return {**frames, "doctor_shop": joined(*added)}, plantings


def copied_bills(frames: Frames, month: str, rng: np.random.Generator) -> tuple[Frames, list[Planting]]:
    """FR-13: add 6 to 20 copies of a bill under other diagnoses; of the worst copies one item in five is another."""
    bills = frames["bill_items"]
    now = _month(bills, month)
    diseases = distinct(bills["icd3"][now])
    long = now[bills.lists["item"].counts[now] >= 15]
    if len(diseases) < 4 or len(long) < RINGS:
        return frames, []
    plantings: list[Planting] = []
    added = [bills]
    templates = rng.choice(long, RINGS, replace=False).tolist()
    sizes = np.linspace(6, 20, RINGS).astype(int).tolist()
    for ring, (template, many) in enumerate(zip(templates, sizes, strict=True)):
        held = lists_of(bills, template)
        altered = round(0.2 * (RINGS - 1 - ring) / (RINGS - 1) * len(held["item"]))
        written: dict[str, list[Any]] = {name: [] for name in held}
        for _ in range(many):
            kept = np.sort(rng.permutation(len(held["item"]))[altered:])
            other = lists_of(bills, int(rng.choice(long)))
            new = np.flatnonzero(~np.isin(other["item"], held["item"]))[:altered]
            for name in held:
                written[name].append(np.concatenate([held[name][kept], other[name][new]]))
        keys = [f"PROBE-{ring}-{number}" for number in range(many)]
        chosen = [str(one) for one in rng.choice(diseases, 4, replace=False)]
        coded = [chosen[number % len(chosen)] for number in range(many)]
        copied = copies(bills, [template] * many, setl_id=keys, icd3=coded, operation=None)
        added.append(with_lists(copied, written))
        # The bill that was copied belongs to them.
        plantings.append((*keys, str(bills.key[template])))
    return {**frames, "bill_items": joined(*added)}, plantings


def parties(frames: Frames, month: str, rng: np.random.Generator) -> tuple[Frames, list[Planting]]:
    """CO-04: add parties of 3 to 7 admitted together twice, and of 6 to 14 from one county or address at once."""
    stays = frames["admission"]
    now = _month(stays, month)
    if not len(now):
        return frames, []
    plantings: list[Planting] = []
    added = [stays]
    first = int(stays["begin_day"].min())
    for ring in range(RINGS):
        at = int(rng.choice(now))
        begins, ends = int(stays["begin_day"][at]), int(stays["end_day"][at])
        again = ring % 2 == 0 and begins - first >= 10
        persons = [f"PROBE-{ring}-{seat}" for seat in range(3 + ring // 2 if again else 5 + ring)]
        back = [0, int(rng.integers(8, min(begins - first, 60)))] if again else [0]
        shown: list[str] = []
        # People like those of the month; of a party that comes at once the county is one, in every other the address.
        shared: dict[str, Any] = {}
        if not again:
            shared = {"address": f"PROBE-{ring}"} if ring % 4 == 3 else {"county": stays["county"][at]}
        for days in back:
            keys = [f"PROBE-{ring}-{days}-{seat}" for seat in range(len(persons))]
            shift = rng.integers(0, 2, len(persons))
            added.append(
                copies(
                    stays, rng.choice(now, len(persons)), setl_id=keys, person=persons,
                    fixmedins_code=stays["fixmedins_code"][at], level=stays["level"][at],
                    setl_month=_month_of(ends - days) if days else month,
                    begin_day=(begins - days - shift).tolist(), end_day=ends - days, **shared,
                )
            )  # fmt: skip
            shown += keys
        plantings.append(tuple(shown))
    return {**frames, "admission": joined(*added)}, plantings


def _month_of(day: int) -> str:
    return f"{EPOCH + timedelta(days=day):%Y-%m}"


RESALE = Probe(
    buyers_together,
    "rings of four to eight new buyers come to one counter minutes apart on three to six dates, half of them or all "
    "each time, for one to five of the drugs that are bought there.",
    "加入由四至八名新购药人组成的团伙，在三至六个日期先后几分钟到同一机构购买一至五种易倒卖药品，每次来半数至全部的人。",
    needs_history=True,
)
LOOPS = Probe(
    one_drugstore,
    "new doctors have 12 to 60 prescriptions filled at one drugstore, and at most half as many elsewhere.",
    "加入新医师，其12至60笔处方在同一药店配取，其他去向至多为其一半。",
    needs_history=True,
)
COPIES = Probe(
    copied_bills,
    "bills of the month are copied 6 to 20 times under four diagnoses, some of them with up to one item in five "
    "replaced by those of other bills.",
    "把当月的费用清单以四种诊断复制6至20份，其中至多五分之一的项目换成其他清单的项目。",
)
PARTIES = Probe(
    parties,
    "parties of three to seven are admitted to one hospital together twice, and parties of six to fourteen from one "
    "county or address at once.",
    "加入三至七人先后两次结伴住院的人群，以及同一区县或同一住址六至十四人集中住院的人群。",
    needs_history=True,
)
