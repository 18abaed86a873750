-- What each person had used in the benefit year before each settlement of temp.recompute_subject, from what was paid:
-- temp.recompute_used. A person-year is a person, an insurance type and the calendar year of the settlement.
-- Money in fen. Only person-years that the subject belongs to are read.
CREATE OR REPLACE TEMP TABLE recompute_person_year AS
SELECT
    s.person,
    s.insutype,
    YEAR(s.setl_time) AS benefit_year,
    ROW_NUMBER() OVER () AS person_year
FROM mart.settlement AS s
SEMI JOIN temp.recompute_subject AS u ON s.setl_id = u.setl_id
GROUP BY s.person, s.insutype, YEAR(s.setl_time);

-- Everything paid and taken back in these years, in the order in which it was settled. A purchase from the account
-- alone uses nothing up. Stays and chronic care share their funds; so do clinics and drugstores.
CREATE OR REPLACE TEMP TABLE recompute_year AS
WITH paid AS (
    SELECT
        y.person_year,
        s.*,
        s.care IN ('IPT', 'MAT', 'OPSP') AS is_stay
    FROM mart.settlement AS s
    INNER JOIN temp.recompute_person_year AS y
        ON s.person = y.person AND s.insutype = y.insutype AND YEAR(s.setl_time) = y.benefit_year
    WHERE
        (s.counts OR s.is_reversal OR s.is_reversed)
        AND NOT (s.care = 'RX' AND s.fund_pay_sumamt = 0 AND s.act_pay_dedc = 0)
),

-- What was withdrawn was never paid, on either side of a reversal.
withdrawn AS (
    SELECT h.setl_id
    FROM settled.setl_d AS h
    SEMI JOIN (SELECT setl_id FROM paid WHERE NOT counts) AS p ON h.setl_id = p.setl_id
    WHERE h.vali_flag <> '1'
)

SELECT
    p.person_year,
    p.setl_id,
    p.is_stay,
    p.care,
    p.insu_pool,
    p.psn_type,
    p.insutype,
    p.sp_psn_type,
    p.cvlserv_flag,
    p.setl_date,
    p.setl_time,
    p.dedc_hosp_lv,
    p.hosp_lv,
    p.setl_type <> '3' AS is_benefit,
    p.setl_type <> '3' AND NOT p.is_reversal AS speaks,
    CASE WHEN p.is_reversal THEN -1 ELSE 1 END AS sign,
    p.cal_ipt_cnt,
    CASE WHEN p.dedc_std > 0 AND p.crt_dedc >= 0 THEN GREATEST(p.dedc_std - p.crt_dedc, 0) END AS deductible_seen,
    p.act_pay_dedc,
    p.inscp_amt - p.hifp_pay AS burden,
    p.hifp_pay,
    p.hifmi_pay,
    p.cvlserv_pay,
    p.hifes_pay,
    p.hifdm_pay,
    p.maf_pay
FROM paid AS p
ANTI JOIN withdrawn AS w ON p.setl_id = w.setl_id;

-- What the records themselves say had been used, or was left, when they were paid.
CREATE OR REPLACE TEMP TABLE recompute_seen AS
SELECT
    f.setl_id,
    MAX(f.crt_payb_lmt_amt) FILTER (WHERE f.fund_pay_type IN ('310100', '390100')) AS cap,
    MAX(f.crt_payb_lmt_amt) FILTER (WHERE f.fund_pay_type = '390200') AS tier,
    MAX(f.crt_payb_lmt_amt) FILTER (WHERE f.fund_pay_type = '320100') AS civil,
    MAX(f.crt_payb_lmt_amt) FILTER (WHERE f.fund_pay_type = '370100') AS enterprise,
    MAX(f.crt_payb_lmt_amt) FILTER (WHERE f.fund_pay_type = '350100') AS veteran,
    MAX(f.crt_payb_lmt_amt) FILTER (WHERE f.fund_pay_type = '610100') AS assist,
    MAX(f.inscp_scp_amt) FILTER (WHERE f.fund_pay_type = '390200') AS burden_after
FROM settled.setl_fund_d AS f
SEMI JOIN temp.recompute_year AS y ON f.setl_id = y.setl_id
GROUP BY f.setl_id;

-- One row per settlement and quantity: `seen` is what the record says (used before, or left), `amount` what it used.
CREATE OR REPLACE TEMP TABLE recompute_quantity AS
WITH opening AS (
    SELECT
        y.person_year,
        MAX(c.as_of) AS as_of,
        SUM(c.hifp_stay) AS cap_stay,
        SUM(c.hifp_clinic) AS cap_clinic,
        SUM(c.dedc_clinic) AS deductible,
        SUM(c.burden) AS burden,
        SUM(c.hifmi) AS tier,
        SUM(c.civil) AS civil,
        SUM(c.assist) AS assist,
        SUM(c.ipt_cnt) AS admissions
    FROM settled.cum_d AS c
    LEFT JOIN settled.psn_b AS p ON c.psn_no = p.psn_no
    INNER JOIN temp.recompute_person_year AS y
        ON
            COALESCE(p.certno_hash, c.psn_no) = y.person
            AND c.insutype = y.insutype
            AND c.year = CAST(y.benefit_year AS VARCHAR)
    GROUP BY y.person_year
),

