"""Sparse graphs of who met whom: co-occurrences against chance, connected parts, communities, ids of rings.

Persons, doctors and places are numbered by their sorted names and everything is arithmetic on sparse matrices, so that
the order of rows never matters. scipy holds the matrices and finds the connected parts; the parts of a graph of
*surprising* edges are small, so a community step of our own on each is enough, and needs no further library.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lianshen.anomaly.spec import Floats, Ints, Text

if TYPE_CHECKING:
    from scipy.sparse import csr_array

SMALLEST = 1e-250
"""Below this the incomplete gamma function is near underflow, and the leading term of the tail is taken."""


@dataclass(frozen=True)
class Edges:
    """Undirected edges, each once with ``first < second``: ``times`` seen, and how often chance would show them."""

    first: Ints
    second: Ints
    times: Ints
    expected: Floats

    def __len__(self) -> int:
        return len(self.first)

    @property
    def surprise(self) -> Floats:
        """How much more often than by chance: see :func:`surprise`."""
        return surprise(self.times, self.expected)

    def where(self, mask: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Edges:
        """Return the edges that ``mask`` picks."""
        return Edges(self.first[mask], self.second[mask], self.times[mask], self.expected[mask])


def numbered(values: Text) -> tuple[Ints, Text]:
    """Return each value's number among the sorted different values (-1 for None), and those."""
    import pandas as pd

    numbers, names = pd.factorize(np.asarray(values, dtype=object), sort=True)
    return numbers.astype(np.int64), np.asarray(names, dtype=object)


def rows_by_number(numbers: Ints) -> Iterator[tuple[int, Ints]]:
    """Yield each number of 0 and more that occurs, with the positions of its rows, both ascending."""
    order = np.argsort(numbers, kind="stable")
    found, start = np.unique(numbers[order], return_index=True)
    ends = [*start[1:].tolist(), len(order)]
    for number, first, end in zip(found.tolist(), start.tolist(), ends[: len(found)], strict=True):
        if number >= 0:
            yield number, order[first:end]


def surprise(observed: Ints | Floats, expected: Floats) -> Floats:
    """Return minus the decimal logarithm of the Poisson probability of ``observed`` or more; 4 is one in ten thousand.

    Zero where nothing was observed. ``expected`` is positive.
    """
    from scipy.special import gammainc, gammaln

    seen, mean = np.asarray(observed, dtype=np.float64), np.maximum(np.asarray(expected, dtype=np.float64), 1e-12)
    some = np.maximum(seen, 1.0)
    tail = gammainc(some, mean)
    # P(X >= k) lies just above its first term for k far above the mean: pmf(k) / (1 - mean / (k + 1)).
    leading = some * np.log(mean) - mean - gammaln(some + 1) - np.log1p(-np.minimum(mean / (some + 1), 0.999))
    logged = np.where(tail > SMALLEST, np.log(np.maximum(tail, SMALLEST)), leading)
    return np.where(seen > 0, np.maximum(-logged / np.log(10), 0.0), 0.0)


def meetings(who: Ints, place: Ints, when: Ints, within: int) -> tuple[Ints, Ints]:
    """Return pairs of rows: different persons at one place no more than ``within`` apart, the earlier row first.

    ``when`` is in any whole unit, and ``within`` in the same. Rows of equal time are ordered by person.
    """
    order = np.lexsort((who, when, place))
    who, place, when = who[order], place[order], when[order]
    left, right = [], []
    rows = np.arange(len(who))
    for lag in range(1, len(who)):
        rows = rows[rows < len(who) - lag]
        # Once a row's neighbour at this lag is too late, those behind it are too.
        rows = rows[(place[rows + lag] == place[rows]) & (when[rows + lag] - when[rows] <= within)]
        if not len(rows):
            break
        others = rows[who[rows + lag] != who[rows]]
        left.append(order[others])
        right.append(order[others + lag])
    if not left:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    return np.concatenate(left), np.concatenate(right)


