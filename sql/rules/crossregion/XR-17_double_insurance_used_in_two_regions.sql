/* rule
id: XR-17
version: 2
title_zh: 重复参保两地享受
title: Double insurance used in two regions
status: active
certainty: definite
severity: 2
level: network
owner: 参保待遇处
summary: >
  One human (one ID number, whatever the person numbers) had two insurance relations in force in different pools, for
  longer than a transfer takes, and drew benefits under both within a year. The relation that should have been closed
  is the resident's beside an employee's, and of two of one kind the older one; what it paid after the tolerated
  overlap is at issue.
sentence_zh: >-
  同一证件号码在{because_here}（{because_here_type}）和{because_there}（{because_there_type}）重复参保，
  自{because_overlap_from}起重叠；{because_date}在应停保关系下享受基金{because_fund}元，
  {because_other_date}又在另一关系下享受{because_other_fund}元（{because_kind}）。
facts:
  because_kind: 享受方式
  because_here: 应停保的参保地
  because_here_type: 应停保的险种
  because_there: 保留的参保地
  because_there_type: 保留的险种
  because_overlap_from: 重叠起始日
  because_overlap_until: 重叠截止日（不含）
  because_overlap_days: 本次距重叠起始（天）
  because_date: 本次就医日期
  because_fund: 本次基金支付（元）
  because_other_settlement: 另一次结算编号
  because_other_date: 另一次就医日期
  because_other_fund: 另一次基金支付（元）
basis:
  - 《医疗保障基金使用监督管理条例》第四十一条第（二）项
  - 《四川省异地就医结算管理办法》第二条
national_code: 重复参保
in_force: {since: 2021-05-01}
dated_by: begndate
reads: [settlement, psn_insu_d, agency]
look_back: {days: 366}
params:
  transfer_days:
    about: Days of overlap that a transfer between regions takes; care in them is not held against anybody
    default: "30"
    least: "0"
    most: "180"
amount: a2
amount_note: >
  The fund under the relation that should have been closed, one finding per settlement. Where both paid for one visit
  this counts the payment of that relation, whichever came second.
not_a_finding_when:
  - 跨统筹区转移接续的过渡期（30 天以内的已排除）。
  - 学生毕业就业、新生儿落户等身份转换期，参保地已受理停保。
  - 同一人两个人员编号已合并，原关系未及时停保，实际只在一地缴费。
  - 原参保地欠费已不享受待遇，状态未更新。
reviewer_checks:
  - 向两地参保部门核实缴费和待遇享受状态，确定应保留的关系。
  - 核对证件号码和姓名是否为同一人。
  - 确定应退回的基金及由哪一地追回。
handler: [H5]
*/
WITH
-- Each settlement with the relation that it was paid under.
covered AS (
    SELECT
        s.setl_id,
        s.person,
        s.insutype,
        s.insu_admdvs,
        s.insu_pool,
        s.fixmedins_code,
        s.begndate,
        s.enddate,
        s.medfee_sumamt,
        s.inscp_amt,
        s.fund_pay_sumamt,
        i.psn_insu_rlts_id,
        i.crt_insu_date,
        COALESCE(i.paus_insu_date, CAST('9999-12-31' AS DATE)) AS paus_insu_date
    FROM settlement AS s
    INNER JOIN psn_insu_d AS i
        ON s.psn_no = i.psn_no AND s.insutype = i.insutype AND s.insu_pool = LEFT(i.insu_admdvs, 4)
    WHERE
        s.insutype IN ('310', '390')
        AND s.fund_pay_sumamt > 0
        AND i.crt_insu_date <= s.begndate
        -- A relation that is not active and does not say since when says nothing.
        AND (i.psn_insu_stas = '1' OR i.paus_insu_date IS NOT NULL)
        AND (i.paus_insu_date IS NULL OR s.begndate < i.paus_insu_date)
    QUALIFY
        ROW_NUMBER() OVER (PARTITION BY s.setl_id ORDER BY i.crt_insu_date DESC, i.psn_insu_rlts_id ASC) = 1
),

