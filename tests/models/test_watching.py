"""Each week is held against training, and what reviewers upheld is counted where cases were closed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest
from models.conftest import DAYS, FIRST_DAY
from models.test_nights import LAST, TOY, con, content

from lianshen.anomaly import ModelStore, score_models, train_model, watch_models
from lianshen_models.stay_cost import MODEL

__all__ = ["con", "content"]

Connection = duckdb.DuckDBPyConnection
REACHED = FIRST_DAY + timedelta(days=DAYS - 1)


def reach(con: Connection, store: ModelStore) -> None:
    con.execute("DELETE FROM intake.package")
    con.execute("INSERT INTO intake.package VALUES ('p', ?, 1, 's', 'x')", [REACHED])
    score_models(con, store, [MODEL])


def kept(con: Connection, what: str) -> list[tuple[Any, ...]]:
    return con.execute(f"SELECT {what} FROM ledger.model_drift ORDER BY ALL").fetchall()


def test_weeks_like_those_of_training_are_stable(warehouse: Connection, store: ModelStore) -> None:
    reach(warehouse, store)
    measured = watch_models(warehouse, store, [MODEL])["MD-11"]
    assert {one.word_zh for one in measured} == {"稳定"}
    assert {one.period for one in measured} == {"2026-W14", "2026-W15"}
    assert {one.name for one in measured if one.kind == "feature"} == set(MODEL.columns)
    assert {one.kind for one in measured} == {"feature", "score"}, "no case was closed, so no precision is said"
    before = kept(warehouse, "*")
    assert len(before) == len(measured)
    watch_models(warehouse, store, [MODEL])
    assert kept(warehouse, "*") == before, "measured again, the same lines stand"
    everything = watch_models(warehouse, store, [MODEL], whole=True)["MD-11"]
    assert len({one.period for one in everything}) == 12


def test_other_patients_and_dearer_stays_are_told(
    warehouse: Connection, store: ModelStore, stays: SimpleNamespace
) -> None:
    others = [stays.Stay(f"O{n:03d}", icd3="J96", day=DAYS - 2, times=3.0, age=85) for n in range(400)]
    stays.add(warehouse, others)
    reach(warehouse, store)
    last = {one.name: one for one in watch_models(warehouse, store, [MODEL])["MD-11"] if one.period == "2026-W15"}
    assert {last[name].word_zh for name in ("icd3", "age", "score")} == {"明显变化"}
    assert last["sex"].word_zh == "稳定"
    assert last["score"].n_rows > 400


def test_precision_is_counted_among_the_strangest_that_were_decided(
    warehouse: Connection, store: ModelStore, stays: SimpleNamespace
) -> None:
    inflated = [stays.Stay(f"X{n}", amounts={"04": 15000 + 1000 * n, "03": 12000}) for n in range(4)]
    stays.add(warehouse, inflated)
    reach(warehouse, store)
    warehouse.execute(
        """
        INSERT INTO casework.verdict
        SELECT finding_id, source_id, fixmedins_code, NULL, DATE '2026-04-08', setl_id IN ('X3', 'X2', 'X0')
        FROM audit.finding WHERE setl_id LIKE 'X%'
        """
    )

    def said(capacity: int) -> tuple[int, float]:
        measured = watch_models(warehouse, store, [MODEL], capacity=capacity)["MD-11"]
        (one,) = [one for one in measured if one.kind == "precision"]
        assert one.period == "2026-W15"
        assert one.low is not None
        assert one.high is not None
        assert one.low <= one.value <= one.high
        return one.n_rows, one.value

    assert said(2) == (2, 1.0), "the two strangest were upheld"
    assert said(50) == (4, 0.75)
    assert kept(warehouse, "kind").count(("precision",)) == 1


def test_months_of_institutions_are_measured_once_they_are_over(
    con: Connection, content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lianshen.anomaly.watching.LEAST_ROWS", 3)
    store = ModelStore(tmp_path / "models")
    train_model(con, TOY, store, until=LAST, content=content)
    score_models(con, store, [TOY], content=content)
    measured = watch_models(con, store, [TOY], content=content)["TT-02"]
    assert {one.period for one in measured} == {"2026-03"}, "April is not over"
    assert {one.name for one in measured} == {"toy.cost", "score"}
    assert watch_models(con, store, [TOY], content=content)["TT-02"] == [], "measured already"
    whole = watch_models(con, store, [TOY], content=content, whole=True)["TT-02"]
    assert {one.period for one in whole} == {"2026-03", "2026-04"}


def test_without_a_champion_nothing_is_measured(warehouse: Connection, tmp_path: Path) -> None:
    reach(warehouse, ModelStore(tmp_path / "none"))
    assert watch_models(warehouse, ModelStore(tmp_path / "none"), [MODEL]) == {}
    assert kept(warehouse, "*") == []


@pytest.mark.parametrize("name", ["model_drift"])
def test_what_was_measured_is_in_the_snapshot(
    name: str, warehouse: Connection, store: ModelStore, tmp_path: Path
) -> None:
    from lianshen.warehouse.publish import publish

    reach(warehouse, store)
    watch_models(warehouse, store, [MODEL])
    snapshot = publish(warehouse, tmp_path / "published", "2026-04-10")
    found = duckdb.execute(f"SELECT COUNT(*) FROM read_parquet('{snapshot}/{name}.parquet')").fetchone()
    assert found is not None
    assert found[0] == len(kept(warehouse, "*"))
