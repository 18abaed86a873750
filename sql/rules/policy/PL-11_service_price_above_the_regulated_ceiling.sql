/* rule
id: PL-11
version: 1
title_zh: 超限定单价收费
title: Service price above the regulated ceiling
status: active
certainty: definite
severity: 3
level: line
owner: 基金监管处
summary: >
  A medical service was charged at a unit price above the ceiling that the treating region sets for the hospital's
  level on that day. Prices are always local, whatever catalogue the benefit follows. Drugs and consumables have
  payment limits, which the split applies, and no regulated ceiling.
sentence_zh: >-
  “{because_item}”单价{because_price}元，高于就医地{because_region}当日限定单价{because_ceiling}元，
  数量{because_quantity}，多收{because_overcharge}元，其中患者已超限自付{because_paid_by_patient}元。
facts:
  because_item: 项目
  because_fee_date: 计费日期
  because_price: 单价（元）
  because_ceiling: 上限（元）
  because_region: 限价地区
  because_quantity: 数量
  because_overcharge: 多收金额（元）
  because_paid_by_patient: 患者已超限自付（元）
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（三）项
  - 《四川省异地就医结算管理办法》第十一条
national_code: GZ10000102001000
in_force: {since: 2021-05-01}
dated_by: fee_date
reads: [fee_line, settlement, hilist_lmtpric_d, agency]
look_back: none
params:
  tolerance:
    about: Share above the ceiling that rounding of six-decimal prices may give
    default: "0.005"
    least: "0"
    most: "0.050"
  child_years:
    about: Up to this age in completed years the price documents allow a surcharge for children
    default: "6"
    least: "0"
    most: "14"
  child_surcharge:
    about: The largest surcharge for children, as a share of the ceiling
    default: "0.30"
    least: "0"
    most: "0.50"
  lag_days:
    about: Days after a lower ceiling came into force in which the old one still excuses
    default: "30"
    least: "0"
    most: "90"
amount: a1
amount_note: >
  a0 is the overcharge. a1 is the part of it that the fund saw: what the patient paid above the payment limit already
  is no longer in scope, and never more than the line's in-scope amount. The share of the first self-pay is not taken
  out, because that needs a quotient of decimals, which engines give differently; the reviewer sees both figures.
not_a_finding_when:
  - 儿童、急诊夜间等加收经价格主管部门批准（6 周岁及以下已按最高加收比例放宽）。
  - 特需病房、特需门诊执行市场调节价，费用由个人全额自付。
  - 限价表下调后 30 日内医院系统尚未更新，且单价不高于原限价。
  - 同一编码按多部位、多计价单位收费而数量只记 1。
reviewer_checks:
  - 查就医地当日有效的价格文件，核对医院等级和计价单位。
  - 看医院收费清单上的加收项目和说明。
  - 核对单价与数量是否颠倒，金额是否等于单价乘数量。
handler: [H1]
suppressors_for_reviewer: [S-CAT]
*/
WITH
priced AS (
    SELECT
        l.setl_id,
        l.bkkp_sn,
        l.hilist_code,
        l.hilist_name,
        l.fee_date,
        l.cnt,
        l.pric,
        l.inscp_amt,
        l.overlmt_selfpay,
        c.insu_admdvs AS region,
        c.hilist_lmtpric_type,
        c.hilist_pric_uplmt_amt AS ceiling,
        CASE WHEN s.age_years <= $child_years THEN 1 + $child_surcharge ELSE 1 END AS factor
    FROM fee_line AS l
    INNER JOIN settlement AS s ON l.setl_id = s.setl_id
    INNER JOIN hilist_lmtpric_d AS c
        ON
            l.hilist_code = c.hilist_code
            AND l.fee_date >= c.begndate
            AND (c.enddate IS NULL OR l.fee_date <= c.enddate)
    WHERE
        -- Services only; a price of a drug or consumable above its limit is paid by the patient, not forbidden.
        l.list_type = '201'
        AND l.cnt > 0
        AND l.inscp_amt > 0
        AND c.hilist_lmtpric_type IN (s.lmtpric_hosp_lv, '0')
        AND c.insu_admdvs IN (s.fix_blng_admdvs, s.treat_pool || '00', LEFT(s.fix_blng_admdvs, 2) || '0000', '000000')
    QUALIFY
        ROW_NUMBER() OVER (
            PARTITION BY l.bkkp_sn
            -- The nearest region's row, then the row of the hospital's level, then the newest.
            ORDER BY
                CASE
                    WHEN c.insu_admdvs = s.fix_blng_admdvs THEN 3
                    WHEN c.insu_admdvs = s.treat_pool || '00' THEN 2
                    WHEN c.insu_admdvs = '000000' THEN 0
                    ELSE 1
                END DESC,
                CASE WHEN c.hilist_lmtpric_type = '0' THEN 0 ELSE 1 END DESC,
                c.begndate DESC
        ) = 1
),