doubled AS (
    SELECT
        a.setl_id,
        b.setl_id AS other_setl_id,
        GREATEST(a.crt_insu_date, b.crt_insu_date) AS overlap_from,
        LEAST(a.paus_insu_date, b.paus_insu_date) AS overlap_until,
        a.fixmedins_code = b.fixmedins_code
        AND a.begndate <= b.enddate
        AND b.begndate <= a.enddate
        AND ABS(a.medfee_sumamt - b.medfee_sumamt) < 1 AS is_same_visit,
        ABS(DATE_DIFF('day', a.begndate, b.begndate)) AS days_apart
    FROM covered AS a
    INNER JOIN covered AS b ON a.person = b.person
    WHERE
        a.insu_pool <> b.insu_pool
        AND DATE_DIFF('day', a.enddate, b.begndate) <= $look_back_days
        AND DATE_DIFF('day', b.enddate, a.begndate) <= $look_back_days
        -- Resident yields to employee; of one kind the older relation should have ended.
        AND (
            (a.insutype = '390' AND b.insutype = '310')
            OR (
                a.insutype = b.insutype
                AND (
                    a.crt_insu_date < b.crt_insu_date
                    OR (a.crt_insu_date = b.crt_insu_date AND a.psn_insu_rlts_id < b.psn_insu_rlts_id)
                )
            )
        )
),

nearest AS (
    SELECT
        d.setl_id,
        d.other_setl_id,
        d.overlap_from,
        d.overlap_until,
        d.is_same_visit
    FROM doubled AS d
    INNER JOIN covered AS a ON d.setl_id = a.setl_id
    INNER JOIN covered AS b ON d.other_setl_id = b.setl_id
    WHERE
        DATE_DIFF('day', d.overlap_from, a.begndate) > $transfer_days
        AND a.begndate < d.overlap_until
        AND b.begndate >= d.overlap_from
        AND b.begndate < d.overlap_until
    QUALIFY
        ROW_NUMBER() OVER (
            PARTITION BY d.setl_id
            ORDER BY CASE WHEN d.is_same_visit THEN 0 ELSE 1 END ASC, d.days_apart ASC, d.other_setl_id ASC
        ) = 1
)

SELECT
    a.setl_id,
    a.medfee_sumamt AS a0,
    a.inscp_amt AS a1,
    a.fund_pay_sumamt AS a2,
    CASE WHEN n.is_same_visit THEN 3 ELSE 2 END AS severity,
    CASE WHEN n.is_same_visit THEN '同一次就诊两地支付' ELSE '两地先后享受' END AS because_kind,
    COALESCE(here.name_zh, a.insu_admdvs) AS because_here,
    CASE WHEN a.insutype = '310' THEN '职工' ELSE '居民' END AS because_here_type,
    COALESCE(there.name_zh, b.insu_admdvs) AS because_there,
    CASE WHEN b.insutype = '310' THEN '职工' ELSE '居民' END AS because_there_type,
    n.overlap_from AS because_overlap_from,
    CASE WHEN YEAR(n.overlap_until) = 9999 THEN '未停保' ELSE CAST(n.overlap_until AS VARCHAR) END
        AS because_overlap_until,
    DATE_DIFF('day', n.overlap_from, a.begndate) AS because_overlap_days,
    a.begndate AS because_date,
    a.fund_pay_sumamt AS because_fund,
    b.setl_id AS because_other_settlement,
    b.begndate AS because_other_date,
    b.fund_pay_sumamt AS because_other_fund
