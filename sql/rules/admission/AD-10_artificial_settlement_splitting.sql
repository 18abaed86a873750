/* rule
id: AD-10
version: 1
title_zh: 跨年/中途结算拆分
title: Artificial settlement splitting
status: active
certainty: suspicious
severity: 2
level: patient-episode
owner: 基金监管处
summary: >
  A continuous stay settled in pieces: out in the last days of December and back in the first of January for the same
  disease at the same hospital; two settlements of one visit without the mark of a settlement in the middle; or a
  settlement in the middle before the stay had lasted as long as that needs. Limits and deductibles start again, or a
  group is paid twice.
sentence_zh: >-
  {because_form}：{because_begin}至{because_end}在{because_hospital}结算，前一次结算至{because_earlier_end}，
  主要诊断“{because_diagnosis}”，本次起付标准{because_deductible}元，基金支付{because_fund}元。
facts:
  because_form: 拆分方式
  because_hospital: 医院
  because_begin: 本次开始日期
  because_end: 本次结束日期
  because_earlier_end: 前一次结束日期
  because_days: 本次天数
  because_diagnosis: 主要诊断
  because_deductible: 本次起付标准（元）
  because_fund: 本次基金支付（元）
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（一）项
  - 参保地跨年度住院费用结算办法
national_code: none
in_force: {since: 2021-05-01}
dated_by: enddate
reads: [settlement]
look_back: {days: 120}
params:
  december_day:
    about: Discharged from this day of December on
    default: "25"
    least: "15"
    most: "31"
  january_day:
    about: Admitted again until this day of January
    default: "5"
    least: "1"
    most: "15"
  mid_setl_min_days:
    about: A settlement in the middle needs a stay of so many days
    default: "90"
    least: "30"
    most: "180"
amount: exposure
amount_note: >
  What the fund would have paid for the merged stay is known only once the pieces are confirmed to be one; until then
  the fund of the later piece (of the settlement in the middle) is exposure.
not_a_finding_when:
  - 参保地规定年末统一中途结算（十二月下旬的中途结算已排除）。
  - 年末病情好转出院，年初病情变化确需再次入院。
  - 险种或参保地变更，经办机构要求先行中途结算。
  - 系统故障先行退费后重新结算（已冲销的不计）。
reviewer_checks:
  - 比较前后两次住院的医嘱、床位和费用日期，人是否实际离院。
  - 查参保地跨年度结算规定和中途结算申请记录。
  - 核对两次起付标准、年度限额是否因拆分重复享受。
handler: [H2, H6]
suppressors: [S-DAY, S-BED, S-TRF]
*/
WITH
stays AS (
    SELECT
        setl_id,
        mdtrt_id,
        person,
        fixmedins_code,
        fixmedins_name,
        begndate,
        enddate,
        icd3,
        main_diag_name,
        los_days,
        dedc_std,
        fund_pay_sumamt,
        COALESCE(mid_setl_flag, '0') AS mid_flag,
        refl_old_mdtrt_id,
        dscg_way
    FROM settlement
    WHERE care = 'IPT'
),

found AS (
    SELECT
        b.setl_id,
        a.setl_id AS linked_setl_id,
        '跨年出入院' AS form,
        1 AS place,
        a.enddate AS earlier_end
    FROM stays AS a
    INNER JOIN stays AS b
        ON
            a.person = b.person
            AND a.fixmedins_code = b.fixmedins_code
            AND a.icd3 = b.icd3
            AND a.mdtrt_id <> b.mdtrt_id
    WHERE
        DATE_DIFF('day', a.enddate, b.begndate) BETWEEN 0 AND $look_back_days
        AND YEAR(b.begndate) = YEAR(a.enddate) + 1
        AND MONTH(a.enddate) = 12
        AND DAY(a.enddate) >= $december_day
        AND MONTH(b.begndate) = 1
        AND DAY(b.begndate) <= $january_day
        AND a.mid_flag <> '1'
        AND COALESCE(a.dscg_way, '') NOT IN ('2', '3', '5')
        AND b.refl_old_mdtrt_id IS NULL
    UNION ALL
    SELECT
        b.setl_id,
        a.setl_id AS linked_setl_id,
        '一次住院多次结算' AS form,
        2 AS place,
        a.enddate AS earlier_end
    FROM stays AS a
    -- The same dates again are a copy, not a piece: CH-02.
    INNER JOIN stays AS b ON a.mdtrt_id = b.mdtrt_id AND a.begndate < b.begndate AND a.enddate < b.enddate
    WHERE
        a.mid_flag <> '1'
        AND DATE_DIFF('day', a.begndate, b.begndate) <= $look_back_days
    UNION ALL
    SELECT
        setl_id,
        CAST(NULL AS VARCHAR) AS linked_setl_id,
        '中途结算过早' AS form,
        3 AS place,
        CAST(NULL AS DATE) AS earlier_end
    FROM stays
    WHERE
        mid_flag = '1'
        AND DATE_DIFF('day', begndate, enddate) < $mid_setl_min_days
        -- Many insured regions close the year with a settlement in the middle.
        AND NOT (MONTH(enddate) = 12 AND DAY(enddate) >= $december_day)
        -- The rest of a stay of which the year's end was settled before.
        AND NOT EXISTS (
            SELECT 1
            FROM stays AS p
            WHERE p.mdtrt_id = stays.mdtrt_id AND p.setl_id <> stays.setl_id AND p.enddate <= stays.begndate
        )
)

