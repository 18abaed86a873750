"""Faults in the settlement itself: ST-01, ST-03, ST-05, ST-06, ST-07, ST-08, ST-09.

Each breaks one layer and keeps every other identity, so that only the rule that is meant has something to say.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lianshen.province.bills import DAY, Bills
from lianshen.province.faults.builder import Builder
from lianshen.province.faults.planted import FAULT, LOOK_ALIKE, RELATED, Draft
from lianshen.province.medicine import diagnosis
from lianshen.province.money import Facts, Header
from lianshen.province.people import EMPLOYEE, REFERRAL, RESIDENT
from lianshen.settlement import UNLIMITED

_DISEASES = ["I63", "J18", "J44", "K80", "I50", "C34", "M51"]
_INSURED = ["5105", "5107", "5109", "5110", "5113", "5115", "5116", "5117"]
"""Pools outside every same-city agreement, whose deductible falls with each admission of the year."""
_WHOLE = 10_000
_DESTITUTE, _LOW_INCOME = 0, 1
_BURDENED = 4_000_000
"""Fen: a burden of the year above which residents' catastrophic insurance pays."""
_CIVIL_SHARE = 7_500
"""Ten-thousandths of the burden left that the demonstration's packs give to civil servants."""
_USED_UP = 10**11
"""Fen: more than any yearly cap."""


def _person(b: Builder, insurance: int, *, listed: int | None = None, civil: bool = False) -> int:
    who = b.person(filing=REFERRAL, insured=str(b.pick(_INSURED)), treat="5101", insurance=insurance, age=(35, 58))
    if listed is not None:
        b.people.special[who] = listed
    if civil:
        b.people.civil[who] = 1
    return who


def _stay(b: Builder, who: int, *, nth: int = 1, target: float | None = None) -> Bills:
    cost = 9_000 + 14_000 * float(b.rng.random()) if target is None else target
    days = int(b.rng.integers(6, 13))
    return b.stay(who, b.night(), days, diag=diagnosis(str(b.pick(_DISEASES))), nth=nth, target=cost)


def _two_stays(b: Builder, who: int) -> tuple[Bills, Bills]:
    """Return a stay that was settled late, on the morning of the day on which a second one ends in another hospital."""
    on = b.night()
    one, two = str(b.pick(_DISEASES[:3])), str(b.pick(_DISEASES[3:]))
    first = b.stay(who, on - int(b.rng.integers(11, 14)), 7, diag=diagnosis(one), target=16_000.0, settled=on)
    first.settle_time[0] = on * DAY + 9 * 3600
    there = b.place(b.regions.pool("5101"), 3, but=int(first.place[0]))
    second = b.stay(who, on, 6, diag=diagnosis(two), target=24_000.0, place=there)
    return first, second


def _bear(header: Header, row: int, amount: int) -> None:
    """Let the person bear ``amount`` more, or less where it is negative, in cash first."""
    header.psn[row] += amount
    in_cash = max(amount, -int(header.cash[row]))
    header.cash[row] += in_cash
    from_account = max(amount - in_cash, -int(header.account[row]))
    header.account[row] += from_account
    if header.balance[row] >= 0:
        header.balance[row] -= from_account
    header.family[row] += amount - in_cash - from_account


def _pay(header: Header, row: int, fund: str, amount: int) -> None:
    """Let a fund pay ``amount`` more, at the person's benefit."""
    getattr(header, fund)[row] += amount
    header.fund[row] += amount
    _bear(header, row, -amount)


def st01_scope(b: Builder, rule: str) -> None:
    """Part of the pre-self-pay of the lines stands in scope in the header, and was paid so."""

    def edit(header: Header, row: int) -> None:
        moved = int(header.pre[row]) // 2
        above = int(header.scope[row] - header.deductible[row])
        paid = (2 * (above + moved) * int(header.ratio[row]) + _WHOLE) // (2 * _WHOLE)
        header.pre[row] -= moved
        header.scope[row] += moved
        _pay(header, row, "hifp", paid - int(header.hifp[row]))

    bill = _stay(b, _person(b, EMPLOYEE))
    b.plant(bill, rule, FAULT, "结算单范围内金额大于明细合计", edit_header=edit, prices_a2=True)


