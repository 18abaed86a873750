/* suppressor
code: S-NB
version: 1
title_zh: 新生儿
title: Newborn
about: settlement
linked: true
summary: >
  A newborn's care, on the mother's card (nwb_flag 1) or on its own within the first days of life, when person, sex and
  age of the record are not the patient's or not yet known.
reads: [settlement]
params:
  days:
    about: Days of life in which a child is a newborn (28 by definition; some regions settle on the mother's card to 90)
    default: "28"
    least: "28"
    most: "90"
*/
SELECT
    setl_id,
    CASE WHEN nwb_flag = '1' THEN '新生儿随母结算' ELSE '新生儿期内' END AS reason
FROM settlement
WHERE nwb_flag = '1' OR DATE_DIFF('day', brdy, begndate) BETWEEN 0 AND $days
/* examples
- name: a woman of sixty
  kind: clear
  given: {settlement: [{}]}
- name: on the mother's card
  kind: flag
  given: {settlement: [{nwb_flag: "1"}]}
  expect: {S1: 新生儿随母结算}
- name: the twenty-eighth day and the day after
  kind: edge
  given: {settlement: [{brdy: 2026-10-05}, {setl_id: S2, brdy: 2026-10-04}]}
  expect: {S1: 新生儿期内}
- name: the day of birth, and a birthday that lies ahead
  kind: edge
  given: {settlement: [{brdy: 2026-11-02}, {setl_id: S2, brdy: 2026-11-03}]}
  expect: {S1: 新生儿期内}
- name: a birthday that nobody knows
  kind: clear
  given: {settlement: [{brdy: null, nwb_flag: null}]}
*/
