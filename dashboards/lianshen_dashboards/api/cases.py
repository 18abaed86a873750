"""Cases over the interface: lists, one case, actions."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from lianshen.cases import services
from lianshen.cases.domain import BULK_ACTIONS, TRANSITIONS
from lianshen.cases.services.paging import page_cases
from lianshen_dashboards.answers import answers
from lianshen_dashboards.answers.administration import Me
from lianshen_dashboards.answers.after import Appeal
from lianshen_dashboards.answers.cases import Case, CaseAfter, CaseGone, CaseList, Event, Facets, Line, Outcome, Related
from lianshen_dashboards.api.common import CaseNo, Cursor, Text, described_filter, filter_of, words_in_path
from lianshen_dashboards.context import Desk, current
from lianshen_dashboards.present import Row, listed, outside
from lianshen_dashboards.versions import IfMatch, Version, etag, version_wanted

ACTION = words_in_path("case_action", TRANSITIONS)
Action = Annotated[str, Path(json_schema_extra={"enum": list(TRANSITIONS)})]
Limit = Annotated[int | None, Query(ge=1, le=500, description="rows of a page that ends in a cursor")]


class Act(BaseModel):
    """What an action needs: the version it was decided on, and the reason, remark or answer it asks for."""

    model_config = ConfigDict(extra="forbid")

    version: Version | None = None
    reason: Annotated[Text, Field(max_length=20)] | None = None
    text: Annotated[Text, Field(max_length=4000)] = ""
    worth_checking: bool | None = None
    agency: Annotated[Text, Field(max_length=6)] | None = None
    assignee: Annotated[Text, Field(max_length=40)] | None = None


class Item(BaseModel):
    """One case of many."""

    case_no: Annotated[Text, Field(max_length=24)]
    version: Version


class Bulk(BaseModel):
    """One action on many cases; each succeeds or fails on its own."""

    model_config = ConfigDict(extra="forbid")

    action: Annotated[str, Field(json_schema_extra={"enum": sorted(BULK_ACTIONS)})]
    items: list[Item] = Field(max_length=500)
    reason: Annotated[Text, Field(max_length=20)] | None = None
    text: Annotated[Text, Field(max_length=4000)] = ""


def router(desk: Desk) -> APIRouter:
    """Return the routes about cases."""
    routes = APIRouter(tags=["cases"])
    book = desk.book

    def shown(found: Row) -> Row:
        return {**outside({**found, "items": []}), "items": [listed(row, desk.rule_names) for row in found["items"]]}

    @routes.get("/me", tags=["account"], responses=answers(Me))
    def me() -> Row:
        """Return who is signed in."""
        p = current()
        return {"login": p.login, "name": p.name, "role": p.role, "role_name": p.role_name, "agency": p.agency}

    @routes.get("/cases", openapi_extra=described_filter(), responses=answers(CaseList))
    def cases(
        request: Request,
        response: Response,
        start: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
        end: Annotated[int, Query(ge=0, le=2**31 - 1)] = 100,
        cursor: Cursor = None,
        limit: Limit = None,
    ) -> Row:
        """Return a page of cases, and with the first page count and sum of all.

        With ``limit`` or ``cursor``: that many rows and ``next``, the cursor of the following page, null on the last.
        Without: the rows from ``start`` to before ``end`` (at most 500), as a table that is scrolled asks for.
        """
        wanted = filter_of(request)
        if cursor is None and limit is None:
            return shown(services.list_cases(current(), book, wanted, start, end, want_total=start == 0))
        page = page_cases(current(), book, wanted, cursor, limit or 100)
        if page["next"]:
            asked = {**request.query_params, "cursor": page["next"]}
            response.headers["Link"] = f'<{request.url.path}?{urlencode(asked)}>; rel="next"'
        return shown(page)

    @routes.get("/cases/facets", openapi_extra=described_filter(), responses=answers(Facets))
    def facets(request: Request) -> dict[str, dict[str, int]]:
        """Return for each facet how many cases each value has; a facet ignores its own selection."""
        return services.facets(current(), book, filter_of(request))

    @routes.get("/cases/{case_no}", responses=answers(Case))
    def one(case_no: CaseNo, response: Response) -> Row:
        """Return one case with its findings; the ETag names its version for ``If-Match``."""
        p = current()
        case = services.get_case(p, book, case_no)
        services.log_view(p, book, case_no, "api")
        response.headers["ETag"] = etag(case["version"])
        # The region that insures the person reads the summary and what came of it.
        findings = services.get_findings(p, book, case_no) if case["is_whole"] else []
        return outside({**case, "findings": findings})

    @routes.get("/cases/{case_no}/lines", responses=answers(list[Line]))
    def lines(case_no: CaseNo) -> list[Row]:
        """Return the lines to determine."""
        return [outside(line) for line in services.get_lines(current(), book, case_no)]

    @routes.get("/cases/{case_no}/events", responses=answers(list[Event]))
    def events(case_no: CaseNo) -> list[Row]:
        """Return the trail, newest first."""
        return [outside(event) for event in services.get_events(current(), book, case_no)]

    @routes.get("/cases/{case_no}/related", responses=answers(Related))
    def related(case_no: CaseNo) -> Row:
        """Return the cases linked by a finding, of the same person, and of the same institution and rule."""
        return outside(services.related(current(), book, case_no))

    @routes.get("/cases/{case_no}/appeals", responses=answers(list[Appeal]))
    def appeals(case_no: CaseNo) -> list[Row]:
        """Return the rounds of the institution's appeal."""
        return [outside(row) for row in services.get_appeals(current(), book, case_no)]

    @routes.post("/cases/{case_no}/" + ACTION, responses=answers(CaseAfter | CaseGone))
    def act(case_no: CaseNo, action: Action, body: Act, response: Response, if_match: IfMatch = None) -> Row:
        """Take an action on a case; answer with the case afterwards, or its number where it left one's scope."""
        after = services.transition(
            current(),
            book,
            case_no,
            action,
            version_wanted(if_match, body.version),
            reason=body.reason,
            text=body.text,
            worth_checking=body.worth_checking,
            agency=body.agency,
            assignee=body.assignee,
        )
        if "version" in after:
            response.headers["ETag"] = etag(after["version"])
        return outside(after)

    @routes.post("/bulk", responses=answers(Outcome))
    def bulk(body: Bulk) -> dict[str, list[str]]:
        """Take one action on many cases; return case numbers as ok, conflict and denied."""
        items = [item.model_dump() for item in body.items]
        return services.bulk(current(), book, body.action, items, reason=body.reason, text=body.text)

    return routes
