/* rule
id: LP-11
version: 1
title_zh: 同城待遇
title: Same-city treatment not given
status: active
certainty: definite
severity: 2
level: settlement
owner: 异地就医结算处
summary: >
  Insured and treating region share a same-city agreement on the day, so that no filing is asked for and nothing is
  reduced; yet a reduction or a deductible for care away from home was applied. The patient was paid too little: a2 is
  negative, and the same amount is owed.
sentence_zh: >-
  参保地{because_insured_in}与就医地{because_treated_in}执行同城待遇，却按异地降低待遇结算：
  基金应付{because_expected_fund}元，实付{because_paid_fund}元，应补付参保人{because_owed}元。
facts:
  because_insured_in: 参保地
  because_treated_in: 就医地
  because_settled: 结算日期
  because_paid_ratio: 实际支付比例
  because_policy_ratio: 政策支付比例
  because_expected_fund: 应付基金（元）
  because_paid_fund: 实付基金（元）
  because_owed: 应补付参保人（元）
  because_recomputed: 复算说明
basis:
  - 《四川省异地就医结算管理办法》第十三条、第二十一条
  - 同城化就医结算协议
  - 2009 年各地做法汇编：上海市同城待遇
national_code: none
in_force: {since: 2021-01-01}
dated_by: setl_date
reads: [settlement, recomputed, agency]
look_back: none
params:
  tolerance:
    about: Yuan of under-payment up to which nothing is said
    default: "1.00"
    least: "0.00"
    most: "100.00"
amount: a2
amount_note: Negative, because it was paid too little; what is owed to the patient is the same amount.
not_a_finding_when:
  - 协议只覆盖部分机构或医疗类别。
  - 协议生效日之前的结算（按结算日已排除）。
  - 结算在协议切换期，次日已补付。
reviewer_checks:
  - 核对同城化协议的地区、机构和医疗类别。
  - 与参保地核对该笔是否已补付。
  - 同一参保地同期其他结算是否同样，以判断是参数未切换。
handler: [H5]
*/
SELECT
    r.setl_id,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    r.by_benefit + COALESCE(r.by_filing, 0) AS a2,
    COALESCE(home.name_zh, s.insu_admdvs) AS because_insured_in,
    COALESCE(away.name_zh, s.fix_blng_admdvs) AS because_treated_in,
    s.setl_date AS because_settled,
    r.paid_ratio AS because_paid_ratio,
    r.policy_ratio AS because_policy_ratio,
    r.expected_fund AS because_expected_fund,
    r.paid_fund AS because_paid_fund,
    -(r.by_benefit + COALESCE(r.by_filing, 0)) AS because_owed,
    r.cause_zh AS because_recomputed
FROM recomputed AS r
INNER JOIN settlement AS s ON r.setl_id = s.setl_id
LEFT JOIN agency AS home ON s.insu_pool = home.pool
LEFT JOIN agency AS away ON s.treat_pool = away.pool
WHERE
    r.status IN ('recomputed', 'no_lines')
    AND s.is_cross_region
    AND r.is_same_city
    -- A reduction found by another name is the same fault here.
    AND r.cause IN ('same_city', 'wrong_reduction', 'deductible')
    AND r.by_benefit + COALESCE(r.by_filing, 0) < -$tolerance
/* examples
- name: settled like at home
  kind: clear
  given: {settlement: [{}], recomputed: [{is_same_city: true, filing_status: NOT_NEEDED}], agency: []}
- name: reduced like any care away from home
  kind: flag
  given:
    settlement: [{hifp_pay: "6000.00"}]
    recomputed:
      - {is_same_city: true, filing_status: NOT_NEEDED, paid_fund: "6000.00", by_benefit: "-800.00",
         difference: "-800.00", cause: same_city}
    agency: [{}]
  expect: {S1: {a2: "-800.00", because: {because_owed: "800.00", because_insured_in: 南充市}}}
- name: the deductible for care away from home
  kind: flag
  given:
    settlement: [{act_pay_dedc: "1000.00"}]
    recomputed: [{is_same_city: true, by_benefit: "-170.00", cause: deductible}]
    agency: []
  expect: {S1: "-170.00"}
- name: no agreement between the two
  kind: clear
  given: {settlement: [{}], recomputed: [{by_benefit: "-800.00", cause: wrong_reduction}], agency: []}
- name: paid too much, or for another cause
  kind: clear
  given:
    settlement: [{}, {setl_id: S2}]
    recomputed:
      - {is_same_city: true, by_benefit: "800.00", cause: deductible}
      - {setl_id: S2, is_same_city: true, by_benefit: "-800.00", cause: wrong_level}
    agency: []
- name: a yuan too little, and a cent more
  kind: edge
  given:
    settlement: [{setl_id: AT}, {setl_id: BELOW}]
    recomputed:
      - {setl_id: AT, is_same_city: true, by_benefit: "-1.00", cause: same_city}
      - {setl_id: BELOW, is_same_city: true, by_benefit: "-1.01", cause: same_city}
    agency: []
  expect: {BELOW: "-1.01"}
*/
