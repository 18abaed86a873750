"""Carrying a casebook to another database: all of it or nothing, and nobody writes meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from lianshen.cases.errors import CasebookError
from lianshen.cases.events import chain_head, verify_events
from lianshen.cases.keeping.whole import (
    HEAD,
    Digest,
    Progress,
    Whole,
    batches,
    count,
    digest_of,
    is_empty,
    put,
    set_sequences,
    tables_of,
)
from lianshen.cases.store import open_casebook, writing


@dataclass(frozen=True)
class Moved:
    """What arrived: rows by table, and the end of the trail."""

    rows: Mapping[str, int]
    events: int
    head: str


def move(source_url: str, target_url: str, progress: Progress | None = None) -> Moved:
    """Carry every row of one casebook into another that is empty.

    Both are brought to the newest migration. The source is locked against writing and otherwise left as it is; the
    target receives everything in one transaction, after every table's rows were read back and compared. A move that
    is interrupted leaves the target empty and can simply be done again.

    :raises CasebookError: if the two are one, the target holds anything, the source's trail is broken, or what
        arrived is not what was sent.
    """
    source, target = open_casebook(source_url), open_casebook(target_url)
    try:
        return _move(source, target, progress or (lambda _table, _done, _all: None))
    finally:
        source.dispose()
        target.dispose()


def _move(source: Engine, target: Engine, progress: Progress) -> Moved:
    shown = target.url.render_as_string(hide_password=True)
    if source.url == target.url:
        raise CasebookError(f"{shown} is where the casebook is already")
    with target.connect() as there:
        if not is_empty(there):
            raise CasebookError(f"{shown} holds a casebook already: nothing was changed; move to an empty database")
    if (broken := verify_events(source)) is not None:
        raise CasebookError(
            f"the trail of the source breaks at event {broken.seq}: {broken.why}; keep it as evidence, and move a "
            "backup from before"
        )
    with _held(source) as here, writing(target) as there:
        if not is_empty(there):
            raise CasebookError(f"{shown} was written to meanwhile: nothing was changed")
        rows = carry(here, there, progress)
    found = verify_events(target)
    seq, head = chain_head(target)
    if found is not None or (seq, head) != chain_head(source):
        raise CasebookError(f"{shown}: the trail did not arrive whole; do not use it")
    return Moved(rows, seq, head)


@contextmanager
def _held(source: Engine) -> Iterator[Connection]:
    """Yield a connection that sees one moment and keeps writers of the trail waiting."""
    with writing(source) as con:
        if con.dialect.name == "postgresql":
            con.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        con.execute(sa.select(sa.column("seq")).select_from(sa.table(HEAD)).with_for_update())
        yield con


def carry(here: Connection, there: Connection, progress: Progress) -> dict[str, int]:
    """Copy every table within the two transactions and compare what arrived; return the rows by table."""
    tables = tables_of(here)
    arriving = {whole.name: whole for whole in tables_of(there)}
    rows: dict[str, int] = {}
    for whole in tables:
        expected, sent = count(here, whole), Digest()
        progress(whole.name, 0, expected)
        for batch in batches(here, whole):
            put(there, whole, batch)
            sent.add(batch)
            progress(whole.name, sent.rows, expected)
        compare(there, arriving[whole.name], sent.rows, sent.hexdigest())
        rows[whole.name] = sent.rows
    set_sequences(there, tables)
    return rows


def compare(con: Connection, whole: Whole, rows: int, digest: str) -> None:
    """Read a table back and compare it with what was sent.

    :raises CasebookError: where a row is missing, or is another one.
    """
    found = digest_of(con, whole)
    if (found.rows, found.hexdigest()) != (rows, digest):
        raise CasebookError(f"{whole.name}: {rows} rows were sent, {found.rows} arrived, and they are not the same")
