-- Where working days differ from Monday to Friday. Loaded from knowledge/workday.csv.
-- touches: nothing
CREATE TABLE workday (
    day DATE NOT NULL,
    shift INTEGER NOT NULL, -- -1: a weekday that is off; 1: a weekend day that is worked
    note_zh VARCHAR NOT NULL
);
