/* rule
id: FR-12
version: 1
title_zh: 医师工作量/开方离群
title: Doctor outlier or impossible workload
status: active
certainty: suspicious
severity: 2
level: provider
subject: institution
owner: 医药服务管理处
summary: >
  One doctor's code stands for more than a doctor can do in a day: more outpatients, more hours of services for which
  one is at the patient, or two operations as first surgeon at the same time. Where an institution sends its doctors,
  only registered codes are judged: others are often a team's, and MG-12's. Prescribing apart from peers is a model's.
sentence_zh: >-
  {because_institution}医师{because_doctor}在{because_day}{because_how}：{because_detail}。
facts:
  because_institution: 医疗机构
  because_doctor: 医师代码
  because_day: 日期
  because_how: 异常情形
  because_detail: 说明
  because_amount: 超出部分（元）
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（二）项、第四十条第（三）项
  - 定点医药机构相关人员医保支付资格管理制度
national_code: none（支付资格记分）
in_force: {since: 2021-05-01}
dated_by: period
reads: [settlement, fee_line, oprn_d, dr_info_b, timed_item]
look_back: {days: 31}
params:
  most_visits:
    about: Outpatients of one doctor on one day beyond which none is seen
    default: "120"
    least: "40"
    most: "400"
  most_therapy_minutes:
    about: Minutes of treatment by one hand on one day
    default: "720"
    least: "240"
    most: "1440"
  overlap_minutes:
    about: Two operations that overlap by no more are one after the other with clocks apart
    default: "15"
    least: "0"
    most: "120"
amount: a1
amount_note: >
  Of treatments the share beyond the day's minutes, gross in a0, in scope in a1, in whole fen; of visits and operations
  nothing can be said.
not_a_finding_when:
  - 团队代码或科室公用代码代表多名医师（未登记的代码已排除）。
  - 带教、指导多台手术，主刀登记不规范。
  - 理疗由多名技师同时操作，以开单医师计费。
  - 医师代码换发，两人先后使用同一代码。
reviewer_checks:
  - 调取该医师当日排班、门诊日志与麻醉记录单。
  - 核对执行科室和执行人，是否由他人操作。
  - 结合支付资格记分查其既往记录。
handler: [H2]
suppressors: []
*/
WITH
-- Institutions that send their doctors, and the codes that they sent.
registered AS (
    SELECT DISTINCT
        medins_code,
        dr_code
    FROM dr_info_b
    WHERE vali_flag = '1'
),

sending AS (
    SELECT DISTINCT medins_code
    FROM registered
),

ordered AS (
    SELECT
        s.fixmedins_code,
        s.fixmedins_name,
        s.setl_date,
        l.mdtrt_id,
        s.care,
        l.bkkp_sn,
        l.bilg_dr_codg AS dr_code,
        l.fee_date,
        l.hilist_code,
        l.cnt,
        l.det_item_fee_sumamt,
        l.inscp_amt
    FROM fee_line AS l
    INNER JOIN settlement AS s ON l.setl_id = s.setl_id
    WHERE l.bilg_dr_codg IS NOT NULL AND s.care <> 'RX'
),

visited AS (
    SELECT
        fixmedins_code,
        dr_code,
        fee_date AS on_day,
        MAX(setl_date) AS setl_date,
        COUNT(DISTINCT mdtrt_id) AS visits
    FROM ordered
    WHERE care IN ('OTP', 'ER', 'OPSP')
    GROUP BY fixmedins_code, dr_code, fee_date
    HAVING COUNT(DISTINCT mdtrt_id) > $most_visits
),

treated AS (
    SELECT
        o.fixmedins_code,
        o.dr_code,
        o.fee_date AS on_day,
        MAX(o.setl_date) AS setl_date,
        COUNT(DISTINCT o.mdtrt_id) AS patients,
        SUM(o.cnt * t.minutes) AS minutes,
        SUM(o.det_item_fee_sumamt) AS gross,
        SUM(o.inscp_amt) AS in_scope
    FROM ordered AS o
    INNER JOIN timed_item AS t
        ON
            o.hilist_code = t.hilist_code
            AND o.fee_date >= t.valid_from
            AND (t.valid_until IS NULL OR o.fee_date < t.valid_until)
    WHERE o.cnt > 0
    GROUP BY o.fixmedins_code, o.dr_code, o.fee_date
    HAVING SUM(o.cnt * t.minutes) > $most_therapy_minutes
),

