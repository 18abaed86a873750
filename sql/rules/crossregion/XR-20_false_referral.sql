/* rule
id: XR-20
version: 1
title_zh: 虚假转诊
title: False referral
status: active
certainty: suspicious
severity: 2
level: settlement
owner: 异地就医结算处
summary: >
  A stay was settled under a referral although the person had not been at the referring hospital in the thirty days
  before it, or the diagnosis of the referral belongs to another chapter of disease than that of the stay. The first is
  said only of persons whose care at home is known to the warehouse. A referral dated after the admission is XR-02; who
  issues referrals in bulk is not in the data, for the landed referral names no doctor.
sentence_zh: >-
  {because_hospital}于{because_referred_on}转诊，{because_admission}入院（主要诊断“{because_disease}”）：{because_how}。
facts:
  because_hospital: 转出医院
  because_referred_on: 转诊日期
  because_admission: 入院日期
  because_disease: 住院主要诊断
  because_how: 疑点
  because_filing: 备案号
  because_fund: 基金支付（元）
basis:
  - 《四川省异地就医结算管理办法》第四条第（二）项
  - 《医疗保障基金使用监督管理条例》第四十条第（一）（二）项
national_code: none
in_force: {since: 2021-05-01}
dated_by: begndate
reads: [settlement, recomputed, filing, fixmedins_b]
look_back: {days: 365}
params:
  before_days:
    about: Days before the referral in which the person was seen by who refers
    default: "30"
    least: "7"
    most: "90"
amount: exposure
amount_note: >
  The fund of the stay. When it is confirmed, the recomputation as unfiled care gives what was paid too much.
not_a_finding_when:
  - 参保地允许通过手机、电话办理转诊备案，不需要转诊单（未登记转出医院的不判断）。
  - 在转出医院就诊为自费，没有医保结算。
  - 转诊时诊断未明，入院后确诊为另一系统疾病。
  - 转出医院换了编码，前后为同一家。
reviewer_checks:
  - 请参保地调取转诊审批表、转出医院门诊或住院病历。
  - 核对同一转出医院或医师短期内的转诊数量。
handler: [H5, H7]
suppressors: []
*/
WITH
referred AS (
    SELECT
        s.setl_id,
        s.person,
        s.begndate,
        s.main_diag_code,
        s.main_diag_name,
        s.fund_pay_sumamt,
        f.filing_id,
        f.referred_from,
        f.valid_from AS referred_on,
        f.diag_code
    FROM recomputed AS r
    INNER JOIN settlement AS s ON r.setl_id = s.setl_id
    INNER JOIN filing AS f ON r.filing_id = f.filing_id AND s.person = f.person
    WHERE
        r.filing_type = 'REFERRAL'
        AND r.filing_status = 'VALID'
        AND s.is_cross_region
        AND s.care = 'IPT'
        AND s.fund_pay_sumamt > 0
),

seen AS (
    SELECT
        a.setl_id,
        -- Only who is seen at home at all can be missed there.
        MAX(CASE WHEN b.is_cross_region THEN 0 ELSE 1 END) AS is_known,
        MAX(
            CASE
                WHEN
                    b.fixmedins_code = a.referred_from
                    AND b.begndate <= a.referred_on
                    AND DATE_DIFF('day', b.enddate, a.referred_on) <= $before_days
                    THEN 1
                ELSE 0
            END
        ) AS is_seen
    FROM referred AS a
    INNER JOIN settlement AS b ON a.person = b.person AND a.setl_id <> b.setl_id
    WHERE DATE_DIFF('day', b.enddate, a.begndate) BETWEEN 0 AND $look_back_days
    GROUP BY a.setl_id
),

named AS (
    SELECT
        fixmedins_code,
        MIN(fixmedins_name) AS fixmedins_name
    FROM fixmedins_b
    WHERE vali_flag = '1'
    GROUP BY fixmedins_code
),

judged AS (
    SELECT
        a.setl_id,
        a.referred_from IS NOT NULL
        AND COALESCE(n.is_known, 0) = 1
        AND COALESCE(n.is_seen, 0) = 0 AS is_unseen,
        a.diag_code IS NOT NULL
        AND a.main_diag_code IS NOT NULL
        AND LEFT(a.diag_code, 1) <> LEFT(a.main_diag_code, 1)
        -- Signs and reasons for care stand beside every disease; tumours and injuries have two letters each.
        AND LEFT(a.diag_code, 1) NOT IN ('R', 'Z')
        AND LEFT(a.main_diag_code, 1) NOT IN ('R', 'Z')
        AND NOT (LEFT(a.diag_code, 1) IN ('C', 'D') AND LEFT(a.main_diag_code, 1) IN ('C', 'D'))
        AND NOT (LEFT(a.diag_code, 1) IN ('S', 'T') AND LEFT(a.main_diag_code, 1) IN ('S', 'T')) AS is_other
    FROM referred AS a
    LEFT JOIN seen AS n ON a.setl_id = n.setl_id
)

