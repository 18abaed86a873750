/* rule
id: FR-16
version: 1
title_zh: 门诊慢特病资格异常
title: Doubtful chronic-disease entitlement
status: active
certainty: suspicious
severity: 2
level: patient-episode
owner: 参保地待遇审核处
summary: >
  A registered chronic or special disease is used again and again, and in a year of all that person's care there is
  nothing that the disease is treated or watched with; or something that it cannot do without was never billed. What
  shows a disease is knowledge; diseases of which nothing is known are not judged. Certification in bulk by one hospital
  or doctor is not judged here: it rests on the register of all persons, and this rule on one person's care.
sentence_zh: >-
  {because_first_on}至{because_on}按“{because_disease}”门诊慢特病结算{because_visits}次，
  近一年全部就医记录中没有{because_missing}。
facts:
  because_disease: 登记病种
  because_missing: 缺少的依据
  because_visits: 一年内慢特病结算次数
  because_first_on: 首次结算日期
  because_on: 本次结算日期
  because_certified_by: 鉴定机构
  because_fund: 基金支付（元）
basis:
  - 《医疗保障基金使用监督管理条例》第四十条第（二）项
  - 《四川省异地就医结算管理办法》第五条
national_code: none
in_force: {since: 2021-05-01}
dated_by: begndate
reads: [settlement, fee_line, opsp_reg_d, disease_evidence, drug_supply]
look_back: {days: 365}
params:
  least_visits:
    about: So many settlements for the disease before its treatment has to show
    default: "4"
    least: "2"
    most: "24"
  least_days:
    about: So many days between the first of them and this one
    default: "90"
    least: "30"
    most: "300"
amount: exposure
amount_note: What the fund paid under the registration in this settlement
not_a_finding_when:
  - 相关药品、检查在外自费购买或检查，未经医保结算。
  - 该病种以中医药治疗为主，知识点尚未收录。
  - 筛查项目批量登记，实际随访由公共卫生服务承担。
  - 病情稳定，按医嘱停药观察。
reviewer_checks:
  - 调取慢特病鉴定申请表、检查报告和病历。
  - 核对鉴定机构、医师同期鉴定数量是否异常。
  - 请参保地组织复审，必要时取消资格。
handler: [H5]
suppressors: []
*/
WITH
chronic AS (
    SELECT
        s.setl_id,
        s.person,
        s.psn_no,
        s.begndate,
        s.setl_time,
        s.dise_no,
        s.fund_pay_sumamt
    FROM settlement AS s
    WHERE LEFT(s.med_type, 2) = '14' AND s.dise_no IS NOT NULL AND s.fund_pay_sumamt > 0
),

used AS (
    SELECT
        a.setl_id,
        a.person,
        a.psn_no,
        a.begndate,
        a.dise_no,
        a.fund_pay_sumamt,
        COUNT(b.setl_id) AS visits,
        MIN(b.begndate) AS first_on
    FROM chronic AS a
    INNER JOIN chronic AS b ON a.person = b.person AND a.dise_no = b.dise_no
    WHERE
        DATE_DIFF('day', b.begndate, a.begndate) BETWEEN 0 AND $look_back_days
        AND (b.setl_time < a.setl_time OR (b.setl_time = a.setl_time AND b.setl_id <= a.setl_id))
    GROUP BY a.setl_id, a.person, a.psn_no, a.begndate, a.dise_no, a.fund_pay_sumamt
),

often AS (
    SELECT
        setl_id,
        person,
        psn_no,
        begndate,
        dise_no,
        fund_pay_sumamt,
        visits,
        first_on
    FROM used
    WHERE visits >= $least_visits AND DATE_DIFF('day', first_on, begndate) >= $least_days
),

-- Everything that was billed for these persons in the year, as items and as generics.
billed AS (
    SELECT DISTINCT
        o.setl_id,
        o.begndate,
        'ITEM' AS kind,
        l.hilist_code AS code
    FROM often AS o
    INNER JOIN settlement AS s ON o.person = s.person
    INNER JOIN fee_line AS l ON s.setl_id = l.setl_id
    WHERE DATE_DIFF('day', s.begndate, o.begndate) BETWEEN 0 AND $look_back_days AND l.cnt > 0
),

shown AS (
    SELECT
        setl_id,
        kind,
        code
    FROM billed
    UNION ALL
    SELECT DISTINCT
        b.setl_id,
        'GENERIC' AS kind,
        k.generic AS code
    FROM billed AS b
    INNER JOIN drug_supply AS k
        ON
            b.code = k.hilist_code
            AND b.begndate >= k.valid_from
            AND (k.valid_until IS NULL OR b.begndate < k.valid_until)
),

