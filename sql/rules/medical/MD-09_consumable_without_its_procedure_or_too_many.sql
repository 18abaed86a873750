/* rule
id: MD-09
version: 1
title_zh: 耗材与项目不符、数量超标
title: Consumable without its procedure or too many
status: active
certainty: suspicious
severity: 3
level: patient-episode
owner: 基金监管处
summary: >
  A consumable was charged although neither a service nor an operation that it is put in with was recorded in the visit,
  or more of it than the knowledge point takes for plausible, of a stay or of each operation. All products of a point
  are counted together.
sentence_zh: >-
  {because_form}：“{because_item}”等共{because_quantity}件，{because_limit}，记录到对应项目或手术{because_operations}次，
  允许{because_allowed}件，涉及{because_surplus}件，金额{because_amount}元。
facts:
  because_form: 类型
  because_item: 耗材
  because_limit: 限定
  because_quantity: 数量（件）
  because_operations: 对应项目或手术次数
  because_allowed: 允许数量（件）
  because_surplus: 涉及数量（件）
  because_amount: 涉及金额（元）
  because_point: 知识点编号
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（二）项、第（四）项
  - 国家医保“两库”知识点：耗材与项目不符、耗材数量超标
national_code: GZ10000303001000, GZ10000303002000, GZ10000303003000
in_force: {since: 2021-05-01}
dated_by: fee_date
reads: [fee_line, settlement, consumable_use, oprn_d]
look_back: none
params:
  more_pieces:
    about: Pieces beyond the knowledge point's number, because a set may be billed piece by piece
    default: "0"
    least: "0"
    most: "10"
amount: a1
amount_note: >
  All pieces where nothing that they are put in with was recorded, else those beyond the number, the dearest first. Of
  a line that is partly at issue the in-scope amount is shared by quantity in whole fen, rounded down.
not_a_finding_when:
  - 按套收费的耗材被拆成单件编码上传，件数多而总价不变。
  - 翻修手术或多部位手术，手术记录写明取出和置入的数量。
  - 手术操作编码上传错误，病历中确有对应手术。
  - 耗材已退费（已按净数量比较）。
reviewer_checks:
  - 查植入物使用登记、条形码粘贴页，核对数量和型号。
  - 查手术记录、介入治疗记录和影像。
  - 查耗材的采购和出库记录。
handler: [H2]
suppressors: []
*/
WITH
pieces AS (
    SELECT
        l.setl_id,
        l.mdtrt_id,
        l.bkkp_sn,
        l.hilist_name,
        l.cnt,
        l.pric,
        l.inscp_amt,
        k.kp_id,
        k.max_count,
        k.is_per_operation,
        k.note_zh
    FROM fee_line AS l
    INNER JOIN settlement AS s ON l.setl_id = s.setl_id
    INNER JOIN consumable_use AS k
        ON
            -- The first seven characters are the class at the least: equal ones let the engine join fast.
            LEFT(l.hilist_code, 7) = LEFT(k.code, 7)
            AND SUBSTRING(l.hilist_code, 1, LENGTH(k.code)) = k.code
            AND l.fee_date >= k.valid_from
            AND (k.valid_until IS NULL OR l.fee_date < k.valid_until)
    WHERE k.role = 'CONSUMABLE' AND l.list_type = '301'
    QUALIFY ROW_NUMBER() OVER (PARTITION BY l.bkkp_sn, k.kp_id ORDER BY LENGTH(k.code) DESC, k.code ASC) = 1
),

totals AS (
    SELECT
        setl_id,
        mdtrt_id,
        kp_id,
        SUM(cnt) AS quantity,
        MAX(max_count) AS max_count,
        MAX(is_per_operation) AS is_per_operation
    FROM pieces
    GROUP BY setl_id, mdtrt_id, kp_id
    HAVING SUM(cnt) > 0
),

services AS (
    SELECT
        l.setl_id,
        k.kp_id,
        SUM(l.cnt) AS times
    FROM fee_line AS l
    INNER JOIN consumable_use AS k
        ON
            l.hilist_code = k.code
            AND l.fee_date >= k.valid_from
            AND (k.valid_until IS NULL OR l.fee_date < k.valid_until)
    WHERE k.role = 'SERVICE'
    GROUP BY l.setl_id, k.kp_id
    HAVING SUM(l.cnt) > 0
),

operations AS (
    SELECT
        t.setl_id,
        t.kp_id,
        COUNT(DISTINCT o.oprn_oprt_sn) AS times
    FROM totals AS t
    INNER JOIN consumable_use AS k ON t.kp_id = k.kp_id
    INNER JOIN oprn_d AS o
        ON t.mdtrt_id = o.mdtrt_id AND SUBSTRING(o.oprn_oprt_code, 1, LENGTH(k.code)) = k.code
    WHERE k.role = 'OPERATION' AND o.vali_flag = '1'
    GROUP BY t.setl_id, t.kp_id
),

