/* rule
id: FR-14
version: 1
title_zh: 诱导住院（减免自付、零自付）
title: Inducement - waived patient share
status: active
certainty: suspicious
severity: 3
level: provider
subject: institution
owner: 基金监管处
summary: >
  In a month, more than a fifth of an institution's in-patients without assistance paid nothing or nearly nothing, or
  the hospital bore their share, and that is far beyond other institutions of its level in that month: three robust
  deviations from their median. Where half of the peers differ by nothing, or there are too few, the fifth alone counts.
sentence_zh: >-
  {because_institution}{because_period}住院{because_stays}人次中{because_waived}人次自付近零或由医院承担，占{because_share}，
  同级{because_peers}家机构中位占比{because_median}。
facts:
  because_institution: 医疗机构
  because_period: 月份
  because_stays: 无救助身份住院人次
  because_waived: 自付近零人次
  because_share: 占比
  because_peers: 同级机构数
  because_median: 同级中位占比
  because_borne: 医院承担（元）
  because_fund: 涉及基金（元）
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（五）（七）项、第四十条第（一）项
  - 定点医疗机构典型问题清单（2025 版）第 1 条
national_code: none
in_force: {since: 2021-05-01}
dated_by: period
reads: [settlement]
look_back: {days: 1}
peers: true
params:
  little_cash:
    about: A patient who paid less cash, and nothing from the account, paid nearly nothing
    default: "50.00"
    least: "0.00"
    most: "500.00"
  least_fee:
    about: Of cheaper stays little is left to pay
    default: "500.00"
    least: "0.00"
    most: "5000.00"
  share_percent:
    about: Share of such stays above which somebody looks
    default: "20"
    least: "5"
    most: "90"
  least_stays:
    about: Stays of a month below which a share means nothing
    default: "20"
    least: "5"
    most: "500"
  deviations:
    about: Robust deviations from the median of the peers
    default: "3"
    least: "1"
    most: "10"
  least_peers:
    about: Peers from which a median is taken; of fewer, a few that do alike are their own yardstick
    default: "10"
    least: "5"
    most: "50"
amount: exposure
amount_note: The fund of the stays for which nearly nothing was paid
not_a_finding_when:
  - 特困、低保等医疗救助对象零自付（有特殊人员身份或救助支付的已排除）。
  - 慈善项目、惠民保在医院一站式减免。
  - 职工有公务员补助或补充保险，个人账户支付（账户有支付的已排除）。
  - 医院按规定为贫困精神病人、结核病人减免。
reviewer_checks:
  - 抽取住院病历，电话回访患者是否缴费、是否有人接送。
  - 核对收费票据、预交金与退费记录。
  - 查减免审批制度和财务科目。
handler: [H3]
suppressors: []
*/
WITH
stay AS (
    SELECT
        s.fixmedins_code,
        s.fixmedins_name,
        COALESCE(s.lmtpric_hosp_lv, '') AS tier,
        LEFT(CAST(s.setl_date AS VARCHAR), 7) AS month_of,
        s.fund_pay_sumamt,
        s.ownpay_hosp_part,
        CASE
            WHEN
                s.ownpay_hosp_part > 0
                OR (s.cash_payamt < $little_cash AND s.acct_pay + s.acct_mulaid_pay = 0)
                THEN 1
            ELSE 0
        END AS is_waived
    FROM settlement AS s
    WHERE
        s.care = 'IPT'
        AND s.setl_type = '2'
        AND s.medfee_sumamt >= $least_fee
        AND s.fund_pay_sumamt > 0
        AND s.sp_psn_type IS NULL
        AND s.maf_pay = 0
),

monthly AS (
    SELECT
        fixmedins_code,
        MIN(fixmedins_name) AS fixmedins_name,
        tier,
        month_of,
        COUNT(fixmedins_code) AS stays,
        SUM(is_waived) AS waived,
        SUM(CASE WHEN is_waived = 1 THEN fund_pay_sumamt ELSE 0 END) AS fund,
        SUM(ownpay_hosp_part) AS borne,
        -- In ten-thousandths, whole numbers.
        SUM(is_waived) * 10000 // NULLIF(COUNT(fixmedins_code), 0) AS waived_share
    FROM stay
    GROUP BY fixmedins_code, tier, month_of
    HAVING COUNT(fixmedins_code) >= $least_stays
),

ranked AS (
    SELECT
        tier,
        month_of,
        waived_share,
        ROW_NUMBER() OVER (PARTITION BY tier, month_of ORDER BY waived_share ASC, fixmedins_code ASC) AS place,
        COUNT(fixmedins_code) OVER (PARTITION BY tier, month_of) AS peers
    FROM monthly
),

