"""MD-11 says which stays cost far more than such patients' stays do, why, and stays quiet about the rest."""

from __future__ import annotations

import json
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import duckdb
import numpy as np
import pytest

from lianshen.anomaly import ModelStore, score_models
from lianshen.findings import finding_id
from lianshen_models.stay_cost import MODEL

Connection = duckdb.DuckDBPyConnection


def scored(con: Connection, store: ModelStore) -> dict[str, dict[str, Any]]:
    """Score and return what ``audit.score`` holds, by settlement."""
    score_models(con, store, [MODEL])
    rows = con.execute("FROM audit.score").fetchall()
    names = [column[0] for column in con.description or ()]
    return {row["setl_id"]: row for row in (dict(zip(names, values, strict=True)) for values in rows)}


def found(con: Connection) -> dict[str, dict[str, Any]]:
    """Return the findings of the model by settlement, ``because`` read from JSON."""
    rows = con.execute("FROM audit.finding WHERE source_id = 'MD-11'").fetchall()
    names = [column[0] for column in con.description or ()]
    findings = [dict(zip(names, values, strict=True)) for values in rows]
    return {row["setl_id"]: row | {"because": json.loads(row["because"])} for row in findings}


def test_ordinary_stays_of_a_new_night_are_quiet(
    warehouse: Connection, store: ModelStore, stays: SimpleNamespace
) -> None:
    stays.add(warehouse, stays.ordinary(600, seed=99, prefix="N"))
    scores = scored(warehouse, store)
    assert sum(name.startswith("N") for name in scores) == 600
    assert len([name for name in found(warehouse) if name.startswith("N")]) <= 600 // 100


def test_inflated_stays_come_out_on_top_and_name_what_was_inflated(
    warehouse: Connection, store: ModelStore, stays: SimpleNamespace
) -> None:
    stays.add(warehouse, stays.ordinary(600, seed=99, prefix="N"))
    inflated = {
        "X1": stays.Stay("X1", icd3="J18", amounts={"04": 15000, "03": 12000}),
        "X2": stays.Stay("X2", icd3="I63", amounts={"09": 30000, "05": 20000}),
        "X3": stays.Stay("X3", icd3="E11", hosp_lv="08", amounts={"03": 9000, "04": 6000}),
        "X4": stays.Stay("X4", icd3="Z51", hosp_lv="02", amounts={"11": 60000, "09": 60000}),
    }
    stays.add(warehouse, list(inflated.values()))
    scores = scored(warehouse, store)
    of_the_night = sorted((name for name in scores if name[0] in "NX"), key=lambda name: -scores[name]["score"])
    assert set(of_the_night[:4]) == set(inflated)
    findings = found(warehouse)
    code_of = {"laboratory": "04", "examination": "03", "western": "09", "treatment": "05", "patent": "11"}
    for name, stay in inflated.items():
        named = {code_of.get(reason["name"]) for reason in findings[name]["because"]["because_reasons"]}
        assert named == set(stay.amounts)


def test_a_stay_that_its_diagnosis_or_operation_explains_is_quiet(
    warehouse: Connection, store: ModelStore, stays: SimpleNamespace
) -> None:
    dear = [
        stays.Stay("D1", icd3="J96", hosp_lv="02", age=80),
        stays.Stay("D2", icd3="M17", hosp_lv="02", operation="81.5400x001"),
        stays.Stay("D3", icd3="J96", hosp_lv="02", times=1.2),
    ]
    stays.add(warehouse, dear)
    scores = scored(warehouse, store)
    assert all(scores[stay.setl_id]["actual"] > 50_000 for stay in dear)
    assert not found(warehouse).keys() & {"D1", "D2", "D3"}
    stays.add(warehouse, [stays.Stay("D4", icd3="I10", hosp_lv="02", amounts={"04": 30000, "03": 30000})])
    scored(warehouse, store)
    assert "D4" in found(warehouse), "the same money without such a diagnosis is a finding"


