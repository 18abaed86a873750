"""Faults that a person's history shows: hoards, death, organs, untreated diseases (FR-01, FR-06, FR-08, FR-16)."""

from __future__ import annotations

from collections.abc import Callable

from lianshen.province.bills import Bills
from lianshen.province.faults.builder import Builder
from lianshen.province.faults.planted import FAULT, LOOK_ALIKE, RELATED, Draft
from lianshen.province.medicine import CHRONIC, CLINIC, SHOP, diagnosis
from lianshen.province.people import LONG_RESIDENT


def _alone(item: int, count: int) -> Callable[[Draft, int], None]:
    """Return an edit that leaves one line in the bill."""

    def edit(draft: Draft, row: int) -> None:
        draft.lines.quantity[draft.of(row)] = 0
        draft.add(row, item, count=count, time=int(draft.bills.begin_time[row]) + 300)

    return edit


def _half_year(b: Builder, rule: str, kind: str, note: str, packs: tuple[int, ...]) -> None:
    """Plant four fills of one four-week drug over half a year, from three institutions of one city."""
    who = b.person(filing=LONG_RESIDENT, treat="5101", age=(50, 74), insurance=0)
    catalogue = b.ledger.catalogue
    drugs = [
        i
        for i, item in enumerate(catalogue.items)
        if catalogue.supply_days[i] == 28 and item.kind == "chronic" and item.item_class != "03"
    ]
    drug = drugs[int(b.rng.integers(0, len(drugs)))]
    last = b.night()
    group = b.new()
    b.file(who, LONG_RESIDENT, last - 400)
    places = [b.place(b.regions.pool("5101"), level) for level in (3, 2, 1)]
    for number, (count, ago) in enumerate(zip(packs, (175, 120, 60, 0), strict=True)):
        bill = b.visit(
            who, last - ago, 9.0 + number, care=3, profile=CHRONIC, diag=diagnosis("I10", CHRONIC), med_type=3,
            place=places[number % 3], target=300.0, lines=1,
        )  # fmt: skip
        is_last = number == 3
        b.plant(
            bill,
            rule,
            kind if is_last else RELATED,
            note if is_last else "同一药品的另一次开药",
            group=group,
            file=False,
            edit_lines=_alone(drug, count),
            # The drug need not be one for high blood pressure.
            maybe=("FR-16",),
        )


def fr01_half_year(b: Builder, rule: str) -> None:
    """Half as much again as one can take in half a year, from three institutions."""
    _half_year(b, rule, FAULT, "半年内三家机构超量开药", (3, 3, 2, 2))


def fr01_kept_up(b: Builder, rule: str) -> None:
    """What one takes in half a year."""
    _half_year(b, rule, LOOK_ALIKE, "半年内三家机构按量开药", (3, 3, 1, 1))


def _left_dead(b: Builder, rule: str, kind: str, note: str, after: int) -> None:
    """Plant a stay that ended in death, of which the register does not know, and a purchase ``after`` days later."""
    who = b.person(filing=LONG_RESIDENT, age=(66, 88), insurance=0)
    last = b.night()
    group = b.new()
    b.file(who, LONG_RESIDENT, last - 200)
    stay = b.stay(who, last - after, 6, diag=diagnosis("I50"), leave=5, lines=60)
    one = b.plant(stay, rule, RELATED, "住院死亡", group=group, file=False)
    bill = b.visit(who, last, 10.0, care=0, profile=SHOP, med_type=0, target=150.0, lines=2)
    b.plant(bill, rule, kind, note, group=group, file=False, linked=one)


def fr06_left_dead(b: Builder, rule: str) -> None:
    """A purchase days after a discharge as dead."""
    _left_dead(b, rule, FAULT, "住院死亡后药店购药", int(b.rng.integers(3, 20)))


def fr06_next_day(b: Builder, rule: str) -> None:
    """A purchase posted on the day after."""
    _left_dead(b, rule, LOOK_ALIKE, "住院死亡次日记账", 1)


