"""A value as written becomes whole numbers over the axes of its parameter, or a note of what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lianshen.policy.reading import Spot, meant
from lianshen.policy.shape import DECIMALS, HIGHEST, Parameter
from lianshen.settlement import ONE, UNLIMITED, Ints

NO_MOST, NO_LEAST = UNLIMITED, -1
"""What stands in a bound where nothing is bounded."""

_STEP_KEYS = {"slices": ("above", "share"), "ages": ("from_age", "points")}
_STEP_UNITS = {"slices": ("money", "share"), "ages": ("age", "points")}


def numbers(parameter: Parameter, form: str | None, value: Any, spot: Spot) -> Ints | None:
    """Return the value as int64 over the parameter's axes; None for texts, which are only checked.

    Slices and ages have a trailing (2, k) of starts and shares; reductions a leading 2 of points and factor.
    """
    shape = tuple(len(axis) for axis in parameter.axes)
    if value == "ended":
        if parameter.ended is None:
            spot.wrong("'ended' is not allowed here: say what holds instead")
        return absent(parameter)
    if parameter.is_text:
        _text(parameter, value, spot)
        return None
    leaves: list[Any] = []
    _walk(value, parameter.axes, spot, leaves)
    if len(leaves) != int(np.prod(shape, dtype=np.int64)):
        for leaf in leaves:  # its own mistakes are told all the same
            _leaf(parameter, form, leaf)
        return absent(parameter)
    if parameter.unit in _STEP_KEYS:
        tables = [_steps(parameter.unit, *leaf) for leaf in leaves]
        if parameter.name == "supplement.large_burden" and any(table.shape[1] > 1 for table in tables):
            spot.wrong("one threshold and one share are wanted, not several slices")
        most = max(table.shape[1] for table in tables)
        return np.stack([pad(table, most) for table in tables]).reshape(*shape, 2, most)
    flat = np.array([_leaf(parameter, form, leaf) for leaf in leaves], dtype=np.int64).reshape(shape)
    return in_form(parameter, form, flat)


def bounds(parameter: Parameter, form: str | None, kind: str, value: Any, spot: Spot) -> Ints:
    """Return a bound (``most`` or ``least``) over the axes; keys that are not given are not bounded."""
    shape = tuple(len(axis) for axis in parameter.axes)
    found = np.full(shape, NO_MOST if kind == "most" else NO_LEAST, dtype=np.int64)
    for place, leaf in _given(value, parameter.axes, (), spot):
        found[place] = _leaf(parameter, form, leaf)
    return found


def in_form(parameter: Parameter, form: str | None, flat: Ints) -> Ints:
    """Return reductions as (2, …): points and factor, of which one does nothing; anything else as it is."""
    if parameter.unit != "reduction":
        return flat
    if form == "points":
        return np.stack([flat, np.full(flat.shape, ONE, dtype=np.int64)])
    return np.stack([np.zeros(flat.shape, dtype=np.int64), flat])


def absent(parameter: Parameter) -> Ints:
    """Return the number that stands where a pack has no value: no benefit, no reduction, -1 for as at home."""
    shape = tuple(len(axis) for axis in parameter.axes)
    if parameter.unit in _STEP_KEYS:
        return np.broadcast_to(np.array([[UNLIMITED], [0]], dtype=np.int64), (*shape, 2, 1)).copy()
    if parameter.unit == "reduction":
        return in_form(parameter, "points", np.zeros(shape, dtype=np.int64))
    return np.full(shape, parameter.ended or 0, dtype=np.int64)


def pad(table: NDArray[np.int64], most: int) -> Ints:
    """Return (…, 2, most): slices that are not used begin at UNLIMITED and pay nothing."""
    missing = most - table.shape[-1]
    if missing == 0:
        return table
    filler = np.zeros((*table.shape[:-1], missing), dtype=np.int64)
    filler[..., 0, :] = UNLIMITED
    return np.concatenate([table, filler], axis=-1)


def leaf_number(parameter: Parameter, text: str) -> Decimal | None:
    """Return a leaf as a number for a table of values; None for a word."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and not parameter.is_text else None


