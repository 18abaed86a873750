/* rule
id: PL-12
version: 1
title_zh: 应折价未折价
title: Mandatory discount not applied
status: active
certainty: definite
severity: 2
level: patient-episode
owner: 基金监管处
summary: >
  Of several services of one group done on one day, operations through one incision say, the dearest is charged in full
  and every other one at a share of the treating region's ceiling. One of the others was charged more. It does not
  matter whether the discount is taken from the price or from the quantity.
sentence_zh: >-
  {because_fee_date}同日收取“{because_group}”{because_services}项，其中“{because_item}”应按指导价{because_ceiling}元的
  {because_percent}%计收，实收{because_charged}元，多收{because_surplus}元。
facts:
  because_item: 项目
  because_group: 折价组
  because_limit: 限定
  because_fee_date: 计费日期
  because_services: 同组项目数
  because_first: 全价计收的项目
  because_ceiling: 当地指导价（元）
  because_percent: 计收比例（%）
  because_charged: 实收（元）
  because_surplus: 多收（元）
  because_point: 知识点编号
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（三）项
  - 《全国医疗服务价格项目规范》手术治疗说明：同一切口两项及以上手术的折价计收
  - 《四川省异地就医结算管理办法》第十一条
national_code: GZ10000102002000
in_force: {since: 2021-05-01}
dated_by: fee_date
reads: [fee_line, settlement, discount_group, hilist_lmtpric_d, oprn_d]
look_back: none
params:
  tolerance:
    about: Share above the discounted price that rounding may give
    default: "0.005"
    least: "0"
    most: "0.050"
amount: a1
amount_note: >
  a0 is what was charged beyond the discounted ceiling; a1 the same share of the line's in-scope amount, in whole fen,
  rounded down. A quantity of two is allowed two discounted prices.
not_a_finding_when:
  - 两项手术经不同切口或在不同侧施行，手术记录写明。
  - 同日分两次进行的手术，首台结束后另行麻醉（手术时间不重叠的已排除）。
  - 折价体现在单价上而不是数量上（按金额比较，已考虑）。
reviewer_checks:
  - 调手术记录和麻醉记录，核对切口、侧别和手术起止时间。
  - 查价格项目说明，核对折价比例和计价单位。
  - 查医院收费系统是否设置折价规则。
handler: [H2, H1]
suppressors: []
*/
WITH
grouped AS (
    SELECT
        l.setl_id,
        l.bkkp_sn,
        l.mdtrt_id,
        l.hilist_code,
        l.hilist_name,
        l.fee_date,
        l.cnt,
        l.pric,
        l.det_item_fee_sumamt,
        l.inscp_amt,
        s.fix_blng_admdvs,
        s.treat_pool,
        s.lmtpric_hosp_lv,
        k.kp_id,
        k.op_group,
        k.percent,
        k.note_zh
    FROM fee_line AS l
    INNER JOIN settlement AS s ON l.setl_id = s.setl_id
    INNER JOIN discount_group AS k
        ON
            l.hilist_code = k.hilist_code
            AND l.fee_date >= k.valid_from
            AND (k.valid_until IS NULL OR l.fee_date < k.valid_until)
    WHERE l.cnt > 0 AND l.det_item_fee_sumamt > 0
    QUALIFY ROW_NUMBER() OVER (PARTITION BY l.bkkp_sn ORDER BY k.percent ASC, k.kp_id ASC) = 1
),

services AS (
    SELECT
        setl_id,
        op_group,
        fee_date,
        hilist_code,
        MIN(hilist_name) AS hilist_name,
        MAX(pric) AS pric,
        MAX(det_item_fee_sumamt) AS amount
    FROM grouped
    GROUP BY setl_id, op_group, fee_date, hilist_code
),

ordered AS (
    SELECT
        setl_id,
        op_group,
        fee_date,
        hilist_code,
        hilist_name,
        ROW_NUMBER() OVER (
            PARTITION BY setl_id, op_group, fee_date ORDER BY amount DESC, pric DESC, hilist_code ASC
        ) AS place,
        COUNT(*) OVER (PARTITION BY setl_id, op_group, fee_date) AS services
    FROM services
),

