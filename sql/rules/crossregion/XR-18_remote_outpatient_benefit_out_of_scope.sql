/* rule
id: XR-18
version: 1
title_zh: 异地门诊统筹或慢特病越界结算
title: Remote outpatient benefit out of scope
status: active
certainty: definite
severity: 2
level: settlement
owner: 异地就医结算处
summary: >
  Funds paid for chronic or special outpatient care away from home although the person was not registered for the
  disease on the day, or across provinces for a disease that is not on the national list of that day or has no
  national code. Where a region asks for a filing for pooled ordinary outpatient care, a switch adds that.
sentence_zh: >-
  {because_date}在{because_institution}门诊（病种{because_disease}）结算基金{because_fund}元，{because_how}。
facts:
  because_how: 越界情形
  because_date: 就诊日期
  because_institution: 机构
  because_disease: 病种
  because_registered: 已登记的病种
  because_insured_in: 参保地
  because_treated_in: 就医地
  because_scope: 就医范围
  because_med_type: 医疗类别
  because_fund: 基金支付（元）
basis:
  - 《四川省异地就医结算管理办法》第五条、第六条、第七条
  - 国家医保局关于门诊慢特病跨省直接结算病种范围的规定（2024 年底由 5 种扩为 10 种）
national_code: none
in_force: {since: 2022-01-01}
dated_by: begndate
reads: [settlement, opsp_reg_d, cross_province_disease, filing, agency]
look_back: none
params:
  outpatient_needs_filing:
    about: >
      1 where pooled ordinary outpatient care away from home needs a filing. 0, because Art. 6 asks for none in the
      province and the policy packs know no region that does
    default: "0"
    least: "0"
    most: "1"
amount: a2
amount_note: The fund of the settlement, whole. Institutions that are not open are XR-08.
not_a_finding_when:
  - 参保地病种编码与国家编码对照不一致，实为同一病种（前四位相同的已排除）。
  - 慢特病登记已通过，登记数据尚未上传省平台。
  - 外省参保人的登记在外省，本省没有登记数据（不判断登记）。
  - 病种目录扩围当日已由国家平台提前开通。
  - 急诊抢救视同备案。
reviewer_checks:
  - 向参保地查询慢特病登记的病种、起止日期和复核状态。
  - 核对就诊病种编码与国家病种编码的对照。
  - 查国家平台当日开通的跨省病种目录。
handler: [H5, H6]
suppressors_in_sql: [S-OPSP]
*/
WITH
remote AS (
    SELECT
        s.setl_id,
        s.person,
        s.psn_no,
        s.begndate,
        s.med_type,
        s.care,
        s.scope,
        s.dise_no,
        s.insu_pool,
        s.fund_pay_sumamt,
        s.hifp_pay
    FROM settlement AS s
    WHERE s.is_cross_region AND s.setl_type = '2' AND s.fund_pay_sumamt > 0
),

registered AS (
    SELECT
        r.setl_id,
        -- The first four places are the disease, what follows its kinds.
        MAX(
            CASE
                WHEN LEFT(g.opsp_dise_code, 4) = COALESCE(LEFT(r.dise_no, 4), LEFT(g.opsp_dise_code, 4)) THEN 1
                ELSE 0
            END
        ) AS is_this,
        STRING_AGG(COALESCE(g.opsp_dise_name, g.opsp_dise_code), '、' ORDER BY g.opsp_dise_code) AS diseases
    FROM remote AS r
    INNER JOIN opsp_reg_d AS g ON r.psn_no = g.psn_no
    WHERE
        LEFT(r.med_type, 2) = '14'
        AND g.vali_flag = '1'
        AND COALESCE(g.rchk_flag, '0') IN ('0', '1', '5', '7', '9')
        AND g.begndate <= r.begndate
        AND (g.enddate IS NULL OR r.begndate <= g.enddate)
    GROUP BY r.setl_id
),

