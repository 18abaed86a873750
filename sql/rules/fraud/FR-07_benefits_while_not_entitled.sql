/* rule
id: FR-07
version: 1
title_zh: 停保/未参保/服刑期间享受待遇
title: Benefits while not entitled
status: active
certainty: definite
severity: 3
level: settlement
owner: 参保地待遇审核处
summary: >
  The fund paid although no relation of that insurance covered the day on which care began: paused or ended before,
  begun later, or void. A stay is honoured to its end. Persons of whom no relation was sent are not judged, nor is a
  waiting period: whether a relation continues one under another number is not in the data. Who is registered as
  serving a sentence is a question only, because the register does not say since when.
sentence_zh: >-
  {because_admission}就医时，{because_insurance}参保关系{because_state}（{because_since}），
  基金仍支付{because_fund}元，超过停保宽限{because_grace}天。
facts:
  because_admission: 就医开始日期
  because_insurance: 险种
  because_state: 参保状态
  because_since: 起止日期
  because_grace: 宽限天数
  because_days: 停保后天数
  because_fund: 基金支付（元）
basis:
  - 《四川省异地就医结算管理办法》第二条、第十三条
  - 《医疗保障基金使用监督管理条例》第四十一条
  - 《社会保险法》第二十三条、第二十五条
national_code: none
in_force: {since: 2021-05-01}
dated_by: begndate
reads: [settlement, psn_insu_d, psn_b, insurance_grace]
look_back: none
params:
  transfer_days:
    about: A relation that is being moved to another region is let pass for so many days after it was paused
    default: "30"
    least: "0"
    most: "90"
  newborn_days:
    about: Care of a newborn counts as insured when it was registered within so many days
    default: "90"
    least: "28"
    most: "180"
amount: a2
amount_note: What the fund paid; for a person who serves a sentence it is exposure.
not_a_finding_when:
  - 单位或个人事后补缴，待遇追溯享受，参保关系尚未更新。
  - 新生儿出生 90 天内办理参保，待遇从出生之日起享受（已排除）。
  - 参保关系正在转移接续，原关系先行停保（30 天内已排除）。
  - 入院时参保有效，住院期间停保（按入院日判断，已排除）。
  - 服刑人员保外就医或已刑满释放，登记未更新。
reviewer_checks:
  - 请参保地核对参保缴费与停保时间，是否有补缴。
  - 核对是否以其他险种或其他统筹区的关系应当享受待遇。
  - 服刑登记的，请参保地向司法行政部门核实起止时间。
handler: [H5]
suppressors: []
*/
WITH
related AS (
    SELECT
        s.setl_id,
        s.begndate,
        MAX(g.days) AS grace,
        MAX(
            CASE
                WHEN i.insutype <> s.insutype OR i.psn_insu_stas NOT IN ('1', '2', '4') THEN 0
                -- A relation that is not active and does not say since when says nothing.
                WHEN i.psn_insu_stas <> '1' AND i.paus_insu_date IS NULL THEN 1
                WHEN i.crt_insu_date > s.begndate THEN 0
                WHEN i.paus_insu_date IS NULL THEN 1
                WHEN
                    DATE_DIFF('day', i.paus_insu_date, s.begndate) <= GREATEST(COALESCE(g.days, 0), $transfer_days)
                    THEN 1
                ELSE 0
            END
        ) AS is_covered,
        MAX(
            CASE
                WHEN
                    i.insutype = s.insutype AND i.psn_insu_stas IN ('1', '2', '4') AND i.paus_insu_date <= s.begndate
                    THEN i.paus_insu_date
            END
        ) AS paused_on,
        MIN(
            CASE
                WHEN
                    i.insutype = s.insutype AND i.psn_insu_stas IN ('1', '2', '4') AND i.crt_insu_date > s.begndate
                    THEN i.crt_insu_date
            END
        ) AS begins_on
    FROM settlement AS s
    INNER JOIN psn_insu_d AS i ON s.psn_no = i.psn_no
    -- What is said of a region comes before what is said of all.
    LEFT JOIN insurance_grace AS g
        ON
            s.insutype = g.insutype
            AND s.begndate >= g.valid_from
            AND (g.valid_until IS NULL OR s.begndate < g.valid_until)
            AND COALESCE(g.insu_pool, s.insu_pool) = s.insu_pool
    WHERE s.fund_pay_sumamt > 0
    GROUP BY s.setl_id, s.begndate
),

