/* rule
id: ST-07
version: 1
title_zh: 大病/大额/公务员/救助层计算错误
title: Supplement layer error
status: active
certainty: definite
severity: 2
level: settlement
owner: 异地就医结算处
summary: >
  The pooled fund paid what it should, a layer above it did not: residents' catastrophic insurance, the large-amount
  fund, the civil-servant subsidy, the enterprise supplement, the veterans' fund or medical assistance. Fund by fund,
  also where too much of one makes up for too little of another. Across provinces the platform may return the layers
  collapsed into other funds: there only their total is compared. Assistance that paid before catastrophic insurance,
  or more than the burden left, is a hard error. Accumulators are ST-06, the pooled fund is ST-03, ST-04 and ST-06, a
  header that contradicts itself is ST-02.
sentence_zh: "{because_kind}：{because_layers}；基金差额{because_difference}元（正数为多付）。"
facts:
  because_kind: 差错类型
  because_layers: 各项基金对照
  because_difference: 基金差额（元）
  because_moved: 错付金额（元）
  because_special_person: 救助对象类别
  because_policy: 政策包
  because_recomputed: 复算说明
basis:
  - 《四川省异地就医结算管理办法》第十三条
  - 参保地大病保险、公务员补助、医疗救助待遇政策
national_code: none
in_force: {since: 2021-01-01}
dated_by: setl_date
reads: [settlement, recomputed]
look_back: none
params:
  tolerance:
    about: Yuan by which each fund may be off
    default: "1.00"
    least: "0.00"
    most: "100.00"
amount: a2
amount_note: >
  The sum over the layers, signed; zero where one fund paid for another. exposure is then what the wrong fund paid.
not_a_finding_when:
  - 跨省结算各层由平台合并返回（此时只比较合计）。
  - 救助对象身份在结算后追认，补付另行结算。
  - 参保地大病、补助政策年内调整，政策库尚未收录。
  - 企业补充、伤残人员待遇由参保单位另定，政策库没有方案的按实付不比较。
reviewer_checks:
  - 核对大病起付线、累计负担和各段比例。
  - 核对救助对象类别、救助限额和倾斜政策。
  - 核对各层支付次序：基本、大病、补助、救助。
handler: [H5]
*/
WITH
compared AS (
    SELECT
        s.setl_id,
        s.sp_psn_type,
        s.inscp_amt,
        s.hifp_pay,
        s.hifmi_pay,
        s.hifob_pay,
        s.cvlserv_pay,
        s.hifes_pay,
        s.hifdm_pay,
        s.maf_pay,
        s.othfund_pay,
        r.expected_hifmi,
        r.expected_hifob,
        r.expected_cvlserv,
        r.expected_hifes,
        r.expected_hifdm,
        r.expected_maf,
        r.cause,
        r.cause_zh,
        r.pack_id,
        s.scope = 'CROSS_PROV' AND s.othfund_pay <> 0 AS is_collapsed,
        s.hifmi_pay + s.hifob_pay + s.cvlserv_pay + s.hifes_pay + s.hifdm_pay + s.maf_pay AS paid,
        r.expected_hifmi + r.expected_hifob + r.expected_cvlserv + r.expected_hifes + r.expected_hifdm + r.expected_maf
            AS expected
    FROM recomputed AS r
    INNER JOIN settlement AS s ON r.setl_id = s.setl_id
    WHERE
        r.status IN ('recomputed', 'no_lines')
        AND ABS(s.hifp_pay - r.expected_hifp) <= $tolerance
        AND ABS(COALESCE(r.by_accumulator, 0)) <= $tolerance
        -- A fund total that is not the sum of its parts says nothing about the layers.
        AND ABS(
            s.fund_pay_sumamt - s.hifp_pay - s.hifmi_pay - s.hifob_pay - s.cvlserv_pay - s.hifes_pay - s.hifdm_pay
            - s.maf_pay - s.othfund_pay
        ) <= $tolerance
),

