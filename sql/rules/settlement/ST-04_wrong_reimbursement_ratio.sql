/* rule
id: ST-04
version: 1
title_zh: 支付比例执行错误
title: Wrong reimbursement ratio
status: active
certainty: definite
severity: 3
level: settlement
owner: 待遇保障处
summary: >
  The pooled fund was paid at a ratio that the insured region's policy does not give: the reduction for care away from
  home was left out or was another one, or the benefits of the treating region, of another hospital level or of another
  kind of person were applied. The mistake named is the one that reproduces what was paid.
sentence_zh: 统筹按{because_paid_ratio}支付，政策比例为{because_policy_ratio}。{because_cause}
basis:
  - 《四川省异地就医结算管理办法》第三条、第十三条
  - 参保地基本医疗保险待遇政策
national_code: none（结算复算）
in_force: {since: 2021-05-01}
dated_by: setl_date
reads: [recomputed, settlement]
look_back: none
params:
  tolerance:
    about: Yuan by which the fund may differ, because ratios are rounded to four decimals
    default: "1.00"
    least: "0.00"
    most: "10.00"
amount: a2
amount_note: >
  What the fund paid less what the right ratio gives; negative where too little was paid. No fee is contested, so
  nothing of the in-scope amount is.
not_a_finding_when:
  - 支付比例保留四位小数产生的舍入差（一元以内已排除）。
  - 住院期间待遇政策调整，参保地规定按入院日政策执行，有书面规定。
  - 备案类型在出院结算前已变更，备案登记的变更记录晚到。
  - 参保地对特殊人群另有倾斜待遇，政策包尚未收录。
reviewer_checks:
  - 看复算说明，核对等级、人员类别、备案类型三项取值。
  - 按提示的错误情形重算一遍，与实付金额是否一致到分。
  - 同一参保地同一医院同期其他结算是否有同样差错，判断是平台参数还是个案。
handler: [H5, H6]
suppressors: []
*/
SELECT
    s.setl_id,
    s.medfee_sumamt AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    r.by_benefit AS a2,
    CASE WHEN r.by_benefit < 0 THEN 2 ELSE 3 END AS severity,
    CASE
        WHEN r.paid_ratio IS NULL THEN '（无法折算的）比例'
        ELSE CAST(CAST(r.paid_ratio * 100 AS DECIMAL(7, 2)) AS VARCHAR) || '%'
    END AS because_paid_ratio,
    CASE
        WHEN r.policy_ratio IS NULL THEN '按段计算'
        ELSE CAST(CAST(r.policy_ratio * 100 AS DECIMAL(7, 2)) AS VARCHAR) || '%'
    END AS because_policy_ratio,
    COALESCE(r.cause_zh, '') AS because_cause,
    r.cause AS because_mistake,
    r.filing_type AS because_filing_type,
    s.hifp_pay AS because_paid,
    r.expected_hifp AS because_expected,
    r.by_benefit AS because_difference
FROM recomputed AS r
INNER JOIN settlement AS s ON r.setl_id = s.setl_id
WHERE
    -- Without lines the recorded in-scope amount is still there to compute from.
    r.status IN ('recomputed', 'no_lines')
    AND r.cause IN ('no_reduction', 'wrong_reduction', 'treating_region_ratio', 'wrong_level', 'retired_bonus_wrong')
    AND ABS(r.by_benefit) > $tolerance
/* examples
- name: paid as the policy says
  kind: clear
  given: {settlement: [{}], recomputed: [{}]}
- name: a referral paid without its reduction
  kind: flag
  given:
    settlement: [{}]
    recomputed:
      - cause: no_reduction
        cause_zh: 异地就医未降低支付比例
        filing_type: REFERRAL
        by_benefit: "800.00"
        difference: "800.00"
        expected_hifp: "6000.00"
        policy_ratio: "0.7500"
  expect:
    S1:
      a2: "800.00"
      a1: "0.00"
      a0: "10000.00"
      severity: 3
      because: {because_paid_ratio: 85.00%, because_policy_ratio: 75.00%, because_mistake: no_reduction}
- name: too little was paid, at the ratio of another level
  kind: flag
  given: {settlement: [{}], recomputed: [{cause: wrong_level, by_benefit: "-450.00", difference: "-450.00"}]}
  expect: {S1: {a2: "-450.00", severity: 2}}
- name: exactly a yuan apart, and a cent more, both ways
  kind: edge
  given:
    settlement: [{setl_id: AT}, {setl_id: ABOVE}, {setl_id: BELOW}]
    recomputed:
      - {setl_id: AT, cause: retired_bonus_wrong, by_benefit: "1.00"}
      - {setl_id: ABOVE, cause: retired_bonus_wrong, by_benefit: "1.01"}
      - {setl_id: BELOW, cause: treating_region_ratio, by_benefit: "-1.01"}
  expect: {ABOVE: "1.01", BELOW: "-1.01"}
- name: a wrong deductible, cap or supplement is no wrong ratio
  kind: clear
  given:
    settlement: [{setl_id: S1}, {setl_id: S2}, {setl_id: S3}, {setl_id: S4}]
    recomputed:
      - {setl_id: S1, cause: deductible, by_benefit: "200.00"}
      - {setl_id: S2, cause: cap, by_benefit: "200.00"}
      - {setl_id: S3, cause: supplement, by_benefit: "200.00"}
      - {setl_id: S4, cause: unexplained, unexplained: "200.00"}
- name: an unfiled person paid as filed is another finding
  kind: clear
  given: {settlement: [{}], recomputed: [{cause: unfiled_as_filed, filing_status: NONE, by_filing: "900.00"}]}
- name: the lines were not delivered
  kind: flag
  given:
    settlement: [{n_lines: 0}]
    recomputed: [{status: no_lines, cause: wrong_reduction, by_benefit: "340.00"}]
  expect: {S1: "340.00"}
- name: no policy to compute from
  kind: clear
  given: {settlement: [{}], recomputed: [{status: no_policy, cause: no_reduction, by_benefit: "340.00"}]}
- name: settled on the last day before the rule and on its first
  kind: edge
  given:
    settlement: [{setl_id: S1, setl_date: 2021-04-30}, {setl_id: S2, setl_date: 2021-05-01}]
    recomputed:
      - {setl_id: S1, cause: no_reduction, by_benefit: "80.00"}
      - {setl_id: S2, cause: no_reduction, by_benefit: "80.00"}
  expect: {S2: "80.00"}
*/
