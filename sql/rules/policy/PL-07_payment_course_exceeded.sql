/* rule
id: PL-07
version: 1
title_zh: 限支付疗程
title: Payment course exceeded
status: active
certainty: definite
severity: 2
level: patient-episode
owner: 基金监管处
summary: >
  An item that is paid for so many days of a course was paid on more of them, in whatever institution. Days are counted
  within one visit (STAY), within visits of one disease that follow each other without a long gap (EPISODE), or within
  twelve months (YEAR). At issue are the days after the last payable one.
sentence_zh: >-
  “{because_item}”{because_limit}，{because_first_day}起至{because_fee_date}已是第{because_day_number}个用药或治疗日，
  该日纳入支付范围{because_inscp}元。
facts:
  because_item: 项目
  because_limit: 限定
  because_first_day: 疗程首日
  because_fee_date: 计费日期
  because_day_number: 疗程第几日
  because_max_days: 最多支付天数
  because_scope: 计算范围
  because_institutions: 涉及机构数
  because_inscp: 纳入支付范围（元）
  because_point: 知识点编号
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（六）项
  - 《国家基本医疗保险、工伤保险和生育保险药品目录》备注栏：支付不超过规定天数
  - 国家医保“两库”知识点：限支付疗程
national_code: GZ10000101010000, GZ10000102010000
in_force: {since: 2021-05-01}
dated_by: fee_date
reads: [fee_line, settlement, course_limit]
look_back: {days: 365}
params:
  episode_gap_days:
    about: Days between visits of one disease after which a new course begins
    default: "30"
    least: "7"
    most: "90"
amount: a1
amount_note: >
  The lines dated after the last payable day. Items of one point share the days; a day counts once however often the
  item was given on it, and only where something was in scope.
not_a_finding_when:
  - 同一疾病再次发作，经急诊以新的主要诊断入院（已按新疗程计算）。
  - 分次给药，一日用量拆到两日记账。
  - 通用名归组有误，实为另一种药品。
reviewer_checks:
  - 查医嘱起止时间，核对实际用药天数与计费日期。
  - 查此前在其他机构的用药是否属于同一疗程。
  - 超出部分是否已告知患者自费。
handler: [H1]
suppressors: []
*/
WITH
limited AS (
    SELECT
        l.setl_id,
        l.bkkp_sn,
        l.person,
        l.mdtrt_id,
        l.fixmedins_code,
        l.hilist_name,
        l.fee_date,
        l.det_item_fee_sumamt,
        l.inscp_amt,
        k.kp_id,
        k.max_days,
        k.scope,
        k.note_zh
    FROM fee_line AS l
    INNER JOIN settlement AS s ON l.setl_id = s.setl_id
    INNER JOIN course_limit AS k
        ON
            l.hilist_code = k.hilist_code
            AND l.fee_date >= k.valid_from
            AND (k.valid_until IS NULL OR l.fee_date < k.valid_until)
    WHERE l.inscp_amt > 0 AND l.cnt > 0
),

