"""Any data frame as numbers: what detectors see of numeric, categorical, missing and unbounded columns.

Everything is learned from the frame that is fitted and then only looked up, so that a row's numbers do not depend on
the rows that are looked at with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lianshen.anomaly.errors import FrameRefused
from lianshen.anomaly.spec import Floats

if TYPE_CHECKING:
    from pandas import DataFrame, Series

MOST_CATEGORIES = 20
"""Categories of a column that get an indicator of their own; rarer ones share one."""
CATEGORY_WEIGHT = 0.5
"""Weight of an indicator beside a numeric column of unit scale: two different categories lie 0.7 apart."""
DAY = 86_400_000_000_000
MISSING = "\x00missing"


@dataclass(frozen=True)
class Views:
    """One frame three ways, rows × columns: ``plain`` keeps the scale of each column, for detectors that only compare;
    ``scaled`` has unit scale, for distances; ``squashed`` also draws in long tails, for covariances."""

    plain: Floats
    scaled: Floats
    squashed: Floats
    names: tuple[str, ...]
    """The column of the frame that each column of the views speaks of."""


@dataclass(frozen=True)
class _Number:
    name: str
    least: float
    most: float
    middle: float
    mean: float
    spread: float
    robust: float
    has_missing: bool


@dataclass(frozen=True)
class _Category:
    name: str
    share: dict[str, float]
    listed: tuple[str, ...]


class FrameEncoder:
    """Learns the columns of a frame and gives :class:`Views` of frames that have them."""

    def __init__(self, frame: DataFrame) -> None:
        """Learn from ``frame``; columns that say nothing (constant, or wholly missing) are left out.

        :raises FrameRefused: for a frame without rows, with a column named twice, or in which no column varies.
        """
        _check(frame)
        numbers: list[_Number] = []
        categories: list[_Category] = []
        for name in map(str, frame.columns):
            column = frame.iloc[:, list(map(str, frame.columns)).index(name)]
            values = as_numbers(column)
            if values is not None:
                if (number := _learn_number(name, values)) is not None:
                    numbers.append(number)
            elif (category := _learn_category(name, as_texts(column))) is not None:
                categories.append(category)
        if not numbers and not categories:
            raise FrameRefused("no column of the frame varies: there is nothing to tell rows apart by")
        self.numbers, self.categories = tuple(numbers), tuple(categories)

    def as_facts(self) -> dict[str, Any]:
        """Return what was learned as JSON holds it."""
        return {
            "numbers": [asdict(number) for number in self.numbers],
            "categories": [asdict(category) for category in self.categories],
        }

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> FrameEncoder:
        """Return the encoder that was stored."""
        made = cls.__new__(cls)
        made.numbers = tuple(_Number(**one) for one in facts["numbers"])
        made.categories = tuple(
            _Category(one["name"], one["share"], tuple(one["listed"])) for one in facts["categories"]
        )
        return made

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are used."""
        return tuple(number.name for number in self.numbers) + tuple(category.name for category in self.categories)

    def views(self, frame: DataFrame) -> Views:
        """Return the views of ``frame``, which may have more columns and another order.

        :raises FrameRefused: if a column that was learned is missing, or a numeric one holds text now.
        """
        _check(frame, may_be_empty=True)
        held = {str(name): frame.iloc[:, place] for place, name in enumerate(frame.columns)}
        if absent := [name for name in self.columns if name not in held]:
            raise FrameRefused(f"columns {', '.join(absent)} are missing: the detector was fitted with them")
        plain, scaled, squashed, names = [], [], [], []
        for number in self.numbers:
            values = as_numbers(held[number.name])
            if values is None:
                raise FrameRefused(f"column {number.name} holds text, and was numeric when the detector was fitted")
            gone = ~np.isfinite(values)
            known = np.clip(np.where(np.isnan(values), number.middle, values), number.least, number.most)
            plain.append(known)
            scaled.append((known - number.mean) / number.spread)
            far = (known - number.middle) / number.robust
            squashed.append(np.sign(far) * np.log1p(np.abs(far)))
            names.append(number.name)
            if number.has_missing:
                for view in (plain, scaled, squashed):
                    view.append(gone * CATEGORY_WEIGHT)
                names.append(number.name)
        for category in self.categories:
            texts = as_texts(held[category.name])
            for listed in category.listed:
                is_it = (texts == listed).astype(float)
                plain.append(is_it)
                scaled.append(is_it * CATEGORY_WEIGHT)
                squashed.append(is_it * CATEGORY_WEIGHT)
                names.append(category.name)
            # How rare the category is: what is not listed, or was never seen, stands out by this alone.
            known_texts, places = np.unique(texts.astype(str), return_inverse=True)
            shares = np.array([category.share.get(str(text), 0.0) for text in known_texts])
            rare = -np.log(shares + 1e-4)[places]
            plain.append(rare)
            scaled.append(rare * CATEGORY_WEIGHT / 2)
            squashed.append(np.log1p(np.maximum(rare, 0)) * CATEGORY_WEIGHT)
            names.append(category.name)
        return Views(_stack(plain), _stack(scaled), _stack(squashed), tuple(names))


