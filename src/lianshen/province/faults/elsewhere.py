"""Faults of care and claims elsewhere: XR-09, XR-13, XR-16, XR-17, XR-18."""

from __future__ import annotations

from lianshen.province.bills import DAY, Bills
from lianshen.province.faults.benefits import differing_items, filed_stay, with_items
from lianshen.province.faults.builder import Builder
from lianshen.province.faults.filing import INSURED, chronic_visit
from lianshen.province.faults.planted import FAULT, LOOK_ALIKE, RELATED, Claim
from lianshen.province.headers import Facts
from lianshen.province.medicine import CLINIC, diagnosis
from lianshen.province.people import (
    EMPLOYEE,
    INCOMING,
    LOCAL,
    LONG_RESIDENT,
    REFERRAL,
    RESIDENT,
)

_DAY_SURGERY, _FROM_EMERGENCY, _CHRONIC_CARE = 8, 6, 3
_CHONGQING = "5001"


def _said(
    b: Builder, rule: str, kind: str, note: str, says: dict[str, str], *, scope: int = 1, maybe: tuple[str, ...] = ()
) -> None:
    insured = None if scope == INCOMING else str(b.pick(["5113", "5116", "5117"]))
    _, bill = filed_stay(b, filing=REFERRAL, true_filing=REFERRAL, insured=insured, treat="5101", scope=scope)
    b.plant(bill, rule, kind, note, says=says, maybe=maybe)


def xr09_place_of_payment(b: Builder, rule: str) -> None:
    """The place-of-payment class says local, or the other network."""
    if b.rng.random() < 0.5:
        _said(b, rule, FAULT, "省内异地记为本地", {"pay_loc": str(b.pick(["2", "4"]))})
    else:
        _said(b, rule, FAULT, "跨省记为省内", {"pay_loc": "3"}, scope=INCOMING)


def xr09_institution(b: Builder, rule: str) -> None:
    """The code of a hospital in another city."""
    there = b.place(b.regions.pool("5107"), 3)
    # Its doctors are not the other hospital's.
    _said(b, rule, FAULT, "机构代码在另一市", {"fixmedins_code": b.places.code[there]}, maybe=("MG-12",))


def xr09_unknown_county(b: Builder, rule: str) -> None:
    """A county that does not exist."""
    _, bill = filed_stay(b, filing=REFERRAL, true_filing=REFERRAL, insured="5113", treat="5101")
    b.plant(bill, rule, FAULT, "参保地区划不存在", says={"insu_admdvs": "511388"})


def xr09_own_agency(b: Builder, rule: str) -> None:
    """Insured with the city's own agency, whose code ends in 99."""
    _, bill = filed_stay(b, filing=REFERRAL, true_filing=REFERRAL, insured="5116", treat="5101")
    b.plant(bill, rule, LOOK_ALIKE, "市本级区划代码", says={"insu_admdvs": "511699"})


def xr09_provincial(b: Builder, rule: str) -> None:
    """The provincial agency's hospital, whose code is Chengdu's."""
    _, bill = filed_stay(b, filing=REFERRAL, true_filing=REFERRAL, insured="5113", treat="5199")
    b.plant(bill, rule, LOOK_ALIKE, "省本级协议医院位于成都")


def _from_chongqing(b: Builder, rule: str, kind: str, note: str, *, dearer: bool, wrong: bool) -> None:
    who, bill = filed_stay(
        b, filing=REFERRAL, true_filing=REFERRAL, insured=_CHONGQING, treat="5115", scope=INCOMING, insurance=EMPLOYEE
    )
    # Where the insured region's share is lower, its rows cost the fund more.
    items = differing_items(b, int(b.people.pool[who]), int(b.people.treat[who]), dearer=not dearer)
    b.plant(
        bill, rule, kind, note, edit_lines=with_items(items, 20), insured_catalogue=wrong, prices_a2=wrong
    )  # fmt: skip


def xr13_overpaid(b: Builder, rule: str) -> None:
    """Across provinces, split by the insured region's rows, to the fund's cost."""
    _from_chongqing(b, rule, FAULT, "跨省就医按参保地目录多计范围", dearer=True, wrong=True)


