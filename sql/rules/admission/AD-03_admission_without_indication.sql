/* rule
id: AD-03
version: 1
title_zh: 低标准入院/无指征住院
title: Admission without indication
status: active
certainty: suspicious
severity: 2
level: settlement
owner: 基金监管处
summary: >
  An illness that a clinic treats was admitted: the main diagnosis is of low acuity, nobody operated, no intensive care,
  no emergency, at most a week, far cheaper than the cheapest quarter of the peers, and either hardly any infusion or
  mostly tests. The very old and people with many diseases are left out; who travelled far weighs less.
sentence_zh: >-
  {because_admission}因“{because_diagnosis}”住院{because_days}天，静脉给药{because_infusion_days}天，检查检验占比{because_test_share}%，
  总费用{because_total}元，低于同级同病种四分位费用{because_peer_fee}元，基金支付{because_fund}元。
facts:
  because_admission: 入院日期
  because_diagnosis: 主要诊断
  because_days: 住院天数
  because_infusion_days: 静脉给药天数
  because_test_share: 检查检验占总费用（%）
  because_total: 总费用（元）
  because_peer_fee: 同类费用第 25 百分位（元）
  because_diagnoses: 诊断个数
  because_travel: 参保地至就医地车程（分钟）
  because_fund: 基金支付（元）
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（二）项
  - 国家医保局违法违规使用医保基金自查自纠问题清单（2025 年）第 1 项
national_code: GZ10000204005000
in_force: {since: 2021-05-01}
dated_by: begndate
reads: [settlement, fee_line, diag_d, oprn_d, icu_d, mdtrt_d, diagnosis_family, item_family, peer_stay, travel]
look_back: none
params:
  longest_stay:
    about: Days that such a stay lasts at most
    default: "7"
    least: "3"
    most: "14"
  infusion_days:
    about: Days with infusion up to which it could have been given in a clinic
    default: "1"
    least: "0"
    most: "7"
  test_share:
    about: Share of the bill that tests make up, from which they were the reason
    default: "0.60"
    least: "0.40"
    most: "0.95"
  fee_share:
    about: Share of what a quarter of the peers cost less than, below which the stay was cheap
    default: "0.50"
    least: "0.10"
    most: "1.00"
  min_fund:
    about: Yuan of the fund below which reading the records is not worth a reviewer's hour
    default: "1000.00"
    least: "0.00"
    most: "10000.00"
  oldest:
    about: From this age on an admission needs no further reason
    default: "80"
    least: "65"
    most: "100"
  many_diagnoses:
    about: From so many diagnoses on an admission needs no further reason
    default: "4"
    least: "2"
    most: "10"
  far_minutes:
    about: Minutes of travel above which the suspicion weighs less
    default: "180"
    least: "60"
    most: "600"
amount: exposure
amount_note: >
  What outpatient care would have cost the fund is not known from the records; until it is confirmed, the fund of the
  stay is exposure.
not_a_finding_when:
  - 80 岁以上高龄，或同时患四种以上疾病（已排除）。
  - 急诊入院、病情在住院中明显变化。
  - 甘孜、阿坝等地车程三小时以上，往返门诊不便（降低严重程度，不排除）。
  - 当地门诊不开展的检查治疗，按规定收住院。
reviewer_checks:
  - 查入院记录的主诉、体征和检查结果是否达到收治标准。
  - 看长期医嘱和每日病程，实际治疗能否在门诊完成。
  - 查同一科室、同一医生收治同类轻症的比例。
handler: [H2]
suppressors: [S-DAY, S-BED, S-EMG, S-TRF, S-NB]
*/
WITH
mild AS (
    SELECT
        s.setl_id,
        s.mdtrt_id,
        s.begndate,
        s.los_days,
        s.main_diag_name,
        s.medfee_sumamt,
        s.fund_pay_sumamt,
        s.insu_pool,
        s.treat_pool,
        p.fee_p25
    FROM settlement AS s
    INNER JOIN diagnosis_family AS k
        ON
            LEFT(s.main_diag_code, LENGTH(k.icd_prefix)) = k.icd_prefix
            AND s.begndate >= k.valid_from
            AND (k.valid_until IS NULL OR s.begndate < k.valid_until)
    INNER JOIN peer_stay AS p
        ON
            s.lmtpric_hosp_lv = p.lmtpric_hosp_lv
            AND p.icd3 IN (s.icd3, '*')
            AND s.begndate >= p.valid_from
            AND (p.valid_until IS NULL OR s.begndate < p.valid_until)
    WHERE
        s.care = 'IPT'
        AND k.family = 'LOW_ACUITY'
        AND s.los_days <= $longest_stay
        AND LEFT(s.med_type, 2) <> '28'
        AND COALESCE(s.age_years, 0) < $oldest
        AND COALESCE(s.dscg_way, '') <> '5'
        AND s.main_oprn_code IS NULL
        AND s.fund_pay_sumamt >= $min_fund
    -- Its own disease before the row for every disease.
    QUALIFY ROW_NUMBER() OVER (PARTITION BY s.setl_id ORDER BY p.icd3 DESC, p.kp_id ASC, k.kp_id ASC) = 1
),

