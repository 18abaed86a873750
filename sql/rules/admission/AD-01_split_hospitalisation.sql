/* rule
id: AD-01
version: 1
title_zh: 分解住院
title: Split hospitalisation
status: active
certainty: suspicious
severity: 2
level: patient-episode
owner: 基金监管处
summary: >
  A person discharged home was admitted again to the same hospital and department for the same disease within a few
  days: one course of treatment may have been broken into two stays. Planned cycles, transfers and
  deaths are left out. The subject is the later stay, linked to the earlier one.
sentence_zh: >-
  {because_first_discharge}因“{because_diagnosis}”出院，{because_gap_days}天后（{because_admission}）又因同一病种（{because_icd3}）
  入住同一医院同一科室，第二次住院基金支付{because_fund}元。
facts:
  because_gap_days: 间隔天数
  because_first_discharge: 首次出院日期
  because_admission: 再次入院日期
  because_icd3: 病种（ICD 前三位）
  because_diagnosis: 首次主要诊断
  because_department: 科室
  because_first_days: 首次住院天数
  because_second_days: 再次住院天数
  because_fund: 再次住院基金支付（元）
basis:
  - 《医疗保障基金使用监督管理条例》第十五条、第三十八条第（一）项
  - 《医疗保障基金使用监督管理条例实施细则》（2026 年）分解住院的认定
national_code: GZ10000204001000
in_force: {since: 2021-05-01}
dated_by: begndate
reads: [settlement, periodic_treatment]
look_back: {days: 30}
params:
  gap_days:
    about: Days between discharge and new admission; 15 is common in service agreements
    default: "15"
    least: "1"
    most: "30"
  high_gap_days:
    about: Up to so many days the suspicion is strong
    default: "3"
    least: "0"
    most: "15"
amount: exposure
amount_note: >
  What the fund would have paid for one merged stay is known only once the stays are confirmed to be one; until then
  the fund of the later stay is exposure and nothing is at issue.
not_a_finding_when:
  - 化疗、放疗、透析、血液病等按周期治疗（已按主诊断排除），以及日间手术。
  - 计划内的分期手术，首次出院记录写明再入院计划。
  - 出院后病情突变经急诊再入院，新的主要诊断尚未更正。
  - 医嘱转院、转社区后回院（已排除），或患者违背医嘱自动出院后不得不再入院。
reviewer_checks:
  - 看首次出院记录的出院指征和带药，是否达到出院标准。
  - 比较两次住院的治疗方案，第二次是否为前一方案的延续。
  - 查该科室同期同病种平均住院日，是否集中在结算周期末出院。
handler: [H2, H1]
suppressors_in_sql: [S-DAY, S-TRF]
*/
SELECT
    later.setl_id,
    earlier.setl_id AS linked_setl_id,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CAST(0 AS DECIMAL(18, 2)) AS a2,
    later.fund_pay_sumamt AS exposure,
    CASE
        WHEN DATE_DIFF('day', earlier.enddate, later.begndate) <= $high_gap_days THEN 3
        ELSE 2
    END AS severity,
    DATE_DIFF('day', earlier.enddate, later.begndate) AS because_gap_days,
    earlier.enddate AS because_first_discharge,
    later.begndate AS because_admission,
    later.icd3 AS because_icd3,
    earlier.main_diag_name AS because_diagnosis,
    earlier.dscg_dept AS because_department,
    earlier.los_days AS because_first_days,
    later.los_days AS because_second_days,
    later.fund_pay_sumamt AS because_fund
FROM settlement AS later
INNER JOIN settlement AS earlier
    ON
        later.person = earlier.person
        AND later.fixmedins_code = earlier.fixmedins_code
        AND later.icd3 = earlier.icd3
WHERE
    later.care = 'IPT'
    AND earlier.care = 'IPT'
    AND later.setl_id <> earlier.setl_id
    AND later.mdtrt_id <> earlier.mdtrt_id
    -- A stay within one day would otherwise be its own sequel.
    AND (later.begndate > earlier.begndate OR later.enddate > earlier.enddate)
    AND DATE_DIFF('day', earlier.enddate, later.begndate) BETWEEN 0 AND LEAST($gap_days, $look_back_days)
    AND LEFT(later.med_type, 2) <> '28'
    AND LEFT(earlier.med_type, 2) <> '28'
    AND (
        later.adm_dept IS NULL
        OR earlier.dscg_dept IS NULL
        OR later.adm_dept = earlier.dscg_dept
    )
    -- Transferred, sent to the community, died; and a second stay that ended in death.
    AND COALESCE(earlier.dscg_way, '') NOT IN ('2', '3', '5')
    AND COALESCE(later.dscg_way, '') <> '5'
    AND later.refl_old_mdtrt_id IS NULL
    AND later.fund_pay_sumamt > 0
    AND NOT EXISTS (
        SELECT 1
        FROM periodic_treatment AS p
        WHERE p.icd3 = later.icd3
    )
