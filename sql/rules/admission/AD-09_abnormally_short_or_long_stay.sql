/* rule
id: AD-09
version: 1
title_zh: 住院天数异常
title: Abnormally short or long stay
status: active
certainty: suspicious
severity: 1
level: settlement
owner: 基金监管处
summary: >
  A stay of at most one day that is no day surgery, had no operation and ended in neither death, transfer nor departure
  against advice; or one that lasted longer than ninety-nine in a hundred of its peers, or than two months. The bed may
  have been used for what a clinic does, or been held.
sentence_zh: >-
  {because_admission}至{because_discharge}住院{because_days}天（{because_form}），主要诊断“{because_diagnosis}”，
  同病种同级别医院第99百分位为{because_peer_p99}天，基金支付{because_fund}元。
facts:
  because_form: 异常类型
  because_admission: 入院日期
  because_discharge: 出院日期
  because_days: 住院天数
  because_diagnosis: 主要诊断
  because_peer_p95: 同类住院天数第 95 百分位
  because_peer_p99: 同类住院天数第 99 百分位
  because_fund: 基金支付（元）
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（一）（二）项
national_code: none
in_force: {since: 2021-05-01}
dated_by: begndate
reads: [settlement, oprn_d, peer_stay]
look_back: none
params:
  short_days:
    about: A stay of at most so many days is short
    default: "1"
    least: "1"
    most: "2"
  long_days:
    about: A stay of more days is long whatever its peers do
    default: "60"
    least: "30"
    most: "180"
amount: exposure
amount_note: >
  Of a short stay the whole fund is exposure; of a long one the share of the days after the ninety-fifth percentile of
  its peers, in whole fen rounded down.
not_a_finding_when:
  - 日间手术、日间病房项目以普通住院（医疗类别 21）上传，机构无日间医疗类别。
  - 患者违背医嘱自动离院（离院方式 4，已排除），或入院当日病情恶化转院、死亡（已排除）。
  - 化疗等按周期短期住院。
  - 精神、康复、长期护理按床日付费的长期住院。
reviewer_checks:
  - 短住院：查入院指征、检查治疗安排，门诊能否完成。
  - 长住院：查病程记录中继续住院的理由、会诊和评估记录。
  - 看该机构同类住院天数是否集中在同一数值。
handler: [H7, H2]
suppressors: [S-DAY, S-BED, S-NB]
*/
WITH
stays AS (
    SELECT
        s.setl_id,
        s.begndate,
        s.enddate,
        s.los_days,
        s.main_diag_name,
        s.icd3,
        s.fund_pay_sumamt,
        s.dscg_way,
        s.main_oprn_code,
        s.mdtrt_id,
        k.los_p95,
        k.los_p99
    FROM settlement AS s
    LEFT JOIN peer_stay AS k
        ON
            s.lmtpric_hosp_lv = k.lmtpric_hosp_lv
            AND k.icd3 IN (s.icd3, '*')
            AND s.begndate >= k.valid_from
            AND (k.valid_until IS NULL OR s.begndate < k.valid_until)
    WHERE s.care = 'IPT' AND LEFT(s.med_type, 2) <> '28'
    -- Its own disease before the row for every disease.
    QUALIFY ROW_NUMBER() OVER (PARTITION BY s.setl_id ORDER BY k.icd3 DESC, k.kp_id ASC) = 1
),

judged AS (
    SELECT
        setl_id,
        begndate,
        enddate,
        los_days,
        main_diag_name,
        fund_pay_sumamt,
        los_p95,
        los_p99,
        CASE
            WHEN los_days > COALESCE(los_p99, $long_days) THEN '超过同类第99百分位'
            WHEN los_days > $long_days THEN '超长住院'
            WHEN
                los_days <= $short_days
                AND COALESCE(dscg_way, '') NOT IN ('2', '3', '4', '5')
                AND main_oprn_code IS NULL
                AND NOT EXISTS (
                    SELECT 1
                    FROM oprn_d AS o
                    WHERE o.mdtrt_id = stays.mdtrt_id AND o.vali_flag = '1'
                )
                THEN '超短住院'
        END AS form
    FROM stays
)

