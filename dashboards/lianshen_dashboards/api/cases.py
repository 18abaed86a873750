"""Cases over the interface: lists, one case, determinations, actions, money that came back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from lianshen.cases import services
from lianshen.cases.domain import TRANSITIONS
from lianshen.cases.filters import CaseFilter
from lianshen_dashboards.context import Desk, current
from lianshen_dashboards.present import Row, listed, outside
from lianshen_dashboards.problems import problem

PAGING = frozenset({"start", "end"})


class Act(BaseModel):
    """What an action needs: the version it was decided on, and the reason, remark or answer it asks for."""

    model_config = ConfigDict(extra="forbid")

    version: int
    reason: str | None = Field(None, max_length=20)
    text: str = Field("", max_length=4000)
    worth_checking: bool | None = None
    agency: str | None = Field(None, max_length=6)
    assignee: str | None = Field(None, max_length=40)


class Item(BaseModel):
    """One case of many."""

    case_no: str = Field(max_length=24)
    version: int


class Bulk(BaseModel):
    """One action on many cases; each succeeds or fails on its own."""

    model_config = ConfigDict(extra="forbid")

    action: str
    items: list[Item] = Field(max_length=500)
    reason: str | None = Field(None, max_length=20)
    text: str = Field("", max_length=4000)


class Determination(BaseModel):
    """What a line was found to come to, in yuan; null takes it back."""

    model_config = ConfigDict(extra="forbid")

    amount: Annotated[Decimal, Field(max_digits=14, decimal_places=2)] | None
    reason: str | None = Field(None, max_length=20)
    text: str = Field("", max_length=400)
    version: int | None = None


class Rest(BaseModel):
    """How to determine every line that is still open."""

    model_config = ConfigDict(extra="forbid")

    how: Literal["full", "none"]
    reason: str = Field(max_length=20)
    text: str = Field("", max_length=400)
    version: int | None = None


class Recovery(BaseModel):
    """Money that came back, in yuan."""

    model_config = ConfigDict(extra="forbid")

    amount: Annotated[Decimal, Field(max_digits=14, decimal_places=2)]
    way: str = Field(max_length=12)
    voucher: str = Field(max_length=60)
    day: date
    version: int
    cycle: str | None = Field(None, max_length=7)
    text: str = Field("", max_length=400)


class Reversal(BaseModel):
    """Why an entry was wrong."""

    model_config = ConfigDict(extra="forbid")

    version: int
    text: str = Field(max_length=400)


def filter_of(request: Request) -> CaseFilter:
    """Return the filter of a request; a key or value that is not understood is refused by name."""
    return CaseFilter.strict({key: value for key, value in request.query_params.items() if key not in PAGING})


def router(desk: Desk) -> APIRouter:
    """Return the routes about cases."""
    routes = APIRouter()
    book = desk.book

    @routes.get("/me", tags=["account"])
    def me() -> Row:
        """Return who is signed in."""
        p = current()
        return {"login": p.login, "name": p.name, "role": p.role, "role_name": p.role_name, "agency": p.agency}

    @routes.get("/cases", tags=["cases"])
    def cases(
        request: Request,
        start: Annotated[int, Query(ge=0)] = 0,
        end: Annotated[int, Query(ge=0)] = 100,
    ) -> Row:
        """Return the rows from ``start`` to before ``end`` (at most 500), and with the first page count and sum."""
        found = services.list_cases(current(), book, filter_of(request), start, end, want_total=start == 0)
        return {**outside({**found, "items": []}), "items": [listed(row, desk.rule_names) for row in found["items"]]}

    @routes.get("/cases/facets", tags=["cases"])
    def facets(request: Request) -> dict[str, dict[str, int]]:
        """Return for each facet how many cases each value has; a facet ignores its own selection."""
        return services.facets(current(), book, filter_of(request))

    @routes.get("/cases/{case_no}", tags=["cases"])
    def one(case_no: str) -> Row:
        """Return one case with its findings."""
        p = current()
        case = services.get_case(p, book, case_no)
        services.log_view(p, book, case_no, "api")
        return outside({**case, "findings": services.get_findings(p, book, case_no)})

    @routes.get("/cases/{case_no}/lines", tags=["cases"])
    def lines(case_no: str) -> list[Row]:
        """Return the lines to determine."""
        return [outside(line) for line in services.get_lines(current(), book, case_no)]

    @routes.get("/cases/{case_no}/events", tags=["cases"])
    def events(case_no: str) -> list[Row]:
        """Return the trail, newest first."""
        return [outside(event) for event in services.get_events(current(), book, case_no)]

    @routes.get("/cases/{case_no}/related", tags=["cases"])
    def related(case_no: str) -> Row:
        """Return the cases linked by a finding, of the same person, and of the same institution and rule."""
        return outside(services.related(current(), book, case_no))

    @routes.post("/cases/{case_no}/lines/{bkkp_sn}/determination", tags=["determination"])
    def determine(case_no: str, bkkp_sn: str, body: Determination) -> Row:
        """Enter what one line was found to come to."""
        fen = None if body.amount is None else int(body.amount.scaleb(2))
        return outside(
            services.set_determination(
                current(), book, case_no, bkkp_sn, fen, body.reason, text=body.text, version=body.version
            )
        )

    @routes.post("/cases/{case_no}/determine-rest", tags=["determination"])
    def rest(case_no: str, body: Rest) -> Row:
        """Determine every open line at its full amount or at nothing."""
        number = services.determine_rest(
            current(), book, case_no, body.how, body.reason, text=body.text, version=body.version
        )
        return {"lines": number}

    @routes.get("/cases/{case_no}/recoveries", tags=["recovery"])
    def recoveries(case_no: str) -> list[Row]:
        """Return the ledger of the money that came back."""
        return [outside(row) for row in services.get_recoveries(current(), book, case_no)]

    @routes.post("/cases/{case_no}/recoveries", tags=["recovery"])
    def recover(case_no: str, body: Recovery) -> Row:
        """Enter money that came back."""
        number = services.record_recovery(
            current(), book, case_no, int(body.amount.scaleb(2)), body.way, body.voucher, body.day, body.version,
            cycle=body.cycle, text=body.text,
        )  # fmt: skip
        return {"entry": number}

    @routes.post("/cases/{case_no}/recoveries/{entry}/reverse", tags=["recovery"])
    def reverse(case_no: str, entry: int, body: Reversal) -> Row:
        """Enter the negative of an entry that was wrong."""
        return {"entry": services.reverse_recovery(current(), book, case_no, entry, body.text, body.version)}

    @routes.get("/cases/{case_no}/appeals", tags=["cases"])
    def appeals(case_no: str) -> list[Row]:
        """Return the rounds of the institution's appeal."""
        return [outside(row) for row in services.get_appeals(current(), book, case_no)]

    @routes.post("/cases/{case_no}/{action}", tags=["cases"])
    def act(case_no: str, action: str, body: Act) -> Any:
        """Take an action on a case."""
        if action not in TRANSITIONS:
            return problem(404, "no-action", f"没有“{action}”这个操作；可用：{'、'.join(TRANSITIONS)}")
        return outside(
            services.transition(
                current(),
                book,
                case_no,
                action,
                body.version,
                reason=body.reason,
                text=body.text,
                worth_checking=body.worth_checking,
                agency=body.agency,
                assignee=body.assignee,
            )
        )

    @routes.post("/bulk", tags=["cases"])
    def bulk(body: Bulk) -> dict[str, list[str]]:
        """Take one action on many cases; return case numbers as ok, conflict and denied."""
        items = [item.model_dump() for item in body.items]
        return services.bulk(current(), book, body.action, items, reason=body.reason, text=body.text)

    return routes
