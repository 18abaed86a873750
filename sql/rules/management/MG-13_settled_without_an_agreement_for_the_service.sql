/* rule
id: MG-13
version: 2
title_zh: 暂停/终止协议或超服务范围期间结算
title: Settled without an agreement for the service
status: active
certainty: definite
severity: 3
level: settlement
owner: 基金监管处
summary: >
  On the day of settlement the institution had no agreement for this kind of care: never one, not yet, no longer, or the
  network registration was suspended or cancelled. Care begun under an agreement may be settled some days after its end.
  Institutions without any row of contracts are not judged by them. Cross-region settlements of an institution suspended
  from the network are XR-08's and are not said twice.
sentence_zh: >-
  {because_institution}在{because_settled}结算{because_care}费用时{because_state}（{because_since}），
  就诊自{because_began}开始，基金支付{because_fund}元。
facts:
  because_institution: 机构
  because_care: 服务类别
  because_settled: 结算日期
  because_began: 就诊开始日期
  because_state: 协议状态
  because_since: 状态起止
  because_fund: 基金支付（元）
basis:
  - 《四川省异地就医结算管理办法》第七条、第十一条
  - 《医疗保障基金使用监督管理条例》第三十八条第（七）项
  - 《医疗机构医疗保障定点管理暂行办法》《零售药店医疗保障定点管理暂行办法》协议中止、解除期间不予结算
national_code: none
in_force: {since: 2021-05-01}
dated_by: setl_date
reads: [settlement, fixmedins_cntr_d, fixmedins_b]
look_back: none
params:
  settle_days:
    about: Days after the end of an agreement within which care begun under it may still be settled
    default: "30"
    least: "0"
    most: "90"
amount: a2
amount_note: The fund of the settlement, whole.
not_a_finding_when:
  - 协议中止时已在院的患者，出院后 30 日内结算（已排除）。
  - 协议续签在途，登记信息晚于实际生效日更新。
  - 新增服务类别已批复，登记在次月补录。
  - 分院区使用总院协议，协议登记在总院代码下。
reviewer_checks:
  - 核对服务协议文本及中止、解除、恢复的文书和送达日期。
  - 核对就诊开始日期，是否为协议有效期内收治的在院患者。
  - 超服务类别的，查机构是否以其他类别名义替非定点场所结算。
handler: [H1]
suppressors: []
*/
WITH
contract AS (
    SELECT
        fixmedins_code,
        care,
        begndate,
        enddate
    FROM fixmedins_cntr_d
    WHERE vali_flag = '1'
),

contracted AS (
    SELECT DISTINCT fixmedins_code
    FROM contract
),

covered AS (
    SELECT
        fixmedins_code,
        care,
        begndate,
        enddate
    FROM contract
    UNION ALL
    -- A hospital contracted for inpatients delivers children too.
    SELECT
        fixmedins_code,
        'MAT' AS care,
        begndate,
        enddate
    FROM contract
    WHERE care = 'IPT'
),

-- What the institution's contracts for this care say of the settlement, all of them together.
agreed AS (
    SELECT
        s.setl_id,
        MAX(CASE WHEN c.begndate <= s.setl_date AND (c.enddate IS NULL OR s.setl_date <= c.enddate) THEN 1 ELSE 0 END)
            AS is_in_force,
        MAX(
            CASE
                WHEN
                    c.begndate <= s.begndate
                    AND s.begndate <= c.enddate
                    AND DATE_DIFF('day', c.enddate, s.setl_date) <= $settle_days
                    THEN 1
                ELSE 0
            END
        ) AS is_begun_under_one,
        MAX(CASE WHEN c.enddate < s.setl_date THEN c.enddate END) AS ended,
        MIN(CASE WHEN c.begndate > s.setl_date THEN c.begndate END) AS begins
    FROM settlement AS s
    INNER JOIN contracted AS i ON s.fixmedins_code = i.fixmedins_code
    LEFT JOIN covered AS c ON s.fixmedins_code = c.fixmedins_code AND s.care = c.care
    WHERE s.care <> 'OTHER'
    GROUP BY s.setl_id
),

-- The registration at the moment of settlement.
registered AS (
    SELECT
        s.setl_id,
        i.fix_onln_open_flag,
        CAST(i.begntime AS DATE) AS since
    FROM settlement AS s
    INNER JOIN fixmedins_b AS i ON s.fixmedins_code = i.fixmedins_code
    WHERE i.vali_flag = '1' AND i.begntime <= s.setl_time AND (i.endtime IS NULL OR s.setl_time < i.endtime)
    QUALIFY ROW_NUMBER() OVER (PARTITION BY s.setl_id ORDER BY i.begntime DESC) = 1
),

judged AS (
    SELECT
        s.setl_id,
        s.medfee_sumamt,
        s.inscp_amt,
        s.fund_pay_sumamt,
        s.fixmedins_name,
        s.fixmedins_code,
        s.care,
        s.begndate,
        s.setl_date,
        r.fix_onln_open_flag,
        r.since,
        a.ended,
        a.begins,
        COALESCE(a.is_in_force = 0 AND a.is_begun_under_one = 0, FALSE) AS is_without_contract,
        COALESCE(
            r.fix_onln_open_flag <> '1'
            AND NOT (s.begndate < r.since AND DATE_DIFF('day', r.since, s.setl_date) <= $settle_days)
            AND NOT (s.is_cross_region AND s.setl_type = '2'),
            FALSE
        ) AS is_suspended
    FROM settlement AS s
    LEFT JOIN agreed AS a ON s.setl_id = a.setl_id
    LEFT JOIN registered AS r ON s.setl_id = r.setl_id
)

