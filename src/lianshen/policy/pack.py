"""Reading one policy pack: a folder of YAML files with dated values and a source for every date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from lianshen.policy.reading import Problem, Spot, read
from lianshen.policy.series import Bound, Series, read_series
from lianshen.policy.values import is_pool

PRACTICE = "practice-"
"""How the names of packs begin that a pool switches on."""
EVERYONE = "all"

_FIXED: dict[str, Any] = {
    "currency": "CNY", "dated_by": "settlement_date",
    "round": {"to": "0.01", "mode": "half_up", "remainder_goes_to": "person"},
}  # fmt: skip
_WANTED = ("id", "title", "title_zh", "pools", *_FIXED, "reviewed_through")
_HEAD = (*_WANTED, "inherits", "pools_outside", "applies_to", "practices")


@dataclass(frozen=True, slots=True)
class Pack:
    """One pack."""

    id: str
    title: str
    title_zh: str
    pools: tuple[str, ...]
    pools_outside: str | None
    inherits: str | None
    reviewed_through: date
    own: Mapping[str, Series]
    """What it writes itself."""
    folder: Path
    series: Mapping[str, Series] = field(default_factory=dict)
    """What holds for its pools: with what it inherits, its practices, and what prevails over it."""
    bounds: tuple[Bound, ...] = ()
    applies_to: str | None = None
    """Beginning of the pools over which its values prevail where their rank is higher; ``all`` for every pool."""
    practices: tuple[str, ...] | None = None
    declared: frozenset[str] = frozenset()
    """Names of the parameters it writes, well or badly."""
    lines: Mapping[str, int] = field(default_factory=dict)
    """Line of each key of its head."""
    is_readable: bool = True
    """Whether its head is sound and every file could be read, so that what is missing is missing."""

    @property
    def has_pools(self) -> bool:
        """Whether persons have their benefits from it, and not only other packs."""
        return bool(self.pools or self.pools_outside)

    @property
    def changes(self) -> list[tuple[str, date]]:
        """Days on which one of the pack's own values changes, with the parameter; first values are no change."""
        return [(name, start) for name, series in self.own.items() for start in series.starts[1:]]


def read_pack(folder: Path, problems: list[Problem]) -> Pack:
    """Read one pack without what it inherits; note what is wrong, and go on to the end."""
    head, spot = read(folder / "pack.yaml", problems)
    if not isinstance(head, dict):
        if head is not None or not problems:
            spot.wrong(f"keys with values are wanted: {', '.join(_WANTED)}")
        head = {}
    else:
        _check_head(head, folder, spot)
    is_readable = not any(problem.file == spot.file for problem in problems)
    own: dict[str, Series] = {}
    bounds: list[Bound] = []
    declared: set[str] = set()
    for path in sorted(folder.iterdir()):
        if path.suffix == ".yml":
            Spot(f"{folder.name}/{path.name}", problems).wrong(f"is not read: call it {path.stem}.yaml")
        if path.suffix != ".yaml" or path.name in {"pack.yaml", "examples.yaml"}:
            continue
        content, top = read(path, problems)
        is_readable = is_readable and not top.is_broken
        if content is not None and not isinstance(content, dict):
            top.wrong("parameters are wanted, as deductible: {about: …, unit: …, values: …, sources: …}")
            continue
        for key, body in (content or {}).items():
            name = f"{path.stem}.{key}"
            declared.add(name)
            found = read_series(folder.name, name, body, top.at(key))
            if isinstance(found, Series):
                own[name] = found
            elif isinstance(found, Bound):
                bounds.append(found)
                if head.get("applies_to") is None:
                    top.at(key, found.kind).wrong("a pack bounds others only with applies_to in its pack.yaml")
    pools = head.get("pools")
    reviewed = head.get("reviewed_through")
    practices = head.get("practices")
    return Pack(
        id=folder.name, title=str(head.get("title")), title_zh=str(head.get("title_zh")),
        pools=tuple(pool for pool in pools if is_pool(pool)) if isinstance(pools, list) else (),
        pools_outside=head.get("pools_outside"), inherits=head.get("inherits"),
        reviewed_through=reviewed if type(reviewed) is date else date.max, own=own, folder=folder,
        bounds=tuple(bounds), applies_to=head.get("applies_to"),
        practices=tuple(map(str, practices)) if isinstance(practices, list) else None, declared=frozenset(declared),
        lines={path[0]: line for path, line in spot.lines.items() if len(path) == 1}, is_readable=is_readable,
    )  # fmt: skip


def _check_head(head: dict[Any, Any], folder: Path, spot: Spot) -> None:
    spot.unknown(head, sorted(_HEAD))
    absent = [key for key in _WANTED if key not in head]
    if absent and not spot.is_broken:
        spot.wrong(f"{', '.join(absent)} missing; these keys are wanted: {', '.join(sorted(_WANTED))}")
    if "id" in head and head["id"] != folder.name:
        spot.at("id").wrong(f"id {head['id']} must be the name of the folder, {folder.name}")
    for key in ("title", "title_zh"):
        if key in head and (not isinstance(head[key], str) or not head[key].strip()):
            spot.at(key).wrong(f"{head[key]!r}: write a text")
    if "reviewed_through" in head and type(head["reviewed_through"]) is not date:
        spot.at("reviewed_through").wrong("reviewed_through must be a date like 2026-12-31")
    for key, only in _FIXED.items():
        if key in head and head[key] != only:
            spot.at(key).wrong(f"{head[key]!r}: only {only!r} is computed so far: write that")
    pools = head.get("pools", [])
    if not isinstance(pools, list) or not all(is_pool(pool) for pool in pools):
        spot.at("pools").wrong('pools are texts of four digits, in quotes, as ["5101"]; [] where it has no persons')
    for key in ("inherits", "pools_outside", "applies_to"):
        if key in head and not isinstance(head[key], str):
            spot.at(key).wrong(f"{head[key]!r}: write a text in quotes")
    applies = head.get("applies_to")
    if isinstance(applies, str) and applies != EVERYONE and not (applies.isdecimal() and len(applies) <= 4):
        spot.at("applies_to").wrong(f'{applies!r}: write the first digits of the pools, as "51", or all')
    if (applies is not None or folder.name.startswith(PRACTICE)) and (pools or head.get("pools_outside")):
        spot.at("pools").wrong("a pack that other packs use has no pools of its own: write []")
    practices = head.get("practices", [])
    if not isinstance(practices, list) or not all(isinstance(name, str) for name in practices):
        spot.at("practices").wrong("a list of names is wanted, as [xining]")
