"""The small province and its installation, as fixtures."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from support.small_province import homes_after_each_night, settings_at, small_province

from lianshen.config import Settings


@pytest.fixture(scope="session")
def province(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_province(tmp_path_factory)


@pytest.fixture(scope="session")
def settings_for(province: Path) -> Callable[[Path], Settings]:
    """Return settings for a home of one's own, with the province's packages and one key for all."""
    return partial(settings_at, province=province)


@pytest.fixture(scope="session")
def nights(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return homes as an installation left them after each night, to copy or to read."""
    return homes_after_each_night(tmp_path_factory)


@pytest.fixture(scope="session")
def in_order(nights: list[Path]) -> Path:
    """Return the home of an installation that screened the nights one by one, in order."""
    return nights[-1]


@pytest.fixture
def after_first_night(nights: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Return a function that gives a fresh copy of an installation after its first night."""

    def copy() -> Path:
        home = tmp_path_factory.mktemp("copy") / "home"
        shutil.copytree(nights[0], home)
        return home

    return copy
