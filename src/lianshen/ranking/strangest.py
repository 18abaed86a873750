"""Which new cases models speak of, so that a kind of scheme that no decision has confirmed keeps its place.

Expected recovery is learned from decisions, and a model's estimate counts little in it: by yuan per hour a scheme that
was never confirmed would wait behind everything that was. Findings about institutions and doctors make no case of
their own: the cases of settlements that they name stand for them, and where there is none they are told of apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lianshen.anomaly.turns import Named, Queue, read_named, take_turns
from lianshen.anomaly.windows import first_day, month_before
from lianshen.cases import tables as t
from lianshen.cases.held import in_chunks
from lianshen.ranking.reading import AT_CENTRE

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NEEDED = ("finding", "score", "subject_finding", "subject_score")
WITHOUT_CASE = ("institution", "doctor")
"""Kinds of subjects whose findings make no case."""
MOST_APART = 20
"""Subjects without a case that a night tells of."""


@dataclass(frozen=True)
class Heard:
    """What models find, by model, strangest first; and of the settlements that institutions and doctors are named for
    first, code and name of the institution.
    """

    named: Sequence[Named] = ()
    places: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Spoken:
    """What models say of cases.

    ``queues`` by model: its subjects, strangest first, each as its new cases, first named first; no subject that
    somebody has seen in a case that is no longer new. ``named_by``: of each case all models that name it. ``apart`` by
    model: institutions and doctors of which nobody was told and no new case speaks.
    """

    queues: Mapping[str, Queue] = field(default_factory=dict)
    named_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    apart: Mapping[str, Sequence[Named]] = field(default_factory=dict)

    def turns(self, today: date) -> list[Queue]:
        """Return the queues with another model at the head each day: a small share does not reach all of them."""
        return [self.queues[model] for model in _from(sorted(self.queues), today)]

    def told_apart(self, today: date, places: Mapping[str, tuple[str, str]]) -> list[dict[str, str]]:
        """Return what nobody can see in a case, the models taking turns: model, kind, subject, settlement, place."""
        # A doctor and his hospital may be named for the same settlement first; each of them is told of.
        subjects = {f"{one.model} {one.subject}": one for some in self.apart.values() for one in some}
        models = _from(sorted(self.apart), today)
        turns = take_turns([[(f"{model} {one.subject}",) for one in self.apart[model]] for model in models])
        told = []
        for key in islice(turns, MOST_APART):
            one, setl_id = subjects[key], subjects[key].settlements[0]
            code, name = places.get(setl_id, (one.subject.split("/")[0], ""))
            told.append({"model": one.model, "kind": one.kind, "subject": one.subject, "setl_id": setl_id,
                         "institution": code, "name": name})  # fmt: skip
        return told


def _from(models: Sequence[str], today: date) -> Sequence[str]:
    first = today.toordinal() % max(1, len(models))
    return (*models[first:], *models[:first])


def heard_of(con: DuckDBPyConnection, models: Collection[str]) -> Heard:
    """Return what ``models`` find in the month reached and the one before; nothing where no model ever judged."""
    known = con.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'audit'").fetchall()
    reached = con.execute("SELECT as_of FROM intake.reached").fetchone()
    if not {(name,) for name in NEEDED} <= set(known) or reached is None or reached[0] is None:
        return Heard()
    named = read_named(con, models, findings_since=first_day(month_before(f"{reached[0]:%Y-%m}")))
    first = sorted({one.settlements[0] for one in named if one.kind in WITHOUT_CASE})
    rows = con.execute(
        "SELECT setl_id, fixmedins_code, fixmedins_name FROM mart.settlement "
        "WHERE setl_id IN (SELECT UNNEST(?::VARCHAR[]))", [first],
    ).fetchall()  # fmt: skip
    return Heard(named, {setl_id: (code, name) for setl_id, code, name in rows})


def spoken_of(con: Connection, named: Sequence[Named]) -> Spoken:
    """Return what is said of the cases of the casebook."""
    c, s, r = t.cases.c, t.case_settlement.c, t.case_rank.c
    query = (
        sa.select(s.setl_id, c.case_no, c.state, c.rules, r.basis)
        .join(t.cases, c.case_no == s.case_no)
        .outerjoin(t.case_rank, r.case_no == c.case_no)
    )
    wanted = {one for subject in named for one in subject.settlements}
    cases = {row.setl_id: row for row in in_chunks(con, query, s.setl_id, wanted)}
    queues: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    apart: dict[str, list[Named]] = defaultdict(list)
    named_by: dict[str, set[str]] = defaultdict(set)
    for subject in named:
        mine = {cases[one].case_no: cases[one] for one in subject.settlements if one in cases}
        for case_no in mine:
            named_by[case_no].add(subject.model)
        new = tuple(case_no for case_no, case in mine.items() if case.state in AT_CENTRE)
        if any(_told(case, subject.model) for case in mine.values() if case.state not in AT_CENTRE):
            continue
        if new:
            queues[subject.model].append(new)
        elif subject.kind in WITHOUT_CASE:
            apart[subject.model].append(subject)
    return Spoken(dict(queues), {case_no: tuple(sorted(models)) for case_no, models in named_by.items()}, dict(apart))


def _told(case: sa.Row[Any], model: str) -> bool:
    """Return whether who worked on a case saw that the model speaks of it."""
    return model in case.rules.split(",") or model in ((case.basis or {}).get("named_by") or ())
