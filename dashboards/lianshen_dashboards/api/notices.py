"""Notices over the interface: the list, how many are unread, and marking them read."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from lianshen.cases.errors import Refused
from lianshen.cases.services import notices
from lianshen_dashboards.answers import answers, exchange
from lianshen_dashboards.context import Desk, current
from lianshen_dashboards.present import Row, outside

Number = Annotated[int, Field(ge=1, le=2**31 - 1)]


class Read(BaseModel):
    """Which notices were read: those named, or all up to the one of that number."""

    model_config = ConfigDict(extra="forbid")

    ids: list[Number] | None = Field(None, max_length=500)
    until: Number | None = None


def router(desk: Desk) -> APIRouter:
    """Return the routes about notices."""
    routes = APIRouter(tags=["notices"])
    book = desk.book

    @routes.get("/notices", responses=answers(list[exchange.Notice]))
    def every(
        unread: bool = False,
        before: Annotated[Number | None, Query(description="the number of the last one seen")] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> list[Row]:
        """Return the notices for one's agency or oneself, newest first."""
        found = notices.list_notices(current(), book, unread=unread, before=before, limit=limit)
        return [outside(row) for row in found]

    @routes.get("/notices/unread", responses=answers(exchange.Unread))
    def unread_count() -> dict[str, int]:
        """Return how many notices nobody has read."""
        return {"unread": notices.count_unread(current(), book)}

    @routes.post("/notices/read", responses=answers(exchange.Read))
    def read(body: Read) -> dict[str, int]:
        """Mark notices read for all of the agency; return how many were not yet."""
        if (body.ids is None) == (body.until is None):
            raise Refused("请给出 ids 或 until 之一")
        return {"read": notices.mark_read(current(), book, body.ids, until=body.until)}

    return routes
