"""The demo: a synthetic province writes its nights while the nights that have arrived are screened."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from prefect import flow

from lianshen.anomaly import TooFewRows
from lianshen.config import Settings
from lianshen.errors import LianshenError
from lianshen_models.catalogue import MODELS

from . import steps
from .nightly import Progress, as_task, record, run_nights
from .report import NightReport
from .train import train_all

FIRST_NIGHT = date(2026, 11, 1)
# Half of the nights are history for the model; the other half meets it as a champion.
TRAINED_AFTER = 0.5
POLL_SECONDS = 0.2
Province = subprocess.Popen[str] | None
"""The generator at work; None when every night was written before."""


class ProvinceFailed(LianshenError):
    """The generator of the synthetic province ended before it had written every night."""


@dataclass(frozen=True)
class DemoPlan:
    """How large the demo is; the defaults are those of the README."""

    seed: int = 7
    nights: int = 14
    settlements_per_night: int = 5000
    dirty: str = "0.002"

    @property
    def dates(self) -> list[date]:
        return [FIRST_NIGHT + timedelta(days=n) for n in range(self.nights)]


def start_province(plan: DemoPlan, home: Path) -> Province:
    """Start the generator beside us unless every night is there; a package counts from its manifest on."""
    if all(_arrived(home / "landing", day) for day in plan.dates):
        return None
    command = [sys.executable, "-c", "from lianshen.cli import main; main()", "province"]
    command += ["--seed", str(plan.seed), "--nights", str(plan.nights), "--start", FIRST_NIGHT.isoformat()]
    command += [
        "--settlements-per-night",
        str(plan.settlements_per_night),
        "--dirty",
        plan.dirty,
        "--schemes",
        "--out",
        str(home),
    ]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=dict(os.environ))


def _arrived(landing: Path, day: date) -> bool:
    return (landing / day.isoformat() / "manifest.json").exists()


def wait_for(day: date, landing: Path, province: Province) -> None:
    """Wait until the package of ``day`` is complete; raise what the generator said if it gave up."""
    while not _arrived(landing, day):
        if province is None or province.poll() not in (None, 0):
            said = province.stderr.read() if province and province.stderr else "it was not started"
            raise ProvinceFailed(f"the synthetic province stopped before {day} was written: {said.strip()}")
        time.sleep(POLL_SECONDS)


@contextmanager
def writing_province(settings: Settings, plan: DemoPlan) -> Iterator[Province]:
    """Let the generator write beside us; it is stopped when we are done, or give up."""
    province = start_province(plan, settings.home)
    try:
        yield province
    finally:
        if province is not None:
            province.terminate()


@flow(name="demo", validate_parameters=False)
def demo(
    settings: Settings,
    plan: DemoPlan,
    province: Province,
    progress: Progress,
    finished: Callable[[NightReport], None],
) -> list[dict[str, Any]]:
    """Screen the nights as they arrive, train the model half way, and return what its card says."""
    half = plan.dates[max(0, round(plan.nights * TRAINED_AFTER) - 1)]
    cards: list[dict[str, Any]] = []
    with steps.open_workshop(settings) as workshop:
        reports = []
        for day in plan.dates:
            wait_for(day, settings.landing_folder, province)
            reports += run_nights(workshop, [day], do=as_task, progress=progress, finished=finished)
            if day == half and any(workshop.store.champion(model.id) is None for model in MODELS):
                progress(day.isoformat(), "train")
                cards = _train_if_enough(workshop)
        record(reports)
    return cards


def _train_if_enough(workshop: steps.Workshop) -> list[dict[str, Any]]:
    """Train the models, approved by policy since nobody is there; a demo too small for that goes on without them."""
    try:
        return train_all(workshop, None, as_task, auto_approve=True)
    except TooFewRows:
        return []