over AS (
    SELECT
        p.setl_id,
        p.bkkp_sn,
        p.hilist_name,
        p.fee_date,
        p.cnt,
        p.pric,
        p.region,
        p.ceiling,
        p.inscp_amt,
        p.overlmt_selfpay,
        CAST(ROUND((p.pric - p.ceiling * p.factor) * p.cnt, 2) AS DECIMAL(18, 2)) AS overcharge
    FROM priced AS p
    WHERE
        p.pric > p.ceiling * p.factor * (1 + $tolerance)
        AND NOT EXISTS (
            SELECT 1
            FROM hilist_lmtpric_d AS o
            WHERE
                o.hilist_code = p.hilist_code
                AND o.insu_admdvs = p.region
                AND o.hilist_lmtpric_type = p.hilist_lmtpric_type
                AND DATE_DIFF('day', o.enddate, p.fee_date) BETWEEN 1 AND $lag_days
                AND p.pric <= o.hilist_pric_uplmt_amt * p.factor * (1 + $tolerance)
        )
)

SELECT
    o.setl_id,
    o.bkkp_sn,
    o.overcharge AS a0,
    LEAST(GREATEST(o.overcharge - o.overlmt_selfpay, 0), o.inscp_amt) AS a1,
    o.hilist_name AS because_item,
    o.fee_date AS because_fee_date,
    CAST(o.pric AS DECIMAL(16, 2)) AS because_price,
    CAST(o.ceiling AS DECIMAL(16, 2)) AS because_ceiling,
    CASE o.region
        WHEN '000000' THEN '全国'
        WHEN '510000' THEN '四川省'
        ELSE COALESCE(g.name_zh, o.region)
    END AS because_region,
    CASE
        WHEN o.cnt = ROUND(o.cnt) THEN CAST(CAST(ROUND(o.cnt) AS BIGINT) AS VARCHAR)
        ELSE CAST(CAST(o.cnt AS DECIMAL(16, 2)) AS VARCHAR)
    END AS because_quantity,
    o.overcharge AS because_overcharge,
    o.overlmt_selfpay AS because_paid_by_patient
