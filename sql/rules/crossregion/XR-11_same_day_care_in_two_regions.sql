/* rule
id: XR-11
version: 1
title_zh: 同日两地就医
title: Same day care in two regions
status: active
certainty: suspicious
severity: 2
level: network
owner: 基金监管处
summary: >
  One person had care face to face in two regions, closer in time than the road between them allows. Where a time of
  charge is known on both sides it decides; where one side has the date only, the same date and a long road do. Drugs
  may be fetched by a relative, so a pair that only they make weighs little. The day of discharge from a stay is left
  out: people travel home on it. Each settlement is a subject, linked to
  the other; the money stands on the one that the fund paid less for.
sentence_zh: >-
  {because_here_time}在{because_here}接受服务，{because_there_time}又在{because_there}接受服务，
  两地车程约{because_travel_minutes}分钟，{because_basis}。
facts:
  because_here: 本次机构
  because_here_time: 本次时间
  because_there: 另一机构
  because_there_time: 另一次时间
  because_travel_minutes: 车程（分钟）
  because_basis: 判断依据
  because_other_agency: 另一就医地
  because_fund: 本次基金支付（元）
  because_other_fund: 另一次基金支付（元）
basis:
  - 《医疗保障基金使用监督管理条例》第四十条第（一）项、第四十一条第（一）项
national_code: none（国家大数据监管模型：虚假住院、冒名就医）
in_force: {since: 2021-05-01}
dated_by: begndate
reads: [settlement, fee_line, travel, agency]
look_back: {days: 1}
params:
  factor:
    about: Share of the travel time that must lie between two services; cars are faster than tables
    default: "0.8"
    least: "0.3"
    most: "1.0"
  near_minutes:
    about: Regions nearer than so many minutes are one neighbourhood, where people commute
    default: "60"
    least: "0"
    most: "180"
  date_only_minutes:
    about: Where only dates are known, the road must be at least so many minutes long
    default: "240"
    least: "120"
    most: "1200"
amount: a2
amount_note: The fund of the settlement that the fund paid less for; zero on the other one, so that it is counted once.
not_a_finding_when:
  - 计费时间是记账时间而不是服务时间，一方为次日补记或集中上传。
  - 当日由一地转诊到另一地（离院方式为转院、转社区或有转诊就诊号的已排除）。
  - 出院当日返回居住地购药、就诊（住院的出院日已排除）。
  - 两次结算基金和个人账户均未支付（已排除）。
  - 成都与周边城市日常通勤（60 分钟以内的已排除）。
  - 检验标本外送、互联网诊疗、药品配送，患者本人未到场。
  - 一方只有购药、取药（含药店），由家属代办（按低风险处理）。
reviewer_checks:
  - 两地分别核对就诊凭证类型、刷脸或签名记录。
  - 核对检查报告、处方的实际时间，而不是计费时间。
  - 约谈本人，说明当日行程。
handler: [H2, H5]
suppressors_in_sql: [S-TRF, S-EMG]
*/
WITH
-- Both orders of a pair appear, because both settlements are subjects.
apart AS (
    SELECT
        a.setl_id AS here_id,
        b.setl_id AS there_id,
        t.minutes
    FROM settlement AS a
    INNER JOIN settlement AS b ON a.person = b.person
    INNER JOIN travel AS t ON a.treat_pool = t.from_pool AND b.treat_pool = t.to_pool
    WHERE
        a.setl_id <> b.setl_id
        AND a.treat_pool <> b.treat_pool
        AND t.minutes >= $near_minutes
        AND DATE_DIFF('day', a.enddate, b.begndate) <= $look_back_days
        AND DATE_DIFF('day', b.enddate, a.begndate) <= $look_back_days
        -- Where nobody paid for either, there is nothing to protect.
        AND a.fund_pay_sumamt + a.acct_pay + a.acct_mulaid_pay + b.fund_pay_sumamt + b.acct_pay + b.acct_mulaid_pay > 0
        AND COALESCE(a.refl_old_mdtrt_id, '') <> b.mdtrt_id
        AND COALESCE(b.refl_old_mdtrt_id, '') <> a.mdtrt_id
        AND COALESCE(a.nwb_flag, '0') <> '1'
        AND COALESCE(b.nwb_flag, '0') <> '1'
        -- Two stays on the same nights are AD-06.
        AND NOT (
            a.care = 'IPT'
            AND b.care = 'IPT'
            AND DATE_DIFF('day', GREATEST(a.begndate, b.begndate), LEAST(a.enddate, b.enddate)) >= 1
        )
),

