/* rule
id: MG-12
version: 1
title_zh: 医师资格/开单异常
title: Ordering doctor not entitled
status: active
certainty: definite
severity: 2
level: provider
subject: institution
owner: 基金监管处
summary: >
  In a month a hospital settled lines ordered by doctors who were not registered with it, whose contract had ended, who
  were not in practice, or who ordered in a department outside their scope of practice. Hospitals that hand over no
  register of doctors are not judged; who practises at several places is registered with each; who orders over
  the internet or changed within the grace of the register is no finding.
sentence_zh: >-
  {because_month}，{because_institution}有{because_doctors}名开单医师资格异常，涉及明细{because_lines}条、
  纳入支付范围{because_inscp}元；其中{because_doctor}{because_problem}，首次开单{because_first}。
facts:
  because_month: 结算月份
  because_institution: 机构
  because_doctors: 异常医师数
  because_doctor: 医师代码
  because_problem: 问题
  because_first: 首次开单日期
  because_lines: 明细条数
  because_inscp: 纳入支付范围（元）
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条、第四十条第（二）项
  - 《定点医药机构相关人员医保支付资格管理制度》
  - 定点医药机构违法违规使用医保基金自查自纠问题清单（2025年）
national_code: 2025#5
in_force: {since: 2021-05-01}
dated_by: period
reads: [settlement, fee_line, mdtrt_d, dr_info_b, practice_scope]
look_back: {days: 1}
params:
  grace_days:
    about: Days by which the register may lag behind a contract that began or ended
    default: "30"
    least: "0"
    most: "90"
  least_lines:
    about: Fewer lines of a month are a typing error
    default: "3"
    least: "1"
    most: "100"
amount: exposure
amount_note: Nothing is at issue until it is known who ordered; what of the lines was in scope is shown as exposure.
not_a_finding_when:
  - 多点执业医师已在本机构备案，医师库尚未登记本机构的多点执业。
  - 互联网诊疗、远程会诊由外院医师开具（互联网就诊已排除）。
  - 医院系统以默认工号代录医嘱，实际开具人有资格。
  - 新入职或离职医师的登记在 30 日内更新（已排除）。
reviewer_checks:
  - 核对医师执业注册信息和医院人事聘用记录。
  - 调医嘱系统日志，确认实际开具人，排除借用、冒用工号。
  - 同一医师同一时段在两地开单的，结合行程核查。
handler: [H2, H3]
suppressors: []
*/
WITH
registering AS (
    SELECT DISTINCT medins_code
    FROM dr_info_b
    WHERE vali_flag = '1'
),

-- Doctors, departments and days of a month: many lines are one question.
ordered AS (
    SELECT
        s.fixmedins_code,
        LEFT(CAST(s.setl_date AS VARCHAR), 7) AS setl_month,
        l.bilg_dr_codg,
        l.bilg_dept_codg,
        l.fee_date,
        MAX(s.fixmedins_name) AS fixmedins_name,
        COUNT(*) AS n_lines,
        SUM(l.inscp_amt) AS inscp_amt
    FROM settlement AS s
    INNER JOIN registering AS g ON s.fixmedins_code = g.medins_code
    INNER JOIN fee_line AS l ON s.setl_id = l.setl_id
    LEFT JOIN mdtrt_d AS v ON s.mdtrt_id = v.mdtrt_id AND v.vali_flag = '1' AND v.mdtrt_mode = '2'
    WHERE s.fixmedins_type = '1' AND l.bilg_dr_codg IS NOT NULL AND TRIM(l.bilg_dr_codg) <> '' AND v.mdtrt_id IS NULL
    GROUP BY s.fixmedins_code, LEFT(CAST(s.setl_date AS VARCHAR), 7), l.bilg_dr_codg, l.bilg_dept_codg, l.fee_date
),

