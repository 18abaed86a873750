"""Faults of those who order: antibacterials infections, and doctors who were not entitled (MG-10, MG-11, MG-12)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lianshen.province.bills import DAY, Bills
from lianshen.province.faults.builder import Builder
from lianshen.province.faults.planted import FAULT, LOOK_ALIKE, RELATED, Directed, Draft, Rows
from lianshen.province.faults.records import second_diagnosis
from lianshen.province.faults.rows import moment_of
from lianshen.province.medicine import diagnosis
from lianshen.province.people import LOCAL, REFERRAL
from lianshen.province.places import doctor_codes

Edit = Callable[[Rows], list[dict[str, Any]]]
SPECIAL = ("注射用替加环素", "利奈唑胺注射液", "注射用硫酸多黏菌素B")
PROPHYLAXIS = ("注射用头孢唑林钠", "注射用头孢呋辛钠")
CHIEF, ATTENDING = 0, 2
"""Ranks of doctors, in the order of their numbers."""
YEAR = 365


def _after_operation(
    b: Builder, rule: str, kind: str, note: str, icd3: str, offsets: tuple[int, ...], **more: Any
) -> None:
    """Plant a stay of ten days, operated on the second, with a drug before infections on some days of it."""
    drugs = b.named(*PROPHYLAXIS)
    drug = drugs[int(b.rng.integers(0, len(drugs)))]
    bill = b.adult_stay(sex=2 if icd3 == "C50" else 0, icd3=icd3, length=10)

    def edit(draft: Draft, row: int) -> None:
        for offset in offsets:
            draft.add(row, drug, count=4, time=draft.at(row, offset, 9.0), mark=kind == FAULT and offset > 2)

    b.plant(bill, rule, kind, note, edit_lines=edit, **more)


def mg10_prophylaxis(b: Builder, rule: str) -> None:
    """Prophylaxis until the sixth day after a clean operation."""
    _after_operation(
        b, rule, FAULT, "清洁手术预防用药超时限", "C50", (1, 2, 4, 5, 6), prices_a2=True, without_marked=True
    )


def mg10_implant(b: Builder, rule: str) -> None:
    """A new knee, and two days of prophylaxis."""
    _after_operation(b, rule, LOOK_ALIKE, "关节置换术后 2 日内预防用药", "M17", (1, 2, 3))


def mg10_infection(b: Builder, rule: str) -> None:
    """The wound became infected."""
    rows = {"diag_d": second_diagnosis("T81.400", "操作后感染")}
    _after_operation(b, rule, LOOK_ALIKE, "术后切口感染治疗用药", "C50", (1, 2, 4, 5, 6), rows=rows)


def _special(b: Builder, rule: str, kind: str, note: str, rank: int | None, level: int) -> None:
    """Plant a drug of the special grade, ordered by a doctor of a rank."""
    drugs = b.named(*SPECIAL)
    drug = drugs[int(b.rng.integers(0, len(drugs)))]
    code = b.ledger.catalogue.items[drug].code
    who = b.person(filing=REFERRAL, age=(35, 75))
    bill = b.stay(who, b.night(), 8, level=level, diag=diagnosis("J15"), place=b.place(int(b.people.treat[who]), level))
    first = int(b.places.first_doctor[int(bill.place[0])])
    doctor = str(doctor_codes(np.array([first + (0 if rank is None else (rank - first) % 4)]))[0].as_py())

    def ordered(rows: Rows) -> list[dict[str, Any]]:
        return [{**row, "bilg_dr_codg": doctor} if row["hilist_code"] == code else row for row in rows]

    def edit(draft: Draft, row: int) -> None:
        draft.add(row, drug, count=2, time=draft.at(row, 2, 10.0), mark=kind == FAULT)

    priced = {"prices_a2": True, "without_marked": True} if kind == FAULT else {}
    b.plant(bill, rule, kind, note, edit_lines=edit, rows={"fee_list_d": ordered}, **priced)


def mg10_rank(b: Builder, rule: str) -> None:
    """Ordered by an attending physician."""
    _special(b, rule, FAULT, "特殊使用级抗菌药物由主治医师开具", ATTENDING, 3)


def mg10_level(b: Builder, rule: str) -> None:
    """Ordered in a hospital of the first level, by whomever."""
    _special(b, rule, FAULT, "一级医院使用特殊使用级抗菌药物", None, 1)


def mg10_chief(b: Builder, rule: str) -> None:
    """Ordered by the chief physician."""
    _special(b, rule, LOOK_ALIKE, "特殊使用级抗菌药物由主任医师开具", CHIEF, 3)


def _by(doctor: str) -> Edit:
    return lambda rows: [{**row, "bilg_dr_codg": doctor} for row in rows]


def _foreign(b: Builder) -> str:
    """Return the code of a doctor whom nobody else's records name."""
    return f"D5199{b.group:04d}{int(b.rng.integers(0, 10**4)):04d}"


def _registered(b: Builder, doctor: str, bill: Bills, **columns: Any) -> None:
    """Register a doctor at the bill's hospital."""
    place = int(bill.place[0])

    def row(context: Any) -> list[dict[str, Any]]:
        plain = {
            "dr_code": doctor,
            "medins_code": context.institution(place),
            "dr_prac_type": "1",
            "dr_pro_tech_duty": "232",
            "prac_stas": "1",
            "cntr_begntime": moment_of((b.start - 4 * YEAR) * DAY),
        }
        return [{**plain, **columns}]

    b.more_rows("dr_info_b", 0, row)


