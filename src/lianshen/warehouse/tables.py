"""The tables of the warehouse: made from ``sql/schema`` when it is opened, grown when the schema grew."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import duckdb
import sqlglot
from sqlglot import exp

from lianshen.content import content_root
from lianshen.errors import LianshenError
from lianshen.warehouse.account_sql import account_view_sql
from lianshen.warehouse.schema import TableSpec, landed_tables

_FROM_FILES = ("intake", "audit", "work", "profile", "casework", "clearing", "ledger")
SCHEMAS = ("stage", "settled", "mart", "knowledge", *_FROM_FILES)
_CREATE = re.compile(r"^CREATE (TABLE|VIEW) (\w+)", re.MULTILINE)
_BOOKKEEPING = (("_package", "VARCHAR"), ("_file", "VARCHAR"), ("_row", "BIGINT"))
_REJECT = """CREATE TABLE IF NOT EXISTS stage.reject (
    table_name VARCHAR NOT NULL, file VARCHAR NOT NULL, row_no BIGINT NOT NULL, column_name VARCHAR,
    rule VARCHAR NOT NULL, value VARCHAR, severity VARCHAR NOT NULL, message VARCHAR NOT NULL)"""


_PACKAGE_ORDER = """CREATE OR REPLACE MACRO intake.package_order(name) AS
    LEFT(name, 10) || LPAD(COALESCE(NULLIF(SUBSTR(name, 12), ''), '1'), 6, '0')"""


class WarehouseError(LianshenError):
    """The warehouse file does not fit this version, or its accounts do not close."""


def quoted(name: str) -> str:
    """Return a name as SQL writes it, whatever characters it has."""
    return '"' + name.replace('"', '""') + '"'


def known_tables(con: duckdb.DuckDBPyConnection) -> dict[str, TableSpec]:
    """Return the landed tables of the content folder that the connection was opened with."""
    return landed_tables(_content(con))


def _content(con: duckdb.DuckDBPyConnection) -> Path | None:
    row = con.execute("SELECT getvariable('lianshen_content')").fetchone()
    return Path(row[0]) if row and row[0] else None


def sql_folder(con: duckdb.DuckDBPyConnection) -> Path:
    return content_root(_content(con)) / "sql"


def settled_columns(spec: TableSpec) -> list[tuple[str, str]]:
    """Return name and type of every column of ``settled.<table>``."""
    closing = []
    if spec.mode == "snapshot":
        closing = [("_closed_by", "VARCHAR")]
        if spec.closes:
            closing.append(("_closes_as_sent", spec[spec.closes].sql_type))
    return [*spec.stored, *closing, *_BOOKKEEPING]


def stage_table_sql(spec: TableSpec) -> str:
    columns = ", ".join(f"{quoted(name)} {kind}" for name, kind in spec.stored)
    return f"CREATE OR REPLACE TABLE stage.{spec.name} ({columns}, _file VARCHAR, _row BIGINT)"


@contextmanager
def transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Do all or nothing of a block; inside a transaction of the caller, leave that to the caller."""
    try:
        con.begin()
    except duckdb.TransactionException:
        yield
        return
    try:
        yield
    except BaseException:
        con.rollback()
        raise
    con.commit()


