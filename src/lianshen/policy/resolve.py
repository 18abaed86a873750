"""What holds for the pools of a pack: its own values, inherited ones, practices, and what prevails over them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lianshen.policy.pack import EVERYONE, PRACTICE, Pack
from lianshen.policy.rank import winner
from lianshen.policy.reading import Problem, meant
from lianshen.policy.series import Series
from lianshen.policy.shape import PARAMETERS


def resolve(packs: Mapping[str, Pack], problems: list[Problem]) -> dict[str, Pack]:
    """Return the packs with ``series`` filled; note what does not fit together.

    A pack that was read with mistakes still takes part, so that the mistakes of the others are told in the same run.
    """
    pools: dict[str, str] = {}
    found = {}
    for pack in packs.values():
        for pool in pack.pools:
            if pool in pools:
                _note(problems, pack, "pools", f"pool {pool} belongs to {pools[pool]} already: a pool has one pack")
            pools.setdefault(pool, pack.id)
        line = _line(pack, packs, problems)
        practices = _practices(line, packs, problems)
        found[pack.id] = replace(pack, series=_series(line, practices, packs, problems))
        if pack.has_pools and not line[-1].inherits and all(one.is_readable for one in line):
            _check_complete(pack, {*found[pack.id].series, *(name for one in line for name in one.declared)}, problems)
    return found


def _check_complete(pack: Pack, known: set[str], problems: list[Problem]) -> None:
    absent = [name for name, parameter in PARAMETERS.items() if not parameter.optional and name not in known]
    if absent:
        are, it = ("is", "it") if len(absent) == 1 else ("are", "them")
        text = f"{', '.join(absent)} {are} missing; give {it}, or inherit a pack that has {it}"
        problems.append(Problem(pack.id, None, "", text))


def _line(pack: Pack, packs: Mapping[str, Pack], problems: list[Problem]) -> list[Pack]:
    """Return the pack and its ancestors, nearest first."""
    line = [pack]
    while line[-1].inherits:
        parent = packs.get(line[-1].inherits)
        if parent is None or parent in line:
            others = [name for name in packs if name != line[-1].id]
            text = f"inherits {line[-1].inherits}: no such pack, or a circle{meant(line[-1].inherits, others)}"
            _note(problems, line[-1], "inherits", text)
            break
        line.append(parent)
    return line


def _practices(line: list[Pack], packs: Mapping[str, Pack], problems: list[Problem]) -> list[Pack]:
    """Return the practices of the nearest pack that names any; an empty list switches the inherited ones off."""
    owner = next((pack for pack in line if pack.practices is not None), None)
    if owner is None or owner.practices is None:
        return []
    known = sorted(name.removeprefix(PRACTICE) for name in packs if name.startswith(PRACTICE))
    for name in owner.practices:
        if name not in known:
            _note(problems, owner, "practices", f"no practice {name}{meant(name, known)}")
    return [packs[PRACTICE + name] for name in owner.practices if name in known]


def _series(
    line: list[Pack], practices: list[Pack], packs: Mapping[str, Pack], problems: list[Problem]
) -> dict[str, Series]:
    """Return what holds of each parameter: of equal rank practice before own before inherited before prevailing."""
    pack = line[0]
    above = [other for other in packs.values() if pack.has_pools and _prevails(other, pack)]
    above.sort(key=lambda other: -1 if other.applies_to == EVERYONE else len(other.applies_to or ""), reverse=True)
    found = {}
    for name in PARAMETERS:
        own = next((one.own[name] for one in line if name in one.own), None)
        rivals = [
            series
            for series in (
                *(one.own.get(name) for one in practices), own, *(other.own.get(name) for other in above)
            )
            if series is not None
        ]  # fmt: skip
        if rivals:
            limits = [bound for other in above for bound in other.bounds if bound.parameter.name == name]
            texts: list[str] = []
            found[name] = winner(rivals, limits, texts)
            problems.extend(Problem(pack.id, None, "", text) for text in texts)
    return found


def _prevails(other: Pack, pack: Pack) -> bool:
    if other.applies_to is None:
        return False
    return other.applies_to == EVERYONE or any(pool.startswith(other.applies_to) for pool in pack.pools)


def _note(problems: list[Problem], pack: Pack, key: str, text: str) -> None:
    found = Problem(f"{pack.id}/pack.yaml", pack.lines.get(key), key, text)
    if found not in problems:
        problems.append(found)
