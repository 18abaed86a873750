"""Writes scores and findings: gathered in temporary tables first, then put in the place of the old ones."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from lianshen.anomaly.explain import explain_expectations
from lianshen.anomaly.features import Frame
from lianshen.anomaly.fitted import Fit, Scores
from lianshen.anomaly.spec import AnomalyModel
from lianshen.anomaly.subject import SubjectModel
from lianshen.findings import finding_id_sql

SEVERE_FEN = 5_000_000
NOTABLE_FEN = 1_000_000
"""Cost above the upper bound from which a finding counts as high (50,000 yuan) or medium (10,000 yuan)."""

_PARTS = ("actual", "expected", "low", "high")


def create_results(con: duckdb.DuckDBPyConnection) -> None:
    """Create empty ``anomaly_score`` and ``anomaly_finding`` in the shape of the audit tables."""
    for name in ("score", "finding"):
        con.execute(f"CREATE OR REPLACE TEMP TABLE anomaly_{name} AS SELECT * FROM audit.{name} LIMIT 0")


def keep_results(
    con: duckdb.DuckDBPyConnection, model: AnomalyModel, version: str, frame: Frame, fit: Fit, scores: Scores
) -> None:
    """Add the scores of ``frame`` to the temporary tables, and a finding for each row that is one."""
    con.register("anomaly_batch", _as_arrow(model, frame, fit, scores))
    reasons = f"LIST_CONCAT({_reasons_sql('name{n} IS NOT NULL')}, {_counts_sql(model)})"
    try:
        con.execute(
            "INSERT INTO anomaly_score BY NAME "
            f"SELECT '{model.id}' AS model_id, '{version}' AS model_version, key AS setl_id, score, percentile, "
            f"{_yuan('expected')} AS expected, {_yuan('low')} AS low, {_yuan('high')} AS high, "
            f"{_yuan('actual')} AS actual, TO_JSON({reasons}) AS reasons FROM anomaly_batch"
        )
        con.execute(f"INSERT INTO anomaly_finding BY NAME {_finding_sql(model, version)}")
    finally:
        con.unregister("anomaly_batch")


def replace_results(
    con: duckdb.DuckDBPyConnection, model: AnomalyModel | SubjectModel, version: str | None
) -> tuple[int, int, int]:
    """Put the gathered results in the place of the old ones; return rows scored, findings, and settlements changed."""
    old_finding = (
        f"FROM audit.finding WHERE source_id = '{model.id}' AND setl_id IN (SELECT setl_id FROM anomaly_subject)"
    )
    old_score = f"FROM audit.score WHERE model_id = '{model.id}' AND setl_id IN (SELECT setl_id FROM anomaly_subject)"
    # A score alone changes no case, so it counts only where a finding of any source makes one.
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE anomaly_changed AS
        SELECT setl_id FROM {
            difference(
                f"SELECT * EXCLUDE (counted_a2) {old_finding}", "SELECT * EXCLUDE (counted_a2) FROM anomaly_finding"
            )
        }
        UNION
        SELECT setl_id FROM {difference(f"SELECT * {old_score}", "SELECT * FROM anomaly_score")}
        WHERE setl_id IN (SELECT setl_id FROM audit.finding)"""
    )
    con.execute(f"DELETE {old_finding}")
    con.execute(f"DELETE {old_score}")
    con.execute("INSERT INTO audit.finding SELECT * FROM anomaly_finding")
    con.execute("INSERT INTO audit.score SELECT * FROM anomaly_score")
    if version is not None:
        con.execute("DELETE FROM audit.score WHERE model_id = ? AND model_version <> ?", [model.id, version])
    con.execute("INSERT OR IGNORE INTO work.dirty_settlement SELECT setl_id FROM anomaly_changed")
    counts = con.execute(
        "SELECT (SELECT COUNT(*) FROM anomaly_score), (SELECT COUNT(*) FROM anomaly_finding), "
        "(SELECT COUNT(*) FROM anomaly_changed)"
    ).fetchone()
    for name in ("subject", "score", "finding", "changed"):
        con.execute(f"DROP TABLE temp.anomaly_{name}")
    return counts or (0, 0, 0)


