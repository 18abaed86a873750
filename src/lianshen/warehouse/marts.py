"""The marts: what is derived from settled rows, renewed for what the packages touched and for nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from lianshen.warehouse.partners import partners_sql
from lianshen.warehouse.resolving import RESOLVED
from lianshen.warehouse.tables import sql_folder, transaction

_MARTS = ("settlement", "reversed_line")


@dataclass(frozen=True)
class Touched:
    """How many settlements and persons a night has to look at again."""

    settlements: int
    persons: int


def refresh(con: duckdb.DuckDBPyConnection) -> Touched:
    """Resolve ``intake.touched`` to settlements and persons, and renew the marts for them.

    Fills ``work.touched_settlement``, ``work.touched_person`` and ``work.touched_institution``, in the caller's
    transaction when there is one. What a settlement used up of the year counts for the later ones of the same
    person-year, and what it shares with other persons for theirs (``sql/marts/partner.sql``): these are looked at too.
    Repeating it before :func:`clear_touched` looks at the same again: what a killed night had touched stays touched.
    """
    folder = sql_folder(con) / "marts"
    with transaction(con):
        con.execute("DELETE FROM work.touched_settlement")
        for resolve in RESOLVED:
            con.execute(f"INSERT OR IGNORE INTO work.touched_settlement {resolve}")
        con.execute(f"INSERT OR IGNORE INTO work.touched_settlement {_PARTNERS}")
        # Persons before and after: a correction may have moved a settlement to another person.
        con.execute(_REMEMBER_PERSONS)
        con.execute(_REMEMBER_INSTITUTIONS)
        con.execute(f"CREATE OR REPLACE TEMP TABLE marts_before AS {_PLACES}")
        for mart in _MARTS:
            con.execute(f"DELETE FROM mart.{mart} WHERE setl_id IN (SELECT setl_id FROM work.touched_settlement)")
            con.execute(f"INSERT INTO mart.{mart} BY NAME {(folder / f'{mart}.sql').read_text('utf-8')}")
        con.execute(_REMEMBER_INSTITUTIONS)
        con.execute(_REMEMBER_STOCK)
        con.execute(_LATER)
        con.execute(f"INSERT OR IGNORE INTO work.touched_settlement {RESOLVED[0]}")
        touched = "SELECT setl_id FROM work.touched_settlement"
        con.execute(f"INSERT OR IGNORE INTO work.touched_settlement {partners_sql(con, touched)}")
        con.execute(_REMEMBER_PERSONS)
    counted = con.execute(
        "SELECT (SELECT COUNT(*) FROM work.touched_settlement), (SELECT COUNT(*) FROM work.touched_person)"
    ).fetchone()
    return Touched(*(counted or (0, 0)))


def clear_touched(con: duckdb.DuckDBPyConnection) -> None:
    """Forget what was touched, once everything that follows from it is written."""
    with transaction(con):
        for table in (
            "intake.touched",
            "work.touched_settlement",
            "work.touched_person",
            "work.touched_institution",
        ):
            con.execute(f"DELETE FROM {table}")


def touch_everything(con: duckdb.DuckDBPyConnection) -> None:
    """Have the next refresh look at every settlement again: after a change of knowledge, policies or marts."""
    con.execute("INSERT INTO intake.touched VALUES ('everything', '', NULL, NULL)")


def touch_since(con: duckdb.DuckDBPyConnection, day: date | None) -> int:
    """Have the next refresh look at the settlements of ``day`` and later, None for all; return how many they are."""
    if day is None:
        touch_everything(con)
    else:
        con.execute(
            "INSERT INTO intake.touched SELECT 'settlement', setl_id, NULL, NULL FROM mart.settlement "
            "WHERE setl_date >= ?",
            [day],
        )
    counted = con.execute(
        "SELECT COUNT(*) FROM mart.settlement WHERE $day IS NULL OR setl_date >= $day", {"day": day}
    ).fetchone()
    return int(counted[0]) if counted else 0


_PARTNERS = """
    SELECT h.init_setl_id FROM settled.setl_d AS h SEMI JOIN work.touched_settlement AS t ON t.setl_id = h.setl_id
    WHERE h.init_setl_id IS NOT NULL
    UNION
    SELECT h.setl_id FROM settled.setl_d AS h SEMI JOIN work.touched_settlement AS t ON t.setl_id = h.init_setl_id
