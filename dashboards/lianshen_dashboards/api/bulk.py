"""One action on every case of a filter, as a job whose progress is asked for."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from lianshen.cases.domain import BULK_ACTIONS
from lianshen.cases.filters import CaseFilter
from lianshen.cases.services import jobs
from lianshen_dashboards.answers import answers
from lianshen_dashboards.answers.cases import Job
from lianshen_dashboards.api.common import Text
from lianshen_dashboards.context import Desk, current
from lianshen_dashboards.present import Row
from lianshen_dashboards.problems import problem

JobId = Annotated[str, Path(max_length=20, pattern=r"^[A-Za-z0-9_\-]+$")]


class ByFilter(BaseModel):
    """What to do with every case of ``query``, written as in the address of the queue, if they are so many."""

    model_config = ConfigDict(extra="forbid")

    action: Annotated[str, Field(json_schema_extra={"enum": sorted(BULK_ACTIONS)})]
    query: Annotated[Text, Field(max_length=1000)]
    expected_count: Annotated[int, Field(ge=0, le=2**31 - 1)]
    reason: Annotated[Text, Field(max_length=20)] | None = None
    text: Annotated[Text, Field(max_length=4000)] = ""


def router(desk: Desk) -> APIRouter:
    """Return the routes about work on many cases."""
    routes = APIRouter(tags=["cases"])
    book = desk.book

    @routes.post("/bulk/by-filter", status_code=202, responses=answers(Job, 202))
    def by_filter(body: ByFilter, response: Response) -> Any:
        """Begin the action; nothing is done where the filter has another number of cases than expected."""
        f = CaseFilter.strict(body.query)
        try:
            job = jobs.start_by_filter(
                current(), book, body.action, f, body.expected_count, reason=body.reason, text=body.text
            )
        except jobs.CountMoved as moved:
            return problem(409, "count-moved", str(moved), expected=moved.expected, found=moved.found)
        response.headers["Location"] = f"/api/v1/jobs/{job['id']}"
        return job

    @routes.get("/jobs/{job_id}", responses=answers(Job))
    def job(job_id: JobId) -> Row:
        """Return how far a job of one's own is: done of total, and case numbers as ok, conflict and denied."""
        return jobs.get_job(current(), book, job_id)

    return routes
