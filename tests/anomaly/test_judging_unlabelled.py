"""What nobody has confirmed yet is looked at beside what labels point at: one settlement of each subject, in turn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lianshen.anomaly.features import Frame
from lianshen.anomaly.judging.baselines import AMOUNTS, COUNTS, KINDS
from lianshen.anomaly.judging.evidence import Evidence
from lianshen.anomaly.judging.exploring import Exploration, share_out
from lianshen.anomaly.judging.labels import Teacher
from lianshen.anomaly.judging.measures import at_capacity
from lianshen.anomaly.judging.reading import Judgeable
from lianshen.anomaly.turns import Named

NOTHING = Exploration((), ())


def stays(model: str, *settlements: str, found: bool = True) -> list[Named]:
    return [Named(model, "settlement", one, found, (one,)) for one in settlements]


def test_without_anything_to_explore_the_order_is_that_of_the_labels() -> None:
    assert share_out(["a", "b", "c"], NOTHING, 3) == ["a", "b", "c"]


def test_every_third_place_is_explored_and_nothing_has_two_places() -> None:
    exploration = Exploration.of(stays("AN-01", "x", "b", "y"), {"a", "b", "c", "d", "x", "y"})
    assert share_out(["a", "b", "c", "d", "x", "y"], exploration, 3) == ["a", "b", "x", "c", "d", "y"]


def test_a_ring_that_a_label_points_at_needs_no_exploration() -> None:
    rings = [Named("FR-10", "network", keys[0], True, keys) for keys in (("r1", "r2", "r3"), ("s1", "s2"))]
    exploration = Exploration.of(rings, {"r1", "r2", "r3", "s1", "s2", "a"})
    assert share_out(["r1", "a", "r2", "r3", "s1", "s2"], exploration, 3)[:3] == ["r1", "a", "s1"]


def test_what_a_model_found_comes_before_what_it_did_not_find_worth_telling() -> None:
    named = [*stays("AN-01", "x", found=False), *stays("DR-12", "d1", "d2"), *stays("MD-11", "m")]
    assert list(Exploration.of(named, {"x", "d1", "d2", "m"}).turns(set())) == ["d1", "m", "d2", "x"]


def test_what_a_model_names_of_earlier_days_is_not_asked_for() -> None:
    exploration = Exploration.of([Named("DR-12", "doctor", "H1/D1", True, ("early", "later"))], {"later"})
    assert list(exploration.turns(set())) == ["later"]


keys = st.integers(0, 30).map(str)
named = st.lists(
    st.tuples(st.sampled_from(["AN-01", "DR-12", "FR-10"]), st.booleans(), st.lists(keys, max_size=5, unique=True)),
    max_size=12,
)


@given(st.permutations([str(n) for n in range(31)]), named, st.integers(2, 5))
def test_everything_is_looked_at_once_and_labels_keep_their_places(
    learned: Sequence[str], said: list[tuple[str, bool, list[str]]], every: int
) -> None:
    subjects = [Named(model, "network", str(n), found, tuple(keys)) for n, (model, found, keys) in enumerate(said)]
    order = share_out(learned, Exploration.of(subjects, set(learned)), every)
    assert sorted(order) == sorted(learned)
    # What labels point at falls back by no more than the places that are explored.
    for place, settlement in enumerate(learned):
        assert order.index(settlement) <= place + (place // (every - 1)) + 1


ORDINARY, RING, DOCTOR = 1_500, 60, 12


def made() -> tuple[Judgeable, Evidence, list[Named]]:
    """Return two kinds of scheme of which a large ring is far surer than a doctor, half of either on earlier days."""
    kinds = ["ordinary"] * ORDINARY + ["ring"] * 2 * RING + ["doctor"] * 2 * DOCTOR
    rows = len(kinds)
    scheme = np.array([None if kind == "ordinary" else kind for kind in kinds], dtype=object)
    rng = np.random.default_rng(5)
    columns = {name: rng.lognormal(8, 1, rows) for name in (*AMOUNTS, *COUNTS)}
    columns |= {name: np.array(["a"] * rows, dtype=object) for name in KINDS}
    bills = Frame(np.array([f"S{n:05}" for n in range(rows)], dtype=object), columns)
    positive = scheme != np.array(None)
    judgeable = Judgeable(
        bills, np.arange(rows) % 2 == 0, scheme, np.where(positive, 1 + (scheme == "doctor"), -1), positive,
        np.where(positive, 10_000, 0), np.zeros(rows, dtype=bool), date(2026, 11, 9), date(2026, 11, 15), 6,
    )  # fmt: skip
    values = np.column_stack([
        np.where(scheme == "ring", 7.0, 0.0), np.where(scheme == "doctor", 4.0, 0.0),
        np.where(positive, 0.0, rng.exponential(1.0, rows)),
    ])  # fmt: skip
    named = [
        Named(model, kind, name, True, tuple(str(key) for key in bills.key[scheme == name]))
        for model, kind, name in (("DR-12", "doctor", "doctor"), ("FR-10", "network", "ring"))
    ]
    strange = np.argsort(-values[:, 2])[:200]
    return (
        judgeable,
        Evidence(("FR-10", "DR-12", "AN-01"), values),
        [*stays("AN-01", *(str(bills.key[row]) for row in strange)), *named],
    )


def test_a_doctor_of_a_kind_that_was_never_labelled_is_found_beside_a_ring_that_was() -> None:
    judgeable, evidence, named = made()
    judged = judgeable.is_judged
    asked = {str(key) for key in judgeable.bills.key[judged]}
    mine = judgeable.is_positive[judged] & (judgeable.scheme[judged] == "doctor")

    def found(exploration: Exploration) -> int:
        score = Teacher(judgeable, evidence, exploration, 11).score("doctor")[judged]
        taken = at_capacity(score, judgeable.is_positive[judged], judgeable.excess_fen[judged], 30)
        return taken.found(mine, judgeable.instance[judged])

    assert found(NOTHING) == 0, "labels of the ring point elsewhere"
    assert found(Exploration.of(named, asked)) == 1
