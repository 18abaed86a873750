/* rule
id: CH-08
version: 1
title_zh: 串换诊疗项目、耗材
title: Billed as something dearer
status: active
certainty: suspicious
severity: 3
level: patient-episode
owner: 基金监管处
summary: >
  What was billed needs something that would show that it was done, and that is missing: equipment or a ward that the
  institution never registered, an operation that the visit does not record, a purchase of the billed product. Only
  institutions that registered equipment at all, stays, and institutions that send their purchases are judged. How a
  hospital's share of the dear item compares with its peers is a model's matter.
sentence_zh: >-
  {because_fee_date}按“{because_item}”计收{because_quantity}，{because_missing}；{because_limit}，
  涉嫌串换金额{because_amount}元（{because_bound}）。
facts:
  because_item: 计收项目
  because_fee_date: 计费日期
  because_missing: 缺少的依据
  because_limit: 限定
  because_quantity: 数量
  because_price: 单价（元）
  because_true_price: 可能的实际项目价格（元）
  because_amount: 涉嫌串换金额（元）
  because_bound: 金额口径
  because_point: 知识点编号
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（四）项
  - 国家医保局飞行检查问题清单：串换项目、耗材
national_code: none
in_force: {since: 2021-05-01}
dated_by: fee_date
reads: [fee_line, settlement, substitution, fixmedins_equip_b, oprn_d, invchg_d]
look_back: none
params:
  purchase_days:
    about: Purchases of so many days before the charge cover what is billed
    default: "180"
    least: "90"
    most: "365"
amount: a1
amount_note: >
  The price beyond that of the cheapest likely item, times the quantity, at most what was in scope; all of the line
  where that item or its price is unknown, which is an upper bound.
not_a_finding_when:
  - 设备、科室登记不全，现场确有设备或病房。
  - 通过集团药房、母公司统一采购，购进记录不在本机构名下（本机构从未上传购进记录的已排除）。
  - 库存仍有半年以前购进的产品，有入库单和库存台账。
  - 手术操作编码漏传，病历有手术记录和病理报告。
reviewer_checks:
  - 现场核查设备铭牌、病房条件和设备采购、检定记录。
  - 查手术记录、病理报告、检验报告单上的方法学。
  - 查耗材入库、出库和条形码粘贴页。
handler: [H2, H3]
suppressors: []
*/
WITH
billed AS (
    SELECT
        l.setl_id,
        l.mdtrt_id,
        l.bkkp_sn,
        l.fixmedins_code,
        l.hilist_code,
        l.hilist_name,
        l.fee_date,
        l.cnt,
        l.pric,
        l.det_item_fee_sumamt,
        l.inscp_amt,
        l.overlmt_selfpay,
        s.care,
        SUM(l.cnt) OVER (PARTITION BY l.setl_id, l.hilist_code, l.fee_date) AS quantity
    FROM fee_line AS l
    INNER JOIN settlement AS s ON l.setl_id = s.setl_id
    WHERE l.hilist_code IN (SELECT k.billed_code FROM substitution AS k)
),

needing AS (
    SELECT
        b.setl_id,
        b.mdtrt_id,
        b.bkkp_sn,
        b.fixmedins_code,
        b.hilist_code,
        b.fee_date,
        b.care,
        k.kp_id,
        k.needs,
        k.needs_code,
        k.true_price,
        k.note_zh
    FROM billed AS b
    INNER JOIN substitution AS k
        ON
            b.hilist_code = k.billed_code
            AND b.fee_date >= k.valid_from
            AND (k.valid_until IS NULL OR b.fee_date < k.valid_until)
    WHERE b.cnt > 0 AND b.quantity > 0 AND b.inscp_amt > 0
),

equipment AS (
    SELECT
        n.bkkp_sn,
        n.kp_id,
        n.needs,
        SUM(CASE WHEN e.equip_code = n.needs_code THEN 1 ELSE 0 END) AS met
    FROM needing AS n
    -- Whoever registered nothing at all is not judged.
    INNER JOIN fixmedins_equip_b AS e
        ON
            n.fixmedins_code = e.fixmedins_code
            AND n.fee_date >= e.begndate
            AND (e.enddate IS NULL OR n.fee_date <= e.enddate)
            AND e.vali_flag = '1'
    WHERE n.needs = 'EQUIPMENT'
    GROUP BY n.bkkp_sn, n.kp_id, n.needs
),