by_fund AS (
    SELECT
        *,
        CASE WHEN is_collapsed THEN paid + othfund_pay - expected ELSE paid - expected END AS difference,
        ABS(hifmi_pay - expected_hifmi) + ABS(hifob_pay - expected_hifob) + ABS(cvlserv_pay - expected_cvlserv)
        + ABS(hifes_pay - expected_hifes) + ABS(hifdm_pay - expected_hifdm) + ABS(maf_pay - expected_maf) AS moved,
        GREATEST(
            ABS(hifmi_pay - expected_hifmi), ABS(hifob_pay - expected_hifob), ABS(cvlserv_pay - expected_cvlserv),
            ABS(hifes_pay - expected_hifes), ABS(hifdm_pay - expected_hifdm), ABS(maf_pay - expected_maf)
        ) AS largest,
        NOT is_collapsed
        AND (
            cause = 'layer_order'
            OR (maf_pay - expected_maf > $tolerance AND expected_hifmi - hifmi_pay > $tolerance)
        ) AS is_order,
        NOT is_collapsed
        AND maf_pay > expected_maf + $tolerance
        AND maf_pay > GREATEST(inscp_amt - hifp_pay - hifmi_pay - hifob_pay - cvlserv_pay - hifes_pay - hifdm_pay, 0)
        + $tolerance AS is_beyond
    FROM compared
)

SELECT
    setl_id,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    difference AS a2,
    CASE WHEN NOT is_collapsed AND ABS(difference) <= $tolerance THEN largest ELSE 0 END AS exposure,
    CASE WHEN is_order OR is_beyond THEN 3 WHEN difference < 0 THEN 1 ELSE 2 END AS severity,
    CASE
        WHEN is_order THEN '救助先于大病支付'
        WHEN is_beyond THEN '救助支付了范围外费用'
        WHEN is_collapsed THEN '跨省合并返回的各层合计不符'
        WHEN ABS(difference) <= $tolerance THEN '基金之间错付'
        ELSE '补充层支付不符'
    END AS because_kind,
    CASE
        WHEN is_collapsed
            THEN
                '各层合计应付 ' || CAST(expected AS VARCHAR) || ' 元，实付 ' || CAST(paid + othfund_pay AS VARCHAR) || ' 元'
        ELSE SUBSTRING(
            CASE
                WHEN ABS(hifmi_pay - expected_hifmi) > $tolerance
                    THEN
                        '，大病保险应付 ' || CAST(expected_hifmi AS VARCHAR)
                        || ' 元，实付 ' || CAST(hifmi_pay AS VARCHAR) || ' 元'
                ELSE ''
            END
            || CASE
                WHEN ABS(hifob_pay - expected_hifob) > $tolerance
                    THEN
                        '，大额补助应付 ' || CAST(expected_hifob AS VARCHAR)
                        || ' 元，实付 ' || CAST(hifob_pay AS VARCHAR) || ' 元'
                ELSE ''
            END
            || CASE
                WHEN ABS(cvlserv_pay - expected_cvlserv) > $tolerance
                    THEN
                        '，公务员补助应付 ' || CAST(expected_cvlserv AS VARCHAR)
                        || ' 元，实付 ' || CAST(cvlserv_pay AS VARCHAR) || ' 元'
                ELSE ''
            END
            || CASE
                WHEN ABS(hifes_pay - expected_hifes) > $tolerance
                    THEN
                        '，企业补充应付 ' || CAST(expected_hifes AS VARCHAR)
                        || ' 元，实付 ' || CAST(hifes_pay AS VARCHAR) || ' 元'
                ELSE ''
            END
            || CASE
                WHEN ABS(hifdm_pay - expected_hifdm) > $tolerance
                    THEN
                        '，伤残人员保障应付 ' || CAST(expected_hifdm AS VARCHAR)
                        || ' 元，实付 ' || CAST(hifdm_pay AS VARCHAR) || ' 元'
                ELSE ''
            END
            || CASE
                WHEN ABS(maf_pay - expected_maf) > $tolerance
                    THEN
                        '，医疗救助应付 ' || CAST(expected_maf AS VARCHAR)
                        || ' 元，实付 ' || CAST(maf_pay AS VARCHAR) || ' 元'
                ELSE ''
            END, 2
        )
    END AS because_layers,
    difference AS because_difference,
    moved AS because_moved,
    sp_psn_type AS because_special_person,
    pack_id AS because_policy,
    cause_zh AS because_recomputed
FROM by_fund
WHERE
    (is_collapsed AND ABS(difference) > $tolerance)
    OR (NOT is_collapsed AND largest > $tolerance)
