"""Small parts that several pages use: functions from data to components."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dash import dcc, html

from lianshen.cases.domain import SEVERITIES, STATES
from lianshen_dashboards.present import Row, clock
from lianshen_dashboards.texts import say

Part = Any
"""A Dash component, a text, or a list of them."""


def pill(state: str) -> Part:
    """Return the state of a case as a coloured word."""
    name, colour = STATES[state]
    return html.Span(name, className=f"pill {colour}")


def severity(level: int) -> Part:
    """Return the severity as three bars and a word, legible without colour."""
    bars = html.Span([html.I(), html.I(), html.I()], className="bars", **{"aria-hidden": "true"})
    return html.Span([bars, SEVERITIES[level]], className=f"severity s{level}")


def clock_part(days_left: int | None) -> Part:
    """Return the deadline, or nothing where no clock runs."""
    text, tone = clock(days_left)
    return html.Span(text, className=f"clock {tone}") if text else None


def facts(pairs: Iterable[tuple[str, Part, bool]]) -> Part:
    """Return names and values in two columns; a wide value takes the whole row."""
    cells: list[Part] = []
    for name, value, wide in pairs:
        cells += [html.Dt(name), html.Dd(value, className="num wide" if wide else "num")]
    return html.Dl(cells, className="facts")


def heading(title: str, note: Part = None, level: int = 3) -> Part:
    """Return the heading of a card with an optional remark."""
    tag = {2: html.H2, 3: html.H3}[level]
    return tag([title, html.Small(note) if note else None], className="heading")


def empty(title: str, hint: str = "", action: Part = None) -> Part:
    """Return what stands where there is nothing, with a way on."""
    return html.Div([html.Strong(title), hint, html.Div(action) if action else None], className="empty")


def link_button(text: str, href: str, kind: str = "") -> Part:
    """Return a link that looks like a button and stays inside the app."""
    return dcc.Link(text, href=href, className=f"btn {kind}".strip())


def button(action: str, label: str, key: str | None = None, kind: str = "", **attributes: Any) -> Part:
    """Return a button that the scripts of the queue listen to."""
    parts: list[Part] = [label, html.Kbd(key)] if key else [label]
    return html.Button(parts, className=f"btn {kind}".strip(), type="button", **{"data-act": action, **attributes})


def table(heads: list[tuple[str, str]], rows: Iterable[list[Part]], *, label: str, last_is_total: bool = False) -> Part:
    """Return a plain table; a head is its text and a class (``right`` for numbers)."""
    body = list(rows)
    head = html.Thead(html.Tr([html.Th(text, className=kind, scope="col") for text, kind in heads]))
    lines = [
        html.Tr(
            [html.Td(cell, className=kind) for cell, (_, kind) in zip(row, heads, strict=True)],
            className="total" if last_is_total and index == len(body) - 1 else "",
        )
        for index, row in enumerate(body)
    ]
    return html.Table([head, html.Tbody(lines)], className="plain", **{"aria-label": label})


def not_found() -> Part:
    """Return the page for a case that is not there or not for these eyes: the two look the same."""
    to_queue = link_button(say("case.to_queue"), "/queue", "primary")
    return html.Div(empty(say("case.not_found"), say("case.not_found_hint"), to_queue), id="not-found")


def titled(case: Row, *more: Part) -> list[Part]:
    """Return the two lines at the head of a case: where it stands and which it is, then what it is about and where."""
    number = html.Span(case["case_no"], className="num mute")
    marks = [pill(case["state"]), number, severity(case["severity"]), clock_part(case["days_left"]), *more]
    return [html.Div(marks, className="line"), html.H1(f"{case['title_zh']} · {case['fixmedins_name']}")]
