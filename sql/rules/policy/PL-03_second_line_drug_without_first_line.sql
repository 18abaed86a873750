/* rule
id: PL-03
version: 1
title_zh: 药品限二线使用
title: Second-line drug without first line
status: active
certainty: suspicious
severity: 2
level: patient-episode
owner: 基金监管处
summary: >
  A drug that is paid only after a first-line drug failed was paid for the first time, and nothing shows that the
  person had any first-line drug, wherever it was bought. Only persons whom the records have known for half a year are
  judged. The subject is the settlement of the first fill.
sentence_zh: >-
  “{because_item}”{because_limit}，{because_fee_date}首次使用，此前{because_days_known}天内的结算记录中
  没有{because_first_line}类一线药品，本次纳入支付范围{because_inscp}元。
facts:
  because_item: 药品
  because_limit: 限定
  because_fee_date: 首次使用日期
  because_days_known: 已有结算记录天数
  because_first_line: 一线药品（目录编码前几位）
  because_fills: 已查到的一线用药次数
  because_inscp: 纳入支付范围（元）
  because_point: 知识点编号
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（二）（六）项
  - 《国家基本医疗保险、工伤保险和生育保险药品目录》备注栏：限二线用药
national_code: GZ10000101005000
in_force: {since: 2021-05-01}
dated_by: fee_date
reads: [fee_line, settlement, second_line]
look_back: {days: 365}
params:
  min_first_line_fills:
    about: Settlements with a first-line drug that show that it was tried
    default: "1"
    least: "1"
    most: "6"
  min_days_known:
    about: A person without any settlement so many days before was not seen long enough to be judged
    default: "180"
    least: "30"
    most: "365"
amount: a1
amount_note: All lines of the drug in the settlement of the first fill.
not_a_finding_when:
  - 一线药品由患者自费购买，或在参保前使用，没有结算记录。
  - 对一线药品过敏或有禁忌，病历有记录。
  - 从外省转入继续治疗，此前在外省使用一线药品（已有记录不足半年的人员不判断）。
  - 已通过特殊药品备案（备案有效的已由系统排除）。
reviewer_checks:
  - 调病历，查既往用药史、过敏史和疗效评价。
  - 向参保地查询特殊药品备案和外购药品记录。
  - 查同一医师是否普遍首选该药。
handler: [H2, H1]
suppressors: [S-SPEC]
*/
WITH
pointed AS (
    SELECT
        l.setl_id,
        l.bkkp_sn,
        l.person,
        l.hilist_code,
        l.hilist_name,
        l.fee_date,
        l.det_item_fee_sumamt,
        l.inscp_amt,
        MIN(k.kp_id) AS kp_id,
        MIN(k.note_zh) AS note_zh,
        STRING_AGG(k.first_line_prefix, '、' ORDER BY k.first_line_prefix) AS first_line
    FROM fee_line AS l
    INNER JOIN settlement AS s ON l.setl_id = s.setl_id
    INNER JOIN second_line AS k
        ON
            l.hilist_code = k.hilist_code
            AND l.fee_date >= k.valid_from
            AND (k.valid_until IS NULL OR l.fee_date < k.valid_until)
    WHERE l.inscp_amt > 0
    GROUP BY
        l.setl_id, l.bkkp_sn, l.person, l.hilist_code, l.hilist_name, l.fee_date, l.det_item_fee_sumamt, l.inscp_amt
),

filled AS (
    SELECT
        person,
        hilist_code,
        setl_id,
        MIN(fee_date) AS filled_on
    FROM pointed
    GROUP BY person, hilist_code, setl_id
),

started AS (
    SELECT
        f.person,
        f.hilist_code,
        f.setl_id,
        f.filled_on
    FROM filled AS f
    WHERE
        NOT EXISTS (
            SELECT 1
            FROM filled AS e
            WHERE
                e.person = f.person
                AND e.hilist_code = f.hilist_code
                AND (e.filled_on < f.filled_on OR (e.filled_on = f.filled_on AND e.setl_id < f.setl_id))
                AND DATE_DIFF('day', e.filled_on, f.filled_on) <= $look_back_days
        )
),

