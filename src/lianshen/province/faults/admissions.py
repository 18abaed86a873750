"""Faults in single stays: AD-02, AD-03, AD-08, AD-09."""

from __future__ import annotations

from typing import Any

import numpy as np

from lianshen.province.bills import DAY
from lianshen.province.faults.builder import Builder
from lianshen.province.faults.limits import Edit, one
from lianshen.province.faults.planted import FAULT, LOOK_ALIKE, RELATED, Draft, Rows
from lianshen.province.medicine import CLINIC, diagnosis
from lianshen.province.people import LONG_RESIDENT, REFERRAL

Charge = tuple[str, int, float]
"""Name of an item, day of the stay, quantity."""
DAY_SURGERY = 8


def ward(b: Builder, draft: Draft, row: int) -> None:
    """Add bed, consultation and nursing for every night."""
    for offset in range(max(draft.days(row) - 1, 1)):
        for item in (int(b.ledger.beds[0]), int(b.ledger.consults[0]), int(b.ledger.nursing[1])):
            draft.add(row, item, time=draft.at(row, offset, 8.5), mark=False)


def only(b: Builder, charges: list[Charge], *, mark: bool = False) -> Edit:
    """Return an edit that leaves of a stay its ward and these charges."""
    items = [(one(b, name), day, many) for name, day, many in charges]

    def edit(draft: Draft, row: int) -> None:
        draft.lines.quantity[draft.of(row)] = 0
        ward(b, draft, row)
        for number, (item, day, many) in enumerate(items):
            draft.add(row, item, count=many, time=draft.at(row, day, 9.0 + number * 0.25), mark=mark)

    return edit


def quiet(b: Builder, busy: tuple[int, ...]) -> Edit:
    """Return an edit that moves everything but bed, consultation and nursing to a few days, an item once."""
    daily = np.concatenate([b.ledger.beds, b.ledger.consults, b.ledger.nursing, b.ledger.heating])

    def edit(draft: Draft, row: int) -> None:
        these = draft.of(row)
        # By the hour there is no doing more on fewer days.
        draft.lines.quantity[these[b.ledger.is_hourly[draft.lines.item[these]]]] = 0
        these = these[(draft.lines.quantity[these] > 0) & ~np.isin(draft.lines.item[these], daily)]
        _, first = np.unique(draft.lines.item[these], return_index=True)
        draft.lines.quantity[np.setdiff1d(these, these[first])] = 0
        for number, line in enumerate(these[first].tolist()):
            draft.lines.time[line] = draft.at(row, busy[number % len(busy)], 9.0) + number * 7

    return edit


def ad02(b: Builder, rule: str) -> None:
    """Nothing at first and nothing on most days: all of it happened on two days before the discharge."""
    who = b.person(filing=REFERRAL, age=(40, 70), insurance=0)
    bill = b.stay(who, b.night(), 10, diag=diagnosis(str(b.pick(["I63", "J44", "I50"]))), target=14_000.0)
    b.plant(bill, rule, FAULT, "入院后无诊疗，费用集中在末两日", edit_lines=quiet(b, (7, 8)))


def ad02_elsewhere(b: Builder, rule: str) -> None:
    """Quiet days, and a clinic saw the person in the middle of the stay."""
    who = b.person(filing=LONG_RESIDENT, age=(40, 70), insurance=0)
    pool, last = int(b.people.treat[who]), b.night()
    place = b.place(pool, 3)
    stay = b.stay(who, last, 10, diag=diagnosis("I63"), place=place, target=14_000.0)
    visit = b.visit(
        who,
        last - 5,
        10.0,
        care=1,
        profile=CLINIC,
        diag=diagnosis("I10", CLINIC),
        level=2,
        place=b.place(pool, 2, but=place),
        target=420.0,
    )
    group = b.new()
    b.file(who, LONG_RESIDENT, last - 90)
    outside = b.plant(visit, rule, RELATED, "住院期间院外门诊", group=group, file=False, also=("AD-07",))
    outside.edit_facts = lambda facts, row: facts.deductible_paid.__setitem__(row, 10_000)
    inside = b.plant(
        stay, rule, FAULT, "多日无诊疗且住院中院外就诊", group=group, file=False, edit_lines=quiet(b, (0, 8))
    )
    outside.linked = inside


def _in_bed(bed: str) -> dict[str, Any]:
    def edit(rows: Rows) -> list[dict[str, Any]]:
        return [{**row, "wardarea_bed": bed} for row in rows]

    return {"mdtrt_d": edit}


