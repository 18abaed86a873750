/* rule
id: CH-04
version: 1
title_zh: 按日收费超住院天数
title: Day charges exceed the stay
status: active
certainty: definite
severity: 3
level: settlement
owner: 基金监管处
summary: >
  All bed, consultation, nursing or heating codes of a stay together come to more days than the stay has. A bed counts
  the day of admission and not that of discharge; the other families count both. The surplus is the dearest days.
sentence_zh: >-
  住院{because_los_days}天，{because_family}按{because_codes}个编码共计{because_days}天，
  最多允许{because_allowed}天，超出{because_surplus}天；本行“{because_item}”计入超出部分{because_surplus_amount}元。
facts:
  because_family: 费用类别
  because_los_days: 住院天数
  because_days: 计费天数
  because_allowed: 允许天数
  because_surplus: 超出天数
  because_codes: 编码个数
  because_item: 项目
  because_surplus_amount: 超出金额（元）
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（三）项
  - 国家医保“两库”规则：医疗服务项目限频次
national_code: GZ10000102014000
in_force: {since: 2021-05-01}
dated_by: enddate
reads: [fee_line, settlement, day_item]
look_back: none
params:
  slack_days:
    about: Days above the allowed ones that are let pass
    default: "0"
    least: "0"
    most: "3"
  transfer_days:
    about: Further bed days allowed where two bed codes were charged, because both wards charge the day of a transfer
    default: "1"
    least: "0"
    most: "3"
amount: a1
amount_note: >
  The surplus is taken from the dearest codes of the family. Of a line that is partly surplus, the in-scope amount is
  shared by quantity in whole fen, rounded down.
not_a_finding_when:
  - 母婴同室，新生儿床位、护理记在母亲名下（新生儿标志为 1 的结算已排除）。
  - 转入或转出重症监护室当日，两个病区各计一天床位（两种床位编码时已多允许一天）。
  - 陪护婴幼儿另占床位，经家属同意且由个人负担。
  - 中途结算的首尾日按当地规定连续计算。
reviewer_checks:
  - 查入院、出院登记和转科记录，核对实际住院天数。
  - 查床位、护理等级医嘱的起止时间。
  - 看是否把包床、陪床费用记入本人。
handler: [H1]
suppressors_in_sql: [S-NB]
suppressors_for_reviewer: [S-TRF]
*/
WITH
charged AS (
    SELECT
        l.setl_id,
        l.bkkp_sn,
        l.hilist_code,
        l.hilist_name,
        l.cnt,
        l.pric,
        l.inscp_amt,
        d.family,
        s.los_days
    FROM fee_line AS l
    INNER JOIN settlement AS s ON l.setl_id = s.setl_id
    INNER JOIN day_item AS d
        ON
            l.hilist_code = d.hilist_code
            AND l.fee_date >= d.valid_from
            AND (d.valid_until IS NULL OR l.fee_date < d.valid_until)
    WHERE s.care = 'IPT' AND COALESCE(s.nwb_flag, '0') <> '1' AND l.cnt > 0
    QUALIFY ROW_NUMBER() OVER (PARTITION BY l.bkkp_sn ORDER BY d.kp_id ASC) = 1
),

totals AS (
    SELECT
        setl_id,
        family,
        SUM(cnt) AS total_days,
        COUNT(DISTINCT hilist_code) AS codes,
        CASE
            WHEN family <> 'BED' THEN MAX(los_days) + 1
            WHEN COUNT(DISTINCT hilist_code) > 1 THEN MAX(los_days) + $transfer_days
            ELSE MAX(los_days)
        END AS allowed
    FROM charged
    GROUP BY setl_id, family
),

