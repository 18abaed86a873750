/* rule
id: MG-03
version: 1
title_zh: 诊断缺失或诊断无对应费用
title: Diagnosis missing or without any charge that supports it
status: active
certainty: suspicious
severity: 1
level: settlement
owner: 信息管理处
summary: >
  An inpatient settlement with fee lines has no diagnosis at all, or a weighty diagnosis of it has no line of any kind
  that its treatment would leave on the bill. Drugstores have no diagnoses; outpatient institutions that send few of
  them are a matter of their share of visits and are not judged one by one.
sentence_zh: >-
  住院{because_admitted}至{because_discharged}，{because_problem}{because_diagnosis}：{because_expected}；
  费用明细{because_lines}条，基金支付{because_fund}元。
facts:
  because_problem: 问题
  because_diagnosis: 诊断
  because_expected: 应有的费用
  because_admitted: 入院日期
  because_discharged: 出院日期
  because_diagnoses: 无对应费用的诊断数
  because_lines: 明细条数
  because_fund: 基金支付（元）
  because_point: 知识点编号
basis:
  - 《医疗保障基金使用监督管理条例》第三十九条
  - 《医疗保障基金使用监督管理条例》第四十条第（二）项（伪造医学文书线索）
  - 国家医保“两库”规则：诊断缺失或诊断无对应费用
national_code: GZ10000201003000
in_force: {since: 2021-05-01}
dated_by: begndate
reads: [settlement, diag_d, fee_line, diagnosis_support]
look_back: none
params:
  least_lines:
    about: Fewer lines than these say nothing of what was not done
    default: "10"
    least: "1"
    most: "100"
amount: exposure
amount_note: Nothing is at issue until the records are seen; what the fund paid is shown as exposure.
not_a_finding_when:
  - 既往病史或伴随疾病按规范列入诊断，本次未治疗。
  - 入院后短时间死亡或转院，尚未开展治疗。
  - 相关费用由转入医院或门诊另行结算。
  - 目录对照使诊疗项目归入其他编码。
reviewer_checks:
  - 查病案首页、病程记录，确认诊断依据和治疗经过。
  - 查该诊断是否使病组权重升高（参见 AD-12、FR-05）。
  - 诊断缺失的，通知机构补传诊断信息。
handler: [H6, H2]
suppressors: []
*/
WITH
stay AS (
    SELECT
        setl_id,
        mdtrt_id,
        begndate,
        enddate,
        fund_pay_sumamt,
        main_diag_code,
        n_lines
    FROM settlement
    WHERE care = 'IPT' AND n_lines >= $least_lines
),

-- Each weighty diagnosis of a stay once, with the point that speaks of it.
weighty AS (
    SELECT DISTINCT
        t.setl_id,
        d.diag_code,
        d.diag_name,
        k.kp_id,
        k.note_zh
    FROM stay AS t
    INNER JOIN diag_d AS d ON t.mdtrt_id = d.mdtrt_id
    INNER JOIN diagnosis_support AS k
        ON
            LEFT(d.diag_code, 1) = LEFT(k.icd_prefix, 1)
            AND LEFT(d.diag_code, LENGTH(k.icd_prefix)) = k.icd_prefix
            AND t.begndate >= k.valid_from
            AND (k.valid_until IS NULL OR t.begndate < k.valid_until)
    WHERE d.vali_flag = '1' AND d.diag_type = '1'
),

supported AS (
    SELECT DISTINCT
        w.setl_id,
        w.kp_id
    FROM weighty AS w
    INNER JOIN stay AS t ON w.setl_id = t.setl_id
    INNER JOIN diagnosis_support AS k
        ON
            w.kp_id = k.kp_id
            AND t.begndate >= k.valid_from
            AND (k.valid_until IS NULL OR t.begndate < k.valid_until)
    INNER JOIN fee_line AS l
        ON w.setl_id = l.setl_id AND LEFT(l.hilist_code, LENGTH(k.code_prefix)) = k.code_prefix
),

bare AS (
    SELECT
        w.setl_id,
        w.diag_code,
        w.diag_name,
        w.kp_id,
        w.note_zh,
        COUNT(*) OVER (PARTITION BY w.setl_id) AS diagnoses,
        ROW_NUMBER() OVER (PARTITION BY w.setl_id ORDER BY w.diag_code, w.kp_id) AS place
    FROM weighty AS w
    LEFT JOIN supported AS p ON w.setl_id = p.setl_id AND w.kp_id = p.kp_id
    WHERE p.setl_id IS NULL
),

