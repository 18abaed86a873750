"""No rule looks at a day before it is in force, and no limit is held against a day on which it does not hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from lianshen.content import content_root
from lianshen.rules.document import Rule, load_rules
from lianshen.rules.engines import DuckDBEngine, run_example
from lianshen.rules.head import Example, InForce
from lianshen.rules.tables import LOGICAL, Tables

CONTENT = content_root()
TABLES = Tables(CONTENT / "sql")
RULES = load_rules(CONTENT)
LATER = date(2100, 1, 1)


@pytest.fixture(scope="module")
def duck() -> DuckDBEngine:
    return DuckDBEngine()


def dated_knowledge(rule: Rule) -> list[str]:
    """Return the knowledge tables of a rule whose points have a first day."""
    return [
        table
        for table in rule.head.reads
        if LOGICAL.get(table, ("",))[0].startswith("knowledge.") and "valid_from" in TABLES.columns[table]
    ]


def without_points(example: Example, table: str) -> Example:
    """Return the example with every point of a knowledge table beginning in a later century."""
    rows = [{**row, "valid_from": LATER, "valid_until": None} for row in example.given.get(table, [])]
    return example.model_copy(update={"given": {**example.given, table: rows}})


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_that_is_not_in_force_yet_finds_nothing(rule: Rule, duck: DuckDBEngine) -> None:
    future = replace(rule, head=rule.head.model_copy(update={"in_force": InForce(since=LATER)}))
    for example in rule.examples:
        assert dict(run_example(future, example, duck, TABLES)) == {}, example.name


KNOWING = [pytest.param(rule, table, id=f"{rule.id}-{table}") for rule in RULES for table in dated_knowledge(rule)]


@pytest.mark.parametrize(("rule", "table"), KNOWING)
def test_a_point_that_does_not_hold_yet_changes_what_a_rule_says(rule: Rule, table: str, duck: DuckDBEngine) -> None:
    changed = []
    for example in rule.examples:
        if example.given.get(table):
            before = set(run_example(rule, example, duck, TABLES))
            changed.append(before != set(run_example(rule, without_points(example, table), duck, TABLES)))
    assert any(changed), f"{rule.path.name}: no example shows that a point of {table} holds from a day on"
