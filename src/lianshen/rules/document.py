"""One rule file: a header, one SELECT, and its examples.

The file is plain SQL to every other tool. The header is a YAML block comment that opens the file, the examples are a
YAML block comment that closes it. Reading collects every problem of a file before it complains.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlglot import exp
from sqlglot.errors import ErrorLevel

from lianshen.content import digest_of
from lianshen.rules.agreement import LOOK_BACK, agreement_problems, example_problems, name_problems, uses_look_back
from lianshen.rules.features import Feature, features_of
from lianshen.rules.head import FILE, Example, RuleHead
from lianshen.rules.joins import joined_by_key
from lianshen.rules.portable import problems_of
from lianshen.rules.reading import (
    RuleFileError,
    parse_select,
    read_examples,
    read_head,
    tables_under_stars,
    together_problems,
)
from lianshen.rules.suppressor import SuppressorRule, suppressors_of
from lianshen.rules.tables import Tables


@dataclass(frozen=True)
class Rule:
    """A rule that was read and checked. ``text`` is the SELECT as written, ``query`` the same parsed."""

    head: RuleHead
    text: str
    query: exp.Select
    examples: tuple[Example, ...]
    path: Path
    columns: tuple[str, ...]
    fingerprint: str = field(repr=False)
    suppressors: tuple[SuppressorRule, ...] = field(default=(), repr=False)
    features: tuple[Feature, ...] = field(default=(), repr=False)
    lowering: tuple[SuppressorRule, ...] = field(default=(), repr=False)

    @property
    def id(self) -> str:
        return self.head.id

    @property
    def because(self) -> tuple[str, ...]:
        """The columns that say why: their names begin with ``because_``."""
        return tuple(name for name in self.columns if name.startswith("because_"))

    @cached_property
    def tables(self) -> frozenset[str]:
        """Every logical table that decides its findings: read by itself, by features and by suppressors."""
        through = [*(f.reads for f in self.features), *(one.head.reads for one in self.suppressors)]
        return frozenset(self.head.reads).union(*through)

    @cached_property
    def duckdb_sql(self) -> str:
        """The query as DuckDB runs it; written once, for every night of a run asks for it."""
        query = joined_by_key(self.query)
        return query.sql(dialect="duckdb", pretty=True, comments=False, unsupported_level=ErrorLevel.RAISE)

    @cached_property
    def named_columns(self) -> frozenset[str]:
        """Every column that the query names, of whatever table."""
        return frozenset(column.name for column in self.query.find_all(exp.Column))

    @cached_property
    def taken_whole(self) -> frozenset[str]:
        """The tables of which a ``*`` of the query takes every column."""
        return frozenset(tables_under_stars(self.query))

    @cached_property
    def _uses_look_back(self) -> bool:
        return uses_look_back(self.query)

    def arguments(self) -> dict[str, Any]:
        """Return what is bound to the ``$names`` of the SQL."""
        bound: dict[str, Any] = {name: param.default for name, param in self.head.params.items()}
        if self._uses_look_back:
            bound[LOOK_BACK] = self.head.look_back_days
        return bound


def load_rules(content: Path) -> list[Rule]:
    """Read every rule under ``content/sql/rules``, in order of id; again only when a file of ``content/sql`` changed.

    :raises RuleFileError: with all problems of all files.
    """
    sql = content / "sql"
    return list(_load(sql, digest_of(sql)))


@lru_cache(maxsize=4)
def _load(sql: Path, state: str) -> tuple[Rule, ...]:
    """Read and check the rules: seconds. ``state`` stands for what is in the files."""
    return tuple(read_rules(sorted((sql / "rules").rglob("*.sql")), Tables(sql)))


def read_rules(paths: Iterable[Path], tables: Tables) -> list[Rule]:
    """Read the files; two of one id are a problem of both."""
    rules: list[Rule] = []
    problems: list[str] = []
    for path in paths:
        try:
            rules.append(read_rule(path, tables))
        except RuleFileError as error:
            problems.extend(error.problems)
    rules.sort(key=lambda rule: rule.id)
    for one, two in pairwise(rules):
        if one.id == two.id:
            problems.append(f"{two.path.name}: id: {one.path.name} has the id {one.id} already; ids are never reused")
    if problems:
        raise RuleFileError(problems)
    return rules


def read_rule(path: Path, tables: Tables) -> Rule:
    """Read and check one rule file; raise RuleFileError with everything that is wrong with it."""
    found = FILE.match(path.read_text(encoding="utf-8"))
    if found is None:
        want = "'/* rule', YAML, '*/', one SELECT, '/* examples', YAML, '*/'"
        raise RuleFileError([f"{path.name}: want {want}, in this order, each mark on a line of its own"])
    problems: list[str] = []
    head = read_head(RuleHead, found["head"], problems)
    examples = read_examples(Example, found["examples"], problems)
    problems.extend(together_problems(examples, "clear", "what is NOT flagged"))
    query = parse_select(found["sql"], problems)
    if query is not None:
        problems.extend(problems_of(query, tables.date_columns, tables.time_columns))
    if head is not None:
        problems.extend(name_problems(path, head))
        problems.extend(example_problems(head, examples, tables))
    if head is not None and query is not None:
        problems.extend(agreement_problems(head, query, tables))
    if problems or head is None or query is None:
        raise RuleFileError([f"{path.name}: {problem}" for problem in problems])
    columns = tuple(query.named_selects)
    suppressors = tuple(suppressors_of(tables)[code] for code in sorted(head.suppressors))
    features = tuple(features_of(tables)[name] for name in head.reads if name in features_of(tables))
    lowering = tuple(one for one in suppressors_of(tables).values() if one.head.effect == "lower")
    return Rule(
        head, found["sql"].strip(), query, tuple(examples), path, columns, _print(head, query, features), suppressors,
        features, lowering,
    )  # fmt: skip


def _print(head: RuleHead, query: exp.Select, features: tuple[Feature, ...]) -> str:
    """Hash what decides the findings: query, parameters, dates, look-back, suppressors. Not prose or severity."""
    narrowing = f"{head.in_force.since} {head.in_force.until} {head.dated_by} {head.look_back_days}"
    parts = [
        query.sql(dialect="duckdb", comments=False, normalize=True),
        repr(sorted((name, str(param.default)) for name, param in head.params.items())),
        narrowing + (" peers" if head.peers else ""),
        *sorted(head.suppressors),
        *(feature.query.sql(dialect="duckdb", comments=False, normalize=True) for feature in features),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
