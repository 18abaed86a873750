/* rule
id: AD-11
version: 2
title_zh: 高套病种编码
title: DRG up coding
status: active
certainty: suspicious
severity: 2
level: settlement
owner: 基金监管处
summary: >
  A stay stands in a payment group with complications although no further diagnosis is recorded, or although none of
  the further diagnoses left anything on the bill; or it stands in a heavy group and cost next to nothing of what that
  group costs. Without the unsupported codes the weight would be a fifth lower or more.
sentence_zh: >-
  主要诊断“{because_diagnosis}”入组{because_group}（权重{because_weight}），{because_form}；
  去除无依据编码后为{because_base_group}（权重{because_base_weight}），总费用{because_total}元，为本组均费{because_mean}元的{because_share}%。
facts:
  because_form: 情形
  because_diagnosis: 主要诊断
  because_secondary: 其他诊断
  because_group: 病组
  because_weight: 病组权重
  because_base_group: 无合并症病组
  because_base_weight: 无合并症病组权重
  because_total: 总费用（元）
  because_mean: 本组均费（元）
  because_share: 占本组均费（%）
  because_paid_by: 支付方式
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（七）项
  - 就医地按病组（病种分值）付费结算办法
national_code: none（案由清单 18）
in_force: {since: 2021-05-01}
dated_by: enddate
reads: [settlement, setl_list_d, drg_group_b, diag_d, diagnosis_support, fee_line]
look_back: none
params:
  weight_drop:
    about: Share by which the weight falls without the unsupported codes, from which it matters
    default: "0.20"
    least: "0.05"
    most: "0.60"
  low_share:
    about: Share of the group's mean cost below which a heavy stay alone is a question
    default: "0.10"
    least: "0.05"
    most: "0.50"
  heavy:
    about: Weight from which a group is heavy
    default: "1.5000"
    least: "0.5000"
    most: "10.0000"
amount: exposure
amount_note: >
  The weight that falls away, at the rate that the group's mean cost implies. Where the stay was paid by item, nothing
  was overpaid and the finding is a lead.
not_a_finding_when:
  - 入院早期死亡或转院（已排除），费用自然偏低。
  - 异地住院仍按项目付费，编码不影响支付（只作线索，金额为零）。
  - 合并症在外院已诊治，本次仅观察，病历有记录。
  - 病案首页其他诊断齐全，结算系统未上传。
reviewer_checks:
  - 调阅病案首页与结算清单，核对主要诊断选择和其他诊断的依据。
  - 逐个合并症查检查、会诊、用药记录。
  - 汇总该机构同组病例的入组率和低倍率比例。
handler: [H2]
suppressors: []
*/
WITH
listed AS (
    SELECT
        c.setl_id,
        c.grp_code,
        c.hi_paymtd
    FROM setl_list_d AS c
    WHERE c.vali_flag = '1' AND c.grp_code IS NOT NULL
    -- The list that was declared last holds.
    QUALIFY ROW_NUMBER() OVER (PARTITION BY c.setl_id ORDER BY c.updt_time DESC, c.setl_list_id DESC) = 1
),

grouped AS (
    SELECT
        s.setl_id,
        s.mdtrt_id,
        s.main_diag_name,
        s.enddate,
        s.medfee_sumamt,
        c.hi_paymtd,
        g.grp_code,
        g.grp_name,
        g.weight,
        g.mean_fee,
        COALESCE(b.grp_code, g.grp_code) AS base_code,
        COALESCE(b.weight, g.weight) AS base_weight,
        COALESCE(b.mean_fee, g.mean_fee) AS base_fee
    FROM settlement AS s
    INNER JOIN listed AS c ON s.setl_id = c.setl_id
    INNER JOIN drg_group_b AS g
        ON
            c.grp_code = g.grp_code
            AND LEFT(g.admdvs, 4) = s.treat_pool
            AND s.enddate >= g.begndate
            AND (g.enddate IS NULL OR s.enddate <= g.enddate)
    LEFT JOIN drg_group_b AS b
        ON
            g.base_grp_code = b.grp_code
            AND g.admdvs = b.admdvs
            AND s.enddate >= b.begndate
            AND (b.enddate IS NULL OR s.enddate <= b.enddate)
            AND b.vali_flag = '1'
    WHERE
        s.care = 'IPT'
        AND g.vali_flag = '1'
        AND COALESCE(s.dscg_way, '') NOT IN ('2', '3', '4', '5')
    -- The city's own group before the district's, the newest before older ones.
    QUALIFY
        ROW_NUMBER() OVER (
            PARTITION BY s.setl_id ORDER BY g.admdvs ASC, g.begndate DESC, b.begndate DESC
        ) = 1
),

