/* check
code: X2
table: setl_d
title_zh: 定点机构不在机构登记中
title_en: Institutions of the province that the register does not know
severity: warn
tolerated_share: 0.0
about: Institutions whose agreement lies in another province are not in the province's register and are not counted.
needs: [fixmedins_b]
*/
WITH named AS (
    SELECT
        fixmedins_code,
        COUNT(*) AS n
    FROM stage.setl_d
    WHERE fixmedins_code IS NOT NULL AND LEFT(fix_blng_admdvs, 2) = $province
    GROUP BY fixmedins_code
),

register AS (
    SELECT fixmedins_code FROM stage.fixmedins_b
    UNION
    SELECT fixmedins_code FROM settled.fixmedins_b
)

SELECT
    n.fixmedins_code AS subject,
    r.fixmedins_code IS NULL AS is_broken,
    FORMAT('{} settlements', n.n) AS shown
FROM named AS n
LEFT JOIN register AS r ON n.fixmedins_code = r.fixmedins_code
