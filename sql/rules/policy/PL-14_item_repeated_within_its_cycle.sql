/* rule
id: PL-14
version: 1
title_zh: 项目周期超频次
title: Item repeated within its cycle
status: active
certainty: definite
severity: 2
level: patient-episode
owner: 基金监管处
summary: >
  An item that is paid so often within a cycle was paid once more before the cycle was over, counted by person over all
  institutions and regions. Several charges on one date are one occurrence. At issue is the later one, whole.
sentence_zh: >-
  “{because_item}”{because_limit}，{because_previous}已在{because_where}做过，{because_gap_days}天后
  （{because_fee_date}）再次计费，纳入支付范围{because_inscp}元。
facts:
  because_item: 项目
  because_limit: 限定
  because_previous: 前次日期
  because_where: 前次机构
  because_fee_date: 本次日期
  because_gap_days: 间隔天数
  because_cycle_days: 周期天数
  because_times: 周期内此前次数
  because_inscp: 纳入支付范围（元）
  because_point: 知识点编号
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（二）（三）项
  - 国家医保“两库”知识点：限频次（周期）
  - 《医疗机构检查检验结果互认管理办法》
national_code: 2025#31
in_force: {since: 2021-05-01}
dated_by: fee_date
reads: [fee_line, settlement, interval_limit]
look_back: {days: 180}
params:
  tolerance_days:
    about: So many days before the end of a cycle a repetition still passes, because appointments move
    default: "3"
    least: "0"
    most: "14"
amount: a1
amount_note: All lines of the occurrence. A cycle longer than the look-back is counted as far as it reaches.
not_a_finding_when:
  - 更换医院或治疗方案，需重新建立基线，病历有说明。
  - 妊娠合并糖尿病等需加密监测的情形。
  - 前次标本不合格、结果无效，重新检测未退前次费用。
reviewer_checks:
  - 查两次报告单的日期、结果和送检目的。
  - 跨机构重复的，查是否调阅、互认前次结果。
  - 康复类项目查评定表，核对实际执行日期。
handler: [H1, H2]
suppressors: []
*/
WITH
limited AS (
    SELECT
        l.setl_id,
        l.bkkp_sn,
        l.person,
        l.hilist_name,
        l.fee_date,
        l.det_item_fee_sumamt,
        l.inscp_amt,
        s.fixmedins_name,
        k.kp_id,
        k.cycle_days,
        k.max_cnt,
        k.note_zh
    FROM fee_line AS l
    INNER JOIN settlement AS s ON l.setl_id = s.setl_id
    INNER JOIN interval_limit AS k
        ON
            l.hilist_code = k.hilist_code
            AND l.fee_date >= k.valid_from
            AND (k.valid_until IS NULL OR l.fee_date < k.valid_until)
    WHERE l.inscp_amt > 0 AND l.cnt > 0
),

done AS (
    SELECT
        person,
        kp_id,
        fee_date,
        MAX(cycle_days) AS cycle_days,
        MIN(fixmedins_name) AS fixmedins_name
    FROM limited
    GROUP BY person, kp_id, fee_date
),

before_it AS (
    SELECT
        d.person,
        d.kp_id,
        d.fee_date,
        e.fee_date AS previous,
        e.fixmedins_name AS previous_name,
        COUNT(*) OVER (PARTITION BY d.person, d.kp_id, d.fee_date) AS times,
        ROW_NUMBER() OVER (PARTITION BY d.person, d.kp_id, d.fee_date ORDER BY e.fee_date DESC) AS place
    FROM done AS d
    INNER JOIN done AS e ON d.person = e.person AND d.kp_id = e.kp_id
    WHERE
        DATE_DIFF('day', e.fee_date, d.fee_date) BETWEEN 1 AND $look_back_days
        AND DATE_DIFF('day', e.fee_date, d.fee_date) < d.cycle_days - $tolerance_days
)

SELECT
    l.setl_id,
    l.bkkp_sn,
    l.det_item_fee_sumamt AS a0,
    l.inscp_amt AS a1,
    l.hilist_name AS because_item,
    l.note_zh AS because_limit,
    b.previous AS because_previous,
    b.previous_name AS because_where,
    l.fee_date AS because_fee_date,
    DATE_DIFF('day', b.previous, l.fee_date) AS because_gap_days,
    l.cycle_days AS because_cycle_days,
    b.times AS because_times,
    l.inscp_amt AS because_inscp,
    l.kp_id AS because_point
