"""Results in ``ledger.quality``."""

from __future__ import annotations

import json
from collections.abc import Sequence

import duckdb

from lianshen.quality.checks import CheckResult

COLUMNS = (
    "package, table_name, code, column_name, severity, title_zh, title_en, expectation,"
    " evaluated, unexpected, passed, sample"
)


def record(con: duckdb.DuckDBPyConnection, package: str, results: Sequence[CheckResult]) -> None:
    """Replace what the ledger holds of ``package`` by ``results``."""
    con.execute("DELETE FROM ledger.quality WHERE package = $package", {"package": package})
    if not results:
        return
    rows = [
        {
            "package": r.package,
            "table_name": r.table,
            "code": r.code,
            "column_name": r.column,
            "severity": r.severity,
            "title_zh": r.title_zh,
            "title_en": r.title_en,
            "expectation": r.expectation,
            "evaluated": r.evaluated,
            "unexpected": r.unexpected,
            "passed": r.passed,
            "sample": r.sample,
        }
        for r in results
    ]
    # One statement with one parameter: binding row by row takes a millisecond each.
    shape = (
        '[{"package":"VARCHAR","table_name":"VARCHAR","code":"VARCHAR","column_name":"VARCHAR","severity":"VARCHAR",'
        '"title_zh":"VARCHAR","title_en":"VARCHAR","expectation":"VARCHAR","evaluated":"BIGINT","unexpected":"BIGINT",'
        '"passed":"BOOLEAN","sample":"JSON"}]'
    )
    con.execute(
        f"INSERT INTO ledger.quality ({COLUMNS}) SELECT {COLUMNS}"
        f" FROM (SELECT UNNEST(FROM_JSON($rows, '{shape}'), max_depth := 2))",
        {"rows": json.dumps(rows, ensure_ascii=False)},
    )


def load(
    con: duckdb.DuckDBPyConnection, package: str | None = None, *, table: str = "ledger.quality"
) -> list[CheckResult]:
    """Return recorded results of one package or of all, by package, table and code."""
    found = con.execute(
        f"SELECT {COLUMNS} FROM {table} WHERE $package IS NULL OR package = $package"
        " ORDER BY package, table_name, code",
        {"package": package},
    ).fetchall()
    return [
        CheckResult(
            package=row[0],
            table=row[1],
            code=row[2],
            column=row[3],
            severity=row[4],
            title_zh=row[5],
            title_en=row[6],
            expectation=row[7],
            evaluated=row[8],
            unexpected=row[9],
            passed=row[10],
            sample=tuple(json.loads(row[11])),
        )
        for row in found
    ]
