"""Faults of the personal account and of what is taken back: ST-08, ST-09."""

from __future__ import annotations

from lianshen.province.faults.builder import Builder
from lianshen.province.faults.pairs import DISEASES, insured, one_stay, two_stays
from lianshen.province.faults.planted import FAULT, LOOK_ALIKE, RELATED
from lianshen.province.headers import Header
from lianshen.province.medicine import diagnosis
from lianshen.province.people import EMPLOYEE, RESIDENT


def st08_resident(b: Builder, rule: str) -> None:
    """An own account paid for a resident, who has none."""
    amount = int(b.rng.integers(10_000, 50_000))

    def edit(header: Header, row: int) -> None:
        paid = min(amount, int(header.cash[row]))
        header.account[row] += paid
        header.cash[row] -= paid

    bill = one_stay(b, insured(b, RESIDENT))
    b.plant(bill, rule, FAULT, "居民由个人账户支付", edit_header=edit)


def _rolled(b: Builder, rule: str, kind: str, note: str, *, forgets: bool) -> None:
    """Plant two stays of which the first takes from the account; the second's record knows that, or ``forgets``."""
    first, second = two_stays(b, insured(b, EMPLOYEE))
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

    bill = one_stay(b, insured(b, RESIDENT))
    b.plant(bill, rule, LOOK_ALIKE, "居民由家庭共济支付", edit_header=edit)


def st09_twice(b: Builder, rule: str) -> None:
    """Taken back twice."""
    bill = one_stay(b, insured(b, EMPLOYEE))
    b.plant(bill, rule, FAULT, "同一结算冲销两次", again="reversed_twice")


def st09_partly(b: Builder, rule: str) -> None:
    """The reversal takes back half of what the pooled fund paid, and of the bill."""

    def edit(header: Header, row: int) -> None:
        kept = int(header.hifp[row]) // 2
        for column in ("total", "scope", "hifp", "fund"):
            getattr(header, column)[row] -= kept

    bill = one_stay(b, insured(b, EMPLOYEE))
    b.plant(bill, rule, FAULT, "冲销不完整", again="reversed", edit_reversal=edit)


def st09_misnamed(b: Builder, rule: str) -> None:
    """The reversal names a settlement that does not exist."""
    bill = one_stay(b, insured(b, EMPLOYEE))
    b.plant(bill, rule, FAULT, "冲销的原结算不存在", again="misnamed")


def st09_billed_again(b: Builder, rule: str) -> None:
    """Taken back and later on the same day settled again for more."""
    who = insured(b, EMPLOYEE)
    on = b.start + int(b.rng.integers(0, max(b.nights - 1, 1)))
    stayed = {"diag": diagnosis(str(b.pick(DISEASES))), "place": b.place(b.regions.pool("5101"), 3)}
    first = b.stay(who, on, 7, target=9_000.0, lines=50, **stayed)
    second = b.stay(who, on, 7, target=24_000.0, lines=170, **stayed)
    # After the reversal, which comes an hour and a half after the settlement.
    second.settle_time[0] = int(first.settle_time[0]) + 3 * 3600
    group = b.new()
    start = b.plant(first, rule, RELATED, "原结算已退费", group=group, again="reversed")
    b.plant(second, rule, FAULT, "退费后提高金额重新结算", group=group, linked=start, file=False)


def st09_resettled(b: Builder, rule: str) -> None:
    """Taken back in full and settled again at the same amounts."""
    b.plant(one_stay(b, insured(b, EMPLOYEE)), rule, LOOK_ALIKE, "全额退费后原额重新结算", again="resettled")


def st09_reversed(b: Builder, rule: str) -> None:
    """Taken back in full, once."""
    b.plant(one_stay(b, insured(b, EMPLOYEE)), rule, LOOK_ALIKE, "全额退费一次", again="reversed")


ACCOUNT_FAULTS = [
    ("ST-08", st08_resident),
    ("ST-08", st08_kept),
    ("ST-09", st09_twice),
    ("ST-09", st09_partly),
    ("ST-09", st09_misnamed),
    ("ST-09", st09_billed_again),
]
ACCOUNT_LOOK_ALIKES = [
    ("ST-08", st08_rolls),
    ("ST-08", st08_family),
    ("ST-09", st09_resettled),
    ("ST-09", st09_reversed),
]