def peers_in_words(model: AnomalyModel, group: str) -> str:
    """Return who the peers are, in words: ``icd3=J18, level=TERTIARY`` is 主要诊断J18、三级医院.

    What the model has no word for stays as it is.
    """
    return "、".join(_in_words(model.peer_words, part) for part in group.split(", "))


def _in_words(words: Mapping[str, str], part: str) -> str:
    column, _, value = part.partition("=")
    return words.get(part) or words.get(column, part).format(value)


def _as_arrow(model: AnomalyModel, frame: Frame, fit: Fit, scores: Scores) -> pa.Table:
    columns = {
        "key": pa.array(frame.key, pa.string()),
        "score": scores.score,
        "percentile": scores.percentile,
        "expected": scores.expected,
        "low": scores.low,
        "high": scores.high,
        "actual": scores.actual,
        "peers": pa.array([peers_in_words(model, group) for group in scores.peers], pa.string()),
        "peer_rows": scores.peer_rows,
        "is_finding": scores.is_finding,
    }
    rows, reasons = np.arange(len(frame)), scores.reasons
    named = np.array([category.name for category in model.categories], dtype=object)
    titled = np.array([category.title_zh for category in model.categories], dtype=object)
    for place, category in enumerate(reasons.order.T, start=1):
        actual, expected, low, high = (getattr(reasons, part)[rows, category] for part in _PARTS)
        columns[f"name{place}"] = pa.array(np.where(actual > expected, named[category], None), pa.string())
        columns[f"title_zh{place}"] = pa.array(np.where(actual > expected, titled[category], None), pa.string())
        columns[f"is_driver{place}"] = reasons.is_driver[rows, category]
        columns[f"actual{place}"] = actual
        columns |= {f"expected{place}": expected, f"low{place}": low, f"high{place}": high}
    for place in range(len(model.counts)):
        for part in _PARTS:
            columns[f"count_{part}{place}"] = getattr(scores.volume, part)[:, place]
    return pa.table({**columns, **_of_findings(model, frame, fit, scores)})


def _of_findings(model: AnomalyModel, frame: Frame, fit: Fit, scores: Scores) -> dict[str, pa.Array]:
    """Return what only findings say: counts in words and numbers, and what the expected cost is made of."""
    found = np.flatnonzero(scores.is_finding)
    names = ("volume", "counts", "usual", "made_of")
    said: dict[str, list[Any]] = {name: [None] * len(frame) for name in names}
    rows, volume = frame.where(found), scores.volume
    for row, made in zip(found, explain_expectations(model, fit, rows, scores.where(found)), strict=True):
        counts = [
            {
                "name": count.name, "title": count.title_zh, "unit": count.unit_zh,
                **{part: f"{getattr(volume, part)[row, place]:.0f}" for part in _PARTS},
            }
            for place, count in enumerate(model.counts)
        ]  # fmt: skip
        values = (counts_in_words(counts), counts, made.usual_fen, made.as_json())
        for name, value in zip(names, values, strict=True):
            said[name][row] = json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value
    return {name: pa.array(said[name], pa.int64() if name == "usual" else pa.string()) for name in names}


def counts_in_words(counts: Sequence[Mapping[str, str]]) -> str:
    """Return the counts above their interval in words: 检验检查34项（预期12至19项）."""
    above = [
        f"{one['title']}{one['actual']}{one['unit']}（预期{one['low']}至{one['high']}{one['unit']}）"
        for one in counts
        if float(one["actual"]) > float(one["high"])
    ]
    return "、".join(above) if above else "住院天数和项目数都在预期之内"


