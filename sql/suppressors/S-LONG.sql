/* suppressor
code: S-LONG
version: 1
title_zh: 长期处方
title: Long prescription
about: line
summary: >
  A long prescription: up to twelve weeks at once (prd_days given) for a chronic or special disease that is registered
  on the day.
reads: [settlement, fee_line, opsp_reg_d]
params:
  longest:
    about: Days of supply of a long prescription (twelve weeks by the rules on long prescriptions of 2021)
    default: "84"
    least: "30"
    most: "90"
*/
SELECT
    l.setl_id,
    l.bkkp_sn,
    '长期处方，' || MIN(r.opsp_dise_code) || '登记在有效期内' AS reason
FROM fee_line AS l
INNER JOIN settlement AS s ON l.setl_id = s.setl_id
INNER JOIN opsp_reg_d AS r
    ON
        s.psn_no = r.psn_no
        AND l.fee_date >= r.begndate
        AND (r.enddate IS NULL OR l.fee_date <= r.enddate)
WHERE
    s.care IN ('OPSP', 'RX')
    AND l.prd_days > 0
    AND l.prd_days <= $longest
    AND r.vali_flag = '1'
GROUP BY l.setl_id, l.bkkp_sn
/* examples
- name: registered, but the days are not given
  kind: clear
  given: {settlement: [{care: OPSP}], fee_line: [{}], opsp_reg_d: [{}]}
- name: twelve weeks for a registered disease
  kind: flag
  given: {settlement: [{care: OPSP}], fee_line: [{prd_days: "84"}], opsp_reg_d: [{}]}
  expect: {S1/L1: 长期处方，M03900登记在有效期内}
- name: a day more than twelve weeks
  kind: edge
  given: {settlement: [{care: OPSP}], fee_line: [{prd_days: "85"}], opsp_reg_d: [{}]}
- name: the last day of the registration and the day after
  kind: edge
  given:
    settlement: [{care: OPSP}]
    fee_line:
      - {prd_days: "60", fee_date: 2026-11-04}
      - {bkkp_sn: L2, prd_days: "60", fee_date: 2026-11-05}
    opsp_reg_d: [{enddate: 2026-11-04}]
  expect: {S1/L1: 长期处方，M03900登记在有效期内}
- name: not valid, and not for a chronic disease
  kind: clear
  given:
    settlement: [{care: OPSP}, {setl_id: S2, psn_no: N2}]
    fee_line: [{prd_days: "60"}, {setl_id: S2, bkkp_sn: L2, prd_days: "60"}]
    opsp_reg_d: [{vali_flag: "0"}, {psn_no: N2}]
*/
