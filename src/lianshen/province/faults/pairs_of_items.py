"""Faults in what is charged beside what: CH-01, CH-03, CH-05, CH-06."""

from __future__ import annotations

from typing import Any

import numpy as np

from lianshen.province.bills import Bills
from lianshen.province.faults.builder import Builder
from lianshen.province.faults.limits import Edit, one
from lianshen.province.faults.planted import FAULT, LOOK_ALIKE, Draft, Rows
from lianshen.province.faults.rows import moment_of
from lianshen.province.medicine import diagnosis
from lianshen.province.people import REFERRAL

FIRST_GRADE, SECOND_GRADE = "Ⅰ级护理", "Ⅱ级护理"
HEPATITIS_B = ("乙型肝炎表面抗原", "乙型肝炎表面抗体", "乙型肝炎e抗原", "乙型肝炎e抗体", "乙型肝炎核心抗体")
CLOTTING = ("凝血酶原时间", "活化部分凝血活酶", "纤维蛋白原", "凝血酶时间")


def _stay(b: Builder, icd3: str = "J18", length: int = 7) -> Bills:
    """Return a stay in a tertiary hospital of a pool that has one."""
    who = b.person(treat="5101", filing=REFERRAL)
    return b.stay(who, b.night(), length, level=3, diag=diagnosis(icd3))


def _charges(b: Builder, *what: tuple[str, int, float, bool], without: tuple[str, ...] = ()) -> Edit:
    """Return an edit that charges items (name, day, quantity, whether at issue) and nothing else of them."""
    items = [(one(b, name), day, many, at_issue) for name, day, many, at_issue in what]
    out = np.array([*(item for item, *_ in items), *(i for name in without for i in b.named(name))])

    def edit(draft: Draft, row: int) -> None:
        draft.drop(row, out)
        for item, day, many, at_issue in items:
            draft.add(row, item, count=many, time=draft.at(row, day, 10.0), mark=at_issue)

    return edit


def _whole(b: Builder, bill: Bills, rule: str, note: str, edit: Edit) -> None:
    b.plant(bill, rule, FAULT, note, edit_lines=edit, prices_a2=True, without_marked=True)


def ch01_intubation(b: Builder, rule: str) -> None:
    """Intubation beside the general anaesthesia that includes it."""
    edit = _charges(b, ("全身麻醉", 1, 1, False), ("气管插管术", 1, 1, True))
    _whole(b, _stay(b, str(b.pick(["K80", "K35", "M17"]))), rule, "全身麻醉外另收气管插管", edit)


def ch01_nursing(b: Builder, rule: str) -> None:
    """Oral care beside first-grade nursing, three days."""
    days = [(FIRST_GRADE, day, 1.0, False) for day in range(6)] + [("口腔护理", day, 2.0, True) for day in (1, 2, 4)]
    _whole(b, _stay(b, "I63"), rule, "Ⅰ级护理外另收口腔护理", _charges(b, *days, without=(SECOND_GRADE,)))


def ch01_balloon(b: Builder, rule: str) -> None:
    """Dilatation beside the stenting that includes it, on another day of the same stay."""
    edit = _charges(b, ("经皮冠状动脉腔内成形术", 3, 1, True))
    _whole(b, _stay(b, "I25"), rule, "支架置入外另收球囊扩张", edit)


def ch01_other_grade(b: Builder, rule: str) -> None:
    """Oral care beside second-grade nursing, which does not include it."""
    days = [(SECOND_GRADE, day, 1.0, False) for day in range(6)] + [("口腔护理", day, 2.0, False) for day in (1, 2)]
    edit = _charges(b, *days, without=(FIRST_GRADE, "特级护理"))
    b.plant(_stay(b, "I63"), rule, LOOK_ALIKE, "Ⅱ级护理不含口腔护理", edit_lines=edit)


def ch01_other_day(b: Builder, rule: str) -> None:
    """Intubated for a failing breath days after the anaesthesia."""
    edit = _charges(b, ("全身麻醉", 1, 1, False), ("气管插管术", 4, 1, False))
    b.plant(_stay(b, "K80"), rule, LOOK_ALIKE, "术后第三日因呼吸衰竭插管", edit_lines=edit)


def ch03_hepatitis(b: Builder, rule: str) -> None:
    """Five markers of hepatitis B one by one."""
    edit = _charges(b, *((name, 1, 1.0, True) for name in HEPATITIS_B))
    b.plant(_stay(b), rule, FAULT, "乙肝五项拆分收费", edit_lines=edit)


def ch03_clotting(b: Builder, rule: str) -> None:
    """Four clotting times one by one."""
    edit = _charges(b, *((name, 2, 1.0, True) for name in CLOTTING))
    b.plant(_stay(b, "I63"), rule, FAULT, "凝血四项拆分收费", edit_lines=edit)


def ch03_on_two_days(b: Builder, rule: str) -> None:
    """Three markers at first, two more after the result."""
    edit = _charges(b, *((name, 1 + 2 * (nth > 2), 1.0, False) for nth, name in enumerate(HEPATITIS_B)))
    b.plant(_stay(b), rule, LOOK_ALIKE, "乙肝指标分两次开立", edit_lines=edit)


