-- What an institution did in a month: one row per institution and month of the period.
--
-- Key: subject_id (institution code), setl_month. `period` (since, until; half open) is supplied by the library; no row
-- dated outside is used. `days` are those of the month within the period: a month under way is compared by the day.
-- `peers_n` are the settlements of all institutions of the level in the month: what a season does to everybody.
WITH bill AS (
    SELECT b.*
    FROM profile.bill AS b
    CROSS JOIN period AS p
    WHERE b.setl_date >= p.since AND b.setl_date < p.until
),

reversal AS (
    SELECT
        s.fixmedins_code,
        STRFTIME(s.setl_date, '%Y-%m') AS setl_month,
        COUNT(*) AS n
    FROM mart.settlement AS s
    CROSS JOIN period AS p
    WHERE s.is_reversal AND s.setl_date >= p.since AND s.setl_date < p.until
    GROUP BY ALL
),

institution AS (
    SELECT
        i.fixmedins_code,
        ARG_MAX(i.fixmedins_name, i.begntime) AS name_zh
    FROM settled.fixmedins_b AS i
    CROSS JOIN period AS p
    WHERE i.begntime < p.until AND i.fixmedins_name IS NOT NULL
    GROUP BY i.fixmedins_code
),

monthly AS (
    SELECT
        b.fixmedins_code,
        b.setl_month,
        MAX(b.level) AS level,
        MAX(b.treating_agency) AS agency,
        COUNT(*) AS n,
        COUNT(*) FILTER (WHERE b.care = 'IPT') AS n_stays,
        COUNT(DISTINCT b.person) AS n_persons,
        COUNT(*) - COUNT(DISTINCT b.person || b.setl_date) AS n_again,
        COUNT(DISTINCT DATE_TRUNC('hour', b.settled_at)) AS open_hours,
        COUNT(*) FILTER (WHERE b.scope = 'LOCAL') AS n_local,
        COUNT(*) FILTER (WHERE b.scope = 'CROSS_PROV') AS n_cross,
        CAST(SUM(b.cost_fen) AS BIGINT) AS cost_fen,
        CAST(SUM(b.fund_fen) AS BIGINT) AS fund_fen
    FROM bill AS b
    GROUP BY b.fixmedins_code, b.setl_month
)

SELECT
    m.fixmedins_code AS subject_id,
    m.setl_month,
    m.level,
    m.agency,
    i.name_zh,
    CAST(DATE_DIFF(
        'day',
        GREATEST(p.since, CAST(m.setl_month || '-01' AS DATE)),
        CAST(LEAST(p.until, CAST(m.setl_month || '-01' AS DATE) + INTERVAL 1 MONTH) AS DATE)
    ) AS INTEGER) AS days,
    m.n,
    m.n_stays,
    m.n_persons,
    m.n_again,
    m.open_hours,
    m.n_local,
    m.n_cross,
    COALESCE(r.n, 0) AS n_reversed,
    m.cost_fen,
    m.fund_fen,
    CAST(SUM(m.n) OVER (PARTITION BY m.setl_month, m.level) AS BIGINT) AS peers_n
FROM monthly AS m
CROSS JOIN period AS p
LEFT JOIN reversal AS r ON m.fixmedins_code = r.fixmedins_code AND m.setl_month = r.setl_month
LEFT JOIN institution AS i ON m.fixmedins_code = i.fixmedins_code
