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
from typing import TYPE_CHECKING

import duckdb

from lianshen.errors import MissingExtra
from lianshen.quality import aside
from lianshen.quality.batch_checks import batch_checks
from lianshen.quality.checks import NO_SAMPLE, Check, CheckResult
from lianshen.quality.errors import CheckUndecided
from lianshen.quality.store import load, record
from lianshen.quality.suites import suite
from lianshen.warehouse.schema import TableSpec
from lianshen.warehouse.tables import sql_folder

if TYPE_CHECKING:
    from lianshen.quality.duckdb_source import Stage
    from lianshen.warehouse.staging import Staged

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


def check(con: duckdb.DuckDBPyConnection, staged: Staged, *, limits: Limits = DEFAULT_LIMITS) -> list[CheckResult]:
    """Check every table of a staged package and return what was found, table by table.

    Reads ``stage.<table>``; appends to ``stage.reject`` one row for each row and reason; marks a table
    that is stopped in ``staged`` and by a row of severity ``stop``; replaces the package's rows in
    ``ledger.quality``. All of it in one transaction. Tables that are stopped already or empty are left
    alone, and a package that was received before gives what was recorded then.

    Rows replayed out of quarantine are checked likewise, but they are no package: nothing is recorded
    or compared with other packages, and no share of them stops a table.

    Raises :class:`MissingExtra` without Great Expectations and :class:`CheckUndecided` for a check that
    cannot be evaluated, which is a fault of the schema files and not of the data.
    """
    if staged.already_received:
        return load(con, staged.package.name)
    try:
        from lianshen.quality.duckdb_source import Stage
    except ImportError as error:
        raise MissingExtra(error.name or "great_expectations", "quality", "the quality gate") from error

    con.begin()
    try:
        results = _check(con, Stage(con), staged, limits)
        con.commit()
    except BaseException:
        con.rollback()
        raise
    return results


def _check(con: duckdb.DuckDBPyConnection, stage: Stage, staged: Staged, limits: Limits) -> list[CheckResult]:
    package = staged.package.name
    found = {
        name: (table.spec, rows)
        for name, table in sorted(staged.tables.items())
        if table.spec is not None and table.is_checkable and (rows := aside.count_rows(con, name))
    }
    results: list[CheckResult] = []
    for name, (spec, rows) in found.items():
        results += _check_table(con, stage, package, spec, rows)
        if not staged.is_replay:
            stopped, result = aside.stop_if_too_many(con, package, name, rows, limits.stop_share)
            staged.tables[name].stopped = stopped
            results.append(result)
    if not staged.is_replay:
        results += _check_package(con, package, {name: rows for name, (_, rows) in found.items()}, limits)
        record(con, package, results)
    return results


def _check_table(
    con: duckdb.DuckDBPyConnection, stage: Stage, package: str, spec: TableSpec, rows: int
) -> list[CheckResult]:
    """Return the results of one table and set rows aside as they say."""
    checks = suite(spec)
    results = [aside.row_count(package, spec.name, rows), *aside.refused_by_reader(con, package, spec, rows)]
    broken = _broken(stage, spec.name, checks)
    for one in checks:
        number, sample = 0, NO_SAMPLE
        if one.code in broken:
            query, counted = broken[one.code]
            number, sample = aside.own_part(con, one, query)
            if one.severity == "set_aside":
                _same(spec.name, one.code, counted, aside.set_aside(con, one, query))
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
                unexpected=number,
                passed=not number,
                sample=sample,
            )
        )
    results.append(aside.repeated_keys(con, package, spec, rows))
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
    con: duckdb.DuckDBPyConnection, package: str, sizes: Mapping[str, int], limits: Limits
) -> list[CheckResult]:
    """Return the results of the checks in ``sql/quality``, for the tables that came with the package."""
    results = []
    for one in batch_checks(sql_folder(con) / "quality"):
        for table in one.tables(sizes):
            parameters = {"package": package, "table": table, "rows": sizes[table], "province": limits.province}
            if one.can_compare(con, sizes):
                results.append(one.run(con, package, table, sizes, parameters))
    return results
