/* suppressor
code: S-SPEC
version: 1
title_zh: 特殊药品备案有效
title: Approved special drug
about: line
summary: The item was approved for the person as a special or negotiated drug, and the approval holds that day.
reads: [settlement, fee_line, spdrug_appr_d]
*/
SELECT
    l.setl_id,
    l.bkkp_sn,
    '特殊药品备案有效，自' || CAST(MIN(a.begndate) AS VARCHAR) AS reason
FROM fee_line AS l
INNER JOIN settlement AS s ON l.setl_id = s.setl_id
INNER JOIN spdrug_appr_d AS a
    ON
        s.psn_no = a.psn_no
        AND l.hilist_code = a.hilist_code
        AND l.fee_date >= a.begndate
        AND (a.enddate IS NULL OR l.fee_date <= a.enddate)
WHERE a.vali_flag = '1'
GROUP BY l.setl_id, l.bkkp_sn
/* examples
- name: another drug was approved
  kind: clear
  given: {settlement: [{}], fee_line: [{}], spdrug_appr_d: [{}]}
- name: approved
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{hilist_code: XL01XXA000B000000000001}, {bkkp_sn: L2}]
    spdrug_appr_d: [{}]
  expect: {S1/L1: 特殊药品备案有效，自2026-01-01}
- name: the first and the last day of the approval, the day before and the day after
  kind: edge
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, hilist_code: XL01XXA000B000000000001, fee_date: 2026-11-01}
      - {bkkp_sn: L2, hilist_code: XL01XXA000B000000000001, fee_date: 2026-11-02}
      - {bkkp_sn: L3, hilist_code: XL01XXA000B000000000001, fee_date: 2026-11-04}
      - {bkkp_sn: L4, hilist_code: XL01XXA000B000000000001, fee_date: 2026-11-05}
    spdrug_appr_d: [{begndate: 2026-11-02, enddate: 2026-11-04}]
  expect: {S1/L2: 特殊药品备案有效，自2026-11-02, S1/L3: 特殊药品备案有效，自2026-11-02}
- name: withdrawn, and another person's
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{hilist_code: XL01XXA000B000000000001}]
    spdrug_appr_d: [{vali_flag: "0"}, {psn_no: N2}]
*/
