/* rule
id: AD-05
version: 1
title_zh: 频繁门诊/频繁购药
title: Frequent outpatient visits or purchases
status: active
certainty: suspicious
severity: 1
level: patient-episode
owner: 基金监管处
summary: >
  One person settled outpatient visits or purchases more often than is plausible: so many within thirty days, at so many
  institutions on one day, or so often at one institution on one day. Treatments that come in series (acupuncture,
  dialysis, wound care), registrations and purchases for the family are not counted. Every settlement from the threshold
  on is a subject.
sentence_zh: >-
  患者{because_day}在{because_institution}结算（{because_care}），{because_form}：
  30天内门诊{because_visits}次、购药{because_purchases}次，当日{because_institutions_day}家机构、本机构当日{because_here_day}次，
  本次基金支付{because_fund}元、账户支付{because_account}元。
facts:
  because_form: 触发情形
  because_day: 结算日期
  because_institution: 机构
  because_care: 类别
  because_visits: 30 天内门诊次数
  because_purchases: 30 天内购药次数
  because_institutions_day: 当日机构数
  because_here_day: 当日本机构次数
  because_fund: 本次基金支付（元）
  because_account: 本次个人账户支付（元）
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（二）项、第四十一条
national_code: GZ10000204002000, GZ10000204003000
in_force: {since: 2021-05-01}
dated_by: begndate
reads: [settlement, fee_line, item_family]
look_back: {days: 30}
params:
  window_days:
    about: Days over which visits and purchases are counted, this day included
    default: "30"
    least: "7"
    most: "31"
  visits:
    about: From so many outpatient settlements within the window they are frequent
    default: "20"
    least: "5"
    most: "60"
  purchases:
    about: From so many drugstore settlements within the window they are frequent
    default: "15"
    least: "5"
    most: "60"
  institutions_a_day:
    about: From so many institutions on one day
    default: "4"
    least: "2"
    most: "10"
  times_a_day:
    about: From so many settlements at one institution on one day
    default: "3"
    least: "2"
    most: "10"
amount: exposure
amount_note: >
  What the fund and the person's account paid for the settlement; a question to the person, nothing is at issue.
not_a_finding_when:
  - 针灸、推拿、换药、透析等按疗程每日或隔日治疗（不计入次数）。
  - 挂号与诊疗分开结算（挂号不计入次数）。
  - 家庭共济账户由家人使用（有共济支付的不计入次数），应先问实际就诊人。
  - 医院收费系统将一次就诊拆成检查、药品多张结算单。
reviewer_checks:
  - 按日排出各次结算的机构、时间和品种，看是否重复、是否接力购药。
  - 由参保地向本人核实凭证是否出借、是否代他人购药。
  - 同一机构一日多单的，查收费系统拆单原因。
handler: [H5, H7]
suppressors: [S-OPSP]
*/
WITH
visited AS (
    SELECT
        s.setl_id,
        s.person,
        s.fixmedins_code,
        s.fixmedins_name,
        s.begndate,
        s.setl_time,
        s.care,
        s.fund_pay_sumamt,
        s.acct_pay,
        CASE WHEN s.care = 'RX' THEN 1 ELSE 0 END AS is_purchase
    FROM settlement AS s
    WHERE
        s.care IN ('OTP', 'ER', 'OPSP', 'RX')
        AND LEFT(s.med_type, 2) <> '12'
        AND s.acct_mulaid_pay = 0
        AND NOT EXISTS (
            SELECT 1
            FROM fee_line AS l
            INNER JOIN item_family AS k ON l.hilist_code = k.hilist_code
            WHERE
                l.setl_id = s.setl_id
                AND k.family = 'SERIAL'
                AND l.fee_date >= k.valid_from
                AND (k.valid_until IS NULL OR l.fee_date < k.valid_until)
        )
),

-- Most people come once; only the rest is worth the join below.
often AS (
    SELECT person
    FROM visited
    GROUP BY person
    HAVING COUNT(*) >= LEAST($visits, $purchases, $institutions_a_day, $times_a_day)
),

