/* rule
id: CL-05
version: 1
title_zh: 清算金额与结算基金不符
title: Cleared amount or fund mapping differs from the settlement
status: active
certainty: definite
severity: 2
level: settlement
subject: institution
owner: 异地就医结算处
summary: >
  What an application clears for a settlement is not what the settlement's funds come to under their national types:
  another amount, or the right amount under the wrong type. Personal accounts are no fund and are left out. Settlements
  without fund rows cannot be compared; CL-04 covers what is cleared twice.
sentence_zh: >-
  清算申请{because_application}：{because_kind}，基金类型{because_type}清算{because_cleared}元，结算归并后应为{because_due}元。
facts:
  because_kind: 差异类型
  because_application: 清算申请编号
  because_type: 差异最大的基金类型
  because_cleared: 该类型清算金额（元）
  because_due: 该类型应清算金额（元）
  because_cleared_all: 清算合计（元）
  because_due_all: 应清算合计（元）
basis:
  - 《四川省异地就医结算管理办法》第十五条
national_code: none
in_force: {since: 2021-01-01}
dated_by: period
reads: [settlement_history, setl_fund_d, clr_appy_d, clr_detl_d, fund_map, reached]
look_back: none
params:
  tolerance:
    about: Yuan by which a type may differ before anything is said
    default: "0.00"
    least: "0.00"
    most: "1.00"
  open_years:
    about: Years before the present one whose clearing is still looked at
    default: "1"
    least: "0"
    most: "5"
amount: a2
amount_note: What lies under the wrong type or is too much or too little, each yuan once
not_a_finding_when:
  - 归并口径调整，清算按新旧口径跨期。
reviewer_checks:
  - 核对该笔结算的基金分项与归并口径。
  - 核对清算明细的生成时间与口径生效日期。
handler: [H6]
*/
WITH
cleared AS (
    SELECT
        d.clr_appy_evt_id,
        a.clr_ym,
        d.setl_id,
        d.fund_pay_type AS fund_type,
        SUM(d.amt) AS amt
    FROM clr_detl_d AS d
    INNER JOIN clr_appy_d AS a ON d.clr_appy_evt_id = a.clr_appy_evt_id
    INNER JOIN reached AS r ON CAST(LEFT(a.clr_ym, 4) AS DECIMAL(6, 0)) >= YEAR(r.as_of) - $open_years
    WHERE a.clr_stas <> '70' AND d.fund_pay_type NOT IN ('310200', '310300')
    GROUP BY d.clr_appy_evt_id, a.clr_ym, d.setl_id, d.fund_pay_type
),

entry AS (
    SELECT
        clr_appy_evt_id,
        clr_ym,
        setl_id
    FROM cleared
    GROUP BY clr_appy_evt_id, clr_ym, setl_id
),

paid AS (
    SELECT
        f.setl_id,
        COALESCE(m.national_type, '910100') AS fund_type,
        SUM(f.fund_payamt) AS amt
    FROM setl_fund_d AS f
    INNER JOIN settlement_history AS s ON f.setl_id = s.setl_id
    LEFT JOIN fund_map AS m
        ON
            f.fund_pay_type = m.local_type AND s.setl_date >= m.valid_from
            AND (m.valid_until IS NULL OR s.setl_date < m.valid_until)
    WHERE f.fund_pay_type NOT IN ('310200', '310300')
    GROUP BY f.setl_id, COALESCE(m.national_type, '910100')
),

side AS (
    SELECT
        clr_appy_evt_id,
        clr_ym,
        setl_id,
        fund_type,
        amt AS cleared,
        CAST(0 AS DECIMAL(18, 2)) AS due
    FROM cleared
    UNION ALL
    SELECT
        e.clr_appy_evt_id,
        e.clr_ym,
        p.setl_id,
        p.fund_type,
        CAST(0 AS DECIMAL(18, 2)) AS cleared,
        p.amt AS due
    FROM paid AS p
    INNER JOIN entry AS e ON p.setl_id = e.setl_id
),

by_type AS (
    SELECT
        clr_appy_evt_id,
        clr_ym,
        setl_id,
        fund_type,
        SUM(cleared) AS cleared,
        SUM(due) AS due
    FROM side
    WHERE setl_id IN (SELECT p.setl_id FROM paid AS p)
    GROUP BY clr_appy_evt_id, clr_ym, setl_id, fund_type
),

