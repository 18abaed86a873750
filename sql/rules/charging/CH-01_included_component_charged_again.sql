/* rule
id: CH-01
version: 1
title_zh: 重复收费（项目内涵包含）
title: Included component charged again
status: active
certainty: definite
severity: 3
level: patient-episode
owner: 基金监管处
summary: >
  An item that is part of what another item pays for was charged beside it: on the same date, or in the same visit,
  as the knowledge point says. What was refunded line by line is netted first, on both sides.
sentence_zh: >-
  {because_period}“{because_item}”与“{because_whole}”同时计收，{because_limit}；
  共计{because_quantity}，不应另收{because_surplus}，涉及{because_amount}元。
facts:
  because_item: 被包含项目
  because_whole: 所属项目
  because_limit: 限定
  because_period: 计算期间
  because_quantity: 数量
  because_whole_quantity: 所属项目数量
  because_surplus: 不应另收数量
  because_amount: 涉及金额（元）
  because_point: 知识点编号
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（三）项
  - 国家医保“两库”知识点：重复收费
national_code: GZ10000102012000
in_force: {since: 2021-05-01}
dated_by: fee_date
reads: [fee_line, settlement, pair_limit]
look_back: none
params:
  least_amount:
    about: In-scope amounts of a line below so many yuan are not worth a letter
    default: "0.00"
    least: "0.00"
    most: "50.00"
amount: a1
amount_note: >
  Where the point is one to one, only as many of the component as there are of the whole. Of a line that is partly at
  issue the in-scope amount is shared by quantity in whole fen, rounded down; the dearest lines come first.
not_a_finding_when:
  - 同一天做了两台手术，被包含的项目属于另一台（手术记录有两次，开始时间不同）。
  - 所属项目当日已退费，净数量为零（已按退费后的净数量比较）。
  - 被包含的项目在另一时段单独实施，医嘱有独立的开始和停止时间。
reviewer_checks:
  - 查就医地价格文件中所属项目的“项目内涵”和“除外内容”。
  - 对照手术记录、麻醉记录或护理记录，看两项是否同一次操作。
  - 查知识点批次的生效日期是否早于计费日期。
handler: [H1]
suppressors: []
*/
WITH
wholes AS (
    SELECT
        l.setl_id,
        k.kp_id,
        k.code_b,
        k.is_one_to_one,
        k.note_zh,
        k.valid_from,
        k.valid_until,
        CASE WHEN k.scope = 'SAME_DAY' THEN l.fee_date END AS on_date,
        MIN(l.hilist_name) AS whole_name,
        SUM(l.cnt) AS whole_quantity
    FROM fee_line AS l
    INNER JOIN pair_limit AS k
        ON
            l.hilist_code = k.code_a
            AND l.fee_date >= k.valid_from
            AND (k.valid_until IS NULL OR l.fee_date < k.valid_until)
    WHERE k.kind = 'INCLUDED'
    GROUP BY
        l.setl_id, k.kp_id, k.code_b, k.is_one_to_one, k.note_zh, k.valid_from, k.valid_until,
        CASE WHEN k.scope = 'SAME_DAY' THEN l.fee_date END
    -- Charged and refunded the same day is not charged.
    HAVING SUM(l.cnt) > 0
),