def as_numbers(column: Series[Any]) -> Floats | None:
    """Return a numeric, boolean or date column as floats (dates in days), NaN for missing; None for text."""
    from pandas.api import types

    if types.is_datetime64_any_dtype(column):
        days = column.astype("datetime64[ns]").astype("int64").to_numpy(dtype=float) / DAY
        return np.where(column.isna().to_numpy(), np.nan, days)
    if types.is_bool_dtype(column) or types.is_numeric_dtype(column):
        return np.asarray(column.to_numpy(dtype=float, na_value=np.nan))
    return None


def as_texts(column: Series[Any]) -> np.ndarray[Any, np.dtype[np.object_]]:
    """Return a column as texts, missing values as a category of their own."""
    return np.asarray(column.astype("object").where(column.notna(), MISSING).map(str), dtype=object)


def _check(frame: DataFrame, *, may_be_empty: bool = False) -> None:
    if not hasattr(frame, "columns") or not hasattr(frame, "iloc"):
        raise FrameRefused(f"got {type(frame).__name__}: give a pandas DataFrame, one row per subject")
    names = [str(name) for name in frame.columns]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise FrameRefused(f"columns {', '.join(twice)} stand in the frame more than once: rename them")
    if not len(frame) and not may_be_empty:
        raise FrameRefused("the frame has no rows: there is nothing to learn from")


def _learn_number(name: str, values: Floats) -> _Number | None:
    known = values[np.isfinite(values)]
    has_missing = bool(np.isnan(values).any()) and len(known) > 0
    if not len(known) or (known.min() == known.max() and not has_missing):
        return None
    low, middle, high = (float(value) for value in np.percentile(known, (25, 50, 75)))
    spread = float(known.std()) or 1.0
    # A column that is nearly constant has no quartile distance; its standard deviation has to do.
    robust = (high - low) / 1.349 if high > low else spread
    # Beyond what was seen a value counts as ten spreads further out: far, and still finite.
    least, most = float(known.min()) - 10 * spread, float(known.max()) + 10 * spread
    return _Number(name, least, most, middle, float(known.mean()), spread, robust, has_missing)


def _learn_category(name: str, texts: np.ndarray[Any, np.dtype[np.object_]]) -> _Category | None:
    known, counts = np.unique(texts.astype(str), return_counts=True)
    if len(known) < 2:
        return None
    order = np.lexsort((known, -counts))
    share = {str(known[place]): float(counts[place] / len(texts)) for place in order}
    commonest = [str(known[place]) for place in order[:MOST_CATEGORIES] if counts[place] > 1]
    return _Category(name, share, tuple(commonest))


def _stack(columns: list[Floats]) -> Floats:
    return np.column_stack(columns).astype(float)