ranked AS (
    SELECT
        *,
        SUM(cleared) OVER (PARTITION BY clr_appy_evt_id, setl_id) AS cleared_all,
        SUM(due) OVER (PARTITION BY clr_appy_evt_id, setl_id) AS due_all,
        SUM(GREATEST(cleared - due, 0)) OVER (PARTITION BY clr_appy_evt_id, setl_id) AS too_much,
        SUM(GREATEST(due - cleared, 0)) OVER (PARTITION BY clr_appy_evt_id, setl_id) AS too_little,
        ROW_NUMBER() OVER (
            PARTITION BY clr_appy_evt_id, setl_id ORDER BY ABS(cleared - due) DESC, fund_type ASC
        ) AS place
    FROM by_type
)

SELECT
    s.fixmedins_code AS subject_id,
    LEFT(k.clr_ym, 4) || '-' || RIGHT(k.clr_ym, 2) AS period,
    k.setl_id,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    GREATEST(k.too_much, k.too_little) AS a2,
    CASE WHEN k.cleared_all = k.due_all THEN '款项类型归并错误' ELSE '清算金额不符' END AS because_kind,
    k.clr_appy_evt_id AS because_application,
    k.fund_type AS because_type,
    k.cleared AS because_cleared,
    k.due AS because_due,
    k.cleared_all AS because_cleared_all,
    k.due_all AS because_due_all
FROM ranked AS k
INNER JOIN settlement_history AS s ON k.setl_id = s.setl_id
WHERE k.place = 1 AND ABS(k.cleared - k.due) > $tolerance
/* examples
- name: cleared as it was paid
  kind: clear
  given:
    settlement_history: [{}]
    setl_fund_d: [{}, {fund_pay_type: "310200", fund_payamt: "1200.00"}]
    clr_appy_d: [{}]
    clr_detl_d: [{}]
    fund_map: [{}]
    reached: [{}]
- name: a hundred yuan too much
  kind: flag
  given:
    settlement_history: [{}]
    setl_fund_d: [{}]
    clr_appy_d: [{}]
    clr_detl_d: [{amt: "6900.00"}]
    fund_map: [{}]
    reached: [{}]
  expect: {H51010000001/2026-11/S1: {a2: "100.00", because: {because_kind: 清算金额不符}}}
- name: catastrophic insurance is cleared as large-amount
  kind: clear
  given:
    settlement_history: [{}]
    setl_fund_d: [{fund_payamt: "6000.00"}, {fund_pay_type: "390200", fund_payamt: "800.00"}]
    clr_appy_d: [{}]
    clr_detl_d: [{amt: "6000.00"}, {fund_pay_type: "330100", amt: "800.00"}]
    fund_map: [{}, {local_type: "390200", national_type: "330100"}]
    reached: [{}]
- name: the right amount under the local type
  kind: flag
  given:
    settlement_history: [{}]
    setl_fund_d: [{fund_payamt: "6000.00"}, {fund_pay_type: "390200", fund_payamt: "800.00"}]
    clr_appy_d: [{}]
    clr_detl_d: [{amt: "6000.00"}, {fund_pay_type: "390200", amt: "800.00"}]
    fund_map: [{}, {local_type: "390200", national_type: "330100"}]
    reached: [{}]
  expect: {H51010000001/2026-11/S1: {a2: "800.00", because: {because_kind: 款项类型归并错误, because_type: "330100"}}}
- name: a fund that the map does not know belongs to the rest
  kind: edge
  given:
    settlement_history: [{}]
    setl_fund_d: [{fund_pay_type: "999997"}]
    clr_appy_d: [{}]
    clr_detl_d: [{fund_pay_type: "910100"}]
    fund_map: [{}]
    reached: [{}]
- name: a fen
  kind: edge
  given:
    settlement_history: [{}]
    setl_fund_d: [{}]
    clr_appy_d: [{}]
    clr_detl_d: [{amt: "6799.99"}]
    fund_map: [{}]
    reached: [{}]
  expect: {H51010000001/2026-11/S1: "0.01"}
- name: a type of the settlement that is not cleared at all
  kind: flag
  given:
    settlement_history: [{}]
    setl_fund_d: [{}, {fund_pay_type: "610100", fund_payamt: "200.00"}]
    clr_appy_d: [{}]
    clr_detl_d: [{}]
    fund_map: [{}, {local_type: "610100", national_type: "610100"}]
    reached: [{}]
  expect: {H51010000001/2026-11/S1: {a2: "200.00", because: {because_type: "610100"}}}
- name: in two applications, each as paid
  kind: clear
  given:
    settlement_history: [{}]
    setl_fund_d: [{}]
    clr_appy_d: [{}, {clr_appy_evt_id: C2}]
    clr_detl_d: [{}, {clr_appy_evt_id: C2}]
    fund_map: [{}]
    reached: [{}]
- name: no fund rows to compare with
  kind: clear
  given: {settlement_history: [{}], setl_fund_d: [], clr_appy_d: [{}], clr_detl_d: [{}], fund_map: [{}], reached: [{}]}
*/
