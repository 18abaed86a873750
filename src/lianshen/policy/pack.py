"""Reading one policy pack: a folder of YAML files with dated values and a source for every date."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from lianshen.content import YAML_LOADER
from lianshen.policy.shape import DECIMALS, HIGHEST, PARAMETERS, Parameter, PolicyError, PolicyGap
from lianshen.settlement import ONE, UNLIMITED, Ints

_WANTED = {"id", "title", "title_zh", "pools", "currency", "dated_by", "round", "reviewed_through"}
_HEAD = _WANTED | {"inherits", "pools_outside"}
_BODY = {"about", "unit", "by", "form", "values", "sources"}
_SOURCE = {"title", "article", "published", "rank", "kind", "note"}
_SLICE = {"above", "share"}
_RANKS = ("national", "provincial", "city")
_KINDS = ("official", "secondary", "illustrative")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value comes from; ``kind`` says how far to trust it, ``rank`` which of two wins (Art. 21)."""

    title: str
    rank: str
    kind: str
    article: str | None = None
    published: date | None = None
    note: str | None = None

    def __str__(self) -> str:
        return self.title + (f", {self.article}" if self.article else "")


@dataclass(frozen=True, slots=True)
class Series:
    """One parameter through time; each value holds until the next one starts.

    ``values`` are as written; ``numbers`` the same as int64 arrays over the parameter's axes (a trailing (2, k) of
    starts and ratios for slices, a leading 2 of points and factor for reductions).
    """

    parameter: Parameter
    owner: str
    about: str
    form: str | None
    starts: tuple[date, ...]
    values: tuple[Any, ...]
    numbers: tuple[Ints, ...]
    sources: tuple[Source, ...]

    def at(self, day: date) -> int:
        """Return the position of the value in force on ``day``; :class:`PolicyGap` if there is none yet."""
        position = bisect_right(self.starts, day) - 1
        if position < 0:
            raise PolicyGap(gap(self.owner, self.parameter.name, day, self.starts[0]))
        return position


@dataclass(frozen=True, slots=True)
class Pack:
    """One pack with what it inherits already in it."""

    id: str
    title: str
    title_zh: str
    pools: tuple[str, ...]
    pools_outside: str | None
    inherits: str | None
    reviewed_through: date
    series: Mapping[str, Series]
    folder: Path

    @property
    def changes(self) -> list[tuple[str, date]]:
        """Days on which one of the pack's own values changes, with the parameter; first values are no change."""
        own = (series for series in self.series.values() if series.owner == self.id)
        return [(series.parameter.name, start) for series in own for start in series.starts[1:]]


def gap(owner: str, name: str, day: date, first: date) -> str:
    """Return the message of a gap: what, where, when, what to do."""
    return (
        f"{owner}: {name} has no value on {day}; the first starts on {first}: "
        "add a dated value with its source, or leave earlier settlements out"
    )


class _Loader(YAML_LOADER):
    """Refuses a key that stands twice in one mapping."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = {str(key) for key in keys if keys.count(key) > 1}
        if twice:
            problem = f"key {', '.join(sorted(twice))} twice"
            raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark)
        return super().construct_mapping(node, deep)


def load_yaml(path: Path) -> Any:
    """Return the content of a YAML file; :class:`PolicyError` names the file and the place."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    except yaml.YAMLError as error:
        raise PolicyError(f"{path}: {error}") from error


def read_pack(folder: Path, problems: list[str]) -> Pack | None:
    """Read one pack without what it inherits; append what is wrong to ``problems``."""
    head = load_yaml(folder / "pack.yaml")
    where = f"{folder.name}/pack.yaml"
    if not isinstance(head, dict) or _WANTED - set(head):
        problems.append(f"{where}: these keys are wanted: {', '.join(sorted(_WANTED))}")
        return None
    problems.extend(f"{where}: unknown key {key}; known: {', '.join(sorted(_HEAD))}" for key in set(head) - _HEAD)
    if head["id"] != folder.name:
        problems.append(f"{where}: id {head['id']} must be the name of the folder")
    if not isinstance(head["reviewed_through"], date):
        problems.append(f"{where}: reviewed_through must be a date like 2026-12-31")
        return None
    pools = tuple(head["pools"])
    if any(not isinstance(pool, str) or len(pool) != 4 for pool in pools):
        problems.append(f"{where}: pools are texts of four digits, in quotes")
    series: dict[str, Series] = {}
    for path in sorted(folder.glob("*.yaml")):
        if path.name in {"pack.yaml", "examples.yaml"}:
            continue
        for key, body in (load_yaml(path) or {}).items():
            found = _series(folder.name, f"{path.stem}.{key}", body, problems)
            if found is not None:
                series[found.parameter.name] = found
    return Pack(
        id=str(head["id"]), title=str(head["title"]), title_zh=str(head["title_zh"]), pools=pools,
        pools_outside=head.get("pools_outside"), inherits=head.get("inherits"),
        reviewed_through=head["reviewed_through"], series=series, folder=folder,
    )  # fmt: skip


