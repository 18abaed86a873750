"""``lianshen models train | approve | drift``: what scores, who let it, and how far things have moved since."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from lianshen_models.workplace import AsJson, ModelId, model_store, print_json, warehouse

if TYPE_CHECKING:
    from lianshen.anomaly import Measure


def add_to(models: typer.Typer) -> None:
    """Add the commands to those of models."""
    for command in (train, approve, drift):
        models.command()(command)


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
    with warehouse() as con:
        last = con.execute("SELECT MAX(setl_date) + 1 FROM mart.settlement").fetchone()
        end = until.date() if until else last[0] if last else None
        if end is None:
            raise TooFewRows("mart.settlement is empty, so there is nothing to learn from: screen nights first")
        for model in [find_model(model_id)] if model_id else MODELS:
            results.append(
                train_or_say(
                    con, model, model_store(), until=end, holdout_days=holdout_days, promote=policy,
                    by=by or getpass.getuser(),
                )
            )  # fmt: skip
    if as_json:
        print_json([result.summary() for result in results])
    for result in results if not as_json else ():
        if isinstance(result, ModelCard):
            typer.echo(f"{result.model_id} version {result.version} ({result.state})\n")
            typer.echo(model_store().open(result.model_id, result.version).card)
        else:
            typer.echo(f"{result.model_id} {result.state}\n")
    if not any(isinstance(result, ModelCard) for result in results):
        raise TooFewRows("; ".join(result.state for result in results))


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
    entry = approve(model_store(), model.id, version, by=by, reason=reason, at=now)
    if as_json:
        print_json({"model": model.id, **asdict(entry)})
    else:
        typer.echo(f"{model.id} {version} scores from the next night on, approved by {entry.by}: {entry.reason}")


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
    with warehouse() as con:
        con.begin()
        found = watch_models(con, model_store(), chosen, whole=True, capacity=capacity)
        con.commit()
    if as_json:
        print_json(
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
