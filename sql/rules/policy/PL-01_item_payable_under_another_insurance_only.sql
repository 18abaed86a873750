/* rule
id: PL-01
version: 1
title_zh: 限险种支付
title: Item payable under another insurance only
status: active
certainty: definite
severity: 3
level: line
owner: 基金监管处
summary: >
  An item that the catalogue reserves for work-injury or maternity insurance was paid from basic insurance. Where
  several insurances may pay, any of them does. Maternity care that is paid through basic insurance, as in cities that
  merged the two, is left out.
sentence_zh: >-
  “{because_item}”{because_limit}，{because_fee_date}却按{because_insurance}结算，纳入支付范围{because_inscp}元。
facts:
  because_item: 项目
  because_limit: 限定
  because_fee_date: 计费日期
  because_insurance: 结算险种
  because_inscp: 纳入支付范围（元）
  because_point: 知识点编号
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（六）项
  - 《国家基本医疗保险、工伤保险和生育保险药品目录》备注栏：限工伤保险、限生育保险
  - 《四川省异地就医结算管理办法》第十条、第十二条
national_code: GZ10000101001000, GZ10000101002000, GZ10000102003000, GZ10000102004000
in_force: {since: 2021-05-01}
dated_by: fee_date
reads: [fee_line, settlement, insurance_limit]
look_back: none
amount: a1
not_a_finding_when:
  - 参保地生育保险与职工医保合并实施，生育医疗类别经职工医保支付（生育类别和生育费用标志已排除）。
  - 住院期间因计划生育手术使用限生育保险药品，医院未填生育费用标志。
  - 工伤认定正在申请，先按基本医疗保险结算，认定后已约定退回。
reviewer_checks:
  - 查病历和诊断，是否为工伤或生育引起，能否改由工伤保险、生育保险支付。
  - 查就诊登记的医疗类别和生育费用标志是否漏填。
  - 查知识点批次的生效日期是否早于计费日期。
handler: [H1]
suppressors: []
*/
WITH
dated AS (
    SELECT
        l.setl_id,
        l.bkkp_sn,
        l.hilist_name,
        l.fee_date,
        l.det_item_fee_sumamt,
        l.inscp_amt,
        s.insutype,
        k.kp_id,
        k.note_zh,
        CASE
            WHEN
                k.only_insutype = s.insutype
                OR (k.only_insutype = '510' AND (s.care = 'MAT' OR COALESCE(l.matn_fee_flag, '0') = '1'))
                THEN 1
            ELSE 0
        END AS is_payable
    FROM fee_line AS l
    INNER JOIN settlement AS s ON l.setl_id = s.setl_id
    INNER JOIN insurance_limit AS k
        ON
            l.hilist_code = k.hilist_code
            AND l.fee_date >= k.valid_from
            AND (k.valid_until IS NULL OR l.fee_date < k.valid_until)
    WHERE
        l.inscp_amt > 0
        -- Employees' and residents' basic insurance.
        AND s.insutype IN ('310', '390')
),

judged AS (
    SELECT
        setl_id,
        bkkp_sn,
        hilist_name,
        fee_date,
        det_item_fee_sumamt,
        inscp_amt,
        insutype,
        kp_id,
        note_zh,
        MAX(is_payable) OVER (PARTITION BY bkkp_sn) AS is_payable,
        ROW_NUMBER() OVER (PARTITION BY bkkp_sn ORDER BY kp_id ASC, note_zh ASC) AS place
    FROM dated
)

SELECT
    setl_id,
    bkkp_sn,
    det_item_fee_sumamt AS a0,
    inscp_amt AS a1,
    hilist_name AS because_item,
    note_zh AS because_limit,
    fee_date AS because_fee_date,
    CASE WHEN insutype = '310' THEN '职工基本医疗保险' ELSE '城乡居民基本医疗保险' END AS because_insurance,
    inscp_amt AS because_inscp,
    kp_id AS because_point
FROM judged
WHERE is_payable = 0 AND place = 1
/* examples
- name: maternity care is paid through the employees' insurance
  kind: clear
  given:
    settlement: [{care: MAT, med_type: "52"}]
    fee_line: [{}]
    insurance_limit: [{only_insutype: "510"}]
- name: a line of a stay that is marked as maternity
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{matn_fee_flag: "1"}]
    insurance_limit: [{only_insutype: "510"}]
- name: a drug for work injuries, paid by the employees' insurance
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{preselfpay_amt: "2.00", inscp_amt: "18.00"}]
    insurance_limit: [{}]
  expect: {S1: {a0: "20.00", a1: "18.00", lines: 1, because: {because_insurance: 职工基本医疗保险}}}
- name: a maternity drug on a resident's ordinary stay
  kind: flag
  given:
    settlement: [{insutype: "390"}]
    fee_line: [{}]
    insurance_limit: [{only_insutype: "510"}]
  expect: {S1: {a1: "20.00", because: {because_insurance: 城乡居民基本医疗保险}}}
- name: paid by the insurance that it is reserved for
  kind: clear
  given:
    settlement: [{insutype: "410"}]
    fee_line: [{}]
    insurance_limit: [{}]
- name: two insurances may pay, and one of them does
  kind: clear
  given:
    settlement: [{care: MAT, med_type: "51"}]
    fee_line: [{}]
    insurance_limit: [{}, {only_insutype: "510"}]
- name: two insurances may pay, and neither does
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{}]
    insurance_limit: [{}, {only_insutype: "510"}]
  expect: {S1: {a1: "20.00", lines: 1}}
- name: paid by the patient alone
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{fulamt_ownpay_amt: "20.00", inscp_amt: "0.00"}]
    insurance_limit: [{}]
- name: a fen in scope is in scope
  kind: edge
  given:
    settlement: [{}]
    fee_line: [{bkkp_sn: L1, fulamt_ownpay_amt: "20.00", inscp_amt: "0.00"}, {bkkp_sn: L2, inscp_amt: "0.01"}]
    insurance_limit: [{}]
  expect: {S1: {a1: "0.01", lines: 1}}
- name: the day before the knowledge point and its first day
  kind: edge
  given:
    settlement: [{}]
    fee_line: [{bkkp_sn: L1, fee_date: 2026-11-03}, {bkkp_sn: L2, fee_date: 2026-11-04}]
    insurance_limit: [{valid_from: 2026-11-04}]
  expect: {S1: {a1: "20.00", lines: 1, because: {because_fee_date: "2026-11-04"}}}
- name: the last day of the knowledge point and the day after
  kind: edge
  given:
    settlement: [{}]
    fee_line: [{bkkp_sn: L1, fee_date: 2026-11-03}, {bkkp_sn: L2, fee_date: 2026-11-04}]
    insurance_limit: [{valid_until: 2026-11-04}]
  expect: {S1: {lines: 1, because: {because_fee_date: "2026-11-03"}}}
- name: the day before the regulation and its first day
  kind: edge
  given:
    settlement: [{}]
    fee_line: [{bkkp_sn: L1, fee_date: 2021-04-30}, {bkkp_sn: L2, fee_date: 2021-05-01}]
    insurance_limit: [{valid_from: 2020-01-01}]
  expect: {S1: {a1: "20.00", lines: 1}}
*/
