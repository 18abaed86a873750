"""Filter chips and view tabs of the queue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

from dash import dcc, html

from lianshen.agency import CENTRE, agencies
from lianshen.cases.domain import AT_THE_CENTRE_ONLY, SEVERITIES, STATES, Principal
from lianshen.cases.filters import CaseFilter
from lianshen.cases.services import LEVELS
from lianshen_dashboards.parts.common import Part
from lianshen_dashboards.texts import say

FACETS = ("state", "rule", "region", "level", "severity")
DUE = ("overdue", "3d", "7d")


@dataclass(frozen=True)
class View:
    """One tab: a state or several, a deadline, one's own cases, money to come back, or the insured's side."""

    key: str
    state: tuple[str, ...] = ()
    due: str = ""
    mine: bool = False
    unrecovered: bool = False
    side: Literal["insured"] | None = None

    @property
    def is_plain(self) -> bool:
        """Whether states alone make it."""
        return not (self.due or self.mine or self.unrecovered or self.side)

    @property
    def extra(self) -> dict[str, str]:
        """What it asks beside states and deadline, as the address says it."""
        said = {"mine": "true" if self.mine else "", "unrecovered": "true" if self.unrecovered else ""}
        return {key: value for key, value in {**said, "side": self.side or ""}.items() if value}

    def of(self, f: CaseFilter) -> CaseFilter:
        """Return the filter with this view's part in it."""
        return f.model_copy(
            update={"state": self.state, "due": self.due or None, "mine": self.mine,
                    "unrecovered": self.unrecovered, "side": self.side}
        )  # fmt: skip


def views(p: Principal) -> list[View]:
    """Return the tabs for a role, the first being where its work begins."""
    first = [View("new", ("new",))] if p.sees_province else []
    routing = [View("misrouted", ("misrouted",))] if p.sees_province else []
    own = [] if p.sees_province else [View("mine", ("accepted", "returned"), mine=True)]
    insured = [View("insured", side="insured")] if p.sees_insured else []
    return [
        *first,
        View("released", ("released",)),
        *routing,
        View("working", ("accepted", "returned")),
        *own,
        View("replies", ("hearing", "evidence")),
        View("submitted", ("submitted",)),
        View("overdue", due="overdue"),
        View("soon", due="3d"),
        View("appealed", ("appealed",)),
        View("unrecovered", unrecovered=True),
        View("closed", ("closed",)),
        *insured,
        View("all"),
    ]


def facet_values(p: Principal, rule_names: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return for each chip its values and their names, within what the principal may see."""
    states = {state: name for state, (name, _) in STATES.items() if p.sees_province or state not in AT_THE_CENTRE_ONLY}
    regions = {code: agency.name_zh for code, agency in agencies().items()} | {CENTRE: "省级中心（跨省）"}
    return {
        "state": states,
        "rule": {rule: f"{rule} {name}" for rule, name in sorted(rule_names.items())},
        "region": regions,
        "level": LEVELS,
        "severity": {str(level): name for level, name in SEVERITIES.items()},
    }


def facets_of(p: Principal, f: CaseFilter) -> tuple[str, ...]:
    """Return the chips for a role: who works for one agency needs no choice of agency, but for the own insured."""
    everywhere = p.sees_province or f.side == "insured"
    return FACETS if everywhere else tuple(name for name in FACETS if name != "region")


def options(values: Mapping[str, str], counts: Mapping[str, int] | None, chosen: tuple[str, ...]) -> list[Part]:
    """Return the options of a chip with their counts; what no case has is left out unless it is chosen."""
    shown = []
    for value, name in values.items():
        count = None if counts is None else counts.get(value, 0)
        if count == 0 and value not in chosen:
            continue
        number = html.Span("" if count is None else f"{count:,}", className="count")
        shown.append({"label": html.Span([name, number], className="option"), "value": value, "title": name})
    return shown


def chip(name: str, values: Mapping[str, str], chosen: tuple[str, ...]) -> Part:
    """Return one facet: a button with what is chosen, and under it the values to tick."""
    label = say(f"filter.{name}")
    ticks = dcc.Checklist(
        id=f"f-{name}", options=options(values, None, chosen), value=list(chosen), className="options"
    )
    drop = html.Div(ticks, className="drop", role="group", **{"aria-label": label})
    return html.Details(
        [html.Summary(label, id={"chip": name}, title=label), drop], className="chip", id=f"chip-{name}"
    )


def due_chip(chosen: str | None) -> Part:
    """Return the chip for deadlines: one of them or none."""
    choices = [{"label": say("due.any"), "value": "", "title": ""}]
    choices += [{"label": say(f"due.{due}"), "value": due, "title": say(f"due.{due}")} for due in DUE]
    pick = dcc.RadioItems(id="f-due", options=choices, value=chosen or "", className="options")
    drop = html.Div(pick, className="drop", role="group", **{"aria-label": say("filter.due")})
    return html.Details(
        [html.Summary(say("filter.due"), id={"chip": "due"}, title=say("filter.due")), drop],
        className="chip",
        id="chip-due",
    )


def tabs(shown: list[View]) -> Part:
    """Return the tabs; the script marks the one that fits the filter, a callback fills the counts."""
    buttons = [
        html.Button(
            [say(f"view.{view.key}"), html.Span("", id={"count": view.key}, className="count num")],
            id=f"view-{view.key}",
            type="button",
            role="tab",
            **{
                "aria-selected": "false",
                "data-state": ",".join(view.state),
                "data-due": view.due,
                "data-extra": urlencode(view.extra),
            },
        )
        for view in shown
    ]
    return html.Div(buttons, className="views", role="tablist", **{"aria-label": say("queue.title")})
