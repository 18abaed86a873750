/* rule
id: PL-05
version: 1
title_zh: 限适应症
title: Indication restricted payment
status: active
certainty: suspicious
severity: 2
level: patient-episode
owner: 基金监管处
summary: >
  An item that is paid for certain diseases only was paid, and none of the visit's diagnoses, in whatever position, and
  no chronic disease that the person has registered is one of them. A visit without any coded diagnosis is not judged:
  what is missing proves nothing. Where the point says that the diagnosis alone decides, the finding is grave.
sentence_zh: >-
  “{because_item}”{because_limit}，本次就诊的诊断为{because_diagnoses}，没有相符的诊断或慢特病登记，
  {because_fee_date}计费，纳入支付范围{because_inscp}元。
facts:
  because_item: 项目
  because_limit: 限定
  because_fee_date: 计费日期
  because_diagnoses: 本次全部诊断
  because_wanted: 限定诊断（编码前几位）
  because_inscp: 纳入支付范围（元）
  because_point: 知识点编号
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（六）项
  - 《国家基本医疗保险、工伤保险和生育保险药品目录》备注栏：限适应症
  - 国家医保“两库”知识点：限适应症
national_code: GZ10000101008000, GZ10000102007000, 2025#88
in_force: {since: 2021-05-01}
dated_by: fee_date
reads: [fee_line, settlement, indication, diag_d, opsp_reg_d]
look_back: none
amount: a1
not_a_finding_when:
  - 门诊、药店没有上传诊断（没有任何编码诊断的就诊不判断）。
  - 次要诊断在病历中有记载，结算时漏传。
  - 诊断编码写法不同，与限定病种为同一疾病。
  - 适应症需凭检验数值判断，检验报告已达到限定标准。
reviewer_checks:
  - 调病历首页和出院记录，核对全部诊断，查有无漏传。
  - 查检验、影像、病理报告是否支持限定的适应症。
  - 知识点注明“凭诊断即可认定”的，核对诊断后直接处理。
handler: [H2, H1]
suppressors: []
*/
WITH
pointed AS (
    SELECT
        l.setl_id,
        l.bkkp_sn,
        l.hilist_name,
        l.fee_date,
        l.det_item_fee_sumamt,
        l.inscp_amt,
        s.psn_no,
        s.main_diag_code,
        k.kp_id,
        k.icd_prefix,
        k.opsp_dise_code,
        k.is_sufficient,
        k.note_zh
    FROM fee_line AS l
    INNER JOIN settlement AS s ON l.setl_id = s.setl_id
    INNER JOIN indication AS k
        ON
            l.hilist_code = k.hilist_code
            AND l.fee_date >= k.valid_from
            AND (k.valid_until IS NULL OR l.fee_date < k.valid_until)
    WHERE l.inscp_amt > 0 AND k.purpose = 'PAYMENT'
),

diagnosed AS (
    SELECT
        d.setl_id,
        STRING_AGG(
            COALESCE(d.diag_name, d.diag_code), '、' ORDER BY d.maindiag_flag DESC, d.diag_srt_no ASC, d.diag_code ASC
        ) AS diagnoses
    FROM diag_d AS d
    WHERE d.vali_flag = '1' AND d.diag_code IS NOT NULL
    GROUP BY d.setl_id
),

fitting AS (
    SELECT
        p.bkkp_sn,
        p.kp_id
    FROM pointed AS p
    WHERE LEFT(p.main_diag_code, LENGTH(p.icd_prefix)) = p.icd_prefix
    UNION ALL
    SELECT
        p.bkkp_sn,
        p.kp_id
    FROM pointed AS p
    INNER JOIN diag_d AS d
        ON p.setl_id = d.setl_id AND LEFT(d.diag_code, LENGTH(p.icd_prefix)) = p.icd_prefix
    WHERE d.vali_flag = '1'
    UNION ALL
    SELECT
        p.bkkp_sn,
        p.kp_id
    FROM pointed AS p
    INNER JOIN opsp_reg_d AS g ON p.psn_no = g.psn_no AND p.opsp_dise_code = g.opsp_dise_code
    WHERE
        g.vali_flag = '1'
        AND COALESCE(g.rchk_flag, '0') IN ('0', '1', '5', '7', '9')
        AND g.begndate <= p.fee_date
        AND (g.enddate IS NULL OR p.fee_date <= g.enddate)
),

by_point AS (
    SELECT
        p.setl_id,
        p.bkkp_sn,
        p.hilist_name,
        p.fee_date,
        p.det_item_fee_sumamt,
        p.inscp_amt,
        p.kp_id,
        MIN(p.note_zh) AS note_zh,
        MAX(p.is_sufficient) AS is_sufficient,
        STRING_AGG(p.icd_prefix, '、' ORDER BY p.icd_prefix) AS wanted
    FROM pointed AS p
    WHERE
        NOT EXISTS (
            SELECT 1
            FROM fitting AS f
            WHERE f.bkkp_sn = p.bkkp_sn AND f.kp_id = p.kp_id
        )
    GROUP BY p.setl_id, p.bkkp_sn, p.hilist_name, p.fee_date, p.det_item_fee_sumamt, p.inscp_amt, p.kp_id
)

