"""The policy once more, one bill at a time in decimal yuan: what the arrays of the core are held against.

Written from the text of the policy and not from the core; it shares nothing with it. Slow and plain on purpose.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

FEN = Decimal("0.01")
NOTHING = Decimal(0)


def cents(amount: Decimal) -> Decimal:
    """Every published amount is rounded to the fen, half away from zero."""
    return amount.quantize(FEN, ROUND_HALF_UP)


def in_bands(amount: Decimal, starts: list[Decimal | None]) -> list[Decimal]:
    """What of ``amount`` lies in each band; a band ends where the next begins, None is a band that does not exist."""
    parts = []
    for place, start in enumerate(starts):
        if start is None or amount <= start:
            parts.append(NOTHING)
            continue
        end = starts[place + 1] if place + 1 < len(starts) else None
        parts.append((amount if end is None or amount < end else end) - start)
    return parts


def room(limit: Decimal | None, left: Decimal | None) -> Decimal | None:
    """The most that can still be paid in the year; None is without end."""
    known = [value for value in (limit, left) if value is not None]
    return max(min(known), NOTHING) if known else None


def at_most(amount: Decimal, *limits: Decimal | None) -> Decimal:
    for limit in limits:
        if limit is not None and limit < amount:
            amount = limit
    return amount


def settle(case: Mapping[str, Any]) -> dict[str, Decimal]:
    """Return every published amount of one bill; amounts in yuan, ratios as fractions, None for what has no end."""
    paid: dict[str, Decimal] = {}
    scope = case["in_scope"]
    accepted = at_most(scope, case["accept_limit"])
    paid["accepted"], paid["beyond"] = accepted, scope - accepted
    prepay = cents(accepted * case["prepay"])
    counted = accepted - prepay
    still_due = max(case["deductible"] - case["deductible_paid"], NOTHING)
    deductible = min(counted, still_due)
    paid["prepay"], paid["deductible"] = prepay, deductible
    base = counted - deductible

    by_ratio = NOTHING
    for money, given in zip(in_bands(base, case["slice_start"]), case["slice_ratio"], strict=True):
        points = case["points"]
        applied = given * case["factor"] if points is None else max(given - points, NOTHING)
        by_ratio += money * applied
    calculated = cents(by_ratio)
    pool = at_most(calculated, room(case["cap"], case["cap_room"]))
    over_cap = calculated - pool
    paid["calculated"], paid["hifp"], paid["over_cap"] = calculated, pool, over_cap

    burden = counted - pool
    before = max(case["burden"], NOTHING)
    large = over_cap * case["large_ratio"]
    if case["large_threshold"] is not None:
        of_the_year = max(before + burden - case["large_threshold"], NOTHING)
        of_earlier = max(before - case["large_threshold"], NOTHING)
        large += (of_the_year - of_earlier) * case["large_burden_ratio"]
    paid["hifob"] = at_most(cents(large), burden)
    left = burden - paid["hifob"]

    then = in_bands(before + burden, case["tier_start"])
    already = in_bands(before, case["tier_start"])
    tiers = sum(((a - b) * r for a, b, r in zip(then, already, case["tier_ratio"], strict=True)), NOTHING)
    paid["hifmi"] = at_most(cents(tiers), left, room(case["tier_limit"], case["tier_room"]))
    left -= paid["hifmi"]
    for fund, name in (("cvlserv", "civil"), ("hifes", "enterprise"), ("hifdm", "veteran")):
        limit = room(case[f"{name}_limit"], case[f"{name}_room"])
        paid[fund] = at_most(cents(left * case[f"{name}_ratio"]), limit)
        left -= paid[fund]
    assisted = max(left - case["assist_threshold"], NOTHING)
    paid["maf"] = at_most(cents(assisted * case["assist_ratio"]), room(case["assist_limit"], case["assist_room"]))

    paid["fund"] = (pool + paid["hifob"] + paid["hifmi"] + paid["cvlserv"] + paid["hifes"] + paid["hifdm"]
                    + paid["maf"])  # fmt: skip
    paid["psn"] = case["total"] - paid["fund"] - case["hospital_share"]
    paid["account"] = min(case["account"], paid["psn"])
    paid["family"] = min(case["family"], paid["psn"] - paid["account"])
    paid["cash"] = paid["psn"] - paid["account"] - paid["family"]
    return paid


def split(
    amount: Decimal, quantity: Decimal, price: Decimal, covered: bool, ceiling: Decimal | None, share: Decimal
) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    """Return the four parts of a fee line in yuan: full self-pay, above the ceiling, pre-self-pay, in scope."""
    if not covered:
        return amount, NOTHING, NOTHING, NOTHING
    over = NOTHING
    if ceiling is not None and price > ceiling:
        over = cents((price - ceiling) * quantity)
        # No part of a line exceeds the line, and none has the other sign.
        low, high = min(amount, NOTHING), max(amount, NOTHING)
        over = min(max(over, low), high)
    pre = cents((amount - over) * share)
    return NOTHING, over, pre, amount - over - pre
