-- The cases as the casebook holds them, mirrored at the beginning of a night for the checks of clearing and of delay.
CREATE TABLE audit_case (
    case_no VARCHAR NOT NULL PRIMARY KEY,
    treating_agency VARCHAR NOT NULL,
    fixmedins_code VARCHAR NOT NULL,
    insu_admdvs VARCHAR NOT NULL,
    insu_pool VARCHAR NOT NULL, -- whose fund a deduction belongs to
    state VARCHAR NOT NULL,
    decision VARCHAR,
    determined DECIMAL(18, 2), -- fund money that the agency confirmed
    recovered DECIMAL(18, 2) NOT NULL, -- what its ledger says came back of it
    released_on DATE,
    accept_by DATE,
    due_on DATE,
    submitted_on DATE,
    closed_on DATE
);
