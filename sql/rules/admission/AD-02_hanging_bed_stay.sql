/* rule
id: AD-02
version: 1
title_zh: 挂床住院
title: Hanging bed stay
status: active
certainty: suspicious
severity: 2
level: patient-episode
owner: 基金监管处
summary: >
  Admitted on paper, not actually there. Five signs: nothing was done in the first two days; on half of the days there
  are only bed, nursing and consultation; the person was seen or bought elsewhere in the middle of the stay; another
  patient lay in the same bed; the days cost far less than those of peers, which quiet days do. Two signs make a
  finding, quiet and cheap days being one; it is grave where the person was elsewhere or the bed was shared.
sentence_zh: >-
  {because_admission}至{because_discharge}在{because_hospital}住院{because_days}天，{because_signs}；
  无实质诊疗{because_idle_days}天，日均费用{because_day_cost}元，基金支付{because_fund}元。
facts:
  because_signs: 挂床迹象
  because_admission: 入院日期
  because_discharge: 出院日期
  because_hospital: 医院
  because_days: 住院天数
  because_idle_days: 无实质诊疗天数
  because_day_cost: 日均费用（元）
  because_peer_day_cost: 同类日均费用第 25 百分位（元）
  because_elsewhere: 住院中院外结算次数
  because_bed_shared_with: 同床重叠患者数
  because_fund: 基金支付（元）
basis:
  - 《医疗保障基金使用监督管理条例》第十五条、第三十八条第（一）项
  - 《医疗保障基金使用监督管理条例实施细则》（2026 年）挂床住院的认定
national_code: none
in_force: {since: 2021-05-01}
dated_by: begndate
reads: [settlement, fee_line, mdtrt_d, day_item, peer_stay]
look_back: {days: 60}
params:
  signs:
    about: Signs that make a finding
    default: "2"
    least: "2"
    most: "4"
  fewest_days:
    about: Shorter stays over a weekend may well have quiet days
    default: "3"
    least: "2"
    most: "7"
  idle_share:
    about: Share of the days without anything but bed, nursing and consultation
    default: "0.50"
    least: "0.30"
    most: "0.90"
  cost_share:
    about: Share of the peers' cheapest quarter of a day, below which the days were cheap
    default: "0.50"
    least: "0.10"
    most: "1.00"
  min_fund:
    about: Yuan of the fund below which going to the ward is not worth it
    default: "1000.00"
    least: "0.00"
    most: "10000.00"
  small_purchase:
    about: Yuan from the account below which a purchase is taken for the family's
    default: "200.00"
    least: "0.00"
    most: "1000.00"
amount: exposure
amount_note: >
  The whole fund of the stay is exposure; what of it fell on days on which the person was not there is settled on site.
not_a_finding_when:
  - 精神、康复、安宁疗护等按床日付费，治疗项目不逐日计费。
  - 全部费用在一两天补记（有收费的日期不到住院天数一半的，不看逐日空白）。
  - 周末、节假日观察，医嘱和护理记录完整。
  - 经批准请假外出，有请假单。
reviewer_checks:
  - 现场查床，核对患者、床位、腕带；查体温单、护理记录和请假条。
  - 查入院 48 小时内的医嘱执行和检查预约。
  - 同床号重叠的，核对转床记录；院外结算的，查凭证使用人。
handler: [H2, H3]
suppressors: [S-BED, S-DAY, S-NB]
*/
WITH
stays AS (
    SELECT
        s.setl_id,
        s.mdtrt_id,
        s.person,
        s.fixmedins_code,
        s.fixmedins_name,
        s.begndate,
        s.enddate,
        s.los_days,
        s.medfee_sumamt,
        s.fund_pay_sumamt,
        DATE_DIFF('day', s.begndate, s.enddate) + 1 AS calendar_days,
        k.day_fee_p25
    FROM settlement AS s
    LEFT JOIN peer_stay AS k
        ON
            s.lmtpric_hosp_lv = k.lmtpric_hosp_lv
            AND k.icd3 IN (s.icd3, '*')
            AND s.begndate >= k.valid_from
            AND (k.valid_until IS NULL OR s.begndate < k.valid_until)
    WHERE s.care = 'IPT' AND s.los_days >= $fewest_days
    -- Its own disease before the row for every disease.
    QUALIFY ROW_NUMBER() OVER (PARTITION BY s.setl_id ORDER BY k.icd3 DESC, k.kp_id ASC) = 1
),

