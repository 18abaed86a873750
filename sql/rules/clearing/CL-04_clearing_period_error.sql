/* rule
id: CL-04
version: 1
title_zh: 清算周期异常
title: Clearing-period error
status: active
certainty: definite
severity: 2
level: settlement
subject: institution
owner: 异地就医结算处
summary: >
  A cross-region settlement is in no application for clearing though its time has passed, is in two, or was reversed
  and is still cleared. A rejected application does not count. Only years whose clearing is open are looked at: that of
  the day reached and so many before it, so that a night does not read all history.
sentence_zh: >-
  结算日{because_settled}，{because_kind}：清算申请{because_applications}，已清算基金{because_cleared}元，应清算{because_due}元，
  申报截止{because_deadline}。
facts:
  because_kind: 异常类型
  because_settled: 结算日期
  because_deadline: 申报截止
  because_applications: 清算申请编号
  because_cleared: 已清算基金（元）
  because_due: 应清算基金（元）
basis:
  - 《四川省异地就医结算管理办法》第十三条、第十五条
  - 跨省异地就医清算按月申报、跨年度费用次年一季度前清算完毕的经办惯例
national_code: none
in_force: {since: 2021-01-01}
dated_by: period
reads: [settlement_history, clr_appy_d, clr_detl_d, reached]
look_back: none
params:
  due_day:
    about: Day of the next month until which a settlement is put into an application
    default: "20"
    least: "1"
    most: "28"
  max_delay:
    about: Further months after which the delay is serious
    default: "2"
    least: "0"
    most: "12"
  year_end_months:
    about: Months of the next year in which the clearing of a year ends
    default: "3"
    least: "1"
    most: "12"
  open_years:
    about: Years before the present one whose clearing is still looked at
    default: "1"
    least: "0"
    most: "5"
amount: a2
amount_note: The fund that was not cleared, or was cleared too often
not_a_finding_when:
  - 清算申请被退回后已重新申报，尚在途中。
  - 费用存在争议，双方约定暂缓清算。
reviewer_checks:
  - 查清算申请状态与退回原因。
  - 重复清算的，核对两次清算的拨付记录并追回。
handler: [H6, H1]
*/
WITH
standing AS (
    SELECT
        d.setl_id,
        d.clr_appy_evt_id,
        SUM(d.amt) AS amt
    FROM clr_detl_d AS d
    INNER JOIN clr_appy_d AS a ON d.clr_appy_evt_id = a.clr_appy_evt_id
    WHERE a.clr_stas <> '70'
    GROUP BY d.setl_id, d.clr_appy_evt_id
),

cleared AS (
    SELECT
        setl_id,
        COUNT(*) AS times,
        SUM(amt) AS amt,
        STRING_AGG(clr_appy_evt_id, '、' ORDER BY clr_appy_evt_id) AS applications
    FROM standing
    GROUP BY setl_id
),

-- What was cleared of a settlement and of its reversals together.
net AS (
    SELECT
        p.setl_id,
        SUM(c.amt) AS amt
    FROM (
        SELECT
            o.setl_id,
            o.setl_id AS part_id
        FROM settlement_history AS o
        WHERE o.is_reversed
        UNION ALL
        SELECT
            v.init_setl_id AS setl_id,
            v.setl_id AS part_id
        FROM settlement_history AS v
        WHERE v.is_reversal
    ) AS p
    INNER JOIN cleared AS c ON p.part_id = c.setl_id
    GROUP BY p.setl_id
),

settled AS (
    SELECT
        s.*,
        YEAR(r.as_of) * 12 + MONTH(r.as_of) - YEAR(s.setl_date) * 12 - MONTH(s.setl_date) AS months,
        DAY(r.as_of) > $due_day AS is_past_day,
        YEAR(r.as_of) > YEAR(s.setl_date) AND MONTH(r.as_of) > $year_end_months AS is_year_over
    FROM settlement_history AS s
    CROSS JOIN reached AS r
    WHERE
        s.is_cross_region
        AND s.setl_type = '2'
        AND NOT s.is_reversal
        AND YEAR(s.setl_date) >= YEAR(r.as_of) - $open_years
),

judged AS (
    SELECT
        s.setl_id,
        s.fixmedins_code,
        s.setl_date,
        s.fund_pay_sumamt AS due,
        COALESCE(c.amt, 0) AS amt,
        c.applications,
        n.amt AS net_amt,
        CASE
            WHEN COALESCE(c.times, 0) > 1 THEN '重复清算'
            WHEN s.is_reversed AND n.amt > 0 THEN '退费未冲减'
            WHEN NOT s.counts OR c.setl_id IS NOT NULL OR s.fund_pay_sumamt = 0 THEN NULL
            WHEN
                s.is_year_over OR s.months > 1 + $max_delay OR (s.months = 1 + $max_delay AND s.is_past_day)
                THEN '严重逾期未清算'
            WHEN s.months > 1 OR (s.months = 1 AND s.is_past_day) THEN '逾期未清算'
        END AS kind
    FROM settled AS s
    LEFT JOIN cleared AS c ON s.setl_id = c.setl_id
    LEFT JOIN net AS n ON s.setl_id = n.setl_id
)