def ch03_together(b: Builder, rule: str) -> None:
    """The five markers as the one test that they are."""
    edit = _charges(b, ("乙型肝炎五项", 1, 1, False), without=HEPATITIS_B)
    b.plant(_stay(b), rule, LOOK_ALIKE, "按联合检测收费", edit_lines=edit)


def ch05_two_monitors(b: Builder, rule: str) -> None:
    """Two monitors around the clock, of which only one can be worn."""
    hours = [(name, day, 24.0, True) for name in ("心电监测", "遥测心电") for day in range(1, 6)]
    b.plant(_stay(b, "I20"), rule, FAULT, "心电监测与遥测监护同时全天收费", edit_lines=_charges(b, *hours))


def ch05_filter(b: Builder, rule: str) -> None:
    """A filter around the clock on every date, the day of admission and of discharge too."""
    length = int(b.pick([4, 5]))
    hours = [("连续性血液净化", day, 24.0, True) for day in range(length + 1)]
    b.plant(_stay(b, "I50", length), rule, FAULT, "血液净化小时数超过住院小时数", edit_lines=_charges(b, *hours))


def _in_intensive_care(bill: Bills, hours: int) -> dict[str, Any]:
    begin = int(bill.begin_time[0]) + 86_400
    span = {
        "scs_cutd_inpool_time": moment_of(begin),
        "scs_cutd_ward_type": "1",
        "scs_cutd_exit_time": moment_of(begin + hours * 3600),
    }

    def rows(_: Rows) -> list[dict[str, Any]]:
        return [dict(span)]

    return {"icu_d": rows}


def ch05_intensive(b: Builder, rule: str) -> None:
    """Arterial pressure measured for days after the patient had left intensive care."""
    bill = _stay(b, "I50", 8)
    hours = [("有创动脉压", day, 20.0, True) for day in (1, 2, 3, 4, 5)]
    edit = _charges(b, *hours, without=("重症监护",))
    rows = _in_intensive_care(bill, 40)
    b.plant(bill, rule, FAULT, "有创动脉压监测超过重症监护时长", edit_lines=edit, rows=rows)


def ch05_as_long(b: Builder, rule: str) -> None:
    """Arterial pressure for as long as the patient was in intensive care."""
    bill = _stay(b, "I50", 8)
    edit = _charges(b, ("有创动脉压", 1, 14, False), ("有创动脉压", 2, 24, False), without=("重症监护",))
    b.plant(bill, rule, LOOK_ALIKE, "恰为重症监护时长", edit_lines=edit, rows=_in_intensive_care(bill, 38))


def ch05_two_kinds(b: Builder, rule: str) -> None:
    """Heart and oxygen watched side by side around the clock."""
    hours = [(name, day, 24.0, False) for name in ("心电监测", "血氧饱和度") for day in range(1, 6)]
    edit = _charges(b, *hours, without=("遥测心电",))
    b.plant(_stay(b, "I20"), rule, LOOK_ALIKE, "心电监测与血氧监测可同时进行", edit_lines=edit)


def ch06_dialysis(b: Builder, rule: str) -> None:
    """A dialysis pack beside the dialysis that includes it."""
    edit = _charges(b, *(("一次性血液透析护理包", day, 1.0, True) for day in (0, 3)))
    _whole(b, _stay(b, "N18"), rule, "血液透析外另收透析护理包", edit)


def ch06_dressing(b: Builder, rule: str) -> None:
    """A dressing pack beside the change of dressings that includes it."""
    edit = _charges(b, ("换药(大)", 2, 1, False), ("一次性使用换药包", 2, 1, True), without=("中心静脉穿刺",))
    _whole(b, _stay(b, "S82"), rule, "换药外另收换药包", edit)


def ch06_excluded(b: Builder, rule: str) -> None:
    """A dressing pack on the day of a central line, whose price excludes it."""
    edit = _charges(b, ("换药(大)", 2, 1, False), ("中心静脉穿刺", 2, 1, False), ("一次性使用换药包", 2, 1, False))
    b.plant(_stay(b, "K80"), rule, LOOK_ALIKE, "置管术除外内容含换药包", edit_lines=edit)


def ch06_other_day(b: Builder, rule: str) -> None:
    """A dressing pack on a day without any change of dressings."""
    edit = _charges(b, ("换药(大)", 2, 1, False), ("一次性使用换药包", 4, 1, False), without=("换药(中)",))
    b.plant(_stay(b, "S82"), rule, LOOK_ALIKE, "换药包用于其他日期的处置", edit_lines=edit)


PAIR_FAULTS = [
    ("CH-01", ch01_intubation),
    ("CH-01", ch01_nursing),
    ("CH-01", ch01_balloon),
    ("CH-03", ch03_hepatitis),
    ("CH-03", ch03_clotting),
    ("CH-05", ch05_two_monitors),
    ("CH-05", ch05_filter),
    ("CH-05", ch05_intensive),
    ("CH-06", ch06_dialysis),
    ("CH-06", ch06_dressing),
]
PAIR_LOOK_ALIKES = [
    ("CH-01", ch01_other_grade),
    ("CH-01", ch01_other_day),
    ("CH-03", ch03_on_two_days),
    ("CH-03", ch03_together),
    ("CH-05", ch05_as_long),
    ("CH-05", ch05_two_kinds),
    ("CH-06", ch06_excluded),
    ("CH-06", ch06_other_day),
]
