/* rule
id: MD-07
version: 1
title_zh: 饮片配伍禁忌/超大处方/超量上传
title: Herbal incompatibility or oversized prescription
status: active
certainty: suspicious
severity: 1
level: patient-episode
owner: 基金监管处
summary: >
  In one herbal prescription, two pieces that antagonise each other; more kinds of pieces than a prescription can
  sensibly hold; more than twice the pharmacopoeia's grams of a piece in one dose; or more doses than a course allows.
  Of too much, the surplus grams are at issue; of an antagonism nothing is.
sentence_zh: >-
  {because_day}中药饮片处方{because_form}：{because_item}，限{because_limit}，实际{because_found}，涉及纳入支付范围{because_inscp}元。
facts:
  because_form: 情形
  because_day: 处方日期
  because_item: 饮片
  because_limit: 限值
  because_found: 实际值
  because_pieces: 本方味数
  because_doses: 剂数
  because_inscp: 涉及纳入支付范围（元）
  because_point: 知识点编号
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（二）（三）项
  - 《中华人民共和国药典》一部；《中药处方格式及书写规范》
national_code: GZ10000301012000, 2025#76, 2025#77
in_force: {since: 2021-05-01}
dated_by: fee_date
reads: [fee_line, settlement, herb_pair, herb_dose]
look_back: none
params:
  most_pieces:
    about: Kinds of pieces in one prescription; twenty is usual, some more are for several diseases at once
    default: "25"
    least: "12"
    most: "40"
  dose_ratio:
    about: Multiple of the pharmacopoeia's grams in one dose from which it is too much
    default: "2.0"
    least: "1.0"
    most: "5.0"
  most_doses:
    about: Doses in one prescription; seven for an acute, fourteen for a chronic disease
    default: "14"
    least: "7"
    most: "30"
amount: a1
amount_note: >
  Of the surplus the in-scope amount is shared by grams or doses in whole fen, rounded down; the kinds beyond the limit
  are the cheapest. Antagonistic pieces are a question to the physician, nothing is at issue.
not_a_finding_when:
  - 有经验的中医师双签名确认使用配伍禁忌或超量（处方留存）。
  - 膏方一料数十味、用量按料计算（以“膏”标注用法的已排除）。
  - 外用、煎汤熏洗，不按内服剂量控制。
  - 出院带药、长期处方按规定放宽剂数。
reviewer_checks:
  - 调阅中药处方原件，核对味数、每味克数、剂数和签名。
  - 与药房调剂、煎药记录核对实际发药克数。
  - 看该医师饮片处方味均费用和单方费用。
handler: [H2]
suppressors: []
*/
WITH
pieces AS (
    SELECT
        l.setl_id,
        COALESCE(l.rxno, l.rx_drord_no, CAST(l.fee_date AS VARCHAR)) AS prescription,
        l.bkkp_sn,
        l.hilist_code,
        l.hilist_name,
        l.fee_date,
        l.cnt,
        l.det_item_fee_sumamt,
        l.inscp_amt,
        COALESCE(l.prd_days, 0) AS doses
    FROM fee_line AS l
    INNER JOIN settlement AS s ON l.setl_id = s.setl_id
    WHERE
        l.list_type IN ('102', '106')
        AND l.cnt > 0
        AND COALESCE(l.tcmdrug_used_way, '') NOT LIKE '%膏%'
        AND COALESCE(l.medc_way_dscr, '') NOT LIKE '%膏%'
),

prescribed AS (
    SELECT
        setl_id,
        prescription,
        COUNT(DISTINCT hilist_code) AS kinds,
        MAX(doses) AS doses
    FROM pieces
    GROUP BY setl_id, prescription
),

kinds AS (
    SELECT
        setl_id,
        prescription,
        hilist_code,
        MIN(bkkp_sn) AS bkkp_sn,
        MIN(hilist_name) AS hilist_name,
        MIN(fee_date) AS fee_date,
        SUM(det_item_fee_sumamt) AS gross,
        SUM(inscp_amt) AS in_scope,
        ROW_NUMBER() OVER (
            PARTITION BY setl_id, prescription ORDER BY SUM(inscp_amt) DESC, hilist_code ASC
        ) AS nth
    FROM pieces
    GROUP BY setl_id, prescription, hilist_code
),

