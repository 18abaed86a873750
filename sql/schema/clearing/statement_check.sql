-- The totals that institutions state, against the settlements that the centre holds (日对总账). Written by reconcile.
-- Key: fixmedins_code, insutype, clr_type, from_date, to_date.
CREATE TABLE statement_check (
    fixmedins_code VARCHAR NOT NULL,
    insutype VARCHAR NOT NULL,
    clr_type VARCHAR NOT NULL, -- 99 where the settlements name none
    from_date DATE NOT NULL,
    to_date DATE NOT NULL,
    treating_agency VARCHAR, -- agency that holds the institution's agreement
    class VARCHAR NOT NULL, -- BALANCED, NOT_DUE, MISSING_STATEMENT, SET_ASIDE, COUNT, TOTAL, FUND, ACCOUNT: the first
    agency_result VARCHAR, -- stmt_rslt: what the treating agency made of the statement, 0 balanced
    agency_agrees BOOLEAN, -- the agency's result is the centre's; null without a statement
    stated_count BIGINT, -- null without a statement
    held_count BIGINT NOT NULL, -- a reversal counts minus one
    stated_total DECIMAL(18, 2),
    held_total DECIMAL(18, 2) NOT NULL,
    stated_fund DECIMAL(18, 2),
    held_fund DECIMAL(18, 2) NOT NULL,
    stated_account DECIMAL(18, 2),
    held_account DECIMAL(18, 2) NOT NULL
);
