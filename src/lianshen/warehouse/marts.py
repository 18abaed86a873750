"""The marts: what is derived from the settled rows, kept up to date for what a night touched.

``intake.touched`` says what the received packages changed. From it follow the settlements that
have to be looked at again (those changed themselves, those of a changed visit, person,
institution or catalogue item, and the partners of reversals), and the persons whose history
the rules have to read. Everything else stays as it is, so a night costs what it touched.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from lianshen.content import content_root

VIEWS = ("fee_line", "filing")

_TOUCHED_SETTLEMENT = """
INSERT INTO work.touched_settlement
WITH
touched AS (SELECT DISTINCT kind, key FROM intake.touched),
humans AS (
    -- One human may have several person numbers: what touches one touches all.
    SELECT psn_no FROM settled.psn_b
    WHERE certno_hash IN (
        SELECT p.certno_hash FROM settled.psn_b AS p
        INNER JOIN touched AS t ON t.kind = 'person' AND t.key = p.psn_no
    )
    UNION
    SELECT key FROM touched WHERE kind = 'person'
),
found AS (
    SELECT key AS setl_id FROM touched WHERE kind = 'settlement'
    UNION
    SELECT setl_id FROM settled.setl_d WHERE mdtrt_id IN (SELECT key FROM touched WHERE kind = 'visit')
    UNION
    SELECT setl_id FROM settled.setl_d WHERE psn_no IN (SELECT psn_no FROM humans)
    UNION
    SELECT setl_id FROM settled.setl_d
    WHERE fixmedins_code IN (SELECT key FROM touched WHERE kind = 'institution')
    UNION
    SELECT setl_id FROM settled.fee_list_d
    WHERE setl_id IS NOT NULL AND hilist_code IN (SELECT key FROM touched WHERE kind = 'item')
    UNION
    SELECT setl_id FROM settled.setl_d WHERE EXISTS (FROM touched WHERE kind = 'everything')
)
SELECT setl_id FROM found
UNION
SELECT init_setl_id FROM settled.setl_d WHERE init_setl_id IS NOT NULL AND setl_id IN (SELECT setl_id FROM found)
"""

_REMEMBER_PERSONS = """
INSERT INTO work.touched_person
SELECT person, MIN(begndate), MAX(enddate) FROM mart.settlement
WHERE setl_id IN (SELECT setl_id FROM work.touched_settlement)
GROUP BY person
ON CONFLICT (person) DO UPDATE SET
    first_date = LEAST(first_date, excluded.first_date),
    last_date = GREATEST(last_date, excluded.last_date)
"""


@dataclass(frozen=True)
class Touched:
    """How much has to be looked at again."""

    settlements: int
    persons: int


def create_views(con: duckdb.DuckDBPyConnection, content: Path | None = None) -> None:
    """Create the views of ``mart`` over the settled tables."""
    folder = content_root(content) / "sql" / "marts"
    for name in VIEWS:
        select = (folder / f"{name}.sql").read_text(encoding="utf-8")
        con.execute(f"CREATE OR REPLACE VIEW mart.{name} AS {select}")


def refresh(con: duckdb.DuckDBPyConnection, content: Path | None = None, province: str = "51") -> Touched:
    """Fill ``work.touched_*`` from ``intake.touched`` and refresh ``mart.settlement`` for them.

    Repeating it before :func:`clear_touched` looks at the same again: what a killed night had touched stays touched.
    """
    select = (content_root(content) / "sql" / "marts" / "settlement.sql").read_text(encoding="utf-8")
    con.begin()
    try:
        con.execute("DELETE FROM work.touched_settlement")
        con.execute(_TOUCHED_SETTLEMENT)
        # Persons before and after: a correction may have moved a settlement to another one.
        con.execute(_REMEMBER_PERSONS)
        con.execute("DELETE FROM mart.settlement WHERE setl_id IN (SELECT setl_id FROM work.touched_settlement)")
        con.execute(f"INSERT INTO mart.settlement BY NAME {select}", {"province": province})
        con.execute(_REMEMBER_PERSONS)
        con.commit()
    except BaseException:
        con.rollback()
        raise
    counted = con.execute(
        "SELECT (SELECT COUNT(*) FROM work.touched_settlement), (SELECT COUNT(*) FROM work.touched_person)"
    ).fetchone()
    assert counted is not None  # noqa: S101 - an aggregate always has a row
    return Touched(settlements=counted[0], persons=counted[1])


def clear_touched(con: duckdb.DuckDBPyConnection) -> None:
    """Forget what was touched, once everything that follows from it is written."""
    con.begin()
    for table in ("intake.touched", "work.touched_settlement", "work.touched_person"):
        con.execute(f"DELETE FROM {table}")
    con.commit()
