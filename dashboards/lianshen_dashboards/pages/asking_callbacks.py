"""Reading what an inquiry would be about, and sending it."""

from __future__ import annotations

import json
from typing import Any

import dash
from dash import ALL, Input, Output, State, html, no_update

from lianshen.cases import inquiries
from lianshen.cases.domain import REGIONAL, Principal
from lianshen.cases.errors import Forbidden, KeyInUse, KeyReused, NotFound, Refused
from lianshen.cases.services import inquiring, objections
from lianshen_dashboards.context import Desk, current, desk
from lianshen_dashboards.listening import listen
from lianshen_dashboards.once import once
from lianshen_dashboards.pages import asking
from lianshen_dashboards.parts.common import Part, not_found
from lianshen_dashboards.parts.inquiring import address
from lianshen_dashboards.settlements import published_stay
from lianshen_dashboards.texts import say


def layout(kind: str = "", case: str = "", setl: str = "", **_query: str) -> Part:
    """Return the form of a kind, with the stay that it would be about."""
    p = current()
    if kind not in inquiries.KINDS:
        return asking.cannot(say("ask.unknown"))
    if inquiries.desk_of(p) is None or (kind == "objection" and p.role not in REGIONAL):
        return asking.cannot(say("ask.cannot"))
    about = case if kind != "objection" else ""
    try:
        stay = inquiring.preview(p, desk().book, kind, about, setl, published_stay(desk(), setl))
    except NotFound:
        return not_found()
    if kind == "query" and not stay:
        return asking.cannot(say("ask.unknown"))
    return asking.page(asking.Asked(kind, desk().book.terms, about, setl.strip()[:64], stay or {}))


def send(p: Principal, here: Desk, about: dict[str, Any], typed: dict[str, Any]) -> str:
    """Send or take in what the form says; return its number."""
    topic, text, subject = (str(typed.get(name) or "") for name in ("topic", "text", "subject"))
    case_no, setl_id = str(about.get("case_no") or ""), str(about.get("setl_id") or "")
    if about["kind"] == "query":
        return str(inquiring.ask(p, here.book, case_no, topic, text, subject=subject)["inquiry_no"])
    stay = published_stay(here, setl_id)
    if about["kind"] == "objection":
        taken = objections.receive(p, here.book, setl_id, topic, text, settlement=stay, subject=subject)
        return str(taken["inquiry_no"])
    sent = inquiring.entrust(
        p, here.book, topic, text, case_no=case_no or None, setl_id=setl_id or None, settlement=stay, subject=subject
    )
    return str(sent["inquiry_no"])


def register(app: dash.Dash) -> None:
    """Register the page and its callback."""
    dash.register_page("asking", path=asking.PATH, title=asking.TITLE, layout=layout)

    @listen(
        app,
        Output("_pages_location", "href", allow_duplicate=True),
        Output("ask-said", "children"),
        Input("ask-send", "n_clicks"),
        State({"field": ALL}, "value"),
        State({"field": ALL}, "id"),
        State("ask-about", "data"),
        running=[(Output("ask-send", "disabled"), True, False)],
    )
    def ask(clicks: int, values: list[Any], names: list[dict[str, str]], about: dict[str, Any]) -> tuple[Any, ...]:
        if not clicks:
            return no_update, no_update
        typed = {name["field"]: value for name, value in zip(names, values, strict=True)}
        try:
            p, here = current(), desk()
            said = json.dumps([about, typed], ensure_ascii=False, sort_keys=True)
            # A second click of the same form gets the number of the first.
            key = f"ask:{about.get('key')}"
            return address(once(here.book, p.login, key, said, lambda: send(p, here, about, typed))), None
        except KeyInUse:
            return no_update, html.Div(say("ask.sending"), className="banner amber", role="status")
        except KeyReused:
            return no_update, html.Div(say("ask.sent_before"), className="banner amber", role="alert")
        except (Refused, Forbidden, NotFound) as error:
            return no_update, html.Div(str(error), className="banner red", role="alert")
