/* rule
id: XR-19
version: 1
title_zh: 异地药店/个人账户使用越界与异常
title: Personal-account use outside Article 6
status: active
certainty: suspicious
severity: 2
level: settlement
owner: 异地就医结算处
summary: >
  At drugstores elsewhere the account is free to be used. Four things are not: the pooled fund paid although the insured
  region has no pooling at drugstores and no special drug was approved; the account was used in another province
  before the region opened that; much was spent in one day, or a large part of the account within three days; three
  shops and more within a week. Shops that were not open to patients from elsewhere are XR-08.
sentence_zh: >-
  {because_on}在{because_shop}购药：{because_how}（{because_detail}）。
facts:
  because_how: 异常情形
  because_on: 购药日期
  because_shop: 药店
  because_detail: 说明
  because_account: 个人账户支付（元）
  because_fund: 基金支付（元）
basis:
  - 《四川省异地就医结算管理办法》第六条、第七条
  - 《医疗保障基金使用监督管理条例》第四十一条第（二）项
national_code: none
in_force: {since: 2021-05-01}
dated_by: begndate
reads: [settlement, fee_line, spdrug_appr_d, account_use]
look_back: {days: 7}
params:
  day_limit:
    about: Account money spent at drugstores elsewhere on one day above which somebody asks
    default: "1000.00"
    least: "100.00"
    most: "20000.00"
  shops:
    about: So many shops elsewhere within a week
    default: "3"
    least: "2"
    most: "10"
  shop_days:
    about: Days of that week
    default: "7"
    least: "2"
    most: "7"
  least_week:
    about: Below this sum in the week, several shops mean nothing
    default: "300.00"
    least: "0.00"
    most: "5000.00"
  emptied_percent:
    about: Share of what was in the account that went within three days (the yearly inflow is not in the data)
    default: "50"
    least: "20"
    most: "100"
  least_emptied:
    about: Small accounts are soon empty
    default: "800.00"
    least: "100.00"
    most: "10000.00"
amount: a2
amount_note: >
  The pooled fund where it should not have paid; for the account the amount is exposure, on the settlement with which
  the limit was passed and those after it on that day.
not_a_finding_when:
  - 家庭共济账户为多人购药（共济支付不计入）。
  - 慢性病按长处方一次购足，有处方和诊断。
  - 双通道药品，参保地已批准特殊药品备案（已排除）。
  - 参保地已将药店纳入门诊统筹，开通日尚未登记到知识库。
  - 边境县居民习惯在邻省药店购药。
reviewer_checks:
  - 由参保地核对待遇规则、开通日期和账户划入。
  - 请就医地调取药店销售小票、监控与库存，看是否套现、串换。
handler: [H6, H1, H7, H3]
suppressors_for_reviewer: [S-SPEC]
*/
WITH
bought AS (
    SELECT
        setl_id,
        person,
        psn_no,
        insu_pool,
        pay_loc,
        fixmedins_code,
        fixmedins_name,
        begndate,
        setl_time,
        medfee_sumamt,
        inscp_amt,
        fund_pay_sumamt,
        acct_pay,
        balc
    FROM settlement
    WHERE is_cross_region AND care = 'RX' AND setl_type = '2'
),

approved AS (
    SELECT DISTINCT b.setl_id
    FROM bought AS b
    INNER JOIN fee_line AS l ON b.setl_id = l.setl_id
    INNER JOIN spdrug_appr_d AS a
        ON
            b.psn_no = a.psn_no
            AND l.hilist_code = a.hilist_code
            AND b.begndate >= a.begndate
            AND (a.enddate IS NULL OR b.begndate <= a.enddate)
    WHERE a.vali_flag = '1'
),

opened AS (
    SELECT
        b.setl_id,
        MAX(CASE WHEN k.kind = 'DRUGSTORE_POOLING' THEN 1 ELSE 0 END) AS is_pooled,
        MAX(CASE WHEN k.kind = 'CROSS_PROVINCE_ACCOUNT' THEN 1 ELSE 0 END) AS is_account
    FROM bought AS b
    INNER JOIN account_use AS k
        ON
            b.insu_pool = COALESCE(k.insu_pool, b.insu_pool)
            AND b.begndate >= k.valid_from
            AND (k.valid_until IS NULL OR b.begndate < k.valid_until)
    GROUP BY b.setl_id
),

