-- The day that the warehouse has reached: the latest business date received. Never the day of the run.
CREATE VIEW reached AS
SELECT CAST(MAX(business_date) AS DATE) AS as_of FROM intake.package;
