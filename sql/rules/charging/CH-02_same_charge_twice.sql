/* rule
id: CH-02
version: 1
title_zh: 同一费用重复计费
title: Same charge twice
status: active
certainty: suspicious
severity: 2
level: line
owner: 基金监管处
summary: >
  The same charge stands twice in what counts: lines of one settlement that are equal to the second in item, time,
  quantity and price, or a whole settlement that repeats an earlier one of the same person and institution. Only the
  surplus copies are at issue. A repeated settlement is the graver form.
sentence_zh: >-
  {because_form}：“{because_item}”在{because_time}出现{because_copies}次，
  其中第{because_copy}次计费{because_amount}元为重复。
facts:
  because_form: 重复形式
  because_item: 重复项目
  because_time: 时间
  because_copies: 出现次数
  because_copy: 第几次
  because_amount: 重复金额（元）
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（三）项
  - 国家医保“两库”规则：明细信息异常
national_code: GZ10000201002000
in_force: {since: 2021-05-01}
dated_by: fee_date
reads: [fee_line, settlement]
look_back: {days: 90}
params:
  min_amount:
    about: Surplus copies worth less in yuan are not looked at, because ampoules and syringes are often posted singly
    default: "50.00"
    least: "0.00"
    most: "1000.00"
amount: a1
amount_note: >
  A repeated settlement is at issue whole: its fund payment is a2, and it has no single lines to point at.
not_a_finding_when:
  - 医院系统把多支相同药品、多个相同耗材逐条上传，合计与医嘱数量一致。
  - 医院系统只记日期不记时间（零点整的明细已排除）。
  - 双侧、多部位检查按同一编码各计一次，报告单为两份。
  - 重新结算前的原结算已退费（退费的两侧都已排除）。
reviewer_checks:
  - 对照医嘱和执行记录，核对实际执行的次数。
  - 查两条明细的医院内部流水号和上传时间，判断是否接口重传。
  - 整单重复的，查医院收费系统是否只有一张发票。
handler: [H6, H1]
suppressors_in_sql: [S-REF, S-SMALL]
*/
WITH
paired AS (
    SELECT
        e.setl_id AS first_setl_id,
        e.setl_time AS first_time,
        e.medins_setl_id AS first_number,
        l.setl_id,
        l.medins_setl_id,
        l.setl_time,
        l.medfee_sumamt,
        l.inscp_amt,
        l.fund_pay_sumamt
    FROM settlement AS e
    INNER JOIN settlement AS l ON e.person = l.person AND e.fixmedins_code = l.fixmedins_code
    WHERE
        (e.setl_time < l.setl_time OR (e.setl_time = l.setl_time AND e.setl_id < l.setl_id))
        AND DATE_DIFF('day', e.begndate, l.begndate) BETWEEN -$look_back_days AND $look_back_days
        AND l.medfee_sumamt > 0
        AND (
            e.medins_setl_id = l.medins_setl_id
            OR (
                e.begndate = l.begndate
                AND e.enddate = l.enddate
                AND e.medfee_sumamt = l.medfee_sumamt
                AND e.care = l.care
                AND l.medfee_sumamt >= $min_amount
            )
        )
),

repeated AS (
    SELECT
        setl_id,
        first_setl_id,
        first_number,
        medins_setl_id,
        setl_time,
        medfee_sumamt,
        inscp_amt,
        fund_pay_sumamt,
        ROW_NUMBER() OVER (PARTITION BY setl_id ORDER BY first_time ASC, first_setl_id ASC) AS place,
        COUNT(*) OVER (PARTITION BY setl_id) + 1 AS nth
    FROM paired
),

copied AS (
    SELECT
        l.setl_id,
        l.bkkp_sn,
        l.hilist_name,
        l.fee_ocur_time,
        l.det_item_fee_sumamt,
        l.inscp_amt,
        ROW_NUMBER() OVER (
            PARTITION BY l.setl_id, l.hilist_code, l.fee_ocur_time, l.cnt, l.pric
            ORDER BY l.crte_time ASC, l.bkkp_sn ASC
        ) AS nth,
        COUNT(*) OVER (PARTITION BY l.setl_id, l.hilist_code, l.fee_ocur_time, l.cnt, l.pric) AS copies
    FROM fee_line AS l
    INNER JOIN settlement AS s ON l.setl_id = s.setl_id
    WHERE
        l.det_item_fee_sumamt > 0
        -- Midnight to the second is a date without a time.
        AND HOUR(l.fee_ocur_time) + MINUTE(l.fee_ocur_time) + SECOND(l.fee_ocur_time) > 0
        -- The lines of a repeated settlement are at issue with it.
        AND NOT EXISTS (
            SELECT 1
            FROM paired AS p
            WHERE p.setl_id = l.setl_id
        )
),

found AS (
    SELECT
        setl_id,
        CAST(NULL AS VARCHAR) AS linked_setl_id,
        bkkp_sn,
        det_item_fee_sumamt AS a0,
        inscp_amt AS a1,
        CAST(NULL AS DECIMAL(18, 2)) AS a2,
        2 AS severity,
        '明细重复' AS form,
        hilist_name AS item,
        fee_ocur_time AS stamped,
        copies,
        nth
    FROM copied
    WHERE nth > 1 AND det_item_fee_sumamt * (copies - 1) >= $min_amount
    UNION ALL
    SELECT
        setl_id,
        first_setl_id AS linked_setl_id,
        CAST(NULL AS VARCHAR) AS bkkp_sn,
        medfee_sumamt AS a0,
        inscp_amt AS a1,
        fund_pay_sumamt AS a2,
        3 AS severity,
        CASE WHEN first_number = medins_setl_id THEN '整单重复（院内结算号相同）' ELSE '整单重复（人员、日期、总额相同）' END AS form,
        '整张结算单' AS item,
        setl_time AS stamped,
        nth AS copies,
        nth
    FROM repeated
    WHERE place = 1
)

