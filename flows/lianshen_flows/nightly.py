"""The night, told from top to bottom. Every line of the story is one call into the library.

``nightly`` is the Prefect flow; ``run_nights`` is the same story for callers that bring
their own way of doing a step, such as tests, which just call it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE

from lianshen.config import Settings
from lianshen.errors import UsageError
from lianshen.warehouse import Package, PackageRefused, find_packages

from . import steps
from .ledger import RunLedger, close_cut_off
from .report import NightReport, report_night

Progress = Callable[[str, str], None]


class Do(Protocol):
    """How a step is done: called at once, or as a Prefect task."""

    def __call__(self, step: Callable[..., Any], *args: Any, retries: int = 0) -> Any: ...


@dataclass(frozen=True)
class Night:
    """The packages that are worked together, and the name they go by."""

    name: str
    packages: tuple[Package, ...]


def call(step: Callable[..., Any], *args: Any, retries: int = 0) -> Any:
    """Do a step at once, without Prefect. A failure is raised, not retried."""
    return step(*args)


def as_task(step: Callable[..., Any], *args: Any, retries: int = 0) -> Any:
    """Do a step as a Prefect task; only what can fail by chance asks for retries."""
    name = step.__name__.replace("_", "-")
    described: Callable[..., Any] = task(
        name=name, retries=retries, retry_delay_seconds=5, cache_policy=NO_CACHE, persist_result=False
    )(step)
    return described(*args)


def one_night(workshop: steps.Workshop, night: Night, do: Do, progress: Progress) -> NightReport:
    """Screen one night and report it. Doing it again changes nothing."""
    ledger = RunLedger(workshop.connection, night.name)

    def step(function: Callable[..., Any], *args: Any, retries: int = 0) -> Any:
        progress(night.name, function.__name__)
        return ledger.timed(function.__name__, lambda: do(function, *args, retries=retries))

    try:
        receipts = []
        for package in night.packages:
            staged = step(steps.receive, workshop, package, retries=2)
            step(steps.check, workshop, staged)
            receipts.append(step(steps.settle_in, workshop, staged))
        touched = step(steps.look_again, workshop)
        recomputed = step(steps.recompute_settlements, workshop)
        reconciled = step(steps.balance_books, workshop, [package.name for package in night.packages])
        carried = step(steps.enter_deductions, workshop, retries=3)
        step(steps.mirror_cases, workshop)
        rule_runs = step(steps.screen, workshop, night.name)
        scored = step(steps.score, workshop)
        step(steps.watch_drift, workshop)
        step(steps.price, workshop)
        step(steps.clear_touched, workshop)
        assembled = step(steps.raise_cases, workshop, retries=3)
        step(steps.tick_off, workshop)
        step(steps.rank, workshop, night.name, retries=3)
        step(steps.watch_clocks, workshop, retries=3)
        report = report_night(
            workshop, night.name, receipts, touched, recomputed, reconciled, rule_runs, scored, assembled, carried
        )
    except BaseException as error:
        ledger.close("failed", {"error": f"{type(error).__name__}: {error}"})
        raise
    # Closed first, so that the snapshot shows the run as it ended.
    ledger.close("done", report.summary())
    progress(night.name, "publish")
    do(steps.publish, workshop, night.name, retries=2)
    ledger.published()
    return report


def plan_nights(new: Sequence[Package], at_once: bool, cut_off: bool) -> list[Night]:
    """Group new packages by business date, or all together.

    When nothing is new but an earlier night was cut off, one night without packages finishes it.
    """
    if not new:
        return [Night("resume", ())] if cut_off else []
    if at_once:
        return [Night(f"{new[0].business_date}..{new[-1].business_date}", tuple(new))]
    by_date: dict[date, list[Package]] = {}
    for package in new:
        by_date.setdefault(package.business_date, []).append(package)
    return [Night(day.isoformat(), tuple(found)) for day, found in by_date.items()]


def run_nights(
    workshop: steps.Workshop,
    dates: Sequence[date] | None = None,
    *,
    at_once: bool = False,
    do: Do = call,
    progress: Progress = lambda night, step: None,
    finished: Callable[[NightReport], None] = lambda report: None,
) -> list[NightReport]:
    """Screen the nights of ``dates``, or every night that has arrived and was not screened yet.

    One sender's mistake does not hold up the others: a package that is refused is left out, and raised as
    :class:`PackageRefused` when every other night is done.
    """
    cut_off = close_cut_off(workshop.connection) or steps.is_unfinished(workshop)
    known = arrived(workshop.settings, dates)
    new, refused = find_new(workshop, [p for p in known if dates is None or p.business_date in dates])
    reports = []
    for night in plan_nights(new, at_once, cut_off):
        reports.append(one_night(workshop, night, do, progress))
        finished(reports[-1])
    if refused:
        raise PackageRefused("\n".join(refused))
    return reports


def arrived(settings: Settings, dates: Sequence[date] | None = None) -> list[Package]:
    """Return the complete packages in the landing folder, oldest first; refuse dates of which there is none."""
    known = find_packages(settings.landing_folder)
    missing = sorted(set(dates or ()) - {package.business_date for package in known})
    if missing:
        days = ", ".join(day.isoformat() for day in missing)
        raise UsageError(
            f"no complete package for {days} in {settings.landing_folder}: "
            "wait until its manifest.json is written, or name another folder with LIANSHEN_LANDING"
        )
    return known


def find_new(workshop: steps.Workshop, packages: Sequence[Package]) -> tuple[list[Package], list[str]]:
    """Return the packages that are not in the warehouse yet, and why others cannot be used."""
    new, refused = [], []
    for package in packages:
        try:
            if not steps.is_received(workshop, package):
                new.append(package)
        except PackageRefused as error:
            refused.append(str(error))
    return new, refused


@flow(name="nightly", validate_parameters=True)
def nightly(dates: list[date] | None = None, at_once: bool = False) -> list[dict[str, Any]]:
    """Screen every night that has arrived and was not screened yet; settings come from the environment."""
    with steps.open_workshop(Settings()) as workshop:
        return record(run_nights(workshop, dates, at_once=at_once, do=as_task))


def record(reports: Sequence[NightReport]) -> list[dict[str, Any]]:
    """Show the nights as a table in Prefect's pages and return their summaries. Called inside a flow."""
    if reports:
        rows = [report.row() for report in reports]
        create_table_artifact(key="nights", table=rows, description="What each night received, found and raised")
    return [report.summary() for report in reports]
