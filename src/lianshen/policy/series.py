"""A parameter through time: its values, where each comes from, and which others it beat."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from typing import Any

from lianshen.policy.reading import Spot, meant, nearest
from lianshen.policy.shape import BOUNDED, PARAMETERS, RANKS, Parameter, PolicyGap
from lianshen.policy.values import bounds, numbers
from lianshen.settlement import Ints

KINDS = ("official", "secondary", "illustrative")
_BODY = ("about", "unit", "by", "form", "values", "most", "least", "sources")
_SOURCE = ("title", "rank", "kind", "article", "published", "note")


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

    @property
    def height(self) -> int:
        """0 for national, greater for lower ranks."""
        return RANKS.index(self.rank)


@dataclass(frozen=True, slots=True)
class Limit:
    """A bound of a higher rank that took the place of a value: as written, and what it beat."""

    owner: str
    about: str
    form: str | None
    since: date
    kind: str
    value: Any
    source: Source
    won_over: tuple[str, ...]
    keys: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One value from its day on, as written and as int64 over the axes (None for texts)."""

    start: date
    value: Any
    numbers: Ints | None
    source: Source
    owner: str
    about: str
    form: str | None
    won_over: tuple[str, ...] = ()
    """What would hold without this one, as ``pack value: source``."""
    limits: tuple[Limit, ...] = ()
    """Bounds that replaced a part of the value."""

    @property
    def told(self) -> str:
        """The value in one line, for being named as beaten."""
        return f"{self.owner} {told(self.value)}: {self.source} ({self.source.rank})"


@dataclass(frozen=True, slots=True)
class Series:
    """One parameter through time; each value holds until the next one starts."""

    parameter: Parameter
    entries: tuple[Entry, ...]

    @property
    def starts(self) -> tuple[date, ...]:
        return tuple(entry.start for entry in self.entries)

    @property
    def sources(self) -> tuple[Source, ...]:
        return tuple(entry.source for entry in self.entries)

    def find(self, day: date) -> int:
        """Return the position of the value in force on ``day``, -1 before the first."""
        return bisect_right(self.starts, day) - 1

    def at(self, day: date) -> int:
        """Return the position of the value in force on ``day``; :class:`PolicyGap` if there is none yet."""
        position = self.find(day)
        if position < 0:
            raise PolicyGap(gap(self.entries[0].owner, self.parameter.name, day, self.entries[0].start))
        return position


@dataclass(frozen=True, slots=True)
class Bound:
    """What a higher rank allows at ``most`` or at ``least``, through time; keys that it does not name are free."""

    parameter: Parameter
    kind: str
    entries: tuple[Entry, ...]

    def find(self, day: date) -> Entry | None:
        """Return the bound in force on ``day``, if any."""
        position = bisect_right([entry.start for entry in self.entries], day) - 1
        return self.entries[position] if position >= 0 else None


def gap(owner: str, name: str, day: date, first: date) -> str:
    """Return the message of a gap: what, where, when, what to do."""
    return (
        f"{owner}: {name} has no value on {day}; the first starts on {first}: "
        "add a dated value with its source, or leave earlier settlements out"
    )


