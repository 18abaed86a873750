"""Faults between regions: XR-02, XR-04, XR-06, XR-08."""

from __future__ import annotations

from lianshen.province.bills import DAY, Bills
from lianshen.province.faults.benefits import filed_stay
from lianshen.province.faults.builder import Builder
from lianshen.province.faults.planted import FAULT, LOOK_ALIKE, RELATED
from lianshen.province.medicine import CHRONIC, diagnosis
from lianshen.province.people import (
    EMERGENCY,
    INCOMING,
    LONG_RESIDENT,
    REFERRAL,
    UNFILED,
)

INSURED = ["5105", "5107", "5109", "5110", "5113", "5115", "5116", "5117"]
"""Pools outside every same-city agreement, whose packs reduce the ratio of care elsewhere."""
_DAY_SURGERY, _FROM_EMERGENCY, _CHRONIC_CARE = 8, 6, 3
_CHONGQING = "5001"


def chronic_visit(b: Builder, who: int, icd3: str = "I10", on: int | None = None) -> Bills:
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
    bill = chronic_visit(b, who)
    b.file(who, REFERRAL, int(bill.begin[0]) - 20)
    b.plant(bill, rule, FAULT, "转诊备案用于门诊慢特病", file=False)


def xr04_emergency_for_day_surgery(b: Builder, rule: str) -> None:
    """An emergency filing for day surgery, which is planned."""
    who = b.person(filing=EMERGENCY, insured=str(b.pick(INSURED)), treat="5101", age=(40, 75))
    bill = b.stay(who, b.night(), 1, diag=diagnosis("H25"), med_type=_DAY_SURGERY, target=9_000.0)
    b.file(who, EMERGENCY, int(bill.begin[0]))
    b.plant(bill, rule, FAULT, "急诊备案用于日间手术", file=False, maybe=("XR-07",))


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
    bill = chronic_visit(b, who)
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
]
