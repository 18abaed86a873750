-- outage_d: 系统故障日历 outage of the network
-- mode: delta
-- key: outage_id
CREATE TABLE outage_d (
    outage_id VARCHAR NOT NULL, -- 故障编号 outage {required}
    admdvs VARCHAR NOT NULL, -- 区划 region whose institutions it hit {required, format: region}
    fixmedins_code VARCHAR, -- 定点医药机构代码 institution, null = all of the region
    begntime TIMESTAMP NOT NULL, -- 开始时间 from {required, range: 1900-01-01..2100-12-31}
    endtime TIMESTAMP NOT NULL, -- 结束时间 to, exclusive {required, range: 1900-01-01..2100-12-31}
    updt_time TIMESTAMP NOT NULL -- 更新时间 updated {required, range: 1900-01-01..2100-12-31}
);
