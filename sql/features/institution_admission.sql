-- The marks that invented stays bear, stay by stay: one row per inpatient settlement of the period.
--
-- Key: subject_id (institution code), setl_id. `period` (since, until; half open) is supplied by the library; no row
-- dated outside is used. `together` are the other stays of the institution that began on the day from the same county,
-- `twins` those that also ended on the same day, `alike` those with as many lines, items and tests for the same
-- disease. `hits` are the rules that found something on the stay; `fr_04` and `fr_14` say whether they named the
-- institution in the month. `in_house` is the most patients that the month's stays put into the house on one day. Of a
-- longer period only its last four weeks are read, from the first of their month. `upheld` and `dismissed` are the
-- verdicts of closed cases on those rules' findings, for when there are any.
WITH stay AS (
    SELECT
        b.setl_id,
        b.setl_month,
        b.fixmedins_code,
        b.treating_agency,
        b.level,
        b.person,
        b.insu_admdvs,
        b.begndate,
        b.enddate,
        b.los_days,
        b.icd3,
        b.operation,
        b.n_lines,
        b.n_items,
        b.n_tests,
        b.cost_fen,
        b.fund_fen,
        b.cash_fen,
        s.dscg_way,
        s.sp_psn_type,
        s.maf_pay
    FROM profile.bill AS b
    CROSS JOIN period AS p
    INNER JOIN mart.settlement AS s ON b.setl_id = s.setl_id
    WHERE
        b.setl_date >= GREATEST(p.since, CAST(DATE_TRUNC('month', p.until - 28) AS DATE))
        AND b.setl_date < p.until AND b.care = 'IPT'
),

hit AS (
    SELECT
        f.setl_id,
        COUNT(DISTINCT f.source_id) AS hits,
        COUNT(*) FILTER (WHERE v.is_upheld) AS upheld,
        COUNT(*) FILTER (WHERE NOT v.is_upheld) AS dismissed
    FROM audit.finding AS f
    CROSS JOIN period AS p
    LEFT JOIN (
        SELECT
            c.finding_id,
            BOOL_OR(c.is_upheld) AS is_upheld
        FROM casework.verdict AS c
        CROSS JOIN period AS q
        WHERE c.decided_on < q.until
        GROUP BY c.finding_id
    ) AS v ON f.finding_id = v.finding_id
    WHERE f.source_id IN ('AD-02', 'AD-03', 'AD-06', 'AD-07', 'AD-08', 'FR-04', 'FR-15') AND f.subject_date < p.until
    GROUP BY f.setl_id
),

named AS (
    SELECT
        f.subject_id,
        LEFT(f.period, 7) AS setl_month,
        BOOL_OR(f.source_id = 'FR-04') AS fr_04,
        BOOL_OR(f.source_id = 'FR-14') AS fr_14
    FROM audit.subject_finding AS f
    CROSS JOIN period AS p
    WHERE f.source_id IN ('FR-04', 'FR-14') AND f.subject_kind = 'institution' AND f.as_of < p.until
    GROUP BY ALL
),

in_house AS (
    SELECT
        d.fixmedins_code,
        d.setl_month,
        MAX(d.n) AS n
    FROM (
        SELECT
            t.fixmedins_code,
            t.setl_month,
            t.on_day,
            COUNT(*) AS n
        FROM (
            SELECT
                s.fixmedins_code,
                s.setl_month,
                UNNEST(RANGE(s.begndate, LEAST(s.enddate, s.begndate + 366), INTERVAL 1 DAY)) AS on_day
            FROM stay AS s
        ) AS t
        GROUP BY ALL
    ) AS d
    GROUP BY ALL
),

institution AS (
    SELECT
        i.fixmedins_code,
        ARG_MAX(i.fixmedins_name, i.begntime) AS name_zh,
        ARG_MAX(i.aprv_bed_cnt, i.begntime) AS beds
    FROM settled.fixmedins_b AS i
    CROSS JOIN period AS p
    WHERE i.begntime < p.until
    GROUP BY i.fixmedins_code
)

SELECT
    s.fixmedins_code AS subject_id,
    s.setl_id,
    s.setl_month,
    s.level,
    s.treating_agency AS agency,
    i.name_zh,
    i.beds,
    h.n AS in_house,
    s.icd3,
    CASE WHEN s.operation IS NULL THEN 'NO' ELSE 'YES' END AS operated,
    s.los_days,
    s.cost_fen,
    s.fund_fen,
    -- Persons whom assistance pays for owe nothing by right.
    s.cash_fen < 5000 AND s.fund_fen > 0 AND s.sp_psn_type IS NULL AND s.maf_pay = 0 AS is_cash_free,
    COALESCE(s.dscg_way, '1') IN ('2', '3', '4', '5') AS left_otherwise,
    ISODOW(s.enddate) AS end_isodow,
    COUNT(*) OVER (PARTITION BY s.fixmedins_code, s.insu_admdvs, s.begndate) - 1 AS together,
    COUNT(*) OVER (PARTITION BY s.fixmedins_code, s.insu_admdvs, s.begndate, s.enddate) - 1 AS twins,
    COUNT(*) OVER (PARTITION BY s.fixmedins_code, s.icd3, s.n_lines, s.n_items, s.n_tests) - 1 AS alike,
    COALESCE(f.hits, 0) AS hits,
    COALESCE(f.upheld, 0) AS upheld,
    COALESCE(f.dismissed, 0) AS dismissed,
    COALESCE(n.fr_04, FALSE) AS fr_04,
    COALESCE(n.fr_14, FALSE) AS fr_14
FROM stay AS s
LEFT JOIN hit AS f ON s.setl_id = f.setl_id
LEFT JOIN named AS n ON s.fixmedins_code = n.subject_id AND s.setl_month = n.setl_month
LEFT JOIN in_house AS h ON s.fixmedins_code = h.fixmedins_code AND s.setl_month = h.setl_month
LEFT JOIN institution AS i ON s.fixmedins_code = i.fixmedins_code
