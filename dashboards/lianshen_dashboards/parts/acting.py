"""The right side of a case: what may be done now, by whom, until when; and what was done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dash import dcc, html

from lianshen.cases.domain import DETERMINATIONS, DROPS, TRANSITIONS
from lianshen.cases.errors import Conflict
from lianshen.cases.store import Terms
from lianshen_dashboards.parts import history
from lianshen_dashboards.parts.common import Part, clock_part, heading, link_button
from lianshen_dashboards.parts.lines import progress
from lianshen_dashboards.present import Row, grouped
from lianshen_dashboards.texts import say


@dataclass(frozen=True)
class Outcome:
    """What came of the last attempt: done, in conflict, or refused with a reason; ``text`` is what was typed."""

    done: str = ""
    conflict: Conflict | None = None
    refused: str = ""
    text: str = ""


NOTHING = Outcome()


def _text(label: str, hint: str, value: str, case: Row, rows: int = 3) -> Part:
    box = dcc.Textarea(
        id={"field": "text"},
        value=value,
        placeholder=hint,
        rows=rows,
        maxLength=4000,
        className="input",
        # Typed text survives a reload and a session that ran out, until the case moves on.
        persistence=f"{case['case_no']}-{case['version']}",
        persistence_type="session",
    )
    return html.Label([html.Span(label, className="label"), box], className="field")


def _do(action: str, kind: str = "primary") -> Part:
    return html.Button(TRANSITIONS[action].label, id={"do": action}, className=f"btn {kind}", type="button", n_clicks=0)


def _choices(name: str, options: Sequence[tuple[str, str]]) -> Part:
    return dcc.RadioItems(
        id={"field": name}, options=[{"label": label, "value": value} for value, label in options], className="options"
    )


def _new(case: Row, terms: Terms, text: str) -> list[Part]:
    days = terms.due_days_high if case["severity"] == 3 else terms.due_days
    hint = say("act.release_hint", region=case["region_name"], accept=terms.accept_days, due=days)
    parts: list[Part] = [html.P(hint, className="mute"), _text(say("act.note"), say("act.note_release"), text, case)]
    if "release" in case["actions"]:
        parts.append(html.Div(_do("release"), className="buttons"))
    if "drop" in case["actions"]:
        reasons = _choices("reason", [(code, reason.label) for code, reason in DROPS.items()])
        parts.append(
            html.Details(
                [
                    html.Summary(f"{TRANSITIONS['drop'].label}…"),
                    reasons,
                    html.Div(_do("drop", "danger"), className="buttons"),
                ],
                className="more",
            )
        )
    return parts


def _submit(case: Row, lines: Sequence[Row], text: str) -> list[Part]:
    reasons = _choices(
        "rest",
        [(code, reason.label) for code, reason in DETERMINATIONS.items() if code != "partly" and not reason.needs_text],
    )
    rest = html.Details(
        [
            html.Summary(say("act.rest")),
            reasons,
            html.Div(
                html.Button(say("act.rest_apply"), id={"do": "rest"}, className="btn", type="button", n_clicks=0),
                className="buttons",
            ),
        ],
        className="more",
    )
    worth = html.Fieldset(
        [
            html.Legend(say("act.worth"), className="label"),
            _choices("worth", [("yes", say("act.worth_yes")), ("no", say("act.worth_no"))]),
        ],
        className="field",
    )
    return [
        html.Div(progress(lines), id="progress"),
        rest,
        _text(say("act.conclusion"), say("act.conclusion_hint"), text, case, rows=5),
        worth,
        html.Div(_do("submit"), className="buttons"),
    ]


def _submitted(case: Row, text: str) -> list[Part]:
    decided = say("act.decided", decision=case["decision_name"] or "", amount=grouped(case["determined"]))
    parts: list[Part] = [html.P(html.B(decided)), html.P(case["conclusion"], className="said")]
    if {"confirm", "return"} & set(case["actions"]):
        parts.append(_text(say("act.opinion"), say("act.return_reason"), text, case))
        acts = [_do("confirm")] if "confirm" in case["actions"] else []
        acts += [_do("return", "danger")] if "return" in case["actions"] else []
        parts.append(html.Div(acts, className="buttons"))
    return parts


def form(case: Row, lines: Sequence[Row], terms: Terms, text: str = "") -> list[Part]:
    """Return what the principal may do with the case as it stands."""
    acts = set(case["actions"])
    if {"release", "drop"} & acts:
        return _new(case, terms, text)
    if "accept" in acts:
        return [html.P(say("act.accept_hint"), className="mute"), html.Div(_do("accept"), className="buttons")]
    for action in ("withdraw", "restore"):
        if action in acts:
            label = f"{TRANSITIONS[action].label}{say('act.reason')}"
            return [_text(label, "", text, case), html.Div(_do(action, "danger"), className="buttons")]
    if case["may_determine"]:
        return _submit(case, lines, text)
    if case["state"] in ("submitted", "closed"):
        return _submitted(case, text)
    return [html.Div(say("act.nothing", state=case["state_name"]), className="banner slate")]


def _said(outcome: Outcome, back: str) -> list[Part]:
    parts: list[Part] = []
    if outcome.conflict is not None:
        parts.append(
            html.Div(
                [html.B(str(outcome.conflict)), html.Div(say("act.stale"))], className="banner amber", role="alert"
            )
        )
    if outcome.refused:
        parts.append(html.Div(outcome.refused, className="banner red", role="alert"))
    if outcome.done:
        parts.append(
            html.Div(
                [say("act.done", state=outcome.done), " ", dcc.Link(say("case.to_queue"), href=back)],
                className="banner green",
                role="status",
                id="done",
            )
        )
    return parts


def _clock(case: Row, today: date) -> Part:
    if case["days_left"] is None:
        return None
    late = case["days_left"] < 0
    begun = case["released_at"].date() if case["released_at"] else today
    whole = max(1, (case["due_at"] - begun).days)
    used = 100 if late else min(100, max(0, (today - begun).days * 100 // whole))
    tone = "late" if late else "soon" if case["days_left"] <= 3 else ""
    rows: list[Part] = [
        html.Span(say("clock.due")),
        html.Span([str(case["due_at"]), "　", clock_part(case["days_left"])]),
        html.Div(html.I(className=tone, style={"width": f"{used}%"}), className="track"),
    ]
    if case["state"] == "released" and case["accept_by"]:
        rows = [html.Span(say("clock.accept_by")), html.Span(str(case["accept_by"])), *rows]
    return html.Div(rows, className="clock-card num")


def side(
    case: Row,
    lines: Sequence[Row],
    events: Sequence[Row],
    terms: Terms,
    today: date,
    back: str,
    outcome: Outcome = NOTHING,
) -> list[Part]:
    """Return the right side; after a conflict or a refusal what was typed is still in the form."""
    assignee = html.P(f"{say('act.assignee')}：{case['assignee']}", className="mute") if case["assignee"] else None
    text = outcome.text if outcome.conflict or outcome.refused else ""
    return [
        *_said(outcome, back),
        heading(say("act.title")),
        *form(case, lines, terms, text),
        _clock(case, today),
        assignee,
        history.events(events),
    ]


def moved_away(text: str, back: str) -> list[Part]:
    """Return what stands there when the case left the principal's scope while they were typing."""
    kept = [html.Div(say("act.kept")), html.Pre(text or say("act.empty_text"))]
    gone = html.Div(
        [html.B(say("act.moved_away")), say("case.not_found_hint"), *kept], className="banner amber", role="alert"
    )
    return [gone, link_button(say("case.to_queue"), back)]
