"""Faults in who is treated, who pays, and which pack was sold (FR-03, FR-07, FR-15)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from lianshen.province.faults.builder import Builder
from lianshen.province.faults.planted import FAULT, LOOK_ALIKE, RELATED, Draft, Rows
from lianshen.province.medicine import SHOP, diagnosis
from lianshen.province.people import LOCAL, REFERRAL
from lianshen.province.places import DRUGSTORE
from lianshen.province.stock import scans_packs

PACK = ("氨氯地平片(5mg*28", "蓝芩口服液", "三九胃泰颗粒")


def _alone(item: int, count: int) -> Callable[[Draft, int], None]:
    """Return an edit that leaves one line in the bill."""

    def edit(draft: Draft, row: int) -> None:
        draft.lines.quantity[draft.of(row)] = 0
        draft.add(row, item, count=count, time=int(draft.bills.begin_time[row]) + 300)

    return edit


def _scanning(b: Builder, but: int | None = None) -> tuple[str, int]:
    """Return a drugstore that scans every pack, with its pool."""
    scans = scans_packs(b.places)
    found = [
        (pool, int(p))
        for (pool, level), some in b.places.members.items()
        if level == DRUGSTORE
        for p in some
        if scans[p] and int(p) != but
    ]
    pool, place = found[int(b.rng.integers(0, len(found)))]
    return b.regions.pool_code[pool], place


def _packs(
    b: Builder, rule: str, kind: str, note: str, *, same_shop: bool, opened: bool = False, again: str = "", gap: int = 0
) -> None:
    """Plant two purchases of which the second shows the first one's pack."""
    group = b.new()
    code = f"8199{group:014d}20"
    pool, place = _scanning(b)
    last = b.night()
    item = b.named(*PACK)[int(b.rng.integers(0, 2))]
    before = None
    for number in range(2):
        if number and not same_shop:
            pool, place = _scanning(b, place)
        who = b.person(scope=LOCAL, insured=pool, treat=pool, age=(35, 75), insurance=0)
        on = last if number else last - gap
        bill = b.visit(who, on, 9.0 + 3 * number, care=0, profile=SHOP, med_type=0, place=place, target=40.0, lines=1)
        units = {"trdn_flag": "1", "cnt": Decimal(14 - 4 * number), "pack_cnt": Decimal(28)} if opened else {}

        def scan(rows: Rows, units: dict[str, Any] = units) -> list[dict[str, Any]]:
            return [{**row, "drug_trac_codg": code, **units} if n == 0 else row for n, row in enumerate(rows)]

        before = b.plant(
            bill,
            rule,
            kind if number else RELATED,
            note if number else "同一盒药的前次结算",
            group=group,
            linked=before,
            edit_lines=_alone(item, 1),
            rows={"drug_trac_d": scan},
            again=again if number == 0 else "",
        )


def fr03_elsewhere(b: Builder, rule: str) -> None:
    """The pack came back and was sold again by another shop."""
    _packs(b, rule, FAULT, "同一追溯码在另一药店为他人结算", same_shop=False, gap=int(b.pick([0, 4, 9])))


def fr03_here(b: Builder, rule: str) -> None:
    """One pack scanned for two people at one counter."""
    _packs(b, rule, FAULT, "同一追溯码在同一药店为两人结算", same_shop=True)


def fr03_opened(b: Builder, rule: str) -> None:
    """A pack that was opened for two."""
    _packs(b, rule, LOOK_ALIKE, "拆零销售，合计未超过包装数量", same_shop=True, opened=True)


def fr03_returned(b: Builder, rule: str) -> None:
    """Taken back, and sold to somebody else."""
    _packs(b, rule, LOOK_ALIKE, "前次结算已退费，药品再售", same_shop=True, again="reversed")


def _uninsured(b: Builder, rule: str, kind: str, note: str, *, since: int = -1, until: int | None = None) -> None:
    """Plant a stay of somebody whose insurance began ``since`` or was paused ``until`` days after the admission."""
    who = b.person(filing=REFERRAL, age=(25, 70))
    days = int(b.rng.integers(5, 9))
    bill = b.stay(who, b.night(), days, diag=diagnosis("J18"), lines=70)
    admitted = int(bill.begin[0])
    if since >= 0:
        b.people.insured_since[who] = admitted + since
    if until is not None:
        b.people.insured_until[who] = admitted + until
    b.plant(bill, rule, kind, note, fund_at_issue=100 if kind == FAULT else None)


