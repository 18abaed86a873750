-- Cross-province settlements as institution, treating region and insured region hold them through the national
-- platform. Due some days after the settlement (term partner_wait_days).
WITH wait AS (
    SELECT CAST(MAX(t.value) AS INTEGER) AS days
    FROM knowledge.clearing_term AS t
    CROSS JOIN intake.reached AS r
    WHERE
        t.term = 'partner_wait_days' AND r.as_of >= t.valid_from AND (t.valid_until IS NULL OR r.as_of < t.valid_until)
),

held AS (
    SELECT * FROM clearing.stated_settlement
    WHERE scope = 'CROSS_PROV'
),

compared AS (
    SELECT
        COALESCE(s.setl_id, t.setl_id) AS setl_id,
        s.treating_agency,
        s.insu_admdvs,
        s.setl_date,
        t.stmt_date AS stated_on,
        CASE
            WHEN t.setl_id IS NULL THEN ''
            ELSE
                CONCAT_WS(
                    '+',
                    CASE WHEN t.hosp_flag <> '1' THEN 'INSTITUTION' END,
                    CASE WHEN t.treat_flag <> '1' THEN 'TREATING' END,
                    CASE WHEN t.insu_flag <> '1' THEN 'INSURED' END
                )
        END AS missing,
        t.setl_id IS NULL AS is_unknown,
        s.setl_id IS NULL AS is_foreign,
        s.fund_pay_sumamt AS fund,
        CAST(t.hosp_fund AS DECIMAL(18, 2)) AS institution_fund,
        CAST(t.treat_fund AS DECIMAL(18, 2)) AS treating_fund,
        CAST(t.insu_fund AS DECIMAL(18, 2)) AS insured_fund
    FROM held AS s
    FULL OUTER JOIN settled.tri_stmt_d AS t ON s.setl_id = t.setl_id
)

SELECT
    c.setl_id,
    c.treating_agency,
    c.insu_admdvs,
    c.setl_date,
    c.stated_on,
    CASE
        WHEN c.is_foreign THEN 'ONLY_PARTNER'
        WHEN c.is_unknown AND r.as_of - c.setl_date < w.days THEN 'NOT_DUE'
        WHEN c.is_unknown THEN 'NO_RECORD'
        WHEN c.missing <> '' THEN 'PARTNER_MISSING'
        WHEN
            COALESCE(c.institution_fund, c.fund) <> c.fund
            OR COALESCE(c.treating_fund, c.fund) <> c.fund
            OR COALESCE(c.insured_fund, c.fund) <> c.fund
            THEN 'AMOUNT'
        ELSE 'BALANCED'
    END AS class,
    c.missing,
    c.fund,
    c.institution_fund,
    c.treating_fund,
    c.insured_fund
FROM compared AS c
CROSS JOIN wait AS w
CROSS JOIN intake.reached AS r
