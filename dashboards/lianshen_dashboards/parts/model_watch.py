"""What a model's page says of drift: scores and features against training, and how many findings were upheld."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html

from lianshen.anomaly.drift import SHIFTED, STABLE, word_zh
from lianshen_dashboards.figures.models import drift_figure
from lianshen_dashboards.parts.common import Part, table
from lianshen_dashboards.parts.plot import Numbers, plot
from lianshen_dashboards.present import Row
from lianshen_dashboards.texts import say

SCORE = "评分"
DRAWN, NAMED = 3, 5
QUIET = word_zh(0.0, 0.0)
FEATURES = {
    "icd3": "主要诊断",
    "chapter": "诊断章",
    "has_operation": "是否手术",
    "operation": "手术",
    "level": "机构等级",
    "operation_chapter": "手术类别",
    "stay_kind": "住院方式",
    "department": "科室",
    "insutype": "险种",
    "scope": "参保地",
    "sex": "性别",
    "age": "年龄",
    "n_secondary": "其他诊断数",
    "score": SCORE,
}


def feature_zh(name: str) -> str:
    """Return a feature in words, where there are any."""
    return FEATURES.get(name, name)


def watched(rows: Sequence[Row], version: str | None) -> list[Part]:
    """Return the drift of the version that scores, period by period, and the precision at capacity."""
    measured = [row for row in rows if row["kind"] != "precision" and row["version"] == version]
    if not measured:
        return [html.P(say("models.drift_none"), className="mute"), *_precision(rows)]
    periods = sorted({row["period"] for row in measured})
    latest = [row for row in measured if row["period"] == periods[-1]]
    drawn = ["score", *(row["name"] for row in latest if row["kind"] == "feature")][: DRAWN + 1]
    by_place = {(row["period"], row["name"]): row["value"] for row in measured}
    series = {feature_zh(name): [by_place.get((period, name)) for period in periods] for name in drawn}
    figure = drift_figure(periods, series, STABLE, SHIFTED)
    numbers = [
        [feature_zh(row["name"]), f"{row['value']:.3f}", f"{row['noise']:.3f}", f"{row['n_rows']:,}", _word(row)]
        for row in sorted(latest, key=lambda row: (row["kind"] != "score", -row["value"]))
    ]
    heads = ("变量", "PSI", "随机波动上限", "行数", "含义")
    said = _said(periods[-1], latest)
    return [
        html.P(said),
        plot("drift", figure, said, Numbers(heads, numbers)),
        html.P(say("models.drift_words"), className="mute"),
        *_precision(rows),
    ]


def _said(period: str, latest: Sequence[Row]) -> str:
    moved = [f"{feature_zh(row['name'])}{_word(row)}（{row['value']:.2f}）" for row in latest if _word(row) != QUIET]
    if not moved:
        return say("models.drift_quiet", period=period)
    more = say("models.drift_more", n=len(moved) - NAMED) if len(moved) > NAMED else ""
    return say("models.drift_moved", period=period, names="、".join(moved[:NAMED]), more=more)


def _word(row: Row) -> str:
    return word_zh(row["value"], row["noise"])


def _precision(rows: Sequence[Row]) -> list[Part]:
    decided = [row for row in rows if row["kind"] == "precision"]
    if not decided:
        return [html.P(say("models.precision_none"), className="mute")]
    lines: list[list[Part]] = [
        [row["period"], f"{row['n_rows']:,}", f"{row['value']:.0%}", f"{row['low']:.0%}–{row['high']:.0%}"]
        for row in decided
    ]
    heads = [("周", ""), ("已结案疑点", "right"), ("成立", "right"), ("95%区间", "right")]
    return [table(heads, lines, label=say("models.precision"))]
