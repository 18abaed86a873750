-- What the packages since the last screening changed, by what leads to settlements. Emptied when the screening is done.
CREATE TABLE touched (
    -- settlement, paid (what the year adds up changed), visit, list, person, employer, institution, doctor, item, point, group,
    -- region, stock (institution), outage (institution or region), or everything
    kind VARCHAR NOT NULL,
    key VARCHAR NOT NULL,
    first_date DATE, -- for items, stock, outages: first day that the change concerns; null = from the beginning
    last_date DATE -- last such day; null = without end
);