reported AS (
    SELECT DISTINCT mdtrt_id
    FROM oprn_d
    WHERE vali_flag = '1'
),

sets AS (
    SELECT
        kp_id,
        SUM(CASE WHEN role = 'SERVICE' THEN 1 ELSE 0 END) AS services,
        SUM(CASE WHEN role = 'OPERATION' THEN 1 ELSE 0 END) AS operations
    FROM consumable_use
    GROUP BY kp_id
),

judged AS (
    SELECT
        t.setl_id,
        t.kp_id,
        t.quantity,
        t.max_count,
        t.is_per_operation,
        GREATEST(COALESCE(v.times, 0), COALESCE(o.times, 0)) AS times,
        COALESCE(v.times, 0) + COALESCE(o.times, 0) = 0
        -- Where only an operation would do, the institution must report operations at all.
        AND (z.services > 0 OR (z.operations > 0 AND r.mdtrt_id IS NOT NULL)) AS is_unmatched
    FROM totals AS t
    INNER JOIN sets AS z ON t.kp_id = z.kp_id
    LEFT JOIN services AS v ON t.setl_id = v.setl_id AND t.kp_id = v.kp_id
    LEFT JOIN operations AS o ON t.setl_id = o.setl_id AND t.kp_id = o.kp_id
    LEFT JOIN reported AS r ON t.mdtrt_id = r.mdtrt_id
),

allowed AS (
    SELECT
        setl_id,
        kp_id,
        quantity,
        times,
        is_unmatched,
        CASE
            WHEN is_unmatched THEN 0
            WHEN is_per_operation = '1' THEN max_count * GREATEST(times, 1) + $more_pieces
            ELSE max_count + $more_pieces
        END AS most
    FROM judged
),

