/* rule
id: MG-10
version: 1
title_zh: 抗菌药物使用异常（围手术期预防、分级）
title: Antibacterial stewardship breach
status: active
certainty: suspicious
severity: 2
level: patient-episode
owner: 基金监管处
summary: >
  Antibacterials were given into a vein for longer after clean operations than prophylaxis lasts, with no infection
  coded, or a drug of the special grade was ordered by a doctor below associate chief physician or in a hospital of the
  first level. A doctor whose rank is not registered is not judged.
sentence_zh: >-
  {because_fee_date}使用“{because_item}”：{because_problem}；{because_against}，纳入支付范围{because_inscp}元。
facts:
  because_item: 药品
  because_fee_date: 用药日期
  because_problem: 问题
  because_against: 依据情况
  because_grade: 分级
  because_days: 术后天数（天）
  because_limit: 限定天数（天）
  because_quantity: 数量
  because_inscp: 纳入支付范围（元）
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（二）项
  - 《抗菌药物临床应用管理办法》第二十四条至第二十九条
  - 《抗菌药物临床应用指导原则（2015年版）》围手术期预防用药时限
national_code: GZ10000202002000, GZ10000202003000
in_force: {since: 2021-05-01}
dated_by: fee_date
reads: [settlement, fee_line, oprn_d, diag_d, dr_info_b, antibacterial, infection, operation_class]
look_back: none
params:
  post_days:
    about: Days after a clean operation on which prophylaxis may last, where the kind of operation says no other
    default: "1"
    least: "0"
    most: "7"
amount: a1
not_a_finding_when:
  - 术后发生感染但未编码，病程记录和培养结果支持治疗用药。
  - 植入物手术、免疫抑制患者按专科指南延长预防。
  - 抢救生命垂危患者越级使用，24 小时内补办手续。
  - 特殊使用级药物经会诊同意，处方由会诊专家开具但系统记在主管医师名下。
  - 结核、移植等专科按规定授权的医师。
reviewer_checks:
  - 查手术记录切口分级、手术时间和预防用药医嘱起止时间。
  - 查体温、血象、降钙素原和培养结果，有无感染依据。
  - 查特殊使用级抗菌药物会诊记录和处方权授权名单。
handler: [H2, H7]
suppressors: []
*/
WITH
drug_line AS (
    SELECT
        l.setl_id,
        l.bkkp_sn,
        l.hilist_name,
        l.fee_date,
        l.cnt,
        l.det_item_fee_sumamt,
        l.inscp_amt,
        l.bilg_dr_codg,
        l.fixmedins_code,
        k.grade,
        k.is_intravenous
    FROM fee_line AS l
    INNER JOIN antibacterial AS k
        ON
            l.hilist_code = k.hilist_code
            AND l.fee_date >= k.valid_from
            AND (k.valid_until IS NULL OR l.fee_date < k.valid_until)
    WHERE l.inscp_amt > 0
    QUALIFY ROW_NUMBER() OVER (PARTITION BY l.bkkp_sn ORDER BY k.grade DESC, k.kp_id ASC) = 1
),

treated AS (
    SELECT DISTINCT setl_id
    FROM drug_line
),

stay AS (
    SELECT
        s.setl_id,
        s.mdtrt_id,
        s.enddate
    FROM settlement AS s
    INNER JOIN treated AS t ON s.setl_id = t.setl_id
    WHERE s.care = 'IPT'
),

operation AS (
    SELECT
        t.setl_id,
        o.oprn_oprt_sn,
        o.oprn_oprt_date,
        o.incs_lv,
        k.prophylaxis_days
    FROM stay AS t
    INNER JOIN oprn_d AS o ON t.mdtrt_id = o.mdtrt_id
    LEFT JOIN operation_class AS k
        ON
            LEFT(o.oprn_oprt_code, 2) = LEFT(k.code_prefix, 2)
            AND LEFT(o.oprn_oprt_code, LENGTH(k.code_prefix)) = k.code_prefix
            AND t.enddate >= k.valid_from
            AND (k.valid_until IS NULL OR t.enddate < k.valid_until)
    WHERE o.vali_flag = '1' AND o.oprn_oprt_date IS NOT NULL
    QUALIFY
        ROW_NUMBER() OVER (
            PARTITION BY t.setl_id, o.oprn_oprt_sn ORDER BY LENGTH(k.code_prefix) DESC NULLS LAST, k.kp_id
        ) = 1
),

-- All operations of the stay were clean; the last one begins the count.
clean AS (
    SELECT
        setl_id,
        MAX(oprn_oprt_date) AS last_operation,
        MAX(COALESCE(prophylaxis_days, $post_days)) AS limit_days
    FROM operation
    GROUP BY setl_id
    HAVING MIN(CASE WHEN incs_lv = '1' THEN 1 ELSE 0 END) = 1
),

