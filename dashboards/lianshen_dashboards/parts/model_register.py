"""What a model's page says of its versions: which scores, which waits, against whom each was held, who approved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from lianshen.anomaly.registry import Entry
from lianshen_dashboards.parts.common import Part, table
from lianshen_dashboards.texts import say

STANDINGS = {
    "champion": ("在用", "green"), "waiting": ("待批准", "amber"), "refused": ("未达标准", "grey"),
    "former": ("曾在用", "grey"), "stored": ("未登记", "grey"),
}  # fmt: skip


def standing_pill(standing: str) -> Part:
    """Return how a version stands as a coloured word."""
    word, colour = STANDINGS[standing]
    return html.Span(word, className=f"pill {colour}")


def register_table(entries: Sequence[Entry]) -> Part:
    """Return the lines of a register, newest first."""
    if not entries:
        return html.P(say("models.register_none"), className="mute")
    rows: list[list[Part]] = [
        [
            html.Span(one.at.replace("T", " ")[:16], className="num nowrap"),
            html.Span(one.version, className="num"),
            "批准" if one.event == "approved" else "训练",
            say("models.by_policy") if one.is_policy else one.by,
            _said(one),
        ]
        for one in reversed(entries)
    ]
    heads = [("时间", "num nowrap"), ("版本", ""), ("事项", ""), ("何人", ""), ("说明", "")]
    return html.Div(table(heads, rows, label=say("models.register")), className="scroll-x", tabIndex=0)


def _said(entry: Entry) -> str:
    if entry.event == "approved":
        return say("models.by_policy_why") if entry.is_policy else entry.reason
    found = entry.comparison or {}
    champion, why = found.get("champion"), found.get("why")
    if entry.refused and entry.refused != why:
        return say("models.unfit", why=entry.refused)
    old, new = found.get("champion_value"), found.get("challenger_value")
    if old is None or new is None:
        return _not_measured(found)
    better = found["is_better"]
    verdict = "表现等同于" if better is None else "优于" if better else "不优于"
    saved, probes = found.get("better_by"), found.get("probes")
    by = "" if saved is None else f"，{'平均精度提高' if probes else '损失减少'} {saved:.1%}"
    if found.get("low") is not None:
        by += f"（90%区间 {found['low']:.1%} 至 {found['high']:.1%}）"
    rows = f"自 {found['since']} 起两者均未见过的 {found['rows']:,} {'个对象' if probes else '行'}"
    return f"{verdict}在用版本 {champion}：{rows}，{new:.5g} 对 {old:.5g}{by}{_of_probes(probes)}"


def _of_probes(probes: Mapping[str, Any] | None) -> str:
    """Return how many of what was planted, and of the rest, either version makes findings."""
    if not probes:
        return ""
    (old, new), (old_rest, new_rest) = probes["recall"], probes["false_findings"]
    return say(
        "models.probes_found", planted=probes["planted"], new=f"{new:.0%}", old=f"{old:.0%}",
        new_rest=f"{new_rest:.2%}", old_rest=f"{old_rest:.2%}",
    )  # fmt: skip


def _not_measured(found: Mapping[str, Any]) -> str:
    """Return why two versions could not be held against each other by a measure."""
    champion = found.get("champion")
    if champion is None:
        return say("models.first")
    if not found.get("may_score"):
        return say("models.too_few", champion=champion, rows=f"{found.get('rows', 0):,}")
    if not found.get("measure"):
        return say("models.not_compared", champion=champion)
    agreement = found.get("agreement")
    value = say("word.none") if agreement is None else f"{agreement:.2f}"
    return say("models.agreement", champion=champion, value=value)
