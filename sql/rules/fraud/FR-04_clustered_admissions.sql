/* rule
id: FR-04
version: 1
title_zh: 团伙/聚集性入院
title: Clustered admissions
status: active
certainty: suspicious
severity: 3
level: provider
subject: institution
owner: 基金监管处
summary: >
  Five and more persons of one address or employer were admitted to one hospital within three days for one disease, and
  chance does not do that: from the admissions of that group, hospital and disease in the half year before, at most 0.41
  were to be expected in three days. Of k Poisson events with expectation m the chance of k or more is at most m to the
  power of k over k factorial, so that five or more at 0.41 have less than one in ten thousand; no logarithm is needed.
  Infectious diseases, injuries and poisonings come in clusters and are left out. Where three of the same persons had
  been admitted together before, it weighs more.
sentence_zh: >-
  {because_institution}{because_from}起三日内收治{because_group}的{because_persons}人，均因“{because_disease}”住院，
  此前半年同群体同病种仅{because_before}人次（三日期望约{because_expected}人次），{because_repeated}。
facts:
  because_institution: 医疗机构
  because_from: 首个入院日期
  because_group: 共同特征
  because_persons: 人数
  because_disease: 主要诊断
  because_before: 此前同群体人次
  because_expected: 三日期望人次
  because_repeated: 再次结伴
  because_regions: 参保地
  because_fund: 基金支付（元）
basis:
  - 《医疗保障基金使用监督管理条例》第四十条第（一）项
  - 定点医疗机构典型问题清单（2025 版）第 1 条
national_code: none（国家大数据监管模型：虚假住院）
in_force: {since: 2021-05-01}
dated_by: period
reads: [settlement, psn_b]
look_back: {days: 180}
params:
  least_persons:
    about: So many persons admitted together (fewer would need a smaller expectation)
    default: "5"
    least: "5"
    most: "30"
  window_days:
    about: Days in which they were admitted
    default: "3"
    least: "1"
    most: "7"
  most_expected:
    about: Admissions of the group to be expected in that time; 0.41 keeps the chance of five below one in ten thousand
    default: "0.41"
    least: "0.05"
    most: "0.41"
  together:
    about: So many of the same persons admitted together once more
    default: "3"
    least: "2"
    most: "10"
amount: a2
amount_note: What the fund paid for the cluster; a settlement that belongs to two clusters counts in the first
not_a_finding_when:
  - 传染病、食物中毒暴发或意外事故（按诊断已排除）。
  - 单位组织体检筛查后集中住院治疗，有筛查项目文件。
  - 养老院、福利院集中居住，地址相同。
  - 工亡、工伤群体性事件。
reviewer_checks:
  - 一周内现场核查在院情况、床位、病历与收费。
  - 请参保地核实是否有人组织、接送，是否知情。
  - 比对这些患者的诊断、医嘱、检查是否雷同。
handler: [H3, H5]
suppressors: []
*/
WITH
stay AS (
    SELECT
        s.setl_id,
        s.mdtrt_id,
        s.person,
        s.fixmedins_code,
        s.fixmedins_name,
        s.insu_admdvs,
        s.emp_no,
        p.live_addr_hash,
        s.icd3,
        COALESCE(s.main_diag_name, s.icd3) AS disease,
        s.begndate,
        s.setl_date,
        s.medfee_sumamt,
        s.inscp_amt,
        s.fund_pay_sumamt
    FROM settlement AS s
    LEFT JOIN psn_b AS p ON s.psn_no = p.psn_no AND p.vali_flag = '1'
    WHERE s.care = 'IPT' AND s.icd3 IS NOT NULL
),

member AS (
    SELECT
        setl_id,
        person,
        fixmedins_code,
        insu_admdvs,
        icd3,
        disease,
        begndate,
        setl_date,
        '同一住址' AS bond,
        live_addr_hash AS bond_key
    FROM stay
    WHERE live_addr_hash IS NOT NULL AND LEFT(icd3, 1) NOT IN ('A', 'B', 'S', 'T', 'U', 'V', 'W', 'X', 'Y')
    UNION ALL
    SELECT
        setl_id,
        person,
        fixmedins_code,
        insu_admdvs,
        icd3,
        disease,
        begndate,
        setl_date,
        '同一单位' AS bond,
        emp_no AS bond_key
    FROM stay
    WHERE emp_no IS NOT NULL AND LEFT(icd3, 1) NOT IN ('A', 'B', 'S', 'T', 'U', 'V', 'W', 'X', 'Y')
),

