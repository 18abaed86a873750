/* rule
id: ST-02
version: 1
title_zh: 结算恒等式不成立
title: Settlement identities broken
status: active
certainty: definite
severity: 2
level: settlement
owner: 信息管理处
summary: >
  The header of a settlement contradicts itself: the total is not the sum of its four parts, the fund not the sum of the
  funds, of the header or of the breakdown, the total not what fund, person and hospital bear, or the person's share
  not account and cash. One finding names every identity that breaks.
sentence_zh: 结算单自相矛盾：{because_broken}；医疗费总额{because_total}元，基金支付{because_fund}元，个人负担{because_person}元。
basis:
  - 《四川省异地就医结算管理办法》第十三条
  - 全国统一医保信息平台结算数据勾稽关系
national_code: none（结算复算）
in_force: {since: 2021-05-01}
dated_by: setl_date
reads: [settlement, setl_fund_d]
look_back: none
params:
  tolerance:
    about: Yuan by which a sum of the header may differ from its parts
    default: "0.01"
    least: "0.00"
    most: "1.00"
  parts_tolerance:
    about: Yuan by which the total may differ from its four parts, which are rounded line by line
    default: "0.05"
    least: "0.00"
    most: "1.00"
amount: exposure
amount_note: >
  The largest of the differences. Nothing is at issue before the header is mended: which of two contradicting numbers is
  the wrong one is not known.
not_a_finding_when:
  - 逐条拆分的四舍五入差，总额与四部分之和相差五分以内（已排除）。
  - 就医系统把家庭共济支付并入个人账户支付重复上传，接入时应先按来源核对口径。
  - 医院负担部分计入个人负担的来源系统，需在接入适配中更正。
  - 基金分项表晚到，没有分项的结算不核对分项合计（已排除）。
reviewer_checks:
  - 先看是哪一个恒等式不成立，再看同一来源系统是否批量出现。
  - 调原始结算单和票据，以票据金额确定哪一项有误。
  - 涉及基金合计的，与当日对账和清算金额核对，是否已按错误金额清算。
handler: [H6]
suppressors: [S-REF]
*/
WITH
fund AS (
    SELECT
        setl_id,
        -- The personal account is no fund.
        SUM(CASE WHEN fund_pay_type = '310200' THEN 0 ELSE fund_payamt END) AS total
    FROM setl_fund_d
    GROUP BY setl_id
),

compared AS (
    SELECT
        s.setl_id,
        s.medfee_sumamt,
        s.fund_pay_sumamt,
        s.psn_pay,
        s.medfee_sumamt - (s.fulamt_ownpay_amt + s.overlmt_selfpay + s.preselfpay_amt + s.inscp_amt) AS parts,
        s.fund_pay_sumamt - (
            s.hifp_pay + s.cvlserv_pay + s.hifes_pay + s.hifmi_pay + s.hifob_pay + s.hifdm_pay + s.maf_pay
            + s.othfund_pay
        ) AS funds,
        COALESCE(s.fund_pay_sumamt - f.total, 0) AS breakdown,
        s.medfee_sumamt - (s.fund_pay_sumamt + s.psn_pay + s.ownpay_hosp_part) AS payers,
        s.psn_pay - (s.acct_pay + s.acct_mulaid_pay + s.cash_payamt) AS person
    FROM settlement AS s
    LEFT JOIN fund AS f ON s.setl_id = f.setl_id
),

tested AS (
    SELECT
        setl_id,
        medfee_sumamt,
        fund_pay_sumamt,
        psn_pay,
        CASE WHEN ABS(parts) > $parts_tolerance THEN ABS(parts) ELSE 0 END AS by_parts,
        CASE WHEN ABS(funds) > $tolerance THEN ABS(funds) ELSE 0 END AS by_funds,
        CASE WHEN ABS(breakdown) > $tolerance THEN ABS(breakdown) ELSE 0 END AS by_breakdown,
        CASE WHEN ABS(payers) > $tolerance THEN ABS(payers) ELSE 0 END AS by_payers,
        CASE WHEN ABS(person) > $tolerance THEN ABS(person) ELSE 0 END AS by_person
    FROM compared
),

