"""Every example of every rule file, on DuckDB and on Spark: the proof that stands in the file itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

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


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkEngine]:
    sql = pytest.importorskip("pyspark.sql", reason="no pyspark here: the extra 'spark' installs it")
    session: Any = (
        sql.SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "1")
        # A handful of rows: compiling each plan would take longer than running it.
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        .config("spark.sql.adaptive.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.session.timeZone", "Asia/Shanghai")
        .getOrCreate()
    )
    yield SparkEngine(session)
    session.stop()


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_example_on_duckdb(rule: Rule, example: Example, duck: DuckDBEngine) -> None:
    assert differences(rule, example, run_example(rule, example, duck, TABLES)) == []


@pytest.mark.spark
@pytest.mark.parametrize(("rule", "example"), CASES)
def test_example_on_spark(rule: Rule, example: Example, spark: SparkEngine) -> None:
    assert differences(rule, example, run_example(rule, example, spark, TABLES)) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rule_translates_to_spark_and_keeps_its_columns(rule: Rule) -> None:
    again = parse_one(translated(rule, "spark"), read="spark")
    assert tuple(again.named_selects) == rule.columns
