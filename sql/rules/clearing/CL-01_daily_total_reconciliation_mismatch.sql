/* rule
id: CL-01
version: 2
title_zh: 日对账总额不平
title: Daily total reconciliation mismatch
status: active
certainty: definite
severity: 2
level: provider
subject: institution
owner: 异地就医结算处
summary: >
  What an institution states for a day, insurance type and clearing class differs from the settlements that the centre
  holds, in number, total fee, fund or account; or a day with settlements has no statement though its day has passed.
  A reversal counts minus one. Institutions of other provinces send no statements here. Where the centre set aside no
  fewer settlements of that institution and day than it lacks, the difference is its own and of low severity.
sentence_zh: >-
  {because_day}，险种{because_insurance}、清算类别{because_class}：机构申报{because_stated_count}笔、基金{because_stated_fund}元，
  中心记录{because_held_count}笔、基金{because_held_fund}元，对账不平（{because_kind}）。
facts:
  because_kind: 差异类型
  because_day: 对账日期
  because_insurance: 险种
  because_class: 清算类别
  because_stated_count: 机构申报笔数
  because_held_count: 中心记录笔数
  because_stated_total: 机构申报总费用（元）
  because_held_total: 中心记录总费用（元）
  because_stated_fund: 机构申报基金（元）
  because_held_fund: 中心记录基金（元）
  because_stated_account: 机构申报个人账户（元）
  because_held_account: 中心记录个人账户（元）
  because_set_aside: 中心暂存笔数
basis:
  - 《四川省异地就医结算管理办法》第十三条、第十五条
  - 国家医疗保障信息平台接口 3201 医药机构费用结算对总账
national_code: none
in_force: {since: 2021-01-01}
dated_by: period
reads: [stmt_d, settlement_history, set_aside, agency, reached]
look_back: none
params:
  tolerance:
    about: Yuan by which totals may differ before anything is said
    default: "0.00"
    least: "0.00"
    most: "10.00"
amount: a2
amount_note: a0 is the difference of total fees, a2 the difference of the fund, both without sign
not_a_finding_when:
  - 结算跨零点，机构按发生日、中心按入账日归入不同日期。
  - 机构将退费按正数申报，或退费单独成批。
  - 机构明细迟传，次日补传后自动平账。
reviewer_checks:
  - 对照医药机构当日结算流水与明细对账结果。
  - 查当日零点前后及退费记录的归属日期。
handler: [H6]
*/
WITH
stated AS (
    SELECT
        fixmedins_code,
        insutype,
        clr_type,
        stmt_begndate,
        stmt_enddate,
        SUM(fixmedins_setl_cnt) AS n,
        SUM(medfee_sumamt) AS total,
        SUM(fund_pay_sumamt) AS fund,
        SUM(acct_pay) AS acct
    FROM stmt_d
    GROUP BY fixmedins_code, insutype, clr_type, stmt_begndate, stmt_enddate
),

-- Networked settlements only: what is reimbursed at the counter is paid without the institution.
held AS (
    SELECT
        fixmedins_code,
        insutype,
        COALESCE(clr_type, '99') AS clr_type,
        setl_date,
        MIN(treating_agency) AS treating_agency,
        SUM(CASE WHEN is_reversal THEN -1 ELSE 1 END) AS n,
        SUM(medfee_sumamt) AS total,
        SUM(fund_pay_sumamt) AS fund,
        SUM(acct_pay) AS acct
    FROM settlement_history
    WHERE setl_type = '2'
    GROUP BY fixmedins_code, insutype, COALESCE(clr_type, '99'), setl_date
),

