/* rule
id: AD-12
version: 1
title_zh: 转嫁住院费用
title: Cost shifting out of the stay
status: active
certainty: suspicious
severity: 2
level: patient-episode
owner: 基金监管处
summary: >
  What a stay needed was settled outside it: items that are used in hospital only, worth a thousand yuan or more, on an
  outpatient or drugstore bill during the stay or a day around it; a prescription that the ward sent to a drugstore
  while the patient lay there; or drugs bought outside during a stay whose own bill has none. The patient pays more, and
  a group payment is kept. The subject is the outside bill, linked to the stay.
sentence_zh: >-
  {because_stay_begin}至{because_stay_end}在{because_hospital}住院，
  {because_day}在{because_outside}结算“{because_item}”等{because_items}项，共{because_amount}元（{because_form}），
  个人现金支付{because_cash}元，基金支付{because_fund}元。
facts:
  because_form: 转嫁方式
  because_day: 院外结算日期
  because_outside: 院外机构
  because_hospital: 住院医院
  because_stay_begin: 入院日期
  because_stay_end: 出院日期
  because_item: 主要项目
  because_items: 项目数
  because_amount: 院外金额（元）
  because_cash: 院外现金支付（元）
  because_fund: 院外基金支付（元）
basis:
  - 《医疗保障基金使用监督管理条例》第十五条、第三十八条第（七）项
national_code: none
in_force: {since: 2021-05-01}
dated_by: begndate
reads: [settlement, fee_line, item_family]
look_back: {days: 120}
params:
  around_days:
    about: Days before admission and after discharge that still belong to the stay
    default: "1"
    least: "0"
    most: "7"
  least_typical:
    about: Yuan of items used in hospital only from which the outside bill counts
    default: "1000.00"
    least: "100.00"
    most: "20000.00"
  least_prescribed:
    about: Yuan of a prescription sent outside from which it counts
    default: "100.00"
    least: "0.00"
    most: "5000.00"
  least_drugs:
    about: Yuan of drugs bought outside during a stay without any drug
    default: "200.00"
    least: "50.00"
    most: "5000.00"
  fewest_days:
    about: Days of a stay from which a bill without any drug is strange
    default: "3"
    least: "2"
    most: "10"
amount: a1
amount_note: >
  The lines outside that belong into the stay. What the patient paid for them is told, so that it can be given back;
  the fund's part is priced.
not_a_finding_when:
  - 国谈药“双通道”在定点药店购买（谈判药标志为 1 的明细已排除）。
  - 门诊化疗、日间治疗在住院前后按计划进行，病历有安排。
  - 患者自行购买慢性病常用药，与本次住院无关。
  - 医院临时缺药，有缺药登记并向医保部门报备。
reviewer_checks:
  - 查住院医嘱中有无“自备药”“外购”字样，与院外购买品种核对。
  - 查外配处方的开具科室、医师和时间。
  - 问患者是否被要求到指定药店或门诊缴费，票据由谁保管。
handler: [H2]
suppressors: [S-SPEC]
*/
WITH
stays AS (
    SELECT
        s.setl_id,
        s.person,
        s.mdtrt_id,
        s.begndate,
        s.enddate,
        s.los_days,
        s.fixmedins_code,
        s.fixmedins_name,
        CASE
            WHEN
                EXISTS (
                    SELECT 1
                    FROM fee_line AS l
                    WHERE l.setl_id = s.setl_id AND l.list_type IN ('101', '102', '103') AND l.cnt > 0
                )
                THEN 1
            ELSE 0
        END AS has_drugs
    FROM settlement AS s
    WHERE s.care = 'IPT' AND s.n_lines > 0
),

outside AS (
    SELECT
        o.setl_id,
        o.care,
        o.begndate,
        o.fixmedins_code,
        o.fixmedins_name,
        o.cash_payamt,
        o.fund_pay_sumamt,
        s.setl_id AS stay_id,
        s.begndate AS stay_begin,
        s.enddate AS stay_end,
        s.fixmedins_code AS stay_code,
        s.fixmedins_name AS stay_name,
        CASE WHEN s.has_drugs = 0 AND s.los_days >= $fewest_days THEN 1 ELSE 0 END AS is_without_drugs,
        CASE
            WHEN DATE_DIFF('day', s.begndate, o.begndate) >= 0 AND DATE_DIFF('day', o.begndate, s.enddate) >= 1 THEN 1
            ELSE 0
        END AS is_inside
    FROM settlement AS o
    INNER JOIN stays AS s ON o.person = s.person
    WHERE
        o.care IN ('OTP', 'OPSP', 'RX', 'ER')
        AND COALESCE(o.refl_old_mdtrt_id, '') <> s.mdtrt_id
        AND DATE_DIFF('day', s.begndate, o.begndate) BETWEEN -$around_days AND $look_back_days
        AND DATE_DIFF('day', s.enddate, o.begndate) <= $around_days
),

