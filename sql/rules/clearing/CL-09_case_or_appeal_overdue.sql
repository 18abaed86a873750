/* rule
id: CL-09
version: 2
title_zh: 地区处理超期
title: Case or appeal overdue
status: active
certainty: definite
severity: 2
level: provider
subject: region
owner: 异地就医结算处
summary: >
  The treating agency did not accept or finish a case within the limit that it was sent out with, or the centre did not
  review what the agency handed in. Limits are those of the casebook, which counts working days when it sends a case
  out; the centre's own is counted here. The answers of insured regions to disputes about a benefit are in no table.
sentence_zh: >-
  {because_agency}{because_period}到期案件：逾期未签收{because_not_accepted}件，逾期未办结{because_not_handled}件，
  省级逾期未确认{because_not_reviewed}件；最早一件{because_oldest}，超期{because_days}天。
facts:
  because_agency: 经办机构
  because_period: 到期月份
  because_not_accepted: 逾期未签收（件）
  because_not_handled: 逾期未办结（件）
  because_not_reviewed: 省级逾期未确认（件）
  because_oldest: 超期最久的案件
  because_days: 最长超期天数
basis:
  - 《四川省异地就医结算管理办法》第十二条、第十八条、第十九条
  - 医疗保障基金智能审核和监控知识库、规则库管理办法（试行）（2022年）
national_code: none
in_force: {since: 2021-01-01}
dated_by: period
reads: [audit_case, agency, workday, reached]
look_back: none
params:
  accept_grace:
    about: Calendar days let pass beyond the day until which the agency accepts a case
    default: "0"
    least: "0"
    most: "30"
  handle_grace:
    about: Calendar days let pass beyond the day until which the agency finishes a case
    default: "0"
    least: "0"
    most: "60"
  review_days:
    about: Working days within which the centre reviews what was handed in
    default: "5"
    least: "1"
    most: "30"
amount: a2
amount_note: No money is at issue
not_a_finding_when:
  - 案件移送公安或涉诉，办理中止。
  - 系统停机公告期间到期。
reviewer_checks:
  - 查案件办理记录与延期申请。
  - 连续两月超期的，纳入年度考核。
handler: [H7]
*/
WITH
-- Weekdays since a Sunday: five a week, and the days of the week that has begun.
counted AS (
    SELECT
        c.case_no,
        c.treating_agency,
        c.state,
        c.accept_by,
        c.due_on,
        c.submitted_on,
        CAST(r.as_of AS DATE) AS today,
        DATE_DIFF('day', CAST('2000-01-02' AS DATE), CAST(r.as_of AS DATE)) AS n,
        DATE_DIFF('day', CAST('2000-01-02' AS DATE), c.submitted_on) AS m,
        COALESCE(SUM(w.shift), 0) AS shift
    FROM audit_case AS c
    CROSS JOIN reached AS r
    LEFT JOIN workday AS w ON c.submitted_on < w.day AND w.day <= CAST(r.as_of AS DATE)
    WHERE c.state IN ('released', 'accepted', 'hearing', 'returned', 'appealed', 'submitted')
    GROUP BY c.case_no, c.treating_agency, c.state, c.accept_by, c.due_on, c.submitted_on, r.as_of
),

