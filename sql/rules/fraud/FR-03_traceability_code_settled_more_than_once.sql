/* rule
id: FR-03
version: 1
title_zh: 药品追溯码重复结算（回流药/串换）
title: Traceability code settled more than once
status: active
certainty: suspicious
severity: 2
level: line
owner: 基金监管处
summary: >
  The code that stands for one sales pack was settled before, for another person or at another institution: the pack
  came back from resale, or the code of one pack was scanned for another. A pack that was opened may be shared as long
  as no more units are taken from it than it holds.
sentence_zh: >-
  “{because_item}”的追溯码{because_code}已于{because_earlier_on}在{because_earlier_institution}结算过，
  {because_on}又在{because_institution}结算（{because_difference}，相隔{because_gap_days}天），
  本行{because_codes}个追溯码中{because_repeated}个重复。
facts:
  because_item: 药品名称
  because_code: 追溯码
  because_on: 本次计费日期
  because_institution: 本次机构
  because_earlier_on: 前次计费日期
  because_earlier_institution: 前次机构
  because_difference: 差异
  because_gap_days: 相隔天数
  because_codes: 本行追溯码数
  because_repeated: 重复的追溯码数
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（四）（五）项、第四十条第（三）项
  - 国家医保局关于加强药品追溯码医疗保障和工伤保险领域采集应用的通知
national_code: none（国家医保局药品追溯码监管）
in_force: {since: 2021-05-01}
dated_by: fee_date
reads: [drug_trac_d, fee_line, settlement]
look_back: none
params:
  long_gap_days:
    about: A code that comes back after more days than this was probably sold on
    default: "30"
    least: "1"
    most: "365"
amount: a1
amount_note: >
  The later line, shared by the number of its codes where only some of them were settled before, in whole fen.
not_a_finding_when:
  - 拆零销售：拆零标志为 1，且各次取用数量合计不超过包装数量（已排除）。
  - 扫码枪重扫，同一患者在同一机构重复上传（不在本规则内）。
  - 前次结算已退费，药品退回后再售（退费的结算不参与比对）。
  - 企业赋码错误，两盒药印有同一追溯码，有企业说明。
reviewer_checks:
  - 调取两家机构该批次药品的购进票据和扫码原始记录。
  - 现场核对两次结算的领药人签名与库存。
  - 查该追溯码在药品追溯平台的流通节点，判断是否回流。
handler: [H3]
suppressors: []
*/
WITH
scanned AS (
    SELECT
        TRIM(t.drug_trac_codg) AS code,
        t.cnt AS units,
        t.pack_cnt AS pack_units,
        COALESCE(t.trdn_flag, '0') AS is_opened,
        l.bkkp_sn,
        l.setl_id,
        l.fee_date,
        l.fee_ocur_time,
        l.hilist_name,
        l.det_item_fee_sumamt,
        l.inscp_amt,
        s.person,
        s.fixmedins_code,
        s.fixmedins_name,
        s.treat_pool
    FROM drug_trac_d AS t
    INNER JOIN fee_line AS l ON t.bkkp_sn = l.bkkp_sn AND t.setl_id = l.setl_id
    INNER JOIN settlement AS s ON l.setl_id = s.setl_id
    WHERE t.vali_flag = '1' AND l.cnt > 0 AND l.det_item_fee_sumamt > 0 AND TRIM(t.drug_trac_codg) <> ''
),

-- Most codes stand on one line; only the rest is worth comparing.
shared AS (
    SELECT code
    FROM scanned
    GROUP BY code
    HAVING COUNT(DISTINCT bkkp_sn) > 1
),

