-- Cross-province settlements as institution, treating and insured region hold them (跨省三方对账). Written by reconcile.
-- Key: setl_id.
CREATE TABLE partner_check (
    setl_id VARCHAR NOT NULL,
    treating_agency VARCHAR,
    insu_admdvs VARCHAR,
    setl_date DATE, -- null where no settlement is held
    stated_on DATE, -- null where the parties have no record
    class VARCHAR NOT NULL, -- BALANCED, NOT_DUE, NO_RECORD, ONLY_PARTNER, PARTNER_MISSING, AMOUNT
    missing VARCHAR NOT NULL, -- who holds no record: INSTITUTION, TREATING, INSURED joined by +, else empty
    fund DECIMAL(18, 2), -- as settled
    institution_fund DECIMAL(18, 2),
    treating_fund DECIMAL(18, 2),
    insured_fund DECIMAL(18, 2)
);
