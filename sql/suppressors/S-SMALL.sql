/* suppressor
code: S-SMALL
version: 1
title_zh: 金额过小
title: Too small to follow up
about: finding
summary: >
  What one rule found of a person in a month adds up to less than a case is worth. It is kept for counting, and comes
  back when more is found.
reads: [found_finding]
params:
  least:
    about: Yuan in scope per rule, person and month from which on a finding is followed up
    default: "20.00"
    least: "0.00"
    most: "500.00"
*/
WITH
added AS (
    SELECT
        source_id,
        person,
        month,
        SUM(ABS(a1)) AS total
    FROM found_finding
    GROUP BY source_id, person, month
)

SELECT
    f.finding_id,
    '当月合计' || CAST(CAST(a.total AS DECIMAL(18, 2)) AS VARCHAR) || '元' AS reason
FROM found_finding AS f
INNER JOIN added AS a ON f.source_id = a.source_id AND f.person = a.person AND f.month = a.month
WHERE a.total < $least
/* examples
- name: worth following up
  kind: clear
  given: {found_finding: [{a1: "25.00"}]}
- name: nine yuan in a month
  kind: flag
  given: {found_finding: [{}]}
  expect: {F1: 当月合计9.00元}
- name: exactly twenty yuan together, and a fen less
  kind: edge
  given:
    found_finding:
      - {finding_id: F1, a1: "11.00"}
      - {finding_id: F2, a1: "9.00", setl_id: S2}
      - {finding_id: F3, a1: "19.99", person: P2, setl_id: S3}
  expect: {F3: 当月合计19.99元}
- name: the months, the rules and the persons are added up apart
  kind: edge
  given:
    found_finding:
      - {finding_id: F1, a1: "11.00"}
      - {finding_id: F2, a1: "11.00", month: 2026-12}
      - {finding_id: F3, a1: "11.00", source_id: XX-01}
      - {finding_id: F4, a1: "11.00", person: P2}
  expect: {F1: 当月合计11.00元, F2: 当月合计11.00元, F3: 当月合计11.00元, F4: 当月合计11.00元}
*/
