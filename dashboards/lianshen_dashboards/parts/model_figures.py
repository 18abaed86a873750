"""What a model's page says of how well a version did: metrics, grades, counts, what moves the expectation."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp
from typing import Any

from dash import html

from lianshen.anomaly.words import CATEGORIES
from lianshen_dashboards.figures.models import factors_figure
from lianshen_dashboards.parts.common import Part, table
from lianshen_dashboards.parts.plot import Numbers, plot
from lianshen_dashboards.texts import say

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
    "probe_average_precision": ("探针平均精度（最高 1）", "number"),
    "probe_recall": ("探针列为疑点", "share"),
    "probe_false_findings": ("其余列为疑点", "small_share"),
    "probe_planted": ("探针数", "whole"),
    "probe_ordinary": ("其余对象数", "whole"),
    "settlements judged": ("检验期评分的结算", "whole"),
    "institutions judged": ("检验期评分的机构", "whole"),
    "candidates": ("检验期列出的团组", "whole"),
    "findings": ("其中列为疑点", "whole"),
    "settlements_in_findings": ("疑点涉及的结算", "whole"),
    "highest_score": ("最高评分", "number"),
    "findings, share": ("列为疑点的结算", "small_share"),
    "above the 99th percentile, share": ("高于同类99%的结算", "share"),
    "above the 99.9th percentile, share": ("高于同类99.9%的结算", "small_share"),
    "median ratio of visitors to neighbours": ("异地与本地费用之比的中位数", "number"),
    "interval holds one (institution treats both alike)": ("区间含1（两地一致）的机构", "share"),
}
COUNTS = {"los_days": "住院天数", "n_tests": "检验检查项数", "n_items": "收费项目种数", "n_drugs": "药品种数"}
FACTORS = {
    "diagnosis": "主要诊断",
    "operation": "手术",
    "level": "机构等级",
    "department": "科室",
    "age": "年龄",
    "sex": "性别",
    "secondary": "其他诊断数",
    "stay_kind": "住院方式",
    "insurance": "险种",
    "scope": "参保地",
    "peers": "对照组的实际水平",
}
SEGMENTS = {"PRIMARY": "一级", "SECONDARY": "二级", "TERTIARY": "三级", "UNGRADED": "未定级"}


def metrics_part(document: Mapping[str, Any] | None) -> Part:
    """Return the figures out of time, those with Chinese names first."""
    if document is None:
        return html.P(say("models.not_yet"), className="mute")
    rows: list[list[Part]] = [
        [METRICS.get(key, (key, ""))[0], _number(value, METRICS.get(key, ("", "number"))[1])]
        for key, value in sorted(document["metrics"].items(), key=lambda one: _place(one[0]))
        if isinstance(value, int | float)
    ]
    heads = [("指标", ""), ("值", "right")]
    figures = (
        table(heads, rows, label=say("models.metrics")) if rows else html.P(say("models.no_measure"), className="mute")
    )
    return html.Div([figures, *_probe_note(document.get("probe"))])


def _probe_note(probe: Mapping[str, Any] | None) -> list[Part]:
    """Return what a probe is, what was planted, and why nothing was where that is so."""
    if not probe or not probe["what_zh"]:
        return []
    said = [say("models.probe", what=probe["what_zh"], since=probe["since"], seed=probe["seed"])]
    if probe["why_not"]:
        said.append(say("models.probe_none"))
    return [html.P("".join(said), className="mute")]


def _place(key: str) -> tuple[int, str]:
    return (list(METRICS).index(key), "") if key in METRICS else (len(METRICS), key)


def _number(value: float, kind: str) -> str:
    if kind == "small_share":
        return f"{value:.2%}"
    return f"{value:,}" if kind == "whole" else f"{value:.1%}" if kind == "share" else f"{value:.3f}"


def segments_part(segments: Mapping[str, Mapping[str, Any]]) -> Part:
    """Return how well each grade of hospital is predicted."""
    rows: list[list[Part]] = [
        [SEGMENTS.get(name, name), f"{one['rows']:,}", f"{one['mae_yuan']:,.2f}", f"{one['coverage']:.1%}"]
        for name, one in segments.items()
    ]
    heads = [("等级", ""), ("行数", "right"), ("平均误差（元）", "right"), ("区间覆盖", "right")]
    return table(heads, rows, label=say("models.segments"))


def counts_part(counts: Mapping[str, Mapping[str, float]]) -> Part:
    """Return how well days and counts beside the cost are predicted."""
    rows: list[list[Part]] = [
        [COUNTS.get(name, name), f"{one['median_error']:.1f}", f"{one['coverage']:.1%}"] for name, one in counts.items()
    ]
    return table([("", ""), ("误差中位数", "right"), ("区间覆盖", "right")], rows, label=say("models.counts"))


def categories_part(categories: Mapping[str, Mapping[str, float]]) -> Part:
    """Return how many later stays lie within the interval of each charge category."""
    rows: list[list[Part]] = [
        [CATEGORIES.get(name, name), f"{one['coverage']:.1%}"] for name, one in categories.items()
    ]
    return table([("", ""), ("区间覆盖", "right")], rows, label=say("models.categories"))


def made_of_part(importance: Mapping[str, float]) -> Part:
    """Return how far each thing known of a stay moves its expectation, on average."""
    order = sorted(importance.items(), key=lambda one: -one[1])
    factors = [(FACTORS.get(name, name), exp(size)) for name, size in order]
    rows = [[name, f"×{times:.3f}"] for name, times in factors]
    figure = factors_figure(factors)
    return plot("made-of", figure, say("models.made_of_note"), Numbers(("", "平均倍数"), rows))
