-- Statements of institutions (3201) beside the settlements held of the same period, insurance and clearing type.
-- A day's statement is due on the next business day; institutions of other provinces send none here. Where the centre
-- itself set aside no fewer settlements than it lacks, the difference is its own (SET_ASIDE).
WITH stated AS (
    SELECT
        fixmedins_code,
        insutype,
        clr_type,
        stmt_begndate AS from_date,
        stmt_enddate AS to_date,
        MIN(setl_optins) AS setl_optins,
        MAX(stmt_rslt) AS agency_result,
        CAST(SUM(fixmedins_setl_cnt) AS BIGINT) AS stated_count,
        CAST(SUM(medfee_sumamt) AS DECIMAL(18, 2)) AS stated_total,
        CAST(SUM(fund_pay_sumamt) AS DECIMAL(18, 2)) AS stated_fund,
        CAST(SUM(acct_pay) AS DECIMAL(18, 2)) AS stated_account
    FROM settled.stmt_d
    GROUP BY fixmedins_code, insutype, clr_type, stmt_begndate, stmt_enddate
),

held AS (
    SELECT
        fixmedins_code,
        insutype,
        clr_type,
        setl_date,
        MIN(treating_agency) AS treating_agency,
        CAST(SUM(counted) AS BIGINT) AS held_count,
        CAST(SUM(medfee_sumamt) AS DECIMAL(18, 2)) AS held_total,
        CAST(SUM(fund_pay_sumamt) AS DECIMAL(18, 2)) AS held_fund,
        CAST(SUM(acct_pay) AS DECIMAL(18, 2)) AS held_account
    FROM clearing.stated_settlement
    GROUP BY fixmedins_code, insutype, clr_type, setl_date
),

compared AS (
    SELECT
        t.fixmedins_code,
        t.insutype,
        t.clr_type,
        t.from_date,
        t.to_date,
        COALESCE(MIN(h.treating_agency), MIN(a.code), '510000') AS treating_agency,
        t.agency_result,
        t.stated_count,
        COALESCE(CAST(SUM(h.held_count) AS BIGINT), 0) AS held_count,
        t.stated_total,
        COALESCE(SUM(h.held_total), 0) AS held_total,
        t.stated_fund,
        COALESCE(SUM(h.held_fund), 0) AS held_fund,
        t.stated_account,
        COALESCE(SUM(h.held_account), 0) AS held_account
    FROM stated AS t
    LEFT JOIN held AS h
        ON
            t.fixmedins_code = h.fixmedins_code AND t.insutype = h.insutype AND t.clr_type = h.clr_type
            AND h.setl_date BETWEEN t.from_date AND t.to_date
    LEFT JOIN knowledge.agency AS a ON a.pool = LEFT(t.setl_optins, 4)
    GROUP BY
        t.fixmedins_code, t.insutype, t.clr_type, t.from_date, t.to_date, t.agency_result, t.stated_count,
        t.stated_total, t.stated_fund, t.stated_account
),

missing AS (
    SELECT h.*
    FROM held AS h
    ANTI JOIN stated AS t
        ON
            h.fixmedins_code = t.fixmedins_code AND h.insutype = t.insutype AND h.clr_type = t.clr_type
            AND h.setl_date BETWEEN t.from_date AND t.to_date
    SEMI JOIN knowledge.agency AS a ON h.treating_agency = a.code
),

lacking AS (
    SELECT
        c.*,
        COUNT(q.primary_key) AS set_aside
    FROM compared AS c
    LEFT JOIN intake.set_aside AS q
        ON
            c.stated_count > c.held_count AND q.table_name = 'setl_d' AND c.fixmedins_code = q.fixmedins_code
            AND q.setl_date BETWEEN c.from_date AND c.to_date
    GROUP BY ALL
),

classed AS (
    SELECT
        *,
        CASE
            WHEN stated_count > held_count AND stated_count - held_count <= set_aside THEN 'SET_ASIDE'
            WHEN stated_count <> held_count THEN 'COUNT'
            WHEN stated_total <> held_total THEN 'TOTAL'
            WHEN stated_fund <> held_fund THEN 'FUND'
            WHEN stated_account <> held_account THEN 'ACCOUNT'
            ELSE 'BALANCED'
        END AS class
    FROM lacking
)

SELECT
    fixmedins_code,
    insutype,
    clr_type,
    from_date,
    to_date,
    treating_agency,
    class,
    agency_result,
    (agency_result = '0') = (class = 'BALANCED') AS agency_agrees,
    stated_count,
    held_count,
    stated_total,
    held_total,
    stated_fund,
    held_fund,
    stated_account,
    held_account
FROM classed
UNION ALL
SELECT
    m.fixmedins_code,
    m.insutype,
    m.clr_type,
    m.setl_date AS from_date,
    m.setl_date AS to_date,
    m.treating_agency,
    CASE WHEN m.setl_date < r.as_of THEN 'MISSING_STATEMENT' ELSE 'NOT_DUE' END AS class,
    CAST(NULL AS VARCHAR) AS agency_result,
    CAST(NULL AS BOOLEAN) AS agency_agrees,
    CAST(NULL AS BIGINT) AS stated_count,
    m.held_count,
    CAST(NULL AS DECIMAL(18, 2)) AS stated_total,
    m.held_total,
    CAST(NULL AS DECIMAL(18, 2)) AS stated_fund,
    m.held_fund,
    CAST(NULL AS DECIMAL(18, 2)) AS stated_account,
    m.held_account
FROM missing AS m
CROSS JOIN intake.reached AS r
