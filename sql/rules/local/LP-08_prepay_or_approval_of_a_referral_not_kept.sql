/* rule
id: LP-08
version: 1
title_zh: 转外自付20%与审批链（西宁）
title: Prepay or approval of a referral not kept
status: active
certainty: definite
severity: 3
level: settlement
owner: 异地就医结算处
summary: >
  Where the practice is on, a referral is proposed by a tertiary hospital, confirmed by the health authority and
  approved by the agency; then the person pays a share first, else the fund pays nothing. Found are a share that was
  not taken first, up to the whole where nothing was approved, as the recomputation says; and a referral whose chain is
  incomplete though a fund paid. Care that was paid as if a filing had applied is XR-01 to XR-06, which price it on the
  same terms.
sentence_zh: "{because_kind}：{because_missing}；基金实付{because_paid_fund}元，应付{because_expected_fund}元。"
facts:
  because_kind: 差错类型
  because_missing: 缺少的环节或先行自付
  because_referred_from: 转出机构
  because_review: 复核标志
  because_applied_at: 申请时间
  because_expected_fund: 应付基金（元）
  because_paid_fund: 实付基金（元）
  because_recomputed: 复算说明
basis:
  - 2009 年各地做法汇编：西宁市转外就医审批与先行自付
  - 《四川省异地就医结算管理办法》第四条
national_code: none
in_force: {since: 2021-01-01}
dated_by: begndate
reads: [settlement, recomputed, filing, fixmedins_b, policy_value]
look_back: none
params:
  tolerance:
    about: Yuan by which the funds may be off
    default: "1.00"
    least: "0.00"
    most: "100.00"
amount: a2
amount_note: Where the chain is incomplete, all that the funds paid; else the part by the share not taken first.
not_a_finding_when:
  - 急诊抢救先行转院，事后补办（急诊入院的结算已排除）。
  - 审批以纸质办理，复核标志未回写。
  - 参保地未实行该做法（政策库没有开启的不检查）。
reviewer_checks:
  - 调转诊申请表，核对三级医院意见、卫生部门确认和经办机构审批。
  - 核对转出机构在申请日的等级。
  - 核对先行自付比例和计算次序。
handler: [H5]
suppressors_in_sql: [S-EMG]
*/
WITH
practised AS (
    SELECT
        s.setl_id,
        MAX(CASE WHEN p.key = 'tertiary_hospital' THEN 1 ELSE 0 END) AS wants_tertiary,
        MAX(CASE WHEN p.key = 'health_authority' THEN 1 ELSE 0 END) AS wants_authority,
        MAX(CASE WHEN p.key = 'agency' THEN 1 ELSE 0 END) AS wants_agency
    FROM settlement AS s
    INNER JOIN policy_value AS p
        ON
            s.insu_pool = p.pool
            AND s.begndate >= p.valid_from
            AND s.begndate < p.valid_until
    WHERE p.parameter = 'practice.approval_chain'
    GROUP BY s.setl_id
),

tertiary AS (
    SELECT DISTINCT fixmedins_code
    FROM fixmedins_b
    WHERE hosp_lv IN ('01', '02', '03', '04')
),

judged AS (
    SELECT
        s.setl_id,
        s.fund_pay_sumamt,
        r.cause,
        r.by_benefit,
        r.expected_fund,
        r.filing_type IN ('UNFILED', 'TEMPORARY_OTHER') AS is_unapproved,
        r.cause_zh,
        f.referred_from,
        f.review_state,
        f.applied_at,
        CASE
            WHEN f.filing_id IS NOT NULL AND p.wants_tertiary = 1 AND t.fixmedins_code IS NULL
                THEN '、三级医院提出'
            ELSE ''
        END
        || CASE
            WHEN f.filing_id IS NOT NULL AND p.wants_authority = 1 AND COALESCE(f.review_state, '0') IN ('0', '9')
                THEN '、卫生部门确认'
            ELSE ''
        END
        || CASE
            WHEN f.filing_id IS NOT NULL AND p.wants_agency = 1 AND COALESCE(f.review_state, '0') NOT IN ('1', '7')
                THEN '、经办机构审批'
            ELSE ''
        END AS missing
    FROM recomputed AS r
    INNER JOIN settlement AS s ON r.setl_id = s.setl_id
    INNER JOIN practised AS p ON r.setl_id = p.setl_id
    LEFT JOIN filing AS f
        ON
            r.filing_id = f.filing_id
            AND f.source_table = 'refl_appy_d'
            AND f.filing_type = 'REFERRAL'
            AND r.filing_status = 'VALID'
    LEFT JOIN tertiary AS t ON f.referred_from = t.fixmedins_code
    WHERE
        r.status IN ('recomputed', 'no_lines')
        AND s.is_cross_region
        AND s.care IN ('IPT', 'OPSP')
        AND LEFT(s.med_type, 2) <> '24'
)