served AS (
    SELECT DISTINCT
        s.setl_id,
        s.care,
        s.begndate,
        s.enddate,
        l.fee_date,
        l.fee_ocur_time,
        -- A relative may stand at the counter; a service needs the person.
        s.care = 'RX' OR l.list_type <> '201' AS is_counter,
        HOUR(l.fee_ocur_time) * 60 + MINUTE(l.fee_ocur_time) AS minute_of_day,
        HOUR(l.fee_ocur_time) + MINUTE(l.fee_ocur_time) + SECOND(l.fee_ocur_time) > 0 AS is_timed
    FROM settlement AS s
    INNER JOIN fee_line AS l ON s.setl_id = l.setl_id
    WHERE
        s.setl_id IN (SELECT p.here_id FROM apart AS p)
        AND l.cnt > 0
        -- On a ward, drugs are charged at any hour.
        AND (l.list_type = '201' OR s.care <> 'IPT')
        -- Days inside a stay are AD-06 and AD-07; on the day of discharge people travel home and fetch their drugs.
        AND (s.care <> 'IPT' OR l.fee_date = s.begndate)
        -- A stay within a day is left on that day; only a time of service says that the person was still there.
        AND NOT (
            s.care = 'IPT'
            AND l.fee_date = s.enddate
            AND (
                COALESCE(s.dscg_way, '') IN ('2', '3')
                OR HOUR(l.fee_ocur_time) + MINUTE(l.fee_ocur_time) + SECOND(l.fee_ocur_time) = 0
            )
        )
),

compared AS (
    SELECT
        p.here_id,
        p.there_id,
        p.minutes,
        a.fee_ocur_time AS here_time,
        b.fee_ocur_time AS there_time,
        a.is_timed AND b.is_timed AS is_timed,
        a.is_counter OR b.is_counter AS is_counter,
        ABS(DATE_DIFF('day', a.fee_date, b.fee_date) * 1440 + b.minute_of_day - a.minute_of_day) AS minutes_apart
    FROM apart AS p
    INNER JOIN served AS a ON p.here_id = a.setl_id
    INNER JOIN served AS b ON p.there_id = b.setl_id
    WHERE
        DATE_DIFF('day', a.fee_date, b.fee_date) BETWEEN -1 AND 1
        AND NOT (a.care = 'IPT' AND b.fee_date > a.begndate AND b.fee_date < a.enddate)
        AND NOT (b.care = 'IPT' AND a.fee_date > b.begndate AND a.fee_date < b.enddate)
        AND (
            (
                a.is_timed
                AND b.is_timed
                AND ABS(DATE_DIFF('day', a.fee_date, b.fee_date) * 1440 + b.minute_of_day - a.minute_of_day)
                < $factor * p.minutes
            )
            OR (
                NOT (a.is_timed AND b.is_timed)
                AND a.fee_date = b.fee_date
                AND p.minutes >= $date_only_minutes
                -- Seen in one emergency room, admitted in another town the same day.
                AND NOT (a.care = 'ER' AND b.care = 'IPT')
                AND NOT (b.care = 'ER' AND a.care = 'IPT')
            )
        )
),

closest AS (
    SELECT
        here_id,
        there_id,
        minutes,
        here_time,
        there_time,
        is_timed,
        is_counter,
        minutes_apart
    FROM compared
    QUALIFY
        ROW_NUMBER() OVER (
            PARTITION BY here_id, there_id
            -- The pair that says most: services before counters, times before dates, the nearest.
            ORDER BY
                CASE WHEN is_counter THEN 1 ELSE 0 END ASC,
                CASE WHEN is_timed THEN 0 ELSE 1 END ASC,
                minutes_apart ASC,
                here_time ASC,
                there_time ASC
        ) = 1
)

