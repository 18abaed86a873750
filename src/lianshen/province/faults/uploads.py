"""Faults in what is sent, and when: settlement lists, late uploads, charges outside the stay (MG-01, MG-07, MG-08)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from lianshen.province.bills import DAY, Bills
from lianshen.province.faults.builder import Builder
from lianshen.province.faults.planted import FAULT, LOOK_ALIKE, Draft, Rows
from lianshen.province.faults.rows import moment_of
from lianshen.province.lists import sends_lists
from lianshen.province.medicine import diagnosis
from lianshen.province.people import LOCAL, REFERRAL

Edit = Callable[[Rows], list[dict[str, Any]]]
EMERGENCY_TO_WARD = 6
QUIET, OPEN = ("closed", "province", "opened"), ("opened",)
"""Hospitals that nobody comes to but planted patients."""


def _quiet_stay(b: Builder, *, night: int | None = None, lists: bool = False, kinds: tuple[str, ...] = QUIET) -> Bills:
    """Return a stay of a local patient in a hospital to which nobody comes every day."""
    sends = sends_lists(b.places)
    quiet = [(pool, p) for (pool, kind), p in b.places.shut.items() if kind in kinds and (sends[p] or not lists)]
    pool, place = quiet[int(b.rng.integers(0, len(quiet)))]
    who = b.person(scope=LOCAL, insured=pool, treat=pool, age=(30, 75))
    when = b.night() if night is None else night
    return b.stay(who, when, int(b.rng.integers(5, 9)), level=2, diag=diagnosis("J18"), place=place)


def _listed_stay(b: Builder) -> Bills:
    """Return a stay in any hospital that sends settlement lists."""
    sends = sends_lists(b.places)
    found = [(pool, int(p)) for (pool, level), some in b.places.members.items() if level >= 2 for p in some if sends[p]]
    pool, place = found[int(b.rng.integers(0, len(found)))]
    who = b.person(treat=b.regions.pool_code[pool], filing=REFERRAL, age=(30, 75))
    return b.stay(who, b.night(), int(b.rng.integers(5, 10)), diag=diagnosis("J18"), place=place)


def _said(**columns: Any) -> Edit:
    return lambda rows: [{**row, **columns} for row in rows]


def _declared_after(bill: Bills, days: int) -> Edit:
    return _said(dcla_time=moment_of((int(bill.settle_time[0]) // DAY + days) * DAY + 15 * 3_600))


def mg01_late(b: Builder, rule: str) -> None:
    """Declared when the month had been closed."""
    bill = _quiet_stay(b, lists=True)
    days = int(b.rng.integers(11, 25))
    b.plant(bill, rule, FAULT, f"结算清单第 {days} 天申报", rows={"setl_list_d": _declared_after(bill, days)})


def mg01_missing(b: Builder, rule: str) -> None:
    """Never declared, though the next patient's list was, on the last day that it was due."""
    nights = [b.start + n for n in range(b.nights)]
    month = [str(np.datetime64(on, "D").astype("datetime64[M]")) for on in nights]
    pairs = [(on, on + 1) for on, here, then in zip(nights, month, month[1:], strict=False) if here == then]
    if not pairs:
        mg01_late(b, rule)
        return
    first, second = pairs[int(b.rng.integers(0, len(pairs)))]
    without = _quiet_stay(b, night=first, lists=True)
    place, pool = int(without.place[0]), int(b.people.treat[int(without.person[0])])
    code = b.regions.pool_code[pool]
    who = b.person(scope=LOCAL, insured=code, treat=code, age=(30, 75))
    with_list = b.stay(who, second, 6, level=2, diag=diagnosis("J20"), place=place)
    empty: dict[str, Edit] = {"setl_list_d": lambda rows: [], "setl_list_item_d": lambda rows: []}
    b.plant(without, rule, FAULT, "住院未上传结算清单", rows=empty)
    b.plant(with_list, rule, LOOK_ALIKE, "结算清单第 10 天申报", rows={"setl_list_d": _declared_after(with_list, 10)})


