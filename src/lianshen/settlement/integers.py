"""Whole-number arithmetic: fen, ten-thousandths, and rounding half away from zero.

A float is never involved. Every function takes and returns int64 arrays, and says so
when a number is too large to be computed exactly instead of wrapping round.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int64]
IntsLike: TypeAlias = int | Sequence[int] | NDArray[np.int64]

ONE = 10_000
"""A ratio of 100 %; ratios, shares, points and factors are whole ten-thousandths."""

UNLIMITED = 2**62
"""No ceiling, no cap, no further slice."""

LARGEST_BILL = 90_000_000_000
"""900 million yuan in fen: up to here ratio x factor x amount stays inside int64."""

_INT64 = 2**63 - 1


class OutOfBounds(ValueError):
    """An amount is too large, or negative where it cannot be: nothing was computed."""


def ints(value: IntsLike, n: int | None = None) -> Ints:
    """Return ``value`` as an int64 array, repeated to length ``n`` where it is a single number.

    Floats and booleans are refused: a ratio of 0.85 is 8500 here. So is another length than ``n``.
    """
    array = np.asarray(value)
    if array.size and array.dtype.kind not in "iu":
        raise TypeError(f"whole numbers are wanted (fen, ten-thousandths), got {array.dtype}")
    array = array.astype(np.int64, copy=False)
    if n is not None and array.ndim == 0:
        # Zeros come from the system without being written: a layer that nobody has costs nothing.
        return np.full(n, array, dtype=np.int64) if array else np.zeros(n, dtype=np.int64)
    if n is not None and len(array) != n:
        raise ValueError(f"one number or {n} of them are wanted, got {len(array)}")
    return np.atleast_1d(array)


def round_div(numerator: Ints, denominator: int) -> Ints:
    """Return ``numerator / denominator`` rounded half away from zero; ``denominator`` is positive."""
    size = np.abs(numerator)
    # Several times faster than divmod, which has no short cut for one divisor.
    quotient = size // denominator
    rest = size - quotient * denominator
    quotient += rest >= denominator - rest
    if numerator.size and numerator.min() < 0:
        np.negative(quotient, out=quotient, where=numerator < 0)
    return quotient


def share_of(amount: Ints, ratio: Ints, out: Ints) -> None:
    """Write ``amount x ratio`` (ten-thousandths), rounded half up, into ``out``; both are not negative."""
    np.multiply(amount, ratio, out=out)
    out += ONE // 2
    out //= ONE


def product(a: Ints, b: Ints, what: str) -> Ints:
    """Return ``a * b``, or raise :class:`OutOfBounds` naming the first place that does not fit into int64."""
    if not a.size or _largest(a) * _largest(b) <= _INT64:
        return a * b
    room = _INT64 // np.maximum(np.abs(b), 1)
    wrong = np.abs(a) > room
    if wrong.any():
        at = int(np.argmax(wrong))
        raise OutOfBounds(f"{what}: row {at}: {int(a[at])} x {int(b[at])} does not fit; check quantity and price")
    return a * b


def _largest(values: Ints) -> int:
    return max(int(values.max()), -int(values.min()))


def require(ok: NDArray[np.bool_], values: Ints, what: str, limit: str) -> None:
    """Raise :class:`OutOfBounds` for the first value that is not ``ok``."""
    if not ok.all():
        at = int(np.argmin(ok.reshape(len(ok), -1).all(axis=1)))
        raise OutOfBounds(f"{what}: row {at} is {values[at]}; it must be {limit}")


def above(amount: Ints, starts: Ints, out: Ints | None = None) -> Ints:
    """Return how much of ``amount`` (n,) lies in each slice that begins at ``starts`` (n, k), as (n, k).

    Slices rise; the last one is open. An unused slice begins at :data:`UNLIMITED`.
    """
    out = np.empty_like(starts) if out is None else out
    for k in range(starts.shape[1]):
        part = amount - starts[:, k]
        if k + 1 < starts.shape[1]:
            np.minimum(part, starts[:, k + 1] - starts[:, k], out=part)
        np.maximum(part, 0, out=out[:, k])
    return out


def weighed(parts: Ints, ratios: Ints, out: Ints) -> None:
    """Write the sum of ``parts x ratios`` (n, k) over k into ``out`` (n,)."""
    np.multiply(parts[:, 0], ratios[:, 0], out=out)
    for k in range(1, parts.shape[1]):
        out += parts[:, k] * ratios[:, k]
