-- Where an institution's inpatients from elsewhere come from: one row per institution, month and county of insurance.
--
-- Key: subject_id (institution code), setl_month, origin. `period` (since, until; half open) is supplied by the
-- library; no row dated outside is used. `minutes` are those by road between the two pools, null beyond the province.
-- Arrivals are counted by the day of admission; `bus_weeks` are the weeks in which the busiest weekday brought five or
-- more together.
WITH stay AS (
    SELECT
        b.fixmedins_code,
        b.setl_month,
        b.insu_admdvs,
        b.insu_pool,
        b.treat_pool,
        b.treating_agency,
        b.level,
        b.setl_id,
        b.begndate,
        b.fund_fen
    FROM profile.bill AS b
    CROSS JOIN period AS p
    WHERE b.setl_date >= p.since AND b.setl_date < p.until AND b.care = 'IPT' AND b.scope <> 'LOCAL'
),

arrival AS (
    SELECT
        s.fixmedins_code,
        s.setl_month,
        s.insu_admdvs,
        s.begndate,
        COUNT(*) AS n
    FROM stay AS s
    GROUP BY ALL
),

weekday AS (
    SELECT
        a.fixmedins_code,
        a.setl_month,
        a.insu_admdvs,
        ISODOW(a.begndate) AS isodow,
        COUNT(*) AS weeks
    FROM arrival AS a
    WHERE a.n >= 5
    GROUP BY ALL
),

bus AS (
    SELECT
        w.fixmedins_code,
        w.setl_month,
        w.insu_admdvs,
        MAX(w.weeks) AS weeks,
        ARG_MAX(w.isodow, { 'weeks': w.weeks, 'isodow': w.isodow }) AS isodow
    FROM weekday AS w
    GROUP BY ALL
),

crowd AS (
    SELECT
        a.fixmedins_code,
        a.setl_month,
        a.insu_admdvs,
        MAX(a.n) AS most,
        -- Stays of persons who were not alone on their day from there: five together count as five.
        SUM(a.n) FILTER (WHERE a.n >= 3) AS together
    FROM arrival AS a
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

region AS (
    SELECT
        r.admdvs,
        ARG_MAX(r.name, r.valid_from) AS name_zh
    FROM settled.admdvs_b AS r
    CROSS JOIN period AS p
    WHERE r.valid_from < p.until
    GROUP BY r.admdvs
),

-- Stays of local patients, where a city sends their sums; a month is sent once it is over.
neighbour AS (
    SELECT
        l.fixmedins_code,
        LEFT(l.setl_ym, 4) || '-' || RIGHT(l.setl_ym, 2) AS setl_month,
        CAST(SUM(l.stay_cnt) AS BIGINT) AS n
    FROM settled.local_stay_d AS l
    CROSS JOIN period AS p
    WHERE
        l.vali_flag = '1'
        AND STRPTIME(l.setl_ym || '01', '%Y%m%d') >= p.since
        AND STRPTIME(l.setl_ym || '01', '%Y%m%d') + INTERVAL 1 MONTH <= p.until
    GROUP BY ALL
),

origin AS (
    SELECT
        s.fixmedins_code,
        s.setl_month,
        s.insu_admdvs,
        MAX(s.insu_pool) AS insu_pool,
        MAX(s.treat_pool) AS treat_pool,
        MAX(s.level) AS level,
        MAX(s.treating_agency) AS agency,
        COUNT(*) AS n,
        CAST(SUM(s.fund_fen) AS BIGINT) AS fund_fen,
        ARRAY_TO_STRING(LIST(s.setl_id ORDER BY s.begndate ASC, s.setl_id ASC)[1:40], ' ') AS stays
    FROM stay AS s
    GROUP BY ALL
)

SELECT
    o.fixmedins_code AS subject_id,
    o.setl_month,
    o.insu_admdvs AS origin,
    o.insu_pool,
    o.treat_pool,
    o.level,
    o.agency,
    i.name_zh,
    r.name_zh AS origin_zh,
    t.minutes,
    CAST(DATE_DIFF(
        'day',
        GREATEST(p.since, CAST(o.setl_month || '-01' AS DATE)),
        CAST(LEAST(p.until, CAST(o.setl_month || '-01' AS DATE) + INTERVAL 1 MONTH) AS DATE)
    ) AS INTEGER) AS days,
    o.n,
    o.fund_fen,
    c.most,
    CAST(COALESCE(c.together, 0) AS BIGINT) AS together,
    COALESCE(u.weeks, 0) AS bus_weeks,
    u.isodow AS bus_isodow,
    o.stays,
    h.n AS n_local,
    CAST(SUM(o.n) OVER (PARTITION BY o.setl_month, o.level) AS BIGINT) AS peers_n
FROM origin AS o
CROSS JOIN period AS p
INNER JOIN crowd AS c
    ON o.fixmedins_code = c.fixmedins_code AND o.setl_month = c.setl_month AND o.insu_admdvs = c.insu_admdvs
LEFT JOIN bus AS u
    ON o.fixmedins_code = u.fixmedins_code AND o.setl_month = u.setl_month AND o.insu_admdvs = u.insu_admdvs
LEFT JOIN neighbour AS h ON o.fixmedins_code = h.fixmedins_code AND o.setl_month = h.setl_month
LEFT JOIN institution AS i ON o.fixmedins_code = i.fixmedins_code
LEFT JOIN region AS r ON o.insu_admdvs = r.admdvs
LEFT JOIN knowledge.travel AS t ON o.insu_pool = t.from_pool AND o.treat_pool = t.to_pool
