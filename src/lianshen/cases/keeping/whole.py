"""Whole tables as the database itself tells of them: their columns, their rows in batches, and a digest of the rows.

Tables are reflected and not taken from the code, so that a casebook of an older version is read as it is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lianshen.cases.errors import CasebookError
from lianshen.cases.tables import UtcTime

ROWS = 5_000
ROWS_WITH_FILES = 50
HEAD = "event_head"
LEFT_OUT = frozenset({"alembic_version"})
Row = dict[str, Any]
Progress = Callable[[str, int, int], None]
"""Told the table, how many of its rows are done, and how many it has."""
# In this order: a moment is a date to isinstance, a truth value a number.
KINDS: tuple[tuple[type[sa.types.TypeEngine[Any]], str], ...] = (
    (sa.Boolean, "truth"),
    (sa.Integer, "number"),
    (sa.Float, "float"),
    (sa.JSON, "json"),
    (sa.LargeBinary, "bytes"),
    (sa.DateTime, "moment"),
    (sa.Date, "day"),
    (sa.String, "text"),
)
TYPES: Mapping[str, sa.types.TypeEngine[Any]] = {
    "truth": sa.Boolean(),
    "number": sa.BigInteger(),
    "float": sa.Float(),
    "json": sa.JSON(none_as_null=True),
    "bytes": sa.LargeBinary(),
    "moment": UtcTime(),
    "day": sa.Date(),
    "text": sa.Text(),
}


@dataclass(frozen=True)
class Whole:
    """One table: its name, the kind of each column, and its key."""

    name: str
    kinds: Mapping[str, str]
    key: tuple[str, ...]

    def table(self) -> sa.TableClause:
        """Return the table for statements, with the types that we read and write."""
        return sa.table(self.name, *(sa.column(name, TYPES[kind]) for name, kind in self.kinds.items()))

    @property
    def has_files(self) -> bool:
        return "bytes" in self.kinds.values()


def tables_of(con: Connection) -> list[Whole]:
    """Return every table of the casebook, each after those that it refers to."""
    found = sa.MetaData()
    found.reflect(con)
    return [
        Whole(
            table.name,
            {column.name: _kind(table.name, column) for column in table.columns},
            tuple(column.name for column in table.primary_key.columns),
        )
        for table in found.sorted_tables
        if table.name not in LEFT_OUT
    ]


def _kind(table: str, column: sa.Column[Any]) -> str:
    for known, kind in KINDS:
        if isinstance(column.type, known):
            return kind
    raise CasebookError(f"{table}.{column.name} is of type {column.type!s}, which a casebook never has")


def count(con: Connection, whole: Whole) -> int:
    """Return how many rows the table has."""
    return con.scalar(sa.select(sa.func.count()).select_from(whole.table())) or 0


def is_empty(con: Connection) -> bool:
    """Return whether nothing was ever kept here: no table, or none with a row but the head of an empty trail."""
    for whole in tables_of(con):
        if whole.name == HEAD:
            if con.scalar(sa.select(sa.column("seq")).select_from(sa.table(HEAD))):
                return False
        elif count(con, whole):
            return False
    return True


def batches(con: Connection, whole: Whole) -> Iterator[list[Row]]:
    """Yield the rows in the order of the key, few at a time where they carry files."""
    size = ROWS_WITH_FILES if whole.has_files else ROWS
    query = sa.select(whole.table()).order_by(*(sa.column(name) for name in whole.key))
    found = con.execute(query, execution_options={"yield_per": size}).mappings()
    for part in found.partitions(size):
        yield [dict(row) for row in part]


def put(con: Connection, whole: Whole, rows: Sequence[Row]) -> None:
    """Insert rows; the head of the trail is there from the beginning, and is moved."""
    if whole.name == HEAD:
        (row,) = rows
        con.execute(whole.table().update().values(**row))
        return
    con.execute(whole.table().insert(), list(rows))


class Digest:
    """A digest of a table's rows that does not depend on their order, which databases collate differently."""

    def __init__(self) -> None:
        self._sum = 0
        self.rows = 0

    def add(self, rows: Sequence[Row]) -> None:
        """Take in rows."""
        for row in rows:
            text = json.dumps(row, default=_plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            self._sum += int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
        self.rows += len(rows)

    def hexdigest(self) -> str:
        """Return the sum of the rows' hashes, modulo 2²⁵⁶."""
        return f"{self._sum % 2**256:064x}"


def _plain(value: Any) -> str:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case date():
            return value.isoformat()
        case bytes() | memoryview():
            return hashlib.sha256(value).hexdigest()
    raise TypeError(f"{type(value).__name__} is no value of a casebook")


def digest_of(con: Connection, whole: Whole) -> Digest:
    """Return the digest of the table as it is."""
    digest = Digest()
    for rows in batches(con, whole):
        digest.add(rows)
    return digest


def set_sequences(con: Connection, tables: Sequence[Whole]) -> None:
    """Let PostgreSQL number on after the rows that came with their numbers; SQLite does by itself."""
    if con.dialect.name != "postgresql":
        return
    for whole in tables:
        if whole.key == ("id",) and whole.kinds["id"] == "number":
            con.execute(
                sa.text(
                    f"SELECT setval(s, greatest((SELECT max(id) FROM {whole.name}), 1),"
                    f" EXISTS (SELECT FROM {whole.name})) FROM pg_get_serial_sequence(:name, 'id') AS s"
                    " WHERE s IS NOT NULL"
                ),
                {"name": whole.name},
            )
