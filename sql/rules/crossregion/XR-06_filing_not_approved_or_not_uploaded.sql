/* rule
id: XR-06
version: 1
title_zh: 备案审核或上传状态异常
title: Filing not approved or not uploaded
status: active
certainty: suspicious
severity: 2
level: settlement
owner: 异地就医结算处
summary: >
  The only filing that covers place and day was refused, withdrawn, returned or made invalid, or was never sent to the
  network, and the fund paid more than the unfiled rate. The state is the latest one known, so the insured region has
  to say what it was on the day of settlement.
sentence_zh: >-
  {because_admission}入院，就医地{because_treated_in}的备案{because_filing}{because_state}，没有其他有效备案；
  按未备案应付{because_expected_fund}元，实付{because_paid_fund}元，基金多付{because_overpaid}元。
facts:
  because_state: 备案状态
  because_review: 复核标志
  because_uploaded: 是否上传
  because_filing: 备案编号
  because_filed_from: 备案起始日
  because_filed_until: 备案截止日（不含）
  because_admission: 入院日期
  because_insured_in: 参保地
  because_treated_in: 就医地
  because_paid_fund: 实付基金（元）
  because_expected_fund: 应付基金（元）
  because_overpaid: 基金多付（元）
  because_recomputed: 复算说明
basis:
  - 《四川省异地就医结算管理办法》第四条
national_code: none
in_force: {since: 2021-01-01}
dated_by: begndate
reads: [settlement, recomputed, filing, agency]
look_back: none
wait_days: 1
params:
  tolerance:
    about: Yuan of overpayment up to which nothing is said
    default: "1.00"
    least: "0.00"
    most: "100.00"
amount: a2
not_a_finding_when:
  - 结算时备案仍为有效，结算之后才撤销或改为无效。
  - 审核意见录反，参保地书面更正。
  - 备案已在参保地生效，仅省平台上传失败，参保地认可待遇。
  - 撤销后当日重新办理，新备案尚未传到平台。
reviewer_checks:
  - 向参保地查询备案各次状态变更的时间。
  - 查平台上传日志，确认未上传还是回执丢失。
  - 状态变更晚于结算时间的，按结算时状态结案。
handler: [H5, H6]
suppressors_in_sql: [S-NB, S-EMG]
*/
SELECT
    r.setl_id,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    r.by_filing AS a2,
    CASE
        WHEN r.filing_status = 'NOT_UPLOADED' THEN '未上传异地平台'
        WHEN f.review_state = '2' THEN '复核不通过'
        WHEN f.review_state = '3' THEN '已撤销'
        WHEN f.review_state = '4' THEN '已退回'
        WHEN f.review_state = '6' THEN '初审不通过'
        WHEN f.review_state = '8' THEN '审批不通过'
        ELSE '已作废'
    END AS because_state,
    COALESCE(f.review_state, '0') AS because_review,
    CASE WHEN COALESCE(f.is_uploaded, TRUE) THEN '已上传' ELSE '未上传' END AS because_uploaded,
    r.filing_id AS because_filing,
    r.filed_from AS because_filed_from,
    r.filed_until AS because_filed_until,
    s.begndate AS because_admission,
    COALESCE(home.name_zh, s.insu_admdvs) AS because_insured_in,
    COALESCE(away.name_zh, s.fix_blng_admdvs) AS because_treated_in,
    r.paid_fund AS because_paid_fund,
    r.expected_fund AS because_expected_fund,
    r.by_filing AS because_overpaid,
    r.cause_zh AS because_recomputed
FROM recomputed AS r
INNER JOIN settlement AS s ON r.setl_id = s.setl_id
LEFT JOIN filing AS f ON r.filing_id = f.filing_id AND s.person = f.person
LEFT JOIN agency AS home ON s.insu_pool = home.pool
LEFT JOIN agency AS away ON s.treat_pool = away.pool
WHERE
    -- The part by filing also holds where no lines came.
    r.status IN ('recomputed', 'no_lines')
    -- What was not uploaded only matters where the network settled.
    AND (r.filing_status = 'NOT_APPROVED' OR (r.filing_status = 'NOT_UPLOADED' AND s.setl_type = '2'))
    AND s.is_cross_region
    AND r.by_filing > $tolerance
    AND COALESCE(s.nwb_flag, '0') <> '1'
/* examples
- name: approved and uploaded
  kind: clear
  given: {settlement: [{}], recomputed: [{}], filing: [{}]}
- name: refused, and paid in full
  kind: flag
  given:
    settlement: [{}]
    recomputed: [{filing_status: NOT_APPROVED, filing_type: UNFILED, by_filing: "1360.00"}]
    filing: [{is_approved: false, is_effective: false, review_state: "8"}]
  expect: {S1: {a2: "1360.00", because: {because_state: 审批不通过, because_uploaded: 已上传}}}
- name: approved but made invalid
  kind: flag
  given:
    settlement: [{}]
    recomputed: [{filing_status: NOT_APPROVED, filing_type: UNFILED, by_filing: "1360.00"}]
    filing: [{is_valid: false, is_effective: false}]
  expect: {S1: {because: {because_state: 已作废}}}
- name: never sent to the network, settled by it, and claimed at the counter
  kind: flag
  given:
    settlement: [{}, {setl_id: S2, setl_type: "1"}]
    recomputed:
      - {filing_status: NOT_UPLOADED, filing_type: UNFILED, by_filing: "1360.00"}
      - {setl_id: S2, filing_status: NOT_UPLOADED, filing_type: UNFILED, by_filing: "1360.00"}
    filing: [{is_uploaded: false, is_effective: false}]
  expect: {S1: {a2: "1360.00", because: {because_state: 未上传异地平台, because_uploaded: 未上传}}}
- name: exactly a yuan and a cent more
  kind: edge
  given:
    settlement: [{setl_id: AT}, {setl_id: ABOVE}]
    recomputed:
      - {setl_id: AT, filing_status: NOT_APPROVED, by_filing: "1.00"}
      - {setl_id: ABOVE, filing_status: NOT_APPROVED, by_filing: "1.01"}
    filing: [{is_approved: false, is_effective: false, review_state: "2"}]
  expect: {ABOVE: "1.01"}
- name: withdrawn, and paid as unfiled
  kind: clear
  given:
    settlement: [{}]
    recomputed: [{filing_status: NOT_APPROVED, filing_type: UNFILED}]
    filing: [{is_approved: false, is_effective: false, review_state: "3"}]
- name: settled without lines, and with no policy to recompute by
  kind: edge
  given:
    settlement: [{setl_id: BARE}, {setl_id: GAP}]
    recomputed:
      - {setl_id: BARE, status: no_lines, filing_status: NOT_APPROVED, by_filing: "1360.00"}
      - {setl_id: GAP, status: no_policy, filing_status: NOT_APPROVED, by_filing: "1360.00"}
    filing: [{is_approved: false, is_effective: false, review_state: "2"}]
  expect: {BARE: "1360.00"}
- name: no filing at all, or one for elsewhere, is another rule's
  kind: clear
  given:
    settlement: [{}, {setl_id: S2}]
    recomputed:
      - {filing_status: NONE, filing_id: null, by_filing: "1360.00"}
      - {setl_id: S2, filing_status: OTHER_REGION, by_filing: "1360.00"}
    filing: [{}]
- name: a newborn
  kind: clear
  given:
    settlement: [{nwb_flag: "1"}]
    recomputed: [{filing_status: NOT_APPROVED, by_filing: "1360.00"}]
    filing: [{is_approved: false, is_effective: false, review_state: "2"}]
*/
