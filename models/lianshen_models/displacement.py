"""DW-01: what an institution moves to after a rule, a price or a way of payment changed.

For each change that ``knowledge/watched_change.csv`` lists, the mix of an institution's inpatient bills (the mean share
of each charge category) in up to 90 days before and after is compared with what happened to its peers of the level:
difference in differences, with an interval. What all peers did is the change's own doing; what one did beyond is looked
at. A day on which nothing changed says how far institutions shift by themselves.

Blind spots: a shift that all make together; a change of patients beside a change of care; without bills of the time
before nothing can be said, and that is said.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from lianshen.anomaly.calibration import learn_percentiles, percentiles
from lianshen.anomaly.change import Shift, difference_in_differences
from lianshen.anomaly.features import Frame
from lianshen.anomaly.learned import Learned
from lianshen.anomaly.panel import LEAST_PEERS
from lianshen.anomaly.spec import Floats, Ints, Text
from lianshen.anomaly.subject import Frames, Judged, Reason, SubjectModel
from lianshen.anomaly.telling import tell
from lianshen.anomaly.words import CATEGORIES, peers_of
from lianshen_models.planted_peers import SHIFTS

PEERS = (("level",),)
LEAST_BILLS = 100
"""Inpatient bills on either side of the change, below which nothing is said."""
LEAST_DAYS = 28
LEAST_EFFECT = 0.05
"""A category's share of the bill, beyond what the peers' rose."""
LIMIT = 3.5
STRANGEST = 0.98


def learn(frames: Frames, seed: int) -> Learned:
    """Learn how far institutions shift, on days when something changed and when nothing did."""
    view = frames["institution_shift"]
    now, strongest, shift = _strongest(view)
    score = np.nan_to_num(shift.z[strongest])
    known = np.isfinite(shift.z[strongest])
    table = (
        learn_percentiles(now.where(known), np.maximum(score[known], 0.0), PEERS, LEAST_PEERS) if known.any() else {}
    )
    return Learned({"percentiles": table, "units": int(known.sum())})


def judge(learned: Learned, frames: Frames, month: str) -> Judged:
    """Judge each institution by its strongest shift after a change that is still watched in ``month``."""
    view = frames["institution_shift"]
    view = view.where((view["setl_month"] == month) & (view["change_id"] != None))  # noqa: E711 - elementwise
    now, strongest, shift = _strongest(view)
    z, effect = shift.z[strongest], shift.effect[strongest]
    low, high = (bound[strongest] for bound in shift.interval())
    score = np.maximum(np.nan_to_num(z), 0.0)
    placed, group, rows = percentiles(now, score, PEERS, learned.facts["percentiles"])
    enough = (now["n_before"] >= LEAST_BILLS) & (now["n_after"] >= LEAST_BILLS) & (now["days_after"] >= LEAST_DAYS)
    above_all = rows / (rows + 1.0)
    found = (
        enough & (score >= LIMIT) & (np.nan_to_num(effect) >= LEAST_EFFECT)
        & (placed >= np.minimum(STRANGEST, above_all)) & (rows > 0)
    )  # fmt: skip
    exposure = np.rint(np.maximum(np.nan_to_num(low), 0.0) * now["fund_after_fen"]).astype(np.int64)
    peers = peers_of(group)
    usual = now["before"] + now["peers_change"]
    return Judged(
        subject_id=now.key,
        period=now["setl_month"],
        institution=now.key,
        score=score,
        percentile=placed,
        peers=peers,
        peer_rows=rows,
        actual=now["after"],
        expected=usual,
        low=usual - (high - effect),
        high=usual + (high - effect),
        unit="费用占比",
        exposure_fen=np.where(found, exposure, 0),
        is_finding=found,
        severity=np.where(exposure >= 5_000_000, 3, 2),
        because=tell(found, lambda row: _because(now, effect, low, high, peers, row), dict),
        reasons=[_reasons(now, enough, z, effect, low, high, row) for row in range(len(now))],
        members=[() for _ in range(len(now))],
    )


def _strongest(view: Frame) -> tuple[Frame, Ints, Shift]:
    """Return the rows with each institution's strongest rise, where they are, and the shifts of all rows.

    Without any known rise it is the first row. The category that a change restrains is not one that is moved to.
    """
    shift = difference_in_differences(
        (view["before"], view["error_before"]), (view["after"], view["error_after"]),
        view["peers_change"], view["peers_mad"], view["peers"].astype(np.float64),
    )  # fmt: skip
    rise: Floats = np.where(view["category"] == view["restrains"], -np.inf, np.nan_to_num(shift.z, nan=-np.inf))
    order = np.lexsort((view["category"].astype(str), view["change_id"].astype(str), -rise, view.key.astype(str)))
    first = np.ones(len(order), dtype=bool)
    first[1:] = view.key[order][1:] != view.key[order][:-1]
    strongest = order[first].astype(np.int64)
    return view.where(strongest), strongest, shift


def _points(value: float) -> str:
    return f"{value * 100:.1f}"


def _reasons(now: Frame, enough: Any, z: Any, effect: Any, low: Any, high: Any, row: int) -> list[Reason]:
    if not np.isfinite(z[row]):
        return [Reason("history", "变更前后可比的住院结算不足，暂不能判断")]
    category = CATEGORIES[now["category"][row]]
    before, after = _points(now["before"][row]), _points(now["after"][row])
    said = [
        Reason(
            "shift",
            f"{category}占比由{before}%变为{after}%，同级机构同期变化{_points(now['peers_change'][row])}个百分点，"
            f"净变化{_points(effect[row])}个百分点（95%区间{_points(low[row])}至{_points(high[row])}）",
            f"{after}%", f"{before}%", 1.0,
        )
    ]  # fmt: skip
    if not enough[row]:
        said.append(Reason("history", f"变更前{now['n_before'][row]}例、变更后{now['n_after'][row]}例，例数或天数不足"))
    return said


def _because(now: Frame, effect: Any, low: Any, high: Any, peers: Text, row: int) -> dict[str, Any]:
    known = bool(np.isfinite(effect[row]))
    return {
        "because_institution": now["name_zh"][row] or now.key[row],
        "because_change": now["title_zh"][row],
        "because_changed_on": now["changed_on"][row],
        "because_category": CATEGORIES[now["category"][row]],
        "because_effect": _points(effect[row]) if known else "未知",
        "because_low": _points(low[row]) if known else "未知",
        "because_high": _points(high[row]) if known else "未知",
        "because_before_bills": int(now["n_before"][row]),
        "because_after_bills": int(now["n_after"][row]),
        "because_peers": peers[row],
        "because_peer_count": int(now["peers"][row]),
    }


MODEL = SubjectModel(
    id="DW-01",
    version=1,
    title="Displacement watch",
    title_zh="政策变更后费用转移监测",
    about=(
        "After a change of a rule, a price or payment, compares how the mix of an institution's inpatient bills "
        "shifted with how its peers' did: difference in differences, with an interval."
    ),
    about_zh="规则、价格或支付方式变更后，将机构住院费用结构的变化与同级机构的变化相比（双重差分），给出净变化和区间；历史不足时说明不能判断。",
    subject="institution",
    features=("institution_shift",),
    history_months=9,
    needs={"knowledge.watched_change": "没有登记需要观察的规则、价格或支付变更，无法判断变更后的转移"},
    learn=learn,
    judge=judge,
    probe=SHIFTS,
    level="provider",
    basis=("《四川省异地就医结算管理办法》第十条", "《四川省异地就医结算管理办法》第十八条"),
    handler=("H7", "H2"),
    sentence_zh=(
        "{because_changed_on}“{because_change}”后，{because_institution}住院{because_category}占比净升{because_effect}个百分点"
        "（95%区间{because_low}至{because_high}，对照{because_peers}）：{because_reasons_zh}。"
    ),
    facts={
        "because_institution": "医疗机构",
        "because_month": "月份",
        "because_change": "变更",
        "because_changed_on": "变更日期",
        "because_category": "费用类别",
        "because_effect": "净变化（百分点）",
        "because_low": "区间下限",
        "because_high": "区间上限",
        "because_before_bills": "变更前住院结算",
        "because_after_bills": "变更后住院结算",
        "because_peers": "对照组",
        "because_peer_count": "对照机构数",
        "because_reasons_zh": "说明",
    },
    not_a_finding_when=(
        "新设科室、引进设备，患者构成同时变化。",
        "替代是变更的本意，例如以中选药品替代非中选药品。",
        "机构合并、搬迁、停业改造。",
    ),
    reviewer_checks=(
        "比较变更前后同病种、同手术的费用明细，看新增的是哪些项目。",
        "核对新增项目的指征、执行记录和收费标准。",
        "了解机构是否下达过科室收入或项目指标。",
    ),
    blind_spots=(
        "What all institutions of a level move to together is the change's own doing here.",
        "A change of patients looks like a change of care: diagnoses are not held fixed.",
        "Nothing is said without a hundred bills on either side and four weeks after; a young warehouse says nothing.",
        "Only changes that the knowledge table lists are watched.",
    ),
)