known AS (
    SELECT
        f.setl_id,
        f.hilist_code,
        MAX(DATE_DIFF('day', h.begndate, f.filled_on)) AS days_known
    FROM started AS f
    INNER JOIN settlement AS h ON f.person = h.person
    WHERE DATE_DIFF('day', h.begndate, f.filled_on) BETWEEN $min_days_known AND $look_back_days
    GROUP BY f.setl_id, f.hilist_code
),

tried AS (
    SELECT
        f.setl_id,
        f.hilist_code,
        COUNT(DISTINCT e.setl_id) AS fills
    FROM started AS f
    INNER JOIN second_line AS k
        ON
            f.hilist_code = k.hilist_code
            AND f.filled_on >= k.valid_from
            AND (k.valid_until IS NULL OR f.filled_on < k.valid_until)
    INNER JOIN fee_line AS e
        ON
            f.person = e.person
            AND LEFT(e.hilist_code, LENGTH(k.first_line_prefix)) = k.first_line_prefix
    WHERE e.cnt > 0 AND DATE_DIFF('day', e.fee_date, f.filled_on) BETWEEN 0 AND $look_back_days
    GROUP BY f.setl_id, f.hilist_code
)

SELECT
    l.setl_id,
    l.bkkp_sn,
    l.det_item_fee_sumamt AS a0,
    l.inscp_amt AS a1,
    l.hilist_name AS because_item,
    l.note_zh AS because_limit,
    f.filled_on AS because_fee_date,
    n.days_known AS because_days_known,
    l.first_line AS because_first_line,
    COALESCE(t.fills, 0) AS because_fills,
    l.inscp_amt AS because_inscp,
    l.kp_id AS because_point
