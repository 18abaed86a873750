"""What agencies ask each other, and persons' objections, over the interface."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from lianshen.cases.errors import Refused
from lianshen.cases.inquiries import KINDS, STATES, STEPS
from lianshen.cases.inquiry_filter import InquiryFilter
from lianshen.cases.services import inquiring, inquiry_reading, objections
from lianshen.cases.services.inquiry_paging import page_inquiries
from lianshen_dashboards.answers import answers
from lianshen_dashboards.answers.exchange import Explanation, Inquiry, InquiryList, InquiryRow, Waiting
from lianshen_dashboards.api.common import PAGING, CaseNo, Cursor, Money, Text, fen, words_in_path
from lianshen_dashboards.context import Desk, current
from lianshen_dashboards.present import Row, outside
from lianshen_dashboards.settlements import published, published_stay
from lianshen_dashboards.versions import IfMatch, Version, etag, version_wanted

ACTIONS = tuple(dict.fromkeys(name for steps in STEPS.values() for name in steps))
ACTION = words_in_path("inquiry_action", ACTIONS)
Action = Annotated[str, Path(json_schema_extra={"enum": list(ACTIONS)})]
InquiryNo = Annotated[str, Path(max_length=24, pattern=r"^[A-Za-z0-9_\-]+$", examples=["HS20261119-7F3A2B"])]
Place = Annotated[int, Query(ge=0, le=1_000_000)]


def _some(values: list[str]) -> Any:
    one = "|".join(values)
    return Query(description="comma separated", pattern=f"^({one})(,({one}))*$")


class Asking(BaseModel):
    """What is asked: about a case for a query; about a case or a settlement for an investigation or an objection."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["query", "entrusted", "objection"]
    topic: Annotated[Text, Field(max_length=20)]
    text: Annotated[Text, Field(max_length=4000)]
    subject: Annotated[Text, Field(max_length=200)] = ""
    case_no: Annotated[Text, Field(max_length=24)] | None = None
    setl_id: Annotated[Text, Field(max_length=64)] | None = None


class Stepping(BaseModel):
    """What a step needs: the version it was decided on, its text, and an outcome or an amount where it gives one."""

    model_config = ConfigDict(extra="forbid")

    version: Version | None = None
    text: Annotated[Text, Field(max_length=4000)] = ""
    outcome: Annotated[Text, Field(max_length=20)] | None = None
    recalculated: Annotated[Money, Field(ge=0)] | None = None


def router(desk: Desk) -> APIRouter:
    """Return the routes about inquiries."""
    routes = APIRouter(tags=["inquiries"])
    book = desk.book

    @routes.get("/inquiries", responses=answers(InquiryList))
    def every(
        request: Request,
        response: Response,
        tab: Literal["in", "out", "objection", "all"] = "all",
        kind: Annotated[str | None, _some(list(KINDS))] = None,
        state: Annotated[str | None, _some(list(STATES))] = None,
        due: Literal["overdue", "soon"] | None = None,
        q: Annotated[Text | None, Query(max_length=60)] = None,
        start: Place = 0,
        end: Place = 50,
        cursor: Cursor = None,
        limit: Annotated[int | None, Query(ge=1, le=200, description="rows of a page that ends in a cursor")] = None,
    ) -> Row:
        """Return inquiries, those on the clock first; filter by tab, kind, state, due and q.

        With ``limit`` or ``cursor``: that many and ``next``, the cursor of the following page, null on the last.
        Without: those from ``start`` to before ``end``, at most 200.
        """
        given = {key: value for key, value in request.query_params.items() if key not in PAGING}
        if cursor is not None or limit is not None:
            page = page_inquiries(current(), book, InquiryFilter.strict(given), cursor, limit or 50)
            if page["next"]:
                following = urlencode({**request.query_params, "cursor": page["next"]})
                response.headers["Link"] = f'<{request.url.path}?{following}>; rel="next"'
            return {**page, "items": [outside(row) for row in page["items"]]}
        found = inquiry_reading.list_inquiries(current(), book, InquiryFilter.strict(given), start, end)
        return {"items": [outside(row) for row in found["items"]], "total": found["total"]}

    @routes.post("/inquiries", responses=answers(Inquiry))
    def ask(body: Asking) -> Row:
        """Send a query or an investigation, or take in an objection."""
        p = current()
        if body.kind == "query":
            if not body.case_no:
                raise Refused("case_no：参保地核实须写明案件编号")
            return outside(inquiring.ask(p, book, body.case_no, body.topic, body.text, subject=body.subject))
        if not body.setl_id and not (body.kind == "entrusted" and body.case_no):
            raise Refused("setl_id：请写明结算编号")
        stay = published_stay(desk, body.setl_id)
        if body.kind == "entrusted":
            return outside(
                inquiring.entrust(
                    p, book, body.topic, body.text,
                    case_no=body.case_no, setl_id=body.setl_id, settlement=stay, subject=body.subject,
                )
            )  # fmt: skip
        setl_id = body.setl_id or ""
        return outside(
            objections.receive(p, book, setl_id, body.topic, body.text, settlement=stay, subject=body.subject)
        )

    @routes.get("/inquiries/waiting", responses=answers(Waiting))
    def waiting() -> dict[str, int]:
        """Return for each tab how many inquiries wait for somebody."""
        return inquiry_reading.count_waiting(current(), book)

    @routes.get("/inquiries/{inquiry_no}", responses=answers(Inquiry))
    def one(inquiry_no: InquiryNo, response: Response) -> Row:
        """Return an inquiry with its history and the others about the same settlement or case."""
        p = current()
        found = inquiry_reading.get_inquiry(p, book, inquiry_no)
        inquiry_reading.log_view(p, book, inquiry_no)
        response.headers["ETag"] = etag(found["version"])
        return outside(found)

    @routes.get("/inquiries/{inquiry_no}/explanation", responses=answers(Explanation))
    def explanation(inquiry_no: InquiryNo) -> Row:
        """Return how the settlement came out: as it was paid, as recomputed, and step by step; amounts in yuan."""
        p = current()
        found = inquiry_reading.get_inquiry(p, book, inquiry_no)
        return objections.explanation(p, book, inquiry_no, published(desk, found["setl_id"]))

    @routes.get("/cases/{case_no}/inquiries", responses=answers(list[InquiryRow]))
    def of_case(case_no: CaseNo) -> list[Row]:
        """Return the inquiries about a case or its settlements, newest first."""
        return [outside(row) for row in inquiry_reading.of_case(current(), book, case_no)]

    @routes.post("/inquiries/{inquiry_no}/" + ACTION, responses=answers(Inquiry))
    def act(inquiry_no: InquiryNo, action: Action, body: Stepping, response: Response, if_match: IfMatch = None) -> Any:
        """Take a step on an inquiry; answer with it as it then stands."""
        after = inquiring.act(
            current(),
            book,
            inquiry_no,
            action,
            version_wanted(if_match, body.version),
            text=body.text,
            outcome=body.outcome,
            recalculated=None if body.recalculated is None else fen(body.recalculated),
        )
        response.headers["ETag"] = etag(after["version"])
        return outside(after)

    return routes
