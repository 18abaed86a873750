/* rule
id: XR-15
version: 1
title_zh: 跨地区重复开药
title: Same drug from several regions
status: active
certainty: suspicious
severity: 2
level: network
owner: 异地就医结算处
summary: >
  A person obtained one generic from institutions of two cities while the supply from the other city still lasted for
  two weeks or more. At issue is the later fill.
sentence_zh: >-
  {because_earlier_on}在{because_earlier_city}取得“{because_generic}”{because_earlier_days}天用量，尚未用完，
  {because_on}又在{because_city}取得{because_days}天用量，重叠{because_overlap}天。
facts:
  because_generic: 药品通用名
  because_on: 本次取药日期
  because_city: 本次取药地
  because_days: 本次供药天数
  because_earlier_on: 前次取药日期
  because_earlier_city: 前次取药地
  because_earlier_days: 前次供药天数
  because_overlap: 重叠天数
  because_amount: 两次药费合计（元）
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（二）项、第四十一条第（三）项
  - 《四川省异地就医结算管理办法》第十条
national_code: GZ10000301006000（扩展到跨地区）
in_force: {since: 2021-05-01}
dated_by: begndate
reads: [fee_line, settlement, drug_supply, agency]
look_back: {days: 180}
params:
  overlap_days:
    about: Days for which both supplies last from which the second was not needed
    default: "14"
    least: "3"
    most: "90"
  least_amount:
    about: Two fills that cost less together are not worth the questions
    default: "200.00"
    least: "0.00"
    most: "5000.00"
amount: a1
amount_note: The lines of the later fill
not_a_finding_when:
  - 每年一次出行前备药，此后不再重复。
  - 两地居住的备案人员，其中一处药品遗失或留在另一处，有说明。
  - 医师调整剂量，前次药品停用。
  - 合计药费 200 元以内（已排除）。
reviewer_checks:
  - 由参保地联系本人，核对剩余药量和服用剂量。
  - 查两地处方医师是否互不知情，是否有代开。
  - 与超量囤积（FR-01）和追溯码重复（FR-03）的疑点并看。
handler: [H5, H7]
suppressors: []
*/
WITH
supplied AS (
    SELECT
        s.person,
        k.generic,
        s.setl_id,
        s.treat_pool,
        l.bkkp_sn,
        l.fee_date,
        l.det_item_fee_sumamt,
        l.inscp_amt,
        l.cnt * k.days_per_unit AS supply
    FROM fee_line AS l
    INNER JOIN settlement AS s ON l.setl_id = s.setl_id
    INNER JOIN drug_supply AS k
        ON
            l.hilist_code = k.hilist_code
            AND l.fee_date >= k.valid_from
            AND (k.valid_until IS NULL OR l.fee_date < k.valid_until)
    WHERE s.care IN ('OTP', 'OPSP', 'RX', 'ER') AND l.cnt > 0 AND l.inscp_amt > 0
    -- A code under two points is one supply, the shorter one.
    QUALIFY ROW_NUMBER() OVER (PARTITION BY l.bkkp_sn ORDER BY k.days_per_unit ASC, k.kp_id ASC) = 1
),

filled AS (
    SELECT
        person,
        generic,
        setl_id,
        treat_pool,
        MIN(fee_date) AS filled_on,
        SUM(supply) AS supply,
        SUM(det_item_fee_sumamt) AS gross
    FROM supplied
    GROUP BY person, generic, setl_id, treat_pool
),

-- Most people fill in one city; only the rest is worth the join below.
travelling AS (
    SELECT
        person,
        generic
    FROM filled
    GROUP BY person, generic
    HAVING COUNT(DISTINCT treat_pool) > 1
),

fills AS (
    SELECT
        f.person,
        f.generic,
        f.setl_id,
        f.treat_pool,
        f.filled_on,
        f.supply,
        f.gross
    FROM filled AS f
    INNER JOIN travelling AS t ON f.person = t.person AND f.generic = t.generic
),

