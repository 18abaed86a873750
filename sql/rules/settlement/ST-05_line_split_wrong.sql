/* rule
id: ST-05
version: 1
title_zh: 乙类先行自付/超限价处理错误
title: Line split wrong
status: active
certainty: definite
severity: 2
level: line
owner: 信息管理处
summary: >
  A line was split otherwise than the applicable catalogue says, and the other direction's catalogue does not reproduce
  it either: a class B share not taken or taken wrongly, an amount above the limit left in scope, a covered item put
  into full self-pay. The limit comes first, then the share on the rest. Signed: what was kept out of scope is reported
  like what was let in. Items that the catalogue does not cover are CH-10, the other catalogue is XR-12 and XR-13.
sentence_zh: >-
  “{because_item}”（{because_class}）{because_broken}；范围内应为{because_expected}元，实际{because_actual}元。
facts:
  because_item: 项目
  because_fee_date: 计费日期
  because_class: 适用目录等级
  because_region: 适用目录地区
  because_broken: 不符之处
  because_expected: 应计入范围（元）
  because_actual: 实际计入范围（元）
  because_difference: 本行差额（元）
basis:
  - 《四川省异地就医结算管理办法》第九条、第十三条
  - 适用地区医保目录及支付标准
national_code: none
in_force: {since: 2021-01-01}
dated_by: fee_date
reads: [line_difference, fee_line, settlement, agency]
look_back: none
params:
  tolerance:
    about: Yuan by which each part of a line may be off, because it is rounded once
    default: "0.02"
    least: "0.00"
    most: "1.00"
amount: a1
amount_note: a1 is the recorded less the expected in-scope amount, signed. A wrong split outside the scope has a1 zero.
not_a_finding_when:
  - 参保地规定先按比例自付、再扣超限价部分（默认先扣超限价）。
  - 限定支付条件未满足，整行转为自费（已按自费计算）。
  - 目录等级或限价在计费日前后 30 日内调整，两端更新不同步。
  - 双通道、直接结算药品按单独规定支付，不分类先行自付。
reviewer_checks:
  - 查计费日适用目录的等级、限价和先行自付比例。
  - 查该机构同一项目其他结算是否同样，以判断是对码、参数还是人工改动。
  - 涉及多笔的，提请平台更正并重新结算。
handler: [H6]
suppressors_for_reviewer: [S-CAT, S-SPEC]
*/
WITH
differing AS (
    SELECT
        d.setl_id,
        d.bkkp_sn,
        d.catalogue_region,
        d.catalogue_class,
        l.hilist_name,
        l.fee_date,
        l.det_item_fee_sumamt,
        l.fulamt_ownpay_amt,
        l.overlmt_selfpay,
        l.preselfpay_amt,
        l.inscp_amt,
        d.expected_fulamt,
        d.expected_overlmt,
        d.expected_preselfpay,
        d.expected_inscp
    FROM line_difference AS d
    INNER JOIN fee_line AS l ON d.bkkp_sn = l.bkkp_sn
    WHERE d.cause IN ('other', 'split_other')
)

SELECT
    d.setl_id,
    d.bkkp_sn,
    d.det_item_fee_sumamt AS a0,
    d.inscp_amt - d.expected_inscp AS a1,
    d.hilist_name AS because_item,
    d.fee_date AS because_fee_date,
    CASE d.catalogue_class WHEN '01' THEN '甲类' WHEN '02' THEN '乙类' WHEN '03' THEN '丙类' ELSE '目录外' END
        AS because_class,
    COALESCE(g.name_zh, d.catalogue_region) AS because_region,
    SUBSTRING(
        CASE
            WHEN ABS(d.fulamt_ownpay_amt - d.expected_fulamt) > $tolerance
                THEN
                    '，全自费应为 ' || CAST(d.expected_fulamt AS VARCHAR)
                    || ' 元，实际 ' || CAST(d.fulamt_ownpay_amt AS VARCHAR) || ' 元'
            ELSE ''
        END
        || CASE
            WHEN ABS(d.overlmt_selfpay - d.expected_overlmt) > $tolerance
                THEN
                    '，超限价应为 ' || CAST(d.expected_overlmt AS VARCHAR)
                    || ' 元，实际 ' || CAST(d.overlmt_selfpay AS VARCHAR) || ' 元'
            ELSE ''
        END
        || CASE
            WHEN ABS(d.preselfpay_amt - d.expected_preselfpay) > $tolerance
                THEN
                    '，先行自付应为 ' || CAST(d.expected_preselfpay AS VARCHAR)
                    || ' 元，实际 ' || CAST(d.preselfpay_amt AS VARCHAR) || ' 元'
            ELSE ''
        END
        || CASE WHEN ABS(d.inscp_amt - d.expected_inscp) > $tolerance THEN '，范围内金额不符' ELSE '' END, 2
    ) AS because_broken,
    d.expected_inscp AS because_expected,
    d.inscp_amt AS because_actual,
    d.inscp_amt - d.expected_inscp AS because_difference
