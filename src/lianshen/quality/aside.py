"""What the gate reads from and writes to ``stage``: rows set aside, samples, and counts beside the suite."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import duckdb

from lianshen.quality.checks import SAMPLE, Check, CheckResult, Sample
from lianshen.quality.suites import column_words
from lianshen.warehouse.schema import TableSpec

ROWS = "ROWS"
REPEATED = "KEY"
STOP = "STOP"


def count_rows(con: duckdb.DuckDBPyConnection, table: str) -> int:
    """Return the number of rows of ``stage.<table>``."""
    return _count(con, f"SELECT COUNT(*) FROM stage.{table}", {})


def set_aside(con: duckdb.DuckDBPyConnection, check: Check, query: str) -> int:
    """Append the rows of ``query`` to ``stage.reject`` with their reason, and return the number of rows.

    A cell that was refused already, mostly by the reader of the package, keeps that reason alone.
    """
    con.execute(
        f"""
        INSERT INTO stage.reject (table_name, file, row_no, column_name, rule, value, severity, message)
        SELECT $table, b._file, b._row, $column, $rule, {_shown(check)}, $severity, $message
        FROM ({query}) AS b
        WHERE NOT EXISTS (
            SELECT 1 FROM stage.reject AS r
            WHERE r.table_name = $table AND r.file = b._file AND r.row_no = b._row AND r.column_name = $column
        )
        """,
        {
            "table": check.table,
            "column": check.column,
            "rule": check.rule,
            "severity": check.severity,
            "message": f"{check.title_zh} {check.title_en}",
        },
    )
    return _count(con, f"SELECT COUNT(*) FROM ({query})", {})


def own_part(con: duckdb.DuckDBPyConnection, check: Check, query: str) -> tuple[int, Sample]:
    """Return how many rows of ``query`` break the check by themselves, and the first few in the order of the files.

    A cell that the reader could not take is empty in ``stage``; it is the reader's find and not a missing value.
    """
    rows = f"""
        FROM ({query}) AS b
        WHERE NOT EXISTS (
            SELECT 1 FROM stage.reject AS r
            WHERE r.table_name = $table AND r.file = b._file AND r.row_no = b._row AND r.column_name = $column
                AND r.rule <> 'not_null'
        )"""
    about = {"table": check.table, "column": check.column}
    found = con.execute(
        f"SELECT b._file, b._row, {_shown(check)} {rows} ORDER BY b._file, b._row LIMIT {SAMPLE}", about
    ).fetchall()
    shown = tuple({"file": file, "row": row, "value": value} for file, row, value in found)
    return _count(con, f"SELECT COUNT(*) {rows}", about), shown


def _shown(check: Check) -> str:
    """Return the SQL of the offending value, or of the compared values, as text."""
    if check.column is not None:
        return f"CAST({check.column} AS VARCHAR)"
    parts = ", ".join(f"'{column}=' || COALESCE(CAST({column} AS VARCHAR), 'null')" for column in check.columns)
    return f"CONCAT_WS('; ', {parts})"


def row_count(package: str, table: str, rows: int) -> CheckResult:
    """Return the number of rows as a result, which later packages are compared with."""
    return CheckResult(
        package=package,
        table=table,
        code=ROWS,
        title_zh="收到的数据行数",
        title_en="Rows received",
        column=None,
        severity="info",
        expectation="sql",
        evaluated=rows,
        unexpected=0,
        passed=True,
    )


def refused_by_reader(con: duckdb.DuckDBPyConnection, package: str, spec: TableSpec, rows: int) -> list[CheckResult]:
    """Return what the reader of the package refused: cells that cannot be taken without loss, ragged rows.

    Empty cells are left to the suite, which looks for them itself.
    """
    found = con.execute(
        f"""
        SELECT
            rule,
            column_name,
            severity,
            COUNT(*),
            TO_JSON(LIST_SORT(LIST({{'file': file, 'row': row_no, 'value': value}}))[:{SAMPLE}])
        FROM stage.reject
        WHERE table_name = $table AND rule <> 'not_null'
        GROUP BY rule, column_name, severity
        ORDER BY rule, column_name
        """,
        {"table": spec.name},
    ).fetchall()
    return [
        CheckResult(
            package=package,
            table=spec.name,
            code=f"T-{column}" if column else rule,
            title_zh=f"{column_words(spec, column)[0]}无法无损读取" if column else "行的列数与表头不符",
            title_en=f"{column_words(spec, column)[1]}: cannot be read without loss" if column else f"row: {rule}",
            column=column,
            severity=severity,
            expectation="reader",
            evaluated=rows,
            unexpected=number,
            passed=False,
            sample=tuple(json.loads(shown)),
        )
        for rule, column, severity, number, shown in found
    ]


def repeated_keys(con: duckdb.DuckDBPyConnection, package: str, spec: TableSpec, rows: int) -> CheckResult:
    """Return how many rows of the package repeat a key: of those the newest is kept, the others are superseded."""
    key = ", ".join(spec.key)
    distinct = _count(con, f"SELECT COUNT(*) FROM (SELECT DISTINCT {key} FROM stage.{spec.name})", {})
    return CheckResult(
        package=package,
        table=spec.name,
        code=REPEATED,
        title_zh=f"包内主键重复（{key}），保留最新一条",
        title_en=f"Key repeated inside the package ({key}); the newest row is kept",
        column=None,
        severity="info",
        expectation="sql",
        evaluated=rows,
        unexpected=rows - distinct,
        passed=True,
    )


def stop_if_too_many(
    con: duckdb.DuckDBPyConnection, package: str, table: str, rows: int, stop_share: Decimal
) -> tuple[str | None, CheckResult]:
    """Stop the table if more than ``stop_share`` of its rows are set aside.

    Return why it is stopped, or None, and the number of rows set aside either way.
    """
    gone = _count(
        con,
        "SELECT COUNT(*) FROM (SELECT DISTINCT file, row_no FROM stage.reject"
        " WHERE table_name = $table AND severity = 'set_aside')",
        {"table": table},
    )
    reason = None
    if gone > stop_share * rows:
        reason = (
            f"{gone} of {rows} rows would be set aside, more than {stop_share:.0%}: nothing of the table is taken;"
            " ask the sender to correct it and to send it again"
        )
        con.execute(
            "INSERT INTO stage.reject (table_name, file, row_no, column_name, rule, value, severity, message)"
            " VALUES ($table, '', 0, NULL, $code, $value, 'stop', $message)",
            {"table": table, "code": STOP, "value": f"{gone}/{rows}", "message": reason},
        )
    return reason, CheckResult(
        package=package,
        table=table,
        code=STOP,
        title_zh=f"暂存行占比（超过 {stop_share:.0%} 则整表停收）",
        title_en=f"Share of rows set aside; above {stop_share:.0%} the table is stopped",
        column=None,
        severity="stop",
        expectation="sql",
        evaluated=rows,
        unexpected=gone,
        passed=reason is None,
    )


def _count(con: duckdb.DuckDBPyConnection, statement: str, parameters: Mapping[str, Any]) -> int:
    found = con.execute(statement, dict(parameters)).fetchone()
    return int(found[0]) if found else 0
