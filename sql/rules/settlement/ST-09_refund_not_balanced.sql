/* rule
id: ST-09
version: 1
title_zh: 退费冲销不平
title: Refund not balanced
status: active
certainty: definite
severity: 2
level: settlement
owner: 信息管理处
summary: >
  A settlement is taken back by exactly one reversal, and every amount of the two adds up to nothing. Found are: a
  settlement with two reversals; one whose reversal leaves something over, or takes back more than was settled; a
  reversal that names no settlement, or one that was never received or is withdrawn; and a settlement that was taken
  back and within days settled again at a higher bill and a higher fund. Settled again at the same bill is no finding:
  whether the fund is right then, the recomputation says. An original that was set aside on receipt is known, not
  missing.
sentence_zh: "退费冲销不平：{because_kind}；{because_amounts}，基金余差{because_residual_fund}元。"
facts:
  because_kind: 差错类型
  because_amounts: 金额对照
  because_reversals: 冲销笔数
  because_original: 原结算编号
  because_residual_fund: 基金余差（元）
  because_settled: 结算日期
  because_reversed: 冲销日期
basis:
  - 《四川省异地就医结算管理办法》第十三条、第十六条
  - 医保结算数据标准：结算恒等式 I14
national_code: none
in_force: {since: 2021-01-01}
dated_by: setl_date
reads: [settlement, settlement_history, reversal, set_aside]
look_back: {days: 31}
params:
  tolerance:
    about: Yuan by which an original and its reversal may be off in any amount
    default: "0.00"
    least: "0.00"
    most: "1.00"
  again_days:
    about: Days after a reversal within which a new settlement of the same care counts as settled again
    default: "3"
    least: "1"
    most: "30"
  higher_by:
    about: Yuan by which bill and fund must both be higher to be reported as billed again
    default: "1.00"
    least: "0.00"
    most: "1000.00"
amount: exposure
amount_note: >
  The largest residual of the amounts; where it was billed again, what the fund paid more. Nothing is at issue in scope:
  what was taken back does not count, and what was settled again is judged by the other rules.
not_a_finding_when:
  - 冲销跨清算期入账，下一清算期到账后自平。
  - 原结算发生在数据接入之前，本库没有原结算。
  - 补传漏费后依法重新结算，票据与清单齐全。
  - 原结算因数据质量被暂存（已排除，修复重放后再比较）。
reviewer_checks:
  - 核对原结算单、退费单和重新结算单的金额与时间。
  - 查退费原因，重新结算增加的费用是否有医嘱和记录。
  - 查该机构退费率是否异常。
handler: [H6]
suppressors_in_sql: [S-REF]
*/
WITH
taken_back AS (
    SELECT
        init_setl_id,
        COUNT(*) AS reversals,
        MAX(setl_time) AS setl_time,
        MAX(setl_date) AS setl_date,
        SUM(medfee_sumamt) AS medfee_sumamt,
        SUM(fulamt_ownpay_amt) AS fulamt_ownpay_amt,
        SUM(overlmt_selfpay) AS overlmt_selfpay,
        SUM(preselfpay_amt) AS preselfpay_amt,
        SUM(inscp_amt) AS inscp_amt,
        SUM(act_pay_dedc) AS act_pay_dedc,
        SUM(hifp_pay) AS hifp_pay,
        SUM(cvlserv_pay) AS cvlserv_pay,
        SUM(hifes_pay) AS hifes_pay,
        SUM(hifmi_pay) AS hifmi_pay,
        SUM(hifob_pay) AS hifob_pay,
        SUM(hifdm_pay) AS hifdm_pay,
        SUM(maf_pay) AS maf_pay,
        SUM(othfund_pay) AS othfund_pay,
        SUM(fund_pay_sumamt) AS fund_pay_sumamt,
        SUM(psn_pay) AS psn_pay,
        SUM(acct_pay) AS acct_pay,
        SUM(acct_mulaid_pay) AS acct_mulaid_pay,
        SUM(cash_payamt) AS cash_payamt,
        SUM(ownpay_hosp_part) AS ownpay_hosp_part
    FROM reversal
    WHERE init_setl_id IS NOT NULL
    GROUP BY init_setl_id
),

