"""What the models are judged on: every settlement with what is known of it, and what the answer key says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np

from lianshen.anomaly.features import Frame, frame_of
from lianshen.anomaly.spec import Ints, Text
from lianshen.anomaly.subject import Bools
from lianshen.errors import LianshenError

TRAINED = 0.6
"""Share of the days that the models are trained on, where no day is named."""

_BILLS = """
SELECT
    b.*,
    x.scheme,
    COALESCE(x.scheme_id, -1) AS scheme_id,
    COALESCE(x.excess_fen, 0) AS excess_fen,
    p.setl_id IS NOT NULL AS is_fault
FROM profile.bill AS b
LEFT JOIN judged_scheme AS x ON b.setl_id = x.setl_id
LEFT JOIN judged_fault AS p ON b.setl_id = p.setl_id
WHERE b.setl_date >= (SELECT since FROM judged_days) AND b.setl_date < (SELECT until FROM judged_days)
ORDER BY b.setl_id
"""
_SCHEMES = "CREATE OR REPLACE TEMP TABLE judged_scheme AS SELECT * FROM READ_PARQUET($file)"
_FAULTS = """
CREATE OR REPLACE TEMP TABLE judged_fault AS
SELECT DISTINCT setl_id FROM (
    SELECT UNNEST([setl_id, linked_setl_id]) AS setl_id FROM READ_PARQUET($file) WHERE kind <> 'look_alike'
) WHERE setl_id IS NOT NULL
"""


class NothingToJudge(LianshenError):
    """There is no answer key of schemes, or no day on one side of the split."""


@dataclass(frozen=True)
class Judgeable:
    """Settlements by id: their profile, whether they are of the earlier days, and what the answer key says of each."""

    bills: Frame
    is_early: Bools
    scheme: Text
    """Kind of scheme, None for most."""
    instance: Ints
    """Number of the scheme, -1 for most."""
    is_positive: Bools
    """Bills something that would not have been billed without its scheme."""
    excess_fen: Ints
    is_left_out: Bools
    """Only carries a scheme, or has a fault that a rule is for: neither right nor wrong to look at."""
    judged_from: date
    until: date
    nights: int
    """Later days on which something settled."""

    def __len__(self) -> int:
        return len(self.bills)

    @property
    def is_judged(self) -> Bools:
        """Return which settlements count: of the later days, and not left out."""
        return np.asarray(~self.is_early & ~self.is_left_out)

    @property
    def is_known(self) -> Bools:
        """Return which settlements of the earlier days may be learned from."""
        return np.asarray(self.is_early & ~self.is_left_out)


def read_judgeable(con: duckdb.DuckDBPyConnection, truth: Path, *, judged_from: date | None = None) -> Judgeable:
    """Read every settlement with lines, and the answer key in ``truth``; ``profile.bill`` is up to date.

    ``judged_from`` is by default the day after the first three fifths of the days. Raises :class:`NothingToJudge`
    where the answer key names no scheme, or no day is left on one side.
    """
    file = truth / "schemes.parquet"
    if not file.exists():
        raise NothingToJudge(
            f"{file}: no answer key of schemes; write a province with 'lianshen province --schemes', or name its truth"
        )
    con.execute(_SCHEMES, {"file": str(file)})
    if (faults := truth / "planted.parquet").exists():
        con.execute(_FAULTS, {"file": str(faults)})
    else:
        con.execute("CREATE OR REPLACE TEMP TABLE judged_fault (setl_id VARCHAR)")
    first, last = _days(con)
    start = judged_from or first + timedelta(days=round(((last - first).days + 1) * TRAINED))
    if not first < start <= last:
        raise NothingToJudge(f"{start}: the settlements run from {first} to {last}; judge from a day in between")
    until = last + timedelta(days=1)
    con.execute(f"CREATE OR REPLACE TEMP TABLE judged_days AS SELECT DATE '{first}' AS since, DATE '{until}' AS until")
    bills = frame_of(con, _BILLS)
    fault, excess = np.asarray(bills["is_fault"], dtype=bool), np.asarray(bills["excess_fen"], dtype=np.int64)
    scheme = bills["scheme"]
    of_scheme = np.array([one is not None for one in scheme], dtype=bool)
    if not of_scheme.any():
        raise NothingToJudge(f"{file}: no settlement of a scheme is in this warehouse; name its own answer key")
    days = bills["setl_date"].astype("datetime64[D]")
    is_early = days < np.datetime64(start)
    left_out = (of_scheme & (excess <= 0)) | (fault & ~of_scheme)
    instance = np.asarray(bills["scheme_id"], dtype=np.int64)
    return Judgeable(
        bills, is_early, scheme, instance, of_scheme & (excess > 0), excess, left_out, start, until,
        len(np.unique(days[~is_early])),
    )  # fmt: skip


def _days(con: duckdb.DuckDBPyConnection) -> tuple[date, date]:
    """Return the first and last busy day: single settlements of long before are history that a fault needs."""
    found = con.execute(
        """
        WITH day AS (SELECT setl_date, COUNT(*) AS many FROM profile.bill GROUP BY setl_date)
        SELECT MIN(setl_date), MAX(setl_date) FROM day WHERE many >= 0.1 * (SELECT MAX(many) FROM day)
        """
    ).fetchone()
    if found is None or found[0] is None:
        raise NothingToJudge("no settlement with lines is in this warehouse: run a night first")
    return found[0], found[1]
