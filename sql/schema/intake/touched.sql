-- What the packages received since the last screening changed, by what leads to settlements. Emptied by the screening.
CREATE TABLE touched (
    kind VARCHAR NOT NULL, -- settlement (setl_id), visit (mdtrt_id), person (psn_no), institution (fixmedins_code), item (hilist_code), everything ('')
    key VARCHAR NOT NULL
);