def st01_total(b: Builder, rule: str) -> None:
    """The bill charges full self-pay that no line stands for."""
    extra = int(b.rng.integers(8_000, 60_000))

    def edit(header: Header, row: int) -> None:
        header.own[row] += extra
        header.total[row] += extra
        _bear(header, row, extra)

    bill = _stay(b, _person(b, EMPLOYEE))
    b.plant(bill, rule, FAULT, "结算单总额大于明细合计", edit_header=edit, prices_a2=True)


def st01_rounding(b: Builder, rule: str) -> None:
    """Four fen between header and lines: the lines were rounded one by one."""

    def edit(header: Header, row: int) -> None:
        header.own[row] += 4
        header.pre[row] -= 4

    b.plant(_stay(b, _person(b, EMPLOYEE)), rule, LOOK_ALIKE, "四分以内的逐行舍入差", edit_header=edit)


def st03_half(b: Builder, rule: str) -> None:
    """Half of the deductible was charged."""

    def edit(facts: Facts, row: int) -> None:
        facts.deductible_paid[row] = _WHOLE // 2

    bill = _stay(b, _person(b, EMPLOYEE))
    b.plant(bill, rule, FAULT, "起付线只扣了一半", edit_facts=edit, prices_a2=True)


def st03_as_first(b: Builder, rule: str) -> None:
    """The second admission of the year, charged like the first: the patient paid too much."""

    def edit(facts: Facts, row: int) -> None:
        facts.nth[row] = 1

    bill = _stay(b, _person(b, EMPLOYEE), nth=2)
    b.plant(bill, rule, FAULT, "第二次住院按首次起付线", edit_facts=edit, prices_a2=True)


def st03_second(b: Builder, rule: str) -> None:
    """The lower deductible of a second admission."""
    first, second = _two_stays(b, _person(b, EMPLOYEE))
    group = b.new()
    start = b.plant(first, rule, RELATED, "第一次住院", group=group)
    b.plant(second, rule, LOOK_ALIKE, "第二次住院起付线降低", group=group, linked=start)


def _drugs(b: Builder, who: int, *, item_class: int, limited: bool) -> list[int]:
    """Return drugs for in-patients that are of one class at home and where treated, with or without a limit."""
    catalogue = b.ledger.catalogue
    here = int(b.ledger.region_of_pool[int(b.people.pool[who])])
    there = int(b.ledger.region_of_pool[int(b.people.treat[who])])
    same = (catalogue.item_class[-1, here] == item_class) & (catalogue.item_class[-1, there] == item_class)
    for region in (here, there):
        has_limit = (catalogue.limit[-1, region] < UNLIMITED).all(axis=0)
        has_share = catalogue.share[-1, region] > 0
        same &= (has_limit == limited) & (has_share == (item_class == 2))
    items = catalogue.items
    return [int(i) for i in np.flatnonzero(same) if "I" in items[i].setting and items[i].list_type == "101"]


def _add_drug(drugs: list[int], *, covered: int, over: bool) -> Callable[[Draft, int], None]:
    """Return an edit that adds a few of the drugs; ``over`` charges twice their limit."""

    def edit(draft: Draft, row: int) -> None:
        draft.drop(row, np.array(drugs))
        for number, item in enumerate(drugs[:3]):
            when = draft.at(row, 1 + number, 10.0)
            limit = int(draft.ledger.catalogue.limit[-1, 0, -1, item])
            draft.add(row, item, count=4, time=when, price=2 * limit if over else None, covered=covered)

    return edit


def _some(b: Builder, drugs: list[int]) -> list[int]:
    return [drugs[i] for i in b.rng.permutation(len(drugs))[:3]]