-- Most addresses send one; only the rest is worth the joins below.
several AS (
    SELECT
        fixmedins_code,
        bond,
        bond_key,
        icd3
    FROM member
    GROUP BY fixmedins_code, bond, bond_key, icd3
    HAVING COUNT(DISTINCT person) >= $least_persons
),

flock AS (
    SELECT
        m.setl_id,
        m.person,
        m.fixmedins_code,
        m.insu_admdvs,
        m.icd3,
        m.disease,
        m.begndate,
        m.setl_date,
        m.bond,
        m.bond_key
    FROM member AS m
    INNER JOIN several AS c
        ON
            m.fixmedins_code = c.fixmedins_code
            AND m.bond = c.bond
            AND m.bond_key = c.bond_key
            AND m.icd3 = c.icd3
),

day_of AS (
    SELECT DISTINCT
        fixmedins_code,
        bond,
        bond_key,
        icd3,
        begndate AS from_day
    FROM flock
),

dense AS (
    SELECT
        d.fixmedins_code,
        d.bond,
        d.bond_key,
        d.icd3,
        d.from_day,
        COUNT(DISTINCT CASE WHEN f.begndate >= d.from_day THEN f.person END) AS persons,
        SUM(CASE WHEN f.begndate < d.from_day THEN 1 ELSE 0 END) AS earlier_stays
    FROM day_of AS d
    INNER JOIN flock AS f
        ON
            d.fixmedins_code = f.fixmedins_code
            AND d.bond = f.bond
            AND d.bond_key = f.bond_key
            AND d.icd3 = f.icd3
    WHERE
        DATE_DIFF('day', d.from_day, f.begndate) < $window_days
        AND DATE_DIFF('day', f.begndate, d.from_day) <= $look_back_days
    GROUP BY d.fixmedins_code, d.bond, d.bond_key, d.icd3, d.from_day
    HAVING COUNT(DISTINCT CASE WHEN f.begndate >= d.from_day THEN f.person END) >= $least_persons
),

-- How many of those days the hospital's records cover.
covered AS (
    SELECT
        d.fixmedins_code,
        d.from_day,
        GREATEST(MAX(DATE_DIFF('day', s.begndate, d.from_day)), $window_days) AS day_count
    FROM dense AS d
    INNER JOIN stay AS s ON d.fixmedins_code = s.fixmedins_code
    WHERE DATE_DIFF('day', s.begndate, d.from_day) BETWEEN 0 AND $look_back_days
    GROUP BY d.fixmedins_code, d.from_day
),

unlikely AS (
    SELECT
        d.fixmedins_code,
        d.bond,
        d.bond_key,
        d.icd3,
        d.from_day,
        d.persons,
        d.earlier_stays,
        c.day_count,
        LAG(d.from_day) OVER (
            PARTITION BY d.fixmedins_code, d.bond, d.bond_key, d.icd3 ORDER BY d.from_day ASC
        ) AS previous_day
    FROM dense AS d
    INNER JOIN covered AS c ON d.fixmedins_code = c.fixmedins_code AND d.from_day = c.from_day
    WHERE d.earlier_stays * $window_days <= $most_expected * c.day_count
),

-- The second day of a cluster is no cluster of its own.
cluster AS (
    SELECT
        fixmedins_code,
        bond,
        bond_key,
        icd3,
        from_day,
        persons,
        earlier_stays,
        day_count
    FROM unlikely
    WHERE previous_day IS NULL OR DATE_DIFF('day', previous_day, from_day) >= $window_days
),

within AS (
    SELECT
        c.fixmedins_code,
        c.bond,
        c.bond_key,
        c.icd3,
        c.from_day,
        f.setl_id,
        f.person,
        f.insu_admdvs,
        f.disease,
        f.setl_date,
        ROW_NUMBER() OVER (PARTITION BY f.setl_id ORDER BY c.bond ASC, c.bond_key ASC, c.from_day ASC) AS place
    FROM cluster AS c
    INNER JOIN flock AS f
        ON
            c.fixmedins_code = f.fixmedins_code
            AND c.bond = f.bond
            AND c.bond_key = f.bond_key
            AND c.icd3 = f.icd3
    WHERE DATE_DIFF('day', c.from_day, f.begndate) BETWEEN 0 AND $window_days - 1
),

