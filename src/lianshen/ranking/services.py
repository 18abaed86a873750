"""What the samples say, for those who answer for the whole: managers and reviewers of the centre."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.errors import Forbidden
from lianshen.cases.services.scope import agency_name
from lianshen.cases.store import Casebook
from lianshen.ranking.estimating import BlindEstimate, Looked, Recall, Share, estimate_blind, recall_of, share_of

READERS = frozenset({"lead", "manager", "analyst"})
"""Not the reviewers: who could draw the sample again would know what is in it."""
TOLD = ("task_no", "kind", "stratum", "agency", "setl_id", "case_no", "holds", "amount", "answered_at", "text")


@dataclass(frozen=True)
class Samples:
    """What the blind samples and second looks say.

    ``packages`` were drawn from, with ``seeds``; ``drawn`` tasks, ``answered`` of them. ``upheld``: share of decided
    cases with findings that held. ``second`` by who dismissed: share of dismissals that were wrong. ``overlooked`` are
    answered tasks with a fault.
    """

    packages: int
    drawn: int
    answered: int
    blind: BlindEstimate | None
    upheld: Share | None
    recall: Recall | None
    second_drawn: int
    second: dict[str, Share]
    overlooked: Sequence[dict[str, Any]]
    seeds: Sequence[dict[str, Any]]


def may_read_samples(p: Principal) -> bool:
    """Return whether the principal may read what the samples say."""
    return p.role in READERS and p.sees_province


def read_samples(p: Principal, book: Casebook) -> Samples:
    """Return what the samples say of everything screened since they are drawn.

    :raises Forbidden: for whom the whole is none of their business; who only answers tasks must not know the draw.
    """
    if not may_read_samples(p):
        raise Forbidden(f"{p.role_name}不能查看抽检结果")
    with book.engine.connect() as con:
        s, task = t.sample_stratum.c, t.review_task.c
        sums = sa.select(s.stratum, sa.func.sum(s["clear"]), sa.func.sum(s.found)).group_by(s.stratum)
        strata = {name: (int(clear), int(found)) for name, clear, found in con.execute(sums)}
        d = t.sample_draw.c
        draws = [dict(row) for row in con.execute(sa.select(t.sample_draw).order_by(d.package.desc())).mappings()]
        columns = [task[name] for name in TOLD]
        tasks = [dict(row) for row in con.execute(sa.select(*columns).order_by(task.task_no)).mappings()]
        upheld = _upheld(con)
    control = [one for one in tasks if one["kind"] == "control"]
    second = [one for one in tasks if one["kind"] == "second"]
    answered = [one for one in control if one["answered_at"] is not None]
    looked = [Looked(one["stratum"], bool(one["holds"]), int(one["amount"] or 0)) for one in answered]
    blind = estimate_blind(looked, {name: clear for name, (clear, _) in strata.items()})
    found = sum(number for _, number in strata.values())
    recall = recall_of(found, upheld, blind.rate) if blind and upheld else None
    return Samples(
        len(draws), len(control), len(answered), blind, upheld, recall, len(second), _second(second),
        [one for one in tasks if one["holds"]], draws,
    )  # fmt: skip


def _upheld(con: Connection) -> Share | None:
    """Return how many of the decided cases held; cases of one time, one share of them all."""
    c = t.cases.c
    decided = sa.select(c.decision, sa.func.count()).where(c.decision.is_not(None), c.closed_at.is_not(None))
    counts = {decision: int(number) for decision, number in con.execute(decided.group_by(c.decision)).tuples()}
    every = sum(counts.values())
    return share_of(every - counts.get("dismissed", 0), every) if every else None


def _second(tasks: Sequence[dict[str, Any]]) -> dict[str, Share]:
    """Return the share of dismissals that were wrong, of all and by who dismissed."""
    answered = [one for one in tasks if one["answered_at"] is not None]
    shares: dict[str, Share] = {}
    for name in ["", *sorted({one["stratum"] for one in answered})]:
        mine = [one for one in answered if not name or one["stratum"] == name]
        if mine:
            shares[name] = share_of(sum(bool(one["holds"]) for one in mine), len(mine))
    return shares


def dismisser_name(stratum: str) -> str:
    """Return who dismissed, as people say it; the empty name is everybody."""
    return "全部" if not stratum else "省级审核（筛除）" if stratum == "centre" else agency_name(stratum)