judged AS (
    SELECT
        s.setl_id,
        s.insutype,
        s.begndate,
        s.medfee_sumamt,
        s.inscp_amt,
        s.fund_pay_sumamt,
        GREATEST(COALESCE(r.grace, 0), $transfer_days) AS grace,
        r.paused_on,
        r.begins_on,
        CASE
            WHEN r.is_covered = 1 THEN 'PRISON'
            WHEN r.paused_on IS NOT NULL THEN 'PAUSED'
            WHEN r.begins_on IS NOT NULL THEN 'EARLY'
            ELSE 'NONE'
        END AS how
    FROM related AS r
    INNER JOIN settlement AS s ON r.setl_id = s.setl_id
    LEFT JOIN psn_b AS p ON s.psn_no = p.psn_no AND p.vali_flag = '1'
    WHERE
        (r.is_covered = 0 OR p.surv_stas = '3')
        -- After death it is another rule.
        AND (s.die_date IS NULL OR s.begndate <= s.die_date)
        AND COALESCE(s.nwb_flag, '0') <> '1'
        AND (s.brdy IS NULL OR DATE_DIFF('day', s.brdy, s.begndate) > $newborn_days)
)

SELECT
    setl_id,
    CASE WHEN how = 'PRISON' THEN 0 ELSE medfee_sumamt END AS a0,
    CASE WHEN how = 'PRISON' THEN 0 ELSE inscp_amt END AS a1,
    CASE WHEN how = 'PRISON' THEN 0 ELSE fund_pay_sumamt END AS a2,
    CASE WHEN how = 'PRISON' THEN fund_pay_sumamt ELSE 0 END AS exposure,
    CASE WHEN how = 'PRISON' THEN 1 ELSE 3 END AS severity,
    begndate AS because_admission,
    CASE insutype WHEN '310' THEN '职工医保' WHEN '390' THEN '居民医保' ELSE insutype END AS because_insurance,
    CASE how
        WHEN 'PRISON' THEN '有效，但登记为服刑'
        WHEN 'PAUSED' THEN '已停保'
        WHEN 'EARLY' THEN '尚未开始'
        ELSE '不存在或无效'
    END AS because_state,
    CASE how
        WHEN 'PAUSED' THEN '停保日期' || CAST(paused_on AS VARCHAR)
        WHEN 'EARLY' THEN '参保日期' || CAST(begins_on AS VARCHAR)
        WHEN 'PRISON' THEN '服刑起止日期未知'
        ELSE '无该险种有效记录'
    END AS because_since,
    CAST(ROUND(grace) AS BIGINT) AS because_grace,
    CASE WHEN how = 'PAUSED' THEN DATE_DIFF('day', paused_on, begndate) ELSE 0 END AS because_days,
    fund_pay_sumamt AS because_fund
