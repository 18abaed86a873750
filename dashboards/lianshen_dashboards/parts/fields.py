"""The fields of the case page's forms. Each has one name in the page, under which what was typed comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc, html

from lianshen_dashboards.parts.common import Part

Typed = Mapping[str, Any]
"""What people typed, by the name of the field."""
Options = Sequence[tuple[str, str]]
"""Values with their labels."""


def box(name: str, label: str, typed: Typed, *, hint: str = "", rows: int = 3, value: str = "", keep: str = "") -> Part:
    """Return a text of several lines; ``keep`` names what it belongs to where it should survive a lost session."""
    kept: dict[str, Any] = {"persistence": f"{keep}-{name}", "persistence_type": "session"} if keep else {}
    area = dcc.Textarea(
        id={"field": name},
        value=str(typed.get(name) or value),
        placeholder=hint,
        rows=rows,
        maxLength=4000,
        className="input",
        **kept,
    )
    return html.Label([html.Span(label, className="label"), area], className="field")


def line(name: str, label: str, typed: Typed, *, hint: str = "", value: str = "", most: int = 60) -> Part:
    """Return a text of one line."""
    entry = dcc.Input(
        id={"field": name},
        value=str(typed.get(name) or value),
        placeholder=hint,
        maxLength=most,
        type="text",
        className="input",
        autoComplete="off",
    )
    return html.Label([html.Span(label, className="label"), entry], className="field")


def choices(name: str, label: str, options: Options, typed: Typed, value: str | None = None, columns: int = 1) -> Part:
    """Return options of which one is chosen, all in sight.

    Dash's own radio buttons lie in a list box, which screen readers cannot work. These are marked up here, moved by
    ``assets/71-choices.js``, and the choice is the value of a hidden input.
    """
    chosen = typed.get(name) or value
    first = next((code for code, _ in options if code == chosen), options[0][0] if options else None)
    marks = [
        html.Label(
            text,
            id={"option": name, "code": code},
            role="radio",
            tabIndex=0 if code == first else -1,
            **{"aria-checked": str(code == chosen).lower()},
        )
        for code, text in options
    ]
    return html.Div(
        [
            html.Span(label, className="label", **{"aria-hidden": "true"}),
            html.Div(marks, className=f"radios in-{columns}", role="radiogroup", **{"aria-label": label}),
            dcc.Input(id={"field": name}, value=chosen, type="hidden"),
        ],
        className="field",
    )


def act(action: str, label: str, kind: str = "primary", small: bool = False) -> Part:
    """Return the button that takes an action with what the fields hold."""
    size = " small" if small else ""
    return html.Button(label, id={"do": action}, className=f"btn {kind}{size}", type="button", n_clicks=0)


def folded(summary: Part, *body: Part, is_open: bool = False, name: str = "") -> Part:
    """Return what is needed now and then, behind its heading."""
    return html.Details([html.Summary(summary), *body], open=is_open, className=f"more {name}".strip())
