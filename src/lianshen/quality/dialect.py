"""A minimal SQLAlchemy dialect for a DuckDB connection that is already open.

Great Expectations speaks to databases through SQLAlchemy only. This dialect is what it
needs and no more: PostgreSQL's spelling of SQL, rows fetched at once, reflection from
``information_schema``. It opens no database: the pipeline lends its own connection, so
an expectation sees exactly what the pipeline sees, in-memory tables and the current
transaction included.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import duckdb
import sqlalchemy as sa
from sqlalchemy import types as sqltypes
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.pool import StaticPool

Row = tuple[Any, ...]

NAME = "lianshenduck"

_TYPES: dict[str, type[sqltypes.TypeEngine[Any]]] = {
    "TINYINT": sqltypes.SmallInteger,
    "SMALLINT": sqltypes.SmallInteger,
    "INTEGER": sqltypes.Integer,
    "BIGINT": sqltypes.BigInteger,
    "UBIGINT": sqltypes.BigInteger,
    "HUGEINT": sqltypes.Numeric,
    "FLOAT": sqltypes.Float,
    "DOUBLE": sqltypes.Float,
    "VARCHAR": sqltypes.String,
    "BOOLEAN": sqltypes.Boolean,
    "DATE": sqltypes.Date,
    "TIME": sqltypes.Time,
    "TIMESTAMP": sqltypes.DateTime,
    "BLOB": sqltypes.LargeBinary,
}


class Cursor:
    """A DB-API cursor that holds its rows, so that the next statement on the connection cannot take them away."""

    arraysize = 1

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._rows: list[Row] = []
        self._next = 0
        self.description: list[Row] | None = None
        self.rowcount = -1

    def execute(self, statement: str, parameters: Sequence[Any] | None = None) -> Cursor:
        """Run one statement and fetch all of its rows."""
        ran = self._connection.execute(statement, list(parameters) if parameters else None)
        described = ran.description
        self.description = (
            [(column[0], None, None, None, None, None, None) for column in described] if described else None
        )
        self._rows = ran.fetchall() if described else []
        self._next = 0
        self.rowcount = len(self._rows)
        return self

    def fetchone(self) -> Row | None:
        if self._next >= len(self._rows):
            return None
        self._next += 1
        return self._rows[self._next - 1]

    def fetchmany(self, size: int | None = None) -> list[Row]:
        taken = self._rows[self._next : self._next + (size or self.arraysize)]
        self._next += len(taken)
        return taken

    def fetchall(self) -> list[Row]:
        taken = self._rows[self._next :]
        self._next = len(self._rows)
        return taken

    def close(self) -> None:
        self._rows = []


class LentConnection:
    """The pipeline's connection as SQLAlchemy wants to see one.

    It neither commits nor rolls back nor closes: the transaction belongs to the pipeline.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def cursor(self) -> Cursor:
        return Cursor(self._connection)

    def commit(self) -> None:
        """Leave the transaction to its owner."""

    def rollback(self) -> None:
        """Leave the transaction to its owner."""

    def close(self) -> None:
        """Leave the connection to its owner."""


class _Driver:
    """What SQLAlchemy asks of a DB-API module."""

    paramstyle = "numeric_dollar"
    apilevel = "2.0"
    threadsafety = 1
    Error = duckdb.Error
    Warning = Warning
    InterfaceError = duckdb.Error
    DatabaseError = duckdb.Error
    DataError = duckdb.DataError
    OperationalError = duckdb.OperationalError
    IntegrityError = duckdb.IntegrityError
    InternalError = duckdb.InternalError
    ProgrammingError = duckdb.ProgrammingError
    NotSupportedError = duckdb.NotSupportedError


