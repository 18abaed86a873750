/* rule
id: CH-09
version: 1
title_zh: 药店串换
title: Goods of a drugstore rung up as drugs
status: active
certainty: suspicious
severity: 3
level: provider
subject: institution
owner: 基金监管处
summary: >
  A drugstore settled in a quarter more of a product than it had counted at the beginning and bought since; or it scans
  packs and yet settled many drugs without a code; or three dear products that are bought like food supplements make
  up most of what it settled in a month. What was rung up was likely something else. Stock is judged only where it was
  counted within days of the quarter's first, codes only where the drugstore scanned any in the month. What a month adds
  to the quarter's gap is told of that month.
sentence_zh: >-
  {because_month}，{because_institution}{because_form}：{because_item}结算{because_sold}，
  {because_compared}{because_matched}，
  缺口{because_gap}，涉及{because_amount}元。
facts:
  because_month: 结算月份
  because_institution: 药店
  because_form: 类型
  because_item: 药品
  because_sold: 结算数量或金额
  because_compared: 对照
  because_matched: 对照数量或金额
  because_gap: 缺口
  because_amount: 涉及金额（元）
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（四）项、第四十条第（三）项
  - 国家医保局定点零售药店问题清单（2025 年版）第 7、8 项
  - 《关于加强药品追溯码在医疗保障和工伤保险领域采集应用的通知》（医保发〔2025〕7号）
national_code: none
in_force: {since: 2021-05-01}
dated_by: period
reads: [settlement, fee_line, invchg_d, drug_trac_d, supplement_like]
look_back: {days: 100}
params:
  tolerance:
    about: Share of what was there that counting, packs and late postings may explain
    default: "0.05"
    least: "0.00"
    most: "0.30"
  count_days:
    about: A count within so many days around the first day of a quarter is that of its beginning
    default: "5"
    least: "1"
    most: "10"
  least_gap:
    about: Units of a product that are missing at the least
    default: "5"
    least: "1"
    most: "100"
  scanned_since:
    about: First day on which every pack must be scanned, as year, month and day in one number
    default: "20250701"
    least: "20250101"
    most: "20271231"
  unscanned_share:
    about: Share of a month's drug lines that may lack a code
    default: "0.05"
    least: "0.00"
    most: "0.50"
  unscanned_lines:
    about: Lines without a code at the least
    default: "5"
    least: "1"
    most: "100"
  top_share:
    about: Share of a month's settled amount that three dear products may make up
    default: "0.60"
    least: "0.30"
    most: "0.95"
  least_sales:
    about: Months that settled less than this many yuan have no share worth telling
    default: "2000.00"
    least: "0.00"
    most: "100000.00"
amount: exposure
amount_note: >
  a0 and a1 are the gross and in-scope amounts of what stock does not cover, shared by quantity in whole fen; exposure
  adds what was settled without a code and the three products' amount, and may count a line in two forms.
not_a_finding_when:
  - 进销存数据迟传，补传后库存能够对应。
  - 连锁总部调拨入库未作为购进上传。
  - 计费单位与库存单位不一致（整盒与拆零），换算后一致。
  - 扫码设备故障，有登记。
reviewer_checks:
  - 现场盘点缺口最大的品种，核对随货同行单和发票。
  - 调取销售小票、监控和扫码记录，抽查参保人实际购得的商品。
  - 查货架是否陈列生活用品。
handler: [H3, H4]
suppressors: []
*/
WITH
sales AS (
    SELECT
        s.fixmedins_code AS shop,
        s.fixmedins_name AS shop_name,
        LEFT(CAST(s.setl_date AS VARCHAR), 7) AS setl_month,
        YEAR(s.setl_date) * 12 + MONTH(s.setl_date) - 1 AS nth_month,
        YEAR(l.fee_date) * 10000 + MONTH(l.fee_date) * 100 + DAY(l.fee_date) AS fee_day,
        l.bkkp_sn,
        l.hilist_code,
        l.hilist_name,
        l.list_type,
        l.fee_date,
        l.cnt,
        l.det_item_fee_sumamt,
        l.inscp_amt
    FROM settlement AS s
    INNER JOIN fee_line AS l ON s.setl_id = l.setl_id
    WHERE s.care = 'RX' AND s.fixmedins_type = '2'
),

