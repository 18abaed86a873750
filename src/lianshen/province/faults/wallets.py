"""Faults at tills away from home: credentials, supplies, accounts (XR-10, XR-15, XR-19)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from lianshen.province.bills import DAY, Bills
from lianshen.province.faults.builder import Builder
from lianshen.province.faults.planted import FAULT, LOOK_ALIKE, RELATED, Draft, Rows
from lianshen.province.faults.rows import moment_of
from lianshen.province.headers import Header
from lianshen.province.medicine import CHRONIC, SHOP, diagnosis
from lianshen.province.people import LONG_RESIDENT, OUTGOING


def _shopping(b: Builder, who: int, on: int, hour: float, pool: str, *, place: int | None = None) -> Bills:
    """Return one purchase in a city."""
    where = b.place(b.regions.pool(pool), 0) if place is None else place
    return b.visit(who, on, hour, care=0, profile=SHOP, med_type=0, place=where, target=120.0, lines=2)


def _one_item(item: int, count: int) -> Callable[[Draft, int], None]:
    """Return an edit that leaves one line in the bill."""

    def edit(draft: Draft, row: int) -> None:
        draft.lines.quantity[draft.of(row)] = 0
        draft.add(row, item, count=count, time=int(draft.bills.begin_time[row]) + 300)

    return edit


def _showing(**columns: Any) -> dict[str, Callable[[Rows], list[dict[str, Any]]]]:
    """Return the change of a header: what was shown at the till."""
    return {"setl_d": lambda rows: [{**row, **columns} for row in rows]}


def xr10_nothing(b: Builder, rule: str) -> None:
    """Settled without any credential."""
    bill = b.adult_stay()
    b.plant(bill, rule, FAULT, "未出示就诊凭证", rows=_showing(mdtrt_cert_type=None, mdtrt_cert_no=None))


def xr10_borrowed(b: Builder, rule: str) -> None:
    """One card at two tills, for two people."""
    group = b.new()
    card = f"SCB{group:011d}"
    on = b.night()
    before = None
    for number, (note, kind) in enumerate((("持卡人本人购药", RELATED), ("持他人社会保障卡购药", FAULT))):
        who = b.person(filing=LONG_RESIDENT, treat="5101", insured="5109", insurance=0, age=(30, 70))
        bill = _shopping(b, who, on, 9.0 + 4 * number, "5101")
        shown = _showing(mdtrt_cert_type="03", mdtrt_cert_no=card)
        before = b.plant(bill, rule, kind, note, group=group, linked=before, rows=shown)


def _carried(b: Builder, rule: str, kind: str, note: str, pools: tuple[str, str], hours: tuple[float, float]) -> None:
    """Plant two purchases of one person with one card on one day."""
    who = b.person(filing=LONG_RESIDENT, treat=pools[0], insured="5117", insurance=0, age=(30, 65))
    group = b.new()
    shown = _showing(mdtrt_cert_type="03", mdtrt_cert_no=f"SCC{group:011d}")
    on = b.night()
    first = b.plant(_shopping(b, who, on, hours[0], pools[0]), rule, RELATED, "同日购药", group=group, rows=shown)
    both: Any = ("XR-11",) if kind == FAULT else ()
    second = b.plant(
        _shopping(b, who, on, hours[1], pools[1]), rule, kind, note, group=group, rows=shown, linked=first, also=both
    )
    first.also = both
    for one in (first, second):
        # What was bought is the person's own and not by the fund: one small pack each.
        one.edit_lines = _one_item(b.named("布洛芬缓释胶囊")[0], 1)


def xr10_carried(b: Builder, rule: str) -> None:
    """One card in two far cities within the hour."""
    pools = ("5101", str(b.pick(["5134", "5104", "5133"])))
    _carried(b, rule, FAULT, "同一张卡一小时内在两地使用", pools, (9.0, 10.0))


def xr10_near(b: Builder, rule: str) -> None:
    """One card in two neighbouring cities, hours apart."""
    _carried(b, rule, LOOK_ALIKE, "同一张卡隔数小时在邻市使用", ("5101", "5106"), (9.0, 15.5))


def xr10_outage(b: Builder, rule: str) -> None:
    """Typed in by hand while the network was down."""
    bill = b.adult_stay()
    at, place = moment_of(int(bill.settle_time[0])), int(bill.place[0])
    number = b.new()

    def broken(context: Any) -> list[dict[str, Any]]:
        return [
            {
                "outage_id": f"OJ{number:08d}",
                "admdvs": context.agency(place),
                "fixmedins_code": context.institution(place),
                "begntime": at - timedelta(minutes=40),
                "endtime": at + timedelta(minutes=50),
            }
        ]

    b.more_rows("outage_d", int(bill.settle_time[0]) // DAY, broken)
    shown = _showing(mdtrt_cert_type=None, mdtrt_cert_no=None)
    b.plant(bill, rule, LOOK_ALIKE, "网络故障期间手工录入", group=number, rows=shown)


def _supplied(
    b: Builder, rule: str, kind: str, note: str, pools: tuple[str, str], *, packs: tuple[int, int], gap: int
) -> None:
    """Plant two fills of one four-week drug, ``gap`` days apart."""
    who = b.person(filing=LONG_RESIDENT, treat=pools[1], insured="5108", insurance=0, age=(50, 74))
    catalogue = b.ledger.catalogue
    drugs = [
        i
        for i, item in enumerate(catalogue.items)
        if catalogue.supply_days[i] == 28
        and item.kind == "chronic"
        and item.item_class != "03"
        and catalogue.price[i] * sum(packs) >= 215_000_000
    ]
    drug = drugs[int(b.rng.integers(0, len(drugs)))]
    last = b.night()
    group = b.new()
    b.file(who, LONG_RESIDENT, last - 300, region="510000")
    shop = _shopping(b, who, last - gap, 10.0, pools[0])
    clinic = b.visit(
        who, last, 9.5, care=3, profile=CHRONIC, diag=diagnosis("I10", CHRONIC), med_type=3, lines=1, target=200.0,
        place=b.place(b.regions.pool(pools[1]), 2),
    )  # fmt: skip
    first = b.plant(shop, rule, RELATED, "在另一地取药", group=group, file=False, edit_lines=_one_item(drug, packs[0]))
    b.plant(clinic, rule, kind, note, group=group, file=False, linked=first, edit_lines=_one_item(drug, packs[1]))


def xr15(b: Builder, rule: str) -> None:
    """The same drug from two cities."""
    pools = ("5101", str(b.pick(["5113", "5107", "5105"])))
    gap = int(b.pick([2, 5, 9]))
    _supplied(b, rule, FAULT, f"两地相隔 {gap} 天取同一药品", pools, packs=(3, 2), gap=gap)


def xr15_nearly_used_up(b: Builder, rule: str) -> None:
    """Fetched elsewhere a week before the first supply ends."""
    _supplied(b, rule, LOOK_ALIKE, "前次药品将用完时在异地续取", ("5101", "5113"), packs=(2, 2), gap=47)


def xr15_one_city(b: Builder, rule: str) -> None:
    """Two institutions of one city."""
    _supplied(b, rule, LOOK_ALIKE, "同城两处取药", ("5101", "5101"), packs=(2, 2), gap=6)


def xr19_pooled(b: Builder, rule: str) -> None:
    """The supplement of employers paid at a drugstore, for somebody whose region pools nothing there."""
    home = str(b.pick(["5116", "5117", "5119"]))
    who = b.person(filing=LONG_RESIDENT, scope=OUTGOING, insured=home, insurance=0)

    def pay(header: Header, row: int) -> None:
        paid = int(header.cash[row] + header.account[row]) * 6 // 10
        from_account = min(paid, int(header.account[row]))
        header.hifes[row] += paid
        header.fund[row] += paid
        header.psn[row] -= paid
        header.account[row] -= from_account
        header.balance[row] += from_account
        header.cash[row] -= paid - from_account

    # Another province sends no lines; the header alone says who paid.
    bill = b.visit(who, b.night(), 10.0, care=0, profile=SHOP, med_type=0, target=120.0, lines=2)
    b.plant(bill, rule, FAULT, "药店发生基金支付（企业补充），参保地未开通", edit_header=pay, fund_at_issue=100)


def _spent(b: Builder, rule: str, kind: str, note: str, amounts: list[float], *, shops: int, days: list[int]) -> None:
    """Plant purchases that the account pays, ``days`` before the last one."""
    who = b.person(filing=LONG_RESIDENT, treat="5101", insured="5120", insurance=0, age=(30, 70))
    pool = b.regions.pool("5101")
    places: list[int] = []
    while len(places) < shops:
        place = b.place(pool, 0)
        if place not in places:
            places.append(place)
    last = b.night()
    item = b.named("藿香正气口服液", "强力枇杷露", "板蓝根颗粒(20袋")[0]
    price = float(b.ledger.catalogue.price[item]) / 1_000_000
    group = b.new()
    before = None
    left = 10_000.0
    for number, (amount, ago) in enumerate(zip(amounts, days, strict=True)):
        is_last = number == len(amounts) - 1
        left -= amount

        def pay(header: Header, row: int, left: float = left) -> None:
            header.account[row] += header.cash[row] + header.family[row]
            header.cash[row] = header.family[row] = 0
            header.balance[row] = int(left * 100)

        bill = _shopping(b, who, last - ago, 8.5 + number, "5101", place=places[number % shops])
        before = b.plant(
            bill,
            rule,
            kind if is_last else RELATED,
            note if is_last else "异地药店购药",
            group=group,
            linked=before,
            edit_lines=_one_item(item, max(1, round(amount / price))),
            edit_header=pay,
            maybe=("AD-05", "ST-08", "MD-05", "CH-02"),
        )


def xr19_day(b: Builder, rule: str) -> None:
    """More than a thousand yuan from the account in one day."""
    _spent(b, rule, FAULT, "一日内账户在异地药店支出过千元", [900.0, 800.0], shops=1, days=[0, 0])


def xr19_shops(b: Builder, rule: str) -> None:
    """Three shops in a week."""
    _spent(b, rule, FAULT, "一周内三家异地药店", [180.0, 160.0, 200.0], shops=3, days=[4, 2, 0])


def xr19_home_medicine(b: Builder, rule: str) -> None:
    """Two shops, ordinary sums."""
    _spent(b, rule, LOOK_ALIKE, "一周内两家药店小额购药", [60.0, 80.0], shops=2, days=[3, 0])


Plan = Callable[[Builder, str], None]
WALLET_FAULTS: list[tuple[str, Plan]] = [
    ("XR-10", xr10_nothing),
    ("XR-10", xr10_borrowed),
    ("XR-10", xr10_carried),
    ("XR-15", xr15),
    ("XR-19", xr19_pooled),
    ("XR-19", xr19_day),
    ("XR-19", xr19_shops),
]
WALLET_LOOK_ALIKES: list[tuple[str, Plan]] = [
    ("XR-10", xr10_near),
    ("XR-10", xr10_outage),
    ("XR-15", xr15_nearly_used_up),
    ("XR-15", xr15_one_city),
    ("XR-19", xr19_home_medicine),
]
