/* rule
id: XR-10
version: 1
title_zh: 就诊凭证使用异常
title: Credential misuse
status: active
certainty: suspicious
severity: 2
level: settlement
owner: 异地就医结算处
summary: >
  A cross-region settlement without a credential, or with a kind that the insured region did not accept then; with the
  number of a credential that somebody else used before; or with a card that lay on a counter of another city too
  shortly before to have travelled.
sentence_zh: >-
  {because_at}在{because_institution}结算：{because_how}（{because_detail}）。
facts:
  because_how: 异常情形
  because_at: 结算时间
  because_institution: 本次机构
  because_detail: 说明
  because_credential: 凭证类型
  because_fund: 基金支付（元）
basis:
  - 《四川省异地就医结算管理办法》第八条、第二十一条
  - 《医疗保障基金使用监督管理条例》第十七条、第四十一条第（一）项
national_code: none
in_force: {since: 2021-05-01}
dated_by: setl_date
reads: [settlement, setl_d, credential_type, outage_d, travel]
look_back: {days: 2}
params:
  factor:
    about: Share of the usual travel time that nobody is faster than
    default: "0.8"
    least: "0.3"
    most: "1.0"
  near_minutes:
    about: Between cities nearer than this, a card is soon carried
    default: "60"
    least: "0"
    most: "240"
amount: exposure
amount_note: The fund of the settlement
not_a_finding_when:
  - 网络故障期间手工录入，事后补传（故障日历内的已排除）。
  - 新生儿使用父母凭证。
  - 社会保障卡换发，新旧卡号先后登记在合并前的两个编号下。
  - 家庭成员代办出院结算，人在途中。
reviewer_checks:
  - 调取刷卡、扫码记录与人脸核验日志。
  - 请参保地核对卡号、电子凭证归属和补换卡记录。
  - 核对结算窗口监控与代办登记。
handler: [H5]
suppressors: [S-NB]
*/
WITH
shown AS (
    SELECT
        s.setl_id,
        s.person,
        s.is_cross_region,
        s.insu_pool,
        s.treat_pool,
        s.fixmedins_code,
        s.fixmedins_name,
        s.fix_blng_admdvs,
        s.setl_time,
        s.setl_date,
        s.fund_pay_sumamt,
        h.mdtrt_cert_type,
        h.mdtrt_cert_no_hash
    FROM settlement AS s
    INNER JOIN setl_d AS h ON s.setl_id = h.setl_id
    WHERE s.setl_type = '2'
),

typed AS (
    SELECT
        a.setl_id,
        CASE
            WHEN a.mdtrt_cert_type IS NULL THEN '未记录就诊凭证类型'
            ELSE '使用参保地当时不认可的凭证类型'
        END AS how,
        '参保地' || a.insu_pool || '，结算日' || CAST(a.setl_date AS VARCHAR) AS detail,
        CAST(NULL AS VARCHAR) AS other_id,
        1 AS severity,
        3 AS rank_no
    FROM shown AS a
    WHERE
        a.is_cross_region
        AND NOT EXISTS (
            SELECT 1
            FROM credential_type AS k
            WHERE
                k.mdtrt_cert_type = a.mdtrt_cert_type
                AND COALESCE(k.insu_pool, a.insu_pool) = a.insu_pool
                AND k.valid_from <= a.setl_date
                AND (k.valid_until IS NULL OR a.setl_date < k.valid_until)
        )
),

borrowed AS (
    SELECT
        a.setl_id,
        '凭证号此前由他人使用' AS how,
        CAST(b.setl_date AS VARCHAR) || '在' || COALESCE(b.fixmedins_name, b.fixmedins_code) || '为另一参保人结算' AS detail,
        b.setl_id AS other_id,
        2 AS severity,
        1 AS rank_no
    FROM shown AS a
    INNER JOIN shown AS b ON a.mdtrt_cert_no_hash = b.mdtrt_cert_no_hash AND a.person <> b.person
    WHERE
        a.is_cross_region
        AND (b.setl_time < a.setl_time OR (b.setl_time = a.setl_time AND b.setl_id < a.setl_id))
    QUALIFY ROW_NUMBER() OVER (PARTITION BY a.setl_id ORDER BY b.setl_time DESC, b.setl_id DESC) = 1
),

