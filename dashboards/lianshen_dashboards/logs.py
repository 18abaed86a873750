"""Structured logs: one JSON object per line, with the number of the request, without personal data.

What could name a person stays out by construction: a line has the route's template and never the address as it was
asked for, no query, no body, no login, no address of a client. A traceback keeps files, lines and functions but not
the error's message, which may quote what was typed. Who did what is in the trail.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

request_number: ContextVar[str | None] = ContextVar("request_number", default=None)
SAID = ("method", "route", "status", "ms", "kind", "signal", "count", "state", "webhook", "attempt")
"""Extra fields that a line may carry; anything else that is passed as ``extra`` is left out."""


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if (number := request_number.get()) is not None:
            line["request"] = number
        line |= {name: getattr(record, name) for name in SAID if hasattr(record, name)}
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            line["error"] = type(error).__name__
            line["where"] = [
                f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
            ]
        return json.dumps(line, ensure_ascii=False)


def log_to_stderr(level: str) -> None:
    """Send every record of this process to standard error as JSON, the server's own included."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.root.handlers = [handler]
    logging.root.setLevel(level.upper())
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True
    # All but the last log addresses with their queries; Alembic says how it connects at every opening.
    for name in ("uvicorn.access", "httpx", "httpcore", "werkzeug", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
