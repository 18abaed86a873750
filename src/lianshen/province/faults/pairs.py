"""What faults in a settlement are made of: stays alone and in pairs, and amounts that change hands.

Whatever is changed, the other identities of the header hold, so that only the rule that is meant has something to say.
"""

from __future__ import annotations

from collections.abc import Callable

from lianshen.province.bills import DAY, Bills
from lianshen.province.faults.builder import Builder
from lianshen.province.faults.planted import FAULT, RELATED
from lianshen.province.headers import Facts, Header
from lianshen.province.medicine import diagnosis
from lianshen.province.people import EMPLOYEE, REFERRAL

DISEASES = ["I63", "J18", "J44", "K80", "I50", "C34", "M51"]
WHOLE = 10_000
_ELSEWHERE = "5111"
_INSURED = ["5105", "5107", "5109", "5110", "5113", "5115", "5116", "5117"]
"""Pools outside every same-city agreement, whose deductible falls with each admission of the year."""


def insured(b: Builder, insurance: int, *, listed: int | None = None, civil: bool = False) -> int:
    """Return a new person from a pool outside every same-city agreement, who goes to Chengdu on a referral."""
    who = b.person(filing=REFERRAL, insured=str(b.pick(_INSURED)), treat="5101", insurance=insurance, age=(35, 58))
    if listed is not None:
        b.people.special[who] = listed
    if civil:
        b.people.civil[who] = 1
    return who


def one_stay(b: Builder, who: int, *, nth: int = 1, target: float | None = None) -> Bills:
    """Return an ordinary stay; ``target`` is about what it costs, in yuan."""
    cost = 9_000 + 14_000 * float(b.rng.random()) if target is None else target
    days = int(b.rng.integers(6, 13))
    return b.stay(who, b.night(), days, diag=diagnosis(str(b.pick(DISEASES))), nth=nth, target=cost)


def two_stays(b: Builder, who: int, *, then: str = "5101") -> tuple[Bills, Bills]:
    """Return a stay that was settled late, on the morning of the day on which a second one ends in another hospital,
    of the pool ``then``."""
    on = b.night()
    one, two = str(b.pick(DISEASES[:3])), str(b.pick(DISEASES[3:]))
    first = b.stay(who, on - int(b.rng.integers(11, 14)), 7, diag=diagnosis(one), target=16_000.0, settled=on)
    first.settle_time[0] = on * DAY + 9 * 3600
    there = b.place(b.regions.pool(then), 3, but=int(first.place[0]))
    second = b.stay(who, on, 6, diag=diagnosis(two), target=24_000.0, place=there)
    return first, second


def two_regions(b: Builder) -> tuple[Bills, Bills]:
    """Return the same in two regions, under a filing that covers both: the later did not know of the earlier."""
    who = insured(b, EMPLOYEE)
    first, second = two_stays(b, who, then=_ELSEWHERE)
    b.file(who, REFERRAL, int(first.begin[0]) - 5, region="510000")
    return first, second


def plant_second(
    b: Builder, rule: str, kind: str, note: str, who: int, *,
    before: Callable[[Facts, int], None] | None = None,
    facts: Callable[[Facts, int], None] | None = None,
    header: Callable[[Header, int], None] | None = None,
) -> None:  # fmt: skip
    """Plant the second stay of a year; ``before`` changes what was known when the first one came."""
    first, second = two_stays(b, who)
    group = b.new()
    start = b.plant(first, rule, RELATED, "本年第一次住院", group=group, edit_facts=before)
    b.plant(
        second,
        rule,
        kind,
        note,
        group=group,
        linked=start,
        edit_facts=facts,
        edit_header=header,
        prices_a2=kind == FAULT,
    )


def bear(header: Header, row: int, amount: int) -> None:
    """Let the person bear ``amount`` more, or less where it is negative, in cash first."""
    header.psn[row] += amount
    in_cash = max(amount, -int(header.cash[row]))
    header.cash[row] += in_cash
    from_account = max(amount - in_cash, -int(header.account[row]))
    header.account[row] += from_account
    if header.balance[row] >= 0:
        header.balance[row] -= from_account
    header.family[row] += amount - in_cash - from_account


def pay(header: Header, row: int, fund: str, amount: int) -> None:
    """Let a fund pay ``amount`` more, at the person's benefit."""
    getattr(header, fund)[row] += amount
    header.fund[row] += amount
    bear(header, row, -amount)
