/* rule
id: PL-04
version: 1
title_zh: 限年龄段
title: Age restricted item
status: active
certainty: definite
severity: 3
level: line
owner: 基金监管处
summary: >
  An item that a knowledge point reserves for an age (newborn, child, adult) was paid for a person outside it on the
  day of the charge. Ages are counted in days, so that no birthday is a matter of opinion.
sentence_zh: >-
  “{because_item}”{because_limit}，患者{because_birth_date}出生，就诊时{because_age_years}岁，
  计费日{because_fee_date}为出生第{because_age_days}天，
  纳入支付范围{because_inscp}元。
facts:
  because_item: 项目
  because_limit: 限定
  because_birth_date: 出生日期
  because_fee_date: 计费日期
  because_age_years: 年龄（岁）
  because_age_days: 日龄（天）
  because_min_days: 下限（天）
  because_max_days: 上限（天）
  because_inscp: 纳入支付范围（元）
  because_point: 知识点编号
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（六）项
  - 国家医保“两库”知识点：限年龄
national_code: >-
  GZ10000101006000, GZ10000101007000, GZ10000102005000, GZ10000102006000, GZ10000103001000, GZ10000103002000, 2025#29
in_force: {since: 2021-05-01}
dated_by: fee_date
reads: [fee_line, settlement, age_limit]
look_back: none
params:
  grace_days:
    about: Days after the upper age, because a course of treatment may straddle a birthday
    default: "30"
    least: "0"
    most: "90"
amount: a1
not_a_finding_when:
  - 新生儿出院前的费用记在母亲的医保账户上（新生儿标志为 1 的结算已排除）。
  - 外籍或港澳台人员证件登记的出生日期有误，实际年龄符合限定。
  - 早产儿按矫正月龄使用新生儿项目，病历写明矫正胎龄。
reviewer_checks:
  - 核对身份证号码与登记的出生日期是否一致，不一致的先更正信息。
  - 查医嘱和病历首页，确认药品或项目是否确实用于本人。
  - 查知识点批次的生效日期是否早于计费日期。
handler: [H1, H2]
suppressors_in_sql: [S-NB]
*/
WITH
dated AS (
    SELECT
        l.setl_id,
        l.bkkp_sn,
        l.det_item_fee_sumamt,
        l.inscp_amt,
        l.hilist_name,
        l.fee_date,
        s.brdy,
        s.age_years,
        k.kp_id,
        k.min_days,
        k.max_days,
        k.note_zh,
        DATE_DIFF('day', s.brdy, l.fee_date) AS age_days
    FROM fee_line AS l
    INNER JOIN settlement AS s ON l.setl_id = s.setl_id
    INNER JOIN age_limit AS k
        ON
            l.hilist_code = k.hilist_code
            AND l.fee_date >= k.valid_from
            AND (k.valid_until IS NULL OR l.fee_date < k.valid_until)
    WHERE l.inscp_amt > 0 AND COALESCE(s.nwb_flag, '0') <> '1'
)

SELECT
    setl_id,
    bkkp_sn,
    det_item_fee_sumamt AS a0,
    inscp_amt AS a1,
    hilist_name AS because_item,
    note_zh AS because_limit,
    brdy AS because_birth_date,
    fee_date AS because_fee_date,
    age_years AS because_age_years,
    age_days AS because_age_days,
    min_days AS because_min_days,
    max_days AS because_max_days,
    inscp_amt AS because_inscp,
    kp_id AS because_point
FROM dated
-- A birth date after the charge is a wrong record, not a young patient.
WHERE age_days >= 0 AND (age_days < min_days OR age_days > max_days + $grace_days)
-- A line that breaks two points is at issue once.
QUALIFY ROW_NUMBER() OVER (PARTITION BY bkkp_sn ORDER BY kp_id) = 1
/* examples
- name: a child of ten gets a child's drug
  kind: clear
  given:
    settlement: [{brdy: 2016-05-20}]
    fee_line: [{}]
    age_limit: [{}]
- name: a child's drug for a woman of sixty
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{}]
    age_limit: [{}]
  expect: {S1: {a0: "20.00", a1: "20.00", lines: 1, because: {because_age_days: "22083"}}}
- name: too young for an adult's item
  kind: flag
  given:
    settlement: [{brdy: 2026-01-01}]
    fee_line: [{}]
    age_limit: [{min_days: 365, max_days: null}]
  expect: {S1: "20.00"}
- name: only the part in scope is at issue
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{preselfpay_amt: "2.00", inscp_amt: "18.00"}]
    age_limit: [{}]
  expect: {S1: {a0: "20.00", a1: "18.00"}}
- name: the last day of the grace and the day after
  kind: edge
  given:
    settlement: [{setl_id: LAST, brdy: 2011-10-06}, {setl_id: AFTER, brdy: 2011-10-05}]
    fee_line: [{setl_id: LAST, bkkp_sn: L1}, {setl_id: AFTER, bkkp_sn: L2}]
    age_limit: [{}]
  expect: {AFTER: {because: {because_age_days: "5509"}}}
- name: exactly as old as the lower limit and a day younger
  kind: edge
  given:
    settlement: [{setl_id: OLD, brdy: 2025-11-04}, {setl_id: YOUNG, brdy: 2025-11-05}]
    fee_line: [{setl_id: OLD, bkkp_sn: L1}, {setl_id: YOUNG, bkkp_sn: L2}]
    age_limit: [{min_days: 365, max_days: null}]
  expect: {YOUNG: "20.00"}
- name: the last day of the knowledge point and the day after
  kind: edge
  given:
    settlement: [{}]
    fee_line: [{bkkp_sn: L1, fee_date: 2026-11-03}, {bkkp_sn: L2, fee_date: 2026-11-04}]
    age_limit: [{valid_until: 2026-11-04}]
  expect: {S1: {a1: "20.00", lines: 1}}
- name: the day before the regulation and its first day
  kind: edge
  given:
    settlement: [{}]
    fee_line: [{bkkp_sn: L1, fee_date: 2021-04-30}, {bkkp_sn: L2, fee_date: 2021-05-01}]
    age_limit: [{valid_from: 2020-01-01}]
  expect: {S1: {a1: "20.00", lines: 1}}
- name: a newborn on the mother's card
  kind: clear
  given:
    settlement: [{nwb_flag: "1"}]
    fee_line: [{}]
    age_limit: [{max_days: 28}]
- name: paid by the patient alone
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{fulamt_ownpay_amt: "20.00", inscp_amt: "0.00"}]
    age_limit: [{}]
- name: born after the charge is a wrong record
  kind: clear
  given:
    settlement: [{brdy: 2026-11-05}]
    fee_line: [{}]
    age_limit: [{min_days: 365, max_days: null}]
- name: two points broken by one line are one line
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{}]
    age_limit: [{kp_id: K1}, {kp_id: K2, max_days: 28}]
  expect: {S1: {a1: "20.00", lines: 1, because: {because_point: K1}}}
*/