SELECT
    fixmedins_code AS subject_id,
    LEFT(CAST(setl_date AS VARCHAR), 7) AS period,
    setl_id,
    CASE WHEN kind = '逾期未清算' THEN 2 ELSE 3 END AS severity,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CASE
        WHEN kind = '重复清算' THEN amt - due
        WHEN kind = '退费未冲减' THEN net_amt
        ELSE due
    END AS a2,
    kind AS because_kind,
    setl_date AS because_settled,
    '次月' || CAST(CAST(ROUND($due_day) AS BIGINT) AS VARCHAR) || '日' AS because_deadline,
    COALESCE(applications, '无') AS because_applications,
    amt AS because_cleared,
    due AS because_due
FROM judged
WHERE kind IS NOT NULL
/* examples
- name: cleared once
  kind: clear
  given: {settlement_history: [{}], clr_appy_d: [{}], clr_detl_d: [{}], reached: [{as_of: 2027-03-25}]}
- name: in two applications
  kind: flag
  given:
    settlement_history: [{}]
    clr_appy_d: [{}, {clr_appy_evt_id: C2}]
    clr_detl_d: [{}, {clr_appy_evt_id: C2}]
    reached: [{}]
  expect: {H51010000001/2026-11/S1: {a2: "6800.00", severity: 3, because: {because_applications: C1、C2}}}
- name: on the twentieth of the next month, and the day after
  kind: edge
  given:
    settlement_history: [{}]
    clr_appy_d: []
    clr_detl_d: []
    reached: [{as_of: 2026-12-20}]
- name: the twenty-first
  kind: edge
  given:
    settlement_history: [{}]
    clr_appy_d: []
    clr_detl_d: []
    reached: [{as_of: 2026-12-21}]
  expect: {H51010000001/2026-11/S1: {a2: "6800.00", severity: 2, because: {because_kind: 逾期未清算}}}
- name: two months later it is serious
  kind: edge
  given:
    settlement_history: [{}]
    clr_appy_d: []
    clr_detl_d: []
    reached: [{as_of: 2027-02-21}]
  expect: {H51010000001/2026-11/S1: {severity: 3, because: {because_kind: 严重逾期未清算}}}
- name: the year ended in March
  kind: edge
  given:
    settlement_history: [{setl_date: 2026-12-30}, {setl_id: OLD, setl_date: 2025-12-30}]
    clr_appy_d: []
    clr_detl_d: []
    reached: [{as_of: 2027-04-01}]
  expect: {H51010000001/2026-12/S1: {severity: 3}}
- name: a rejected application does not count, the new one does
  kind: clear
  given:
    settlement_history: [{}]
    clr_appy_d: [{clr_stas: "70"}, {clr_appy_evt_id: C2}]
    clr_detl_d: [{}, {clr_appy_evt_id: C2}]
    reached: [{as_of: 2027-01-25}]
- name: reversed and still cleared
  kind: flag
  given:
    settlement_history:
      - {is_reversed: true, counts: false}
      - {setl_id: R1, is_reversal: true, counts: false, init_setl_id: S1, fund_pay_sumamt: "-6800.00"}
    clr_appy_d: [{}]
    clr_detl_d: [{}]
    reached: [{}]
  expect: {H51010000001/2026-11/S1: {a2: "6800.00", because: {because_kind: 退费未冲减}}}
- name: reversed, and the reversal is cleared too
  kind: clear
  given:
    settlement_history:
      - {is_reversed: true, counts: false}
      - {setl_id: R1, is_reversal: true, counts: false, init_setl_id: S1, fund_pay_sumamt: "-6800.00"}
    clr_appy_d: [{}]
    clr_detl_d: [{}, {setl_id: R1, amt: "-6800.00"}]
    reached: [{}]
- name: local care, a claim paid at the counter, and nothing paid need no clearing between regions
  kind: clear
  given:
    settlement_history:
      - {is_cross_region: false}
      - {setl_id: S2, setl_type: "1"}
      - {setl_id: S3, fund_pay_sumamt: "0.00"}
    clr_appy_d: []
    clr_detl_d: []
    reached: [{as_of: 2027-01-25}]
*/
