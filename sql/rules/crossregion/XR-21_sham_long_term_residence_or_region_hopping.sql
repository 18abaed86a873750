/* rule
id: XR-21
version: 1
title_zh: 虚假长期异地居住/备案频繁变更
title: Sham long-term residence or region hopping
status: active
certainty: suspicious
severity: 2
level: patient-episode
owner: 异地就医结算处
summary: >
  A stay was settled under a filing as a long-term resident that was made just before the admission and ended soon after
  the discharge, with no other contact in that region half a year around; or the person filed for three regions within
  a year; or nearly all outpatient care and purchases stay in the insured city.
sentence_zh: >-
  以“{because_filing_type}”备案（{because_filed_on}登记）在{because_region}住院（{because_admission}入院）：{because_how}。
facts:
  because_filing_type: 备案类型
  because_filed_on: 备案登记日期
  because_region: 就医地
  because_admission: 入院日期
  because_how: 疑点
  because_regions: 一年内备案地区数
  because_at_home: 参保地门诊购药次数
  because_visits: 门诊购药总次数
  because_filing: 备案号
  because_fund: 基金支付（元）
basis:
  - 《四川省异地就医结算管理办法》第四条第（一）项
  - 《医疗保障基金使用监督管理条例》第四十一条
national_code: none
in_force: {since: 2021-05-01}
dated_by: begndate
reads: [settlement, recomputed, filing, agency]
look_back: {days: 180}
params:
  created_days:
    about: A residence registered so few days before the admission was registered for it
    default: "7"
    least: "0"
    most: "30"
  ended_days:
    about: A residence that ends within so many days of the discharge was one for the stay
    default: "30"
    least: "7"
    most: "90"
  regions:
    about: Nobody lives for long in so many regions within a year
    default: "3"
    least: "2"
    most: "6"
  home_percent:
    about: Share of outpatient care and purchases in the insured city from which one lives there
    default: "80"
    least: "50"
    most: "100"
  least_visits:
    about: So many visits and purchases before a share says something
    default: "5"
    least: "3"
    most: "30"
amount: exposure
amount_note: >
  The fund of the stay. When it is confirmed, the recomputation as a referral or as unfiled care gives what was paid
  too much.
not_a_finding_when:
  - 备案人员可在参保地和备案地双向享受待遇，回参保地就医属正常。
  - 务工人员随工程流动，多地先后居住。
  - 重病投靠子女，治疗结束后返回参保地。
  - 备案到期自动终止，并非本人取消。
reviewer_checks:
  - 请参保地核对居住证、租房或就业证明及备案变更记录。
  - 查本人在备案地、参保地的门诊与账户使用地点。
handler: [H5]
suppressors: []
*/
WITH
resided AS (
    SELECT
        s.setl_id,
        s.person,
        s.mdtrt_id,
        s.insu_pool,
        s.treat_pool,
        s.begndate,
        s.enddate,
        s.fund_pay_sumamt,
        f.filing_id,
        f.filing_type,
        f.valid_until,
        CAST(f.applied_at AS DATE) AS applied_on
    FROM recomputed AS r
    INNER JOIN settlement AS s ON r.setl_id = s.setl_id
    INNER JOIN filing AS f ON r.filing_id = f.filing_id AND s.person = f.person
    WHERE
        r.filing_type IN ('LONG_RETIREE', 'LONG_RESIDENT', 'LONG_STATIONED')
        AND r.filing_status = 'VALID'
        AND s.is_cross_region
        AND s.care = 'IPT'
        AND s.fund_pay_sumamt > 0
),

around AS (
    SELECT
        a.setl_id,
        SUM(CASE WHEN b.treat_pool = a.treat_pool THEN 1 ELSE 0 END) AS contacts,
        SUM(CASE WHEN b.care IN ('OTP', 'ER', 'OPSP', 'RX') THEN 1 ELSE 0 END) AS visits,
        SUM(
            CASE WHEN b.care IN ('OTP', 'ER', 'OPSP', 'RX') AND b.treat_pool = a.insu_pool THEN 1 ELSE 0 END
        ) AS at_home
    FROM resided AS a
    INNER JOIN settlement AS b ON a.person = b.person AND a.mdtrt_id <> b.mdtrt_id
    WHERE
        DATE_DIFF('day', b.enddate, a.begndate) <= $look_back_days
        AND DATE_DIFF('day', a.enddate, b.begndate) <= $look_back_days
    GROUP BY a.setl_id
),

