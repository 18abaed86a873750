/* rule
id: ST-01
version: 1
title_zh: 明细合计与结算总额不符
title: Lines do not add up to the header
status: active
certainty: definite
severity: 2
level: settlement
owner: 信息管理处
summary: >
  The fee lines of a settlement do not add up to its header, in the total or in one of the four parts. Rounding of the
  lines is let pass: a cent times the square root of their number, at least five cents. A settlement without lines is
  not judged, nor one of which lines were set aside on receipt, nor one whose header contradicts itself (ST-02).
sentence_zh: "{because_lines}条明细的合计与结算单不符：{because_broken}。"
facts:
  because_lines: 明细条数
  because_broken: 不符之处
  because_difference: 最大差额（元）
basis:
  - 《四川省异地就医结算管理办法》第十三条
  - 《医疗保障基金使用监督管理条例》第三十九条
  - 医保结算数据标准：结算恒等式 I4
national_code: GZ10000201002000
in_force: {since: 2021-01-01}
dated_by: setl_date
reads: [settlement, fee_line, set_aside]
look_back: none
params:
  per_root:
    about: Yuan by which a sum may be off, times the root of the number of lines, which are rounded one by one
    default: "0.01"
    least: "0.00"
    most: "0.05"
  least_tolerance:
    about: Yuan by which a sum may be off however few the lines
    default: "0.05"
    least: "0.00"
    most: "1.00"
  header_tolerance:
    about: Yuan by which the header's total may differ from its own four parts; beyond it ST-02 speaks
    default: "0.05"
    least: "0.00"
    most: "1.00"
amount: a1
amount_note: >
  a1 is the header's in-scope amount less that of the lines, signed, where these differ; it is priced like any other
  in-scope amount. exposure is the largest of the differences.
not_a_finding_when:
  - 明细已上传但尚未挂接结算编号，次日补传后即平。
  - 中途结算，部分明细归入下一次结算。
  - 单行退费的负数明细晚一日上传。
  - 部分明细因数据质量被暂存（已排除，修复重放后再比较）。
  - 跨省就医转出地只传结算单、不传明细（没有明细的不比较）。
reviewer_checks:
  - 核对医院票据、费用清单与平台结算单三者的总额。
  - 查差额是否等于某一条或几条明细，确认是漏传、重传还是改单。
  - 查该机构同日其他结算是否同样，以判断是接口问题还是个案。
handler: [H6]
suppressors_in_sql: [S-REF]
*/
WITH
summed AS (
    SELECT
        setl_id,
        COUNT(*) AS n_lines,
        CAST(SUM(det_item_fee_sumamt) AS DECIMAL(18, 2)) AS medfee_sumamt,
        CAST(SUM(fulamt_ownpay_amt) AS DECIMAL(18, 2)) AS fulamt_ownpay_amt,
        CAST(SUM(overlmt_selfpay) AS DECIMAL(18, 2)) AS overlmt_selfpay,
        CAST(SUM(preselfpay_amt) AS DECIMAL(18, 2)) AS preselfpay_amt,
        CAST(SUM(inscp_amt) AS DECIMAL(18, 2)) AS inscp_amt
    FROM fee_line
    GROUP BY setl_id
),

each_amount AS (
    SELECT
        s.setl_id,
        l.n_lines,
        1 AS place,
        '费用总额' AS amount,
        s.medfee_sumamt AS stated,
        l.medfee_sumamt AS total
    FROM settlement AS s
    INNER JOIN summed AS l ON s.setl_id = l.setl_id
    UNION ALL
    SELECT
        s.setl_id,
        l.n_lines,
        2 AS place,
        '全自费' AS amount,
        s.fulamt_ownpay_amt AS stated,
        l.fulamt_ownpay_amt AS total
    FROM settlement AS s
    INNER JOIN summed AS l ON s.setl_id = l.setl_id
    UNION ALL
    SELECT
        s.setl_id,
        l.n_lines,
        3 AS place,
        '超限价自费' AS amount,
        s.overlmt_selfpay AS stated,
        l.overlmt_selfpay AS total
    FROM settlement AS s
    INNER JOIN summed AS l ON s.setl_id = l.setl_id
    UNION ALL
    SELECT
        s.setl_id,
        l.n_lines,
        4 AS place,
        '先行自付' AS amount,
        s.preselfpay_amt AS stated,
        l.preselfpay_amt AS total
    FROM settlement AS s
    INNER JOIN summed AS l ON s.setl_id = l.setl_id
    UNION ALL
    SELECT
        s.setl_id,
        l.n_lines,
        5 AS place,
        '范围内' AS amount,
        s.inscp_amt AS stated,
        l.inscp_amt AS total
    FROM settlement AS s
    INNER JOIN summed AS l ON s.setl_id = l.setl_id
),

