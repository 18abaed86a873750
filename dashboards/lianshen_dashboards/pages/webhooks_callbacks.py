"""Pausing, going on and sending again; who may is in the services."""

from __future__ import annotations

from typing import Any

import dash
from dash import ALL, Input, Output, ctx, no_update

from lianshen.cases.domain import Principal
from lianshen.cases.errors import Forbidden, Refused
from lianshen.cases.services import webhooks as told
from lianshen.cases.store import Casebook
from lianshen_dashboards.context import current, desk
from lianshen_dashboards.listening import listen
from lianshen_dashboards.pages import webhooks
from lianshen_dashboards.pages.users import done, refused
from lianshen_dashboards.parts.common import Part
from lianshen_dashboards.texts import say


def layout(**_query: str) -> Part:
    """Return the page for the three administrators."""
    p, book = current(), desk().book
    if p.sees_cases:
        return webhooks.denied()
    return webhooks.page(p, told.list_webhooks(p, book), told.dead_letters(p, book))


def act(p: Principal, book: Casebook, action: str, number: int) -> Part:
    """Do what a button says and return what came of it.

    :raises Forbidden: for who only reads.
    :raises Refused: where it is not there any more.
    """
    match action:
        case "pause":
            told.pause_webhook(p, book, number)
            return done(say("webhooks.did_pause", n=number))
        case "resume":
            told.resume_webhook(p, book, number)
            return done(say("webhooks.did_resume", n=number))
        case "replay":
            return done(say("webhooks.did_replay", n=told.replay(p, book, hook=number)))
        case "replay-one":
            return done(say("webhooks.did_replay", n=told.replay(p, book, letter=number)))
        case "replay-all":
            return done(say("webhooks.did_replay", n=told.replay(p, book)))
        case _:
            raise Refused(say("users.unknown", action=action))


def register(app: dash.Dash) -> None:
    """Register the page and its callback."""
    dash.register_page("webhooks", path=webhooks.PATH, title=webhooks.TITLE, layout=layout)

    @listen(
        app,
        Output("webhooks-said", "children"),
        Output("webhooks-lists", "children"),
        Input({"hook": ALL, "do": ALL}, "n_clicks"),
    )
    def clicked(clicks: list[int]) -> tuple[Any, Any]:
        if not any(clicks):
            return no_update, no_update
        p, book = current(), desk().book
        if p.sees_cases:
            return refused(say("webhooks.denied")), no_update
        try:
            said = act(p, book, str(ctx.triggered_id["do"]), int(ctx.triggered_id["hook"]))
        except (Forbidden, Refused) as error:
            return refused(str(error)), no_update
        return said, webhooks.lists(p, told.list_webhooks(p, book), told.dead_letters(p, book))
