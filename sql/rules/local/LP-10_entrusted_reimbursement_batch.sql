/* rule
id: LP-10
version: 1
title_zh: 委托报销批次异常
title: Entrusted reimbursement batch
status: active
certainty: suspicious
severity: 2
level: network
subject: institution
owner: 异地就医结算处
summary: >
  Where the insured region takes claims in batches from an agent institution: an invoice that was settled over the
  network, claimed at the counter or is in another batch; or a person with no filing in force for the agent's region.
  Whether the scope of a claim was that of the insured region's policy cannot be seen: batches have no lines.
sentence_zh: >-
  {because_month}受托机构批次{because_batch}，发票{because_invoice}：{because_kind}，基金支付{because_fund}元；
  本月该机构异常报销{because_claims}件。
facts:
  because_month: 支付月份
  because_batch: 批次编号
  because_invoice: 发票号
  because_kind: 问题类型
  because_also: 另见于
  because_fund: 该件基金支付（元）
  because_claims: 本月异常件数
  because_source: 规定出处
basis:
  - 上海做法（2009年地方做法调研）：委托受托机构集中报销
  - 《四川省异地就医结算管理办法》第十四条第（二）项
national_code: none
in_force: {since: 2021-01-01}
dated_by: period
reads: [entr_batch_d, settlement, manl_claim_d, filing, fixmedins_b, policy_value]
look_back: none
params:
  tolerance:
    about: Yuan of fund up to which a claim is let pass
    default: "0.00"
    least: "0.00"
    most: "100.00"
amount: a2
amount_note: The fund of the claims that are in doubt
not_a_finding_when:
  - 发票作废重开，原票已退款。
  - 人员备案在其他人员编号下，已核实为同一人。
reviewer_checks:
  - 查验发票真伪与重复报销记录。
  - 核对人员的安置或委托协议。
handler: [H5]
*/
WITH
asked AS (
    SELECT
        e.*,
        p.source,
        COALESCE(e.paid_date, e.enddate) AS on_day
    FROM entr_batch_d AS e
    INNER JOIN policy_value AS p
        ON
            LEFT(e.insu_admdvs, 4) = p.pool AND p.parameter = 'practice.entrusted_claims' AND p.number = 1
            AND e.begndate >= p.valid_from AND e.begndate < p.valid_until
    WHERE e.vali_flag = '1' AND e.fund_amt > $tolerance
),

settled AS (
    SELECT
        invono,
        MIN(setl_id) AS setl_id
    FROM settlement
    WHERE invono IS NOT NULL
    GROUP BY invono
),

claimed AS (
    SELECT
        invono,
        MIN(manl_claim_no) AS manl_claim_no
    FROM manl_claim_d
    WHERE invono IS NOT NULL AND vali_flag = '1'
    GROUP BY invono
),

-- Of an invoice in several batches the first stands and the later ones are in doubt.
again AS (
    SELECT
        batch_id,
        invono,
        psn_no,
        LAG(batch_id) OVER (
            PARTITION BY invono ORDER BY COALESCE(paid_date, enddate) ASC, batch_id ASC, psn_no ASC
        ) AS first_batch
    FROM entr_batch_d
    WHERE vali_flag = '1'
),

agent AS (
    SELECT
        fixmedins_code,
        fix_blng_admdvs
    FROM fixmedins_b
    QUALIFY ROW_NUMBER() OVER (PARTITION BY fixmedins_code ORDER BY begntime DESC) = 1
),

filed AS (
    SELECT
        a.batch_id,
        a.invono,
        a.psn_no
    FROM asked AS a
    INNER JOIN agent AS g ON a.agent_code = g.fixmedins_code
    INNER JOIN filing AS f ON a.psn_no = f.psn_no
    WHERE
        f.is_effective
        AND f.valid_from <= a.begndate
        AND f.valid_until > a.begndate
        AND (
            LEFT(f.filed_region, 4) = LEFT(g.fix_blng_admdvs, 4)
            OR (RIGHT(f.filed_region, 4) = '0000' AND LEFT(f.filed_region, 2) = LEFT(g.fix_blng_admdvs, 2))
        )
    GROUP BY a.batch_id, a.invono, a.psn_no
),

