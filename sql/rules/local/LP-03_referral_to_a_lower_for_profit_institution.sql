/* rule
id: LP-03
version: 1
title_zh: 转诊机构须同级或非营利
title: Referral to a lower for-profit institution
status: active
certainty: suspicious
severity: 2
level: settlement
owner: 异地就医结算处
summary: >
  Some regions want a referral to go to an institution of at least the same level, or to a non-profit one (Shenzhen).
  Where the insured region's policy says so on the day, the target is of a lower level than the referring institution
  and run for profit. That a referral went down a level is shown as a fact, and is no finding by itself.
sentence_zh: >-
  由{because_from}（{because_from_level}）转往{because_to}（{because_to_level}，{because_nature}），
  {because_direction}；参保地{because_insured_in}要求转诊机构同级以上或为非营利机构。
facts:
  because_from: 转出机构
  because_from_level: 转出机构等级
  because_to: 转入机构
  because_to_level: 转入机构等级
  because_nature: 转入机构性质
  because_direction: 转诊方向
  because_insured_in: 参保地
  because_admission: 入院日期
  because_filing: 备案编号
  because_fund: 基金支付（元）
basis:
  - 《四川省异地就医结算管理办法》第四条第（三）项
  - 地方做法：深圳市转外就医机构须同级或非营利（2009 年）
national_code: none
in_force: {since: 2021-01-01}
dated_by: begndate
reads: [settlement, recomputed, filing, fixmedins_b, policy_value, agency]
look_back: none
amount: exposure
amount_note: The fund as exposure; whether the referral stands is for the insured region to say.
not_a_finding_when:
  - 康复、安宁疗护、精神专科等下转，参保地认可。
  - 转入机构性质登记未更新，已转为非营利。
  - 转入专科医院等级低，但为该病种定点。
reviewer_checks:
  - 查转诊审批表，核对审批的转入机构与实际就医机构。
  - 核对转入机构执业登记的等级和性质。
handler: [H5]
suppressors_for_reviewer: [S-EMG]
*/
WITH
referred AS (
    SELECT
        s.setl_id,
        s.begndate,
        r.filing_id,
        f.referred_from,
        COALESCE(f.referred_to, s.fixmedins_code) AS referred_to
    FROM settlement AS s
    INNER JOIN recomputed AS r ON s.setl_id = r.setl_id
    INNER JOIN filing AS f ON r.filing_id = f.filing_id AND s.person = f.person
    INNER JOIN policy_value AS p ON s.insu_pool = p.pool
    WHERE
        p.parameter = 'practice.referral_target'
        AND p.value = 'same_level_or_nonprofit'
        AND s.begndate >= p.valid_from
        AND s.begndate < p.valid_until
        AND r.filing_status = 'VALID'
        AND r.filing_type = 'REFERRAL'
        AND s.is_cross_region
        AND s.care = 'IPT'
        AND s.fund_pay_sumamt > 0
),

-- Both institutions as they were registered on the day of admission.
sides AS (
    SELECT
        r.setl_id,
        'FROM' AS side,
        r.referred_from AS code,
        r.begndate
    FROM referred AS r
    UNION ALL
    SELECT
        r.setl_id,
        'TO' AS side,
        r.referred_to AS code,
        r.begndate
    FROM referred AS r
),

known AS (
    SELECT
        e.setl_id,
        e.side,
        i.fixmedins_name,
        i.lmtpric_hosp_lv,
        i.medins_natu
    FROM sides AS e
    INNER JOIN fixmedins_b AS i ON e.code = i.fixmedins_code
    WHERE
        i.vali_flag = '1'
        AND CAST(i.begntime AS DATE) <= e.begndate
        AND (i.endtime IS NULL OR e.begndate < CAST(i.endtime AS DATE))
        AND i.lmtpric_hosp_lv IN ('1', '2', '3')
    QUALIFY ROW_NUMBER() OVER (PARTITION BY e.setl_id, e.side ORDER BY i.begntime DESC) = 1
)

SELECT
    s.setl_id,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CAST(0 AS DECIMAL(18, 2)) AS a2,
    s.fund_pay_sumamt AS exposure,
    a.fixmedins_name AS because_from,
    CASE a.lmtpric_hosp_lv WHEN '3' THEN '三级' WHEN '2' THEN '二级' ELSE '一级及以下' END AS because_from_level,
    b.fixmedins_name AS because_to,
    CASE b.lmtpric_hosp_lv WHEN '3' THEN '三级' WHEN '2' THEN '二级' ELSE '一级及以下' END AS because_to_level,
    '营利性' AS because_nature,
    '转往较低等级' AS because_direction,
    COALESCE(home.name_zh, s.insu_admdvs) AS because_insured_in,
    s.begndate AS because_admission,
    r.filing_id AS because_filing,
    s.fund_pay_sumamt AS because_fund
