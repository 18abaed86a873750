"""What could have gone wrong with one layer: missing, the wrong base, limit, tiers or class of person, or rounding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from lianshen.policy import PolicyBook
from lianshen.recompute.inputs import Inputs
from lianshen.recompute.layers import LIMITS, Bill, one_layer
from lianshen.settlement import UNLIMITED, Ints

PARAMETERS = {
    "hifob": "supplement.large_amount",
    "hifmi": "supplement.catastrophic",
    "cvlserv": "supplement.civil_ratio",
    "hifes": "supplement.enterprise_ratio",
    "hifdm": "supplement.veteran_ratio",
    "maf": "assistance.ratio",
}
"""The policy parameter that a layer follows first of all."""

NAMES = {"hifob": "职工大额", "hifmi": "大病保险", "cvlserv": "公务员补助", "hifes": "企业补充",
         "hifdm": "伤残军人补助", "maf": "医疗救助"}  # fmt: skip

_LIMIT_PARAMETERS = {"hifmi": "supplement.catastrophic_limit", "cvlserv": "supplement.civil_limit",
                     "hifes": "supplement.enterprise_limit", "hifdm": "supplement.veteran_limit",
                     "maf": "assistance.limit"}  # fmt: skip
_FLAGS = {"cvlserv": "is_civil_servant", "hifes": "has_enterprise", "hifdm": "is_veteran"}
_Classes = tuple[tuple[str, dict[str, object]], ...]
_CLASSES: dict[str, _Classes] = {
    "hifmi": (("按困难人员", {"special_person": "01"}), ("按普通居民", {"special_person": None})),
    "maf": (("按特困人员比例", {"special_person": "01"}), ("按低收入人员比例", {"special_person": "02"}),
            ("按边境家庭比例", {"special_person": "03"})),
}  # fmt: skip
_CLASSES |= {name: (("支付给不属于该类的人员", {flag: True}),) for name, flag in _FLAGS.items()}
"""The layer as another class of person would have it."""
_OF_CLASS = {"hifmi": ("tier_start", "tier_ratio", "tier_limit"), "maf": ("assist_ratio", "assist_threshold"),
             "cvlserv": ("civil_ratio",), "hifes": ("enterprise_ratio",), "hifdm": ("veteran_ratio",)}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mistake:
    """A layer as it would be under one mistake."""

    cause: str
    label: str
    parameter: str
    value: Ints


def mistakes(name: str, left: Ints, bill: Bill, book: PolicyBook, rows: Inputs) -> Iterator[Mistake]:
    """Yield what the layer ``name`` would be under each mistake, in the order in which they are believed.

    ``left`` is what the layers before it really left.
    """
    words, main = NAMES[name], PARAMETERS[name]
    zero, no_limit, base = np.zeros_like(left), np.full_like(left, UNLIMITED), np.maximum(left, 0)

    def under(label: str, instead: dict[str, Ints], parameter: str = main, on: Ints | None = None) -> Mistake:
        terms = {key: value for key, value in instead.items() if hasattr(bill.terms, key)}
        used = {key: value for key, value in instead.items() if key not in terms}
        other = replace(bill, terms=replace(bill.terms, **terms), used=replace(bill.used, **used))
        money = base if on is None else np.maximum(on, 0)
        if on is not None and name == "hifmi":
            other = replace(other, burden=money)
        return Mistake("supplement", f"{words}{label}", parameter, one_layer(name, money, other))

    yield Mistake("rounding", f"{words}舍去分以下", "rounding", one_layer(name, base, bill, divide=np.floor_divide))
    yield Mistake("supplement", f"{words}未支付", main, zero)
    if name in LIMITS:
        limit, room = LIMITS[name]
        parameter = _LIMIT_PARAMETERS[name]
        yield under("限额未扣已付", {room: no_limit}, parameter)
        yield under("未计限额", {limit: no_limit, room: no_limit}, parameter)
    if name == "hifmi":
        start, ratio = bill.terms.tier_start, bill.terms.tier_ratio
        yield under("未累计年内负担", {"burden": zero})
        shifted = np.where(start < UNLIMITED, start - start[:, :1], UNLIMITED)
        for free in (np.concatenate([shifted[:, :1], start[:, 1:]], axis=1), shifted):
            yield under("未扣起付标准", {"tier_start": free})
        for column in range(ratio.shape[1]):
            flat = np.repeat(ratio[:, column : column + 1], ratio.shape[1], axis=1)
            yield under("分段比例用错", {"tier_ratio": flat})
    if name == "maf":
        yield under("未扣起付标准", {"assist_threshold": zero}, "assistance.threshold")
    for on, label in ((bill.burden, "计算基数未扣减前面各层"), (left - bill.deductible, "计算基数剔除了起付线"),
                      (bill.burden - bill.deductible, "计算基数剔除了起付线"),
                      (left + bill.outside, "计算基数包含范围外费用"),
                      (bill.burden + bill.outside, "计算基数包含范围外费用")):  # fmt: skip
        yield under(label, {}, on=on)
        if name in LIMITS:
            yield under(label, {LIMITS[name][1]: no_limit}, on=on)
        if name == "maf":
            yield under(label, {"assist_threshold": zero}, on=on)
        if name == "hifmi":
            yield under(label, {"burden": zero}, on=on)
    for label, asked in _CLASSES.get(name, ()):
        found = rows.terms(book, **{key: _all(value, len(rows)) for key, value in asked.items()}).terms
        other = {field: getattr(found, field) for field in _OF_CLASS[name]}
        yield under(label, other)
        if name == "hifmi":
            yield under(label, other | {"burden": zero})


def _all(value: object, n: int) -> object:
    return np.full(n, value) if isinstance(value, bool) else value
