"""Every model declares what a reviewer and an operator must know, and its features exist."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from lianshen.anomaly import AnomalyModel, ModelNotFound
from lianshen.anomaly.features import features_fingerprint, read_features
from lianshen.cases.texts import RuleText, fill, require_texts
from lianshen_models.catalogue import MODELS, STAY_MODELS, Model, find_model, model_texts

each_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
each_stay_model = pytest.mark.parametrize("model", STAY_MODELS, ids=lambda model: model.id)


@each_model
def test_a_model_declares_what_it_cannot_see_and_when_it_is_wrong(model: Model) -> None:
    assert re.fullmatch(r"[A-Z]{2}-\d{2}", model.id)
    assert len(model.title_zh) <= 30
    assert model.blind_spots
    assert model.not_a_finding_when
    assert model.reviewer_checks
    assert model.certainty == "suspicious", "a model alone proves nothing"


@each_stay_model
def test_a_models_features_hold_every_column_that_it_names(model: AnomalyModel, stays: SimpleNamespace) -> None:
    con = stays.empty()
    stays.add(con, stays.ordinary(5))
    table = model.population.split()[0]
    frame = read_features(con, model.features[0], f"SELECT setl_id FROM {table}")
    named = {*model.columns, model.target, model.actual, model.segment, "setl_id", model.date}
    named |= {column for group in (*model.peers, *model.shares) for column in group}
    named |= {f"{category.name}_fen" for category in model.categories}
    assert named <= frame.columns.keys()
    assert next(iter(frame.columns)) == "setl_id"
    assert list(frame.key) == sorted(frame.key)
    assert len(frame) == 5


@each_stay_model
def test_the_amounts_of_the_categories_add_up_to_the_cost(model: AnomalyModel, stays: SimpleNamespace) -> None:
    con = stays.empty()
    stays.add(con, stays.ordinary(20))
    frame = read_features(con, model.features[0], "SELECT setl_id FROM mart.settlement")
    total = sum(frame[f"{category.name}_fen"] for category in model.categories)
    assert (total == frame[model.actual]).all()


def test_length_of_stay_is_known_but_no_model_of_cost_uses_it() -> None:
    assert "los_days" not in find_model("md-11").columns


def test_a_case_can_be_written_from_the_text_alone() -> None:
    texts: dict[str, RuleText] = dict(model_texts())
    require_texts(texts, [model.id for model in MODELS])
    facts = {f"because_{name}": "1.00" for name in ("actual", "expected", "low", "high", "score", "drivers", "volume")}
    assert "{" not in fill("MD-11", texts["MD-11"].sentence_zh, facts)
    supervision, remote_care = texts["MD-11"].basis
    assert supervision.endswith("监督管理条例》第三十八条第（二）项")
    assert remote_care.endswith("》第十条")
    assert texts["MD-11"].handler == ("H2",)


def test_an_unknown_model_is_named_together_with_those_there_are() -> None:
    with pytest.raises(ModelNotFound, match=r"no model XX-99; there are: .*MD-11"):
        find_model("XX-99")


def test_the_fingerprint_of_features_changes_with_the_code_and_not_with_a_comment(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    model = STAY_MODELS[0]
    root = tmp_path_factory.mktemp("content")
    for name in ("sql/features", "policies", "knowledge"):
        (root / name).mkdir(parents=True)
    view = root / "sql" / "features" / f"{model.features[0]}.sql"
    prints = []
    for text in ("SELECT 1 AS a", "-- why\nSELECT   1 AS a -- one", "SELECT 2 AS a"):
        view.write_text(text, encoding="utf-8")
        prints.append(features_fingerprint(model.features, root))
    assert prints[0] == prints[1] != prints[2]
