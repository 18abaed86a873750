/* rule
id: MD-05
version: 1
title_zh: 重复开药/药品种类超标
title: Therapeutic duplication or too many drugs
status: active
certainty: suspicious
severity: 1
level: patient-episode
owner: 基金监管处
summary: >
  Two drugs of one class, taken home and overlapping for a week or more; more kinds of drugs on one numbered
  prescription than the prescription rules allow; or three kinds of injections of Chinese medicine in one stay. At
  issue are the later duplicate, and the cheapest kinds beyond the limit.
sentence_zh: >-
  {because_day}“{because_item}”：{because_form}（{because_others}），
  限{because_limit}，实际{because_found}，纳入支付范围{because_inscp}元。
facts:
  because_form: 情形
  because_day: 日期
  because_item: 药品
  because_others: 相关药品或处方
  because_limit: 限值
  because_found: 实际值
  because_inscp: 纳入支付范围（元）
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（二）项
  - 《处方管理办法》第六条
national_code: GZ10000301006000, GZ10000202004000
in_force: {since: 2021-05-01}
dated_by: fee_date
reads: [fee_line, settlement, drug_class, drug_supply]
look_back: {days: 120}
params:
  overlap_days:
    about: Days for which two drugs of one class overlap before they count as one treatment twice
    default: "7"
    least: "1"
    most: "28"
  kinds_a_prescription:
    about: Kinds of Western drugs and patent medicines on one numbered prescription
    default: "5"
    least: "3"
    most: "10"
  kinds_of_injection:
    about: Kinds of injections of Chinese medicine in one stay from which they are too many
    default: "3"
    least: "2"
    most: "6"
amount: a1
not_a_finding_when:
  - 同一类药物不同规格配合调整剂量，或复方制剂减量。
  - 治疗中途换药，前一种已停用并有医嘱。
  - 多种慢性病并存，长期处方在一次就诊中开齐。
  - 急危重症住院期间先后更换中药注射剂，并非同时使用。
reviewer_checks:
  - 查两次处方的诊断、医师和停药医嘱。
  - 由参保地或处方医师向患者核实是否同时服用。
  - 查处方点评记录和中药注射剂使用审批。
handler: [H2]
suppressors: [S-SMALL]
*/
WITH
medicine AS (
    SELECT
        s.setl_id,
        s.person,
        s.care,
        l.bkkp_sn,
        l.hilist_code,
        l.hilist_name,
        l.fee_date,
        l.cnt,
        l.det_item_fee_sumamt,
        l.inscp_amt,
        l.rxno
    FROM fee_line AS l
    INNER JOIN settlement AS s ON l.setl_id = s.setl_id
    WHERE l.list_type = '101' AND l.cnt > 0
),

classed AS (
    SELECT
        m.setl_id,
        m.person,
        m.care,
        m.bkkp_sn,
        m.hilist_name,
        m.fee_date,
        m.det_item_fee_sumamt,
        m.inscp_amt,
        k.generic,
        k.class_code,
        k.kind,
        k.note_zh,
        m.cnt * COALESCE(d.days_per_unit, 0) AS supply
    FROM medicine AS m
    INNER JOIN drug_class AS k
        ON
            m.hilist_code = k.hilist_code
            AND m.fee_date >= k.valid_from
            AND (k.valid_until IS NULL OR m.fee_date < k.valid_until)
    LEFT JOIN drug_supply AS d
        ON
            m.hilist_code = d.hilist_code
            AND m.fee_date >= d.valid_from
            AND (d.valid_until IS NULL OR m.fee_date < d.valid_until)
    QUALIFY
        ROW_NUMBER() OVER (
            PARTITION BY m.bkkp_sn, k.kind ORDER BY k.kp_id ASC, d.days_per_unit ASC, d.kp_id ASC
        ) = 1
),

