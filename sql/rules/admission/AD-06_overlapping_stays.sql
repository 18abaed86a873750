/* rule
id: AD-06
version: 1
title_zh: 住院时间重叠
title: Overlapping stays
status: active
certainty: definite
severity: 3
level: network
owner: 基金监管处
summary: >
  One person was an in-patient of two hospitals on the same nights, and the fund paid both. Each stay is the subject of
  a finding, because two regions may have to look; the money stands on the one that the fund paid less for.
sentence_zh: >-
  {because_begin}至{because_end}在{because_here}住院，同时{because_other_begin}至{because_other_end}在{because_there}住院，
  重叠{because_nights}夜；两次基金支付{because_fund}元和{because_other_fund}元。
facts:
  because_nights: 重叠夜数
  because_here: 本次机构
  because_begin: 本次入院日期
  because_end: 本次出院日期
  because_there: 另一机构
  because_other_begin: 另一次入院日期
  because_other_end: 另一次出院日期
  because_other_agency: 另一就医地
  because_fund: 本次基金支付（元）
  because_other_fund: 另一次基金支付（元）
basis:
  - 《医疗保障基金使用监督管理条例》第三十八条第（一）项、第四十条第（一）（三）项
national_code: none（国家大数据监管模型：虚假住院）
in_force: {since: 2021-05-01}
dated_by: begndate
reads: [settlement, agency]
look_back: {days: 1}
params:
  min_nights:
    about: Nights in two hospitals from which it is a finding; a transfer within a day is none
    default: "1"
    least: "1"
    most: "30"
  transfer_nights:
    about: Nights let pass after a documented transfer, because the discharge is often registered late
    default: "1"
    least: "0"
    most: "7"
amount: a2
amount_note: The fund of the stay that the fund paid less for; zero on the other one, so that it is counted once.
not_a_finding_when:
  - 当日转院，前一医院出院日与后一医院入院日为同一天（不算过夜）。
  - 医嘱转院而前一医院出院登记晚一天（已排除）。
  - 前一医院委托外院检查、手术，患者当日往返，费用由前一医院承担。
  - 精神科患者经批准请假外出期间因躯体疾病住院。
  - 新生儿在另一医院救治，费用记在母亲名下（新生儿标志为 1 的结算已排除）。
reviewer_checks:
  - 调两家医院重叠日期的护理记录、体温单和医嘱执行时间。
  - 查出入院登记的实际时间，是否一方未及时办理出院。
  - 两地经办机构共同核查，确认患者实际在哪家医院。
handler: [H2]
suppressors_in_sql: [S-TRF, S-NB, S-REF]
*/
SELECT
    a.setl_id,
    b.setl_id AS linked_setl_id,
    CASE
        WHEN a.fund_pay_sumamt < b.fund_pay_sumamt THEN a.medfee_sumamt
        WHEN a.fund_pay_sumamt = b.fund_pay_sumamt AND a.setl_id > b.setl_id THEN a.medfee_sumamt
        ELSE 0
    END AS a0,
    CASE
        WHEN a.fund_pay_sumamt < b.fund_pay_sumamt THEN a.inscp_amt
        WHEN a.fund_pay_sumamt = b.fund_pay_sumamt AND a.setl_id > b.setl_id THEN a.inscp_amt
        ELSE 0
    END AS a1,
    CASE
        WHEN a.fund_pay_sumamt < b.fund_pay_sumamt THEN a.fund_pay_sumamt
        WHEN a.fund_pay_sumamt = b.fund_pay_sumamt AND a.setl_id > b.setl_id THEN a.fund_pay_sumamt
        ELSE 0
    END AS a2,
    DATE_DIFF('day', GREATEST(a.begndate, b.begndate), LEAST(a.enddate, b.enddate)) AS because_nights,
    COALESCE(a.fixmedins_name, a.fixmedins_code) AS because_here,
    a.begndate AS because_begin,
    a.enddate AS because_end,
    COALESCE(b.fixmedins_name, b.fixmedins_code) AS because_there,
    b.begndate AS because_other_begin,
    b.enddate AS because_other_end,
    CASE WHEN b.treating_agency = '510000' THEN '省外' ELSE COALESCE(there.name_zh, b.treating_agency) END
        AS because_other_agency,
    a.fund_pay_sumamt AS because_fund,
    b.fund_pay_sumamt AS because_other_fund
