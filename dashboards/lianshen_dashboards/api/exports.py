"""Cases as an Excel workbook over the interface."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, Response
from starlette.background import BackgroundTask

from lianshen.cases.filters import CaseFilter
from lianshen.cases.services.exporting import COLUMNS
from lianshen.cases.services.letters import MEDIA
from lianshen.cases.services.workbooks import columns_named, export_workbook
from lianshen.config import SHANGHAI
from lianshen_dashboards.api.common import described_filter
from lianshen_dashboards.api.letters import gives
from lianshen_dashboards.context import Desk, current

LISTED = Annotated[
    str, Query(max_length=400, description=f"Columns in their order, comma separated; of {', '.join(COLUMNS)}")
]


def router(desk: Desk) -> APIRouter:
    """Return the route of the workbook."""
    routes = APIRouter(tags=["exports"])

    @routes.get(
        "/cases/export.xlsx", response_class=Response, responses=gives("xlsx"), openapi_extra=described_filter()
    )
    def export(request: Request, columns: LISTED = "") -> Response:
        """Return the cases of the filter with the columns that are shown; the trail keeps who took them."""
        wanted = columns_named(columns)
        f = CaseFilter.strict({key: value for key, value in request.query_params.items() if key != "columns"})
        handle, name = tempfile.mkstemp(suffix=".xlsx")
        os.close(handle)
        path = Path(name)
        try:
            export_workbook(current(), desk.book, f, path, columns=wanted, rule_names=desk.rule_names)
        except BaseException:
            path.unlink()
            raise
        shown = f"案件-{desk.book.now().astimezone(SHANGHAI):%Y%m%d-%H%M}.xlsx"
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(shown)}", "Cache-Control": "no-store"}
        return FileResponse(path, media_type=MEDIA["xlsx"], headers=headers, background=BackgroundTask(path.unlink))

    return routes
