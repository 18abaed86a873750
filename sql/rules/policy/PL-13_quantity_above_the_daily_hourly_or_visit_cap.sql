/* rule
id: PL-13
version: 2
title_zh: 项目限定频次
title: Quantity above the daily, hourly or visit cap
status: active
certainty: definite
severity: 2
level: patient-episode
owner: 基金监管处
summary: >
  More of an item was charged than its knowledge point allows on a date (DAY), in the hours of a date (HOUR) or in one
  settlement (VISIT). Where all of an item was posted on one or two dates of a longer stay, the total is held against
  the whole stay instead. Bed fees are left to CH-04, which sees all bed codes together.
sentence_zh: >-
  “{because_item}”{because_limit}，{because_period}共计{because_quantity}，允许{because_allowed}，
  超出{because_surplus}，超出部分{because_surplus_amount}元。
facts:
  because_item: 项目
  because_limit: 限定
  because_period: 计算期间
  because_quantity: 数量
  because_allowed: 允许数量
  because_surplus: 超出数量
  because_surplus_amount: 超出金额（元）
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（三）项
  - 国家医保“两库”知识点：限频次
national_code: GZ10000102014000
in_force: {since: 2021-05-01}
dated_by: fee_date
reads: [fee_line, settlement, quantity_limit, day_item]
look_back: none
params:
  batch_dates:
    about: An item posted on at most so many dates of a longer stay was posted in a batch
    default: "2"
    least: "1"
    most: "3"
amount: a1
amount_note: >
  The surplus is taken from the dearest lines of the group. Of a line that is partly surplus, the in-scope amount is
  shared by quantity in whole fen, rounded down.
not_a_finding_when:
  - 全部费用集中在一两天补记，而合计不超过住院日历天数（已按整个住院期间比较）。
  - 零点以后补记前一日的护理、监护费用。
  - 当日转科，两个科室分别计收，医嘱有转科记录。
  - 母婴同室，新生儿的护理记在母亲名下（新生儿标志为 1 的结算已排除）。
reviewer_checks:
  - 查当日医嘱的开始、停止时间和执行记录。
  - 查护理记录单、监护记录单，核对实际小时数或次数。
  - 看相邻两日是否一日多记、一日漏记。
handler: [H1]
suppressors_in_sql: [S-NB]
*/
WITH
limited AS (
    SELECT
        l.setl_id,
        l.bkkp_sn,
        l.hilist_code,
        l.hilist_name,
        l.fee_date,
        l.cnt,
        l.pric,
        l.inscp_amt,
        k.unit,
        k.cap,
        k.note_zh,
        s.care,
        DATE_DIFF('day', s.begndate, s.enddate) + 1 AS calendar_days
    FROM fee_line AS l
    INNER JOIN settlement AS s ON l.setl_id = s.setl_id
    INNER JOIN quantity_limit AS k
        ON
            l.hilist_code = k.hilist_code
            AND l.fee_date >= k.valid_from
            AND (k.valid_until IS NULL OR l.fee_date < k.valid_until)
    WHERE
        l.cnt > 0
        AND COALESCE(s.nwb_flag, '0') <> '1'
        AND NOT EXISTS (
            SELECT 1
            FROM day_item AS d
            WHERE
                d.hilist_code = l.hilist_code
                AND d.family = 'BED'
                AND l.fee_date >= d.valid_from
                AND (d.valid_until IS NULL OR l.fee_date < d.valid_until)
        )
    -- The strictest point where two limit one item.
    QUALIFY ROW_NUMBER() OVER (PARTITION BY l.bkkp_sn ORDER BY k.unit ASC, k.cap ASC, k.kp_id ASC) = 1
),

posted AS (
    SELECT
        setl_id,
        hilist_code,
        COUNT(DISTINCT fee_date) AS dates
    FROM limited
    GROUP BY setl_id, hilist_code
),

