"""What the casebook holds that the ranking needs: open cases with their findings, and what became of others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lianshen.agency import CENTRE
from lianshen.cases import tables as t
from lianshen.cases.vocabulary import DETERMINATIONS, DROPS
from lianshen.ranking.units import NOBODY, Decisions, Units, moments, text

AT_CENTRE = ("new",)
AT_AGENCY = ("released", "accepted", "returned")
ELSEWHERE = ("misrouted", "hearing", "evidence", "submitted")
"""Open, but somebody else has the next word: ranked, on nobody's list."""
OPEN = (*AT_CENTRE, *AT_AGENCY, *ELSEWHERE)
SETTLED = ("closed", "archived")
VERDICTS = frozenset(DROPS[code].label for code in ("explained", "data"))
"""Reasons of dropping that say something of the suspicion; the others say that it was not worth the time."""


@dataclass(frozen=True)
class OpenCase:
    """An open case, as far as its place in a list goes; ``levels`` and ``rules`` of its findings."""

    case_no: str
    state: str
    agency: str
    night: date
    due: date | None
    findings: int
    certainty: str
    institution: str
    main_rule: str
    rules: tuple[str, ...]
    levels: frozenset[str]
    per_hour: int

    @property
    def desk(self) -> str:
        """Whose people do the next step."""
        return CENTRE if self.state in AT_CENTRE else self.agency

    @property
    def is_workable(self) -> bool:
        """Return whether somebody there can go on with it now."""
        return self.state in (*AT_CENTRE, *AT_AGENCY)


def read_open(con: Connection, percentiles: Mapping[str, float]) -> tuple[list[OpenCase], Units]:
    """Return the open cases and their units; ``percentiles`` of institutions among their peers, where models judged."""
    c, f = t.cases.c, t.case_finding.c
    wanted = sa.select(
        c.case_no, c.state, c.treating_agency, c.night, c.due_at, c.findings, c.certainty, c.rules, c.fixmedins_code,
        c.score, c.per_hour, c.main_rule,
    ).where(c.state.in_(OPEN)).order_by(c.case_no)  # fmt: skip
    cases = {row.case_no: row for row in con.execute(wanted)}
    findings = (
        sa.select(
            f.case_no, f.rule_id, f.level, sa.func.max(f.severity),
            sa.func.max(sa.case((f.certainty == "definite", 1), else_=0)), sa.func.sum(f.counted),
            sa.func.sum(f.exposure),
        )
        .join(t.cases, c.case_no == f.case_no)
        .where(c.state.in_(OPEN))
        .group_by(f.case_no, f.rule_id, f.level)
        .order_by(f.case_no, f.rule_id, f.level)
    )  # fmt: skip
    levels: dict[str, set[str]] = defaultdict(set)
    rows: dict[tuple[str, str], list[Any]] = {}
    for case_no, rule, level, severity, definite, counted, exposure in con.execute(findings):
        levels[case_no].add(level)
        row = rows.setdefault((case_no, rule), [0, 0, 0, 0])
        row[:] = [max(row[0], severity), max(row[1], definite), row[2] + int(counted), row[3] + int(exposure)]
    open_cases = [
        OpenCase(
            row.case_no, row.state, row.treating_agency, row.night, row.due_at, row.findings, row.certainty,
            row.fixmedins_code, row.main_rule, _listed(row.rules), frozenset(levels[row.case_no]), row.per_hour,
        )
        for row in cases.values()
    ]  # fmt: skip
    of = [cases[case_no] for case_no, _ in rows]
    numbers = np.array(list(rows.values()), dtype=np.int64).reshape(len(rows), 4)
    units = Units(
        text([case_no for case_no, _ in rows]), text([rule for _, rule in rows]),
        text(["definite" if definite else "suspicious" for definite in numbers[:, 1]]), numbers[:, 0].astype(float),
        text([row.fixmedins_code for row in of]), text([row.treating_agency for row in of]),
        _floats([row.score for row in of]), _floats([percentiles.get(row.fixmedins_code) for row in of]),
        numbers[:, 2], numbers[:, 3],
    )  # fmt: skip
    return open_cases, units


def read_decisions(con: Connection) -> Decisions:
    """Return what was decided, oldest first: determinations of agencies, and verdicts at the first review.

    A dismissal that a second look found wrong counts as upheld.
    """
    units = _put_right(con, [*_determined(con), *_dropped(con)])
    return _decisions(sorted(units, key=lambda one: (one["at"], one["case_no"], one["rule"], one["agency"])))


