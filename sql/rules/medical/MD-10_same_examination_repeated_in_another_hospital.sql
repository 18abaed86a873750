/* rule
id: MD-10
version: 1
title_zh: 短期跨院重复检查
title: Same examination repeated in another hospital
status: active
certainty: suspicious
severity: 1
level: network
owner: 基金监管处
summary: >
  The same part of the body was examined in the same way at two institutions within the days for which the first result
  is recognised by the second. Where an emergency or an operation lies in between, the first result no longer says
  much. The subject is the later settlement, linked to the earlier one.
sentence_zh: >-
  患者{because_first_day}在{because_first_place}做过“{because_first_item}”（{because_class}），
  {because_gap_days}天后（{because_day}）又在{because_place}做“{because_item}”，在{because_window}天互认期内，纳入支付范围{because_inscp}元。
facts:
  because_class: 检查类别
  because_first_item: 首次检查项目
  because_first_day: 首次检查日期
  because_first_place: 首次检查机构
  because_item: 再次检查项目
  because_day: 再次检查日期
  because_place: 再次检查机构
  because_gap_days: 间隔天数
  because_window: 互认天数
  because_inscp: 再次检查纳入支付范围（元）
  because_point: 知识点编号
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（二）项
  - 《医疗机构检查检验结果互认管理办法》
national_code: none（检查检验结果互认政策）
in_force: {since: 2022-03-01}
dated_by: fee_date
reads: [fee_line, settlement, exam_class, oprn_d]
look_back: {days: 30}
params:
  least_amount:
    about: Yuan in scope below which a repetition is not worth asking about
    default: "20.00"
    least: "0.00"
    most: "500.00"
amount: a1
not_a_finding_when:
  - 两次检查之间急诊就医或手术（已排除），病情发生变化。
  - 手术前必须在本院复查，或前次检查影像质量不合格，有记录。
  - 前次检查机构不在互认范围，或患者无法提供结果。
  - 按诊疗规范需要动态观察的检查（如颅脑外伤复查）。
reviewer_checks:
  - 查再次检查申请单是否写明不予互认的理由。
  - 查医院是否接入检查结果互认平台、当时能否调阅。
  - 按科室汇总重复检查比例，先汇总再谈扣款。
handler: [H7]
suppressors: [S-EMG]
*/
WITH
examined AS (
    SELECT
        s.setl_id,
        s.person,
        s.care,
        s.fixmedins_code,
        s.fixmedins_name,
        l.bkkp_sn,
        l.hilist_name,
        l.fee_date,
        l.det_item_fee_sumamt,
        l.inscp_amt,
        k.class_code,
        k.window_days,
        k.kp_id
    FROM fee_line AS l
    INNER JOIN exam_class AS k
        ON
            l.hilist_code = k.hilist_code
            AND l.fee_date >= k.valid_from
            AND (k.valid_until IS NULL OR l.fee_date < k.valid_until)
    INNER JOIN settlement AS s ON l.setl_id = s.setl_id
    WHERE k.is_recognised = '1' AND l.cnt > 0
    -- An item under two points is one examination, the one that is recognised longer.
    QUALIFY ROW_NUMBER() OVER (PARTITION BY l.bkkp_sn ORDER BY k.window_days DESC, k.kp_id ASC) = 1
),

changed AS (
    SELECT
        person,
        begndate AS began,
        enddate AS ended
    FROM settlement
    WHERE care = 'ER' OR LEFT(med_type, 2) = '24'
    UNION ALL
    SELECT
        s.person,
        o.oprn_oprt_date AS began,
        o.oprn_oprt_date AS ended
    FROM settlement AS s
    INNER JOIN oprn_d AS o ON s.mdtrt_id = o.mdtrt_id
    WHERE o.vali_flag = '1'
),

repeated AS (
    SELECT
        b.setl_id,
        a.setl_id AS linked_setl_id,
        b.bkkp_sn,
        b.det_item_fee_sumamt,
        b.inscp_amt,
        b.class_code,
        b.hilist_name,
        b.fee_date,
        b.fixmedins_code,
        b.fixmedins_name,
        a.window_days,
        a.kp_id,
        a.hilist_name AS first_item,
        a.fee_date AS first_day,
        COALESCE(a.fixmedins_name, a.fixmedins_code) AS first_place,
        ROW_NUMBER() OVER (PARTITION BY b.bkkp_sn ORDER BY a.fee_date DESC, a.setl_id ASC, a.bkkp_sn ASC) AS nth
    FROM examined AS b
    INNER JOIN examined AS a
        ON
            b.person = a.person
            AND b.class_code = a.class_code
            AND b.fixmedins_code <> a.fixmedins_code
    WHERE
        DATE_DIFF('day', a.fee_date, b.fee_date) BETWEEN 0 AND LEAST(a.window_days, $look_back_days)
        -- Of two on one day the later number repeats the earlier.
        AND (a.fee_date < b.fee_date OR a.setl_id < b.setl_id)
        AND b.inscp_amt >= $least_amount
        AND NOT EXISTS (
            SELECT 1
            FROM changed AS c
            WHERE
                c.person = b.person
                AND DATE_DIFF('day', a.fee_date, c.ended) >= 0
                AND DATE_DIFF('day', c.began, b.fee_date) >= 0
        )
)

