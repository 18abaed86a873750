"""Webhooks and letters that did not arrive, for the administrators."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from lianshen.cases.services import webhooks
from lianshen_dashboards.answers import answers
from lianshen_dashboards.answers.administration import DeadLetter, NewWebhook, Paused, Removed, Replayed, Webhook
from lianshen_dashboards.context import Desk, current
from lianshen_dashboards.idempotency import keep_instead
from lianshen_dashboards.present import Row, outside

Number = Annotated[int, Field(ge=1, le=2**31 - 1)]


class WebhookWanted(BaseModel):
    """An agency's system to tell, and where."""

    model_config = ConfigDict(extra="forbid")

    agency: str = Field(max_length=6)
    url: str = Field(max_length=400)


class Again(BaseModel):
    """Which dead letters to send again: one, those of a webhook, or all."""

    model_config = ConfigDict(extra="forbid")

    letter: Number | None = None
    webhook: Number | None = None


def router(desk: Desk) -> APIRouter:
    """Return the routes about webhooks."""
    routes = APIRouter(tags=["administration"])
    book = desk.book

    @routes.get("/webhooks", responses=answers(list[Webhook]))
    def every() -> list[Row]:
        """Return the webhooks without their secrets, with how many letters wait and how many are dead."""
        return [outside(row) for row in webhooks.list_webhooks(current(), book)]

    @routes.post("/webhooks", responses=answers(NewWebhook))
    def add(body: WebhookWanted, request: Request) -> Row:
        """Tell a system from now on; the secret that signs what it gets is in this answer and never again."""
        made = webhooks.add_webhook(current(), book, body.agency, body.url, desk.reach)
        keep_instead(request, {"id": made.id, "secret": None})
        return {"id": made.id, "secret": made.secret}

    @routes.get("/webhooks/dead", responses=answers(list[DeadLetter]))
    def dead(webhook: Annotated[Number | None, Query()] = None) -> list[Row]:
        """Return the letters that were given up, the oldest first, at most 500."""
        return [outside(row) for row in webhooks.dead_letters(current(), book, webhook)]

    @routes.post("/webhooks/replay", responses=answers(Replayed))
    def replay(body: Again) -> Row:
        """Let dead letters be sent again, under the keys they had."""
        return {"letters": webhooks.replay(current(), book, body.webhook, body.letter)}

    @routes.post("/webhooks/{number}/pause", responses=answers(Paused))
    def pause(number: Number) -> Row:
        """Let what a system is told wait; nothing of it is lost."""
        webhooks.pause_webhook(current(), book, number)
        return {"webhook": number, "is_paused": True}

    @routes.post("/webhooks/{number}/resume", responses=answers(Paused))
    def resume(number: Number) -> Row:
        """Send a system what waits for it, and what comes."""
        webhooks.resume_webhook(current(), book, number)
        return {"webhook": number, "is_paused": False}

    @routes.post("/webhooks/{number}/remove", responses=answers(Removed))
    def remove(number: Number) -> Row:
        """Tell a system nothing any more."""
        webhooks.remove_webhook(current(), book, number)
        return {"removed": number}

    return routes
