/* check
code: X4
table: setl_d
title_zh: 住院结算缺少主要诊断
title_en: Inpatient settlements without a main diagnosis
severity: warn
tolerated_share: 0.1
about: >
  Some institutions send no diagnoses at all; rules that compare care with diagnosis are blind there. Reversals
  and withdrawn settlements are not counted.
*/
WITH diagnosis AS (
    SELECT mdtrt_id
    FROM stage.diag_d
    WHERE maindiag_flag = '1' AND vali_flag = '1'
    UNION
    SELECT mdtrt_id
    FROM settled.diag_d
    WHERE maindiag_flag = '1' AND vali_flag = '1'
)

SELECT
    h.setl_id AS subject,
    d.mdtrt_id IS NULL AS is_broken,
    h.fixmedins_code AS shown
FROM stage.setl_d AS h
LEFT JOIN diagnosis AS d ON h.mdtrt_id = d.mdtrt_id
WHERE LEFT(h.med_type, 1) = '2' AND h.vali_flag = '1' AND h.refd_setl_flag = '0'