twice AS (
    SELECT
        b.setl_id,
        CASE WHEN a.setl_id <> b.setl_id THEN a.setl_id END AS linked_setl_id,
        b.bkkp_sn,
        b.det_item_fee_sumamt,
        b.inscp_amt,
        '同类药品重叠使用：' || b.note_zh AS reason,
        1 AS place,
        b.fee_date,
        b.hilist_name,
        CAST(a.fee_date AS VARCHAR) || ' ' || a.hilist_name AS beside,
        '重叠少于' || CAST(CAST(ROUND($overlap_days) AS BIGINT) AS VARCHAR) || '天' AS allowed,
        '重叠'
        || CAST(
            CAST(FLOOR(LEAST(a.supply - DATE_DIFF('day', a.fee_date, b.fee_date), b.supply)) AS BIGINT) AS VARCHAR
        )
        || '天' AS actual,
        ROW_NUMBER() OVER (PARTITION BY b.bkkp_sn ORDER BY a.fee_date DESC, a.setl_id ASC, a.bkkp_sn ASC) AS nth
    FROM classed AS b
    INNER JOIN classed AS a ON b.person = a.person AND b.class_code = a.class_code AND b.generic <> a.generic
    WHERE
        a.kind = 'DUPLICATE'
        AND b.kind = 'DUPLICATE'
        AND a.care IN ('OTP', 'OPSP', 'RX', 'ER')
        AND b.care IN ('OTP', 'OPSP', 'RX', 'ER')
        AND DATE_DIFF('day', a.fee_date, b.fee_date) BETWEEN 0 AND $look_back_days
        -- Of two on one bill the cheaper is the duplicate, of two on one day the later bill's.
        AND (
            a.fee_date < b.fee_date
            OR a.setl_id < b.setl_id
            OR (
                a.setl_id = b.setl_id
                AND (a.inscp_amt > b.inscp_amt OR (a.inscp_amt = b.inscp_amt AND a.bkkp_sn < b.bkkp_sn))
            )
        )
        AND a.supply - DATE_DIFF('day', a.fee_date, b.fee_date) >= $overlap_days
        AND b.supply >= $overlap_days
),

-- Western drugs and patent medicines by the kind; the institution's name of a code tells no more.
kinds AS (
    SELECT
        setl_id,
        rxno AS prescription,
        hilist_code,
        MIN(hilist_name) AS hilist_name,
        MIN(fee_date) AS fee_date,
        MIN(bkkp_sn) AS bkkp_sn,
        SUM(det_item_fee_sumamt) AS gross,
        SUM(inscp_amt) AS in_scope
    FROM medicine
    WHERE care IN ('OTP', 'ER') AND rxno IS NOT NULL
    GROUP BY setl_id, rxno, hilist_code
),

ranked AS (
    SELECT
        setl_id,
        prescription,
        hilist_name,
        fee_date,
        bkkp_sn,
        gross,
        in_scope,
        COUNT(*) OVER (PARTITION BY setl_id, prescription) AS kinds_found,
        ROW_NUMBER() OVER (PARTITION BY setl_id, prescription ORDER BY in_scope DESC, hilist_code ASC) AS nth
    FROM kinds
),

many AS (
    SELECT
        setl_id,
        bkkp_sn,
        gross,
        in_scope,
        '单张处方药品种类过多' AS reason,
        fee_date,
        hilist_name,
        '处方' || prescription AS beside,
        kinds_found
    FROM ranked
    WHERE nth > $kinds_a_prescription
),

injected AS (
    SELECT
        setl_id,
        generic,
        MIN(hilist_name) AS hilist_name,
        MIN(fee_date) AS fee_date,
        MIN(bkkp_sn) AS bkkp_sn,
        SUM(det_item_fee_sumamt) AS gross,
        SUM(inscp_amt) AS in_scope
    FROM classed
    WHERE kind = 'TCM_INJECTION' AND care = 'IPT'
    GROUP BY setl_id, generic
),

