/* rule
id: MG-01
version: 1
title_zh: 医保结算清单信息异常
title: Settlement list incomplete or inconsistent
status: active
certainty: definite
severity: 1
level: settlement
subject: institution
owner: 信息管理处
summary: >
  The settlement list of a stay was declared late, lacks a mandatory field, contradicts the settlement in dates, sex or
  birth date, or its charges do not add up to the bill; or there is none, although the same institution declared
  another list of the same month when the days for this one were over. Institutions that send no lists are not judged,
  nor are outpatients. Where the bill's own lines do not add up to its header, ST-01 says so and the list is held
  against the lines.
sentence_zh: >-
  {because_institution}{because_settled}结算的住院（{because_admitted}至{because_discharged}）结算清单
  {because_problems}；清单申报{because_declared}，费用{because_listed}元，结算总额{because_total}元。
facts:
  because_institution: 机构
  because_settled: 结算日期
  because_admitted: 入院日期
  because_discharged: 出院日期
  because_problems: 问题
  because_declared: 清单申报日期
  because_days: 申报距结算（天）
  because_listed: 清单费用合计（元）
  because_total: 结算总额（元）
basis:
  - 《医疗保障基金使用监督管理条例》第十六条、第三十九条第（三）项
  - 《医疗保障基金结算清单填写规范》
national_code: GZ10000201001000
in_force: {since: 2021-05-01}
dated_by: period
reads: [settlement, setl_d, fee_line, setl_list_d, setl_list_item_d]
look_back: {days: 1}
params:
  list_due_days:
    about: Days after the settlement within which its list is declared; grouping usually closes on the tenth
    default: "10"
    least: "1"
    most: "60"
  tolerance:
    about: Yuan by which the charges of a list may differ from the bill
    default: "0.01"
    least: "0.00"
    most: "1.00"
amount: a2
amount_note: No money is at issue until the list is mended
not_a_finding_when:
  - 普通门诊不要求上传结算清单（只判定住院和日间手术）。
  - 结算后退费重结，清单随新结算重新上传（已退结算不判定）。
  - 经办机构同意延期上传，或平台接口故障期间集中补传。
  - 转科、跨年中途结算，清单按一次住院合并上传。
reviewer_checks:
  - 通知机构核对结算清单与病案首页、收费系统。
  - 未上传的，查是否影响当月病组入组和清算。
  - 金额不符的，查收费项目归类对照表。
handler: [H6]
*/
WITH
-- The list that holds, where one settlement has several.
list AS (
    SELECT
        setl_id,
        setl_list_id,
        fixmedins_code,
        CAST(dcla_time AS DATE) AS declared,
        medcasno,
        gend,
        brdy,
        CAST(adm_time AS DATE) AS admitted,
        CAST(dscg_time AS DATE) AS discharged,
        dscg_way,
        maindiag_code,
        chfpdr_code
    FROM setl_list_d
    WHERE vali_flag = '1'
    QUALIFY ROW_NUMBER() OVER (PARTITION BY setl_id ORDER BY updt_time DESC, setl_list_id DESC) = 1
),

stay AS (
    SELECT
        s.setl_id,
        s.fixmedins_code,
        s.fixmedins_name,
        s.setl_date,
        s.begndate,
        s.enddate,
        s.medfee_sumamt,
        s.n_lines,
        h.gend AS header_gend,
        h.brdy AS header_brdy,
        i.setl_list_id,
        i.declared,
        i.medcasno,
        i.gend,
        i.brdy,
        i.admitted,
        i.discharged,
        i.dscg_way,
        i.maindiag_code,
        i.chfpdr_code
    FROM settlement AS s
    INNER JOIN setl_d AS h ON s.setl_id = h.setl_id
    LEFT JOIN list AS i ON s.setl_id = i.setl_id
    WHERE s.care = 'IPT'
),

charge AS (
    SELECT
        setl_list_id,
        SUM(amt) AS amt
    FROM setl_list_item_d
    GROUP BY setl_list_id
),

apart AS (
    SELECT
        t.setl_id,
        COALESCE(c.amt, 0) AS amt
    FROM stay AS t
    LEFT JOIN charge AS c ON t.setl_list_id = c.setl_list_id
    WHERE t.setl_list_id IS NOT NULL AND ABS(COALESCE(c.amt, 0) - t.medfee_sumamt) > $tolerance
),

