-- Who prescribed what a drugstore sold: one row per settlement of a drugstore in [since, until) whose prescriber is
-- stated on its lines, or else is the doctor of the customer's latest visit to a hospital within three days before.
-- Key: setl_id. `period` (one row: since, until) is the scope; the library supplies it, and no visit before it counts.
--
-- A stated doctor belongs to the hospital where most of the doctor's bills in the period are. `minutes` are those by road
-- from the hospital's city to the drugstore's: zero within one city, null where knowledge.travel does not say. Where
-- within its city a drugstore lies is nowhere stated.
WITH within AS (
    SELECT b.*
    FROM profile.bill AS b, period AS p
    WHERE b.setl_date >= p.since AND b.setl_date < p.until AND b.care IN ('OTP', 'OPSP', 'ER', 'RX')
),

filled AS (
    SELECT w.*
    FROM within AS w
    WHERE w.care = 'RX' AND w.fixmedins_type = '2'
),

visit AS (
    SELECT
        w.person,
        w.settled_at,
        w.fixmedins_code,
        w.treat_pool,
        w.doctor
    FROM within AS w
    WHERE w.care <> 'RX' AND w.doctor IS NOT NULL
    -- Two bills of one moment: the code decides, so that the order of rows does not.
    QUALIFY ROW_NUMBER() OVER (PARTITION BY w.person, w.settled_at ORDER BY w.fixmedins_code, w.doctor) = 1
),

works AS (
    SELECT
        v.doctor,
        v.fixmedins_code,
        v.treat_pool
    FROM visit AS v
    GROUP BY v.doctor, v.fixmedins_code, v.treat_pool
    QUALIFY ROW_NUMBER() OVER (PARTITION BY v.doctor ORDER BY COUNT(*) DESC, v.fixmedins_code ASC) = 1
),

stated AS (
    SELECT
        f.setl_id,
        f.doctor,
        w.fixmedins_code AS hospital,
        w.treat_pool AS hospital_pool,
        TRUE AS is_stated
    FROM filled AS f
    LEFT JOIN works AS w ON f.doctor = w.doctor
    WHERE f.doctor IS NOT NULL
),

supposed AS (
    SELECT
        f.setl_id,
        v.doctor,
        v.fixmedins_code AS hospital,
        v.treat_pool AS hospital_pool,
        FALSE AS is_stated
    FROM filled AS f
    ASOF JOIN visit AS v ON f.person = v.person AND f.settled_at >= v.settled_at
    WHERE f.doctor IS NULL AND f.settled_at < v.settled_at + INTERVAL 3 DAY
),

prescribed AS (
    SELECT * FROM stated
    UNION ALL
    SELECT * FROM supposed
)

SELECT
    f.setl_id,
    f.setl_month,
    f.person,
    r.doctor,
    COALESCE(r.hospital, '') AS hospital,
    COALESCE(r.hospital_pool, '') AS hospital_pool,
    f.fixmedins_code AS shop,
    f.treat_pool AS shop_pool,
    r.is_stated,
    f.insu_pool <> f.treat_pool OR f.insu_pool <> COALESCE(r.hospital_pool, f.treat_pool) AS is_remote,
    CASE WHEN r.hospital_pool = f.treat_pool THEN 0 ELSE t.minutes END AS minutes,
    f.fund_fen
FROM prescribed AS r
INNER JOIN filled AS f ON r.setl_id = f.setl_id
LEFT JOIN knowledge.travel AS t ON r.hospital_pool = t.from_pool AND f.treat_pool = t.to_pool
