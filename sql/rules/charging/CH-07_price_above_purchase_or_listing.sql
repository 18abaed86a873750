/* rule
id: CH-07
version: 1
title_zh: 药品、耗材加价
title: Price above purchase or listing
status: active
certainty: definite
severity: 3
level: line
owner: 基金监管处
summary: >
  A public hospital sells drugs and consumables at what it paid and at the price of the tender that they won; nobody
  sells above the listing. What it paid is the mean of its purchases of exactly this product in the days before the
  charge, weighted by quantity, and rounded up. Herbal pieces may carry a mark-up. Private hospitals and drugstores are
  held against the listing alone. Where the price is many times the allowed one, the two speak of different units.
sentence_zh: >-
  “{because_item}”{because_fee_date}按单价{because_price}元计收{because_quantity}，{because_ground}为{because_allowed}元，
  多收{because_overcharge}元，其中患者已超限自付{because_paid_by_patient}元。
facts:
  because_item: 药品或耗材
  because_fee_date: 计费日期
  because_price: 单价（元）
  because_ground: 比较价格
  because_allowed: 允许单价（元）
  because_purchase: 近期购进均价（元）
  because_tender: 集采中选价（元）
  because_listing: 挂网价（元）
  because_quantity: 数量
  because_overcharge: 多收金额（元）
  because_paid_by_patient: 患者已超限自付（元）
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（三）项
  - 《关于全面推开公立医院综合改革工作的通知》（国卫体改发〔2017〕22号）：取消药品加成（中药饮片除外）
  - 国家医保局飞行检查问题清单（2025 年版）第 8 项
national_code: none
in_force: {since: 2021-05-01}
dated_by: fee_date
reads: [fee_line, settlement, invchg_d, drug_price_b, fixmedins_b]
look_back: none
params:
  tolerance:
    about: Share above the allowed price that rounding of six-decimal prices may give
    default: "0.01"
    least: "0.00"
    most: "0.05"
  purchase_days:
    about: Purchases of so many days before the charge make the purchase price
    default: "90"
    least: "30"
    most: "180"
  herb_markup:
    about: Share that herbal pieces may be sold above what was paid for them
    default: "0.25"
    least: "0.00"
    most: "0.25"
  other_unit:
    about: A price so many times the allowed one is that of another unit, a box against a tablet
    default: "5"
    least: "2"
    most: "20"
amount: a1
amount_note: >
  a0 is the overcharge. a1 is the part of it that the fund saw: what the patient paid above the payment limit already is
  no longer in scope, and never more than the line's in-scope amount.
not_a_finding_when:
  - 购进单位与计费单位不同（整盒购进、拆零计费），换算后没有加价。
  - 售出的是以前以较高价格购进的库存，近期购进价已下降，且有入库记录。
  - 民营医疗机构、零售药店自主定价（只与挂网价比较）。
  - 中药饮片在规定的加成比例内。
reviewer_checks:
  - 查购进发票、随货同行单和入库单，核对单价和计费单位。
  - 查集采中选结果和挂网价格的执行日期。
  - 看医院是否按品规逐一维护价格、调价是否滞后。
handler: [H2, H1]
suppressors: []
*/
WITH
sold AS (
    SELECT
        l.setl_id,
        l.bkkp_sn,
        l.fixmedins_code,
        l.hilist_code,
        l.hilist_name,
        l.list_type,
        l.fee_date,
        l.cnt,
        l.pric,
        l.inscp_amt,
        l.overlmt_selfpay
    FROM fee_line AS l
    INNER JOIN settlement AS s ON l.setl_id = s.setl_id
    WHERE l.list_type IN ('101', '102', '301') AND l.cnt > 0 AND l.inscp_amt > 0
),

public_hospital AS (
    SELECT
        fixmedins_code,
        CAST(begntime AS DATE) AS from_date,
        CAST(endtime AS DATE) AS until_date
    FROM fixmedins_b
    WHERE vali_flag = '1' AND fixmedins_type = '1' AND medins_natu = '1'
),

