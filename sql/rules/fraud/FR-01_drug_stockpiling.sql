/* rule
id: FR-01
version: 2
title_zh: 超量囤积药品
title: Drug stockpiling
status: active
certainty: suspicious
severity: 2
level: network
owner: 基金监管处
summary: >
  A person obtained far more of one generic than one can take: twice the days of the last three months from several
  institutions or half as much again over half a year from three, with more in hand than one long prescription; or more
  than half a year's supply in hand. Every fill at which that holds is a subject; at issue are its lines when two
  earlier supplies still ran.
sentence_zh: >-
  {because_window_days}天内在{because_institutions}家机构{because_fills}次取得“{because_generic}”共{because_days}天用量，
  本次（{because_filled_on}）后手中约有{because_on_hand}天用量，当时另有{because_overlapping}次供药尚未用完。
facts:
  because_generic: 药品通用名
  because_filled_on: 取药日期
  because_window_days: 观察期天数
  because_days: 观察期内供药天数
  because_institutions: 机构数
  because_fills: 取药次数
  because_on_hand: 取药后手中天数
  because_overlapping: 未用完的前次供药数
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（二）（五）项、第四十一条第（三）项
  - 长期处方管理规范（试行）
national_code: none（国家大数据监管模型：医保药品倒卖）
in_force: {since: 2021-05-01}
dated_by: begndate
reads: [drug_fill]
look_back: {days: 180}
params:
  window_days:
    about: Days over which supply is compared with what one can take
    default: "90"
    least: "30"
    most: "180"
  ratio:
    about: Supply as a multiple of the window from which it is too much
    default: "2.0"
    least: "1.2"
    most: "4.0"
  resale_ratio:
    about: The same for drugs that are often bought to be sold again
    default: "1.5"
    least: "1.1"
    most: "4.0"
  min_institutions:
    about: From so many institutions within the window
    default: "2"
    least: "1"
    most: "5"
  long_window_days:
    about: The longer window, in which less is too much
    default: "180"
    least: "120"
    most: "180"
  long_ratio:
    about: Supply as a multiple of the longer window from which it is too much
    default: "1.5"
    least: "1.2"
    most: "4.0"
  long_institutions:
    about: From so many institutions within the longer window
    default: "3"
    least: "2"
    most: "8"
  most_on_hand:
    about: Days of supply in hand above which one institution is enough
    default: "180"
    least: "90"
    most: "360"
  longest_prescription:
    about: Days of one long prescription; with no more than that in hand, nothing was hoarded
    default: "84"
    least: "28"
    most: "180"
amount: a1
amount_note: >
  The lines of this settlement when two earlier supplies still ran on the day, that is what lies beyond the second
  overlapping supply; else zero, and the finding is a question to the insured person.
not_a_finding_when:
  - 一次 12 周以内的长期处方，或用完后再取（手中不超过 84 天的已排除）。
  - 剂量经医师调整增加，病历有记录。
  - 异地长期居住人员出行前一次性备药，此后不再重复。
  - 药品破损、遗失后补开，有医院证明。
reviewer_checks:
  - 由参保地约谈本人，核对剩余药品与服用剂量。
  - 查各次处方的医师、诊断和处方量，是否互不知情。
  - 查购药凭证使用人和追溯码流向，判断是否回流倒卖。
handler: [H5, H2]
suppressors_in_sql: [S-LONG]
*/
WITH
supplied AS (
    SELECT
        person,
        generic,
        setl_id,
        fixmedins_code,
        bkkp_sn,
        fee_date,
        det_item_fee_sumamt,
        inscp_amt,
        days_supply AS supply,
        is_resale_prone
    FROM drug_fill
    WHERE inscp_amt > 0
),

filled AS (
    SELECT
        person,
        generic,
        setl_id,
        fixmedins_code,
        MIN(fee_date) AS filled_on,
        SUM(supply) AS supply,
        MAX(is_resale_prone) AS resale
    FROM supplied
    GROUP BY person, generic, setl_id, fixmedins_code
),

