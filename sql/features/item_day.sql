-- What a settlement was charged of an item on a date: one row per settlement, item and fee date, in the columns of
-- sql/schema/feature/item_day.sql. In the rules' dialect; reads logical tables, so a night computes it of its part.
SELECT
    l.person,
    l.setl_id,
    l.mdtrt_id,
    l.fixmedins_code,
    l.hilist_code,
    l.fee_date,
    COUNT(*) AS n_lines,
    CAST(SUM(l.cnt) AS DECIMAL(18, 4)) AS cnt,
    CAST(SUM(l.det_item_fee_sumamt) AS DECIMAL(18, 2)) AS det_item_fee_sumamt,
    CAST(SUM(l.inscp_amt) AS DECIMAL(18, 2)) AS inscp_amt
FROM fee_line AS l
GROUP BY l.person, l.setl_id, l.mdtrt_id, l.fixmedins_code, l.hilist_code, l.fee_date