compared AS (
    SELECT
        t.fixmedins_code,
        t.insutype,
        t.clr_type,
        t.stmt_begndate AS from_date,
        FALSE AS is_missing,
        t.n AS stated_n,
        COALESCE(SUM(h.n), 0) AS held_n,
        t.total AS stated_total,
        COALESCE(SUM(h.total), 0) AS held_total,
        t.fund AS stated_fund,
        COALESCE(SUM(h.fund), 0) AS held_fund,
        t.acct AS stated_account,
        COALESCE(SUM(h.acct), 0) AS held_account
    FROM stated AS t
    LEFT JOIN held AS h
        ON
            t.fixmedins_code = h.fixmedins_code AND t.insutype = h.insutype AND t.clr_type = h.clr_type
            AND h.setl_date BETWEEN t.stmt_begndate AND t.stmt_enddate
    GROUP BY
        t.fixmedins_code, t.insutype, t.clr_type, t.stmt_begndate, t.stmt_enddate, t.n, t.total, t.fund, t.acct
    UNION ALL
    SELECT
        h.fixmedins_code,
        h.insutype,
        h.clr_type,
        h.setl_date AS from_date,
        TRUE AS is_missing,
        0 AS stated_n,
        h.n AS held_n,
        CAST(0 AS DECIMAL(18, 2)) AS stated_total,
        h.total AS held_total,
        CAST(0 AS DECIMAL(18, 2)) AS stated_fund,
        h.fund AS held_fund,
        CAST(0 AS DECIMAL(18, 2)) AS stated_account,
        h.acct AS held_account
    FROM held AS h
    INNER JOIN agency AS a ON h.treating_agency = a.code
    INNER JOIN reached AS r ON h.setl_date < r.as_of
    WHERE
        NOT EXISTS (
            SELECT 1
            FROM stated AS t
            WHERE
                t.fixmedins_code = h.fixmedins_code AND t.insutype = h.insutype AND t.clr_type = h.clr_type
                AND h.setl_date BETWEEN t.stmt_begndate AND t.stmt_enddate
        )
),

aside AS (
    SELECT
        fixmedins_code,
        setl_date,
        COUNT(*) AS n
    FROM set_aside
    WHERE table_name = 'setl_d' AND setl_date IS NOT NULL
    GROUP BY fixmedins_code, setl_date
)

SELECT
    c.fixmedins_code AS subject_id,
    CAST(c.from_date AS VARCHAR) AS period,
    CASE WHEN c.stated_n > c.held_n AND c.stated_n - c.held_n <= COALESCE(q.n, 0) THEN 1 ELSE 2 END AS severity,
    ABS(c.stated_total - c.held_total) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    ABS(c.stated_fund - c.held_fund) AS a2,
    CASE
        WHEN c.is_missing THEN '缺对账单'
        WHEN c.stated_n > c.held_n AND c.stated_n - c.held_n <= COALESCE(q.n, 0) THEN '中心暂存未入库'
        WHEN c.stated_n <> c.held_n THEN '笔数不符'
        WHEN ABS(c.stated_total - c.held_total) > $tolerance THEN '总费用不符'
        WHEN ABS(c.stated_fund - c.held_fund) > $tolerance THEN '基金不符'
        ELSE '个人账户不符'
    END AS because_kind,
    c.from_date AS because_day,
    c.insutype AS because_insurance,
    c.clr_type AS because_class,
    c.stated_n AS because_stated_count,
    c.held_n AS because_held_count,
    c.stated_total AS because_stated_total,
    c.held_total AS because_held_total,
    c.stated_fund AS because_stated_fund,
    c.held_fund AS because_held_fund,
    c.stated_account AS because_stated_account,
    c.held_account AS because_held_account,
    COALESCE(q.n, 0) AS because_set_aside
FROM compared AS c
LEFT JOIN aside AS q ON c.fixmedins_code = q.fixmedins_code AND c.from_date = q.setl_date
WHERE
    c.is_missing
    OR c.stated_n <> c.held_n
    OR ABS(c.stated_total - c.held_total) > $tolerance
    OR ABS(c.stated_fund - c.held_fund) > $tolerance
    OR ABS(c.stated_account - c.held_account) > $tolerance
