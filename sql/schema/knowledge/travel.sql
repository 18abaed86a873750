-- Minutes by road between two pools, both directions listed. Loaded from knowledge/travel.csv.
CREATE TABLE travel (
    from_pool VARCHAR NOT NULL,
    to_pool VARCHAR NOT NULL,
    minutes INTEGER NOT NULL
);