SELECT
    a.setl_id,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CAST(0 AS DECIMAL(18, 2)) AS a2,
    a.fund_pay_sumamt AS exposure,
    CASE WHEN j.is_unseen AND j.is_other THEN 3 WHEN j.is_unseen THEN 2 ELSE 1 END AS severity,
    COALESCE(h.fixmedins_name, a.referred_from, '未登记医院') AS because_hospital,
    a.referred_on AS because_referred_on,
    a.begndate AS because_admission,
    COALESCE(a.main_diag_name, a.main_diag_code) AS because_disease,
    CASE
        WHEN j.is_unseen
            THEN '转诊前' || CAST(CAST(ROUND($before_days) AS BIGINT) AS VARCHAR) || '天内在转出医院没有就诊记录；'
        ELSE ''
    END
    || CASE WHEN j.is_other THEN '转诊诊断' || a.diag_code || '与住院诊断不属同一系统；' ELSE '' END AS because_how,
    a.filing_id AS because_filing,
    a.fund_pay_sumamt AS because_fund
FROM judged AS j
INNER JOIN referred AS a ON j.setl_id = a.setl_id
LEFT JOIN named AS h ON a.referred_from = h.fixmedins_code
WHERE j.is_unseen OR j.is_other
/* examples
- name: seen by the county hospital two weeks before, and a filing by telephone
  kind: clear
  given:
    fixmedins_b: []
    settlement:
      - {}
      - setl_id: S2
        mdtrt_id: V2
        fixmedins_code: H51130000001
        is_cross_region: false
        begndate: 2026-10-18
        enddate: 2026-10-18
      - {setl_id: S3, mdtrt_id: V3, person: P3}
      - {setl_id: S4, mdtrt_id: V4, person: P3, is_cross_region: false, begndate: 2026-10-18, enddate: 2026-10-18}
    recomputed: [{filing_type: REFERRAL, filing_id: R1}, {setl_id: S3, filing_type: REFERRAL, filing_id: R3}]
    filing:
      - {filing_id: R1, filing_type: REFERRAL, valid_from: 2026-11-01, referred_from: H51130000001}
      - {filing_id: R3, person: P3, filing_type: REFERRAL, valid_from: 2026-11-01}
- name: seen at home, but never by the hospital that refers
  kind: flag
  given:
    fixmedins_b: [{fixmedins_code: H51130000001, fixmedins_name: 嘉陵县人民医院}]
    settlement:
      - {}
      - setl_id: S2
        mdtrt_id: V2
        fixmedins_code: H51130000009
        is_cross_region: false
        begndate: 2026-10-18
        enddate: 2026-10-18
    recomputed: [{filing_type: REFERRAL, filing_id: R1}]
    filing: [{filing_id: R1, filing_type: REFERRAL, valid_from: 2026-11-01, referred_from: H51130000001}]
  expect:
    S1:
      exposure: "6800.00"
      severity: 2
      because: {because_how: 转诊前30天内在转出医院没有就诊记录；, because_hospital: 嘉陵县人民医院}
- name: thirty days before the referral, and thirty-one
  kind: edge
  given:
    fixmedins_b: []
    settlement:
      - {}
      - setl_id: S2
        mdtrt_id: V2
        fixmedins_code: H1
        is_cross_region: false
        begndate: 2026-10-02
        enddate: 2026-10-02
      - {setl_id: S3, mdtrt_id: V3, person: P3}
      - setl_id: S4
        mdtrt_id: V4
        person: P3
        fixmedins_code: H1
        is_cross_region: false
        begndate: 2026-10-01
        enddate: 2026-10-01
    recomputed: [{filing_type: REFERRAL, filing_id: R1}, {setl_id: S3, filing_type: REFERRAL, filing_id: R3}]
    filing:
      - {filing_id: R1, filing_type: REFERRAL, valid_from: 2026-11-01, referred_from: H1}
      - {filing_id: R3, person: P3, filing_type: REFERRAL, valid_from: 2026-11-01, referred_from: H1}
  expect: {S3: "6800.00"}
- name: referred for the kidneys, treated for the lungs; and for an unclear sign
  kind: flag
  given:
    fixmedins_b: []
    settlement: [{}, {setl_id: S2, mdtrt_id: V2, person: P2}]
    recomputed: [{filing_type: REFERRAL, filing_id: R1}, {setl_id: S2, filing_type: REFERRAL, filing_id: R2}]
    filing:
      - {filing_id: R1, filing_type: REFERRAL, valid_from: 2026-11-01, diag_code: N20.100}
      - {filing_id: R2, person: P2, filing_type: REFERRAL, valid_from: 2026-11-01, diag_code: R05.x00}
  expect: {S1: {severity: 1, exposure: "6800.00"}}
- name: a person of whom nothing at home is known, and a long-term filing
  kind: clear
  given:
    fixmedins_b: []
    settlement: [{}, {setl_id: S2, mdtrt_id: V2, person: P2}]
    recomputed: [{filing_type: REFERRAL, filing_id: R1}, {setl_id: S2, filing_id: A2}]
    filing:
      - {filing_id: R1, filing_type: REFERRAL, valid_from: 2026-11-01, referred_from: H1}
      - {filing_id: A2, person: P2, referred_from: H1, diag_code: N20.100}
- name: the day before the regulation came into force
  kind: edge
  given:
    fixmedins_b: []
    settlement: [{begndate: 2021-04-30}]
    recomputed: [{filing_type: REFERRAL, filing_id: R1}]
    filing: [{filing_id: R1, filing_type: REFERRAL, valid_from: 2021-04-20, diag_code: N20.100}]
*/
