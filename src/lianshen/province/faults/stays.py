"""Faults in stays: AD-01, AD-06, AD-07."""

from __future__ import annotations

from lianshen.province.bills import DAY
from lianshen.province.faults.builder import Builder
from lianshen.province.faults.planted import FAULT, LOOK_ALIKE, RELATED, Draft
from lianshen.province.headers import Purse
from lianshen.province.medicine import CLINIC, SHOP, diagnosis
from lianshen.province.people import LONG_RESIDENT


def _two_stays(
    b: Builder,
    rule: str,
    kind: str,
    note: str,
    *,
    icd3: tuple[str, str],
    gap: int,
    leave: int = 1,
    level: int = 3,
    second_leave: int = 1,
    second_med: int = 4,
    lengths: tuple[int, int] = (7, 6),
) -> None:
    """Plant two stays at one hospital; the second begins ``gap`` days after the first ended."""
    who = b.person(filing=LONG_RESIDENT, age=(45, 75))
    place = b.place(int(b.people.treat[who]), level)
    last = b.night()
    first_end = last - lengths[1] - gap
    first = b.stay(who, first_end, lengths[0], diag=diagnosis(icd3[0]), place=place, leave=leave)
    second = b.stay(
        who, last, lengths[1], diag=diagnosis(icd3[1]), place=place, nth=2, leave=second_leave, med_type=second_med
    )
    group = b.new()
    b.file(who, LONG_RESIDENT, first_end - 60)
    one = b.plant(first, rule, RELATED, f"{note}（第一次）", group=group, file=False)
    b.plant(second, rule, kind, note, group=group, file=False, linked=one)


def ad01(b: Builder, rule: str) -> None:
    """One course of treatment in two stays."""
    icd3 = str(b.pick(["J44", "I63", "I50", "E11", "J18"]))
    gap = int(b.pick([0, 1, 2, 3, 5, 7, 10, 13]))
    _two_stays(b, rule, FAULT, f"分解住院：出院 {gap} 天后同院同病再入院", icd3=(icd3, icd3), gap=gap)


def ad01_chemotherapy(b: Builder, rule: str) -> None:
    """Planned cycles."""
    _two_stays(
        b, rule, LOOK_ALIKE, "化疗周期再入院", icd3=("Z51", "Z51"), gap=int(b.rng.integers(5, 15)), lengths=(3, 3)
    )


def ad01_dialysis(b: Builder, rule: str) -> None:
    """Dialysis."""
    _two_stays(b, rule, LOOK_ALIKE, "透析患者再入院", icd3=("N18", "N18"), gap=6)


def ad01_other_disease(b: Builder, rule: str) -> None:
    """A new disease."""
    _two_stays(b, rule, LOOK_ALIKE, "不同主要诊断再入院", icd3=("J18", "I63"), gap=4, second_med=6)


def ad01_long_gap(b: Builder, rule: str) -> None:
    """After the window."""
    _two_stays(b, rule, LOOK_ALIKE, "间隔超过 15 天", icd3=("J44", "J44"), gap=17, lengths=(5, 5))


def ad01_transfer(b: Builder, rule: str) -> None:
    """Sent on by the hospital and back again."""
    _two_stays(b, rule, LOOK_ALIKE, "医嘱转院后回院", icd3=("I63", "I63"), gap=5, leave=2)


def ad06(b: Builder, rule: str) -> None:
    """In two hospitals on the same nights."""
    who = b.person(filing=LONG_RESIDENT, treat=str(b.pick(["5101", "5107", "5113"])), age=(40, 75))
    pool = int(b.people.treat[who])
    one = b.place(pool, 3)
    two = b.place(pool, 2, but=one)
    last = b.night()
    overlap = int(b.rng.integers(1, 4))
    first = b.stay(who, last - 4, 7, diag=diagnosis("I63"), place=one)
    second = b.stay(who, last, 4 + overlap, diag=diagnosis("E11"), place=two, nth=2)
    group = b.new()
    b.file(who, LONG_RESIDENT, last - 90)
    start = b.plant(first, rule, RELATED, "住院时间重叠（另一次）", group=group, file=False)
    b.plant(second, rule, FAULT, f"两院住院重叠 {overlap} 夜", group=group, file=False, linked=start)


def ad06_same_day(b: Builder, rule: str) -> None:
    """Discharged from one and admitted to the other on one day."""
    who = b.person(filing=LONG_RESIDENT, treat="5101", age=(40, 75))
    pool = int(b.people.treat[who])
    last = b.night()
    one = b.place(pool, 2)
    group = b.new()
    b.file(who, LONG_RESIDENT, last - 90)
    first = b.stay(who, last - 6, 4, diag=diagnosis("I63"), place=one, leave=2)
    second = b.stay(who, last, 6, diag=diagnosis("I63"), place=b.place(pool, 3, but=one), nth=2)
    second.begin_time[0] = second.begin[0] * DAY + 18 * 3600
    start = b.plant(first, rule, RELATED, "转院前的住院", group=group, file=False)
    b.plant(second, rule, LOOK_ALIKE, "当日转院，首尾相接", group=group, file=False, linked=start)


