-- One row per settlement header in force, with what is derived from it. Key: setl_id.
-- Rules read it as `settlement`; only rows with counts = TRUE are shown to them.
CREATE TABLE settlement (
    setl_id VARCHAR NOT NULL,
    mdtrt_id VARCHAR NOT NULL,
    person VARCHAR NOT NULL, -- hashed ID number where known, else psn_no: one human across person numbers
    psn_no VARCHAR NOT NULL,
    gend VARCHAR, -- 1 male, 2 female, 9 unknown; from the ID number where the person register has one
    brdy DATE,
    age_years INTEGER, -- completed years on begndate
    insutype VARCHAR NOT NULL,
    psn_type VARCHAR NOT NULL,
    sp_psn_type VARCHAR, -- special person (assistance), null for most
    nwb_flag VARCHAR,
    insu_admdvs VARCHAR NOT NULL,
    insu_pool VARCHAR NOT NULL, -- first four digits; 5199 is a pool of its own
    pay_loc VARCHAR NOT NULL,
    fixmedins_code VARCHAR NOT NULL,
    fixmedins_name VARCHAR,
    fixmedins_type VARCHAR, -- 1 hospital or clinic, 2 drugstore
    hosp_lv VARCHAR,
    lmtpric_hosp_lv VARCHAR,
    dedc_hosp_lv VARCHAR,
    fix_blng_admdvs VARCHAR NOT NULL,
    treat_pool VARCHAR NOT NULL,
    treating_agency VARCHAR NOT NULL, -- agency that holds the agreement; 510000 when it lies in another province
    scope VARCHAR NOT NULL, -- LOCAL, IN_PROV, CROSS_PROV
    is_cross_region BOOLEAN NOT NULL,
    begndate DATE NOT NULL,
    enddate DATE NOT NULL,
    los_days INTEGER NOT NULL, -- enddate - begndate, at least 1
    setl_time TIMESTAMP NOT NULL,
    setl_date DATE NOT NULL,
    year VARCHAR NOT NULL,
    med_type VARCHAR NOT NULL,
    care VARCHAR NOT NULL, -- IPT, OTP, ER, OPSP, RX, MAT, OTHER
    setl_type VARCHAR NOT NULL,
    medins_setl_id VARCHAR,
    cal_ipt_cnt INTEGER, -- nth admission of the year as the paying system counted it
    dedc_std DECIMAL(18, 2),
    crt_dedc DECIMAL(18, 2),
    medfee_sumamt DECIMAL(18, 2) NOT NULL,
    fulamt_ownpay_amt DECIMAL(18, 2) NOT NULL,
    overlmt_selfpay DECIMAL(18, 2) NOT NULL,
    preselfpay_amt DECIMAL(18, 2) NOT NULL,
    inscp_amt DECIMAL(18, 2) NOT NULL,
    act_pay_dedc DECIMAL(18, 2) NOT NULL,
    hifp_pay DECIMAL(18, 2) NOT NULL,
    cvlserv_pay DECIMAL(18, 2) NOT NULL,
    hifes_pay DECIMAL(18, 2) NOT NULL,
    hifmi_pay DECIMAL(18, 2) NOT NULL,
    hifob_pay DECIMAL(18, 2) NOT NULL,
    hifdm_pay DECIMAL(18, 2) NOT NULL,
    maf_pay DECIMAL(18, 2) NOT NULL,
    othfund_pay DECIMAL(18, 2) NOT NULL,
    fund_pay_sumamt DECIMAL(18, 2) NOT NULL,
    psn_pay DECIMAL(18, 2) NOT NULL,
    acct_pay DECIMAL(18, 2) NOT NULL,
    acct_mulaid_pay DECIMAL(18, 2) NOT NULL,
    cash_payamt DECIMAL(18, 2) NOT NULL,
    ownpay_hosp_part DECIMAL(18, 2) NOT NULL, -- null in the source is zero here
    main_diag_code VARCHAR,
    main_diag_name VARCHAR,
    icd3 VARCHAR, -- first three characters of main_diag_code
    main_oprn_code VARCHAR,
    adm_dept VARCHAR, -- adm_dept_codg
    dscg_dept VARCHAR, -- dscg_dept_codg
    dscg_way VARCHAR,
    refl_old_mdtrt_id VARCHAR,
    die_date DATE, -- from the person register, else the visit
    n_lines BIGINT NOT NULL, -- valid fee lines of the settlement
    is_reversal BOOLEAN NOT NULL, -- refd_setl_flag = 1
    is_reversed BOOLEAN NOT NULL, -- a valid reversal points to it
    counts BOOLEAN NOT NULL, -- valid, not a reversal, not reversed
    init_setl_id VARCHAR, -- the settlement that a reversal takes back
    balc DECIMAL(18, 2), -- account balance after
    acct_used_flag VARCHAR, -- 1: the account was used
    mid_setl_flag VARCHAR, -- 1: settled in the middle of a stay
    cvlserv_flag VARCHAR,
    dise_no VARCHAR, -- chronic or special disease, or by disease
    invono VARCHAR, -- invoice number
    emp_no VARCHAR, -- employer
    manl_reim_rea VARCHAR, -- reason of a manual reimbursement
    clr_type VARCHAR -- clearing class
);
