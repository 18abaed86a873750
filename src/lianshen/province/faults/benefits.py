"""Faults in filing and benefit: XR-01, XR-03, XR-05, XR-12, ST-02, ST-04."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lianshen.province.bills import DAY, Bills
from lianshen.province.faults.builder import Builder
from lianshen.province.faults.planted import FAULT, LOOK_ALIKE, Draft
from lianshen.province.headers import Facts, Header
from lianshen.province.medicine import diagnosis
from lianshen.province.people import (
    EMERGENCY,
    EMPLOYEE,
    INCOMING,
    LONG_RESIDENT,
    LONG_RETIREE,
    REFERRAL,
    TEMPORARY,
    UNFILED,
)

_DISEASES = ["I63", "J18", "J44", "K80", "I50", "S72", "C34", "M51"]
_WHOLE = 10_000
REDUCED = ["5105", "5106", "5107", "5109", "5110", "5113", "5114", "5115", "5116", "5117", "5118", "5119", "5120"]
"""Pools whose packs reduce the ratio of referrals in the province."""


def filed_stay(
    b: Builder,
    *,
    filing: int,
    true_filing: int,
    insured: str | None = None,
    treat: str | None = None,
    scope: int = 1,
    insurance: int | None = None,
    age: tuple[float, float] = (35, 78),
    med_type: int = 4,
    level: int = 3,
) -> tuple[int, Bills]:
    who = b.person(filing=filing, insured=insured, treat=treat, scope=scope, insurance=insurance, age=age)
    bill = b.stay(
        who,
        b.night(),
        int(b.rng.integers(6, 13)),
        level=level,
        diag=diagnosis(str(b.pick(_DISEASES))),
        filing=filing,
        true_filing=true_filing,
        med_type=med_type,
        target=9_000 + 14_000 * float(b.rng.random()),
    )
    return who, bill


def xr01(b: Builder, rule: str) -> None:
    """Paid like a filed patient; there is no filing."""
    believed = int(b.pick([REFERRAL, LONG_RESIDENT, LONG_RETIREE]))
    age = (61.0, 80.0) if believed == LONG_RETIREE else (35.0, 78.0)
    scope = INCOMING if b.rng.random() < 0.2 else 1
    insured = None if scope == INCOMING else str(b.pick(REDUCED))
    _, bill = filed_stay(b, filing=believed, true_filing=UNFILED, age=age, scope=scope, insured=insured)
    b.plant(bill, rule, FAULT, "无有效备案按已备案比例支付", file=False, prices_a2=True)


def xr01_filed_before_discharge(b: Builder, rule: str) -> None:
    """Filed during the stay, with effect from admission: allowed until discharge settlement."""
    who, bill = filed_stay(b, filing=REFERRAL, true_filing=REFERRAL)
    begin, end = int(bill.begin[0]), int(bill.end[0])
    b.file(who, REFERRAL, begin, created=(end - 1) * DAY + 10 * 3600)
    b.plant(bill, rule, LOOK_ALIKE, "出院结算前补办备案", file=False)


def xr01_paid_as_unfiled(b: Builder, rule: str) -> None:
    """No filing, and paid so."""
    _, bill = filed_stay(b, filing=UNFILED, true_filing=UNFILED)
    b.plant(bill, rule, LOOK_ALIKE, "未备案并按未备案比例支付", file=False)


def xr01_emergency(b: Builder, rule: str) -> None:
    """Emergency admission: deemed filed."""
    _, bill = filed_stay(b, filing=EMERGENCY, true_filing=EMERGENCY, med_type=6)
    b.plant(bill, rule, LOOK_ALIKE, "急诊转住院视同备案", file=False)


def xr03(b: Builder, rule: str) -> None:
    """The filing names another city."""
    treat = str(b.pick(["5101", "5107", "5113", "5105", "5199"]))
    who, bill = filed_stay(
        b,
        filing=LONG_RESIDENT if b.rng.random() < 0.5 else REFERRAL,
        true_filing=UNFILED,
        treat=treat,
        insured=str(b.pick([p for p in REDUCED if p != treat])),
    )
    own = b.regions.pool_code[int(b.people.pool[who])]
    others = [c for c in ("510400", "511100", "510300", "513400") if c[:4] not in (treat, own)]
    b.file(who, int(bill.filing[0]), int(bill.begin[0]) - 30, region=str(b.pick(others)))
    b.plant(bill, rule, FAULT, "备案地与实际就医地不符", file=False, prices_a2=True)


def xr03_whole_province(b: Builder, rule: str) -> None:
    """Filed for the whole province."""
    who, bill = filed_stay(b, filing=LONG_RESIDENT, true_filing=LONG_RESIDENT)
    b.file(who, LONG_RESIDENT, int(bill.begin[0]) - 200, region="510000")
    b.plant(bill, rule, LOOK_ALIKE, "备案到全省", file=False)


def xr03_provincial_agency(b: Builder, rule: str) -> None:
    """Filed for Chengdu, treated in a hospital of the provincial agency, which lies there."""
    who, bill = filed_stay(b, filing=REFERRAL, true_filing=REFERRAL, treat="5199", insured="5114")
    b.file(who, REFERRAL, int(bill.begin[0]) - 20, region="510100")
    b.plant(bill, rule, LOOK_ALIKE, "备案成都，就医于省本级医院", file=False)


def xr05(b: Builder, rule: str) -> None:
    """The filing had expired, or had not begun."""
    expired = b.rng.random() < 0.7
    believed = REFERRAL if b.rng.random() < 0.6 else TEMPORARY
    insured = str(b.pick(REDUCED))
    who, bill = filed_stay(b, filing=REFERRAL, true_filing=UNFILED, insured=insured)
    begin = int(bill.begin[0])
    gap = int(b.rng.integers(6, 60))
    if expired:
        b.file(who, believed, begin - gap - 180, end=begin - gap)
    else:
        b.file(who, believed, begin + int(b.rng.integers(1, 4)), end=begin + 180)
    b.plant(bill, rule, FAULT, "备案已过期" if expired else "备案尚未生效", file=False, prices_a2=True)


def xr05_renewed(b: Builder, rule: str) -> None:
    """Renewed with a gap of one to three days, admitted inside the gap."""
    who, bill = filed_stay(b, filing=REFERRAL, true_filing=UNFILED)
    begin = int(bill.begin[0])
    b.file(who, REFERRAL, begin - 181, end=begin - 1)
    b.file(who, REFERRAL, begin + int(b.rng.integers(1, 3)))
    b.plant(bill, rule, LOOK_ALIKE, "续备案间隔 1–3 天", file=False)


def xr05_ended_during_stay(b: Builder, rule: str) -> None:
    """In force on admission, expired before discharge."""
    who, bill = filed_stay(b, filing=REFERRAL, true_filing=REFERRAL)
    b.file(who, REFERRAL, int(bill.begin[0]) - 170, end=int(bill.begin[0]) + 1)
    b.plant(bill, rule, LOOK_ALIKE, "入院时备案有效，住院中到期", file=False)


def differing_items(b: Builder, insured: int, treating: int, *, dearer: bool) -> list[int]:
    """Return class B items for inpatients whose share is lower (``dearer`` to the fund) or higher where treated."""
    catalogue = b.ledger.catalogue
    one, two = int(b.ledger.region_of_pool[insured]), int(b.ledger.region_of_pool[treating])
    classes = catalogue.item_class
    both = (classes[-1, one] == 2) & (classes[-1, two] == 2)
    saved = catalogue.share[-1, one] - catalogue.share[-1, two]
    differ = both & ((saved if dearer else -saved) >= 500)
    return [int(i) for i in np.flatnonzero(differ) if "I" in catalogue.items[i].setting]


def with_items(items: list[int], count: int) -> Callable[[Draft, int], None]:
    def edit(draft: Draft, row: int) -> None:
        draft.drop(row, np.array(items))
        for number, item in enumerate(items[:6]):
            offset = min(1 + number, draft.days(row) - 1)
            one = 1 if draft.ledger.is_service[item] else count
            draft.add(row, item, count=one, time=draft.at(row, offset, 10.0))

    return edit


def xr12(b: Builder, rule: str) -> None:
    """In the province, but split by the treating region's rows."""
    treat = str(b.pick(["5101", "5199", "5101", "5107"]))
    insured = str(b.pick(["5116", "5117", "5109", "5110"]))
    who, bill = filed_stay(b, filing=REFERRAL, true_filing=REFERRAL, treat=treat, insured=insured)
    dearer = treat != "5107"
    items = differing_items(b, int(b.people.pool[who]), int(b.people.treat[who]), dearer=dearer)
    order = b.rng.permutation(len(items))
    b.plant(
        bill,
        rule,
        FAULT,
        "省内异地按就医地目录拆分",
        edit_lines=with_items([items[i] for i in order], 24),
        treating_catalogue=True,
        prices_a2=True,
    )


