/* rule
id: AD-07
version: 1
title_zh: 住院期间门诊购药结算
title: Settlement elsewhere during a stay
status: active
certainty: suspicious
severity: 2
level: network
owner: 基金监管处
summary: >
  While a person was in hospital, the card was used in out-patient care, an emergency room or a drugstore, on a day
  strictly between admission and discharge. Small purchases from the personal account in the same city are what
  families do, unless there are several. The subject is the outside settlement, linked to the stay.
sentence_zh: >-
  {because_stay_begin}至{because_stay_end}在{because_hospital}住院，期间{because_day}在{because_outside}发生{because_care}结算，
  基金支付{because_fund}元，个人账户支付{because_account}元。
facts:
  because_day: 住院期间就医日期
  because_hospital: 住院机构
  because_stay_begin: 入院日期
  because_stay_end: 出院日期
  because_outside: 院外机构
  because_care: 院外结算类别
  because_fund: 基金支付（元）
  because_account: 个人账户支付（元）
  because_small_purchases: 同次住院小额购药次数
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（一）项、第四十条第（一）项、第四十一条第（一）项
national_code: none（住院与就医行为类）
in_force: {since: 2021-05-01}
dated_by: begndate
reads: [settlement, fee_line]
look_back: {days: 180}
params:
  small_purchase:
    about: Yuan from the account below which a purchase in the same city is taken for the family's
    default: "200.00"
    least: "0.00"
    most: "1000.00"
  many_purchases:
    about: From so many small purchases during one stay they are looked at all the same
    default: "3"
    least: "2"
    most: "20"
amount: a2
amount_note: a2 is what the fund paid outside; what the account paid is exposure, because it is the person's own money.
not_a_finding_when:
  - 家人使用个人账户（含家庭共济）小额购药（200 元以下、同城、不足三次的已排除）。
  - 病区开具的外送检查，由就诊医院在门诊记账。
  - 家属凭处方代取慢性病用药，出院后使用。
  - 请假离院期间突发急诊。
reviewer_checks:
  - 查住院当日的护理记录、请假条和体温单，患者是否在院。
  - 查门诊或药店的就诊凭证、购药人签名和监控。
  - 比较两边用药，是否重复供药。
handler: [H2, H5]
suppressors_in_sql: [S-REF]
suppressors_for_reviewer: [S-TRF]
*/
WITH
outside AS (
    SELECT
        o.setl_id,
        o.treat_pool,
        o.begndate,
        o.care,
        o.fixmedins_code,
        o.fixmedins_name,
        o.medfee_sumamt,
        o.inscp_amt,
        o.fund_pay_sumamt,
        o.acct_pay + o.acct_mulaid_pay AS from_account,
        s.setl_id AS stay_id,
        s.mdtrt_id AS stay_visit,
        s.begndate AS stay_begin,
        s.enddate AS stay_end,
        s.treat_pool AS stay_pool,
        s.fixmedins_name AS stay_name,
        s.fixmedins_code AS stay_code
    FROM settlement AS o
    INNER JOIN settlement AS s ON o.person = s.person
    WHERE
        o.care IN ('OTP', 'OPSP', 'RX', 'ER')
        AND s.care = 'IPT'
        AND COALESCE(o.nwb_flag, '0') <> '1'
        AND DATE_DIFF('day', s.begndate, o.enddate) >= 1
        AND DATE_DIFF('day', o.begndate, s.enddate) >= 1
        -- Examined elsewhere on behalf of the ward.
        AND COALESCE(o.refl_old_mdtrt_id, '') <> s.mdtrt_id
        AND (o.fund_pay_sumamt > 0 OR o.acct_pay + o.acct_mulaid_pay > 0)
),

dated AS (
    SELECT
        o.setl_id,
        o.stay_id,
        MIN(l.fee_date) AS day_inside
    FROM outside AS o
    INNER JOIN fee_line AS l ON o.setl_id = l.setl_id
    WHERE
        DATE_DIFF('day', o.stay_begin, l.fee_date) >= 1
        AND DATE_DIFF('day', l.fee_date, o.stay_end) >= 1
    GROUP BY o.setl_id, o.stay_id
),

inside AS (
    SELECT
        o.setl_id,
        o.treat_pool,
        o.begndate,
        o.care,
        o.fixmedins_code,
        o.fixmedins_name,
        o.medfee_sumamt,
        o.inscp_amt,
        o.fund_pay_sumamt,
        o.from_account,
        o.stay_id,
        o.stay_begin,
        o.stay_end,
        o.stay_pool,
        o.stay_name,
        o.stay_code,
        d.day_inside,
        o.fund_pay_sumamt = 0 AND o.from_account < $small_purchase AND o.treat_pool = o.stay_pool AS is_small
    FROM outside AS o
    INNER JOIN dated AS d ON o.setl_id = d.setl_id AND o.stay_id = d.stay_id
),

counted AS (
    SELECT
        i.setl_id,
        i.stay_id,
        COUNT(*) AS purchases
    FROM inside AS i
    INNER JOIN inside AS j ON i.stay_id = j.stay_id
    WHERE
        i.is_small
        AND j.is_small
        AND DATE_DIFF('day', i.begndate, j.begndate) BETWEEN -$look_back_days AND $look_back_days
    GROUP BY i.setl_id, i.stay_id
)

