/* rule
id: PL-06
version: 1
title_zh: 药品限最大开药天数
title: More days than a prescription may last
status: active
certainty: suspicious
severity: 2
level: line
owner: 基金监管处
summary: >
  One fill lasts longer than what is paid at once in its setting: three days in an emergency, a week for an acute
  disease, a month for a chronic one, twelve weeks on a long prescription, and so for drugs taken home from a stay.
  The days are those of the record, else quantity times the days that a unit lasts. A single pack cannot be split.
sentence_zh: >-
  {because_fee_date}“{because_item}”一次开具{because_quantity}，可用{because_days}天，
  {because_limit}（{because_max_days}天），超出部分纳入支付范围{because_surplus}元。
facts:
  because_item: 药品
  because_limit: 限定
  because_fee_date: 计费日期
  because_quantity: 数量
  because_days: 可用天数
  because_max_days: 限定天数
  because_surplus: 超出部分纳入支付范围（元）
  because_point: 知识点编号
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（二）项
  - 《处方管理办法》第十九条
  - 《长期处方管理规范（试行）》第十四条
national_code: GZ10000101009000
in_force: {since: 2021-08-10}
dated_by: fee_date
reads: [fee_line, settlement, supply_limit, drug_supply]
look_back: none
params:
  tolerance:
    about: Days as a multiple of the limit that rounding to whole packs may give
    default: "1.2"
    least: "1.0"
    most: "2.0"
amount: a1
amount_note: >
  The share of the days beyond the limit, of the gross and of the in-scope amount, in whole fen, rounded down.
not_a_finding_when:
  - 慢特病患者经评估开具 12 周以内的长期处方（已由系统排除）。
  - 最小包装不可拆零（只取一个包装的已排除）。
  - 儿童、肾功能不全患者减量使用，一个包装可用更多天。
  - 患者异地长期居住，医师注明理由适当延长处方用量。
reviewer_checks:
  - 调处方，核对单次剂量、频次、处方天数和注明的理由。
  - 查本人慢特病登记和长期处方记录。
  - 查同一机构同一医师是否普遍超量开药。
handler: [H2, H1]
suppressors: [S-LONG]
*/
WITH
supplied AS (
    SELECT
        l.setl_id,
        l.bkkp_sn,
        l.hilist_code,
        l.hilist_name,
        l.fee_date,
        l.cnt,
        l.det_item_fee_sumamt,
        l.inscp_amt,
        CASE
            WHEN s.care = 'IPT' AND COALESCE(l.dscg_tkdrug_flag, '0') = '1' THEN 'DISCHARGE'
            ELSE s.care
        END AS setting,
        COALESCE(l.prd_days, l.cnt * u.days_per_unit) AS lasts
    FROM fee_line AS l
    INNER JOIN settlement AS s ON l.setl_id = s.setl_id
    LEFT JOIN drug_supply AS u
        ON
            l.hilist_code = u.hilist_code
            AND l.fee_date >= u.valid_from
            AND (u.valid_until IS NULL OR l.fee_date < u.valid_until)
    WHERE
        l.list_type = '101'
        AND l.inscp_amt > 0
        -- One pack is the least that can be handed out.
        AND l.cnt > 1
    QUALIFY ROW_NUMBER() OVER (PARTITION BY l.bkkp_sn ORDER BY u.days_per_unit ASC, u.kp_id ASC) = 1
),

limited AS (
    SELECT
        p.setl_id,
        p.bkkp_sn,
        p.hilist_name,
        p.fee_date,
        p.cnt,
        p.det_item_fee_sumamt,
        p.inscp_amt,
        CAST(p.lasts AS DECIMAL(18, 2)) AS lasts,
        k.kp_id,
        k.max_days,
        k.note_zh
    FROM supplied AS p
    INNER JOIN supply_limit AS k
        ON
            p.setting = k.care
            AND LEFT(p.hilist_code, LENGTH(k.hilist_prefix)) = k.hilist_prefix
            AND p.fee_date >= k.valid_from
            AND (k.valid_until IS NULL OR p.fee_date < k.valid_until)
    -- The longest prefix knows the drug best.
    QUALIFY ROW_NUMBER() OVER (PARTITION BY p.bkkp_sn ORDER BY LENGTH(k.hilist_prefix) DESC, k.kp_id ASC) = 1
),

