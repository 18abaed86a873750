/* rule
id: MG-08
version: 1
title_zh: 计费日期与住院时间不符
title: Charge dated outside the stay
status: active
certainty: suspicious
severity: 2
level: line
owner: 基金监管处
summary: >
  A line of an inpatient settlement is dated before the admission or after the discharge. The wider of the header's and
  the visit's dates is the stay; the day before counts where the patient came through the emergency room, tests of the
  days before where the city settles them with the stay, and a day after the discharge for results that come late.
sentence_zh: >-
  “{because_item}”计费日{because_fee_date}在住院期间（{because_admitted}至{because_discharged}）{because_side}
  {because_days}天，数量{because_quantity}，纳入支付范围{because_inscp}元。
facts:
  because_item: 项目
  because_fee_date: 计费日期
  because_admitted: 入院日期
  because_discharged: 出院日期
  because_side: 方向
  because_days: 相差天数（天）
  because_allowed: 允许天数（天）
  because_quantity: 数量
  because_inscp: 纳入支付范围（元）
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（三）项、第（七）项
  - 国家医保“两库”规则：计费日期与住院时间不符
national_code: GZ10000201008000
in_force: {since: 2021-05-01}
dated_by: fee_date
reads: [settlement, fee_line, mdtrt_d, pre_admission]
look_back: none
params:
  pre_days:
    about: Days before the admission on which charges are part of the stay
    default: "0"
    least: "0"
    most: "7"
  emergency_days:
    about: The same where the patient was admitted through the emergency room
    default: "1"
    least: "0"
    most: "3"
  post_days:
    about: Days after the discharge on which results are still posted
    default: "1"
    least: "0"
    most: "7"
amount: a1
not_a_finding_when:
  - 当地实行院前检查合并结算，入院前的检查、化验费用并入本次住院（在知识表 pre_admission 登记的城市和天数内不提示）。
  - 急诊留观后收住院，急诊费用并入住院（入院前 1 天不提示）。
  - 病理、培养等结果在出院后回报并补记费用。
  - 医院系统补记账，计费时间取了录入时间。
reviewer_checks:
  - 查医嘱执行时间和护理记录，确认项目是否在住院期间发生。
  - 出院后计费的，查是否为结果回报或补记，有无挂床或虚记。
  - 入院前计费的，查门诊是否已另行结算同一项目。
handler: [H1, H6]
suppressors: []
*/
WITH
stay AS (
    SELECT
        s.setl_id,
        s.mdtrt_id,
        s.treat_pool,
        LEAST(s.begndate, COALESCE(CAST(v.begntime AS DATE), s.begndate)) AS admitted,
        GREATEST(s.enddate, COALESCE(CAST(v.endtime AS DATE), s.enddate)) AS discharged,
        LEFT(s.med_type, 2) = '24' OR COALESCE(v.adm_way, '') = '1' AS is_emergency
    FROM settlement AS s
    LEFT JOIN mdtrt_d AS v ON s.mdtrt_id = v.mdtrt_id AND v.vali_flag = '1'
    WHERE s.care = 'IPT'
),

outside AS (
    SELECT
        l.setl_id,
        l.bkkp_sn,
        l.hilist_name,
        l.fee_date,
        l.cnt,
        l.det_item_fee_sumamt,
        l.inscp_amt,
        l.med_chrgitm_type,
        t.treat_pool,
        t.admitted,
        t.discharged,
        CASE WHEN t.is_emergency THEN GREATEST($pre_days, $emergency_days) ELSE $pre_days END AS pre_days,
        DATE_DIFF('day', l.fee_date, t.admitted) AS days_before,
        DATE_DIFF('day', t.discharged, l.fee_date) AS days_after
    FROM stay AS t
    INNER JOIN fee_line AS l ON t.setl_id = l.setl_id
    WHERE l.inscp_amt > 0 AND (l.fee_date < t.admitted OR l.fee_date > t.discharged)
),

-- A city's points allow the longest of what they say.
allowed AS (
    SELECT
        o.bkkp_sn,
        MAX(k.days) AS merged_days
    FROM outside AS o
    INNER JOIN pre_admission AS k
        ON
            o.treat_pool = k.treat_pool
            AND o.med_chrgitm_type = k.med_chrgitm_type
            AND o.admitted >= k.valid_from
            AND (k.valid_until IS NULL OR o.admitted < k.valid_until)
    GROUP BY o.bkkp_sn
)

