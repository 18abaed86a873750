"""What the library covers is told from its files, and nothing is silently absent."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lianshen.content import content_root
from lianshen.rules.catalogue import LockError, rule_texts
from lianshen.rules.coverage import CoverageError, coverage_page, read_coverage

CONTENT = content_root()
MODELS = frozenset({"CO-04", "DR-12", "DW-01", "FR-02", "FR-05", "FR-10", "FR-11", "FR-13", "MD-11", "XR-22", "XR-23"})


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    shutil.copytree(CONTENT / "sql", tmp_path / "sql")
    return tmp_path


def test_every_check_of_the_catalogue_has_a_row_and_every_rule_is_a_check() -> None:
    found = read_coverage(CONTENT, rule_texts(CONTENT), MODELS)
    assert len(found.checks) == 129
    assert len({check.id for check in found.checks}) == 129
    assert {check.id for check in found.checks if check.status not in ("missing", "model")} == set(rule_texts(CONTENT))


def test_the_national_map_has_79_types_of_2023_and_ten_new_ones_of_2025() -> None:
    national = read_coverage(CONTENT, rule_texts(CONTENT), MODELS).national
    assert sum(bool(target.code) for target in national) == 79
    assert sum(not target.code for target in national) == 10
    assert sum(bool(target.number) for target in national) == 88
    assert all(target.checks for target in national)


def test_a_type_counts_as_covered_only_where_a_check_is_in_use(copied: Path) -> None:
    texts = rule_texts(copied)
    before = read_coverage(copied, texts, MODELS)
    without = read_coverage(copied, {i: t for i, t in texts.items() if i != "AD-01"}, MODELS)
    split = next(target for target in before.national if target.name_zh == "分解住院")
    assert split.is_covered(before.statuses)
    assert not split.is_covered(without.statuses)
    assert without.covered(without.national) == before.covered(before.national) - 1


def test_a_draft_says_on_the_page_why_it_is_no_more(copied: Path) -> None:
    path = next(copied.rglob("AD-06_*.sql"))
    path.write_text(path.read_text("utf-8").replace("status: active", "status: draft"), encoding="utf-8")
    found = read_coverage(copied, rule_texts(copied), MODELS)
    page = coverage_page(found)
    assert found.statuses["AD-06"] == "draft"
    summary = " ".join(rule_texts(copied)["AD-06"].head.summary.split())
    assert f"**AD-06** 住院时间重叠: draft. {summary}" in page


def test_a_map_that_names_an_unknown_check_is_refused(copied: Path) -> None:
    path = copied / "sql" / "coverage" / "sichuan.csv"
    path.write_text(path.read_text("utf-8").replace("XR-10", "XR-99"), encoding="utf-8")
    with pytest.raises(CoverageError, match=r"sichuan.csv: names XR-99"):
        read_coverage(copied, rule_texts(copied), MODELS)


def test_a_rule_that_the_catalogue_of_checks_lacks_is_refused(copied: Path) -> None:
    path = copied / "sql" / "coverage" / "checks.csv"
    kept = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("AD-01,")]
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    with pytest.raises(CoverageError, match="has no row for AD-01"):
        read_coverage(copied, rule_texts(copied), MODELS)


def test_a_header_that_cannot_be_read_is_named_and_not_shown_as_a_trace(copied: Path) -> None:
    path = next(copied.rglob("AD-06_*.sql"))
    path.write_text(path.read_text("utf-8").replace("status: active", "status: {active"), encoding="utf-8")
    with pytest.raises(LockError, match=r"AD-06.*its header cannot be read: run `lianshen rules check`"):
        rule_texts(copied)
