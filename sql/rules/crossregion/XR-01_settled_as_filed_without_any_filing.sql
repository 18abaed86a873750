/* rule
id: XR-01
version: 2
title_zh: 未备案按已备案结算
title: Settled as filed without any filing
status: active
certainty: definite
severity: 3
level: settlement
owner: 异地就医结算处
summary: >
  Care away from home that needs a filing was settled at more than the unfiled rate, though the person had no filing in
  force that bears on it. What was paid too much is the recomputation with the status unfiled; this rule only says
  whose it is.
sentence_zh: >-
  参保地{because_insured_in}，在{because_treated_in}就医，{because_admission}入院时没有任何有效备案，
  统筹实际支付比例{because_paid_ratio}，未备案应为{because_policy_ratio}，基金多付{because_overpaid}元。
facts:
  because_insured_in: 参保地
  because_treated_in: 就医地
  because_admission: 入院日期
  because_paid_ratio: 实际支付比例
  because_policy_ratio: 政策支付比例
  because_paid_fund: 实付基金（元）
  because_expected_fund: 应付基金（元）
  because_overpaid: 基金多付（元）
  because_recomputed: 复算说明
basis:
  - 《四川省异地就医结算管理办法》第四条、第十三条、第十四条第（二）项
national_code: none
in_force: {since: 2021-01-01}
dated_by: begndate
reads: [settlement, recomputed, agency]
look_back: none
wait_days: 1
params:
  tolerance:
    about: Yuan of overpayment up to which nothing is said
    default: "1.00"
    least: "0.00"
    most: "100.00"
  no_direct:
    about: >
      1 where a region settles nothing directly without a filing, so that the whole fund is at issue. 0, because the
      national procedure of 2022 settles at the unfiled rate, and the policy packs hold that rate
    default: "0"
    least: "0"
    most: "1"
amount: a2
amount_note: >
  What was paid above the unfiled rate; the whole fund where direct settlement without a filing is not allowed.
not_a_finding_when:
  - 备案数据传输滞后，参保地系统中已有入院前生效的备案。
  - 参保地执行全省免备案或同城化待遇，政策库尚未收录。
  - 急诊抢救视同备案，但就医类别误填为普通住院。
  - 新生儿随母亲就医，尚未参保登记（新生儿标志为 1 的结算已排除）。
  - 出院结算前已补办备案，参保地认可补办。
reviewer_checks:
  - 向参保地经办机构查询该人员备案记录及办理时间。
  - 查入院记录是否为急诊抢救。
  - 核对参保地当前的未备案报销政策。
handler: [H5, H6, H1]
suppressors_in_sql: [S-EMG, S-NB]
*/
SELECT
    r.setl_id,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CASE WHEN $no_direct = 1 AND s.setl_type = '2' THEN r.paid_fund ELSE r.by_filing END AS a2,
    COALESCE(home.name_zh, s.insu_admdvs) AS because_insured_in,
    COALESCE(away.name_zh, s.fix_blng_admdvs) AS because_treated_in,
    s.begndate AS because_admission,
    r.paid_ratio AS because_paid_ratio,
    r.policy_ratio AS because_policy_ratio,
    r.paid_fund AS because_paid_fund,
    r.expected_fund AS because_expected_fund,
    CASE WHEN $no_direct = 1 AND s.setl_type = '2' THEN r.paid_fund ELSE r.by_filing END AS because_overpaid,
    r.cause_zh AS because_recomputed
FROM recomputed AS r
INNER JOIN settlement AS s ON r.setl_id = s.setl_id
LEFT JOIN agency AS home ON s.insu_pool = home.pool
LEFT JOIN agency AS away ON s.treat_pool = away.pool
WHERE
    -- The part by filing also holds where no lines came.
    r.status IN ('recomputed', 'no_lines')
    AND r.filing_status = 'NONE'
    AND s.is_cross_region
    AND (r.by_filing > $tolerance OR ($no_direct = 1 AND s.setl_type = '2' AND r.paid_fund > $tolerance))
    AND COALESCE(s.nwb_flag, '0') <> '1'
/* examples
- name: a valid filing
  kind: clear
  given: {settlement: [{}], recomputed: [{}]}
- name: no filing, paid in full
  kind: flag
  given:
    settlement: [{}]
    recomputed: [{filing_status: NONE, filing_type: UNFILED, filing_id: null, filed_region: null, by_filing: "1360.00"}]
  expect: {S1: {a2: "1360.00", a1: "0.00", because: {because_overpaid: "1360.00"}}}
- name: exactly a yuan and a cent more
  kind: edge
  given:
    settlement: [{setl_id: AT}, {setl_id: ABOVE}]
    recomputed:
      - {setl_id: AT, filing_status: NONE, by_filing: "1.00"}
      - {setl_id: ABOVE, filing_status: NONE, by_filing: "1.01"}
  expect: {ABOVE: "1.01"}
- name: no filing, and paid as unfiled
  kind: clear
  given: {settlement: [{}], recomputed: [{filing_status: NONE, filing_type: UNFILED}]}
- name: paid too little is no breach of this kind
  kind: clear
  given: {settlement: [{}], recomputed: [{filing_status: NONE, by_filing: "-500.00"}]}
- name: a filing for elsewhere, one that has ended, came too late, was refused or not uploaded, is another rule's
  kind: clear
  given:
    settlement: [{}, {setl_id: S2}, {setl_id: S3}, {setl_id: S4}, {setl_id: S5}]
    recomputed:
      - {filing_status: OTHER_REGION, by_filing: "1360.00"}
      - {setl_id: S2, filing_status: NOT_IN_FORCE, by_filing: "1360.00"}
      - {setl_id: S3, filing_status: LATE, by_filing: "1360.00"}
      - {setl_id: S4, filing_status: NOT_APPROVED, by_filing: "1360.00"}
      - {setl_id: S5, filing_status: NOT_UPLOADED, by_filing: "1360.00"}
- name: settled without lines, and with no policy to recompute by
  kind: edge
  given:
    settlement: [{setl_id: BARE}, {setl_id: GAP}]
    recomputed:
      - {setl_id: BARE, status: no_lines, filing_status: NONE, by_filing: "1360.00"}
      - {setl_id: GAP, status: no_policy, filing_status: NONE, by_filing: "1360.00"}
  expect: {BARE: "1360.00"}
- name: could not be recomputed
  kind: clear
  given: {settlement: [{}], recomputed: [{status: no_policy, filing_status: NONE, by_filing: "1360.00"}]}
- name: a newborn
  kind: clear
  given: {settlement: [{nwb_flag: "1"}], recomputed: [{filing_status: NONE, by_filing: "1360.00"}]}
*/
