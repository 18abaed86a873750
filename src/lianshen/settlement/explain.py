"""The settlement in named steps, for a person who asks why.

Every amount is one that :func:`lianshen.settlement.settle` recorded. The texts put the recorded factors beside it and
write their product out where rounding to the fen took something off it or added to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lianshen.settlement.integers import ONE, UNLIMITED
from lianshen.settlement.result import Settlement
from lianshen.settlement.text import percent, rounded, up_to, yuan


@dataclass(frozen=True, slots=True)
class Step:
    """One step: ``amount`` in fen; ``policy`` is the policy value that decided it, as text, or None."""

    step: str
    zh: str
    en: str
    amount: int
    policy: str | None = None


def explain(settled: Settlement, row: int = 0) -> list[Step]:
    """Return the steps of one settlement in the order of the computation; layers that do not exist are left out.

    A reversal is explained by the settlement that it takes back.
    """
    one = _Row(settled, row)
    return [*_scope(one), *_pooled(one), *_layers(one), *_person(one)]


@dataclass(frozen=True, slots=True)
class _Row:
    """One settlement of many, its numbers as Python's."""

    settled: Settlement
    row: int

    def __getitem__(self, name: str) -> int:
        return int(getattr(self.settled, name)[self.row])

    def term(self, name: str) -> int:
        return int(getattr(self.settled.terms, name)[self.row])

    def used(self, name: str) -> int:
        return int(getattr(self.settled.accumulators, name)[self.row])

    def table(self, name: str) -> list[int]:
        return [int(value) for value in getattr(self.settled, name)[self.row]]

    def term_table(self, name: str) -> list[int]:
        return [int(value) for value in getattr(self.settled.terms, name)[self.row]]


def _scope(s: _Row) -> Iterator[Step]:
    """What the funds look at: from the bill to the amount above the deductible."""
    yield Step("total", "医疗费用总额", "Total bill", s["total"])
    outside = s["total"] - s["in_scope"]
    if outside:
        zh, en = "范围外：全自费、超限价、先行自付", "Outside: full self-pay, above the ceiling, pre-self-pay"
        yield Step("outside", zh, en, outside)
    yield Step("in_scope", "政策范围内金额", "In policy scope", s["in_scope"])
    limit = s.term("accept_limit")
    if limit < UNLIMITED:
        text = yuan(limit)
        zh, en = f"基金认可金额，不超过 {text}", f"Accepted by the funds, at most {text}"
        yield Step("accepted", zh, en, s["accepted"], text)
    if s["beyond"]:
        zh, en = "超出认可金额，由个人负担", "Beyond what the funds accept, borne by the person"
        yield Step("beyond", zh, en, s["beyond"], yuan(limit))
    if s.term("prepay"):
        share = percent(s.term("prepay"))
        zh, en = rounded(s["accepted"] * s.term("prepay"), ONE)
        yield Step(
            "prepay", f"异地先行自付 {share}{zh}", f"Paid first for remote care, {share}{en}", s["prepay"], share
        )
    standard, paid = yuan(s.term("deductible")), s.used("deductible_paid")
    zh, en = f"起付线标准 {standard}", f"Deductible, standard {standard}"
    if paid:
        zh, en = f"{zh}，已付 {yuan(paid)}", f"{en}, {yuan(paid)} paid before"
    yield Step("deductible", zh, en, s["deductible"], standard)
    yield Step("base", "扣除起付线后", "Above the deductible", s["base"])


def _pooled(s: _Row) -> Iterator[Step]:
    """One step per slice that holds money (the first slice always), in the region's own form of reduction."""
    points, factor = s.term("reduction_points"), s.term("reduction_factor")
    slices = list(zip(s.table("sliced"), s.term_table("slice_ratio"), s.table("ratio"), strict=True))
    for k, (money, given, applied) in enumerate(slices):
        if k and not money:
            continue
        net = percent(applied, ONE * ONE)
        if points:
            zh = f"{percent(given)} 降 {points / 100:g} 个百分点 = {net}"
            en = f"{percent(given)} less {points / 100:g} points = {net}"
        elif factor != ONE:
            zh = en = f"{percent(given)} × {factor / ONE:g} = {net}"
        else:
            zh = en = net
        yield Step("ratio", f"{yuan(money)} 按 {zh}", f"{yuan(money)} at {en}", money, zh)
    zh, en = rounded(sum(money * applied for money, _, applied in slices), ONE * ONE)
    yield Step("calculated", f"按比例计算{zh}", f"What the ratios give{en}", s["calculated"])
    zh, en = "统筹基金支付", "Pooled fund pays"
    if s["over_cap"]:
        room = yuan(s["room"])
        zh, en = f"封顶线内可付余额 {room}，统筹基金支付", f"Room under the yearly cap {room}: pooled fund pays"
    yield Step("hifp", zh, en, s["hifp"], up_to(s.term("cap")))
    yield Step("burden", "范围内个人负担", "In-scope burden left", s["burden"])


