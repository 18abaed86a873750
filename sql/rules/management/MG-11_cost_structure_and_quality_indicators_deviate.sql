/* rule
id: MG-11
version: 1
title_zh: 费用结构与质量指标偏离
title: Cost structure and quality indicators deviate
status: active
certainty: suspicious
severity: 1
level: provider
subject: institution
owner: 基金监管处
summary: >
  Two months running an institution lies far above its peers of the same level in one of the eight monitored indicators:
  the share of drugs, tests, materials, treatment, computed tomography or magnetic resonance in what it charged, stays
  with an infection that was not there on admission, or unplanned readmissions within 31 days in the same chapter of
  diseases. How the peers stand is published knowledge of the period, not computed from who else was received; so
  readmissions are those to the institution itself, and the peers' values must be too. Months with few cases are not
  compared. An indicator is never a violation.
sentence_zh: >-
  {because_institution}{because_month}及上月连续偏离同级同类：{because_indicators}（{because_setting}{because_cases}人次，
  总费用{because_total}元）。
facts:
  because_institution: 机构
  because_month: 月份
  because_setting: 类别
  because_indicators: 偏离指标
  because_count: 偏离指标数
  because_cases: 人次
  because_total: 总费用（元）
basis:
  - 《四川省异地就医结算管理办法》第十条、第十八条
  - 国家医保“两库”规则：统计指标类（监测预警，不直接判定违规）
national_code: ZB10000205001000–ZB10000205008000
in_force: {since: 2021-05-01}
dated_by: period
reads: [settlement, fee_line, diag_d, infection, periodic_treatment, indicator_item, indicator_peer]
look_back: {days: 93}
params:
  robust_z:
    about: Distances from the peers' median, in units of 1.4826 times their median distance
    default: "3.5"
    least: "2.0"
    most: "10.0"
  least_peers:
    about: Fewer peers are no yardstick
    default: "10"
    least: "3"
    most: "1000"
amount: exposure
amount_note: >-
  Nothing is at issue: an indicator is no violation. Exposure is what lies above the peers' ninety-fifth of a hundred,
  of the indicator where that is most.
not_a_finding_when:
  - 肿瘤、血液透析、眼科、康复等专科医院，病种结构与综合医院不同。
  - 新开展技术或新增设备的机构，结构变化有批复。
  - 数据缺失或目录对照变更使归类变化。
  - 化疗、透析等计划再入院（定期治疗病种已排除）。
reviewer_checks:
  - 比较病种构成、病例组合指数后再判断。
  - 查偏离指标对应的科室、医师和项目，抽查病历。
  - 列入年度协议考核和重点监测名单，不作为扣款依据。
handler: [H7]
suppressors_in_sql: [S-DAY]
*/
WITH
bill AS (
    SELECT
        setl_id,
        mdtrt_id,
        person,
        fixmedins_code,
        fixmedins_name,
        lmtpric_hosp_lv,
        setl_date,
        begndate,
        enddate,
        main_diag_code,
        icd3,
        dscg_way,
        medfee_sumamt,
        CASE WHEN care = 'IPT' THEN 'IPT' ELSE 'OTP' END AS setting,
        YEAR(setl_date) * 12 + MONTH(setl_date) - 1 AS nth_month
    FROM settlement
    WHERE care IN ('IPT', 'OTP', 'ER') AND fixmedins_type = '1' AND n_lines > 0
),

month_of AS (
    SELECT
        fixmedins_code,
        setting,
        nth_month,
        MAX(fixmedins_name) AS fixmedins_name,
        MAX(lmtpric_hosp_lv) AS lmtpric_hosp_lv,
        MIN(setl_date) AS first_date,
        COUNT(*) AS cases,
        SUM(medfee_sumamt) AS total
    FROM bill
    GROUP BY fixmedins_code, setting, nth_month
),

charge AS (
    SELECT
        b.fixmedins_code,
        b.setting,
        b.nth_month,
        l.med_chrgitm_type,
        LEFT(l.hilist_code, 6) AS code_prefix,
        SUM(l.det_item_fee_sumamt) AS amount
    FROM bill AS b
    INNER JOIN fee_line AS l ON b.setl_id = l.setl_id
    GROUP BY b.fixmedins_code, b.setting, b.nth_month, l.med_chrgitm_type, LEFT(l.hilist_code, 6)
),

infected AS (
    SELECT DISTINCT b.setl_id
    FROM bill AS b
    INNER JOIN diag_d AS d ON b.mdtrt_id = d.mdtrt_id
    INNER JOIN infection AS k
        ON
            LEFT(d.diag_code, 1) = LEFT(k.icd_prefix, 1)
            AND LEFT(d.diag_code, LENGTH(k.icd_prefix)) = k.icd_prefix
            AND b.setl_date >= k.valid_from
            AND (k.valid_until IS NULL OR b.setl_date < k.valid_until)
    WHERE b.setting = 'IPT' AND d.vali_flag = '1' AND d.adm_cond_type = '4'
),