further AS (
    SELECT DISTINCT
        g.setl_id,
        g.enddate,
        d.diag_code,
        d.diag_name
    FROM grouped AS g
    INNER JOIN diag_d AS d ON g.mdtrt_id = d.mdtrt_id
    WHERE
        d.vali_flag = '1'
        AND d.maindiag_flag <> '1'
        AND d.inout_diag_type = '2'
        AND d.diag_code IS NOT NULL
),

expected AS (
    SELECT DISTINCT
        f.setl_id,
        f.diag_code,
        k.code_prefix
    FROM further AS f
    INNER JOIN diagnosis_support AS k
        ON
            LEFT(f.diag_code, LENGTH(k.icd_prefix)) = k.icd_prefix
            AND f.enddate >= k.valid_from
            AND (k.valid_until IS NULL OR f.enddate < k.valid_until)
),

awaited AS (
    SELECT DISTINCT
        setl_id,
        diag_code
    FROM expected
),

supported AS (
    SELECT DISTINCT
        e.setl_id,
        e.diag_code
    FROM expected AS e
    INNER JOIN fee_line AS l ON e.setl_id = l.setl_id
    WHERE LEFT(l.hilist_code, LENGTH(e.code_prefix)) = e.code_prefix AND l.cnt > 0
),

-- 1: the point expects something of this diagnosis, and nothing of it stands on the bill.
weighed AS (
    SELECT
        f.setl_id,
        f.diag_code,
        f.diag_name,
        CASE WHEN e.setl_id IS NOT NULL AND s.setl_id IS NULL THEN 1 ELSE 0 END AS is_unsupported
    FROM further AS f
    LEFT JOIN awaited AS e ON f.setl_id = e.setl_id AND f.diag_code = e.diag_code
    LEFT JOIN supported AS s ON f.setl_id = s.setl_id AND f.diag_code = s.diag_code
),

summed AS (
    SELECT
        setl_id,
        COUNT(*) AS diagnoses,
        SUM(is_unsupported) AS unsupported,
        STRING_AGG(COALESCE(diag_name, diag_code), '、' ORDER BY diag_code) AS others_named
    FROM weighed
    GROUP BY setl_id
),

judged AS (
    SELECT
        g.setl_id,
        g.main_diag_name,
        g.medfee_sumamt,
        g.hi_paymtd,
        g.grp_code,
        g.grp_name,
        g.weight,
        g.mean_fee,
        g.base_code,
        g.base_weight,
        g.base_fee,
        w.others_named,
        CASE
            WHEN g.weight - g.base_weight >= $weight_drop * g.weight AND w.setl_id IS NULL THEN '无其他诊断却入合并症组'
            WHEN
                g.weight - g.base_weight >= $weight_drop * g.weight AND w.unsupported = w.diagnoses
                THEN '合并症均无费用支持'
            WHEN g.weight >= $heavy AND g.medfee_sumamt < $low_share * g.mean_fee THEN '高权重病组费用极低'
        END AS reason
    FROM grouped AS g
    LEFT JOIN summed AS w ON g.setl_id = w.setl_id
)