-- Stock: what a quarter began with, what came and went.
moved AS (
    SELECT
        fixmedins_code AS shop,
        hilist_code,
        inv_chg_type,
        inv_chg_time,
        invchg_sn,
        cnt,
        YEAR(inv_chg_time) * 12 + MONTH(inv_chg_time) - 1 AS nth_month,
        DAY(inv_chg_time) AS day_of_month
    FROM invchg_d
    WHERE inv_chg_type IN ('3501', '3503', '3504')
),

counted AS (
    SELECT
        shop,
        hilist_code,
        cnt,
        -- The last days of a quarter belong to the beginning of the next.
        CASE WHEN nth_month % 3 = 2 THEN nth_month // 3 + 1 ELSE nth_month // 3 END AS nth_quarter
    FROM moved
    WHERE
        inv_chg_type = '3501'
        AND (
            (nth_month % 3 = 2 AND day_of_month > 31 - $count_days)
            OR (nth_month % 3 = 0 AND day_of_month <= $count_days)
        )
    QUALIFY
        ROW_NUMBER() OVER (
            PARTITION BY
                shop, hilist_code,
                CASE WHEN nth_month % 3 = 2 THEN nth_month // 3 + 1 ELSE nth_month // 3 END
            ORDER BY inv_chg_time DESC, invchg_sn DESC
        ) = 1
),

each_way AS (
    SELECT
        shop,
        hilist_code,
        nth_month,
        shop_name,
        setl_month,
        hilist_name,
        cnt AS sold,
        det_item_fee_sumamt AS gross,
        inscp_amt AS in_scope,
        CAST(0 AS DECIMAL(16, 4)) AS bought
    FROM sales
    UNION ALL
    SELECT
        shop,
        hilist_code,
        nth_month,
        NULL AS shop_name,
        NULL AS setl_month,
        NULL AS hilist_name,
        0 AS sold,
        0 AS gross,
        0 AS in_scope,
        CASE WHEN inv_chg_type = '3503' THEN cnt ELSE -cnt END AS bought
    FROM moved
    WHERE inv_chg_type IN ('3503', '3504')
),

flows AS (
    SELECT
        shop,
        hilist_code,
        nth_month,
        MIN(shop_name) AS shop_name,
        MIN(setl_month) AS setl_month,
        MIN(hilist_name) AS item,
        SUM(sold) AS sold,
        SUM(gross) AS gross,
        SUM(in_scope) AS in_scope,
        SUM(bought) AS bought
    FROM each_way
    GROUP BY shop, hilist_code, nth_month
),