original AS (
    SELECT
        h.setl_id,
        h.person,
        h.fixmedins_code,
        h.mdtrt_id,
        h.begndate,
        h.enddate,
        h.med_type,
        h.setl_date,
        r.reversals,
        r.setl_time AS reversed_time,
        r.setl_date AS reversed_date,
        h.medfee_sumamt,
        h.fund_pay_sumamt,
        r.medfee_sumamt AS back_medfee,
        r.fund_pay_sumamt AS back_fund,
        h.fund_pay_sumamt + r.fund_pay_sumamt AS residual_fund,
        GREATEST(
            ABS(h.medfee_sumamt + r.medfee_sumamt), ABS(h.fulamt_ownpay_amt + r.fulamt_ownpay_amt),
            ABS(h.overlmt_selfpay + r.overlmt_selfpay), ABS(h.preselfpay_amt + r.preselfpay_amt),
            ABS(h.inscp_amt + r.inscp_amt), ABS(h.act_pay_dedc + r.act_pay_dedc), ABS(h.hifp_pay + r.hifp_pay),
            ABS(h.cvlserv_pay + r.cvlserv_pay), ABS(h.hifes_pay + r.hifes_pay), ABS(h.hifmi_pay + r.hifmi_pay),
            ABS(h.hifob_pay + r.hifob_pay), ABS(h.hifdm_pay + r.hifdm_pay), ABS(h.maf_pay + r.maf_pay),
            ABS(h.othfund_pay + r.othfund_pay), ABS(h.fund_pay_sumamt + r.fund_pay_sumamt), ABS(h.psn_pay + r.psn_pay),
            ABS(h.acct_pay + r.acct_pay), ABS(h.acct_mulaid_pay + r.acct_mulaid_pay),
            ABS(h.cash_payamt + r.cash_payamt), ABS(h.ownpay_hosp_part + r.ownpay_hosp_part)
        ) AS largest
    FROM settlement_history AS h
    INNER JOIN taken_back AS r ON h.setl_id = r.init_setl_id
    WHERE NOT h.is_reversal
),

again AS (
    SELECT
        s.setl_id,
        o.setl_id AS original,
        o.setl_date,
        o.reversed_date,
        o.medfee_sumamt AS first_bill,
        o.fund_pay_sumamt AS first_fund,
        s.medfee_sumamt AS second_bill,
        s.fund_pay_sumamt AS second_fund
    FROM settlement AS s
    INNER JOIN original AS o
        ON s.person = o.person AND s.fixmedins_code = o.fixmedins_code AND s.med_type = o.med_type
    WHERE
        o.reversals = 1
        AND o.largest <= $tolerance
        AND (s.mdtrt_id = o.mdtrt_id OR (s.begndate = o.begndate AND s.enddate = o.enddate))
        AND s.setl_time >= o.reversed_time
        AND DATE_DIFF('day', o.reversed_date, s.setl_date) <= $again_days
        AND s.medfee_sumamt > o.medfee_sumamt + $higher_by
        AND s.fund_pay_sumamt > o.fund_pay_sumamt + $higher_by
        AND DATE_DIFF('day', o.enddate, s.begndate) <= $look_back_days
        AND DATE_DIFF('day', s.enddate, o.begndate) <= $look_back_days
),