shared AS (
    SELECT
        setl_id,
        bkkp_sn,
        hilist_name,
        fee_date,
        cnt,
        lasts,
        max_days,
        note_zh,
        kp_id,
        -- Whole fen x whole hundredths of a day; bounded, so that no absurd record can overflow.
        CAST(
            (
                CAST(ROUND(LEAST(det_item_fee_sumamt, 9999999) * 100) AS BIGINT)
                * CAST(ROUND((LEAST(lasts, 9999) - max_days) * 100) AS BIGINT)
                // NULLIF(CAST(ROUND(LEAST(lasts, 9999) * 100) AS BIGINT), 0)
            ) * 0.01 AS DECIMAL(18, 2)
        ) AS gross,
        CAST(
            (
                CAST(ROUND(LEAST(inscp_amt, 9999999) * 100) AS BIGINT)
                * CAST(ROUND((LEAST(lasts, 9999) - max_days) * 100) AS BIGINT)
                // NULLIF(CAST(ROUND(LEAST(lasts, 9999) * 100) AS BIGINT), 0)
            ) * 0.01 AS DECIMAL(18, 2)
        ) AS in_scope
    FROM limited
    WHERE lasts > max_days * $tolerance AND max_days < 9999
)

SELECT
    setl_id,
    bkkp_sn,
    gross AS a0,
    in_scope AS a1,
    hilist_name AS because_item,
    note_zh AS because_limit,
    fee_date AS because_fee_date,
    CASE
        WHEN cnt = ROUND(cnt) THEN CAST(CAST(ROUND(cnt) AS BIGINT) AS VARCHAR)
        ELSE CAST(CAST(cnt AS DECIMAL(16, 2)) AS VARCHAR)
    END AS because_quantity,
    CAST(ROUND(lasts) AS BIGINT) AS because_days,
    CAST(ROUND(max_days) AS BIGINT) AS because_max_days,
    in_scope AS because_surplus,
    kp_id AS because_point
