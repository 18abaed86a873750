"""Opening the casebook: SQLite by default, PostgreSQL by URL, always at the newest migration.

SQLite runs in WAL mode, so that readers never wait for the writer; what writes begins with
``BEGIN IMMEDIATE``, so that two writers queue up instead of one failing at its first statement.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, make_url

from lianshen.cases import tables as t
from lianshen.cases.errors import CasebookError
from lianshen.config import SHANGHAI
from lianshen.errors import MissingExtra
from lianshen.workdays import Workdays

WRITES = "lianshen_writes"


def open_casebook(url: str) -> Engine:
    """Open the casebook at a SQLAlchemy URL, create or migrate it, and return its engine.

    ``sqlite:////abs/file``, ``sqlite:///rel/file`` or ``postgresql://user@host/db`` (psycopg 3).

    :raises CasebookError: if the URL names no database we keep, or the file is newer than this version.
    :raises MissingExtra: if the driver of the URL is not installed.
    """
    # Alembic is needed only here, and takes a while to import.
    from lianshen.cases.migrating import migrate

    engine = connect(url)
    migrate(engine)
    return engine


def connect(url: str) -> Engine:
    """Return an engine for the URL with the pragmas and locking that the services count on; nothing is migrated."""
    try:
        parsed = make_url(url)
    except sa.exc.ArgumentError as error:
        raise CasebookError(f"{url!r} is no SQLAlchemy URL: {error}; write sqlite:///casebook.sqlite") from error
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed)
    if parsed.get_backend_name() != "postgresql":
        raise CasebookError(f"casebook on {parsed.get_backend_name()}: use an sqlite:// or postgresql:// URL")
    if parsed.get_driver_name() != "psycopg":
        parsed = parsed.set(drivername="postgresql+psycopg")
    try:
        return sa.create_engine(parsed, pool_size=8, max_overflow=16, pool_pre_ping=True, hide_parameters=True)
    except ModuleNotFoundError as error:
        raise MissingExtra("psycopg", "postgres", "a casebook on PostgreSQL") from error


def _sqlite(url: sa.URL) -> Engine:
    in_memory = url.database in (None, "", ":memory:")
    if not in_memory:
        Path(str(url.database)).absolute().parent.mkdir(parents=True, exist_ok=True)
    options: dict[str, Any] = {"poolclass": sa.StaticPool} if in_memory else {"pool_size": 8, "max_overflow": 16}
    engine = sa.create_engine(
        url, connect_args={"check_same_thread": False, "timeout": 15}, hide_parameters=True, **options
    )

    @sa.event.listens_for(engine, "connect")
    def _pragmas(connection: sqlite3.Connection, _record: object) -> None:
        # The driver must not begin transactions on its own: we choose which kind.
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            "busy_timeout=15000",
            # Of each of two dozen connections; the system's own cache of the file serves all of them.
            "cache_size=-2048",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


before_commit: ContextVar[Callable[[Connection], None] | None] = ContextVar("before_commit", default=None)
"""What every write of this context does last in its transaction: so the note that a request took effect is committed
together with what it did, or not at all."""


_together: ContextVar[Connection | None] = ContextVar("together", default=None)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Yield a connection in one transaction that holds SQLite's write lock from its start."""
    whole = _together.get()
    if whole is not None and whole.engine is engine:
        with whole.begin_nested():
            yield whole
        return
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        yield connection
        if (last := before_commit.get()) is not None:
            last(connection)


@contextmanager
def together(engine: Engine) -> Iterator[None]:
    """Make everything that services write inside one transaction: all of it is kept, or none where an error leaves.

    What a service reads for its answer is still what stood before.
    """
    with writing(engine) as connection:
        held = _together.set(connection)
        try:
            yield
        finally:
            _together.reset(held)


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Terms:
    """The numbers of the procedure, in working days where they are days. Defaults are proposals to the operator."""

    accept_days: int = 2
    due_days_high: int = 15
    due_days: int = 30
    return_days: int = 5
    reply_days: int = 5
    evidence_days: int = 10
    extension_days: int = 10
    appeal_days: int = 10
    appeal_decide_days: int = 20
    query_days: int = 5
    entrusted_days: int = 20
    objection_accept_days: int = 5
    objection_days: int = 20
    warn_days: int = 3
    escalate_days: int = 5
    cosign_fen: int = 5_000_000
    bulk_reviewer: int = 200
    bulk_lead: int = 500
    idle_minutes: int = 30
    session_hours: int = 8
    lock_failures: int = 5
    lock_minutes: int = 15
    password_days: int = 90


@dataclass(frozen=True)
class Casebook:
    """What every service needs beside the principal: the engine, the clock, the calendar and the terms."""

    engine: Engine
    now: Callable[[], datetime] = _utc_now
    terms: Terms = field(default_factory=Terms)

    @cached_property
    def workdays(self) -> Workdays:
        return Workdays.shipped()

    @property
    def today(self) -> date:
        """The day in Shanghai."""
        return self.now().astimezone(SHANGHAI).date()


def mark_demo(engine: Engine) -> None:
    """Mark the casebook as one of demonstration data, which alone may hold demo accounts."""
    with writing(engine) as connection:
        connection.execute(t.note.delete().where(t.note.c.name == "kind"))
        connection.execute(t.note.insert().values(name="kind", value="demo"))


def is_demo(engine: Engine) -> bool:
    """Return whether the casebook was marked as demonstration data."""
    with engine.connect() as connection:
        return connection.scalar(sa.select(t.note.c.value).where(t.note.c.name == "kind")) == "demo"
