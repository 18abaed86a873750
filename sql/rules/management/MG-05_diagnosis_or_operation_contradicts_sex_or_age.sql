/* rule
id: MG-05
version: 1
title_zh: 诊断/手术与性别、年龄不符
title: Diagnosis or operation contradicts sex or age
status: active
certainty: definite
severity: 2
level: settlement
owner: 基金监管处
summary: >
  A coded diagnosis or operation is for the other sex or for another age than the patient's: a man with a disease of
  pregnancy, a woman with one of the prostate, an adult with one of birth. The sex is that of the identity number where
  there is one, and the age is counted in days to the beginning of care.
sentence_zh: >-
  患者{because_sex}，{because_birth_date}出生，就诊时{because_age_years}岁，{because_began}起就诊记录的{because_kind}
  “{because_code}{because_name}”{because_limit}；共{because_contradictions}处不符，基金支付{because_fund}元。
facts:
  because_sex: 性别
  because_birth_date: 出生日期
  because_began: 就诊开始日期
  because_age_years: 年龄（岁）
  because_age_days: 日龄（天）
  because_kind: 编码类别
  because_code: 编码
  because_name: 名称
  because_limit: 限定
  because_contradictions: 不符处数
  because_fund: 基金支付（元）
  because_point: 知识点编号
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（七）项
  - 《医疗保障基金使用监督管理条例》第四十条第（一）项（冒名就医线索）
  - 国家医保“两库”规则：诊断、手术操作与性别、年龄不符
national_code: GZ10000201005000, GZ10000204006000, GZ10000204007000
in_force: {since: 2021-05-01}
dated_by: begndate
reads: [settlement, diag_d, oprn_d, diagnosis_limit]
look_back: none
params:
  grace_days:
    about: Days beyond an age bound, because a course of treatment may straddle a birthday
    default: "30"
    least: "0"
    most: "365"
amount: exposure
amount_note: Nothing is at issue until the records are seen; what the fund paid is shown as exposure.
not_a_finding_when:
  - 新生儿随母结算，新生儿的围生期诊断记在母亲名下（S-NB 自动排除）。
  - 诊断或手术编码录入笔误，病历诊断与性别、年龄相符。
  - 证件类型不含性别位，登记性别有误（性别不明的不判定）。
  - 既往变性手术者的器官疾病，病历有记载。
reviewer_checks:
  - 核对身份证号码第十七位和出生日期与登记信息。
  - 调病案首页和出院记录，区分编码笔误与冒名就医。
  - 同一人其他就诊中是否有与本次矛盾的病史（参见 FR-08）。
handler: [H2]
suppressors: [S-NB]
*/
WITH
coded AS (
    SELECT
        mdtrt_id,
        'DIAGNOSIS' AS kind,
        diag_code AS code,
        diag_name AS title_zh
    FROM diag_d
    WHERE vali_flag = '1' AND diag_type = '1' AND diag_code IS NOT NULL
    UNION ALL
    SELECT
        mdtrt_id,
        'OPERATION' AS kind,
        oprn_oprt_code AS code,
        oprn_oprt_name AS title_zh
    FROM oprn_d
    WHERE vali_flag = '1' AND oprn_oprt_code IS NOT NULL
),

held AS (
    SELECT
        s.setl_id,
        s.gend,
        s.brdy,
        s.begndate,
        s.age_years,
        s.fund_pay_sumamt,
        c.kind,
        c.code,
        c.title_zh,
        k.kp_id,
        k.note_zh,
        k.gend AS limit_gend,
        k.min_days,
        k.max_days,
        DATE_DIFF('day', s.brdy, s.begndate) AS age_days
    FROM settlement AS s
    INNER JOIN coded AS c ON s.mdtrt_id = c.mdtrt_id
    INNER JOIN diagnosis_limit AS k
        ON
            c.kind = k.kind
            AND LEFT(c.code, 1) = LEFT(k.code_prefix, 1)
            AND LEFT(c.code, LENGTH(k.code_prefix)) = k.code_prefix
            AND s.begndate >= k.valid_from
            AND (k.valid_until IS NULL OR s.begndate < k.valid_until)
),

-- One code is one contradiction, whichever points it breaks and however often it is listed.
broken AS (
    SELECT
        setl_id,
        gend,
        brdy,
        begndate,
        age_years,
        age_days,
        fund_pay_sumamt,
        kind,
        code,
        title_zh,
        kp_id,
        note_zh
    FROM held
    WHERE
        (limit_gend IS NOT NULL AND gend IN ('1', '2') AND gend <> limit_gend)
        OR (age_days >= 0 AND age_days + $grace_days < min_days)
        OR (age_days >= 0 AND age_days > max_days + $grace_days)
    QUALIFY ROW_NUMBER() OVER (PARTITION BY setl_id, kind, code ORDER BY kp_id, title_zh) = 1
),

