"""FR-11 is quiet where institutions differ as institutions do, and names what sets one apart."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from support.bill_province import Province

from lianshen.anomaly.windows import read_window
from lianshen_models.institution_profile import MODEL

LAST = date(2026, 11, 28)


def test_institutions_that_differ_as_institutions_do_are_no_finding(province: Province, tmp_path: Path) -> None:
    province.fill("2026-11")
    province.judge(MODEL, tmp_path, LAST)
    assert province.findings() == []
    assert len(province.scores()) == 60


def test_one_that_orders_twice_the_tests_is_found_with_the_numbers(province: Province, tmp_path: Path) -> None:
    province.fill("2026-11", change=_twice_the_tests)
    province.judge(MODEL, tmp_path, LAST)
    found = province.findings()
    assert [(one[0], one[1]) for one in found] == [("H010", "2026-11")]
    said = json.loads(found[0][2])
    assert "次均检查检验项数" in said["because_reasons_zh"]
    assert "同类预期" in said["because_reasons_zh"]
    assert said["because_settlements"] == 120
    best = province.con.execute(
        "SELECT subject_id, reasons ->> '$[0].name', LENGTH(members) FROM audit.subject_score "
        "ORDER BY score DESC LIMIT 1"
    ).fetchone()
    assert best is not None
    assert best[:2] == ("H010", "tests")
    assert best[2] > 20, "settlements to open first are named"


def test_of_a_small_institution_nothing_is_said(province: Province, tmp_path: Path) -> None:
    def small(columns: dict[str, Any], rng: np.random.Generator) -> None:
        _twice_the_tests(columns, rng)
        kept = np.flatnonzero((np.asarray(columns["fixmedins_code"]) != "H010") | (rng.random(7200) < 0.6))
        for name, values in columns.items():
            columns[name] = [values[place] for place in kept]

    province.fill("2026-11", change=small)
    province.judge(MODEL, tmp_path, LAST)
    assert province.findings() == []
    assert len(province.scores()) == 59


def test_dear_patients_are_no_finding_where_they_are_dear_everywhere(province: Province, tmp_path: Path) -> None:
    def dear_cases(columns: dict[str, Any], rng: np.random.Generator) -> None:
        mine = np.asarray(columns["fixmedins_code"]) == "H010"
        stay = np.asarray(columns["care"]) == "IPT"
        was = np.array([{"J18": 1.0, "I63": 1.6, "E11": 1.1, "K80": 1.8, "M17": 2.6, "I10": 0.7}[one]
                        for one in columns["icd3"]])  # fmt: skip
        columns["icd3"] = np.where(mine & stay, "M17", columns["icd3"])
        columns["cost_fen"] = np.rint(np.where(mine & stay, columns["cost_fen"] * 2.6 / was, columns["cost_fen"]))

    province.fill("2026-11", change=dear_cases)
    province.judge(MODEL, tmp_path, LAST)
    assert province.findings() == []


def test_a_month_of_twice_the_usual_volume_is_a_change(province: Province, tmp_path: Path) -> None:
    for number in range(4, 11):
        province.fill(f"2026-{number:02d}", 40, seed=number)
    province.fill("2026-11", 40, seed=11)

    def more(columns: dict[str, Any], rng: np.random.Generator) -> None:
        mine = np.flatnonzero(np.asarray(columns["fixmedins_code"]) == "H007")
        for name, values in columns.items():
            columns[name] = [values[place] for place in mine]
        for name in ("setl_id", "mdtrt_id"):
            columns[name] = [f"X{one}" for one in columns[name]]

    province.fill("2026-11", 90, seed=12, change=more)
    province.judge(MODEL, tmp_path, LAST)
    found = province.findings()
    assert [one[0] for one in found] == ["H007"]
    assert "前7个月中位数" in json.loads(found[0][2])["because_change"]


def test_later_rows_and_rows_judged_beside_change_nothing(province: Province, tmp_path: Path) -> None:
    province.fill("2026-11", change=_twice_the_tests)
    views = {name: read_window(province.con, name, date(2025, 11, 1), LAST) for name in MODEL.features}
    learned = MODEL.learn(views, 1)
    whole = MODEL.judge(learned, views, "2026-11")
    province.fill("2026-12", seed=9)
    later = {name: read_window(province.con, name, date(2025, 11, 1), LAST) for name in MODEL.features}
    for name in MODEL.features:
        for column, values in views[name].columns.items():
            assert list(map(str, values)) == list(map(str, later[name][column]))
    alone = {name: frame.where(frame.key == "H010") for name, frame in views.items()}
    one = MODEL.judge(learned, alone, "2026-11")
    place = list(whole.subject_id).index("H010")
    assert one.score[0] == whole.score[place]
    assert one.because[0] == whole.because[place]
    assert one.members[0] == whole.members[place]
    assert MODEL.learn(views, 1).facts == learned.facts


def _twice_the_tests(columns: dict[str, Any], rng: np.random.Generator) -> None:
    mine = np.asarray(columns["fixmedins_code"]) == "H010"
    columns["n_tests"] = np.where(mine, columns["n_tests"] * 2, columns["n_tests"])


def test_the_padded_stays_of_a_hospital_are_the_ones_that_it_names(province: Province, tmp_path: Path) -> None:
    padded: list[str] = []

    def pad(columns: dict[str, Any], rng: np.random.Generator) -> None:
        mine = (np.asarray(columns["fixmedins_code"]) == "H016") & (np.asarray(columns["care"]) == "IPT")
        rows = np.flatnonzero(mine)[:24]
        padded.extend(columns["setl_id"][row] for row in rows)
        for name, times in (("n_tests", 2.0), ("n_drugs", 1.8), ("cost_fen", 2.0)):
            values = np.asarray(columns[name], dtype=float)
            values[rows] = np.rint(values[rows] * times)
            columns[name] = values

    province.fill("2026-11", change=pad)
    province.judge(MODEL, tmp_path, LAST)
    found = province.findings()
    assert [one[0] for one in found] == ["H016"]
    row = province.con.execute("SELECT members, reasons FROM audit.subject_score WHERE subject_id = 'H016'").fetchone()
    assert row is not None
    members = json.loads(row[0])
    assert len(members) > 15
    assert len(set(members) & set(padded)) >= 0.8 * len(members)
    assert "heavy" in [one["name"] for one in json.loads(row[1])]


def test_the_item_that_is_charged_far_beyond_the_level_is_named(province: Province, tmp_path: Path) -> None:
    province.fill("2026-11", change=_twice_the_tests)
    province.con.execute(
        """
        INSERT INTO profile.charged
        SELECT setl_id, LIST_TRANSFORM(
            [{'code': 'A', 'lines': 1}, {'code': 'B', 'lines': CASE fixmedins_code WHEN 'H010' THEN 6 ELSE 1 END}],
            lambda x: {
                'item': CAST(MD5_NUMBER_LOWER(x.code) >> 1 AS BIGINT), 'kind': 3, 'lines': x.lines,
                'fen': 20000 * x.lines
            }
        )
        FROM profile.bill WHERE care = 'IPT'
        """
    )
    province.con.execute(
        "INSERT INTO settled.hilist_b BY NAME SELECT * EXCLUDE (code), code || '项目' AS hilist_name, "
        "code AS hilist_code FROM "
        "(VALUES ('A'), ('B')) AS h (code), (SELECT DATE '2020-01-01' AS begndate, '1' AS vali_flag, '510000' AS "
        "insu_admdvs, '201' AS list_type, '01' AS chrgitm_lv, '03' AS med_chrgitm_type)"
    )
    province.judge(MODEL, tmp_path, LAST)
    named = province.con.execute(
        "SELECT subject_id, reasons FROM audit.subject_score WHERE CAST(reasons AS VARCHAR) LIKE '%\"item\"%'"
    ).fetchall()
    assert [one[0] for one in named] == ["H010"]
    said = next(one for one in json.loads(named[0][1]) if one["name"] == "item")
    assert said["text_zh"].startswith("“B项目”每百例住院收取600次")
    view = read_window(province.con, "institution_item", date(2026, 10, 1), LAST)
    assert set(view["setl_month"]) == {"2026-11"}
    assert float(view["lines_per_100"].min()) == 100
