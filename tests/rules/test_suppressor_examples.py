"""Every example of every suppressor file, on DuckDB and on Spark, and that all shared suppressors are there."""

from __future__ import annotations

from typing import get_args

import pytest
from sqlglot import parse_one

from lianshen.content import content_root
from lianshen.rules.engines import DuckDBEngine, SparkEngine, excuses
from lianshen.rules.head import Suppressor
from lianshen.rules.suppressor import SuppressorRule, suppressors_of
from lianshen.rules.suppressor_head import SuppressorExample
from lianshen.rules.tables import Tables

TABLES = Tables(content_root() / "sql")
SUPPRESSORS = suppressors_of(TABLES)
CASES = [
    pytest.param(one, example, id=f"{one.code}-{example.name}")
    for one in SUPPRESSORS.values()
    for example in one.examples
]


@pytest.mark.parametrize(("one", "example"), CASES)
def test_example_on_duckdb(one: SuppressorRule, example: SuppressorExample) -> None:
    assert excuses(one, example.given, DuckDBEngine(), TABLES) == example.expect


@pytest.mark.spark
@pytest.mark.parametrize(("one", "example"), CASES)
def test_example_on_spark(one: SuppressorRule, example: SuppressorExample, spark: SparkEngine) -> None:
    assert excuses(one, example.given, spark, TABLES) == example.expect


@pytest.mark.parametrize("one", SUPPRESSORS.values(), ids=lambda one: one.code)
def test_suppressor_translates_to_spark_and_keeps_its_columns(one: SuppressorRule) -> None:
    again = parse_one(one.sql("spark"), read="spark")
    assert again.named_selects == [*one.head.key_columns, "reason"]


def test_every_code_that_a_header_may_name_has_a_file() -> None:
    assert set(SUPPRESSORS) == set(get_args(Suppressor))
