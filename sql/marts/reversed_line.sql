-- Lines of the touched settlements that cancel each other in full: a line, and the lines of the same settlement that
-- name its serial as the one they reverse. Both sides must sum to nothing, in quantity and in money.
WITH reversal AS (
    SELECT
        r.setl_id,
        r.init_feedetl_sn,
        SUM(r.det_item_fee_sumamt) AS amount,
        SUM(r.cnt) AS cnt
    FROM settled.fee_list_d AS r
    SEMI JOIN work.touched_settlement AS t ON r.setl_id = t.setl_id
    WHERE r.init_feedetl_sn IS NOT NULL AND r.vali_flag = '1'
    GROUP BY r.setl_id, r.init_feedetl_sn
),

original AS (
    SELECT
        l.bkkp_sn,
        l.setl_id,
        l.feedetl_sn
    FROM settled.fee_list_d AS l
    INNER JOIN reversal AS r ON l.setl_id = r.setl_id AND l.feedetl_sn = r.init_feedetl_sn
    WHERE l.vali_flag = '1' AND l.init_feedetl_sn IS NULL AND l.det_item_fee_sumamt + r.amount = 0 AND l.cnt + r.cnt = 0
)

SELECT
    bkkp_sn,
    setl_id
FROM original
UNION ALL
SELECT
    r.bkkp_sn,
    r.setl_id
FROM settled.fee_list_d AS r
SEMI JOIN original AS o ON r.setl_id = o.setl_id AND r.init_feedetl_sn = o.feedetl_sn
WHERE r.vali_flag = '1'
