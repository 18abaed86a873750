"""What the parts of a rule file say of each other: name, header, SELECT and examples have to agree."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from sqlglot import exp

from lianshen.rules.features import features_of
from lianshen.rules.head import GROUPS, Example, RuleHead
from lianshen.rules.reading import param_problems, table_problems, tables_read
from lianshen.rules.suppressor import SuppressorRule, suppressors_of
from lianshen.rules.tables import FEATURES, LOGICAL, Tables

REQUIRED = ("setl_id", "a0", "a1")
OPTIONAL = ("linked_setl_id", "bkkp_sn", "a2", "exposure", "severity")
SUBJECT_REQUIRED = ("subject_id", "period", "a0", "a1")
SUBJECT_OPTIONAL = ("setl_id", "agency", "insu_pool", "a2", "exposure", "severity")
LOOK_BACK = "look_back_days"
EFFECTS = {"lower": "it lowers the severity of every rule's findings", "marts": "the marts leave it out for every rule"}
_SLUG = re.compile(r"[^a-z0-9]+")


def slug(title: str) -> str:
    """Return the title as it stands in the file name: lower case, words joined by underscores, no apostrophes."""
    return _SLUG.sub("_", title.lower().replace("'", "")).strip("_")


def uses_look_back(query: exp.Select) -> bool:
    """Return whether the SQL bounds itself by the days that the header looks back."""
    return LOOK_BACK in {node.name for node in query.find_all(exp.Placeholder)}


def name_problems(path: Path, head: RuleHead) -> Iterator[str]:
    """Yield where file, id, title and folder contradict each other."""
    wanted = f"{head.id}_{slug(head.title)}.sql"
    if path.name != wanted:
        yield f"title: file name, id and title must tell the same story; call the file {wanted}"
    folder = GROUPS.get(head.id[:2])
    if folder is None:
        yield f"id: no group has the letters {head.id[:2]}; known are {', '.join(GROUPS)}"
    elif path.parent.name != folder:
        yield f"id: {head.id} belongs into the folder sql/rules/{folder}/"


def example_problems(head: RuleHead, examples: list[Example], tables: Tables) -> Iterator[str]:
    """Yield what examples give that the rule does not read, and rows that are none of the table."""
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


def agreement_problems(head: RuleHead, query: exp.Select, tables: Tables) -> Iterator[str]:
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
    used = uses_look_back(query)
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
