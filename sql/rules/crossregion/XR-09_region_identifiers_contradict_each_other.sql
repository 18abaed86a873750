/* rule
id: XR-09
version: 1
title_zh: 区划标识不一致
title: Region identifiers contradict each other
status: active
certainty: definite
severity: 1
level: settlement
owner: 异地就医结算处
summary: >
  Insured region, region of the institution's agreement, region inside the institution's code and place-of-payment
  class do not fit together, so that the case would lie in the wrong queue and be cleared with the wrong region.
  Own-agency codes (xxyy99) stand for their city; the provincial agency is a pool of its own and has hospitals in any
  city. Nothing is claimed: the data are to be mended.
sentence_zh: >-
  参保地{because_insured_in}、机构协议归属地{because_treated_in}、支付地点类别“{because_pay_loc}”、
  机构代码{because_code}互相矛盾：{because_contradiction}。
facts:
  because_contradiction: 矛盾之处
  because_code_city: 机构代码与归属地
  because_same_city: 同城却记异地
  because_in_province: 省内异地未记省内
  because_other_province: 跨省未记跨省
  because_unknown_code: 未登记的区划
  because_insured_in: 参保地
  because_treated_in: 机构协议归属地
  because_registered_in: 机构登记归属地
  because_pay_loc: 支付地点类别
  because_code: 机构代码
basis:
  - 《四川省异地就医结算管理办法》第九条、第十二条
national_code: none
in_force: {since: 2021-01-01}
dated_by: setl_date
reads: [settlement, recomputed, fixmedins_b, admdvs_b, agency]
look_back: none
amount: a1
amount_note: None is at issue; the routing falls back to the registered region of the institution.
not_a_finding_when:
  - 省本级协议医院位于成都或其他市，机构代码为所在市（已排除）。
  - 区划调整后机构代码沿用原区划（区划表登记了新归属的、简阳市，已排除）。
  - 同城化协议地区按本地结算（已排除）。
  - 区划表未及时更新新设的开发区、新区代码。
reviewer_checks:
  - 核对机构登记表中的协议归属地。
  - 查平台路由记录，确认本案应归哪个经办机构。
  - 提请平台更正标识并核对清算归属。
handler: [H6]
*/
WITH
placed AS (
    SELECT
        s.setl_id,
        s.insu_admdvs,
        s.insu_pool,
        s.fix_blng_admdvs,
        s.treat_pool,
        s.scope,
        s.pay_loc,
        s.setl_time,
        s.fixmedins_code,
        COALESCE(r.is_same_city, FALSE) AS is_same_city,
        CASE WHEN REGEXP_MATCHES(s.fixmedins_code, '^[HP][0-9]{11}$') THEN SUBSTRING(s.fixmedins_code, 2, 6) END
            AS code_county
    FROM settlement AS s
    LEFT JOIN recomputed AS r ON s.setl_id = r.setl_id
    -- A claim at the counter says "centre" wherever the care was.
    WHERE s.setl_type = '2'
),

-- (a) A county that moved keeps its old code inside the codes of institutions; the register knows its new pool.
code_city AS (
    SELECT p.setl_id
    FROM placed AS p
    LEFT JOIN admdvs_b AS moved ON p.code_county = moved.admdvs AND p.treat_pool = moved.pool_code
    WHERE
        LEFT(p.code_county, 4) <> p.treat_pool
        AND moved.admdvs IS NULL
        AND NOT (p.code_county = '512081' AND p.treat_pool = '5101')
        -- An agency of the province has hospitals in any of its cities.
        AND NOT (
            LEFT(p.code_county, 2) = LEFT(p.treat_pool, 2)
            AND (RIGHT(p.treat_pool, 2) = '99' OR SUBSTRING(p.code_county, 3, 2) = '99')
        )
),

-- (e) Only where the register lists the province itself.
province AS (
    SELECT LEFT(admdvs, 2) AS code FROM admdvs_b
    WHERE RIGHT(admdvs, 4) = '0000'
),

named AS (
    SELECT
        setl_id,
        '参保地' AS side,
        insu_admdvs AS code
    FROM placed
    UNION ALL
    SELECT
        setl_id,
        '协议归属地' AS side,
        fix_blng_admdvs AS code
    FROM placed
),

