"""Letters over the interface: of a case, and of an inquiry between agencies, as PDF and DOCX."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi.responses import Response

from lianshen.cases.letters.case_letters import KINDS
from lianshen.cases.letters.inquiry_letters import ANSWERING, ASKING
from lianshen.cases.services.letters import MEDIA, Paper, case_letter, inquiry_letter
from lianshen_dashboards.api.common import CaseNo
from lianshen_dashboards.context import Desk, current

CASE_KIND = Annotated[str, Query(json_schema_extra={"enum": list(KINDS)}, max_length=10)]
INQUIRY_KIND = Annotated[str, Query(json_schema_extra={"enum": [ASKING, ANSWERING]}, max_length=10)]


def file_answer(paper: Paper) -> Response:
    """Return a file that the browser keeps under its name and nowhere on the way."""
    named = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(paper.name)}", "Cache-Control": "no-store"}
    return Response(paper.body, media_type=paper.media_type, headers=named)


def gives(form: str) -> dict[int | str, dict[str, object]]:
    """Return what a route that gives a file says of itself."""
    return {200: {"content": {MEDIA[form]: {"schema": {"type": "string", "format": "binary"}}}}}


def router(desk: Desk) -> APIRouter:
    """Return the routes about letters."""
    routes = APIRouter(tags=["letters"], default_response_class=Response)
    book = desk.book

    @routes.get("/cases/{case_no}/letter.pdf", responses=gives("pdf"))
    def case_pdf(case_no: CaseNo, kind: CASE_KIND = "协查函") -> Response:
        """Return a letter of the case as PDF; the trail keeps who took it."""
        return file_answer(case_letter(current(), book, case_no, kind, "pdf"))

    @routes.get("/cases/{case_no}/letter.docx", responses=gives("docx"))
    def case_docx(case_no: CaseNo, kind: CASE_KIND = "协查函") -> Response:
        """Return a letter of the case as DOCX; the trail keeps who took it."""
        return file_answer(case_letter(current(), book, case_no, kind, "docx"))

    @routes.get("/inquiries/{inquiry_no}/letter.pdf", responses=gives("pdf"))
    def inquiry_pdf(inquiry_no: str, kind: INQUIRY_KIND = ASKING) -> Response:
        """Return a letter between agencies as PDF."""
        return file_answer(inquiry_letter(current(), book, inquiry_no, kind, "pdf"))

    @routes.get("/inquiries/{inquiry_no}/letter.docx", responses=gives("docx"))
    def inquiry_docx(inquiry_no: str, kind: INQUIRY_KIND = ASKING) -> Response:
        """Return a letter between agencies as DOCX."""
        return file_answer(inquiry_letter(current(), book, inquiry_no, kind, "docx"))

    return routes
