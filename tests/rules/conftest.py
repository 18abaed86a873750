"""Engines that the examples run on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from lianshen.rules.engines import SparkEngine


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkEngine]:
    """One Spark for all examples; skips where PySpark is not installed."""
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
