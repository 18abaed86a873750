"""The card of a stored model: what it is, what it was fitted on, how well it does, what it cannot see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp
from typing import Any

from lianshen.anomaly.registry import Entry
from lianshen.anomaly.spec import AnomalyModel
from lianshen.anomaly.subject import SubjectModel

NEVER_DEDUCTS = "模型只提示，不决定；仅由模型发现的疑点一律为高度可疑，从不提出扣款。"
"""Said on every card and page: a model-only finding never proposes a deduction."""


def card_markdown(model: AnomalyModel, document: dict[str, Any]) -> str:
    """Return the card as Markdown: English, with a Chinese summary on top."""
    data, metrics = document["data"], document["metrics"]
    pinball, rules = metrics["pinball"], model.thresholds
    low, _, high = (f"{quantile:.0%}" for quantile in model.quantiles)
    segments = "\n".join(
        f"| {name} | {found['rows']:,} | {found['mae_yuan']:,.2f} | {found['coverage']:.1%} |"
        for name, found in metrics["by_segment"].items()
    )
    titles = {count.name: f"{count.title_zh}（{count.unit_zh}）" for count in model.counts}
    counts = "\n".join(
        f"| {titles[name]} | {found['median_error']:.1f} | {found['coverage']:.1%} |"
        for name, found in metrics["counts"].items()
    )
    titles = {category.name: category.title_zh for category in model.categories}
    categories = "\n".join(
        f"| {titles[name]} | {found['coverage']:.1%} |" for name, found in metrics["categories"].items()
    )
    moves = "\n".join(
        f"| {name} | ×{exp(size):.2f} |"
        for name, size in sorted(document["importance"].items(), key=lambda one: -one[1])
    )
    return f"""# {model.id} {model.title_zh}

*{model.title}* · version `{document["version"]}`

**摘要**：{model.about_zh}本版本用{data["from"]}至{data["holdout_from"]}(不含)结算的{data["rows"]:,}条记录训练，\
用其后至{data["until"]}(不含)的{data["holdout_rows"]:,}条检验：对数费用R²为{metrics["r2_log"]:.3f}，\
预测区间覆盖{metrics["coverage"]:.1%}(应为{metrics["coverage_promised"]:.0%})。\
{NEVER_DEDUCTS}

## What it does

{model.about}

A row becomes a finding only when its score is above {rules.score} MAD of its peer group, its cost is above the \
{high} bound, and either {rules.drivers} charge categories drive the excess (each ≥ {rules.driver_share:.0%} of it, \
≥ {rules.driver_ratio} times what is expected, and ≥ {rules.driver_tilt} times its usual part of the bill) or a single \
one that may stand alone holds ≥ {rules.dominant_share:.0%}.

## What it was fitted on

| | |
|---|---|
| settled from (inclusive) | {data["from"]} |
| fitted until (exclusive) | {data["holdout_from"]} |
| judged until (exclusive) | {data["until"]} |
| rows fitted on | {data["rows"]:,} of {data["rows_available"]:,} |
| rows judged on | {data["holdout_rows"]:,} |
| columns | {", ".join(model.columns)} |
| seed | {document["seed"]} |
| code, features, data | `{document["code"]}`, `{document["features"]}`, `{data["fingerprint"]}` |
| scikit-learn | {document["scikit_learn"]} |

## How well it does on stays that settled later

| metric | model | peer group's median |
|---|---|---|
| R² of log cost | {metrics["r2_log"]:.3f} | {metrics["r2_log_baseline"]:.3f} |
| pinball loss, middle | {pinball["middle"]:.4f} | {pinball["baseline_middle"]:.4f} |
| pinball loss, {low} and {high} | {pinball["low"]:.4f} and {pinball["high"]:.4f} | |
| interval holds (promised {metrics["coverage_promised"]:.0%}) | {metrics["coverage"]:.1%} | |
| above the {high} bound | {metrics["above_high"]:.1%} | |
| median error, share of the cost | {metrics["median_error_share"]:.1%} | |
| findings, share of the stays | {metrics["findings_share"]:.2%} | |

| {model.segment} | rows | mean absolute error, yuan | interval holds |
|---|---|---|---|
{segments}

| beside the cost | median error | interval holds |
|---|---|---|
{counts}

| charge category | interval holds |
|---|---|
{categories}

## What the expectation is made of

How far each thing known of a stay moves its expected cost, on average (exact Shapley values of the trees):

| | times |
|---|---|
{moves}

{_drift(model.id, document)}
## What it cannot see

{_bullets(model.blind_spots)}

## It is not a finding when

{_bullets(model.not_a_finding_when)}

## What a reviewer checks

{_bullets(model.reviewer_checks)}
"""


def subject_card(model: SubjectModel, document: dict[str, Any]) -> str:
    """Return the card of a model of subjects as Markdown: English, with a Chinese summary on top."""
    data = document["data"]
    metrics = "\n".join(f"| {name} | {value} |" for name, value in document["metrics"].items())
    return f"""# {model.id} {model.title_zh}

