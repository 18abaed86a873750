"""Faults of the year's accumulators and of the layers above the pooled fund: ST-06, ST-07; and all of a settlement."""

from __future__ import annotations

from lianshen.province.faults.accounts import ACCOUNT_FAULTS, ACCOUNT_LOOK_ALIKES
from lianshen.province.faults.builder import Builder
from lianshen.province.faults.pairs import WHOLE, insured, one_stay, pay, plant_second, two_regions, two_stays
from lianshen.province.faults.planted import FAULT, LOOK_ALIKE, RELATED
from lianshen.province.faults.splits import SPLIT_FAULTS, SPLIT_LOOK_ALIKES
from lianshen.province.headers import Facts, Header
from lianshen.province.people import EMPLOYEE, RESIDENT

_LOW_INCOME = 1
_LOW_INCOME_SHARE = 7_000
"""Ten-thousandths of the burden left that the demonstration's packs give to people of low income."""
_BURDENED = 4_000_000
"""Fen: a burden of the year above which residents' catastrophic insurance pays."""
_CIVIL_SHARE = 7_500
"""Ten-thousandths of the burden left that the demonstration's packs give to civil servants."""
_USED_UP = 10**11
"""Fen: more than any yearly cap."""


def st06_count(b: Builder, rule: str) -> None:
    """The second admission of the year counted as the third."""

    def edit(facts: Facts, row: int) -> None:
        facts.nth[row] += 1
        facts.counted[row] += 1

    plant_second(b, rule, FAULT, "住院次数多计", insured(b, EMPLOYEE), facts=edit)


def st06_burden(b: Builder, rule: str) -> None:
    """A burden of the year that nobody bore: catastrophic insurance was entered early."""

    def edit(facts: Facts, row: int) -> None:
        facts.burden[row] += 3_000_000

    plant_second(b, rule, FAULT, "大病累计多计", insured(b, RESIDENT), facts=edit)


def _at_the_cap(facts: Facts, row: int) -> None:
    facts.cap_used[row] = _USED_UP


def st06_cap(b: Builder, rule: str) -> None:
    """The cap was used up by the first stay, and the second one paid as if it were not."""

    def edit(facts: Facts, row: int) -> None:
        facts.cap_used[row] = 0

    who = insured(b, RESIDENT)
    plant_second(b, rule, FAULT, "封顶线已用完仍支付", who, before=_at_the_cap, facts=edit)


def st06_race(b: Builder, rule: str) -> None:
    """Two regions settled on one day, and the later did not know of the earlier: a matter of timing."""

    def edit(facts: Facts, row: int) -> None:
        facts.nth[row] = facts.counted[row] = 1

    first, second = two_regions(b)
    group = b.new()
    start = b.plant(first, rule, RELATED, "当日先结算的住院", group=group, file=False)
    b.plant(
        second,
        rule,
        FAULT,
        "两地同日结算累计时差",
        group=group,
        linked=start,
        file=False,
        edit_facts=edit,
        prices_a2=True,
    )


def st06_rolled(b: Builder, rule: str) -> None:
    """A second stay that knows of the first."""
    plant_second(b, rule, LOOK_ALIKE, "累计与前次结算一致", insured(b, RESIDENT))


def st06_at_the_cap(b: Builder, rule: str) -> None:
    """The cap is used up, and the large-amount fund pays above it."""
    bill = one_stay(b, insured(b, EMPLOYEE))
    b.plant(bill, rule, LOOK_ALIKE, "超过封顶线由大额补助支付", edit_facts=_at_the_cap)


def _burdened(facts: Facts, row: int) -> None:
    facts.burden[row] = _BURDENED


def st07_assistance(b: Builder, rule: str) -> None:
    """A person of low income, paid like a destitute one: assistance took all that was left."""

    def edit(header: Header, row: int) -> None:
        left = header.scope[row] - header.hifp[row] - header.hifmi[row] - header.maf[row]
        pay(header, row, "maf", int(left))

    bill = one_stay(b, insured(b, RESIDENT, listed=_LOW_INCOME))
    b.plant(bill, rule, FAULT, "低收入人员按特困人员救助", edit_header=edit, prices_a2=True)


def st07_order(b: Builder, rule: str) -> None:
    """Assistance paid its share of the whole burden, and catastrophic insurance only what was left."""

    def edit(header: Header, row: int) -> None:
        burden = int(header.scope[row] - header.hifp[row])
        first = (2 * burden * _LOW_INCOME_SHARE + WHOLE) // (2 * WHOLE)
        pay(header, row, "hifmi", min(0, burden - first - int(header.hifmi[row])))
        pay(header, row, "maf", first - int(header.maf[row]))

    first, second = two_stays(b, insured(b, RESIDENT, listed=_LOW_INCOME))
    group = b.new()
    start = b.plant(first, rule, RELATED, "本年第一次住院", group=group, edit_facts=_burdened)
    b.plant(
        second, rule, FAULT, "救助先于大病支付",
        group=group, linked=start, edit_header=edit, prices_a2=True, expected_cause="layer_order",
    )  # fmt: skip


def st07_civil(b: Builder, rule: str) -> None:
    """The civil-servant subsidy for somebody who is none."""

    def edit(header: Header, row: int) -> None:
        left = int(header.scope[row] - header.hifp[row] - header.hifob[row])
        pay(header, row, "civil", (2 * left * _CIVIL_SHARE + WHOLE) // (2 * WHOLE))

    bill = one_stay(b, insured(b, EMPLOYEE))
    b.plant(bill, rule, FAULT, "非公务员享受公务员补助", edit_header=edit, prices_a2=True)


def st07_withheld(b: Builder, rule: str) -> None:
    """Catastrophic insurance was due and did not pay."""

    def edit(header: Header, row: int) -> None:
        pay(header, row, "hifmi", -int(header.hifmi[row]))

    plant_second(b, rule, FAULT, "大病保险应付未付", insured(b, RESIDENT), before=_burdened, header=edit)


def st07_listed(b: Builder, rule: str) -> None:
    """Catastrophic insurance and then assistance, both as they should."""
    who = insured(b, RESIDENT, listed=_LOW_INCOME)
    plant_second(b, rule, LOOK_ALIKE, "大病之后医疗救助", who, before=_burdened)


def st07_civil_servant(b: Builder, rule: str) -> None:
    """The subsidy of a civil servant."""
    b.plant(one_stay(b, insured(b, EMPLOYEE, civil=True)), rule, LOOK_ALIKE, "公务员补助")


LAYER_FAULTS = [
    *SPLIT_FAULTS,
    ("ST-06", st06_count),
    ("ST-06", st06_burden),
    ("ST-06", st06_cap),
    ("ST-06", st06_race),
    ("ST-07", st07_assistance),
    ("ST-07", st07_order),
    ("ST-07", st07_civil),
    ("ST-07", st07_withheld),
    *ACCOUNT_FAULTS,
]
LAYER_LOOK_ALIKES = [
    *SPLIT_LOOK_ALIKES,
    ("ST-06", st06_rolled),
    ("ST-06", st06_at_the_cap),
    ("ST-07", st07_listed),
    ("ST-07", st07_civil_servant),
    *ACCOUNT_LOOK_ALIKES,
]
