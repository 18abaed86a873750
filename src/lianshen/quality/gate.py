"""The gate: every received table is checked before anything of it is settled in.

A row that breaks a ``set_aside`` check goes to ``stage.reject`` with the reason, a table with
too many of them is stopped, and what only warns is counted. Every result is recorded in
``ledger.quality``; its content depends on the package and on what was received before it,
never on the clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from lianshen.errors import MissingExtra
from lianshen.quality import aside
from lianshen.quality.batch_checks import batch_checks
from lianshen.quality.checks import Check, CheckResult
from lianshen.quality.errors import CheckUndecided
from lianshen.quality.store import record
from lianshen.quality.suites import suite
from lianshen.warehouse.schema import TableSpec, landed_tables

if TYPE_CHECKING:
    from lianshen.quality.duckdb_source import Stage
    from lianshen.warehouse.stage import Staged

COMPLETE: Mapping[str, object] = {"result_format": "COMPLETE", "unexpected_index_column_names": ["_file", "_row"]}


@dataclass(frozen=True)
class Limits:
    """What an operator may set.

    ``stop_share``: more than this share of a table's rows set aside stops the whole table.
    ``province``: first two digits of the regions whose registers the warehouse holds.
    """

    stop_share: Decimal = Decimal("0.30")
    province: str = "51"


DEFAULT_LIMITS = Limits()


def check(
    con: duckdb.DuckDBPyConnection,
    staged: Staged,
    *,
    limits: Limits = DEFAULT_LIMITS,
    content: Path | None = None,
) -> list[CheckResult]:
    """Check every table of a staged package and return what was found, table by table.

    Reads ``stage.<table>``; appends to ``stage.reject`` one row for each row and reason, and a row
    with severity ``stop`` for a table that is stopped; replaces the package's rows in
    ``ledger.quality``. Tables that are stopped already or empty are left alone. Checking a staged
    package twice leaves the same as checking it once.

    Raises :class:`MissingExtra` without Great Expectations and :class:`CheckUndecided` for a check that
    cannot be evaluated, which is a fault of the schema files and not of the data.
    """
    try:
        from lianshen.quality.duckdb_source import Stage
    except ImportError as error:
        raise MissingExtra(error.name or "great_expectations", "quality", "the quality gate") from error

    stage = Stage(con)
    package = staged.package.name
    specs = landed_tables(content)
    sizes = {table: rows for table in staged.open_tables if (rows := aside.count_rows(con, table))}
    results: list[CheckResult] = []
    for table, rows in sizes.items():
        results += _check_table(con, stage, package, specs[table], rows, limits)
    results += _check_package(con, package, sizes, limits, content)
    record(con, package, results)
    return results


def _check_table(
    con: duckdb.DuckDBPyConnection, stage: Stage, package: str, spec: TableSpec, rows: int, limits: Limits
) -> list[CheckResult]:
    """Return the results of one table; set rows aside and stop the table as they say."""
    checks = suite(spec)
    aside.forget(con, spec.name, [*(one.code for one in checks), aside.STOP])
    results = [aside.row_count(package, spec.name, rows), *aside.refused_by_reader(con, package, spec.name, rows)]
    broken = _broken(stage, spec.name, checks)
    for one in checks:
        query, expected = broken.get(one.code, ("", 0))
        if expected and one.severity == "set_aside":
            _same(spec.name, one.code, expected, aside.set_aside(con, one, query))
        results.append(
            CheckResult(
                package=package,
                table=spec.name,
                code=one.code,
                title_zh=one.title_zh,
                title_en=one.title_en,
                column=one.column,
                severity=one.severity,
                expectation=one.expectation,
                evaluated=rows,
                unexpected=expected,
                passed=not expected,
                sample=aside.sample(con, one, query) if expected else (),
            )
        )
    results.append(aside.repeated_keys(con, package, spec, rows))
    results.append(aside.stop_if_too_many(con, package, spec.name, rows, limits.stop_share))
    return results


def _broken(stage: Stage, table: str, checks: Sequence[Check]) -> dict[str, tuple[str, int]]:
    """Return, for each check that some row breaks, the query of all such rows and their number.

    First one expectation for the table: no check is broken. Only those that it names are then put
    to Great Expectations as what they are, and must count the same rows.
    """
    from lianshen.quality.expectations import SCREEN, expectation, rows_sql, screen

    if not checks:
        return {}
    screened = stage.validate(table, [screen(checks)], COMPLETE)[SCREEN]
    if screened.success:
        return {}
    counted = {row["code"]: int(row["broken"]) for row in screened.result["details"]["unexpected_rows"]}
    suspects = {check.code: check for check in checks if check.code in counted}
    found = {}
    for code, result in stage.validate(table, [expectation(one) for one in suspects.values()], COMPLETE).items():
        if suspects[code].kind == "rows":
            query, number = rows_sql(suspects[code]).format(batch=f"stage.{table}"), result.result["observed_value"]
        else:
            query, number = result.result["unexpected_index_query"], result.result["unexpected_count"]
        _same(table, code, counted[code], int(number))
        found[code] = (str(query).strip().rstrip(";"), int(number))
    return found


def _same(table: str, code: str, one: int, other: int) -> None:
    if one != other:
        raise CheckUndecided(
            f"stage.{table}: check {code} counts {one} rows one way and {other} the other;"
            " its condition means something else to Great Expectations than to DuckDB: report it with the package"
        )


def _check_package(
    con: duckdb.DuckDBPyConnection,
    package: str,
    sizes: Mapping[str, int],
    limits: Limits,
    content: Path | None,
) -> list[CheckResult]:
    """Return the results of the checks in ``sql/quality``, for the tables that came with the package."""
    results = []
    for one in batch_checks(content):
        for table in one.tables(sizes):
            parameters = {"package": package, "table": table, "rows": sizes[table], "province": limits.province}
            if one.can_compare(con, sizes):
                results.append(one.run(con, package, table, parameters))
    return results