charged AS (
    SELECT
        s.setl_id,
        l.fee_date,
        MAX(
            CASE
                WHEN l.med_chrgitm_type IN ('01', '02', '13') OR d.hilist_code IS NOT NULL THEN 0
                ELSE 1
            END
        ) AS is_active
    FROM stays AS s
    INNER JOIN fee_line AS l ON s.setl_id = l.setl_id
    LEFT JOIN day_item AS d
        ON
            l.hilist_code = d.hilist_code
            AND l.fee_date >= d.valid_from
            AND (d.valid_until IS NULL OR l.fee_date < d.valid_until)
    WHERE l.cnt > 0
    GROUP BY s.setl_id, l.fee_date
),

daily AS (
    SELECT
        s.setl_id,
        COUNT(*) AS charged_days,
        SUM(c.is_active) AS active_days,
        SUM(CASE WHEN DATE_DIFF('day', s.begndate, c.fee_date) < 2 THEN c.is_active ELSE 0 END) AS active_at_first
    FROM stays AS s
    INNER JOIN charged AS c ON s.setl_id = c.setl_id
    GROUP BY s.setl_id
),

elsewhere AS (
    SELECT
        s.setl_id,
        COUNT(*) AS visits
    FROM stays AS s
    INNER JOIN settlement AS o ON s.person = o.person
    WHERE
        o.care IN ('OTP', 'OPSP', 'RX', 'ER')
        AND o.fixmedins_code <> s.fixmedins_code
        AND DATE_DIFF('day', s.begndate, o.begndate) BETWEEN 1 AND $look_back_days
        AND DATE_DIFF('day', o.enddate, s.enddate) >= 1
        AND (o.fund_pay_sumamt > 0 OR o.acct_pay + o.acct_mulaid_pay >= $small_purchase)
        AND NOT EXISTS (
            SELECT 1
            FROM mdtrt_d AS v
            WHERE v.mdtrt_id = o.mdtrt_id AND v.vali_flag = '1' AND v.mdtrt_mode = '2'
        )
    GROUP BY s.setl_id
),

bedded AS (
    SELECT
        s.setl_id,
        s.person,
        s.fixmedins_code,
        s.begndate,
        s.enddate,
        v.wardarea_bed
    FROM stays AS s
    INNER JOIN mdtrt_d AS v ON s.mdtrt_id = v.mdtrt_id
    WHERE v.vali_flag = '1' AND TRIM(v.wardarea_bed) <> ''
),

doubled AS (
    SELECT
        a.setl_id,
        COUNT(DISTINCT b.person) AS neighbours
    FROM bedded AS a
    INNER JOIN bedded AS b ON a.fixmedins_code = b.fixmedins_code AND a.wardarea_bed = b.wardarea_bed
    WHERE
        a.person <> b.person
        AND DATE_DIFF('day', a.begndate, b.enddate) >= 1
        AND DATE_DIFF('day', b.begndate, a.enddate) >= 1
    GROUP BY a.setl_id
),