operations AS (
    SELECT
        n.bkkp_sn,
        n.kp_id,
        n.needs,
        COUNT(o.oprn_oprt_sn) AS met
    FROM needing AS n
    LEFT JOIN oprn_d AS o
        ON
            n.mdtrt_id = o.mdtrt_id
            AND SUBSTRING(o.oprn_oprt_code, 1, LENGTH(n.needs_code)) = n.needs_code
            AND o.vali_flag = '1'
    -- Small operations of the clinic are not coded.
    WHERE n.needs = 'OPERATION' AND n.care = 'IPT'
    GROUP BY n.bkkp_sn, n.kp_id, n.needs
),

purchases AS (
    SELECT
        n.bkkp_sn,
        n.kp_id,
        n.needs,
        SUM(CASE WHEN i.hilist_code = n.hilist_code THEN 1 ELSE 0 END) AS met
    FROM needing AS n
    -- Whoever sent no purchase in that time is not judged.
    INNER JOIN invchg_d AS i
        ON
            n.fixmedins_code = i.fixmedins_code
            AND i.inv_chg_type = '3503'
            AND DATE_DIFF('day', CAST(i.inv_chg_time AS DATE), n.fee_date) BETWEEN 0 AND $purchase_days
    WHERE n.needs = 'PURCHASE'
    GROUP BY n.bkkp_sn, n.kp_id, n.needs
),

missing AS (
    SELECT
        bkkp_sn,
        kp_id,
        '本机构未登记相应设备或病房' AS lacks
    FROM equipment
    WHERE met = 0
    UNION ALL
    SELECT
        bkkp_sn,
        kp_id,
        '本次住院无相应手术操作记录' AS lacks
    FROM operations
    WHERE met = 0
    UNION ALL
    SELECT
        bkkp_sn,
        kp_id,
        '本机构近期有购进记录而无该产品的购进' AS lacks
    FROM purchases
    WHERE met = 0
),

points AS (
    SELECT
        kp_id,
        MIN(true_price) AS true_price,
        MIN(note_zh) AS note_zh
    FROM substitution
    GROUP BY kp_id
),

found AS (
    SELECT
        b.setl_id,
        b.bkkp_sn,
        b.hilist_name,
        b.fee_date,
        b.cnt,
        b.pric,
        b.inscp_amt,
        b.overlmt_selfpay,
        m.kp_id,
        m.lacks,
        p.note_zh,
        p.true_price,
        CASE
            WHEN p.true_price IS NULL THEN b.det_item_fee_sumamt
            ELSE CAST(ROUND(GREATEST(b.pric - p.true_price, 0) * b.cnt, 2) AS DECIMAL(18, 2))
        END AS gross
    FROM missing AS m
    INNER JOIN billed AS b ON m.bkkp_sn = b.bkkp_sn
    INNER JOIN points AS p ON m.kp_id = p.kp_id
    -- A line that lacks two things is at issue once.
    QUALIFY ROW_NUMBER() OVER (PARTITION BY m.bkkp_sn ORDER BY m.kp_id ASC, m.lacks ASC) = 1
)

SELECT
    setl_id,
    bkkp_sn,
    gross AS a0,
    LEAST(GREATEST(gross - overlmt_selfpay, 0), inscp_amt) AS a1,
    hilist_name AS because_item,
    fee_date AS because_fee_date,
    lacks AS because_missing,
    note_zh AS because_limit,
    CASE
        WHEN cnt = ROUND(cnt) THEN CAST(CAST(ROUND(cnt) AS BIGINT) AS VARCHAR)
        ELSE CAST(CAST(cnt AS DECIMAL(16, 2)) AS VARCHAR)
    END AS because_quantity,
    CAST(pric AS DECIMAL(16, 2)) AS because_price,
    true_price AS because_true_price,
    gross AS because_amount,
    CASE WHEN true_price IS NULL THEN '全额，上限' ELSE '差价' END AS because_bound,
    kp_id AS because_point
