"""``lianshen rules backtest``: try a rule, or a change of it, on what was settled in a period."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from lianshen.cli.rules import AS_JSON, rules_app
from lianshen.config import SHANGHAI, Settings
from lianshen.content import content_root
from lianshen.errors import UsageError

if TYPE_CHECKING:
    import duckdb

    from lianshen.rules.document import Rule

_DAYS = ["%Y-%m-%d"]


def register(app: typer.Typer) -> None:
    """Nothing to add: the command belongs to ``lianshen rules``."""


@rules_app.command()
def backtest(
    rule_id: str = typer.Argument(metavar="RULE", help="Such as PL-04."),
    since: datetime = typer.Option(..., "--from", formats=_DAYS, help="First day of settlement, YYYY-MM-DD."),
    until: datetime = typer.Option(..., "--to", formats=_DAYS, help="Last day of settlement, YYYY-MM-DD."),
    param: list[str] = typer.Option([], help="Another number: name=value; may be given more than once."),
    other: Path | None = typer.Option(None, "--with", help="Another version of the rule's file, tried beside it."),
    minutes: int | None = typer.Option(None, min=1, help="Reviewer's minutes for a settlement, if not the usual ones."),
    excel: Path | None = typer.Option(None, help="Write an Excel file here."),
    keep_it: bool = typer.Option(True, "--keep/--no-keep", help="Keep the result for the rule's page."),
    as_json: bool = AS_JSON,
) -> None:
    """Try a rule on history: findings, yuan, by region and level, what is new, hours, and how sure.

    Nothing is written to the warehouse. With --param or --with the changed rule stands beside the rule as it is.
    """
    from lianshen.rules.backtest import backtest as run
    from lianshen.rules.backtest_excel import write_excel
    from lianshen.rules.backtest_store import as_dict, keep
    from lianshen.rules.backtest_terminal import print_comparison
    from lianshen.warehouse.rehearsal import open_rehearsal

    if since > until:
        raise UsageError(f"--from {since:%Y-%m-%d} lies after --to {until:%Y-%m-%d}: give the earlier day first")
    settings = Settings()
    content = content_root(settings.content)
    versions = _versions(content, rule_id.upper(), param, other)
    con = open_rehearsal(
        settings.warehouse_file, content=settings.content, memory_limit=settings.memory_limit, threads=settings.threads
    )
    with con:
        found = run(
            con, versions, since.date(), until.date(), price=_price(content), minutes=minutes,
             progress=lambda text: typer.echo(text, err=True),
        )  # fmt: skip
        if excel is not None:
            write_excel(con, found, versions[0], excel)
            typer.echo(f"wrote {excel}", err=True)
    if keep_it:
        keep(found, settings.home / "backtests", datetime.now(SHANGHAI))
    plain = as_dict(found)
    if as_json:
        typer.echo(json.dumps(plain, ensure_ascii=False, indent=1))
    else:
        print_comparison(plain, versions[0])


def _versions(content: Path, rule_id: str, params: list[str], other: Path | None) -> tuple[Rule, ...]:
    from lianshen.rules.backtest import with_params
    from lianshen.rules.document import load_rules, read_rule
    from lianshen.rules.tables import Tables

    if params and other is not None:
        raise UsageError("--param and --with both change the rule: give one of them")
    rule = next((rule for rule in load_rules(content) if rule.id == rule_id), None)
    if rule is None:
        raise UsageError(f"there is no rule {rule_id}: `lianshen rules list` names those that are")
    if other is not None:
        if not other.is_file():
            raise UsageError(f"--with {other}: there is no such file")
        changed = read_rule(other, Tables(content / "sql"))
        if changed.id != rule.id or changed.head.subject != rule.head.subject:
            raise UsageError(
                f"--with {other}: is {changed.id} about {changed.head.subject}, not a version of {rule_id}"
            )
        return rule, changed
    if not params:
        return (rule,)
    pairs = [text.partition("=") for text in params]
    if wrong := [name for name, mark, value in pairs if not (mark and value)]:
        raise UsageError(f"--param {wrong[0]}: want name=value")
    return rule, with_params(rule, {name: value for name, _, value in pairs})


def _price(content: Path) -> Callable[[duckdb.DuckDBPyConnection], int]:
    from lianshen.policy import PolicyBook
    from lianshen.recompute import price_findings

    book = PolicyBook.load(content / "policies")

    def price(con: duckdb.DuckDBPyConnection) -> int:
        return price_findings(con, book)

    return price
