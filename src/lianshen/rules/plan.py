"""How a night goes through the rules, and how the last one did: what each reads, in which scope, and what it cost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from lianshen.rules.document import Rule
from lianshen.rules.months import INSTITUTION, PEERS, WHOLE
from lianshen.rules.scopes import HISTORY, OWN
from lianshen.rules.shelf import KEYS
from lianshen.rules.tables import LOGICAL, Tables

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SCOPES = {
    OWN: "touched settlements",
    HISTORY: "touched persons",
    INSTITUTION: "touched institutions and months",
    PEERS: "all institutions of touched months",
    WHOLE: "everything",
}
_LAST = """
    SELECT * FROM {place} WHERE night = (SELECT MAX(night) FROM {place} WHERE REGEXP_MATCHES(night, '^[0-9]{{4}}-'))
"""


@dataclass(frozen=True)
class Step:
    """One rule in the order in which a night runs it, with what it did in the last night, where it was there."""

    order: int
    rule_id: str
    title: str
    scope: str
    look_back_days: int | None
    reads: dict[str, list[str]]
    """Columns that are copied of each table; none of a table that is read where it lies."""
    features: list[str]
    suppressors: list[str]
    night: str | None = None
    rows_read: int | None = None
    seconds: float | None = None
    findings: int | None = None
    suppressed: int | None = None
    error: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return asdict(self)


def scope_of(rule: Rule) -> str:
    """Return what a night narrows the rule's tables to."""
    if rule.head.is_about_settlements:
        return OWN if rule.head.look_back_days is None else HISTORY
    if rule.head.look_back_days is None:
        return WHOLE
    return PEERS if rule.head.peers else INSTITUTION


def last_night(con: DuckDBPyConnection, place: str = "rule_run") -> dict[str, dict[str, Any]]:
    """Return what each rule did in the newest night recorded in ``place``, by id."""
    result = con.execute(_LAST.format(place=place))
    names = [column[0] for column in result.description or ()]
    return {row[names.index("rule_id")]: dict(zip(names, row, strict=True)) for row in result.fetchall()}


def plan(rules: Iterable[Rule], tables: Tables, last: dict[str, dict[str, Any]] | None = None) -> list[Step]:
    """Return the steps of a night: rules about settlements by id, then the others by id; drafts do not run."""
    in_use = [rule for rule in rules if rule.head.status != "draft"]
    in_use.sort(key=lambda rule: (not rule.head.is_about_settlements, rule.id))
    done = last or {}
    return [_step(place, rule, tables, done.get(rule.id, {})) for place, rule in enumerate(in_use, 1)]


def _step(place: int, rule: Rule, tables: Tables, ran: dict[str, Any]) -> Step:
    scope = scope_of(rule)
    return Step(
        place,
        rule.id,
        rule.head.title,
        scope,
        rule.head.look_back_days,
        {name: _copied(rule, name, scope, tables) for name in rule.head.reads},
        [feature.name for feature in rule.features],
        [one.code for one in rule.suppressors],
        **{name: ran.get(name) for name in _RAN},
    )


_RAN = ("night", "rows_read", "seconds", "findings", "suppressed", "error")


def _copied(rule: Rule, name: str, scope: str, tables: Tables) -> list[str]:
    kind = LOGICAL[name][1]
    if scope == WHOLE or kind in ("shared", "feature"):
        return []
    return [column for column in tables.columns[name] if column in rule.named_columns | KEYS]


def print_plan(steps: Sequence[Step]) -> None:
    """Print the steps as a table; failed rules are said again at the end."""
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    table = Table("", "rule", "reads", "scope", "suppressors", box=None, pad_edge=False)
    for name in ("rows", "s", "found", "suppressed"):
        table.add_column(name, justify="right")
    for step in steps:
        days = f" ± {step.look_back_days} d" if step.look_back_days else ""
        table.add_row(
            str(step.order),
            f"[red]{step.rule_id}[/]" if step.error else step.rule_id,
            ", ".join(f"[bold]{name}[/]" if name in step.features else name for name in step.reads),
            SCOPES[step.scope] + days,
            " ".join(step.suppressors),
            *(_number(value) for value in (step.rows_read, step.seconds, step.findings, step.suppressed)),
        )
    console.print(table)
    nights = sorted({step.night for step in steps if step.night})
    total = sum(step.seconds or 0 for step in steps)
    console.print(
        f"\n{len(steps)} rules; "
        + (f"as in the night {nights[-1]}, {total:.1f} s" if nights else "no night has run them yet")
        + "; shared features in bold"
    )
    for step in steps:
        if step.error:
            console.print(f"[red]{step.rule_id} failed:[/] {step.error}", soft_wrap=True)


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.2f}" if isinstance(value, float) else f"{value:,}"
