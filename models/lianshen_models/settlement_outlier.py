"""AN-01: a settlement that is unlike those of its peers, whatever it is that makes it so.

Every feature is a distance from the peers' median (same care, grade and diagnosis); four detectors put together say
how unusual the whole is, the distances say why. It looks for what no rule and no other model asks about, so it speaks
rarely: only beyond the 99.9th percentile of the peers, and only where money lies above what they cost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lianshen.anomaly.calibration import learn_percentiles, percentiles
from lianshen.anomaly.features import Frame
from lianshen.anomaly.learned import Learned
from lianshen.anomaly.outliers import OutlierEnsemble
from lianshen.anomaly.relative import Aspect, Relative, learn_rarity, learn_relative, rarity, relative
from lianshen.anomaly.spec import Floats, Ints
from lianshen.anomaly.subject import Frames, Judged, Reason, SubjectModel
from lianshen.anomaly.words import peers_zh
from lianshen.settlement import yuan
from lianshen_models.planted_settlements import PROBE

if TYPE_CHECKING:
    from pandas import DataFrame

ASPECTS = (
    Aspect("ln_cost", "总费用", "yuan", 0.15),
    Aspect("ln_cost_per_day", "日均费用", "yuan", 0.15),
    Aspect("ln_days", "住院日", "count", 0.15, "天"),
    Aspect("ln_lines", "收费明细", "count", 0.15, "条"),
    Aspect("ln_lines_per_day", "日均收费明细", "ratio", 0.15, "条"),
    Aspect("ln_items", "不同项目", "count", 0.15, "种"),
    Aspect("ln_repeats", "同一项目平均收费", "ratio", 0.10, "次"),
    Aspect("ln_tests", "化验检查", "count", 0.20, "次", 1),
    Aspect("ln_drugs", "药品", "count", 0.20, "种", 1),
    Aspect("n_doctors", "开单医生", "number", 0.5, "人"),
    Aspect("age", "年龄", "number", 5.0, "岁"),
    Aspect("western_share", "西药费占比", "share", 0.02),
    Aspect("patent_share", "中成药费占比", "share", 0.02),
    Aspect("herbal_share", "中药饮片费占比", "share", 0.02),
    Aspect("material_share", "材料费占比", "share", 0.02),
    Aspect("laboratory_share", "化验费占比", "share", 0.02),
    Aspect("examination_share", "检查费占比", "share", 0.02),
    Aspect("treatment_share", "治疗费占比", "share", 0.02),
    Aspect("surgery_share", "手术费占比", "share", 0.02),
    Aspect("nursing_share", "护理费占比", "share", 0.02),
    Aspect("bed_share", "床位费占比", "share", 0.02),
    Aspect("consultation_share", "诊察费占比", "share", 0.02),
    Aspect("other_share", "其他费用占比", "share", 0.02),
    Aspect("fund_share", "基金支付占比", "share", 0.05),
)
PEERS = (("care", "level", "icd3"), ("care", "level", "chapter"), ("care", "level"), ("care",))
PLACES = (("care", "level", "chapter"), ("care", "level"), ("care",))
_RARE = ("care", "chapter")
LEAST_PEERS, LEAST_PLACES = 100, 1_000
REFERENCE_ROWS, FITTED_ROWS = 2_500, 30_000
FINDING, EXPLAINED, MOST_REASONS = 0.999, 0.98, 5
BELOW = 0.5
"""Weight of being below the peers in cost or number: less than usual is rarely too much."""
_IS_MONEY = np.array([aspect.form in ("yuan", "count", "ratio") for aspect in ASPECTS])
_BY_THE_DAY = ("ln_cost_per_day", "ln_lines_per_day")
ABOVE = 1.645
"""Spreads of the peers' log cost above the median: money beyond it is at issue, about the dearest twentieth."""
LEAST_FEN, SEVERE_FEN, GRAVE_FEN = 100_000, 1_000_000, 5_000_000


