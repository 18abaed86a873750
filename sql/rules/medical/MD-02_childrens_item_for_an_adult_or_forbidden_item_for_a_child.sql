/* rule
id: MD-02
version: 1
title_zh: 儿童专用、儿童禁用
title: Childrens item for an adult or forbidden item for a child
status: active
certainty: suspicious
severity: 2
level: line
owner: 基金监管处
summary: >
  An item made for children was charged for somebody who is none, or an item forbidden in children was charged for a
  child. Ages are completed years on the day of the charge. What is forbidden weighs most; a child's formulation for an
  old patient or one who is fed by tube least, because swallowing may explain it.
sentence_zh: >-
  “{because_item}”{because_limit}，患者{because_birth_date}出生，{because_fee_date}计费时{because_age}周岁
  （界限{because_below}周岁），数量{because_quantity}，纳入支付范围{because_inscp}元。
  可能的解释：{because_excuse}。
facts:
  because_item: 项目
  because_kind: 类别
  because_limit: 限定
  because_birth_date: 出生日期
  because_fee_date: 计费日期
  because_age: 年龄（岁）
  because_below: 界限（岁）
  because_quantity: 数量
  because_inscp: 纳入支付范围（元）
  because_excuse: 可能的解释
  because_point: 知识点编号
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（二）项
  - 国家医保“两库”知识点：儿童专用、儿童禁用
national_code: GZ10000301002000, GZ10000301003000, GZ10000302003000
in_force: {since: 2021-05-01}
dated_by: fee_date
reads: [fee_line, settlement, child_limit]
look_back: none
params:
  child_years:
    about: A child has completed fewer years than this, where the knowledge point says nothing
    default: "14"
    least: "12"
    most: "18"
  old_years:
    about: From this age trouble with swallowing is so common that a child's formulation weighs little
    default: "65"
    least: "60"
    most: "80"
amount: a1
not_a_finding_when:
  - 吞咽困难、鼻饲或需要精确小剂量的成人使用儿童剂型，病历有记载（高龄、鼻饲的已降为低度）。
  - 体重过低的成人按儿童标准加收，病历有体重记录。
  - 儿童使用禁用药品经专科会诊、家长知情同意，病情危重无替代药品。
  - 新生儿费用记在母亲的医保账户上。
reviewer_checks:
  - 查医嘱和病程记录，看用药理由、体重和知情同意。
  - 核对身份证号码与登记的出生日期是否一致。
  - 查是否为家属用药记在本人名下。
handler: [H2, H1]
suppressors: [S-NB]
*/
WITH
tube AS (
    SELECT DISTINCT l.setl_id
    FROM fee_line AS l
    INNER JOIN child_limit AS k
        ON
            l.hilist_code = k.hilist_code
            AND l.fee_date >= k.valid_from
            AND (k.valid_until IS NULL OR l.fee_date < k.valid_until)
    WHERE k.kind = 'TUBE' AND l.cnt > 0
),

dated AS (
    SELECT
        l.setl_id,
        l.bkkp_sn,
        l.hilist_name,
        l.fee_date,
        l.cnt,
        l.det_item_fee_sumamt,
        l.inscp_amt,
        s.brdy,
        k.kp_id,
        k.kind,
        k.note_zh,
        COALESCE(k.below_years, CAST(ROUND($child_years) AS BIGINT)) AS below_years,
        YEAR(l.fee_date) - YEAR(s.brdy)
        - CASE
            WHEN MONTH(l.fee_date) * 100 + DAY(l.fee_date) < MONTH(s.brdy) * 100 + DAY(s.brdy) THEN 1
            ELSE 0
        END AS years
    FROM fee_line AS l
    INNER JOIN settlement AS s ON l.setl_id = s.setl_id
    INNER JOIN child_limit AS k
        ON
            l.hilist_code = k.hilist_code
            AND l.fee_date >= k.valid_from
            AND (k.valid_until IS NULL OR l.fee_date < k.valid_until)
    -- A birth date after the charge is a wrong record, not a child.
    WHERE k.kind IN ('ONLY', 'FORBIDDEN') AND l.cnt > 0 AND l.inscp_amt > 0 AND s.brdy <= l.fee_date
)

SELECT
    d.setl_id,
    d.bkkp_sn,
    d.det_item_fee_sumamt AS a0,
    d.inscp_amt AS a1,
    CASE
        WHEN d.kind = 'FORBIDDEN' THEN 3
        WHEN d.years >= $old_years OR t.setl_id IS NOT NULL THEN 1
        ELSE 2
    END AS severity,
    d.hilist_name AS because_item,
    CASE WHEN d.kind = 'FORBIDDEN' THEN '儿童禁用' ELSE '儿童专用' END AS because_kind,
    d.note_zh AS because_limit,
    d.brdy AS because_birth_date,
    d.fee_date AS because_fee_date,
    d.years AS because_age,
    d.below_years AS because_below,
    CASE
        WHEN d.cnt = ROUND(d.cnt) THEN CAST(CAST(ROUND(d.cnt) AS BIGINT) AS VARCHAR)
        ELSE CAST(CAST(d.cnt AS DECIMAL(16, 2)) AS VARCHAR)
    END AS because_quantity,
    d.inscp_amt AS because_inscp,
    CASE
        WHEN d.kind = 'FORBIDDEN' THEN '无'
        WHEN t.setl_id IS NOT NULL THEN '本次就诊有鼻饲记录'
        WHEN d.years >= $old_years THEN '患者高龄，可能因吞咽困难使用儿童剂型'
        ELSE '无'
    END AS because_excuse,
    d.kp_id AS because_point
