/* suppressor
code: S-BED
version: 1
title_zh: 按床日付费的长期照护
title: Care paid by the bed-day
about: settlement
summary: >
  Long stays that are paid by the bed-day: med_type 2105 and what begins with it, or a main diagnosis or department of
  psychiatry, rehabilitation or palliative care (excused_care) of a stay.
reads: [settlement, excused_care]
*/
WITH
excused AS (
    SELECT
        s.setl_id,
        '按床日付费（医疗类别 ' || s.med_type || '）' AS reason
    FROM settlement AS s
    WHERE LEFT(s.med_type, 4) = '2105'
    UNION ALL
    SELECT
        s.setl_id,
        '长期照护的诊断或科室：' || k.note_zh AS reason
    FROM settlement AS s
    INNER JOIN excused_care AS k
        ON
            s.begndate >= k.valid_from
            AND (k.valid_until IS NULL OR s.begndate < k.valid_until)
    WHERE
        k.suppressor = 'S-BED'
        AND s.care = 'IPT'
        AND (
            (k.kind = 'DIAGNOSIS' AND LEFT(s.main_diag_code, LENGTH(k.code)) = k.code)
            OR (
                k.kind = 'DEPARTMENT'
                AND (LEFT(s.adm_dept, LENGTH(k.code)) = k.code OR LEFT(s.dscg_dept, LENGTH(k.code)) = k.code)
            )
        )
)

SELECT
    setl_id,
    MIN(reason) AS reason
FROM excused
GROUP BY setl_id
/* examples
- name: an ordinary ward
  kind: clear
  given:
    settlement: [{}]
    excused_care: [{suppressor: S-BED, kind: DEPARTMENT, code: A15, note_zh: 精神科}]
- name: paid by the bed-day
  kind: flag
  given: {settlement: [{med_type: "210502"}]}
  expect: {S1: 按床日付费（医疗类别 210502）}
- name: the psychiatric ward
  kind: flag
  given:
    settlement: [{dscg_dept: A15.01}]
    excused_care: [{suppressor: S-BED, kind: DEPARTMENT, code: A15, note_zh: 精神科}]
  expect: {S1: 长期照护的诊断或科室：精神科}
- name: palliative care is Z51.5, chemotherapy is Z51.1
  kind: edge
  given:
    settlement: [{main_diag_code: Z51.500}, {setl_id: S2, main_diag_code: Z51.103}]
    excused_care: [{suppressor: S-BED, kind: DIAGNOSIS, code: Z51.5, note_zh: 安宁疗护}]
  expect: {S1: 长期照护的诊断或科室：安宁疗护}
- name: an out-patient has no bed, and the day before the knowledge point
  kind: edge
  given:
    settlement: [{care: OTP, adm_dept: A15}, {setl_id: S2, adm_dept: A15, begndate: 2021-04-30}]
    excused_care: [{suppressor: S-BED, kind: DEPARTMENT, code: A15, note_zh: 精神科}]
*/
