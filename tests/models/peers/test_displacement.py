"""DW-01 sets aside what all peers did after a change, and names the hospital that moved to something else."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.bill_province import Province, new_province

from lianshen.anomaly.windows import read_window
from lianshen_models.displacement import MODEL

LAST = date(2026, 11, 28)
BEFORE, AFTER = ("2026-08", "2026-09"), ("2026-10", "2026-11")


@pytest.fixture
def watched() -> Province:
    """Return a province of 24 institutions, in which drug prices fall on the first of October."""
    made = new_province(24)
    made.con.execute("DELETE FROM knowledge.watched_change")
    made.con.execute(
        "INSERT INTO knowledge.watched_change VALUES ('K1', 'PRICE', '药品降价', 'western', 184, '', '', '', "
        "DATE '2026-10-01', NULL)"
    )
    return made


def _fill(province: Province, change: Callable[..., None], months: tuple[str, ...] = BEFORE + AFTER) -> None:
    def mix(columns: dict[str, Any], rng: np.random.Generator, month: str) -> None:
        n = len(columns["cost_fen"])
        western = np.clip(rng.normal(0.35, 0.06, n), 0.05, 0.9)
        examination = np.clip(rng.normal(0.15, 0.04, n), 0.01, 0.5)
        if month in AFTER:
            # What the change does to everybody: drugs fall, examinations rise a little.
            western, examination = western - 0.1, examination + 0.03
            western, examination = change(columns, western, examination)
        cost = np.asarray(columns["cost_fen"], dtype=float)
        columns["western_fen"] = np.rint(cost * western)
        columns["examination_fen"] = np.rint(cost * examination)

    for seed, month in enumerate(months):
        province.fill(month, 150, seed=seed, change=lambda columns, rng, month=month: mix(columns, rng, month))


def _nobody(columns: dict[str, Any], western: np.ndarray, examination: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return western, examination


def _one(columns: dict[str, Any], western: np.ndarray, examination: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    mine = np.asarray(columns["fixmedins_code"]) == "H004"
    return western, np.where(mine, examination + 0.12, examination)


def test_what_all_did_after_a_change_is_no_finding(watched: Province, tmp_path: Path) -> None:
    _fill(watched, _nobody)
    watched.judge(MODEL, tmp_path, LAST)
    assert watched.findings() == []
    assert len(watched.scores()) == 48, "24 institutions in the month reached and the one before"


def test_a_hospital_that_moved_to_examinations_is_found_with_effect_and_interval(
    watched: Province, tmp_path: Path
) -> None:
    _fill(watched, _one)
    watched.judge(MODEL, tmp_path, LAST)
    found = [one for one in watched.findings() if one[1] == "2026-11"]
    assert [one[0] for one in found] == ["H004"]
    said = json.loads(found[0][2])
    assert said["because_category"] == "检查费"
    assert 10 < float(said["because_effect"]) < 14
    assert float(said["because_low"]) < float(said["because_effect"]) < float(said["because_high"])
    assert said["because_change"] == "药品降价"
    assert "同级机构同期变化3." in said["because_reasons_zh"] or "同级机构同期变化2." in said["because_reasons_zh"]


def test_a_fall_and_a_rise_of_what_the_change_holds_down_are_no_displacement(watched: Province, tmp_path: Path) -> None:
    def drugs(columns: dict[str, Any], western: np.ndarray, examination: np.ndarray) -> tuple[Any, Any]:
        mine = np.asarray(columns["fixmedins_code"]) == "H004"
        return np.where(mine, western + 0.15, western), examination

    _fill(watched, drugs)
    watched.judge(MODEL, tmp_path, LAST)
    assert watched.findings() == []


def test_without_bills_before_the_change_it_says_so(watched: Province, tmp_path: Path) -> None:
    _fill(watched, _one, AFTER)
    watched.judge(MODEL, tmp_path, LAST)
    assert watched.findings() == []
    reasons = watched.con.execute("SELECT DISTINCT reasons ->> '$[0].text_zh' FROM audit.subject_score").fetchall()
    assert reasons == [("变更前后可比的住院结算不足，暂不能判断",)]


def test_with_no_change_listed_the_model_says_what_it_lacks(watched: Province) -> None:
    watched.con.execute("DELETE FROM knowledge.watched_change")
    from lianshen.anomaly.nights import why_not

    said = why_not(watched.con, MODEL)
    assert said is not None
    assert "没有登记需要观察的" in said


def test_later_rows_and_rows_judged_beside_change_nothing(watched: Province) -> None:
    _fill(watched, _one)
    since = date(2026, 2, 1)
    view = read_window(watched.con, "institution_shift", since, LAST)
    learned = MODEL.learn({"institution_shift": view}, 1)
    whole = MODEL.judge(learned, {"institution_shift": view}, "2026-11")
    watched.fill("2026-12", 20, seed=9)
    later = read_window(watched.con, "institution_shift", since, LAST)
    for column, values in view.columns.items():
        assert list(map(str, values)) == list(map(str, later[column]))
    alone = MODEL.judge(learned, {"institution_shift": view.where(view.key == "H004")}, "2026-11")
    place = list(whole.subject_id).index("H004")
    assert alone.score[0] == whole.score[place]
    assert alone.because[0] == whole.because[place]
