"""DR-12: a doctor whose patients cost more, are tested more or get more drugs than such patients of such doctors.

The peer half of FR-12, whose rule finds what no doctor can do in a day. Each doctor's month is compared with what the
same patients (care, department, diagnosis, age, operated or not) come to at hospitals of the same level; a doctor with
few patients is drawn towards the peers. Limits allow for doctors that differ by more than chance.

Blind spots: a settlement is the doctor's whose orders cost most, so whoever orders little in dear stays is not seen; a
code that a team shares is one doctor here.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from lianshen.anomaly.features import Frame
from lianshen.anomaly.indicators import Indicator, Measured
from lianshen.anomaly.learned import Learned
from lianshen.anomaly.panel import Panel, judge_panel, learn_panel
from lianshen.anomaly.pooling import dearest_first, learn_cells, numbered, of_size, standardise, usual_of
from lianshen.anomaly.spec import Floats, Text
from lianshen.anomaly.subject import Frames, Judged, SubjectModel
from lianshen.anomaly.telling import is_told, names_told, tell
from lianshen.anomaly.words import peers_of
from lianshen_models.planted_peers import DOCTORS

MEASURES = ("cost", "tests", "drugs")
CELLS = (
    ("care", "level", "department", "chapter", "operated", "icd3", "age_band"),
    ("care", "level", "department", "chapter", "operated", "icd3"),
    ("care", "level", "department", "chapter", "operated"),
    ("care", "level", "department"),
    ("care", "level"),
    ("care",),
)
PEERS = (("level", "care", "department"), ("level", "care"), ("level",))
INDICATORS = (
    Indicator("cost", "病例组合调整后次均费用", "log", "yuan", 0.2),
    Indicator("tests", "次均检查检验项数", "ratio", "number", 0.3),
    Indicator("drugs", "次均药品种数", "ratio", "number", 0.3),
)
LEAST = 20
"""Patients of a month below which a doctor is not judged."""
LEAST_LEARNED = 10
STRANGEST = 0.99
MOST_MEMBERS = 20
EVERYONE = "全部医师"


def learn(frames: Frames, seed: int) -> Learned:
    """Learn cells, funnels and distances; nothing is drawn at random."""
    mix = frames["doctor_month"]
    cells = learn_cells(mix, MEASURES, CELLS, mix["subject_id"])
    doctors = _doctors(mix)
    usual = usual_of(mix, CELLS, cells, len(MEASURES))
    facts = learn_panel(doctors, _measure(doctors, mix, usual), INDICATORS, PEERS, LEAST_LEARNED)
    return Learned({"cells": cells, **facts})


def judge(learned: Learned, frames: Frames, month: str) -> Judged:
    """Judge every doctor of ``month`` with :data:`LEAST` patients by himself."""
    mix = frames["doctor_month"]
    mix = mix.where(mix["setl_month"] == month)
    mix = mix.where(of_size(mix, LEAST))
    doctors = _doctors(mix)
    usual = usual_of(mix, CELLS, learned.facts["cells"], len(MEASURES))
    panel = judge_panel(doctors, _measure(doctors, mix, usual), INDICATORS, PEERS, learned.facts)
    cost = panel.column("cost")
    exposure = _exposure(doctors, panel)
    peers = peers_of(panel.peers, EVERYONE)
    found = panel.is_outlier(STRANGEST)
    told = is_told(panel.percentile, found)
    named = names_told(told, doctors.key)
    return Judged(
        subject_id=doctors.key,
        period=doctors["setl_month"],
        institution=np.array([str(key).split("/")[0] for key in doctors.key], dtype=object),
        score=panel.score,
        percentile=panel.percentile,
        peers=peers,
        peer_rows=panel.peer_rows,
        actual=panel.actual[:, cost],
        expected=panel.expected[:, cost],
        low=panel.low[:, cost],
        high=panel.high[:, cost],
        unit="元/次",
        exposure_fen=exposure,
        is_finding=found,
        severity=np.where(exposure >= 2_000_000, 3, np.where(exposure >= 500_000, 2, 1)),
        because=tell(found, lambda row: _because(doctors, panel, peers, row), dict),
        reasons=tell(told, panel.reasons, list),
        members=dearest_first(mix, usual[:, 2 * MEASURES.index("cost")], named, MOST_MEMBERS),
    )


def _doctors(mix: Frame) -> Frame:
    """Return one row for each doctor and month: patients, money, and the care and department of most of them."""
    keys, inverse = numbered(mix, "subject_id", "setl_month")
    sums = {
        name: np.rint(np.bincount(inverse, weights=mix[name], minlength=len(keys))).astype(np.int64)
        for name in ("n", "cost_fen", "fund_fen")
    }
    places, place = numbered(mix, "subject_id", "setl_month", "level", "care", "department")
    patients = np.bincount(place, weights=mix["n"], minlength=len(places))
    main: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for number in np.argsort(-patients, kind="stable"):
        main.setdefault(places[number][:2], places[number][2:])
    names = ("subject_id", "setl_month", "level", "care", "department")
    columns = {name: np.empty(len(keys), dtype=object) for name in (*names, "name_zh")}
    named = dict(zip(mix.key, mix["name_zh"], strict=True))
    for row, key in enumerate(keys):
        for name, value in zip(names, key + main[key], strict=True):
            columns[name][row] = value
        columns["name_zh"][row] = named[key[0]]
    return Frame(columns["subject_id"], {**columns, **sums})


def _measure(doctors: Frame, mix: Frame, usual: Floats) -> dict[str, Measured]:
    keys, inverse = numbered(mix, "subject_id", "setl_month")
    measured = {}
    for name, values in standardise(mix, MEASURES, usual, inverse, len(keys)).items():
        y, s = values.difference() if name == "cost" else values.ratio()
        measured[name] = Measured(values.observed / np.where(values.n > 0, values.n, np.nan), y, s)
    measured["cost"] = Measured(doctors["cost_fen"] / 100 / doctors["n"], measured["cost"].y, measured["cost"].s)
    return measured


def _exposure(doctors: Frame, panel: Panel) -> Any:
    """Return the fund's part of the cost above its upper limit, where cost stands out."""
    place = panel.column("cost")
    over = 1 - panel.high[:, place] / panel.actual[:, place]
    fen: Floats = np.rint(np.where(panel.stands_out[:, place], np.nan_to_num(over), 0.0) * doctors["fund_fen"])
    return fen.astype(np.int64)


