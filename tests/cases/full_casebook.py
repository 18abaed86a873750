"""A casebook with rows in every table there is, also in one that is added tomorrow."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from lianshen.cases import tables as t
from lianshen.cases.events import Event, append
from lianshen.cases.store import writing

AT = datetime(2026, 11, 23, 2, 0, 0, 123_456, tzinfo=UTC)
ROWS = 3
Row = dict[str, Any]


def fill_every_table(engine: Engine, rows: int = ROWS) -> None:
    """Put rows into every table: Chinese text, NULLs, bytes, JSON, moments and amounts among them."""
    with writing(engine) as con:
        for table in t.metadata.sorted_tables:
            if table.name not in ("event", "event_head"):
                con.execute(table.insert(), [_row(table, number) for number in range(1, rows + 1)])
        append(con, AT, [Event("comment", "shenhe01", "周审核", f"SC{n}", reason="核对", detail={"次": n})
                         for n in range(1, rows + 1)])  # fmt: skip


def _row(table: sa.Table, number: int) -> Row:
    return {column.name: _value(table, column, number) for column in table.columns}


def _value(table: sa.Table, column: sa.Column[Any], number: int) -> Any:
    for key in column.foreign_keys:
        if key.column.table is table:
            return None
        return _value(key.column.table, key.column, number)
    if column.nullable and number == 1:
        return None
    kind = column.type
    if isinstance(kind, t.UtcTime):
        return AT + timedelta(seconds=number)
    if isinstance(kind, sa.Date):
        return date(2026, 11, 20 + number)
    if isinstance(kind, sa.Boolean):
        return number % 2 == 0
    if isinstance(kind, sa.Float):
        return number / 7
    if isinstance(kind, sa.Integer):
        return -number if kind is t.FEN or column.name == "amount" else number
    if isinstance(kind, sa.LargeBinary):
        return b"\x00\xff" + bytes([number])
    if isinstance(kind, sa.JSON):
        return {"年龄": number, "because_item": None}
    text = f"{number}{table.name[:3]}限{column.name}\n'\""
    return text[: getattr(kind, "length", None) or 100]


def contents(source: Engine | Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table, in the order of its key."""
    if isinstance(source, Engine):
        with source.connect() as con:
            return contents(con)
    return {
        table.name: [tuple(row) for row in source.execute(sa.select(table).order_by(*table.primary_key.columns))]
        for table in t.metadata.sorted_tables
    }
