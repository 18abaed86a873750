-- What each national fund type pays for each cross-region settlement, reversals included, from whom to whom.
-- The header is the authority: its fund total is split by the fund rows where these add up to it, else by the
-- header's own columns; whatever they leave over is another fund's. Personal accounts are no fund.
WITH header AS (
    SELECT
        s.setl_id,
        s.scope,
        s.setl_date,
        s.insutype,
        s.fund_pay_sumamt,
        COALESCE(i.code, LEFT(s.insu_pool, 2) || '0000') AS insu_region,
        COALESCE(t.code, LEFT(s.treat_pool, 2) || '0000') AS treat_region
    FROM clearing.stated_settlement AS s
    LEFT JOIN knowledge.agency AS i ON s.insu_pool = i.pool
    LEFT JOIN knowledge.agency AS t ON s.treat_pool = t.pool
    WHERE
        s.is_cross_region AND s.fund_pay_sumamt <> 0
        AND (
            LEFT(s.insu_pool, 2) IN (SELECT LEFT(a.pool, 2) FROM knowledge.agency AS a)
            OR LEFT(s.treat_pool, 2) IN (SELECT LEFT(a.pool, 2) FROM knowledge.agency AS a)
        )
),

listed AS (
    SELECT
        f.setl_id,
        f.fund_pay_type AS local_type,
        f.fund_payamt AS amount
    FROM settled.setl_fund_d AS f
    SEMI JOIN header AS h ON f.setl_id = h.setl_id
    WHERE f.fund_pay_type NOT IN ('310200', '310300') AND f.fund_payamt <> 0
),

complete AS (
    SELECT l.setl_id
    FROM listed AS l
    INNER JOIN header AS h ON l.setl_id = h.setl_id
    GROUP BY l.setl_id, h.fund_pay_sumamt
    HAVING SUM(l.amount) = h.fund_pay_sumamt
),

own AS (
    SELECT
        h.setl_id,
        h.insutype,
        h.fund_pay_sumamt,
        s.hifp_pay,
        s.cvlserv_pay,
        s.hifob_pay,
        s.hifdm_pay,
        s.hifes_pay,
        s.hifmi_pay,
        s.maf_pay
    FROM header AS h
    ANTI JOIN complete AS c ON h.setl_id = c.setl_id
    INNER JOIN mart.settlement AS s ON h.setl_id = s.setl_id
),

part AS (
    SELECT l.* FROM listed AS l SEMI JOIN complete AS c ON l.setl_id = c.setl_id
    UNION ALL
    SELECT
        setl_id,
        CASE
            WHEN LEFT(insutype, 2) = '39' THEN '390100'
            WHEN insutype IN ('340', '350', '360', '510') THEN insutype || '100'
            ELSE '310100'
        END AS local_type,
        hifp_pay AS amount
    FROM own
    UNION ALL
    SELECT
        setl_id,
        '320100' AS local_type,
        cvlserv_pay AS amount
    FROM own
    UNION ALL
    SELECT
        setl_id,
        '330100' AS local_type,
        hifob_pay AS amount
    FROM own
    UNION ALL
    SELECT
        setl_id,
        '350100' AS local_type,
        hifdm_pay AS amount
    FROM own
    UNION ALL
    SELECT
        setl_id,
        '370100' AS local_type,
        hifes_pay AS amount
    FROM own
    UNION ALL
    SELECT
        setl_id,
        '390200' AS local_type,
        hifmi_pay AS amount
    FROM own
    UNION ALL
    SELECT
        setl_id,
        '610100' AS local_type,
        maf_pay AS amount
    FROM own
    UNION ALL
    SELECT
        setl_id,
        '999997' AS local_type,
        fund_pay_sumamt - hifp_pay - cvlserv_pay - hifob_pay - hifdm_pay - hifes_pay - hifmi_pay - maf_pay AS amount
    FROM own
)

SELECT
    h.setl_id,
    h.scope,
    h.insu_region,
    h.treat_region,
    COALESCE(m.national_type, '910100') AS fund_type,
    STRFTIME(h.setl_date, '%Y-%m') AS setl_month,
    h.setl_date,
    CAST(SUM(p.amount) AS DECIMAL(18, 2)) AS amount
FROM part AS p
INNER JOIN header AS h ON p.setl_id = h.setl_id
LEFT JOIN knowledge.fund_map AS m
    ON
        p.local_type = m.local_type AND h.setl_date >= m.valid_from
        AND (m.valid_until IS NULL OR h.setl_date < m.valid_until)
GROUP BY h.setl_id, h.scope, h.insu_region, h.treat_region, COALESCE(m.national_type, '910100'), h.setl_date
HAVING SUM(p.amount) <> 0
