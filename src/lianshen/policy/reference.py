"""One policy value in force, as a person reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from lianshen.policy.series import Series, Source


@dataclass(frozen=True, slots=True)
class Reference:
    """One policy value in force: which pack, since when, as written, and where it comes from.

    ``value`` is what holds, with the parts that a bound of a higher rank replaced; the bound follows as a reference
    of its own with ``bound`` ``most`` or ``least``.
    """

    parameter: str
    about: str
    unit: str
    pack_id: str
    since: date
    until: date | None
    value: Any
    source: Source
    won_over: tuple[str, ...] = ()
    """What would hold without it, as ``pack value: source (rank)``."""
    bound: str | None = None

    @property
    def rank(self) -> str:
        """``national``, ``provincial`` or ``city``."""
        return self.source.rank

    @property
    def origin(self) -> str:
        """The source in one line, with what it prevailed over (Art. 21)."""
        beaten = ", ".join(text.split(": ")[0] for text in self.won_over)
        return f"{self.source}" + (f" ({self.rank}, prevails over {beaten})" if beaten else "")


def references(series: Series, position: int) -> Iterator[Reference]:
    """Yield one value of a series with the days on which it holds, half open, and the bounds that changed it."""
    entry = series.entries[position]
    until = series.entries[position + 1].start if position + 1 < len(series.entries) else None
    name, unit = series.parameter.name, entry.form or series.parameter.unit
    yield Reference(name, entry.about, unit, entry.owner, entry.start, until, entry.value, entry.source, entry.won_over)
    for limit in entry.limits:
        yield Reference(
            name, limit.about, unit, limit.owner, limit.since, until, limit.value, limit.source, limit.won_over,
            limit.kind,
        )  # fmt: skip


_OF_INSURANCE = {"310": ("employee", "in_service", "retired"), "390": ("resident",)}
_EMPLOYEES_ONLY = (
    "inpatient.retired_bonus", "inpatient.age_bonus", "supplement.large_amount", "supplement.large_burden",
    "supplement.civil_ratio", "supplement.civil_limit",
)  # fmt: skip
_RESIDENTS_ONLY = ("supplement.catastrophic", "supplement.catastrophic_limit")


def for_insurance(found: Iterable[Reference], insutype: str) -> list[Reference]:
    """Return the values that persons of one insurance type (310 or 390) have, without the keys of the other."""
    others = {key for code, keys in _OF_INSURANCE.items() if code != insutype for key in keys}
    not_theirs = _RESIDENTS_ONLY if insutype == "310" else _EMPLOYEES_ONLY
    return [replace(one, value=_without(one.value, others)) for one in found if one.parameter not in not_theirs]


def _without(value: Any, keys: set[str]) -> Any:
    return {key: below for key, below in value.items() if key not in keys} if isinstance(value, dict) else value
