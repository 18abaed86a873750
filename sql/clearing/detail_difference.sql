-- Settlements of detail files (3202) beside those held: by settlement id, else by the institution's message id.
-- A detail file lists all of an institution's day, insurance and clearing type: where it lists one settlement of
-- them, the others that the centre holds are missing in it. What the centre itself set aside is named so (SET_ASIDE).
WITH stated AS (
    SELECT *
    FROM settled.stmt_detl_d
    QUALIFY ROW_NUMBER() OVER (PARTITION BY setl_id ORDER BY updt_time DESC, msgid ASC) = 1
),

by_number AS (
    SELECT
        d.setl_id AS stated_id,
        s.setl_id AS held_id
    FROM stated AS d
    INNER JOIN clearing.stated_settlement AS s ON d.setl_id = s.setl_id
),

by_message AS (
    SELECT
        d.setl_id AS stated_id,
        s.setl_id AS held_id
    FROM stated AS d
    ANTI JOIN by_number AS n ON d.setl_id = n.stated_id
    INNER JOIN clearing.stated_settlement AS s ON d.msgid = s.medins_setl_id
    ANTI JOIN by_number AS b ON s.setl_id = b.held_id
    QUALIFY
        ROW_NUMBER() OVER (PARTITION BY d.setl_id ORDER BY s.setl_id) = 1
        AND ROW_NUMBER() OVER (PARTITION BY s.setl_id ORDER BY d.setl_id) = 1
),

pair AS (
    SELECT * FROM by_number
    UNION ALL
    SELECT * FROM by_message
),

matched AS (
    SELECT
        d.setl_id AS stated_id,
        d.msgid,
        CAST(d.updt_time AS DATE) AS stated_on,
        d.refd_setl_flag,
        d.medfee_sumamt AS stated_total,
        d.fund_pay_sumamt AS stated_fund,
        d.acct_pay AS stated_account,
        s.*
    FROM pair AS p
    INNER JOIN stated AS d ON p.stated_id = d.setl_id
    INNER JOIN clearing.stated_settlement AS s ON p.held_id = s.setl_id
),

listed AS (
    SELECT DISTINCT
        fixmedins_code,
        setl_date,
        insutype,
        clr_type
    FROM matched
),

only_provider AS (
    SELECT
        d.*,
        v.fixmedins_code,
        CASE WHEN v.fixmedins_code IS NOT NULL THEN COALESCE(a.code, '510000') END AS treating_agency
    FROM stated AS d
    ANTI JOIN pair AS p ON d.setl_id = p.stated_id
    LEFT JOIN settled.mdtrt_d AS v ON d.mdtrt_id = v.mdtrt_id
    LEFT JOIN knowledge.agency AS a ON a.pool = SUBSTR(v.fixmedins_code, 2, 4)
)

SELECT
    setl_id,
    msgid,
    fixmedins_code,
    treating_agency,
    setl_date,
    stated_on,
    CASE
        WHEN (refd_setl_flag = '1') <> is_reversal THEN 'REFUND_FLAG'
        WHEN stated_total <> medfee_sumamt OR stated_fund <> fund_pay_sumamt OR stated_account <> acct_pay THEN 'AMOUNT'
        ELSE 'BALANCED'
    END AS class,
    CAST(stated_fund AS DECIMAL(18, 2)) AS stated_fund,
    fund_pay_sumamt AS held_fund,
    CAST(stated_total AS DECIMAL(18, 2)) AS stated_total,
    medfee_sumamt AS held_total,
    CAST(stated_account AS DECIMAL(18, 2)) AS stated_account,
    acct_pay AS held_account
FROM matched
UNION ALL
SELECT
    setl_id,
    msgid,
    fixmedins_code,
    treating_agency,
    CAST(NULL AS DATE) AS setl_date,
    CAST(updt_time AS DATE) AS stated_on,
    CASE
        WHEN setl_id IN (SELECT q.setl_id FROM intake.set_aside AS q WHERE q.table_name = 'setl_d') THEN 'SET_ASIDE'
        ELSE 'ONLY_PROVIDER'
    END AS class,
    CAST(fund_pay_sumamt AS DECIMAL(18, 2)) AS stated_fund,
    CAST(NULL AS DECIMAL(18, 2)) AS held_fund,
    CAST(medfee_sumamt AS DECIMAL(18, 2)) AS stated_total,
    CAST(NULL AS DECIMAL(18, 2)) AS held_total,
    CAST(acct_pay AS DECIMAL(18, 2)) AS stated_account,
    CAST(NULL AS DECIMAL(18, 2)) AS held_account
FROM only_provider
UNION ALL
SELECT
    s.setl_id,
    CAST(NULL AS VARCHAR) AS msgid,
    s.fixmedins_code,
    s.treating_agency,
    s.setl_date,
    CAST(NULL AS DATE) AS stated_on,
    'ONLY_CENTRE' AS class,
    CAST(NULL AS DECIMAL(18, 2)) AS stated_fund,
    s.fund_pay_sumamt AS held_fund,
    CAST(NULL AS DECIMAL(18, 2)) AS stated_total,
    s.medfee_sumamt AS held_total,
    CAST(NULL AS DECIMAL(18, 2)) AS stated_account,
    s.acct_pay AS held_account
FROM clearing.stated_settlement AS s
SEMI JOIN listed AS l
    ON
        s.fixmedins_code = l.fixmedins_code AND s.setl_date = l.setl_date AND s.insutype = l.insutype
        AND s.clr_type = l.clr_type
ANTI JOIN pair AS p ON s.setl_id = p.held_id
