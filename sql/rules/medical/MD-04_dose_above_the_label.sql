/* rule
id: MD-04
version: 1
title_zh: 超说明书用量开药
title: Dose above the label
status: active
certainty: suspicious
severity: 2
level: line
owner: 基金监管处
summary: >
  More of an active substance was charged than the label allows for the days that it has to last: the days of the
  prescription for what is taken home, the dates of charging in a stay. Products of one substance are added up in a
  stay. What was all posted on one date of a longer stay is held against the whole stay. Drugs dosed by weight or by
  protocol (oncology, anaesthesia) have no knowledge point.
sentence_zh: >-
  “{because_item}”{because_scope}共{because_total}{because_unit}，按{because_days}天计，{because_limit}，
  最多{because_allowed}{because_unit}，超出{because_surplus}{because_unit}，对应金额{because_amount}元。
facts:
  because_item: 药品
  because_substance: 成分
  because_scope: 计算范围
  because_limit: 限定
  because_total: 总剂量
  because_days: 天数
  because_max_daily: 每日最大剂量
  because_allowed: 允许剂量
  because_surplus: 超出剂量
  because_unit: 剂量单位
  because_amount: 超出对应金额（元）
  because_point: 知识点编号
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（二）项
  - 《处方管理办法》第六条、第十九条
  - 国家医保“两库”知识点：超说明书用量
national_code: GZ10000301005000
in_force: {since: 2021-05-01}
dated_by: fee_date
reads: [fee_line, settlement, dose_limit]
look_back: none
params:
  tolerance:
    about: Times the label's dose that loading doses and dosing by weight may explain
    default: "1.5"
    least: "1.0"
    most: "3.0"
amount: a1
amount_note: >
  Every line of the substance is at issue with the share of the dose that is beyond the label, in whole fen, rounded
  down. The tolerance decides whether there is a finding, not how much is at issue.
not_a_finding_when:
  - 首剂加倍（负荷剂量）或按体重给药，病历有剂量计算。
  - 处方天数填写错误，实际为长处方。
  - 全部费用集中在一日补记（已按整个住院期间比较）。
  - 肿瘤化疗、麻醉等按方案给药的药品（不设知识点）。
reviewer_checks:
  - 查处方或医嘱的单次剂量、频次、天数，与明细的数量换算。
  - 查药品说明书的最大日剂量和病历中的超说明书用药审批。
  - 核对计费单位（盒、支、片）与知识点的换算是否一致。
handler: [H2]
suppressors: []
*/
WITH
dosed AS (
    SELECT
        l.setl_id,
        l.bkkp_sn,
        l.hilist_code,
        l.hilist_name,
        l.fee_date,
        l.cnt,
        l.det_item_fee_sumamt,
        l.inscp_amt,
        l.prd_days,
        k.kp_id,
        k.substance,
        k.unit,
        k.max_daily_dose,
        k.note_zh,
        s.care <> 'IPT' OR COALESCE(l.dscg_tkdrug_flag, '0') = '1' AS is_taken_home,
        DATE_DIFF('day', s.begndate, s.enddate) + 1 AS calendar_days,
        l.cnt * k.dose_per_unit AS dose
    FROM fee_line AS l
    INNER JOIN settlement AS s ON l.setl_id = s.setl_id
    INNER JOIN dose_limit AS k
        ON
            l.hilist_code = k.hilist_code
            AND l.fee_date >= k.valid_from
            AND (k.valid_until IS NULL OR l.fee_date < k.valid_until)
    -- The strictest point where two limit one item.
    QUALIFY ROW_NUMBER() OVER (PARTITION BY l.bkkp_sn ORDER BY k.max_daily_dose ASC, k.kp_id ASC) = 1
),

grouped AS (
    SELECT
        setl_id,
        bkkp_sn,
        hilist_name,
        fee_date,
        cnt,
        det_item_fee_sumamt,
        inscp_amt,
        prd_days,
        kp_id,
        substance,
        unit,
        max_daily_dose,
        note_zh,
        is_taken_home,
        calendar_days,
        dose,
        -- Of what is taken home every product has lasts of its own.
        CASE WHEN is_taken_home THEN hilist_code ELSE substance END AS counted_with
    FROM dosed
),

