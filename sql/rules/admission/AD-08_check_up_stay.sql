/* rule
id: AD-08
version: 1
title_zh: 体检式住院
title: Check-up stay
status: active
certainty: suspicious
severity: 2
level: settlement
owner: 基金监管处
summary: >
  A short stay that consists almost only of tests: most of the bill is laboratory and imaging, hardly any treatment or
  drugs, no operation, many different tests, and the person went home. Check-ups are not insured. Work-ups that ended
  in a new cancer or an infarction are left out.
sentence_zh: >-
  {because_admission}住院{because_days}天，主要诊断“{because_diagnosis}”，检查检验{because_tests}种共{because_test_fee}元，
  治疗和药品仅{because_care_fee}元，总费用{because_total}元，基金支付{because_fund}元。
facts:
  because_admission: 入院日期
  because_days: 住院天数
  because_diagnosis: 主要诊断
  because_tests: 检查检验种数
  because_test_fee: 检查检验费（元）
  because_care_fee: 治疗和药品费（元）
  because_drugs: 药品种数
  because_total: 总费用（元）
  because_fund: 基金支付（元）
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（二）（六）项
  - 《四川省异地就医结算管理办法》第十条
national_code: none
in_force: {since: 2021-05-01}
dated_by: begndate
reads: [settlement, fee_line, oprn_d, diagnosis_family]
look_back: none
params:
  test_share:
    about: Share of the bill that tests make up at least
    default: "0.70"
    least: "0.50"
    most: "0.95"
  care_share:
    about: Share of the bill that treatment and drugs make up at most
    default: "0.15"
    least: "0.00"
    most: "0.40"
  longest_stay:
    about: Days that such a stay lasts at most
    default: "4"
    least: "2"
    most: "10"
  fewest_tests:
    about: Different laboratory and imaging items from which it is a check-up
    default: "8"
    least: "4"
    most: "30"
  most_drugs:
    about: Different drugs above which the stay was for treatment, however dear the tests
    default: "3"
    least: "0"
    most: "20"
amount: exposure
amount_note: Whether the stay was needed is known from its records; until then the whole fund is exposure.
not_a_finding_when:
  - 检查发现新的恶性肿瘤、急性心肌梗死等，诊断性检查有阳性结论（已按主要诊断排除）。
  - 入院后很快转上级医院治疗。
  - 手术前检查后因故取消手术，病程记录有说明。
reviewer_checks:
  - 查入院记录的主诉和指征，检查项目与主诉有无关系。
  - 看病程记录对检查结果有无分析和处理。
  - 查同一单位、同一社区人员是否集中入院、项目雷同。
handler: [H2]
suppressors: [S-EMG]
*/
WITH
billed AS (
    SELECT
        l.setl_id,
        SUM(l.det_item_fee_sumamt) AS total,
        SUM(CASE WHEN l.med_chrgitm_type IN ('03', '04') THEN l.det_item_fee_sumamt ELSE 0 END) AS test_fee,
        SUM(
            CASE WHEN l.med_chrgitm_type IN ('05', '06', '09', '10', '11') THEN l.det_item_fee_sumamt ELSE 0 END
        ) AS care_fee,
        COUNT(DISTINCT CASE WHEN l.med_chrgitm_type IN ('03', '04') THEN l.hilist_code END) AS tests,
        COUNT(DISTINCT CASE WHEN l.list_type IN ('101', '102') THEN l.hilist_code END) AS drugs
    FROM fee_line AS l
    INNER JOIN settlement AS s ON l.setl_id = s.setl_id
    WHERE s.care = 'IPT' AND s.los_days <= $longest_stay
    GROUP BY l.setl_id
)