def ad02_bed(b: Builder, rule: str) -> None:
    """Quiet days in a bed in which another patient lay."""
    who = b.person(filing=REFERRAL, age=(40, 70), insurance=0)
    place, last = b.place(int(b.people.treat[who]), 3), b.night()
    other = b.person(filing=REFERRAL, treat=b.regions.pool_code[int(b.people.treat[who])], age=(40, 70))
    bed = f"挂床病区 {int(b.rng.integers(10, 99))}"
    group = b.new()
    there = b.stay(other, last, 7, diag=diagnosis("J18"), place=place)
    lain = b.plant(there, rule, RELATED, "同床的另一患者", group=group, rows=_in_bed(bed))
    stay = b.stay(who, last, 10, diag=diagnosis("I63"), place=place, target=14_000.0)
    b.plant(
        stay,
        rule,
        FAULT,
        "多日无诊疗且床位另有患者",
        group=group,
        rows=_in_bed(bed),
        edit_lines=quiet(b, (0, 8)),
        linked=lain,
    )


def ad02_psychiatry(b: Builder, rule: str) -> None:
    """Psychiatry, which does little that is charged by the day."""
    who = b.person(filing=REFERRAL, age=(25, 60), insurance=0)
    bill = b.stay(who, b.night(), 20, diag=diagnosis("F20"), target=16_000.0)
    b.plant(bill, rule, LOOK_ALIKE, "精神科住院，非逐日收费", edit_lines=quiet(b, (12, 19)))


def ad02_one_sign(b: Builder, rule: str) -> None:
    """Quiet days alone."""
    who = b.person(filing=REFERRAL, age=(40, 70), insurance=0)
    bill = b.stay(who, b.night(), 10, diag=diagnosis("I63"), target=14_000.0)
    b.plant(bill, rule, LOOK_ALIKE, "观察期间诊疗少，入院即有检查", edit_lines=quiet(b, (0, 8)))


_BACK: list[Charge] = [
    ("磁共振平扫", 0, 1),
    ("磁共振血管成像", 1, 1),
    ("X线计算机体层平扫", 1, 1),
    ("X线摄影脊柱", 0, 1),
    ("超声心动图", 2, 1),
    ("动态心电图", 3, 1),
    ("颈部血管彩色", 2, 1),
    ("血细胞分析", 0, 1),
    ("尿液分析", 0, 1),
    ("葡萄糖测定", 0, 1),
    ("肌酐测定", 0, 1),
    ("仙灵骨葆胶囊", 4, 2),
    ("通络祛痛膏", 4, 2),
]


def _mild(
    b: Builder, rule: str, kind: str, note: str, *, age: tuple[float, float], infused: int, treated: bool
) -> None:
    who = b.person(filing=LONG_RESIDENT, insured="5106", treat="5101", age=age, insurance=0)
    bill = b.stay(who, b.night(), 6, diag=diagnosis("M47"))
    charges = list(_BACK)
    if treated:
        charges = [*_BACK[:1], *_BACK[7:]]
        charges += [("腰椎间盘突出推拿", day, 1) for day in range(6)] + [("血塞通软胶囊", 2, 30)]
    charges += [("静脉输液", day, 1) for day in range(infused)]
    b.plant(bill, rule, kind, note, edit_lines=only(b, charges))


def ad03(b: Builder, rule: str) -> None:
    """A backache: tests, no infusion, cheap."""
    _mild(b, rule, FAULT, "轻症住院，以检查为主", age=(35, 65), infused=0, treated=False)


def ad03_tests(b: Builder, rule: str) -> None:
    """A backache with some infusions, but mostly tests."""
    _mild(b, rule, FAULT, "轻症住院，检查占比过高", age=(35, 65), infused=4, treated=False)


def ad03_old(b: Builder, rule: str) -> None:
    """The same at eighty-three."""
    _mild(b, rule, LOOK_ALIKE, "八十岁以上高龄", age=(81, 88), infused=0, treated=False)


def ad03_treated(b: Builder, rule: str) -> None:
    """The same illness, treated with infusions on most days."""
    _mild(b, rule, LOOK_ALIKE, "轻症诊断但逐日输液治疗", age=(35, 65), infused=5, treated=True)


