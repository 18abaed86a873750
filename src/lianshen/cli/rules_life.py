"""The life of a rule on the command line: handed in, activated, retired; muted for a while and heard again."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from lianshen.cli.rules import rules_app
from lianshen.config import SHANGHAI, Settings
from lianshen.content import content_root
from lianshen.errors import UsageError

RuleId = Annotated[str, typer.Argument(help="Such as PL-04.")]
By = Annotated[str, typer.Option("--by", help="Who answers for it: a person, or a role such as 基金监管处.")]
Reason = Annotated[str, typer.Option(help="Why, in a sentence.")]
Institution = Annotated[str, typer.Option(help="Code of the institution; default: every one.")]
Item = Annotated[str, typer.Option(help="Code of the item; default: every one.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Day = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The first day no longer.")]


def register(app: typer.Typer) -> None:
    """Extend ``lianshen rules``: its commands are added when this module is imported."""


def _content() -> Path:
    return content_root(Settings().content)


def _today() -> date:
    return datetime.now(SHANGHAI).date()


@rules_app.command("submit")
def submit_rule(rule_id: RuleId, by: By) -> None:
    """Hand in the locked version of a rule as its writer. A draft begins to run in shadow, where nobody sees it."""
    from lianshen.rules.life import submit

    rule = submit(_content(), rule_id, by, _today())
    typer.echo(f"{rule.id} version {rule.head.version} ({rule.fingerprint}): handed in by {by}")


@rules_app.command("activate")
def activate_rule(
    rule_id: RuleId,
    by: By,
    reason: Reason,
    sampled: Annotated[int, typer.Option(min=0, help="Findings that reviewers looked at.")] = 0,
    upheld: Annotated[int, typer.Option(min=0, help="How many of them were right.")] = 0,
) -> None:
    """Let a version make cases, as another person than its writer. What it found in shadow is recorded with it."""
    from lianshen.rules.life import activate, find_rule

    content = _content()
    counts = _counted(find_rule(content, rule_id).id)
    if sampled or upheld:
        counts |= {"sampled": sampled, "upheld": upheld}
    rule = activate(content, rule_id, by, _today(), reason, counts)
    told = ", ".join(f"{name} {count:,}" for name, count in counts.items())
    typer.echo(f"{rule.id} version {rule.head.version} ({rule.fingerprint}): activated by {by} on {told}")


def _counted(rule_id: str) -> dict[str, int]:
    """Return what the installation's warehouse knows of a rule; nothing where there is none."""
    from lianshen.rules.counting import counts_of
    from lianshen.warehouse.connect import reading

    settings = Settings()
    if not settings.warehouse_file.is_file():
        return {}
    with reading(settings) as con:
        return counts_of(con, rule_id)


@rules_app.command("retire")
def retire_rule(rule_id: RuleId, until: Day, by: By, reason: Reason) -> None:
    """End a rule on a day. It still runs for records before it; file, lock and record say so."""
    from lianshen.rules.life import retire

    rule = retire(_content(), rule_id, until.date(), by, _today(), reason)
    typer.echo(f"{rule.id} version {rule.head.version}: retired until {until.date()} by {by}")


@rules_app.command("rescreen")
def rescreen_history(
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Settled on this day or later; default: everything.")
    ] = None,
) -> None:
    """Have the next night look at the history again: a rule that was activated or changed speaks of new days only."""
    from lianshen.warehouse.connect import writing
    from lianshen.warehouse.marts import touch_since

    with writing(Settings()) as con:
        count = touch_since(con, since.date() if since else None)
    typer.echo(f"the next night looks at {count:,} settlements again, and at what is near them")


@rules_app.command("approve-shipped")
def approve_shipped_rules(
    writer: Annotated[str, typer.Option(help="Role that wrote the rules.")] = "规则编写组",
    approver: Annotated[str, typer.Option(help="Role that approved them.")] = "基金监管处规则审核组",
    reason: Reason = "随产品交付：示例全部通过，演示省的检出与误报见规则覆盖表",
) -> None:
    """Record who wrote and approved the rules that came with the product, where nobody did yet."""
    from lianshen.rules.document import load_rules
    from lianshen.rules.life import approve_shipped

    content = _content()
    done = approve_shipped(content, load_rules(content), writer, approver, _today(), reason)
    typer.echo(f"{len(done)} rules: written by {writer}, approved by {approver}")


