/* rule
id: FR-06
version: 2
title_zh: 死亡后结算
title: Settlement after death
status: active
certainty: definite
severity: 3
level: settlement
owner: 基金监管处
summary: >
  Services or drugs are dated after the person died. The date of death is that of the person register, else of the
  visit, else the day of an earlier discharge as dead (dscg_way 5). Relatives may settle weeks later: only the date of
  the service counts, never that of the settlement.
sentence_zh: >-
  患者于{because_death}死亡（{because_known_by}），{because_fee_date}仍有“{because_item}”等费用，晚于死亡{because_days_after}天，
  结算日期{because_settled_on}。
facts:
  because_death: 死亡日期
  because_known_by: 死亡依据
  because_fee_date: 计费日期
  because_days_after: 晚于死亡天数
  because_item: 项目
  because_settled_on: 结算日期
  because_fund: 基金支付（元）
  because_account: 个人账户支付（元）
basis:
  - 《医疗保障基金使用监督管理条例》第四十条第（一）（三）项、第四十一条
national_code: none（国家医保局专项筛查）
in_force: {since: 2021-05-01}
dated_by: fee_date
reads: [fee_line, settlement]
look_back: {days: 366}
params:
  grace_days:
    about: Days after death on which the last services may still be posted
    default: "1"
    least: "0"
    most: "7"
amount: a1
amount_note: >
  a1 is what the fund was asked for, priced as a2. What the personal account paid is exposure, at most the gross of
  the lines after death, and stands once on the first of them.
not_a_finding_when:
  - 抢救费用在死亡次日记账（宽限一日内已排除）。
  - 死亡后家属补办结算，费用均发生在死亡以前。
  - 离院方式误填为死亡，或死亡日期登记有误。
  - 两人编号合并、身份证号重用，死亡的是另一人。
  - 产妇死亡后新生儿费用仍记在母亲账户（新生儿标志为 1 的结算已排除）。
  - 个人账户余额由继承人支取，不是医疗服务。
reviewer_checks:
  - 请参保地向民政、公安核实死亡日期。
  - 核对就诊凭证的使用人和购药签名。
  - 核实属实的，查同一凭证死亡后的全部结算。
handler: [H5, H1, H4]
suppressors_in_sql: [S-NB]
*/
WITH
left_dead AS (
    SELECT
        person,
        mdtrt_id,
        enddate
    FROM settlement
    WHERE care = 'IPT' AND dscg_way = '5' AND COALESCE(nwb_flag, '0') <> '1'
),

-- The first discharge as dead before this care began, by somebody of whom no date of death is known.
died AS (
    SELECT
        s.setl_id,
        MIN(d.enddate) AS enddate
    FROM settlement AS s
    INNER JOIN left_dead AS d ON s.person = d.person AND s.mdtrt_id <> d.mdtrt_id
    WHERE s.die_date IS NULL AND DATE_DIFF('day', d.enddate, s.begndate) BETWEEN 0 AND $look_back_days
    GROUP BY s.setl_id
),

after_death AS (
    SELECT
        l.setl_id,
        l.bkkp_sn,
        l.fee_date,
        l.hilist_name,
        l.det_item_fee_sumamt,
        l.inscp_amt,
        COALESCE(s.die_date, d.enddate) AS die_date,
        CASE WHEN s.die_date IS NULL THEN '此前住院按死亡离院' ELSE '死亡登记' END AS known_by,
        s.setl_date,
        s.fund_pay_sumamt,
        s.acct_pay + s.acct_mulaid_pay AS from_account,
        SUM(l.det_item_fee_sumamt) OVER (PARTITION BY l.setl_id) AS gross,
        ROW_NUMBER() OVER (PARTITION BY l.setl_id ORDER BY l.fee_date ASC, l.bkkp_sn ASC) AS place
    FROM fee_line AS l
    INNER JOIN settlement AS s ON l.setl_id = s.setl_id
    LEFT JOIN died AS d ON s.setl_id = d.setl_id
    WHERE
        DATE_DIFF('day', COALESCE(s.die_date, d.enddate), l.fee_date) > $grace_days
        AND l.det_item_fee_sumamt > 0
        -- The mother died, her newborn lives.
        AND COALESCE(s.nwb_flag, '0') <> '1'
)

SELECT
    setl_id,
    bkkp_sn,
    det_item_fee_sumamt AS a0,
    inscp_amt AS a1,
    CASE WHEN place = 1 THEN LEAST(from_account, gross) ELSE 0 END AS exposure,
    die_date AS because_death,
    known_by AS because_known_by,
    fee_date AS because_fee_date,
    DATE_DIFF('day', die_date, fee_date) AS because_days_after,
    hilist_name AS because_item,
    setl_date AS because_settled_on,
    fund_pay_sumamt AS because_fund,
    from_account AS because_account
