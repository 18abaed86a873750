"""/cases/<case_no>: is it wrong, by how much, and what now?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from urllib.parse import quote

from dash import dcc, html

from lianshen.cases.letters.case_letters import letters_of
from lianshen.cases.services.persons import WORKS_WITH_PERSONS
from lianshen.cases.store import Terms
from lianshen.workdays import Workdays
from lianshen_dashboards.evidence import Evidence
from lianshen_dashboards.figures.time import Stay
from lianshen_dashboards.parts import (
    acting,
    beside_peers,
    expected,
    findings,
    history,
    lines,
    steps,
    timeline,
    unmasking,
)
from lianshen_dashboards.parts.acting import Beside
from lianshen_dashboards.parts.common import Part, facts, titled
from lianshen_dashboards.parts.forms import Setting
from lianshen_dashboards.parts.letters import letter_links
from lianshen_dashboards.parts.outcome import NOTHING, Outcome
from lianshen_dashboards.parts.scene import Scene
from lianshen_dashboards.present import Row, grouped
from lianshen_dashboards.texts import say

PATH = "/cases/<case_no>"
TITLE = f"{say('case.title')} · {say('app.name')}"
OTHER_STAYS = 6
NEAR_DAYS = 60


@dataclass(frozen=True)
class CaseView:
    """Everything that one case page shows, read under the principal's scope."""

    case: Row
    findings: Sequence[Row]
    lines: Sequence[Row]
    evidence: Evidence
    events: Sequence[Row]
    related: Mapping[str, Sequence[Row]]
    terms: Terms
    today: date
    back: str = ""
    beside: Beside = field(default_factory=lambda: Beside("reviewer", False))
    people: Sequence[Row] = ()
    now: datetime | None = None
    workdays: Workdays = field(default_factory=Workdays.shipped)
    rank: Row | None = None
    models: frozenset[str] = frozenset()

    @property
    def shown(self) -> Row:
        """The case with its lines to determine, as parts expect it."""
        return {**self.case, "hit_lines": self.lines}

    @property
    def queue(self) -> str:
        """The address of the queue as it was left."""
        return queue_at(self.back)

    def setting(self, outcome: Outcome = NOTHING) -> Setting:
        """Return what the forms are filled from."""
        return Setting(
            self.case, self.findings, self.lines, self.terms, self.today, self.now, self.people, outcome.typed
        )


def queue_at(back: str) -> str:
    """Return the address of the queue under a filter."""
    return "/queue" + (f"?{back}" if back else "")


def header(view: CaseView) -> Part:
    """Return the line above everything: state, number, clock, what and where, amounts, letters."""
    case = view.case
    amounts = [(say("case.at_issue"), case["at_issue"])]
    if case["exposure"]:
        amounts.append((say("case.exposure"), case["exposure"]))
    if case["determined"] is not None:
        amounts.append((say("case.determined"), case["determined"]))
    if case["recovered"]:
        amounts.append((say("case.recovered"), case["recovered"]))
    return html.Header(
        [
            html.Div(
                [
                    dcc.Link(say("case.back"), href=view.queue, id="back", className="btn quiet"),
                    html.Nav(id="walk", className="walk", **{"aria-label": say("case.walk")}),
                ],
                className="ways",
            ),
            html.Div(
                titled(case, *_letters(view)),
                className="what",
            ),
            html.Span(className="spacer"),
            html.Dl(
                [html.Div([html.Dt(name), html.Dd(f"¥{grouped(fen)}")]) for name, fen in amounts], className="amounts"
            ),
        ],
        className="case-head",
        id="case-head",
    )


def _letters(view: CaseView) -> list[Part]:
    if view.beside.role in ("manager", "analyst"):
        return []
    return letter_links(f"/api/v1/cases/{view.case['case_no']}", letters_of(view.case, view.events))