SELECT
    o.setl_id,
    o.bkkp_sn,
    o.det_item_fee_sumamt AS a0,
    o.inscp_amt AS a1,
    o.hilist_name AS because_item,
    o.fee_date AS because_fee_date,
    o.admitted AS because_admitted,
    o.discharged AS because_discharged,
    CASE WHEN o.days_before > 0 THEN '之前' ELSE '之后' END AS because_side,
    GREATEST(o.days_before, o.days_after) AS because_days,
    CASE
        WHEN o.days_before > 0 THEN GREATEST(o.pre_days, COALESCE(a.merged_days, 0))
        ELSE $post_days
    END AS because_allowed,
    CAST(o.cnt AS DECIMAL(16, 2)) AS because_quantity,
    o.inscp_amt AS because_inscp
FROM outside AS o
LEFT JOIN allowed AS a ON o.bkkp_sn = a.bkkp_sn
WHERE o.days_before > GREATEST(o.pre_days, COALESCE(a.merged_days, 0)) OR o.days_after > $post_days
/* examples
- name: charged on the day of the admission and on that of the discharge
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{bkkp_sn: L1, fee_date: 2026-11-02}, {bkkp_sn: L2, fee_date: 2026-11-09}]
    mdtrt_d: [{}]
    pre_admission: []
- name: the day before the admission
  kind: flag
  given: {settlement: [{}], fee_line: [{fee_date: 2026-11-01}], mdtrt_d: [{}], pre_admission: []}
  expect: {S1: {a0: "20.00", a1: "20.00", lines: 1, because: {because_side: 之前, because_days: "1"}}}
- name: a day after the discharge, and two
  kind: edge
  given:
    settlement: [{}]
    fee_line: [{bkkp_sn: L1, fee_date: 2026-11-10}, {bkkp_sn: L2, fee_date: 2026-11-11}]
    mdtrt_d: [{}]
    pre_admission: []
  expect: {S1: {a1: "20.00", lines: 1, because: {because_side: 之后, because_days: "2"}}}
- name: tests of the week before, where the city settles them with the stay
  kind: edge
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, fee_date: 2026-10-26}
      - {bkkp_sn: L2, fee_date: 2026-10-25}
      - {bkkp_sn: L3, fee_date: 2026-10-30, med_chrgitm_type: "09"}
    mdtrt_d: [{}]
    pre_admission: [{}]
  expect: {S1: {a1: "40.00", lines: 2, because: {because_days: "8", because_allowed: "7"}}}
- name: a test of the last day that the city allows
  kind: clear
  given: {settlement: [{}], fee_line: [{fee_date: 2026-10-26}], mdtrt_d: [{}], pre_admission: [{}]}
- name: the city's practice begins a day after the admission
  kind: edge
  given:
    settlement: [{}]
    fee_line: [{fee_date: 2026-11-01}]
    mdtrt_d: [{}]
    pre_admission: [{valid_from: 2026-11-03}]
  expect: {S1: "20.00"}
- name: through the emergency room, a day before and two
  kind: edge
  given:
    settlement: [{med_type: "24"}]
    fee_line: [{bkkp_sn: L1, fee_date: 2026-11-01}, {bkkp_sn: L2, fee_date: 2026-10-31}]
    mdtrt_d: [{}]
    pre_admission: []
  expect: {S1: {a1: "20.00", lines: 1}}
- name: the visit began earlier than the header says
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{fee_date: 2026-11-01}]
    mdtrt_d: [{begntime: 2026-11-01 22:00:00}]
    pre_admission: []
- name: the visit was not received
  kind: flag
  given: {settlement: [{}], fee_line: [{fee_date: 2026-11-01}], mdtrt_d: [], pre_admission: []}
  expect: {S1: "20.00"}
- name: an outpatient's charges of another day
  kind: clear
  given: {settlement: [{care: OTP, med_type: "11"}], fee_line: [{fee_date: 2026-11-01}], mdtrt_d: [], pre_admission: []}
- name: paid by the patient alone
  kind: clear
  given: {settlement: [{}], fee_line: [{fee_date: 2026-11-01, inscp_amt: "0.00"}], mdtrt_d: [{}], pre_admission: []}
- name: the day before the regulation and its first day
  kind: edge
  given:
    settlement: [{begndate: 2021-05-05, enddate: 2021-05-09}]
    fee_line: [{bkkp_sn: L1, fee_date: 2021-04-30}, {bkkp_sn: L2, fee_date: 2021-05-01}]
    mdtrt_d: []
    pre_admission: []
  expect: {S1: {a1: "20.00", lines: 1}}
*/