-- The stay before of the same person there; the chapter of a disease is its letter.
followed AS (
    SELECT
        setl_id,
        fixmedins_code,
        nth_month,
        begndate,
        icd3,
        LEFT(main_diag_code, 1) AS chapter,
        LAG(enddate) OVER (PARTITION BY fixmedins_code, person ORDER BY begndate, enddate, setl_id) AS ended_before,
        LAG(LEFT(main_diag_code, 1)) OVER (PARTITION BY fixmedins_code, person ORDER BY begndate, enddate, setl_id)
            AS chapter_before
    FROM bill
    WHERE setting = 'IPT'
),

event AS (
    SELECT
        b.fixmedins_code,
        b.nth_month,
        'INFECTION' AS indicator,
        COUNT(*) AS events
    FROM bill AS b
    INNER JOIN infected AS i ON b.setl_id = i.setl_id
    GROUP BY b.fixmedins_code, b.nth_month
    UNION ALL
    SELECT
        f.fixmedins_code,
        f.nth_month,
        'READMISSION' AS indicator,
        COUNT(*) AS events
    FROM followed AS f
    LEFT JOIN periodic_treatment AS p ON f.icd3 = p.icd3
    WHERE
        p.icd3 IS NULL
        AND f.chapter = f.chapter_before
        AND DATE_DIFF('day', f.ended_before, f.begndate) BETWEEN 0 AND 31
    GROUP BY f.fixmedins_code, f.nth_month
),

measured AS (
    SELECT
        m.fixmedins_code,
        m.setting,
        m.nth_month,
        i.indicator,
        SUM(c.amount) AS part,
        MAX(m.total) AS whole
    FROM month_of AS m
    INNER JOIN charge AS c
        ON m.fixmedins_code = c.fixmedins_code AND m.setting = c.setting AND m.nth_month = c.nth_month
    INNER JOIN indicator_item AS i
        ON
            c.med_chrgitm_type = i.med_chrgitm_type
            AND (i.code_prefix IS NULL OR c.code_prefix = i.code_prefix)
            AND m.first_date >= i.valid_from
            AND (i.valid_until IS NULL OR m.first_date < i.valid_until)
    GROUP BY m.fixmedins_code, m.setting, m.nth_month, i.indicator
    UNION ALL
    SELECT
        m.fixmedins_code,
        m.setting,
        m.nth_month,
        e.indicator,
        CAST(e.events AS DECIMAL(18, 2)) AS part,
        CAST(m.cases AS DECIMAL(18, 2)) AS whole
    FROM month_of AS m
    INNER JOIN event AS e ON m.fixmedins_code = e.fixmedins_code AND m.nth_month = e.nth_month
    WHERE m.setting = 'IPT'
),

passed AS (
    SELECT
        v.fixmedins_code,
        v.setting,
        v.nth_month,
        v.indicator,
        k.note_zh,
        CAST(ROUND(v.part * 100) AS BIGINT) // NULLIF(CAST(ROUND(v.whole) AS BIGINT), 0) AS share_percent,
        CAST(ROUND(k.median * 100) AS BIGINT) AS usual_percent,
        CASE
            WHEN v.indicator IN ('INFECTION', 'READMISSION') THEN CAST(0 AS DECIMAL(18, 2))
            ELSE GREATEST(ROUND(CAST(v.part AS DECIMAL(24, 2)) - k.p95 * CAST(v.whole AS DECIMAL(24, 2)), 2), 0)
        END AS above
    FROM measured AS v
    INNER JOIN month_of AS m
        ON v.fixmedins_code = m.fixmedins_code AND v.setting = m.setting AND v.nth_month = m.nth_month
    INNER JOIN indicator_peer AS k
        ON
            v.indicator = k.indicator
            AND v.setting = k.setting
            AND m.lmtpric_hosp_lv = k.lmtpric_hosp_lv
            AND k.providers >= $least_peers
            AND m.cases >= k.least_cases
            AND m.first_date >= k.valid_from
            AND (k.valid_until IS NULL OR m.first_date < k.valid_until)
    WHERE
        CAST(v.part AS DECIMAL(24, 2))
        >= CAST(k.median + CAST($robust_z AS DECIMAL(6, 2)) * CAST(1.4826 AS DECIMAL(5, 4)) * k.mad AS DECIMAL(10, 6))
        * CAST(v.whole AS DECIMAL(24, 2))
),

