/* rule
id: ST-08
version: 1
title_zh: 个人账户支付错误
title: Personal-account payment error
status: active
certainty: definite
severity: 2
level: settlement
owner: 异地就医结算处
summary: >
  The own account paid more than it held or than the person owed, paid for a resident, who has none, or although the
  settlement says that it was not used. Or its payment was never taken off: the next settlement of the person within
  some days begins with the balance that the last one had begun with. What other members of a family pay from
  theirs is not the own account. No fund is at issue; the money is shown as exposure.
sentence_zh: "{because_kind}：个人账户支付{because_account}元，支付前余额{because_before}元，个人负担{because_person}元。"
facts:
  because_kind: 差错类型
  because_account: 个人账户支付（元）
  because_before: 支付前余额（元）
  because_after: 支付后余额（元）
  because_person: 个人负担（元）
  because_insurance: 险种
  because_last_time: 上次账户支付时间
  because_last_account: 上次账户支付（元）
basis:
  - 《四川省异地就医结算管理办法》第六条、第十三条
  - 职工基本医疗保险个人账户管理规定
national_code: none
in_force: {since: 2021-01-01}
dated_by: setl_date
reads: [settlement]
look_back: {days: 62}
params:
  tolerance:
    about: Yuan by which a balance may be off
    default: "0.01"
    least: "0.00"
    most: "10.00"
  within_days:
    about: Days between the ends of two settlements up to which their balances are held against each other
    default: "31"
    least: "1"
    most: "31"
  settled_within:
    about: Most days that care may last, and that it may be settled after care, to be held against another
    default: "15"
    least: "1"
    most: "15"
amount: exposure
amount_note: What the account paid too much, or what was never taken off. Accounts are the person's money, no fund's.
not_a_finding_when:
  - 账户由银行管理，余额不随结算返回。
  - 家庭共济由他人账户支付（按共济金额，不计本人账户）。
  - 两次结算之间恰好划入与上次支付相同的金额。
  - 退费后账户已退回（冲销的结算不参与比较）。
reviewer_checks:
  - 向参保地查询账户划入、支付流水。
  - 核对结算单账户使用标志与支付金额。
  - 居民参保的，核对是否应记入家庭共济。
handler: [H5]
suppressors_in_sql: [S-REF]
*/
WITH
rolled AS (
    SELECT
        setl_id,
        enddate,
        acct_pay,
        balc,
        balc + acct_pay AS opening,
        LAG(setl_time) OVER (PARTITION BY person, psn_no ORDER BY setl_time ASC, setl_id ASC) AS last_time,
        LAG(enddate) OVER (PARTITION BY person, psn_no ORDER BY setl_time ASC, setl_id ASC) AS last_end,
        LAG(acct_pay) OVER (PARTITION BY person, psn_no ORDER BY setl_time ASC, setl_id ASC) AS last_pay,
        LAG(balc + acct_pay) OVER (PARTITION BY person, psn_no ORDER BY setl_time ASC, setl_id ASC) AS last_opening
    FROM settlement
    WHERE
        balc IS NOT NULL
        AND insutype <> '390'
        -- Long stays and late settlements would reach beyond the look-back.
        AND DATE_DIFF('day', begndate, enddate) <= $settled_within
        AND DATE_DIFF('day', enddate, setl_date) <= $settled_within
        AND DATE_DIFF('day', begndate, setl_date) <= $look_back_days
),

kept AS (
    SELECT
        setl_id,
        last_time,
        last_pay
    FROM rolled
    WHERE
        last_pay > $tolerance
        AND ABS(opening - last_opening) <= $tolerance
        AND DATE_DIFF('day', last_end, enddate) <= $within_days
),

judged AS (
    SELECT
        s.setl_id,
        s.insutype,
        s.acct_pay,
        s.psn_pay,
        s.balc,
        s.balc + s.acct_pay AS opening,
        k.last_time,
        k.last_pay,
        CASE
            WHEN s.insutype = '390' AND s.acct_pay > $tolerance THEN s.acct_pay
            WHEN s.acct_pay > $tolerance AND COALESCE(s.acct_used_flag, '1') = '0' THEN s.acct_pay
            WHEN s.balc < -$tolerance AND s.acct_pay > $tolerance THEN LEAST(s.acct_pay, -s.balc)
            WHEN s.acct_pay > s.psn_pay + $tolerance THEN s.acct_pay - s.psn_pay
            WHEN k.setl_id IS NOT NULL THEN k.last_pay
            ELSE 0
        END AS surplus,
        CASE
            WHEN s.insutype = '390' AND s.acct_pay > $tolerance THEN '居民没有个人账户，却由账户支付'
            WHEN s.acct_pay > $tolerance AND COALESCE(s.acct_used_flag, '1') = '0' THEN '标明未使用账户，却由账户支付'
            WHEN s.balc < -$tolerance AND s.acct_pay > $tolerance THEN '账户支付超过余额'
            WHEN s.acct_pay > s.psn_pay + $tolerance THEN '账户支付超过个人负担'
            ELSE '上次账户支付未从余额中扣除'
        END AS kind
    FROM settlement AS s
    LEFT JOIN kept AS k ON s.setl_id = k.setl_id
)

