-- The day that the warehouse has reached: the latest business date received. Never the day of the run.
CREATE VIEW reached AS
SELECT MAX(business_date) AS as_of FROM intake.package;
