/* rule
id: MG-09
version: 1
title_zh: 药品/耗材进销存异常
title: Stock does not support what was billed
status: active
certainty: suspicious
severity: 3
level: provider
subject: institution
owner: 基金监管处
summary: >
  Since the beginning of the quarter an institution billed more of a drug or consumable than it had lying there by its
  stocktake and has bought since, less what went back and what a stocktake at the end still found. It is said in the
  month in which the stock is passed. Only products with a stocktake at the beginning of the quarter are judged; local
  patients count as well as those from elsewhere.
sentence_zh: >-
  {because_institution}{because_quarter}至{because_month}结算“{because_product}”{because_claimed}，
  期初库存{because_opening}、购进净额{because_bought}、期末库存{because_closing}，超出{because_surplus}。
facts:
  because_institution: 机构
  because_quarter: 季度起始月
  because_month: 截至月份
  because_product: 产品
  because_code: 医保目录编码
  because_claimed: 结算数量
  because_opening: 期初盘点数量
  because_bought: 购进净额
  because_closing: 期末盘点数量
  because_surplus: 超出数量
basis:
  - 《医疗保障基金使用监督管理条例》第四十条第（三）项（虚构医药服务项目线索）
  - 《医疗保障基金使用监督管理条例》第三十八条第（四）项（串换线索）
  - 国家医保“两库”规则：药品、耗材进销存异常
national_code: GZ10000202001000, GZ10000203001000
in_force: {since: 2021-05-01}
dated_by: period
reads: [settlement, fee_line, invchg_d]
look_back: {days: 93}
params:
  tolerance_share:
    about: Share of the billed quantity that losses and conversions may explain
    default: "0.05"
    least: "0.00"
    most: "0.50"
  tolerance_units:
    about: The same in units; the larger of the two holds
    default: "10"
    least: "0"
    most: "1000"
  least_units:
    about: Fewer billed units since the quarter began are not worth a stocktake
    default: "30"
    least: "1"
    most: "10000"
  opening_days:
    about: Days before the quarter within which a stocktake says what lay there when it began
    default: "31"
    least: "1"
    most: "31"
amount: a1
amount_note: The surplus at the mean price billed, and what of it was in scope; of all payers, to be shared by region.
not_a_finding_when:
  - 进销存与结算的计价单位不同（盒、支、片），换算后相符。
  - 调拨、捐赠、院区间划拨未按采购上传。
  - 患者自带药品或外购药品误录收费。
  - 期初盘点漏盘，补盘记录可查。
reviewer_checks:
  - 调购进发票、随货同行单和入库单，与结算数量核对。
  - 核对计价单位换算系数和目录对照。
  - 抽查病历、处方和实物，确认是否真实使用；必要时现场盘点。
  - 跨统筹区结算只占一部分，需联合本地结算数据核算。
handler: [H3, H4]
*/
WITH
keeping AS (
    SELECT DISTINCT fixmedins_code
    FROM invchg_d
    WHERE inv_chg_type = '3501'
),

-- Months are counted through, so that quarters and the months before are whole numbers.
billed AS (
    SELECT
        s.fixmedins_code,
        l.hilist_code,
        YEAR(s.setl_date) * 12 + MONTH(s.setl_date) - 1 AS nth_month,
        MAX(s.fixmedins_name) AS fixmedins_name,
        MAX(l.hilist_name) AS hilist_name,
        SUM(l.cnt) AS cnt,
        SUM(l.det_item_fee_sumamt) AS amount,
        SUM(l.inscp_amt) AS inscp_amt,
        MAX(l.fee_ocur_time) AS last_time
    FROM settlement AS s
    INNER JOIN keeping AS k ON s.fixmedins_code = k.fixmedins_code
    INNER JOIN fee_line AS l ON s.setl_id = l.setl_id
    WHERE
        l.list_type IN ('101', '102', '103', '301')
        AND l.cnt > 0
        -- What was used before the quarter of the settlement was out of the stock that the stocktake found.
        AND YEAR(l.fee_date) * 12 + MONTH(l.fee_date) - 1 >= (YEAR(s.setl_date) * 12 + MONTH(s.setl_date) - 1) // 3 * 3
    GROUP BY s.fixmedins_code, l.hilist_code, YEAR(s.setl_date) * 12 + MONTH(s.setl_date) - 1
),

