-- drg_group_b: 病组目录 groups of diagnosis-related payment
-- mode: snapshot
-- key: admdvs, grp_code, begndate
-- closes: enddate inclusive
CREATE TABLE drg_group_b (
    admdvs VARCHAR NOT NULL, -- 区划 region whose groups they are {required, format: region}
    grp_code VARCHAR NOT NULL, -- 病组代码 group {required}
    begndate DATE NOT NULL, -- 开始日期 from {required, range: 1900-01-01..2100-12-31}
    enddate DATE, -- 结束日期 to, inclusive, null = open {required}
    grp_name VARCHAR, -- 病组名称 its name
    weight DECIMAL(8, 4) NOT NULL, -- 权重 weight {required}
    mean_fee DECIMAL(16, 2), -- 次均费用 mean cost
    base_grp_code VARCHAR, -- 无合并症病组 group of the same kind without complications
    vali_flag VARCHAR NOT NULL -- 有效标志 valid {required, codes: vali_flag}
);
