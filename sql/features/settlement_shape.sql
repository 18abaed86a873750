-- The shape of a settlement: what it cost, how long it took, what was done, and what the bill is made of. AN-01.
--
-- Key: setl_id. `subject` (column setl_id) is the scope; the library supplies it. One row of `profile.bill` each; nothing
-- here looks at another settlement or at a later row. Amounts are integer fen, logs are natural and of yuan, shares are
-- parts of the bill (0 to 1); a missing code is null.
SELECT
    b.setl_id,
    b.setl_month,
    b.fixmedins_code,
    b.care,
    b.level,
    b.scope,
    b.chapter,
    b.icd3,
    b.department,
    b.sex,
    b.age,
    b.cost_fen,
    LN(GREATEST(b.cost_fen, 1) / 100.0) AS ln_cost,
    LN(GREATEST(b.cost_fen, 1) / 100.0 / GREATEST(b.los_days, 1)) AS ln_cost_per_day,
    LN(GREATEST(b.los_days, 1)) AS ln_days,
    LN(b.n_lines) AS ln_lines,
    LN(b.n_lines / GREATEST(b.los_days, 1)) AS ln_lines_per_day,
    LN(b.n_items) AS ln_items,
    LN(b.n_lines / b.n_items) AS ln_repeats,
    LN(b.n_tests + 1) AS ln_tests,
    LN(b.n_drugs + 1) AS ln_drugs,
    b.n_doctors,
    b.western_fen / GREATEST(b.cost_fen, 1) AS western_share,
    b.patent_fen / GREATEST(b.cost_fen, 1) AS patent_share,
    b.herbal_fen / GREATEST(b.cost_fen, 1) AS herbal_share,
    b.material_fen / GREATEST(b.cost_fen, 1) AS material_share,
    b.laboratory_fen / GREATEST(b.cost_fen, 1) AS laboratory_share,
    b.examination_fen / GREATEST(b.cost_fen, 1) AS examination_share,
    b.treatment_fen / GREATEST(b.cost_fen, 1) AS treatment_share,
    b.surgery_fen / GREATEST(b.cost_fen, 1) AS surgery_share,
    b.nursing_fen / GREATEST(b.cost_fen, 1) AS nursing_share,
    b.bed_fen / GREATEST(b.cost_fen, 1) AS bed_share,
    b.consultation_fen / GREATEST(b.cost_fen, 1) AS consultation_share,
    b.other_fen / GREATEST(b.cost_fen, 1) AS other_share,
    b.fund_fen / GREATEST(b.cost_fen, 1) AS fund_share
FROM profile.bill AS b
WHERE b.setl_id IN (SELECT s.setl_id FROM subject AS s)
    AND b.cost_fen > 0
    AND b.n_lines > 0
    AND b.n_items > 0
