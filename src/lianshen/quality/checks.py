"""A check: one thing that must hold for the rows of one landed table.

Checks are derived from ``sql/schema/landed``, the one source of types, code lists, formats
and ranges. A check knows the Great Expectations type that decides it, and the SQL that is
true for a row that breaks it; the first decides, the second screens clean tables quickly.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

SAMPLE = 5
"""How many broken rows or subjects a result shows."""

Sample = tuple[dict[str, str | int | None], ...]
NO_SAMPLE: Sample = ()

Severity = Literal["stop", "set_aside", "warn", "info"]
Kind = Literal["not_null", "in_set", "regex", "between", "rows"]

EXPECTATIONS: dict[Kind, str] = {
    "not_null": "expect_column_values_to_not_be_null",
    "in_set": "expect_column_values_to_be_in_set",
    "regex": "expect_column_values_to_match_regex",
    "between": "expect_column_values_to_be_between",
    "rows": "unexpected_rows_expectation",
}

_RULES = {"N-": "not_null", "C-": "codes", "P-": "prefix", "F-": "format", "R-": "range"}


@dataclass(frozen=True)
class Check:
    """One check of one table.

    ``code`` is unique in its table; ``column`` is None where the check compares columns.
    ``values``, ``pattern``, ``low`` and ``high`` (inclusive) belong to the kinds that use them;
    ``holds`` is the SQL condition of kind ``rows``: a row for which it is false breaks it, one
    for which it is unknown does not. ``columns`` are those that it compares.
    """

    table: str
    code: str
    kind: Kind
    severity: Severity
    title_zh: str
    title_en: str
    column: str | None = None
    values: tuple[str, ...] = ()
    pattern: str = ""
    low: Decimal | date | None = None
    high: Decimal | date | None = None
    holds: str = ""
    columns: tuple[str, ...] = ()

    @property
    def expectation(self) -> str:
        """Return the Great Expectations type that decides the check."""
        return EXPECTATIONS[self.kind]

    @property
    def rule(self) -> str:
        """Return the reason that a row set aside is given: the tag of the column, or the name of the condition."""
        return _RULES.get(self.code[:2], self.code) if self.column else self.code

    @property
    def broken_sql(self) -> str:
        """Return the condition that is true for exactly the rows that break the check."""
        match self.kind:
            case "not_null":
                return f"{self.column} IS NULL"
            case "in_set":
                listed = ", ".join(quoted(value) for value in self.values)
                return f"{self.column} NOT IN ({listed})"
            case "regex":
                return f"NOT regexp_matches({self.column}, {quoted(self.pattern)})"
            case "between":
                bounds = [f"{self.column} < {_literal(self.low)}"] if self.low is not None else []
                bounds += [f"{self.column} > {_literal(self.high)}"] if self.high is not None else []
                return f"({' OR '.join(bounds)})"
            case "rows":
                return f"NOT ({self.holds})"

    @property
    def wanted(self) -> str:
        """Return what the check asks for, short enough for a table cell."""
        match self.kind:
            case "not_null":
                return ""
            case "in_set":
                return ", ".join(self.values)
            case "regex":
                return self.pattern
            case "between":
                return f"{'' if self.low is None else self.low} .. {'' if self.high is None else self.high}"
            case "rows":
                return self.holds


def quoted(text: str) -> str:
    """Return ``text`` as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def _literal(value: Decimal | date) -> str:
    return f"DATE '{value}'" if isinstance(value, date) else str(value)


@dataclass(frozen=True)
class CheckResult:
    """What a check found in one package.

    ``evaluated`` is the number of things looked at (rows, or settlements for checks of the whole
    batch), ``unexpected`` those that broke it, ``share`` their quotient with six decimals.
    ``sample`` shows the first few as ``{"file", "row", "value"}`` in file order, or key and
    figures for batch checks. ``passed`` allows for the share that a check tolerates.
    """

    package: str
    table: str
    code: str
    title_zh: str
    title_en: str
    column: str | None
    severity: Severity
    expectation: str
    evaluated: int
    unexpected: int
    passed: bool
    sample: Sample = NO_SAMPLE

    @property
    def share(self) -> float:
        return round(self.unexpected / self.evaluated, 6) if self.evaluated else 0.0
