-- Lines of the touched settlements that cancel each other in full. A line is reversed by lines of the same visit
-- that name its serial; both sides must sum to nothing.
WITH reversal AS (
    SELECT
        r.mdtrt_id,
        r.init_feedetl_sn,
        SUM(r.det_item_fee_sumamt) AS amount,
        SUM(r.cnt) AS cnt
    FROM settled.fee_list_d AS r
    SEMI JOIN work.touched_settlement AS t ON t.setl_id = r.setl_id
    WHERE r.init_feedetl_sn IS NOT NULL AND r.vali_flag = '1'
    GROUP BY r.mdtrt_id, r.init_feedetl_sn
),

original AS (
    SELECT
        l.bkkp_sn,
        l.setl_id,
        l.mdtrt_id,
        l.feedetl_sn
    FROM settled.fee_list_d AS l
    SEMI JOIN work.touched_settlement AS t ON t.setl_id = l.setl_id
    JOIN reversal AS r ON r.mdtrt_id = l.mdtrt_id AND r.init_feedetl_sn = l.feedetl_sn
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
SEMI JOIN work.touched_settlement AS t ON t.setl_id = r.setl_id
SEMI JOIN original AS o ON o.mdtrt_id = r.mdtrt_id AND o.feedetl_sn = r.init_feedetl_sn
WHERE r.vali_flag = '1'