judged AS (
    SELECT
        a.*,
        CASE
            WHEN s.setl_id IS NOT NULL THEN '发票已联网结算'
            WHEN c.manl_claim_no IS NOT NULL THEN '发票已零星报销'
            WHEN d.first_batch IS NOT NULL THEN '发票重复申报'
            WHEN i.psn_no IS NULL AND g.fixmedins_code IS NOT NULL THEN '无安置备案'
        END AS kind,
        COALESCE(s.setl_id, c.manl_claim_no, d.first_batch, '无') AS also_in
    FROM asked AS a
    LEFT JOIN settled AS s ON a.invono = s.invono
    LEFT JOIN claimed AS c ON a.invono = c.invono
    LEFT JOIN again AS d ON a.batch_id = d.batch_id AND a.invono = d.invono AND a.psn_no = d.psn_no
    LEFT JOIN agent AS g ON a.agent_code = g.fixmedins_code
    LEFT JOIN filed AS i ON a.batch_id = i.batch_id AND a.invono = i.invono AND a.psn_no = i.psn_no
)

SELECT
    agent_code AS subject_id,
    LEFT(CAST(on_day AS VARCHAR), 7) AS period,
    LEFT(insu_admdvs, 4) AS insu_pool,
    amt AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    fund_amt AS a2,
    LEFT(CAST(on_day AS VARCHAR), 7) AS because_month,
    batch_id AS because_batch,
    invono AS because_invoice,
    kind AS because_kind,
    also_in AS because_also,
    fund_amt AS because_fund,
    COUNT(*) OVER (PARTITION BY agent_code, LEFT(CAST(on_day AS VARCHAR), 7)) AS because_claims,
    source AS because_source
FROM judged
WHERE kind IS NOT NULL
/* examples
- name: an invoice that is nowhere else, of a person who lives there
  kind: clear
  given:
    entr_batch_d: [{}]
    settlement: []
    manl_claim_d: []
    filing: [{}]
    fixmedins_b: [{}]
    policy_value: [{parameter: practice.entrusted_claims, value: "1", number: "1"}]
- name: settled over the network before
  kind: flag
  given:
    entr_batch_d: [{}]
    settlement: [{invono: INV0001}]
    manl_claim_d: []
    filing: [{}]
    fixmedins_b: [{}]
    policy_value: [{parameter: practice.entrusted_claims, value: "1", number: "1"}]
  expect: {H51010000001/2026-11: {a0: "10000.00", a2: "6800.00", because: {because_also: S1}}}
- name: claimed at the counter too
  kind: flag
  given:
    entr_batch_d: [{}]
    settlement: []
    manl_claim_d: [{}]
    filing: [{}]
    fixmedins_b: [{}]
    policy_value: [{parameter: practice.entrusted_claims, value: "1", number: "1"}]
  expect: {H51010000001/2026-11: {a2: "6800.00", because: {because_kind: 发票已零星报销}}}
- name: in two batches, the later one is in doubt
  kind: edge
  given:
    entr_batch_d: [{}, {batch_id: E2, paid_date: 2026-12-16}]
    settlement: []
    manl_claim_d: []
    filing: [{}]
    fixmedins_b: [{}]
    policy_value: [{parameter: practice.entrusted_claims, value: "1", number: "1"}]
  expect: {H51010000001/2026-12: {a2: "6800.00", because: {because_also: E1}}}
- name: the filing ended on the day that care began, and a day later
  kind: edge
  given:
    entr_batch_d: [{}, {invono: INV0002, psn_no: "51130000000000000002"}]
    settlement: []
    manl_claim_d: []
    filing:
      - {valid_until: 2026-11-02}
      - {filing_id: A2, psn_no: "51130000000000000002", valid_until: 2026-11-03}
    fixmedins_b: [{}]
    policy_value: [{parameter: practice.entrusted_claims, value: "1", number: "1"}]
  expect: {H51010000001/2026-11: {a2: "6800.00", because: {because_kind: 无安置备案, because_invoice: INV0001}}}
- name: two claims of a month are one finding
  kind: flag
  given:
    entr_batch_d: [{}, {invono: INV0002, fund_amt: "200.00", amt: "300.00"}]
    settlement: []
    manl_claim_d: []
    filing: []
    fixmedins_b: [{}]
    policy_value: [{parameter: practice.entrusted_claims, value: "1", number: "1"}]
  expect: {H51010000001/2026-11: {a0: "10300.00", a2: "7000.00", because: {because_claims: "2"}}}
- name: a withdrawn claim, and a region that takes no batches
  kind: clear
  given:
    entr_batch_d: [{vali_flag: "0"}, {invono: INV0002, insu_admdvs: "510702"}]
    settlement: [{invono: INV0001}]
    manl_claim_d: []
    filing: []
    fixmedins_b: [{}]
    policy_value: [{parameter: practice.entrusted_claims, value: "1", number: "1"}]
*/
