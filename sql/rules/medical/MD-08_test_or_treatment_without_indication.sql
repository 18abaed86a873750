/* rule
id: MD-08
version: 1
title_zh: 无指征检验检查/治疗
title: Test or treatment without indication
status: active
certainty: suspicious
severity: 1
level: patient-episode
owner: 基金监管处
summary: >
  A test or treatment that is of use for certain diseases only was charged without any of them; a set of tumour markers
  without a tumour or a suspicion of one; or several kinds of physiotherapy on one day, or the same one day after day,
  without an assessment that plans it. What is done before an operation is left out.
sentence_zh: >-
  {because_day}“{because_item}”：{because_form}，{because_detail}；就诊诊断“{because_diagnosis}”，纳入支付范围{because_inscp}元。
facts:
  because_form: 情形
  because_day: 日期
  because_item: 项目
  because_detail: 本次情况
  because_diagnosis: 就诊诊断
  because_inscp: 纳入支付范围（元）
  because_point: 知识点编号
basis:
  - 《医疗保障基金使用监督管理条例》第十五条、第三十八条第（二）项
  - 《四川省异地就医结算管理办法》第十条
national_code: GZ10000302001000, GZ10000302002000
in_force: {since: 2021-05-01}
dated_by: fee_date
reads: [fee_line, settlement, diag_d, oprn_d, indication, item_family, diagnosis_family]
look_back: none
params:
  fewest_markers:
    about: Different tumour markers at one visit from which they are a set
    default: "3"
    least: "2"
    most: "8"
  kinds_a_day:
    about: Kinds of physiotherapy on one day from which they are many
    default: "3"
    least: "2"
    most: "6"
  days_in_a_row:
    about: Consecutive days of the same physiotherapy from which a plan is wanted
    default: "5"
    least: "3"
    most: "15"
amount: a1
amount_note: >
  The lines without indication; all markers of the set; of physiotherapy the cheapest kinds from the limit on, and the
  days from the limit on.
not_a_finding_when:
  - 手术前常规筛查（有手术操作的住院已排除）。
  - 次要诊断未上传，病历中有相应指征。
  - 肿瘤高危人群筛查、肿瘤治疗后随访，有随访记录。
  - 康复治疗已有评定，但在外院或以其他项目名称收费。
reviewer_checks:
  - 查检查申请单的临床诊断和目的，看结果有无分析处理。
  - 查康复治疗计划和每次治疗记录、签名。
  - 按医师汇总同一项目与诊断的比例，与同科室比较。
handler: [H2, H7]
suppressors: [S-SMALL]
*/
WITH
diagnosed AS (
    SELECT
        s.setl_id,
        s.main_diag_code AS diag_code,
        s.main_diag_name AS diag_name
    FROM settlement AS s
    WHERE s.main_diag_code IS NOT NULL
    UNION ALL
    SELECT
        s.setl_id,
        d.diag_code,
        d.diag_name
    FROM settlement AS s
    INNER JOIN diag_d AS d ON s.mdtrt_id = d.mdtrt_id
    WHERE d.vali_flag = '1' AND d.diag_code IS NOT NULL
),

-- Only visits of which a diagnosis is known, and without an operation, can lack an indication.
known AS (
    SELECT
        s.setl_id,
        s.begndate,
        MIN(COALESCE(s.main_diag_name, s.main_diag_code, d.diag_name, d.diag_code)) AS diagnosis
    FROM settlement AS s
    INNER JOIN diagnosed AS d ON s.setl_id = d.setl_id
    WHERE
        s.main_oprn_code IS NULL
        AND NOT EXISTS (
            SELECT 1
            FROM oprn_d AS o
            WHERE o.mdtrt_id = s.mdtrt_id AND o.vali_flag = '1'
        )
    GROUP BY s.setl_id, s.begndate
),

charged AS (
    SELECT
        l.setl_id,
        l.bkkp_sn,
        l.hilist_code,
        l.hilist_name,
        l.fee_date,
        l.det_item_fee_sumamt,
        l.inscp_amt,
        s.begndate,
        s.diagnosis
    FROM fee_line AS l
    INNER JOIN known AS s ON l.setl_id = s.setl_id
    WHERE l.list_type = '201' AND l.cnt > 0 AND l.inscp_amt > 0
),

