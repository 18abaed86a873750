"""DR-12 compares doctors with doctors of the same patients: quiet first, then one who prescribes apart."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from support.bill_province import Province

from lianshen.anomaly.windows import read_window
from lianshen_models.doctor_funnel import MODEL

LAST = date(2026, 11, 28)


def test_doctors_that_differ_as_doctors_do_are_no_finding(province: Province, tmp_path: Path) -> None:
    province.fill("2026-11")
    province.judge(MODEL, tmp_path, LAST)
    assert province.findings() == []
    many = province.con.execute(
        "SELECT COUNT(*) FROM (SELECT doctor FROM profile.bill WHERE setl_month = '2026-11' AND care <> 'RX' "
        "GROUP BY fixmedins_code, doctor HAVING COUNT(*) >= 20)"
    ).fetchall()
    assert many == [(len(province.scores()),)]


def test_a_doctor_who_prescribes_twice_as_much_is_found_by_code(province: Province, tmp_path: Path) -> None:
    province.fill("2026-11", change=_prescribes)
    province.judge(MODEL, tmp_path, LAST)
    found = province.findings()
    assert [one[0] for one in found] == ["H014/D2"]
    said = json.loads(found[0][2])
    assert said["because_doctor"] == "D2"
    assert "次均药品种数" in said["because_reasons_zh"]
    kinds = province.con.execute("SELECT DISTINCT subject_kind, agency FROM audit.subject_finding").fetchall()
    assert kinds == [("doctor", "513300")], "the agency of the doctor's institution has to act"


def test_of_a_doctor_of_few_patients_nothing_is_said(province: Province, tmp_path: Path) -> None:
    def few(columns: dict[str, Any], rng: np.random.Generator) -> None:
        mine = (np.asarray(columns["fixmedins_code"]) == "H014") & (np.arange(7200) % 12 == 0)
        columns["doctor"] = np.where(mine, "NEW", columns["doctor"])
        columns["n_drugs"] = np.where(mine, columns["n_drugs"] * 3, columns["n_drugs"])

    province.fill("2026-11", change=few)
    province.judge(MODEL, tmp_path, LAST)
    assert province.findings() == []
    judged = {one[2] for one in province.scores()}
    assert "H014/NEW" not in judged
    assert "H014/D1" in judged


def test_a_doctor_alone_is_judged_as_among_all_and_later_rows_change_nothing(province: Province) -> None:
    province.fill("2026-11", change=_prescribes)
    view = read_window(province.con, "doctor_month", date(2026, 11, 1), LAST)
    learned = MODEL.learn({"doctor_month": view}, 1)
    whole = MODEL.judge(learned, {"doctor_month": view}, "2026-11")
    province.fill("2026-12", seed=9)
    later = read_window(province.con, "doctor_month", date(2026, 11, 1), LAST)
    assert list(map(str, later.key)) == list(map(str, view.key))
    assert all((later[name] == view[name]).all() for name in ("n", "cost_sum", "dearest"))
    alone = MODEL.judge(learned, {"doctor_month": view.where(view.key == "H014/D2")}, "2026-11")
    place = list(whole.subject_id).index("H014/D2")
    assert alone.score[0] == whole.score[place]
    assert alone.because[0] == whole.because[place]
    assert alone.reasons[0] == whole.reasons[place]


def _prescribes(columns: dict[str, Any], rng: np.random.Generator) -> None:
    mine = (np.asarray(columns["fixmedins_code"]) == "H014") & (np.asarray(columns["doctor"]) == "D2")
    columns["n_drugs"] = np.where(mine, columns["n_drugs"] * 2, columns["n_drugs"])
    columns["cost_fen"] = np.where(mine, np.rint(columns["cost_fen"] * 1.6), columns["cost_fen"])