judged AS (
    SELECT
        s.setl_id,
        s.fixmedins_code,
        s.fixmedins_name,
        s.begndate,
        s.enddate,
        s.los_days,
        s.medfee_sumamt,
        s.fund_pay_sumamt,
        s.day_fee_p25,
        s.calendar_days - d.active_days AS idle_days,
        COALESCE(e.visits, 0) AS visits,
        COALESCE(b.neighbours, 0) AS neighbours,
        -- Where few dates bear charges at all, they were posted together and say nothing about days.
        CASE WHEN 2 * d.charged_days >= s.calendar_days AND d.active_at_first = 0 THEN 1 ELSE 0 END AS is_late,
        CASE
            WHEN
                2 * d.charged_days >= s.calendar_days
                AND s.calendar_days - d.active_days >= $idle_share * s.calendar_days
                THEN 1
            ELSE 0
        END AS is_idle,
        CASE WHEN e.visits > 0 THEN 1 ELSE 0 END AS is_elsewhere,
        CASE WHEN b.neighbours > 0 THEN 1 ELSE 0 END AS is_shared,
        CASE WHEN s.medfee_sumamt < $cost_share * s.day_fee_p25 * s.los_days THEN 1 ELSE 0 END AS is_cheap
    FROM stays AS s
    INNER JOIN daily AS d ON s.setl_id = d.setl_id
    LEFT JOIN elsewhere AS e ON s.setl_id = e.setl_id
    LEFT JOIN doubled AS b ON s.setl_id = b.setl_id
)

SELECT
    setl_id,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CAST(0 AS DECIMAL(18, 2)) AS a2,
    fund_pay_sumamt AS exposure,
    CASE WHEN is_elsewhere + is_shared > 0 THEN 3 ELSE 2 END AS severity,
    CASE WHEN is_late = 1 THEN '入院48小时内无实质诊疗 ' ELSE '' END
    || CASE WHEN is_idle = 1 THEN '半数以上日期仅有床位护理诊察 ' ELSE '' END
    || CASE WHEN is_elsewhere = 1 THEN '住院中在院外就医购药 ' ELSE '' END
    || CASE WHEN is_shared = 1 THEN '同一床位有其他患者 ' ELSE '' END
    || CASE WHEN is_cheap = 1 THEN '日均费用明显偏低' ELSE '' END AS because_signs,
    begndate AS because_admission,
    enddate AS because_discharge,
    COALESCE(fixmedins_name, fixmedins_code) AS because_hospital,
    los_days AS because_days,
    idle_days AS because_idle_days,
    CAST(ROUND(medfee_sumamt) AS BIGINT) // NULLIF(los_days, 0) AS because_day_cost,
    day_fee_p25 AS because_peer_day_cost,
    visits AS because_elsewhere,
    neighbours AS because_bed_shared_with,
    fund_pay_sumamt AS because_fund
FROM judged
WHERE
    fund_pay_sumamt >= $min_fund
    -- Quiet days are cheap days: the two are one sign.
    AND is_late + GREATEST(is_idle, is_cheap) + is_elsewhere + is_shared >= $signs
