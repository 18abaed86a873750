"""What a person sees in the terminal while nights are screened, and after each."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from .report import NightReport

SAYS = {
    "receive": "receiving",
    "check": "checking",
    "settle_in": "settling in",
    "look_again": "finding what to look at again",
    "recompute_settlements": "recomputing",
    "balance_books": "reconciling",
    "enter_deductions": "entering what clearings carried",
    "mirror_cases": "reading the cases",
    "screen": "screening",
    "score": "scoring",
    "watch_drift": "watching the models",
    "price": "pricing findings",
    "raise_cases": "raising cases",
    "watch_clocks": "telling of deadlines",
    "publish": "publishing",
    "train": "training the models",
}
AGENCIES_SHOWN = 7
ROWS_OF_AGENCIES = 4


@contextmanager
def reporting(as_json: bool) -> Iterator[tuple[Callable[[str, str], None], Callable[[NightReport], None]]]:
    """Yield how to tell progress and how to show a finished night; JSON lines go to stdout, progress to stderr."""
    progress_console = Console(stderr=True)
    with progress_console.status("starting") as status:

        def progress(night: str, step: str) -> None:
            status.update(f"{night}  {SAYS.get(step, step)}")

        def finished(report: NightReport) -> None:
            if as_json:
                typer.echo(json.dumps(report.summary(), ensure_ascii=False))
            else:
                print_night(report, Console())

        yield progress, finished


def yuan(fen: int) -> str:
    return f"¥{Decimal(fen) / 100:,.2f}"


def print_night(report: NightReport, console: Console) -> None:
    """Print one night: account, recomputation, findings by rule, cases by agency."""
    account = report.account
    console.rule(f"[bold]{report.night}[/]", align="left")
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("", "received", "accepted", "set aside", "superseded"):
        table.add_column(heading, justify="right" if heading else "left")
    parts = ("received", "accepted", "set_aside", "superseded")
    table.add_row("rows", *(f"{getattr(account, part):,}" for part in parts))
    table.add_row("control sums, yuan", *(f"{getattr(account, f'{part}_yuan'):,.2f}" for part in parts))
    console.print(table)
    for line in report.stopped:
        console.print(f"[bold red]stopped[/]  {line}", highlight=False)
    console.print(
        f"recomputed  {report.recomputed:,} settlements, {report.differing:,} differ, "
        f"[bold]{report.unexplained:,} unexplained[/] so far (¥{report.unexplained_yuan:,.2f})",
        highlight=False,
    )
    console.print(
        f"reconciled  {report.statements:,} statements of a day, {report.open_items:,} items open", highlight=False
    )
    found = "  ".join(f"{rule}:{count}" for rule, count in sorted(report.findings.items())) or "none"
    console.print(f"findings    {found}", highlight=False)
    for line in report.failed_rules:
        console.print(f"[bold red]rule failed[/]  {line}", highlight=False)
    carried = report.deductions
    if carried.entered or carried.left:
        console.print(
            f"deductions  {carried.entered:,} entered in ledgers ({yuan(carried.fen)}), {carried.left:,} stand "
            f"otherwise there, {carried.told:,} told to their agencies",
            highlight=False,
        )
    console.print(
        f"cases       {report.new_cases} new, {report.changed_cases} changed, {report.removed_cases} withdrawn;"
        " standing, with fund at issue:",
        highlight=False,
    )
    print_standing(report, console)


def print_standing(report: NightReport, console: Console) -> None:
    """Print the agencies with the most at issue, and the rest in one figure."""
    shown, rest = report.agencies[:AGENCIES_SHOWN], report.agencies[AGENCIES_SHOWN:]
    texts = [(one.name_zh, one.cases, one.at_issue) for one in shown]
    if rest:
        texts.append((f"{len(rest)} others", sum(one.cases for one in rest), sum(one.at_issue for one in rest)))
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(width=4)
    for _ in range(0, len(texts), ROWS_OF_AGENCIES):
        # An amount that is cut is worse than a line that is long.
        table.add_column(no_wrap=True)
        table.add_column(justify="right", overflow="fold")
        table.add_column(justify="right", overflow="fold")
    for first in range(ROWS_OF_AGENCIES):
        cells = [
            ("", "", "") if i >= len(texts) else _cells(*texts[i]) for i in range(first, len(texts), ROWS_OF_AGENCIES)
        ]
        table.add_row("", *(cell for three in cells for cell in three))
    console.print(table)


def _cells(name: str, cases: int, fen: int) -> tuple[str, str, str]:
    return name, f"{cases:,}", yuan(fen)


def print_cards(cards: Sequence[dict[str, Any]]) -> None:
    """Print what training gave, one line a model; metrics are those of the time after the training window."""
    table = Table("model", "version", "in use", "days from … until", "out of time", title="Models")
    for card in cards:
        data = card["data"]
        table.add_row(
            f"{card['model']} {card['title']}",
            card["version"] or "",
            f"yes, approved by {card['approved_by']}" if card["promoted"] else card["state"],
            f"{data['from']} … {data['until']}" if data else "",
            _measured(card["metrics"] or {}),
        )
    Console(width=150).print(table)


def _measured(metrics: dict[str, Any]) -> str:
    """Return the figures of a card that fit into a line."""
    if "r2_log" in metrics:
        return f"R² of log cost {metrics['r2_log']:.2f}, {metrics['coverage']:.1%} inside their interval"
    numbers = [(name, value) for name, value in metrics.items() if isinstance(value, int | float)]
    return ", ".join(f"{name} {value:g}" for name, value in numbers[:2])
