"""Faults in how often, how split and where care was settled: AD-04, AD-05, AD-10, AD-11, AD-12."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from lianshen.province.bills import Bills
from lianshen.province.faults.builder import Builder
from lianshen.province.faults.limits import Edit, one
from lianshen.province.faults.planted import FAULT, LOOK_ALIKE, RELATED, Draft, Rows
from lianshen.province.faults.rows import date_of
from lianshen.province.headers import Header
from lianshen.province.lists import sends_lists
from lianshen.province.medicine import CLINIC, SHOP, diagnosis
from lianshen.province.people import LONG_RESIDENT, REFERRAL, RESIDENT
from lianshen.province.places import DRUGSTORE

HIGH_DEDUCTIBLE = 10_000
"""So much was paid this year that the fund pays from the first yuan."""


def exactly(b: Builder, *charges: tuple[str, float]) -> Edit:
    """Return an edit that makes a visit's lines these items and nothing else."""
    items = [(one(b, name), many) for name, many in charges]

    def edit(draft: Draft, row: int) -> None:
        draft.lines.quantity[draft.of(row)] = 0
        for number, (item, many) in enumerate(items):
            draft.add(row, item, count=many, time=int(draft.bills.begin_time[row]) + 200 + number * 60)

    return edit


def _stays(
    b: Builder, rule: str, kind: str, note: str, gaps: Sequence[int], diseases: Sequence[str], *, med_type: int = 4
) -> None:
    """Plant stays of four days that end ``gaps`` days before the last one, in two hospitals in turn."""
    # A resident: an account would have to be right after each of the stays.
    who = b.person(filing=LONG_RESIDENT, age=(50, 75), insurance=RESIDENT)
    pool, last = int(b.people.treat[who]), b.night()
    first = b.place(pool, 3)
    places = [first, b.place(pool, 2, but=first)]
    group = b.new()
    b.file(who, LONG_RESIDENT, last - 200)
    for number, gap in enumerate(gaps):
        is_last = number == len(gaps) - 1
        stay = b.stay(
            who,
            last - gap,
            4,
            diag=diagnosis(diseases[number % len(diseases)]),
            place=places[number % 2],
            nth=number + 1,
            med_type=med_type,
        )
        b.plant(
            stay,
            rule,
            kind if is_last else RELATED,
            note if is_last else "同一患者此前的住院",
            group=group,
            file=False,
            maybe=("XR-14", "AD-01", "FR-14"),
        )


def ad04(b: Builder, rule: str) -> None:
    """Four stays within eighty days, for something else each time."""
    _stays(b, rule, FAULT, "90 天内住院四次", (74, 50, 25, 0), ("J44", "I63", "E11", "I50"))


def ad04_chemotherapy(b: Builder, rule: str) -> None:
    """Four cycles."""
    _stays(b, rule, LOOK_ALIKE, "化疗周期住院", (66, 44, 22, 0), ("Z51",))


def ad04_three(b: Builder, rule: str) -> None:
    """Three stays within the quarter."""
    _stays(b, rule, LOOK_ALIKE, "90 天内住院三次", (80, 40, 0), ("J44", "I63", "E11"))


def _from_own_pocket(header: Header, row: int) -> None:
    """Let the person pay what a relative's account would have paid."""
    header.cash[row] += header.family[row]
    header.family[row] = 0


def _visits(
    b: Builder,
    rule: str,
    kind: str,
    note: str,
    when: Sequence[tuple[int, float, int, int]],
    *charges: tuple[str, float],
) -> None:
    """Plant visits of one person: days before the last, hour, level of the institution, which of those."""
    # A resident, so that no account is emptied on the way.
    who = b.person(filing=LONG_RESIDENT, treat="5101", age=(40, 70), insurance=RESIDENT)
    pool, last = int(b.people.treat[who]), b.night()
    group = b.new()
    b.file(who, LONG_RESIDENT, last - 200)
    for number, (ago, hour, level, which) in enumerate(when):
        is_last = number == len(when) - 1
        members = [int(m) for m in b.places.members[(pool, level)]]
        shop = level == DRUGSTORE
        bill = b.visit(
            who,
            last - ago,
            hour,
            care=0 if shop else 1,
            profile=SHOP if shop else CLINIC,
            diag=-1 if shop else diagnosis("K29", CLINIC),
            place=members[which % len(members)],
            med_type=0 if shop else 1,
            target=60.0,
            lines=2,
        )
        name, many = charges[number % len(charges)]
        planted = b.plant(
            bill,
            rule,
            kind if is_last else RELATED,
            note if is_last else "同一患者的其他结算",
            group=group,
            file=False,
            maybe=("FR-09", "XR-19", "MG-07"),
            edit_lines=exactly(b, (name, many), ("乳果糖口服溶液", number + 1)),
        )
        planted.edit_facts = lambda facts, row: facts.deductible_paid.__setitem__(row, HIGH_DEDUCTIBLE)
        planted.edit_header = _from_own_pocket


