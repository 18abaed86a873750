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
PROFILES = ("bill", "charged")
"""Tables of the schema ``profile``, each kept by the view of its name."""


def refresh_profiles(con: duckdb.DuckDBPyConnection, content: Path | None = None) -> int:
    """Renew the profiles of touched settlements, and of those that lack one or are gone; return how many.

    When a view changed since they were computed, all of them are.
    """
    _forget_what_other_views_made(con, content)
    con.execute(_STALE)
    found = con.execute("SELECT COUNT(*) FROM stale_profile").fetchone()
    stale = int(found[0]) if found else 0
    if stale:
        for name in PROFILES:
            con.execute(f"DELETE FROM profile.{name} WHERE setl_id IN (SELECT setl_id FROM stale_profile)")
        for first in range(0, stale, SETTLEMENTS_AT_ONCE):
            last = first + SETTLEMENTS_AT_ONCE
            subject = f"SELECT setl_id FROM stale_profile WHERE position >= {first} AND position < {last}"
            for name in PROFILES:
                add_profiles(con, name, subject, content)
    con.execute("DROP TABLE temp.stale_profile")
    return stale


def add_profiles(con: duckdb.DuckDBPyConnection, name: str, subject_sql: str, content: Path | None = None) -> None:
    """Add to the profiles ``name`` those of the settlements that ``subject_sql`` (a SELECT of setl_id) yields."""
    con.execute(
        f"INSERT INTO profile.{name} BY NAME WITH subject AS MATERIALIZED ({subject_sql}) "
        f"SELECT * FROM ({view_sql(name, content)}\n)"
    )


def note_views(con: duckdb.DuckDBPyConnection, content: Path | None = None) -> None:
    """Keep that today's views made the profiles that are there."""
    con.execute("DELETE FROM profile.made_by")
    con.execute("INSERT INTO profile.made_by VALUES (?)", [features_fingerprint(PROFILES, content)])


def _forget_what_other_views_made(con: duckdb.DuckDBPyConnection, content: Path | None) -> None:
    if con.execute("SELECT fingerprint FROM profile.made_by").fetchone() == (features_fingerprint(PROFILES, content),):
        return
    for name in PROFILES:
        con.execute(f"DELETE FROM profile.{name}")
    note_views(con, content)
