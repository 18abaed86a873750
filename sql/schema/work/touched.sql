-- What a night has to look at again. Rebuilt by lianshen.warehouse.marts.refresh, emptied when the night is done.
CREATE TABLE touched_settlement (
    setl_id VARCHAR NOT NULL PRIMARY KEY -- may no longer be in mart.settlement: withdrawn or corrected away
);

CREATE TABLE touched_person (
    person VARCHAR NOT NULL PRIMARY KEY,
    first_date DATE NOT NULL, -- earliest begndate of the person's touched settlements
    last_date DATE NOT NULL -- latest enddate
);

-- Settlements whose findings or scores changed and whose cases must be assembled again; survives a killed night.
CREATE TABLE dirty_settlement (
    setl_id VARCHAR NOT NULL PRIMARY KEY
);
