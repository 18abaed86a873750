"""A stay's score depends on the stay and the champion, not on the night, the batch or the order."""

from __future__ import annotations

import random
from types import SimpleNamespace

import duckdb
import pytest
from models.conftest import QUICK

from lianshen.anomaly import ModelStore, score_models, train
from lianshen.anomaly.features import read_features
from lianshen_models.stay_cost import MODEL

Connection = duckdb.DuckDBPyConnection
RESULTS = ("SELECT * FROM audit.score ORDER BY ALL", "SELECT * FROM audit.finding ORDER BY ALL")


def results(con: Connection) -> list[list[tuple[object, ...]]]:
    return [con.execute(query).fetchall() for query in RESULTS]


def touch(con: Connection, *setl_ids: str) -> None:
    con.execute("DELETE FROM work.touched_settlement")
    con.execute("DELETE FROM work.dirty_settlement")
    con.execute("INSERT INTO work.touched_settlement SELECT UNNEST(?::VARCHAR[])", [list(setl_ids)])


def dirty(con: Connection) -> set[str]:
    return {row[0] for row in con.execute("FROM work.dirty_settlement").fetchall()}


def test_without_a_champion_nothing_is_scored_and_the_run_says_what_to_do(
    warehouse: Connection, tmp_path_factory: pytest.TempPathFactory
) -> None:
    run = score_models(warehouse, ModelStore(tmp_path_factory.mktemp("none")), [MODEL])
    assert (run.scored, run.findings) == (0, 0)
    assert "lianshen models train" in str(run.models[0].reason)


def test_a_new_champion_scores_the_backlog_once(warehouse: Connection, store: ModelStore) -> None:
    assert score_models(warehouse, store, [MODEL]).scored == 3000
    assert score_models(warehouse, store, [MODEL]).models[0].looked_at == 0


def test_one_by_one_gives_the_same_as_all_at_once_whatever_the_order(store: ModelStore, stays: SimpleNamespace) -> None:
    some = [*stays.ordinary(14, seed=5, prefix="N"), stays.Stay("X1", amounts={"04": 15000, "03": 12000})]
    at_once, one_by_one = stays.empty(), stays.empty()
    stays.add(at_once, some)
    assert score_models(at_once, store, [MODEL]).scored == 15
    for stay in random.Random(3).sample(some, len(some)):
        one_by_one.execute("DELETE FROM work.touched_settlement")
        stays.add(one_by_one, [stay])
        assert score_models(one_by_one, store, [MODEL]).scored == 1
    assert results(one_by_one) == results(at_once)
    assert results(at_once)[1], "the comparison covers a finding"


def test_nights_shuffled_and_repeated_give_the_same_scores_and_findings(
    store: ModelStore, stays: SimpleNamespace
) -> None:
    inflated = [stays.Stay(f"X{n}", day=n, amounts={"04": 15000, "03": 12000}) for n in range(6)]
    everything = stays.ordinary(120, seed=6, prefix="N", last=6) + inflated
    nights = [[stay for stay in everything if stay.day == day] for day in range(6)]
    outcomes = []
    for order in ([0, 1, 2, 3, 4, 5], [4, 1, 1, 5, 0, 3, 2]):
        con = stays.empty()
        for night in order:
            con.execute("DELETE FROM work.touched_settlement")
            stays.add(con, nights[night])
            score_models(con, store, [MODEL])
        outcomes.append(results(con))
    assert outcomes[0] == outcomes[1]


def test_a_withdrawn_stay_loses_score_and_finding_and_its_case_is_assembled_again(
    warehouse: Connection, store: ModelStore, stays: SimpleNamespace
) -> None:
    stays.add(warehouse, [stays.Stay("X1", amounts={"04": 15000, "03": 12000}), stays.Stay("X2")])
    score_models(warehouse, store, [MODEL])
    assert "X1" in dirty(warehouse)
    touch(warehouse, "X1", "X2")
    warehouse.execute("UPDATE mart.settlement SET counts = FALSE WHERE setl_id IN ('X1', 'X2')")
    run = score_models(warehouse, store, [MODEL])
    assert (run.models[0].looked_at, run.scored, run.models[0].changed) == (2, 0, 1)
    assert dirty(warehouse) == {"X1"}, "X2 never had a finding, so no case changes"
    left = warehouse.execute("SELECT setl_id FROM audit.score WHERE setl_id IN ('X1', 'X2')").fetchall()
    assert not left


def test_a_withdrawn_stay_loses_its_finding_even_when_the_champion_is_gone(
    warehouse: Connection, store: ModelStore, stays: SimpleNamespace
) -> None:
    stays.add(warehouse, [stays.Stay("X1", amounts={"04": 15000, "03": 12000})])
    score_models(warehouse, store, [MODEL])
    touch(warehouse, "X1", "S000001")
    warehouse.execute("DELETE FROM mart.settlement WHERE setl_id = 'X1'")
    (store.folder / "MD-11" / "champion.json").unlink()
    score_models(warehouse, store, [MODEL])
    assert not warehouse.execute("FROM audit.finding WHERE setl_id = 'X1'").fetchall()
    assert warehouse.execute("FROM audit.score WHERE setl_id = 'S000001'").fetchall(), "what is still there is kept"