FROM limited AS l
INNER JOIN before_it AS b ON l.person = b.person AND l.kp_id = b.kp_id AND l.fee_date = b.fee_date
WHERE b.place = 1 AND b.times >= l.max_cnt
-- A line that breaks two points is at issue once.
QUALIFY ROW_NUMBER() OVER (PARTITION BY l.bkkp_sn ORDER BY l.kp_id ASC) = 1
/* examples
- name: two charges on one date are one occurrence
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{bkkp_sn: L1}, {bkkp_sn: L2}]
    interval_limit: [{}]
- name: again after five days, in another region
  kind: flag
  given:
    settlement: [{}, {setl_id: S2, fixmedins_code: H51130000001, fixmedins_name: 南充中心医院}]
    fee_line:
      - {bkkp_sn: L1}
      - {setl_id: S2, bkkp_sn: L2, fee_date: 2026-11-09, preselfpay_amt: "2.00", inscp_amt: "18.00"}
    interval_limit: [{}]
  expect:
    S2: {a0: "20.00", a1: "18.00", lines: 1, because: {because_gap_days: "5", because_where: 蓉城第一医院}}
- name: eleven days of fourteen pass, ten do not
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, person: P2}]
    fee_line:
      - {bkkp_sn: L1, fee_date: 2026-11-01}
      - {bkkp_sn: L2, fee_date: 2026-11-12}
      - {setl_id: S2, person: P2, bkkp_sn: L3, fee_date: 2026-11-01}
      - {setl_id: S2, person: P2, bkkp_sn: L4, fee_date: 2026-11-11}
    interval_limit: [{}]
  expect: {S2: {a1: "20.00", lines: 1}}
- name: twice in a cycle is allowed, the third time is not
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, person: P2}]
    fee_line:
      - {bkkp_sn: L1, fee_date: 2026-11-02}
      - {bkkp_sn: L2, fee_date: 2026-11-04}
      - {setl_id: S2, person: P2, bkkp_sn: L3, fee_date: 2026-11-02}
      - {setl_id: S2, person: P2, bkkp_sn: L4, fee_date: 2026-11-04}
      - {setl_id: S2, person: P2, bkkp_sn: L5, fee_date: 2026-11-06}
    interval_limit: [{max_cnt: 2}]
  expect: {S2: {a1: "20.00", because: {because_times: "2", because_gap_days: "2"}}}
- name: every occurrence too early is at issue, with all its lines
  kind: flag
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, fee_date: 2026-11-02}
      - {bkkp_sn: L2, fee_date: 2026-11-04}
      - {bkkp_sn: L3, fee_date: 2026-11-06}
      - {bkkp_sn: L4, fee_date: 2026-11-06}
    interval_limit: [{}]
  expect: {S1: {a1: "60.00", lines: 3}}
- name: two codes of one point are one item
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{bkkp_sn: L1, fee_date: 2026-11-02}, {bkkp_sn: L2, fee_date: 2026-11-04, hilist_code: XB}]
    interval_limit: [{}, {hilist_code: XB}]
  expect: {S1: {a1: "20.00", lines: 1}}
- name: two points are two items
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{bkkp_sn: L1, fee_date: 2026-11-02}, {bkkp_sn: L2, fee_date: 2026-11-04, hilist_code: XB}]
    interval_limit: [{}, {kp_id: K2, hilist_code: XB}]
- name: the earlier one was paid by the patient
  kind: clear
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, fee_date: 2026-11-02, fulamt_ownpay_amt: "20.00", inscp_amt: "0.00"}
      - {bkkp_sn: L2, fee_date: 2026-11-04}
    interval_limit: [{}]
- name: the last day of the look-back and the day after
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, person: P2}]
    fee_line:
      - {bkkp_sn: L1, fee_date: 2026-05-08}
      - {bkkp_sn: L2, fee_date: 2026-11-04}
      - {setl_id: S2, person: P2, bkkp_sn: L3, fee_date: 2026-05-07}
      - {setl_id: S2, person: P2, bkkp_sn: L4, fee_date: 2026-11-04}
    interval_limit: [{cycle_days: 365}]
  expect: {S1: {lines: 1, because: {because_gap_days: "180"}}}
- name: what was done before the knowledge point does not count
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, person: P2}]
    fee_line:
      - {bkkp_sn: L1, fee_date: 2026-11-03}
      - {bkkp_sn: L2, fee_date: 2026-11-06}
      - {setl_id: S2, person: P2, bkkp_sn: L3, fee_date: 2026-11-04}
      - {setl_id: S2, person: P2, bkkp_sn: L4, fee_date: 2026-11-06}
    interval_limit: [{valid_from: 2026-11-04}]
  expect: {S2: {a1: "20.00"}}
- name: what was done before the regulation does not count
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, person: P2}]
    fee_line:
      - {bkkp_sn: L1, fee_date: 2021-04-30}
      - {bkkp_sn: L2, fee_date: 2021-05-03}
      - {setl_id: S2, person: P2, bkkp_sn: L3, fee_date: 2021-05-01}
      - {setl_id: S2, person: P2, bkkp_sn: L4, fee_date: 2021-05-03}
    interval_limit: [{valid_from: 2020-01-01}]
  expect: {S2: {a1: "20.00"}}
*/
