"""Whose turn it is: each model in turn gives its strangest subject, and of a subject one settlement is enough.

One order of everything that models say is the best way to be right often, and a bad one to find what nobody has seen
before: the settlements of one ring fill the places of ten other subjects, and a model that knows few doctors or
counties can never say that one of them is stranger than a thousand stays. Models are therefore not compared with one
another here. As in a round robin (J. Nagle, On packet switches with infinite storage, IEEE Trans. Commun. 35, 1987)
each has its turn, however much the others have to say, and who looks at one settlement of a subject sees the others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import date

import duckdb

Queue = Sequence[Sequence[str]]
"""What one model names, strangest subject first: of each subject what belongs to it, first named first."""

_NAMED = """
WITH own AS (
    SELECT s.model_id, 'settlement' AS kind, s.setl_id AS subject_id, s.score,
        f.finding_id IS NOT NULL AS is_finding, s.setl_id, 0 AS place
    FROM audit.score AS s
    LEFT JOIN audit.finding AS f ON s.setl_id = f.setl_id AND s.model_id = f.source_id
    WHERE s.model_id IN (SELECT UNNEST($models::VARCHAR[]))
        AND ($since::DATE IS NULL OR f.subject_date >= $since::DATE)
),

named AS (
    SELECT j.model_id, j.subject_kind AS kind, j.subject_id, j.period, j.score, j.is_finding,
        m.value ->> '$' AS setl_id, CAST(m.key AS INTEGER) AS place
    FROM audit.subject_score AS j, LATERAL JSON_EACH(j.members) AS m
    WHERE j.model_id IN (SELECT UNNEST($models::VARCHAR[]))
        AND ($since::DATE IS NULL OR (j.is_finding AND j.period >= STRFTIME($since::DATE, '%Y-%m')))
),

every AS (
    SELECT model_id, kind, subject_id, score, is_finding, setl_id, place FROM own
    UNION ALL
    SELECT n.model_id, n.kind, n.subject_id, n.score,
        -- What somebody muted is no finding, whatever the model says.
        n.is_finding AND COALESCE(s.finding_id, f.finding_id) IS NOT NULL AS is_finding, n.setl_id, n.place
    FROM named AS n
    LEFT JOIN audit.subject_finding AS s
        ON n.model_id = s.source_id AND n.subject_id = s.subject_id AND n.period = s.period
    LEFT JOIN audit.finding AS f ON n.model_id = f.source_id AND n.setl_id = f.setl_id
)

SELECT model_id, kind, subject_id, BOOL_OR(is_finding) AS is_finding,
    LIST(setl_id ORDER BY is_finding DESC, score DESC, place, setl_id) AS settlements
FROM every
GROUP BY model_id, kind, subject_id
HAVING $since::DATE IS NULL OR BOOL_OR(is_finding)
ORDER BY model_id, is_finding DESC, MAX(score) DESC, subject_id
"""


@dataclass(frozen=True, slots=True)
class Named:
    """A subject of a model, and the settlements that the model names for it, first named first.

    ``kind`` is settlement, network, doctor or institution.
    """

    model: str
    kind: str
    subject: str
    is_finding: bool
    settlements: tuple[str, ...]


def read_named(
    con: duckdb.DuckDBPyConnection, models: Collection[str], *, findings_since: date | None = None
) -> list[Named]:
    """Return what ``models`` name, by model, findings before the rest, strangest first.

    The order within a model is that of its scores: percentiles end early where peers are few. ``findings_since``
    leaves only findings, those of the months and settlements from that day on.
    """
    rows = con.execute(_NAMED, {"models": sorted(models), "since": findings_since}).fetchall()
    return [Named(model, kind, subject, found, tuple(some)) for model, kind, subject, found, some in rows]


def take_turns(queues: Sequence[Queue], given: Set[str] = frozenset()) -> Iterator[str]:
    """Yield one key of each subject, the models taking turns in the order of ``queues``.

    The key is the first that the subject names. A subject has been shown, and its model goes on to the next, where
    that key is among ``given`` or was yielded, or where its model gave another key that it names. Whatever else is
    looked at shows nothing of it: one dear stay says little of the hospital. ``given`` may grow between two keys.
    """
    shown: set[str] = set()
    waiting: list[tuple[Iterator[Sequence[str]], set[str]]] = [(iter(queue), set()) for queue in queues]
    while waiting:
        still = []
        for queue, own in waiting:
            for keys in queue:
                if keys and keys[0] not in shown and keys[0] not in given and own.isdisjoint(keys):
                    shown.add(keys[0])
                    own.add(keys[0])
                    yield keys[0]
                    still.append((queue, own))
                    break
        waiting = still
