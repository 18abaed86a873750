"""What administrators do to accounts; every rule of who may is in the services."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

import dash
from dash import ALL, Input, Output, State, ctx, no_update

from lianshen.cases.domain import Principal
from lianshen.cases.errors import Forbidden, Refused
from lianshen.cases.services import accounts
from lianshen.cases.store import Casebook
from lianshen_dashboards.context import current, desk
from lianshen_dashboards.listening import listen
from lianshen_dashboards.pages import users
from lianshen_dashboards.parts.common import Part
from lianshen_dashboards.texts import say


def layout(**_query: str) -> Part:
    """Return the page for the three administrators."""
    p = current()
    return users.denied() if p.sees_cases else users.page(p, accounts.list_users(p, desk().book))


def act(p: Principal, book: Casebook, action: str, login: str, typed: Mapping[str, Any]) -> Part:
    """Do what a button says and return what came of it.

    :raises Forbidden: where it is another administrator's.
    :raises Refused: where what was typed does not do.
    """

    def text(name: str) -> str:
        return str(typed.get(name) or "").strip()

    match action:
        case "add":
            password, wanted = secrets.token_urlsafe(9), text("add-login").lower()
            agency = users.agency_code(text("add-agency"))
            accounts.add_user(p, book, wanted, text("add-name"), accounts.NO_ROLE, agency, password)
            return users.new_password(wanted, password, say("users.added", login=wanted))
        case "place":
            login, agency = text("place-login"), users.agency_code(text("place-agency"))
            accounts.place_user(p, book, login, agency, sees_insured=bool(typed.get("place-insured")))
            return users.done(say("users.placed", login=login))
        case "grant":
            role = text("grant-role")
            if not role:
                raise Refused(say("users.choose_role"))
            login = text("grant-login")
            accounts.grant_role(p, book, login, accounts.NO_ROLE if role == users.NO_ROLE else role)
            return users.done(say("users.done", what=say("users.grant"), login=login))
        case "reset":
            password = secrets.token_urlsafe(9)
            accounts.set_password(p, book, login, password)
            return users.new_password(login, password)
        case "disable":
            accounts.disable_user(p, book, login)
            return users.done(say("users.done", what=say("users.disable"), login=login))
        case "unlock":
            accounts.unlock_user(p, book, login)
            return users.done(say("users.done", what=say("users.unlock"), login=login))
        case _:
            raise Refused(say("users.unknown", action=action))


def register(app: dash.Dash) -> None:
    """Register the page and its callback."""
    dash.register_page("users", path=users.PATH, title=users.TITLE, layout=layout)

    @listen(
        app,
        Output("users-said", "children"),
        Output("users-list", "children"),
        Input({"account": ALL, "do": ALL}, "n_clicks"),
        State({"field": ALL}, "value"),
        State({"field": ALL}, "id"),
    )
    def clicked(clicks: list[int], values: list[Any], names: list[dict[str, str]]) -> tuple[Any, Any]:
        if not any(clicks):
            return no_update, no_update
        p, book = current(), desk().book
        if p.sees_cases:
            return users.refused(say("users.denied")), no_update
        typed = {name["field"]: value for name, value in zip(names, values, strict=True)}
        try:
            said = act(p, book, str(ctx.triggered_id["do"]), str(ctx.triggered_id["account"]), typed)
        except (Forbidden, Refused) as error:
            return users.refused(str(error)), no_update
        return said, users.listed(p, accounts.list_users(p, book))
