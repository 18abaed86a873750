-- coop_req_d: 委托协查 request of an insured region to a treating region to verify
-- mode: delta
-- key: req_id
CREATE TABLE coop_req_d (
    req_id VARCHAR NOT NULL, -- 协查编号 request {required}
    from_admdvs VARCHAR NOT NULL, -- 委托地 asking region {required, format: region}
    to_admdvs VARCHAR NOT NULL, -- 受托地 asked region {required, format: region}
    fixmedins_code VARCHAR NOT NULL, -- 医药机构 institution {required}
    setl_id VARCHAR, -- 结算编号 settlement asked about
    req_date DATE NOT NULL, -- 委托日期 asked on {required, range: 1900-01-01..2100-12-31}
    due_date DATE NOT NULL, -- 应答复日期 answer due on {required, range: 1900-01-01..2100-12-31}
    reply_date DATE, -- 答复日期 answered on {range: 1900-01-01..2100-12-31}
    result VARCHAR, -- 协查结果 GENUINE, NOT_GENUINE, PARTLY
    amt DECIMAL(16, 2), -- 不实金额 amount found not genuine
    updt_time TIMESTAMP NOT NULL -- 更新时间 updated {required, range: 1900-01-01..2100-12-31}
);