def test_one_dear_implant_is_no_finding_but_a_second_driving_category_makes_it_one(
    warehouse: Connection, store: ModelStore, stays: SimpleNamespace
) -> None:
    operated: dict[str, Any] = {"icd3": "M17", "operation": "81.5400x001"}
    stays.add(
        warehouse,
        [
            stays.Stay("I1", **operated, amounts={"08": 300_000}),
            stays.Stay("I2", **operated, amounts={"08": 300_000, "04": 80_000}),
        ],
    )
    scores = scored(warehouse, store)
    assert scores["I1"]["score"] > MODEL.thresholds.score
    assert json.loads(scores["I1"]["reasons"])[0]["name"] == "material"
    assert found(warehouse).keys() & {"I1", "I2"} == {"I2"}


def test_a_single_category_that_holds_nearly_all_of_the_excess_is_enough_unless_it_is_material(
    warehouse: Connection, store: ModelStore, stays: SimpleNamespace
) -> None:
    stays.add(warehouse, [stays.Stay("L1", amounts={"04": 40_000}), stays.Stay("L2", amounts={"08": 40_000})])
    scored(warehouse, store)
    assert found(warehouse).keys() & {"L1", "L2"} == {"L1"}


def test_a_finding_carries_exact_amounts_and_never_a_deduction(
    warehouse: Connection, store: ModelStore, stays: SimpleNamespace
) -> None:
    stays.add(warehouse, [stays.Stay("X1", amounts={"04": 15000, "03": 12000})])
    score_row, finding = scored(warehouse, store)["X1"], found(warehouse)["X1"]
    cost = warehouse.execute("SELECT medfee_sumamt FROM mart.settlement WHERE setl_id = 'X1'").fetchall()[0][0]
    assert score_row["actual"] == cost
    assert score_row["low"] < score_row["expected"] < score_row["high"] < cost
    assert finding["a0"] == cost - score_row["expected"]
    assert finding["exposure"] == cost - score_row["high"]
    assert (finding["a1"], finding["a2"], finding["counted_a2"]) == (0, 0, 0)
    assert (finding["certainty"], finding["level"], finding["severity"]) == ("suspicious", "settlement", 2)
    assert finding["finding_id"] == finding_id("MD-11", "X1")
    assert finding["fingerprint"] == score_row["model_version"] == store.champion("MD-11")
    because = finding["because"]
    assert Decimal(because["because_actual"]) == cost
    assert Decimal(because["because_expected"]) == score_row["expected"]
    assert (because["because_low"], because["because_high"]) == (str(score_row["low"]), str(score_row["high"]))
    assert because["because_drivers"].startswith("化验费15000.00元（预期")
    assert set(MODEL.sentence_zh.split("{")[1].split("}")) & because.keys() == {"because_actual"}
    assert MODEL.sentence_zh.format(**because).count("元") >= 4
    assert not warehouse.execute("FROM audit.finding_line").fetchall()


def test_a_stay_that_is_dear_in_every_category_alike_is_scored_but_is_no_finding(
    warehouse: Connection, store: ModelStore, stays: SimpleNamespace
) -> None:
    alike = {code: round(6 * amount) for code, amount in stays.typical(stays.Stay("T1")).items()}
    stays.add(warehouse, [stays.Stay("T1", amounts=alike)])
    assert scored(warehouse, store)["T1"]["score"] > 5
    assert "T1" not in found(warehouse)


