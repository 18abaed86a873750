/* rule
id: AD-04
version: 1
title_zh: 频繁住院
title: Frequent admissions
status: active
certainty: suspicious
severity: 2
level: patient-episode
owner: 基金监管处
summary: >
  One person was admitted more often than is plausible, counted over every hospital and region: so many times within
  ninety days, or within a year. Planned cycles, day surgery, bed-day care and stays that continue another hospital's
  are not counted. Every stay from the threshold on is a subject.
sentence_zh: >-
  患者{because_admission}在{because_hospital}入院，为90天内第{because_stays_90}次、一年内第{because_stays_365}次住院，
  涉及{because_hospitals}家医院，主要诊断“{because_diagnosis}”，本次基金支付{because_fund}元。
facts:
  because_admission: 本次入院日期
  because_hospital: 医院
  because_diagnosis: 主要诊断
  because_stays_90: 短期内住院次数
  because_stays_365: 一年内住院次数
  because_hospitals: 涉及医院数
  because_fund: 本次基金支付（元）
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（一）（二）项、第四十一条
national_code: GZ10000204004000
in_force: {since: 2021-05-01}
dated_by: begndate
reads: [settlement, periodic_treatment]
look_back: {days: 365}
params:
  short_window:
    about: Days of the short window; admissions are counted over it, this one included
    default: "90"
    least: "30"
    most: "180"
  n90:
    about: From so many admissions within the short window they are frequent
    default: "4"
    least: "2"
    most: "12"
  n365:
    about: From so many admissions within a year they are frequent
    default: "8"
    least: "3"
    most: "24"
amount: exposure
amount_note: >
  Whether a stay was needed is known only from its records; until then the fund of each stay from the threshold on is
  exposure and nothing is at issue.
not_a_finding_when:
  - 化疗、放疗、透析、血液病等按周期住院（不计入次数），以及日间手术。
  - 精神、康复、安宁疗护等按床日付费的住院。
  - 医嘱转院后在接收医院的住院（不计入次数）。
  - 终末期疾病反复急性加重，每次入院均有明确指征。
reviewer_checks:
  - 排出一年内各次住院的入出院时间、医院和诊断，看是否首尾相接。
  - 查各次入院记录的入院指征和病情变化。
  - 由参保地向本人或家属了解住院经过，是否被动员住院。
handler: [H2, H5]
suppressors: [S-DAY, S-BED]
*/
WITH
stays AS (
    SELECT
        s.setl_id,
        s.mdtrt_id,
        s.person,
        s.fixmedins_code,
        s.fixmedins_name,
        s.begndate,
        s.main_diag_name,
        s.fund_pay_sumamt
    FROM settlement AS s
    WHERE
        s.care = 'IPT'
        AND LEFT(s.med_type, 2) <> '28'
        AND LEFT(s.med_type, 4) <> '2105'
        AND s.refl_old_mdtrt_id IS NULL
        AND NOT EXISTS (
            SELECT 1
            FROM periodic_treatment AS p
            WHERE p.icd3 = s.icd3
        )
    -- A stay settled in parts is one admission: its first part.
    QUALIFY ROW_NUMBER() OVER (PARTITION BY s.mdtrt_id ORDER BY s.begndate ASC, s.setl_id ASC) = 1
),

counted AS (
    SELECT
        a.setl_id,
        SUM(CASE WHEN DATE_DIFF('day', b.begndate, a.begndate) < $short_window THEN 1 ELSE 0 END) AS within_90,
        COUNT(*) AS within_365,
        COUNT(DISTINCT b.fixmedins_code) AS hospitals
    FROM stays AS a
    INNER JOIN stays AS b ON a.person = b.person
    WHERE
        DATE_DIFF('day', b.begndate, a.begndate) BETWEEN 0 AND $look_back_days
        AND DATE_DIFF('day', b.begndate, a.begndate) < 365
        AND (b.begndate < a.begndate OR b.setl_id <= a.setl_id)
    GROUP BY a.setl_id
)

SELECT
    a.setl_id,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CAST(0 AS DECIMAL(18, 2)) AS a2,
    a.fund_pay_sumamt AS exposure,
    CASE WHEN c.within_90 >= $n90 + 2 OR c.within_365 >= $n365 + 2 THEN 3 ELSE 2 END AS severity,
    a.begndate AS because_admission,
    COALESCE(a.fixmedins_name, a.fixmedins_code) AS because_hospital,
    a.main_diag_name AS because_diagnosis,
    c.within_90 AS because_stays_90,
    c.within_365 AS because_stays_365,
    c.hospitals AS because_hospitals,
    a.fund_pay_sumamt AS because_fund
