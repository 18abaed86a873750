"""Faults in what was really sold, and at what price: CH-07, CH-08, CH-09."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np

from lianshen.province.arrow import Flags
from lianshen.province.bills import Bills
from lianshen.province.faults.builder import Builder
from lianshen.province.faults.limits import Edit, adding, one
from lianshen.province.faults.planted import FAULT, LOOK_ALIKE, Draft
from lianshen.province.faults.rows import Context
from lianshen.province.lines import CENT
from lianshen.province.medicine import SHOP, diagnosis
from lianshen.province.people import REFERRAL
from lianshen.province.places import DRUGSTORE
from lianshen.province.regions import HOME_POOLS
from lianshen.province.stock import keeps_stock, scans_packs

DRUGS = ("注射用哌拉西林他唑巴坦(4.5g 岷江", "复方氨基酸注射液(18AA-II:250ml 蜀南", "脂肪乳注射液")
GOODS = ("一次性使用静脉留置针", "医用敷贴", "一次性使用导尿包")
SHELF = ("感冒灵颗粒(9袋 嘉陵", "强力枇杷露(150ml 川康", "三九胃泰颗粒(10袋 川康")
TONICS = ("复方阿胶浆", "灵芝孢子胶囊", "龟鹿补肾口服液")


def _dearer(b: Builder, names: tuple[str, ...], factor: int, *, mark: bool = True) -> Edit:
    """Return an edit that sells something at ``factor`` thousandths of its usual price."""
    item = one(b, str(b.pick(list(names))))

    def edit(draft: Draft, row: int) -> None:
        draft.drop(row, np.array([item]))
        time = draft.at(row, min(2, draft.days(row) - 1), 10.0)
        price = draft.price(row, item, time) * factor // 1000 // CENT * CENT
        draft.add(row, item, count=5, time=time, price=price, mark=mark)

    return edit


def ch07_hospital(b: Builder, rule: str) -> None:
    """A drug or consumable of a public hospital sold above what it paid."""
    names = DRUGS if b.rng.random() < 0.6 else GOODS
    b.plant(
        b.adult_stay(level=int(b.pick([2, 3]))), rule, FAULT, "公立医院加价销售",
        edit_lines=_dearer(b, names, 1_080 + 10 * int(b.rng.integers(0, 20))),
    )  # fmt: skip


def ch07_drugstore(b: Builder, rule: str) -> None:
    """A drugstore above the listing."""
    bill = b.visit(b.person(age=(30, 70)), b.night(), 15.0, care=0, profile=SHOP, med_type=0)
    b.plant(bill, rule, FAULT, "药店售价高于挂网价", edit_lines=_dearer(b, SHELF, 1_250))


def ch07_rounded(b: Builder, rule: str) -> None:
    """Half of one in a hundred above, as unit prices are rounded."""
    b.plant(b.adult_stay(), rule, LOOK_ALIKE, "单价舍入", edit_lines=_dearer(b, DRUGS, 1_006, mark=False))


def ch07_below(b: Builder, rule: str) -> None:
    """A drugstore that gives a discount."""
    bill = b.visit(b.person(age=(30, 70)), b.night(), 15.0, care=0, profile=SHOP, med_type=0)
    b.plant(bill, rule, LOOK_ALIKE, "药店售价低于挂网价", edit_lines=_dearer(b, SHELF, 940, mark=False))


def _beds(b: Builder, name: str, nights: int, *, mark: bool = True) -> Edit:
    """Return an edit that charges all nights in another bed."""
    bed = one(b, name)

    def edit(draft: Draft, row: int) -> None:
        draft.drop(row, b.ledger.beds)
        for day in range(nights):
            draft.add(row, bed, time=draft.at(row, day, 8.0), mark=mark)

    return edit


def ch08_ward(b: Builder, rule: str) -> None:
    """Nights in a laminar-flow ward of a hospital that has none."""
    b.plant(
        b.adult_stay(level=2, length=6), rule, FAULT, "普通床位按层流病房收费", edit_lines=_beds(b, "层流洁净病房", 6)
    )


def ch08_excision(b: Builder, rule: str) -> None:
    """An excision where nothing was cut out."""
    edit = adding(one(b, "体表肿物切除"))
    b.plant(
        b.adult_stay(), rule, FAULT, "活检按肿物切除收费", edit_lines=edit, prices_a2=True, without_marked=True,
        # An operation's fee without an operation's code.
        also=("MG-04",),
    )  # fmt: skip


def ch08_method(b: Builder, rule: str) -> None:
    """A chemiluminescent test at a hospital without the machine."""
    b.plant(b.adult_stay(level=2), rule, FAULT, "酶免法按化学发光法收费", edit_lines=adding(one(b, "甲状旁腺激素")))


def _at_a_hospital_that_counts(b: Builder, *, buys: bool) -> Bills:
    """Return a stay for stenting at a hospital that sends its movements of stock.

    Whoever buys for one patient has the product for another: those that buy and those that do not are never the same.
    """
    is_ours = np.arange(len(b.places.level)) % 2 == int(buys)
    place = _one_of(b, keeps_stock(b.places) & (b.places.level >= 2) & is_ours)
    who = b.person(treat=b.regions.pool_code[int(b.places.pool[place])], filing=REFERRAL)
    return b.stay(who, b.night(), 7, diag=diagnosis("I25"), place=place)


def _one_of(b: Builder, fits: Flags) -> int:
    """Return an open institution of a region of the province, of which nothing else is planted where that can be."""
    is_open = np.isin(np.arange(len(fits)), [place for some in b.places.members.values() for place in some])
    found = np.flatnonzero(fits & is_open & (b.places.pool < HOME_POOLS - 1) & ~b.places.stamps_midnight)
    taken = [plan.subject for plan in b.subjects if isinstance(plan.subject, int)]
    free = found[~np.isin(found, taken)]
    found = free if len(free) else found
    return int(found[int(b.rng.integers(0, len(found)))])


def ch08_balloon(b: Builder, rule: str) -> None:
    """A coated balloon that the hospital never bought."""
    edit = adding(one(b, "药物涂层冠状动脉球囊"), 2)
    bill = _at_a_hospital_that_counts(b, buys=False)
    b.plant(bill, rule, FAULT, "普通球囊按药物涂层球囊收费", edit_lines=edit, unstocked=True)


def ch08_bought(b: Builder, rule: str) -> None:
    """A coated balloon that was bought."""
    edit = adding(one(b, "药物涂层冠状动脉球囊"), 1, mark=False)
    bill = _at_a_hospital_that_counts(b, buys=True)
    b.plant(bill, rule, LOOK_ALIKE, "有购进记录的药物涂层球囊", edit_lines=edit)


def ch08_has_ward(b: Builder, rule: str) -> None:
    """Nights in a laminar-flow ward that is registered."""
    who = b.person(treat="5101", filing=REFERRAL)
    place = int(b.pick([p for p in b.places.members[(b.regions.pool("5101"), 3)] if b.places.level[p] == 3]))
    bill = b.stay(who, b.night(), 6, diag=diagnosis("J18"), place=place)
    edit = _beds(b, "层流洁净病房", 6, mark=False)
    b.plant(bill, rule, LOOK_ALIKE, "已登记层流病房", edit_lines=edit)


def ch08_has_machine(b: Builder, rule: str) -> None:
    """A chemiluminescent test at a hospital that registered the machine."""
    bill = b.adult_stay()
    one_bill = b.plant(
        bill, rule, LOOK_ALIKE, "已登记化学发光仪", edit_lines=adding(one(b, "甲状旁腺激素"), mark=False)
    )

    def machine(context: Context) -> list[dict[str, Any]]:
        # A day of its own, should another record register one at the same hospital.
        since = date(2020, 1, 1) + timedelta(days=one_bill.group % 1000)
        return [
            {
                "fixmedins_code": context.institution(int(bill.place[0])),
                "equip_code": "CLIA",
                "begndate": since,
                "enddate": None,
                "equip_name": "化学发光免疫分析仪",
            }
        ]

    b.more_rows("fixmedins_equip_b", b.night(), machine)


def _purchases(b: Builder, place: int, many: int, lines: int = 2, *, counted: bool = False) -> list[Bills]:
    """Return purchases of different people at one drugstore on one night; stock is ``counted`` for one quarter."""
    pool = b.regions.pool_code[int(b.places.pool[place])]
    on = min(b.night(), _end_of_quarter(b.start)) if counted else b.night()
    return [
        b.visit(
            b.person(treat=pool, age=(28, 70)), on, 8.3 + nth * 0.5, care=0, profile=SHOP, place=place,
            lines=lines, med_type=0,
        )
        for nth in range(many)
    ]  # fmt: skip


def _end_of_quarter(day: int) -> int:
    """Return the last day of the quarter of ``day``: stock is counted once, before the province begins."""
    months = int(np.datetime64(day, "D").astype("datetime64[M]").astype(np.int64))
    return int(np.int64(months // 3 * 3 + 3).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)) - 1


def ch09_stock(b: Builder, rule: str) -> None:
    """Far more of a product settled than the drugstore ever had."""
    place = _one_of(b, keeps_stock(b.places) & (b.places.level == DRUGSTORE))
    edit = adding(one(b, str(b.pick(list(SHELF)))), 14)
    bills = _purchases(b, place, 9, counted=True)
    b.plant_subject(rule, FAULT, "结算数量超过进销存", bills=bills, edit_lines=edit, unstocked=True)
    # The same gap, seen in the balance of stock.
    b.plant_subject("MG-09", FAULT, "结算数量超过进销存", bills=b.directed[-len(bills) :])


def ch09_unscanned(b: Builder, rule: str) -> None:
    """A day's packs handed out unscanned, all but one of each purchase."""
    place = _one_of(b, scans_packs(b.places) & (b.places.level == DRUGSTORE))
    bills = _purchases(b, place, 12, lines=9)
    b.plant_subject(rule, FAULT, "药品结算无追溯码", bills=bills, rows={"drug_trac_d": lambda rows: rows[:1]})


