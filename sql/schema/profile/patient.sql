-- The profile of every settlement with the kind of patient that institutions and doctors are compared within.
CREATE VIEW patient AS
SELECT
    *,
    CASE
        WHEN age < 15 THEN '0-14'
        WHEN age < 45 THEN '15-44'
        WHEN age < 65 THEN '45-64'
        WHEN age < 80 THEN '65-79'
        WHEN age >= 80 THEN '80-'
    END AS age_band,
    CASE WHEN operation IS NULL THEN 'NO' ELSE 'YES' END AS operated,
    -- In yuan; decimals add up to the same digits in whatever order the rows lie.
    CASE WHEN cost_fen > 0 THEN LN(cost_fen / 100)::DECIMAL(9, 6) END AS log_cost
FROM profile.bill;
