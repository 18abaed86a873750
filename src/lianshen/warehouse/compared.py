"""What pages read of the published snapshot to compare institutions, follow a person, and judge a model.

Nothing here knows who is asking: the services of the casework bound what leaves them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lianshen.warehouse.published import rows_of

Row = dict[str, Any]


def volumes(folder: Path | None, months: int = 12) -> list[Row]:
    """Return each institution's settlements of the last ``months`` that the snapshot holds.

    A row has code, name, agency, county (region of the agreement), kind (1 hospital, 2 drugstore), level, settlements,
    stays, since and until (months, YYYY-MM). Reversed and withdrawn settlements do not count.
    """
    return rows_of(
        folder,
        """
        WITH last AS (SELECT MAX(month) AS month FROM institution_month),
        span AS (
            SELECT month AS until,
                STRFTIME(STRPTIME(month || '-01', '%Y-%m-%d') - TO_MONTHS(CAST(? AS INTEGER) - 1), '%Y-%m') AS since
            FROM last
        )
        SELECT fixmedins_code AS code, MAX(name) AS name, MAX(treating_agency) AS agency,
            MAX(fix_blng_admdvs) AS county, MAX(fixmedins_type) AS kind, MAX(hosp_lv) AS level,
            SUM(settlements)::BIGINT AS settlements, SUM(stays)::BIGINT AS stays,
            ANY_VALUE(since) AS since, ANY_VALUE(until) AS until
        FROM institution_month, span WHERE month BETWEEN since AND until
        GROUP BY fixmedins_code ORDER BY fixmedins_code
        """,
        [months],
    )


def institution_months(folder: Path | None, code: str, months: int = 24) -> list[Row]:
    """Return an institution's settlements month by month, oldest first: month (YYYY-MM), settlements, stays, fund."""
    rows = rows_of(
        folder,
        """
        SELECT month, settlements, stays, fund FROM institution_month
        WHERE fixmedins_code = ? ORDER BY month DESC LIMIT ?
        """,
        [code, months],
    )
    return rows[::-1]


def institution(folder: Path | None, code: str) -> Row | None:
    """Return what the register says of an institution, with the agency that holds its agreement; None if unknown."""
    rows = rows_of(
        folder,
        """
        SELECT m.fixmedins_code AS code, MAX(m.name) AS name, MAX(m.treating_agency) AS agency,
            MAX(m.fix_blng_admdvs) AS county, MAX(m.fixmedins_type) AS kind, MAX(m.hosp_lv) AS level,
            MAX(i.aprv_bed_cnt) AS beds, MAX(i.uscc) AS uscc
        FROM institution_month m LEFT JOIN institution i USING (fixmedins_code)
        WHERE m.fixmedins_code = ? GROUP BY m.fixmedins_code
        """,
        [code],
    )
    return rows[0] if rows else None


def subject_findings(folder: Path | None, code: str, limit: int = 200) -> list[Row]:
    """Return the findings about an institution as a whole and about its doctors, newest and heaviest first.

    ``because`` is read.
    """
    rows = rows_of(
        folder,
        """
        SELECT finding_id, source_id, source_version, certainty, severity, period, agency, as_of,
            (a0 * 100)::BIGINT AS a0, (a2 * 100)::BIGINT AS a2, (exposure * 100)::BIGINT AS exposure,
            CAST(because AS VARCHAR) AS because
        FROM subject_finding
        WHERE subject_kind IN ('institution', 'doctor') AND SPLIT_PART(subject_id, '/', 1) = ?
        ORDER BY period DESC, severity DESC, ABS(COALESCE(a2, exposure)) DESC, finding_id LIMIT ?
        """,
        [code, limit],
    )
    return [{**row, "because": json.loads(row["because"])} for row in rows]


def person_settlements(folder: Path | None, person: str, limit: int = 400) -> list[Row]:
    """Return a person's settlements in order of admission; amounts in fen.

    ``person`` is the whole pseudonym. A row has setl_id, code, name, agency, county, pool (of the insurance), care,
    begin, end, settled, fee, fund, own.
    """
    return rows_of(
        folder,
        """
        SELECT setl_id, fixmedins_code AS code, fixmedins_name AS name, treating_agency AS agency,
            fix_blng_admdvs AS county, insu_pool AS pool, care, begndate AS begin, enddate AS "end",
            setl_date AS settled, main_diag_name AS diagnosis,
            (medfee_sumamt * 100)::BIGINT AS fee, (fund_pay_sumamt * 100)::BIGINT AS fund,
            (psn_pay * 100)::BIGINT AS own
        FROM settlement WHERE person = ? AND counts ORDER BY begndate, setl_id LIMIT ?
        """,
        [person, limit],
    )


def score_classes(folder: Path | None, model_id: str, step: float = 0.5) -> list[Row]:
    """Return how many subjects a model gave which score: ``{"low", "settlements"}`` per class of ``step``."""
    return rows_of(
        folder,
        """
        WITH every AS (SELECT model_id, score FROM score UNION ALL SELECT model_id, score FROM subject_score)
        SELECT FLOOR(score / ?) * ? AS low, COUNT(*)::BIGINT AS settlements FROM every
        WHERE model_id = ? GROUP BY ALL ORDER BY low
        """,
        [step, step, model_id],
    )


def model_runs(folder: Path | None) -> list[Row]:
    """Return per model what it said in the snapshot: model_id, version, scored, findings, newest day of a finding."""
    return rows_of(
        folder,
        """
        WITH every AS (
            SELECT model_id, model_version FROM score UNION ALL SELECT model_id, model_version FROM subject_score
        ),
        said AS (
            SELECT source_id, subject_date AS day FROM finding
            UNION ALL SELECT source_id, as_of AS day FROM subject_finding
        ),
        found AS (
            SELECT source_id, COUNT(*)::BIGINT AS findings, MAX(day) AS newest FROM said GROUP BY source_id
        )
        SELECT model_id, MAX(model_version) AS version, COUNT(*)::BIGINT AS scored,
            COALESCE(MAX(found.findings), 0)::BIGINT AS findings, MAX(found.newest) AS newest
        FROM every LEFT JOIN found ON found.source_id = model_id GROUP BY model_id ORDER BY model_id
        """,
    )


def model_lacks(folder: Path | None) -> list[Row]:
    """Return the models that judge nothing because what they compare with never came: model_id, title_zh, words."""
    return rows_of(folder, "FROM model_lack ORDER BY model_id")


def model_drift(folder: Path | None, model_id: str) -> list[Row]:
    """Return how far each period has moved from a model's training, oldest first: lines of ``ledger.model_drift``."""
    return rows_of(
        folder,
        """
        SELECT model_version AS version, period, kind, name, n_rows, value, noise, low, high FROM model_drift
        WHERE model_id = ? ORDER BY period, kind, value DESC, name
        """,
        [model_id],
    )
