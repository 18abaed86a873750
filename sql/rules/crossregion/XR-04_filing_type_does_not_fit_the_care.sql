/* rule
id: XR-04
version: 1
title_zh: 备案类型与就医类型不符
title: Filing type does not fit the care
status: active
certainty: suspicious
severity: 2
level: settlement
owner: 异地就医结算处
summary: >
  Care was settled under a filing of a type that is not made for it (a referral used for chronic outpatient care that
  follows no stay, an emergency filing for a planned admission), or under a referral that had been used as often as it
  allows. A filing may lawfully cover several visits; what it may be used for is knowledge, not written here.
sentence_zh: >-
  {because_admission}的{because_care}按{because_filing_type}备案结算，{because_how}；请参保地核实应适用的备案类型。
facts:
  because_how: 不符情形
  because_filing_type: 备案类型
  because_care: 就医类型
  because_med_type: 医疗类别
  because_admission: 就医日期
  because_uses: 已使用次数（含本次）
  because_max_uses: 允许结算次数
  because_filed_from: 备案起始日
  because_filing: 备案编号
  because_rule: 适用规定
  because_fund: 基金支付（元）
basis:
  - 《四川省异地就医结算管理办法》第四条、第五条
national_code: none
in_force: {since: 2021-01-01}
dated_by: begndate
reads: [settlement, recomputed, filing, filing_use]
look_back: {days: 184}
wait_days: 1
params:
  after_stay_days:
    about: Days after a stay under the same filing in which chronic care for the same disease belongs to it
    default: "184"
    least: "0"
    most: "184"
amount: exposure
amount_note: >
  The fund of the settlement as exposure: which filing would have been right, and so what should have been paid, only
  the insured region can say. What the wrong rate of a right filing costs is ST-04.
not_a_finding_when:
  - 2023 年起一次备案在有效期内可多次使用，参保地未限次数（未填允许次数的不判断）。
  - 转诊住院后六个月内的同病种门诊慢特病复诊（同一备案下的已排除）。
  - 急诊稳定后转为择期手术，备案仍为急诊。
  - 同一次住院中途结算多次（同一就诊只算一次）。
  - 参保地规定转诊备案可直接用于门诊慢特病，知识库尚未收录。
reviewer_checks:
  - 向参保地查询备案类型、用途和允许结算次数。
  - 查是否另有适用的备案或慢特病异地登记。
  - 核对医疗类别是否录入错误。
handler: [H5]
suppressors_in_sql: [S-NB]
suppressors_for_reviewer: [S-OPSP]
*/
WITH
used AS (
    SELECT
        s.setl_id,
        s.mdtrt_id,
        s.care,
        s.med_type,
        s.icd3,
        s.begndate,
        s.enddate,
        s.setl_time,
        s.fund_pay_sumamt,
        COALESCE(s.nwb_flag, '0') AS nwb_flag,
        r.filing_id,
        r.filing_type,
        r.filed_from,
        f.max_uses
    FROM recomputed AS r
    INNER JOIN settlement AS s ON r.setl_id = s.setl_id
    INNER JOIN filing AS f ON r.filing_id = f.filing_id AND s.person = f.person
    WHERE r.filing_status = 'VALID' AND s.is_cross_region
),

counted AS (
    SELECT
        a.setl_id,
        COUNT(DISTINCT b.mdtrt_id) AS uses,
        MAX(
            CASE
                WHEN
                    b.care = 'IPT'
                    AND b.icd3 = a.icd3
                    AND b.enddate <= a.begndate
                    AND DATE_DIFF('day', b.enddate, a.begndate) <= $after_stay_days
                    THEN 1
                ELSE 0
            END
        ) AS follows_a_stay
    FROM used AS a
    INNER JOIN used AS b ON a.filing_id = b.filing_id
    WHERE
        (b.setl_time < a.setl_time OR (b.setl_time = a.setl_time AND b.setl_id <= a.setl_id))
        AND DATE_DIFF('day', a.enddate, b.begndate) <= $look_back_days
        AND DATE_DIFF('day', b.enddate, a.begndate) <= $look_back_days
    GROUP BY a.setl_id
),

