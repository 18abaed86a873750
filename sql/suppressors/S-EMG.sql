/* suppressor
code: S-EMG
version: 1
title_zh: 急诊与抢救
title: True emergency
about: settlement
summary: >
  Emergency care by its kind (med_type 13 out-patient emergency, 24 emergency admission) or by an item of emergency or
  rescue (excused_care).
reads: [settlement, fee_line, excused_care]
*/
WITH
excused AS (
    SELECT
        s.setl_id,
        '急诊（医疗类别 ' || s.med_type || '）' AS reason
    FROM settlement AS s
    WHERE LEFT(s.med_type, 2) IN ('13', '24')
    UNION ALL
    SELECT
        s.setl_id,
        '急诊抢救项目：' || k.note_zh AS reason
    FROM settlement AS s
    INNER JOIN fee_line AS l ON s.setl_id = l.setl_id
    INNER JOIN excused_care AS k
        ON
            l.hilist_code = k.code
            AND l.fee_date >= k.valid_from
            AND (k.valid_until IS NULL OR l.fee_date < k.valid_until)
    WHERE k.suppressor = 'S-EMG' AND k.kind = 'ITEM' AND l.cnt > 0
)

SELECT
    setl_id,
    MIN(reason) AS reason
FROM excused
GROUP BY setl_id
/* examples
- name: a planned stay
  kind: clear
  given: {settlement: [{}], fee_line: [{}], excused_care: [{suppressor: S-EMG, code: "001102000040000"}]}
- name: an emergency admission
  kind: flag
  given: {settlement: [{med_type: "2401"}]}
  expect: {S1: 急诊（医疗类别 2401）}
- name: rescued within an ordinary stay
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{hilist_code: "001102000040000"}]
    excused_care: [{suppressor: S-EMG, code: "001102000040000", note_zh: 急诊诊察费}]
  expect: {S1: 急诊抢救项目：急诊诊察费}
- name: on the first day of the knowledge point, and on the day before
  kind: edge
  given:
    settlement: [{}, {setl_id: S2}]
    fee_line:
      - {hilist_code: "001102000040000", fee_date: 2021-05-01}
      - {setl_id: S2, bkkp_sn: L2, hilist_code: "001102000040000", fee_date: 2021-04-30}
    excused_care: [{suppressor: S-EMG, code: "001102000040000", note_zh: 急诊诊察费}]
  expect: {S1: 急诊抢救项目：急诊诊察费}
*/
