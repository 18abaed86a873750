-- What an archive must hold of a settlement or a closed case. Loaded from knowledge/arch_requirement.csv.
-- touches: nothing
CREATE TABLE arch_requirement (
    obj_type VARCHAR NOT NULL, -- SETTLEMENT, CASE
    item_code VARCHAR NOT NULL,
    name_zh VARCHAR NOT NULL,
    retention VARCHAR NOT NULL, -- how long it is kept
    due_days INTEGER NOT NULL, -- days after the settlement or the closing of the case
    source VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
