"""Which new cases models speak of, so that a kind of scheme that no decision has confirmed keeps its place.

Expected recovery is learned from decisions, and a model's estimate counts little in it: by yuan per hour a scheme that
was never confirmed would wait behind everything that was. Findings about institutions and doctors make no case of
their own; the cases of settlements that they name stand for them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lianshen.anomaly.turns import Named, Queue, read_named
from lianshen.anomaly.windows import first_day, month_before
from lianshen.cases import tables as t
from lianshen.cases.held import in_chunks
from lianshen.ranking.reading import AT_CENTRE

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NEEDED = ("finding", "score", "subject_finding", "subject_score")


@dataclass(frozen=True)
class Spoken:
    """What models say of cases.

    ``queues`` by model: its subjects, strangest first, each as its new cases, first named first; no subject that
    somebody has seen in a case that is no longer new. ``named_by``: of each case all models that name it.
    """

    queues: Mapping[str, Queue] = field(default_factory=dict)
    named_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def turns(self, today: date) -> list[Queue]:
        """Return the queues with another model at the head each day: a small share does not reach all of them."""
        models = sorted(self.queues)
        first = today.toordinal() % max(1, len(models))
        return [self.queues[model] for model in (*models[first:], *models[:first])]


def named_of(con: DuckDBPyConnection, models: Collection[str]) -> list[Named]:
    """Return what ``models`` find in the month reached and the one before; empty where no model ever judged."""
    known = con.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'audit'").fetchall()
    reached = con.execute("SELECT as_of FROM intake.reached").fetchone()
    if not {(name,) for name in NEEDED} <= set(known) or reached is None or reached[0] is None:
        return []
    return read_named(con, models, findings_since=first_day(month_before(f"{reached[0]:%Y-%m}")))


def spoken_of(con: Connection, named: Sequence[Named]) -> Spoken:
    """Return what is said of the cases of the casebook; a settlement without a case has no say."""
    c, s, r = t.cases.c, t.case_settlement.c, t.case_rank.c
    query = (
        sa.select(s.setl_id, c.case_no, c.state, c.rules, r.basis)
        .join(t.cases, c.case_no == s.case_no)
        .outerjoin(t.case_rank, r.case_no == c.case_no)
    )
    wanted = {one for subject in named for one in subject.settlements}
    cases = {row.setl_id: row for row in in_chunks(con, query, s.setl_id, wanted)}
    queues: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    named_by: dict[str, set[str]] = defaultdict(set)
    for subject in named:
        mine = {cases[one].case_no: cases[one] for one in subject.settlements if one in cases}
        for case_no in mine:
            named_by[case_no].add(subject.model)
        new = tuple(case_no for case_no, case in mine.items() if case.state in AT_CENTRE)
        if new and not any(_told(case, subject.model) for case in mine.values() if case.state not in AT_CENTRE):
            queues[subject.model].append(new)
    return Spoken(dict(queues), {case_no: tuple(sorted(models)) for case_no, models in named_by.items()})


def _told(case: sa.Row[Any], model: str) -> bool:
    """Return whether who worked on a case saw that the model speaks of it."""
    return model in case.rules.split(",") or model in ((case.basis or {}).get("named_by") or ())
