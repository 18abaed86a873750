/* rule
id: XR-07
version: 1
title_zh: 急诊例外滥用
title: Emergency exception abused
status: active
certainty: suspicious
severity: 2
level: settlement
owner: 异地就医结算处
summary: >
  A stay away from home was settled as an emergency (care type 24 or 13, or a filing made as an emergency), and at least
  two of four signs say that it was planned: no emergency care billed by the day after admission, a disease that waits
  for a date, an operation that does or that came days later, an admission in the morning of a working day. One of the
  signs has to be the disease or the operation. An operation days later says nothing where emergency care was billed:
  stabilised first.
sentence_zh: >-
  按急诊例外结算的住院（{because_route}），入院{because_admitted}，主要诊断“{because_disease}”：{because_signs}。
facts:
  because_route: 急诊依据
  because_disease: 主要诊断
  because_admitted: 入院时间
  because_signs: 非急诊迹象
  because_count: 迹象数
  because_fund: 基金支付（元）
basis:
  - 《四川省异地就医结算管理办法》第四条第二款、第十四条
national_code: none
in_force: {since: 2021-01-01}
dated_by: begndate
reads: [settlement, recomputed, mdtrt_d, oprn_d, fee_line, excused_care, elective, workday]
look_back: none
params:
  least_signs:
    about: So many of the four signs
    default: "2"
    least: "2"
    most: "4"
  late_days:
    about: An operation so many days after admission was waited for
    default: "3"
    least: "1"
    most: "14"
  from_hour:
    about: First hour of the morning in which planned patients are admitted
    default: "8"
    least: "6"
    most: "10"
  until_hour:
    about: First hour no longer
    default: "11"
    least: "9"
    most: "13"
amount: exposure
amount_note: >
  The fund of the stay. When it is confirmed, the recomputation as unfiled care gives what was paid too much.
not_a_finding_when:
  - 急诊入院稳定后再行择期手术（已发生急诊、抢救费用的，术前等待不作为迹象）。
  - 夜间急诊留观后次日上午转入病房。
  - 择期病种的急性并发症（青光眼急性发作、关节置换术后感染等），主要诊断填写不当。
  - 急诊病历、抢救记录齐全，费用由急诊科另行结算。
reviewer_checks:
  - 调取急诊病历、分诊记录和首次病程记录。
  - 核对备案申请时间、理由与入院时间先后。
  - 查该机构异地住院中急诊占比是否明显高于本地。
handler: [H2, H5]
suppressors: [S-NB]
*/
WITH
exempt AS (
    SELECT
        s.setl_id,
        s.mdtrt_id,
        s.begndate,
        s.icd3,
        s.main_diag_code,
        s.main_diag_name,
        s.fund_pay_sumamt,
        CASE
            WHEN LEFT(s.med_type, 2) IN ('13', '24') THEN '医疗类别' || s.med_type
            ELSE '急诊备案' || COALESCE(r.filing_id, '')
        END AS route
    FROM settlement AS s
    LEFT JOIN recomputed AS r ON s.setl_id = r.setl_id
    WHERE
        s.is_cross_region
        AND s.care = 'IPT'
        AND s.fund_pay_sumamt > 0
        AND (
            LEFT(s.med_type, 2) IN ('13', '24')
            OR (r.filing_type = 'EMERGENCY' AND r.filing_status = 'VALID')
        )
),

rescued AS (
    SELECT DISTINCT e.setl_id
    FROM exempt AS e
    INNER JOIN fee_line AS l ON e.setl_id = l.setl_id
    INNER JOIN excused_care AS k
        ON
            l.hilist_code = k.code
            AND l.fee_date >= k.valid_from
            AND (k.valid_until IS NULL OR l.fee_date < k.valid_until)
    WHERE
        k.suppressor = 'S-EMG' AND k.kind = 'ITEM'
        AND l.cnt > 0
        AND DATE_DIFF('day', e.begndate, l.fee_date) <= 1
),

-- Absence of a line says something only where lines were sent.
billed AS (
    SELECT DISTINCT e.setl_id
    FROM exempt AS e
    INNER JOIN fee_line AS l ON e.setl_id = l.setl_id
),

planned AS (
    SELECT
        e.setl_id,
        MIN(k.note_zh) AS note_zh
    FROM exempt AS e
    INNER JOIN elective AS k
        ON
            k.kind = 'DIAG'
            AND LEFT(e.main_diag_code, LENGTH(k.code_prefix)) = k.code_prefix
            AND e.begndate >= k.valid_from
            AND (k.valid_until IS NULL OR e.begndate < k.valid_until)
    GROUP BY e.setl_id
),

