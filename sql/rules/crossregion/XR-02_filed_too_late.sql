/* rule
id: XR-02
version: 1
title_zh: 补备案时间违规
title: Filed too late
status: active
certainty: definite
severity: 3
level: settlement
owner: 异地就医结算处
summary: >
  The filing was made after the settlement that it should have stood before, and more than the unfiled rate was paid.
  Filing during the stay is allowed, unless the strict mode is switched on; a filing whose beginning was put further
  back than is tolerated is shown with the fund as exposure, because what the fund would have paid is a question of
  what the insured region accepts.
sentence_zh: >-
  {because_admission}入院、{because_settled}结算，备案申请时间为{because_applied}，{because_how}；
  按未备案应付{because_expected_fund}元，实付{because_paid_fund}元，基金多付{because_overpaid}元。
facts:
  because_how: 违规情形
  because_applied: 备案申请时间
  because_admission: 入院日期
  because_settled: 结算时间
  because_filed_from: 备案起始日
  because_days_back: 追溯天数
  because_insured_in: 参保地
  because_treated_in: 就医地
  because_filing: 备案编号
  because_paid_fund: 实付基金（元）
  because_expected_fund: 应付基金（元）
  because_overpaid: 基金多付（元）
  because_recomputed: 复算说明
basis:
  - 《四川省异地就医结算管理办法》第四条
  - 国家跨省异地就医直接结算经办规程（2022 年版）：出院结算前可补办备案
national_code: none
in_force: {since: 2021-01-01}
dated_by: begndate
reads: [settlement, recomputed, agency]
look_back: none
wait_days: 1
params:
  tolerance:
    about: Yuan of overpayment up to which nothing is said of a filing made after the settlement
    default: "1.00"
    least: "0.00"
    most: "100.00"
  backdate_days:
    about: >
      Days that a filing may begin before it was applied for; 30 covers a long stay filed at its end, 0 is strict and
      asks about every filing that was put back at all
    default: "30"
    least: "0"
    most: "366"
  planned_first:
    about: >
      1 where planned stays must be filed no later than on the day of admission (strict mode). 0, because most regions
      and the national procedure allow filing until discharge
    default: "0"
    least: "0"
    most: "1"
amount: a2
amount_note: >
  Filed after the settlement: the overpayment against the unfiled rate. Put back, or after admission in the strict
  mode: nothing is claimed, the fund of the settlement is the exposure.
not_a_finding_when:
  - 记录的是平台同步时间，不是参保人申请时间。
  - 电话或窗口已受理，次日才录入系统。
  - 住院期间、出院结算前补办备案，参保地认可（默认不作为违规）。
  - 急诊抢救视同备案（急诊转住院、急诊备案已排除）。
  - 系统故障期间集中补录，有经办机构说明。
reviewer_checks:
  - 向参保地查询申请受理的原始时间和渠道（窗口、网上、电话）。
  - 核对结算时间和备案创建时间是否取自同一时钟。
  - 追溯生效的，查参保地规定允许追溯的天数和审批记录。
handler: [H5]
suppressors_in_sql: [S-NB, S-EMG]
*/
WITH
dated AS (
    SELECT
        s.setl_id,
        s.begndate,
        s.setl_time,
        s.insu_pool,
        s.insu_admdvs,
        s.treat_pool,
        s.fix_blng_admdvs,
        s.fund_pay_sumamt,
        r.filing_status,
        r.filing_id,
        r.filing_applied_at,
        r.filed_from,
        r.paid_fund,
        r.expected_fund,
        r.by_filing,
        r.cause_zh,
        DATE_DIFF('day', r.filed_from, CAST(r.filing_applied_at AS DATE)) AS days_back,
        CASE
            WHEN r.filing_status = 'LATE' THEN 'LATE'
            -- What was filed before care began harms nobody, however far back it reaches.
            WHEN s.begndate >= CAST(r.filing_applied_at AS DATE) THEN 'IN_TIME'
            WHEN DATE_DIFF('day', r.filed_from, CAST(r.filing_applied_at AS DATE)) > $backdate_days THEN 'PUT_BACK'
            WHEN $planned_first = 1 AND s.care = 'IPT' THEN 'AFTER_ADMISSION'
            ELSE 'IN_TIME'
        END AS how
    FROM recomputed AS r
    INNER JOIN settlement AS s ON r.setl_id = s.setl_id
    WHERE
        -- The part by filing also holds where no lines came.
        r.status IN ('recomputed', 'no_lines')
        AND r.filing_status IN ('LATE', 'VALID')
        AND s.is_cross_region
        AND COALESCE(s.nwb_flag, '0') <> '1'
        -- An emergency is deemed filed; only what came after the settlement is too late for it.
        AND (r.filing_status = 'LATE' OR (r.filing_type <> 'EMERGENCY' AND LEFT(s.med_type, 2) <> '24'))
)