def _counts_sql(model: AnomalyModel) -> str:
    """Return the expression of the list of counts above their interval, as JSON; numbers as text."""
    structs = ", ".join(
        f"CASE WHEN count_actual{place} > count_high{place} THEN TO_JSON({{'name': '{count.name}', "
        + ", ".join(f"'{part}': PRINTF('%.0f', count_{part}{place})" for part in _PARTS)
        + "}) END"
        for place, count in enumerate(model.counts)
    )
    return f"LIST_FILTER([{structs}]::JSON[], lambda reason: reason IS NOT NULL)"


def _finding_sql(model: AnomalyModel, version: str) -> str:
    excess, exposure = "b.actual - b.expected", "GREATEST(b.actual - b.high, 0)"
    return f"""SELECT
        {finding_id_sql(model.id, "b.key", "NULL")} AS finding_id,
        '{model.id}' AS source_id,
        {model.version} AS source_version,
        '{version}' AS fingerprint,
        '{model.certainty}' AS certainty,
        CASE WHEN {exposure} >= {SEVERE_FEN} THEN 3 WHEN {exposure} >= {NOTABLE_FEN} THEN 2 ELSE 1 END AS severity,
        '{model.level}' AS level,
        s.setl_id,
        NULL AS linked_setl_id,
        s.person,
        s.fixmedins_code,
        s.treating_agency,
        s.insu_admdvs,
        s.setl_date AS subject_date,
        {_yuan(excess)} AS a0,
        0 AS a1,
        0 AS a2,
        0 AS counted_a2,
        {_yuan(exposure)} AS exposure,
        FALSE AS is_provisional,
        TO_JSON({{
            'because_actual': CAST({_yuan("b.actual")} AS VARCHAR),
            'because_expected': CAST({_yuan("b.expected")} AS VARCHAR),
            'because_low': CAST({_yuan("b.low")} AS VARCHAR),
            'because_high': CAST({_yuan("b.high")} AS VARCHAR),
            'because_score': ROUND(b.score, 1),
            'because_peers': b.peers,
            'because_peer_count': b.peer_rows,
            'because_drivers': {_drivers_sql()},
            'because_reasons': {_reasons_sql("is_driver{n}")},
            'because_volume': b.volume,
            'because_counts': b.counts::JSON,
            'because_usual': CAST({_yuan("b.usual")} AS VARCHAR),
            'because_made_of': b.made_of::JSON
        }}) AS because
    FROM anomaly_batch AS b
    INNER JOIN mart.settlement AS s ON s.setl_id = b.key
    WHERE b.is_finding"""


def _reasons_sql(holds: str) -> str:
    """Return the expression of the list of categories for which ``holds``, as JSON, with their amounts as text."""
    structs = ", ".join(
        f"CASE WHEN {holds.format(n=n)} THEN TO_JSON({{'name': name{n}, "
        + ", ".join(f"'{part}': CAST({_yuan(f'{part}{n}')} AS VARCHAR)" for part in _PARTS)
        + "}) END"
        for n in (1, 2, 3)
    )
    return f"LIST_FILTER([{structs}], lambda reason: reason IS NOT NULL)"


def _drivers_sql() -> str:
    """Return the expression of the driving categories as words: 材料费21000.00元（预期8000.00元）、…"""
    words = ", ".join(
        f"CASE WHEN is_driver{n} THEN title_zh{n} || CAST({_yuan(f'actual{n}')} AS VARCHAR) || '元（预期' "
        f"|| CAST({_yuan(f'expected{n}')} AS VARCHAR) || '元）' END"
        for n in (1, 2, 3)
    )
    return f"CONCAT_WS('、', {words})"


def _yuan(fen: str) -> str:
    """Return the exact DECIMAL of an integer expression in fen."""
    return f"CAST(({fen}) * 0.01 AS DECIMAL(18, 2))"


def difference(old: str, new: str) -> str:
    """Return the rows that are on one side alone."""
    return f"(({old} EXCEPT {new}) UNION ALL ({new} EXCEPT {old}))"
