/* rule
id: ST-06
version: 1
title_zh: 封顶线与年度累计错误
title: Annual cap or accumulator wrong
status: active
certainty: definite
severity: 2
level: patient-episode
owner: 异地就医结算处
summary: >
  What the paying system took for used up in the benefit year does not agree with the settlements of the year: the
  count of admissions, the room left under the cap, the burden that leads to catastrophic insurance. Or the pooled fund
  paid above the cap, or stopped before it. Where the difference is just what a settlement in another region of the
  same days had used, two regions had settled at once: that is reported as an accumulator race, a matter of timing and
  no misconduct. Signed: what was paid too little is reported too.
sentence_zh: >-
  {because_kind}：{because_accumulators}；基金应付{because_expected_fund}元，实付{because_paid_fund}元，
  差额{because_difference}元（正数为多付）。
facts:
  because_kind: 差错类型
  because_accumulators: 累计对照
  because_concurrent: 几乎同时的另一结算
  because_expected_fund: 应付基金（元）
  because_paid_fund: 实付基金（元）
  because_difference: 基金差额（元）
  because_policy: 政策包
  because_recomputed: 复算说明
basis:
  - 《四川省异地就医结算管理办法》第十三条
  - 参保地待遇政策
national_code: none
in_force: {since: 2021-01-01}
dated_by: setl_date
reads: [settlement, recomputed]
look_back: {days: 31}
params:
  tolerance:
    about: Yuan by which the funds may be off
    default: "1.00"
    least: "0.00"
    most: "100.00"
  race_days:
    about: Days between two settlements in different regions up to which the later one may not have known of the earlier
    default: "1"
    least: "0"
    most: "7"
amount: a2
amount_note: The part by accumulators, and the part by the cap where that is the cause.
not_a_finding_when:
  - 两地几乎同时结算，累计未及同步（按累计时差提示，由参保地清算时调整，不作违规认定）。
  - 退费冲销后累计尚未回退。
  - 参保地年度按自然年以外的期间计算。
  - 年内参保地转移，转入前累计未随转。
reviewer_checks:
  - 逐笔核对本年度结算的时间、统筹支付和累计。
  - 查是否有迟传、更正或冲销的结算改变了先后次序。
  - 多付的由参保地清算时扣回，少付的补付参保人。
handler: [H5]
suppressors_in_sql: [S-REF]
*/
WITH
judged AS (
    SELECT
        s.setl_id,
        s.person,
        s.insutype,
        s.year,
        s.treat_pool,
        s.begndate,
        s.enddate,
        s.setl_time,
        s.setl_date,
        r.nth_recorded,
        r.nth_rebuilt,
        r.room_recorded,
        r.room_rebuilt,
        r.burden_recorded,
        r.burden_rebuilt,
        r.expected_fund,
        r.paid_fund,
        r.pack_id,
        r.cause_zh,
        r.cause = 'cap' AS is_cap,
        -- The record of an employee says nothing of the burden, which matters only where a layer looks at it.
        s.insutype = '390' OR COALESCE(r.layer, '') IN ('hifmi', 'hifob') AS tells_burden,
        CASE WHEN ABS(COALESCE(r.by_accumulator, 0)) > $tolerance THEN r.by_accumulator ELSE 0 END
        + CASE WHEN r.cause = 'cap' AND ABS(r.by_benefit) > $tolerance THEN r.by_benefit ELSE 0 END AS difference
    FROM recomputed AS r
    INNER JOIN settlement AS s ON r.setl_id = s.setl_id
    WHERE
        r.status IN ('recomputed', 'no_lines')
        AND (ABS(COALESCE(r.by_accumulator, 0)) > $tolerance OR (r.cause = 'cap' AND ABS(r.by_benefit) > $tolerance))
),

