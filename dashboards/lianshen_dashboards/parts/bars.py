"""Bars that are links: a name, a length, a value, and the cases behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import dcc, html

from lianshen_dashboards.parts.common import Part
from lianshen_dashboards.texts import say


@dataclass(frozen=True)
class Bar:
    """One bar; ``size`` is compared, ``value`` is read, ``tone`` is the name of a colour."""

    name: str
    size: int
    value: str
    href: str = ""
    tone: str = ""
    title: str = ""


def bars(rows: Sequence[Bar], label: str) -> Part:
    """Return bars on one scale from zero; a word where there are none."""
    if not rows:
        return html.P(say("institution.none"), className="mute")
    largest = max((abs(row.size) for row in rows), default=0) or 1
    shown = []
    for row in rows:
        width = f"{abs(row.size) * 1000 // largest / 10}%"
        parts = [
            html.Span(row.name, className="name", title=row.title or row.name),
            html.Span(html.I(className=row.tone, style={"width": width}) if row.size else None, className="track"),
            html.Span(row.value, className="value"),
        ]
        if row.href:
            shown.append(dcc.Link(parts, href=row.href, className="bar-link"))
        else:
            shown.append(html.Div(parts, className="bar-link"))
    return html.Div(shown, className="bars", role="group", **{"aria-label": label})
