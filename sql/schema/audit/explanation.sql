-- The settlement explained step by step, for settlements with a finding. Key: setl_id.
CREATE TABLE explanation (
    setl_id VARCHAR NOT NULL PRIMARY KEY,
    steps JSON NOT NULL -- [{"step", "zh", "en", "amount", "policy", "source", "since", "paid", "rank", "beat", "dated"}]
);