hopped AS (
    SELECT
        a.setl_id,
        COUNT(DISTINCT LEFT(f.filed_region, 4)) AS regions
    FROM resided AS a
    INNER JOIN filing AS f ON a.person = f.person
    WHERE
        f.filing_type IN ('LONG_RETIREE', 'LONG_RESIDENT', 'LONG_STATIONED')
        AND f.is_valid
        AND f.is_approved
        -- A whole province is no place of residence.
        AND SUBSTRING(f.filed_region, 3, 2) <> '00'
        AND DATE_DIFF('day', CAST(f.applied_at AS DATE), a.begndate) BETWEEN 0 AND 365
    GROUP BY a.setl_id
),

judged AS (
    SELECT
        a.setl_id,
        DATE_DIFF('day', a.applied_on, a.begndate) BETWEEN 0 AND $created_days
        AND a.valid_until < CAST('9999-12-31' AS DATE)
        AND DATE_DIFF('day', a.enddate, a.valid_until) BETWEEN 0 AND $ended_days + 1
        AND COALESCE(n.contacts, 0) = 0 AS is_brief,
        COALESCE(h.regions, 0) >= $regions AS is_hopping,
        COALESCE(n.visits, 0) >= $least_visits
        AND COALESCE(n.at_home, 0) * 100 >= $home_percent * COALESCE(n.visits, 0) AS is_at_home,
        COALESCE(h.regions, 0) AS regions,
        COALESCE(n.visits, 0) AS visits,
        COALESCE(n.at_home, 0) AS at_home
    FROM resided AS a
    LEFT JOIN around AS n ON a.setl_id = n.setl_id
    LEFT JOIN hopped AS h ON a.setl_id = h.setl_id
)

SELECT
    a.setl_id,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CAST(0 AS DECIMAL(18, 2)) AS a2,
    a.fund_pay_sumamt AS exposure,
    CASE WHEN j.is_brief THEN 3 WHEN j.is_hopping THEN 2 ELSE 1 END AS severity,
    CASE a.filing_type
        WHEN 'LONG_RETIREE' THEN '异地安置退休'
        WHEN 'LONG_RESIDENT' THEN '异地长期居住'
        ELSE '常驻异地工作'
    END AS because_filing_type,
    a.applied_on AS because_filed_on,
    COALESCE(g.name_zh, a.treat_pool) AS because_region,
    a.begndate AS because_admission,
    CASE
        WHEN j.is_brief
            THEN
                '入院前' || CAST(DATE_DIFF('day', a.applied_on, a.begndate) AS VARCHAR) || '天登记、出院后'
                || CAST(DATE_DIFF('day', a.enddate, a.valid_until) - 1 AS VARCHAR) || '天终止，前后半年在当地无其他就医；'
        ELSE ''
    END
    || CASE WHEN j.is_hopping THEN '一年内备案' || CAST(j.regions AS VARCHAR) || '个地区；' ELSE '' END
    || CASE
        WHEN j.is_at_home
            THEN '前后半年' || CAST(j.visits AS VARCHAR) || '次门诊购药中' || CAST(j.at_home AS VARCHAR) || '次在参保地；'
        ELSE ''
    END AS because_how,
    j.regions AS because_regions,
    j.at_home AS because_at_home,
    j.visits AS because_visits,
    a.filing_id AS because_filing,
    a.fund_pay_sumamt AS because_fund
