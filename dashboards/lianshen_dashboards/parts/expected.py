"""What a case is expected to bring back, how sure that is, and why, in one sentence."""

from __future__ import annotations

from dash import html

from lianshen_dashboards.basis import near_the_top
from lianshen_dashboards.parts.common import Part, facts, heading
from lianshen_dashboards.present import Row, grouped
from lianshen_dashboards.texts import say


def percent(value: float) -> str:
    """Return a share from 0 to 1 as a percentage without decimals."""
    return f"{value:.0%}"


def sentence(case: Row, rank: Row) -> str:
    """Return why a case is expected to bring back what it is."""
    basis = rank["basis"]
    named_by = basis.get("named_by")
    named = say("rank.named_by", models="、".join(named_by)) if named_by else ""
    if rank["kind"] == "model":
        return say("rank.model_only") + named
    history = ""
    for key, seen in (("rank.seen", basis["rule_seen"]), ("rank.seen_institution", basis["institution_seen"])):
        if seen[1]:
            history += say(key, rule=basis["rule"], hits=seen[0], n=seen[1])
    history += near_the_top(basis, "rank.percentile")
    said = say(
        "rank.why", source=say(f"rank.why.{basis['source']}"), chance=percent(rank["chance"]),
        kept=percent(rank["kept"]), at_issue=grouped(case["at_issue"]), history=history,
    )  # fmt: skip
    return said + (say("rank.with_estimate", exposure=grouped(case["exposure"])) if case["exposure"] else "") + named


def standing(rank: Row) -> str:
    """Return where a case stands today."""
    if not rank["place"]:
        return say("rank.elsewhere")
    place = say("rank.place_of", desk=rank["desk_name"], place=rank["place"])
    why = say(f"rank.chosen.{rank['chosen']}") if rank["chosen"] else say("rank.waiting", since=rank["waiting_since"])
    return f"{place} · {why}"


def expected(case: Row, rank: Row | None) -> list[Part]:
    """Return the figures and the sentence; nothing before the first ranking."""
    if rank is None:
        return []
    per_hour = rank["worth"] * 60 // max(1, rank["minutes"])
    pairs: list[tuple[str, Part, bool]] = [
        (say("rank.chance"), percent(rank["chance"]), False),
        (say("rank.title"), f"¥{grouped(rank['expected'])}", False),
        (say("rank.interval"), say("rank.range", low=grouped(rank["low"]), high=grouped(rank["high"])), True),
        (say("rank.per_hour"), f"¥{grouped(per_hour)}", False),
        (say("rank.minutes"), say("rank.minutes_of", n=rank["minutes"]), False),
        (say("rank.place"), standing(rank), True),
    ]
    if not rank["expected"]:
        # An amount per hour would read like a deduction that is proposed.
        pairs = [pairs[0], pairs[4], pairs[5]]
    return [facts(pairs), html.P(sentence(case, rank), className="mute rank-why")]


def section(case: Row, rank: Row | None) -> Part:
    """Return the card of the case page, or nothing."""
    shown = expected(case, rank)
    return (
        html.Section([heading(say("rank.title"), level=2), *shown], className="card", id="expected") if shown else None
    )
