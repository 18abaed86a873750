-- What the settlement core says of each settlement that counts. Key: setl_id. Differences are paid minus expected.
CREATE TABLE recomputed (
    setl_id VARCHAR NOT NULL PRIMARY KEY,
    status VARCHAR NOT NULL, -- recomputed, no_lines, no_policy, not_benefit (setl_type 3, account only …)
    reason VARCHAR, -- why it is not 'recomputed'
    pack_id VARCHAR,
    is_provisional BOOLEAN, -- the day lies after the pack's reviewed_through
    filing_status VARCHAR, -- NOT_NEEDED, VALID, LATE, NOT_APPROVED, NOT_UPLOADED, OTHER_REGION, NOT_IN_FORCE, NONE
    filing_id VARCHAR, -- the filing that applied, or the nearest one that did not
    filing_type VARCHAR, -- the type that the benefit was computed with; UNFILED where none applied
    filed_region VARCHAR,
    filed_from DATE,
    filed_until DATE,
    expected_inscp DECIMAL(18, 2), -- from the lines under the applicable catalogue
    expected_deductible DECIMAL(18, 2),
    expected_hifp DECIMAL(18, 2), -- from the recorded in-scope amount: what the ratio should have given
    expected_fund DECIMAL(18, 2), -- everything right: catalogue, deductible, ratio, layers
    paid_fund DECIMAL(18, 2),
    difference DECIMAL(18, 2), -- paid_fund - expected_fund
    by_catalogue DECIMAL(18, 2), -- part caused by the line split
    by_filing DECIMAL(18, 2), -- part caused by a filing that was not there
    by_benefit DECIMAL(18, 2), -- part caused by deductible, ratio, cap or layers otherwise
    by_identity DECIMAL(18, 2), -- part where the header contradicts itself
    unexplained DECIMAL(18, 2), -- what no alternative reproduces
    cause VARCHAR, -- one of the codes of lianshen.recompute; null where every fund paid what was due
    cause_zh VARCHAR, -- the cause in one Chinese sentence with its numbers
    paid_ratio DECIMAL(7, 4), -- hifp_pay / (inscp_amt - act_pay_dedc)
    policy_ratio DECIMAL(7, 4), -- what the pack gives after reductions
    by_accumulator DECIMAL(18, 2), -- part caused by what the record says had been used before in the year
    layer VARCHAR, -- where the difference arose: lines, filing, deductible, ratio, cap, hifmi, hifob … identity
    parameter VARCHAR, -- the policy parameter behind it, such as remote.reduction
    expected_hifmi DECIMAL(18, 2),
    expected_hifob DECIMAL(18, 2),
    expected_cvlserv DECIMAL(18, 2),
    expected_hifes DECIMAL(18, 2), -- as paid where the pack holds no plan
    expected_hifdm DECIMAL(18, 2), -- as paid where the pack holds no plan
    expected_maf DECIMAL(18, 2),
    deductible_then DECIMAL(18, 2), -- the deductible that the record's own accumulators give
    nth_recorded INTEGER, -- admission of the year as the record counts
    nth_rebuilt INTEGER, -- admission of the year as the settlements count
    room_recorded DECIMAL(18, 2), -- left under the cap as the record says; null where it does not
    room_rebuilt DECIMAL(18, 2), -- left under the cap as the settlements give it; null where there is no cap
    burden_recorded DECIMAL(18, 2), -- in-scope burden of the year before, as the record says
    burden_rebuilt DECIMAL(18, 2), -- in-scope burden of the year before, as the settlements give it
    filing_applied_at TIMESTAMP, -- when the filing in filing_id was applied for
    is_same_city BOOLEAN -- insured and treating region share a same-city agreement on the day
);
