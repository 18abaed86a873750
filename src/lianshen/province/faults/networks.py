"""Faults of institutions: groups, cards in series, impossible days, waived shares (FR-04, FR-09, FR-12, FR-14)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from lianshen.province.bills import DAY, Bills
from lianshen.province.faults.builder import Builder
from lianshen.province.faults.planted import FAULT, LOOK_ALIKE, Draft, Rows
from lianshen.province.faults.rows import date_of, moment_of
from lianshen.province.medicine import CLINIC_TCM, DEPARTMENT_OF, SHOP, diagnosis
from lianshen.province.people import LOCAL, LONG_RESIDENT
from lianshen.province.places import doctor_codes

QUIET = ("5101", "5107", "5113")
NIGHT_SHIFT = 22.2


def _neighbours(b: Builder, rule: str, kind: str, note: str, icd3: str, *, days: int) -> None:
    """Plant stays of six people of one address in one hospital, admitted within ``days``."""
    pool = str(b.pick(["5103", "5106", "5110", "5111"] if kind == FAULT else ["5104", "5108", "5116"]))
    place = b.place(b.regions.pool(pool), 2)
    last = b.night()
    address = f"测试村{b.group:06d}"
    home: dict[str, Any] = {"psn_b": lambda rows: [{**row, "live_addr": address} for row in rows]}
    bills: list[Bills] = []
    for number in range(6):
        who = b.person(filing=LONG_RESIDENT, treat=pool, insured="5115", age=(48, 72))
        admitted = last - 7 - days * number // 6
        b.file(who, LONG_RESIDENT, admitted - 40)
        bills.append(b.stay(who, last, last - admitted, level=2, diag=diagnosis(icd3), place=place, lines=60))
    b.plant_subject(rule, kind, note, bills=bills, rows=home, file=False, maybe=("AD-03", "AD-09", "MG-11"))


def fr04(b: Builder, rule: str) -> None:
    """Six of one village for their lungs within two days."""
    _neighbours(b, rule, FAULT, "同一住址六人两日内同病入院", str(b.pick(["J44", "I50", "M47"])), days=2)


def fr04_accident(b: Builder, rule: str) -> None:
    """Six of one village after a bus accident."""
    _neighbours(b, rule, LOOK_ALIKE, "同一住址六人外伤入院", "S72", days=1)


def fr04_over_weeks(b: Builder, rule: str) -> None:
    """Six of one village within three weeks."""
    _neighbours(b, rule, LOOK_ALIKE, "同一住址六人三周内先后入院", "I63", days=21)


def _run(b: Builder, rule: str, kind: str, note: str, *, hour: float, gap: int, equal: bool) -> int:
    """Plant six purchases at one shop, ``gap`` seconds apart, and return the shop."""
    pool = str(b.pick(["5103", "5106", "5110", "5111"] if kind == FAULT else ["5104", "5108", "5116", "5120"]))
    place = int(b.places.members[b.regions.pool(pool), 0][-1 - int(b.rng.integers(0, 3))])
    on = b.night()
    goods = b.named("藿香正气口服液", "强力枇杷露", "三九胃泰颗粒", "蓝芩口服液", "布洛芬缓释胶囊", "板蓝根颗粒(20袋")
    start = on * DAY + int(hour * 3600) + int(b.rng.integers(0, 1800))
    bills: list[Bills] = []
    for number in range(6):
        who = b.person(scope=LOCAL, insured=pool, treat=pool, age=(30, 70), insurance=0)
        bill = b.visit(who, on, 9.0, care=0, profile=SHOP, med_type=0, place=place, target=100.0, lines=1)
        bill.settle_time[0] = start + gap * number
        bill.begin_time[0], bill.end_time[0] = start + gap * number - 400, start + gap * number - 20
        bills.append(bill)

    def edit(draft: Draft, row: int) -> None:
        draft.lines.quantity[draft.of(row)] = 0
        item = goods[0] if equal else goods[int(draft.bills.person[row]) % len(goods)]
        many = 2 if equal else 1 + int(draft.bills.person[row]) % 3
        draft.add(row, item, count=many, time=int(draft.bills.begin_time[row]) + 100)

    def pay(header: Any, row: int) -> None:
        header.account[row] += header.cash[row]
        header.cash[row] = 0
        header.balance[row] = max(int(header.balance[row]), 30_000)

    maybe = ("AD-05", "ST-08", "CH-09", "MG-07")
    b.plant_subject(rule, kind, note, bills=bills, edit_lines=edit, edit_header=pay, maybe=maybe)
    return place


def fr09_equal(b: Builder, rule: str) -> None:
    """Six cards, one amount, half a minute each."""
    _run(b, rule, FAULT, "六张卡连续刷取相同金额", hour=14.0, gap=int(b.pick([25, 40, 55])), equal=True)


def fr09_night(b: Builder, rule: str) -> None:
    """Six cards after ten at night."""
    _run(b, rule, FAULT, "夜间连续刷卡", hour=NIGHT_SHIFT, gap=45, equal=False)


def fr09_slow(b: Builder, rule: str) -> None:
    """One after the other, minutes apart."""
    _run(b, rule, LOOK_ALIKE, "顾客先后购买同一药品", hour=15.0, gap=240, equal=True)


def fr09_outage(b: Builder, rule: str) -> None:
    """Posted together when the network was back."""
    number = b.group + 1
    first = len(b.directed)
    place = _run(b, rule, LOOK_ALIKE, "网络恢复后集中补传", hour=16.0, gap=30, equal=True)
    on = b.directed[first].settled_on

    def broken(context: Any) -> list[dict[str, Any]]:
        begins = datetime.combine(date_of(on), datetime.min.time()) + timedelta(hours=9)
        return [
            {
                "outage_id": f"ON{number:08d}",
                "admdvs": context.agency(place),
                "fixmedins_code": context.institution(place),
                "begntime": begins,
                "endtime": begins + timedelta(hours=6),
            }
        ]

    b.more_rows("outage_d", on, broken)


def _treated(b: Builder, rule: str, kind: str, note: str, visits: int) -> None:
    """Plant visits to one doctor of Chinese medicine on one day, an hour and a half of treatment each."""
    pool = str(b.pick(["5103", "5105", "5106"] if kind == FAULT else ["5110", "5118", "5111"]))
    members = [int(p) for p in b.places.members[b.regions.pool(pool), 1] if not b.places.stamps_midnight[p]]
    place = members[-1 - int(b.rng.integers(0, min(2, len(members))))]
    items = [b.named(name)[0] for name in ("普通针刺", "电针", "腰椎间盘突出推拿治疗")]
    on = b.night()

    def edit(draft: Draft, row: int) -> None:
        draft.lines.quantity[draft.of(row)] = 0
        for number, item in enumerate(items):
            draft.add(row, item, count=1, time=int(draft.bills.begin_time[row]) + 200 * (number + 1))

    bills = []
    for number in range(visits):
        who = b.person(scope=LOCAL, insured=pool, treat=pool, age=(35, 75))
        diag = diagnosis("M54", CLINIC_TCM)
        bills.append(
            b.visit(who, on, 8.0 + 0.8 * number, care=1, profile=CLINIC_TCM, diag=diag, place=place, target=110.0)
        )
    b.plant_subject(rule, kind, note, bills=bills, edit_lines=edit, maybe=("MD-08", "CH-01", "CH-03"))


def fr12_hours(b: Builder, rule: str) -> None:
    """Eighteen hours of treatment by one hand."""
    _treated(b, rule, FAULT, "一名医师一日治疗 18 小时", 12)


def fr12_ordinary_day(b: Builder, rule: str) -> None:
    """An ordinary day."""
    _treated(b, rule, LOOK_ALIKE, "一名医师一日治疗 4.5 小时", 3)


def _theatre(b: Builder, rule: str, kind: str, note: str, minutes: tuple[int, int]) -> None:
    """Plant two operations of one surgeon that begin ``minutes`` after the hour, seventy minutes each."""
    pool = b.regions.pool(str(b.pick(["5103", "5105", "5110"] if kind == FAULT else ["5104", "5115", "5119"])))
    place = b.place(pool, 3)
    diag = diagnosis("K80")
    last, days = b.night(), 6
    doctors = int(b.places.doctors_per_department[place])
    surgeon = int(b.places.first_doctor[place]) + int(DEPARTMENT_OF[diag]) * doctors + int(b.rng.integers(0, doctors))
    code = str(doctor_codes(np.array([surgeon]))[0].as_py())
    block = 150 * int(b.rng.integers(0, 5))
    bills, changes = [], []
    for start in minutes:
        who = b.person(filing=LONG_RESIDENT, treat=b.regions.pool_code[pool], age=(35, 70))
        b.file(who, LONG_RESIDENT, last - 90)
        bills.append(b.stay(who, last, days, diag=diag, place=place, lines=60))
        at = moment_of((last - days + 1) * DAY + 8 * 3600 + (block + start) * 60)

        def operate(rows: Rows, at: datetime = at) -> list[dict[str, Any]]:
            return [
                {
                    **row,
                    "oper_dr_code": code,
                    "oprn_oprt_begntime": at,
                    "oprn_oprt_endtime": at + timedelta(minutes=70),
                    "oprn_oprt_date": at.date(),
                }
                for row in rows
            ]

        changes.append(operate)
    group = [b.plant(bill, rule, "related", note, of_subject=True, file=False, rows={"oprn_d": change})
             for bill, change in zip(bills, changes, strict=True)]  # fmt: skip
    b.plant_subject(rule, kind, note, bills=group)


def fr12_two_tables(b: Builder, rule: str) -> None:
    """First surgeon at two tables."""
    _theatre(b, rule, FAULT, "同一主刀两台手术重叠 45 分钟", (0, 25))


def fr12_one_after_the_other(b: Builder, rule: str) -> None:
    """The second begins while the first is closed."""
    _theatre(b, rule, LOOK_ALIKE, "两台手术衔接 10 分钟", (0, 60))


def _waived(b: Builder, rule: str, kind: str, note: str, *, where: str, assisted: bool) -> None:
    """Plant twenty-four stays in a quiet hospital, sixteen of which cost the patient nothing."""
    pool = str(b.pick(list(QUIET)))
    place = b.places.shut[pool, where]

    def waive(rows: Rows) -> list[dict[str, Any]]:
        changed = []
        for row in rows:
            free = row["cash_payamt"] + row["acct_pay"] + row["acct_mulaid_pay"]
            nothing = {name: Decimal("0.00") for name in ("cash_payamt", "acct_pay", "acct_mulaid_pay", "psn_pay")}
            changed.append({**row, **nothing, "ownpay_hosp_part": free, "acct_used_flag": "0"})
        return changed

    bills: list[Any] = []
    for number in range(24):
        who = b.person(scope=LOCAL, insured=pool, treat=pool, age=(35, 75), insurance=1)
        bill = b.stay(who, b.night(), 5 + number % 3, level=2, diag=diagnosis("J18"), place=place, lines=30)
        more: dict[str, Any] = {}
        if number < 16:
            more["rows"] = {"setl_d": waive}
            if assisted:
                b.people.special[who] = 0
        bills.append(
            b.plant(bill, rule, "related", note, of_subject=True, maybe=("ST-08", "MG-01", "MG-11", "ST-02"), **more)
        )
    b.plant_subject(rule, kind, note, bills=bills)


def fr14(b: Builder, rule: str) -> None:
    """The hospital bore the share of sixteen in twenty-four."""
    _waived(b, rule, FAULT, "六成住院患者自付由医院承担", where="opened", assisted=False)


def fr14_assisted(b: Builder, rule: str) -> None:
    """The same of people whom medical assistance helps."""
    _waived(b, rule, LOOK_ALIKE, "救助对象零自付", where="province", assisted=True)


Plan = Callable[[Builder, str], None]
NETWORK_FAULTS: list[tuple[str, Plan]] = [
    ("FR-04", fr04),
    ("FR-09", fr09_equal),
    ("FR-09", fr09_night),
    ("FR-12", fr12_hours),
    ("FR-12", fr12_two_tables),
    ("FR-14", fr14),
]
NETWORK_LOOK_ALIKES: list[tuple[str, Plan]] = [
    ("FR-04", fr04_accident),
    ("FR-04", fr04_over_weeks),
    ("FR-09", fr09_slow),
    ("FR-09", fr09_outage),
    ("FR-12", fr12_ordinary_day),
    ("FR-12", fr12_one_after_the_other),
    ("FR-14", fr14_assisted),
]
