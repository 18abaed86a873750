"""XR-23 knows where a city's patients come from, and names the hospital that draws them out of one county."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from support.bill_province import Province

from lianshen.anomaly.windows import read_window
from lianshen_models.source_clustering import MODEL

LAST = date(2026, 11, 28)


def test_patients_from_everywhere_are_no_finding(province: Province, tmp_path: Path) -> None:
    province.fill("2026-11")
    province.judge(MODEL, tmp_path, LAST)
    assert province.findings() == []
    assert len(province.scores()) == 60


def test_a_hospital_that_draws_its_patients_from_one_county_is_found_with_its_stays(
    province: Province, tmp_path: Path
) -> None:
    province.fill("2026-11", change=_from_one_county)
    province.judge(MODEL, tmp_path, LAST)
    found = province.findings()
    assert [one[0] for one in found] == ["H025"]
    said = json.loads(found[0][2])
    assert "一县患者异常聚集" in said["because_how"]
    assert "来源高度集中" in said["because_how"], "a secondary hospital, and far away"
    assert said["because_stays"] > 20
    members = province.con.execute("SELECT members FROM audit.subject_score WHERE subject_id = 'H025'").fetchone()
    assert members is not None
    drawn = province.con.execute(
        "SELECT COUNT(*) FROM profile.bill WHERE setl_id IN (SELECT UNNEST(?::VARCHAR[])) AND insu_admdvs = '511702'",
        [json.loads(members[0])],
    ).fetchone()
    assert drawn == (said["because_stays"],)


def test_a_county_that_the_whole_city_draws_from_is_nobodys_cluster(province: Province, tmp_path: Path) -> None:
    def border(columns: dict[str, Any], rng: np.random.Generator) -> None:
        here = np.asarray(columns["treating_agency"]) == "511300"
        often = rng.random(len(here)) < 0.8
        columns["insu_admdvs"] = np.where(here & often, "511702", columns["insu_admdvs"])

    province.fill("2026-11", change=border)
    province.judge(MODEL, tmp_path, LAST)
    assert province.findings() == []


def test_a_bus_that_comes_every_tuesday_is_found_even_at_a_special_hospital(province: Province, tmp_path: Path) -> None:
    def bus(columns: dict[str, Any], rng: np.random.Generator) -> None:
        mine = np.flatnonzero(
            (np.asarray(columns["fixmedins_code"]) == "H030") & (np.asarray(columns["care"]) == "IPT")
        )
        for place, row in enumerate(mine[:18]):
            columns["insu_admdvs"][row] = "511402"
            columns["scope"][row] = "IN_PROV"
            columns["begndate"][row] = date(2026, 11, 3) + timedelta(days=7 * (place // 6))

    province.con.execute(
        "INSERT INTO settled.fixmedins_b BY NAME SELECT 'H030' AS fixmedins_code, DATE '2020-01-01' AS begntime, "
        "'某某眼科医院' AS fixmedins_name"
    )
    province.fill("2026-11", change=bus)
    province.judge(MODEL, tmp_path, LAST)
    found = province.findings()
    assert [one[0] for one in found] == ["H030"]
    said = json.loads(found[0][2])
    assert "固定日集中入院" in said["because_how"]
    assert "有3周在周二同县5人以上同日入院" in said["because_reasons_zh"]


def test_twice_as_many_as_last_month_is_a_jump(province: Province, tmp_path: Path) -> None:
    province.fill("2026-10", seed=5)
    province.fill("2026-11")

    def more(columns: dict[str, Any], rng: np.random.Generator) -> None:
        mine = np.flatnonzero(
            (np.asarray(columns["fixmedins_code"]) == "H006") & (np.asarray(columns["care"]) == "IPT")
        )
        for name, values in columns.items():
            columns[name] = [values[place] for place in mine]
        columns["setl_id"] = [f"X{one}" for one in columns["setl_id"]]
        columns["scope"] = ["IN_PROV"] * len(mine)

    province.fill("2026-11", 240, seed=12, change=more)
    province.judge(MODEL, tmp_path, date(2026, 11, 30))
    found = [one for one in province.findings() if one[1] == "2026-11"]
    assert [one[0] for one in found] == ["H006"]
    assert "异地住院翻倍" in json.loads(found[0][2])["because_how"]


def test_later_rows_and_rows_judged_beside_change_nothing(province: Province) -> None:
    province.fill("2026-11", change=_from_one_county)
    view = read_window(province.con, "institution_origin", date(2026, 10, 1), LAST)
    learned = MODEL.learn({"institution_origin": view}, 1)
    whole = MODEL.judge(learned, {"institution_origin": view}, "2026-11")
    province.fill("2026-12", seed=9)
    later = read_window(province.con, "institution_origin", date(2026, 10, 1), LAST)
    for column, values in view.columns.items():
        assert list(map(str, values)) == list(map(str, later[column]))
    alone = MODEL.judge(learned, {"institution_origin": view.where(view.key == "H025")}, "2026-11")
    place = list(whole.subject_id).index("H025")
    assert alone.score[0] == whole.score[place]
    assert alone.because[0] == whole.because[place]
    assert alone.members[0] == whole.members[place]


def _from_one_county(columns: dict[str, Any], rng: np.random.Generator) -> None:
    mine = np.asarray(columns["fixmedins_code"]) == "H025"
    often = rng.random(len(mine)) < 0.85
    columns["insu_admdvs"] = np.where(mine & often, "511702", columns["insu_admdvs"])
