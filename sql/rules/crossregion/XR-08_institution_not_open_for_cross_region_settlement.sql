/* rule
id: XR-08
version: 1
title_zh: 未开通异地结算的机构直接结算
title: Institution not open for cross-region settlement
status: active
certainty: definite
severity: 2
level: settlement
owner: 异地就医结算处
summary: >
  On the day of settlement the institution's registration said that it was not open for patients of other regions, open
  for those of the province only, or suspended or cancelled from the network, and the network settled all the same.
  The registration of that day decides, not today's.
sentence_zh: >-
  {because_institution}在{because_settled}结算时{because_state}，却为{because_insured_in}参保人办理了{because_scope}直接结算，
  基金支付{because_fund}元。
facts:
  because_institution: 机构
  because_state: 开通状态
  because_open_type: 异地开通类型
  because_online: 联网开通标志
  because_since: 登记状态起始日
  because_settled: 结算时间
  because_scope: 就医范围
  because_insured_in: 参保地
  because_fund: 基金支付（元）
  because_account: 账户支付（元）
basis:
  - 《四川省异地就医结算管理办法》第七条、第十四条第（二）项
national_code: none
in_force: {since: 2021-01-01}
dated_by: setl_date
reads: [settlement, fixmedins_b, agency]
look_back: none
amount: a2
amount_note: The fund of the settlement, whole. What only an account paid is exposure.
not_a_finding_when:
  - 机构登记历史不全，开通时间早于登记记录。
  - 分院区使用总院代码结算，总院已开通。
  - 结算当日开通，登记时间录为次日。
  - 平台切换期间经批准的试运行机构。
reviewer_checks:
  - 查省平台机构开通、暂停的批文和时间。
  - 查结算终端编号，排除借用其他机构终端。
  - 与就医地经办机构核对协议状态。
handler: [H6, H1]
*/
WITH
-- The registration that held at the moment of settlement. Where none did, the history is not complete.
registered AS (
    SELECT
        s.setl_id,
        i.fix_onln_open_flag,
        i.out_onln_open_type,
        i.begntime
    FROM settlement AS s
    INNER JOIN fixmedins_b AS i ON s.fixmedins_code = i.fixmedins_code
    WHERE
        s.is_cross_region
        AND s.setl_type = '2'
        AND i.vali_flag = '1'
        AND i.begntime <= s.setl_time
        AND (i.endtime IS NULL OR s.setl_time < i.endtime)
    QUALIFY ROW_NUMBER() OVER (PARTITION BY s.setl_id ORDER BY i.begntime DESC) = 1
)

SELECT
    s.setl_id,
    s.medfee_sumamt AS a0,
    s.inscp_amt AS a1,
    s.fund_pay_sumamt AS a2,
    s.acct_pay + s.acct_mulaid_pay AS exposure,
    COALESCE(s.fixmedins_name, s.fixmedins_code) AS because_institution,
    CASE
        WHEN i.fix_onln_open_flag = '0' THEN '联网结算已暂停'
        WHEN i.fix_onln_open_flag <> '1' THEN '联网结算已取消'
        WHEN i.out_onln_open_type = '02' THEN '只开通省内异地'
        ELSE '未开通异地结算'
    END AS because_state,
    i.out_onln_open_type AS because_open_type,
    i.fix_onln_open_flag AS because_online,
    CAST(i.begntime AS DATE) AS because_since,
    s.setl_time AS because_settled,
    CASE WHEN s.scope = 'IN_PROV' THEN '省内异地' ELSE '跨省异地' END AS because_scope,
    COALESCE(home.name_zh, s.insu_admdvs) AS because_insured_in,
    s.fund_pay_sumamt AS because_fund,
    s.acct_pay + s.acct_mulaid_pay AS because_account
FROM registered AS i
INNER JOIN settlement AS s ON i.setl_id = s.setl_id
LEFT JOIN agency AS home ON s.insu_pool = home.pool
WHERE
    s.fund_pay_sumamt + s.acct_pay + s.acct_mulaid_pay > 0
    AND (
        i.fix_onln_open_flag <> '1'
        OR i.out_onln_open_type = '01'
        OR (i.out_onln_open_type = '02' AND s.scope = 'CROSS_PROV')
    )
/* examples
- name: open to patients from everywhere
  kind: clear
  given:
    settlement: [{}, {setl_id: S2, insu_admdvs: "500103", insu_pool: "5001", scope: CROSS_PROV, pay_loc: "4"}]
    fixmedins_b: [{}]
- name: not open to patients of other regions
  kind: flag
  given: {settlement: [{}], fixmedins_b: [{out_onln_open_type: "01"}], agency: [{}]}
  expect:
    S1: {a2: "6800.00", a0: "10000.00", exposure: "1200.00", because: {because_state: 未开通异地结算, because_insured_in: 南充市}}
- name: open inside the province only
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, insu_admdvs: "500103", insu_pool: "5001", scope: CROSS_PROV, pay_loc: "4"}]
    fixmedins_b: [{out_onln_open_type: "02"}]
  expect: {S2: {a2: "6800.00", because: {because_state: 只开通省内异地, because_scope: 跨省异地}}}
- name: suspended, opened again at the very second
  kind: edge
  given:
    settlement: [{setl_id: BEFORE, setl_time: 2026-11-09 10:29:59}, {setl_id: AT}]
    fixmedins_b:
      - {endtime: 2026-11-01 00:00:00}
      - {begntime: 2026-11-01 00:00:00, endtime: 2026-11-09 10:30:00, fix_onln_open_flag: "0"}
      - {begntime: 2026-11-09 10:30:00}
  expect: {BEFORE: {a2: "6800.00", because: {because_state: 联网结算已暂停, because_since: "2026-11-01"}}}
- name: what is open today was not on the day
  kind: flag
  given:
    settlement: [{}]
    fixmedins_b:
      - {endtime: 2026-11-20 00:00:00, out_onln_open_type: "01"}
      - {begntime: 2026-11-20 00:00:00}
  expect: {S1: "6800.00"}
- name: the history begins after the settlement, or does not say to whom it is open
  kind: clear
  given:
    settlement: [{}, {setl_id: S2, fixmedins_code: H51010000002}]
    fixmedins_b:
      - {begntime: 2026-11-20 00:00:00, out_onln_open_type: "01"}
      - {fixmedins_code: H51010000002, out_onln_open_type: null}
- name: a withdrawn registration counts no more
  kind: clear
  given:
    settlement: [{}]
    fixmedins_b: [{}, {begntime: 2026-01-01 00:00:00, out_onln_open_type: "01", vali_flag: "0"}]
- name: its own city's patients, and a claim at the counter
  kind: clear
  given:
    settlement:
      - {insu_admdvs: "510107", insu_pool: "5101", scope: LOCAL, is_cross_region: false, pay_loc: "2"}
      - {setl_id: S2, setl_type: "1", pay_loc: "1"}
    fixmedins_b: [{out_onln_open_type: "01"}]
- name: neither fund nor account paid, and the account alone
  kind: edge
  given:
    settlement:
      - {fund_pay_sumamt: "0.00", acct_pay: "0.00"}
      - {setl_id: S2, fund_pay_sumamt: "0.00", acct_pay: "80.00"}
    fixmedins_b: [{out_onln_open_type: "01"}]
  expect: {S2: {a2: "0.00", exposure: "80.00"}}
*/
