/* rule
id: MD-01
version: 1
title_zh: 药品与医疗服务项目不符
title: Drug without the service it needs
status: active
certainty: suspicious
severity: 2
level: patient-episode
owner: 基金监管处
summary: >
  A drug that makes sense only beside a service (a contrast medium, a muscle relaxant, a replacement fluid) was charged,
  and none of the services that its knowledge point names was charged for the same person within the days that it
  allows: in this visit, or in another one, which may be that of another campus.
sentence_zh: >-
  {because_date}计收“{because_item}”{because_quantity}（{because_amount}元），{because_limit}；
  前后{because_window}天内患者在任何就诊中都没有对应项目（共{because_services}个）的计费。
facts:
  because_item: 药品
  because_date: 计费日期
  because_quantity: 数量
  because_amount: 金额（元）
  because_limit: 限定
  because_window: 前后天数
  because_services: 对应项目个数
  because_point: 知识点编号
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（二）项、第（四）项
  - 国家医保“两库”知识点：药品与医疗服务项目不符
national_code: GZ10000301001000
in_force: {since: 2021-05-01}
dated_by: fee_date
reads: [fee_line, settlement, companion]
look_back: {days: 30}
params:
  more_days:
    about: Days added to those of the knowledge point, because institutions post late
    default: "0"
    least: "0"
    most: "7"
amount: a1
not_a_finding_when:
  - 对应项目包含在打包价或按病种价格中，没有单独明细。
  - 检查或手术在另一院区或外院自费完成，没有医保结算（已结算的按本人全部就诊比对）。
  - 药品为口服替代用途（如口服对比剂），病历有记载。
reviewer_checks:
  - 查影像报告、麻醉记录或治疗记录，看项目是否实际实施。
  - 查患者当日在本院是否有自费收费记录。
  - 查药品的出库和使用登记，看是否用于本人。
handler: [H2]
suppressors: []
*/
WITH
drugs AS (
    SELECT
        l.setl_id,
        l.person,
        s.begndate,
        l.bkkp_sn,
        l.hilist_name,
        l.fee_date,
        l.cnt,
        l.det_item_fee_sumamt,
        l.inscp_amt,
        k.kp_id,
        k.note_zh,
        k.window_days + $more_days AS reach,
        SUM(l.cnt) OVER (PARTITION BY l.setl_id, l.hilist_code, l.fee_date, k.kp_id) AS quantity
    FROM fee_line AS l
    INNER JOIN settlement AS s ON l.setl_id = s.setl_id
    INNER JOIN companion AS k
        ON
            l.hilist_code = k.hilist_code
            AND l.fee_date >= k.valid_from
            AND (k.valid_until IS NULL OR l.fee_date < k.valid_until)
    WHERE k.role = 'DRUG'
),

wanted AS (
    SELECT
        kp_id,
        hilist_code,
        valid_from,
        valid_until
    FROM companion
    WHERE role = 'SERVICE'
),

sets AS (
    SELECT
        kp_id,
        COUNT(DISTINCT hilist_code) AS services
    FROM wanted
    GROUP BY kp_id
),

given AS (
    SELECT
        l.person,
        s.begndate,
        l.fee_date,
        w.kp_id
    FROM fee_line AS l
    INNER JOIN settlement AS s ON l.setl_id = s.setl_id
    INNER JOIN wanted AS w
        ON
            l.hilist_code = w.hilist_code
            AND l.fee_date >= w.valid_from
            AND (w.valid_until IS NULL OR l.fee_date < w.valid_until)
    GROUP BY l.setl_id, l.person, s.begndate, l.fee_date, w.kp_id, l.hilist_code
    -- Charged and refunded the same day was not done.
    HAVING SUM(l.cnt) > 0
)

SELECT
    d.setl_id,
    d.bkkp_sn,
    d.det_item_fee_sumamt AS a0,
    d.inscp_amt AS a1,
    d.hilist_name AS because_item,
    d.fee_date AS because_date,
    CASE
        WHEN d.cnt = ROUND(d.cnt) THEN CAST(CAST(ROUND(d.cnt) AS BIGINT) AS VARCHAR)
        ELSE CAST(CAST(d.cnt AS DECIMAL(16, 2)) AS VARCHAR)
    END AS because_quantity,
    d.det_item_fee_sumamt AS because_amount,
    d.note_zh AS because_limit,
    CAST(ROUND(d.reach) AS BIGINT) AS because_window,
    z.services AS because_services,
    d.kp_id AS because_point
FROM drugs AS d
INNER JOIN sets AS z ON d.kp_id = z.kp_id
WHERE
    d.cnt > 0
    AND d.quantity > 0
    AND d.inscp_amt > 0
    AND NOT EXISTS (
        SELECT 1
        FROM given AS g
        WHERE
            g.person = d.person
            AND g.kp_id = d.kp_id
            AND DATE_DIFF('day', g.begndate, d.begndate) BETWEEN -$look_back_days AND $look_back_days
            AND DATE_DIFF('day', g.fee_date, d.fee_date) BETWEEN -d.reach AND d.reach
    )
