"""Faults in what a person did: FR-01, FR-06, XR-11."""

from __future__ import annotations

from lianshen.province.bills import DAY
from lianshen.province.faults.builder import Builder
from lianshen.province.faults.planted import FAULT, LOOK_ALIKE, RELATED, Draft
from lianshen.province.medicine import CHRONIC, CLINIC, SHOP, diagnosis
from lianshen.province.people import LONG_RESIDENT, REFERRAL


def _fills(b: Builder, rule: str, kind: str, note: str, *, days: list[int], gaps: list[int], places: int) -> None:
    """Plant fills of one drug, ``days`` of supply each, ``gaps`` days before the last one."""
    who = b.person(filing=LONG_RESIDENT, age=(50, 75), insurance=0)
    pool = int(b.people.treat[who])
    last = b.night()
    catalogue = b.ledger.catalogue
    drugs = [
        i
        for i, item in enumerate(catalogue.items)
        if catalogue.supply_days[i] in (14, 28) and item.item_class != "03" and item.kind in ("resale", "chronic")
    ]
    drug = drugs[int(b.rng.integers(0, len(drugs)))]
    per = float(catalogue.supply_days[drug])
    members = [b.place(pool, 1), b.place(pool, 2), b.place(pool, 3)][:places]
    group = b.new()
    b.file(who, LONG_RESIDENT, last - 200)

    def fill(count: int) -> object:
        def edit(draft: Draft, row: int) -> None:
            draft.lines.quantity[draft.of(row)] = 0
            draft.add(row, drug, count=count, time=int(draft.bills.begin_time[row]) + 600)

        return edit

    for number, (supply, gap) in enumerate(zip(days, gaps, strict=True)):
        place = members[number % len(members)]
        visit = b.visit(
            who,
            last - gap,
            9.0 + number,
            care=3,
            profile=CHRONIC,
            diag=diagnosis("I10", CHRONIC),
            place=place,
            med_type=3,
            target=300.0,
            lines=1,
        )
        is_last = number == len(days) - 1
        b.plant(
            visit,
            rule,
            kind if is_last else RELATED,
            note if is_last else "同一药品的另一次开药",
            group=group,
            file=False,
            edit_lines=fill(max(1, round(supply / per))),
            maybe=("PL-06", "PL-08") if kind == FAULT else (),
        )


def fr01(b: Builder, rule: str) -> None:
    """Three months' supply again and again, from three institutions."""
    _fills(b, rule, FAULT, "同一药品多机构超量开药", days=[84, 84, 84], gaps=[9, 5, 0], places=int(b.pick([2, 3])))


def fr01_long_prescription(b: Builder, rule: str) -> None:
    """One long prescription of twelve weeks."""
    _fills(b, rule, LOOK_ALIKE, "12 周长期处方", days=[84], gaps=[0], places=1)


def fr01_before_travel(b: Builder, rule: str) -> None:
    """A long prescription and one refill elsewhere before a journey: less than double."""
    _fills(b, rule, LOOK_ALIKE, "长处方加一次出行前备药", days=[84, 28], gaps=[12, 0], places=2)


def fr06(b: Builder, rule: str) -> None:
    """Care after death."""
    who = b.person(filing=LONG_RESIDENT, age=(66, 90), insurance=0)
    on = b.night()
    b.people.death[who] = on - int(b.rng.integers(3, 25))
    kind = int(b.rng.integers(0, 3))
    if kind == 0:
        bill = b.visit(who, on, 10.0, care=3, profile=CHRONIC, diag=diagnosis("I10", CHRONIC), level=2, med_type=3)
    elif kind == 1:
        bill = b.visit(who, on, 11.0, care=0, profile=SHOP, med_type=0, target=220.0, lines=3)
    else:
        bill = b.visit(who, on, 9.0, care=1, profile=CLINIC, diag=diagnosis("I10", CLINIC), level=2, target=300.0)
    b.file(who, LONG_RESIDENT, on - 120)
    planted = b.plant(bill, rule, FAULT, "死亡后发生门诊或购药结算", file=False)
    planted.edit_facts = lambda facts, row: facts.deductible_paid.__setitem__(row, 10_000)


def fr06_settled_later(b: Builder, rule: str) -> None:
    """Died in hospital; the relatives settled within a month."""
    who = b.person(filing=REFERRAL, age=(66, 90))
    settled = b.night()
    end = settled - int(b.rng.integers(5, 28))
    b.people.death[who] = end
    bill = b.stay(who, end, 6, diag=diagnosis("I63"), settled=settled, leave=5)
    b.plant(bill, rule, LOOK_ALIKE, "住院死亡，家属事后结算")


