"""Faults of an institution's stock and of its agreement (MG-09, MG-13)."""

from __future__ import annotations

from typing import Any

import numpy as np

from lianshen.province.bills import EMERGENCY_VISIT, Bills
from lianshen.province.faults.builder import Builder
from lianshen.province.faults.planted import FAULT, LOOK_ALIKE, Draft
from lianshen.province.faults.rows import date_of
from lianshen.province.medicine import EMERGENCY, diagnosis
from lianshen.province.people import LOCAL, REFERRAL
from lianshen.province.places import SECONDARY, TERTIARY
from lianshen.province.stock import keeps_stock

M_EMERGENCY = 2
CITIES = ("5101", "5107", "5113")
USED = 140


def _night_of_first_quarter(b: Builder) -> int:
    """Return a day of the quarter in which the province begins: only its stock was counted."""
    months = np.datetime64(b.start, "D").astype("datetime64[M]").astype(int)
    until = int(np.datetime64(int(months // 3 * 3 + 3), "M").astype("datetime64[D]").astype(int))
    return b.start + int(b.rng.integers(0, max(1, min(b.nights, until - b.start))))


def _used(b: Builder, rule: str, kind: str, note: str, *, unstocked: bool) -> None:
    """Plant stays of one month that use up a material in a hospital that sends its movements of stock."""
    keeps = keeps_stock(b.places)
    found = [
        (pool, int(p))
        for (pool, level), some in b.places.members.items()
        for p in some
        if level in (SECONDARY, TERTIARY) and keeps[p] and not b.places.stamps_midnight[p]
    ]
    # One hospital after the other: a hospital's month is one finding. Those that bought what they used are others.
    apart = max(1, len(found) * 2 // 3)
    found = found[:apart] if kind == FAULT else found[apart:] or found
    turn = sum(plan.rule == rule and plan.kind == kind for plan in b.subjects)
    pool, place = found[turn % len(found)]
    code = b.regions.pool_code[pool]
    goods = b.named("医用敷贴", "一次性使用氧气面罩", "血糖试纸")
    material = goods[int(b.rng.integers(0, len(goods)))]
    on = _night_of_first_quarter(b)

    def edit(draft: Draft, row: int) -> None:
        draft.drop(row, np.array([material]))
        draft.add(row, material, count=USED, time=draft.at(row, 2, 9.0))

    bills = []
    for _ in range(6):
        who = b.person(treat=code, filing=REFERRAL, age=(30, 75))
        bills.append(b.stay(who, on, 7, diag=diagnosis("J18"), place=place))
    b.plant_subject(rule, kind, note, bills=bills, edit_lines=edit, unstocked=unstocked)


def mg09(b: Builder, rule: str) -> None:
    """Billed far more than was ever bought."""
    _used(b, rule, FAULT, "结算数量大于期初加购进", unstocked=True)


def mg09_bought(b: Builder, rule: str) -> None:
    """Billed as much, and bought."""
    _used(b, rule, LOOK_ALIKE, "大量使用但购进相符", unstocked=False)


def _emergency(b: Builder, pool: str, kind: str) -> Bills:
    """Return a visit to the emergency room of a hospital to which nobody comes every day, by somebody of the city."""
    who = b.person(scope=LOCAL, insured=pool, treat=pool, age=(28, 70), insurance=0)
    return b.visit(
        who,
        b.night(),
        19.5,
        care=EMERGENCY_VISIT,
        profile=EMERGENCY,
        diag=diagnosis("R10", EMERGENCY),
        place=b.places.shut[pool, kind],
        med_type=M_EMERGENCY,
        target=900.0,
        lines=8,
    )


def _paid(b: Builder, bill: Bills, rule: str, kind: str, note: str) -> None:
    """Plant a visit of which the fund pays its part: the year's deductible is used up."""
    one = b.plant(bill, rule, kind, note, fund_at_issue=100 if kind == FAULT else None)
    one.edit_facts = lambda facts, row: facts.deductible_paid.__setitem__(row, 10_000)


def mg13_no_agreement(b: Builder, rule: str) -> None:
    """Emergency care in a hospital whose agreement for it ended."""
    pool = str(b.pick(list(CITIES)))
    place = b.places.shut[pool, "closed"]
    ended = date_of(b.start - 60)

    def change(context: Any, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        code = context.institution(place)
        return [{**r, "enddate": ended} if (r["fixmedins_code"], r["care"]) == (code, "ER") else r for r in rows]

    b.change_rows("fixmedins_cntr_d", change)
    _paid(b, _emergency(b, pool, "closed"), rule, FAULT, "急诊服务协议终止后结算")


def mg13_suspended(b: Builder, rule: str) -> None:
    """Somebody of the city in a suspended hospital."""
    pool = str(b.pick(list(CITIES)))
    _paid(b, _emergency(b, pool, "suspended"), rule, FAULT, "医保结算暂停期间为本地参保人结算")


def mg13_renewed(b: Builder, rule: str) -> None:
    """The agreement ended and was renewed from the next day."""
    pool = str(b.pick(list(CITIES)))
    place = b.places.shut[pool, "opened"]
    ended, again = date_of(b.start - 60), date_of(b.start - 59)

    def change(context: Any, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        code = context.institution(place)
        changed = []
        for row in rows:
            if (row["fixmedins_code"], row["care"], row["enddate"]) != (code, "ER", None) or row["begndate"] == again:
                changed.append(row)
                continue
            changed += [{**row, "enddate": ended}, {**row, "begndate": again}]
        return changed

    b.change_rows("fixmedins_cntr_d", change)
    _paid(b, _emergency(b, pool, "opened"), rule, LOOK_ALIKE, "服务协议到期次日续签")


AGREEMENT_FAULTS = [("MG-09", mg09), ("MG-13", mg13_no_agreement), ("MG-13", mg13_suspended)]
AGREEMENT_LOOK_ALIKES = [("MG-09", mg09_bought), ("MG-13", mg13_renewed)]