/* examples
- name: treated every day
  kind: clear
  given:
    settlement:
      - {begndate: 2026-11-06, los_days: 3}
    fee_line:
      - {bkkp_sn: A6, fee_date: 2026-11-06}
      - {bkkp_sn: A7, fee_date: 2026-11-07}
      - {bkkp_sn: A8, fee_date: 2026-11-08}
      - {bkkp_sn: A9, fee_date: 2026-11-09}
      - {bkkp_sn: B6, fee_date: 2026-11-06, hilist_code: BED}
      - {bkkp_sn: B7, fee_date: 2026-11-07, hilist_code: BED}
    mdtrt_d: []
    day_item: [{hilist_code: BED}]
    peer_stay: []
- name: one sign alone, nothing in the first two days
  kind: clear
  given:
    settlement:
      - {los_days: 7}
    fee_line:
      - {bkkp_sn: A4, fee_date: 2026-11-04}
      - {bkkp_sn: A5, fee_date: 2026-11-05}
      - {bkkp_sn: A6, fee_date: 2026-11-06}
      - {bkkp_sn: A7, fee_date: 2026-11-07}
      - {bkkp_sn: A8, fee_date: 2026-11-08}
      - {bkkp_sn: A9, fee_date: 2026-11-09}
      - {bkkp_sn: B2, fee_date: 2026-11-02, hilist_code: BED}
      - {bkkp_sn: B3, fee_date: 2026-11-03, hilist_code: BED}
    mdtrt_d: []
    day_item: [{hilist_code: BED}]
    peer_stay: []
- name: nothing in the first two days and nothing on most others
  kind: flag
  given:
    settlement:
      - {begndate: 2026-11-06, los_days: 3}
    fee_line:
      - {bkkp_sn: A9, fee_date: 2026-11-09}
      - {bkkp_sn: B6, fee_date: 2026-11-06, hilist_code: BED}
      - {bkkp_sn: B7, fee_date: 2026-11-07, hilist_code: BED}
      - {bkkp_sn: B8, fee_date: 2026-11-08, hilist_code: BED}
    mdtrt_d: []
    day_item: [{hilist_code: BED}]
    peer_stay: []
  expect: {S1: {exposure: "6800.00", a2: "0.00", severity: 2, because: {because_idle_days: "3"}}}
- name: quiet days and a visit elsewhere
  kind: flag
  given:
    settlement:
      - {begndate: 2026-11-06, los_days: 3}
      - {setl_id: S2, mdtrt_id: V2, care: OTP, fixmedins_code: H51010000002, begndate: 2026-11-07, enddate: 2026-11-07}
    fee_line:
      - {bkkp_sn: A6, fee_date: 2026-11-06}
      - {bkkp_sn: B7, fee_date: 2026-11-07, hilist_code: BED}
      - {bkkp_sn: B8, fee_date: 2026-11-08, hilist_code: BED}
      - {bkkp_sn: B9, fee_date: 2026-11-09, hilist_code: BED}
    mdtrt_d: []
    day_item: [{hilist_code: BED}]
    peer_stay: []
  expect: {S1: {severity: 3, because: {because_elsewhere: "1"}}}
- name: quiet days and another patient in the bed
  kind: flag
  given:
    settlement:
      - {begndate: 2026-11-06, los_days: 3}
      - {setl_id: S2, mdtrt_id: V2, person: P2, begndate: 2026-11-08, enddate: 2026-11-11, los_days: 3}
    fee_line:
      - {bkkp_sn: A6, fee_date: 2026-11-06}
      - {bkkp_sn: B7, fee_date: 2026-11-07, hilist_code: BED}
      - {bkkp_sn: B8, fee_date: 2026-11-08, hilist_code: BED}
      - {bkkp_sn: B9, fee_date: 2026-11-09, hilist_code: BED}
      - {setl_id: S2, bkkp_sn: S2A8, fee_date: 2026-11-08}
      - {setl_id: S2, bkkp_sn: S2A9, fee_date: 2026-11-09}
      - {setl_id: S2, bkkp_sn: S2A10, fee_date: 2026-11-10}
    mdtrt_d: [{}, {mdtrt_id: V2}]
    day_item: [{hilist_code: BED}]
    peer_stay: []
  expect: {S1: {severity: 3, because: {because_bed_shared_with: "1"}}}
- name: nothing at first, and days that cost a cent less than half of the cheapest quarter, and exactly half
  kind: edge
  given:
    settlement:
      - {setl_id: LESS, begndate: 2026-11-05, los_days: 4, medfee_sumamt: "1599.99"}
      - {setl_id: HALF, mdtrt_id: V2, person: P2, begndate: 2026-11-05, los_days: 4, medfee_sumamt: "1600.00"}
    fee_line:
      - {setl_id: LESS, bkkp_sn: LESSA7, fee_date: 2026-11-07}
      - {setl_id: LESS, bkkp_sn: LESSA8, fee_date: 2026-11-08}
      - {setl_id: LESS, bkkp_sn: LESSA9, fee_date: 2026-11-09}
      - {setl_id: LESS, bkkp_sn: LESSB5, fee_date: 2026-11-05, hilist_code: BED}
      - {setl_id: HALF, bkkp_sn: HALFA7, fee_date: 2026-11-07}
      - {setl_id: HALF, bkkp_sn: HALFA8, fee_date: 2026-11-08}
      - {setl_id: HALF, bkkp_sn: HALFA9, fee_date: 2026-11-09}
      - {setl_id: HALF, bkkp_sn: HALFB5, fee_date: 2026-11-05, hilist_code: BED}
    mdtrt_d: []
    day_item: [{hilist_code: BED}]
    peer_stay: [{}]
  expect: {LESS: {severity: 2, because: {because_day_cost: "400"}}}
- name: half of the days and one day less
  kind: edge
  given:
    settlement:
      - {setl_id: HALF, begndate: 2026-11-06, los_days: 3}
      - {setl_id: LESS, mdtrt_id: V2, person: P2, begndate: 2026-11-05, los_days: 4}
    fee_line:
      - {setl_id: HALF, bkkp_sn: HALFA8, fee_date: 2026-11-08}
      - {setl_id: HALF, bkkp_sn: HALFA9, fee_date: 2026-11-09}
      - {setl_id: HALF, bkkp_sn: HALFB6, fee_date: 2026-11-06, hilist_code: BED}
      - {setl_id: HALF, bkkp_sn: HALFB7, fee_date: 2026-11-07, hilist_code: BED}
      - {setl_id: LESS, bkkp_sn: LESSA7, fee_date: 2026-11-07}
      - {setl_id: LESS, bkkp_sn: LESSA8, fee_date: 2026-11-08}
      - {setl_id: LESS, bkkp_sn: LESSA9, fee_date: 2026-11-09}
      - {setl_id: LESS, bkkp_sn: LESSB5, fee_date: 2026-11-05, hilist_code: BED}
      - {setl_id: LESS, bkkp_sn: LESSB6, fee_date: 2026-11-06, hilist_code: BED}
    mdtrt_d: []
    day_item: [{hilist_code: BED}]
    peer_stay: []
  expect: {HALF: {because: {because_idle_days: "2"}}}
- name: a fund of a thousand yuan and a cent less
  kind: edge
  given:
    settlement:
      - {setl_id: AT, begndate: 2026-11-06, los_days: 3, fund_pay_sumamt: "1000.00"}
      - {setl_id: LESS, mdtrt_id: V2, person: P2, begndate: 2026-11-06, los_days: 3, fund_pay_sumamt: "999.99"}
    fee_line:
      - {setl_id: AT, bkkp_sn: ATA9, fee_date: 2026-11-09}
      - {setl_id: AT, bkkp_sn: ATB6, fee_date: 2026-11-06, hilist_code: BED}
      - {setl_id: AT, bkkp_sn: ATB7, fee_date: 2026-11-07, hilist_code: BED}
      - {setl_id: AT, bkkp_sn: ATB8, fee_date: 2026-11-08, hilist_code: BED}
      - {setl_id: LESS, bkkp_sn: LESSA9, fee_date: 2026-11-09}
      - {setl_id: LESS, bkkp_sn: LESSB6, fee_date: 2026-11-06, hilist_code: BED}
      - {setl_id: LESS, bkkp_sn: LESSB7, fee_date: 2026-11-07, hilist_code: BED}
      - {setl_id: LESS, bkkp_sn: LESSB8, fee_date: 2026-11-08, hilist_code: BED}
    mdtrt_d: []
    day_item: [{hilist_code: BED}]
    peer_stay: []
  expect: {AT: "1000.00"}
- name: the other left on the day of admission
  kind: edge
  given:
    settlement:
      - {begndate: 2026-11-06, los_days: 3}
      - {setl_id: S2, mdtrt_id: V2, person: P2, enddate: 2026-11-06}
    fee_line:
      - {bkkp_sn: A6, fee_date: 2026-11-06}
      - {bkkp_sn: B7, fee_date: 2026-11-07, hilist_code: BED}
      - {bkkp_sn: B8, fee_date: 2026-11-08, hilist_code: BED}
      - {bkkp_sn: B9, fee_date: 2026-11-09, hilist_code: BED}
    mdtrt_d: [{}, {mdtrt_id: V2}]
    day_item: [{hilist_code: BED}]
    peer_stay: []
- name: a visit on the day of discharge, one over the internet, and a small purchase of the family
  kind: clear
  given:
    settlement:
      - {begndate: 2026-11-06, los_days: 3}
      - {setl_id: S2, mdtrt_id: V2, care: OTP, fixmedins_code: H51010000002, begndate: 2026-11-09, enddate: 2026-11-09}
      - {setl_id: S3, mdtrt_id: V3, care: OTP, fixmedins_code: H51010000002, begndate: 2026-11-07, enddate: 2026-11-07}
      - setl_id: S4
        mdtrt_id: V4
        care: RX
        begndate: 2026-11-07
        enddate: 2026-11-07
        fixmedins_code: P51010000001
        fund_pay_sumamt: "0.00"
        acct_pay: "199.99"
    fee_line:
      - {bkkp_sn: A6, fee_date: 2026-11-06}
      - {bkkp_sn: B7, fee_date: 2026-11-07, hilist_code: BED}
      - {bkkp_sn: B8, fee_date: 2026-11-08, hilist_code: BED}
      - {bkkp_sn: B9, fee_date: 2026-11-09, hilist_code: BED}
    mdtrt_d: [{mdtrt_id: V3, mdtrt_mode: "2"}]
    day_item: [{hilist_code: BED}]
    peer_stay: []
- name: all charges posted on one day say nothing about the others
  kind: clear
  given:
    settlement:
      - {begndate: 2026-11-06, los_days: 3, medfee_sumamt: "900.00"}
    fee_line:
      - {bkkp_sn: A9, fee_date: 2026-11-09}
      - {bkkp_sn: B9, fee_date: 2026-11-09, hilist_code: BED}
    mdtrt_d: []
    day_item: [{hilist_code: BED}]
    peer_stay: [{}]
- name: the point on beds begins the day after the charges
  kind: edge
  given:
    settlement:
      - {begndate: 2026-11-06, los_days: 3}
    fee_line:
      - {bkkp_sn: A9, fee_date: 2026-11-09}
      - {bkkp_sn: B6, fee_date: 2026-11-06, hilist_code: BED}
      - {bkkp_sn: B7, fee_date: 2026-11-07, hilist_code: BED}
      - {bkkp_sn: B8, fee_date: 2026-11-08, hilist_code: BED}
    mdtrt_d: []
    day_item: [{hilist_code: BED, valid_from: 2026-11-10}]
    peer_stay: []
- name: the day before the regulation and its first day
  kind: edge
  given:
    settlement:
      - {setl_id: BEFORE, begndate: 2021-04-30, enddate: 2021-05-03, los_days: 3}
      - {setl_id: FIRST, mdtrt_id: V2, person: P2, begndate: 2021-05-01, enddate: 2021-05-04, los_days: 3}
    fee_line:
      - {setl_id: BEFORE, bkkp_sn: B1, fee_date: 2021-05-01, hilist_code: BED}
      - {setl_id: BEFORE, bkkp_sn: B2, fee_date: 2021-05-02, hilist_code: BED}
      - {setl_id: BEFORE, bkkp_sn: B3, fee_date: 2021-05-03, hilist_code: BED}
      - {setl_id: FIRST, bkkp_sn: F1, fee_date: 2021-05-01, hilist_code: BED}
      - {setl_id: FIRST, bkkp_sn: F2, fee_date: 2021-05-02, hilist_code: BED}
      - {setl_id: FIRST, bkkp_sn: F3, fee_date: 2021-05-03, hilist_code: BED}
    mdtrt_d: []
    day_item: [{hilist_code: BED, valid_from: 2020-01-01}]
    peer_stay: []
  expect: {FIRST: "6800.00"}
- name: a psychiatric ward does little that is charged by the day
  kind: clear
  given:
    settlement: [{begndate: 2026-11-06, los_days: 3, dscg_dept: A15.01}]
    fee_line:
      - {bkkp_sn: A9, fee_date: 2026-11-09}
      - {bkkp_sn: B6, fee_date: 2026-11-06, hilist_code: BED}
      - {bkkp_sn: B7, fee_date: 2026-11-07, hilist_code: BED}
    mdtrt_d: []
    day_item: [{hilist_code: BED}]
    peer_stay: []
    excused_care: [{suppressor: S-BED, kind: DEPARTMENT, code: A15, note_zh: 精神科}]
  suppressed: {S1: S-BED}
*/