FROM judged
/* examples
- name: insured throughout, and a stay during which the insurance was paused
  kind: clear
  given:
    settlement: [{}, {setl_id: S2, psn_no: N2}]
    psn_insu_d: [{}, {psn_insu_rlts_id: I2, psn_no: N2, psn_insu_stas: "2", paus_insu_date: 2026-11-05}]
    psn_b: [{}]
    insurance_grace: [{}]
- name: paused half a year ago
  kind: flag
  given:
    settlement: [{}]
    psn_insu_d: [{psn_insu_stas: "2", paus_insu_date: 2026-05-01}]
    psn_b: [{}]
    insurance_grace: [{}]
  expect: {S1: {a1: "8800.00", a2: "6800.00", severity: 3, because: {because_state: 已停保, because_days: "185"}}}
- name: thirty days after the pause, and a day more
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, psn_no: N2}]
    psn_insu_d:
      - {psn_insu_stas: "2", paus_insu_date: 2026-10-03}
      - {psn_insu_rlts_id: I2, psn_no: N2, psn_insu_stas: "2", paus_insu_date: 2026-10-02}
    psn_b: []
    insurance_grace: [{}]
  expect: {S2: {a2: "6800.00", because: {because_days: "31"}}}
- name: a region that gives two months, on the last day and a day later
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, psn_no: N2}]
    psn_insu_d:
      - {psn_insu_stas: "2", paus_insu_date: 2026-09-03}
      - {psn_insu_rlts_id: I2, psn_no: N2, psn_insu_stas: "2", paus_insu_date: 2026-09-02}
    psn_b: []
    insurance_grace: [{}, {kp_id: K2, insu_pool: "5113", days: 60}]
  expect: {S2: {because: {because_grace: "60", because_days: "61"}}}
- name: the longer grace is known only from the day after
  kind: edge
  given:
    settlement: [{}]
    psn_insu_d: [{psn_insu_stas: "2", paus_insu_date: 2026-09-20}]
    psn_b: []
    insurance_grace: [{}, {kp_id: K2, insu_pool: "5113", days: 60, valid_from: 2026-11-03}]
  expect: {S1: "6800.00"}
- name: insured as a resident only, settled as an employee
  kind: flag
  given:
    settlement: [{}]
    psn_insu_d: [{insutype: "390"}]
    psn_b: []
    insurance_grace: []
  expect: {S1: {because: {because_state: 不存在或无效}}}
- name: begun the day after admission, and on the day
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, psn_no: N2}]
    psn_insu_d: [{crt_insu_date: 2026-11-03}, {psn_insu_rlts_id: I2, psn_no: N2, crt_insu_date: 2026-11-02}]
    psn_b: []
    insurance_grace: []
  expect: {S1: {because: {because_state: 尚未开始, because_since: 参保日期2026-11-03}}}
- name: paused and taken up again under a new relation
  kind: clear
  given:
    settlement: [{}]
    psn_insu_d:
      - {psn_insu_stas: "4", paus_insu_date: 2026-03-01}
      - {psn_insu_rlts_id: I2, crt_insu_date: 2026-04-01}
    psn_b: []
    insurance_grace: []
- name: a newborn of ninety days who was registered later, and one a day older
  kind: edge
  given:
    settlement: [{brdy: 2026-08-04}, {setl_id: S2, psn_no: N2, brdy: 2026-08-03}]
    psn_insu_d: [{crt_insu_date: 2026-11-20}, {psn_insu_rlts_id: I2, psn_no: N2, crt_insu_date: 2026-11-20}]
    psn_b: []
    insurance_grace: []
  expect: {S2: "6800.00"}
- name: registered as serving a sentence
  kind: flag
  given:
    settlement: [{}]
    psn_insu_d: [{}]
    psn_b: [{surv_stas: "3"}]
    insurance_grace: []
  expect: {S1: {a2: "0.00", exposure: "6800.00", severity: 1}}
- name: of another province, who sends no relations; and the fund paid nothing
  kind: clear
  given:
    settlement: [{psn_no: N9}, {setl_id: S2, fund_pay_sumamt: "0.00"}]
    psn_insu_d: [{psn_insu_stas: "2", paus_insu_date: 2026-05-01}]
    psn_b: []
    insurance_grace: []
- name: admitted the day before the regulation came into force
  kind: edge
  given:
    settlement: [{begndate: 2021-04-30}]
    psn_insu_d: [{psn_insu_stas: "2", paus_insu_date: 2020-05-01}]
    psn_b: []
    insurance_grace: []
*/
