/* rule
id: XR-16
version: 1
title_zh: 直接结算与手工报销重复享受
title: Paid twice directly and on paper
status: active
certainty: definite
severity: 3
level: settlement
owner: 参保待遇处
summary: >
  The same care was settled directly away from home and reimbursed again on paper by the insured region: overlapping
  dates, and the same invoice, or the same total, or the same institution. What was taken back does not count. A
  supplementary reimbursement of the person's own share is lawful as long as it does not exceed that share.
sentence_zh: >-
  {because_institution}{because_from}至{because_until}的费用已直接结算（基金{because_direct_fund}元），
  又于{because_paper_paid}手工报销（基金{because_paper_fund}元，{because_match}），重复支付{because_twice}元。
facts:
  because_match: 认定依据
  because_institution: 机构
  because_from: 就医开始
  because_until: 就医结束
  because_direct_settled: 直接结算日期
  because_direct_total: 直接结算总费用（元）
  because_direct_fund: 直接结算基金（元）
  because_own_share: 直接结算个人负担（元）
  because_paper: 手工报销编号
  because_paper_paid: 手工报销支付日期
  because_paper_total: 手工报销总费用（元）
  because_paper_fund: 手工报销基金（元）
  because_paper_reason: 手工报销原因
  because_invoice: 发票号
  because_twice: 重复支付（元）
basis:
  - 《医疗保障基金使用监督管理条例》第四十一条第（二）项
  - 《四川省异地就医结算管理办法》第十四条
national_code: 重复享受待遇
in_force: {since: 2021-05-01}
dated_by: begndate
reads: [settlement, manl_claim_d]
look_back: {days: 1}
params:
  amount_tolerance:
    about: Yuan by which the totals of one bill may differ on the two ways
    default: "1.00"
    least: "0.00"
    most: "100.00"
amount: a2
amount_note: >
  The fund of whichever payment came second; it stands on the directly settled record, which the treating region holds.
  It may exceed that record's own fund.
not_a_finding_when:
  - 直接结算已退费冲销后改为手工报销（冲销的已排除）。
  - 医疗救助、二次补偿等补充结算，在个人负担额以内（已排除）。
  - 入院前检查、院外购药等未纳入直接结算的费用单独报销，发票不同。
  - 同一机构同期母婴两人费用，人员登记有误。
reviewer_checks:
  - 调取两次结算的发票原件或电子票据，核对票据号码和查重记录。
  - 向参保地核实手工报销受理、支付情况及是否已退回。
  - 约谈参保人，说明重复报销经过。
handler: [H5]
suppressors_in_sql: [S-REF]
*/
WITH
direct AS (
    SELECT
        setl_id,
        person,
        psn_no,
        care,
        fixmedins_code,
        fixmedins_name,
        begndate,
        enddate,
        setl_time,
        setl_date,
        medfee_sumamt,
        inscp_amt,
        fund_pay_sumamt,
        psn_pay,
        invono
    FROM settlement
    WHERE setl_type = '2' AND is_cross_region AND fund_pay_sumamt > 0
),

counter AS (
    SELECT
        d.setl_id,
        p.setl_id AS linked_setl_id,
        p.setl_id AS paper,
        p.setl_date AS paid_date,
        p.setl_time > d.setl_time AS came_second,
        p.medfee_sumamt AS total,
        p.fund_pay_sumamt AS fund,
        p.manl_reim_rea AS reason,
        -- What supplements is lawful on the share that is left.
        p.setl_type = '3' AND p.inscp_amt <= d.psn_pay AS is_lawful,
        COALESCE(p.invono = d.invono, FALSE) AS same_invoice,
        ABS(p.medfee_sumamt - d.medfee_sumamt) < $amount_tolerance AS same_total,
        p.fixmedins_code = d.fixmedins_code AS same_place
    FROM direct AS d
    INNER JOIN settlement AS p ON d.person = p.person
    WHERE
        p.setl_type IN ('1', '3')
        AND p.fund_pay_sumamt > 0
        -- Overlapping days; a day of look-back is never reached.
        AND DATE_DIFF('day', d.enddate, p.begndate) < $look_back_days
        AND DATE_DIFF('day', p.enddate, d.begndate) < $look_back_days
        AND (d.care = 'IPT') = (p.care = 'IPT')
),

