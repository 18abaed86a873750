"""Most rows arrive on the night of the settlement, some on the next, a few later."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from lianshen.province.arrow import Ints
from lianshen.province.bills import DAY
from lianshen.province.tables import Night
from lianshen.province.world import World

LONGEST_DELAY = 10
"""Nights after which the last row has come."""


def waits(world: World, night: int, made: Night) -> Ints:
    """Return for every settlement of a night how many nights later it arrives."""
    rng = world.rng(night, 8)
    n = len(made.bills)
    u = rng.random(n)
    wait = np.where(u < 0.92, 0, np.where(u < 0.98, 1, 2 + rng.integers(0, LONGEST_DELAY - 1, n)))
    # A reversal that is still on its way would leave an account whose balance nobody can explain.
    wait = np.where(made.is_planted | (made.reverses >= 0), 0, wait)
    settled_on = made.bills.settle_time // DAY - world.start
    wait = np.maximum(wait, np.maximum(settled_on - night, 0))
    for _ in range(2):
        # A bill settled again comes after its reversal, and that after the bill.
        wait = np.maximum(wait, np.where(made.after >= 0, wait[made.after], 0))
    return wait


def postpone(
    night: int,
    made: Night,
    wait: Ints,
    tables: dict[str, pa.Table],
    carried: dict[int, list[dict[str, pa.Table]]],
) -> dict[int, int]:
    """Split the tables by the night on which they arrive; return the arrival night by settlement number."""
    arrives = {int(s): night + int(w) for s, w in zip(made.settlement, wait, strict=True) if w}
    owner = made.lines.owner
    kept: dict[str, pa.Table] = {}
    late_of = {"setl_d": wait, "fee_list_d": wait[owner]}
    by_id = {made.settlement[i]: wait[i] for i in np.flatnonzero(wait)}
    by_visit = {made.visit[i]: wait[i] for i in np.flatnonzero((wait > 0) & made.owns_visit)}
    for name, table in tables.items():
        if name not in late_of:
            key = "setl_id" if name in ("setl_fund_d", "drug_trac_d") else "mdtrt_id"
            chosen = by_id if key == "setl_id" else by_visit
            late_of[name] = _waits(table[key], chosen)
        late = late_of[name]
        kept[name] = table.filter(pa.array(late == 0))
        for days in np.unique(late[late > 0]):
            carried[night + int(days)].append({name: table.filter(pa.array(late == days))})
    for name in tables:
        arrived = [part[name] for part in carried.get(night, ()) if name in part]
        tables[name] = pa.concat_tables([kept[name], *arrived]).combine_chunks() if arrived else kept[name]
    return arrives


def _waits(ids: pa.ChunkedArray, waits: dict[int, int]) -> Ints:
    """Return the wait of every row by the number in its id (15 digits behind two)."""
    if not waits:
        return np.zeros(len(ids), dtype=np.int64)
    numbers = pa.compute.utf8_slice_codeunits(ids, 2).cast(pa.int64()).to_numpy()
    keys = np.array(sorted(waits), dtype=np.int64)
    values = np.array([waits[k] for k in keys.tolist()], dtype=np.int64)
    at = np.minimum(np.searchsorted(keys, numbers), len(keys) - 1)
    return np.where(keys[at] == numbers, values[at], 0)
