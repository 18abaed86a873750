"""How the keys in ``intake.touched`` lead to settlements: one SELECT of ``setl_id`` per kind of key."""

from __future__ import annotations


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
    WHERE setl_id IS NOT NULL
        AND (bilg_dr_codg IN {_touched("doctor")} OR orders_dr_code IN {_touched("doctor")})
"""

# What was bought on a day concerns what is charged from then on, of other items too: whoever sends no purchases is not
# judged by them. A year bounds how long a rule may look back.
_OF_STOCK = """
    WITH stock AS (
        SELECT key AS fixmedins_code, MIN(first_date) AS first_date, MAX(last_date) AS last_date
        FROM intake.touched WHERE kind = 'stock' GROUP BY key
    )
    SELECT h.setl_id
    FROM settled.setl_d AS h
    JOIN stock AS t ON h.fixmedins_code = t.fixmedins_code
        AND h.enddate >= t.first_date AND h.begndate <= t.last_date + 366
"""

# An outage excuses what was uploaded or not shown while it lasted: stays of those days, and the week after.
_OF_OUTAGES = """
    SELECT h.setl_id
    FROM settled.setl_d AS h
    JOIN (SELECT DISTINCT key, first_date, last_date FROM intake.touched WHERE kind = 'outage') AS o
        ON (h.fixmedins_code = o.key OR h.fix_blng_admdvs = o.key
            OR (RIGHT(o.key, 4) = '0000' AND LEFT(h.fix_blng_admdvs, 2) = LEFT(o.key, 2))
            OR (RIGHT(o.key, 2) = '00' AND LEFT(h.fix_blng_admdvs, 4) = LEFT(o.key, 4)))
        AND h.begndate <= o.last_date + 1 AND CAST(h.setl_time AS DATE) >= o.first_date - 7
"""

RESOLVED = (
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
    _OF_STOCK,
    _OF_OUTAGES,
    f"SELECT setl_id FROM settled.setl_list_d WHERE setl_list_id IN {_touched('list')}",
    f"SELECT setl_id FROM settled.setl_list_d WHERE grp_code IN {_touched('group')}",
    f"SELECT setl_id FROM settled.setl_d WHERE EXISTS {_touched('everything')}",
    f"SELECT setl_id FROM mart.settlement WHERE EXISTS {_touched('everything')}",
)
"""Every SELECT; the first is for keys that are settlements."""
