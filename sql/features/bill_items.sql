-- What an inpatient was charged, as lists: one row per stay settled in [since, until) that counts and has ten or more
-- different items. Key: setl_id. `period` (one row: since, until) is the scope; the library supplies it.
--
-- `item` numbers the item codes by their hash (names: item_name.sql), in the order of the codes; `lines` counts its fee
-- lines. Beds, consultations and nursing are left out: every stay has them, every day. Stays for one procedure, for
-- which the same bill is what is meant to be written (cataract, piles, dialysis, chemotherapy, birth), are left out.
WITH stay AS (
    SELECT b.*
    FROM profile.bill AS b, period AS p
    WHERE
        b.setl_date >= p.since AND b.setl_date < p.until
        AND b.care = 'IPT' AND b.n_items >= 10 AND b.icd3 IS NOT NULL
        AND b.icd3 NOT IN ('H25', 'H26', 'I84', 'K64')
        AND b.icd3 NOT IN (SELECT t.icd3 FROM knowledge.periodic_treatment AS t)
),

held AS MATERIALIZED (
    SELECT
        l.setl_id,
        HISTOGRAM(l.hilist_code) AS lines
    FROM mart.fee_line AS l
    WHERE
        l.setl_id IN (SELECT stay.setl_id FROM stay)
        AND l.med_chrgitm_type NOT IN ('01', '02', '07')
    GROUP BY l.setl_id
)

SELECT
    s.setl_id,
    s.setl_month,
    DATE_DIFF('day', DATE '2020-01-01', s.setl_date) AS day_number,
    s.fixmedins_code,
    s.level,
    s.icd3,
    s.chapter,
    s.operation,
    s.department,
    s.cost_fen,
    s.fund_fen,
    s.laboratory_fen + s.examination_fen AS test_fen,
    LIST_TRANSFORM(
        MAP_KEYS(h.lines), lambda code: CAST(MD5_NUMBER_LOWER(code) >> 1 AS BIGINT)
    ) AS item,
    CAST(MAP_VALUES(h.lines) AS INTEGER[]) AS lines
FROM stay AS s
INNER JOIN held AS h ON s.setl_id = h.setl_id
