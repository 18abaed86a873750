"""Landing packages from a PostgreSQL copy of the platform: what changed since the last pull, with its control sums.

The source holds tables of the landing contract under their national names. Everything is read in one
repeatable-read transaction, so that a package is the source at one moment and its sums are the source's own.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from lianshen.errors import LianshenError, MissingExtra, UsageError
from lianshen.warehouse.package import MANIFEST, Package, find_packages, read_package
from lianshen.warehouse.schema import TableSpec, landed_tables

OVERLAP = timedelta(minutes=15)
"""A transaction of the source may show a row later than its ``updt_time`` says: that much is read again."""

_BATCH = 20_000
_WORKING = ".pulling-"


class PullFailed(LianshenError):
    """The source cannot be read, or lacks what the landing contract requires."""


@dataclass(frozen=True)
class _Column:
    name: str
    select: str
    arrow: pa.DataType


def pull(
    url: str,
    landing: Path,
    *,
    until: datetime,
    since: datetime | None = None,
    source: str = "postgres",
    schema: str = "public",
    tables: Sequence[str] | None = None,
    content: Path | None = None,
    overlap: timedelta = OVERLAP,
) -> Package | None:
    """Write what changed in ``(since, until]`` as one package into ``landing``; None when nothing did.

    ``url`` is a libpq or SQLAlchemy URL, times are naive Asia/Shanghai. ``since`` None continues where the last
    pull of this ``source`` ended (the watermark, kept beside the packages). Snapshot tables are read whole.
    Killed half way it leaves nothing that would be received. Raise :class:`PullFailed` or :class:`UsageError`.
    """
    landing.mkdir(parents=True, exist_ok=True)
    for stale in landing.glob(f"{_WORKING}*"):
        shutil.rmtree(stale)
    begin = since if since is not None else _watermark(landing, source)
    if begin is None:
        raise UsageError(f"source '{source}' was never pulled into {landing}: say from when, with --since")
    if begin >= until:
        return None
    reach = begin - overlap if since is None else begin
    specs = _wanted(landed_tables(content), tables)
    name, sequence = _next_name(landing, until.date())
    working = landing / f"{_WORKING}{name}"
    working.mkdir(mode=0o700)
    entries = _read_source(url, schema, specs, reach, until, working)
    if not any(sum(f["rows"] for f in entry["files"]) for entry in entries.values()):
        shutil.rmtree(working)
        _set_watermark(landing, source, until)
        return None
    manifest = {
        "format": "lianshen-landing/1",
        "business_date": until.date().isoformat(),
        "source": source,
        "sequence": sequence,
        "pulled": {"since": reach.isoformat(), "until": until.isoformat()},
        "tables": entries,
    }
    (working / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
    os.replace(working, landing / name)
    _set_watermark(landing, source, until)
    return read_package(landing / name)


def _wanted(specs: dict[str, TableSpec], tables: Sequence[str] | None) -> list[TableSpec]:
    unknown = set(tables or ()) - specs.keys()
    if unknown:
        raise UsageError(f"{', '.join(sorted(unknown))}: not a table of the landing contract")
    return [spec for name, spec in specs.items() if tables is None or name in tables]


def _next_name(landing: Path, day: date) -> tuple[str, int]:
    taken = {folder.name for folder in landing.iterdir()}
    sequence = 1
    while (name := f"{day}" if sequence == 1 else f"{day}.{sequence}") in taken:
        sequence += 1
    return name, sequence


def _watermark(landing: Path, source: str) -> datetime | None:
    """Return until when the source was pulled: as noted, or as the newest package says if the note was lost."""
    known = []
    note = landing / f".{source}.watermark"
    if note.is_file():
        known.append(datetime.fromisoformat(note.read_text("ascii").strip()))
    for package in find_packages(landing):
        if package.source == source:
            pulled = json.loads((package.folder / MANIFEST).read_text("utf-8")).get("pulled")
            if pulled:
                known.append(datetime.fromisoformat(pulled["until"]))
    return max(known, default=None)


def _set_watermark(landing: Path, source: str, until: datetime) -> None:
    temporary = landing / f".{source}.watermark.new"
    temporary.write_text(until.isoformat() + "\n", encoding="ascii")
    os.replace(temporary, landing / f".{source}.watermark")


def _read_source(
    url: str, schema: str, specs: Sequence[TableSpec], since: datetime, until: datetime, folder: Path
) -> dict[str, dict[str, Any]]:
    try:
        import psycopg
    except ImportError as error:
        raise MissingExtra("psycopg", "postgres", "pulling from PostgreSQL") from error
    address = url.replace("postgresql+psycopg://", "postgresql://", 1)
    try:
        with psycopg.connect(address) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            connection.execute("SET TIME ZONE 'Asia/Shanghai'")
            entries = {}
            for spec in specs:
                columns = _columns(connection, schema, spec)
                if columns:
                    entries[spec.name] = _read_table(connection, schema, spec, columns, since, until, folder)
    except psycopg.Error as error:
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise PullFailed(f"the source cannot be read: {first}; nothing was written, pull again") from error
    if not entries:
        raise PullFailed(f"schema '{schema}' of the source holds no table of the landing contract")
    return entries


def _columns(connection: Any, schema: str, spec: TableSpec) -> list[_Column]:
    """Return what to select of a table; nothing when the source has no such table. Dropped identifiers are not read."""
    found = dict(
        connection.execute(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = %s AND table_name = %s",
            (schema, spec.name),
        ).fetchall()
    )
    if not found:
        return []
    missing = [c.name for c in spec.columns if c.required and c.name not in found]
    if missing:
        raise PullFailed(f"{schema}.{spec.name} of the source lacks the required column {', '.join(missing)}")
    return [
        _select(column.name, found[column.name])
        for column in spec.columns
        if column.name in found and column.identifier != "drop"
    ]


def _select(name: str, kind: str) -> _Column:
    """Dates and times travel typed; everything else as text, which loses nothing."""
    if kind == "date":
        return _Column(name, f'"{name}"', pa.date32())
    if kind == "timestamp without time zone":
        return _Column(name, f'"{name}"', pa.timestamp("us"))
    if kind == "timestamp with time zone":
        return _Column(name, f"\"{name}\" AT TIME ZONE 'Asia/Shanghai'", pa.timestamp("us"))
    if kind == "boolean":
        return _Column(name, f"CASE \"{name}\" WHEN TRUE THEN '1' WHEN FALSE THEN '0' END", pa.string())
    return _Column(name, f'"{name}"::text', pa.string())


def _read_table(
    connection: Any,
    schema: str,
    spec: TableSpec,
    columns: Sequence[_Column],
    since: datetime,
    until: datetime,
    folder: Path,
) -> dict[str, Any]:
    """Write one table as Parquet and return its entry of the manifest."""
    changed, moments = "", tuple[datetime, ...]()
    if spec.mode == "delta":
        changed, moments = " WHERE updt_time > %s AND updt_time <= %s", (since, until)
    table = f'"{schema}"."{spec.name}"{changed}'
    summed = [c for c in spec.control if c in {column.name for column in columns}]
    totals = ", ".join(["COUNT(*)", *(f'COALESCE(SUM("{c}"::numeric), 0)::text' for c in summed)])
    rows, *sums = connection.execute(f"SELECT {totals} FROM {table}", moments).fetchone()
    path = folder / f"{spec.name}.parquet"
    arrow = pa.schema([(column.name, column.arrow) for column in columns])
    with pq.ParquetWriter(path, arrow, compression="zstd") as writer:
        for batch in _batches(connection, f"SELECT {', '.join(c.select for c in columns)} FROM {table}", moments):
            arrays = [
                pa.array(values, field.type) for values, field in zip(zip(*batch, strict=True), arrow, strict=True)
            ]
            writer.write_batch(pa.record_batch(arrays, schema=arrow))
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "mode": spec.mode,
        "files": [{"name": path.name, "rows": rows, "sha256": digest}],
        "control": dict(zip(summed, sums, strict=True)),
    }


def _batches(connection: Any, query: str, values: tuple[datetime, ...]) -> Iterator[list[tuple[Any, ...]]]:
    with connection.cursor(name="lianshen_pull") as cursor:
        cursor.execute(query, values)
        while batch := cursor.fetchmany(_BATCH):
            yield batch