movement AS (
    SELECT
        fixmedins_code,
        hilist_code,
        inv_chg_type,
        inv_chg_time,
        cnt,
        invchg_sn,
        YEAR(inv_chg_time) * 12 + MONTH(inv_chg_time) - 1 AS nth_month
    FROM invchg_d
),

bought AS (
    SELECT
        fixmedins_code,
        hilist_code,
        nth_month,
        SUM(CASE inv_chg_type WHEN '3503' THEN cnt ELSE -cnt END) AS cnt
    FROM movement
    WHERE inv_chg_type IN ('3503', '3504')
    GROUP BY fixmedins_code, hilist_code, nth_month
),

-- What lay there when the quarter began: counted in the month before, or on its first day.
opening AS (
    SELECT
        fixmedins_code,
        hilist_code,
        CASE
            WHEN DAY(inv_chg_time) = 1 AND nth_month // 3 * 3 = nth_month THEN nth_month
            ELSE nth_month + 1
        END AS first_month,
        cnt
    FROM movement
    WHERE
        inv_chg_type = '3501'
        AND (
            (DAY(inv_chg_time) = 1 AND nth_month // 3 * 3 = nth_month)
            OR ((nth_month + 1) // 3 * 3 = nth_month + 1 AND DAY(inv_chg_time) > 31 - $opening_days)
        )
    QUALIFY
        ROW_NUMBER() OVER (
            PARTITION BY
                fixmedins_code,
                hilist_code,
                CASE
                    WHEN DAY(inv_chg_time) = 1 AND nth_month // 3 * 3 = nth_month THEN nth_month
                    ELSE nth_month + 1
                END
            ORDER BY inv_chg_time DESC, invchg_sn DESC
        ) = 1
),

-- What still lay there after the last charge of a month.
closing AS (
    SELECT
        m.fixmedins_code,
        m.hilist_code,
        m.nth_month,
        m.cnt
    FROM movement AS m
    INNER JOIN billed AS b
        ON m.fixmedins_code = b.fixmedins_code AND m.hilist_code = b.hilist_code AND m.nth_month = b.nth_month
    WHERE m.inv_chg_type = '3501' AND m.inv_chg_time > b.last_time
    QUALIFY
        ROW_NUMBER() OVER (
            PARTITION BY m.fixmedins_code, m.hilist_code, m.nth_month ORDER BY m.inv_chg_time DESC, m.invchg_sn DESC
        ) = 1
),

-- Every month in which something was billed, with what was billed and bought since the quarter began.
since AS (
    SELECT
        t.fixmedins_code,
        t.hilist_code,
        t.nth_month,
        MAX(o.first_month) AS first_month,
        MAX(o.cnt) AS opened,
        MAX(b.fixmedins_name) AS fixmedins_name,
        MAX(b.hilist_name) AS hilist_name,
        SUM(b.cnt) AS claimed,
        SUM(b.amount) AS amount,
        SUM(b.inscp_amt) AS inscp_amt
    FROM billed AS t
    INNER JOIN opening AS o
        ON
            t.fixmedins_code = o.fixmedins_code
            AND t.hilist_code = o.hilist_code
            AND t.nth_month // 3 * 3 = o.first_month
    INNER JOIN billed AS b
        ON
            t.fixmedins_code = b.fixmedins_code
            AND t.hilist_code = b.hilist_code
            AND b.nth_month BETWEEN o.first_month AND t.nth_month
    GROUP BY t.fixmedins_code, t.hilist_code, t.nth_month
),

balanced AS (
    SELECT
        s.fixmedins_code,
        s.hilist_code,
        s.nth_month,
        s.first_month,
        s.fixmedins_name,
        s.hilist_name,
        s.opened,
        s.claimed,
        s.amount,
        s.inscp_amt,
        COALESCE(MAX(c.cnt), 0) AS closed,
        COALESCE(SUM(g.cnt), 0) AS got
    FROM since AS s
    LEFT JOIN bought AS g
        ON
            s.fixmedins_code = g.fixmedins_code
            AND s.hilist_code = g.hilist_code
            AND g.nth_month BETWEEN s.first_month AND s.nth_month
    LEFT JOIN closing AS c
        ON s.fixmedins_code = c.fixmedins_code AND s.hilist_code = c.hilist_code AND s.nth_month = c.nth_month
    GROUP BY
        s.fixmedins_code, s.hilist_code, s.nth_month, s.first_month, s.fixmedins_name, s.hilist_name, s.opened,
        s.claimed, s.amount, s.inscp_amt
),

judged AS (
    SELECT
        fixmedins_code,
        hilist_code,
        nth_month,
        first_month,
        fixmedins_name,
        hilist_name,
        opened,
        got,
        closed,
        claimed,
        CAST(amount AS DECIMAL(18, 2)) AS amount,
        CAST(inscp_amt AS DECIMAL(18, 2)) AS inscp_amt,
        CAST(claimed - opened - got + closed AS DECIMAL(18, 4)) AS surplus,
        CASE
            WHEN
                claimed >= $least_units
                AND claimed - opened - got + closed > GREATEST($tolerance_share * claimed, $tolerance_units)
                THEN 1
            ELSE 0
        END AS is_passed
    FROM balanced
),

-- Said once: in the month in which the stock is passed.
told AS (
    SELECT
        fixmedins_code,
        hilist_code,
        nth_month,
        first_month,
        fixmedins_name,
        hilist_name,
        opened,
        got,
        closed,
        claimed,
        amount,
        inscp_amt,
        surplus,
        is_passed,
        COALESCE(
            MAX(is_passed) OVER (
                PARTITION BY fixmedins_code, hilist_code, first_month
                ORDER BY nth_month ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ),
            0
        ) AS was_passed
    FROM judged
)

SELECT
    fixmedins_code AS subject_id,
    CAST(nth_month // 12 AS VARCHAR) || '-' || RIGHT('0' || CAST(nth_month - nth_month // 12 * 12 + 1 AS VARCHAR), 2)
        AS period,
    CAST(
        CAST(ROUND(surplus * amount * 100) AS BIGINT) // NULLIF(CAST(ROUND(claimed) AS BIGINT), 0) AS DECIMAL(18, 2)
    ) * CAST(0.01 AS DECIMAL(4, 2)) AS a0,
    CAST(
        CAST(ROUND(surplus * inscp_amt * 100) AS BIGINT) // NULLIF(CAST(ROUND(claimed) AS BIGINT), 0) AS DECIMAL(18, 2)
    ) * CAST(0.01 AS DECIMAL(4, 2)) AS a1,
    CAST(0 AS DECIMAL(18, 2)) AS a2,
    COALESCE(fixmedins_name, fixmedins_code) AS because_institution,
    CAST(first_month // 12 AS VARCHAR) || '-'
    || RIGHT('0' || CAST(first_month - first_month // 12 * 12 + 1 AS VARCHAR), 2) AS because_quarter,
    CAST(nth_month // 12 AS VARCHAR) || '-' || RIGHT('0' || CAST(nth_month - nth_month // 12 * 12 + 1 AS VARCHAR), 2)
        AS because_month,
    hilist_name AS because_product,
    hilist_code AS because_code,
    CAST(claimed AS DECIMAL(18, 2)) AS because_claimed,
    CAST(opened AS DECIMAL(18, 2)) AS because_opening,
    CAST(got AS DECIMAL(18, 2)) AS because_bought,
    CAST(closed AS DECIMAL(18, 2)) AS because_closing,
    CAST(surplus AS DECIMAL(18, 2)) AS because_surplus
FROM told
WHERE is_passed = 1 AND was_passed = 0
/* examples
- name: what was billed had been bought
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{list_type: "101", hilist_code: XC08CAA061A001070200001, cnt: "100", det_item_fee_sumamt: "2000.00"}]
    invchg_d: [{inv_chg_type: "3501", inv_chg_time: 2026-09-30 20:00:00, cnt: "20"}, {invchg_sn: I2, cnt: "80"}]
- name: twice as much billed as was there
  kind: flag
  given:
    settlement: [{}]
    fee_line:
      - list_type: "101"
        hilist_code: XC08CAA061A001070200001
        cnt: "100"
        det_item_fee_sumamt: "2000.00"
        inscp_amt: "1500.00"
    invchg_d: [{inv_chg_type: "3501", inv_chg_time: 2026-09-30 20:00:00, cnt: "20"}, {invchg_sn: I2, cnt: "30"}]
  expect:
    H51010000001/2026-11:
      a0: "1000.00"
      a1: "750.00"
      because: {because_surplus: "50.00", because_quarter: 2026-10, because_month: 2026-11}
- name: ten units too many, and eleven
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, fixmedins_code: H51010000002}]
    fee_line:
      - {list_type: "101", hilist_code: XC08CAA061A001070200001, cnt: "110", det_item_fee_sumamt: "1100.00"}
      - setl_id: S2
        bkkp_sn: L2
        list_type: "101"
        hilist_code: XC08CAA061A001070200001
        cnt: "111"
        det_item_fee_sumamt: "1110.00"
        inscp_amt: "1110.00"
    invchg_d:
      - {inv_chg_type: "3501", inv_chg_time: 2026-09-30 20:00:00}
      - {invchg_sn: I2, fixmedins_code: H51010000002, inv_chg_type: "3501", inv_chg_time: 2026-09-30 20:00:00}
  expect: {H51010000002/2026-11: {a1: "110.00", because: {because_surplus: "11.00"}}}
- name: twenty-nine units and thirty, of which nothing was there
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, fixmedins_code: H51010000002}]
    fee_line:
      - {list_type: "101", hilist_code: XC08CAA061A001070200001, cnt: "29", inscp_amt: "290.00"}
      - setl_id: S2
        bkkp_sn: L2
        list_type: "101"
        hilist_code: XC08CAA061A001070200001
        cnt: "30"
        inscp_amt: "300.00"
    invchg_d:
      - {inv_chg_type: "3501", inv_chg_time: 2026-10-01 08:00:00, cnt: "0"}
      - {invchg_sn: I2, fixmedins_code: H51010000002, inv_chg_type: "3501", inv_chg_time: 2026-10-01 08:00:00, cnt: "0"}
  expect: {H51010000002/2026-11: "300.00"}
- name: what went back to the supplier was not there, and what a later stocktake found was not used
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{list_type: "101", hilist_code: XC08CAA061A001070200001, cnt: "100", inscp_amt: "1000.00"}]
    invchg_d:
      - {inv_chg_type: "3501", inv_chg_time: 2026-09-30 20:00:00}
      - {invchg_sn: I2, inv_chg_type: "3504", cnt: "15"}
      - {invchg_sn: I3, inv_chg_type: "3501", inv_chg_time: 2026-11-30 18:00:00, cnt: "5"}
  expect: {H51010000001/2026-11: {a1: "200.00", because: {because_surplus: "20.00", because_closing: "5.00"}}}
- name: said in the month in which the stock is passed, not again in the next
  kind: flag
  given:
    settlement: [{}, {setl_id: S2, setl_date: 2026-12-09}]
    fee_line:
      - {list_type: "101", hilist_code: XC08CAA061A001070200001, cnt: "150", inscp_amt: "1500.00"}
      - setl_id: S2
        bkkp_sn: L2
        list_type: "101"
        hilist_code: XC08CAA061A001070200001
        cnt: "50"
        inscp_amt: "500.00"
        fee_date: 2026-12-04
        fee_ocur_time: 2026-12-04 09:00:00
    invchg_d: [{inv_chg_type: "3501", inv_chg_time: 2026-09-30 20:00:00}]
  expect: {H51010000001/2026-11: "500.00"}
- name: no stocktake at the beginning of the quarter, and no movements at all
  kind: clear
  given:
    settlement: [{}, {setl_id: S2, fixmedins_code: H51010000002}]
    fee_line:
      - {list_type: "101", hilist_code: XC08CAA061A001070200001, cnt: "500"}
      - {setl_id: S2, bkkp_sn: L2, list_type: "101", hilist_code: XC08CAA061A001070200001, cnt: "500"}
    invchg_d: [{inv_chg_type: "3501", inv_chg_time: 2026-08-31 20:00:00}]
- name: used before the quarter began, settled within it
  kind: edge
  given:
    settlement: [{setl_date: 2026-10-09}]
    fee_line:
      - list_type: "101"
        hilist_code: XC08CAA061A001070200001
        cnt: "500"
        fee_date: 2026-09-30
        fee_ocur_time: 2026-09-30 09:00:00
    invchg_d: [{inv_chg_type: "3501", inv_chg_time: 2026-09-30 20:00:00, cnt: "0"}]
- name: services have no stock
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{cnt: "500"}]
    invchg_d: [{inv_chg_type: "3501", inv_chg_time: 2026-09-30 20:00:00, hilist_code: "002501010150000", cnt: "0"}]
- name: the month before the regulation
  kind: edge
  given:
    settlement: [{setl_date: 2021-04-20}]
    fee_line:
      - list_type: "101"
        hilist_code: XC08CAA061A001070200001
        cnt: "500"
        fee_date: 2021-04-10
        fee_ocur_time: 2021-04-10 09:00:00
    invchg_d: [{inv_chg_type: "3501", inv_chg_time: 2021-03-31 20:00:00, cnt: "0"}]
*/
