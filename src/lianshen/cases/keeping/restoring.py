"""Putting a backup into an empty database of either kind, at the migration it was made at, and on to the newest."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lianshen.cases.errors import CasebookError
from lianshen.cases.events import verify_events
from lianshen.cases.keeping.backup import BackupSummary, member, quiet, read_manifest
from lianshen.cases.keeping.moving import compare
from lianshen.cases.keeping.whole import ROWS, ROWS_WITH_FILES, Progress, is_empty, put, set_sequences
from lianshen.cases.migrating import migrate, migrate_to, revisions
from lianshen.cases.store import connect, writing


def restore(file: Path, url: str, progress: Progress = quiet) -> BackupSummary:
    """Put a backup into an empty database of either kind and bring it to the newest migration.

    Everything or nothing, read back and compared; sessions are not restored, since some of them were ended since.

    :raises CasebookError: if the file is not whole, of a newer version, or the database holds anything.
    """
    summary = read_manifest(file, thorough=True)
    if summary.revision not in revisions():
        raise CasebookError(
            f"{file} is of migration {summary.revision}, which this version does not know: install {summary.version}"
        )
    engine = connect(url)
    shown = engine.url.render_as_string(hide_password=True)
    try:
        with engine.connect() as con:
            if not is_empty(con):
                raise CasebookError(f"{shown} holds a casebook already: nothing was changed; restore into an empty one")
        migrate_to(engine, summary.revision)
        with writing(engine) as con:
            if not is_empty(con):
                raise CasebookError(f"{shown} was written to meanwhile: nothing was changed")
            _put_back(file, con, summary, progress)
        migrate(engine)
        if summary.broken is None and (broken := verify_events(engine)) is not None:
            raise CasebookError(f"{shown}: the trail breaks at event {broken.seq}: {broken.why}; do not use it")
    finally:
        engine.dispose()
    return summary


def _put_back(file: Path, con: Connection, summary: BackupSummary, progress: Progress) -> None:
    with tempfile.TemporaryDirectory(prefix="lianshen-restore-") as room, zipfile.ZipFile(file) as archive:
        for table in summary.tables:
            whole = table.whole()
            parquet = Path(archive.extract(member(table.name), room))
            size = ROWS_WITH_FILES if whole.has_files else ROWS
            done = 0
            for batch in pq.ParquetFile(parquet).iter_batches(size):
                rows = [_row(row, whole.kinds) for row in batch.to_pylist()]
                put(con, whole, rows)
                done += len(rows)
                progress(table.name, done, table.rows)
            parquet.unlink()
            compare(con, whole, table.rows, table.digest)
        con.execute(sa.table("sessions").delete())
        set_sequences(con, [table.whole() for table in summary.tables])


def _row(row: dict[str, Any], kinds: Mapping[str, str]) -> dict[str, Any]:
    return {
        name: json.loads(value) if kinds[name] == "json" and value is not None else value for name, value in row.items()
    }
