"""Money that came back, over the interface."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from lianshen.cases import services
from lianshen.cases.filters import Day
from lianshen_dashboards.answers import answers
from lianshen_dashboards.answers.after import RecoveryEntry
from lianshen_dashboards.answers.common import Entered
from lianshen_dashboards.api.common import CaseNo, Money, Text, fen
from lianshen_dashboards.context import Desk, current
from lianshen_dashboards.present import Row, outside
from lianshen_dashboards.versions import IfMatch, Version, etag, version_wanted

Entry = Annotated[int, Path(ge=1, le=2**31 - 1)]


class Recovery(BaseModel):
    """Money that came back, in yuan."""

    model_config = ConfigDict(extra="forbid")

    amount: Money
    way: Annotated[Text, Field(max_length=12)]
    voucher: Annotated[Text, Field(max_length=60)]
    day: Day
    version: Version | None = None
    cycle: Annotated[Text, Field(max_length=7)] | None = None
    text: Annotated[Text, Field(max_length=400)] = ""


class Reversal(BaseModel):
    """Why an entry was wrong."""

    model_config = ConfigDict(extra="forbid")

    version: Version | None = None
    text: Annotated[Text, Field(max_length=400)]


def router(desk: Desk) -> APIRouter:
    """Return the routes about recoveries."""
    routes = APIRouter(tags=["recovery"])
    book = desk.book

    @routes.get("/cases/{case_no}/recoveries", responses=answers(list[RecoveryEntry]))
    def recoveries(case_no: CaseNo) -> list[Row]:
        """Return the ledger of the money that came back."""
        return [outside(row) for row in services.get_recoveries(current(), book, case_no)]

    @routes.post("/cases/{case_no}/recoveries", responses=answers(Entered))
    def recover(case_no: CaseNo, body: Recovery, response: Response, if_match: IfMatch = None) -> Row:
        """Enter money that came back; the answer names the case's new version."""
        version = version_wanted(if_match, body.version)
        number = services.record_recovery(
            current(), book, case_no, fen(body.amount), body.way, body.voucher, body.day, version,
            cycle=body.cycle, text=body.text,
        )  # fmt: skip
        return _entered(response, number, version)

    @routes.post("/cases/{case_no}/recoveries/{entry}/reverse", responses=answers(Entered))
    def reverse(case_no: CaseNo, entry: Entry, body: Reversal, response: Response, if_match: IfMatch = None) -> Row:
        """Enter the negative of an entry that was wrong."""
        version = version_wanted(if_match, body.version)
        number = services.reverse_recovery(current(), book, case_no, entry, body.text, version)
        return _entered(response, number, version)

    return routes


def _entered(response: Response, number: int, version: int) -> Row:
    # Each entry moves the case on by one version; the write itself made sure that it was this one.
    response.headers["ETag"] = etag(version + 1)
    return {"entry": number, "version": version + 1}
