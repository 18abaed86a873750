"""``lianshen models``: what models there are, how well they do, and training and scoring by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    import duckdb

    from lianshen.anomaly import ModelStore

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
ModelId = Annotated[str, typer.Argument(help="Id of the model, e.g. MD-11.")]
Version = Annotated[str | None, typer.Option("--version", help="Stored version; default: the champion.")]


def register(app: typer.Typer) -> None:
    """Add ``models`` to the command line."""
    app.add_typer(models, name="models")


models = typer.Typer(no_args_is_help=True, help="Anomaly models: list, show, train, score.")


@models.command("list")
def list_models(as_json: AsJson = False) -> None:
    """List the models with the version that scores."""
    from lianshen_models.catalogue import MODELS

    store = _store()
    rows: list[dict[str, Any]] = [
        {
            "model": model.id,
            "title": model.title,
            "title_zh": model.title_zh,
            "champion": store.champion(model.id),
            "versions": store.versions(model.id),
        }
        for model in MODELS
    ]
    if as_json:
        _print_json(rows)
        return
    for row in rows:
        typer.echo(f"{row['model']}  {row['title_zh']}  {row['title']}")
        typer.echo(f"       champion: {row['champion'] or 'none, run: lianshen models train'}")


@models.command()
def show(model_id: ModelId, as_json: AsJson = False) -> None:
    """Show what a model looks at, when it speaks, and what it cannot see."""
    from dataclasses import asdict

    from lianshen_models.catalogue import find_model

    model = find_model(model_id)
    if as_json:
        functions = {name: value.__module__ for name, value in asdict(model).items() if callable(value)}
        _print_json(asdict(model) | functions)
        return
    typer.echo(f"{model.id} {model.title_zh} ({model.title})\n\n{model.about}\n")
    typer.echo("features: " + ", ".join(f"sql/features/{name}.sql" for name in model.features))
    for heading, texts in (
        ("not a finding when", model.not_a_finding_when),
        ("a reviewer checks", model.reviewer_checks),
        ("cannot see", model.blind_spots),
    ):
        typer.echo(f"\n{heading}:\n" + "\n".join(f"  * {text}" for text in texts))


@models.command()
def card(model_id: ModelId, version: Version = None, as_json: AsJson = False) -> None:
    """Print the card of a stored version: data window, metrics, blind spots."""
    from lianshen.anomaly import ModelNotFound
    from lianshen_models.catalogue import find_model

    model, store = find_model(model_id), _store()
    chosen = version or store.champion(model.id)
    if chosen is None:
        raise ModelNotFound(f"{model.id} has no champion in {store.folder}: run 'lianshen models train'")
    stored = store.open(model.id, chosen)
    if as_json:
        _print_json({name: value for name, value in stored.document.items() if name != "fit"})
    else:
        typer.echo(stored.card)


@models.command()
def train(
    model_id: Annotated[str | None, typer.Argument(help="Id of the model; default: every model.")] = None,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Read only stays settled before this day; default: all."),
    ] = None,
    holdout_days: Annotated[
        int | None,
        typer.Option(min=1, help="Days kept back to judge; default: the latest fifth of the rows, at most 28."),
    ] = None,
    promote: Annotated[bool, typer.Option(help="Let the fit score from now on when it does well enough.")] = True,
    as_json: AsJson = False,
) -> None:
    """Fit on the past, judge on what came after, store with a card, promote."""
    from lianshen.anomaly import TooFewRows, train_model
    from lianshen_models.catalogue import MODELS, find_model

    results = []
    with _warehouse() as con:
        last = con.execute("SELECT MAX(setl_date) + 1 FROM mart.settlement").fetchone()
        end = until.date() if until else last[0] if last else None
        if end is None:
            raise TooFewRows("mart.settlement is empty, so there is nothing to learn from: screen nights first")
        for model in [find_model(model_id)] if model_id else MODELS:
            results.append(train_model(con, model, _store(), until=end, holdout_days=holdout_days, promote=promote))
    if as_json:
        _print_json([result.summary() for result in results])
        return
    for result in results:
        state = "promoted" if result.promoted else f"not promoted: {result.refused or 'as you asked'}"
        typer.echo(f"{result.model_id} version {result.version} ({state})\n")
        typer.echo((result.folder / "card.md").read_text(encoding="utf-8"))


@models.command()
def score(as_json: AsJson = False) -> None:
    """Score what was touched and whatever the champion has not scored yet, as a night does."""
    from lianshen.anomaly import score_models
    from lianshen_models.catalogue import MODELS

    with _warehouse() as con:
        con.begin()
        run = score_models(con, _store(), MODELS)
        con.commit()
    if as_json:
        _print_json(run.summary())
        return
    for part in run.models:
        counts = f"{part.scored:,} scored, {part.findings:,} findings, {part.changed:,} changed"
        typer.echo(part.reason or f"{part.model_id} {part.version}: {counts}, {part.seconds:.2f} s")


def _store() -> ModelStore:
    from lianshen.anomaly import ModelStore
    from lianshen.config import Settings

    return ModelStore(Settings().models_folder)


@contextmanager
def _warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    from lianshen.config import Settings
    from lianshen.warehouse import open_warehouse

    settings = Settings()
    con = open_warehouse(
        settings.warehouse_file,
        content=settings.content,
        memory_limit=settings.memory_limit,
        threads=settings.threads,
    )
    try:
        yield con
    finally:
        con.close()


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))
