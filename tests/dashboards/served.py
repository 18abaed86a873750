"""``lianshen serve`` as a process of its own, over a home folder of its own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def own_home(casebook: Path, folder: Path) -> Path:
    """Return a home folder with a copy of the casebook, whose passwords were set today."""
    home = folder / "home"
    home.mkdir()
    shutil.copy(casebook, home / "casebook.sqlite")
    with sqlite3.connect(home / "casebook.sqlite") as con:
        con.execute("UPDATE users SET password_set_at = datetime('now') || '.000000'")
    return home


class Running:
    """A ``lianshen serve`` of its own, with what it says."""

    def __init__(self, home: Path, *options: str) -> None:
        self.port = free_port()
        self.log = home / "serve.log"
        command = [sys.executable, "-c", "from lianshen.cli import main; main()", "serve", "--port", str(self.port)]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*command, *options],
                stderr=log,
                stdout=log,
                env={**os.environ, "LIANSHEN_HOME": str(home), "LIANSHEN_CASEBOOK": "", "PYTHONFAULTHANDLER": "1"},
            )

    def wait(self, verify: Any = True, scheme: str = "http") -> str:
        """Return the address once the server answers."""
        url = f"{scheme}://127.0.0.1:{self.port}"
        until = time.monotonic() + 180
        # One client: each reads the certificates anew.
        with httpx.Client(verify=verify, trust_env=False) as asking:
            while time.monotonic() < until and self.process.poll() is None:
                try:
                    asking.get(f"{url}/healthz")
                except httpx.TransportError:
                    time.sleep(0.2)
                else:
                    return url
        # Where every thread stands is then in the log.
        self.process.send_signal(signal.SIGABRT)
        self.process.wait(10)
        raise AssertionError(f"the server did not start: {self.log.read_text()}")

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)