kept AS (
    SELECT
        m.setl_id,
        m.mdtrt_id,
        m.begndate,
        m.los_days,
        m.main_diag_name,
        m.medfee_sumamt,
        m.fund_pay_sumamt,
        m.insu_pool,
        m.treat_pool,
        m.fee_p25
    FROM mild AS m
    WHERE
        m.medfee_sumamt < $fee_share * m.fee_p25
        AND NOT EXISTS (
            SELECT 1
            FROM oprn_d AS o
            WHERE o.mdtrt_id = m.mdtrt_id AND o.vali_flag = '1'
        )
        AND NOT EXISTS (
            SELECT 1
            FROM icu_d AS i
            WHERE i.mdtrt_id = m.mdtrt_id AND i.vali_flag = '1'
        )
        AND NOT EXISTS (
            SELECT 1
            FROM mdtrt_d AS v
            WHERE v.mdtrt_id = m.mdtrt_id AND v.vali_flag = '1' AND v.adm_way = '1'
        )
),

diagnosed AS (
    SELECT
        m.setl_id,
        COUNT(DISTINCT d.diag_code) AS diagnoses
    FROM kept AS m
    INNER JOIN diag_d AS d ON m.mdtrt_id = d.mdtrt_id
    WHERE d.vali_flag = '1'
    GROUP BY m.setl_id
),

infused AS (
    SELECT DISTINCT l.bkkp_sn
    FROM kept AS m
    INNER JOIN fee_line AS l ON m.setl_id = l.setl_id
    INNER JOIN item_family AS k ON l.hilist_code = k.hilist_code
    WHERE
        k.family = 'INFUSION'
        AND l.fee_date >= k.valid_from
        AND (k.valid_until IS NULL OR l.fee_date < k.valid_until)
),

billed AS (
    SELECT
        m.setl_id,
        SUM(l.det_item_fee_sumamt) AS total,
        SUM(CASE WHEN l.med_chrgitm_type IN ('03', '04') THEN l.det_item_fee_sumamt ELSE 0 END) AS test_fee,
        COUNT(DISTINCT CASE WHEN i.bkkp_sn IS NOT NULL THEN l.fee_date END) AS infusion_days
    FROM kept AS m
    INNER JOIN fee_line AS l ON m.setl_id = l.setl_id
    LEFT JOIN infused AS i ON l.bkkp_sn = i.bkkp_sn
    GROUP BY m.setl_id
),

travelled AS (
    SELECT
        m.setl_id,
        MAX(t.minutes) AS minutes
    FROM kept AS m
    INNER JOIN travel AS t ON m.insu_pool = t.from_pool AND m.treat_pool = t.to_pool
    GROUP BY m.setl_id
)

SELECT
    m.setl_id,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CAST(0 AS DECIMAL(18, 2)) AS a2,
    m.fund_pay_sumamt AS exposure,
    CASE WHEN COALESCE(t.minutes, 0) > $far_minutes THEN 1 ELSE 2 END AS severity,
    m.begndate AS because_admission,
    m.main_diag_name AS because_diagnosis,
    m.los_days AS because_days,
    b.infusion_days AS because_infusion_days,
    CAST(ROUND(b.test_fee * 100) AS BIGINT) // NULLIF(CAST(ROUND(b.total) AS BIGINT), 0) AS because_test_share,
    m.medfee_sumamt AS because_total,
    m.fee_p25 AS because_peer_fee,
    COALESCE(d.diagnoses, 0) AS because_diagnoses,
    COALESCE(CAST(t.minutes AS VARCHAR), '（未知）') AS because_travel,
    m.fund_pay_sumamt AS because_fund