operated AS (
    SELECT DISTINCT
        s.fixmedins_code,
        s.person,
        s.setl_date,
        o.mdtrt_id,
        o.oper_dr_code AS dr_code,
        o.oprn_oprt_begntime AS begins,
        o.oprn_oprt_endtime AS ends,
        CAST(o.oprn_oprt_begntime AS DATE) AS on_day,
        HOUR(o.oprn_oprt_begntime) * 60 + MINUTE(o.oprn_oprt_begntime) AS from_minute,
        HOUR(o.oprn_oprt_endtime) * 60 + MINUTE(o.oprn_oprt_endtime) AS until_minute
    FROM oprn_d AS o
    INNER JOIN settlement AS s ON o.mdtrt_id = s.mdtrt_id
    WHERE
        o.vali_flag = '1'
        AND o.oper_dr_code IS NOT NULL
        AND o.oprn_oprt_begntime < o.oprn_oprt_endtime
        AND CAST(o.oprn_oprt_begntime AS DATE) = CAST(o.oprn_oprt_endtime AS DATE)
),

overlapping AS (
    SELECT
        a.fixmedins_code,
        a.dr_code,
        a.on_day,
        MAX(GREATEST(a.setl_date, b.setl_date)) AS setl_date,
        COUNT(a.mdtrt_id) AS pairs,
        MAX(LEAST(a.until_minute, b.until_minute) - GREATEST(a.from_minute, b.from_minute)) AS minutes
    FROM operated AS a
    INNER JOIN operated AS b
        ON
            a.fixmedins_code = b.fixmedins_code
            AND a.dr_code = b.dr_code
            AND a.on_day = b.on_day
            AND a.person <> b.person
    WHERE
        (a.begins < b.begins OR (a.begins = b.begins AND a.mdtrt_id < b.mdtrt_id))
        AND LEAST(a.until_minute, b.until_minute) - GREATEST(a.from_minute, b.from_minute) > $overlap_minutes
    GROUP BY a.fixmedins_code, a.dr_code, a.on_day
),

odd AS (
    SELECT
        fixmedins_code,
        dr_code,
        on_day,
        setl_date,
        '门诊人次超限' AS how,
        '接诊' || CAST(visits AS VARCHAR) || '人次，上限' || CAST(CAST(ROUND($most_visits) AS BIGINT) AS VARCHAR) || '人次'
            AS detail,
        CAST(0 AS DECIMAL(18, 2)) AS a0,
        CAST(0 AS DECIMAL(18, 2)) AS a1
    FROM visited
    UNION ALL
    SELECT
        fixmedins_code,
        dr_code,
        on_day,
        setl_date,
        '治疗时长超限' AS how,
        '为' || CAST(patients AS VARCHAR) || '人治疗合计' || CAST(CAST(ROUND(minutes) AS BIGINT) AS VARCHAR)
        || '分钟，上限' || CAST(CAST(ROUND($most_therapy_minutes) AS BIGINT) AS VARCHAR) || '分钟' AS detail,
        CAST(
            (
                CAST(ROUND(gross * 100) AS BIGINT) * CAST(ROUND(minutes - $most_therapy_minutes) AS BIGINT)
                // NULLIF(CAST(ROUND(minutes) AS BIGINT), 0)
            ) * 0.01 AS DECIMAL(18, 2)
        ) AS a0,
        CAST(
            (
                CAST(ROUND(in_scope * 100) AS BIGINT) * CAST(ROUND(minutes - $most_therapy_minutes) AS BIGINT)
                // NULLIF(CAST(ROUND(minutes) AS BIGINT), 0)
            ) * 0.01 AS DECIMAL(18, 2)
        ) AS a1
    FROM treated
    UNION ALL
    SELECT
        fixmedins_code,
        dr_code,
        on_day,
        setl_date,
        '主刀手术时间重叠' AS how,
        CAST(pairs AS VARCHAR) || '对手术重叠，最长' || CAST(minutes AS VARCHAR) || '分钟' AS detail,
        CAST(0 AS DECIMAL(18, 2)) AS a0,
        CAST(0 AS DECIMAL(18, 2)) AS a1
    FROM overlapping
),