earlier AS (
    SELECT DISTINCT
        w.fixmedins_code,
        w.bond,
        w.bond_key,
        w.icd3,
        w.from_day,
        w.person,
        s.begndate
    FROM within AS w
    INNER JOIN stay AS s ON w.fixmedins_code = s.fixmedins_code AND w.person = s.person
    WHERE DATE_DIFF('day', s.begndate, w.from_day) BETWEEN 1 AND $look_back_days
),

together AS (
    SELECT
        a.fixmedins_code,
        a.bond,
        a.bond_key,
        a.icd3,
        a.from_day,
        a.begndate,
        COUNT(DISTINCT b.person) AS persons
    FROM earlier AS a
    INNER JOIN earlier AS b
        ON
            a.fixmedins_code = b.fixmedins_code
            AND a.bond = b.bond
            AND a.bond_key = b.bond_key
            AND a.icd3 = b.icd3
            AND a.from_day = b.from_day
    WHERE DATE_DIFF('day', a.begndate, b.begndate) BETWEEN 0 AND $window_days - 1
    GROUP BY a.fixmedins_code, a.bond, a.bond_key, a.icd3, a.from_day, a.begndate
),

again AS (
    SELECT
        fixmedins_code,
        bond,
        bond_key,
        icd3,
        from_day,
        MAX(persons) AS persons
    FROM together
    GROUP BY fixmedins_code, bond, bond_key, icd3, from_day
),

origin AS (
    SELECT DISTINCT
        fixmedins_code,
        bond,
        bond_key,
        icd3,
        from_day,
        insu_admdvs
    FROM within
),

named AS (
    SELECT
        fixmedins_code,
        bond,
        bond_key,
        icd3,
        from_day,
        STRING_AGG(insu_admdvs, '、' ORDER BY insu_admdvs ASC) AS regions
    FROM origin
    GROUP BY fixmedins_code, bond, bond_key, icd3, from_day
),

summed AS (
    SELECT
        w.fixmedins_code,
        w.bond,
        w.bond_key,
        w.icd3,
        w.from_day,
        MIN(w.disease) AS disease,
        MAX(w.setl_date) AS last_settled,
        MIN(s.fixmedins_name) AS fixmedins_name,
        SUM(CASE WHEN w.place = 1 THEN s.medfee_sumamt ELSE 0 END) AS a0,
        SUM(CASE WHEN w.place = 1 THEN s.inscp_amt ELSE 0 END) AS a1,
        SUM(CASE WHEN w.place = 1 THEN s.fund_pay_sumamt ELSE 0 END) AS a2
    FROM within AS w
    INNER JOIN stay AS s ON w.setl_id = s.setl_id
    GROUP BY w.fixmedins_code, w.bond, w.bond_key, w.icd3, w.from_day
)

SELECT
    c.fixmedins_code AS subject_id,
    LEFT(CAST(m.last_settled AS VARCHAR), 7) AS period,
    m.a0,
    m.a1,
    m.a2,
    CASE WHEN COALESCE(r.persons, 0) >= $together THEN 3 ELSE 2 END AS severity,
    COALESCE(m.fixmedins_name, c.fixmedins_code) AS because_institution,
    c.from_day AS because_from,
    c.bond AS because_group,
    c.persons AS because_persons,
    m.disease AS because_disease,
    c.earlier_stays AS because_before,
    -- In hundredths, cut.
    CAST(
        (
            CAST(ROUND(c.earlier_stays * $window_days * 100) AS BIGINT)
            // NULLIF(CAST(ROUND(c.day_count) AS BIGINT), 0)
        ) * 0.01 AS DECIMAL(18, 2)
    ) AS because_expected,
    CASE
        WHEN COALESCE(r.persons, 0) >= $together THEN '其中' || CAST(r.persons AS VARCHAR) || '人半年内曾结伴住院'
        ELSE '半年内此前未见结伴住院'
    END AS because_repeated,
    g.regions AS because_regions,
    m.a2 AS because_fund
FROM cluster AS c
INNER JOIN summed AS m
    ON
        c.fixmedins_code = m.fixmedins_code
        AND c.bond = m.bond
        AND c.bond_key = m.bond_key
        AND c.icd3 = m.icd3
        AND c.from_day = m.from_day
INNER JOIN named AS g
    ON
        c.fixmedins_code = g.fixmedins_code
        AND c.bond = g.bond
        AND c.bond_key = g.bond_key
        AND c.icd3 = g.icd3
        AND c.from_day = g.from_day
