"""Cosine of sparse item vectors: every pair above a bound, without looking at every pair.

Order the items from rare to common, and cut every unit vector where what is left is shorter than r. What two vectors
share lies before both cuts, or in what is left of the one that was cut first: their product is at most that of the
parts before the cuts plus r. An inverted index of these rare parts therefore proposes every pair above the bound, and
few others (after Bayardo, Ma and Srikant, "Scaling up all pairs similarity search", WWW 2007).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lianshen.anomaly.spec import Floats, Ints

if TYPE_CHECKING:
    from scipy.sparse import csr_array

ROWS_AT_ONCE = 4096
PAIRS_AT_ONCE = 100_000
REST = 0.6
"""What may be left of a vector, of the bound: less makes longer rare parts, which propose fewer pairs."""
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
    from scipy.sparse import csr_array

    matrix = csr_array((weight, (row, column)), shape=shape)
    matrix.sum_duplicates()
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).reshape(-1))
    matrix.data /= np.repeat(np.where(length > 0, length, 1.0), np.diff(matrix.indptr))
    return matrix


def rare_part(vectors: csr_array, block: Ints, rest: float) -> csr_array:
    """Return of each row its rarest items: as few as leave a rest shorter than ``rest``.

    Columns of the result are (block, item): rows of different blocks share none.
    """
    from scipy.sparse import csr_array

    rows = np.repeat(np.arange(vectors.shape[0]), np.diff(vectors.indptr))
    blocks, number = np.unique(block, return_inverse=True)
    column = number.reshape(-1)[rows] * vectors.shape[1] + vectors.indices
    width = max(len(blocks) * vectors.shape[1], 1)
    rank = np.empty(width, dtype=np.int64)
    rank[np.argsort(np.bincount(column, minlength=width), kind="stable")] = np.arange(width)
    order = np.argsort(rows * width + rank[column])
    square = vectors.data[order] ** 2
    # What is left of a row from each of its items on, the common ones last.
    ends = np.concatenate([np.cumsum(square[::-1])[::-1], [0.0]])
    left = ends[:-1] - ends[vectors.indptr[1:]][rows]
    kept = order[left >= rest**2 - 1e-9]
    part = vectors.data[kept].astype(np.float32)
    return csr_array((part, (rows[kept], column[kept])), shape=(vectors.shape[0], width))


def similar_pairs(
    vectors: csr_array, block: Ints, at_least: float, may: Callable[[Ints, Ints], Bools] | None = None
) -> Pairs:
    """Return every pair of rows of one block whose cosine is ``at_least`` or more.

    ``vectors`` has rows of length one and no negative entry; ``block`` numbers each row's block, such as its
    institution; ``may(first, second)`` leaves pairs out before their cosine is taken. ``at_least`` is above 0.
    """
    from scipy.sparse import csr_array

    rest = REST * at_least
    rare = rare_part(vectors, block, rest)
    index = csr_array(rare.T)
    found: list[tuple[Ints, Ints, Floats]] = []
    for start in range(0, vectors.shape[0], ROWS_AT_ONCE):
        shared = (rare[start : start + ROWS_AT_ONCE] @ index).tocoo()
        # Single precision is off by less than a ten-thousandth.
        near = shared.data >= at_least - rest - 1e-4
        first, second = shared.row[near].astype(np.int64) + start, shared.col[near].astype(np.int64)
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
