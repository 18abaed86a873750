"""One rule file: a header, one SELECT, and its examples.

The file is plain SQL to every other tool. The header is a YAML block comment that opens the file, the examples are a
YAML block comment that closes it. Reading collects every problem of a file before it complains.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from sqlglot import exp, parse
from sqlglot.errors import ErrorLevel, SqlglotError

from lianshen.content import read_yaml
from lianshen.errors import LianshenError
from lianshen.rules.head import FILE, GROUPS, Example, RuleHead
from lianshen.rules.portable import problems_of
from lianshen.rules.tables import LOGICAL, Tables

REQUIRED = ("setl_id", "a0", "a1")
OPTIONAL = ("linked_setl_id", "bkkp_sn", "a2", "exposure", "severity")
SUBJECT_REQUIRED = ("subject_id", "period", "a0", "a1")
SUBJECT_OPTIONAL = ("setl_id", "agency", "insu_pool", "a2", "exposure", "severity")
LOOK_BACK = "look_back_days"
KINDS = ("flag", "clear", "edge")
_SLUG = re.compile(r"[^a-z0-9]+")
_Shape = TypeVar("_Shape", bound=BaseModel)


class RuleFileError(LianshenError):
    """Rule files that do not meet the format; each line of the message names file and field."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


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

    @property
    def id(self) -> str:
        return self.head.id

    @property
    def because(self) -> tuple[str, ...]:
        """The columns that say why: their names begin with ``because_``."""
        return tuple(name for name in self.columns if name.startswith("because_"))

    @cached_property
    def duckdb_sql(self) -> str:
        """The query as DuckDB runs it; written once, for every night of a run asks for it."""
        return self.query.sql(dialect="duckdb", pretty=True, comments=False, unsupported_level=ErrorLevel.RAISE)

    @cached_property
    def named_columns(self) -> frozenset[str]:
        """Every column that the query names, of whatever table."""
        return frozenset(column.name for column in self.query.find_all(exp.Column))

    def arguments(self) -> dict[str, Any]:
        """Return what is bound to the ``$names`` of the SQL."""
        bound: dict[str, Any] = {name: param.default for name, param in self.head.params.items()}
        if self.head.look_back_days is not None:
            bound[LOOK_BACK] = self.head.look_back_days
        return bound


def slug(title: str) -> str:
    """Return the title as it stands in the file name: lower case, words joined by underscores, no apostrophes."""
    return _SLUG.sub("_", title.lower().replace("'", "")).strip("_")


def load_rules(content: Path) -> list[Rule]:
    """Read every rule under ``content/sql/rules``, in order of id.

    :raises RuleFileError: with all problems of all files.
    """
    sql = content / "sql"
    return read_rules(sorted((sql / "rules").rglob("*.sql")), Tables(sql))


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
    head = _yaml_head(found["head"], problems)
    examples = _yaml_examples(found["examples"], problems)
    query = _parse(found["sql"], problems)
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
    return Rule(head, found["sql"].strip(), query, tuple(examples), path, columns, _print(head, query))