-- Most people never come near; only the rest is worth the joins below.
plenty AS (
    SELECT
        person,
        generic
    FROM filled
    GROUP BY person, generic
    HAVING
        SUM(supply)
        >= LEAST(
            $resale_ratio * $window_days, $ratio * $window_days, $long_ratio * $long_window_days, $most_on_hand
        )
),

fills AS (
    SELECT
        f.person,
        f.generic,
        f.setl_id,
        f.fixmedins_code,
        f.filled_on,
        f.supply,
        f.resale
    FROM filled AS f
    INNER JOIN plenty AS p ON f.person = p.person AND f.generic = p.generic
),

windowed AS (
    SELECT
        a.setl_id,
        a.generic,
        a.filled_on,
        a.resale,
        SUM(CASE WHEN DATE_DIFF('day', f.filled_on, a.filled_on) < $window_days THEN f.supply ELSE 0 END) AS supply,
        COUNT(
            DISTINCT CASE WHEN DATE_DIFF('day', f.filled_on, a.filled_on) < $window_days THEN f.fixmedins_code END
        ) AS institutions,
        SUM(CASE WHEN DATE_DIFF('day', f.filled_on, a.filled_on) < $window_days THEN 1 ELSE 0 END) AS fill_count,
        SUM(
            CASE WHEN DATE_DIFF('day', f.filled_on, a.filled_on) < $long_window_days THEN f.supply ELSE 0 END
        ) AS long_supply,
        COUNT(
            DISTINCT CASE WHEN DATE_DIFF('day', f.filled_on, a.filled_on) < $long_window_days THEN f.fixmedins_code END
        ) AS long_institutions,
        SUM(CASE WHEN DATE_DIFF('day', f.filled_on, a.filled_on) < $long_window_days THEN 1 ELSE 0 END) AS long_fills,
        SUM(
            CASE
                WHEN f.setl_id <> a.setl_id AND DATE_DIFF('day', f.filled_on, a.filled_on) < f.supply THEN 1
                ELSE 0
            END
        ) AS overlapping
    FROM fills AS a
    INNER JOIN fills AS f ON a.person = f.person AND a.generic = f.generic
    WHERE
        DATE_DIFF('day', f.filled_on, a.filled_on) BETWEEN 0 AND $look_back_days
        AND (f.filled_on < a.filled_on OR f.setl_id <= a.setl_id)
    GROUP BY a.setl_id, a.generic, a.filled_on, a.resale
),

-- Supply since some fill, less the days since then; the largest of these is what is in hand.
since AS (
    SELECT
        a.setl_id,
        a.generic,
        e.setl_id AS start_id,
        SUM(f.supply) - DATE_DIFF('day', e.filled_on, a.filled_on) AS remains
    FROM fills AS a
    INNER JOIN fills AS e ON a.person = e.person AND a.generic = e.generic
    INNER JOIN fills AS f ON a.person = f.person AND a.generic = f.generic
    WHERE
        DATE_DIFF('day', e.filled_on, a.filled_on) BETWEEN 0 AND $look_back_days
        AND (e.filled_on < a.filled_on OR e.setl_id <= a.setl_id)
        AND (f.filled_on > e.filled_on OR (f.filled_on = e.filled_on AND f.setl_id >= e.setl_id))
        AND (f.filled_on < a.filled_on OR (f.filled_on = a.filled_on AND f.setl_id <= a.setl_id))
    GROUP BY a.setl_id, a.generic, a.filled_on, e.setl_id, e.filled_on
),

on_hand AS (
    SELECT
        setl_id,
        generic,
        MAX(remains) AS in_hand
    FROM since
    GROUP BY setl_id, generic
),

held AS (
    SELECT
        w.setl_id,
        w.generic,
        w.filled_on,
        w.resale,
        w.supply,
        w.institutions,
        w.fill_count,
        w.long_supply,
        w.long_institutions,
        w.long_fills,
        w.overlapping,
        h.in_hand,
        w.supply >= CASE WHEN w.resale = '1' THEN $resale_ratio ELSE $ratio END * $window_days
        AND w.institutions >= $min_institutions AS is_soon,
        w.long_supply >= $long_ratio * $long_window_days
        AND w.long_institutions >= $long_institutions AS is_long
    FROM windowed AS w
    INNER JOIN on_hand AS h ON w.setl_id = h.setl_id AND w.generic = h.generic
),

