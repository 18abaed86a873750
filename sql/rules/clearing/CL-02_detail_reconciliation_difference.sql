/* rule
id: CL-02
version: 3
title_zh: 明细对账差异
title: Detail reconciliation difference
status: active
certainty: definite
severity: 2
level: settlement
subject: institution
owner: 异地就医结算处
summary: >
  A settlement is only in the institution's detail file, only at the centre, or in both with other amounts or another
  reversal flag. Records meet by settlement number, else by the institution's message number. A detail file lists all
  of an institution's day, insurance and clearing class, so where one of them is listed the others must be. The
  institution of a record that only it has is that of the visit, else the one that opens the message number. A record
  that the centre set aside on receipt is its own to mend, and of low severity.
sentence_zh: >-
  结算{because_settlement}：{because_kind}，机构记录基金{because_stated_fund}元，中心记录基金{because_held_fund}元。
facts:
  because_kind: 差异类型
  because_settlement: 结算编号
  because_message: 报文编号
  because_stated_fund: 机构记录基金（元）
  because_held_fund: 中心记录基金（元）
  because_stated_total: 机构记录总费用（元）
  because_held_total: 中心记录总费用（元）
  because_days: 已过天数
basis:
  - 《四川省异地就医结算管理办法》第十三条
  - 国家医疗保障信息平台接口 3202 医药机构费用结算对明细账
national_code: none
in_force: {since: 2021-01-01}
dated_by: period
reads: [stmt_detl_d, settlement_history, set_aside, mdtrt_d, reached, policy_value]
look_back: none
params:
  escalate_days:
    about: Days after which a record that only the institution has becomes urgent
    default: "1"
    least: "0"
    most: "30"
amount: a2
amount_note: The fund of the record that one side lacks, or the difference of the funds
not_a_finding_when:
  - 交易超时后已由 2601 冲正补偿，机构端尚未更新。
  - 机构明细在途，次日补传。
reviewer_checks:
  - 查交易日志，确认是否超时、是否已冲正。
  - 通知机构补传或撤销该笔记录。
handler: [H6]
*/
WITH
stated AS (
    SELECT *
    FROM stmt_detl_d
    QUALIFY ROW_NUMBER() OVER (PARTITION BY setl_id ORDER BY updt_time DESC, msgid ASC) = 1
),

held AS (
    SELECT *
    FROM settlement_history
    WHERE setl_type = '2'
),

by_number AS (
    SELECT
        d.setl_id AS stated_id,
        h.setl_id AS held_id
    FROM stated AS d
    INNER JOIN held AS h ON d.setl_id = h.setl_id
),

by_message AS (
    SELECT
        d.setl_id AS stated_id,
        h.setl_id AS held_id
    FROM stated AS d
    INNER JOIN held AS h ON d.msgid = h.medins_setl_id
    WHERE
        d.setl_id NOT IN (SELECT n.stated_id FROM by_number AS n)
        AND h.setl_id NOT IN (SELECT n.held_id FROM by_number AS n)
    QUALIFY ROW_NUMBER() OVER (PARTITION BY d.setl_id ORDER BY h.setl_id) = 1
),

pair AS (
    SELECT
        stated_id,
        held_id
    FROM by_number
    UNION ALL
    SELECT
        stated_id,
        held_id
    FROM by_message
),

listed AS (
    SELECT
        h.fixmedins_code,
        h.setl_date,
        h.insutype,
        COALESCE(h.clr_type, '99') AS clr_type
    FROM pair AS p
    INNER JOIN held AS h ON p.held_id = h.setl_id
    GROUP BY h.fixmedins_code, h.setl_date, h.insutype, COALESCE(h.clr_type, '99')
),

aside AS (
    SELECT setl_id
    FROM set_aside
    WHERE table_name = 'setl_d'
    GROUP BY setl_id
),