def _series(owner: str, name: str, body: Any, problems: list[str]) -> Series | None:
    where = f"{owner}: {name}"
    parameter = PARAMETERS.get(name)
    if parameter is None:
        problems.append(f"{where}: unknown parameter; known: {', '.join(PARAMETERS)}")
        return None
    if not isinstance(body, dict) or not {"about", "unit", "values", "sources"} <= set(body):
        problems.append(f"{where}: about, unit, values and sources are wanted")
        return None
    before = len(problems)
    problems.extend(f"{where}: unknown key {key}; known: {', '.join(sorted(_BODY))}" for key in set(body) - _BODY)
    if body["unit"] != parameter.unit:
        problems.append(f"{where}: unit is {body['unit']}, it must be {parameter.unit}")
    if tuple(body.get("by", ())) != parameter.by:
        problems.append(f"{where}: by must be [{', '.join(parameter.by)}]")
    form = body.get("form")
    if (parameter.unit == "reduction") != (form in {"points", "factor"}):
        problems.append(f"{where}: form: points or form: factor is wanted for a reduction, and only there")
    starts = tuple(body["values"])
    if not starts or any(not isinstance(start, date) for start in starts):
        problems.append(f"{where}: every key under values must be a date like 2026-01-01")
    elif list(starts) != sorted(starts):
        problems.append(f"{where}: dates must go from old to new")
    if set(starts) != set(body["sources"]):
        problems.append(f"{where}: every start date needs a source with the same date, and no other")
    if len(problems) > before:
        return None
    values = tuple(body["values"].values())
    numbers = tuple(_numbers(parameter, form, value, f"{where} {start}", problems)
                    for start, value in zip(starts, values, strict=True))  # fmt: skip
    sources = tuple(_source(body["sources"][start], f"{where} {start}", problems) for start in starts)
    if len(problems) > before:
        return None
    return Series(parameter, owner, str(body["about"]), form, starts, values, numbers, sources)


def _source(value: Any, where: str, problems: list[str]) -> Source:
    if not isinstance(value, dict) or not {"title", "rank", "kind"} <= set(value) <= _SOURCE:
        problems.append(f"{where}: a source has title, rank, kind, and maybe article, published, note")
        return Source("", "city", "illustrative")
    if value["rank"] not in _RANKS or value["kind"] not in _KINDS:
        problems.append(f"{where}: rank is one of {', '.join(_RANKS)}; kind is one of {', '.join(_KINDS)}")
    return Source(**value)


def _numbers(parameter: Parameter, form: str | None, value: Any, where: str, problems: list[str]) -> Ints:
    """Return the value as whole numbers over the parameter's axes."""
    shape = tuple(len(axis) for axis in parameter.axes)
    if value == "ended":
        if parameter.ended is None:
            problems.append(f"{where}: 'ended' is not allowed here: say what holds instead")
        if parameter.unit == "slices":
            return np.broadcast_to(np.array([[UNLIMITED], [0]], dtype=np.int64), (*shape, 2, 1)).copy()
        return np.full(shape, parameter.ended or 0, dtype=np.int64)
    leaves: list[Any] = []
    _walk(value, parameter.axes, where, leaves, problems)
    if len(leaves) != int(np.prod(shape, dtype=np.int64)):
        return np.zeros(shape, dtype=np.int64)
    if parameter.unit == "slices":
        tables = [_slices(leaf, where, problems) for leaf in leaves]
        most = max(table.shape[1] for table in tables)
        return np.stack([pad(table, most) for table in tables]).reshape(*shape, 2, most)
    unit = form if parameter.unit == "reduction" and form else parameter.unit
    flat = np.array([_number(leaf, unit, where, problems) for leaf in leaves], dtype=np.int64).reshape(shape)
    if parameter.unit != "reduction":
        return flat
    if form == "points":
        return np.stack([flat, np.full(shape, ONE, dtype=np.int64)])
    return np.stack([np.zeros(shape, dtype=np.int64), flat])


def _walk(value: Any, axes: tuple[tuple[str, ...], ...], where: str, leaves: list[Any], problems: list[str]) -> None:
    if not axes:
        leaves.append(value)
        return
    keys = axes[0]
    if not isinstance(value, dict) or set(value) != set(keys):
        problems.append(f"{where}: exactly these keys are wanted: {', '.join(keys)}")
        return
    for key in keys:
        _walk(value[key], axes[1:], f"{where} {key}", leaves, problems)


def _number(value: Any, unit: str, where: str, problems: list[str]) -> int:
    if value == "unlimited" and unit == "limit":
        return UNLIMITED
    decimals = DECIMALS[unit]
    if not isinstance(value, str):
        kind = "null" if value is None else type(value).__name__
        problems.append(f"{where}: {value!r} ({kind}): write amounts in quotes, so that YAML keeps them exact")
        return 0
    try:
        number = Decimal(value).scaleb(decimals)
    except InvalidOperation:
        problems.append(f"{where}: {value!r} is no number" + ("; 'unlimited' is" if unit == "limit" else ""))
        return 0
    if not number.is_finite() or number != int(number) or number < 0 or number > HIGHEST.get(unit, UNLIMITED - 1):
        problems.append(f"{where}: {value!r}: a {unit} is not negative, in range and has at most {decimals} decimals")
        return 0
    return int(number)


def _slices(value: Any, where: str, problems: list[str]) -> Ints:
    """Return (2, k): starts and ratios. A single text is one ratio for the whole amount."""
    rows = [{"above": "0.00", "share": value}] if isinstance(value, str) else value
    if not isinstance(rows, list) or not rows or any(not isinstance(row, dict) or set(row) != _SLICE for row in rows):
        problems.append(f"{where}: a ratio in quotes, or a list of {{above, share}}, is wanted")
        return np.zeros((2, 1), dtype=np.int64)
    starts = [_number(row["above"], "money", where, problems) for row in rows]
    if sorted(set(starts)) != starts:
        problems.append(f"{where}: slices must rise")
    return np.array([starts, [_number(row["share"], "share", where, problems) for row in rows]], dtype=np.int64)


def pad(table: NDArray[np.int64], most: int) -> Ints:
    """Return (…, 2, most): slices that are not used begin at UNLIMITED and pay nothing."""
    missing = most - table.shape[-1]
    if missing == 0:
        return table
    filler = np.zeros((*table.shape[:-1], missing), dtype=np.int64)
    filler[..., 0, :] = UNLIMITED
    return np.concatenate([table, filler], axis=-1)
