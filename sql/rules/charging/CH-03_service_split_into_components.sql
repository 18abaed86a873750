/* rule
id: CH-03
version: 1
title_zh: 分解项目收费
title: Service split into components
status: active
certainty: suspicious
severity: 2
level: patient-episode
owner: 基金监管处
summary: >
  A service that is billed once was split: enough of its components were charged on one date, the service itself was
  not, and together they cost more than the service may. Only what they cost beyond its price is at issue.
sentence_zh: >-
  {because_date}计收{because_components}个组成项目（{because_items}），合计{because_total}元，
  未计收联合项目；{because_limit}，联合项目最高{because_price}元，多收{because_surplus}元。
facts:
  because_date: 计费日期
  because_items: 组成项目
  because_components: 组成项目个数
  because_set: 联合项目含几项
  because_total: 合计（元）
  because_price: 联合项目价格（元）
  because_surplus: 多收金额（元）
  because_limit: 限定
  because_point: 知识点编号
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（三）项
  - 国家医保“两库”知识点：分解项目收费
national_code: GZ10000102013000
in_force: {since: 2021-05-01}
dated_by: fee_date
reads: [fee_line, settlement, bundle]
look_back: none
params:
  least_share:
    about: Share of the components that stands for the whole service, where the knowledge point gives no number
    default: "0.80"
    least: "0.50"
    most: "1.00"
  tolerance:
    about: Share above the price of the service that rounding and local prices may give
    default: "0.05"
    least: "0.00"
    most: "0.30"
amount: a1
amount_note: >
  The difference is taken from the dearest lines. Of a line that is partly at issue the in-scope amount is shared by
  amount in whole fen, rounded down.
not_a_finding_when:
  - 各组成项目在不同日期、不同医嘱下先后开立，不是一次申请。
  - 医院的价格目录中没有该联合项目，或价格部门批准按单项收费。
  - 组成项目当日已退费（已按净数量比较）。
reviewer_checks:
  - 查申请单和报告单：是否同一张申请、同一份报告。
  - 查医院公示的价格目录是否有联合项目。
  - 核对各组成项目的采样、报告时间是否相同。
handler: [H2]
suppressors: []
*/
WITH
net AS (
    SELECT
        l.setl_id,
        l.fee_date,
        l.hilist_code,
        MIN(l.hilist_name) AS item,
        SUM(l.det_item_fee_sumamt) AS amount
    FROM fee_line AS l
    WHERE
        l.hilist_code IN (SELECT k.component_code FROM bundle AS k)
        OR l.hilist_code IN (SELECT k.bundle_code FROM bundle AS k)
    GROUP BY l.setl_id, l.fee_date, l.hilist_code
    HAVING SUM(l.cnt) > 0
),

sized AS (
    SELECT
        kp_id,
        bundle_code,
        valid_from,
        COUNT(DISTINCT component_code) AS set_size
    FROM bundle
    GROUP BY kp_id, bundle_code, valid_from
),

charged AS (
    SELECT
        n.setl_id,
        n.fee_date,
        k.kp_id,
        k.bundle_code,
        k.valid_from,
        MIN(k.note_zh) AS note_zh,
        MAX(k.price) AS price,
        MAX(k.min_components) AS min_components,
        COUNT(*) AS components,
        SUM(n.amount) AS total,
        STRING_AGG(n.item, '、' ORDER BY n.hilist_code) AS items
    FROM net AS n
    INNER JOIN bundle AS k
        ON
            n.hilist_code = k.component_code
            AND n.fee_date >= k.valid_from
            AND (k.valid_until IS NULL OR n.fee_date < k.valid_until)
    GROUP BY n.setl_id, n.fee_date, k.kp_id, k.bundle_code, k.valid_from
),

