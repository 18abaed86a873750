/* rule
id: FR-15
version: 1
title_zh: 应由第三方/工伤/公共卫生负担的费用
title: Charge that another payer owes
status: active
certainty: suspicious
severity: 2
level: settlement
owner: 基金监管处
summary: >
  The main diagnosis is an injury, a further one names a cause for which a third party or work-injury insurance may
  have to pay, and the visit says nothing of a third party; or items of public health and check-ups were settled as
  covered.
sentence_zh: >-
  {because_on}结算：{because_what}（{because_cause}），通常由{because_payer}负担，就诊记录未注明第三方支付，
  基金支付{because_fund}元。
facts:
  because_on: 就医开始日期
  because_what: 诊断或项目
  because_cause: 外因或依据
  because_payer: 应负担方
  because_fund: 基金支付（元）
basis:
  - 《社会保险法》第三十条
  - 《医疗保障基金使用监督管理条例》第三十八条第（六）项
national_code: none
in_force: {since: 2021-05-01}
dated_by: begndate
reads: [settlement, diag_d, mdtrt_d, fee_line, injury_cause, other_payer_item]
look_back: none
params:
  least_fund:
    about: Injuries for which the fund paid no more are not worth the questions
    default: "2000.00"
    least: "0.00"
    most: "50000.00"
amount: exposure
amount_note: >
  What the fund paid for the injury, or what of the items of public health was in scope, at most the fund. Who owes
  it is found out first.
not_a_finding_when:
  - 自行跌倒、自伤等无第三方责任，有外伤承诺书或意外伤害申报表。
  - 肇事方逃逸或无力支付，基金依法先行支付。
  - 工伤认定申请被驳回，按医疗保险支付。
  - 就诊记录已填第三方支付标志或比例（已排除）。
  - 狂犬病暴露后免疫球蛋白等治疗性用药属支付范围。
reviewer_checks:
  - 调取外伤承诺书、首诊病历中受伤经过的记载。
  - 请参保地核对交通事故认定、工伤认定和民事赔偿情况。
  - 公共卫生项目核对是否另有财政补助或已向个人收费。
handler: [H5, H2]
suppressors: []
*/
WITH
caused AS (
    SELECT
        s.setl_id,
        d.diag_name,
        d.diag_code,
        c.payer,
        c.note_zh,
        ROW_NUMBER() OVER (PARTITION BY s.setl_id ORDER BY d.diag_code ASC, c.kp_id ASC) AS place
    FROM settlement AS s
    INNER JOIN diag_d AS d ON s.setl_id = d.setl_id
    INNER JOIN injury_cause AS c
        ON
            LEFT(d.diag_code, LENGTH(c.code_prefix)) = c.code_prefix
            AND s.begndate >= c.valid_from
            AND (c.valid_until IS NULL OR s.begndate < c.valid_until)
    LEFT JOIN mdtrt_d AS v ON s.mdtrt_id = v.mdtrt_id AND v.vali_flag = '1'
    WHERE
        LEFT(s.main_diag_code, 1) IN ('S', 'T')
        AND s.fund_pay_sumamt > $least_fund
        AND d.vali_flag = '1'
        AND COALESCE(v.ttp_pay_flag, '0') <> '1'
        AND COALESCE(v.ttp_pay_prop, 0) = 0
),

charged AS (
    SELECT
        l.setl_id,
        l.hilist_name,
        SUM(l.inscp_amt) AS in_scope,
        MIN(k.payer) AS payer,
        MIN(k.note_zh) AS note_zh
    FROM fee_line AS l
    INNER JOIN other_payer_item AS k
        ON
            l.hilist_code = k.hilist_code
            AND l.fee_date >= k.valid_from
            AND (k.valid_until IS NULL OR l.fee_date < k.valid_until)
    WHERE l.inscp_amt > 0
    GROUP BY l.setl_id, l.hilist_name
),

billed AS (
    SELECT
        setl_id,
        SUM(in_scope) AS in_scope,
        STRING_AGG(hilist_name, '、' ORDER BY hilist_name ASC) AS items,
        MIN(payer) AS payer,
        MIN(note_zh) AS note_zh
    FROM charged
    GROUP BY setl_id
)

SELECT
    s.setl_id,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CAST(0 AS DECIMAL(18, 2)) AS a2,
    CASE WHEN c.setl_id IS NOT NULL THEN s.fund_pay_sumamt ELSE LEAST(b.in_scope, s.fund_pay_sumamt) END AS exposure,
    CASE WHEN c.setl_id IS NOT NULL THEN 2 ELSE 1 END AS severity,
    s.begndate AS because_on,
    CASE WHEN c.setl_id IS NOT NULL THEN COALESCE(s.main_diag_name, s.main_diag_code) ELSE b.items END AS because_what,
    CASE
        WHEN c.setl_id IS NOT NULL THEN c.note_zh || '，编码' || c.diag_code
        ELSE b.note_zh
    END AS because_cause,
    CASE COALESCE(c.payer, b.payer)
        WHEN 'THIRD_PARTY' THEN '第三方责任人'
        WHEN 'WORK_INJURY' THEN '工伤保险'
        WHEN 'PUBLIC_HEALTH' THEN '公共卫生经费'
        ELSE '个人'
    END AS because_payer,
    s.fund_pay_sumamt AS because_fund