SELECT
    setl_id,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CAST(0 AS DECIMAL(18, 2)) AS a2,
    CASE
        WHEN COALESCE(hi_paymtd, '') NOT IN ('3', '4') THEN CAST(0 AS DECIMAL(18, 2))
        WHEN reason = '高权重病组费用极低' THEN COALESCE(mean_fee, 0) - medfee_sumamt
        ELSE COALESCE(mean_fee, 0) - COALESCE(base_fee, 0)
    END AS exposure,
    CASE WHEN COALESCE(hi_paymtd, '') IN ('3', '4') THEN 2 ELSE 1 END AS severity,
    reason AS because_form,
    main_diag_name AS because_diagnosis,
    COALESCE(others_named, '（无）') AS because_secondary,
    grp_code || ' ' || COALESCE(grp_name, '') AS because_group,
    weight AS because_weight,
    base_code AS because_base_group,
    base_weight AS because_base_weight,
    medfee_sumamt AS because_total,
    mean_fee AS because_mean,
    CAST(ROUND(medfee_sumamt * 100) AS BIGINT) // NULLIF(CAST(ROUND(mean_fee) AS BIGINT), 0) AS because_share,
    CASE hi_paymtd WHEN '4' THEN 'DRG' WHEN '3' THEN 'DIP' ELSE '按项目等' END AS because_paid_by