spent AS (
    SELECT
        a.setl_id,
        SUM(CASE WHEN b.begndate = a.begndate THEN b.acct_pay ELSE 0 END) AS this_day,
        SUM(CASE WHEN DATE_DIFF('day', b.begndate, a.begndate) < 3 THEN b.acct_pay ELSE 0 END) AS three_days,
        SUM(
            CASE WHEN DATE_DIFF('day', b.begndate, a.begndate) < $shop_days THEN b.acct_pay ELSE 0 END
        ) AS this_week,
        COUNT(
            DISTINCT CASE
                WHEN DATE_DIFF('day', b.begndate, a.begndate) < $shop_days AND b.acct_pay > 0 THEN b.fixmedins_code
            END
        ) AS shops
    FROM bought AS a
    INNER JOIN bought AS b ON a.person = b.person
    WHERE
        a.acct_pay > 0
        AND DATE_DIFF('day', b.begndate, a.begndate) BETWEEN 0 AND $look_back_days
        AND (b.setl_time < a.setl_time OR (b.setl_time = a.setl_time AND b.setl_id <= a.setl_id))
    GROUP BY a.setl_id
),

judged AS (
    SELECT
        b.setl_id,
        CASE
            WHEN b.fund_pay_sumamt > 0 AND COALESCE(o.is_pooled, 0) = 0 AND p.setl_id IS NULL THEN 'POOLED'
            WHEN b.pay_loc = '4' AND b.acct_pay > 0 AND COALESCE(o.is_account, 0) = 0 THEN 'NOT_OPEN'
            WHEN s.this_day > $day_limit THEN 'DAY'
            WHEN
                s.three_days >= $least_emptied
                AND b.balc >= 0
                AND s.three_days * 100 >= $emptied_percent * (s.three_days + b.balc)
                THEN 'EMPTIED'
            WHEN s.shops >= $shops AND s.this_week >= $least_week THEN 'SHOPS'
        END AS how,
        s.this_day,
        s.three_days,
        s.this_week,
        s.shops
    FROM bought AS b
    LEFT JOIN opened AS o ON b.setl_id = o.setl_id
    LEFT JOIN approved AS p ON b.setl_id = p.setl_id
    LEFT JOIN spent AS s ON b.setl_id = s.setl_id
)

SELECT
    b.setl_id,
    CASE WHEN j.how = 'POOLED' THEN b.medfee_sumamt ELSE 0 END AS a0,
    CASE WHEN j.how = 'POOLED' THEN b.inscp_amt ELSE 0 END AS a1,
    CASE WHEN j.how = 'POOLED' THEN b.fund_pay_sumamt ELSE 0 END AS a2,
    CASE WHEN j.how = 'POOLED' THEN 0 ELSE b.acct_pay END AS exposure,
    CASE WHEN j.how = 'POOLED' THEN 3 WHEN j.how = 'SHOPS' THEN 1 ELSE 2 END AS severity,
    CASE j.how
        WHEN 'POOLED' THEN '药店发生统筹基金支付，参保地未开通'
        WHEN 'NOT_OPEN' THEN '参保地未开通账户跨省使用'
        WHEN 'DAY' THEN '一日内账户支出过大'
        WHEN 'EMPTIED' THEN '短期内大额支取账户'
        ELSE '一周内多家异地药店购药'
    END AS because_how,
    b.begndate AS because_on,
    COALESCE(b.fixmedins_name, b.fixmedins_code) AS because_shop,
    CASE j.how
        WHEN 'POOLED' THEN '统筹等基金' || CAST(b.fund_pay_sumamt AS VARCHAR) || '元'
        WHEN 'NOT_OPEN' THEN '账户支付' || CAST(b.acct_pay AS VARCHAR) || '元'
        WHEN 'DAY' THEN '当日累计' || CAST(j.this_day AS VARCHAR) || '元'
        WHEN 'EMPTIED'
            THEN '三日内累计' || CAST(j.three_days AS VARCHAR) || '元，余额' || CAST(b.balc AS VARCHAR) || '元'
        ELSE CAST(j.shops AS VARCHAR) || '家药店，累计' || CAST(j.this_week AS VARCHAR) || '元'
    END AS because_detail,
    b.acct_pay AS because_account,
    b.fund_pay_sumamt AS because_fund