"""

# Where a settlement stands in its person's year: what it used up is missing, or too much, for every later one.
_PLACES = """
    SELECT
        s.setl_id, s.person, s.insutype, YEAR(s.setl_time) AS benefit_year, s.care IN ('IPT', 'MAT', 'OPSP') AS is_stay,
        s.setl_time
    FROM mart.settlement AS s SEMI JOIN work.touched_settlement AS t ON s.setl_id = t.setl_id
"""

# Kept with what the packages touched, so that a killed night looks at them again.
_LATER = f"""
    INSERT INTO intake.touched
    WITH now AS ({_PLACES}),
    moved AS ((FROM now EXCEPT FROM temp.marts_before) UNION ALL (FROM temp.marts_before EXCEPT FROM now)),
    changed AS (
        FROM moved
        UNION ALL
        FROM now SEMI JOIN (SELECT key AS setl_id FROM intake.touched WHERE kind = 'paid') AS p USING (setl_id)
    ),
    since AS (
        SELECT person, insutype, benefit_year, is_stay, MIN(setl_time) AS setl_time
        FROM changed
        GROUP BY ALL
    )
    SELECT 'settlement', s.setl_id, NULL, NULL
    FROM mart.settlement AS s
    INNER JOIN since AS c
        ON s.person = c.person AND s.insutype = c.insutype AND YEAR(s.setl_time) = c.benefit_year
    WHERE
        s.counts AND s.setl_time >= c.setl_time AND (s.care IN ('IPT', 'MAT', 'OPSP')) = c.is_stay
        AND s.setl_id NOT IN (SELECT setl_id FROM work.touched_settlement)
        AND NOT EXISTS (FROM intake.touched WHERE kind = 'everything')
"""

# Months in which an institution has to be looked at anew: where its settlements were and where they are now.
_REMEMBER_INSTITUTIONS = """
    INSERT INTO work.touched_institution
    SELECT s.fixmedins_code, STRFTIME(s.setl_date, '%Y-%m') AS month, MIN(s.setl_date), MAX(s.setl_date)
    FROM mart.settlement AS s SEMI JOIN work.touched_settlement AS t ON t.setl_id = s.setl_id
    GROUP BY s.fixmedins_code, month
    ON CONFLICT (fixmedins_code, month) DO UPDATE SET
        first_date = LEAST(first_date, EXCLUDED.first_date), last_date = GREATEST(last_date, EXCLUDED.last_date)
"""

_REMEMBER_STOCK = """
    INSERT INTO work.touched_institution
    SELECT key AS fixmedins_code, STRFTIME(first_date, '%Y-%m') AS month,
        MIN(first_date), MAX(last_date)
    FROM intake.touched WHERE kind = 'stock' GROUP BY fixmedins_code, month
    ON CONFLICT (fixmedins_code, month) DO UPDATE SET
        first_date = LEAST(first_date, EXCLUDED.first_date), last_date = GREATEST(last_date, EXCLUDED.last_date)
"""

_REMEMBER_PERSONS = """
    INSERT INTO work.touched_person
    SELECT s.person, MIN(s.begndate), MAX(s.enddate)
    FROM mart.settlement AS s SEMI JOIN work.touched_settlement AS t ON t.setl_id = s.setl_id
    GROUP BY s.person
    ON CONFLICT (person) DO UPDATE SET
        first_date = LEAST(first_date, EXCLUDED.first_date), last_date = GREATEST(last_date, EXCLUDED.last_date)
"""
