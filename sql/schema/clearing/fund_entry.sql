-- The revolving fund (周转金) as double entry: one row is one journal entry. Written whole by lianshen.clearing.
CREATE TABLE fund_entry (
    insu_region VARCHAR NOT NULL, -- agency whose fund it is
    entry_date DATE NOT NULL,
    kind VARCHAR NOT NULL, -- OPENING, SETTLED, REPLENISHED, INTEREST, CLEARED, ADJUSTED, DEDUCTED
    partner VARCHAR NOT NULL, -- treating region, or empty
    debit_account VARCHAR NOT NULL,
    debit DECIMAL(18, 2) NOT NULL,
    credit_account VARCHAR NOT NULL,
    credit DECIMAL(18, 2) NOT NULL,
    PRIMARY KEY (insu_region, entry_date, kind, partner),
    CONSTRAINT balanced CHECK (debit = credit),
    CONSTRAINT positive CHECK (debit > 0),
    CONSTRAINT two_accounts CHECK (debit_account <> credit_account)
);

-- A region's request to refill its fund, and nothing else that is not in the landed rows.
CREATE TABLE topup_request (
    insu_region VARCHAR NOT NULL,
    requested_on DATE NOT NULL,
    amount DECIMAL(18, 2) NOT NULL,
    PRIMARY KEY (insu_region, requested_on),
    CONSTRAINT positive CHECK (amount > 0)
);