_STOMACH = (("铝碳酸镁咀嚼片", 1.0), ("莫沙必利片", 1.0), ("双歧杆菌三联活菌胶囊", 1.0), ("蒙脱石散", 1.0))


def ad05_one_place(b: Builder, rule: str) -> None:
    """Three bills of one clinic on one day."""
    _visits(b, rule, FAULT, "同一机构一日三次结算", [(0, 8.5, 3, 0), (0, 11.0, 3, 0), (0, 15.0, 3, 0)], *_STOMACH)


def ad05_many_places(b: Builder, rule: str) -> None:
    """Two hospitals and two drugstores on one day."""
    when = [(0, 8.5, 3, 0), (0, 10.5, 3, 1), (0, 13.0, DRUGSTORE, 0), (0, 15.5, DRUGSTORE, 1)]
    _visits(b, rule, FAULT, "一日四家机构", when, *_STOMACH)


def ad05_purchases(b: Builder, rule: str) -> None:
    """Fifteen purchases in four weeks."""
    when = [(28 - 2 * number, 10.0, DRUGSTORE, number % 3) for number in range(15)]
    _visits(b, rule, FAULT, "30 天内购药十五次", when, *_STOMACH)


def ad05_acupuncture(b: Builder, rule: str) -> None:
    """Acupuncture, massage and a change of dressing at one clinic on one day."""
    when = [(0, 8.5, 3, 0), (0, 11.0, 3, 0), (0, 15.0, 3, 0)]
    _visits(b, rule, LOOK_ALIKE, "针灸推拿换药同日三次", when, ("普通针刺", 1), ("艾灸", 1), ("换药(中)", 1))


def ad05_twice(b: Builder, rule: str) -> None:
    """Morning and afternoon at one hospital."""
    _visits(b, rule, LOOK_ALIKE, "同一机构一日两次", [(0, 9.0, 3, 0), (0, 15.0, 3, 0)], *_STOMACH)


def ad10(b: Builder, rule: str) -> None:
    """Settled in the middle after three weeks."""
    who = b.person(filing=REFERRAL, age=(45, 75))
    bill = b.stay(who, b.night(), int(b.rng.integers(18, 30)), diag=diagnosis("I63"), target=30_000.0, lines=400)
    b.plant(bill, rule, FAULT, "住院不足九十天中途结算", says={"mid_setl_flag": "1"})


def ad10_new_year(b: Builder, rule: str) -> None:
    """Out before New Year, back after it."""
    new_year = (date(date_of(b.start).year, 1, 1) - date(1970, 1, 1)).days
    who = b.person(filing=LONG_RESIDENT, treat="5101", age=(50, 75), insurance=RESIDENT)
    place = b.place(int(b.people.treat[who]), 3)
    group = b.new()
    b.file(who, LONG_RESIDENT, new_year - 90)
    # The till was shut over New Year.
    first = b.stay(who, new_year - 4, 8, diag=diagnosis("J44"), place=place, settled=new_year + 1)
    second = b.stay(who, new_year + 9, 8, diag=diagnosis("J44"), place=place, nth=2)
    start = b.plant(first, rule, RELATED, "年末出院", group=group, file=False)
    b.plant(second, rule, FAULT, "跨年出院再入院", group=group, file=False, linked=start, also=("AD-01",))