def xr12_other_province(b: Builder, rule: str) -> None:
    """From another province: the treating region's rows are right."""
    who, bill = filed_stay(b, filing=REFERRAL, true_filing=REFERRAL, treat="5101", scope=INCOMING)
    items = differing_items(b, b.regions.pool("5116"), int(b.people.treat[who]), dearer=True)
    b.plant(bill, rule, LOOK_ALIKE, "跨省就医按就医地目录", edit_lines=with_items(items, 8))


def xr12_own_rows(b: Builder, rule: str) -> None:
    """Insured in a prefecture with rows of its own: these are right wherever in the province."""
    _, bill = filed_stay(b, filing=REFERRAL, true_filing=REFERRAL, treat="5101", insured="5132")
    items = [i for i, item in enumerate(b.ledger.catalogue.items) if item.name.startswith(("醒脑静", "血必净"))]
    b.plant(bill, rule, LOOK_ALIKE, "参保地自有目录规定", edit_lines=with_items(items, 8))


def st02(b: Builder, rule: str) -> None:
    """A header that contradicts itself."""
    kind = int(b.rng.integers(0, 5))
    amount = int(b.rng.integers(2_000, 90_000))
    column = ("pre", "other", "fund_shift", "fund", "cash")[kind]

    def edit(header: Header, row: int) -> None:
        getattr(header, column)[row] += amount

    _, bill = filed_stay(b, filing=REFERRAL, true_filing=REFERRAL)
    note = (
        "总额不等于四部分之和",
        "基金合计不等于分项",
        "基金分项表与合计不符",
        "总额不等于基金加个人",
        "个人支付不等于账户加现金",
    )[kind]
    b.plant(bill, rule, FAULT, note, edit_header=edit)