ranked AS (
    SELECT
        c.setl_id,
        c.bkkp_sn,
        c.hilist_name,
        c.cnt,
        c.pric,
        c.inscp_amt,
        c.family,
        c.los_days,
        t.total_days,
        t.codes,
        t.allowed,
        SUM(c.cnt) OVER (
            PARTITION BY c.setl_id, c.family
            ORDER BY c.pric DESC, c.bkkp_sn ASC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS running
    FROM charged AS c
    INNER JOIN totals AS t ON c.setl_id = t.setl_id AND c.family = t.family
    WHERE t.total_days > t.allowed + $slack_days
),

surplus AS (
    SELECT
        setl_id,
        bkkp_sn,
        hilist_name,
        cnt,
        pric,
        inscp_amt,
        family,
        los_days,
        total_days,
        codes,
        allowed,
        LEAST(cnt, total_days - allowed - (running - cnt)) AS quantity
    FROM ranked
    WHERE total_days - allowed > running - cnt
),

shared AS (
    SELECT
        setl_id,
        bkkp_sn,
        hilist_name,
        family,
        los_days,
        total_days,
        codes,
        allowed,
        total_days - allowed AS surplus_days,
        CAST(ROUND(quantity * pric, 2) AS DECIMAL(18, 2)) AS gross,
        -- Whole fen x whole ten-thousandths; bounded, so that no absurd record can overflow.
        CASE
            WHEN quantity = cnt THEN inscp_amt
            ELSE
                CAST(
                    (
                        CAST(ROUND(LEAST(inscp_amt, 9999999) * 100) AS BIGINT)
                        * CAST(ROUND(LEAST(quantity, 9999) * 10000) AS BIGINT)
                        // NULLIF(CAST(ROUND(LEAST(cnt, 9999) * 10000) AS BIGINT), 0)
                    ) * 0.01 AS DECIMAL(18, 2)
                )
        END AS in_scope
    FROM surplus
)

SELECT
    setl_id,
    bkkp_sn,
    gross AS a0,
    in_scope AS a1,
    CASE family
        WHEN 'BED' THEN '床位费'
        WHEN 'CONSULT' THEN '诊察费'
        WHEN 'NURSING' THEN '护理费'
        WHEN 'HEATING' THEN '取暖费'
        ELSE family
    END AS because_family,
    los_days AS because_los_days,
    CASE
        WHEN total_days = ROUND(total_days) THEN CAST(CAST(ROUND(total_days) AS BIGINT) AS VARCHAR)
        ELSE CAST(CAST(total_days AS DECIMAL(16, 2)) AS VARCHAR)
    END AS because_days,
    CAST(ROUND(allowed) AS BIGINT) AS because_allowed,
    CASE
        WHEN surplus_days = ROUND(surplus_days) THEN CAST(CAST(ROUND(surplus_days) AS BIGINT) AS VARCHAR)
        ELSE CAST(CAST(surplus_days AS DECIMAL(16, 2)) AS VARCHAR)
    END AS because_surplus,
    codes AS because_codes,
    hilist_name AS because_item,
    gross AS because_surplus_amount
FROM shared
/* examples
- name: seven bed days in seven nights
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{cnt: "7", pric: "50.00", det_item_fee_sumamt: "350.00", inscp_amt: "350.00"}]
    day_item: [{}]
- name: ten bed days in seven nights
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{cnt: "10", pric: "50.00", det_item_fee_sumamt: "500.00", inscp_amt: "450.00"}]
    day_item: [{}]
  expect: {S1: {a0: "150.00", a1: "135.00", lines: 1, because: {because_surplus: "3", because_family: 床位费}}}
- name: exactly the nights for a bed, one more for nursing, and a day too many
  kind: edge
  given:
    settlement: [{setl_id: BED}, {setl_id: CARE}, {setl_id: OVER}]
    fee_line:
      - {setl_id: BED, bkkp_sn: L1, cnt: "7"}
      - {setl_id: CARE, bkkp_sn: L2, hilist_code: "001201000030000", cnt: "8"}
      - {setl_id: OVER, bkkp_sn: L3, hilist_code: "001201000030000", cnt: "9", inscp_amt: "180.00"}
    day_item: [{}, {kp_id: K2, hilist_code: "001201000030000", family: NURSING}]
  expect: {OVER: "20.00"}
- name: two codes of one family are counted together, the dearest is the surplus
  kind: flag
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, hilist_code: "001201000030000", cnt: "8", pric: "12.00", inscp_amt: "96.00"}
      - {bkkp_sn: L2, hilist_code: "001201000040000", cnt: "2", pric: "25.00", inscp_amt: "50.00"}
    day_item:
      - {kp_id: K1, hilist_code: "001201000030000", family: NURSING}
      - {kp_id: K2, hilist_code: "001201000040000", family: NURSING}
  expect: {S1: {a0: "50.00", a1: "50.00", lines: 1, because: {because_codes: "2"}}}
- name: both wards charge the day of the transfer
  kind: edge
  given:
    settlement: [{setl_id: ONE}, {setl_id: TWO}]
    fee_line:
      - {setl_id: ONE, bkkp_sn: L1, cnt: "4", pric: "50.00"}
      - {setl_id: ONE, bkkp_sn: L2, hilist_code: "001109000020000", cnt: "4", pric: "90.00", inscp_amt: "360.00"}
      - {setl_id: TWO, bkkp_sn: L3, cnt: "4", pric: "50.00"}
      - {setl_id: TWO, bkkp_sn: L4, hilist_code: "001109000020000", cnt: "5", pric: "90.00", inscp_amt: "450.00"}
    day_item: [{}, {kp_id: K2, hilist_code: "001109000020000"}]
  expect: {TWO: {a0: "90.00", a1: "90.00"}}
- name: a bed of one night that is charged once, though in and out on one day
  kind: edge
  given:
    settlement: [{enddate: 2026-11-02, los_days: 1}]
    fee_line: [{cnt: "1"}]
    day_item: [{}]
- name: an out-patient's observation bed is no stay
  kind: clear
  given:
    settlement: [{care: OTP}]
    fee_line: [{cnt: "10"}]
    day_item: [{}]
- name: mother and newborn
  kind: clear
  given:
    settlement: [{nwb_flag: "1"}]
    fee_line: [{cnt: "14"}]
    day_item: [{}]
- name: the knowledge point ended before the charge
  kind: edge
  given:
    settlement: [{}]
    fee_line: [{cnt: "10"}]
    day_item: [{valid_until: 2026-11-04}]
*/
