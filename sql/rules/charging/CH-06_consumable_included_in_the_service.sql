/* rule
id: CH-06
version: 1
title_zh: 项目与医用耗材重复收费
title: Consumable included in the service
status: active
certainty: definite
severity: 2
level: line
owner: 基金监管处
summary: >
  A consumable that the price of a service includes was charged apart, on the date of that service or in its visit, as
  the knowledge point says. Where another service of the same period excludes that class from its price, the consumable
  may belong to it and is not at issue.
sentence_zh: >-
  {because_period}计收“{because_service}”，{because_limit}，又单独计收“{because_item}”{because_quantity}件，
  计{because_amount}元，纳入支付范围{because_inscp}元。
facts:
  because_item: 耗材
  because_service: 所属项目
  because_limit: 限定
  because_period: 计算期间
  because_fee_date: 计费日期
  because_quantity: 数量（件）
  because_amount: 金额（元）
  because_inscp: 纳入支付范围（元）
  because_point: 知识点编号
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（三）项
  - 国家医保“两库”知识点：不可单独收费耗材
national_code: 2025#30
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
not_a_finding_when:
  - 价格文件的“除外内容”写明该类耗材可另收（知识库登记为可另收的已排除）。
  - 耗材用于同日的另一个项目，该项目允许另收。
  - 项目当日已退费，净数量为零（已按净数量比较）。
reviewer_checks:
  - 查就医地价格文件的“项目内涵”“除外内容”和一次性耗材清单。
  - 对照医嘱和耗材使用登记，看耗材用于哪个项目。
  - 核对医保医用耗材编码的通用名与知识点的类别是否一致。
handler: [H1]
suppressors: []
*/
WITH
services AS (
    SELECT
        l.setl_id,
        k.kp_id,
        k.kind,
        k.code_b,
        k.note_zh,
        k.valid_from,
        k.valid_until,
        CASE WHEN k.scope = 'SAME_DAY' THEN l.fee_date END AS on_date,
        MIN(l.hilist_name) AS service_name
    FROM fee_line AS l
    INNER JOIN pair_limit AS k
        ON
            l.hilist_code = k.code_a
            AND l.fee_date >= k.valid_from
            AND (k.valid_until IS NULL OR l.fee_date < k.valid_until)
    WHERE k.kind IN ('CONSUMABLE', 'SEPARATE')
    GROUP BY
        l.setl_id, k.kp_id, k.kind, k.code_b, k.note_zh, k.valid_from, k.valid_until,
        CASE WHEN k.scope = 'SAME_DAY' THEN l.fee_date END
    -- Charged and refunded the same day is not charged.
    HAVING SUM(l.cnt) > 0
),

consumables AS (
    SELECT
        l.setl_id,
        l.bkkp_sn,
        l.hilist_code,
        l.hilist_name,
        l.fee_date,
        l.cnt,
        l.det_item_fee_sumamt,
        l.inscp_amt,
        SUM(l.cnt) OVER (PARTITION BY l.setl_id, l.hilist_code, l.fee_date) AS quantity
    FROM fee_line AS l
    INNER JOIN settlement AS s ON l.setl_id = s.setl_id
    WHERE l.list_type = '301' AND l.setl_id IN (SELECT v.setl_id FROM services AS v)
),

paired AS (
    SELECT
        c.setl_id,
        c.bkkp_sn,
        c.hilist_name,
        c.fee_date,
        c.cnt,
        c.det_item_fee_sumamt,
        c.inscp_amt,
        v.kp_id,
        v.kind,
        v.note_zh,
        v.on_date,
        v.service_name
    FROM consumables AS c
    INNER JOIN services AS v
        ON
            c.setl_id = v.setl_id
            AND SUBSTRING(c.hilist_code, 1, LENGTH(v.code_b)) = v.code_b
            AND c.fee_date >= v.valid_from
            AND (v.valid_until IS NULL OR c.fee_date < v.valid_until)
    WHERE c.cnt > 0 AND c.quantity > 0 AND (v.on_date IS NULL OR c.fee_date = v.on_date)
)

SELECT
    p.setl_id,
    p.bkkp_sn,
    p.det_item_fee_sumamt AS a0,
    p.inscp_amt AS a1,
    p.hilist_name AS because_item,
    p.service_name AS because_service,
    p.note_zh AS because_limit,
    CASE WHEN p.on_date IS NULL THEN '本次就诊' ELSE CAST(p.on_date AS VARCHAR) END AS because_period,
    p.fee_date AS because_fee_date,
    CASE
        WHEN p.cnt = ROUND(p.cnt) THEN CAST(CAST(ROUND(p.cnt) AS BIGINT) AS VARCHAR)
        ELSE CAST(CAST(p.cnt AS DECIMAL(16, 2)) AS VARCHAR)
    END AS because_quantity,
    p.det_item_fee_sumamt AS because_amount,
    p.inscp_amt AS because_inscp,
    p.kp_id AS because_point
FROM paired AS p
WHERE
    p.kind = 'CONSUMABLE'
    AND p.inscp_amt > $least_amount
    AND NOT EXISTS (
        SELECT 1
        FROM paired AS e
        WHERE e.bkkp_sn = p.bkkp_sn AND e.kind = 'SEPARATE'
    )