def mg01_sum(b: Builder, rule: str) -> None:
    """Charges of the list that do not add up to the bill."""

    def less(rows: Rows) -> list[dict[str, Any]]:
        ordered = sorted(rows, key=lambda row: Decimal(row["amt"]), reverse=True)
        return [{**ordered[0], "amt": Decimal(ordered[0]["amt"]) - 100}, *ordered[1:]]

    b.plant(_listed_stay(b), rule, FAULT, "清单收费项目合计少 100 元", rows={"setl_list_item_d": less})


def mg01_incomplete(b: Builder, rule: str) -> None:
    """No main diagnosis, no record number, or another day of discharge."""
    bill = _listed_stay(b)
    gone: list[tuple[str, dict[str, Any]]] = [
        ("清单缺主要诊断", {"maindiag_code": None}),
        ("清单缺病案号", {"medcasno": None}),
        ("清单出院日期与结算不符", {"dscg_time": moment_of(int(bill.end_time[0]) + 3 * DAY)}),
    ]
    note, columns = gone[int(b.rng.integers(0, len(gone)))]
    b.plant(bill, rule, FAULT, note, rows={"setl_list_d": _said(**columns)})


def mg01_sex_of_header(b: Builder, rule: str) -> None:
    """The list has the sex that the settlement has; both have the wrong one."""
    bill = _listed_stay(b)
    b.people.twist[int(bill.person[0])] = 1
    b.plant(bill, rule, LOOK_ALIKE, "清单与结算性别一致，均录错")


def mg07_lines(b: Builder, rule: str) -> None:
    """A hospital that uploads its charges two days later."""
    # Where hardly anybody comes: a tenth of the month's lines has to be late.
    first = _quiet_stay(b, kinds=("closed",))
    place = int(first.place[0])
    pool = b.regions.pool_code[int(b.places.pool[place])]
    another = b.person(scope=LOCAL, insured=pool, treat=pool, age=(30, 75))
    bills = [first, b.stay(another, b.night(), 6, level=2, diag=diagnosis("J18"), place=place)]
    late = int(b.rng.integers(30, 72))

    def edit(rows: Rows) -> list[dict[str, Any]]:
        return [{**row, "crte_time": _after(row["fee_ocur_time"], late)} for row in rows]

    b.plant_subject(rule, FAULT, f"费用明细迟传 {late} 小时", bills=bills, rows={"fee_list_d": edit})


def mg07_admission(b: Builder, rule: str) -> None:
    """An admission registered on the third day."""
    bill = b.adult_stay(length=8)
    hours = int(b.rng.integers(49, 100))
    rows = {"mdtrt_d": _said(crte_time=moment_of(int(bill.begin_time[0]) + hours * 3_600 + 60), adm_way="2")}
    b.plant_subject(rule, FAULT, f"入院 {hours} 小时后登记", bills=[bill], rows=rows)


def mg07_emergency(b: Builder, rule: str) -> None:
    """Came unconscious and was registered when somebody knew the name."""
    bill = b.adult_stay(length=8, level=2)
    rows = {"mdtrt_d": _said(crte_time=moment_of(int(bill.begin_time[0]) + 70 * 3_600), adm_way="1")}
    b.plant_subject(rule, LOOK_ALIKE, "急诊入院身份不明后补登记", bills=[bill], rows=rows)