def learn(frames: Frames, seed: int) -> Learned:
    """Learn what peers are like, how far from them settlements usually are, and what is usual of that."""
    frame = frames["settlement_shape"]
    table = learn_relative(frame, ASPECTS, PEERS, LEAST_PEERS)
    rare = {column: learn_rarity(frame, _RARE, column) for column in ("department", "sex")}
    wide = _wide(frame, relative(frame, ASPECTS, PEERS, table), rare)
    ensemble = OutlierEnsemble(
        wide.sample(min(len(wide), FITTED_ROWS), random_state=seed), seed=seed, reference_rows=REFERENCE_ROWS
    )
    kept = ensemble.as_learned()
    score = ensemble.strangeness(wide).mean(axis=1)
    places = learn_percentiles(frame, score, PLACES, LEAST_PLACES)
    return Learned({"peers": table, "rare": rare, "ensemble": kept.facts, "percentiles": places}, kept.estimators)


def judge(learned: Learned, frames: Frames, _month: str) -> Judged:
    """Judge every settlement of the frame by itself."""
    frame = frames["settlement_shape"]
    facts = learned.facts
    apart = relative(frame, ASPECTS, PEERS, facts["peers"])
    wide = _wide(frame, apart, facts["rare"])
    ensemble = OutlierEnsemble.of(facts["ensemble"], learned.estimators)
    score: Floats = ensemble.strangeness(wide).mean(axis=1) if len(frame) else np.zeros(0)
    place, _, _ = percentiles(frame, score, PLACES, facts["percentiles"])
    cost = frame["cost_fen"].astype(np.float64)
    middle, spread = apart.middle[:, 0], apart.spread[:, 0]
    high = np.exp(middle + ABOVE * spread) * 100
    exposure = np.rint(np.maximum(cost - high, 0)).astype(np.int64)
    found = (place >= FINDING) & (exposure >= LEAST_FEN)
    reasons: list[list[Reason]] = [[] for _ in range(len(frame))]
    because: list[dict[str, Any]] = [{} for _ in range(len(frame))]
    for row in np.flatnonzero(place >= EXPLAINED).tolist():
        reasons[row] = _reasons(frame, apart, wide, row)
    words = {name: peers_zh(name, "全部结算") for name in set(apart.group)}
    for row in np.flatnonzero(found).tolist():
        because[row] = _because(reasons[row], apart, words, row, float(place[row]), cost, exposure)
    return Judged(
        subject_id=frame.key,
        period=frame["setl_month"],
        institution=frame["fixmedins_code"],
        score=score,
        percentile=place,
        peers=np.array([words[name] for name in apart.group], dtype=object),
        peer_rows=apart.rows.astype(np.int64),
        actual=cost / 100,
        expected=np.exp(middle),
        low=np.exp(middle - ABOVE * spread),
        high=high / 100,
        unit="元",
        exposure_fen=np.where(found, exposure, 0),
        is_finding=found,
        severity=np.select([exposure >= GRAVE_FEN, exposure >= SEVERE_FEN], [3, 2], 1).astype(np.int64),
        because=because,
        reasons=reasons,
        members=[()] * len(frame),
    )


def measure(learned: Learned, frames: Frames, month: str) -> dict[str, Any]:
    """Return how many settlements of later days are found, and how well percentiles hold there."""
    judged = judge(learned, frames, month)
    if not len(judged):
        return {"settlements judged": 0}
    return {
        "settlements judged": len(judged),
        "findings, share": round(float(judged.is_finding.mean()), 6),
        "above the 99th percentile, share": round(float((judged.percentile >= 0.99).mean()), 4),
        "above the 99.9th percentile, share": round(float((judged.percentile >= 0.999).mean()), 5),
    }


def _wide(frame: Frame, apart: Relative, rare: dict[str, dict[str, list[float]]]) -> DataFrame:
    """Return what the ensemble sees: drawn-in distances, and how rare department and sex are for the diagnosis."""
    from pandas import DataFrame

    drawn = np.arcsinh(apart.distance)
    drawn = np.where((drawn < 0) & _IS_MONEY, drawn * BELOW, drawn)
    columns = {aspect.name: drawn[:, place] for place, aspect in enumerate(ASPECTS)}
    for column, table in rare.items():
        columns[column] = -np.log(np.nan_to_num(rarity(frame, _RARE, column, table), nan=1.0))
    return DataFrame(columns)


