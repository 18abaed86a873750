"""The sealed evidence of a case, as pages read it: rows of text by name, looked up by what they are about.

Amounts are exact decimal text, dates are ISO text. What the dossier does not hold is simply not there:
a picture that lacks its data is left out, never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

Cells = Mapping[str, Any]


@dataclass(frozen=True)
class Evidence:
    """Settlements, fee lines, recomputation, steps and rule texts of one case."""

    settlements: Mapping[str, Cells] = field(default_factory=dict)
    lines: Sequence[Cells] = ()
    recomputed: Mapping[str, Cells] = field(default_factory=dict)
    steps: Mapping[str, Sequence[Cells]] = field(default_factory=dict)
    rules: Mapping[str, Cells] = field(default_factory=dict)
    sha256: str = ""
    is_sealed: bool = True

    @classmethod
    def of(cls, dossier: Mapping[str, Any]) -> Evidence:
        """Return the evidence of what ``get_dossier`` gives."""
        body = dossier["body"]
        return cls(
            {row["setl_id"]: row for row in body["settlements"]},
            body["lines"],
            {row["setl_id"]: row for row in body["recomputed"]},
            body["steps"],
            {row["id"]: row for row in body["rules"]},
            dossier["sha256"],
            dossier["sealed"],
        )


def amount(value: Any) -> Decimal | None:
    """Return a number of the evidence, or None where there is none."""
    if value is None or isinstance(value, bool):
        return None
    try:
        return Decimal(str(value).replace(",", ""))
    except InvalidOperation:
        return None


def fen_of(value: Any) -> int | None:
    """Return an amount of yuan as fen."""
    number = amount(value)
    return None if number is None else int((number * 100).to_integral_value())


def day(value: Any) -> date | None:
    """Return a date of the evidence, or None where there is none; a time gives its day."""
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def fact(finding: Mapping[str, Any], *names: str) -> Any:
    """Return the first of the named facts that a finding states, with or without the prefix ``because_``."""
    because = finding["because"]
    for name in names:
        for key in (f"because_{name}", name):
            if because.get(key) is not None:
                return because[key]
    return None
