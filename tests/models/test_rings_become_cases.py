"""From rings to cases: trained, judged in a night, assembled; nothing is at issue, exposure and relatives are shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest
from models.ring_rows import Bill, add, empty, frames_of
from models.test_co_admission import group
from models.test_co_admission import ordinary as admitted
from models.test_drug_resale import PRONE, ring
from models.test_drug_resale import ordinary as customers
from models.test_referral_loop import loop
from models.test_referral_loop import ordinary as prescribed
from models.test_template_bills import copied
from models.test_template_bills import ordinary as stays

from lianshen.anomaly import ModelStore, SubjectModel, score_models, train_model
from lianshen.cases import Casebook, assemble, open_casebook, services
from lianshen.cases.domain import Principal
from lianshen.cases.filters import CaseFilter
from lianshen_models import co_admission, drug_resale, referral_loop, template_bills
from lianshen_models.catalogue import model_texts

MODELS = (co_admission.MODEL, drug_resale.MODEL, referral_loop.MODEL, template_bills.MODEL)
PLANTED = {
    "CO-04": (group(6, 2), 12),
    "FR-02": (ring(), 20),
    "FR-10": (loop(30, patients=25), 30),
    "FR-13": (copied(16), 16),
}
REVIEWER = Principal(1, "shenhe01", "周审核", "reviewer")


def renamed(bills: list[Bill], start: str) -> list[Bill]:
    """Return the bills with numbers of their own: several test files made them."""
    return [replace(bill, setl_id=f"{start}{bill.setl_id}", person=f"{start}{bill.person}") for bill in bills]


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    con = empty()
    con.execute("DELETE FROM knowledge.drug_supply")
    con.execute(
        "INSERT INTO knowledge.drug_supply SELECT 'K' || code, code, '药' || code, 28, '1', '', '', DATE '2024-01-01', "
        "NULL FROM (SELECT UNNEST(?) AS code)",
        [PRONE],
    )
    con.execute("DELETE FROM knowledge.travel")
    con.execute("INSERT INTO knowledge.travel VALUES ('5101', '5120', 240)")
    for start, bills in (("a", admitted()), ("b", customers()), ("c", prescribed()), ("d", stays())):
        add(con, renamed(bills, start))
    yield con
    con.close()


@pytest.fixture(scope="module")
def store(con: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory) -> ModelStore:
    """Return champions that learned from the ordinary warehouse."""
    store = ModelStore(tmp_path_factory.mktemp("models"))
    for model in MODELS:
        train_model(con, model, store, until=date(2026, 12, 1), holdout_days=3)
        store.promote(model.id, store.versions(model.id)[-1])
    return store


@pytest.fixture
def planted(con: duckdb.DuckDBPyConnection, store: ModelStore) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield the warehouse after a night with a ring of every kind; all of it goes again."""
    con.begin()
    for bills, _ in PLANTED.values():
        add(con, bills)
    assert [run.reason for run in score_models(con, store, MODELS).models] == [None] * 4
    yield con
    con.rollback()


def test_each_ring_is_scored_and_found_once_and_proposes_no_deduction(planted: duckdb.DuckDBPyConnection) -> None:
    found = planted.execute(
        "SELECT source_id, COUNT(*), MAX(a1), MAX(a2), MAX(counted_a2), MIN(exposure), COUNT(DISTINCT level) "
        "FROM audit.finding GROUP BY source_id ORDER BY source_id"
    ).fetchall()
    assert [(row[0], row[1]) for row in found] == [(name, count) for name, (_, count) in PLANTED.items()]
    assert {row[2:5] for row in found} == {(0, 0, 0)}
    assert all(row[5] == 1000 and row[6] == 1 for row in found), "what the fund paid for each settlement"
    scored = planted.execute(
        "SELECT DISTINCT subject_kind, period FROM audit.subject_score WHERE is_finding"
    ).fetchall()
    assert scored == [("network", "2026-11")]


def test_findings_become_cases_with_a_full_sentence_and_show_the_other_settlements(
    planted: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    book = Casebook(
        open_casebook(f"sqlite:///{tmp_path / 'book.sqlite'}"), now=lambda: datetime(2026, 12, 1, tzinfo=UTC)
    )
    assemble(planted, book.engine, texts=model_texts())
    cases = services.list_cases(REVIEWER, book, CaseFilter(), 0, 200)["items"]
    assert {case["main_rule"] for case in cases} == set(PLANTED)
    assert {case["at_issue"] for case in cases} == {0}
    # Each person's purchases at the shop are one case: five people, not twenty settlements.
    assert sum(case["main_rule"] == "FR-02" for case in cases) == 5
    assert sum(case["main_rule"] == "CO-04" for case in cases) == 6
    for case in cases:
        assert case["exposure"] == 100_000 * case["settlements"]
        findings = services.get_findings(REVIEWER, book, case["case_no"])
        assert all("{" not in one["sentence_zh"] for one in findings)
        assert services.related(REVIEWER, book, case["case_no"])["linked"]
    book.engine.dispose()


def test_a_night_again_changes_nothing_and_a_ring_that_is_gone_takes_its_findings_along(
    planted: duckdb.DuckDBPyConnection, store: ModelStore
) -> None:
    before = planted.execute("FROM audit.finding ORDER BY ALL").fetchall()
    assert [run.changed for run in score_models(planted, store, MODELS).models] == [0] * 4
    assert planted.execute("FROM audit.finding ORDER BY ALL").fetchall() == before
    gone = [bill.setl_id for bill in PLANTED["FR-13"][0]]
    planted.execute("DELETE FROM profile.bill WHERE setl_id IN (SELECT UNNEST(?))", [gone])
    planted.execute("UPDATE mart.settlement SET counts = FALSE WHERE setl_id IN (SELECT UNNEST(?))", [gone])
    score_models(planted, store, MODELS)
    left = planted.execute("SELECT DISTINCT source_id FROM audit.finding ORDER BY 1").fetchall()
    assert [row[0] for row in left] == ["CO-04", "FR-02", "FR-10"]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_a_model_says_what_its_sentence_and_facts_promise(model: SubjectModel) -> None:
    assert set(re.findall(r"\{(because_\w+)\}", model.sentence_zh)) <= set(model.facts)
    assert {"because_month", "because_reasons_zh", "because_ring"} <= set(model.facts)
    assert model.subject == model.level == "network"


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_who_never_saw_anything_of_the_kind_still_ranks_the_first_ring(
    model: SubjectModel, con: duckdb.DuckDBPyConnection
) -> None:
    learned = model.learn(frames_of(con, model, date(2020, 1, 1), date(2020, 2, 1)), 11)
    assert len(model.judge(learned, frames_of(con, model, date(2020, 1, 1), date(2020, 2, 1)), "2020-01")) == 0
    con.begin()
    add(con, PLANTED[model.id][0])
    judged = model.judge(learned, frames_of(con, model, date(2026, 8, 1), date(2026, 12, 1)), "2026-11")
    con.rollback()
    assert len(judged)
    assert (judged.percentile <= 1).all()
