"""Shared features: expensive shapes that several rules read, computed once per night and scope.

``sql/features/<name>.sql`` is one SELECT over logical tables, in the dialect of the rules; its columns are those of
``sql/schema/feature/<name>.sql``. A rule reads it like a table. In examples it is computed from the given rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sqlglot import exp
from sqlglot.errors import ErrorLevel

from lianshen.rules.portable import problems_of
from lianshen.rules.reading import RuleFileError, parse_select, table_problems, tables_read
from lianshen.rules.tables import LOGICAL, Tables


@dataclass(frozen=True)
class Feature:
    """A feature that was read and checked."""

    name: str
    query: exp.Select
    reads: tuple[str, ...]
    path: Path

    def sql(self, dialect: str = "duckdb") -> str:
        """Return the query for ``dialect``; raise where SQLGlot knows that it cannot."""
        return self.query.sql(dialect=dialect, comments=False, unsupported_level=ErrorLevel.RAISE)

    @property
    def named_columns(self) -> frozenset[str]:
        """Every column that the query names, of whatever table."""
        return frozenset(column.name for column in self.query.find_all(exp.Column))


@lru_cache(maxsize=8)
def features_of(tables: Tables) -> dict[str, Feature]:
    """Return the shared features of the content folder that ``tables`` were read from, by name.

    :raises RuleFileError: with all problems of all files.
    """
    features: dict[str, Feature] = {}
    problems: list[str] = []
    for name in sorted(name for name in tables.columns if LOGICAL[name][1] == "feature"):
        path = tables.sql / "features" / f"{name}.sql"
        said: list[str] = []
        query = parse_select(path.read_text(encoding="utf-8"), said)
        if query is not None:
            reads = tuple(sorted(tables_read(query)))
            said.extend(_problems(name, query, reads, tables))
            features[name] = Feature(name, query, reads, path)
        problems.extend(f"features/{path.name}: {one}" for one in said)
    if problems:
        raise RuleFileError(problems)
    return features


def _problems(name: str, query: exp.Select, reads: tuple[str, ...], tables: Tables) -> Iterator[str]:
    yield from problems_of(query, tables.date_columns, tables.time_columns)
    yield from table_problems(reads, query, tables)
    if query.named_selects != list(tables.columns[name]):
        yield f"sql: want the columns of sql/schema/feature/{name}.sql in their order"
    for table in reads:
        if LOGICAL.get(table, ("", ""))[1] in ("feature", "whole", "found"):
            yield f"sql: a feature reads tables that a night narrows, or shared ones, not {table}"