named AS (
    SELECT
        fixmedins_code,
        MIN(fixmedins_name) AS fixmedins_name
    FROM settlement
    GROUP BY fixmedins_code
)

SELECT
    o.fixmedins_code AS subject_id,
    LEFT(CAST(o.setl_date AS VARCHAR), 7) AS period,
    o.a0,
    o.a1,
    CAST(0 AS DECIMAL(18, 2)) AS a2,
    COALESCE(n.fixmedins_name, o.fixmedins_code) AS because_institution,
    o.dr_code AS because_doctor,
    o.on_day AS because_day,
    o.how AS because_how,
    o.detail AS because_detail,
    o.a0 AS because_amount
FROM odd AS o
INNER JOIN named AS n ON o.fixmedins_code = n.fixmedins_code
LEFT JOIN sending AS g ON o.fixmedins_code = g.medins_code
LEFT JOIN registered AS r ON o.fixmedins_code = r.medins_code AND o.dr_code = r.dr_code
WHERE g.medins_code IS NULL OR r.dr_code IS NOT NULL
/* examples
- name: an ordinary day, and a team's code that nobody is registered under
  kind: clear
  given:
    settlement: [{}, {setl_id: S2, mdtrt_id: V2, care: OTP}]
    fee_line:
      - {}
      - {setl_id: S2, bkkp_sn: L2, hilist_code: "004300000010000", cnt: "40", bilg_dr_codg: TEAM}
    oprn_d: []
    dr_info_b: [{}]
    timed_item: [{}]
- name: twenty-five half hours of needling by one hand
  kind: flag
  given:
    settlement: [{}, {setl_id: S2, mdtrt_id: V2, care: OTP}]
    fee_line:
      - hilist_code: "004300000010000"
        cnt: "20"
        det_item_fee_sumamt: "520.00"
        inscp_amt: "500.00"
      - setl_id: S2
        mdtrt_id: V2
        bkkp_sn: L2
        hilist_code: "004300000010000"
        cnt: "5"
        det_item_fee_sumamt: "130.00"
        inscp_amt: "125.00"
    oprn_d: []
    dr_info_b: [{}]
    timed_item: [{}]
  expect:
    H51010000001/2026-11:
      a0: "26.00"
      a1: "25.00"
      because: {because_how: 治疗时长超限, because_detail: 为2人治疗合计750分钟，上限720分钟}
- name: twelve hours, and half an hour more
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, mdtrt_id: V2, fixmedins_code: H2}]
    fee_line:
      - {hilist_code: "004300000010000", cnt: "24"}
      - {setl_id: S2, bkkp_sn: L2, hilist_code: "004300000010000", cnt: "25"}
    oprn_d: []
    dr_info_b: []
    timed_item: [{}]
  expect: {H2/2026-11: "0.80"}
- name: the day before the item is known, and the day itself
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, mdtrt_id: V2, fixmedins_code: H2}]
    fee_line:
      - {hilist_code: "004300000010000", cnt: "25"}
      - {setl_id: S2, bkkp_sn: L2, hilist_code: "004300000010000", cnt: "25", fee_date: 2026-11-05}
    oprn_d: []
    dr_info_b: []
    timed_item: [{valid_from: 2026-11-05}]
  expect: {H2/2026-11: "0.80"}
- name: first surgeon of two at once
  kind: flag
  given:
    settlement: [{}, {setl_id: S2, mdtrt_id: V2, person: P2}]
    fee_line: []
    oprn_d:
      - {}
      - {mdtrt_id: V2, oprn_oprt_begntime: 2026-11-04 09:30:00, oprn_oprt_endtime: 2026-11-04 11:00:00}
    dr_info_b: [{}]
    timed_item: []
  expect: {H51010000001/2026-11: {a1: "0.00", because: {because_detail: 1对手术重叠，最长40分钟}}}
- name: a quarter of an hour of overlap, and sixteen minutes
  kind: edge
  given:
    settlement:
      - {}
      - {setl_id: S2, mdtrt_id: V2, person: P2}
      - {setl_id: S3, mdtrt_id: V3, fixmedins_code: H2}
      - {setl_id: S4, mdtrt_id: V4, person: P2, fixmedins_code: H2}
    fee_line: []
    oprn_d:
      - {}
      - {mdtrt_id: V2, oprn_oprt_begntime: 2026-11-04 09:55:00, oprn_oprt_endtime: 2026-11-04 11:00:00}
      - {mdtrt_id: V3}
      - {mdtrt_id: V4, oprn_oprt_begntime: 2026-11-04 09:54:00, oprn_oprt_endtime: 2026-11-04 11:00:00}
    dr_info_b: []
    timed_item: []
  expect: {H2/2026-11: {because: {because_how: 主刀手术时间重叠}}}
- name: two operations on one patient, without times, and void
  kind: clear
  given:
    settlement: [{}, {setl_id: S2, mdtrt_id: V2, person: P2}, {setl_id: S3, mdtrt_id: V3, person: P3}]
    fee_line: []
    oprn_d:
      - {}
      - {oprn_oprt_sn: "2", oprn_oprt_begntime: 2026-11-04 09:20:00}
      - {mdtrt_id: V2, oprn_oprt_begntime: null, oprn_oprt_endtime: null}
      - {mdtrt_id: V3, vali_flag: "0"}
    dr_info_b: []
    timed_item: []
- name: a hundred and twenty outpatients, and one more
  kind: edge
  given:
    settlement: [{setl_id: A, care: OTP, fixmedins_code: H1}, {setl_id: B, care: OTP, fixmedins_code: H2}]
    fee_line:
      [
        {setl_id: A, bkkp_sn: A0, mdtrt_id: A0}, {setl_id: A, bkkp_sn: A1, mdtrt_id: A1},
        {setl_id: A, bkkp_sn: A2, mdtrt_id: A2}, {setl_id: A, bkkp_sn: A3, mdtrt_id: A3},
        {setl_id: A, bkkp_sn: A4, mdtrt_id: A4}, {setl_id: A, bkkp_sn: A5, mdtrt_id: A5},
        {setl_id: A, bkkp_sn: A6, mdtrt_id: A6}, {setl_id: A, bkkp_sn: A7, mdtrt_id: A7},
        {setl_id: A, bkkp_sn: A8, mdtrt_id: A8}, {setl_id: A, bkkp_sn: A9, mdtrt_id: A9},
        {setl_id: A, bkkp_sn: A10, mdtrt_id: A10}, {setl_id: A, bkkp_sn: A11, mdtrt_id: A11},
        {setl_id: A, bkkp_sn: A12, mdtrt_id: A12}, {setl_id: A, bkkp_sn: A13, mdtrt_id: A13},
        {setl_id: A, bkkp_sn: A14, mdtrt_id: A14}, {setl_id: A, bkkp_sn: A15, mdtrt_id: A15},
        {setl_id: A, bkkp_sn: A16, mdtrt_id: A16}, {setl_id: A, bkkp_sn: A17, mdtrt_id: A17},
        {setl_id: A, bkkp_sn: A18, mdtrt_id: A18}, {setl_id: A, bkkp_sn: A19, mdtrt_id: A19},
        {setl_id: A, bkkp_sn: A20, mdtrt_id: A20}, {setl_id: A, bkkp_sn: A21, mdtrt_id: A21},
        {setl_id: A, bkkp_sn: A22, mdtrt_id: A22}, {setl_id: A, bkkp_sn: A23, mdtrt_id: A23},
        {setl_id: A, bkkp_sn: A24, mdtrt_id: A24}, {setl_id: A, bkkp_sn: A25, mdtrt_id: A25},
        {setl_id: A, bkkp_sn: A26, mdtrt_id: A26}, {setl_id: A, bkkp_sn: A27, mdtrt_id: A27},
        {setl_id: A, bkkp_sn: A28, mdtrt_id: A28}, {setl_id: A, bkkp_sn: A29, mdtrt_id: A29},
        {setl_id: A, bkkp_sn: A30, mdtrt_id: A30}, {setl_id: A, bkkp_sn: A31, mdtrt_id: A31},
        {setl_id: A, bkkp_sn: A32, mdtrt_id: A32}, {setl_id: A, bkkp_sn: A33, mdtrt_id: A33},
        {setl_id: A, bkkp_sn: A34, mdtrt_id: A34}, {setl_id: A, bkkp_sn: A35, mdtrt_id: A35},
        {setl_id: A, bkkp_sn: A36, mdtrt_id: A36}, {setl_id: A, bkkp_sn: A37, mdtrt_id: A37},
        {setl_id: A, bkkp_sn: A38, mdtrt_id: A38}, {setl_id: A, bkkp_sn: A39, mdtrt_id: A39},
        {setl_id: A, bkkp_sn: A40, mdtrt_id: A40}, {setl_id: A, bkkp_sn: A41, mdtrt_id: A41},
        {setl_id: A, bkkp_sn: A42, mdtrt_id: A42}, {setl_id: A, bkkp_sn: A43, mdtrt_id: A43},
        {setl_id: A, bkkp_sn: A44, mdtrt_id: A44}, {setl_id: A, bkkp_sn: A45, mdtrt_id: A45},
        {setl_id: A, bkkp_sn: A46, mdtrt_id: A46}, {setl_id: A, bkkp_sn: A47, mdtrt_id: A47},
        {setl_id: A, bkkp_sn: A48, mdtrt_id: A48}, {setl_id: A, bkkp_sn: A49, mdtrt_id: A49},
        {setl_id: A, bkkp_sn: A50, mdtrt_id: A50}, {setl_id: A, bkkp_sn: A51, mdtrt_id: A51},
        {setl_id: A, bkkp_sn: A52, mdtrt_id: A52}, {setl_id: A, bkkp_sn: A53, mdtrt_id: A53},
        {setl_id: A, bkkp_sn: A54, mdtrt_id: A54}, {setl_id: A, bkkp_sn: A55, mdtrt_id: A55},
        {setl_id: A, bkkp_sn: A56, mdtrt_id: A56}, {setl_id: A, bkkp_sn: A57, mdtrt_id: A57},
        {setl_id: A, bkkp_sn: A58, mdtrt_id: A58}, {setl_id: A, bkkp_sn: A59, mdtrt_id: A59},
        {setl_id: A, bkkp_sn: A60, mdtrt_id: A60}, {setl_id: A, bkkp_sn: A61, mdtrt_id: A61},
        {setl_id: A, bkkp_sn: A62, mdtrt_id: A62}, {setl_id: A, bkkp_sn: A63, mdtrt_id: A63},
        {setl_id: A, bkkp_sn: A64, mdtrt_id: A64}, {setl_id: A, bkkp_sn: A65, mdtrt_id: A65},
        {setl_id: A, bkkp_sn: A66, mdtrt_id: A66}, {setl_id: A, bkkp_sn: A67, mdtrt_id: A67},
        {setl_id: A, bkkp_sn: A68, mdtrt_id: A68}, {setl_id: A, bkkp_sn: A69, mdtrt_id: A69},
        {setl_id: A, bkkp_sn: A70, mdtrt_id: A70}, {setl_id: A, bkkp_sn: A71, mdtrt_id: A71},
        {setl_id: A, bkkp_sn: A72, mdtrt_id: A72}, {setl_id: A, bkkp_sn: A73, mdtrt_id: A73},
        {setl_id: A, bkkp_sn: A74, mdtrt_id: A74}, {setl_id: A, bkkp_sn: A75, mdtrt_id: A75},
        {setl_id: A, bkkp_sn: A76, mdtrt_id: A76}, {setl_id: A, bkkp_sn: A77, mdtrt_id: A77},
        {setl_id: A, bkkp_sn: A78, mdtrt_id: A78}, {setl_id: A, bkkp_sn: A79, mdtrt_id: A79},
        {setl_id: A, bkkp_sn: A80, mdtrt_id: A80}, {setl_id: A, bkkp_sn: A81, mdtrt_id: A81},
        {setl_id: A, bkkp_sn: A82, mdtrt_id: A82}, {setl_id: A, bkkp_sn: A83, mdtrt_id: A83},
        {setl_id: A, bkkp_sn: A84, mdtrt_id: A84}, {setl_id: A, bkkp_sn: A85, mdtrt_id: A85},
        {setl_id: A, bkkp_sn: A86, mdtrt_id: A86}, {setl_id: A, bkkp_sn: A87, mdtrt_id: A87},
        {setl_id: A, bkkp_sn: A88, mdtrt_id: A88}, {setl_id: A, bkkp_sn: A89, mdtrt_id: A89},
        {setl_id: A, bkkp_sn: A90, mdtrt_id: A90}, {setl_id: A, bkkp_sn: A91, mdtrt_id: A91},
        {setl_id: A, bkkp_sn: A92, mdtrt_id: A92}, {setl_id: A, bkkp_sn: A93, mdtrt_id: A93},
        {setl_id: A, bkkp_sn: A94, mdtrt_id: A94}, {setl_id: A, bkkp_sn: A95, mdtrt_id: A95},
        {setl_id: A, bkkp_sn: A96, mdtrt_id: A96}, {setl_id: A, bkkp_sn: A97, mdtrt_id: A97},
        {setl_id: A, bkkp_sn: A98, mdtrt_id: A98}, {setl_id: A, bkkp_sn: A99, mdtrt_id: A99},
        {setl_id: A, bkkp_sn: A100, mdtrt_id: A100}, {setl_id: A, bkkp_sn: A101, mdtrt_id: A101},
        {setl_id: A, bkkp_sn: A102, mdtrt_id: A102}, {setl_id: A, bkkp_sn: A103, mdtrt_id: A103},
        {setl_id: A, bkkp_sn: A104, mdtrt_id: A104}, {setl_id: A, bkkp_sn: A105, mdtrt_id: A105},
        {setl_id: A, bkkp_sn: A106, mdtrt_id: A106}, {setl_id: A, bkkp_sn: A107, mdtrt_id: A107},
        {setl_id: A, bkkp_sn: A108, mdtrt_id: A108}, {setl_id: A, bkkp_sn: A109, mdtrt_id: A109},
        {setl_id: A, bkkp_sn: A110, mdtrt_id: A110}, {setl_id: A, bkkp_sn: A111, mdtrt_id: A111},
        {setl_id: A, bkkp_sn: A112, mdtrt_id: A112}, {setl_id: A, bkkp_sn: A113, mdtrt_id: A113},
        {setl_id: A, bkkp_sn: A114, mdtrt_id: A114}, {setl_id: A, bkkp_sn: A115, mdtrt_id: A115},
        {setl_id: A, bkkp_sn: A116, mdtrt_id: A116}, {setl_id: A, bkkp_sn: A117, mdtrt_id: A117},
        {setl_id: A, bkkp_sn: A118, mdtrt_id: A118}, {setl_id: A, bkkp_sn: A119, mdtrt_id: A119},
        {setl_id: B, bkkp_sn: B0, mdtrt_id: B0}, {setl_id: B, bkkp_sn: B1, mdtrt_id: B1},
        {setl_id: B, bkkp_sn: B2, mdtrt_id: B2}, {setl_id: B, bkkp_sn: B3, mdtrt_id: B3},
        {setl_id: B, bkkp_sn: B4, mdtrt_id: B4}, {setl_id: B, bkkp_sn: B5, mdtrt_id: B5},
        {setl_id: B, bkkp_sn: B6, mdtrt_id: B6}, {setl_id: B, bkkp_sn: B7, mdtrt_id: B7},
        {setl_id: B, bkkp_sn: B8, mdtrt_id: B8}, {setl_id: B, bkkp_sn: B9, mdtrt_id: B9},
        {setl_id: B, bkkp_sn: B10, mdtrt_id: B10}, {setl_id: B, bkkp_sn: B11, mdtrt_id: B11},
        {setl_id: B, bkkp_sn: B12, mdtrt_id: B12}, {setl_id: B, bkkp_sn: B13, mdtrt_id: B13},
        {setl_id: B, bkkp_sn: B14, mdtrt_id: B14}, {setl_id: B, bkkp_sn: B15, mdtrt_id: B15},
        {setl_id: B, bkkp_sn: B16, mdtrt_id: B16}, {setl_id: B, bkkp_sn: B17, mdtrt_id: B17},
        {setl_id: B, bkkp_sn: B18, mdtrt_id: B18}, {setl_id: B, bkkp_sn: B19, mdtrt_id: B19},
        {setl_id: B, bkkp_sn: B20, mdtrt_id: B20}, {setl_id: B, bkkp_sn: B21, mdtrt_id: B21},
        {setl_id: B, bkkp_sn: B22, mdtrt_id: B22}, {setl_id: B, bkkp_sn: B23, mdtrt_id: B23},
        {setl_id: B, bkkp_sn: B24, mdtrt_id: B24}, {setl_id: B, bkkp_sn: B25, mdtrt_id: B25},
        {setl_id: B, bkkp_sn: B26, mdtrt_id: B26}, {setl_id: B, bkkp_sn: B27, mdtrt_id: B27},
        {setl_id: B, bkkp_sn: B28, mdtrt_id: B28}, {setl_id: B, bkkp_sn: B29, mdtrt_id: B29},
        {setl_id: B, bkkp_sn: B30, mdtrt_id: B30}, {setl_id: B, bkkp_sn: B31, mdtrt_id: B31},
        {setl_id: B, bkkp_sn: B32, mdtrt_id: B32}, {setl_id: B, bkkp_sn: B33, mdtrt_id: B33},
        {setl_id: B, bkkp_sn: B34, mdtrt_id: B34}, {setl_id: B, bkkp_sn: B35, mdtrt_id: B35},
        {setl_id: B, bkkp_sn: B36, mdtrt_id: B36}, {setl_id: B, bkkp_sn: B37, mdtrt_id: B37},
        {setl_id: B, bkkp_sn: B38, mdtrt_id: B38}, {setl_id: B, bkkp_sn: B39, mdtrt_id: B39},
        {setl_id: B, bkkp_sn: B40, mdtrt_id: B40}, {setl_id: B, bkkp_sn: B41, mdtrt_id: B41},
        {setl_id: B, bkkp_sn: B42, mdtrt_id: B42}, {setl_id: B, bkkp_sn: B43, mdtrt_id: B43},
        {setl_id: B, bkkp_sn: B44, mdtrt_id: B44}, {setl_id: B, bkkp_sn: B45, mdtrt_id: B45},
        {setl_id: B, bkkp_sn: B46, mdtrt_id: B46}, {setl_id: B, bkkp_sn: B47, mdtrt_id: B47},
        {setl_id: B, bkkp_sn: B48, mdtrt_id: B48}, {setl_id: B, bkkp_sn: B49, mdtrt_id: B49},
        {setl_id: B, bkkp_sn: B50, mdtrt_id: B50}, {setl_id: B, bkkp_sn: B51, mdtrt_id: B51},
        {setl_id: B, bkkp_sn: B52, mdtrt_id: B52}, {setl_id: B, bkkp_sn: B53, mdtrt_id: B53},
        {setl_id: B, bkkp_sn: B54, mdtrt_id: B54}, {setl_id: B, bkkp_sn: B55, mdtrt_id: B55},
        {setl_id: B, bkkp_sn: B56, mdtrt_id: B56}, {setl_id: B, bkkp_sn: B57, mdtrt_id: B57},
        {setl_id: B, bkkp_sn: B58, mdtrt_id: B58}, {setl_id: B, bkkp_sn: B59, mdtrt_id: B59},
        {setl_id: B, bkkp_sn: B60, mdtrt_id: B60}, {setl_id: B, bkkp_sn: B61, mdtrt_id: B61},
        {setl_id: B, bkkp_sn: B62, mdtrt_id: B62}, {setl_id: B, bkkp_sn: B63, mdtrt_id: B63},
        {setl_id: B, bkkp_sn: B64, mdtrt_id: B64}, {setl_id: B, bkkp_sn: B65, mdtrt_id: B65},
        {setl_id: B, bkkp_sn: B66, mdtrt_id: B66}, {setl_id: B, bkkp_sn: B67, mdtrt_id: B67},
        {setl_id: B, bkkp_sn: B68, mdtrt_id: B68}, {setl_id: B, bkkp_sn: B69, mdtrt_id: B69},
        {setl_id: B, bkkp_sn: B70, mdtrt_id: B70}, {setl_id: B, bkkp_sn: B71, mdtrt_id: B71},
        {setl_id: B, bkkp_sn: B72, mdtrt_id: B72}, {setl_id: B, bkkp_sn: B73, mdtrt_id: B73},
        {setl_id: B, bkkp_sn: B74, mdtrt_id: B74}, {setl_id: B, bkkp_sn: B75, mdtrt_id: B75},
        {setl_id: B, bkkp_sn: B76, mdtrt_id: B76}, {setl_id: B, bkkp_sn: B77, mdtrt_id: B77},
        {setl_id: B, bkkp_sn: B78, mdtrt_id: B78}, {setl_id: B, bkkp_sn: B79, mdtrt_id: B79},
        {setl_id: B, bkkp_sn: B80, mdtrt_id: B80}, {setl_id: B, bkkp_sn: B81, mdtrt_id: B81},
        {setl_id: B, bkkp_sn: B82, mdtrt_id: B82}, {setl_id: B, bkkp_sn: B83, mdtrt_id: B83},
        {setl_id: B, bkkp_sn: B84, mdtrt_id: B84}, {setl_id: B, bkkp_sn: B85, mdtrt_id: B85},
        {setl_id: B, bkkp_sn: B86, mdtrt_id: B86}, {setl_id: B, bkkp_sn: B87, mdtrt_id: B87},
        {setl_id: B, bkkp_sn: B88, mdtrt_id: B88}, {setl_id: B, bkkp_sn: B89, mdtrt_id: B89},
        {setl_id: B, bkkp_sn: B90, mdtrt_id: B90}, {setl_id: B, bkkp_sn: B91, mdtrt_id: B91},
        {setl_id: B, bkkp_sn: B92, mdtrt_id: B92}, {setl_id: B, bkkp_sn: B93, mdtrt_id: B93},
        {setl_id: B, bkkp_sn: B94, mdtrt_id: B94}, {setl_id: B, bkkp_sn: B95, mdtrt_id: B95},
        {setl_id: B, bkkp_sn: B96, mdtrt_id: B96}, {setl_id: B, bkkp_sn: B97, mdtrt_id: B97},
        {setl_id: B, bkkp_sn: B98, mdtrt_id: B98}, {setl_id: B, bkkp_sn: B99, mdtrt_id: B99},
        {setl_id: B, bkkp_sn: B100, mdtrt_id: B100}, {setl_id: B, bkkp_sn: B101, mdtrt_id: B101},
        {setl_id: B, bkkp_sn: B102, mdtrt_id: B102}, {setl_id: B, bkkp_sn: B103, mdtrt_id: B103},
        {setl_id: B, bkkp_sn: B104, mdtrt_id: B104}, {setl_id: B, bkkp_sn: B105, mdtrt_id: B105},
        {setl_id: B, bkkp_sn: B106, mdtrt_id: B106}, {setl_id: B, bkkp_sn: B107, mdtrt_id: B107},
        {setl_id: B, bkkp_sn: B108, mdtrt_id: B108}, {setl_id: B, bkkp_sn: B109, mdtrt_id: B109},
        {setl_id: B, bkkp_sn: B110, mdtrt_id: B110}, {setl_id: B, bkkp_sn: B111, mdtrt_id: B111},
        {setl_id: B, bkkp_sn: B112, mdtrt_id: B112}, {setl_id: B, bkkp_sn: B113, mdtrt_id: B113},
        {setl_id: B, bkkp_sn: B114, mdtrt_id: B114}, {setl_id: B, bkkp_sn: B115, mdtrt_id: B115},
        {setl_id: B, bkkp_sn: B116, mdtrt_id: B116}, {setl_id: B, bkkp_sn: B117, mdtrt_id: B117},
        {setl_id: B, bkkp_sn: B118, mdtrt_id: B118}, {setl_id: B, bkkp_sn: B119, mdtrt_id: B119},
        {setl_id: B, bkkp_sn: B120, mdtrt_id: B120}
      ]
    oprn_d: []
    dr_info_b: []
    timed_item: []
  expect: {H2/2026-11: {a1: "0.00", because: {because_detail: 接诊121人次，上限120人次}}}
- name: the month before the regulation came into force
  kind: edge
  given:
    settlement: [{setl_date: 2021-04-30}]
    fee_line: [{hilist_code: "004300000010000", cnt: "25", fee_date: 2021-04-30}]
    oprn_d: []
    dr_info_b: []
    timed_item: [{valid_from: 2020-01-01}]
*/