def _reasons(frame: Frame, apart: Relative, wide: DataFrame, row: int) -> list[Reason]:
    """Return the features that lie farthest from the peers, with both values and the distance."""
    weight = np.abs(wide.to_numpy()[row])
    whole = max(float(weight.sum()), 1e-9)
    said = []
    for column in np.argsort(-weight, kind="stable")[:MOST_REASONS].tolist():
        if weight[column] < np.arcsinh(2.0):
            break
        share = float(weight[column]) / whole
        if column >= len(ASPECTS):
            name = str(wide.columns[column])
            part = float(np.exp(-weight[column]))
            shown = {"department": "就诊科室", "sex": "性别"}[name]
            text = f"{shown}{frame[name][row]}在同章诊断中不到{part:.2%}"
            said.append(Reason(name, text, str(frame[name][row]), f"{part:.2%}", share))
            continue
        aspect = ASPECTS[column]
        # On a single day, what there is in a day is what there is.
        if np.isnan(apart.value[row, column]) or (aspect.name in _BY_THE_DAY and frame["ln_days"][row] == 0):
            continue
        actual, usual = aspect.shown(float(apart.value[row, column])), aspect.shown(float(apart.middle[row, column]))
        far = float(apart.distance[row, column])
        text = f"{aspect.title_zh}{actual}，同类中位{usual}，{'高' if far > 0 else '低'}{abs(far):.1f}个标准离差"
        said.append(Reason(aspect.name, text, actual, usual, share))
    return said


def _because(
    reasons: list[Reason], apart: Relative, words: dict[Any, str], row: int, place: float, cost: Floats, exposure: Ints
) -> dict[str, Any]:
    expected = round(float(np.exp(apart.middle[row, 0])) * 100)
    return {
        "because_percentile": f"{place:.2%}",
        "because_peers": words[apart.group[row]],
        "because_peer_count": int(apart.rows[row]),
        "because_actual": yuan(int(cost[row])),
        "because_expected": yuan(expected),
        "because_excess": yuan(int(exposure[row])),
        "because_why": "；".join(reason.text_zh for reason in reasons[:3]) or "各项综合",
    }


MODEL = SubjectModel(
    id="AN-01",
    version=1,
    title="Settlement unlike its peers",
    title_zh="结算综合离群",
    about=(
        "Cost, days, lines, items, tests, drugs, doctors, age, the part of each charge category and of the funds, each "
        "as a distance from the peers' median (same care, grade and diagnosis), and how rare department and sex are "
        "for the diagnosis. An isolation forest, nearest neighbours, histograms and principal components are put "
        "together. A finding lies beyond the 99.9th percentile of its peers and costs at least 1,000 yuan above their "
        "upper bound."
    ),
    about_zh=(
        "把费用、天数、明细数、项目数、各类费用占比等与同类（同就医类别、同级、同诊断）中位比较，"
        "用四种方法综合判断一笔结算整体上有多不寻常，并列出偏离最大的几项。"
    ),
    subject="settlement",
    features=("settlement_shape",),
    learn=learn,
    judge=judge,
    probe=PROBE,
    measure=measure,
    level="settlement",
    basis=("《医疗保障基金使用监督管理条例》第三十八条", "《四川省异地就医结算管理办法》第十条"),
    handler=("H2",),
    sentence_zh=(
        "本次结算在{because_peers}（{because_peer_count}例）中不寻常程度位于{because_percentile}，"
        "费用{because_actual}元，同类中位{because_expected}元，超出同类上限{because_excess}元：{because_why}。"
    ),
    facts={
        "because_percentile": "同类中的位次",
        "because_peers": "对照组",
        "because_peer_count": "对照组例数",
        "because_actual": "本次费用（元）",
        "because_expected": "同类中位费用（元）",
        "because_excess": "超出同类上限（元）",
        "because_why": "偏离最大的几项",
        "because_month": "月份",
        "because_reasons_zh": "主要理由",
    },
    not_a_finding_when=(
        "病情复杂或罕见，病案可证明。",
        "首次使用的新技术、新药或高值耗材，手续齐全。",
        "补记账、跨月结算或分次结算造成的费用集中。",
    ),
    reviewer_checks=(
        "对照偏离最大的几项查看费用清单，先看录入、数量和单位是否有误。",
        "核对诊断、手术与收费项目是否相符。",
        "查看同一医疗机构近期有无相似结算。",
    ),
    blind_spots=(
        "It says that a settlement is unusual, not what is wrong with it; most unusual settlements are innocent.",
        "What a whole peer group does is usual, and a rare diagnosis has wider peers, which it is unlike.",
        "A scheme of many settlements that are each like the others does not stand out here.",
        "Cheap oddities are scored and ranked, and never findings.",
    ),
)
