/* rule
id: CL-06
version: 2
title_zh: 周转金余额预警与超用
title: Revolving-fund shortfall
status: active
certainty: suspicious
severity: 1
level: network
subject: region
owner: 异地就医结算处
summary: >
  The revolving fund of an insured region is nearly used up or overdrawn, or a day's balance does not follow from what
  moved. What is used is what was paid since the day of the last replenishment, as a share of the quota; it is said on
  the day on which it passes an alert line, not again on each day that follows.
sentence_zh: >-
  {because_day}，周转金{because_kind}：额度{because_quota}元，自上次补充以来支出{because_spent}元，余额{because_closing}元，
  账面差额{because_difference}元。
facts:
  because_kind: 预警类型
  because_day: 账务日期
  because_quota: 额度（元）
  because_spent: 上次补充以来支出（元）
  because_closing: 期末余额（元）
  because_difference: 账面差额（元）
basis:
  - 《四川省异地就医结算管理办法》第十五条、第十六条
national_code: none
in_force: {since: 2021-01-01}
dated_by: period
reads: [revolv_fund_d]
look_back: none
params:
  yellow:
    about: Share of the quota used at which a replenishment is to be asked for
    default: "0.70"
    least: "0.10"
    most: "1.00"
  red:
    about: Share of the quota used at which clearing is in danger
    default: "0.90"
    least: "0.10"
    most: "1.00"
  tolerance:
    about: Yuan by which a balance may differ before anything is said
    default: "0.01"
    least: "0.00"
    most: "100.00"
amount: a2
amount_note: a2 is the difference in the books, exposure what the region has to replenish to its quota
not_a_finding_when:
  - 补充资金已拨付在途（收到申请后 10 个工作日内）。
  - 额度调整当月，新旧额度衔接。
reviewer_checks:
  - 核对财政拨款与补充到账日期。
  - 核对当日清算支出明细与银行流水。
handler: [H5]
*/
WITH
day AS (
    SELECT
        *,
        LAG(closing) OVER (PARTITION BY insured_region ORDER BY acct_date) AS closed_before,
        SUM(CASE WHEN in_replenish > 0 THEN 1 ELSE 0 END) OVER (
            PARTITION BY insured_region ORDER BY acct_date ROWS UNBOUNDED PRECEDING
        ) AS refills
    FROM revolv_fund_d
),

-- The payments of the day of a refill are part of what it made good.
used AS (
    SELECT
        *,
        SUM(CASE WHEN in_replenish > 0 THEN 0 ELSE out_clear END) OVER (
            PARTITION BY insured_region, refills ORDER BY acct_date ROWS UNBOUNDED PRECEDING
        ) AS spent
    FROM day
),

levelled AS (
    SELECT
        *,
        CASE
            WHEN closing < 0 OR spent > quota THEN 3
            WHEN spent >= $red * quota THEN 2
            WHEN spent >= $yellow * quota THEN 1
            ELSE 0
        END AS alert
    FROM used
),

passed AS (
    SELECT
        *,
        LAG(alert) OVER (PARTITION BY insured_region ORDER BY acct_date) AS alert_before,
        ABS(closing - opening - in_replenish - in_interest + out_clear - adjust) AS apart,
        ABS(opening - COALESCE(closed_before, opening)) AS gap
    FROM levelled
)

SELECT
    insured_region AS subject_id,
    CAST(acct_date AS VARCHAR) AS period,
    LEFT(insured_region, 4) AS insu_pool,
    CASE WHEN apart > $tolerance OR gap > $tolerance THEN 3 ELSE alert END AS severity,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CASE WHEN apart > $tolerance THEN apart WHEN gap > $tolerance THEN gap ELSE 0 END AS a2,
    CASE WHEN alert > COALESCE(alert_before, 0) THEN GREATEST(quota - closing, 0) ELSE 0 END AS exposure,
    CASE
        WHEN apart > $tolerance THEN '当日账不平'
        WHEN gap > $tolerance THEN '与前一日余额不衔接'
        WHEN alert = 3 THEN '超支'
        WHEN alert = 2 THEN '红色预警'
        ELSE '黄色预警'
    END AS because_kind,
    acct_date AS because_day,
    quota AS because_quota,
    spent AS because_spent,
    closing AS because_closing,
    CASE WHEN apart > $tolerance THEN apart WHEN gap > $tolerance THEN gap ELSE 0 END AS because_difference
FROM passed
WHERE apart > $tolerance OR gap > $tolerance OR alert > COALESCE(alert_before, 0)
/* examples
- name: a day that balances
  kind: clear
  given: {revolv_fund_d: [{}, {acct_date: 2026-11-20, opening: "950000.00", closing: "900000.00"}]}
- name: interest that was not booked
  kind: flag
  given: {revolv_fund_d: [{in_interest: "83.00"}]}
  expect: {511300/2026-11-19: {a2: "83.00", exposure: "0.00", severity: 3, because: {because_kind: 当日账不平}}}
- name: the day begins elsewhere than the last one ended
  kind: flag
  given: {revolv_fund_d: [{}, {acct_date: 2026-11-20, opening: "960000.00", closing: "910000.00"}]}
  expect: {511300/2026-11-20: {a2: "10000.00", because: {because_kind: 与前一日余额不衔接}}}
- name: just under seventy of a hundred, and seventy
  kind: edge
  given:
    revolv_fund_d:
      - {out_clear: "699999.99", closing: "300000.01"}
      - {insured_region: "511500", out_clear: "700000.00", closing: "300000.00"}
  expect: {511500/2026-11-19: {a2: "0.00", exposure: "700000.00", severity: 1, because: {because_kind: 黄色预警}}}
- name: said when the line is passed, not on the day that follows
  kind: flag
  given:
    revolv_fund_d:
      - {out_clear: "750000.00", closing: "250000.00"}
      - {acct_date: 2026-11-20, opening: "250000.00", out_clear: "10000.00", closing: "240000.00"}
      - {acct_date: 2026-11-21, opening: "240000.00", out_clear: "140000.00", closing: "100000.00"}
      - {acct_date: 2026-11-22, opening: "100000.00", out_clear: "150000.00", closing: "-50000.00"}
  expect:
    511300/2026-11-19: {severity: 1}
    511300/2026-11-21: {severity: 2, because: {because_spent: "900000.00"}}
    511300/2026-11-22: {severity: 3, exposure: "1050000.00", because: {because_kind: 超支}}
- name: refilled on the day
  kind: clear
  given: {revolv_fund_d: [{out_clear: "750000.00", in_replenish: "750000.00", closing: "1000000.00"}]}
- name: a fen of rounding in the interest
  kind: edge
  given: {revolv_fund_d: [{in_interest: "0.01"}]}
*/
