"""Run one rule on given rows, on DuckDB or on Spark, and group what it returns into findings.

DuckDB is the home dialect; Spark gets a translation of the same parsed query. The grouping here is the small twin of
what :mod:`lianshen.rules.screening` does in SQL; a test holds them together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Protocol

import duckdb
from sqlglot import ErrorLevel

from lianshen.rules.document import Rule
from lianshen.rules.head import Example, Expected
from lianshen.rules.suppressor import SuppressorRule
from lianshen.rules.tables import SHOWN_OF_EXAMPLE, Tables

Row = dict[str, Any]
ZERO = Decimal("0.00")
CENT = Decimal("0.01")


class Engine(Protocol):
    """What a rule needs from a database."""

    dialect: str

    def define_rows(self, name: str, select: str) -> None:
        """Make ``name`` stand for the given rows of ``select``, which is in DuckDB's dialect."""

    def define_view(self, name: str, select: str) -> None:
        """Make ``name`` stand for the rows of ``select``, which is in the engine's own dialect."""

    def rows(self, sql: str, arguments: dict[str, Any]) -> list[Row]:
        """Return the rows of ``sql`` with ``arguments`` bound."""


class DuckDBEngine:
    """Examples on DuckDB: views in a connection of one's own."""

    dialect = "duckdb"

    def __init__(self, connection: duckdb.DuckDBPyConnection | None = None) -> None:
        self._connection = connection or duckdb.connect(config={"threads": 1})

    def define_view(self, name: str, select: str) -> None:
        self._connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {select}")

    define_rows = define_view

    def rows(self, sql: str, arguments: dict[str, Any]) -> list[Row]:
        result = self._connection.execute(sql, arguments)
        names = [column[0] for column in result.description or ()]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


class SparkEngine:
    """Examples on a Spark session; ``session`` is a ``pyspark.sql.SparkSession``.

    What is given is made by DuckDB and handed over as Arrow, once: examples of a rule share most of their tables.
    """

    dialect = "spark"

    def __init__(self, session: Any) -> None:
        self._session = session
        self._maker = duckdb.connect(config={"threads": 1})
        self._made: dict[str, Any] = {}

    def define_rows(self, name: str, select: str) -> None:
        if select not in self._made:
            self._made[select] = self._session.createDataFrame(self._maker.execute(select).to_arrow_table())
        self._made[select].createOrReplaceTempView(name)

    def define_view(self, name: str, select: str) -> None:
        self._session.sql(select).createOrReplaceTempView(name)

    def rows(self, sql: str, arguments: dict[str, Any]) -> list[Row]:
        return [row.asDict() for row in self._session.sql(sql, args=arguments).collect()]


@dataclass
class Found:
    """One finding of an example: amounts summed over its rows, facts of its weightiest row."""

    a0: Decimal = ZERO
    a1: Decimal = ZERO
    a2: Decimal | None = None
    exposure: Decimal = ZERO
    severity: int = 0
    lines: int = 0
    because: dict[str, str | None] = field(default_factory=dict)


def translated(rule: Rule, dialect: str) -> str:
    """Return the rule's query for ``dialect``; raise where SQLGlot knows that it cannot."""
    if dialect == "duckdb":
        return rule.duckdb_sql
    return rule.query.sql(dialect=dialect, pretty=True, comments=False, unsupported_level=ErrorLevel.RAISE)


def narrowed(rule: Rule, column: str) -> str:
    """Return the condition that ``column`` lies within the dates of the rule."""
    bounds = [f"{column} >= CAST('{rule.head.in_force.since}' AS DATE)"]
    if rule.head.in_force.until is not None:
        bounds.append(f"{column} < CAST('{rule.head.in_force.until}' AS DATE)")
    return " AND ".join(bounds)


def period_day(column: str) -> str:
    """Return the first day of a period that is a day, a month or a year in text."""
    return f"CAST(RPAD({column}, 10, '-01') AS DATE)"


