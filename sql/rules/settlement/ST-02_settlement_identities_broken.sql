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
  Sums that must agree in every settlement do not: the parts of the total (I3), the funds (I5), the funds by type (I6),
  who paid (I7), how the person paid (I8). I6 is compared wherever the settlement has any row by type; the account is no
  fund, so a settlement that has only account rows must have been paid by no fund. One finding names all that are
  broken, with their figures.
sentence_zh: "结算单自相矛盾：{because_broken}。"
facts:
  because_identities: 不成立的恒等式
  because_broken: 矛盾之处
  because_difference: 最大差额（元）
basis:
  - 《四川省异地就医结算管理办法》第十三条
  - 医保结算数据标准：结算恒等式
national_code: none
in_force: {since: 2021-01-01}
dated_by: setl_date
reads: [settlement, setl_fund_d]
look_back: none
params:
  split_tolerance:
    about: Yuan by which the total may differ from its four parts, because lines are rounded one by one
    default: "0.05"
    least: "0.00"
    most: "1.00"
  tolerance:
    about: Yuan by which the other sums may differ
    default: "0.01"
    least: "0.00"
    most: "1.00"
amount: exposure
amount_note: The largest of the broken differences. What was paid wrongly is known once the record is mended.
not_a_finding_when:
  - 某省接口把家庭共济计入个人账户支付，或把医院负担计入个人支付（应在来源适配时配置）。
  - 基金分项表缺少该结算（没有任何分项的不比较 I6；只有个人账户分项的按基金为零比较）。
  - 冲正重结的中间状态，次日数据已更正。
reviewer_checks:
  - 核对平台结算单与医院票据的金额。
  - 查该来源的接口版本和字段口径。
  - 涉及基金分项的，与参保地清算数据核对。
handler: [H6]
suppressors_in_sql: [S-REF]
*/
WITH
fund AS (
    SELECT
        setl_id,
        -- The person's own account and the family's are no fund, but such a row shows that the table was sent.
        SUM(CASE WHEN fund_pay_type IN ('310200', '310300') THEN 0 ELSE fund_payamt END) AS total
    FROM setl_fund_d
    GROUP BY setl_id
),

summed AS (
    SELECT
        s.setl_id,
        s.medfee_sumamt,
        s.fund_pay_sumamt,
        s.psn_pay,
        s.fulamt_ownpay_amt + s.overlmt_selfpay + s.preselfpay_amt + s.inscp_amt AS parts,
        s.hifp_pay + s.cvlserv_pay + s.hifes_pay + s.hifmi_pay + s.hifob_pay + s.hifdm_pay + s.maf_pay + s.othfund_pay
            AS funds,
        COALESCE(f.total, s.fund_pay_sumamt) AS by_type,
        s.fund_pay_sumamt + s.psn_pay + s.ownpay_hosp_part AS payers,
        s.acct_pay + s.acct_mulaid_pay + s.cash_payamt AS person_parts
    FROM settlement AS s
    LEFT JOIN fund AS f ON s.setl_id = f.setl_id
),

compared AS (
    SELECT
        setl_id,
        CASE WHEN ABS(medfee_sumamt - parts) > $split_tolerance THEN ABS(medfee_sumamt - parts) ELSE 0 END AS i3,
        CASE WHEN ABS(fund_pay_sumamt - funds) > $tolerance THEN ABS(fund_pay_sumamt - funds) ELSE 0 END AS i5,
        CASE WHEN ABS(fund_pay_sumamt - by_type) > $tolerance THEN ABS(fund_pay_sumamt - by_type) ELSE 0 END AS i6,
        CASE WHEN ABS(medfee_sumamt - payers) > $tolerance THEN ABS(medfee_sumamt - payers) ELSE 0 END AS i7,
        CASE WHEN ABS(psn_pay - person_parts) > $tolerance THEN ABS(psn_pay - person_parts) ELSE 0 END AS i8,
        medfee_sumamt,
        fund_pay_sumamt,
        psn_pay,
        parts,
        funds,
        by_type,
        payers,
        person_parts
    FROM summed
),

