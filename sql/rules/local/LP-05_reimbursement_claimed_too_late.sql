/* rule
id: LP-05
version: 1
title_zh: 报销申报超过时限
title: Reimbursement claimed too late
status: active
certainty: definite
severity: 2
level: settlement
owner: 异地就医结算处
summary: >
  Where the insured region sets a time limit for claims: a claim paid at the counter was handed in more days after the
  end of care than the limit gives. The claim belongs to the settlement by its invoice, or by institution and dates.
  A claim without its date of application is not judged.
sentence_zh: >-
  {because_ended}就诊结束，{because_claimed}申报，已过{because_days}天，{because_insured_in}规定时限{because_limit}天，
  基金已支付{because_fund}元。
facts:
  because_insured_in: 参保地
  because_ended: 就诊结束日期
  because_claimed: 申报日期
  because_days: 已过天数
  because_limit: 规定时限（天）
  because_claim: 零星报销编号
  because_fund: 基金支付（元）
  because_source: 规定出处
basis:
  - 广西做法（2009年地方做法调研）：规定报销申报时限
  - 《四川省异地就医结算管理办法》第十四条第（二）项
national_code: none
in_force: {since: 2021-01-01}
dated_by: enddate
reads: [settlement, manl_claim_d, policy_value, agency]
look_back: none
params:
  grace_days:
    about: Days beyond the limit that are let pass
    default: "0"
    least: "0"
    most: "90"
amount: a2
amount_note: The fund of the whole claim
not_a_finding_when:
  - 因不可抗力、诉讼或第三方责任认定逾期，已有证明。
  - 首次申报在时限内，材料退回后补正。
reviewer_checks:
  - 查申报受理记录的首次受理日期。
  - 查逾期说明与证明材料。
handler: [H5]
*/
WITH
claimed AS (
    SELECT
        s.setl_id,
        s.enddate,
        s.insu_pool,
        m.manl_claim_no,
        m.appy_date
    FROM settlement AS s
    INNER JOIN manl_claim_d AS m ON s.psn_no = m.psn_no
    WHERE
        s.setl_type = '1'
        AND m.vali_flag = '1'
        AND m.appy_date IS NOT NULL
        AND (
            s.invono = m.invono
            OR (s.fixmedins_code = m.fixmedins_code AND s.begndate = m.begndate AND s.enddate = m.enddate)
        )
    -- The first day on which it was handed in counts.
    QUALIFY ROW_NUMBER() OVER (PARTITION BY s.setl_id ORDER BY m.appy_date ASC, m.manl_claim_no ASC) = 1
)

SELECT
    c.setl_id,
    s.medfee_sumamt AS a0,
    s.inscp_amt AS a1,
    s.fund_pay_sumamt AS a2,
    COALESCE(home.name_zh, s.insu_admdvs) AS because_insured_in,
    c.enddate AS because_ended,
    c.appy_date AS because_claimed,
    DATE_DIFF('day', c.enddate, c.appy_date) AS because_days,
    CAST(ROUND(p.number) AS BIGINT) AS because_limit,
    c.manl_claim_no AS because_claim,
    s.fund_pay_sumamt AS because_fund,
    p.source AS because_source
FROM claimed AS c
INNER JOIN settlement AS s ON c.setl_id = s.setl_id
INNER JOIN policy_value AS p
    ON
        s.insu_pool = p.pool AND p.parameter = 'practice.claim_days'
        AND s.enddate >= p.valid_from AND s.enddate < p.valid_until
LEFT JOIN agency AS home ON s.insu_pool = home.pool
WHERE DATE_DIFF('day', c.enddate, c.appy_date) > p.number + $grace_days AND s.fund_pay_sumamt > 0
/* examples
- name: claimed a week after the stay
  kind: clear
  given: {settlement: [{setl_type: "1", invono: INV0001}], manl_claim_d: [{}], policy_value: [{}], agency: [{}]}
- name: claimed after the limit
  kind: flag
  given:
    settlement: [{setl_type: "1", invono: INV0001}]
    manl_claim_d: [{appy_date: 2027-06-01}]
    policy_value: [{}]
    agency: [{pool: "5113", name_zh: 南充市}]
  expect: {S1: {a0: "10000.00", a1: "8800.00", a2: "6800.00", because: {because_days: "204", because_limit: "180"}}}
- name: a hundred and eighty days, and a day more
  kind: edge
  given:
    settlement:
      - {setl_type: "1", invono: INV0001}
      - {setl_id: LATE, setl_type: "1", invono: INV0002, enddate: 2026-11-08}
    manl_claim_d: [{appy_date: 2027-05-08}, {manl_claim_no: L2, invono: INV0002, appy_date: 2027-05-08}]
    policy_value: [{}]
    agency: [{}]
  expect: {LATE: {a2: "6800.00", because: {because_days: "181"}}}
- name: no limit in the insured region
  kind: clear
  given:
    settlement: [{setl_type: "1", invono: INV0001}]
    manl_claim_d: [{appy_date: 2027-06-01}]
    policy_value: [{pool: "5107"}]
    agency: [{}]
- name: settled over the network, whatever claim there is besides
  kind: clear
  given:
    settlement: [{invono: INV0001}]
    manl_claim_d: [{appy_date: 2027-06-01}]
    policy_value: [{}]
    agency: [{}]
- name: found by institution and dates where no invoice is named; a claim that was withdrawn does not count
  kind: edge
  given:
    settlement: [{setl_type: "1"}]
    manl_claim_d: [{invono: null, appy_date: 2027-06-01}, {manl_claim_no: L2, appy_date: 2026-11-20, vali_flag: "0"}]
    policy_value: [{}]
    agency: [{}]
  expect: {S1: "6800.00"}
- name: handed in within the limit first, and again later
  kind: clear
  given:
    settlement: [{setl_type: "1", invono: INV0001}]
    manl_claim_d: [{}, {manl_claim_no: L2, appy_date: 2027-06-01}]
    policy_value: [{}]
    agency: [{}]
*/
