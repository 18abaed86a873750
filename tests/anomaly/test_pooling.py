"""Kinds of patients and of institutions with few rows borrow from wider ones; no institution is its own measure."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianshen.anomaly.distance import adverse_distance, learn_correlation
from lianshen.anomaly.features import Frame
from lianshen.anomaly.pooling import funnel_of, learn_cells, learn_funnels, numbered, standardise, usual_of

LEVELS = (("care", "icd3"), ("care",))


def _frame(rows: list[tuple[str, str, str | None, int, float]]) -> Frame:
    """Rows of (owner, care, icd3, patients, mean)."""
    owner, care, icd3, n, mean = (np.array(values, dtype=object) for values in zip(*rows, strict=True))
    count = n.astype(float)
    return Frame(owner, {
        "care": care, "icd3": icd3, "n": count, "cost_n": count,
        "cost_sum": count * mean.astype(float), "cost_sq": count * (mean.astype(float) ** 2 + 1),
    })  # fmt: skip


def test_many_patients_speak_for_themselves_and_few_are_drawn_to_the_wider_cell() -> None:
    many = [(f"H{i}", "IPT", "J18", 1000, 10.0) for i in range(4)]
    few = [(f"H{i}", "IPT", "K80", 1, 20.0) for i in range(4)]
    cells = learn_cells(_frame(many + few), ["cost"], LEVELS, _frame(many + few).key)
    assert cells["care=IPT, icd3=J18"][0] == pytest.approx(10, abs=0.05)
    assert 10 < cells["care=IPT, icd3=K80"][0] < 13
    assert cells["care=IPT, icd3=J18"][1] == pytest.approx(1, abs=0.1)


def test_an_institution_that_fills_a_cell_is_not_its_own_measure() -> None:
    rows = [("BIG", "IPT", "J18", 10_000, 30.0)] + [(f"H{i}", "IPT", "J18", 100, 10.0) for i in range(10)]
    frame = _frame(rows)
    cells = learn_cells(frame, ["cost"], LEVELS, frame.key)
    assert cells["care=IPT, icd3=J18"][0] < 16
    _, number = numbered(frame, "care", "icd3")
    assert set(number) == {0}
    keys = sorted(set(frame.key))
    subject = np.array([keys.index(key) for key in frame.key])
    done = standardise(frame, ["cost"], usual_of(frame, LEVELS, cells, 1), subject, len(keys))["cost"]
    y, s = done.difference()
    assert y[keys.index("BIG")] > 14
    assert s[keys.index("BIG")] < s[keys.index("H0")]
    assert done.ratio()[0][keys.index("BIG")] > 0.8


def test_a_cell_of_two_owners_is_no_cell_and_a_missing_diagnosis_belongs_to_the_wider_one() -> None:
    rows = [("A", "IPT", "J18", 50, 1.0), ("B", "IPT", "J18", 50, 1.0)]
    rows += [(f"H{i}", "IPT", None, 50, 5.0) for i in range(3)]
    frame = _frame(rows)
    cells = learn_cells(frame, ["cost"], LEVELS, frame.key)
    assert set(cells) == {"all", "care=IPT"}
    assert usual_of(frame, LEVELS, cells, 1)[-1] == pytest.approx(cells["care=IPT"])


@settings(max_examples=40, deadline=None)
@given(st.permutations(range(12)), st.integers(1, 200))
def test_the_order_of_rows_changes_nothing(order: list[int], n: int) -> None:
    rows = [(f"H{i % 5}", "IPT" if i % 2 else "OTP", f"J{i % 3}", n + i, 3.0 + i) for i in range(12)]
    frame = _frame(rows)
    mixed = frame.where(np.array(order))
    first = learn_cells(frame, ["cost"], LEVELS, frame.key)
    again = learn_cells(mixed, ["cost"], LEVELS, mixed.key)
    assert first.keys() == again.keys()
    for name, values in first.items():
        assert again[name] == pytest.approx(values)


def test_a_peer_group_of_few_units_is_drawn_towards_the_wider_group() -> None:
    rng = np.random.default_rng(1)
    level = np.array(["A"] * 200 + ["B"] * 6 + ["C"] * 2, dtype=object)
    y = np.concatenate([rng.normal(0, 0.1, 200), rng.normal(1, 0.1, 6), rng.normal(1, 0.1, 2)])
    frame = Frame(np.arange(208).astype(str).astype(object), {"level": level})
    learned = learn_funnels(frame, y, np.full(208, 0.05), (("level",),))
    assert learned["level=A"][1] == pytest.approx(0, abs=0.03)
    assert 0.2 < learned["level=B"][1] < 0.7
    assert "level=C" not in learned
    group, centre, _ = funnel_of(frame, (("level",),), learned)
    assert group[-1] == "all"
    assert group[0] == "level=A"
    assert centre[0] == learned["level=A"][1]


def test_only_what_lies_above_the_peers_makes_a_distance() -> None:
    z = np.random.default_rng(2).normal(size=(500, 3))
    z[:, 1] = 0.9 * z[:, 0] + 0.4 * z[:, 1]
    correlation = learn_correlation(z)
    assert correlation[0][1] > 0.5
    assert adverse_distance(np.array([[-4.0, -4.0, -1.0]]), correlation)[0] == 0
    both = adverse_distance(np.array([[4.0, 4.0, 0.0]]), correlation)[0]
    apart = adverse_distance(np.array([[4.0, 0.0, 0.0]]), correlation)[0]
    alone = adverse_distance(np.array([[np.nan, np.nan, 4.0]]), correlation)[0]
    assert apart > both, "what usually goes together is less strange together than apart"
    assert alone == pytest.approx(4, abs=0.2)
