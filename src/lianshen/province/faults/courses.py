"""Faults in how long and how often: PL-03, PL-07, PL-14."""

from __future__ import annotations

from lianshen.province.bills import Bills
from lianshen.province.faults.builder import Builder
from lianshen.province.faults.limits import Edit, adding, one
from lianshen.province.faults.planted import FAULT, LOOK_ALIKE, RELATED, Directed, Draft
from lianshen.province.medicine import CLINIC, CLINIC_CHILD, diagnosis
from lianshen.province.people import LONG_RESIDENT


def clinic_on(b: Builder, who: int, on: int, icd3: str, *, level: int = 2, profile: int = CLINIC) -> Bills:
    """Return a small clinic visit of a person on a day."""
    return b.visit(who, on, 9.5, care=1, profile=profile, diag=diagnosis(icd3, profile), level=level, target=150.0)


def paid_before(planted: Directed) -> Directed:
    """Let the year's outpatient deductible be paid already, as after an earlier visit."""
    planted.edit_facts = lambda facts, row: facts.deductible_paid.__setitem__(row, 10_000)
    return planted


def daily(item: int, days: int, *, count: float = 1, free: int = 10_000) -> Edit:
    """Return an edit that adds the item on so many days of a stay; the days after ``free`` are at issue."""

    def edit(draft: Draft, row: int) -> None:
        for offset in range(days):
            draft.add(row, item, count=count, time=draft.at(row, offset, 10.0), mark=offset >= free)

    return edit


def _second_line(b: Builder, rule: str, kind: str, note: str, *, known: int | None, first_line: str | None) -> None:
    """Plant the first fill of a second-line drug; ``known`` days before the person was seen for the first time."""
    who = b.person(age=(40, 70), insurance=0, filing=LONG_RESIDENT)
    last, group = b.night(), b.new()
    drug = one(b, "度拉糖肽")
    fault = kind == FAULT
    start = None
    if known is not None:
        edit = adding(one(b, first_line), mark=False) if first_line else None
        earlier = b.plant(
            clinic_on(b, who, last - known, "E11"), rule, RELATED, "此前就诊", group=group, edit_lines=edit
        )
        start = paid_before(earlier)
    bill = clinic_on(b, who, last, "E11", level=3)
    planted = b.plant(bill, rule, kind, note, group=group, edit_lines=adding(drug, 4, mark=fault))
    if start is not None:
        paid_before(planted)


def pl03(b: Builder, rule: str) -> None:
    """Known for long, and never a first-line drug."""
    _second_line(b, rule, FAULT, "二线用药前无一线用药记录", known=int(b.rng.integers(190, 300)), first_line=None)


def pl03_tried(b: Builder, rule: str) -> None:
    """Metformin half a year before."""
    _second_line(
        b, rule, LOOK_ALIKE, "此前使用过二甲双胍", known=int(b.rng.integers(190, 300)), first_line="二甲双胍片"
    )


def pl03_unknown(b: Builder, rule: str) -> None:
    """Nobody knows what was taken before."""
    known = None if b.rng.random() < 0.5 else 60
    _second_line(b, rule, LOOK_ALIKE, "既往记录不足半年", known=known, first_line=None)


def pl07_one_stay(b: Builder, rule: str) -> None:
    """More days than are paid in one stay."""
    if b.rng.random() < 0.5:
        bill, drug, free, days = b.adult_stay(icd3="I50", length=9), one(b, "冻干重组人脑利钠肽"), 3, 5
    else:
        bill, drug, free, days = b.adult_stay(icd3="I63", length=19), one(b, "依达拉奉右莰醇"), 14, 17
    edit = daily(drug, days, count=2, free=free)
    b.plant(bill, rule, FAULT, "超过限支付疗程", edit_lines=edit, prices_a2=True, without_marked=True)