carried AS (
    SELECT
        a.setl_id,
        b.setl_id AS other_id,
        b.fixmedins_code,
        b.fixmedins_name,
        b.setl_time,
        t.minutes,
        DATE_DIFF('day', b.setl_date, a.setl_date) * 1440
        + HOUR(a.setl_time) * 60 + MINUTE(a.setl_time)
        - HOUR(b.setl_time) * 60 - MINUTE(b.setl_time) AS minutes_apart
    FROM shown AS a
    INNER JOIN shown AS b
        ON
            a.mdtrt_cert_no_hash = b.mdtrt_cert_no_hash
            AND a.person = b.person
            AND a.treat_pool <> b.treat_pool
    INNER JOIN travel AS t ON a.treat_pool = t.from_pool AND b.treat_pool = t.to_pool
    WHERE
        a.mdtrt_cert_type = '03'
        AND b.mdtrt_cert_type = '03'
        AND (a.is_cross_region OR b.is_cross_region)
        AND (b.setl_time < a.setl_time OR (b.setl_time = a.setl_time AND b.setl_id < a.setl_id))
        AND DATE_DIFF('day', b.setl_date, a.setl_date) < $look_back_days
        AND t.minutes >= $near_minutes
),

nearest AS (
    SELECT
        setl_id,
        '同一张卡在两地使用，间隔短于车程' AS how,
        CAST(setl_time AS VARCHAR) || '在' || COALESCE(fixmedins_name, fixmedins_code) || '使用，相隔'
        || CAST(minutes_apart AS VARCHAR) || '分钟，车程约' || CAST(minutes AS VARCHAR) || '分钟' AS detail,
        other_id,
        2 AS severity,
        2 AS rank_no
    FROM carried
    WHERE minutes_apart < $factor * minutes
    QUALIFY ROW_NUMBER() OVER (PARTITION BY setl_id ORDER BY minutes_apart ASC, other_id ASC) = 1
),

odd AS (
    SELECT
        setl_id,
        how,
        detail,
        other_id,
        severity,
        rank_no
    FROM typed
    UNION ALL
    SELECT
        setl_id,
        how,
        detail,
        other_id,
        severity,
        rank_no
    FROM borrowed
    UNION ALL
    SELECT
        setl_id,
        how,
        detail,
        other_id,
        severity,
        rank_no
    FROM nearest
),

worst AS (
    SELECT
        setl_id,
        how,
        detail,
        other_id,
        severity
    FROM odd
    QUALIFY ROW_NUMBER() OVER (PARTITION BY setl_id ORDER BY rank_no ASC) = 1
)

SELECT
    a.setl_id,
    w.other_id AS linked_setl_id,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CAST(0 AS DECIMAL(18, 2)) AS a2,
    a.fund_pay_sumamt AS exposure,
    w.severity,
    w.how AS because_how,
    a.setl_time AS because_at,
    COALESCE(a.fixmedins_name, a.fixmedins_code) AS because_institution,
    w.detail AS because_detail,
    CASE a.mdtrt_cert_type
        WHEN '01' THEN '医保电子凭证'
        WHEN '02' THEN '居民身份证'
        WHEN '03' THEN '社会保障卡'
        ELSE COALESCE(a.mdtrt_cert_type, '未填')
    END AS because_credential,
    a.fund_pay_sumamt AS because_fund
FROM worst AS w
INNER JOIN shown AS a ON w.setl_id = a.setl_id
WHERE
    -- Written by hand while the network was down.
    NOT EXISTS (
        SELECT 1
        FROM outage_d AS o
        WHERE
            LEFT(o.admdvs, 4) = LEFT(a.fix_blng_admdvs, 4)
            AND COALESCE(o.fixmedins_code, a.fixmedins_code) = a.fixmedins_code
            AND o.begntime <= a.setl_time
            AND a.setl_time < o.endtime
    )
