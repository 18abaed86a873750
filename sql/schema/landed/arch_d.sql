-- arch_d: 档案件 one item in an archive
-- mode: delta
-- key: obj_type, obj_id, item_code
CREATE TABLE arch_d (
    obj_type VARCHAR NOT NULL, -- 对象类型 SETTLEMENT, CASE {required}
    obj_id VARCHAR NOT NULL, -- 对象编号 settlement or case {required}
    item_code VARCHAR NOT NULL, -- 件代码 item {required}
    arch_time TIMESTAMP NOT NULL, -- 归档时间 archived {required, range: 1900-01-01..2100-12-31}
    keeper_admdvs VARCHAR NOT NULL, -- 保管地 keeping region {required, format: region}
    updt_time TIMESTAMP NOT NULL -- 更新时间 updated {required, range: 1900-01-01..2100-12-31}
);
