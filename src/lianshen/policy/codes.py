"""From national codes to the keys of a policy pack, a million at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lianshen.policy.shape import PERSON

Codes: TypeAlias = NDArray[Any] | Sequence[str | None] | str | None
"""An array of n codes (text, None where missing), or one code for all."""

CARES = ("IPT", "OTP", "ER", "OPSP", "RX", "MAT", "OTHER")
SCOPES = ("LOCAL", "IN_PROV", "CROSS_PROV")
INSUTYPES = {"310": 0, "390": 1}
"""Insurance types that a pack speaks of: employee and resident basic insurance."""

SPECIAL_PERSONS = {"01": 0, "1": 0, "02": 1, "2": 1, "03": 2, "3": 2}
"""``sp_psn_type``: 01 destitute, 02 low income, 03 border family; any other code is on no assistance list."""

FILING_TYPES = {
    "LONG_RETIREE": 0, "LONG_RESIDENT": 0, "LONG_STATIONED": 0,
    "REFERRAL": 1, "EMERGENCY": 2, "DEEMED": 2, "TEMPORARY_OTHER": 3, "UNFILED": 4,
}  # fmt: skip

_DEDC_LEVEL = {"1": 1, "2": 2, "3": 3, "9": 0}
_HOSP_LEVEL = {"01": 3, "02": 3, "03": 3, "04": 3, "05": 2, "06": 2, "07": 2, "08": 1, "09": 1, "10": 1}
DEDC_OF_LEVEL = {"community": "9", "primary": "1", "secondary": "2", "tertiary": "3"}
"""``dedc_hosp_lv`` of each level of a pack."""


def encode(values: Codes, n: int, number: Callable[[str | None], int]) -> NDArray[np.int64]:
    """Return ``number(value)`` for n values; the function is called once for each distinct value."""
    return spread(*distinct(values, n), number)


def distinct(values: Codes, n: int) -> tuple[NDArray[Any], list[str | None]]:
    """Return where each of n values stands among the distinct ones, and these."""
    if values is None or isinstance(values, str):
        return np.zeros(n, dtype=np.int8), [values]
    array = values
    if isinstance(array, np.ma.MaskedArray):
        array = np.ma.filled(array.astype(object), None)
    # What is Arrow already must not go through Python's objects.
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    coded = (array if isinstance(array, pa.Array) else pa.array(array, type=pa.string())).dictionary_encode()
    places = coded.indices.fill_null(len(coded.dictionary)).to_numpy(zero_copy_only=False)
    return places, [*coded.dictionary.to_pylist(), *([None] if coded.indices.null_count else [])]


def spread(
    places: NDArray[Any], values: Sequence[str | None], number: Callable[[str | None], int]
) -> NDArray[np.int64]:
    """Return ``number(value)`` at every place."""
    return np.asarray(np.array([number(value) for value in values], dtype=np.int64)[places])


def person_of(psn_type: str | None) -> int:
    """Return the position in PERSON of an employee's ``psn_type``: 12 and 13 are retired."""
    return PERSON.index("retired") if (psn_type or "")[:2] in {"12", "13"} else PERSON.index("in_service")


def level_of(dedc_hosp_lv: Codes, hosp_lv: Codes, n: int) -> NDArray[np.int64]:
    """Return the position in LEVEL: by ``dedc_hosp_lv``, where that is missing by ``hosp_lv``.

    1 primary, 2 secondary, 3 tertiary, 9 (not graded) community and township.
    """
    by_deductible = encode(dedc_hosp_lv, n, lambda code: _DEDC_LEVEL.get(code or "", -1))
    by_grade = encode(hosp_lv, n, lambda code: _HOSP_LEVEL.get(code or "", 0))
    return np.asarray(np.where(by_deductible >= 0, by_deductible, by_grade), dtype=np.int64)