FROM referred AS r
INNER JOIN settlement AS s ON r.setl_id = s.setl_id
INNER JOIN known AS a ON r.setl_id = a.setl_id AND a.side = 'FROM'
INNER JOIN known AS b ON r.setl_id = b.setl_id AND b.side = 'TO'
LEFT JOIN agency AS home ON s.insu_pool = home.pool
WHERE
    b.lmtpric_hosp_lv < a.lmtpric_hosp_lv
    -- 1 is non-profit; where the register says nothing, nothing is held against it.
    AND b.medins_natu = '2'
/* examples
- name: the practice is off
  kind: clear
  given:
    settlement: [{}]
    recomputed: [{filing_type: REFERRAL}]
    filing: [{filing_type: REFERRAL, referred_from: H51130200001, referred_to: H51010000009}]
    fixmedins_b:
      - {fixmedins_code: H51130200001}
      - {fixmedins_code: H51010000009, lmtpric_hosp_lv: "2", medins_natu: "2"}
- name: down a level, to a hospital run for profit
  kind: flag
  given:
    settlement: [{}]
    recomputed: [{filing_type: REFERRAL}]
    filing: [{filing_type: REFERRAL, referred_from: H51130200001, referred_to: H51010000009}]
    fixmedins_b:
      - {fixmedins_code: H51130200001, fixmedins_name: 果州医院}
      - {fixmedins_code: H51010000009, fixmedins_name: 锦里医院, lmtpric_hosp_lv: "2", medins_natu: "2"}
    policy_value: [{parameter: practice.referral_target, value: same_level_or_nonprofit, number: null}]
  expect:
    S1:
      a2: "0.00"
      exposure: "6800.00"
      because: {because_from_level: 三级, because_to_level: 二级, because_direction: 转往较低等级, because_to: 锦里医院}
- name: down a level to a non-profit one, to one that does not say, and on the same level for profit
  kind: clear
  given:
    settlement: [{}, {setl_id: S2, person: P2}, {setl_id: S3, person: P3}]
    recomputed:
      - {filing_type: REFERRAL}
      - {setl_id: S2, filing_type: REFERRAL, filing_id: A2}
      - {setl_id: S3, filing_type: REFERRAL, filing_id: A3}
    filing:
      - {filing_type: REFERRAL, referred_from: H51130200001, referred_to: H51010000007}
      - {filing_id: A2, person: P2, filing_type: REFERRAL, referred_from: H51130200001, referred_to: H51010000008}
      - {filing_id: A3, person: P3, filing_type: REFERRAL, referred_from: H51130200001, referred_to: H51010000009}
    fixmedins_b:
      - {fixmedins_code: H51130200001}
      - {fixmedins_code: H51010000007, lmtpric_hosp_lv: "2", medins_natu: "1"}
      - {fixmedins_code: H51010000008, lmtpric_hosp_lv: "2"}
      - {fixmedins_code: H51010000009, medins_natu: "2"}
    policy_value: [{parameter: practice.referral_target, value: same_level_or_nonprofit, number: null}]
- name: the target was upgraded on the day of admission, and a day later
  kind: edge
  given:
    settlement: [{begndate: 2026-11-02}, {setl_id: S2, begndate: 2026-11-01}]
    recomputed: [{filing_type: REFERRAL}, {setl_id: S2, filing_type: REFERRAL}]
    filing: [{filing_type: REFERRAL, referred_from: H51130200001, referred_to: H51010000009}]
    fixmedins_b:
      - {fixmedins_code: H51130200001}
      - {fixmedins_code: H51010000009, lmtpric_hosp_lv: "2", medins_natu: "2", endtime: 2026-11-02 00:00:00}
      - {fixmedins_code: H51010000009, begntime: 2026-11-02 00:00:00, medins_natu: "2"}
    policy_value: [{parameter: practice.referral_target, value: same_level_or_nonprofit, number: null}]
  expect: {S2: "6800.00"}
- name: the practice ended before, and another region's
  kind: clear
  given:
    settlement: [{}]
    recomputed: [{filing_type: REFERRAL}]
    filing: [{filing_type: REFERRAL, referred_from: H51130200001, referred_to: H51010000009}]
    fixmedins_b:
      - {fixmedins_code: H51130200001}
      - {fixmedins_code: H51010000009, lmtpric_hosp_lv: "2", medins_natu: "2"}
    policy_value:
      - {parameter: practice.referral_target, value: same_level_or_nonprofit, number: null, valid_until: 2026-11-02}
      - {pool: "5101", parameter: practice.referral_target, value: same_level_or_nonprofit, number: null}
- name: the referral names no target, the hospital that settled is taken
  kind: flag
  given:
    settlement: [{}]
    recomputed: [{filing_type: REFERRAL}]
    filing: [{filing_type: REFERRAL, referred_from: H51130200001}]
    fixmedins_b: [{fixmedins_code: H51130200001}, {lmtpric_hosp_lv: "1", medins_natu: "2"}]
    policy_value: [{parameter: practice.referral_target, value: same_level_or_nonprofit, number: null}]
  expect: {S1: {because: {because_to_level: 一级及以下}}}
*/