later_ones AS (
    SELECT
        g.setl_id,
        g.bkkp_sn,
        g.hilist_name,
        g.fee_date,
        g.cnt,
        g.det_item_fee_sumamt,
        g.inscp_amt,
        g.kp_id,
        g.op_group,
        g.percent,
        g.note_zh,
        o.services,
        f.hilist_name AS first_name,
        c.hilist_pric_uplmt_amt AS ceiling
    FROM grouped AS g
    INNER JOIN ordered AS o
        ON
            g.setl_id = o.setl_id
            AND g.op_group = o.op_group
            AND g.fee_date = o.fee_date
            AND g.hilist_code = o.hilist_code
    INNER JOIN ordered AS f
        ON
            o.setl_id = f.setl_id
            AND o.op_group = f.op_group
            AND o.fee_date = f.fee_date
    INNER JOIN hilist_lmtpric_d AS c
        ON
            g.hilist_code = c.hilist_code
            AND g.fee_date >= c.begndate
            AND (c.enddate IS NULL OR g.fee_date <= c.enddate)
    WHERE
        o.place > 1
        AND f.place = 1
        AND c.hilist_lmtpric_type IN (g.lmtpric_hosp_lv, '0')
        AND c.insu_admdvs IN (g.fix_blng_admdvs, g.treat_pool || '00', LEFT(g.fix_blng_admdvs, 2) || '0000', '000000')
        -- One operation ended before the next began: two operations, not one incision.
        AND NOT EXISTS (
            SELECT 1
            FROM oprn_d AS a
            INNER JOIN oprn_d AS b ON a.mdtrt_id = b.mdtrt_id
            WHERE
                a.mdtrt_id = g.mdtrt_id
                AND a.vali_flag = '1'
                AND b.vali_flag = '1'
                AND CAST(a.oprn_oprt_begntime AS DATE) = g.fee_date
                AND CAST(b.oprn_oprt_begntime AS DATE) = g.fee_date
                AND a.oprn_oprt_endtime <= b.oprn_oprt_begntime
        )
    QUALIFY
        ROW_NUMBER() OVER (
            PARTITION BY g.bkkp_sn
            -- The nearest region's row, then the row of the hospital's level, then the newest.
            ORDER BY
                CASE
                    WHEN c.insu_admdvs = g.fix_blng_admdvs THEN 3
                    WHEN c.insu_admdvs = g.treat_pool || '00' THEN 2
                    WHEN c.insu_admdvs = '000000' THEN 0
                    ELSE 1
                END DESC,
                CASE WHEN c.hilist_lmtpric_type = '0' THEN 0 ELSE 1 END DESC,
                c.begndate DESC
        ) = 1
),

over_charged AS (
    SELECT
        setl_id,
        bkkp_sn,
        hilist_name,
        fee_date,
        det_item_fee_sumamt,
        inscp_amt,
        kp_id,
        op_group,
        percent,
        note_zh,
        services,
        first_name,
        ceiling,
        det_item_fee_sumamt
        - CAST(ROUND(CEIL(cnt) * ceiling * percent * 0.01, 2) AS DECIMAL(18, 2)) AS surplus
    FROM later_ones
    WHERE det_item_fee_sumamt > CEIL(cnt) * ceiling * percent * 0.01 * (1 + $tolerance)
)

SELECT
    setl_id,
    bkkp_sn,
    surplus AS a0,
    -- Whole fen x whole fen; bounded, so that no absurd record can overflow.
    CAST(
        (
            CAST(ROUND(LEAST(inscp_amt, 9999999) * 100) AS BIGINT)
            * CAST(ROUND(LEAST(surplus, 9999999) * 100) AS BIGINT)
            // NULLIF(CAST(ROUND(LEAST(det_item_fee_sumamt, 9999999) * 100) AS BIGINT), 0)
        ) * 0.01 AS DECIMAL(18, 2)
    ) AS a1,
    hilist_name AS because_item,
    op_group AS because_group,
    note_zh AS because_limit,
    fee_date AS because_fee_date,
    services AS because_services,
    first_name AS because_first,
    CAST(ceiling AS DECIMAL(16, 2)) AS because_ceiling,
    percent AS because_percent,
    det_item_fee_sumamt AS because_charged,
    surplus AS because_surplus,
    kp_id AS because_point
