"""What the queue says of last night: when it ended and what it found, or that it did not end well."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from dash import dcc, html

from lianshen.warehouse.publish import current_snapshot
from lianshen.warehouse.snapshot import list_runs
from lianshen_dashboards.parts.common import Part
from lianshen_dashboards.present import Row, moment
from lianshen_dashboards.texts import say

GOOD = frozenset({"done", "published"})


@lru_cache(maxsize=4)
def _runs(_snapshot: Path, folder: Path) -> tuple[Row, ...]:
    # A snapshot never changes: its runs are read once.
    return tuple(list_runs(folder))


def runs_of(folder: Path | None) -> tuple[Row, ...]:
    """Return the runs of the snapshot in force, newest first; none where nothing was published."""
    snapshot = current_snapshot(folder) if folder else None
    return _runs(snapshot, folder) if snapshot and folder else ()


def night_banner(runs: tuple[Row, ...]) -> Part:
    """Return a warning where the newest night failed, else nothing."""
    if not runs or runs[0]["status"] in GOOD or runs[0]["status"] == "running":
        return None
    shown = next((run["night"] for run in runs if run["status"] in GOOD), say("queue.night_none"))
    return html.Div(
        [
            say("queue.night_failed", night=runs[0]["night"], shown=shown),
            dcc.Link(say("queue.night_link"), href=f"/runs/{runs[0]['night']}"),
        ],
        className="banner amber row",
        role="status",
    )


def night_done(runs: tuple[Row, ...]) -> str:
    """Return what the newest night found and when it ended, for a queue that has nothing left; empty if unknown."""
    if not runs or runs[0]["status"] not in GOOD or not runs[0]["ended_at"]:
        return ""
    findings = f"{runs[0]['findings'] or 0:,}"
    return say("queue.night_done", findings=findings, at=moment(runs[0]["ended_at"])[-5:])
