/* rule
id: PL-08
version: 1
title_zh: 门诊慢特病用药项目超限定病种目录
title: Outside the list of the registered disease
status: active
certainty: definite
severity: 2
level: line
owner: 基金监管处
summary: >
  On a bill for a registered chronic or special disease an item was paid that the insured region's list has for none of
  the diseases that the person is registered for on that day. Regions without a list for every such disease are not
  judged, and what left a list lately is excused.
sentence_zh: >-
  {because_fee_date}按门诊慢特病结算的“{because_item}”，不在参保地{because_diseases}的支付范围内，
  纳入支付范围{because_inscp}元。
facts:
  because_item: 项目
  because_fee_date: 计费日期
  because_diseases: 当日有效登记病种
  because_region: 参保区划
  because_inscp: 纳入支付范围（元）
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（六）项
  - 《四川省异地就医结算管理办法》第五条
  - 参保地门诊慢特病病种支付范围
national_code: GZ10000101011000
in_force: {since: 2021-05-01}
dated_by: fee_date
reads: [fee_line, settlement, opsp_reg_d, opsp_scope_b]
look_back: none
params:
  lag_days:
    about: Days after an item left the list in which its last list still excuses
    default: "30"
    least: "0"
    most: "90"
amount: a1
not_a_finding_when:
  - 参保地病种支付范围刚调整，就医机构系统尚未更新（调出 30 日内的已排除）。
  - 跨省就医，国家病种编码与参保地病种编码对照缺失（没有清单的病种不判断）。
  - 并发症用药，参保地另有文件准予支付。
reviewer_checks:
  - 查参保地当日有效的病种支付范围，核对项目编码。
  - 查处方诊断，项目用于登记病种还是其他疾病。
  - 对登记本身有疑问的，转参保地核实。
handler: [H1, H5]
suppressors: []
*/
WITH
billed AS (
    SELECT
        l.setl_id,
        l.bkkp_sn,
        l.hilist_code,
        l.hilist_name,
        l.fee_date,
        l.det_item_fee_sumamt,
        l.inscp_amt,
        s.psn_no,
        s.insu_admdvs
    FROM fee_line AS l
    INNER JOIN settlement AS s ON l.setl_id = s.setl_id
    WHERE LEFT(s.med_type, 2) = '14' AND l.inscp_amt > 0
),

registered AS (
    SELECT DISTINCT
        b.setl_id,
        b.bkkp_sn,
        b.hilist_code,
        b.fee_date,
        b.insu_admdvs,
        g.opsp_dise_code,
        COALESCE(g.opsp_dise_name, g.opsp_dise_code) AS disease
    FROM billed AS b
    INNER JOIN opsp_reg_d AS g ON b.psn_no = g.psn_no
    WHERE
        g.vali_flag = '1'
        AND COALESCE(g.rchk_flag, '0') IN ('0', '1', '5', '7', '9')
        AND g.begndate <= b.fee_date
        AND (g.enddate IS NULL OR b.fee_date <= g.enddate)
),

-- Regions that keep a list for a disease at all, whatever stands on it.
kept AS (
    SELECT DISTINCT
        insu_admdvs,
        opsp_dise_code,
        begndate,
        enddate
    FROM opsp_scope_b
    WHERE vali_flag = '1'
),

has_list AS (
    SELECT DISTINCT
        r.bkkp_sn,
        r.opsp_dise_code
    FROM registered AS r
    INNER JOIN kept AS k
        ON
            r.opsp_dise_code = k.opsp_dise_code
            AND k.insu_admdvs IN (r.insu_admdvs, LEFT(r.insu_admdvs, 4) || '00', LEFT(r.insu_admdvs, 2) || '0000')
            AND r.fee_date >= k.begndate
            AND (k.enddate IS NULL OR r.fee_date <= k.enddate)
),

listed AS (
    SELECT DISTINCT
        r.bkkp_sn,
        r.opsp_dise_code
    FROM registered AS r
    INNER JOIN opsp_scope_b AS o
        ON
            r.opsp_dise_code = o.opsp_dise_code
            AND r.hilist_code = o.hilist_code
            AND o.insu_admdvs IN (r.insu_admdvs, LEFT(r.insu_admdvs, 4) || '00', LEFT(r.insu_admdvs, 2) || '0000')
            AND r.fee_date >= o.begndate
    WHERE o.vali_flag = '1' AND (o.enddate IS NULL OR DATE_DIFF('day', o.enddate, r.fee_date) <= $lag_days)
),

outside AS (
    SELECT
        r.bkkp_sn,
        STRING_AGG(r.disease, '、' ORDER BY r.opsp_dise_code) AS diseases
    FROM registered AS r
    LEFT JOIN has_list AS h ON r.bkkp_sn = h.bkkp_sn AND r.opsp_dise_code = h.opsp_dise_code
    LEFT JOIN listed AS o ON r.bkkp_sn = o.bkkp_sn AND r.opsp_dise_code = o.opsp_dise_code
    GROUP BY r.bkkp_sn
    HAVING COUNT(o.bkkp_sn) = 0 AND COUNT(h.bkkp_sn) = COUNT(*)
)

SELECT
    b.setl_id,
    b.bkkp_sn,
    b.det_item_fee_sumamt AS a0,
    b.inscp_amt AS a1,
    b.hilist_name AS because_item,
    b.fee_date AS because_fee_date,
    o.diseases AS because_diseases,
    b.insu_admdvs AS because_region,
    b.inscp_amt AS because_inscp
