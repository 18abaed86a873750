"""Reads a model's features: the view of ``sql/features`` over a scope, as numpy columns ordered by key."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np

from lianshen.anomaly.spec import Ints, Text
from lianshen.content import content_root

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Lists:
    """A list for each row: all ``values`` one after another, and how many of them are the row's."""

    values: np.ndarray[Any, Any]
    counts: Ints

    def __iter__(self) -> Iterator[np.ndarray[Any, Any]]:
        ends = np.cumsum(self.counts)
        return (self.values[end - count : end] for end, count in zip(ends, self.counts, strict=True))

    def where(self, mask: np.ndarray[Any, Any]) -> Lists:
        """Return the lists of the rows that ``mask`` (booleans or positions) picks."""
        counts = self.counts[mask]
        starts = (np.cumsum(self.counts) - self.counts)[mask]
        within = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
        return Lists(self.values[np.repeat(starts, counts) + within], counts)


@dataclass(frozen=True)
class Frame:
    """Rows of a feature view: arrays of equal length by name. A null text is None, a null number NaN.

    Lists stand apart, in ``lists``: by column, or by the parts of the structures that they hold.
    """

    key: Text
    columns: dict[str, np.ndarray[Any, Any]]
    lists: dict[str, Lists] = field(default_factory=dict)
    _factors: dict[str, tuple[Ints, Text]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.key)

    def __getitem__(self, name: str) -> np.ndarray[Any, Any]:
        return self.columns[name]

    def where(self, mask: np.ndarray[Any, Any]) -> Frame:
        """Return the rows that ``mask`` (booleans or positions) picks."""
        found = Frame(
            self.key[mask],
            {name: values[mask] for name, values in self.columns.items()},
            {name: values.where(mask) for name, values in self.lists.items()},
        )
        found._factors.update({name: (code[mask], values) for name, (code, values) in self._factors.items()})
        return found

    def factors(self, name: str = "") -> tuple[Ints, Text]:
        """Return the number of each row's value in the column, -1 for a missing one; and the values by number.

        They are in no order, and some of them may be of no row. No name is the key.
        """
        if name not in self._factors:
            import pandas as pd

            code, values = pd.factorize(self.columns[name] if name else self.key)
            self._factors[name] = (code.astype(np.int64), values)
        return self._factors[name]


def view_sql(name: str, content: Path | None = None) -> str:
    """Return the text of ``sql/features/<name>.sql``."""
    return (content_root(content) / "sql" / "features" / f"{name}.sql").read_text(encoding="utf-8")


def features_fingerprint(names: Iterable[str], content: Path | None = None) -> str:
    """Return a hash of what the views compute: comments and layout do not count."""
    code = " ".join(re.sub(r"--[^\n]*", "", view_sql(name, content)) for name in names)
    return hashlib.sha256(" ".join(code.split()).encode()).hexdigest()[:16]


def read_features(con: duckdb.DuckDBPyConnection, name: str, subject_sql: str, content: Path | None = None) -> Frame:
    """Return the view's rows of the settlements that ``subject_sql`` (a SELECT of setl_id) yields, by setl_id."""
    query = (
        f"WITH subject AS MATERIALIZED ({subject_sql}) "
        f"SELECT * FROM ({view_sql(name, content)}\n) AS feature ORDER BY setl_id"
    )
    return frame_of(con, query)


def frame_of(con: duckdb.DuckDBPyConnection, query: str) -> Frame:
    """Return the rows of a query in their order; the first column is the key."""
    import pyarrow as pa

    table = con.execute(query).to_arrow_table()
    columns: dict[str, np.ndarray[Any, Any]] = {}
    lists, factors = {}, {}
    for name in table.column_names:
        column = table.column(name)
        if pa.types.is_list(column.type):
            lists.update(_lists(name, column))
        elif pa.types.is_string(column.type):
            columns[name], factors[name] = _text(column)
        else:
            columns[name] = _numbers(column)
    key = table.column_names[0]
    frame = Frame(columns[key], columns, lists)
    frame._factors.update(factors)
    if key in factors:
        frame._factors[""] = factors[key]
    return frame


def _text(column: pa.ChunkedArray) -> tuple[Text, tuple[Ints, Text]]:
    """Return a text column, None where it is null, and its factors: a text that many rows hold is one object."""
    import pyarrow as pa

    coded = column.combine_chunks().dictionary_encode()
    values = np.empty(len(coded.dictionary) + 1, dtype=object)
    values[:-1] = coded.dictionary.to_pylist()
    code = coded.indices.fill_null(pa.scalar(-1, coded.indices.type)).to_numpy(zero_copy_only=False).astype(np.int64)
    return values[code], (code, values[:-1])


def _numbers(column: pa.ChunkedArray) -> np.ndarray[Any, Any]:
    """Return any other column; NaN for a missing number, False for a missing truth, decimals as the nearest float."""
    import pyarrow as pa

    if pa.types.is_decimal(column.type):
        column = column.cast(pa.float64())
    elif pa.types.is_boolean(column.type):
        column = column.fill_null(False)
    elif pa.types.is_date(column.type):
        column = column.cast(pa.timestamp("us"))
    return np.asarray(column.to_numpy())


def _lists(name: str, column: pa.ChunkedArray) -> dict[str, Lists]:
    """Return a column of lists by its name; of lists of structures, every part by its own name."""
    import pyarrow as pa
    import pyarrow.compute as pc

    counts = pc.list_value_length(column).fill_null(0).to_numpy().astype(np.int64)
    values = pc.list_flatten(column)
    if not pa.types.is_struct(values.type):
        return {name: Lists(values.to_numpy(), counts)}
    return {part.name: Lists(_numbers(pc.struct_field(values, [part.name])), counts) for part in values.type}
