"""The assumptions of the ranking: one file, checked, and telling what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from cases.warehouse_rows import SCHEMA, Warehouse

from lianshen.agency import CENTRE
from lianshen.content import content_root
from lianshen.ranking import RankingRefused, RankingSettings
from lianshen.ranking.expecting import kind_of
from lianshen.ranking.night import percentiles_of

SHIPPED = (content_root() / "knowledge" / "ranking.yaml").read_text(encoding="utf-8")


def test_every_class_of_checks_has_its_prior(shipped: RankingSettings) -> None:
    rules = content_root() / "sql" / "rules"
    families = {path.stem.split("-")[0].upper() for path in rules.rglob("*-[0-9][0-9]*.sql")} - {"DR", "AN"}
    assert {name for name in families if len(name) == 2} <= set(shipped.prior.upheld)


def test_what_is_definite_is_believed_more_and_what_is_grave_too(shipped: RankingSettings) -> None:
    for family in (*shipped.prior.upheld, "ZZ"):
        definite, suspicious = (shipped.prior.chance(family, certainty, 2) for certainty in ("definite", "suspicious"))
        assert definite > suspicious
        assert shipped.prior.chance(family, "definite", 3) > definite > shipped.prior.chance(family, "definite", 1)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("strength: 12", "strength: -1", "prior.strength"),
        ("control: 0.001", "control: 2", "exploration.control"),
        ("due_days: 3", "due_day: 3", "due_day"),
        ("definite: 0.85", "definite: 1.0", "prior.upheld"),
        ("    other:", "    others:", "other"),
        ("people: 4", "people: -4", "capacity.centre.people"),
    ],
)
def test_what_cannot_be_used_is_named(old: str, new: str, said: str) -> None:
    assert old in SHIPPED
    with pytest.raises(RankingRefused, match=said):
        RankingSettings.parse(SHIPPED.replace(old, new, 1))


def test_a_content_folder_without_the_file_is_named(tmp_path: Path) -> None:
    for name in ("sql", "policies", "knowledge"):
        (tmp_path / name).mkdir()
    with pytest.raises(RankingRefused, match=r"ranking\.yaml"):
        RankingSettings.load(tmp_path)


def test_an_agency_that_is_not_named_has_the_hands_of_any(shipped: RankingSettings) -> None:
    assert shipped.capacity.of("513400").total == shipped.capacity.agency.total
    assert shipped.capacity.of("510100").total > shipped.capacity.agency.total
    assert shipped.capacity.of(CENTRE) == shipped.capacity.centre


def test_a_case_takes_the_time_of_its_kind_and_of_each_further_finding(shipped: RankingSettings) -> None:
    one, three = shipped.minutes.of("billing", 1), shipped.minutes.of("billing", 3)
    assert three == tuple(minutes + 2 * shipped.minutes.further_finding for minutes in one)
    assert kind_of(["MD-11"], ["settlement"], "suspicious", {"MD-11"}) == "model"
    assert kind_of(["MD-11", "PL-11"], ["line"], "definite", {"MD-11"}) == "billing"
    assert kind_of(["AD-06"], ["network"], "definite", set()) == "network"
    assert kind_of(["AD-01"], ["patient-episode"], "suspicious", set()) == "records"


def test_models_that_judge_institutions_are_taken_in_where_there_are_any(warehouse: Warehouse) -> None:
    assert percentiles_of(warehouse.con) == {}
    warehouse.con.execute("SET schema = 'audit'")
    warehouse.con.execute((SCHEMA / "audit" / "subject_score.sql").read_text(encoding="utf-8"))
    warehouse.con.execute("SET schema = 'main'")
    assert percentiles_of(warehouse.con) == {}
    warehouse.con.executemany(
        "INSERT INTO audit.subject_score VALUES (?, 'v', ?, ?, ?, ?, 1.0, ?, '同级', 30, NULL, NULL, NULL, NULL, "
        "NULL, 0, FALSE, '[]', '[]')",
        [
            ["FR-11", "institution", "H1", "2026-10", "H1", 0.99],
            ["FR-11", "institution", "H1", "2026-11", "H1", 0.40],
            ["XR-23", "institution", "H1", "2026-11", "H1", 0.70],
            ["DR-12", "doctor", "H1/D1", "2026-11", "H1", 0.999],
        ],
    )
    assert percentiles_of(warehouse.con) == {"H1": 0.70}
