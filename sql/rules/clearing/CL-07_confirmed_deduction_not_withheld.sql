/* rule
id: CL-07
version: 2
title_zh: 审核扣款未在清算中扣回
title: Confirmed deduction not withheld
status: active
certainty: definite
severity: 2
level: provider
subject: institution
owner: 异地就医结算处
summary: >
  A case was closed with money that the agency confirmed, and after so many clearings less than that was withheld under
  the case's number. Whether a deduction went to the treating region's own fund cannot be seen here: deductions name no
  fund.
sentence_zh: >-
  {because_month}办结的案件{because_case}等{because_cases}件，认定{because_determined}元，至{because_as_of}已扣回{because_withheld}元，
  尚差{because_missing}元。
facts:
  because_month: 办结月份
  because_case: 差额最大的案件
  because_cases: 未扣足案件数
  because_determined: 认定金额（元）
  because_withheld: 已扣回金额（元）
  because_missing: 尚差金额（元）
  because_as_of: 核对截至
basis:
  - 《四川省异地就医结算管理办法》第十一条、第十二条、第十三条
national_code: none
in_force: {since: 2021-01-01}
dated_by: period
reads: [audit_case, det_d, reached]
look_back: none
params:
  cycles:
    about: Monthly clearings after the closing within which the deduction is withheld
    default: "2"
    least: "1"
    most: "12"
amount: a2
amount_note: What was confirmed and not withheld
not_a_finding_when:
  - 已批准分期扣回。
  - 医药机构申请行政复议或诉讼，扣款中止。
reviewer_checks:
  - 查清算扣款台账与分期协议。
  - 督促就医地经办机构在下期清算扣回并划转参保地基金。
handler: [H7]
*/
WITH
withheld AS (
    SELECT
        case_id,
        SUM(det_amt) AS amt
    FROM det_d
    WHERE detd_stas IN ('20', '30')
    GROUP BY case_id
),

short AS (
    SELECT
        c.case_no,
        c.fixmedins_code,
        c.treating_agency,
        LEFT(CAST(c.closed_on AS VARCHAR), 7) AS closed_month,
        c.determined,
        -- What came back in another way than by a deduction stands in the ledger alone.
        GREATEST(COALESCE(w.amt, 0), c.recovered) AS amt,
        r.as_of
    FROM audit_case AS c
    CROSS JOIN reached AS r
    LEFT JOIN withheld AS w ON c.case_no = w.case_id
    WHERE
        c.state IN ('closed', 'archived')
        AND c.determined > GREATEST(COALESCE(w.amt, 0), c.recovered)
        AND YEAR(r.as_of) * 12 + MONTH(r.as_of) - YEAR(c.closed_on) * 12 - MONTH(c.closed_on) > $cycles
),

ranked AS (
    SELECT
        *,
        ROW_NUMBER() OVER (
            PARTITION BY fixmedins_code, closed_month ORDER BY determined - amt DESC, case_no ASC
        ) AS place
    FROM short
)

SELECT
    fixmedins_code AS subject_id,
    closed_month AS period,
    MIN(treating_agency) AS agency,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    SUM(determined - amt) AS a2,
    closed_month AS because_month,
    MIN(CASE WHEN place = 1 THEN case_no END) AS because_case,
    COUNT(*) AS because_cases,
    SUM(determined) AS because_determined,
    SUM(amt) AS because_withheld,
    SUM(determined - amt) AS because_missing,
    CAST(MAX(as_of) AS DATE) AS because_as_of
FROM ranked
GROUP BY fixmedins_code, closed_month
/* examples
- name: withheld in full
  kind: clear
  given: {audit_case: [{}], det_d: [{}], reached: [{as_of: 2026-12-31}]}
- name: paid back by the institution instead
  kind: clear
  given: {audit_case: [{recovered: "500.00"}], det_d: [], reached: [{as_of: 2026-12-31}]}
- name: archived with money outstanding
  kind: flag
  given: {audit_case: [{state: archived, recovered: "120.00"}], det_d: [], reached: [{as_of: 2026-12-31}]}
  expect: {H51010000001/2026-09: {a2: "380.00"}}
- name: never withheld
  kind: flag
  given: {audit_case: [{}], det_d: [], reached: [{as_of: 2026-12-31}]}
  expect: {H51010000001/2026-09: {a2: "500.00", because: {because_case: SC20260810-AAAAAA}}}
- name: two clearings later, and three
  kind: edge
  given:
    audit_case: [{closed_on: 2026-09-30}, {case_no: OTHER, fixmedins_code: H51070000002, closed_on: 2026-08-31}]
    det_d: []
    reached: [{as_of: 2026-11-30}]
  expect: {H51070000002/2026-08: "500.00"}
- name: in two instalments, and one of them still open
  kind: edge
  given:
    audit_case: [{}]
    det_d: [{det_amt: "200.00"}, {clr_ym: "202611", det_amt: "300.00", detd_stas: "10"}]
    reached: [{as_of: 2026-12-31}]
  expect: {H51010000001/2026-09: {a2: "300.00", because: {because_withheld: "200.00"}}}
- name: two cases of a month
  kind: flag
  given:
    audit_case: [{}, {case_no: SC20260811-BBBBBB, determined: "900.00"}]
    det_d: []
    reached: [{as_of: 2026-12-31}]
  expect: {H51010000001/2026-09: {a2: "1400.00", because: {because_case: SC20260811-BBBBBB, because_cases: "2"}}}
- name: dismissed, or not closed yet
  kind: clear
  given:
    audit_case:
      - {decision: dismissed, determined: "0.00"}
      - {case_no: OPEN, state: submitted, closed_on: null}
    det_d: []
    reached: [{as_of: 2026-12-31}]
*/