/* examples
- name: no layer is due and none paid
  kind: clear
  given: {settlement: [{}], recomputed: [{}]}
- name: assistance for a person who gets none
  kind: flag
  given:
    settlement: [{maf_pay: "600.00", fund_pay_sumamt: "7400.00"}]
    recomputed: [{by_benefit: "600.00", difference: "600.00", cause: supplement, layer: maf}]
  expect:
    S1:
      a2: "600.00"
      severity: 2
      because: {because_kind: 补充层支付不符, because_layers: 医疗救助应付 0.00 元，实付 600.00 元}
- name: catastrophic insurance left out, to the patient's cost
  kind: flag
  given:
    settlement: [{insutype: "390"}]
    recomputed: [{expected_hifmi: "900.00", by_benefit: "-900.00", cause: supplement}]
  expect: {S1: {a2: "-900.00", severity: 1, because: {because_layers: 大病保险应付 900.00 元，实付 0.00 元}}}
- name: assistance paid before catastrophic insurance
  kind: flag
  given:
    settlement: [{insutype: "390", maf_pay: "1400.00", fund_pay_sumamt: "8200.00"}]
    recomputed: [{expected_hifmi: "900.00", expected_maf: "770.00", by_benefit: "-270.00", cause: layer_order}]
  expect: {S1: {a2: "-270.00", severity: 3, because: {because_kind: 救助先于大病支付}}}
- name: assistance paid for what lies outside the scope
  kind: flag
  given:
    settlement: [{maf_pay: "2600.00", fund_pay_sumamt: "9400.00"}]
    recomputed: [{expected_maf: "2000.00", by_benefit: "600.00", cause: supplement}]
  expect: {S1: {a2: "600.00", severity: 3, because: {because_kind: 救助支付了范围外费用}}}
- name: the large-amount fund paid for catastrophic insurance
  kind: flag
  given:
    settlement: [{hifob_pay: "900.00", fund_pay_sumamt: "7700.00"}]
    recomputed: [{expected_hifmi: "900.00"}]
  expect: {S1: {a2: "0.00", exposure: "900.00", because: {because_kind: 基金之间错付, because_moved: "1800.00"}}}
- name: a yuan of one fund, and a cent more
  kind: edge
  given:
    settlement:
      - {setl_id: AT, cvlserv_pay: "1.00", fund_pay_sumamt: "6801.00"}
      - {setl_id: ABOVE, cvlserv_pay: "1.01", fund_pay_sumamt: "6801.01"}
    recomputed: [{setl_id: AT, cause: supplement}, {setl_id: ABOVE, cause: supplement}]
  expect: {ABOVE: "1.01"}
- name: across provinces the layers came back as one, and add up
  kind: clear
  given:
    settlement: [{scope: CROSS_PROV, othfund_pay: "900.00", fund_pay_sumamt: "7700.00"}]
    recomputed: [{expected_hifmi: "600.00", expected_maf: "300.00"}]
- name: across provinces their total is wrong
  kind: edge
  given:
    settlement: [{scope: CROSS_PROV, othfund_pay: "900.00", fund_pay_sumamt: "7700.00"}]
    recomputed: [{expected_hifmi: "600.00", by_benefit: "300.00", cause: supplement}]
  expect:
    S1:
      a2: "300.00"
      because: {because_kind: 跨省合并返回的各层合计不符, because_layers: 各层合计应付 600.00 元，实付 900.00 元}
- name: a wrong pooled fund, a wrong accumulator, a header that contradicts itself
  kind: clear
  given:
    settlement:
      - {maf_pay: "600.00", fund_pay_sumamt: "7400.00"}
      - {setl_id: S2, maf_pay: "600.00", fund_pay_sumamt: "7400.00"}
      - {setl_id: S3, maf_pay: "600.00"}
    recomputed:
      - {expected_hifp: "6400.00", by_benefit: "1000.00", cause: no_reduction}
      - {setl_id: S2, by_accumulator: "600.00", cause: accumulator}
      - {setl_id: S3, by_identity: "-600.00", cause: identity}
- name: no policy to recompute by
  kind: clear
  given: {settlement: [{maf_pay: "600.00", fund_pay_sumamt: "7400.00"}], recomputed: [{status: no_policy}]}
*/
