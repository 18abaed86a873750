"""One suppressor file: what excuses a finding, as a header, one SELECT and its examples, read as strictly as a rule."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from sqlglot import exp
from sqlglot.errors import ErrorLevel

from lianshen.rules.joins import joined_by_key
from lianshen.rules.portable import problems_of
from lianshen.rules.reading import (
    RuleFileError,
    param_problems,
    parse_select,
    read_examples,
    read_head,
    table_problems,
    together_problems,
)
from lianshen.rules.suppressor_head import FILE, SuppressorExample, SuppressorHead
from lianshen.rules.tables import LOGICAL, Tables

FOLDER = "suppressors"
REASON = "reason"


@dataclass(frozen=True)
class SuppressorRule:
    """A suppressor that was read and checked. ``text`` is the SELECT as written, ``query`` the same parsed."""

    head: SuppressorHead
    text: str
    query: exp.Select
    examples: tuple[SuppressorExample, ...]
    path: Path
    fingerprint: str = field(repr=False)

    @property
    def code(self) -> str:
        return self.head.code

    @cached_property
    def duckdb_sql(self) -> str:
        """The query as DuckDB runs it."""
        query = joined_by_key(self.query)
        return query.sql(dialect="duckdb", pretty=True, comments=False, unsupported_level=ErrorLevel.RAISE)

    def sql(self, dialect: str) -> str:
        """Return the query for ``dialect``; raise where SQLGlot knows that it cannot."""
        return self.query.sql(dialect=dialect, pretty=True, comments=False, unsupported_level=ErrorLevel.RAISE)

    def arguments(self) -> dict[str, Any]:
        """Return what is bound to the ``$names`` of the SQL."""
        return {name: param.default for name, param in self.head.params.items()}


@lru_cache(maxsize=8)
def suppressors_of(tables: Tables) -> dict[str, SuppressorRule]:
    """Return the suppressors of the content folder that ``tables`` were read from, by code.

    :raises RuleFileError: with all problems of all files.
    """
    read: dict[str, SuppressorRule] = {}
    problems: list[str] = []
    for path in sorted((tables.sql / FOLDER).glob("*.sql")):
        try:
            one = read_suppressor(path, tables)
            read[one.code] = one
        except RuleFileError as error:
            problems.extend(error.problems)
    if problems:
        raise RuleFileError(problems)
    return read


def read_suppressor(path: Path, tables: Tables) -> SuppressorRule:
    """Read and check one file; raise RuleFileError with everything that is wrong with it."""
    found = FILE.match(path.read_text(encoding="utf-8"))
    if found is None:
        want = "'/* suppressor', YAML, '*/', one SELECT, '/* examples', YAML, '*/'"
        raise RuleFileError([f"{path.name}: want {want}, in this order, each mark on a line of its own"])
    problems: list[str] = []
    head = read_head(SuppressorHead, found["head"], problems)
    examples = read_examples(SuppressorExample, found["examples"], problems)
    problems.extend(together_problems(examples, "clear", "what is NOT excused"))
    query = parse_select(found["sql"], problems)
    if query is not None:
        problems.extend(problems_of(query, tables.date_columns, tables.time_columns))
    if head is not None and query is not None:
        problems.extend(_agreement_problems(path, head, query, tables))
        for example in examples:
            problems.extend(_given_problems(head, example, tables))
    if problems or head is None or query is None:
        raise RuleFileError([f"{path.name}: {problem}" for problem in problems])
    return SuppressorRule(head, found["sql"].strip(), query, tuple(examples), path, _print(head, query))


def _print(head: SuppressorHead, query: exp.Select) -> str:
    parts = [
        query.sql(dialect="duckdb", comments=False, normalize=True),
        repr(sorted((name, str(param.default)) for name, param in head.params.items())),
        f"{head.about} {head.effect} {head.linked}",
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _agreement_problems(path: Path, head: SuppressorHead, query: exp.Select, tables: Tables) -> Iterator[str]:
    if path.name != f"{head.code}.sql":
        yield f"code: the file of {head.code} is called {head.code}.sql"
    wanted = [*head.key_columns, REASON]
    if query.named_selects != wanted:
        yield f"sql: about {head.about} returns {', '.join(wanted)}, got {', '.join(query.named_selects)}"
    yield from param_problems(head.params, query)
    yield from table_problems(head.reads, query, tables)
    for name in head.reads:
        if LOGICAL.get(name, ("", "shared"))[1] == "found" and head.about != "finding":
            yield f"reads: {name} holds findings; about says {head.about}"


def _given_problems(head: SuppressorHead, example: SuppressorExample, tables: Tables) -> Iterator[str]:
    for table, rows in example.given.items():
        if table not in head.reads:
            yield f"examples[{example.name}].given: the suppressor does not read '{table}'"
        else:
            yield from (f"examples[{example.name}].given.{table}: {p}" for p in tables.row_problems(table, rows))