stocked AS (
    SELECT
        setl_id,
        generic,
        filled_on,
        resale,
        overlapping,
        in_hand,
        -- The longer window is told where only that was passed.
        CASE WHEN is_long AND NOT is_soon THEN $long_window_days ELSE $window_days END AS window_days,
        CASE WHEN is_long AND NOT is_soon THEN long_supply ELSE supply END AS supply,
        CASE WHEN is_long AND NOT is_soon THEN long_institutions ELSE institutions END AS institutions,
        CASE WHEN is_long AND NOT is_soon THEN long_fills ELSE fill_count END AS fill_count
    FROM held
    WHERE
        -- What was taken before the next fill is no hoard.
        ((is_soon OR is_long) AND in_hand > $longest_prescription)
        OR in_hand > $most_on_hand
)

SELECT
    l.setl_id,
    l.bkkp_sn,
    CASE WHEN t.overlapping >= 2 THEN l.det_item_fee_sumamt ELSE 0 END AS a0,
    CASE WHEN t.overlapping >= 2 THEN l.inscp_amt ELSE 0 END AS a1,
    CASE WHEN t.resale = '1' THEN 3 ELSE 2 END AS severity,
    t.generic AS because_generic,
    t.filled_on AS because_filled_on,
    CAST(ROUND(t.window_days) AS BIGINT) AS because_window_days,
    CAST(ROUND(t.supply) AS BIGINT) AS because_days,
    t.institutions AS because_institutions,
    t.fill_count AS because_fills,
    CAST(ROUND(t.in_hand) AS BIGINT) AS because_on_hand,
    t.overlapping AS because_overlapping