FROM over AS o
LEFT JOIN agency AS g ON LEFT(o.region, 4) = g.pool
/* examples
- name: at the ceiling
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{}]
    hilist_lmtpric_d: [{}]
- name: two yuan above, three times
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{cnt: "3", pric: "22.00", det_item_fee_sumamt: "66.00", inscp_amt: "66.00"}]
    hilist_lmtpric_d: [{}]
    agency: [{code: "510100", name_zh: 成都市, pool: "5101"}]
  expect:
    S1:
      a0: "6.00"
      a1: "6.00"
      lines: 1
      because: {because_ceiling: "20.00", because_region: 成都市, because_quantity: "3"}
- name: half an hour is shown as such
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{cnt: "1.5", pric: "22.00", det_item_fee_sumamt: "33.00", inscp_amt: "33.00"}]
    hilist_lmtpric_d: [{}]
  expect: {S1: {a0: "3.00", because: {because_quantity: "1.50"}}}
- name: the patient paid the overcharge, the fund nothing of it
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{pric: "22.00", det_item_fee_sumamt: "22.00", overlmt_selfpay: "2.00", inscp_amt: "20.00"}]
    hilist_lmtpric_d: [{}]
  expect: {S1: {a0: "2.00", a1: "0.00"}}
- name: never more than what is in scope
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{pric: "50.00", det_item_fee_sumamt: "50.00", preselfpay_amt: "25.00", inscp_amt: "25.00"}]
    hilist_lmtpric_d: [{}]
  expect: {S1: {a0: "30.00", a1: "25.00"}}
- name: exactly at the tolerance and a millionth above
  kind: edge
  given:
    settlement: [{}]
    fee_line: [{bkkp_sn: L1, pric: "20.100000"}, {bkkp_sn: L2, pric: "20.100001"}]
    hilist_lmtpric_d: [{}]
  expect: {S1: {a0: "0.10", lines: 1}}
- name: the last day of the old ceiling and the first day of the new one
  kind: edge
  given:
    settlement: [{}]
    fee_line: [{bkkp_sn: L1, fee_date: 2026-06-30, pric: "25.00"}, {bkkp_sn: L2, fee_date: 2026-07-01, pric: "29.00"}]
    hilist_lmtpric_d:
      - {hilist_pric_uplmt_amt: "25.00", enddate: 2026-06-30}
      - {hilist_pric_uplmt_amt: "20.00", begndate: 2026-07-01}
  expect: {S1: {a0: "9.00", lines: 1}}
- name: the old ceiling excuses for thirty days
  kind: edge
  given:
    settlement: [{}]
    fee_line: [{bkkp_sn: L1, fee_date: 2026-07-30, pric: "25.00"}, {bkkp_sn: L2, fee_date: 2026-07-31, pric: "25.00"}]
    hilist_lmtpric_d:
      - {hilist_pric_uplmt_amt: "25.00", enddate: 2026-06-30}
      - {hilist_pric_uplmt_amt: "20.00", begndate: 2026-07-01}
  expect: {S1: {a0: "5.00", lines: 1, because: {because_fee_date: "2026-07-31"}}}
- name: the treating city's own ceiling is higher than the province's
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{pric: "24.00"}]
    hilist_lmtpric_d: [{insu_admdvs: "510000"}, {hilist_pric_uplmt_amt: "24.00"}]
- name: the ceiling of another level or another city does not count
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{pric: "50.00"}]
    hilist_lmtpric_d: [{hilist_lmtpric_type: "1"}, {insu_admdvs: "511300"}]
- name: the hospital's level goes before any level
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{pric: "22.00"}]
    hilist_lmtpric_d: [{hilist_lmtpric_type: "0", hilist_pric_uplmt_amt: "30.00"}, {}]
  expect: {S1: {a0: "2.00"}}
- name: a hospital of the provincial agency follows the province, not Chengdu
  kind: flag
  given:
    settlement: [{fix_blng_admdvs: "519900", treat_pool: "5199"}]
    fee_line: [{pric: "22.00"}]
    hilist_lmtpric_d: [{hilist_pric_uplmt_amt: "30.00"}, {insu_admdvs: "510000"}]
  expect: {S1: {because: {because_region: 四川省}}}
- name: the surcharge for children ends after six
  kind: edge
  given:
    settlement: [{setl_id: SIX, age_years: 6}, {setl_id: SEVEN, age_years: 7}]
    fee_line: [{setl_id: SIX, bkkp_sn: L1, pric: "26.00"}, {setl_id: SEVEN, bkkp_sn: L2, pric: "26.00"}]
    hilist_lmtpric_d: [{}]
  expect: {SEVEN: {a0: "6.00"}}
- name: a dear drug is not a dear service
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{list_type: "101", pric: "50.00"}]
    hilist_lmtpric_d: [{}]
- name: special demand, paid by the patient
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{pric: "50.00", fulamt_ownpay_amt: "50.00", inscp_amt: "0.00"}]
    hilist_lmtpric_d: [{}]
*/
