-- Cross-region settlements that are in no application for clearing, rejected ones (70) apart.
-- A reversed settlement and its reversal need none.
WITH declared AS (
    SELECT d.setl_id
    FROM settled.clr_detl_d AS d
    INNER JOIN settled.clr_appy_d AS a ON d.clr_appy_evt_id = a.clr_appy_evt_id
    WHERE a.clr_stas <> '70'
)

SELECT
    s.setl_id,
    s.treating_agency,
    COALESCE(t.code, LEFT(s.treat_pool, 2) || '0000') AS treat_region,
    s.fixmedins_code,
    s.scope,
    STRFTIME(s.setl_date, '%Y-%m') AS month,
    s.setl_date,
    s.fund_pay_sumamt
FROM clearing.stated_settlement AS s
INNER JOIN mart.settlement AS m ON s.setl_id = m.setl_id
LEFT JOIN knowledge.agency AS t ON s.treat_pool = t.pool
ANTI JOIN declared AS d ON s.setl_id = d.setl_id
WHERE s.is_cross_region AND m.counts AND s.fund_pay_sumamt <> 0