FROM over_charged
/* examples
- name: two operations of one day begun after each other
  kind: clear
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, hilist_code: OA, pric: "2200.00", det_item_fee_sumamt: "2200.00", inscp_amt: "2200.00"}
      - {bkkp_sn: L2, hilist_code: OB, pric: "1800.00", det_item_fee_sumamt: "1800.00", inscp_amt: "1800.00"}
    discount_group: [{hilist_code: OA}, {hilist_code: OB}]
    hilist_lmtpric_d:
      - {hilist_code: OA, hilist_pric_uplmt_amt: "2200.00"}
      - {hilist_code: OB, hilist_pric_uplmt_amt: "1800.00"}
    oprn_d: [{}, {oprn_oprt_sn: "2", oprn_oprt_begntime: 2026-11-04 15:00:00, oprn_oprt_endtime: 2026-11-04 16:00:00}]
- name: both in full through one incision
  kind: flag
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, hilist_code: OA, pric: "2200.00", det_item_fee_sumamt: "2200.00", inscp_amt: "2200.00"}
      - {bkkp_sn: L2, hilist_code: OB, pric: "1800.00", det_item_fee_sumamt: "1800.00", inscp_amt: "1620.00"}
    discount_group: [{hilist_code: OA}, {hilist_code: OB}]
    hilist_lmtpric_d:
      - {hilist_code: OA, hilist_pric_uplmt_amt: "2200.00"}
      - {hilist_code: OB, hilist_pric_uplmt_amt: "1800.00"}
    oprn_d: [{}, {oprn_oprt_sn: "2", oprn_oprt_begntime: 2026-11-04 09:40:00}]
  expect: {S1: {a0: "900.00", a1: "810.00", lines: 1, because: {because_services: "2", because_percent: "50"}}}
- name: exactly half, taken from the quantity or from the price, and a fen above the tolerance
  kind: edge
  given:
    settlement: [{setl_id: S1}, {setl_id: S2}, {setl_id: S3}]
    fee_line:
      - {setl_id: S1, bkkp_sn: L1, hilist_code: OA, pric: "2200.00", det_item_fee_sumamt: "2200.00"}
      - {setl_id: S1, bkkp_sn: L2, hilist_code: OB, cnt: "0.5", pric: "1800.00", det_item_fee_sumamt: "900.00"}
      - {setl_id: S2, bkkp_sn: L3, hilist_code: OA, pric: "2200.00", det_item_fee_sumamt: "2200.00"}
      - {setl_id: S2, bkkp_sn: L4, hilist_code: OB, pric: "904.50", det_item_fee_sumamt: "904.50"}
      - {setl_id: S3, bkkp_sn: L5, hilist_code: OA, pric: "2200.00", det_item_fee_sumamt: "2200.00"}
      - setl_id: S3
        bkkp_sn: L6
        hilist_code: OB
        pric: "904.51"
        det_item_fee_sumamt: "904.51"
        inscp_amt: "904.51"
    discount_group: [{hilist_code: OA}, {hilist_code: OB}]
    hilist_lmtpric_d:
      - {hilist_code: OA, hilist_pric_uplmt_amt: "2200.00"}
      - {hilist_code: OB, hilist_pric_uplmt_amt: "1800.00"}
    oprn_d: []
  expect: {S3: {a0: "4.51", a1: "4.51"}}
- name: three, of which the two cheaper are at issue
  kind: flag
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, hilist_code: OA, det_item_fee_sumamt: "2200.00", inscp_amt: "2200.00"}
      - {bkkp_sn: L2, hilist_code: OB, det_item_fee_sumamt: "1800.00", inscp_amt: "1800.00"}
      - {bkkp_sn: L3, hilist_code: OC, det_item_fee_sumamt: "1000.00", inscp_amt: "1000.00"}
    discount_group: [{hilist_code: OA}, {hilist_code: OB}, {hilist_code: OC}]
    hilist_lmtpric_d:
      - {hilist_code: OA, hilist_pric_uplmt_amt: "2200.00"}
      - {hilist_code: OB, hilist_pric_uplmt_amt: "1800.00"}
      - {hilist_code: OC, hilist_pric_uplmt_amt: "1000.00"}
    oprn_d: []
  expect: {S1: {a0: "1400.00", a1: "1400.00", lines: 2}}
- name: another day, or another group
  kind: clear
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, hilist_code: OA, det_item_fee_sumamt: "2200.00"}
      - {bkkp_sn: L2, hilist_code: OB, det_item_fee_sumamt: "1800.00", fee_date: 2026-11-05}
      - {bkkp_sn: L3, hilist_code: OC, det_item_fee_sumamt: "1000.00"}
    discount_group: [{hilist_code: OA}, {hilist_code: OB}, {hilist_code: OC, op_group: 眼科同切口}]
    hilist_lmtpric_d:
      - {hilist_code: OB, hilist_pric_uplmt_amt: "1800.00"}
      - {hilist_code: OC, hilist_pric_uplmt_amt: "1000.00"}
    oprn_d: []
- name: one service in two lines is one service
  kind: clear
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, hilist_code: OA, det_item_fee_sumamt: "2200.00"}
      - {bkkp_sn: L2, hilist_code: OA, det_item_fee_sumamt: "2200.00"}
    discount_group: [{hilist_code: OA}]
    hilist_lmtpric_d: [{hilist_code: OA, hilist_pric_uplmt_amt: "2200.00"}]
    oprn_d: []
- name: without a ceiling nothing is said
  kind: clear
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, hilist_code: OA, det_item_fee_sumamt: "2200.00"}
      - {bkkp_sn: L2, hilist_code: OB, det_item_fee_sumamt: "1800.00"}
    discount_group: [{hilist_code: OA}, {hilist_code: OB}]
    hilist_lmtpric_d: []
    oprn_d: []
- name: the treating region's ceiling of the hospital's level
  kind: flag
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, hilist_code: OA, det_item_fee_sumamt: "2200.00"}
      - {bkkp_sn: L2, hilist_code: OB, det_item_fee_sumamt: "1800.00", inscp_amt: "1800.00"}
    discount_group: [{hilist_code: OA}, {hilist_code: OB}]
    hilist_lmtpric_d:
      - {hilist_code: OB, hilist_pric_uplmt_amt: "1800.00", insu_admdvs: "510000"}
      - {hilist_code: OB, hilist_pric_uplmt_amt: "1600.00", insu_admdvs: "510100", hilist_lmtpric_type: "0"}
      - {hilist_code: OB, hilist_pric_uplmt_amt: "2000.00", insu_admdvs: "510100"}
    oprn_d: []
  expect: {S1: {a0: "800.00", because: {because_ceiling: "2000.00"}}}
- name: the day before the knowledge point and its first day
  kind: edge
  given:
    settlement: [{setl_id: S1}, {setl_id: S2}]
    fee_line:
      - {bkkp_sn: L1, hilist_code: OA, det_item_fee_sumamt: "2200.00", fee_date: 2026-11-03}
      - {bkkp_sn: L2, hilist_code: OB, det_item_fee_sumamt: "1800.00", fee_date: 2026-11-03}
      - {setl_id: S2, bkkp_sn: L3, hilist_code: OA, det_item_fee_sumamt: "2200.00"}
      - {setl_id: S2, bkkp_sn: L4, hilist_code: OB, det_item_fee_sumamt: "1800.00"}
    discount_group: [{hilist_code: OA, valid_from: 2026-11-04}, {hilist_code: OB, valid_from: 2026-11-04}]
    hilist_lmtpric_d: [{hilist_code: OB, hilist_pric_uplmt_amt: "1800.00"}]
    oprn_d: []
  expect: {S2: {a0: "900.00"}}
- name: the day before the regulation and its first day
  kind: edge
  given:
    settlement: [{setl_id: S1}, {setl_id: S2}]
    fee_line:
      - {bkkp_sn: L1, hilist_code: OA, det_item_fee_sumamt: "2200.00", fee_date: 2021-04-30}
      - {bkkp_sn: L2, hilist_code: OB, det_item_fee_sumamt: "1800.00", fee_date: 2021-04-30}
      - {setl_id: S2, bkkp_sn: L3, hilist_code: OA, det_item_fee_sumamt: "2200.00", fee_date: 2021-05-01}
      - {setl_id: S2, bkkp_sn: L4, hilist_code: OB, det_item_fee_sumamt: "1800.00", fee_date: 2021-05-01}
    discount_group: [{hilist_code: OA, valid_from: 2020-01-01}, {hilist_code: OB, valid_from: 2020-01-01}]
    hilist_lmtpric_d: [{hilist_code: OB, hilist_pric_uplmt_amt: "1800.00", begndate: 2020-01-01}]
    oprn_d: []
  expect: {S2: {a0: "900.00"}}
*/