wanted AS (
    SELECT
        c.setl_id,
        c.bkkp_sn,
        k.kp_id,
        MIN(k.note_zh) AS note_zh,
        MAX(CASE WHEN LEFT(d.diag_code, LENGTH(k.icd_prefix)) = k.icd_prefix THEN 1 ELSE 0 END) AS fits
    FROM charged AS c
    INNER JOIN indication AS k
        ON
            c.hilist_code = k.hilist_code
            AND c.fee_date >= k.valid_from
            AND (k.valid_until IS NULL OR c.fee_date < k.valid_until)
    INNER JOIN diagnosed AS d ON c.setl_id = d.setl_id
    WHERE k.purpose = 'CLINICAL' AND k.icd_prefix IS NOT NULL
    GROUP BY c.setl_id, c.bkkp_sn, k.kp_id
),

grouped AS (
    SELECT
        c.setl_id,
        c.bkkp_sn,
        c.hilist_code,
        c.fee_date,
        c.begndate,
        c.inscp_amt,
        f.family,
        MIN(f.kp_id) AS kp_id
    FROM charged AS c
    INNER JOIN item_family AS f
        ON
            c.hilist_code = f.hilist_code
            AND c.fee_date >= f.valid_from
            AND (f.valid_until IS NULL OR c.fee_date < f.valid_until)
    WHERE f.family IN ('TUMOUR_MARKER', 'PHYSIOTHERAPY', 'ASSESSMENT')
    GROUP BY c.setl_id, c.bkkp_sn, c.hilist_code, c.fee_date, c.begndate, c.inscp_amt, f.family
),

markers AS (
    SELECT
        g.setl_id,
        COUNT(DISTINCT g.hilist_code) AS kinds
    FROM grouped AS g
    WHERE
        g.family = 'TUMOUR_MARKER'
        AND NOT EXISTS (
            SELECT 1
            FROM diagnosed AS d
            INNER JOIN diagnosis_family AS k ON LEFT(d.diag_code, LENGTH(k.icd_prefix)) = k.icd_prefix
            WHERE
                d.setl_id = g.setl_id
                AND k.family = 'TUMOUR_SUSPECTED'
                AND g.fee_date >= k.valid_from
                AND (k.valid_until IS NULL OR g.fee_date < k.valid_until)
        )
    GROUP BY g.setl_id
),

therapy AS (
    SELECT
        g.setl_id,
        g.hilist_code,
        g.fee_date,
        g.begndate,
        SUM(g.inscp_amt) AS in_scope
    FROM grouped AS g
    WHERE
        g.family = 'PHYSIOTHERAPY'
        AND NOT EXISTS (
            SELECT 1
            FROM grouped AS a
            WHERE a.setl_id = g.setl_id AND a.family = 'ASSESSMENT'
        )
    GROUP BY g.setl_id, g.hilist_code, g.fee_date, g.begndate
),

-- Days in a row share the distance between their number and their place.
numbered AS (
    SELECT
        setl_id,
        hilist_code,
        fee_date,
        COUNT(*) OVER (PARTITION BY setl_id, fee_date) AS kinds,
        ROW_NUMBER() OVER (PARTITION BY setl_id, fee_date ORDER BY in_scope DESC, hilist_code ASC) AS kind_place,
        DATE_DIFF('day', begndate, fee_date)
        - ROW_NUMBER() OVER (PARTITION BY setl_id, hilist_code ORDER BY fee_date ASC) AS island
    FROM therapy
),

rowed AS (
    SELECT
        setl_id,
        hilist_code,
        fee_date,
        kinds,
        kind_place,
        ROW_NUMBER() OVER (PARTITION BY setl_id, hilist_code, island ORDER BY fee_date ASC) AS day_place,
        COUNT(*) OVER (PARTITION BY setl_id, hilist_code, island) AS day_count
    FROM numbered
),

