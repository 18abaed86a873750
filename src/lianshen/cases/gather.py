"""Reading from the warehouse what a night's cases are made of. The only module here that speaks to DuckDB.

A case lies within one person at one institution, so the night reads every such pair that a changed settlement
belongs to, whole: whatever is linked inside it is then at hand. All reads are set-based, and what the dossiers
hold is turned into JSON by the database.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from lianshen.cases.errors import CasebookError
from lianshen.cases.waiting import waiting_sql

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Pair = tuple[str, str]
"""A person and an institution."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a case shows of a settlement; fen."""

    setl_id: str
    mdtrt_id: str
    person: str
    fixmedins_code: str
    fixmedins_name: str
    hosp_lv: str
    treating_agency: str
    county: str
    insu_admdvs: str
    insu_pool: str
    scope: str
    care: str
    gend: str | None
    age_years: int | None
    diag_code: str | None
    diag_name: str | None
    begndate: date
    enddate: date
    setl_date: date
    total_fee: int
    fund_fee: int
    score: float | None

    @property
    def pair(self) -> Pair:
        return self.person, self.fixmedins_code


@dataclass(frozen=True, slots=True)
class Found:
    """A finding as the warehouse has it; fen."""

    finding_id: str
    source_id: str
    version: int
    fingerprint: str
    certainty: str
    severity: int
    level: str
    setl_id: str
    linked_setl_id: str | None
    subject_date: date
    a0: int
    a1: int
    a2: int | None
    counted: int
    exposure: int
    is_provisional: bool
    because: dict[str, Any]


@dataclass(frozen=True, slots=True)
class HitLine:
    """A fee line of a finding; fen, quantities as exact text."""

    finding_id: str
    bkkp_sn: str
    setl_id: str
    a0: int
    a1: int
    fee_date: date
    hilist_code: str
    item_name: str
    med_chrgitm_type: str
    cnt: str
    pric: str
    amount: int
    inscp: int


@dataclass
class Gathered:
    """Everything that a night's cases are made of."""

    dirty: list[str]
    settlements: dict[str, Settlement] = field(default_factory=dict)
    findings: list[Found] = field(default_factory=list)
    lines: dict[str, list[HitLine]] = field(default_factory=lambda: defaultdict(list))


def dirty_settlements(con: DuckDBPyConnection) -> list[str]:
    """Return the settlements whose findings or scores changed."""
    return [row[0] for row in con.execute("SELECT setl_id FROM work.dirty_settlement ORDER BY setl_id").fetchall()]


def gather(
    con: DuckDBPyConnection, dirty: Collection[str], pairs: Collection[Pair], waits: Mapping[str, int] | None = None
) -> Gathered:
    """Read findings, settlements and lines of every pair that a dirty settlement or ``pairs`` names.

    Findings that have to wait, by :mod:`lianshen.cases.waiting`, are left out.

    :raises CasebookError: if findings, lines and settlements of the warehouse do not fit together.
    """
    _choose(con, dirty, pairs, waits or {})
    gathered = Gathered(sorted(dirty))
    for row in con.execute(SETTLEMENTS).fetchall():
        settlement = Settlement(*row)
        gathered.settlements[settlement.setl_id] = settlement
    for row in con.execute(FINDINGS).fetchall():
        # Decimals stay the text they are: what the sentence shows is what the rule computed.
        values = [*row[:-1], json.loads(row[-1], parse_float=str)]
        gathered.findings.append(Found(*values))
    for row in con.execute(HIT_LINES).fetchall():
        if row[5] is None:
            raise CasebookError(
                f"finding {row[0]} names fee line {row[1]}, which mart.fee_line does not hold: refresh the marts "
                f"and screen settlement {row[2]} again"
            )
        line = HitLine(*row)
        gathered.lines[line.finding_id].append(line)
    _check(con)
    return gathered


def _choose(con: DuckDBPyConnection, dirty: Collection[str], pairs: Collection[Pair], waits: Mapping[str, int]) -> None:
    con.execute("CREATE OR REPLACE TEMP TABLE case_dirty AS SELECT UNNEST(?::VARCHAR[]) AS setl_id", [sorted(dirty)])
    persons, institutions = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE case_pair AS
        SELECT s.person, s.fixmedins_code FROM mart.settlement AS s SEMI JOIN case_dirty USING (setl_id)
        UNION
        SELECT s.person, s.fixmedins_code FROM audit.finding AS f
        JOIN mart.settlement AS s ON s.setl_id = f.setl_id
        WHERE f.linked_setl_id IN (FROM case_dirty)
        UNION
        SELECT UNNEST(?::VARCHAR[]), UNNEST(?::VARCHAR[])
        """,
        [persons, institutions],
    )
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE case_finding AS
        SELECT f.*, linked.setl_id IS NOT NULL AS is_linked_here
        FROM audit.finding AS f
        JOIN mart.settlement AS s ON s.setl_id = f.setl_id
        SEMI JOIN case_pair AS p ON p.person = s.person AND p.fixmedins_code = s.fixmedins_code
        LEFT JOIN mart.settlement AS linked
            ON linked.setl_id = f.linked_setl_id
            AND linked.person = s.person AND linked.fixmedins_code = s.fixmedins_code
        ANTI JOIN ({waiting_sql(waits)}) AS w ON w.finding_id = f.finding_id
        """
    )
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE case_setl AS
        SELECT setl_id FROM case_finding UNION SELECT linked_setl_id FROM case_finding WHERE is_linked_here
        """
    )


def _fen(column: str) -> str:
    return f"CAST({column} * 100 AS BIGINT)"


SETTLEMENTS = f"""
    SELECT s.setl_id, s.mdtrt_id, s.person, s.fixmedins_code, COALESCE(s.fixmedins_name, s.fixmedins_code),
        COALESCE(s.hosp_lv, '11'), s.treating_agency,
        CASE WHEN s.treating_agency NOT IN ('510000', s.fix_blng_admdvs) THEN s.fix_blng_admdvs ELSE '' END,
        s.insu_admdvs, s.insu_pool, s.scope, s.care, s.gend, s.age_years,
        s.main_diag_code, s.main_diag_name, s.begndate, s.enddate, s.setl_date,
        {_fen("s.medfee_sumamt")}, {_fen("s.fund_pay_sumamt")}, score.score
    FROM mart.settlement AS s
    SEMI JOIN case_setl USING (setl_id)
    LEFT JOIN (SELECT setl_id, MAX(score) AS score FROM audit.score GROUP BY setl_id) AS score USING (setl_id)
    ORDER BY s.setl_id
