/* suppressor
code: S-TRF
version: 1
title_zh: 有记录的转院
title: Documented transfer
about: settlement
linked: true
summary: >
  The stay ended by a transfer on the doctor's order (dscg_way 2 to another hospital, 3 to community care). A finding
  that compares two stays is excused where either of them ended so.
reads: [settlement]
*/
SELECT
    setl_id,
    CASE WHEN dscg_way = '2' THEN '医嘱转院（离院方式 2）' ELSE '医嘱转社区（离院方式 3）' END AS reason
FROM settlement
WHERE dscg_way IN ('2', '3')
/* examples
- name: discharged home
  kind: clear
  given: {settlement: [{}]}
- name: transferred to another hospital
  kind: flag
  given: {settlement: [{dscg_way: "2"}]}
  expect: {S1: 医嘱转院（离院方式 2）}
- name: to community care, against advice, and not stated
  kind: edge
  given: {settlement: [{dscg_way: "3"}, {setl_id: S2, dscg_way: "4"}, {setl_id: S3, dscg_way: null}]}
  expect: {S1: 医嘱转社区（离院方式 3）}
*/
