/* rule
id: LP-09
version: 1
title_zh: 委托协查未答复或未处理
title: Entrusted investigation unanswered or not followed
status: active
certainty: definite
severity: 2
level: provider
subject: institution
owner: 基金监管处
summary: >
  Where the insured region entrusts verification: a request was not answered within the working days that are set, or
  the answer was that the care was not genuine and no case of the institution for that region exists, or an institution
  was found not genuine several times within a year. The casebook as mirrored names no settlements, so a case is looked
  for by institution and insured region.
sentence_zh: >-
  委托协查{because_request}（{because_asked_on}委托）：{because_kind}，已过{because_days}个工作日，
  规定{because_limit}个工作日；一年内不实答复{because_negative}件。
facts:
  because_request: 协查编号
  because_kind: 问题类型
  because_asked_on: 委托日期
  because_replied_on: 答复日期
  because_result: 协查结果
  because_days: 已过工作日
  because_limit: 规定工作日
  because_negative: 一年内不实答复（件）
  because_requests: 本月同机构请求（件）
  because_source: 规定出处
basis:
  - 上海做法（2009年地方做法调研）：委托就医地协查
  - 《四川省异地就医结算管理办法》第十一条、第十二条
national_code: none
in_force: {since: 2021-01-01}
dated_by: period
reads: [coop_req_d, audit_case, policy_value, workday, reached]
look_back: none
params:
  negative:
    about: Answers of not genuine within a year that call for an inspection
    default: "3"
    least: "2"
    most: "10"
  year_days:
    about: Days within which they are counted
    default: "365"
    least: "90"
    most: "730"
amount: a2
amount_note: The amount that the answer names as not genuine
not_a_finding_when:
  - 病历封存或涉案，暂不能调阅。
  - 案件由参保地自行立案追回。
reviewer_checks:
  - 查就医地经办机构的协查办理记录。
  - 不实次数多的机构，安排现场检查。
handler: [H3]
*/
WITH
asked AS (
    SELECT
        q.req_id,
        q.fixmedins_code,
        q.setl_id,
        q.req_date,
        q.due_date,
        q.reply_date,
        q.result,
        q.amt,
        LEFT(q.from_admdvs, 4) AS insu_pool,
        LEFT(q.to_admdvs, 4) AS treat_pool,
        p.number AS days_set,
        p.source,
        COALESCE(q.reply_date, CAST(r.as_of AS DATE)) AS until_on,
        CAST(r.as_of AS DATE) AS today
    FROM coop_req_d AS q
    CROSS JOIN reached AS r
    INNER JOIN policy_value AS p
        ON
            LEFT(q.from_admdvs, 4) = p.pool AND p.parameter = 'practice.entrusted_check_days'
            AND q.req_date >= p.valid_from AND q.req_date < p.valid_until
),

-- Weekdays since a Sunday: five a week, and the days of the week that has begun.
counted AS (
    SELECT
        a.req_id,
        DATE_DIFF('day', CAST('2000-01-02' AS DATE), a.until_on) AS n,
        DATE_DIFF('day', CAST('2000-01-02' AS DATE), a.req_date) AS m,
        COALESCE(SUM(w.shift), 0) AS shift
    FROM asked AS a
    LEFT JOIN workday AS w ON a.req_date < w.day AND a.until_on >= w.day
    GROUP BY a.req_id, a.until_on, a.req_date
),