SELECT
    b.setl_id,
    b.bkkp_sn,
    b.det_item_fee_sumamt AS a0,
    b.inscp_amt AS a1,
    CASE WHEN b.is_sufficient = '1' THEN 3 ELSE 2 END AS severity,
    b.hilist_name AS because_item,
    b.note_zh AS because_limit,
    b.fee_date AS because_fee_date,
    d.diagnoses AS because_diagnoses,
    b.wanted AS because_wanted,
    b.inscp_amt AS because_inscp,
    b.kp_id AS because_point
FROM by_point AS b
INNER JOIN diagnosed AS d ON b.setl_id = d.setl_id
-- A line that breaks two points is at issue once.
QUALIFY ROW_NUMBER() OVER (PARTITION BY b.bkkp_sn ORDER BY b.is_sufficient DESC, b.kp_id ASC) = 1
/* examples
- name: no diagnosis was uploaded
  kind: clear
  given:
    settlement: [{main_diag_code: null}]
    fee_line: [{}]
    indication: [{}]
    diag_d: []
    opsp_reg_d: []
- name: the third diagnosis is the one
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{}]
    indication: [{}]
    diag_d:
      - {}
      - {diag_srt_no: 2, maindiag_flag: "0", diag_code: I10.x00}
      - {diag_srt_no: 3, maindiag_flag: "0", diag_code: D69.300}
    opsp_reg_d: []
- name: pneumonia is not among the diseases
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{preselfpay_amt: "2.00", inscp_amt: "18.00"}]
    indication: [{}, {icd_prefix: D61}]
    diag_d: [{}]
    opsp_reg_d: []
  expect:
    S1: {a0: "20.00", a1: "18.00", severity: 2, lines: 1, because: {because_diagnoses: 肺炎, because_wanted: D61、D69}}
- name: the diagnosis alone decides
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{}]
    indication: [{is_sufficient: "1"}]
    diag_d: [{}]
    opsp_reg_d: []
  expect: {S1: {a1: "20.00", severity: 3}}
- name: registered for a disease that fits
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{}]
    indication: [{}, {icd_prefix: null, opsp_dise_code: M03900}]
    diag_d: [{}]
    opsp_reg_d: [{}]
- name: the last day of the registration and the day after
  kind: edge
  given:
    settlement: [{}]
    fee_line: [{bkkp_sn: L1, fee_date: 2026-11-04}, {bkkp_sn: L2, fee_date: 2026-11-05}]
    indication: [{}, {icd_prefix: null, opsp_dise_code: M03900}]
    diag_d: [{}]
    opsp_reg_d: [{enddate: 2026-11-04}]
  expect: {S1: {lines: 1, because: {because_fee_date: "2026-11-05"}}}
- name: a prefix of five characters is no prefix of three
  kind: edge
  given:
    settlement: [{setl_id: S1}, {setl_id: S2}]
    fee_line: [{setl_id: S1, bkkp_sn: L1}, {setl_id: S2, bkkp_sn: L2}]
    indication: [{icd_prefix: D69.3}]
    diag_d: [{setl_id: S1, diag_code: D69.300}, {setl_id: S2, diag_code: D69.400}]
    opsp_reg_d: []
  expect: {S2: {a1: "20.00"}}
- name: what is of use only is no matter of payment
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{}]
    indication: [{purpose: CLINICAL}]
    diag_d: [{}]
    opsp_reg_d: []
- name: a withdrawn diagnosis does not fit
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{}]
    indication: [{}]
    diag_d: [{}, {diag_srt_no: 2, maindiag_flag: "0", diag_code: D69.300, vali_flag: "0"}]
    opsp_reg_d: []
  expect: {S1: "20.00"}
- name: paid by the patient alone
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{fulamt_ownpay_amt: "20.00", inscp_amt: "0.00"}]
    indication: [{}]
    diag_d: [{}]
    opsp_reg_d: []
- name: the day before the knowledge point and its first day
  kind: edge
  given:
    settlement: [{}]
    fee_line: [{bkkp_sn: L1, fee_date: 2026-11-03}, {bkkp_sn: L2, fee_date: 2026-11-04}]
    indication: [{valid_from: 2026-11-04}]
    diag_d: [{}]
    opsp_reg_d: []
  expect: {S1: {lines: 1, because: {because_fee_date: "2026-11-04"}}}
- name: the day before the regulation and its first day
  kind: edge
  given:
    settlement: [{}]
    fee_line: [{bkkp_sn: L1, fee_date: 2021-04-30}, {bkkp_sn: L2, fee_date: 2021-05-01}]
    indication: [{valid_from: 2020-01-01}]
    diag_d: [{}]
    opsp_reg_d: []
  expect: {S1: {a1: "20.00", lines: 1}}
*/
