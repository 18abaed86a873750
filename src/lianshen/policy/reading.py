"""YAML with the line of every key, and everything that is wrong with it in one go."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from lianshen.content import YAML_LOADER

SHORT = 12
"""How many known names are told beside the one that was probably meant."""
_BROKEN = "cannot be read"


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: in which file and line, at which key, what is wrong and what to write instead."""

    file: str
    line: int | None
    key: str
    text: str

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{where}: {self.key}: {self.text}" if self.key else f"{where}: {self.text}"


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a file. ``wrong`` notes a mistake there; ``at`` goes deeper; all spots of a run share one list."""

    file: str
    problems: list[Problem]
    path: tuple[str, ...] = ()
    lines: dict[tuple[str, ...], int] = field(default_factory=dict)

    def at(self, *keys: object) -> Spot:
        """Return the place under ``keys``."""
        return Spot(self.file, self.problems, (*self.path, *map(str, keys)), self.lines)

    def wrong(self, text: str) -> None:
        """Note a mistake here, with the line of the nearest key that stands in the file."""
        near = (self.path[:depth] for depth in range(len(self.path), -1, -1))
        line = next((self.lines[path] for path in near if path in self.lines), None)
        self.problems.append(Problem(self.file, line, ".".join(self.path), text))

    @property
    def is_broken(self) -> bool:
        """Whether a part of the file could not be read, so that what it lacks may be there."""
        return any(problem.file == self.file and problem.text.startswith(_BROKEN) for problem in self.problems)

    def unknown(self, keys: Iterable[object], known: Iterable[str]) -> None:
        """Note every key that is not known, with the one that was probably meant."""
        names = list(known)
        for key in keys:
            if key not in names:
                self.at(key).wrong(f"unknown key{meant(key, names)}")

    def missing(self, keys: Iterable[object], wanted: Iterable[str]) -> None:
        """Note the wanted keys that are not there."""
        absent = [key for key in wanted if key not in list(keys)]
        if absent:
            self.wrong(f"{', '.join(absent)} missing: write {'it' if len(absent) == 1 else 'them'}")


def meant(key: object, known: Iterable[str]) -> str:
    """Return ``, did you mean …?`` where a known name is near, and the known names where they are few or none is."""
    names = list(known)
    near = nearest(key, names)
    told = f"; known: {', '.join(names)}" if near is None or len(names) <= SHORT else ""
    return (f", did you mean {near}?" if near else "") + told


def nearest(key: object, known: Iterable[str]) -> str | None:
    """Return the known name that was probably meant, if any is near."""
    return next(iter(get_close_matches(str(key), list(known), n=1, cutoff=0.6)), None)


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Return each problem once: file by file as they were read, from the first line to the last."""
    once = list(dict.fromkeys(problems))
    files = {file: place for place, file in enumerate(dict.fromkeys(problem.file for problem in once))}
    return sorted(once, key=lambda problem: (files[problem.file], problem.line or 0))


def read(path: Path, problems: list[Problem]) -> tuple[Any, Spot]:
    """Return the content of a YAML file and the spot of its top; None where nothing can be read.

    A file that YAML cannot read is read again block by block, so that the mistakes of its other blocks are told too.
    """
    spot = Spot(f"{path.parent.name}/{path.name}", problems)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        spot.wrong(f"{_BROKEN}: {error}; save the file as UTF-8 text")
        return None, spot
    try:
        return _value(_compose(text), spot, 0), spot
    except yaml.YAMLError:
        found: Any = None
        for start, block in _blocks(text):
            try:
                value = _value(_compose(block), spot, start, len(found) if isinstance(found, list) else 0)
            except yaml.YAMLError as error:
                _not_yaml(error, spot, start)
                continue
            if isinstance(value, dict) and isinstance(found, dict | None):
                found = {**(found or {}), **value}
            elif isinstance(value, list) and isinstance(found, list | None):
                found = [*(found or []), *value]
        return found, spot


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    """Yield each top-level key or list item with the number of lines before it."""
    lines = text.splitlines(keepends=True)
    starts = [number for number, line in enumerate(lines) if re.match(r"[^\s#]", line)]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield start, "".join(lines[start:end])


def _not_yaml(error: yaml.YAMLError, spot: Spot, start: int) -> None:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    line = start + (mark.line if mark else 0) + 1
    text = f"{_BROKEN}: {problem}; look for a bracket, quote or colon that is missing here or on the line before"
    spot.problems.append(Problem(spot.file, line, "", text))


def _compose(text: str) -> yaml.Node | None:
    loader = YAML_LOADER(text)
    try:
        node: yaml.Node | None = loader.get_single_node()
    finally:
        loader.dispose()
    return node


def _value(node: yaml.Node | None, spot: Spot, start: int, before: int = 0) -> Any:
    """Return the node as Python values, noting the line of each key; of a key that stands twice the first counts.

    ``start`` lines and ``before`` items of the list stand before it in the file.
    """
    if node is None:
        return None
    spot.lines.setdefault(spot.path, node.start_mark.line + start + 1)
    if isinstance(node, yaml.MappingNode):
        found: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = _scalar(key_node, spot, start) if isinstance(key_node, yaml.ScalarNode) else "?"
            below = spot.at(key)
            line = key_node.start_mark.line + start + 1
            if key in found:
                text = f"stands twice, first on line {spot.lines.get(below.path, line)}: keep one of them"
                spot.problems.append(Problem(spot.file, line, ".".join(below.path), text))
                continue
            spot.lines[below.path] = line
            found[key] = _value(value_node, below, start)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_value(one, spot.at(number), start) for number, one in enumerate(node.value, before + 1)]
    return _scalar(node, spot, start)


def _scalar(node: yaml.Node, spot: Spot, start: int) -> Any:
    make = yaml.constructor.SafeConstructor.yaml_constructors.get(node.tag)
    try:
        if make is None:
            raise ValueError(node.tag)
        return make(yaml.constructor.SafeConstructor(), node)
    except ValueError:
        text = f"{node.value} is no value that exists: write a text in quotes, or a date of the calendar"
        spot.problems.append(Problem(spot.file, node.start_mark.line + start + 1, ".".join(spot.path), text))
        return str(node.value)
