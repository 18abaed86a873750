/* rule
id: MD-06
version: 1
title_zh: 用药/诊疗安全
title: Medication and procedure safety
status: active
certainty: suspicious
severity: 1
level: patient-episode
owner: 基金监管处
summary: >
  A drug or procedure was given to somebody for whom it is forbidden: with a diagnosis of the visit, at an age, in
  pregnancy, or together with another item on one day; or a drug with none of the diseases for which it is of use. It is
  a matter of safety, to be told to the hospital; nothing is claimed.
sentence_zh: >-
  {because_day}使用“{because_item}”：{because_limit}（{because_reason}：{because_detail}），
  就诊诊断“{because_diagnosis}”，金额{because_amount}元。
facts:
  because_day: 日期
  because_item: 药品或项目
  because_reason: 情形
  because_limit: 禁忌
  because_detail: 本次情况
  because_diagnosis: 主要诊断
  because_amount: 金额（元）
  because_point: 知识点编号
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（二）项
  - 《处方管理办法》；药品说明书
national_code: >-
  GZ10000301007000, GZ10000301008000, GZ10000301009000, GZ10000301010000, GZ10000301011000, GZ10000302005000,
  GZ10000302006000
in_force: {since: 2021-05-01}
dated_by: fee_date
reads: [fee_line, settlement, diag_d, mdtrt_d, contraindication, indication]
look_back: none
params:
  grace_days:
    about: Days by which an age limit is read generously
    default: "0"
    least: "0"
    most: "365"
amount: exposure
amount_note: The line is exposure; unless the item also breaks a limit of payment, nothing is at issue.
not_a_finding_when:
  - 有循证依据的超说明书用药，经医院药事委员会备案并取得知情同意。
  - 禁忌诊断为既往史或已治愈，不是本次活动性疾病。
  - 病情危急、无替代药物，用药理由写入病历。
  - 两种药品虽同日收费，实际错开使用。
reviewer_checks:
  - 查医嘱、用药时间和会诊记录，禁忌是否被评估。
  - 查诊断是否为本次现症，妊娠周数和年龄是否登记正确。
  - 按医师按月汇总，同类情形十次以上再深入检查。
handler: [H7, H2]
suppressors: []
*/
WITH
given AS (
    SELECT
        l.setl_id,
        l.mdtrt_id,
        l.person,
        l.bkkp_sn,
        l.hilist_code,
        l.hilist_name,
        l.list_type,
        l.fee_date,
        l.det_item_fee_sumamt,
        s.brdy,
        s.gend,
        s.main_diag_code,
        s.main_diag_name
    FROM fee_line AS l
    INNER JOIN settlement AS s ON l.setl_id = s.setl_id
    WHERE l.cnt > 0
),

pointed AS (
    SELECT
        g.setl_id,
        g.mdtrt_id,
        g.bkkp_sn,
        g.hilist_name,
        g.fee_date,
        g.det_item_fee_sumamt,
        g.gend,
        g.main_diag_code,
        g.main_diag_name,
        k.kp_id,
        k.kind,
        k.icd_prefix,
        k.min_days,
        k.max_days,
        k.other_code,
        k.note_zh,
        DATE_DIFF('day', g.brdy, g.fee_date) AS age_days
    FROM given AS g
    INNER JOIN contraindication AS k
        ON
            g.hilist_code = k.hilist_code
            AND g.fee_date >= k.valid_from
            AND (k.valid_until IS NULL OR g.fee_date < k.valid_until)
    WHERE k.level = 'FORBIDDEN'
),

found AS (
    SELECT
        p.bkkp_sn,
        '诊断禁忌' AS reason,
        COALESCE(MIN(d.diag_name), MIN(d.diag_code)) AS detail,
        p.kp_id
    FROM pointed AS p
    INNER JOIN diag_d AS d ON p.mdtrt_id = d.mdtrt_id AND LEFT(d.diag_code, LENGTH(p.icd_prefix)) = p.icd_prefix
    WHERE p.kind = 'DIAGNOSIS' AND d.vali_flag = '1'
    GROUP BY p.bkkp_sn, p.kp_id
    UNION ALL
    SELECT
        p.bkkp_sn,
        '年龄禁忌' AS reason,
        '出生第' || CAST(p.age_days AS VARCHAR) || '天' AS detail,
        p.kp_id
    FROM pointed AS p
    WHERE
        p.kind = 'AGE'
        AND p.age_days >= COALESCE(p.min_days, 0) + CASE WHEN p.min_days IS NULL THEN 0 ELSE $grace_days END
        AND (p.max_days IS NULL OR p.age_days <= p.max_days - $grace_days)
    UNION ALL
    SELECT
        p.bkkp_sn,
        '妊娠期禁用' AS reason,
        '孕' || CAST(CAST(ROUND(MAX(v.geso_val)) AS BIGINT) AS VARCHAR) || '周' AS detail,
        p.kp_id
    FROM pointed AS p
    INNER JOIN mdtrt_d AS v ON p.mdtrt_id = v.mdtrt_id
    WHERE p.kind = 'PREGNANCY' AND p.gend = '2' AND v.vali_flag = '1' AND v.geso_val > 0
    GROUP BY p.bkkp_sn, p.kp_id
    UNION ALL
    SELECT
        p.bkkp_sn,
        '禁止合用' AS reason,
        '同日使用' || MIN(o.hilist_name) AS detail,
        p.kp_id
    FROM pointed AS p
    INNER JOIN given AS o ON p.setl_id = o.setl_id AND p.fee_date = o.fee_date AND p.other_code = o.hilist_code
    WHERE p.kind = 'COMBINED'
    GROUP BY p.bkkp_sn, p.kp_id
),