FROM judged
WHERE reason IS NOT NULL
/* examples
- name: a group without complications
  kind: clear
  given:
    settlement: [{}]
    setl_list_d: [{}]
    drg_group_b:
      - {grp_code: ES21, weight: "0.9100", mean_fee: "9800.00", base_grp_code: ES25}
      - {}
    diag_d: [{}]
    diagnosis_support: []
    fee_line: [{}]
- name: with complications, and one recorded that no point speaks of
  kind: clear
  given:
    settlement: [{}]
    setl_list_d: [{grp_code: ES21}]
    drg_group_b:
      - {grp_code: ES21, weight: "0.9100", mean_fee: "9800.00", base_grp_code: ES25}
      - {}
    diag_d: [{}, {diag_srt_no: 2, maindiag_flag: "0", diag_code: J96.900, diag_name: 呼吸衰竭}]
    diagnosis_support: []
    fee_line: [{}]
- name: with complications, and none recorded
  kind: flag
  given:
    settlement: [{}]
    setl_list_d: [{grp_code: ES21}]
    drg_group_b:
      - {grp_code: ES21, weight: "0.9100", mean_fee: "9800.00", base_grp_code: ES25}
      - {}
    diag_d: [{}]
    diagnosis_support: []
    fee_line: [{}]
  expect: {S1: {exposure: "2800.00", a2: "0.00", severity: 2, because: {because_form: 无其他诊断却入合并症组}}}
- name: respiratory failure without oxygen
  kind: flag
  given:
    settlement: [{}]
    setl_list_d: [{grp_code: ES21}]
    drg_group_b:
      - {grp_code: ES21, weight: "0.9100", mean_fee: "9800.00", base_grp_code: ES25}
      - {}
    diag_d: [{}, {diag_srt_no: 2, maindiag_flag: "0", diag_code: J96.900, diag_name: 呼吸衰竭}]
    diagnosis_support: [{icd_prefix: J96, code_prefix: "0012"}]
    fee_line: [{}]
  expect: {S1: {exposure: "2800.00", because: {because_form: 合并症均无费用支持, because_secondary: 呼吸衰竭}}}
- name: respiratory failure with oxygen on the bill
  kind: clear
  given:
    settlement: [{}]
    setl_list_d: [{grp_code: ES21}]
    drg_group_b:
      - {grp_code: ES21, weight: "0.9100", mean_fee: "9800.00", base_grp_code: ES25}
      - {}
    diag_d: [{}, {diag_srt_no: 2, maindiag_flag: "0", diag_code: J96.900, diag_name: 呼吸衰竭}]
    diagnosis_support: [{icd_prefix: J96, code_prefix: "0012"}]
    fee_line: [{hilist_code: "001203000010000"}]
- name: a heavy group that cost next to nothing
  kind: flag
  given:
    settlement: [{medfee_sumamt: "999.99"}]
    setl_list_d: [{grp_code: AA11}]
    drg_group_b: [{grp_code: AA11, base_grp_code: AA11, weight: "5.0000", mean_fee: "50000.00"}]
    diag_d: [{}]
    diagnosis_support: []
    fee_line: [{}]
  expect: {S1: {exposure: "49000.01", because: {because_form: 高权重病组费用极低}}}
- name: exactly a tenth of the group's cost, and a weight below heavy
  kind: edge
  given:
    settlement: [{medfee_sumamt: "5000.00"}, {setl_id: S2, mdtrt_id: V2, medfee_sumamt: "100.00"}]
    setl_list_d:
      - {grp_code: AA11}
      - {setl_list_id: SL2, setl_id: S2, grp_code: AA12}
    drg_group_b:
      - {grp_code: AA11, base_grp_code: AA11, weight: "5.0000", mean_fee: "50000.00"}
      - {grp_code: AA12, base_grp_code: AA12, weight: "1.4999", mean_fee: "50000.00"}
    diag_d: [{}]
    diagnosis_support: []
    fee_line: [{}]
- name: a weight that falls by a fifth, and by less
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, mdtrt_id: V2}]
    setl_list_d:
      - {grp_code: BB11}
      - {setl_list_id: SL2, setl_id: S2, grp_code: BB12}
    drg_group_b:
      - {grp_code: BB11, base_grp_code: BB15, weight: "1.0000", mean_fee: "10000.00"}
      - {grp_code: BB12, base_grp_code: BB15, weight: "0.9999", mean_fee: "9999.00"}
      - {grp_code: BB15, base_grp_code: BB15, weight: "0.8000", mean_fee: "8000.00"}
    diag_d: [{}]
    diagnosis_support: []
    fee_line: [{}]
  expect: {S1: "2000.00"}
- name: paid by item, it is a lead
  kind: flag
  given:
    settlement: [{}]
    setl_list_d: [{grp_code: ES21, hi_paymtd: "1"}]
    drg_group_b:
      - {grp_code: ES21, weight: "0.9100", mean_fee: "9800.00", base_grp_code: ES25}
      - {}
    diag_d: [{}]
    diagnosis_support: []
    fee_line: [{}]
  expect: {S1: {exposure: "0.00", severity: 1}}
- name: the last day of the group and the day after
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, mdtrt_id: V2, enddate: 2026-11-10}]
    setl_list_d:
      - {grp_code: ES21}
      - {setl_list_id: SL2, setl_id: S2, grp_code: ES21}
    drg_group_b:
      - {grp_code: ES21, weight: "0.9100", mean_fee: "9800.00", base_grp_code: ES25, enddate: 2026-11-09}
      - {}
    diag_d: [{}]
    diagnosis_support: []
    fee_line: [{}]
  expect: {S1: "2800.00"}
- name: the point on the diagnosis begins the day after discharge
  kind: edge
  given:
    settlement: [{}]
    setl_list_d: [{grp_code: ES21}]
    drg_group_b:
      - {grp_code: ES21, weight: "0.9100", mean_fee: "9800.00", base_grp_code: ES25}
      - {}
    diag_d: [{}, {diag_srt_no: 2, maindiag_flag: "0", diag_code: J96.900, diag_name: 呼吸衰竭}]
    diagnosis_support: [{icd_prefix: J96, code_prefix: "0012", valid_from: 2026-11-10}]
    fee_line: [{}]
- name: the day before the regulation and its first day
  kind: edge
  given:
    settlement:
      - {setl_id: BEFORE, begndate: 2021-04-25, enddate: 2021-04-30}
      - {setl_id: FIRST, mdtrt_id: V2, begndate: 2021-04-25, enddate: 2021-05-01}
    setl_list_d:
      - {setl_id: BEFORE, grp_code: ES21}
      - {setl_list_id: SL2, setl_id: FIRST, grp_code: ES21}
    drg_group_b:
      - {grp_code: ES21, weight: "0.9100", mean_fee: "9800.00", base_grp_code: ES25, begndate: 2020-01-01}
      - {begndate: 2020-01-01}
    diag_d: [{}]
    diagnosis_support: []
    fee_line: [{}]
  expect: {FIRST: "2800.00"}
- name: died or left early
  kind: clear
  given:
    settlement: [{dscg_way: "5"}, {setl_id: S2, mdtrt_id: V2, dscg_way: "2"}]
    setl_list_d:
      - {grp_code: ES21}
      - {setl_list_id: SL2, setl_id: S2, grp_code: ES21}
    drg_group_b:
      - {grp_code: ES21, weight: "0.9100", mean_fee: "9800.00", base_grp_code: ES25}
      - {}
    diag_d: [{}]
    diagnosis_support: []
    fee_line: [{}]
*/
