/* rule
id: MG-02
version: 1
title_zh: 结算明细信息异常
title: Fee line data invalid
status: active
certainty: definite
severity: 1
level: line
owner: 信息管理处
summary: >
  A settled fee line contradicts itself or lacks what every line has: its amount is not quantity times price, its
  catalogue code is not of the form that its list uses, a hospital's line names no doctor, or it is not positive
  though it reverses nothing.
sentence_zh: “{because_item}”{because_problems}；数量{because_quantity}，单价{because_price}元，金额{because_amount}元。
facts:
  because_item: 项目
  because_problems: 问题
  because_code: 目录编码
  because_quantity: 数量
  because_price: 单价（元）
  because_amount: 金额（元）
basis:
  - 《医疗保障基金使用监督管理条例》第三十九条第（三）项
  - 《四川省异地就医结算管理办法》第九条
  - 医保信息业务编码规则
national_code: GZ10000201002000
in_force: {since: 2021-05-01}
dated_by: fee_date
reads: [fee_line, settlement]
look_back: none
params:
  tolerance:
    about: Yuan by which an amount may differ from quantity times price
    default: "0.01"
    least: "0.00"
    most: "1.00"
  tolerance_per_unit:
    about: Yuan per unit of quantity, because prices of six decimals are shown with two
    default: "0.005"
    least: "0.000"
    most: "0.050"
amount: exposure
amount_note: Nothing is at issue until the data are mended; the amount of the line is shown as exposure.
not_a_finding_when:
  - 医院系统的单价超过六位小数，差额在容差以内（已排除）。
  - 组合收费按套餐总价结算，单价为折后均价。
  - 部分退费在同一结算内以负数明细冲减，原明细号漏填。
  - 定点药店没有开单医师（已排除）。
reviewer_checks:
  - 调医院收费系统的原始明细，与上传的数量、单价、金额对照。
  - 编码错误的，查医院目录对照表是哪一版本。
  - 缺少医师编码的，查医嘱或处方的开具人。
handler: [H6]
suppressors_in_sql: [S-REF]
*/
WITH
checked AS (
    SELECT
        l.setl_id,
        l.bkkp_sn,
        l.hilist_name,
        l.cnt,
        l.pric,
        l.det_item_fee_sumamt,
        ABS(ROUND(l.cnt * l.pric, 2) - l.det_item_fee_sumamt)
        > GREATEST($tolerance, $tolerance_per_unit * ABS(l.cnt)) AS is_wrong_product,
        CASE
            WHEN l.list_type = '101'
                THEN
                    REGEXP_MATCHES(
                        l.hilist_code,
                        '^(X[A-Z][0-9]{2}[A-Z]{2}[A-Z][0-9]{3}[A-Z][0-9]{3}[0-9]{9}|Z[A-Z0-9]{19})$'
                    )
            WHEN l.list_type = '102' THEN REGEXP_MATCHES(l.hilist_code, '^T[0-9]{9}$')
            WHEN l.list_type = '201' THEN REGEXP_MATCHES(l.hilist_code, '^00[0-9]{13}$')
            WHEN l.list_type = '301' THEN REGEXP_MATCHES(l.hilist_code, '^C([0-9]{19}|[0-9]{26})$')
            -- Own preparations, granules and others have codes of the provinces.
            ELSE TRUE
        END AS is_code_sound,
        s.fixmedins_type = '1' AND COALESCE(TRIM(l.bilg_dr_codg), '') = '' AS is_without_doctor,
        l.det_item_fee_sumamt <= 0 AS is_not_positive,
        l.hilist_code
    FROM fee_line AS l
    INNER JOIN settlement AS s ON l.setl_id = s.setl_id
),

named AS (
    SELECT
        setl_id,
        bkkp_sn,
        hilist_name,
        hilist_code,
        cnt,
        pric,
        det_item_fee_sumamt,
        CASE WHEN is_wrong_product THEN '、金额不等于数量乘单价' ELSE '' END
        || CASE WHEN is_code_sound THEN '' ELSE '、目录编码格式错误' END
        || CASE WHEN is_without_doctor THEN '、医院明细无开单医师' ELSE '' END
        || CASE WHEN is_not_positive THEN '、金额不为正且未关联退费' ELSE '' END AS problems
    FROM checked
)

SELECT
    setl_id,
    bkkp_sn,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    ABS(det_item_fee_sumamt) AS exposure,
    hilist_name AS because_item,
    SUBSTRING(problems, 2) AS because_problems,
    hilist_code AS because_code,
    CASE
        WHEN cnt = ROUND(cnt) THEN CAST(CAST(ROUND(cnt) AS BIGINT) AS VARCHAR)
        ELSE CAST(CAST(cnt AS DECIMAL(16, 2)) AS VARCHAR)
    END AS because_quantity,
    CASE
        WHEN pric = ROUND(pric, 2) THEN CAST(CAST(pric AS DECIMAL(16, 2)) AS VARCHAR)
        ELSE CAST(CAST(pric AS DECIMAL(16, 4)) AS VARCHAR)
    END AS because_price,
    det_item_fee_sumamt AS because_amount
FROM named
WHERE problems <> ''
/* examples
- name: a sound line
  kind: clear
  given: {settlement: [{}], fee_line: [{}]}
- name: the amount is not the product
  kind: flag
  given: {settlement: [{}], fee_line: [{det_item_fee_sumamt: "33.50"}]}
  expect:
    S1:
      exposure: "33.50"
      a1: "0.00"
      lines: 1
      because: {because_problems: 金额不等于数量乘单价, because_quantity: "1", because_price: "20.00"}
- name: a malformed code and no doctor, in one line
  kind: flag
  given: {settlement: [{}], fee_line: [{hilist_code: "25010101500", bilg_dr_codg: null}]}
  expect: {S1: {exposure: "20.00", because: {because_problems: 目录编码格式错误、医院明细无开单医师}}}
- name: each list has its own form
  kind: edge
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, list_type: "101", hilist_code: XR05XXX077K003771700181}
      - {bkkp_sn: L2, list_type: "101", hilist_code: ZD15ABF0025070700256}
      - {bkkp_sn: L3, list_type: "301", hilist_code: C0306143371009707568}
      - {bkkp_sn: L4, list_type: "102", hilist_code: T001700001}
      - {bkkp_sn: L5, list_type: "103", hilist_code: 院内制剂1}
      - {bkkp_sn: L6, list_type: "301", hilist_code: "002501010150000"}
  expect: {S1: {exposure: "20.00", lines: 1}}
- name: a cent apart, and two
  kind: edge
  given:
    settlement: [{}]
    fee_line: [{bkkp_sn: L1, det_item_fee_sumamt: "20.01"}, {bkkp_sn: L2, det_item_fee_sumamt: "20.02"}]
  expect: {S1: {exposure: "20.02", lines: 1}}
- name: exactly half a cent for each of a hundred, and a cent more
  kind: edge
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, cnt: "100", pric: "0.20", det_item_fee_sumamt: "20.50"}
      - {bkkp_sn: L2, cnt: "100", pric: "0.20", det_item_fee_sumamt: "20.51"}
  expect: {S1: {exposure: "20.51", lines: 1}}
- name: a drugstore has no doctor
  kind: clear
  given: {settlement: [{fixmedins_type: "2"}], fee_line: [{bilg_dr_codg: null}]}
- name: negative without a line that it reverses
  kind: flag
  given: {settlement: [{}], fee_line: [{cnt: "-1", det_item_fee_sumamt: "-20.00"}]}
  expect: {S1: {exposure: "20.00", because: {because_problems: 金额不为正且未关联退费}}}
*/