SELECT
    s.setl_id,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CAST(0 AS DECIMAL(18, 2)) AS a2,
    s.fund_pay_sumamt AS exposure,
    s.begndate AS because_admission,
    s.los_days AS because_days,
    s.main_diag_name AS because_diagnosis,
    b.tests AS because_tests,
    CAST(b.test_fee AS DECIMAL(18, 2)) AS because_test_fee,
    CAST(b.care_fee AS DECIMAL(18, 2)) AS because_care_fee,
    b.drugs AS because_drugs,
    CAST(b.total AS DECIMAL(18, 2)) AS because_total,
    s.fund_pay_sumamt AS because_fund
FROM billed AS b
INNER JOIN settlement AS s ON b.setl_id = s.setl_id
WHERE
    b.total > 0
    AND b.test_fee >= $test_share * b.total
    AND b.care_fee <= $care_share * b.total
    AND b.tests >= $fewest_tests
    AND b.drugs <= $most_drugs
    AND s.dscg_way = '1'
    AND LEFT(s.med_type, 2) <> '28'
    AND s.main_oprn_code IS NULL
    AND NOT EXISTS (
        SELECT 1
        FROM oprn_d AS o
        WHERE o.mdtrt_id = s.mdtrt_id AND o.vali_flag = '1'
    )
    AND NOT EXISTS (
        SELECT 1
        FROM diagnosis_family AS k
        WHERE
            k.family = 'WORKUP'
            AND LEFT(s.main_diag_code, LENGTH(k.icd_prefix)) = k.icd_prefix
            AND s.begndate >= k.valid_from
            AND (k.valid_until IS NULL OR s.begndate < k.valid_until)
    )