FROM differing AS d
INNER JOIN settlement AS s ON d.setl_id = s.setl_id
LEFT JOIN agency AS g ON LEFT(d.catalogue_region, 4) = g.pool
WHERE
    ABS(d.fulamt_ownpay_amt - d.expected_fulamt) > $tolerance
    OR ABS(d.overlmt_selfpay - d.expected_overlmt) > $tolerance
    OR ABS(d.preselfpay_amt - d.expected_preselfpay) > $tolerance
    OR ABS(d.inscp_amt - d.expected_inscp) > $tolerance
/* examples
- name: an item that is not covered is another rule's
  kind: clear
  given: {settlement: [{}], fee_line: [{}], line_difference: [{}], agency: []}
- name: the share of class B was not taken
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{}]
    line_difference:
      - {cause: split_other, catalogue_class: "02", expected_fulamt: "0.00", expected_preselfpay: "2.00",
         expected_inscp: "18.00"}
    agency: [{}]
  expect:
    S1:
      a0: "20.00"
      a1: "2.00"
      lines: 1
      because:
        because_class: 乙类
        because_region: 南充市
        because_broken: 先行自付应为 2.00 元，实际 0.00 元，范围内金额不符
- name: what is above the limit was left in scope
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{pric: "25.00", det_item_fee_sumamt: "25.00", inscp_amt: "25.00"}]
    line_difference:
      - {cause: other, catalogue_class: "01", expected_fulamt: "0.00", expected_overlmt: "5.00",
         expected_inscp: "20.00", actual_inscp: "25.00"}
    agency: []
  expect: {S1: "5.00"}
- name: a covered item put into full self-pay, to the patient's cost
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{fulamt_ownpay_amt: "20.00", inscp_amt: "0.00"}]
    line_difference:
      - {cause: split_other, catalogue_class: "01", expected_fulamt: "0.00",
         expected_inscp: "20.00", actual_inscp: "0.00"}
    agency: []
  expect: {S1: "-20.00"}
- name: two cents on a line, and three
  kind: edge
  given:
    settlement: [{}]
    fee_line: [{bkkp_sn: L1}, {bkkp_sn: L2}]
    line_difference:
      - {bkkp_sn: L1, cause: split_other, catalogue_class: "02", expected_fulamt: "0.00", expected_preselfpay: "0.02",
         expected_inscp: "19.98"}
      - {bkkp_sn: L2, cause: split_other, catalogue_class: "02", expected_fulamt: "0.00", expected_preselfpay: "0.03",
         expected_inscp: "19.97"}
    agency: []
  expect: {S1: {a1: "0.03", lines: 1}}
- name: share and limit changed places, the scope is right
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{overlmt_selfpay: "2.00", inscp_amt: "18.00"}]
    line_difference:
      - {cause: split_other, catalogue_class: "02", expected_fulamt: "0.00", expected_preselfpay: "2.00",
         expected_inscp: "18.00", actual_inscp: "18.00"}
    agency: []
  expect: {S1: {a1: "0.00", lines: 1}}
- name: the other direction's catalogue explains it
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{}]
    line_difference:
      - {cause: other_catalogue, expected_fulamt: "0.00", expected_preselfpay: "2.00", expected_inscp: "18.00"}
    agency: []
*/
