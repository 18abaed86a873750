-- Lines whose split under the applicable catalogue differs from the recorded one. Key: bkkp_sn.
CREATE TABLE line_difference (
    bkkp_sn VARCHAR NOT NULL PRIMARY KEY,
    setl_id VARCHAR NOT NULL,
    catalogue_region VARCHAR NOT NULL, -- region whose catalogue applies (Art. 3, 9)
    catalogue_class VARCHAR, -- chrgitm_lv there on the day; null when the item is not listed
    expected_fulamt DECIMAL(18, 2) NOT NULL,
    expected_overlmt DECIMAL(18, 2) NOT NULL,
    expected_preselfpay DECIMAL(18, 2) NOT NULL,
    expected_inscp DECIMAL(18, 2) NOT NULL,
    actual_inscp DECIMAL(18, 2) NOT NULL,
    cause VARCHAR NOT NULL -- other_catalogue (the other direction's catalogue reproduces it), not_covered, other
);