def fr07_paused(b: Builder, rule: str) -> None:
    """Paused months ago."""
    _uninsured(b, rule, FAULT, "停保数月后住院", until=-int(b.rng.integers(75, 200)))


def fr07_early(b: Builder, rule: str) -> None:
    """Insured only days after the admission."""
    _uninsured(b, rule, FAULT, "入院后才参保", since=3)


def fr07_prison(b: Builder, rule: str) -> None:
    """The register says that a sentence is served."""
    bill = b.adult_stay()
    served: dict[str, Any] = {"psn_b": lambda rows: [{**row, "surv_stas": "3"} for row in rows]}
    b.plant(bill, rule, FAULT, "登记为服刑人员住院", rows=served)


def fr07_during(b: Builder, rule: str) -> None:
    """Paused during the stay."""
    _uninsured(b, rule, LOOK_ALIKE, "住院期间停保", until=2)


def fr07_moving(b: Builder, rule: str) -> None:
    """Paused three weeks before: the relation is being moved."""
    _uninsured(b, rule, LOOK_ALIKE, "停保三周，关系转移中", until=-21)


def _injured(b: Builder, rule: str, kind: str, note: str, cause: tuple[str, str], *, told: bool = False) -> None:
    """Plant a fracture with the cause of the injury as a further diagnosis."""
    bill = b.adult_stay(icd3=str(b.pick(["S72", "S82", "S52"])), length=8)

    def add(rows: Rows) -> list[dict[str, Any]]:
        one = {**rows[0], "diag_srt_no": 9, "maindiag_flag": "0", "diag_code": cause[0], "diag_name": cause[1]}
        return [*rows, one]

    more: dict[str, Any] = {"diag_d": add}
    if told:
        more["mdtrt_d"] = lambda rows: [{**row, "ttp_pay_flag": "1", "ttp_pay_prop": Decimal("0.7000")} for row in rows]
    b.plant(bill, rule, kind, note, rows=more)


def fr15_traffic(b: Builder, rule: str) -> None:
    """Hit by a car; nobody asked who pays."""
    _injured(b, rule, FAULT, "交通事故伤未注明第三方", ("V03.100", "行人在与小汽车碰撞中损伤"))


def fr15_work(b: Builder, rule: str) -> None:
    """Caught by a machine."""
    _injured(b, rule, FAULT, "机械伤未注明工伤", ("W31.200", "接触其他和未特指机械"))


def fr15_vaccine(b: Builder, rule: str) -> None:
    """A vaccination and a check-up on the bill of a stay."""
    names = "流感病毒裂解疫苗", "健康体检"
    items = b.named(*names)

    def edit(draft: Draft, row: int) -> None:
        draft.add(row, items[int(draft.bills.person[row]) % len(items)], count=1)

    b.plant(b.adult_stay(), rule, FAULT, "公共卫生或体检项目纳入医保", edit_lines=edit)


def fr15_fall(b: Builder, rule: str) -> None:
    """Fell at home."""
    _injured(b, rule, LOOK_ALIKE, "自行跌倒", ("W18.000", "在同一平面上的其他跌倒"))


def fr15_told(b: Builder, rule: str) -> None:
    """Hit by a car, the third party's share is recorded."""
    _injured(b, rule, LOOK_ALIKE, "交通事故伤已注明第三方", ("V03.100", "行人在与小汽车碰撞中损伤"), told=True)


Plan = Callable[[Builder, str], None]
FRAUD_FAULTS: list[tuple[str, Plan]] = [
    ("FR-03", fr03_elsewhere),
    ("FR-03", fr03_here),
    ("FR-07", fr07_paused),
    ("FR-07", fr07_early),
    ("FR-07", fr07_prison),
    ("FR-15", fr15_traffic),
    ("FR-15", fr15_work),
    ("FR-15", fr15_vaccine),
]
FRAUD_LOOK_ALIKES: list[tuple[str, Plan]] = [
    ("FR-03", fr03_opened),
    ("FR-03", fr03_returned),
    ("FR-07", fr07_during),
    ("FR-07", fr07_moving),
    ("FR-15", fr15_fall),
    ("FR-15", fr15_told),
]