found AS (
    SELECT
        setl_id,
        CAST(NULL AS VARCHAR) AS linked_setl_id,
        CAST(0 AS DECIMAL(18, 2)) AS a0,
        CAST(0 AS DECIMAL(18, 2)) AS a1,
        largest AS exposure,
        2 AS severity,
        CASE
            WHEN reversals > 1 THEN '一笔结算被冲销 ' || CAST(reversals AS VARCHAR) || ' 次'
            WHEN medfee_sumamt + back_medfee < 0 OR residual_fund < 0 THEN '冲销金额大于原结算'
            ELSE '冲销不完整'
        END AS because_kind,
        '原结算总额 ' || CAST(medfee_sumamt AS VARCHAR) || ' 元、基金 ' || CAST(fund_pay_sumamt AS VARCHAR)
        || ' 元，冲销总额 ' || CAST(back_medfee AS VARCHAR) || ' 元、基金 ' || CAST(back_fund AS VARCHAR) || ' 元'
            AS because_amounts,
        reversals AS because_reversals,
        setl_id AS because_original,
        residual_fund AS because_residual_fund,
        setl_date AS because_settled,
        reversed_date AS because_reversed
    FROM original
    WHERE reversals > 1 OR largest > $tolerance
    UNION ALL
    SELECT
        r.setl_id,
        CAST(NULL AS VARCHAR) AS linked_setl_id,
        CAST(0 AS DECIMAL(18, 2)) AS a0,
        CAST(0 AS DECIMAL(18, 2)) AS a1,
        GREATEST(ABS(r.medfee_sumamt), ABS(r.fund_pay_sumamt)) AS exposure,
        2 AS severity,
        CASE WHEN r.init_setl_id IS NULL THEN '冲销未注明原结算' ELSE '冲销的原结算不存在或已作废' END AS because_kind,
        '冲销总额 ' || CAST(r.medfee_sumamt AS VARCHAR) || ' 元、基金 ' || CAST(r.fund_pay_sumamt AS VARCHAR) || ' 元'
            AS because_amounts,
        1 AS because_reversals,
        r.init_setl_id AS because_original,
        r.fund_pay_sumamt AS because_residual_fund,
        CAST(NULL AS DATE) AS because_settled,
        r.setl_date AS because_reversed
    FROM reversal AS r
    LEFT JOIN settlement_history AS h ON r.init_setl_id = h.setl_id AND NOT h.is_reversal
    LEFT JOIN set_aside AS q ON r.init_setl_id = q.setl_id AND q.table_name = 'setl_d'
    WHERE h.setl_id IS NULL AND q.setl_id IS NULL
    UNION ALL
    SELECT
        setl_id,
        original AS linked_setl_id,
        CAST(0 AS DECIMAL(18, 2)) AS a0,
        CAST(0 AS DECIMAL(18, 2)) AS a1,
        second_fund - first_fund AS exposure,
        1 AS severity,
        '退费后提高金额重新结算' AS because_kind,
        '原结算总额 ' || CAST(first_bill AS VARCHAR) || ' 元、基金 ' || CAST(first_fund AS VARCHAR)
        || ' 元，重新结算总额 ' || CAST(second_bill AS VARCHAR) || ' 元、基金 ' || CAST(second_fund AS VARCHAR) || ' 元'
            AS because_amounts,
        1 AS because_reversals,
        original AS because_original,
        second_fund - first_fund AS because_residual_fund,
        setl_date AS because_settled,
        reversed_date AS because_reversed
    FROM again
)

SELECT
    setl_id,
    linked_setl_id,
    a0,
    a1,
    exposure,
    severity,
    because_kind,
    because_amounts,
    because_reversals,
    because_original,
    because_residual_fund,
    because_settled,
    because_reversed
