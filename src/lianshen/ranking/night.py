"""The ranking of a night: every open case gets its expected recovery and its place, and the samples are drawn."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from lianshen.agency import CENTRE
from lianshen.cases import tables as t
from lianshen.cases.store import Casebook
from lianshen.ranking.drawing import draw_control, draw_second_looks
from lianshen.ranking.expecting import expect
from lianshen.ranking.learning import learn
from lianshen.ranking.placing import place, rows_of
from lianshen.ranking.reading import read_decisions, read_open
from lianshen.ranking.settings import RankingSettings
from lianshen.ranking.strangest import Heard, heard_of, spoken_of
from lianshen.ranking.writing import keep

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True)
class Ranked:
    """What a night's ranking came to: open cases, those on a list, those that wait, decisions learned from, tasks."""

    cases: int
    chosen: int
    waiting: int
    decisions: int
    drawn: int


def rank(
    con: DuckDBPyConnection, book: Casebook, settings: RankingSettings, *, night: str, models: Collection[str] = ()
) -> Ranked:
    """Rank all open cases and draw what is looked at all the same; doing it twice changes nothing.

    ``con`` is only read, but for temporary tables. ``models`` are the ids of models: findings of theirs alone never
    carry a deduction. ``night`` names the record in ``rank_night``.
    """
    drawn = draw_control(con, book, settings) + draw_second_looks(book, settings)
    return rank_cases(
        book, settings, night=night, models=models, percentiles=percentiles_of(con), heard=heard_of(con, models),
        drawn=drawn,
    )  # fmt: skip


def rank_cases(
    book: Casebook, settings: RankingSettings, *, night: str, models: Collection[str] = (),
    percentiles: Mapping[str, float] | None = None, heard: Heard | None = None, drawn: int = 0,
) -> Ranked:  # fmt: skip
    """Rank all open cases of the casebook, without drawing samples; ``heard`` is what models find."""
    task, rank_of = t.review_task.c, t.case_rank.c
    heard = heard or Heard()
    with book.engine.connect() as con:
        decisions = read_decisions(con)
        cases, units = read_open(con, percentiles or {})
        before = con.execute(sa.select(rank_of.case_no, rank_of.desk, rank_of.waiting_since, rank_of.place))
        # What lay with somebody else in between waits anew.
        since = {row.case_no: (row.desk, row.waiting_since) for row in before if row.place}
        open_tasks = sa.select(sa.func.coalesce(sa.func.sum(task.minutes), 0)).where(task.answered_at.is_(None))
        reserved = int(con.scalar(open_tasks) or 0)
        spoken = spoken_of(con, heard.named)
    learned = learn(settings, decisions)
    expected = expect(units, learned, settings.prior.estimate)
    rows = rows_of(book, settings, cases, expected, learned, models, percentiles or {}, since, spoken)
    desks = place(book, settings, cases, rows, reserved, spoken)
    desks[CENTRE]["apart"] = spoken.told_apart(book.today, heard.places)
    keep(book, night, settings, learned, rows, desks)
    chosen, waiting = (sum(desk[what] for desk in desks.values()) for what in ("chosen", "waiting"))
    return Ranked(len(cases), chosen, waiting, len(decisions), drawn)


def percentiles_of(con: DuckDBPyConnection) -> dict[str, float]:
    """Return how strange each institution is among its peers, by the models' last month; empty where none judged."""
    known = con.execute(
        "SELECT COUNT(*) FROM duckdb_tables() WHERE schema_name = 'audit' AND table_name = 'subject_score'"
    ).fetchone()
    if not known or not known[0]:
        return {}
    rows = con.execute(
        """
        SELECT fixmedins_code, MAX(percentile) FROM audit.subject_score
        WHERE subject_kind = 'institution' AND fixmedins_code IS NOT NULL
            AND period = (SELECT MAX(period) FROM audit.subject_score)
        GROUP BY fixmedins_code ORDER BY fixmedins_code
        """
    ).fetchall()
    return {code: float(percentile) for code, percentile in rows if percentile is not None}
