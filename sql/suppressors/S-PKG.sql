/* suppressor
code: S-PKG
version: 1
title_zh: 定额打包结算
title: Fixed package
about: settlement
summary: >
  A fixed package, such as antenatal care by quota (med_type 51): many fields are empty by right, and lines do not say
  what was done on which day.
reads: [settlement]
*/
SELECT
    setl_id,
    '定额打包（医疗类别 ' || med_type || '）' AS reason
FROM settlement
WHERE LEFT(med_type, 2) = '51'
/* examples
- name: an ordinary stay
  kind: clear
  given: {settlement: [{}]}
- name: antenatal care by quota
  kind: flag
  given: {settlement: [{med_type: "51", care: MAT}]}
  expect: {S1: 定额打包（医疗类别 51）}
- name: a kind of its own of the province, and a birth in hospital
  kind: edge
  given: {settlement: [{med_type: "5102", care: MAT}, {setl_id: S2, med_type: "52", care: MAT}]}
  expect: {S1: 定额打包（医疗类别 5102）}
*/