overlapping AS (
    SELECT
        b.setl_id,
        b.generic,
        b.treat_pool,
        b.filled_on,
        b.supply,
        a.setl_id AS earlier_id,
        a.treat_pool AS earlier_pool,
        a.filled_on AS earlier_on,
        a.supply AS earlier_supply,
        a.gross + b.gross AS gross,
        LEAST(a.supply - DATE_DIFF('day', a.filled_on, b.filled_on), b.supply) AS overlap
    FROM fills AS b
    INNER JOIN fills AS a ON b.person = a.person AND b.generic = a.generic AND b.treat_pool <> a.treat_pool
    WHERE
        DATE_DIFF('day', a.filled_on, b.filled_on) BETWEEN 0 AND $look_back_days
        AND (a.filled_on < b.filled_on OR a.setl_id < b.setl_id)
),

worst AS (
    SELECT
        setl_id,
        generic,
        treat_pool,
        filled_on,
        supply,
        earlier_id,
        earlier_pool,
        earlier_on,
        earlier_supply,
        gross,
        overlap
    FROM overlapping
    WHERE overlap >= $overlap_days AND gross >= $least_amount
    QUALIFY
        ROW_NUMBER() OVER (
            PARTITION BY setl_id, generic ORDER BY overlap DESC, earlier_on DESC, earlier_id ASC
        ) = 1
)

SELECT
    l.setl_id,
    w.earlier_id AS linked_setl_id,
    l.bkkp_sn,
    l.det_item_fee_sumamt AS a0,
    l.inscp_amt AS a1,
    w.generic AS because_generic,
    w.filled_on AS because_on,
    COALESCE(here.name_zh, w.treat_pool) AS because_city,
    CAST(ROUND(w.supply) AS BIGINT) AS because_days,
    w.earlier_on AS because_earlier_on,
    COALESCE(there.name_zh, w.earlier_pool) AS because_earlier_city,
    CAST(ROUND(w.earlier_supply) AS BIGINT) AS because_earlier_days,
    CAST(ROUND(w.overlap) AS BIGINT) AS because_overlap,
    w.gross AS because_amount
