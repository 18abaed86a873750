-- Both sides of each journal entry: a debit is positive, a credit negative, and all of them add to nothing.
CREATE VIEW fund_posting AS
SELECT
    insu_region,
    debit_account AS account,
    entry_date,
    kind,
    partner,
    debit AS amount
FROM clearing.fund_entry
UNION ALL
SELECT
    insu_region,
    credit_account AS account,
    entry_date,
    kind,
    partner,
    -credit AS amount
FROM clearing.fund_entry;
