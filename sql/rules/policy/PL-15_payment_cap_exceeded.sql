/* rule
id: PL-15
version: 1
title_zh: 超限定报销总额
title: Payment cap exceeded
status: active
certainty: definite
severity: 2
level: settlement
owner: 基金监管处
summary: >
  More of an item was settled as in scope than the fund covers of it: per unit (ITEM), per visit (STAY), or per person
  and year of settlement (YEAR), by one institution or several. Items of one point share the amount. At issue is what
  lies beyond, on the lines that came last.
sentence_zh: >-
  “{because_item}”{because_limit}，{because_scope}已纳入支付范围{because_total}元，超过上限{because_cap}元，
  本笔超出{because_surplus}元。
facts:
  because_item: 项目
  because_limit: 限定
  because_scope: 计算范围
  because_fee_date: 计费日期
  because_total: 累计纳入支付范围（元）
  because_cap: 上限（元）
  because_surplus: 本笔超出（元）
  because_point: 知识点编号
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（六）项
  - 国家医保“两库”知识点：限定报销总额
national_code: GZ10000102015000, GZ10000103003000
in_force: {since: 2021-05-01}
dated_by: fee_date
reads: [fee_line, settlement, payment_cap]
look_back: {days: 366}
amount: a1
amount_note: >
  a0 and a1 are the in-scope amount beyond the cap. What the patient already paid above a limit is not in scope and
  does not count. A year is the year of the settlement, as for benefits.
not_a_finding_when:
  - 参保地与就医地限额标准不同，应按参保地标准执行。
  - 双侧植入按侧别分别计算限额，数量只记 1。
  - 上年度住院跨年结算，费用实际属于上年度额度。
reviewer_checks:
  - 核对限额文件的计算口径：按件、按次还是按年度。
  - 查本年度其他机构的使用记录和已支付金额。
  - 查超出部分是否应由个人先行负担而医院未设置。
handler: [H1]
suppressors: []
*/
WITH
capped AS (
    SELECT
        l.setl_id,
        l.bkkp_sn,
        l.hilist_name,
        l.fee_date,
        l.cnt,
        l.inscp_amt,
        l.fee_ocur_time,
        s.setl_date,
        s.setl_time,
        k.kp_id,
        k.scope,
        k.cap_amt,
        k.note_zh,
        CASE
            WHEN k.scope = 'YEAR' THEN l.person || '/' || s.year
            WHEN k.scope = 'STAY' THEN l.mdtrt_id
            ELSE l.bkkp_sn
        END AS shared_by
    FROM fee_line AS l
    INNER JOIN settlement AS s ON l.setl_id = s.setl_id
    INNER JOIN payment_cap AS k
        ON
            l.hilist_code = k.hilist_code
            AND l.fee_date >= k.valid_from
            AND (k.valid_until IS NULL OR l.fee_date < k.valid_until)
    WHERE l.inscp_amt > 0 AND l.cnt > 0
),

summed AS (
    SELECT
        a.bkkp_sn,
        a.kp_id,
        CAST(SUM(e.inscp_amt) AS DECIMAL(18, 2)) AS total
    FROM capped AS a
    INNER JOIN capped AS e ON a.kp_id = e.kp_id AND a.shared_by = e.shared_by
    WHERE
        DATE_DIFF('day', e.setl_date, a.setl_date) BETWEEN 0 AND $look_back_days
        AND (
            e.setl_time < a.setl_time
            OR (e.setl_time = a.setl_time AND e.setl_id < a.setl_id)
            OR (e.setl_id = a.setl_id AND e.fee_ocur_time < a.fee_ocur_time)
            OR (e.setl_id = a.setl_id AND e.fee_ocur_time = a.fee_ocur_time AND e.bkkp_sn <= a.bkkp_sn)
        )
    GROUP BY a.bkkp_sn, a.kp_id
),

beyond AS (
    SELECT
        c.setl_id,
        c.bkkp_sn,
        c.hilist_name,
        c.fee_date,
        c.kp_id,
        c.scope,
        c.note_zh,
        t.total,
        CASE WHEN c.scope = 'ITEM' THEN CAST(c.cap_amt * c.cnt AS DECIMAL(18, 2)) ELSE c.cap_amt END AS cap,
        c.inscp_amt
    FROM capped AS c
    INNER JOIN summed AS t ON c.bkkp_sn = t.bkkp_sn AND c.kp_id = t.kp_id
)

SELECT
    setl_id,
    bkkp_sn,
    LEAST(inscp_amt, total - cap) AS a0,
    LEAST(inscp_amt, total - cap) AS a1,
    hilist_name AS because_item,
    note_zh AS because_limit,
    CASE scope
        WHEN 'ITEM' THEN '本件'
        WHEN 'STAY' THEN '本次就诊'
        ELSE '本年度'
    END AS because_scope,
    fee_date AS because_fee_date,
    total AS because_total,
    cap AS because_cap,
    LEAST(inscp_amt, total - cap) AS because_surplus,
    kp_id AS because_point