FROM settlement AS s
LEFT JOIN caused AS c ON s.setl_id = c.setl_id AND c.place = 1
LEFT JOIN billed AS b ON s.setl_id = b.setl_id
WHERE s.fund_pay_sumamt > 0 AND (c.setl_id IS NOT NULL OR b.setl_id IS NOT NULL)
/* examples
- name: fell at home, and hit by a car with the other driver's share recorded
  kind: clear
  given:
    settlement: [{main_diag_code: S72.000, icd3: S72}, {setl_id: S2, mdtrt_id: V2, main_diag_code: S72.000, icd3: S72}]
    diag_d:
      - {diag_srt_no: 2, diag_code: W19.900, maindiag_flag: "0"}
      - {setl_id: S2, mdtrt_id: V2, diag_srt_no: 2, diag_code: V03.100, maindiag_flag: "0"}
    mdtrt_d: [{}, {mdtrt_id: V2, ttp_pay_flag: "1"}]
    fee_line: []
    injury_cause: [{}]
    other_payer_item: []
- name: hit by a car, paid by the fund alone
  kind: flag
  given:
    settlement: [{main_diag_code: S72.000, main_diag_name: 股骨颈骨折, icd3: S72}]
    diag_d: [{diag_srt_no: 2, diag_code: V03.100, maindiag_flag: "0"}]
    mdtrt_d: [{}]
    fee_line: []
    injury_cause: [{}]
    other_payer_item: []
  expect:
    S1: {a2: "0.00", exposure: "6800.00", severity: 2, because: {because_payer: 第三方责任人, because_what: 股骨颈骨折}}
- name: at the machine, and the visit was not sent
  kind: flag
  given:
    settlement: [{main_diag_code: S61.900, icd3: S61}]
    diag_d: [{diag_srt_no: 2, diag_code: W31.900, maindiag_flag: "0"}]
    mdtrt_d: []
    fee_line: []
    injury_cause: [{code_prefix: W31, payer: WORK_INJURY, note_zh: 接触机械}]
    other_payer_item: []
  expect: {S1: {exposure: "6800.00", because: {because_payer: 工伤保险}}}
- name: two thousand yuan exactly, and a cent more
  kind: edge
  given:
    settlement:
      - {main_diag_code: S72.000, fund_pay_sumamt: "2000.00"}
      - {setl_id: S2, mdtrt_id: V2, main_diag_code: S72.000, fund_pay_sumamt: "2000.01"}
    diag_d: [{diag_srt_no: 2, diag_code: V03.100}, {setl_id: S2, mdtrt_id: V2, diag_srt_no: 2, diag_code: V03.100}]
    mdtrt_d: [{}]
    fee_line: []
    injury_cause: [{}]
    other_payer_item: []
  expect: {S2: {exposure: "2000.01"}}
- name: a vaccination settled as covered
  kind: flag
  given:
    settlement: [{}]
    diag_d: [{}]
    mdtrt_d: [{}]
    fee_line: [{hilist_code: "001104009500000", hilist_name: 预防接种服务, inscp_amt: "30.00"}]
    injury_cause: []
    other_payer_item: [{}]
  expect: {S1: {exposure: "30.00", severity: 1, because: {because_payer: 公共卫生经费, because_what: 预防接种服务}}}
- name: the day before the item is known, and the day itself
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, mdtrt_id: V2}]
    diag_d: []
    mdtrt_d: []
    fee_line:
      - {hilist_code: "001104009500000", fee_date: 2026-11-04}
      - {setl_id: S2, bkkp_sn: L2, hilist_code: "001104009500000", fee_date: 2026-11-05}
    injury_cause: []
    other_payer_item: [{valid_from: 2026-11-05}]
  expect: {S2: {exposure: "20.00"}}
- name: an injury is not the main disease, or the share is recorded, or the vaccination was paid by the person
  kind: clear
  given:
    settlement:
      - {}
      - {setl_id: S2, mdtrt_id: V2, main_diag_code: S72.000}
      - {setl_id: S3, mdtrt_id: V3}
    diag_d:
      - {diag_srt_no: 2, diag_code: V03.100}
      - {setl_id: S2, mdtrt_id: V2, diag_srt_no: 2, diag_code: V03.100}
    mdtrt_d: [{}, {mdtrt_id: V2, ttp_pay_prop: "0.7000"}]
    fee_line: [{setl_id: S3, bkkp_sn: L3, hilist_code: "001104009500000", inscp_amt: "0.00"}]
    injury_cause: [{}]
    other_payer_item: [{}]
- name: the day before the regulation came into force
  kind: edge
  given:
    settlement: [{main_diag_code: S72.000, begndate: 2021-04-30}]
    diag_d: [{diag_srt_no: 2, diag_code: V03.100}]
    mdtrt_d: []
    fee_line: []
    injury_cause: [{valid_from: 2020-01-01}]
    other_payer_item: []
*/