FROM judged AS j
INNER JOIN bought AS b ON j.setl_id = b.setl_id
WHERE j.how IS NOT NULL
/* examples
- name: a month's drugs paid from the account at one shop
  kind: clear
  given:
    settlement: [{care: RX, med_type: "41", fund_pay_sumamt: "0.00", acct_pay: "180.00", balc: "2000.00"}]
    fee_line: [{}]
    spdrug_appr_d: []
    account_use: []
- name: an approved special drug, and a region that pools at drugstores
  kind: clear
  given:
    settlement:
      - {care: RX, fund_pay_sumamt: "300.00", acct_pay: "0.00"}
      - {setl_id: S2, care: RX, fund_pay_sumamt: "300.00", acct_pay: "0.00", insu_pool: "5101"}
    fee_line: [{hilist_code: XL01XXA000B000000000001}]
    spdrug_appr_d: [{}]
    account_use: [{insu_pool: "5101", kind: DRUGSTORE_POOLING}]
- name: the pooled fund paid at a shop
  kind: flag
  given:
    settlement: [{care: RX, fund_pay_sumamt: "300.00", acct_pay: "0.00", medfee_sumamt: "400.00", inscp_amt: "380.00"}]
    fee_line: [{}]
    spdrug_appr_d: []
    account_use: [{insu_pool: "5101", kind: DRUGSTORE_POOLING}]
  expect: {S1: {a0: "400.00", a1: "380.00", a2: "300.00", exposure: "0.00", severity: 3}}
- name: the day before the region began to pool at drugstores, and the day itself
  kind: edge
  given:
    settlement:
      - {care: RX, fund_pay_sumamt: "300.00", acct_pay: "0.00"}
      - {setl_id: S2, care: RX, fund_pay_sumamt: "300.00", acct_pay: "0.00", person: P2, begndate: 2026-11-03}
    fee_line: []
    spdrug_appr_d: []
    account_use: [{insu_pool: "5113", kind: DRUGSTORE_POOLING, valid_from: 2026-11-03}]
  expect: {S1: "300.00"}
- name: the account in another province that is not open
  kind: flag
  given:
    settlement: [{care: RX, fund_pay_sumamt: "0.00", pay_loc: "4", acct_pay: "80.00"}]
    fee_line: []
    spdrug_appr_d: []
    account_use: [{insu_pool: "5101"}]
  expect: {S1: {a2: "0.00", exposure: "80.00", because: {because_how: 参保地未开通账户跨省使用}}}
- name: a thousand yuan in a day, and a cent more with a second purchase
  kind: edge
  given:
    settlement:
      - {care: RX, fund_pay_sumamt: "0.00", acct_pay: "1000.00", balc: "9000.00"}
      - setl_id: S2
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "0.01"
        balc: "8999.99"
        setl_time: 2026-11-09 10:40:00
    fee_line: []
    spdrug_appr_d: []
    account_use: []
  expect: {S2: {exposure: "0.01", severity: 2, because: {because_detail: 当日累计1000.01元}}}
- name: half of the account within three days, and a cent less
  kind: edge
  given:
    settlement:
      - {care: RX, fund_pay_sumamt: "0.00", acct_pay: "900.00", balc: "900.00"}
      - {setl_id: S2, person: P2, care: RX, fund_pay_sumamt: "0.00", acct_pay: "900.00", balc: "900.01"}
    fee_line: []
    spdrug_appr_d: []
    account_use: []
  expect: {S1: {exposure: "900.00", because: {because_how: 短期内大额支取账户}}}
- name: the third shop on the seventh day, and on the eighth
  kind: edge
  given:
    settlement:
      - {care: RX, fund_pay_sumamt: "0.00", acct_pay: "150.00", setl_time: 2026-11-02 10:00:00}
      - setl_id: S2
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "150.00"
        fixmedins_code: P2
        begndate: 2026-11-04
        setl_time: 2026-11-04 10:00:00
      - setl_id: S3
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "150.00"
        fixmedins_code: P3
        begndate: 2026-11-08
        setl_time: 2026-11-08 10:00:00
      - setl_id: S4
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "150.00"
        fixmedins_code: P4
        begndate: 2026-11-11
        setl_time: 2026-11-11 10:00:00
    fee_line: []
    spdrug_appr_d: []
    account_use: []
  expect: {S3: {exposure: "150.00", severity: 1, because: {because_detail: "3家药店，累计450.00元"}}}
- name: at home, and in the family's account
  kind: clear
  given:
    settlement:
      - {care: RX, fund_pay_sumamt: "0.00", acct_pay: "3000.00", is_cross_region: false}
      - {setl_id: S2, person: P2, care: RX, fund_pay_sumamt: "0.00", acct_pay: "0.00", acct_mulaid_pay: "3000.00"}
    fee_line: []
    spdrug_appr_d: []
    account_use: []
- name: the day before the regulation came into force
  kind: edge
  given:
    settlement: [{care: RX, fund_pay_sumamt: "300.00", begndate: 2021-04-30}]
    fee_line: []
    spdrug_appr_d: []
    account_use: []
*/