def ch09_tonics(b: Builder, rule: str) -> None:
    """Little but tonics."""
    place = _one_of(b, (b.places.level == DRUGSTORE) & ~keeps_stock(b.places) & ~scans_packs(b.places))
    items = [one(b, name) for name in TONICS]

    def edit(draft: Draft, row: int) -> None:
        draft.lines.quantity[draft.of(row)] = 0
        time = int(draft.bills.begin_time[row]) + 300
        draft.add(row, items[int(draft.bills.person[row]) % len(items)], count=2, time=time)

    bills = _purchases(b, place, 18)
    # Who buys that much may also empty the account.
    b.plant_subject(rule, FAULT, "高价滋补类品种占比过高", bills=bills, edit_lines=edit, maybe=("XR-19",))


def ch09_bought(b: Builder, rule: str) -> None:
    """A run on one product that the drugstore had bought for."""
    place = _one_of(b, keeps_stock(b.places) & (b.places.level == DRUGSTORE))
    edit = adding(one(b, str(b.pick(list(SHELF)))), 12, mark=False)
    b.plant_subject(
        rule, LOOK_ALIKE, "集中售出，均有购进", bills=_purchases(b, place, 6, counted=True), edit_lines=edit
    )


def ch09_few_unscanned(b: Builder, rule: str) -> None:
    """Two purchases while the scanner was broken."""
    place = _one_of(b, scans_packs(b.places) & (b.places.level == DRUGSTORE))
    bills = _purchases(b, place, 2)
    b.plant_subject(rule, LOOK_ALIKE, "个别药品未扫码", bills=bills, rows={"drug_trac_d": lambda _: []})


PRICE_FAULTS = [
    ("CH-07", ch07_hospital),
    ("CH-07", ch07_drugstore),
    ("CH-08", ch08_ward),
    ("CH-08", ch08_excision),
    ("CH-08", ch08_method),
    ("CH-08", ch08_balloon),
    ("CH-09", ch09_stock),
    ("CH-09", ch09_unscanned),
    ("CH-09", ch09_tonics),
]
PRICE_LOOK_ALIKES = [
    ("CH-07", ch07_rounded),
    ("CH-07", ch07_below),
    ("CH-08", ch08_bought),
    ("CH-08", ch08_has_ward),
    ("CH-08", ch08_has_machine),
    ("CH-09", ch09_bought),
    ("CH-09", ch09_few_unscanned),
]