def st02_rounding(b: Builder, rule: str) -> None:
    """Three cents between the total and its parts: inside the tolerance."""

    def edit(header: Header, row: int) -> None:
        header.pre[row] += 3

    _, bill = filed_stay(b, filing=REFERRAL, true_filing=REFERRAL)
    b.plant(bill, rule, LOOK_ALIKE, "三分以内的舍入差", edit_header=edit)


def st04(b: Builder, rule: str) -> None:
    """The wrong ratio: no reduction, the treating region's, another level's, or a bonus for the retired."""
    kind = int(b.rng.integers(0, 4))
    insured, treat = str(b.pick(REDUCED)), "5101"
    age = (35.0, 55.0) if kind == 3 else (35.0, 78.0)
    insurance = EMPLOYEE if kind in (1, 3) else None
    _, bill = filed_stay(
        b, filing=REFERRAL, true_filing=REFERRAL, insured=insured, treat=treat, insurance=insurance, age=age
    )

    def edit(facts: Facts, row: int) -> None:
        if kind == 0:
            facts.filing[row] = LONG_RESIDENT
        elif kind == 1:
            facts.pool[row] = treat
        elif kind == 2:
            facts.level[row] = "2"
        else:
            facts.psn_type[row] = 1

    note = ("未执行异地降幅", "执行了就医地比例", "医院等级用错", "在职按退休比例")[kind]
    cause = ("no_reduction", "treating_region_ratio", "wrong_level", "retired_bonus_wrong")[kind]
    b.plant(bill, rule, FAULT, note, edit_facts=edit, prices_a2=True, expected_cause=cause)


def st04_cut_off(b: Builder, rule: str) -> None:
    """What the ratio gives, cut off below the fen instead of rounded: inside the tolerance, and a known habit."""

    def edit(header: Header, row: int) -> None:
        exact = int(header.scope[row] - header.deductible[row]) * int(header.ratio[row])
        change = int(exact % _WHOLE >= _WHOLE // 2)
        for name, sign in (("hifp", -1), ("fund", -1), ("psn", 1), ("cash", 1)):
            getattr(header, name)[row] += sign * change

    _, bill = filed_stay(
        b, filing=REFERRAL, true_filing=REFERRAL, insured="5113", treat="5101", insurance=EMPLOYEE, age=(35, 58)
    )
    b.plant(bill, rule, LOOK_ALIKE, "分以下舍去而非四舍五入", edit_header=edit)


def st04_retired(b: Builder, rule: str) -> None:
    """The bonus of a person who is retired."""
    _, bill = filed_stay(b, filing=LONG_RETIREE, true_filing=LONG_RETIREE, insurance=EMPLOYEE, age=(62, 80))
    b.plant(bill, rule, LOOK_ALIKE, "退休人员比例加成")


BENEFIT_FAULTS = [("XR-01", xr01), ("XR-03", xr03), ("XR-05", xr05), ("XR-12", xr12), ("ST-02", st02), ("ST-04", st04)]
BENEFIT_LOOK_ALIKES = [
    ("XR-01", xr01_filed_before_discharge),
    ("XR-01", xr01_paid_as_unfiled),
    ("XR-01", xr01_emergency),
    ("XR-03", xr03_whole_province),
    ("XR-03", xr03_provincial_agency),
    ("XR-05", xr05_renewed),
    ("XR-05", xr05_ended_during_stay),
    ("XR-12", xr12_other_province),
    ("XR-12", xr12_own_rows),
    ("ST-02", st02_rounding),
    ("ST-04", st04_cut_off),
    ("ST-04", st04_retired),
]
