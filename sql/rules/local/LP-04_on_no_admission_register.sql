/* rule
id: LP-04
version: 1
title_zh: 不在异地就医准入名册内
title: On no admission register
status: active
certainty: suspicious
severity: 2
level: settlement
owner: 异地就医结算处
summary: >
  Some regions give benefits elsewhere only to persons on a register, or to employees of employers on one (Guangxi).
  Where the insured region's policy keeps such registers on the day, the person was settled as filed and stands on
  neither, nor did within the days that a register may lag behind.
sentence_zh: >-
  参保地{because_insured_in}实行异地就医准入名册，{because_admission}就医时个人名册和单位名册（单位{because_employer}）均无有效登记；
  本次基金支付{because_fund}元。
facts:
  because_insured_in: 参保地
  because_treated_in: 就医地
  because_admission: 就医日期
  because_employer: 单位编号
  because_last_on_register: 最近一次在册截止日
  because_filing_type: 备案类型
  because_filing: 备案编号
  because_fund: 基金支付（元）
basis:
  - 《四川省异地就医结算管理办法》第四条
  - 地方做法：广西异地就医个人与单位两类数据库（2009 年）
national_code: none
in_force: {since: 2021-01-01}
dated_by: begndate
reads: [settlement, recomputed, remote_reg_psn_d, remote_reg_emp_d, policy_value, agency]
look_back: none
params:
  grace_days:
    about: Days around an entry in which care still counts as on the register, which lags behind a change of job
    default: "30"
    least: "0"
    most: "180"
amount: exposure
amount_note: The fund as exposure; whether the person belonged on the register is for the insured region to say.
not_a_finding_when:
  - 换单位后名册更新滞后（30 天以内的已排除）。
  - 急诊抢救视同备案，不要求在册（急诊转住院、急诊备案已排除）。
  - 结算记录未填单位编号，单位实际在册。
reviewer_checks:
  - 向参保地查询个人和单位名册的历次变更。
  - 核对结算当日的参保单位。
handler: [H5]
suppressors_in_sql: [S-EMG, S-NB]
*/
WITH
asked AS (
    SELECT
        s.setl_id,
        s.psn_no,
        s.emp_no,
        s.insu_pool,
        s.begndate,
        r.filing_type,
        r.filing_id
    FROM settlement AS s
    INNER JOIN recomputed AS r ON s.setl_id = r.setl_id
    INNER JOIN policy_value AS p ON s.insu_pool = p.pool
    WHERE
        p.parameter = 'practice.register'
        AND p.number = 1
        AND s.begndate >= p.valid_from
        AND s.begndate < p.valid_until
        AND r.filing_status = 'VALID'
        AND r.filing_type <> 'EMERGENCY'
        AND LEFT(s.med_type, 2) <> '24'
        AND s.is_cross_region
        AND s.fund_pay_sumamt > 0
        AND COALESCE(s.nwb_flag, '0') <> '1'
),

entry AS (
    SELECT
        a.setl_id,
        a.begndate,
        e.begndate AS on_from,
        COALESCE(e.enddate, CAST('9999-12-31' AS DATE)) AS on_until
    FROM asked AS a
    INNER JOIN remote_reg_psn_d AS e ON a.psn_no = e.psn_no AND a.insu_pool = LEFT(e.insu_admdvs, 4)
    WHERE e.vali_flag = '1'
    UNION ALL
    SELECT
        a.setl_id,
        a.begndate,
        e.begndate AS on_from,
        COALESCE(e.enddate, CAST('9999-12-31' AS DATE)) AS on_until
    FROM asked AS a
    INNER JOIN remote_reg_emp_d AS e ON a.emp_no = e.emp_no AND a.insu_pool = LEFT(e.insu_admdvs, 4)
    WHERE e.vali_flag = '1'
),

standing AS (
    SELECT
        setl_id,
        MAX(
            CASE
                WHEN
                    DATE_DIFF('day', begndate, on_from) <= $grace_days
                    AND DATE_DIFF('day', on_until, begndate) <= $grace_days
                    THEN 1
                ELSE 0
            END
        ) AS is_on,
        MAX(CASE WHEN on_until < begndate THEN on_until END) AS last_on
    FROM entry
    GROUP BY setl_id
)