FROM kept AS m
INNER JOIN billed AS b ON m.setl_id = b.setl_id
LEFT JOIN diagnosed AS d ON m.setl_id = d.setl_id
LEFT JOIN travelled AS t ON m.setl_id = t.setl_id
WHERE
    b.total > 0
    AND COALESCE(d.diagnoses, 0) < $many_diagnoses
    AND (b.infusion_days <= $infusion_days OR b.test_fee >= $test_share * b.total)
/* examples
- name: pneumonia is no illness for a clinic
  kind: clear
  given:
    settlement:
      - {medfee_sumamt: "2500.00", los_days: 5}
    fee_line: [{}]
    diag_d: [{}]
    oprn_d: []
    icu_d: []
    mdtrt_d: [{}]
    diagnosis_family: [{icd_prefix: J06}]
    item_family: []
    peer_stay: [{icd3: "*"}]
    travel: []
- name: a cold, five days, no infusion, cheap
  kind: flag
  given:
    settlement:
      - {main_diag_code: J06.900, medfee_sumamt: "2500.00", los_days: 5}
    fee_line: [{}]
    diag_d: [{}]
    oprn_d: []
    icu_d: []
    mdtrt_d: [{}]
    diagnosis_family: [{icd_prefix: J06}]
    item_family: []
    peer_stay: [{icd3: "*"}]
    travel: []
  expect: {S1: {exposure: "6800.00", a2: "0.00", severity: 2, because: {because_infusion_days: "0"}}}
- name: a cold with infusions, but mostly tests
  kind: flag
  given:
    settlement:
      - {main_diag_code: J06.900, medfee_sumamt: "2500.00", los_days: 5}
    fee_line:
      - {bkkp_sn: L1, hilist_code: IV, med_chrgitm_type: "12", fee_date: 2026-11-03}
      - {bkkp_sn: L2, hilist_code: IV, med_chrgitm_type: "12", fee_date: 2026-11-04}
      - {bkkp_sn: L3, det_item_fee_sumamt: "200.00"}
    diag_d: [{}]
    oprn_d: []
    icu_d: []
    mdtrt_d: [{}]
    diagnosis_family: [{icd_prefix: J06}]
    item_family: [{family: INFUSION, hilist_code: IV}]
    peer_stay: [{icd3: "*"}]
    travel: []
  expect: {S1: {because: {because_test_share: "83", because_infusion_days: "2"}}}
- name: infusions on two days and few tests
  kind: clear
  given:
    settlement:
      - {main_diag_code: J06.900, medfee_sumamt: "2500.00", los_days: 5}
    fee_line:
      - {bkkp_sn: L1, hilist_code: IV, med_chrgitm_type: "12", fee_date: 2026-11-03}
      - {bkkp_sn: L2, hilist_code: IV, med_chrgitm_type: "12", fee_date: 2026-11-04}
      - {bkkp_sn: L3}
    diag_d: [{}]
    oprn_d: []
    icu_d: []
    mdtrt_d: [{}]
    diagnosis_family: [{icd_prefix: J06}]
    item_family: [{family: INFUSION, hilist_code: IV}]
    peer_stay: [{icd3: "*"}]
    travel: []
- name: infusion on one day and on two
  kind: edge
  given:
    settlement:
      - {setl_id: ONE, main_diag_code: J06.900, medfee_sumamt: "2500.00", los_days: 5}
      - {setl_id: TWO, mdtrt_id: V2, main_diag_code: J06.900, medfee_sumamt: "2500.00", los_days: 5}
    fee_line:
      - {setl_id: ONE, bkkp_sn: L1, hilist_code: IV, med_chrgitm_type: "12"}
      - {setl_id: TWO, bkkp_sn: L2, hilist_code: IV, med_chrgitm_type: "12"}
      - {setl_id: TWO, bkkp_sn: L3, hilist_code: IV, med_chrgitm_type: "12", fee_date: 2026-11-05}
    diag_d: [{}]
    oprn_d: []
    icu_d: []
    mdtrt_d: [{}]
    diagnosis_family: [{icd_prefix: J06}]
    item_family: [{family: INFUSION, hilist_code: IV}]
    peer_stay: [{icd3: "*"}]
    travel: []
  expect: {ONE: "6800.00"}
- name: the point on infusions ends the day before the second one
  kind: edge
  given:
    settlement:
      - {main_diag_code: J06.900, medfee_sumamt: "2500.00", los_days: 5}
    fee_line:
      - {bkkp_sn: L1, hilist_code: IV, med_chrgitm_type: "12"}
      - {bkkp_sn: L2, hilist_code: IV, med_chrgitm_type: "12", fee_date: 2026-11-05}
    diag_d: [{}]
    oprn_d: []
    icu_d: []
    mdtrt_d: [{}]
    diagnosis_family: [{icd_prefix: J06}]
    item_family: [{family: INFUSION, hilist_code: IV, valid_until: 2026-11-05}]
    peer_stay: [{icd3: "*"}]
    travel: []
  expect: {S1: {because: {because_infusion_days: "1"}}}
- name: a cent under half of what a quarter of the peers cost less than, and exactly at it
  kind: edge
  given:
    settlement:
      - {setl_id: UNDER, main_diag_code: J06.900, medfee_sumamt: "2999.99", los_days: 5}
      - {setl_id: AT, mdtrt_id: V2, main_diag_code: J06.900, medfee_sumamt: "3000.00", los_days: 5}
    fee_line:
      - {setl_id: UNDER, bkkp_sn: L1}
      - {setl_id: AT, bkkp_sn: L2}
    diag_d: [{}]
    oprn_d: []
    icu_d: []
    mdtrt_d: [{}]
    diagnosis_family: [{icd_prefix: J06}]
    item_family: []
    peer_stay: [{icd3: "*"}]
    travel: []
  expect: {UNDER: "6800.00"}
- name: a fund of a thousand yuan and a cent less
  kind: edge
  given:
    settlement:
      - {setl_id: AT, main_diag_code: J06.900, medfee_sumamt: "2500.00", los_days: 5, fund_pay_sumamt: "1000.00"}
      - setl_id: UNDER
        mdtrt_id: V2
        main_diag_code: J06.900
        medfee_sumamt: "2500.00"
        los_days: 5
        fund_pay_sumamt: "999.99"
    fee_line: [{setl_id: AT, bkkp_sn: L1}, {setl_id: UNDER, bkkp_sn: L2}]
    diag_d: [{}]
    oprn_d: []
    icu_d: []
    mdtrt_d: [{}]
    diagnosis_family: [{icd_prefix: J06}]
    item_family: []
    peer_stay: [{icd3: "*"}]
    travel: []
  expect: {AT: "1000.00"}
- name: seven days and eight, seventy-nine years and eighty
  kind: edge
  given:
    settlement:
      - {setl_id: SEVEN, main_diag_code: J06.900, medfee_sumamt: "2500.00", los_days: 7, age_years: 79}
      - {setl_id: EIGHT, mdtrt_id: V2, main_diag_code: J06.900, medfee_sumamt: "2500.00", los_days: 8}
      - {setl_id: OLD, mdtrt_id: V3, main_diag_code: J06.900, medfee_sumamt: "2500.00", los_days: 7, age_years: 80}
    fee_line:
      - {setl_id: SEVEN, bkkp_sn: L1}
      - {setl_id: EIGHT, bkkp_sn: L2}
      - {setl_id: OLD, bkkp_sn: L3}
    diag_d: [{}]
    oprn_d: []
    icu_d: []
    mdtrt_d: [{}]
    diagnosis_family: [{icd_prefix: J06}]
    item_family: []
    peer_stay: [{icd3: "*"}]
    travel: []
  expect: {SEVEN: "6800.00"}
- name: three diagnoses and four
  kind: edge
  given:
    settlement:
      - {setl_id: THREE, main_diag_code: J06.900, medfee_sumamt: "2500.00", los_days: 5}
      - {setl_id: FOUR, mdtrt_id: V2, main_diag_code: J06.900, medfee_sumamt: "2500.00", los_days: 5}
    fee_line:
      - {setl_id: THREE, bkkp_sn: L1}
      - {setl_id: FOUR, bkkp_sn: L2}
    diag_d:
      - {mdtrt_id: V1, diag_srt_no: 1, diag_code: D1}
      - {mdtrt_id: V1, diag_srt_no: 2, diag_code: D2}
      - {mdtrt_id: V1, diag_srt_no: 3, diag_code: D3}
      - {mdtrt_id: V2, diag_srt_no: 1, diag_code: D1}
      - {mdtrt_id: V2, diag_srt_no: 2, diag_code: D2}
      - {mdtrt_id: V2, diag_srt_no: 3, diag_code: D3}
      - {mdtrt_id: V2, diag_srt_no: 4, diag_code: D4}
    oprn_d: []
    icu_d: []
    mdtrt_d: [{}]
    diagnosis_family: [{icd_prefix: J06}]
    item_family: []
    peer_stay: [{icd3: "*"}]
    travel: []
  expect: {THREE: {because: {because_diagnoses: "3"}}}
- name: three hours of travel and a minute more weigh less
  kind: edge
  given:
    settlement:
      - {setl_id: NEAR, main_diag_code: J06.900, medfee_sumamt: "2500.00", los_days: 5}
      - {setl_id: FAR, mdtrt_id: V2, main_diag_code: J06.900, medfee_sumamt: "2500.00", los_days: 5, insu_pool: "5134"}
    fee_line:
      - {setl_id: NEAR, bkkp_sn: L1}
      - {setl_id: FAR, bkkp_sn: L2}
    diag_d: [{}]
    oprn_d: []
    icu_d: []
    mdtrt_d: [{}]
    diagnosis_family: [{icd_prefix: J06}]
    item_family: []
    peer_stay: [{icd3: "*"}]
    travel: [{from_pool: "5113", to_pool: "5101", minutes: 180}, {from_pool: "5134", to_pool: "5101", minutes: 181}]
  expect: {NEAR: {severity: 2}, FAR: {severity: 1}}
- name: the day before the regulation and its first day
  kind: edge
  given:
    settlement:
      - {setl_id: BEFORE, begndate: 2021-04-30, main_diag_code: J06.900, medfee_sumamt: "2500.00", los_days: 5}
      - setl_id: FIRST
        mdtrt_id: V2
        begndate: 2021-05-01
        main_diag_code: J06.900
        medfee_sumamt: "2500.00"
        los_days: 5
    fee_line:
      - {setl_id: BEFORE, bkkp_sn: L1}
      - {setl_id: FIRST, bkkp_sn: L2}
    diag_d: [{}]
    oprn_d: []
    icu_d: []
    mdtrt_d: [{}]
    diagnosis_family: [{icd_prefix: J06, valid_from: 2020-01-01}]
    item_family: []
    peer_stay: [{icd3: "*", valid_from: 2020-01-01}]
    travel: []
  expect: {FIRST: "6800.00"}
- name: the illness came off the list the day before
  kind: edge
  given:
    settlement:
      - {main_diag_code: J06.900, medfee_sumamt: "2500.00", los_days: 5}
    fee_line: [{}]
    diag_d: [{}]
    oprn_d: []
    icu_d: []
    mdtrt_d: [{}]
    diagnosis_family: [{icd_prefix: J06, valid_until: 2026-11-02}]
    item_family: []
    peer_stay: [{icd3: "*"}]
    travel: []
- name: operated, in intensive care, as an emergency
  kind: clear
  given:
    settlement:
      - {setl_id: S1, main_diag_code: J06.900, medfee_sumamt: "2500.00", los_days: 5}
      - {setl_id: S2, mdtrt_id: V2, main_diag_code: J06.900, medfee_sumamt: "2500.00", los_days: 5}
      - {setl_id: S3, mdtrt_id: V3, main_diag_code: J06.900, medfee_sumamt: "2500.00", los_days: 5}
    fee_line:
      - {setl_id: S1, bkkp_sn: L1}
      - {setl_id: S2, bkkp_sn: L2}
      - {setl_id: S3, bkkp_sn: L3}
    diag_d: [{}]
    oprn_d: [{}]
    icu_d: [{mdtrt_id: V2}]
    mdtrt_d: [{mdtrt_id: V3, adm_way: "1"}]
    diagnosis_family: [{icd_prefix: J06}]
    item_family: []
    peer_stay: [{icd3: "*"}]
    travel: []
- name: admitted from the emergency room
  kind: clear
  given:
    settlement: [{main_diag_code: J06.900, medfee_sumamt: "2500.00", los_days: 5, med_type: "24"}]
    fee_line: [{}]
    diag_d: [{}]
    oprn_d: []
    icu_d: []
    mdtrt_d: [{}]
    diagnosis_family: [{icd_prefix: J06}]
    item_family: []
    peer_stay: [{icd3: "*"}]
    travel: []
  suppressed: {S1: S-EMG}
*/
