"""Arrow columns from whole numbers, built on buffers: ids, money and codes of a night in milliseconds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


def digits(values: Ints, width: int, prefix: str = "") -> pa.Array:
    """Return strings of ``prefix`` and ``width`` digits with leading zeros."""
    n, lead = len(values), prefix.encode()
    chars = np.empty((n, len(lead) + width), dtype=np.uint8)
    chars[:, : len(lead)] = np.frombuffer(lead, dtype=np.uint8)
    rest = np.ascontiguousarray(values, dtype=np.int64)
    for column in range(len(lead) + width - 1, len(lead) - 1, -1):
        rest, digit = np.divmod(rest, 10)
        chars[:, column] = digit + 48
    return fixed_text(chars)


def fixed_text(chars: NDArray[np.uint8]) -> pa.Array:
    """Return strings from (n, width) ASCII bytes."""
    n, width = chars.shape
    offsets = np.arange(n + 1, dtype=np.int32) * np.int32(width)
    return pa.Array.from_buffers(
        pa.string(), n, [None, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(chars))]
    )


def decimal(values: Ints, precision: int = 16, scale: int = 2) -> pa.Array:
    """Return decimals whose unscaled numbers are ``values``."""
    words = np.empty((len(values), 2), dtype=np.int64)
    words[:, 0] = values
    words[:, 1] = values >> 63
    return pa.Array.from_buffers(pa.decimal128(precision, scale), len(values), [None, pa.py_buffer(words)])


def day(values: Ints, null: Flags | None = None) -> pa.Array:
    """Return dates from days since 1970-01-01."""
    return pa.array(values.astype(np.int32), pa.int32(), mask=null).cast(pa.date32())


def moment(values: Ints, null: Flags | None = None) -> pa.Array:
    """Return timestamps without zone from seconds since 1970-01-01 local time."""
    return pa.array(values.astype(np.int64), pa.int64(), mask=null).cast(pa.timestamp("s"))


def pick(index: NDArray[Any], words: Sequence[str | None] | pa.Array) -> pa.Array:
    """Return ``words[index]`` as plain strings; a negative index is null."""
    table = words if isinstance(words, pa.Array) else pa.array(words, pa.string())
    at = index.astype(np.int64)
    return table.take(pa.array(at, pa.int64(), mask=at < 0))


def coded(index: NDArray[Any], words: Sequence[str | None]) -> pa.Array:
    """Return ``words[index]`` dictionary-encoded: cheap to hold and to write; a negative index is null."""
    at = index.astype(np.int32)
    absent = at < 0
    if None in words:
        absent |= np.array([word is None for word in words])[at]
    distinct = list(dict.fromkeys(word or "" for word in words))
    if len(distinct) < len(words):
        # A dictionary with a word twice is written in an order that is not the same every time.
        number = {word: place for place, word in enumerate(distinct)}
        at = np.array([number[word or ""] for word in words], dtype=np.int32)[at]
    return pa.DictionaryArray.from_arrays(pa.array(at, pa.int32(), mask=absent), pa.array(distinct, pa.string()))


def same(value: str | None, n: int) -> pa.Array:
    """Return ``value`` n times."""
    if value is None:
        return pa.nulls(n, pa.string())
    return coded(np.zeros(n, dtype=np.int32), [value])
