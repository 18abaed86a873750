"""FR-10: what a doctor prescribes is bought at one drugstore, by the same few patients, often from elsewhere.

An edge is a doctor and a drugstore. By chance a doctor's patients buy where those of the hospital's other doctors buy,
and, while these are few, where the city's patients buy: a drugstore in front of the gate, or the only one in town that
keeps the drugs, is everybody's and surprises nobody. Surprising edges that share a doctor or a drugstore are one ring.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from lianshen.anomaly.features import Frame
from lianshen.anomaly.graphs import components, ring_id, surprise
from lianshen.anomaly.learned import Learned
from lianshen.anomaly.prescribers import DoctorShops
from lianshen.anomaly.rings import (
    Ring,
    about,
    by_person,
    judged_rings,
    learn_places,
    measure_rings,
    month_windows,
    up_to,
)
from lianshen.anomaly.spec import Ints
from lianshen.anomaly.subject import Frames, Judged, Reason, SubjectModel
from lianshen_models.planted_rings import LOOPS

HISTORY = 3
LEAST_SHARE = 0.6
LEAST_FILLS = 30
FEW_FILLS = 12
"""So few are enough for a drugstore an hour away, to which the same patients came back."""
FAR_MINUTES = 60
CAME_BACK = 1.5
EDGE_FILLS = 5
LEAST_SURPRISE, GREAT_SURPRISE = 4.0, 8.0
PEERS = ("far",)
NEAR, FAR = "药店与医院同城或相近", "药店在他市"


def learn(frames: Frames, seed: int) -> Learned:
    """Learn how surprising ordinary edges are, near and far."""
    groups: list[tuple[str, ...]] = []
    scores: list[float] = []
    for _, window in month_windows(frames, HISTORY):
        frame = window["doctor_shop"]
        edges = DoctorShops.of(frame)
        start = np.unique(edges.row_edge, return_index=True)[1]
        some = edges.all_fills >= EDGE_FILLS
        groups += [(FAR if far else NEAR,) for far in _is_far(frame)[start][some]]
        scores += edges.score[some].tolist()
    return Learned({"places": learn_places(groups, scores, PEERS)})


def judge(learned: Learned, frames: Frames, month: str) -> Judged:
    """Return the rings of doctors and drugstores with fills in ``month``."""
    frame = up_to(frames, month, HISTORY)["doctor_shop"]
    return judged_rings(_rings(frame, month), month, "笔", PEERS, learned.facts["places"], "全部医师与药店")


def measure(learned: Learned, frames: Frames, month: str) -> dict[str, Any]:
    """Return how many rings the month after what was learned shows."""
    return measure_rings(judge(learned, frames, month))


def _is_far(frame: Frame) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    # Where the road is not known (NaN) the drugstore is not called far.
    return np.asarray(frame["minutes"] >= FAR_MINUTES)


def _rings(frame: Frame, month: str) -> list[Ring]:
    if not len(frame):
        return []
    edges = DoctorShops.of(frame)
    strange = (edges.fills >= EDGE_FILLS) & (edges.fills >= LEAST_SHARE * edges.all_fills)
    strange &= edges.score >= LEAST_SURPRISE
    nodes = len(edges.doctors) + len(edges.shops)
    label = components(nodes, edges.doctor[strange], len(edges.doctors) + edges.shop[strange])
    ring_of = np.where(strange, label[edges.doctor], -1)
    rings = [
        _ring(frame, edges, np.flatnonzero(ring_of == one), rows)
        for one in np.unique(ring_of[strange])
        if (frame["setl_month"][rows := np.flatnonzero(ring_of[edges.row_edge] == one)] == month).any()
    ]
    return sorted(rings, key=lambda ring: (-ring.score, ring.id))


def _ring(frame: Frame, edges: DoctorShops, some: Ints, rows: Ints) -> Ring:
    """Return one ring: the edges ``some`` and their fills ``rows``."""
    fills, expected = int(edges.fills[some].sum()), float(edges.expected[some].sum())
    doctors, shops = np.unique(edges.doctor[some]), np.unique(edges.shop[some])
    every = int(np.unique(np.column_stack([edges.doctor[some], edges.all_fills[some]]), axis=0)[:, 1].sum())
    patients = len({str(one) for one in frame["person"][rows]})
    remote, stated = int(frame["is_remote"][rows].sum()), int(frame["is_stated"][rows].sum())
    far = bool(np.median(_is_far(frame)[rows]) >= 1)
    chance = float(surprise(np.array([fills]), np.array([expected]))[0])
    few = fills >= FEW_FILLS and far and fills >= CAME_BACK * patients and chance >= GREAT_SURPRISE
    minutes = frame["minutes"][rows].astype(np.float64)
    road = f"车程约{np.nanmedian(minutes):.0f}分钟" if far else ""
    share = fills / every
    shop = str(edges.shops[edges.shop[some][np.argmax(edges.fills[some])]])
    per_patient = fills / patients
    return Ring(
        id=ring_id("FR-10", [*(str(one) for one in edges.doctors[doctors]), *(str(one) for one in edges.shops[shops])]),
        institution=shop,
        group=(FAR if far else NEAR,),
        score=chance,
        actual=float(fills),
        expected=expected,
        exposure_fen=int(frame["fund_fen"][rows].sum()),
        is_finding=fills >= LEAST_FILLS or few,
        severity=3 if far and fills >= LEAST_FILLS else 2,
        because={
            "because_doctors": len(doctors),
            "because_fills": fills,
            "because_share": f"{share:.0%}",
            "because_patients": patients,
            "because_remote": remote,
            "because_expected": about(expected),
            "because_distance": f"，药店距医院所在地{road}" if far else "",
            "because_doctor_codes": "、".join(str(one) for one in edges.doctors[doctors][:5]),
            "because_shop": "、".join(str(one) for one in edges.shops[shops][:3]),
        },
        reasons=[
            Reason(
                "share",
                f"{len(doctors)}名医师的{every}笔外配处方中{fills}笔（{share:.0%}）在此配取，"
                f"按同院其他医师和同城患者的去向预期{about(expected)}笔",
                str(fills),
                about(expected),
                0.6,
            ),
            Reason(
                "patients",
                f"{fills}笔出自{patients}名患者，人均{per_patient:.1f}笔，"
                f"其中异地参保或跨市{remote}笔（{remote / fills:.0%}）",
                str(patients),
                None,
                0.25,
            ),
            Reason(
                "distance" if far else "stated",
                f"药店不在医院所在市，距医院所在地{road}"
                if far
                else f"其中{stated}笔在结算明细中写明处方医师，其余按三日内就诊推定",
                None,
                None,
                0.15,
            ),
        ],
        members=by_person(frame.key[rows], frame["person"][rows], frame["fund_fen"][rows]),
    )


MODEL = SubjectModel(
    id="FR-10",
    version=1,
    title="Collusive referral loop",
    title_zh="医师—患者—机构/药店闭环",
    about="Joins doctors with the drugstores where their prescriptions are filled (as stated on the lines, else the "
    "doctor seen within three days before), and reports doctors 60 % of whose fills, 30 and more, go to one drugstore "
    "where chance would send few: chance is where patients of the hospital's other doctors and of the city go. Twelve "
    "are enough for a drugstore an hour away to which the same patients came back.",
    about_zh="把医师与其处方配取的药店相连，找出处方几乎都流向同一家药店、患者固定且多来自异地的闭环。",
    subject="network",
    features=("doctor_shop",),
    history_months=HISTORY,
    learn=learn,
    judge=judge,
    probe=LOOPS,
    measure=measure,
    sentence_zh="{because_doctors}名医师的外配处方有{because_share}（{because_fills}笔）在同一药店配取，按同院其他医师和"
    "同城患者的去向预期{because_expected}笔；配药者仅{because_patients}人，异地参保或跨市的{because_remote}笔"
    "{because_distance}。",
    facts={
        "because_month": "月份",
        "because_doctors": "医师数",
        "because_fills": "配取笔数",
        "because_share": "占医师外配处方",
        "because_patients": "患者数",
        "because_remote": "异地或跨市笔数",
        "because_expected": "预期笔数",
        "because_distance": "距离",
        "because_doctor_codes": "医师代码",
        "because_shop": "药店代码",
        "because_reasons_zh": "理由",
        "because_ring": "团伙编号",
    },
    level="network",
    basis=(
        "《医疗保障基金使用监督管理条例》第三十八条第（五）项",
        "《医疗保障基金使用监督管理条例》第四十条第（一）项",
    ),
    handler=("H3",),
    not_a_finding_when=(
        "当地唯一的双通道或DTP药店，特药只能在此配取。",
        "医院门口的药店，同院各科医师的患者都在此配取（按预期已基本排除）。",
        "患者长期居住在药店所在地，按居住地就近配药。",
        "互联网医院的处方由签约药店统一配送。",
    ),
    reviewer_checks=(
        "调取外配处方流转记录，看是否由医师或导医指定药店。",
        "查医师与药店之间的资金往来、投资或亲属关系。",
        "核对患者是否到过医院和药店，由参保地约谈固定患者。",
        "核对药店的进销存与结算数量。",
    ),
    blind_spots=(
        "Where all doctors of a hospital and of its city send patients to one drugstore, that is the expectation.",
        "Whether a drugstore is among the three nearest is unknown: no coordinates arrive, only roads between cities.",
        "Fills whose prescriber is not stated, more than three days after the visit, or after a visit elsewhere.",
        "Prescriptions on paper that are paid in cash.",
        "A doctor with fewer than five fills.",
    ),
)