visits AS (
    SELECT
        setl_id,
        person,
        icd3,
        begndate,
        enddate,
        MAX(enddate) OVER (
            PARTITION BY person, icd3 ORDER BY begndate ASC, setl_id ASC
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS last_end,
        LAG(main_diag_code) OVER (PARTITION BY person, icd3 ORDER BY begndate ASC, setl_id ASC) AS last_diagnosis,
        main_diag_code,
        med_type
    FROM settlement
    WHERE
        EXISTS (
            SELECT 1
            FROM limited AS l
            WHERE l.person = settlement.person AND l.scope = 'EPISODE'
        )
),

chained AS (
    SELECT
        setl_id,
        COALESCE(icd3, '') AS icd3,
        SUM(
            CASE
                WHEN last_end IS NULL THEN 1
                WHEN DATE_DIFF('day', last_end, begndate) > $episode_gap_days THEN 1
                -- Back through the emergency department with another diagnosis of the family: a new attack.
                WHEN LEFT(med_type, 2) = '24' AND main_diag_code <> last_diagnosis THEN 1
                ELSE 0
            END
        ) OVER (
            PARTITION BY person, icd3 ORDER BY begndate ASC, setl_id ASC
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS episode
    FROM visits
),

placed AS (
    SELECT
        l.setl_id,
        l.bkkp_sn,
        l.person,
        l.fixmedins_code,
        l.hilist_name,
        l.fee_date,
        l.det_item_fee_sumamt,
        l.inscp_amt,
        l.kp_id,
        l.max_days,
        l.scope,
        l.note_zh,
        CASE
            WHEN l.scope = 'STAY' THEN l.mdtrt_id
            WHEN l.scope = 'EPISODE' THEN c.icd3 || '/' || CAST(c.episode AS VARCHAR)
            ELSE ''
        END AS course
    FROM limited AS l
    LEFT JOIN chained AS c ON l.setl_id = c.setl_id AND l.scope = 'EPISODE'
),

given_on AS (
    SELECT DISTINCT
        person,
        kp_id,
        course,
        fee_date,
        fixmedins_code
    FROM placed
),

days AS (
    SELECT DISTINCT
        person,
        kp_id,
        course,
        fee_date
    FROM given_on
),

counted AS (
    SELECT
        d.person,
        d.kp_id,
        d.course,
        d.fee_date,
        MIN(e.fee_date) AS first_day,
        COUNT(DISTINCT e.fee_date) AS day_number,
        COUNT(DISTINCT e.fixmedins_code) AS institutions
    FROM days AS d
    INNER JOIN given_on AS e ON d.person = e.person AND d.kp_id = e.kp_id AND d.course = e.course
    WHERE DATE_DIFF('day', e.fee_date, d.fee_date) BETWEEN 0 AND $look_back_days - 1
    GROUP BY d.person, d.kp_id, d.course, d.fee_date
)

SELECT
    p.setl_id,
    p.bkkp_sn,
    p.det_item_fee_sumamt AS a0,
    p.inscp_amt AS a1,
    p.hilist_name AS because_item,
    p.note_zh AS because_limit,
    c.first_day AS because_first_day,
    p.fee_date AS because_fee_date,
    c.day_number AS because_day_number,
    p.max_days AS because_max_days,
    CASE p.scope
        WHEN 'STAY' THEN '单次住院'
        WHEN 'EPISODE' THEN '同一疾病过程'
        ELSE '一年'
    END AS because_scope,
    c.institutions AS because_institutions,
    p.inscp_amt AS because_inscp,
    p.kp_id AS because_point
FROM placed AS p
INNER JOIN counted AS c
    ON
        p.person = c.person
        AND p.kp_id = c.kp_id
        AND p.course = c.course
        AND p.fee_date = c.fee_date
WHERE c.day_number > p.max_days
-- A line that breaks two points is at issue once.
QUALIFY ROW_NUMBER() OVER (PARTITION BY p.bkkp_sn ORDER BY p.kp_id ASC) = 1
/* examples
- name: the days that are paid, twice on one of them
  kind: clear
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, fee_date: 2026-11-03}
      - {bkkp_sn: L2, fee_date: 2026-11-04}
      - {bkkp_sn: L3, fee_date: 2026-11-04}
    course_limit: [{}]
- name: a third and a fourth day
  kind: flag
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, fee_date: 2026-11-03}
      - {bkkp_sn: L2, fee_date: 2026-11-04}
      - {bkkp_sn: L3, fee_date: 2026-11-05, preselfpay_amt: "2.00", inscp_amt: "18.00"}
      - {bkkp_sn: L4, fee_date: 2026-11-07}
    course_limit: [{}]
  expect:
    S1: {a0: "40.00", a1: "38.00", lines: 2, because: {because_day_number: "4", because_first_day: "2026-11-03"}}
- name: exactly the days, and one more
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, mdtrt_id: V2, person: P2}]
    fee_line:
      - {bkkp_sn: L1, fee_date: 2026-11-03}
      - {bkkp_sn: L2, fee_date: 2026-11-04}
      - {setl_id: S2, mdtrt_id: V2, person: P2, bkkp_sn: L3, fee_date: 2026-11-03}
      - {setl_id: S2, mdtrt_id: V2, person: P2, bkkp_sn: L4, fee_date: 2026-11-04}
      - {setl_id: S2, mdtrt_id: V2, person: P2, bkkp_sn: L5, fee_date: 2026-11-05}
    course_limit: [{}]
  expect: {S2: {a1: "20.00", lines: 1}}
- name: a day that the patient paid is no paid day
  kind: clear
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, fee_date: 2026-11-03, fulamt_ownpay_amt: "20.00", inscp_amt: "0.00"}
      - {bkkp_sn: L2, fee_date: 2026-11-04}
      - {bkkp_sn: L3, fee_date: 2026-11-05}
    course_limit: [{}]
- name: the next stay begins anew where the point speaks of a stay
  kind: clear
  given:
    settlement: [{}, {setl_id: S2, mdtrt_id: V2, begndate: 2026-11-12, enddate: 2026-11-15}]
    fee_line:
      - {bkkp_sn: L1, fee_date: 2026-11-03}
      - {bkkp_sn: L2, fee_date: 2026-11-04}
      - {setl_id: S2, mdtrt_id: V2, bkkp_sn: L3, fee_date: 2026-11-13}
    course_limit: [{}]
- name: the next stay goes on where it speaks of the disease, in another hospital too
  kind: flag
  given:
    settlement:
      - {}
      - {setl_id: S2, mdtrt_id: V2, fixmedins_code: H51010000002, begndate: 2026-11-12, enddate: 2026-11-15}
    fee_line:
      - {bkkp_sn: L1, fee_date: 2026-11-03}
      - {bkkp_sn: L2, fee_date: 2026-11-04}
      - {setl_id: S2, mdtrt_id: V2, fixmedins_code: H51010000002, bkkp_sn: L3, fee_date: 2026-11-13}
    course_limit: [{scope: EPISODE}]
  expect: {S2: {a1: "20.00", because: {because_institutions: "2", because_scope: 同一疾病过程}}}
- name: a gap of exactly thirty days, and of one more
  kind: edge
  given:
    settlement:
      - {}
      - {setl_id: S2, mdtrt_id: V2, begndate: 2026-12-09, enddate: 2026-12-12}
      - {setl_id: S3, mdtrt_id: V3, person: P2}
      - {setl_id: S4, mdtrt_id: V4, person: P2, begndate: 2026-12-10, enddate: 2026-12-12}
    fee_line:
      - {bkkp_sn: L1, fee_date: 2026-11-03}
      - {bkkp_sn: L2, fee_date: 2026-11-04}
      - {setl_id: S2, mdtrt_id: V2, bkkp_sn: L3, fee_date: 2026-12-10}
      - {setl_id: S3, mdtrt_id: V3, person: P2, bkkp_sn: L4, fee_date: 2026-11-03}
      - {setl_id: S3, mdtrt_id: V3, person: P2, bkkp_sn: L5, fee_date: 2026-11-04}
      - {setl_id: S4, mdtrt_id: V4, person: P2, bkkp_sn: L6, fee_date: 2026-12-10}
    course_limit: [{scope: EPISODE}]
  expect: {S2: {a1: "20.00"}}
- name: another disease, or a new attack through the emergency department
  kind: clear
  given:
    settlement:
      - {icd3: I63, main_diag_code: I63.900}
      - {setl_id: S2, mdtrt_id: V2, begndate: 2026-11-12, enddate: 2026-11-15}
      - {setl_id: S3, mdtrt_id: V3, begndate: 2026-11-17, icd3: I63, main_diag_code: I63.400, med_type: "24"}
    fee_line:
      - {bkkp_sn: L1, fee_date: 2026-11-03}
      - {bkkp_sn: L2, fee_date: 2026-11-04}
      - {setl_id: S2, mdtrt_id: V2, bkkp_sn: L3, fee_date: 2026-11-13}
      - {setl_id: S3, mdtrt_id: V3, bkkp_sn: L4, fee_date: 2026-11-18}
    course_limit: [{scope: EPISODE}]
- name: a year has 365 days
  kind: edge
  given:
    settlement:
      - {}
      - {setl_id: S2, mdtrt_id: V2, begndate: 2027-11-01, enddate: 2027-11-03}
    fee_line:
      - {bkkp_sn: L1, fee_date: 2026-11-03}
      - {bkkp_sn: L2, fee_date: 2026-11-04}
      - {setl_id: S2, mdtrt_id: V2, bkkp_sn: L3, fee_date: 2027-11-02}
      - {setl_id: S2, mdtrt_id: V2, bkkp_sn: L4, fee_date: 2027-11-03}
    course_limit: [{scope: YEAR}]
  expect: {S2: {a1: "40.00", lines: 2, because: {because_day_number: "3"}}}
- name: a year and a day
  kind: clear
  given:
    settlement:
      - {}
      - {setl_id: S2, mdtrt_id: V2, begndate: 2027-11-01, enddate: 2027-11-03}
    fee_line:
      - {bkkp_sn: L1, fee_date: 2026-11-03}
      - {bkkp_sn: L2, fee_date: 2026-11-04}
      - {setl_id: S2, mdtrt_id: V2, bkkp_sn: L3, fee_date: 2027-11-03}
    course_limit: [{scope: YEAR}]
- name: two products of one point share the days
  kind: flag
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, fee_date: 2026-11-03}
      - {bkkp_sn: L2, fee_date: 2026-11-04}
      - {bkkp_sn: L3, fee_date: 2026-11-05, hilist_code: XB}
    course_limit: [{}, {hilist_code: XB}]
  expect: {S1: {a1: "20.00", lines: 1}}
- name: days before the knowledge point do not count
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, mdtrt_id: V2, person: P2}]
    fee_line:
      - {bkkp_sn: L1, fee_date: 2026-11-03}
      - {bkkp_sn: L2, fee_date: 2026-11-04}
      - {bkkp_sn: L3, fee_date: 2026-11-05}
      - {setl_id: S2, mdtrt_id: V2, person: P2, bkkp_sn: L4, fee_date: 2026-11-04}
      - {setl_id: S2, mdtrt_id: V2, person: P2, bkkp_sn: L5, fee_date: 2026-11-05}
      - {setl_id: S2, mdtrt_id: V2, person: P2, bkkp_sn: L6, fee_date: 2026-11-06}
    course_limit: [{valid_from: 2026-11-04}]
  expect: {S2: {a1: "20.00"}}
- name: the day before the regulation and its first day
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, mdtrt_id: V2, person: P2}]
    fee_line:
      - {bkkp_sn: L1, fee_date: 2021-04-30}
      - {bkkp_sn: L2, fee_date: 2021-05-01}
      - {bkkp_sn: L3, fee_date: 2021-05-02}
      - {setl_id: S2, mdtrt_id: V2, person: P2, bkkp_sn: L4, fee_date: 2021-05-01}
      - {setl_id: S2, mdtrt_id: V2, person: P2, bkkp_sn: L5, fee_date: 2021-05-02}
      - {setl_id: S2, mdtrt_id: V2, person: P2, bkkp_sn: L6, fee_date: 2021-05-03}
    course_limit: [{valid_from: 2020-01-01}]
  expect: {S2: {a1: "20.00"}}
*/
