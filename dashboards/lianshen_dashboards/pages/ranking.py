"""/ranking: how far the hands reach, what waits, what the samples say, and how agencies decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from dash import dcc, html

from lianshen.cases.services.scope import agency_name
from lianshen.ranking.estimating import Share
from lianshen.ranking.services import Samples, dismisser_name
from lianshen_dashboards.basis import basis_short
from lianshen_dashboards.parts.common import Part, empty, heading, pill, table
from lianshen_dashboards.present import Row, grouped, moment
from lianshen_dashboards.texts import say

PATH = "/ranking"
TITLE = f"{say('ranking.title')} · {say('app.name')}"
DRAWS_SHOWN = 14
COUNTS = ("minutes", "used", "reserved", "chosen", "due", "strange", "waiting")


@dataclass(frozen=True)
class RankingView:
    """What the page shows under the principal's scope; ``samples`` only for who answers for the whole."""

    said: Row
    waiting: Sequence[Row] = field(default_factory=list)
    samples: Samples | None = None


def page(view: RankingView) -> Part:
    """Return the page."""
    said = view.said
    if said["night"] is None:
        return html.Div(
            [_title(None), empty(say("ranking.none"), say("ranking.none_hint"))], className="page", id="ranking"
        )
    shown: list[Part] = [
        _title(say("ranking.as_of", night=said["night"], at=moment(said["at"]), n=f"{said['decisions']:,}")),
        _card("ranking.capacity", _desks(said["desks"]), say("ranking.capacity_note")),
    ]
    # Nights of before told of none; agencies are told on the pages of their institutions.
    centre = next((desk for desk in said["desks"] if "apart" in desk), None)
    if centre is not None:
        shown.append(_card("ranking.apart", _apart(centre["apart"]), say("ranking.apart_note")))
    if view.samples is not None:
        shown += [
            html.Div(
                [
                    html.Div(
                        [
                            _card("ranking.blind", _blind(view.samples), say("ranking.blind_note")),
                            _card("ranking.leniency", _leniency(said["model"]), say("ranking.leniency_note")),
                        ],
                        className="stack",
                    ),
                    html.Div(
                        [
                            _card("ranking.second", _second(view.samples), say("ranking.second_note")),
                            _card("ranking.overlooked", _overlooked(view.samples)),
                            _card("ranking.draws", _draws(view.samples)),
                        ],
                        className="stack",
                    ),
                ],
                className="columns-2",
            ),
        ]
    shown.append(_card("ranking.waiting_longest", _waiting(view.waiting), say("ranking.waiting_note")))
    shown.append(html.P(say("ranking.model_note"), className="mute"))
    return html.Div(shown, className="page stack", id="ranking")


def _title(note: str | None) -> Part:
    parts = [html.H1(say("ranking.title")), html.Span(note, className="mute") if note else None]
    return html.Div(parts, className="page-head")


def _card(key: str, body: Part, note: str | None = None) -> Part:
    return html.Section([heading(say(key), note, level=2), body], className="card")


def _desks(desks: Sequence[Row]) -> Part:
    heads = [(say("ranking.desk"), "nowrap"), (say("ranking.minutes"), "right"), (say("ranking.used"), "right"),
             (say("ranking.reserved"), "right"), (say("ranking.chosen"), "right"), (say("ranking.due"), "right"),
             (say("ranking.strange"), "right"), (say("ranking.waiting"), "right"),
             (say("ranking.expected"), "right"), (say("ranking.expected_waiting"), "right")]  # fmt: skip
    rows: list[list[Part]] = [
        [
            desk["name"],
            # Nights of before gave models no turn.
            *(f"{desk.get(what, 0):,}" for what in COUNTS),
            grouped(desk["expected"]),
            grouped(desk["expected_waiting"]),
        ]
        for desk in desks
    ]
    return html.Div(table(heads, rows, label=say("ranking.capacity")), className="scroll-x")


def bounded(value: float, lower: float, upper: float, digits: int = 1) -> Part:
    """Return a share with its bounds, as percentages."""
    low, high = f"{lower:.{digits}%}", f"{upper:.{digits}%}"
    said = html.Small(say("ranking.bounds", lower=low, upper=high))
    return html.Span([f"{value:.{digits}%}", " ", said], className="nowrap")


def _share(share: Share | None, digits: int = 1) -> Part:
    return say("word.none") if share is None else bounded(share.share, share.lower, share.upper, digits)


def _blind(samples: Samples) -> Part:
    if samples.blind is None:
        return html.P(say("ranking.blind_none", drawn=f"{samples.drawn:,}"), className="mute")
    missed, recall = samples.blind.missed, samples.recall
    pairs: list[tuple[str, Part]] = [
        ("ranking.drawn", f"{samples.drawn:,} / {samples.answered:,}"),
        ("ranking.rate", _share(samples.blind.rate, 2)),
        ("ranking.missed", f"¥{grouped(round(missed.total))}" if missed else say("word.none")),
        ("ranking.missed_lower", f"¥{grouped(int(missed.lower))}" if missed else say("word.none")),
        ("ranking.upheld", _share(samples.upheld)),
        (
            "ranking.recall",
            bounded(recall.recall, recall.lower, recall.upper) if recall else say("word.none"),
        ),
    ]  # fmt: skip
    cells = [html.Div([html.Dt(say(key)), html.Dd(value)]) for key, value in pairs]
    return html.Dl(cells, className="measures", id="blind")


