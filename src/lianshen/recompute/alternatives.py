"""The mistakes that are tried for what was paid: each gives other terms, or another idea of what had been used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lianshen.policy import PolicyBook
from lianshen.recompute.inputs import Inputs
from lianshen.recompute.right import RightTerms
from lianshen.settlement import UNLIMITED, Accumulators, Terms

UNFILED_STATUSES = ("LATE", "NOT_APPROVED", "NOT_UPLOADED", "OTHER_REGION", "NOT_IN_FORCE", "NONE")

_FILINGS = {
    "LONG_RESIDENT": "长期异地居住待遇",
    "REFERRAL": "转诊待遇",
    "EMERGENCY": "急诊待遇",
    "TEMPORARY_OTHER": "其他临时外出备案待遇",
    "UNFILED": "未备案待遇",
}
_LEVELS = {"3": "三级医院", "2": "二级医院", "1": "一级医院", "9": "社区和乡镇机构"}

_COUNTED = {
    "admissions": ("住院次数", "deductible", "deductible_step"),
    "deductible_paid": ("门诊起付线累计", "deductible", "deductible"),
    "cap_room": ("封顶线余额", "cap", "cap"),
    "burden": ("大病累计负担", "hifmi", "supplement.catastrophic"),
    "tier_room": ("大病限额余额", "hifmi", "supplement.catastrophic_limit"),
    "civil_room": ("公务员补助限额余额", "cvlserv", "supplement.civil_limit"),
    "enterprise_room": ("企业补充限额余额", "hifes", "supplement.enterprise_limit"),
    "veteran_room": ("伤残军人补助限额余额", "hifdm", "supplement.veteran_limit"),
    "assist_room": ("救助限额余额", "maf", "assistance.limit"),
}
"""What the year is counted in: Chinese name, layer, parameter."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """One mistake, for n rows."""

    cause: str
    """Code of :data:`lianshen.recompute.causes.CAUSES`."""
    label: str
    layer: str
    parameter: str
    """``deductible``, ``ratio`` and ``cap`` stand for the parameter of the family of care."""
    applies: NDArray[np.bool_]
    terms: Terms
    accumulators: Accumulators


def alternatives(book: PolicyBook, rows: Inputs, right: RightTerms) -> Iterator[Alternative]:
    """Yield the mistakes in the order in which they are believed."""
    yield from _accumulators(right)
    yield from _filings(book, rows, right)
    yield from _regions(book, rows, right)
    yield from _classes(book, rows, right)
    yield from _limits(book, rows, right)


def hidden(tried: list[Alternative], rows: Inputs, right: RightTerms) -> Iterator[Alternative]:
    """Yield each mistake once more with what the record had counted, and with the deductible that was taken.

    A second mistake may hide behind the first.
    """
    counted = right.says_otherwise
    taken = rows.ints("deductible")
    for one in tried if counted.any() else ():
        if one.cause not in {"accumulator", "cap"}:
            step = np.where(right.recorded_terms.deductible == right.terms.deductible, one.terms.deductible,
                            right.recorded_terms.deductible)  # fmt: skip
            yield replace(one, applies=one.applies & counted, terms=replace(one.terms, deductible=step),
                          accumulators=right.recorded)  # fmt: skip
    zero = np.zeros(len(rows), dtype=np.int64)
    for one in tried:
        if one.cause not in {"deductible", "cap"}:
            yield replace(one, terms=replace(one.terms, deductible=taken),
                          accumulators=replace(one.accumulators, deductible_paid=zero))  # fmt: skip


def _accumulators(right: RightTerms) -> Iterator[Alternative]:
    """What the record itself says had been used, one quantity at a time, then all together."""
    differs = right.recorded_differs
    for name, (label, layer, parameter) in _COUNTED.items():
        if not differs[name].any():
            continue
        terms, used = right.terms, right.accumulators
        if name == "admissions":
            terms = right.recorded_terms
        else:
            used = replace(used, **{name: getattr(right.recorded, name)})
        yield Alternative("accumulator", label, layer, parameter, differs[name], terms, used)
    if right.says_otherwise.any():
        yield Alternative("accumulator", "本年累计", "accumulator", "person_year", right.says_otherwise,
                          right.recorded_terms, right.recorded)  # fmt: skip


def _filings(book: PolicyBook, rows: Inputs, right: RightTerms) -> Iterator[Alternative]:
    remote, same_city = rows.flags("needs_filing"), rows.flags("is_same_city")
    unfiled = remote & rows.equals("filing_status", *UNFILED_STATUSES)
    filed = remote & ~unfiled

    def under(cause: str, label: str, layer: str, applies: NDArray[np.bool_], **instead: object) -> Alternative:
        found = rows.terms(book, **instead)
        known = applies & found.has_terms
        parameter = "practice.same_city" if cause == "same_city" else "remote.reduction"
        return Alternative(cause, label, layer, parameter, known, found.terms, right.accumulators)

    for filing, label in _FILINGS.items():
        if filing != "UNFILED":
            yield under("unfiled_as_filed", label, "filing", unfiled, filing_type=filing)
    yield under("unfiled_as_filed", "本地待遇", "filing", unfiled, scope="LOCAL")
    yield under("no_reduction", _FILINGS["LONG_RESIDENT"], "ratio", filed, filing_type="LONG_RESIDENT")
    yield under("no_reduction", "本地待遇", "ratio", filed, scope="LOCAL")
    for filing, label in _FILINGS.items():
        if filing != "LONG_RESIDENT":
            yield under("wrong_reduction", label, "ratio", filed, filing_type=filing)
    yield under("wrong_reduction", "跨省降幅", "ratio", remote & rows.equals("scope", "IN_PROV"), scope="CROSS_PROV")
    yield under("wrong_reduction", "省内降幅", "ratio", remote & rows.equals("scope", "CROSS_PROV"), scope="IN_PROV")
    if same_city.any():
        for filing, label in _FILINGS.items():
            yield under("same_city", label, "filing", same_city, treat_pool=None, filing_type=filing)
    prepaid = right.terms.prepay > 0
    if prepaid.any():
        terms = replace(right.terms, prepay=np.zeros(len(rows), dtype=np.int64))
        yield Alternative("prepay", "未先行自付", "prepay", "remote.prepay", prepaid, terms, right.accumulators)
    for share in (1000, 2000):
        terms = replace(right.terms, prepay=np.full(len(rows), share, dtype=np.int64))
        applies = remote & (right.terms.prepay != share)
        label = f"先行自付 {share // 100}%"
        yield Alternative("prepay", label, "prepay", "remote.prepay", applies, terms, right.accumulators)


def _regions(book: PolicyBook, rows: Inputs, right: RightTerms) -> Iterator[Alternative]:
    # Where another province treats, there is no pack that could be the treating region's.
    elsewhere = rows.equals("treat_pool", *book.pools) & ~rows.equals("scope", "LOCAL")
    if not elsewhere.any():
        return
    theirs = rows.terms(book, insu_pool=rows.codes("treat_pool"), scope="LOCAL")
    reduced = rows.terms(book, insu_pool=rows.codes("treat_pool"))
    mixed = replace(right.terms, slice_start=theirs.terms.slice_start, slice_ratio=theirs.terms.slice_ratio)
    for found, terms in ((theirs, theirs.terms), (reduced, reduced.terms), (theirs, mixed)):
        yield Alternative("treating_region_ratio", "就医地待遇", "ratio", "ratio", elsewhere & found.has_terms, terms,
                          right.accumulators)  # fmt: skip


def _classes(book: PolicyBook, rows: Inputs, right: RightTerms) -> Iterator[Alternative]:
    everywhere = np.ones(len(rows), dtype=np.bool_)
    employee = rows.equals("insutype", "310")

    def under(cause: str, label: str, parameter: str, applies: NDArray[np.bool_], **instead: object) -> Alternative:
        found = rows.terms(book, **instead)
        return Alternative(cause, label, "ratio", parameter, applies & found.has_terms, found.terms, right.accumulators)

    for level, label in _LEVELS.items():
        found = under("wrong_level", label, "ratio", everywhere, dedc_hosp_lv=level)
        yield found
        # Only one of the two was taken of the other level.
        ratio = replace(right.terms, slice_start=found.terms.slice_start, slice_ratio=found.terms.slice_ratio)
        yield replace(found, terms=ratio)
        deductible = replace(right.terms, deductible=found.terms.deductible)
        yield replace(found, cause="deductible", layer="deductible", parameter="deductible", terms=deductible)
    yield under("retired_bonus_wrong", "退休", "inpatient.retired_bonus", employee, psn_type="12")
    yield under("retired_bonus_wrong", "在职", "inpatient.retired_bonus", employee, psn_type="11")


def _limits(book: PolicyBook, rows: Inputs, right: RightTerms) -> Iterator[Alternative]:
    n = len(rows)
    everywhere = np.ones(n, dtype=np.bool_)
    used, zero, no_limit = right.accumulators, np.zeros(n, dtype=np.int64), np.full(n, UNLIMITED, dtype=np.int64)
    benchmark = right.terms.accept_limit < UNLIMITED
    if benchmark.any():
        terms = replace(right.terms, accept_limit=no_limit)
        yield Alternative("benchmark", "未按人均住院费基准", "accepted", "practice.benchmark", benchmark, terms, used)
    whole = replace(used, cap_room=no_limit)
    yield Alternative("cap", "不计封顶线", "cap", "cap", everywhere, replace(right.terms, cap=no_limit), whole)
    yield Alternative("cap", "全额封顶线", "cap", "cap", everywhere, right.terms, whole)
    for nth in (1, 2, 3):
        terms = rows.terms(book, nth_admission=np.full(n, nth)).terms
        yield Alternative("deductible", f"第 {nth} 次住院", "deductible", "deductible_step",
                          rows.equals("care", "IPT", "MAT"), terms, used)  # fmt: skip
    yield Alternative("deductible", "实扣起付线", "deductible", "deductible", everywhere,
                      replace(right.terms, deductible=rows.ints("deductible")),
                      replace(used, deductible_paid=zero))  # fmt: skip
