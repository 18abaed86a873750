"""What each line was found to come to, over the interface."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from lianshen.cases import services
from lianshen_dashboards.answers import answers
from lianshen_dashboards.answers.cases import Line, LinesDetermined
from lianshen_dashboards.api.common import CaseNo, Money, Text, fen
from lianshen_dashboards.context import Desk, current
from lianshen_dashboards.present import Row, outside
from lianshen_dashboards.versions import IfMatch, Version, version_if_any

LineNo = Annotated[str, Path(max_length=64, pattern=r"^[^\x00]+$", description="bkkp_sn of the line")]


class Determination(BaseModel):
    """What a line was found to come to, in yuan; null takes it back."""

    model_config = ConfigDict(extra="forbid")

    amount: Money | None
    reason: Annotated[Text, Field(max_length=20)] | None = None
    text: Annotated[Text, Field(max_length=400)] = ""
    version: Version | None = None


class Rest(BaseModel):
    """How to determine every line that is still open."""

    model_config = ConfigDict(extra="forbid")

    how: Literal["full", "none"]
    reason: Annotated[Text, Field(max_length=20)]
    text: Annotated[Text, Field(max_length=400)] = ""
    version: Version | None = None


def router(desk: Desk) -> APIRouter:
    """Return the routes about determinations. A version is optional: only the assignee enters amounts."""
    routes = APIRouter(tags=["determination"])
    book = desk.book

    @routes.post("/cases/{case_no}/lines/{bkkp_sn}/determination", responses=answers(Line))
    def determine(case_no: CaseNo, bkkp_sn: LineNo, body: Determination, if_match: IfMatch = None) -> Row:
        """Enter what one line was found to come to."""
        amount = None if body.amount is None else fen(body.amount)
        version = version_if_any(if_match, body.version)
        return outside(
            services.set_determination(
                current(), book, case_no, bkkp_sn, amount, body.reason, text=body.text, version=version
            )
        )

    @routes.post("/cases/{case_no}/determine-rest", responses=answers(LinesDetermined))
    def rest(case_no: CaseNo, body: Rest, if_match: IfMatch = None) -> Row:
        """Determine every open line at its full amount or at nothing."""
        version = version_if_any(if_match, body.version)
        number = services.determine_rest(
            current(), book, case_no, body.how, body.reason, text=body.text, version=version
        )
        return {"lines": number}

    return routes
