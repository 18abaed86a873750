/* rule
id: LP-07
version: 1
title_zh: 分期支付未按规定执行
title: Two tranches not kept
status: active
certainty: definite
severity: 2
level: settlement
subject: institution
owner: 异地就医结算处
summary: >
  Where the insured region pays in two tranches: the first is not the share that is set, the second was paid without a
  review, or is not paid within the months that are set. An open appeal stops the clock of the second.
sentence_zh: >-
  核定{because_approved}元：{because_kind}，首期应付{because_first_due}元、实付{because_first}元，
  二期实付{because_second}元，首期支付日{because_first_on}，二期支付日{because_second_on}。
facts:
  because_kind: 问题类型
  because_approved: 核定金额（元）
  because_first_due: 首期应付（元）
  because_first: 首期实付（元）
  because_first_on: 首期支付日期
  because_second: 二期实付（元）
  because_second_on: 二期支付日期
  because_months: 二期时限（月）
  because_source: 规定出处
basis:
  - 西宁做法（2009年地方做法调研）：先付八成，复核后三个月内付清
  - 《四川省异地就医结算管理办法》第十五条
national_code: none
in_force: {since: 2021-01-01}
dated_by: period
reads: [settlement_history, pay_sched_d, policy_value, reached]
look_back: none
params:
  tolerance:
    about: Yuan by which the first tranche may differ before anything is said
    default: "0.00"
    least: "0.00"
    most: "1.00"
amount: a2
amount_note: What the first tranche differs by, or the second tranche that was paid without review or is late
not_a_finding_when:
  - 医药机构申诉未结，二期暂缓支付。
  - 复核扣减后二期少于两成。
reviewer_checks:
  - 核对核定单、复核单与拨付凭证。
handler: [H6, H7]
*/
WITH
paid AS (
    SELECT
        setl_id,
        MAX(approved_amt) AS approved,
        SUM(CASE WHEN tranche = '1' THEN amt ELSE 0 END) AS first_amt,
        MIN(CASE WHEN tranche = '1' THEN pay_date END) AS first_on,
        SUM(CASE WHEN tranche = '2' THEN amt ELSE 0 END) AS second_amt,
        MIN(CASE WHEN tranche = '2' THEN pay_date END) AS second_on,
        MAX(CASE WHEN tranche = '2' THEN review_id END) AS review_id,
        MAX(COALESCE(appeal_flag, '0')) AS appeal_flag
    FROM pay_sched_d
    GROUP BY setl_id
),

asked AS (
    SELECT
        p.*,
        s.fixmedins_code,
        s.insu_pool,
        ROUND(f.number * p.approved, 2) AS first_due,
        m.number AS months,
        f.source,
        COALESCE(p.second_on, CAST(r.as_of AS DATE)) AS until_on
    FROM paid AS p
    INNER JOIN settlement_history AS s ON p.setl_id = s.setl_id
    CROSS JOIN reached AS r
    INNER JOIN policy_value AS f
        ON
            s.insu_pool = f.pool AND f.parameter = 'practice.first_tranche'
            AND s.setl_date >= f.valid_from AND s.setl_date < f.valid_until
    LEFT JOIN policy_value AS m
        ON
            s.insu_pool = m.pool AND m.parameter = 'practice.second_tranche_months'
            AND s.setl_date >= m.valid_from AND s.setl_date < m.valid_until
    WHERE p.first_on IS NOT NULL
),

judged AS (
    SELECT
        *,
        CASE
            WHEN ABS(first_amt - first_due) > $tolerance THEN '首期比例不符'
            WHEN second_on IS NOT NULL AND review_id IS NULL THEN '未复核即付二期'
            WHEN
                appeal_flag <> '1'
                AND (
                    YEAR(until_on) * 12 + MONTH(until_on) - YEAR(first_on) * 12 - MONTH(first_on) > months
                    OR (
                        YEAR(until_on) * 12 + MONTH(until_on) - YEAR(first_on) * 12 - MONTH(first_on) = months
                        AND DAY(until_on) > DAY(first_on)
                    )
                )
                THEN '二期逾期'
        END AS kind
    FROM asked
)