coded AS (
    SELECT DISTINCT t.setl_id
    FROM stay AS t
    INNER JOIN diag_d AS d ON t.mdtrt_id = d.mdtrt_id
    WHERE d.vali_flag = '1' AND d.diag_code IS NOT NULL
),

told AS (
    SELECT
        setl_id,
        '重要诊断无任何对应费用' AS problem,
        '“' || diag_code || COALESCE(diag_name, '') || '”' AS diagnosis,
        note_zh AS expected,
        diagnoses,
        kp_id
    FROM bare
    WHERE place = 1
    UNION ALL
    SELECT
        t.setl_id,
        '未上传任何诊断' AS problem,
        '（无）' AS diagnosis,
        '住院结算应有出院诊断' AS expected,
        0 AS diagnoses,
        CAST(NULL AS VARCHAR) AS kp_id
    FROM stay AS t
    LEFT JOIN coded AS c ON t.setl_id = c.setl_id
    WHERE t.main_diag_code IS NULL AND c.setl_id IS NULL
)

SELECT
    o.setl_id,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CAST(0 AS DECIMAL(18, 2)) AS a2,
    t.fund_pay_sumamt AS exposure,
    o.problem AS because_problem,
    o.diagnosis AS because_diagnosis,
    o.expected AS because_expected,
    t.begndate AS because_admitted,
    t.enddate AS because_discharged,
    o.diagnoses AS because_diagnoses,
    t.n_lines AS because_lines,
    t.fund_pay_sumamt AS because_fund,
    o.kp_id AS because_point
FROM told AS o
INNER JOIN stay AS t ON o.setl_id = t.setl_id
/* examples
- name: respiratory failure, and a respirator on the bill
  kind: clear
  given:
    settlement: [{}]
    diag_d: [{}, {diag_srt_no: 2, maindiag_flag: "0", diag_code: J96.000, diag_name: 急性呼吸衰竭}]
    fee_line: [{hilist_code: "003106030010000"}]
    diagnosis_support: [{}]
- name: respiratory failure and neither respirator nor oxygen
  kind: flag
  given:
    settlement: [{}]
    diag_d: [{}, {diag_srt_no: 2, maindiag_flag: "0", diag_code: J96.000, diag_name: 急性呼吸衰竭}]
    fee_line: [{}]
    diagnosis_support: [{}, {code_prefix: "00120300"}]
  expect:
    S1:
      exposure: "6800.00"
      a1: "0.00"
      because: {because_problem: 重要诊断无任何对应费用, because_diagnoses: "1"}
- name: one of several kinds of line is enough
  kind: clear
  given:
    settlement: [{}]
    diag_d: [{diag_code: J96.000}]
    fee_line: [{hilist_code: "001203000010000"}]
    diagnosis_support: [{}, {code_prefix: "00120300"}]
- name: a stay without any diagnosis
  kind: flag
  given: {settlement: [{main_diag_code: null}], diag_d: [{vali_flag: "0"}], fee_line: [{}], diagnosis_support: []}
  expect: {S1: {exposure: "6800.00", because: {because_problem: 未上传任何诊断}}}
- name: the visit names its main diagnosis, though no diagnosis was sent
  kind: clear
  given: {settlement: [{}], diag_d: [], fee_line: [{}], diagnosis_support: []}
- name: a drugstore, and an outpatient
  kind: clear
  given:
    settlement:
      - {main_diag_code: null, care: RX, med_type: "41"}
      - {setl_id: S2, mdtrt_id: V2, main_diag_code: null, care: OTP, med_type: "11"}
    diag_d: []
    fee_line: []
    diagnosis_support: []
- name: nine lines, and ten
  kind: edge
  given:
    settlement:
      - {setl_id: NINE, mdtrt_id: V1, main_diag_code: null, n_lines: 9}
      - {setl_id: TEN, mdtrt_id: V2, main_diag_code: null, n_lines: 10}
    diag_d: []
    fee_line: []
    diagnosis_support: []
  expect: {TEN: "6800.00"}
- name: a history of the disease is another code
  kind: clear
  given: {settlement: [{}], diag_d: [{diag_code: Z87.000}], fee_line: [{}], diagnosis_support: [{}]}
- name: the day before the point and its first day
  kind: edge
  given:
    settlement: [{setl_id: BEFORE, mdtrt_id: V1, begndate: 2026-11-01}, {setl_id: FIRST, mdtrt_id: V2}]
    diag_d: [{mdtrt_id: V1, diag_code: J96.000}, {mdtrt_id: V2, diag_code: J96.000}]
    fee_line: []
    diagnosis_support: [{valid_from: 2026-11-02}]
  expect: {FIRST: "6800.00"}
*/
