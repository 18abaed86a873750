"""Draws bills and lines with many edges, has the core and the reference settle them, and counts the differences.

``python -m settlement.million bills|lines SEED COUNT`` prints one JSON object.
"""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from typing import Any

import numpy as np
from settlement import reference

from lianshen.settlement import LARGEST_BILL, ONE, UNLIMITED, Accumulators, Ints, Settlement, Terms, settle, split_lines

CHUNK = 20_000
PUBLISHED = ("accepted", "beyond", "prepay", "deductible", "calculated", "hifp", "over_cap", "hifob", "hifmi",
             "cvlserv", "hifes", "hifdm", "maf", "fund", "psn", "account", "family", "cash")  # fmt: skip
RATIOS = np.array([0, 75, 1_000, 2_500, 3_333, 5_000, 6_250, 7_500, 8_500, 9_000, 9_999, ONE])
_MONEY = ("in_scope", "total", "hospital_share", "account", "family", "deductible", "deductible_paid", "burden",
          "assist_threshold")  # fmt: skip
_SHARES = ("prepay", "large_ratio", "large_burden_ratio", "civil_ratio", "enterprise_ratio", "veteran_ratio",
           "assist_ratio")  # fmt: skip
_LIMITS = ("accept_limit", "cap", "large_threshold", "tier_limit", "civil_limit", "enterprise_limit", "veteran_limit",
           "assist_limit", "cap_room", "tier_room", "civil_room", "enterprise_room", "veteran_room",
           "assist_room")  # fmt: skip
_OUTSIDE_TERMS = ("in_scope", "total", "hospital_share", "account", "family")
_USED = ("cap_room", "deductible_paid", "burden", "tier_room", "civil_room", "enterprise_room", "veteran_room",
         "assist_room")  # fmt: skip


