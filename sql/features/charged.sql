-- What an inpatient was charged, in the columns of sql/schema/profile/charged.sql: one row per inpatient settlement that
-- counts and has lines.
--
-- Key: setl_id. `subject` (column setl_id) is the scope; the library supplies it. Nothing here looks at another
-- settlement or at a later row. Amounts are integer fen.
WITH counted AS (
    SELECT
        l.setl_id,
        l.hilist_code,
        TRY_CAST(MIN(l.med_chrgitm_type) AS UTINYINT) AS kind,
        CAST(COUNT(*) AS INTEGER) AS n_lines,
        CAST(SUM(l.det_item_fee_sumamt) * 100 AS BIGINT) AS fen
    FROM mart.fee_line AS l
    WHERE
        l.setl_id IN (
            SELECT s.setl_id
            FROM mart.settlement AS s
            INNER JOIN subject AS t ON s.setl_id = t.setl_id
            WHERE s.counts AND s.care = 'IPT'
        )
    GROUP BY l.setl_id, l.hilist_code
),

code AS (
    SELECT
        c.hilist_code,
        CAST(MD5_NUMBER_LOWER(c.hilist_code) >> 1 AS BIGINT) AS item
    FROM (SELECT DISTINCT d.hilist_code FROM counted AS d) AS c
)

SELECT
    c.setl_id,
    -- Sorted, so that the same bill is the same row whatever the order of its lines.
    LIST_SORT(LIST({'item': k.item, 'kind': c.kind, 'lines': c.n_lines, 'fen': c.fen})) AS items
FROM counted AS c
INNER JOIN code AS k ON c.hilist_code = k.hilist_code
GROUP BY c.setl_id
