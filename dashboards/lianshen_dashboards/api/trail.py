"""The trail as CSV for the auditor; that it was taken out stands in it."""

from __future__ import annotations

from datetime import date
from itertools import chain
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from lianshen.cases.services.auditing import TrailFilter, export_trail, trail_csv
from lianshen.config import SHANGHAI
from lianshen_dashboards.api.common import Text
from lianshen_dashboards.context import Desk, current

Word = Annotated[Text, Query(max_length=40)]
CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}
MARK = "\ufeff"
"""Without it a spreadsheet takes UTF-8 for the machine's own encoding."""


def router(desk: Desk) -> APIRouter:
    """Return the route of the trail."""
    routes = APIRouter(tags=["trail"])

    @routes.get("/trail.csv", response_class=StreamingResponse, responses=CSV)
    def trail(
        case_no: Word = "", actor: Word = "", action: Word = "", since: date | None = None, until: date | None = None
    ) -> StreamingResponse:
        """Return the events of the filter, oldest first; for auditors."""
        wanted = TrailFilter(case_no.upper(), actor, action, since, until)
        rows = export_trail(current(), desk.book, wanted)
        name = f"trail-{desk.book.now().astimezone(SHANGHAI):%Y%m%d-%H%M}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return StreamingResponse(chain((MARK,), trail_csv(rows)), media_type="text/csv; charset=utf-8", headers=headers)

    return routes