class Findings(dict[str, Found]):
    """Findings under the names that ``expect`` has for them; ``suppressed`` maps what was taken away to a code."""

    def __init__(self, found: dict[str, Found], suppressed: dict[str, str]) -> None:
        super().__init__(found)
        self.suppressed = suppressed


def run_example(rule: Rule, example: Example, engine: Engine, tables: Tables) -> Findings:
    """Run the rule and its suppressors on the example's rows; return the findings that are left."""
    through = {table for feature in rule.features for table in feature.reads}
    for table in sorted(through | set(rule.head.reads) - {feature.name for feature in rule.features}):
        select = tables.select(table, example.given.get(table, []))
        if table in SHOWN_OF_EXAMPLE:
            select = f"SELECT * FROM ({select}) AS given WHERE {SHOWN_OF_EXAMPLE[table]}"
        elif table == "fee_line" and rule.head.dated_by == "fee_date":
            select = f"SELECT * FROM ({select}) AS given WHERE {narrowed(rule, 'fee_date')}"
        engine.define_rows(table, select)
    for feature in rule.features:
        engine.define_view(feature.name, feature.sql(engine.dialect))
    sql = translated(rule, engine.dialect)
    if not rule.head.is_about_settlements:
        sql = f"SELECT r.* FROM ({sql}) AS r WHERE {narrowed(rule, period_day('r.period'))}"
    elif rule.head.dated_by != "fee_date":
        # A rule that reads reversals too may speak of one.
        headers = "settlement_history" if "settlement_history" in rule.head.reads else "settlement"
        sql = (
            f"SELECT r.* FROM ({sql}) AS r INNER JOIN {headers} AS s ON r.setl_id = s.setl_id "
            f"WHERE {narrowed(rule, 's.' + rule.head.dated_by)}"
        )
    elif "bkkp_sn" in rule.columns and "settlement" in rule.head.reads:
        # The lines were narrowed when they were given; what names no line is dated by its settlement.
        sql = (
            f"SELECT r.* FROM ({sql}) AS r INNER JOIN settlement AS s ON r.setl_id = s.setl_id "
            f"WHERE r.bkkp_sn IS NOT NULL OR ({narrowed(rule, 's.begndate')})"
        )
    return _without_excused(rule, example, engine, tables, engine.rows(sql, rule.arguments()))


def _without_excused(rule: Rule, example: Example, engine: Engine, tables: Tables, rows: list[Row]) -> Findings:
    """Take away what the rule's suppressors excuse: rows by settlement and line, then whole findings."""
    suppressed: dict[str, str] = {}
    for one in rule.suppressors:
        if one.head.about == "finding":
            continue
        excused = set(excuses(one, example.given, engine, tables))
        left = []
        for row in rows:
            names = {_excuse_name(row["setl_id"], row, one)}
            if one.head.linked and row.get("linked_setl_id"):
                names.add(row["linked_setl_id"])
            if names & excused:
                suppressed.setdefault(_finding_name(rule, row), one.code)
            else:
                left.append(row)
        rows = left
    found = _grouped(rule, rows)
    for one in rule.suppressors:
        if one.head.about == "finding" and found:
            given = {**example.given, "found_finding": _as_rows(found, rows, rule, example, tables)}
            for name in excuses(one, given, engine, tables):
                del found[name]
                suppressed[name] = one.code
    return Findings(found, suppressed)


def _excuse_name(setl_id: str, row: Row, one: SuppressorRule) -> str:
    return f"{setl_id}/{row['bkkp_sn']}" if one.head.about == "line" else setl_id


def _as_rows(
    found: dict[str, Found], rows: list[Row], rule: Rule, example: Example, tables: Tables
) -> list[dict[str, Any]]:
    """Return the findings as rows of ``found_finding``; an example lies within one month."""
    given = {**tables.base["settlement"], "month": ""}
    persons = {row.get("setl_id", given["setl_id"]): row for row in example.given.get("settlement", [])}
    of = {_finding_name(rule, row): row["setl_id"] for row in rows}
    return [
        {
            "finding_id": name,
            "source_id": rule.id,
            "setl_id": of[name],
            "person": persons.get(of[name], {}).get("person", given["person"]),
            "a1": str(one.a1),
        }
        for name, one in found.items()
    ]


