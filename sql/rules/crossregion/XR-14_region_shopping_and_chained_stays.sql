/* rule
id: XR-14
version: 1
title_zh: 跨区域择地/连续住院
title: Region shopping and chained stays
status: active
certainty: suspicious
severity: 2
level: network
owner: 异地就医结算处
summary: >
  One disease was treated by stays in three regions or four hospitals within ninety days, or a stay in another region
  began within three days of a discharge without a transfer, both stays shorter than half of those for the disease:
  a split stay across regions.
sentence_zh: >-
  {because_how}：本次{because_admission}在{because_city}因“{because_disease}”住院{because_los}天，
  前次在{because_earlier_city}住院{because_earlier_los}天、{because_earlier_discharge}出院，
  90天内同病在{because_regions}个地区{because_hospitals}家医院住院。
facts:
  because_how: 情形
  because_disease: 主要诊断
  because_admission: 本次入院日期
  because_city: 本次就医地
  because_los: 本次住院天数
  because_earlier_city: 前次就医地
  because_earlier_discharge: 前次出院日期
  because_earlier_los: 前次住院天数
  because_regions: 地区数
  because_hospitals: 医院数
  because_typical: 同病中位天数
  because_fund: 基金支付（元）
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（一）项、第四十一条第（二）项
  - 《四川省异地就医结算管理办法》第十条、第十二条
national_code: none
in_force: {since: 2021-05-01}
dated_by: begndate
reads: [settlement, typical_stay, agency]
look_back: {days: 135}
params:
  window_days:
    about: Days before the admission in which regions and hospitals are counted
    default: "90"
    least: "30"
    most: "120"
  most_regions:
    about: One disease in so many regions is no longer one doctor's plan
    default: "3"
    least: "2"
    most: "6"
  most_hospitals:
    about: The same of hospitals
    default: "4"
    least: "3"
    most: "8"
  gap_days:
    about: A stay that begins within so many days of the discharge elsewhere goes on with it
    default: "3"
    least: "0"
    most: "15"
amount: exposure
amount_note: The fund of this stay, the later one. Cancer weighs less, for second opinions are usual.
not_a_finding_when:
  - 急性期后转回居住地附近康复治疗（床日付费与康复科由系统排除）。
  - 恶性肿瘤到上级医院会诊后回当地治疗（严重程度降为轻度）。
  - 出院方式为医嘱转院或转社区（已排除）。
  - 病情突变或并发症，病历能够说明。
reviewer_checks:
  - 由参保地牵头，调取各地病历首页与出院小结，看治疗是否连续、是否重复检查。
  - 核对是否由他人组织、接送，多次住院是否均减免自付。
handler: [H5, H2]
suppressors: [S-BED]
*/
WITH
stay AS (
    SELECT
        setl_id,
        mdtrt_id,
        person,
        fixmedins_code,
        treat_pool,
        icd3,
        main_diag_name,
        begndate,
        enddate,
        los_days,
        dscg_way,
        refl_old_mdtrt_id,
        setl_time,
        fund_pay_sumamt
    FROM settlement
    WHERE care = 'IPT' AND icd3 IS NOT NULL
),

-- Of one disease in more than one region; everybody else is left out of the joins.
moving AS (
    SELECT
        person,
        icd3
    FROM stay
    GROUP BY person, icd3
    HAVING COUNT(DISTINCT treat_pool) > 1 OR COUNT(DISTINCT fixmedins_code) >= $most_hospitals
),

moved AS (
    SELECT
        s.setl_id,
        s.mdtrt_id,
        s.person,
        s.fixmedins_code,
        s.treat_pool,
        s.icd3,
        s.main_diag_name,
        s.begndate,
        s.enddate,
        s.los_days,
        s.dscg_way,
        s.refl_old_mdtrt_id,
        s.setl_time,
        s.fund_pay_sumamt
    FROM stay AS s
    INNER JOIN moving AS m ON s.person = m.person AND s.icd3 = m.icd3
),

counted AS (
    SELECT
        a.setl_id,
        COUNT(DISTINCT b.treat_pool) AS regions,
        COUNT(DISTINCT b.fixmedins_code) AS hospitals
    FROM moved AS a
    INNER JOIN moved AS b ON a.person = b.person AND a.icd3 = b.icd3
    WHERE
        DATE_DIFF('day', b.begndate, a.begndate) BETWEEN 0 AND $window_days
        AND (
            b.begndate < a.begndate
            OR b.setl_time < a.setl_time
            OR (b.setl_time = a.setl_time AND b.setl_id <= a.setl_id)
        )
    GROUP BY a.setl_id
),