def _second(samples: Samples) -> Part:
    if not samples.second:
        return html.P(say("ranking.second_none", drawn=f"{samples.second_drawn:,}"), className="mute")
    heads = [(say("ranking.dismisser"), ""), (say("ranking.looked"), "right"), (say("ranking.wrong"), "right")]
    rows: list[list[Part]] = [
        [dismisser_name(name), f"{share.seen:,}", _share(share)] for name, share in samples.second.items()
    ]
    return table(heads, rows, label=say("ranking.second"))


def _overlooked(samples: Samples) -> Part:
    if not samples.overlooked:
        return html.P(say("ranking.overlooked_none"), className="mute")
    heads = [(say("task.no"), "nowrap"), ("", ""), (say("ranking.agency"), ""), (say("task.amount"), "right")]
    rows: list[list[Part]] = []
    for one in samples.overlooked:
        kind = say(f"ranking.kind.{one['kind']}")
        what: Part = dcc.Link(kind, href=f"/cases/{one['case_no']}") if one["case_no"] else kind
        number = html.Span(one["task_no"], className="num nowrap", title=one["text"])
        rows.append([number, what, agency_name(one["agency"]), grouped(one["amount"])])
    return table(heads, rows, label=say("ranking.overlooked"))


def _leniency(model: dict[str, Any]) -> Part:
    rows_of = model.get("leniency") or {}
    if not rows_of:
        return html.P(say("ranking.leniency_none"), className="mute")
    heads = [(say("ranking.agency"), ""), (say("ranking.effect"), "right"), (say("ranking.interval"), "right nowrap"),
             (say("ranking.decided"), "right"), (say("ranking.upheld_n"), "right")]  # fmt: skip
    rows: list[list[Part]] = [
        [agency_name(code), f"{one['effect']:+.2f}", f"{one['low']:+.2f} – {one['high']:+.2f}",
         f"{one['decisions']:,}", f"{one['upheld']:,}"]
        for code, one in sorted(rows_of.items(), key=lambda item: item[1]["effect"])
    ]  # fmt: skip
    said: list[Part] = [table(heads, rows, label=say("ranking.leniency"))]
    said.append(html.P(say("ranking.leniency_hint"), className="mute"))
    if found := model.get("calibration"):
        error, before = f"{found['error']:.3f}", f"{found['error_before']:.3f}"
        text = say("ranking.calibration", n=f"{found['checked']:,}", error=error, before=before)
        said.append(html.P(text, className="mute"))
    return html.Div(said)


def _draws(samples: Samples) -> Part:
    heads = [
        (say("ranking.package"), "num nowrap"),
        (say("ranking.share"), "right"),
        (say("ranking.seed"), "right num"),
    ]
    rows: list[list[Part]] = [
        [one["package"], f"{one['share']:.2%}", str(one["seed"])] for one in samples.seeds[:DRAWS_SHOWN]
    ]
    return table(heads, rows, label=say("ranking.draws")) if rows else html.P(say("word.none"), className="mute")


def _apart(told: Sequence[Row]) -> Part:
    if not told:
        return html.P(say("ranking.apart_none"), className="mute")
    heads = [(say("ranking.apart_model"), "nowrap"), (say("ranking.apart_institution"), ""),
             (say("ranking.apart_doctor"), "num nowrap"), (say("ranking.apart_settlement"), "num nowrap")]  # fmt: skip
    rows: list[list[Part]] = [
        [
            one["model"],
            dcc.Link(one["name"] or one["institution"], href=f"/institutions/{one['institution']}"),
            one["subject"].partition("/")[2] or say("word.none"),
            one["setl_id"],
        ]
        for one in told
    ]
    return html.Div(table(heads, rows, label=say("ranking.apart")), className="scroll-x")


def _waiting(cases: Sequence[Row]) -> Part:
    if not cases:
        return html.P(say("ranking.waiting_none"), className="mute")
    heads = [(say("col.case_no"), "nowrap"), (say("ranking.desk"), "nowrap"), (say("col.rule"), ""),
             (say("col.state"), "nowrap"), (say("col.expected"), "right"), (say("col.basis"), ""),
             (say("ranking.since"), "num nowrap")]  # fmt: skip
    rows: list[list[Part]] = [
        [
            dcc.Link(case["case_no"], href=f"/cases/{case['case_no']}", className="num nowrap"),
            agency_name(case["desk"]),
            case["title_zh"],
            pill(case["state"]),
            say("word.none") if case["kind"] == "model" else grouped(case["expected"]),
            basis_short(case["kind"], case["basis"]),
            str(case["waiting_since"]),
        ]
        for case in cases
    ]
    return html.Div(table(heads, rows, label=say("ranking.waiting_longest")), className="scroll-x")
