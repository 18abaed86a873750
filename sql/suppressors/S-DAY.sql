/* suppressor
code: S-DAY
version: 1
title_zh: 定期治疗
title: Periodic treatment
about: settlement
summary: >
  Care that comes back by plan: a day case (med_type 28), a main diagnosis of planned treatment (periodic_treatment:
  chemotherapy, dialysis, haematology, staged operations), or an item that says so (excused_care: dialysis).
reads: [settlement, fee_line, periodic_treatment, excused_care]
*/
WITH
excused AS (
    SELECT
        s.setl_id,
        '日间治疗（医疗类别 ' || s.med_type || '）' AS reason
    FROM settlement AS s
    WHERE LEFT(s.med_type, 2) = '28'
    UNION ALL
    SELECT
        s.setl_id,
        '主要诊断属定期治疗：' || p.note_zh AS reason
    FROM settlement AS s
    INNER JOIN periodic_treatment AS p ON s.icd3 = p.icd3
    UNION ALL
    SELECT
        s.setl_id,
        '定期治疗项目：' || k.note_zh AS reason
    FROM settlement AS s
    INNER JOIN fee_line AS l ON s.setl_id = l.setl_id
    INNER JOIN excused_care AS k
        ON
            l.hilist_code = k.code
            AND l.fee_date >= k.valid_from
            AND (k.valid_until IS NULL OR l.fee_date < k.valid_until)
    WHERE k.suppressor = 'S-DAY' AND k.kind = 'ITEM'
)

SELECT
    setl_id,
    MIN(reason) AS reason
FROM excused
GROUP BY setl_id
/* examples
- name: pneumonia does not come back by plan
  kind: clear
  given: {settlement: [{}], fee_line: [{}], periodic_treatment: [{}], excused_care: [{}]}
- name: a day case
  kind: flag
  given: {settlement: [{med_type: "2801"}]}
  expect: {S1: 日间治疗（医疗类别 2801）}
- name: chemotherapy
  kind: flag
  given: {settlement: [{main_diag_code: Z51.103, icd3: Z51}], periodic_treatment: [{}]}
  expect: {S1: 主要诊断属定期治疗：化疗、放疗、免疫治疗}
- name: dialysis on the first day of the knowledge point, and on the day before
  kind: edge
  given:
    settlement: [{}, {setl_id: S2}]
    fee_line:
      - {hilist_code: "003110000010000", fee_date: 2021-05-01}
      - {setl_id: S2, bkkp_sn: L2, hilist_code: "003110000010000", fee_date: 2021-04-30}
    excused_care: [{}]
  expect: {S1: 定期治疗项目：血液透析}
- name: an emergency item is no dialysis
  kind: clear
  given: {settlement: [{}], fee_line: [{}], excused_care: [{suppressor: S-EMG, code: "002501010150000"}]}
*/