FROM billed AS b
INNER JOIN outside AS o ON b.bkkp_sn = o.bkkp_sn
/* examples
- name: on the list of the registered disease
  kind: clear
  given:
    settlement: [{care: OPSP, med_type: "140104"}]
    fee_line: [{hilist_code: XC08CAA061A001070200001}]
    opsp_reg_d: [{}]
    opsp_scope_b: [{}]
- name: on no list of the registered disease
  kind: flag
  given:
    settlement: [{care: OPSP, med_type: "140104"}]
    fee_line:
      - {bkkp_sn: L1, hilist_code: XC08CAA061A001070200001}
      - {bkkp_sn: L2, preselfpay_amt: "2.00", inscp_amt: "18.00"}
    opsp_reg_d: [{}]
    opsp_scope_b: [{}]
  expect: {S1: {a0: "20.00", a1: "18.00", lines: 1, because: {because_diseases: 高血压}}}
- name: on the list of the second disease
  kind: clear
  given:
    settlement: [{care: OPSP, med_type: "140104"}]
    fee_line: [{}]
    opsp_reg_d: [{}, {opsp_dise_code: M01600, opsp_dise_name: 糖尿病}]
    opsp_scope_b: [{}, {opsp_dise_code: M01600, hilist_code: "002501010150000"}]
- name: on neither list of two diseases
  kind: flag
  given:
    settlement: [{care: OPSP, med_type: "140104"}]
    fee_line: [{}]
    opsp_reg_d: [{}, {opsp_dise_code: M01600, opsp_dise_name: 糖尿病}]
    opsp_scope_b: [{}, {opsp_dise_code: M01600}]
  expect: {S1: {because: {because_diseases: 糖尿病、高血压}}}
- name: of one of two diseases the region keeps no list
  kind: clear
  given:
    settlement: [{care: OPSP, med_type: "140104"}]
    fee_line: [{}]
    opsp_reg_d: [{}, {opsp_dise_code: M01600, opsp_dise_name: 糖尿病}]
    opsp_scope_b: [{}]
- name: another region's list is none, the province's is one
  kind: edge
  given:
    settlement:
      - {care: OPSP, med_type: "140104"}
      - {setl_id: S2, care: OPSP, med_type: "140104", insu_admdvs: "320102"}
    fee_line: [{}, {setl_id: S2, bkkp_sn: L2}]
    opsp_reg_d: [{}]
    opsp_scope_b: [{insu_admdvs: "510000"}]
  expect: {S1: "20.00"}
- name: not registered is another rule's matter
  kind: clear
  given:
    settlement: [{care: OPSP, med_type: "140104"}]
    fee_line: [{}]
    opsp_reg_d: [{vali_flag: "0"}]
    opsp_scope_b: [{}]
- name: the registration begins on the day, and the day after
  kind: edge
  given:
    settlement: [{care: OPSP, med_type: "140104"}]
    fee_line: [{bkkp_sn: L1, fee_date: 2026-11-03}, {bkkp_sn: L2, fee_date: 2026-11-04}]
    opsp_reg_d: [{begndate: 2026-11-04}]
    opsp_scope_b: [{}]
  expect: {S1: {lines: 1, because: {because_fee_date: "2026-11-04"}}}
- name: left the list thirty days ago, and a day longer
  kind: edge
  given:
    settlement: [{care: OPSP, med_type: "140104"}]
    fee_line: [{bkkp_sn: L1, fee_date: 2026-10-30}, {bkkp_sn: L2, fee_date: 2026-10-31}]
    opsp_reg_d: [{}]
    opsp_scope_b: [{}, {hilist_code: "002501010150000", enddate: 2026-09-30}]
  expect: {S1: {lines: 1, because: {because_fee_date: "2026-10-31"}}}
- name: comes onto the list on the day, and the day before
  kind: edge
  given:
    settlement: [{care: OPSP, med_type: "140104"}]
    fee_line: [{bkkp_sn: L1, fee_date: 2026-11-03}, {bkkp_sn: L2, fee_date: 2026-11-04}]
    opsp_reg_d: [{}]
    opsp_scope_b: [{}, {hilist_code: "002501010150000", begndate: 2026-11-04}]
  expect: {S1: {lines: 1, because: {because_fee_date: "2026-11-03"}}}
- name: an ordinary clinic visit
  kind: clear
  given:
    settlement: [{care: OTP, med_type: "11"}]
    fee_line: [{}]
    opsp_reg_d: [{}]
    opsp_scope_b: [{}]
- name: paid by the patient alone
  kind: clear
  given:
    settlement: [{care: OPSP, med_type: "140104"}]
    fee_line: [{fulamt_ownpay_amt: "20.00", inscp_amt: "0.00"}]
    opsp_reg_d: [{}]
    opsp_scope_b: [{}]
- name: the day before the regulation and its first day
  kind: edge
  given:
    settlement: [{care: OPSP, med_type: "140104"}]
    fee_line: [{bkkp_sn: L1, fee_date: 2021-04-30}, {bkkp_sn: L2, fee_date: 2021-05-01}]
    opsp_reg_d: [{begndate: 2020-01-01}]
    opsp_scope_b: [{begndate: 2020-01-01}]
  expect: {S1: {a1: "20.00", lines: 1}}
*/
