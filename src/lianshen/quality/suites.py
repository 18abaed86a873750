"""Suites: the checks of a landed table, derived from its file in ``sql/schema/landed``.

| in the file | code | what it asks |
|---|---|---|
| ``NOT NULL`` | ``N-column`` | there is a value |
| ``codes: list`` | ``C-column`` | the value is a member of the list |
| ``prefix: list`` | ``P-column`` | the value begins with a member |
| ``format: name`` | ``F-column`` | the value matches the anchored expression |
| ``range: a..b`` | ``R-column`` | the value lies between the bounds, both inclusive |
| ``CONSTRAINT name CHECK`` | ``name`` | the condition is not false |
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import sqlglot
from sqlglot import exp

from lianshen.errors import UsageError
from lianshen.quality.checks import Check
from lianshen.warehouse.schema import CheckSpec, ColumnSpec, TableSpec, landed_tables

_CHINESE_FIRST = re.compile(r"^(?:(?P<id>I\d+) )?(?P<zh>[^\x00-\x7f]\S*(?: [^\x00-\x7f]\S*)*) (?P<en>.+)$")


def suite_of(table: str, content: Path | None = None) -> tuple[Check, ...]:
    """Return the checks of a landed table by name; :class:`UsageError` if there is no such table."""
    known = landed_tables(content)
    if table not in known:
        raise UsageError(f"{table}: no such landed table; known are {', '.join(known)}")
    return suite(known[table])


def table_title(table: str, content: Path | None = None) -> str:
    """Return the Chinese name of a landed table, or the name itself of one that is not landed."""
    spec = landed_tables(content).get(table)
    return _words(spec.title)[0] if spec else table


def suite(spec: TableSpec) -> tuple[Check, ...]:
    """Return the checks of a landed table: its columns in their order, then its conditions.

    Identifiers reach ``stage`` as keyed hashes or not at all; only that they are there can be checked.
    """
    return (*(check for column in spec.columns for check in _of_column(spec.name, column)), *_of_rows(spec))


def column_words(spec: TableSpec, column: str) -> tuple[str, str]:
    """Return the Chinese and the English name of a column."""
    found = spec.by_name.get(column)
    return _words(found.about or column) if found else (column, column)


def _of_column(table: str, column: ColumnSpec) -> Iterator[Check]:
    if not column.stored:
        return
    name = column.stored[0][0]
    zh, en = _words(column.about or column.name)
    if column.not_null:
        yield Check(table, f"N-{name}", "not_null", "set_aside", f"{zh}缺失", f"{en}: missing", column=name)
    if column.identifier:
        return
    if column.codes is not None:
        listed = tuple(column.codes)
        title = f"{zh}不在代码表 {column.codes_name} 中", f"{en}: not in code list {column.codes_name}"
        yield Check(table, f"C-{name}", "in_set", column.severity, *title, column=name, values=listed)
    if column.prefix is not None:
        pattern = f"^({'|'.join(map(re.escape, column.prefix))}).*$"
        title = f"{zh}不以代码表 {column.prefix_name} 的代码开头", f"{en}: begins with no code of {column.prefix_name}"
        yield Check(table, f"P-{name}", "regex", column.severity, *title, column=name, pattern=pattern)
    if column.format is not None:
        title = f"{zh}格式不符（{column.format_name}）", f"{en}: not of format {column.format_name}"
        yield Check(table, f"F-{name}", "regex", column.severity, *title, column=name, pattern=column.format)
    if column.range is not None:
        low, high = (_bound(column, text) for text in column.range)
        title = f"{zh}超出 {column.range[0]} 至 {column.range[1]}", f"{en}: outside {'..'.join(column.range)}"
        yield Check(table, f"R-{name}", "between", column.severity, *title, column=name, low=low, high=high)


def _of_rows(spec: TableSpec) -> Iterator[Check]:
    for condition in spec.checks:
        zh, en = _words(condition.about or condition.name)
        yield Check(
            spec.name,
            condition.name,
            "rows",
            condition.severity,
            f"不成立：{zh}",
            f"does not hold: {en}",
            holds=condition.expression,
            columns=_compared(condition),
        )


def _compared(condition: CheckSpec) -> tuple[str, ...]:
    """Return the columns that a condition compares, in the order in which it names them."""
    named = sqlglot.parse_one(condition.expression, read="duckdb").find_all(exp.Column, bfs=False)
    return tuple(dict.fromkeys(column.name for column in named))


def _bound(column: ColumnSpec, text: str) -> Decimal | date | None:
    if not text:
        return None
    return Decimal(text) if column.is_numeric else date.fromisoformat(text)


def _words(about: str) -> tuple[str, str]:
    """Return the Chinese and the English words of a comment that has both, else the whole comment twice."""
    both = _CHINESE_FIRST.match(about)
    if both is None:
        return about, about
    prefix = f"{both['id']} " if both["id"] else ""
    return prefix + both["zh"], prefix + both["en"]