-- A header that its own lines contradict is told by ST-01.
by_line AS (
    SELECT
        a.setl_id,
        SUM(l.det_item_fee_sumamt) AS amt
    FROM apart AS a
    INNER JOIN fee_line AS l ON a.setl_id = l.setl_id
    GROUP BY a.setl_id
),

wrong_sum AS (
    SELECT
        a.setl_id,
        a.amt
    FROM apart AS a
    LEFT JOIN by_line AS l ON a.setl_id = l.setl_id
    WHERE l.setl_id IS NULL OR ABS(l.amt - a.amt) > $tolerance
),

-- Another list of the month was declared when the days for this one were over: the institution was still sending.
missing AS (
    SELECT DISTINCT t.setl_id
    FROM stay AS t
    INNER JOIN stay AS o
        ON
            t.fixmedins_code = o.fixmedins_code
            AND LEFT(CAST(t.setl_date AS VARCHAR), 7) = LEFT(CAST(o.setl_date AS VARCHAR), 7)
            AND DATE_DIFF('day', t.setl_date, o.declared) > $list_due_days
    WHERE t.setl_list_id IS NULL AND o.setl_list_id IS NOT NULL
),

told AS (
    SELECT
        t.setl_id,
        t.fixmedins_code,
        t.fixmedins_name,
        t.setl_date,
        t.begndate,
        t.enddate,
        t.medfee_sumamt,
        t.declared,
        COALESCE(w.amt, CASE WHEN t.setl_list_id IS NULL THEN 0 ELSE t.medfee_sumamt END) AS listed,
        CASE WHEN m.setl_id IS NULL THEN '' ELSE '、未上传' END
        || CASE WHEN DATE_DIFF('day', t.setl_date, t.declared) > $list_due_days THEN '、超期申报' ELSE '' END
        || CASE
            WHEN t.setl_list_id IS NULL THEN ''
            WHEN t.maindiag_code IS NULL THEN '、缺主要诊断'
            ELSE ''
        END
        || CASE
            WHEN t.setl_list_id IS NULL THEN ''
            WHEN
                t.declared IS NULL OR t.medcasno IS NULL OR t.gend IS NULL OR t.brdy IS NULL OR t.admitted IS NULL
                OR t.discharged IS NULL OR t.dscg_way IS NULL OR t.chfpdr_code IS NULL
                THEN '、必填项缺失'
            ELSE ''
        END
        || CASE WHEN w.setl_id IS NULL THEN '' ELSE '、收费项目合计不等于总费用' END
        || CASE
            WHEN t.admitted <> t.begndate OR t.discharged <> t.enddate THEN '、入出院日期与结算不符'
            ELSE ''
        END
        || CASE
            WHEN t.gend <> t.header_gend OR t.brdy <> t.header_brdy THEN '、性别或出生日期与结算不符'
            ELSE ''
        END AS problems
    FROM stay AS t
    LEFT JOIN missing AS m ON t.setl_id = m.setl_id
    LEFT JOIN wrong_sum AS w ON t.setl_id = w.setl_id
)

SELECT
    fixmedins_code AS subject_id,
    LEFT(CAST(setl_date AS VARCHAR), 7) AS period,
    setl_id,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CAST(0 AS DECIMAL(18, 2)) AS a2,
    COALESCE(fixmedins_name, fixmedins_code) AS because_institution,
    setl_date AS because_settled,
    begndate AS because_admitted,
    enddate AS because_discharged,
    SUBSTRING(problems, 2) AS because_problems,
    COALESCE(CAST(declared AS VARCHAR), '无') AS because_declared,
    DATE_DIFF('day', setl_date, declared) AS because_days,
    listed AS because_listed,
    medfee_sumamt AS because_total