def create_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Make every schema, table and view that is not there yet."""
    folder = sql_folder(con)
    specs = known_tables(con)
    for schema in SCHEMAS:
        con.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    con.execute(_REJECT)
    con.execute(_PACKAGE_ORDER)
    before = _existing_columns(con)
    for schema in _FROM_FILES:
        for path in sorted((folder / "schema" / schema).glob("*.sql")):
            text = path.read_text("utf-8")
            con.execute(_in_schema(text, schema))
            if have := before.get(f"{schema}.{path.stem}"):
                _add_columns(con, f"{schema}.{path.stem}", have, text)
    for mart in ("settlement", "reversed_line"):
        con.execute(_in_schema((folder / "schema" / "mart" / f"{mart}.sql").read_text("utf-8"), "mart"))
    for spec in specs.values():
        columns = settled_columns(spec)
        _create_or_grow(con, f"settled.{spec.name}", columns, before)
        if spec.name == "fee_list_d":
            _create_or_grow(con, "intake.waiting_line", columns, before)
    con.execute(_quarantine_view(specs["fee_list_d"]))
    con.execute(account_view_sql(specs))
    for view in ("fee_line", "filing"):
        query = (folder / "marts" / f"{view}.sql").read_text("utf-8")
        con.execute(f"CREATE OR REPLACE VIEW mart.{view} AS {query}")


def _in_schema(text: str, schema: str) -> str:
    def place(match: re.Match[str]) -> str:
        kind, name = match.groups()
        return (
            f"CREATE OR REPLACE VIEW {schema}.{name}"
            if kind == "VIEW"
            else f"CREATE TABLE IF NOT EXISTS {schema}.{name}"
        )

    return _CREATE.sub(place, text)


def _add_columns(con: duckdb.DuckDBPyConnection, table: str, have: Mapping[str, str], text: str) -> None:
    """Add the columns that a table has in a newer file, empty where it has rows already."""
    for name, kind in _columns_in(text, table.partition(".")[2]):
        if name not in have:
            con.execute(f"ALTER TABLE {table} ADD COLUMN {quoted(name)} {kind}")


@lru_cache(maxsize=256)
def _columns_in(text: str, table: str) -> tuple[tuple[str, str], ...]:
    """Return name and type of every column that a schema file gives a table; none for a view."""
    return tuple(
        (column.name, column.args["kind"].sql(dialect="duckdb"))
        for created in sqlglot.parse(text, read="duckdb")
        if isinstance(created, exp.Create) and created.kind == "TABLE" and created.this.this.name == table
        # The parts of a structure are columns to the parser too: only the table's own count.
        for column in created.this.expressions
        if isinstance(column, exp.ColumnDef)
    )


def _existing_columns(con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    """Return the type of every column of the tables that exist, by table."""
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in con.execute(
        "SELECT schema_name || '.' || table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal"
    ).fetchall():
        found.setdefault(table, {})[column] = kind.replace(" ", "")
    return found


def _create_or_grow(
    con: duckdb.DuckDBPyConnection, table: str, columns: list[tuple[str, str]], before: dict[str, dict[str, str]]
) -> None:
    """Create a table, or add the columns that a newer schema brought; a changed type is refused."""
    if table not in before:
        con.execute(f"CREATE TABLE {table} ({', '.join(f'{quoted(n)} {t}' for n, t in columns)})")
        return
    have = before[table]
    for column, kind in columns:
        if column not in have:
            con.execute(f"ALTER TABLE {table} ADD COLUMN {quoted(column)} {kind}")
        elif have[column] != kind.replace(" ", ""):
            raise WarehouseError(
                f"{table}.{column} is {have[column]} in the warehouse and {kind} in sql/schema/landed: "
                "build a new warehouse from the landing packages"
            )


def _quarantine_view(lines: TableSpec) -> str:
    """Return the view that shows quarantine as people read it: every row with each of its reasons."""
    cells = ", ".join(f"'{name}': CAST({quoted(name)} AS VARCHAR)" for name, _ in lines.stored)
    return f"""CREATE OR REPLACE VIEW intake.quarantine AS
        SELECT
            q.table_name, q.package, q.file, q.row_no, q.primary_key, q.raw,
            r.column_name, r.rule, r.value, r.message
        FROM intake.quarantine_row AS q
        LEFT JOIN intake.quarantine_reason AS r USING (table_name, package, file, row_no)
        UNION ALL
        SELECT '{lines.name}', _package, _file, _row, bkkp_sn, CAST(to_json({{{cells}}}) AS VARCHAR), 'setl_id',
            'waits_for_settlement', setl_id, 'its settlement ' || setl_id || ' is set aside'
        FROM intake.waiting_line"""
