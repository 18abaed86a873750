"""Cosine of sparse item vectors: every pair above a bound, without looking at every pair.

Two unit vectors whose product reaches t share one of their *rarest* items: if all that they share lay among the common
items at the end of one of them, and that end is shorter than t, the product could not reach t (Bayardo, Ma and Srikant,
"Scaling up all pairs similarity search", WWW 2007). An inverted index of the rare items alone therefore proposes every
pair there is, and few others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from lianshen.anomaly.spec import Floats, Ints

ROWS_AT_ONCE = 4096
PAIRS_AT_ONCE = 100_000
Bools = np.ndarray[tuple[int], np.dtype[np.bool_]]
AnyInts = np.ndarray[tuple[int], np.dtype[np.int32]] | Ints


@dataclass(frozen=True)
class Pairs:
    """Pairs of rows, each once with ``first < second`` and in their order, and their cosine."""

    first: Ints
    second: Ints
    cosine: Floats

    def __len__(self) -> int:
        return len(self.first)


def unit_rows(row: AnyInts, column: AnyInts, weight: Floats, shape: tuple[int, int]) -> csr_array:
    """Return the matrix with rows of length one; rows without weight stay empty."""
    matrix = csr_array((weight, (row, column)), shape=shape)
    matrix.sum_duplicates()
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).reshape(-1))
    matrix.data /= np.repeat(np.where(length > 0, length, 1.0), np.diff(matrix.indptr))
    return matrix


def rare_part(vectors: csr_array, block: Ints, at_least: float) -> csr_array:
    """Return of each row its rarest items: as few as leave a rest shorter than ``at_least``.

    Columns of the result are (block, item): rows of different blocks share none.
    """
    rows = np.repeat(np.arange(vectors.shape[0]), np.diff(vectors.indptr))
    width = vectors.shape[1]
    columns, place = np.unique(block[rows] * width + vectors.indices, return_inverse=True)
    spread = np.bincount(place, minlength=len(columns))
    order = np.lexsort((place, spread[place], rows))
    square = vectors.data[order] ** 2
    # What is left of a row from each of its items on, the common ones last.
    ends = np.concatenate([np.cumsum(square[::-1])[::-1], [0.0]])
    left = ends[:-1] - ends[vectors.indptr[1:]][rows]
    kept = order[left >= at_least**2 - 1e-9]
    shape = (vectors.shape[0], max(len(columns), 1))
    return csr_array((np.ones(len(kept), dtype=np.float32), (rows[kept], place[kept])), shape=shape)


def similar_pairs(
    vectors: csr_array, block: Ints, at_least: float, may: Callable[[Ints, Ints], Bools] | None = None
) -> Pairs:
    """Return every pair of rows of one block whose cosine is ``at_least`` or more.

    ``vectors`` has rows of length one and no negative entry; ``block`` numbers each row's block, such as its
    institution; ``may(first, second)`` leaves pairs out before their cosine is taken. ``at_least`` is above 0.
    """
    rare = rare_part(vectors, block, at_least)
    index = csr_array(rare.T)
    found: list[tuple[Ints, Ints, Floats]] = []
    for start in range(0, vectors.shape[0], ROWS_AT_ONCE):
        shared = (rare[start : start + ROWS_AT_ONCE] @ index).tocoo()
        first, second = shared.row.astype(np.int64) + start, shared.col.astype(np.int64)
        ordered = first < second
        first, second = first[ordered], second[ordered]
        if may is not None:
            allowed = may(first, second)
            first, second = first[allowed], second[allowed]
        for part in range(0, len(first), PAIRS_AT_ONCE):
            a, b = first[part : part + PAIRS_AT_ONCE], second[part : part + PAIRS_AT_ONCE]
            cosine = np.asarray(vectors[a].multiply(vectors[b]).sum(axis=1)).reshape(-1)
            near = cosine >= at_least - 1e-9
            found.append((a[near], b[near], np.minimum(cosine[near], 1.0)))
    if not found:
        nothing = np.zeros(0, dtype=np.int64)
        return Pairs(nothing, nothing, np.zeros(0))
    first, second, cosine = (np.concatenate(part) for part in zip(*found, strict=True))
    order = np.lexsort((second, first))
    return Pairs(first[order], second[order], cosine[order])
