"""Faults in prescriptions: MD-05, MD-06, MD-07, and AD-12 (bought outside a stay)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from lianshen.province.faults.builder import Builder
from lianshen.province.faults.frequency import HIGH_DEDUCTIBLE, exactly
from lianshen.province.faults.limits import Edit, clinic, one
from lianshen.province.faults.planted import FAULT, LOOK_ALIKE, RELATED, Draft, Rows
from lianshen.province.medicine import CLINIC, CLINIC_TCM, SHOP, diagnosis
from lianshen.province.people import LONG_RESIDENT, REFERRAL


def besides(b: Builder, *charges: tuple[str, int, float]) -> Edit:
    """Return an edit that adds items: name, day of the bill, quantity."""
    items = [(one(b, name), day, many) for name, day, many in charges]

    def edit(draft: Draft, row: int) -> None:
        for number, (item, day, many) in enumerate(items):
            draft.add(row, item, count=many, time=draft.at(row, day, 9.0 + number * 0.2))

    return edit


def lines_with(kinds: tuple[str, ...], **values: object) -> dict[str, Any]:
    """Return a change of the lines of some lists (``101`` drugs, ``102`` herbs)."""

    def edit(rows: Rows) -> list[dict[str, Any]]:
        return [{**row, **values} if row["list_type"] in kinds else row for row in rows]

    return {"fee_list_d": edit}


def two_visits(
    b: Builder,
    rule: str,
    kind: str,
    note: str,
    gap: int,
    first: Edit,
    second: Edit,
    *,
    icd3: str = "I10",
    between: bool = False,
) -> None:
    """Plant visits to two hospitals of a city, ``gap`` days apart; with an emergency ``between`` them if need be."""
    who = b.person(filing=LONG_RESIDENT, treat="5101", age=(45, 70), insurance=0)
    pool, last = int(b.people.treat[who]), b.night()
    one_place = b.place(pool, 3)
    group = b.new()
    b.file(who, LONG_RESIDENT, last - 200)
    places, edits = [one_place, b.place(pool, 3, but=one_place)], [first, second]
    before = None
    for number, day in enumerate((last - gap, last)):
        bill = b.visit(
            who,
            day,
            9.0 + 4 * number,
            care=1,
            profile=CLINIC,
            diag=diagnosis(icd3, CLINIC),
            place=places[number],
            level=3,
        )
        what, words = (kind, note) if number else (RELATED, "前一次就诊")
        planted = b.plant(bill, rule, what, words, group=group, file=False, edit_lines=edits[number], linked=before)
        planted.edit_facts = lambda facts, row: facts.deductible_paid.__setitem__(row, HIGH_DEDUCTIBLE)
        before = planted
    if between:
        bill = b.visit(who, last - 1, 20.0, care=2, profile=13, diag=diagnosis("R10", 13), med_type=2, place=one_place)
        b.plant(bill, rule, RELATED, "两次检查之间急诊", group=group, file=False)


_STATINS = ("洛伐他汀片", "氟伐他汀胶囊")


def md05_two_statins(b: Builder, rule: str) -> None:
    """Another statin from another hospital, five days later."""
    first, second = (exactly(b, (name, 2), ("血细胞分析", 1)) for name in _STATINS)
    two_visits(b, rule, FAULT, "同类降脂药两院重叠开具", 5, first, second)


def md05_prescription(b: Builder, rule: str) -> None:
    """Eight kinds on one prescription."""
    names = ("氨氯地平片", "缬沙坦胶囊", "美托洛尔缓释片", "阿托伐他汀片", "阿司匹林肠溶片", "奥美拉唑肠溶胶囊")
    edit = exactly(b, *((name, 1) for name in names), ("雷贝拉唑肠溶片", 1), ("银杏叶片", 1), ("复方丹参滴丸", 1))
    rows = lines_with(("101",), rxno=f"RX{int(b.rng.integers(10**8, 10**9))}")
    b.plant(clinic(b, "I10"), rule, FAULT, "单张处方九种药品", edit_lines=edit, rows=rows)


def md05_injections(b: Builder, rule: str) -> None:
    """Four kinds of injections of Chinese medicine in one stay."""
    names = ("清开灵注射液", "喜炎平注射液", "痰热清注射液", "生脉注射液")
    edit = besides(b, *((name, day, 4) for day, name in enumerate(names)))
    b.plant(b.adult_stay(length=7), rule, FAULT, "住院使用四种中药注射剂", edit_lines=edit)


def md05_switched(b: Builder, rule: str) -> None:
    """The other statin when the first was used up."""
    first, second = (exactly(b, (name, 1), ("血细胞分析", 1)) for name in _STATINS)
    two_visits(b, rule, LOOK_ALIKE, "前药用完后换药", 14, first, second)


def md05_five(b: Builder, rule: str) -> None:
    """Five kinds on one prescription, and tests."""
    edit = exactly(
        b, ("氨氯地平片", 1), ("缬沙坦胶囊", 1), ("美托洛尔缓释片", 1), ("阿托伐他汀片", 1), ("阿司匹林肠溶片", 1),
        ("血细胞分析", 1), ("葡萄糖测定", 1),
    )  # fmt: skip
    rows = lines_with(("101",), rxno=f"RX{int(b.rng.integers(10**8, 10**9))}")
    b.plant(clinic(b, "I10"), rule, LOOK_ALIKE, "单张处方五种药品", edit_lines=edit, rows=rows)


def md06(b: Builder, rule: str) -> None:
    """An anti-inflammatory with a bleeding ulcer, a drug of use in a stroke for pneumonia."""
    if b.rng.random() < 0.5:
        b.plant(
            b.adult_stay(icd3="K25"), rule, FAULT, "消化性溃疡使用吲哚美辛", edit_lines=besides(b, ("吲哚美辛", 1, 1))
        )
    else:
        b.plant(b.adult_stay(), rule, FAULT, "肺炎使用奥扎格雷", edit_lines=besides(b, ("奥扎格雷", 1, 3)))


def _for_age(b: Builder, rule: str, kind: str, note: str, age: tuple[float, float]) -> None:
    who = b.person(age=age, insurance=0)
    bill = b.visit(who, b.night(), 10.0, care=1, profile=CLINIC, diag=diagnosis("E11", CLINIC), level=3)
    b.plant(bill, rule, kind, note, edit_lines=besides(b, ("格列本脲片", 0, 1)))


def md06_old(b: Builder, rule: str) -> None:
    """A sugar drug that is forbidden above seventy."""
    _for_age(b, rule, FAULT, "70 岁以上使用格列本脲", (73, 85))


def md06_pregnant(b: Builder, rule: str) -> None:
    """Ribavirin for a woman in labour."""
    who = b.person(sex=2, age=(23, 36), filing=REFERRAL)
    bill = b.stay(who, b.night(), 4, diag=diagnosis("O80"))
    b.plant(bill, rule, FAULT, "妊娠期使用利巴韦林", edit_lines=besides(b, ("利巴韦林", 0, 2)))


def _together(b: Builder, rule: str, kind: str, note: str, days: tuple[int, int]) -> None:
    edit = besides(b, ("西沙必利片", days[0], 1), ("克拉霉素片", days[1], 1))
    b.plant(b.adult_stay(length=7), rule, kind, note, edit_lines=edit)


def md06_together(b: Builder, rule: str) -> None:
    """Two drugs on one day that must not be given together."""
    _together(b, rule, FAULT, "西沙必利与克拉霉素同日使用", (2, 2))


def md06_one_after_the_other(b: Builder, rule: str) -> None:
    """The same drugs three days apart."""
    _together(b, rule, LOOK_ALIKE, "两药先后使用，相隔三日", (1, 4))


def md06_at_sixty(b: Builder, rule: str) -> None:
    """The sugar drug at sixty."""
    _for_age(b, rule, LOOK_ALIKE, "60 岁使用格列本脲", (56, 66))


def _herbs(b: Builder, rule: str, kind: str, note: str, *herbs: tuple[str, float], **values: object) -> None:
    rows = lines_with(("102",), **values) if values else {}
    b.plant(clinic(b, "M54", profile=CLINIC_TCM), rule, kind, note, edit_lines=exactly(b, *herbs), rows=rows)


def md07_pair(b: Builder, rule: str) -> None:
    """Aconite with pinellia."""
    _herbs(b, rule, FAULT, "十八反：半夏与制川乌同方", ("半夏", 63), ("制川乌", 21), ("茯苓", 105))


def md07_grams(b: Builder, rule: str) -> None:
    """Twenty grams of scorpion in a dose."""
    _herbs(b, rule, FAULT, "全蝎单剂二十克", ("全蝎", 140), ("川芎", 70), prd_days=Decimal(7))


def md07_pieces(b: Builder, rule: str) -> None:
    """Thirty-four kinds in one prescription."""
    kinds = [item.name for item in b.ledger.catalogue.items if item.kind == "herb" and item.item_class == "01"]
    _herbs(b, rule, FAULT, "一方三十四味", *((name, 105.0) for name in kinds[:34]))


def md07_doses(b: Builder, rule: str) -> None:
    """Twenty-eight doses at once."""
    _herbs(b, rule, FAULT, "一方二十八剂", ("黄芪", 840), ("党参", 560), ("白术", 420), prd_days=Decimal(28))


def md07_paste(b: Builder, rule: str) -> None:
    """A paste for a month."""
    _herbs(
        b, rule, LOOK_ALIKE, "膏方一料",
        ("黄芪", 840), ("党参", 560), ("全蝎", 140), prd_days=Decimal(30), tcmdrug_used_way="膏方",
    )  # fmt: skip


def md07_week(b: Builder, rule: str) -> None:
    """Seven doses within the pharmacopoeia."""
    _herbs(b, rule, LOOK_ALIKE, "七剂常用量", ("全蝎", 42), ("川芎", 70), prd_days=Decimal(7))


def _outside(b: Builder, rule: str, kind: str, note: str, *, ago: int, prescribed: bool = False, **values: Any) -> None:
    """Plant a stay of eight days and a purchase in a drugstore ``ago`` days after the discharge."""
    who = b.person(filing=LONG_RESIDENT, treat="5101", age=(45, 70), insurance=0)
    pool, end = int(b.people.treat[who]), b.night() - 2
    stay = b.stay(who, end, 8, diag=diagnosis("I63" if prescribed else "C22"), place=b.place(pool, 3))
    visit = b.visit(who, end + ago, 10.0, care=0, profile=SHOP, med_type=0, target=400.0, lines=2)
    group = b.new()
    b.file(who, LONG_RESIDENT, end - 120)
    inside = b.plant(stay, rule, RELATED, "住院", group=group, file=False)
    drug = ("血塞通软胶囊", 12.0) if prescribed else ("注射用培美曲塞", 18.0)
    outside = b.plant(
        visit,
        rule,
        kind,
        note,
        group=group,
        file=False,
        linked=inside,
        edit_lines=exactly(b, drug),
        rows=lines_with(("101",), **values) if values else {},
        maybe=("AD-07", "PL-10", "MD-01", "XR-19"),
    )
    outside.edit_facts = lambda facts, row: facts.deductible_paid.__setitem__(row, HIGH_DEDUCTIBLE)


def ad12(b: Builder, rule: str) -> None:
    """Chemotherapy bought in a drugstore the day after the discharge."""
    _outside(b, rule, FAULT, "住院化疗药在药店购买", ago=1)


def ad12_prescribed(b: Builder, rule: str) -> None:
    """A prescription of the ward, filled in a drugstore during the stay."""
    _outside(b, rule, FAULT, "住院期间外配处方购药", ago=-4, prescribed=True, rx_circ_flag="1")


def ad12_negotiated(b: Builder, rule: str) -> None:
    """A negotiated drug through the second channel."""
    _outside(b, rule, LOOK_ALIKE, "双通道谈判药在药店购买", ago=1, hi_nego_drug_flag="1")


PRESCRIPTION_FAULTS = [
    ("MD-05", md05_two_statins),
    ("MD-05", md05_prescription),
    ("MD-05", md05_injections),
    ("MD-06", md06),
    ("MD-06", md06_old),
    ("MD-06", md06_pregnant),
    ("MD-06", md06_together),
    ("MD-07", md07_pair),
    ("MD-07", md07_grams),
    ("MD-07", md07_pieces),
    ("MD-07", md07_doses),
    ("AD-12", ad12),
    ("AD-12", ad12_prescribed),
]
PRESCRIPTION_LOOK_ALIKES = [
    ("MD-05", md05_switched),
    ("MD-05", md05_five),
    ("MD-06", md06_one_after_the_other),
    ("MD-06", md06_at_sixty),
    ("MD-07", md07_paste),
    ("MD-07", md07_week),
    ("AD-12", ad12_negotiated),
]