/* examples
- name: tests and treatment for pneumonia
  kind: clear
  given:
    settlement:
      - {los_days: 4}
    fee_line:
      - {bkkp_sn: L1, hilist_code: T1}
      - {bkkp_sn: L2, hilist_code: T2}
      - {bkkp_sn: L3, hilist_code: T3}
      - {bkkp_sn: L4, hilist_code: T4}
      - {bkkp_sn: L5, hilist_code: T5}
      - {bkkp_sn: L6, hilist_code: T6}
      - {bkkp_sn: L7, hilist_code: T7}
      - {bkkp_sn: L8, hilist_code: T8}
      - {bkkp_sn: X, hilist_code: X, med_chrgitm_type: "09", det_item_fee_sumamt: "900.00"}
    oprn_d: []
    diagnosis_family: []
- name: eight tests and nothing else but the bed
  kind: flag
  given:
    settlement:
      - {los_days: 3}
    fee_line:
      - {bkkp_sn: L1, hilist_code: T1}
      - {bkkp_sn: L2, hilist_code: T2}
      - {bkkp_sn: L3, hilist_code: T3}
      - {bkkp_sn: L4, hilist_code: T4}
      - {bkkp_sn: L5, hilist_code: T5}
      - {bkkp_sn: L6, hilist_code: T6}
      - {bkkp_sn: L7, hilist_code: T7}
      - {bkkp_sn: L8, hilist_code: T8}
      - {bkkp_sn: X, hilist_code: X, med_chrgitm_type: "01", det_item_fee_sumamt: "40.00"}
    oprn_d: []
    diagnosis_family: []
  expect: {S1: {exposure: "6800.00", a2: "0.00", because: {because_tests: "8", because_test_fee: "160.00"}}}
- name: seventy per cent of the bill, and a cent of bed more
  kind: edge
  given:
    settlement:
      - {setl_id: AT, los_days: 3}
      - {setl_id: UNDER, mdtrt_id: V2, los_days: 3}
    fee_line:
      - {setl_id: AT, bkkp_sn: ATL1, hilist_code: T1}
      - {setl_id: AT, bkkp_sn: ATL2, hilist_code: T2}
      - {setl_id: AT, bkkp_sn: ATL3, hilist_code: T3}
      - {setl_id: AT, bkkp_sn: ATL4, hilist_code: T4}
      - {setl_id: AT, bkkp_sn: ATL5, hilist_code: T5}
      - {setl_id: AT, bkkp_sn: ATL6, hilist_code: T6}
      - {setl_id: AT, bkkp_sn: ATL7, hilist_code: T7}
      - {setl_id: AT, bkkp_sn: ATL8, hilist_code: T8, det_item_fee_sumamt: "35.00"}
      - {setl_id: AT, bkkp_sn: ATX, hilist_code: X, med_chrgitm_type: "01", det_item_fee_sumamt: "75.00"}
      - {setl_id: UNDER, bkkp_sn: UNDERL1, hilist_code: T1}
      - {setl_id: UNDER, bkkp_sn: UNDERL2, hilist_code: T2}
      - {setl_id: UNDER, bkkp_sn: UNDERL3, hilist_code: T3}
      - {setl_id: UNDER, bkkp_sn: UNDERL4, hilist_code: T4}
      - {setl_id: UNDER, bkkp_sn: UNDERL5, hilist_code: T5}
      - {setl_id: UNDER, bkkp_sn: UNDERL6, hilist_code: T6}
      - {setl_id: UNDER, bkkp_sn: UNDERL7, hilist_code: T7}
      - {setl_id: UNDER, bkkp_sn: UNDERL8, hilist_code: T8, det_item_fee_sumamt: "35.00"}
      - {setl_id: UNDER, bkkp_sn: UNDERX, hilist_code: X, med_chrgitm_type: "01", det_item_fee_sumamt: "75.01"}
    oprn_d: []
    diagnosis_family: []
  expect: {AT: "6800.00"}
- name: treatment of fifteen per cent, and a cent more
  kind: edge
  given:
    settlement:
      - {setl_id: AT, los_days: 3}
      - {setl_id: OVER, mdtrt_id: V2, los_days: 3}
    fee_line:
      - {setl_id: AT, bkkp_sn: ATL1, hilist_code: T1}
      - {setl_id: AT, bkkp_sn: ATL2, hilist_code: T2}
      - {setl_id: AT, bkkp_sn: ATL3, hilist_code: T3}
      - {setl_id: AT, bkkp_sn: ATL4, hilist_code: T4}
      - {setl_id: AT, bkkp_sn: ATL5, hilist_code: T5}
      - {setl_id: AT, bkkp_sn: ATL6, hilist_code: T6}
      - {setl_id: AT, bkkp_sn: ATL7, hilist_code: T7}
      - {setl_id: AT, bkkp_sn: ATL8, hilist_code: T8}
      - {setl_id: AT, bkkp_sn: ATX, hilist_code: X, med_chrgitm_type: "05", det_item_fee_sumamt: "30.00"}
      - {setl_id: AT, bkkp_sn: ATB, hilist_code: B, med_chrgitm_type: "01", det_item_fee_sumamt: "10.00"}
      - {setl_id: OVER, bkkp_sn: OVERL1, hilist_code: T1}
      - {setl_id: OVER, bkkp_sn: OVERL2, hilist_code: T2}
      - {setl_id: OVER, bkkp_sn: OVERL3, hilist_code: T3}
      - {setl_id: OVER, bkkp_sn: OVERL4, hilist_code: T4}
      - {setl_id: OVER, bkkp_sn: OVERL5, hilist_code: T5}
      - {setl_id: OVER, bkkp_sn: OVERL6, hilist_code: T6}
      - {setl_id: OVER, bkkp_sn: OVERL7, hilist_code: T7}
      - {setl_id: OVER, bkkp_sn: OVERL8, hilist_code: T8}
      - {setl_id: OVER, bkkp_sn: OVERX, hilist_code: X, med_chrgitm_type: "05", det_item_fee_sumamt: "30.01"}
      - {setl_id: OVER, bkkp_sn: OVERB, hilist_code: B, med_chrgitm_type: "01", det_item_fee_sumamt: "9.99"}
    oprn_d: []
    diagnosis_family: []
  expect: {AT: "6800.00"}
- name: four days and five, eight tests and seven
  kind: edge
  given:
    settlement:
      - {setl_id: AT, los_days: 4}
      - {setl_id: LONG, mdtrt_id: V2, los_days: 5}
      - {setl_id: FEW, mdtrt_id: V3, los_days: 4}
    fee_line:
      - {setl_id: AT, bkkp_sn: ATL1, hilist_code: T1}
      - {setl_id: AT, bkkp_sn: ATL2, hilist_code: T2}
      - {setl_id: AT, bkkp_sn: ATL3, hilist_code: T3}
      - {setl_id: AT, bkkp_sn: ATL4, hilist_code: T4}
      - {setl_id: AT, bkkp_sn: ATL5, hilist_code: T5}
      - {setl_id: AT, bkkp_sn: ATL6, hilist_code: T6}
      - {setl_id: AT, bkkp_sn: ATL7, hilist_code: T7}
      - {setl_id: AT, bkkp_sn: ATL8, hilist_code: T8}
      - {setl_id: LONG, bkkp_sn: LONGL1, hilist_code: T1}
      - {setl_id: LONG, bkkp_sn: LONGL2, hilist_code: T2}
      - {setl_id: LONG, bkkp_sn: LONGL3, hilist_code: T3}
      - {setl_id: LONG, bkkp_sn: LONGL4, hilist_code: T4}
      - {setl_id: LONG, bkkp_sn: LONGL5, hilist_code: T5}
      - {setl_id: LONG, bkkp_sn: LONGL6, hilist_code: T6}
      - {setl_id: LONG, bkkp_sn: LONGL7, hilist_code: T7}
      - {setl_id: LONG, bkkp_sn: LONGL8, hilist_code: T8}
      - {setl_id: FEW, bkkp_sn: FEWL1, hilist_code: T1}
      - {setl_id: FEW, bkkp_sn: FEWL2, hilist_code: T2}
      - {setl_id: FEW, bkkp_sn: FEWL3, hilist_code: T3}
      - {setl_id: FEW, bkkp_sn: FEWL4, hilist_code: T4}
      - {setl_id: FEW, bkkp_sn: FEWL5, hilist_code: T5}
      - {setl_id: FEW, bkkp_sn: FEWL6, hilist_code: T6}
      - {setl_id: FEW, bkkp_sn: FEWL7, hilist_code: T7}
    oprn_d: []
    diagnosis_family: []
  expect: {AT: {because: {because_days: "4"}}}
- name: three drugs and four
  kind: edge
  given:
    settlement:
      - {setl_id: AT, los_days: 4}
      - {setl_id: OVER, mdtrt_id: V2, los_days: 4}
    fee_line:
      - {setl_id: AT, bkkp_sn: ATL1, hilist_code: T1}
      - {setl_id: AT, bkkp_sn: ATL2, hilist_code: T2}
      - {setl_id: AT, bkkp_sn: ATL3, hilist_code: T3}
      - {setl_id: AT, bkkp_sn: ATL4, hilist_code: T4}
      - {setl_id: AT, bkkp_sn: ATL5, hilist_code: T5}
      - {setl_id: AT, bkkp_sn: ATL6, hilist_code: T6}
      - {setl_id: AT, bkkp_sn: ATL7, hilist_code: T7}
      - {setl_id: AT, bkkp_sn: ATL8, hilist_code: T8}
      - setl_id: AT
        bkkp_sn: ATD0
        hilist_code: D0
        med_chrgitm_type: "09"
        det_item_fee_sumamt: "1.00"
        list_type: "101"
      - setl_id: AT
        bkkp_sn: ATD1
        hilist_code: D1
        med_chrgitm_type: "09"
        det_item_fee_sumamt: "1.00"
        list_type: "101"
      - setl_id: AT
        bkkp_sn: ATD2
        hilist_code: D2
        med_chrgitm_type: "09"
        det_item_fee_sumamt: "1.00"
        list_type: "101"
      - {setl_id: OVER, bkkp_sn: OVERL1, hilist_code: T1}
      - {setl_id: OVER, bkkp_sn: OVERL2, hilist_code: T2}
      - {setl_id: OVER, bkkp_sn: OVERL3, hilist_code: T3}
      - {setl_id: OVER, bkkp_sn: OVERL4, hilist_code: T4}
      - {setl_id: OVER, bkkp_sn: OVERL5, hilist_code: T5}
      - {setl_id: OVER, bkkp_sn: OVERL6, hilist_code: T6}
      - {setl_id: OVER, bkkp_sn: OVERL7, hilist_code: T7}
      - {setl_id: OVER, bkkp_sn: OVERL8, hilist_code: T8}
      - setl_id: OVER
        bkkp_sn: OVERD0
        hilist_code: D0
        med_chrgitm_type: "09"
        det_item_fee_sumamt: "1.00"
        list_type: "101"
      - setl_id: OVER
        bkkp_sn: OVERD1
        hilist_code: D1
        med_chrgitm_type: "09"
        det_item_fee_sumamt: "1.00"
        list_type: "101"
      - setl_id: OVER
        bkkp_sn: OVERD2
        hilist_code: D2
        med_chrgitm_type: "09"
        det_item_fee_sumamt: "1.00"
        list_type: "101"
      - setl_id: OVER
        bkkp_sn: OVERD3
        hilist_code: D3
        med_chrgitm_type: "09"
        det_item_fee_sumamt: "1.00"
        list_type: "101"
    oprn_d: []
    diagnosis_family: []
  expect: {AT: {because: {because_drugs: "3"}}}
- name: the day before the regulation and its first day
  kind: edge
  given:
    settlement:
      - {setl_id: BEFORE, los_days: 3, begndate: 2021-04-30}
      - {setl_id: FIRST, mdtrt_id: V2, los_days: 3, begndate: 2021-05-01}
    fee_line:
      - {setl_id: BEFORE, bkkp_sn: BEFOREL1, hilist_code: T1}
      - {setl_id: BEFORE, bkkp_sn: BEFOREL2, hilist_code: T2}
      - {setl_id: BEFORE, bkkp_sn: BEFOREL3, hilist_code: T3}
      - {setl_id: BEFORE, bkkp_sn: BEFOREL4, hilist_code: T4}
      - {setl_id: BEFORE, bkkp_sn: BEFOREL5, hilist_code: T5}
      - {setl_id: BEFORE, bkkp_sn: BEFOREL6, hilist_code: T6}
      - {setl_id: BEFORE, bkkp_sn: BEFOREL7, hilist_code: T7}
      - {setl_id: BEFORE, bkkp_sn: BEFOREL8, hilist_code: T8}
      - {setl_id: FIRST, bkkp_sn: FIRSTL1, hilist_code: T1}
      - {setl_id: FIRST, bkkp_sn: FIRSTL2, hilist_code: T2}
      - {setl_id: FIRST, bkkp_sn: FIRSTL3, hilist_code: T3}
      - {setl_id: FIRST, bkkp_sn: FIRSTL4, hilist_code: T4}
      - {setl_id: FIRST, bkkp_sn: FIRSTL5, hilist_code: T5}
      - {setl_id: FIRST, bkkp_sn: FIRSTL6, hilist_code: T6}
      - {setl_id: FIRST, bkkp_sn: FIRSTL7, hilist_code: T7}
      - {setl_id: FIRST, bkkp_sn: FIRSTL8, hilist_code: T8}
    oprn_d: []
    diagnosis_family: []
  expect: {FIRST: "6800.00"}
- name: the work-up found a cancer
  kind: clear
  given:
    settlement:
      - {los_days: 3, main_diag_code: C34.900, icd3: C34}
    fee_line:
      - {bkkp_sn: L1, hilist_code: T1}
      - {bkkp_sn: L2, hilist_code: T2}
      - {bkkp_sn: L3, hilist_code: T3}
      - {bkkp_sn: L4, hilist_code: T4}
      - {bkkp_sn: L5, hilist_code: T5}
      - {bkkp_sn: L6, hilist_code: T6}
      - {bkkp_sn: L7, hilist_code: T7}
      - {bkkp_sn: L8, hilist_code: T8}
    oprn_d: []
    diagnosis_family: [{family: WORKUP, icd_prefix: C}]
- name: the point on work-ups ends the day before admission
  kind: edge
  given:
    settlement:
      - {los_days: 3, main_diag_code: C34.900, icd3: C34}
    fee_line:
      - {bkkp_sn: L1, hilist_code: T1}
      - {bkkp_sn: L2, hilist_code: T2}
      - {bkkp_sn: L3, hilist_code: T3}
      - {bkkp_sn: L4, hilist_code: T4}
      - {bkkp_sn: L5, hilist_code: T5}
      - {bkkp_sn: L6, hilist_code: T6}
      - {bkkp_sn: L7, hilist_code: T7}
      - {bkkp_sn: L8, hilist_code: T8}
    oprn_d: []
    diagnosis_family: [{family: WORKUP, icd_prefix: C, valid_until: 2026-11-02}]
  expect: {S1: "6800.00"}
- name: an operation, a transfer and day surgery
  kind: clear
  given:
    settlement:
      - {setl_id: S1, los_days: 3}
      - {setl_id: S2, mdtrt_id: V2, los_days: 3, dscg_way: "2"}
      - {setl_id: S3, mdtrt_id: V3, los_days: 1, med_type: "28"}
    fee_line:
      - {bkkp_sn: L1, hilist_code: T1}
      - {bkkp_sn: L2, hilist_code: T2}
      - {bkkp_sn: L3, hilist_code: T3}
      - {bkkp_sn: L4, hilist_code: T4}
      - {bkkp_sn: L5, hilist_code: T5}
      - {bkkp_sn: L6, hilist_code: T6}
      - {bkkp_sn: L7, hilist_code: T7}
      - {bkkp_sn: L8, hilist_code: T8}
      - {setl_id: S2, bkkp_sn: S2L1, hilist_code: T1}
      - {setl_id: S2, bkkp_sn: S2L2, hilist_code: T2}
      - {setl_id: S2, bkkp_sn: S2L3, hilist_code: T3}
      - {setl_id: S2, bkkp_sn: S2L4, hilist_code: T4}
      - {setl_id: S2, bkkp_sn: S2L5, hilist_code: T5}
      - {setl_id: S2, bkkp_sn: S2L6, hilist_code: T6}
      - {setl_id: S2, bkkp_sn: S2L7, hilist_code: T7}
      - {setl_id: S2, bkkp_sn: S2L8, hilist_code: T8}
      - {setl_id: S3, bkkp_sn: S3L1, hilist_code: T1}
      - {setl_id: S3, bkkp_sn: S3L2, hilist_code: T2}
      - {setl_id: S3, bkkp_sn: S3L3, hilist_code: T3}
      - {setl_id: S3, bkkp_sn: S3L4, hilist_code: T4}
      - {setl_id: S3, bkkp_sn: S3L5, hilist_code: T5}
      - {setl_id: S3, bkkp_sn: S3L6, hilist_code: T6}
      - {setl_id: S3, bkkp_sn: S3L7, hilist_code: T7}
      - {setl_id: S3, bkkp_sn: S3L8, hilist_code: T8}
    oprn_d: [{}]
    diagnosis_family: []
- name: came as an emergency
  kind: clear
  given:
    settlement: [{los_days: 3, med_type: "24"}]
    fee_line:
      - {bkkp_sn: L1, hilist_code: T1}
      - {bkkp_sn: L2, hilist_code: T2}
      - {bkkp_sn: L3, hilist_code: T3}
      - {bkkp_sn: L4, hilist_code: T4}
      - {bkkp_sn: L5, hilist_code: T5}
      - {bkkp_sn: L6, hilist_code: T6}
      - {bkkp_sn: L7, hilist_code: T7}
      - {bkkp_sn: L8, hilist_code: T8}
    oprn_d: []
    diagnosis_family: []
  suppressed: {S1: S-EMG}
*/