typical AS (
    SELECT DISTINCT
        l.setl_id,
        l.bkkp_sn
    FROM fee_line AS l
    INNER JOIN item_family AS k ON l.hilist_code = k.hilist_code
    WHERE
        k.family = 'INPATIENT_ONLY'
        AND l.fee_date >= k.valid_from
        AND (k.valid_until IS NULL OR l.fee_date < k.valid_until)
),

charged AS (
    SELECT
        o.setl_id,
        o.stay_id,
        l.bkkp_sn,
        l.hilist_name,
        l.det_item_fee_sumamt,
        l.inscp_amt,
        CASE
            WHEN t.bkkp_sn IS NOT NULL THEN 1
            WHEN o.is_inside = 1 AND o.care = 'RX' AND l.rx_circ_flag = '1' THEN 2
            WHEN o.is_inside = 1 AND o.is_without_drugs = 1 AND l.list_type IN ('101', '102', '103') THEN 3
        END AS place
    FROM outside AS o
    INNER JOIN fee_line AS l ON o.setl_id = l.setl_id
    LEFT JOIN typical AS t ON l.bkkp_sn = t.bkkp_sn
    WHERE l.det_item_fee_sumamt > 0 AND COALESCE(l.hi_nego_drug_flag, '0') <> '1'
),

summed AS (
    SELECT
        setl_id,
        stay_id,
        place,
        COUNT(*) AS items,
        SUM(det_item_fee_sumamt) AS gross
    FROM charged
    WHERE place IS NOT NULL
    GROUP BY setl_id, stay_id, place
),

chosen AS (
    SELECT
        o.setl_id,
        o.stay_id,
        o.begndate,
        o.fixmedins_code,
        o.fixmedins_name,
        o.cash_payamt,
        o.fund_pay_sumamt,
        o.stay_begin,
        o.stay_end,
        o.stay_code,
        o.stay_name,
        c.place,
        c.items,
        c.gross
    FROM outside AS o
    INNER JOIN summed AS c ON o.setl_id = c.setl_id AND o.stay_id = c.stay_id
    WHERE
        (c.place = 1 AND c.gross >= $least_typical)
        OR (c.place = 2 AND c.gross >= $least_prescribed)
        OR (c.place = 3 AND c.gross >= $least_drugs)
    -- One stay and one reason for an outside bill.
    QUALIFY ROW_NUMBER() OVER (PARTITION BY o.setl_id ORDER BY c.place ASC, o.stay_begin DESC, o.stay_id ASC) = 1
)

SELECT
    o.setl_id,
    o.stay_id AS linked_setl_id,
    l.bkkp_sn,
    l.det_item_fee_sumamt AS a0,
    l.inscp_amt AS a1,
    CASE o.place
        WHEN 1 THEN '住院专用项目在院外结算'
        WHEN 2 THEN '住院期间外配处方购药'
        ELSE '住院无药费而院外购药'
    END AS because_form,
    o.begndate AS because_day,
    COALESCE(o.fixmedins_name, o.fixmedins_code) AS because_outside,
    COALESCE(o.stay_name, o.stay_code) AS because_hospital,
    o.stay_begin AS because_stay_begin,
    o.stay_end AS because_stay_end,
    l.hilist_name AS because_item,
    o.items AS because_items,
    CAST(o.gross AS DECIMAL(18, 2)) AS because_amount,
    o.cash_payamt AS because_cash,
    o.fund_pay_sumamt AS because_fund
