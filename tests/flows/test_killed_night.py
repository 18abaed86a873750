"""A night killed at any moment is finished by running it again, to the same result."""

from __future__ import annotations

import importlib
import os
import random
import signal
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from support.night_state import differences, state_of
from support.small_province import days, screen

from lianshen.config import Settings
from lianshen.content import content_root
from lianshen.rules import load_rules

KILLS = int(os.environ.get("LIANSHEN_KILLS", "4"))
"""Enough for every run; thirty now and then."""


def fork_night(settings: Settings) -> int:
    """Screen the second night in a process of its own; return its number.

    A fork rather than a fresh interpreter: as many imports of Great Expectations would take minutes.
    """
    child = os.fork()
    if child:
        return child
    try:
        screen(settings, days(1))
    except BaseException:  # noqa: BLE001 - the child must never return into the test runner
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def wait_for(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.slow
def test_a_night_killed_at_random_moments_ends_as_if_undisturbed(
    after_first_night: Callable[[], Path], settings_for: Callable[[Path], Settings]
) -> None:
    # What every child would do for itself, and what would make the first of them take longer.
    load_rules(content_root())
    importlib.import_module("great_expectations")
    undisturbed = after_first_night()
    started = time.monotonic()
    assert wait_for(fork_night(settings_for(undisturbed))) == 0
    took = time.monotonic() - started
    expected = state_of(undisturbed)

    moments = random.Random(30)
    killed = 0
    for _ in range(3 * KILLS):
        home = after_first_night()
        child = fork_night(settings_for(home))
        time.sleep(moments.uniform(0, took))
        os.kill(child, signal.SIGKILL)
        if wait_for(child) != -signal.SIGKILL:
            # It was done already: the night that was measured had less of the machine to itself.
            took *= 0.8
            continue
        assert wait_for(fork_night(settings_for(home))) == 0
        assert differences(expected, state_of(home)) == {}
        killed += 1
        if killed == KILLS:
            return
    pytest.fail(f"only {killed} of {3 * KILLS} nights were still at work when killed")
