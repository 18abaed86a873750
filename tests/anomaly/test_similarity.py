"""Pairs of bills alike: all that looking at every pair finds, from few candidates."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianshen.anomaly.similarity import rare_part, similar_pairs, unit_rows

BILLS = st.lists(
    st.dictionaries(st.integers(0, 11), st.floats(0.05, 9), min_size=0, max_size=9), min_size=1, max_size=14
)


def vectors(bills: list[dict[int, float]]):  # type: ignore[no-untyped-def]
    row = np.array([number for number, bill in enumerate(bills) for _ in bill], dtype=np.int64)
    column = np.array([item for bill in bills for item in bill], dtype=np.int64)
    weight = np.array([value for bill in bills for value in bill.values()], dtype=np.float64)
    return unit_rows(row, column, weight, (len(bills), 12))


@settings(deadline=None, max_examples=60)
@given(BILLS, st.integers(1, 3), st.sampled_from([0.5, 0.8, 0.92, 0.99]))
def test_every_pair_above_the_bound_is_found_and_no_other(
    bills: list[dict[int, float]], blocks: int, bound: float
) -> None:
    matrix, block = vectors(bills), np.arange(len(bills)) % blocks
    dense = matrix.toarray() @ matrix.toarray().T
    certain = {(a, b) for a, b in combinations(range(len(bills)), 2) if dense[a, b] > bound and block[a] == block[b]}
    close = {pair for pair in combinations(range(len(bills)), 2) if dense[pair] > bound - 1e-6}
    pairs = similar_pairs(matrix, block, bound)
    found = set(zip(pairs.first.tolist(), pairs.second.tolist(), strict=True))
    assert certain <= found <= close
    assert pairs.cosine == pytest.approx([dense[pair] for pair in zip(pairs.first, pairs.second, strict=True)])


def test_pairs_that_do_not_count_are_left_out() -> None:
    matrix = vectors([{1: 1.0, 2: 2.0}] * 4)
    odd = similar_pairs(matrix, np.zeros(4, dtype=np.int64), 0.92, lambda first, second: (second - first) % 2 == 1)
    assert sorted(zip(odd.first.tolist(), odd.second.tolist(), strict=True)) == [(0, 1), (0, 3), (1, 2), (2, 3)]


def test_what_everybody_has_proposes_nobody() -> None:
    bills = [{0: 1.0, 1 + number % 11: 3.0} for number in range(11)]
    rare = rare_part(vectors(bills), np.zeros(11, dtype=np.int64), 0.5)
    assert (rare @ rare.T).tocsr().nnz == 11, "each stay meets only itself"


def test_a_bill_without_items_is_like_no_other() -> None:
    assert len(similar_pairs(vectors([{}, {}, {1: 1.0}]), np.zeros(3, dtype=np.int64), 0.5)) == 0
