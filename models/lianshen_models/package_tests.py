"""Tests for everybody: departments in which nearly all patients get one and the same set of tests, and peers do not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from lianshen.anomaly.bills import Items, Rates
from lianshen.anomaly.features import Frame
from lianshen.anomaly.graphs import numbered, ring_id, rows_by_number, surprise
from lianshen.anomaly.items import UNKNOWN
from lianshen.anomaly.rings import Ring, about
from lianshen.anomaly.spec import Floats, Ints, Text
from lianshen.anomaly.subject import Reason

LEAST_SURPRISE = 4.0
LEAST_PATIENTS = 20
LEAST_TESTS = 6
SHARE = 0.8
LIFT = 2.0
NEVER_SEEN = 0.001
"""Share of the peers' patients with a test that none of them was seen to have."""
NAMED = 6
KIND = "套餐检查"


def bundles(facts: dict[str, Any], frame: Frame, items: Items, names: dict[int, str]) -> Iterator[Ring]:
    """Yield departments in which nearly everybody got the same six tests or more, twice as often as the peers."""
    rates = Rates(facts["stays"], facts["had"])
    held = items.matrix(len(frame), items.tests)
    codes = [str(code) for code in items.codes[items.tests].tolist()]
    patients = patient_groups(frame)
    unit, _ = numbered(_joined(frame, "fixmedins_code", "department"))
    for _, rows in rows_by_number(unit):
        if len(rows) < LEAST_PATIENTS:
            continue
        there = held[rows].toarray() > 0
        share = there.mean(axis=0)
        often = np.flatnonzero(share >= SHARE)
        if len(often) < LEAST_TESTS:
            continue
        peers = rates.expected([group[rows] for group in patients], [codes[place] for place in often]).mean(axis=0)
        peers = np.maximum(peers, NEVER_SEEN)
        wanted = share[often] >= LIFT * peers
        often, peers = often[wanted], peers[wanted]
        bundle = _together(there[:, often], share[often])
        if len(bundle) < LEAST_TESTS:
            continue
        often, peers = often[bundle], peers[bundle]
        named = [names.get(int(codes[place]), UNKNOWN) for place in often]
        yield _bundle(frame, rows, there[:, often], there.sum(axis=1), peers, named)


def _bundle(frame: Frame, rows: Ints, there: Any, kinds: Ints, peers: Floats, named: list[str]) -> Ring:
    """Return a department's bundle: ``there`` says which of its patients ``rows`` got which test, ``peers`` expects.

    ``kinds`` is how many different tests each patient got: the bundle's part of them is taken for its part of the cost.
    """
    all_of_it = there.all(axis=1)
    share, many = there.mean(axis=0), int(all_of_it.sum())
    # No more of the peers' patients get all of them than get the rarest of them.
    expected = float(len(rows) * peers.min())
    score = float(surprise(np.array([many]), np.array([expected]))[0])
    members = rows[all_of_it]
    level, place = str(frame["level"][rows[0]]), str(frame["fixmedins_code"][rows[0]])
    department, listed = str(frame["department"][rows[0]]), "、".join(named[:NAMED])
    tests = frame["test_fen"][members].astype(np.float64)
    parts = len(named) / kinds[all_of_it] * (1 - float((peers / share).mean()))
    order = np.argsort(peers / share, kind="stable")
    return Ring(
        id=ring_id("FR-13/tests", [place, department]),
        institution=place,
        group=(level, KIND),
        score=score,
        actual=float(many),
        expected=expected,
        exposure_fen=int((tests * parts).sum()),
        is_finding=score >= LEAST_SURPRISE,
        severity=2,
        because={
            "because_stays": many,
            "because_pattern": f"含有同一组{len(named)}项检查检验（科室{department}共{len(rows)}例）",
            "because_diagnoses": len({str(one) for one in frame["icd3"][rows]}),
            "because_expected": about(expected),
            "because_items": listed,
        },
        reasons=[
            Reason(
                "test",
                f"{named[one]}：本科室{share[one]:.0%}的患者做，同级机构同病患者为{peers[one]:.0%}，"
                f"是{share[one] / peers[one]:.1f}倍",
                f"{share[one]:.2f}",
                f"{peers[one]:.2f}",
                1 / len(named),
            )
            for one in order
        ],
        members=tuple(str(one) for one in frame.key[members]),
    )


def _together(there: Any, share: Floats) -> Ints:
    """Return the tests that four in five patients got all of: the least frequent are left out until that holds."""
    chosen = np.lexsort((np.arange(len(share)), -share))
    while len(chosen) >= LEAST_TESTS and there[:, chosen].all(axis=1).mean() < SHARE:
        chosen = chosen[:-1]
    return np.sort(chosen)


def patient_groups(frame: Frame) -> list[Text]:
    """Return the groups of patients whose tests are compared, from narrow to wide."""
    everybody = np.empty(len(frame), dtype=object)
    everybody[:] = ""
    return [_joined(frame, "level", "icd3"), frame["icd3"], everybody]


def _joined(frame: Frame, first: str, second: str) -> Text:
    joined = np.empty(len(frame), dtype=object)
    joined[:] = [None if b is None else f"{a}/{b}" for a, b in zip(frame[first], frame[second], strict=True)]
    return joined