filed AS (
    SELECT DISTINCT r.setl_id
    FROM remote AS r
    INNER JOIN filing AS f ON r.person = f.person
    WHERE f.is_effective AND r.begndate >= f.valid_from AND r.begndate < f.valid_until
),

judged AS (
    SELECT
        r.setl_id,
        g.diseases,
        CASE
            -- Only the province's own regions send their registrations.
            WHEN LEFT(r.med_type, 2) = '14' AND home.pool IS NOT NULL AND g.setl_id IS NULL
                THEN '当日没有有效的门诊慢特病登记'
            WHEN LEFT(r.med_type, 2) = '14' AND home.pool IS NOT NULL AND g.is_this = 0 THEN '登记的病种不含本次病种'
            WHEN LEFT(r.med_type, 2) = '14' AND r.scope = 'CROSS_PROV' AND r.dise_no IS NULL
                THEN '跨省慢特病未填病种编码'
            WHEN
                LEFT(r.med_type, 2) = '14'
                AND r.scope = 'CROSS_PROV'
                AND NOT REGEXP_MATCHES(r.dise_no, '^M[0-9]{5}$')
                THEN '病种编码没有对照国家编码'
            WHEN LEFT(r.med_type, 2) = '14' AND r.scope = 'CROSS_PROV' AND d.opsp_dise_code IS NULL
                THEN '当日该病种未开通跨省直接结算'
            WHEN $outpatient_needs_filing = 1 AND r.care = 'OTP' AND r.hifp_pay > 0 AND f.setl_id IS NULL
                THEN '普通门诊统筹异地就医未备案'
        END AS how
    FROM remote AS r
    LEFT JOIN agency AS home ON r.insu_pool = home.pool
    LEFT JOIN registered AS g ON r.setl_id = g.setl_id
    LEFT JOIN cross_province_disease AS d
        ON
            r.dise_no = d.opsp_dise_code
            AND r.begndate >= d.valid_from
            AND (d.valid_until IS NULL OR r.begndate < d.valid_until)
    LEFT JOIN filed AS f ON r.setl_id = f.setl_id
),

named AS (
    SELECT
        opsp_dise_code,
        MIN(name_zh) AS name_zh
    FROM cross_province_disease
    GROUP BY opsp_dise_code
)

SELECT
    s.setl_id,
    s.medfee_sumamt AS a0,
    s.inscp_amt AS a1,
    s.fund_pay_sumamt AS a2,
    j.how AS because_how,
    s.begndate AS because_date,
    COALESCE(s.fixmedins_name, s.fixmedins_code) AS because_institution,
    COALESCE(named.name_zh, s.dise_no, '未填') AS because_disease,
    COALESCE(j.diseases, '无') AS because_registered,
    COALESCE(home.name_zh, s.insu_admdvs) AS because_insured_in,
    COALESCE(away.name_zh, s.fix_blng_admdvs) AS because_treated_in,
    CASE WHEN s.scope = 'IN_PROV' THEN '省内异地' ELSE '跨省异地' END AS because_scope,
    s.med_type AS because_med_type,
    s.fund_pay_sumamt AS because_fund