kept AS (
    SELECT
        l.setl_id,
        l.bkkp_sn,
        l.hilist_code,
        l.hilist_name,
        l.fee_date,
        l.cnt,
        l.pric,
        l.inscp_amt,
        l.cap,
        l.note_zh,
        l.calendar_days,
        l.unit = 'VISIT'
        OR (l.care = 'IPT' AND p.dates <= $batch_dates AND l.calendar_days > p.dates) AS is_whole_stay,
        CASE WHEN l.unit = 'VISIT' THEN 1 ELSE l.calendar_days END AS periods
    FROM limited AS l
    INNER JOIN posted AS p ON l.setl_id = p.setl_id AND l.hilist_code = p.hilist_code
),

grouped AS (
    SELECT
        setl_id,
        bkkp_sn,
        hilist_name,
        fee_date,
        cnt,
        pric,
        inscp_amt,
        note_zh,
        is_whole_stay,
        CASE WHEN is_whole_stay THEN cap * periods ELSE cap END AS allowed,
        SUM(cnt) OVER (
            PARTITION BY setl_id, hilist_code, CASE WHEN is_whole_stay THEN NULL ELSE fee_date END
        ) AS total,
        SUM(cnt) OVER (
            PARTITION BY setl_id, hilist_code, CASE WHEN is_whole_stay THEN NULL ELSE fee_date END
            ORDER BY pric DESC, bkkp_sn ASC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS running
    FROM kept
),

surplus AS (
    SELECT
        setl_id,
        bkkp_sn,
        hilist_name,
        fee_date,
        cnt,
        pric,
        inscp_amt,
        note_zh,
        is_whole_stay,
        allowed,
        total,
        -- The dearest lines first: what is left of the surplus when this line's turn comes.
        LEAST(cnt, total - allowed - (running - cnt)) AS quantity
    FROM grouped
    WHERE total > allowed AND total - allowed > running - cnt
),

shared AS (
    SELECT
        setl_id,
        bkkp_sn,
        hilist_name,
        fee_date,
        note_zh,
        is_whole_stay,
        allowed,
        total,
        total - allowed AS beyond,
        CAST(ROUND(quantity * pric, 2) AS DECIMAL(18, 2)) AS gross,
        -- Whole fen x whole ten-thousandths; bounded, so that no absurd record can overflow.
        CASE
            WHEN quantity = cnt THEN inscp_amt
            ELSE
                CAST(
                    (
                        CAST(ROUND(LEAST(inscp_amt, 9999999) * 100) AS BIGINT)
                        * CAST(ROUND(LEAST(quantity, 9999) * 10000) AS BIGINT)
                        // NULLIF(CAST(ROUND(LEAST(cnt, 9999) * 10000) AS BIGINT), 0)
                    ) * 0.01 AS DECIMAL(18, 2)
                )
        END AS in_scope
    FROM surplus
)

SELECT
    setl_id,
    bkkp_sn,
    gross AS a0,
    in_scope AS a1,
    hilist_name AS because_item,
    note_zh AS because_limit,
    CASE WHEN is_whole_stay THEN '本次结算' ELSE CAST(fee_date AS VARCHAR) END AS because_period,
    CASE
        WHEN total = ROUND(total) THEN CAST(CAST(ROUND(total) AS BIGINT) AS VARCHAR)
        ELSE CAST(CAST(total AS DECIMAL(16, 2)) AS VARCHAR)
    END AS because_quantity,
    CASE
        WHEN allowed = ROUND(allowed) THEN CAST(CAST(ROUND(allowed) AS BIGINT) AS VARCHAR)
        ELSE CAST(CAST(allowed AS DECIMAL(16, 2)) AS VARCHAR)
    END AS because_allowed,
    CASE
        WHEN beyond = ROUND(beyond) THEN CAST(CAST(ROUND(beyond) AS BIGINT) AS VARCHAR)
        ELSE CAST(CAST(beyond AS DECIMAL(16, 2)) AS VARCHAR)
    END AS because_surplus,
    gross AS because_surplus_amount
FROM shared
/* examples
- name: once a day
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{}]
    quantity_limit: [{}]
    day_item: []
- name: three on one date in four lines of a daily item
  kind: flag
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, fee_date: 2026-11-03}
      - {bkkp_sn: L2, fee_date: 2026-11-04}
      - {bkkp_sn: L3, fee_date: 2026-11-05, cnt: "3", det_item_fee_sumamt: "60.00", inscp_amt: "54.00"}
    quantity_limit: [{}]
    day_item: []
  expect: {S1: {a0: "40.00", a1: "36.00", lines: 1, because: {because_surplus: "2", because_period: "2026-11-05"}}}
- name: the surplus is the dearest line
  kind: flag
  given:
    settlement: [{enddate: 2026-11-02}]
    fee_line: [{bkkp_sn: L1, pric: "20.00"}, {bkkp_sn: L2, pric: "25.00", inscp_amt: "25.00"}]
    quantity_limit: [{}]
    day_item: []
  expect: {S1: {a0: "25.00", a1: "25.00", lines: 1}}
- name: exactly twenty-four hours, and half an hour more
  kind: edge
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, fee_date: 2026-11-03, cnt: "24", pric: "2.00", det_item_fee_sumamt: "48.00", inscp_amt: "48.00"}
      - {bkkp_sn: L2, fee_date: 2026-11-04, cnt: "24.5", pric: "2.00", det_item_fee_sumamt: "49.00", inscp_amt: "49.00"}
      - {bkkp_sn: L3, fee_date: 2026-11-05, cnt: "12", pric: "2.00", det_item_fee_sumamt: "24.00", inscp_amt: "24.00"}
    quantity_limit: [{unit: HOUR, cap: "24"}]
    day_item: []
  expect: {S1: {a0: "1.00", a1: "1.00", lines: 1, because: {because_quantity: "24.50", because_allowed: "24"}}}
- name: a batch of exactly the calendar days, and one more
  kind: edge
  given:
    settlement: [{setl_id: FULL}, {setl_id: OVER}]
    fee_line:
      - {setl_id: FULL, bkkp_sn: L1, cnt: "8", det_item_fee_sumamt: "160.00", inscp_amt: "160.00"}
      - {setl_id: OVER, bkkp_sn: L2, cnt: "9", det_item_fee_sumamt: "180.00", inscp_amt: "180.00"}
    quantity_limit: [{}]
    day_item: []
  expect: {OVER: {a0: "20.00", a1: "20.00"}}
- name: three dates are no batch
  kind: edge
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, fee_date: 2026-11-03}
      - {bkkp_sn: L2, fee_date: 2026-11-04}
      - {bkkp_sn: L3, fee_date: 2026-11-05, cnt: "2", det_item_fee_sumamt: "40.00", inscp_amt: "40.00"}
    quantity_limit: [{}]
    day_item: []
  expect: {S1: "20.00"}
- name: an out-patient has no batch
  kind: flag
  given:
    settlement: [{care: OTP, begndate: 2026-11-04, enddate: 2026-11-04, los_days: 1}]
    fee_line: [{cnt: "2", det_item_fee_sumamt: "40.00", inscp_amt: "40.00"}]
    quantity_limit: [{}]
    day_item: []
  expect: {S1: "20.00"}
- name: three in a settlement that allows two
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{bkkp_sn: L1, cnt: "2"}, {bkkp_sn: L2, fee_date: 2026-11-05, cnt: "1"}]
    quantity_limit: [{unit: VISIT, cap: "2"}]
    day_item: []
  expect: {S1: {a0: "20.00", because: {because_period: 本次结算}}}
- name: bed fees are looked at together by another rule
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{cnt: "30"}]
    quantity_limit: [{}]
    day_item: [{}]
- name: a newborn's care on the mother's card
  kind: clear
  given:
    settlement: [{nwb_flag: "1"}]
    fee_line: [{cnt: "30"}]
    quantity_limit: [{}]
    day_item: []
*/
