"""Judgements as rows: of scores, of findings about institutions and doctors, of findings about a ring's settlements."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa

from lianshen.agency import CENTRE
from lianshen.anomaly.spec import Ints
from lianshen.anomaly.subject import Judged, SubjectModel
from lianshen.anomaly.telling import tell
from lianshen.findings import finding_id_sql

SCORES = "SELECT * EXCLUDE (severity, because) FROM judged"

FOUND_SUBJECTS = f"""
WITH place AS (
    SELECT fixmedins_code, MAX(treating_agency) AS agency FROM profile.bill GROUP BY fixmedins_code
)
SELECT
    {finding_id_sql("{id}", "j.subject_id || '/' || j.period", "NULL")} AS finding_id,
    '{{id}}' AS source_id, {{version}} AS source_version, '{{fingerprint}}' AS fingerprint,
    '{{certainty}}' AS certainty, j.severity, j.subject_kind, j.subject_id, j.period, NULL AS setl_id,
    COALESCE(p.agency, '{CENTRE}') AS agency, NULL AS insu_pool, (SELECT as_of FROM intake.reached) AS as_of,
    j.exposure AS a0, 0 AS a1, 0 AS a2, j.exposure, j.because
FROM judged AS j
LEFT JOIN place AS p ON j.fixmedins_code = p.fixmedins_code
WHERE j.is_finding
"""
"""``a1`` and ``a2`` stay zero: a model's finding proposes no deduction."""

FOUND_SETTLEMENTS = f"""
WITH member AS (
    SELECT j.subject_id, j.period, j.severity, j.score, j.because, m.setl_id, m.place
    FROM judged AS j, LATERAL (
        SELECT value ->> '$' AS setl_id, CAST(key AS INTEGER) AS place FROM JSON_EACH(j.members)
    ) AS m
    WHERE j.is_finding
),

linked AS (
    SELECT *, LEAD(setl_id) OVER (PARTITION BY subject_id, period ORDER BY place) AS next_setl_id,
        FIRST_VALUE(setl_id) OVER (PARTITION BY subject_id, period ORDER BY place) AS first_setl_id
    FROM member
    -- One finding for each settlement, in its strangest ring.
    QUALIFY ROW_NUMBER() OVER (PARTITION BY setl_id ORDER BY score DESC, period DESC, subject_id) = 1
)

SELECT
    {finding_id_sql("{id}", "l.setl_id", "NULL")} AS finding_id,
    '{{id}}' AS source_id, {{version}} AS source_version, '{{fingerprint}}' AS fingerprint,
    '{{certainty}}' AS certainty, l.severity, '{{level}}' AS level, s.setl_id,
    NULLIF(COALESCE(l.next_setl_id, l.first_setl_id), l.setl_id) AS linked_setl_id,
    s.person, s.fixmedins_code, s.treating_agency, s.insu_admdvs, s.setl_date AS subject_date,
    -- What was bought from accounts is insurance money too.
    s.fund_pay_sumamt + s.acct_pay + s.acct_mulaid_pay AS a0, 0 AS a1, 0 AS a2, 0 AS counted_a2,
    s.fund_pay_sumamt + s.acct_pay + s.acct_mulaid_pay AS exposure,
    FALSE AS is_provisional, l.because
FROM linked AS l
INNER JOIN mart.settlement AS s ON l.setl_id = s.setl_id
WHERE s.counts
"""


_FOUND_OWN = f"""
SELECT
    {finding_id_sql("{id}", "s.setl_id", "NULL")} AS finding_id,
    '{{id}}' AS source_id, {{version}} AS source_version, '{{fingerprint}}' AS fingerprint,
    '{{certainty}}' AS certainty, j.severity, '{{level}}' AS level, s.setl_id, NULL AS linked_setl_id,
    s.person, s.fixmedins_code, s.treating_agency, s.insu_admdvs, s.setl_date AS subject_date,
    s.medfee_sumamt AS a0, 0 AS a1, 0 AS a2, 0 AS counted_a2, j.exposure, FALSE AS is_provisional, j.because
FROM judged_batch AS j
INNER JOIN mart.settlement AS s ON j.subject_id = s.setl_id
WHERE j.is_finding
"""


def words_of(model: SubjectModel) -> dict[str, str]:
    """Return what the queries of findings put in for ``model``."""
    return {
        "id": model.id, "version": str(model.version), "fingerprint": model.fingerprint,
        "certainty": model.certainty, "level": model.level,
    }  # fmt: skip


def keep_judged(con: duckdb.DuckDBPyConnection, model: SubjectModel, version: str, judged: Judged) -> None:
    """Add judgements of settlements to the temporary tables of a night's scores and findings."""
    con.register("judged_batch", as_arrow(model, version, judged))
    try:
        con.execute(
            "INSERT INTO anomaly_score BY NAME SELECT model_id, model_version, subject_id AS setl_id, "
            "score, percentile, expected, low, high, actual, reasons FROM judged_batch"
        )
        con.execute(f"INSERT INTO anomaly_finding BY NAME {_FOUND_OWN.format(**words_of(model))}")
    finally:
        con.unregister("judged_batch")


def as_arrow(model: SubjectModel, version: str, judged: Judged) -> pa.Table:
    """Return the judgements in the columns of ``audit.subject_score``, with severity and facts."""
    rows = len(judged)
    numbers = {name: _nullable(getattr(judged, name)) for name in ("actual", "expected", "low", "high")}
    return pa.table(
        {
            "model_id": pa.array([model.id] * rows, pa.string()),
            "model_version": pa.array([version] * rows, pa.string()),
            "subject_kind": pa.array([model.subject] * rows, pa.string()),
            "subject_id": pa.array(judged.subject_id, pa.string()),
            "period": pa.array(judged.period, pa.string()),
            "fixmedins_code": pa.array(judged.institution, pa.string()),
            "score": pa.array(judged.score, pa.float64()),
            "percentile": pa.array(judged.percentile, pa.float64()),
            "peers": pa.array(judged.peers, pa.string()),
            "peer_rows": pa.array(judged.peer_rows, pa.int64()),
            **numbers,
            "unit": pa.array([judged.unit or None] * rows, pa.string()),
            "exposure": _yuan(judged.exposure_fen),
            "is_finding": pa.array(judged.is_finding, pa.bool_()),
            "reasons": pa.array([_json([one.as_json() for one in some]) for some in judged.reasons], pa.string()),
            "members": pa.array([_json(some) for some in judged.members], pa.string()),
            "severity": pa.array(judged.severity, pa.int32()),
            "because": pa.array(
                tell(judged.is_finding, lambda row: _json(_facts(judged, row)), lambda: "{}"), pa.string()
            ),
        }
    )


def _facts(judged: Judged, row: int) -> dict[str, Any]:
    reasons = "；".join(reason.text_zh for reason in judged.reasons[row][:3])
    return {**judged.because[row], "because_month": str(judged.period[row]), "because_reasons_zh": reasons}


def _nullable(values: Any) -> pa.Array:
    return pa.array(values, pa.float64(), from_pandas=True)


def _yuan(fen: Ints) -> pa.Array:
    import pyarrow.compute as pc

    # As a decimal of whole fen, whose point then moves: exact, and no loop.
    whole = pa.array(fen, pa.int64()).cast(pa.decimal128(19, 0))
    return pc.multiply(whole, pa.scalar(Decimal("0.01"), pa.decimal128(3, 2))).cast(pa.decimal128(18, 2))


def _json(value: Sequence[object] | Mapping[str, object]) -> str:
    # Most subjects are as their peers are, and nothing is told of them.
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else "[]"