SELECT
    i.setl_id,
    i.stay_id AS linked_setl_id,
    i.medfee_sumamt AS a0,
    i.inscp_amt AS a1,
    i.fund_pay_sumamt AS a2,
    i.from_account AS exposure,
    CASE WHEN i.fund_pay_sumamt > 0 OR i.treat_pool <> i.stay_pool THEN 3 ELSE 2 END AS severity,
    i.day_inside AS because_day,
    COALESCE(i.stay_name, i.stay_code) AS because_hospital,
    i.stay_begin AS because_stay_begin,
    i.stay_end AS because_stay_end,
    COALESCE(i.fixmedins_name, i.fixmedins_code) AS because_outside,
    CASE i.care
        WHEN 'RX' THEN '药店购药'
        WHEN 'OPSP' THEN '门诊慢特病'
        WHEN 'ER' THEN '急诊'
        ELSE '门诊'
    END AS because_care,
    i.fund_pay_sumamt AS because_fund,
    i.from_account AS because_account,
    COALESCE(c.purchases, 0) AS because_small_purchases
FROM inside AS i
LEFT JOIN counted AS c ON i.setl_id = c.setl_id AND i.stay_id = c.stay_id
WHERE NOT i.is_small OR c.purchases >= $many_purchases
-- Two stays at once are another finding; the outside settlement is at issue once.
QUALIFY ROW_NUMBER() OVER (PARTITION BY i.setl_id ORDER BY i.stay_begin ASC, i.stay_id ASC) = 1
/* examples
- name: a visit on the day of admission and one on the day of discharge
  kind: clear
  given:
    settlement:
      - {}
      - {setl_id: S2, care: OTP, begndate: 2026-11-02, enddate: 2026-11-02}
      - {setl_id: S3, care: OTP, begndate: 2026-11-09, enddate: 2026-11-09}
    fee_line:
      - {}
      - {setl_id: S2, bkkp_sn: L2, fee_date: 2026-11-02}
      - {setl_id: S3, bkkp_sn: L3, fee_date: 2026-11-09}
- name: a visit paid by the fund on the third day
  kind: flag
  given:
    settlement: [{}, {setl_id: S2, care: OTP, begndate: 2026-11-04, enddate: 2026-11-04, fund_pay_sumamt: "120.00"}]
    fee_line: [{setl_id: S2, fee_date: 2026-11-04}]
  expect: {S2/S1: {a2: "120.00", exposure: "1200.00", severity: 3, because: {because_day: "2026-11-04"}}}
- name: the first day and the last day that lie inside
  kind: edge
  given:
    settlement:
      - {}
      - {setl_id: S2, care: OTP, begndate: 2026-11-03, enddate: 2026-11-03, fund_pay_sumamt: "10.00"}
      - {setl_id: S3, care: ER, begndate: 2026-11-08, enddate: 2026-11-08, fund_pay_sumamt: "20.00"}
    fee_line: [{setl_id: S2, fee_date: 2026-11-03}, {setl_id: S3, bkkp_sn: L3, fee_date: 2026-11-08}]
  expect: {S2/S1: "10.00", S3/S1: "20.00"}
- name: the family buys for a hundred and ninety-nine, and for two hundred
  kind: edge
  given:
    settlement:
      - {}
      - {setl_id: S2, care: RX, begndate: 2026-11-04, enddate: 2026-11-04, fund_pay_sumamt: "0.00", acct_pay: "199.99"}
      - {setl_id: S3, care: RX, begndate: 2026-11-05, enddate: 2026-11-05, fund_pay_sumamt: "0.00", acct_pay: "200.00"}
    fee_line: [{setl_id: S2, fee_date: 2026-11-04}, {setl_id: S3, bkkp_sn: L3, fee_date: 2026-11-05}]
  expect: {S3/S1: {a2: "0.00", exposure: "200.00", severity: 2}}
- name: three small purchases are too many
  kind: flag
  given:
    settlement:
      - {}
      - {setl_id: S2, care: RX, begndate: 2026-11-04, enddate: 2026-11-04, fund_pay_sumamt: "0.00", acct_pay: "50.00"}
      - {setl_id: S3, care: RX, begndate: 2026-11-05, enddate: 2026-11-05, fund_pay_sumamt: "0.00", acct_pay: "50.00"}
      - {setl_id: S4, care: RX, begndate: 2026-11-06, enddate: 2026-11-06, fund_pay_sumamt: "0.00", acct_pay: "50.00"}
    fee_line:
      - {setl_id: S2, bkkp_sn: L2, fee_date: 2026-11-04}
      - {setl_id: S3, bkkp_sn: L3, fee_date: 2026-11-05}
      - {setl_id: S4, bkkp_sn: L4, fee_date: 2026-11-06}
  expect: {S2/S1: {exposure: "50.00", because: {because_small_purchases: "3"}}, S3/S1: "0.00", S4/S1: "0.00"}
- name: a small purchase in another city
  kind: flag
  given:
    settlement:
      - {}
      - {setl_id: S2, care: RX, begndate: 2026-11-04, treat_pool: "5113", fund_pay_sumamt: "0.00", acct_pay: "50.00"}
    fee_line: [{setl_id: S2, fee_date: 2026-11-04}]
  expect: {S2/S1: {a2: "0.00", severity: 3}}
- name: settled during the stay for care before it
  kind: clear
  given:
    settlement: [{}, {setl_id: S2, care: OPSP, begndate: 2026-10-20, enddate: 2026-11-05}]
    fee_line: [{setl_id: S2, fee_date: 2026-10-20}]
- name: paid in cash
  kind: clear
  given:
    settlement: [{}, {setl_id: S2, care: OTP, begndate: 2026-11-04, fund_pay_sumamt: "0.00", acct_pay: "0.00"}]
    fee_line: [{setl_id: S2, fee_date: 2026-11-04}]
- name: a test ordered by the ward
  kind: clear
  given:
    settlement: [{}, {setl_id: S2, care: OTP, begndate: 2026-11-04, enddate: 2026-11-04, refl_old_mdtrt_id: V1}]
    fee_line: [{setl_id: S2, fee_date: 2026-11-04}]
*/