split AS (
    SELECT
        c.setl_id,
        c.fee_date,
        c.kp_id,
        c.valid_from,
        c.note_zh,
        c.price,
        c.components,
        c.total,
        c.items,
        z.set_size,
        c.total - c.price AS surplus
    FROM charged AS c
    INNER JOIN sized AS z ON c.kp_id = z.kp_id AND c.bundle_code = z.bundle_code AND c.valid_from = z.valid_from
    WHERE
        c.components >= COALESCE(c.min_components, $least_share * z.set_size)
        AND c.total > c.price * (1 + $tolerance)
        AND NOT EXISTS (
            SELECT 1
            FROM net AS b
            WHERE b.setl_id = c.setl_id AND b.fee_date = c.fee_date AND b.hilist_code = c.bundle_code
        )
),

ranked AS (
    SELECT
        l.setl_id,
        l.bkkp_sn,
        l.fee_date,
        l.det_item_fee_sumamt,
        l.inscp_amt,
        p.kp_id,
        p.note_zh,
        p.price,
        p.components,
        p.set_size,
        p.total,
        p.items,
        p.surplus,
        SUM(l.det_item_fee_sumamt) OVER (
            PARTITION BY l.setl_id, l.fee_date, p.kp_id
            ORDER BY l.det_item_fee_sumamt DESC, l.bkkp_sn ASC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS running
    FROM fee_line AS l
    INNER JOIN settlement AS s ON l.setl_id = s.setl_id
    INNER JOIN split AS p ON l.setl_id = p.setl_id AND l.fee_date = p.fee_date
    INNER JOIN bundle AS k
        ON p.kp_id = k.kp_id AND p.valid_from = k.valid_from AND l.hilist_code = k.component_code
    WHERE l.det_item_fee_sumamt > 0
),

at_issue AS (
    SELECT
        setl_id,
        bkkp_sn,
        fee_date,
        det_item_fee_sumamt,
        inscp_amt,
        kp_id,
        note_zh,
        price,
        components,
        set_size,
        total,
        items,
        surplus,
        LEAST(det_item_fee_sumamt, surplus - (running - det_item_fee_sumamt)) AS part
    FROM ranked
    WHERE surplus > running - det_item_fee_sumamt
    -- A line in two bundles is at issue once.
    QUALIFY ROW_NUMBER() OVER (PARTITION BY bkkp_sn ORDER BY surplus DESC, kp_id ASC) = 1
)

SELECT
    setl_id,
    bkkp_sn,
    part AS a0,
    -- Whole fen x whole fen; bounded, so that no absurd record can overflow.
    CASE
        WHEN part = det_item_fee_sumamt THEN inscp_amt
        ELSE
            CAST(
                (
                    CAST(ROUND(LEAST(inscp_amt, 9999999) * 100) AS BIGINT)
                    * CAST(ROUND(LEAST(part, 9999999) * 100) AS BIGINT)
                    // NULLIF(CAST(ROUND(LEAST(det_item_fee_sumamt, 9999999) * 100) AS BIGINT), 0)
                ) * 0.01 AS DECIMAL(18, 2)
            )
    END AS a1,
    fee_date AS because_date,
    items AS because_items,
    components AS because_components,
    set_size AS because_set,
    total AS because_total,
    price AS because_price,
    surplus AS because_surplus,
    note_zh AS because_limit,
    kp_id AS because_point
FROM at_issue
/* examples
- name: the components on different dates
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{}, {bkkp_sn: L2, hilist_code: "002501010050000", fee_date: 2026-11-05}]
    bundle: [{price: "10.00"}, {price: "10.00", component_code: "002501010050000"}]
- name: the whole was charged beside a component
  kind: clear
  given:
    settlement: [{}]
    fee_line:
      - {}
      - {bkkp_sn: L2, hilist_code: "002501010050000"}
      - {bkkp_sn: L3, hilist_code: "002501019990000"}
    bundle: [{}, {component_code: "002501010050000"}]
- name: a component was refunded
  kind: clear
  given:
    settlement: [{}]
    fee_line:
      - {}
      - {bkkp_sn: L2, hilist_code: "002501010050000"}
      - {bkkp_sn: L3, hilist_code: "002501010050000", cnt: "-1", det_item_fee_sumamt: "-20.00", inscp_amt: "-20.00"}
    bundle: [{price: "10.00"}, {price: "10.00", component_code: "002501010050000"}]
- name: both components instead of the whole
  kind: flag
  given:
    settlement: [{}]
    fee_line:
      - {}
      - bkkp_sn: L2
        hilist_code: "002501010050000"
        hilist_name: 网织红细胞计数
        det_item_fee_sumamt: "22.00"
        inscp_amt: "19.80"
    bundle: [{}, {component_code: "002501010050000"}]
  expect:
    S1: {a0: "12.00", a1: "10.80", lines: 1, because: {because_total: "42.00", because_items: 网织红细胞计数、血细胞分析}}
- name: four of five are the least share, three are not
  kind: edge
  given:
    settlement: [{setl_id: FOUR}, {setl_id: THREE}]
    fee_line:
      - {setl_id: FOUR, bkkp_sn: L1, hilist_code: "1"}
      - {setl_id: FOUR, bkkp_sn: L2, hilist_code: "2"}
      - {setl_id: FOUR, bkkp_sn: L3, hilist_code: "3"}
      - {setl_id: FOUR, bkkp_sn: L4, hilist_code: "4"}
      - {setl_id: THREE, bkkp_sn: L5, hilist_code: "1"}
      - {setl_id: THREE, bkkp_sn: L6, hilist_code: "2"}
      - {setl_id: THREE, bkkp_sn: L7, hilist_code: "3"}
    bundle:
      - {component_code: "1"}
      - {component_code: "2"}
      - {component_code: "3"}
      - {component_code: "4"}
      - {component_code: "5"}
  expect: {FOUR: {a0: "50.00", a1: "50.00", lines: 3, because: {because_set: "5"}}}
- name: the number of the knowledge point, and one less
  kind: edge
  given:
    settlement: [{}]
    fee_line:
      - {}
      - {bkkp_sn: L2, hilist_code: "002501010050000"}
      - {bkkp_sn: L3, fee_date: 2026-11-05}
    bundle:
      - {min_components: 2}
      - {min_components: 2, component_code: "002501010050000"}
      - {min_components: 2, component_code: "3"}
  expect: {S1: {a0: "10.00", lines: 1}}
- name: exactly five in a hundred above the price, and a cent more
  kind: edge
  given:
    settlement: [{setl_id: AT}, {setl_id: ABOVE}]
    fee_line:
      - {setl_id: AT, bkkp_sn: L1, det_item_fee_sumamt: "31.50", inscp_amt: "31.50"}
      - {setl_id: ABOVE, bkkp_sn: L2, det_item_fee_sumamt: "31.51", inscp_amt: "31.51"}
    bundle: [{}]
  expect: {ABOVE: {a0: "1.51", a1: "1.51"}}
- name: a line in two bundles is at issue once
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{det_item_fee_sumamt: "90.00", inscp_amt: "90.00"}]
    bundle: [{}, {kp_id: K2, bundle_code: "9", price: "60.00"}]
  expect: {S1: {a0: "60.00", lines: 1, because: {because_point: K1}}}
- name: the day before the knowledge point and its first day
  kind: edge
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, det_item_fee_sumamt: "90.00", inscp_amt: "90.00", fee_date: 2026-11-03}
      - {bkkp_sn: L2, det_item_fee_sumamt: "90.00", inscp_amt: "90.00", fee_date: 2026-11-04}
    bundle: [{valid_from: 2026-11-04}]
  expect: {S1: {a0: "60.00", lines: 1, because: {because_date: "2026-11-04"}}}
- name: the day before the regulation and its first day
  kind: edge
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, det_item_fee_sumamt: "90.00", inscp_amt: "90.00", fee_date: 2021-04-30}
      - {bkkp_sn: L2, det_item_fee_sumamt: "90.00", inscp_amt: "90.00", fee_date: 2021-05-01}
    bundle: [{valid_from: 2020-01-01}]
  expect: {S1: {a0: "60.00", lines: 1}}
*/
