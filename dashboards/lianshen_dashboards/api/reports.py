"""Reports over the interface: the monthly bulletin and the quarterly assessment, as figures, PDF and DOCX."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response

from lianshen.cases.reports.periods import month, quarter
from lianshen.cases.services.assessing import assessment
from lianshen.cases.services.bulletins import bulletin
from lianshen.cases.services.reports import report_file
from lianshen_dashboards.answers import answers
from lianshen_dashboards.answers.reports import Assessment, Bulletin
from lianshen_dashboards.api.letters import file_answer, gives
from lianshen_dashboards.context import Desk, current
from lianshen_dashboards.present import Row, outside

MONTH = Annotated[str, Query(alias="month", pattern=r"^20\d\d-(0[1-9]|1[0-2])$")]
QUARTER = Annotated[str, Query(alias="quarter", pattern=r"^20\d\dQ[1-4]$")]


def router(desk: Desk) -> APIRouter:
    """Return the routes about reports."""
    routes = APIRouter(prefix="/reports", tags=["reports"])
    book = desk.book

    @routes.get("/bulletin", responses=answers(Bulletin))
    def bulletin_figures(asked: MONTH) -> Row:
        """Return the figures of a month's bulletin; money in yuan."""
        return _said(asdict(bulletin(current(), book, month(asked))))

    @routes.get("/assessment", responses=answers(Assessment))
    def assessment_figures(asked: QUARTER) -> Row:
        """Return the five measures of a quarter per agency, shrunk, with ranks and their intervals."""
        return _said(asdict(assessment(current(), book, quarter(asked))))

    @routes.get("/bulletin.pdf", response_class=Response, responses=gives("pdf"))
    def bulletin_pdf(asked: MONTH) -> Response:
        """Return a month's bulletin as PDF; the trail keeps who took it."""
        return file_answer(report_file(current(), book, "bulletin", month(asked), "pdf"))

    @routes.get("/bulletin.docx", response_class=Response, responses=gives("docx"))
    def bulletin_docx(asked: MONTH) -> Response:
        """Return a month's bulletin as DOCX; the trail keeps who took it."""
        return file_answer(report_file(current(), book, "bulletin", month(asked), "docx"))

    @routes.get("/assessment.pdf", response_class=Response, responses=gives("pdf"))
    def assessment_pdf(asked: QUARTER) -> Response:
        """Return a quarter's assessment as PDF; the trail keeps who took it."""
        return file_answer(report_file(current(), book, "assessment", quarter(asked), "pdf"))

    @routes.get("/assessment.docx", response_class=Response, responses=gives("docx"))
    def assessment_docx(asked: QUARTER) -> Response:
        """Return a quarter's assessment as DOCX; the trail keeps who took it."""
        return file_answer(report_file(current(), book, "assessment", quarter(asked), "docx"))

    return routes


def _said(figures: Any) -> Row:
    """Return figures with money and days as text, in their nested rows too."""
    return outside(_lists(figures))


def _lists(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _lists(one) for key, one in value.items()}
    return [_lists(one) for one in value] if isinstance(value, tuple | list) else value