stacked AS (
    SELECT
        setl_id,
        hilist_name,
        fee_date,
        bkkp_sn,
        gross,
        in_scope,
        COUNT(*) OVER (PARTITION BY setl_id) AS kinds_found,
        ROW_NUMBER() OVER (PARTITION BY setl_id ORDER BY in_scope DESC, generic ASC) AS nth
    FROM injected
),

found AS (
    SELECT
        setl_id,
        linked_setl_id,
        bkkp_sn,
        det_item_fee_sumamt AS gross,
        inscp_amt AS in_scope,
        reason,
        place,
        fee_date,
        hilist_name,
        beside,
        allowed,
        actual
    FROM twice
    WHERE nth = 1 AND inscp_amt > 0
    UNION ALL
    SELECT
        setl_id,
        CAST(NULL AS VARCHAR) AS linked_setl_id,
        bkkp_sn,
        gross,
        in_scope,
        reason,
        2 AS place,
        fee_date,
        hilist_name,
        beside,
        CAST(CAST(ROUND($kinds_a_prescription) AS BIGINT) AS VARCHAR) || '种' AS allowed,
        CAST(kinds_found AS VARCHAR) || '种' AS actual
    FROM many
    WHERE in_scope > 0
    UNION ALL
    SELECT
        setl_id,
        CAST(NULL AS VARCHAR) AS linked_setl_id,
        bkkp_sn,
        gross,
        in_scope,
        '同一次住院中药注射剂品种过多' AS reason,
        3 AS place,
        fee_date,
        hilist_name,
        '中药注射剂' AS beside,
        '少于' || CAST(CAST(ROUND($kinds_of_injection) AS BIGINT) AS VARCHAR) || '种' AS allowed,
        CAST(kinds_found AS VARCHAR) || '种' AS actual
    FROM stacked
    WHERE kinds_found >= $kinds_of_injection AND nth >= $kinds_of_injection AND in_scope > 0
)

SELECT
    setl_id,
    linked_setl_id,
    bkkp_sn,
    gross AS a0,
    in_scope AS a1,
    reason AS because_form,
    fee_date AS because_day,
    hilist_name AS because_item,
    beside AS because_others,
    allowed AS because_limit,
    actual AS because_found,
    in_scope AS because_inscp
