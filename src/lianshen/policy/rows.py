"""The packs as rows, for rules that compare with a value of the policy in SQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from lianshen.policy.pack import Pack
from lianshen.policy.series import Entry, Series
from lianshen.policy.values import leaf_number, leaves

_END = date(9999, 12, 31)
_COLUMNS = pa.schema(
    [
        pa.field("pool", pa.string(), nullable=False),
        pa.field("parameter", pa.string(), nullable=False),
        pa.field("key", pa.string(), nullable=False),
        pa.field("valid_from", pa.date32(), nullable=False),
        pa.field("valid_until", pa.date32(), nullable=False),
        pa.field("value", pa.string(), nullable=False),
        pa.field("number", pa.decimal128(18, 4)),
        pa.field("rank", pa.string(), nullable=False),
        pa.field("source", pa.string(), nullable=False),
    ]
)


def value_rows(packs: Mapping[str, Pack]) -> pa.Table:
    """Return one row for each leaf of each value of each pool, in the columns of ``work.policy_value``.

    ``key`` joins the keys of the leaf with dots; a slice adds ``>start``, an age ``>=age``; a member of a list is its
    own key, one of a group ``group.pool``. A reduction has a row ``form`` beside its leaves. ``number`` is null for
    words. What has ended has no row, like what never was.
    """
    rows: list[tuple[Any, ...]] = []
    for pool, pack in packs.items():
        for name, series in pack.series.items():
            ends = (*series.starts[1:], _END)
            for entry, end in zip(series.entries, ends, strict=True):
                rows.extend((pool, name, key, entry.start, end, *rest) for key, *rest in _leaves(series, entry))
    columns = list(zip(*rows, strict=True)) or [()] * len(_COLUMNS)
    return pa.table(
        [pa.array(column, type=field.type) for column, field in zip(columns, _COLUMNS, strict=True)], schema=_COLUMNS
    )


def _leaves(series: Series, entry: Entry) -> Iterator[tuple[str, str, Decimal | None, str, str]]:
    parameter = series.parameter
    if entry.value == "ended":
        return
    if entry.form is not None:
        yield "form", entry.form, None, entry.source.rank, str(entry.source)
    bound = {keys: limit.source for limit in entry.limits for keys in limit.keys}
    for keys, text in leaves(parameter, entry.value):
        source = bound.get(keys, entry.source)
        yield ".".join(keys), text, leaf_number(parameter, text), source.rank, str(source)