-- Each point of the disease, and whether any of its items was there.
weighed AS (
    SELECT
        o.setl_id,
        e.kp_id,
        MAX(e.is_required) AS is_required,
        MIN(e.note_zh) AS note_zh,
        MAX(CASE WHEN b.setl_id IS NULL THEN 0 ELSE 1 END) AS is_there
    FROM often AS o
    INNER JOIN disease_evidence AS e
        ON
            o.dise_no = e.opsp_dise_code
            AND o.begndate >= e.valid_from
            AND (e.valid_until IS NULL OR o.begndate < e.valid_until)
    LEFT JOIN shown AS b ON o.setl_id = b.setl_id AND e.kind = b.kind AND e.code = b.code
    GROUP BY o.setl_id, e.kp_id
),

missing AS (
    SELECT
        setl_id,
        STRING_AGG(note_zh, '、' ORDER BY kp_id ASC) AS what,
        MAX(is_required) AS is_required
    FROM weighed
    WHERE is_there = 0
    GROUP BY setl_id
),

present AS (
    SELECT
        setl_id,
        MAX(CASE WHEN is_required = '0' THEN is_there ELSE 0 END) AS is_any,
        MAX(CASE WHEN is_required = '0' THEN 1 ELSE 0 END) AS has_any,
        MAX(CASE WHEN is_required = '1' AND is_there = 0 THEN 1 ELSE 0 END) AS lacks
    FROM weighed
    GROUP BY setl_id
),

certified AS (
    SELECT
        o.setl_id,
        MIN(COALESCE(g.opsp_dise_name, g.opsp_dise_code)) AS name_zh,
        MIN(g.ide_fixmedins_no) AS by_institution
    FROM often AS o
    INNER JOIN opsp_reg_d AS g ON o.psn_no = g.psn_no
    WHERE
        g.vali_flag = '1'
        AND LEFT(g.opsp_dise_code, 4) = LEFT(o.dise_no, 4)
        AND g.begndate <= o.begndate
        AND (g.enddate IS NULL OR o.begndate <= g.enddate)
    GROUP BY o.setl_id
)

SELECT
    o.setl_id,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CAST(0 AS DECIMAL(18, 2)) AS a2,
    o.fund_pay_sumamt AS exposure,
    COALESCE(c.name_zh, o.dise_no) AS because_disease,
    m.what AS because_missing,
    o.visits AS because_visits,
    o.first_on AS because_first_on,
    o.begndate AS because_on,
    COALESCE(c.by_institution, '未登记') AS because_certified_by,
    o.fund_pay_sumamt AS because_fund
