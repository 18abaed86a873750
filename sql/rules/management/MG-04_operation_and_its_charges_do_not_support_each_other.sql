/* rule
id: MG-04
version: 1
title_zh: 手术操作编码异常
title: Operation and its charges do not support each other
status: active
certainty: suspicious
severity: 1
level: settlement
owner: 信息管理处
summary: >
  An inpatient settlement lists an operation that is surgery and charges no operation within a day of it, charges
  operations above a floor and lists none, or calls something that is no surgery its main operation although it lists
  surgery too. Interventions and endoscopies may stand under treatment and are not asked for.
sentence_zh: >-
  住院{because_admitted}至{because_discharged}，{because_problem}：{because_operation}（{because_operated}），
  手术费{because_fee}元。
facts:
  because_problem: 问题
  because_operation: 手术操作
  because_operated: 手术日期
  because_fee: 手术费（元）
  because_operations: 手术操作记录数
  because_admitted: 入院日期
  because_discharged: 出院日期
  because_fund: 基金支付（元）
basis:
  - 《医疗保障基金使用监督管理条例》第三十九条
  - 国家医保“两库”规则：手术操作编码异常
  - 统筹地区 DRG/DIP 付费的病案首页填写规定
national_code: GZ10000201004000
in_force: {since: 2021-05-01}
dated_by: enddate
reads: [settlement, oprn_d, fee_line, operation_class]
look_back: none
params:
  fee_floor:
    about: Yuan of operation charges in a stay above which an operation must be listed
    default: "300.00"
    least: "50.00"
    most: "5000.00"
  near_days:
    about: Days before and after an operation within which its charges are looked for
    default: "1"
    least: "0"
    most: "7"
amount: exposure
amount_note: >-
  Nothing is at issue until the coding is mended; the operation charges, or where there are none what the fund paid, are
  shown as exposure.
not_a_finding_when:
  - 介入、内镜操作按规定列在治疗费（这两类操作已不要求手术费）。
  - 手术费以日清单方式在术后第二天以后补记。
  - 术中改变术式，手术记录待补正。
  - 门诊换药、清创缝合计入手术费，未达到填报手术的标准。
reviewer_checks:
  - 核对手术记录、麻醉记录与费用清单。
  - 核对病案首页主要手术的选择是否符合填写规范。
  - 有费用无编码的，通知机构补传手术信息后重新分组。
handler: [H6]
suppressors: []
*/
WITH
stay AS (
    SELECT
        setl_id,
        mdtrt_id,
        begndate,
        enddate,
        fund_pay_sumamt
    FROM settlement
    WHERE care = 'IPT' AND n_lines > 0
),

-- The longest prefix says what kind of procedure a code is.
operation AS (
    SELECT
        t.setl_id,
        o.oprn_oprt_sn,
        o.main_oprn_flag,
        o.oprn_oprt_code,
        o.oprn_oprt_name,
        o.oprn_oprt_date,
        k.class
    FROM stay AS t
    INNER JOIN oprn_d AS o ON t.mdtrt_id = o.mdtrt_id
    LEFT JOIN operation_class AS k
        ON
            LEFT(o.oprn_oprt_code, 2) = LEFT(k.code_prefix, 2)
            AND LEFT(o.oprn_oprt_code, LENGTH(k.code_prefix)) = k.code_prefix
            AND t.enddate >= k.valid_from
            AND (k.valid_until IS NULL OR t.enddate < k.valid_until)
    WHERE o.vali_flag = '1' AND o.oprn_oprt_code IS NOT NULL
    QUALIFY
        ROW_NUMBER() OVER (
            PARTITION BY t.setl_id, o.oprn_oprt_sn ORDER BY LENGTH(k.code_prefix) DESC NULLS LAST, k.kp_id
        ) = 1
),

charge AS (
    SELECT
        l.setl_id,
        l.fee_date,
        SUM(l.det_item_fee_sumamt) AS fee
    FROM stay AS t
    INNER JOIN fee_line AS l ON t.setl_id = l.setl_id
    WHERE l.med_chrgitm_type = '06'
    GROUP BY l.setl_id, l.fee_date
),

charged AS (
    SELECT
        setl_id,
        SUM(fee) AS fee
    FROM charge
    GROUP BY setl_id
),

listed AS (
    SELECT
        setl_id,
        COUNT(*) AS operations,
        SUM(CASE WHEN class = 'SURGERY' THEN 1 ELSE 0 END) AS surgeries
    FROM operation
    GROUP BY setl_id
),

told AS (
    SELECT
        o.setl_id,
        '有手术编码而无手术费' AS problem,
        o.oprn_oprt_code,
        o.oprn_oprt_name,
        o.oprn_oprt_date,
        1 AS rank_of
    FROM operation AS o
    WHERE
        o.class = 'SURGERY'
        AND o.oprn_oprt_date IS NOT NULL
        AND NOT EXISTS (
            SELECT 1
            FROM charge AS c
            WHERE c.setl_id = o.setl_id AND ABS(DATE_DIFF('day', o.oprn_oprt_date, c.fee_date)) <= $near_days
        )
    UNION ALL
    SELECT
        c.setl_id,
        '有手术费而无手术编码' AS problem,
        CAST(NULL AS VARCHAR) AS oprn_oprt_code,
        CAST(NULL AS VARCHAR) AS oprn_oprt_name,
        CAST(NULL AS DATE) AS oprn_oprt_date,
        2 AS rank_of
    FROM charged AS c
    LEFT JOIN listed AS i ON c.setl_id = i.setl_id
    WHERE c.fee > $fee_floor AND i.setl_id IS NULL
    UNION ALL
    SELECT
        o.setl_id,
        '主要手术不是手术类操作' AS problem,
        o.oprn_oprt_code,
        o.oprn_oprt_name,
        o.oprn_oprt_date,
        3 AS rank_of
    FROM operation AS o
    INNER JOIN listed AS i ON o.setl_id = i.setl_id
    WHERE o.main_oprn_flag = '1' AND o.class IN ('ENDOSCOPY', 'OTHER') AND i.surgeries > 0
),

