"""AN-01 on made-up settlements: ordinary ones are left alone, what is far from its peers is named with its numbers."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from models.profile_rows import as_settlements, put

from lianshen.anomaly import Judged, Learned, ModelStore, score_models, train_model
from lianshen.anomaly.features import Frame, read_features
from lianshen.anomaly.words import CATEGORIES
from lianshen.cases.texts import fill
from lianshen.warehouse import open_warehouse
from lianshen_models.settlement_outlier import ASPECTS, MODEL

FIRST, DAYS = date(2026, 11, 1), 28
STAY = np.array([30, 3, 1, 12, 20, 10, 12, 2, 4, 4, 2, 0]) / 100
VISIT = np.array([40, 10, 2, 4, 24, 12, 6, 0, 0, 0, 2, 0]) / 100


def settlements(rows: int = 3_600, seed: int = 1, prefix: str = "S") -> pd.DataFrame:
    """Return ordinary settlements: one in three a stay, the others outpatient visits, of three diseases."""
    rng = np.random.default_rng(seed)
    is_stay = np.arange(rows) % 3 == 0
    icd3 = rng.choice(["J18", "I63", "E11"], rows)
    days = np.where(is_stay, 3 + rng.poisson(5, rows), 1)
    cost = np.exp(np.where(is_stay, 8.9 + 0.5 * np.log(days / 8), 5.3) + 0.2 * (icd3 == "I63"))
    cost *= np.exp(rng.normal(0, 0.35, rows))
    parts = rng.dirichlet(np.ones(12), rows) * 0.1 + 0.9 * np.where(is_stay[:, None], STAY, VISIT)
    fen = np.rint(parts / parts.sum(axis=1, keepdims=True) * cost[:, None] * 100).astype(np.int64)
    n_lines = np.where(is_stay, days * 8 + rng.poisson(10, rows), 2 + rng.poisson(4, rows))
    left = [FIRST + timedelta(days=int(day)) for day in rng.integers(0, DAYS, rows)]
    frame = pd.DataFrame(
        {
            "setl_id": [f"{prefix}{number:06}" for number in range(rows)],
            "mdtrt_id": [f"M{prefix}{number:06}" for number in range(rows)],
            "setl_date": left, "setl_month": "2026-11", "settled_at": pd.to_datetime(left),
            "begndate": [day - timedelta(days=int(n)) for day, n in zip(left, days, strict=True)], "enddate": left,
            "los_days": days, "person": [f"P{number}" for number in range(rows)],
            "sex": np.where(rng.random(rows) < 0.5, "1", "2"), "age": rng.integers(20, 85, rows), "insutype": "310",
            "insu_admdvs": "510700", "insu_pool": "5107", "fixmedins_code": "H51010000001", "fixmedins_type": "1",
            "level": "TERTIARY", "treating_agency": "510100", "treat_pool": "5101", "scope": "IN_PROV",
            "care": np.where(is_stay, "IPT", "OTP"), "med_type": np.where(is_stay, "21", "11"), "icd3": icd3,
            "chapter": [code[0] for code in icd3],
            "department": np.where(icd3 == "J18", "A03.01", np.where(icd3 == "I63", "A03.03", "A03.07")),
            "n_doctors": 1, "n_lines": n_lines, "n_items": np.maximum((n_lines * 0.7).astype(int), 1),
            "n_tests": n_lines // 3, "n_drugs": n_lines // 4, "cost_fen": fen.sum(axis=1),
            "fund_fen": fen.sum(axis=1) * 6 // 10, "cash_fen": fen.sum(axis=1) * 4 // 10,
        }
    )  # fmt: skip
    return frame.assign(**{f"{name}_fen": fen[:, place] for place, name in enumerate(CATEGORIES)})


def warehouse(*rows: pd.DataFrame) -> duckdb.DuckDBPyConnection:
    con = open_warehouse(None)
    for some in rows:
        put(con, "profile.bill", some)
    return con


def shapes(con: duckdb.DuckDBPyConnection, condition: str = "TRUE") -> dict[str, Frame]:
    return {
        "settlement_shape": read_features(
            con, "settlement_shape", f"SELECT setl_id FROM profile.bill WHERE {condition}"
        )
    }


def odd(**changes: object) -> pd.DataFrame:
    """Return the first stay of another draw under the id X000000, with changes."""
    return settlements(3, seed=7, prefix="X").iloc[[0]].assign(**changes)


def padded() -> pd.DataFrame:
    """Return a stay whose laboratory bill is many times what it should be."""
    row = odd()
    more = int(row["cost_fen"].iloc[0]) * 4
    return row.assign(
        laboratory_fen=row["laboratory_fen"] + more,
        cost_fen=row["cost_fen"] + more,
        fund_fen=row["fund_fen"] * 5,
        n_tests=row["n_tests"] * 8,
    )


@pytest.fixture(scope="module")
def ordinary() -> duckdb.DuckDBPyConnection:
    return warehouse(settlements())


@pytest.fixture(scope="module")
def learned(ordinary: duckdb.DuckDBPyConnection) -> Learned:
    return MODEL.learn(shapes(ordinary), 11)


def judged_with(learned: Learned, *rows: pd.DataFrame) -> Judged:
    con = warehouse(settlements(600, seed=2, prefix="T"), *rows)
    return MODEL.judge(learned, shapes(con), "")


def place_of(judged: Judged, setl_id: str = "X000000") -> int:
    return list(judged.subject_id).index(setl_id)


def test_of_ordinary_settlements_at_most_one_in_a_thousand_is_a_finding(learned: Learned) -> None:
    judged = MODEL.judge(learned, shapes(warehouse(settlements(3_600, seed=3))), "")
    assert judged.is_finding.mean() <= 0.001
    assert 0.98 <= (judged.percentile < 0.99).mean() <= 0.999
    assert 0.4 < np.median(judged.percentile) < 0.6


def test_a_padded_stay_is_a_finding_that_names_what_is_far_and_by_how_much(learned: Learned) -> None:
    row = padded()
    judged = judged_with(learned, row)
    place = place_of(judged)
    assert judged.is_finding[place]
    assert judged.percentile[place] >= 0.999
    assert judged.score[place] == judged.score.max()
    assert {"laboratory_share", "ln_tests"} <= {reason.name for reason in judged.reasons[place]}
    share = int(row["laboratory_fen"].iloc[0]) / int(row["cost_fen"].iloc[0])
    said = next(reason for reason in judged.reasons[place] if reason.name == "laboratory_share")
    assert said.actual == f"{share:.1%}"
    assert said.text_zh.startswith(f"化验费占比{share:.1%}，同类中位{said.expected}，高")
    assert 15 < float(str(said.expected).rstrip("%")) < 25
    assert judged.peers[place] == f"住院、三级医院、{row['icd3'].iloc[0]}"
    assert "{" not in fill("AN-01", MODEL.sentence_zh, judged.because[place])


def test_what_lies_above_the_peers_bound_is_exposure_and_nothing_is_below_a_thousand_yuan(learned: Learned) -> None:
    judged = judged_with(learned, padded())
    place = place_of(judged)
    assert judged.exposure_fen[place] / 100 == pytest.approx(judged.actual[place] - judged.high[place], abs=0.01)
    assert judged.expected[place] < judged.high[place] < judged.actual[place]
    assert (judged.exposure_fen[~judged.is_finding] == 0).all()


def test_a_cheap_oddity_is_ranked_and_no_finding(learned: Learned) -> None:
    row = odd(herbal_fen=lambda rows: rows["cost_fen"], n_doctors=9, department="A15")
    judged = judged_with(learned, row)
    place = place_of(judged)
    assert judged.percentile[place] > 0.98
    assert not judged.is_finding[place]
    texts = "".join(reason.text_zh for reason in judged.reasons[place])
    assert "中药饮片费占比100.0%" in texts
    assert "就诊科室A15在同章诊断中不到0." in texts


def test_less_than_the_peers_weighs_less_than_more(learned: Learned) -> None:
    money = ["cost_fen", "fund_fen", "cash_fen", *(f"{name}_fen" for name in CATEGORIES)]
    dear, cheap = odd(setl_id="D"), odd(setl_id="C")
    usual = int(np.exp(learned.facts["peers"][f"care=IPT, level=TERTIARY, icd3={dear['icd3'].iloc[0]}"][1]) * 100)
    dear[money] = (dear[money] / dear["cost_fen"].iloc[0] * usual * 5).astype(int)
    cheap[money] = (cheap[money] / cheap["cost_fen"].iloc[0] * usual / 5).astype(int)
    judged = judged_with(learned, dear, cheap)
    assert judged.score[place_of(judged, "D")] > judged.score[place_of(judged, "C")]


def test_a_settlement_is_judged_alone_as_among_others_whatever_comes_later(learned: Learned) -> None:
    con = warehouse(settlements(300, seed=4), padded())
    together = MODEL.judge(learned, shapes(con), "")
    for setl_id in ("X000000", "S000003", "S000100"):
        alone = MODEL.judge(learned, shapes(con, f"setl_id = '{setl_id}'"), "")
        place = place_of(together, setl_id)
        assert alone.score[0] == pytest.approx(together.score[place], rel=1e-9)
        assert alone.percentile[0] == pytest.approx(together.percentile[place], abs=1e-9)
        assert alone.because[0] == together.because[place]


def test_the_same_seed_learns_the_same(ordinary: duckdb.DuckDBPyConnection, learned: Learned) -> None:
    again = MODEL.learn(shapes(ordinary), 11)
    assert again.facts == learned.facts
    frame = shapes(ordinary, "setl_id < 'S000200'")
    np.testing.assert_array_equal(MODEL.judge(again, frame, "").score, MODEL.judge(learned, frame, "").score)


def test_every_aspect_is_a_column_of_the_view_and_missing_values_are_no_reason(learned: Learned) -> None:
    con = warehouse(settlements(50, seed=5), odd(age=None, sex=None, department=None, icd3=None, chapter=None))
    frame = shapes(con)["settlement_shape"]
    assert {aspect.name for aspect in ASPECTS} <= frame.columns.keys()
    judged = MODEL.judge(learned, {"settlement_shape": frame}, "")
    place = place_of(judged)
    assert np.isfinite(judged.score).all()
    assert judged.peers[place] == "住院、三级医院"
    assert not {"age", "sex", "department"} & {reason.name for reason in judged.reasons[place]}


def test_no_settlement_is_no_judgement(learned: Learned, ordinary: duckdb.DuckDBPyConnection) -> None:
    assert len(MODEL.judge(learned, shapes(ordinary, "FALSE"), "")) == 0


def test_trained_stored_and_scored_in_a_night(tmp_path: Path) -> None:
    store = ModelStore(tmp_path / "models")
    with warehouse(settlements(2_400), padded().assign(setl_date=FIRST + timedelta(days=27))) as con:
        as_settlements(con, FIRST + timedelta(days=27))
        card = train_model(con, MODEL, store, until=FIRST + timedelta(days=28), holdout_days=6)
        assert card.document["metrics"]["findings, share"] <= 0.005
        store.promote(MODEL.id, card.version)
        run = score_models(con, store, [MODEL]).models[0]
        assert (run.reason, run.scored) == (None, 2_401)
        found = con.execute("SELECT setl_id, a1, a2, exposure > 1000 FROM audit.finding WHERE source_id = 'AN-01'")
        assert ("X000000", 0, 0, True) in found.fetchall()
        kept = con.execute("SELECT COUNT(*), COUNT(percentile) FROM audit.score WHERE model_id = 'AN-01'").fetchone()
        assert kept == (2_401, 2_401)