-- The best that the register says of the doctor there on the day.
held AS (
    SELECT
        o.fixmedins_code,
        o.setl_month,
        o.bilg_dr_codg,
        o.bilg_dept_codg,
        o.fee_date,
        o.fixmedins_name,
        o.n_lines,
        o.inscp_amt,
        COUNT(r.dr_code) AS registrations,
        MAX(
            CASE
                WHEN
                    DATE_DIFF('day', o.fee_date, CAST(r.cntr_begntime AS DATE)) <= $grace_days
                    AND (
                        r.cntr_endtime IS NULL
                        OR DATE_DIFF('day', CAST(r.cntr_endtime AS DATE), o.fee_date) <= $grace_days
                    )
                    THEN 1
                ELSE 0
            END
        ) AS is_contracted,
        MAX(CASE WHEN r.prac_stas = '1' THEN 1 ELSE 0 END) AS is_practising,
        MAX(r.dr_prac_scp_code) AS scope_code
    FROM ordered AS o
    LEFT JOIN dr_info_b AS r
        ON o.bilg_dr_codg = r.dr_code AND o.fixmedins_code = r.medins_code AND r.vali_flag = '1'
    GROUP BY
        o.fixmedins_code, o.setl_month, o.bilg_dr_codg, o.bilg_dept_codg, o.fee_date, o.fixmedins_name, o.n_lines,
        o.inscp_amt
),

-- A department that needs a scope, and a doctor of whom another is known.
scoped AS (
    SELECT
        h.bilg_dr_codg,
        h.bilg_dept_codg,
        h.fixmedins_code,
        h.fee_date,
        MAX(CASE WHEN h.scope_code = k.scope_code THEN 1 ELSE 0 END) AS is_fitting
    FROM held AS h
    INNER JOIN practice_scope AS k
        ON
            LEFT(h.bilg_dept_codg, LENGTH(k.dept_prefix)) = k.dept_prefix
            AND h.fee_date >= k.valid_from
            AND (k.valid_until IS NULL OR h.fee_date < k.valid_until)
    WHERE h.scope_code IS NOT NULL
    GROUP BY h.bilg_dr_codg, h.bilg_dept_codg, h.fixmedins_code, h.fee_date
),

judged AS (
    SELECT
        h.fixmedins_code,
        h.setl_month,
        h.bilg_dr_codg,
        h.fee_date,
        h.fixmedins_name,
        h.n_lines,
        h.inscp_amt,
        CASE
            WHEN h.registrations = 0 THEN '未在本机构登记'
            WHEN h.registrations > 0 AND h.is_practising = 0 THEN '执业状态异常'
            WHEN h.registrations > 0 AND h.is_contracted = 0 THEN '不在协议有效期内'
            WHEN c.is_fitting = 0 THEN '超出执业范围'
        END AS problem
    FROM held AS h
    LEFT JOIN scoped AS c
        ON
            h.bilg_dr_codg = c.bilg_dr_codg
            AND h.bilg_dept_codg = c.bilg_dept_codg
            AND h.fixmedins_code = c.fixmedins_code
            AND h.fee_date = c.fee_date
),

doctor AS (
    SELECT
        fixmedins_code,
        setl_month,
        bilg_dr_codg,
        MAX(fixmedins_name) AS fixmedins_name,
        MIN(problem) AS problem,
        MIN(fee_date) AS first_date,
        SUM(n_lines) AS n_lines,
        SUM(inscp_amt) AS inscp_amt
    FROM judged
    WHERE problem IS NOT NULL
    GROUP BY fixmedins_code, setl_month, bilg_dr_codg
),

counted AS (
    SELECT
        fixmedins_code,
        setl_month,
        bilg_dr_codg,
        fixmedins_name,
        problem,
        first_date,
        COUNT(*) OVER (PARTITION BY fixmedins_code, setl_month) AS doctors,
        SUM(n_lines) OVER (PARTITION BY fixmedins_code, setl_month) AS n_lines,
        SUM(inscp_amt) OVER (PARTITION BY fixmedins_code, setl_month) AS inscp_amt,
        ROW_NUMBER() OVER (
            PARTITION BY fixmedins_code, setl_month ORDER BY inscp_amt DESC, n_lines DESC, bilg_dr_codg ASC
        ) AS place
    FROM doctor
)

SELECT
    fixmedins_code AS subject_id,
    setl_month AS period,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CAST(0 AS DECIMAL(18, 2)) AS a2,
    inscp_amt AS exposure,
    setl_month AS because_month,
    COALESCE(fixmedins_name, fixmedins_code) AS because_institution,
    doctors AS because_doctors,
    bilg_dr_codg AS because_doctor,
    problem AS because_problem,
    first_date AS because_first,
    n_lines AS because_lines,
    inscp_amt AS because_inscp
