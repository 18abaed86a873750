"""The end of the demo: the judgement against the answer key, accounts, and how to open the pages."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import typer
from rich.console import Console
from rich.table import Table

from lianshen import cases
from lianshen.cases import services
from lianshen.cli.evaluate import print_evaluation
from lianshen.config import Settings
from lianshen.province import Evaluation, evaluate
from lianshen.warehouse import open_warehouse

from .terminal import print_cards

UNEXPLAINED = (
    "Differences that no cause explains: {0} settlements, of which {1} (¥{2:,.2f}) were not planted by the province."
)


def end_of_demo(settings: Settings, cards: list[dict[str, Any]], as_json: bool) -> None:
    """Judge the findings, make accounts, and say what to do next. Exits with 1 when the judgement fails."""
    connection = open_warehouse(settings.warehouse_file, content=settings.content)
    truth = settings.home / "truth"
    try:
        evaluation = evaluate(connection, truth)
        unexplained = _unexplained(connection, truth)
    finally:
        connection.close()
    made = _accounts(settings)
    if as_json:
        typer.echo(json.dumps({"models": cards, "evaluation": evaluation.as_dict(), "accounts": made}, default=str))
    else:
        _print(settings, cards, evaluation, unexplained, made)
    if not evaluation.passes or unexplained[1]:
        raise typer.Exit(1)


def _accounts(settings: Settings) -> list[dict[str, str]]:
    """Create the demo's accounts; they exist already when the demo is run again, and their passwords are not kept."""
    engine = cases.open_casebook(settings.casebook_url)
    cases.mark_demo(engine)
    return services.add_demo_users(services.OPERATOR, cases.Casebook(engine))


def _unexplained(connection: duckdb.DuckDBPyConnection, truth: Path) -> tuple[int, int, Decimal]:
    """Return settlements with an unexplained difference, how many of them were not planted, and yuan not planted."""
    found = connection.execute(
        f"""
        SELECT
            COUNT(*),
            COUNT(*) FILTER (NOT is_planted),
            COALESCE(SUM(ABS(unexplained)) FILTER (NOT is_planted), 0)
        FROM (
            SELECT unexplained,
                setl_id IN (SELECT setl_id FROM read_parquet('{truth}/planted.parquet')) AS is_planted
            FROM audit.recomputed WHERE unexplained <> 0
        )
        """
    ).fetchone()
    return (int(found[0]), int(found[1]), Decimal(found[2])) if found else (0, 0, Decimal(0))


def _print(
    settings: Settings,
    cards: list[dict[str, Any]],
    evaluation: Evaluation,
    unexplained: tuple[int, int, Decimal],
    made: list[dict[str, str]],
) -> None:
    console = Console()
    if cards:
        print_cards(cards)
    print_evaluation(evaluation)
    console.print(UNEXPLAINED.format(*unexplained), highlight=False)
    if made:
        table = Table("login", "role", "agency", "password", title="Demo accounts (shown once)")
        for account in made:
            table.add_row(account["login"], account["role"], account["agency"] or "province", account["password"])
        console.print(table)
    home = "" if settings.home == Path("var") else f"LIANSHEN_HOME={settings.home} "
    console.print(f"\nOpen the pages:   {home}./run serve   then http://127.0.0.1:8050", highlight=False)
    console.print(f"Look at one case: {home}./run cases list --limit 5", highlight=False)
    console.print("Read on:          notebooks/README.md, docs/rules.md", highlight=False)
