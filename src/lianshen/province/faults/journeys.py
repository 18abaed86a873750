"""Faults of care away from home: emergencies, chained stays, sham filings (XR-07, XR-14, XR-20, XR-21)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lianshen.province.bills import Bills
from lianshen.province.faults.builder import Builder
from lianshen.province.faults.planted import FAULT, LOOK_ALIKE, RELATED, Draft, Rows
from lianshen.province.medicine import CLINIC, SHOP, diagnosis
from lianshen.province.people import EMERGENCY, LONG_RESIDENT, REFERRAL

FROM_EMERGENCY = 6
PROVINCE = "510000"


def _on_weekday(b: Builder, stay_days: int) -> int:
    """Return a day of settlement so that who stayed ``stay_days`` was admitted on a weekday, as near as there is."""
    night = b.night()
    for off in range(7):
        on = b.start + (night - b.start + off) % b.nights
        if (on - stay_days + 3) % 7 < 5:
            return on
    return night


def _urgent(b: Builder, rule: str, kind: str, note: str, icd3: str, *, filed: bool, rescue: bool = False) -> None:
    """Plant a stay away from home that was settled as an emergency."""
    who = b.person(filing=EMERGENCY if filed or rescue else REFERRAL, age=(56, 78))
    days = 4
    bill = b.stay(
        who,
        _on_weekday(b, days),
        days,
        diag=diagnosis(icd3),
        med_type=FROM_EMERGENCY if rescue else 4,
    )
    first_aid = b.named("急诊诊察费")[0], b.named("急诊监护费")[0]

    def save(draft: Draft, row: int) -> None:
        for number, item in enumerate(first_aid):
            draft.add(row, item, time=int(draft.bills.begin_time[row]) + 900 * (number + 1), mark=False)

    def planned(rows: Rows) -> list[dict[str, Any]]:
        return [{**row, "adm_way": "2"} for row in rows]

    more: dict[str, Any] = {"edit_lines": save} if rescue else {"rows": {"mdtrt_d": planned}} if filed else {}
    b.plant(bill, rule, kind, note, **more)


def xr07(b: Builder, rule: str) -> None:
    """A cataract, a worn joint, filed as emergencies."""
    icd3 = str(b.pick(["H25", "M17", "M16"]))
    _urgent(b, rule, FAULT, "择期病种按急诊例外备案结算", icd3, filed=True)


def xr07_rescued(b: Builder, rule: str) -> None:
    """A fracture that came through the emergency room."""
    _urgent(b, rule, LOOK_ALIKE, "骨折急诊入院，有急诊费用", "S72", filed=False, rescue=True)


def xr07_referred(b: Builder, rule: str) -> None:
    """The same cataract under a referral."""
    _urgent(b, rule, LOOK_ALIKE, "择期病种按转诊备案结算", "H25", filed=False)


def _journey(
    b: Builder,
    rule: str,
    kind: str,
    note: str,
    pools: list[str],
    *,
    icd3: list[str],
    lengths: list[int],
    gaps: list[int],
    leave: int = 1,
) -> None:
    """Plant stays of one person in several cities; ``gaps`` are the days between them."""
    who = b.person(filing=LONG_RESIDENT, insured="5116", treat=pools[-1], age=(40, 72), insurance=1)
    ends = [b.night()]
    for length, gap in zip(lengths[:0:-1], gaps[::-1], strict=True):
        ends.insert(0, ends[0] - length - gap)
    group = b.new()
    b.file(who, LONG_RESIDENT, ends[0] - 200, region=PROVINCE)
    before = None
    for number, (pool, end) in enumerate(zip(pools, ends, strict=True)):
        is_last = number == len(pools) - 1
        bill = b.stay(
            who,
            end,
            lengths[number],
            diag=diagnosis(icd3[number]),
            place=b.place(b.regions.pool(pool), 3),
            leave=1 if is_last else leave,
            nth=number + 1,
            lines=60,
        )
        before = b.plant(
            bill,
            rule,
            kind if is_last else RELATED,
            note if is_last else f"{note}（第 {number + 1} 次）",
            group=group,
            file=False,
            linked=before,
            maybe=("AD-04",),
        )


def xr14_chained(b: Builder, rule: str) -> None:
    """Discharged after some days, admitted for the same in the next city."""
    icd3 = str(b.pick(["I63", "J44", "I50"]))
    pools = str(b.pick(["5113 5101", "5119 5113", "5106 5107"])).split()
    gap = int(b.pick([1, 2, 3]))
    _journey(b, rule, FAULT, f"出院 {gap} 天后异地同病再住院", pools, icd3=[icd3, icd3], lengths=[4, 5], gaps=[gap])


def xr14_shopping(b: Builder, rule: str) -> None:
    """Three cities within ten weeks."""
    icd3 = str(b.pick(["I63", "J44", "M47"]))
    pools = ["5113", "5107", "5101"]
    _journey(b, rule, FAULT, "90 天内同病在三地住院", pools, icd3=[icd3] * 3, lengths=[11, 10, 10], gaps=[16, 17])


def xr14_transferred(b: Builder, rule: str) -> None:
    """Sent on by the first hospital."""
    pools = ["5113", "5101"]
    _journey(b, rule, LOOK_ALIKE, "医嘱转院到上级医院", pools, icd3=["I63", "I63"], lengths=[3, 5], gaps=[1], leave=2)


def xr14_other_disease(b: Builder, rule: str) -> None:
    """Another disease soon after."""
    pools = ["5113", "5101"]
    _journey(b, rule, LOOK_ALIKE, "出院后因另一疾病异地住院", pools, icd3=["K25", "J44"], lengths=[4, 5], gaps=[2])


def _referral(b: Builder, rule: str, kind: str, note: str, *, seen: int | None, diag: str | None = None) -> None:
    """Plant a referral; ``seen`` days before it the person was at the hospital that refers, or only elsewhere."""
    home = str(b.pick(["5105", "5110", "5118"]))
    who = b.person(filing=REFERRAL, insured=home, treat="5101", age=(40, 72), insurance=0)
    last = b.night()
    days = 6
    referred = last - days - 2
    group = b.new()
    b.file(who, REFERRAL, referred)
    sender = int(b.places.members[b.regions.pool(home), 2][0])
    place = sender if seen is not None else b.place(b.regions.pool(home), 2, but=sender, timed=False)
    visit = b.visit(
        who,
        referred - (12 if seen is None else seen),
        9.5,
        care=1,
        profile=CLINIC,
        diag=diagnosis("I10", CLINIC),
        place=place,
    )

    def named(rows: Rows) -> list[dict[str, Any]]:
        return [{**row, "diag_code": diag} for row in rows]

    # The filing comes with the first of the two.
    more: dict[str, Any] = {} if diag is None else {"rows": {"refl_appy_d": named}}
    b.plant(visit, rule, RELATED, "转诊前在参保地就诊", group=group, file=False, **more)
    stay = b.stay(who, last, days, diag=diagnosis("J18"))
    b.plant(stay, rule, kind, note, group=group, file=False, **more)


def xr20_unseen(b: Builder, rule: str) -> None:
    """Never at the hospital that refers."""
    _referral(b, rule, FAULT, "转诊前未在转出医院就诊", seen=None)


def xr20_other_disease(b: Builder, rule: str) -> None:
    """Referred for a stone, treated for the lungs."""
    _referral(b, rule, FAULT, "转诊诊断与住院诊断无关", seen=9, diag="N20.100")


def xr20_seen(b: Builder, rule: str) -> None:
    """Seen there three weeks before, for the lungs."""
    _referral(b, rule, LOOK_ALIKE, "转诊前在转出医院就诊", seen=20, diag="J44.100")


def _resident(
    b: Builder, rule: str, kind: str, note: str, *, made: int, ended: int | None, others: int = 0, at_home: int = 0
) -> None:
    """Plant a stay under a residence filed ``made`` days before it, ended ``ended`` days after it."""
    home = str(b.pick(["5115", "5118", "5111"]))
    who = b.person(filing=LONG_RESIDENT, insured=home, treat="5101", age=(35, 70), insurance=0)
    last = b.night()
    days = 5
    begin = last - days
    group = b.new()
    b.file(who, LONG_RESIDENT, begin - made, end=None if ended is None else last + ended)
    for number in range(others):
        region = ["510500", "511300"][number]
        b.file(who, LONG_RESIDENT, begin - 260 + 80 * number, region=region, end=begin - 200 + 80 * number)
    pool = b.regions.pool(home)
    for number in range(at_home):
        bill: Bills = b.visit(
            who, begin - 3 - 2 * number, 10.0, care=0, profile=SHOP, med_type=0, place=b.place(pool, 0), lines=2,
            target=60.0,
        )  # fmt: skip
        b.plant(bill, rule, RELATED, "在参保地购药", group=group, file=False)
    stay = b.stay(who, last, days, diag=diagnosis("N39"))
    b.plant(stay, rule, kind, note, group=group, file=False)


def xr21_brief(b: Builder, rule: str) -> None:
    """Filed days before the stay, ended weeks after it."""
    _resident(b, rule, FAULT, "临入院登记、出院后即终止的长期备案", made=int(b.pick([1, 3, 6])), ended=14)


def xr21_hopping(b: Builder, rule: str) -> None:
    """Three cities within a year."""
    _resident(b, rule, FAULT, "一年内三地长期备案", made=60, ended=None, others=2)


def xr21_at_home(b: Builder, rule: str) -> None:
    """Lives where the purchases are made."""
    _resident(b, rule, FAULT, "门诊购药均在参保地", made=120, ended=None, at_home=6)


def xr21_moved(b: Builder, rule: str) -> None:
    """Lives there, filed for one other city before, and buys at home now and then."""
    _resident(b, rule, LOOK_ALIKE, "长期居住，偶在参保地购药", made=300, ended=None, others=1, at_home=2)


Plan = Callable[[Builder, str], None]
JOURNEY_FAULTS: list[tuple[str, Plan]] = [
    ("XR-07", xr07),
    ("XR-14", xr14_chained),
    ("XR-14", xr14_shopping),
    ("XR-20", xr20_unseen),
    ("XR-20", xr20_other_disease),
    ("XR-21", xr21_brief),
    ("XR-21", xr21_hopping),
    ("XR-21", xr21_at_home),
]
JOURNEY_LOOK_ALIKES: list[tuple[str, Plan]] = [
    ("XR-07", xr07_rescued),
    ("XR-07", xr07_referred),
    ("XR-14", xr14_transferred),
    ("XR-14", xr14_other_disease),
    ("XR-20", xr20_seen),
    ("XR-21", xr21_moved),
]
