/* rule
id: LP-01
version: 2
title_zh: 统一编码缺失
title: Unified-code gap
status: active
certainty: definite
severity: 2
level: line
owner: 医药价格和招标采购处
summary: >
  Where the treating region requires the unified code on every line: a code that is none of the national forms or that
  no catalogue knows, or one own code of the institution that stands for several national codes within a settlement, of
  which the dearer are named. Codes over several settlements of a month, and names that do not resemble each other, are
  not compared here: a night reads the settlements that it touched, and likeness of names has no common function.
sentence_zh: >-
  {because_item}（机构编码{because_own_code}）：{because_kind}，医保编码{because_code}，涉及范围内金额{because_amount}元。
facts:
  because_item: 项目
  because_own_code: 机构目录编码
  because_code: 医保目录编码
  because_kind: 问题类型
  because_date: 费用日期
  because_price: 单价（元）
  because_amount: 范围内金额（元）
  because_source: 规定出处
basis:
  - 福建做法（2009年地方做法调研）：统一药品与诊疗编码
  - 《四川省异地就医结算管理办法》第九条
national_code: GZ10000201002000
in_force: {since: 2021-01-01}
dated_by: fee_date
reads: [settlement, fee_line, hilist_b, policy_value]
look_back: none
params:
  new_days:
    about: Days after the charge within which a code may still enter the catalogue
    default: "30"
    least: "0"
    most: "90"
  tolerance:
    about: Yuan per unit by which prices of codes may differ before the mapping matters
    default: "0.00"
    least: "0.00"
    most: "100.00"
amount: exposure
amount_note: The in-scope amount of the line; whether it was payable is to be seen from the right code
not_a_finding_when:
  - 新批准产品三十日内尚未完成编码映射。
  - 同一机构编码按不同包装或规格对应不同医保编码，已报备。
reviewer_checks:
  - 核对医药机构目录与统一编码的映射表。
  - 核对产品注册证或项目名称。
handler: [H6]
*/
WITH
asked AS (
    SELECT
        l.setl_id,
        l.bkkp_sn,
        l.hilist_code,
        l.hilist_name,
        l.medins_list_codg,
        l.fee_date,
        l.pric,
        l.det_item_fee_sumamt,
        l.inscp_amt,
        p.source
    FROM fee_line AS l
    INNER JOIN settlement AS s ON l.setl_id = s.setl_id
    INNER JOIN policy_value AS p
        ON
            s.treat_pool = p.pool AND p.parameter = 'practice.unified_code' AND p.number = 1
            AND l.fee_date >= p.valid_from AND l.fee_date < p.valid_until
),

known AS (
    SELECT
        hilist_code,
        MIN(begndate) AS since
    FROM hilist_b
    GROUP BY hilist_code
),

own_code AS (
    SELECT
        setl_id,
        medins_list_codg,
        MIN(pric) AS cheapest
    FROM asked
    WHERE medins_list_codg IS NOT NULL
    GROUP BY setl_id, medins_list_codg
    HAVING COUNT(DISTINCT hilist_code) > 1
),

judged AS (
    SELECT
        a.*,
        CASE
            WHEN
                NOT REGEXP_MATCHES(a.hilist_code, '^X[A-Z][0-9]{2}[A-Z]{3}[0-9]{3}[A-Z][0-9]{12}$')
                AND NOT REGEXP_MATCHES(a.hilist_code, '^(Z[A-Z0-9]{19}|T[0-9]{9}|00[0-9]{13}|C[0-9]{19}([0-9]{7})?)$')
                THEN '不是统一编码'
            WHEN k.hilist_code IS NULL OR DATE_DIFF('day', a.fee_date, k.since) > $new_days THEN '目录中无此编码'
            WHEN o.setl_id IS NOT NULL AND a.pric > o.cheapest + $tolerance THEN '一码对应多个医保编码，取较高价'
        END AS kind
    FROM asked AS a
    LEFT JOIN known AS k ON a.hilist_code = k.hilist_code
    LEFT JOIN own_code AS o ON a.setl_id = o.setl_id AND a.medins_list_codg = o.medins_list_codg
)

SELECT
    setl_id,
    bkkp_sn,
    det_item_fee_sumamt AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CAST(0 AS DECIMAL(18, 2)) AS a2,
    inscp_amt AS exposure,
    hilist_name AS because_item,
    COALESCE(medins_list_codg, '无') AS because_own_code,
    hilist_code AS because_code,
    kind AS because_kind,
    fee_date AS because_date,
    pric AS because_price,
    inscp_amt AS because_amount,
    source AS because_source
FROM judged
WHERE kind IS NOT NULL
/* examples
- name: a national code that the catalogue knows
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{}]
    hilist_b: [{hilist_code: "002501010150000", begndate: 2020-01-01}]
    policy_value: [{pool: "5101", parameter: practice.unified_code, value: "1", number: "1"}]
- name: the institution's own code in its place
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{hilist_code: XCG001}]
    hilist_b: []
    policy_value: [{pool: "5101", parameter: practice.unified_code, value: "1", number: "1"}]
  expect: {S1: {exposure: "20.00", a2: "0.00", lines: 1, because: {because_kind: 不是统一编码}}}
- name: the practice is not on in the treating region, or ended on the day
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{hilist_code: XCG001}]
    hilist_b: []
    policy_value:
      - {pool: "5113", parameter: practice.unified_code, value: "1", number: "1"}
      - {pool: "5101", parameter: practice.unified_code, value: "1", number: "1", valid_until: 2026-11-04}
- name: listed thirty days after the charge, and thirty-one
  kind: edge
  given:
    settlement: [{}]
    fee_line: [{}, {bkkp_sn: L2, hilist_code: "002501010150001", inscp_amt: "7.00"}]
    hilist_b:
      - {hilist_code: "002501010150000", begndate: 2026-12-04}
      - {hilist_code: "002501010150001", begndate: 2026-12-05}
    policy_value: [{pool: "5101", parameter: practice.unified_code, value: "1", number: "1"}]
  expect: {S1: {exposure: "7.00", because: {because_kind: 目录中无此编码}}}
- name: one own code for two national codes, the dearer is named
  kind: flag
  given:
    settlement: [{}]
    fee_line:
      - {}
      - {bkkp_sn: L2, hilist_code: "002501010150001", pric: "35.00", det_item_fee_sumamt: "35.00", inscp_amt: "35.00"}
    hilist_b:
      - {hilist_code: "002501010150000", begndate: 2020-01-01}
      - {hilist_code: "002501010150001", begndate: 2020-01-01}
    policy_value: [{pool: "5101", parameter: practice.unified_code, value: "1", number: "1"}]
  expect: {S1: {exposure: "35.00", a0: "35.00", because: {because_code: "002501010150001"}}}
- name: one own code for two national codes of one price
  kind: edge
  given:
    settlement: [{}]
    fee_line: [{}, {bkkp_sn: L2, hilist_code: "002501010150001"}]
    hilist_b:
      - {hilist_code: "002501010150000", begndate: 2020-01-01}
      - {hilist_code: "002501010150001", begndate: 2020-01-01}
    policy_value: [{pool: "5101", parameter: practice.unified_code, value: "1", number: "1"}]
*/
