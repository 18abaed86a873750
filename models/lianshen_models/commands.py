"""``lianshen models``: what models there are, how well they do, and training and scoring by hand."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from lianshen_models.governing import add_to
from lianshen_models.judged import add_to_evaluate
from lianshen_models.workplace import AsJson, ModelId, model_store, print_json, warehouse

Version = Annotated[str | None, typer.Option("--version", help="Stored version; default: the champion.")]


def register(app: typer.Typer) -> None:
    """Add ``models``, and ``evaluate models``, to the command line."""
    app.add_typer(models, name="models")
    add_to_evaluate(app)


models = typer.Typer(no_args_is_help=True, help="Anomaly models: list, show, train, approve, score, watch.")
add_to(models)


@models.command("list")
def list_models(as_json: AsJson = False) -> None:
    """List the models with the version that scores and those that wait for approval."""
    from lianshen.anomaly import standing
    from lianshen_models.catalogue import MODELS

    store = model_store()
    rows: list[dict[str, Any]] = [
        {
            "model": model.id,
            "title": model.title,
            "title_zh": model.title_zh,
            "champion": store.champion(model.id),
            "approved_by": store.approved_by(model.id),
            "waiting": [name for name in store.versions(model.id) if standing(store, model.id, name)[0] == "waiting"],
            "versions": store.versions(model.id),
        }
        for model in MODELS
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        typer.echo(f"{row['model']}  {row['title_zh']}  {row['title']}")
        by = f", approved by {row['approved_by']}" if row["approved_by"] else ""
        typer.echo(f"       champion: {row['champion'] or 'none, run: lianshen models train'}{by}")
        for name in row["waiting"]:
            typer.echo(f"       {name} waits: lianshen models approve {row['model']} {name} --by … --reason …")


@models.command()
def show(model_id: ModelId, as_json: AsJson = False) -> None:
    """Show what a model looks at, when it speaks, and what it cannot see."""
    from dataclasses import asdict

    from lianshen.anomaly import SubjectModel
    from lianshen_models.catalogue import find_model

    model = find_model(model_id)
    if as_json:
        print_json(_plain(asdict(model)))
        return
    typer.echo(f"{model.id} {model.title_zh} ({model.title})\n\n{model.about}\n")
    typer.echo("features: " + ", ".join(f"sql/features/{name}.sql" for name in model.features))
    for heading, texts in (
        ("planted to measure it", (model.probe.what,) if isinstance(model, SubjectModel) and model.probe else ()),
        ("not a finding when", model.not_a_finding_when),
        ("a reviewer checks", model.reviewer_checks),
        ("cannot see", model.blind_spots),
    ):
        if texts:
            typer.echo(f"\n{heading}:\n" + "\n".join(f"  * {text}" for text in texts))


def _plain(value: Any) -> Any:
    """Return a declaration with the module of every function in its place."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return value.__module__ if callable(value) else value


@models.command()
def card(model_id: ModelId, version: Version = None, as_json: AsJson = False) -> None:
    """Print the card of a stored version: data window, metrics, blind spots."""
    from lianshen.anomaly import ModelNotFound
    from lianshen_models.catalogue import find_model

    model, store = find_model(model_id), model_store()
    chosen = version or store.champion(model.id)
    if chosen is None:
        raise ModelNotFound(f"{model.id} has no champion in {store.folder}: run 'lianshen models train'")
    stored = store.open(model.id, chosen)
    if as_json:
        print_json({name: value for name, value in stored.document.items() if name not in ("fit", "baseline")})
    else:
        typer.echo(stored.card)


@models.command()
def score(as_json: AsJson = False) -> None:
    """Score what was touched and whatever the champion has not scored yet, as a night does."""
    from lianshen.anomaly import score_models
    from lianshen_models.catalogue import MODELS

    with warehouse() as con:
        con.begin()
        run = score_models(con, model_store(), MODELS)
        con.commit()
    if as_json:
        print_json(run.summary())
        return
    for part in run.models:
        counts = f"{part.scored:,} scored, {part.findings:,} findings, {part.changed:,} changed"
        typer.echo(part.reason or f"{part.model_id} {part.version}: {counts}, {part.seconds:.2f} s")