found AS (
    SELECT
        h.setl_id,
        h.fixmedins_code,
        h.setl_date AS on_day,
        CASE
            WHEN (d.refd_setl_flag = '1') <> h.is_reversal THEN '退费标志不符'
            ELSE '金额不符'
        END AS kind,
        d.msgid,
        d.fund_pay_sumamt AS stated_fund,
        h.fund_pay_sumamt AS held_fund,
        d.medfee_sumamt AS stated_total,
        h.medfee_sumamt AS held_total
    FROM pair AS p
    INNER JOIN stated AS d ON p.stated_id = d.setl_id
    INNER JOIN held AS h ON p.held_id = h.setl_id
    WHERE
        (d.refd_setl_flag = '1') <> h.is_reversal
        OR d.medfee_sumamt <> h.medfee_sumamt
        OR d.fund_pay_sumamt <> h.fund_pay_sumamt
        OR d.acct_pay <> h.acct_pay
    UNION ALL
    SELECT
        d.setl_id,
        COALESCE(
            v.fixmedins_code, CASE WHEN REGEXP_MATCHES(d.msgid, '^[HP][0-9]{11}.*$') THEN LEFT(d.msgid, 12) END, '不明'
        ) AS fixmedins_code,
        CAST(d.updt_time AS DATE) AS on_day,
        CASE WHEN q.setl_id IS NULL THEN '中心缺记录' ELSE '中心暂存未入库' END AS kind,
        d.msgid,
        d.fund_pay_sumamt AS stated_fund,
        CAST(0 AS DECIMAL(18, 2)) AS held_fund,
        d.medfee_sumamt AS stated_total,
        CAST(0 AS DECIMAL(18, 2)) AS held_total
    FROM stated AS d
    LEFT JOIN mdtrt_d AS v ON d.mdtrt_id = v.mdtrt_id
    LEFT JOIN aside AS q ON d.setl_id = q.setl_id
    WHERE d.setl_id NOT IN (SELECT p.stated_id FROM pair AS p)
    UNION ALL
    SELECT
        h.setl_id,
        h.fixmedins_code,
        h.setl_date AS on_day,
        '机构缺记录' AS kind,
        CAST(NULL AS VARCHAR) AS msgid,
        CAST(0 AS DECIMAL(18, 2)) AS stated_fund,
        h.fund_pay_sumamt AS held_fund,
        CAST(0 AS DECIMAL(18, 2)) AS stated_total,
        h.medfee_sumamt AS held_total
    FROM held AS h
    INNER JOIN listed AS l
        ON
            h.fixmedins_code = l.fixmedins_code AND h.setl_date = l.setl_date AND h.insutype = l.insutype
            AND COALESCE(h.clr_type, '99') = l.clr_type
    WHERE h.setl_id NOT IN (SELECT p.held_id FROM pair AS p)
)

SELECT
    f.fixmedins_code AS subject_id,
    CAST(f.on_day AS VARCHAR) AS period,
    f.setl_id,
    CASE
        WHEN f.kind = '中心暂存未入库' THEN 1
        WHEN
            f.kind = '中心缺记录'
            AND (p.pool IS NOT NULL OR DATE_DIFF('day', f.on_day, CAST(r.as_of AS DATE)) > $escalate_days)
            THEN 3
        ELSE 2
    END AS severity,
    ABS(f.stated_total - f.held_total) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    ABS(f.stated_fund - f.held_fund) AS a2,
    CASE WHEN f.kind = '中心缺记录' AND p.pool IS NOT NULL THEN '绕过结算中心' ELSE f.kind END AS because_kind,
    f.setl_id AS because_settlement,
    f.msgid AS because_message,
    f.stated_fund AS because_stated_fund,
    f.held_fund AS because_held_fund,
    f.stated_total AS because_stated_total,
    f.held_total AS because_held_total,
    DATE_DIFF('day', f.on_day, CAST(r.as_of AS DATE)) AS because_days