infected AS (
    SELECT DISTINCT t.setl_id
    FROM stay AS t
    INNER JOIN diag_d AS d ON t.mdtrt_id = d.mdtrt_id
    INNER JOIN infection AS k
        ON
            LEFT(d.diag_code, 1) = LEFT(k.icd_prefix, 1)
            AND LEFT(d.diag_code, LENGTH(k.icd_prefix)) = k.icd_prefix
            AND t.enddate >= k.valid_from
            AND (k.valid_until IS NULL OR t.enddate < k.valid_until)
    WHERE d.vali_flag = '1'
),

-- The highest rank that the doctor had there on the day.
ranked AS (
    SELECT
        l.bkkp_sn,
        MIN(r.dr_pro_tech_duty) AS duty
    FROM drug_line AS l
    INNER JOIN dr_info_b AS r ON l.bilg_dr_codg = r.dr_code AND l.fixmedins_code = r.medins_code
    WHERE
        l.grade = '3'
        AND r.vali_flag = '1'
        AND r.dr_pro_tech_duty IS NOT NULL
        AND CAST(r.cntr_begntime AS DATE) <= l.fee_date
        AND (r.cntr_endtime IS NULL OR CAST(r.cntr_endtime AS DATE) >= l.fee_date)
    GROUP BY l.bkkp_sn
),

judged AS (
    SELECT
        l.setl_id,
        l.bkkp_sn,
        l.hilist_name,
        l.fee_date,
        l.cnt,
        l.det_item_fee_sumamt,
        l.inscp_amt,
        l.grade,
        c.limit_days,
        DATE_DIFF('day', c.last_operation, l.fee_date) AS days_after,
        COALESCE(
            l.is_intravenous = '1'
            AND i.setl_id IS NULL
            AND DATE_DIFF('day', c.last_operation, l.fee_date) > c.limit_days,
            FALSE
        ) AS is_too_long,
        l.grade = '3' AND s.hosp_lv IN ('08', '09', '10', '11') AS is_small_hospital,
        COALESCE(l.grade = '3' AND r.duty NOT IN ('231', '232'), FALSE) AS is_low_rank
    FROM drug_line AS l
    INNER JOIN settlement AS s ON l.setl_id = s.setl_id
    LEFT JOIN clean AS c ON l.setl_id = c.setl_id
    LEFT JOIN infected AS i ON l.setl_id = i.setl_id
    LEFT JOIN ranked AS r ON l.bkkp_sn = r.bkkp_sn
)

SELECT
    setl_id,
    bkkp_sn,
    det_item_fee_sumamt AS a0,
    inscp_amt AS a1,
    hilist_name AS because_item,
    fee_date AS because_fee_date,
    CASE
        WHEN is_small_hospital THEN '一级及以下医疗机构使用特殊使用级抗菌药物'
        WHEN is_low_rank THEN '特殊使用级抗菌药物由无处方权医师开具'
        ELSE '清洁手术预防用药超时限'
    END AS because_problem,
    CASE
        WHEN is_small_hospital THEN '机构等级不具备特殊使用级处方权'
        WHEN is_low_rank THEN '开单医师职称低于副主任医师'
        ELSE
            '末次清洁手术后第' || CAST(days_after AS VARCHAR) || '天，限' || CAST(limit_days AS VARCHAR) || '天，未编码感染诊断'
    END AS because_against,
    CASE grade WHEN '3' THEN '特殊使用级' WHEN '2' THEN '限制使用级' ELSE '非限制使用级' END AS because_grade,
    days_after AS because_days,
    limit_days AS because_limit,
    CAST(cnt AS DECIMAL(16, 2)) AS because_quantity,
    inscp_amt AS because_inscp