found AS (
    SELECT
        b.setl_id,
        b.bkkp_sn,
        CAST(0 AS DECIMAL(18, 2)) AS gross,
        CAST(0 AS DECIMAL(18, 2)) AS in_scope,
        b.inscp_amt AS touched,
        '配伍禁忌' AS reason,
        3 AS place,
        b.fee_date,
        a.hilist_name || '、' || b.hilist_name AS item,
        k.note_zh AS allowed,
        '同方' AS actual,
        b.prescription,
        k.kp_id
    FROM pieces AS a
    INNER JOIN pieces AS b ON a.setl_id = b.setl_id AND a.prescription = b.prescription
    INNER JOIN herb_pair AS k
        ON
            a.hilist_code = k.code_a
            AND b.hilist_code = k.code_b
            AND b.fee_date >= k.valid_from
            AND (k.valid_until IS NULL OR b.fee_date < k.valid_until)
    UNION ALL
    SELECT
        p.setl_id,
        p.bkkp_sn,
        CAST(
            (
                CAST(ROUND(LEAST(p.det_item_fee_sumamt, 9999999) * 100) AS BIGINT)
                * CAST(ROUND(LEAST(p.cnt - $dose_ratio * k.max_grams * p.doses, 9999) * 10000) AS BIGINT)
                // NULLIF(CAST(ROUND(LEAST(p.cnt, 9999) * 10000) AS BIGINT), 0)
            ) * 0.01 AS DECIMAL(18, 2)
        ) AS gross,
        CAST(
            (
                CAST(ROUND(LEAST(p.inscp_amt, 9999999) * 100) AS BIGINT)
                * CAST(ROUND(LEAST(p.cnt - $dose_ratio * k.max_grams * p.doses, 9999) * 10000) AS BIGINT)
                // NULLIF(CAST(ROUND(LEAST(p.cnt, 9999) * 10000) AS BIGINT), 0)
            ) * 0.01 AS DECIMAL(18, 2)
        ) AS in_scope,
        p.inscp_amt AS touched,
        '单味超量' AS reason,
        1 AS place,
        p.fee_date,
        p.hilist_name AS item,
        k.note_zh AS allowed,
        CAST(CAST(p.cnt AS DECIMAL(12, 1)) AS VARCHAR)
        || '克/' || CAST(CAST(ROUND(p.doses) AS BIGINT) AS VARCHAR) || '剂' AS actual,
        p.prescription,
        k.kp_id
    FROM pieces AS p
    INNER JOIN herb_dose AS k
        ON
            p.hilist_code = k.hilist_code
            AND p.fee_date >= k.valid_from
            AND (k.valid_until IS NULL OR p.fee_date < k.valid_until)
    -- Without the number of doses nothing can be said of one.
    WHERE p.doses > 0 AND p.cnt > $dose_ratio * k.max_grams * p.doses
    UNION ALL
    SELECT
        c.setl_id,
        c.bkkp_sn,
        c.gross,
        c.in_scope,
        c.in_scope AS touched,
        '味数过多' AS reason,
        2 AS place,
        c.fee_date,
        c.hilist_name AS item,
        CAST(CAST(ROUND($most_pieces) AS BIGINT) AS VARCHAR) || '味' AS allowed,
        CAST(r.kinds AS VARCHAR) || '味' AS actual,
        c.prescription,
        '（无）' AS kp_id
    FROM kinds AS c
    INNER JOIN prescribed AS r ON c.setl_id = r.setl_id AND c.prescription = r.prescription
    WHERE c.nth > $most_pieces
    UNION ALL
    SELECT
        p.setl_id,
        p.bkkp_sn,
        CAST(
            (
                CAST(ROUND(LEAST(p.det_item_fee_sumamt, 9999999) * 100) AS BIGINT)
                * CAST(ROUND((p.doses - $most_doses) * 100) AS BIGINT)
                // NULLIF(CAST(ROUND(p.doses * 100) AS BIGINT), 0)
            ) * 0.01 AS DECIMAL(18, 2)
        ) AS gross,
        CAST(
            (
                CAST(ROUND(LEAST(p.inscp_amt, 9999999) * 100) AS BIGINT)
                * CAST(ROUND((p.doses - $most_doses) * 100) AS BIGINT)
                // NULLIF(CAST(ROUND(p.doses * 100) AS BIGINT), 0)
            ) * 0.01 AS DECIMAL(18, 2)
        ) AS in_scope,
        p.inscp_amt AS touched,
        '剂数过多' AS reason,
        4 AS place,
        p.fee_date,
        p.hilist_name AS item,
        CAST(CAST(ROUND($most_doses) AS BIGINT) AS VARCHAR) || '剂' AS allowed,
        CAST(CAST(ROUND(p.doses) AS BIGINT) AS VARCHAR) || '剂' AS actual,
        p.prescription,
        '（无）' AS kp_id
    FROM pieces AS p
    WHERE p.doses > $most_doses
)