FROM found
-- A line is at issue once, as the duplicate first.
QUALIFY ROW_NUMBER() OVER (PARTITION BY bkkp_sn ORDER BY place ASC) = 1
/* examples
- name: the same drug again, and another of the class when the first is used up
  kind: clear
  given:
    fee_line:
      - {bkkp_sn: S1D1, hilist_code: D1, list_type: "101", fee_date: 2026-11-01, inscp_amt: "40.00"}
      - {setl_id: S2, bkkp_sn: S2D1, hilist_code: D1, list_type: "101", fee_date: 2026-11-10, inscp_amt: "40.00"}
      - {setl_id: S3, bkkp_sn: S3D2, hilist_code: D2, list_type: "101", fee_date: 2026-11-24, inscp_amt: "40.00"}
    settlement:
      - {setl_id: S1, mdtrt_id: VS1, care: OTP, begndate: 2026-11-01, enddate: 2026-11-01}
      - {setl_id: S2, mdtrt_id: VS2, care: OTP, begndate: 2026-11-10, enddate: 2026-11-10}
      - {setl_id: S3, mdtrt_id: VS3, care: OTP, begndate: 2026-11-24, enddate: 2026-11-24}
    drug_class:
      - {hilist_code: D1, generic: 洛伐他汀}
      - {kp_id: K2, hilist_code: D2, generic: 氟伐他汀}
    drug_supply:
      - {hilist_code: D1, days_per_unit: "14"}
      - {kp_id: K2, hilist_code: D2, days_per_unit: "14"}
- name: two statins on one bill, the cheaper is the duplicate
  kind: flag
  given:
    fee_line:
      - {bkkp_sn: S1D1, hilist_code: D1, list_type: "101", inscp_amt: "40.00"}
      - {bkkp_sn: S1D2, hilist_code: D2, list_type: "101", inscp_amt: "30.00"}
    settlement:
      - {setl_id: S1, mdtrt_id: VS1, care: OTP, begndate: 2026-11-04, enddate: 2026-11-04}
    drug_class:
      - {hilist_code: D1, generic: 洛伐他汀}
      - {kp_id: K2, hilist_code: D2, generic: 氟伐他汀}
    drug_supply:
      - {hilist_code: D1, days_per_unit: "14"}
      - {kp_id: K2, hilist_code: D2, days_per_unit: "14"}
  expect: {S1: {a1: "30.00", lines: 1, because: {because_found: 重叠14天}}}
- name: a second statin from another clinic
  kind: flag
  given:
    fee_line:
      - {bkkp_sn: S1D1, hilist_code: D1, list_type: "101", fee_date: 2026-11-01, inscp_amt: "40.00"}
      - {setl_id: S2, bkkp_sn: S2D2, hilist_code: D2, list_type: "101", inscp_amt: "40.00"}
    settlement:
      - {setl_id: S1, mdtrt_id: VS1, care: OTP, begndate: 2026-11-01, enddate: 2026-11-01}
      - {setl_id: S2, mdtrt_id: VS2, care: OTP, begndate: 2026-11-04, enddate: 2026-11-04, fixmedins_code: H51010000002}
    drug_class:
      - {hilist_code: D1, generic: 洛伐他汀}
      - {kp_id: K2, hilist_code: D2, generic: 氟伐他汀}
    drug_supply:
      - {hilist_code: D1, days_per_unit: "14"}
      - {kp_id: K2, hilist_code: D2, days_per_unit: "14"}
  expect: {S2/S1: {a1: "40.00", because: {because_found: 重叠11天}}}
- name: an overlap of seven days and of six
  kind: edge
  given:
    fee_line:
      - {setl_id: A1, bkkp_sn: A1D1, hilist_code: D1, list_type: "101", fee_date: 2026-11-01, inscp_amt: "40.00"}
      - {setl_id: A2, bkkp_sn: A2D2, hilist_code: D2, list_type: "101", fee_date: 2026-11-08, inscp_amt: "40.00"}
      - {setl_id: B1, bkkp_sn: B1D1, hilist_code: D1, list_type: "101", fee_date: 2026-11-01, inscp_amt: "40.00"}
      - {setl_id: B2, bkkp_sn: B2D2, hilist_code: D2, list_type: "101", fee_date: 2026-11-09, inscp_amt: "40.00"}
    settlement:
      - {setl_id: A1, mdtrt_id: VA1, care: OTP, begndate: 2026-11-01, enddate: 2026-11-01}
      - {setl_id: A2, mdtrt_id: VA2, care: OTP, begndate: 2026-11-08, enddate: 2026-11-08}
      - {setl_id: B1, mdtrt_id: VB1, care: OTP, begndate: 2026-11-01, enddate: 2026-11-01, person: P2}
      - {setl_id: B2, mdtrt_id: VB2, care: OTP, begndate: 2026-11-09, enddate: 2026-11-09, person: P2}
    drug_class:
      - {hilist_code: D1, generic: 洛伐他汀}
      - {kp_id: K2, hilist_code: D2, generic: 氟伐他汀}
    drug_supply:
      - {hilist_code: D1, days_per_unit: "14"}
      - {kp_id: K2, hilist_code: D2, days_per_unit: "14"}
  expect: {A2/A1: "40.00"}
- name: a prescription of six kinds, of which the cheapest is beyond it
  kind: flag
  given:
    fee_line:
      - {bkkp_sn: S1X1, hilist_code: X1, list_type: "101", inscp_amt: "21.00", rxno: R1}
      - {bkkp_sn: S1X2, hilist_code: X2, list_type: "101", inscp_amt: "22.00", rxno: R1}
      - {bkkp_sn: S1X3, hilist_code: X3, list_type: "101", inscp_amt: "23.00", rxno: R1}
      - {bkkp_sn: S1X4, hilist_code: X4, list_type: "101", inscp_amt: "24.00", rxno: R1}
      - {bkkp_sn: S1X5, hilist_code: X5, list_type: "101", inscp_amt: "25.00", rxno: R1}
      - {bkkp_sn: S1X6, hilist_code: X6, list_type: "101", inscp_amt: "26.00", rxno: R1}
    settlement:
      - {setl_id: S1, mdtrt_id: VS1, care: OTP, begndate: 2026-11-04, enddate: 2026-11-04}
    drug_class: []
    drug_supply: []
  expect: {S1: {a1: "21.00", lines: 1, because: {because_form: 单张处方药品种类过多, because_found: 6种}}}
- name: five kinds on one prescription and a sixth on the next
  kind: edge
  given:
    fee_line:
      - {bkkp_sn: S1X1, hilist_code: X1, list_type: "101", inscp_amt: "21.00", rxno: R1}
      - {bkkp_sn: S1X2, hilist_code: X2, list_type: "101", inscp_amt: "22.00", rxno: R1}
      - {bkkp_sn: S1X3, hilist_code: X3, list_type: "101", inscp_amt: "23.00", rxno: R1}
      - {bkkp_sn: S1X4, hilist_code: X4, list_type: "101", inscp_amt: "24.00", rxno: R1}
      - {bkkp_sn: S1X5, hilist_code: X5, list_type: "101", inscp_amt: "25.00", rxno: R1}
      - {bkkp_sn: S1X6, hilist_code: X6, list_type: "101", inscp_amt: "40.00", rxno: R2}
    settlement:
      - {setl_id: S1, mdtrt_id: VS1, care: OTP, begndate: 2026-11-04, enddate: 2026-11-04}
    drug_class: []
    drug_supply: []
- name: three kinds of injections of Chinese medicine in one stay, and two
  kind: edge
  given:
    fee_line:
      - {bkkp_sn: S1Z1, hilist_code: Z1, list_type: "101", inscp_amt: "28.00"}
      - {bkkp_sn: S1Z2, hilist_code: Z2, list_type: "101", inscp_amt: "27.00"}
      - {bkkp_sn: S1Z3, hilist_code: Z3, list_type: "101", inscp_amt: "26.00"}
      - {setl_id: S2, bkkp_sn: S2Z1, hilist_code: Z1, list_type: "101", inscp_amt: "40.00"}
      - {setl_id: S2, bkkp_sn: S2Z2, hilist_code: Z2, list_type: "101", inscp_amt: "40.00"}
    settlement:
      - {}
      - {setl_id: S2, mdtrt_id: V2}
    drug_class:
      - {kp_id: K1, hilist_code: Z1, generic: 注射剂1, class_code: ZYZSJ, kind: TCM_INJECTION}
      - {kp_id: K2, hilist_code: Z2, generic: 注射剂2, class_code: ZYZSJ, kind: TCM_INJECTION}
      - {kp_id: K3, hilist_code: Z3, generic: 注射剂3, class_code: ZYZSJ, kind: TCM_INJECTION}
    drug_supply: []
  expect: {S1: {a1: "26.00", lines: 1, because: {because_found: 3种}}}
- name: the class begins the day after the bill
  kind: edge
  given:
    fee_line:
      - {bkkp_sn: S1D1, hilist_code: D1, list_type: "101", inscp_amt: "40.00"}
      - {bkkp_sn: S1D2, hilist_code: D2, list_type: "101", inscp_amt: "40.00"}
    settlement:
      - {setl_id: S1, mdtrt_id: VS1, care: OTP, begndate: 2026-11-04, enddate: 2026-11-04}
    drug_class:
      - {hilist_code: D1, generic: 洛伐他汀}
      - {kp_id: K2, hilist_code: D2, generic: 氟伐他汀, valid_from: 2026-11-05}
    drug_supply:
      - {hilist_code: D1, days_per_unit: "14"}
      - {kp_id: K2, hilist_code: D2, days_per_unit: "14"}
- name: the day before the regulation and its first day
  kind: edge
  given:
    fee_line:
      - setl_id: BEFORE
        bkkp_sn: BEFORED1
        hilist_code: D1
        list_type: "101"
        fee_date: 2021-04-30
        inscp_amt: "40.00"
      - setl_id: BEFORE
        bkkp_sn: BEFORED2
        hilist_code: D2
        list_type: "101"
        fee_date: 2021-04-30
        inscp_amt: "40.00"
      - {setl_id: FIRST, bkkp_sn: FIRSTD1, hilist_code: D1, list_type: "101", fee_date: 2021-05-01, inscp_amt: "40.00"}
      - {setl_id: FIRST, bkkp_sn: FIRSTD2, hilist_code: D2, list_type: "101", fee_date: 2021-05-01, inscp_amt: "40.00"}
    settlement:
      - {setl_id: BEFORE, mdtrt_id: VBEFORE, care: OTP, begndate: 2021-04-30, enddate: 2021-04-30}
      - {setl_id: FIRST, mdtrt_id: VFIRST, care: OTP, begndate: 2021-05-01, enddate: 2021-05-01, person: P2}
    drug_class:
      - {hilist_code: D1, valid_from: 2020-01-01, generic: 洛伐他汀}
      - {kp_id: K2, hilist_code: D2, valid_from: 2020-01-01, generic: 氟伐他汀}
    drug_supply:
      - {hilist_code: D1, valid_from: 2020-01-01, days_per_unit: "14"}
      - {kp_id: K2, hilist_code: D2, valid_from: 2020-01-01, days_per_unit: "14"}
  expect: {FIRST: "40.00"}
- name: a switch of drug while in hospital, and a drug that the patient paid alone
  kind: clear
  given:
    fee_line:
      - {bkkp_sn: S1D1, hilist_code: D1, list_type: "101", inscp_amt: "40.00"}
      - {bkkp_sn: S1D2, hilist_code: D2, list_type: "101", inscp_amt: "40.00"}
      - {setl_id: S2, bkkp_sn: S2D1, hilist_code: D1, list_type: "101", inscp_amt: "40.00"}
      - {setl_id: S2, bkkp_sn: S2D2, hilist_code: D2, list_type: "101", inscp_amt: "0.00"}
    settlement:
      - {}
      - {setl_id: S2, mdtrt_id: VS2, care: OTP, begndate: 2026-11-04, enddate: 2026-11-04}
    drug_class:
      - {hilist_code: D1, generic: 洛伐他汀}
      - {kp_id: K2, hilist_code: D2, generic: 氟伐他汀}
    drug_supply:
      - {hilist_code: D1, days_per_unit: "14"}
      - {kp_id: K2, hilist_code: D2, days_per_unit: "14"}
- name: a duplicate of less than twenty yuan in a month
  kind: clear
  given:
    fee_line:
      - {bkkp_sn: S1D1, hilist_code: D1, list_type: "101", inscp_amt: "40.00"}
      - {bkkp_sn: S1D2, hilist_code: D2, list_type: "101", inscp_amt: "19.99"}
    settlement:
      - {setl_id: S1, mdtrt_id: VS1, care: OTP, begndate: 2026-11-04, enddate: 2026-11-04}
    drug_class:
      - {hilist_code: D1, generic: 洛伐他汀}
      - {kp_id: K2, hilist_code: D2, generic: 氟伐他汀}
    drug_supply:
      - {hilist_code: D1, days_per_unit: "14"}
      - {kp_id: K2, hilist_code: D2, days_per_unit: "14"}
  suppressed: {S1: S-SMALL}
*/