running AS (
    SELECT
        p.fixmedins_code,
        p.setting,
        p.nth_month,
        COUNT(*) AS indicators,
        MAX(p.above) AS above,
        STRING_AGG(
            p.note_zh || CAST(p.share_percent AS VARCHAR) || '%（同级中位数' || CAST(p.usual_percent AS VARCHAR) || '%）',
            '、'
            ORDER BY p.indicator
        ) AS said
    FROM passed AS p
    INNER JOIN passed AS b
        ON
            p.fixmedins_code = b.fixmedins_code
            AND p.setting = b.setting
            AND p.indicator = b.indicator
            AND p.nth_month = b.nth_month + 1
    GROUP BY p.fixmedins_code, p.setting, p.nth_month
)

SELECT
    r.fixmedins_code AS subject_id,
    CAST(r.nth_month // 12 AS VARCHAR) || '-'
    || RIGHT('0' || CAST(r.nth_month - r.nth_month // 12 * 12 + 1 AS VARCHAR), 2) AS period,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CAST(0 AS DECIMAL(18, 2)) AS a2,
    r.above AS exposure,
    COALESCE(m.fixmedins_name, m.fixmedins_code) AS because_institution,
    CAST(r.nth_month // 12 AS VARCHAR) || '-'
    || RIGHT('0' || CAST(r.nth_month - r.nth_month // 12 * 12 + 1 AS VARCHAR), 2) AS because_month,
    CASE r.setting WHEN 'IPT' THEN '住院' ELSE '门诊' END AS because_setting,
    r.said AS because_indicators,
    r.indicators AS because_count,
    m.cases AS because_cases,
    m.total AS because_total
FROM running AS r
INNER JOIN month_of AS m
    ON r.fixmedins_code = m.fixmedins_code AND r.setting = m.setting AND r.nth_month = m.nth_month
/* examples
- name: as the peers are
  kind: clear
  given:
    settlement: [{}, {setl_id: S2, setl_date: 2026-10-09}]
    fee_line:
      - {med_chrgitm_type: "09", det_item_fee_sumamt: "3000.00"}
      - {setl_id: S2, bkkp_sn: L2, med_chrgitm_type: "09", det_item_fee_sumamt: "3000.00"}
    diag_d: []
    infection: []
    periodic_treatment: []
    indicator_item: [{}]
    indicator_peer: [{}]
- name: six tenths are drugs, two months running
  kind: flag
  given:
    settlement: [{}, {setl_id: S2, setl_date: 2026-10-09}]
    fee_line:
      - {med_chrgitm_type: "09", det_item_fee_sumamt: "6000.00"}
      - {setl_id: S2, bkkp_sn: L2, med_chrgitm_type: "09", det_item_fee_sumamt: "6000.00"}
    diag_d: []
    infection: []
    periodic_treatment: []
    indicator_item: [{}]
    indicator_peer: [{}]
  expect:
    H51010000001/2026-11:
      exposure: "2000.00"
      a1: "0.00"
      because: {because_indicators: 药占比60%（同级中位数30%）, because_count: "1", because_cases: "1"}
- name: six tenths are drugs, in one month only
  kind: clear
  given:
    settlement: [{}, {setl_id: S2, setl_date: 2026-10-09}]
    fee_line:
      - {med_chrgitm_type: "09", det_item_fee_sumamt: "6000.00"}
      - {setl_id: S2, bkkp_sn: L2, med_chrgitm_type: "09", det_item_fee_sumamt: "3000.00"}
    diag_d: []
    infection: []
    periodic_treatment: []
    indicator_item: [{}]
    indicator_peer: [{}]
- name: exactly three and a half distances above, and a cent below
  kind: edge
  given:
    settlement:
      - {}
      - {setl_id: S2, setl_date: 2026-10-09}
      - {setl_id: S3, fixmedins_code: H51010000002}
      - {setl_id: S4, fixmedins_code: H51010000002, setl_date: 2026-10-09}
    fee_line:
      - {med_chrgitm_type: "09", det_item_fee_sumamt: "4556.73"}
      - {setl_id: S2, bkkp_sn: L2, med_chrgitm_type: "09", det_item_fee_sumamt: "4556.73"}
      - {setl_id: S3, bkkp_sn: L3, med_chrgitm_type: "09", det_item_fee_sumamt: "4556.72"}
      - {setl_id: S4, bkkp_sn: L4, med_chrgitm_type: "09", det_item_fee_sumamt: "4556.73"}
    diag_d: []
    infection: []
    periodic_treatment: []
    indicator_item: [{}]
    indicator_peer: [{}]
  expect: {H51010000001/2026-11: {exposure: "556.73"}}
- name: one part of a category is an indicator of its own
  kind: flag
  given:
    settlement: [{}, {setl_id: S2, setl_date: 2026-10-09}]
    fee_line:
      - {med_chrgitm_type: "03", hilist_code: "002103000010000", det_item_fee_sumamt: "2000.00"}
      - {bkkp_sn: L2, med_chrgitm_type: "03", hilist_code: "002203010010000", det_item_fee_sumamt: "3000.00"}
      - setl_id: S2
        bkkp_sn: L3
        med_chrgitm_type: "03"
        hilist_code: "002103000010000"
        det_item_fee_sumamt: "2000.00"
    diag_d: []
    infection: []
    periodic_treatment: []
    indicator_item: [{indicator: CT, med_chrgitm_type: "03", code_prefix: "002103"}]
    indicator_peer:
      - {indicator: CT, median: "0.040000", mad: "0.010000", p95: "0.080000", note_zh: CT检查占比}
  expect: {H51010000001/2026-11: {exposure: "1200.00"}}
- name: back within 31 days with the same disease, two months running
  kind: flag
  given:
    settlement:
      - {setl_id: A1, person: A, begndate: 2026-09-01, enddate: 2026-09-08, setl_date: 2026-09-08}
      - {setl_id: A2, person: A, begndate: 2026-10-09, enddate: 2026-10-12, setl_date: 2026-10-12}
      - {setl_id: A3, person: A, begndate: 2026-11-02, enddate: 2026-11-09}
    fee_line: []
    diag_d: []
    infection: []
    periodic_treatment: [{}]
    indicator_item: []
    indicator_peer:
      - {indicator: READMISSION, median: "0.050000", mad: "0.010000", p95: "0.090000", note_zh: 31日非计划再入院率}
  expect: {H51010000001/2026-11: {exposure: "0.00"}}
- name: back after 32 days in the first of the two months
  kind: edge
  given:
    settlement:
      - {setl_id: A1, person: A, begndate: 2026-09-01, enddate: 2026-09-07, setl_date: 2026-09-07}
      - {setl_id: A2, person: A, begndate: 2026-10-09, enddate: 2026-10-12, setl_date: 2026-10-12}
      - {setl_id: A3, person: A, begndate: 2026-11-02, enddate: 2026-11-09}
    fee_line: []
    diag_d: []
    infection: []
    periodic_treatment: [{}]
    indicator_item: []
    indicator_peer:
      - {indicator: READMISSION, median: "0.050000", mad: "0.010000", p95: "0.090000", note_zh: 31日非计划再入院率}
- name: chemotherapy comes back by plan
  kind: clear
  given:
    settlement:
      - {setl_id: A1, person: A, begndate: 2026-09-10, enddate: 2026-09-17, setl_date: 2026-09-17, icd3: Z51}
      - {setl_id: A2, person: A, begndate: 2026-10-09, enddate: 2026-10-12, setl_date: 2026-10-12, icd3: Z51}
      - {setl_id: A3, person: A, begndate: 2026-11-02, enddate: 2026-11-09, icd3: Z51}
    fee_line: []
    diag_d: []
    infection: []
    periodic_treatment: [{}]
    indicator_item: []
    indicator_peer:
      - {indicator: READMISSION, median: "0.050000", mad: "0.010000", p95: "0.090000", note_zh: 31日非计划再入院率}
- name: infections that were not there on admission
  kind: flag
  given:
    settlement: [{}, {setl_id: S2, mdtrt_id: V2, setl_date: 2026-10-09}]
    fee_line: []
    diag_d: [{adm_cond_type: "4"}, {mdtrt_id: V2, adm_cond_type: "4"}]
    infection: [{}]
    periodic_treatment: []
    indicator_item: []
    indicator_peer:
      - {indicator: INFECTION, median: "0.020000", mad: "0.010000", p95: "0.050000", note_zh: 院内感染率}
  expect: {H51010000001/2026-11: {because: {because_indicators: 院内感染率100%（同级中位数2%）}}}
- name: nine peers, and too few cases
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, setl_date: 2026-10-09}]
    fee_line:
      - {med_chrgitm_type: "09", det_item_fee_sumamt: "6000.00"}
      - {setl_id: S2, bkkp_sn: L2, med_chrgitm_type: "09", det_item_fee_sumamt: "6000.00"}
    diag_d: []
    infection: []
    periodic_treatment: []
    indicator_item: [{}]
    indicator_peer: [{providers: 9}, {kp_id: K2, least_cases: 2}]
- name: peers' values that begin a day after the first settlement of the month
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, setl_date: 2026-10-09}]
    fee_line:
      - {med_chrgitm_type: "09", det_item_fee_sumamt: "6000.00"}
      - {setl_id: S2, bkkp_sn: L2, med_chrgitm_type: "09", det_item_fee_sumamt: "6000.00"}
    diag_d: []
    infection: []
    periodic_treatment: []
    indicator_item: [{}]
    indicator_peer: [{valid_from: 2026-10-10}]
*/