FROM beyond
WHERE total > cap
-- A line that breaks two points is at issue once, for the larger part.
QUALIFY ROW_NUMBER() OVER (PARTITION BY bkkp_sn ORDER BY LEAST(inscp_amt, total - cap) DESC, kp_id ASC) = 1
/* examples
- name: what the patient paid above a limit is not in scope
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{det_item_fee_sumamt: "180.00", overlmt_selfpay: "80.00", inscp_amt: "100.00"}]
    payment_cap: [{}]
- name: three lines of a stay, the last two beyond
  kind: flag
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, inscp_amt: "60.00", fee_ocur_time: 2026-11-03 09:00:00}
      - {bkkp_sn: L2, inscp_amt: "60.00"}
      - {bkkp_sn: L3, inscp_amt: "30.00", fee_ocur_time: 2026-11-05 09:00:00}
    payment_cap: [{}]
  expect: {S1: {a0: "50.00", a1: "50.00", lines: 2, because: {because_scope: 本次就诊}}}
- name: exactly the cap, and a fen more
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, mdtrt_id: V2}]
    fee_line:
      - {bkkp_sn: L1, inscp_amt: "100.00"}
      - {setl_id: S2, mdtrt_id: V2, bkkp_sn: L2, inscp_amt: "100.01"}
    payment_cap: [{}]
  expect: {S2: "0.01"}
- name: per unit, two units may cost twice as much
  kind: edge
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, cnt: "2", inscp_amt: "200.00"}
      - {bkkp_sn: L2, cnt: "2", inscp_amt: "230.00"}
    payment_cap: [{scope: ITEM}]
  expect: {S1: {a1: "30.00", lines: 1, because: {because_cap: "200.00"}}}
- name: a year, over two institutions
  kind: flag
  given:
    settlement:
      - {setl_date: 2026-03-02, setl_time: 2026-03-02 09:00:00}
      - {setl_id: S2, mdtrt_id: V2, fixmedins_code: H51010000002}
    fee_line:
      - {bkkp_sn: L1, inscp_amt: "80.00", fee_date: 2026-03-01}
      - {setl_id: S2, mdtrt_id: V2, bkkp_sn: L2, inscp_amt: "50.00"}
    payment_cap: [{scope: YEAR}]
  expect: {S2: {a1: "30.00", because: {because_total: "130.00", because_scope: 本年度}}}
- name: the new year begins with the settlement of its first day
  kind: edge
  given:
    settlement:
      - {setl_date: 2026-12-30, setl_time: 2026-12-30 09:00:00}
      - {setl_id: S2, mdtrt_id: V2, setl_date: 2026-12-31, setl_time: 2026-12-31 09:00:00}
      - {setl_id: S3, mdtrt_id: V3, setl_date: 2027-01-01, setl_time: 2027-01-01 09:00:00, year: "2027"}
    fee_line:
      - {bkkp_sn: L1, inscp_amt: "80.00"}
      - {setl_id: S2, mdtrt_id: V2, bkkp_sn: L2, inscp_amt: "50.00"}
      - {setl_id: S3, mdtrt_id: V3, bkkp_sn: L3, inscp_amt: "50.00"}
    payment_cap: [{scope: YEAR}]
  expect: {S2: "30.00"}
- name: another stay has its own cap
  kind: clear
  given:
    settlement: [{}, {setl_id: S2, mdtrt_id: V2}]
    fee_line:
      - {bkkp_sn: L1, inscp_amt: "80.00"}
      - {setl_id: S2, mdtrt_id: V2, bkkp_sn: L2, inscp_amt: "50.00"}
    payment_cap: [{}]
- name: two items of one point share the cap
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{bkkp_sn: L1, inscp_amt: "80.00"}, {bkkp_sn: L2, inscp_amt: "50.00", hilist_code: XB}]
    payment_cap: [{}, {hilist_code: XB}]
  expect: {S1: "30.00"}
- name: the day before the knowledge point and its first day
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, mdtrt_id: V2}]
    fee_line:
      - {bkkp_sn: L1, inscp_amt: "130.00", fee_date: 2026-11-03}
      - {setl_id: S2, mdtrt_id: V2, bkkp_sn: L2, inscp_amt: "130.00", fee_date: 2026-11-04}
    payment_cap: [{valid_from: 2026-11-04}]
  expect: {S2: "30.00"}
- name: the day before the regulation and its first day
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, mdtrt_id: V2}]
    fee_line:
      - {bkkp_sn: L1, inscp_amt: "130.00", fee_date: 2021-04-30}
      - {setl_id: S2, mdtrt_id: V2, bkkp_sn: L2, inscp_amt: "130.00", fee_date: 2021-05-01}
    payment_cap: [{valid_from: 2020-01-01}]
  expect: {S2: "30.00"}
*/