FROM dated AS d
LEFT JOIN tube AS t ON d.setl_id = t.setl_id
WHERE (d.kind = 'ONLY' AND d.years >= d.below_years) OR (d.kind = 'FORBIDDEN' AND d.years < d.below_years)
-- A line that breaks two points is at issue once, for what is forbidden first.
QUALIFY ROW_NUMBER() OVER (PARTITION BY d.bkkp_sn ORDER BY d.kind ASC, d.kp_id ASC) = 1
/* examples
- name: a child's formulation for a child of ten
  kind: clear
  given:
    settlement: [{brdy: 2016-05-20}]
    fee_line: [{hilist_code: XM01AEB117D010110190104}]
    child_limit: [{}]
- name: an adult's drug for an adult
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{hilist_code: XM01AEB117D010110190104}]
    child_limit: [{kind: FORBIDDEN, below_years: 18}]
- name: a child's formulation for a woman of forty
  kind: flag
  given:
    settlement: [{brdy: 1986-05-20}]
    fee_line: [{hilist_code: XM01AEB117D010110190104, preselfpay_amt: "2.00", inscp_amt: "18.00"}]
    child_limit: [{}]
  expect: {S1: {a0: "20.00", a1: "18.00", severity: 2, lines: 1, because: {because_age: "40", because_below: "14"}}}
- name: a forbidden drug for a child of ten
  kind: flag
  given:
    settlement: [{brdy: 2016-05-20}]
    fee_line: [{hilist_code: XM01AEB117D010110190104}]
    child_limit: [{kind: FORBIDDEN, below_years: 18}]
  expect: {S1: {a1: "20.00", severity: 3, because: {because_kind: 儿童禁用}}}
- name: fed by tube, of little weight
  kind: flag
  given:
    settlement: [{brdy: 1986-05-20}]
    fee_line: [{hilist_code: XM01AEB117D010110190104}, {bkkp_sn: L2, hilist_code: "001207000010000"}]
    child_limit: [{}, {kp_id: K2, kind: TUBE, hilist_code: "001207000010000"}]
  expect: {S1: {a1: "20.00", severity: 1, lines: 1}}
- name: sixty-five, of little weight, and a day younger
  kind: edge
  given:
    settlement: [{setl_id: OLD, brdy: 1961-11-04}, {setl_id: YOUNGER, brdy: 1961-11-05}]
    fee_line:
      - {setl_id: OLD, bkkp_sn: L1, hilist_code: XM01AEB117D010110190104}
      - {setl_id: YOUNGER, bkkp_sn: L2, hilist_code: XM01AEB117D010110190104}
    child_limit: [{}]
  expect: {OLD: {severity: 1}, YOUNGER: {severity: 2}}
- name: the fourteenth birthday and the day before
  kind: edge
  given:
    settlement: [{setl_id: BEFORE, brdy: 2012-11-05}, {setl_id: BIRTHDAY, brdy: 2012-11-04}]
    fee_line:
      - {setl_id: BEFORE, bkkp_sn: L1, hilist_code: XM01AEB117D010110190104}
      - {setl_id: BIRTHDAY, bkkp_sn: L2, hilist_code: XM01AEB117D010110190104}
    child_limit: [{}]
  expect: {BIRTHDAY: {a1: "20.00", because: {because_age: "14"}}}
- name: the eighteenth birthday and the day before, of a forbidden drug
  kind: edge
  given:
    settlement: [{setl_id: BEFORE, brdy: 2008-11-05}, {setl_id: BIRTHDAY, brdy: 2008-11-04}]
    fee_line:
      - {setl_id: BEFORE, bkkp_sn: L1, hilist_code: XM01AEB117D010110190104}
      - {setl_id: BIRTHDAY, bkkp_sn: L2, hilist_code: XM01AEB117D010110190104}
    child_limit: [{kind: FORBIDDEN, below_years: 18}]
  expect: {BEFORE: {a1: "20.00", because: {because_age: "17"}}}
- name: paid by the patient alone, or refunded
  kind: clear
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, hilist_code: XM01AEB117D010110190104, inscp_amt: "0.00"}
      - {bkkp_sn: L2, hilist_code: XM01AEB117D010110190104, cnt: "-1", inscp_amt: "-20.00"}
    child_limit: [{}]
- name: a newborn on the mother's card
  kind: clear
  given:
    settlement: [{nwb_flag: "1"}]
    fee_line: [{hilist_code: XM01AEB117D010110190104}]
    child_limit: [{}]
  suppressed: {S1: S-NB}
- name: the last day of the knowledge point and the day after
  kind: edge
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, hilist_code: XM01AEB117D010110190104, fee_date: 2026-11-03}
      - {bkkp_sn: L2, hilist_code: XM01AEB117D010110190104, fee_date: 2026-11-04}
    child_limit: [{valid_until: 2026-11-04}]
  expect: {S1: {a1: "20.00", lines: 1, because: {because_fee_date: "2026-11-03"}}}
- name: the day before the regulation and its first day
  kind: edge
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, hilist_code: XM01AEB117D010110190104, fee_date: 2021-04-30}
      - {bkkp_sn: L2, hilist_code: XM01AEB117D010110190104, fee_date: 2021-05-01}
    child_limit: [{valid_from: 2020-01-01}]
  expect: {S1: {a1: "20.00", lines: 1}}
*/
