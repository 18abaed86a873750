/* rule
id: CH-10
version: 1
title_zh: 目录外费用纳入结算
title: Not covered item settled as covered
status: active
certainty: definite
severity: 3
level: line
owner: 基金监管处
summary: >
  An item that the applicable catalogue lists as class C, no longer lists, or whose restriction was refused, has an
  amount in scope. Which catalogue applies follows from the direction: the insured region's inside the province, the
  treating region's across provinces.
sentence_zh: >-
  “{because_item}”在{because_region}目录中{because_listed}，{because_fee_date}仍有{because_in_scope}元纳入支付范围，
  应为{because_expected}元。
facts:
  because_item: 项目
  because_fee_date: 计费日期
  because_region: 适用目录地区
  because_listed: 目录状态
  because_in_scope: 实际计入范围（元）
  because_expected: 应计入范围（元）
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（六）项
  - 《四川省异地就医结算管理办法》第三条、第九条
  - 国家基本医疗保险药品目录
national_code: 2025 年度问题清单第 7 项
in_force: {since: 2021-05-01}
dated_by: fee_date
reads: [line_difference, fee_line, settlement, hilist_b, agency]
look_back: none
params:
  lag_days:
    about: Days after an item left the catalogue in which it is let pass, because catalogues are loaded late
    default: "30"
    least: "0"
    most: "180"
amount: a1
not_a_finding_when:
  - 目录调整后 30 日内经办系统尚未更新（已按失效日期排除）。
  - 省级增补药品处于消化期，参保地仍按原规定支付。
  - 突发疫情等临时纳入支付的项目，有省级文件。
  - 平台拆分出错而医院上传的收费等级正确，属系统问题，不追究医院。
reviewer_checks:
  - 查适用目录在计费当日的收费等级和有效期。
  - 查限制使用条件和医院审批记录。
  - 同一编码同日其他医院是否也被纳入，以区分医院责任与平台责任。
handler: [H1, H6]
suppressors_in_sql: [S-CAT]
*/
SELECT
    l.setl_id,
    l.bkkp_sn,
    l.det_item_fee_sumamt AS a0,
    d.actual_inscp - d.expected_inscp AS a1,
    l.hilist_name AS because_item,
    l.fee_date AS because_fee_date,
    COALESCE(g.name_zh, d.catalogue_region) AS because_region,
    CASE
        WHEN d.catalogue_class IS NULL THEN '未收录'
        WHEN d.catalogue_class = '03' THEN '为丙类'
        ELSE '限制使用且审批不通过'
    END AS because_listed,
    d.actual_inscp AS because_in_scope,
    d.expected_inscp AS because_expected
FROM line_difference AS d
INNER JOIN fee_line AS l ON d.bkkp_sn = l.bkkp_sn
INNER JOIN settlement AS s ON l.setl_id = s.setl_id
LEFT JOIN agency AS g ON LEFT(d.catalogue_region, 4) = g.pool
WHERE
    d.cause = 'not_covered'
    AND d.actual_inscp > d.expected_inscp
    AND NOT EXISTS (
        SELECT 1
        FROM hilist_b AS h
        WHERE
            h.hilist_code = l.hilist_code
            AND h.chrgitm_lv <> '03'
            AND d.catalogue_class IS NULL
            AND DATE_DIFF('day', h.enddate, l.fee_date) BETWEEN 1 AND $lag_days
            AND h.insu_admdvs IN (
                d.catalogue_region,
                LEFT(d.catalogue_region, 4) || '00',
                LEFT(d.catalogue_region, 2) || '0000',
                '000000'
            )
    )
/* examples
- name: a line that differs because of the other catalogue
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{}]
    line_difference: [{cause: other_catalogue}]
    hilist_b: []
- name: the insured region does not list it
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{}]
    line_difference: [{}]
    hilist_b: []
    agency: [{}]
  expect: {S1: {a0: "20.00", a1: "20.00", lines: 1, because: {because_listed: 未收录, because_region: 南充市}}}
- name: class C
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{}]
    line_difference: [{catalogue_class: "03", actual_inscp: "18.00"}]
    hilist_b: []
  expect: {S1: {a1: "18.00", because: {because_listed: 为丙类}}}
- name: a restriction that the hospital's review refused
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{lmt_used_flag: "1", hosp_appr_flag: "2"}]
    line_difference: [{catalogue_class: "02"}]
    hilist_b: []
  expect: {S1: {because: {because_listed: 限制使用且审批不通过}}}
- name: nothing above what should be in scope
  kind: edge
  given:
    settlement: [{}]
    fee_line: [{inscp_amt: "0.00", fulamt_ownpay_amt: "20.00"}]
    line_difference: [{actual_inscp: "0.00"}]
    hilist_b: []
- name: thirty days after it left the catalogue, and the day after
  kind: edge
  given:
    settlement: [{}]
    fee_line: [{bkkp_sn: L1, fee_date: 2026-10-30}, {bkkp_sn: L2, fee_date: 2026-10-31}]
    line_difference: [{bkkp_sn: L1}, {bkkp_sn: L2}]
    hilist_b: [{enddate: 2026-09-30}]
  expect: {S1: {a1: "20.00", lines: 1, because: {because_fee_date: "2026-10-31"}}}
- name: another city's old row does not excuse
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{}]
    line_difference: [{}]
    hilist_b: [{insu_admdvs: "510100", enddate: 2026-10-31}]
  expect: {S1: "20.00"}
*/