found AS (
    SELECT
        w.bkkp_sn,
        '无相应适应症' AS reason,
        1 AS place,
        w.note_zh || '，各诊断均不符' AS detail,
        w.kp_id
    FROM wanted AS w
    WHERE w.fits = 0
    UNION ALL
    SELECT
        g.bkkp_sn,
        '无肿瘤指征成套检测标志物' AS reason,
        2 AS place,
        '共' || CAST(m.kinds AS VARCHAR) || '种标志物' AS detail,
        g.kp_id
    FROM grouped AS g
    INNER JOIN markers AS m ON g.setl_id = m.setl_id
    WHERE g.family = 'TUMOUR_MARKER' AND m.kinds >= $fewest_markers
    UNION ALL
    SELECT
        g.bkkp_sn,
        CASE
            WHEN r.kinds >= $kinds_a_day AND r.kind_place >= $kinds_a_day THEN '一日多种理疗而无评定'
            ELSE '连续相同理疗而无评定'
        END AS reason,
        3 AS place,
        CASE
            WHEN r.kinds >= $kinds_a_day AND r.kind_place >= $kinds_a_day
                THEN '当日' || CAST(r.kinds AS VARCHAR) || '种'
            ELSE '连续' || CAST(r.day_count AS VARCHAR) || '天'
        END AS detail,
        g.kp_id
    FROM grouped AS g
    INNER JOIN rowed AS r ON g.setl_id = r.setl_id AND g.hilist_code = r.hilist_code AND g.fee_date = r.fee_date
    WHERE
        g.family = 'PHYSIOTHERAPY'
        AND (
            (r.kinds >= $kinds_a_day AND r.kind_place >= $kinds_a_day)
            OR r.day_place >= $days_in_a_row
        )
)

SELECT
    c.setl_id,
    c.bkkp_sn,
    c.det_item_fee_sumamt AS a0,
    c.inscp_amt AS a1,
    f.reason AS because_form,
    c.fee_date AS because_day,
    c.hilist_name AS because_item,
    f.detail AS because_detail,
    c.diagnosis AS because_diagnosis,
    c.inscp_amt AS because_inscp,
    f.kp_id AS because_point