-- One finding says one thing: the weightiest.
first AS (
    SELECT
        setl_id,
        problem,
        oprn_oprt_code,
        oprn_oprt_name,
        oprn_oprt_date
    FROM told
    QUALIFY ROW_NUMBER() OVER (PARTITION BY setl_id ORDER BY rank_of, oprn_oprt_date, oprn_oprt_code) = 1
)

SELECT
    f.setl_id,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CAST(0 AS DECIMAL(18, 2)) AS a2,
    COALESCE(c.fee, t.fund_pay_sumamt) AS exposure,
    f.problem AS because_problem,
    COALESCE(f.oprn_oprt_code || COALESCE(f.oprn_oprt_name, ''), '无手术记录') AS because_operation,
    COALESCE(CAST(f.oprn_oprt_date AS VARCHAR), '无日期') AS because_operated,
    CAST(COALESCE(c.fee, 0) AS DECIMAL(18, 2)) AS because_fee,
    COALESCE(i.operations, 0) AS because_operations,
    t.begndate AS because_admitted,
    t.enddate AS because_discharged,
    t.fund_pay_sumamt AS because_fund
FROM first AS f
INNER JOIN stay AS t ON f.setl_id = t.setl_id
LEFT JOIN charged AS c ON f.setl_id = c.setl_id
LEFT JOIN listed AS i ON f.setl_id = i.setl_id
/* examples
- name: the appendix is taken out, and charged
  kind: clear
  given:
    settlement: [{}]
    oprn_d: [{}]
    fee_line: [{med_chrgitm_type: "06", det_item_fee_sumamt: "1800.00"}]
    operation_class: [{}]
- name: the appendix is taken out, and nothing charged
  kind: flag
  given: {settlement: [{}], oprn_d: [{}], fee_line: [{}], operation_class: [{}]}
  expect: {S1: {exposure: "6800.00", a1: "0.00", because: {because_problem: 有手术编码而无手术费}}}
- name: an intervention may stand under treatment
  kind: clear
  given:
    settlement: [{}]
    oprn_d: [{oprn_oprt_code: "36.0700", oprn_oprt_name: 药物洗脱冠状动脉支架置入术}]
    fee_line: [{med_chrgitm_type: "05", det_item_fee_sumamt: "4800.00"}]
    operation_class: [{code_prefix: "36.0", class: INTERVENTION}]
- name: charged a day after the operation, and two days
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, mdtrt_id: V2}]
    oprn_d: [{}, {mdtrt_id: V2}]
    fee_line:
      - {med_chrgitm_type: "06", det_item_fee_sumamt: "1800.00", fee_date: 2026-11-05}
      - {setl_id: S2, bkkp_sn: L2, med_chrgitm_type: "06", det_item_fee_sumamt: "1800.00", fee_date: 2026-11-06}
    operation_class: [{}]
  expect: {S2: {exposure: "1800.00", because: {because_problem: 有手术编码而无手术费, because_fee: "1800.00"}}}
- name: operation charges of three hundred yuan without an operation, and a fen more
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, mdtrt_id: V2}]
    oprn_d: []
    fee_line:
      - {med_chrgitm_type: "06", det_item_fee_sumamt: "300.00"}
      - {setl_id: S2, bkkp_sn: L2, med_chrgitm_type: "06", det_item_fee_sumamt: "300.01"}
    operation_class: [{}]
  expect: {S2: {exposure: "300.01", because: {because_problem: 有手术费而无手术编码}}}
- name: a gastroscopy is called the main operation beside surgery
  kind: flag
  given:
    settlement: [{}]
    oprn_d:
      - {oprn_oprt_code: "44.1300", oprn_oprt_name: 胃镜检查}
      - {oprn_oprt_sn: "2", main_oprn_flag: "0"}
    fee_line: [{med_chrgitm_type: "06", det_item_fee_sumamt: "1800.00"}]
    operation_class: [{}, {kp_id: K2, code_prefix: "44.1", class: ENDOSCOPY}]
  expect: {S1: {exposure: "1800.00", because: {because_problem: 主要手术不是手术类操作, because_operations: "2"}}}
- name: a diagnostic endoscopy alone
  kind: clear
  given:
    settlement: [{}]
    oprn_d: [{oprn_oprt_code: "44.1300", oprn_oprt_name: 胃镜检查}]
    fee_line: [{}]
    operation_class: [{kp_id: K2, code_prefix: "44.1", class: ENDOSCOPY}]
- name: the longest prefix holds
  kind: clear
  given:
    settlement: [{}]
    oprn_d: [{oprn_oprt_code: "47.0900"}]
    fee_line: [{}]
    operation_class: [{}, {kp_id: K2, code_prefix: "47.09", class: OTHER}]
- name: care in another province sends no lines
  kind: clear
  given: {settlement: [{n_lines: 0}], oprn_d: [{}], fee_line: [], operation_class: [{}]}
- name: discharged on the day before the knowledge began
  kind: edge
  given:
    settlement: [{}]
    oprn_d: [{}]
    fee_line: [{}]
    operation_class: [{valid_from: 2026-11-10}]
- name: the day before the regulation
  kind: edge
  given:
    settlement: [{begndate: 2021-04-25, enddate: 2021-04-30}]
    oprn_d: [{oprn_oprt_date: 2021-04-26}]
    fee_line: [{fee_date: 2021-04-26}]
    operation_class: [{valid_from: 2020-01-01}]
*/