LEFT JOIN again AS r
    ON
        c.fixmedins_code = r.fixmedins_code
        AND c.bond = r.bond
        AND c.bond_key = r.bond_key
        AND c.icd3 = r.icd3
        AND c.from_day = r.from_day
/* examples
- name: five of one street with an infection, and five colleagues after an accident
  kind: clear
  given:
    settlement:
      - {setl_id: A0, mdtrt_id: A0, person: A0, psn_no: A0, begndate: 2026-11-02, icd3: A09}
      - {setl_id: A1, mdtrt_id: A1, person: A1, psn_no: A1, begndate: 2026-11-02, icd3: A09}
      - {setl_id: A2, mdtrt_id: A2, person: A2, psn_no: A2, begndate: 2026-11-03, icd3: A09}
      - {setl_id: A3, mdtrt_id: A3, person: A3, psn_no: A3, begndate: 2026-11-03, icd3: A09}
      - {setl_id: A4, mdtrt_id: A4, person: A4, psn_no: A4, begndate: 2026-11-04, icd3: A09}
      - {setl_id: B0, mdtrt_id: B0, person: B0, psn_no: B0, begndate: 2026-11-02, emp_no: E1, icd3: S72}
      - {setl_id: B1, mdtrt_id: B1, person: B1, psn_no: B1, begndate: 2026-11-02, emp_no: E1, icd3: S72}
      - {setl_id: B2, mdtrt_id: B2, person: B2, psn_no: B2, begndate: 2026-11-03, emp_no: E1, icd3: S72}
      - {setl_id: B3, mdtrt_id: B3, person: B3, psn_no: B3, begndate: 2026-11-03, emp_no: E1, icd3: S72}
      - {setl_id: B4, mdtrt_id: B4, person: B4, psn_no: B4, begndate: 2026-11-04, emp_no: E1, icd3: S72}
    psn_b:
      - {psn_no: A0, live_addr_hash: h1}
      - {psn_no: A1, live_addr_hash: h1}
      - {psn_no: A2, live_addr_hash: h1}
      - {psn_no: A3, live_addr_hash: h1}
      - {psn_no: A4, live_addr_hash: h1}
- name: five of one address within three days for their backs
  kind: flag
  given:
    settlement:
      - {setl_id: A0, mdtrt_id: A0, person: A0, psn_no: A0, begndate: 2026-11-02, icd3: M51, main_diag_name: 腰椎间盘突出}
      - {setl_id: A1, mdtrt_id: A1, person: A1, psn_no: A1, begndate: 2026-11-02, icd3: M51, main_diag_name: 腰椎间盘突出}
      - {setl_id: A2, mdtrt_id: A2, person: A2, psn_no: A2, begndate: 2026-11-03, icd3: M51, main_diag_name: 腰椎间盘突出}
      - {setl_id: A3, mdtrt_id: A3, person: A3, psn_no: A3, begndate: 2026-11-03, icd3: M51, main_diag_name: 腰椎间盘突出}
      - {setl_id: A4, mdtrt_id: A4, person: A4, psn_no: A4, begndate: 2026-11-04, icd3: M51, main_diag_name: 腰椎间盘突出}
    psn_b:
      - {psn_no: A0, live_addr_hash: h1}
      - {psn_no: A1, live_addr_hash: h1}
      - {psn_no: A2, live_addr_hash: h1}
      - {psn_no: A3, live_addr_hash: h1}
      - {psn_no: A4, live_addr_hash: h1}
  expect:
    H51010000001/2026-11:
      a0: "50000.00"
      a2: "34000.00"
      severity: 2
      because: {because_group: 同一住址, because_persons: "5", because_before: "0"}
- name: five of one employer
  kind: flag
  given:
    settlement:
      - {setl_id: A0, mdtrt_id: A0, person: A0, psn_no: A0, begndate: 2026-11-02, emp_no: E1, icd3: M51}
      - {setl_id: A1, mdtrt_id: A1, person: A1, psn_no: A1, begndate: 2026-11-02, emp_no: E1, icd3: M51}
      - {setl_id: A2, mdtrt_id: A2, person: A2, psn_no: A2, begndate: 2026-11-03, emp_no: E1, icd3: M51}
      - {setl_id: A3, mdtrt_id: A3, person: A3, psn_no: A3, begndate: 2026-11-03, emp_no: E1, icd3: M51}
      - {setl_id: A4, mdtrt_id: A4, person: A4, psn_no: A4, begndate: 2026-11-04, emp_no: E1, icd3: M51}
    psn_b: []
  expect: {H51010000001/2026-11: {because: {because_group: 同一单位}}}
- name: on the third day, and the fifth person on the fourth
  kind: edge
  given:
    settlement:
      - {setl_id: A0, mdtrt_id: A0, person: A0, psn_no: A0, begndate: 2026-11-02}
      - {setl_id: A1, mdtrt_id: A1, person: A1, psn_no: A1, begndate: 2026-11-02}
      - {setl_id: A2, mdtrt_id: A2, person: A2, psn_no: A2, begndate: 2026-11-03}
      - {setl_id: A3, mdtrt_id: A3, person: A3, psn_no: A3, begndate: 2026-11-03}
      - {setl_id: A4, mdtrt_id: A4, person: A4, psn_no: A4, begndate: 2026-11-04}
      - {setl_id: B0, mdtrt_id: B0, person: B0, psn_no: B0, begndate: 2026-11-02, fixmedins_code: H2}
      - {setl_id: B1, mdtrt_id: B1, person: B1, psn_no: B1, begndate: 2026-11-02, fixmedins_code: H2}
      - {setl_id: B2, mdtrt_id: B2, person: B2, psn_no: B2, begndate: 2026-11-03, fixmedins_code: H2}
      - {setl_id: B3, mdtrt_id: B3, person: B3, psn_no: B3, begndate: 2026-11-03, fixmedins_code: H2}
      - {setl_id: B4, mdtrt_id: B4, person: B4, psn_no: B4, begndate: 2026-11-05, fixmedins_code: H2}
    psn_b:
      - {psn_no: A0, live_addr_hash: h1}
      - {psn_no: A1, live_addr_hash: h1}
      - {psn_no: A2, live_addr_hash: h1}
      - {psn_no: A3, live_addr_hash: h1}
      - {psn_no: A4, live_addr_hash: h1}
      - {psn_no: B0, live_addr_hash: h2}
      - {psn_no: B1, live_addr_hash: h2}
      - {psn_no: B2, live_addr_hash: h2}
      - {psn_no: B3, live_addr_hash: h2}
      - {psn_no: B4, live_addr_hash: h2}
  expect: {H51010000001/2026-11: "34000.00"}
- name: four persons, one of them twice
  kind: edge
  given:
    settlement:
      - {setl_id: A0, mdtrt_id: A0, person: A0, psn_no: A0, begndate: 2026-11-02}
      - {setl_id: A1, mdtrt_id: A1, person: A1, psn_no: A1, begndate: 2026-11-02}
      - {setl_id: A2, mdtrt_id: A2, person: A2, psn_no: A2, begndate: 2026-11-03}
      - {setl_id: A3, mdtrt_id: A3, person: A3, psn_no: A3, begndate: 2026-11-03}
      - {setl_id: A9, mdtrt_id: A9, person: A0, psn_no: A0, begndate: 2026-11-04}
    psn_b:
      - {psn_no: A0, live_addr_hash: h1}
      - {psn_no: A1, live_addr_hash: h1}
      - {psn_no: A2, live_addr_hash: h1}
      - {psn_no: A3, live_addr_hash: h1}
- name: twenty-four of the group in the half year before are what is to be expected, twenty-five more than that
  kind: edge
  given:
    settlement:
      - {setl_id: A0, mdtrt_id: A0, person: A0, psn_no: A0, begndate: 2026-11-02}
      - {setl_id: A1, mdtrt_id: A1, person: A1, psn_no: A1, begndate: 2026-11-02}
      - {setl_id: A2, mdtrt_id: A2, person: A2, psn_no: A2, begndate: 2026-11-03}
      - {setl_id: A3, mdtrt_id: A3, person: A3, psn_no: A3, begndate: 2026-11-03}
      - {setl_id: A4, mdtrt_id: A4, person: A4, psn_no: A4, begndate: 2026-11-04}
      - {setl_id: C0, mdtrt_id: C0, person: C0, psn_no: C0, begndate: 2026-05-06}
      - {setl_id: C1, mdtrt_id: C1, person: C1, psn_no: C1, begndate: 2026-07-01}
      - {setl_id: C2, mdtrt_id: C2, person: C2, psn_no: C2, begndate: 2026-07-02}
      - {setl_id: C3, mdtrt_id: C3, person: C3, psn_no: C3, begndate: 2026-07-03}
      - {setl_id: C4, mdtrt_id: C4, person: C4, psn_no: C4, begndate: 2026-07-04}
      - {setl_id: C5, mdtrt_id: C5, person: C5, psn_no: C5, begndate: 2026-07-05}
      - {setl_id: C6, mdtrt_id: C6, person: C6, psn_no: C6, begndate: 2026-07-06}
      - {setl_id: C7, mdtrt_id: C7, person: C7, psn_no: C7, begndate: 2026-07-07}
      - {setl_id: C8, mdtrt_id: C8, person: C8, psn_no: C8, begndate: 2026-07-08}
      - {setl_id: C9, mdtrt_id: C9, person: C9, psn_no: C9, begndate: 2026-07-09}
      - {setl_id: C10, mdtrt_id: C10, person: C10, psn_no: C10, begndate: 2026-07-10}
      - {setl_id: C11, mdtrt_id: C11, person: C11, psn_no: C11, begndate: 2026-07-11}
      - {setl_id: C12, mdtrt_id: C12, person: C12, psn_no: C12, begndate: 2026-07-12}
      - {setl_id: C13, mdtrt_id: C13, person: C13, psn_no: C13, begndate: 2026-07-13}
      - {setl_id: C14, mdtrt_id: C14, person: C14, psn_no: C14, begndate: 2026-07-14}
      - {setl_id: C15, mdtrt_id: C15, person: C15, psn_no: C15, begndate: 2026-07-15}
      - {setl_id: C16, mdtrt_id: C16, person: C16, psn_no: C16, begndate: 2026-07-16}
      - {setl_id: C17, mdtrt_id: C17, person: C17, psn_no: C17, begndate: 2026-07-17}
      - {setl_id: C18, mdtrt_id: C18, person: C18, psn_no: C18, begndate: 2026-07-18}
      - {setl_id: C19, mdtrt_id: C19, person: C19, psn_no: C19, begndate: 2026-07-19}
      - {setl_id: C20, mdtrt_id: C20, person: C20, psn_no: C20, begndate: 2026-07-20}
      - {setl_id: C21, mdtrt_id: C21, person: C21, psn_no: C21, begndate: 2026-07-21}
      - {setl_id: C22, mdtrt_id: C22, person: C22, psn_no: C22, begndate: 2026-07-22}
      - {setl_id: C23, mdtrt_id: C23, person: C23, psn_no: C23, begndate: 2026-07-23}
      - {setl_id: B0, mdtrt_id: B0, person: B0, psn_no: B0, begndate: 2026-11-02, fixmedins_code: H2}
      - {setl_id: B1, mdtrt_id: B1, person: B1, psn_no: B1, begndate: 2026-11-02, fixmedins_code: H2}
      - {setl_id: B2, mdtrt_id: B2, person: B2, psn_no: B2, begndate: 2026-11-03, fixmedins_code: H2}
      - {setl_id: B3, mdtrt_id: B3, person: B3, psn_no: B3, begndate: 2026-11-03, fixmedins_code: H2}
      - {setl_id: B4, mdtrt_id: B4, person: B4, psn_no: B4, begndate: 2026-11-04, fixmedins_code: H2}
      - {setl_id: F0, mdtrt_id: F0, person: F0, psn_no: F0, begndate: 2026-05-06, fixmedins_code: H2}
      - {setl_id: F1, mdtrt_id: F1, person: F1, psn_no: F1, begndate: 2026-07-01, fixmedins_code: H2}
      - {setl_id: F2, mdtrt_id: F2, person: F2, psn_no: F2, begndate: 2026-07-02, fixmedins_code: H2}
      - {setl_id: F3, mdtrt_id: F3, person: F3, psn_no: F3, begndate: 2026-07-03, fixmedins_code: H2}
      - {setl_id: F4, mdtrt_id: F4, person: F4, psn_no: F4, begndate: 2026-07-04, fixmedins_code: H2}
      - {setl_id: F5, mdtrt_id: F5, person: F5, psn_no: F5, begndate: 2026-07-05, fixmedins_code: H2}
      - {setl_id: F6, mdtrt_id: F6, person: F6, psn_no: F6, begndate: 2026-07-06, fixmedins_code: H2}
      - {setl_id: F7, mdtrt_id: F7, person: F7, psn_no: F7, begndate: 2026-07-07, fixmedins_code: H2}
      - {setl_id: F8, mdtrt_id: F8, person: F8, psn_no: F8, begndate: 2026-07-08, fixmedins_code: H2}
      - {setl_id: F9, mdtrt_id: F9, person: F9, psn_no: F9, begndate: 2026-07-09, fixmedins_code: H2}
      - {setl_id: F10, mdtrt_id: F10, person: F10, psn_no: F10, begndate: 2026-07-10, fixmedins_code: H2}
      - {setl_id: F11, mdtrt_id: F11, person: F11, psn_no: F11, begndate: 2026-07-11, fixmedins_code: H2}
      - {setl_id: F12, mdtrt_id: F12, person: F12, psn_no: F12, begndate: 2026-07-12, fixmedins_code: H2}
      - {setl_id: F13, mdtrt_id: F13, person: F13, psn_no: F13, begndate: 2026-07-13, fixmedins_code: H2}
      - {setl_id: F14, mdtrt_id: F14, person: F14, psn_no: F14, begndate: 2026-07-14, fixmedins_code: H2}
      - {setl_id: F15, mdtrt_id: F15, person: F15, psn_no: F15, begndate: 2026-07-15, fixmedins_code: H2}
      - {setl_id: F16, mdtrt_id: F16, person: F16, psn_no: F16, begndate: 2026-07-16, fixmedins_code: H2}
      - {setl_id: F17, mdtrt_id: F17, person: F17, psn_no: F17, begndate: 2026-07-17, fixmedins_code: H2}
      - {setl_id: F18, mdtrt_id: F18, person: F18, psn_no: F18, begndate: 2026-07-18, fixmedins_code: H2}
      - {setl_id: F19, mdtrt_id: F19, person: F19, psn_no: F19, begndate: 2026-07-19, fixmedins_code: H2}
      - {setl_id: F20, mdtrt_id: F20, person: F20, psn_no: F20, begndate: 2026-07-20, fixmedins_code: H2}
      - {setl_id: F21, mdtrt_id: F21, person: F21, psn_no: F21, begndate: 2026-07-21, fixmedins_code: H2}
      - {setl_id: F22, mdtrt_id: F22, person: F22, psn_no: F22, begndate: 2026-07-22, fixmedins_code: H2}
      - {setl_id: F23, mdtrt_id: F23, person: F23, psn_no: F23, begndate: 2026-07-23, fixmedins_code: H2}
      - {setl_id: F24, mdtrt_id: F24, person: F24, psn_no: F24, begndate: 2026-07-24, fixmedins_code: H2}
    psn_b:
      - {psn_no: A0, live_addr_hash: h1}
      - {psn_no: A1, live_addr_hash: h1}
      - {psn_no: A2, live_addr_hash: h1}
      - {psn_no: A3, live_addr_hash: h1}
      - {psn_no: A4, live_addr_hash: h1}
      - {psn_no: C0, live_addr_hash: h1}
      - {psn_no: C1, live_addr_hash: h1}
      - {psn_no: C2, live_addr_hash: h1}
      - {psn_no: C3, live_addr_hash: h1}
      - {psn_no: C4, live_addr_hash: h1}
      - {psn_no: C5, live_addr_hash: h1}
      - {psn_no: C6, live_addr_hash: h1}
      - {psn_no: C7, live_addr_hash: h1}
      - {psn_no: C8, live_addr_hash: h1}
      - {psn_no: C9, live_addr_hash: h1}
      - {psn_no: C10, live_addr_hash: h1}
      - {psn_no: C11, live_addr_hash: h1}
      - {psn_no: C12, live_addr_hash: h1}
      - {psn_no: C13, live_addr_hash: h1}
      - {psn_no: C14, live_addr_hash: h1}
      - {psn_no: C15, live_addr_hash: h1}
      - {psn_no: C16, live_addr_hash: h1}
      - {psn_no: C17, live_addr_hash: h1}
      - {psn_no: C18, live_addr_hash: h1}
      - {psn_no: C19, live_addr_hash: h1}
      - {psn_no: C20, live_addr_hash: h1}
      - {psn_no: C21, live_addr_hash: h1}
      - {psn_no: C22, live_addr_hash: h1}
      - {psn_no: C23, live_addr_hash: h1}
      - {psn_no: B0, live_addr_hash: h2}
      - {psn_no: B1, live_addr_hash: h2}
      - {psn_no: B2, live_addr_hash: h2}
      - {psn_no: B3, live_addr_hash: h2}
      - {psn_no: B4, live_addr_hash: h2}
      - {psn_no: F0, live_addr_hash: h2}
      - {psn_no: F1, live_addr_hash: h2}
      - {psn_no: F2, live_addr_hash: h2}
      - {psn_no: F3, live_addr_hash: h2}
      - {psn_no: F4, live_addr_hash: h2}
      - {psn_no: F5, live_addr_hash: h2}
      - {psn_no: F6, live_addr_hash: h2}
      - {psn_no: F7, live_addr_hash: h2}
      - {psn_no: F8, live_addr_hash: h2}
      - {psn_no: F9, live_addr_hash: h2}
      - {psn_no: F10, live_addr_hash: h2}
      - {psn_no: F11, live_addr_hash: h2}
      - {psn_no: F12, live_addr_hash: h2}
      - {psn_no: F13, live_addr_hash: h2}
      - {psn_no: F14, live_addr_hash: h2}
      - {psn_no: F15, live_addr_hash: h2}
      - {psn_no: F16, live_addr_hash: h2}
      - {psn_no: F17, live_addr_hash: h2}
      - {psn_no: F18, live_addr_hash: h2}
      - {psn_no: F19, live_addr_hash: h2}
      - {psn_no: F20, live_addr_hash: h2}
      - {psn_no: F21, live_addr_hash: h2}
      - {psn_no: F22, live_addr_hash: h2}
      - {psn_no: F23, live_addr_hash: h2}
      - {psn_no: F24, live_addr_hash: h2}
  expect: {H51010000001/2026-11: {because: {because_before: "24", because_expected: "0.40"}}}
- name: three of them had been there together in August
  kind: flag
  given:
    settlement:
      - {setl_id: A0, mdtrt_id: A0, person: A0, psn_no: A0, begndate: 2026-11-02, icd3: M51}
      - {setl_id: A1, mdtrt_id: A1, person: A1, psn_no: A1, begndate: 2026-11-02, icd3: M51}
      - {setl_id: A2, mdtrt_id: A2, person: A2, psn_no: A2, begndate: 2026-11-03, icd3: M51}
      - {setl_id: A3, mdtrt_id: A3, person: A3, psn_no: A3, begndate: 2026-11-03, icd3: M51}
      - {setl_id: A4, mdtrt_id: A4, person: A4, psn_no: A4, begndate: 2026-11-04, icd3: M51}
      - {setl_id: X0, mdtrt_id: X0, person: A0, psn_no: A0, begndate: 2026-08-10, icd3: M47, setl_date: 2026-08-20}
      - {setl_id: X1, mdtrt_id: X1, person: A1, psn_no: A1, begndate: 2026-08-11, icd3: M47, setl_date: 2026-08-20}
      - {setl_id: X2, mdtrt_id: X2, person: A2, psn_no: A2, begndate: 2026-08-12, icd3: M47, setl_date: 2026-08-20}
    psn_b:
      - {psn_no: A0, live_addr_hash: h1}
      - {psn_no: A1, live_addr_hash: h1}
      - {psn_no: A2, live_addr_hash: h1}
      - {psn_no: A3, live_addr_hash: h1}
      - {psn_no: A4, live_addr_hash: h1}
  expect: {H51010000001/2026-11: {severity: 3, because: {because_repeated: 其中3人半年内曾结伴住院}}}
- name: the month before the regulation came into force
  kind: edge
  given:
    settlement:
      - {setl_id: A0, mdtrt_id: A0, person: A0, psn_no: A0, begndate: 2021-04-02, setl_date: 2021-04-09}
      - {setl_id: A1, mdtrt_id: A1, person: A1, psn_no: A1, begndate: 2021-04-02, setl_date: 2021-04-09}
      - {setl_id: A2, mdtrt_id: A2, person: A2, psn_no: A2, begndate: 2021-04-02, setl_date: 2021-04-09}
      - {setl_id: A3, mdtrt_id: A3, person: A3, psn_no: A3, begndate: 2021-04-02, setl_date: 2021-04-09}
      - {setl_id: A4, mdtrt_id: A4, person: A4, psn_no: A4, begndate: 2021-04-02, setl_date: 2021-04-09}
    psn_b:
      - {psn_no: A0, live_addr_hash: h1}
      - {psn_no: A1, live_addr_hash: h1}
      - {psn_no: A2, live_addr_hash: h1}
      - {psn_no: A3, live_addr_hash: h1}
      - {psn_no: A4, live_addr_hash: h1}
*/
