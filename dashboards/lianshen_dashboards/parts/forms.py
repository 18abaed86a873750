"""One form for each action: what it means, what it asks for. Which of them are offered says the case itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from dash import html

from lianshen.agency import CENTRE, agencies
from lianshen.cases.domain import DETERMINATIONS, DROPS, MOST_APPEALS, TIMEOUT, UNDO_SECONDS
from lianshen.cases.store import Terms
from lianshen_dashboards.parts.because import sentence
from lianshen_dashboards.parts.common import Part
from lianshen_dashboards.parts.fields import Options, Typed, act, box, choices, folded
from lianshen_dashboards.parts.lines import progress
from lianshen_dashboards.present import Row, grouped
from lianshen_dashboards.texts import say


@dataclass(frozen=True)
class Setting:
    """What forms are filled from: the case, its findings and lines, who can be named, the terms, and what was typed."""

    case: Row
    findings: Sequence[Row]
    lines: Sequence[Row]
    terms: Terms
    today: date
    now: datetime | None = None
    people: Sequence[Row] = ()
    typed: Typed = field(default_factory=dict)

    @property
    def keep(self) -> str:
        """Typed text survives a reload and a session that ran out, until the case moves on."""
        return f"{self.case['case_no']}-{self.case['version']}"

    @property
    def owed(self) -> int:
        """Fen of what was determined that have not come back."""
        return int((self.case["determined"] or 0) - self.case["recovered"])


Body = Callable[[Setting], list[Part]]


def _text(key: str, *, rows: int = 3) -> Body:
    """Return the body of an action that asks for a text only."""

    def body(at: Setting) -> list[Part]:
        return [box("text", say(f"form.{key}"), at.typed, hint=say(f"form.{key}_hint"), rows=rows, keep=at.keep)]

    return body


def _release(at: Setting) -> list[Part]:
    days = at.terms.due_days_high if at.case["severity"] == 3 else at.terms.due_days
    place = at.case["region_name"]
    hint = say("act.release_hint", region=place, accept=at.terms.accept_days, due=days)
    return [
        html.P(hint, className="mute"),
        box("text", say("act.note"), at.typed, hint=say("act.note_release"), keep=at.keep),
    ]


def _drop(at: Setting) -> list[Part]:
    reasons = [(code, reason.label) for code, reason in DROPS.items()]
    return [
        choices("reason", say("act.drop_reason"), reasons, at.typed),
        box("text", say("form.drop"), at.typed, hint=say("form.drop_hint"), rows=2, keep=at.keep),
    ]


def _accept(at: Setting) -> list[Part]:
    return [html.P(say("act.accept_hint"), className="mute")]


def _transfer(at: Setting) -> list[Part]:
    places: Options = [
        (code, agency.name_zh)
        for code, agency in agencies().items()
        if code != at.case["treating_agency"] or at.case["state"] == "misrouted"
    ]
    return [
        choices("agency", say("form.transfer_to"), [*places, (CENTRE, say("form.centre"))], at.typed, columns=3),
        *_text("transfer", rows=2)(at),
    ]


def _assign(at: Setting) -> list[Part]:
    if not at.people:
        return [html.P(say("form.nobody"), className="mute")]
    people = [
        (one["login"], say("form.person", name=one["name"], login=one["login"], n=one["open"])) for one in at.people
    ]
    return [
        choices("assignee", say("form.assign_to"), people, at.typed, at.case["assignee"]),
        *_text("assign", rows=2)(at),
    ]


def questions(at: Setting) -> str:
    """Return the questions to the institution as they can be sent: one for each finding."""
    asked = [f"{number}. {one['title_zh']}：{sentence(one)}" for number, one in enumerate(at.findings[:6], start=1)]
    return "\n".join([say("form.questions"), *asked])


def _ask_institution(at: Setting) -> list[Part]:
    text = box("text", say("form.ask_institution"), at.typed, rows=8, value=questions(at), keep=f"{at.keep}-ask")
    return [html.P(say("form.ask_institution_days", n=at.terms.reply_days), className="mute"), text]


def _statement(at: Setting) -> list[Part]:
    reply_by = at.case["reply_by"]
    late = reply_by is not None and at.today > reply_by
    options = [("given", say("form.statement_given")), (TIMEOUT, say("form.statement_timeout", day=reply_by or "—"))]
    return [
        choices("reason", say("form.statement_kind"), options, at.typed, TIMEOUT if late else "given"),
        *_text("statement", rows=5)(at),
    ]


def _ask_evidence(at: Setting) -> list[Part]:
    home = [code for code, agency in agencies().items() if agency.pool == at.case["insu_pool"]]
    others = [
        (code, agency.name_zh)
        for code, agency in agencies().items()
        if code not in home and code != at.case["treating_agency"]
    ]
    whom: Options = [
        *[(code, say("form.insured_region", name=agencies()[code].name_zh)) for code in home],
        (CENTRE, say("form.centre")),
        *others,
    ]
    return [
        html.P(say("form.evidence_days", n=at.terms.evidence_days), className="mute"),
        choices("agency", say("form.evidence_from"), whom, at.typed, whom[0][0], columns=3),
        *_text("ask_evidence")(at),
    ]


def _submit(at: Setting) -> list[Part]:
    reasons = [(code, one.label) for code, one in DETERMINATIONS.items() if code != "partly" and not one.needs_text]
    rest = folded(
        say("act.rest"),
        choices("rest", say("act.reason"), reasons, at.typed),
        html.Div(act("rest", say("act.rest_apply"), ""), className="buttons"),
    )
    worth: Options = [("yes", say("act.worth_yes")), ("no", say("act.worth_no"))]
    limit = [html.P(say("form.appeal_limit"), className="mute")] if at.case["state"] == "appealed" else []
    return [
        *limit,
        html.Div(progress(at.lines), id="progress"),
        rest,
        box("text", say("act.conclusion"), at.typed, hint=say("act.conclusion_hint"), rows=5, keep=at.keep),
        choices("worth", say("act.worth"), worth, at.typed),
    ]


def decided(case: Row) -> list[Part]:
    """Return what the agency decided and why."""
    words = say("act.decided", decision=case["decision_name"] or "", amount=grouped(case["determined"]))
    return [html.P(html.B(words)), html.P(case["conclusion"], className="said")]


def _confirm(at: Setting) -> list[Part]:
    return [*decided(at.case), *_text("confirm", rows=2)(at)]


def _return(at: Setting) -> list[Part]:
    return [*decided(at.case), *_text("return")(at)]


def _appeal(at: Setting) -> list[Part]:
    hint = say("form.appeal_terms", round=at.case["appeal_round"] + 1, most=MOST_APPEALS, n=at.terms.appeal_decide_days)
    return [html.P(hint, className="mute"), *_text("appeal", rows=4)(at)]


def _archive(at: Setting) -> list[Part]:
    owed = say("form.archive_owed", amount=grouped(at.owed)) if at.owed else say("form.archive_settled")
    return [html.P(owed, className="mute"), *_text("archive", rows=2)(at)]


def _grant(at: Setting) -> list[Part]:
    return [html.P(say("form.grant_days", n=at.terms.extension_days, due=at.case["due_at"]), className="mute")]


BODIES: Mapping[str, Body] = {
    "release": _release,
    "drop": _drop,
    "undo": lambda at: [html.P(say("form.undo", n=UNDO_SECONDS), className="mute")],
    "withdraw": _text("withdraw"),
    "restore": _text("restore"),
    "transfer": _transfer,
    "accept": _accept,
    "reject_scope": _text("reject_scope"),
    "assign": _assign,
    "ask_institution": _ask_institution,
    "statement": _statement,
    "ask_evidence": _ask_evidence,
    "provide": _text("provide", rows=5),
    "submit": _submit,
    "confirm": _confirm,
    "return": _return,
    "ask_extension": _text("ask_extension"),
    "grant_extension": _grant,
    "refuse_extension": _text("refuse_extension", rows=2),
    "appeal": _appeal,
    "archive": _archive,
    "reopen": _text("reopen"),
}
"""Every transition has its form here; a test holds this table against the transitions."""
