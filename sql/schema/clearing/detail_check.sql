-- The settlements that institutions list one by one, against those that the centre holds (日对明细账). Written by reconcile.
-- Key: setl_id, msgid.
CREATE TABLE detail_check (
    setl_id VARCHAR NOT NULL,
    msgid VARCHAR, -- null where only the centre holds it
    fixmedins_code VARCHAR, -- null where neither settlement nor visit is known
    treating_agency VARCHAR,
    setl_date DATE, -- null where only the institution holds it
    stated_on DATE, -- the day of the institution's record
    class VARCHAR NOT NULL, -- BALANCED, SET_ASIDE, ONLY_PROVIDER, ONLY_CENTRE, REFUND_FLAG, AMOUNT
    stated_fund DECIMAL(18, 2),
    held_fund DECIMAL(18, 2),
    stated_total DECIMAL(18, 2),
    held_total DECIMAL(18, 2),
    stated_account DECIMAL(18, 2),
    held_account DECIMAL(18, 2)
);