FROM often AS o
INNER JOIN present AS p ON o.setl_id = p.setl_id
INNER JOIN missing AS m ON o.setl_id = m.setl_id
LEFT JOIN certified AS c ON o.setl_id = c.setl_id
WHERE p.lacks = 1 OR (p.has_any = 1 AND p.is_any = 0)
/* examples
- name: four visits for blood pressure, with amlodipine from a drugstore among them
  kind: clear
  given:
    settlement:
      - {setl_id: S1, med_type: "14", dise_no: M03900, begndate: 2026-07-01, setl_time: 2026-07-01 10:00:00}
      - {setl_id: S2, med_type: "14", dise_no: M03900, begndate: 2026-08-01, setl_time: 2026-08-01 10:00:00}
      - {setl_id: S3, med_type: "14", dise_no: M03900, begndate: 2026-09-01, setl_time: 2026-09-01 10:00:00}
      - {setl_id: S4, med_type: "14", dise_no: M03900, begndate: 2026-10-01, setl_time: 2026-10-01 10:00:00}
      - {setl_id: S5, care: RX, begndate: 2026-09-15, setl_time: 2026-09-15 10:00:00}
    fee_line: [{}, {setl_id: S5, bkkp_sn: L5, hilist_code: XA}]
    opsp_reg_d: [{}]
    disease_evidence: [{}]
    drug_supply: [{hilist_code: XA}]
- name: four visits and nothing for blood pressure in a year
  kind: flag
  given:
    settlement:
      - {setl_id: S1, med_type: "14", dise_no: M03900, begndate: 2026-07-01, setl_time: 2026-07-01 10:00:00}
      - {setl_id: S2, med_type: "14", dise_no: M03900, begndate: 2026-08-01, setl_time: 2026-08-01 10:00:00}
      - {setl_id: S3, med_type: "14", dise_no: M03900, begndate: 2026-09-01, setl_time: 2026-09-01 10:00:00}
      - {setl_id: S4, med_type: "14", dise_no: M03900, begndate: 2026-10-01, setl_time: 2026-10-01 10:00:00}
    fee_line: [{}]
    opsp_reg_d: [{}]
    disease_evidence: [{}]
    drug_supply: [{hilist_code: XA}]
  expect:
    S4:
      a2: "0.00"
      exposure: "6800.00"
      because: {because_visits: "4", because_disease: 高血压, because_missing: 高血压用药}
- name: ninety days from the first to the fourth, and a day less
  kind: edge
  given:
    settlement:
      - {setl_id: S1, med_type: "14", dise_no: M03900, begndate: 2026-07-01, setl_time: 2026-07-01 10:00:00}
      - {setl_id: S2, med_type: "14", dise_no: M03900, begndate: 2026-08-01, setl_time: 2026-08-01 10:00:00}
      - {setl_id: S3, med_type: "14", dise_no: M03900, begndate: 2026-09-01, setl_time: 2026-09-01 10:00:00}
      - {setl_id: S4, med_type: "14", dise_no: M03900, begndate: 2026-09-29, setl_time: 2026-09-29 10:00:00}
      - {setl_id: S5, med_type: "14", dise_no: M03900, begndate: 2026-07-01, setl_time: 2026-07-01 10:00:00, person: P2}
      - {setl_id: S6, med_type: "14", dise_no: M03900, begndate: 2026-08-01, setl_time: 2026-08-01 10:00:00, person: P2}
      - {setl_id: S7, med_type: "14", dise_no: M03900, begndate: 2026-09-01, setl_time: 2026-09-01 10:00:00, person: P2}
      - {setl_id: S8, med_type: "14", dise_no: M03900, begndate: 2026-09-28, setl_time: 2026-09-28 10:00:00, person: P2}
    fee_line: []
    opsp_reg_d: [{}]
    disease_evidence: [{}]
    drug_supply: []
  expect: {S4: "6800.00"}
- name: a test that the disease cannot do without, never billed
  kind: flag
  given:
    settlement:
      - {setl_id: S1, med_type: "14", dise_no: M03900, begndate: 2026-07-01, setl_time: 2026-07-01 10:00:00}
      - {setl_id: S2, med_type: "14", dise_no: M03900, begndate: 2026-08-01, setl_time: 2026-08-01 10:00:00}
      - {setl_id: S3, med_type: "14", dise_no: M03900, begndate: 2026-09-01, setl_time: 2026-09-01 10:00:00}
      - {setl_id: S4, med_type: "14", dise_no: M03900, begndate: 2026-10-01, setl_time: 2026-10-01 10:00:00}
    fee_line: [{hilist_code: XA}]
    opsp_reg_d: [{}]
    disease_evidence: [{}, {kp_id: K2, kind: ITEM, code: "002501", is_required: "1", note_zh: 动态血压监测}]
    drug_supply: [{hilist_code: XA}]
  expect: {S4: {because: {because_missing: 动态血压监测}}}
- name: the test was billed on one of the visits
  kind: clear
  given:
    settlement:
      - {setl_id: S1, med_type: "14", dise_no: M03900, begndate: 2026-07-01, setl_time: 2026-07-01 10:00:00}
      - {setl_id: S2, med_type: "14", dise_no: M03900, begndate: 2026-08-01, setl_time: 2026-08-01 10:00:00}
      - {setl_id: S3, med_type: "14", dise_no: M03900, begndate: 2026-09-01, setl_time: 2026-09-01 10:00:00}
      - {setl_id: S4, med_type: "14", dise_no: M03900, begndate: 2026-10-01, setl_time: 2026-10-01 10:00:00}
    fee_line: [{hilist_code: XA}, {setl_id: S2, bkkp_sn: L2, hilist_code: "002501"}]
    opsp_reg_d: [{}]
    disease_evidence: [{}, {kp_id: K2, kind: ITEM, code: "002501", is_required: "1", note_zh: 动态血压监测}]
    drug_supply: [{hilist_code: XA}]
- name: a year before the fourth visit the drug was billed, and a day earlier
  kind: edge
  given:
    settlement:
      - {setl_id: S1, med_type: "14", dise_no: M03900, begndate: 2026-07-01, setl_time: 2026-07-01 10:00:00}
      - {setl_id: S2, med_type: "14", dise_no: M03900, begndate: 2026-08-01, setl_time: 2026-08-01 10:00:00}
      - {setl_id: S3, med_type: "14", dise_no: M03900, begndate: 2026-09-01, setl_time: 2026-09-01 10:00:00}
      - {setl_id: S4, med_type: "14", dise_no: M03900, begndate: 2026-10-01, setl_time: 2026-10-01 10:00:00}
      - {setl_id: S5, care: RX, begndate: 2025-10-01, setl_time: 2025-10-01 10:00:00}
      - {setl_id: S6, med_type: "14", dise_no: M03900, begndate: 2026-07-01, setl_time: 2026-07-01 10:00:00, person: P2}
      - {setl_id: S7, med_type: "14", dise_no: M03900, begndate: 2026-08-01, setl_time: 2026-08-01 10:00:00, person: P2}
      - {setl_id: S8, med_type: "14", dise_no: M03900, begndate: 2026-09-01, setl_time: 2026-09-01 10:00:00, person: P2}
      - {setl_id: S9, med_type: "14", dise_no: M03900, begndate: 2026-10-01, setl_time: 2026-10-01 10:00:00, person: P2}
      - {setl_id: T5, person: P2, care: RX, begndate: 2025-09-30, setl_time: 2025-09-30 10:00:00}
    fee_line: [{setl_id: S5, bkkp_sn: L5, hilist_code: XA}, {setl_id: T5, bkkp_sn: L6, hilist_code: XA}]
    opsp_reg_d: [{}]
    disease_evidence: [{}]
    drug_supply: [{hilist_code: XA}]
  expect: {S9: "6800.00"}
- name: a disease of which nothing is known, three visits only, and another kind of care
  kind: clear
  given:
    settlement:
      - {setl_id: S1, med_type: "14", dise_no: M09999, begndate: 2026-07-01, setl_time: 2026-07-01 10:00:00}
      - {setl_id: S2, med_type: "14", dise_no: M09999, begndate: 2026-08-01, setl_time: 2026-08-01 10:00:00}
      - {setl_id: S3, med_type: "14", dise_no: M09999, begndate: 2026-09-01, setl_time: 2026-09-01 10:00:00}
      - {setl_id: S4, med_type: "14", dise_no: M09999, begndate: 2026-10-01, setl_time: 2026-10-01 10:00:00}
      - {setl_id: S5, med_type: "14", dise_no: M03900, begndate: 2026-06-01, setl_time: 2026-06-01 10:00:00, person: P2}
      - {setl_id: S6, med_type: "14", dise_no: M03900, begndate: 2026-08-01, setl_time: 2026-08-01 10:00:00, person: P2}
      - {setl_id: S7, med_type: "14", dise_no: M03900, begndate: 2026-10-01, setl_time: 2026-10-01 10:00:00, person: P2}
      - {setl_id: S9, person: P3, begndate: 2026-10-01}
    fee_line: []
    opsp_reg_d: [{}]
    disease_evidence: [{}]
    drug_supply: []
- name: the day before the point is known
  kind: edge
  given:
    settlement:
      - {setl_id: S1, med_type: "14", dise_no: M03900, begndate: 2026-07-01, setl_time: 2026-07-01 10:00:00}
      - {setl_id: S2, med_type: "14", dise_no: M03900, begndate: 2026-08-01, setl_time: 2026-08-01 10:00:00}
      - {setl_id: S3, med_type: "14", dise_no: M03900, begndate: 2026-09-01, setl_time: 2026-09-01 10:00:00}
      - {setl_id: S4, med_type: "14", dise_no: M03900, begndate: 2026-10-01, setl_time: 2026-10-01 10:00:00}
    fee_line: []
    opsp_reg_d: [{}]
    disease_evidence: [{valid_from: 2026-10-02}]
    drug_supply: []
- name: the day before the regulation came into force
  kind: edge
  given:
    settlement:
      - {setl_id: S1, med_type: "14", dise_no: M03900, begndate: 2021-01-01, setl_time: 2021-01-01 10:00:00}
      - {setl_id: S2, med_type: "14", dise_no: M03900, begndate: 2021-02-01, setl_time: 2021-02-01 10:00:00}
      - {setl_id: S3, med_type: "14", dise_no: M03900, begndate: 2021-03-01, setl_time: 2021-03-01 10:00:00}
      - {setl_id: S4, med_type: "14", dise_no: M03900, begndate: 2021-04-30, setl_time: 2021-04-30 10:00:00}
    fee_line: []
    opsp_reg_d: [{}]
    disease_evidence: [{valid_from: 2020-01-01}]
    drug_supply: []
*/
