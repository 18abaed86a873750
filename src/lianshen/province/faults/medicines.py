"""Faults in what drugs and consumables are for: MD-01, MD-02, MD-04, MD-09."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from lianshen.province.bills import Bills
from lianshen.province.faults.builder import Builder
from lianshen.province.faults.limits import Edit, changed, clinic, one
from lianshen.province.faults.planted import FAULT, LOOK_ALIKE, Draft
from lianshen.province.medicine import CLINIC, CLINIC_CHILD, diagnosis
from lianshen.province.people import REFERRAL

IMAGING = ("X线计算机体层增强", "冠状动脉CT", "冠状动脉造影", "冠状动脉支架置入")
YEAR = 365.2425


def _adding(b: Builder, *what: tuple[str, int, float, bool], without: tuple[str, ...] = ()) -> Edit:
    """Return an edit that adds items (name, day of the bill, quantity, whether at issue), without some others."""
    items = [(one(b, name), day, many, at_issue) for name, day, many, at_issue in what]
    out = np.array([i for name in without for i in b.named(name)], dtype=np.int64)

    def edit(draft: Draft, row: int) -> None:
        draft.drop(row, out)
        for item, day, many, at_issue in items:
            draft.add(row, item, count=many, time=draft.at(row, day, 9.5), mark=at_issue)

    return edit


def _whole(b: Builder, bill: Bills, rule: str, note: str, edit: Edit) -> None:
    b.plant(bill, rule, FAULT, note, edit_lines=edit, prices_a2=True, without_marked=True)


def md01(b: Builder, rule: str) -> None:
    """A contrast medium without a scan, a muscle relaxant without anaesthesia, a filter's fluid without a filter."""
    kind = int(b.rng.integers(0, 3))
    name = ("碘海醇", "注射用顺苯磺阿曲库铵", "血液滤过置换")[kind]
    without = (IMAGING, ("呼吸机辅助呼吸",), ())[kind]
    edit = _adding(b, (name, 2, 2, True), without=without)
    _whole(b, b.adult_stay(length=7), rule, ("对比剂", "肌松药", "置换液")[kind] + "无对应项目", edit)


def md01_with_scan(b: Builder, rule: str) -> None:
    """The scan on the day after the medium was posted."""
    edit = _adding(b, ("碘海醇", 2, 1, False), ("X线计算机体层增强", 3, 1, False), without=IMAGING)
    b.plant(b.adult_stay(length=7), rule, LOOK_ALIKE, "次日有增强扫描", edit_lines=edit)


def md01_elsewhere(b: Builder, rule: str) -> None:
    """The medium on one bill, the scan on another of the same day at the same hospital."""
    who, on = b.person(age=(30, 60)), b.night()
    place = b.place(int(b.people.treat[who]), 3)
    diag = diagnosis("R42", CLINIC)
    first = b.visit(who, on, 9.0, care=1, profile=CLINIC, diag=diag, place=place)
    second = b.visit(who, on, 14.0, care=1, profile=CLINIC, diag=diag, place=place)
    group = b.new()
    edit = _adding(b, ("碘海醇", 0, 1, False), without=IMAGING)
    b.plant(first, rule, LOOK_ALIKE, "检查在同日另一张单据", group=group, edit_lines=edit)
    edit = _adding(b, ("X线计算机体层增强", 0, 1, False), without=IMAGING)
    b.plant(second, rule, LOOK_ALIKE, "检查在同日另一张单据", group=group, edit_lines=edit)


def md02_adult(b: Builder, rule: str) -> None:
    """A child's formulation, or the surcharge for a child's vein, on an adult's bill."""
    name = str(b.pick(["小儿布洛芬栓", "小儿静脉穿刺加收"]))
    _whole(b, clinic(b, "J06"), rule, "儿童专用项目用于成人", _adding(b, (name, 0, 2, True)))


def _child(b: Builder, years: tuple[float, float]) -> Bills:
    who = b.person(age=years)
    return b.visit(who, b.night(), 10.0, care=1, profile=CLINIC_CHILD, diag=diagnosis("J06", CLINIC_CHILD), level=3)


def md02_child(b: Builder, rule: str) -> None:
    """A drug that children must not get."""
    edit = _adding(b, ("环丙沙星注射液", 0, 2, True))
    _whole(b, _child(b, (6, 11)), rule, "儿童禁用药品用于儿童", edit)


def md02_of_age(b: Builder, rule: str) -> None:
    """The same drug just after the eighteenth birthday."""
    on = b.night()
    who = b.person(birth=on - int(18 * YEAR) - 3, age=(18, 19))
    bill = b.visit(who, on, 10.0, care=1, profile=CLINIC, diag=diagnosis("J06", CLINIC), level=3)
    b.plant(bill, rule, LOOK_ALIKE, "刚满 18 周岁", edit_lines=_adding(b, ("环丙沙星注射液", 0, 2, False)))