SELECT
    a.setl_id,
    b.setl_id AS linked_setl_id,
    CASE
        WHEN a.fund_pay_sumamt < b.fund_pay_sumamt THEN a.medfee_sumamt
        WHEN a.fund_pay_sumamt = b.fund_pay_sumamt AND a.setl_id > b.setl_id THEN a.medfee_sumamt
        ELSE 0
    END AS a0,
    CASE
        WHEN a.fund_pay_sumamt < b.fund_pay_sumamt THEN a.inscp_amt
        WHEN a.fund_pay_sumamt = b.fund_pay_sumamt AND a.setl_id > b.setl_id THEN a.inscp_amt
        ELSE 0
    END AS a1,
    CASE
        WHEN a.fund_pay_sumamt < b.fund_pay_sumamt THEN a.fund_pay_sumamt
        WHEN a.fund_pay_sumamt = b.fund_pay_sumamt AND a.setl_id > b.setl_id THEN a.fund_pay_sumamt
        ELSE 0
    END AS a2,
    CASE WHEN c.is_counter THEN 1 ELSE 2 END AS severity,
    COALESCE(a.fixmedins_name, a.fixmedins_code) AS because_here,
    c.here_time AS because_here_time,
    COALESCE(b.fixmedins_name, b.fixmedins_code) AS because_there,
    c.there_time AS because_there_time,
    c.minutes AS because_travel_minutes,
    CASE
        WHEN c.is_timed THEN '相隔仅' || CAST(c.minutes_apart AS VARCHAR) || '分钟'
        ELSE '一方只记日期，同日往返不合常理'
    END AS because_basis,
    CASE WHEN b.treating_agency = '510000' THEN '省外' ELSE COALESCE(there.name_zh, b.treating_agency) END
        AS because_other_agency,
    a.fund_pay_sumamt AS because_fund,
    b.fund_pay_sumamt AS because_other_fund