useful AS (
    SELECT
        g.bkkp_sn,
        k.kp_id,
        MIN(k.note_zh) AS note_zh,
        MAX(
            CASE
                WHEN LEFT(g.main_diag_code, LENGTH(k.icd_prefix)) = k.icd_prefix THEN 1
                WHEN LEFT(d.diag_code, LENGTH(k.icd_prefix)) = k.icd_prefix THEN 1
                ELSE 0
            END
        ) AS fits,
        COUNT(d.diag_code) AS diagnoses
    FROM given AS g
    INNER JOIN indication AS k
        ON
            g.hilist_code = k.hilist_code
            AND g.fee_date >= k.valid_from
            AND (k.valid_until IS NULL OR g.fee_date < k.valid_until)
    LEFT JOIN diag_d AS d ON g.mdtrt_id = d.mdtrt_id AND d.vali_flag = '1'
    WHERE k.purpose = 'CLINICAL' AND g.list_type IN ('101', '102', '103') AND k.icd_prefix IS NOT NULL
    GROUP BY g.bkkp_sn, k.kp_id
),

told AS (
    SELECT
        f.bkkp_sn,
        f.reason,
        f.detail,
        f.kp_id,
        MIN(p.note_zh) AS note_zh
    FROM found AS f
    INNER JOIN pointed AS p ON f.bkkp_sn = p.bkkp_sn AND f.kp_id = p.kp_id
    GROUP BY f.bkkp_sn, f.reason, f.detail, f.kp_id
    UNION ALL
    SELECT
        u.bkkp_sn,
        '超说明书适应症' AS reason,
        '各诊断均不符' AS detail,
        u.kp_id,
        u.note_zh
    FROM useful AS u
    -- A visit without any diagnosis is another rule's finding.
    WHERE u.fits = 0 AND u.diagnoses > 0
)

SELECT
    g.setl_id,
    g.bkkp_sn,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CAST(0 AS DECIMAL(18, 2)) AS a2,
    g.det_item_fee_sumamt AS exposure,
    g.fee_date AS because_day,
    g.hilist_name AS because_item,
    t.reason AS because_reason,
    t.note_zh AS because_limit,
    t.detail AS because_detail,
    COALESCE(g.main_diag_name, g.main_diag_code, '（无）') AS because_diagnosis,
    g.det_item_fee_sumamt AS because_amount,
    t.kp_id AS because_point