"""
FINDINGS = f"""
    SELECT finding_id, source_id, source_version, fingerprint, certainty, severity, level, setl_id, linked_setl_id,
        subject_date, {_fen("a0")}, {_fen("a1")}, {_fen("a2")}, COALESCE({_fen("counted_a2")}, 0), {_fen("exposure")},
        is_provisional, because::VARCHAR
    FROM case_finding
    ORDER BY finding_id
"""
# A line of another settlement of the pair belongs to the case only if its settlement does; see building.
HIT_LINES = f"""
    SELECT h.finding_id, h.bkkp_sn, h.setl_id, {_fen("h.a0")}, {_fen("h.a1")}, l.fee_date, l.hilist_code, l.hilist_name,
        l.med_chrgitm_type, l.cnt::VARCHAR, l.pric::VARCHAR, {_fen("l.det_item_fee_sumamt")}, {_fen("l.inscp_amt")}
    FROM audit.finding_line AS h
    SEMI JOIN case_finding AS f ON f.finding_id = h.finding_id
    LEFT JOIN mart.fee_line AS l ON l.bkkp_sn = h.bkkp_sn
    ORDER BY h.finding_id, h.bkkp_sn
"""


def _check(con: DuckDBPyConnection) -> None:
    lost = con.execute(
        """
        SELECT f.finding_id, f.setl_id FROM audit.finding AS f
        SEMI JOIN case_dirty USING (setl_id)
        ANTI JOIN mart.settlement AS s ON s.setl_id = f.setl_id
        ORDER BY ALL LIMIT 1
        """
    ).fetchone()
    if lost:
        raise CasebookError(
            f"finding {lost[0]} is about settlement {lost[1]}, which mart.settlement does not hold: "
            "the settlement was withdrawn and its findings were not; screen again"
        )
    unpriced = con.execute(
        "SELECT source_id, setl_id FROM case_finding WHERE a2 IS NOT NULL AND counted_a2 IS NULL ORDER BY ALL LIMIT 1"
    ).fetchone()
    if unpriced:
        raise CasebookError(
            f"the finding of {unpriced[0]} about settlement {unpriced[1]} has a2 but no counted_a2: "
            "run price_findings before the cases are assembled"
        )


def exhibits(con: DuckDBPyConnection) -> dict[str, dict[str, str]]:
    """Return for each gathered settlement its parts of the dossier as JSON text: settlement, lines, recomputed, steps.

    Rows are lists of text in the order of :func:`exhibit_columns`; a missing value is null, money is exact text.
    """
    parts: dict[str, dict[str, str]] = defaultdict(dict)
    for name, table, order in (
        ("settlement", "mart.settlement", "setl_id"),
        ("recomputed", "audit.recomputed", "setl_id"),
        ("lines", "mart.fee_line", "fee_ocur_time, bkkp_sn"),
    ):
        cells = ", ".join(f'CAST(d."{column}" AS VARCHAR)' for column in exhibit_columns(con, table))
        query = f"""
            SELECT setl_id, CAST(to_json(LIST(cells ORDER BY {order})) AS VARCHAR)
            FROM (SELECT d.*, [{cells}] AS cells FROM {table} AS d SEMI JOIN case_setl USING (setl_id))
            GROUP BY setl_id
        """
        for setl_id, text in con.execute(query).fetchall():
            parts[setl_id][name] = text
    steps = "SELECT setl_id, steps::VARCHAR FROM audit.explanation SEMI JOIN case_setl USING (setl_id)"
    for setl_id, text in con.execute(steps).fetchall():
        parts[setl_id]["steps"] = text
    return parts


EXHIBITED = {"settlements": "mart.settlement", "recomputed": "audit.recomputed", "lines": "mart.fee_line"}


def exhibit_columns(con: DuckDBPyConnection, table: str) -> list[str]:
    """Return the columns of a table that a dossier keeps: all but the personal number, which the pseudonym replaces."""
    return [row[0] for row in con.execute(f"DESCRIBE {table}").fetchall() if row[0] != "psn_no"]
