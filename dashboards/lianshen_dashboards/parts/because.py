"""The numbers that made it a finding, with the words for them.

The words are the labels that the finding was sealed with. A number without one is shown under the name that its rule
gave it, so that none is hidden.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dash import html

from lianshen.agency import CENTRE, agencies
from lianshen_dashboards.parts.common import Part

PLACES = frozenset({"filed_for", "insured_in", "other_agency", "region", "treated_in"})
"""Facts that are codes of regions: shown by name."""

WORDS: dict[str, str] = {
    "9999-12-31": "长期",
    "LONG_RETIREE": "异地安置退休",
    "LONG_RESIDENT": "异地长期居住",
    "LONG_STATIONED": "常驻异地工作",
    "REFERRAL": "异地转诊",
    "EMERGENCY": "异地急诊",
    "TEMPORARY_OTHER": "其他临时外出",
    "UNFILED": "未备案",
}

DATE = re.compile(r"(\d{4}-\d{2}-\d{2})")
CODE = re.compile(r"\d{6}")
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(\.\d+)?")
# Only what has cents: a number without them may be a code or an id.
MONEY = re.compile(r"-?\d{4,}\.\d+")


def name_of(key: str, labels: Mapping[str, str]) -> str:
    """Return the words for a ``because_…`` name: its label, else the name itself."""
    return labels.get(key) or key.removeprefix("because_").replace("_", " ")


def place(code: str) -> str:
    """Return the name of a region's code, by its agency or its pool; another code stays as it is."""
    known = agencies()
    if code == CENTRE:
        return "全省"
    if code in known:
        return known[code].name_zh
    by_pool = {agency.pool: agency.name_zh for agency in known.values()}
    return f"{by_pool[code[:4]]} {code}" if code[:4] in by_pool else code


def value_of(key: str, value: Any) -> str:
    """Return a value as people read it: places by name, thousands grouped, lists in one line."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "；".join(value_of("", part) for part in value)
    text = WORDS.get(str(value), str(value))
    if key.removeprefix("because_") in PLACES and CODE.fullmatch(text):
        return place(text)
    if MOMENT.fullmatch(text):
        return text.replace("T", " ")[:16]
    if MONEY.fullmatch(text):
        whole, _, part = text.partition(".")
        return f"{int(whole):,}.{part}"
    return text


def sentence(finding: Mapping[str, Any]) -> str:
    """Return the sentence of a finding with the codes of regions replaced by their names."""
    said = str(finding["sentence_zh"])
    for key, value in finding["because"].items():
        if key.removeprefix("because_") in PLACES and CODE.fullmatch(str(value)):
            # Not within a longer number, which is an id.
            said = re.sub(rf"(?<!\d){value}(?!\d)", place(str(value)), said)
    return said


def unbroken(text: str) -> list[Part]:
    """Return a text whose dates are never broken at the end of a line."""
    pieces = DATE.split(text)
    return [html.Span(piece, className="unbroken") if DATE.fullmatch(piece) else piece for piece in pieces if piece]


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(part, Mapping) for part in value)


def key_facts(finding: Mapping[str, Any], most: int | None = None) -> Part:
    """Return a finding's numbers as a row of name and value; at most ``most`` of them, tables left out.

    A finding sealed before labels were kept has none.
    """
    labels = finding.get("labels") or {}
    shown = {key: value for key, value in finding["because"].items() if not _is_table(value)}
    pairs = [(name_of(key, labels), value_of(key, value)) for key, value in shown.items()]
    if not pairs:
        return None
    return html.Dl([html.Div([html.Dt(name), html.Dd(value)]) for name, value in pairs[:most]], className="because")
