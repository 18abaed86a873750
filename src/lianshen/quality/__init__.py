"""The quality gate: Great Expectations on each received batch, inside DuckDB.

:func:`check` runs between receiving and settling in. Great Expectations is imported by it
alone, so that showing results needs nothing but this package.
"""

from __future__ import annotations

from lianshen.quality.checks import Check, CheckResult
from lianshen.quality.errors import CheckFileError, CheckUndecided
from lianshen.quality.gate import Limits, check
from lianshen.quality.report import render_html, render_terminal
from lianshen.quality.store import load, record

__all__ = [
    "Check",
    "CheckFileError",
    "CheckResult",
    "CheckUndecided",
    "Limits",
    "check",
    "load",
    "record",
    "render_html",
    "render_terminal",
]
