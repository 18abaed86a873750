/* rule
id: CL-08
version: 1
title_zh: 异地档案缺失
title: Archive incomplete
status: active
certainty: definite
severity: 1
level: settlement
subject: region
owner: 异地就医结算处
summary: >
  The treating agency lacks a mandatory item of the archive of a cross-region settlement, or of a case that was closed
  with money, after the days that the requirement gives. Agencies that hand over no register of their archive are not
  judged; the others from the first settlement on that they archived. Proof of filing is asked for only where a valid
  filing was used.
sentence_zh: >-
  {because_object}已满{because_days}天，{because_agency}未归档：{because_missing}。
facts:
  because_object: 归档对象
  because_agency: 就医地经办机构
  because_days: 已过天数
  because_missing: 缺失件目
basis:
  - 《四川省异地就医结算管理办法》第二十条
national_code: none
in_force: {since: 2021-01-01}
dated_by: period
reads: [settlement, recomputed, audit_case, arch_d, arch_requirement, agency, reached]
look_back: none
params:
  grace_days:
    about: Days beyond the requirement's own that are let pass
    default: "0"
    least: "0"
    most: "90"
amount: a2
amount_note: No money is at issue
not_a_finding_when:
  - 电子档案待签章，原件已在办理机构。
  - 档案移交其他保管机构，登记未更新。
reviewer_checks:
  - 向就医地经办机构核对档案登记与移交清单。
handler: [H6]
*/
WITH
archived AS (
    SELECT
        s.treating_agency,
        MIN(s.setl_date) AS since
    FROM arch_d AS a
    INNER JOIN settlement AS s ON a.obj_id = s.setl_id
    WHERE a.obj_type = 'SETTLEMENT'
    GROUP BY s.treating_agency
),

keeper AS (
    SELECT
        g.code,
        MIN(g.name_zh) AS name_zh
    FROM arch_d AS a
    INNER JOIN agency AS g ON LEFT(a.keeper_admdvs, 4) = g.pool
    GROUP BY g.code
),

filed AS (
    SELECT
        'SETTLEMENT' AS obj_type,
        s.setl_id AS obj_id,
        s.setl_id,
        s.treating_agency,
        s.setl_date AS on_day,
        '结算' || s.setl_id AS shown,
        COALESCE(c.filing_status, '') = 'VALID' AS has_filing
    FROM settlement AS s
    INNER JOIN archived AS v ON s.treating_agency = v.treating_agency AND s.setl_date >= v.since
    LEFT JOIN recomputed AS c ON s.setl_id = c.setl_id
    WHERE s.is_cross_region
    UNION ALL
    SELECT
        'CASE' AS obj_type,
        c.case_no AS obj_id,
        CAST(NULL AS VARCHAR) AS setl_id,
        c.treating_agency,
        c.closed_on AS on_day,
        '案件' || c.case_no AS shown,
        FALSE AS has_filing
    FROM audit_case AS c
    WHERE c.state = 'closed' AND c.determined > 0
),

missing AS (
    SELECT
        o.obj_type,
        o.obj_id,
        o.setl_id,
        o.treating_agency,
        k.name_zh AS agency_zh,
        o.on_day,
        o.shown,
        q.item_code,
        q.name_zh,
        DATE_DIFF('day', o.on_day, CAST(r.as_of AS DATE)) AS days_since
    FROM filed AS o
    CROSS JOIN reached AS r
    INNER JOIN keeper AS k ON o.treating_agency = k.code
    INNER JOIN arch_requirement AS q
        ON
            o.obj_type = q.obj_type AND o.on_day >= q.valid_from
            AND (q.valid_until IS NULL OR o.on_day < q.valid_until)
    LEFT JOIN arch_d AS a ON o.obj_type = a.obj_type AND o.obj_id = a.obj_id AND q.item_code = a.item_code
    WHERE
        a.obj_id IS NULL
        AND (q.item_code <> 'FILING' OR o.has_filing)
        AND DATE_DIFF('day', o.on_day, CAST(r.as_of AS DATE)) > q.due_days + $grace_days
)