unlisted AS (
    SELECT
        n.setl_id,
        STRING_AGG(n.side || n.code, '、' ORDER BY n.side) AS codes
    FROM named AS n
    INNER JOIN province AS p ON LEFT(n.code, 2) = p.code
    LEFT JOIN admdvs_b AS listed ON n.code = listed.admdvs
    LEFT JOIN admdvs_b AS own
        ON
            own.admdvs = CASE
                WHEN SUBSTRING(n.code, 3, 2) = '99' THEN LEFT(n.code, 2) || '0000'
                WHEN RIGHT(n.code, 2) = '99' THEN LEFT(n.code, 4) || '00'
            END
    WHERE listed.admdvs IS NULL AND own.admdvs IS NULL
    GROUP BY n.setl_id
),

checked AS (
    SELECT
        p.*,
        CASE WHEN c.setl_id IS NOT NULL THEN '机构代码所含区划' || p.code_county || '与协议归属地不在同一市；' ELSE '' END
            AS code_city,
        CASE WHEN p.scope = 'LOCAL' AND p.pay_loc IN ('3', '4') THEN '参保地与就医地同属一个统筹区，却记为异地；' ELSE '' END
            AS same_city,
        CASE
            WHEN p.scope <> 'IN_PROV' OR p.pay_loc = '3' OR (p.is_same_city AND p.pay_loc = '2') THEN ''
            ELSE '省内不同统筹区，却未记为省内异地；'
        END AS in_province,
        CASE
            WHEN p.scope <> 'CROSS_PROV' OR p.pay_loc = '4' THEN ''
            ELSE '参保地与就医地不在同一省，却未记为跨省；'
        END AS other_province,
        CASE WHEN u.setl_id IS NOT NULL THEN u.codes || '不在区划表中；' ELSE '' END AS unknown_code
    FROM placed AS p
    LEFT JOIN code_city AS c ON p.setl_id = c.setl_id
    LEFT JOIN unlisted AS u ON p.setl_id = u.setl_id
),

registered AS (
    SELECT
        p.setl_id,
        i.fix_blng_admdvs
    FROM placed AS p
    INNER JOIN fixmedins_b AS i ON p.fixmedins_code = i.fixmedins_code
    WHERE i.vali_flag = '1' AND i.begntime <= p.setl_time AND (i.endtime IS NULL OR p.setl_time < i.endtime)
    QUALIFY ROW_NUMBER() OVER (PARTITION BY p.setl_id ORDER BY i.begntime DESC) = 1
),

told AS (
    SELECT
        *,
        code_city || same_city || in_province || other_province || unknown_code AS contradiction
    FROM checked
)

SELECT
    t.setl_id,
    CAST(0 AS DECIMAL(18, 2)) AS a0,
    CAST(0 AS DECIMAL(18, 2)) AS a1,
    CAST(0 AS DECIMAL(18, 2)) AS a2,
    LEFT(t.contradiction, LENGTH(t.contradiction) - 1) AS because_contradiction,
    CASE WHEN t.code_city = '' THEN '一致' ELSE '不一致' END AS because_code_city,
    CASE WHEN t.same_city = '' THEN '否' ELSE '是' END AS because_same_city,
    CASE WHEN t.in_province = '' THEN '否' ELSE '是' END AS because_in_province,
    CASE WHEN t.other_province = '' THEN '否' ELSE '是' END AS because_other_province,
    CASE WHEN t.unknown_code = '' THEN '无' ELSE '有' END AS because_unknown_code,
    COALESCE(home.name_zh, '') || t.insu_admdvs AS because_insured_in,
    COALESCE(away.name_zh, '') || t.fix_blng_admdvs AS because_treated_in,
    i.fix_blng_admdvs AS because_registered_in,
    CASE t.pay_loc
        WHEN '1' THEN '中心'
        WHEN '2' THEN '本地'
        WHEN '3' THEN '省内异地'
        WHEN '4' THEN '跨省异地'
        ELSE t.pay_loc
    END AS because_pay_loc,
    t.fixmedins_code AS because_code
