"""The night as a Prefect flow: the same story, with its parameters checked and its result shown."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.night_state import differences, state_of
from support.small_province import NIGHTS, days

from lianshen.config import Settings

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def harness(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=120):
        yield


@pytest.fixture
def environment(settings_for: Callable[[Path], Settings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Name a home that does not exist yet in the environment."""
    settings = settings_for(tmp_path / "home")
    monkeypatch.setenv("LIANSHEN_HOME", str(settings.home))
    monkeypatch.setenv("LIANSHEN_LANDING", str(settings.landing))
    monkeypatch.setenv("LIANSHEN_IDENTITY_KEY", str(settings.identity_key))
    return settings


def test_the_flow_catches_up_every_night_that_arrived_since_and_shows_them(
    harness: None, environment: Settings, nights: list[Path]
) -> None:
    from prefect.client.orchestration import get_client

    from lianshen_flows.nightly import nightly

    shutil.copytree(nights[0], environment.home)
    summaries = nightly()
    assert [summary["night"] for summary in summaries] == [day.isoformat() for day in days(*range(1, NIGHTS))]
    assert differences(state_of(nights[-1]), state_of(environment.home)) == {}
    with get_client(sync_client=True) as client:
        (artifact,) = [found for found in client.read_artifacts() if found.key == "nights"]
    assert [row["night"] for row in json.loads(str(artifact.data))] == [summary["night"] for summary in summaries]
    assert nightly() == []


def test_a_date_that_is_none_is_refused_before_anything_is_opened(harness: None, environment: Settings) -> None:
    from prefect.exceptions import ParameterTypeError

    from lianshen_flows.nightly import nightly

    with pytest.raises(ParameterTypeError, match="dates"):
        nightly(dates=["the first of November"])
    assert not environment.warehouse_file.exists()


def run_command(*arguments: str) -> subprocess.CompletedProcess[str]:
    code = "from lianshen.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, env=dict(os.environ), check=False
    )


def test_the_command_runs_the_same_flow_without_a_server(environment: Settings) -> None:
    done = run_command("night", days(0)[0].isoformat(), "--json")
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    summary = json.loads(line)
    account = summary["account"]
    assert account["received"] > 0
    assert account["received"] == account["accepted"] + account["set_aside"] + account["superseded"]


def test_a_night_that_did_not_arrive_is_named_without_a_stack_trace(environment: Settings) -> None:
    done = run_command("night", "2026-12-24")
    assert done.returncode == 2
    assert "no complete package for 2026-12-24" in done.stderr
    assert "Traceback" not in done.stderr