class LentDuckDB(PGDialect):
    """DuckDB through a lent connection; statements come out in PostgreSQL's spelling, which DuckDB reads."""

    name = "duckdb"
    driver = "lent"
    default_paramstyle = "numeric_dollar"
    supports_statement_cache = True
    supports_server_side_cursors = False
    supports_native_decimal = True
    postfetch_lastrowid = False
    # A backslash in a DuckDB literal is a backslash; doubled, it would change regular expressions.
    _backslash_escapes = False

    @classmethod
    def import_dbapi(cls) -> Any:
        return _Driver

    def initialize(self, connection: sa.Connection) -> None:
        """Set what PostgreSQL's dialect would ask the server for."""
        self.default_schema_name = "main"
        self.server_version_info = (14, 0)

    def do_begin(self, dbapi_connection: Any) -> None:
        """Leave the transaction to its owner."""

    def do_rollback(self, dbapi_connection: Any) -> None:
        """Leave the transaction to its owner."""

    def do_commit(self, dbapi_connection: Any) -> None:
        """Leave the transaction to its owner."""

    def do_ping(self, dbapi_connection: Any) -> bool:
        return True

    @classmethod
    def get_pool_class(cls, url: sa.URL) -> type[sa.Pool]:
        return StaticPool

    def has_table(self, connection: sa.Connection, table_name: str, schema: str | None = None, **_: Any) -> bool:
        return str(table_name) in _names(connection, schema, "%")

    def get_schema_names(self, connection: sa.Connection, **_: Any) -> list[str]:
        return [row[0] for row in connection.execute(sa.text("SELECT schema_name FROM information_schema.schemata"))]

    def get_table_names(self, connection: sa.Connection, schema: str | None = None, **_: Any) -> list[str]:
        return _names(connection, schema, "BASE TABLE")

    def get_view_names(self, connection: sa.Connection, schema: str | None = None, **_: Any) -> list[str]:
        return _names(connection, schema, "VIEW")

    def get_columns(self, connection: sa.Connection, table_name: str, schema: str | None = None, **_: Any) -> list[Any]:
        """Return name, type and nullability of each column in table order."""
        found = connection.execute(
            sa.text(
                "SELECT column_name, data_type, is_nullable FROM information_schema.columns"
                " WHERE table_name = :table AND table_schema = :schema ORDER BY ordinal_position"
            ),
            {"table": str(table_name), "schema": schema or "main"},
        ).fetchall()
        if not found:
            raise sa.exc.NoSuchTableError(table_name)
        return [
            {"name": name, "type": _type_of(declared), "nullable": nullable == "YES", "default": None}
            for name, declared, nullable in found
        ]

    def get_pk_constraint(self, connection: Any, table_name: str, schema: str | None = None, **_: Any) -> Any:
        return {"constrained_columns": [], "name": None}

    def get_foreign_keys(self, connection: Any, table_name: str, schema: str | None = None, *_a: Any, **_: Any) -> Any:
        return []

    def get_indexes(self, connection: Any, table_name: str, schema: str | None = None, **_: Any) -> Any:
        return []

    def get_unique_constraints(self, connection: Any, table_name: str, schema: str | None = None, **_: Any) -> Any:
        return []


def _names(connection: sa.Connection, schema: str | None, kind: str) -> list[str]:
    """Return tables or views of a schema by name."""
    found: Iterable[Any] = connection.execute(
        sa.text(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = :schema AND table_type LIKE :kind ORDER BY table_name"
        ),
        {"schema": schema or "main", "kind": kind},
    )
    return [row[0] for row in found]


def _type_of(declared: str) -> sqltypes.TypeEngine[Any]:
    if declared.startswith("DECIMAL("):
        precision, scale = declared[8:-1].split(",")
        return sqltypes.Numeric(int(precision), int(scale))
    return _TYPES.get(declared.split("(")[0].split(" WITH")[0], sqltypes.NullType)()


def register() -> None:
    """Make the dialect known to SQLAlchemy under :data:`NAME`; calling it twice does no harm."""
    sa.dialects.registry.register(NAME, __name__, LentDuckDB.__name__)