-- What is said of a kind of care comes before what is said of its group.
ruled AS (
    SELECT
        u.setl_id,
        m.use,
        m.note_zh,
        m.source
    FROM used AS u
    INNER JOIN filing_use AS m
        ON
            u.filing_type = m.filing_type
            AND u.care = m.care
            AND COALESCE(m.med_type, LEFT(u.med_type, 2)) = LEFT(u.med_type, 2)
            AND u.begndate >= m.valid_from
            AND (m.valid_until IS NULL OR u.begndate < m.valid_until)
    QUALIFY
        ROW_NUMBER() OVER (
            PARTITION BY u.setl_id ORDER BY CASE WHEN m.med_type IS NULL THEN 1 ELSE 0 END ASC, m.valid_from DESC
        ) = 1
),

judged AS (
    SELECT
        u.setl_id,
        CASE
            WHEN m.use = 'NOT_ALLOWED' OR (m.use = 'AFTER_STAY' AND c.follows_a_stay = 0) THEN 'TYPE'
            WHEN c.uses > u.max_uses THEN 'USES'
        END AS how,
        m.note_zh,
        m.source,
        c.uses
    FROM used AS u
    INNER JOIN counted AS c ON u.setl_id = c.setl_id
    LEFT JOIN ruled AS m ON u.setl_id = m.setl_id
)

SELECT
    u.setl_id,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CAST(0 AS DECIMAL(18, 2)) AS a2,
    u.fund_pay_sumamt AS exposure,
    CASE
        WHEN j.how = 'TYPE' THEN j.note_zh
        ELSE '备案只允许结算' || CAST(u.max_uses AS VARCHAR) || '次，本次是第' || CAST(j.uses AS VARCHAR) || '次'
    END AS because_how,
    CASE u.filing_type
        WHEN 'LONG_RETIREE' THEN '异地安置退休'
        WHEN 'LONG_RESIDENT' THEN '异地长期居住'
        WHEN 'LONG_STATIONED' THEN '常驻异地工作'
        WHEN 'REFERRAL' THEN '转诊转院'
        WHEN 'EMERGENCY' THEN '急诊抢救'
        ELSE '其他临时外出'
    END AS because_filing_type,
    CASE WHEN u.care = 'OPSP' THEN '门诊慢特病' ELSE '住院' END AS because_care,
    u.med_type AS because_med_type,
    u.begndate AS because_admission,
    j.uses AS because_uses,
    u.max_uses AS because_max_uses,
    u.filed_from AS because_filed_from,
    u.filing_id AS because_filing,
    CASE WHEN j.how = 'TYPE' THEN j.source ELSE '备案登记的允许结算次数' END AS because_rule,
    u.fund_pay_sumamt AS because_fund
FROM used AS u
INNER JOIN judged AS j ON u.setl_id = j.setl_id
WHERE
    j.how IN ('TYPE', 'USES')
    AND u.fund_pay_sumamt > 0
    AND u.nwb_flag <> '1'
