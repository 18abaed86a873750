"""Faults in single items: PL-04, PL-11, PL-13, MD-03."""

from __future__ import annotations

import numpy as np

from lianshen.province.bills import DAY
from lianshen.province.catalogue import LEVELS, millionths
from lianshen.province.faults.builder import Builder
from lianshen.province.faults.planted import FAULT, LOOK_ALIKE, Draft
from lianshen.province.lines import CENT, ONE
from lianshen.province.medicine import CLINIC, CLINIC_WOMEN, diagnosis
from lianshen.province.people import REFERRAL

CHILD_LIMIT_DAYS = 5_478
GRACE_DAYS = 30
NEVER_FOR_ADULTS = ("小儿头皮静脉输液", "小儿豉翘", "小儿肺咳", "儿童静脉留置针", "小儿复方氨基酸")


def pl04(b: Builder, rule: str) -> None:
    """A child's drug or service on an adult's bill."""
    items = b.named(*NEVER_FOR_ADULTS)

    def edit(draft: Draft, row: int) -> None:
        draft.add(row, int(items[draft.bills.person[row] % len(items)]), count=3)

    if b.rng.random() < 0.5:
        bill = b.adult_stay()
    else:
        who = b.person(age=(25, 60))
        bill = b.visit(who, b.night(), 9.5, care=1, profile=CLINIC, diag=diagnosis("J06", CLINIC), level=3)
    b.plant(bill, rule, FAULT, "儿童限用项目用于成人", edit_lines=edit, prices_a2=True, without_marked=True)


def pl04_at_the_limit(b: Builder, rule: str) -> None:
    """A child's drug on the last day that the limit with its grace allows."""
    items = b.named("小儿豉翘", "小儿肺咳")
    on = b.night()
    who = b.person(birth=on - CHILD_LIMIT_DAYS - int(b.pick([0, GRACE_DAYS])), age=(14, 15))

    def edit(draft: Draft, row: int) -> None:
        draft.add(row, items[0], count=2)

    bill = b.visit(who, on, 10.0, care=1, profile=CLINIC, diag=diagnosis("J06", CLINIC), level=3)
    b.plant(bill, rule, LOOK_ALIKE, "年龄恰在上限及宽限内", edit_lines=edit)


def pl04_newborn(b: Builder, rule: str) -> None:
    """A newborn's care on the mother's card."""
    who = b.person(sex=2, age=(22, 38), filing=REFERRAL)
    items = [*b.named("新生儿护理"), *b.named("新生儿经皮胆红素")]

    def edit(draft: Draft, row: int) -> None:
        draft.add(row, items[1], count=1)

    bill = b.stay(who, b.night(), 4, diag=diagnosis("O80"))
    b.plant(bill, rule, LOOK_ALIKE, "新生儿费用记在母亲名下", edit_lines=edit, newborn=True)