@pytest.mark.parametrize(("excess", "severity"), [(8_000, 1), (25_000, 2), (120_000, 3)])
def test_severity_grows_with_the_money_above_the_upper_bound(
    excess: int, severity: int, warehouse: Connection, store: ModelStore, stays: SimpleNamespace
) -> None:
    stays.add(warehouse, [stays.Stay("X1", amounts={"04": excess, "03": excess // 2})])
    scored(warehouse, store)
    assert found(warehouse)["X1"]["severity"] == severity


def test_days_and_tests_beyond_what_such_stays_take_stand_beside_the_cost(
    warehouse: Connection, store: ModelStore, stays: SimpleNamespace
) -> None:
    much: dict[str, Any] = {"amounts": {"04": 15000, "03": 12000}}
    stays.add(warehouse, [stays.Stay("X1", **much, tests=40, days=30), stays.Stay("X2", **much, tests=4, days=4)])
    scores = scored(warehouse, store)
    because = {name: finding["because"] for name, finding in found(warehouse).items()}
    counts = {one["name"]: one for one in because["X1"]["because_counts"]}
    assert set(counts) == {count.name for count in MODEL.counts}
    assert (counts["n_tests"]["actual"], counts["los_days"]["actual"]) == ("41", "30")
    for one in counts.values():
        assert float(one["low"]) <= float(one["expected"]) <= float(one["high"])
    tests = counts["n_tests"]
    assert f"检验检查41项（预期{tests['low']}至{tests['high']}项）" in because["X1"]["because_volume"]
    assert because["X2"]["because_volume"] == "住院天数和项目数都在预期之内"
    assert MODEL.sentence_zh.format(**because["X1"]).count("（预期") >= 3
    named = {reason["name"]: reason for reason in json.loads(scores["X1"]["reasons"])}
    assert named["los_days"] == {"name": "los_days", **{part: counts["los_days"][part] for part in
                                 ("actual", "expected", "low", "high")}}  # fmt: skip
    assert "los_days" not in {reason["name"] for reason in json.loads(scores["X2"]["reasons"])}


def test_what_the_expectation_is_made_of_multiplies_to_it(
    warehouse: Connection, store: ModelStore, stays: SimpleNamespace
) -> None:
    dear = {"hosp_lv": "02", "age": 80, "amounts": {"04": 90000, "03": 120000}}
    stays.add(warehouse, [stays.Stay("X1", icd3="J96", **dear), stays.Stay("X2", icd3="I10", **dear)])
    scores = scored(warehouse, store)
    for name, diagnosis, is_dearer in (("X1", "J96", True), ("X2", "I10", False)):
        because = found(warehouse)[name]["because"]
        made_of = because["because_made_of"]
        product = float(because["because_usual"]) * float(np.prod([float(one["times"]) for one in made_of]))
        assert product == pytest.approx(float(scores[name]["expected"]), rel=2e-3)
        by_name = {one["name"]: one for one in made_of}
        assert set(by_name) == {"peers", *(factor.name for factor in MODEL.factors)}
        assert by_name["diagnosis"]["text_zh"].startswith(f"主要诊断{diagnosis}：预期费用{'为' if is_dearer else '低'}")
        assert float(by_name["level"]["times"]) > 1
        assert by_name["level"]["text_zh"].startswith("三级医院：预期费用高")
        assert by_name["age"]["text_zh"].startswith("年龄80岁：")
        strength = [abs(np.log(float(one["times"]))) for one in made_of]
        assert strength == sorted(strength, reverse=True)


def test_the_place_among_the_peers_goes_with_the_score(
    warehouse: Connection, store: ModelStore, stays: SimpleNamespace
) -> None:
    stays.add(warehouse, [*stays.ordinary(600, seed=99, prefix="N"), stays.Stay("X1", amounts={"04": 40_000})])
    scores = scored(warehouse, store)
    assert scores["X1"]["percentile"] > 0.99
    ordinary = np.array([row["percentile"] for name, row in scores.items() if name.startswith("N")])
    assert 0 <= ordinary.min() <= ordinary.max() < 1
    assert abs(ordinary.mean() - 0.5) < 0.04
    assert abs((ordinary > 0.9).mean() - 0.1) < 0.04


def test_every_column_of_the_expectation_belongs_to_one_factor() -> None:
    assert sorted(column for factor in MODEL.factors for column in factor.columns) == sorted(MODEL.columns)
