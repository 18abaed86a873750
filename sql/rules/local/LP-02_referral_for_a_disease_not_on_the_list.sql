/* rule
id: LP-02
version: 1
title_zh: 转外病种不在目录内
title: Referral for a disease not on the list
status: active
certainty: suspicious
severity: 2
level: settlement
owner: 异地就医结算处
summary: >
  Some regions refer patients away only for diseases on a list (Shenzhen had forty). Where the insured region keeps
  such a list on the day, neither the diagnosis of the referral nor any of the stay is on it. Off where no list is in
  the policy.
sentence_zh: >-
  参保地{because_insured_in}实行转外病种目录，转诊诊断{because_referral_diagnosis}、住院诊断{because_stay_diagnoses}
  均不在目录的{because_listed}个病种内；本次基金支付{because_fund}元。
facts:
  because_referral_diagnosis: 转诊诊断
  because_stay_diagnoses: 住院诊断
  because_main_diagnosis: 主要诊断
  because_listed: 目录病种数
  because_insured_in: 参保地
  because_treated_in: 就医地
  because_admission: 入院日期
  because_filing: 备案编号
  because_fund: 基金支付（元）
basis:
  - 《四川省异地就医结算管理办法》第四条第（三）项
  - 地方做法：深圳市转外就医 40 种疾病（2009 年）
national_code: none
in_force: {since: 2021-01-01}
dated_by: begndate
reads: [settlement, recomputed, filing, diag_d, policy_value, agency]
look_back: none
amount: exposure
amount_note: >
  The fund as exposure: whether the referral would have been refused, and so the unfiled rate applied, is for the
  insured region to say.
not_a_finding_when:
  - 诊断编码到亚目，目录按类目（已按前三位比较）。
  - 转诊时疑似目录内疾病，住院后排除。
  - 参保地经审批特许转外的个案。
reviewer_checks:
  - 查转诊审批表上的诊断和审批意见。
  - 核对参保地当日有效的转外病种目录。
handler: [H5]
suppressors_in_sql: [S-EMG]
*/
WITH
listed AS (
    SELECT
        s.setl_id,
        COUNT(*) AS diseases
    FROM settlement AS s
    INNER JOIN policy_value AS p ON s.insu_pool = p.pool
    WHERE p.parameter = 'practice.referral_diseases' AND s.begndate >= p.valid_from AND s.begndate < p.valid_until
    GROUP BY s.setl_id
),

referred AS (
    SELECT
        s.setl_id,
        s.mdtrt_id,
        s.insu_pool,
        s.begndate,
        s.main_diag_code,
        s.fund_pay_sumamt,
        f.diag_code,
        r.filing_id,
        n.diseases
    FROM settlement AS s
    INNER JOIN listed AS n ON s.setl_id = n.setl_id
    INNER JOIN recomputed AS r ON s.setl_id = r.setl_id
    INNER JOIN filing AS f ON r.filing_id = f.filing_id AND s.person = f.person
    WHERE
        r.filing_status = 'VALID'
        AND r.filing_type = 'REFERRAL'
        AND s.is_cross_region
        AND s.care = 'IPT'
        AND s.fund_pay_sumamt > 0
        AND LEFT(s.med_type, 2) <> '24'
),

diagnosed AS (
    SELECT
        setl_id,
        diag_code
    FROM referred
    WHERE diag_code IS NOT NULL
    UNION ALL
    SELECT
        setl_id,
        main_diag_code
    FROM referred
    WHERE main_diag_code IS NOT NULL
    UNION ALL
    SELECT
        r.setl_id,
        d.diag_code
    FROM referred AS r
    INNER JOIN diag_d AS d ON r.setl_id = d.setl_id AND r.mdtrt_id = d.mdtrt_id
    WHERE d.vali_flag = '1' AND d.diag_code IS NOT NULL
),

permitted AS (
    SELECT DISTINCT r.setl_id
    FROM referred AS r
    INNER JOIN diagnosed AS d ON r.setl_id = d.setl_id
    INNER JOIN policy_value AS p ON r.insu_pool = p.pool AND LEFT(d.diag_code, 3) = p.key
    WHERE p.parameter = 'practice.referral_diseases' AND r.begndate >= p.valid_from AND r.begndate < p.valid_until
),