def _ordered_by(b: Builder, rule: str, kind: str, note: str, icd3: str = "J18") -> tuple[str, Bills]:
    """Plant a stay whose lines are one doctor's who is no other's."""
    # Faults in large hospitals, look-alikes in others: a hospital's month is one finding.
    doctor, bill = _foreign(b), b.adult_stay(icd3=icd3, level=3 if kind == FAULT else 2)
    b.plant_subject(rule, kind, note, bills=[bill], rows={"fee_list_d": _by(doctor)})
    return doctor, bill


def mg12_unregistered(b: Builder, rule: str) -> None:
    """A doctor whom the hospital never registered."""
    _ordered_by(b, rule, FAULT, "开单医师未在本机构登记")


def mg12_ended(b: Builder, rule: str) -> None:
    """A doctor who left half a year ago."""
    doctor, bill = _ordered_by(b, rule, FAULT, "开单医师协议已到期")
    _registered(b, doctor, bill, cntr_endtime=moment_of((int(bill.begin[0]) - 180) * DAY))


def mg12_suspended(b: Builder, rule: str) -> None:
    """A doctor who is not in practice."""
    doctor, bill = _ordered_by(b, rule, FAULT, "开单医师执业状态异常")
    _registered(b, doctor, bill, prac_stas="2")


def mg12_scope(b: Builder, rule: str) -> None:
    """A physician who orders on the surgical ward."""
    doctor, bill = _ordered_by(b, rule, FAULT, "内科医师在外科科室开单", icd3="M47")
    _registered(b, doctor, bill, dr_prac_scp_code="101")


def mg12_just_left(b: Builder, rule: str) -> None:
    """A doctor whose contract ended a few days ago."""
    doctor, bill = _ordered_by(b, rule, LOOK_ALIKE, "离职登记在宽限期内")
    _registered(b, doctor, bill, cntr_endtime=moment_of((int(bill.end[0]) - 20) * DAY))


def mg12_guest(b: Builder, rule: str) -> None:
    """A doctor of another hospital who practises here as well, and is registered with both."""
    doctor, bill = _ordered_by(b, rule, LOOK_ALIKE, "多点执业医师已登记")
    _registered(b, doctor, bill, mul_prac_flag="1")


def _infections(
    b: Builder, rule: str, kind: str, note: str, hospitals: tuple[str, ...], months: tuple[int, ...]
) -> None:
    """Plant ten stays of last month and ten of this at a small hospital, four with an infection in ``months``."""
    # One hospital after the other: a hospital's month is one finding.
    places = sorted((one, pool, p) for (pool, one), p in b.places.shut.items() if one in hospitals)
    turn = sum(plan.rule == rule and plan.kind == kind for plan in b.subjects)
    _, pool, place = places[turn % len(places)]
    month = np.datetime64(b.start, "D").astype("datetime64[M]")
    first, following = (int((month + n).astype("datetime64[D]").astype(int)) for n in (0, 1))
    infected = second_diagnosis("T81.400", "操作后感染")
    bills: list[Directed] = []

    def edit(rows: Rows) -> list[dict[str, Any]]:
        return [{**row, "adm_cond_type": "4" if row["diag_code"] == "T81.400" else "1"} for row in infected(rows)]

    for nth, (begin, days) in enumerate([(first - 25, 22), (b.start, min(b.nights, following - b.start))]):
        for number in range(10):
            who = b.person(scope=LOCAL, insured=pool, treat=pool, age=(30, 75))
            length, end = int(b.rng.integers(4, 16)), begin + int(b.rng.integers(0, days))
            diag = diagnosis(("J18", "I63", "I50", "J44", "I48")[number % 5], 0)
            bill = b.stay(who, end, length, level=2, diag=diag, place=place, lines=30, target=3_500.0)

            rows = {"diag_d": edit} if number < 4 and nth in months else {}
            bills.append(b.plant(bill, rule, RELATED, note, rows=rows, of_subject=True))
    b.plant_subject(rule, kind, note, bills=bills)


def mg11(b: Builder, rule: str) -> None:
    """Four of ten stays with an infection that was not there on admission, two months running."""
    _infections(b, rule, FAULT, "院内感染率连续两月偏离", ("closed", "province"), (0, 1))


def mg11_one_month(b: Builder, rule: str) -> None:
    """The same, in one month only."""
    _infections(b, rule, LOOK_ALIKE, "院内感染率仅当月偏离", ("opened",), (1,))


STEWARD_FAULTS = [
    ("MG-10", mg10_prophylaxis),
    ("MG-10", mg10_rank),
    ("MG-10", mg10_level),
    ("MG-11", mg11),
    ("MG-12", mg12_unregistered),
    ("MG-12", mg12_ended),
    ("MG-12", mg12_suspended),
    ("MG-12", mg12_scope),
]
STEWARD_LOOK_ALIKES = [
    ("MG-10", mg10_implant),
    ("MG-10", mg10_infection),
    ("MG-10", mg10_chief),
    ("MG-11", mg11_one_month),
    ("MG-12", mg12_just_left),
    ("MG-12", mg12_guest),
]
