-- What an institution charges its inpatients of which item: one row per institution, month and item of the last month
-- of the period, counts and money in all and for 100 stays.
--
-- Key: subject_id (institution code), setl_month, item (names: item_name.sql). `period` (since, until; half open) is
-- supplied by the library; no row dated outside is used. Of a longer period only the month that it ends with is read.
WITH stay AS (
    SELECT
        b.setl_id,
        b.fixmedins_code,
        b.setl_month,
        b.level
    FROM profile.bill AS b
    CROSS JOIN period AS p
    WHERE
        b.setl_date >= GREATEST(p.since, CAST(DATE_TRUNC('month', p.until - 1) AS DATE))
        AND b.setl_date < p.until AND b.care = 'IPT'
),

house AS (
    SELECT
        s.fixmedins_code,
        s.setl_month,
        COUNT(*) AS n_stays
    FROM stay AS s
    GROUP BY ALL
),

entry AS (
    SELECT
        s.fixmedins_code,
        s.setl_month,
        s.level,
        UNNEST(c.items) AS item
    FROM stay AS s
    INNER JOIN profile.charged AS c ON s.setl_id = c.setl_id
),

charged AS (
    SELECT
        e.fixmedins_code,
        e.setl_month,
        e.level,
        e.item.item AS item,
        CAST(SUM(e.item.lines) AS BIGINT) AS n_lines,
        CAST(SUM(e.item.fen) AS BIGINT) AS amount_fen
    FROM entry AS e
    GROUP BY ALL
)

SELECT
    c.fixmedins_code AS subject_id,
    c.setl_month,
    c.item,
    c.level,
    h.n_stays,
    c.n_lines,
    c.amount_fen,
    c.n_lines * 100.0 / h.n_stays AS lines_per_100
FROM charged AS c
INNER JOIN house AS h ON c.fixmedins_code = h.fixmedins_code AND c.setl_month = h.setl_month