FROM chosen AS o
INNER JOIN charged AS l ON o.setl_id = l.setl_id AND o.stay_id = l.stay_id AND o.place = l.place
/* examples
- name: bought a cold remedy while in hospital
  kind: clear
  given:
    settlement:
      - {}
      - {setl_id: S2, mdtrt_id: VS2, care: RX, begndate: 2026-11-05, enddate: 2026-11-05}
    fee_line:
      - {bkkp_sn: L1, list_type: "101"}
      - {setl_id: S2, bkkp_sn: L2, list_type: "101"}
    item_family: [{family: INPATIENT_ONLY, hilist_code: CHEMO}]
- name: chemotherapy bought in a drugstore during the stay
  kind: flag
  given:
    settlement:
      - {}
      - {setl_id: S2, mdtrt_id: VS2, care: RX, begndate: 2026-11-05, enddate: 2026-11-05}
    fee_line:
      - {bkkp_sn: L1, list_type: "101"}
      - setl_id: S2
        bkkp_sn: S2L
        hilist_code: CHEMO
        list_type: "101"
        det_item_fee_sumamt: "3000.00"
        inscp_amt: "2400.00"
    item_family: [{family: INPATIENT_ONLY, hilist_code: CHEMO}]
  expect: {S2/S1: {a0: "3000.00", a1: "2400.00", because: {because_form: 住院专用项目在院外结算}}}
- name: a prescription that the ward sent out
  kind: flag
  given:
    settlement:
      - {}
      - {setl_id: S2, mdtrt_id: VS2, care: RX, begndate: 2026-11-05, enddate: 2026-11-05}
    fee_line:
      - {bkkp_sn: L1, list_type: "101"}
      - setl_id: S2
        bkkp_sn: L2
        list_type: "101"
        det_item_fee_sumamt: "300.00"
        inscp_amt: "300.00"
        rx_circ_flag: "1"
    item_family: [{family: INPATIENT_ONLY, hilist_code: CHEMO}]
  expect: {S2/S1: {a1: "300.00", because: {because_form: 住院期间外配处方购药}}}
- name: no drug on the bill of the stay, drugs bought outside
  kind: flag
  given:
    settlement:
      - {}
      - {setl_id: S2, mdtrt_id: VS2, care: OTP, begndate: 2026-11-05, enddate: 2026-11-05}
    fee_line:
      - {bkkp_sn: L1}
      - {setl_id: S2, bkkp_sn: L2, list_type: "101", det_item_fee_sumamt: "200.00", inscp_amt: "150.00"}
    item_family: [{family: INPATIENT_ONLY, hilist_code: CHEMO}]
  expect: {S2/S1: {a1: "150.00", because: {because_form: 住院无药费而院外购药}}}
- name: a thousand yuan and a cent less
  kind: edge
  given:
    settlement:
      - {}
      - {setl_id: AT, mdtrt_id: VAT, care: RX, begndate: 2026-11-05, enddate: 2026-11-05}
      - {setl_id: UNDER, mdtrt_id: VUNDER, care: RX, begndate: 2026-11-05, enddate: 2026-11-05}
    fee_line:
      - {bkkp_sn: L1, list_type: "101"}
      - setl_id: AT
        bkkp_sn: ATL
        hilist_code: CHEMO
        list_type: "101"
        det_item_fee_sumamt: "1000.00"
        inscp_amt: "800.00"
      - setl_id: UNDER
        bkkp_sn: UNDERL
        hilist_code: CHEMO
        list_type: "101"
        det_item_fee_sumamt: "999.99"
        inscp_amt: "800.00"
    item_family: [{family: INPATIENT_ONLY, hilist_code: CHEMO}]
  expect: {AT/S1: "800.00"}
- name: a day before admission and two, a day after discharge and two
  kind: edge
  given:
    settlement:
      - {}
      - {setl_id: B1, mdtrt_id: VB1, care: RX, begndate: 2026-11-01, enddate: 2026-11-01}
      - {setl_id: B2, mdtrt_id: VB2, care: RX, begndate: 2026-10-31, enddate: 2026-10-31}
      - {setl_id: A1, mdtrt_id: VA1, care: RX, begndate: 2026-11-10, enddate: 2026-11-10}
      - {setl_id: A2, mdtrt_id: VA2, care: RX, begndate: 2026-11-11, enddate: 2026-11-11}
    fee_line:
      - {bkkp_sn: L1, list_type: "101"}
      - setl_id: B1
        bkkp_sn: B1L
        hilist_code: CHEMO
        list_type: "101"
        det_item_fee_sumamt: "1000.00"
        inscp_amt: "800.00"
      - setl_id: B2
        bkkp_sn: B2L
        hilist_code: CHEMO
        list_type: "101"
        det_item_fee_sumamt: "1000.00"
        inscp_amt: "800.00"
      - setl_id: A1
        bkkp_sn: A1L
        hilist_code: CHEMO
        list_type: "101"
        det_item_fee_sumamt: "1000.00"
        inscp_amt: "800.00"
      - setl_id: A2
        bkkp_sn: A2L
        hilist_code: CHEMO
        list_type: "101"
        det_item_fee_sumamt: "1000.00"
        inscp_amt: "800.00"
    item_family: [{family: INPATIENT_ONLY, hilist_code: CHEMO}]
  expect: {B1/S1: "800.00", A1/S1: "800.00"}
- name: a prescription of a hundred yuan and a cent less, and one filled on the day of discharge
  kind: edge
  given:
    settlement:
      - {}
      - {setl_id: AT, mdtrt_id: VAT, care: RX, begndate: 2026-11-05, enddate: 2026-11-05}
      - {setl_id: UNDER, mdtrt_id: VUNDER, care: RX, begndate: 2026-11-05, enddate: 2026-11-05}
      - {setl_id: HOME, mdtrt_id: VHOME, care: RX, begndate: 2026-11-09, enddate: 2026-11-09}
    fee_line:
      - {bkkp_sn: L1, list_type: "101"}
      - {setl_id: AT, bkkp_sn: ATL, det_item_fee_sumamt: "100.00", inscp_amt: "50.00", rx_circ_flag: "1"}
      - {setl_id: UNDER, bkkp_sn: UNDERL, det_item_fee_sumamt: "99.99", inscp_amt: "50.00", rx_circ_flag: "1"}
      - {setl_id: HOME, bkkp_sn: HOMEL, det_item_fee_sumamt: "500.00", inscp_amt: "50.00", rx_circ_flag: "1"}
    item_family: [{family: INPATIENT_ONLY, hilist_code: CHEMO}]
  expect: {AT/S1: "50.00"}
- name: the point on the item begins the day after
  kind: edge
  given:
    settlement:
      - {}
      - {setl_id: S2, mdtrt_id: VS2, care: RX, begndate: 2026-11-05, enddate: 2026-11-05}
    fee_line:
      - {bkkp_sn: L1, list_type: "101"}
      - setl_id: S2
        bkkp_sn: S2L
        hilist_code: CHEMO
        list_type: "101"
        det_item_fee_sumamt: "1000.00"
        inscp_amt: "800.00"
        fee_date: 2026-11-05
    item_family: [{family: INPATIENT_ONLY, hilist_code: CHEMO, valid_from: 2026-11-06}]
- name: the day before the regulation and its first day
  kind: edge
  given:
    settlement:
      - {begndate: 2021-04-25, enddate: 2021-05-05}
      - {setl_id: BEFORE, mdtrt_id: VBEFORE, care: RX, begndate: 2021-04-30, enddate: 2021-04-30}
      - {setl_id: FIRST, mdtrt_id: VFIRST, care: RX, begndate: 2021-05-01, enddate: 2021-05-01}
    fee_line:
      - {bkkp_sn: L1, list_type: "101"}
      - setl_id: BEFORE
        bkkp_sn: BEFOREL
        hilist_code: CHEMO
        list_type: "101"
        det_item_fee_sumamt: "1000.00"
        inscp_amt: "800.00"
        fee_date: 2021-04-30
      - setl_id: FIRST
        bkkp_sn: FIRSTL
        hilist_code: CHEMO
        list_type: "101"
        det_item_fee_sumamt: "1000.00"
        inscp_amt: "800.00"
        fee_date: 2021-05-01
    item_family: [{family: INPATIENT_ONLY, hilist_code: CHEMO, valid_from: 2020-01-01}]
  expect: {FIRST/S1: "800.00"}
- name: a negotiated drug through the second channel, and an examination on behalf of the ward
  kind: clear
  given:
    settlement:
      - {}
      - {setl_id: S2, mdtrt_id: VS2, care: RX, begndate: 2026-11-05, enddate: 2026-11-05}
      - {setl_id: S3, mdtrt_id: VS3, care: OTP, begndate: 2026-11-05, enddate: 2026-11-05, refl_old_mdtrt_id: V1}
    fee_line:
      - {bkkp_sn: L1, list_type: "101"}
      - setl_id: S2
        bkkp_sn: S2L
        hilist_code: CHEMO
        list_type: "101"
        det_item_fee_sumamt: "1000.00"
        inscp_amt: "800.00"
        hi_nego_drug_flag: "1"
      - setl_id: S3
        bkkp_sn: S3L
        hilist_code: CHEMO
        list_type: "101"
        det_item_fee_sumamt: "1000.00"
        inscp_amt: "800.00"
    item_family: [{family: INPATIENT_ONLY, hilist_code: CHEMO}]
- name: a special drug that was approved for the person
  kind: clear
  given:
    settlement:
      - {}
      - {setl_id: S2, mdtrt_id: V2, care: RX, begndate: 2026-11-05, enddate: 2026-11-05}
    fee_line:
      - {bkkp_sn: L1, list_type: "101"}
      - setl_id: S2
        bkkp_sn: L2
        hilist_code: XL01XXA000B000000000001
        list_type: "101"
        det_item_fee_sumamt: "3000.00"
    item_family: [{family: INPATIENT_ONLY, hilist_code: XL01XXA000B000000000001}]
    spdrug_appr_d: [{}]
  suppressed: {S2/S1: S-SPEC}
*/