asked AS (
    SELECT DISTINCT
        d.fixmedins_code,
        d.hilist_code,
        d.fee_date
    FROM sold AS d
    INNER JOIN public_hospital AS h
        ON
            d.fixmedins_code = h.fixmedins_code
            AND d.fee_date >= h.from_date
            AND (h.until_date IS NULL OR d.fee_date < h.until_date)
),

paid AS (
    SELECT
        a.fixmedins_code,
        a.hilist_code,
        a.fee_date,
        SUM(CASE WHEN i.inv_chg_type = '3503' THEN i.cnt ELSE -i.cnt END) AS quantity,
        SUM(CASE WHEN i.inv_chg_type = '3503' THEN i.cnt ELSE -i.cnt END * i.pric) AS worth
    FROM asked AS a
    LEFT JOIN invchg_d AS i
        ON
            a.fixmedins_code = i.fixmedins_code
            AND a.hilist_code = i.hilist_code
            AND DATE_DIFF('day', CAST(i.inv_chg_time AS DATE), a.fee_date) BETWEEN 0 AND $purchase_days
            AND i.inv_chg_type IN ('3503', '3504')
            AND COALESCE(i.trdn_flag, '0') <> '1'
            AND i.pric > 0
    GROUP BY a.fixmedins_code, a.hilist_code, a.fee_date
),

mean AS (
    SELECT
        fixmedins_code,
        hilist_code,
        fee_date,
        CASE
            WHEN quantity > 0 AND worth > 0
                -- Millionths of a yuan over hundredths of a unit, rounded up; bounded, so that nothing can overflow.
                THEN
                    CAST(
                        (
                            (
                                CAST(ROUND(LEAST(worth, 999999999999) * 1000000) AS BIGINT)
                                + CAST(ROUND(LEAST(quantity, 999999999999) * 100) AS BIGINT) - 1
                            ) // NULLIF(CAST(ROUND(LEAST(quantity, 999999999999) * 100) AS BIGINT), 0)
                        ) * 0.0001 AS DECIMAL(16, 4)
                    )
        END AS purchase
    FROM paid
),

compared AS (
    SELECT
        d.setl_id,
        d.bkkp_sn,
        d.hilist_name,
        d.list_type,
        d.fee_date,
        d.cnt,
        d.pric,
        d.inscp_amt,
        d.overlmt_selfpay,
        m.purchase,
        p.list_pric AS listing,
        CASE WHEN m.hilist_code IS NOT NULL THEN p.vbp_pric END AS tender
    FROM sold AS d
    LEFT JOIN mean AS m
        ON d.fixmedins_code = m.fixmedins_code AND d.hilist_code = m.hilist_code AND d.fee_date = m.fee_date
    LEFT JOIN drug_price_b AS p
        ON
            d.hilist_code = p.hilist_code
            AND d.fee_date >= p.begndate
            AND (p.enddate IS NULL OR d.fee_date <= p.enddate)
            AND p.vali_flag = '1'
    -- The newest price of the day.
    QUALIFY ROW_NUMBER() OVER (PARTITION BY d.bkkp_sn ORDER BY p.begndate DESC) = 1
),

allowed AS (
    SELECT
        setl_id,
        bkkp_sn,
        hilist_name,
        fee_date,
        cnt,
        pric,
        inscp_amt,
        overlmt_selfpay,
        purchase,
        tender,
        listing,
        LEAST(
            COALESCE(CASE WHEN list_type = '102' THEN purchase * (1 + $herb_markup) ELSE purchase END, 99999999),
            COALESCE(tender, 99999999),
            COALESCE(listing, 99999999)
        ) AS most
    FROM compared
),

over AS (
    SELECT
        setl_id,
        bkkp_sn,
        hilist_name,
        fee_date,
        cnt,
        pric,
        inscp_amt,
        overlmt_selfpay,
        purchase,
        tender,
        listing,
        most,
        CAST(ROUND((pric - most) * cnt, 2) AS DECIMAL(18, 2)) AS overcharge
    FROM allowed
    WHERE pric > most * (1 + $tolerance) AND pric < most * $other_unit
)

