"""Intensive care: the stays in its wards that belong to what was billed for them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from lianshen.province.arrow import moment, same
from lianshen.province.bills import DAY, STAY
from lianshen.province.tables import Night, mdtrt_id, setl_id

_BILLED = ("重症监护", "监护病房床位费")


def intensive_care_table(night: Night) -> pa.Table:
    """Return ``icu_d``: one row for each run of days on which intensive care was billed, inside the stay."""
    b, x = night.bills, night.lines
    is_intensive = np.array([item.name.startswith(_BILLED) for item in night.catalogue.items])
    lines = np.flatnonzero(is_intensive[x.item] & night.owns_visit[x.owner] & (b.care[x.owner] == STAY))
    # Runs of days: a day begins one unless the same stay was there the day before.
    days = np.unique(x.owner[lines] * 100_000 + x.time[lines] // DAY)
    begins = np.concatenate([[True], np.diff(days) > 1]) if len(days) else np.zeros(0, dtype=bool)
    ends = np.concatenate([np.diff(days) > 1, [True]]) if len(days) else np.zeros(0, dtype=bool)
    owner, first, last = days[begins] // 100_000, days[begins] % 100_000, days[ends] % 100_000
    enters = np.maximum(first * DAY, b.begin_time[owner])
    leaves = np.maximum(np.minimum((last + 1) * DAY, b.end_time[owner]), enters)
    hours = [f"{int(s) // 3600}小时{int(s) % 3600 // 60}分" for s in leaves - enters]
    n = len(owner)
    return pa.table(
        {
            "mdtrt_id": mdtrt_id(night.visit[owner]),
            "scs_cutd_inpool_time": moment(enters),
            "setl_id": setl_id(night.settlement[owner]),
            "scs_cutd_ward_type": same("1", n),
            "scs_cutd_exit_time": moment(leaves),
            "scs_cutd_sum_dura": pa.array(hours, pa.string()),
            "vali_flag": same("1", n),
            "updt_time": moment(night.updated[owner]),
        }
    )
