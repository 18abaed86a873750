/* check
code: X1
table: fee_list_d
title_zh: 费用明细没有对应的结算记录
title_en: Fee lines whose settlement is neither in the package nor in the warehouse
severity: warn
tolerated_share: 0.0
about: Lines without setl_id are uploaded and not yet settled; that is normal and not counted.
*/
WITH line AS (
    SELECT
        setl_id,
        COUNT(*) AS n
    FROM stage.fee_list_d
    WHERE setl_id IS NOT NULL
    GROUP BY setl_id
),

header AS (
    SELECT setl_id FROM stage.setl_d
    UNION
    SELECT setl_id FROM settled.setl_d
)

SELECT
    l.setl_id AS subject,
    h.setl_id IS NULL AS is_broken,
    FORMAT('{} lines', l.n) AS shown
FROM line AS l
LEFT JOIN header AS h ON l.setl_id = h.setl_id