FROM judged
WHERE is_too_long OR is_small_hospital OR is_low_rank
/* examples
- name: a dose on the day of a clean operation and the day after
  kind: clear
  given:
    settlement: [{}]
    fee_line:
      - {hilist_code: XJ01DBT045B014009300001, fee_date: 2026-11-04}
      - {bkkp_sn: L2, hilist_code: XJ01DBT045B014009300001, fee_date: 2026-11-05}
    oprn_d: [{oprn_oprt_code: "85.4300", incs_lv: "1"}]
    diag_d: []
    dr_info_b: []
    antibacterial: [{hilist_code: XJ01DBT045B014009300001}]
    infection: [{}]
    operation_class: [{}]
- name: two days after a clean operation
  kind: edge
  given:
    settlement: [{}]
    fee_line:
      - {hilist_code: XJ01DBT045B014009300001, fee_date: 2026-11-05}
      - {bkkp_sn: L2, hilist_code: XJ01DBT045B014009300001, fee_date: 2026-11-06}
    oprn_d: [{oprn_oprt_code: "85.4300", incs_lv: "1"}]
    diag_d: []
    dr_info_b: []
    antibacterial: [{hilist_code: XJ01DBT045B014009300001}]
    infection: [{}]
    operation_class: [{}]
  expect:
    S1:
      a0: "20.00"
      a1: "20.00"
      lines: 1
      because: {because_problem: 清洁手术预防用药超时限, because_days: "2", because_limit: "1"}
- name: implants are allowed a day more
  kind: edge
  given:
    settlement: [{}]
    fee_line:
      - {hilist_code: XJ01DBT045B014009300001, fee_date: 2026-11-06}
      - {bkkp_sn: L2, hilist_code: XJ01DBT045B014009300001, fee_date: 2026-11-07}
    oprn_d: [{oprn_oprt_code: "81.5400", incs_lv: "1"}]
    diag_d: []
    dr_info_b: []
    antibacterial: [{hilist_code: XJ01DBT045B014009300001}]
    infection: [{}]
    operation_class: [{code_prefix: "81.5", prophylaxis_days: 2}]
  expect: {S1: {a1: "20.00", lines: 1, because: {because_limit: "2"}}}
- name: two days after an implant
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{hilist_code: XJ01DBT045B014009300001, fee_date: 2026-11-06}]
    oprn_d: [{oprn_oprt_code: "81.5400", incs_lv: "1"}]
    diag_d: []
    dr_info_b: []
    antibacterial: [{hilist_code: XJ01DBT045B014009300001}]
    infection: [{}]
    operation_class: [{code_prefix: "81.5", prophylaxis_days: 2}]
- name: an infection is coded
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{hilist_code: XJ01DBT045B014009300001, fee_date: 2026-11-08}]
    oprn_d: [{oprn_oprt_code: "85.4300", incs_lv: "1"}]
    diag_d: [{diag_srt_no: 2, maindiag_flag: "0"}]
    dr_info_b: []
    antibacterial: [{hilist_code: XJ01DBT045B014009300001}]
    infection: [{}]
    operation_class: [{}]
- name: an operation that was not clean, and a drug that is swallowed
  kind: clear
  given:
    settlement: [{}, {setl_id: S2, mdtrt_id: V2}]
    fee_line:
      - {hilist_code: XJ01DBT045B014009300001, fee_date: 2026-11-08}
      - {setl_id: S2, bkkp_sn: L2, hilist_code: SWALLOWED, fee_date: 2026-11-08}
    oprn_d: [{}, {mdtrt_id: V2, oprn_oprt_code: "85.4300", incs_lv: "1"}]
    diag_d: []
    dr_info_b: []
    antibacterial:
      - {hilist_code: XJ01DBT045B014009300001}
      - {kp_id: K2, hilist_code: SWALLOWED, is_intravenous: "0"}
    infection: [{}]
    operation_class: [{}]
- name: a special drug ordered by an attending doctor
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{hilist_code: XJ01AAT047B014009300003}]
    oprn_d: []
    diag_d: []
    dr_info_b: [{dr_pro_tech_duty: "233"}]
    antibacterial: [{hilist_code: XJ01AAT047B014009300003, grade: "3"}]
    infection: [{}]
    operation_class: [{}]
  expect: {S1: {a1: "20.00", because: {because_problem: 特殊使用级抗菌药物由无处方权医师开具}}}
- name: a special drug ordered by an associate chief physician, and by a doctor of unknown rank
  kind: clear
  given:
    settlement: [{}]
    fee_line:
      - {hilist_code: XJ01AAT047B014009300003}
      - {bkkp_sn: L2, hilist_code: XJ01AAT047B014009300003, bilg_dr_codg: D510100000009}
    oprn_d: []
    diag_d: []
    dr_info_b: [{}]
    antibacterial: [{hilist_code: XJ01AAT047B014009300003, grade: "3"}]
    infection: [{}]
    operation_class: [{}]
- name: a special drug in a hospital of the first level
  kind: flag
  given:
    settlement: [{hosp_lv: "08"}]
    fee_line: [{hilist_code: XJ01AAT047B014009300003}]
    oprn_d: []
    diag_d: []
    dr_info_b: [{}]
    antibacterial: [{hilist_code: XJ01AAT047B014009300003, grade: "3"}]
    infection: [{}]
    operation_class: [{}]
  expect: {S1: {a1: "20.00", because: {because_grade: 特殊使用级}}}
- name: the day before the point and its first day
  kind: edge
  given:
    settlement: [{hosp_lv: "08"}]
    fee_line:
      - {hilist_code: XJ01AAT047B014009300003, fee_date: 2026-11-04}
      - {bkkp_sn: L2, hilist_code: XJ01AAT047B014009300003, fee_date: 2026-11-05}
    oprn_d: []
    diag_d: []
    dr_info_b: [{}]
    antibacterial: [{hilist_code: XJ01AAT047B014009300003, grade: "3", valid_from: 2026-11-05}]
    infection: [{}]
    operation_class: [{}]
  expect: {S1: {a1: "20.00", lines: 1}}
*/
