"""``lianshen evaluate``: hold what the nights found against the answer key; models have a command of their own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from lianshen.province import Evaluation


def register(app: typer.Typer) -> None:
    evaluation = typer.Typer(invoke_without_command=True)
    app.add_typer(evaluation, name="evaluate")

    @evaluation.callback()
    def evaluate(
        context: typer.Context,
        truth: Path | None = typer.Option(None, help="Folder of the answer key; default: truth in the home folder."),
        as_json: bool = typer.Option(False, "--json", help="Print JSON instead of a table."),
    ) -> None:
        """Compare findings with a province's answer key. Exits with 1 when a rule misses its floor."""
        if context.invoked_subcommand is not None:
            return
        import json

        import duckdb

        from lianshen.config import Settings
        from lianshen.errors import UsageError
        from lianshen.province.evaluate import evaluate as compare

        settings = Settings()
        file = settings.warehouse_file
        if not file.exists():
            raise UsageError(f"{file}: no warehouse there; run a night first, or set LIANSHEN_HOME")
        with duckdb.connect(str(file), read_only=True) as con:
            found = compare(con, truth or settings.home / "truth")
        if as_json:
            typer.echo(json.dumps(found.as_dict(), ensure_ascii=False, indent=1))
        else:
            print_evaluation(found)
        if not found.passes:
            raise typer.Exit(1)


def print_evaluation(found: Evaluation) -> None:
    from rich.console import Console
    from rich.table import Table

    def share(value: float | None) -> str:
        return "–" if value is None else f"{value:.1%}"

    columns = (
        "rule",
        "certainty",
        "planted",
        "found",
        "recall",
        "findings",
        "false",
        "precision",
        "look-alikes",
        "a2 exact",
        "cause",
    )
    table = Table(*columns, "left out", "", title="lianshen evaluate")
    for rule in found.rules:
        verdict = "[bold red]below[/]" if not rule.passes else "[green]ok[/]" if rule.has_floor else "apart"
        table.add_row(
            rule.rule_id,
            rule.certainty,
            str(rule.planted),
            str(rule.found),
            share(rule.recall),
            str(rule.findings),
            str(rule.false_positives),
            share(rule.precision),
            f"{rule.look_alikes_flagged}/{rule.look_alikes}",
            f"{rule.priced_exactly}/{rule.priced}",
            f"{rule.attributed_rightly}/{rule.attributed}" if rule.attributed else "",
            str(rule.not_received),
            verdict,
        )
    console = Console(width=150)
    console.print(table)
    console.print(
        f"cause named rightly: {share(found.attribution)} of {found.attributed} planted differences; unexplained: "
        f"{found.unexplained} yuan on planted settlements, {found.unexplained_beyond} yuan on all others",
        highlight=False,
    )
    noise = found.noise
    rules = "".join(f", {rule} {many}" for rule, many in sorted(noise.by_rule, key=lambda pair: -pair[1])[:12])
    console.print(
        f"nothing planted: {noise.with_finding} of {noise.settlements} settlements have a finding "
        f"({'–' if noise.share is None else f'{noise.share:.2%}'}){rules}",
        highlight=False,
    )