operated AS (
    SELECT
        e.setl_id,
        MIN(DATE_DIFF('day', e.begndate, o.oprn_oprt_date)) AS after_days,
        MIN(k.note_zh) AS note_zh
    FROM exempt AS e
    INNER JOIN oprn_d AS o ON e.mdtrt_id = o.mdtrt_id
    LEFT JOIN elective AS k
        ON
            k.kind = 'OPRN'
            AND LEFT(o.oprn_oprt_code, LENGTH(k.code_prefix)) = k.code_prefix
            AND e.begndate >= k.valid_from
            AND (k.valid_until IS NULL OR e.begndate < k.valid_until)
    WHERE o.vali_flag = '1'
    GROUP BY e.setl_id
),

-- Weekdays since a Sunday, and the shifts of holidays.
admitted AS (
    SELECT
        e.setl_id,
        v.begntime,
        v.adm_way,
        DATE_DIFF('day', CAST('2000-01-02' AS DATE), e.begndate)
        - 7 * (DATE_DIFF('day', CAST('2000-01-02' AS DATE), e.begndate) // 7) AS day_of_week,
        COALESCE(w.shift, 0) AS shift
    FROM exempt AS e
    INNER JOIN mdtrt_d AS v ON e.mdtrt_id = v.mdtrt_id
    LEFT JOIN workday AS w ON e.begndate = w.day
    WHERE v.vali_flag = '1'
),

signed AS (
    SELECT
        e.setl_id,
        CASE WHEN b.setl_id IS NOT NULL AND r.setl_id IS NULL THEN 1 ELSE 0 END AS no_rescue,
        CASE WHEN p.setl_id IS NOT NULL THEN 1 ELSE 0 END AS is_elective,
        CASE
            WHEN o.note_zh IS NOT NULL OR (o.after_days >= $late_days AND r.setl_id IS NULL) THEN 1
            ELSE 0
        END AS is_operation,
        CASE
            WHEN
                COALESCE(a.adm_way, '') <> '1'
                AND HOUR(a.begntime) >= $from_hour
                AND HOUR(a.begntime) < $until_hour
                AND (a.shift = 1 OR (a.shift = 0 AND a.day_of_week BETWEEN 1 AND 5))
                THEN 1
            ELSE 0
        END AS is_morning,
        p.note_zh AS disease_zh,
        o.note_zh AS operation_zh,
        o.after_days,
        a.begntime
    FROM exempt AS e
    LEFT JOIN billed AS b ON e.setl_id = b.setl_id
    LEFT JOIN rescued AS r ON e.setl_id = r.setl_id
    LEFT JOIN planned AS p ON e.setl_id = p.setl_id
    LEFT JOIN operated AS o ON e.setl_id = o.setl_id
    LEFT JOIN admitted AS a ON e.setl_id = a.setl_id
)

SELECT
    e.setl_id,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CAST(0 AS DECIMAL(18, 2)) AS a2,
    e.fund_pay_sumamt AS exposure,
    CASE WHEN g.no_rescue + g.is_elective + g.is_operation + g.is_morning >= 3 THEN 2 ELSE 1 END AS severity,
    e.route AS because_route,
    COALESCE(e.main_diag_name, e.main_diag_code) AS because_disease,
    COALESCE(CAST(g.begntime AS VARCHAR), CAST(e.begndate AS VARCHAR)) AS because_admitted,
    CASE WHEN g.is_elective = 1 THEN '择期病种（' || g.disease_zh || '）；' ELSE '' END
    || CASE
        WHEN g.is_operation = 0 THEN ''
        WHEN g.operation_zh IS NOT NULL THEN '择期手术（' || g.operation_zh || '）；'
        ELSE '入院第' || CAST(g.after_days + 1 AS VARCHAR) || '天才首次手术；'
    END
    || CASE WHEN g.no_rescue = 1 THEN '入院次日前无急诊、抢救费用；' ELSE '' END
    || CASE WHEN g.is_morning = 1 THEN '工作日上午入院；' ELSE '' END AS because_signs,
    g.no_rescue + g.is_elective + g.is_operation + g.is_morning AS because_count,
    e.fund_pay_sumamt AS because_fund
FROM signed AS g
INNER JOIN exempt AS e ON g.setl_id = e.setl_id
WHERE
    g.is_elective + g.is_operation >= 1
    AND g.no_rescue + g.is_elective + g.is_operation + g.is_morning >= $least_signs
/* examples
- name: stabilised in the emergency room, operated on four days later
  kind: clear
  given:
    settlement: [{med_type: "24", main_diag_code: S72.000, icd3: S72}]
    recomputed: [{filing_type: EMERGENCY}]
    mdtrt_d: [{begntime: 2026-11-02 09:00:00}]
    oprn_d: [{oprn_oprt_code: "79.3500", oprn_oprt_date: 2026-11-06}]
    fee_line: [{hilist_code: "001102000040000", fee_date: 2026-11-02}]
    excused_care: [{suppressor: S-EMG, code: "001102000040000"}]
    elective: [{}]
    workday: []
- name: a cataract as an emergency, admitted on a Monday morning
  kind: flag
  given:
    settlement: [{med_type: "24", main_diag_code: H25.900, main_diag_name: 老年性白内障, icd3: H25}]
    recomputed: [{filing_type: EMERGENCY}]
    mdtrt_d: [{}]
    oprn_d: [{oprn_oprt_code: "13.4100", oprn_oprt_date: 2026-11-03}]
    fee_line: [{}]
    excused_care: [{suppressor: S-EMG, code: "001102000040000"}]
    elective: [{}, {kp_id: K2, kind: OPRN, code_prefix: "13.4", note_zh: 白内障超声乳化}]
    workday: []
  expect: {S1: {a2: "0.00", exposure: "6800.00", severity: 2, because: {because_count: "4", because_disease: 老年性白内障}}}
- name: filed as an emergency, elective disease, no emergency care, on a Sunday
  kind: flag
  given:
    settlement: [{main_diag_code: H25.900, icd3: H25, begndate: 2026-11-01}]
    recomputed: [{filing_type: EMERGENCY, filing_id: E1}]
    mdtrt_d: [{begntime: 2026-11-01 09:00:00}]
    oprn_d: []
    fee_line: [{}]
    excused_care: []
    elective: [{}]
    workday: []
  expect: {S1: {severity: 1, because: {because_route: 急诊备案E1, because_count: "2"}}}
- name: operated on two days after admission, and three
  kind: edge
  given:
    settlement:
      - {med_type: "24", begndate: 2026-11-01}
      - {setl_id: S2, mdtrt_id: V2, med_type: "24", begndate: 2026-11-01}
    recomputed: []
    mdtrt_d: []
    oprn_d: [{oprn_oprt_date: 2026-11-03}, {mdtrt_id: V2, setl_id: S2, oprn_oprt_date: 2026-11-04}]
    fee_line: [{}, {setl_id: S2, bkkp_sn: L2}]
    excused_care: []
    elective: []
    workday: []
  expect: {S2: {because: {because_signs: 入院第4天才首次手术；入院次日前无急诊、抢救费用；}}}
- name: at eleven, at ten, and at ten on a holiday
  kind: edge
  given:
    settlement:
      - {med_type: "24", main_diag_code: H25.900}
      - {setl_id: S2, mdtrt_id: V2, med_type: "24", main_diag_code: H25.900}
      - {setl_id: S3, mdtrt_id: V3, med_type: "24", main_diag_code: H25.900, begndate: 2026-10-01}
    recomputed: []
    mdtrt_d:
      - {begntime: 2026-11-02 11:00:00}
      - {mdtrt_id: V2, begntime: 2026-11-02 10:59:00}
      - {mdtrt_id: V3, begntime: 2026-10-01 10:00:00}
    oprn_d: []
    fee_line: []
    excused_care: []
    elective: [{}]
    workday: [{}]
  expect: {S2: "6800.00"}
- name: the day before the disease is on the list, and the day itself
  kind: edge
  given:
    settlement:
      - {med_type: "24", main_diag_code: H25.900}
      - {setl_id: S2, mdtrt_id: V2, med_type: "24", main_diag_code: H25.900, begndate: 2026-11-03}
    recomputed: []
    mdtrt_d: [{}, {mdtrt_id: V2, begntime: 2026-11-03 09:00:00}]
    oprn_d: []
    fee_line: []
    excused_care: []
    elective: [{valid_from: 2026-11-03}]
    workday: []
  expect: {S2: "6800.00"}
- name: pneumonia in the morning without a rescue line, a planned stay under a referral, and at home
  kind: clear
  given:
    settlement:
      - {med_type: "24"}
      - {setl_id: S2, mdtrt_id: V2, main_diag_code: H25.900}
      - {setl_id: S3, mdtrt_id: V3, med_type: "24", main_diag_code: H25.900, is_cross_region: false}
    recomputed: [{filing_type: EMERGENCY}, {setl_id: S2, filing_type: REFERRAL}]
    mdtrt_d: [{}, {mdtrt_id: V2}, {mdtrt_id: V3}]
    oprn_d: []
    fee_line: [{}]
    excused_care: []
    elective: [{}]
    workday: []
- name: a newborn
  kind: clear
  given:
    settlement: [{med_type: "24", main_diag_code: H25.900, nwb_flag: "1"}]
    recomputed: []
    mdtrt_d: [{}]
    oprn_d: []
    fee_line: []
    excused_care: []
    elective: [{}]
    workday: []
  suppressed: {S1: S-NB}
- name: the day before the regulation came into force
  kind: edge
  given:
    settlement: [{med_type: "24", main_diag_code: H25.900, begndate: 2020-12-31}]
    recomputed: []
    mdtrt_d: [{begntime: 2020-12-31 09:00:00}]
    oprn_d: []
    fee_line: []
    excused_care: []
    elective: [{valid_from: 2020-01-01}]
    workday: []
*/
