"""What the gate reads from and writes to ``stage``: rows set aside, samples, and counts beside the suite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import duckdb

from lianshen.quality.checks import SAMPLE, Check, CheckResult
from lianshen.warehouse.schema import TableSpec

ROWS = "ROWS"
REPEATED = "KEY"
STOP = "STOP"


def count_rows(con: duckdb.DuckDBPyConnection, table: str) -> int:
    """Return the number of rows of ``stage.<table>``."""
    return _count(con, f"SELECT COUNT(*) FROM stage.{table}", {})


def forget(con: duckdb.DuckDBPyConnection, table: str, codes: Sequence[str]) -> None:
    """Remove what an earlier check of the same staged table appended."""
    con.execute(
        "DELETE FROM stage.reject WHERE table_name = $table AND list_contains($codes, rule)",
        {"table": table, "codes": list(codes)},
    )


def set_aside(con: duckdb.DuckDBPyConnection, check: Check, query: str) -> int:
    """Append every row of ``query`` to ``stage.reject`` with its reason, and return their number."""
    return _count(
        con,
        f"""
        INSERT INTO stage.reject (table_name, file, row_no, column_name, rule, value, severity, message)
        SELECT $table, _file, _row, $column, $code, {_shown(check)}, $severity, $message FROM ({query})
        """,
        {
            "table": check.table,
            "column": check.column,
            "code": check.code,
            "severity": check.severity,
            "message": check.title_zh,
        },
    )


def sample(con: duckdb.DuckDBPyConnection, check: Check, query: str) -> tuple[dict[str, Any], ...]:
    """Return the first few rows of ``query`` in the order of the files."""
    found = con.execute(
        f"SELECT _file, _row, {_shown(check)} FROM ({query}) ORDER BY _file, _row LIMIT {SAMPLE}"
    ).fetchall()
    return tuple({"file": file, "row": row, "value": value} for file, row, value in found)


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


def refused_by_reader(con: duckdb.DuckDBPyConnection, package: str, table: str, rows: int) -> list[CheckResult]:
    """Return what the reader of the package set aside already: values that do not fit their type, broken lines."""
    found = con.execute(
        f"""
        SELECT
            rule,
            column_name,
            severity,
            MIN(message),
            COUNT(*),
            LIST_SORT(LIST({{'file': file, 'row': row_no, 'value': value}}))[:{SAMPLE}]
        FROM stage.reject
        WHERE table_name = $table AND row_no IS NOT NULL
        GROUP BY rule, column_name, severity
        ORDER BY rule, column_name
        """,
        {"table": table},
    ).fetchall()
    return [
        CheckResult(
            package=package,
            table=table,
            code=rule if column is None else f"{rule}-{column}",
            title_zh=message,
            title_en=f"{column or 'row'}: refused by the reader ({rule})",
            column=column,
            severity=severity,
            expectation="reader",
            evaluated=rows,
            unexpected=number,
            passed=False,
            sample=tuple(shown),
        )
        for rule, column, severity, message, number, shown in found
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
) -> CheckResult:
    """Stop the table if more than ``stop_share`` of its rows are set aside; return their number either way."""
    gone = _count(
        con,
        "SELECT COUNT(*) FROM (SELECT DISTINCT file, row_no FROM stage.reject"
        " WHERE table_name = $table AND severity = 'set_aside')",
        {"table": table},
    )
    stopped = gone > stop_share * rows
    if stopped:
        message = f"{rows} 行中有 {gone} 行应暂存，超过上限 {stop_share:.0%}，整表不入库；请与报送方核对后重新报送"
        con.execute(
            "INSERT INTO stage.reject (table_name, file, row_no, column_name, rule, value, severity, message)"
            " VALUES ($table, NULL, NULL, NULL, $code, $value, 'stop', $message)",
            {"table": table, "code": STOP, "value": f"{gone}/{rows}", "message": message},
        )
    return CheckResult(
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
        passed=not stopped,
    )


def _count(con: duckdb.DuckDBPyConnection, statement: str, parameters: Mapping[str, Any]) -> int:
    found = con.execute(statement, dict(parameters)).fetchone()
    return int(found[0]) if found else 0