limited AS (
    SELECT
        case_no,
        treating_agency,
        state,
        today,
        CASE state WHEN 'released' THEN accept_by WHEN 'submitted' THEN submitted_on ELSE due_on END AS since,
        CASE
            WHEN state = 'released' THEN DATE_DIFF('day', accept_by, today) > $accept_grace
            WHEN state = 'submitted'
                THEN
                    5 * (n // 7) + LEAST(n - 7 * (n // 7), 5) - 5 * (m // 7) - LEAST(m - 7 * (m // 7), 5) + shift
                    > $review_days
            ELSE DATE_DIFF('day', due_on, today) > $handle_grace
        END AS is_late
    FROM counted
),

late AS (
    SELECT
        l.*,
        LEFT(CAST(l.since AS VARCHAR), 7) AS due_month,
        DATE_DIFF('day', l.since, l.today) AS days_over,
        ROW_NUMBER() OVER (
            PARTITION BY l.treating_agency, LEFT(CAST(l.since AS VARCHAR), 7) ORDER BY l.since ASC, l.case_no ASC
        ) AS place
    FROM limited AS l
    WHERE l.is_late
)

SELECT
    t.treating_agency AS subject_id,
    t.due_month AS period,
    t.treating_agency AS agency,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CAST(0 AS DECIMAL(18, 2)) AS a2,
    COALESCE(MIN(a.name_zh), t.treating_agency) AS because_agency,
    t.due_month AS because_period,
    SUM(CASE WHEN t.state = 'released' THEN 1 ELSE 0 END) AS because_not_accepted,
    SUM(CASE WHEN t.state IN ('accepted', 'hearing', 'returned', 'appealed') THEN 1 ELSE 0 END) AS because_not_handled,
    SUM(CASE WHEN t.state = 'submitted' THEN 1 ELSE 0 END) AS because_not_reviewed,
    MIN(CASE WHEN t.place = 1 THEN t.case_no END) AS because_oldest,
    MAX(t.days_over) AS because_days
FROM late AS t
LEFT JOIN agency AS a ON t.treating_agency = a.code
GROUP BY t.treating_agency, t.due_month
/* examples
- name: closed cases have no limit any more
  kind: clear
  given: {audit_case: [{}], agency: [{}], workday: [], reached: [{}]}
- name: waiting for evidence the clock stands still
  kind: clear
  given:
    audit_case: [{state: evidence, due_on: 2026-09-23, closed_on: null}]
    agency: [{}]
    workday: []
    reached: [{}]
- name: the institution's statement is awaited, and the day is over
  kind: flag
  given:
    audit_case: [{state: hearing, due_on: 2026-09-23, submitted_on: null, closed_on: null}]
    agency: [{}]
    workday: []
    reached: [{}]
  expect: {510100/2026-09: {because: {because_not_handled: "1"}}}
- name: not accepted
  kind: flag
  given:
    audit_case: [{state: released, accept_by: 2026-11-16}]
    agency: [{code: "510100", name_zh: 成都市}]
    workday: []
    reached: [{}]
  expect: {510100/2026-11: {a2: "0.00", because: {because_not_accepted: "1", because_days: "4"}}}
- name: on its last day, and the day after
  kind: edge
  given:
    audit_case:
      - {state: accepted, due_on: 2026-11-20}
      - {case_no: LATE, treating_agency: "510700", state: returned, due_on: 2026-11-19}
    agency: [{code: "510100", name_zh: 成都市}]
    workday: []
    reached: [{}]
  expect: {510700/2026-11: {because: {because_not_handled: "1", because_oldest: LATE}}}
- name: five working days in review, and six
  kind: edge
  given:
    audit_case:
      - {state: submitted, submitted_on: 2026-11-13}
      - {case_no: LATE, treating_agency: "510700", state: submitted, submitted_on: 2026-11-12}
    agency: [{code: "510100", name_zh: 成都市}]
    workday: []
    reached: [{}]
  expect: {510700/2026-11: {because: {because_not_reviewed: "1"}}}
- name: a holiday in between is no working day
  kind: clear
  given:
    audit_case: [{state: submitted, submitted_on: 2026-11-12}]
    agency: [{code: "510100", name_zh: 成都市}]
    workday: [{day: 2026-11-13}]
    reached: [{}]
- name: a Saturday may be one
  kind: edge
  given:
    audit_case: [{state: submitted, submitted_on: 2026-11-13}]
    agency: [{code: "510100", name_zh: 成都市}]
    workday: [{day: 2026-11-13}, {day: 2026-11-14, shift: 1}]
    reached: [{}]
  expect: {510100/2026-11: {because: {because_agency: 成都市, because_not_reviewed: "1"}}}
*/
