"""Reads a model's features: the view of ``sql/features`` over a scope, as numpy columns ordered by key."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from lianshen.anomaly.spec import Text
from lianshen.content import content_root


@dataclass(frozen=True)
class Frame:
    """Rows of a feature view: arrays of equal length by name. A null text is None, a null number NaN."""

    key: Text
    columns: dict[str, np.ndarray[Any, Any]]

    def __len__(self) -> int:
        return len(self.key)

    def __getitem__(self, name: str) -> np.ndarray[Any, Any]:
        return self.columns[name]

    def where(self, mask: np.ndarray[Any, Any]) -> Frame:
        """Return the rows that ``mask`` (booleans or positions) picks."""
        return Frame(self.key[mask], {name: values[mask] for name, values in self.columns.items()})


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
    columns = {name: _plain(values) for name, values in con.execute(query).fetchnumpy().items()}
    return Frame(next(iter(columns.values())), columns)


def _plain(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return an unmasked array: None for a missing text, NaN for a missing number."""
    missing = np.ma.getmaskarray(values)
    data = np.ma.getdata(values)
    if data.dtype == object:
        plain = data.copy()
        plain[missing] = None
        return plain
    if missing.any() and data.dtype.kind in "iuf":
        return np.where(missing, np.nan, data.astype(np.float64))
    return data
