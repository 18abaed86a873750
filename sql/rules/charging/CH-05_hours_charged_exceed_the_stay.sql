/* rule
id: CH-05
version: 1
title_zh: 按小时项目超出可用时长
title: Hours charged exceed the stay
status: active
certainty: definite
severity: 3
level: settlement
owner: 基金监管处
summary: >
  More hours of an item were charged than the stay has, or than the time in intensive care for an item that is done
  only there. Items that cannot run side by side are counted together. A begun hour counts in full, and times that
  say only the day give every day twenty-four hours.
sentence_zh: >-
  {because_place}共{because_available}小时（{because_from}至{because_until}），{because_limit}；
  “{because_item}”等{because_codes}个编码共计收{because_hours}小时，超出{because_surplus}小时，
  超出部分{because_amount}元。
facts:
  because_item: 超出的项目
  because_limit: 限定
  because_place: 计算范围
  because_from: 开始时间
  because_until: 结束时间
  because_available: 可用小时
  because_hours: 计收小时
  because_surplus: 超出小时
  because_codes: 涉及编码数
  because_amount: 超出金额（元）
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（三）项
  - 国家医保“两库”知识点：按小时计价项目超限
national_code: GZ10000102014000
in_force: {since: 2021-05-01}
dated_by: fee_date
reads: [fee_line, settlement, hour_item, mdtrt_d, icu_d]
look_back: none
params:
  slack_hours:
    about: Hours beyond the stay that clocks and rounding of both systems may give
    default: "2"
    least: "0"
    most: "24"
amount: a1
amount_note: >
  The surplus is taken from the dearest lines. Of a line that is partly surplus, the in-scope amount is shared by
  quantity in whole fen, rounded down.
not_a_finding_when:
  - 入出院只记日期不记时间（已按每日 24 小时计算）。
  - 两台设备同时用于不同部位，价格文件允许分别计收。
  - 转入、转出重症监护室的时间登记滞后，护理记录与计费一致。
reviewer_checks:
  - 查监护记录单、呼吸机使用记录，核对起止时间。
  - 查医嘱的开始、停止时间与入出院时间。
  - 呼吸机、血液净化类查设备使用登记和耗材更换记录。
handler: [H1, H2]
suppressors: []
*/
WITH
charged AS (
    SELECT
        l.setl_id,
        l.mdtrt_id,
        l.bkkp_sn,
        l.hilist_code,
        l.hilist_name,
        l.cnt,
        l.pric,
        l.inscp_amt,
        h.family,
        h.place,
        h.note_zh,
        s.begndate,
        s.enddate
    FROM fee_line AS l
    INNER JOIN settlement AS s ON l.setl_id = s.setl_id
    INNER JOIN hour_item AS h
        ON
            l.hilist_code = h.hilist_code
            AND l.fee_date >= h.valid_from
            AND (h.valid_until IS NULL OR l.fee_date < h.valid_until)
    WHERE s.care = 'IPT'
    QUALIFY ROW_NUMBER() OVER (PARTITION BY l.bkkp_sn ORDER BY h.kp_id ASC) = 1
),

totals AS (
    SELECT
        setl_id,
        mdtrt_id,
        family,
        place,
        begndate,
        enddate,
        SUM(cnt) AS hours,
        COUNT(DISTINCT hilist_code) AS codes
    FROM charged
    GROUP BY setl_id, mdtrt_id, family, place, begndate, enddate
),

spans AS (
    SELECT
        mdtrt_id,
        'ICU' AS place,
        scs_cutd_inpool_time AS from_time,
        scs_cutd_exit_time AS until_time
    FROM icu_d
    WHERE vali_flag = '1'
    UNION ALL
    SELECT
        mdtrt_id,
        'STAY' AS place,
        begntime AS from_time,
        endtime AS until_time
    FROM mdtrt_d
    WHERE vali_flag = '1'
),

measured AS (
    SELECT
        mdtrt_id,
        place,
        from_time,
        until_time,
        CASE
            -- Midnight to the second is a date without a time.
            WHEN
                HOUR(from_time) + MINUTE(from_time) + SECOND(from_time) = 0
                OR HOUR(until_time) + MINUTE(until_time) + SECOND(until_time) = 0
                THEN (DATE_DIFF('day', CAST(from_time AS DATE), CAST(until_time AS DATE)) + 1) * 24
            ELSE
                (
                    DATE_DIFF('day', CAST(from_time AS DATE), CAST(until_time AS DATE)) * 1440
                    + (HOUR(until_time) - HOUR(from_time)) * 60
                    + (MINUTE(until_time) - MINUTE(from_time))
                    + 59
                ) // 60
        END AS hours
    FROM spans
),

available AS (
    SELECT
        mdtrt_id,
        place,
        SUM(hours) AS hours,
        -- Who has not left yet has no end to count to.
        SUM(CASE WHEN until_time IS NULL THEN 1 ELSE 0 END) AS open_ended,
        MIN(from_time) AS from_time,
        MAX(until_time) AS until_time
    FROM measured
    GROUP BY mdtrt_id, place
),