SELECT
    setl_id,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CASE WHEN missing <> '' THEN fund_pay_sumamt ELSE by_benefit END AS a2,
    CASE
        WHEN missing <> '' THEN '转诊审批不全'
        WHEN is_unapproved THEN '未经批准转外'
        ELSE '未先行自付'
    END AS because_kind,
    CASE
        WHEN missing <> '' THEN '缺' || SUBSTRING(missing, 2)
        WHEN is_unapproved THEN '没有经批准的转诊，应由个人先行负担'
        ELSE '先行自付未按比例扣除'
    END AS because_missing,
    referred_from AS because_referred_from,
    review_state AS because_review,
    applied_at AS because_applied_at,
    CASE WHEN missing <> '' THEN CAST(0 AS DECIMAL(18, 2)) ELSE expected_fund END AS because_expected_fund,
    fund_pay_sumamt AS because_paid_fund,
    cause_zh AS because_recomputed
FROM judged
WHERE
    (missing <> '' AND fund_pay_sumamt > $tolerance)
    OR (cause = 'prepay' AND ABS(by_benefit) > $tolerance)
/* examples
- name: proposed by a tertiary hospital and approved, the share taken first
  kind: clear
  given:
    settlement: [{}]
    recomputed: [{filing_type: REFERRAL}]
    filing: [{filing_type: REFERRAL, source_table: refl_appy_d, referred_from: H51010000001}]
    fixmedins_b: [{}]
    policy_value:
      - {parameter: practice.approval_chain, key: tertiary_hospital, value: tertiary_hospital, number: null}
      - {parameter: practice.approval_chain, key: health_authority, value: health_authority, number: null}
      - {parameter: practice.approval_chain, key: agency, value: agency, number: null}
- name: the share was not taken first
  kind: flag
  given:
    settlement: [{}]
    recomputed: [{filing_type: REFERRAL, expected_fund: "5300.00", by_benefit: "1500.00", cause: prepay}]
    filing: [{filing_type: REFERRAL, source_table: refl_appy_d, referred_from: H51010000001}]
    fixmedins_b: [{}]
    policy_value: [{parameter: practice.approval_chain, key: tertiary_hospital, number: null}]
  expect: {S1: {a2: "1500.00", because: {because_kind: 未先行自付}}}
- name: nothing was approved, and the fund paid as for unfiled care
  kind: flag
  given:
    settlement: [{}]
    recomputed:
      - {filing_status: NONE, filing_type: UNFILED, filing_id: null, expected_fund: "0.00", by_benefit: "6800.00",
         cause: prepay}
    policy_value: [{parameter: practice.approval_chain, key: agency, number: null}]
  expect: {S1: {a2: "6800.00", because: {because_kind: 未经批准转外}}}
- name: proposed by a secondary hospital, first review only
  kind: flag
  given:
    settlement: [{}]
    recomputed: [{filing_type: REFERRAL}]
    filing: [{filing_type: REFERRAL, source_table: refl_appy_d, referred_from: H51010000001, review_state: "5"}]
    fixmedins_b: [{hosp_lv: "05"}]
    policy_value:
      - {parameter: practice.approval_chain, key: tertiary_hospital, number: null}
      - {parameter: practice.approval_chain, key: agency, number: null}
  expect: {S1: {a2: "6800.00", severity: 3, because: {because_missing: 缺三级医院提出、经办机构审批}}}
- name: a long-term filing needs no chain, an emergency neither
  kind: clear
  given:
    settlement: [{}, {setl_id: S2, med_type: "24"}]
    recomputed: [{}, {setl_id: S2, filing_id: A2, filing_type: EMERGENCY}]
    filing:
      - {}
      - {filing_id: A2, filing_type: REFERRAL, source_table: refl_appy_d, review_state: "9"}
    fixmedins_b: []
    policy_value: [{parameter: practice.approval_chain, key: agency, number: null}]
- name: the practice is not on, or not yet
  kind: clear
  given:
    settlement: [{}]
    recomputed: [{filing_type: REFERRAL, by_benefit: "1500.00", cause: prepay}]
    filing: [{filing_type: REFERRAL, source_table: refl_appy_d, review_state: "9"}]
    fixmedins_b: []
    policy_value: [{parameter: practice.approval_chain, key: agency, number: null, valid_from: 2026-11-03}]
- name: on the first day of the practice
  kind: edge
  given:
    settlement: [{}]
    recomputed: [{filing_type: REFERRAL}]
    filing: [{filing_type: REFERRAL, source_table: refl_appy_d, review_state: "9"}]
    fixmedins_b: []
    policy_value: [{parameter: practice.approval_chain, key: agency, number: null, valid_from: 2026-11-02}]
  expect: {S1: "6800.00"}
- name: refused altogether, which another rule says
  kind: clear
  given:
    settlement: [{}]
    recomputed: [{filing_status: NOT_APPROVED, filing_type: UNFILED, by_filing: "6800.00", cause: unfiled_as_filed}]
    filing: [{filing_type: REFERRAL, source_table: refl_appy_d, review_state: "8", is_effective: false}]
    fixmedins_b: []
    policy_value: [{parameter: practice.approval_chain, key: agency, number: null}]
*/
