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


def choices(name: str, label: str, options: Options, typed: Typed, value: str | None = None) -> Part:
    """Return a few options of which one is chosen, all in sight."""
    radio = dcc.RadioItems(
        id={"field": name},
        options=[{"label": text, "value": code} for code, text in options],
        value=typed.get(name) or value,
        className="options",
    )
    return html.Fieldset([html.Legend(label, className="label"), radio], className="field")


def select(name: str, label: str, options: Options, typed: Typed, value: str | None = None, hint: str = "") -> Part:
    """Return many options of which one is chosen, found by typing."""
    chosen = dcc.Dropdown(
        id={"field": name},
        options=[{"label": text, "value": code} for code, text in options],
        value=typed.get(name) or value,
        placeholder=hint,
        clearable=False,
        className="select",
    )
    return html.Div(
        [html.Span(label, className="label"), chosen], className="field", role="group", **{"aria-label": label}
    )


def act(action: str, label: str, kind: str = "primary", small: bool = False) -> Part:
    """Return the button that takes an action with what the fields hold."""
    size = " small" if small else ""
    return html.Button(label, id={"do": action}, className=f"btn {kind}{size}", type="button", n_clicks=0)


def folded(summary: Part, *body: Part, is_open: bool = False, name: str = "") -> Part:
    """Return what is needed now and then, behind its heading."""
    return html.Details([html.Summary(summary), *body], open=is_open, className=f"more {name}".strip())