SELECT
    setl_id,
    medfee_sumamt AS a0,
    inscp_amt AS a1,
    fund_pay_sumamt AS a2,
    COALESCE(fixmedins_name, fixmedins_code) AS because_institution,
    CASE care
        WHEN 'IPT' THEN '住院'
        WHEN 'OTP' THEN '普通门诊'
        WHEN 'ER' THEN '急诊'
        WHEN 'OPSP' THEN '门诊慢特病'
        WHEN 'RX' THEN '药店购药'
        WHEN 'MAT' THEN '生育'
        ELSE '其他'
    END AS because_care,
    setl_date AS because_settled,
    begndate AS because_began,
    CASE
        WHEN is_suspended AND fix_onln_open_flag = '0' THEN '医保结算已暂停'
        WHEN is_suspended THEN '医保结算已取消'
        WHEN ended IS NOT NULL THEN '该类服务协议已终止'
        WHEN begins IS NOT NULL THEN '该类服务协议尚未生效'
        ELSE '未签订该类服务协议'
    END AS because_state,
    CASE
        WHEN is_suspended THEN '自' || CAST(since AS VARCHAR) || '起'
        WHEN ended IS NOT NULL THEN '至' || CAST(ended AS VARCHAR) || '止'
        WHEN begins IS NOT NULL THEN '自' || CAST(begins AS VARCHAR) || '起'
        ELSE '无该类协议记录'
    END AS because_since,
    fund_pay_sumamt AS because_fund
FROM judged
WHERE fund_pay_sumamt > 0 AND (is_without_contract OR is_suspended)
/* examples
- name: contracted for inpatient care
  kind: clear
  given: {settlement: [{}], fixmedins_cntr_d: [{}], fixmedins_b: [{}]}
- name: an institution that hands over no contracts
  kind: clear
  given: {settlement: [{}], fixmedins_cntr_d: [{fixmedins_code: H51010000002}], fixmedins_b: [{}]}
- name: contracted for outpatients only
  kind: flag
  given: {settlement: [{}], fixmedins_cntr_d: [{care: OTP}], fixmedins_b: [{}]}
  expect: {S1: {a0: "10000.00", a1: "8800.00", a2: "6800.00", because: {because_state: 未签订该类服务协议}}}
- name: admitted under the agreement, settled thirty days after its end, and thirty-one
  kind: edge
  given:
    settlement:
      - {setl_id: LAST, begndate: 2026-10-08, setl_date: 2026-11-09}
      - {setl_id: AFTER, begndate: 2026-10-08, setl_date: 2026-11-10}
    fixmedins_cntr_d: [{enddate: 2026-10-10}]
    fixmedins_b: [{}]
  expect: {AFTER: {a2: "6800.00", because: {because_state: 该类服务协议已终止, because_since: 至2026-10-10止}}}
- name: the last day of the agreement, and admitted on the day after it
  kind: edge
  given:
    settlement:
      - {setl_id: LAST, begndate: 2026-11-08, setl_date: 2026-11-09}
      - {setl_id: AFTER, begndate: 2026-11-10, setl_date: 2026-11-12}
    fixmedins_cntr_d: [{enddate: 2026-11-09}]
    fixmedins_b: [{}]
  expect: {AFTER: "6800.00"}
- name: settled the day before the agreement begins, and on its first day
  kind: edge
  given:
    settlement: [{setl_id: BEFORE}, {setl_id: FIRST, setl_date: 2026-11-10}]
    fixmedins_cntr_d: [{begndate: 2026-11-10}]
    fixmedins_b: [{}]
  expect: {BEFORE: {a2: "6800.00", because: {because_state: 该类服务协议尚未生效}}}
- name: local patients of a suspended institution, and of one cancelled
  kind: flag
  given:
    settlement:
      - {setl_id: S1, is_cross_region: false}
      - {setl_id: S2, is_cross_region: false, fixmedins_code: H51010000002}
    fixmedins_cntr_d: []
    fixmedins_b:
      - {begntime: 2026-09-01 00:00:00, fix_onln_open_flag: "0"}
      - {fixmedins_code: H51010000002, begntime: 2026-09-01 00:00:00, fix_onln_open_flag: "2"}
  expect:
    S1: {a2: "6800.00", because: {because_state: 医保结算已暂停, because_since: 自2026-09-01起}}
    S2: {a2: "6800.00", because: {because_state: 医保结算已取消}}
- name: in hospital on the day of the suspension
  kind: clear
  given:
    settlement: [{is_cross_region: false}]
    fixmedins_cntr_d: []
    fixmedins_b: [{begntime: 2026-11-05 00:00:00, fix_onln_open_flag: "0"}]
- name: patients from elsewhere at a suspended institution are XR-08's
  kind: clear
  given:
    settlement: [{}]
    fixmedins_cntr_d: []
    fixmedins_b: [{begntime: 2026-09-01 00:00:00, fix_onln_open_flag: "0"}]
- name: childbirth in a hospital contracted for inpatients, and in one for outpatients only
  kind: edge
  given:
    settlement: [{care: MAT, med_type: "52"}, {setl_id: S2, care: MAT, med_type: "52", fixmedins_code: H51010000002}]
    fixmedins_cntr_d: [{}, {fixmedins_code: H51010000002, care: OTP}]
    fixmedins_b: [{}]
  expect: {S2: "6800.00"}
- name: the fund paid nothing
  kind: clear
  given: {settlement: [{fund_pay_sumamt: "0.00"}], fixmedins_cntr_d: [{care: OTP}], fixmedins_b: [{}]}
- name: the day before the regulation
  kind: edge
  given:
    settlement: [{begndate: 2021-04-20, setl_date: 2021-04-30, setl_time: 2021-04-30 10:00:00}]
    fixmedins_cntr_d: [{care: OTP}]
    fixmedins_b: [{}]
*/
