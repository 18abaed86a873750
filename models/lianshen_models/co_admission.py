"""CO-04: the same people admitted together again and again, or many of one address, employer or county at once.

FR-04 is the rule that an auditor can check by hand: five of one address or employer, one disease, three days. This
model looks at what a rule cannot say: whether a group that came together twice could have come so by chance, whatever
the diseases and wherever its members live.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import numpy as np

from lianshen.anomaly.features import Frame
from lianshen.anomaly.graphs import ring_id
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
    rarer_than,
    up_to,
)
from lianshen.anomaly.subject import Frames, Judged, Reason, SubjectModel
from lianshen.anomaly.together import BONDS, Group, came_at_once, came_together, learn_dispersion
from lianshen_models.planted_rings import PARTIES

HISTORY = 5
LEAST_SHOWN = 1.0
"""What happens by chance in one of ten hospitals is no candidate."""
LEAST_SCORE = 4.0
"""One in ten thousand, corrected for all that was looked at."""
COUNTY_SCORE = 6.0
"""People of one county need not know each other: one in a million."""
MANY_PERSONS = 8
PEERS = ("level", "kind")
AGAIN, AT_ONCE = "结伴再住院", "集中住院"
EPOCH = date(2020, 1, 1)


def learn(frames: Frames, seed: int) -> Learned:
    """Learn how unevenly counties come to hospitals, and the scores of their stays."""
    facts: dict[str, Any] = {"dispersion": learn_dispersion(frames["admission"])}
    groups: list[tuple[str, ...]] = []
    scores: list[float] = []
    for month, window in month_windows(frames, HISTORY):
        rings = _rings(facts, window, month)
        stays = window["admission"].where(window["admission"]["setl_month"] == month)
        for kind in (AGAIN, AT_ONCE):
            groups += [(str(level), kind) for level in stays["level"]]
            scores += member_scores(stays.key, [ring for ring in rings if ring.group[1] == kind])
    facts["places"] = learn_places(groups, scores, PEERS)
    return Learned(facts)


def judge(learned: Learned, frames: Frames, month: str) -> Judged:
    """Return the groups with a stay that settled in ``month``."""
    rings = _rings(learned.facts, up_to(frames, month, HISTORY), month)
    return judged_rings(rings, month, "人", PEERS, learned.facts["places"])


def measure(learned: Learned, frames: Frames, month: str) -> dict[str, Any]:
    """Return how many groups the month after what was learned shows."""
    return measure_rings(judge(learned, frames, month))


def _rings(facts: dict[str, Any], frames: Frames, month: str) -> list[Ring]:
    frame = frames["admission"]
    if not len(frame):
        return []
    now = np.flatnonzero(frame["setl_month"] == month)
    groups = [one for one in came_together(frame) if np.isin(one.rows, now).any()]
    groups += came_at_once(frame, facts["dispersion"], now)
    rings = [_ring(frame, group) for group in groups if group.score >= LEAST_SHOWN]
    return sorted(rings, key=lambda ring: (-ring.score, ring.id))


def _ring(frame: Frame, group: Group) -> Ring:
    rows = group.rows
    place, level = str(frame["fixmedins_code"][rows[0]]), str(frame["level"][rows[0]])
    persons = sorted({str(one) for one in frame["person"][rows]})
    again = group.bond is None
    days = np.unique(frame["begin_day"][rows].astype(np.int64))
    rounds = "、".join(_day(int(day)) for day in days[:4])
    fund = int(frame["fund_fen"][rows].sum())
    how = f"先后{group.rounds}次结伴住院" if again else f"三日内集中住院（{BONDS[str(group.bond)]}）"
    usual = f"两人偶遇次数预期{about(group.expected, 2)}次" if again else f"三日预期{about(group.expected, 2)}人"
    return Ring(
        id=ring_id(f"CO-04/{group.bond or 'again'}", [place, *persons]),
        institution=place,
        group=(level, AGAIN if again else AT_ONCE),
        score=group.score,
        actual=float(group.rounds if again else group.persons),
        expected=group.expected,
        exposure_fen=fund,
        is_finding=group.score >= (COUNTY_SCORE if group.bond == "county" else LEAST_SCORE),
        severity=3 if group.persons >= MANY_PERSONS or group.rounds >= 3 else 2,
        because={
            "because_persons": group.persons,
            "because_how": how,
            "because_days": rounds,
            "because_stays": len(rows),
            "because_expected": usual,
            "because_fund": f"{fund // 100}.{fund % 100:02d}",
        },
        reasons=[_chance(group, usual, how), *_in_common(frame, group)],
        members=by_person(frame.key[rows], frame["person"][rows], frame["fund_fen"][rows]),
    )


def _chance(group: Group, usual: str, how: str) -> Reason:
    return Reason(
        "chance",
        f"{group.persons}人{how}，{usual}，扣除全部可能组合后偶然发生的概率低于{rarer_than(group.score)}",
        str(group.rounds if group.bond is None else group.persons),
        about(group.expected, 2),
        0.6,
    )


def _in_common(frame: Frame, group: Group) -> list[Reason]:
    """Return what the group has in common: where its members live, when they left, and what they were treated for."""
    rows = group.rows
    reasons = []
    for bond, words in BONDS.items():
        known = Counter(str(one) for one in frame[bond][rows] if one is not None)
        if bond != group.bond and known and (most := known.most_common(1)[0][1]) >= 0.8 * len(rows):
            reasons.append(Reason(bond, f"{len(rows)}例中{most}例{words}", str(most), None, 0.15))
    diseases = Counter(str(one) for one in frame["icd3"][rows])
    left = frame["end_day"][rows].astype(np.int64) - frame["begin_day"][rows].astype(np.int64)
    listed = "、".join(
        f"{name}（{count}例）" for name, count in sorted(diseases.items(), key=lambda one: (-one[1], one[0]))[:4]
    )
    reasons.append(Reason("disease", f"主要诊断{len(diseases)}种：{listed}", str(len(diseases)), None, 0.1))
    if len(rows) > 1 and int(left.max() - left.min()) <= 1:
        reasons.append(
            Reason("stay", f"住院天数几乎相同，均为{left.min()}至{left.max()}天", str(left.max()), None, 0.15)
        )
    return reasons


def _day(number: int) -> str:
    return (EPOCH + timedelta(days=number)).isoformat()


MODEL = SubjectModel(
    id="CO-04",
    version=1,
    title="Admitted together",
    title_zh="结伴住院与集中住院",
    about="The model beside rule FR-04. Finds groups of three persons and more whom one hospital admitted together "
    "twice or more in half a year, and groups of five and more from one address, employer or county within three days, "
    "where the probability is below one in ten thousand after all that was looked at. What comes in waves is left out.",
    about_zh="规则FR-04之外的模型部分：找出多次结伴在同一机构住院的固定人群，以及同一住址、单位或区县三日内集中住院的人群。",
    subject="network",
    features=("admission",),
    history_months=HISTORY,
    learn=learn,
    judge=judge,
    probe=PARTIES,
    measure=measure,
    sentence_zh="{because_persons}人在该机构{because_how}，共{because_stays}例，入院日期{because_days}；{because_expected}，"
    "基金支付合计{because_fund}元。",
    facts={
        "because_month": "月份",
        "because_persons": "人数",
        "because_how": "结伴方式",
        "because_days": "入院日期",
        "because_stays": "住院例数",
        "because_expected": "预期",
        "because_fund": "基金支付（元）",
        "because_reasons_zh": "理由",
        "because_ring": "团伙编号",
    },
    level="network",
    basis=(
        "《医疗保障基金使用监督管理条例》第四十条第（一）项",
        "定点医疗机构典型问题清单（2025 版）第 1 条",
    ),
    handler=("H3", "H5"),
    not_a_finding_when=(
        "养老院、福利院集中居住人员由机构统一送医。",
        "单位组织体检筛查后集中治疗，有筛查项目文件。",
        "村医或家属陪同同村慢性病患者同日就医。",
        "传染病、流感、中毒和意外事故（按诊断已排除），或未列入的聚集性疫情。",
        "按疗程约定的再次住院（放化疗、透析等已排除，其他疗程由审核人员判断）。",
    ),
    reviewer_checks=(
        "一周内现场核查在院情况、床位、病历与收费。",
        "由参保地分别询问这些患者：谁组织、谁接送、是否减免自付。",
        "比对各次住院的诊断、医嘱、检查和出院时间是否雷同。",
        "查机构是否有车辆接送、中介介绍费等线索。",
    ),
    blind_spots=(
        "People who are brought once and never again, from many places.",
        "A hospital whose usual patients all come from one county: their coming together is what is expected there.",
        "In the first weeks of a warehouse there is little past to tell chance from habit.",
        "Groups whose diagnoses are infectious, injuries or poisonings, and courses of treatment.",
        "Who admitted, drove or paid for them is not in the data.",
    ),
)
