/* rule
id: PL-10
version: 1
title_zh: 限就医方式
title: Restricted to a care setting
status: active
certainty: definite
severity: 2
level: line
owner: 基金监管处
summary: >
  An item was paid in a setting that its knowledge point does not name: an in-patient's item in a clinic or the
  reverse, or what may not be prescribed over the internet in an internet visit. Day surgery counts as a stay, and so
  does observation in an emergency department over midnight.
sentence_zh: >-
  “{because_item}”{because_limit}，{because_fee_date}却在{because_setting}中计费，纳入支付范围{because_inscp}元。
facts:
  because_item: 项目
  because_limit: 限定
  because_fee_date: 计费日期
  because_setting: 就医方式
  because_allowed: 允许的就医方式
  because_inscp: 纳入支付范围（元）
  because_point: 知识点编号
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（六）项
  - 国家医保“两库”知识点：限就医方式
national_code: GZ10000102009000, 2025#13, 2025#47
in_force: {since: 2021-05-01}
dated_by: fee_date
reads: [fee_line, settlement, setting_limit, mdtrt_d]
look_back: none
params:
  observation_days:
    about: Midnights of observation in an emergency department from which it counts as a stay
    default: "1"
    least: "1"
    most: "7"
amount: a1
not_a_finding_when:
  - 急诊留观后收入院，留观期间的费用与住院一并结算（跨零点的留观按住院看待，已排除）。
  - 日间手术按住院管理（医疗类别 28 按住院看待，已排除）。
  - 互联网复诊后到实体门诊取药，就诊方式误填为互联网。
reviewer_checks:
  - 查就诊登记的医疗类别和就诊方式是否填写正确。
  - 查医嘱单，项目在住院前、住院中还是出院后执行。
  - 互联网诊疗的，查处方流转记录和药品管理类别。
handler: [H1]
suppressors: []
*/
WITH
visited AS (
    SELECT
        l.setl_id,
        l.bkkp_sn,
        l.hilist_code,
        l.hilist_name,
        l.fee_date,
        l.det_item_fee_sumamt,
        l.inscp_amt,
        CASE
            WHEN COALESCE(v.mdtrt_mode, '1') = '2' THEN 'NET'
            WHEN s.care = 'IPT' AND LEFT(s.med_type, 2) = '28' THEN 'DAY'
            WHEN s.care = 'ER' AND DATE_DIFF('day', s.begndate, s.enddate) >= $observation_days THEN 'OBSERVED'
            ELSE s.care
        END AS setting
    FROM fee_line AS l
    INNER JOIN settlement AS s ON l.setl_id = s.setl_id
    LEFT JOIN mdtrt_d AS v ON s.mdtrt_id = v.mdtrt_id AND v.vali_flag = '1'
    WHERE l.inscp_amt > 0
),

judged AS (
    SELECT
        v.setl_id,
        v.bkkp_sn,
        v.hilist_name,
        v.fee_date,
        v.det_item_fee_sumamt,
        v.inscp_amt,
        v.setting,
        k.kp_id,
        MIN(k.note_zh) AS note_zh,
        STRING_AGG(k.setting, '、' ORDER BY k.setting) AS allowed
    FROM visited AS v
    INNER JOIN setting_limit AS k
        ON
            v.hilist_code = k.hilist_code
            AND v.fee_date >= k.valid_from
            AND (k.valid_until IS NULL OR v.fee_date < k.valid_until)
    WHERE v.setting IN ('OTP', 'ER', 'OPSP', 'IPT', 'RX', 'MAT', 'NET', 'DAY', 'OBSERVED')
    GROUP BY
        v.setl_id, v.bkkp_sn, v.hilist_name, v.fee_date, v.det_item_fee_sumamt, v.inscp_amt, v.setting, k.kp_id
    HAVING
        MAX(
            CASE
                WHEN k.setting = v.setting THEN 1
                WHEN v.setting = 'DAY' AND k.setting = 'IPT' THEN 1
                WHEN v.setting = 'OBSERVED' AND k.setting IN ('IPT', 'ER') THEN 1
                ELSE 0
            END
        ) = 0
)