def _found(con: Connection, *where: sa.ColumnElement[bool]) -> dict[tuple[str, str], dict[str, Any]]:
    """Return what the findings of cases say, by case and check."""
    c, f, r = t.cases.c, t.case_finding.c, t.case_rank.c
    query = (
        sa.select(
            f.case_no, f.rule_id.label("rule"), f.certainty, f.severity, c.fixmedins_code.label("institution"),
            c.treating_agency.label("agency"), c.score, r.basis, c.decision, c.closed_at.label("at"),
            c.main_rule,
        )
        .select_from(t.case_finding)
        .join(t.cases, c.case_no == f.case_no)
        .outerjoin(t.case_rank, r.case_no == f.case_no)
        .where(*where)
        .order_by(f.case_no, f.rule_id, f.certainty, f.severity.desc())
    )  # fmt: skip
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in con.execute(query).mappings():
        # "definite" sorts before "suspicious", and the gravest first: the first of a check speaks for it.
        found.setdefault((row["case_no"], row["rule"]), {**row, "percentile": (row["basis"] or {}).get("percentile")})
    return found


def _determined(con: Connection) -> list[dict[str, Any]]:
    c, line = t.cases.c, t.case_line.c
    where = (c.state.in_(SETTLED), c.decision.is_not(None), c.closed_at.is_not(None))
    found = _found(con, *where)
    query = (
        sa.select(line.case_no, line.rules, line.determined, line.reason, line.at_most)
        .join(t.cases, c.case_no == line.case_no)
        .where(*where)
    )
    held: dict[tuple[str, str], list[int]] = {}
    for case_no, rules, determined, reason, at_most in con.execute(query):
        holds = reason is not None and DETERMINATIONS[reason].holds
        for rule in filter(None, rules.split(",")):
            sums = held.setdefault((case_no, rule), [0, 0, 0])
            sums[:] = [sums[0] + holds, sums[1] + abs(determined or 0), sums[2] + abs(at_most)]
    for key, unit in found.items():
        lines, determined, at_most = held.get(key, (None, 0, 0))
        unit["upheld"] = unit["decision"] != "dismissed" if lines is None else lines > 0
        unit["kept"] = determined / at_most if unit["upheld"] and at_most else None
    return list(found.values())


def _dropped(con: Connection) -> list[dict[str, Any]]:
    e, c = t.event.c, t.cases.c
    query = (
        sa.select(e.case_no, e.at, e.reason)
        .join(t.cases, c.case_no == e.case_no)
        .where(e.action == "drop", c.state == "dropped")
        .order_by(e.seq)
    )
    last = {row.case_no: row for row in con.execute(query)}
    verdicts = {number: row.at for number, row in last.items() if _label(row.reason) in VERDICTS}
    found = _found(con, c.state == "dropped")
    return [
        {**unit, "agency": NOBODY, "at": verdicts[unit["case_no"]], "upheld": False, "kept": None}
        for unit in found.values()
        if unit["case_no"] in verdicts
    ]


def _label(reason: str | None) -> str:
    """Return the label at the head of what an event says of its reason."""
    return (reason or "").partition("：")[0].strip()


def _put_right(con: Connection, units: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the units with what second looks found in the place of dismissals that they found wrong.

    Who looks again sees the stay and no finding, so the answer is about the check that led the case. One that agrees
    with the dismissal adds nothing: dismissed cases are all that is looked at again, and would count twice.
    """
    task = t.review_task.c
    query = sa.select(task.case_no).where(task.kind == "second", task.holds.is_(True))
    wrong = set(con.scalars(query))
    return [
        {**unit, "upheld": True} if unit["case_no"] in wrong and unit["rule"] == unit["main_rule"] else unit
        for unit in units
    ]


def _decisions(rows: Sequence[Mapping[str, Any]]) -> Decisions:
    def names(column: str) -> Any:
        return text([row[column] for row in rows])

    zeros = np.zeros(len(rows), dtype=np.int64)
    units = Units(
        names("case_no"), names("rule"), names("certainty"), _floats([row["severity"] for row in rows]),
        names("institution"), names("agency"), _floats([row["score"] for row in rows]),
        _floats([row["percentile"] for row in rows]), zeros, zeros,
    )  # fmt: skip
    times: list[datetime] = [row["at"] for row in rows]
    upheld = np.array([bool(row["upheld"]) for row in rows], dtype=bool)
    return Decisions(units, upheld, _floats([row["kept"] for row in rows]), moments(times))


def _listed(rules: str) -> tuple[str, ...]:
    return tuple(rule for rule in rules.split(",") if rule)


def _floats(values: Sequence[float | None]) -> Any:
    return np.array([np.nan if value is None else value for value in values], dtype=float)