SELECT
    setl_id,
    bkkp_sn,
    overcharge AS a0,
    LEAST(GREATEST(overcharge - overlmt_selfpay, 0), inscp_amt) AS a1,
    hilist_name AS because_item,
    fee_date AS because_fee_date,
    CAST(pric AS DECIMAL(16, 2)) AS because_price,
    CASE
        WHEN most = listing THEN '挂网价'
        WHEN most = tender THEN '集采中选价'
        ELSE '近期购进均价（中药饮片含规定加成）'
    END AS because_ground,
    CAST(most AS DECIMAL(16, 2)) AS because_allowed,
    CAST(purchase AS DECIMAL(16, 2)) AS because_purchase,
    CAST(tender AS DECIMAL(16, 2)) AS because_tender,
    CAST(listing AS DECIMAL(16, 2)) AS because_listing,
    CASE
        WHEN cnt = ROUND(cnt) THEN CAST(CAST(ROUND(cnt) AS BIGINT) AS VARCHAR)
        ELSE CAST(CAST(cnt AS DECIMAL(16, 2)) AS VARCHAR)
    END AS because_quantity,
    overcharge AS because_overcharge,
    overlmt_selfpay AS because_paid_by_patient
FROM over
WHERE overcharge > 0
/* examples
- name: sold at what was paid
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{hilist_code: XC08CAA061A001070200001, list_type: "101", pric: "18.00"}]
    invchg_d: [{}]
    drug_price_b: [{}]
    fixmedins_b: [{medins_natu: "1"}]
- name: bought by the box, billed by the box, at the mean of two purchases
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{hilist_code: XC08CAA061A001070200001, list_type: "101", pric: "17.00"}]
    invchg_d: [{}, {invchg_sn: I2, pric: "16.00"}]
    drug_price_b: []
    fixmedins_b: [{medins_natu: "1"}]
- name: a tablet bought, a box billed
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{hilist_code: XC08CAA061A001070200001, list_type: "101", pric: "18.00"}]
    invchg_d: [{pric: "0.60"}]
    drug_price_b: []
    fixmedins_b: [{medins_natu: "1"}]
- name: a private hospital below the listing
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{hilist_code: XC08CAA061A001070200001, list_type: "101", pric: "18.60"}]
    invchg_d: [{pric: "12.00"}]
    drug_price_b: [{vbp_pric: "12.00"}]
    fixmedins_b: [{medins_natu: "2"}]
- name: two yuan above what was paid, three times
  kind: flag
  given:
    settlement: [{}]
    fee_line:
      - hilist_code: XC08CAA061A001070200001
        list_type: "101"
        cnt: "3"
        pric: "18.60"
        det_item_fee_sumamt: "55.80"
        inscp_amt: "55.80"
    invchg_d: [{pric: "16.60"}]
    drug_price_b: [{}]
    fixmedins_b: [{medins_natu: "1"}]
  expect: {S1: {a0: "6.00", a1: "6.00", lines: 1, because: {because_allowed: "16.60", because_listing: "18.60"}}}
- name: the mean is weighted by quantity and rounded up, returns are taken out
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{hilist_code: XC08CAA061A001070200001, list_type: "101", pric: "20.00"}]
    invchg_d:
      - {cnt: "2", pric: "10.00"}
      - {invchg_sn: I2, cnt: "2", pric: "13.00"}
      - {invchg_sn: I3, cnt: "1", pric: "13.00", inv_chg_type: "3504"}
    drug_price_b: []
    fixmedins_b: [{medins_natu: "1"}]
  expect: {S1: {a0: "9.00", because: {because_purchase: "11.00"}}}
- name: above the price of the tender, nothing known of purchases
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{hilist_code: XC08CAA061A001070200001, list_type: "101", pric: "18.60"}]
    invchg_d: []
    drug_price_b: [{vbp_pric: "10.00"}]
    fixmedins_b: [{medins_natu: "1"}]
  expect: {S1: {a0: "8.60", because: {because_ground: 集采中选价}}}
- name: a drugstore above the listing, of which the patient paid a part
  kind: flag
  given:
    settlement: [{care: RX, fixmedins_type: "2"}]
    fee_line:
      - hilist_code: XC08CAA061A001070200001
        list_type: "101"
        pric: "22.60"
        det_item_fee_sumamt: "22.60"
        overlmt_selfpay: "1.00"
        inscp_amt: "21.60"
    invchg_d: [{pric: "12.00"}]
    drug_price_b: [{}]
    fixmedins_b: [{fixmedins_type: "2", medins_natu: "1"}]
  expect: {S1: {a0: "4.00", a1: "3.00", because: {because_ground: 挂网价}}}
- name: exactly one in a hundred above, and a little more
  kind: edge
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, hilist_code: XC08CAA061A001070200001, list_type: "101", pric: "101.000000"}
      - {bkkp_sn: L2, hilist_code: XC08CAA061A001070200001, list_type: "101", pric: "101.010000"}
    invchg_d: []
    drug_price_b: [{list_pric: "100.00"}]
    fixmedins_b: [{medins_natu: "1"}]
  expect: {S1: {a0: "1.01", lines: 1}}
- name: herbal pieces at a quarter above what was paid, and beyond it
  kind: edge
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, hilist_code: XC08CAA061A001070200001, list_type: "102", pric: "12.50"}
      - {bkkp_sn: L2, hilist_code: XC08CAA061A001070200001, list_type: "102", pric: "13.00"}
    invchg_d: [{pric: "10.00"}]
    drug_price_b: []
    fixmedins_b: [{medins_natu: "1"}]
  expect: {S1: {a0: "0.50", lines: 1}}
- name: a purchase ninety days ago, ninety-one days ago, and after the charge
  kind: edge
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, hilist_code: "1", list_type: "101"}
      - {bkkp_sn: L2, hilist_code: "2", list_type: "101"}
      - {bkkp_sn: L3, hilist_code: "3", list_type: "101"}
    invchg_d:
      - {hilist_code: "1", pric: "10.00", inv_chg_time: 2026-08-06 09:00:00}
      - {invchg_sn: I2, hilist_code: "2", pric: "10.00", inv_chg_time: 2026-08-05 09:00:00}
      - {invchg_sn: I3, hilist_code: "3", pric: "10.00", inv_chg_time: 2026-11-05 09:00:00}
    drug_price_b: []
    fixmedins_b: [{medins_natu: "1"}]
  expect: {S1: {a0: "10.00", lines: 1}}
- name: the last day of the listing and the day after
  kind: edge
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, hilist_code: XC08CAA061A001070200001, list_type: "101", fee_date: 2026-11-03}
      - {bkkp_sn: L2, hilist_code: XC08CAA061A001070200001, list_type: "101", fee_date: 2026-11-04}
    invchg_d: []
    drug_price_b: [{enddate: 2026-11-03}]
    fixmedins_b: [{medins_natu: "1"}]
  expect: {S1: {a0: "1.40", lines: 1, because: {because_fee_date: "2026-11-03"}}}
- name: a service has no listing
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{hilist_code: XC08CAA061A001070200001, list_type: "201", pric: "30.00"}]
    invchg_d: []
    drug_price_b: [{}]
    fixmedins_b: [{medins_natu: "1"}]
- name: the day before the regulation and its first day
  kind: edge
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, hilist_code: XC08CAA061A001070200001, list_type: "101", fee_date: 2021-04-30}
      - {bkkp_sn: L2, hilist_code: XC08CAA061A001070200001, list_type: "101", fee_date: 2021-05-01}
    invchg_d: []
    drug_price_b: [{begndate: 2020-01-01}]
    fixmedins_b: [{medins_natu: "1"}]
  expect: {S1: {a0: "1.40", lines: 1}}
*/