FROM judged AS j
INNER JOIN settlement AS s ON j.setl_id = s.setl_id
LEFT JOIN named ON s.dise_no = named.opsp_dise_code
LEFT JOIN agency AS home ON s.insu_pool = home.pool
LEFT JOIN agency AS away ON s.treat_pool = away.pool
WHERE j.how IS NOT NULL
/* examples
- name: registered for the disease
  kind: clear
  given:
    settlement: [{care: OPSP, med_type: "140104", dise_no: M03900}]
    opsp_reg_d: [{}]
    agency: [{}]
- name: not registered at all
  kind: flag
  given:
    settlement: [{care: OPSP, med_type: "140104", dise_no: M03900}]
    agency: [{}]
    cross_province_disease: [{}]
  expect:
    S1: {a2: "6800.00", because: {because_how: 当日没有有效的门诊慢特病登记, because_disease: 高血压, because_registered: 无}}
- name: registered for another disease
  kind: flag
  given:
    settlement: [{care: OPSP, med_type: "1401", dise_no: M01600}]
    opsp_reg_d: [{}]
    agency: [{}]
  expect: {S1: {because: {because_how: 登记的病种不含本次病种, because_registered: 高血压}}}
- name: a kind of the same disease, or no disease named
  kind: clear
  given:
    settlement:
      - {care: OPSP, med_type: "140104", dise_no: M03902}
      - {setl_id: S2, care: OPSP, med_type: "140104", dise_no: null}
    opsp_reg_d: [{}]
    agency: [{}]
- name: the last day of the registration, and the day after
  kind: edge
  given:
    settlement:
      - {care: OPSP, med_type: "140104", dise_no: M03900, begndate: 2026-11-02}
      - {setl_id: S2, care: OPSP, med_type: "140104", dise_no: M03900, begndate: 2026-11-03}
    opsp_reg_d: [{enddate: 2026-11-02}]
    agency: [{}]
  expect: {S2: "6800.00"}
- name: refused, or withdrawn
  kind: flag
  given:
    settlement: [{care: OPSP, med_type: "140104", dise_no: M03900}]
    opsp_reg_d: [{rchk_flag: "2"}, {begndate: 2025-06-01, vali_flag: "0"}]
    agency: [{}]
  expect: {S1: "6800.00"}
- name: from another province for a disease of the first five
  kind: clear
  given:
    settlement: [{care: OPSP, med_type: "140104", dise_no: M03900, insu_pool: "5001", scope: CROSS_PROV}]
    cross_province_disease: [{}]
    agency: [{}]
- name: from another province for a disease that is not on the list
  kind: flag
  given:
    settlement: [{care: OPSP, med_type: "140201", dise_no: M02000, insu_pool: "5001", scope: CROSS_PROV}]
    cross_province_disease: [{}]
    agency: [{}]
  expect: {S1: {because: {because_how: 当日该病种未开通跨省直接结算, because_disease: M02000, because_scope: 跨省异地}}}
- name: the day before the list grew, and the day
  kind: edge
  given:
    settlement:
      - {care: OPSP, med_type: "140104", dise_no: M05300, insu_pool: "5001", scope: CROSS_PROV, begndate: 2024-11-30}
      - setl_id: S2
        care: OPSP
        med_type: "140104"
        dise_no: M05300
        insu_pool: "5001"
        scope: CROSS_PROV
        begndate: 2024-12-01
    cross_province_disease: [{}, {opsp_dise_code: M05300, name_zh: 慢性阻塞性肺疾病, valid_from: 2024-12-01}]
    agency: [{}]
  expect: {S1: {because: {because_disease: 慢性阻塞性肺疾病}}}
- name: across provinces with a local code, and without any
  kind: flag
  given:
    settlement:
      - {care: OPSP, med_type: "140104", dise_no: "0101", insu_pool: "5001", scope: CROSS_PROV}
      - {setl_id: S2, care: OPSP, med_type: "140104", dise_no: null, insu_pool: "5001", scope: CROSS_PROV}
    cross_province_disease: [{}]
    agency: [{}]
  expect:
    S1: {because: {because_how: 病种编码没有对照国家编码}}
    S2: {because: {because_how: 跨省慢特病未填病种编码}}
- name: special drugs, ordinary care, at home, or nothing paid by a fund
  kind: clear
  given:
    settlement:
      - {care: OPSP, med_type: "15"}
      - {setl_id: S2, care: OTP, med_type: "11"}
      - {setl_id: S3, care: OPSP, med_type: "140104", is_cross_region: false, scope: LOCAL}
      - {setl_id: S4, care: OPSP, med_type: "140104", fund_pay_sumamt: "0.00"}
    agency: [{}]
*/
