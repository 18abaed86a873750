/* rule
id: MG-06
version: 1
title_zh: 主要诊断与主要手术不符
title: Main diagnosis unrelated to main operation
status: active
certainty: suspicious
severity: 1
level: settlement
owner: 信息管理处
summary: >
  The group that the list was put into is the ambiguous one of its kind, or main diagnosis and main operation stand
  together so rarely that they have nothing to do with each other. A pair is judged only where the reference knows both.
sentence_zh: >-
  主要诊断“{because_diagnosis}”与主要手术“{because_operation}”不符：{because_problem}
  （每十万例手术住院{because_per_100000}例，病组{because_group}）。
facts:
  because_diagnosis: 主要诊断
  because_operation: 主要手术
  because_problem: 问题
  because_per_100000: 参考频次（每十万例）
  because_lift: 关联度
  because_group: 病组代码
  because_fund: 基金支付（元）
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（七）项
  - 国家医保“两库”规则：主要诊断与主要手术不符
  - 按病组（DRG）付费分组方案：主要诊断与手术操作歧义组
national_code: GZ10000201006000
in_force: {since: 2021-05-01}
dated_by: enddate
reads: [settlement, oprn_d, diag_d, setl_list_d, diagnosis_operation]
look_back: none
params:
  least_pairs:
    about: Of 100,000 stays with an operation, so many must show the pair
    default: "3.00"
    least: "0.10"
    most: "50.00"
  least_lift:
    about: A pair that is rare, but not rarer than this share of what chance alone would give, is let pass
    default: "0.10"
    least: "0.01"
    most: "1.00"
amount: exposure
amount_note: Nothing is at issue until the coding is mended; what the fund paid is shown as exposure.
not_a_finding_when:
  - 多发伤，主要诊断与急诊手术部位不同（两个以上损伤诊断已排除）。
  - 住院期间因突发疾病实施附带手术，主要诊断按填写规范选择。
  - 分组器版本切换，清单按旧版分组。
reviewer_checks:
  - 查病案首页主要诊断选择是否符合填写规范。
  - 查手术记录和出院记录，确认手术针对的疾病。
  - 通知机构修正首页后重新分组，比较权重变化。
handler: [H6]
suppressors: []
*/
WITH
reference AS (
    SELECT
        s.setl_id,
        k.icd3,
        k.oprn2,
        k.per_100000,
        k.lift
    FROM settlement AS s
    INNER JOIN diagnosis_operation AS k
        ON
            s.icd3 = k.icd3
            AND s.enddate >= k.valid_from
            AND (k.valid_until IS NULL OR s.enddate < k.valid_until)
    WHERE s.care = 'IPT'
),

diagnosis_known AS (
    SELECT DISTINCT setl_id
    FROM reference
),

operated AS (
    SELECT
        s.setl_id,
        s.mdtrt_id,
        s.enddate,
        o.oprn_oprt_code,
        o.oprn_oprt_name,
        LEFT(o.oprn_oprt_code, 2) AS oprn2
    FROM settlement AS s
    INNER JOIN oprn_d AS o ON s.mdtrt_id = o.mdtrt_id
    WHERE s.care = 'IPT' AND o.vali_flag = '1' AND o.main_oprn_flag = '1' AND o.oprn_oprt_code IS NOT NULL
    QUALIFY ROW_NUMBER() OVER (PARTITION BY s.setl_id ORDER BY o.oprn_oprt_sn, o.oprn_oprt_code) = 1
),

operation_known AS (
    SELECT DISTINCT o.setl_id
    FROM operated AS o
    INNER JOIN diagnosis_operation AS k
        ON
            o.oprn2 = k.oprn2
            AND o.enddate >= k.valid_from
            AND (k.valid_until IS NULL OR o.enddate < k.valid_until)
),

-- Who was hurt in several places is operated where it is most urgent.
injured AS (
    SELECT o.setl_id
    FROM operated AS o
    INNER JOIN diag_d AS d ON o.mdtrt_id = d.mdtrt_id
    WHERE d.vali_flag = '1' AND LEFT(d.diag_code, 1) IN ('S', 'T')
    GROUP BY o.setl_id
    HAVING COUNT(DISTINCT LEFT(d.diag_code, 3)) >= 2
),

rare AS (
    SELECT
        o.setl_id,
        COALESCE(MAX(r.per_100000), 0) AS per_100000,
        COALESCE(MAX(r.lift), 0) AS lift
    FROM operated AS o
    INNER JOIN diagnosis_known AS d ON o.setl_id = d.setl_id
    INNER JOIN operation_known AS n ON o.setl_id = n.setl_id
    LEFT JOIN reference AS r ON o.setl_id = r.setl_id AND o.oprn2 = r.oprn2
    LEFT JOIN injured AS i ON o.setl_id = i.setl_id
    WHERE i.setl_id IS NULL
    GROUP BY o.setl_id
    HAVING COALESCE(MAX(r.per_100000), 0) < $least_pairs AND COALESCE(MAX(r.lift), 0) < $least_lift
),

grouped AS (
    SELECT
        setl_id,
        MIN(grp_code) AS grp_code,
        MAX(CASE WHEN RIGHT(grp_code, 2) = 'QY' THEN 1 ELSE 0 END) AS is_ambiguous
    FROM setl_list_d
    WHERE vali_flag = '1' AND grp_code IS NOT NULL
    GROUP BY setl_id
)

