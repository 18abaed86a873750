/* rule
id: PL-02
version: 1
title_zh: 中药饮片不予支付
title: Herbal pieces not payable
status: active
certainty: definite
severity: 2
level: line
owner: 基金监管处
summary: >
  A herbal piece that is never paid was paid, or a prescription made only of pieces that are not paid on their own was
  paid, several of them together included. Lines without a prescription number count as one prescription of their day,
  which merges prescriptions and so finds less.
sentence_zh: >-
  中药饮片“{because_item}”{because_limit}，{because_fee_date}的处方共{because_pieces}味饮片，
  该味仍纳入支付范围{because_inscp}元。
facts:
  because_item: 饮片
  because_limit: 限定
  because_fee_date: 计费日期
  because_pieces: 处方饮片味数
  because_inscp: 纳入支付范围（元）
  because_point: 知识点编号
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（六）项
  - 《国家基本医疗保险、工伤保险和生育保险药品目录》中药饮片部分：不得纳入基金支付范围、单味使用不予支付
national_code: GZ10000101003000, GZ10000101004000
in_force: {since: 2021-05-01}
dated_by: fee_date
reads: [fee_line, settlement, herb_limit]
look_back: none
amount: a1
not_a_finding_when:
  - 省级增补目录准予支付该饮片，增补批次晚于知识点。
  - 使用的是中药配方颗粒，目录类别不是饮片（不在比较之内）。
  - 医院系统重复使用处方号，同一张复方被拆成两个号上传。
reviewer_checks:
  - 调阅纸质或电子处方，核对同一处方的全部饮片。
  - 查省级中药饮片目录当日是否准予支付。
  - 查医院是否把复方按味拆分开方。
handler: [H1]
suppressors: []
*/
WITH
herbs AS (
    SELECT
        l.setl_id,
        l.bkkp_sn,
        l.hilist_code,
        l.hilist_name,
        l.fee_date,
        l.det_item_fee_sumamt,
        l.inscp_amt,
        -- Without a number the day stands for the prescription.
        COALESCE(l.rx_drord_no, CAST(l.fee_date AS VARCHAR)) AS prescription
    FROM fee_line AS l
    INNER JOIN settlement AS s ON l.setl_id = s.setl_id
    WHERE l.list_type = '102' AND l.cnt > 0
),

limited AS (
    SELECT
        h.setl_id,
        h.bkkp_sn,
        h.hilist_code,
        h.hilist_name,
        h.fee_date,
        h.det_item_fee_sumamt,
        h.inscp_amt,
        h.prescription,
        k.kp_id,
        k.kind,
        k.note_zh
    FROM herbs AS h
    LEFT JOIN herb_limit AS k
        ON
            h.hilist_code = k.hilist_code
            AND h.fee_date >= k.valid_from
            AND (k.valid_until IS NULL OR h.fee_date < k.valid_until)
    -- The stricter point where two limit one piece.
    QUALIFY ROW_NUMBER() OVER (PARTITION BY h.bkkp_sn ORDER BY k.kind ASC, k.kp_id ASC) = 1
),

prescribed AS (
    SELECT
        setl_id,
        prescription,
        COUNT(DISTINCT hilist_code) AS pieces,
        MIN(CASE WHEN kind IS NULL THEN 0 ELSE 1 END) AS is_only_limited
    FROM limited
    GROUP BY setl_id, prescription
)

SELECT
    l.setl_id,
    l.bkkp_sn,
    l.det_item_fee_sumamt AS a0,
    l.inscp_amt AS a1,
    l.hilist_name AS because_item,
    l.note_zh AS because_limit,
    l.fee_date AS because_fee_date,
    p.pieces AS because_pieces,
    l.inscp_amt AS because_inscp,
    l.kp_id AS because_point
FROM limited AS l
INNER JOIN prescribed AS p ON l.setl_id = p.setl_id AND l.prescription = p.prescription
WHERE
    l.inscp_amt > 0
    AND (l.kind = 'ALWAYS' OR (l.kind = 'SINGLE' AND p.is_only_limited = 1))
/* examples
- name: not paid alone, but in a compound
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{bkkp_sn: L1, list_type: "102"}, {bkkp_sn: L2, list_type: "102", hilist_code: T301000954}]
    herb_limit: [{kind: SINGLE}]
- name: never paid, in a compound
  kind: flag
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, list_type: "102", preselfpay_amt: "2.00", inscp_amt: "18.00"}
      - {bkkp_sn: L2, list_type: "102", hilist_code: T301000954}
    herb_limit: [{}]
  expect: {S1: {a0: "20.00", a1: "18.00", lines: 1, because: {because_pieces: "2"}}}
- name: prescribed alone
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{list_type: "102"}]
    herb_limit: [{kind: SINGLE}]
  expect: {S1: {a1: "20.00", because: {because_pieces: "1"}}}
- name: two that are not paid alone, together and with nothing else
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{bkkp_sn: L1, list_type: "102"}, {bkkp_sn: L2, list_type: "102", hilist_code: T911000305}]
    herb_limit: [{kind: SINGLE}, {kp_id: K2, hilist_code: T911000305, kind: SINGLE}]
  expect: {S1: {a1: "40.00", lines: 2}}
- name: one that is never paid does not make a compound of one that is not paid alone
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{bkkp_sn: L1, list_type: "102"}, {bkkp_sn: L2, list_type: "102", hilist_code: T911000301}]
    herb_limit: [{kind: SINGLE}, {kp_id: K2, hilist_code: T911000301, kind: ALWAYS}]
  expect: {S1: {a1: "40.00", lines: 2}}
- name: without a number, the day is the prescription
  kind: edge
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, list_type: "102", rx_drord_no: null}
      - {bkkp_sn: L2, list_type: "102", rx_drord_no: null, hilist_code: T301000954}
      - {bkkp_sn: L3, list_type: "102", rx_drord_no: null, fee_date: 2026-11-05}
    herb_limit: [{kind: SINGLE}]
  expect: {S1: {a1: "20.00", lines: 1, because: {because_fee_date: "2026-11-05"}}}
- name: another prescription of the same day does not help
  kind: flag
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, list_type: "102"}
      - {bkkp_sn: L2, list_type: "102", rx_drord_no: R2, hilist_code: T301000954}
    herb_limit: [{kind: SINGLE}]
  expect: {S1: {a1: "20.00", lines: 1}}
- name: granules are no pieces
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{list_type: "106"}]
    herb_limit: [{}]
- name: paid by the patient alone
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{list_type: "102", fulamt_ownpay_amt: "20.00", inscp_amt: "0.00"}]
    herb_limit: [{}]
- name: the day before the knowledge point and its first day
  kind: edge
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, list_type: "102", fee_date: 2026-11-03}
      - {bkkp_sn: L2, list_type: "102", fee_date: 2026-11-04}
    herb_limit: [{valid_from: 2026-11-04}]
  expect: {S1: {lines: 1, because: {because_fee_date: "2026-11-04"}}}
- name: the day before the regulation and its first day
  kind: edge
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, list_type: "102", fee_date: 2021-04-30, rx_drord_no: R1}
      - {bkkp_sn: L2, list_type: "102", fee_date: 2021-05-01, rx_drord_no: R2}
    herb_limit: [{valid_from: 2020-01-01}]
  expect: {S1: {a1: "20.00", lines: 1}}
*/
