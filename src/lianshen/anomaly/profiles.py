"""The profile of every settlement, kept up to date: what models of institutions, doctors and rings add up.

A night reads the fee lines of what it touched and nothing else; whatever looks at months reads the profiles.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from lianshen.anomaly.features import features_fingerprint, view_sql

SETTLEMENTS_AT_ONCE = 200_000
"""Lines of so many settlements are added up at a time: memory stays bounded when a year comes in at once."""

_STALE = """
CREATE OR REPLACE TEMP TABLE stale_profile AS
SELECT setl_id, ROW_NUMBER() OVER (ORDER BY setl_id) - 1 AS position FROM (
    SELECT setl_id FROM work.touched_settlement
    UNION
    (SELECT setl_id FROM mart.settlement WHERE counts AND n_lines > 0 EXCEPT SELECT setl_id FROM profile.bill)
    UNION
    (SELECT setl_id FROM profile.bill EXCEPT SELECT setl_id FROM mart.settlement WHERE counts)
)
"""


def refresh_profiles(con: duckdb.DuckDBPyConnection, content: Path | None = None) -> int:
    """Renew ``profile.bill`` for touched settlements, and for those that it lacks or that are gone; return how many.

    When the view changed since they were computed, all of them are.
    """
    _forget_what_another_view_made(con, content)
    con.execute(_STALE)
    found = con.execute("SELECT COUNT(*) FROM stale_profile").fetchone()
    stale = int(found[0]) if found else 0
    if stale:
        view = view_sql("bill", content)
        con.execute("DELETE FROM profile.bill WHERE setl_id IN (SELECT setl_id FROM stale_profile)")
        for first in range(0, stale, SETTLEMENTS_AT_ONCE):
            last = first + SETTLEMENTS_AT_ONCE
            subject = f"SELECT setl_id FROM stale_profile WHERE position >= {first} AND position < {last}"
            con.execute(
                f"INSERT INTO profile.bill BY NAME WITH subject AS MATERIALIZED ({subject}) SELECT * FROM ({view}\n)"
            )
    con.execute("DROP TABLE temp.stale_profile")
    return stale


def _forget_what_another_view_made(con: duckdb.DuckDBPyConnection, content: Path | None) -> None:
    made_by = con.execute("SELECT fingerprint FROM profile.made_by").fetchone()
    view = features_fingerprint(("bill",), content)
    if made_by == (view,):
        return
    if made_by is not None:
        con.execute("DELETE FROM profile.bill")
    con.execute("DELETE FROM profile.made_by")
    con.execute("INSERT INTO profile.made_by VALUES (?)", [view])