FROM judged AS j
INNER JOIN resided AS a ON j.setl_id = a.setl_id
LEFT JOIN agency AS g ON a.treat_pool = g.pool
WHERE j.is_brief OR j.is_hopping OR j.is_at_home
/* examples
- name: lives there since last year, also treated at home now and then
  kind: clear
  given:
    settlement:
      - {}
      - {setl_id: S2, mdtrt_id: V2, care: OTP, treat_pool: "5113", begndate: 2026-10-01, enddate: 2026-10-01}
      - {setl_id: S3, mdtrt_id: V3, care: RX, begndate: 2026-10-05, enddate: 2026-10-05}
    recomputed: [{}]
    filing: [{}]
    agency: []
- name: registered three days before the stay, ended twelve days after it, never seen there again
  kind: flag
  given:
    settlement: [{}]
    recomputed: [{}]
    filing: [{applied_at: 2026-10-30 09:00:00, valid_from: 2026-10-30, valid_until: 2026-11-22}]
    agency: [{code: "510100", name_zh: 成都市, pool: "5101"}]
  expect:
    S1:
      exposure: "6800.00"
      severity: 3
      because: {because_how: 入院前3天登记、出院后12天终止，前后半年在当地无其他就医；, because_region: 成都市}
- name: seven days before and thirty after, and a day more of either
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, mdtrt_id: V2, person: P2}, {setl_id: S3, mdtrt_id: V3, person: P3}]
    recomputed: [{}, {setl_id: S2, filing_id: A2}, {setl_id: S3, filing_id: A3}]
    filing:
      - {applied_at: 2026-10-26 09:00:00, valid_until: 2026-12-10}
      - {filing_id: A2, person: P2, applied_at: 2026-10-25 09:00:00, valid_until: 2026-12-10}
      - {filing_id: A3, person: P3, applied_at: 2026-10-26 09:00:00, valid_until: 2026-12-11}
    agency: []
  expect: {S1: {severity: 3}}
- name: another visit in the region a hundred and eighty days later, and a day more
  kind: edge
  given:
    settlement:
      - {}
      - {setl_id: S2, mdtrt_id: V2, care: OTP, begndate: 2027-05-08, enddate: 2027-05-08}
      - {setl_id: S3, mdtrt_id: V3, person: P3}
      - {setl_id: S4, mdtrt_id: V4, person: P3, care: OTP, begndate: 2027-05-09, enddate: 2027-05-09}
    recomputed: [{}, {setl_id: S3, filing_id: A3}]
    filing:
      - {applied_at: 2026-10-30 09:00:00, valid_until: 2026-11-22}
      - {filing_id: A3, person: P3, applied_at: 2026-10-30 09:00:00, valid_until: 2026-11-22}
    agency: []
  expect: {S3: "6800.00"}
- name: three regions within a year, the whole province not counted
  kind: flag
  given:
    settlement: [{}, {setl_id: S2, mdtrt_id: V2, person: P2}]
    recomputed: [{}, {setl_id: S2, filing_id: B1}]
    filing:
      - {}
      - {filing_id: A2, filed_region: "510500", applied_at: 2026-03-01 09:00:00, valid_until: 2026-06-01}
      - {filing_id: A3, filed_region: "511900", applied_at: 2026-07-01 09:00:00, valid_until: 2026-09-01}
      - {filing_id: B1, person: P2}
      - {filing_id: B2, person: P2, filed_region: "510500", applied_at: 2026-03-01 09:00:00}
      - {filing_id: B3, person: P2, filed_region: "510000", applied_at: 2026-07-01 09:00:00}
    agency: []
  expect: {S1: {severity: 2, because: {because_regions: "3"}}}
- name: four of five at home, and three of five
  kind: edge
  given:
    settlement:
      - {}
      - {setl_id: T1, mdtrt_id: W1, care: OTP, treat_pool: "5113", begndate: 2026-09-01, enddate: 2026-09-01}
      - {setl_id: T2, mdtrt_id: W2, care: RX, treat_pool: "5113", begndate: 2026-09-02, enddate: 2026-09-02}
      - {setl_id: T3, mdtrt_id: W3, care: RX, treat_pool: "5113", begndate: 2026-09-03, enddate: 2026-09-03}
      - {setl_id: T4, mdtrt_id: W4, care: RX, treat_pool: "5113", begndate: 2026-09-04, enddate: 2026-09-04}
      - {setl_id: T5, mdtrt_id: W5, care: RX, begndate: 2026-09-05, enddate: 2026-09-05}
      - {setl_id: S2, mdtrt_id: V2, person: P2}
      - setl_id: U1
        mdtrt_id: X1
        person: P2
        care: OTP
        treat_pool: "5113"
        begndate: 2026-09-01
        enddate: 2026-09-01
      - {setl_id: U2, mdtrt_id: X2, person: P2, care: RX, treat_pool: "5113", begndate: 2026-09-02, enddate: 2026-09-02}
      - {setl_id: U3, mdtrt_id: X3, person: P2, care: RX, treat_pool: "5113", begndate: 2026-09-03, enddate: 2026-09-03}
      - {setl_id: U4, mdtrt_id: X4, person: P2, care: RX, begndate: 2026-09-04, enddate: 2026-09-04}
      - {setl_id: U5, mdtrt_id: X5, person: P2, care: RX, begndate: 2026-09-05, enddate: 2026-09-05}
    recomputed: [{}, {setl_id: S2, filing_id: A2}]
    filing: [{}, {filing_id: A2, person: P2}]
    agency: []
  expect: {S1: {severity: 1, because: {because_at_home: "4", because_visits: "5"}}}
- name: a referral for half a year, and care without a filing
  kind: clear
  given:
    settlement: [{}, {setl_id: S2, mdtrt_id: V2, person: P2}]
    recomputed: [{filing_type: REFERRAL}, {setl_id: S2, filing_type: UNFILED, filing_status: NOT_IN_FORCE}]
    filing: [{filing_type: REFERRAL, applied_at: 2026-10-30 09:00:00, valid_until: 2026-11-22}]
    agency: []
- name: the day before the regulation came into force
  kind: edge
  given:
    settlement: [{begndate: 2021-04-30, enddate: 2021-05-04}]
    recomputed: [{}]
    filing: [{applied_at: 2021-04-28 09:00:00, valid_until: 2021-05-20}]
    agency: []
*/