def told(value: Any) -> str:
    """Return a value in one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} {told(below)}" for key, below in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(told(below) for below in value) + "]"
    return str(value)


def read_series(owner: str, name: str, body: Any, spot: Spot) -> Series | Bound | None:
    """Return a parameter as a pack writes it; None where something is wrong, which is then noted."""
    before = len(spot.problems)
    parameter = PARAMETERS.get(name)
    if parameter is None:
        stem, _, key = name.partition(".")
        family = [one.partition(".")[2] for one in PARAMETERS if one.startswith(f"{stem}.")]
        stems = dict.fromkeys(one.partition(".")[0] for one in PARAMETERS)
        spot.wrong(
            f"unknown parameter {name}{meant(key, family)}" if family
            else f"there are no parameters in {stem}.yaml{meant(stem, stems)}"
        )  # fmt: skip
        parameter = PARAMETERS.get(f"{stem}.{nearest(key, family)}")
    if parameter is None:
        return None
    if not isinstance(body, dict):
        spot.wrong("about, unit, values and sources are wanted")
        return None
    spot.unknown(body, _BODY)
    kinds = [kind for kind in ("values", "most", "least") if kind in body]
    spot.missing([*body, *(["values"] if kinds else [])], ("about", "unit", "values", "sources"))
    if len(kinds) > 1:
        spot.wrong(f"{' and '.join(kinds)} stand side by side: write one of them; the other goes into another pack")
    if "unit" in body and body["unit"] != parameter.unit:
        spot.at("unit").wrong(f"unit is {body['unit']}, it must be {parameter.unit}")
    by = body.get("by", [])
    if (tuple(by) if isinstance(by, list) else by) != parameter.by:
        spot.at("by").wrong(f"by must be [{', '.join(parameter.by)}]")
    form = body.get("form")
    if (parameter.unit == "reduction") != (form in {"points", "factor"}):
        spot.at("form").wrong("form: points or form: factor is wanted for a reduction, and only there")
        form = None
    kind = kinds[0] if kinds else "values"
    if kind != "values" and parameter.unit not in BOUNDED:
        spot.at(kind).wrong(f"a {parameter.unit} has no bounds: write values")
        return None
    values, sources = _dated(body, kind, spot), _dated(body, "sources", spot)
    for start in values:
        if start not in sources and "sources" in body:
            spot.at("sources").wrong(f"{start} is missing: every start date needs a source with the same date")
    for start in sources:
        if start not in values and kinds:
            spot.at("sources", start).wrong(f"no value starts on {start}: remove it, or give the value of that day")
    told_sources = {start: read_source(value, spot.at("sources", start)) for start, value in sources.items()}
    unform = parameter.unit == "reduction" and form is None
    entries = []
    for start, value in values.items():
        below = spot.at(kind, start)
        use = "points" if unform else form
        found = (numbers(parameter, use, value, below) if kind == "values"
                 else bounds(parameter, use, kind, value, below))  # fmt: skip
        if start in told_sources and isinstance(start, date):
            about = str(body.get("about"))
            entries.append(Entry(start, value, found, told_sources[start], owner, about, form))
    if len(spot.problems) > before:
        return None
    return Series(parameter, tuple(entries)) if kind == "values" else Bound(parameter, kind, tuple(entries))


def _dated(body: dict[Any, Any], key: str, spot: Spot) -> dict[Any, Any]:
    """Return the mapping under ``key``; note keys that are no dates and dates out of order."""
    if key not in body:
        return {}
    found, below = body[key], spot.at(key)
    if not isinstance(found, dict) or not found:
        below.wrong("dates with a value each are wanted, as 2026-01-01: …")
        return {}
    dates = [start for start in found if type(start) is date]
    for start in found:
        if type(start) is not date:
            below.at(start).wrong(f"{start!r} must be a date like 2026-01-01")
    if key != "sources" and dates != sorted(dates):
        below.wrong("dates must go from old to new")
    return found


def read_source(value: Any, spot: Spot) -> Source:
    """Return a source; what is wrong is noted, and something stands in for it."""
    if not isinstance(value, dict):
        spot.wrong("a source has title, rank, kind, and maybe article, published, note")
        return Source("", "city", "illustrative")
    spot.unknown(value, _SOURCE)
    spot.missing(value, ("title", "rank", "kind"))
    for key, known in (("rank", RANKS), ("kind", KINDS)):
        if key in value and value[key] not in known:
            spot.at(key).wrong(f"{value[key]!r}: {key} is not known{meant(value[key], known)}")
    for key in ("title", "article", "note"):
        if key in value and (not isinstance(value[key], str) or not value[key].strip()):
            spot.at(key).wrong(f"{value[key]!r}: write a text in quotes")
    published = value.get("published")
    if published is not None and type(published) is not date:
        spot.at("published").wrong(f"{published!r}: write a date like 2026-01-01")
    return Source(
        str(value.get("title", "")), value["rank"] if value.get("rank") in RANKS else "city",
        str(value.get("kind")), value.get("article"), published, value.get("note"),
    )  # fmt: skip