SELECT
    s.setl_id,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CAST(0 AS DECIMAL(18, 2)) AS a2,
    s.fund_pay_sumamt AS exposure,
    COALESCE(s.main_diag_code || COALESCE(s.main_diag_name, ''), '无') AS because_diagnosis,
    COALESCE(o.oprn_oprt_code || COALESCE(o.oprn_oprt_name, ''), '无') AS because_operation,
    CASE WHEN g.is_ambiguous = 1 THEN '进入歧义组' ELSE '两者极少同时出现' END AS because_problem,
    COALESCE(r.per_100000, 0) AS because_per_100000,
    COALESCE(r.lift, 0) AS because_lift,
    COALESCE(g.grp_code, '未分组') AS because_group,
    s.fund_pay_sumamt AS because_fund
FROM settlement AS s
LEFT JOIN operated AS o ON s.setl_id = o.setl_id
LEFT JOIN rare AS r ON s.setl_id = r.setl_id
LEFT JOIN grouped AS g ON s.setl_id = g.setl_id
WHERE s.care = 'IPT' AND (r.setl_id IS NOT NULL OR g.is_ambiguous = 1)
/* examples
- name: appendicitis, and the appendix is taken out
  kind: clear
  given:
    settlement: [{main_diag_code: K35.800, main_diag_name: 急性阑尾炎, icd3: K35}]
    oprn_d: [{}]
    diag_d: [{diag_code: K35.800}]
    setl_list_d: [{}]
    diagnosis_operation: [{}]
- name: a cataract, and the appendix is taken out
  kind: flag
  given:
    settlement: [{main_diag_code: H25.900, main_diag_name: 老年性白内障, icd3: H25}]
    oprn_d: [{}]
    diag_d: [{diag_code: H25.900}]
    setl_list_d: []
    diagnosis_operation: [{}, {kp_id: K2, icd3: H25, oprn2: "13"}]
  expect: {S1: {exposure: "6800.00", a1: "0.00", because: {because_problem: 两者极少同时出现, because_lift: "0.0000"}}}
- name: just under three of a hundred thousand, and three
  kind: edge
  given:
    settlement:
      - {main_diag_code: H25.900, icd3: H25}
      - {setl_id: S2, mdtrt_id: V2, main_diag_code: H26.900, icd3: H26}
    oprn_d: [{}, {mdtrt_id: V2}]
    diag_d: []
    setl_list_d: []
    diagnosis_operation:
      - {icd3: H25, per_100000: "2.99", lift: "0.0500"}
      - {kp_id: K2, icd3: H26, per_100000: "3.00", lift: "0.0500"}
  expect: {S1: {exposure: "6800.00", because: {because_per_100000: "2.99"}}}
- name: rare, but no rarer than chance would have it
  kind: edge
  given:
    settlement: [{main_diag_code: H25.900, icd3: H25}]
    oprn_d: [{}]
    diag_d: []
    setl_list_d: []
    diagnosis_operation: [{icd3: H25, per_100000: "1.00", lift: "0.1000"}]
- name: a diagnosis that the reference does not know, and an operation
  kind: clear
  given:
    settlement: [{}, {setl_id: S2, mdtrt_id: V2, main_diag_code: K35.800, icd3: K35}]
    oprn_d: [{}, {mdtrt_id: V2, oprn_oprt_code: "01.2000"}]
    diag_d: []
    setl_list_d: []
    diagnosis_operation: [{}]
- name: hurt in several places
  kind: clear
  given:
    settlement: [{main_diag_code: S72.000, main_diag_name: 股骨颈骨折, icd3: S72}]
    oprn_d: [{}]
    diag_d: [{diag_code: S72.000}, {diag_srt_no: 2, maindiag_flag: "0", diag_code: S36.000}]
    setl_list_d: []
    diagnosis_operation: [{}, {kp_id: K2, icd3: S72, oprn2: "79"}]
- name: the grouper could not tell
  kind: flag
  given:
    settlement: [{}]
    oprn_d: []
    diag_d: [{}]
    setl_list_d: [{grp_code: EQY}]
    diagnosis_operation: [{}]
  expect: {S1: {exposure: "6800.00", because: {because_problem: 进入歧义组, because_group: EQY}}}
- name: a secondary operation is not judged
  kind: clear
  given:
    settlement: [{main_diag_code: H25.900, icd3: H25}]
    oprn_d: [{main_oprn_flag: "0"}]
    diag_d: []
    setl_list_d: []
    diagnosis_operation: [{}, {kp_id: K2, icd3: H25, oprn2: "13"}]
- name: discharged on the day before the reference began, and on its first day
  kind: edge
  given:
    settlement:
      - {main_diag_code: H25.900, icd3: H25, enddate: 2026-11-08}
      - {setl_id: S2, mdtrt_id: V2, main_diag_code: H25.900, icd3: H25}
    oprn_d: [{}, {mdtrt_id: V2}]
    diag_d: []
    setl_list_d: []
    diagnosis_operation: [{valid_from: 2026-11-09}, {kp_id: K2, icd3: H25, oprn2: "13", valid_from: 2026-11-09}]
  expect: {S2: "6800.00"}
*/
