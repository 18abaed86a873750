/* suppressor
code: S-REF
version: 1
title_zh: 已退费
title: Reversed
about: settlement
effect: marts
summary: >
  A settlement that was reversed, and the reversal itself, are no findings. The marts leave both out before any rule
  reads (settlement, fee_line; settlement_history and reversal keep them), so no rule has to name it: a rule that is
  about reversals says so under suppressors_in_sql.
reads: [settlement_history]
*/
SELECT
    setl_id,
    CASE WHEN is_reversal THEN '退费记录' ELSE '已被退费' END AS reason
FROM settlement_history
WHERE is_reversal OR is_reversed
/* examples
- name: a settlement that stands
  kind: clear
  given: {settlement_history: [{}]}
- name: a settlement and its reversal
  kind: flag
  given:
    settlement_history:
      - {is_reversed: true, counts: false}
      - {setl_id: S2, is_reversal: true, counts: false, init_setl_id: S1}
  expect: {S1: 已被退费, S2: 退费记录}
- name: reversed and settled again
  kind: edge
  given:
    settlement_history:
      - {is_reversed: true, counts: false}
      - {setl_id: S2, is_reversal: true, counts: false, init_setl_id: S1}
      - {setl_id: S3}
  expect: {S1: 已被退费, S2: 退费记录}
*/
