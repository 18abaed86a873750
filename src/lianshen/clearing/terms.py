"""The dated numbers of clearing, each with its source: ``knowledge/clearing_term.csv``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import duckdb

from lianshen.clearing.errors import ClearingError


@dataclass(frozen=True, slots=True)
class Term:
    """One number in force on a day; ``certainty`` is general (to be checked against the original) or illustrative."""

    name: str
    value: Decimal
    unit: str
    note_zh: str
    source: str
    certainty: str


class Terms:
    """The terms in force on one day."""

    def __init__(self, on: date, terms: dict[str, Term]) -> None:
        self.on = on
        self._terms = terms

    @classmethod
    def read(cls, con: duckdb.DuckDBPyConnection, on: date) -> Terms:
        """Read what holds on a day from the warehouse's knowledge."""
        rows = con.execute(
            """
            SELECT term, value, unit, note_zh, source, certainty FROM knowledge.clearing_term
            WHERE valid_from <= $on AND (valid_until IS NULL OR valid_until > $on)
            """,
            {"on": on},
        ).fetchall()
        return cls(on, {row[0]: Term(row[0], Decimal(row[1]), *row[2:]) for row in rows})

    def __getitem__(self, name: str) -> Term:
        if name not in self._terms:
            raise ClearingError(
                f"knowledge/clearing_term.csv: '{name}' has no value on {self.on}; add a row for that day"
            )
        return self._terms[name]

    def share(self, name: str) -> Decimal:
        """Return a term as a share of one."""
        return self[name].value

    def whole(self, name: str) -> int:
        """Return a term that counts days or months."""
        value = self[name].value
        if value != value.to_integral_value():
            raise ClearingError(
                f"knowledge/clearing_term.csv: '{name}' is {value}; {self[name].unit} are counted whole"
            )
        return int(value)
