/* rule
id: FR-08
version: 1
title_zh: 冒名就医
title: Impersonation
status: active
certainty: suspicious
severity: 3
level: patient-episode
owner: 基金监管处
summary: >
  What was done now cannot have been done to the same body as before: an organ taken out a second time, a birth after
  the womb was removed. One hard contradiction is enough; of soft ones, such as a diagnosis of an organ that is gone or
  of the other sex, there must be two within a year. Use of one card in two places at once is XR-11 and XR-10.
sentence_zh: >-
  {because_on}结算：{because_contradiction}。此前{because_first_on}在{because_first_institution}为{because_first}，
  本次为{because_then}，一年内同类矛盾共{because_count}处。
facts:
  because_on: 本次就医日期
  because_contradiction: 矛盾
  because_strength: 矛盾程度
  because_first: 此前记录
  because_first_on: 此前日期
  because_first_institution: 此前机构
  because_then: 本次记录
  because_count: 矛盾数
basis:
  - 《医疗保障基金使用监督管理条例》第四十条第（一）项、第四十一条第（一）项
national_code: none
in_force: {since: 2021-05-01}
dated_by: begndate
reads: [settlement, oprn_d, contradiction]
look_back: {days: 366}
params:
  least_soft:
    about: So many soft contradictions within the look-back are as good as a hard one
    default: "2"
    least: "2"
    most: "5"
amount: a2
amount_note: The fund of the contradicting settlement, the later one
not_a_finding_when:
  - 部分切除或残端再手术（胆囊部分切除、阑尾残株炎）。
  - 手术编码或侧别填错，病历记录与编码不符。
  - 两名参保人编号被错误合并为一人。
  - 既往手术史作为诊断上传（只看主要诊断，已排除）。
reviewer_checks:
  - 调取两次住院的病历首页、手术记录和影像，比对血型、身高体重与签名。
  - 请参保地约谈本人，查体（手术瘢痕）。
  - 查就诊凭证使用记录和人脸核验。
handler: [H5, H2]
suppressors: []
*/
WITH
event AS (
    SELECT
        s.person,
        s.setl_id,
        s.mdtrt_id,
        s.fixmedins_code,
        s.fixmedins_name,
        s.begndate AS on_day,
        'OPRN' AS kind,
        o.oprn_oprt_code AS code,
        COALESCE(o.oprn_oprt_name, o.oprn_oprt_code) AS what
    FROM settlement AS s
    INNER JOIN oprn_d AS o ON s.mdtrt_id = o.mdtrt_id AND COALESCE(o.setl_id, s.setl_id) = s.setl_id
    WHERE o.vali_flag = '1' AND o.oprn_oprt_code IS NOT NULL
    UNION ALL
    SELECT
        s.person,
        s.setl_id,
        s.mdtrt_id,
        s.fixmedins_code,
        s.fixmedins_name,
        s.begndate AS on_day,
        'DIAG' AS kind,
        s.main_diag_code AS code,
        COALESCE(s.main_diag_name, s.main_diag_code) AS what
    FROM settlement AS s
    WHERE s.main_diag_code IS NOT NULL AND COALESCE(s.nwb_flag, '0') <> '1'
),

