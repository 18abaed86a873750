"""Tokens of agencies' systems, for the administrators."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from lianshen.cases.services import tokens
from lianshen_dashboards.answers import answers
from lianshen_dashboards.answers.administration import NewToken, Revoked, Token
from lianshen_dashboards.context import Desk, current
from lianshen_dashboards.idempotency import keep_instead
from lianshen_dashboards.present import Row, outside


class TokenWanted(BaseModel):
    """A token to make: for which system, of which agency, in which role, for how many days."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=31)
    role: str = Field(max_length=16, description="handler or region_lead")
    agency: str = Field(max_length=6)
    days: int = Field(tokens.USUAL_DAYS, ge=1, le=tokens.MOST_DAYS)
    sees_insured: bool = Field(False, description="read, too, what comes of the region's insured treated elsewhere")


def router(desk: Desk) -> APIRouter:
    """Return the routes about tokens."""
    routes = APIRouter(tags=["administration"])
    book = desk.book

    @routes.get("/tokens", responses=answers(list[Token]))
    def every() -> list[Row]:
        """Return every token without what it opens."""
        return [outside(row) for row in tokens.list_tokens(current(), book)]

    @routes.post("/tokens", responses=answers(NewToken))
    def add(body: TokenWanted, request: Request) -> Row:
        """Make a token; it is shown in this answer and never again, a repetition with the same key included."""
        made = tokens.add_token(
            current(), book, body.name, body.role, body.agency, body.days, sees_insured=body.sees_insured
        )
        said = {"name": made.name, "expires_at": made.expires_at.isoformat()}
        keep_instead(request, {**said, "token": None})
        return {**said, "token": made.token}

    @routes.post("/tokens/{name}/revoke", responses=answers(Revoked))
    def revoke(name: str) -> Row:
        """End a token at once."""
        tokens.revoke_token(current(), book, name)
        return {"revoked": name}

    return routes