SELECT
    setl_id,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CAST(0 AS DECIMAL(18, 2)) AS a2,
    surplus AS exposure,
    kind AS because_kind,
    acct_pay AS because_account,
    opening AS because_before,
    balc AS because_after,
    psn_pay AS because_person,
    CASE insutype WHEN '310' THEN '职工' WHEN '390' THEN '城乡居民' ELSE insutype END AS because_insurance,
    last_time AS because_last_time,
    last_pay AS because_last_account
FROM judged
WHERE surplus > 0
/* examples
- name: the account paid what it held
  kind: clear
  given: {settlement: [{}]}
- name: a resident's account
  kind: flag
  given: {settlement: [{insutype: "390"}]}
  expect: {S1: {exposure: "1200.00", a2: "0.00", because: {because_kind: 居民没有个人账户，却由账户支付}}}
- name: a resident's bill paid from the family's accounts
  kind: clear
  given: {settlement: [{insutype: "390", acct_pay: "0.00", acct_mulaid_pay: "1200.00", acct_used_flag: "0"}]}
- name: the account paid, though marked as not used
  kind: flag
  given: {settlement: [{acct_used_flag: "0"}]}
  expect: {S1: "1200.00"}
- name: more than the account held
  kind: flag
  given: {settlement: [{balc: "-300.00"}]}
  expect: {S1: {exposure: "300.00", because: {because_kind: 账户支付超过余额, because_before: "900.00"}}}
- name: more than the person owed
  kind: flag
  given: {settlement: [{acct_pay: "3250.00", cash_payamt: "-50.00"}]}
  expect: {S1: {exposure: "50.00", because: {because_kind: 账户支付超过个人负担}}}
- name: the payment was never taken off
  kind: flag
  given:
    settlement:
      - {}
      - {setl_id: S2, begndate: 2026-11-12, enddate: 2026-11-12, setl_time: 2026-11-12 11:00:00, setl_date: 2026-11-12,
         acct_pay: "100.00", balc: "2300.00"}
  expect:
    S2: {exposure: "1200.00", because: {because_kind: 上次账户支付未从余额中扣除, because_last_account: "1200.00"}}
- name: the balance rolls forward, with a credit between
  kind: clear
  given:
    settlement:
      - {}
      - {setl_id: S2, begndate: 2026-11-12, enddate: 2026-11-12, setl_time: 2026-11-12 11:00:00, setl_date: 2026-11-12,
         acct_pay: "100.00", balc: "1100.00"}
      - {setl_id: S3, begndate: 2026-11-20, enddate: 2026-11-20, setl_time: 2026-11-20 11:00:00, setl_date: 2026-11-20,
         acct_pay: "100.00", balc: "1160.00"}
- name: thirty-one days apart, and thirty-two
  kind: edge
  given:
    settlement:
      - {}
      - {setl_id: S2, begndate: 2026-12-10, enddate: 2026-12-10, setl_time: 2026-12-10 11:00:00, setl_date: 2026-12-10,
         acct_pay: "0.00", balc: "2400.00"}
      - {setl_id: T1, person: P2, psn_no: "2"}
      - {setl_id: T2, person: P2, psn_no: "2", begndate: 2026-12-11, enddate: 2026-12-11,
         setl_time: 2026-12-11 11:00:00, setl_date: 2026-12-11, acct_pay: "0.00", balc: "2400.00"}
  expect: {S2: "1200.00"}
- name: a cent below zero, and two
  kind: edge
  given: {settlement: [{setl_id: ONE, balc: "-0.01"}, {setl_id: TWO, person: P2, psn_no: "2", balc: "-0.02"}]}
  expect: {TWO: "0.02"}
- name: the source sends no balance and no flag
  kind: clear
  given: {settlement: [{balc: null, acct_used_flag: null}]}
*/
