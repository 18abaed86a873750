"""Backups: one file that holds the casebook as it was at one moment, and that either database can be restored from.

A zip of one Parquet file for each table and a manifest with the migration, each table's rows, their digest and the
file's hash, and the end of the trail. Other programs can read it, also when we are gone.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from lianshen import __version__
from lianshen.cases.errors import CasebookError
from lianshen.cases.events import verify_events
from lianshen.cases.keeping.whole import (
    HEAD,
    Digest,
    Progress,
    Whole,
    batches,
    count,
    tables_of,
)
from lianshen.cases.migrating import revision_of
from lianshen.cases.store import connect

FORMAT = "lianshen-casebook/1"
MANIFEST = "manifest.json"
ARROW: Mapping[str, pa.DataType] = {
    "truth": pa.bool_(),
    "number": pa.int64(),
    "float": pa.float64(),
    "json": pa.string(),
    "bytes": pa.binary(),
    "moment": pa.timestamp("us", "UTC"),
    "day": pa.date32(),
    "text": pa.string(),
}


@dataclass(frozen=True)
class TableKept:
    """One table of a backup, in the order of restoring."""

    name: str
    kinds: Mapping[str, str]
    key: tuple[str, ...]
    rows: int
    digest: str
    sha256: str

    def whole(self) -> Whole:
        return Whole(self.name, self.kinds, tuple(self.key))


@dataclass(frozen=True)
class BackupSummary:
    """What a backup says of itself."""

    format: str
    version: str
    revision: str
    at: str
    events: int
    head: str
    broken: str | None
    tables: tuple[TableKept, ...]

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)


def quiet(_table: str, _done: int, _all: int) -> None:
    """Tell nobody how far it is."""


def back_up(url: str, file: Path, progress: Progress = quiet) -> BackupSummary:
    """Write the casebook as it is now to a new file, while others go on reading and writing.

    The file appears under its name only when it is whole and was read back; only its owner may read it.

    :raises CasebookError: if there is no casebook, or the file is there already.
    """
    if file.exists():
        raise CasebookError(f"{file} is there already: a backup never replaces another")
    engine = connect(url)
    try:
        revision = revision_of(engine)
        if revision is None:
            raise CasebookError(f"no casebook at {engine.url.render_as_string(hide_password=True)}")
        broken = verify_events(engine)
        said = f"{broken.seq}: {broken.why}" if broken else None
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_name(file.name + ".part")
        try:
            _write(engine, part, revision, said, progress)
            found = read_manifest(part, thorough=True)
            os.replace(part, file)
        finally:
            part.unlink(missing_ok=True)
        return found
    finally:
        engine.dispose()


def _write(engine: Engine, part: Path, revision: str, broken: str | None, progress: Progress) -> None:
    with (
        tempfile.TemporaryDirectory(prefix=".backup-", dir=part.parent) as room,
        os.fdopen(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as opened,
        zipfile.ZipFile(opened, "w", zipfile.ZIP_STORED, allowZip64=True) as archive,
        _one_moment(engine) as con,
    ):
        kept = []
        seq, digest_of_last = con.execute(sa.select(sa.text(f"seq, hash FROM {HEAD}"))).one()
        for whole in tables_of(con):
            parquet = Path(room) / f"{whole.name}.parquet"
            digest = _write_table(con, whole, parquet, progress)
            archive.write(parquet, member(whole.name))
            kept.append(TableKept(whole.name, whole.kinds, whole.key, digest.rows, digest.hexdigest(), _hash(parquet)))
            parquet.unlink()
        at = datetime.now(UTC).isoformat(timespec="seconds")
        summary = BackupSummary(FORMAT, __version__, revision, at, seq, digest_of_last, broken, tuple(kept))
        archive.writestr(MANIFEST, json.dumps(asdict(summary), ensure_ascii=False, indent=1))
    with part.open("rb") as written:
        os.fsync(written.fileno())


@contextmanager
def _one_moment(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as con, con.begin():
        if con.dialect.name == "postgresql":
            con.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        yield con


def member(table: str) -> str:
    """Return where a table lies in the file."""
    return f"tables/{table}.parquet"


def _hash(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _hash_of_member(archive: zipfile.ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    with archive.open(name) as found:
        while piece := found.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def _schema(whole: Whole) -> pa.Schema:
    return pa.schema([(name, ARROW[kind]) for name, kind in whole.kinds.items()])


def _write_table(con: Connection, whole: Whole, file: Path, progress: Progress) -> Digest:
    digest, expected, schema = Digest(), count(con, whole), _schema(whole)
    written_as_text = [name for name, kind in whole.kinds.items() if kind == "json"]
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for rows in batches(con, whole):
            digest.add(rows)
            for row in rows:
                for name in written_as_text:
                    row[name] = None if row[name] is None else json.dumps(row[name], ensure_ascii=False)
            writer.write_table(pa.Table.from_pylist(rows, schema))
            progress(whole.name, digest.rows, expected)
    return digest


def read_manifest(file: Path, *, thorough: bool = False) -> BackupSummary:
    """Return what a backup says of itself; ``thorough`` reads every byte and compares the hashes.

    :raises CasebookError: if it is no backup, or no longer what was written.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            said = json.loads(archive.read(MANIFEST))
            if said.get("format") != FORMAT:
                raise CasebookError(f"{file} is of format {said.get('format')!r}; this version reads {FORMAT}")
            tables = tuple(TableKept(**{**one, "key": tuple(one["key"])}) for one in said.pop("tables"))
            summary = BackupSummary(**said, tables=tables)
            for table in tables if thorough else ():
                if _hash_of_member(archive, member(table.name)) != table.sha256:
                    raise CasebookError(f"{file}: {table.name} is not what was written; use another backup")
    except (OSError, zipfile.BadZipFile, KeyError, TypeError, ValueError) as error:
        raise CasebookError(f"{file} is no whole backup of a casebook ({error}); use another one") from error
    return summary
