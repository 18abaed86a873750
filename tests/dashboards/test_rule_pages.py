"""The pages about rules: what a rule says, what it did each night, what a change of it would do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lianshen.cases.domain import Principal
from lianshen.cases.store import Casebook
from lianshen.rules.catalogue import rule_texts
from lianshen_dashboards.app import build_pages
from lianshen_dashboards.context import Desk, principal_of_request
from lianshen_dashboards.pages import rules, rules_callbacks

TEXTS = rule_texts()
PART = {"name": "成都市", "findings": 3, "a0": "90.00", "a1": "80.00", "a2": "60.00", "exposure": "0.00"}
TRIAL = {
    "rule_id": "PL-04", "version": 1, "params": {"grace_days": "30"}, "looked_at": 6838, "settlements": 3,
    "institutions": 2, "total": PART, "suppressed": 1, "seconds": 0.1, "by_region": [PART], "by_level": [PART],
    "caught": PART, "fresh": PART, "overlap": [{**PART, "name": "MD-02"}], "live": 3, "live_kept": 3, "minutes": 6,
    "decided": 20, "upheld": 18, "hours": 0.3, "precision_low": 0.734,
}  # fmt: skip
TEST = {
    "made_at": "2026-11-20T09:00:00+08:00", "since": "2026-10-01", "until": "2026-10-31", "both": 2, "only": [1, 0],
    "trials": [TRIAL, {**TRIAL, "params": {"grace_days": "0"}, "decided": 0, "upheld": 0, "precision_low": None}],
}  # fmt: skip
NIGHT = {
    "night": "2026-11-20", "rule_id": "PL-04", "fingerprint": "f", "rows_read": 900, "findings": 3, "suppressed": 1,
    "seconds": 0.2, "error": None,
}  # fmt: skip


def said(part: Any) -> str:
    return json.dumps(part, default=lambda one: one.to_plotly_json(), ensure_ascii=False)


def test_the_list_shows_every_rule_and_which_of_them_failed() -> None:
    text = said(rules.list_page(TEXTS, [NIGHT, {**NIGHT, "rule_id": "PL-11", "error": "Binder Error"}]))
    assert all(f'"/rules/{rule}"' in text for rule in TEXTS)
    assert "Binder Error" in text
    assert "2026-11-20" in text


def test_before_the_first_night_the_list_still_says_what_the_rules_are() -> None:
    text = said(rules.list_page(TEXTS, []))
    assert "还没有运行过" in text
    assert TEXTS["PL-04"].title_zh in text


def test_a_rule_shows_its_words_its_nights_and_both_versions_of_a_back_test() -> None:
    text = said(rules.rule_page(TEXTS["PL-04"], "PL-04", [NIGHT], [TEST]))
    assert TEXTS["PL-04"].not_a_finding_when[0] in text
    assert "{because_" not in text
    assert "试算（grace_days=0）" in text
    assert "73.4%" in text
    assert "尚无办结" in text
    assert "仅现行 1" in text
    assert "MD-02" in text


def test_without_a_back_test_the_page_says_how_to_make_one() -> None:
    assert "lianshen rules backtest PL-04 --from" in said(rules.rule_page(TEXTS["PL-04"], "PL-04", [], []))


def test_an_unknown_rule_leads_back_to_the_list() -> None:
    assert "没有这条规则" in said(rules.rule_page(None, "PL-77", [], []))


@pytest.fixture
def kept_tests(tmp_path: Path) -> Path:
    (tmp_path / "PL-04_one.json").write_text(json.dumps(TEST, ensure_ascii=False), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("role", "agency", "sees"),
    [("lead", None, True), ("manager", None, True), ("sysadmin", None, True), ("handler", "510700", False)],
)
def test_back_tests_of_the_province_are_not_for_a_region(
    book: Casebook, kept_tests: Path, role: Any, agency: str | None, sees: bool
) -> None:
    desk = Desk(book, None, {}, TEXTS, kept_tests)
    signed_in = principal_of_request.set(Principal(9, "somebody", "某人", role, agency))
    try:
        with build_pages(desk).server.app_context():
            text = said(rules_callbacks.one_rule("PL-04"))
    finally:
        principal_of_request.reset(signed_in)
    assert TEXTS["PL-04"].title_zh in text
    assert ("2026-10-31" in text) is sees
