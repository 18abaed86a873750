/* rule
id: XR-05
version: 1
title_zh: 备案未生效或已过期
title: Filing not in force on admission
status: active
certainty: definite
severity: 3
level: settlement
owner: 异地就医结算处
summary: >
  The person has a filing for the place of treatment, but it had not begun or had ended on the day of admission, and
  the fund paid more than the unfiled rate. Coverage on admission is enough until discharge. A renewal that follows
  within a few days is one filing.
sentence_zh: >-
  {because_admission}入院时备案{because_when}（有效期{because_filed_from}起，{because_filed_until}止，不含当日），相差{because_days_off}天；
  按未备案应付{because_expected_fund}元，实付{because_paid_fund}元，基金多付{because_overpaid}元。
facts:
  because_admission: 入院日期
  because_when: 备案状态
  because_filed_from: 备案起始日
  because_filed_until: 备案截止日（不含）
  because_days_off: 相差天数
  because_filed_for: 备案就医地
  because_treated_in: 就医地
  because_filing: 备案编号
  because_paid_fund: 实付基金（元）
  because_expected_fund: 应付基金（元）
  because_overpaid: 基金多付（元）
  because_recomputed: 复算说明
basis:
  - 《四川省异地就医结算管理办法》第四条
  - 国家医保局跨省异地就医直接结算规定：临时外出备案有效期不少于 6 个月
national_code: none
in_force: {since: 2021-01-01}
dated_by: begndate
reads: [settlement, recomputed, filing, agency]
look_back: none
wait_days: 1
params:
  tolerance:
    about: Yuan of overpayment up to which nothing is said
    default: "1.00"
    least: "0.00"
    most: "100.00"
  gap_days:
    about: Days between the end of a filing and its renewal that count as no gap
    default: "3"
    least: "0"
    most: "15"
amount: a2
not_a_finding_when:
  - 续办备案中断不超过 3 日（已排除）。
  - 入院日在有效期内，住院期间到期，可持续到出院。
  - 连续疗程（化疗、透析）跨备案有效期，参保地认可延续。
  - 备案起始日按办理日登记，实际申请早于入院。
reviewer_checks:
  - 向参保地查询备案的申请时间、生效时间和续办记录。
  - 核对入院日期是否登记准确。
  - 查是否急诊入院，可按急诊备案处理。
handler: [H5]
suppressors_in_sql: [S-NB, S-EMG]
*/
WITH
overpaid AS (
    SELECT
        s.setl_id,
        s.person,
        s.begndate,
        s.fix_blng_admdvs,
        s.treat_pool,
        r.filing_id,
        r.filed_region,
        r.filed_from,
        r.filed_until,
        r.paid_fund,
        r.expected_fund,
        r.by_filing,
        r.cause_zh
    FROM recomputed AS r
    INNER JOIN settlement AS s ON r.setl_id = s.setl_id
    WHERE
        -- The part by filing also holds where no lines came.
        r.status IN ('recomputed', 'no_lines')
        AND r.filing_status = 'NOT_IN_FORCE'
        AND s.is_cross_region
        AND r.by_filing > $tolerance
        AND COALESCE(s.nwb_flag, '0') <> '1'
),

-- The filings that cover the place of treatment, whatever region they name.
covering AS (
    SELECT
        o.setl_id,
        o.begndate,
        f.valid_from,
        f.valid_until
    FROM overpaid AS o
    INNER JOIN filing AS f ON o.person = f.person
    WHERE
        f.is_effective
        AND CASE
            WHEN RIGHT(f.filed_region, 4) = '0000' THEN LEFT(f.filed_region, 2) = LEFT(o.fix_blng_admdvs, 2)
            -- The provincial agency's hospitals lie in Chengdu.
            WHEN LEFT(f.filed_region, 4) = '5101' THEN o.treat_pool IN ('5101', '5199')
            ELSE LEFT(f.filed_region, 4) = o.treat_pool
        END
),

renewed AS (
    SELECT e.setl_id
    FROM covering AS e
    INNER JOIN covering AS n ON e.setl_id = n.setl_id
    WHERE
        e.valid_until <= e.begndate
        AND n.valid_from > e.begndate
        AND DATE_DIFF('day', e.valid_until, n.valid_from) <= $gap_days
)

SELECT
    o.setl_id,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    o.by_filing AS a2,
    o.begndate AS because_admission,
    CASE WHEN o.begndate < o.filed_from THEN '尚未生效' ELSE '已经到期' END AS because_when,
    o.filed_from AS because_filed_from,
    o.filed_until AS because_filed_until,
    CASE
        WHEN o.begndate < o.filed_from THEN DATE_DIFF('day', o.begndate, o.filed_from)
        ELSE DATE_DIFF('day', o.filed_until, o.begndate) + 1
    END AS because_days_off,
    CASE WHEN o.filed_region = '510000' THEN '四川省' ELSE COALESCE(filed.name_zh, o.filed_region) END
        AS because_filed_for,
    COALESCE(away.name_zh, o.fix_blng_admdvs) AS because_treated_in,
    o.filing_id AS because_filing,
    o.paid_fund AS because_paid_fund,
    o.expected_fund AS because_expected_fund,
    o.by_filing AS because_overpaid,
    o.cause_zh AS because_recomputed
