"""The settlement in named steps, for a person who asks why.

Formats what :func:`lianshen.settlement.settle` recorded; it computes nothing of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

from lianshen.settlement.benefit import Settlement
from lianshen.settlement.integers import ONE, UNLIMITED


@dataclass(frozen=True, slots=True)
class Step:
    """One step: ``amount`` in fen; ``policy`` is the policy value that decided it, as text, or None."""

    step: str
    zh: str
    en: str
    amount: int
    policy: str | None = None


def yuan(fen: int) -> str:
    """Return fen as yuan with two decimals: 1657500 is ``16575.00``."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def percent(ratio: int, per: int = ONE) -> str:
    """Return a ratio as per cent without trailing zeros: 8500 is ``85%``."""
    whole, rest = divmod(ratio * 100 * 10_000 // per, 10_000)
    return f"{whole}%" if rest == 0 else f"{whole}.{rest:04d}".rstrip("0") + "%"


def explain(settled: Settlement, row: int = 0) -> list[Step]:
    """Return the steps of one settlement in the order of the computation; layers that do not exist are left out."""
    s, t = settled, settled.terms

    def of(name: str) -> int:
        return int(getattr(s, name)[row])

    def term(name: str) -> int:
        return int(getattr(t, name)[row])

    steps = [Step("total", "医疗费用总额", "Total bill", of("total"))]
    outside = of("total") - of("in_scope")
    if outside:
        zh, en = "范围外：全自费、超限价、先行自付", "Outside: full self-pay, above the ceiling, pre-self-pay"
        steps.append(Step("outside", zh, en, outside))
    steps.append(Step("in_scope", "政策范围内金额", "In policy scope", of("in_scope")))
    if term("prepay"):
        share = percent(term("prepay"))
        zh, en = f"异地先行自付 {share}", f"Paid first for remote care, {share}"
        steps.append(Step("prepay", zh, en, of("prepay"), share))
    steps.append(_deductible(s, row, term("deductible")))
    steps.append(Step("base", "扣除起付线后", "Above the deductible", of("base")))
    steps.extend(_ratios(s, row))
    if s.over_cap[row]:
        room = yuan(of("room"))
        zh, en = f"封顶线内可付余额 {room}，统筹基金支付", f"Room under the yearly cap {room}: pooled fund pays"
        steps.append(Step("hifp", zh, en, of("hifp"), _limit(term("cap"))))
    else:
        steps.append(Step("hifp", "统筹基金支付", "Pooled fund pays", of("hifp"), _limit(term("cap"))))
    steps.append(Step("burden", "范围内个人负担", "In-scope burden left", of("burden")))
    if term("large_ratio") and s.over_cap[row]:
        share, over = percent(term("large_ratio")), yuan(of("over_cap"))
        zh, en = f"职工大额：超封顶线 {over} × {share}", f"Large-amount fund: {over} above the cap × {share}"
        steps.append(Step("hifob", zh, en, of("hifob"), share))
    if t.tier_start[row, 0] < UNLIMITED:
        before, threshold = yuan(int(s.accumulators.burden[row])), yuan(int(t.tier_start[row, 0]))
        zh = f"大病保险：年内已负担 {before}，起付 {threshold}"
        en = f"Catastrophic insurance: {before} borne before in the year, threshold {threshold}"
        steps.append(Step("hifmi", zh, en, of("hifmi"), _tiers(s, row)))
    if term("civil_ratio"):
        share = percent(term("civil_ratio"))
        zh, en = f"公务员补助 {share}", f"Civil-servant subsidy {share}"
        steps.append(Step("cvlserv", zh, en, of("cvlserv"), f"{share} ≤ {_limit(term('civil_limit'))}"))
    if term("assist_ratio"):
        share, floor = percent(term("assist_ratio")), term("assist_threshold")
        zh = f"医疗救助 {share}" + (f"（起付 {yuan(floor)}）" if floor else "")
        en = f"Medical assistance {share}" + (f" above {yuan(floor)}" if floor else "")
        steps.append(Step("maf", zh, en, of("maf"), f"{share} ≤ {_limit(term('assist_limit'))}"))
    steps.append(Step("fund", "基金支付合计", "Funds pay in all", of("fund")))
    if of("hospital_share"):
        steps.append(Step("hospital_share", "医院负担", "Borne by the hospital", of("hospital_share")))
    steps.append(Step("psn", "个人负担", "Person pays", of("psn")))
    if of("account"):
        steps.append(Step("account", "其中个人账户", "of it from the personal account", of("account")))
        steps.append(Step("cash", "其中现金", "of it cash", of("cash")))
    return steps


def _deductible(s: Settlement, row: int, standard: int) -> Step:
    paid = int(s.accumulators.deductible_paid[row])
    zh, en = f"起付线标准 {yuan(standard)}", f"Deductible, standard {yuan(standard)}"
    if paid:
        zh, en = f"{zh}，已付 {yuan(paid)}", f"{en}, {yuan(paid)} paid before"
    return Step("deductible", zh, en, int(s.deductible[row]), yuan(standard))


def _ratios(s: Settlement, row: int) -> list[Step]:
    """One step per slice that holds money (the first slice always), in the region's own form of reduction."""
    t = s.terms
    points, factor = int(t.reduction_points[row]), int(t.reduction_factor[row])
    steps = []
    for k in range(s.sliced.shape[1]):
        money, given, applied = int(s.sliced[row, k]), int(t.slice_ratio[row, k]), int(s.ratio[row, k])
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
        steps.append(Step("ratio", f"{yuan(money)} 按 {zh}", f"{yuan(money)} at {en}", money, zh))
    steps.append(Step("calculated", "按比例计算", "What the ratios give", int(s.calculated[row])))
    return steps


def _tiers(s: Settlement, row: int) -> str:
    tiers = zip(s.terms.tier_start[row], s.terms.tier_ratio[row], strict=True)
    return "；".join(f">{yuan(int(start))} {percent(int(ratio))}" for start, ratio in tiers if start < UNLIMITED)


def _limit(fen: int) -> str:
    return "∞" if fen >= UNLIMITED else yuan(fen)
