"""The marts: what is derived from settled rows, renewed for what the packages touched and for nothing else."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from lianshen.warehouse.tables import sql_folder, transaction

_MARTS = ("settlement", "reversed_line")


@dataclass(frozen=True)
class Touched:
    """How many settlements and persons a night has to look at again."""

    settlements: int
    persons: int


def refresh(con: duckdb.DuckDBPyConnection) -> Touched:
    """Resolve ``intake.touched`` to settlements and persons, and renew the marts for them.

    Fills ``work.touched_settlement`` and ``work.touched_person``, in the caller's transaction when there is one. What
    a settlement used up of the year counts for the later ones of the same person-year: these are looked at as well.
    Repeating it before :func:`clear_touched` looks at the same again: what a killed night had touched stays touched.
    """
    folder = sql_folder(con) / "marts"
    with transaction(con):
        con.execute("DELETE FROM work.touched_settlement")
        for resolve in _RESOLVED:
            con.execute(f"INSERT OR IGNORE INTO work.touched_settlement {resolve}")
        con.execute(f"INSERT OR IGNORE INTO work.touched_settlement {_PARTNERS}")
        # Persons before and after: a correction may have moved a settlement to another person.
        con.execute(_REMEMBER_PERSONS)
        con.execute(f"CREATE OR REPLACE TEMP TABLE marts_before AS {_PLACES}")
        for mart in _MARTS:
            con.execute(f"DELETE FROM mart.{mart} WHERE setl_id IN (SELECT setl_id FROM work.touched_settlement)")
            con.execute(f"INSERT INTO mart.{mart} BY NAME {(folder / f'{mart}.sql').read_text('utf-8')}")
        con.execute(_LATER)
        con.execute(f"INSERT OR IGNORE INTO work.touched_settlement {_RESOLVED[0]}")
        con.execute(_REMEMBER_PERSONS)
    counted = con.execute(
        "SELECT (SELECT COUNT(*) FROM work.touched_settlement), (SELECT COUNT(*) FROM work.touched_person)"
    ).fetchone()
    return Touched(*(counted or (0, 0)))


def clear_touched(con: duckdb.DuckDBPyConnection) -> None:
    """Forget what was touched, once everything that follows from it is written."""
    with transaction(con):
        for table in ("intake.touched", "work.touched_settlement", "work.touched_person"):
            con.execute(f"DELETE FROM {table}")


def touch_everything(con: duckdb.DuckDBPyConnection) -> None:
    """Have the next refresh look at every settlement again: after a change of knowledge, policies or marts."""
    con.execute("INSERT INTO intake.touched VALUES ('everything', '', NULL, NULL)")


def _touched(kind: str) -> str:
    return f"(SELECT DISTINCT key FROM intake.touched WHERE kind = '{kind}')"


# A human may have several person numbers: a filing under one concerns the settlements under all of them.
_OF_PERSONS = f"""
    WITH numbers AS (
        SELECT key AS psn_no FROM {_touched("person")}
        UNION
        SELECT psn_no FROM settled.psn_b WHERE certno_hash IN (
            SELECT certno_hash FROM settled.psn_b WHERE psn_no IN {_touched("person")})
    )
    SELECT setl_id FROM settled.setl_d SEMI JOIN numbers USING (psn_no)
"""

# The institutions of a referral are neither of them the one that settled.
_OF_REFERRALS = f"""
    WITH referred AS (
        SELECT psn_no FROM settled.refl_appy_d
        WHERE fixmedins_code IN {_touched("institution")} OR reflin_medins_no IN {_touched("institution")}
    ),
    numbers AS (
        FROM referred
        UNION
        SELECT psn_no FROM settled.psn_b WHERE certno_hash IN (
            SELECT certno_hash FROM settled.psn_b SEMI JOIN referred USING (psn_no))
    )
    SELECT setl_id FROM settled.setl_d SEMI JOIN numbers USING (psn_no)
"""

# A code is judged by its city, which also stands for the city's own agency; a province by being listed at all.
_OF_REGIONS = f"""
    WITH city AS (SELECT DISTINCT LEFT(key, 4) AS code FROM {_touched("region")}),
    province AS (SELECT DISTINCT LEFT(key, 2) AS code FROM {_touched("region")} WHERE RIGHT(key, 4) = '0000')
    SELECT setl_id FROM settled.setl_d
    WHERE LEFT(insu_admdvs, 4) IN (FROM city) OR LEFT(fix_blng_admdvs, 4) IN (FROM city)
        OR SUBSTR(fixmedins_code, 2, 4) IN (FROM city)
        OR LEFT(insu_admdvs, 2) IN (FROM province) OR LEFT(fix_blng_admdvs, 2) IN (FROM province)
"""

_OF_ITEMS = """
    WITH item AS (
        SELECT key, MIN(COALESCE(first_date, DATE '1900-01-01')) AS first_date,
            MAX(COALESCE(last_date, DATE '9999-12-31')) AS last_date
        FROM intake.touched WHERE kind = 'item' GROUP BY key
    )
    SELECT DISTINCT l.setl_id
    FROM settled.fee_list_d AS l JOIN item ON item.key = l.hilist_code
    WHERE l.setl_id IS NOT NULL
        AND CAST(l.fee_ocur_time AS DATE) BETWEEN item.first_date AND item.last_date
        AND l.fee_ocur_time >= (SELECT MIN(first_date) FROM item)
"""

# A knowledge point is held against the day of the charge, the admission or the settlement, as its rule has it.
_OF_POINTS = """
    WITH point AS (
        SELECT key, MIN(COALESCE(first_date, DATE '1900-01-01')) AS first_date,
            MAX(COALESCE(last_date, DATE '9999-12-31')) AS last_date
        FROM intake.touched WHERE kind = 'point' GROUP BY key
    )
    SELECT DISTINCT s.setl_id
    FROM mart.settlement AS s
    JOIN settled.fee_list_d AS l ON s.setl_id = l.setl_id
    JOIN point ON point.key = l.hilist_code
    WHERE s.begndate <= point.last_date AND GREATEST(s.enddate, CAST(s.setl_time AS DATE)) >= point.first_date
"""

_OF_DOCTORS = f"""
    SELECT DISTINCT setl_id FROM settled.fee_list_d
    WHERE setl_id IS NOT NULL AND bilg_dr_codg IN {_touched("doctor")}
"""

_RESOLVED = (
    f"SELECT key FROM {_touched('settlement')}",
    f"SELECT setl_id FROM settled.setl_d WHERE mdtrt_id IN {_touched('visit')}",
    _OF_PERSONS,
    f"SELECT setl_id FROM settled.setl_d WHERE emp_no IN {_touched('employer')}",
    f"SELECT setl_id FROM settled.setl_d WHERE fixmedins_code IN {_touched('institution')}",
    _OF_REFERRALS,
    _OF_REGIONS,
    _OF_DOCTORS,
    _OF_ITEMS,
    _OF_POINTS,
    f"SELECT setl_id FROM settled.setl_d WHERE EXISTS {_touched('everything')}",
    f"SELECT setl_id FROM mart.settlement WHERE EXISTS {_touched('everything')}",
)

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

_REMEMBER_PERSONS = """
    INSERT INTO work.touched_person
    SELECT s.person, MIN(s.begndate), MAX(s.enddate)
    FROM mart.settlement AS s SEMI JOIN work.touched_settlement AS t ON t.setl_id = s.setl_id
    GROUP BY s.person
    ON CONFLICT (person) DO UPDATE SET
        first_date = LEAST(first_date, EXCLUDED.first_date), last_date = GREATEST(last_date, EXCLUDED.last_date)
"""
