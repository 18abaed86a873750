"""Opening the files of a package as relations of the connection, without ever guessing a type.

CSV cells arrive as text; Parquet columns keep the type that the file states. Every row carries ``_row``,
its 1-based number in the file, whatever is wrong with it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from lianshen.warehouse.package import FileEntry

_BLOCK = 8 << 20


class FileUnusable(Exception):
    """A file that cannot be read as what its manifest says; stops its table, never the package."""


@dataclass(frozen=True)
class RaggedRow:
    """A CSV row with more or fewer cells than the header."""

    row: int
    cells: int
    expected: int
    text: str


@dataclass
class Source:
    """One file of one table, open as the relation ``relation`` of the connection.

    ``types`` gives the relation's columns as sent and their DuckDB types, without ``_row``. Rows that come back
    from quarantine are ``hashed`` already and name their file in each row: ``file_sql``.
    """

    file: str
    relation: str
    types: dict[str, str]
    rows: int
    ragged: list[RaggedRow] = field(default_factory=list)
    hashed: bool = False
    file_sql: str | None = None


def verify_file(path: Path, entry: FileEntry) -> None:
    """Raise :class:`FileUnusable` unless the file is there with the bytes that the manifest promises."""
    if not path.is_file():
        raise FileUnusable(f"{entry.name}: the file is not in the folder")
    with path.open("rb") as file:
        actual = hashlib.file_digest(file, "sha256").hexdigest()
    if actual != entry.sha256.lower():
        raise FileUnusable(f"{entry.name}: sha256 is {actual}, the manifest says {entry.sha256.lower()}")


def open_source(con: duckdb.DuckDBPyConnection, path: Path, entry: FileEntry, relation: str) -> Source:
    """Open a verified file as the temporary relation ``relation``.

    Raise :class:`FileUnusable` when it is not what its name says, or holds another number of rows than promised.
    """
    try:
        reader = _open_parquet if entry.name.lower().endswith(".parquet") else _open_csv
        source = reader(con, path, entry, relation)
    except (duckdb.Error, pa.ArrowException, UnicodeError, OSError, EOFError) as error:
        first = str(error).strip().splitlines()[0]
        raise FileUnusable(f"{entry.name}: cannot be read as {_dialect(entry)}: {first}") from error
    if source.rows != entry.rows:
        raise FileUnusable(f"{entry.name}: holds {source.rows} rows, the manifest says {entry.rows}")
    return source


def _dialect(entry: FileEntry) -> str:
    if entry.name.lower().endswith(".parquet"):
        return "Parquet"
    return f"CSV in {'UTF-8' if entry.codec == 'utf8' else 'GB18030'}"


def _open_parquet(con: duckdb.DuckDBPyConnection, path: Path, entry: FileEntry, relation: str) -> Source:
    literal = str(path).replace("'", "''")
    con.execute(
        f"CREATE OR REPLACE TEMP VIEW {relation} AS SELECT * EXCLUDE (file_row_number), file_row_number + 1 AS _row "
        f"FROM read_parquet('{literal}', file_row_number = TRUE, binary_as_string = TRUE, hive_partitioning = FALSE)"
    )
    types = {
        str(name): str(kind) for name, kind, *_ in con.execute(f"DESCRIBE {relation}").fetchall() if name != "_row"
    }
    counted = con.execute(f"SELECT COUNT(*) FROM {relation}").fetchone()
    return Source(entry.name, relation, types, int(counted[0]) if counted else 0)


def _open_csv(con: duckdb.DuckDBPyConnection, path: Path, entry: FileEntry, relation: str) -> Source:
    ragged: list[RaggedRow] = []

    def set_apart(row: pa_csv.InvalidRow) -> str:
        # The reader counts the header as row 1.
        ragged.append(RaggedRow(row.number - 1, row.actual_columns, row.expected_columns, row.text))
        return "skip"

    names = _header(path, entry)
    reader = pa_csv.open_csv(
        path,
        read_options=pa_csv.ReadOptions(use_threads=False, block_size=_BLOCK, encoding=entry.codec),
        parse_options=pa_csv.ParseOptions(newlines_in_values=True, invalid_row_handler=set_apart),
        convert_options=pa_csv.ConvertOptions(
            strings_can_be_null=True, null_values=[""], column_types={name: pa.string() for name in names}
        ),
    )
    numbered = pa.RecordBatchReader.from_batches(
        reader.schema.append(pa.field("_row", pa.int64())), _with_row_numbers(reader, ragged)
    )
    con.register("_csv_batches", numbered)
    try:
        con.execute(f"CREATE OR REPLACE TEMP TABLE {relation} AS SELECT * FROM _csv_batches")
    finally:
        con.unregister("_csv_batches")
    counted = con.execute(f"SELECT COUNT(*) FROM {relation}").fetchone()
    rows = (int(counted[0]) if counted else 0) + len(ragged)
    return Source(entry.name, relation, dict.fromkeys(names, "VARCHAR"), rows, ragged)


def _header(path: Path, entry: FileEntry) -> list[str]:
    """Return the column names, so that every one of them can be read as text."""
    probe = pa_csv.open_csv(
        path,
        read_options=pa_csv.ReadOptions(use_threads=False, block_size=1 << 20, encoding=entry.codec),
        parse_options=pa_csv.ParseOptions(newlines_in_values=True, invalid_row_handler=lambda _: "skip"),
        convert_options=pa_csv.ConvertOptions(check_utf8=False),
    )
    names = list(probe.schema.names)
    probe.close()
    if twice := {name for name in names if names.count(name) > 1}:
        raise FileUnusable(f"{entry.name}: the header names {', '.join(sorted(twice))} twice")
    return names


def _with_row_numbers(reader: pa_csv.CSVStreamingReader, ragged: list[RaggedRow]) -> Iterator[pa.RecordBatch]:
    """Number the rows as they stand in the file, ragged ones included in the count."""
    next_row = 1
    for batch in reader:
        skipped = np.array([r.row for r in ragged if r.row >= next_row], dtype=np.int64)
        numbers = np.arange(next_row, next_row + batch.num_rows + len(skipped), dtype=np.int64)
        numbers = numbers[~np.isin(numbers, skipped)][: batch.num_rows]
        if batch.num_rows:
            next_row = int(numbers[-1]) + 1
        yield pa.RecordBatch.from_arrays(
            [*batch.columns, pa.array(numbers)], schema=batch.schema.append(pa.field("_row", pa.int64()))
        )
