"""FR-05 is quiet among real stays and names the hospital whose stays come, go and are charged together."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from support.bill_province import Province

from lianshen.anomaly.windows import read_window
from lianshen_models.ghost_admissions import MODEL, WEIGHTS

LAST = date(2026, 11, 28)


def test_real_stays_are_no_finding(province: Province, tmp_path: Path) -> None:
    province.fill("2026-11")
    province.judge(MODEL, tmp_path, LAST)
    assert province.findings() == []
    assert len(province.scores()) == 60


def test_a_hospital_whose_patients_come_and_go_together_is_found_with_these_stays(
    province: Province, tmp_path: Path
) -> None:
    province.fill("2026-11", change=_together)
    province.judge(MODEL, tmp_path, LAST)
    found = province.findings()
    assert [one[0] for one in found] == ["H019"]
    said = json.loads(found[0][2])
    assert said["because_members"] >= 18
    assert "同县同日" in said["because_reasons_zh"]
    row = province.con.execute("SELECT members, exposure FROM audit.subject_score WHERE subject_id = 'H019'").fetchone()
    assert row is not None
    assert len(json.loads(row[0])) == said["because_members"]
    fund = province.con.execute(
        "SELECT SUM(fund_fen) / 100 FROM profile.bill WHERE setl_id IN (SELECT UNNEST(?::VARCHAR[]))",
        [json.loads(row[0])],
    ).fetchone()
    assert fund is not None
    assert float(row[1]) == fund[0], "the exposure is the fund's part of the named stays"


def test_hits_of_rules_on_the_stays_and_on_the_institution_count(province: Province, tmp_path: Path) -> None:
    province.fill("2026-11", change=_together)
    _hit(province, "H040", 12)
    province.con.execute("INSERT INTO audit.subject_finding BY NAME " + _NAMED.format(institution="H040"))
    province.judge(MODEL, tmp_path, LAST)
    reasons = province.con.execute(
        "SELECT reasons FROM audit.subject_score WHERE subject_id = 'H040' AND percentile > 0.9"
    ).fetchone()
    assert reasons is not None
    names = [one["name"] for one in json.loads(reasons[0])]
    assert "rules" in names
    assert "fr_14" in names


def test_more_patients_than_beds_is_found_whatever_the_peers_do(province: Province, tmp_path: Path) -> None:
    province.con.execute(
        "INSERT INTO settled.fixmedins_b BY NAME SELECT 'H033' AS fixmedins_code, DATE '2020-01-01' AS begntime, "
        "'某某医院' AS fixmedins_name, 5 AS aprv_bed_cnt"
    )
    province.fill("2026-11")
    province.judge(MODEL, tmp_path, LAST)
    found = province.findings()
    assert [one[0] for one in found] == ["H033"]
    assert "批准床位5张" in json.loads(found[0][2])["because_reasons_zh"]


def test_without_verdicts_weights_are_those_stated_and_a_verdict_moves_them(province: Province) -> None:
    province.fill("2026-11", change=_together)
    views = {name: read_window(province.con, name, date(2026, 11, 1), LAST) for name in MODEL.features}
    assert MODEL.learn(views, 1).facts["weights"] == WEIGHTS
    _hit(province, "H019", 6)
    province.con.execute(
        "INSERT INTO casework.verdict SELECT finding_id, source_id, fixmedins_code, NULL, DATE '2026-11-20', TRUE "
        "FROM audit.finding"
    )
    views = {name: read_window(province.con, name, date(2026, 11, 1), LAST) for name in MODEL.features}
    learned = MODEL.learn(views, 1).facts
    assert learned["verdicts"] == 1
    assert learned["weights"]["together"] > WEIGHTS["together"] * 0.99
    assert learned["weights"] != WEIGHTS


def test_later_rows_and_rows_judged_beside_change_nothing(province: Province) -> None:
    province.fill("2026-11", change=_together)
    view = read_window(province.con, "institution_admission", date(2026, 11, 1), LAST)
    learned = MODEL.learn({"institution_admission": view}, 1)
    whole = MODEL.judge(learned, {"institution_admission": view}, "2026-11")
    province.fill("2026-12", seed=9)
    later = read_window(province.con, "institution_admission", date(2026, 11, 1), LAST)
    for column, values in view.columns.items():
        assert list(map(str, values)) == list(map(str, later[column]))
    alone = MODEL.judge(learned, {"institution_admission": view.where(view.key == "H019")}, "2026-11")
    place = list(whole.subject_id).index("H019")
    assert alone.score[0] == whole.score[place]
    assert alone.because[0] == whole.because[place]
    assert alone.members[0] == whole.members[place]


_NAMED = """
SELECT 'x' AS finding_id, 'FR-14' AS source_id, 1 AS source_version, 'f' AS fingerprint, 'suspicious' AS certainty,
    2 AS severity, 'institution' AS subject_kind, '{institution}' AS subject_id, '2026-11' AS period,
    '510100' AS agency, DATE '2026-11-20' AS as_of, 0 AS a0, 0 AS a1, 0 AS a2, 0 AS exposure, '{{}}' AS because
"""


def _hit(province: Province, institution: str, many: int) -> None:
    described = province.con.execute("DESCRIBE audit.finding").fetchall()
    filler = {"VARCHAR": "''", "DATE": "DATE '2026-11-20'", "BOOLEAN": "FALSE", "JSON": "'{}'"}
    given = {"setl_id": "setl_id", "finding_id": "'F' || setl_id", "source_id": "'AD-03'",
             "fixmedins_code": "fixmedins_code", "subject_date": "setl_date"}  # fmt: skip
    values = [
        given.get(name) or ("NULL" if null == "YES" else filler.get(kind, "0")) for name, kind, null, *_ in described
    ]
    province.con.execute(
        f"INSERT INTO audit.finding SELECT {', '.join(values)} FROM profile.bill "
        f"WHERE fixmedins_code = '{institution}' AND care = 'IPT' ORDER BY setl_id LIMIT {many}"
    )


def _together(columns: dict[str, Any], rng: np.random.Generator) -> None:
    mine = np.flatnonzero((np.asarray(columns["fixmedins_code"]) == "H019") & (np.asarray(columns["care"]) == "IPT"))
    for place, row in enumerate(mine[:20]):
        begun = date(2026, 11, 2) + timedelta(days=5 * (place // 5))
        columns["insu_admdvs"][row] = "511302"
        columns["begndate"][row] = begun
        columns["enddate"][row] = begun + timedelta(days=4)
        columns["setl_date"][row] = begun + timedelta(days=4)
        columns["los_days"][row] = 4