contradicted AS (
    SELECT
        b.setl_id,
        b.person,
        b.on_day,
        k.kp_id,
        k.strength,
        k.note_zh,
        a.setl_id AS first_id,
        a.on_day AS first_on,
        COALESCE(a.fixmedins_name, a.fixmedins_code) AS first_institution,
        a.what AS first_what,
        b.what AS then_what
    FROM event AS b
    INNER JOIN contradiction AS k
        ON
            b.kind = k.then_kind
            AND LEFT(b.code, LENGTH(k.then_code)) = k.then_code
            AND b.on_day >= k.valid_from
            AND (k.valid_until IS NULL OR b.on_day < k.valid_until)
    INNER JOIN event AS a
        ON
            b.person = a.person
            AND k.first_kind = a.kind
            AND k.first_code = LEFT(a.code, LENGTH(k.first_code))
    WHERE
        a.mdtrt_id <> b.mdtrt_id
        AND DATE_DIFF('day', a.on_day, b.on_day) BETWEEN 1 AND $look_back_days
    UNION ALL
    SELECT
        s.setl_id,
        s.person,
        s.begndate AS on_day,
        k.kp_id,
        k.strength,
        k.note_zh,
        CAST(NULL AS VARCHAR) AS first_id,
        s.brdy AS first_on,
        '参保登记' AS first_institution,
        CASE s.gend WHEN '1' THEN '男性' ELSE '女性' END AS first_what,
        COALESCE(s.main_diag_name, s.main_diag_code) AS then_what
    FROM settlement AS s
    INNER JOIN contradiction AS k
        ON
            s.gend = k.first_code
            AND k.first_kind = 'SEX'
            AND k.then_kind = 'DIAG'
            AND LEFT(s.main_diag_code, LENGTH(k.then_code)) = k.then_code
            AND s.begndate >= k.valid_from
            AND (k.valid_until IS NULL OR s.begndate < k.valid_until)
    WHERE COALESCE(s.nwb_flag, '0') <> '1'
),

-- One row per settlement and point.
pointed AS (
    SELECT
        setl_id,
        person,
        on_day,
        kp_id,
        strength,
        note_zh,
        first_id,
        first_on,
        first_institution,
        first_what,
        then_what
    FROM contradicted
    QUALIFY
        ROW_NUMBER() OVER (
            PARTITION BY setl_id, kp_id
            ORDER BY first_on DESC, first_id ASC, first_what ASC, then_what ASC
        ) = 1
),

counted AS (
    SELECT
        a.setl_id,
        a.kp_id,
        COUNT(b.setl_id) AS many
    FROM pointed AS a
    INNER JOIN pointed AS b ON a.person = b.person
    WHERE
        DATE_DIFF('day', b.on_day, a.on_day) BETWEEN 0 AND $look_back_days
        AND (b.on_day < a.on_day OR b.setl_id <= a.setl_id)
    GROUP BY a.setl_id, a.kp_id
),

weighed AS (
    SELECT
        p.setl_id,
        p.strength,
        p.note_zh,
        p.first_id,
        p.first_on,
        p.first_institution,
        p.first_what,
        p.then_what,
        n.many,
        ROW_NUMBER() OVER (PARTITION BY p.setl_id ORDER BY p.strength ASC, p.kp_id ASC) AS place
    FROM pointed AS p
    INNER JOIN counted AS n ON p.setl_id = n.setl_id AND p.kp_id = n.kp_id
    WHERE p.strength = 'HARD' OR n.many >= $least_soft
)

SELECT
    s.setl_id,
    w.first_id AS linked_setl_id,
    s.medfee_sumamt AS a0,
    s.inscp_amt AS a1,
    s.fund_pay_sumamt AS a2,
    CASE WHEN w.strength = 'HARD' THEN 3 ELSE 2 END AS severity,
    s.begndate AS because_on,
    w.note_zh AS because_contradiction,
    CASE WHEN w.strength = 'HARD' THEN '确定矛盾' ELSE '疑似矛盾' END AS because_strength,
    w.first_what AS because_first,
    w.first_on AS because_first_on,
    w.first_institution AS because_first_institution,
    w.then_what AS because_then,
    w.many AS because_count