FROM counted
WHERE place = 1 AND n_lines >= $least_lines
/* examples
- name: a doctor of the hospital
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{}, {bkkp_sn: L2}, {bkkp_sn: L3}]
    mdtrt_d: [{}]
    dr_info_b: [{}]
    practice_scope: [{}]
- name: a doctor of another hospital, three lines
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{}, {bkkp_sn: L2}, {bkkp_sn: L3}]
    mdtrt_d: [{}]
    dr_info_b: [{dr_code: D510100000002}, {medins_code: H51010000002}]
    practice_scope: []
  expect:
    H51010000001/2026-11:
      exposure: "60.00"
      a1: "0.00"
      because: {because_problem: 未在本机构登记, because_lines: "3", because_doctors: "1"}
- name: two lines of a doctor who is not registered are a typing error
  kind: edge
  given:
    settlement: [{}]
    fee_line: [{}, {bkkp_sn: L2}]
    mdtrt_d: [{}]
    dr_info_b: [{dr_code: D510100000002}]
    practice_scope: []
- name: who practises at several places and is registered with each
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{}, {bkkp_sn: L2}, {bkkp_sn: L3}]
    mdtrt_d: [{}]
    dr_info_b: [{mul_prac_flag: "1"}, {medins_code: H51010000002}]
    practice_scope: []
- name: thirty days after the contract ended, and thirty-one
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, fixmedins_code: H51010000002}]
    fee_line:
      - {}
      - {bkkp_sn: L2}
      - {bkkp_sn: L3}
      - {setl_id: S2, bkkp_sn: L4}
      - {setl_id: S2, bkkp_sn: L5}
      - {setl_id: S2, bkkp_sn: L6}
    mdtrt_d: [{}]
    dr_info_b:
      - {cntr_endtime: 2026-10-05 23:59:59}
      - {medins_code: H51010000002, cntr_endtime: 2026-10-04 23:59:59}
    practice_scope: []
  expect: {H51010000002/2026-11: {exposure: "60.00", because: {because_problem: 不在协议有效期内}}}
- name: no longer in practice
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{}, {bkkp_sn: L2}, {bkkp_sn: L3}]
    mdtrt_d: [{}]
    dr_info_b: [{prac_stas: "2"}]
    practice_scope: []
  expect: {H51010000001/2026-11: {exposure: "60.00", because: {because_problem: 执业状态异常}}}
- name: a physician in a surgical department, and one whose scope is not known
  kind: flag
  given:
    settlement: [{}]
    fee_line:
      - {bilg_dept_codg: A04.01}
      - {bkkp_sn: L2, bilg_dept_codg: A04.01}
      - {bkkp_sn: L3, bilg_dept_codg: A04.01}
      - {bkkp_sn: L4, bilg_dept_codg: A04.01, bilg_dr_codg: D510100000002}
    mdtrt_d: [{}]
    dr_info_b: [{dr_prac_scp_code: "101"}, {dr_code: D510100000002}]
    practice_scope: [{}]
  expect: {H51010000001/2026-11: {exposure: "60.00", because: {because_problem: 超出执业范围, because_lines: "3"}}}
- name: a hospital that hands over no register, and a visit over the internet
  kind: clear
  given:
    settlement: [{}, {setl_id: S2, mdtrt_id: V2, fixmedins_code: H51010000002}]
    fee_line:
      - {}
      - {bkkp_sn: L2}
      - {bkkp_sn: L3}
      - {setl_id: S2, bkkp_sn: L4}
      - {setl_id: S2, bkkp_sn: L5}
      - {setl_id: S2, bkkp_sn: L6}
    mdtrt_d: [{}, {mdtrt_id: V2, mdtrt_mode: "2"}]
    dr_info_b: [{medins_code: H51010000002, dr_code: D510100000002}]
    practice_scope: []
- name: the month before the regulation and its first month
  kind: edge
  given:
    settlement: [{setl_date: 2021-04-30}, {setl_id: S2, setl_date: 2021-05-01}]
    fee_line:
      - {fee_date: 2021-04-29}
      - {bkkp_sn: L2, fee_date: 2021-04-29}
      - {bkkp_sn: L3, fee_date: 2021-04-29}
      - {setl_id: S2, bkkp_sn: L4, fee_date: 2021-04-29}
      - {setl_id: S2, bkkp_sn: L5, fee_date: 2021-04-29}
      - {setl_id: S2, bkkp_sn: L6, fee_date: 2021-04-29}
    mdtrt_d: [{}]
    dr_info_b: [{dr_code: D510100000002, cntr_begntime: 2020-01-01 00:00:00}]
    practice_scope: []
  expect: {H51010000001/2021-05: "60.00"}
*/
