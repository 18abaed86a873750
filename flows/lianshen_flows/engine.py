"""Prefect without a server set up first: its settings, before it is imported.

Importing ``prefect`` reads the environment, so this runs before any import of it.
"""

from __future__ import annotations

import logging
import os

from lianshen.config import Settings

DEFAULTS = {
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
    "PREFECT_CLI_COLORS": "false",
}


def prepare(settings: Settings, log_level: str) -> None:
    """Point Prefect at this installation's home unless the operator has set a server of their own."""
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", log_level)
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
    if "PREFECT_API_URL" not in os.environ:
        home = (settings.home / "prefect").resolve()
        # Prefect does not make its home, and its server then waits for a database that cannot be.
        home.mkdir(parents=True, exist_ok=True)
        os.environ.setdefault("PREFECT_HOME", str(home))


def quieten() -> None:
    """Keep the temporary server's farewell out of the terminal: it logs what it cancels as it stops."""
    for name in ("prefect.server", "prefect._internal", "uvicorn", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
