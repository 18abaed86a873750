-- What a night has to look at again. Rebuilt by lianshen.warehouse.marts.refresh, emptied when the night is done.
CREATE TABLE touched_settlement (
    setl_id VARCHAR NOT NULL PRIMARY KEY -- may no longer be in mart.settlement: withdrawn or corrected away
);

CREATE TABLE touched_person (
    person VARCHAR NOT NULL PRIMARY KEY,
    first_date DATE NOT NULL, -- earliest begndate of the person's touched settlements
    last_date DATE NOT NULL -- latest enddate
);

CREATE TABLE touched_institution (
    fixmedins_code VARCHAR NOT NULL,
    month VARCHAR NOT NULL, -- of the settlement or stock movement: 2026-11
    first_date DATE NOT NULL, -- earliest such day within the month
    last_date DATE NOT NULL, -- latest
    PRIMARY KEY (fixmedins_code, month)
);

-- Settlements whose findings or scores changed and whose cases must be assembled again; survives a killed night.
CREATE TABLE dirty_settlement (
    setl_id VARCHAR NOT NULL PRIMARY KEY
);