FROM overpaid AS o
LEFT JOIN agency AS away ON o.treat_pool = away.pool
LEFT JOIN agency AS filed ON LEFT(o.filed_region, 4) = filed.pool
WHERE o.setl_id NOT IN (SELECT r.setl_id FROM renewed AS r)
/* examples
- name: in force on admission
  kind: clear
  given: {settlement: [{}], recomputed: [{}], filing: [{}]}
- name: renewed for the whole province, or for Chengdu where the provincial agency's hospital lies
  kind: clear
  given:
    settlement: [{}, {setl_id: S2, person: P2, fix_blng_admdvs: "519900", treat_pool: "5199"}]
    recomputed:
      - {filing_status: NOT_IN_FORCE, filed_until: 2026-11-01, by_filing: "1360.00"}
      - {setl_id: S2, filing_status: NOT_IN_FORCE, filed_until: 2026-11-01, by_filing: "1360.00"}
    filing:
      - {valid_until: 2026-11-01}
      - {filing_id: A2, valid_from: 2026-11-03, filed_region: "510000"}
      - {filing_id: A3, person: P2, valid_until: 2026-11-01, filed_region: "519900"}
      - {filing_id: A4, person: P2, valid_from: 2026-11-03, filed_region: "510100"}
- name: ended twenty days before
  kind: flag
  given:
    settlement: [{}]
    recomputed: [{filing_status: NOT_IN_FORCE, filed_until: 2026-10-14, by_filing: "1360.00"}]
    filing: [{valid_until: 2026-10-14}]
  expect: {S1: {a2: "1360.00", because: {because_days_off: "20", because_when: 已经到期}}}
- name: begins on the day after admission
  kind: edge
  given:
    settlement: [{}]
    recomputed: [{filing_status: NOT_IN_FORCE, filed_from: 2026-11-03, by_filing: "1360.00"}]
    filing: [{valid_from: 2026-11-03}]
  expect: {S1: {a2: "1360.00", because: {because_days_off: "1", because_when: 尚未生效}}}
- name: renewed after three days, and after four
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, person: P2}]
    recomputed:
      - {filing_status: NOT_IN_FORCE, filed_until: 2026-11-01, by_filing: "1360.00"}
      - {setl_id: S2, filing_status: NOT_IN_FORCE, filed_until: 2026-11-01, by_filing: "1360.00"}
    filing:
      - {valid_until: 2026-11-01}
      - {filing_id: A2, valid_from: 2026-11-04}
      - {filing_id: A3, person: P2, valid_until: 2026-11-01}
      - {filing_id: A4, person: P2, valid_from: 2026-11-05}
  expect: {S2: "1360.00"}
- name: renewed for the provincial agency alone, which does not cover Chengdu
  kind: flag
  given:
    settlement: [{}]
    recomputed: [{filing_status: NOT_IN_FORCE, filed_until: 2026-11-01, by_filing: "1360.00"}]
    filing: [{valid_until: 2026-11-01}, {filing_id: A2, valid_from: 2026-11-03, filed_region: "519900"}]
  expect: {S1: "1360.00"}
- name: settled without lines, and with no policy to recompute by
  kind: edge
  given:
    settlement: [{setl_id: BARE}, {setl_id: GAP}]
    recomputed:
      - {setl_id: BARE, status: no_lines, filing_status: NOT_IN_FORCE, filed_until: 2026-10-14, by_filing: "1360.00"}
      - {setl_id: GAP, status: no_policy, filing_status: NOT_IN_FORCE, filed_until: 2026-10-14, by_filing: "1360.00"}
    filing: [{valid_until: 2026-10-14}]
  expect: {BARE: "1360.00"}
- name: renewed for another city, or refused
  kind: flag
  given:
    settlement: [{}]
    recomputed: [{filing_status: NOT_IN_FORCE, filed_until: 2026-11-01, by_filing: "1360.00"}]
    filing:
      - {valid_until: 2026-11-01}
      - {filing_id: A2, valid_from: 2026-11-03, filed_region: "510700"}
      - {filing_id: A3, valid_from: 2026-11-03, is_effective: false}
  expect: {S1: "1360.00"}
- name: exactly a yuan and a cent more
  kind: edge
  given:
    settlement: [{setl_id: AT}, {setl_id: ABOVE}]
    recomputed:
      - {setl_id: AT, filing_status: NOT_IN_FORCE, filed_until: 2026-10-14, by_filing: "1.00"}
      - {setl_id: ABOVE, filing_status: NOT_IN_FORCE, filed_until: 2026-10-14, by_filing: "1.01"}
    filing: []
  expect: {ABOVE: "1.01"}
- name: paid as unfiled
  kind: clear
  given:
    settlement: [{}]
    recomputed: [{filing_status: NOT_IN_FORCE, filed_until: 2026-10-14}]
    filing: [{valid_until: 2026-10-14}]
*/