-- What was settled in another region shortly before, and what it had used up.
concurrent AS (
    SELECT
        j.setl_id,
        COUNT(*) AS settlements,
        SUM(CASE WHEN t.care = 'IPT' THEN 1 ELSE 0 END) AS admissions,
        SUM(t.hifp_pay) AS hifp_pay,
        SUM(t.inscp_amt - t.hifp_pay) AS burden,
        MAX(COALESCE(t.fixmedins_name, t.fixmedins_code)) AS institution
    FROM judged AS j
    INNER JOIN settlement AS t ON j.person = t.person AND j.insutype = t.insutype AND j.year = t.year
    WHERE
        j.setl_id <> t.setl_id
        AND j.treat_pool <> t.treat_pool
        AND (t.setl_time < j.setl_time OR (t.setl_time = j.setl_time AND t.setl_id < j.setl_id))
        AND DATE_DIFF('day', t.setl_date, j.setl_date) <= $race_days
        AND DATE_DIFF('day', t.enddate, j.begndate) <= $look_back_days
        AND DATE_DIFF('day', j.enddate, t.begndate) <= $look_back_days
    GROUP BY j.setl_id
),

told AS (
    SELECT
        j.*,
        c.institution,
        COALESCE(
            NOT j.is_cap
            AND (
                ABS(j.room_recorded - j.room_rebuilt - c.hifp_pay) <= $tolerance
                OR (j.tells_burden AND ABS(j.burden_rebuilt - j.burden_recorded - c.burden) <= $tolerance)
                OR (c.admissions > 0 AND j.nth_rebuilt - j.nth_recorded = c.admissions)
            ), FALSE
        ) AS is_race,
        CASE
            WHEN j.nth_recorded <> j.nth_rebuilt
                THEN
                    '；住院次数记为第 ' || CAST(j.nth_recorded AS VARCHAR)
                    || ' 次，本年结算为第 ' || CAST(j.nth_rebuilt AS VARCHAR) || ' 次'
            ELSE ''
        END
        || CASE
            WHEN j.room_recorded <> j.room_rebuilt
                THEN
                    '；封顶线余额记为 ' || CAST(j.room_recorded AS VARCHAR)
                    || ' 元，按本年结算为 ' || CAST(j.room_rebuilt AS VARCHAR) || ' 元'
            WHEN j.is_cap AND j.room_rebuilt IS NOT NULL
                THEN '；封顶线余额为 ' || CAST(j.room_rebuilt AS VARCHAR) || ' 元'
            ELSE ''
        END
        || CASE
            WHEN j.tells_burden AND j.burden_recorded <> j.burden_rebuilt
                THEN
                    '；大病累计负担记为 ' || CAST(j.burden_recorded AS VARCHAR)
                    || ' 元，按本年结算为 ' || CAST(j.burden_rebuilt AS VARCHAR) || ' 元'
            ELSE ''
        END AS accumulators
    FROM judged AS j
    LEFT JOIN concurrent AS c ON j.setl_id = c.setl_id
)

SELECT
    setl_id,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    difference AS a2,
    CASE WHEN is_race OR difference < 0 THEN 1 ELSE 2 END AS severity,
    CASE
        WHEN is_race THEN '两地几乎同时结算的累计时差（不属违规）'
        WHEN is_cap AND difference > 0 THEN '超过年度封顶线支付'
        WHEN is_cap THEN '未到封顶线即停止支付'
        WHEN difference > 0 AND tells_burden AND burden_recorded > burden_rebuilt THEN '年度累计多计，提前进入大病'
        WHEN difference > 0 THEN '年度累计用错，多付'
        ELSE '年度累计用错，少付'
    END AS because_kind,
    CASE WHEN accumulators = '' THEN '门诊或其他累计与本年结算不符' ELSE SUBSTRING(accumulators, 2) END
        AS because_accumulators,
    CASE WHEN is_race THEN institution END AS because_concurrent,
    expected_fund AS because_expected_fund,
    paid_fund AS because_paid_fund,
    difference AS because_difference,
    pack_id AS because_policy,
    cause_zh AS because_recomputed