counted AS (
    SELECT
        a.setl_id,
        a.fixmedins_code,
        a.fixmedins_name,
        a.begndate,
        a.care,
        a.is_purchase,
        a.fund_pay_sumamt,
        a.acct_pay,
        SUM(1 - b.is_purchase) AS visits,
        SUM(b.is_purchase) AS purchases,
        COUNT(DISTINCT CASE WHEN b.begndate = a.begndate THEN b.fixmedins_code END) AS institutions_day,
        SUM(CASE WHEN b.begndate = a.begndate AND b.fixmedins_code = a.fixmedins_code THEN 1 ELSE 0 END) AS here_day
    FROM visited AS a
    INNER JOIN often AS o ON a.person = o.person
    INNER JOIN visited AS b ON a.person = b.person
    WHERE
        DATE_DIFF('day', b.begndate, a.begndate) BETWEEN 0 AND LEAST($window_days - 1, $look_back_days)
        AND (
            b.begndate < a.begndate
            OR b.setl_time < a.setl_time
            OR (b.setl_time = a.setl_time AND b.setl_id <= a.setl_id)
        )
    GROUP BY
        a.setl_id, a.fixmedins_code, a.fixmedins_name, a.begndate, a.care, a.is_purchase, a.fund_pay_sumamt, a.acct_pay
)

SELECT
    setl_id,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CAST(0 AS DECIMAL(18, 2)) AS a2,
    fund_pay_sumamt + acct_pay AS exposure,
    CASE
        WHEN institutions_day >= $institutions_a_day THEN '一日多机构'
        WHEN here_day >= $times_a_day THEN '一日同机构多次'
        WHEN is_purchase = 1 THEN '频繁购药'
        ELSE '频繁门诊'
    END AS because_form,
    begndate AS because_day,
    COALESCE(fixmedins_name, fixmedins_code) AS because_institution,
    CASE care
        WHEN 'RX' THEN '药店购药'
        WHEN 'OPSP' THEN '门诊慢特病'
        WHEN 'ER' THEN '急诊'
        ELSE '门诊'
    END AS because_care,
    visits AS because_visits,
    purchases AS because_purchases,
    institutions_day AS because_institutions_day,
    here_day AS because_here_day,
    fund_pay_sumamt AS because_fund,
    acct_pay AS because_account
FROM counted
WHERE
    (is_purchase = 0 AND visits >= $visits)
    OR (is_purchase = 1 AND purchases >= $purchases)
    OR institutions_day >= $institutions_a_day
    OR here_day >= $times_a_day