def test_a_corrected_stay_is_replaced_and_an_unchanged_one_is_not_dirty(
    warehouse: Connection, store: ModelStore, stays: SimpleNamespace
) -> None:
    inflated = [stays.Stay(name, amounts={"04": 15000, "03": 12000}) for name in ("X1", "X2")]
    stays.add(warehouse, inflated)
    score_models(warehouse, store, [MODEL])
    touch(warehouse)
    stays.add(warehouse, [stays.Stay("X1"), inflated[1]])
    score_models(warehouse, store, [MODEL])
    assert dirty(warehouse) == {"X1"}
    assert not warehouse.execute("FROM audit.finding WHERE setl_id = 'X1'").fetchall()
    assert len(warehouse.execute("FROM audit.score WHERE setl_id = 'X1'").fetchall()) == 1


def test_a_changed_score_is_dirty_where_a_rule_has_a_finding(
    warehouse: Connection, store: ModelStore, stays: SimpleNamespace
) -> None:
    stays.add(warehouse, [stays.Stay("X1", amounts={"04": 15000, "03": 12000}), stays.Stay("R1")])
    score_models(warehouse, store, [MODEL])
    warehouse.execute(
        "INSERT INTO audit.finding BY NAME SELECT * REPLACE ('PL-04' AS source_id, 'R1' AS setl_id, "
        "'other' AS finding_id) FROM audit.finding WHERE setl_id = 'X1'"
    )
    touch(warehouse)
    stays.add(warehouse, [stays.Stay("R1", times=1.3)])
    score_models(warehouse, store, [MODEL])
    assert dirty(warehouse) == {"R1"}
    assert warehouse.execute("SELECT COUNT(*) FROM audit.finding WHERE source_id = 'PL-04'").fetchall() == [(1,)]


def test_promoting_another_version_rescores_every_stay(
    warehouse: Connection, quick_store: ModelStore, stays: SimpleNamespace
) -> None:
    score_models(warehouse, quick_store, [QUICK])
    before = quick_store.champion("MD-11")
    touch(warehouse)
    # Another seed is no better, so the version is put there by hand.
    after = train(warehouse, QUICK, quick_store, until=stays.until, seed=12).version
    quick_store.promote("MD-11", after)
    assert before != after == quick_store.champion("MD-11")
    run = score_models(warehouse, quick_store, [QUICK])
    assert run.scored == 3000
    assert warehouse.execute("SELECT DISTINCT model_version FROM audit.score").fetchall() == [(after,)]


def test_a_champion_made_for_other_features_scores_nothing_and_says_so(
    warehouse: Connection, store: ModelStore
) -> None:
    from dataclasses import replace

    run = score_models(warehouse, store, [replace(MODEL, version=MODEL.version + 1)])
    assert run.scored == 0
    assert "changed since its champion" in str(run.models[0].reason)


def test_features_look_at_nothing_but_the_stay_itself(warehouse: Connection, stays: SimpleNamespace) -> None:
    stays.add(warehouse, [stays.Stay("A1", day=10)])
    before = read_features(warehouse, "stay", "SELECT 'A1' AS setl_id")
    same_person = [stays.Stay("A2", day=40), stays.Stay("A0", day=2)]
    stays.add(warehouse, same_person)
    warehouse.execute("UPDATE mart.settlement SET person = 'PA1' WHERE setl_id IN ('A0', 'A2')")
    after = read_features(warehouse, "stay", "SELECT 'A1' AS setl_id")
    assert {name: list(values) for name, values in before.columns.items()} == {
        name: list(values) for name, values in after.columns.items()
    }


def test_an_outpatient_settlement_and_one_without_lines_are_not_scored(
    warehouse: Connection, store: ModelStore, stays: SimpleNamespace
) -> None:
    stays.add(warehouse, [stays.Stay("O1"), stays.Stay("O2"), stays.Stay("O3")])
    warehouse.execute("UPDATE mart.settlement SET care = 'OTP' WHERE setl_id = 'O1'")
    warehouse.execute("DELETE FROM settled.fee_list_d WHERE setl_id = 'O2'")
    score_models(warehouse, store, [MODEL])
    kept = warehouse.execute("SELECT setl_id FROM audit.score WHERE setl_id LIKE 'O%'").fetchall()
    assert kept == [("O3",)]


def test_a_stay_without_diagnosis_or_with_codes_never_seen_is_still_scored(
    warehouse: Connection, store: ModelStore, stays: SimpleNamespace
) -> None:
    stays.add(warehouse, [stays.Stay("U1"), stays.Stay("U2"), stays.Stay("U3")])
    warehouse.execute("UPDATE mart.settlement SET icd3 = NULL, age_years = NULL, gend = NULL WHERE setl_id = 'U1'")
    warehouse.execute("UPDATE mart.settlement SET icd3 = 'Q99', hosp_lv = NULL, adm_dept = 'new' WHERE setl_id = 'U2'")
    score_models(warehouse, store, [MODEL])
    rows = warehouse.execute("SELECT score, expected FROM audit.score WHERE setl_id LIKE 'U%'").fetchall()
    assert len(rows) == 3
    assert all(expected > 0 and abs(value) < 50 for value, expected in rows)


def test_all_of_it_happens_in_the_callers_transaction(
    warehouse: Connection, store: ModelStore, stays: SimpleNamespace
) -> None:
    stays.add(warehouse, [stays.Stay("X1", amounts={"04": 15000, "03": 12000})])
    score_models(warehouse, store, [MODEL])
    before = results(warehouse)
    warehouse.begin()
    stays.add(warehouse, [stays.Stay("X1", amounts={"04": 16000, "03": 12000})])
    for _ in range(2):
        score_models(warehouse, store, [MODEL])
    assert results(warehouse) != before
    warehouse.rollback()
    assert results(warehouse) == before