broken AS (
    SELECT
        setl_id,
        MAX(n_lines) AS n_lines,
        SUM(CASE WHEN place = 1 THEN ABS(stated - total) ELSE 0 END) AS by_total,
        SUM(CASE WHEN place = 5 THEN stated - total ELSE 0 END) AS by_scope,
        MAX(ABS(stated - total)) AS largest,
        STRING_AGG(
            amount || ' ' || CAST(stated AS VARCHAR) || ' 元，明细合计 ' || CAST(total AS VARCHAR) || ' 元', '；'
            ORDER BY place
        ) AS named
    FROM each_amount
    WHERE
        ABS(stated - total) > $least_tolerance
        -- The root is drawn on neither side: both are squared.
        AND (stated - total) * (stated - total) > $per_root * $per_root * n_lines
    GROUP BY setl_id
)

SELECT
    b.setl_id,
    GREATEST(b.by_total, ABS(b.by_scope)) AS a0,
    b.by_scope AS a1,
    b.largest AS exposure,
    b.n_lines AS because_lines,
    b.named AS because_broken,
    b.largest AS because_difference
FROM broken AS b
INNER JOIN settlement AS s ON b.setl_id = s.setl_id
WHERE
    ABS(s.medfee_sumamt - s.fulamt_ownpay_amt - s.overlmt_selfpay - s.preselfpay_amt - s.inscp_amt)
    <= $header_tolerance
    AND NOT EXISTS (
        SELECT 1
        FROM set_aside AS q
        LEFT JOIN fee_line AS l ON q.primary_key = l.bkkp_sn
        WHERE q.table_name = 'fee_list_d' AND q.setl_id = b.setl_id AND l.bkkp_sn IS NULL
    )
/* examples
- name: one line makes up the bill
  kind: clear
  given:
    settlement: [{medfee_sumamt: "20.00", fulamt_ownpay_amt: "0.00", preselfpay_amt: "0.00", inscp_amt: "20.00"}]
    fee_line: [{}]
    set_aside: []
- name: a line is missing
  kind: flag
  given:
    settlement: [{medfee_sumamt: "50.00", fulamt_ownpay_amt: "0.00", preselfpay_amt: "10.00", inscp_amt: "40.00"}]
    fee_line: [{}]
    set_aside: []
  expect:
    S1:
      a0: "30.00"
      a1: "20.00"
      exposure: "30.00"
      because:
        because_lines: "1"
        because_broken: 费用总额 50.00 元，明细合计 20.00 元；先行自付 10.00 元，明细合计 0.00 元；范围内 40.00 元，明细合计 20.00 元
- name: the total is right, ten yuan moved into the scope
  kind: flag
  given:
    settlement: [{medfee_sumamt: "20.00", fulamt_ownpay_amt: "0.00", preselfpay_amt: "0.00", inscp_amt: "20.00"}]
    fee_line: [{preselfpay_amt: "10.00", inscp_amt: "10.00"}]
    set_aside: []
  expect: {S1: {a0: "10.00", a1: "10.00", exposure: "10.00"}}
- name: less in scope than the lines have
  kind: flag
  given:
    settlement: [{medfee_sumamt: "20.00", fulamt_ownpay_amt: "0.00", preselfpay_amt: "12.00", inscp_amt: "8.00"}]
    fee_line: [{}]
    set_aside: []
  expect: {S1: "-12.00"}
- name: no lines came
  kind: clear
  given: {settlement: [{}], fee_line: [], set_aside: []}
- name: a line of it was set aside on receipt
  kind: clear
  given:
    settlement: [{medfee_sumamt: "50.00", fulamt_ownpay_amt: "0.00", preselfpay_amt: "0.00", inscp_amt: "50.00"}]
    fee_line: [{}]
    set_aside: [{}]
- name: a line was set aside, and came again in order
  kind: flag
  given:
    settlement: [{medfee_sumamt: "50.00", fulamt_ownpay_amt: "0.00", preselfpay_amt: "0.00", inscp_amt: "50.00"}]
    fee_line: [{bkkp_sn: L9}]
    set_aside: [{}]
  expect: {S1: "30.00"}
- name: the header contradicts itself, which another rule says
  kind: clear
  given:
    settlement: [{medfee_sumamt: "20.00", fulamt_ownpay_amt: "0.00", preselfpay_amt: "5.00", inscp_amt: "20.00"}]
    fee_line: [{}]
    set_aside: []
- name: five cents on one line, and six
  kind: edge
  given:
    settlement:
      - {setl_id: FIVE, medfee_sumamt: "20.05", fulamt_ownpay_amt: "0.05", preselfpay_amt: "0.00", inscp_amt: "20.00"}
      - {setl_id: SIX, medfee_sumamt: "20.06", fulamt_ownpay_amt: "0.06", preselfpay_amt: "0.00", inscp_amt: "20.00"}
    fee_line: [{setl_id: FIVE}, {setl_id: SIX, bkkp_sn: L2}]
    set_aside: []
  expect: {SIX: {a1: "0.00", exposure: "0.06"}}
*/
