"""``lianshen night | train | schedule | demo``: the flows from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import typer

from lianshen.config import Settings
from lianshen.errors import MissingExtra, UsageError

AS_JSON = typer.Option(False, "--json", help="Print JSON lines instead of tables.")


def register(app: typer.Typer) -> None:
    app.command()(night)
    app.command()(train)
    app.command()(schedule)
    app.command()(demo)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"'{text}' is no date: write it as 2026-11-20") from error


def _engine(settings: Settings, log_level: str = "CRITICAL") -> None:
    """Set Prefect up. What goes wrong in a command is raised to its caller, so Prefect need not log it as well."""
    from . import engine

    engine.prepare(settings, log_level)
    try:
        import prefect  # noqa: F401
    except ModuleNotFoundError as error:
        raise MissingExtra("prefect", "flows", "a night") from error
    engine.quieten()


def night(
    dates: list[str] = typer.Argument(None, metavar="[DATE]...", help="Business dates such as 2026-11-20."),
    at_once: bool = typer.Option(False, "--at-once", help="Take everything that has arrived as one night."),
    as_json: bool = AS_JSON,
) -> None:
    """Screen nights: those named, or every night that has arrived and was not screened yet."""
    wanted = [_date(text) for text in dates] if dates else None
    settings = Settings()
    _engine(settings)
    from prefect import flow

    from . import steps
    from .nightly import arrived, as_task, record, run_nights

    if wanted:
        # Said at once, before Prefect is up.
        arrived(settings, wanted)

    with _terminal(as_json) as (progress, finished):

        @flow(name="nightly")
        def nightly() -> list[dict[str, Any]]:
            with steps.open_workshop(settings) as workshop:
                reports = run_nights(
                    workshop, wanted, at_once=at_once, do=as_task, progress=progress, finished=finished
                )
                return record(reports)

        done = nightly()
    if not done and not as_json:
        typer.echo("Nothing new: every night that has arrived was screened already.")


def _terminal(as_json: bool) -> Any:
    from .terminal import reporting

    return reporting(as_json)


def train(
    until: str = typer.Option(None, help="Use settlements before this date only."),
    as_json: bool = AS_JSON,
) -> None:
    """Fit the models on what has settled, compare out of time, promote what is better."""
    day = _date(until) if until else None
    settings = Settings()
    _engine(settings)
    from .train import train as train_flow

    cards = train_flow(until=day)
    if as_json:
        typer.echo(json.dumps(cards, ensure_ascii=False, indent=2, default=str))
    else:
        from .terminal import print_cards

        print_cards(cards)


def schedule(
    cron: str = typer.Option("0 2 * * *", help="When, in Shanghai time."),
) -> None:
    """Stay and run the night on a schedule. Needs a Prefect server: `prefect server start`."""
    import os

    settings = Settings()
    if "PREFECT_API_URL" not in os.environ:
        raise UsageError(
            "a schedule needs a running Prefect server: start one with `prefect server start` and "
            "set PREFECT_API_URL=http://127.0.0.1:4200/api"
        )
    _engine(settings, log_level="INFO")
    from prefect.schedules import Cron

    from .nightly import nightly

    nightly.serve(name="nightly", schedules=[Cron(cron, timezone="Asia/Shanghai")], limit=1)


def demo(
    nights: int = typer.Option(14, min=1, max=60, help="How many nights."),
    settlements_per_night: int = typer.Option(5000, min=50, help="Settlements a night."),
    seed: int = typer.Option(7, help="Seed of the synthetic province."),
    as_json: bool = AS_JSON,
) -> None:
    """Make a synthetic province, screen its nights as they arrive, judge the result, say how to open the pages."""
    settings = Settings()
    settings.home.mkdir(parents=True, exist_ok=True)
    _engine(settings)
    from .demo import DemoPlan, writing_province
    from .demo import demo as demo_flow
    from .demo_end import end_of_demo

    plan = DemoPlan(seed=seed, nights=nights, settlements_per_night=settlements_per_night)
    run: Callable[..., Any] = demo_flow
    # The first nights are written while Prefect's server starts.
    with writing_province(settings, plan) as province, _terminal(as_json) as (progress, finished):
        cards = run(settings, plan, province, progress, finished)
    end_of_demo(settings, cards, as_json)