FROM found AS f
CROSS JOIN reached AS r
LEFT JOIN policy_value AS p
    ON
        SUBSTR(f.fixmedins_code, 2, 4) = p.pool AND p.parameter = 'practice.centre_route' AND p.number = 1
        AND f.on_day >= p.valid_from AND f.on_day < p.valid_until
/* examples
- name: both sides hold the same
  kind: clear
  given: {stmt_detl_d: [{}], settlement_history: [{}], set_aside: [], mdtrt_d: [{}], reached: [{}]}
- name: other fund at the institution
  kind: flag
  given:
    stmt_detl_d: [{fund_pay_sumamt: "6500.00"}]
    settlement_history: [{}]
    set_aside: []
    mdtrt_d: [{}]
    reached: [{}]
  expect: {H51010000001/2026-11-09/S1: {a0: "0.00", a2: "300.00", because: {because_kind: 金额不符}}}
- name: a record that only the institution has, one day old and two
  kind: edge
  given:
    stmt_detl_d: [{setl_id: X1, updt_time: 2026-11-19 01:00:00}, {setl_id: X2, updt_time: 2026-11-18 01:00:00}]
    settlement_history: []
    set_aside: []
    mdtrt_d: [{}]
    reached: [{}]
  expect:
    H51010000001/2026-11-19/X1: {a2: "6800.00", severity: 2}
    H51010000001/2026-11-18/X2: {a2: "6800.00", severity: 3, because: {because_kind: 中心缺记录}}
- name: the same where every transaction must go through the centre
  kind: flag
  given:
    stmt_detl_d: [{setl_id: X1, updt_time: 2026-11-19 01:00:00}]
    settlement_history: []
    set_aside: []
    mdtrt_d: [{}]
    reached: [{}]
    policy_value: [{pool: "5101", parameter: practice.centre_route, value: "1", number: "1"}]
  expect: {H51010000001/2026-11-19/X1: {a2: "6800.00", severity: 3, because: {because_kind: 绕过结算中心}}}
- name: a record that the centre set aside
  kind: edge
  given:
    stmt_detl_d: [{setl_id: X1, updt_time: 2026-11-18 01:00:00}]
    settlement_history: []
    set_aside: [{table_name: setl_d, setl_id: X1}]
    mdtrt_d: [{}]
    reached: [{}]
  expect: {H51010000001/2026-11-18/X1: {severity: 1, because: {because_kind: 中心暂存未入库}}}
- name: without a visit the message number names the institution
  kind: flag
  given:
    stmt_detl_d: [{setl_id: X1, msgid: H51070000009202611101030000001}]
    settlement_history: []
    set_aside: []
    mdtrt_d: []
    reached: [{}]
  expect: {H51070000009/2026-11-10/X1: "6800.00"}
- name: a settlement that is missing among the listed ones of its day
  kind: flag
  given:
    stmt_detl_d: [{}]
    settlement_history:
      - {}
      - {setl_id: S2, medins_setl_id: M2}
      - {setl_id: S3, medins_setl_id: M3, insutype: "390"}
      - {setl_id: S4, medins_setl_id: M4, setl_date: 2026-11-10}
    set_aside: []
    mdtrt_d: [{}]
    reached: [{}]
  expect: {H51010000001/2026-11-09/S2: {a2: "6800.00", because: {because_kind: 机构缺记录}}}
- name: another settlement number, the same message
  kind: edge
  given:
    stmt_detl_d: [{setl_id: X1, msgid: M1}]
    settlement_history: [{}]
    set_aside: []
    mdtrt_d: [{}]
    reached: [{}]
- name: stated as a reversal
  kind: flag
  given: {stmt_detl_d: [{refd_setl_flag: "1"}], settlement_history: [{}], set_aside: [], mdtrt_d: [{}], reached: [{}]}
  expect: {H51010000001/2026-11-09/S1: {a2: "0.00", because: {because_kind: 退费标志不符}}}
*/