def _operations(b: Builder, rule: str, kind: str, note: str, icd3: tuple[str, str], gap: int, *, age: int = 30) -> None:
    """Plant two operations on one person, ``gap`` days apart, in two hospitals."""
    who = b.person(filing=LONG_RESIDENT, treat="5101", age=(age, 70))
    last = b.night()
    pool = int(b.people.treat[who])
    group = b.new()
    b.file(who, LONG_RESIDENT, last - gap - 120)
    place = b.place(pool, 3)
    first = b.stay(who, last - 5 - gap, 5, diag=diagnosis(icd3[0]), place=place, lines=60)
    second = b.stay(who, last, 5, diag=diagnosis(icd3[1]), place=b.place(pool, 3, but=place), nth=2, lines=60)
    one = b.plant(first, rule, RELATED, "前一次手术住院", group=group, file=False)
    b.plant(second, rule, kind, note, group=group, file=False, linked=one, fund_at_issue=100 if kind == FAULT else None)


def fr08(b: Builder, rule: str) -> None:
    """An organ that is taken out twice."""
    icd3 = str(b.pick(["K35", "K80"]))
    _operations(b, rule, FAULT, "同一脏器两次切除", (icd3, icd3), int(b.rng.integers(25, 60)))


def fr08_other_organ(b: Builder, rule: str) -> None:
    """Two organs."""
    _operations(b, rule, LOOK_ALIKE, "先后切除胆囊与阑尾", ("K80", "K35"), 40)


def fr08_other_eye(b: Builder, rule: str) -> None:
    """The other eye."""
    _operations(b, rule, LOOK_ALIKE, "双眼先后白内障手术", ("H25", "H25"), 30, age=60)


def _chronic(b: Builder, rule: str, kind: str, note: str, drugs: tuple[str, str], elsewhere: bool) -> None:
    """Plant visits over a hundred days for a disease with one drug, and a purchase of another in between."""
    who = b.person(filing=LONG_RESIDENT, treat="5101", insured="5114", age=(45, 75), insurance=0)
    last = b.night()
    place = b.place(b.regions.pool("5101"), 2)
    group = b.new()
    b.file(who, LONG_RESIDENT, last - 400)
    drug, other = (b.named(name)[0] for name in drugs)
    bills: list[tuple[Bills, int]] = [
        (
            b.visit(
                who, last - ago, 9.0, care=3, profile=CHRONIC, diag=diagnosis("I10", CHRONIC), place=place, med_type=3,
                target=160.0, lines=1,
            ),
            drug,
        )
        for ago in (99, 66, 33, 0)
    ]  # fmt: skip
    if elsewhere:
        bought = b.visit(who, last - 50, 10.0, care=1, profile=CLINIC, diag=diagnosis("I10", CLINIC), place=place)
        bills.insert(2, (bought, other))
    for number, (bill, item) in enumerate(bills):
        is_last = number == len(bills) - 1
        b.plant(
            bill,
            rule,
            kind if is_last else RELATED,
            note if is_last else "此前慢特病结算",
            group=group,
            file=False,
            edit_lines=_alone(item, 1),
            edit_facts=lambda facts, row: facts.deductible_paid.__setitem__(row, 10_000),
        )


def fr16(b: Builder, rule: str) -> None:
    """A registered hypertension for which only calcium was ever given."""
    _chronic(b, rule, FAULT, "高血压慢特病百日内无降压药", ("碳酸钙D3", "氨氯地平片(5mg*28"), False)


def fr16_elsewhere(b: Builder, rule: str) -> None:
    """The drug came from an ordinary visit."""
    _chronic(b, rule, LOOK_ALIKE, "降压药在普通门诊开具", ("碳酸钙D3", "氨氯地平片(5mg*28"), True)


Plan = Callable[[Builder, str], None]
HISTORY_FAULTS: list[tuple[str, Plan]] = [
    ("FR-01", fr01_half_year),
    ("FR-06", fr06_left_dead),
    ("FR-08", fr08),
    ("FR-16", fr16),
]
HISTORY_LOOK_ALIKES: list[tuple[str, Plan]] = [
    ("FR-01", fr01_kept_up),
    ("FR-06", fr06_next_day),
    ("FR-08", fr08_other_organ),
    ("FR-08", fr08_other_eye),
    ("FR-16", fr16_elsewhere),
]
