/* check
code: X5
table: "*"
title_zh: 数据量与近期相比异常
title_en: Number of rows unlike the recent past
severity: warn
tolerated_share: 0.0
about: >
  Less than half or more than twice the median of the last seven earlier packages that carried the table; silent
  until there are three, and for tables that usually carry fewer than a hundred rows.
*/
WITH recent AS (
    SELECT evaluated
    FROM ledger.quality
    WHERE code = 'ROWS' AND intake.package_order(package) < intake.package_order($package) AND table_name = $table
    QUALIFY ROW_NUMBER() OVER (ORDER BY intake.package_order(package) DESC) <= 7
),

usual AS (
    SELECT
        COUNT(*) AS n,
        MEDIAN(CAST(evaluated AS DOUBLE)) AS rows_usual
    FROM recent
)

SELECT
    $table AS subject,
    u.n >= 3 AND u.rows_usual >= 100 AND ($rows < 0.5 * u.rows_usual OR $rows > 2 * u.rows_usual) AS is_broken,
    FORMAT('{} / {:.0f}', CAST($rows AS BIGINT), COALESCE(u.rows_usual, 0)) AS shown
FROM usual AS u