-- A line that breaks two points is at issue once.
QUALIFY ROW_NUMBER() OVER (PARTITION BY d.bkkp_sn ORDER BY d.kp_id ASC) = 1
/* examples
- name: the scan on the same day
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{hilist_code: XV08ABH035B002110190101, list_type: "101"}, {bkkp_sn: L2, hilist_code: "002103000020000"}]
    companion: [{}, {role: SERVICE, hilist_code: "002103000020000"}]
- name: the scan was settled apart, at another campus
  kind: clear
  given:
    settlement: [{}, {setl_id: S2, mdtrt_id: V2, fixmedins_code: H51010000002}]
    fee_line:
      - {hilist_code: XV08ABH035B002110190101, list_type: "101"}
      - {setl_id: S2, mdtrt_id: V2, bkkp_sn: L2, hilist_code: "002103000020000"}
    companion: [{}, {role: SERVICE, hilist_code: "002103000020000"}]
- name: the drug was refunded
  kind: clear
  given:
    settlement: [{}]
    fee_line:
      - {hilist_code: XV08ABH035B002110190101, list_type: "101"}
      - {bkkp_sn: L2, hilist_code: XV08ABH035B002110190101, cnt: "-1", inscp_amt: "-20.00"}
    companion: [{}, {role: SERVICE, hilist_code: "002103000020000"}]
- name: a contrast medium without any scan
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{hilist_code: XV08ABH035B002110190101, list_type: "101", preselfpay_amt: "2.00", inscp_amt: "18.00"}]
    companion: [{}, {role: SERVICE, hilist_code: "002103000020000"}]
  expect: {S1: {a0: "20.00", a1: "18.00", lines: 1, because: {because_services: "1", because_window: "1"}}}
- name: the scan was refunded
  kind: flag
  given:
    settlement: [{}]
    fee_line:
      - {hilist_code: XV08ABH035B002110190101, list_type: "101"}
      - {bkkp_sn: L2, hilist_code: "002103000020000"}
      - {bkkp_sn: L3, hilist_code: "002103000020000", cnt: "-1", inscp_amt: "-20.00"}
    companion: [{}, {role: SERVICE, hilist_code: "002103000020000"}]
  expect: {S1: {a1: "20.00"}}
- name: somebody else's scan
  kind: flag
  given:
    settlement: [{}, {setl_id: S2, mdtrt_id: V2, person: P2}]
    fee_line:
      - {hilist_code: XV08ABH035B002110190101, list_type: "101"}
      - {setl_id: S2, mdtrt_id: V2, person: P2, bkkp_sn: L2, hilist_code: "002103000020000"}
    companion: [{}, {role: SERVICE, hilist_code: "002103000020000"}]
  expect: {S1: {a1: "20.00"}}
- name: one day before, one day after, and two days apart
  kind: edge
  given:
    settlement: [{setl_id: BEFORE, person: P1}, {setl_id: AFTER, person: P2}, {setl_id: APART, person: P3}]
    fee_line:
      - {setl_id: BEFORE, person: P1, bkkp_sn: L1, hilist_code: XV08ABH035B002110190101}
      - {setl_id: BEFORE, person: P1, bkkp_sn: L2, hilist_code: "002103000020000", fee_date: 2026-11-03}
      - {setl_id: AFTER, person: P2, bkkp_sn: L3, hilist_code: XV08ABH035B002110190101}
      - {setl_id: AFTER, person: P2, bkkp_sn: L4, hilist_code: "002103000020000", fee_date: 2026-11-05}
      - {setl_id: APART, person: P3, bkkp_sn: L5, hilist_code: XV08ABH035B002110190101}
      - {setl_id: APART, person: P3, bkkp_sn: L6, hilist_code: "002103000020000", fee_date: 2026-11-06}
    companion: [{}, {role: SERVICE, hilist_code: "002103000020000"}]
  expect: {APART: {a1: "20.00"}}
- name: visits that begin the look-back apart, and a day more
  kind: edge
  given:
    settlement:
      - {setl_id: NEAR, person: P1}
      - {setl_id: N0, person: P1, begndate: 2026-10-03}
      - {setl_id: FAR, person: P2}
      - {setl_id: F0, person: P2, begndate: 2026-10-02}
    fee_line:
      - {setl_id: NEAR, person: P1, bkkp_sn: L1, hilist_code: XV08ABH035B002110190101}
      - {setl_id: N0, person: P1, bkkp_sn: L2, hilist_code: "002103000020000"}
      - {setl_id: FAR, person: P2, bkkp_sn: L3, hilist_code: XV08ABH035B002110190101}
      - {setl_id: F0, person: P2, bkkp_sn: L4, hilist_code: "002103000020000"}
    companion: [{}, {role: SERVICE, hilist_code: "002103000020000"}]
  expect: {FAR: {a1: "20.00"}}
- name: the day before the knowledge point and its first day
  kind: edge
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, hilist_code: XV08ABH035B002110190101, fee_date: 2026-11-03}
      - {bkkp_sn: L2, hilist_code: XV08ABH035B002110190101, fee_date: 2026-11-04}
    companion: [{valid_from: 2026-11-04}, {role: SERVICE, hilist_code: "002103000020000", valid_from: 2026-11-04}]
  expect: {S1: {a1: "20.00", lines: 1, because: {because_date: "2026-11-04"}}}
- name: the day before the regulation and its first day
  kind: edge
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, hilist_code: XV08ABH035B002110190101, fee_date: 2021-04-30}
      - {bkkp_sn: L2, hilist_code: XV08ABH035B002110190101, fee_date: 2021-05-01}
    companion: [{valid_from: 2020-01-01}, {role: SERVICE, hilist_code: "002103000020000", valid_from: 2020-01-01}]
  expect: {S1: {a1: "20.00", lines: 1}}
*/
