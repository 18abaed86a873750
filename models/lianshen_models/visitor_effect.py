"""XR-22: an institution that treats people from elsewhere more than its own neighbours, for the same diseases.

The local half comes as sums (``local_stay_d``), never as persons. Blind spots: what everybody does to visitors is
usual; gravity within a diagnosis; what is not in a matched cell.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from lianshen.anomaly.calibration import MARKS, learn_percentiles, percentiles
from lianshen.anomaly.features import Frame
from lianshen.anomaly.learned import Learned
from lianshen.anomaly.spec import Floats, Ints
from lianshen.anomaly.subject import Frames, Judged, Reason, SubjectModel
from lianshen.anomaly.telling import is_told
from lianshen.anomaly.visitors import MEASURES, Cells, Effects, effects_of, match
from lianshen.anomaly.visitors import Learned as Usual
from lianshen.anomaly.visitors import learn as learn_usual
from lianshen.anomaly.visitors_money import Money, money_of, strongest
from lianshen.anomaly.words import peers_of
from lianshen.settlement import yuan
from lianshen_models.planted_peers import VISITORS

LEAST_RATIO, LEAST_FLOOR = 1.30, 1.10
LEAST_REMOTE, LEAST_LOCAL = 20, 50
FALSE_DISCOVERIES = 0.05
LEAST_PEERS = 30
LEAST_SHARE = 0.1
"""Of the excess, for a category to be named."""
SEVERE_FEN, GRAVE_FEN = 1_000_000, 5_000_000
_PEERS = (("level",),)
_MEASURES_ZH = {"days": "住院日", "tests": "化验检查次数"}


def learn(frames: Frames, _seed: int) -> Learned:
    """Learn from all institutions what is usual between visitors and neighbours."""
    frame = frames["visitor_cell"]
    usual = learn_usual(frame)
    cells = match(frame)
    score = _score(effects_of(usual, frame, cells, "cost"))
    table = (
        learn_percentiles(_peer_frame(cells), score, _PEERS, LEAST_PEERS)
        if len(score)
        else {"all": [0.0, *(0.0 for _ in MARKS)]}
    )
    return Learned({**usual.as_facts(), "percentiles": table})


def judge(learned: Learned, frames: Frames, month: str) -> Judged:
    """Judge each institution that has visitors in ``month`` and neighbours to compare them with.

    How it treats visitors is read from the whole period; money and settlements are those of the month.
    """
    frame = frames["visitor_cell"]
    usual = Usual.of(learned.facts)
    cells = match(frame)
    effects = {measure: effects_of(usual, frame, cells, measure) for measure in MEASURES}
    cost = effects["cost"].believed
    money = money_of(frame, cells, np.exp(cost.mean), month, LEAST_FLOOR)
    place, group, rows = percentiles(_peer_frame(cells), _score(effects["cost"]), _PEERS, learned.facts["percentiles"])
    here = [int(one) for one in np.flatnonzero(money.stays > 0)]
    n_remote, n_local = cells.remote_of_places, cells.local_of_places
    found = (np.exp(cost.mean) >= LEAST_RATIO) & (np.exp(cost.floor) > LEAST_FLOOR)
    found &= (n_remote >= LEAST_REMOTE) & (n_local >= LEAST_LOCAL) & (cost.false_discovery <= FALSE_DISCOVERIES)
    exposure = np.where(found, money.exposure_fen, 0)
    told = is_told(place, found)
    named = strongest(frame, cells, month, told)
    return Judged(
        subject_id=cells.places[here],
        period=np.full(len(here), month, dtype=object),
        institution=cells.places[here],
        score=_score(effects["cost"])[here],
        percentile=place[here],
        peers=peers_of(group[here], "全部医院"),
        peer_rows=rows[here],
        actual=np.exp(cost.mean)[here],
        expected=np.ones(len(here)),
        low=np.exp(cost.low)[here],
        high=np.exp(cost.high)[here],
        unit="倍",
        exposure_fen=exposure[here],
        is_finding=found[here],
        severity=_severity(exposure[here]),
        because=[_because(one, effects, n_remote, n_local, money) if found[one] else {} for one in here],
        reasons=[_reasons(one, money, effects) if told[one] else [] for one in here],
        members=[named.get(one, ()) for one in here],
    )


def measure(learned: Learned, frames: Frames, month: str) -> dict[str, Any]:
    """Return what judging ``month`` of later data gives: how many institutions, how many findings, the usual ratio."""
    judged = judge(learned, frames, month)
    if not len(judged):
        return {"institutions judged": 0}
    return {
        "institutions judged": len(judged),
        "findings": int(judged.is_finding.sum()),
        "median ratio of visitors to neighbours": round(float(np.median(judged.actual)), 3),
        "interval holds one (institution treats both alike)": round(
            float(((judged.low <= 1) & (judged.high >= 1)).mean()), 3
        ),
    }


def _score(effects: Effects) -> Floats:
    """Return how many powers of ten it would take to call an institution ordinary: 2 is a false discovery in 100."""
    found: Floats = -np.log10(np.maximum(effects.believed.false_discovery, 1e-12))
    return found


def _peer_frame(cells: Cells) -> Frame:
    return Frame(cells.places, {"institution": cells.places, "level": cells.level})


def _severity(exposure: Ints) -> Ints:
    return np.select([exposure >= GRAVE_FEN, exposure >= SEVERE_FEN], [3, 2], 1).astype(np.int64)


def _because(one: int, effects: dict[str, Effects], n_remote: Floats, n_local: Floats, money: Money) -> dict[str, Any]:
    cost = effects["cost"].believed
    above = [(name, excess) for name, excess in money.categories(one) if excess > 0]
    whole = sum(excess for _, excess in above)
    drivers = [name for name, excess in above[:3] if excess >= LEAST_SHARE * whole]
    return {
        "because_ratio": f"{np.exp(cost.mean[one]):.2f}",
        "because_floor": f"{np.exp(cost.floor[one]):.2f}",
        "because_low": f"{np.exp(cost.low[one]):.2f}",
        "because_high": f"{np.exp(cost.high[one]):.2f}",
        "because_own_ratio": f"{np.exp(effects['cost'].own[one]):.2f}",
        "because_remote": int(n_remote[one]),
        "because_local": int(n_local[one]),
        "because_stays": int(money.stays[one]),
        "because_actual": yuan(int(money.actual_fen[one])),
        "because_expected": yuan(int(money.expected_fen[one])),
        "because_excess": yuan(int(money.exposure_fen[one])),
        "because_days": f"{np.exp(effects['days'].believed.mean[one]):.2f}",
        "because_tests": f"{np.exp(effects['tests'].believed.mean[one]):.2f}",
        "because_drivers": "、".join(drivers) or "各类费用",
        "because_false_discovery": f"{cost.false_discovery[one]:.1%}",
    }


def _reasons(one: int, money: Money, effects: dict[str, Effects]) -> list[Reason]:
    """Return the charge categories that carry the excess, then days and tests where visitors surely have more."""
    said = []
    above = [(name, excess) for name, excess in money.categories(one) if excess > 0]
    whole = max(sum(excess for _, excess in above), 1)
    for name, excess in above[:3]:
        if excess < LEAST_SHARE * whole:
            continue
        actual, expected = money.of_category(one, name)
        n = max(int(money.stays[one]), 1)
        text = (
            f"{name}：异地患者例均{yuan(actual // n)}元，按本院本地同病例组合应为{yuan(expected // n)}元，"
            f"占各类超出合计的{excess / whole:.0%}"
        )
        said.append(Reason(name, text, yuan(actual), yuan(expected), excess / whole))
    for measure_name, words in _MEASURES_ZH.items():
        believed = effects[measure_name].believed
        ratio, low, high = (float(np.exp(values[one])) for values in (believed.mean, believed.low, believed.high))
        if low > 1:
            text = f"{words}为本地同病例组合的{ratio:.2f}倍（95%区间{low:.2f}至{high:.2f}）"
            said.append(Reason(measure_name, text, f"{ratio:.2f}", "1.00", None))
    return said


MODEL = SubjectModel(
    id="XR-22",
    version=1,
    title="Remote patients treated more than local ones",
    title_zh="异地患者过度诊疗差异",
    about=(
        "Within each institution, stays of people from elsewhere are compared with those of local people with the same "
        "main diagnosis and operation, adjusted for age and sex: the ratio of geometric means of cost, days and tests. "
        "Cells are put together with a random effect, institutions are drawn towards what institutions usually do. "
        "A finding has a ratio of at least 1.30, a one-sided 95 % lower bound above 1.10, 20 remote and 50 local stays "
        "in matched cells, and a learned false discovery rate of at most 5 %."
    ),
    about_zh=(
        "在同一医疗机构内，把异地患者与主要诊断、主要手术相同的本地患者比较，按年龄、性别校正，"
        "估计费用、住院日、化验检查次数之比及其区间，并列出推高费用的收费类别。"
    ),
    subject="institution",
    features=("visitor_cell",),
    learn=learn,
    judge=judge,
    probe=VISITORS,
    measure=measure,
    history_months=3,
    needs={
        "settled.local_stay_d": "没有收到本地住院汇总数据（local_stay_d），无法与本地患者比较，本模型未作判断。",
    },
    level="provider",
    basis=(
        "《四川省异地就医结算管理办法》第十条、第十一条",
        "《医疗保障基金使用监督管理条例》第三十八条第（二）项",
    ),
    handler=("H7", "H2"),
    sentence_zh=(
        "本院异地患者住院费用为本地同病例组合患者的{because_ratio}倍（95%把握不低于{because_floor}倍；"
        "异地{because_remote}例、本地{because_local}例），住院日为{because_days}倍，化验检查次数为{because_tests}倍，"
        "主要由{because_drivers}推高；当月超出本地1.10倍的部分约{because_excess}元。"
        "应先核对异地与本地的付费方式是否不同：异地按项目、本地按病种付费是最常见的正当原因。"
    ),
    facts={
        "because_ratio": "异地与本地费用之比（倍）",
        "because_floor": "95%单侧下限（倍）",
        "because_low": "95%区间下限（倍）",
        "because_high": "95%区间上限（倍）",
        "because_own_ratio": "未收缩的本院比值（倍）",
        "because_remote": "可比的异地病例数",
        "because_local": "可比的本地病例数",
        "because_stays": "当月可比的异地病例数",
        "because_actual": "当月异地费用（元）",
        "because_expected": "按本地水平应有费用（元）",
        "because_excess": "超出本地1.10倍的部分（元，估计）",
        "because_days": "住院日之比（倍）",
        "because_tests": "化验检查次数之比（倍）",
        "because_drivers": "推高的类别",
        "because_false_discovery": "误报概率",
        "because_month": "月份",
        "because_reasons_zh": "主要理由",
    },
    not_a_finding_when=(
        "异地按项目付费、本地按病种（DRG/DIP）付费：付费方式不同是最常见的原因，应在报告中写明，不作为违规认定。",
        "异地患者多为转诊而来，同一诊断下病情更重，病案可证明。",
        "本地轻症由基层或门诊分流，住院的本地患者构成不同。",
        "专科联盟、区域医疗中心收治的疑难病例。",
    ),
    reviewer_checks=(
        "核对本院对异地、本地患者分别适用的付费方式。",
        "按推高费用的类别，抽取同病种异地与本地病案各若干份，比较医嘱、检查化验、耗材使用。",
        "查看收费项目、价格和耗材品牌是否因参保地而异。",
        "查看住院日差异是否有病情依据。",
    ),
    blind_spots=(
        "What every hospital does to its visitors is usual, and no finding of a single one.",
        "Gravity within one diagnosis is not in the data; intensive care, emergencies and referrals are left out on "
        "both sides, so that overtreatment in them is not seen, and needless intensive care hides a stay.",
        "Cells that the sender merged over diagnoses or operations, and diagnoses that only visitors have, are not "
        "compared.",
        "A hospital that overcharges neighbours as well looks normal here; MD-11 and FR-11 look at that.",
        "Sums say nothing of single local stays: one outlier in a small cell weighs as it weighs.",
        "Local months arrive when they are over; visitors of a month under way are compared with earlier neighbours.",
    ),
)  # fmt: skip
