"""The evidence of a model about one stay: categories, days and counts against what was expected, and why that much."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from dash import html

from lianshen.anomaly.words import CATEGORIES
from lianshen_dashboards.evidence import fact
from lianshen_dashboards.figures.models import factors_figure
from lianshen_dashboards.parts.because import value_of
from lianshen_dashboards.parts.common import Part, table
from lianshen_dashboards.parts.plot import Numbers, plot
from lianshen_dashboards.present import Row
from lianshen_dashboards.texts import say

DRAWN = 6


def only_models(findings: Sequence[Row], models: Collection[str]) -> Part:
    """Return the note above a case that rests on ``models`` alone; nothing where a rule found something too."""
    if not findings or not all(finding["rule_id"] in models for finding in findings):
        return None
    return html.Div(say("case.only_models"), className="banner slate", role="note")


def expectation(finding: Row) -> Part:
    """Return what was and what was expected, and what the expectation is made of; nothing where none is stated."""
    counts, made_of = (_table_of(finding, name) for name in ("counts", "made_of"))
    if not counts and not made_of:
        return None
    parts = [_compared(finding, counts) if counts else None, _made_of(finding, made_of) if made_of else None]
    return html.Div(parts, className="columns expectation")


def _table_of(finding: Row, name: str) -> list[Mapping[str, Any]]:
    found = fact(finding, name)
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _compared(finding: Row, counts: Sequence[Mapping[str, Any]]) -> Part:
    rows: list[list[Part]] = []
    for one in _table_of(finding, "reasons"):
        actual, expected, low, high = (value_of("", one.get(part)) for part in ("actual", "expected", "low", "high"))
        # Findings of versions before categories had intervals state none.
        interval = f"{low}–{high}" if "high" in one else ""
        shown = _marked(f"{actual} 元", one)
        rows.append([CATEGORIES.get(one["name"], one["name"]), shown, f"{expected} 元", interval])
    for one in counts:
        shown = _marked(f"{one['actual']} {one['unit']}", one)
        rows.append([one["title"], shown, f"{one['expected']} {one['unit']}", f"{one['low']}–{one['high']}"])
    heads = [("", ""), ("实际", "right"), ("预期", "right"), ("90%区间", "right")]
    title = say("case.against_expected")
    return html.Div([html.H4(title), html.Div(table(heads, rows, label=title), className="scroll-x", tabIndex=0)])


def _marked(text: str, one: Mapping[str, Any]) -> Part:
    """Return the text, bold where what was lies above the interval."""
    return html.B(text) if Decimal(one["actual"]) > Decimal(one.get("high", "Infinity")) else text


def _made_of(finding: Row, made_of: Sequence[Mapping[str, Any]]) -> Part:
    usual, expected = (value_of("", fact(finding, name)) for name in ("usual", "expected"))
    factors = [(str(one["text_zh"]).partition("：")[0], float(one["times"])) for one in made_of]
    said = "；".join(str(one["text_zh"]) for one in made_of[:DRAWN] if not str(one["text_zh"]).endswith("不变"))
    rows = [[str(one["text_zh"]), f"×{one['times']}"] for one in made_of]
    return html.Div(
        [
            html.H4(say("case.made_of")),
            html.P(say("case.made_of_chain", usual=usual, expected=expected)),
            plot(f"made-{finding['finding_id']}", factors_figure(factors[:DRAWN]), said, Numbers(("", "倍数"), rows)),
            html.P(f"{said}。", className="mute"),
        ]
    )