ranked AS (
    SELECT
        setl_id,
        gend,
        brdy,
        begndate,
        age_years,
        age_days,
        fund_pay_sumamt,
        kind,
        code,
        title_zh,
        kp_id,
        note_zh,
        COUNT(*) OVER (PARTITION BY setl_id) AS contradictions,
        ROW_NUMBER() OVER (PARTITION BY setl_id ORDER BY kind, code) AS place
    FROM broken
)

SELECT
    setl_id,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CAST(0 AS DECIMAL(18, 2)) AS a2,
    fund_pay_sumamt AS exposure,
    CASE gend WHEN '1' THEN '男' WHEN '2' THEN '女' ELSE '性别不明' END AS because_sex,
    brdy AS because_birth_date,
    begndate AS because_began,
    age_years AS because_age_years,
    age_days AS because_age_days,
    CASE kind WHEN 'DIAGNOSIS' THEN '诊断' ELSE '手术操作' END AS because_kind,
    code AS because_code,
    title_zh AS because_name,
    note_zh AS because_limit,
    contradictions AS because_contradictions,
    fund_pay_sumamt AS because_fund,
    kp_id AS because_point
FROM ranked
WHERE place = 1
/* examples
- name: a woman gives birth
  kind: clear
  given: {settlement: [{}], diag_d: [{diag_code: O80.900, diag_name: 单胎顺产}], oprn_d: [], diagnosis_limit: [{}]}
- name: a man gives birth
  kind: flag
  given:
    settlement: [{gend: "1"}]
    diag_d: [{diag_code: O80.900, diag_name: 单胎顺产}, {diag_srt_no: 2}]
    oprn_d: []
    diagnosis_limit: [{}]
  expect: {S1: {exposure: "6800.00", a1: "0.00", a2: "0.00", because: {because_sex: 男, because_contradictions: "1"}}}
- name: an operation of the prostate on a woman, and a disease of it
  kind: flag
  given:
    settlement: [{}]
    diag_d: [{diag_code: N40.x00, diag_name: 前列腺增生}]
    oprn_d: [{oprn_oprt_code: "60.2900", oprn_oprt_name: 经尿道前列腺电切术}]
    diagnosis_limit: [{gend: "1", code_prefix: N40}, {kp_id: K2, kind: OPERATION, gend: "1", code_prefix: "60."}]
  expect: {S1: {exposure: "6800.00", because: {because_kind: 诊断, because_contradictions: "2"}}}
- name: sex unknown, as with certificates that do not say it
  kind: clear
  given: {settlement: [{gend: "9"}], diag_d: [{diag_code: O80.900}], oprn_d: [], diagnosis_limit: [{}]}
- name: a disease of birth, on the last day of the grace and the day after
  kind: edge
  given:
    settlement:
      - {setl_id: LAST, mdtrt_id: V1, brdy: 2008-10-04}
      - {setl_id: AFTER, mdtrt_id: V2, brdy: 2008-10-03}
    diag_d: [{mdtrt_id: V1, diag_code: P23.900}, {mdtrt_id: V2, diag_code: P23.900}]
    oprn_d: []
    diagnosis_limit: [{code_prefix: P, gend: null, max_days: 6573}]
  expect: {AFTER: {exposure: "6800.00", because: {because_age_days: "6604"}}}
- name: dementia of old age at ten
  kind: flag
  given:
    settlement: [{brdy: 2016-05-20, age_years: 10}]
    diag_d: [{diag_code: F03.x00, diag_name: 老年性痴呆}]
    oprn_d: []
    diagnosis_limit: [{code_prefix: F03, gend: null, min_days: 10957}]
  expect: {S1: {exposure: "6800.00", because: {because_age_years: "10"}}}
- name: the newborn's jaundice on the mother's bill
  kind: clear
  given:
    settlement: [{nwb_flag: "1"}]
    diag_d: [{diag_code: P59.900, diag_name: 新生儿黄疸}]
    oprn_d: []
    diagnosis_limit: [{code_prefix: P, gend: null, max_days: 6573}]
  suppressed: {S1: S-NB}
- name: withdrawn diagnoses do not count
  kind: clear
  given:
    settlement: [{gend: "1"}]
    diag_d: [{diag_code: O80.900, vali_flag: "0"}]
    oprn_d: []
    diagnosis_limit: [{}]
- name: the day before the point and its first day
  kind: edge
  given:
    settlement:
      - {setl_id: BEFORE, mdtrt_id: V1, gend: "1", begndate: 2026-11-01}
      - {setl_id: FIRST, mdtrt_id: V2, gend: "1"}
    diag_d: [{mdtrt_id: V1, diag_code: O80.900}, {mdtrt_id: V2, diag_code: O80.900}]
    oprn_d: []
    diagnosis_limit: [{valid_from: 2026-11-02}]
  expect: {FIRST: "6800.00"}
- name: the day before the regulation
  kind: edge
  given:
    settlement: [{gend: "1", begndate: 2021-04-30}]
    diag_d: [{diag_code: O80.900}]
    oprn_d: []
    diagnosis_limit: [{valid_from: 2020-01-01}]
*/
