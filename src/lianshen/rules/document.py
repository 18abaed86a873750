"""One rule file: a header, one SELECT, and its examples.

The file is plain SQL to every other tool. The header is a YAML block comment that opens the file, the examples are a
YAML block comment that closes it. Reading collects every problem of a file before it complains.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlglot import exp
from sqlglot.errors import ErrorLevel

from lianshen.content import digest_of
from lianshen.rules.features import Feature, features_of
from lianshen.rules.head import FILE, GROUPS, Example, RuleHead
from lianshen.rules.joins import joined_by_key
from lianshen.rules.portable import problems_of
from lianshen.rules.reading import (
    RuleFileError,
    param_problems,
    parse_select,
    read_examples,
    read_head,
    table_problems,
    tables_read,
    tables_under_stars,
    together_problems,
)
from lianshen.rules.suppressor import SuppressorRule, suppressors_of
from lianshen.rules.tables import FEATURES, LOGICAL, Tables

REQUIRED = ("setl_id", "a0", "a1")
OPTIONAL = ("linked_setl_id", "bkkp_sn", "a2", "exposure", "severity")
SUBJECT_REQUIRED = ("subject_id", "period", "a0", "a1")
SUBJECT_OPTIONAL = ("setl_id", "agency", "insu_pool", "a2", "exposure", "severity")
LOOK_BACK = "look_back_days"
EFFECTS = {"lower": "it lowers the severity of every rule's findings", "marts": "the marts leave it out for every rule"}
_SLUG = re.compile(r"[^a-z0-9]+")


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
        return LOOK_BACK in {node.name for node in self.query.find_all(exp.Placeholder)}

    def arguments(self) -> dict[str, Any]:
        """Return what is bound to the ``$names`` of the SQL."""
        bound: dict[str, Any] = {name: param.default for name, param in self.head.params.items()}
        if self._uses_look_back:
            bound[LOOK_BACK] = self.head.look_back_days
        return bound


def slug(title: str) -> str:
    """Return the title as it stands in the file name: lower case, words joined by underscores, no apostrophes."""
    return _SLUG.sub("_", title.lower().replace("'", "")).strip("_")


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
        problems.extend(_name_problems(path, head))
        problems.extend(_example_problems(head, examples, tables))
    if head is not None and query is not None:
        problems.extend(_agreement_problems(head, query, tables))
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


def _name_problems(path: Path, head: RuleHead) -> Iterator[str]:
    wanted = f"{head.id}_{slug(head.title)}.sql"
    if path.name != wanted:
        yield f"title: file name, id and title must tell the same story; call the file {wanted}"
    folder = GROUPS.get(head.id[:2])
    if folder is None:
        yield f"id: no group has the letters {head.id[:2]}; known are {', '.join(GROUPS)}"
    elif path.parent.name != folder:
        yield f"id: {head.id} belongs into the folder sql/rules/{folder}/"


def _example_problems(head: RuleHead, examples: list[Example], tables: Tables) -> Iterator[str]:
    through = {name for code in head.suppressors for name in _read_by(code, tables)}
    through |= {
        table for name in head.reads if name in features_of(tables) for table in features_of(tables)[name].reads
    }
    for example in examples:
        for table, rows in example.given.items():
            if table in features_of(tables):
                yield f"examples[{example.name}].given: '{table}' is computed: give rows of the tables that it reads"
            elif table not in head.reads and table not in through:
                yield f"examples[{example.name}].given: the rule does not read '{table}'"
            else:
                yield from (f"examples[{example.name}].given.{table}: {p}" for p in tables.row_problems(table, rows))


def _read_by(code: str, tables: Tables) -> list[str]:
    known = suppressors_of(tables).get(code)
    return [] if known is None else known.head.reads


def _agreement_problems(head: RuleHead, query: exp.Select, tables: Tables) -> Iterator[str]:
    """Yield where header and SQL contradict each other."""
    names = query.named_selects
    because = [name for name in names if name.startswith("because_")]
    required, optional = (REQUIRED, OPTIONAL) if head.is_about_settlements else (SUBJECT_REQUIRED, SUBJECT_OPTIONAL)
    for name in required:
        if name not in names:
            yield f"sql: column {name} is missing from the result"
    if names and names[0] != required[0]:
        yield f"sql: the first column is {required[0]}, got {names[0]}"
    if not because:
        yield "sql: no because_… column: show the numbers that made it a finding"
    for name in names:
        if name not in required + optional and name not in because:
            yield f"sql: column {name}: only {', '.join(required + optional)} and because_… are known"
    if len(set(names)) != len(names):
        yield "sql: two columns of the result have the same name"
    if head.level == "line" and "bkkp_sn" not in names:
        yield "level: a line rule returns bkkp_sn, so that the case can point at the line"
    if head.amount != "a1" and head.amount not in names:
        yield f"amount: the SQL returns no column {head.amount}"
    for name in because:
        if name not in head.facts:
            yield f"facts: {name} has no Chinese label; reviewers see it beside its value"
    for name in head.facts:
        if name not in because:
            yield f"facts.{name}: the SQL returns no such column"
    for name in head.placeholders:
        if name not in because:
            yield f"sentence_zh: {{{name}}} is not a because_… column of the SQL"
    declared = set(head.params) | {LOOK_BACK}
    yield from (p for p in param_problems(declared, query) if LOOK_BACK not in p)
    yield from _look_back_problems(head, query)
    yield from table_problems(head.reads, query, tables)
    if head.is_about_settlements:
        yield from _settlement_problems(head, query, tables)
    elif head.look_back_days is not None:
        yield from _month_problems(query)
    yield from _suppressor_problems(head, names, suppressors_of(tables))


def _look_back_problems(head: RuleHead, query: exp.Select) -> Iterator[str]:
    used = LOOK_BACK in {node.name for node in query.find_all(exp.Placeholder)}
    if head.look_back_days is not None and head.is_about_settlements and not used:
        yield (
            "look_back: the SQL must bound itself by $look_back_days, "
            "else a night in pieces finds other rows than all at once"
        )
    if head.look_back_days is None and used:
        yield f"params: the SQL uses ${LOOK_BACK}, which the header does not declare"


def _settlement_problems(head: RuleHead, query: exp.Select, tables: Tables) -> Iterator[str]:
    """Yield what a rule about settlements must not read, and what it must."""
    read = tables_read(query)
    for name in sorted(read & set(LOGICAL)):
        if LOGICAL[name][1] == "found":
            yield f"reads: {name} is for suppressors about findings only"
        if LOGICAL[name][1] == "whole":
            yield f"reads: {name} is not narrowed to what a night touched: only rules about other subjects may read it"
    if "settlement" not in read and not any("settlement" in features_of(tables)[f].reads for f in read & FEATURES):
        yield "reads: every rule reads settlement, because only settlements that count are shown there"
    if head.dated_by == "fee_date" and not read & {"fee_line", "line_difference", *FEATURES}:
        yield "dated_by: fee_date needs a rule that reads fee_line"


def _month_problems(query: exp.Select) -> Iterator[str]:
    """Yield what a rule about institutions must not read when a night narrows it to touched months."""
    for name in sorted(tables_read(query) & set(LOGICAL)):
        if LOGICAL[name][1] == "whole":
            yield f"reads: {name} is not narrowed to institutions and months: want look_back: none"
        elif name in ("recomputed", "line_difference"):
            yield f"reads: {name} changes with other months of a person's year: want look_back: none"


def _suppressor_problems(head: RuleHead, names: list[str], known: Mapping[str, SuppressorRule]) -> Iterator[str]:
    for code in head.suppressors:
        one = known.get(code)
        if one is None:
            yield f"suppressors: there is no file sql/suppressors/{code}.sql"
        elif one.head.effect != "excuse":
            yield f"suppressors: {code} is not for a rule to name: {EFFECTS[one.head.effect]}; suppressors_in_sql may"
        elif one.head.about == "line" and "bkkp_sn" not in names:
            yield f"suppressors: {code} excuses fee lines, and this rule returns no bkkp_sn"