QUALIFY ROW_NUMBER() OVER (PARTITION BY later.setl_id ORDER BY earlier.enddate DESC, earlier.setl_id ASC) = 1
/* examples
- name: home for three weeks
  kind: clear
  given:
    settlement: [{}, {setl_id: S2, mdtrt_id: V2, begndate: 2026-11-30, enddate: 2026-12-05}]
    periodic_treatment: []
- name: back after five days
  kind: flag
  given:
    settlement: [{}, {setl_id: S2, mdtrt_id: V2, begndate: 2026-11-14, enddate: 2026-11-20, fund_pay_sumamt: "5000.00"}]
    periodic_treatment: []
  expect: {S2/S1: {exposure: "5000.00", a2: "0.00", severity: 2, because: {because_gap_days: "5"}}}
- name: back on the day of discharge
  kind: flag
  given:
    settlement: [{}, {setl_id: S2, mdtrt_id: V2, begndate: 2026-11-09, enddate: 2026-11-20}]
    periodic_treatment: []
  expect: {S2/S1: {exposure: "6800.00", severity: 3}}
- name: exactly fifteen days and one more
  kind: edge
  given:
    settlement:
      - {}
      - {setl_id: S2, mdtrt_id: V2, begndate: 2026-11-24, enddate: 2026-11-26}
      - {setl_id: S3, person: P2, mdtrt_id: V3}
      - {setl_id: S4, person: P2, mdtrt_id: V4, begndate: 2026-11-25, enddate: 2026-11-26}
    periodic_treatment: []
  expect: {S2/S1: "6800.00"}
- name: three days is a strong suspicion, four is not
  kind: edge
  given:
    settlement:
      - {}
      - {setl_id: S2, mdtrt_id: V2, begndate: 2026-11-12, enddate: 2026-11-16}
      - {setl_id: S3, mdtrt_id: V3, begndate: 2026-11-20, enddate: 2026-11-22}
    periodic_treatment: []
  expect: {S2/S1: {severity: 3}, S3/S2: {severity: 2}}
- name: chemotherapy comes back by plan
  kind: clear
  given:
    settlement: [{icd3: Z51}, {setl_id: S2, mdtrt_id: V2, icd3: Z51, begndate: 2026-11-14, enddate: 2026-11-20}]
    periodic_treatment: [{}]
- name: another disease, department or hospital
  kind: clear
  given:
    settlement:
      - {}
      - {setl_id: S2, mdtrt_id: V2, begndate: 2026-11-11, enddate: 2026-11-12, icd3: I63}
      - {setl_id: S3, mdtrt_id: V3, begndate: 2026-11-13, enddate: 2026-11-14, adm_dept: A04.01}
      - {setl_id: S4, mdtrt_id: V4, begndate: 2026-11-15, enddate: 2026-11-16, fixmedins_code: H51010000002}
    periodic_treatment: []
- name: transferred on by the first stay, or sent back by another hospital
  kind: clear
  given:
    settlement:
      - {dscg_way: "2"}
      - {setl_id: S2, mdtrt_id: V2, begndate: 2026-11-14, enddate: 2026-11-20}
      - {setl_id: S3, mdtrt_id: V3, begndate: 2026-11-22, enddate: 2026-11-25, refl_old_mdtrt_id: V9}
    periodic_treatment: []
- name: a department that is not known does not clear
  kind: edge
  given:
    settlement:
      - {dscg_dept: null}
      - {setl_id: S2, mdtrt_id: V2, begndate: 2026-11-14, enddate: 2026-11-20, adm_dept: A04.01}
    periodic_treatment: []
  expect: {S2/S1: "6800.00"}
- name: a bill within one stay is no new stay
  kind: clear
  given:
    settlement: [{}, {setl_id: S2, begndate: 2026-11-09, enddate: 2026-11-20}]
    periodic_treatment: []
*/
