/* rule
id: MD-03
version: 1
title_zh: 区分性别使用
title: Item for the other sex
status: active
certainty: definite
severity: 3
level: line
owner: 基金监管处
summary: >
  An item for one sex was paid for a person of the other. The sex is that of the ID number where the register has a
  valid one, else the declared one. Services and consumables weigh more than drugs, which a relative may have fetched.
sentence_zh: “{because_item}”{because_limit}，患者性别为{because_sex}，{because_fee_date}纳入支付范围{because_inscp}元。
facts:
  because_item: 项目
  because_limit: 限定
  because_sex: 患者性别
  because_fee_date: 计费日期
  because_inscp: 纳入支付范围（元）
  because_diagnosis: 诊断
  because_point: 知识点编号
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（二）项、第四十条第（一）项
  - 国家医保“两库”知识点：区分性别
national_code: GZ10000301004000, GZ10000302004000, 2025#87
in_force: {since: 2021-05-01}
dated_by: fee_date
reads: [fee_line, settlement, sex_limit]
look_back: none
amount: a1
not_a_finding_when:
  - 登记性别有误，身份证号码第 17 位与实际一致后可更正。
  - 前列腺癌、乳腺癌患者的内分泌治疗用药（主诊断为 C50、C61 的药品已排除）。
  - 新生儿费用记在母亲名下（新生儿标志为 1 的结算已排除）。
  - 性别重置或性发育异常，病历有诊断依据。
reviewer_checks:
  - 核对身份证号码第 17 位与登记性别。
  - 服务项目查报告单和操作记录是否为本人，疑似冒名的转冒名就医核查。
  - 药品查处方和购药人，是否为家属代购自用。
handler: [H1, H2]
suppressors_in_sql: [S-NB]
*/
SELECT
    l.setl_id,
    l.bkkp_sn,
    l.det_item_fee_sumamt AS a0,
    l.inscp_amt AS a1,
    CASE WHEN LEFT(l.list_type, 1) = '1' THEN 2 ELSE 3 END AS severity,
    l.hilist_name AS because_item,
    k.note_zh AS because_limit,
    CASE s.gend WHEN '1' THEN '男' ELSE '女' END AS because_sex,
    l.fee_date AS because_fee_date,
    l.inscp_amt AS because_inscp,
    s.main_diag_name AS because_diagnosis,
    k.kp_id AS because_point
FROM fee_line AS l
INNER JOIN settlement AS s ON l.setl_id = s.setl_id
INNER JOIN sex_limit AS k
    ON
        l.hilist_code = k.hilist_code
        AND l.fee_date >= k.valid_from
        AND (k.valid_until IS NULL OR l.fee_date < k.valid_until)
WHERE
    s.gend IN ('1', '2')
    AND k.gend IN ('1', '2')
    AND s.gend <> k.gend
    AND l.inscp_amt > 0
    AND COALESCE(s.nwb_flag, '0') <> '1'
    -- Hormone therapy of breast and prostate cancer uses the other sex's drugs.
    AND NOT (LEFT(l.list_type, 1) = '1' AND COALESCE(s.icd3, '') IN ('C50', 'C61'))
QUALIFY ROW_NUMBER() OVER (PARTITION BY l.bkkp_sn ORDER BY k.kp_id ASC) = 1
/* examples
- name: a woman's item for a woman
  kind: clear
  given: {settlement: [{}], fee_line: [{}], sex_limit: [{}]}
- name: a prostate test for a woman
  kind: flag
  given: {settlement: [{}], fee_line: [{preselfpay_amt: "2.00", inscp_amt: "18.00"}], sex_limit: [{gend: "1"}]}
  expect: {S1: {a0: "20.00", a1: "18.00", severity: 3, lines: 1, because: {because_sex: 女}}}
- name: a woman's drug for a man weighs less
  kind: flag
  given: {settlement: [{gend: "1"}], fee_line: [{list_type: "101"}], sex_limit: [{}]}
  expect: {S1: {a1: "20.00", severity: 2}}
- name: unknown sex
  kind: clear
  given: {settlement: [{gend: "9"}], fee_line: [{}], sex_limit: [{}]}
- name: hormone therapy of breast cancer, drug and service
  kind: edge
  given:
    settlement: [{gend: "1", icd3: C50}]
    fee_line: [{bkkp_sn: L1, list_type: "101"}, {bkkp_sn: L2}]
    sex_limit: [{}]
  expect: {S1: {a1: "20.00", lines: 1}}
- name: a newborn boy on the mother's card
  kind: clear
  given: {settlement: [{nwb_flag: "1"}], fee_line: [{}], sex_limit: [{gend: "1"}]}
- name: paid by the patient alone
  kind: clear
  given: {settlement: [{}], fee_line: [{inscp_amt: "0.00"}], sex_limit: [{gend: "1"}]}
- name: the day before the point and its first day
  kind: edge
  given:
    settlement: [{}]
    fee_line: [{bkkp_sn: L1, fee_date: 2026-11-03}, {bkkp_sn: L2, fee_date: 2026-11-04}]
    sex_limit: [{gend: "1", valid_from: 2026-11-04}]
  expect: {S1: {a1: "20.00", lines: 1, because: {because_fee_date: "2026-11-04"}}}
*/