SELECT
    setl_id,
    linked_setl_id,
    bkkp_sn,
    det_item_fee_sumamt AS a0,
    inscp_amt AS a1,
    class_code AS because_class,
    first_item AS because_first_item,
    first_day AS because_first_day,
    first_place AS because_first_place,
    hilist_name AS because_item,
    fee_date AS because_day,
    COALESCE(fixmedins_name, fixmedins_code) AS because_place,
    DATE_DIFF('day', first_day, fee_date) AS because_gap_days,
    window_days AS because_window,
    inscp_amt AS because_inscp,
    kp_id AS because_point
FROM repeated
WHERE nth = 1
/* examples
- name: the same hospital looks again after a week
  kind: clear
  given:
    fee_line:
      - setl_id: S1
        bkkp_sn: S1L
        hilist_code: E1
        fee_date: 2026-11-01
        det_item_fee_sumamt: "240.00"
        inscp_amt: "240.00"
      - setl_id: S2
        bkkp_sn: S2L
        hilist_code: E1
        fee_date: 2026-11-08
        det_item_fee_sumamt: "240.00"
        inscp_amt: "240.00"
    settlement:
      - {setl_id: S1, mdtrt_id: VS1, care: OTP, fixmedins_code: H51010000001, begndate: 2026-11-01, enddate: 2026-11-01}
      - {setl_id: S2, mdtrt_id: VS2, care: OTP, fixmedins_code: H51010000001, begndate: 2026-11-08, enddate: 2026-11-08}
    exam_class: [{}]
    oprn_d: []
- name: another hospital looks again after a week
  kind: flag
  given:
    fee_line:
      - setl_id: S1
        bkkp_sn: S1L
        hilist_code: E1
        fee_date: 2026-11-01
        det_item_fee_sumamt: "240.00"
        inscp_amt: "240.00"
      - setl_id: S2
        bkkp_sn: S2L
        hilist_code: E1
        fee_date: 2026-11-08
        det_item_fee_sumamt: "240.00"
        inscp_amt: "240.00"
    settlement:
      - {setl_id: S1, mdtrt_id: VS1, care: OTP, fixmedins_code: H51010000001, begndate: 2026-11-01, enddate: 2026-11-01}
      - {setl_id: S2, mdtrt_id: VS2, care: OTP, fixmedins_code: H51010000002, begndate: 2026-11-08, enddate: 2026-11-08}
    exam_class: [{}]
    oprn_d: []
  expect: {S2/S1: {a0: "240.00", a1: "240.00", lines: 1, because: {because_gap_days: "7"}}}
- name: two hospitals on one day
  kind: flag
  given:
    fee_line:
      - setl_id: S1
        bkkp_sn: S1L
        hilist_code: E1
        fee_date: 2026-11-01
        det_item_fee_sumamt: "240.00"
        inscp_amt: "240.00"
      - setl_id: S2
        bkkp_sn: S2L
        hilist_code: E1
        fee_date: 2026-11-01
        det_item_fee_sumamt: "240.00"
        inscp_amt: "240.00"
    settlement:
      - {setl_id: S1, mdtrt_id: VS1, care: OTP, fixmedins_code: H51010000001, begndate: 2026-11-01, enddate: 2026-11-01}
      - {setl_id: S2, mdtrt_id: VS2, care: OTP, fixmedins_code: H51010000002, begndate: 2026-11-01, enddate: 2026-11-01}
    exam_class: [{}]
    oprn_d: []
  expect: {S2/S1: "240.00"}
- name: the fourteenth day and the fifteenth
  kind: edge
  given:
    fee_line:
      - setl_id: S1
        bkkp_sn: S1L
        hilist_code: E1
        fee_date: 2026-11-01
        det_item_fee_sumamt: "240.00"
        inscp_amt: "240.00"
      - setl_id: S2
        bkkp_sn: S2L
        hilist_code: E1
        fee_date: 2026-11-15
        det_item_fee_sumamt: "240.00"
        inscp_amt: "240.00"
      - setl_id: T1
        bkkp_sn: T1L
        hilist_code: E1
        fee_date: 2026-11-01
        det_item_fee_sumamt: "240.00"
        inscp_amt: "240.00"
      - setl_id: T2
        bkkp_sn: T2L
        hilist_code: E1
        fee_date: 2026-11-16
        det_item_fee_sumamt: "240.00"
        inscp_amt: "240.00"
    settlement:
      - {setl_id: S1, mdtrt_id: VS1, care: OTP, fixmedins_code: H51010000001, begndate: 2026-11-01, enddate: 2026-11-01}
      - {setl_id: S2, mdtrt_id: VS2, care: OTP, fixmedins_code: H51010000002, begndate: 2026-11-15, enddate: 2026-11-15}
      - setl_id: T1
        mdtrt_id: VT1
        care: OTP
        fixmedins_code: H51010000001
        begndate: 2026-11-01
        enddate: 2026-11-01
        person: P2
      - setl_id: T2
        mdtrt_id: VT2
        care: OTP
        fixmedins_code: H51010000002
        begndate: 2026-11-16
        enddate: 2026-11-16
        person: P2
    exam_class: [{}]
    oprn_d: []
  expect: {S2/S1: {because: {because_gap_days: "14"}}}
- name: twenty yuan in scope and a cent less
  kind: edge
  given:
    fee_line:
      - setl_id: S1
        bkkp_sn: S1L
        hilist_code: E1
        fee_date: 2026-11-01
        det_item_fee_sumamt: "240.00"
        inscp_amt: "240.00"
      - setl_id: S2
        bkkp_sn: S2L
        hilist_code: E1
        fee_date: 2026-11-08
        det_item_fee_sumamt: "20.00"
        inscp_amt: "20.00"
      - setl_id: S3
        bkkp_sn: S3L
        hilist_code: E1
        fee_date: 2026-11-09
        det_item_fee_sumamt: "19.99"
        inscp_amt: "19.99"
    settlement:
      - {setl_id: S1, mdtrt_id: VS1, care: OTP, fixmedins_code: H51010000001, begndate: 2026-11-01, enddate: 2026-11-01}
      - {setl_id: S2, mdtrt_id: VS2, care: OTP, fixmedins_code: H51010000002, begndate: 2026-11-08, enddate: 2026-11-08}
      - {setl_id: S3, mdtrt_id: VS3, care: OTP, fixmedins_code: H51010000003, begndate: 2026-11-09, enddate: 2026-11-09}
    exam_class: [{}]
    oprn_d: []
  expect: {S2/S1: "20.00"}
- name: the examination came onto the list the day after the first
  kind: edge
  given:
    fee_line:
      - setl_id: S1
        bkkp_sn: S1L
        hilist_code: E1
        fee_date: 2026-11-01
        det_item_fee_sumamt: "240.00"
        inscp_amt: "240.00"
      - setl_id: S2
        bkkp_sn: S2L
        hilist_code: E1
        fee_date: 2026-11-08
        det_item_fee_sumamt: "240.00"
        inscp_amt: "240.00"
    settlement:
      - {setl_id: S1, mdtrt_id: VS1, care: OTP, fixmedins_code: H51010000001, begndate: 2026-11-01, enddate: 2026-11-01}
      - {setl_id: S2, mdtrt_id: VS2, care: OTP, fixmedins_code: H51010000002, begndate: 2026-11-08, enddate: 2026-11-08}
    exam_class: [{valid_from: 2026-11-02}]
    oprn_d: []
- name: the day before the rules on recognition and their first day
  kind: edge
  given:
    fee_line:
      - setl_id: S1
        bkkp_sn: S1L
        hilist_code: E1
        fee_date: 2022-02-27
        det_item_fee_sumamt: "240.00"
        inscp_amt: "240.00"
      - setl_id: BEFORE
        bkkp_sn: BEFOREL
        hilist_code: E1
        fee_date: 2022-02-28
        det_item_fee_sumamt: "240.00"
        inscp_amt: "240.00"
      - setl_id: S2
        bkkp_sn: S2L
        hilist_code: E1
        fee_date: 2022-03-01
        det_item_fee_sumamt: "240.00"
        inscp_amt: "240.00"
      - setl_id: FIRST
        bkkp_sn: FIRSTL
        hilist_code: E1
        fee_date: 2022-03-02
        det_item_fee_sumamt: "240.00"
        inscp_amt: "240.00"
    settlement:
      - {setl_id: S1, mdtrt_id: VS1, care: OTP, fixmedins_code: H51010000001, begndate: 2022-02-27, enddate: 2022-02-27}
      - setl_id: BEFORE
        mdtrt_id: VBEFORE
        care: OTP
        fixmedins_code: H51010000002
        begndate: 2022-02-28
        enddate: 2022-02-28
      - setl_id: S2
        mdtrt_id: VS2
        care: OTP
        fixmedins_code: H51010000001
        begndate: 2022-03-01
        enddate: 2022-03-01
        person: P2
      - setl_id: FIRST
        mdtrt_id: VFIRST
        care: OTP
        fixmedins_code: H51010000002
        begndate: 2022-03-02
        enddate: 2022-03-02
        person: P2
    exam_class: [{valid_from: 2020-01-01}]
    oprn_d: []
  expect: {FIRST/S2: "240.00"}
- name: an emergency or an operation in between
  kind: clear
  given:
    fee_line:
      - setl_id: S1
        bkkp_sn: S1L
        hilist_code: E1
        fee_date: 2026-11-01
        det_item_fee_sumamt: "240.00"
        inscp_amt: "240.00"
      - setl_id: S3
        bkkp_sn: S3L
        hilist_code: E1
        fee_date: 2026-11-08
        det_item_fee_sumamt: "240.00"
        inscp_amt: "240.00"
      - setl_id: T1
        bkkp_sn: T1L
        hilist_code: E1
        fee_date: 2026-11-01
        det_item_fee_sumamt: "240.00"
        inscp_amt: "240.00"
      - setl_id: T2
        bkkp_sn: T2L
        hilist_code: E1
        fee_date: 2026-11-06
        det_item_fee_sumamt: "240.00"
        inscp_amt: "240.00"
    settlement:
      - {setl_id: S1, mdtrt_id: VS1, care: OTP, fixmedins_code: H51010000001, begndate: 2026-11-01, enddate: 2026-11-01}
      - {setl_id: S2, mdtrt_id: VS2, care: ER, fixmedins_code: H51010000002, begndate: 2026-11-05, enddate: 2026-11-05}
      - {setl_id: S3, mdtrt_id: VS3, care: OTP, fixmedins_code: H51010000002, begndate: 2026-11-08, enddate: 2026-11-08}
      - setl_id: T1
        mdtrt_id: VT1
        care: OTP
        fixmedins_code: H51010000001
        begndate: 2026-11-01
        enddate: 2026-11-01
        person: P2
      - setl_id: T2
        mdtrt_id: VT2
        care: OTP
        fixmedins_code: H51010000002
        begndate: 2026-11-06
        enddate: 2026-11-06
        person: P2
    exam_class: [{}]
    oprn_d: [{mdtrt_id: VT1, oprn_oprt_date: 2026-11-03}]
- name: another part of the body, and a result that is not recognised
  kind: clear
  given:
    fee_line:
      - setl_id: S1
        bkkp_sn: S1L
        hilist_code: E1
        fee_date: 2026-11-01
        det_item_fee_sumamt: "240.00"
        inscp_amt: "240.00"
      - setl_id: S1
        bkkp_sn: S1Lb
        hilist_code: E3
        fee_date: 2026-11-01
        det_item_fee_sumamt: "240.00"
        inscp_amt: "240.00"
      - setl_id: S2
        bkkp_sn: S2L
        hilist_code: E2
        fee_date: 2026-11-08
        det_item_fee_sumamt: "240.00"
        inscp_amt: "240.00"
      - setl_id: S2
        bkkp_sn: S2Lb
        hilist_code: E3
        fee_date: 2026-11-08
        det_item_fee_sumamt: "240.00"
        inscp_amt: "240.00"
    settlement:
      - {setl_id: S1, mdtrt_id: VS1, care: OTP, fixmedins_code: H51010000001, begndate: 2026-11-01, enddate: 2026-11-01}
      - {setl_id: S2, mdtrt_id: VS2, care: OTP, fixmedins_code: H51010000002, begndate: 2026-11-08, enddate: 2026-11-08}
    exam_class:
      - {}
      - {kp_id: K2, hilist_code: E2, class_code: CT-胸部}
      - {kp_id: K3, hilist_code: E3, class_code: CT-腹部, is_recognised: "0"}
    oprn_d: []
- name: rescued where it was done again
  kind: clear
  given:
    fee_line:
      - {bkkp_sn: L1, hilist_code: E1, fee_date: 2026-11-01}
      - {setl_id: S2, bkkp_sn: L2, hilist_code: E1, fee_date: 2026-11-08}
      - {setl_id: S2, bkkp_sn: L3, hilist_code: "001102000040000", fee_date: 2026-11-08}
    settlement: [{}, {setl_id: S2, mdtrt_id: V2, care: OTP, fixmedins_code: H51010000002}]
    exam_class: [{}]
    oprn_d: []
    excused_care: [{suppressor: S-EMG, code: "001102000040000", note_zh: 急诊诊察费}]
  suppressed: {S2/S1: S-EMG}
*/
