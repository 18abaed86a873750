"""What the probability of a case rests on, in a few words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lianshen.cases.domain import CERTAINTIES
from lianshen_dashboards.texts import say

NEAR_THE_TOP = 0.9
"""From this percentile on it is said where an institution stands among its peers."""


def basis_short(kind: str | None, basis: Mapping[str, Any] | None) -> str:
    """Return in a few words what the probability of a case rests on; empty before its first ranking."""
    if kind is None or basis is None:
        return ""
    if kind == "model":
        return say("basis.model")
    hits, seen = basis["rule_seen"]
    known = say("basis.seen", rule=basis["rule"], hits=hits, n=seen)
    prior = say("basis.prior", certainty=CERTAINTIES[basis["certainty"]])
    return (known if seen else prior) + near_the_top(basis, "basis.percentile")


def near_the_top(basis: Mapping[str, Any], key: str) -> str:
    """Return the words for an institution that stands near the top of its peers; empty for any other."""
    percentile = basis.get("percentile")
    if percentile is None or percentile < NEAR_THE_TOP:
        return ""
    return say(key, share=f"{max(1.0, (1 - percentile) * 100):.0f}%")
