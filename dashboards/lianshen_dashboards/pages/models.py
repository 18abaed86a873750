"""/models and /models/<name>: what each model was fitted on, how well it did on what came after, what it says now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dash import dcc, html

from lianshen.anomaly.registry import Entry
from lianshen_dashboards.figures.peers import scores_figure
from lianshen_dashboards.parts.common import Part, empty, facts, heading, link_button, table
from lianshen_dashboards.parts.model_figures import (
    categories_part,
    counts_part,
    made_of_part,
    metrics_part,
    segments_part,
)
from lianshen_dashboards.parts.model_register import register_table, standing_pill
from lianshen_dashboards.parts.model_watch import watched
from lianshen_dashboards.parts.plot import Numbers, plot
from lianshen_dashboards.present import Row
from lianshen_dashboards.texts import say

PATH = "/models"
MODEL_PATH = "/models/<name>"
TITLE = f"{say('models.title')} · {say('app.name')}"
STEP = 0.5


@dataclass(frozen=True)
class Version:
    """One stored fit: its document (None where its files are not those that were written, with ``why``)."""

    name: str
    document: Mapping[str, Any] | None
    is_champion: bool
    why: str = ""
    standing: str = "stored"


@dataclass(frozen=True)
class ModelView:
    """One model: its versions, what the snapshot holds of it, its card, and the classes of its scores."""

    id: str
    versions: Sequence[Version]
    run: Row | None = None
    card: str = ""
    classes: Sequence[Row] = field(default_factory=list)
    shows_figures: bool = True
    drift: Sequence[Row] = ()
    entries: Sequence[Entry] = ()
    lacks: str = ""
    """What the model says where it has nothing to compare with."""
    title_zh: str = ""

    @property
    def champion(self) -> Version | None:
        return next((version for version in self.versions if version.is_champion), None)

    @property
    def shown(self) -> Version | None:
        """The version that scores, else the one that comes last by name."""
        return self.champion or (self.versions[-1] if self.versions else None)

    @property
    def title(self) -> str:
        document = self.shown.document if self.shown else None
        return str(document.get("title_zh") or document.get("title") or "") if document else self.title_zh


def list_page(models: Sequence[ModelView]) -> Part:
    """Return every model with the version that scores and what it said."""
    title = html.Div(html.H1(say("models.title")), className="page-head")
    if not models:
        return html.Div([title, empty(say("models.none"), say("models.none_hint"))], className="page")
    heads = [("编号", ""), ("模型", ""), (say("models.champion"), ""), (say("models.window"), "num nowrap"),
             ("训练行数", "right"), ("已评分", "right"), ("疑点", "right"), ("最近疑点", "num nowrap")]  # fmt: skip
    rows: list[list[Part]] = []
    for model in models:
        document = model.shown.document if model.shown else None
        run, nothing = model.run, say("word.none")
        rows.append(
            [
                dcc.Link(model.id, href=f"{PATH}/{model.id}", className="num nowrap"),
                model.title or nothing,
                _champion(model),
                _window(document),
                f"{document['data']['rows']:,}" if document else nothing,
                f"{run['scored']:,}" if run else html.Span(say("models.never"), className="mute"),
                _findings(model),
                str(run["newest"] or nothing) if run else nothing,
            ]
        )
    listed = html.Div(table(heads, rows, label=say("models.title")), className="scroll-x")
    note = html.P(say("models.never_deducts"), className="mute")
    return html.Div([title, note, html.Section(listed, className="card")], className="page")


def _findings(model: ModelView) -> Part:
    if model.run is None:
        return say("word.none")
    return dcc.Link(f"{model.run['findings']:,}", href=f"/queue?rule={model.id}")


def _champion(model: ModelView) -> Part:
    waiting = sum(version.standing == "waiting" for version in model.versions)
    waits = html.Span(say("models.waiting", n=waiting), className="pill amber") if waiting else None
    if model.champion is None:
        return [html.Span(say("models.no_champion"), className="mute"), " ", waits]
    return [html.Span(model.champion.name, className="num"), " ", waits]


def _window(document: Mapping[str, Any] | None) -> str:
    if document is None:
        return say("word.none")
    data = document["data"]
    return f"{data['from']} – {data['until']}"


def missing(name: str) -> Part:
    """Return the page of a model that is not there."""
    return html.Div(empty(say("models.not_found"), name, link_button(say("models.back"), PATH)), className="page")


def model_page(model: ModelView) -> Part:
    """Return one model."""
    title = html.Div(
        [
            dcc.Link(f"← {say('models.title')}", href=PATH, className="btn quiet"),
            html.H1(f"{model.id} {model.title}".strip()),
            html.Span([say("models.champion"), " ", *_champion(model)], className="mute"),
        ],
        className="page-head",
    )
    damaged = [
        html.Div(f"{version.name}：{say('models.damaged', why=version.why)}", className="banner red", role="alert")
        for version in model.versions
        if version.document is None
    ]
    document = model.shown.document if model.shown else None
    left: list[Part] = [
        _card(say("models.window"), _data(document)),
        _card(say("models.metrics"), metrics_part(document)),
    ]
    if document and document["metrics"].get("by_segment"):
        left.append(_card(say("models.segments"), segments_part(document["metrics"]["by_segment"])))
    if document and document["metrics"].get("counts"):
        left.append(_card(say("models.counts"), counts_part(document["metrics"]["counts"])))
    if document and document["metrics"].get("categories"):
        left.append(_card(say("models.categories"), categories_part(document["metrics"]["categories"])))
    if document and document.get("importance"):
        left.append(_card(say("models.made_of"), made_of_part(document["importance"])))
    right: list[Part] = [
        _card(say("models.scores"), _scores(model)),
        _card(say("models.drift"), watched(model.drift, model.champion.name if model.champion else None)),
        _card(say("models.versions"), _versions(model)),
    ]
    shown = html.Div([html.Div(left, className="stack"), html.Div(right, className="stack")], className="columns-2")
    card = html.Details(
        [html.Summary(say("models.card")), dcc.Markdown(model.card, className="card-md")], className="more"
    )
    return html.Div(
        [
            title,
            html.P(say("models.never_deducts"), className="banner slate", role="note"),
            *damaged,
            html.Div(model.lacks, className="banner amber", role="status") if model.lacks else None,
            shown if model.shows_figures else None,
            _card(say("models.register"), register_table(model.entries)) if model.shows_figures else None,
            html.Section(card, className="card") if model.card and model.shows_figures else None,
            html.P(say("models.province_only"), className="mute") if not model.shows_figures else None,
        ],
        className="page stack",
    )


def _data(document: Mapping[str, Any] | None) -> Part:
    if document is None:
        return html.P(say("models.not_yet"), className="mute")
    data = document["data"]
    available = data.get("rows_available", data["rows"])
    return facts(
        [
            ("训练", f"{data['from']} 至 {data['holdout_from']}（不含）", True),
            ("检验", f"{data['holdout_from']} 至 {data['until']}（不含）", True),
            ("训练行", f"{data['rows']:,} / {available:,}", False),
            ("检验行", f"{data['holdout_rows']:,}", False),
            ("变量", _columns(document.get("columns", [])), True),
            ("指纹", html.Span(f"{document.get('code', '')} · {document.get('features', '')} · {data['fingerprint']}",
                             className="hash"), True),
        ]
    )  # fmt: skip


def _columns(columns: Any) -> str:
    """Return the features by name: a list of one view, or lists by view."""
    if isinstance(columns, Mapping):
        return "；".join(f"{view}：{'、'.join(names)}" for view, names in columns.items())
    return "、".join(columns)


def _scores(model: ModelView) -> Part:
    if not model.classes:
        return html.P(say("models.scores_none"), className="mute")
    classes = [(float(row["low"]), int(row["settlements"])) for row in model.classes]
    rows = [[f"{low:g} 至 {low + STEP:g}", f"{number:,}"] for low, number in classes]
    figure = scores_figure(classes, STEP, f"/queue?rule={model.id}")
    return plot("scores", figure, say("models.scores"), Numbers(("评分", "结算数"), rows))


def _versions(model: ModelView) -> Part:
    rows: list[list[Part]] = []
    for version in reversed(model.versions):
        mark = standing_pill("champion" if version.is_champion else version.standing)
        rows.append([html.Span(version.name, className="num"), _window(version.document), mark])
    return table([("版本", ""), (say("models.window"), "num nowrap"), ("", "")], rows, label=say("models.versions"))


def _card(title: str, body: Part) -> Part:
    parts = body if isinstance(body, list) else [body]
    return html.Section([heading(title, level=2), *parts], className="card")