FROM found
/* examples
- name: taken back in full, once
  kind: clear
  given:
    settlement: []
    settlement_history: [{counts: false, is_reversed: true}, {setl_id: R1, counts: false, is_reversal: true}]
    reversal: [{}]
    set_aside: []
- name: taken back twice
  kind: flag
  given:
    settlement: []
    settlement_history: [{counts: false, is_reversed: true}]
    reversal: [{}, {setl_id: R2}]
    set_aside: []
  expect:
    S1:
      exposure: "10000.00"
      a1: "0.00"
      because: {because_kind: 一笔结算被冲销 2 次, because_reversals: "2", because_residual_fund: "-6800.00"}
- name: half of it was taken back
  kind: flag
  given:
    settlement: []
    settlement_history: [{counts: false, is_reversed: true}]
    reversal: [{medfee_sumamt: "-5000.00", inscp_amt: "-3800.00", fund_pay_sumamt: "-1800.00", hifp_pay: "-1800.00"}]
    set_aside: []
  expect: {S1: {exposure: "5000.00", because: {because_kind: 冲销不完整, because_residual_fund: "5000.00"}}}
- name: more was taken back than settled
  kind: flag
  given:
    settlement: []
    settlement_history: [{counts: false, is_reversed: true}]
    reversal: [{fund_pay_sumamt: "-6900.00"}]
    set_aside: []
  expect: {S1: {exposure: "100.00", because: {because_kind: 冲销金额大于原结算}}}
- name: the sums agree, the account does not
  kind: edge
  given:
    settlement: []
    settlement_history: [{counts: false, is_reversed: true}]
    reversal: [{acct_pay: "-1199.99", cash_payamt: "-2000.01"}]
    set_aside: []
  expect: {S1: {exposure: "0.01", because: {because_residual_fund: "0.00"}}}
- name: a reversal of what was never received
  kind: flag
  given:
    settlement: []
    settlement_history: [{setl_id: R1, counts: false, is_reversal: true, init_setl_id: S1}]
    reversal: [{}]
    set_aside: []
  expect: {R1: {exposure: "10000.00", because: {because_kind: 冲销的原结算不存在或已作废, because_original: S1}}}
- name: a reversal that names no settlement
  kind: flag
  given:
    settlement: []
    settlement_history: [{setl_id: R1, counts: false, is_reversal: true}]
    reversal: [{init_setl_id: null}]
    set_aside: []
  expect: {R1: {because: {because_kind: 冲销未注明原结算}}}
- name: the original was set aside on receipt
  kind: clear
  given:
    settlement: []
    settlement_history: [{setl_id: R1, counts: false, is_reversal: true, init_setl_id: S1}]
    reversal: [{}]
    set_aside: [{table_name: setl_d, primary_key: S1}]
- name: settled again for more, three days later and four
  kind: edge
  given:
    settlement:
      - {setl_id: S2, setl_time: 2026-11-13 09:00:00, setl_date: 2026-11-13, medfee_sumamt: "12000.00",
         fund_pay_sumamt: "8500.00"}
      - {setl_id: S3, setl_time: 2026-11-14 09:00:00, setl_date: 2026-11-14, medfee_sumamt: "12000.00",
         fund_pay_sumamt: "8500.00"}
    settlement_history: [{counts: false, is_reversed: true}, {setl_id: S2}, {setl_id: S3}]
    reversal: [{}]
    set_aside: []
  expect: {S2/S1: {exposure: "1700.00", severity: 1, because: {because_kind: 退费后提高金额重新结算}}}
- name: settled again at the same bill, with a filing that was there by then
  kind: clear
  given:
    settlement: [{setl_id: S2, setl_time: 2026-11-11 09:00:00, setl_date: 2026-11-11, fund_pay_sumamt: "8500.00"}]
    settlement_history: [{counts: false, is_reversed: true}, {setl_id: S2}]
    reversal: [{}]
    set_aside: []
- name: another visit to the same hospital
  kind: clear
  given:
    settlement:
      - {setl_id: S2, mdtrt_id: V2, begndate: 2026-11-11, enddate: 2026-11-12, setl_time: 2026-11-12 09:00:00,
         setl_date: 2026-11-12, medfee_sumamt: "12000.00", fund_pay_sumamt: "8500.00"}
    settlement_history: [{counts: false, is_reversed: true}, {setl_id: S2}]
    reversal: [{}]
    set_aside: []
*/