FROM nearest AS n
INNER JOIN covered AS a ON n.setl_id = a.setl_id
INNER JOIN covered AS b ON n.other_setl_id = b.setl_id
LEFT JOIN agency AS here ON a.insu_pool = here.pool
LEFT JOIN agency AS there ON b.insu_pool = there.pool
/* examples
- name: one relation, two settlements
  kind: clear
  given:
    settlement: [{}, {setl_id: S2, mdtrt_id: V2, begndate: 2026-12-01, enddate: 2026-12-04}]
    psn_insu_d: [{}]
- name: a resident of Nanchong who is an employee in Chengdu, paid for by both
  kind: flag
  given:
    settlement:
      - {insutype: "390"}
      - setl_id: S2
        mdtrt_id: V2
        psn_no: N2
        insu_admdvs: "510104"
        insu_pool: "5101"
        begndate: 2026-06-01
        enddate: 2026-06-01
    psn_insu_d:
      - {insutype: "390"}
      - {psn_insu_rlts_id: I2, psn_no: N2, insu_admdvs: "510104", crt_insu_date: 2024-01-01}
    agency: [{}, {code: "510100", name_zh: 成都市, pool: "5101"}]
  expect:
    S1:
      a2: "6800.00"
      severity: 2
      because: {because_here: 南充市, because_there: 成都市, because_kind: 两地先后享受, because_other_date: "2026-06-01"}
- name: two relations of employees, the older one should have ended
  kind: flag
  given:
    settlement: [{}, {setl_id: S2, mdtrt_id: V2, psn_no: N2, insu_admdvs: "510104", insu_pool: "5101"}]
    psn_insu_d: [{}, {psn_insu_rlts_id: I2, psn_no: N2, insu_admdvs: "510104", crt_insu_date: 2024-01-01}]
  expect: {S1: {a2: "6800.00", severity: 3, because: {because_kind: 同一次就诊两地支付, because_here_type: 职工}}}
- name: the thirtieth day of the overlap, and the thirty-first
  kind: edge
  given:
    settlement:
      - {begndate: 2026-11-01}
      - {setl_id: S2, mdtrt_id: V2, begndate: 2026-11-02}
      - setl_id: S3
        mdtrt_id: V3
        psn_no: N2
        insu_admdvs: "510104"
        insu_pool: "5101"
        begndate: 2026-12-01
        enddate: 2026-12-02
    psn_insu_d: [{}, {psn_insu_rlts_id: I2, psn_no: N2, insu_admdvs: "510104", crt_insu_date: 2026-10-02}]
  expect: {S2: {because: {because_overlap_days: "31"}}}
- name: the old relation ended before the care under it
  kind: clear
  given:
    settlement: [{}, {setl_id: S2, mdtrt_id: V2, psn_no: N2, insu_admdvs: "510104", insu_pool: "5101"}]
    psn_insu_d:
      - {psn_insu_stas: "2", paus_insu_date: 2026-11-02}
      - {psn_insu_rlts_id: I2, psn_no: N2, insu_admdvs: "510104", crt_insu_date: 2024-01-01}
- name: ended on the day after
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, mdtrt_id: V2, psn_no: N2, insu_admdvs: "510104", insu_pool: "5101"}]
    psn_insu_d:
      - {psn_insu_stas: "2", paus_insu_date: 2026-11-03}
      - {psn_insu_rlts_id: I2, psn_no: N2, insu_admdvs: "510104", crt_insu_date: 2024-01-01}
  expect: {S1: {because: {because_overlap_until: "2026-11-03"}}}
- name: two relations, but benefits under one of them only
  kind: clear
  given:
    settlement:
      - {}
      - setl_id: S2
        mdtrt_id: V2
        psn_no: N2
        insu_admdvs: "510104"
        insu_pool: "5101"
        fund_pay_sumamt: "0.00"
    psn_insu_d: [{}, {psn_insu_rlts_id: I2, psn_no: N2, insu_admdvs: "510104", crt_insu_date: 2024-01-01}]
- name: two numbers of one person in one pool
  kind: clear
  given:
    settlement: [{}, {setl_id: S2, mdtrt_id: V2, psn_no: N2, insu_admdvs: "511303"}]
    psn_insu_d: [{}, {psn_insu_rlts_id: I2, psn_no: N2, insu_admdvs: "511303", crt_insu_date: 2024-01-01}]
- name: more than a year apart
  kind: clear
  given:
    settlement:
      - {}
      - setl_id: S2
        mdtrt_id: V2
        psn_no: N2
        insu_admdvs: "510104"
        insu_pool: "5101"
        begndate: 2025-10-01
        enddate: 2025-10-31
    psn_insu_d: [{}, {psn_insu_rlts_id: I2, psn_no: N2, insu_admdvs: "510104", crt_insu_date: 2024-01-01}]
- name: maternity insurance beside basic insurance is no double insurance
  kind: clear
  given:
    settlement:
      - {}
      - setl_id: S2
        mdtrt_id: V2
        psn_no: N2
        insutype: "510"
        insu_admdvs: "510104"
        insu_pool: "5101"
    psn_insu_d:
      - {}
      - psn_insu_rlts_id: I2
        psn_no: N2
        insutype: "510"
        insu_admdvs: "510104"
        crt_insu_date: 2024-01-01
*/