def ad10_after_ninety_days(b: Builder, rule: str) -> None:
    """Settled in the middle after ninety-five days."""
    who = b.person(filing=LONG_RESIDENT, age=(45, 75))
    bill = b.stay(who, b.night(), 95, diag=diagnosis("I63"), target=90_000.0, lines=1_300)
    b.plant(bill, rule, LOOK_ALIKE, "住院九十天以上按规定中途结算", says={"mid_setl_flag": "1"}, also=("AD-09",))


def _listed(b: Builder, disease: str, *, leave: int = 1, target: float | None = None) -> Bills:
    """Return a stay in a hospital that is paid by group and sends lists."""
    who = b.person(filing=REFERRAL, treat="5101", age=(50, 70))
    listing = sends_lists(b.places)
    fit = [int(m) for m in b.places.members[(int(b.people.treat[who]), 3)] if listing[m]]
    fit = [m for m in fit if not b.places.stamps_midnight[m]] or fit
    place = fit[int(b.rng.integers(0, len(fit)))]
    return b.stay(who, b.night(), 7, diag=diagnosis(disease), place=place, leave=leave, target=target)


def _main_alone(rows: Rows) -> list[dict[str, Any]]:
    return [row for row in rows if row["maindiag_flag"] == "1"]


def _and(code: str, name: str) -> Any:
    def edit(rows: Rows) -> list[dict[str, Any]]:
        main = _main_alone(rows)
        return [*main, {**main[0], "diag_srt_no": 2, "maindiag_flag": "0", "diag_code": code, "diag_name": name}]

    return edit


def _in_heavier(diagnoses: int) -> Any:
    def edit(rows: Rows) -> list[dict[str, Any]]:
        return [{**row, "grp_code": row["grp_code"][:-1] + "1", "diag_code_cnt": diagnoses} for row in rows]

    return edit


def ad11(b: Builder, rule: str) -> None:
    """In the group with complications, without any."""
    rows = {"diag_d": _main_alone, "setl_list_d": _in_heavier(1)}
    b.plant(_listed(b, "J18"), rule, FAULT, "无其他诊断而入合并症组", rows=rows)


def ad11_unsupported(b: Builder, rule: str) -> None:
    """In the group with complications for a respiratory failure of which nothing is on the bill."""
    rows = {"diag_d": _and("J96.900", "呼吸衰竭"), "setl_list_d": _in_heavier(2)}
    breathing = np.array(b.named("氧气吸入", "无创呼吸机", "呼吸机", "重症监护", "血氧饱和度"), dtype=np.int64)
    b.plant(
        _listed(b, "J44"),
        rule,
        FAULT,
        "呼吸衰竭无诊疗费用支持",
        rows=rows,
        edit_lines=lambda draft, row: draft.drop(row, breathing),
        maybe=("MG-03",),
    )


def ad11_diabetes(b: Builder, rule: str) -> None:
    """In the group with complications, with high blood pressure."""
    rows = {"diag_d": _and("I10.x00", "特发性高血压"), "setl_list_d": _in_heavier(2)}
    b.plant(_listed(b, "J18"), rule, LOOK_ALIKE, "合并症有记录", rows=rows)


def ad11_died(b: Builder, rule: str) -> None:
    """In the group with complications, died early."""
    rows = {"diag_d": _main_alone, "setl_list_d": _in_heavier(1)}
    b.plant(_listed(b, "I50", leave=5), rule, LOOK_ALIKE, "早期死亡", rows=rows)


FREQUENCY_FAULTS = [
    ("AD-04", ad04),
    ("AD-05", ad05_one_place),
    ("AD-05", ad05_many_places),
    ("AD-05", ad05_purchases),
    ("AD-10", ad10),
    ("AD-10", ad10_new_year),
    ("AD-11", ad11),
    ("AD-11", ad11_unsupported),
]
FREQUENCY_LOOK_ALIKES = [
    ("AD-04", ad04_chemotherapy),
    ("AD-04", ad04_three),
    ("AD-05", ad05_acupuncture),
    ("AD-05", ad05_twice),
    ("AD-10", ad10_after_ninety_days),
    ("AD-11", ad11_diabetes),
    ("AD-11", ad11_died),
]
