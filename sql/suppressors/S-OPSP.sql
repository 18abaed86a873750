/* suppressor
code: S-OPSP
version: 1
title_zh: 门诊慢特病登记有效
title: Registered chronic or special disease
about: settlement
summary: >
  Care for a chronic or special disease (care OPSP) of a person who is registered for one on the day that care began.
  Where the settlement names the disease, the registration is for that one.
reads: [settlement, opsp_reg_d]
*/
SELECT
    s.setl_id,
    '门诊慢特病登记有效：' || MIN(COALESCE(r.opsp_dise_name, r.opsp_dise_code)) AS reason
FROM settlement AS s
INNER JOIN opsp_reg_d AS r
    ON
        s.psn_no = r.psn_no
        AND s.begndate >= r.begndate
        AND (r.enddate IS NULL OR s.begndate <= r.enddate)
        AND (s.dise_no IS NULL OR s.dise_no = r.opsp_dise_code)
WHERE s.care = 'OPSP' AND r.vali_flag = '1'
GROUP BY s.setl_id
/* examples
- name: registered, but a stay
  kind: clear
  given: {settlement: [{}], opsp_reg_d: [{}]}
- name: registered for the disease that is treated
  kind: flag
  given: {settlement: [{care: OPSP, dise_no: M03900}], opsp_reg_d: [{}]}
  expect: {S1: 门诊慢特病登记有效：高血压}
- name: the last day of the registration and the day after
  kind: edge
  given:
    settlement: [{care: OPSP, begndate: 2026-11-04}, {setl_id: S2, care: OPSP, begndate: 2026-11-05}]
    opsp_reg_d: [{enddate: 2026-11-04}]
  expect: {S1: 门诊慢特病登记有效：高血压}
- name: another disease, and a registration that was withdrawn
  kind: clear
  given:
    settlement: [{care: OPSP, dise_no: M01600}, {setl_id: S2, psn_no: N2, care: OPSP}]
    opsp_reg_d: [{}, {psn_no: N2, vali_flag: "0"}]
*/
