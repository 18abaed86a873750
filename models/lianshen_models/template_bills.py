"""FR-13: bills of different patients and diseases nearly identical, or the same tests for everybody in a department.

Every stay is a vector of its items: the log of the lines of an item times how rare the item is. Two bills are alike
when the cosine of their vectors is 0.92 or more, and it says something only when the diseases differ. What was alike by
chance in the past, per grade of hospital, is what a cluster is held against.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from lianshen.anomaly.bills import Items, Rates, learn_rarity
from lianshen.anomaly.features import Frame
from lianshen.anomaly.graphs import numbered
from lianshen.anomaly.items import names_of
from lianshen.anomaly.learned import Learned
from lianshen.anomaly.rings import Ring, judged_rings, learn_places, measure_rings, member_scores, month_windows, up_to
from lianshen.anomaly.spec import Ints
from lianshen.anomaly.subject import Frames, Judged, SubjectModel
from lianshen_models import bills_alike, package_tests
from lianshen_models.package_tests import patient_groups
from lianshen_models.planted_rings import COPIES

PEERS = ("level", "kind")
TRIMMED = 0.95


def learn(frames: Frames, seed: int) -> Learned:
    """Learn how rare items are, how often bills are alike by chance, what tests patients get, and ordinary scores."""
    frame, items = frames["bill_items"], Items.of(frames["bill_items"])
    rarity = learn_rarity(items, len(frame))
    rates = Rates.learn(patient_groups(frame), items, len(frame))
    facts: dict[str, Any] = {
        "rarity": rarity,
        "unseen": max(rarity.values(), default=1.0),
        "stays": rates.stays,
        "had": rates.had,
    }
    pairs = bills_alike.pairs_alike(facts, frame, items)
    facts["by_chance"] = _chances(frame, np.unique(np.concatenate([pairs.first, pairs.second])))
    groups: list[tuple[str, ...]] = []
    scores: list[float] = []
    for _, window in month_windows(frames, 0):
        rings, stays = _rings(facts, window), window["bill_items"]
        for kind in (bills_alike.KIND, package_tests.KIND):
            groups += [(str(level), kind) for level in stays["level"]]
            scores += member_scores(stays.key, [ring for ring in rings if ring.group[1] == kind])
    facts["places"] = learn_places(groups, scores, PEERS)
    return Learned(facts)


def judge(learned: Learned, frames: Frames, month: str) -> Judged:
    """Return the month's clusters of bills alike and the departments with tests for everybody."""
    rings = _rings(learned.facts, up_to(frames, month, 0))
    return judged_rings(rings, month, "例", PEERS, learned.facts["places"])


def measure(learned: Learned, frames: Frames, month: str) -> dict[str, Any]:
    """Return how many clusters the month after what was learned shows."""
    return measure_rings(judge(learned, frames, month))


def _chances(frame: Frame, partnered: Ints) -> dict[str, float]:
    """Return by grade, and over all (named ""), the share of stays with a bill alike, without the highest hospitals.

    The twentieth of the hospitals with the highest share says what copying is like, not what chance is.
    """
    if not len(frame):
        return {"": 0.5}
    place, _ = numbered(frame["fixmedins_code"])
    there, alike_there = np.bincount(place), np.bincount(place[partnered], minlength=int(place.max(initial=-1)) + 1)
    ordinary = alike_there / there <= np.quantile(alike_there / there, TRIMMED)
    overall = (alike_there[ordinary].sum() + 0.5) / (there[ordinary].sum() + 1)
    number, levels = numbered(frame["level"])
    chances = {"": float(overall)}
    for at, level in enumerate(levels):
        held = np.bincount(place[number == at], minlength=len(there)) > 0
        # A grade with few stays borrows from all.
        seen, stays = alike_there[ordinary & held].sum(), there[ordinary & held].sum()
        chances[str(level)] = float((seen + 100 * overall) / (stays + 100))
    return chances


def _rings(facts: dict[str, Any], frames: Frames) -> list[Ring]:
    frame = frames["bill_items"]
    if not len(frame):
        return []
    items = Items.of(frame)
    names = names_of(frames["item_name"])
    found = [
        *bills_alike.clusters(facts, frame, items, names),
        *package_tests.bundles(facts, frame, items, names),
    ]
    return sorted(found, key=lambda ring: (-ring.score, ring.id))


MODEL = SubjectModel(
    id="FR-13",
    version=1,
    title="Copy-paste bills and package tests",
    title_zh="模板化清单/套餐式检查",
    about="Finds stays at one institution with different diseases whose bills are nearly the same, eight and more in a "
    "month, and departments in which four in five patients get the same six tests or more, at least twice as often as "
    "patients with the same disease in hospitals of the same grade.",
    about_zh="找出同一机构病种不同而收费清单高度雷同的住院，以及几乎人人做同一套检查检验的科室。",
    subject="network",
    features=("bill_items", "item_name"),
    learn=learn,
    judge=judge,
    probe=COPIES,
    measure=measure,
    sentence_zh="该机构{because_month}有{because_stays}例住院清单{because_pattern}，涉及{because_diagnoses}种主要诊断，"
    "按同级机构的情况预期{because_expected}例。",
    facts={
        "because_month": "月份",
        "because_stays": "病例数",
        "because_pattern": "雷同特征",
        "because_diagnoses": "主要诊断种数",
        "because_expected": "预期病例数",
        "because_items": "共同项目",
        "because_reasons_zh": "理由",
        "because_ring": "聚类编号",
    },
    level="network",
    basis=(
        "《医疗保障基金使用监督管理条例》第三十八条第（二）项",
        "《医疗保障基金使用监督管理条例》第四十条第（二）（三）项",
        "定点医疗机构典型问题清单（2025 版）第 3 条",
    ),
    handler=("H2", "H3"),
    not_a_finding_when=(
        "经备案的临床路径，各病例按路径收费，变异有记录。",
        "孕产期、术前或入院常规检查套餐，各病例均有医嘱和报告。",
        "单病种专科（白内障、痔疮、透析等已排除，其他专科由审核人员判断）。",
        "同一主要诊断因编码不一致而显得病种不同。",
    ),
    reviewer_checks=(
        "并排调阅其中三至五例的清单、医嘱和护理记录，看内容和时间是否照搬。",
        "抽查共同项目的检查检验报告是否存在、结果是否各不相同。",
        "核对患者是否确在院、病情与所收项目是否相符。",
        "询问科室是否使用医嘱模板或检查套餐，由谁设定。",
    ),
    blind_spots=(
        "Bills alike within one disease are taken for a pathway and are not looked at.",
        "A hospital that copies its bills and varies a third of the items stays below the bound.",
        "A cluster that spans the turn of a month counts in each month by itself.",
        "Tests that every hospital of the grade gives to everybody are the expectation.",
        "Whether a test was done, and its result, are not in the data.",
    ),
    window_days=92,
)