SELECT
    setl_id,
    bkkp_sn,
    det_item_fee_sumamt AS a0,
    inscp_amt AS a1,
    hilist_name AS because_item,
    note_zh AS because_limit,
    fee_date AS because_fee_date,
    CASE setting
        WHEN 'OTP' THEN '普通门诊'
        WHEN 'ER' THEN '急诊'
        WHEN 'OBSERVED' THEN '急诊留观'
        WHEN 'OPSP' THEN '门诊慢特病'
        WHEN 'IPT' THEN '住院'
        WHEN 'DAY' THEN '日间手术'
        WHEN 'RX' THEN '定点药店购药'
        WHEN 'MAT' THEN '生育'
        ELSE '互联网诊疗'
    END AS because_setting,
    allowed AS because_allowed,
    inscp_amt AS because_inscp,
    kp_id AS because_point
FROM judged
-- A line that breaks two points is at issue once.
QUALIFY ROW_NUMBER() OVER (PARTITION BY bkkp_sn ORDER BY kp_id ASC) = 1
/* examples
- name: day surgery is a stay
  kind: clear
  given:
    settlement: [{med_type: "28"}]
    fee_line: [{}]
    setting_limit: [{setting: IPT}]
    mdtrt_d: [{}]
- name: for clinics, during a stay
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{preselfpay_amt: "2.00", inscp_amt: "18.00"}]
    setting_limit: [{}, {setting: OPSP}]
    mdtrt_d: [{}]
  expect:
    S1: {a0: "20.00", a1: "18.00", lines: 1, because: {because_setting: 住院, because_allowed: OPSP、OTP}}
- name: for stays, in a clinic
  kind: flag
  given:
    settlement: [{care: OTP, med_type: "11"}]
    fee_line: [{}]
    setting_limit: [{setting: IPT}]
    mdtrt_d: [{}]
  expect: {S1: {a1: "20.00", because: {because_setting: 普通门诊}}}
- name: for clinics, and it is one
  kind: clear
  given:
    settlement: [{care: OPSP, med_type: "140104"}]
    fee_line: [{}]
    setting_limit: [{}, {setting: OPSP}]
    mdtrt_d: []
- name: what may be had in any way but over the internet
  kind: flag
  given:
    settlement: [{care: OTP, med_type: "11"}]
    fee_line: [{}]
    setting_limit: [{}, {setting: OPSP}, {setting: IPT}]
    mdtrt_d: [{mdtrt_mode: "2"}]
  expect: {S1: {because: {because_setting: 互联网诊疗}}}
- name: what may be had over the internet
  kind: clear
  given:
    settlement: [{care: OTP, med_type: "11"}]
    fee_line: [{}]
    setting_limit: [{}, {setting: NET}]
    mdtrt_d: [{mdtrt_mode: "2"}]
- name: observed over a midnight is a stay, observed within a day is not
  kind: edge
  given:
    settlement:
      - {setl_id: S1, care: ER, med_type: "13", begndate: 2026-11-03, enddate: 2026-11-04}
      - {setl_id: S2, care: ER, med_type: "13", begndate: 2026-11-04, enddate: 2026-11-04}
    fee_line: [{setl_id: S1, bkkp_sn: L1}, {setl_id: S2, bkkp_sn: L2}]
    setting_limit: [{setting: IPT}]
    mdtrt_d: [{}]
  expect: {S2: {because: {because_setting: 急诊}}}
- name: another kind of care is not judged
  kind: clear
  given:
    settlement: [{care: OTHER, med_type: "91"}]
    fee_line: [{}]
    setting_limit: [{}]
    mdtrt_d: []
- name: paid by the patient alone
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{fulamt_ownpay_amt: "20.00", inscp_amt: "0.00"}]
    setting_limit: [{}]
    mdtrt_d: []
- name: the day before the knowledge point and its first day
  kind: edge
  given:
    settlement: [{}]
    fee_line: [{bkkp_sn: L1, fee_date: 2026-11-03}, {bkkp_sn: L2, fee_date: 2026-11-04}]
    setting_limit: [{valid_from: 2026-11-04}]
    mdtrt_d: []
  expect: {S1: {lines: 1, because: {because_fee_date: "2026-11-04"}}}
- name: the day before the regulation and its first day
  kind: edge
  given:
    settlement: [{}]
    fee_line: [{bkkp_sn: L1, fee_date: 2021-04-30}, {bkkp_sn: L2, fee_date: 2021-05-01}]
    setting_limit: [{valid_from: 2020-01-01}]
    mdtrt_d: []
  expect: {S1: {a1: "20.00", lines: 1}}
*/
