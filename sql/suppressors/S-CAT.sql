/* suppressor
code: S-CAT
version: 1
title_zh: 目录调整过渡期
title: Catalogue just changed
about: line
summary: >
  The catalogue row of the line's item changed a few weeks before the fee date: systems take it over with a delay. A
  row that begins anew with the class, type and limits of the row before it is no change.
reads: [settlement, fee_line, hilist_b]
params:
  days:
    about: Days that institutions have to take a changed catalogue over
    default: "30"
    least: "1"
    most: "90"
*/
SELECT
    l.setl_id,
    l.bkkp_sn,
    '目录自' || CAST(MAX(h.begndate) AS VARCHAR) || '调整' AS reason
FROM fee_line AS l
INNER JOIN settlement AS s ON l.setl_id = s.setl_id
INNER JOIN hilist_b AS h
    ON
        l.hilist_code = h.hilist_code
        -- The two regions' catalogues and the province's.
        AND LEFT(h.insu_admdvs, 4) IN (s.insu_pool, s.treat_pool, '5100')
        AND DATE_DIFF('day', h.begndate, l.fee_date) BETWEEN 0 AND $days
LEFT JOIN hilist_b AS e
    ON
        h.hilist_code = e.hilist_code
        AND h.insu_admdvs = e.insu_admdvs
        AND DATE_DIFF('day', e.enddate, h.begndate) BETWEEN 0 AND 1
        AND h.chrgitm_lv = e.chrgitm_lv
        AND h.list_type = e.list_type
        AND COALESCE(h.lmt_used_flag, '0') = COALESCE(e.lmt_used_flag, '0')
        AND COALESCE(h.hilist_use_type, '') = COALESCE(e.hilist_use_type, '')
        AND COALESCE(h.lmt_cpnd_type, '') = COALESCE(e.lmt_cpnd_type, '')
        AND e.vali_flag = '1'
WHERE h.vali_flag = '1' AND e.hilist_code IS NULL
GROUP BY l.setl_id, l.bkkp_sn
/* examples
- name: in the catalogue for years
  kind: clear
  given: {settlement: [{}], fee_line: [{}], hilist_b: [{}]}
- name: moved to another class a week ago
  kind: flag
  given:
    settlement: [{}]
    fee_line: [{}]
    hilist_b: [{enddate: 2026-10-27}, {begndate: 2026-10-28, chrgitm_lv: "02"}]
  expect: {S1/L1: 目录自2026-10-28调整}
- name: the thirtieth day and the day after
  kind: edge
  given:
    settlement: [{}]
    fee_line: [{fee_date: 2026-10-31}, {bkkp_sn: L2, fee_date: 2026-11-01}]
    hilist_b: [{begndate: 2026-10-01}]
  expect: {S1/L1: 目录自2026-10-01调整}
- name: the day of the change and the day before
  kind: edge
  given:
    settlement: [{}]
    fee_line: [{fee_date: 2026-11-04}, {bkkp_sn: L2, fee_date: 2026-11-03}]
    hilist_b: [{enddate: 2026-11-03}, {begndate: 2026-11-04, chrgitm_lv: "02"}]
  expect: {S1/L1: 目录自2026-11-04调整}
- name: the year's new rows say what the old ones said
  kind: clear
  given:
    settlement: [{}]
    fee_line: [{}]
    hilist_b: [{enddate: 2026-10-31}, {begndate: 2026-11-01}]
- name: another province's catalogue
  kind: clear
  given: {settlement: [{}], fee_line: [{}], hilist_b: [{begndate: 2026-11-01, insu_admdvs: "500000"}]}
*/
