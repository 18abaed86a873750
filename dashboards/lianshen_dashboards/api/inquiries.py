"""What agencies ask each other, and persons' objections, over the interface."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from lianshen.cases.errors import Refused
from lianshen.cases.inquiries import STEPS
from lianshen.cases.inquiry_filter import InquiryFilter
from lianshen.cases.services import inquiring, inquiry_reading, objections
from lianshen_dashboards.context import Desk, current
from lianshen_dashboards.present import Row, outside
from lianshen_dashboards.problems import problem
from lianshen_dashboards.settlements import published, published_stay

PAGING = frozenset({"start", "end"})
Place = Annotated[int, Query(ge=0, le=1_000_000)]


class Asking(BaseModel):
    """What is asked: about a case for a query; about a case or a settlement for an investigation or an objection."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["query", "entrusted", "objection"]
    topic: str = Field(max_length=20)
    text: str = Field(max_length=4000)
    subject: str = Field("", max_length=200)
    case_no: str | None = Field(None, max_length=24)
    setl_id: str | None = Field(None, max_length=64)


class Stepping(BaseModel):
    """What a step needs: the version it was decided on, its text, and an outcome or an amount where it gives one."""

    model_config = ConfigDict(extra="forbid")

    version: int
    text: str = Field("", max_length=4000)
    outcome: str | None = Field(None, max_length=20)
    recalculated: Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2)] | None = None


def router(desk: Desk) -> APIRouter:
    """Return the routes about inquiries."""
    routes = APIRouter(tags=["inquiries"])
    book = desk.book

    @routes.get("/inquiries")
    def every(request: Request, start: Place = 0, end: Place = 50) -> Row:
        """Return inquiries, those on the clock first; filter by tab, kind, state, due and q. At most 200 at once."""
        given = {key: value for key, value in request.query_params.items() if key not in PAGING}
        found = inquiry_reading.list_inquiries(current(), book, InquiryFilter.strict(given), start, end)
        return {"items": [outside(row) for row in found["items"]], "total": found["total"]}

    @routes.post("/inquiries")
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

    @routes.get("/inquiries/waiting")
    def waiting() -> dict[str, int]:
        """Return for each tab how many inquiries wait for somebody."""
        return inquiry_reading.count_waiting(current(), book)

    @routes.get("/inquiries/{inquiry_no}")
    def one(inquiry_no: str) -> Row:
        """Return an inquiry with its history and the others about the same settlement or case."""
        p = current()
        found = inquiry_reading.get_inquiry(p, book, inquiry_no)
        inquiry_reading.log_view(p, book, inquiry_no)
        return outside(found)

    @routes.get("/inquiries/{inquiry_no}/explanation")
    def explanation(inquiry_no: str) -> Row:
        """Return how the settlement came out: as it was paid, as recomputed, and step by step; amounts in yuan."""
        p = current()
        found = inquiry_reading.get_inquiry(p, book, inquiry_no)
        return objections.explanation(p, book, inquiry_no, published(desk, found["setl_id"]))

    @routes.get("/cases/{case_no}/inquiries")
    def of_case(case_no: str) -> list[Row]:
        """Return the inquiries about a case or its settlements, newest first."""
        return [outside(row) for row in inquiry_reading.of_case(current(), book, case_no)]

    @routes.post("/inquiries/{inquiry_no}/{action}")
    def act(inquiry_no: str, action: str, body: Stepping) -> Any:
        """Take a step on an inquiry."""
        known = sorted({name for steps in STEPS.values() for name in steps})
        if action not in known:
            return problem(404, "no-action", f"没有“{action}”这个操作；可用：{'、'.join(known)}")
        fen = None if body.recalculated is None else int(body.recalculated.scaleb(2))
        return outside(
            inquiring.act(
                current(), book, inquiry_no, action, body.version,
                text=body.text, outcome=body.outcome, recalculated=fen,
            )
        )  # fmt: skip

    return routes