FROM found
WHERE gross > 0
/* examples
- name: the institution registered such a ward
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{hilist_code: "001109000030000"}]
    substitution: [{}]
    fixmedins_equip_b: [{equip_code: LAMINAR}, {equip_code: CT}]
    oprn_d: []
    invchg_d: []
- name: an institution that never registered any equipment
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{hilist_code: "001109000030000"}]
    substitution: [{}]
    fixmedins_equip_b: [{fixmedins_code: H51010000002}]
    oprn_d: []
    invchg_d: []
- name: bought by a group pharmacy, the institution sends no purchases
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{hilist_code: C0201230285012410004, list_type: "301"}]
    substitution: [{needs: PURCHASE, needs_code: null, billed_code: C0201230285012410004}]
    fixmedins_equip_b: []
    oprn_d: []
    invchg_d: [{fixmedins_code: H51010000002}]
- name: a ward that the institution has not, beside one that it has
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{hilist_code: "001109000030000", cnt: "3", det_item_fee_sumamt: "60.00", inscp_amt: "60.00"}]
    substitution: [{}]
    fixmedins_equip_b: [{equip_code: CT}]
    oprn_d: []
    invchg_d: []
  expect: {S1: {a0: "24.00", a1: "24.00", lines: 1, because: {because_bound: 差价}}}
- name: an excision of which only a biopsy is on record
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{hilist_code: "003316020010000", preselfpay_amt: "2.00", inscp_amt: "18.00"}]
    substitution:
      - {needs: OPERATION, needs_code: "86.3", billed_code: "003316020010000", true_price: null}
      - {needs: OPERATION, needs_code: "86.4", billed_code: "003316020010000", true_price: null}
    fixmedins_equip_b: []
    oprn_d: [{oprn_oprt_code: "86.1100"}]
    invchg_d: []
  expect: {S1: {a0: "20.00", a1: "18.00", lines: 1, because: {because_bound: 全额，上限}}}
- name: a product that was not bought, though others were
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{hilist_code: C0201230285012410004, list_type: "301"}]
    substitution: [{needs: PURCHASE, needs_code: null, billed_code: C0201230285012410004}]
    fixmedins_equip_b: []
    oprn_d: []
    invchg_d: [{}]
  expect: {S1: {a0: "8.00", a1: "8.00"}}
- name: a small excision in the clinic
  kind: clear
  given:
    settlement: [{care: OTP}]
    fee_line: [{hilist_code: "003316020010000"}]
    substitution: [{needs: OPERATION, needs_code: "86.3", billed_code: "003316020010000"}]
    fixmedins_equip_b: []
    oprn_d: []
    invchg_d: []
- name: one of two operations that will do
  kind: edge
  given:
    settlement: [{}]
    fee_line: [{hilist_code: "003316020010000"}]
    substitution:
      - {needs: OPERATION, needs_code: "86.3", billed_code: "003316020010000"}
      - {needs: OPERATION, needs_code: "86.4", billed_code: "003316020010000"}
    fixmedins_equip_b: []
    oprn_d: [{oprn_oprt_code: "86.4x00"}]
    invchg_d: []
- name: bought a hundred and eighty days ago, and a day earlier
  kind: edge
  given:
    settlement: [{setl_id: IN}, {setl_id: OUT}]
    fee_line:
      - {setl_id: IN, bkkp_sn: L1, hilist_code: C0201230285012410004, list_type: "301"}
      - {setl_id: OUT, bkkp_sn: L2, hilist_code: C0201230285012410004, list_type: "301", fee_date: 2026-11-05}
    substitution: [{needs: PURCHASE, needs_code: null, billed_code: C0201230285012410004}]
    fixmedins_equip_b: []
    oprn_d: []
    invchg_d: [{}, {invchg_sn: I2, hilist_code: C0201230285012410004, inv_chg_time: 2026-05-08 09:00:00}]
  expect: {OUT: {a1: "8.00"}}
- name: the ward on its last registered day and the day after
  kind: edge
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, hilist_code: "001109000030000", fee_date: 2026-11-04}
      - {bkkp_sn: L2, hilist_code: "001109000030000", fee_date: 2026-11-05}
    substitution: [{}]
    fixmedins_equip_b: [{equip_code: LAMINAR, enddate: 2026-11-04}, {equip_code: CT}]
    oprn_d: []
    invchg_d: []
  expect: {S1: {a1: "8.00", lines: 1, because: {because_fee_date: "2026-11-05"}}}
- name: the day before the knowledge point and its first day
  kind: edge
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, hilist_code: "001109000030000", fee_date: 2026-11-03}
      - {bkkp_sn: L2, hilist_code: "001109000030000", fee_date: 2026-11-04}
    substitution: [{valid_from: 2026-11-04}]
    fixmedins_equip_b: [{}]
    oprn_d: []
    invchg_d: []
  expect: {S1: {a1: "8.00", lines: 1}}
- name: the day before the regulation and its first day
  kind: edge
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, hilist_code: "001109000030000", fee_date: 2021-04-30}
      - {bkkp_sn: L2, hilist_code: "001109000030000", fee_date: 2021-05-01}
    substitution: [{valid_from: 2020-01-01}]
    fixmedins_equip_b: [{begndate: 2020-01-01}]
    oprn_d: []
    invchg_d: []
  expect: {S1: {a1: "8.00", lines: 1}}
*/