usual AS (
    SELECT
        m.setl_id,
        MIN(t.days) AS half_within
    FROM moved AS m
    INNER JOIN typical_stay AS t
        ON
            m.icd3 = t.icd3
            AND m.begndate >= t.valid_from
            AND (t.valid_until IS NULL OR m.begndate < t.valid_until)
    GROUP BY m.setl_id
),

followed AS (
    SELECT
        a.setl_id,
        b.setl_id AS earlier_id,
        b.treat_pool AS earlier_pool,
        b.enddate AS earlier_end,
        b.los_days AS earlier_los,
        t.half_within AS typical_days,
        c.regions,
        c.hospitals,
        CASE
            WHEN
                a.treat_pool <> b.treat_pool
                AND DATE_DIFF('day', b.enddate, a.begndate) BETWEEN 0 AND $gap_days
                AND COALESCE(b.dscg_way, '1') NOT IN ('2', '3')
                AND a.refl_old_mdtrt_id IS NULL
                AND a.los_days < t.half_within
                AND b.los_days < t.half_within
                THEN 1
            ELSE 0
        END AS is_chained
    FROM moved AS a
    INNER JOIN moved AS b ON a.person = b.person AND a.icd3 = b.icd3 AND a.mdtrt_id <> b.mdtrt_id
    INNER JOIN counted AS c ON a.setl_id = c.setl_id
    LEFT JOIN usual AS t ON a.setl_id = t.setl_id
    WHERE b.begndate < a.begndate AND DATE_DIFF('day', b.begndate, a.begndate) <= $look_back_days
),

-- The chained one, else the last one before.
nearest AS (
    SELECT
        setl_id,
        earlier_id,
        earlier_pool,
        earlier_end,
        earlier_los,
        typical_days,
        regions,
        hospitals,
        is_chained
    FROM followed
    WHERE is_chained = 1 OR regions >= $most_regions OR hospitals >= $most_hospitals
    QUALIFY
        ROW_NUMBER() OVER (
            PARTITION BY setl_id ORDER BY is_chained DESC, earlier_end DESC, earlier_id ASC
        ) = 1
)

SELECT
    m.setl_id,
    n.earlier_id AS linked_setl_id,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CAST(0 AS DECIMAL(18, 2)) AS a2,
    m.fund_pay_sumamt AS exposure,
    CASE
        WHEN LEFT(m.icd3, 1) = 'C' OR m.icd3 = 'Z51' THEN 1
        WHEN n.regions >= $most_regions OR n.hospitals >= $most_hospitals THEN 3
        ELSE 2
    END AS severity,
    CASE
        WHEN n.regions >= $most_regions OR n.hospitals >= $most_hospitals THEN '同病多地择院住院'
        ELSE '出院后异地接续住院'
    END AS because_how,
    COALESCE(m.main_diag_name, m.icd3) AS because_disease,
    m.begndate AS because_admission,
    COALESCE(here.name_zh, m.treat_pool) AS because_city,
    m.los_days AS because_los,
    COALESCE(there.name_zh, n.earlier_pool) AS because_earlier_city,
    n.earlier_end AS because_earlier_discharge,
    n.earlier_los AS because_earlier_los,
    n.regions AS because_regions,
    n.hospitals AS because_hospitals,
    n.typical_days AS because_typical,
    m.fund_pay_sumamt AS because_fund