totals AS (
    SELECT
        setl_id,
        is_taken_home,
        counted_with,
        SUM(dose) AS total,
        SUM(CASE WHEN dose > 0 THEN dose ELSE 0 END) AS charged,
        MIN(max_daily_dose) AS max_daily,
        CASE
            WHEN is_taken_home
                -- A line without lasts says nothing about the dose.
                THEN CASE WHEN MIN(COALESCE(prd_days, 0)) > 0 THEN SUM(CASE WHEN cnt > 0 THEN prd_days ELSE 0 END) END
            WHEN COUNT(DISTINCT fee_date) = 1 THEN MAX(calendar_days)
            ELSE COUNT(DISTINCT fee_date)
        END AS lasts
    FROM grouped
    GROUP BY setl_id, is_taken_home, counted_with
),

excessive AS (
    SELECT
        setl_id,
        is_taken_home,
        counted_with,
        total,
        charged,
        max_daily,
        lasts,
        max_daily * lasts AS allowed,
        total - max_daily * lasts AS surplus
    FROM totals
    WHERE lasts > 0 AND total > max_daily * lasts * $tolerance
),

shared AS (
    SELECT
        g.setl_id,
        g.bkkp_sn,
        g.hilist_name,
        g.substance,
        g.unit,
        g.note_zh,
        g.kp_id,
        e.is_taken_home,
        e.total,
        e.max_daily,
        e.lasts,
        e.allowed,
        e.surplus,
        CAST(ROUND(LEAST(g.det_item_fee_sumamt, 9999999) * 100) AS BIGINT) AS gross_fen,
        CAST(ROUND(LEAST(g.inscp_amt, 9999999) * 100) AS BIGINT) AS scope_fen,
        -- Hundredths of the dose; bounded, so that no absurd record can overflow.
        CAST(ROUND(LEAST(e.surplus, 90000000) * 100) AS BIGINT) AS part,
        CAST(ROUND(LEAST(e.charged, 90000000) * 100) AS BIGINT) AS whole
    FROM grouped AS g
    INNER JOIN excessive AS e
        ON g.setl_id = e.setl_id AND g.is_taken_home = e.is_taken_home AND g.counted_with = e.counted_with
    WHERE g.cnt > 0 AND g.inscp_amt > 0
)