waited AS (
    SELECT
        req_id,
        5 * (n // 7) + LEAST(n - 7 * (n // 7), 5) - 5 * (m // 7) - LEAST(m - 7 * (m // 7), 5) + shift AS days_waited
    FROM counted
),

negative AS (
    SELECT
        a.req_id,
        COUNT(*) AS times
    FROM asked AS a
    INNER JOIN asked AS b ON a.fixmedins_code = b.fixmedins_code
    WHERE
        a.result = 'NOT_GENUINE'
        AND b.result = 'NOT_GENUINE'
        AND DATE_DIFF('day', b.reply_date, a.reply_date) BETWEEN 0 AND $year_days
    GROUP BY a.req_id
),

judged AS (
    SELECT
        a.*,
        w.days_waited,
        COALESCE(n.times, 0) AS times,
        COUNT(*) OVER (
            PARTITION BY a.fixmedins_code, LEFT(CAST(a.due_date AS VARCHAR), 7)
        ) AS requests,
        CASE
            WHEN n.times >= $negative THEN '多次不实'
            WHEN
                a.result = 'NOT_GENUINE'
                AND NOT EXISTS (
                    SELECT 1
                    FROM audit_case AS c
                    WHERE c.fixmedins_code = a.fixmedins_code AND c.insu_pool = a.insu_pool
                )
                THEN '不实未立案'
            WHEN w.days_waited > a.days_set AND a.reply_date IS NULL THEN '逾期未答复'
            WHEN w.days_waited > a.days_set THEN '逾期答复'
        END AS kind
    FROM asked AS a
    INNER JOIN waited AS w ON a.req_id = w.req_id
    LEFT JOIN negative AS n ON a.req_id = n.req_id
)

SELECT
    fixmedins_code AS subject_id,
    LEFT(CAST(due_date AS VARCHAR), 7) AS period,
    setl_id,
    insu_pool,
    CASE kind WHEN '多次不实' THEN 3 WHEN '逾期答复' THEN 1 ELSE 2 END AS severity,
    COALESCE(amt, 0) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    COALESCE(amt, 0) AS a2,
    req_id AS because_request,
    kind AS because_kind,
    req_date AS because_asked_on,
    reply_date AS because_replied_on,
    COALESCE(result, '未答复') AS because_result,
    days_waited AS because_days,
    CAST(ROUND(days_set) AS BIGINT) AS because_limit,
    times AS because_negative,
    requests AS because_requests,
    source AS because_source
FROM judged
WHERE kind IS NOT NULL
/* examples
- name: answered in time, genuine
  kind: clear
  given:
    coop_req_d: [{}]
    audit_case: []
    policy_value: [{parameter: practice.entrusted_check_days, value: "20", number: "20"}]
    workday: []
    reached: [{}]
- name: not answered
  kind: flag
  given:
    coop_req_d: [{reply_date: null, result: null}]
    audit_case: []
    policy_value: [{parameter: practice.entrusted_check_days, value: "20", number: "20"}]
    workday: []
    reached: [{as_of: 2026-12-31}]
  expect: {H51010000001/2026-12/S1: {a2: "0.00", because: {because_kind: 逾期未答复}}}
- name: the twentieth working day, and the twenty-first
  kind: edge
  given:
    coop_req_d:
      - {reply_date: null, result: null}
      - {req_id: Q2, setl_id: S2, req_date: 2026-11-09, reply_date: null, result: null}
    audit_case: []
    policy_value: [{parameter: practice.entrusted_check_days, value: "20", number: "20"}]
    workday: []
    reached: [{as_of: 2026-12-08}]
  expect: {H51010000001/2026-12/S2: {because: {because_days: "21"}}}
- name: a holiday moves the limit
  kind: edge
  given:
    coop_req_d: [{req_date: 2026-11-09, reply_date: null, result: null}]
    audit_case: []
    policy_value: [{parameter: practice.entrusted_check_days, value: "20", number: "20"}]
    workday: [{day: 2026-11-20}]
    reached: [{as_of: 2026-12-08}]
- name: not genuine, and no case
  kind: flag
  given:
    coop_req_d: [{result: NOT_GENUINE, amt: "6800.00"}]
    audit_case: [{insu_pool: "5107"}]
    policy_value: [{parameter: practice.entrusted_check_days, value: "20", number: "20"}]
    workday: []
    reached: [{}]
  expect: {H51010000001/2026-12/S1: {a2: "6800.00", because: {because_kind: 不实未立案}}}
- name: not genuine, and a case of the institution for that region
  kind: clear
  given:
    coop_req_d: [{result: NOT_GENUINE, amt: "6800.00"}]
    audit_case: [{}]
    policy_value: [{parameter: practice.entrusted_check_days, value: "20", number: "20"}]
    workday: []
    reached: [{}]
- name: the third time within a year
  kind: flag
  given:
    coop_req_d:
      - {result: NOT_GENUINE, amt: "100.00"}
      - {req_id: Q2, setl_id: S2, req_date: 2026-09-01, due_date: 2026-09-30,
         reply_date: 2026-09-10, result: NOT_GENUINE}
      - {req_id: Q3, setl_id: S3, req_date: 2026-03-02, due_date: 2026-03-31,
         reply_date: 2026-03-10, result: NOT_GENUINE}
    audit_case: [{}]
    policy_value: [{parameter: practice.entrusted_check_days, value: "20", number: "20"}]
    workday: []
    reached: [{}]
  expect: {H51010000001/2026-12/S1: {a2: "100.00", severity: 3, because: {because_negative: "3"}}}
- name: the asking region does not entrust
  kind: clear
  given:
    coop_req_d: [{reply_date: null, result: null}]
    audit_case: []
    policy_value: [{pool: "5107", parameter: practice.entrusted_check_days, value: "20", number: "20"}]
    workday: []
    reached: [{as_of: 2026-12-31}]
*/
