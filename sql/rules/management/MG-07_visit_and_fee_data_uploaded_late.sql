/* rule
id: MG-07
version: 1
title_zh: 就诊数据非实时上传
title: Visit and fee data uploaded late
status: active
certainty: definite
severity: 1
level: provider
subject: institution
owner: 信息管理处
summary: >
  In a month an institution uploaded more than a tenth of its lines later than agreed after the charge, or registered an
  admission later than agreed after the patient came. A charge dated by the day only counts from the end of that day;
  what an outage of the network held up counts from its end; patients who came as an emergency are registered when they
  can be.
sentence_zh: >-
  {because_month}，{because_institution}{because_problem}：明细{because_lines}条中迟传{because_late_lines}条（{because_share}%），
  入院登记超时{because_late_admissions}人次，最长迟延{because_longest_hours}小时。
facts:
  because_month: 结算月份
  because_institution: 机构
  because_problem: 问题
  because_lines: 明细条数
  because_late_lines: 迟传明细条数
  because_share: 迟传占比（%）
  because_late_admissions: 入院登记超时人次
  because_longest_hours: 最长迟延（小时）
basis:
  - 《医疗保障基金使用监督管理条例》第三十九条第（三）项
  - 定点医疗机构服务协议：费用明细和入院登记实时上传
national_code: GZ10000201007000
in_force: {since: 2021-05-01}
dated_by: period
reads: [settlement, fee_line, mdtrt_d, outage_d]
look_back: {days: 1}
params:
  stay_hours:
    about: Hours after a charge of a stay within which its line is uploaded
    default: "24"
    least: "1"
    most: "168"
  visit_hours:
    about: Hours after a charge of a visit or a purchase within which its line is uploaded
    default: "2"
    least: "1"
    most: "48"
  admission_hours:
    about: Hours after an admission within which it is registered
    default: "48"
    least: "1"
    most: "168"
  late_share:
    about: Share of the lines of a month that may be late
    default: "0.10"
    least: "0.00"
    most: "1.00"
  least_lines:
    about: Fewer lines of a month than these have no share worth telling
    default: "10"
    least: "1"
    most: "10000"
amount: a2
amount_note: No money is at issue
not_a_finding_when:
  - 网络或平台故障期间的数据，故障恢复后补传（故障日历已登记的不计）。
  - 急诊、抢救患者入院时身份未明，后补登记（已排除）。
  - 系统切换上线期间，经办机构同意集中补传。
reviewer_checks:
  - 查接口日志，区分系统故障与人为补录。
  - 迟传集中在某科室或某操作员的，抽查病历真实性。
  - 入院登记超时的，查是否先住院后备案或倒签入院。
handler: [H6, H7]
suppressors_in_sql: [S-EMG]
*/
WITH
-- Minutes are counted by hand: units below the day differ between engines.
line AS (
    SELECT
        s.fixmedins_code,
        s.fixmedins_name,
        LEFT(CAST(s.setl_date AS VARCHAR), 7) AS setl_month,
        l.fee_ocur_time,
        l.crte_time,
        DATE_DIFF('day', CAST(l.fee_ocur_time AS DATE), CAST(l.crte_time AS DATE)) * 1440
        + (HOUR(l.crte_time) - HOUR(l.fee_ocur_time)) * 60 + MINUTE(l.crte_time) - MINUTE(l.fee_ocur_time)
        -- A charge at midnight to the second is a charge of the day.
        - CASE
            WHEN HOUR(l.fee_ocur_time) = 0 AND MINUTE(l.fee_ocur_time) = 0 AND SECOND(l.fee_ocur_time) = 0 THEN 1440
            ELSE 0
        END AS minutes,
        60 * CASE WHEN s.care IN ('IPT', 'MAT') THEN $stay_hours ELSE $visit_hours END AS allowed
    FROM settlement AS s
    INNER JOIN fee_line AS l ON s.setl_id = l.setl_id
),

late_line AS (
    SELECT
        fixmedins_code,
        setl_month,
        fee_ocur_time AS charged,
        crte_time AS uploaded,
        minutes,
        allowed,
        COUNT(*) AS n_lines
    FROM line
    WHERE minutes > allowed
    GROUP BY fixmedins_code, setl_month, fee_ocur_time, crte_time, minutes, allowed
),

institution AS (
    SELECT DISTINCT
        fixmedins_code,
        fix_blng_admdvs
    FROM settlement
),

-- The outages that hit an institution: its own, and those of its region, city or province.
hit AS (
    SELECT
        i.fixmedins_code,
        o.begntime,
        o.endtime
    FROM institution AS i
    INNER JOIN outage_d AS o
        ON
            LEFT(i.fix_blng_admdvs, 2) = LEFT(o.admdvs, 2)
            AND (
                i.fixmedins_code = o.fixmedins_code
                OR (
                    o.fixmedins_code IS NULL
                    AND (
                        i.fix_blng_admdvs = o.admdvs
                        OR (RIGHT(o.admdvs, 2) = '00' AND LEFT(i.fix_blng_admdvs, 4) = LEFT(o.admdvs, 4))
                        OR RIGHT(o.admdvs, 4) = '0000'
                    )
                )
            )
),

