/* suppressor
code: S-LEARN
version: 1
title_zh: 屡次申诉成立
title: Learned from appeals
about: finding
effect: lower
summary: >
  Findings of the rule at the institution about the item (where a finding is about no single item, at the institution)
  were not upheld several times within a year, and never upheld. The finding stays, with the lowest severity, and the
  rule is to be looked at.
reads: [found_finding, verdict, reached]
params:
  times:
    about: Findings that were not upheld, from which on the next ones are doubted
    default: "3"
    least: "2"
    most: "20"
  days:
    about: Days back from the day reached that count as experience
    default: "365"
    least: "90"
    most: "730"
*/
WITH
experience AS (
    SELECT
        v.source_id,
        v.fixmedins_code,
        COALESCE(v.hilist_code, '') AS item,
        COUNT(DISTINCT v.finding_id) AS times,
        MAX(CASE WHEN v.is_upheld THEN 1 ELSE 0 END) AS upheld
    FROM verdict AS v
    INNER JOIN reached AS r ON DATE_DIFF('day', v.decided_on, CAST(r.as_of AS DATE)) < $days
    GROUP BY v.source_id, v.fixmedins_code, COALESCE(v.hilist_code, '')
)

SELECT
    f.finding_id,
    '近一年同类疑点' || CAST(e.times AS VARCHAR) || '次均未成立，请复核规则' AS reason
FROM found_finding AS f
INNER JOIN experience AS e
    ON
        f.source_id = e.source_id
        AND f.fixmedins_code = e.fixmedins_code
        AND COALESCE(f.hilist_code, '') = e.item
WHERE e.times >= $times AND e.upheld = 0
/* examples
- name: dismissed twice
  kind: clear
  given:
    found_finding: [{hilist_code: "002501010150000"}]
    verdict: [{}, {finding_id: F00}]
    reached: [{}]
- name: dismissed three times
  kind: flag
  given:
    found_finding: [{hilist_code: "002501010150000"}]
    verdict: [{}, {finding_id: F00}, {finding_id: F000}]
    reached: [{}]
  expect: {F1: 近一年同类疑点3次均未成立，请复核规则}
- name: upheld once
  kind: clear
  given:
    found_finding: [{hilist_code: "002501010150000"}]
    verdict: [{}, {finding_id: F00}, {finding_id: F000}, {finding_id: F9, is_upheld: true}]
    reached: [{}]
- name: the last day of the year, and the day before it
  kind: edge
  given:
    found_finding:
      - {hilist_code: "002501010150000"}
      - {finding_id: F2, source_id: XX-01, hilist_code: "002501010150000"}
    verdict:
      - {decided_on: 2025-11-21}
      - {finding_id: F00}
      - {finding_id: F000}
      - {finding_id: G0, source_id: XX-01, decided_on: 2025-11-20}
      - {finding_id: G00, source_id: XX-01}
      - {finding_id: G000, source_id: XX-01}
    reached: [{as_of: 2026-11-20}]
  expect: {F1: 近一年同类疑点3次均未成立，请复核规则}
- name: another item of the institution, and a finding without lines
  kind: clear
  given:
    found_finding: [{hilist_code: "003110000010000"}, {finding_id: F2, hilist_code: null}]
    verdict: [{}, {finding_id: F00}, {finding_id: F000}]
    reached: [{}]
- name: the whole institution, where a finding has no lines
  kind: flag
  given:
    found_finding: [{hilist_code: null}]
    verdict: [{hilist_code: null}, {finding_id: F00, hilist_code: null}, {finding_id: F000, hilist_code: null}]
    reached: [{}]
  expect: {F1: 近一年同类疑点3次均未成立，请复核规则}
*/