once AS (
    SELECT DISTINCT
        setl_id,
        LEFT(diag_code, 3) AS icd3
    FROM diagnosed
),

told AS (
    SELECT
        setl_id,
        STRING_AGG(icd3, '、' ORDER BY icd3) AS codes
    FROM once
    GROUP BY setl_id
)

SELECT
    s.setl_id,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CAST(0 AS DECIMAL(18, 2)) AS a2,
    s.fund_pay_sumamt AS exposure,
    COALESCE(r.diag_code, '未填') AS because_referral_diagnosis,
    t.codes AS because_stay_diagnoses,
    COALESCE(s.main_diag_name, s.main_diag_code) AS because_main_diagnosis,
    r.diseases AS because_listed,
    COALESCE(home.name_zh, s.insu_admdvs) AS because_insured_in,
    COALESCE(away.name_zh, s.fix_blng_admdvs) AS because_treated_in,
    s.begndate AS because_admission,
    r.filing_id AS because_filing,
    s.fund_pay_sumamt AS because_fund
FROM referred AS r
INNER JOIN settlement AS s ON r.setl_id = s.setl_id
-- Without any diagnosis there is nothing to hold against the list.
INNER JOIN told AS t ON r.setl_id = t.setl_id
LEFT JOIN permitted AS p ON r.setl_id = p.setl_id
LEFT JOIN agency AS home ON s.insu_pool = home.pool
LEFT JOIN agency AS away ON s.treat_pool = away.pool
WHERE p.setl_id IS NULL
/* examples
- name: no list in the insured region
  kind: clear
  given: {settlement: [{}], recomputed: [{filing_type: REFERRAL}], filing: [{filing_type: REFERRAL}]}
- name: the disease of the referral is on the list
  kind: clear
  given:
    settlement: [{}]
    recomputed: [{filing_type: REFERRAL}]
    filing: [{filing_type: REFERRAL, diag_code: I63.900}]
    policy_value: [{parameter: practice.referral_diseases, key: I63, value: I63, number: null}]
- name: pneumonia, and the list knows a stroke and cancer of the lung
  kind: flag
  given:
    settlement: [{}]
    recomputed: [{filing_type: REFERRAL}]
    filing: [{filing_type: REFERRAL, diag_code: J18.900}]
    policy_value:
      - {parameter: practice.referral_diseases, key: I63, value: I63, number: null}
      - {parameter: practice.referral_diseases, key: C34, value: C34, number: null}
    agency: [{}]
  expect:
    S1:
      a2: "0.00"
      exposure: "6800.00"
      because: {because_listed: "2", because_stay_diagnoses: J18, because_insured_in: 南充市}
- name: a further diagnosis of the stay is on the list
  kind: clear
  given:
    settlement: [{}]
    recomputed: [{filing_type: REFERRAL}]
    filing: [{filing_type: REFERRAL, diag_code: J18.900}]
    diag_d: [{}, {diag_srt_no: 2, maindiag_flag: "0", diag_code: C34.900}]
    policy_value: [{parameter: practice.referral_diseases, key: C34, value: C34, number: null}]
- name: the day before the list begins, and its first day
  kind: edge
  given:
    settlement: [{begndate: 2026-11-01}, {setl_id: S2, mdtrt_id: V2}]
    recomputed: [{filing_type: REFERRAL}, {setl_id: S2, filing_type: REFERRAL}]
    filing: [{filing_type: REFERRAL}]
    policy_value: [{parameter: practice.referral_diseases, key: C34, value: C34, number: null, valid_from: 2026-11-02}]
  expect: {S2: "6800.00"}
- name: another region's list, and a filing that is no referral
  kind: clear
  given:
    settlement: [{}, {setl_id: S2, insu_pool: "5101"}]
    recomputed: [{filing_type: REFERRAL}, {setl_id: S2}]
    filing: [{filing_type: REFERRAL}]
    policy_value: [{pool: "5101", parameter: practice.referral_diseases, key: C34, value: C34, number: null}]
- name: no diagnosis at all
  kind: clear
  given:
    settlement: [{main_diag_code: null, main_diag_name: null, icd3: null}]
    recomputed: [{filing_type: REFERRAL}]
    filing: [{filing_type: REFERRAL}]
    policy_value: [{parameter: practice.referral_diseases, key: C34, value: C34, number: null}]
*/
