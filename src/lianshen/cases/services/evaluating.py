"""Evaluates conditions of the casebook over arrays: the few operators that filters and scopes are made of.

As in the database, nothing compares with what is not known: it meets neither a condition nor its opposite.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import (
    BinaryExpression,
    BindParameter,
    BooleanClauseList,
    False_,
    Grouping,
    Null,
    True_,
)
from sqlalchemy.sql.functions import Function

from lianshen.cases.bytewise import BytesBetween

Mask = NDArray[np.bool_]
FIRST_ROOM = 1024


class Unanswerable(Exception):
    """The condition is about something else than the columns that are kept; the database has to answer."""


class Column:
    """Values by place; room grows as it is needed."""

    dtype: Any = np.int64

    def __init__(self) -> None:
        self._room: NDArray[Any] = np.zeros(FIRST_ROOM, dtype=self.dtype)
        self._size = 0

    @property
    def values(self) -> NDArray[Any]:
        """The values there are, as they are kept."""
        return self._room[: self._size]

    def put(self, place: int, value: Any) -> None:
        """Keep a value at a place that there is."""
        self._room[place] = self.kept(value)

    def extend(self, values: Sequence[Any]) -> None:
        """Keep more values behind the others."""
        end = self._size + len(values)
        if end > len(self._room):
            grown = np.zeros(end + end // 8, dtype=self.dtype)
            grown[: self._size] = self.values
            self._room = grown
        self._room[self._size : end] = [self.kept(value) for value in values]
        self._size = end

    def kept(self, value: Any) -> Any:
        """Return a value as it is kept."""
        return value

    def where(self, test: Callable[[Any], Any], value: Any) -> Mask:
        """Return where ``test``, a comparison with ``value``, holds."""
        raise Unanswerable(type(self).__name__)


class Numbers(Column):
    """Whole numbers, always known."""

    def where(self, test: Callable[[Any], Any], value: Any) -> Mask:
        if not isinstance(value, int):
            raise Unanswerable(f"a number against {type(value).__name__}")
        return np.asarray(test(self.values), dtype=np.bool_)


class Amounts(Column):
    """Amounts of which none counts as nothing: good for comparing with one another, not with a number."""

    def kept(self, value: Any) -> int:
        return value or 0


class Days(Column):
    """Dates; zero is none."""

    dtype = np.int32

    def kept(self, value: Any) -> int:
        return 0 if value is None else value.toordinal()

    def where(self, test: Callable[[Any], Any], value: Any) -> Mask:
        if not isinstance(value, date):
            raise Unanswerable(f"a day against {type(value).__name__}")
        found: Mask = np.asarray(test(self.values), dtype=np.bool_) & (self.values != 0)
        return found


class Texts(Column):
    """Texts of ASCII that are nearly all different, never unknown, of at most 64 letters."""

    dtype = "S64"

    def kept(self, value: Any) -> bytes:
        return str(value).encode()

    def where(self, test: Callable[[Any], Any], value: Any) -> Mask:
        if not isinstance(value, str):
            raise Unanswerable(f"a text against {type(value).__name__}")
        return np.asarray(test(self.values), dtype=np.bool_)


class ShortTexts(Texts):
    """Texts of at most 24 letters."""

    dtype = "S24"


class Coded(Column):
    """Values of which there are few: each is looked at once."""

    dtype = np.uint32

    def __init__(self) -> None:
        super().__init__()
        self.words: list[Any] = []
        self._codes: dict[Any, int] = {}

    def kept(self, value: Any) -> int:
        code = self._codes.get(value)
        if code is None:
            code = self._codes[value] = len(self.words)
            self.words.append(value)
        return code

    def where(self, test: Callable[[Any], Any], value: Any) -> Mask:
        meets = np.fromiter((word is not None and bool(test(word)) for word in self.words), np.bool_, len(self.words))
        return self._at(meets)

    def known(self) -> Mask:
        """Return where there is a value at all."""
        return self._at(np.fromiter((word is not None for word in self.words), np.bool_, len(self.words)))

    def _at(self, meets: Mask) -> Mask:
        found: Mask = meets[self.values] if len(meets) else np.zeros(len(self.values), np.bool_)
        return found


_COMPARED: Mapping[Any, Callable[[Any, Any], Any]] = {
    operators.eq: lambda left, right: left == right,
    operators.ne: lambda left, right: left != right,
    operators.ge: lambda left, right: left >= right,
    operators.gt: lambda left, right: left > right,
    operators.le: lambda left, right: left <= right,
    operators.lt: lambda left, right: left < right,
}


def evaluate(clause: Any, columns: Mapping[str, Column], size: int, *, is_caseless: bool) -> Mask:
    """Return which of ``size`` cases meet a condition; ``is_caseless``: LIKE takes a for A, as SQLite does.

    :raises Unanswerable: for a column or an operator that is not known here.
    """
    match clause:
        case True_():
            return np.ones(size, np.bool_)
        case False_():
            return np.zeros(size, np.bool_)
        case Grouping():
            return evaluate(clause.element, columns, size, is_caseless=is_caseless)
        case BooleanClauseList():
            masks = [evaluate(one, columns, size, is_caseless=is_caseless) for one in clause.clauses]
            if clause.operator not in (operators.and_, operators.or_):
                raise Unanswerable(str(clause.operator))
            join = np.logical_and if clause.operator is operators.and_ else np.logical_or
            return np.asarray(join.reduce(masks), dtype=np.bool_)
        case BinaryExpression():
            return _compared(clause, columns, is_caseless)
        case BytesBetween():
            text, *bounds = clause.clauses
            column, _ = _subject(text, columns)
            low, high = (one.effective_value for one in bounds)
            start, end = (column.kept(one) if isinstance(column, Texts) else one for one in (low, high))
            return column.where(lambda word: word >= start, low) & column.where(lambda word: word < end, high)
        case _:
            raise Unanswerable(type(clause).__name__)


def _compared(clause: Any, columns: Mapping[str, Column], is_caseless: bool) -> Mask:
    column, change = _subject(clause.left, columns)
    operator = clause.operator
    if isinstance(clause.right, Null):
        if not isinstance(column, Coded) or operator not in (operators.is_, operators.is_not):
            raise Unanswerable("a column that is always known against nothing")
        return column.known() if operator is operators.is_not else ~column.known()
    if isinstance(clause.right, sa.Column):
        other, _ = _subject(clause.right, columns)
        if operator is not operators.gt or not isinstance(column, Amounts) or not isinstance(other, Amounts):
            raise Unanswerable("a column against a column")
        return np.asarray(column.values > other.values, dtype=np.bool_)
    right = clause.right.element if isinstance(clause.right, Grouping) else clause.right
    if not isinstance(right, BindParameter):
        raise Unanswerable(type(right).__name__)
    value: Any = right.effective_value
    if operator in (operators.in_op, operators.not_in_op):
        if not isinstance(column, Coded):
            raise Unanswerable("a list of what has no codes")
        wanted, negate = set(value), operator is operators.not_in_op
        return column.where(lambda word: (change(word) in wanted) is not negate, value)
    if operator is operators.contains_op:
        if not isinstance(column, Coded):
            raise Unanswerable("a part of a text that is not kept by code")
        fold = str.lower if is_caseless else str
        part = fold(_unescaped(value, clause.modifiers.get("escape")))
        return column.where(lambda word: part in fold(word), value)
    test = _COMPARED.get(operator)
    if test is None:
        raise Unanswerable(str(operator))
    against = column.kept(value) if isinstance(column, (Days, Texts)) else value
    return column.where(lambda word: test(change(word), against), value)


def _subject(left: Any, columns: Mapping[str, Column]) -> tuple[Column, Callable[[Any], Any]]:
    """Return the column that is compared, and what is done to its values before."""
    if isinstance(left, Function) and left.name == "substr":
        given: list[Any] = [one.element if isinstance(one, Grouping) else one for one in left.clauses]
        inner, first, number = given[0], given[1].effective_value - 1, given[2].effective_value
        column, _ = _subject(inner, columns)
        if isinstance(column, Coded):
            return column, lambda word: word[first : first + number]
    if isinstance(left, sa.Column) and left.table.name == "cases" and left.name in columns:
        return columns[left.name], lambda word: word
    raise Unanswerable(str(left))


def _unescaped(value: str, escape: str | None) -> str:
    if not escape:
        if "%" in value or "_" in value:
            raise Unanswerable("a pattern")
        return value
    plain, taken = [], iter(value)
    for letter in taken:
        plain.append(next(taken, "") if letter == escape else letter)
    return "".join(plain)