def excuses(
    one: SuppressorRule, given: dict[str, list[dict[str, Any]]], engine: Engine, tables: Tables
) -> dict[str, str]:
    """Run the suppressor on rows; return its reasons by 'S1', 'S1/L1' or the id of a finding."""
    for table in one.head.reads:
        select = tables.select(table, given.get(table, []))
        if table in SHOWN_OF_EXAMPLE:
            select = f"SELECT * FROM ({select}) AS given WHERE {SHOWN_OF_EXAMPLE[table]}"
        engine.define_rows(table, select)
    rows = engine.rows(one.duckdb_sql if engine.dialect == "duckdb" else one.sql(engine.dialect), one.arguments())
    return {"/".join(row[key] for key in one.head.key_columns): row["reason"] for row in rows}


def differences(rule: Rule, example: Example, found: Findings) -> list[str]:
    """Return how ``found`` differs from what the example expects; empty when it does not."""
    said = []
    for key in sorted(set(found.suppressed) | set(example.suppressed)):
        want, got = example.suppressed.get(key, "nothing"), found.suppressed.get(key, "nothing")
        if want != got:
            said.append(f"suppressed.{key}: expected {want}, got {got}")
    for key in sorted(set(found) | set(example.expect)):
        if key not in found:
            said.append(f"{key}: expected, not found")
        elif key not in example.expect:
            said.append(f"{key}: not expected, found {found[key]}")
        else:
            said.extend(f"{key}: {text}" for text in _amount_differences(rule, example.expect[key], found[key]))
    return said


def _amount_differences(rule: Rule, want: Decimal | Expected, got: Found) -> list[str]:
    if isinstance(want, Decimal):
        want = Expected.model_validate({rule.head.amount: want})
    said = []
    for name in ("a0", "a1", "a2", "exposure", "severity", "lines"):
        expected = getattr(want, name)
        if expected is not None and expected != getattr(got, name):
            said.append(f"{name} expected {expected}, got {getattr(got, name)}")
    for name, text in want.because.items():
        if got.because.get(name) != text:
            said.append(f"{name} expected {text!r}, got {got.because.get(name)!r}")
    return said


def _grouped(rule: Rule, rows: Sequence[Row]) -> dict[str, Found]:
    found: dict[str, Found] = {}
    for row in sorted(rows, key=_weight):
        key = _finding_name(rule, row)
        one = found.setdefault(key, Found(because={name: _said(row[name]) for name in rule.because}))
        one.a0 += _fen(row["a0"])
        one.a1 += _fen(row["a1"])
        if row.get("a2") is not None:
            one.a2 = (one.a2 or ZERO) + _fen(row["a2"])
        one.exposure += _fen(row.get("exposure") or 0)
        severity = row.get("severity")
        one.severity = max(one.severity, rule.head.severity if severity is None else int(severity))
        one.lines += row.get("bkkp_sn") is not None
    return found


def _finding_name(rule: Rule, row: Row) -> str:
    if rule.head.is_about_settlements:
        parts: tuple[str | None, ...] = (row["setl_id"], row.get("linked_setl_id"))
    else:
        parts = (row["subject_id"], row["period"], row.get("setl_id"))
    return "/".join(part for part in parts if part is not None)


def _weight(row: Row) -> tuple[Decimal, Decimal, bool, str]:
    line = row.get("bkkp_sn")
    facts = (
        "" if line is not None else str([_said(value) for name, value in row.items() if name.startswith("because_")])
    )
    return -Decimal(row["a1"]), -Decimal(row["a0"]), line is None, str(line or facts)


def _fen(value: object) -> Decimal:
    # Both engines round half away from zero; Python's own default does not.
    return Decimal(str(value)).quantize(CENT, rounding=ROUND_HALF_UP)


def _said(value: object) -> str | None:
    if value is None:
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)