FROM shared
/* examples
- name: a week's drug in a clinic
  kind: clear
  given:
    settlement: [{care: OTP, med_type: "11"}]
    fee_line: [{list_type: "101", cnt: "2", prd_days: "7"}]
    supply_limit: [{}]
    drug_supply: []
- name: twenty-eight days of a drug that is paid for seven
  kind: flag
  given:
    settlement: [{care: OTP, med_type: "11"}]
    fee_line: [{list_type: "101", cnt: "2", prd_days: "28", det_item_fee_sumamt: "40.00", inscp_amt: "36.00"}]
    supply_limit: [{}]
    drug_supply: []
  expect: {S1: {a0: "30.00", a1: "27.00", lines: 1, because: {because_days: "28", because_max_days: "7"}}}
- name: the days follow from what a unit lasts where the record has none
  kind: flag
  given:
    settlement: [{care: OTP, med_type: "11"}]
    fee_line: [{list_type: "101", cnt: "2"}]
    supply_limit: [{max_days: "30"}]
    drug_supply: [{}]
  expect: {S1: {because: {because_days: "56"}}}
- name: a class of its own has its own limit
  kind: clear
  given:
    settlement: [{care: OTP, med_type: "11"}]
    fee_line: [{list_type: "101", cnt: "2", prd_days: "28"}]
    supply_limit: [{}, {kp_id: K2, hilist_prefix: "0025", max_days: "30"}]
    drug_supply: []
- name: seven days in an emergency
  kind: flag
  given:
    settlement: [{care: ER, med_type: "13"}]
    fee_line: [{list_type: "101", cnt: "2", prd_days: "6", det_item_fee_sumamt: "40.00", inscp_amt: "40.00"}]
    supply_limit: [{}, {kp_id: K2, care: ER, max_days: "3"}]
    drug_supply: []
  expect: {S1: {a1: "20.00", because: {because_point: K2}}}
- name: taken home from a stay
  kind: flag
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, list_type: "101", cnt: "4", prd_days: "14", dscg_tkdrug_flag: "1"}
      - {bkkp_sn: L2, list_type: "101", cnt: "4", prd_days: "14"}
    supply_limit: [{care: DISCHARGE}]
    drug_supply: []
  expect: {S1: {a1: "10.00", lines: 1}}
- name: one pack cannot be split
  kind: clear
  given:
    settlement: [{care: OTP, med_type: "11"}]
    fee_line: [{list_type: "101", cnt: "1", prd_days: "30"}]
    supply_limit: [{}]
    drug_supply: []
- name: a long prescription of twelve weeks for a registered disease, and one of thirteen
  kind: edge
  given:
    settlement: [{care: OPSP, med_type: "140104"}, {setl_id: S2, care: OPSP, med_type: "140104"}]
    fee_line:
      - {bkkp_sn: L1, list_type: "101", cnt: "3", prd_days: "84"}
      - {setl_id: S2, bkkp_sn: L2, list_type: "101", cnt: "3", prd_days: "91"}
    supply_limit: [{care: OPSP, max_days: "30"}]
    drug_supply: []
    opsp_reg_d: [{}]
  suppressed: {S1: S-LONG}
  expect: {S2: {a1: "13.40"}}
- name: twelve weeks without a registration
  kind: flag
  given:
    settlement: [{care: OPSP, med_type: "140104"}]
    fee_line: [{list_type: "101", cnt: "3", prd_days: "84"}]
    supply_limit: [{care: OPSP, max_days: "30"}]
    drug_supply: []
    opsp_reg_d: []
  expect: {S1: {a1: "12.85"}}
- name: exactly at the tolerance and a hundredth of a day more
  kind: edge
  given:
    settlement: [{care: OTP, med_type: "11"}]
    fee_line:
      - {bkkp_sn: L1, list_type: "101", cnt: "2", prd_days: "8.40"}
      - {bkkp_sn: L2, list_type: "101", cnt: "2", prd_days: "8.41"}
    supply_limit: [{}]
    drug_supply: []
  expect: {S1: {a1: "3.35", lines: 1}}
- name: neither the days nor the unit are known
  kind: clear
  given:
    settlement: [{care: OTP, med_type: "11"}]
    fee_line: [{list_type: "101", cnt: "90"}]
    supply_limit: [{}]
    drug_supply: []
- name: a setting without a limit
  kind: clear
  given:
    settlement: [{care: RX, med_type: "41"}]
    fee_line: [{list_type: "101", cnt: "4", prd_days: "60"}]
    supply_limit: [{}]
    drug_supply: []
- name: the day before the knowledge point and its first day
  kind: edge
  given:
    settlement: [{care: OTP, med_type: "11"}]
    fee_line:
      - {bkkp_sn: L1, list_type: "101", cnt: "2", prd_days: "14", fee_date: 2026-11-03}
      - {bkkp_sn: L2, list_type: "101", cnt: "2", prd_days: "14", fee_date: 2026-11-04}
    supply_limit: [{valid_from: 2026-11-04}]
    drug_supply: []
  expect: {S1: {a1: "10.00", lines: 1, because: {because_fee_date: "2026-11-04"}}}
- name: the day before the rules on long prescriptions and their first day
  kind: edge
  given:
    settlement: [{care: OTP, med_type: "11"}]
    fee_line:
      - {bkkp_sn: L1, list_type: "101", cnt: "2", prd_days: "14", fee_date: 2021-08-09}
      - {bkkp_sn: L2, list_type: "101", cnt: "2", prd_days: "14", fee_date: 2021-08-10}
    supply_limit: [{valid_from: 2020-01-01}]
    drug_supply: []
  expect: {S1: {a1: "10.00", lines: 1}}
*/