FROM nearest AS n
INNER JOIN moved AS m ON n.setl_id = m.setl_id
LEFT JOIN agency AS here ON m.treat_pool = here.pool
LEFT JOIN agency AS there ON n.earlier_pool = there.pool
/* examples
- name: a transfer ordered by the first hospital, and another disease
  kind: clear
  given:
    settlement:
      - {treat_pool: "5113", dscg_way: "2", enddate: 2026-11-05, los_days: 3}
      - {setl_id: S2, mdtrt_id: V2, begndate: 2026-11-06, enddate: 2026-11-10, los_days: 4}
      - {setl_id: S3, mdtrt_id: V3, icd3: K29, treat_pool: "5105", begndate: 2026-11-11, los_days: 2}
    typical_stay: [{}]
    agency: []
- name: discharged after three days, admitted in another city two days later
  kind: flag
  given:
    settlement:
      - {treat_pool: "5113", enddate: 2026-11-05, los_days: 3}
      - {setl_id: S2, mdtrt_id: V2, begndate: 2026-11-07, enddate: 2026-11-11, los_days: 4}
    typical_stay: [{}]
    agency: [{}]
  expect:
    S2/S1:
      exposure: "6800.00"
      severity: 2
      because: {because_how: 出院后异地接续住院, because_earlier_city: 南充市, because_regions: "2"}
- name: rehabilitation paid by the day near home
  kind: clear
  given:
    settlement:
      - {treat_pool: "5113", enddate: 2026-11-05, los_days: 3}
      - {setl_id: S2, mdtrt_id: V2, begndate: 2026-11-07, enddate: 2026-11-11, los_days: 4, med_type: "2105"}
    typical_stay: [{}]
    agency: []
  suppressed: {S2/S1: S-BED}
- name: three days after the discharge, and four
  kind: edge
  given:
    settlement:
      - {treat_pool: "5113", enddate: 2026-11-05, los_days: 3}
      - {setl_id: S2, mdtrt_id: V2, begndate: 2026-11-08, enddate: 2026-11-11, los_days: 3}
      - {setl_id: S3, mdtrt_id: V3, person: P2, treat_pool: "5113", enddate: 2026-11-05, los_days: 3}
      - {setl_id: S4, mdtrt_id: V4, person: P2, begndate: 2026-11-09, enddate: 2026-11-11, los_days: 2}
    typical_stay: [{}]
    agency: []
  expect: {S2/S1: "6800.00"}
- name: as long as half of the stays for the disease, and a day shorter
  kind: edge
  given:
    settlement:
      - {treat_pool: "5113", enddate: 2026-11-05, los_days: 3}
      - {setl_id: S2, mdtrt_id: V2, begndate: 2026-11-06, enddate: 2026-11-14, los_days: 8}
      - {setl_id: S3, mdtrt_id: V3, person: P2, treat_pool: "5113", enddate: 2026-11-05, los_days: 3}
      - {setl_id: S4, mdtrt_id: V4, person: P2, begndate: 2026-11-06, enddate: 2026-11-13, los_days: 7}
    typical_stay: [{}]
    agency: []
  expect: {S4/S3: "6800.00"}
- name: the third region within ninety days, and a day later
  kind: edge
  given:
    settlement:
      - {treat_pool: "5113", begndate: 2026-06-01, enddate: 2026-06-20, los_days: 19}
      - {setl_id: S2, mdtrt_id: V2, treat_pool: "5105", begndate: 2026-07-10, enddate: 2026-07-30, los_days: 20}
      - {setl_id: S3, mdtrt_id: V3, begndate: 2026-08-30, enddate: 2026-09-20, los_days: 21}
      - {setl_id: S4, mdtrt_id: V4, person: P2, treat_pool: "5113", begndate: 2026-06-01, enddate: 2026-06-20}
      - {setl_id: S5, mdtrt_id: V5, person: P2, treat_pool: "5105", begndate: 2026-07-10, enddate: 2026-07-30}
      - {setl_id: S6, mdtrt_id: V6, person: P2, begndate: 2026-08-31, enddate: 2026-09-20, los_days: 20}
    typical_stay: []
    agency: []
  expect: {S3/S2: {severity: 3, because: {because_regions: "3", because_how: 同病多地择院住院}}}
- name: four hospitals of one region
  kind: flag
  given:
    settlement:
      - {begndate: 2026-09-01, enddate: 2026-09-10}
      - {setl_id: S2, mdtrt_id: V2, fixmedins_code: H2, begndate: 2026-09-20, enddate: 2026-09-28}
      - {setl_id: S3, mdtrt_id: V3, fixmedins_code: H3, begndate: 2026-10-10, enddate: 2026-10-19}
      - {setl_id: S4, mdtrt_id: V4, fixmedins_code: H4}
    typical_stay: []
    agency: []
  expect: {S4/S3: {because: {because_hospitals: "4"}}}
- name: a second opinion on a cancer weighs less
  kind: flag
  given:
    settlement:
      - {icd3: C34, treat_pool: "5113", enddate: 2026-11-05, los_days: 3}
      - {setl_id: S2, mdtrt_id: V2, icd3: C34, begndate: 2026-11-07, enddate: 2026-11-11, los_days: 4}
    typical_stay: [{icd3: C34}]
    agency: []
  expect: {S2/S1: {severity: 1}}
- name: the day before the regulation came into force
  kind: edge
  given:
    settlement:
      - {treat_pool: "5113", begndate: 2021-04-20, enddate: 2021-04-28, los_days: 3}
      - {setl_id: S2, mdtrt_id: V2, begndate: 2021-04-30, enddate: 2021-05-03, los_days: 3}
    typical_stay: [{valid_from: 2020-01-01}]
    agency: []
*/