SELECT
    setl_id,
    linked_setl_id,
    bkkp_sn,
    a0,
    a1,
    a2,
    severity,
    form AS because_form,
    item AS because_item,
    stamped AS because_time,
    copies AS because_copies,
    nth AS because_copy,
    a0 AS because_amount
FROM found
/* examples
- name: two blood counts at different seconds
  kind: clear
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, pric: "60.00", det_item_fee_sumamt: "60.00", inscp_amt: "60.00"}
      - bkkp_sn: L2
        pric: "60.00"
        det_item_fee_sumamt: "60.00"
        inscp_amt: "60.00"
        fee_ocur_time: 2026-11-04 09:12:31
- name: equal to the second, three times
  kind: flag
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, pric: "60.00", det_item_fee_sumamt: "60.00", inscp_amt: "54.00"}
      - {bkkp_sn: L2, pric: "60.00", det_item_fee_sumamt: "60.00", inscp_amt: "54.00"}
      - {bkkp_sn: L3, pric: "60.00", det_item_fee_sumamt: "60.00", inscp_amt: "54.00"}
  expect: {S1: {a0: "120.00", a1: "108.00", lines: 2, severity: 2, because: {because_copies: "3"}}}
- name: surplus copies worth exactly the least amount, and a cent less
  kind: edge
  given:
    settlement: [{setl_id: AT}, {setl_id: BELOW, medins_setl_id: M2, begndate: 2026-11-03, mdtrt_id: V2}]
    fee_line:
      - {setl_id: AT, bkkp_sn: L1, det_item_fee_sumamt: "50.00", inscp_amt: "50.00"}
      - {setl_id: AT, bkkp_sn: L2, det_item_fee_sumamt: "50.00", inscp_amt: "50.00"}
      - {setl_id: BELOW, bkkp_sn: L3, det_item_fee_sumamt: "49.99", inscp_amt: "49.99"}
      - {setl_id: BELOW, bkkp_sn: L4, det_item_fee_sumamt: "49.99", inscp_amt: "49.99"}
  expect: {AT: "50.00"}
- name: posted at midnight, without a time
  kind: clear
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, det_item_fee_sumamt: "60.00", inscp_amt: "60.00", fee_ocur_time: 2026-11-04 00:00:00}
      - {bkkp_sn: L2, det_item_fee_sumamt: "60.00", inscp_amt: "60.00", fee_ocur_time: 2026-11-04 00:00:00}
- name: one second after midnight is a time
  kind: edge
  given:
    settlement: [{}]
    fee_line:
      - {bkkp_sn: L1, det_item_fee_sumamt: "60.00", inscp_amt: "60.00", fee_ocur_time: 2026-11-04 00:00:01}
      - {bkkp_sn: L2, det_item_fee_sumamt: "60.00", inscp_amt: "60.00", fee_ocur_time: 2026-11-04 00:00:01}
  expect: {S1: "60.00"}
- name: the institution's number twice
  kind: flag
  given:
    settlement: [{}, {setl_id: S2, setl_time: 2026-11-10 08:00:00, medfee_sumamt: "9000.00"}]
    fee_line: [{}]
  expect: {S2/S1: {a0: "9000.00", a1: "8800.00", a2: "6800.00", severity: 3, lines: 0}}
- name: person, dates and total twice under new numbers
  kind: flag
  given:
    settlement: [{}, {setl_id: S2, medins_setl_id: M2, setl_time: 2026-11-10 08:00:00}]
    fee_line: [{}]
  expect: {S2/S1: {a2: "6800.00"}}
- name: another total under another number
  kind: clear
  given:
    settlement: [{}, {setl_id: S2, medins_setl_id: M2, setl_time: 2026-11-10 08:00:00, medfee_sumamt: "10000.01"}]
    fee_line: [{}]
- name: a third copy is linked to the first
  kind: flag
  given:
    settlement: [{}, {setl_id: S0, setl_time: 2026-11-10 08:00:00}, {setl_id: S3, setl_time: 2026-11-11 08:00:00}]
    fee_line: [{}]
  expect: {S0/S1: {a2: "6800.00"}, S3/S1: {a2: "6800.00", because: {because_copy: "3"}}}
- name: the last day of the look-back and the day after
  kind: edge
  given:
    settlement:
      - {setl_id: S1, begndate: 2026-01-01, enddate: 2026-01-02, setl_time: 2026-01-02 09:00:00}
      - {setl_id: S2, begndate: 2026-04-01, enddate: 2026-04-02, setl_time: 2026-04-02 09:00:00}
      - {setl_id: S3, medins_setl_id: M3, begndate: 2026-01-01, setl_time: 2026-01-03 09:00:00, medfee_sumamt: "1.00"}
      - {setl_id: S4, medins_setl_id: M3, begndate: 2026-04-02, setl_time: 2026-04-03 09:00:00, medfee_sumamt: "1.00"}
    fee_line: [{}]
  expect: {S2/S1: {a2: "6800.00"}}
- name: the earlier one was taken back
  kind: clear
  given:
    settlement: [{is_reversed: true, counts: false}, {setl_id: S2, setl_time: 2026-11-10 08:00:00}]
    fee_line: [{}]
*/