FROM told
WHERE LENGTH(problems) > 0
/* examples
- name: declared three days after the settlement, and it adds up
  kind: clear
  given: {settlement: [{}], setl_d: [{}], fee_line: [{}], setl_list_d: [{}], setl_list_item_d: [{}]}
- name: declared ten days after the settlement, and eleven
  kind: edge
  given:
    settlement: [{}, {setl_id: S2}]
    setl_d: [{}, {setl_id: S2}]
    fee_line: []
    setl_list_d:
      - {dcla_time: 2026-11-19 23:00:00}
      - {setl_list_id: SL2, setl_id: S2, dcla_time: 2026-11-20 01:00:00}
    setl_list_item_d: [{}, {setl_list_id: SL2}]
  expect: {H51010000001/2026-11/S2: {a2: "0.00", because: {because_problems: 超期申报, because_days: "11"}}}
- name: none, though another list was declared when the days were over
  kind: flag
  given:
    settlement: [{}, {setl_id: S2, setl_date: 2026-11-12}]
    setl_d: [{}, {setl_id: S2}]
    fee_line: []
    setl_list_d: [{setl_list_id: SL2, setl_id: S2, dcla_time: 2026-11-20 09:00:00}]
    setl_list_item_d: [{setl_list_id: SL2}]
  expect: {H51010000001/2026-11/S1: {a2: "0.00", because: {because_problems: 未上传}}}
- name: none, and the days are not over
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, setl_date: 2026-11-12}]
    setl_d: [{}, {setl_id: S2}]
    fee_line: []
    setl_list_d: [{setl_list_id: SL2, setl_id: S2, dcla_time: 2026-11-19 09:00:00}]
    setl_list_item_d: [{setl_list_id: SL2}]
- name: none, and only a list of the next month was declared since
  kind: clear
  given:
    settlement: [{setl_date: 2026-10-30}, {setl_id: S2, setl_date: 2026-11-12}]
    setl_d: [{}, {setl_id: S2}]
    fee_line: []
    setl_list_d: [{setl_list_id: SL2, setl_id: S2}]
    setl_list_item_d: [{setl_list_id: SL2}]
- name: a hospital that sends no lists, and an outpatient
  kind: clear
  given:
    settlement:
      - {}
      - {setl_id: S2, care: OTP, fixmedins_code: H51010000002}
      - {setl_id: S3, fixmedins_code: H51010000002}
    setl_d: [{}, {setl_id: S2}, {setl_id: S3}]
    fee_line: []
    setl_list_d: [{setl_list_id: SL3, setl_id: S3, fixmedins_code: H51010000002}]
    setl_list_item_d: [{setl_list_id: SL3}]
- name: charges a fen apart, and two
  kind: edge
  given:
    settlement: [{}, {setl_id: S2}]
    setl_d: [{}, {setl_id: S2}]
    fee_line: []
    setl_list_d: [{}, {setl_list_id: SL2, setl_id: S2}]
    setl_list_item_d: [{amt: "9999.99"}, {setl_list_id: SL2, amt: "9999.98"}]
  expect:
    H51010000001/2026-11/S2: {because: {because_problems: 收费项目合计不等于总费用, because_listed: "9999.98"}}
- name: the list follows the lines, the header does not
  kind: clear
  given:
    settlement: [{}]
    setl_d: [{}]
    fee_line: [{det_item_fee_sumamt: "9000.00"}]
    setl_list_d: [{}]
    setl_list_item_d: [{amt: "9000.00"}]
- name: another sex and another day of discharge than the settlement says
  kind: flag
  given:
    settlement: [{}]
    setl_d: [{gend: "2", brdy: 1966-05-20}]
    fee_line: []
    setl_list_d: [{gend: "1", dscg_time: 2026-11-08 10:00:00}]
    setl_list_item_d: [{}]
  expect: {H51010000001/2026-11/S1: {because: {because_problems: 入出院日期与结算不符、性别或出生日期与结算不符}}}
- name: the sex as the settlement's header has it, though the identity number says another
  kind: clear
  given:
    settlement: [{gend: "1"}]
    setl_d: [{gend: "2", brdy: 1966-05-20}]
    fee_line: []
    setl_list_d: [{}]
    setl_list_item_d: [{}]
- name: no main diagnosis and no record number
  kind: flag
  given:
    settlement: [{}]
    setl_d: [{}]
    fee_line: []
    setl_list_d: [{maindiag_code: null, medcasno: null}]
    setl_list_item_d: [{}]
  expect: {H51010000001/2026-11/S1: {because: {because_problems: 缺主要诊断、必填项缺失}}}
- name: the month before the regulation
  kind: edge
  given:
    settlement: [{setl_date: 2021-04-30}]
    setl_d: [{}]
    fee_line: []
    setl_list_d: [{maindiag_code: null}]
    setl_list_item_d: [{}]
*/