_CHECK_UP: list[Charge] = [
    ("磁共振平扫", 0, 1),
    ("X线计算机体层平扫", 0, 1),
    ("超声心动图", 1, 1),
    ("彩色多普勒超声常规检查", 1, 1),
    ("颈部血管彩色", 1, 1),
    ("常规心电图", 0, 1),
    ("动态心电图", 1, 1),
    ("血细胞分析", 0, 1),
    ("尿液分析", 0, 1),
    ("粪便常规", 1, 1),
    ("葡萄糖测定", 0, 1),
    ("糖化血红蛋白", 0, 1),
    ("丙氨酸氨基转移酶", 0, 1),
    ("肌酐测定", 0, 1),
    ("促甲状腺激素", 0, 1),
]


def _checked(b: Builder, rule: str, kind: str, note: str, *, icd3: str, leave: int = 1, drugs: int = 0) -> None:
    who = b.person(filing=REFERRAL, age=(45, 70))
    bill = b.stay(who, b.night(), 3, diag=diagnosis(icd3), leave=leave)
    names = ("雷贝拉唑肠溶片", "铝碳酸镁咀嚼片", "莫沙必利片", "氯雷他定片", "乳果糖口服溶液")[:drugs]
    b.plant(bill, rule, kind, note, edit_lines=only(b, [*_CHECK_UP, *((name, 1, 1) for name in names)]))


def ad08(b: Builder, rule: str) -> None:
    """Three days of nothing but tests."""
    _checked(b, rule, FAULT, "住院三天仅作检查检验", icd3=str(b.pick(["I48", "G45", "I20"])))


def ad08_cancer(b: Builder, rule: str) -> None:
    """The tests found a cancer."""
    _checked(b, rule, LOOK_ALIKE, "诊断性检查发现恶性肿瘤", icd3="C22")


def ad08_transferred(b: Builder, rule: str) -> None:
    """Examined and sent on."""
    _checked(b, rule, LOOK_ALIKE, "检查后转上级医院", icd3="I20", leave=2)


def ad08_treated(b: Builder, rule: str) -> None:
    """Tests, and five drugs besides."""
    _checked(b, rule, LOOK_ALIKE, "检查为主但有用药治疗", icd3="I48", drugs=5)


def _long_or_short(
    b: Builder, rule: str, kind: str, note: str, days: int, icd3: str, *, leave: int = 1, med_type: int = 4
) -> None:
    who = b.person(filing=LONG_RESIDENT, age=(45, 75))
    target, lines = (3_200.0, 50) if days == 1 else (60_000.0, 900)
    bill = b.stay(
        who, b.night(), days, diag=diagnosis(icd3), leave=leave, med_type=med_type, target=target, lines=lines
    )
    if days > 1:
        bill.begin_time[0] = bill.begin[0] * DAY + 9 * 3600
    b.plant(bill, rule, kind, note, maybe=("AD-02", "AD-03"))


def ad09_short(b: Builder, rule: str) -> None:
    """In and out within a day, nothing operated."""
    _long_or_short(b, rule, FAULT, "住院一天，无手术", 1, str(b.pick(["E11", "I10", "K29", "I63"])))


def ad09_long(b: Builder, rule: str) -> None:
    """More than two months for a stroke."""
    _long_or_short(b, rule, FAULT, "超长住院", int(b.rng.integers(62, 80)), "I63")


def ad09_against_advice(b: Builder, rule: str) -> None:
    """Left after a night, against advice."""
    _long_or_short(b, rule, LOOK_ALIKE, "入院次日自动离院", 1, "I63", leave=4)


def ad09_day_surgery(b: Builder, rule: str) -> None:
    """A cataract in a day."""
    _long_or_short(b, rule, LOOK_ALIKE, "日间手术", 1, "H25", med_type=DAY_SURGERY)


def ad09_psychiatry(b: Builder, rule: str) -> None:
    """Ten weeks in psychiatry."""
    _long_or_short(b, rule, LOOK_ALIKE, "精神科长期住院", 70, "F20")


ADMISSION_FAULTS = [
    ("AD-02", ad02),
    ("AD-02", ad02_elsewhere),
    ("AD-02", ad02_bed),
    ("AD-03", ad03),
    ("AD-03", ad03_tests),
    ("AD-08", ad08),
    ("AD-09", ad09_short),
    ("AD-09", ad09_long),
]
ADMISSION_LOOK_ALIKES = [
    ("AD-02", ad02_psychiatry),
    ("AD-02", ad02_one_sign),
    ("AD-03", ad03_old),
    ("AD-03", ad03_treated),
    ("AD-08", ad08_cancer),
    ("AD-08", ad08_transferred),
    ("AD-08", ad08_treated),
    ("AD-09", ad09_against_advice),
    ("AD-09", ad09_day_surgery),
    ("AD-09", ad09_psychiatry),
]