FROM after_death
/* examples
- name: died on the day of discharge, settled by relatives a month later
  kind: clear
  given:
    settlement: [{die_date: 2026-11-09, setl_time: 2026-12-09 10:00:00, setl_date: 2026-12-09, dscg_way: "5"}]
    fee_line: [{fee_date: 2026-11-09}]
- name: a purchase ten days after death
  kind: flag
  given:
    settlement: [{die_date: 2026-10-25, care: RX}]
    fee_line: [{}]
  expect: {S1: {a0: "20.00", a1: "20.00", lines: 1, because: {because_days_after: "10"}}}
- name: a newborn on the card of the mother who died
  kind: clear
  given: {settlement: [{die_date: 2026-10-25, nwb_flag: "1"}], fee_line: [{}]}
- name: paid from the account alone, in two lines
  kind: flag
  given:
    settlement:
      - {die_date: 2026-10-25, care: RX, fund_pay_sumamt: "0.00", acct_pay: "30.00", acct_mulaid_pay: "10.00"}
    fee_line: [{bkkp_sn: L1, inscp_amt: "0.00"}, {bkkp_sn: L2, inscp_amt: "0.00"}]
  expect: {S1: {a0: "40.00", a1: "0.00", exposure: "40.00", lines: 2, because: {because_account: "40.00"}}}
- name: what the account paid for the days before death is not counted
  kind: edge
  given:
    settlement: [{die_date: 2026-11-03, acct_pay: "1200.00"}]
    fee_line: [{bkkp_sn: L1, fee_date: 2026-11-02, det_item_fee_sumamt: "1000.00"}, {bkkp_sn: L2, fee_date: 2026-11-05}]
  expect: {S1: {exposure: "20.00", lines: 1}}
- name: posted on the day after death, and on the day after that
  kind: edge
  given:
    settlement: [{die_date: 2026-11-04, dscg_way: "5"}]
    fee_line: [{bkkp_sn: L1, fee_date: 2026-11-05}, {bkkp_sn: L2, fee_date: 2026-11-06}]
  expect: {S1: {a1: "20.00", lines: 1, because: {because_fee_date: "2026-11-06"}}}
- name: alive
  kind: clear
  given: {settlement: [{}], fee_line: [{}]}
- name: out of scope still counts as gross
  kind: edge
  given:
    settlement: [{die_date: 2026-10-25}]
    fee_line: [{inscp_amt: "0.00", fulamt_ownpay_amt: "20.00"}]
  expect: {S1: {a0: "20.00", a1: "0.00"}}
- name: died in hospital, fetched drugs a week later; another purchase the day after, within the grace
  kind: flag
  given:
    settlement:
      - {dscg_way: "5"}
      - {setl_id: S2, mdtrt_id: V2, care: RX, begndate: 2026-11-16, enddate: 2026-11-16}
      - {setl_id: S3, mdtrt_id: V3, care: RX, begndate: 2026-11-10, enddate: 2026-11-10}
    fee_line:
      - {}
      - {setl_id: S2, bkkp_sn: L2, fee_date: 2026-11-16}
      - {setl_id: S3, bkkp_sn: L3, fee_date: 2026-11-10}
  expect: {S2: {a1: "20.00", lines: 1, because: {because_known_by: 此前住院按死亡离院, because_days_after: "7"}}}
- name: a newborn's discharge says nothing of the mother, and the register says who lives on until when
  kind: clear
  given:
    settlement:
      - {dscg_way: "5", nwb_flag: "1"}
      - {setl_id: S2, mdtrt_id: V2, care: RX, begndate: 2026-11-16, enddate: 2026-11-16}
      - {setl_id: T1, mdtrt_id: W1, person: P2, dscg_way: "5"}
      - setl_id: T2
        mdtrt_id: W2
        person: P2
        care: RX
        begndate: 2026-11-16
        enddate: 2026-11-16
        die_date: 2026-11-30
    fee_line: [{setl_id: S2, bkkp_sn: L2, fee_date: 2026-11-16}, {setl_id: T2, bkkp_sn: L3, fee_date: 2026-11-16}]
- name: a year and a day after the discharge, and a day more
  kind: edge
  given:
    settlement:
      - {dscg_way: "5", begndate: 2025-11-02, enddate: 2025-11-09}
      - {setl_id: S2, mdtrt_id: V2, care: RX, begndate: 2026-11-10, enddate: 2026-11-10}
      - {setl_id: S3, mdtrt_id: V3, care: RX, begndate: 2026-11-11, enddate: 2026-11-11}
    fee_line: [{setl_id: S2, bkkp_sn: L2, fee_date: 2026-11-10}, {setl_id: S3, bkkp_sn: L3, fee_date: 2026-11-11}]
  expect: {S2: "20.00"}
*/
