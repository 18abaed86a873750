"""What the warehouse knows of a rule's work: nights, findings, and what was kept back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lianshen.rules.muting import CODE

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def counts_of(con: DuckDBPyConnection, rule_id: str) -> dict[str, int]:
    """Return nights that a rule ran without an error, and its findings: shown, in shadow, suppressed."""
    row = con.execute(
        """
        SELECT
            (SELECT COUNT(DISTINCT night) FROM ledger.rule_run WHERE rule_id = $rule AND error IS NULL),
            (SELECT COUNT(*) FROM audit.finding WHERE source_id = $rule),
            (SELECT COUNT(*) FROM audit.shadow_finding WHERE source_id = $rule),
            (SELECT COUNT(*) FROM audit.suppressed_finding WHERE source_id = $rule)
        """,
        {"rule": rule_id},
    ).fetchone()
    nights, shown, shadow, suppressed = row or (0, 0, 0, 0)
    return {"nights": nights, "findings": shown + shadow, "suppressed": suppressed}


def muted_counts(con: DuckDBPyConnection) -> dict[str, int]:
    """Return by rule how many findings mutes keep back, wholly or in part."""
    return dict(
        con.execute(
            "SELECT source_id, COUNT(DISTINCT finding_id) FROM ("
            "SELECT source_id, finding_id, suppressor FROM audit.suppressed_finding UNION ALL "
            "SELECT source_id, finding_id, suppressor FROM audit.suppressed_subject_finding"
            ") WHERE suppressor = ? GROUP BY source_id ORDER BY source_id",
            [CODE],
        ).fetchall()
    )