named AS (
    SELECT
        setl_id,
        GREATEST(i3, i5, i6, i7, i8) AS largest,
        CASE
            WHEN i3 > 0
                THEN
                    '；费用总额 ' || CAST(medfee_sumamt AS VARCHAR)
                    || ' 元，自费、超限、先行自付与范围内合计 ' || CAST(parts AS VARCHAR) || ' 元'
            ELSE ''
        END
        || CASE
            WHEN i5 > 0
                THEN
                    '；基金支付总额 ' || CAST(fund_pay_sumamt AS VARCHAR)
                    || ' 元，各项基金合计 ' || CAST(funds AS VARCHAR) || ' 元'
            ELSE ''
        END
        || CASE
            WHEN i6 > 0
                THEN
                    '；基金支付总额 ' || CAST(fund_pay_sumamt AS VARCHAR)
                    || ' 元，分项表合计 ' || CAST(by_type AS VARCHAR) || ' 元'
            ELSE ''
        END
        || CASE
            WHEN i7 > 0
                THEN
                    '；费用总额 ' || CAST(medfee_sumamt AS VARCHAR)
                    || ' 元，基金、个人与医院负担合计 ' || CAST(payers AS VARCHAR) || ' 元'
            ELSE ''
        END
        || CASE
            WHEN i8 > 0
                THEN
                    '；个人支付 ' || CAST(psn_pay AS VARCHAR)
                    || ' 元，账户、共济与现金合计 ' || CAST(person_parts AS VARCHAR) || ' 元'
            ELSE ''
        END AS broken,
        CASE WHEN i3 > 0 THEN ' I3' ELSE '' END
        || CASE WHEN i5 > 0 THEN ' I5' ELSE '' END
        || CASE WHEN i6 > 0 THEN ' I6' ELSE '' END
        || CASE WHEN i7 > 0 THEN ' I7' ELSE '' END
        || CASE WHEN i8 > 0 THEN ' I8' ELSE '' END AS identities
    FROM compared
)

SELECT
    setl_id,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CAST(0 AS DECIMAL(18, 2)) AS a2,
    largest AS exposure,
    TRIM(identities) AS because_identities,
    SUBSTRING(broken, 2) AS because_broken,
    largest AS because_difference
FROM named
WHERE largest > 0
/* examples
- name: everything adds up
  kind: clear
  given: {settlement: [{}], setl_fund_d: [{}]}
- name: the funds do not add up
  kind: flag
  given: {settlement: [{hifp_pay: "6700.00"}], setl_fund_d: [{}]}
  expect: {S1: {exposure: "100.00", a1: "0.00", because: {because_identities: I5}}}
- name: two identities in one finding, with their figures
  kind: flag
  given: {settlement: [{medfee_sumamt: "10010.00"}], setl_fund_d: [{}]}
  expect:
    S1:
      exposure: "10.00"
      because:
        because_identities: I3 I7
        because_broken: >-
          费用总额 10010.00 元，自费、超限、先行自付与范围内合计 10000.00 元；费用总额 10010.00 元，基金、个人与医院负担合计 10000.00 元
- name: the split five fen apart, and six
  kind: edge
  given:
    settlement: [{setl_id: FIVE, preselfpay_amt: "699.95"}, {setl_id: SIX, preselfpay_amt: "699.94"}]
    setl_fund_d: []
  expect: {SIX: "0.06"}
- name: the person's part a fen apart, and two
  kind: edge
  given:
    settlement: [{setl_id: ONE, cash_payamt: "1999.99"}, {setl_id: TWO, cash_payamt: "1999.98"}]
    setl_fund_d: []
  expect: {TWO: {exposure: "0.02", because: {because_identities: I8}}}
- name: the account is no fund
  kind: clear
  given:
    settlement: [{}]
    setl_fund_d:
      - {}
      - {fund_pay_type: "310200", fund_payamt: "1200.00"}
      - {fund_pay_type: "310300", fund_payamt: "50.00"}
- name: a fund by type is missing
  kind: flag
  given: {settlement: [{}], setl_fund_d: [{fund_payamt: "6000.00"}]}
  expect: {S1: {exposure: "800.00", because: {because_identities: I6}}}
- name: only the account has a row, and no fund paid
  kind: clear
  given:
    settlement: [{hifp_pay: "0.00", fund_pay_sumamt: "0.00", psn_pay: "10000.00", cash_payamt: "8800.00"}]
    setl_fund_d: [{fund_pay_type: "310200", fund_payamt: "1200.00"}]
- name: only the account has a row, though a fund paid
  kind: flag
  given: {settlement: [{}], setl_fund_d: [{fund_pay_type: "310200", fund_payamt: "1200.00"}]}
  expect: {S1: {exposure: "6800.00", because: {because_identities: I6}}}
- name: without rows by type there is nothing to compare
  kind: clear
  given: {settlement: [{}], setl_fund_d: []}
- name: the hospital's share is somebody's
  kind: clear
  given: {settlement: [{ownpay_hosp_part: "100.00", medfee_sumamt: "10100.00", inscp_amt: "8900.00"}], setl_fund_d: []}
*/