ranked AS (
    SELECT
        p.setl_id,
        p.bkkp_sn,
        p.hilist_name,
        p.cnt,
        p.pric,
        p.inscp_amt,
        p.kp_id,
        p.note_zh,
        a.quantity,
        a.times,
        a.is_unmatched,
        a.most,
        a.quantity - a.most AS surplus,
        SUM(p.cnt) OVER (
            PARTITION BY p.setl_id, p.kp_id
            ORDER BY p.pric DESC, p.bkkp_sn ASC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS running
    FROM pieces AS p
    INNER JOIN allowed AS a ON p.setl_id = a.setl_id AND p.kp_id = a.kp_id
    WHERE p.cnt > 0 AND a.quantity > a.most
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
        quantity,
        times,
        is_unmatched,
        most,
        surplus,
        LEAST(cnt, surplus - (running - cnt)) AS part
    FROM ranked
    WHERE surplus > running - cnt
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
        quantity,
        times,
        is_unmatched,
        most,
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
    CASE WHEN is_unmatched THEN '无对应项目或手术' ELSE '数量超标' END AS because_form,
    hilist_name AS because_item,
    note_zh AS because_limit,
    CAST(ROUND(quantity) AS BIGINT) AS because_quantity,
    CAST(ROUND(times) AS BIGINT) AS because_operations,
    CAST(ROUND(most) AS BIGINT) AS because_allowed,
    CAST(ROUND(surplus) AS BIGINT) AS because_surplus,
    gross AS because_amount,
    kp_id AS because_point
FROM shared
WHERE in_scope > 0
/* examples
- name: two stents with the service that puts them in
  kind: clear
  given:
    settlement: [{}]
    fee_line:
      - {hilist_code: C1508139200003745332, list_type: "301", cnt: "2"}
      - {bkkp_sn: L2, hilist_code: "003308010010000"}
    consumable_use: [{}, {role: SERVICE, code: "003308010010000", max_count: null}]
    oprn_d: []
- name: the operation is on record, though not on the bill
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{hilist_code: C1508139200003745332, list_type: "301", cnt: "2"}]
    consumable_use:
      - {}
      - {role: SERVICE, code: "003308010010000", max_count: null}
      - {role: OPERATION, code: "36.0", max_count: null}
    oprn_d: [{oprn_oprt_code: "36.0700"}]
- name: a revision, of which the surplus was refunded
  kind: clear
  given:
    settlement: [{}]
    fee_line:
      - {hilist_code: C1508139200003745332, list_type: "301", cnt: "6"}
      - {bkkp_sn: L2, hilist_code: C1508139200003745332, list_type: "301", cnt: "-1", inscp_amt: "-20.00"}
      - {bkkp_sn: L3, hilist_code: "003308010010000"}
    consumable_use: [{}, {role: SERVICE, code: "003308010010000", max_count: null}]
    oprn_d: []
- name: a stent without anything that puts it in
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{hilist_code: C1508139200003745332, list_type: "301", preselfpay_amt: "2.00", inscp_amt: "18.00"}]
    consumable_use:
      - {}
      - {role: SERVICE, code: "003308010010000", max_count: null}
      - {role: OPERATION, code: "36.0", max_count: null}
    oprn_d: [{}]
  expect: {S1: {a0: "20.00", a1: "18.00", lines: 1, because: {because_form: 无对应项目或手术}}}
- name: seven stents of two products in one stay
  kind: flag
  given:
    settlement: [{}]
    fee_line:
      - hilist_code: C1508139200003745332
        list_type: "301"
        cnt: "4"
        pric: "800.00"
        det_item_fee_sumamt: "3200.00"
        inscp_amt: "3200.00"
      - bkkp_sn: L2
        hilist_code: C1408096045003845294
        list_type: "301"
        cnt: "3"
        pric: "850.00"
        det_item_fee_sumamt: "2550.00"
        inscp_amt: "2295.00"
      - {bkkp_sn: L3, hilist_code: "003308010010000"}
    consumable_use: [{}, {code: C1408096}, {role: SERVICE, code: "003308010010000", max_count: null}]
    oprn_d: []
  expect: {S1: {a0: "1700.00", a1: "1530.00", lines: 1, because: {because_surplus: "2", because_quantity: "7"}}}
- name: exactly five, and six
  kind: edge
  given:
    settlement: [{setl_id: FIVE}, {setl_id: SIX}]
    fee_line:
      - {setl_id: FIVE, bkkp_sn: L1, hilist_code: C1508139200003745332, list_type: "301", cnt: "5"}
      - {setl_id: SIX, bkkp_sn: L2, hilist_code: C1508139200003745332, list_type: "301", cnt: "6", inscp_amt: "120.00"}
    consumable_use: [{}]
    oprn_d: []
  expect: {SIX: {a0: "20.00", a1: "20.00"}}
- name: two of each of two operations, and one more
  kind: edge
  given:
    settlement: [{setl_id: FOUR}, {setl_id: FIVE}]
    fee_line:
      - {setl_id: FOUR, bkkp_sn: L1, hilist_code: C1508139200003745332, list_type: "301", cnt: "4"}
      - {setl_id: FOUR, bkkp_sn: L2, hilist_code: "003315070050000", cnt: "2"}
      - {setl_id: FIVE, bkkp_sn: L3, hilist_code: C1508139200003745332, list_type: "301", cnt: "5", inscp_amt: "100.00"}
      - {setl_id: FIVE, bkkp_sn: L4, hilist_code: "003315070050000", cnt: "2"}
    consumable_use:
      - {max_count: "2", is_per_operation: "1"}
      - {role: SERVICE, code: "003315070050000", max_count: null}
    oprn_d: []
  expect: {FIVE: {a1: "20.00", because: {because_operations: "2", because_allowed: "4"}}}
- name: only an operation would do, and none is reported at all
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{hilist_code: C1508139200003745332, list_type: "301"}]
    consumable_use: [{}, {role: OPERATION, code: "36.0", max_count: null}]
    oprn_d: []
- name: only an operation would do, and another one is reported
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{hilist_code: C1508139200003745332, list_type: "301"}]
    consumable_use: [{}, {role: OPERATION, code: "36.0", max_count: null}]
    oprn_d: [{}]
  expect: {S1: "20.00"}
- name: the last day of the knowledge point and the day after
  kind: edge
  given:
    settlement: [{setl_id: LAST}, {setl_id: AFTER}]
    fee_line:
      - {setl_id: LAST, bkkp_sn: L1, hilist_code: C1508139200003745332, list_type: "301", fee_date: 2026-11-03}
      - {setl_id: AFTER, bkkp_sn: L2, hilist_code: C1508139200003745332, list_type: "301", fee_date: 2026-11-04}
    consumable_use: [{valid_until: 2026-11-04}, {role: SERVICE, code: "003308010010000", valid_until: 2026-11-04}]
    oprn_d: []
  expect: {LAST: "20.00"}
- name: the day before the regulation and its first day
  kind: edge
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, hilist_code: C1508139200003745332, list_type: "301", fee_date: 2021-04-30}
      - {bkkp_sn: L2, hilist_code: C1508139200003745332, list_type: "301", fee_date: 2021-05-01}
    consumable_use: [{valid_from: 2020-01-01}, {role: SERVICE, code: "003308010010000", valid_from: 2020-01-01}]
    oprn_d: []
  expect: {S1: {a1: "20.00", lines: 1}}
*/
