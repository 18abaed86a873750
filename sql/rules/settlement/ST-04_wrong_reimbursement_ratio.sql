/* rule
id: ST-04
version: 2
title_zh: 支付比例执行错误
title: Wrong reimbursement ratio
status: active
certainty: definite
severity: 2
level: settlement
owner: 异地就医结算处
summary: >
  The pooled fund did not pay what the insured region's policy gives, and the recomputation found which mistake
  reproduces what was paid: no reduction for remote care, a wrong one, the treating region's ratio, another hospital
  level, a retired person settled as in service, a share that is to be paid first and was not. Signed: underpayments
  are reported too. Here belong only causes that change the ratio: the deductible is ST-03, cap and accumulators ST-06,
  the layers above ST-07; the share to be paid first under a chain of approval is LP-08, a reduction inside a same-city
  area LP-11.
sentence_zh: >-
  {because_cause}：统筹应付{because_expected}元，实付{because_paid}元；政策比例{because_policy_ratio}，
  实际比例{because_paid_ratio}；基金差额{because_difference}元（正数为多付）。
facts:
  because_cause: 差错原因
  because_expected: 统筹应付（元）
  because_paid: 统筹实付（元）
  because_policy_ratio: 政策支付比例
  because_paid_ratio: 实际支付比例
  because_difference: 基金差额（元）
  because_filing_type: 备案类型
  because_policy: 政策包
  because_recomputed: 复算说明
basis:
  - 《四川省异地就医结算管理办法》第三条、第十三条
  - 参保地待遇政策
national_code: none
in_force: {since: 2021-01-01}
dated_by: setl_date
reads: [settlement, recomputed, policy_value]
look_back: none
params:
  tolerance:
    about: Yuan by which the pooled fund and the whole difference may be off
    default: "1.00"
    least: "0.00"
    most: "100.00"
amount: a2
not_a_finding_when:
  - 住院期间政策调整，参保地规定按入院日执行。
  - 分段比例四舍五入造成的差额（1 元以内已排除）。
  - 参保地已发布而政策库尚未收录的新待遇。
  - 备案问题造成的差额由备案类规则说明，不在此重复。
reviewer_checks:
  - 打开复算步骤，核对参保地、人员类别、医院等级和备案类型。
  - 与参保地经办机构核对待遇参数及生效日期。
  - 同一参保地同日其他结算是否同样，以判断是参数错误还是个案。
handler: [H5]
*/
SELECT
    r.setl_id,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    r.by_benefit AS a2,
    CASE WHEN r.by_benefit > 0 THEN 2 ELSE 1 END AS severity,
    CASE r.cause
        WHEN 'no_reduction' THEN '异地就医未降低支付比例'
        WHEN 'wrong_reduction' THEN '异地支付比例降幅用错'
        WHEN 'treating_region_ratio' THEN '执行了就医地待遇'
        WHEN 'wrong_level' THEN '医院等级用错'
        WHEN 'prepay' THEN '先行自付比例用错'
        ELSE '在职、退休身份用错'
    END AS because_cause,
    r.expected_hifp AS because_expected,
    s.hifp_pay AS because_paid,
    r.policy_ratio AS because_policy_ratio,
    r.paid_ratio AS because_paid_ratio,
    r.by_benefit AS because_difference,
    r.filing_type AS because_filing_type,
    r.pack_id AS because_policy,
    r.cause_zh AS because_recomputed
FROM recomputed AS r
INNER JOIN settlement AS s ON r.setl_id = s.setl_id
WHERE
    -- The ratio is judged on the recorded amount in scope, for which no lines are needed.
    r.status IN ('recomputed', 'no_lines')
    AND r.cause IN (
        'no_reduction', 'wrong_reduction', 'treating_region_ratio', 'wrong_level', 'retired_bonus_wrong', 'prepay'
    )
    AND NOT (COALESCE(r.is_same_city, FALSE) AND r.cause = 'wrong_reduction' AND r.by_benefit < 0)
    AND NOT (
        r.cause = 'prepay'
        AND EXISTS (
            SELECT 1
            FROM policy_value AS p
            WHERE
                p.pool = s.insu_pool
                AND p.parameter = 'practice.approval_chain'
                AND s.begndate >= p.valid_from
                AND s.begndate < p.valid_until
        )
    )
    AND ABS(r.by_benefit) > $tolerance
    AND ABS(s.hifp_pay - r.expected_hifp) > $tolerance
/* examples
- name: paid as the policy says
  kind: clear
  given: {settlement: [{}], recomputed: [{}], policy_value: []}
- name: the treating region's ratio was applied
  kind: flag
  given:
    settlement: [{}]
    recomputed: [{expected_hifp: "6400.00", by_benefit: "400.00", difference: "400.00", cause: treating_region_ratio}]
  expect: {S1: {a2: "400.00", severity: 2, because: {because_cause: 执行了就医地待遇, because_paid: "6800.00"}}}
- name: paid too little
  kind: flag
  given:
    settlement: [{}]
    recomputed: [{expected_hifp: "7200.00", by_benefit: "-400.00", cause: wrong_level}]
  expect: {S1: {a2: "-400.00", severity: 1}}
- name: exactly a yuan and a fen more
  kind: edge
  given:
    settlement: [{setl_id: AT}, {setl_id: ABOVE}]
    recomputed:
      - {setl_id: AT, expected_hifp: "6799.00", by_benefit: "1.00", cause: no_reduction}
      - {setl_id: ABOVE, expected_hifp: "6798.99", by_benefit: "1.01", cause: no_reduction}
  expect: {ABOVE: "1.01"}
- name: the pooled fund is right, a supplement is not
  kind: clear
  given: {settlement: [{}], recomputed: [{by_benefit: "400.00", cause: supplement}], policy_value: []}
- name: a wrong deductible, a filing that was not there, or no explanation
  kind: clear
  given:
    settlement: [{}, {setl_id: S2}, {setl_id: S3}]
    recomputed:
      - {expected_hifp: "6400.00", by_benefit: "400.00", cause: deductible}
      - {setl_id: S2, expected_hifp: "6400.00", by_benefit: "400.00", cause: unfiled_as_filed}
      - {setl_id: S3, expected_hifp: "6400.00", by_benefit: "400.00", cause: unexplained}
- name: the share to be paid first, where no chain of approval is asked for and where one is
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, insu_pool: "5114"}]
    recomputed:
      - {expected_hifp: "6400.00", by_benefit: "400.00", cause: prepay}
      - {setl_id: S2, expected_hifp: "6400.00", by_benefit: "400.00", cause: prepay}
    policy_value: [{pool: "5114", parameter: practice.approval_chain, key: agency, number: null}]
  expect: {S1: {a2: "400.00", because: {because_cause: 先行自付比例用错}}}
- name: reduced inside a same-city area, which another rule says
  kind: clear
  given:
    settlement: [{}]
    recomputed: [{expected_hifp: "7200.00", by_benefit: "-400.00", cause: wrong_reduction, is_same_city: true}]
- name: settled without lines, and with no policy to recompute by
  kind: edge
  given:
    settlement: [{setl_id: BARE}, {setl_id: GAP}]
    recomputed:
      - {setl_id: BARE, status: no_lines, expected_hifp: "6400.00", by_benefit: "400.00", cause: no_reduction}
      - {setl_id: GAP, status: no_policy, expected_hifp: "6400.00", by_benefit: "400.00", cause: no_reduction}
  expect: {BARE: "400.00"}
*/