FROM closest AS c
INNER JOIN settlement AS a ON c.here_id = a.setl_id
INNER JOIN settlement AS b ON c.there_id = b.setl_id
LEFT JOIN agency AS there ON b.treating_agency = there.code
/* examples
- name: morning in one city, the next afternoon in the other
  kind: clear
  given:
    settlement:
      - {care: OTP, begndate: 2026-11-04, enddate: 2026-11-04}
      - {setl_id: S2, care: OTP, begndate: 2026-11-05, enddate: 2026-11-05, treat_pool: "5104", mdtrt_id: V2}
    fee_line: [{}, {setl_id: S2, bkkp_sn: L2, fee_ocur_time: 2026-11-05 15:00:00, fee_date: 2026-11-05}]
    travel: [{}, {from_pool: "5104", to_pool: "5101"}]
- name: discharged in one city, at the drugstore at home the same evening
  kind: clear
  given:
    settlement:
      - {begndate: 2026-11-01, enddate: 2026-11-04}
      - {setl_id: S2, mdtrt_id: V2, care: RX, begndate: 2026-11-04, enddate: 2026-11-04, treat_pool: "5104"}
      - {setl_id: S3, mdtrt_id: V3, person: P2, begndate: 2026-11-04, enddate: 2026-11-04}
      - setl_id: S4
        mdtrt_id: V4
        person: P2
        care: RX
        begndate: 2026-11-04
        enddate: 2026-11-04
        treat_pool: "5104"
    fee_line:
      - {fee_ocur_time: 2026-11-04 00:00:00}
      - {setl_id: S2, bkkp_sn: L2, list_type: "101", fee_ocur_time: 2026-11-04 19:30:00}
      - {setl_id: S3, bkkp_sn: L3, fee_ocur_time: 2026-11-04 00:00:00}
      - {setl_id: S4, bkkp_sn: L4, list_type: "101", fee_ocur_time: 2026-11-04 19:30:00}
    travel: [{}, {from_pool: "5104", to_pool: "5101"}]
- name: neither fund nor account paid anything
  kind: clear
  given:
    settlement:
      - {care: OTP, begndate: 2026-11-04, enddate: 2026-11-04, fund_pay_sumamt: "0.00", acct_pay: "0.00"}
      - setl_id: S2
        mdtrt_id: V2
        care: OTP
        begndate: 2026-11-04
        enddate: 2026-11-04
        treat_pool: "5104"
        fund_pay_sumamt: "0.00"
        acct_pay: "0.00"
    fee_line: [{}, {setl_id: S2, bkkp_sn: L2, fee_ocur_time: 2026-11-04 10:12:30}]
    travel: [{}, {from_pool: "5104", to_pool: "5101"}]
- name: ten hours of road within an hour
  kind: flag
  given:
    settlement:
      - {care: OTP, begndate: 2026-11-04, enddate: 2026-11-04, fund_pay_sumamt: "300.00"}
      - setl_id: S2
        mdtrt_id: V2
        care: OTP
        begndate: 2026-11-04
        enddate: 2026-11-04
        treat_pool: "5104"
        fund_pay_sumamt: "100.00"
    fee_line: [{}, {setl_id: S2, bkkp_sn: L2, fee_ocur_time: 2026-11-04 10:12:30}]
    travel: [{}, {from_pool: "5104", to_pool: "5101"}]
  expect:
    S1/S2: {a2: "0.00", severity: 2}
    S2/S1: {a2: "100.00", a0: "10000.00", severity: 2, because: {because_basis: 相隔仅60分钟}}
- name: the account paid for one of the two
  kind: flag
  given:
    settlement:
      - {care: OTP, begndate: 2026-11-04, enddate: 2026-11-04, fund_pay_sumamt: "0.00", acct_pay: "0.01"}
      - setl_id: S2
        mdtrt_id: V2
        care: OTP
        begndate: 2026-11-04
        enddate: 2026-11-04
        treat_pool: "5104"
        fund_pay_sumamt: "0.00"
        acct_pay: "0.00"
    fee_line: [{}, {setl_id: S2, bkkp_sn: L2, fee_ocur_time: 2026-11-04 10:12:30}]
    travel: [{}, {from_pool: "5104", to_pool: "5101"}]
  expect: {S1/S2: "0.00", S2/S1: "0.00"}
- name: admitted in one city while being seen in the other
  kind: flag
  given:
    settlement:
      - {care: OTP, begndate: 2026-11-02, enddate: 2026-11-02, fund_pay_sumamt: "100.00"}
      - {setl_id: S2, mdtrt_id: V2, treat_pool: "5104"}
    fee_line:
      - {fee_date: 2026-11-02, fee_ocur_time: 2026-11-02 09:12:30}
      - {setl_id: S2, bkkp_sn: L2, fee_date: 2026-11-02, fee_ocur_time: 2026-11-02 10:12:30}
    travel: [{}, {from_pool: "5104", to_pool: "5101"}]
  expect: {S1/S2: "100.00", S2/S1: "0.00"}
- name: exactly eight tenths of the road, and a minute less
  kind: edge
  given:
    settlement:
      - {care: OTP, begndate: 2026-11-04, enddate: 2026-11-04}
      - {setl_id: S2, mdtrt_id: V2, care: OTP, begndate: 2026-11-04, enddate: 2026-11-04, treat_pool: "5104"}
      - {setl_id: S3, mdtrt_id: V3, care: OTP, begndate: 2026-11-04, enddate: 2026-11-04, treat_pool: "5105"}
    fee_line:
      - {}
      - {setl_id: S2, bkkp_sn: L2, fee_ocur_time: 2026-11-04 17:12:30}
      - {setl_id: S3, bkkp_sn: L3, fee_ocur_time: 2026-11-04 17:11:30}
    travel:
      - {}
      - {from_pool: "5104", to_pool: "5101"}
      - {to_pool: "5105"}
      - {from_pool: "5105", to_pool: "5101"}
  expect: {S1/S3: "0.00", S3/S1: "6800.00"}
- name: across midnight
  kind: edge
  given:
    settlement:
      - {care: ER, begndate: 2026-11-04, enddate: 2026-11-04}
      - {setl_id: S2, mdtrt_id: V2, care: ER, begndate: 2026-11-05, enddate: 2026-11-05, treat_pool: "5104"}
    fee_line:
      - {fee_ocur_time: 2026-11-04 23:30:00}
      - {setl_id: S2, bkkp_sn: L2, fee_ocur_time: 2026-11-05 00:30:00, fee_date: 2026-11-05}
    travel: [{}, {from_pool: "5104", to_pool: "5101"}]
  expect: {S1/S2: "0.00", S2/S1: "6800.00"}
- name: only the date is known, four hours of road and a minute less
  kind: edge
  given:
    settlement:
      - {care: OTP, begndate: 2026-11-04, enddate: 2026-11-04}
      - {setl_id: S2, mdtrt_id: V2, care: OTP, begndate: 2026-11-04, enddate: 2026-11-04, treat_pool: "5104"}
      - {setl_id: S3, mdtrt_id: V3, care: OTP, begndate: 2026-11-04, enddate: 2026-11-04, treat_pool: "5105"}
    fee_line:
      - {fee_ocur_time: 2026-11-04 00:00:00}
      - {setl_id: S2, bkkp_sn: L2}
      - {setl_id: S3, bkkp_sn: L3, fee_ocur_time: 2026-11-04 00:00:00}
    travel: [{minutes: 240}, {from_pool: "5104", to_pool: "5101", minutes: 240}, {to_pool: "5105", minutes: 239}]
  expect: {S1/S2: "0.00", S2/S1: "6800.00"}
- name: a drugstore and a hospital weigh little
  kind: flag
  given:
    settlement:
      - {care: OTP, begndate: 2026-11-04, enddate: 2026-11-04}
      - {setl_id: S2, mdtrt_id: V2, care: RX, begndate: 2026-11-04, enddate: 2026-11-04, treat_pool: "5104"}
    fee_line: [{}, {setl_id: S2, bkkp_sn: L2, list_type: "101", fee_ocur_time: 2026-11-04 10:12:30}]
    travel: [{}, {from_pool: "5104", to_pool: "5101"}]
  expect: {S1/S2: {severity: 1}, S2/S1: {severity: 1, a2: "6800.00"}}
- name: drugs that a hospital handed out weigh as little
  kind: flag
  given:
    settlement:
      - {care: OTP, begndate: 2026-11-04, enddate: 2026-11-04}
      - {setl_id: S2, mdtrt_id: V2, care: OPSP, begndate: 2026-11-04, enddate: 2026-11-04, treat_pool: "5104"}
    fee_line: [{}, {setl_id: S2, bkkp_sn: L2, list_type: "101", fee_ocur_time: 2026-11-04 10:12:30}]
    travel: [{}, {from_pool: "5104", to_pool: "5101"}]
  expect: {S1/S2: {severity: 1}, S2/S1: {severity: 1}}
- name: drugs of a ward are charged at any hour
  kind: clear
  given:
    settlement:
      - {care: OTP, begndate: 2026-11-02, enddate: 2026-11-02}
      - {setl_id: S2, mdtrt_id: V2, treat_pool: "5104"}
    fee_line: [{fee_date: 2026-11-02}, {setl_id: S2, bkkp_sn: L2, list_type: "101", fee_date: 2026-11-02}]
    travel: [{}, {from_pool: "5104", to_pool: "5101"}]
- name: neighbouring cities
  kind: clear
  given:
    settlement:
      - {care: OTP, begndate: 2026-11-04, enddate: 2026-11-04}
      - {setl_id: S2, mdtrt_id: V2, care: OTP, begndate: 2026-11-04, enddate: 2026-11-04, treat_pool: "5199"}
    fee_line: [{}, {setl_id: S2, bkkp_sn: L2}]
    travel: [{to_pool: "5199", minutes: 20}, {from_pool: "5199", to_pool: "5101", minutes: 20}]
- name: transferred on the day of discharge
  kind: clear
  given:
    settlement:
      - {begndate: 2026-11-01, enddate: 2026-11-04, dscg_way: "2"}
      - {setl_id: S2, mdtrt_id: V2, begndate: 2026-11-04, enddate: 2026-11-10, treat_pool: "5104"}
    fee_line: [{}, {setl_id: S2, bkkp_sn: L2, fee_ocur_time: 2026-11-04 11:00:00}]
    travel: [{}, {from_pool: "5104", to_pool: "5101"}]
- name: a visit strictly inside a stay is another rule's
  kind: clear
  given:
    settlement:
      - {}
      - {setl_id: S2, mdtrt_id: V2, care: OTP, begndate: 2026-11-04, enddate: 2026-11-04, treat_pool: "5104"}
    fee_line: [{}, {setl_id: S2, bkkp_sn: L2}]
    travel: [{}, {from_pool: "5104", to_pool: "5101"}]
*/