components AS (
    SELECT
        l.setl_id,
        l.bkkp_sn,
        l.hilist_name,
        l.cnt,
        l.pric,
        l.inscp_amt,
        w.kp_id,
        w.is_one_to_one,
        w.note_zh,
        w.on_date,
        w.whole_name,
        w.whole_quantity,
        SUM(l.cnt) OVER (PARTITION BY l.setl_id, w.kp_id, w.on_date) AS quantity,
        SUM(CASE WHEN l.cnt > 0 THEN l.cnt ELSE 0 END) OVER (
            PARTITION BY l.setl_id, w.kp_id, w.on_date
            ORDER BY l.pric DESC, l.bkkp_sn ASC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS running
    FROM fee_line AS l
    INNER JOIN settlement AS s ON l.setl_id = s.setl_id
    INNER JOIN wholes AS w
        ON
            l.setl_id = w.setl_id
            AND l.hilist_code = w.code_b
            AND l.fee_date >= w.valid_from
            AND (w.valid_until IS NULL OR l.fee_date < w.valid_until)
    WHERE w.on_date IS NULL OR l.fee_date = w.on_date
),

counted AS (
    SELECT
        setl_id,
        bkkp_sn,
        hilist_name,
        cnt,
        pric,
        inscp_amt,
        kp_id,
        note_zh,
        on_date,
        whole_name,
        whole_quantity,
        quantity,
        running,
        CASE WHEN is_one_to_one = '1' THEN LEAST(quantity, whole_quantity) ELSE quantity END AS surplus
    FROM components
),

at_issue AS (
    SELECT
        setl_id,
        bkkp_sn,
        hilist_name,
        cnt,
        pric,
        inscp_amt,
        kp_id,
        note_zh,
        on_date,
        whole_name,
        whole_quantity,
        quantity,
        surplus,
        -- The dearest lines first: what is left of the surplus when this line's turn comes.
        LEAST(cnt, surplus - (running - cnt)) AS part
    FROM counted
    WHERE cnt > 0 AND surplus > running - cnt
    -- A line that breaks two points is at issue once.
    QUALIFY ROW_NUMBER() OVER (PARTITION BY bkkp_sn ORDER BY LEAST(cnt, surplus - (running - cnt)) DESC, kp_id ASC) = 1
),

shared AS (
    SELECT
        setl_id,
        bkkp_sn,
        hilist_name,
        kp_id,
        note_zh,
        on_date,
        whole_name,
        whole_quantity,
        quantity,
        surplus,
        CAST(ROUND(part * pric, 2) AS DECIMAL(18, 2)) AS gross,
        -- Whole fen x whole ten-thousandths; bounded, so that no absurd record can overflow.
        CASE
            WHEN part = cnt THEN inscp_amt
            ELSE
                CAST(
                    (
                        CAST(ROUND(LEAST(inscp_amt, 9999999) * 100) AS BIGINT)
                        * CAST(ROUND(LEAST(part, 9999) * 10000) AS BIGINT)
                        // NULLIF(CAST(ROUND(LEAST(cnt, 9999) * 10000) AS BIGINT), 0)
                    ) * 0.01 AS DECIMAL(18, 2)
                )
        END AS in_scope
    FROM at_issue
)

SELECT
    setl_id,
    bkkp_sn,
    gross AS a0,
    in_scope AS a1,
    hilist_name AS because_item,
    whole_name AS because_whole,
    note_zh AS because_limit,
    CASE WHEN on_date IS NULL THEN '本次就诊' ELSE CAST(on_date AS VARCHAR) END AS because_period,
    CASE
        WHEN quantity = ROUND(quantity) THEN CAST(CAST(ROUND(quantity) AS BIGINT) AS VARCHAR)
        ELSE CAST(CAST(quantity AS DECIMAL(16, 2)) AS VARCHAR)
    END AS because_quantity,
    CASE
        WHEN whole_quantity = ROUND(whole_quantity) THEN CAST(CAST(ROUND(whole_quantity) AS BIGINT) AS VARCHAR)
        ELSE CAST(CAST(whole_quantity AS DECIMAL(16, 2)) AS VARCHAR)
    END AS because_whole_quantity,
    CASE
        WHEN surplus = ROUND(surplus) THEN CAST(CAST(ROUND(surplus) AS BIGINT) AS VARCHAR)
        ELSE CAST(CAST(surplus AS DECIMAL(16, 2)) AS VARCHAR)
    END AS because_surplus,
    gross AS because_amount,
    kp_id AS because_point
FROM shared
WHERE in_scope > $least_amount
/* examples
- name: the component on another day
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{}, {bkkp_sn: L2, hilist_code: "002501010050000", fee_date: 2026-11-05}]
    pair_limit: [{}]
- name: the whole was refunded the same day
  kind: clear
  given:
    settlement: [{}]
    fee_line:
      - {}
      - {bkkp_sn: L2, cnt: "-1", det_item_fee_sumamt: "-20.00", inscp_amt: "-20.00"}
      - {bkkp_sn: L3, hilist_code: "002501010050000"}
    pair_limit: [{}]
- name: the component was refunded
  kind: clear
  given:
    settlement: [{}]
    fee_line:
      - {}
      - {bkkp_sn: L2, hilist_code: "002501010050000"}
      - {bkkp_sn: L3, hilist_code: "002501010050000", cnt: "-1", det_item_fee_sumamt: "-20.00", inscp_amt: "-20.00"}
    pair_limit: [{}]
- name: both on one date
  kind: flag
  given:
    settlement: [{}]
    fee_line:
      - {}
      - {bkkp_sn: L2, hilist_code: "002501010050000", preselfpay_amt: "2.00", inscp_amt: "18.00"}
    pair_limit: [{}]
  expect: {S1: {a0: "20.00", a1: "18.00", lines: 1, because: {because_surplus: "1"}}}
- name: in one visit, on different dates
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{}, {bkkp_sn: L2, hilist_code: "002501010050000", fee_date: 2026-11-07}]
    pair_limit: [{scope: VISIT}]
  expect: {S1: {a1: "20.00", because: {because_period: 本次就诊}}}
- name: one to one, and one component more than wholes
  kind: edge
  given:
    settlement: [{}]
    fee_line:
      - {}
      - bkkp_sn: L2
        hilist_code: "002501010050000"
        cnt: "3"
        det_item_fee_sumamt: "60.00"
        inscp_amt: "54.00"
    pair_limit: [{is_one_to_one: "1"}]
  expect: {S1: {a0: "20.00", a1: "18.00", because: {because_quantity: "3", because_surplus: "1"}}}
- name: paid by the patient alone
  kind: clear
  given:
    settlement: [{}]
    fee_line:
      - {}
      - {bkkp_sn: L2, hilist_code: "002501010050000", fulamt_ownpay_amt: "20.00", inscp_amt: "0.00"}
    pair_limit: [{}]
- name: included in two items is at issue once
  kind: flag
  given:
    settlement: [{}]
    fee_line:
      - {}
      - {bkkp_sn: L2, hilist_code: "002501010050000"}
      - {bkkp_sn: L3, hilist_code: "002501020350000"}
    pair_limit: [{}, {kp_id: K2, code_a: "002501020350000"}]
  expect: {S1: {a1: "20.00", lines: 1, because: {because_point: K1}}}
- name: a pair of a service and a consumable is another rule's
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{}, {bkkp_sn: L2, hilist_code: "002501010050000"}]
    pair_limit: [{kind: CONSUMABLE}]
- name: the day before the knowledge point and its first day
  kind: edge
  given:
    settlement: [{}]
    fee_line:
      - {fee_date: 2026-11-04}
      - {bkkp_sn: L2, hilist_code: "002501010050000", fee_date: 2026-11-04}
      - {bkkp_sn: L3, fee_date: 2026-11-05}
      - {bkkp_sn: L4, hilist_code: "002501010050000", fee_date: 2026-11-05}
    pair_limit: [{valid_from: 2026-11-05}]
  expect: {S1: {a1: "20.00", lines: 1, because: {because_period: "2026-11-05"}}}
- name: the day before the regulation and its first day
  kind: edge
  given:
    settlement: [{}]
    fee_line:
      - {fee_date: 2021-04-30}
      - {bkkp_sn: L2, hilist_code: "002501010050000", fee_date: 2021-04-30}
      - {bkkp_sn: L3, fee_date: 2021-05-01}
      - {bkkp_sn: L4, hilist_code: "002501010050000", fee_date: 2021-05-01}
    pair_limit: [{valid_from: 2020-01-01}]
  expect: {S1: {a1: "20.00", lines: 1}}
*/
