"""Faults in how much at once: PL-06, PL-08, PL-12, PL-15."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np

from lianshen.province.bills import DAY, Bills
from lianshen.province.faults.builder import Builder
from lianshen.province.faults.courses import clinic_on, daily, paid_before
from lianshen.province.faults.limits import adding, changed, one, one_more
from lianshen.province.faults.planted import FAULT, LOOK_ALIKE, RELATED, Draft, Rows
from lianshen.province.faults.rows import date_of, moment_of
from lianshen.province.medicine import CHRONIC, EMERGENCY, diagnosis
from lianshen.province.people import LONG_RESIDENT
from lianshen.province.registers import SCOPED

MILLION = 1_000_000
WITHOUT_LIST = [p for p in ("5103", "5104", "5105", "5109", "5115", "5118", "5120") if p not in SCOPED]


def pl06_clinic(b: Builder, rule: str) -> None:
    """Two months at once in a clinic, or a month in an emergency."""
    drug = one(b, "氨氯地平片(5mg*28", "瑞舒伐他汀片(10mg*28")
    who = b.person(age=(40, 70))
    if b.rng.random() < 0.5:
        bill, note, packs = clinic_on(b, who, b.night(), "I10"), "普通门诊一次开药 84 天", 3
    else:
        bill = b.visit(
            who, b.night(), 20.0, care=2, profile=EMERGENCY, diag=diagnosis("R10", EMERGENCY), level=3, med_type=2
        )
        note, packs = "急诊一次开药 56 天", 2
    b.plant(bill, rule, FAULT, note, edit_lines=adding(drug, packs))


def pl06_acute(b: Builder, rule: str) -> None:
    """A fortnight of an antibiotic."""
    drug = one(b, "阿莫西林胶囊")
    rows = {"fee_list_d": changed(b, drug, prd_days=Decimal("14.00"))}
    bill = clinic_on(b, b.person(age=(25, 55)), b.night(), "J06")

    def edit(draft: Draft, row: int) -> None:
        draft.drop(row, np.array([drug]))
        draft.add(row, drug, count=4)

    b.plant(bill, rule, FAULT, "急性病一次开药 14 天", edit_lines=edit, rows=rows)


def pl06_discharge(b: Builder, rule: str) -> None:
    """Two months taken home from a stay."""
    drug = one(b, "氯吡格雷片(75mg*28")
    rows = {"fee_list_d": changed(b, drug, dscg_tkdrug_flag="1")}
    edit = adding(drug, 2)
    b.plant(b.adult_stay(icd3="I63"), rule, FAULT, "出院带药 56 天", edit_lines=edit, rows=rows)


def pl06_long_prescription(b: Builder, rule: str) -> None:
    """Twelve weeks for a registered disease."""
    who = b.person(age=(50, 75), insurance=0, filing=LONG_RESIDENT)
    bill = b.visit(who, b.night(), 9.0, care=3, profile=CHRONIC, diag=diagnosis("I10", CHRONIC), level=2, med_type=3)
    b.file(who, LONG_RESIDENT, b.start - 100)
    drug = one(b, "氨氯地平片(5mg*28")

    def edit(draft: Draft, row: int) -> None:
        draft.lines.quantity[draft.of(row)] = 0
        draft.add(row, drug, count=3, time=int(draft.bills.begin_time[row]) + 600, mark=False)

    b.plant(bill, rule, LOOK_ALIKE, "慢特病 12 周长期处方", file=False, edit_lines=edit)


def pl06_month(b: Builder, rule: str) -> None:
    """Twenty-eight days of a chronic disease's drug, or one pack in an emergency."""
    drug = one(b, "达格列净片(10mg*14")
    bill = clinic_on(b, b.person(age=(40, 70)), b.night(), "E11")
    b.plant(bill, rule, LOOK_ALIKE, "慢性病用药 28 天", edit_lines=adding(drug, 2, mark=False))


def _chronic(b: Builder, home: str) -> Bills:
    who = b.person(insured=home, age=(50, 75), insurance=0, filing=LONG_RESIDENT)
    b.file(who, LONG_RESIDENT, b.start - 100)
    return b.visit(who, b.night(), 9.0, care=3, profile=CHRONIC, diag=diagnosis("I10", CHRONIC), level=2, med_type=3)


def pl08(b: Builder, rule: str) -> None:
    """A painkiller, or a dialysis patient's drug, on the bill for hypertension."""
    item = one(b, "布洛芬缓释胶囊", "双氯芬酸缓释片", "左卡尼汀注射液", "铝碳酸镁")
    bill = _chronic(b, str(b.pick(list(SCOPED))))
    b.plant(
        bill,
        rule,
        FAULT,
        "项目不在登记病种支付范围",
        file=False,
        edit_lines=adding(item, 2),
        prices_a2=True,
        without_marked=True,
    )


def pl08_second_disease(b: Builder, rule: str) -> None:
    """On the list of a second disease that the person is registered for."""

    def registered(rows: Rows) -> list[dict[str, Any]]:
        other = {"opsp_dise_code": "M07800", "opsp_dise_name": "慢性肾功能衰竭"}
        return [*rows, *({**row, **other} for row in rows[:1])]

    bill = _chronic(b, str(b.pick(list(SCOPED))))
    edit, rows = adding(one(b, "左卡尼汀注射液"), 2, mark=False), {"opsp_reg_d": registered}
    b.plant(bill, rule, LOOK_ALIKE, "属于第二登记病种", file=False, edit_lines=edit, rows=rows)