each AS (
    SELECT
        y.person_year,
        y.setl_id,
        y.setl_time,
        y.is_stay,
        y.speaks,
        -- From the day of a statement of the year's accumulation it is the opening, and no record's word is wanted.
        COALESCE(y.setl_time >= o.as_of, FALSE) AS has_opening,
        UNNEST(
            CASE
                WHEN y.is_stay
                    THEN [
                        {'name': 'cap', 'seen': e.cap, 'amount': y.hifp_pay, 'opening': o.cap_stay},
                        {
                            'name': 'burden',
                            'seen': CASE WHEN e.burden_after > y.burden THEN e.burden_after - y.burden ELSE e.burden_after * 0 END,
                            'amount': y.burden,
                            'opening': o.burden
                        },
                        {
                            'name': 'admissions',
                            'seen': CASE WHEN y.care = 'IPT' AND y.cal_ipt_cnt >= 1 THEN y.cal_ipt_cnt - 1 END,
                            'amount': CASE WHEN y.care = 'IPT' AND y.is_benefit THEN y.sign ELSE 0 END,
                            'opening': o.admissions
                        },
                        {'name': 'tier', 'seen': e.tier, 'amount': y.hifmi_pay, 'opening': o.tier},
                        {'name': 'civil', 'seen': e.civil, 'amount': y.cvlserv_pay, 'opening': o.civil},
                        {'name': 'enterprise', 'seen': e.enterprise, 'amount': y.hifes_pay, 'opening': 0},
                        {'name': 'veteran', 'seen': e.veteran, 'amount': y.hifdm_pay, 'opening': 0},
                        {'name': 'assist', 'seen': e.assist, 'amount': y.maf_pay, 'opening': o.assist}
                    ]
                ELSE [
                    {'name': 'cap', 'seen': e.cap, 'amount': y.hifp_pay, 'opening': o.cap_clinic},
                    {
                        'name': 'deductible',
                        'seen': y.deductible_seen,
                        'amount': CASE WHEN y.is_benefit THEN y.act_pay_dedc ELSE 0 END,
                        'opening': o.deductible
                    }
                ]
            END
        ) AS q
    FROM temp.recompute_year AS y
    LEFT JOIN temp.recompute_seen AS e ON y.setl_id = e.setl_id
    LEFT JOIN opening AS o ON y.person_year = o.person_year
)

SELECT
    * EXCLUDE (q),
    q.name AS name,
    CASE WHEN speaks THEN CAST(q.seen * 100 AS BIGINT) END AS seen,
    CASE WHEN has_opening THEN CAST(q.opening * 100 AS BIGINT) END AS opening,
    ROW_NUMBER() OVER so_far AS place,
    CAST((SUM(q.amount) OVER so_far - q.amount) * 100 AS BIGINT) AS paid_before
FROM each
WINDOW so_far AS (
    PARTITION BY person_year, is_stay, has_opening, q.name
    ORDER BY setl_time, setl_id
    ROWS UNBOUNDED PRECEDING
);

-- The first record of the year that says something is taken at its word; every later one is held against the sum.
CREATE OR REPLACE TEMP TABLE recompute_used AS
WITH spoken AS (
    SELECT
        person_year,
        is_stay,
        name,
        -- Equal to the other side's: a condition on one side of an outer join alone makes it compare every pair.
        FALSE AS has_opening,
        MIN(place) AS place,
        ARG_MIN(seen, place) AS seen,
        ARG_MIN(paid_before, place) AS paid_before,
        ARG_MIN(setl_id, place) AS setl_id
    FROM temp.recompute_quantity
    WHERE seen IS NOT NULL AND NOT has_opening
    GROUP BY person_year, is_stay, name
)

SELECT
    q.setl_id,
    q.name,
    q.seen,
    -- Paid since the opening, which is what a statement says, else what the first record says, else nothing.
    q.paid_before - COALESCE(o.paid_before, 0) + COALESCE(q.opening, 0) AS since,
    o.seen AS opening_seen,
    o.setl_id AS opening_id
FROM temp.recompute_quantity AS q
SEMI JOIN temp.recompute_subject AS u ON q.setl_id = u.setl_id
LEFT JOIN spoken AS o
    ON
        q.person_year = o.person_year
        AND q.is_stay = o.is_stay
        AND q.name = o.name
        AND q.has_opening = o.has_opening
        AND q.place >= o.place
;

-- The records that were taken at their word, with what decides the limits of their day.
CREATE OR REPLACE TEMP TABLE recompute_opening AS
SELECT
    ROW_NUMBER() OVER () - 1 AS opening_no,
    y.setl_id,
    y.insu_pool,
    y.insutype,
    y.psn_type,
    y.care,
    y.setl_date,
    y.dedc_hosp_lv,
    y.hosp_lv,
    y.sp_psn_type,
    COALESCE(y.cvlserv_flag = '1', FALSE) AS is_civil_servant
FROM temp.recompute_year AS y
SEMI JOIN temp.recompute_used AS u ON y.setl_id = u.opening_id