balanced AS (
    SELECT
        f.shop,
        f.hilist_code,
        f.nth_month,
        f.shop_name,
        f.setl_month,
        f.item,
        f.sold,
        f.gross,
        f.in_scope,
        c.nth_quarter,
        SUM(f.sold) OVER (
            PARTITION BY f.shop, f.hilist_code, c.nth_quarter
            ORDER BY f.nth_month ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS sold_so_far,
        c.cnt + SUM(f.bought) OVER (
            PARTITION BY f.shop, f.hilist_code, c.nth_quarter
            ORDER BY f.nth_month ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) - CASE WHEN f.nth_month % 3 = 2 THEN COALESCE(e.cnt, 0) ELSE 0 END AS there
    FROM flows AS f
    INNER JOIN counted AS c
        ON f.shop = c.shop AND f.hilist_code = c.hilist_code AND f.nth_month // 3 = c.nth_quarter
    -- What was counted when the quarter ended was not sold in it.
    LEFT JOIN counted AS e
        ON f.shop = e.shop AND f.hilist_code = e.hilist_code AND f.nth_month // 3 + 1 = e.nth_quarter
),

gaps AS (
    SELECT
        *,
        CASE WHEN sold_so_far > there * (1 + $tolerance) THEN sold_so_far - there ELSE 0 END AS gap
    FROM balanced
),

widened AS (
    SELECT
        *,
        gap - COALESCE(
            MAX(gap) OVER (
                PARTITION BY shop, hilist_code, nth_quarter
                ORDER BY nth_month ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ),
            0
        ) AS wider
    FROM gaps
),

short AS (
    SELECT
        *,
        LEAST(sold, wider) AS missing,
        -- Hundredths of a unit; bounded, so that no absurd record can overflow.
        CAST(ROUND(LEAST(sold, wider, 9999999) * 100) AS BIGINT) AS part,
        CAST(ROUND(LEAST(sold, 9999999) * 100) AS BIGINT) AS whole
    FROM widened
    WHERE sold > 0 AND wider >= $least_gap
),

-- Codes: drugs settled without one by a drugstore that scans.
scanned AS (
    SELECT DISTINCT bkkp_sn
    FROM drug_trac_d
    WHERE vali_flag = '1'
),

coded AS (
    SELECT
        d.shop,
        MIN(d.shop_name) AS shop_name,
        d.setl_month,
        COUNT(*) AS n_lines,
        SUM(CASE WHEN t.bkkp_sn IS NULL THEN 1 ELSE 0 END) AS uncoded,
        SUM(CASE WHEN t.bkkp_sn IS NULL THEN d.inscp_amt ELSE 0 END) AS in_scope
    FROM sales AS d
    LEFT JOIN scanned AS t ON d.bkkp_sn = t.bkkp_sn
    WHERE d.list_type = '101' AND d.cnt > 0 AND d.fee_day >= $scanned_since
    GROUP BY d.shop, d.setl_month
),

-- Concentration: three dear products that are bought like food supplements.
dear AS (
    SELECT DISTINCT
        hilist_code,
        valid_from,
        valid_until,
        1 AS is_like
    FROM supplement_like
),

ranked AS (
    SELECT
        d.shop,
        d.setl_month,
        MIN(d.shop_name) AS shop_name,
        MIN(d.hilist_name) AS item,
        SUM(d.inscp_amt) AS in_scope,
        MAX(COALESCE(k.is_like, 0)) AS is_like,
        ROW_NUMBER() OVER (
            PARTITION BY d.shop, d.setl_month
            ORDER BY MAX(COALESCE(k.is_like, 0)) DESC, SUM(d.inscp_amt) DESC, d.hilist_code ASC
        ) AS place
    FROM sales AS d
    LEFT JOIN dear AS k
        ON
            d.hilist_code = k.hilist_code
            AND d.fee_date >= k.valid_from
            AND (k.valid_until IS NULL OR d.fee_date < k.valid_until)
    GROUP BY d.shop, d.setl_month, d.hilist_code
),

concentrated AS (
    SELECT
        shop,
        MIN(shop_name) AS shop_name,
        setl_month,
        SUM(in_scope) AS total,
        SUM(CASE WHEN is_like = 1 AND place <= 3 THEN in_scope ELSE 0 END) AS dear_amount,
        STRING_AGG(CASE WHEN is_like = 1 AND place <= 3 THEN item END, '、' ORDER BY place) AS items
    FROM ranked
    GROUP BY shop, setl_month
),

found AS (
    SELECT
        shop,
        shop_name,
        setl_month,
        '结算数量超过进销存' AS form,
        item,
        CAST((CAST(ROUND(LEAST(gross, 9999999) * 100) AS BIGINT) * part // NULLIF(whole, 0)) * 0.01 AS DECIMAL(18, 2))
            AS gross,
        CAST(
            (CAST(ROUND(LEAST(in_scope, 9999999) * 100) AS BIGINT) * part // NULLIF(whole, 0)) * 0.01 AS DECIMAL(18, 2)
        ) AS in_scope,
        '本季累计' || CAST(CAST(sold_so_far AS DECIMAL(16, 2)) AS VARCHAR) AS sold,
        '期初盘点加购进' AS compared,
        CAST(CAST(there AS DECIMAL(16, 2)) AS VARCHAR) AS held,
        CAST(CAST(missing AS DECIMAL(16, 2)) AS VARCHAR) AS gap
    FROM short
    UNION ALL
    SELECT
        shop,
        shop_name,
        setl_month,
        '药品结算无追溯码' AS form,
        '药品' AS item,
        NULL AS gross,
        in_scope,
        CAST(n_lines AS VARCHAR) || '条' AS sold,
        '已扫码' AS compared,
        CAST(n_lines - uncoded AS VARCHAR) || '条' AS held,
        CAST(uncoded AS VARCHAR) || '条' AS gap
    FROM coded
    -- Whoever scanned nothing in the month may have no scanner: that is for the agency to see.
    WHERE uncoded < n_lines AND uncoded >= $unscanned_lines AND uncoded > $unscanned_share * n_lines
    UNION ALL
    SELECT
        shop,
        shop_name,
        setl_month,
        '高价滋补类品种占比过高' AS form,
        items AS item,
        NULL AS gross,
        dear_amount AS in_scope,
        CAST(CAST(dear_amount AS DECIMAL(16, 2)) AS VARCHAR) || '元' AS sold,
        '当月全部结算' AS compared,
        CAST(CAST(total AS DECIMAL(16, 2)) AS VARCHAR) || '元' AS held,
        CAST(CAST(dear_amount - $top_share * total AS DECIMAL(16, 2)) AS VARCHAR) || '元' AS gap
    FROM concentrated
    WHERE total >= $least_sales AND dear_amount > $top_share * total
)

SELECT
    shop AS subject_id,
    setl_month AS period,
    COALESCE(gross, 0) AS a0,
    CASE WHEN gross IS NULL THEN 0 ELSE in_scope END AS a1,
    CAST(0 AS DECIMAL(18, 2)) AS a2,
    in_scope AS exposure,
    setl_month AS because_month,
    shop_name AS because_institution,
    form AS because_form,
    item AS because_item,
    sold AS because_sold,
    compared AS because_compared,
    held AS because_matched,
    gap AS because_gap,
    COALESCE(gross, in_scope) AS because_amount
FROM found
/* examples
- name: sold what was counted and bought
  kind: clear
  given:
    settlement: [{care: RX, fixmedins_type: "2"}]
    fee_line: [{hilist_code: "1", list_type: "102", cnt: "30"}]
    invchg_d:
      - {hilist_code: "1", inv_chg_type: "3501", inv_chg_time: 2026-09-30 20:00:00, cnt: "20"}
      - {invchg_sn: I2, hilist_code: "1", cnt: "10"}
    drug_trac_d: []
    supplement_like: []
- name: nothing counted at the beginning of the quarter
  kind: clear
  given:
    settlement: [{care: RX, fixmedins_type: "2"}]
    fee_line: [{hilist_code: "1", list_type: "102", cnt: "300"}]
    invchg_d: [{hilist_code: "1", cnt: "10"}]
    drug_trac_d: []
    supplement_like: []
- name: four times as much settled as there was
  kind: flag
  given:
    settlement: [{care: RX, fixmedins_type: "2"}]
    fee_line: [{hilist_code: "1", list_type: "102", cnt: "120", det_item_fee_sumamt: "1200.00", inscp_amt: "960.00"}]
    invchg_d:
      - {hilist_code: "1", inv_chg_type: "3501", inv_chg_time: 2026-09-30 20:00:00, cnt: "20"}
      - {invchg_sn: I2, hilist_code: "1", cnt: "15"}
      - {invchg_sn: I3, hilist_code: "1", inv_chg_type: "3504", cnt: "5"}
    drug_trac_d: []
    supplement_like: []
  expect: {H51010000001/2026-11: {a0: "900.00", a1: "720.00", exposure: "720.00", because: {because_gap: "90.00"}}}
- name: a month tells what it adds to the gap of the quarter
  kind: flag
  given:
    settlement:
      - {setl_id: S1, care: RX, fixmedins_type: "2", setl_date: 2026-10-20}
      - {setl_id: S2, care: RX, fixmedins_type: "2", setl_date: 2026-11-20}
    fee_line:
      - {setl_id: S1, bkkp_sn: L1, hilist_code: "1", list_type: "102", cnt: "30", inscp_amt: "300.00"}
      - {setl_id: S2, bkkp_sn: L2, hilist_code: "1", list_type: "102", cnt: "40", inscp_amt: "400.00"}
    invchg_d:
      - {hilist_code: "1", inv_chg_type: "3501", inv_chg_time: 2026-10-01 08:00:00, cnt: "20"}
      - {invchg_sn: I2, hilist_code: "1", cnt: "33", inv_chg_time: 2026-11-02 08:00:00}
    drug_trac_d: []
    supplement_like: []
  expect:
    H51010000001/2026-10: {exposure: "100.00"}
    H51010000001/2026-11: {exposure: "70.00", because: {because_gap: "7.00"}}
- name: what was counted when the quarter ended was not sold
  kind: flag
  given:
    settlement: [{care: RX, fixmedins_type: "2", setl_date: 2026-09-20}]
    fee_line: [{hilist_code: "1", list_type: "102", cnt: "30", inscp_amt: "300.00"}]
    invchg_d:
      - {hilist_code: "1", inv_chg_type: "3501", inv_chg_time: 2026-06-30 20:00:00, cnt: "40"}
      - {invchg_sn: I2, hilist_code: "1", inv_chg_type: "3501", inv_chg_time: 2026-09-30 20:00:00, cnt: "20"}
    drug_trac_d: []
    supplement_like: []
  expect: {H51010000001/2026-09: {exposure: "100.00"}}
- name: five in a hundred more than there was, and one more unit
  kind: edge
  given:
    settlement: [{care: RX, fixmedins_type: "2"}]
    fee_line:
      - {bkkp_sn: L1, hilist_code: "1", list_type: "102", cnt: "105"}
      - {bkkp_sn: L2, hilist_code: "2", list_type: "102", cnt: "106", inscp_amt: "106.00"}
    invchg_d:
      - {hilist_code: "1", inv_chg_type: "3501", inv_chg_time: 2026-09-30 20:00:00, cnt: "100"}
      - {invchg_sn: I2, hilist_code: "2", inv_chg_type: "3501", inv_chg_time: 2026-09-30 20:00:00, cnt: "100"}
    drug_trac_d: []
    supplement_like: []
  expect: {H51010000001/2026-11: {exposure: "6.00"}}
- name: five drugs without a code in a drugstore that scans
  kind: flag
  given:
    settlement: [{care: RX, fixmedins_type: "2"}]
    fee_line:
      - {list_type: "101"}
      - {bkkp_sn: L2, list_type: "101"}
      - {bkkp_sn: L3, list_type: "101"}
      - {bkkp_sn: L4, list_type: "101"}
      - {bkkp_sn: L5, list_type: "101"}
      - {bkkp_sn: L6, list_type: "101"}
    invchg_d: []
    drug_trac_d: [{}]
    supplement_like: []
  expect: {H51010000001/2026-11: {a0: "0.00", exposure: "100.00", because: {because_gap: 5条}}}
- name: four drugs without a code
  kind: edge
  given:
    settlement: [{care: RX, fixmedins_type: "2"}]
    fee_line:
      - {bkkp_sn: M1, list_type: "101"}
      - {bkkp_sn: M2, list_type: "101"}
      - {bkkp_sn: M3, list_type: "101"}
      - {bkkp_sn: M4, list_type: "101"}
      - {bkkp_sn: M5, list_type: "101"}
    invchg_d: []
    drug_trac_d: [{bkkp_sn: M1}]
    supplement_like: []
- name: the day before packs must be scanned, and the first day
  kind: edge
  given:
    settlement: [{care: RX, fixmedins_type: "2", setl_date: 2025-07-02}]
    fee_line:
      - {bkkp_sn: L0, list_type: "101", fee_date: 2025-07-01}
      - {bkkp_sn: L1, list_type: "101", fee_date: 2025-07-01}
      - {bkkp_sn: L2, list_type: "101", fee_date: 2025-07-01}
      - {bkkp_sn: L3, list_type: "101", fee_date: 2025-07-01}
      - {bkkp_sn: L4, list_type: "101", fee_date: 2025-07-01}
      - {bkkp_sn: L5, list_type: "101", fee_date: 2025-07-01}
      - {bkkp_sn: L6, list_type: "101", fee_date: 2025-06-30}
    invchg_d: []
    drug_trac_d: [{bkkp_sn: L0}]
    supplement_like: []
  expect: {H51010000001/2025-07: {exposure: "100.00", because: {because_gap: 5条}}}
- name: two tonics are nearly all that a drugstore settles
  kind: flag
  given:
    settlement: [{care: RX, fixmedins_type: "2"}]
    fee_line:
      - {bkkp_sn: L1, hilist_code: ZA09BFA0101010190201, hilist_name: 复方阿胶浆, list_type: "101", inscp_amt: "2000.00"}
      - {bkkp_sn: L2, hilist_code: "2", hilist_name: 灵芝孢子胶囊, list_type: "101", inscp_amt: "500.00"}
      - {bkkp_sn: L3, hilist_code: "3", list_type: "101", inscp_amt: "500.00"}
    invchg_d: []
    drug_trac_d: []
    supplement_like: [{}, {kp_id: K2, hilist_code: "2"}]
  expect: {H51010000001/2026-11: {exposure: "2500.00", because: {because_item: 复方阿胶浆、灵芝孢子胶囊}}}
- name: sixty in a hundred, and a yuan more
  kind: edge
  given:
    settlement:
      - {setl_id: S1, care: RX, fixmedins_type: "2"}
      - {setl_id: S2, care: RX, fixmedins_type: "2", fixmedins_code: P51010000002}
    fee_line:
      - {setl_id: S1, bkkp_sn: L1, hilist_code: ZA09BFA0101010190201, list_type: "101", inscp_amt: "1200.00"}
      - {setl_id: S1, bkkp_sn: L2, hilist_code: "3", list_type: "101", inscp_amt: "800.00"}
      - {setl_id: S2, bkkp_sn: L3, hilist_code: ZA09BFA0101010190201, list_type: "101", inscp_amt: "1201.00"}
      - {setl_id: S2, bkkp_sn: L4, hilist_code: "3", list_type: "101", inscp_amt: "800.00"}
    invchg_d: []
    drug_trac_d: []
    supplement_like: [{}]
  expect: {P51010000002/2026-11: {exposure: "1201.00"}}
- name: the day before the knowledge point and its first day
  kind: edge
  given:
    settlement:
      - {setl_id: S1, care: RX, fixmedins_type: "2"}
      - {setl_id: S2, care: RX, fixmedins_type: "2", fixmedins_code: P51010000002}
    fee_line:
      - {setl_id: S1, bkkp_sn: L1, hilist_code: ZA09BFA0101010190201, inscp_amt: "3000.00", fee_date: 2026-11-03}
      - {setl_id: S2, bkkp_sn: L2, hilist_code: ZA09BFA0101010190201, inscp_amt: "3000.00", fee_date: 2026-11-04}
    invchg_d: []
    drug_trac_d: []
    supplement_like: [{valid_from: 2026-11-04}]
  expect: {P51010000002/2026-11: {exposure: "3000.00"}}
*/
