"""A small province, made once, and an installation screened night by night, made once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support.small_province import FIRST, NIGHTS, days, screen

from lianshen.config import Settings
from lianshen.province import generate


@pytest.fixture(scope="session")
def province(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("province")
    generate(folder, seed=11, nights=NIGHTS, settlements_per_night=160, start=FIRST, format="parquet", dirty=0.05)
    return folder


@pytest.fixture(scope="session")
def identity_key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("secrets") / "identity.key"


@pytest.fixture(scope="session")
def settings_for(province: Path, identity_key: Path) -> Callable[[Path], Settings]:
    """Return settings for a home of one's own, with the province's packages and one key for all."""

    def make(home: Path) -> Settings:
        return Settings(home=home, landing=province / "landing", identity_key=identity_key, memory_limit="1GB")

    return make


@pytest.fixture(scope="session")
def in_order(settings_for: Callable[[Path], Settings], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the home of an installation that screened the nights one by one, in order."""
    home = tmp_path_factory.mktemp("in-order")
    for day in days(*range(NIGHTS)):
        screen(settings_for(home), [day])
    return home


@pytest.fixture
def after_first_night(
    settings_for: Callable[[Path], Settings], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], Path]:
    """Return a function that gives a fresh copy of an installation after its first night."""
    start = tmp_path_factory.mktemp("first")
    screen(settings_for(start), days(0))

    def copy() -> Path:
        home = tmp_path_factory.mktemp("copy") / "home"
        shutil.copytree(start, home)
        return home

    return copy
