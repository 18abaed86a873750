"""What rule files and suppressor files have in common when they are read: YAML, shapes, one SELECT, its tables."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, Protocol, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from sqlglot import exp, parse
from sqlglot.errors import SqlglotError

from lianshen.content import read_yaml
from lianshen.errors import LianshenError
from lianshen.rules.tables import Tables

KINDS = ("flag", "clear", "edge")
_Shape = TypeVar("_Shape", bound=BaseModel)


class RuleFileError(LianshenError):
    """Rule files that do not meet the format; each line of the message names file and field."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class _Example(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def kind(self) -> str: ...


_Shown = TypeVar("_Shown", bound=_Example)


def read_head(shape: type[_Shape], text: str, problems: list[str]) -> _Shape | None:
    """Return the header as its checked shape; None where it is wrong, said in ``problems``."""
    raw = _yaml(text, "header", problems)
    return None if raw is None else _checked(shape, raw, "", problems)


def read_examples(shape: type[_Shape], text: str, problems: list[str]) -> list[_Shape]:
    """Return the examples that are well formed; say what is wrong with the others, and with all of them together."""
    raw = _yaml(text, "examples", problems)
    if raw is None:
        return []
    if not isinstance(raw, list):
        problems.append("examples: want a list of examples, each beginning with '- name:'")
        return []
    read = [_checked(shape, item, f"examples[{_label(item, n)}].", problems) for n, item in enumerate(raw, 1)]
    return [example for example in read if example is not None]


def together_problems(examples: Sequence[_Shown], first_kind: str, first_shows: str) -> Iterator[str]:
    """Yield kinds without an example, a wrong first one, and names used twice."""
    shown = {example.kind for example in examples}
    yield from (f"examples: no example of kind {kind}" for kind in KINDS if kind not in shown)
    if examples and examples[0].kind != first_kind:
        yield f"examples: the first example shows {first_shows} (kind: {first_kind})"
    names = [example.name for example in examples]
    twice = sorted({name for name in names if names.count(name) > 1})
    yield from (f"examples: two examples are called '{name}'" for name in twice)


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


def parse_select(text: str, problems: list[str]) -> exp.Select | None:
    """Return the one SELECT of the body; None where it is not one."""
    try:
        statements = [statement for statement in parse(text, read="duckdb") if statement is not None]
    except SqlglotError as error:
        problems.append(f"sql: {' '.join(str(error).split())}")
        return None
    if len(statements) != 1 or not isinstance(statements[0], exp.Select):
        problems.append("sql: the body must be exactly one SELECT (a UNION goes into a WITH part)")
        return None
    return statements[0]


def param_problems(params: Collection[str], query: exp.Select) -> Iterator[str]:
    """Yield parameters that only one of header and SQL knows."""
    used = {node.name for node in query.find_all(exp.Placeholder)}
    for name in sorted(used - set(params)):
        yield f"params: the SQL uses ${name}, which the header does not declare"
    for name in sorted(set(params) - used):
        yield f"params.{name}: the SQL does not use ${name}"


def tables_read(query: exp.Select) -> set[str]:
    """Return the names of all tables in ``query``, without its own WITH parts."""
    return {t.name for t in query.find_all(exp.Table)} - {c.alias for c in query.find_all(exp.CTE)}


def tables_under_stars(query: exp.Select) -> Iterator[str]:
    """Yield the tables whose own columns a ``*`` of the query stands for."""
    for star in query.find_all(exp.Star):
        select = star.find_ancestor(exp.Select)
        if select is None or not isinstance(star.parent, exp.Select | exp.Column):
            continue
        alias = star.parent.table if isinstance(star.parent, exp.Column) else ""
        for table in select.find_all(exp.Table):
            if alias in ("", table.alias_or_name) and table.find_ancestor(exp.Select) is select:
                yield table.name


def table_problems(reads: Collection[str], query: exp.Select, tables: Tables) -> Iterator[str]:
    """Yield tables that are not logical ones, and where header and SQL name different ones."""
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
    for name in sorted((read & set(tables.columns)) ^ set(reads)):
        verb = "the SQL does not read" if name in reads else "the SQL reads"
        yield f"reads: {verb} {name}; name exactly the tables that the SQL reads"
