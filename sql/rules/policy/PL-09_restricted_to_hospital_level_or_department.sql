/* rule
id: PL-09
version: 2
title_zh: 限医疗机构级别或科室
title: Restricted to hospital level or department
status: active
certainty: definite
severity: 3
level: line
owner: 基金监管处
summary: >
  An item that is paid in hospitals of a level and above was paid in a lower one or a drugstore, or one that is paid
  in certain departments was ordered and carried out in others. The level is the one that the register holds for the
  day of the charge, so that a later promotion does not excuse. What is not known is not judged.
sentence_zh: >-
  “{because_item}”{because_limit}，{because_fee_date}在{because_actual}使用，纳入支付范围{because_inscp}元。
facts:
  because_item: 项目
  because_limit: 限定
  because_fee_date: 计费日期
  because_actual: 实际级别或科室
  because_inscp: 纳入支付范围（元）
  because_point: 知识点编号
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（六）项
  - 《国家基本医疗保险、工伤保险和生育保险药品目录》备注栏：限二级及以上医疗机构等
  - 国家医保“两库”知识点：限医疗机构级别、限科室
national_code: GZ10000101012000, GZ10000102011000, GZ10000102008000
in_force: {since: 2021-05-01}
dated_by: fee_date
reads: [fee_line, settlement, level_limit, department_limit, fixmedins_b]
look_back: none
amount: a1
not_a_finding_when:
  - 定点零售药店按“双通道”供应，本人特殊药品备案有效（已由系统排除）。
  - 乡镇卫生院、社区卫生服务中心未定级，省级文件准予使用。
  - 级别评审已通过，定点信息尚未更新。
  - 会诊科室开立、其他科室执行（开单或受单科室之一符合即不提示）。
reviewer_checks:
  - 查计费日医疗机构执业许可登记的级别，核对定点信息。
  - 查医嘱的开单科室、会诊记录和执行科室。
  - 查省、市是否有扩大使用范围的文件。
handler: [H1]
suppressors: [S-SPEC]
*/
WITH
-- Only lines of an item that some point is about are looked at further.
limited AS (
    SELECT hilist_code FROM level_limit
    UNION
    SELECT hilist_code FROM department_limit
),

ranked AS (
    SELECT
        l.setl_id,
        l.bkkp_sn,
        l.hilist_code,
        l.hilist_name,
        l.fee_date,
        l.det_item_fee_sumamt,
        l.inscp_amt,
        l.bilg_dept_codg,
        l.acord_dept_codg,
        -- A code that lost its zero in a copy is the same level.
        CASE
            WHEN COALESCE(b.fixmedins_type, s.fixmedins_type) = '2' THEN '00'
            ELSE RIGHT('0' || COALESCE(b.hosp_lv, s.hosp_lv), 2)
        END AS grade
    FROM fee_line AS l
    INNER JOIN limited AS k ON l.hilist_code = k.hilist_code
    INNER JOIN settlement AS s ON l.setl_id = s.setl_id
    LEFT JOIN fixmedins_b AS b
        ON
            s.fixmedins_code = b.fixmedins_code
            AND b.vali_flag = '1'
            AND l.fee_date >= CAST(b.begntime AS DATE)
            AND (b.endtime IS NULL OR l.fee_date <= CAST(b.endtime AS DATE))
    WHERE l.inscp_amt > 0
    QUALIFY ROW_NUMBER() OVER (PARTITION BY l.bkkp_sn ORDER BY b.begntime DESC) = 1
),

levelled AS (
    SELECT
        setl_id,
        bkkp_sn,
        hilist_code,
        hilist_name,
        fee_date,
        det_item_fee_sumamt,
        inscp_amt,
        bilg_dept_codg,
        acord_dept_codg,
        CASE
            WHEN grade IN ('01', '02', '03', '04') THEN 3
            WHEN grade IN ('05', '06', '07') THEN 2
            WHEN grade IN ('08', '09', '10') THEN 1
            WHEN grade IN ('00', '11') THEN 0
        END AS hospital_level,
        CASE
            WHEN grade = '00' THEN '定点零售药店'
            WHEN grade IN ('01', '02', '03', '04') THEN '三级医疗机构'
            WHEN grade IN ('05', '06', '07') THEN '二级医疗机构'
            WHEN grade IN ('08', '09', '10') THEN '一级医疗机构'
            ELSE '未定级医疗机构'
        END AS level_zh
    FROM ranked
),

