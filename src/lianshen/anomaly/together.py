"""Who is admitted together: the same persons again and again, or many of one address, employer or county at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lianshen.anomaly.features import Frame
from lianshen.anomaly.graphs import Edges, co_occurrences, communities, numbered, surprise
from lianshen.anomaly.spec import Ints

WITHIN_DAYS = 3
CLOSENESS = (0, WITHIN_DAYS - 1)
"""Days between admissions that count as together: on one day, or within three."""
LEAST_TOGETHER = 3
LEAST_AT_ONCE = 5
BONDS = {"address": "同一住址", "employer": "同一单位", "county": "同一参保区县"}


@dataclass(frozen=True)
class Group:
    """Stays at one hospital by persons who belong together; ``rounds`` is how often they came."""

    rows: Ints
    persons: int
    rounds: int
    score: float
    expected: float
    """Meetings of two of them, or persons in three days, that chance would give."""
    bond: str | None = None


def came_together(frame: Frame) -> list[Group]:
    """Return groups of three persons and more who were admitted to one hospital together twice or more.

    The score is minus the decimal logarithm of how probable such a group is: two with m and n stays in the days looked
    at meet by chance as :func:`~lianshen.anomaly.graphs.co_occurrences` says, each member but the first has to, and the
    group is one of all that could be chosen among those with several stays there.
    """
    if not len(frame):
        return []
    who, _ = numbered(frame["person"])
    place, _ = numbered(frame["fixmedins_code"])
    day = frame["begin_day"].astype(np.int64)
    span = float(day.max() - day.min() + 1)
    several = _with_several_stays(who, place, day)
    found: dict[tuple[int, ...], Group] = {}
    for within in CLOSENESS:
        edges = co_occurrences(who, place, day - day.min(), day - day.min(), within=within, span=span)
        label = communities(int(who.max()) + 1, edges.first, edges.second, edges.times.astype(np.float64))
        group_of, of_edge = label[who], label[edges.first]
        for one in np.unique(of_edge):
            group = _rounds(np.flatnonzero(group_of == one), who, place, day, within)
            if group is None:
                continue
            rows, persons, rounds = group
            inside = edges.where((of_edge == one) & (label[edges.second] == one))
            score = _score(inside, persons, several.get(int(place[rows[0]]), persons))
            key = (int(place[rows[0]]), *sorted(set(who[rows].tolist())))
            if key not in found or score > found[key].score:
                found[key] = Group(rows, persons, rounds, score, float(inside.expected.mean()))
    return [found[key] for key in sorted(found)]


def _with_several_stays(who: Ints, place: Ints, day: Ints) -> dict[int, int]:
    """Return by hospital how many persons have stays there that began on two days or more."""
    days, width = int(day.max()) + 1, int(who.max()) + 1
    stays = np.unique((place * width + who) * days + day)
    pairs, counts = np.unique(stays // days, return_counts=True)
    places, many = np.unique(pairs[counts >= 2] // width, return_counts=True)
    return dict(zip(places.tolist(), many.tolist(), strict=True))


def _rounds(rows: Ints, who: Ints, place: Ints, day: Ints, within: int) -> tuple[Ints, int, int] | None:
    """Return the stays of the rounds in which three of the group came to its hospital, persons and rounds."""
    where, counts = np.unique(place[rows], return_counts=True)
    rows = rows[place[rows] == where[np.argmax(counts)]]
    rows = rows[np.lexsort((who[rows], day[rows]))]
    number = np.concatenate([[0], np.cumsum(np.diff(day[rows]) > within)])
    kept = [rows[number == one] for one in range(int(number[-1]) + 1)]
    kept = [some for some in kept if len(np.unique(who[some])) >= LEAST_TOGETHER]
    if len(kept) < 2:
        return None
    persons, times = np.unique(np.concatenate([np.unique(who[some]) for some in kept]), return_counts=True)
    again = persons[times >= 2]
    if len(again) < LEAST_TOGETHER:
        return None
    stays = np.concatenate(kept)
    return stays[np.isin(who[stays], again)], len(again), len(kept)


def _score(edges: Edges, persons: int, several: int) -> float:
    from scipy.special import gammaln

    chosen = gammaln(several + 1) - gammaln(persons + 1) - gammaln(max(several - persons, 0) + 1)
    tries = float(chosen) / np.log(10) + np.log10(len(CLOSENESS))
    return float(max(edges.surprise.mean() * (persons - 1) - tries, 0.0))


def learn_dispersion(frame: Frame) -> float:
    """Return how much wider than Poisson the number of a county's admissions to a hospital in three days varies.

    The median of variance over mean, of counties with twenty stays and more at a hospital; 1 where there is none.
    """
    if not len(frame):
        return 1.0
    place, _ = numbered(frame["fixmedins_code"])
    county, names = numbered(frame["county"])
    day = frame["begin_day"].astype(np.int64)
    groups, group = np.unique(place * len(names) + county, return_inverse=True)
    part = (day - day.min()) // WITHIN_DAYS
    parts = int(part.max()) + 1
    large = np.bincount(group, minlength=len(groups)) >= 20
    order = np.flatnonzero(large[group])
    counts = np.bincount(np.unique(group[order], return_inverse=True)[1] * parts + part[order])
    counts = np.pad(counts, (0, -len(counts) % parts)).reshape(-1, parts)
    ratios = counts.var(axis=1) / np.maximum(counts.mean(axis=1), 1e-9)
    return max(float(np.median(ratios)), 1.0) if len(ratios) else 1.0


def came_at_once(frame: Frame, dispersion: float, now: Ints) -> list[Group]:
    """Return for each hospital and bond the three days in which most of the group were admitted, five and more.

    Only days with a stay in ``now`` (rows of the judged month) count. What chance gives is the group's admissions there
    on the other days, times ``dispersion`` for counties. The score is corrected for the days and the groups of the
    hospital that could have shown it.
    """
    groups: list[Group] = []
    for bond in BONDS:
        groups += _bursts(frame, bond, dispersion if bond == "county" else 1.0, now)
    return groups


def _bursts(frame: Frame, bond: str, dispersion: float, now: Ints) -> list[Group]:
    held = np.flatnonzero(frame[bond] != None)  # noqa: E711 - elementwise
    if not len(held):
        return []
    who, _ = numbered(frame["person"])
    place, _ = numbered(frame["fixmedins_code"])
    mark, names = numbered(frame[bond])
    day = frame["begin_day"].astype(np.int64) - int(frame["begin_day"].min())
    days = int(day.max()) + 1
    key = place[held] * len(names) + mark[held]
    order = np.lexsort((who[held], day[held], key))
    rows, key = held[order], key[order]
    # Days of two groups lie further apart than a window is long.
    when = key * (days + WITHIN_DAYS) + day[rows]
    until = np.searchsorted(when, when + WITHIN_DAYS - 1, "right")
    keys, group, total = np.unique(key, return_inverse=True, return_counts=True)
    bonds_there = np.bincount(keys // len(names))
    in_month = np.zeros(len(frame), dtype=np.bool_)
    in_month[now] = True
    best: dict[int, Group] = {}
    for start in np.flatnonzero(until - np.arange(len(rows)) >= LEAST_AT_ONCE):
        some = rows[start : until[start]]
        persons = len(np.unique(who[some]))
        if persons < LEAST_AT_ONCE or not in_month[some].any():
            continue
        others = int(total[group[start]]) - len(some)
        expected = (others + 0.5) * WITHIN_DAYS / max(days - WITHIN_DAYS, WITHIN_DAYS) * dispersion
        tries = np.log10(days * bonds_there[place[some[0]]])
        score = max(float(surprise(np.array([persons]), np.array([expected]))[0] - tries), 0.0)
        if int(key[start]) not in best or score > best[int(key[start])].score:
            best[int(key[start])] = Group(some, persons, 1, score, expected, bond)
    return [best[one] for one in sorted(best)]
