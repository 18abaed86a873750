-- What items are called: one row per item of any insurance catalogue that began before the end of the period. Key: item,
-- the hash that stands for the code in profile.charged. `period` (one row: since, until) is supplied by the library.
SELECT
    CAST(MD5_NUMBER_LOWER(h.hilist_code) >> 1 AS BIGINT) AS item,
    h.hilist_code,
    -- The latest name; the text decides between names of one day.
    ARG_MAX(h.hilist_name, {'begins': h.begndate, 'name': h.hilist_name}) AS name
FROM settled.hilist_b AS h
CROSS JOIN period AS p
WHERE h.begndate < p.until AND h.vali_flag = '1'
GROUP BY h.hilist_code
