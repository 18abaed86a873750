-- Headers and lines that were set aside on receipt, by settlement: what is missing there is known to be missing.
CREATE VIEW set_aside AS
SELECT
    CAST(q.table_name AS VARCHAR) AS table_name,
    CAST(q.primary_key AS VARCHAR) AS primary_key,
    CAST(CASE q.table_name WHEN 'setl_d' THEN q.primary_key ELSE json_extract_string(q.raw, '$.setl_id') END AS VARCHAR)
        AS setl_id,
    CAST(CASE q.table_name WHEN 'setl_d' THEN json_extract_string(q.raw, '$.fixmedins_code') END AS VARCHAR)
        AS fixmedins_code,
    -- As sent: it may be what was wrong with the row.
    CAST(
        CASE q.table_name WHEN 'setl_d' THEN TRY_CAST(LEFT(json_extract_string(q.raw, '$.setl_time'), 10) AS DATE) END
        AS DATE
    ) AS setl_date
FROM intake.quarantine_row AS q
WHERE q.table_name IN ('setl_d', 'fee_list_d');