claimed AS (
    SELECT
        d.setl_id,
        CAST(NULL AS VARCHAR) AS linked_setl_id,
        m.manl_claim_no AS paper,
        m.paid_date,
        COALESCE(m.paid_date, m.appy_date, d.setl_date) >= d.setl_date AS came_second,
        m.medfee_sumamt AS total,
        m.fund_pay_sumamt AS fund,
        m.manl_reim_rea AS reason,
        -- Assistance and second reimbursements top up; a claim does not give their base, so their fund is compared.
        COALESCE(m.manl_reim_rea, '') IN ('06', '08', '09') AND m.fund_pay_sumamt <= d.psn_pay AS is_lawful,
        COALESCE(m.invono = d.invono, FALSE) AS same_invoice,
        ABS(m.medfee_sumamt - d.medfee_sumamt) < $amount_tolerance AS same_total,
        COALESCE(m.fixmedins_code = d.fixmedins_code, FALSE) AS same_place
    FROM direct AS d
    INNER JOIN manl_claim_d AS m ON d.psn_no = m.psn_no
    -- The claim may lie in both tables; then the settlement tells it.
    LEFT JOIN counter AS c ON d.setl_id = c.setl_id AND m.medfee_sumamt = c.total AND m.fund_pay_sumamt = c.fund
    WHERE
        c.setl_id IS NULL
        AND m.vali_flag = '1'
        AND m.fund_pay_sumamt > 0
        AND m.begndate <= d.enddate
        AND d.begndate <= m.enddate
        AND COALESCE(LEFT(m.med_type, 1) = '2', d.care = 'IPT') = (d.care = 'IPT')
),

twice AS (
    SELECT * FROM counter
    UNION ALL
    SELECT * FROM claimed
)

SELECT
    d.setl_id,
    t.linked_setl_id,
    d.medfee_sumamt AS a0,
    d.inscp_amt AS a1,
    CASE WHEN t.came_second THEN t.fund ELSE d.fund_pay_sumamt END AS a2,
    CASE
        WHEN t.same_invoice THEN '发票号相同'
        WHEN t.same_total THEN '总费用相同'
        ELSE '机构相同、日期重叠'
    END AS because_match,
    COALESCE(d.fixmedins_name, d.fixmedins_code) AS because_institution,
    d.begndate AS because_from,
    d.enddate AS because_until,
    d.setl_date AS because_direct_settled,
    d.medfee_sumamt AS because_direct_total,
    d.fund_pay_sumamt AS because_direct_fund,
    d.psn_pay AS because_own_share,
    t.paper AS because_paper,
    t.paid_date AS because_paper_paid,
    t.total AS because_paper_total,
    t.fund AS because_paper_fund,
    CASE t.reason
        WHEN '01' THEN '一般'
        WHEN '02' THEN '定点未持卡'
        WHEN '03' THEN '异地就医'
        WHEN '04' THEN '急诊抢救'
        WHEN '05' THEN '异地转诊'
        WHEN '06' THEN '救助补报'
        WHEN '08' THEN '年度二次'
        WHEN '09' THEN '零星二次'
        ELSE t.reason
    END AS because_paper_reason,
    d.invono AS because_invoice,
    CASE WHEN t.came_second THEN t.fund ELSE d.fund_pay_sumamt END AS because_twice
