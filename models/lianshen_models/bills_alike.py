"""Clusters of bills alike: stays at one institution with different diseases and nearly the same items."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np

from lianshen.anomaly.bills import Items, alike
from lianshen.anomaly.features import Frame
from lianshen.anomaly.graphs import components, numbered, ring_id, rows_by_number, surprise
from lianshen.anomaly.items import UNKNOWN
from lianshen.anomaly.rings import Ring, about
from lianshen.anomaly.similarity import Pairs
from lianshen.anomaly.subject import Reason

ALIKE = 0.92
LEAST_ALIKE = 8
LEAST_SHOWN = 3
"""Smaller clusters are ranked and are no findings."""
DISEASES = 3
MOST_OF_ONE = 0.75
"""A cluster in which one disease has more than this share is that disease's pathway."""
DAYS = 30
LEAST_SURPRISE = 4.0
DENSITY = 0.5
"""At least this share of a cluster's pairs with different diseases is alike: a chain of neighbours is no template."""
NAMED = 6
KIND = "雷同清单"


def pairs_alike(facts: dict[str, Any], frame: Frame, items: Items) -> Pairs:
    """Return the pairs of stays whose bills are alike although their diseases differ."""
    return alike(frame, items, facts["rarity"], facts["unseen"], at_least=ALIKE, days=DAYS)


def clusters(facts: dict[str, Any], frame: Frame, items: Items, names: dict[int, str]) -> Iterator[Ring]:
    """Yield the clusters of bills alike, three stays and more."""
    pairs = pairs_alike(facts, frame, items)
    label = components(len(frame), pairs.first, pairs.second)
    place, _ = numbered(frame["fixmedins_code"])
    stays_there = np.bincount(place)
    weight = np.array([facts["rarity"].get(str(code), facts["unseen"]) for code in items.codes.tolist()])
    paired = np.zeros(len(frame), dtype=bool)
    paired[pairs.first] = paired[pairs.second] = True
    of_pair = dict(rows_by_number(label[pairs.first]))
    for start, rows in rows_by_number(np.where(paired, label, -1)):
        if len(rows) < LEAST_SHOWN:
            continue
        within = of_pair[start]
        cosine = pairs.cosine[within]
        level = str(frame["level"][rows[0]])
        chance = facts["by_chance"].get(level, facts["by_chance"][""])
        expected = float(stays_there[place[rows[0]]] * chance)
        score = float(surprise(np.array([len(rows)]), np.array([expected]))[0])
        diseases = Counter(str(one) for one in frame["icd3"][rows]).most_common()
        apart = (len(rows) ** 2 - sum(count**2 for _, count in diseases)) / 2
        held = items.of_rows(rows).matrix(len(rows))
        common = np.flatnonzero(np.asarray(held.sum(axis=0)).reshape(-1) >= 0.9 * len(rows))
        telling = common[np.lexsort((common, -weight[common]))]
        # How many others a stay is like says how near the middle of the cluster it is.
        degree = np.bincount(np.concatenate([pairs.first[within], pairs.second[within]]), minlength=len(frame))[rows]
        listed = "、".join(names.get(int(items.codes[one]), UNKNOWN) for one in telling[:NAMED])
        spoken = "、".join(f"{name}（{count}例）" for name, count in diseases[:5])
        yield Ring(
            id=ring_id("FR-13/alike", [str(one) for one in frame.key[rows]]),
            institution=str(frame["fixmedins_code"][rows[0]]),
            group=(level, KIND),
            score=score,
            actual=float(len(rows)),
            expected=expected,
            exposure_fen=int(frame["fund_fen"][rows].sum()),
            is_finding=len(rows) >= LEAST_ALIKE
            and len(diseases) >= DISEASES
            and diseases[0][1] <= MOST_OF_ONE * len(rows)
            and len(cosine) >= DENSITY * apart
            and score >= LEAST_SURPRISE,
            severity=3 if len(rows) >= 2 * LEAST_ALIKE else 2,
            because={
                "because_stays": len(rows),
                "because_pattern": f"内容高度雷同（平均相似度{cosine.mean():.2f}，最低{cosine.min():.2f}）",
                "because_diagnoses": len(diseases),
                "because_expected": about(expected),
                "because_items": listed,
            },
            reasons=[
                Reason(
                    "similarity",
                    f"{len(rows)}例住院涉及{len(diseases)}种主要诊断：{spoken}，病种不同的清单两两相似度平均{cosine.mean():.2f}",
                    f"{cosine.mean():.2f}",
                    f"{ALIKE:.2f}",
                    0.6,
                ),
                Reason(
                    "chance",
                    f"同级机构住院中与他病清单如此相似的占{about(chance, 2, percent=True)}，本机构按此"
                    f"应有{about(expected)}例，实有{len(rows)}例",
                    str(len(rows)),
                    about(expected),
                    0.4,
                ),
                Reason("items", f"九成以上病例都有的项目共{len(common)}项，其中少见的有{listed}", str(len(common))),
            ],
            members=tuple(str(one) for one in frame.key[rows[np.lexsort((rows, -degree))]]),
        )
