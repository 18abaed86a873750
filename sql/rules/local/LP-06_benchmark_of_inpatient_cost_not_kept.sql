/* rule
id: LP-06
version: 1
title_zh: 人均住院费基准核报（西宁）
title: Benchmark of inpatient cost not kept
status: active
certainty: definite
severity: 2
level: settlement
owner: 异地就医结算处
summary: >
  Where the practice is on, the fund accepts the in-patient cost of retired people settled elsewhere and of staff
  posted for long up to last year's mean of the same class of person. This stay was paid as if there were no such
  bound: the recomputation without the benchmark gives what was paid.
sentence_zh: >-
  范围内{because_scope}元，{because_class}基准{because_benchmark}元，基金应付{because_expected_fund}元，
  实付{because_paid_fund}元，多付{because_difference}元。
facts:
  because_scope: 范围内金额（元）
  because_class: 人员类别
  because_benchmark: 上年人均住院费基准（元）
  because_filing_type: 备案类型
  because_expected_fund: 应付基金（元）
  because_paid_fund: 实付基金（元）
  because_difference: 基金差额（元）
  because_source: 基准依据
basis:
  - 2009 年各地做法汇编：西宁市异地安置人员住院费核报
national_code: none
in_force: {since: 2021-01-01}
dated_by: setl_date
reads: [settlement, recomputed, policy_value]
look_back: none
params:
  tolerance:
    about: Yuan by which the funds may be off
    default: "1.00"
    least: "0.00"
    most: "100.00"
amount: a2
not_a_finding_when:
  - 危重症经参保地批准不受基准限制。
  - 基准所依据的同类人员过少，参保地已合并类别另定。
  - 参保地未实行该做法（政策库没有开启的不检查）。
reviewer_checks:
  - 核对上年人均住院费基准及适用人员类别。
  - 核对备案类型和异地居住、派驻的起始日期。
  - 向参保地查询是否有特批。
handler: [H5]
*/
WITH
benchmark AS (
    SELECT
        s.setl_id,
        MAX(p.number) AS number,
        MAX(p.source) AS stated_in
    FROM settlement AS s
    INNER JOIN policy_value AS p
        ON
            s.insu_pool = p.pool
            AND s.setl_date >= p.valid_from
            AND s.setl_date < p.valid_until
    WHERE
        p.parameter = 'practice.benchmark'
        AND p.number IS NOT NULL
        AND p.key = CASE
            WHEN s.insutype = '390' THEN 'resident'
            WHEN LEFT(s.psn_type, 2) IN ('12', '13') THEN 'retired'
            ELSE 'in_service'
        END
    GROUP BY s.setl_id
)

SELECT
    r.setl_id,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    r.by_benefit AS a2,
    s.inscp_amt AS because_scope,
    CASE
        WHEN s.insutype = '390' THEN '城乡居民'
        WHEN LEFT(s.psn_type, 2) IN ('12', '13') THEN '退休人员'
        ELSE '在职人员'
    END AS because_class,
    CAST(b.number AS DECIMAL(18, 2)) AS because_benchmark,
    r.filing_type AS because_filing_type,
    r.expected_fund AS because_expected_fund,
    r.paid_fund AS because_paid_fund,
    r.by_benefit AS because_difference,
    b.stated_in AS because_source
FROM recomputed AS r
INNER JOIN settlement AS s ON r.setl_id = s.setl_id
INNER JOIN benchmark AS b ON r.setl_id = b.setl_id
WHERE
    r.status IN ('recomputed', 'no_lines')
    AND r.cause = 'benchmark'
    AND r.by_benefit > $tolerance
/* examples
- name: the practice is on and the benchmark was kept
  kind: clear
  given:
    settlement: [{}]
    recomputed: [{}]
    policy_value: [{parameter: practice.benchmark, key: in_service, number: "5000.00"}]
- name: paid without the benchmark
  kind: flag
  given:
    settlement: [{}]
    recomputed: [{expected_fund: "3570.00", by_benefit: "3230.00", difference: "3230.00", cause: benchmark}]
    policy_value:
      - {parameter: practice.benchmark, key: in_service, number: "5000.00"}
      - {parameter: practice.benchmark, key: retired, number: "9800.00"}
  expect: {S1: {a2: "3230.00", because: {because_benchmark: "5000.00", because_class: 在职人员}}}
- name: the practice is not on, or was not yet, or is another pool's
  kind: clear
  given:
    settlement: [{}]
    recomputed: [{by_benefit: "3230.00", cause: benchmark}]
    policy_value:
      - {parameter: practice.benchmark, key: in_service, number: "5000.00", valid_from: 2026-11-10}
      - {parameter: practice.benchmark, key: in_service, number: "5000.00", pool: "5101"}
- name: on its last day, and the day after
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, setl_date: 2026-11-10}]
    recomputed: [{by_benefit: "3230.00", cause: benchmark}, {setl_id: S2, by_benefit: "3230.00", cause: benchmark}]
    policy_value: [{parameter: practice.benchmark, key: in_service, number: "5000.00", valid_until: 2026-11-10}]
  expect: {S1: "3230.00"}
- name: exactly a yuan and a cent more
  kind: edge
  given:
    settlement: [{setl_id: AT}, {setl_id: ABOVE}]
    recomputed:
      - {setl_id: AT, by_benefit: "1.00", cause: benchmark}
      - {setl_id: ABOVE, by_benefit: "1.01", cause: benchmark}
    policy_value: [{parameter: practice.benchmark, key: in_service, number: "5000.00"}]
  expect: {ABOVE: "1.01"}
*/