used AS (
    SELECT
        u.code,
        u.bkkp_sn,
        u.setl_id,
        u.fee_date,
        u.fee_ocur_time,
        u.person,
        u.fixmedins_code,
        u.fixmedins_name,
        u.treat_pool,
        SUM(u.units) OVER (
            PARTITION BY u.code ORDER BY u.fee_ocur_time ASC, u.bkkp_sn ASC
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS taken,
        MIN(u.pack_units) OVER (PARTITION BY u.code) AS holds,
        MIN(u.is_opened) OVER (
            PARTITION BY u.code ORDER BY u.fee_ocur_time ASC, u.bkkp_sn ASC
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS is_opened
    FROM scanned AS u
    INNER JOIN shared AS c ON u.code = c.code
),

repeated AS (
    SELECT
        b.code,
        b.bkkp_sn,
        b.setl_id,
        a.setl_id AS earlier_id,
        a.fee_date AS earlier_on,
        COALESCE(a.fixmedins_name, a.fixmedins_code) AS earlier_institution,
        CASE
            WHEN a.person <> b.person AND a.fixmedins_code <> b.fixmedins_code THEN '不同患者、不同机构'
            WHEN a.person <> b.person THEN '同一机构、不同患者'
            ELSE '同一患者、不同机构'
        END AS difference,
        DATE_DIFF('day', a.fee_date, b.fee_date) AS gap_days,
        a.treat_pool <> b.treat_pool AS is_elsewhere
    FROM used AS b
    INNER JOIN used AS a ON b.code = a.code AND b.bkkp_sn <> a.bkkp_sn
    WHERE
        (a.fee_ocur_time < b.fee_ocur_time OR (a.fee_ocur_time = b.fee_ocur_time AND a.bkkp_sn < b.bkkp_sn))
        AND (a.person <> b.person OR a.fixmedins_code <> b.fixmedins_code)
        AND a.setl_id <> b.setl_id
        -- A pack that was opened serves several, up to what it holds.
        AND NOT (b.is_opened = '1' AND b.holds IS NOT NULL AND b.taken <= b.holds)
    QUALIFY
        ROW_NUMBER() OVER (
            PARTITION BY b.code, b.bkkp_sn ORDER BY a.fee_ocur_time DESC, a.bkkp_sn DESC
        ) = 1
),

counted AS (
    SELECT
        bkkp_sn,
        COUNT(DISTINCT code) AS codes
    FROM scanned
    GROUP BY bkkp_sn
),

-- One row per line: the first of its codes that came back tells the story.
told AS (
    SELECT
        bkkp_sn,
        setl_id,
        earlier_id,
        code,
        earlier_on,
        earlier_institution,
        difference,
        gap_days,
        COUNT(code) OVER (PARTITION BY bkkp_sn) AS repeats,
        MAX(CASE WHEN is_elsewhere OR gap_days > $long_gap_days THEN 1 ELSE 0 END) OVER (
            PARTITION BY bkkp_sn
        ) AS is_grave,
        ROW_NUMBER() OVER (PARTITION BY bkkp_sn ORDER BY code ASC) AS place
    FROM repeated
)

SELECT
    l.setl_id,
    t.earlier_id AS linked_setl_id,
    l.bkkp_sn,
    CASE
        WHEN t.repeats = n.codes THEN l.det_item_fee_sumamt
        ELSE
            CAST(
                (CAST(ROUND(l.det_item_fee_sumamt * 100) AS BIGINT) * t.repeats // NULLIF(n.codes, 0)) * 0.01
                AS DECIMAL(18, 2)
            )
    END AS a0,
    CASE
        WHEN t.repeats = n.codes THEN l.inscp_amt
        ELSE
            CAST(
                (CAST(ROUND(l.inscp_amt * 100) AS BIGINT) * t.repeats // NULLIF(n.codes, 0)) * 0.01
                AS DECIMAL(18, 2)
            )
    END AS a1,
    CASE WHEN t.is_grave = 1 THEN 3 ELSE 2 END AS severity,
    l.hilist_name AS because_item,
    t.code AS because_code,
    l.fee_date AS because_on,
    COALESCE(s.fixmedins_name, s.fixmedins_code) AS because_institution,
    t.earlier_on AS because_earlier_on,
    t.earlier_institution AS because_earlier_institution,
    t.difference AS because_difference,
    t.gap_days AS because_gap_days,
    n.codes AS because_codes,
    t.repeats AS because_repeated
FROM told AS t
INNER JOIN counted AS n ON t.bkkp_sn = n.bkkp_sn
INNER JOIN fee_line AS l ON t.bkkp_sn = l.bkkp_sn
INNER JOIN settlement AS s ON l.setl_id = s.setl_id
WHERE t.place = 1
/* examples
- name: one pack opened for two patients, seven and twenty-one of its twenty-eight tablets
  kind: clear
  given:
    settlement: [{}, {setl_id: S2, person: P2}]
    fee_line: [{}, {setl_id: S2, bkkp_sn: L2, fee_date: 2026-11-05, fee_ocur_time: 2026-11-05 09:00:00}]
    drug_trac_d:
      - {trdn_flag: "1", cnt: "7", pack_cnt: "28"}
      - {setl_id: S2, bkkp_sn: L2, trdn_flag: "1", cnt: "21", pack_cnt: "28"}
- name: one tablet more than the pack holds
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, person: P2}]
    fee_line: [{}, {setl_id: S2, bkkp_sn: L2, fee_date: 2026-11-05, fee_ocur_time: 2026-11-05 09:00:00}]
    drug_trac_d:
      - {trdn_flag: "1", cnt: "7", pack_cnt: "28"}
      - {setl_id: S2, bkkp_sn: L2, trdn_flag: "1", cnt: "22", pack_cnt: "28"}
  expect: {S2/S1: {a1: "20.00", severity: 2}}
- name: the pack of one patient was settled again for another, two weeks later in the same city
  kind: flag
  given:
    settlement: [{}, {setl_id: S2, person: P2, fixmedins_code: H51010000002, fixmedins_name: 蓉城大药房}]
    fee_line:
      - {hilist_name: 氨氯地平片}
      - setl_id: S2
        bkkp_sn: L2
        hilist_name: 氨氯地平片
        fee_date: 2026-11-18
        fee_ocur_time: 2026-11-18 09:00:00
        det_item_fee_sumamt: "18.60"
        inscp_amt: "18.00"
    drug_trac_d: [{}, {setl_id: S2, bkkp_sn: L2}]
  expect:
    S2/S1:
      a0: "18.60"
      a1: "18.00"
      severity: 2
      lines: 1
      because: {because_difference: 不同患者、不同机构, because_gap_days: "14"}
- name: the same person, another institution
  kind: flag
  given:
    settlement: [{}, {setl_id: S2, fixmedins_code: H51010000002}]
    fee_line: [{}, {setl_id: S2, bkkp_sn: L2, fee_date: 2026-11-05, fee_ocur_time: 2026-11-05 09:00:00}]
    drug_trac_d: [{}, {setl_id: S2, bkkp_sn: L2}]
  expect: {S2/S1: {because: {because_difference: 同一患者、不同机构}}}
- name: after exactly thirty days, and after thirty-one
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, person: P2}, {setl_id: S3, person: P3}, {setl_id: S4, person: P4}]
    fee_line:
      - {}
      - {setl_id: S2, bkkp_sn: L2, fee_date: 2026-12-04, fee_ocur_time: 2026-12-04 09:00:00}
      - {setl_id: S3, bkkp_sn: L3}
      - {setl_id: S4, bkkp_sn: L4, fee_date: 2026-12-05, fee_ocur_time: 2026-12-05 09:00:00}
    drug_trac_d:
      - {}
      - {setl_id: S2, bkkp_sn: L2}
      - {drug_trac_codg: C2, setl_id: S3, bkkp_sn: L3}
      - {drug_trac_codg: C2, setl_id: S4, bkkp_sn: L4}
  expect: {S2/S1: {severity: 2}, S4/S3: {severity: 3}}
- name: in two cities it is grave on the same day
  kind: flag
  given:
    settlement: [{}, {setl_id: S2, person: P2, fixmedins_code: H51130000002, treat_pool: "5113"}]
    fee_line: [{}, {setl_id: S2, bkkp_sn: L2, fee_ocur_time: 2026-11-04 15:00:00}]
    drug_trac_d: [{}, {setl_id: S2, bkkp_sn: L2}]
  expect: {S2/S1: {severity: 3}}
- name: one of three packs came back
  kind: flag
  given:
    settlement: [{}, {setl_id: S2, person: P2}]
    fee_line:
      - {}
      - setl_id: S2
        bkkp_sn: L2
        cnt: "3"
        inscp_amt: "10.00"
        fee_date: 2026-11-05
        fee_ocur_time: 2026-11-05 09:00:00
    drug_trac_d:
      - {}
      - {setl_id: S2, bkkp_sn: L2}
      - {drug_trac_codg: C2, setl_id: S2, bkkp_sn: L2}
      - {drug_trac_codg: C3, setl_id: S2, bkkp_sn: L2}
  expect: {S2/S1: {a0: "6.66", a1: "3.33", because: {because_codes: "3", because_repeated: "1"}}}
- name: scanned twice for the same patient at the same counter
  kind: clear
  given:
    settlement: [{}, {setl_id: S2}]
    fee_line: [{}, {setl_id: S2, bkkp_sn: L2, fee_ocur_time: 2026-11-04 09:12:40}]
    drug_trac_d: [{}, {setl_id: S2, bkkp_sn: L2}]
- name: the first settlement was reversed, or the scan is void
  kind: clear
  given:
    settlement: [{counts: false}, {setl_id: S2, person: P2}, {setl_id: S3, person: P3}, {setl_id: S4, person: P4}]
    fee_line:
      - {}
      - {setl_id: S2, bkkp_sn: L2, fee_date: 2026-11-05, fee_ocur_time: 2026-11-05 09:00:00}
      - {setl_id: S3, bkkp_sn: L3}
      - {setl_id: S4, bkkp_sn: L4, fee_date: 2026-11-05, fee_ocur_time: 2026-11-05 09:00:00}
    drug_trac_d:
      - {}
      - {setl_id: S2, bkkp_sn: L2}
      - {drug_trac_codg: C2, setl_id: S3, bkkp_sn: L3, vali_flag: "0"}
      - {drug_trac_codg: C2, setl_id: S4, bkkp_sn: L4}
- name: the day before the regulation came into force
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, person: P2}]
    fee_line:
      - {fee_date: 2021-04-29, fee_ocur_time: 2021-04-29 09:00:00}
      - {setl_id: S2, bkkp_sn: L2, fee_date: 2021-04-30, fee_ocur_time: 2021-04-30 09:00:00}
    drug_trac_d: [{}, {setl_id: S2, bkkp_sn: L2}]
*/