def about(view: CaseView) -> Part:
    """Return who, where and when."""
    case = view.case
    age = f"{case['age_years']} 岁" if case["age_years"] is not None else ""
    more = f"（{case['settlements']} 次结算）" if case["settlements"] > 1 else ""
    person = dcc.Link(case["person_name"], href=f"/queue?person={quote(case['person'])}")
    place = dcc.Link(case["fixmedins_name"], href=f"/queue?inst={quote(case['fixmedins_code'])}")
    pairs: list[tuple[str, Part, bool]] = [
        (say("case.patient"), [person, f" {case['sex_name']} {age}"], False),
        (say("col.insured"), case["insured_name"], False),
        (say("case.institution"), [place, f"（{case['level_name']}）"], False),
        (say("col.region"), case["region_name"], False),
        (say("case.diagnosis"), f"{case['diag_code'] or ''} {case['diag_name'] or say('word.none')}".strip(), False),
        (say("case.stay"), f"{case['admit']} → {case['discharge']}{more}", False),
        (say("case.total_fee"), f"¥{grouped(case['total_fee'])}", False),
        (say("case.fund_fee"), f"¥{grouped(case['fund_fee'])}", False),
    ]
    asking = html.Div(unmasking.asking(view.beside.role), id="identity")
    return html.Section([facts(pairs), asking], className="card")


def warnings(view: CaseView) -> list[Part]:
    """Return what has to be known before anything else."""
    shown: list[Part] = []
    if not view.evidence.is_sealed:
        shown.append(html.Div(say("case.seal_broken"), className="banner red", role="alert"))
    if view.case["evidence_changed"]:
        shown.append(html.Div(say("case.changed"), className="banner amber", role="status"))
    return shown


def other_stays(view: CaseView) -> list[Stay]:
    """Return the person's other cases as stays, the nearest in time."""
    here = view.case["admit"]
    seen: dict[str, Row] = {}
    for group in ("linked", "person"):
        for case in view.related.get(group, ()):
            if case["person"] == view.case["person"]:
                seen.setdefault(case["case_no"], case)
    close = [case for case in seen.values() if abs((case["admit"] - here).days) <= NEAR_DAYS]
    near = sorted(close, key=lambda case: abs((case["admit"] - here).days))[:OTHER_STAYS]
    return [
        Stay(case["fixmedins_name"], case["admit"], case["discharge"], False, f"/cases/{case['case_no']}")
        for case in near
    ]


def rows_of(view: CaseView, everything: bool) -> list[Row]:
    """Return the rows of the line table: those to determine, and on request the others."""
    hit = [lines.hit_row(line) for line in view.lines]
    return hit + (lines.other_rows(view.evidence, {row["id"] for row in hit}) if everything else [])


def side(view: CaseView, outcome: Outcome = NOTHING, chosen: str | None = None) -> list[Part]:
    """Return the right side as it stands after the last attempt."""
    return acting.side(view.setting(outcome), view.beside, view.workdays, view.queue, outcome, chosen)


def page(view: CaseView) -> Part:
    """Return the page of one case."""
    scene = Scene(view.shown, view.evidence, other_stays(view), view.today, view.models)
    total = len(rows_of(view, everything=True))
    at = {"case_no": view.case["case_no"], "version": view.case["version"], "back": view.back}
    return html.Div(
        [
            header(view),
            html.Div(
                [
                    *warnings(view),
                    about(view),
                    findings.why(view.findings, scene),
                    expected.section(view.case, view.rank),
                    lines.lines_card(view.shown, rows_of(view, everything=False), total),
                    timeline.timeline(scene, view.beside.role in WORKS_WITH_PERSONS),
                    beside_peers.waiting(),
                    history.related(view.related),
                    steps.original(view.evidence),
                ],
                className="case-main",
            ),
            html.Aside(side(view), className="side", id="side", **{"aria-label": say("act.title")}),
            dcc.Store(id="at", data=at),
            dcc.Store(id="case-shown", data={**at, "inst": view.case["fixmedins_code"]}),
            dcc.Store(id="files-changed"),
        ],
        className="case",
    )
