-- Months whose netting is closed; a closed month is never written again. Key: month.
CREATE TABLE closed_month (
    month VARCHAR NOT NULL PRIMARY KEY, -- 2026-11
    as_of DATE NOT NULL, -- the business day that the warehouse had reached
    settlements BIGINT NOT NULL,
    fund DECIMAL(18, 2) NOT NULL, -- everything cleared, deductions apart
    deductions DECIMAL(18, 2) NOT NULL, -- given back to insured regions, negative
    hash VARCHAR NOT NULL -- of the month's rows in cleared_settlement and carried_deduction
);

-- What each closed month carried of each settlement; the sum over months is what was cleared of it.
CREATE TABLE cleared_settlement (
    month VARCHAR NOT NULL,
    setl_id VARCHAR NOT NULL,
    scope VARCHAR NOT NULL, -- IN_PROV, CROSS_PROV
    insu_region VARCHAR NOT NULL, -- whose fund pays: an agency's code, or xx0000 of another province
    treat_region VARCHAR NOT NULL, -- who is paid
    fund_type VARCHAR NOT NULL, -- national
    source_month VARCHAR NOT NULL, -- month of the settlement
    kind VARCHAR NOT NULL, -- CURRENT; PRIOR: late or altered; OPENING: cleared before the first closed month
    amount DECIMAL(18, 2) NOT NULL
);

-- What each closed month gave back of each case to the fund of the insured region.
CREATE TABLE carried_deduction (
    month VARCHAR NOT NULL,
    case_no VARCHAR NOT NULL,
    scope VARCHAR NOT NULL,
    insu_region VARCHAR NOT NULL,
    treat_region VARCHAR NOT NULL,
    source VARCHAR NOT NULL, -- CASE: determined when the case was closed; BOOKED: det_d of a case not closed yet
    amount DECIMAL(18, 2) NOT NULL -- negative; positive where an earlier one was too high
);

-- The lines of a closed month's netting. Key: month, kind, insu_region, treat_region, fund_type, source_month.
CREATE TABLE net_line (
    month VARCHAR NOT NULL,
    kind VARCHAR NOT NULL, -- CURRENT, PRIOR, DEDUCTION
    scope VARCHAR NOT NULL,
    insu_region VARCHAR NOT NULL,
    treat_region VARCHAR NOT NULL,
    fund_type VARCHAR NOT NULL, -- national; empty for deductions, which cases do not split by fund
    source_month VARCHAR NOT NULL,
    records BIGINT NOT NULL, -- settlements, each under its first fund type; or cases
    amount DECIMAL(18, 2) NOT NULL -- what insu_region owes treat_region
);
