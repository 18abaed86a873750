"""FR-02: people who buy drugs that are often sold again, and who again and again stand at the same counter together.

Persons are scored by what they buy; two are joined when they bought at one place within ten minutes of each other on
three dates or more, and far more often than two such customers would by chance. A community with three persons of high
score is a finding.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from lianshen.anomaly.buyers import TRAITS, Buyers, learn_traits, score_parts
from lianshen.anomaly.features import Frame
from lianshen.anomaly.graphs import Edges, co_occurrences, communities, numbered, ring_id
from lianshen.anomaly.learned import Learned
from lianshen.anomaly.rings import (
    Ring,
    about,
    by_person,
    judged_rings,
    learn_places,
    measure_rings,
    member_scores,
    month_windows,
    up_to,
)
from lianshen.anomaly.spec import Floats, Ints
from lianshen.anomaly.subject import Frames, Judged, Reason, SubjectModel
from lianshen_models.planted_rings import RESALE

HISTORY = 3
MINUTES = 10
LEAST_DATES = 3
OPEN_MINUTES = 600
"""A counter is taken to be open ten hours a day."""
LEAST_SURPRISE = 4.0
LEAST_PERSONS = 3
PEERS = ("level",)


def learn(frames: Frames, seed: int) -> Learned:
    """Learn how common each trait of a buyer is, and the scores of what they bought."""
    windows = list(month_windows(frames, HISTORY))
    last = windows[-1][1] if windows else frames
    facts: dict[str, Any] = {"traits": learn_traits(Buyers.of(last["resale_fill"], last["buyer_month"]))}
    groups: list[tuple[str, ...]] = []
    scores: list[float] = []
    for month, window in windows:
        fills = window["resale_fill"].where(window["resale_fill"]["setl_month"] == month)
        groups += [(str(level),) for level in fills["level"]]
        scores += member_scores(fills.key, _rings(facts, window, month))
    facts["places"] = learn_places(groups, scores, PEERS)
    return Learned(facts)


def judge(learned: Learned, frames: Frames, month: str) -> Judged:
    """Return the communities of buyers who met in ``month``."""
    rings = _rings(learned.facts, up_to(frames, month, HISTORY), month)
    return judged_rings(rings, month, "人", PEERS, learned.facts["places"])


def measure(learned: Learned, frames: Frames, month: str) -> dict[str, Any]:
    """Return how many communities the month after what was learned shows."""
    return measure_rings(judge(learned, frames, month))


def _rings(facts: dict[str, Any], frames: Frames, month: str) -> list[Ring]:
    fills = frames["resale_fill"]
    if not len(fills):
        return []
    buyers = Buyers.of(fills, frames["buyer_month"])
    parts = score_parts(buyers, facts["traits"])
    who, _ = numbered(fills["person"])
    edges = _meetings(fills, who)
    edges = edges.where(edges.surprise >= LEAST_SURPRISE)
    label = communities(len(buyers.person), edges.first, edges.second, edges.surprise)
    group = label[who]
    rings = [
        _ring(facts, fills, buyers, parts, edges.where(label[edges.first] == start), np.flatnonzero(group == start))
        for start in np.unique(label[edges.first])
        if (fills["setl_month"][group == start] == month).any()
    ]
    return sorted(rings, key=lambda ring: (-ring.score, ring.id))


def _meetings(fills: Frame, who: Ints) -> Edges:
    """Return who bought at one place within minutes of whom, and what chance would give over the days looked at."""
    place, _ = numbered(fills["fixmedins_code"])
    day = fills["day_number"].astype(np.int64)
    minute = fills["minute"].astype(np.int64)
    bills = np.unique(np.column_stack([who, place, minute, day]), axis=0)
    span = float((day.max() - day.min() + 1) * OPEN_MINUTES)
    return co_occurrences(*(bills[:, at] for at in range(4)), within=MINUTES, span=span, least=LEAST_DATES)


def _ring(facts: dict[str, Any], fills: Frame, buyers: Buyers, parts: Floats, edges: Edges, rows: Ints) -> Ring:
    """Return one community: ``rows`` are its members' fills, ``edges`` who of them met whom."""
    persons = np.unique(np.concatenate([edges.first, edges.second]))
    scores = parts[persons].sum(axis=1)
    high = int((scores >= facts["traits"]["high"] - 1e-9).sum())
    place = Counter(str(one) for one in fills["fixmedins_code"][rows]).most_common(1)[0][0]
    generics = Counter(str(one) for one in fills["generic"][rows])
    listed = "、".join(name for name, _ in sorted(generics.items(), key=lambda one: (-one[1], one[0]))[:4])
    dates, expected = int(edges.times.max()), float(edges.expected.mean())
    supply, money = float(fills["days_supply"][rows].sum()), int(fills["inscp_fen"][rows].sum())
    score = float(np.sort(scores)[-LEAST_PERSONS:].mean() + edges.surprise.sum() / len(persons))
    return Ring(
        id=ring_id("FR-02", [str(one) for one in buyers.person[persons]]),
        institution=place,
        group=(str(fills["level"][rows[fills["fixmedins_code"][rows] == place][0]]),),
        score=score,
        actual=float(len(persons)),
        expected=expected,
        exposure_fen=int(buyers.excess_fen[persons].sum()),
        is_finding=high >= LEAST_PERSONS,
        severity=3 if len(persons) >= 2 * LEAST_PERSONS or money >= 5_000_000 else 2,
        because={
            "because_persons": len(persons),
            "because_dates": dates,
            "because_minutes": MINUTES,
            "because_drugs": listed,
            "because_expected": about(expected, 2),
            "because_high": high,
            "because_days": round(supply),
            "because_in_scope": f"{money // 100}.{money % 100:02d}",
        },
        reasons=[_met(edges), *_traits(buyers, parts, persons)],
        members=by_person(fills.key[rows], fills["person"][rows], fills["inscp_fen"][rows]),
    )


