-- Two herbal pieces that are not put into one prescription (eighteen antagonisms, nineteen fears). Loaded from knowledge/herb_pair.csv.
CREATE TABLE herb_pair (
    kp_id VARCHAR NOT NULL,
    code_a VARCHAR NOT NULL,
    code_b VARCHAR NOT NULL,
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
