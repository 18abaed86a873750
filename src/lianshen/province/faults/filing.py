"""Faults between regions: XR-02, XR-04, XR-06, XR-08, XR-09, XR-13, XR-16, XR-17, XR-18."""

from __future__ import annotations

from lianshen.province.bills import DAY, Bills
from lianshen.province.faults.benefits import differing_items, filed_stay, with_items
from lianshen.province.faults.builder import Builder
from lianshen.province.faults.planted import FAULT, LOOK_ALIKE, RELATED, Claim
from lianshen.province.medicine import CHRONIC, CLINIC, diagnosis
from lianshen.province.money import Facts
from lianshen.province.people import (
    EMERGENCY,
    EMPLOYEE,
    INCOMING,
    LOCAL,
    LONG_RESIDENT,
    REFERRAL,
    RESIDENT,
    UNFILED,
)

INSURED = ["5105", "5107", "5109", "5110", "5113", "5115", "5116", "5117"]
"""Pools outside every same-city agreement, whose packs reduce the ratio of care elsewhere."""
_DAY_SURGERY, _FROM_EMERGENCY, _CHRONIC_CARE = 8, 6, 3
_CHONGQING = "5001"


def _chronic_visit(b: Builder, who: int, icd3: str = "I10", on: int | None = None) -> Bills:
    """Return a visit for a chronic disease, dear enough that the fund pays something."""
    return b.visit(
        who,
        b.night() if on is None else on,
        9.0 + 6 * float(b.rng.random()),
        care=3,
        profile=CHRONIC,
        diag=diagnosis(icd3, CHRONIC),
        med_type=_CHRONIC_CARE,
        target=600.0,
        lines=4,
    )


def xr02_after_settlement(b: Builder, rule: str) -> None:
    """Filed some hours after the settlement, with effect from admission, and paid like a filed patient."""
    believed = int(b.pick([REFERRAL, LONG_RESIDENT]))
    who, bill = filed_stay(b, filing=believed, true_filing=UNFILED, insured=str(b.pick(INSURED)), treat="5101")
    late = int(bill.settle_time[0]) + int(b.rng.integers(2, 9)) * 3600
    b.file(who, believed, int(bill.begin[0]), created=late)
    b.plant(bill, rule, FAULT, "结算之后才备案", file=False, prices_a2=True)


def xr02_put_back(b: Builder, rule: str) -> None:
    """Filed during the stay, with effect from months before."""
    who, bill = filed_stay(b, filing=REFERRAL, true_filing=REFERRAL, insured=str(b.pick(INSURED)))
    begin = int(bill.begin[0])
    created = (begin + 2) * DAY + 10 * 3600
    b.file(who, REFERRAL, begin - int(b.rng.integers(40, 90)), created=created)
    b.plant(bill, rule, FAULT, "入院后备案并追溯数十日", file=False)