FROM twice AS t
INNER JOIN direct AS d ON t.setl_id = d.setl_id
WHERE NOT t.is_lawful AND (t.same_invoice OR t.same_total OR t.same_place)
/* examples
- name: settled directly, no claim
  kind: clear
  given: {settlement: [{}]}
- name: a claim for another stay elsewhere
  kind: clear
  given:
    settlement: [{invono: INV0009}]
    manl_claim_d:
      - {fixmedins_code: H50010300001, medfee_sumamt: "4000.00"}
      - {manl_claim_no: L2, begndate: 2026-11-10, enddate: 2026-11-12}
- name: the same invoice claimed eleven days later
  kind: flag
  given:
    settlement: [{invono: INV0001}]
    manl_claim_d: [{fixmedins_code: null, medfee_sumamt: "9000.00", fund_pay_sumamt: "5000.00"}]
  expect:
    S1:
      a2: "5000.00"
      a0: "10000.00"
      because: {because_match: 发票号相同, because_paper_reason: 异地就医, because_twice: "5000.00"}
- name: claimed first, settled directly later
  kind: flag
  given: {settlement: [{}], manl_claim_d: [{paid_date: 2026-11-08, fund_pay_sumamt: "5000.00"}]}
  expect: {S1: {a2: "6800.00", because: {because_match: 总费用相同}}}
- name: totals that differ by less than a yuan, and by a yuan
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, person: P2, psn_no: N2}]
    manl_claim_d:
      - {fixmedins_code: H51010000009, medfee_sumamt: "10000.99"}
      - {manl_claim_no: L2, psn_no: N2, fixmedins_code: H51010000009, medfee_sumamt: "10001.00"}
  expect: {S1: "6800.00"}
- name: the last day of the stay, and the day after
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, person: P2, psn_no: N2}]
    manl_claim_d:
      - {begndate: 2026-11-09, enddate: 2026-11-12, medfee_sumamt: "700.00"}
      - {manl_claim_no: L2, psn_no: N2, begndate: 2026-11-10, enddate: 2026-11-12, medfee_sumamt: "700.00"}
  expect: {S1: {because: {because_match: 机构相同、日期重叠}}}
- name: taken back before it was claimed
  kind: clear
  given: {settlement: [{counts: false, is_reversed: true}], manl_claim_d: [{}]}
- name: assistance up to the person's own share, and a yuan beyond
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, person: P2, psn_no: N2}]
    manl_claim_d:
      - {manl_reim_rea: "06", fund_pay_sumamt: "3200.00"}
      - {manl_claim_no: L2, psn_no: N2, manl_reim_rea: "06", fund_pay_sumamt: "3201.00"}
  expect: {S2: {a2: "3201.00", because: {because_paper_reason: 救助补报}}}
- name: reimbursed at the counter as a settlement
  kind: flag
  given:
    settlement:
      - {}
      - setl_id: S2
        mdtrt_id: V2
        setl_type: "1"
        pay_loc: "1"
        setl_time: 2026-11-25 09:00:00
        setl_date: 2026-11-25
        fund_pay_sumamt: "5000.00"
        manl_reim_rea: "03"
    manl_claim_d: [{fund_pay_sumamt: "5000.00"}]
  expect: {S1/S2: {a2: "5000.00", because: {because_paper: S2}}}
- name: supplementary on what was left, and on more
  kind: edge
  given:
    settlement:
      - {}
      - setl_id: S2
        mdtrt_id: V2
        setl_type: "3"
        inscp_amt: "3200.00"
        fund_pay_sumamt: "2000.00"
        setl_time: 2026-11-25 09:00:00
      - setl_id: S3
        mdtrt_id: V3
        setl_type: "3"
        inscp_amt: "3200.01"
        fund_pay_sumamt: "1000.00"
        setl_time: 2026-11-26 09:00:00
  expect: {S1/S3: "1000.00"}
- name: a claim that was rejected, or was for a visit on the day of admission
  kind: clear
  given:
    settlement: [{}]
    manl_claim_d: [{vali_flag: "0"}, {manl_claim_no: L2, med_type: "11", enddate: 2026-11-02, medfee_sumamt: "300.00"}]
- name: settled at home; reimbursing it again is not a matter between regions
  kind: clear
  given:
    settlement: [{is_cross_region: false, scope: LOCAL, pay_loc: "2", treat_pool: "5113", fix_blng_admdvs: "511302"}]
    manl_claim_d: [{}]
*/