FROM told AS t
INNER JOIN given AS g ON t.bkkp_sn = g.bkkp_sn
-- A line that breaks two points is told once.
QUALIFY ROW_NUMBER() OVER (PARTITION BY t.bkkp_sn ORDER BY t.kp_id ASC, t.reason ASC) = 1
/* examples
- name: forbidden with an ulcer, given for pneumonia
  kind: clear
  given:
    fee_line: [{hilist_code: D1, list_type: "101"}]
    settlement: [{}]
    diag_d: [{}]
    mdtrt_d: [{}]
    contraindication: [{icd_prefix: K25, note_zh: 活动性消化性溃疡禁用}]
    indication: []
- name: given with an ulcer
  kind: flag
  given:
    fee_line: [{hilist_code: D1, list_type: "101"}]
    settlement: [{}]
    diag_d: [{}, {diag_srt_no: 2, maindiag_flag: "0", diag_code: K25.400, diag_name: 胃溃疡}]
    mdtrt_d: [{}]
    contraindication: [{icd_prefix: K25, note_zh: 活动性消化性溃疡禁用}]
    indication: []
  expect:
    S1: {a0: "0.00", a1: "0.00", a2: "0.00", exposure: "20.00", because: {because_reason: 诊断禁忌, because_detail: 胃溃疡}}
- name: only to be used with care
  kind: clear
  given:
    fee_line: [{hilist_code: D1, list_type: "101"}]
    settlement: [{}]
    diag_d: [{diag_code: K25.400}]
    mdtrt_d: [{}]
    contraindication: [{icd_prefix: K25, level: CAUTION}]
    indication: []
- name: on the first day of the forbidden age and the day before
  kind: edge
  given:
    fee_line:
      - {setl_id: OLD, bkkp_sn: L1, hilist_code: D1}
      - {setl_id: YOUNG, bkkp_sn: L2, mdtrt_id: V2, hilist_code: D1}
    settlement: [{setl_id: OLD, brdy: 1956-11-03}, {setl_id: YOUNG, mdtrt_id: V2, brdy: 1956-11-04}]
    diag_d: [{}]
    mdtrt_d: [{}]
    contraindication: [{kind: AGE, icd_prefix: null, min_days: 25568}]
    indication: []
  expect: {OLD: {because: {because_detail: 出生第25568天}}}
- name: in the thirtieth week
  kind: flag
  given:
    fee_line: [{hilist_code: D1, list_type: "101"}]
    settlement: [{}]
    diag_d: [{}]
    mdtrt_d: [{geso_val: "30"}]
    contraindication: [{kind: PREGNANCY, icd_prefix: null}]
    indication: []
  expect: {S1: {because: {because_reason: 妊娠期禁用, because_detail: 孕30周}}}
- name: not pregnant
  kind: clear
  given:
    fee_line: [{hilist_code: D1, list_type: "101"}]
    settlement: [{}]
    diag_d: [{}]
    mdtrt_d: [{}]
    contraindication: [{kind: PREGNANCY, icd_prefix: null}]
    indication: []
- name: two that must not be given on one day, and on two days
  kind: edge
  given:
    fee_line:
      - {bkkp_sn: L1, hilist_code: D1}
      - {bkkp_sn: L2, hilist_code: D2}
      - {setl_id: S2, bkkp_sn: L3, hilist_code: D1}
      - {setl_id: S2, bkkp_sn: L4, hilist_code: D2, fee_date: 2026-11-05}
    settlement: [{}, {setl_id: S2, mdtrt_id: V2, person: P2}]
    diag_d: [{}]
    mdtrt_d: [{}]
    contraindication: [{kind: COMBINED, icd_prefix: null, other_code: D2, note_zh: 禁止合用}]
    indication: []
  expect: {S1: {exposure: "20.00", because: {because_reason: 禁止合用}}}
- name: a drug of use in a stroke, given for pneumonia
  kind: flag
  given:
    fee_line: [{hilist_code: D1, list_type: "101"}]
    settlement: [{}]
    diag_d: [{}]
    mdtrt_d: [{}]
    contraindication: []
    indication:
      - {hilist_code: D1, icd_prefix: I63, purpose: CLINICAL, note_zh: 用于急性脑梗死}
      - {hilist_code: D1, icd_prefix: I61, purpose: CLINICAL, note_zh: 用于急性脑梗死}
  expect: {S1: {because: {because_reason: 超说明书适应症, because_limit: 用于急性脑梗死}}}
- name: with the stroke as a further diagnosis
  kind: clear
  given:
    fee_line: [{hilist_code: D1, list_type: "101"}]
    settlement: [{}]
    diag_d: [{}, {diag_srt_no: 2, maindiag_flag: "0", diag_code: I61.900}]
    mdtrt_d: [{}]
    contraindication: []
    indication:
      - {hilist_code: D1, icd_prefix: I63, purpose: CLINICAL, note_zh: 用于急性脑梗死}
      - {hilist_code: D1, icd_prefix: I61, purpose: CLINICAL, note_zh: 用于急性脑梗死}
- name: the last day of the point and the day after
  kind: edge
  given:
    fee_line: [{bkkp_sn: L1, hilist_code: D1, fee_date: 2026-11-03}, {bkkp_sn: L2, hilist_code: D1}]
    settlement: [{}]
    diag_d: [{diag_code: K25.400}]
    mdtrt_d: [{}]
    contraindication: [{icd_prefix: K25, valid_until: 2026-11-04}]
    indication: []
  expect: {S1: {lines: 1}}
- name: the day before the regulation and its first day
  kind: edge
  given:
    fee_line:
      - {bkkp_sn: L1, hilist_code: D1, fee_date: 2021-04-30}
      - {bkkp_sn: L2, hilist_code: D1, fee_date: 2021-05-01}
    settlement: [{}]
    diag_d: [{diag_code: K25.400}]
    mdtrt_d: [{}]
    contraindication: [{icd_prefix: K25, valid_from: 2020-01-01}]
    indication: []
  expect: {S1: {lines: 1}}
*/
