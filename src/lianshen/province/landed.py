"""The columns of the landed tables, as Arrow types, read from the landing contract's own files."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pyarrow as pa

from lianshen.errors import UsageError

_COLUMN = re.compile(r"^    ([a-z_0-9]+) (VARCHAR|DATE|TIMESTAMP|INTEGER|BIGINT|DECIMAL\((\d+), (\d+)\))")
_PLAIN = {
    "VARCHAR": pa.string(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("s"),
    "INTEGER": pa.int32(),
    "BIGINT": pa.int64(),
}


@cache
def landed_schema(content: Path, table: str) -> pa.Schema:
    """Return the columns of a landed table; raises :class:`UsageError` for a table that is not landed."""
    fields = []
    for line in _text(content, table).splitlines():
        found = _COLUMN.match(line)
        if found:
            name, kind, digits, scale = found.groups()
            fields.append((name, pa.decimal128(int(digits), int(scale)) if digits else _PLAIN[kind]))
    return pa.schema(fields)


@cache
def is_delivered_whole(content: Path, table: str) -> bool:
    """Return whether the table is a snapshot: delivered whole, the newest delivery holds. Raises as above."""
    return "-- mode: snapshot" in _text(content, table)


def _text(content: Path, table: str) -> str:
    file = content / "sql" / "schema" / "landed" / f"{table}.sql"
    if not file.exists():
        raise UsageError(f"{table}: no landed table of that name in {file.parent}")
    return file.read_text(encoding="utf-8")
