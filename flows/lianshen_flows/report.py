"""What a night gives to whoever started it: figures read back from the stores, not remembered on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from lianshen import cases, clearing, recompute, rules, warehouse
from lianshen.agency import CENTRE, agencies
from lianshen.anomaly import ScoreRun
from lianshen.cases import tables
from lianshen.warehouse import marts

from .steps import Workshop


@dataclass(frozen=True)
class Account:
    """Rows of the night's packages by where they are now, and the sums of their control columns in yuan."""

    received: int
    accepted: int
    set_aside: int
    superseded: int
    received_yuan: Decimal
    accepted_yuan: Decimal
    set_aside_yuan: Decimal
    superseded_yuan: Decimal


@dataclass(frozen=True)
class AgencyStanding:
    """Cases of one agency's institutions: how many stand after the night, and the fund at issue in fen."""

    code: str
    name_zh: str
    cases: int
    at_issue: int


@dataclass(frozen=True)
class NightReport:
    """One night in figures.

    ``statements`` are the days of institutions that were reconciled, ``open_items`` what is not balanced in statements,
    details and partners' records. ``findings`` are those of what the night looked at, by rule or model.
    ``deductions`` are those that clearings carried for cases.
    """

    night: str
    packages: tuple[str, ...]
    stopped: tuple[str, ...]
    account: Account
    touched: int
    recomputed: int
    not_recomputed: int
    differing: int
    unexplained: int
    unexplained_yuan: Decimal
    statements: int
    open_items: int
    findings: dict[str, int]
    failed_rules: tuple[str, ...]
    scored: int
    new_cases: int
    changed_cases: int
    removed_cases: int
    deductions: cases.Carried
    agencies: tuple[AgencyStanding, ...]

    def summary(self) -> dict[str, Any]:
        """Return everything, ready for JSON; amounts in yuan are text, ``at_issue`` is fen."""
        return {key: _plain(value) for key, value in asdict(self).items()}

    def row(self) -> dict[str, Any]:
        """Return the one line that Prefect's table shows."""
        return {
            "night": self.night,
            "received": self.account.received,
            "accepted": self.account.accepted,
            "set aside": self.account.set_aside,
            "superseded": self.account.superseded,
            "recomputed": self.recomputed,
            "unexplained": self.unexplained,
            "not balanced": self.open_items,
            "findings": sum(self.findings.values()),
            "new cases": self.new_cases,
        }


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def report_night(
    workshop: Workshop,
    night: str,
    receipts: Sequence[warehouse.Receipt],
    touched: marts.Touched,
    recomputed: recompute.RecomputeSummary,
    reconciled: clearing.Reconciled,
    rule_runs: Sequence[rules.RuleRun],
    scored: ScoreRun,
    assembled: cases.AssemblyResult,
    carried: cases.Carried,
) -> NightReport:
    """Return the figures of a night that has just been worked."""
    packages = tuple(receipt.package for receipt in receipts)
    unexplained = read_unexplained(workshop)
    return NightReport(
        night=night,
        packages=packages,
        stopped=tuple(f"{table}: {why}" for receipt in receipts for table, why in receipt.stopped.items()),
        account=read_account(workshop, packages),
        touched=touched.settlements,
        recomputed=recomputed.by_status.get("recomputed", 0),
        not_recomputed=recomputed.settlements - recomputed.by_status.get("recomputed", 0),
        differing=recomputed.different,
        unexplained=unexplained[0],
        unexplained_yuan=unexplained[1],
        statements=sum(reconciled.statements.values()),
        open_items=reconciled.open_items,
        findings={
            **{run.rule_id: run.findings for run in rule_runs if run.error is None and run.findings},
            **{run.model_id: run.findings for run in scored.models if run.findings},
        },
        failed_rules=tuple(f"{run.rule_id}: {run.error}" for run in rule_runs if run.error),
        scored=scored.scored,
        new_cases=assembled.new,
        changed_cases=assembled.changed,
        removed_cases=assembled.removed,
        deductions=carried,
        agencies=read_standing(workshop.casebook),
    )


def read_account(workshop: Workshop, packages: Sequence[str]) -> Account:
    """Return where the rows and the yuan of ``packages`` are."""
    rows = [row for package in packages for row in warehouse.account(workshop.connection, package)]

    def yuan(part: str) -> Decimal:
        return sum((getattr(control, part) for row in rows for control in row.controls), Decimal("0.00"))

    return Account(
        received=sum(row.received for row in rows),
        accepted=sum(row.accepted for row in rows),
        set_aside=sum(row.set_aside for row in rows),
        superseded=sum(row.superseded for row in rows),
        received_yuan=yuan("received"),
        accepted_yuan=yuan("accepted"),
        set_aside_yuan=yuan("set_aside"),
        superseded_yuan=yuan("superseded"),
    )


def read_unexplained(workshop: Workshop) -> tuple[int, Decimal]:
    """Return how many settlements of the warehouse differ for no known cause, and by how much in yuan."""
    found = workshop.connection.execute(
        "SELECT COUNT(*), COALESCE(SUM(ABS(unexplained)), 0) FROM audit.recomputed WHERE unexplained <> 0"
    ).fetchone()
    return (int(found[0]), Decimal(found[1])) if found else (0, Decimal(0))


def read_standing(casebook: sa.Engine) -> tuple[AgencyStanding, ...]:
    """Return cases and fund at issue by agency, largest amount first."""
    c = tables.cases.c
    query = sa.select(c.treating_agency, sa.func.count(), sa.func.sum(c.at_issue)).group_by(c.treating_agency)
    with casebook.connect() as connection:
        found = connection.execute(query).all()
    names = {code: agency.name_zh for code, agency in agencies().items()} | {CENTRE: "省中心（跨省平台）"}
    standing = [AgencyStanding(code, names.get(code, code), count, int(amount or 0)) for code, count, amount in found]
    return tuple(sorted(standing, key=lambda one: (-one.at_issue, one.code)))
