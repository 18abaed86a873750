"""``lianshen evaluate models``: the models against schemes that they were not told of, beside what one would try."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from lianshen.anomaly.judging import Judgement, ModelEvaluation

WITHOUT_PYOD = "PyOD is not installed, so its detectors are missing here: ./run beside evaluate models sets it up."


def add_to_evaluate(app: typer.Typer) -> None:
    """Add ``models`` to ``lianshen evaluate``."""
    for group in app.registered_groups:
        if group.name == "evaluate" and group.typer_instance is not None:
            group.typer_instance.command("models")(evaluate_models)


def evaluate_models(
    truth: Path | None = typer.Option(None, help="Folder of the answer key; default: truth in the home folder."),
    capacity: int | None = typer.Option(
        None, min=1, help="Settlements looked at each night; default: four of a thousand."
    ),
    since: str | None = typer.Option(None, help="First day that is judged; default: after three fifths of the days."),
    seed: int = typer.Option(11, help="Of the control sample and of everything that is fitted."),
    labels: bool = typer.Option(True, help="Also learn from labels, and hold back one scheme's after the other."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON instead of tables."),
) -> None:
    """Train on the earlier days, judge the later ones. Exits with 1 when the models miss what they have to reach."""
    from lianshen.anomaly import judging
    from lianshen.config import Settings
    from lianshen.errors import UsageError
    from lianshen.warehouse import open_warehouse
    from lianshen_models.catalogue import MODELS

    settings = Settings()
    if not settings.warehouse_file.exists():
        raise UsageError(f"{settings.warehouse_file}: no warehouse there; run a night first, or set LIANSHEN_HOME")
    try:
        judged_from = date.fromisoformat(since) if since else None
    except ValueError as error:
        raise UsageError(f"--since {since}: a date like 2026-11-10 is wanted") from error
    con = open_warehouse(
        settings.warehouse_file, content=settings.content, memory_limit=settings.memory_limit, threads=settings.threads
    )
    try:
        found = judging.evaluate_models(
            con, truth or settings.home / "truth", MODELS, judged_from=judged_from, capacity=capacity, seed=seed,
            with_labels=labels, content=settings.content,
            progress=lambda what: None if as_json else typer.echo(f"  {what} …", err=True),
        )  # fmt: skip
    finally:
        con.close()
    if as_json:
        typer.echo(json.dumps(found.as_dict(), ensure_ascii=False, indent=1))
    else:
        _print(found)
    if not found.passes:
        raise typer.Exit(1)


def _print(found: ModelEvaluation) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(width=140, highlight=False)
    table = Table(
        "order", "average precision", "precision at capacity", "found", "yuan captured", "of all", "ECE", "Brier",
        title=f"lianshen evaluate models: {found.judged_from} to before {found.until}, {found.capacity} looked at",
    )  # fmt: skip
    kind = ""
    for one in found.judgements:
        if kind and one.kind != kind:
            table.add_section()
        kind = one.kind
        table.add_row(*_row(one))
    console.print(table)
    schemes = Table("scheme", "settlements", "models", "with labels", "never labelled", "best naive order",
                    "schemes found", "by yuan", "never labelled", title="recall at capacity, by scheme")  # fmt: skip
    for each in found.schemes:
        parts = (each.unlabelled, each.labelled, each.held_back, each.best_naive)
        counts = (_of(number, each.instances) for number in (each.found, each.found_by_yuan, each.found_held_back))
        schemes.add_row(each.scheme, str(each.settlements), *(_share(part) for part in parts), *counts)
    console.print(schemes)
    control = found.control
    console.print(
        f"{found.positives} of {found.settlements} settlements are part of a scheme ({found.base_rate:.2%}, "
        f"¥{found.excess_fen / 100:,.2f}); {found.left_out} with faults of rules are left out\n"
        f"control sample: {control.hits} of {control.rows} ({control.rate:.2%}; {control.low:.2%} to "
        f"{control.high:.2%})\nmodels: {', '.join(found.models)}"
    )
    for reason in found.silent.values():
        console.print(f"silent: {reason}")
    if not found.has_pyod:
        console.print(WITHOUT_PYOD)
    console.print(
        f"precision at capacity is {found.times_control:.1f} times the control sample's rate (at least 10 is wanted) "
        f"and {found.times_naive:.1f} times the best naive order's (at least 2); kinds of schemes of which none is "
        f"found once their labels are held back: {', '.join(found.overlooked) or 'none'}: "
        + ("[green]ok[/]" if found.passes else "[bold red]below[/]")
    )


def _row(one: Judgement) -> list[str]:
    fit = one.calibration
    return [
        one.name, f"{one.average_precision:.3f}", f"{one.precision:.1%}", f"{one.hits:.1f}",
        f"{one.captured_fen / 100:,.2f}", f"{one.captured_share:.1%}",
        "–" if fit is None else f"{fit.error:.4f}", "–" if fit is None else f"{fit.brier:.5f}",
    ]  # fmt: skip


def _of(number: int | None, every: int) -> str:
    return "–" if number is None else f"{number} of {every}"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}"
