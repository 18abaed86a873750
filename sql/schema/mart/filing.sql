-- Filings of both kinds, valid and approved or not, in one shape. Key: filing_id.
CREATE TABLE filing (
    filing_id VARCHAR NOT NULL, -- trt_dcla_detl_sn or evtsn
    person VARCHAR NOT NULL,
    psn_no VARCHAR NOT NULL,
    insu_admdvs VARCHAR NOT NULL,
    filed_region VARCHAR NOT NULL, -- xx0000 covers the province, xxyy00 and xxyy99 the city
    filing_type VARCHAR NOT NULL, -- LONG_RETIREE, LONG_RESIDENT, LONG_STATIONED, REFERRAL, EMERGENCY, TEMPORARY_OTHER
    valid_from DATE NOT NULL,
    valid_until DATE NOT NULL, -- half open: the day after enddate; 9999-12-31 when open
    applied_at TIMESTAMP NOT NULL,
    is_valid BOOLEAN NOT NULL, -- vali_flag 1 and a place is named
    is_approved BOOLEAN NOT NULL, -- rchk_flag not failed, withdrawn, returned or refused
    is_uploaded BOOLEAN NOT NULL, -- out_fil_upld_stas 1
    is_effective BOOLEAN NOT NULL, -- is_valid, is_approved and is_uploaded
    review_state VARCHAR, -- rchk_flag
    max_uses INTEGER, -- allo_setl_cnt of a referral; null: no limit
    referred_from VARCHAR, -- institution that refers
    referred_to VARCHAR, -- institution referred to
    diag_code VARCHAR, -- diagnosis of a referral
    source_table VARCHAR NOT NULL -- out_appy_d, refl_appy_d
);
