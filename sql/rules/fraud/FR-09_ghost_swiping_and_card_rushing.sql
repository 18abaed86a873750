/* rule
id: FR-09
version: 1
title_zh: 空刷/套刷医保凭证与突击刷卡
title: Ghost swiping and card rushing
status: active
certainty: suspicious
severity: 3
level: provider
subject: institution
owner: 基金监管处
summary: >
  Cards were run in series at a drugstore: five and more persons one after the other within a minute each, with equal
  amounts, accounts run empty, or at night. Besides: more than a tenth of a month's settlements at night, and a last
  third of December that came to far more than the weeks before. A run of one employer's staff is a purchase day, and
  what was settled during an outage or in the hours after it was posted together.
sentence_zh: >-
  {because_shop}{because_period}{because_how}：{because_detail}，基金与账户共支付{because_paid}元。
facts:
  because_shop: 药店
  because_period: 时间
  because_how: 异常情形
  because_detail: 说明
  because_settlements: 涉及结算笔数
  because_paid: 基金与账户支付（元）
basis:
  - 《医疗保障基金使用监督管理条例》第四十条第（一）（三）项、第四十一条第（二）项
  - 定点零售药店违法违规使用医保基金典型问题清单（2025 版）
national_code: none（国家大数据监管模型：电子凭证套现）
in_force: {since: 2021-05-01}
dated_by: period
reads: [settlement, outage_d]
look_back: {days: 75}
params:
  gap_seconds:
    about: A card a minute is faster than a till works
    default: "60"
    least: "10"
    most: "180"
  run_length:
    about: So many persons in one run
    default: "5"
    least: "3"
    most: "30"
  equal_amounts:
    about: So many equal amounts in a run
    default: "3"
    least: "2"
    most: "20"
  emptied:
    about: So many accounts of a run that were left with less than one yuan
    default: "3"
    least: "2"
    most: "20"
  catch_up_minutes:
    about: So long after an outage what waited is still being posted
    default: "240"
    least: "0"
    most: "1440"
  night_percent:
    about: Share of a month's settlements between 22 and 6 o'clock that no drugstore has
    default: "10"
    least: "3"
    most: "60"
  least_month:
    about: Settlements of a month below which a share means nothing
    default: "50"
    least: "20"
    most: "1000"
  before_days:
    about: Days before 22 December with which its last ten are compared
    default: "60"
    least: "30"
    most: "75"
  rush_factor:
    about: The daily amount of the last ten days of December as a multiple of the days before
    default: "2.5"
    least: "1.2"
    most: "10.0"
  least_rush:
    about: A rush of fewer yuan is none
    default: "10000.00"
    least: "0.00"
    most: "1000000.00"
amount: exposure
amount_note: >
  What fund and account paid in the runs and at night; of a December rush what lies above the factor.
not_a_finding_when:
  - 单位组织职工集中购药（同一单位的连续结算已排除）。
  - 网络故障恢复后集中补传，结算时间为上传时间（故障期间及恢复后四小时内已排除）。
  - 24 小时药店，夜间有值班药师和真实销售。
  - 年末账户清零地区居民自发集中购药。
reviewer_checks:
  - 调取相应时段收银监控，核对有无本人到店。
  - 核对进销存与销售小票，是否有药品实际出库。
  - 向被刷卡人核实，凭证是否由药店或他人保管。
handler: [H3, H4]
suppressors: []
*/
WITH
paid AS (
    SELECT
        s.setl_id,
        s.person,
        s.fixmedins_code,
        s.fixmedins_name,
        s.fix_blng_admdvs,
        s.setl_date,
        s.setl_time,
        s.medfee_sumamt,
        s.balc,
        COALESCE(s.emp_no, s.setl_id) AS employer,
        s.fund_pay_sumamt + s.acct_pay + s.acct_mulaid_pay AS amount,
        HOUR(s.setl_time) * 3600 + MINUTE(s.setl_time) * 60 + SECOND(s.setl_time) AS second_of_day,
        LEFT(CAST(s.setl_date AS VARCHAR), 7) AS month_of
    FROM settlement AS s
    WHERE s.care = 'RX' AND s.setl_type = '2'
),