def xr13_underpaid(b: Builder, rule: str) -> None:
    """... and to the person's cost."""
    _from_chongqing(b, rule, FAULT, "跨省就医按参保地目录少计范围", dearer=False, wrong=True)


def xr13_right(b: Builder, rule: str) -> None:
    """The same items under the treating region's rows."""
    _from_chongqing(b, rule, LOOK_ALIKE, "跨省就医按就医地目录", dearer=True, wrong=False)


def _claimed(b: Builder, days_ago: int = 0) -> tuple[int, Bills]:
    who = b.person(filing=REFERRAL, insured=str(b.pick(INSURED)), treat="5101", age=(35, 75))
    on = b.night()
    bill = b.stay(who, on - days_ago, 6, diag=diagnosis("J18"), settled=on, target=12_000.0)
    return who, bill


def xr16_claimed_afterwards(b: Builder, rule: str) -> None:
    """Settled directly, and the invoice claimed at home some days later."""
    _, bill = _claimed(b)
    one = b.plant(bill, rule, FAULT, "直接结算后凭发票手工报销", fund_at_issue=90)
    b.claims.append(Claim(one, "03", 4, None, share=90))


def xr16_claimed_before(b: Builder, rule: str) -> None:
    """Claimed at home without an invoice number, and settled directly later."""
    _, bill = _claimed(b, 16)
    one = b.plant(bill, rule, FAULT, "先手工报销后直接结算", fund_at_issue=100)
    b.claims.append(Claim(one, "05", 0, int(bill.end[0]) + 12, share=95, same_invoice=False))


def xr16_taken_back(b: Builder, rule: str) -> None:
    """Taken back, and claimed at home instead."""
    _, bill = _claimed(b)
    one = b.plant(bill, rule, LOOK_ALIKE, "冲销后改为手工报销", again="reversed")
    b.claims.append(Claim(one, "03", 3, None))


def xr16_assistance(b: Builder, rule: str) -> None:
    """Medical assistance on the person's own share."""
    _, bill = _claimed(b)
    one = b.plant(bill, rule, LOOK_ALIKE, "救助补报，在个人负担以内")
    b.claims.append(Claim(one, "06", 2, None, share=60, of_person=True))


def xr16_another_bill(b: Builder, rule: str) -> None:
    """A clinic's bill of the day of admission, from another institution."""
    who, bill = _claimed(b)
    one = b.plant(bill, rule, LOOK_ALIKE, "入院当日另一机构的门诊费用")
    there = b.place(int(b.people.pool[who]), 1)
    b.claims.append(Claim(one, "01", 1, None, same_invoice=False, elsewhere=there))


def _twins(
    b: Builder, rule: str, kind: str, note: str, *, insurance: int, since: int, until: int = -1, home: str = "5113"
) -> None:
    """Plant a stay under an old relation and a clinic visit under a new one, which began ``since`` days before."""
    on = b.night()
    old = b.person(filing=REFERRAL, insured=home, treat="5101", insurance=insurance, age=(28, 55))
    people = b.people
    new = b.person(
        filing=REFERRAL,
        insured="5107",
        scope=LOCAL,
        sex=int(people.sex[old]),
        insurance=EMPLOYEE,
        birth=int(people.birth[old]),
        age=(30, 31),
    )
    people.same_as[new] = old
    people.insured_since[new] = on - since
    if until >= 0:
        people.insured_until[old] = on - since + until
    bill = b.stay(old, on - 9, 6, diag=diagnosis("K80"), settled=on, target=14_000.0)
    visit = b.visit(new, on, 14.5, care=1, profile=CLINIC, diag=diagnosis("K29", CLINIC), level=2, target=400.0)
    bill.settle_time[0] = on * DAY + 9 * 3600

    def paid_before(facts: Facts, row: int) -> None:
        facts.deductible_paid[row] = 10_000

    group = b.new()
    other = b.plant(visit, rule, RELATED, "另一参保关系下的门诊", group=group, edit_facts=paid_before)
    b.plant(bill, rule, kind, note, group=group, linked=other, fund_at_issue=100)


