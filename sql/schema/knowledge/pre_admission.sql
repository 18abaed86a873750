-- Where tests before an admission may be settled with the stay. Loaded from knowledge/pre_admission.csv.
CREATE TABLE pre_admission (
    kp_id VARCHAR NOT NULL,
    treat_pool VARCHAR NOT NULL, -- first four digits of the region that holds the agreement
    med_chrgitm_type VARCHAR NOT NULL, -- charge category that may be so settled
    days INTEGER NOT NULL, -- days before the admission, included
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
