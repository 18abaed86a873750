"""Is the server alive, and can it work: for the probes of whoever runs it. Neither says anything about data."""

from __future__ import annotations

import logging

import sqlalchemy as sa
from fastapi import APIRouter
from fastapi.responses import JSONResponse, PlainTextResponse

from lianshen.cases.migrating import is_newest
from lianshen.warehouse.publish import current_snapshot
from lianshen_dashboards.context import Desk

NOT_USED = "not used"
LOG = logging.getLogger(__name__)


def readiness(desk: Desk) -> dict[str, str]:
    """Return what the server needs, each with ``ok`` or with what is missing."""
    return {"casebook": _casebook(desk), "snapshot": _snapshot(desk)}


def _casebook(desk: Desk) -> str:
    try:
        return "ok" if is_newest(desk.book.engine) else "not at the newest migration"
    except sa.exc.SQLAlchemyError as error:
        LOG.warning("casebook unreachable", extra={"kind": type(error).__name__})
        return "unreachable"


def _snapshot(desk: Desk) -> str:
    if desk.published is None:
        return NOT_USED
    return "ok" if current_snapshot(desk.published) else "no night published yet"


def router(desk: Desk) -> APIRouter:
    """Return the two probes."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/healthz")
    def healthz() -> PlainTextResponse:
        return PlainTextResponse("ok")

    @routes.get("/readyz")
    def readyz() -> JSONResponse:
        found = readiness(desk)
        return JSONResponse(found, 200 if set(found.values()) <= {"ok", NOT_USED} else 503)

    return routes