FROM started AS f
INNER JOIN pointed AS l ON f.setl_id = l.setl_id AND f.hilist_code = l.hilist_code
INNER JOIN known AS n ON f.setl_id = n.setl_id AND f.hilist_code = n.hilist_code
LEFT JOIN tried AS t ON f.setl_id = t.setl_id AND f.hilist_code = t.hilist_code
WHERE COALESCE(t.fills, 0) < $min_first_line_fills
/* examples
- name: metformin first, then the second line
  kind: clear
  given:
    settlement:
      - {setl_id: S0, care: RX, begndate: 2026-03-01, enddate: 2026-03-01}
      - {setl_id: S1, care: OTP, begndate: 2026-11-04, enddate: 2026-11-04}
    fee_line:
      - {setl_id: S0, bkkp_sn: L0, hilist_code: XA10BAE031A001040100021, fee_date: 2026-03-01}
      - {setl_id: S1, bkkp_sn: L1}
    second_line: [{}]
- name: nobody knows the person before
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{}]
    second_line: [{}]
- name: known for half a year, and no first line in it
  kind: flag
  given:
    settlement: [{setl_id: S0, care: RX, begndate: 2026-03-01, enddate: 2026-03-01}, {setl_id: S1}]
    fee_line:
      - {setl_id: S0, bkkp_sn: L0, hilist_code: XC08CAA061A001070200001, fee_date: 2026-03-01}
      - {setl_id: S1, bkkp_sn: L1, preselfpay_amt: "2.00", inscp_amt: "18.00"}
    second_line: [{}]
  expect: {S1: {a0: "20.00", a1: "18.00", lines: 1, because: {because_days_known: "248", because_fills: "0"}}}
- name: all lines of the first settlement, not those of the next
  kind: flag
  given:
    settlement: [{setl_id: S0, begndate: 2026-03-01, enddate: 2026-03-01}, {setl_id: S1}, {setl_id: S2}]
    fee_line:
      - {setl_id: S1, bkkp_sn: L1}
      - {setl_id: S1, bkkp_sn: L2, fee_date: 2026-11-06}
      - {setl_id: S2, bkkp_sn: L3, fee_date: 2026-11-08}
    second_line: [{}]
  expect: {S1: {a1: "40.00", lines: 2}}
- name: any of two first-line classes is enough
  kind: clear
  given:
    settlement: [{setl_id: S0, begndate: 2026-03-01, enddate: 2026-03-01}, {setl_id: S1}]
    fee_line:
      - {setl_id: S0, bkkp_sn: L0, hilist_code: XA10BBG026A001041600025, fee_date: 2026-03-01}
      - {setl_id: S1, bkkp_sn: L1}
    second_line: [{}, {first_line_prefix: XA10BB}]
- name: known for exactly 180 days, and a day less
  kind: edge
  given:
    settlement:
      - {setl_id: S0, begndate: 2026-05-08, enddate: 2026-05-08}
      - {setl_id: S1}
      - {setl_id: S2, person: P2, begndate: 2026-05-09, enddate: 2026-05-09}
      - {setl_id: S3, person: P2}
    fee_line: [{setl_id: S1, bkkp_sn: L1}, {setl_id: S3, bkkp_sn: L3, person: P2}]
    second_line: [{}]
  expect: {S1: {a1: "20.00", because: {because_days_known: "180"}}}
- name: a first line a year ago counts, the day before does not
  kind: edge
  given:
    settlement:
      - {setl_id: S0, begndate: 2025-11-04, enddate: 2025-11-04}
      - {setl_id: S1}
      - {setl_id: S2, person: P2, begndate: 2025-11-03, enddate: 2025-11-03}
      - {setl_id: S3, person: P2, begndate: 2026-04-01, enddate: 2026-04-01}
      - {setl_id: S4, person: P2}
    fee_line:
      - {setl_id: S0, bkkp_sn: L0, hilist_code: XA10BAE031A001040100021, fee_date: 2025-11-04}
      - {setl_id: S1, bkkp_sn: L1}
      - {setl_id: S2, bkkp_sn: L2, person: P2, hilist_code: XA10BAE031A001040100021, fee_date: 2025-11-03}
      - {setl_id: S4, bkkp_sn: L4, person: P2}
    second_line: [{}]
  expect: {S4: {a1: "20.00"}}
- name: approved as a special drug
  kind: clear
  given:
    settlement: [{setl_id: S0, begndate: 2026-03-01, enddate: 2026-03-01}, {setl_id: S1}]
    fee_line: [{}]
    second_line: [{}]
    spdrug_appr_d: [{hilist_code: "002501010150000"}]
  suppressed: {S1: S-SPEC}
- name: paid by the patient alone
  kind: clear
  given:
    settlement: [{setl_id: S0, begndate: 2026-03-01, enddate: 2026-03-01}, {setl_id: S1}]
    fee_line: [{fulamt_ownpay_amt: "20.00", inscp_amt: "0.00"}]
    second_line: [{}]
- name: the day before the knowledge point and its first day
  kind: edge
  given:
    settlement:
      - {setl_id: S0, begndate: 2026-03-01, enddate: 2026-03-01}
      - {setl_id: S1}
      - {setl_id: S2, person: P2, begndate: 2026-03-01, enddate: 2026-03-01}
      - {setl_id: S3, person: P2}
    fee_line:
      - {setl_id: S1, bkkp_sn: L1, fee_date: 2026-11-03}
      - {setl_id: S3, bkkp_sn: L3, person: P2, fee_date: 2026-11-04}
    second_line: [{valid_from: 2026-11-04}]
  expect: {S3: {a1: "20.00"}}
- name: the day before the regulation and its first day
  kind: edge
  given:
    settlement:
      - {setl_id: S0, begndate: 2020-10-01, enddate: 2020-10-01}
      - {setl_id: S1}
      - {setl_id: S2, person: P2, begndate: 2020-10-01, enddate: 2020-10-01}
      - {setl_id: S3, person: P2}
    fee_line:
      - {setl_id: S1, bkkp_sn: L1, fee_date: 2021-04-30}
      - {setl_id: S3, bkkp_sn: L3, person: P2, fee_date: 2021-05-01}
    second_line: [{valid_from: 2020-01-01}]
  expect: {S3: {a1: "20.00"}}
*/
