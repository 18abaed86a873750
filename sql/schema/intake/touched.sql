-- What the packages since the last screening changed, by what leads to settlements. Emptied when the screening is done.
CREATE TABLE touched (
    kind VARCHAR NOT NULL, -- settlement, paid (what the year adds up changed), visit, person, institution, doctor, item, region, or everything
    key VARCHAR NOT NULL,
    first_date DATE, -- for items: first service day that the change concerns; null = from the beginning
    last_date DATE -- last such day; null = without end
);