def draw_bills(rng: np.random.Generator, n: int) -> dict[str, Ints]:
    """Return n bills: half fens, amounts one fen beside each boundary, nearly used-up limits, the largest bill."""

    def some(share: float) -> Any:
        return rng.random(n) < share

    def money(largest: int) -> Ints:
        return np.asarray(np.exp(rng.random(n) * np.log(largest)).astype(np.int64) - rng.integers(0, 2, n))

    def near(value: Ints) -> Ints:
        return np.maximum(np.where(value < UNLIMITED, value + rng.integers(-1, 2, n), value), 0)

    def ratios() -> Ints:
        return np.where(some(0.7), rng.choice(RATIOS, n), rng.integers(0, ONE + 1, n))

    def layer(share: float) -> Ints:
        return np.where(some(share), ratios(), 0)

    c: dict[str, Ints] = {}
    c["deductible"] = np.where(some(0.8), rng.choice([0, 16_000, 80_000, 99_999], n), money(300_000))
    c["deductible_paid"] = np.where(some(0.7), 0, near(np.where(some(0.5), c["deductible"], money(100_000))))
    c["prepay"] = np.where(some(0.8), 0, rng.choice([1, 1_000, 2_000, 3_333, ONE], n))
    starts = np.sort(np.where(rng.random((n, 3)) < 0.6, rng.integers(1, 5_000_000, (n, 3)), UNLIMITED), axis=1)
    starts[:, 0] = 0
    c["slice_start"] = starts
    c["slice_ratio"] = np.where(starts < UNLIMITED, np.stack([ratios() for _ in range(3)], axis=1), 0)
    points = some(0.5)
    c["reduction_points"] = np.where(points, rng.choice([0, 500, 1_000, 2_000, 9_000, 1], n), 0)
    c["reduction_factor"] = np.where(points, ONE, rng.choice([ONE, 9_000, 7_000, 6_500, 3_333, 0], n))

    # Steps of 1 … 400 fen times the usual ratios give halves of a fen; then one fen beside deductible, slice and bill.
    base = rng.integers(0, 20_000, n) * rng.choice([1, 2, 4, 5, 10, 20, 40, 400], n)
    boundary = near(np.where(starts[:, 1] < UNLIMITED, starts[:, 1], 0))
    base = np.where(some(0.25), boundary, np.where(some(0.2), money(LARGEST_BILL // 2), base))
    due = np.maximum(c["deductible"] - c["deductible_paid"], 0)
    scope = np.where(some(0.15), near(due), np.where(some(0.1), rng.integers(0, 400, n), base + due))
    c["in_scope"] = np.where(some(0.01), LARGEST_BILL - rng.integers(0, 3, n), np.minimum(scope, LARGEST_BILL))
    c["accept_limit"] = np.where(some(0.8), UNLIMITED, near(np.where(some(0.4), c["in_scope"], money(20_000_000))))
    c["total"] = np.minimum(c["in_scope"] + np.where(some(0.3), 0, money(10_000_000)), LARGEST_BILL)
    c["hospital_share"] = np.where(some(0.1), rng.integers(0, 10**9, n) % (c["total"] - c["in_scope"] + 1), 0)
    c["account"], c["family"] = (np.where(some(0.6), 0, money(3_000_000)) for _ in range(2))

    # About what the first slice gives, so that a cap often falls on the very fen.
    about = base // ONE * (c["slice_ratio"][:, 0] * c["reduction_factor"] // ONE)
    for name in ("cap", "cap_room"):
        limit = np.where(some(0.4), near(about), np.where(some(0.3), 0, money(50_000_000)))
        c[name] = np.where(some(0.5), UNLIMITED, limit)
    c["large_ratio"], c["large_burden_ratio"] = layer(0.4), layer(0.2)
    c["large_threshold"] = np.where(some(0.6), UNLIMITED, money(5_000_000))
    tiers = np.sort(np.where(rng.random((n, 3)) < 0.6, rng.integers(0, 8_000_000, (n, 3)), UNLIMITED), axis=1)
    c["tier_start"] = tiers
    c["tier_ratio"] = np.where(tiers < UNLIMITED, np.stack([ratios() for _ in range(3)], axis=1), 0)
    c["burden"] = np.where(some(0.4), 0, np.where(some(0.3) & (tiers[:, 0] < UNLIMITED), near(tiers[:, 0]),
                                                  money(20_000_000)))  # fmt: skip
    for name in ("tier", "civil", "enterprise", "veteran", "assist"):
        c[f"{name}_limit"] = np.where(some(0.6), UNLIMITED, money(5_000_000))
        c[f"{name}_room"] = np.where(some(0.6), UNLIMITED, np.where(some(0.2), 0, money(5_000_000)))
        if name != "tier":
            c[f"{name}_ratio"] = layer(0.4)
    c["assist_threshold"] = np.where(some(0.6), 0, money(500_000))
    return c


def settle_bills(c: dict[str, Ints]) -> Settlement:
    """Settle drawn bills with the core."""
    n = len(c["in_scope"])
    terms = {name: value for name, value in c.items() if name not in _OUTSIDE_TERMS + _USED}
    return settle(
        c["in_scope"], Terms.of(n, **terms), Accumulators.of(n, **{name: c[name] for name in _USED}),
        **{name: c[name] for name in _OUTSIDE_TERMS[1:]},
    )  # fmt: skip


def different_bills(rng: np.random.Generator, n: int) -> list[str]:
    """Return what comes out differently in the core and in the reference."""
    c = draw_bills(rng, n)
    settled = settle_bills(c)
    got = {name: getattr(settled, name).tolist() for name in PUBLISHED}
    columns = {name: [_yuan(v) for v in c[name].tolist()] for name in _MONEY}
    columns |= {name: [_share(v) for v in c[name].tolist()] for name in _SHARES}
    columns |= {name: [_limit(v) for v in c[name].tolist()] for name in _LIMITS}
    columns |= {name: [[_limit(v) for v in row] for row in c[name].tolist()] for name in ("slice_start", "tier_start")}
    columns |= {name: [[_share(v) for v in row] for row in c[name].tolist()] for name in ("slice_ratio", "tier_ratio")}
    is_points = (c["reduction_factor"] == ONE).tolist()
    columns["points"] = [
        _share(v) if p else None for v, p in zip(c["reduction_points"].tolist(), is_points, strict=True)
    ]
    columns["factor"] = [_share(v) for v in c["reduction_factor"].tolist()]
    names = list(columns)
    wrong = []
    for row, values in enumerate(zip(*columns.values(), strict=True)):
        case = dict(zip(names, values, strict=True))
        paid = reference.settle(case)
        wrong += [
            f"{name}: {got[name][row]} fen, reference {paid[name]} yuan; {case}"
            for name in PUBLISHED if paid[name].scaleb(2) != got[name][row]
        ]  # fmt: skip
    return wrong


def different_lines(rng: np.random.Generator, n: int) -> list[str]:
    """Return what comes out differently for drawn fee lines, reversals among them."""
    sign = rng.choice([1, -1], n, p=[0.7, 0.3])
    quantity = sign * np.where(rng.random(n) < 0.6, rng.integers(1, 30, n) * 10_000, rng.integers(0, 500_000, n))
    price = np.where(rng.random(n) < 0.6, rng.integers(0, 100_000, n) * 10_000, rng.integers(0, 10**9, n))
    amount = sign * np.where(rng.random(n) < 0.8, (np.abs(quantity) * price + 50_000_000) // 100_000_000,
                             rng.integers(0, 10**7, n))  # fmt: skip
    ceiling = np.where(rng.random(n) < 0.4, UNLIMITED, np.maximum(price * rng.integers(0, 12, n) // 8, 0))
    share = np.where(rng.random(n) < 0.8, rng.choice(RATIOS, n), rng.integers(0, ONE + 1, n))
    covered = rng.random(n) < 0.85
    s = split_lines(amount, quantity, price, covered=covered, ceiling=ceiling, share=share)
    got = zip(*(part.tolist() for part in (s.full_self_pay, s.over_ceiling, s.pre_self_pay, s.in_scope)), strict=True)
    lines = zip(
        (_yuan(v) for v in amount.tolist()), (Decimal(v).scaleb(-4) for v in quantity.tolist()),
        (Decimal(v).scaleb(-6) for v in price.tolist()), covered.tolist(),
        (None if v == UNLIMITED else Decimal(v).scaleb(-6) for v in ceiling.tolist()),
        (_share(v) for v in share.tolist()), strict=True,
    )  # fmt: skip
    wrong = []
    for line, parts in zip(lines, got, strict=True):
        wanted = reference.split(*line)
        if any(yuan.scaleb(2) != fen for yuan, fen in zip(wanted, parts, strict=True)):
            wrong.append(f"{line}: {parts} fen, reference {wanted}")
    return wrong


def _yuan(fen: int) -> Decimal:
    return Decimal(fen).scaleb(-2)


def _share(ratio: int) -> Decimal:
    return Decimal(ratio).scaleb(-4)


def _limit(fen: int) -> Decimal | None:
    return None if fen == UNLIMITED else Decimal(fen).scaleb(-2)


def main(what: str, seed: int, count: int) -> int:
    """Compare ``count`` cases; return 0."""
    rng = np.random.default_rng(seed)
    compare = {"bills": different_bills, "lines": different_lines}[what]
    wrong: list[str] = []
    for begin in range(0, count, CHUNK):
        wrong += compare(rng, min(CHUNK, count - begin))
    print(json.dumps({"cases": count, "different": len(wrong), "first": wrong[:3]}, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
