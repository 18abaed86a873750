"""What mistake would give what was paid? The settlement computed again under each, for the rows that differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lianshen.policy import PolicyBook
from lianshen.recompute.inputs import Inputs
from lianshen.settlement import UNLIMITED, Accumulators, Ints, Settlement, Terms, settle

NEAR = 100
"""One yuan: an alternative this near to what was paid counts where none reproduces it exactly."""

UNFILED_STATUSES = ("LATE", "NOT_APPROVED", "NOT_UPLOADED", "OTHER_REGION", "NOT_IN_FORCE", "NONE")

_FILINGS = {
    "LONG_RESIDENT": "长期异地居住待遇",
    "REFERRAL": "转诊待遇",
    "EMERGENCY": "急诊待遇",
    "TEMPORARY_OTHER": "其他临时外出备案待遇",
    "UNFILED": "未备案待遇",
}
_LEVELS = {"3": "三级医院", "2": "二级医院", "1": "一级医院", "9": "社区和乡镇机构"}


@dataclass(frozen=True, slots=True)
class Found:
    """The alternative that reproduces what the pooled fund paid, for each of n rows."""

    cause: NDArray[np.object_]
    """Code of :data:`lianshen.recompute.causes.CAUSES`; None where nothing reproduces it."""
    label: NDArray[np.object_]
    """Chinese name of the alternative."""
    hifp: Ints
    fund: Ints


@dataclass(frozen=True, slots=True)
class _Alternative:
    cause: str
    label: str
    applies: NDArray[np.bool_]
    terms: Terms
    accumulators: Accumulators


def search(book: PolicyBook, rows: Inputs, accumulators: Accumulators, right: Settlement) -> Found:
    """Try the alternatives in their order; the first that gives the recorded pooled fund to the fen wins.

    Where none does and the difference exceeds a yuan, the first within a yuan. ``right`` is the settlement on the
    right terms with the recorded in-scope amount; all arguments are about the same n rows.
    """
    n = len(rows)
    paid = rows.ints("hifp")
    cause, label = np.full(n, None, dtype=object), np.full(n, None, dtype=object)
    hifp, fund, off = right.hifp.copy(), right.fund.copy(), np.full(n, NEAR + 1, dtype=np.int64)
    off[np.abs(paid - right.hifp) <= NEAR] = 1
    tried = list(_alternatives(book, rows, accumulators, right.terms))
    # A second mistake may hide behind the first: each once more with the deductible that was really taken.
    taken = rows.ints("deductible")
    wrong_deductible = taken != right.deductible
    if wrong_deductible.any():
        tried += [
            replace(one, applies=one.applies & wrong_deductible, terms=replace(one.terms, deductible=taken),
                    accumulators=replace(one.accumulators, deductible_paid=np.zeros(n, dtype=np.int64)))
            for one in tried if one.cause not in {"deductible", "cap"}
        ]  # fmt: skip
    for one in tried:
        settled = settle(right.in_scope, one.terms, one.accumulators)
        distance = np.abs(settled.hifp - paid)
        better = one.applies & (distance < off) & ((distance == 0) | (off > NEAR))
        cause[better], label[better] = one.cause, one.label
        hifp[better], fund[better], off[better] = settled.hifp[better], settled.fund[better], distance[better]
    return Found(cause, label, hifp, fund)


def _alternatives(book: PolicyBook, rows: Inputs, used: Accumulators, right: Terms) -> Iterator[_Alternative]:
    n = len(rows)
    remote = rows.flags("needs_filing")
    unfiled = rows.equals("filing_status", *UNFILED_STATUSES)

    def under(cause: str, label: str, applies: NDArray[np.bool_], **instead: object) -> _Alternative:
        found = rows.terms(book, **instead)
        return _Alternative(cause, label, applies & found.has_terms, found.terms, used)

    for filing, label in _FILINGS.items():
        if filing != "UNFILED":
            yield under("unfiled_as_filed", label, unfiled, filing_type=filing)
    yield under("unfiled_as_filed", "本地待遇", unfiled, scope="LOCAL")
    filed = remote & ~unfiled
    yield under("no_reduction", _FILINGS["LONG_RESIDENT"], filed, filing_type="LONG_RESIDENT")
    yield under("no_reduction", "本地待遇", filed, scope="LOCAL")
    for filing, label in _FILINGS.items():
        if filing != "LONG_RESIDENT":
            yield under("wrong_reduction", label, filed, filing_type=filing)
    yield under("wrong_reduction", "跨省降幅", remote & rows.equals("scope", "IN_PROV"), scope="CROSS_PROV")
    yield under("wrong_reduction", "省内降幅", remote & rows.equals("scope", "CROSS_PROV"), scope="IN_PROV")

    # Where another province treats, there is no pack that could be the treating region's.
    elsewhere = rows.equals("treat_pool", *book.pools) & ~rows.equals("scope", "LOCAL")
    theirs = under("treating_region_ratio", "就医地待遇", elsewhere, insu_pool=rows.codes("treat_pool"), scope="LOCAL")
    yield theirs
    yield under("treating_region_ratio", "就医地待遇", elsewhere, insu_pool=rows.codes("treat_pool"))
    mixed = replace(right, slice_start=theirs.terms.slice_start, slice_ratio=theirs.terms.slice_ratio)
    yield replace(theirs, terms=mixed)

    everywhere = np.ones(n, dtype=np.bool_)
    for level, label in _LEVELS.items():
        yield under("wrong_level", label, everywhere, dedc_hosp_lv=level)
    employee = rows.equals("insutype", "310")
    yield under("retired_bonus_wrong", "退休", employee, psn_type="12")
    yield under("retired_bonus_wrong", "在职", employee, psn_type="11")

    taken = rows.ints("deductible")
    none_before = replace(used, deductible_paid=np.zeros(n, dtype=np.int64))
    yield _Alternative("deductible", "实扣起付线", everywhere, replace(right, deductible=taken), none_before)
    uncapped = np.full(n, UNLIMITED, dtype=np.int64)
    yield _Alternative("cap", "不计封顶线", everywhere, replace(right, cap=uncapped), replace(used, cap_room=uncapped))
    yield _Alternative("cap", "全额封顶线", everywhere, right, replace(used, cap_room=uncapped))