def xr02_at_discharge(b: Builder, rule: str) -> None:
    """Filed on the morning of discharge, with effect from a month before at most."""
    who, bill = filed_stay(b, filing=REFERRAL, true_filing=REFERRAL)
    created = int(bill.settle_time[0]) - 3600
    b.file(who, REFERRAL, created // DAY - 30, created=created)
    b.plant(bill, rule, LOOK_ALIKE, "出院当日结算前补办，追溯不超过三十日", file=False)


def xr02_emergency(b: Builder, rule: str) -> None:
    """An emergency that nobody filed before it was settled: deemed filed."""
    who, bill = filed_stay(b, filing=EMERGENCY, true_filing=EMERGENCY, med_type=_FROM_EMERGENCY)
    b.file(who, EMERGENCY, int(bill.begin[0]), created=int(bill.settle_time[0]) + 7_200)
    b.plant(bill, rule, LOOK_ALIKE, "急诊转住院，结算后才登记备案", file=False)


def xr04_referral_for_chronic(b: Builder, rule: str) -> None:
    """A referral used for chronic care that follows no stay."""
    who = b.person(filing=REFERRAL, insured=str(b.pick(INSURED)), treat="5101", age=(45, 75))
    bill = _chronic_visit(b, who)
    b.file(who, REFERRAL, int(bill.begin[0]) - 20)
    b.plant(bill, rule, FAULT, "转诊备案用于门诊慢特病", file=False)


def xr04_emergency_for_day_surgery(b: Builder, rule: str) -> None:
    """An emergency filing for day surgery, which is planned."""
    who = b.person(filing=EMERGENCY, insured=str(b.pick(INSURED)), treat="5101", age=(40, 75))
    bill = b.stay(who, b.night(), 1, diag=diagnosis("H25"), med_type=_DAY_SURGERY, target=9_000.0)
    b.file(who, EMERGENCY, int(bill.begin[0]))
    b.plant(bill, rule, FAULT, "急诊备案用于日间手术", file=False)


def _two_stays(b: Builder, rule: str, kind: str, note: str, uses: int) -> None:
    who = b.person(filing=REFERRAL, insured=str(b.pick(INSURED)), treat="5101", age=(40, 75))
    last, group = b.night(), b.new()
    first = b.stay(who, last - 20, 6, diag=diagnosis("I63"), settled=last, target=15_000.0)
    first.settle_time[0] = last * DAY + 9 * 3600
    there = b.place(int(b.people.treat[who]), 2, but=int(first.place[0]))
    second = b.stay(who, last, 7, diag=diagnosis("K80"), place=there, nth=2, target=14_000.0)
    b.file(who, REFERRAL, last - 40, uses=uses)
    start = b.plant(first, rule, RELATED, "同一备案的前一次住院", group=group, file=False)
    b.plant(second, rule, kind, note, group=group, file=False, linked=start)


def xr04_used_up(b: Builder, rule: str) -> None:
    """A second stay under a referral that allows one settlement."""
    _two_stays(b, rule, FAULT, "备案只允许结算一次", 1)


def xr04_used_twice(b: Builder, rule: str) -> None:
    """A second stay under a referral that allows two."""
    _two_stays(b, rule, LOOK_ALIKE, "备案允许结算两次", 2)


def xr04_long_term_chronic(b: Builder, rule: str) -> None:
    """Chronic care under a long-term filing."""
    who = b.person(filing=LONG_RESIDENT, insured=str(b.pick(INSURED)), treat="5101", age=(45, 75))
    bill = _chronic_visit(b, who)
    b.file(who, LONG_RESIDENT, int(bill.begin[0]) - 300)
    b.plant(bill, rule, LOOK_ALIKE, "长期居住备案用于门诊慢特病", file=False)


def xr06_refused(b: Builder, rule: str) -> None:
    """The only filing was refused, withdrawn, returned or made invalid."""
    believed = int(b.pick([REFERRAL, LONG_RESIDENT]))
    who, bill = filed_stay(b, filing=believed, true_filing=UNFILED, insured=str(b.pick(INSURED)), treat="5101")
    begin = int(bill.begin[0]) - 5
    if b.rng.random() < 0.3:
        b.file(who, believed, begin, valid="0")
    else:
        b.file(who, believed, begin, review=str(b.pick(["2", "3", "4", "8"])))
    b.plant(bill, rule, FAULT, "备案未通过审核或已作废", file=False, prices_a2=True)


def xr06_not_uploaded(b: Builder, rule: str) -> None:
    """The filing never reached the network."""
    believed = int(b.pick([REFERRAL, LONG_RESIDENT]))
    who, bill = filed_stay(b, filing=believed, true_filing=UNFILED, insured=str(b.pick(INSURED)), treat="5101")
    b.file(who, believed, int(bill.begin[0]) - 5, uploaded="0")
    b.plant(bill, rule, FAULT, "备案未上传", file=False, prices_a2=True)


def xr06_filed_again(b: Builder, rule: str) -> None:
    """Refused, and filed again the next day."""
    who, bill = filed_stay(b, filing=REFERRAL, true_filing=REFERRAL)
    begin = int(bill.begin[0])
    b.file(who, REFERRAL, begin - 6, review="2")
    b.file(who, REFERRAL, begin - 5)
    b.plant(bill, rule, LOOK_ALIKE, "退回后重新办理", file=False)


def xr06_pending(b: Builder, rule: str) -> None:
    """Not yet reviewed, which holds until it is refused."""
    who, bill = filed_stay(b, filing=REFERRAL, true_filing=REFERRAL)
    b.file(who, REFERRAL, int(bill.begin[0]) - 5, review="9")
    b.plant(bill, rule, LOOK_ALIKE, "备案待复核", file=False)


def _at(b: Builder, rule: str, kind: str, note: str, pool: str, opening: str, scope: int = 1) -> None:
    insured = None if scope == INCOMING else str(b.pick([p for p in INSURED if p != pool]))
    who = b.person(filing=REFERRAL, insured=insured, treat=pool, scope=scope, age=(35, 75))
    place = b.places.shut[pool, opening]
    days = int(b.rng.integers(5, 9))
    bill = b.stay(who, b.night(), days, level=2, diag=diagnosis("J18"), place=place, target=9_000.0)
    b.plant(bill, rule, kind, note, fund_at_issue=100)


def xr08_closed(b: Builder, rule: str) -> None:
    """A hospital that is open to nobody from elsewhere, or suspended since 2025."""
    opening = str(b.pick(["closed", "suspended"]))
    note = "未开通异地结算" if opening == "closed" else "联网结算已暂停"
    _at(b, rule, FAULT, note, str(b.pick(["5101", "5107", "5113"])), opening)


def xr08_province_only(b: Builder, rule: str) -> None:
    """A patient from another province in a hospital that is open to the province."""
    _at(b, rule, FAULT, "只开通省内异地却结算跨省", str(b.pick(["5101", "5107", "5113"])), "province", INCOMING)


def xr08_in_province(b: Builder, rule: str) -> None:
    """A patient of the province in the same hospital."""
    _at(b, rule, LOOK_ALIKE, "省内患者在开通省内异地的医院", "5107", "province")


def xr08_opened_later(b: Builder, rule: str) -> None:
    """A hospital that was closed until 2025."""
    _at(b, rule, LOOK_ALIKE, "早年未开通，现已开通", "5113", "opened")


def _said(b: Builder, rule: str, kind: str, note: str, says: dict[str, str], *, scope: int = 1) -> None:
    insured = None if scope == INCOMING else str(b.pick(["5113", "5116", "5117"]))
    _, bill = filed_stay(b, filing=REFERRAL, true_filing=REFERRAL, insured=insured, treat="5101", scope=scope)
    b.plant(bill, rule, kind, note, says=says)


def xr09_place_of_payment(b: Builder, rule: str) -> None:
    """The place-of-payment class says local, or the other network."""
    if b.rng.random() < 0.5:
        _said(b, rule, FAULT, "省内异地记为本地", {"pay_loc": str(b.pick(["2", "4"]))})
    else:
        _said(b, rule, FAULT, "跨省记为省内", {"pay_loc": "3"}, scope=INCOMING)


def xr09_institution(b: Builder, rule: str) -> None:
    """The code of a hospital in another city."""
    there = b.place(b.regions.pool("5107"), 3)
    _said(b, rule, FAULT, "机构代码在另一市", {"fixmedins_code": b.places.code[there]})


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
    bill = _chronic_visit(b, who)
    b.file(who, LONG_RESIDENT, int(bill.begin[0]) - 300)
    if b.rng.random() < 0.5:
        b.plant(bill, rule, FAULT, "没有门诊慢特病登记", file=False, unregistered=True, fund_at_issue=100)
    else:
        b.plant(bill, rule, FAULT, "登记的是另一病种", file=False, says={"dise_no": "M01600"}, fund_at_issue=100)


def xr18_not_on_the_list(b: Builder, rule: str) -> None:
    """A patient of another province with a disease that is not settled across provinces."""
    who = b.person(filing=LONG_RESIDENT, treat="5101", scope=INCOMING, age=(45, 75))
    bill = _chronic_visit(b, who)
    b.file(who, LONG_RESIDENT, int(bill.begin[0]) - 300)
    b.plant(bill, rule, FAULT, "病种未开通跨省直接结算", file=False, says={"dise_no": "M02000"}, fund_at_issue=100)


def xr18_of_the_ten(b: Builder, rule: str) -> None:
    """A disease that was added at the end of 2024."""
    who = b.person(filing=LONG_RESIDENT, treat="5101", scope=INCOMING, age=(50, 75))
    bill = _chronic_visit(b, who, "J44")
    b.file(who, LONG_RESIDENT, int(bill.begin[0]) - 300)
    b.plant(bill, rule, LOOK_ALIKE, "2024 年底新增的跨省病种", file=False)


def xr18_finer_code(b: Builder, rule: str) -> None:
    """Registered for the disease, treated under a finer code of it."""
    who = b.person(filing=LONG_RESIDENT, insured=str(b.pick(INSURED)), treat="5101", age=(45, 75))
    bill = _chronic_visit(b, who)
    b.file(who, LONG_RESIDENT, int(bill.begin[0]) - 300)
    b.plant(bill, rule, LOOK_ALIKE, "病种编码为登记病种的细分", file=False, says={"dise_no": "M03902"})


FILING_FAULTS = [
    ("XR-02", xr02_after_settlement),
    ("XR-02", xr02_put_back),
    ("XR-04", xr04_referral_for_chronic),
    ("XR-04", xr04_emergency_for_day_surgery),
    ("XR-04", xr04_used_up),
    ("XR-06", xr06_refused),
    ("XR-06", xr06_not_uploaded),
    ("XR-08", xr08_closed),
    ("XR-08", xr08_province_only),
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
FILING_LOOK_ALIKES = [
    ("XR-02", xr02_at_discharge),
    ("XR-02", xr02_emergency),
    ("XR-04", xr04_used_twice),
    ("XR-04", xr04_long_term_chronic),
    ("XR-06", xr06_filed_again),
    ("XR-06", xr06_pending),
    ("XR-08", xr08_in_province),
    ("XR-08", xr08_opened_later),
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