SELECT
    fixmedins_code AS subject_id,
    LEFT(CAST(first_on AS VARCHAR), 7) AS period,
    setl_id,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CASE
        WHEN kind = '首期比例不符' THEN first_amt - first_due
        WHEN second_on IS NULL THEN approved - first_amt
        ELSE second_amt
    END AS a2,
    kind AS because_kind,
    approved AS because_approved,
    first_due AS because_first_due,
    first_amt AS because_first,
    first_on AS because_first_on,
    second_amt AS because_second,
    COALESCE(CAST(second_on AS VARCHAR), '未付') AS because_second_on,
    CAST(ROUND(months) AS BIGINT) AS because_months,
    source AS because_source
FROM judged
WHERE kind IS NOT NULL
/* examples
- name: eighty of a hundred at once, the rest not due yet
  kind: clear
  given:
    settlement_history: [{}]
    pay_sched_d: [{}]
    policy_value:
      - {parameter: practice.first_tranche, value: "0.80", number: "0.80"}
      - {parameter: practice.second_tranche_months, value: "3", number: "3"}
    reached: [{}]
- name: everything at once
  kind: flag
  given:
    settlement_history: [{}]
    pay_sched_d: [{amt: "6800.00"}]
    policy_value:
      - {parameter: practice.first_tranche, value: "0.80", number: "0.80"}
      - {parameter: practice.second_tranche_months, value: "3", number: "3"}
    reached: [{}]
  expect: {H51010000001/2026-11/S1: {a2: "1360.00", because: {because_kind: 首期比例不符}}}
- name: the rest without a review
  kind: flag
  given:
    settlement_history: [{}]
    pay_sched_d: [{}, {tranche: "2", amt: "1360.00", pay_date: 2026-12-16, review_id: null}]
    policy_value:
      - {parameter: practice.first_tranche, value: "0.80", number: "0.80"}
      - {parameter: practice.second_tranche_months, value: "3", number: "3"}
    reached: [{as_of: 2026-12-31}]
  expect: {H51010000001/2026-11/S1: {a2: "1360.00", because: {because_kind: 未复核即付二期}}}
- name: three months to the day, and a day more
  kind: edge
  given:
    settlement_history: [{}, {setl_id: S2}]
    pay_sched_d:
      - {}
      - {tranche: "2", amt: "1360.00", pay_date: 2027-02-16, review_id: F1}
      - {setl_id: S2}
      - {setl_id: S2, tranche: "2", amt: "1360.00", pay_date: 2027-02-17, review_id: F2}
    policy_value:
      - {parameter: practice.first_tranche, value: "0.80", number: "0.80"}
      - {parameter: practice.second_tranche_months, value: "3", number: "3"}
    reached: [{as_of: 2027-03-31}]
  expect: {H51010000001/2026-11/S2: {a2: "1360.00", because: {because_kind: 二期逾期}}}
- name: still not paid
  kind: flag
  given:
    settlement_history: [{}]
    pay_sched_d: [{}]
    policy_value:
      - {parameter: practice.first_tranche, value: "0.80", number: "0.80"}
      - {parameter: practice.second_tranche_months, value: "3", number: "3"}
    reached: [{as_of: 2027-02-17}]
  expect: {H51010000001/2026-11/S1: {a2: "1360.00", because: {because_second_on: 未付}}}
- name: an appeal is open
  kind: clear
  given:
    settlement_history: [{}]
    pay_sched_d: [{appeal_flag: "1"}]
    policy_value:
      - {parameter: practice.first_tranche, value: "0.80", number: "0.80"}
      - {parameter: practice.second_tranche_months, value: "3", number: "3"}
    reached: [{as_of: 2027-04-17}]
- name: the insured region does not pay in tranches
  kind: clear
  given:
    settlement_history: [{}]
    pay_sched_d: [{amt: "6800.00"}]
    policy_value: [{pool: "5107", parameter: practice.first_tranche, value: "0.80", number: "0.80"}]
    reached: [{}]
*/
