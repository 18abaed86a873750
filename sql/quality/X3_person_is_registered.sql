/* check
code: X3
table: setl_d
title_zh: 参保人不在人员登记中
title_en: Persons insured in the province whom the register does not know
severity: warn
tolerated_share: 0.0
about: Persons insured in another province are not in the province's register and are not counted.
needs: [psn_b]
*/
WITH named AS (
    SELECT
        psn_no,
        COUNT(*) AS n
    FROM stage.setl_d
    WHERE psn_no IS NOT NULL AND LEFT(insu_admdvs, 2) = $province
    GROUP BY psn_no
),

register AS (
    SELECT psn_no FROM stage.psn_b
    UNION
    SELECT psn_no FROM settled.psn_b
)

SELECT
    n.psn_no AS subject,
    r.psn_no IS NULL AS is_broken,
    FORMAT('{} settlements', n.n) AS shown
FROM named AS n
LEFT JOIN register AS r ON n.psn_no = r.psn_no
