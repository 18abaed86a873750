"""Seconds, processor seconds and peak memory of one call, in the process that makes it."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_CLEAR = Path("/proc/self/clear_refs")
_STATUS = Path("/proc/self/status")
_RESET_PEAK = "5"


@dataclass
class Watch:
    """Adds up what calls of the same name cost. Its ``do`` is what a night takes to do a step."""

    steps: dict[str, dict[str, float]] = field(default_factory=dict)

    def do(self, step: Callable[..., Any], *args: Any, retries: int = 0) -> Any:
        """Do the step at once and note under its name what it cost."""
        return self.timed(step.__name__, lambda: step(*args))

    def timed(self, name: str, call: Callable[[], Any]) -> Any:
        """Return what ``call`` returns, and note what it cost; of several calls the peak is the highest."""
        forget_peak()
        wall, processor = time.perf_counter(), _processor_seconds()
        result = call()
        wall, processor = time.perf_counter() - wall, _processor_seconds() - processor
        noted = self.steps.setdefault(name, {"seconds": 0.0, "cpu_seconds": 0.0, "peak_mb": 0.0, "calls": 0})
        noted["seconds"] += wall
        noted["cpu_seconds"] += processor
        noted["peak_mb"] = max(noted["peak_mb"], peak_mb())
        noted["calls"] += 1
        return result


def forget_peak() -> None:
    """Start a new peak, where the system can; elsewhere the peak is that of the process so far."""
    if _CLEAR.exists():
        _CLEAR.write_text(_RESET_PEAK, encoding="ascii")


def peak_mb() -> float:
    """Return the resident memory at its highest, in MB of a million bytes."""
    if _STATUS.exists():
        for line in _STATUS.read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
    highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return highest / 1e6 if sys.platform == "darwin" else highest * 1024 / 1e6


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
