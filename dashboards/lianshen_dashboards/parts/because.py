"""The numbers that made it a finding, with the words for them.

A name that is not here is shown as the rule wrote it, so that a new rule's numbers are never hidden.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dash import html

from lianshen_dashboards.parts.common import Part

NAMES: dict[str, str] = {}

DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
MONEY_UNITS = ("yuan", "amount", "fund", "paid", "price", "ceiling")


def name_of(key: str) -> str:
    """Return the words for a ``because_…`` name."""
    short = key.removeprefix("because_")
    return NAMES.get(short, short.replace("_", " "))


def value_of(value: Any) -> str:
    """Return a value as people read it: thousands grouped, dates as days, truth as words."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    text = str(value)
    if DAY.match(text):
        return text
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(\.\d+)?", text):
        return datetime.fromisoformat(text).strftime("%Y-%m-%d %H:%M")
    if re.fullmatch(r"-?\d{4,}(\.\d+)?", text):
        whole, _, part = text.partition(".")
        return f"{int(whole):,}" + (f".{part}" if part else "")
    return text


def key_facts(because: Mapping[str, Any], most: int | None = None) -> Part:
    """Return the numbers as a row of name and value; at most ``most`` of them."""
    pairs = [(name_of(key), value_of(value)) for key, value in because.items()]
    if not pairs:
        return None
    return html.Dl([html.Div([html.Dt(name), html.Dd(value)]) for name, value in pairs[:most]], className="because")
