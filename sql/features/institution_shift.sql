-- How the mix of an institution's inpatient bills changed with a change that is watched: one row per institution,
-- change and charge category, with the category's mean share of a bill before and after, and how peers of the level
-- changed.
--
-- Key: subject_id (institution code), change_id, category. `period` (since, until; half open) is supplied by the
-- library; no row dated outside is used. Before and after are up to 90 days. `change_id` is null for a day in the
-- middle of the period on which nothing is known to have changed: what is usual there says what chance does. Errors are
-- standard errors of the mean; `peers_mad` is the median distance of the peers' changes from their median,
-- `peers_change`.
WITH watched AS (
    SELECT
        k.kp_id AS change_id,
        k.title_zh,
        k.restrains,
        k.valid_from AS changed_on
    FROM knowledge.watched_change AS k
    CROSS JOIN period AS p
    WHERE
        k.valid_from > p.since AND k.valid_from < p.until
        -- Still watched in the month that the period ends with.
        AND k.valid_from + k.watched_days > CAST(DATE_TRUNC('month', p.until - 1) AS DATE)
    UNION ALL
    SELECT
        NULL AS change_id,
        NULL AS title_zh,
        NULL AS restrains,
        p.since + CAST(DATE_DIFF('day', p.since, p.until) // 2 AS INTEGER) AS changed_on
    FROM period AS p
),

bill AS (
    SELECT
        b.fixmedins_code,
        b.level,
        b.treating_agency,
        w.change_id,
        w.title_zh,
        w.restrains,
        w.changed_on,
        b.setl_date >= w.changed_on AS is_after,
        b.cost_fen,
        b.fund_fen,
        CAST(b.western_fen / b.cost_fen AS DECIMAL(9, 6)) AS western,
        CAST(b.patent_fen / b.cost_fen AS DECIMAL(9, 6)) AS patent,
        CAST(b.herbal_fen / b.cost_fen AS DECIMAL(9, 6)) AS herbal,
        CAST(b.material_fen / b.cost_fen AS DECIMAL(9, 6)) AS material,
        CAST(b.laboratory_fen / b.cost_fen AS DECIMAL(9, 6)) AS laboratory,
        CAST(b.examination_fen / b.cost_fen AS DECIMAL(9, 6)) AS examination,
        CAST(b.treatment_fen / b.cost_fen AS DECIMAL(9, 6)) AS treatment,
        CAST(b.surgery_fen / b.cost_fen AS DECIMAL(9, 6)) AS surgery,
        CAST(b.nursing_fen / b.cost_fen AS DECIMAL(9, 6)) AS nursing,
        CAST(b.bed_fen / b.cost_fen AS DECIMAL(9, 6)) AS bed,
        CAST(b.consultation_fen / b.cost_fen AS DECIMAL(9, 6)) AS consultation,
        CAST(b.other_fen / b.cost_fen AS DECIMAL(9, 6)) AS other
    FROM profile.bill AS b
    CROSS JOIN period AS p
    INNER JOIN watched AS w ON b.setl_date >= w.changed_on - 90 AND b.setl_date < w.changed_on + 90
    WHERE b.setl_date >= p.since AND b.setl_date < p.until AND b.care = 'IPT' AND b.cost_fen > 0
),

part AS (
    UNPIVOT bill
    ON western, patent, herbal, material, laboratory, examination, treatment, surgery, nursing, bed, consultation, other
    INTO NAME category VALUE share
),

mean AS (
    SELECT
        a.fixmedins_code,
        a.change_id,
        a.category,
        MAX(a.level) AS level,
        MAX(a.treating_agency) AS agency,
        MAX(a.title_zh) AS title_zh,
        MAX(a.restrains) AS restrains,
        MAX(a.changed_on) AS changed_on,
        COUNT(*) FILTER (WHERE NOT a.is_after) AS n_before,
        COUNT(*) FILTER (WHERE a.is_after) AS n_after,
        -- Decimals add up to the same digits in whatever order the rows lie.
        CAST(SUM(a.share) FILTER (WHERE NOT a.is_after) AS DOUBLE) AS sum_before,
        CAST(SUM(a.share) FILTER (WHERE a.is_after) AS DOUBLE) AS sum_after,
        CAST(SUM(a.share * a.share) FILTER (WHERE NOT a.is_after) AS DOUBLE) AS sq_before,
        CAST(SUM(a.share * a.share) FILTER (WHERE a.is_after) AS DOUBLE) AS sq_after,
        CAST(SUM(a.cost_fen) FILTER (WHERE a.is_after) AS BIGINT) AS cost_after_fen,
        CAST(SUM(a.fund_fen) FILTER (WHERE a.is_after) AS BIGINT) AS fund_after_fen
    FROM part AS a
    GROUP BY ALL
),

shift AS (
    SELECT
        m.*,
        m.sum_before / NULLIF(m.n_before, 0) AS before,
        m.sum_after / NULLIF(m.n_after, 0) AS after,
        SQRT(
            GREATEST(m.sq_before / NULLIF(m.n_before, 0) - POW(m.sum_before / NULLIF(m.n_before, 0), 2), 0)
            / NULLIF(m.n_before, 0)
        ) AS error_before,
        SQRT(
            GREATEST(m.sq_after / NULLIF(m.n_after, 0) - POW(m.sum_after / NULLIF(m.n_after, 0), 2), 0)
            / NULLIF(m.n_after, 0)
        ) AS error_after,
        -- Peers with enough on either side say what a change does to everybody.
        CASE
            WHEN m.n_before >= 30 AND m.n_after >= 30 THEN m.sum_after / m.n_after - m.sum_before / m.n_before
        END AS change
    FROM mean AS m
),

usual AS (
    SELECT
        s.change_id,
        s.level,
        s.category,
        COUNT(s.change) AS peers,
        MEDIAN(s.change) AS peers_change,
        MAD(s.change) AS peers_mad
    FROM shift AS s
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
)

SELECT
    s.fixmedins_code AS subject_id,
    s.change_id,
    s.category,
    STRFTIME(p.until - 1, '%Y-%m') AS setl_month,
    s.level,
    s.agency,
    i.name_zh,
    s.title_zh,
    s.restrains,
    STRFTIME(s.changed_on, '%Y-%m-%d') AS changed_on,
    CAST(DATE_DIFF('day', s.changed_on, LEAST(p.until, s.changed_on + 90)) AS INTEGER) AS days_after,
    s.n_before,
    s.n_after,
    s.before,
    s.after,
    s.error_before,
    s.error_after,
    u.peers,
    u.peers_change,
    u.peers_mad,
    COALESCE(s.cost_after_fen, 0) AS cost_after_fen,
    COALESCE(s.fund_after_fen, 0) AS fund_after_fen
FROM shift AS s
CROSS JOIN period AS p
INNER JOIN usual AS u
    ON s.change_id IS NOT DISTINCT FROM u.change_id AND s.level = u.level AND s.category = u.category
LEFT JOIN institution AS i ON s.fixmedins_code = i.fixmedins_code
