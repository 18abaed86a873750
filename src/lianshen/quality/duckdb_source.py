"""Great Expectations on the pipeline's own DuckDB connection.

Great Expectations 1.24 has no DuckDB data source. Its SQL engine gives every query a
connection of its own and returns it at once; here one lent connection is kept for all
queries, and regular expressions are compiled as PostgreSQL's, which DuckDB shares.

Importing this module imports Great Expectations, which takes seconds: import it inside
the function that needs it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Literal

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")

import duckdb
import great_expectations as gx
import great_expectations.expectations as gxe
import sqlalchemy as sa
from great_expectations.core.expectation_validation_result import ExpectationValidationResult
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)
from great_expectations.datasource.fluent.sql_datasource import SQLDatasource
from great_expectations.execution_engine.sqlalchemy_execution_engine import SqlAlchemyExecutionEngine
from sqlalchemy.dialects import postgresql

from lianshen.quality import dialect
from lianshen.quality.errors import CheckUndecided

STAGE = "stage"


class DuckDBExecutionEngine(SqlAlchemyExecutionEngine):  # type: ignore[misc]
    """Great Expectations' SQL engine on one connection that it never gives back."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dialect_module: ModuleType = postgresql
        self._connection: sa.Connection | None = None

    @contextmanager
    def get_connection(self) -> Iterator[sa.Connection]:
        """Yield the one connection; overridden because the base class closes it before the rows are read."""
        if self._connection is None:
            self._connection = self.engine.connect()
        yield self._connection


class DuckDBDatasource(SQLDatasource):  # type: ignore[misc]
    """Data source ``duckdb``; the class registers itself with Great Expectations as ``add_duckdb``."""

    type: Literal["duckdb"] = "duckdb"

    @property
    def execution_engine_type(self) -> Any:
        return DuckDBExecutionEngine

    @property
    def schema_(self) -> str:
        """Tables are looked up in ``stage``: what is checked is the batch being received."""
        return STAGE


class Stage:
    """The tables of schema ``stage`` as Great Expectations' batches.

    Building one takes milliseconds, so each check of a package builds its own and nothing
    outlives the connection that was lent.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        dialect.register()
        # By default each context makes a folder for a documentation site, which nobody would remove.
        in_memory = InMemoryStoreBackendDefaults(init_temp_docs_sites=False)
        config = DataContextConfig(store_backend_defaults=in_memory, progress_bars=ProgressBarsConfig(globally=False))
        context = gx.get_context(mode="ephemeral", project_config=config)
        self._source = context.data_sources.add_duckdb(
            "stage",
            connection_string=f"{dialect.NAME}://",
            kwargs={"creator": lambda: dialect.LentConnection(connection)},
        )
        self._batches: dict[str, Any] = {}

    def validate(
        self, table: str, expectations: Sequence[gxe.Expectation], result_format: Mapping[str, object]
    ) -> dict[str, ExpectationValidationResult]:
        """Return the result of each expectation by the ``code`` in its meta; codes are unique in a table.

        Raises :class:`CheckUndecided` for an expectation that could not be evaluated; Great
        Expectations itself calls such a one failed, which would set rows aside for nothing.
        """
        if table not in self._batches:
            asset = self._source.add_table_asset(table, table_name=table)
            # A stored batch definition would do the same and write the whole context out once more.
            self._batches[table] = asset.get_batch(asset.build_batch_request())
        suite = gx.ExpectationSuite(name=table, expectations=list(expectations))
        results = {
            str(result.expectation_config.meta["code"]): result
            for result in self._batches[table].validate(suite, result_format=dict(result_format)).results
        }
        for code, result in results.items():
            reason = _exception(result.exception_info)
            if reason:
                raise CheckUndecided(
                    f"stage.{table}: check {code} ({result.expectation_config.type}) could not be evaluated: {reason};"
                    f" correct its definition in sql/schema/landed/{table}.sql"
                )
        return results


def _exception(info: dict[str, Any]) -> str | None:
    """Return the message of the exception that Great Expectations caught, whichever of its two shapes it has."""
    if not info:
        return None
    if "raised_exception" in info:
        return str(info["exception_message"]) if info["raised_exception"] else None
    return "; ".join(str(getattr(part, "exception_message", part)) for part in info.values())