FROM told
/* examples
- name: the record's accumulators agree with the year
  kind: clear
  given: {settlement: [{}], recomputed: [{}]}
- name: paid although the cap was used up
  kind: flag
  given:
    settlement: [{}]
    recomputed:
      - {room_recorded: "450000.00", room_rebuilt: "5000.00", expected_fund: "5000.00", difference: "1800.00",
         by_accumulator: "1800.00", cause: accumulator}
  expect:
    S1:
      a2: "1800.00"
      severity: 2
      because:
        because_kind: 年度累计用错，多付
        because_accumulators: 封顶线余额记为 450000.00 元，按本年结算为 5000.00 元
        because_concurrent: null
- name: paid above the cap, though the record knew the room
  kind: flag
  given:
    settlement: [{}]
    recomputed:
      - {room_recorded: "5000.00", room_rebuilt: "5000.00", expected_hifp: "5000.00", by_benefit: "1800.00", cause: cap}
  expect:
    S1: {a2: "1800.00", because: {because_kind: 超过年度封顶线支付, because_accumulators: 封顶线余额为 5000.00 元}}
- name: stopped before the cap
  kind: flag
  given: {settlement: [{}], recomputed: [{by_benefit: "-1800.00", cause: cap}]}
  expect: {S1: {a2: "-1800.00", severity: 1, because: {because_kind: 未到封顶线即停止支付}}}
- name: catastrophic insurance entered early
  kind: flag
  given:
    settlement: [{insutype: "390"}]
    recomputed:
      - {burden_recorded: "20000.00", burden_rebuilt: "3000.00", by_accumulator: "900.00", cause: accumulator}
  expect:
    S1:
      a2: "900.00"
      because:
        because_kind: 年度累计多计，提前进入大病
        because_accumulators: 大病累计负担记为 20000.00 元，按本年结算为 3000.00 元
- name: two regions settled on one day
  kind: flag
  given:
    settlement:
      - {}
      - {setl_id: S2, fixmedins_name: 绵州医院, treat_pool: "5107", setl_time: 2026-11-09 10:20:00, hifp_pay: "3000.00"}
    recomputed:
      - {room_recorded: "8000.00", room_rebuilt: "5000.00", by_accumulator: "1800.00", cause: accumulator}
      - {setl_id: S2}
  expect:
    S1:
      a2: "1800.00"
      severity: 1
      because: {because_kind: 两地几乎同时结算的累计时差（不属违规）, because_concurrent: 绵州医院}
- name: the other settlement a day before, and two days
  kind: edge
  given:
    settlement:
      - {}
      - {setl_id: S2, fixmedins_name: 绵州医院, treat_pool: "5107", setl_time: 2026-11-08 10:20:00, setl_date: 2026-11-08}
      - {setl_id: S3, person: P3}
      - {setl_id: S4, person: P3, treat_pool: "5107", setl_time: 2026-11-07 10:20:00, setl_date: 2026-11-07}
    recomputed:
      - {nth_recorded: 1, nth_rebuilt: 2, by_accumulator: "-85.00", cause: accumulator}
      - {setl_id: S3, nth_recorded: 1, nth_rebuilt: 2, by_accumulator: "-85.00", cause: accumulator}
  expect:
    S1: {a2: "-85.00", because: {because_concurrent: 绵州医院}}
    S3: {a2: "-85.00", because: {because_kind: 年度累计用错，少付, because_concurrent: null}}
- name: an employee's record says nothing of the burden
  kind: flag
  given:
    settlement: [{}]
    recomputed:
      - {nth_recorded: 3, nth_rebuilt: 2, burden_rebuilt: "2600.00", by_accumulator: "85.00", cause: accumulator}
  expect: {S1: {a2: "85.00", because: {because_accumulators: 住院次数记为第 3 次，本年结算为第 2 次}}}
- name: exactly a yuan and a cent more
  kind: edge
  given:
    settlement: [{setl_id: AT}, {setl_id: ABOVE}]
    recomputed:
      - {setl_id: AT, by_accumulator: "1.00", cause: accumulator}
      - {setl_id: ABOVE, by_accumulator: "1.01", cause: accumulator}
  expect: {ABOVE: {a2: "1.01", because: {because_accumulators: 门诊或其他累计与本年结算不符}}}
- name: another cause, and no policy to recompute by
  kind: clear
  given:
    settlement: [{}, {setl_id: S2}]
    recomputed:
      - {by_benefit: "400.00", cause: no_reduction}
      - {setl_id: S2, status: no_policy, by_accumulator: "1800.00", cause: accumulator}
*/