def st05_share(b: Builder, rule: str) -> None:
    """Class B drugs settled without the share that comes first."""
    who = _person(b, EMPLOYEE)
    drugs = _some(b, _drugs(b, who, item_class=2, limited=False))
    edit = _add_drug(drugs, covered=1, over=False)
    b.plant(_stay(b, who), rule, FAULT, "乙类未扣先行自付", edit_lines=edit, prices_a2=True)


def st05_limit(b: Builder, rule: str) -> None:
    """Class A drugs above their payment limit, all of it in scope."""
    who = _person(b, EMPLOYEE)
    drugs = _some(b, _drugs(b, who, item_class=1, limited=True))
    edit = _add_drug(drugs, covered=1, over=True)
    b.plant(_stay(b, who), rule, FAULT, "超限价部分计入范围", edit_lines=edit, prices_a2=True)


def st05_right(b: Builder, rule: str) -> None:
    """Class A drugs above their payment limit, split as the catalogue says."""
    who = _person(b, EMPLOYEE)
    drugs = _some(b, _drugs(b, who, item_class=1, limited=True))
    edit = _add_drug(drugs, covered=0, over=True)
    b.plant(_stay(b, who), rule, LOOK_ALIKE, "超限价部分已自付", edit_lines=edit)


def _second_of_two(
    b: Builder, rule: str, kind: str, note: str, who: int, *,
    before: Callable[[Facts, int], None] | None = None,
    facts: Callable[[Facts, int], None] | None = None,
    header: Callable[[Header, int], None] | None = None,
) -> None:  # fmt: skip
    """Plant the second stay of a year; ``before`` changes what was known when the first one came."""
    first, second = _two_stays(b, who)
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


def st06_count(b: Builder, rule: str) -> None:
    """The second admission of the year counted as the third."""

    def edit(facts: Facts, row: int) -> None:
        facts.nth[row] += 1
        facts.counted[row] += 1

    _second_of_two(b, rule, FAULT, "住院次数多计", _person(b, EMPLOYEE), facts=edit)


def st06_burden(b: Builder, rule: str) -> None:
    """A burden of the year that nobody bore: catastrophic insurance was entered early."""

    def edit(facts: Facts, row: int) -> None:
        facts.burden[row] += 3_000_000

    _second_of_two(b, rule, FAULT, "大病累计多计", _person(b, RESIDENT), facts=edit)


def _at_the_cap(facts: Facts, row: int) -> None:
    facts.cap_used[row] = _USED_UP


def st06_cap(b: Builder, rule: str) -> None:
    """The cap was used up by the first stay, and the second one paid as if it were not."""

    def edit(facts: Facts, row: int) -> None:
        facts.cap_used[row] = 0

    who = _person(b, RESIDENT)
    _second_of_two(b, rule, FAULT, "封顶线已用完仍支付", who, before=_at_the_cap, facts=edit)


def st06_rolled(b: Builder, rule: str) -> None:
    """A second stay that knows of the first."""
    _second_of_two(b, rule, LOOK_ALIKE, "累计与前次结算一致", _person(b, RESIDENT))


def st06_at_the_cap(b: Builder, rule: str) -> None:
    """The cap is used up, and the large-amount fund pays above it."""
    bill = _stay(b, _person(b, EMPLOYEE))
    b.plant(bill, rule, LOOK_ALIKE, "超过封顶线由大额补助支付", edit_facts=_at_the_cap)


def _burdened(facts: Facts, row: int) -> None:
    facts.burden[row] = _BURDENED


def st07_assistance(b: Builder, rule: str) -> None:
    """A person of low income, paid like a destitute one: assistance took all that was left."""

    def edit(header: Header, row: int) -> None:
        left = header.scope[row] - header.hifp[row] - header.hifmi[row] - header.maf[row]
        _pay(header, row, "maf", int(left))

    bill = _stay(b, _person(b, RESIDENT, listed=_LOW_INCOME))
    b.plant(bill, rule, FAULT, "低收入人员按特困人员救助", edit_header=edit, prices_a2=True)