/* examples
- name: the day agrees
  kind: clear
  given: {stmt_d: [{}], settlement_history: [{}], set_aside: [], agency: [{code: "510100"}], reached: [{}]}
- name: the fund differs by a hundred yuan
  kind: flag
  given:
    stmt_d: [{fund_pay_sumamt: "6900.00"}]
    settlement_history: [{}]
    set_aside: []
    agency: [{code: "510100"}]
    reached: [{}]
  expect: {H51010000001/2026-11-09: {a0: "0.00", a2: "100.00", because: {because_kind: 基金不符}}}
- name: a fen is a difference
  kind: edge
  given:
    stmt_d: [{acct_pay: "1200.01"}]
    settlement_history: [{}]
    set_aside: []
    agency: [{code: "510100"}]
    reached: [{}]
  expect: {H51010000001/2026-11-09: {a2: "0.00", because: {because_kind: 个人账户不符}}}
- name: a reversal counts minus one and takes its money back
  kind: clear
  given:
    stmt_d: [{fixmedins_setl_cnt: 0, medfee_sumamt: "0.00", fund_pay_sumamt: "0.00", acct_pay: "0.00"}]
    settlement_history:
      - {is_reversed: true, counts: false}
      - {setl_id: R1, is_reversal: true, counts: false, init_setl_id: S1, medfee_sumamt: "-10000.00",
         fund_pay_sumamt: "-6800.00", acct_pay: "-1200.00"}
    set_aside: []
    agency: [{code: "510100"}]
    reached: [{}]
- name: no statement on the day itself, and a day later
  kind: edge
  given:
    stmt_d: []
    settlement_history: [{setl_date: 2026-11-20}, {setl_id: S2, setl_date: 2026-11-19}]
    set_aside: []
    agency: [{code: "510100"}]
    reached: [{}]
  expect: {H51010000001/2026-11-19: {a0: "10000.00", a2: "6800.00", because: {because_kind: 缺对账单}}}
- name: an institution of another province, and a claim paid at the counter, are not stated
  kind: clear
  given:
    stmt_d: []
    settlement_history: [{treating_agency: "510000"}, {setl_id: S2, setl_type: "1"}]
    set_aside: []
    agency: [{code: "510100"}]
    reached: [{}]
- name: the settlement that the centre lacks was set aside on receipt
  kind: edge
  given:
    stmt_d: [{fixmedins_setl_cnt: 2, medfee_sumamt: "15000.00", fund_pay_sumamt: "9800.00"}]
    settlement_history: [{}]
    set_aside: [{table_name: setl_d, setl_id: S9, fixmedins_code: H51010000001, setl_date: 2026-11-09}]
    agency: [{code: "510100"}]
    reached: [{}]
  expect: {H51010000001/2026-11-09: {a2: "3000.00", severity: 1, because: {because_kind: 中心暂存未入库}}}
- name: more is lacking than was set aside
  kind: edge
  given:
    stmt_d: [{fixmedins_setl_cnt: 3, medfee_sumamt: "15000.00", fund_pay_sumamt: "9800.00"}]
    settlement_history: [{}]
    set_aside: [{table_name: setl_d, setl_id: S9, fixmedins_code: H51010000001, setl_date: 2026-11-09}]
    agency: [{code: "510100"}]
    reached: [{}]
  expect: {H51010000001/2026-11-09: {a2: "3000.00", severity: 2, because: {because_kind: 笔数不符}}}
- name: two insurance types of a day are one finding
  kind: flag
  given:
    stmt_d: [{fund_pay_sumamt: "6900.00"}, {insutype: "390", fixmedins_setl_cnt: 2}]
    settlement_history: [{}, {setl_id: S2, insutype: "390"}]
    set_aside: []
    agency: [{code: "510100"}]
    reached: [{}]
  expect: {H51010000001/2026-11-09: {a0: "0.00", a2: "100.00"}}
*/
