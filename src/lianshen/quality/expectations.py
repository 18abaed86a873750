"""Checks as Great Expectations' own types. Importing this module imports Great Expectations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import great_expectations.expectations as gxe

from lianshen.quality.checks import Check, quoted

SCREEN = "screen"
"""Code of the expectation that no check of a table is broken."""


def expectation(check: Check) -> gxe.Expectation:
    """Return the expectation that decides ``check``; its meta carries code, severity and titles."""
    meta = {"code": check.code, "severity": check.severity, "title_zh": check.title_zh, "title_en": check.title_en}
    match check.kind:
        case "not_null":
            return gxe.ExpectColumnValuesToNotBeNull(column=check.column, meta=meta)
        case "in_set":
            return gxe.ExpectColumnValuesToBeInSet(column=check.column, value_set=list(check.values), meta=meta)
        case "regex":
            return gxe.ExpectColumnValuesToMatchRegex(column=check.column, regex=check.pattern, meta=meta)
        case "between":
            low, high = _bound(check.low), _bound(check.high)
            return gxe.ExpectColumnValuesToBeBetween(column=check.column, min_value=low, max_value=high, meta=meta)
        case "rows":
            return gxe.UnexpectedRowsExpectation(unexpected_rows_query=rows_sql(check), meta=meta)


def screen(checks: Sequence[Check]) -> gxe.Expectation:
    """Return the expectation that no check of a table is broken by any row.

    Its unexpected rows name the broken checks with the number of rows that break them. One query
    for a table in place of Great Expectations' three milliseconds for each of its checks.
    """
    counts = ",\n    ".join(
        f"STRUCT_PACK(code := {quoted(check.code)}, broken := COUNT(*) FILTER (WHERE {_braces(check.broken_sql)}))"
        for check in checks
    )
    counted = f"SELECT UNNEST([\n    {counts}\n], recursive := TRUE) FROM {{batch}}"
    query = f"SELECT code, broken FROM ({counted}) WHERE broken > 0"
    return gxe.UnexpectedRowsExpectation(unexpected_rows_query=query, meta={"code": SCREEN})


def rows_sql(check: Check) -> str:
    """Return the query of the rows that break a check of kind ``rows``, with ``{batch}`` for the table."""
    compared = "".join(f", {column}" for column in check.columns)
    return f"SELECT _file, _row{compared} FROM {{batch}} WHERE {_braces(check.broken_sql)}"


def _braces(text: str) -> str:
    """Double the braces of regular expressions, which Great Expectations would read as its own placeholders."""
    return text.replace("{", "{{").replace("}", "}}")


def _bound(value: Decimal | date | None) -> Any:
    """Return a bound as Great Expectations takes it: a moment for a date, and whole numbers stay exact."""
    if value is None:
        return None
    if isinstance(value, date):
        return datetime.combine(value, time.min)
    return int(value) if value == value.to_integral_value() else float(value)