def mg07_outage(b: Builder, rule: str) -> None:
    """Uploaded when the network was back."""
    bill = _quiet_stay(b, kinds=OPEN)
    place, begin, end = int(bill.place[0]), int(bill.begin_time[0]) - 3_600, int(bill.end_time[0]) + 2 * DAY

    def edit(rows: Rows) -> list[dict[str, Any]]:
        return [{**row, "crte_time": moment_of(end + 3_600)} for row in rows]

    def outage(context: Any) -> list[dict[str, Any]]:
        return [
            {
                "outage_id": f"OUTP{place}{begin}",
                "admdvs": context.agency(place),
                "fixmedins_code": context.institution(place),
                "begntime": moment_of(begin),
                "endtime": moment_of(end),
            }
        ]

    b.plant_subject(rule, LOOK_ALIKE, "网络故障恢复后补传", bills=[bill], rows={"fee_list_d": edit})
    b.more_rows("outage_d", int(bill.settle_time[0]) // DAY, outage)


def _after(when: datetime, hours: int) -> datetime:
    return when + timedelta(hours=hours)


def mg08_before(b: Builder, rule: str) -> None:
    """A drug of days before the admission."""
    drug = b.named("注射用泮托拉唑")[0]
    bill = b.adult_stay()

    def edit(draft: Draft, row: int) -> None:
        draft.add(row, drug, count=4, time=(int(draft.bills.begin[row]) - 2) * DAY + 10 * 3_600)

    b.plant(bill, rule, FAULT, "入院前两日计费", edit_lines=edit, prices_a2=True, without_marked=True)


def mg08_after(b: Builder, rule: str) -> None:
    """Nursing and treatment of days after the discharge."""
    who = b.person(filing=REFERRAL, age=(35, 75))
    item = b.named("换药(大)")[0]
    last = b.night()
    bill = b.stay(who, last - 4, 6, diag=diagnosis("J18"), settled=last)

    def edit(draft: Draft, row: int) -> None:
        draft.add(row, item, count=3, time=(int(draft.bills.end[row]) + 2) * DAY + 9 * 3_600)

    b.plant(bill, rule, FAULT, "出院后两日计费", edit_lines=edit, prices_a2=True, without_marked=True)


def mg08_tests(b: Builder, rule: str) -> None:
    """Tests of the week before, in a city that settles them with the stay."""
    who = b.person(treat="5101", filing=REFERRAL, age=(35, 75))
    test = b.named("肺功能检查", "癌胚抗原测定")[int(b.rng.integers(0, 2))]
    bill = b.stay(who, b.night(), 7, diag=diagnosis("J18"))

    def edit(draft: Draft, row: int) -> None:
        draft.add(row, test, time=(int(draft.bills.begin[row]) - 4) * DAY + 9 * 3_600, mark=False)

    b.plant(bill, rule, LOOK_ALIKE, "院前检查合并结算", edit_lines=edit)


def mg08_emergency(b: Builder, rule: str) -> None:
    """Treated in the emergency room on the evening before."""
    who = b.person(scope=LOCAL, age=(35, 75))
    drug = b.named("注射用泮托拉唑")[0]
    bill = b.stay(who, b.night(), 6, diag=diagnosis("J18"), med_type=EMERGENCY_TO_WARD)

    def edit(draft: Draft, row: int) -> None:
        draft.add(row, drug, time=(int(draft.bills.begin[row]) - 1) * DAY + 22 * 3_600, mark=False)

    b.plant(bill, rule, LOOK_ALIKE, "急诊留观次日收住院", edit_lines=edit)


def mg08_result(b: Builder, rule: str) -> None:
    """A result that came on the day after the discharge."""
    who = b.person(filing=REFERRAL, age=(35, 75))
    test = b.named("病理组织检查与诊断")[0]
    last = b.night()
    bill = b.stay(who, last - 2, 6, diag=diagnosis("K29"), settled=last)

    def edit(draft: Draft, row: int) -> None:
        draft.drop(row, np.array([test]))
        draft.add(row, test, time=(int(draft.bills.end[row]) + 1) * DAY + 10 * 3_600, mark=False)

    b.plant(bill, rule, LOOK_ALIKE, "病理结果次日回报补记", edit_lines=edit)


UPLOAD_FAULTS = [
    ("MG-01", mg01_late),
    ("MG-01", mg01_missing),
    ("MG-01", mg01_sum),
    ("MG-01", mg01_incomplete),
    ("MG-07", mg07_lines),
    ("MG-07", mg07_admission),
    ("MG-08", mg08_before),
    ("MG-08", mg08_after),
]
UPLOAD_LOOK_ALIKES = [
    ("MG-01", mg01_sex_of_header),
    ("MG-07", mg07_emergency),
    ("MG-07", mg07_outage),
    ("MG-08", mg08_tests),
    ("MG-08", mg08_emergency),
    ("MG-08", mg08_result),
]