def _met(edges: Edges) -> Reason:
    return Reason(
        "meetings",
        f"{len(edges)}对人员在同一机构{MINUTES}分钟内先后购药，相遇最多的一对有{edges.times.max()}个日期，"
        f"平均{edges.times.mean():.1f}个，按各人到店次数预期{about(float(edges.expected.mean()), 2)}个",
        f"{edges.times.mean():.1f}",
        f"{edges.expected.mean():.2f}",
        0.5,
    )


def _traits(buyers: Buyers, parts: Floats, persons: Ints) -> list[Reason]:
    """Return the traits that make the members unlike other buyers, the weightiest first."""
    weight = parts[persons].mean(axis=0)
    order = np.argsort(-weight, kind="stable")
    names = list(TRAITS)
    return [
        Reason(
            names[one],
            f"{TRAITS[names[one]]}平均{buyers.traits[persons, one].mean():.1f}，"
            f"购买易倒卖药品的人中约{about(float(10 ** -weight[one]), 2, percent=True)}达到这一水平",
            f"{buyers.traits[persons, one].mean():.1f}",
            None,
            0.5 * float(weight[one] / weight.sum()),
        )
        for one in order[:4]
        if weight[one] > 0
    ]


MODEL = SubjectModel(
    id="FR-02",
    version=1,
    title="Drug resale network",
    title_zh="倒卖医保药品",
    about="Scores everybody who took home drugs that are often sold again (number of drugs, dates, institutions and "
    "regions, supply beyond need, share of the bill, no tests, regular gaps) by how few buyers have as much, joins two "
    "who bought at one place within ten minutes on three dates and far more often than by chance, and reports "
    "communities with three persons among the highest 0.5 %.",
    about_zh="按购药特征给购买易倒卖药品的人打分，把多日在同一机构十分钟内先后购药的人连成网络，找出至少有三名高分人员的团伙。",
    subject="network",
    features=("resale_fill", "buyer_month"),
    history_months=HISTORY,
    learn=learn,
    judge=judge,
    probe=RESALE,
    measure=measure,
    sentence_zh="{because_persons}人多次在同一机构{because_minutes}分钟内先后购取易倒卖药品（{because_drugs}），同行最多达"
    "{because_dates}个日期，按各人购药次数预期{because_expected}个；其中{because_high}人的购药特征居同类购药人前0.5%，"
    "合计取得{because_days}天用量、政策范围内费用{because_in_scope}元。",
    facts={
        "because_month": "月份",
        "because_persons": "人数",
        "because_dates": "同行日期数",
        "because_minutes": "间隔（分钟）",
        "because_drugs": "主要药品",
        "because_expected": "预期同行日期数",
        "because_high": "高分人员数",
        "because_days": "合计用量（天）",
        "because_in_scope": "政策范围内费用（元）",
        "because_reasons_zh": "理由",
        "because_ring": "团伙编号",
    },
    level="network",
    basis=(
        "《医疗保障基金使用监督管理条例》第三十八条第（五）项",
        "《医疗保障基金使用监督管理条例》第四十条",
        "《医疗保障基金使用监督管理条例》第四十一条第（三）项",
        "最高人民法院、最高人民检察院、公安部《关于办理医保骗保刑事案件若干问题的指导意见》",
    ),
    handler=("H5", "H3", "H4"),
    not_a_finding_when=(
        "村医、社工或家属为多名慢性病患者代取药，有代取登记。",
        "养老院、福利院统一为入住人员配药。",
        "夫妻、同住家人患同类慢性病，按时一同取药。",
        "双通道药店集中预约取药日。",
    ),
    reviewer_checks=(
        "不要先惊动药店：调取结算终端、监控录像和购药凭证使用人。",
        "由参保地约谈本人，核对剩余药品与病历中的诊断。",
        "查追溯码流向，看药品是否回流到其他药店再次结算。",
        "查处方来源，是否出自同一医师或同一互联网平台。",
    ),
    blind_spots=(
        "People who never stand at one counter together: orders collected by a single carrier on one card each day.",
        "Drugs that knowledge/drug_supply.csv does not mark as often sold again.",
        "Purchases paid in cash and those settled in other provinces at home.",
        "What a person took in the wards.",
        "Where nearly every buyer belongs to a ring, being in one is usual.",
    ),
)
