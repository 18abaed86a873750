-- Headers and lines that were set aside on receipt, by settlement: what is missing there is known to be missing.
CREATE VIEW set_aside AS
SELECT
    CAST(q.table_name AS VARCHAR) AS table_name,
    CAST(q.primary_key AS VARCHAR) AS primary_key,
    CAST(CASE q.table_name WHEN 'setl_d' THEN q.primary_key ELSE json_extract_string(q.raw, '$.setl_id') END AS VARCHAR)
        AS setl_id
FROM intake.quarantine_row AS q
WHERE q.table_name IN ('setl_d', 'fee_list_d');