bounded AS (
    SELECT
        t.setl_id,
        t.family,
        t.hours,
        t.codes,
        CASE WHEN i.open_ended = 0 THEN '重症监护' ELSE '住院' END AS place,
        CASE WHEN i.open_ended = 0 THEN CAST(i.from_time AS VARCHAR) ELSE CAST(t.begndate AS VARCHAR) END AS from_day,
        CASE WHEN i.open_ended = 0 THEN CAST(i.until_time AS VARCHAR) ELSE CAST(t.enddate AS VARCHAR) END AS until_day,
        CASE
            WHEN i.open_ended = 0 THEN i.hours
            WHEN v.open_ended = 0 THEN v.hours
            ELSE (DATE_DIFF('day', t.begndate, t.enddate) + 1) * 24
        END AS allowed
    FROM totals AS t
    -- An institution that reports no intensive care at all is held to the hours of the stay.
    LEFT JOIN available AS i ON t.mdtrt_id = i.mdtrt_id AND t.place = 'ICU' AND i.place = 'ICU'
    LEFT JOIN available AS v ON t.mdtrt_id = v.mdtrt_id AND v.place = 'STAY'
),

ranked AS (
    SELECT
        c.setl_id,
        c.bkkp_sn,
        c.hilist_name,
        c.cnt,
        c.pric,
        c.inscp_amt,
        c.note_zh,
        b.hours,
        b.codes,
        b.place,
        b.from_day,
        b.until_day,
        b.allowed,
        b.hours - b.allowed AS surplus,
        SUM(c.cnt) OVER (
            PARTITION BY c.setl_id, c.family
            ORDER BY c.pric DESC, c.bkkp_sn ASC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS running
    FROM charged AS c
    INNER JOIN bounded AS b ON c.setl_id = b.setl_id AND c.family = b.family
    WHERE c.cnt > 0 AND b.hours > b.allowed + $slack_hours
),

at_issue AS (
    SELECT
        setl_id,
        bkkp_sn,
        hilist_name,
        cnt,
        pric,
        inscp_amt,
        note_zh,
        hours,
        codes,
        place,
        from_day,
        until_day,
        allowed,
        surplus,
        -- The dearest lines first: what is left of the surplus when this line's turn comes.
        LEAST(cnt, surplus - (running - cnt)) AS part
    FROM ranked
    WHERE surplus > running - cnt
),

shared AS (
    SELECT
        setl_id,
        bkkp_sn,
        hilist_name,
        note_zh,
        hours,
        codes,
        place,
        from_day,
        until_day,
        allowed,
        surplus,
        CAST(ROUND(part * pric, 2) AS DECIMAL(18, 2)) AS gross,
        -- Whole fen x whole ten-thousandths; bounded, so that no absurd record can overflow.
        CASE
            WHEN part = cnt THEN inscp_amt
            ELSE
                CAST(
                    (
                        CAST(ROUND(LEAST(inscp_amt, 9999999) * 100) AS BIGINT)
                        * CAST(ROUND(LEAST(part, 9999) * 10000) AS BIGINT)
                        // NULLIF(CAST(ROUND(LEAST(cnt, 9999) * 10000) AS BIGINT), 0)
                    ) * 0.01 AS DECIMAL(18, 2)
                )
        END AS in_scope
    FROM at_issue
)

SELECT
    setl_id,
    bkkp_sn,
    gross AS a0,
    in_scope AS a1,
    hilist_name AS because_item,
    note_zh AS because_limit,
    place AS because_place,
    from_day AS because_from,
    until_day AS because_until,
    CAST(ROUND(allowed) AS BIGINT) AS because_available,
    CASE
        WHEN hours = ROUND(hours) THEN CAST(CAST(ROUND(hours) AS BIGINT) AS VARCHAR)
        ELSE CAST(CAST(hours AS DECIMAL(16, 2)) AS VARCHAR)
    END AS because_hours,
    CASE
        WHEN surplus = ROUND(surplus) THEN CAST(CAST(ROUND(surplus) AS BIGINT) AS VARCHAR)
        ELSE CAST(CAST(surplus AS DECIMAL(16, 2)) AS VARCHAR)
    END AS because_surplus,
    codes AS because_codes,
    gross AS because_amount
FROM shared
/* examples
- name: as many hours as the stay has
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{hilist_code: "003107010220000", cnt: "169", pric: "5.00", inscp_amt: "845.00"}]
    hour_item: [{}]
    mdtrt_d: [{}]
    icu_d: []
- name: times that say only the day
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{hilist_code: "003107010220000", cnt: "192", pric: "5.00", inscp_amt: "960.00"}]
    hour_item: [{}]
    mdtrt_d: [{begntime: 2026-11-02 00:00:00, endtime: 2026-11-09 00:00:00}]
    icu_d: []
- name: more hours than the stay has
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{hilist_code: "003107010220000", cnt: "200", pric: "5.00", inscp_amt: "900.00"}]
    hour_item: [{}]
    mdtrt_d: [{}]
    icu_d: []
  expect: {S1: {a0: "155.00", a1: "139.50", lines: 1, because: {because_available: "169", because_surplus: "31"}}}
- name: two monitors that cannot run side by side
  kind: flag
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, hilist_code: "003107010220000", cnt: "100", pric: "5.00", inscp_amt: "500.00"}
      - {bkkp_sn: L2, hilist_code: "003107010280000", cnt: "100", pric: "6.00", inscp_amt: "600.00"}
    hour_item: [{}, {kp_id: K2, hilist_code: "003107010280000"}]
    mdtrt_d: [{}]
    icu_d: []
  expect: {S1: {a0: "186.00", a1: "186.00", lines: 1, because: {because_codes: "2"}}}
- name: two monitors of different families
  kind: clear
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, hilist_code: "003107010220000", cnt: "100", pric: "5.00", inscp_amt: "500.00"}
      - {bkkp_sn: L2, hilist_code: "003107010280000", cnt: "100", pric: "6.00", inscp_amt: "600.00"}
    hour_item: [{}, {kp_id: K2, hilist_code: "003107010280000", family: SPO2}]
    mdtrt_d: [{}]
    icu_d: []
- name: longer than the time in intensive care
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{hilist_code: "003107010220000", cnt: "60", pric: "5.00", inscp_amt: "300.00"}]
    hour_item: [{place: ICU}]
    mdtrt_d: [{}]
    icu_d: [{}]
  expect: {S1: {a0: "60.00", because: {because_place: 重症监护, because_available: "48"}}}
- name: two stays in intensive care are added up
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{hilist_code: "003107010220000", cnt: "60", pric: "5.00", inscp_amt: "300.00"}]
    hour_item: [{place: ICU}]
    mdtrt_d: [{}]
    icu_d: [{}, {scs_cutd_inpool_time: 2026-11-06 08:00:00, scs_cutd_exit_time: 2026-11-06 20:00:00}]
- name: nothing reported of intensive care, held to the stay
  kind: edge
  given:
    settlement: [{setl_id: IN}, {setl_id: OVER}]
    fee_line:
      - {setl_id: IN, bkkp_sn: L1, hilist_code: "003107010220000", cnt: "171", pric: "5.00", inscp_amt: "855.00"}
      - {setl_id: OVER, bkkp_sn: L2, hilist_code: "003107010220000", cnt: "172", pric: "5.00", inscp_amt: "860.00"}
    hour_item: [{place: ICU}]
    mdtrt_d: [{}]
    icu_d: []
  expect: {OVER: {a0: "15.00", because: {because_place: 住院}}}
- name: exactly the slack beyond the stay, and half an hour more
  kind: edge
  given:
    settlement: [{setl_id: AT}, {setl_id: ABOVE}]
    fee_line:
      - {setl_id: AT, bkkp_sn: L1, hilist_code: "003107010220000", cnt: "171", pric: "5.00", inscp_amt: "855.00"}
      - {setl_id: ABOVE, bkkp_sn: L2, hilist_code: "003107010220000", cnt: "171.5", pric: "5.00", inscp_amt: "857.50"}
    hour_item: [{}]
    mdtrt_d: [{}]
    icu_d: []
  expect: {ABOVE: {a0: "12.50", a1: "12.50", because: {because_hours: "171.50"}}}
- name: hours that were refunded do not count
  kind: clear
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, hilist_code: "003107010220000", cnt: "200", pric: "5.00", inscp_amt: "1000.00"}
      - {bkkp_sn: L2, hilist_code: "003107010220000", cnt: "-40", pric: "5.00", inscp_amt: "-200.00"}
    hour_item: [{}]
    mdtrt_d: [{}]
    icu_d: []
- name: no visit on record, every calendar day has twenty-four hours
  kind: edge
  given:
    settlement: [{}]
    fee_line: [{hilist_code: "003107010220000", cnt: "195", pric: "5.00", inscp_amt: "975.00"}]
    hour_item: [{}]
    mdtrt_d: []
    icu_d: []
  expect: {S1: {a0: "15.00", because: {because_available: "192"}}}
- name: the last day of the knowledge point and the day after
  kind: edge
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, fee_date: 2026-11-03, hilist_code: "003107010220000", cnt: "200", pric: "5.00", inscp_amt: "9.00"}
      - {bkkp_sn: L2, fee_date: 2026-11-04, hilist_code: "003107010220000", cnt: "200", pric: "5.00", inscp_amt: "9.00"}
    hour_item: [{valid_until: 2026-11-04}]
    mdtrt_d: [{}]
    icu_d: []
  expect: {S1: {a0: "155.00", lines: 1}}
- name: the day before the regulation and its first day
  kind: edge
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, fee_date: 2021-04-30, hilist_code: "003107010220000", cnt: "200", pric: "5.00", inscp_amt: "9.00"}
      - {bkkp_sn: L2, fee_date: 2021-05-01, hilist_code: "003107010220000", cnt: "200", pric: "5.00", inscp_amt: "9.00"}
    hour_item: [{valid_from: 2020-01-01}]
    mdtrt_d: [{}]
    icu_d: []
  expect: {S1: {a0: "155.00", lines: 1}}
*/
