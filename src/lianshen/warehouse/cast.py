"""From what a file holds to the landed type, without loss, or not at all.

For every column there are two SQL expressions over the source: ``value`` is the typed value, null where the
cell cannot be taken without loss; ``text`` is the cell as text, null where it is empty. A cell with a text and
no value is a rejected cell.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lianshen.warehouse.schema import ColumnSpec

_DECIMAL = re.compile(r"^DECIMAL\((\d+), ?(\d+)\)$")
_INTEGERS = frozenset(
    {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"}
)
_FLOATS = frozenset({"FLOAT", "DOUBLE"})
_TEXTS = ("VARCHAR", "ENUM")
_TIMESTAMPS = frozenset({"TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"})
_NESTED = ("STRUCT", "MAP", "UNION")
_SHANGHAI = "Asia/Shanghai"


@dataclass(frozen=True)
class Cast:
    """``restored`` is a condition that is true where a code had lost its zeros; null where that cannot happen.

    ``can_fail`` says whether a cell with a text may have no value; ``filled`` is cheaper than ``text`` to count.
    """

    value: str
    text: str
    filled: str
    restored: str | None = None
    can_fail: bool = True


def cast_column(column: ColumnSpec, source: str, source_type: str) -> Cast:
    """Return the cast of the source column ``source`` (a quoted SQL name) of DuckDB type ``source_type``."""
    text = text_sql(source, source_type)
    filled = text if source_type.startswith(_TEXTS) else source
    if source_type.endswith("]") or source_type.startswith((*_NESTED, "BLOB", "BIT")):
        return Cast(f"CAST(NULL AS {column.sql_type})", text, filled)
    if column.sql_type == "VARCHAR":
        return _to_code(column, source, source_type, text, filled)
    if source_type.replace(" ", "") == column.sql_type.replace(" ", "") and column.is_numeric:
        return Cast(source, text, filled, can_fail=False)
    if column.sql_type == "DATE":
        return Cast(_to_date(source, source_type, text), text, filled)
    if column.sql_type == "TIMESTAMP":
        return Cast(_to_timestamp(source, source_type, text), text, filled)
    return Cast(_to_number(column.sql_type, source, source_type, text), text, filled)


def text_sql(source: str, source_type: str) -> str:
    """Return the expression for the cell as text; an empty text is no value."""
    if source_type.startswith(_TEXTS):
        return f"NULLIF(CAST({source} AS VARCHAR), '')"
    if source_type == "TIMESTAMP WITH TIME ZONE":
        return f"CAST(({source} AT TIME ZONE '{_SHANGHAI}') AS VARCHAR)"
    if source_type in _FLOATS:
        whole = f"CAST(TRY_CAST({source} AS BIGINT) AS VARCHAR)"
        return f"CASE WHEN {source} = TRY_CAST({source} AS BIGINT) THEN {whole} ELSE CAST({source} AS VARCHAR) END"
    return f"CAST({source} AS VARCHAR)"


def amount_sql(text: str) -> str:
    """Return the cell as an exact number for control sums; a cell that is no number adds nothing."""
    return f"TRY_CAST({text} AS DECIMAL(38, 10))"


def _to_number(sql_type: str, source: str, source_type: str, text: str) -> str:
    decimal = _DECIMAL.match(sql_type)
    scale = int(decimal.group(2)) if decimal else 0
    if source_type.startswith(_TEXTS):
        fraction = rf"(\.[0-9]{{0,{scale}}}0*)?" if scale else ""
        return f"CASE WHEN regexp_matches({text}, '^-?[0-9]+{fraction}$') THEN TRY_CAST({text} AS {sql_type}) END"
    if source_type in _FLOATS:
        value = f"TRY_CAST(CAST({source} AS VARCHAR) AS {sql_type})"
        return f"CASE WHEN CAST({value} AS {source_type}) = {source} THEN {value} END"
    if source_type in _INTEGERS or source_type.startswith("DECIMAL"):
        value = f"TRY_CAST({source} AS {sql_type})"
        return f"CASE WHEN {value} = {source} THEN {value} END"
    return f"CAST(NULL AS {sql_type})"


def _to_date(source: str, source_type: str, text: str) -> str:
    if source_type == "DATE":
        return f"CASE WHEN ISFINITE({source}) THEN {source} END"
    if source_type in _TIMESTAMPS or source_type == "TIMESTAMP WITH TIME ZONE":
        local = _to_timestamp(source, source_type, text)
        return f"CASE WHEN CAST(CAST({local} AS DATE) AS TIMESTAMP) = {local} THEN CAST({local} AS DATE) END"
    if source_type.startswith(_TEXTS):
        value = f"TRY_CAST({text} AS DATE)"
        return f"CASE WHEN LENGTH({text}) = 10 AND CAST({value} AS VARCHAR) = {text} THEN {value} END"
    return "CAST(NULL AS DATE)"


def _to_timestamp(source: str, source_type: str, text: str) -> str:
    if source_type == "TIMESTAMP WITH TIME ZONE":
        return f"({source} AT TIME ZONE '{_SHANGHAI}')"
    if source_type == "DATE":
        return f"CASE WHEN ISFINITE({source}) THEN CAST({source} AS TIMESTAMP) END"
    if source_type in _TIMESTAMPS:
        value = f"CAST({source} AS TIMESTAMP)"
        lossless = f" AND CAST({value} AS TIMESTAMP_NS) = {source}" if source_type == "TIMESTAMP_NS" else ""
        return f"CASE WHEN ISFINITE({value}){lossless} THEN {value} END"
    if source_type.startswith(_TEXTS):
        value = f"TRY_CAST({text} AS TIMESTAMP)"
        return f"CASE WHEN LENGTH({text}) = 19 AND CAST({value} AS VARCHAR) = {text} THEN {value} END"
    return "CAST(NULL AS TIMESTAMP)"


def _to_code(column: ColumnSpec, source: str, source_type: str, text: str, filled: str) -> Cast:
    """Text stays text; a number is taken for a code only where the list leaves no doubt."""
    is_number = source_type in _INTEGERS or source_type in _FLOATS or source_type.startswith("DECIMAL")
    if source_type == "BOOLEAN":
        if column.codes is None or not {"0", "1"} <= column.codes.keys():
            return Cast("CAST(NULL AS VARCHAR)", text, filled)
        return Cast(f"CASE {source} WHEN TRUE THEN '1' WHEN FALSE THEN '0' END", text, filled)
    whole = f"CASE WHEN regexp_matches({text}, '^-?[0-9]+(\\.0*)?$') THEN REGEXP_REPLACE({text}, '\\.0*$', '') END"
    taken = whole if is_number else text
    if column.prefix is not None and is_number:
        known = " OR ".join(f"STARTS_WITH({taken}, '{code}')" for code in column.prefix)
        return Cast(f"CASE WHEN {known} THEN {taken} END", text, filled)
    if column.codes is None:
        return Cast(taken, text, filled, can_fail=is_number)
    lost = lost_zeros(column.codes)
    sure = [code for code in column.codes if not is_number or not _has_twin(code, column.codes)]
    members = ", ".join(f"'{code}'" for code in sure) or "NULL"
    arms = " ".join(f"WHEN '{short}' THEN '{code}'" for short, code in lost.items())
    otherwise = f"CASE WHEN {taken} IN ({members}) THEN {taken} END" if is_number else taken
    if not lost:
        return Cast(otherwise, text, filled, can_fail=is_number)
    shorts = ", ".join(f"'{short}'" for short in lost)
    value = f"CASE {taken} {arms} ELSE {otherwise} END"
    return Cast(value, text, filled, f"{taken} IN ({shorts})", can_fail=is_number)


def lost_zeros(codes: Mapping[str, str]) -> dict[str, str]:
    """Return which short form stands for which code: '3' for '03' in a list that holds neither '3' nor '003'."""
    shorts: dict[str, list[str]] = {}
    for code in codes:
        if code.isdigit():
            shorts.setdefault(code.lstrip("0") or "0", []).append(code)
    return {short: full[0] for short, full in shorts.items() if len(full) == 1 and full[0] != short}


def _has_twin(code: str, codes: Mapping[str, str]) -> bool:
    """Say whether another member of the list is the same number: '1' and '01'."""
    return code.isdigit() and sum(other.isdigit() and int(other) == int(code) for other in codes) > 1
