"""What pages say of a model: why it expected what it did, how far things moved, who approved, and no deduction."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lianshen.anomaly.registry import POLICY, Entry
from lianshen_dashboards.figures.models import drift_figure, factors_figure
from lianshen_dashboards.pages.models import ModelView, Version, list_page, model_page
from lianshen_dashboards.pages.models_callbacks import names, read
from lianshen_dashboards.parts.common import Part
from lianshen_dashboards.parts.expectation import expectation, only_models
from lianshen_dashboards.parts.model_figures import metrics_part

MD11 = {
    "rule_id": "MD-11",
    "finding_id": "f1",
    "because": {
        "because_expected": "8502.76",
        "because_usual": "6650.95",
        "because_reasons": [
            {"name": "laboratory", "actual": "14956.65", "expected": "834.63", "low": "201.10", "high": "2040.00"},
            {"name": "nursing", "actual": "310.00", "expected": "200.00"},
        ],
        "because_counts": [
            {
                "name": "n_tests",
                "title": "检验检查",
                "unit": "项",
                "actual": "34",
                "expected": "15",
                "low": "12",
                "high": "19",
            },
            {
                "name": "los_days",
                "title": "住院",
                "unit": "天",
                "actual": "9",
                "expected": "8",
                "low": "1",
                "high": "19",
            },
        ],
        "because_made_of": [
            {"name": "level", "text_zh": "三级医院：预期费用高35%", "times": "1.3502"},
            {"name": "operation", "text_zh": "没有手术：预期费用低23%", "times": "0.7700"},
            {"name": "sex", "text_zh": "女性：预期费用不变", "times": "1.0001"},
        ],
    },
}


def said(part: Part) -> str:
    return json.dumps(part, default=lambda one: one.to_plotly_json(), ensure_ascii=False)


def test_a_finding_shows_counts_with_intervals_and_one_sentence_for_each_reason() -> None:
    text = said(expectation(MD11))
    amounts = ("化验费", "14,956.65 元", "201.10–2,040.00", "护理费", "从一般住院的 6,650.95 元", "预期 8,502.76 元")
    for word in (*amounts, "34 项", "12–19"):
        assert word in text
    assert "三级医院：预期费用高35%；没有手术：预期费用低23%。" in text
    assert "×1.3502" in text, "the numbers stand in the table of the figure"
    assert expectation({"rule_id": "PL-04", "finding_id": "f2", "because": {"because_days": 3}}) is None


def test_what_models_measure_of_later_months_is_named_in_chinese() -> None:
    of_rings = {"candidates": 3, "findings": 1, "settlements_in_findings": 9, "highest_score": 18.37}
    text = said(metrics_part({"metrics": of_rings}))
    for word in ("检验期列出的团组", "疑点涉及的结算", "最高评分", "18.370"):
        assert word in text
    assert not any(key in text for key in of_rings)


def test_a_case_of_models_alone_says_that_no_deduction_is_proposed() -> None:
    rule = {"rule_id": "PL-04", "finding_id": "f2", "because": {}}
    assert "从不提出扣款" in said(only_models([MD11], {"MD-11"}))
    assert only_models([MD11, rule], {"MD-11"}) is None
    assert only_models([], {"MD-11"}) is None


def view(**more: Any) -> ModelView:
    document = {
        "title_zh": "费用离群", "columns": {"stay": ["icd3", "age"]},
        "data": {"from": "2026-10-11", "holdout_from": "2026-11-03", "until": "2026-11-08", "rows": 513,
                 "holdout_rows": 1218, "fingerprint": "e193"},
        "metrics": {"coverage": 0.9, "counts": {"n_tests": {"median_error": 15.8, "coverage": 0.907}}, "hits": 0.25},
        "importance": {"diagnosis": 0.4, "sex": 0.0},
    }  # fmt: skip
    versions = (Version("d5cd", document, True), Version("e000", document, False, "", "waiting"))
    return ModelView("MD-11", versions, **more)


def measured(period: str, name: str, value: float, **more: Any) -> dict[str, Any]:
    kind = "score" if name == "score" else "feature"
    row = {"version": "d5cd", "period": period, "kind": kind, "name": name, "n_rows": 4452, "value": value,
           "noise": 0.01, "low": None, "high": None}  # fmt: skip
    return row | more


def test_drift_is_said_in_words_beside_its_thresholds() -> None:
    rows = [measured("2026-W45", "score", 0.02), measured("2026-W46", "score", 0.31),
            measured("2026-W46", "icd3", 0.12), measured("2026-W46", "age", 0.02),
            measured("2026-W46", "sex", 0.2, version="older")]  # fmt: skip
    text = said(model_page(view(drift=rows)))
    assert "2026-W46：与训练时相比，评分明显变化（0.31）、主要诊断有变化，留意（0.12）。" in text
    assert "性别" not in text.split("2026-W46：与训练时相比")[1][:60]
    assert "PSI 低于 0.1 为稳定" in text
    assert "尚无含该模型疑点的结案" in text
    precise = measured("2026-W46", "precision", 0.6, kind="precision", n_rows=20, low=0.39, high=0.78)
    upheld = said(model_page(view(drift=[precise])))
    assert "39%–78%" in upheld
    assert "尚无漂移监测与校准记录" in upheld


@pytest.mark.parametrize(
    ("comparison", "refused", "words"),
    [
        ({"champion": None, "may_score": True}, None, "首个版本"),
        ({"champion": "d5cd", "may_score": True, "measure": ""}, None, "d5cd 已不能评分"),
        ({"champion": "d5cd", "may_score": True, "measure": "rank", "agreement": 0.931}, None, "等级相关 0.93"),
        ({"champion": "d5cd", "may_score": False, "rows": 50, "why": "w"}, "w", "只有 50 行"),
        ({"champion": None, "may_score": True}, "its interval holds 70%", "未达启用标准：its interval"),
        (
            {
                "champion": "d5cd",
                "is_better": False,
                "champion_value": 0.1,
                "challenger_value": 0.11,
                "since": "2026-11-01",
                "rows": 2189,
                "better_by": -0.1,
                "low": -0.12,
                "high": -0.08,
                "why": "w",
            },
            "w",
            "不优于在用版本 d5cd：自 2026-11-01 起两者均未见过的 2,189 行",
        ),
        (
            {
                "champion": "d5cd",
                "is_better": True,
                "champion_value": 0.5,
                "challenger_value": 0.6,
                "rows": 273,
                "since": "2026-11-12",
                "better_by": 0.2,
                "low": 0.1,
                "high": 0.3,
                "probes": {"planted": 30, "recall": [0.4, 0.55], "false_findings": [0.0041, 0.0]},
            },
            None,
            "273 个对象，0.6 对 0.5，平均精度提高 20.0%（90%区间 10.0% 至 30.0%）；"
            "30 个探针中列为疑点的 55% 对 40%，其余 0.00% 对 0.41%",
        ),
        (
            {
                "champion": "d5cd",
                "is_better": None,
                "champion_value": 1.0,
                "challenger_value": 1.0,
                "rows": 9,
                "since": "2026-11-12",
                "better_by": 0.0,
                "probes": {"planted": 30, "recall": [1, 1], "false_findings": [0, 0]},
            },
            None,
            "表现等同于在用版本 d5cd",
        ),
    ],
)
def test_the_register_says_against_whom_a_version_was_held(comparison: Any, refused: str | None, words: str) -> None:
    trained = Entry("trained", "e000", "flow train", "2026-11-22T18:39:59", "", refused, comparison)
    approved = Entry("approved", "d5cd", POLICY, "2026-11-22T18:39:59", "approved by policy, unattended")
    text = said(model_page(view(entries=[approved, trained])))
    assert words in text
    assert "按制度自动批准" in text
    assert "待批准 1 个版本" in text
    assert "stay：icd3、age" in text


def test_pages_say_that_a_model_proposes_no_deduction_and_name_what_waits() -> None:
    for text in (said(list_page([view()])), said(model_page(view()))):
        assert "从不提出扣款" in text
        assert "待批准 1 个版本" in text
    page = said(model_page(view()))
    assert "检验检查项数" in page
    assert "hits" in page, "a measure without a Chinese name is shown under its own"
    assert said(model_page(ModelView("MD-11", view().versions, shows_figures=False))).count("icd3") == 0


def test_a_page_says_what_was_planted_to_measure_a_model() -> None:
    probe = {"what": "dear ones.", "what_zh": "昂贵的机构。", "month": "2026-11", "since": "2026-11-12", "seed": 11,
             "why_not": None}  # fmt: skip
    document = view().versions[0].document
    metrics = {"probe_average_precision": 0.8154, "probe_false_findings": 0.00041}
    text = said(
        model_page(ModelView("DR-12", (Version("d5cd", document | {"metrics": metrics, "probe": probe}, True),)))
    )
    for words in ("探针平均精度", "0.815", "0.04%", "2026-11-12 起的后期数据副本", "随机种子 11", "昂贵的机构。"):
        assert words in text
    assert "未能种入" not in text
    lacking = document | {"metrics": {}, "probe": probe | {"why_not": "too little"}}
    text = said(model_page(ModelView("DR-12", (Version("d5cd", lacking, True),))))
    assert "未能种入" in text
    assert "探针平均精度" not in text


def test_figures_keep_thresholds_apart_and_bars_in_sight() -> None:
    far = drift_figure(["2026-10"], {"评分": [0.1], "days": [5.41], "none": [None]}, 0.1, 0.25)
    assert far["data"][1]["y"] == [1.0]
    assert far["data"][1]["customdata"] == [5.41]
    low, high = factors_figure([("一", 1.5), ("二", 0.8)])["layout"]["xaxis"]["range"]
    assert 10**low < 0.8 < 1.5 < 10**high


def test_a_model_without_what_it_compares_with_is_listed_and_says_so_on_its_page(tmp_path: Path) -> None:
    (tmp_path / "MD-11").mkdir()
    lack = {"model_id": "XR-22", "title_zh": "异地患者过度诊疗差异", "words": "没有收到本地住院汇总数据。"}
    assert names(tmp_path, {}, {"XR-22": lack}) == ["MD-11", "XR-22"]
    text = said(model_page(read("XR-22", tmp_path, None, lack)))
    assert "异地患者过度诊疗差异" in text
    assert "没有收到本地住院汇总数据。" in text
    assert "没有收到" not in said(model_page(read("XR-22", tmp_path, None)))