def co_occurrences(
    who: Ints, place: Ints, when: Ints, occasion: Ints, *, within: int, span: float, least: int = 2
) -> Edges:
    """Return the pairs of persons who met on at least ``least`` occasions, with how many meetings chance would give.

    ``occasion`` numbers what counts once, such as the date: two met as often as the one who came on fewer occasions to
    where the other was. By chance two persons with m and n visits to a place
    that is open ``span`` units of ``when`` meet m × n × (2 ``within`` + 1) / ``span`` times there; places add up.
    """
    places = int(np.max(place, initial=0)) + 1
    at = who * places + place
    occasions = int(np.max(occasion, initial=0)) + 1
    known, visits = np.unique(np.unique(at * occasions + occasion) // occasions, return_counts=True)
    # Who was at a place once cannot meet somebody there twice.
    rows = np.flatnonzero(visits[np.searchsorted(known, at)] >= least)
    people, person = np.unique(who[rows], return_inverse=True)
    one, other = meetings(person, place[rows], when[rows], within)
    first, second = np.minimum(person[one], person[other]), np.maximum(person[one], person[other])
    pairs, pair = np.unique(first * len(people) + second, return_inverse=True)
    here, swapped = place[rows][one], person[one] > person[other]
    first, second = people[pairs // max(len(people), 1)], people[pairs % max(len(people), 1)]
    sides = (occasion[rows][np.where(swapped, *ends)] for ends in ((other, one), (one, other)))
    # Two visits of one beside a single one of the other are one meeting.
    times = np.minimum(
        *(np.bincount(np.unique(pair * occasions + on) // occasions, minlength=len(pairs)) for on in sides)
    ).astype(np.int64)
    met_at = np.unique(pair * places + here)
    pair, here = met_at // places, met_at % places
    chances = visits[np.searchsorted(known, first[pair] * places + here)]
    chances = chances * visits[np.searchsorted(known, second[pair] * places + here)]
    expected = np.bincount(pair, weights=chances, minlength=len(pairs)) * (2 * within + 1) / span
    edges = Edges(first, second, times, expected)
    return edges.where(edges.times >= least)


def components(nodes: int, first: Ints, second: Ints) -> Ints:
    """Return for each node the smallest node of its connected part."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    graph = csr_array((np.ones(len(first)), (first, second)), shape=(nodes, nodes))
    _, label = connected_components(graph, directed=False)
    return _by_smallest(label)


def communities(nodes: int, first: Ints, second: Ints, weight: Floats) -> Ints:
    """Return for each node the smallest node of its community: greedy modularity within each connected part.

    Nodes move, in their order, to the neighbours' community that gains most modularity (Blondel et al. 2008), ties to
    the smallest label, then communities become nodes, until nothing gains. Modularity is taken of the connected part
    alone, so that what happens elsewhere in the province changes no community.
    """
    label = components(nodes, first, second)
    order = np.argsort(label[first], kind="stable")
    first, second, weight = first[order], second[order], weight[order]
    for part in np.split(np.arange(len(first)), np.flatnonzero(np.diff(label[first])) + 1):
        if len(part) < 4:
            continue
        members, ends = np.unique(np.concatenate([first[part], second[part]]), return_inverse=True)
        left, right = ends[: len(part)], ends[len(part) :]
        found = _modular(len(members), left, right, weight[part])
        label[members] = members[_by_smallest(found)]
    return label


def _by_smallest(label: Ints) -> Ints:
    """Rename labels after the first position that has them."""
    _, start, inverse = np.unique(label, return_index=True, return_inverse=True)
    return start[inverse].astype(np.int64)


def _modular(nodes: int, left: Ints, right: Ints, weight: Floats) -> Ints:
    from scipy.sparse import csr_array

    both = np.concatenate([weight, weight])
    ends = np.concatenate([left, right]), np.concatenate([right, left])
    graph = csr_array((both, ends), shape=(nodes, nodes))
    label = np.arange(nodes)
    while True:
        moved = _move(graph)
        groups, moved = np.unique(moved, return_inverse=True)
        if len(groups) == graph.shape[0]:
            return label
        label = moved[label]
        joined = csr_array((np.ones(len(moved)), (np.arange(len(moved)), moved)))
        graph = csr_array(joined.T @ graph @ joined)


def _move(graph: csr_array) -> Ints:
    """Let each node join the community that gains most, again and again until none moves."""
    count = graph.shape[0]
    degree = np.asarray(graph.sum(axis=1)).reshape(-1)
    whole = float(degree.sum())
    label, total = np.arange(count), degree.copy()
    moves = True
    while moves:
        moves = False
        for node in range(count):
            row = slice(graph.indptr[node], graph.indptr[node + 1])
            other = graph.indices[row] != node
            total[label[node]] -= degree[node]
            near = np.append(label[graph.indices[row][other]], label[node])
            pull = np.append(graph.data[row][other], 0.0)
            names, place = np.unique(near, return_inverse=True)
            gain = np.bincount(place, weights=pull) - degree[node] * total[names] / whole
            best = int(names[int(np.argmax(gain))])
            stay = float(gain[np.searchsorted(names, label[node])])
            if best != label[node] and float(gain.max()) > stay + 1e-12 * whole:
                label[node], moves = best, True
            total[label[node]] += degree[node]
    return label


def ring_id(kind: str, members: Iterable[str]) -> str:
    """Return the id of a ring: a hash of what it is and of its sorted members."""
    return hashlib.sha256("\x1f".join([kind, *sorted(set(members))]).encode()).hexdigest()[:16]