departments AS (
    SELECT
        l.setl_id,
        l.bkkp_sn,
        k.kp_id,
        MIN(k.note_zh) AS note_zh
    FROM levelled AS l
    INNER JOIN department_limit AS k
        ON
            l.hilist_code = k.hilist_code
            AND l.fee_date >= k.valid_from
            AND (k.valid_until IS NULL OR l.fee_date < k.valid_until)
    WHERE l.bilg_dept_codg IS NOT NULL
    GROUP BY l.setl_id, l.bkkp_sn, k.kp_id
    HAVING
        MAX(
            CASE
                WHEN
                    LEFT(l.bilg_dept_codg, LENGTH(k.dept_prefix)) = k.dept_prefix
                    OR LEFT(COALESCE(l.acord_dept_codg, ''), LENGTH(k.dept_prefix)) = k.dept_prefix
                    THEN 1
                ELSE 0
            END
        ) = 0
),

broken AS (
    SELECT
        l.bkkp_sn,
        k.kp_id,
        k.note_zh,
        l.level_zh AS actual
    FROM levelled AS l
    INNER JOIN level_limit AS k
        ON
            l.hilist_code = k.hilist_code
            AND l.fee_date >= k.valid_from
            AND (k.valid_until IS NULL OR l.fee_date < k.valid_until)
    WHERE l.hospital_level < k.min_level
    UNION ALL
    SELECT
        l.bkkp_sn,
        d.kp_id,
        d.note_zh,
        '科室' || l.bilg_dept_codg AS actual
    FROM levelled AS l
    INNER JOIN departments AS d ON l.bkkp_sn = d.bkkp_sn
)

SELECT
    l.setl_id,
    l.bkkp_sn,
    l.det_item_fee_sumamt AS a0,
    l.inscp_amt AS a1,
    l.hilist_name AS because_item,
    b.note_zh AS because_limit,
    l.fee_date AS because_fee_date,
    b.actual AS because_actual,
    l.inscp_amt AS because_inscp,
    b.kp_id AS because_point
