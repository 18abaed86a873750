/* rule
id: CL-03
version: 1
title_zh: 跨省三方对账未达
title: Three-party cross-province reconciliation incomplete
status: active
certainty: definite
severity: 2
level: settlement
subject: institution
owner: 异地就医结算处
summary: >
  Institution, treating region and insured region do not all hold a cross-province settlement with the same fund amount
  some days after it. Records of partners without any settlement here are in the clearing check of partners, since
  nothing says which institution they are about.
sentence_zh: >-
  结算日{because_settled}，至{because_as_of}已{because_days}天：{because_kind}；中心记录基金{because_held}元，
  机构{because_institution}、就医地{because_treating}、参保地{because_insured}。
facts:
  because_kind: 差异类型
  because_settled: 结算日期
  because_as_of: 核对截至
  because_days: 已过天数
  because_held: 中心记录基金（元）
  because_institution: 机构记录基金（元）
  because_treating: 就医地记录基金（元）
  because_insured: 参保地记录基金（元）
basis:
  - 《四川省异地就医结算管理办法》第十三条、第十五条
national_code: none
in_force: {since: 2021-01-01}
dated_by: period
reads: [settlement_history, tri_stmt_d, reached]
look_back: none
params:
  days:
    about: Days after the settlement by which all three hold the record
    default: "2"
    least: "1"
    most: "30"
amount: a2
amount_note: The fund of the settlement, or the largest difference between two parties
not_a_finding_when:
  - 国家平台批处理延迟，已有延迟通知。
  - 对方省份系统停机维护。
reviewer_checks:
  - 在国家平台查询该笔交易三方状态。
  - 向对方省份发起协同工单。
handler: [H6]
*/
WITH
held AS (
    SELECT
        s.setl_id,
        s.fixmedins_code,
        s.setl_date,
        s.fund_pay_sumamt,
        r.as_of
    FROM settlement_history AS s
    CROSS JOIN reached AS r
    WHERE s.scope = 'CROSS_PROV' AND s.setl_type = '2' AND DATE_DIFF('day', s.setl_date, CAST(r.as_of AS DATE)) > $days
),

compared AS (
    SELECT
        h.*,
        t.hosp_fund,
        t.treat_fund,
        t.insu_fund,
        CASE
            WHEN t.setl_id IS NULL THEN '无三方对账记录'
            WHEN t.hosp_flag <> '1' THEN '机构缺记录'
            WHEN t.treat_flag <> '1' THEN '就医地缺记录'
            WHEN t.insu_flag <> '1' THEN '参保地缺记录'
            WHEN
                COALESCE(t.hosp_fund, h.fund_pay_sumamt) <> h.fund_pay_sumamt
                OR COALESCE(t.treat_fund, h.fund_pay_sumamt) <> h.fund_pay_sumamt
                OR COALESCE(t.insu_fund, h.fund_pay_sumamt) <> h.fund_pay_sumamt
                THEN '金额不符'
        END AS kind,
        GREATEST(
            ABS(COALESCE(t.hosp_fund, h.fund_pay_sumamt) - h.fund_pay_sumamt),
            ABS(COALESCE(t.treat_fund, h.fund_pay_sumamt) - h.fund_pay_sumamt),
            ABS(COALESCE(t.insu_fund, h.fund_pay_sumamt) - h.fund_pay_sumamt)
        ) AS apart
    FROM held AS h
    LEFT JOIN tri_stmt_d AS t ON h.setl_id = t.setl_id
)

SELECT
    fixmedins_code AS subject_id,
    CAST(setl_date AS VARCHAR) AS period,
    setl_id,
    -- Once the month has ended its clearing waits for the record.
    CASE WHEN LEFT(CAST(as_of AS VARCHAR), 7) > LEFT(CAST(setl_date AS VARCHAR), 7) THEN 3 ELSE 2 END AS severity,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CASE WHEN kind = '金额不符' THEN apart ELSE ABS(fund_pay_sumamt) END AS a2,
    kind AS because_kind,
    setl_date AS because_settled,
    as_of AS because_as_of,
    DATE_DIFF('day', setl_date, CAST(as_of AS DATE)) AS because_days,
    fund_pay_sumamt AS because_held,
    COALESCE(CAST(hosp_fund AS VARCHAR), '无') AS because_institution,
    COALESCE(CAST(treat_fund AS VARCHAR), '无') AS because_treating,
    COALESCE(CAST(insu_fund AS VARCHAR), '无') AS because_insured
FROM compared
WHERE kind IS NOT NULL
/* examples
- name: all three hold it
  kind: clear
  given: {settlement_history: [{scope: CROSS_PROV}], tri_stmt_d: [{}], reached: [{}]}
- name: the insured region has nothing
  kind: flag
  given:
    settlement_history: [{scope: CROSS_PROV}]
    tri_stmt_d: [{insu_flag: "0", insu_fund: null}]
    reached: [{}]
  expect: {H51010000001/2026-11-09/S1: {a2: "6800.00", severity: 2, because: {because_kind: 参保地缺记录}}}
- name: two days after the settlement, and three
  kind: edge
  given:
    settlement_history:
      - {scope: CROSS_PROV, setl_date: 2026-11-18}
      - {setl_id: S2, scope: CROSS_PROV, setl_date: 2026-11-17}
    tri_stmt_d: []
    reached: [{}]
  expect: {H51010000001/2026-11-17/S2: {a2: "6800.00", because: {because_kind: 无三方对账记录, because_days: "3"}}}
- name: the treating region has booked another amount
  kind: flag
  given:
    settlement_history: [{scope: CROSS_PROV}]
    tri_stmt_d: [{treat_fund: "6700.00"}]
    reached: [{}]
  expect: {H51010000001/2026-11-09/S1: {a2: "100.00", because: {because_kind: 金额不符}}}
- name: the month has ended
  kind: flag
  given:
    settlement_history: [{scope: CROSS_PROV, setl_date: 2026-10-30}]
    tri_stmt_d: []
    reached: [{as_of: 2026-11-02}]
  expect: {H51010000001/2026-10-30/S1: {severity: 3}}
- name: care inside the province is not reconciled with the national platform
  kind: clear
  given: {settlement_history: [{}], tri_stmt_d: [], reached: [{}]}
*/