FROM weighed AS w
INNER JOIN settlement AS s ON w.setl_id = s.setl_id
WHERE w.place = 1
/* examples
- name: appendix taken out once, and one diagnosis of appendicitis after it
  kind: clear
  given:
    settlement:
      - {}
      - {setl_id: S2, mdtrt_id: V2, main_diag_code: K35.800, begndate: 2026-11-20, enddate: 2026-11-25}
    oprn_d: [{}]
    contradiction: [{}, {kp_id: K2, then_kind: DIAG, then_code: K35, strength: SOFT}]
- name: appendix taken out twice
  kind: flag
  given:
    settlement:
      - {}
      - {setl_id: S2, mdtrt_id: V2, begndate: 2026-12-20, enddate: 2026-12-25, fund_pay_sumamt: "5000.00"}
    oprn_d: [{}, {setl_id: S2, mdtrt_id: V2, oprn_oprt_code: "47.0900"}]
    contradiction: [{}]
  expect:
    S2/S1:
      a0: "10000.00"
      a2: "5000.00"
      severity: 3
      because: {because_strength: 确定矛盾, because_first_on: "2026-11-02"}
- name: a birth after the womb was removed
  kind: flag
  given:
    settlement:
      - {}
      - {setl_id: S2, mdtrt_id: V2, main_diag_code: O80.900, begndate: 2027-02-20, enddate: 2027-02-25}
    oprn_d: [{oprn_oprt_code: "68.4100"}]
    contradiction: [{first_code: "68.4", then_kind: DIAG, then_code: O80}]
  expect: {S2/S1: "6800.00"}
- name: two soft contradictions within a year
  kind: flag
  given:
    settlement:
      - {gend: "1", main_diag_code: N80.100}
      - {setl_id: S2, mdtrt_id: V2, gend: "1", main_diag_code: D25.900, begndate: 2026-12-20, enddate: 2026-12-25}
    oprn_d: []
    contradiction:
      - {first_kind: SEX, first_code: "1", then_kind: DIAG, then_code: N8, strength: SOFT}
      - {kp_id: K2, first_kind: SEX, first_code: "1", then_kind: DIAG, then_code: D25, strength: SOFT}
  expect: {S2: {severity: 2, because: {because_count: "2", because_first: 男性}}}
- name: a year to the day and one day, and a day more
  kind: edge
  given:
    settlement:
      - {begndate: 2025-11-02, enddate: 2025-11-09}
      - {setl_id: S2, mdtrt_id: V2, begndate: 2026-11-03, enddate: 2026-11-09}
      - {setl_id: S3, mdtrt_id: V3, person: P3, begndate: 2025-11-02, enddate: 2025-11-09}
      - {setl_id: S4, mdtrt_id: V4, person: P3, begndate: 2026-11-04, enddate: 2026-11-09}
    oprn_d: [{}, {setl_id: S2, mdtrt_id: V2}, {setl_id: S3, mdtrt_id: V3}, {setl_id: S4, mdtrt_id: V4}]
    contradiction: [{}]
  expect: {S2/S1: "6800.00"}
- name: the day before the point is known, and the day itself
  kind: edge
  given:
    settlement:
      - {}
      - {setl_id: S2, mdtrt_id: V2, begndate: 2026-12-19, enddate: 2026-12-25}
      - {setl_id: S3, mdtrt_id: V3, person: P3}
      - {setl_id: S4, mdtrt_id: V4, person: P3, begndate: 2026-12-20, enddate: 2026-12-25}
    oprn_d: [{}, {setl_id: S2, mdtrt_id: V2}, {setl_id: S3, mdtrt_id: V3}, {setl_id: S4, mdtrt_id: V4}]
    contradiction: [{valid_from: 2026-12-20}]
  expect: {S4/S3: "6800.00"}
- name: settled in the middle and at the end of one stay, and a newborn on the mother's card
  kind: clear
  given:
    settlement:
      - {}
      - {setl_id: S2, begndate: 2026-11-06}
      - {setl_id: S3, mdtrt_id: V3, main_diag_code: O80.900, begndate: 2027-02-20, enddate: 2027-02-25, nwb_flag: "1"}
    oprn_d: [{oprn_oprt_code: "68.4100"}, {oprn_oprt_sn: "2", oprn_oprt_code: "68.4100", setl_id: S2}]
    contradiction: [{first_code: "68.4", then_code: "68.4"}, {first_code: "68.4", then_kind: DIAG, then_code: O80}]
- name: admitted the day before the regulation came into force
  kind: edge
  given:
    settlement:
      - {begndate: 2021-03-02, enddate: 2021-03-09}
      - {setl_id: S2, mdtrt_id: V2, begndate: 2021-04-30, enddate: 2021-05-06}
    oprn_d: [{}, {setl_id: S2, mdtrt_id: V2}]
    contradiction: [{valid_from: 2020-01-01}]
*/
