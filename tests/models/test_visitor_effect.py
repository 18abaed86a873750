"""XR-22 on a small warehouse: ordinary hospitals, then one that treats people from elsewhere more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from models.profile_rows import as_settlements, put

from lianshen.anomaly import Judged, Learned, ModelStore, TooFewRows, score_models, train_model
from lianshen.anomaly.features import Frame
from lianshen.anomaly.visitors import match
from lianshen.anomaly.windows import read_window
from lianshen.anomaly.words import CATEGORIES
from lianshen.cases.texts import fill
from lianshen.warehouse import open_warehouse
from lianshen.warehouse.compared import model_lacks
from lianshen.warehouse.publish import publish
from lianshen_models.visitor_effect import MODEL

HOSPITALS, MONTH, UNTIL = 30, "2026-11", date(2026, 12, 1)
SINCE = date(2026, 8, 1)
PADDED = "H51010000007"
SHARES = np.array([24, 5, 2, 14, 18, 12, 10, 4, 4, 4, 2, 1]) / 100
DISEASES = {"J18": 8.6, "I63": 9.2, "E11": 8.7, "K80": 9.5}


def code(hospital: int) -> str:
    return f"H5101{hospital:07}"


def remote_stays(seed: int = 1, padded: float = 1.0, per_hospital: int = 36) -> pd.DataFrame:
    """Return stays of visitors in November, of all hospitals; ``padded`` times the tests and materials of one."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(HOSPITALS * per_hospital):
        hospital = number % HOSPITALS
        icd3 = list(DISEASES)[number // HOSPITALS % len(DISEASES)]
        cost = np.exp(DISEASES[icd3] + 0.15 * (icd3 == "K80") + rng.normal(0, 0.35))
        parts = cost * SHARES
        days = 4 + int(rng.integers(0, 8))
        tests = 20 + int(rng.integers(0, 20))
        if code(hospital) == PADDED:
            parts[[3, 4, 5]] += cost * (padded - 1) * np.array([0.3, 0.4, 0.3])
            tests = round(tests * padded**1.5)
        fen = np.rint(parts * 100).astype(int)
        left = date(2026, 11, 1) + timedelta(days=number % 28)
        row = {
            "setl_id": f"S{number:06}", "mdtrt_id": f"M{number:06}", "setl_date": left, "setl_month": MONTH,
            "settled_at": pd.Timestamp(left), "begndate": left - timedelta(days=days), "enddate": left,
            "los_days": days, "person": f"P{number}", "sex": str(1 + number % 2), "age": 30 + number % 50,
            "insutype": "310", "insu_admdvs": "510700", "insu_pool": "5107", "fixmedins_code": code(hospital),
            "fixmedins_type": "1", "level": "TERTIARY", "treating_agency": "510100", "treat_pool": "5101",
            "scope": "IN_PROV", "care": "IPT", "med_type": "21", "icd3": icd3, "chapter": icd3[0],
            "operation": "51.2" if icd3 == "K80" else None, "n_doctors": 1, "n_lines": 60, "n_items": 40,
            "n_tests": tests, "n_drugs": 9, "cost_fen": int(fen.sum()), "fund_fen": int(fen.sum() // 2),
            "cash_fen": int(fen.sum() - fen.sum() // 2),
        }  # fmt: skip
        rows.append(row | {f"{name}_fen": int(value) for name, value in zip(CATEGORIES, fen, strict=True)})
    return pd.DataFrame(rows)


def local_sums(seed: int = 2) -> pd.DataFrame:
    """Return three months of sums about neighbours, by hospital and disease, ages merged."""
    rng = np.random.default_rng(seed)
    rows = []
    for hospital in range(HOSPITALS):
        for month in ("202608", "202609", "202610"):
            for icd3, usual in DISEASES.items():
                n = 12
                log = usual + 0.15 * (icd3 == "K80") + rng.normal(0, 0.35, n)
                days, tests = 4 + rng.integers(0, 8, n), 20 + rng.integers(0, 20, n)
                yuan = np.rint(np.exp(log).sum() * SHARES * 100) / 100
                row = {
                    "fixmedins_code": code(hospital), "setl_ym": month, "icd3": icd3,
                    "oprn_class": "51.2" if icd3 == "K80" else "-", "age_band": "*", "gend": "*", "psn_cnt": n,
                    "stay_cnt": n, "medfee_sumamt": round(yuan.sum(), 2), "days_sum": int(days.sum()),
                    "test_cnt": int(tests.sum()), "vali_flag": "1", "updt_time": pd.Timestamp("2026-11-01 07:00"),
                    "_package": "2026-11-01", "_file": "local_stay_d.csv", "_row": len(rows) + 1,
                }  # fmt: skip
                for name, values in (("fee", log), ("days", np.log(days)), ("test", np.log(tests + 1))):
                    row |= {f"ln_{name}_sum": values.sum(), f"ln_{name}_sumsq": np.square(values).sum()}
                amounts = {f"{name}_amt": value for name, value in zip(CATEGORIES, yuan, strict=True)}
                rows.append(row | amounts)
    return pd.DataFrame(rows)


def warehouse(padded: float = 1.0) -> duckdb.DuckDBPyConnection:
    con = open_warehouse(None)
    put(con, "profile.bill", remote_stays(padded=padded))
    put(con, "settled.local_stay_d", local_sums())
    return con


def frame_of(con: duckdb.DuckDBPyConnection, until: date = UNTIL) -> dict[str, Frame]:
    return {"visitor_cell": read_window(con, "visitor_cell", SINCE, until)}


@pytest.fixture(scope="module")
def quiet() -> Iterator[duckdb.DuckDBPyConnection]:
    with warehouse() as con:
        yield con


@pytest.fixture(scope="module")
def learned(quiet: duckdb.DuckDBPyConnection) -> Learned:
    return MODEL.learn(frame_of(quiet), 11)


@pytest.fixture(scope="module")
def loud() -> Iterator[duckdb.DuckDBPyConnection]:
    with warehouse(padded=1.7) as con:
        yield con


@pytest.fixture(scope="module")
def judged(loud: duckdb.DuckDBPyConnection, learned: Learned) -> Judged:
    return MODEL.judge(learned, frame_of(loud), MONTH)


def row_of(judged: Judged, institution: str = PADDED) -> int:
    return list(judged.subject_id).index(institution)


def test_hospitals_that_treat_visitors_like_neighbours_have_no_finding(
    quiet: duckdb.DuckDBPyConnection, learned: Learned
) -> None:
    answer = MODEL.judge(learned, frame_of(quiet), MONTH)
    assert len(answer) == HOSPITALS
    assert not answer.is_finding.any()
    assert answer.exposure_fen.sum() == 0
    assert 0.9 < np.median(answer.actual) < 1.1


def test_a_hospital_that_treats_visitors_more_is_found_with_its_interval(judged: Judged) -> None:
    place = row_of(judged)
    assert [str(one) for one in judged.subject_id[judged.is_finding]] == [PADDED]
    assert 1.4 < judged.actual[place] < 2.0
    assert 1.1 < judged.low[place] < judged.actual[place] < judged.high[place]
    assert judged.score[place] == judged.score.max()
    assert judged.percentile[place] > 0.95
    assert judged.peers[place] == "三级医院"
    because = judged.because[place]
    assert (because["because_remote"], because["because_local"]) == (36, 144)
    assert float(because["because_tests"]) > 1.3
    assert 0.8 < float(because["because_days"]) < 1.2


def test_the_reasons_are_the_categories_that_were_padded_and_they_add_up(judged: Judged) -> None:
    place = row_of(judged)
    names = [reason.name for reason in judged.reasons[place]]
    assert set(names[:3]) == {"化验费", "检查费", "材料费"}
    assert "tests" in names
    assert "days" not in names
    assert all("元" in reason.text_zh for reason in judged.reasons[place][:3])
    assert sum(reason.share or 0 for reason in judged.reasons[place][:3]) > 0.9


def test_exposure_is_what_lies_above_one_and_a_tenth_of_what_is_expected(judged: Judged) -> None:
    place = row_of(judged)
    because = judged.because[place]
    actual, expected = float(because["because_actual"]), float(because["because_expected"])
    assert judged.exposure_fen[place] / 100 == pytest.approx(actual - 1.1 * expected, abs=1)
    assert actual / expected == pytest.approx(judged.actual[place], rel=1e-3)
    assert judged.severity[place] == 3


def test_the_settlements_of_the_finding_are_the_hospitals_own(loud: duckdb.DuckDBPyConnection, judged: Judged) -> None:
    members = judged.members[row_of(judged)]
    assert 20 <= len(members) == len(set(members))
    held = loud.execute("SELECT DISTINCT fixmedins_code FROM profile.bill WHERE setl_id IN ?", [list(members)])
    assert held.fetchall() == [(PADDED,)]


def test_a_sentence_with_the_payment_method_stands_in_the_finding(judged: Judged) -> None:
    said = fill("XR-22", MODEL.sentence_zh, judged.because[row_of(judged)])
    assert "{" not in said
    assert "付费方式" in said
    assert any("DRG" in words for words in MODEL.not_a_finding_when)


def test_a_hospital_is_judged_alone_as_among_all(
    loud: duckdb.DuckDBPyConnection, learned: Learned, judged: Judged
) -> None:
    frame = frame_of(loud)["visitor_cell"]
    for institution in (PADDED, code(3)):
        alone = MODEL.judge(learned, {"visitor_cell": frame.where(frame["subject_id"] == institution)}, MONTH)
        place = row_of(judged, institution)
        assert list(alone.subject_id) == [institution]
        assert alone.because[0] == judged.because[place]
        assert alone.score[0] == pytest.approx(judged.score[place], rel=1e-9)
        assert alone.percentile[0] == pytest.approx(judged.percentile[place], abs=1e-9)


def test_nothing_dated_outside_the_period_is_read(loud: duckdb.DuckDBPyConnection) -> None:
    before = frame_of(loud, date(2026, 11, 15))["visitor_cell"]
    loud.execute("BEGIN")
    loud.execute("UPDATE profile.bill SET cost_fen = cost_fen * 9 WHERE setl_date >= DATE '2026-11-15'")
    more = local_sums(seed=9).assign(setl_ym=lambda rows: rows["setl_ym"].replace("202610", "202611"))
    put(loud, "settled.local_stay_d", more[more["setl_ym"] == "202611"])
    after = frame_of(loud, date(2026, 11, 15))["visitor_cell"]
    loud.execute("ROLLBACK")
    assert len(before) == len(after)
    for name, values in before.columns.items():
        np.testing.assert_array_equal(values, after[name], err_msg=name)


def test_a_few_visitors_or_a_few_neighbours_are_no_finding(loud: duckdb.DuckDBPyConnection, learned: Learned) -> None:
    frame = frame_of(loud)["visitor_cell"]
    some = frame.where(~((frame["subject_id"] == PADDED) & (frame["origin"] == "REMOTE") & (frame["icd3"] != "J18")))
    # Seven times as dear as their neighbours: what they cost is not what is too little.
    dear = (some["subject_id"] == PADDED) & (some["origin"] == "REMOTE")
    some.columns["ln_cost"] = np.where(dear, some["ln_cost"] + 2 * some["n"], some["ln_cost"])
    answer = MODEL.judge(learned, {"visitor_cell": some}, MONTH)
    place = row_of(answer)
    assert not answer.is_finding[place]
    assert answer.score[place] > 2, "by chance once in a hundred"
    cells = match(some)
    assert cells.remote_of_places[list(cells.places).index(PADDED)] == 9


def test_visitors_without_neighbours_are_not_judged(loud: duckdb.DuckDBPyConnection, learned: Learned) -> None:
    frame = frame_of(loud)["visitor_cell"]
    assert len(MODEL.judge(learned, {"visitor_cell": frame.where(frame["origin"] == "REMOTE")}, MONTH)) == 0
    assert len(MODEL.judge(learned, {"visitor_cell": frame}, "2026-10")) == 0


def test_intensive_care_emergencies_and_referrals_are_left_out(loud: duckdb.DuckDBPyConnection) -> None:
    def stays() -> int:
        frame = frame_of(loud)["visitor_cell"]
        return int(frame["n"][frame["origin"] == "REMOTE"].sum())

    loud.execute("BEGIN")
    loud.execute(
        "INSERT INTO settled.icu_d BY NAME SELECT 'M000001' AS mdtrt_id, TIMESTAMP '2026-11-02' AS "
        "scs_cutd_inpool_time, '1' AS vali_flag, TIMESTAMP '2026-11-03' AS updt_time"
    )
    loud.execute("UPDATE profile.bill SET med_type = '24' WHERE setl_id = 'S000002'")
    loud.execute("UPDATE profile.bill SET med_type = '23' WHERE setl_id = 'S000003'")
    assert stays() == HOSPITALS * 36 - 3
    loud.execute("ROLLBACK")
    assert stays() == HOSPITALS * 36


def test_the_same_rows_give_the_same_facts(quiet: duckdb.DuckDBPyConnection, learned: Learned) -> None:
    assert MODEL.learn(frame_of(quiet), 11).facts == learned.facts


def test_trained_and_scored_a_night_keeps_a_finding_without_a_deduction(tmp_path: Path) -> None:
    store = ModelStore(tmp_path / "models")
    with warehouse(padded=1.7) as con:
        as_settlements(con, UNTIL - timedelta(days=1))
        card = train_model(con, MODEL, store, until=UNTIL, holdout_days=10)
        assert card.document["metrics"]["institutions judged"] == HOSPITALS
        store.promote(MODEL.id, card.version)
        run = score_models(con, store, [MODEL]).models[0]
        assert (run.reason, run.findings) == (None, 1)
        found = con.execute("SELECT subject_id, period, a1, a2, exposure > 10000 FROM audit.subject_finding").fetchall()
        assert found == [(PADDED, MONTH, 0, 0, True)]


def test_without_the_local_sums_the_model_says_so_and_judges_nothing(tmp_path: Path) -> None:
    store = ModelStore(tmp_path / "models")
    with warehouse() as con:
        as_settlements(con, UNTIL - timedelta(days=1))
        train_model(con, MODEL, store, until=UNTIL, holdout_days=10)
        store.promote(MODEL.id, store.versions(MODEL.id)[0])
        con.execute("DELETE FROM settled.local_stay_d")
        with pytest.raises(TooFewRows, match="本地住院汇总数据"):
            train_model(con, MODEL, store, until=UNTIL)
        run = score_models(con, store, [MODEL]).models[0]
        assert run.scored == 0
        assert run.reason is not None
        assert "没有收到本地住院汇总数据" in run.reason
        assert con.execute("SELECT COUNT(*) FROM audit.subject_score").fetchone() == (0,)
        publish(con, tmp_path / "published", "2026-11-30")
        (lack,) = model_lacks(tmp_path / "published")
        assert (lack["model_id"], lack["title_zh"]) == ("XR-22", "异地患者过度诊疗差异")
        assert lack["words"].startswith("没有收到本地住院汇总数据")
        put(con, "settled.local_stay_d", local_sums())
        assert score_models(con, store, [MODEL]).models[0].reason is None
        assert con.execute("SELECT COUNT(*) FROM audit.model_lack").fetchone() == (0,)