/* examples
- name: her own card, and one typed in by hand while the network was down
  kind: clear
  given:
    settlement: [{}, {setl_id: S2, person: P2, setl_time: 2026-11-09 11:00:00}]
    setl_d: [{}, {setl_id: S2, mdtrt_cert_type: null, mdtrt_cert_no_hash: null}]
    credential_type: [{}]
    outage_d: [{begntime: 2026-11-09 10:45:00, endtime: 2026-11-09 12:00:00}]
    travel: []
- name: no credential
  kind: flag
  given:
    settlement: [{}]
    setl_d: [{mdtrt_cert_type: null, mdtrt_cert_no_hash: null}]
    credential_type: [{}]
    outage_d: []
    travel: []
  expect: {S1: {a2: "0.00", exposure: "6800.00", severity: 1, because: {because_how: 未记录就诊凭证类型}}}
- name: the end of the outage, and the minute before
  kind: edge
  given:
    settlement:
      - {setl_time: 2026-11-09 12:00:00}
      - {setl_id: S2, person: P2, setl_time: 2026-11-09 11:59:00}
    setl_d: [{mdtrt_cert_type: null}, {setl_id: S2, mdtrt_cert_type: null, mdtrt_cert_no_hash: c2}]
    credential_type: [{}]
    outage_d: [{begntime: 2026-11-09 10:45:00, endtime: 2026-11-09 12:00:00}]
    travel: []
  expect: {S1: "6800.00"}
- name: the ID card a day before the region accepted it, and on the day
  kind: edge
  given:
    settlement: [{setl_date: 2026-11-08}, {setl_id: S2, person: P2}]
    setl_d: [{mdtrt_cert_type: "02"}, {setl_id: S2, mdtrt_cert_type: "02", mdtrt_cert_no_hash: c2}]
    credential_type: [{}, {kp_id: K2, insu_pool: "5113", mdtrt_cert_type: "02", valid_from: 2026-11-09}]
    outage_d: []
    travel: []
  expect: {S1: {severity: 1, because: {because_credential: 居民身份证}}}
- name: a card that somebody else had used the week before
  kind: flag
  given:
    settlement:
      - {setl_time: 2026-11-02 10:00:00, setl_date: 2026-11-02}
      - {setl_id: S2, person: P2, fund_pay_sumamt: "300.00"}
    setl_d: [{}, {setl_id: S2}]
    credential_type: [{}]
    outage_d: []
    travel: []
  expect: {S2/S1: {exposure: "300.00", severity: 2, because: {because_how: 凭证号此前由他人使用}}}
- name: a newborn on the mother's card
  kind: clear
  given:
    settlement: [{setl_time: 2026-11-02 10:00:00, setl_date: 2026-11-02}, {setl_id: S2, person: P2, nwb_flag: "1"}]
    setl_d: [{}, {setl_id: S2}]
    credential_type: [{}]
    outage_d: []
    travel: []
  suppressed: {S2/S1: S-NB}
- name: one card in two cities within eight tenths of the way, and a minute less
  kind: edge
  given:
    settlement:
      - {setl_time: 2026-11-09 08:00:00, treat_pool: "5104"}
      - {setl_id: S2, setl_time: 2026-11-09 16:00:00}
      - {setl_id: S3, person: P2, setl_time: 2026-11-09 08:00:00, treat_pool: "5104"}
      - {setl_id: S4, person: P2, setl_time: 2026-11-09 15:59:00}
    setl_d:
      - {}
      - {setl_id: S2}
      - {setl_id: S3, mdtrt_cert_no_hash: c2}
      - {setl_id: S4, mdtrt_cert_no_hash: c2}
    credential_type: [{}]
    outage_d: []
    travel: [{}]
  expect: {S4/S3: {exposure: "6800.00", because: {because_how: 同一张卡在两地使用，间隔短于车程}}}
- name: a phone is in two cities at once, and the same card at two counters of one
  kind: clear
  given:
    settlement:
      - {setl_time: 2026-11-09 08:00:00, treat_pool: "5104"}
      - {setl_id: S2, setl_time: 2026-11-09 09:00:00}
      - {setl_id: S3, person: P2, setl_time: 2026-11-09 08:00:00}
      - {setl_id: S4, person: P2, setl_time: 2026-11-09 08:05:00}
    setl_d:
      - {mdtrt_cert_type: "01"}
      - {setl_id: S2, mdtrt_cert_type: "01"}
      - {setl_id: S3, mdtrt_cert_no_hash: c2}
      - {setl_id: S4, mdtrt_cert_no_hash: c2}
    credential_type: [{}, {kp_id: K2, mdtrt_cert_type: "01"}]
    outage_d: []
    travel: [{}]
- name: settled the day before the regulation came into force
  kind: edge
  given:
    settlement: [{setl_date: 2021-04-30, setl_time: 2021-04-30 10:00:00}]
    setl_d: [{mdtrt_cert_type: null}]
    credential_type: [{}]
    outage_d: []
    travel: []
*/
