"""``flows/prefect.yaml``: the schedule of the night, and entry points that are really there."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from lianshen.content import read_yaml

FLOWS = Path(__file__).parents[2] / "flows"
DEPLOYMENTS: dict[str, dict[str, Any]] = {
    found["name"]: found for found in read_yaml((FLOWS / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
}


@pytest.mark.parametrize("name", sorted(DEPLOYMENTS))
def test_a_deployment_points_to_a_flow(name: str) -> None:
    from prefect.flows import load_flow_from_entrypoint

    file, _, function = DEPLOYMENTS[name]["entrypoint"].partition(":")
    flow = load_flow_from_entrypoint(f"{FLOWS / file}:{function}")
    assert flow.name == name


def test_the_night_is_screened_at_two_in_shanghai_one_at_a_time() -> None:
    from prefect.client.schemas.schedules import CronSchedule

    nightly = DEPLOYMENTS["nightly"]
    (schedule,) = nightly["schedules"]
    assert schedule["active"] is True
    assert nightly["concurrency_limit"] == 1
    cron = CronSchedule(cron=schedule["cron"], timezone=schedule["timezone"])
    assert cron.timezone == "Asia/Shanghai"
    minute, hour, *rest = cron.cron.split()
    assert (hour, minute, rest) == ("2", "0", ["*", "*", "*"])
    assert datetime(2026, 11, 21, 2, tzinfo=ZoneInfo(cron.timezone)).utcoffset() is not None
    # No dates: whatever has arrived, so a night that was missed is caught up.
    assert nightly["parameters"] == {}