def ad06_reversed(b: Builder, rule: str) -> None:
    """Overlapping, but one of the two was taken back."""
    who = b.person(filing=LONG_RESIDENT, treat="5101", age=(40, 75))
    pool = int(b.people.treat[who])
    last = b.night()
    one = b.place(pool, 3)
    group = b.new()
    b.file(who, LONG_RESIDENT, last - 90)
    first = b.stay(who, last - 3, 6, diag=diagnosis("J18"), place=one)
    second = b.stay(who, last, 6, diag=diagnosis("J18"), place=b.place(pool, 2, but=one), nth=2)
    start = b.plant(first, rule, LOOK_ALIKE, "重叠住院已退费", group=group, file=False, again="reversed")
    b.plant(second, rule, LOOK_ALIKE, "重叠住院中另一次已退费", group=group, file=False, linked=start)


def _pays_from_the_account(purse: Purse, row: int) -> None:
    """Where no fund pays at a drugstore, the account does, and there is enough in it."""
    purse.uses[row] = True
    purse.opening[row] = max(int(purse.opening[row]), 100_000)


def _during_a_stay(
    b: Builder,
    rule: str,
    kind: str,
    note: str,
    *,
    shop: bool,
    target: float,
    offset: int,
    family: bool = False,
    again: str = "",
) -> None:
    """Plant a stay of nine days and a visit or purchase ``offset`` days after it began."""
    who = b.person(filing=LONG_RESIDENT, age=(45, 75), insurance=0)
    pool = int(b.people.treat[who])
    last = b.night()
    stay = b.stay(who, last, 9, diag=diagnosis("I63"), place=b.place(pool, 3))
    on = last - 9 + offset
    if shop:
        visit = b.visit(who, on, 10.5, care=0, profile=SHOP, med_type=0, target=target, lines=2)
    else:
        visit = b.visit(
            who,
            on,
            10.5,
            care=1,
            profile=CLINIC,
            diag=diagnosis("I10", CLINIC),
            level=2,
            target=target,
            place=b.place(pool, 2),
        )
    group = b.new()
    b.file(who, LONG_RESIDENT, last - 90)
    inside = b.plant(stay, rule, RELATED, "住院", group=group, file=False, maybe=("AD-02",))

    # A family purchase is one small pack; the one that matters is more than anybody's headache.
    drug, count = (b.named("布洛芬缓释胶囊")[0], 1) if family else (b.named("蓝芩口服液")[0], 12)

    def one_drug(draft: Draft, row: int) -> None:
        draft.lines.quantity[draft.of(row)] = 0
        draft.add(row, drug, count=count, time=int(draft.bills.begin_time[row]) + 300, mark=not family)

    outside = b.plant(
        visit,
        rule,
        kind,
        note,
        group=group,
        file=False,
        linked=inside,
        again=again,
        edit_lines=one_drug if shop else None,
    )
    if not family:
        # The fund pays this one: the year's deductible is used up.
        outside.edit_facts = lambda facts, row: facts.deductible_paid.__setitem__(row, 10_000)
        outside.edit_purse = _pays_from_the_account


def ad07(b: Builder, rule: str) -> None:
    """A visit or a purchase paid by the fund while in hospital."""
    shop = b.rng.random() < 0.4
    _during_a_stay(
        b,
        rule,
        FAULT,
        "住院期间" + ("药店购药" if shop else "门诊结算"),
        shop=shop,
        target=520.0,
        offset=int(b.rng.integers(3, 7)),
    )


def ad07_family(b: Builder, rule: str) -> None:
    """A small purchase from the account: somebody of the family."""
    _during_a_stay(b, rule, LOOK_ALIKE, "家人使用个人账户小额购药", shop=True, target=40.0, offset=4, family=True)


def ad07_edges(b: Builder, rule: str) -> None:
    """On the day of admission or of discharge."""
    _during_a_stay(b, rule, LOOK_ALIKE, "入院或出院当日门诊", shop=False, target=300.0, offset=int(b.pick([0, 9])))


def ad07_reversed(b: Builder, rule: str) -> None:
    """Taken back."""
    _during_a_stay(b, rule, LOOK_ALIKE, "住院期间门诊已退费", shop=False, target=300.0, offset=4, again="reversed")


STAY_FAULTS = [("AD-01", ad01), ("AD-06", ad06), ("AD-07", ad07)]
STAY_LOOK_ALIKES = [
    ("AD-01", ad01_chemotherapy),
    ("AD-01", ad01_dialysis),
    ("AD-01", ad01_other_disease),
    ("AD-01", ad01_long_gap),
    ("AD-01", ad01_transfer),
    ("AD-06", ad06_same_day),
    ("AD-06", ad06_reversed),
    ("AD-07", ad07_family),
    ("AD-07", ad07_edges),
    ("AD-07", ad07_reversed),
]
