"""Small parts about inquiries: their state, a table of them, and the card on the page of a case."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from dash import dcc, html

from lianshen.cases import inquiries
from lianshen.cases.domain import REGIONAL, Principal
from lianshen.cases.services.inquiring import ASKING
from lianshen_dashboards.parts.common import Part, clock_part, heading, link_button, table
from lianshen_dashboards.present import Row
from lianshen_dashboards.texts import say


def address(inquiry_no: str) -> str:
    """Return where an inquiry's page is."""
    return f"/inquiries/{inquiry_no}"


def ask_address(kind: str, **about: str) -> str:
    """Return where an inquiry of that kind is begun, about a case (``case``) or a settlement (``setl``)."""
    return "/ask?" + urlencode({"kind": kind, **about})


def state_pill(one: Row) -> Part:
    """Return the state of an inquiry as a coloured word, with its outcome where there is one."""
    name = f"{one['state_name']}：{one['outcome_name']}" if one["outcome_name"] else one["state_name"]
    return html.Span(name, className=f"pill {one['state_colour']}")


def listed(rows: Sequence[Row], label: str) -> Part:
    """Return inquiries as a table, every one with its number as a link."""
    heads = [
        (say("inquiry.number"), "nowrap"),
        (say("inquiry.kind"), "nowrap"),
        (say("inquiry.subject"), ""),
        (say("inquiry.from"), "nowrap"),
        (say("inquiry.to"), "nowrap"),
        (say("inquiry.case"), "nowrap"),
        (say("inquiry.state"), "nowrap"),
        (say("inquiry.due"), "nowrap"),
    ]
    cells: list[list[Part]] = [
        [
            dcc.Link(one["inquiry_no"], href=address(one["inquiry_no"]), className="num"),
            one["kind_name"],
            [one["subject"], html.Div(one["facts"].get("institution"), className="mute")],
            one["from_name"],
            one["to_name"] if one["kind"] != "objection" else "",
            dcc.Link(one["case_no"], href=f"/cases/{one['case_no']}", className="num") if one["case_no"] else "",
            state_pill(one),
            [html.Span(str(one["due_at"]), className="num"), html.Div(clock_part(one["days_left"]))]
            if one["days_left"] is not None
            else "",
        ]
        for one in rows
    ]
    return html.Div(table(heads, cells, label=label), className="scroll-x")


def search_form(name: str, value: str, hint: str, verb: str) -> Part:
    """Return a field that a script puts into the address under ``name``, like any other filter."""
    box = dcc.Input(id=f"search-{name}", value=value, placeholder=hint, className="input", maxLength=64)
    field = html.Label([html.Span(hint, className="hidden-text"), box])
    find = html.Button(verb, className="btn small", type="submit")
    return html.Form([field, find], className="inquiry-search", **{"data-search": name})


def card(p: Principal, case: Row, about: Sequence[Row]) -> Part:
    """Return the inquiries about a case and the ways to begin one, for the side of its page; nothing where neither."""
    begin = [link_button(say(f"ask.{kind}"), _begin_at(kind, case), "small") for kind in kinds_for(p, case)]
    if not begin and not about:
        return None
    items = [
        html.Li(
            [
                html.Div(
                    [dcc.Link(one["inquiry_no"], href=address(one["inquiry_no"]), className="num"), state_pill(one)]
                ),
                html.Div([f"{one['kind_name']} · {one['subject']} ", clock_part(one["days_left"])], className="mute"),
            ]
        )
        for one in about
    ]
    body = html.Ul(items, className="inquiry-list") if items else html.P(say("card.none"), className="mute")
    return html.Section([heading(say("card.title")), body, html.Div(begin, className="buttons")], id="inquiries-card")


def _begin_at(kind: str, case: Row) -> str:
    """Return where one begins: an objection is to a settlement, and a case may hold several."""
    if kind != "objection":
        return ask_address(kind, case=case["case_no"])
    return ask_address(kind, setl=case["setl_ids"][0]) if len(case["setl_ids"]) == 1 else ask_address(kind)


def kinds_for(p: Principal, case: Row) -> list[str]:
    """Return what the principal may begin about a case as it stands; the services decide again."""
    desk = inquiries.desk_of(p)
    if desk is None:
        return []
    insured, treating = inquiries.insured_agency(case["insu_pool"]), case["county"] or case["treating_agency"]
    elsewhere = not inquiries.stands_for(insured, desk) and not inquiries.stands_for(desk, insured)
    if inquiries.stands_for(desk, treating):
        return ["query"] if elsewhere and case["state"] in ASKING else []
    if not inquiries.insures(p, case["insu_pool"]):
        return []
    return ["entrusted", "objection"] if p.role in REGIONAL else ["entrusted"]
