"""The run ledger: our own record of every night and step, kept in the warehouse.

Prefect shows a run while it goes and, with its temporary server, forgets part of it. What
was done, when, how long it took and what it gave is therefore written here, and only
this record is quoted.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import duckdb

from lianshen.config import SHANGHAI

Result = TypeVar("Result")


def now() -> datetime:
    """Return the time in Shanghai, naive, as DuckDB keeps it."""
    return datetime.now(SHANGHAI).replace(tzinfo=None)


class RunLedger:
    """Writes ``ledger.run`` and ``ledger.step`` of one night."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, night: str) -> None:
        self._connection = connection
        earlier = connection.execute("SELECT COUNT(*) FROM ledger.run WHERE night = ?", [night]).fetchone()
        self.run_id = f"{night}#{(earlier[0] if earlier else 0) + 1}"
        self.night = night
        self.seconds: dict[str, float] = {}
        self._steps: list[tuple[str, datetime, float, str, str]] = []
        connection.execute(
            "INSERT INTO ledger.run (run_id, night, started_at, status, detail) VALUES (?, ?, ?, 'running', '{}')",
            [self.run_id, night, now()],
        )

    def timed(self, step: str, work: Callable[[], Result]) -> Result:
        """Do ``work`` and remember how long it took; a failure is remembered too, then raised."""
        started, clock, status, note = now(), time.perf_counter(), "done", ""
        try:
            return work()
        except BaseException as error:
            status, note = "failed", f"{type(error).__name__}: {error}"
            raise
        finally:
            seconds = time.perf_counter() - clock
            self.seconds[step] = self.seconds.get(step, 0.0) + seconds
            self._steps.append((step, started, seconds, status, json.dumps({"note": note} if note else {})))

    def close(self, status: str, detail: dict[str, Any]) -> None:
        """Write the steps and the end of the run. Call it outside a transaction that may roll back."""
        self._connection.executemany(
            "INSERT INTO ledger.step (run_id, step, started_at, seconds, status, detail) VALUES (?, ?, ?, ?, ?, ?)",
            [(self.run_id, *step) for step in self._steps],
        )
        self._connection.execute(
            "UPDATE ledger.run SET ended_at = ?, status = ?, detail = ? WHERE run_id = ?",
            [now(), status, json.dumps(detail, ensure_ascii=False, default=str), self.run_id],
        )

    def published(self) -> None:
        """Say that readers see this run's result; a run without it is finished by the next one."""
        self._connection.execute("UPDATE ledger.run SET status = 'published' WHERE run_id = ?", [self.run_id])


def close_cut_off(connection: duckdb.DuckDBPyConnection) -> bool:
    """Close runs that were killed, and say whether the last one left something to finish.

    There is one writer, so whoever opens the warehouse knows that a run still marked as running is over.
    """
    connection.execute("UPDATE ledger.run SET status = 'killed' WHERE status = 'running'")
    last = connection.execute("SELECT status FROM ledger.run ORDER BY started_at DESC, run_id DESC LIMIT 1").fetchone()
    return last is not None and last[0] != "published"
