"""The end of the demo: the judgement against the answer key, accounts, and how to open the pages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from lianshen import cases
from lianshen.cases import services
from lianshen.config import Settings
from lianshen.province import Evaluation, evaluate
from lianshen.warehouse import open_warehouse

from .terminal import print_cards


def end_of_demo(settings: Settings, cards: list[dict[str, Any]], as_json: bool) -> None:
    """Judge the findings, make accounts, and say what to do next. Exits with 1 when the judgement fails."""
    connection = open_warehouse(settings.warehouse_file, content=settings.content)
    try:
        evaluation = evaluate(connection, settings.home / "truth")
    finally:
        connection.close()
    made = _accounts(settings)
    if as_json:
        typer.echo(json.dumps({"models": cards, "evaluation": evaluation.as_dict(), "accounts": made}, default=str))
    else:
        _print(settings, cards, evaluation, made)
    if not evaluation.passed:
        raise typer.Exit(1)


def _accounts(settings: Settings) -> list[dict[str, str]]:
    """Create the demo's accounts; they exist already when the demo is run again, and their passwords are not kept."""
    engine = cases.open_casebook(settings.casebook_url)
    cases.mark_demo(engine)
    return services.add_demo_users(services.OPERATOR, cases.Casebook(engine))


def _print(settings: Settings, cards: list[dict[str, Any]], evaluation: Evaluation, made: list[dict[str, str]]) -> None:
    console = Console()
    if cards:
        print_cards(cards)
    evaluation.print(console)
    if made:
        table = Table("login", "role", "agency", "password", title="Demo accounts (shown once)")
        for account in made:
            table.add_row(account["login"], account["role"], account["agency"] or "province", account["password"])
        console.print(table)
    home = "" if settings.home == Path("var") else f"LIANSHEN_HOME={settings.home} "
    console.print(f"\nOpen the pages:   {home}./run serve   then http://127.0.0.1:8050", highlight=False)
    console.print(f"Look at one case: {home}./run cases list --limit 5", highlight=False)
    console.print("Read on:          notebooks/README.md, docs/rules.md", highlight=False)
