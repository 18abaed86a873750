"""``lianshen quality``: what the gate found, and what it looks for."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lianshen.config import Settings
from lianshen.errors import UsageError

if TYPE_CHECKING:
    from lianshen.quality import CheckResult


def register(app: typer.Typer) -> None:
    quality = typer.Typer(no_args_is_help=True, help="What the quality gate found in received packages.")
    app.add_typer(quality, name="quality")

    @quality.command()
    def show(
        package: str | None = typer.Argument(None, help="Name of a package, as 2026-11-20; default: the latest."),
        everything: bool = typer.Option(False, "--all", help="Show checks that passed, too."),
        as_json: bool = typer.Option(False, "--json", help="Print JSON instead of a table."),
        html: Annotated[Path | None, typer.Option(help="Write a page that opens without a network.")] = None,
    ) -> None:
        """Show the results of one package."""
        from rich.console import Console

        from lianshen.quality import render_html, render_terminal

        results = _results(Settings(), package)
        if html is not None:
            html.parent.mkdir(parents=True, exist_ok=True)
            html.write_text(render_html(results), encoding="utf-8")
            typer.echo(f"{html}", err=as_json)
        if as_json:
            shown = [{**asdict(result), "share": result.share} for result in results]
            typer.echo(json.dumps(shown, ensure_ascii=False, indent=2))
        elif html is None:
            Console().print(render_terminal(results, everything=everything))

    @quality.command()
    def suites(
        table: str = typer.Argument(..., help="A landed table, as setl_d."),
        as_json: bool = typer.Option(False, "--json", help="Print JSON instead of a table."),
    ) -> None:
        """List the checks derived for one landed table."""
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        from lianshen.quality.suites import suite_of

        checks = suite_of(table, Settings().content)
        if as_json:
            shown = [
                {
                    "code": check.code,
                    "column": check.column,
                    "expectation": check.expectation,
                    "severity": check.severity,
                    "wanted": check.wanted,
                    "title_zh": check.title_zh,
                    "title_en": check.title_en,
                }
                for check in checks
            ]
            typer.echo(json.dumps(shown, ensure_ascii=False, indent=2))
            return
        listed = Table(title=f"{table}: {len(checks)} checks")
        for heading in ("code", "expectation", "severity", "wanted"):
            listed.add_column(heading, overflow="fold")
        for check in checks:
            listed.add_row(check.code, check.expectation, check.severity, Text(check.wanted))
        Console().print(listed)


def _results(settings: Settings, package: str | None) -> list[CheckResult]:
    """Return results of the package, read from the warehouse or, while a night writes it, from the last snapshot."""
    import duckdb

    from lianshen.quality.store import load
    from lianshen.warehouse.published import open_published

    if not settings.warehouse_file.exists():
        raise UsageError(f"{settings.warehouse_file}: no warehouse yet; run a night first: lianshen night")
    try:
        con, table = duckdb.connect(str(settings.warehouse_file), read_only=True), "ledger.quality"
    except duckdb.IOException:
        con, table = open_published(settings.published_folder), "quality"
    with con:
        results = load(con, table=table)
    known = sorted({result.package for result in results})
    wanted = package or (known[-1] if known else None)
    if wanted is not None and wanted not in known:
        raise UsageError(f"package {wanted}: nothing recorded; known are {', '.join(known) or 'none'}")
    return [result for result in results if result.package == wanted]