SELECT
    f.setl_id,
    f.bkkp_sn,
    f.gross AS a0,
    f.in_scope AS a1,
    f.reason AS because_form,
    f.fee_date AS because_day,
    f.item AS because_item,
    f.allowed AS because_limit,
    f.actual AS because_found,
    r.kinds AS because_pieces,
    CAST(ROUND(r.doses) AS BIGINT) AS because_doses,
    f.touched AS because_inscp,
    f.kp_id AS because_point
FROM found AS f
INNER JOIN prescribed AS r ON f.setl_id = r.setl_id AND f.prescription = r.prescription
-- A line is at issue once, for its weightiest reason.
QUALIFY ROW_NUMBER() OVER (PARTITION BY f.bkkp_sn ORDER BY f.in_scope DESC, f.place ASC, f.kp_id ASC, f.item ASC) = 1
/* examples
- name: an ordinary prescription of seven doses
  kind: clear
  given:
    settlement: [{care: OTP}]
    fee_line:
      - bkkp_sn: L1
        hilist_code: HA
        hilist_name: HA
        list_type: "102"
        cnt: "70"
        det_item_fee_sumamt: "70.00"
        inscp_amt: "70.00"
        prd_days: "7"
      - bkkp_sn: L2
        hilist_code: HC
        hilist_name: HC
        list_type: "102"
        cnt: "70"
        det_item_fee_sumamt: "70.00"
        inscp_amt: "70.00"
    herb_pair: [{code_a: HA, code_b: HB}]
    herb_dose: [{hilist_code: HA}]
- name: two pieces that antagonise each other
  kind: flag
  given:
    settlement: [{care: OTP}]
    fee_line:
      - bkkp_sn: L1
        hilist_code: HA
        hilist_name: HA
        list_type: "102"
        cnt: "70"
        det_item_fee_sumamt: "70.00"
        inscp_amt: "70.00"
      - bkkp_sn: L2
        hilist_code: HB
        hilist_name: HB
        list_type: "102"
        cnt: "70"
        det_item_fee_sumamt: "70.00"
        inscp_amt: "70.00"
    herb_pair: [{code_a: HA, code_b: HB}]
    herb_dose: []
  expect: {S1: {a0: "0.00", a1: "0.00", lines: 1, because: {because_form: 配伍禁忌}}}
- name: two hundred and ten grams of a piece in seven doses
  kind: flag
  given:
    settlement: [{care: OTP}]
    fee_line:
      - bkkp_sn: L1
        hilist_code: HA
        hilist_name: HA
        list_type: "102"
        cnt: "210"
        det_item_fee_sumamt: "210.00"
        inscp_amt: "210.00"
        prd_days: "7"
    herb_pair: []
    herb_dose: [{hilist_code: HA}]
  expect: {S1: {a0: "126.00", a1: "126.00", because: {because_form: 单味超量, because_found: 210.0克/7剂}}}
- name: exactly twice the grams of the pharmacopoeia, and a gram more
  kind: edge
  given:
    settlement: [{setl_id: S1, care: OTP}, {setl_id: S2, mdtrt_id: V2, care: OTP, person: P2}]
    fee_line:
      - bkkp_sn: L1
        hilist_code: HA
        hilist_name: HA
        list_type: "102"
        cnt: "84"
        det_item_fee_sumamt: "83.00"
        inscp_amt: "83.00"
        prd_days: "7"
      - setl_id: S2
        bkkp_sn: S2L2
        hilist_code: HA
        hilist_name: HA
        list_type: "102"
        cnt: "85"
        det_item_fee_sumamt: "83.80"
        inscp_amt: "83.80"
        prd_days: "7"
    herb_pair: []
    herb_dose: [{hilist_code: HA}]
  expect: {S2: {a1: "0.98", because: {because_doses: "7"}}}
- name: fourteen doses and fifteen
  kind: edge
  given:
    settlement: [{setl_id: S1, care: OTP}, {setl_id: S2, mdtrt_id: V2, care: OTP, person: P2}]
    fee_line:
      - bkkp_sn: L1
        hilist_code: HC
        hilist_name: HC
        list_type: "102"
        cnt: "70"
        det_item_fee_sumamt: "450.00"
        inscp_amt: "450.00"
        prd_days: "14"
      - setl_id: S2
        bkkp_sn: S2L2
        hilist_code: HC
        hilist_name: HC
        list_type: "102"
        cnt: "70"
        det_item_fee_sumamt: "450.00"
        inscp_amt: "450.00"
        prd_days: "15"
    herb_pair: []
    herb_dose: []
  expect: {S2: {a1: "30.00", because: {because_form: 剂数过多}}}
- name: twenty-six pieces, of which the last is beyond the limit
  kind: flag
  given:
    settlement: [{care: OTP}]
    fee_line:
      - {bkkp_sn: M1, hilist_code: H01, list_type: "102", inscp_amt: "25.00"}
      - {bkkp_sn: M2, hilist_code: H02, list_type: "102", inscp_amt: "25.00"}
      - {bkkp_sn: M3, hilist_code: H03, list_type: "102", inscp_amt: "25.00"}
      - {bkkp_sn: M4, hilist_code: H04, list_type: "102", inscp_amt: "25.00"}
      - {bkkp_sn: M5, hilist_code: H05, list_type: "102", inscp_amt: "25.00"}
      - {bkkp_sn: M6, hilist_code: H06, list_type: "102", inscp_amt: "25.00"}
      - {bkkp_sn: M7, hilist_code: H07, list_type: "102", inscp_amt: "25.00"}
      - {bkkp_sn: M8, hilist_code: H08, list_type: "102", inscp_amt: "25.00"}
      - {bkkp_sn: M9, hilist_code: H09, list_type: "102", inscp_amt: "25.00"}
      - {bkkp_sn: M10, hilist_code: H10, list_type: "102", inscp_amt: "25.00"}
      - {bkkp_sn: M11, hilist_code: H11, list_type: "102", inscp_amt: "25.00"}
      - {bkkp_sn: M12, hilist_code: H12, list_type: "102", inscp_amt: "25.00"}
      - {bkkp_sn: M13, hilist_code: H13, list_type: "102", inscp_amt: "25.00"}
      - {bkkp_sn: M14, hilist_code: H14, list_type: "102", inscp_amt: "25.00"}
      - {bkkp_sn: M15, hilist_code: H15, list_type: "102", inscp_amt: "25.00"}
      - {bkkp_sn: M16, hilist_code: H16, list_type: "102", inscp_amt: "25.00"}
      - {bkkp_sn: M17, hilist_code: H17, list_type: "102", inscp_amt: "25.00"}
      - {bkkp_sn: M18, hilist_code: H18, list_type: "102", inscp_amt: "25.00"}
      - {bkkp_sn: M19, hilist_code: H19, list_type: "102", inscp_amt: "25.00"}
      - {bkkp_sn: M20, hilist_code: H20, list_type: "102", inscp_amt: "25.00"}
      - {bkkp_sn: M21, hilist_code: H21, list_type: "102", inscp_amt: "25.00"}
      - {bkkp_sn: M22, hilist_code: H22, list_type: "102", inscp_amt: "25.00"}
      - {bkkp_sn: M23, hilist_code: H23, list_type: "102", inscp_amt: "25.00"}
      - {bkkp_sn: M24, hilist_code: H24, list_type: "102", inscp_amt: "25.00"}
      - {bkkp_sn: M25, hilist_code: H25, list_type: "102", inscp_amt: "25.00"}
      - {bkkp_sn: M26, hilist_code: H26, list_type: "102", inscp_amt: "25.00"}
    herb_pair: []
    herb_dose: []
  expect: {S1: {a1: "25.00", lines: 1, because: {because_form: 味数过多, because_found: 26味}}}
- name: the two pieces on two prescriptions
  kind: edge
  given:
    settlement: [{care: OTP}]
    fee_line:
      - bkkp_sn: L1
        hilist_code: HA
        hilist_name: HA
        list_type: "102"
        cnt: "70"
        det_item_fee_sumamt: "70.00"
        inscp_amt: "70.00"
        rxno: X1
      - bkkp_sn: L2
        hilist_code: HB
        hilist_name: HB
        list_type: "102"
        cnt: "70"
        det_item_fee_sumamt: "70.00"
        inscp_amt: "70.00"
        rxno: X2
    herb_pair: [{code_a: HA, code_b: HB}]
    herb_dose: []
- name: the last day of the point on the pair and the day after
  kind: edge
  given:
    settlement: [{setl_id: S1, care: OTP}, {setl_id: S2, mdtrt_id: V2, care: OTP, person: P2}]
    fee_line:
      - bkkp_sn: L1
        hilist_code: HA
        hilist_name: HA
        list_type: "102"
        cnt: "70"
        det_item_fee_sumamt: "70.00"
        inscp_amt: "70.00"
        fee_date: 2026-11-03
      - bkkp_sn: L2
        hilist_code: HB
        hilist_name: HB
        list_type: "102"
        cnt: "70"
        det_item_fee_sumamt: "70.00"
        inscp_amt: "70.00"
        fee_date: 2026-11-03
      - setl_id: S2
        bkkp_sn: S2L3
        hilist_code: HA
        hilist_name: HA
        list_type: "102"
        cnt: "70"
        det_item_fee_sumamt: "70.00"
        inscp_amt: "70.00"
      - setl_id: S2
        bkkp_sn: S2L4
        hilist_code: HB
        hilist_name: HB
        list_type: "102"
        cnt: "70"
        det_item_fee_sumamt: "70.00"
        inscp_amt: "70.00"
    herb_pair: [{code_a: HA, code_b: HB, valid_until: 2026-11-04}]
    herb_dose: []
  expect: {S1: {lines: 1}}
- name: the day before the regulation and its first day
  kind: edge
  given:
    settlement: [{setl_id: S1, care: OTP}, {setl_id: S2, mdtrt_id: V2, care: OTP, person: P2}]
    fee_line:
      - bkkp_sn: L1
        hilist_code: HA
        hilist_name: HA
        list_type: "102"
        cnt: "70"
        det_item_fee_sumamt: "70.00"
        inscp_amt: "70.00"
        fee_date: 2021-04-30
      - bkkp_sn: L2
        hilist_code: HB
        hilist_name: HB
        list_type: "102"
        cnt: "70"
        det_item_fee_sumamt: "70.00"
        inscp_amt: "70.00"
        fee_date: 2021-04-30
      - setl_id: S2
        bkkp_sn: S2L3
        hilist_code: HA
        hilist_name: HA
        list_type: "102"
        cnt: "70"
        det_item_fee_sumamt: "70.00"
        inscp_amt: "70.00"
        fee_date: 2021-05-01
      - setl_id: S2
        bkkp_sn: S2L4
        hilist_code: HB
        hilist_name: HB
        list_type: "102"
        cnt: "70"
        det_item_fee_sumamt: "70.00"
        inscp_amt: "70.00"
        fee_date: 2021-05-01
    herb_pair: [{code_a: HA, code_b: HB, valid_from: 2020-01-01}]
    herb_dose: []
  expect: {S2: {lines: 1}}
- name: a paste for the winter
  kind: clear
  given:
    settlement: [{care: OTP}]
    fee_line:
      - bkkp_sn: L1
        hilist_code: HA
        hilist_name: HA
        list_type: "102"
        cnt: "900"
        det_item_fee_sumamt: "900.00"
        inscp_amt: "900.00"
        prd_days: "30"
        tcmdrug_used_way: 膏方
    herb_pair: []
    herb_dose: [{hilist_code: HA}]
*/