def _layers(s: _Row) -> Iterator[Step]:
    """What the other funds pay, each of what the one before left."""
    if (s.term("large_ratio") and s["over_cap"]) or s.term("large_burden_ratio"):
        yield _large(s)
    left = s["burden"] - s["hifob"]
    start = s.term_table("tier_start")
    if start[0] < UNLIMITED:
        tiers = list(zip(s.table("tiered"), start, s.term_table("tier_ratio"), strict=True))
        before, threshold = yuan(s.used("burden")), yuan(start[0])
        zh = f"大病保险：年内已负担 {before}，起付 {threshold}"
        en = f"Catastrophic insurance: {before} borne before in the year, threshold {threshold}"
        shares = "；".join(f"{yuan(money)} × {percent(ratio)}" for money, _, ratio in tiers if money)
        if shares:
            zh, en = f"{zh}，{shares}", f"{en}, {shares.replace('；', '; ')}"
        numerator = sum(money * ratio for money, _, ratio in tiers)
        policy = "；".join(f">{yuan(at)} {percent(ratio)}" for _, at, ratio in tiers if at < UNLIMITED)
        if s.term("tier_limit") < UNLIMITED:
            policy += f" ≤ {yuan(s.term('tier_limit'))}"
        yield _capped(s, "hifmi", zh, en, numerator, left, s.term("tier_limit"), "tier_room", policy)
    left -= s["hifmi"]
    for step, name, zh, en in (
        ("cvlserv", "civil", "公务员补助", "Civil-servant subsidy"),
        ("hifes", "enterprise", "企业补充医疗保险", "Enterprise supplement"),
        ("hifdm", "veteran", "伤残军人医疗保障", "Fund for disabled veterans"),
    ):
        if s.term(f"{name}_ratio"):
            yield _share(s, step, name, f"{zh} {yuan(left)} ×", f"{en}, {yuan(left)} ×", left, left)
        left -= s[step]
    if s.term("assist_ratio"):
        floor = s.term("assist_threshold")
        base = max(left - floor, 0)
        zh = "医疗救助" + (f"（起付 {yuan(floor)}）" if floor else "") + f" {yuan(base)} ×"
        en = "Medical assistance" + (f" above {yuan(floor)}" if floor else "") + f", {yuan(base)} ×"
        yield _share(s, "maf", "assist", zh, en, base, left)
    yield Step("fund", "基金支付合计", "Funds pay in all", s["fund"])


def _large(s: _Row) -> Step:
    parts: list[tuple[str, str]] = []
    policy = []
    if s.term("large_ratio") and s["over_cap"]:
        share, over = percent(s.term("large_ratio")), yuan(s["over_cap"])
        parts.append((f"超封顶线 {over} × {share}", f"{over} above the cap × {share}"))
        policy.append(share)
    if s.term("large_burden_ratio"):
        share, over = percent(s.term("large_burden_ratio")), yuan(s["over_threshold"])
        threshold = yuan(s.term("large_threshold"))
        parts.append((f"年内负担超 {threshold} 部分 {over} × {share}",
                      f"{over} of the year's burden above {threshold} × {share}"))  # fmt: skip
        policy.append(f">{threshold} {share}")
    numerator = s["over_cap"] * s.term("large_ratio") + s["over_threshold"] * s.term("large_burden_ratio")
    zh, en = "；".join(part for part, _ in parts), "; ".join(part for _, part in parts)
    return _capped(s, "hifob", f"职工大额：{zh}", f"Large-amount fund: {en}", numerator, s["burden"], UNLIMITED, None,
                   "；".join(policy))  # fmt: skip


def _share(s: _Row, step: str, name: str, zh: str, en: str, base: int, left: int) -> Step:
    """One layer that pays one share of what is left, up to a yearly limit."""
    share, limit = percent(s.term(f"{name}_ratio")), s.term(f"{name}_limit")
    numerator, policy = base * s.term(f"{name}_ratio"), f"{share} ≤ {up_to(limit)}"
    return _capped(s, step, f"{zh} {share}", f"{en} {share}", numerator, left, limit, f"{name}_room", policy)


def _capped(
    s: _Row, step: str, zh: str, en: str, numerator: int, left: int, limit: int, room: str | None, policy: str
) -> Step:
    """A layer's step: says what held the amount back, or else how the product was rounded."""
    available = max(min(limit, UNLIMITED if room is None else s.used(room)), 0)
    if numerator > s[step] * ONE + ONE // 2:
        amount = yuan(min(left, available))
        which = ("年度限额余额", "left under the yearly limit") if available <= left else ("余下负担", "burden left")
        return Step(step, f"{zh}，{which[0]} {amount}", f"{en}, {amount} {which[1]}", s[step], policy)
    rounded_zh, rounded_en = rounded(numerator, ONE)
    return Step(step, zh + rounded_zh, en + rounded_en, s[step], policy)


def _person(s: _Row) -> Iterator[Step]:
    if s["hospital_share"]:
        yield Step("hospital_share", "医院负担", "Borne by the hospital", s["hospital_share"])
    yield Step("psn", "个人负担", "Person pays", s["psn"])
    if s["account"]:
        yield Step("account", "其中个人账户", "of it from the personal account", s["account"])
    if s["family"]:
        yield Step("family", "其中家庭共济账户", "of it from the family's accounts", s["family"])
    if s["account"] or s["family"]:
        yield Step("cash", "其中现金", "of it cash", s["cash"])