FROM stays AS a
INNER JOIN counted AS c ON a.setl_id = c.setl_id
WHERE c.within_90 >= $n90 OR c.within_365 >= $n365
/* examples
- name: three stays in a quarter
  kind: clear
  given:
    settlement:
      - {}
      - {setl_id: S2, mdtrt_id: V2, begndate: 2026-11-20, enddate: 2026-11-25}
      - {setl_id: S3, mdtrt_id: V3, begndate: 2026-12-10, enddate: 2026-12-15}
    periodic_treatment: []
- name: a fourth stay within ninety days, in the second hospital
  kind: flag
  given:
    settlement:
      - {}
      - {setl_id: S2, mdtrt_id: V2, begndate: 2026-11-20, enddate: 2026-11-25}
      - {setl_id: S3, mdtrt_id: V3, begndate: 2026-12-10, enddate: 2026-12-15, fixmedins_code: H51010000002}
      - {setl_id: S4, mdtrt_id: V4, begndate: 2026-12-28, enddate: 2027-01-03, fund_pay_sumamt: "4100.00"}
    periodic_treatment: []
  expect:
    S4: {exposure: "4100.00", a2: "0.00", severity: 2, because: {because_stays_90: "4", because_hospitals: "2"}}
- name: eight stays within a year, never four in a quarter
  kind: flag
  given:
    settlement:
      - {begndate: 2026-01-02}
      - {setl_id: S2, mdtrt_id: V2, begndate: 2026-02-20}
      - {setl_id: S3, mdtrt_id: V3, begndate: 2026-04-05}
      - {setl_id: S4, mdtrt_id: V4, begndate: 2026-05-20}
      - {setl_id: S5, mdtrt_id: V5, begndate: 2026-07-05}
      - {setl_id: S6, mdtrt_id: V6, begndate: 2026-08-20}
      - {setl_id: S7, mdtrt_id: V7, begndate: 2026-10-05}
      - {setl_id: S8, mdtrt_id: V8, begndate: 2026-11-20}
    periodic_treatment: []
  expect: {S8: {exposure: "6800.00", because: {because_stays_365: "8"}}}
- name: the ninetieth day counts, the ninety-first does not
  kind: edge
  given:
    settlement:
      - {setl_id: A1, person: P1, mdtrt_id: V1, begndate: 2026-06-01}
      - {setl_id: A2, person: P1, mdtrt_id: V2, begndate: 2026-06-20}
      - {setl_id: A3, person: P1, mdtrt_id: V3, begndate: 2026-07-20}
      - {setl_id: A4, person: P1, mdtrt_id: V4, begndate: 2026-08-29}
      - {setl_id: B1, person: P2, mdtrt_id: V5, begndate: 2026-06-01}
      - {setl_id: B2, person: P2, mdtrt_id: V6, begndate: 2026-06-20}
      - {setl_id: B3, person: P2, mdtrt_id: V7, begndate: 2026-07-20}
      - {setl_id: B4, person: P2, mdtrt_id: V8, begndate: 2026-08-30}
    periodic_treatment: []
  expect: {A4: "6800.00"}
- name: the day before the regulation and its first day
  kind: edge
  given:
    settlement:
      - {setl_id: A1, person: P1, mdtrt_id: V1, begndate: 2021-03-01}
      - {setl_id: A2, person: P1, mdtrt_id: V2, begndate: 2021-03-20}
      - {setl_id: A3, person: P1, mdtrt_id: V3, begndate: 2021-04-10}
      - {setl_id: A4, person: P1, mdtrt_id: V4, begndate: 2021-04-30}
      - {setl_id: B1, person: P2, mdtrt_id: V5, begndate: 2021-03-01}
      - {setl_id: B2, person: P2, mdtrt_id: V6, begndate: 2021-03-20}
      - {setl_id: B3, person: P2, mdtrt_id: V7, begndate: 2021-04-10}
      - {setl_id: B4, person: P2, mdtrt_id: V8, begndate: 2021-05-01}
    periodic_treatment: []
  expect: {B4: "6800.00"}
- name: chemotherapy comes back by plan
  kind: clear
  given:
    settlement:
      - {icd3: Z51}
      - {setl_id: S2, mdtrt_id: V2, icd3: Z51, begndate: 2026-11-20}
      - {setl_id: S3, mdtrt_id: V3, icd3: Z51, begndate: 2026-12-10}
      - {setl_id: S4, mdtrt_id: V4, icd3: Z51, begndate: 2026-12-28}
    periodic_treatment: [{}]
- name: sent on by another hospital, and a stay settled in two parts
  kind: clear
  given:
    settlement:
      - {}
      - {setl_id: S2, mdtrt_id: V2, begndate: 2026-11-20, refl_old_mdtrt_id: V1}
      - {setl_id: S3, mdtrt_id: V3, begndate: 2026-12-10}
      - {setl_id: S4, mdtrt_id: V3, begndate: 2026-12-20}
      - {setl_id: S5, mdtrt_id: V5, begndate: 2027-01-05}
    periodic_treatment: []
- name: a fourth stay in psychiatry
  kind: clear
  given:
    settlement:
      - {}
      - {setl_id: S2, mdtrt_id: V2, begndate: 2026-11-20}
      - {setl_id: S3, mdtrt_id: V3, begndate: 2026-12-10}
      - {setl_id: S4, mdtrt_id: V4, begndate: 2026-12-28, adm_dept: A15, dscg_dept: A15}
    periodic_treatment: []
    excused_care: [{suppressor: S-BED, kind: DEPARTMENT, code: A15, note_zh: 精神科}]
  suppressed: {S4: S-BED}
*/
