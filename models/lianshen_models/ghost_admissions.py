"""FR-05: an institution whose inpatient stays bear the marks of invented ones, several on the same stay.

Each stay is looked at for marks: begun together with others from the same county, begun and ended with them, charged
alike, nothing paid in cash, light illness at little cost, and what the rules on admissions found. An institution's
shares of them are compared with its peers', as are stays of equal length, discharges on one weekday, and patients who
are never transferred and never die. The score is the sum of the marks with stated weights, which verdicts move once
there are any.

Blind spots: invented stays that are spread out and charged like real ones; a house of whose stays most are invented
teaches its small peer group.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from lianshen.anomaly.calibration import learn_percentiles, percentiles
from lianshen.anomaly.features import Frame
from lianshen.anomaly.indicators import Indicator, Measured, share_of
from lianshen.anomaly.kinds import with_kind
from lianshen.anomaly.learned import Learned
from lianshen.anomaly.panel import LEAST_PEERS, Panel, judge_panel, learn_panel
from lianshen.anomaly.spec import Text
from lianshen.anomaly.stay_marks import Stays, institutions_of, light_below, marks_of_stays
from lianshen.anomaly.subject import Frames, Judged, Reason, SubjectModel
from lianshen.anomaly.telling import is_told, tell
from lianshen.anomaly.weighing import learn_weights, weigh
from lianshen.anomaly.words import peers_of
from lianshen_models.planted_peers import ADMISSIONS

INDICATORS = (
    Indicator("members", "有两项以上特征的住院占比", "share", "percent", 0.08),
    Indicator("twins", "同县同日入院且同日出院的住院占比", "share", "percent", 0.05),
    Indicator("together", "同县同日结伴入院（4人以上）占比", "share", "percent", 0.08),
    Indicator("alike", "费用明细雷同的同病住院占比", "share", "percent", 0.05),
    Indicator("cash_free", "患者几乎零自付的住院占比", "share", "percent", 0.1),
    Indicator("light", "轻症低费用住院占比", "share", "percent", 0.15),
    Indicator("rules", "被入院类规则命中的住院占比", "share", "percent", 0.05),
    Indicator("equal", "住院天数雷同程度", "difference", "number", 0.05),
    Indicator("weekday", "出院日集中程度", "difference", "number", 0.05),
    Indicator("staying", "无转院、无死亡的程度", "share", "percent", 0.05),
)
WEIGHTS = {
    "members": 2.0, "twins": 2.0, "together": 2.0, "alike": 1.5, "cash_free": 1.0, "light": 1.0, "rules": 2.0,
    "equal": 1.0, "weekday": 0.5, "staying": 0.5,
}  # fmt: skip
"""How much a standard deviation of each mark counts before there are verdicts."""
NAMED = 3.0
"""What it adds that FR-04 or FR-14 named the institution in the month, each."""
PEERS = (("level", "kind", "tier"), ("level", "kind"), ("level",))
LEAST_STAYS = 20
LEAST_LEARNED = 10
STRANGEST = 0.98
FEWEST_MEMBERS = 5
MOST_MEMBERS = 60
FULL = 1.1
"""Patients in the house over approved beds."""


def learn(frames: Frames, seed: int) -> Learned:
    """Learn what is light, the funnels, the weights and the percentiles; nothing is drawn at random."""
    stays = with_kind(frames["institution_admission"])
    light = light_below(stays)
    marked = marks_of_stays(stays, light)
    now = institutions_of(stays, marked)
    facts = learn_panel(now, _measure(now), INDICATORS, PEERS, LEAST_LEARNED)
    z = judge_panel(now, _measure(now), INDICATORS, PEERS, facts).z
    decided = now["upheld"] + now["dismissed"] > 0
    label = np.where(decided, (now["upheld"] > 0).astype(np.float64), np.nan)
    weights = learn_weights(z, label, WEIGHTS)
    large = now["n"] >= LEAST_LEARNED
    score = _score(now, z, weights)
    table = learn_percentiles(now.where(large), score[large], PEERS, LEAST_PEERS) if large.any() else {}
    return Learned({"light": light, "weights": weights, "verdicts": int(decided.sum()), "placed": table, **facts})


def judge(learned: Learned, frames: Frames, month: str) -> Judged:
    """Judge every institution of ``month`` by itself."""
    stays = with_kind(frames["institution_admission"])
    stays = stays.where(stays["setl_month"] == month)
    marked = marks_of_stays(stays, learned.facts["light"])
    now = institutions_of(stays, marked)
    panel = judge_panel(now, _measure(now), INDICATORS, PEERS, learned.facts)
    score = _score(now, panel.z, learned.facts["weights"])
    placed, group, rows = percentiles(now, score, PEERS, learned.facts["placed"])
    beds = now["beds"].astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        filled = np.nan_to_num(now["in_house"] / beds, posinf=0.0)
    strangest = placed >= np.minimum(STRANGEST, rows / (rows + 1.0))
    several = panel.stands_out.any(axis=1) & (now["members"] >= FEWEST_MEMBERS)
    found = (now["n"] >= LEAST_STAYS) & strangest & several | (filled > FULL)
    members = marked.members(now.key, MOST_MEMBERS)
    peers = peers_of(group)
    return Judged(
        subject_id=now.key,
        period=now["setl_month"],
        institution=now.key,
        score=score,
        percentile=placed,
        peers=peers,
        peer_rows=rows,
        actual=now["members"].astype(np.float64),
        expected=np.full(len(now), np.nan),
        low=np.full(len(now), np.nan),
        high=np.full(len(now), np.nan),
        unit="人次",
        exposure_fen=now["member_fund_fen"],
        is_finding=found,
        severity=np.where(now["member_fund_fen"] >= 5_000_000, 3, 2),
        because=tell(found, lambda row: _because(now, score, placed, filled, peers, row), dict),
        reasons=tell(is_told(placed, found), lambda row: _reasons(now, panel, filled, row), list),
        members=members,
    )


def _measure(now: Frame) -> dict[str, Measured]:
    n = now["n"].astype(np.float64)
    measured = {name: share_of(now[name].astype(np.float64), n) for name in Stays.MARKS}
    measured["members"] = share_of(now["members"].astype(np.float64), n)
    measured["staying"] = share_of(n - now["left_otherwise"], n)
    for name in ("equal", "weekday"):
        measured[name] = Measured(now[name], np.where(n < 2, np.nan, now[name]), now[f"{name}_s"])
    return measured


def _score(now: Frame, z: Any, weights: dict[str, float]) -> Any:
    named = now["fr_04"].astype(np.float64) + now["fr_14"].astype(np.float64)
    return weigh(z, [weights[one.name] for one in INDICATORS]) + NAMED * named


def _reasons(now: Frame, panel: Panel, filled: Any, row: int) -> list[Reason]:
    said = panel.reasons(row)
    if filled[row] > FULL:
        share = f"{filled[row] * 100:.0f}%"
        text = f"同日在院{int(now['in_house'][row])}人，批准床位{int(now['beds'][row])}张，占用{share}"
        said.insert(0, Reason("beds", text, share, "110%"))
    for name, words in (("fr_04", "当月被规则FR-04命中（聚集性入院）"), ("fr_14", "当月被规则FR-14命中（减免自付）")):
        if now[name][row]:
            said.insert(min(2, len(said)), Reason(name, words))
    return said


def _because(now: Frame, score: Any, placed: Any, filled: Any, peers: Text, row: int) -> dict[str, Any]:
    fund = int(now["member_fund_fen"][row])
    return {
        "because_institution": now["name_zh"][row] or now.key[row],
        "because_stays": int(now["n"][row]),
        "because_members": int(now["members"][row]),
        "because_fund": f"{fund // 100}.{fund % 100:02d}",
        "because_score": f"{score[row]:.1f}",
        "because_percentile": f"{placed[row] * 100:.1f}",
        "because_peers": peers[row],
        "because_beds": f"{filled[row] * 100:.0f}%" if filled[row] else "批准床位未知",
    }


MODEL = SubjectModel(
    id="FR-05",
    version=1,
    title="Fictitious hospitalisation composite",
    title_zh="虚假住院综合模型",
    about=(
        "Weighs the marks of invented stays (together, twins, alike, no cash, light illness, rule hits, equal lengths, "
        "one discharge day, nobody transferred) of an institution's month against its peers; names the stays with two."
    ),
    about_zh="将结伴入院、同进同出、清单雷同、零自付、轻症、规则命中、天数雷同、集中出院、无转院死亡等特征加权，与同类机构比较，列出有两项以上特征的住院。",
    subject="institution",
    features=("institution_admission",),
    learn=learn,
    judge=judge,
    probe=ADMISSIONS,
    level="provider",
    basis=("《医疗保障基金使用监督管理条例》第四十条",),
    handler=("H3",),
    sentence_zh=(
        "{because_institution}在{because_month}住院{because_stays}例，其中{because_members}例有两项以上虚假住院特征，涉及基金"
        "{because_fund}元；综合分{because_score}，高于{because_percentile}%的同类机构（{because_peers}）：{because_reasons_zh}。"
    ),
    facts={
        "because_institution": "医疗机构",
        "because_month": "月份",
        "because_stays": "住院人次",
        "because_members": "有两项以上特征的住院",
        "because_fund": "上述住院基金支付（元）",
        "because_score": "综合分",
        "because_percentile": "同类百分位",
        "because_peers": "对照组",
        "because_beds": "床位占用",
        "because_reasons_zh": "主要特征",
    },
    not_a_finding_when=(
        "县级医院冬季高峰、批准的加床。",
        "传染病暴发、食物中毒、群体伤害后的集中收治。",
        "救助对象按规定零自付，日间手术、单病种按固定天数住院。",
    ),
    reviewer_checks=(
        "到病房核对所列患者是否在院，查看体温单、护理记录和医嘱执行。",
        "比对同进同出患者的联系电话、住址和接送情况。",
        "核对检查影像、化验标本和设备日志是否真实。",
    ),
    blind_spots=(
        "Invented stays that are spread over days and counties and charged like real ones.",
        "Local inpatients are not in the warehouse: beds are counted over patients from elsewhere alone.",
        "Where most houses of a small peer group do the same, it is usual there.",
        "Until cases are closed the weights are stated, not learned.",
    ),
)