FROM levelled AS l
INNER JOIN broken AS b ON l.bkkp_sn = b.bkkp_sn
-- A line that breaks two points is at issue once.
QUALIFY ROW_NUMBER() OVER (PARTITION BY l.bkkp_sn ORDER BY b.kp_id ASC, b.actual ASC) = 1
/* examples
- name: a tertiary hospital may do what a secondary one may
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{}]
    level_limit: [{}]
    department_limit: []
    fixmedins_b: [{}]
- name: for tertiary hospitals, in a secondary one
  kind: flag
  given:
    settlement: [{hosp_lv: "05"}]
    fee_line: [{preselfpay_amt: "2.00", inscp_amt: "18.00"}]
    level_limit: [{min_level: 3}]
    department_limit: []
    fixmedins_b: [{hosp_lv: "05"}]
  expect: {S1: {a0: "20.00", a1: "18.00", lines: 1, because: {because_actual: 二级医疗机构}}}
- name: at each edge of the levels
  kind: edge
  given:
    settlement:
      - {setl_id: A, fixmedins_code: H1, hosp_lv: "04"}
      - {setl_id: B, fixmedins_code: H2, hosp_lv: "05"}
      - {setl_id: C, fixmedins_code: H3, hosp_lv: "07"}
      - {setl_id: D, fixmedins_code: H4, hosp_lv: "08"}
      - {setl_id: E, fixmedins_code: H5, hosp_lv: "11"}
    fee_line:
      - {setl_id: A, bkkp_sn: L1, hilist_code: I3}
      - {setl_id: B, bkkp_sn: L2, hilist_code: I3}
      - {setl_id: C, bkkp_sn: L3, hilist_code: I2}
      - {setl_id: D, bkkp_sn: L4, hilist_code: I2}
      - {setl_id: E, bkkp_sn: L5, hilist_code: I1}
    level_limit:
      - {kp_id: K3, hilist_code: I3, min_level: 3}
      - {kp_id: K2, hilist_code: I2}
      - {kp_id: K1, hilist_code: I1, min_level: 1}
    department_limit: []
    fixmedins_b: []
  expect:
    B: {because: {because_actual: 二级医疗机构}}
    D: {because: {because_actual: 一级医疗机构}}
    E: {because: {because_actual: 未定级医疗机构}}
- name: a level that lost its zero
  kind: clear
  given:
    settlement: [{hosp_lv: "2"}]
    fee_line: [{}]
    level_limit: [{min_level: 3}]
    department_limit: []
    fixmedins_b: []
- name: a level that is not known
  kind: clear
  given:
    settlement: [{hosp_lv: null}]
    fee_line: [{}]
    level_limit: [{}]
    department_limit: []
    fixmedins_b: []
- name: promoted on the day after, and on the day
  kind: edge
  given:
    settlement: [{hosp_lv: "02"}]
    fee_line: [{bkkp_sn: L1, fee_date: 2026-11-03}, {bkkp_sn: L2, fee_date: 2026-11-04}]
    level_limit: [{min_level: 3}]
    department_limit: []
    fixmedins_b: [{hosp_lv: "05", endtime: 2026-11-03 23:59:59}, {begntime: 2026-11-04 00:00:00}]
  expect: {S1: {lines: 1, because: {because_fee_date: "2026-11-03"}}}
- name: a drugstore
  kind: flag
  given:
    settlement: [{care: RX, fixmedins_type: "2", hosp_lv: null}]
    fee_line: [{}]
    level_limit: [{}]
    department_limit: []
    fixmedins_b: []
  expect: {S1: {because: {because_actual: 定点零售药店}}}
- name: a drugstore, and the drug was approved for the person
  kind: clear
  given:
    settlement: [{care: RX, fixmedins_type: "2", hosp_lv: null}]
    fee_line: [{}]
    level_limit: [{}]
    department_limit: []
    fixmedins_b: []
    spdrug_appr_d: [{hilist_code: "002501010150000"}]
  suppressed: {S1: S-SPEC}
- name: another department
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{}]
    level_limit: []
    department_limit: [{}, {dept_prefix: A16}]
    fixmedins_b: [{}]
  expect: {S1: {a1: "20.00", lines: 1, because: {because_actual: 科室A03.01}}}
- name: one of the departments, ordered or carried out
  kind: clear
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, bilg_dept_codg: A15.02}
      - {bkkp_sn: L2, acord_dept_codg: A15}
      - {bkkp_sn: L3, bilg_dept_codg: A16.01}
      - {bkkp_sn: L4, bilg_dept_codg: null}
    level_limit: []
    department_limit: [{}, {dept_prefix: A16}]
    fixmedins_b: [{}]
- name: too low and the wrong department is one line
  kind: flag
  given:
    settlement: [{hosp_lv: "08"}]
    fee_line: [{}]
    level_limit: [{}]
    department_limit: [{kp_id: K2}]
    fixmedins_b: []
  expect: {S1: {a1: "20.00", lines: 1, because: {because_point: K1}}}
- name: the day before the knowledge point and its first day
  kind: edge
  given:
    settlement: [{}]
    fee_line: [{bkkp_sn: L1, fee_date: 2026-11-03}, {bkkp_sn: L2, fee_date: 2026-11-04}]
    level_limit: []
    department_limit: [{valid_from: 2026-11-04}]
    fixmedins_b: [{}]
  expect: {S1: {lines: 1, because: {because_fee_date: "2026-11-04"}}}
- name: the day before the regulation and its first day
  kind: edge
  given:
    settlement: [{hosp_lv: "08"}]
    fee_line: [{bkkp_sn: L1, fee_date: 2021-04-30}, {bkkp_sn: L2, fee_date: 2021-05-01}]
    level_limit: [{valid_from: 2020-01-01}]
    department_limit: []
    fixmedins_b: []
  expect: {S1: {a1: "20.00", lines: 1}}
*/