def _print(head: RuleHead, query: exp.Select) -> str:
    """Hash what decides the findings: query, parameters, dates, look-back. Not prose, severity or layout."""
    parts = [
        query.sql(dialect="duckdb", comments=False, normalize=True),
        repr(sorted((name, str(param.default)) for name, param in head.params.items())),
        f"{head.in_force.since} {head.in_force.until} {head.dated_by} {head.look_back_days}",
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _yaml_head(text: str, problems: list[str]) -> RuleHead | None:
    raw = _yaml(text, "header", problems)
    return None if raw is None else _checked(RuleHead, raw, "", problems)


def _yaml_examples(text: str, problems: list[str]) -> list[Example]:
    raw = _yaml(text, "examples", problems)
    if raw is None:
        return []
    if not isinstance(raw, list):
        problems.append("examples: want a list of examples, each beginning with '- name:'")
        return []
    read = [_checked(Example, item, f"examples[{_label(item, n)}].", problems) for n, item in enumerate(raw, 1)]
    examples = [example for example in read if example is not None]
    if len(examples) == len(raw):
        shown = {example.kind for example in examples}
        problems.extend(f"examples: no example of kind {kind}" for kind in KINDS if kind not in shown)
        if examples and examples[0].kind != "clear":
            problems.append("examples: the first example shows what is NOT flagged (kind: clear)")
        names = [example.name for example in examples]
        twice = sorted({name for name in names if names.count(name) > 1})
        problems.extend(f"examples: two examples are called '{name}'" for name in twice)
    return examples


def _label(item: object, number: int) -> str:
    return str(item["name"]) if isinstance(item, dict) and "name" in item else str(number)


def _yaml(text: str, part: str, problems: list[str]) -> Any:
    try:
        return read_yaml(text)
    except yaml.YAMLError as error:
        problems.append(f"{part}: not valid YAML: {' '.join(str(error).split())}")
        return None


def _checked(shape: type[_Shape], raw: object, where: str, problems: list[str]) -> _Shape | None:
    try:
        return shape.model_validate(raw)
    except ValidationError as error:
        for one in error.errors(include_url=False):
            spot = ".".join(str(part) for part in one["loc"])
            said = one["msg"].removeprefix("Value error, ")
            problems.append(f"{where}{spot}: {said}" if spot else f"{where}{said}")
        return None


def _parse(text: str, problems: list[str]) -> exp.Select | None:
    try:
        statements = [statement for statement in parse(text, read="duckdb") if statement is not None]
    except SqlglotError as error:
        problems.append(f"sql: {' '.join(str(error).split())}")
        return None
    if len(statements) != 1 or not isinstance(statements[0], exp.Select):
        problems.append("sql: the body must be exactly one SELECT (a UNION goes into a WITH part)")
        return None
    return statements[0]


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
    for example in examples:
        for table, rows in example.given.items():
            if table not in head.reads:
                yield f"examples[{example.name}].given: the rule does not read '{table}'"
            else:
                yield from (f"examples[{example.name}].given.{table}: {p}" for p in tables.row_problems(table, rows))


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
    placeholders = {node.name for node in query.find_all(exp.Placeholder)}
    yield from _param_problems(head, placeholders)
    yield from _table_problems(head, query, tables)


def _param_problems(head: RuleHead, used: set[str]) -> Iterator[str]:
    declared = set(head.params) | ({LOOK_BACK} if head.look_back_days is not None else set())
    for name in sorted(used - declared):
        yield f"params: the SQL uses ${name}, which the header does not declare"
    for name in sorted(declared - used):
        if name == LOOK_BACK:
            yield (
                "look_back: the SQL must bound itself by $look_back_days, "
                "else a night in pieces finds other rows than all at once"
            )
        else:
            yield f"params.{name}: the SQL does not use ${name}"


def _table_problems(head: RuleHead, query: exp.Select, tables: Tables) -> Iterator[str]:
    ctes = {cte.alias for cte in query.find_all(exp.CTE)}
    read: set[str] = set()
    for table in query.find_all(exp.Table):
        if not isinstance(table.this, exp.Identifier) or table.db or table.catalog:
            spelled = table.sql(dialect="duckdb")
            yield f"sql: '{spelled}': a rule reads logical tables by their plain names, no files and no schemas"
        elif table.name not in ctes:
            read.add(table.name)
    for name in sorted(ctes & set(tables.columns)):
        yield f"sql: WITH {name}: call it something else, {name} is a logical table"
    for name in sorted(read - set(tables.columns)):
        yield f"sql: there is no logical table {name}; known are {', '.join(sorted(tables.columns))}"
    for name in sorted((read & set(tables.columns)) ^ set(head.reads)):
        verb = "the SQL does not read" if name in head.reads else "the SQL reads"
        yield f"reads: {verb} {name}; name exactly the tables that the SQL reads"
    if not head.is_about_settlements:
        return
    for name in sorted(read & set(LOGICAL)):
        if LOGICAL[name][1] == "whole":
            yield f"reads: {name} is not narrowed to what a night touched: only rules about other subjects may read it"
    if "settlement" not in read:
        yield "reads: every rule reads settlement, because only settlements that count are shown there"
    if head.dated_by == "fee_date" and "fee_line" not in read and "line_difference" not in read:
        yield "dated_by: fee_date needs a rule that reads fee_line"
