"""The ledger of the money that came back, with the form that enters it; and the rounds of the appeal beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dash import html

from lianshen.cases.domain import DECIDED, WAYS
from lianshen_dashboards.parts.common import Part, heading, table
from lianshen_dashboards.parts.fields import Typed, act, choices, folded, line
from lianshen_dashboards.present import Row, grouped
from lianshen_dashboards.texts import say

REVERSE = "reverse-"
"""Begins the name of the button that reverses an entry; its number follows."""


def ledger(case: Row, entries: Sequence[Row], today: date, typed: Typed) -> Part:
    """Return sums, entries and, for who may enter money, the form; nothing before a decision stands."""
    if case["state"] not in DECIDED and not entries:
        return None
    may = case.get("may_recover", False)
    owed = (case["determined"] or 0) - case["recovered"]
    return html.Section(
        [
            heading(say("ledger.title")),
            sums(case, entries),
            html.Ul([_entry(one, may, typed) for one in entries], className="entries") if entries else None,
            html.P(say("ledger.none"), className="mute") if not entries else None,
            _enter(owed, today, typed) if may else None,
        ],
        className="ledger",
    )


def sums(case: Row, entries: Sequence[Row]) -> Part:
    """Return what was determined, what came back, what is owed and the penalties."""
    owed = (case["determined"] or 0) - case["recovered"]
    penalties = sum(one["amount"] for one in entries if one["way"] == "penalty")
    pairs = [
        (say("ledger.determined"), case["determined"]),
        (say("ledger.recovered"), case["recovered"]),
        # After an appeal more may have come back than is owed.
        (say("ledger.owed") if owed * (case["determined"] or 1) >= 0 else say("ledger.refund"), abs(owed)),
    ]
    if penalties:
        pairs.append((say("ledger.penalty"), penalties))
    return html.Dl(
        [html.Div([html.Dt(name), html.Dd(f"¥{grouped(fen)}")]) for name, fen in pairs], className="sums num"
    )


def _entry(one: Row, may: bool, typed: Typed) -> Part:
    marks = []
    if one["is_reversed"]:
        marks.append(html.Span(say("ledger.reversed"), className="pill grey"))
    if one["reverses"]:
        marks.append(html.Span(say("ledger.reversal"), className="pill grey"))
    about = [one["voucher"], one["cycle"], one["text"]]
    can_reverse = may and not one["is_reversed"] and not one["reverses"]
    return html.Li(
        [
            html.Div(
                [
                    html.Span(str(one["day"])),
                    html.B(one["way_name"]),
                    *marks,
                    html.Span(f"¥{grouped(one['amount'])}", className="amount"),
                ],
                className="first",
            ),
            html.Div(" · ".join(str(part) for part in about if part), className="mute"),
            folded(
                f"{say('ledger.reverse')}…",
                line(f"{REVERSE}{one['id']}", say("ledger.reverse_why"), typed, most=400),
                html.Div(
                    act(f"{REVERSE}{one['id']}", say("ledger.reverse"), "danger", small=True), className="buttons"
                ),
                is_open=bool(typed.get(f"{REVERSE}{one['id']}")),
                name="small",
            )
            if can_reverse
            else None,
        ],
        className="num reversed" if one["is_reversed"] or one["reverses"] else "num",
    )


def _enter(owed: int, today: date, typed: Typed) -> Part:
    ways = [(code, name) for code, name in WAYS.items() if owed or code == "penalty"]
    return folded(
        say("ledger.add"),
        html.Div(
            [
                line(
                    "amount",
                    say("ledger.amount"),
                    typed,
                    hint=say("ledger.amount_hint"),
                    value=f"{owed / 100:.2f}" if owed else "",
                    most=16,
                ),
                line("day", say("ledger.day"), typed, value=str(today), most=10),
            ],
            className="pair",
        ),
        choices("way", say("ledger.way"), ways, typed, ways[0][0] if len(ways) == 1 else "deduction", columns=2),
        html.Div(
            [
                line("voucher", say("ledger.voucher"), typed, hint=say("ledger.voucher_hint")),
                line("cycle", say("ledger.cycle"), typed, hint=say("ledger.cycle_hint"), most=7),
            ],
            className="pair",
        ),
        line("note", say("ledger.note"), typed, most=400),
        html.Div(act("recover", say("ledger.enter")), className="buttons"),
        is_open=bool(typed.get("voucher")),
    )


def appeals(rounds: Sequence[Row]) -> Part:
    """Return the rounds of the institution's appeal, or nothing where there was none."""
    if not rounds:
        return None
    rows: list[list[Part]] = [
        [
            str(one["round"]),
            str(one["filed_on"]),
            grouped(one["determined_before"]),
            grouped(one["determined_after"])
            if one["determined_after"] is not None
            else f"{say('appeal.due')} {one['due_at']}",
            one["outcome_name"],
        ]
        for one in rounds
    ]
    heads = [
        (say("appeal.round"), ""),
        (say("appeal.filed"), "nowrap"),
        (say("appeal.before"), "right"),
        (say("appeal.after"), "right"),
        (say("appeal.outcome"), ""),
    ]
    said = [html.P([html.B(f"{one['round']} "), one["text"]], className="said") for one in rounds]
    shown = html.Div(table(heads, rows, label=say("appeal.title")), className="scroll-x")
    return html.Section([heading(say("appeal.title")), shown, *said], className="appeals")