-- The lower of the two middle ones where their number is even.
middle AS (
    SELECT
        tier,
        month_of,
        peers,
        waived_share AS median
    FROM ranked
    WHERE place = (peers + 1) // 2
),

apart AS (
    SELECT
        m.tier,
        m.month_of,
        ABS(m.waived_share - c.median) AS deviation,
        ROW_NUMBER() OVER (
            PARTITION BY m.tier, m.month_of ORDER BY ABS(m.waived_share - c.median) ASC, m.fixmedins_code ASC
        ) AS place
    FROM monthly AS m
    INNER JOIN middle AS c ON m.tier = c.tier AND m.month_of = c.month_of
),

spread AS (
    SELECT
        a.tier,
        a.month_of,
        a.deviation AS mad
    FROM apart AS a
    INNER JOIN middle AS c ON a.tier = c.tier AND a.month_of = c.month_of
    WHERE a.place = (c.peers + 1) // 2
)

SELECT
    m.fixmedins_code AS subject_id,
    m.month_of AS period,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CAST(0 AS DECIMAL(18, 2)) AS a2,
    m.fund AS exposure,
    COALESCE(m.fixmedins_name, m.fixmedins_code) AS because_institution,
    m.month_of AS because_period,
    m.stays AS because_stays,
    m.waived AS because_waived,
    CAST(m.waived_share // 100 AS VARCHAR) || '%' AS because_share,
    c.peers AS because_peers,
    CAST(c.median // 100 AS VARCHAR) || '%' AS because_median,
    m.borne AS because_borne,
    m.fund AS because_fund
FROM monthly AS m
INNER JOIN middle AS c ON m.tier = c.tier AND m.month_of = c.month_of
INNER JOIN spread AS d ON m.tier = d.tier AND m.month_of = d.month_of
WHERE
    m.waived_share > $share_percent * 100
    -- 0.6745 times the distance, over the median distance: the robust deviation.
    AND (c.peers < $least_peers OR 6745 * (m.waived_share - c.median) >= $deviations * 10000 * d.mad)
/* examples
- name: the poor who are assisted pay nothing, and employees pay from the account
  kind: clear
  given:
    settlement:
      [
        {setl_id: A0, fixmedins_code: A, cash_payamt: "0.00", acct_pay: "0.00", sp_psn_type: "01"},
        {setl_id: A1, fixmedins_code: A, cash_payamt: "0.00", acct_pay: "0.00", sp_psn_type: "01"},
        {setl_id: A2, fixmedins_code: A, cash_payamt: "0.00", acct_pay: "0.00", sp_psn_type: "01"},
        {setl_id: A3, fixmedins_code: A, cash_payamt: "0.00", acct_pay: "0.00", sp_psn_type: "01"},
        {setl_id: A4, fixmedins_code: A, cash_payamt: "0.00", acct_pay: "0.00", sp_psn_type: "01"},
        {setl_id: A5, fixmedins_code: A, cash_payamt: "0.00", acct_pay: "0.00", sp_psn_type: "01"},
        {setl_id: A6, fixmedins_code: A, cash_payamt: "0.00", acct_pay: "0.00", sp_psn_type: "01"},
        {setl_id: A7, fixmedins_code: A, cash_payamt: "0.00", acct_pay: "0.00", sp_psn_type: "01"},
        {setl_id: A8, fixmedins_code: A}, {setl_id: A9, fixmedins_code: A}, {setl_id: A10, fixmedins_code: A},
        {setl_id: A11, fixmedins_code: A}, {setl_id: A12, fixmedins_code: A}, {setl_id: A13, fixmedins_code: A},
        {setl_id: A14, fixmedins_code: A}, {setl_id: A15, fixmedins_code: A}, {setl_id: A16, fixmedins_code: A},
        {setl_id: A17, fixmedins_code: A}, {setl_id: A18, fixmedins_code: A}, {setl_id: A19, fixmedins_code: A},
        {setl_id: B0, fixmedins_code: B, cash_payamt: "0.00", acct_pay: "900.00"},
        {setl_id: B1, fixmedins_code: B, cash_payamt: "0.00", acct_pay: "900.00"},
        {setl_id: B2, fixmedins_code: B, cash_payamt: "0.00", acct_pay: "900.00"},
        {setl_id: B3, fixmedins_code: B, cash_payamt: "0.00", acct_pay: "900.00"},
        {setl_id: B4, fixmedins_code: B, cash_payamt: "0.00", acct_pay: "900.00"},
        {setl_id: B5, fixmedins_code: B, cash_payamt: "0.00", acct_pay: "900.00"},
        {setl_id: B6, fixmedins_code: B, cash_payamt: "0.00", acct_pay: "900.00"},
        {setl_id: B7, fixmedins_code: B, cash_payamt: "0.00", acct_pay: "900.00"}, {setl_id: B8, fixmedins_code: B},
        {setl_id: B9, fixmedins_code: B}, {setl_id: B10, fixmedins_code: B}, {setl_id: B11, fixmedins_code: B},
        {setl_id: B12, fixmedins_code: B}, {setl_id: B13, fixmedins_code: B}, {setl_id: B14, fixmedins_code: B},
        {setl_id: B15, fixmedins_code: B}, {setl_id: B16, fixmedins_code: B}, {setl_id: B17, fixmedins_code: B},
        {setl_id: B18, fixmedins_code: B}, {setl_id: B19, fixmedins_code: B}
      ]
- name: five of twenty paid ten yuan, elsewhere nobody
  kind: flag
  given:
    settlement:
      [
        {setl_id: A0, fixmedins_code: A, cash_payamt: "10.00", acct_pay: "0.00"},
        {setl_id: A1, fixmedins_code: A, cash_payamt: "10.00", acct_pay: "0.00"},
        {setl_id: A2, fixmedins_code: A, cash_payamt: "10.00", acct_pay: "0.00"},
        {setl_id: A3, fixmedins_code: A, cash_payamt: "10.00", acct_pay: "0.00"},
        {setl_id: A4, fixmedins_code: A, cash_payamt: "10.00", acct_pay: "0.00"}, {setl_id: A5, fixmedins_code: A},
        {setl_id: A6, fixmedins_code: A}, {setl_id: A7, fixmedins_code: A}, {setl_id: A8, fixmedins_code: A},
        {setl_id: A9, fixmedins_code: A}, {setl_id: A10, fixmedins_code: A}, {setl_id: A11, fixmedins_code: A},
        {setl_id: A12, fixmedins_code: A}, {setl_id: A13, fixmedins_code: A}, {setl_id: A14, fixmedins_code: A},
        {setl_id: A15, fixmedins_code: A}, {setl_id: A16, fixmedins_code: A}, {setl_id: A17, fixmedins_code: A},
        {setl_id: A18, fixmedins_code: A}, {setl_id: A19, fixmedins_code: A}, {setl_id: B0, fixmedins_code: B},
        {setl_id: B1, fixmedins_code: B}, {setl_id: B2, fixmedins_code: B}, {setl_id: B3, fixmedins_code: B},
        {setl_id: B4, fixmedins_code: B}, {setl_id: B5, fixmedins_code: B}, {setl_id: B6, fixmedins_code: B},
        {setl_id: B7, fixmedins_code: B}, {setl_id: B8, fixmedins_code: B}, {setl_id: B9, fixmedins_code: B},
        {setl_id: B10, fixmedins_code: B}, {setl_id: B11, fixmedins_code: B}, {setl_id: B12, fixmedins_code: B},
        {setl_id: B13, fixmedins_code: B}, {setl_id: B14, fixmedins_code: B}, {setl_id: B15, fixmedins_code: B},
        {setl_id: B16, fixmedins_code: B}, {setl_id: B17, fixmedins_code: B}, {setl_id: B18, fixmedins_code: B},
        {setl_id: B19, fixmedins_code: B}
      ]
  expect:
    A/2026-11:
      a2: "0.00"
      exposure: "34000.00"
      because: {because_share: 25%, because_waived: "5", because_peers: "2"}
- name: the hospital bore the share
  kind: flag
  given:
    settlement:
      [
        {setl_id: A0, fixmedins_code: A, ownpay_hosp_part: "300.00"},
        {setl_id: A1, fixmedins_code: A, ownpay_hosp_part: "300.00"},
        {setl_id: A2, fixmedins_code: A, ownpay_hosp_part: "300.00"},
        {setl_id: A3, fixmedins_code: A, ownpay_hosp_part: "300.00"},
        {setl_id: A4, fixmedins_code: A, ownpay_hosp_part: "300.00"}, {setl_id: A5, fixmedins_code: A},
        {setl_id: A6, fixmedins_code: A}, {setl_id: A7, fixmedins_code: A}, {setl_id: A8, fixmedins_code: A},
        {setl_id: A9, fixmedins_code: A}, {setl_id: A10, fixmedins_code: A}, {setl_id: A11, fixmedins_code: A},
        {setl_id: A12, fixmedins_code: A}, {setl_id: A13, fixmedins_code: A}, {setl_id: A14, fixmedins_code: A},
        {setl_id: A15, fixmedins_code: A}, {setl_id: A16, fixmedins_code: A}, {setl_id: A17, fixmedins_code: A},
        {setl_id: A18, fixmedins_code: A}, {setl_id: A19, fixmedins_code: A}
      ]
  expect: {A/2026-11: {because: {because_borne: "1500.00"}}}
- name: a fifth exactly, and one more
  kind: edge
  given:
    settlement:
      [
        {setl_id: A0, fixmedins_code: A, cash_payamt: "10.00", acct_pay: "0.00"},
        {setl_id: A1, fixmedins_code: A, cash_payamt: "10.00", acct_pay: "0.00"},
        {setl_id: A2, fixmedins_code: A, cash_payamt: "10.00", acct_pay: "0.00"},
        {setl_id: A3, fixmedins_code: A, cash_payamt: "10.00", acct_pay: "0.00"}, {setl_id: A4, fixmedins_code: A},
        {setl_id: A5, fixmedins_code: A}, {setl_id: A6, fixmedins_code: A}, {setl_id: A7, fixmedins_code: A},
        {setl_id: A8, fixmedins_code: A}, {setl_id: A9, fixmedins_code: A}, {setl_id: A10, fixmedins_code: A},
        {setl_id: A11, fixmedins_code: A}, {setl_id: A12, fixmedins_code: A}, {setl_id: A13, fixmedins_code: A},
        {setl_id: A14, fixmedins_code: A}, {setl_id: A15, fixmedins_code: A}, {setl_id: A16, fixmedins_code: A},
        {setl_id: A17, fixmedins_code: A}, {setl_id: A18, fixmedins_code: A}, {setl_id: A19, fixmedins_code: A},
        {setl_id: B0, fixmedins_code: B, cash_payamt: "10.00", acct_pay: "0.00"},
        {setl_id: B1, fixmedins_code: B, cash_payamt: "10.00", acct_pay: "0.00"},
        {setl_id: B2, fixmedins_code: B, cash_payamt: "10.00", acct_pay: "0.00"},
        {setl_id: B3, fixmedins_code: B, cash_payamt: "10.00", acct_pay: "0.00"},
        {setl_id: B4, fixmedins_code: B, cash_payamt: "10.00", acct_pay: "0.00"}, {setl_id: B5, fixmedins_code: B},
        {setl_id: B6, fixmedins_code: B}, {setl_id: B7, fixmedins_code: B}, {setl_id: B8, fixmedins_code: B},
        {setl_id: B9, fixmedins_code: B}, {setl_id: B10, fixmedins_code: B}, {setl_id: B11, fixmedins_code: B},
        {setl_id: B12, fixmedins_code: B}, {setl_id: B13, fixmedins_code: B}, {setl_id: B14, fixmedins_code: B},
        {setl_id: B15, fixmedins_code: B}, {setl_id: B16, fixmedins_code: B}, {setl_id: B17, fixmedins_code: B},
        {setl_id: B18, fixmedins_code: B}, {setl_id: B19, fixmedins_code: B}
      ]
  expect: {B/2026-11: "34000.00"}
- name: nineteen stays say nothing, twenty do
  kind: edge
  given:
    settlement:
      [
        {setl_id: A0, fixmedins_code: A, cash_payamt: "10.00", acct_pay: "0.00"},
        {setl_id: A1, fixmedins_code: A, cash_payamt: "10.00", acct_pay: "0.00"},
        {setl_id: A2, fixmedins_code: A, cash_payamt: "10.00", acct_pay: "0.00"},
        {setl_id: A3, fixmedins_code: A, cash_payamt: "10.00", acct_pay: "0.00"},
        {setl_id: A4, fixmedins_code: A, cash_payamt: "10.00", acct_pay: "0.00"},
        {setl_id: A5, fixmedins_code: A, cash_payamt: "10.00", acct_pay: "0.00"},
        {setl_id: A6, fixmedins_code: A, cash_payamt: "10.00", acct_pay: "0.00"},
        {setl_id: A7, fixmedins_code: A, cash_payamt: "10.00", acct_pay: "0.00"},
        {setl_id: A8, fixmedins_code: A, cash_payamt: "10.00", acct_pay: "0.00"}, {setl_id: A9, fixmedins_code: A},
        {setl_id: A10, fixmedins_code: A}, {setl_id: A11, fixmedins_code: A}, {setl_id: A12, fixmedins_code: A},
        {setl_id: A13, fixmedins_code: A}, {setl_id: A14, fixmedins_code: A}, {setl_id: A15, fixmedins_code: A},
        {setl_id: A16, fixmedins_code: A}, {setl_id: A17, fixmedins_code: A}, {setl_id: A18, fixmedins_code: A},
        {setl_id: B0, fixmedins_code: B, cash_payamt: "10.00", acct_pay: "0.00"},
        {setl_id: B1, fixmedins_code: B, cash_payamt: "10.00", acct_pay: "0.00"},
        {setl_id: B2, fixmedins_code: B, cash_payamt: "10.00", acct_pay: "0.00"},
        {setl_id: B3, fixmedins_code: B, cash_payamt: "10.00", acct_pay: "0.00"},
        {setl_id: B4, fixmedins_code: B, cash_payamt: "10.00", acct_pay: "0.00"},
        {setl_id: B5, fixmedins_code: B, cash_payamt: "10.00", acct_pay: "0.00"},
        {setl_id: B6, fixmedins_code: B, cash_payamt: "10.00", acct_pay: "0.00"},
        {setl_id: B7, fixmedins_code: B, cash_payamt: "10.00", acct_pay: "0.00"},
        {setl_id: B8, fixmedins_code: B, cash_payamt: "10.00", acct_pay: "0.00"}, {setl_id: B9, fixmedins_code: B},
        {setl_id: B10, fixmedins_code: B}, {setl_id: B11, fixmedins_code: B}, {setl_id: B12, fixmedins_code: B},
        {setl_id: B13, fixmedins_code: B}, {setl_id: B14, fixmedins_code: B}, {setl_id: B15, fixmedins_code: B},
        {setl_id: B16, fixmedins_code: B}, {setl_id: B17, fixmedins_code: B}, {setl_id: B18, fixmedins_code: B},
        {setl_id: B19, fixmedins_code: B}
      ]
  expect: {B/2026-11: "61200.00"}
- name: where nine of ten peers waive alike, only the tenth stands out
  kind: edge
  given:
    settlement:
      [
        {setl_id: A0, fixmedins_code: A, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: A1, fixmedins_code: A, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: A2, fixmedins_code: A, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: A3, fixmedins_code: A, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: A4, fixmedins_code: A, cash_payamt: "1.00", acct_pay: "0.00"}, {setl_id: A5, fixmedins_code: A},
        {setl_id: A6, fixmedins_code: A}, {setl_id: A7, fixmedins_code: A}, {setl_id: A8, fixmedins_code: A},
        {setl_id: A9, fixmedins_code: A}, {setl_id: A10, fixmedins_code: A}, {setl_id: A11, fixmedins_code: A},
        {setl_id: A12, fixmedins_code: A}, {setl_id: A13, fixmedins_code: A}, {setl_id: A14, fixmedins_code: A},
        {setl_id: A15, fixmedins_code: A}, {setl_id: A16, fixmedins_code: A}, {setl_id: A17, fixmedins_code: A},
        {setl_id: A18, fixmedins_code: A}, {setl_id: A19, fixmedins_code: A},
        {setl_id: B0, fixmedins_code: B, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: B1, fixmedins_code: B, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: B2, fixmedins_code: B, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: B3, fixmedins_code: B, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: B4, fixmedins_code: B, cash_payamt: "1.00", acct_pay: "0.00"}, {setl_id: B5, fixmedins_code: B},
        {setl_id: B6, fixmedins_code: B}, {setl_id: B7, fixmedins_code: B}, {setl_id: B8, fixmedins_code: B},
        {setl_id: B9, fixmedins_code: B}, {setl_id: B10, fixmedins_code: B}, {setl_id: B11, fixmedins_code: B},
        {setl_id: B12, fixmedins_code: B}, {setl_id: B13, fixmedins_code: B}, {setl_id: B14, fixmedins_code: B},
        {setl_id: B15, fixmedins_code: B}, {setl_id: B16, fixmedins_code: B}, {setl_id: B17, fixmedins_code: B},
        {setl_id: B18, fixmedins_code: B}, {setl_id: B19, fixmedins_code: B},
        {setl_id: C0, fixmedins_code: C, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: C1, fixmedins_code: C, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: C2, fixmedins_code: C, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: C3, fixmedins_code: C, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: C4, fixmedins_code: C, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: C5, fixmedins_code: C, cash_payamt: "1.00", acct_pay: "0.00"}, {setl_id: C6, fixmedins_code: C},
        {setl_id: C7, fixmedins_code: C}, {setl_id: C8, fixmedins_code: C}, {setl_id: C9, fixmedins_code: C},
        {setl_id: C10, fixmedins_code: C}, {setl_id: C11, fixmedins_code: C}, {setl_id: C12, fixmedins_code: C},
        {setl_id: C13, fixmedins_code: C}, {setl_id: C14, fixmedins_code: C}, {setl_id: C15, fixmedins_code: C},
        {setl_id: C16, fixmedins_code: C}, {setl_id: C17, fixmedins_code: C}, {setl_id: C18, fixmedins_code: C},
        {setl_id: C19, fixmedins_code: C}, {setl_id: D0, fixmedins_code: D, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: D1, fixmedins_code: D, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: D2, fixmedins_code: D, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: D3, fixmedins_code: D, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: D4, fixmedins_code: D, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: D5, fixmedins_code: D, cash_payamt: "1.00", acct_pay: "0.00"}, {setl_id: D6, fixmedins_code: D},
        {setl_id: D7, fixmedins_code: D}, {setl_id: D8, fixmedins_code: D}, {setl_id: D9, fixmedins_code: D},
        {setl_id: D10, fixmedins_code: D}, {setl_id: D11, fixmedins_code: D}, {setl_id: D12, fixmedins_code: D},
        {setl_id: D13, fixmedins_code: D}, {setl_id: D14, fixmedins_code: D}, {setl_id: D15, fixmedins_code: D},
        {setl_id: D16, fixmedins_code: D}, {setl_id: D17, fixmedins_code: D}, {setl_id: D18, fixmedins_code: D},
        {setl_id: D19, fixmedins_code: D}, {setl_id: E0, fixmedins_code: E, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: E1, fixmedins_code: E, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: E2, fixmedins_code: E, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: E3, fixmedins_code: E, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: E4, fixmedins_code: E, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: E5, fixmedins_code: E, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: E6, fixmedins_code: E, cash_payamt: "1.00", acct_pay: "0.00"}, {setl_id: E7, fixmedins_code: E},
        {setl_id: E8, fixmedins_code: E}, {setl_id: E9, fixmedins_code: E}, {setl_id: E10, fixmedins_code: E},
        {setl_id: E11, fixmedins_code: E}, {setl_id: E12, fixmedins_code: E}, {setl_id: E13, fixmedins_code: E},
        {setl_id: E14, fixmedins_code: E}, {setl_id: E15, fixmedins_code: E}, {setl_id: E16, fixmedins_code: E},
        {setl_id: E17, fixmedins_code: E}, {setl_id: E18, fixmedins_code: E}, {setl_id: E19, fixmedins_code: E},
        {setl_id: F0, fixmedins_code: F, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: F1, fixmedins_code: F, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: F2, fixmedins_code: F, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: F3, fixmedins_code: F, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: F4, fixmedins_code: F, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: F5, fixmedins_code: F, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: F6, fixmedins_code: F, cash_payamt: "1.00", acct_pay: "0.00"}, {setl_id: F7, fixmedins_code: F},
        {setl_id: F8, fixmedins_code: F}, {setl_id: F9, fixmedins_code: F}, {setl_id: F10, fixmedins_code: F},
        {setl_id: F11, fixmedins_code: F}, {setl_id: F12, fixmedins_code: F}, {setl_id: F13, fixmedins_code: F},
        {setl_id: F14, fixmedins_code: F}, {setl_id: F15, fixmedins_code: F}, {setl_id: F16, fixmedins_code: F},
        {setl_id: F17, fixmedins_code: F}, {setl_id: F18, fixmedins_code: F}, {setl_id: F19, fixmedins_code: F},
        {setl_id: G0, fixmedins_code: G, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: G1, fixmedins_code: G, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: G2, fixmedins_code: G, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: G3, fixmedins_code: G, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: G4, fixmedins_code: G, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: G5, fixmedins_code: G, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: G6, fixmedins_code: G, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: G7, fixmedins_code: G, cash_payamt: "1.00", acct_pay: "0.00"}, {setl_id: G8, fixmedins_code: G},
        {setl_id: G9, fixmedins_code: G}, {setl_id: G10, fixmedins_code: G}, {setl_id: G11, fixmedins_code: G},
        {setl_id: G12, fixmedins_code: G}, {setl_id: G13, fixmedins_code: G}, {setl_id: G14, fixmedins_code: G},
        {setl_id: G15, fixmedins_code: G}, {setl_id: G16, fixmedins_code: G}, {setl_id: G17, fixmedins_code: G},
        {setl_id: G18, fixmedins_code: G}, {setl_id: G19, fixmedins_code: G},
        {setl_id: H0, fixmedins_code: H, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: H1, fixmedins_code: H, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: H2, fixmedins_code: H, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: H3, fixmedins_code: H, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: H4, fixmedins_code: H, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: H5, fixmedins_code: H, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: H6, fixmedins_code: H, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: H7, fixmedins_code: H, cash_payamt: "1.00", acct_pay: "0.00"}, {setl_id: H8, fixmedins_code: H},
        {setl_id: H9, fixmedins_code: H}, {setl_id: H10, fixmedins_code: H}, {setl_id: H11, fixmedins_code: H},
        {setl_id: H12, fixmedins_code: H}, {setl_id: H13, fixmedins_code: H}, {setl_id: H14, fixmedins_code: H},
        {setl_id: H15, fixmedins_code: H}, {setl_id: H16, fixmedins_code: H}, {setl_id: H17, fixmedins_code: H},
        {setl_id: H18, fixmedins_code: H}, {setl_id: H19, fixmedins_code: H},
        {setl_id: I0, fixmedins_code: I, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: I1, fixmedins_code: I, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: I2, fixmedins_code: I, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: I3, fixmedins_code: I, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: I4, fixmedins_code: I, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: I5, fixmedins_code: I, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: I6, fixmedins_code: I, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: I7, fixmedins_code: I, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: I8, fixmedins_code: I, cash_payamt: "1.00", acct_pay: "0.00"}, {setl_id: I9, fixmedins_code: I},
        {setl_id: I10, fixmedins_code: I}, {setl_id: I11, fixmedins_code: I}, {setl_id: I12, fixmedins_code: I},
        {setl_id: I13, fixmedins_code: I}, {setl_id: I14, fixmedins_code: I}, {setl_id: I15, fixmedins_code: I},
        {setl_id: I16, fixmedins_code: I}, {setl_id: I17, fixmedins_code: I}, {setl_id: I18, fixmedins_code: I},
        {setl_id: I19, fixmedins_code: I}, {setl_id: J0, fixmedins_code: J, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: J1, fixmedins_code: J, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: J2, fixmedins_code: J, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: J3, fixmedins_code: J, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: J4, fixmedins_code: J, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: J5, fixmedins_code: J, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: J6, fixmedins_code: J, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: J7, fixmedins_code: J, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: J8, fixmedins_code: J, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: J9, fixmedins_code: J, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: J10, fixmedins_code: J, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: J11, fixmedins_code: J, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: J12, fixmedins_code: J, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: J13, fixmedins_code: J, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: J14, fixmedins_code: J, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: J15, fixmedins_code: J, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: J16, fixmedins_code: J, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: J17, fixmedins_code: J, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: J18, fixmedins_code: J, cash_payamt: "1.00", acct_pay: "0.00"},
        {setl_id: J19, fixmedins_code: J, cash_payamt: "1.00", acct_pay: "0.00"}
      ]
  expect: {J/2026-11: {because: {because_median: 35%, because_share: 100%, because_peers: "10"}}}
- name: cheap stays, and below fifty yuan by a cent
  kind: edge
  given:
    settlement:
      [
        {setl_id: A0, fixmedins_code: A, cash_payamt: "10.00", acct_pay: "0.00", medfee_sumamt: "499.99"},
        {setl_id: A1, fixmedins_code: A, cash_payamt: "10.00", acct_pay: "0.00", medfee_sumamt: "499.99"},
        {setl_id: A2, fixmedins_code: A, cash_payamt: "10.00", acct_pay: "0.00", medfee_sumamt: "499.99"},
        {setl_id: A3, fixmedins_code: A, cash_payamt: "10.00", acct_pay: "0.00", medfee_sumamt: "499.99"},
        {setl_id: A4, fixmedins_code: A, cash_payamt: "10.00", acct_pay: "0.00", medfee_sumamt: "499.99"},
        {setl_id: A5, fixmedins_code: A}, {setl_id: A6, fixmedins_code: A}, {setl_id: A7, fixmedins_code: A},
        {setl_id: A8, fixmedins_code: A}, {setl_id: A9, fixmedins_code: A}, {setl_id: A10, fixmedins_code: A},
        {setl_id: A11, fixmedins_code: A}, {setl_id: A12, fixmedins_code: A}, {setl_id: A13, fixmedins_code: A},
        {setl_id: A14, fixmedins_code: A}, {setl_id: A15, fixmedins_code: A}, {setl_id: A16, fixmedins_code: A},
        {setl_id: A17, fixmedins_code: A}, {setl_id: A18, fixmedins_code: A}, {setl_id: A19, fixmedins_code: A},
        {setl_id: B0, fixmedins_code: B, cash_payamt: "50.00", acct_pay: "0.00"},
        {setl_id: B1, fixmedins_code: B, cash_payamt: "50.00", acct_pay: "0.00"},
        {setl_id: B2, fixmedins_code: B, cash_payamt: "50.00", acct_pay: "0.00"},
        {setl_id: B3, fixmedins_code: B, cash_payamt: "50.00", acct_pay: "0.00"},
        {setl_id: B4, fixmedins_code: B, cash_payamt: "50.00", acct_pay: "0.00"}, {setl_id: B5, fixmedins_code: B},
        {setl_id: B6, fixmedins_code: B}, {setl_id: B7, fixmedins_code: B}, {setl_id: B8, fixmedins_code: B},
        {setl_id: B9, fixmedins_code: B}, {setl_id: B10, fixmedins_code: B}, {setl_id: B11, fixmedins_code: B},
        {setl_id: B12, fixmedins_code: B}, {setl_id: B13, fixmedins_code: B}, {setl_id: B14, fixmedins_code: B},
        {setl_id: B15, fixmedins_code: B}, {setl_id: B16, fixmedins_code: B}, {setl_id: B17, fixmedins_code: B},
        {setl_id: B18, fixmedins_code: B}, {setl_id: B19, fixmedins_code: B},
        {setl_id: C0, fixmedins_code: C, cash_payamt: "49.99", acct_pay: "0.00"},
        {setl_id: C1, fixmedins_code: C, cash_payamt: "49.99", acct_pay: "0.00"},
        {setl_id: C2, fixmedins_code: C, cash_payamt: "49.99", acct_pay: "0.00"},
        {setl_id: C3, fixmedins_code: C, cash_payamt: "49.99", acct_pay: "0.00"},
        {setl_id: C4, fixmedins_code: C, cash_payamt: "49.99", acct_pay: "0.00"}, {setl_id: C5, fixmedins_code: C},
        {setl_id: C6, fixmedins_code: C}, {setl_id: C7, fixmedins_code: C}, {setl_id: C8, fixmedins_code: C},
        {setl_id: C9, fixmedins_code: C}, {setl_id: C10, fixmedins_code: C}, {setl_id: C11, fixmedins_code: C},
        {setl_id: C12, fixmedins_code: C}, {setl_id: C13, fixmedins_code: C}, {setl_id: C14, fixmedins_code: C},
        {setl_id: C15, fixmedins_code: C}, {setl_id: C16, fixmedins_code: C}, {setl_id: C17, fixmedins_code: C},
        {setl_id: C18, fixmedins_code: C}, {setl_id: C19, fixmedins_code: C}
      ]
  expect: {C/2026-11: "34000.00"}
- name: the month before the regulation came into force
  kind: edge
  given:
    settlement:
      [
        {setl_id: A0, fixmedins_code: A, cash_payamt: "10.00", acct_pay: "0.00", setl_date: 2021-04-30},
        {setl_id: A1, fixmedins_code: A, cash_payamt: "10.00", acct_pay: "0.00", setl_date: 2021-04-30},
        {setl_id: A2, fixmedins_code: A, cash_payamt: "10.00", acct_pay: "0.00", setl_date: 2021-04-30},
        {setl_id: A3, fixmedins_code: A, cash_payamt: "10.00", acct_pay: "0.00", setl_date: 2021-04-30},
        {setl_id: A4, fixmedins_code: A, cash_payamt: "10.00", acct_pay: "0.00", setl_date: 2021-04-30},
        {setl_id: A5, fixmedins_code: A, setl_date: 2021-04-30},
        {setl_id: A6, fixmedins_code: A, setl_date: 2021-04-30},
        {setl_id: A7, fixmedins_code: A, setl_date: 2021-04-30},
        {setl_id: A8, fixmedins_code: A, setl_date: 2021-04-30},
        {setl_id: A9, fixmedins_code: A, setl_date: 2021-04-30},
        {setl_id: A10, fixmedins_code: A, setl_date: 2021-04-30},
        {setl_id: A11, fixmedins_code: A, setl_date: 2021-04-30},
        {setl_id: A12, fixmedins_code: A, setl_date: 2021-04-30},
        {setl_id: A13, fixmedins_code: A, setl_date: 2021-04-30},
        {setl_id: A14, fixmedins_code: A, setl_date: 2021-04-30},
        {setl_id: A15, fixmedins_code: A, setl_date: 2021-04-30},
        {setl_id: A16, fixmedins_code: A, setl_date: 2021-04-30},
        {setl_id: A17, fixmedins_code: A, setl_date: 2021-04-30},
        {setl_id: A18, fixmedins_code: A, setl_date: 2021-04-30},
        {setl_id: A19, fixmedins_code: A, setl_date: 2021-04-30}
      ]
*/
