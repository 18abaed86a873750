-- admdvs_b: 医保区划 region
-- mode: snapshot
-- key: admdvs
-- closes: valid_to inclusive
CREATE TABLE admdvs_b (
    admdvs VARCHAR NOT NULL, -- 医保区划 region code {required, format: region}
    name VARCHAR NOT NULL, -- 名称 name {required}
    parent VARCHAR, -- 上级区划 parent region {required}
    pool_code VARCHAR, -- 统筹区 pooling area {required}
    valid_from DATE, -- 生效日期 from {required}
    valid_to DATE -- 失效日期 to, null = open {required}
);
