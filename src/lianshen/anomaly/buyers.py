"""Who buys drugs that are often sold again, and how unlike other buyers: each trait's share of buyers with as much.

The score of a person is the sum over the traits of minus the decimal logarithm of that share, so that each trait's part
of the score is exact. Traits are counted, not fitted: nothing but the tables of shares is learned.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lianshen.anomaly.features import Frame
from lianshen.anomaly.graphs import numbered
from lianshen.anomaly.spec import Floats, Ints, Text

TRAITS = {
    "generics": "易倒卖药品品种数",
    "dates": "购药日期数",
    "places": "购药机构数",
    "pools": "购药统筹区数",
    "excess_days": "超出用量的天数",
    "resale_percent": "易倒卖药品占费用的百分比",
    "untested": "期间无检查检验的购药次数",
    "even_gaps": "间隔规律的次数",
}
LONG_PRESCRIPTION = 84
"""Days that one long prescription may last: in hand, they are no excess."""
MONTH_IN_HAND = 28
EVEN = 0.35
"""Gaps between dates whose standard deviation is at most this part of their mean are regular."""
HIGH = 0.995


@dataclass(frozen=True)
class Buyers:
    """The buyers of a window by sorted name: their traits (persons × traits), and what lay beyond need, in fen."""

    person: Text
    traits: Floats
    excess_fen: Ints

    @classmethod
    def of(cls, fills: Frame, months: Frame) -> Buyers:
        """Take the views ``resale_fill`` and ``buyer_month`` of one window."""
        who, names = numbered(fills["person"])
        count = len(names)
        bill = fills.key
        once = np.unique(bill.astype(str), return_index=True)[1] if len(bill) else np.zeros(0, dtype=np.int64)
        day = fills["day_number"].astype(np.int64)
        generic, _ = numbered(fills["generic"])
        place, _ = numbered(fills["fixmedins_code"])
        pool, _ = numbered(fills["treat_pool"])
        excess, excess_fen = _beyond_need(fills, who, generic, count)
        spent = np.bincount(who[once], weights=fills["cost_fen"][once], minlength=count)
        resale = np.bincount(who, weights=np.maximum(fills["inscp_fen"], 0), minlength=count)
        dates = _different(who, day, count)
        traits = {
            "generics": _different(who, generic, count),
            "dates": dates,
            "places": _different(who, place, count),
            "pools": _different(who, pool, count),
            "excess_days": np.floor(excess / 7) * 7,
            "resale_percent": np.floor(20 * np.minimum(resale / np.maximum(spent, 1), 1.0)) * 5,
            "untested": np.where(_tests(months, names) == 0, dates, 0),
            "even_gaps": _even_gaps(who, day, count),
        }
        return cls(names, np.column_stack([traits[name].astype(np.float64) for name in TRAITS]), excess_fen)


def learn_traits(buyers: Buyers) -> dict[str, Any]:
    """Return per trait its values and the share of buyers with as much or more, and the score of the top 0.5 %."""
    rows = len(buyers.person)
    shares: dict[str, Any] = {}
    for place, name in enumerate(TRAITS):
        values, counts = np.unique(buyers.traits[:, place], return_counts=True)
        reach = counts[::-1].cumsum()[::-1]
        shares[name] = {"values": values.tolist(), "share": (reach / max(rows, 1)).tolist()}
    learned = {"shares": shares, "rows": rows, "high": 0.0}
    scores = score_parts(buyers, learned).sum(axis=1)
    learned["high"] = float(np.quantile(scores, HIGH, method="lower")) if rows else 0.0
    return learned


def score_parts(buyers: Buyers, learned: dict[str, Any]) -> Floats:
    """Return the parts of each person's score, persons × traits; more than anybody had counts as one more buyer."""
    parts = np.zeros_like(buyers.traits)
    for place, name in enumerate(TRAITS):
        table = learned["shares"][name]
        share = np.array([*table["share"], 1 / (learned["rows"] + 1)])
        at = np.searchsorted(np.array(table["values"]), buyers.traits[:, place])
        parts[:, place] = -np.log10(share[at])
    return parts


def _different(who: Ints, what: Ints, count: int) -> Ints:
    width = int(what.max(initial=0)) + 1
    return np.bincount(np.unique(who * width + what) // width, minlength=count)


def _beyond_need(fills: Frame, who: Ints, generic: Ints, count: int) -> tuple[Floats, Ints]:
    """Return of each person the days of supply beyond need, and their money: per generic, need is the days from the
    first fill to the last and a month, and never less than one long prescription."""
    width = int(generic.max(initial=0)) + 1
    keys, group = np.unique(who * width + generic, return_inverse=True)
    day = fills["day_number"].astype(np.int64)
    first, last = np.full(len(keys), np.iinfo(np.int64).max), np.zeros(len(keys), dtype=np.int64)
    np.minimum.at(first, group, day)
    np.maximum.at(last, group, day)
    supply = np.bincount(group, weights=fills["days_supply"], minlength=len(keys))
    money = np.bincount(group, weights=np.maximum(fills["inscp_fen"], 0), minlength=len(keys))
    excess = np.maximum(supply - np.maximum(last - first + MONTH_IN_HAND, LONG_PRESCRIPTION), 0.0)
    person = keys // width
    fen = np.floor(money * excess / np.maximum(supply, 1.0))
    summed = np.bincount(person, weights=fen, minlength=count).astype(np.int64)
    return np.bincount(person, weights=excess, minlength=count).astype(np.float64), summed


def _tests(months: Frame, names: Text) -> np.ndarray[Any, Any]:
    at = {str(name): place for place, name in enumerate(names)}
    place = np.array([at.get(str(one), len(names)) for one in months["person"]], dtype=np.int64)
    return np.bincount(place, weights=months["n_tests"], minlength=len(names) + 1)[: len(names)]


def _even_gaps(who: Ints, day: Ints, count: int) -> Ints:
    """Return the number of gaps between a person's dates where three and more of them are nearly equal, else zero."""
    width = int(day.max(initial=0)) + 1
    visits = np.unique(who * width + day)
    person, gap = visits[1:] // width, np.diff(visits)
    same = visits[:-1] // width == person
    person, gap = person[same], gap[same].astype(np.float64)
    many = np.bincount(person, minlength=count)
    mean = np.bincount(person, weights=gap, minlength=count) / np.maximum(many, 1)
    square = np.bincount(person, weights=gap**2, minlength=count) / np.maximum(many, 1)
    spread = np.sqrt(np.maximum(square - mean**2, 0.0))
    return np.where((many >= 3) & (spread <= EVEN * mean), many, 0)
