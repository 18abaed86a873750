"""Nights in order, one twice, in another order, or all at once: same warehouse, same findings, same cases."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support.night_state import differences, state_of
from support.small_province import NIGHTS, days, screen

from lianshen.config import Settings

Make = Callable[[Path], Settings]


def test_a_night_screened_twice_changes_nothing(in_order: Path, settings_for: Make, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(in_order, home)
    screen(settings_for(home), days(1))
    screen(settings_for(home))
    assert differences(state_of(in_order), state_of(home)) == {}


def test_there_is_something_to_compare(in_order: Path) -> None:
    state = state_of(in_order)
    for table in ("settled.setl_d", "mart.settlement", "audit.finding", "audit.recomputed", "cases", "dossier"):
        assert state[table], table


@pytest.mark.parametrize("seed", [1])
def test_packages_in_another_order_give_the_same_rows(
    seed: int, in_order: Path, settings_for: Make, tmp_path: Path
) -> None:
    order = days(*range(NIGHTS))
    random.Random(seed).shuffle(order)
    for day in order:
        screen(settings_for(tmp_path), [day])
    assert differences(state_of(in_order), state_of(tmp_path)) == {}


def test_everything_at_once_gives_the_same_rows(in_order: Path, settings_for: Make, tmp_path: Path) -> None:
    screen(settings_for(tmp_path), at_once=True)
    assert differences(state_of(in_order), state_of(tmp_path)) == {}