-- What an outage held up counts from its end.
held_up AS (
    SELECT DISTINCT
        t.fixmedins_code,
        t.setl_month,
        t.charged,
        t.uploaded,
        t.allowed
    FROM late_line AS t
    INNER JOIN hit AS o ON t.fixmedins_code = o.fixmedins_code AND t.charged <= o.endtime AND t.uploaded >= o.begntime
    WHERE
        DATE_DIFF('day', CAST(o.endtime AS DATE), CAST(t.uploaded AS DATE)) * 1440
        + (HOUR(t.uploaded) - HOUR(o.endtime)) * 60 + MINUTE(t.uploaded) - MINUTE(o.endtime) <= t.allowed
),

late_of AS (
    SELECT
        t.fixmedins_code,
        t.setl_month,
        SUM(t.n_lines) AS late_lines,
        MAX(t.minutes) AS longest
    FROM late_line AS t
    LEFT JOIN held_up AS h
        ON
            t.fixmedins_code = h.fixmedins_code
            AND t.setl_month = h.setl_month
            AND t.charged = h.charged
            AND t.uploaded = h.uploaded
            AND t.allowed = h.allowed
    WHERE h.fixmedins_code IS NULL
    GROUP BY t.fixmedins_code, t.setl_month
),

whole AS (
    SELECT
        fixmedins_code,
        setl_month,
        MAX(fixmedins_name) AS fixmedins_name,
        COUNT(*) AS n_lines
    FROM line
    GROUP BY fixmedins_code, setl_month
),

admission AS (
    SELECT
        s.fixmedins_code,
        LEFT(CAST(s.setl_date AS VARCHAR), 7) AS setl_month,
        v.mdtrt_id,
        v.begntime,
        v.crte_time,
        DATE_DIFF('day', CAST(v.begntime AS DATE), CAST(v.crte_time AS DATE)) * 1440
        + (HOUR(v.crte_time) - HOUR(v.begntime)) * 60 + MINUTE(v.crte_time) - MINUTE(v.begntime) AS minutes
    FROM settlement AS s
    INNER JOIN mdtrt_d AS v ON s.mdtrt_id = v.mdtrt_id
    WHERE
        s.care = 'IPT'
        AND v.vali_flag = '1'
        AND v.crte_time IS NOT NULL
        AND COALESCE(v.adm_way, '') <> '1'
        AND LEFT(s.med_type, 2) <> '24'
),

late_admission AS (
    SELECT
        a.fixmedins_code,
        a.setl_month,
        COUNT(DISTINCT a.mdtrt_id) AS admissions,
        MAX(a.minutes) AS longest
    FROM admission AS a
    WHERE
        a.minutes > 60 * $admission_hours
        AND NOT EXISTS (
            SELECT 1
            FROM hit AS o
            WHERE
                o.fixmedins_code = a.fixmedins_code
                AND a.begntime <= o.endtime
                AND o.begntime <= a.crte_time
                AND DATE_DIFF('day', CAST(o.endtime AS DATE), CAST(a.crte_time AS DATE)) * 1440
                + (HOUR(a.crte_time) - HOUR(o.endtime)) * 60 + MINUTE(a.crte_time) - MINUTE(o.endtime)
                <= 60 * $admission_hours
        )
    GROUP BY a.fixmedins_code, a.setl_month
),

judged AS (
    SELECT
        m.fixmedins_code,
        m.setl_month,
        m.fixmedins_name,
        m.n_lines,
        COALESCE(t.late_lines, 0) AS late_lines,
        COALESCE(a.admissions, 0) AS admissions,
        GREATEST(COALESCE(t.longest, 0), COALESCE(a.longest, 0)) AS longest,
        m.n_lines >= $least_lines AND COALESCE(t.late_lines, 0) > $late_share * m.n_lines AS is_late
    FROM whole AS m
    LEFT JOIN late_of AS t ON m.fixmedins_code = t.fixmedins_code AND m.setl_month = t.setl_month
    LEFT JOIN late_admission AS a ON m.fixmedins_code = a.fixmedins_code AND m.setl_month = a.setl_month
)