def st07_order(b: Builder, rule: str) -> None:
    """Assistance paid all of a destitute person's burden before catastrophic insurance had paid its part."""

    def edit(header: Header, row: int) -> None:
        moved = int(header.hifmi[row])
        _pay(header, row, "hifmi", -moved)
        _pay(header, row, "maf", moved)

    who = _person(b, RESIDENT, listed=_DESTITUTE)
    _second_of_two(b, rule, FAULT, "救助先于大病支付", who, before=_burdened, header=edit)


def st07_civil(b: Builder, rule: str) -> None:
    """The civil-servant subsidy for somebody who is none."""

    def edit(header: Header, row: int) -> None:
        left = int(header.scope[row] - header.hifp[row] - header.hifob[row])
        _pay(header, row, "civil", (2 * left * _CIVIL_SHARE + _WHOLE) // (2 * _WHOLE))

    bill = _stay(b, _person(b, EMPLOYEE))
    b.plant(bill, rule, FAULT, "非公务员享受公务员补助", edit_header=edit, prices_a2=True)


def st07_withheld(b: Builder, rule: str) -> None:
    """Catastrophic insurance was due and did not pay."""

    def edit(header: Header, row: int) -> None:
        _pay(header, row, "hifmi", -int(header.hifmi[row]))

    _second_of_two(b, rule, FAULT, "大病保险应付未付", _person(b, RESIDENT), before=_burdened, header=edit)


def st07_listed(b: Builder, rule: str) -> None:
    """Catastrophic insurance and then assistance, both as they should."""
    who = _person(b, RESIDENT, listed=_LOW_INCOME)
    _second_of_two(b, rule, LOOK_ALIKE, "大病之后医疗救助", who, before=_burdened)


def st07_civil_servant(b: Builder, rule: str) -> None:
    """The subsidy of a civil servant."""
    b.plant(_stay(b, _person(b, EMPLOYEE, civil=True)), rule, LOOK_ALIKE, "公务员补助")


def st08_resident(b: Builder, rule: str) -> None:
    """An own account paid for a resident, who has none."""
    amount = int(b.rng.integers(10_000, 50_000))

    def edit(header: Header, row: int) -> None:
        paid = min(amount, int(header.cash[row]))
        header.account[row] += paid
        header.cash[row] -= paid

    bill = _stay(b, _person(b, RESIDENT))
    b.plant(bill, rule, FAULT, "居民由个人账户支付", edit_header=edit)


def _rolled(b: Builder, rule: str, kind: str, note: str, *, forgets: bool) -> None:
    """Plant two stays of which the first takes from the account; the second's record knows that, or ``forgets``."""
    first, second = _two_stays(b, _person(b, EMPLOYEE))
    opening: list[int] = []

    def take(header: Header, row: int) -> None:
        paid = min(int(header.cash[row]), int(header.balance[row]), 30_000)
        header.account[row] += paid
        header.cash[row] -= paid
        header.balance[row] -= paid
        opening.append(int(header.balance[row] + header.account[row]))

    def forget(header: Header, row: int) -> None:
        header.balance[row] = opening[-1] - header.account[row]

    group = b.new()
    start = b.plant(first, rule, RELATED, "账户支付", group=group, edit_header=take)
    b.plant(second, rule, kind, note, group=group, linked=start, edit_header=forget if forgets else None)


def st08_kept(b: Builder, rule: str) -> None:
    """What the account paid was never taken off its balance."""
    _rolled(b, rule, FAULT, "账户支付未从余额扣除", forgets=True)


def st08_rolls(b: Builder, rule: str) -> None:
    """The balance rolls forward."""
    _rolled(b, rule, LOOK_ALIKE, "账户余额逐次滚存", forgets=False)


def st08_family(b: Builder, rule: str) -> None:
    """A relative's account paid for a resident."""

    def edit(header: Header, row: int) -> None:
        paid = min(40_000, int(header.cash[row]))
        header.family[row] += paid
        header.cash[row] -= paid

    bill = _stay(b, _person(b, RESIDENT))
    b.plant(bill, rule, LOOK_ALIKE, "居民由家庭共济支付", edit_header=edit)


def st09_twice(b: Builder, rule: str) -> None:
    """Taken back twice."""
    bill = _stay(b, _person(b, EMPLOYEE))
    b.plant(bill, rule, FAULT, "同一结算冲销两次", again="reversed_twice")


def st09_partly(b: Builder, rule: str) -> None:
    """The reversal takes back half of what the pooled fund paid, and of the bill."""

    def edit(header: Header, row: int) -> None:
        kept = int(header.hifp[row]) // 2
        for column in ("total", "scope", "hifp", "fund"):
            getattr(header, column)[row] -= kept

    bill = _stay(b, _person(b, EMPLOYEE))
    b.plant(bill, rule, FAULT, "冲销不完整", again="reversed", edit_reversal=edit)


def st09_misnamed(b: Builder, rule: str) -> None:
    """The reversal names a settlement that does not exist."""
    bill = _stay(b, _person(b, EMPLOYEE))
    b.plant(bill, rule, FAULT, "冲销的原结算不存在", again="misnamed")


def st09_billed_again(b: Builder, rule: str) -> None:
    """Taken back and later on the same day settled again for more."""
    who = _person(b, EMPLOYEE)
    on = b.start + int(b.rng.integers(0, max(b.nights - 1, 1)))
    stayed = {"diag": diagnosis(str(b.pick(_DISEASES))), "place": b.place(b.regions.pool("5101"), 3)}
    first = b.stay(who, on, 7, target=9_000.0, lines=50, **stayed)
    second = b.stay(who, on, 7, target=24_000.0, lines=170, **stayed)
    # After the reversal, which comes an hour and a half after the settlement.
    second.settle_time[0] = int(first.settle_time[0]) + 3 * 3600
    group = b.new()
    start = b.plant(first, rule, RELATED, "原结算已退费", group=group, again="reversed")
    b.plant(second, rule, FAULT, "退费后提高金额重新结算", group=group, linked=start, file=False)


def st09_resettled(b: Builder, rule: str) -> None:
    """Taken back in full and settled again at the same amounts."""
    b.plant(_stay(b, _person(b, EMPLOYEE)), rule, LOOK_ALIKE, "全额退费后原额重新结算", again="resettled")


def st09_reversed(b: Builder, rule: str) -> None:
    """Taken back in full, once."""
    b.plant(_stay(b, _person(b, EMPLOYEE)), rule, LOOK_ALIKE, "全额退费一次", again="reversed")


LAYER_FAULTS = [
    ("ST-01", st01_scope),
    ("ST-01", st01_total),
    ("ST-03", st03_half),
    ("ST-03", st03_as_first),
    ("ST-05", st05_share),
    ("ST-05", st05_limit),
    ("ST-06", st06_count),
    ("ST-06", st06_burden),
    ("ST-06", st06_cap),
    ("ST-07", st07_assistance),
    ("ST-07", st07_order),
    ("ST-07", st07_civil),
    ("ST-07", st07_withheld),
    ("ST-08", st08_resident),
    ("ST-08", st08_kept),
    ("ST-09", st09_twice),
    ("ST-09", st09_partly),
    ("ST-09", st09_misnamed),
    ("ST-09", st09_billed_again),
]
LAYER_LOOK_ALIKES = [
    ("ST-01", st01_rounding),
    ("ST-03", st03_second),
    ("ST-05", st05_right),
    ("ST-06", st06_rolled),
    ("ST-06", st06_at_the_cap),
    ("ST-07", st07_listed),
    ("ST-07", st07_civil_servant),
    ("ST-08", st08_rolls),
    ("ST-08", st08_family),
    ("ST-09", st09_resettled),
    ("ST-09", st09_reversed),
]
