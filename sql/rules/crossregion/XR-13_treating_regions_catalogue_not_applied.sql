/* rule
id: XR-13
version: 1
title_zh: 跨省异地未执行就医地目录
title: Treating region's catalogue not applied
status: active
certainty: definite
severity: 2
level: line
owner: 异地就医结算处
summary: >
  Across provinces the payable scope follows the treating region, the benefits the insured region. These lines were
  split as the insured region's catalogue would split them. The difference may go either way: what the fund paid too
  little is reported like what it paid too much. Of patients treated in other provinces often no lines come; then
  there is nothing to compare.
sentence_zh: >-
  跨省就医项目“{because_item}”应按就医地（{because_region}）目录计入范围{because_expected}元，
  实际计入范围{because_actual}元，相差{because_difference}元；本次结算合计相差{because_settlement_difference}元。
facts:
  because_item: 项目
  because_fee_date: 计费日期
  because_region: 就医地
  because_insured_in: 参保地
  because_expected: 应计入范围（元）
  because_actual: 实际计入范围（元）
  because_difference: 本行差额（元）
  because_settlement_difference: 本次结算差额（元）
basis:
  - 《四川省异地就医结算管理办法》第三条、第九条
  - 国家跨省异地就医直接结算规定：就医地目录、参保地政策
national_code: none
in_force: {since: 2021-01-01}
dated_by: fee_date
reads: [line_difference, fee_line, settlement, agency]
look_back: none
params:
  line_tolerance:
    about: Yuan of in-scope amount by which a line may differ
    default: "0.05"
    least: "0.00"
    most: "10.00"
  settlement_tolerance:
    about: Yuan by which the lines of a settlement together may differ
    default: "1.00"
    least: "0.00"
    most: "100.00"
amount: a1
amount_note: >
  a1 is the recorded less the expected in-scope amount, signed. Each line over its tolerance counts, also one that
  goes against the sum.
not_a_finding_when:
  - 参保地在就医地目录之上另有先行自付规定，由参保地在待遇计算时扣除。
  - 就医地目录在计费日前后数日内更新，平台版本稍迟。
  - 国家平台未返回外省就医的明细（没有明细不判断）。
reviewer_checks:
  - 查就医地目录在计费日的等级、限价和先行自付比例。
  - 同日同院其他外省患者是否同样出错，以判断是平台参数问题。
  - 差额涉及多笔的，提请省平台与参保省核对并重新结算。
handler: [H6]
*/
WITH
differing AS (
    SELECT
        s.setl_id,
        d.bkkp_sn,
        s.insu_admdvs,
        d.catalogue_region,
        d.expected_inscp,
        d.actual_inscp,
        d.actual_inscp - d.expected_inscp AS difference
    FROM line_difference AS d
    INNER JOIN settlement AS s ON d.setl_id = s.setl_id
    WHERE
        s.scope = 'CROSS_PROV'
        AND d.cause = 'other_catalogue'
        AND ABS(d.actual_inscp - d.expected_inscp) > $line_tolerance
),

summed AS (
    SELECT
        setl_id,
        SUM(difference) AS difference
    FROM differing
    GROUP BY setl_id
    HAVING ABS(SUM(difference)) > $settlement_tolerance
)

SELECT
    d.setl_id,
    d.bkkp_sn,
    l.det_item_fee_sumamt AS a0,
    d.difference AS a1,
    l.hilist_name AS because_item,
    l.fee_date AS because_fee_date,
    COALESCE(g.name_zh, d.catalogue_region) AS because_region,
    d.insu_admdvs AS because_insured_in,
    d.expected_inscp AS because_expected,
    d.actual_inscp AS because_actual,
    d.difference AS because_difference,
    t.difference AS because_settlement_difference
FROM differing AS d
INNER JOIN summed AS t ON d.setl_id = t.setl_id
INNER JOIN fee_line AS l ON d.bkkp_sn = l.bkkp_sn
LEFT JOIN agency AS g ON LEFT(d.catalogue_region, 4) = g.pool
/* examples
- name: an item that is not covered is another rule's
  kind: clear
  given:
    settlement: [{scope: CROSS_PROV, insu_admdvs: "500103", insu_pool: "5001"}]
    fee_line: [{}]
    line_difference: [{}]
- name: two yuan too much in scope
  kind: flag
  given:
    settlement: [{scope: CROSS_PROV, insu_admdvs: "500103", insu_pool: "5001"}]
    fee_line: [{}]
    line_difference:
      - {cause: other_catalogue, catalogue_class: "02", catalogue_region: "510107", expected_inscp: "18.00"}
    agency: [{}, {code: "510100", name_zh: 成都市, pool: "5101"}]
  expect:
    S1:
      a0: "20.00"
      a1: "2.00"
      lines: 1
      because: {because_settlement_difference: "2.00", because_region: 成都市, because_insured_in: "500103"}
- name: two yuan too little in scope
  kind: flag
  given:
    settlement: [{scope: CROSS_PROV, insu_admdvs: "500103", insu_pool: "5001"}]
    fee_line: [{inscp_amt: "18.00"}]
    line_difference: [{cause: other_catalogue, expected_inscp: "20.00", actual_inscp: "18.00"}]
  expect: {S1: "-2.00"}
- name: five fen on a line, and six
  kind: edge
  given:
    settlement: [{scope: CROSS_PROV, insu_admdvs: "500103", insu_pool: "5001"}]
    fee_line: [{bkkp_sn: L1}, {bkkp_sn: L2}, {bkkp_sn: L3}]
    line_difference:
      - {bkkp_sn: L1, cause: other_catalogue, expected_inscp: "19.95"}
      - {bkkp_sn: L2, cause: other_catalogue, expected_inscp: "19.94"}
      - {bkkp_sn: L3, cause: other_catalogue, expected_inscp: "18.00"}
  expect: {S1: {a1: "2.06", lines: 2}}
- name: exactly a yuan in the settlement, and a fen more
  kind: edge
  given:
    settlement: [{setl_id: AT, scope: CROSS_PROV}, {setl_id: ABOVE, scope: CROSS_PROV}]
    fee_line: [{setl_id: AT, bkkp_sn: L1}, {setl_id: ABOVE, bkkp_sn: L2}]
    line_difference:
      - {setl_id: AT, bkkp_sn: L1, cause: other_catalogue, expected_inscp: "19.00"}
      - {setl_id: ABOVE, bkkp_sn: L2, cause: other_catalogue, expected_inscp: "18.99"}
  expect: {ABOVE: "1.01"}
- name: lines that cancel out
  kind: clear
  given:
    settlement: [{scope: CROSS_PROV, insu_admdvs: "500103", insu_pool: "5001"}]
    fee_line: [{bkkp_sn: L1}, {bkkp_sn: L2}]
    line_difference:
      - {bkkp_sn: L1, cause: other_catalogue, expected_inscp: "18.00"}
      - {bkkp_sn: L2, cause: other_catalogue, expected_inscp: "21.50"}
- name: inside the province the insured region's catalogue is right
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{}]
    line_difference: [{cause: other_catalogue, expected_inscp: "10.00"}]
*/