FROM told AS t
LEFT JOIN registered AS i ON t.setl_id = i.setl_id
LEFT JOIN agency AS home ON t.insu_pool = home.pool
LEFT JOIN agency AS away ON t.treat_pool = away.pool
WHERE t.contradiction <> ''
/* examples
- name: everything fits, at home, in the province and across provinces
  kind: clear
  given:
    settlement:
      - {}
      - {setl_id: S2, insu_admdvs: "510104", insu_pool: "5101", scope: LOCAL, is_cross_region: false, pay_loc: "2"}
      - {setl_id: S3, insu_admdvs: "500103", insu_pool: "5001", scope: CROSS_PROV, pay_loc: "4"}
- name: the provincial agency's hospital in Chengdu, and in Mianyang
  kind: clear
  given:
    settlement:
      - {fix_blng_admdvs: "519900", treat_pool: "5199"}
      - {setl_id: S2, fix_blng_admdvs: "519900", treat_pool: "5199", fixmedins_code: H51070300001}
- name: the institution's code lies in another city
  kind: flag
  given: {settlement: [{fixmedins_code: H51070300001}]}
  expect:
    S1:
      a1: "0.00"
      a2: "0.00"
      because:
        because_code_city: 不一致
        because_unknown_code: 无
        because_contradiction: 机构代码所含区划510703与协议归属地不在同一市
- name: a county that moved, known to the register, and Jianyang
  kind: clear
  given:
    settlement: [{fixmedins_code: H51072200001}, {setl_id: S2, fixmedins_code: H51208100001}]
    admdvs_b:
      - {admdvs: "510000", pool_code: "5100"}
      - {admdvs: "510722", pool_code: "5101"}
      - {admdvs: "510107", pool_code: "5101"}
      - {}
- name: at home, but recorded as away
  kind: flag
  given:
    settlement: [{insu_admdvs: "510104", insu_pool: "5101", scope: LOCAL, is_cross_region: false, pay_loc: "3"}]
  expect: {S1: {because: {because_same_city: 是, because_pay_loc: 省内异地}}}
- name: away inside the province, recorded as local, and so by agreement of one city
  kind: edge
  given:
    settlement: [{pay_loc: "2"}, {setl_id: S2, pay_loc: "2"}, {setl_id: S3, pay_loc: "4"}]
    recomputed: [{}, {setl_id: S2, is_same_city: true}, {setl_id: S3, is_same_city: true}]
  expect:
    S1: {because: {because_in_province: 是, because_other_province: 否}}
    S3: {because: {because_in_province: 是, because_pay_loc: 跨省异地}}
- name: insured in Chengdu, treated by the provincial agency's hospital; it is a pool of its own
  kind: edge
  given:
    settlement:
      - {insu_admdvs: "510104", insu_pool: "5101", fix_blng_admdvs: "519900", treat_pool: "5199"}
      - setl_id: S2
        insu_admdvs: "510104"
        insu_pool: "5101"
        fix_blng_admdvs: "519900"
        treat_pool: "5199"
        pay_loc: "2"
  expect: {S2: {because: {because_in_province: 是}}}
- name: from another province, recorded as in the province
  kind: flag
  given: {settlement: [{insu_admdvs: "500103", insu_pool: "5001", scope: CROSS_PROV}]}
  expect: {S1: {because: {because_other_province: 是, because_contradiction: 参保地与就医地不在同一省，却未记为跨省}}}
- name: a county that the register does not list
  kind: flag
  given:
    settlement: [{insu_admdvs: "511388"}]
    admdvs_b: [{admdvs: "510000", pool_code: "5100"}, {}, {admdvs: "510107"}]
  expect: {S1: {because: {because_unknown_code: 有, because_contradiction: 参保地511388不在区划表中}}}
- name: own-agency codes stand for their city, the province's for the province
  kind: clear
  given:
    settlement:
      - {insu_admdvs: "511399"}
      - {setl_id: S2, insu_admdvs: "511399", fix_blng_admdvs: "519999", treat_pool: "5199"}
    admdvs_b: [{admdvs: "510000", pool_code: "5100"}, {admdvs: "511300", pool_code: "5113"}, {admdvs: "510107"}]
- name: a province that the register does not list says nothing
  kind: clear
  given:
    settlement: [{insu_admdvs: "500103", insu_pool: "5001", scope: CROSS_PROV, pay_loc: "4"}]
    admdvs_b: [{admdvs: "510000", pool_code: "5100"}, {admdvs: "510107"}]
- name: a claim at the counter
  kind: clear
  given: {settlement: [{setl_type: "1", pay_loc: "1"}]}
- name: where the institution is registered is shown
  kind: flag
  given: {settlement: [{pay_loc: "2"}], fixmedins_b: [{}], agency: [{}]}
  expect: {S1: {because: {because_registered_in: "510107", because_insured_in: 南充市511302}}}
*/