def fr06_same_night(b: Builder, rule: str) -> None:
    """The last services were posted on the day after death."""
    who = b.person(filing=REFERRAL, age=(66, 90))
    end = b.night()
    b.people.death[who] = end - 1
    bill = b.stay(who, end, 6, diag=diagnosis("I50"), leave=5)
    b.plant(bill, rule, LOOK_ALIKE, "抢救费用次日记账")


def _two_places(
    b: Builder, rule: str, kind: str, note: str, pools: tuple[str, str], hours: tuple[float, float], *, leave: int = 0
) -> None:
    """Plant two clinic visits of one person on one day in two regions."""
    who = b.person(filing=LONG_RESIDENT, treat=pools[0], insured="5117", age=(30, 65), insurance=0)
    on = b.night()
    one = b.visit(
        who,
        on,
        hours[0],
        care=1,
        profile=CLINIC,
        diag=diagnosis("K29", CLINIC),
        level=2,
        place=b.place(b.regions.pool(pools[0]), 2),
    )
    two = b.visit(
        who,
        on,
        hours[1],
        care=1,
        profile=CLINIC,
        diag=diagnosis("K29", CLINIC),
        level=3,
        place=b.place(b.regions.pool(pools[1]), 3),
    )
    one.leave[0] = leave
    group = b.new()
    # Whoever shows a card in both places shows the same one.
    maybe = ("XR-10",) if kind == FAULT else ()
    first = b.plant(one, rule, RELATED, "同日另一地就诊", group=group, maybe=maybe)
    second = b.plant(two, rule, kind, note, group=group, linked=first, maybe=maybe)
    for planted in (first, second):
        planted.edit_facts = lambda facts, row: facts.deductible_paid.__setitem__(row, 10_000)


def xr11(b: Builder, rule: str) -> None:
    """In two far cities within minutes."""
    pools = b.pick(["5101 5134", "5101 5104", "5113 5111", "5107 5105", "5101 5117"])
    one, two = str(pools).split()
    hour = 9.0 + float(b.rng.random()) * 2
    _two_places(b, rule, FAULT, "同日两地就诊，间隔短于车程", (one, two), (hour, hour + 0.8))


def xr11_neighbours(b: Builder, rule: str) -> None:
    """Two neighbouring cities, three hours apart."""
    _two_places(b, rule, LOOK_ALIKE, "相邻城市同日就诊", ("5101", "5106"), (9.0, 13.5))


def xr11_time_enough(b: Builder, rule: str) -> None:
    """Far, but morning and afternoon: enough time to travel."""
    _two_places(b, rule, LOOK_ALIKE, "间隔长于车程", ("5101", "5113"), (8.0, 15.5))


def xr11_referred(b: Builder, rule: str) -> None:
    """Sent on by the county hospital in the morning, admitted in the capital in the afternoon."""
    who = b.person(filing=REFERRAL, insured="5118", treat="5101", age=(40, 75))
    last = b.night()
    group = b.new()
    b.file(who, REFERRAL, last - 6)
    # The hospital that sent the referral.
    county = int(b.places.members[b.regions.pool("5118"), 2][0])
    first = b.stay(who, last - 6, 3, diag=diagnosis("I63"), place=county, leave=2, level=2)
    first.end_time[0] = first.end[0] * DAY + 9 * 3600
    first.settle_time[0] = first.end_time[0] + 900
    second = b.stay(who, last, 6, diag=diagnosis("I63"), place=b.place(b.regions.pool("5101"), 3), nth=2)
    second.begin_time[0] = second.begin[0] * DAY + 15 * 3600
    start = b.plant(first, rule, RELATED, "转院前的住院", group=group, file=False)
    b.plant(second, rule, LOOK_ALIKE, "当日转诊", group=group, file=False, linked=start)


PERSON_FAULTS = [("FR-01", fr01), ("FR-06", fr06), ("XR-11", xr11)]
PERSON_LOOK_ALIKES = [
    ("FR-01", fr01_long_prescription),
    ("FR-01", fr01_before_travel),
    ("FR-06", fr06_settled_later),
    ("FR-06", fr06_same_night),
    ("XR-11", xr11_neighbours),
    ("XR-11", xr11_time_enough),
    ("XR-11", xr11_referred),
]