def xr17_resident_and_employee(b: Builder, rule: str) -> None:
    """A resident at home who is an employee elsewhere, with benefits from both."""
    _twins(b, rule, FAULT, "居民与职工重复参保两地享受", insurance=RESIDENT, since=400)


def xr17_two_employees(b: Builder, rule: str) -> None:
    """An employee in two cities."""
    _twins(b, rule, FAULT, "两地职工重复参保享受", insurance=EMPLOYEE, since=200, home=str(b.pick(["5113", "5116"])))


def xr17_transferring(b: Builder, rule: str) -> None:
    """The new relation began less than a month before the care under the old one."""
    _twins(b, rule, LOOK_ALIKE, "转移接续三十日内", insurance=EMPLOYEE, since=40, until=38)


def xr18_unregistered(b: Builder, rule: str) -> None:
    """Chronic care without any registration, or for another disease than the registered one."""
    who = b.person(filing=LONG_RESIDENT, insured=str(b.pick(INSURED)), treat="5101", age=(45, 75))
    bill = chronic_visit(b, who)
    b.file(who, LONG_RESIDENT, int(bill.begin[0]) - 300)
    if b.rng.random() < 0.5:
        b.plant(bill, rule, FAULT, "没有门诊慢特病登记", file=False, unregistered=True, fund_at_issue=100)
    else:
        b.plant(bill, rule, FAULT, "登记的是另一病种", file=False, says={"dise_no": "M01600"}, fund_at_issue=100)


def xr18_not_on_the_list(b: Builder, rule: str) -> None:
    """A patient of another province with a disease that is not settled across provinces."""
    who = b.person(filing=LONG_RESIDENT, treat="5101", scope=INCOMING, age=(45, 75))
    bill = chronic_visit(b, who)
    b.file(who, LONG_RESIDENT, int(bill.begin[0]) - 300)
    b.plant(bill, rule, FAULT, "病种未开通跨省直接结算", file=False, says={"dise_no": "M02000"}, fund_at_issue=100)


def xr18_of_the_ten(b: Builder, rule: str) -> None:
    """A disease that was added at the end of 2024."""
    who = b.person(filing=LONG_RESIDENT, treat="5101", scope=INCOMING, age=(50, 75))
    bill = chronic_visit(b, who, "J44")
    b.file(who, LONG_RESIDENT, int(bill.begin[0]) - 300)
    b.plant(bill, rule, LOOK_ALIKE, "2024 年底新增的跨省病种", file=False)


def xr18_finer_code(b: Builder, rule: str) -> None:
    """Registered for the disease, treated under a finer code of it."""
    who = b.person(filing=LONG_RESIDENT, insured=str(b.pick(INSURED)), treat="5101", age=(45, 75))
    bill = chronic_visit(b, who)
    b.file(who, LONG_RESIDENT, int(bill.begin[0]) - 300)
    b.plant(bill, rule, LOOK_ALIKE, "病种编码为登记病种的细分", file=False, says={"dise_no": "M03902"})


ELSEWHERE_FAULTS = [
    ("XR-09", xr09_place_of_payment),
    ("XR-09", xr09_institution),
    ("XR-09", xr09_unknown_county),
    ("XR-13", xr13_overpaid),
    ("XR-13", xr13_underpaid),
    ("XR-16", xr16_claimed_afterwards),
    ("XR-16", xr16_claimed_before),
    ("XR-17", xr17_resident_and_employee),
    ("XR-17", xr17_two_employees),
    ("XR-18", xr18_unregistered),
    ("XR-18", xr18_not_on_the_list),
]
ELSEWHERE_LOOK_ALIKES = [
    ("XR-09", xr09_own_agency),
    ("XR-09", xr09_provincial),
    ("XR-13", xr13_right),
    ("XR-16", xr16_taken_back),
    ("XR-16", xr16_assistance),
    ("XR-16", xr16_another_bill),
    ("XR-17", xr17_transferring),
    ("XR-18", xr18_of_the_ten),
    ("XR-18", xr18_finer_code),
]