def _because(doctors: Frame, panel: Panel, peers: Text, row: int) -> dict[str, Any]:
    institution, doctor = str(doctors.key[row]).split("/", 1)
    return {
        "because_institution": doctors["name_zh"][row] or institution,
        "because_doctor": doctor,
        "because_settlements": int(doctors["n"][row]),
        "because_peers": peers[row],
        "because_peer_count": int(panel.peer_rows[row]),
        "because_score": f"{panel.score[row]:.1f}",
        "because_percentile": f"{panel.percentile[row] * 100:.1f}",
    }


MODEL = SubjectModel(
    id="DR-12",
    version=1,
    title="Doctor outlier among peers",
    title_zh="医师费用与开方偏离同行",
    about=(
        "Compares a doctor's month with what the same patients cost, are tested and get of drugs with doctors of the "
        "same department, level and kind of care, allowing for over-dispersion; the peer half of FR-12."
    ),
    about_zh="按病例组合标化后，将医师当月次均费用、检查检验、药品种数与同级别、同科室、同就医类型的医师比较，允许医师间正常差异。",
    subject="doctor",
    features=("doctor_month",),
    learn=learn,
    judge=judge,
    probe=DOCTORS,
    level="provider",
    basis=(
        "《医疗保障基金使用监督管理条例》第三十八条第（二）项",
        "定点医药机构相关人员医保支付资格管理制度",
    ),
    handler=("H2",),
    sentence_zh=(
        "{because_institution}医师{because_doctor}在{because_month}接诊{because_settlements}人次，"
        "高于{because_percentile}%的同行（{because_peers}）：{because_reasons_zh}。"
    ),
    facts={
        "because_institution": "医疗机构",
        "because_doctor": "医师代码",
        "because_month": "月份",
        "because_settlements": "接诊人次",
        "because_score": "综合偏离",
        "because_percentile": "同行百分位",
        "because_peers": "对照组",
        "because_peer_count": "对照医师月数",
        "because_reasons_zh": "主要原因",
    },
    not_a_finding_when=(
        "团队代码或科室公用代码代表多名医师。",
        "专病门诊、疑难病会诊，患者病情较同诊断更重。",
        "医师承担慢性病长处方，一次开药量大而次数少。",
    ),
    reviewer_checks=(
        "抽查所列病例的处方、检查申请单和病程记录，看有无指征。",
        "核对医师代码是否本人使用，是否登记在该机构。",
        "结合支付资格记分和既往处方点评结果。",
    ),
    blind_spots=(
        "A settlement is the doctor's whose orders cost most: others who ordered in it are not seen.",
        "Where all doctors of a department and level do the same, it is usual.",
        "Diagnoses are taken as coded, and most outpatient settlements say no department.",
        "Below 20 patients in a month nothing is said.",
    ),
)
