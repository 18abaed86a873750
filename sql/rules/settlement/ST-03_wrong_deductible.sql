/* rule
id: ST-03
version: 1
title_zh: 起付线执行错误
title: Wrong deductible
status: active
certainty: definite
severity: 2
level: settlement
owner: 异地就医结算处
summary: >
  The deductible that the person bore is not the one that the insured region gives for hospital level, class of person,
  admission of the year and filing, and the recomputation with the deductible really taken gives what was paid. It is
  held against what was known then (the record's own count of admissions and of what had been paid); what is known now
  is stated beside it. Where only the count was wrong, ST-06 speaks. Signed: a deductible too high is reported too.
sentence_zh: >-
  起付线实扣{because_paid}元，按当时已知应扣{because_then}元，按现有记录应扣{because_now}元；
  基金差额{because_difference}元（正数为多付）。
facts:
  because_paid: 实扣起付线（元）
  because_then: 按当时已知应扣（元）
  because_now: 按现有记录应扣（元）
  because_nth_then: 当时记录的住院次数
  because_nth_now: 现有记录的住院次数
  because_level: 起付线医院等级
  because_filing_type: 备案类型
  because_difference: 基金差额（元）
  because_policy: 政策包
  because_recomputed: 复算说明
basis:
  - 《四川省异地就医结算管理办法》第三条、第十三条
  - 参保地待遇政策
national_code: none
in_force: {since: 2021-01-01}
dated_by: setl_date
reads: [settlement, recomputed]
look_back: none
params:
  tolerance:
    about: Yuan by which the deductible may be off
    default: "1.00"
    least: "0.00"
    most: "100.00"
amount: a2
not_a_finding_when:
  - 转院只补起付线差额（复算已扣除前一医院已付部分）。
  - 门诊慢特病年度起付线已在其他机构付清，记录尚未上传。
  - 救助对象、特殊人员由参保地文件免收起付线，政策库尚未收录。
  - 外地住院当时尚未上传，住院次数事后才知道（按当时已知计算，不属差错）。
reviewer_checks:
  - 核对起付线医院等级、人员类别、本年第几次住院和备案类型。
  - 查是否转院，前一医院已付多少起付线。
  - 同一机构同日其他结算是否同样，以判断是等级参数错误还是个案。
handler: [H5]
suppressors_in_sql: [S-TRF]
*/
SELECT
    r.setl_id,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    r.by_benefit AS a2,
    CASE WHEN r.by_benefit > 0 THEN 2 ELSE 1 END AS severity,
    s.act_pay_dedc AS because_paid,
    COALESCE(r.deductible_then, r.expected_deductible) AS because_then,
    r.expected_deductible AS because_now,
    r.nth_recorded AS because_nth_then,
    r.nth_rebuilt AS because_nth_now,
    CASE s.dedc_hosp_lv
        WHEN '1' THEN '一级及以下'
        WHEN '2' THEN '二级'
        WHEN '3' THEN '三级'
        ELSE '未定级'
    END AS because_level,
    r.filing_type AS because_filing_type,
    r.by_benefit AS because_difference,
    r.pack_id AS because_policy,
    r.cause_zh AS because_recomputed
FROM recomputed AS r
INNER JOIN settlement AS s ON r.setl_id = s.setl_id
WHERE
    r.status IN ('recomputed', 'no_lines')
    AND r.cause = 'deductible'
    AND ABS(s.act_pay_dedc - COALESCE(r.deductible_then, r.expected_deductible)) > $tolerance
    AND ABS(s.act_pay_dedc - r.expected_deductible) > $tolerance
    -- Inside a same-city area this is LP-11's, where the patient bore too much.
    AND NOT (COALESCE(r.is_same_city, FALSE) AND r.by_benefit < 0)
/* examples
- name: the deductible that the policy gives
  kind: clear
  given: {settlement: [{}], recomputed: [{}]}
- name: the deductible of a smaller hospital
  kind: flag
  given:
    settlement: [{act_pay_dedc: "400.00", hifp_pay: "7140.00"}]
    recomputed: [{by_benefit: "340.00", difference: "340.00", cause: deductible, layer: deductible}]
  expect:
    S1: {a2: "340.00", severity: 2, because: {because_paid: "400.00", because_then: "800.00", because_level: 三级}}
- name: charged in full on the second admission, too much for the patient
  kind: flag
  given:
    settlement: [{cal_ipt_cnt: 2}]
    recomputed:
      - {expected_deductible: "700.00", deductible_then: "700.00", nth_recorded: 2, nth_rebuilt: 2,
         by_benefit: "-85.00", cause: deductible}
  expect: {S1: {a2: "-85.00", severity: 1}}
- name: another stay became known later, then the deductible was right
  kind: clear
  given:
    settlement: [{}]
    recomputed:
      - {expected_deductible: "700.00", deductible_then: "800.00", nth_recorded: 1, nth_rebuilt: 2,
         by_accumulator: "-85.00", cause: accumulator}
- name: it fits what is known now by chance, not what was known then
  kind: clear
  given:
    settlement: [{act_pay_dedc: "700.00"}]
    recomputed: [{expected_deductible: "700.00", deductible_then: "800.00", cause: deductible, by_benefit: "85.00"}]
- name: exactly a yuan and a cent more
  kind: edge
  given:
    settlement: [{setl_id: AT, act_pay_dedc: "799.00"}, {setl_id: ABOVE, act_pay_dedc: "798.99"}]
    recomputed:
      - {setl_id: AT, by_benefit: "0.85", cause: deductible}
      - {setl_id: ABOVE, by_benefit: "0.86", cause: deductible}
  expect: {ABOVE: "0.86"}
- name: another cause explains the deductible
  kind: clear
  given:
    settlement: [{act_pay_dedc: "400.00"}, {setl_id: S2, act_pay_dedc: "400.00"}]
    recomputed:
      - {by_benefit: "340.00", cause: wrong_level}
      - {setl_id: S2, by_filing: "340.00", cause: unfiled_as_filed}
- name: in a same-city area, too much for the patient
  kind: clear
  given:
    settlement: [{act_pay_dedc: "1000.00"}]
    recomputed: [{by_benefit: "-170.00", cause: deductible, is_same_city: true}]
- name: settled without lines, and with no policy to recompute by
  kind: edge
  given:
    settlement: [{setl_id: BARE, act_pay_dedc: "400.00"}, {setl_id: GAP, act_pay_dedc: "400.00"}]
    recomputed:
      - {setl_id: BARE, status: no_lines, by_benefit: "340.00", cause: deductible}
      - {setl_id: GAP, status: no_policy, by_benefit: "340.00", cause: deductible}
  expect: {BARE: "340.00"}
*/