-- Posted together after the network came back.
posted AS (
    SELECT DISTINCT p.setl_id
    FROM paid AS p
    INNER JOIN outage_d AS o
        ON
            LEFT(p.fix_blng_admdvs, 4) = LEFT(o.admdvs, 4)
            AND p.fixmedins_code = COALESCE(o.fixmedins_code, p.fixmedins_code)
    WHERE
        o.begntime <= p.setl_time
        AND DATE_DIFF('day', CAST(o.endtime AS DATE), p.setl_date) * 1440
        + HOUR(p.setl_time) * 60 + MINUTE(p.setl_time) - HOUR(o.endtime) * 60 - MINUTE(o.endtime)
        <= $catch_up_minutes
),

spaced AS (
    SELECT
        p.setl_id,
        p.person,
        p.fixmedins_code,
        p.setl_date,
        p.month_of,
        p.setl_time,
        p.second_of_day,
        p.medfee_sumamt,
        p.balc,
        p.employer,
        p.amount,
        CASE
            WHEN
                p.second_of_day - LAG(p.second_of_day) OVER (
                    PARTITION BY p.fixmedins_code, p.setl_date ORDER BY p.setl_time ASC, p.setl_id ASC
                ) <= $gap_seconds
                THEN 0
            ELSE 1
        END AS begins
    FROM paid AS p
    LEFT JOIN posted AS o ON p.setl_id = o.setl_id
    WHERE o.setl_id IS NULL
),