def pl08_no_list(b: Builder, rule: str) -> None:
    """The insured region sent no list."""
    edit = adding(one(b, "布洛芬缓释胶囊"), 2, mark=False)
    b.plant(_chronic(b, str(b.pick(WITHOUT_LIST))), rule, LOOK_ALIKE, "参保地无病种清单", file=False, edit_lines=edit)


def _operations(b: Builder, rule: str, kind: str, note: str, *, count: float, apart: bool) -> None:
    """Plant an appendectomy beside the removal of the gall bladder."""
    bill = b.adult_stay(icd3="K80")
    item = one(b, "腹腔镜阑尾切除术")
    first = (int(bill.begin[0]) + 1) * DAY + 9 * 3600
    starts = (first, first + (6 * 3600 if apart else 0))

    def operated(rows: Rows) -> list[dict[str, Any]]:
        more = {"oprn_oprt_sn": "2", "main_oprn_flag": "0", "oprn_oprt_code": "47.0100"}
        named = {"oprn_oprt_name": "腹腔镜下阑尾切除术"}
        both = [rows[0], {**rows[0], **more, **named}]
        return [
            {
                **row,
                "oprn_oprt_date": date_of(start // DAY),
                "oprn_oprt_begntime": moment_of(start),
                "oprn_oprt_endtime": moment_of(start + 7_200),
            }
            for row, start in zip(both, starts, strict=True)
        ]

    def edit(draft: Draft, row: int) -> None:
        draft.add(row, item, count=count, time=draft.at(row, 1, 11.0), mark=kind == FAULT)

    counted = one_more("oprn_oprt_code_cnt")
    b.plant(bill, rule, kind, note, edit_lines=edit, rows={"oprn_d": operated, "setl_list_d": counted})


def pl12(b: Builder, rule: str) -> None:
    """The second operation through one incision in full, or at too large a share."""
    count = float(b.pick([100, 100, 80])) / 100
    _operations(b, rule, FAULT, "同切口第二种手术未折价", count=count, apart=False)


def pl12_half(b: Builder, rule: str) -> None:
    """At half the price."""
    _operations(b, rule, LOOK_ALIKE, "同切口第二种手术已按 50% 计收", count=0.5, apart=False)


def pl12_apart(b: Builder, rule: str) -> None:
    """Two operations of one day, hours apart."""
    _operations(b, rule, LOOK_ALIKE, "同日先后两台手术", count=1, apart=True)


def pl15_item(b: Builder, rule: str) -> None:
    """A dear implant, in scope beyond what is covered of one."""
    b.plant(b.adult_stay(), rule, FAULT, "单件超过支付限额", edit_lines=adding(one(b, "人工耳蜗")))


def pl15_stay(b: Builder, rule: str) -> None:
    """Dressings beyond the amount of a stay."""
    edit = daily(one(b, "负压伤口"), 6, free=4)
    b.plant(b.adult_stay(icd3="S82", length=9), rule, FAULT, "单次住院超过支付限额", edit_lines=edit)


def _sensors(b: Builder, rule: str, kind: str, note: str, counts: tuple[int, int]) -> None:
    who, item = b.person(age=(40, 70), insurance=0, filing=LONG_RESIDENT), one(b, "持续葡萄糖监测")
    last, group = b.night(), b.new()
    for gap, count, what, said in ((30, counts[0], RELATED, "此前购买"), (0, counts[1], kind, note)):
        bill = clinic_on(b, who, last - gap, "E11")
        edit = adding(item, count, mark=what == FAULT)
        paid_before(b.plant(bill, rule, what, said, group=group, edit_lines=edit))


def pl15_year(b: Builder, rule: str) -> None:
    """Sensors beyond the amount of a year, at two visits."""
    _sensors(b, rule, FAULT, "年度超过支付限额", (6, 6))


def pl15_within(b: Builder, rule: str) -> None:
    """Below the amount of a year, of a stay or of one piece."""
    kind = int(b.rng.integers(0, 3))
    if kind == 0:
        _sensors(b, rule, LOOK_ALIKE, "年度未超过支付限额", (5, 4))
    elif kind == 1:
        edit = daily(one(b, "负压伤口"), 4)
        b.plant(b.adult_stay(icd3="S82", length=9), rule, LOOK_ALIKE, "单次住院未超过支付限额", edit_lines=edit)
    else:
        item = one(b, "人工耳蜗")

        def cheaper(draft: Draft, row: int) -> None:
            draft.add(row, item, price=50_000 * MILLION, mark=False)

        b.plant(b.adult_stay(), rule, LOOK_ALIKE, "纳入部分恰为单件支付限额", edit_lines=cheaper)


AMOUNT_FAULTS = [
    ("PL-06", pl06_clinic),
    ("PL-06", pl06_acute),
    ("PL-06", pl06_discharge),
    ("PL-08", pl08),
    ("PL-12", pl12),
    ("PL-15", pl15_item),
    ("PL-15", pl15_stay),
    ("PL-15", pl15_year),
]
AMOUNT_LOOK_ALIKES = [
    ("PL-06", pl06_long_prescription),
    ("PL-06", pl06_month),
    ("PL-08", pl08_second_disease),
    ("PL-08", pl08_no_list),
    ("PL-12", pl12_half),
    ("PL-12", pl12_apart),
    ("PL-15", pl15_within),
]
