/* rule
id: XR-03
version: 1
title_zh: 备案地与就医地不符
title: Treated outside the filed region
status: active
certainty: definite
severity: 3
level: settlement
owner: 异地就医结算处
summary: >
  The person had a filing in force on the day, for another place than the one of treatment, and was paid at more than
  the unfiled rate. A filing for a province covers all its cities, one for a city its counties, one for Chengdu the
  provincial agency's hospitals there.
sentence_zh: >-
  备案就医地为{because_filed_for}，实际在{because_treated_in}就医（{because_admission}入院），
  按未备案应付{because_expected_fund}元，实付{because_paid_fund}元，基金多付{because_overpaid}元。
facts:
  because_filed_for: 备案就医地
  because_treated_in: 就医地
  because_insured_in: 参保地
  because_admission: 入院日期
  because_filed_from: 备案起始日
  because_filed_until: 备案截止日（不含）
  because_filing: 备案编号
  because_paid_fund: 实付基金（元）
  because_expected_fund: 应付基金（元）
  because_overpaid: 基金多付（元）
  because_recomputed: 复算说明
basis:
  - 《四川省异地就医结算管理办法》第四条
national_code: none
in_force: {since: 2021-01-01}
dated_by: begndate
reads: [settlement, recomputed, agency]
look_back: none
wait_days: 1
params:
  tolerance:
    about: Yuan of overpayment up to which nothing is said
    default: "1.00"
    least: "0.00"
    most: "100.00"
amount: a2
not_a_finding_when:
  - 行政区划调整（如简阳市由资阳划归成都），备案仍写原区划（已排除）。
  - 备案到省，按规定全省有效（已按覆盖关系判断）。
  - 成德眉资等同城化协议，参保地认可相邻市就医。
  - 由备案地医院转诊到实际就医地，转诊手续在参保地。
reviewer_checks:
  - 向参保地查询备案就医地及变更记录。
  - 查是否有备案地医院开具的转诊单。
  - 核对医院协议归属区划是否登记错误。
handler: [H5]
suppressors_in_sql: [S-NB, S-EMG]
*/
SELECT
    r.setl_id,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    r.by_filing AS a2,
    CASE WHEN r.filed_region = '510000' THEN '四川省' ELSE COALESCE(filed.name_zh, r.filed_region) END
        AS because_filed_for,
    COALESCE(away.name_zh, s.fix_blng_admdvs) AS because_treated_in,
    COALESCE(home.name_zh, s.insu_admdvs) AS because_insured_in,
    s.begndate AS because_admission,
    r.filed_from AS because_filed_from,
    r.filed_until AS because_filed_until,
    r.filing_id AS because_filing,
    r.paid_fund AS because_paid_fund,
    r.expected_fund AS because_expected_fund,
    r.by_filing AS because_overpaid,
    r.cause_zh AS because_recomputed
FROM recomputed AS r
INNER JOIN settlement AS s ON r.setl_id = s.setl_id
LEFT JOIN agency AS home ON s.insu_pool = home.pool
LEFT JOIN agency AS away ON s.treat_pool = away.pool
LEFT JOIN agency AS filed ON LEFT(r.filed_region, 4) = filed.pool
WHERE
    -- The part by filing also holds where no lines came.
    r.status IN ('recomputed', 'no_lines')
    AND r.filing_status = 'OTHER_REGION'
    AND s.is_cross_region
    AND r.by_filing > $tolerance
    AND COALESCE(s.nwb_flag, '0') <> '1'
    -- Jianyang moved from Ziyang to Chengdu; filings kept its old code.
    AND NOT (r.filed_region = '512081' AND s.treat_pool = '5101')
/* examples
- name: treated where the filing says
  kind: clear
  given: {settlement: [{}], recomputed: [{}]}
- name: filed for Mianyang, treated in Chengdu
  kind: flag
  given:
    settlement: [{}]
    recomputed: [{filing_status: OTHER_REGION, filing_type: UNFILED, filed_region: "510700", by_filing: "1360.00"}]
  expect: {S1: {a2: "1360.00", because: {because_filed_for: "510700"}}}
- name: places are called by the names of their agencies
  kind: flag
  given:
    settlement: [{}]
    recomputed: [{filing_status: OTHER_REGION, filed_region: "510722", by_filing: "1360.00"}]
    agency: [{}, {code: "510100", name_zh: 成都市, pool: "5101"}, {code: "510700", name_zh: 绵阳市, pool: "5107"}]
  expect:
    S1: {because: {because_insured_in: 南充市, because_treated_in: 成都市, because_filed_for: 绵阳市}}
- name: exactly a yuan and a cent more
  kind: edge
  given:
    settlement: [{setl_id: AT}, {setl_id: ABOVE}]
    recomputed:
      - {setl_id: AT, filing_status: OTHER_REGION, filed_region: "510700", by_filing: "1.00"}
      - {setl_id: ABOVE, filing_status: OTHER_REGION, filed_region: "510700", by_filing: "1.01"}
  expect: {ABOVE: "1.01"}
- name: paid as unfiled
  kind: clear
  given: {settlement: [{}], recomputed: [{filing_status: OTHER_REGION, filed_region: "510700"}]}
- name: Jianyang's old code covers Chengdu and nothing else
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, fix_blng_admdvs: "510700", treat_pool: "5107"}]
    recomputed:
      - {filing_status: OTHER_REGION, filed_region: "512081", by_filing: "1360.00"}
      - {setl_id: S2, filing_status: OTHER_REGION, filed_region: "512081", by_filing: "1360.00"}
  expect: {S2: "1360.00"}
- name: settled without lines, and with no policy to recompute by
  kind: edge
  given:
    settlement: [{setl_id: BARE}, {setl_id: GAP}]
    recomputed:
      - {setl_id: BARE, status: no_lines, filing_status: OTHER_REGION, filed_region: "510700", by_filing: "1360.00"}
      - {setl_id: GAP, status: no_policy, filing_status: OTHER_REGION, filed_region: "510700", by_filing: "1360.00"}
  expect: {BARE: "1360.00"}
- name: no filing at all is another rule's
  kind: clear
  given: {settlement: [{}], recomputed: [{filing_status: NONE, by_filing: "1360.00"}]}
- name: a newborn
  kind: clear
  given:
    settlement: [{nwb_flag: "1"}]
    recomputed: [{filing_status: OTHER_REGION, filed_region: "510700", by_filing: "1360.00"}]
*/