SELECT
    f.setl_id,
    f.linked_setl_id,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CAST(0 AS DECIMAL(18, 2)) AS a2,
    s.fund_pay_sumamt AS exposure,
    f.form AS because_form,
    COALESCE(s.fixmedins_name, s.fixmedins_code) AS because_hospital,
    s.begndate AS because_begin,
    s.enddate AS because_end,
    COALESCE(CAST(f.earlier_end AS VARCHAR), '（无）') AS because_earlier_end,
    DATE_DIFF('day', s.begndate, s.enddate) AS because_days,
    s.main_diag_name AS because_diagnosis,
    s.dedc_std AS because_deductible,
    s.fund_pay_sumamt AS because_fund
FROM found AS f
INNER JOIN stays AS s ON f.setl_id = s.setl_id
QUALIFY ROW_NUMBER() OVER (PARTITION BY f.setl_id ORDER BY f.place ASC, f.earlier_end DESC, f.linked_setl_id ASC) = 1
/* examples
- name: one stay, one settlement
  kind: clear
  given: {settlement: [{}]}
- name: out at the end of December, back in January
  kind: flag
  given:
    settlement:
      - {begndate: 2025-12-20, enddate: 2025-12-28}
      - {setl_id: S2, mdtrt_id: V2, begndate: 2026-01-02, enddate: 2026-01-09, fund_pay_sumamt: "4000.00"}
  expect: {S2/S1: {exposure: "4000.00", a2: "0.00", because: {because_form: 跨年出入院}}}
- name: one visit settled in two pieces
  kind: flag
  given:
    settlement:
      - {begndate: 2026-11-02, enddate: 2026-11-09}
      - {setl_id: S2, begndate: 2026-11-09, enddate: 2026-11-16}
  expect: {S2/S1: {exposure: "6800.00", because: {because_form: 一次住院多次结算}}}
- name: settled in the middle after thirty days
  kind: flag
  given: {settlement: [{begndate: 2026-09-01, enddate: 2026-10-01, mid_setl_flag: "1"}]}
  expect: {S1: {exposure: "6800.00", because: {because_form: 中途结算过早, because_days: "30"}}}
- name: the twenty-fifth of December and the day before, the fifth of January and the day after
  kind: edge
  given:
    settlement:
      - {setl_id: A1, mdtrt_id: V1, begndate: 2025-12-20, enddate: 2025-12-25}
      - {setl_id: A2, mdtrt_id: V2, begndate: 2026-01-05, enddate: 2026-01-09}
      - {setl_id: B1, person: P2, mdtrt_id: V3, begndate: 2025-12-20, enddate: 2025-12-24}
      - {setl_id: B2, person: P2, mdtrt_id: V4, begndate: 2026-01-05, enddate: 2026-01-09}
      - {setl_id: C1, person: P3, mdtrt_id: V5, begndate: 2025-12-20, enddate: 2025-12-25}
      - {setl_id: C2, person: P3, mdtrt_id: V6, begndate: 2026-01-06, enddate: 2026-01-09}
  expect: {A2/A1: "6800.00"}
- name: a settlement in the middle after ninety days and after eighty-nine
  kind: edge
  given:
    settlement:
      - {setl_id: AT, mdtrt_id: V1, begndate: 2026-07-01, enddate: 2026-09-29, mid_setl_flag: "1"}
      - {setl_id: UNDER, mdtrt_id: V2, begndate: 2026-07-01, enddate: 2026-09-28, mid_setl_flag: "1"}
  expect: {UNDER: {because: {because_days: "89"}}}
- name: the day before the regulation and its first day
  kind: edge
  given:
    settlement:
      - {setl_id: BEFORE, mdtrt_id: V1, begndate: 2021-04-01, enddate: 2021-04-30, mid_setl_flag: "1"}
      - {setl_id: FIRST, mdtrt_id: V2, begndate: 2021-04-01, enddate: 2021-05-01, mid_setl_flag: "1"}
  expect: {FIRST: "6800.00"}
- name: the insured region closes the year in the middle of the stay
  kind: clear
  given:
    settlement:
      - {begndate: 2025-12-10, enddate: 2025-12-31, mid_setl_flag: "1"}
      - {setl_id: S2, begndate: 2026-01-01, enddate: 2026-01-12}
- name: another disease, another hospital, sent on
  kind: clear
  given:
    settlement:
      - {begndate: 2025-12-20, enddate: 2025-12-28}
      - {setl_id: S2, mdtrt_id: V2, begndate: 2026-01-02, enddate: 2026-01-03, icd3: I63}
      - {setl_id: S3, mdtrt_id: V3, begndate: 2026-01-03, enddate: 2026-01-04, fixmedins_code: H51010000002}
      - {setl_id: S4, mdtrt_id: V4, begndate: 2026-01-04, enddate: 2026-01-05, refl_old_mdtrt_id: V9}
- name: the same dates twice are a copy
  kind: clear
  given: {settlement: [{}, {setl_id: S2}]}
- name: bed-day care settled in the middle
  kind: clear
  given: {settlement: [{begndate: 2026-09-01, enddate: 2026-10-01, mid_setl_flag: "1", med_type: "2105"}]}
  suppressed: {S1: S-BED}
*/