/* examples
- name: two visits on one day at one clinic
  kind: clear
  given:
    settlement:
      - {setl_id: S1, care: OTP, begndate: 2026-11-04, setl_time: 2026-11-04 09:00:00}
      - {setl_id: S2, care: OTP, begndate: 2026-11-04, setl_time: 2026-11-04 10:00:00}
    fee_line: []
    item_family: []
- name: a third settlement at one clinic on one day
  kind: flag
  given:
    settlement:
      - {setl_id: S1, care: OTP, begndate: 2026-11-04, setl_time: 2026-11-04 09:00:00, acct_pay: "15.00"}
      - {setl_id: S2, care: OTP, begndate: 2026-11-04, setl_time: 2026-11-04 10:00:00, acct_pay: "15.00"}
      - {setl_id: S3, care: OTP, begndate: 2026-11-04, setl_time: 2026-11-04 11:00:00, acct_pay: "15.00"}
    fee_line: []
    item_family: []
  expect: {S3: {exposure: "6815.00", a2: "0.00", severity: 1, because: {because_form: 一日同机构多次}}}
- name: a fourth institution on one day, of which two are drugstores
  kind: flag
  given:
    settlement:
      - {setl_id: S1, care: OTP, begndate: 2026-11-04, setl_time: 2026-11-04 09:00:00, fixmedins_code: P51010000001}
      - {setl_id: S2, care: OTP, begndate: 2026-11-04, setl_time: 2026-11-04 10:00:00, fixmedins_code: P51010000002}
      - {setl_id: T1, care: RX, begndate: 2026-11-04, setl_time: 2026-11-04 13:00:00, fixmedins_code: P51010000011}
      - {setl_id: T2, care: RX, begndate: 2026-11-04, setl_time: 2026-11-04 14:00:00, fixmedins_code: P51010000012}
    fee_line: []
    item_family: []
  expect: {T2: {because: {because_form: 一日多机构, because_institutions_day: "4"}}}
- name: twenty outpatient settlements within thirty days, and nineteen
  kind: edge
  given:
    settlement:
      - {setl_id: A01, care: OTP, begndate: 2026-11-01, setl_time: 2026-11-01 09:00:00}
      - {setl_id: A02, care: OTP, begndate: 2026-11-02, setl_time: 2026-11-02 09:00:00}
      - {setl_id: A03, care: OTP, begndate: 2026-11-03, setl_time: 2026-11-03 09:00:00}
      - {setl_id: A04, care: OTP, begndate: 2026-11-04, setl_time: 2026-11-04 09:00:00}
      - {setl_id: A05, care: OTP, begndate: 2026-11-05, setl_time: 2026-11-05 09:00:00}
      - {setl_id: A06, care: OTP, begndate: 2026-11-06, setl_time: 2026-11-06 09:00:00}
      - {setl_id: A07, care: OTP, begndate: 2026-11-07, setl_time: 2026-11-07 09:00:00}
      - {setl_id: A08, care: OTP, begndate: 2026-11-08, setl_time: 2026-11-08 09:00:00}
      - {setl_id: A09, care: OTP, begndate: 2026-11-09, setl_time: 2026-11-09 09:00:00}
      - {setl_id: A10, care: OTP, begndate: 2026-11-10, setl_time: 2026-11-10 09:00:00}
      - {setl_id: A11, care: OTP, begndate: 2026-11-11, setl_time: 2026-11-11 09:00:00}
      - {setl_id: A12, care: OTP, begndate: 2026-11-12, setl_time: 2026-11-12 09:00:00}
      - {setl_id: A13, care: OTP, begndate: 2026-11-13, setl_time: 2026-11-13 09:00:00}
      - {setl_id: A14, care: OTP, begndate: 2026-11-14, setl_time: 2026-11-14 09:00:00}
      - {setl_id: A15, care: OTP, begndate: 2026-11-15, setl_time: 2026-11-15 09:00:00}
      - {setl_id: A16, care: OTP, begndate: 2026-11-16, setl_time: 2026-11-16 09:00:00}
      - {setl_id: A17, care: OTP, begndate: 2026-11-17, setl_time: 2026-11-17 09:00:00}
      - {setl_id: A18, care: OTP, begndate: 2026-11-18, setl_time: 2026-11-18 09:00:00}
      - {setl_id: A19, care: OTP, begndate: 2026-11-19, setl_time: 2026-11-19 09:00:00}
      - {setl_id: A20, care: OTP, begndate: 2026-11-20, setl_time: 2026-11-20 09:00:00}
      - {setl_id: B01, care: OTP, begndate: 2026-11-01, setl_time: 2026-11-01 09:00:00, person: P2}
      - {setl_id: B02, care: OTP, begndate: 2026-11-02, setl_time: 2026-11-02 09:00:00, person: P2}
      - {setl_id: B03, care: OTP, begndate: 2026-11-03, setl_time: 2026-11-03 09:00:00, person: P2}
      - {setl_id: B04, care: OTP, begndate: 2026-11-04, setl_time: 2026-11-04 09:00:00, person: P2}
      - {setl_id: B05, care: OTP, begndate: 2026-11-05, setl_time: 2026-11-05 09:00:00, person: P2}
      - {setl_id: B06, care: OTP, begndate: 2026-11-06, setl_time: 2026-11-06 09:00:00, person: P2}
      - {setl_id: B07, care: OTP, begndate: 2026-11-07, setl_time: 2026-11-07 09:00:00, person: P2}
      - {setl_id: B08, care: OTP, begndate: 2026-11-08, setl_time: 2026-11-08 09:00:00, person: P2}
      - {setl_id: B09, care: OTP, begndate: 2026-11-09, setl_time: 2026-11-09 09:00:00, person: P2}
      - {setl_id: B10, care: OTP, begndate: 2026-11-10, setl_time: 2026-11-10 09:00:00, person: P2}
      - {setl_id: B11, care: OTP, begndate: 2026-11-11, setl_time: 2026-11-11 09:00:00, person: P2}
      - {setl_id: B12, care: OTP, begndate: 2026-11-12, setl_time: 2026-11-12 09:00:00, person: P2}
      - {setl_id: B13, care: OTP, begndate: 2026-11-13, setl_time: 2026-11-13 09:00:00, person: P2}
      - {setl_id: B14, care: OTP, begndate: 2026-11-14, setl_time: 2026-11-14 09:00:00, person: P2}
      - {setl_id: B15, care: OTP, begndate: 2026-11-15, setl_time: 2026-11-15 09:00:00, person: P2}
      - {setl_id: B16, care: OTP, begndate: 2026-11-16, setl_time: 2026-11-16 09:00:00, person: P2}
      - {setl_id: B17, care: OTP, begndate: 2026-11-17, setl_time: 2026-11-17 09:00:00, person: P2}
      - {setl_id: B18, care: OTP, begndate: 2026-11-18, setl_time: 2026-11-18 09:00:00, person: P2}
      - {setl_id: B19, care: OTP, begndate: 2026-11-19, setl_time: 2026-11-19 09:00:00, person: P2}
    fee_line: []
    item_family: []
  expect: {A20: {because: {because_form: 频繁门诊, because_visits: "20"}}}
- name: fifteen purchases within thirty days, the first of them on the thirtieth day back and the thirty-first
  kind: edge
  given:
    settlement:
      - {setl_id: A01, care: RX, begndate: 2026-11-01, setl_time: 2026-11-01 09:00:00}
      - {setl_id: C01, care: RX, begndate: 2026-11-17, setl_time: 2026-11-17 09:00:00}
      - {setl_id: C02, care: RX, begndate: 2026-11-18, setl_time: 2026-11-18 09:00:00}
      - {setl_id: C03, care: RX, begndate: 2026-11-19, setl_time: 2026-11-19 09:00:00}
      - {setl_id: C04, care: RX, begndate: 2026-11-20, setl_time: 2026-11-20 09:00:00}
      - {setl_id: C05, care: RX, begndate: 2026-11-21, setl_time: 2026-11-21 09:00:00}
      - {setl_id: C06, care: RX, begndate: 2026-11-22, setl_time: 2026-11-22 09:00:00}
      - {setl_id: C07, care: RX, begndate: 2026-11-23, setl_time: 2026-11-23 09:00:00}
      - {setl_id: C08, care: RX, begndate: 2026-11-24, setl_time: 2026-11-24 09:00:00}
      - {setl_id: C09, care: RX, begndate: 2026-11-25, setl_time: 2026-11-25 09:00:00}
      - {setl_id: C10, care: RX, begndate: 2026-11-26, setl_time: 2026-11-26 09:00:00}
      - {setl_id: C11, care: RX, begndate: 2026-11-27, setl_time: 2026-11-27 09:00:00}
      - {setl_id: C12, care: RX, begndate: 2026-11-28, setl_time: 2026-11-28 09:00:00}
      - {setl_id: C13, care: RX, begndate: 2026-11-29, setl_time: 2026-11-29 09:00:00}
      - {setl_id: C14, care: RX, begndate: 2026-11-30, setl_time: 2026-11-30 09:00:00}
      - {setl_id: B01, person: P2, care: RX, begndate: 2026-10-31, setl_time: 2026-10-31 09:00:00}
      - {setl_id: D01, care: RX, begndate: 2026-11-17, setl_time: 2026-11-17 09:00:00, person: P2}
      - {setl_id: D02, care: RX, begndate: 2026-11-18, setl_time: 2026-11-18 09:00:00, person: P2}
      - {setl_id: D03, care: RX, begndate: 2026-11-19, setl_time: 2026-11-19 09:00:00, person: P2}
      - {setl_id: D04, care: RX, begndate: 2026-11-20, setl_time: 2026-11-20 09:00:00, person: P2}
      - {setl_id: D05, care: RX, begndate: 2026-11-21, setl_time: 2026-11-21 09:00:00, person: P2}
      - {setl_id: D06, care: RX, begndate: 2026-11-22, setl_time: 2026-11-22 09:00:00, person: P2}
      - {setl_id: D07, care: RX, begndate: 2026-11-23, setl_time: 2026-11-23 09:00:00, person: P2}
      - {setl_id: D08, care: RX, begndate: 2026-11-24, setl_time: 2026-11-24 09:00:00, person: P2}
      - {setl_id: D09, care: RX, begndate: 2026-11-25, setl_time: 2026-11-25 09:00:00, person: P2}
      - {setl_id: D10, care: RX, begndate: 2026-11-26, setl_time: 2026-11-26 09:00:00, person: P2}
      - {setl_id: D11, care: RX, begndate: 2026-11-27, setl_time: 2026-11-27 09:00:00, person: P2}
      - {setl_id: D12, care: RX, begndate: 2026-11-28, setl_time: 2026-11-28 09:00:00, person: P2}
      - {setl_id: D13, care: RX, begndate: 2026-11-29, setl_time: 2026-11-29 09:00:00, person: P2}
      - {setl_id: D14, care: RX, begndate: 2026-11-30, setl_time: 2026-11-30 09:00:00, person: P2}
    fee_line: []
    item_family: []
  expect: {C14: {because: {because_form: 频繁购药, because_purchases: "15"}}}
- name: acupuncture every day, three times a day
  kind: clear
  given:
    settlement:
      - {setl_id: S1, care: OTP, begndate: 2026-11-04, setl_time: 2026-11-04 09:00:00}
      - {setl_id: S2, care: OTP, begndate: 2026-11-04, setl_time: 2026-11-04 10:00:00}
      - {setl_id: S3, care: OTP, begndate: 2026-11-04, setl_time: 2026-11-04 11:00:00}
    fee_line: [{setl_id: S2}]
    item_family: [{}]
- name: the point on acupuncture begins the day after
  kind: edge
  given:
    settlement:
      - {setl_id: S1, care: OTP, begndate: 2026-11-04, setl_time: 2026-11-04 09:00:00}
      - {setl_id: S2, care: OTP, begndate: 2026-11-04, setl_time: 2026-11-04 10:00:00}
      - {setl_id: S3, care: OTP, begndate: 2026-11-04, setl_time: 2026-11-04 11:00:00}
    fee_line: [{setl_id: S2}]
    item_family: [{valid_from: 2026-11-05}]
  expect: {S3: {exposure: "8000.00"}}
- name: the day before the regulation and its first day
  kind: edge
  given:
    settlement:
      - {setl_id: A1, care: OTP, begndate: 2021-04-30, setl_time: 2021-04-30 09:00:00}
      - {setl_id: A2, care: OTP, begndate: 2021-04-30, setl_time: 2021-04-30 10:00:00}
      - {setl_id: A3, care: OTP, begndate: 2021-04-30, setl_time: 2021-04-30 11:00:00}
      - {setl_id: B1, care: OTP, begndate: 2021-05-01, setl_time: 2021-05-01 09:00:00, person: P2}
      - {setl_id: B2, care: OTP, begndate: 2021-05-01, setl_time: 2021-05-01 10:00:00, person: P2}
      - {setl_id: B3, care: OTP, begndate: 2021-05-01, setl_time: 2021-05-01 11:00:00, person: P2}
    fee_line: []
    item_family: []
  expect: {B3: {because: {because_here_day: "3"}}}
- name: registered, seen, and bought from the family's account
  kind: clear
  given:
    settlement:
      - {setl_id: S1, care: OTP, med_type: "12", begndate: 2026-11-04, setl_time: 2026-11-04 09:00:00}
      - {setl_id: S2, care: OTP, begndate: 2026-11-04, setl_time: 2026-11-04 09:30:00}
      - {setl_id: S3, care: OTP, begndate: 2026-11-04, setl_time: 2026-11-04 10:00:00}
      - {setl_id: S4, care: OTP, begndate: 2026-11-04, setl_time: 2026-11-04 11:00:00, acct_mulaid_pay: "20.00"}
    fee_line: []
    item_family: []
- name: three times a day for a registered chronic disease
  kind: clear
  given:
    settlement:
      - {setl_id: S1, care: OPSP, begndate: 2026-11-04, setl_time: 2026-11-04 09:00:00}
      - {setl_id: S2, care: OPSP, begndate: 2026-11-04, setl_time: 2026-11-04 10:00:00}
      - {setl_id: S3, care: OPSP, begndate: 2026-11-04, setl_time: 2026-11-04 11:00:00}
    fee_line: []
    item_family: []
    opsp_reg_d: [{}]
  suppressed: {S3: S-OPSP}
*/