FROM settlement AS a
INNER JOIN settlement AS b ON a.person = b.person
LEFT JOIN agency AS there ON b.treating_agency = there.code
WHERE
    a.care = 'IPT'
    AND b.care = 'IPT'
    AND a.setl_id <> b.setl_id
    AND a.fixmedins_code <> b.fixmedins_code
    AND a.fund_pay_sumamt > 0
    AND b.fund_pay_sumamt > 0
    AND COALESCE(a.nwb_flag, '0') <> '1'
    AND COALESCE(b.nwb_flag, '0') <> '1'
    -- Overlapping stays are no day apart; the look-back says only that no other settlement matters.
    AND DATE_DIFF('day', a.enddate, b.begndate) <= $look_back_days
    AND DATE_DIFF('day', b.enddate, a.begndate) <= $look_back_days
    AND DATE_DIFF('day', GREATEST(a.begndate, b.begndate), LEAST(a.enddate, b.enddate)) >= $min_nights
    AND NOT (
        DATE_DIFF('day', GREATEST(a.begndate, b.begndate), LEAST(a.enddate, b.enddate)) <= $transfer_nights
        AND (
            COALESCE(a.refl_old_mdtrt_id, '') = b.mdtrt_id
            OR COALESCE(b.refl_old_mdtrt_id, '') = a.mdtrt_id
            OR (a.begndate < b.begndate AND COALESCE(a.dscg_way, '') IN ('2', '3'))
            OR (b.begndate < a.begndate AND COALESCE(b.dscg_way, '') IN ('2', '3'))
        )
    )
/* examples
- name: discharged and admitted elsewhere on one day
  kind: clear
  given:
    settlement: [{}, {setl_id: S2, fixmedins_code: H51010000002, begndate: 2026-11-09, enddate: 2026-11-12}]
- name: three nights in two hospitals
  kind: flag
  given:
    settlement:
      - {}
      - {setl_id: S2, fixmedins_code: H51010000002, begndate: 2026-11-06, fund_pay_sumamt: "3000.00"}
    agency: [{code: "510100", name_zh: 成都市, pool: "5101"}]
  expect:
    S1/S2: {a2: "0.00", a1: "0.00", because: {because_nights: "3", because_other_agency: 成都市}}
    S2/S1: {a2: "3000.00", a1: "8800.00", a0: "10000.00"}
- name: exactly one night
  kind: edge
  given:
    settlement:
      - {}
      - {setl_id: S2, fixmedins_code: H51010000002, begndate: 2026-11-08, fund_pay_sumamt: "3000.00"}
  expect: {S1/S2: "0.00", S2/S1: "3000.00"}
- name: one night after a transfer passes, two do not
  kind: edge
  given:
    settlement:
      - {dscg_way: "2"}
      - {setl_id: S2, fixmedins_code: H51010000002, begndate: 2026-11-08, fund_pay_sumamt: "3000.00"}
      - {setl_id: S3, person: P2, dscg_way: "2"}
      - {setl_id: S4, person: P2, fixmedins_code: H51010000002, begndate: 2026-11-07, fund_pay_sumamt: "3000.00"}
  expect: {S3/S4: "0.00", S4/S3: "3000.00"}
- name: equal funds, counted once
  kind: edge
  given:
    settlement: [{}, {setl_id: S2, fixmedins_code: H51010000002}]
  expect: {S1/S2: "0.00", S2/S1: "6800.00"}
- name: the same hospital, or nothing paid by the fund
  kind: clear
  given:
    settlement:
      - {}
      - {setl_id: S2, begndate: 2026-11-06}
      - {setl_id: S3, fixmedins_code: H51010000002, begndate: 2026-11-06, fund_pay_sumamt: "0.00"}
- name: taken back
  kind: clear
  given:
    settlement: [{}, {setl_id: S2, fixmedins_code: H51010000002, is_reversed: true, counts: false}]
- name: a newborn in another hospital, on the mother's card
  kind: clear
  given:
    settlement: [{}, {setl_id: S2, fixmedins_code: H51010000002, nwb_flag: "1"}]
*/
