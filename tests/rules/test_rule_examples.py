"""Every example of every rule file, on DuckDB and on Spark: the proof that stands in the file itself."""

from __future__ import annotations

import pytest
from sqlglot import parse_one

from lianshen.content import content_root
from lianshen.rules.document import Rule, load_rules
from lianshen.rules.engines import DuckDBEngine, SparkEngine, differences, run_example, translated
from lianshen.rules.head import Example
from lianshen.rules.tables import Tables

CONTENT = content_root()
TABLES = Tables(CONTENT / "sql")
RULES = load_rules(CONTENT)
CASES = [pytest.param(rule, example, id=f"{rule.id}-{example.name}") for rule in RULES for example in rule.examples]


@pytest.fixture(scope="module")
def duck() -> DuckDBEngine:
    return DuckDBEngine()


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_example_on_duckdb(rule: Rule, example: Example, duck: DuckDBEngine) -> None:
    found = run_example(rule, example, duck, TABLES)
    assert differences(rule, example, found) == []
    if example.kind == "flag":
        missing = [name for name in rule.head.placeholders for one in found.values() if one.because[name] in (None, "")]
        assert missing == [], "every fact of the rule's sentence is stated"


@pytest.mark.spark
@pytest.mark.parametrize(("rule", "example"), CASES)
def test_example_on_spark(rule: Rule, example: Example, spark: SparkEngine) -> None:
    assert differences(rule, example, run_example(rule, example, spark, TABLES)) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rule_translates_to_spark_and_keeps_its_columns(rule: Rule) -> None:
    again = parse_one(translated(rule, "spark"), read="spark")
    assert tuple(again.named_selects) == rule.columns