FROM found AS f
INNER JOIN charged AS c ON f.bkkp_sn = c.bkkp_sn
-- A line is at issue once.
QUALIFY ROW_NUMBER() OVER (PARTITION BY f.bkkp_sn ORDER BY f.place ASC, f.kp_id ASC) = 1
/* examples
- name: bone density with osteoporosis
  kind: clear
  given:
    fee_line: [{}]
    settlement: [{}]
    diag_d: [{}, {diag_srt_no: 2, maindiag_flag: "0", diag_code: M81.900}]
    oprn_d: []
    indication: [{icd_prefix: M81, purpose: CLINICAL, note_zh: 用于骨质疏松}]
    item_family: []
    diagnosis_family: []
- name: bone density for pneumonia
  kind: flag
  given:
    fee_line: [{det_item_fee_sumamt: "150.00", inscp_amt: "150.00"}]
    settlement: [{}]
    diag_d: [{}]
    oprn_d: []
    indication: [{icd_prefix: M81, purpose: CLINICAL, note_zh: 用于骨质疏松}]
    item_family: []
    diagnosis_family: []
  expect: {S1: {a1: "150.00", lines: 1, because: {because_form: 无相应适应症}}}
- name: three tumour markers for pneumonia, and two
  kind: edge
  given:
    fee_line:
      - {bkkp_sn: L1, hilist_code: T1, inscp_amt: "30.00"}
      - {bkkp_sn: L2, hilist_code: T2, inscp_amt: "30.00"}
      - {bkkp_sn: L3, hilist_code: T3, inscp_amt: "30.00"}
      - {setl_id: S2, bkkp_sn: S2L4, hilist_code: T1, inscp_amt: "30.00"}
      - {setl_id: S2, bkkp_sn: S2L5, hilist_code: T2, inscp_amt: "30.00"}
    settlement: [{}, {setl_id: S2, mdtrt_id: V2}]
    diag_d: [{}]
    oprn_d: []
    indication: []
    item_family:
      - {kp_id: K1, hilist_code: T1, family: TUMOUR_MARKER}
      - {kp_id: K2, hilist_code: T2, family: TUMOUR_MARKER}
      - {kp_id: K3, hilist_code: T3, family: TUMOUR_MARKER}
    diagnosis_family: []
  expect: {S1: {a1: "90.00", lines: 3, because: {because_detail: 共3种标志物}}}
- name: three tumour markers with a shadow on the lung
  kind: clear
  given:
    fee_line:
      - {bkkp_sn: L1, hilist_code: T1, inscp_amt: "30.00"}
      - {bkkp_sn: L2, hilist_code: T2, inscp_amt: "30.00"}
      - {bkkp_sn: L3, hilist_code: T3, inscp_amt: "30.00"}
    settlement: [{}]
    diag_d: [{}, {diag_srt_no: 2, maindiag_flag: "0", diag_code: R91.x00}]
    oprn_d: []
    indication: []
    item_family:
      - {kp_id: K1, hilist_code: T1, family: TUMOUR_MARKER}
      - {kp_id: K2, hilist_code: T2, family: TUMOUR_MARKER}
      - {kp_id: K3, hilist_code: T3, family: TUMOUR_MARKER}
    diagnosis_family: [{family: TUMOUR_SUSPECTED, icd_prefix: R91}]
- name: three kinds of physiotherapy on one day, of which the cheapest is beyond the limit
  kind: flag
  given:
    fee_line:
      - {bkkp_sn: L1, hilist_code: W1, inscp_amt: "30.00"}
      - {bkkp_sn: L2, hilist_code: W2, inscp_amt: "30.00"}
      - {bkkp_sn: L3, hilist_code: W3, inscp_amt: "20.00"}
    settlement: [{}]
    diag_d: [{}]
    oprn_d: []
    indication: []
    item_family:
      - {kp_id: K1, hilist_code: W1, family: PHYSIOTHERAPY}
      - {kp_id: K2, hilist_code: W2, family: PHYSIOTHERAPY}
      - {kp_id: K3, hilist_code: W3, family: PHYSIOTHERAPY}
      - {kp_id: K9, hilist_code: W9, family: ASSESSMENT}
    diagnosis_family: []
  expect: {S1: {a1: "20.00", lines: 1, because: {because_form: 一日多种理疗而无评定}}}
- name: the same physiotherapy on five days in a row, and on four and another
  kind: edge
  given:
    fee_line:
      - {bkkp_sn: L3, hilist_code: W1, fee_date: 2026-11-03, inscp_amt: "30.00"}
      - {bkkp_sn: L4, hilist_code: W1, inscp_amt: "30.00"}
      - {bkkp_sn: L5, hilist_code: W1, fee_date: 2026-11-05, inscp_amt: "30.00"}
      - {bkkp_sn: L6, hilist_code: W1, fee_date: 2026-11-06, inscp_amt: "30.00"}
      - {bkkp_sn: L7, hilist_code: W1, fee_date: 2026-11-07, inscp_amt: "30.00"}
      - {setl_id: S2, bkkp_sn: S2L3, hilist_code: W1, fee_date: 2026-11-03, inscp_amt: "30.00"}
      - {setl_id: S2, bkkp_sn: S2L4, hilist_code: W1, inscp_amt: "30.00"}
      - {setl_id: S2, bkkp_sn: S2L5, hilist_code: W1, fee_date: 2026-11-05, inscp_amt: "30.00"}
      - {setl_id: S2, bkkp_sn: S2L6, hilist_code: W1, fee_date: 2026-11-06, inscp_amt: "30.00"}
      - {setl_id: S2, bkkp_sn: S2L8, hilist_code: W1, fee_date: 2026-11-08, inscp_amt: "30.00"}
    settlement: [{}, {setl_id: S2, mdtrt_id: V2}]
    diag_d: [{}]
    oprn_d: []
    indication: []
    item_family:
      - {kp_id: K1, hilist_code: W1, family: PHYSIOTHERAPY}
      - {kp_id: K2, hilist_code: W2, family: PHYSIOTHERAPY}
      - {kp_id: K3, hilist_code: W3, family: PHYSIOTHERAPY}
      - {kp_id: K9, hilist_code: W9, family: ASSESSMENT}
    diagnosis_family: []
  expect: {S1: {a1: "30.00", lines: 1, because: {because_detail: 连续5天}}}
- name: with an assessment that plans it
  kind: clear
  given:
    fee_line:
      - {bkkp_sn: L3, hilist_code: W1, fee_date: 2026-11-03, inscp_amt: "30.00"}
      - {bkkp_sn: L4, hilist_code: W1, inscp_amt: "30.00"}
      - {bkkp_sn: L5, hilist_code: W1, fee_date: 2026-11-05, inscp_amt: "30.00"}
      - {bkkp_sn: L6, hilist_code: W1, fee_date: 2026-11-06, inscp_amt: "30.00"}
      - {bkkp_sn: L7, hilist_code: W1, fee_date: 2026-11-07, inscp_amt: "30.00"}
      - {bkkp_sn: L9, hilist_code: W9, inscp_amt: "30.00"}
    settlement: [{}]
    diag_d: [{}]
    oprn_d: []
    indication: []
    item_family:
      - {kp_id: K1, hilist_code: W1, family: PHYSIOTHERAPY}
      - {kp_id: K2, hilist_code: W2, family: PHYSIOTHERAPY}
      - {kp_id: K3, hilist_code: W3, family: PHYSIOTHERAPY}
      - {kp_id: K9, hilist_code: W9, family: ASSESSMENT}
    diagnosis_family: []
- name: the last day of the point and the day after
  kind: edge
  given:
    fee_line:
      - {bkkp_sn: L1, hilist_code: "002501010150000", fee_date: 2026-11-03, inscp_amt: "30.00"}
      - {bkkp_sn: L2, hilist_code: "002501010150000", inscp_amt: "30.00"}
    settlement: [{}]
    diag_d: [{}]
    oprn_d: []
    indication: [{icd_prefix: M81, purpose: CLINICAL, note_zh: 用于骨质疏松, valid_until: 2026-11-04}]
    item_family: []
    diagnosis_family: []
  expect: {S1: {lines: 1}}
- name: the day before the regulation and its first day
  kind: edge
  given:
    fee_line:
      - {bkkp_sn: L1, hilist_code: "002501010150000", fee_date: 2021-04-30, inscp_amt: "30.00"}
      - {bkkp_sn: L2, hilist_code: "002501010150000", fee_date: 2021-05-01, inscp_amt: "30.00"}
    settlement: [{}]
    diag_d: [{}]
    oprn_d: []
    indication: [{icd_prefix: M81, purpose: CLINICAL, note_zh: 用于骨质疏松, valid_from: 2020-01-01}]
    item_family: []
    diagnosis_family: []
  expect: {S1: {lines: 1}}
- name: before an operation
  kind: clear
  given:
    fee_line:
      - {bkkp_sn: L1, hilist_code: "002501010150000", inscp_amt: "30.00"}
    settlement: [{}]
    diag_d: [{}]
    oprn_d: [{}]
    indication: [{icd_prefix: M81, purpose: CLINICAL, note_zh: 用于骨质疏松}]
    item_family: []
    diagnosis_family: []
- name: no diagnosis is known at all
  kind: clear
  given:
    fee_line:
      - {bkkp_sn: L1, hilist_code: "002501010150000", inscp_amt: "30.00"}
    settlement: [{main_diag_code: null, main_diag_name: null}]
    diag_d: []
    oprn_d: []
    indication: [{icd_prefix: M81, purpose: CLINICAL, note_zh: 用于骨质疏松}]
    item_family: []
    diagnosis_family: []
- name: less than twenty yuan in a month
  kind: clear
  given:
    fee_line: [{inscp_amt: "19.99"}]
    settlement: [{}]
    diag_d: [{}]
    oprn_d: []
    indication: [{icd_prefix: M81, purpose: CLINICAL}]
    item_family: []
    diagnosis_family: []
  suppressed: {S1: S-SMALL}
*/
