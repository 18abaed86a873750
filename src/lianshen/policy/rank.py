"""Which of several values holds: the higher rank prevails (Art. 21), and the loser is remembered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lianshen.policy.series import Bound, Entry, Limit, Series, told
from lianshen.policy.shape import Parameter
from lianshen.policy.values import NO_LEAST, NO_MOST, in_form
from lianshen.settlement import ONE, Ints


def winner(rivals: Sequence[Series], limits: Sequence[Bound], problems: list[str]) -> Series:
    """Return what holds of one parameter, nearest rival first; of equal rank the nearer one wins.

    ``limits`` are bounds of packs that prevail over the pool; one of a higher rank than the value takes its place
    where the value goes beyond it. A bound in points is never turned into a factor, nor the other way round: where
    the value's form is the other and might go beyond, that is a problem.
    """
    if len(rivals) == 1 and not limits:
        return rivals[0]
    given = [entry for rival in rivals for entry in rival.entries] + [entry for one in limits for entry in one.entries]
    starts = sorted({entry.start for entry in given})
    entries: list[Entry] = []
    for start in starts:
        standing = [entry for rival in rivals if (entry := _in_force(rival, start)) is not None]
        if not standing:
            continue
        won = min(standing, key=lambda entry: entry.source.height)
        beaten = tuple(entry.told for entry in standing if entry is not won)
        found = replace(won, start=start, won_over=beaten)
        for limit in limits:
            found = _within(found, limit, rivals[0].parameter, problems)
        if not entries or _differ(entries[-1], found):
            entries.append(found)
    return Series(rivals[0].parameter, tuple(entries))


def _in_force(series: Series, day: date) -> Entry | None:
    position = series.find(day)
    return series.entries[position] if position >= 0 else None


def _differ(one: Entry, other: Entry) -> bool:
    return replace(one, start=other.start, numbers=None) != replace(other, numbers=None)


def _within(entry: Entry, limit: Bound, parameter: Parameter, problems: list[str]) -> Entry:
    bound = limit.find(entry.start)
    if bound is None or bound.numbers is None or entry.numbers is None or entry.value == "ended":
        return entry
    if bound.source.height >= entry.source.height:
        return entry
    if entry.form != bound.form:
        problems.extend(_not_comparable(entry, limit.kind, bound, parameter))
        return entry
    mine = entry.numbers if entry.form is None else entry.numbers[0 if entry.form == "points" else 1]
    beyond = _beyond(limit.kind, mine, bound.numbers)
    if not beyond.any():
        return entry
    keys = tuple(_keys(beyond, parameter))
    beaten = tuple(f"{entry.owner} {'.'.join(one)} {leaf(entry.value, one)}: {entry.source} ({entry.source.rank})"
                   for one in keys)  # fmt: skip
    value = entry.value
    for one in keys:
        value = _put(value, one, leaf(bound.value, one))
    taken = Limit(bound.owner, bound.about, bound.form, max(bound.start, entry.start), limit.kind, bound.value,
                  bound.source, beaten, keys)  # fmt: skip
    whole = in_form(parameter, entry.form, np.where(beyond, bound.numbers, mine))
    return replace(entry, value=value, numbers=whole, limits=(*entry.limits, taken))


def _beyond(kind: str, mine: Ints, bound: Ints) -> NDArray[np.bool_]:
    if kind == "most":
        return np.asarray((bound != NO_MOST) & (mine > bound))
    return np.asarray((bound != NO_LEAST) & (mine < bound))


def _not_comparable(entry: Entry, kind: str, bound: Entry, parameter: Parameter) -> Iterable[str]:
    """A factor f takes at most 1 - f of any ratio, so it keeps within as many points; anything else is not certain."""
    numbers, limits = entry.numbers, bound.numbers
    if numbers is None or limits is None:
        return
    if kind == "most" and bound.form == "points":
        doubtful = (limits != NO_MOST) & (ONE - numbers[1] > limits)
    elif kind == "most":
        doubtful = limits != NO_MOST
    else:
        doubtful = (limits != NO_LEAST) & (numbers[0] > 0)
    for one in _keys(np.asarray(doubtful), parameter):
        yield (
            f"{parameter.name} {entry.start} {'.'.join(one)}: the {entry.form} {leaf(entry.value, one)} of "
            f"{entry.owner} may go beyond the {bound.form} {leaf(bound.value, one)} that {bound.owner} allows at "
            f"{kind} ({bound.source}); one form is never turned into the other: write {bound.form}, or a value "
            "that does not"
        )


def _keys(mask: NDArray[np.bool_], parameter: Parameter) -> Iterable[tuple[str, ...]]:
    for place in np.argwhere(mask):
        yield tuple(axis[position] for axis, position in zip(parameter.axes, place, strict=True))


def leaf(value: Any, keys: Sequence[str]) -> str:
    """Return the leaf of a written value under ``keys``."""
    for key in keys:
        value = value[key]
    return told(value)


def _put(value: Any, keys: Sequence[str], new: str) -> Any:
    if not keys:
        return new
    return {**value, keys[0]: _put(value[keys[0]], keys[1:], new)}