SELECT
    s.setl_id,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CAST(0 AS DECIMAL(18, 2)) AS a2,
    s.fund_pay_sumamt AS exposure,
    COALESCE(home.name_zh, s.insu_admdvs) AS because_insured_in,
    COALESCE(away.name_zh, s.fix_blng_admdvs) AS because_treated_in,
    s.begndate AS because_admission,
    COALESCE(s.emp_no, '未填') AS because_employer,
    t.last_on AS because_last_on_register,
    a.filing_type AS because_filing_type,
    a.filing_id AS because_filing,
    s.fund_pay_sumamt AS because_fund
FROM asked AS a
INNER JOIN settlement AS s ON a.setl_id = s.setl_id
LEFT JOIN standing AS t ON a.setl_id = t.setl_id
LEFT JOIN agency AS home ON s.insu_pool = home.pool
LEFT JOIN agency AS away ON s.treat_pool = away.pool
WHERE COALESCE(t.is_on, 0) = 0
/* examples
- name: the practice is off
  kind: clear
  given: {settlement: [{}], recomputed: [{}]}
- name: on the register of persons, or the employer on that of employers
  kind: clear
  given:
    settlement: [{}, {setl_id: S2, psn_no: N2, emp_no: "51130000000001"}]
    recomputed: [{}, {setl_id: S2}]
    remote_reg_psn_d: [{}]
    remote_reg_emp_d: [{}]
    policy_value: [{parameter: practice.register, value: "1", number: "1"}]
- name: on neither
  kind: flag
  given:
    settlement: [{emp_no: "51130000000002"}]
    recomputed: [{}]
    remote_reg_emp_d: [{}]
    policy_value: [{parameter: practice.register, value: "1", number: "1"}]
    agency: [{}]
  expect:
    S1: {a2: "0.00", exposure: "6800.00", because: {because_employer: "51130000000002", because_insured_in: 南充市}}
- name: thirty days after the entry ended, and thirty-one
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, begndate: 2026-11-03}]
    recomputed: [{}, {setl_id: S2}]
    remote_reg_psn_d: [{enddate: 2026-10-03}]
    policy_value: [{parameter: practice.register, value: "1", number: "1"}]
  expect: {S2: {because: {because_last_on_register: "2026-10-03"}}}
- name: entered thirty days after care, and thirty-one
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, begndate: 2026-11-01}]
    recomputed: [{}, {setl_id: S2}]
    remote_reg_psn_d: [{begndate: 2026-12-02}]
    policy_value: [{parameter: practice.register, value: "1", number: "1"}]
  expect: {S2: "6800.00"}
- name: another region's register does not count, nor one made invalid
  kind: flag
  given:
    settlement: [{}]
    recomputed: [{}]
    remote_reg_psn_d: [{insu_admdvs: "510104"}, {begndate: 2026-02-01, vali_flag: "0"}]
    policy_value: [{parameter: practice.register, value: "1", number: "1"}]
  expect: {S1: "6800.00"}
- name: the practice written as off, ended, or another region's
  kind: clear
  given:
    settlement: [{}]
    recomputed: [{}]
    policy_value:
      - {parameter: practice.register, value: "0", number: "0"}
      - {parameter: practice.register, value: "1", number: "1", valid_until: 2026-11-02}
      - {pool: "5101", parameter: practice.register, value: "1", number: "1"}
- name: an emergency, care that needs no filing, and what was settled as unfiled
  kind: clear
  given:
    settlement: [{med_type: "24"}, {setl_id: S2, care: OTP}, {setl_id: S3}, {setl_id: S4}]
    recomputed:
      - {filing_type: EMERGENCY}
      - {setl_id: S2, filing_status: NOT_NEEDED, filing_type: null}
      - {setl_id: S3, filing_status: NONE, filing_type: UNFILED}
      - {setl_id: S4, filing_type: EMERGENCY}
    policy_value: [{parameter: practice.register, value: "1", number: "1"}]
*/