def _service_at(b: Builder, factor_of_ceiling: float, draft: Draft, row: int, *, mark: bool = True) -> None:
    """Add a regulated service whose price is a multiple of the treating region's ceiling, six decimals."""
    catalogue, place = b.ledger.catalogue, int(draft.bills.place[row])
    names = ("X线计算机体层增强扫描", "超声心动图", "动态心电图", "肺功能检查", "颈部血管彩色")
    items = b.named(*names)
    item = items[int(draft.bills.person[row]) % len(items)]
    draft.drop(row, np.array([item]))
    time = draft.at(row, min(1, draft.days(row) - 1), 11.0)
    region = draft.ledger.region_of_pool[draft.places.pool[place]]
    level = max(int(draft.places.level[place]), 1) - 1
    ceiling = int(catalogue.limit[catalogue.phase(np.array([time // DAY]))[0], region, level, item])
    draft.add(row, item, time=time, price=int(ceiling * factor_of_ceiling) // 100 * 100, mark=mark)


def pl11(b: Builder, rule: str) -> None:
    """A service dearer than the regulated price of the level in the treating region."""
    factor = 1.12 + float(b.rng.random()) * 0.5
    bill = b.adult_stay(level=int(b.pick([2, 3])))
    b.plant(
        bill,
        rule,
        FAULT,
        "医疗服务价格超过就医地政府指导价",
        edit_lines=lambda draft, row: _service_at(b, factor, draft, row),
    )


def pl11_at_the_ceiling(b: Builder, rule: str) -> None:
    """A price exactly at the ceiling, or within the rounding that the rule allows."""
    factor = float(b.pick([10_000, 10_040])) / 10_000
    bill = b.adult_stay()
    b.plant(
        bill,
        rule,
        LOOK_ALIKE,
        "价格恰为指导价或在舍入范围内",
        edit_lines=lambda draft, row: _service_at(b, factor, draft, row, mark=False),
    )


def pl11_dearer_city(b: Builder, rule: str) -> None:
    """Above the province's price, at the treating city's own."""
    items = b.named("血细胞分析")
    who = b.person(treat="5104", filing=REFERRAL)

    def edit(draft: Draft, row: int) -> None:
        draft.drop(row, np.array(items))
        ceiling = millionths(b.ledger.catalogue.items[items[0]].ceilings[LEVELS - 1]) * 11 // 10
        draft.add(row, items[0], price=ceiling // CENT * CENT, mark=False)

    bill = b.stay(who, b.night(), 6, diag=diagnosis("J18"))
    b.plant(bill, rule, LOOK_ALIKE, "就医地自有指导价高于全省", edit_lines=edit)


def pl13_daily(b: Builder, rule: str) -> None:
    """A nursing day charged twice on one date, or a second consultation."""
    family = b.ledger.nursing[:2] if b.rng.random() < 0.5 else b.ledger.consults[:1]
    bill = b.adult_stay(length=int(b.rng.integers(6, 11)))

    def edit(draft: Draft, row: int) -> None:
        these = draft.of(row)
        daily = these[np.isin(draft.lines.item[these], family)]
        one = daily[len(daily) // 2]
        draft.lines.quantity[one] = 2 * ONE
        draft.lines.mark[one] = 1

    b.plant(bill, rule, FAULT, "按日计价项目一日计两次", edit_lines=edit)


def pl13_hours(b: Builder, rule: str) -> None:
    """More than 24 hours of an hourly item on one date."""
    items = b.named("氧气吸入", "心电监测")
    bill = b.adult_stay(length=int(b.rng.integers(6, 11)))

    def edit(draft: Draft, row: int) -> None:
        item = items[int(draft.bills.person[row]) % len(items)]
        draft.drop(row, np.array([item]))
        for offset in (1, 2, 3, 4):
            draft.add(row, item, count=36 if offset == 2 else 12, time=draft.at(row, offset, 9.0), mark=offset == 2)

    b.plant(bill, rule, FAULT, "按小时计价项目一日超过 24 小时", edit_lines=edit)


def pl13_full_day(b: Builder, rule: str) -> None:
    """Exactly 24 hours on a date."""
    items = b.named("氧气吸入")
    bill = b.adult_stay(length=7)

    def edit(draft: Draft, row: int) -> None:
        draft.drop(row, np.array(items))
        for offset in (1, 2, 3):
            draft.add(row, items[0], count=24, time=draft.at(row, offset, 8.0), mark=False)

    b.plant(bill, rule, LOOK_ALIKE, "吸氧恰为每日 24 小时", edit_lines=edit)


def pl13_batch(b: Builder, rule: str) -> None:
    """All consultations of the stay posted on the last day: no more than the stay has dates."""
    bill = b.adult_stay(length=6)

    def edit(draft: Draft, row: int) -> None:
        item = int(b.ledger.consults[0])
        draft.drop(row, np.array([item]))
        draft.add(row, item, count=6, time=draft.at(row, 6, 9.5), mark=False)

    b.plant(bill, rule, LOOK_ALIKE, "诊察费出院日一次补记", edit_lines=edit)


def md03(b: Builder, rule: str) -> None:
    """A woman's item on a man's bill, or a prostate item on a woman's."""
    sex = int(b.rng.integers(1, 3))
    names = (
        ("孕酮测定", "妇科千金片", "经阴道彩色", "宫颈液基")
        if sex == 1
        else ("总前列腺特异性", "非那雄胺", "前列舒通", "经直肠前列腺")
    )
    items = b.named(*names)
    item = items[int(b.rng.integers(0, len(items)))]
    if b.rng.random() < 0.5:
        bill = b.adult_stay(sex=sex)
    else:
        who = b.person(sex=sex, age=(25, 48))
        bill = b.visit(who, b.night(), 10.0, care=1, profile=CLINIC, diag=diagnosis("R42", CLINIC), level=3)
    b.plant(
        bill,
        rule,
        FAULT,
        "性别限用项目用于另一性别",
        edit_lines=lambda draft, row: draft.add(row, item),
        prices_a2=True,
        without_marked=True,
    )


def md03_header(b: Builder, rule: str) -> None:
    """The header says male, the ID number female: a woman's item is right."""
    items = b.named("妇科千金片")
    who = b.person(sex=2, age=(25, 45))
    b.people.twist[who] = 1
    bill = b.visit(who, b.night(), 10.0, care=1, profile=CLINIC_WOMEN, diag=diagnosis("N72", CLINIC_WOMEN), level=3)
    b.plant(
        bill,
        rule,
        LOOK_ALIKE,
        "结算单性别填错，身份证为女性",
        edit_lines=lambda draft, row: draft.add(row, items[0], mark=False),
    )


ITEM_FAULTS = [("PL-04", pl04), ("PL-11", pl11), ("PL-13", pl13_daily), ("PL-13", pl13_hours), ("MD-03", md03)]
ITEM_LOOK_ALIKES = [
    ("PL-04", pl04_at_the_limit),
    ("PL-04", pl04_newborn),
    ("PL-11", pl11_at_the_ceiling),
    ("PL-11", pl11_dearer_city),
    ("PL-13", pl13_full_day),
    ("PL-13", pl13_batch),
    ("MD-03", md03_header),
]