SELECT
    setl_id,
    bkkp_sn,
    CAST((gross_fen * part // NULLIF(whole, 0)) * 0.01 AS DECIMAL(18, 2)) AS a0,
    CAST((scope_fen * part // NULLIF(whole, 0)) * 0.01 AS DECIMAL(18, 2)) AS a1,
    hilist_name AS because_item,
    substance AS because_substance,
    CASE WHEN is_taken_home THEN '处方带药' ELSE '住院期间' END AS because_scope,
    note_zh AS because_limit,
    CAST(total AS DECIMAL(16, 2)) AS because_total,
    CASE
        WHEN lasts = ROUND(lasts) THEN CAST(CAST(ROUND(lasts) AS BIGINT) AS VARCHAR)
        ELSE CAST(CAST(lasts AS DECIMAL(10, 2)) AS VARCHAR)
    END AS because_days,
    CAST(max_daily AS DECIMAL(16, 2)) AS because_max_daily,
    CAST(allowed AS DECIMAL(16, 2)) AS because_allowed,
    CAST(surplus AS DECIMAL(16, 2)) AS because_surplus,
    unit AS because_unit,
    CAST((gross_fen * part // NULLIF(whole, 0)) * 0.01 AS DECIMAL(18, 2)) AS because_amount,
    kp_id AS because_point
FROM shared
/* examples
- name: a box of ten milligrams for ten days
  kind: clear
  given:
    settlement: [{care: OTP}]
    fee_line: [{hilist_code: XM04ACQ001A001110190106, prd_days: "10"}]
    dose_limit: [{}]
- name: no days on the prescription
  kind: clear
  given:
    settlement: [{care: OTP}]
    fee_line: [{hilist_code: XM04ACQ001A001110190106, cnt: "50"}]
    dose_limit: [{}]
- name: all of a stay posted on one date
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{hilist_code: XM04ACQ001A001110190106, cnt: "7"}]
    dose_limit: [{}]
- name: twice the label's dose for ten days
  kind: flag
  given:
    settlement: [{care: OTP}]
    fee_line:
      - hilist_code: XM04ACQ001A001110190106
        cnt: "12"
        prd_days: "10"
        det_item_fee_sumamt: "240.00"
        inscp_amt: "216.00"
    dose_limit: [{}]
  expect: {S1: {a0: "120.00", a1: "108.00", lines: 1, because: {because_total: "120.00", because_surplus: "60.00"}}}
- name: two products of one substance on three dates of a stay
  kind: flag
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, hilist_code: XM04ACQ001A001110190106, fee_date: 2026-11-03}
      - {bkkp_sn: L2, hilist_code: XM04ACQ001A001110190106, fee_date: 2026-11-04}
      - {bkkp_sn: L3, hilist_code: "2", fee_date: 2026-11-05, cnt: "2"}
    dose_limit: [{}, {kp_id: K2, hilist_code: "2", dose_per_unit: "5"}]
  expect: {S1: {a0: "24.00", a1: "24.00", lines: 3, because: {because_days: "3", because_allowed: "18.00"}}}
- name: what is taken home at discharge lasts for its own days
  kind: clear
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, hilist_code: XM04ACQ001A001110190106, fee_date: 2026-11-03, cnt: "0.5"}
      - bkkp_sn: L2
        hilist_code: XM04ACQ001A001110190106
        fee_date: 2026-11-09
        cnt: "8"
        prd_days: "14"
        dscg_tkdrug_flag: "1"
    dose_limit: [{}]
- name: exactly one and a half times the label, and a little more
  kind: edge
  given:
    settlement: [{setl_id: AT, care: OTP}, {setl_id: ABOVE, care: OTP}]
    fee_line:
      - {setl_id: AT, bkkp_sn: L1, hilist_code: XM04ACQ001A001110190106, cnt: "9", prd_days: "10"}
      - {setl_id: ABOVE, bkkp_sn: L2, hilist_code: XM04ACQ001A001110190106, cnt: "9.1", prd_days: "10"}
    dose_limit: [{}]
  expect: {ABOVE: {a0: "6.81", a1: "6.81"}}
- name: what was refunded was not taken
  kind: clear
  given:
    settlement: [{care: OTP}]
    fee_line:
      - {bkkp_sn: L1, hilist_code: XM04ACQ001A001110190106, cnt: "12", prd_days: "10"}
      - {bkkp_sn: L2, hilist_code: XM04ACQ001A001110190106, cnt: "-6", prd_days: "10", inscp_amt: "-20.00"}
    dose_limit: [{}]
- name: the last day of the knowledge point and the day after
  kind: edge
  given:
    settlement: [{care: OTP}]
    fee_line:
      - {bkkp_sn: L1, hilist_code: XM04ACQ001A001110190106, cnt: "12", prd_days: "10", fee_date: 2026-11-03}
      - {bkkp_sn: L2, hilist_code: XM04ACQ001A001110190106, cnt: "12", prd_days: "10", fee_date: 2026-11-04}
    dose_limit: [{valid_until: 2026-11-04}]
  expect: {S1: {a0: "10.00", lines: 1}}
- name: the day before the regulation and its first day
  kind: edge
  given:
    settlement: [{care: OTP}]
    fee_line:
      - {bkkp_sn: L1, hilist_code: XM04ACQ001A001110190106, cnt: "12", prd_days: "10", fee_date: 2021-04-30}
      - {bkkp_sn: L2, hilist_code: XM04ACQ001A001110190106, cnt: "12", prd_days: "10", fee_date: 2021-05-01}
    dose_limit: [{valid_from: 2020-01-01}]
  expect: {S1: {a0: "10.00", lines: 1}}
*/
