"""A small province, and an installation that screened it by hand, without Prefect: each made once in a run."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from support.shared import made_once

from lianshen.config import Settings
from lianshen.province import generate
from lianshen.warehouse import IdentityKey
from lianshen_flows import steps
from lianshen_flows.nightly import run_nights

FIRST = date(2026, 11, 1)
NIGHTS = 3


def days(*numbers: int) -> list[date]:
    return [FIRST + timedelta(days=number) for number in numbers]


def screen(settings: Settings, dates: Sequence[date] | None = None, *, at_once: bool = False) -> None:
    with steps.open_workshop(settings) as workshop:
        run_nights(workshop, dates, at_once=at_once)


def small_province(factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the province: its landing packages, and one key for all who receive them."""

    def make(folder: Path) -> None:
        IdentityKey.load_or_create(folder / "identity.key")
        generate(folder, seed=11, nights=NIGHTS, settlements_per_night=160, start=FIRST, format="parquet", dirty=0.05)

    return made_once(factory, "province", make)


def settings_at(home: Path, province: Path, threads: int = 1) -> Settings:
    """Return settings for a home of one's own, with the province's packages."""
    return Settings(
        home=home, landing=province / "landing", identity_key=province / "identity.key", memory_limit="1GB",
        threads=threads,
    )  # fmt: skip


def homes_after_each_night(factory: pytest.TempPathFactory) -> list[Path]:
    """Return an installation as it was after each night, screened one by one: copy one to work in it.

    It had two threads, and others have one: that must not matter either.
    """
    province = small_province(factory)

    def make(folder: Path) -> None:
        for number, day in enumerate(days(*range(NIGHTS))):
            screen(settings_at(folder / "home", province, threads=2), [day])
            shutil.copytree(folder / "home", folder / f"after-{number}")

    folder = made_once(factory, "nights", make)
    return [folder / f"after-{number}" for number in range(NIGHTS)]