@rules_app.command("life")
def show_life(
    rule_id: Annotated[str | None, typer.Argument(help="Such as PL-04; default: every rule.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show who wrote and who activated each version of a rule, when, why and on which counts."""
    from lianshen.rules.approvals import read_approvals

    events = [e for e in read_approvals(_content() / "sql") if rule_id is None or e.rule == rule_id.upper()]
    if as_json:
        typer.echo(json.dumps([e.model_dump(mode="json") for e in events], ensure_ascii=False, indent=1))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("rule", "version", "fingerprint", "step", "by", "on", "counts", "reason")
    for event in events:
        counts = ", ".join(f"{name} {count:,}" for name, count in event.counts.items())
        step = event.event + (f" until {event.until}" if event.until else "")
        table.add_row(
            event.rule, str(event.version), event.fingerprint, step, event.by, str(event.on), counts, event.reason
        )
    Console().print(table)


@rules_app.command("mute")
def mute_rule(
    rule_id: RuleId,
    until: Day,
    reason: Reason,
    by: By,
    institution: Institution = "",
    item: Item = "",
    since: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day that is silent; default: today.")
    ] = None,
) -> None:
    """Silence a rule for an institution, an item, or an item at an institution: findings are kept, and become no case.

    The days are those of the record (of the charge, the admission …), never those of the run.
    """
    from lianshen.rules.life import find_rule
    from lianshen.rules.mutes import Mute, add_mute

    content = _content()
    rule = find_rule(content, rule_id)
    if rule.head.subject == "region":
        raise UsageError(f"{rule.id} is about regions: a mute is for an institution or an item")
    if item and "bkkp_sn" not in rule.columns:
        raise UsageError(f"{rule.id} names no fee line: mute it for an institution")
    first = since.date() if since else _today()
    new = Mute(rule.id, institution, item, reason.strip(), by.strip(), first, until.date())
    add_mute(content, new)
    typer.echo(f"{rule.id}: silent from {first} to {until.date()}; the next night looks at what it concerns")


@rules_app.command("mutes")
def list_mutes(
    every: Annotated[bool, typer.Option("--all", help="Also those that are over.")] = False, as_json: AsJson = False
) -> None:
    """List the mutes that hold today or will, and how many findings each kept back so far."""
    from lianshen.rules.counting import muted_counts
    from lianshen.rules.mutes import read_mutes
    from lianshen.warehouse.connect import reading

    settings, today = Settings(), _today()
    mutes = [one for one in read_mutes(_content()) if every or one.state(today) != "over"]
    counts: dict[str, int] = {}
    if settings.warehouse_file.is_file():
        with reading(settings) as con:
            counts = muted_counts(con)
    rows = [
        {
            "rule": one.rule_id, "institution": one.fixmedins_code, "item": one.hilist_code, "state": one.state(today),
            "from": one.valid_from.isoformat(), "until": one.valid_until.isoformat(), "by": one.muted_by,
            "reason": one.reason_zh,
        }
        for one in mutes
    ]  # fmt: skip
    if as_json:
        typer.echo(json.dumps({"mutes": rows, "muted_findings": counts}, ensure_ascii=False, indent=1))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(*(rows[0] if rows else ["rule", "institution", "item", "state", "from", "until", "by", "reason"]))
    for row in rows:
        table.add_row(*row.values())
    Console().print(table)
    for name, count in counts.items():
        typer.echo(f"{name}: {count:,} findings kept back")


@rules_app.command("unmute")
def unmute_rule(
    rule_id: RuleId,
    institution: Institution = "",
    item: Item = "",
    since: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="First day that is silent no longer; default: today."),
    ] = None,
) -> None:
    """End a mute. From a day before it began it is taken out: then the rule speaks of all its days again."""
    from lianshen.rules.mutes import end_mutes

    day = since.date() if since else _today()
    ended = end_mutes(_content(), rule_id.upper(), institution, item, day)
    typer.echo(f"{rule_id.upper()}: {len(ended)} ended on {day}; the next night looks at what it concerns")