FROM stocked AS t
INNER JOIN supplied AS l ON t.setl_id = l.setl_id AND t.generic = l.generic
/* examples
- name: twelve weeks at once
  kind: clear
  given:
    settlement: [{care: OPSP}]
    fee_line: [{cnt: "3"}]
    drug_supply: [{}]
- name: twelve weeks used up, then twelve weeks from another institution
  kind: clear
  given:
    settlement: [{setl_id: S1, care: OPSP}, {setl_id: S2, care: OPSP, fixmedins_code: H51010000002}]
    fee_line:
      - {setl_id: S1, bkkp_sn: L1, cnt: "3", fee_date: 2026-08-12}
      - {setl_id: S2, bkkp_sn: L2, cnt: "3", fee_date: 2026-11-04}
    drug_supply: [{is_resale_prone: "1"}]
- name: three times twelve weeks from two institutions within ten days
  kind: flag
  given:
    settlement:
      - {setl_id: S1, care: OPSP}
      - {setl_id: S2, care: OPSP, fixmedins_code: H51010000002}
      - {setl_id: S3, care: OPSP}
    fee_line:
      - {setl_id: S1, bkkp_sn: L1, cnt: "3", fee_date: 2026-11-01}
      - {setl_id: S2, bkkp_sn: L2, cnt: "3", fee_date: 2026-11-05}
      - {setl_id: S3, bkkp_sn: L3, cnt: "3", fee_date: 2026-11-10, det_item_fee_sumamt: "60.00", inscp_amt: "54.00"}
    drug_supply: [{}]
  expect:
    S3: {a0: "60.00", a1: "54.00", severity: 2, lines: 1, because: {because_days: "252", because_overlapping: "2"}}
- name: exactly double within the window, and a day less
  kind: edge
  given:
    settlement:
      - {setl_id: S1, care: RX}
      - {setl_id: S2, care: RX, fixmedins_code: H51010000002}
      - {setl_id: S3, care: RX, person: P2}
      - {setl_id: S4, care: RX, person: P2, fixmedins_code: H51010000002}
    fee_line:
      - {setl_id: S1, bkkp_sn: L1, cnt: "90", fee_date: 2026-08-08}
      - {setl_id: S2, bkkp_sn: L2, cnt: "90", fee_date: 2026-11-04}
      - {setl_id: S3, bkkp_sn: L3, cnt: "90", fee_date: 2026-08-08}
      - {setl_id: S4, bkkp_sn: L4, cnt: "89", fee_date: 2026-11-04}
    drug_supply: [{days_per_unit: "1"}]
  expect: {S2: {a1: "0.00", because: {because_days: "180", because_overlapping: "1"}}}
- name: the last day of the window and the day after
  kind: edge
  given:
    settlement:
      - {setl_id: S1, care: RX}
      - {setl_id: S2, care: RX, fixmedins_code: H51010000002}
      - {setl_id: S3, care: RX, person: P2}
      - {setl_id: S4, care: RX, person: P2, fixmedins_code: H51010000002}
    fee_line:
      - {setl_id: S1, bkkp_sn: L1, cnt: "90", fee_date: 2026-08-07}
      - {setl_id: S2, bkkp_sn: L2, cnt: "90", fee_date: 2026-11-04}
      - {setl_id: S3, bkkp_sn: L3, cnt: "90", fee_date: 2026-08-06}
      - {setl_id: S4, bkkp_sn: L4, cnt: "90", fee_date: 2026-11-04}
    drug_supply: [{days_per_unit: "1"}]
  expect: {S2: "0.00"}
- name: in hand exactly one long prescription, and a day more
  kind: edge
  given:
    settlement:
      - {setl_id: S1, care: RX}
      - {setl_id: S2, care: RX, fixmedins_code: H51010000002}
      - {setl_id: S3, care: RX, person: P2}
      - {setl_id: S4, care: RX, person: P2, fixmedins_code: H51010000002}
    fee_line:
      - {setl_id: S1, bkkp_sn: L1, cnt: "84", fee_date: 2026-08-12}
      - {setl_id: S2, bkkp_sn: L2, cnt: "84", fee_date: 2026-11-04}
      - {setl_id: S3, bkkp_sn: L3, cnt: "84", fee_date: 2026-08-13}
      - {setl_id: S4, bkkp_sn: L4, cnt: "84", fee_date: 2026-11-04}
    drug_supply: [{days_per_unit: "1", is_resale_prone: "1"}]
  expect: {S4: {a1: "0.00", because: {because_on_hand: "85"}}}
- name: half as much again over half a year from three institutions, a day less, and from two
  kind: edge
  given:
    settlement:
      - {setl_id: S1, care: RX}
      - {setl_id: S2, care: RX, fixmedins_code: H2}
      - {setl_id: S3, care: RX, fixmedins_code: H3}
      - {setl_id: T1, care: RX, person: P2}
      - {setl_id: T2, care: RX, person: P2, fixmedins_code: H2}
      - {setl_id: T3, care: RX, person: P2, fixmedins_code: H3}
      - {setl_id: U1, care: RX, person: P3}
      - {setl_id: U2, care: RX, person: P3, fixmedins_code: H2}
      - {setl_id: U3, care: RX, person: P3}
    fee_line:
      - {setl_id: S1, bkkp_sn: L1, cnt: "120", fee_date: 2026-05-11}
      - {setl_id: S2, bkkp_sn: L2, cnt: "60", fee_date: 2026-08-20}
      - {setl_id: S3, bkkp_sn: L3, cnt: "90", fee_date: 2026-11-04}
      - {setl_id: T1, bkkp_sn: L4, cnt: "119", fee_date: 2026-05-11}
      - {setl_id: T2, bkkp_sn: L5, cnt: "60", fee_date: 2026-08-20}
      - {setl_id: T3, bkkp_sn: L6, cnt: "90", fee_date: 2026-11-04}
      - {setl_id: U1, bkkp_sn: L7, cnt: "120", fee_date: 2026-05-11}
      - {setl_id: U2, bkkp_sn: L8, cnt: "60", fee_date: 2026-08-20}
      - {setl_id: U3, bkkp_sn: L9, cnt: "90", fee_date: 2026-11-04}
    drug_supply: [{days_per_unit: "1"}]
  expect: {S3: {because: {because_window_days: "180", because_days: "270", because_institutions: "3"}}}
- name: the first day of the longer window, and the day before it
  kind: edge
  given:
    settlement:
      - {setl_id: S1, care: RX}
      - {setl_id: S2, care: RX, fixmedins_code: H2}
      - {setl_id: S3, care: RX, fixmedins_code: H3}
      - {setl_id: T1, care: RX, person: P2}
      - {setl_id: T2, care: RX, person: P2, fixmedins_code: H2}
      - {setl_id: T3, care: RX, person: P2, fixmedins_code: H3}
    fee_line:
      - {setl_id: S1, bkkp_sn: L1, cnt: "120", fee_date: 2026-05-09}
      - {setl_id: S2, bkkp_sn: L2, cnt: "60", fee_date: 2026-08-20}
      - {setl_id: S3, bkkp_sn: L3, cnt: "90", fee_date: 2026-11-04}
      - {setl_id: T1, bkkp_sn: L4, cnt: "120", fee_date: 2026-05-08}
      - {setl_id: T2, bkkp_sn: L5, cnt: "60", fee_date: 2026-08-20}
      - {setl_id: T3, bkkp_sn: L6, cnt: "90", fee_date: 2026-11-04}
    drug_supply: [{days_per_unit: "1"}]
  expect: {S3: {because: {because_days: "270"}}}
- name: one code under two knowledge points is one supply
  kind: edge
  given:
    settlement: [{setl_id: S1, care: RX}, {setl_id: S2, care: RX, person: P2}]
    fee_line:
      - {setl_id: S1, bkkp_sn: L1, cnt: "100"}
      - {setl_id: S2, bkkp_sn: L2, cnt: "181"}
    drug_supply: [{days_per_unit: "1"}, {kp_id: K2, days_per_unit: "2"}]
  expect: {S2: {lines: 1, because: {because_days: "181"}}}
- name: half a year in hand from one institution, and a day more
  kind: edge
  given:
    settlement:
      - {setl_id: S1, care: RX}
      - {setl_id: S2, care: RX, person: P2}
    fee_line:
      - {setl_id: S1, bkkp_sn: L1, cnt: "180"}
      - {setl_id: S2, bkkp_sn: L2, cnt: "181"}
    drug_supply: [{days_per_unit: "1"}]
  expect: {S2: {a1: "0.00", because: {because_on_hand: "181"}}}
- name: what was taken in between is no longer in hand
  kind: clear
  given:
    settlement: [{setl_id: S1, care: RX}, {setl_id: S2, care: RX}]
    fee_line:
      - {setl_id: S1, bkkp_sn: L1, cnt: "60", fee_date: 2026-06-01}
      - {setl_id: S2, bkkp_sn: L2, cnt: "170", fee_date: 2026-11-04}
    drug_supply: [{days_per_unit: "1"}]
- name: drugs that are often sold again are measured more strictly
  kind: flag
  given:
    settlement: [{setl_id: S1, care: RX}, {setl_id: S2, care: RX, fixmedins_code: P51010000002}]
    fee_line:
      - {setl_id: S1, bkkp_sn: L1, cnt: "3", fee_date: 2026-11-01}
      - {setl_id: S2, bkkp_sn: L2, cnt: "2", fee_date: 2026-11-05}
    drug_supply: [{is_resale_prone: "1"}]
  expect: {S2: {a1: "0.00", severity: 3, because: {because_days: "140"}}}
- name: two brands of one generic, another generic apart
  kind: clear
  given:
    settlement: [{setl_id: S1, care: RX}, {setl_id: S2, care: RX, fixmedins_code: H51010000002}]
    fee_line:
      - {setl_id: S1, bkkp_sn: L1, cnt: "3", hilist_code: XA}
      - {setl_id: S2, bkkp_sn: L2, cnt: "4", hilist_code: XB}
    drug_supply: [{hilist_code: XA}, {kp_id: K2, hilist_code: XB, generic: 缬沙坦}]
- name: what the ward gave is taken in the ward
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{cnt: "20"}]
    drug_supply: [{}]
*/
