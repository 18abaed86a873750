"""``lianshen models``: what models there are, how well they do, and training and scoring by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lianshen_models.judged import add_to_evaluate

if TYPE_CHECKING:
    import duckdb

    from lianshen.anomaly import Measure, ModelStore

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
ModelId = Annotated[str, typer.Argument(help="Id of the model, e.g. MD-11.")]
Version = Annotated[str | None, typer.Option("--version", help="Stored version; default: the champion.")]


def register(app: typer.Typer) -> None:
    """Add ``models``, and ``evaluate models``, to the command line."""
    app.add_typer(models, name="models")
    add_to_evaluate(app)


models = typer.Typer(no_args_is_help=True, help="Anomaly models: list, show, train, approve, score, watch.")


@models.command("list")
def list_models(as_json: AsJson = False) -> None:
    """List the models with the version that scores and those that wait for approval."""
    from lianshen.anomaly import standing
    from lianshen_models.catalogue import MODELS

    store = _store()
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
        _print_json(rows)
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
        _print_json({name: value for name, value in stored.document.items() if name not in ("fit", "baseline")})
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
    auto_approve: Annotated[
        bool | None,
        typer.Option(
            help="Let a version that is better score by policy, unasked; default: the setting auto_approve_models."
        ),
    ] = None,
    by: Annotated[str | None, typer.Option(help="Who trains; default: your login here.")] = None,
    as_json: AsJson = False,
) -> None:
    """Fit on the past, judge on what came after beside the champion, store with a card; a person then approves."""
    import getpass

    from lianshen.anomaly import ModelCard, TooFewRows, train_or_say
    from lianshen.config import Settings
    from lianshen_models.catalogue import MODELS, find_model

    results = []
    policy = Settings().auto_approve_models if auto_approve is None else auto_approve
    with _warehouse() as con:
        last = con.execute("SELECT MAX(setl_date) + 1 FROM mart.settlement").fetchone()
        end = until.date() if until else last[0] if last else None
        if end is None:
            raise TooFewRows("mart.settlement is empty, so there is nothing to learn from: screen nights first")
        for model in [find_model(model_id)] if model_id else MODELS:
            results.append(
                train_or_say(
                    con, model, _store(), until=end, holdout_days=holdout_days, promote=policy,
                    by=by or getpass.getuser(),
                )
            )  # fmt: skip
    if as_json:
        _print_json([result.summary() for result in results])
    for result in results if not as_json else ():
        if isinstance(result, ModelCard):
            typer.echo(f"{result.model_id} version {result.version} ({result.state})\n")
            typer.echo(_store().open(result.model_id, result.version).card)
        else:
            typer.echo(f"{result.model_id} {result.state}\n")
    if not any(isinstance(result, ModelCard) for result in results):
        raise TooFewRows("; ".join(result.state for result in results))


@models.command()
def approve(
    model_id: ModelId,
    version: Annotated[str, typer.Argument(help="The version that waits, or one that scored before.")],
    by: Annotated[str, typer.Option(help="Who approves: not who trained it.")],
    reason: Annotated[str, typer.Option(help="Why it may score.")],
    as_json: AsJson = False,
) -> None:
    """Let a version score from the next night on; who, when and why stand in the model's register."""
    from dataclasses import asdict

    from lianshen.anomaly import approve
    from lianshen.config import SHANGHAI
    from lianshen_models.catalogue import find_model

    model, now = find_model(model_id), datetime.now(SHANGHAI).replace(tzinfo=None)
    entry = approve(_store(), model.id, version, by=by, reason=reason, at=now)
    if as_json:
        _print_json({"model": model.id, **asdict(entry)})
    else:
        typer.echo(f"{model.id} {version} scores from the next night on, approved by {entry.by}: {entry.reason}")


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


@models.command()
def drift(
    model_id: Annotated[str | None, typer.Argument(help="Id of the model; default: every model.")] = None,
    capacity: Annotated[int, typer.Option(min=1, help="Findings of a week that reviewers get to.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Hold features and scores of each period against training, and count the findings that were upheld.

    PSI below 0.1 is stable, from 0.25 shifted; what chance alone would give says nothing.
    """
    from dataclasses import asdict

    from lianshen.anomaly import watch_models
    from lianshen_models.catalogue import MODELS, find_model

    chosen = [find_model(model_id)] if model_id else MODELS
    with _warehouse() as con:
        con.begin()
        found = watch_models(con, _store(), chosen, whole=True, capacity=capacity)
        con.commit()
    if as_json:
        _print_json(
            [{"model": name, **asdict(one), "word_zh": one.word_zh} for name, some in found.items() for one in some]
        )
        return
    for model in chosen:
        _print_drift(model.id, found.get(model.id))


def _print_drift(model_id: str, measured: list[Measure] | None) -> None:
    """Print one line a period: the scores, the features that moved, and the share upheld."""
    if measured is None:
        typer.echo(f"{model_id}: no champion that can score, so there is nothing to hold against: lianshen models list")
        return
    for period in sorted({one.period for one in measured}):
        some = [one for one in measured if one.period == period]
        moved = [f"{one.name} {one.value:.2f} {one.word_zh}" for one in some if one.word_zh not in ("", "稳定")]
        rows = max((one.n_rows for one in some if one.kind != "precision"), default=0)
        upheld = [f"{one.value:.0%} of {one.n_rows} decided upheld" for one in some if one.kind == "precision"]
        typer.echo(f"{model_id}  {period}  {rows:,} rows  {'; '.join(upheld + moved) or '稳定'}")
    if not any(one.kind == "precision" for one in measured):
        typer.echo(f"{model_id}  precision at capacity: no case with such a finding was closed yet")


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