def leaves(parameter: Parameter, value: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the keys and the text of each leaf; a list has one leaf for each member, a slice the key ``>start``."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield from (((str(key), *keys), text) for keys, text in leaves(parameter, below))
    elif isinstance(value, list) and parameter.unit in _STEP_KEYS:
        start, share = _STEP_KEYS[parameter.unit]
        sign = ">" if parameter.unit == "slices" else ">="
        yield from (((f"{sign}{row[start]}",), str(row[share])) for row in value)
    elif isinstance(value, list):
        yield from (((str(member),), str(member)) for member in value)
    else:
        yield (), str(value)


def _leaf(parameter: Parameter, form: str | None, leaf: tuple[Any, Spot]) -> int:
    if parameter.unit in _STEP_KEYS:
        _steps(parameter.unit, *leaf)
        return 0
    unit = form if parameter.unit == "reduction" and form else parameter.unit
    return _number(leaf[0], unit, leaf[1])


def _walk(value: Any, axes: tuple[tuple[str, ...], ...], spot: Spot, found: list[Any]) -> None:
    """Collect the leaves in the order of the axes; note keys that are missing or too many on every level."""
    if not axes:
        found.append((value, spot))
        return
    if not isinstance(value, dict):
        spot.wrong(f"exactly these keys are wanted: {', '.join(axes[0])}")
        return
    _strangers(value, axes[0], spot)
    absent_keys = [key for key in axes[0] if key not in value]
    if absent_keys:
        spot.wrong(f"{', '.join(absent_keys)} missing; exactly these keys are wanted: {', '.join(axes[0])}")
    for key in axes[0]:
        if key in value:
            _walk(value[key], axes[1:], spot.at(key), found)


def _given(
    value: Any, axes: tuple[tuple[str, ...], ...], place: tuple[int, ...], spot: Spot
) -> Iterator[tuple[tuple[int, ...], tuple[Any, Spot]]]:
    if not axes:
        yield place, (value, spot)
    elif not isinstance(value, dict):
        spot.wrong(f"some of these keys are wanted: {', '.join(axes[0])}")
    else:
        _strangers(value, axes[0], spot)
        for number, key in enumerate(axes[0]):
            if key in value:
                yield from _given(value[key], axes[1:], (*place, number), spot.at(key))


def _strangers(value: dict[Any, Any], keys: tuple[str, ...], spot: Spot) -> None:
    for key in value:
        if key not in keys:
            spot.at(key).wrong(f"no such key{meant(key, keys)}")


def _number(value: Any, unit: str, spot: Spot) -> int:
    if value == "unlimited" and unit == "limit":
        return UNLIMITED
    decimals = DECIMALS[unit]
    if not isinstance(value, str):
        kind = "null" if value is None else type(value).__name__
        spot.wrong(f"{value!r} ({kind}): write amounts in quotes, so that YAML keeps them exact")
        return 0
    try:
        number = Decimal(value).scaleb(decimals)
    except InvalidOperation:
        word = "; 'unlimited' is a limit too" if unit == "limit" else ""
        spot.wrong(f"{value!r} is no number: write one, as {_SAMPLE[unit]!r}{word}")
        return 0
    if not number.is_finite() or number != int(number) or number < 0 or number > HIGHEST.get(unit, UNLIMITED - 1):
        called = _CALLED.get(unit, f"a {unit}")
        spot.wrong(
            f"{value!r}: {called} is not negative, in range and has at most {decimals} decimals, as {_SAMPLE[unit]!r}"
        )
        return 0
    return int(number)


_CALLED = {"money": "an amount", "points": "a number of points", "days": "a number of days",
           "months": "a number of months", "age": "an age"}  # fmt: skip
_SAMPLE = {
    "money": "800.00", "limit": "450000.00", "share": "0.85", "points": "10", "factor": "0.90", "flag": "1",
    "days": "180", "months": "3", "age": "50",
}  # fmt: skip


def _steps(unit: str, value: Any, spot: Spot) -> Ints:
    """Return (2, k): starts and shares. A single text is one share for the whole amount."""
    (start, share), units = _STEP_KEYS[unit], _STEP_UNITS[unit]
    rows = [{start: "0", share: value}] if isinstance(value, str) and unit == "slices" else value
    keys = {start, share}
    if not isinstance(rows, list) or not rows or any(not isinstance(row, dict) or set(row) != keys for row in rows):
        single = "a ratio in quotes, or a list" if unit == "slices" else "a list"
        spot.wrong(f"{single} of {{{start}, {share}}} is wanted")
        return np.array([[UNLIMITED], [0]], dtype=np.int64)
    place = [spot.at(number) for number in range(1, len(rows) + 1)] if isinstance(value, list) else [spot]
    starts = [_number(row[start], units[0], at) for row, at in zip(rows, place, strict=True)]
    if sorted(set(starts)) != starts:
        spot.wrong("slices must rise" if unit == "slices" else "ages must rise")
    return np.array([starts, [_number(row[share], units[1], at) for row, at in zip(rows, place, strict=True)]],
                    dtype=np.int64)  # fmt: skip


def _text(parameter: Parameter, value: Any, spot: Spot) -> None:
    if parameter.unit == "word":
        _member(parameter, value, spot)
    elif parameter.unit == "list":
        if not isinstance(value, list) or not value:
            spot.wrong('a list of texts in quotes is wanted, as ["C34", "I63"]')
            return
        for number, member in enumerate(value, 1):
            _member(parameter, member, spot.at(number))
            if member in value[: number - 1]:
                spot.at(number).wrong(f"{member!r} stands twice: keep one of them")
    elif not isinstance(value, dict) or not value:
        spot.wrong('groups of pools are wanted, as {chengdu: ["5101", "5106"]}')
    else:
        for name, pools in value.items():
            if not isinstance(pools, list) or len(pools) < 2 or not all(is_pool(pool) for pool in pools):
                text = 'a group is a list of at least two pools, four digits each in quotes, as ["5101", "5106"]'
                spot.at(name).wrong(text)


def _member(parameter: Parameter, value: Any, spot: Spot) -> None:
    if not isinstance(value, str) or not value:
        spot.wrong(f"{value!r}: write a text in quotes")
    elif parameter.words and value not in parameter.words:
        spot.wrong(f"{value!r} is not known{meant(value, parameter.words)}")


def is_pool(value: Any) -> bool:
    """Whether a value is a pool: the first four digits of a region, as text."""
    return isinstance(value, str) and len(value) == 4 and value.isdecimal()