FROM worst AS w
INNER JOIN supplied AS l ON w.setl_id = l.setl_id AND w.generic = l.generic
LEFT JOIN agency AS here ON w.treat_pool = here.pool
LEFT JOIN agency AS there ON w.earlier_pool = there.pool
/* examples
- name: a month at home, and the next month away ten days before it ends
  kind: clear
  given:
    settlement: [{care: RX, treat_pool: "5113"}, {setl_id: S2, care: RX}]
    fee_line:
      - {cnt: "30", det_item_fee_sumamt: "150.00", fee_date: 2026-10-01}
      - {setl_id: S2, bkkp_sn: L2, cnt: "30", det_item_fee_sumamt: "150.00", fee_date: 2026-10-21}
    drug_supply: [{days_per_unit: "1"}]
    agency: [{}]
- name: a month each from two cities within three days
  kind: flag
  given:
    settlement: [{care: OPSP, treat_pool: "5113"}, {setl_id: S2, care: RX}]
    fee_line:
      - {cnt: "1", det_item_fee_sumamt: "150.00", fee_date: 2026-11-01}
      - {setl_id: S2, bkkp_sn: L2, cnt: "1", det_item_fee_sumamt: "150.00", inscp_amt: "140.00", fee_date: 2026-11-04}
    drug_supply: [{}]
    agency: [{}, {code: "510100", name_zh: 成都市, pool: "5101"}]
  expect:
    S2/S1:
      a0: "150.00"
      a1: "140.00"
      lines: 1
      because: {because_city: 成都市, because_earlier_city: 南充市, because_overlap: "25"}
- name: fourteen days of overlap, and thirteen
  kind: edge
  given:
    settlement:
      - {care: RX, treat_pool: "5113"}
      - {setl_id: S2, care: RX}
      - {setl_id: S3, care: RX, person: P2, treat_pool: "5113"}
      - {setl_id: S4, care: RX, person: P2}
    fee_line:
      - {cnt: "1", det_item_fee_sumamt: "150.00", fee_date: 2026-10-01}
      - {setl_id: S2, bkkp_sn: L2, cnt: "1", det_item_fee_sumamt: "150.00", fee_date: 2026-10-15}
      - {setl_id: S3, bkkp_sn: L3, cnt: "1", det_item_fee_sumamt: "150.00", fee_date: 2026-10-01}
      - {setl_id: S4, bkkp_sn: L4, cnt: "1", det_item_fee_sumamt: "150.00", fee_date: 2026-10-16}
    drug_supply: [{}]
    agency: []
  expect: {S2/S1: {because: {because_overlap: "14", because_city: "5101"}}}
- name: two hundred yuan together, and a cent less
  kind: edge
  given:
    settlement:
      - {care: RX, treat_pool: "5113"}
      - {setl_id: S2, care: RX}
      - {setl_id: S3, care: RX, person: P2, treat_pool: "5113"}
      - {setl_id: S4, care: RX, person: P2}
    fee_line:
      - {cnt: "1", det_item_fee_sumamt: "100.00", fee_date: 2026-11-01}
      - {setl_id: S2, bkkp_sn: L2, cnt: "1", det_item_fee_sumamt: "100.00"}
      - {setl_id: S3, bkkp_sn: L3, cnt: "1", det_item_fee_sumamt: "100.00", fee_date: 2026-11-01}
      - {setl_id: S4, bkkp_sn: L4, cnt: "1", det_item_fee_sumamt: "99.99"}
    drug_supply: [{}]
    agency: []
  expect: {S2/S1: "20.00"}
- name: the day before the drug is known, and the day itself
  kind: edge
  given:
    settlement:
      - {care: RX, treat_pool: "5113"}
      - {setl_id: S2, care: RX}
      - {setl_id: S3, care: RX, person: P2, treat_pool: "5113"}
      - {setl_id: S4, care: RX, person: P2}
    fee_line:
      - {cnt: "1", det_item_fee_sumamt: "150.00", fee_date: 2026-11-01}
      - {setl_id: S2, bkkp_sn: L2, cnt: "1", det_item_fee_sumamt: "150.00"}
      - {setl_id: S3, bkkp_sn: L3, cnt: "1", det_item_fee_sumamt: "150.00", fee_date: 2026-11-02}
      - {setl_id: S4, bkkp_sn: L4, cnt: "1", det_item_fee_sumamt: "150.00"}
    drug_supply: [{valid_from: 2026-11-02}]
    agency: []
  expect: {S4/S3: "20.00"}
- name: two institutions of one city, and what the ward gave
  kind: clear
  given:
    settlement:
      - {care: RX}
      - {setl_id: S2, care: RX, fixmedins_code: H51010000002}
      - {setl_id: S3, treat_pool: "5113"}
    fee_line:
      - {cnt: "2", det_item_fee_sumamt: "300.00"}
      - {setl_id: S2, bkkp_sn: L2, cnt: "2", det_item_fee_sumamt: "300.00"}
      - {setl_id: S3, bkkp_sn: L3, cnt: "2", det_item_fee_sumamt: "300.00"}
    drug_supply: [{}]
    agency: []
- name: the day before the regulation came into force
  kind: edge
  given:
    settlement:
      - {care: RX, treat_pool: "5113", begndate: 2021-04-28}
      - {setl_id: S2, care: RX, begndate: 2021-04-30}
    fee_line:
      - {cnt: "1", det_item_fee_sumamt: "150.00", fee_date: 2021-04-28}
      - {setl_id: S2, bkkp_sn: L2, cnt: "1", det_item_fee_sumamt: "150.00", fee_date: 2021-04-30}
    drug_supply: [{valid_from: 2020-01-01}]
    agency: []
*/