def _two_courses(b: Builder, rule: str, kind: str, note: str, *, icd3: tuple[str, str], days: tuple[int, int]) -> None:
    """Plant the drug on two stays in two hospitals, three weeks apart."""
    who = b.person(filing=LONG_RESIDENT, age=(50, 75))
    pool, last, group = int(b.people.treat[who]), b.night(), b.new()
    here = b.place(pool, 3)
    first_end = last - 14 - 20
    drug = one(b, "注射用尤瑞克林")
    b.file(who, LONG_RESIDENT, first_end - 60)
    first = b.stay(who, first_end, 18, diag=diagnosis(icd3[0]), place=here)
    second = b.stay(who, last, 14, diag=diagnosis(icd3[1]), place=b.place(pool, 2, but=here), nth=2)
    edit, more = daily(drug, days[0]), daily(drug, days[1], free=max(0, 21 - days[0]) if kind == FAULT else 10_000)
    b.plant(first, rule, RELATED, f"{note}（第一次住院）", group=group, file=False, edit_lines=edit)
    b.plant(second, rule, kind, note, group=group, file=False, edit_lines=more)


def pl07_two_stays(b: Builder, rule: str) -> None:
    """The course goes on in another hospital."""
    _two_courses(b, rule, FAULT, "两次住院合计超过疗程", icd3=("I63", "I63"), days=(15, 10))


def pl07_within(b: Builder, rule: str) -> None:
    """Exactly as long as is paid, over two stays."""
    _two_courses(b, rule, LOOK_ALIKE, "两次住院合计恰为疗程上限", icd3=("I63", "I63"), days=(13, 8))


def pl07_other_disease(b: Builder, rule: str) -> None:
    """A new course for another disease."""
    _two_courses(b, rule, LOOK_ALIKE, "新的疾病另计疗程", icd3=("I63", "G45"), days=(15, 10))


def _again(b: Builder, rule: str, kind: str, note: str, item: int, gap: int, *, child: bool = False) -> None:
    """Plant the item in two clinics, ``gap`` days apart."""
    who = b.person(age=(4, 9) if child else (40, 70), filing=LONG_RESIDENT)
    profile, icd3 = (CLINIC_CHILD, "J20") if child else (CLINIC, "E11")
    last, group, fault = b.night(), b.new(), kind == FAULT
    one_visit = clinic_on(b, who, last - gap, icd3, level=2, profile=profile)
    two_visit = clinic_on(b, who, last, icd3, level=3, profile=profile)
    first = b.plant(one_visit, rule, RELATED, "前一次", group=group, edit_lines=adding(item, mark=False))
    second = b.plant(
        two_visit,
        rule,
        kind,
        note,
        group=group,
        edit_lines=adding(item, mark=fault),
        prices_a2=fault,
        without_marked=fault,
    )
    paid_before(first)
    paid_before(second)


def pl14_tests(b: Builder, rule: str) -> None:
    """A slow value measured again too soon, or a child's training within the week."""
    kind = int(b.rng.integers(0, 3))
    if kind == 0:
        _again(b, rule, FAULT, "糖化血红蛋白重复检测", one(b, "色谱法糖化血红蛋白"), int(b.rng.integers(5, 50)))
    elif kind == 1:
        _again(b, rule, FAULT, "果糖胺重复检测", one(b, "果糖胺"), int(b.rng.integers(2, 10)))
    else:
        _again(b, rule, FAULT, "儿童言语训练一周两次", one(b, "儿童言语能力"), int(b.rng.integers(1, 4)), child=True)


def pl14_ward(b: Builder, rule: str) -> None:
    """Two rehabilitation assessments in one stay, five days apart."""
    bill, item = b.adult_stay(icd3="I63", length=9), one(b, "康复功能周期评定")

    def edit(draft: Draft, row: int) -> None:
        draft.add(row, item, time=draft.at(row, 1, 10.0), mark=False)
        draft.add(row, item, time=draft.at(row, 6, 10.0))

    b.plant(bill, rule, FAULT, "住院期间康复评定间隔不足", edit_lines=edit, prices_a2=True, without_marked=True)


def pl14_due(b: Builder, rule: str) -> None:
    """After the cycle, or within the few days that appointments move."""
    item = one(b, "色谱法糖化血红蛋白")
    _again(b, rule, LOOK_ALIKE, "间隔已满周期或在容许偏差内", item, int(b.pick([57, 60, 75])))


COURSE_FAULTS = [
    ("PL-03", pl03),
    ("PL-07", pl07_one_stay),
    ("PL-07", pl07_two_stays),
    ("PL-14", pl14_tests),
    ("PL-14", pl14_ward),
]
COURSE_LOOK_ALIKES = [
    ("PL-03", pl03_tried),
    ("PL-03", pl03_unknown),
    ("PL-07", pl07_within),
    ("PL-07", pl07_other_disease),
    ("PL-14", pl14_due),
]
