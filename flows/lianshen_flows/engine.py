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
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
    "PREFECT_CLI_COLORS": "false",
}


def prepare(settings: Settings) -> None:
    """Point Prefect at this installation's home unless the operator has set a server of their own."""
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
    if "PREFECT_API_URL" not in os.environ:
        os.environ.setdefault("PREFECT_HOME", str((settings.home / "prefect").resolve()))


def quiet_shutdown() -> None:
    """Keep the temporary server's farewell out of the terminal: it logs tasks that were cancelled as it stops."""
    for name in ("prefect", "prefect.server", "prefect._internal", "uvicorn", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