SELECT
    setl_id,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CAST(0 AS DECIMAL(18, 2)) AS a2,
    CASE
        WHEN form = '超短住院' THEN fund_pay_sumamt
        ELSE
            CAST(
                (
                    CAST(ROUND(fund_pay_sumamt * 100) AS BIGINT)
                    * (los_days - CAST(ROUND(LEAST(COALESCE(los_p95, $long_days), los_days)) AS BIGINT))
                    // NULLIF(los_days, 0)
                ) * 0.01 AS DECIMAL(18, 2)
            )
    END AS exposure,
    CASE WHEN los_days > $long_days THEN 2 ELSE 1 END AS severity,
    form AS because_form,
    begndate AS because_admission,
    enddate AS because_discharge,
    los_days AS because_days,
    main_diag_name AS because_diagnosis,
    los_p95 AS because_peer_p95,
    los_p99 AS because_peer_p99,
    fund_pay_sumamt AS because_fund
FROM judged
WHERE form IS NOT NULL
/* examples
- name: seven days for pneumonia
  kind: clear
  given: {settlement: [{}], oprn_d: [], peer_stay: [{}]}
- name: in and out within a day, without an operation
  kind: flag
  given: {settlement: [{enddate: 2026-11-03, los_days: 1}], oprn_d: [], peer_stay: [{}]}
  expect: {S1: {exposure: "6800.00", a2: "0.00", severity: 1, because: {because_form: 超短住院}}}
- name: longer than ninety-nine in a hundred peers
  kind: flag
  given: {settlement: [{enddate: 2026-12-22, los_days: 50}], oprn_d: [], peer_stay: [{}]}
  expect: {S1: {exposure: "4080.00", severity: 1, because: {because_form: 超过同类第99百分位}}}
- name: longer than two months in a disease whose peers stay so long
  kind: flag
  given: {settlement: [{enddate: 2027-01-06, los_days: 65}], oprn_d: [], peer_stay: [{los_p95: 40, los_p99: 90}]}
  expect: {S1: {exposure: "2615.38", severity: 2, because: {because_form: 超长住院}}}
- name: exactly at the ninety-ninth percentile and a day more
  kind: edge
  given:
    settlement: [{setl_id: AT, los_days: 40}, {setl_id: OVER, mdtrt_id: V2, los_days: 41}]
    oprn_d: []
    peer_stay: [{}]
  expect: {OVER: {because: {because_days: "41"}}}
- name: sixty days and sixty-one where no peers are known
  kind: edge
  given:
    settlement: [{setl_id: AT, los_days: 60}, {setl_id: OVER, mdtrt_id: V2, los_days: 61}]
    oprn_d: []
    peer_stay: []
  expect: {OVER: {severity: 2, exposure: "111.47"}}
- name: two days are not short
  kind: edge
  given:
    settlement: [{setl_id: ONE, los_days: 1}, {setl_id: TWO, mdtrt_id: V2, los_days: 2}]
    oprn_d: []
    peer_stay: [{}]
  expect: {ONE: "6800.00"}
- name: the peers' row ends the day before, and the row for every disease takes its place
  kind: edge
  given:
    settlement: [{los_days: 50}]
    oprn_d: []
    peer_stay: [{los_p99: 49, valid_until: 2026-11-02}, {kp_id: K2, icd3: "*", los_p99: 55}]
- name: the day before the regulation and its first day
  kind: edge
  given:
    settlement:
      - {setl_id: BEFORE, begndate: 2021-04-30, los_days: 1}
      - {setl_id: FIRST, mdtrt_id: V2, begndate: 2021-05-01, los_days: 1}
    oprn_d: []
    peer_stay: []
  expect: {FIRST: "6800.00"}
- name: day surgery, an operation, death, transfer and leaving against advice
  kind: clear
  given:
    settlement:
      - {setl_id: S1, mdtrt_id: V1, los_days: 1, med_type: "28"}
      - {setl_id: S2, mdtrt_id: V2, los_days: 1}
      - {setl_id: S3, mdtrt_id: V3, los_days: 1, dscg_way: "5"}
      - {setl_id: S4, mdtrt_id: V4, los_days: 1, dscg_way: "2"}
      - {setl_id: S5, mdtrt_id: V5, los_days: 1, dscg_way: "4"}
      - {setl_id: S6, mdtrt_id: V6, los_days: 1, main_oprn_code: "13.4100"}
    oprn_d: [{mdtrt_id: V2}]
    peer_stay: []
- name: chemotherapy in a day
  kind: clear
  given:
    settlement: [{icd3: Z51, main_diag_code: Z51.103, enddate: 2026-11-03, los_days: 1}]
    oprn_d: []
    peer_stay: []
    periodic_treatment: [{}]
  suppressed: {S1: S-DAY}
*/