*{model.title}* · version `{document["version"]}`

**摘要**：{model.about_zh}本版本用{data["from"]}至{data["holdout_from"]}(不含)结算的数据学习，用其后至{data["until"]}(不含)的数据检验。\
{NEVER_DEDUCTS}

## What it does

{model.about}

## What it learned from

| | |
|---|---|
| settled from (inclusive) | {data["from"]} |
| learned until (exclusive) | {data["holdout_from"]} |
| measured until (exclusive) | {data["until"]} |
| rows of features | {data["rows"]:,}, measured on {data["holdout_rows"]:,} |
| views | {", ".join(model.features)} |
| seed | {document["seed"]} |
| code, features, data | `{document["code"]}`, `{document["features"]}`, `{data["fingerprint"]}` |
| scikit-learn | {document["scikit_learn"]} |

## How well it does on what came later

| metric | value |
|---|---|
{metrics or "| none is defined | |"}

{_probes(document["probe"])}
{_drift(model.id, document)}
## What it cannot see

{_bullets(model.blind_spots)}

## It is not a finding when

{_bullets(model.not_a_finding_when)}

## What a reviewer checks

{_bullets(model.reviewer_checks)}
"""


def _probes(probe: Mapping[str, Any]) -> str:
    """Return what was planted in later data to measure the version without labels."""
    if not probe["what"]:
        return "## Probes\n\nNone are declared: whoever approves decides.\n"
    why_not = f"\n\nNone could be planted this time: {probe['why_not']}." if probe["why_not"] else ""
    return f"""## Probes

A probe is a known change planted in a copy of later data, which needs no label: {probe["what"]} The version judges \
the copy (days from {probe["since"]}, month {probe["month"]}, seed {probe["seed"]}); where a copy takes few, there are \
several. `probe_average_precision` says how far up the planted ones rank above all the rest (1 at best), \
`probe_recall` how many of them become findings, `probe_false_findings` how many of the rest do. Champion and \
challenger judge the very same copies.{why_not}
"""


def _drift(model_id: str, document: Mapping[str, Any]) -> str:
    """Return what later periods are held against."""
    baseline = document["baseline"]
    scores = "" if baseline["score"] is None else " and of the scores"
    return f"""## Drift

The bins of {len(baseline["features"])} features{scores} are stored with this version; each night holds what came in \
against them (PSI: below 0.1 stable, from 0.25 shifted): `lianshen models drift {model_id}`, and the page \
`/models/{model_id}`.
"""


def register_section(entries: Sequence[Entry]) -> str:
    """Return how a version did against the champion of its day and who let it score; empty where none is entered."""
    if not entries:
        return ""
    lines = [f"| {one.at} | {one.event} | {one.by} | {_said(one)} |" for one in entries]
    table = "\n".join(["| when | what | by | |", "|---|---|---|---|", *lines])
    return f"\n## Champion and challenger, approval\n\n{table}\n"


def _said(entry: Entry) -> str:
    if entry.event == "approved":
        return "approved by policy (无人值守，按制度自动批准)" if entry.is_policy else entry.reason
    comparison = entry.comparison or {}
    compared = in_words(comparison)
    # What the comparison itself refused it has said already.
    return f"{compared}; refused: {entry.refused}" if entry.refused not in (None, comparison.get("why")) else compared


def in_words(comparison: Mapping[str, Any]) -> str:
    """Return a comparison, as it was entered, in one sentence."""
    old, new = comparison.get("champion_value"), comparison.get("challenger_value")
    if old is None or new is None:
        agreement = comparison.get("agreement")
        agreed = f" (rank correlation with {comparison['champion']}: {agreement:.2f})" if agreement is not None else ""
        return f"{comparison.get('why', '')}{agreed}"
    is_better = comparison["is_better"]
    better = "as good as" if is_better is None else "better than" if is_better else "no better than"
    saved = comparison.get("better_by")
    by = "" if saved is None else f", {saved:+.1%}"
    if comparison.get("low") is not None:
        by += f" (90 %: {comparison['low']:+.1%} to {comparison['high']:+.1%}, paired bootstrap)"
    if probes := comparison.get("probes"):
        by += (
            f"; of {probes['planted']} plantings it finds {{1:.0%}} against {{0:.0%}}, of the rest "
            "{3:.2%} against {2:.2%}"
        ).format(*probes["recall"], *probes["false_findings"])
    rows = "subjects judged" if comparison.get("probes") else "rows"
    return (
        f"{better} {comparison['champion']} on {comparison['rows']:,} {rows} since {comparison['since']} that neither "
        f"was fitted on: {comparison['measure']} {new:.5g} against {old:.5g}{by}"
    )


def _bullets(texts: tuple[str, ...]) -> str:
    return "\n".join(f"* {text}" for text in texts)