-- A line that breaks two points is at issue once.
QUALIFY ROW_NUMBER() OVER (PARTITION BY p.bkkp_sn ORDER BY p.kp_id ASC) = 1
/* examples
- name: the consumable on a day without the service
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{}, {bkkp_sn: L2, hilist_code: C0907175033012110001, list_type: "301", fee_date: 2026-11-05}]
    pair_limit: [{kind: CONSUMABLE, code_b: C0907175033}]
- name: another service of the day excludes it from its price
  kind: clear
  given:
    settlement: [{}]
    fee_line:
      - {}
      - {bkkp_sn: L2, hilist_code: "002501020350000"}
      - {bkkp_sn: L3, hilist_code: C0907175033012110001, list_type: "301"}
    pair_limit:
      - {kind: CONSUMABLE, code_b: C0907175033}
      - {kp_id: K2, kind: SEPARATE, code_a: "002501020350000", code_b: C0907175033}
- name: the service was refunded the same day
  kind: clear
  given:
    settlement: [{}]
    fee_line:
      - {}
      - {bkkp_sn: L2, cnt: "-1", det_item_fee_sumamt: "-20.00", inscp_amt: "-20.00"}
      - {bkkp_sn: L3, hilist_code: C0907175033012110001, list_type: "301"}
    pair_limit: [{kind: CONSUMABLE, code_b: C0907175033}]
- name: a consumable of the class on the date of the service
  kind: flag
  given:
    settlement: [{}]
    fee_line:
      - {}
      - bkkp_sn: L2
        hilist_code: C0907175033012110001
        list_type: "301"
        preselfpay_amt: "2.00"
        inscp_amt: "18.00"
    pair_limit: [{kind: CONSUMABLE, code_b: C0907175033}]
  expect: {S1: {a0: "20.00", a1: "18.00", lines: 1, because: {because_quantity: "1"}}}
- name: the exact product in the visit of the service
  kind: flag
  given:
    settlement: [{}]
    fee_line:
      - {}
      - {bkkp_sn: L2, hilist_code: C0907175033012110001, list_type: "301", fee_date: 2026-11-07}
    pair_limit: [{kind: CONSUMABLE, code_b: C0907175033012110001, scope: VISIT}]
  expect: {S1: {a1: "20.00", because: {because_period: 本次就诊}}}
- name: what the other service excludes on another day excuses nothing
  kind: edge
  given:
    settlement: [{}]
    fee_line:
      - {}
      - {bkkp_sn: L2, hilist_code: "002501020350000", fee_date: 2026-11-05}
      - {bkkp_sn: L3, hilist_code: C0907175033012110001, list_type: "301"}
    pair_limit:
      - {kind: CONSUMABLE, code_b: C0907175033}
      - {kp_id: K2, kind: SEPARATE, code_a: "002501020350000", code_b: C0907175033}
  expect: {S1: "20.00"}
- name: the neighbouring class
  kind: edge
  given:
    settlement: [{}]
    fee_line: [{}, {bkkp_sn: L2, hilist_code: C0907175034012110001, list_type: "301"}]
    pair_limit: [{kind: CONSUMABLE, code_b: C0907175033}]
- name: two services include it, it is at issue once
  kind: flag
  given:
    settlement: [{}]
    fee_line:
      - {}
      - {bkkp_sn: L2, hilist_code: "002501020350000"}
      - {bkkp_sn: L3, hilist_code: C0907175033012110001, list_type: "301"}
    pair_limit:
      - {kind: CONSUMABLE, code_b: C0907175033}
      - {kp_id: K2, kind: CONSUMABLE, code_a: "002501020350000", code_b: C0907175033}
  expect: {S1: {a1: "20.00", lines: 1, because: {because_point: K1}}}
- name: the last day of the knowledge point and the day after
  kind: edge
  given:
    settlement: [{}]
    fee_line:
      - {fee_date: 2026-11-03}
      - {bkkp_sn: L2, hilist_code: C0907175033012110001, list_type: "301", fee_date: 2026-11-03}
      - {bkkp_sn: L3, fee_date: 2026-11-04}
      - {bkkp_sn: L4, hilist_code: C0907175033012110001, list_type: "301", fee_date: 2026-11-04}
    pair_limit: [{kind: CONSUMABLE, code_b: C0907175033, valid_until: 2026-11-04}]
  expect: {S1: {a1: "20.00", lines: 1, because: {because_fee_date: "2026-11-03"}}}
- name: the day before the regulation and its first day
  kind: edge
  given:
    settlement: [{}]
    fee_line:
      - {fee_date: 2021-04-30}
      - {bkkp_sn: L2, hilist_code: C0907175033012110001, list_type: "301", fee_date: 2021-04-30}
      - {bkkp_sn: L3, fee_date: 2021-05-01}
      - {bkkp_sn: L4, hilist_code: C0907175033012110001, list_type: "301", fee_date: 2021-05-01}
    pair_limit: [{kind: CONSUMABLE, code_b: C0907175033, valid_from: 2020-01-01}]
  expect: {S1: {a1: "20.00", lines: 1}}
*/