SELECT
    treating_agency AS subject_id,
    LEFT(CAST(on_day AS VARCHAR), 7) AS period,
    setl_id,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CAST(0 AS DECIMAL(18, 2)) AS a2,
    shown AS because_object,
    agency_zh AS because_agency,
    days_since AS because_days,
    STRING_AGG(name_zh, '、' ORDER BY item_code) AS because_missing
FROM missing
GROUP BY obj_type, obj_id, setl_id, treating_agency, agency_zh, on_day, shown, days_since
/* examples
- name: what is required is there
  kind: clear
  given:
    settlement: [{}]
    recomputed: [{}]
    audit_case: []
    arch_d: [{}]
    arch_requirement: [{}]
    agency: [{code: "510100", pool: "5101"}]
    reached: [{as_of: 2026-12-31}]
- name: bill and proof of filing are missing
  kind: flag
  given:
    settlement: [{}]
    recomputed: [{}]
    audit_case: []
    arch_d: [{}]
    arch_requirement:
      - {}
      - {item_code: BILL, name_zh: 医疗费用票据}
      - {item_code: FILING, name_zh: 异地就医备案凭证}
    agency: [{code: "510100", pool: "5101"}]
    reached: [{as_of: 2026-12-31}]
  expect: {510100/2026-11/S1: {a2: "0.00", because: {because_missing: 医疗费用票据、异地就医备案凭证}}}
- name: thirty days, and a day more
  kind: edge
  given:
    settlement:
      - {}
      - {setl_id: AT, setl_date: 2026-12-01}
      - {setl_id: OVER, setl_date: 2026-11-30}
    recomputed: []
    audit_case: []
    arch_d: [{}]
    arch_requirement: [{}]
    agency: [{code: "510100", pool: "5101"}]
    reached: [{as_of: 2026-12-31}]
  expect: {510100/2026-11/OVER: "0.00"}
- name: before the first settlement that the agency archived, and in its own region
  kind: clear
  given:
    settlement: [{}, {setl_id: EARLY, setl_date: 2026-11-08}, {setl_id: HOME, is_cross_region: false}]
    recomputed: []
    audit_case: []
    arch_d: [{}]
    arch_requirement: [{}]
    agency: [{code: "510100", pool: "5101"}]
    reached: [{as_of: 2026-12-31}]
- name: an agency without any register
  kind: clear
  given:
    settlement: [{}]
    recomputed: [{}]
    audit_case: [{}]
    arch_d: []
    arch_requirement: [{}]
    agency: [{code: "510100", pool: "5101"}]
    reached: [{as_of: 2026-12-31}]
- name: care without a filing needs no proof of one
  kind: edge
  given:
    settlement: [{}]
    recomputed: [{filing_status: NOT_NEEDED, filing_id: null}]
    audit_case: []
    arch_d: [{}]
    arch_requirement: [{}, {item_code: FILING, name_zh: 异地就医备案凭证}]
    agency: [{code: "510100", pool: "5101"}]
    reached: [{as_of: 2026-12-31}]
- name: a closed case without its decision
  kind: flag
  given:
    settlement: [{}]
    recomputed: []
    audit_case: [{}]
    arch_d: [{}, {obj_type: CASE, obj_id: SC20260810-AAAAAA, item_code: NOTICE}]
    arch_requirement:
      - {obj_type: CASE, item_code: NOTICE, name_zh: 核查通知书}
      - {obj_type: CASE, item_code: DECISION, name_zh: 处理决定书}
    agency: [{code: "510100", pool: "5101"}]
    reached: [{as_of: 2026-12-31}]
  expect: {510100/2026-09: {because: {because_missing: 处理决定书}}}
*/