SELECT
    d.setl_id,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CASE WHEN d.how = 'LATE' THEN d.by_filing ELSE 0 END AS a2,
    CASE WHEN d.how = 'LATE' THEN 0 ELSE d.fund_pay_sumamt END AS exposure,
    CASE WHEN d.how = 'LATE' THEN 3 ELSE 1 END AS severity,
    CASE d.how
        WHEN 'LATE' THEN '结算之后才备案'
        WHEN 'PUT_BACK' THEN '备案追溯到申请前' || CAST(d.days_back AS VARCHAR) || '天生效'
        ELSE '计划住院在入院之后才备案'
    END AS because_how,
    d.filing_applied_at AS because_applied,
    d.begndate AS because_admission,
    d.setl_time AS because_settled,
    d.filed_from AS because_filed_from,
    GREATEST(d.days_back, 0) AS because_days_back,
    COALESCE(home.name_zh, d.insu_admdvs) AS because_insured_in,
    COALESCE(away.name_zh, d.fix_blng_admdvs) AS because_treated_in,
    d.filing_id AS because_filing,
    d.paid_fund AS because_paid_fund,
    d.expected_fund AS because_expected_fund,
    CASE WHEN d.how = 'LATE' THEN d.by_filing ELSE 0 END AS because_overpaid,
    d.cause_zh AS because_recomputed
FROM dated AS d
LEFT JOIN agency AS home ON d.insu_pool = home.pool
LEFT JOIN agency AS away ON d.treat_pool = away.pool
WHERE
    (d.how = 'LATE' AND d.by_filing > $tolerance)
    OR d.how IN ('PUT_BACK', 'AFTER_ADMISSION')
/* examples
- name: filed before admission
  kind: clear
  given: {settlement: [{}], recomputed: [{}]}
- name: filed during the stay, from the day of admission
  kind: clear
  given:
    settlement: [{}]
    recomputed: [{filing_type: REFERRAL, filed_from: 2026-11-02, filing_applied_at: 2026-11-08 16:00:00}]
- name: filed on the afternoon after the settlement
  kind: flag
  given:
    settlement: [{}]
    recomputed:
      - filing_status: LATE
        filing_type: UNFILED
        filed_from: 2026-11-02
        filing_applied_at: 2026-11-09 15:00:00
        by_filing: "1360.00"
  expect:
    S1: {a2: "1360.00", exposure: "0.00", severity: 3, because: {because_how: 结算之后才备案, because_overpaid: "1360.00"}}
- name: too late, and paid as unfiled
  kind: clear
  given:
    settlement: [{}]
    recomputed: [{filing_status: LATE, filing_type: UNFILED, filing_applied_at: 2026-11-09 15:00:00}]
- name: exactly a yuan and a cent more
  kind: edge
  given:
    settlement: [{setl_id: AT}, {setl_id: ABOVE}]
    recomputed:
      - {setl_id: AT, filing_status: LATE, filing_applied_at: 2026-11-09 15:00:00, by_filing: "1.00"}
      - {setl_id: ABOVE, filing_status: LATE, filing_applied_at: 2026-11-09 15:00:00, by_filing: "1.01"}
  expect: {ABOVE: "1.01"}
- name: put back by thirty days, and by thirty-one
  kind: edge
  given:
    settlement: [{setl_id: AT}, {setl_id: BEYOND}]
    recomputed:
      - {setl_id: AT, filed_from: 2026-10-08, filing_applied_at: 2026-11-07 10:00:00}
      - {setl_id: BEYOND, filed_from: 2026-10-07, filing_applied_at: 2026-11-07 10:00:00}
  expect:
    BEYOND:
      a2: "0.00"
      exposure: "6800.00"
      severity: 1
      because: {because_how: 备案追溯到申请前31天生效, because_days_back: "31"}
- name: put back, but applied for on the day of admission
  kind: clear
  given:
    settlement: [{}]
    recomputed: [{filed_from: 2026-09-01, filing_applied_at: 2026-11-02 10:00:00}]
- name: an emergency, by filing or by care type
  kind: clear
  given:
    settlement: [{}, {setl_id: S2, med_type: "24"}]
    recomputed:
      - {filing_type: EMERGENCY, filed_from: 2026-09-01, filing_applied_at: 2026-11-07 10:00:00}
      - {setl_id: S2, filed_from: 2026-09-01, filing_applied_at: 2026-11-07 10:00:00}
- name: an emergency that was filed as a referral after the settlement
  kind: flag
  given:
    settlement: [{med_type: "21"}]
    recomputed: [{filing_status: LATE, filing_applied_at: 2026-11-10 09:00:00, by_filing: "300.00"}]
  expect: {S1: "300.00"}
- name: settled without lines, and with no policy to recompute by
  kind: edge
  given:
    settlement: [{setl_id: BARE}, {setl_id: GAP}]
    recomputed:
      - {setl_id: BARE, status: no_lines, filing_status: LATE, by_filing: "1360.00"}
      - {setl_id: GAP, status: no_policy, filing_status: LATE, by_filing: "1360.00"}
  expect: {BARE: "1360.00"}
- name: no filing at all, or one that was refused, is another rule's
  kind: clear
  given:
    settlement: [{}, {setl_id: S2}]
    recomputed:
      - {filing_status: NONE, filing_applied_at: null, by_filing: "1360.00"}
      - {setl_id: S2, filing_status: NOT_APPROVED, by_filing: "1360.00"}
- name: a newborn
  kind: clear
  given: {settlement: [{nwb_flag: "1"}], recomputed: [{filing_status: LATE, by_filing: "1360.00"}]}
*/