/* examples
- name: a stay under a long-term filing, and one under a referral without a number of uses
  kind: clear
  given:
    settlement: [{}, {setl_id: S2, person: P2}]
    recomputed: [{}, {setl_id: S2, filing_type: REFERRAL, filing_id: R1}]
    filing: [{}, {filing_id: R1, person: P2, filing_type: REFERRAL}]
    filing_use: [{filing_type: LONG_RESIDENT}, {}]
- name: a referral used for chronic care that follows no stay
  kind: flag
  given:
    settlement: [{care: OPSP, med_type: "140104", icd3: I10}]
    recomputed: [{filing_type: REFERRAL, filing_id: R1}]
    filing: [{filing_id: R1, filing_type: REFERRAL}]
    filing_use: [{}, {care: OPSP, use: AFTER_STAY, note_zh: 限住院后复诊, source: 示例规定}]
  expect:
    S1: {a2: "0.00", exposure: "6800.00", because: {because_how: 限住院后复诊, because_care: 门诊慢特病, because_rule: 示例规定}}
- name: chronic care for the disease of the stay, on the last day and a day later
  kind: edge
  given:
    settlement:
      - {icd3: I25, begndate: 2026-04-01, enddate: 2026-04-10, setl_time: 2026-04-10 11:00:00}
      - setl_id: S2
        mdtrt_id: V2
        care: OPSP
        icd3: I25
        begndate: 2026-10-11
        enddate: 2026-10-11
        setl_time: 2026-10-11 10:00:00
      - setl_id: S3
        mdtrt_id: V3
        care: OPSP
        icd3: I25
        begndate: 2026-10-12
        enddate: 2026-10-12
        setl_time: 2026-10-12 10:00:00
    recomputed:
      - {filing_type: REFERRAL, filing_id: R1}
      - {setl_id: S2, filing_type: REFERRAL, filing_id: R1}
      - {setl_id: S3, filing_type: REFERRAL, filing_id: R1}
    filing: [{filing_id: R1, filing_type: REFERRAL}]
    filing_use: [{}, {care: OPSP, use: AFTER_STAY}]
  expect: {S3: "6800.00"}
- name: chronic care for another disease than that of the stay
  kind: flag
  given:
    settlement:
      - {icd3: J18}
      - setl_id: S2
        mdtrt_id: V2
        care: OPSP
        icd3: I10
        begndate: 2026-11-20
        enddate: 2026-11-20
        setl_time: 2026-11-20 10:00:00
    recomputed: [{filing_type: REFERRAL, filing_id: R1}, {setl_id: S2, filing_type: REFERRAL, filing_id: R1}]
    filing: [{filing_id: R1, filing_type: REFERRAL}]
    filing_use: [{}, {care: OPSP, use: AFTER_STAY}]
  expect: {S2: "6800.00"}
- name: an emergency filing for a stay, and for day surgery
  kind: flag
  given:
    settlement: [{}, {setl_id: S2, mdtrt_id: V2, person: P2, med_type: "28"}]
    recomputed: [{filing_type: EMERGENCY, filing_id: E1}, {setl_id: S2, filing_type: EMERGENCY, filing_id: E2}]
    filing:
      - {filing_id: E1, filing_type: EMERGENCY}
      - {filing_id: E2, person: P2, filing_type: EMERGENCY}
    filing_use:
      - {filing_type: EMERGENCY}
      - {filing_type: EMERGENCY, med_type: "28", use: NOT_ALLOWED, note_zh: 急诊备案用于日间手术}
  expect: {S2: {exposure: "6800.00", because: {because_how: 急诊备案用于日间手术}}}
- name: the last allowed use, and one more
  kind: edge
  given:
    settlement:
      - {begndate: 2026-09-01, enddate: 2026-09-08, setl_time: 2026-09-08 11:00:00}
      - {setl_id: S2, mdtrt_id: V2, begndate: 2026-10-01, enddate: 2026-10-08, setl_time: 2026-10-08 11:00:00}
      - {setl_id: S3, mdtrt_id: V3}
    recomputed:
      - {filing_type: REFERRAL, filing_id: R1}
      - {setl_id: S2, filing_type: REFERRAL, filing_id: R1}
      - {setl_id: S3, filing_type: REFERRAL, filing_id: R1}
    filing: [{filing_id: R1, filing_type: REFERRAL, max_uses: 2}]
    filing_use: [{}]
  expect: {S3: {because: {because_how: 备案只允许结算2次，本次是第3次, because_uses: "3"}}}
- name: one stay settled in the middle and at its end is one use
  kind: clear
  given:
    settlement:
      - {mid_setl_flag: "1", enddate: 2026-11-05, setl_time: 2026-11-05 11:00:00}
      - {setl_id: S2}
    recomputed: [{filing_type: REFERRAL, filing_id: R1}, {setl_id: S2, filing_type: REFERRAL, filing_id: R1}]
    filing: [{filing_id: R1, filing_type: REFERRAL, max_uses: 1}]
    filing_use: [{}]
- name: outside the dates of what is known
  kind: clear
  given:
    settlement: [{care: OPSP, med_type: "140104"}]
    recomputed: [{filing_type: REFERRAL, filing_id: R1}]
    filing: [{filing_id: R1, filing_type: REFERRAL}]
    filing_use: [{care: OPSP, use: NOT_ALLOWED, valid_until: 2026-11-02}]
- name: the fund paid nothing, or the filing did not apply, or a newborn
  kind: clear
  given:
    settlement:
      - {care: OPSP, fund_pay_sumamt: "0.00"}
      - {setl_id: S2, mdtrt_id: V2, care: OPSP}
      - {setl_id: S3, mdtrt_id: V3, care: OPSP, nwb_flag: "1"}
    recomputed:
      - {filing_type: REFERRAL, filing_id: R1}
      - {setl_id: S2, filing_type: UNFILED, filing_id: R1, filing_status: NOT_IN_FORCE}
      - {setl_id: S3, filing_type: REFERRAL, filing_id: R1}
    filing: [{filing_id: R1, filing_type: REFERRAL}]
    filing_use: [{care: OPSP, use: NOT_ALLOWED}]
*/