def md02_young(b: Builder, rule: str) -> None:
    """A child's formulation for a child of twelve."""
    edit = _adding(b, ("小儿布洛芬栓", 0, 2, False))
    b.plant(_child(b, (11.2, 12.8)), rule, LOOK_ALIKE, "儿童使用儿童剂型", edit_lines=edit)


def _prescribed(b: Builder, rule: str, kind: str, note: str, boxes: float, days: int) -> None:
    """Plant a prescription of colchicine, twenty tablets of half a milligram in a box."""
    item = one(b, "秋水仙碱片")
    rows = {"fee_list_d": changed(b, item, prd_days=Decimal(days))}
    edit = _adding(b, ("秋水仙碱片", 0, boxes, kind == FAULT))
    b.plant(clinic(b, "R42"), rule, kind, note, edit_lines=edit, rows=rows)


def md04_prescription(b: Builder, rule: str) -> None:
    """Twice and more of what the label allows for the days of the prescription."""
    _prescribed(b, rule, FAULT, "处方剂量超过说明书最大日剂量", float(b.pick([6, 7])), 5)


def md04_stay(b: Builder, rule: str) -> None:
    """Eight grams a day of a drug of which four are the most, in two strengths."""
    days = [("对乙酰氨基酚注射液(100ml", day, 6.0, True) for day in (1, 2, 3)]
    days += [("对乙酰氨基酚注射液(50ml", day, 4.0, True) for day in (1, 2, 3)]
    b.plant(b.adult_stay(length=6), rule, FAULT, "住院日剂量超过说明书", edit_lines=_adding(b, *days))


def md04_at_the_label(b: Builder, rule: str) -> None:
    """The highest dose of the label, and a little above, as loading doses are."""
    _prescribed(b, rule, LOOK_ALIKE, "恰为最大日剂量或首剂加倍", float(b.pick([3, 4])), 5)


def md04_posted_at_once(b: Builder, rule: str) -> None:
    """What was given in a week, posted on one day."""
    edit = _adding(b, ("对乙酰氨基酚注射液(100ml", 5, 14, False))
    b.plant(b.adult_stay(length=7), rule, LOOK_ALIKE, "一次补记全程用药", edit_lines=edit)


def md09_unmatched(b: Builder, rule: str) -> None:
    """A stent or a stent of the ureter on a stay without any operation."""
    name = str(b.pick(["药物洗脱冠状动脉支架", "输尿管支架"]))
    _whole(b, b.adult_stay(length=6), rule, "无对应手术的植入耗材", _adding(b, (name, 2, 1, True)))


def md09_too_many(b: Builder, rule: str) -> None:
    """Seven or eight stents in one stay."""
    who = b.person(treat="5101", filing=REFERRAL)
    bill = b.stay(who, b.night(), 7, diag=diagnosis("I25"))
    edit = _adding(b, ("药物洗脱冠状动脉支架", 1, float(b.pick([7, 8])), True), without=("药物洗脱冠状动脉支架",))
    b.plant(bill, rule, FAULT, "支架数量超过上限", edit_lines=edit)


def md09_five(b: Builder, rule: str) -> None:
    """Five stents, the most that is plausible."""
    who = b.person(treat="5101", filing=REFERRAL)
    bill = b.stay(who, b.night(), 7, diag=diagnosis("I25"))
    edit = _adding(b, ("药物洗脱冠状动脉支架", 1, 5, False), without=("药物洗脱冠状动脉支架",))
    b.plant(bill, rule, LOOK_ALIKE, "支架恰为 5 枚", edit_lines=edit)


def md09_both_knees(b: Builder, rule: str) -> None:
    """Both knees in one operation."""
    who = b.person(treat="5101", age=(55, 80), filing=REFERRAL)
    bill = b.stay(who, b.night(), 9, diag=diagnosis("M17"))
    edit = _adding(b, ("人工膝关节系统", 1, 2, False), without=("人工膝关节系统",))
    b.plant(bill, rule, LOOK_ALIKE, "双膝同期置换两套假体", edit_lines=edit)


MEDICINE_FAULTS = [
    ("MD-01", md01),
    ("MD-02", md02_adult),
    ("MD-02", md02_child),
    ("MD-04", md04_prescription),
    ("MD-04", md04_stay),
    ("MD-09", md09_unmatched),
    ("MD-09", md09_too_many),
]
MEDICINE_LOOK_ALIKES = [
    ("MD-01", md01_with_scan),
    ("MD-01", md01_elsewhere),
    ("MD-02", md02_of_age),
    ("MD-02", md02_young),
    ("MD-04", md04_at_the_label),
    ("MD-04", md04_posted_at_once),
    ("MD-09", md09_five),
    ("MD-09", md09_both_knees),
]
