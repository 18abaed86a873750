-- What a model would need and was never received, so that it judged nothing. Key: model_id.
CREATE TABLE model_lack (
    model_id VARCHAR NOT NULL,
    title_zh VARCHAR NOT NULL,
    words VARCHAR NOT NULL -- what to tell people, in Chinese
);
