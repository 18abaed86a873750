"""/models and /models/<name>: what each model was fitted on, how well it did on what came after, what it says now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dash import dcc, html

from lianshen_dashboards.figures.peers import scores_figure
from lianshen_dashboards.parts.common import Part, empty, facts, heading, link_button, table
from lianshen_dashboards.parts.plot import Numbers, plot
from lianshen_dashboards.present import Row
from lianshen_dashboards.texts import say

PATH = "/models"
MODEL_PATH = "/models/<name>"
TITLE = f"{say('models.title')} · {say('app.name')}"
STEP = 0.5
METRICS: Mapping[str, tuple[str, str]] = {
    "rows": ("检验行数", "whole"),
    "r2_log": ("对数费用 R²", "number"),
    "r2_log_baseline": ("对照：同组中位数 R²", "number"),
    "better_than_baseline": ("误差比对照减少", "share"),
    "coverage": ("预测区间覆盖", "share"),
    "coverage_promised": ("应覆盖", "share"),
    "above_high": ("高于区间上限", "share"),
    "median_error_share": ("误差中位数占费用", "share"),
    "findings_share": ("列为疑点的住院", "share"),
}
SEGMENTS = {"PRIMARY": "一级", "SECONDARY": "二级", "TERTIARY": "三级", "UNGRADED": "未定级"}


@dataclass(frozen=True)
class Version:
    """One stored fit: its document (None where its files are not those that were written, with ``why``)."""

    name: str
    document: Mapping[str, Any] | None
    is_champion: bool
    why: str = ""


@dataclass(frozen=True)
class ModelView:
    """One model: its versions, what the snapshot holds of it, its card, and the classes of its scores."""

    id: str
    versions: Sequence[Version]
    run: Row | None = None
    card: str = ""
    classes: Sequence[Row] = field(default_factory=list)
    shows_figures: bool = True

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
        return str(document.get("title_zh") or document.get("title") or "") if document else ""


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
    return html.Div([title, html.Section(listed, className="card")], className="page")


def _findings(model: ModelView) -> Part:
    if model.run is None:
        return say("word.none")
    return dcc.Link(f"{model.run['findings']:,}", href=f"/queue?rule={model.id}")


def _champion(model: ModelView) -> Part:
    if model.champion is None:
        return html.Span(say("models.no_champion"), className="mute")
    return html.Span(model.champion.name, className="num")


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
            html.Span([say("models.champion"), " ", _champion(model)], className="mute"),
        ],
        className="page-head",
    )
    damaged = [
        html.Div(f"{version.name}：{say('models.damaged', why=version.why)}", className="banner red", role="alert")
        for version in model.versions
        if version.document is None
    ]
    document = model.shown.document if model.shown else None
    left: list[Part] = [_card(say("models.window"), _data(document)), _card(say("models.metrics"), _metrics(document))]
    if document and document["metrics"].get("by_segment"):
        left.append(_card(say("models.segments"), _segments(document["metrics"]["by_segment"])))
    right: list[Part] = [
        _card(say("models.scores"), _scores(model)),
        _card(say("models.drift"), html.P(say("models.drift_none"), className="mute")),
        _card(say("models.versions"), _versions(model)),
    ]
    shown = html.Div([html.Div(left, className="stack"), html.Div(right, className="stack")], className="columns-2")
    card = html.Details(
        [html.Summary(say("models.card")), dcc.Markdown(model.card, className="card-md")], className="more"
    )
    return html.Div(
        [
            title,
            *damaged,
            shown if model.shows_figures else None,
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
            ("变量", "、".join(document.get("columns", [])), True),
            ("指纹", html.Span(f"{document.get('code', '')} · {document.get('features', '')} · {data['fingerprint']}",
                             className="hash"), True),
        ]
    )  # fmt: skip


def _metrics(document: Mapping[str, Any] | None) -> Part:
    if document is None:
        return html.P(say("models.not_yet"), className="mute")
    rows: list[list[Part]] = [
        [name, _number(document["metrics"][key], kind)]
        for key, (name, kind) in METRICS.items()
        if key in document["metrics"]
    ]
    return table([("指标", ""), ("值", "right")], rows, label=say("models.metrics"))


def _number(value: float, kind: str) -> str:
    return f"{value:,}" if kind == "whole" else f"{value:.1%}" if kind == "share" else f"{value:.3f}"


def _segments(segments: Mapping[str, Mapping[str, Any]]) -> Part:
    rows: list[list[Part]] = [
        [SEGMENTS.get(name, name), f"{one['rows']:,}", f"{one['mae_yuan']:,.2f}", f"{one['coverage']:.1%}"]
        for name, one in segments.items()
    ]
    heads = [("等级", ""), ("行数", "right"), ("平均误差（元）", "right"), ("区间覆盖", "right")]
    return table(heads, rows, label=say("models.segments"))


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
        mark = html.Span(say("models.champion"), className="pill green") if version.is_champion else ""
        rows.append([html.Span(version.name, className="num"), _window(version.document), mark])
    return table([("版本", ""), (say("models.window"), "num nowrap"), ("", "")], rows, label=say("models.versions"))


def _card(title: str, body: Part) -> Part:
    return html.Section([heading(title, level=2), body], className="card")
