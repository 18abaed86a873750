"""What pages read of the published snapshot: runs, their steps and rules, checks and accounts, as plain dicts.

A page opens the snapshot for one answer and closes it, so that it always sees the one in force.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from lianshen.warehouse.published import rows_of

Row = dict[str, Any]


def list_runs(folder: Path | None) -> list[Row]:
    """Return the runs, newest first.

    A run has run_id, night, started_at, ended_at, status, detail (the night's report), seconds, findings and
    failed_rules. Empty where nothing has been published yet.
    """
    runs = rows_of(
        folder,
        """
        WITH seconds AS (SELECT run_id, SUM(seconds) AS seconds FROM step GROUP BY run_id),
        found AS (
            SELECT night, SUM(findings)::BIGINT AS findings, COUNT(error)::BIGINT AS failed_rules
            FROM rule_run GROUP BY night
        )
        SELECT run.*, seconds.seconds, found.findings, found.failed_rules
        FROM run LEFT JOIN seconds USING (run_id) LEFT JOIN found USING (night)
        ORDER BY run.started_at DESC, run.run_id DESC
        """,
    )
    return [_with_detail(run) for run in runs]


def read_run(folder: Path | None, night: str) -> Row | None:
    """Return the newest run of a night with ``steps``, ``rules``, ``checks`` and ``accounts``; None if there is none.

    Steps of the same name are summed. Checks and accounts are those of the run's packages.
    """
    found = [run for run in list_runs(folder) if run["night"] == night]
    if not found:
        return None
    run = found[0]
    packages = run["detail"].get("packages") or [night]
    run["steps"] = rows_of(
        folder,
        """
        SELECT step, MIN(started_at) AS started_at, SUM(seconds) AS seconds, COUNT(*)::BIGINT AS times,
            MIN(status) AS status, STRING_AGG(detail->>'note', '; ') FILTER (detail->>'note' IS NOT NULL) AS note
        FROM step WHERE run_id = ? GROUP BY step ORDER BY started_at
        """,
        [run["run_id"]],
    )
    run["rules"] = rows_of(
        folder,
        """
        SELECT rule_id, fingerprint, rows_read, findings, seconds, error FROM rule_run
        WHERE night = ? ORDER BY error IS NULL, findings DESC, rule_id
        """,
        [night],
    )
    run["checks"] = rows_of(
        folder,
        """
        SELECT package, table_name, code, column_name, severity, title_zh, evaluated, unexpected, passed,
            CAST(sample AS VARCHAR) AS sample
        FROM quality WHERE LIST_CONTAINS(?, package)
        ORDER BY
            passed, LIST_POSITION(['stop', 'set_aside', 'warn', 'info'], severity), unexpected DESC, table_name, code
        """,
        [packages],
    )
    for check in run["checks"]:
        check["sample"] = json.loads(check["sample"] or "[]")
    run["accounts"] = rows_of(folder, "SELECT * FROM account WHERE LIST_CONTAINS(?, package) ORDER BY ALL", [packages])
    return run


def rows_by_place(folder: Path | None, setl_ids: list[str]) -> list[Row]:
    """Return settlements of the snapshot by id: place, stay and amounts, in order of admission."""
    return rows_of(
        folder,
        """
        SELECT setl_id, fixmedins_code, fixmedins_name, begndate, enddate, medfee_sumamt, fund_pay_sumamt
        FROM settlement WHERE LIST_CONTAINS(?, setl_id) ORDER BY begndate, setl_id
        """,
        [setl_ids],
    )


def settlement_with_steps(folder: Path | None, setl_id: str) -> Row | None:
    """Return how one settlement came out: ``settlement`` and ``recomputed`` as text by column, and its ``steps``.

    None where the snapshot does not hold it, or it does not count; steps are there for settlements with findings.
    """
    text = "CAST(COLUMNS(* EXCLUDE (psn_no)) AS VARCHAR)"
    found = rows_of(folder, f"SELECT {text} FROM settlement WHERE setl_id = ? AND counts", [setl_id])
    if not found:
        return None
    again = rows_of(folder, "SELECT CAST(COLUMNS(*) AS VARCHAR) FROM recomputed WHERE setl_id = ?", [setl_id])
    steps = rows_of(folder, "SELECT steps::VARCHAR AS steps FROM explanation WHERE setl_id = ?", [setl_id])
    return {
        "settlement": found[0],
        "recomputed": again[0] if again else {},
        "steps": json.loads(steps[0]["steps"]) if steps else [],
    }


def rule_nights(folder: Path | None, rule_id: str | None = None) -> list[Row]:
    """Return what each rule, or one, did each night, newest night first: rows read, findings, seconds, error."""
    return rows_of(
        folder,
        "SELECT * FROM rule_run WHERE rule_id = COALESCE(?, rule_id) ORDER BY night DESC, rule_id",
        [rule_id],
    )


def _with_detail(run: Row) -> Row:
    detail = json.loads(run["detail"]) if run["detail"] else {}
    ended: datetime | None = run["ended_at"]
    if ended is not None:
        run["seconds"] = (ended - run["started_at"]).total_seconds()
    return {**run, "detail": detail}
