"""Screening a small province by hand, without Prefect."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from lianshen.config import Settings
from lianshen_flows import steps
from lianshen_flows.nightly import run_nights

FIRST = date(2026, 11, 1)
NIGHTS = 3


def days(*numbers: int) -> list[date]:
    return [FIRST + timedelta(days=number) for number in numbers]


def screen(settings: Settings, dates: Sequence[date] | None = None, *, at_once: bool = False) -> None:
    with steps.open_workshop(settings) as workshop:
        run_nights(workshop, dates, at_once=at_once)