named AS (
    SELECT
        setl_id,
        medfee_sumamt,
        fund_pay_sumamt,
        psn_pay,
        CAST(
            GREATEST(by_parts, by_funds, by_breakdown, by_payers, by_person) AS DECIMAL(18, 2)
        ) AS largest,
        CASE
            WHEN by_parts > 0
                THEN '、总额与四部分之和相差' || CAST(CAST(by_parts AS DECIMAL(18, 2)) AS VARCHAR) || '元'
            ELSE ''
        END
        || CASE
            WHEN by_funds > 0
                THEN '、基金合计与各项基金之和相差' || CAST(CAST(by_funds AS DECIMAL(18, 2)) AS VARCHAR) || '元'
            ELSE ''
        END
        || CASE
            WHEN by_breakdown > 0
                THEN '、基金合计与基金分项表相差' || CAST(CAST(by_breakdown AS DECIMAL(18, 2)) AS VARCHAR) || '元'
            ELSE ''
        END
        || CASE
            WHEN by_payers > 0
                THEN '、总额与基金、个人、医院负担之和相差' || CAST(CAST(by_payers AS DECIMAL(18, 2)) AS VARCHAR) || '元'
            ELSE ''
        END
        || CASE
            WHEN by_person > 0
                THEN '、个人负担与账户、现金之和相差' || CAST(CAST(by_person AS DECIMAL(18, 2)) AS VARCHAR) || '元'
            ELSE ''
        END AS broken
    FROM tested
)

SELECT
    setl_id,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CAST(0 AS DECIMAL(18, 2)) AS a2,
    largest AS exposure,
    SUBSTRING(broken, 2) AS because_broken,
    largest AS because_difference,
    medfee_sumamt AS because_total,
    fund_pay_sumamt AS because_fund,
    psn_pay AS because_person
FROM named
WHERE largest > 0
/* examples
- name: everything adds up
  kind: clear
  given: {settlement: [{}], setl_fund_d: [{}]}
- name: the total is not the sum of its four parts
  kind: flag
  given: {settlement: [{preselfpay_amt: "900.00"}], setl_fund_d: [{}]}
  expect: {S1: {exposure: "200.00", a2: "0.00", because: {because_broken: 总额与四部分之和相差200.00元}}}
- name: the fund is not the sum of the header's funds
  kind: flag
  given: {settlement: [{othfund_pay: "35.50"}], setl_fund_d: [{}]}
  expect: {S1: {exposure: "35.50", because: {because_broken: 基金合计与各项基金之和相差35.50元}}}
- name: the breakdown says less than the header
  kind: flag
  given: {settlement: [{}], setl_fund_d: [{fund_payamt: "6000.00"}, {fund_pay_type: "330100", fund_payamt: "700.00"}]}
  expect: {S1: {exposure: "100.00", because: {because_broken: 基金合计与基金分项表相差100.00元}}}
- name: total and payers, and the fund with them
  kind: flag
  given: {settlement: [{fund_pay_sumamt: "6900.00"}], setl_fund_d: [{}]}
  expect:
    S1:
      exposure: "100.00"
      because:
        because_broken: >-
          基金合计与各项基金之和相差100.00元、基金合计与基金分项表相差100.00元、总额与基金、个人、医院负担之和相差100.00元
- name: the person's share is not account and cash
  kind: flag
  given: {settlement: [{cash_payamt: "2050.00"}], setl_fund_d: [{}]}
  expect: {S1: {exposure: "50.00", because: {because_broken: 个人负担与账户、现金之和相差50.00元}}}
- name: five cents of rounding between the parts, and six
  kind: edge
  given:
    settlement: [{setl_id: AT, preselfpay_amt: "700.05"}, {setl_id: ABOVE, preselfpay_amt: "699.94"}]
    setl_fund_d: []
  expect: {ABOVE: "0.06"}
- name: one cent between the other sums, and two
  kind: edge
  given:
    settlement: [{setl_id: AT, cash_payamt: "2000.01"}, {setl_id: ABOVE, cash_payamt: "1999.98"}]
    setl_fund_d: []
  expect: {ABOVE: "0.02"}
- name: the breakdown has not come
  kind: clear
  given: {settlement: [{}], setl_fund_d: []}
- name: the account stands in the breakdown and is no fund
  kind: clear
  given: {settlement: [{}], setl_fund_d: [{}, {fund_pay_type: "310200", fund_payamt: "1200.00"}]}
- name: only the account stands in the breakdown
  kind: flag
  given: {settlement: [{}], setl_fund_d: [{fund_pay_type: "310200", fund_payamt: "1200.00"}]}
  expect: {S1: "6800.00"}
- name: the hospital bears a part
  kind: clear
  given:
    settlement: [{psn_pay: "3000.00", cash_payamt: "1800.00", ownpay_hosp_part: "200.00"}]
    setl_fund_d: [{}]
*/