SELECT
    fixmedins_code AS subject_id,
    setl_month AS period,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CAST(0 AS DECIMAL(18, 2)) AS a2,
    setl_month AS because_month,
    COALESCE(fixmedins_name, fixmedins_code) AS because_institution,
    CASE
        WHEN is_late AND admissions > 0 THEN '明细迟传且入院登记超时'
        WHEN is_late THEN '明细迟传'
        ELSE '入院登记超时'
    END AS because_problem,
    n_lines AS because_lines,
    late_lines AS because_late_lines,
    CAST(ROUND(late_lines * 100) AS BIGINT) // NULLIF(n_lines, 0) AS because_share,
    admissions AS because_late_admissions,
    CAST(ROUND(longest) AS BIGINT) // 60 AS because_longest_hours
FROM judged
WHERE is_late OR admissions > 0
/* examples
- name: uploaded eleven hours after the charge, and registered at once
  kind: clear
  given: {settlement: [{}], fee_line: [{}], mdtrt_d: [{}], outage_d: []}
- name: one line of ten is late, and two
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, mdtrt_id: V2, fixmedins_code: H51010000002}]
    fee_line:
      - {bkkp_sn: L1, crte_time: 2026-11-05 21:00:00}
      - {bkkp_sn: L2}
      - {bkkp_sn: L3}
      - {bkkp_sn: L4}
      - {bkkp_sn: L5}
      - {bkkp_sn: L6}
      - {bkkp_sn: L7}
      - {bkkp_sn: L8}
      - {bkkp_sn: L9}
      - {bkkp_sn: L10}
      - {setl_id: S2, bkkp_sn: L11, crte_time: 2026-11-05 21:00:00}
      - {setl_id: S2, bkkp_sn: L12, crte_time: 2026-11-05 21:00:00}
      - {setl_id: S2, bkkp_sn: L13}
      - {setl_id: S2, bkkp_sn: L14}
      - {setl_id: S2, bkkp_sn: L15}
      - {setl_id: S2, bkkp_sn: L16}
      - {setl_id: S2, bkkp_sn: L17}
      - {setl_id: S2, bkkp_sn: L18}
      - {setl_id: S2, bkkp_sn: L19}
      - {setl_id: S2, bkkp_sn: L20}
    mdtrt_d: [{}]
    outage_d: []
  expect:
    H51010000002/2026-11:
      a2: "0.00"
      because: {because_problem: 明细迟传, because_late_lines: "2", because_share: "20", because_longest_hours: "35"}
- name: two of nine lines are no share worth telling
  kind: edge
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, crte_time: 2026-11-05 21:00:00}
      - {bkkp_sn: L2, crte_time: 2026-11-05 21:00:00}
      - {bkkp_sn: L3}
      - {bkkp_sn: L4}
      - {bkkp_sn: L5}
      - {bkkp_sn: L6}
      - {bkkp_sn: L7}
      - {bkkp_sn: L8}
      - {bkkp_sn: L9}
    mdtrt_d: [{}]
    outage_d: []
- name: a visit's lines two hours after the charge, and a minute more
  kind: edge
  given:
    settlement:
      - {care: OTP, med_type: "11"}
      - {setl_id: S2, mdtrt_id: V2, care: OTP, med_type: "11", fixmedins_code: H51010000002}
    fee_line:
      - {bkkp_sn: L1, crte_time: 2026-11-04 11:12:40}
      - {bkkp_sn: L2, crte_time: 2026-11-04 11:12:40}
      - {bkkp_sn: L3, crte_time: 2026-11-04 11:12:40}
      - {bkkp_sn: L4, crte_time: 2026-11-04 11:12:40}
      - {bkkp_sn: L5, crte_time: 2026-11-04 11:12:40}
      - {bkkp_sn: L6, crte_time: 2026-11-04 11:12:40}
      - {bkkp_sn: L7, crte_time: 2026-11-04 11:12:40}
      - {bkkp_sn: L8, crte_time: 2026-11-04 11:12:40}
      - {bkkp_sn: L9, crte_time: 2026-11-04 11:12:40}
      - {bkkp_sn: L10, crte_time: 2026-11-04 11:12:40}
      - {setl_id: S2, bkkp_sn: L11, crte_time: 2026-11-04 11:13:00}
      - {setl_id: S2, bkkp_sn: L12, crte_time: 2026-11-04 11:13:00}
      - {setl_id: S2, bkkp_sn: L13, crte_time: 2026-11-04 11:13:00}
      - {setl_id: S2, bkkp_sn: L14, crte_time: 2026-11-04 11:13:00}
      - {setl_id: S2, bkkp_sn: L15, crte_time: 2026-11-04 11:13:00}
      - {setl_id: S2, bkkp_sn: L16, crte_time: 2026-11-04 11:13:00}
      - {setl_id: S2, bkkp_sn: L17, crte_time: 2026-11-04 11:13:00}
      - {setl_id: S2, bkkp_sn: L18, crte_time: 2026-11-04 11:13:00}
      - {setl_id: S2, bkkp_sn: L19, crte_time: 2026-11-04 11:13:00}
      - {setl_id: S2, bkkp_sn: L20, crte_time: 2026-11-04 11:13:00}
    mdtrt_d: []
    outage_d: []
  expect: {H51010000002/2026-11: {because: {because_late_lines: "10"}}}
- name: charges that have a day and no time
  kind: clear
  given:
    settlement: [{care: OTP, med_type: "11"}]
    fee_line:
      - {bkkp_sn: L1, fee_ocur_time: 2026-11-04 00:00:00, crte_time: 2026-11-05 02:00:00}
      - {bkkp_sn: L2, fee_ocur_time: 2026-11-04 00:00:00, crte_time: 2026-11-05 02:00:00}
      - {bkkp_sn: L3, fee_ocur_time: 2026-11-04 00:00:00, crte_time: 2026-11-05 02:00:00}
      - {bkkp_sn: L4, fee_ocur_time: 2026-11-04 00:00:00, crte_time: 2026-11-05 02:00:00}
      - {bkkp_sn: L5, fee_ocur_time: 2026-11-04 00:00:00, crte_time: 2026-11-05 02:00:00}
      - {bkkp_sn: L6, fee_ocur_time: 2026-11-04 00:00:00, crte_time: 2026-11-05 02:00:00}
      - {bkkp_sn: L7, fee_ocur_time: 2026-11-04 00:00:00, crte_time: 2026-11-05 02:00:00}
      - {bkkp_sn: L8, fee_ocur_time: 2026-11-04 00:00:00, crte_time: 2026-11-05 02:00:00}
      - {bkkp_sn: L9, fee_ocur_time: 2026-11-04 00:00:00, crte_time: 2026-11-05 02:00:00}
      - {bkkp_sn: L10, fee_ocur_time: 2026-11-04 00:00:00, crte_time: 2026-11-05 02:00:00}
    mdtrt_d: []
    outage_d: []
- name: the network was down, and came back
  kind: clear
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, crte_time: 2026-11-06 11:00:00}
      - {bkkp_sn: L2, crte_time: 2026-11-06 11:00:00}
      - {bkkp_sn: L3, crte_time: 2026-11-06 11:00:00}
      - {bkkp_sn: L4, crte_time: 2026-11-06 11:00:00}
      - {bkkp_sn: L5, crte_time: 2026-11-06 11:00:00}
      - {bkkp_sn: L6, crte_time: 2026-11-06 11:00:00}
      - {bkkp_sn: L7, crte_time: 2026-11-06 11:00:00}
      - {bkkp_sn: L8, crte_time: 2026-11-06 11:00:00}
      - {bkkp_sn: L9, crte_time: 2026-11-06 11:00:00}
      - {bkkp_sn: L10, crte_time: 2026-11-06 11:00:00}
    mdtrt_d: [{}]
    outage_d: [{endtime: 2026-11-05 12:00:00}]
- name: the network of another city was down
  kind: flag
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, crte_time: 2026-11-06 11:00:00}
      - {bkkp_sn: L2, crte_time: 2026-11-06 11:00:00}
      - {bkkp_sn: L3, crte_time: 2026-11-06 11:00:00}
      - {bkkp_sn: L4, crte_time: 2026-11-06 11:00:00}
      - {bkkp_sn: L5, crte_time: 2026-11-06 11:00:00}
      - {bkkp_sn: L6, crte_time: 2026-11-06 11:00:00}
      - {bkkp_sn: L7, crte_time: 2026-11-06 11:00:00}
      - {bkkp_sn: L8, crte_time: 2026-11-06 11:00:00}
      - {bkkp_sn: L9, crte_time: 2026-11-06 11:00:00}
      - {bkkp_sn: L10, crte_time: 2026-11-06 11:00:00}
    mdtrt_d: [{}]
    outage_d: [{admdvs: "510700", endtime: 2026-11-05 12:00:00}]
  expect: {H51010000001/2026-11: "0.00"}
- name: registered forty-eight hours after the admission, and a minute more
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, mdtrt_id: V2, fixmedins_code: H51010000002}]
    fee_line: [{}, {setl_id: S2, bkkp_sn: L2}]
    mdtrt_d: [{crte_time: 2026-11-04 09:00:00}, {mdtrt_id: V2, crte_time: 2026-11-04 09:01:00}]
    outage_d: []
  expect: {H51010000002/2026-11: {because: {because_problem: 入院登记超时, because_late_admissions: "1"}}}
- name: who came as an emergency is registered later
  kind: clear
  given: {settlement: [{}], fee_line: [{}], mdtrt_d: [{adm_way: "1", crte_time: 2026-11-08 09:00:00}], outage_d: []}
- name: the month before the regulation
  kind: edge
  given:
    settlement: [{setl_date: 2021-04-30}]
    fee_line: [{}]
    mdtrt_d: [{crte_time: 2026-11-08 09:00:00}]
    outage_d: []
*/