numbered AS (
    SELECT
        setl_id,
        person,
        fixmedins_code,
        setl_date,
        month_of,
        setl_time,
        second_of_day,
        medfee_sumamt,
        balc,
        employer,
        amount,
        SUM(begins) OVER (
            PARTITION BY fixmedins_code, setl_date ORDER BY setl_time ASC, setl_id ASC
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS run_no
    FROM spaced
),

equals AS (
    SELECT
        fixmedins_code,
        setl_date,
        run_no,
        medfee_sumamt,
        COUNT(setl_id) AS many
    FROM numbered
    GROUP BY fixmedins_code, setl_date, run_no, medfee_sumamt
),

alike AS (
    SELECT
        fixmedins_code,
        setl_date,
        run_no,
        MAX(many) AS most_equal
    FROM equals
    GROUP BY fixmedins_code, setl_date, run_no
),

series AS (
    SELECT
        fixmedins_code,
        setl_date,
        month_of,
        run_no,
        COUNT(setl_id) AS settlements,
        COUNT(DISTINCT person) AS persons,
        COUNT(DISTINCT employer) AS employers,
        SUM(CASE WHEN balc < 1 THEN 1 ELSE 0 END) AS emptied,
        MIN(setl_time) AS from_time,
        MIN(second_of_day) AS first_second,
        MAX(second_of_day) - MIN(second_of_day) AS seconds,
        SUM(amount) AS amount,
        SUM(medfee_sumamt) AS gross
    FROM numbered
    GROUP BY fixmedins_code, setl_date, month_of, run_no
),

ghost AS (
    SELECT
        r.fixmedins_code,
        r.month_of,
        r.from_time,
        r.settlements,
        r.amount,
        r.gross,
        CAST(r.settlements AS VARCHAR) || '笔在' || CAST(r.seconds AS VARCHAR) || '秒内'
        || CASE
            WHEN a.most_equal >= $equal_amounts THEN '，金额相同' || CAST(a.most_equal AS VARCHAR) || '笔'
            ELSE ''
        END
        || CASE WHEN r.emptied >= $emptied THEN '，账户刷空' || CAST(r.emptied AS VARCHAR) || '个' ELSE '' END
        || CASE WHEN r.first_second >= 79200 OR r.first_second < 21600 THEN '，夜间' ELSE '' END AS detail
    FROM series AS r
    INNER JOIN alike AS a
        ON r.fixmedins_code = a.fixmedins_code AND r.setl_date = a.setl_date AND r.run_no = a.run_no
    WHERE
        r.persons >= $run_length
        AND r.employers > 1
        AND r.amount > 0
        AND (
            a.most_equal >= $equal_amounts
            OR r.emptied >= $emptied
            OR r.first_second >= 79200
            OR r.first_second < 21600
        )
),

nightly AS (
    SELECT
        fixmedins_code,
        month_of,
        COUNT(setl_id) AS settlements,
        SUM(CASE WHEN second_of_day >= 79200 OR second_of_day < 21600 THEN 1 ELSE 0 END) AS at_night,
        SUM(CASE WHEN second_of_day >= 79200 OR second_of_day < 21600 THEN amount ELSE 0 END) AS amount,
        SUM(CASE WHEN second_of_day >= 79200 OR second_of_day < 21600 THEN medfee_sumamt ELSE 0 END) AS gross
    FROM numbered
    GROUP BY fixmedins_code, month_of
),

-- The last ten days of a December, and the sixty days before them.
ended AS (
    SELECT
        a.fixmedins_code,
        a.month_of,
        COUNT(DISTINCT a.setl_id) AS settlements,
        SUM(a.amount) AS amount,
        SUM(a.medfee_sumamt) AS gross
    FROM numbered AS a
    WHERE MONTH(a.setl_date) = 12 AND DAY(a.setl_date) >= 22
    GROUP BY a.fixmedins_code, a.month_of
),

usual AS (
    SELECT
        e.fixmedins_code,
        e.month_of,
        SUM(b.amount) AS amount,
        MAX(DATE_DIFF('day', b.setl_date, CAST(e.month_of || '-22' AS DATE))) AS day_count
    FROM ended AS e
    INNER JOIN numbered AS b ON e.fixmedins_code = b.fixmedins_code
    WHERE DATE_DIFF('day', b.setl_date, CAST(e.month_of || '-22' AS DATE)) BETWEEN 1 AND $before_days
    GROUP BY e.fixmedins_code, e.month_of
),

odd AS (
    SELECT
        fixmedins_code,
        month_of,
        CAST(from_time AS VARCHAR) AS shown_period,
        '连续刷卡' AS how,
        detail,
        settlements,
        amount AS paid,
        amount,
        gross
    FROM ghost
    UNION ALL
    SELECT
        fixmedins_code,
        month_of,
        month_of AS shown_period,
        '夜间结算占比异常' AS how,
        '22 时至 6 时' || CAST(at_night AS VARCHAR) || '笔，占'
        || CAST(at_night * 100 // NULLIF(settlements, 0) AS VARCHAR) || '%' AS detail,
        at_night AS settlements,
        amount AS paid,
        amount,
        gross
    FROM nightly
    WHERE settlements >= $least_month AND at_night * 100 > $night_percent * settlements
    UNION ALL
    SELECT
        e.fixmedins_code,
        e.month_of,
        e.month_of || '-22至月末' AS shown_period,
        '年末突击刷卡' AS how,
        '十日支付' || CAST(e.amount AS VARCHAR) || '元，此前' || CAST(u.day_count AS VARCHAR) || '天共'
        || CAST(u.amount AS VARCHAR) || '元' AS detail,
        e.settlements,
        e.amount AS paid,
        -- Whole fen.
        CAST(
            (
                CAST(ROUND((e.amount * u.day_count - $rush_factor * u.amount * 10) * 100) AS BIGINT)
                // NULLIF(u.day_count, 0)
            ) * 0.01 AS DECIMAL(18, 2)
        ) AS amount,
        e.gross
    FROM ended AS e
    INNER JOIN usual AS u ON e.fixmedins_code = u.fixmedins_code AND e.month_of = u.month_of
    -- A shop that opened in December has no past.
    WHERE u.day_count >= 30 AND e.amount >= $least_rush AND e.amount * u.day_count > $rush_factor * u.amount * 10
),

named AS (
    SELECT
        fixmedins_code,
        MIN(fixmedins_name) AS fixmedins_name
    FROM paid
    GROUP BY fixmedins_code
)

SELECT
    o.fixmedins_code AS subject_id,
    o.month_of AS period,
    o.gross AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CAST(0 AS DECIMAL(18, 2)) AS a2,
    o.amount AS exposure,
    COALESCE(n.fixmedins_name, o.fixmedins_code) AS because_shop,
    o.shown_period AS because_period,
    o.how AS because_how,
    o.detail AS because_detail,
    o.settlements AS because_settlements,
    o.paid AS because_paid
FROM odd AS o
INNER JOIN named AS n ON o.fixmedins_code = n.fixmedins_code
/* examples
- name: five customers in a busy hour with different amounts, and the staff of one works
  kind: clear
  given:
    settlement:
      - setl_id: S1
        person: P1
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:00:00
      - setl_id: S2
        person: P2
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "107.00"
        medfee_sumamt: "107.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:00:50
      - setl_id: S3
        person: P3
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "114.00"
        medfee_sumamt: "114.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:01:40
      - setl_id: S4
        person: P4
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "121.00"
        medfee_sumamt: "121.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:02:30
      - setl_id: S5
        person: P5
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "128.00"
        medfee_sumamt: "128.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:03:20
      - setl_id: S11
        person: P11
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 15:00:00
        emp_no: E1
      - setl_id: S12
        person: P12
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 15:00:50
        emp_no: E1
      - setl_id: S13
        person: P13
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 15:01:40
        emp_no: E1
      - setl_id: S14
        person: P14
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 15:02:30
        emp_no: E1
      - setl_id: S15
        person: P15
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 15:03:20
        emp_no: E1
      - setl_id: S16
        person: P16
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 15:04:10
        emp_no: E1
    outage_d: []
- name: five cards within four minutes, three of them for the same amount
  kind: flag
  given:
    settlement:
      - setl_id: S1
        person: P1
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "300.00"
        medfee_sumamt: "300.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:00:00
      - setl_id: S2
        person: P2
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "300.00"
        medfee_sumamt: "300.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:00:50
      - setl_id: S3
        person: P3
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "300.00"
        medfee_sumamt: "300.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:01:40
      - setl_id: S4
        person: P4
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "203.00"
        medfee_sumamt: "203.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:02:30
      - setl_id: S5
        person: P5
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "204.00"
        medfee_sumamt: "204.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:03:20
    outage_d: []
  expect: {H51010000001/2026-11: {a2: "0.00", exposure: "1307.00", because: {because_detail: 5笔在200秒内，金额相同3笔}}}
- name: five accounts left with less than a yuan
  kind: flag
  given:
    settlement:
      - setl_id: S1
        person: P1
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "0.60"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:00:00
      - setl_id: S2
        person: P2
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "107.00"
        medfee_sumamt: "107.00"
        balc: "0.60"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:00:50
      - setl_id: S3
        person: P3
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "114.00"
        medfee_sumamt: "114.00"
        balc: "0.60"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:01:40
      - setl_id: S4
        person: P4
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "121.00"
        medfee_sumamt: "121.00"
        balc: "0.60"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:02:30
      - setl_id: S5
        person: P5
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "128.00"
        medfee_sumamt: "128.00"
        balc: "0.60"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:03:20
    outage_d: []
  expect: {H51010000001/2026-11: {exposure: "570.00"}}
- name: at night
  kind: flag
  given:
    settlement:
      - setl_id: S1
        person: P1
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 22:00:00
      - setl_id: S2
        person: P2
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "107.00"
        medfee_sumamt: "107.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 22:00:50
      - setl_id: S3
        person: P3
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "114.00"
        medfee_sumamt: "114.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 22:01:40
      - setl_id: S4
        person: P4
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "121.00"
        medfee_sumamt: "121.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 22:02:30
      - setl_id: S5
        person: P5
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "128.00"
        medfee_sumamt: "128.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 22:03:20
    outage_d: []
  expect: {H51010000001/2026-11: {because: {because_how: 连续刷卡}}}
- name: sixty seconds between two of them, and sixty-one
  kind: edge
  given:
    settlement:
      - setl_id: S1
        person: P1
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:00:00
      - setl_id: S2
        person: P2
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:01:00
      - setl_id: S3
        person: P3
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:02:00
      - setl_id: S4
        person: P4
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:03:00
      - setl_id: S5
        person: P5
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:04:00
      - setl_id: S11
        person: P11
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:00:00
        fixmedins_code: P2
      - setl_id: S12
        person: P12
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:01:01
        fixmedins_code: P2
      - setl_id: S13
        person: P13
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:02:02
        fixmedins_code: P2
      - setl_id: S14
        person: P14
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:03:03
        fixmedins_code: P2
      - setl_id: S15
        person: P15
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:04:04
        fixmedins_code: P2
    outage_d: []
  expect: {H51010000001/2026-11: {because: {because_settlements: "5"}}}
- name: five persons, and four
  kind: edge
  given:
    settlement:
      - setl_id: S1
        person: P1
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:00:00
      - setl_id: S2
        person: P2
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:00:50
      - setl_id: S3
        person: P3
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:01:40
      - setl_id: S4
        person: P4
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:02:30
      - setl_id: S5
        person: P5
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:03:20
      - setl_id: S11
        person: P11
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:00:00
        fixmedins_code: P2
      - setl_id: S12
        person: P12
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:00:50
        fixmedins_code: P2
      - setl_id: S13
        person: P13
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:01:40
        fixmedins_code: P2
      - setl_id: S14
        person: P14
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:02:30
        fixmedins_code: P2
    outage_d: []
  expect: {H51010000001/2026-11: "500.00"}
- name: posted within four hours after the outage, and later
  kind: edge
  given:
    settlement:
      - setl_id: S1
        person: P1
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-04
        setl_time: 2026-11-04 15:56:00
      - setl_id: S2
        person: P2
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-04
        setl_time: 2026-11-04 15:56:50
      - setl_id: S3
        person: P3
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-04
        setl_time: 2026-11-04 15:57:40
      - setl_id: S4
        person: P4
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-04
        setl_time: 2026-11-04 15:58:30
      - setl_id: S5
        person: P5
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-04
        setl_time: 2026-11-04 15:59:20
      - setl_id: S11
        person: P11
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-04
        setl_time: 2026-11-04 16:10:00
      - setl_id: S12
        person: P12
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-04
        setl_time: 2026-11-04 16:10:50
      - setl_id: S13
        person: P13
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-04
        setl_time: 2026-11-04 16:11:40
      - setl_id: S14
        person: P14
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-04
        setl_time: 2026-11-04 16:12:30
      - setl_id: S15
        person: P15
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-04
        setl_time: 2026-11-04 16:13:20
    outage_d: [{}]
  expect: {H51010000001/2026-11: {because: {because_period: "2026-11-04 16:10:00", because_settlements: "5"}}}
- name: six of fifty at night, and five of fifty
  kind: edge
  given:
    settlement:
      - setl_id: S1
        person: P1
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 23:00:00
      - setl_id: S2
        person: P2
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "101.00"
        medfee_sumamt: "101.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 23:07:00
      - setl_id: S3
        person: P3
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "102.00"
        medfee_sumamt: "102.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 23:14:00
      - setl_id: S4
        person: P4
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "103.00"
        medfee_sumamt: "103.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 23:21:00
      - setl_id: S5
        person: P5
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "104.00"
        medfee_sumamt: "104.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 23:28:00
      - setl_id: S6
        person: P6
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "105.00"
        medfee_sumamt: "105.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 23:35:00
      - setl_id: S7
        person: P7
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "106.00"
        medfee_sumamt: "106.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 09:00:00
      - setl_id: S8
        person: P8
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "107.00"
        medfee_sumamt: "107.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 09:09:00
      - setl_id: S9
        person: P9
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "108.00"
        medfee_sumamt: "108.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 09:18:00
      - setl_id: S10
        person: P10
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "109.00"
        medfee_sumamt: "109.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 09:27:00
      - setl_id: S11
        person: P11
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "110.00"
        medfee_sumamt: "110.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 09:36:00
      - setl_id: S12
        person: P12
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "111.00"
        medfee_sumamt: "111.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 09:45:00
      - setl_id: S13
        person: P13
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "112.00"
        medfee_sumamt: "112.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:00:00
      - setl_id: S14
        person: P14
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "113.00"
        medfee_sumamt: "113.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:09:00
      - setl_id: S15
        person: P15
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "114.00"
        medfee_sumamt: "114.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:18:00
      - setl_id: S16
        person: P16
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "115.00"
        medfee_sumamt: "115.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:27:00
      - setl_id: S17
        person: P17
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "116.00"
        medfee_sumamt: "116.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:36:00
      - setl_id: S18
        person: P18
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "117.00"
        medfee_sumamt: "117.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:45:00
      - setl_id: S19
        person: P19
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "118.00"
        medfee_sumamt: "118.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 11:00:00
      - setl_id: S20
        person: P20
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "119.00"
        medfee_sumamt: "119.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 11:09:00
      - setl_id: S21
        person: P21
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "120.00"
        medfee_sumamt: "120.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 11:18:00
      - setl_id: S22
        person: P22
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "121.00"
        medfee_sumamt: "121.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 11:27:00
      - setl_id: S23
        person: P23
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "122.00"
        medfee_sumamt: "122.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 11:36:00
      - setl_id: S24
        person: P24
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "123.00"
        medfee_sumamt: "123.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 11:45:00
      - setl_id: S25
        person: P25
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "124.00"
        medfee_sumamt: "124.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 12:00:00
      - setl_id: S26
        person: P26
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "125.00"
        medfee_sumamt: "125.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 12:09:00
      - setl_id: S27
        person: P27
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "126.00"
        medfee_sumamt: "126.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 12:18:00
      - setl_id: S28
        person: P28
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "127.00"
        medfee_sumamt: "127.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 12:27:00
      - setl_id: S29
        person: P29
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "128.00"
        medfee_sumamt: "128.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 12:36:00
      - setl_id: S30
        person: P30
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "129.00"
        medfee_sumamt: "129.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 12:45:00
      - setl_id: S31
        person: P31
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "130.00"
        medfee_sumamt: "130.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 13:00:00
      - setl_id: S32
        person: P32
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "131.00"
        medfee_sumamt: "131.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 13:09:00
      - setl_id: S33
        person: P33
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "132.00"
        medfee_sumamt: "132.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 13:18:00
      - setl_id: S34
        person: P34
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "133.00"
        medfee_sumamt: "133.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 13:27:00
      - setl_id: S35
        person: P35
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "134.00"
        medfee_sumamt: "134.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 13:36:00
      - setl_id: S36
        person: P36
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "135.00"
        medfee_sumamt: "135.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 13:45:00
      - setl_id: S37
        person: P37
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "136.00"
        medfee_sumamt: "136.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 14:00:00
      - setl_id: S38
        person: P38
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "137.00"
        medfee_sumamt: "137.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 14:09:00
      - setl_id: S39
        person: P39
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "138.00"
        medfee_sumamt: "138.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 14:18:00
      - setl_id: S40
        person: P40
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "139.00"
        medfee_sumamt: "139.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 14:27:00
      - setl_id: S41
        person: P41
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "140.00"
        medfee_sumamt: "140.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 14:36:00
      - setl_id: S42
        person: P42
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "141.00"
        medfee_sumamt: "141.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 14:45:00
      - setl_id: S43
        person: P43
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "142.00"
        medfee_sumamt: "142.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 15:00:00
      - setl_id: S44
        person: P44
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "143.00"
        medfee_sumamt: "143.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 15:09:00
      - setl_id: S45
        person: P45
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "144.00"
        medfee_sumamt: "144.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 15:18:00
      - setl_id: S46
        person: P46
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "145.00"
        medfee_sumamt: "145.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 15:27:00
      - setl_id: S47
        person: P47
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "146.00"
        medfee_sumamt: "146.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 15:36:00
      - setl_id: S48
        person: P48
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "147.00"
        medfee_sumamt: "147.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 15:45:00
      - setl_id: S49
        person: P49
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "148.00"
        medfee_sumamt: "148.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 16:00:00
      - setl_id: S50
        person: P50
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "149.00"
        medfee_sumamt: "149.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 16:09:00
      - setl_id: S101
        person: P101
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 09:01:00
        fixmedins_code: P2
      - setl_id: S102
        person: P102
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "101.00"
        medfee_sumamt: "101.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 23:07:00
        fixmedins_code: P2
      - setl_id: S103
        person: P103
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "102.00"
        medfee_sumamt: "102.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 23:14:00
        fixmedins_code: P2
      - setl_id: S104
        person: P104
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "103.00"
        medfee_sumamt: "103.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 23:21:00
        fixmedins_code: P2
      - setl_id: S105
        person: P105
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "104.00"
        medfee_sumamt: "104.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 23:28:00
        fixmedins_code: P2
      - setl_id: S106
        person: P106
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "105.00"
        medfee_sumamt: "105.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 23:35:00
        fixmedins_code: P2
      - setl_id: S107
        person: P107
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "106.00"
        medfee_sumamt: "106.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 09:00:00
        fixmedins_code: P2
      - setl_id: S108
        person: P108
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "107.00"
        medfee_sumamt: "107.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 09:09:00
        fixmedins_code: P2
      - setl_id: S109
        person: P109
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "108.00"
        medfee_sumamt: "108.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 09:18:00
        fixmedins_code: P2
      - setl_id: S110
        person: P110
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "109.00"
        medfee_sumamt: "109.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 09:27:00
        fixmedins_code: P2
      - setl_id: S111
        person: P111
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "110.00"
        medfee_sumamt: "110.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 09:36:00
        fixmedins_code: P2
      - setl_id: S112
        person: P112
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "111.00"
        medfee_sumamt: "111.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 09:45:00
        fixmedins_code: P2
      - setl_id: S113
        person: P113
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "112.00"
        medfee_sumamt: "112.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:00:00
        fixmedins_code: P2
      - setl_id: S114
        person: P114
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "113.00"
        medfee_sumamt: "113.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:09:00
        fixmedins_code: P2
      - setl_id: S115
        person: P115
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "114.00"
        medfee_sumamt: "114.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:18:00
        fixmedins_code: P2
      - setl_id: S116
        person: P116
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "115.00"
        medfee_sumamt: "115.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:27:00
        fixmedins_code: P2
      - setl_id: S117
        person: P117
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "116.00"
        medfee_sumamt: "116.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:36:00
        fixmedins_code: P2
      - setl_id: S118
        person: P118
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "117.00"
        medfee_sumamt: "117.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:45:00
        fixmedins_code: P2
      - setl_id: S119
        person: P119
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "118.00"
        medfee_sumamt: "118.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 11:00:00
        fixmedins_code: P2
      - setl_id: S120
        person: P120
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "119.00"
        medfee_sumamt: "119.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 11:09:00
        fixmedins_code: P2
      - setl_id: S121
        person: P121
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "120.00"
        medfee_sumamt: "120.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 11:18:00
        fixmedins_code: P2
      - setl_id: S122
        person: P122
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "121.00"
        medfee_sumamt: "121.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 11:27:00
        fixmedins_code: P2
      - setl_id: S123
        person: P123
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "122.00"
        medfee_sumamt: "122.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 11:36:00
        fixmedins_code: P2
      - setl_id: S124
        person: P124
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "123.00"
        medfee_sumamt: "123.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 11:45:00
        fixmedins_code: P2
      - setl_id: S125
        person: P125
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "124.00"
        medfee_sumamt: "124.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 12:00:00
        fixmedins_code: P2
      - setl_id: S126
        person: P126
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "125.00"
        medfee_sumamt: "125.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 12:09:00
        fixmedins_code: P2
      - setl_id: S127
        person: P127
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "126.00"
        medfee_sumamt: "126.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 12:18:00
        fixmedins_code: P2
      - setl_id: S128
        person: P128
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "127.00"
        medfee_sumamt: "127.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 12:27:00
        fixmedins_code: P2
      - setl_id: S129
        person: P129
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "128.00"
        medfee_sumamt: "128.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 12:36:00
        fixmedins_code: P2
      - setl_id: S130
        person: P130
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "129.00"
        medfee_sumamt: "129.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 12:45:00
        fixmedins_code: P2
      - setl_id: S131
        person: P131
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "130.00"
        medfee_sumamt: "130.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 13:00:00
        fixmedins_code: P2
      - setl_id: S132
        person: P132
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "131.00"
        medfee_sumamt: "131.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 13:09:00
        fixmedins_code: P2
      - setl_id: S133
        person: P133
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "132.00"
        medfee_sumamt: "132.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 13:18:00
        fixmedins_code: P2
      - setl_id: S134
        person: P134
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "133.00"
        medfee_sumamt: "133.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 13:27:00
        fixmedins_code: P2
      - setl_id: S135
        person: P135
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "134.00"
        medfee_sumamt: "134.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 13:36:00
        fixmedins_code: P2
      - setl_id: S136
        person: P136
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "135.00"
        medfee_sumamt: "135.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 13:45:00
        fixmedins_code: P2
      - setl_id: S137
        person: P137
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "136.00"
        medfee_sumamt: "136.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 14:00:00
        fixmedins_code: P2
      - setl_id: S138
        person: P138
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "137.00"
        medfee_sumamt: "137.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 14:09:00
        fixmedins_code: P2
      - setl_id: S139
        person: P139
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "138.00"
        medfee_sumamt: "138.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 14:18:00
        fixmedins_code: P2
      - setl_id: S140
        person: P140
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "139.00"
        medfee_sumamt: "139.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 14:27:00
        fixmedins_code: P2
      - setl_id: S141
        person: P141
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "140.00"
        medfee_sumamt: "140.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 14:36:00
        fixmedins_code: P2
      - setl_id: S142
        person: P142
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "141.00"
        medfee_sumamt: "141.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 14:45:00
        fixmedins_code: P2
      - setl_id: S143
        person: P143
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "142.00"
        medfee_sumamt: "142.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 15:00:00
        fixmedins_code: P2
      - setl_id: S144
        person: P144
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "143.00"
        medfee_sumamt: "143.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 15:09:00
        fixmedins_code: P2
      - setl_id: S145
        person: P145
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "144.00"
        medfee_sumamt: "144.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 15:18:00
        fixmedins_code: P2
      - setl_id: S146
        person: P146
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "145.00"
        medfee_sumamt: "145.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 15:27:00
        fixmedins_code: P2
      - setl_id: S147
        person: P147
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "146.00"
        medfee_sumamt: "146.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 15:36:00
        fixmedins_code: P2
      - setl_id: S148
        person: P148
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "147.00"
        medfee_sumamt: "147.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 15:45:00
        fixmedins_code: P2
      - setl_id: S149
        person: P149
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "148.00"
        medfee_sumamt: "148.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 16:00:00
        fixmedins_code: P2
      - setl_id: S150
        person: P150
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "149.00"
        medfee_sumamt: "149.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 16:09:00
        fixmedins_code: P2
    outage_d: []
  expect: {H51010000001/2026-11: {because: {because_how: 夜间结算占比异常, because_settlements: "6"}}}
- name: twice and a half what came before in ten days of December, and a cent more
  kind: edge
  given:
    settlement:
      - setl_id: S1
        person: P1
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "16000.00"
        medfee_sumamt: "16000.00"
        balc: "500.00"
        setl_date: 2026-11-12
        setl_time: 2026-11-12 10:00:00
      - setl_id: S2
        person: P2
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "16000.00"
        medfee_sumamt: "16000.00"
        balc: "500.00"
        setl_date: 2026-12-10
        setl_time: 2026-12-10 10:00:00
      - setl_id: S3
        person: P3
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "20000.00"
        medfee_sumamt: "20000.00"
        balc: "500.00"
        setl_date: 2026-12-28
        setl_time: 2026-12-28 10:00:00
      - setl_id: S11
        person: P11
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "16000.00"
        medfee_sumamt: "16000.00"
        balc: "500.00"
        setl_date: 2026-11-12
        setl_time: 2026-11-12 10:00:00
        fixmedins_code: P2
      - setl_id: S12
        person: P12
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "16000.00"
        medfee_sumamt: "16000.00"
        balc: "500.00"
        setl_date: 2026-12-10
        setl_time: 2026-12-10 10:00:00
        fixmedins_code: P2
      - setl_id: S13
        person: P13
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "20000.01"
        medfee_sumamt: "20000.01"
        balc: "500.00"
        setl_date: 2026-12-28
        setl_time: 2026-12-28 10:00:00
        fixmedins_code: P2
    outage_d: []
  expect: {P2/2026-12: {exposure: "0.01", because: {because_how: 年末突击刷卡}}}
- name: the month before the regulation came into force
  kind: edge
  given:
    settlement:
      - setl_id: S1
        person: P1
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2021-04-09
        setl_time: 2021-04-09 10:00:00
      - setl_id: S2
        person: P2
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2021-04-09
        setl_time: 2021-04-09 10:00:50
      - setl_id: S3
        person: P3
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2021-04-09
        setl_time: 2021-04-09 10:01:40
      - setl_id: S4
        person: P4
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2021-04-09
        setl_time: 2021-04-09 10:02:30
      - setl_id: S5
        person: P5
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2021-04-09
        setl_time: 2021-04-09 10:03:20
    outage_d: []
- name: a hospital clinic, and reimbursements on paper
  kind: clear
  given:
    settlement:
      - setl_id: S1
        person: P1
        care: OTP
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:00:00
      - setl_id: S2
        person: P2
        care: OTP
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:00:50
      - setl_id: S3
        person: P3
        care: OTP
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:01:40
      - setl_id: S4
        person: P4
        care: OTP
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:02:30
      - setl_id: S5
        person: P5
        care: OTP
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 10:03:20
      - setl_id: S11
        person: P11
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 12:00:00
        setl_type: "1"
      - setl_id: S12
        person: P12
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 12:00:50
        setl_type: "1"
      - setl_id: S13
        person: P13
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 12:01:40
        setl_type: "1"
      - setl_id: S14
        person: P14
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 12:02:30
        setl_type: "1"
      - setl_id: S15
        person: P15
        care: RX
        fund_pay_sumamt: "0.00"
        acct_pay: "100.00"
        medfee_sumamt: "100.00"
        balc: "500.00"
        setl_date: 2026-11-09
        setl_time: 2026-11-09 12:03:20
        setl_type: "1"
    outage_d: []
*/
